"""Talks agreed on in words: the day that both sides settle on, and none where they do not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailsense.domain import Event, Kind, Verdict
from mailsense.ports import Item
from mailsense.track import talks
from mailsense.track.dates import named, timed
from tests.support.items import incoming, outgoing, verdict

SENT = date(2026, 3, 2)
"""A Monday."""
INVITES, TELLS = verdict(Kind.INTERVIEW), verdict(Kind.ACKNOWLEDGEMENT)


def at(number: int) -> datetime:
    return datetime(2026, 3, number, 10, tzinfo=UTC)


def told(*letters: tuple[int, Verdict | None, str]) -> list[Item]:
    """Letters as (day of March, verdict or None for the user's own, text)."""
    return [
        outgoing(f"o{n}", at(day), text=text)
        if judged is None
        else incoming(f"m{n}", at(day), judged, text=text)
        for n, (day, judged, text) in enumerate(letters)
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Come on Thursday at 10:00.", [5]),
        ("Thursday 12 March at 14:00 would be good", [12]),
        ("Tuesday 10 March at 14:00\nWednesday 11 March at 09:30", [10, 11]),
        ("How about at 10 on Friday?", [6]),
        ("on March 12th, 2pm", [12]),
        ("Thursday (10 am)", [5]),
        ("next Thursday at 10", [12]),
        ("tomorrow at noon", [3]),
        ("Monday, 9 March 2026, 10:00-11:00", [9]),
        ("by Friday at 17:00", []),
        ("We decide on Friday.", []),
        ("Thursday is for 2 of us.", []),
        ("on Thursday, and bring 10 copies", []),
        ("the week of 9 March at 10:00", []),
    ],
)
def test_a_day_with_a_time_of_day_is_an_appointment(text: str, days: list[int]) -> None:
    assert [day.day for day in timed(text, SENT)] == days


def test_a_named_day_says_whether_only_its_weekday_was_told() -> None:
    assert list(named("Thursday suits me.", SENT)) == [(date(2026, 3, 5), True)]
    assert list(named("12 March suits me.", SENT)) == [(date(2026, 3, 12), False)]
    assert list(named("I will send it by Friday.", SENT)) == []


TIMES = "Would you come on Tuesday 10 March at 14:00 or on Thursday 12 March at 9:30?"
AGREED = [
    ("one time, taken", [(2, INVITES, "Thursday at 10:00?"), (2, None, "With pleasure.")], 5),
    ("one of two, by its weekday", [(2, INVITES, TIMES), (3, None, "Thursday suits me.")], 12),
    ("one of two, by its date", [(2, INVITES, TIMES), (3, None, "10 March suits me.")], 10),
    (
        "the user proposed and they confirm",
        [
            (2, INVITES, "When could you come?"),
            (2, None, "Friday at 10 would be good."),
            (3, TELLS, "Good. See you on Friday at 10:00."),
        ],
        6,
    ),
    (
        "refused, then agreed on another",
        [
            (2, INVITES, "Thursday at 10:00?"),
            (2, None, "I can't make Thursday. Friday at 10?"),
            (3, INVITES, "Fine: Friday at 10:00."),
        ],
        6,
    ),
    (
        "moved by them and taken again",
        [
            (2, INVITES, "Thursday at 10:00?"),
            (2, None, "Gladly."),
            (3, INVITES, "We have to postpone: Friday at 10:00?"),
            (3, None, "That is fine."),
        ],
        6,
    ),
    (
        "a question on the day itself changes nothing",
        [
            (2, INVITES, "Thursday at 10:00?"),
            (2, None, "Gladly."),
            (4, None, "Shall I bring my tools?"),
        ],
        5,
    ),
]
NOT_AGREED = [
    ("nobody answered", [(2, INVITES, "Thursday at 10:00?")]),
    ("two times and none chosen", [(2, INVITES, TIMES), (3, None, "Either is good.")]),
    ("refused", [(2, INVITES, "Thursday at 10:00?"), (2, None, "Thursday does not suit me.")]),
    ("another day named", [(2, INVITES, "Thursday at 10:00?"), (2, None, "How about Friday?")]),
    (
        "called off",
        [
            (2, INVITES, "Thursday at 10:00?"),
            (2, None, "Gladly."),
            (4, TELLS, "I am afraid I must cancel our talk."),
        ],
    ),
    ("no time of day", [(2, INVITES, "Come on Thursday?"), (2, None, "Gladly.")]),
    ("no invitation", [(2, TELLS, "We open on Thursday at 10:00."), (2, None, "Thank you.")]),
]


@pytest.mark.parametrize(("letters", "day"), [c[1:] for c in AGREED], ids=[c[0] for c in AGREED])
def test_the_letters_agree_on_a_day(
    letters: list[tuple[int, Verdict | None, str]], day: int
) -> None:
    assert talks.agreed(told(*letters)) == date(2026, 3, day)


@pytest.mark.parametrize("letters", [c[1] for c in NOT_AGREED], ids=[c[0] for c in NOT_AGREED])
def test_the_letters_agree_on_none(letters: list[tuple[int, Verdict | None, str]]) -> None:
    assert talks.agreed(told(*letters)) is None


def test_a_calendar_part_speaks_for_itself() -> None:
    event = Event("REQUEST", "Talk", at(5), at(5), "", "")
    items = told((2, INVITES, "Thursday at 10:00?"), (2, None, "Gladly."))
    assert talks.agreed([*items, incoming("m9", at(3), TELLS, events=(event,))]) is None


MOVED = [
    (
        "We must move our appointment. Would it be possible on Thursday 12 March, same time?",
        12,
    ),
    ("Can we move you to Thursday 12 March at 11:00?", 12),
    ("I am ill. Could we do Thursday 12 March instead?", 12),
    ("I have to call tomorrow's interview off. I will send a new date.", None),
    ("The interview cannot go ahead, the hall is flooded. Shall we say Thursday 12 March?", 12),
    ("Something came up. Please don't travel. I'll get back to you.", None),
    ("We have to push it back to next week: Thursday 12 March at 9:30?", 12),
    ("I can't make Thursday after all. How about Thursday 12 March at 2pm?", 12),
    ("Sorry, we must cancel the interview on Thursday 5 March at 10:00.", None),
    ("Small change: could we start on Thursday 5 March at 14:00 instead?", 5),
    ("We need to find another date for our talk, the director is away.", None),
    ("Our interview won't take place, as the client froze the budget for now.", None),
    ("Unfortunately I need to postpone. I'm back on Monday 9 March and will ring you.", None),
    ("See you on Thursday at 10:00. Bring your certificates.", 5),
    ("Kindly note the interview is postponed to Thursday 12 March at 10:00. Kindly confirm.", 12),
]


@pytest.mark.parametrize(("text", "day"), MOVED)
def test_a_talk_that_is_moved_or_called_off(text: str, day: int | None) -> None:
    invited = (2, INVITES, "Could you come on Thursday 5 March at 10:00?")
    items = told(invited, (2, None, "Gladly."), (3, INVITES, text), (3, None, "That is fine."))
    assert talks.agreed(items) == (date(2026, 3, day) if day else None)


def test_moved_then_called_off_leaves_no_talk() -> None:
    items = told(
        (2, INVITES, "Could you come on Thursday 5 March at 10:00?"),
        (2, None, "Gladly."),
        (3, INVITES, "We must move our appointment. Is Thursday 12 March possible, same time?"),
        (3, None, "Thursday 12 March at 10:00 is fine."),
        (11, TELLS, "I have to cancel the interview tomorrow. A new date follows."),
        (11, None, "Of course, get well soon."),
    )
    assert talks.agreed(items[:4]) == date(2026, 3, 12)
    assert talks.agreed(items) is None


YES = [(name, text) for name, (_, good, _) in talks.EXAMPLES.items() for text in good]
NO = [(name, text) for name, (_, _, bad) in talks.EXAMPLES.items() for text in bad]


@pytest.mark.parametrize(("name", "text"), YES)
def test_a_phrase_matches_what_it_should(name: str, text: str) -> None:
    assert talks.EXAMPLES[name][0].search(text)


@pytest.mark.parametrize(("name", "text"), NO)
def test_a_phrase_matches_no_more(name: str, text: str) -> None:
    assert not talks.EXAMPLES[name][0].search(text)
