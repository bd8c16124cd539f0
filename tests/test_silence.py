"""Silence: when no answer has become long, and when an application is let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailsense.domain import Application, Event, Ladder, Outcome, State, Tag
from mailsense.track.silence import with_silence
from tests.support.stories import Story, day, mail, story
from tests.test_track import ANNA, BOB, invite, mine, no, receipt

LADDERS = {
    ladder.case: ladder
    for ladder in (
        Ladder("applied-unknown", tag_after=15, quiet=30, most=0),
        Ladder("applied", tag_after=10, floors=(10,), quiet=30, most=1),
        Ladder("screening", tag_after=6, floors=(6, 8)),
        Ladder("interview-recruiter", tag_after=6, floors=(6, 8), closing=10),
        Ladder("task", tag_after=6, floors=(6, 8)),
        Ladder("offer", tag_after=2, floors=(2, 3)),
        Ladder("networking", tag_after=7, floors=(7, 10)),
    )
}
UTC_ZONE = ZoneInfo("UTC")


def at(told: Story, n: float, **more) -> Application:
    """Return the story's only application as it looks on day ``n``."""
    more.setdefault("holidays", ())
    more.setdefault("zone", UTC_ZONE)
    return with_silence(told.one(), told.items, LADDERS, now=day(n), **more)


APPLIED = story("applied", [receipt(0)])
MET = story("met", [receipt(0), invite(3), mine(4)])


@pytest.mark.parametrize(
    ("told", "n", "tag"),
    [
        (APPLIED, 20, Tag.NONE),  # 14 working days after Monday
        (APPLIED, 21, Tag.SILENCE),  # 15
        (MET, 11, Tag.REQUEST),  # 5 working days after Friday
        (MET, 14, Tag.SILENCE),  # 6
    ],
)
def test_silence_begins_when_the_first_floor_has_passed(told, n, tag):
    found = at(told, n)
    assert found.tag is tag
    assert found.state is State.WAITING


def test_the_note_tells_facts():
    found = at(APPLIED, 23)
    assert (found.waiting_days, found.waiting_working_days) == (23, 17)
    assert found.note == "no answer for 23 days (17 working days)"


def test_one_day_is_one_day():
    told = story("", [mail(0, ANNA, "Offer", "An offer for the role.", kind="offer"), mine(1)])
    ladder = {"offer": Ladder("offer", tag_after=1)}
    found = with_silence(told.one(), told.items, ladder, now=day(2), zone=UTC_ZONE, holidays=())
    assert found.note == "no answer for 1 day (1 working day)"


def test_waiting_is_told_before_it_is_silence():
    found = at(APPLIED, 4)
    assert (found.waiting_days, found.waiting_working_days, found.tag) == (4, 4, Tag.NONE)
    assert found.note == ""


def test_public_holidays_do_not_count():
    found = at(APPLIED, 21, holidays=[date(2026, 3, 17)])
    assert found.tag is Tag.NONE
    assert found.waiting_working_days == 14


def test_days_are_the_users_own():
    late = replace(APPLIED.one(), last_in=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    now = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    ask = {"ladders": LADDERS, "now": now, "holidays": ()}
    london = with_silence(late, APPLIED.items, zone=ZoneInfo("Europe/London"), **ask)
    berlin = with_silence(late, APPLIED.items, zone=ZoneInfo("Europe/Berlin"), **ask)
    auckland = with_silence(late, APPLIED.items, zone=ZoneInfo("Pacific/Auckland"), **ask)
    assert [a.waiting_days for a in (london, berlin, auckland)] == [1, 1, 1]
    early = replace(late, last_in=datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    later = with_silence(early, APPLIED.items, zone=ZoneInfo("Europe/Berlin"), **ask)
    assert later.waiting_days == 2


@pytest.mark.parametrize("told", [story("", [receipt(0), invite(3)]), story("", [invite(0)])])
def test_no_silence_while_it_is_the_users_move(told):
    found = at(told, 60)
    assert found.state is State.OPEN
    assert found.tag is Tag.REQUEST
    assert found.waiting_days is not None


@pytest.mark.parametrize(
    "told",
    [
        story("a no", [receipt(0), no(3)]),
        story("withdrawn", [invite(0), mine(1, text="I withdraw my application.")]),
        story(
            "accepted",
            [
                mail(0, ANNA, "Offer", "The offer.", kind="offer"),
                mine(1, text="I accept the offer."),
            ],
        ),
    ],
    ids=lambda s: s.name,
)
def test_what_is_closed_waits_for_nothing(told):
    found = at(told, 60)
    assert found == told.one()
    assert found.waiting_days is None


def promise(text: str) -> Story:
    word = mail(4, ANNA, "Re: Interview for Data Analyst", text, kind="acknowledgement")
    return story("", [invite(0), mine(1), word])  # sent on Friday, day 4


@pytest.mark.parametrize(
    ("text", "n", "tag"),
    [
        ("We will let you know within four weeks.", 35, Tag.REQUEST),
        ("We will let you know within four weeks.", 36, Tag.SILENCE),
        ("We will let you know by Monday.", 8, Tag.REQUEST),
        ("We will let you know by Monday.", 9, Tag.SILENCE),
    ],
)
def test_a_promised_day_and_two_more_override_the_floor(text, n, tag):
    assert at(promise(text), n).tag is tag


def test_an_unlabelled_letter_may_be_the_answer():
    unsure = mail(5, ANNA, "Re: Interview for Data Analyst", "Hm.", kind="unsure", answered=True)
    told = story("", [receipt(0), invite(3), mine(4), unsure])
    found = at(told, 60)
    assert found.state is State.WAITING
    assert found.tag is Tag.REQUEST


def test_an_unlabelled_letter_of_another_application_changes_nothing():
    unsure = mail(5, "Zed <zed@zed.example>", "Hello", "Words.", kind="unsure")
    told = story("", [receipt(0), unsure])
    assert at(told, 40).tag is Tag.SILENCE


@pytest.mark.parametrize(
    "noise",
    [
        mail(9, ANNA, "Automatic reply: Interview for Data Analyst", "Away.", kind="other",
             auto_reply=True, auto_submitted="auto-replied"),
        mail(9, "jobs@lists.acme.example", "Interview for Data Analyst", "News from Acme",
             kind="other", list_id="news.acme.example", thread="interview for data analyst/x"),
        receipt(9),
        mail(9, "MAILER-DAEMON <mailer-daemon@acme.example>", "Re: Interview for Data Analyst",
             "Delayed", kind="other", bounce=True),
    ],
    ids=["out of office", "list mail", "a receipt beyond its stage", "a bounce"],
)  # fmt: skip
def test_machines_do_not_restart_the_clock(noise):
    told = story("", [*MET.items, noise])
    assert at(told, 14).tag is Tag.SILENCE


def test_a_word_from_a_person_does():
    word = mail(9, ANNA, "Re: Interview for Data Analyst", "Soon!", kind="acknowledgement")
    told = story("", [*MET.items, word])
    assert at(told, 14).tag is Tag.REQUEST
    assert at(told, 14).waiting_days == 5


def test_an_answer_ends_silence():
    told = story("", [*MET.items, no(20, ANNA)])
    found = at(told, 30)
    assert (found.tag, found.outcome) == (Tag.REJECTION, Outcome.REJECTION)


def test_a_chase_restarts_the_days_but_not_the_silence():
    told = story("", [*MET.items, mine(14, text="May I ask how things stand?")])
    found = at(told, 15)
    assert found.chases == 1
    assert found.tag is Tag.SILENCE
    assert found.waiting_days == 1


def test_a_letter_written_too_early_makes_no_silence():
    told = story("", [receipt(0), mine(2, text="My application for Data Analyst: my portfolio.")])
    assert at(told, 4).tag is Tag.NONE


def test_quiet_lets_go_without_a_note():
    waiting, gone = at(APPLIED, 41), at(APPLIED, 42)
    assert waiting.state is State.WAITING
    assert (gone.state, gone.outcome, gone.tag) == (State.CLOSED, Outcome.SILENCE, Tag.SILENCE)
    assert gone.note == "no answer for 42 days (30 working days)"


def chased(*days: int) -> Story:
    letters = [mine(n, text="May I ask how things stand?") for n in days]
    return story("", [*MET.items, *letters])


def test_the_closing_notes_wait_lets_go_when_the_chases_are_spent():
    told = chased(14, 25)
    assert at(told, 38).state is State.WAITING
    assert at(told, 39).outcome is Outcome.SILENCE


def test_the_closing_note_itself_lets_go():
    assert at(chased(14, 25, 40), 41).outcome is Outcome.SILENCE


def test_without_chases_the_closing_notes_wait_does_not_count():
    assert at(MET, 25).state is State.WAITING
    assert at(MET, 46).outcome is Outcome.SILENCE


def test_an_offer_is_never_let_go():
    told = story("", [mail(0, ANNA, "Offer", "An offer for the role.", kind="offer"), mine(1)])
    found = at(told, 90)
    assert (found.state, found.tag) == (State.WAITING, Tag.SILENCE)


def appointment(n: float, method: str = "REQUEST") -> Event:
    return Event(method, "Interview", day(n), day(n) + timedelta(hours=1), ANNA, "")


def test_nobody_is_silent_before_an_agreed_appointment():
    told = story("", [invite(3, events=(appointment(16),)), mine(4)])
    assert at(told, 15).tag is Tag.REQUEST
    assert at(told, 17).tag is Tag.REQUEST
    assert at(told, 24).tag is Tag.SILENCE


def test_a_cancelled_appointment_does_not_count():
    cancelled = mail(
        4.5,
        ANNA,
        "Re: Interview for Data Analyst",
        "We have to cancel.",
        kind="other",
        events=(appointment(40, "CANCEL"),),
    )
    told = story("", [invite(3, events=(appointment(40),)), mine(4), cancelled])
    assert at(told, 20).tag is Tag.SILENCE


def test_a_networking_contact_has_a_floor_of_its_own():
    ask = "Would you have 20 minutes to talk about your career?"
    told = story("", [mail(0, "me", "Your work", ask, to=BOB)])
    assert at(told, 8).tag is Tag.NONE
    assert at(told, 9).tag is Tag.SILENCE


def test_a_case_without_a_ladder_is_never_silent():
    told = MET
    found = with_silence(told.one(), told.items, {}, now=day(90), zone=UTC_ZONE, holidays=())
    assert found.tag is Tag.REQUEST
    assert found.waiting_days == 86


def test_a_letter_from_the_future_does_not_break_the_count():
    found = at(APPLIED, -3)
    assert (found.waiting_days, found.waiting_working_days) == (0, 0)
