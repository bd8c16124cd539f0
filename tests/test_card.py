"""The call card as a value: who, where things stand, what was said, and nothing invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from mailsense.domain import (
    Address,
    Contact,
    Event,
    Evidence,
    Kind,
    Note,
    Outcome,
    Relation,
    State,
)
from mailsense.journal import Entry, Lead, What
from mailsense.report.card import CallCard, Known, Person, Pointer, Said, card
from tests.support.items import ANNA, BEN, ZONE, application, day, incoming, outgoing, verdict

NOW = day(11, 9)
_ANNA = Contact("Anna Smith", ANNA.email, Relation.RECRUITER, "+44 20 7946 0011")
_BEN = Contact("Ben Okafor", BEN.email, Relation.HIRING_MANAGER)


def telling(kind: Kind, sentence: str) -> Any:
    return replace(verdict(kind), evidence=(Evidence("sentence", sentence, 1.0),))


INVITE = incoming(
    "invite", day(11, 3), telling(Kind.INTERVIEW, "Please bring two examples of your plans."),
    subject="A first talk",
)  # fmt: skip
YES = outgoing("yes", day(11, 4))
BENS = incoming("bens", day(11, 5), verdict(Kind.OTHER), sender=BEN, subject="Hello")
ONE = application(
    contacts=(_ANNA, _BEN), message_keys=("invite", "yes", "bens"), promised=date(2026, 11, 20)
)


def known(**more: Any) -> Known:
    items = {item.key: item for item in (INVITE, YES, BENS)}
    base = Known(ANNA, "Northwind", (ONE,), (ONE,), items)
    return replace(base, **more)


def made(**more: Any) -> CallCard:
    return card(known(**more), ("Who else?",), now=NOW, zone=ZONE)


def test_the_person_is_told_as_the_mail_shows_them() -> None:
    assert made().person == Person(
        "Anna Smith", ANNA.email, Relation.RECRUITER, "+44 20 7946 0011", date(2026, 11, 4)
    )
    assert made().company == "Northwind"
    assert made().questions == ("Who else?",)


def test_who_was_met_there_is_told_without_the_person() -> None:
    elsewhere = application(
        id="a2", contacts=(Contact("Cleo Ray", "cleo@northwind.example"), replace(_ANNA, phone=""))
    )
    others = made(firm=(ONE, elsewhere)).others
    assert [p.name for p in others] == ["Ben Okafor", "Cleo Ray"]
    assert others[0].last == date(2026, 11, 5)
    assert others[1].last is None


def test_what_one_application_does_not_know_of_a_person_another_tells() -> None:
    plain = Contact("", ANNA.email)
    person = made(applications=(replace(ONE, contacts=(plain,)),), firm=(ONE,)).person
    assert person is not None
    assert (person.name, person.relation) == ("Anna Smith", Relation.RECRUITER)
    assert person.phone == "+44 20 7946 0011"


def test_more_people_than_there_is_room_for_are_counted() -> None:
    crowd = tuple(Contact(f"P{n}", f"p{n}@northwind.example") for n in range(7))
    full = made(applications=(replace(ONE, contacts=(_ANNA, *crowd)),))
    assert (len(full.others), full.more) == (3, 4 + 1)


def test_the_history_is_of_letters_with_the_person_by_day() -> None:
    told = [(line.on, line.way, line.kind, line.text) for line in made().history]
    assert told == [
        (date(2026, 11, 3), "they", "interview", "A first talk"),
        (date(2026, 11, 4), "you", "", "Re: Your application"),
    ]
    whole = made(person=None).history
    assert [line.text for line in whole][-1] == "Hello"


def test_notes_stand_among_the_letters() -> None:
    note = Note(day(11, 3, 20), "She called about the date.", spoke=True)
    lines = made(applications=(replace(ONE, notes=(note,)),)).history
    assert [line.way for line in lines] == ["they", "noted", "you"]
    assert lines[1].kind == "spoke"


def test_what_lies_further_back_is_counted() -> None:
    letters = [incoming(f"m{n}", day(11, 1, n), verdict(Kind.OTHER)) for n in range(10)]
    full = made(
        items={i.key: i for i in letters},
        applications=(replace(ONE, message_keys=tuple(i.key for i in letters)),),
    )
    assert (len(full.history), full.earlier) == (6, 4)
    assert full.history[-1].on == date(2026, 11, 1)


def test_what_they_asked_is_told_in_their_own_words() -> None:
    assert made().said == (
        Said(date(2026, 11, 3), "interview", "Please bring two examples of your plans."),
    )


def test_words_that_the_user_was_told_stand_beside_those_of_the_mail() -> None:
    told = Entry(What.FEEDBACK, day(11, 6), person=ANNA, text="Your  examples\nwere strong.")
    other = Entry(What.FEEDBACK, day(11, 7), person=BEN, text="Too short.")
    never = Entry(What.NEVER, day(11, 7), person=ANNA, text="x")
    said = made(entries=(told, other, never)).said
    assert said[0] == Said(date(2026, 11, 6), "feedback", "Your examples were strong.")
    assert len(said) == 2
    whole = made(person=None, entries=(replace(other, company="northwind"),)).said
    assert whole[0].who == "Ben Okafor"


def test_long_words_of_theirs_are_cut_between_words() -> None:
    long = incoming("long", day(11, 3), telling(Kind.TASK, "please " * 60))
    text = made(
        items={"long": long}, applications=(replace(ONE, message_keys=("long",)),)
    ).said[0].text  # fmt: skip
    assert len(text) <= 153
    assert text.endswith("please …")


def test_a_decisive_sentence_of_ordinary_mail_is_not_told() -> None:
    plain = incoming("plain", day(11, 3), telling(Kind.ACKNOWLEDGEMENT, "We received it."))
    one = replace(ONE, message_keys=("plain",))
    assert made(items={"plain": plain}, applications=(one,)).said == ()


# --- where things stand --------------------------------------------------------------------------


def test_what_is_not_closed_comes_first_and_then_the_newest() -> None:
    closed = application(id="c", state=State.CLOSED, outcome=Outcome.REJECTION, last_in=day(11, 8))
    old = application(id="o", last_in=day(10, 1))
    new = application(id="n", last_out=day(11, 1))
    standings = made(applications=(closed, old, new)).applications
    assert [s.id for s in standings] == ["n", "o", "c"]
    assert standings[2].outcome is Outcome.REJECTION


def test_a_promise_is_told() -> None:
    assert made().applications[0].promised == date(2026, 11, 20)


def event(start: datetime, **more: Any) -> Event:
    end = start + timedelta(minutes=30)
    base = Event("REQUEST", "Interview", start, end, "anna@northwind.example", "")
    return replace(base, **more)


def talk(*events: tuple[int, Event], agreed: date | None = None) -> CallCard:
    """Return the card after letters that bring appointments, each on its day of November."""
    items = {
        f"e{n}": incoming(f"e{n}", day(11, sent, n), verdict(Kind.INTERVIEW), events=(one,))
        for n, (sent, one) in enumerate(events)
    }
    one = replace(ONE, message_keys=tuple(items), agreed=agreed)
    return made(items=items, applications=(one,))


def test_the_next_talk_is_that_of_the_calendar() -> None:
    first = event(day(11, 12, 14))
    assert talk((3, first)).talk == day(11, 12, 14)
    assert talk((3, first), (4, event(day(11, 10), summary="A coffee"))).talk == day(11, 10)
    assert talk((3, event(day(11, 8)))).talk is None, "it is over"
    on = event(NOW - timedelta(minutes=10))
    assert talk((3, on)).talk == on.start, "it has begun"


def test_a_talk_that_was_moved_or_called_off_is_not_told() -> None:
    first, moved = event(day(11, 12, 14)), event(day(11, 13, 9))
    assert talk((3, first), (4, moved)).talk == day(11, 13, 9)
    assert talk((3, first), (4, replace(first, method="CANCEL"))).talk is None
    assert talk((3, first), (4, replace(first, method="REPLY"))).talk == day(11, 12, 14)


def test_a_day_that_the_letters_agree_on_is_told_where_the_calendar_says_nothing() -> None:
    assert talk(agreed=date(2026, 11, 12)).talk_on == date(2026, 11, 12)
    assert talk(agreed=date(2026, 11, 8)).talk_on is None
    both = talk((3, event(day(11, 12, 14))), agreed=date(2026, 11, 12))
    assert (both.talk, both.talk_on) == (day(11, 12, 14), None)


# --- somebody whose name was given ---------------------------------------------------------------

MARIA = Address("Maria Lopez", "maria@harbour.example")
LEAD = Lead("l1", "Maria Lopez", date(2026, 11, 2), MARIA.email, giver=ANNA, may_use_name=True)


def test_who_pointed_the_user_there_is_told_with_whether_they_may_be_named() -> None:
    older = replace(LEAD, id="l0", given=date(2026, 10, 2), giver=BEN, may_use_name=None)
    told = made(person=MARIA, applications=(), firm=(), leads=(older, LEAD))
    assert told.pointers == (
        Pointer("Anna Smith", date(2026, 11, 2), True),
        Pointer("Ben Okafor", date(2026, 10, 2), None),
    )
    assert told.person == Person("Maria Lopez", MARIA.email, Relation.REFERRED)


@pytest.mark.parametrize("person", [None, Address("", "nobody@else.example"), Address("Al", "")])
def test_what_nobody_knows_is_left_out(person: Address | None) -> None:
    empty = card(Known(person, "", ()), now=NOW.astimezone(UTC), zone=ZONE)
    assert empty.applications == empty.history == empty.said == empty.pointers == ()
    assert empty.talk is empty.talk_on is None
    assert empty.spoken.introduction == ""
