"""What letters say of company, role, days and telephone, and what they do not say."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Facts, Message
from mailsense.freemail import domain_label
from mailsense.track.company import (
    akin,
    domain_keys,
    firm_key,
    is_agency_domain,
    is_agency_name,
    is_employer,
    not_shouted,
    speaks_for_client,
)
from mailsense.track.extract import company, deadline, phone, promised, role
from mailsense.track.roles import clearly_different, role_key, tidy
from tests.support.stories import ME, MINE, address

SENT = date(2026, 11, 11)  # a Wednesday


def letter(sender: str, subject: str, text: str = "", *, to: str = ME, ats: str = "") -> Message:
    return Message(
        key="k",
        message_id="k",
        subject=subject,
        from_=address(sender),
        to=(Address("", to),),
        text=text,
        facts=Facts(ats=ats, no_reply="reply" in sender),
    )


# --- company ---------------------------------------------------------------------------

COMPANIES = [
    # the sender's name
    ("Acme Careers <x@mail.example>", "Hello", "", "Acme"),
    ("Anna at Acme <anna@mx.example>", "Hello", "", "Acme"),
    ("Acme Talent Acquisition via Greenhouse <x@greenhouse.example>", "Hello", "", "Acme"),
    ("Careers at Northwind Trading <x@mx.example>", "Hello", "", "Northwind Trading"),
    ("The Recruiting team at Borealis <x@mx.example>", "Hello", "", "Borealis"),
    ("Anna Lee (Acme) <anna@mx.example>", "Hello", "", "Acme"),
    ("Anna Lee | Acme <anna@mx.example>", "Hello", "", "Acme"),
    ("Cobalt Works LLC <x@paylocity.example>", "Thank you for applying!", "", "Cobalt Works LLC"),
    # the words
    ("no-reply@greenhouse.example", "Thank you for applying to Acme", "", "Acme"),
    ("no-reply@greenhouse.example", "Your application to Blue Fern & Co", "", "Blue Fern & Co"),
    ("no-reply@lever.example", "Update", "the Data Analyst position at Acme.", "Acme"),
    ("x@mx.example", "Update", "Thank you for your interest in joining Acme.", "Acme"),
    ("x@mx.example", "Update", "Best wishes,\nThe Acme Recruiting Team", "Acme"),
    ("x@mx.example", "Your Acme application", "", "Acme"),
    ("jobs-noreply@linkedin.example", "Robin, your application was sent to Acme Foods", "",
     "Acme Foods"),
    ("jobs-noreply@linkedin.example", "Your application to Data Analyst at Acme", "", "Acme"),
    ("x@northgate-recruitment.example", "Role", "My client, Brightwater Foods, seeks a cook.",
     "Brightwater Foods"),
    # the domain
    ("Anna Lee <anna@acme.example>", "Hello", "Could we talk?", "Acme"),
    ("Anna Lee <anna@acme-robotics.example>", "Hello", "Could we talk?", "Acme Robotics"),
    ("Anna Lee <anna@acmerobotics.example>", "Hello", "All at AcmeRobotics greet you.",
     "AcmeRobotics"),
    ("Anna Lee <anna@hr.bq.example>", "Hello", "Could we talk?", "BQ"),
    ("no-reply@borealis.example", "Your application", "We received it.", "Borealis"),
]  # fmt: skip
NO_COMPANY = [
    ("Workable <noreply@candidates.workablemail.example>", "Your application", "", "Workable"),
    ("Greenhouse <no-reply@greenhouse.example>", "Your application", "We got it.", "Greenhouse"),
    ("LinkedIn <jobs-noreply@linkedin.example>", "Your application was viewed", "", ""),
    ("Indeed <x@indeed.example>", "Thank you for applying to Indeed", "", ""),
    ("Jo Marsh <jo@gmail.example>", "A role", "Are you free?", ""),
    ("Jo Marsh <jo@yahoo.example>", "A role", "Are you free?", ""),
    ("Nina Park <nina@northgate-recruitment.example>", "A role", "Are you free?", ""),
    ("Hays <x@hays.example>", "Thank you for applying to Hays", "", ""),
    ("Hiring Team <x@greenhouse.example>", "Thank you for applying to the company", "", ""),
    ("Recruiting Team <x@greenhouse.example>", "Your application to [Company]", "", "Greenhouse"),
    ("x@lever.example", "Interest in Data Analyst position", "", "Lever"),
    ("x@lever.example", "Interview", "We meet at Monday noon, at 10am.", "Lever"),
    ("Rita Moss <no-reply@ashby.example>", "Update", "Best,\nRita Moss", "Ashby"),
    ("Anna Lee <hello@annalee.example>", "Hello", "Could we talk?", ""),
    ("?", "?", "?", ""),
]


@pytest.mark.parametrize(("sender", "subject", "text", "expected"), COMPANIES)
def test_the_company_is_read_where_it_is_stated(sender, subject, text, expected):
    ats = "Vendor" if any(v in sender for v in ("greenhouse", "lever", "linkedin")) else ""
    found = company(letter(sender, subject, text, ats=ats))
    assert found is not None
    assert found.value == expected
    assert found.evidence


@pytest.mark.parametrize(("sender", "subject", "text", "ats"), NO_COMPANY)
def test_no_vendor_agency_provider_or_placeholder_is_an_employer(sender, subject, text, ats):
    assert company(letter(sender, subject, text, ats=ats)) is None


def test_of_an_outgoing_letter_the_recipients_firm_is_read():
    own = letter(ME, "Application", "My CV is attached.", to="jobs@acme.example")
    assert company(own, me=MINE).value == "Acme"  # type: ignore[union-attr]
    to_friend = letter(ME, "Hello", "Coffee?", to="kim@gmail.example")
    assert company(to_friend, me=MINE) is None


def test_the_evidence_is_in_the_letter():
    found = company(letter("x@mx.example", "Hello", "Thank you for applying to Acme Foods."))
    assert found is not None
    assert found.evidence == "applying to Acme Foods"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Acme Robotics Co., Ltd.", "ACME-Robotics", True),
        ("Acme, Inc.", "acme", True),
        ("Kelley & Sons", "Kelley and Sons", True),
        ("Amazon.com", "Amazon", True),
        ("Café Löwe GmbH", "Cafe Lowe", True),
        ("Acme", "Acme Robotics", False),
        ("Acme Group", "Acme", False),
        ("Acme", "Acne", False),
    ],
)
def test_two_names_are_one_firm_only_when_equal_after_tidying(one, other, same):
    assert (firm_key(one) == firm_key(other)) is same


@pytest.mark.parametrize("name", ["?", "", "N/A", "Company", "[Company Name]", "Hiring Team",
                                  "123", "no-reply", "Human Resources", "Workday", "LinkedIn",
                                  "Hays", "Northgate Recruitment Ltd"])  # fmt: skip
def test_what_is_no_employer(name):
    assert not is_employer(name)


@pytest.mark.parametrize("name", ["Acme", "Blue Fern & Co", "Harbour Hotel", "Team17", "3M"])
def test_what_can_be_an_employer(name):
    assert is_employer(name)


@pytest.mark.parametrize(
    ("domain", "label", "keys"),
    [
        ("mail.acme.co.uk", "acme", {"acme"}),
        ("acme.com", "acme", {"acme"}),
        ("careers.acme-foods.example", "acme-foods", {"acmefoods"}),
        ("acmecareers.example", "acmecareers", {"acmecareers", "acme"}),
        ("gmail.com", "gmail", set()),
        ("yahoo.fr", "yahoo", set()),
        ("northgate-recruitment.example", "northgate-recruitment", set()),
        ("us.greenhouse.io", "greenhouse", set()),
        ("localhost", "", set()),
    ],
)
def test_what_a_domain_stands_for(domain, label, keys):
    assert domain_label(domain) == label
    assert domain_keys(domain) == keys


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("Acme Robotics", "acme", True),
        ("Acme Robotics", "acmerobotics", True),
        ("Blue Cross of Arden", "bca", True),
        ("Acme Robotics", "robotics", False),
        ("Acme", "hirely", False),
    ],
)
def test_a_domain_is_akin_to_a_name(name, key, expected):
    assert akin(name, key) is expected


def test_agencies_are_told_by_domain_name_and_words():
    assert is_agency_domain("northgate-recruitment.example")
    assert is_agency_domain("brightstaffing.example")
    assert not is_agency_domain("recruiting.acme.example")
    assert is_agency_name("Northgate Recruitment Ltd")
    assert not is_agency_name("Acme Recruitment")
    assert speaks_for_client("My client is looking for a cook.")
    assert speaks_for_client("On behalf of our client, Acme")
    assert not speaks_for_client("You will join our client services team.")


# --- role ------------------------------------------------------------------------------

ROLES = [
    ("Your application for Data Analyst at Acme", "", "Data Analyst"),
    ("Application for Head Gardener", "", "Head Gardener"),
    ("Application Received - Warehouse Operative (Nights)", "", "Warehouse Operative (Nights)"),
    ("Data Analyst – Acme", "", "Data Analyst"),
    ("Acme | Night Nurse", "", "Night Nurse"),
    ("Interview: Pastry Chef", "", "Pastry Chef"),
    ("Re: Bus driver", "", "Bus driver"),
    ("Your application: Data Analyst 390561", "", "Data Analyst"),
    ("Update on Senior Data Analyst - R-88535", "", "Senior Data Analyst"),
    ("Your application to Cook [74315] at Acme", "", "Cook"),
    ("Update", "Thank you for applying for the position of Year 4 Teacher.", "Year 4 Teacher"),
    ("Update", "your application for the Data\nAnalyst position at Acme", "Data Analyst"),
    ("Update", "We filled the Office Manager role.", "Office Manager"),
    ("Update", "You applied for Data Analyst (m/f/d), and we …", "Data Analyst"),
    ("Update", "for the Supply Planning position", "Supply Planning"),
    ("Update", "Job title: Care Assistant\nLocation: Leeds", "Care Assistant"),
    (
        "Robin, your application was sent to Acme",
        "Your application was sent to Acme\nAcme\nCook\nAcme · Leeds",
        "Cook",
    ),
]
NO_ROLES = [
    ("Your application", "Thank you for your application for the position."),
    ("Your application to Acme", "Thank you for applying to Acme."),
    ("Hello", "If you were to play this role, what would you do?"),
    ("Update", "We have many open positions and a new role."),
    ("Update", "the position of [Job Title] at Acme"),
    ("Thank you", "Thank you for your interest in the position of your dreams that we posted"),
    ("Your application for R-88535", "We received it."),
    ("Dinner on Sunday?", "See you."),
    ("Update", "We would like to hear which of the many roles that we have is right for you."),
]


@pytest.mark.parametrize(("subject", "text", "expected"), ROLES)
def test_the_role_is_read_from_set_phrases(subject, text, expected):
    found = role(letter("x@acme.example", subject, text))
    assert found is not None
    assert found.value == expected


@pytest.mark.parametrize(("subject", "text"), NO_ROLES)
def test_a_sentence_a_placeholder_or_a_number_is_no_role(subject, text):
    assert role(letter("x@acme.example", subject, text)) is None


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abc de()-–:|,.\n[]0RoleDataAnalyst", max_size=120))
def test_a_role_is_never_long(text):
    found = role(letter("x@acme.example", text, f"for the position of {text}"))
    assert found is None or len(found.value.split()) <= 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sr. Data Analyst (m/w/d)", "senior data analyst"),
        ("Data Analyst - Remote", "Data Analyst"),
        ("Data Analyst R-88535", "data analyst"),
        ("The Data Analyst", "Data Analyst"),
    ],
)
def test_roles_are_one_when_equal_after_tidying(one, other):
    assert role_key(one) == role_key(other)


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("data analyst", "data engineer", True),
        ("data analyst", "senior data analyst", True),
        ("cook", "office manager", True),
        ("analyst", "data analyst", False),
        ("data analyst", "data analyst", False),
        ("", "cook", False),
    ],
)
def test_roles_that_cannot_be_one(one, other, different):
    assert clearly_different(one, other) is different


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("the open Data Analyst position", "Data Analyst"),
        ("Data Analyst (Req #1234)", "Data Analyst"),
        ("  Data Analyst, ", "Data Analyst"),
        ("Intern 2026", "Intern 2026"),
        ("we will let you know", ""),
        ("job", ""),
        ("a b c d e f g h i j", ""),
    ],
)
def test_a_role_is_trimmed(raw, clean):
    assert tidy(raw) == clean


# --- days ------------------------------------------------------------------------------

PROMISES = [
    ("We will let you know by Friday.", (11, 13)),
    ("By Friday you will hear from us.", (11, 13)),
    ("We'll let you know by Wednesday.", (11, 18)),
    ("You will hear from us within two weeks.", (11, 25)),
    ("We aim to respond within 5-7 business days.", (11, 20)),
    ("We will respond within 48 hours.", (11, 13)),
    ("I'll get back to you by the end of next week.", (11, 20)),
    ("A decision will be made by the end of the month.", (11, 30)),
    ("We hope to come back to you early next week.", (11, 18)),
    ("You will hear next week.", (11, 20)),
    ("I'll be in touch in the next few days.", (11, 18)),
    ("We'll get back to you in a fortnight.", (11, 25)),
    ("You can expect to hear from us in 2 to 3 weeks' time.", (12, 2)),
    ("Please allow up to three weeks for our team to get back to you.", (12, 2)),
    ("The hiring manager will make a decision by 27 November.", (11, 27)),
    ("You should hear back from us by November 20th, 2026.", (11, 20)),
    ("We'll let you know by 20/11.", (11, 20)),
    ("We'll let you know by 2026-12-01.", (12, 1)),
    ("We expect to make a decision in the week commencing 23 November.", (11, 27)),
    ("We'll update you on Tuesday or Wednesday.", (11, 18)),
    ("Thanks for the call on Tuesday; I will get back to you by Friday.", (11, 13)),
    ("I am away until Monday but will come back to you by Thursday.", (11, 19)),
    ("I will let you know by end of day tomorrow.", (11, 12)),
    ("If you have any questions, ask; we will reply within 48 hours.", (11, 13)),
    ("We'll call by Friday.\nOr you will hear by Monday.", (11, 16)),
]
NO_PROMISES = [
    "We'll be in touch soon.",
    "We will contact you in due course.",
    "Could you let us know by Friday?",
    "Please reply by Friday.",
    "If you have not heard from us within two weeks, please assume you were unsuccessful.",
    "If you are selected, we will contact you within two weeks.",
    "Only shortlisted candidates will hear from us within two weeks.",
    "We will keep your CV on file for twelve months.",
    "We met two weeks ago and will be in touch.",
    "The team has existed for ten weeks.",
    "",
]


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_promise_is_the_latest_day_the_words_allow(text, expected):
    found = promised(text, SENT)
    assert found is not None
    assert found.value == date(2026, *expected)
    assert found.evidence in " ".join(text.split())


@pytest.mark.parametrize("text", NO_PROMISES)
def test_what_promises_nothing(text):
    assert promised(text, SENT) is None


def test_on_a_friday_by_friday_means_the_next():
    assert promised("We'll tell you by Friday.", date(2026, 11, 13)).value == date(2026, 11, 20)  # type: ignore[union-attr]


def test_a_day_without_a_year_may_lie_in_the_next():
    found = promised("We will let you know by 10 January.", date(2026, 12, 20))
    assert found is not None
    assert found.value == date(2027, 1, 10)


def test_a_day_that_is_over_is_no_promise():
    assert promised("We will let you know by 2 November.", SENT) is None
    assert promised("We will let you know by 31 February.", SENT) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please complete the test by Friday.", (11, 13)),
        ("Please send it within 3-5 days.", (11, 14)),
        ("The deadline is 20 November at 5 pm.", (11, 20)),
        ("Could you confirm by tomorrow?", (11, 12)),
        ("This link expires in 7 days.", (11, 18)),
        ("Please submit it no later than 2026-11-18.", (11, 18)),
        ("Please return the form by the end of next week.", (11, 20)),
        ("The task is due on 18 Nov.", (11, 18)),
        ("Could you let us know by Friday?", (11, 13)),
    ],
)
def test_a_deadline_is_the_earliest_day_the_words_allow(text, expected):
    found = deadline(text, SENT)
    assert found is not None
    assert found.value == date(2026, *expected)


@pytest.mark.parametrize(
    "text", ["We will let you know by Friday.", "Can you do Tuesday?", "Take your time.", ""]
)
def test_what_sets_no_deadline(text):
    assert deadline(text, SENT) is None


# --- telephone ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signature", "number"),
    [
        ("Anna Lee\nT: +44 20 7946 0000", "+44 20 7946 0000"),
        ("Anna | Acme | (555) 010-4477", "(555) 010-4477"),
        ("Phone 020 7946 0011\nFax 020 7946 0012", "020 7946 0011"),
        ("T +44 20 7946 0000 | M +44 7700 900123", "+44 7700 900123"),
        ("Mobile: 07700900123", "07700900123"),
        ("+49 (0)30 901820", "+49 (0)30 901820"),
    ],
)
def test_a_telephone_number_is_read_from_the_signature(signature, number):
    found = phone(signature)
    assert found is not None
    assert found.value == number


@pytest.mark.parametrize(
    "signature",
    [
        "Anna Lee\nAcme",
        "Fax: +44 20 7946 0012",
        "Registered in England No. 01234567",
        "Sent on 2026-11-20",
        "10-12 High Street",
        "VAT GB 123 4567 89",
        "https://example.org/020 7946",
        "",
    ],
)
def test_other_numbers_are_no_telephone(signature):
    assert phone(signature) is None


# --- hostile -----------------------------------------------------------------------------

BOMBS = [
    "for the " * 3000,
    "Acme & " * 3000,
    "application " * 3000,
    "position of a " * 3000,
    "we will " * 3000,
    "by the end of " * 3000,
    "(" * 20000,
    "0 1 2 3 " * 4000,
    "A" * 50000,
    "within the next the next " * 2000,
    "my client, " * 2000,
    "\n" * 20000 + "x",
    "a.b." * 10000,
]


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda b: b[:12].strip() or "lines")
def test_no_text_takes_long(bomb):
    hostile = letter("Acme <x@acme.example>", bomb, bomb)
    started = time.process_time()
    company(hostile)
    role(hostile)
    promised(bomb, SENT)
    deadline(bomb, SENT)
    phone(bomb)
    assert time.process_time() - started < 1.0


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=60), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_falls_over_any_text(text, name, sent):
    strange = letter(f"{name} <x@acme.example>", text, text)
    company(strange)
    role(strange)
    phone(text)
    for found in (promised(text, sent), deadline(text, sent)):
        assert found is None or found.value >= sent


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We invite you to an interview at Greyfell Brewing on Tuesday.", "Greyfell Brewing"),
        ("Best,\nAnna\nHead of People, Greyfell Brewing", "Greyfell Brewing"),
        ("Come to Greyfell on Monday.", "Greyfell"),
        ("We need Greyfell Data Analysts.", "Greyfell"),
        ("Welcome to our brewery for Greyfell Careers.", "Greyfell"),
    ],
)
def test_a_firm_known_by_its_domain_is_named_in_full(text: str, name: str) -> None:
    message = Message("k", "k", "Hello", Address("Anna", "anna@greyfell.example"), text=text)
    found = company(message)
    assert found is not None
    assert found.value == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("TAMAR VALLEY DISTRICT COUNCIL", "Tamar Valley District Council"),
        ("NHS HIGHLAND", "NHS Highland"),
        ("HOUSE OF FLOWERS LTD", "House of Flowers Ltd"),
        ("IKEA", "IKEA"),
        ("IBM UK", "IBM UK"),
        ("Acme Robotics", "Acme Robotics"),
    ],
)
def test_a_firm_is_not_shouted(name: str, shown: str) -> None:
    assert not_shouted(name) == shown


@pytest.mark.parametrize(
    ("shown", "text", "name"),
    [
        (
            "Dunmere Airport via HireTray",
            "Thank you for applying at Dunmere Airport.",
            "Dunmere Airport",
        ),
        ("Dunmere Airport via HireTray", "Thank you for applying.", None),
        ("Anna Lee via HireTray", "Thank you for applying at Dunmere Airport.", "Dunmere Airport"),
        ("HireTray", "Thank you for applying at HireTray.", "HireTray"),
    ],
)
def test_who_only_carries_the_mail_is_not_the_employer(
    shown: str, text: str, name: str | None
) -> None:
    sender = Address(shown, "noreply@mail.hiretray.example")
    message = Message("k", "k", "Your application", sender, text=text)
    found = company(message)
    assert (found.value if found else None) == name
