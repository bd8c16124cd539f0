"""`mailsense prepare`: one page to have at hand in a talk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.cli.prepare import page
from mailsense.domain import Address, DraftState, Event, Located, Message, Outcome, State
from mailsense.journal import Entry, What
from mailsense.pipeline.decide import decide
from mailsense.pipeline.journal import say
from mailsense.reply.samples import samples
from mailsense.reply.templates import Templates
from mailsense.report.card import CallCard, Line, Person, Pointer, Said, Spoken, Standing
from tests.support.items import PLAYBOOK, SHIPPED
from tests.support.items import ZONE as LONDON
from tests.support.wordmodel import NOW, judged, worded
from tests.support.world import World

ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
BEN = Address("Ben Lee", "ben@acmeworks.example")
MONA = Address("Mona Vest", "mona.vest@lindenschool.example")
ROBIN = Address("Robin Avery", "robin@me.example")
TALK = Event(
    "REQUEST", "Interview", NOW + timedelta(days=2), NOW + timedelta(days=2, hours=1),
    ANNA.email, "",
)  # fmt: skip


def letter(key: str, sender: Address, subject: str, text: str, days: float, **more: Any) -> Message:
    id = f"{key}@letters.example"
    at = NOW - timedelta(days=days)
    return Message(
        id, id, subject, sender, more.pop("to", (ROBIN,)), date=at, text=text, **more
    )  # fmt: skip


INVITE = letter(
    "invite", ANNA, "Interview for Data Analyst",
    "Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks.\n\n"
    "Best regards\nAnna Lee\nTalent Acquisition, Acmeworks", 3, events=(TALK,),
)  # fmt: skip
REPLY = letter(
    "reply", ROBIN, "Re: Interview for Data Analyst", "Dear Anna,\n\nI will be there.\n\nRobin", 2,
    to=(ANNA,), in_reply_to=(INVITE.key,), references=(INVITE.key,),
)  # fmt: skip
SECOND = letter(
    "second", BEN, "Re: Interview for Data Analyst",
    "Dear Robin,\n\nI will sit in on the interview.\n\nBest regards\nBen Lee", 1,
    in_reply_to=(INVITE.key,), references=(INVITE.key,),
)  # fmt: skip
NO = letter(
    "no", MONA, "Your application for School Librarian",
    "Dear Robin,\n\nWe regret that we chose somebody else for the School Librarian role. Thank you "
    "for coming in for the interview; your regret is ours, unfortunately.\n\nBest regards\n"
    "Mona Vest", 3,
)  # fmt: skip
THREADS = {INVITE.key: "t1", REPLY.key: "t1", SECOND.key: "t1", NO.key: "t2"}


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """An interview ahead with two people of one company, and a no from a school."""
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    for uid, one in enumerate((INVITE, REPLY, SECOND, NO), 1):
        out = one.from_ == ROBIN
        located = Located(one, "main", "INBOX", uid, out, False, THREADS[one.key], one.date)
        store.add_messages([located], {} if out else {one.key: judged(one)})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def told(world: World, *who: str) -> Any:
    return json.loads(world.ok("prepare", *who, "--json").out)


def written(world: World, name: str, text: str) -> None:
    file = world.app().paths.templates / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


# --- the card ------------------------------------------------------------------------------------


def test_a_card_has_all_that_is_needed_in_a_talk(robin: World) -> None:
    out = robin.ok("prepare", "anna.lee@acmeworks.example").out
    for part in (
        "Anna Lee, recruiter at Acmeworks\n  anna.lee@acmeworks.example\n",
        "Data Analyst at Acmeworks: interview, ",
        "Talk:     Friday 06 March at 11:00",
        "2026-03-01  they   interview        Interview for Data Analyst",
        "2026-03-02  you ",
        "Ben Lee",
        "My name is Robin Avery. I am looking for my next role. Thank you for making\n  time",
        "1. Is there another team",
        "4. ",
        "“I don't know of any jobs”: No opening is needed",
        "“I don't do the hiring”: I understand",
        "“I'm too busy”: I quite understand",
        "no: Thank you for telling me so plainly",
        "You can reach me on +44 20 7946 0000.",
    ):
        assert part in out, (part, out)


def test_a_card_is_one_page_that_prints_as_it_stands(robin: World) -> None:
    for who in ("anna.lee@acmeworks.example", "Acmeworks", "Mona"):
        out = robin.ok("prepare", who).out
        lines = out.splitlines()
        assert len(lines) <= 45, out
        assert all(len(line) <= 78 for line in lines)
        assert all(line == line.rstrip() for line in lines)
        assert "\x1b" not in out
        assert "\n\n\n" not in out


def test_the_card_as_data_has_every_part(robin: World) -> None:
    card = told(robin, "Anna", "Lee")
    assert card["person"] == {
        "name": "Anna Lee", "email": "anna.lee@acmeworks.example", "relation": "recruiter",
        "phone": "", "last": "2026-03-02",
    }  # fmt: skip
    assert card["company"] == "Acmeworks"
    assert card["talk"] == "2026-03-06T11:00:00Z"
    assert [line["way"] for line in card["history"]] == ["they", "you"]
    assert card["others"][0]["name"] == "Ben Lee"
    assert card["questions"] == [q.ask for q in PLAYBOOK.questions]
    assert set(card["spoken"]) == {
        "introduction", "after_a_no", "no_openings", "not_hiring", "busy", "phone",
    }  # fmt: skip


def test_after_a_no_one_does_not_begin_as_if_it_were_open(robin: World) -> None:
    card = told(robin, "Mona Vest")
    assert card["applications"][0]["outcome"] == "rejection"
    assert (
        "Thank you for letting me know about the School Librarian role"
        in (card["spoken"]["introduction"])
    )


def test_a_card_without_a_phone_number_or_field_says_nothing_of_them(robin: World) -> None:
    robin.configure(
        {"main": 'email = "robin@me.example"\nimap = { host = "x", password_command = ["true"] }'},
        me='name = "Robin Avery"\ncountry = "GB"',
    )
    out = robin.ok("prepare", "Anna Lee").out
    assert "Leave your number" not in out
    assert "reach me" not in out
    assert told(robin, "Anna Lee")["spoken"]["phone"] == ""


# --- whom it is about ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    ["ANNA.LEE@acmeworks.example", "Anna Lee", "anna", "lee anna",
     "Anna Lee <anna.lee@acmeworks.example>"],
)  # fmt: skip
def test_a_person_is_found_by_address_or_name(robin: World, who: str) -> None:
    assert told(robin, who)["person"]["email"] == ANNA.email


def test_a_company_or_an_application_is_found(robin: World) -> None:
    card = told(robin, "acmeworks")
    assert card["person"] is None
    assert [p["name"] for p in card["others"]] == ["Ben Lee", "Anna Lee"]
    assert [line["way"] for line in card["history"]] == ["they", "you", "they"]
    assert told(robin, "Acmeworks, Ltd.") == card
    assert told(robin, card["applications"][0]["id"])["applications"] == card["applications"]


def test_a_company_with_one_person_is_the_card_of_that_person(robin: World) -> None:
    (id,) = [a["id"] for a in robin.json("applications", "list") if a["state"] == "closed"]
    assert told(robin, id)["person"]["email"] == MONA.email


def test_what_could_be_several_is_asked_back(robin: World) -> None:
    result = robin.run("prepare", "Lee")
    assert result.code == 1
    assert result.err == (
        'mailsense: "Lee" could be Anna Lee <anna.lee@acmeworks.example>, '
        "Ben Lee <ben@acmeworks.example>: name one of them\n"
    )


@pytest.mark.parametrize("who", ["nobody@else.example", "Zoe", "robin@me.example", "a\x1b[31m"])
def test_who_is_not_known_is_told_with_the_way_out(robin: World, who: str) -> None:
    result = robin.run("prepare", who)
    assert result.code == 1
    assert "nobody is known as" in result.err
    assert "mailsense applications list" in result.err
    assert "\x1b" not in result.err


def test_nobody_named_is_a_mistake_of_usage_or_told(robin: World) -> None:
    assert robin.run("prepare").code == 2
    assert "say who" in robin.run("prepare", " ").err


# --- the page ------------------------------------------------------------------------------------


def full(**more: Any) -> CallCard:
    """A card with more than a page can hold."""
    words = "please bring the figures of your last three plans and tell us how they came about, "
    lines = tuple(Line(date(2026, 3, n), "they", "other", words) for n in range(1, 7))
    people = tuple(Person(f"{n} " + "Long Name " * 3, f"p{n}@x.example") for n in range(3))
    standing = Standing(
        "a1", "Acmeworks", "Data Analyst " * 5, "interview", State.OPEN, Outcome.NONE, date.max
    )
    card = CallCard(
        people[0], "Acmeworks", (standing,) * 3, NOW, None,
        (Pointer("Ben Okafor", date(2026, 3, 1), None),) * 2, lines, 4,
        (Said(date(2026, 3, 1), "task", words * 2),) * 2, people, 9, (words,) * 6,
        Spoken(words * 2, words, words, words, words, words),
    )  # fmt: skip
    return replace(card, **more)


def test_a_card_that_would_not_fit_leaves_out_what_is_least_needed() -> None:
    lines = page(full(), LONDON)
    text = "\n".join(lines)
    assert len(lines) <= 48
    assert max(map(len, lines)) <= 78
    assert "8 more before" in text
    assert "and 11 others" in text
    for title in ("So far", "They said", "To begin", "To ask", "If they say", "Leave your number"):
        assert title in text


def test_a_card_that_fits_leaves_nothing_out() -> None:
    few = full(said=(), others=(), more=0, applications=(), pointers=(), questions=("Who?",))
    text = "\n".join(page(few, LONDON))
    assert text.count("2026-03-0") == 6
    assert "4 more before" in text


def test_what_came_by_mail_cannot_move_the_cursor_or_turn_the_text() -> None:
    evil = "\x1b[2Jred\u202eeval\nline"
    card = full(
        person=Person(evil, "a@b.example", phone=evil), company=evil,
        said=(Said(None, "task", evil, evil),), history=(Line(None, "they", "other", evil),),
        pointers=(Pointer(evil, date(2026, 3, 1), True),), questions=(evil,),
    )  # fmt: skip
    text = "\n".join(page(card, LONDON)).replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\x1b" not in text
    assert "\u202e" not in text


# --- what to ask ---------------------------------------------------------------------------------


def test_the_users_questions_come_first_and_none_that_was_asked_comes_again(robin: World) -> None:
    written(
        robin, "playbook.toml",
        'format = 1\n[[questions]]\nid = "mine"\nask = "Who else is worth a call?"\n'
        'light = "A name is welcome."\n',
    )  # fmt: skip
    assert told(robin, "Mona Vest")["questions"][0] == "Who else is worth a call?"
    store = robin.store()
    (draft,) = [d for d in store.drafts() if d.to[0].email == MONA.email]
    asked = PLAYBOOK.questions[0].ask
    open_ = replace(draft, body=f"Hello,\n\nWho else is worth\na call? {asked}\n")
    store.save_draft(open_)
    store.close()
    assert len(told(robin, "Mona Vest")["questions"]) == 5, "what was not sent was not asked"
    store = robin.store()
    store.save_draft(replace(open_, state=DraftState.SENT))
    store.close()
    left = [q.ask for q in PLAYBOOK.questions[1:]]
    assert told(robin, "Mona Vest")["questions"] == left
    assert told(robin, "Anna Lee")["questions"][0] == "Who else is worth a call?"


# --- names that were given -----------------------------------------------------------------------


def lead(world: World, email: str = "", may: str = "") -> None:
    """Keep a name that somebody gave the user by word of mouth."""
    store = world.store()
    facts = {"step": "add", "giver": str(ANNA), "may_use_name": may}
    person = Address("Maria Lopez", email)
    entry = Entry(What.LEAD, NOW, person=person, company="Harbour", on=NOW.date(), facts=facts)
    say(store, entry, world.app().deciding(store))
    store.close()


@pytest.mark.parametrize(
    ("may", "noted", "said"),
    [
        ("yes", "you may say so", "Anna Lee suggested that I speak with you"),
        ("no", "do not name them", "I was given your name as someone worth talking with"),
        ("", "not yet asked", "I was given your name as someone worth talking with"),
    ],
)
@pytest.mark.parametrize("email", ["", "maria@harbour.example"])
def test_who_was_only_named_has_a_card_that_tells_by_whom(
    robin: World, email: str, may: str, noted: str, said: str
) -> None:
    lead(robin, email, may)
    card = told(robin, "Maria")
    assert card["person"]["name"] == "Maria Lopez"
    assert card["person"]["relation"] == "referred"
    assert card["spoken"]["introduction"].partition("next role. ")[2].startswith(said)
    out = " ".join(robin.ok("prepare", "Maria Lopez").out.split())
    assert f"Named by: Anna Lee on 2026-03-04 ({noted})" in out
    assert "Maria Lopez, referred at Harbour" in out


# --- the scripts ---------------------------------------------------------------------------------

SCRIPTS = Templates(SHIPPED / "scripts")
FACTS = {"me": {"name": "Sam Rivers", "field": "logistics planning"}, "company": "Northwind"}


def introduction(**facts: Any) -> str:
    return " ".join(SCRIPTS.render("introduction", {**FACTS, **facts}).body.split())


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"giver": "Anna Smith", "may_use_name": True},
         "Anna Smith suggested that I speak with you, and I would like to hear how you see "
         "logistics planning."),
        ({"giver": "Anna Smith"},
         "I was given your name as someone worth talking with, and I would like to hear how you "
         "see logistics planning."),
        ({"relation": "networking", "role": "Planner"},
         "I am not asking you for a job: I would like to hear how you see logistics planning."),
        ({"company": ""},
         "I am not asking you for a job: I would like to hear how you see logistics planning."),
        ({"relation": "recruiter", "role": "Planner", "interview_times": ("Friday",)},
         "Thank you for making time to talk with me about the Planner role at Northwind."),
        ({"relation": "recruiter", "role": "Planner"},
         "I am calling about the Planner role at Northwind; is this a good moment?"),
        ({"role": "Planner", "reason": "rejection"},
         "Thank you for letting me know about the Planner role at Northwind; may I ask you one "
         "thing?"),
    ],
)  # fmt: skip
def test_the_introduction_says_who_what_and_why_in_three_sentences(
    facts: dict[str, Any], why: str
) -> None:
    said = introduction(**facts)
    assert said == (
        "My name is Sam Rivers. I am looking for my next role in logistics planning. " + why
    )


def test_the_giver_is_never_named_without_leave() -> None:
    assert "Anna" not in introduction(giver="Anna Smith", relation="referred")


def test_a_missing_fact_drops_its_sentence() -> None:
    assert introduction(me={}, company="") == (
        "I am looking for my next role. I am not asking you for a job: I would like to hear how "
        "you see your line of work."
    )


@pytest.mark.parametrize("name", SCRIPTS.names())
def test_a_script_is_said_in_one_breath(name: str) -> None:
    for facts in samples("introduction").values():
        said = " ".join(SCRIPTS.render(name, facts).body.split())
        assert len(said.split()) <= 45
        assert said == "" or said[-1] in ".?"
        assert said.count("?") <= 1
        assert " ." not in said
        assert "{" not in said


def test_a_script_of_the_users_takes_the_place_of_ours(robin: World) -> None:
    written(robin, "scripts/busy.j2", "One name, {{ to_name or 'please' }}, and I am gone.\n")
    assert "“I'm too busy”: One name, please, and I am gone." in robin.ok("prepare", "Anna Lee").out


def test_a_script_that_is_broken_is_told(robin: World) -> None:
    written(robin, "scripts/busy.j2", "{{ nme }}")
    result = robin.run("prepare", "Anna Lee")
    assert result.code == 1
    assert "busy.j2:1: 'nme' is undefined" in result.err
