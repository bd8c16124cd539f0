"""Stories of a job search, and the applications that the tracker sees in them."""

from __future__ import annotations

from typing import Any

import pytest

from mailsense.domain import Application, Outcome, Relation, Stage, State, Tag
from tests.support.stories import Story, day, mail, story

ANNA = "Anna Lee <anna.lee@acme.example>"
BOB = "Bob Stone <bob.stone@acme.example>"
ROBOT = "Acme Careers <no-reply@acme.example>"
GREEN = "Acme <no-reply@greenhouse.example>"
AGENT = "Nina Park <nina@northgate-recruitment.example>"
TALENT = "Anna Lee\nTalent Partner, Acme\nT: +44 20 7946 0011"
LEAD = "Bob Stone\nHead of Analytics, Acme"


def receipt(at: float, role: str = "Data Analyst", **more: Any) -> Any:
    return mail(
        at,
        ROBOT,
        f"Your application for {role} at Acme",
        f"Thank you for applying for the {role} position at Acme.",
        kind="acknowledgement",
        **more,
    )


def no(at: float, who: str = ROBOT, role: str = "Data Analyst", **more: Any) -> Any:
    more.setdefault("text", "We decided not to take your application further.")
    text = more.pop("text")
    subject = f"Your application for {role} at Acme"
    return mail(at, who, subject, text, kind="rejection", reason="not-selected", **more)


def invite(at: float, who: str = ANNA, text: str = "", **more: Any) -> Any:
    more.setdefault("signature", TALENT)
    text = text or "We would like to invite you to an interview for the Data Analyst role."
    return mail(at, who, "Interview for Data Analyst", text, kind="interview", **more)


def mine(at: float, to: str = ANNA, text: str = "Tuesday suits me well.", **more: Any) -> Any:
    subject = more.pop("subject", "Re: Interview for Data Analyst")
    return mail(at, "me", subject, text, to=to, **more)


# name, letters, what is expected of the only application
ONE: list[tuple[Story, dict[str, Any]]] = [
    (
        story("applied, nobody known", [receipt(0)]),
        {
            "company": "Acme",
            "role": "Data Analyst",
            "stage": Stage.APPLIED,
            "state": State.WAITING,
            "tag": Tag.NONE,
            "contacts": (),
            "case": "applied-unknown",
            "chases": 0,
            "last_in": day(0),
            "last_out": None,
        },
    ),
    (
        story("a robot's receipt and a robot's no are one", [receipt(0), no(9)]),
        {"state": State.CLOSED, "outcome": Outcome.REJECTION, "tag": Tag.REJECTION, "case": ""},
    ),
    (
        story(
            "a robot writes after a human of the same process",
            [receipt(0), invite(3), mine(4), no(20)],
        ),
        {
            "company": "Acme",
            "stage": Stage.INTERVIEW,
            "outcome": Outcome.REJECTION,
            "people": ["Anna Lee"],
        },
    ),
    (
        story(
            "a vendor writes in the firm's name",
            [
                mail(
                    0,
                    GREEN,
                    "Thank you for applying to Acme",
                    "We received your application for the Data Analyst position.",
                    kind="acknowledgement",
                    ats="Greenhouse",
                ),
                no(5),
            ],
        ),
        {"company": "Acme", "role": "Data Analyst", "outcome": Outcome.REJECTION},
    ),
    (
        story("an invitation awaits the user", [receipt(0), invite(3)]),
        {
            "state": State.OPEN,
            "tag": Tag.REQUEST,
            "stage": Stage.INTERVIEW,
            "case": "interview-recruiter",
        },
    ),
    (
        story("the answer leaves it waiting", [receipt(0), invite(3), mine(4)]),
        {"state": State.WAITING, "last_out": day(4), "chases": 0},
    ),
    (
        story("answered elsewhere, told by the server's flag", [invite(3, answered=True)]),
        {"state": State.WAITING, "tag": Tag.REQUEST},
    ),
    (
        story(
            "answered in a thread of its own",
            [invite(3), mine(4, subject="Our talk on Tuesday", text="Happy to come.")],
        ),
        {"state": State.WAITING},
    ),
    (
        story(
            "a letter to a colleague is no answer to Anna",
            [
                invite(3, thread="a"),
                invite(4, BOB, "Could we talk about the Data Analyst role?", thread="b"),
                mine(5, BOB, thread="b"),
            ],
        ),
        {"state": State.OPEN, "people": ["Bob Stone", "Anna Lee"]},
    ),
    (
        story(
            "a phone screen is screening",
            [invite(3, text="Could we set up a phone screen about the Data Analyst role?")],
        ),
        {"stage": Stage.SCREENING, "case": "screening"},
    ),
    (
        story(
            "the stage never falls",
            [invite(3), mine(4), invite(9, text="One more short introductory call with HR?")],
        ),
        {"stage": Stage.INTERVIEW},
    ),
    (
        story(
            "a no that speaks of the interview lifts the stage",
            [receipt(0), no(9, text="Thank you for interviewing with us. We chose another.")],
        ),
        {"stage": Stage.INTERVIEW, "outcome": Outcome.REJECTION},
    ),
    (
        story(
            "a no that only names interviews does not",
            [receipt(0), no(9, text="We will not be inviting you to an interview.")],
        ),
        {"stage": Stage.APPLIED},
    ),
    (
        story(
            "a reversed no is open again",
            [
                receipt(0),
                invite(3),
                mine(4),
                no(9, ANNA),
                invite(15, text="Our first choice withdrew: would you still come and talk to us?"),
            ],
        ),
        {"state": State.OPEN, "outcome": Outcome.NONE, "tag": Tag.REQUEST, "note": ""},
    ),
    (
        story(
            "a no for one role that asks about another is the user's move",
            [
                invite(3),
                mine(4),
                mail(
                    9,
                    ANNA,
                    "Re: Interview for Data Analyst",
                    "It is a no, but would you talk about another team?",
                    kind="interview",
                    also=("rejection",),
                ),
            ],
        ),
        {"state": State.OPEN, "tag": Tag.REQUEST, "outcome": Outcome.NONE},
    ),
    (
        story(
            "thanks after a no keeps it closed",
            [
                receipt(0),
                invite(2),
                mine(3),
                no(9, ANNA),
                mine(10, text="Thank you for your time."),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.REJECTION},
    ),
    (
        story(
            "a receipt long after a no is a new application for the same role",
            [receipt(0), no(9), receipt(40, thread="later")],
        ),
        {"state": State.WAITING, "outcome": Outcome.NONE, "tag": Tag.NONE},
    ),
    (
        story("a receipt a moment after a no does not reopen", [no(9), receipt(9.01)]),
        {"state": State.CLOSED},
    ),
    (
        story(
            "on hold closes with a note",
            [
                receipt(0),
                mail(
                    9,
                    ANNA,
                    "Data Analyst position",
                    "The role is paused.",
                    kind="rejection",
                    reason="on-hold",
                ),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.REJECTION, "note": "the position is on hold"},
    ),
    (
        story(
            "kept on file closes with a note",
            [
                receipt(0),
                mail(
                    9,
                    ANNA,
                    "Data Analyst position",
                    "Not now, but later.",
                    kind="rejection",
                    reason="not-yet",
                ),
            ],
        ),
        {"state": State.CLOSED, "note": "they keep your details for later"},
    ),
    (
        story(
            "an agency with an end client",
            [
                mail(
                    0,
                    AGENT,
                    "Supply Planner role",
                    "My client, Brightwater Foods, is looking for a Supply Planner. Interested?",
                    kind="outreach",
                ),
                mail(1, "me", "Re: Supply Planner role", "Yes, my CV is attached.", to=AGENT),
            ],
        ),
        {
            "company": "Brightwater Foods",
            "role": "Supply Planner",
            "via_agency": True,
            "case": "agency",
            "relations": [Relation.AGENCY],
            "state": State.WAITING,
        },
    ),
    (
        story(
            "an agency is never the employer",
            [
                mail(
                    0,
                    AGENT,
                    "Warehouse Manager role",
                    "Our client has a vacancy.\n\nNina Park\nNorthgate Recruitment Ltd",
                    kind="outreach",
                )
            ],
        ),
        {"company": "", "via_agency": True, "state": State.OPEN, "tag": Tag.REQUEST},
    ),
    (
        story(
            "a recruiter at a private mailbox",
            [
                mail(
                    0,
                    "Jo Marsh <jo.marsh.recruiter@gmail.example>",
                    "Night Porter at Harbour Hotel",
                    "Are you interested in the Night Porter position at Harbour Hotel?",
                    kind="outreach",
                )
            ],
        ),
        {"company": "Harbour Hotel", "role": "Night Porter", "relations": [Relation.RECRUITER]},
    ),
    (
        story(
            "a freemail domain is no company",
            [
                mail(
                    0,
                    "Jo Marsh <jo.marsh@gmail.example>",
                    "A job for you",
                    "Would you like to hear about a role?",
                    kind="outreach",
                )
            ],
        ),
        {"company": "", "role": ""},
    ),
    (
        story(
            "a recruiter's approach turned down is not waited for",
            [
                mail(0, ANNA, "Office Manager role", "Would it interest you?", kind="outreach"),
                mail(
                    1,
                    "me",
                    "Re: Office Manager role",
                    "Thank you, but I am not looking at the moment.",
                    to=ANNA,
                ),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.DECLINED, "case": ""},
    ),
    (
        story(
            "a CV sent along does not make a talk an application",
            [
                mail(
                    0,
                    "me",
                    "Your field",
                    "I would value your advice on my career. My CV is attached for background.",
                    to=BOB,
                    attached="Robin_CV.pdf",
                )
            ],
        ),
        {"stage": Stage.NETWORKING, "case": "networking"},
    ),
    (
        story(
            "a day they named is over when they have written since",
            [
                invite(0),
                mine(1),
                mail(
                    2,
                    ANNA,
                    "Re: Interview for Data Analyst",
                    "We will let you know by Friday.",
                    kind="acknowledgement",
                ),
                mail(
                    9,
                    ANNA,
                    "Re: Interview for Data Analyst",
                    "It takes us longer than we thought.",
                    kind="acknowledgement",
                ),
            ],
        ),
        {"promised": None, "state": State.WAITING},
    ),
    (
        story(
            "a letter by the same person joins, even when nobody is sure what it is",
            [invite(3), mine(4), mail(6, ANNA, "One more thing", "Hm.", kind="unsure")],
        ),
        {"state": State.OPEN, "last_in": day(6)},
    ),
    (
        story(
            "a talk asked for and refused, then redirected",
            [
                mail(
                    0,
                    "me",
                    "Your work at Acme",
                    "Would you have 20 minutes to talk about your work and career?",
                    to=BOB,
                ),
                mail(
                    2,
                    BOB,
                    "Re: Your work at Acme",
                    "I don't do the hiring, sorry.",
                    kind="rejection",
                    reason="not-hiring",
                ),
                mine(3, BOB, "Thank you. Whom else would you talk to?", subject="Re: Your work"),
            ],
        ),
        {
            "stage": Stage.NETWORKING,
            "state": State.WAITING,
            "outcome": Outcome.NONE,
            "case": "networking",
            "relations": [Relation.NETWORKING],
            "company": "Acme",
            "chases": 0,
        },
    ),
    (
        story(
            "a talk refused is closed until the user writes again",
            [
                mail(0, "me", "Hello", "I would value your advice on the field.", to=BOB),
                mail(2, BOB, "Re: Hello", "Too busy.", kind="rejection", reason="busy"),
            ],
        ),
        {"stage": Stage.NETWORKING, "state": State.CLOSED, "note": "no time to talk at present"},
    ),
    (
        story(
            "out of office is no answer and no sign of life",
            [
                receipt(0),
                invite(3),
                mine(4),
                mail(
                    4.01,
                    ANNA,
                    "Automatic reply: Interview for Data Analyst",
                    "I am away until Monday.",
                    kind="other",
                    auto_reply=True,
                    auto_submitted="auto-replied",
                ),
            ],
        ),
        {"state": State.WAITING, "last_in": day(3), "last_out": day(4)},
    ),
    (
        story(
            "an out-of-office note that the model does not know opens nothing",
            [
                invite(3),
                mine(4),
                mail(
                    4.01,
                    ANNA,
                    "Automatic reply: Interview for Data Analyst",
                    "I am away until Monday.",
                    kind="unsure",
                    auto_reply=True,
                ),
            ],
        ),
        {"state": State.WAITING, "last_in": day(3)},
    ),
    (
        story(
            "a promised day is kept until they write again",
            [
                invite(3),
                mine(4),
                mail(
                    8,
                    ANNA,
                    "Re: Interview for Data Analyst",
                    "Thanks for coming. We will let you know by Friday.",
                    kind="acknowledgement",
                ),
            ],
        ),
        {"promised": day(11).date(), "state": State.WAITING},
    ),
    (
        story(
            "a new request ends the promise",
            [
                mail(
                    8,
                    ANNA,
                    "Your interview for Data Analyst",
                    "We will let you know by Friday.",
                    kind="acknowledgement",
                ),
                invite(9),
            ],
        ),
        {"promised": None, "state": State.OPEN},
    ),
    (
        story(
            "withdrawn",
            [
                receipt(0),
                invite(3),
                mine(4, text="I have accepted another offer and withdraw my application."),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.WITHDRAWN, "tag": Tag.NONE, "case": ""},
    ),
    (
        story(
            "an offer awaits the user",
            [
                invite(3),
                mine(4),
                mail(12, ANNA, "Your offer", "We would like to offer you the role.", kind="offer"),
            ],
        ),
        {"stage": Stage.OFFER, "state": State.OPEN, "tag": Tag.REQUEST, "case": "offer"},
    ),
    (
        story(
            "an offer accepted",
            [
                mail(12, ANNA, "Your offer", "We would like to offer you the role.", kind="offer"),
                mine(13, text="I am delighted to accept your offer.", subject="Re: Your offer"),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.ACCEPTED},
    ),
    (
        story(
            "an offer declined",
            [
                mail(12, ANNA, "Your offer", "We would like to offer you the role.", kind="offer"),
                mine(13, text="I have decided to decline the offer.", subject="Re: Your offer"),
            ],
        ),
        {"state": State.CLOSED, "outcome": Outcome.DECLINED},
    ),
    (
        story(
            "accepting an interview is not accepting an offer",
            [invite(3), mine(4, text="I am happy to accept your invitation to the interview.")],
        ),
        {"outcome": Outcome.NONE, "state": State.WAITING},
    ),
    (
        story(
            "a task given and handed in",
            [
                receipt(0),
                mail(
                    3,
                    ANNA,
                    "Task for Data Analyst",
                    "Please send us your solution by Friday.",
                    kind="task",
                    signature=TALENT,
                ),
                mine(5, text="My solution is attached.", attached="solution.pdf"),
            ],
        ),
        {
            "stage": Stage.SCREENING,
            "task_handed_in": True,
            "case": "task",
            "state": State.WAITING,
            "promised": None,
        },
    ),
    (
        story(
            "a robot's task is settled by a robot's receipt",
            [
                receipt(0),
                mail(
                    3,
                    ROBOT,
                    "Assessment for Data Analyst at Acme",
                    "Please complete the test.",
                    kind="task",
                ),
                mail(
                    4,
                    ROBOT,
                    "Assessment for Data Analyst at Acme",
                    "We received your test.",
                    kind="acknowledgement",
                ),
            ],
        ),
        {"state": State.WAITING, "task_handed_in": True, "last_in": day(4)},
    ),
    (
        story(
            "a robot's repeated receipt does not restart the clock",
            [
                receipt(0),
                mail(
                    20,
                    ROBOT,
                    "Your application for Data Analyst at Acme",
                    "Your application is under review.",
                    kind="acknowledgement",
                ),
            ],
        ),
        {"last_in": day(0)},
    ),
    (
        story(
            "the final round",
            [invite(3, text="We would like to invite you to the final round with our director.")],
        ),
        {"case": "final"},
    ),
    (
        story(
            "an interview with a manager and no recruiter",
            [invite(3, BOB, signature=LEAD), mine(4, BOB)],
        ),
        {"case": "interview-manager", "relations": [Relation.HIRING_MANAGER]},
    ),
    (
        story(
            "chases are counted beyond the first letter; thanks and additions are not",
            [
                invite(3),
                mine(4),
                mine(4.1, text="I forgot to say: 3 pm is best."),
                mine(9, text="Thank you for the interview today."),
                mine(20, text="Thank you again. I would welcome an update."),
                mine(32, text="Has a decision been made?"),
                mine(44, text="Thank you for your time; I will not write again."),
            ],
        ),
        {"chases": 3},
    ),
    (
        story(
            "after a receipt every letter is a chase",
            [receipt(0), mine(14, text="How does my application for the Data Analyst role stand?")],
        ),
        {"chases": 1, "case": "applied"},
    ),
    (
        story(
            "an answer ends the count",
            [
                mine(0, text="My CV is attached.", subject="Application for Data Analyst"),
                mine(10, text="How does my application stand?", subject="Re: Application"),
                mail(
                    11,
                    ANNA,
                    "Re: Application for Data Analyst",
                    "We are still reading.",
                    kind="acknowledgement",
                ),
            ],
        ),
        {"chases": 0, "state": State.WAITING, "last_in": day(11)},
    ),
    (
        story(
            "a letter that the model does not know is the user's move",
            [invite(3), mine(4), mail(6, ANNA, "Re: Interview for Data Analyst", kind="unsure")],
        ),
        {"state": State.OPEN},
    ),
    (
        story(
            "small talk by a human is a sign of life",
            [
                invite(3, thread="t"),
                mine(4, thread="t"),
                mail(5, ANNA, "Re: Interview for Data Analyst", kind="other", thread="t"),
            ],
        ),
        {"state": State.WAITING, "last_in": day(5)},
    ),
    (
        story(
            "alerts in between count for nothing",
            [
                receipt(0, thread="t"),
                mail(8, ROBOT, "New jobs at Acme", "Ten jobs for you", kind="alert", thread="t"),
            ],
        ),
        {"last_in": day(0), "state": State.WAITING},
    ),
    (
        story(
            "feedback after an interview awaits thanks",
            [
                invite(3),
                mine(4),
                mail(
                    9,
                    ANNA,
                    "Re: Interview for Data Analyst",
                    "Your SQL was strong; show more numbers next time.",
                    kind="feedback",
                ),
            ],
        ),
        {"state": State.OPEN},
    ),
    (
        story(
            "an interviewer is named in the invitation",
            [
                invite(
                    3,
                    text="You will meet Bob Stone for an interview about the Data Analyst role.",
                    cc=BOB,
                )
            ],
        ),
        {
            "relations": [Relation.RECRUITER, Relation.INTERVIEWER],
            "people": ["Anna Lee", "Bob Stone"],
        },
    ),
    (
        story(
            "a person that a system writes for is the contact",
            [
                invite(
                    3,
                    "Anna Lee <no-reply@greenhouse.example>",
                    ats="Greenhouse",
                    signature="",
                    text="Would you come to an interview for the Data Analyst role at Acme?",
                )
            ],
        ),
        {"contacts": (), "company": "Acme", "state": State.OPEN},
    ),
]


@pytest.mark.parametrize(("told", "expected"), ONE, ids=[s.name for s, _ in ONE])
def test_a_story_of_one_application(told: Story, expected: dict[str, Any]) -> None:
    found = told.one()
    for name, value in expected.items():
        assert _look(found, name) == value, name


def _look(application: Application, name: str) -> Any:
    if name == "people":
        return [c.name for c in application.contacts]
    if name == "relations":
        return [c.relation for c in application.contacts]
    return getattr(application, name)


def employer(at: float, name: str, role: str = "", **more: Any) -> Any:
    domain = name.lower().replace(" ", "")
    text = f"Thank you for applying to {name}."
    text += f" We received your application for the {role} position." if role else ""
    return mail(
        at,
        f"{name} Careers <no-reply@{domain}.example>",
        more.pop("subject", "Your application"),
        text,
        kind=more.pop("kind", "acknowledgement"),
        **more,
    )


# name, letters, the (company, role, number of letters) expected
MANY: list[tuple[Story, list[tuple[str, str, int]]]] = [
    (
        story(
            "three employers' 'Your application' are three",
            [employer(0, "Acme"), employer(0.1, "Borealis"), employer(0.2, "Cobalt Works")],
        ),
        [("Acme", "", 1), ("Borealis", "", 1), ("Cobalt Works", "", 1)],
    ),
    (
        story(
            "three vendors' 'Your application' that name nobody are three",
            [
                mail(
                    n,
                    "no-reply@greenhouse.example",
                    "Your application",
                    "We received it.",
                    kind="acknowledgement",
                    ats="Greenhouse",
                    key=f"k{n}",
                    thread=f"t{n}",
                )
                for n in range(3)
            ],
        ),
        [("", "", 1)] * 3,
    ),
    (
        story(
            "two roles at one company stay two, each with its no",
            [
                receipt(0),
                receipt(1, "Office Manager"),
                no(9),
                no(10, role="Office Manager"),
            ],
        ),
        [("Acme", "Data Analyst", 2), ("Acme", "Office Manager", 2)],
    ),
    (
        story(
            "a no without a role stands apart where two would do",
            [
                receipt(0),
                receipt(1, "Office Manager"),
                mail(9, ROBOT, "Your application", "Thank you, but no.", kind="rejection"),
            ],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "Office Manager", 1), ("Acme", "", 1)],
    ),
    (
        story(
            "one recruiter, two roles",
            [
                invite(0, thread="a"),
                mail(
                    1,
                    ANNA,
                    "Interview for Office Manager",
                    "Would you come and talk?",
                    kind="interview",
                ),
            ],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "Office Manager", 1)],
    ),
    (
        story(
            "one recruiter, two roles, and a word that could be about either",
            [
                invite(0),
                mail(1, ANNA, "Interview for Cook", "Would you come?", kind="interview"),
                mail(2, ANNA, "One more thing", "You did well.", kind="feedback"),
            ],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "Cook", 1), ("Acme", "", 1)],
    ),
    (
        story(
            "a senior role is not the role",
            [receipt(0), receipt(1, "Senior Data Analyst")],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "Senior Data Analyst", 1)],
    ),
    (
        story(
            "a part of a name is not the name",
            [employer(0, "Acme", "Cook"), employer(1, "Acme Robotics", "Cook")],
        ),
        [("Acme", "Cook", 1), ("Acme Robotics", "Cook", 1)],
    ),
    (
        story(
            "one agent, two clients",
            [
                mail(
                    0,
                    AGENT,
                    "Planner role",
                    "My client, Brightwater Foods, seeks a Planner.",
                    kind="outreach",
                ),
                mail(
                    1,
                    AGENT,
                    "Buyer role",
                    "My client, Copper Lane, seeks a Buyer.",
                    kind="outreach",
                ),
            ],
        ),
        [("Brightwater Foods", "Planner", 1), ("Copper Lane", "Buyer", 1)],
    ),
    (
        story(
            "one agent, one role at two clients",
            [
                mail(
                    n,
                    AGENT,
                    f"Planner role {n}",
                    f"My client, {client}, seeks a Planner.",
                    kind="outreach",
                )
                for n, client in enumerate(["Brightwater Foods", "Copper Lane"])
            ],
        ),
        [("Brightwater Foods", "Planner", 1), ("Copper Lane", "Planner", 1)],
    ),
    (
        story(
            "a go-between that no list knows, one role at two firms",
            [
                mail(
                    n,
                    "Tom Reed <tom.reed@peoplefirst.example>",
                    f"A job for you at {firm}",
                    f"Would you like to talk about the Cook position at {firm}?",
                    kind="outreach",
                )
                for n, firm in enumerate(["Harbour Hotel", "Mill Bakery"])
            ],
        ),
        [("Harbour Hotel", "Cook", 1), ("Mill Bakery", "Cook", 1)],
    ),
    (
        story(
            "a vendor that no list knows does not swallow its employers",
            [
                mail(
                    n,
                    "Hirely <post@hirely.example>",
                    "Your application",
                    f"Thank you for applying to {name}.",
                    kind="acknowledgement",
                    thread=name,
                )
                for n, name in enumerate(["Acme", "Borealis", "Cobalt Works"])
            ],
        ),
        [("Acme", "", 1), ("Borealis", "", 1), ("Cobalt Works", "", 1)],
    ),
    (
        story(
            "a talk with somebody at Acme is not the application to Acme",
            [
                receipt(0),
                mail(
                    1,
                    "me",
                    "Your work",
                    "Would you have 20 minutes to talk about your work and career?",
                    to="Cleo Hart <cleo.hart@acme.example>",
                ),
            ],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "", 1)],
    ),
    (
        story(
            "a networking chain: each person a conversation",
            [
                mail(
                    0,
                    "me",
                    "Your work at Acme",
                    "Would you have 20 minutes to talk about your career?",
                    to=BOB,
                    thread="a",
                ),
                mail(
                    2,
                    BOB,
                    "Re: Your work at Acme",
                    "Talk to Priya Nair, priya@borealis.example.",
                    kind="referral",
                    thread="a",
                ),
                mail(
                    3,
                    "me",
                    "Bob Stone suggested I write",
                    "Bob Stone suggested I get in touch about moving into your field.",
                    to="Priya Nair <priya@borealis.example>",
                    thread="b",
                ),
            ],
        ),
        [("Acme", "", 2), ("Borealis", "", 1)],
    ),
    (
        story(
            "private mail with a contact stays private",
            [
                mail(
                    0,
                    "me",
                    "Your work at Acme",
                    "Would you have 20 minutes to talk about your career?",
                    to=BOB,
                ),
                mail(1, BOB, "Football on Sunday", kind="other"),
                mail(2, "me", "Re: Football on Sunday", "I am in.", to=BOB),
            ],
        ),
        [("Acme", "", 1)],
    ),
    (
        story(
            "what nobody is sure of makes no application by itself",
            [mail(0, "Zed <zed@zed.example>", "Hello", "Some words.", kind="unsure")],
        ),
        [],
    ),
    (
        story(
            "the same role half a year later, without a person to join them",
            [receipt(0), receipt(180, thread="later")],
        ),
        [("Acme", "Data Analyst", 1), ("Acme", "Data Analyst", 1)],
    ),
    (
        story(
            "a friend who gets copies joins nothing",
            [
                mine(
                    0,
                    "jobs@acme.example",
                    "I am applying for the position. My CV is attached.",
                    subject="Application for Cook",
                    cc="Kim Friend <kim@friends.example>",
                ),
                mail(
                    1,
                    "Borealis Careers <no-reply@borealis.example>",
                    "Your application",
                    "Thank you for applying to Borealis.",
                    kind="acknowledgement",
                ),
            ],
        ),
        [("Acme", "Cook", 1), ("Borealis", "", 1)],
    ),
]


@pytest.mark.parametrize(("told", "expected"), MANY, ids=[s.name for s, _ in MANY])
def test_a_story_of_several(told: Story, expected: list[tuple[str, str, int]]) -> None:
    found = [(a.company, a.role, len(a.message_keys)) for a in told.track()]
    assert found == expected


def test_a_person_referred_to_is_told_from_other_contacts() -> None:
    told = next(s for s, _ in MANY if s.name.startswith("a networking chain"))
    bob, priya = told.track()
    assert (bob.case, priya.case) == ("networking", "referred")
    assert priya.contacts[0].relation is Relation.REFERRED
    assert bob.state is State.OPEN


def test_contacts_carry_name_title_and_phone_and_no_robot() -> None:
    found = story("", [receipt(0), invite(3)]).one()
    (anna,) = found.contacts
    assert (anna.name, anna.email) == ("Anna Lee", "anna.lee@acme.example")
    assert (anna.relation, anna.phone) == (Relation.RECRUITER, "+44 20 7946 0011")


def test_the_user_is_never_a_contact() -> None:
    found = story("", [invite(3, cc="Robin Day <robin@home.example>"), mine(4)]).one()
    assert [c.name for c in found.contacts] == ["Anna Lee"]


def test_a_firm_known_by_its_domain_is_written_as_the_letters_write_it() -> None:
    from mailsense.track.extract import spelling

    assert spelling("beacongrid", "Forecasting at Beacon Grid") == "Beacon Grid"
    assert spelling("finchandlowe", "a day at Finch & Lowe, thank you") == "Finch & Lowe"
    assert spelling("finchandlowe", "Finch and Lowe") == "Finch and Lowe"
    assert spelling("beacongrid", "anna@beacongrid.example") == ""
    assert spelling("beacongrid", "the beacons of Gridley") == ""


def test_what_stands_behind_the_comma_of_a_subject_is_no_part_of_the_role() -> None:
    told = story(
        "a role and its place",
        [
            mail(
                0,
                "Helen Marsh <helen@larkfield.example>",
                "Re: Application: Operations Analyst, Wakefield",
                "We have offered the Operations Analyst job to another candidate.\n\nHelen",
                kind="rejection",
            )
        ],
    )
    assert told.one().role == "Operations Analyst"


def test_a_thank_you_for_the_talk_is_no_chase_however_keen() -> None:
    thanks = (
        "Thank you for setting up the interview today. I enjoyed it and remain very interested."
    )
    told = story("keen", [receipt(0), invite(3), mine(4), mine(9, text=thanks)])
    assert told.one().chases == 0
    ours = "Thank you again for the conversation. One line on where things stand is plenty."
    assert story("ours", [receipt(0), invite(3), mine(4), mine(9, text=ours)]).one().chases == 1
    asking = "Following up on my interview: I am still very interested. How do things stand?"
    assert story("asking", [receipt(0), invite(3), mine(4), mine(9, text=asking)]).one().chases == 1
