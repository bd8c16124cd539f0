"""Titles and firms among the words that stand beside them; firms named shorter and longer."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.track.company import akin
from mailsense.track.extract import company, role
from mailsense.track.roles import tidy
from mailsense.track.titles import title
from tests.support.stories import Story, mail, story
from tests.test_extract import letter

TITLES = [
    ("Brackwater Foods - Production Planner", "", "Production Planner"),
    ("Brackwater Foods // Senior Buyer // first chat", "", "Senior Buyer"),
    ("Interview invitation – Lead Nurse – Holm House", "", "Lead Nurse"),
    ("Staff Nurse / phone screen", "", "Staff Nurse"),
    ("Your next step: coding challenge for Backend Developer", "", "Backend Developer"),
    ("Paid trial for Pastry Chef", "", "Pastry Chef"),
    ("Data Analyst second stage interview on Tuesday", "", "Data Analyst"),
    ("Finance Manager offer letter", "", "Finance Manager"),
    ("Contract of employment - Site Engineer", "", "Site Engineer"),
    ("Offer of employment as Site Engineer", "", "Site Engineer"),
    ("Site Engineer @ Dunmore Build: quick call?", "", "Site Engineer"),
    ("Store Manager, Exeter", "", "Store Manager"),
    ("Store Manager, Exeter - are you free to talk?", "", "Store Manager"),
    ("Senior Manager, Data Engineering", "", "Senior Manager, Data Engineering"),
    ("Product Manager, Payments", "", "Product Manager, Payments"),
    ("Product Manager - Growth", "", "Product Manager - Growth"),
    ("Product Manager - Halden Freight", "", "Product Manager"),
    ("Analyst - Hull", "", "Analyst"),
    ("Software Engineer in Test - Fernhill", "", "Software Engineer in Test"),
    ("Software Engineer in Test", "", "Software Engineer in Test"),
    ("Interview Coordinator", "", "Interview Coordinator"),
    ("Assessment Officer - interview", "", "Assessment Officer"),
    ("Call Handler", "", "Call Handler"),
    ("Head of Data interview", "", "Head of Data"),
    ("Head of Assessment", "", "Head of Assessment"),
    ("Associate - Software Engineer", "", "Associate - Software Engineer"),
    ("Teacher of English, Key Stage 2", "", "Teacher of English, Key Stage 2"),
    ("Director of Nursing", "", "Director of Nursing"),
    ("Assistant to the Director", "", "Assistant to the Director"),
    ("Mason & Sons - Estimator", "", "Estimator"),
    ("Cook/Cleaner", "", "Cook/Cleaner"),
    ("Cook, Cleaner and Driver", "", "Cook, Cleaner and Driver"),
    (
        "Policy, Research and Communications Officer",
        "",
        "Policy, Research and Communications Officer",
    ),
    ("WG: Bewerbung - Software Engineer (m/w/d)", "", "Software Engineer"),
    ("Automatic reply: Night Porter - telephone call", "", "Night Porter"),
    (
        "Update",
        "Thank you for the time you have given to our search for the Head Gardener position.",
        "Head Gardener",
    ),
    (
        "Update",
        "Many thanks for your patience with the process for our Kitchen Manager vacancy.",
        "Kitchen Manager",
    ),
    ("Update", "I am writing about the shortlist for the Ward Clerk post.", "Ward Clerk"),
    (
        "Update",
        "You applied for the post of Consultant - Orthopaedics (Ref 99182).",
        "Consultant - Orthopaedics",
    ),
    (
        "Update",
        "Your application for the position of Analyst - Risk and Compliance was not successful.",
        "Analyst - Risk and Compliance",
    ),
    (
        "Update",
        "Your application for the position of Analyst - we are sorry - was not successful.",
        "Analyst",
    ),
    ("Update", "You applied for the position of Planner - Leeds.", "Planner"),
    (
        "Your application: Consultant",
        "Thank you for applying for the post of Consultant - Data Systems.",
        "Consultant - Data Systems",
    ),
    ("Update", "Role: Fleet Engineer - Night Shift\nLocation: Hull", "Fleet Engineer"),
    ("Update", "We'd like to offer you the job of Ward Sister, Oakham.", "Ward Sister"),
    ("Update", "Thanks for the conversation about the Ward Sister role.", "Ward Sister"),
    ("Recruitment Consultant", "", "Recruitment Consultant"),
    ("Application Support Analyst", "", "Application Support Analyst"),
    ("Test Engineer", "", "Test Engineer"),
    ("Process Engineer, Widnes", "", "Process Engineer"),
    ("Video Editor interview", "", "Video Editor"),
    ("Case Manager: case study", "", "Case Manager"),
    ("Selection process for Trainee Train Driver", "", "Trainee Train Driver"),
    ("Your Castle Lane application – Sous Chef", "", "Sous Chef"),
    ("[Marlin Tech] Frontend Developer | HackerRank test", "", "Frontend Developer"),
    ("Sous Chef | Castle Lane | Trial shift", "", "Sous Chef"),
    ("Sous Chef • Castle Lane", "", "Sous Chef"),
    ("Castle Lane: Sous Chef", "", "Sous Chef"),
    ("Invitation: Sous Chef interview @ Thu 5 Mar 2026 10am", "", "Sous Chef"),
    ("Sous Chef – invitation to a trial day", "", "Sous Chef"),
    ("Interview confirmation for Sous Chef position", "", "Sous Chef"),
    ("Re: your interview for Sous Chef on Monday", "", "Sous Chef"),
    ("Regarding your application as a Sous Chef", "", "Sous Chef"),
    ("Offer: Sous Chef (full-time)", "", "Sous Chef"),
    ("Data Engineer (Remote) - next steps", "", "Data Engineer"),
    ("Feedback on your Data Engineer interview", "", "Data Engineer"),
    ("Your Data Engineer interview with Halden", "", "Data Engineer"),
    ("Your interview with Halden for Data Engineer", "", "Data Engineer"),
    ("Thanks for interviewing: Data Engineer", "", "Data Engineer"),
    ("Outcome of your interview - Payroll Clerk", "", "Payroll Clerk"),
    ("Payroll Clerk - outcome", "", "Payroll Clerk"),
    ("Rejection: Payroll Clerk, ref PC/22/109", "", "Payroll Clerk"),
    ("Payroll Clerk (ref: PC22109)", "", "Payroll Clerk"),
    (
        "Update",
        "We have now completed interviews for Payroll Clerk and chose someone else for the role.",
        "Payroll Clerk",
    ),
    (
        "Update",
        "thank you for attending the interview for the role of Payroll Clerk on 3 March.",
        "Payroll Clerk",
    ),
    (
        "Update",
        "Unfortunately the hiring manager for the Payroll Clerk role has left.",
        "Payroll Clerk",
    ),
    (
        "Update",
        "With reference to your candidature for Assistant Manager - Finance & Accounts, we regret.",
        "Assistant Manager - Finance & Accounts",
    ),
    ("VP, Engineering", "", "VP, Engineering"),
    ("Engineering Manager - Platform", "", "Engineering Manager - Platform"),
    ("Care Assistant - Nights", "", "Care Assistant - Nights"),
    ("Engineer, Level 2", "", "Engineer, Level 2"),
]
"""Subject, text, the role that they name."""


@pytest.mark.parametrize(("subject", "text", "expected"), TITLES)
def test_a_role_is_its_title_alone(subject: str, text: str, expected: str) -> None:
    found = role(letter("x@acme.example", subject, text))
    assert found is not None
    assert found.value == expected


@pytest.mark.parametrize(
    "subject",
    [
        "Your interview",
        "Invitation to interview on Tuesday, 10am",
        "Offer of employment - Halden Marine",
        "Next step: take-home",
        "See you on Friday, Robin",
        "Thank you for your time, Robin",
    ],
)
def test_an_occasion_is_no_role(subject: str) -> None:
    assert role(letter("x@acme.example", subject)) is None


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc -–/|,.:()@ForTheCookDataAnalystinterview", max_size=120))
def test_a_title_adds_nothing_and_is_not_cut_again(text: str) -> None:
    found = tidy(text)
    assert len(found) <= len(text)
    assert title(found) == found or tidy(found) == tidy(tidy(found))


@pytest.mark.parametrize(
    "bomb", ["for the " * 900, "cook, " * 900, "interview " * 700, "- " * 3000]
)
def test_no_subject_takes_long(bomb: str) -> None:
    began = time.process_time()
    role(letter("x@acme.example", bomb, bomb))
    title(bomb[:300])
    assert time.process_time() - began < 1


FIRMS = [
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "Dear Candidate,\n\nGreetings from Halden Softlabs.\n\nRegards",
        "Halden Softlabs",
    ),
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "Dear Candidate,\n\nWe received it.\n\nTalent Acquisition\nHalden Softlabs",
        "Halden Softlabs",
    ),
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "Employer: Halden City Council\nPost: Clerk",
        "Halden City Council",
    ),
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "Thanks.\n\nThe Halden Recruiting Team",
        "Halden",
    ),
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "Come to our office at Halden London.",
        "Halden",
    ),
    ("Halden Careers <donotreply@halden.example>", "Status", "See you at Halden Monday.", "Halden"),
    (
        "Halden Careers <donotreply@halden.example>",
        "Status",
        "We need Halden Data Analysts.",
        "Halden",
    ),
    (
        "Ann Low <ann.low@haldenhp.example>",
        "Hello",
        "Let us talk.\n\nAnn\nHalden Health Partners",
        "Halden Health Partners",
    ),
    (
        "Ann Low <ann.low@haldenhc.example>",
        "Hello",
        "Thank you for coming to us.\n\nAnn Low\nMatron, Halden House Care",
        "Halden House Care",
    ),
    (
        "Ann Low <ann.low@hcc.example>",
        "Hello",
        "Let us talk.\n\nAnn Low\nHalden City Council",
        "Halden City Council",
    ),
    (
        "Ann Low <ann.low@vdl.example>",
        "Hello",
        "Let us talk.\n\nAnn Low\nVan Dal Logistics",
        "Van Dal Logistics",
    ),
    (
        "Ann Low <ann.low@haldenxy.example>",
        "Hello",
        "Let us talk.\n\nAnn Low\nHalden Health Partners",
        "Haldenxy",
    ),
    (
        "Ann Low <ann.low@halden.example>",
        "Hello",
        "It was good to meet you at Halden Marine, and we would like to go on.",
        "Halden Marine",
    ),
    (
        "Ann Low <ann.low@halden.example>",
        "Hello",
        "Let us talk.\n\nAnn Low\nHead of People | Halden Marine",
        "Halden Marine",
    ),
    (
        "Ann Low <ann.low@halden.example>",
        "Hello",
        "Let us talk.\n\nAnn Low\nHalden Marine Ltd, 3 Quay Road",
        "Halden Marine Ltd",
    ),
    (
        "Ann Low <ann.low@gmail.com>",
        "Hello",
        "Let us talk.\n\nAnn Low\nGreat Malvern Arts Institute Limited",
        None,
    ),
    (
        "Northmere Trust eRecruit <noreply@erecruit.northmere.example>",
        "Ref 1 Clerk",
        "Employer: Northmere Trust\n\nNorthmere Trust eRecruit",
        "Northmere Trust",
    ),
]
"""Sender, subject, text, the firm that they name."""


@pytest.mark.parametrize(("sender", "subject", "text", "expected"), FIRMS)
def test_a_firm_is_named_as_fully_as_the_letter_names_it(
    sender: str, subject: str, text: str, expected: str | None
) -> None:
    found = company(letter(sender, subject, text))
    assert (found.value if found else None) == expected


@pytest.mark.parametrize("name", ["Marlin", "Octopus Energy", "Mayfield", "Decathlon", "Junction"])
def test_a_firm_that_begins_like_a_month_is_a_firm(name: str) -> None:
    found = company(letter("x@mail.example", "Hello", f"Thank you for applying to {name}."))
    assert found is not None
    assert found.value == name


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("Halden Health Partners", "haldenhp", True),
        ("Halden Nursing Homes", "haldenhomes", True),
        ("Halden Health Partners", "haldenxp", False),
        ("Halden Health Partners", "healthpartners", False),
        ("Halden Health", "haldenh", False),
    ],
)
def test_a_domain_may_shorten_a_name(name: str, key: str, expected: bool) -> None:
    assert akin(name, key) is expected


# --- one firm, named shorter and longer --------------------------------------------------

ROBOT = "Halden Payments <no-reply@hirestack.example>"
DANA = "Dana Low <dana.low@halden.example>"


def receipt(at: float, who: str = ROBOT, firm: str = "Halden Payments", job: str = "Cook") -> Any:
    text = f"Thank you for applying to {firm} for the {job} position.\n\nThe {firm} Talent Team"
    return mail(at, who, f"Thanks for applying to {firm}!", text, kind="acknowledgement")


def invite(at: float, who: str = DANA, firm: str = "Halden", job: str = "Cook") -> Any:
    text = f"Would you like to meet us at {firm} for the {job} role?\n\nDana"
    return mail(at, who, f"{job} - phone call?", text, kind="interview")


def no(at: float, who: str = ROBOT, firm: str = "Halden Payments", job: str = "Cook") -> Any:
    text = f"Thank you for the time spent in our process for the {job} position at {firm}. We "
    text += f"chose somebody else.\n\nThe {firm} Talent Team"
    return mail(at, who, "Update", text, kind="rejection", reason="not-selected")


MANY = [
    (story("one role, a robot says more", [receipt(0), invite(3), no(9)]), [("Cook", 3)]),
    (
        story("another role is another application", [receipt(0), invite(3, job="Buyer")]),
        [("Cook", 1), ("Buyer", 1)],
    ),
    (
        story(
            "two firms that begin alike and write from homes of their own",
            [
                receipt(0, "Halden Foods <no-reply@haldenfoods.example>", "Halden Foods"),
                receipt(1, "Halden Steel <no-reply@haldensteel.example>", "Halden Steel"),
            ],
        ),
        [("Cook", 1), ("Cook", 1)],
    ),
    (
        story(
            "a shorter name with another home",
            [
                receipt(0, "Halden Foods <no-reply@haldenfoods.example>", "Halden Foods"),
                invite(1),
            ],
        ),
        [("Cook", 1), ("Cook", 1)],
    ),
    (
        story(
            "initials in the domain",
            [
                receipt(0, firm="Halden Health Partners"),
                invite(2, "Dana Low <dana.low@haldenhp.example>", "our place"),
            ],
        ),
        [("Cook", 2)],
    ),
    (
        story(
            "the firm and the occasion in a subject make no second application",
            [
                receipt(0, firm="Halden"),
                mail(2, DANA, "Halden // Cook // trial shift", "When can you?", kind="interview"),
                mail(5, DANA, "Cook, Leeds: second interview", "When can you?", kind="interview"),
            ],
        ),
        [("Cook", 3)],
    ),
    (
        story(
            "the firm before the role",
            [
                receipt(0, firm="Halden"),
                mail(2, DANA, "Halden Cook interview", "?", kind="interview"),
            ],
        ),
        [("Cook", 2)],
    ),
    (
        story("a senior is another", [receipt(0), invite(3, job="Senior Cook")]),
        [("Cook", 1), ("Senior Cook", 1)],
    ),
]


@pytest.mark.parametrize(("told", "expected"), MANY, ids=[s.name for s, _ in MANY])
def test_one_firm_and_role_is_one_application(told: Story, expected: list[tuple[str, int]]) -> None:
    found = told.track()
    assert [(a.role, len(a.message_keys)) for a in found] == expected
    turned = story(told.name, told.items[::-1]).track()
    assert {(a.company, a.role, a.message_keys) for a in turned} == {
        (a.company, a.role, a.message_keys) for a in found
    }


def test_the_fullest_name_is_shown() -> None:
    (one,) = story("", [receipt(0), invite(3), invite(4), invite(5)]).track()
    assert one.company == "Halden Payments"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Quantity Surveyor in Leeds", "Quantity Surveyor"),
        ("Senior Site Manager in Milton Keynes", "Senior Site Manager"),
        ("Lecturer in Physics", "Lecturer in Physics"),
        ("Engineer in Test", "Engineer in Test"),
        ("Consultant in Cardiology", "Consultant in Cardiology"),
        ("Head of Learning in Schools", "Head of Learning in Schools"),
    ],
)
def test_a_town_behind_the_job_is_no_part_of_it(said: str, meant: str) -> None:
    assert title(said) == meant
