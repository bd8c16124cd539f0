"""Talks agreed on in words: which day the letters of a process settle on.

Decides it from what they offer, what the user answers and what they confirm; a day that was
offered and not accepted, refused or called off is none.  What a calendar part says is not
read here: where one arrives, it speaks for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from mailsense.domain import Kind, Message
from mailsense.ports import Item
from mailsense.track import said
from mailsense.track.dates import named, timed
from mailsense.track.instants import when
from mailsense.track.patterns import lazily

REFUSES = lazily(
    r"\b(?:can(?:not|['’]t|\s+not)|unable|not\s+able|does(?:n['’]t|\s+not)\s+(?:suit|work|fit)"
    r"|won['’]t\s+(?:work|be\s+able)|unfortunately|instead|re-?schedul|postpon"
    r"|(?<!\bwe\scan\sfind\s)(?:another|different|other)\s+(?:day|time|date|slot))"
)
"""The user cannot come then."""
CALLED_OFF = lazily(
    r"\b(?:re-?schedul|postpon|cancel(?:led|ling|s)?\b|(?:no\s+longer|not)\s+be\s+able\s+to\s+"
    r"(?:meet|speak|talk|interview|see))"
)
"""They will not meet then."""
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "refuses": (
        REFUSES,
        (
            "I can't make Thursday.",
            "Thursday does not suit me.",
            "Could we find another day?",
            "Can we find another time?",
            "May we reschedule?",
        ),
        (
            "Thursday suits me well.",
            "I will be there, no need to call.",
            "Should that change, please tell me and we can find another time.",
        ),
    ),
    "called off": (
        CALLED_OFF,
        (
            "We have to postpone our interview.",
            "I must cancel our call.",
            "I will not be able to meet you on Thursday.",
        ),
        ("See you on Thursday.", "I am able to meet you at the gate."),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""


def agreed(items: Sequence[Item]) -> date | None:
    """Given the messages of one process in order, return the day of the talk they agree on.

    None where nobody invited to one, no day was named with a time of day, or several and
    none was chosen.
    """
    if not any(Kind.INTERVIEW in i.verdict.kinds for i in items if i.verdict):
        return None
    talk = _Talk()
    for item in items:
        facts = item.message.facts
        if facts.auto_reply or facts.bounce:
            continue
        if item.located.outgoing:
            talk.answered(item.message, when(item).date())
        else:
            kinds = item.verdict.kinds if item.verdict else ()
            talk.heard(item.message, when(item).date(), asks=Kind.INTERVIEW in kinds)
    return talk.day


class _Talk:
    """What is agreed after the letters read so far."""

    def __init__(self) -> None:
        self.day: date | None = None
        self.offered: frozenset[date] = frozenset()
        self.proposed: frozenset[date] = frozenset()
        """Days that the user named in the last answer."""

    def heard(self, message: Message, sent: date, *, asks: bool) -> None:
        """Take in a letter of theirs: an invitation, a confirmation, or a change."""
        days = frozenset(timed(message.text, sent))
        if message.events or said.says(CALLED_OFF, message.text):
            self.day, self.offered = None, (frozenset() if message.events else days)
        elif len(days) == 1 and days & (self.proposed | self.offered):
            self.day = next(iter(days))
        elif asks and days:
            self.day, self.offered = None, days
        if asks:
            self.proposed = frozenset()

    def answered(self, message: Message, sent: date) -> None:
        """Take in a letter of the user's."""
        text = message.text
        told = tuple(named(text, sent))
        days = frozenset(day for day, _ in told)
        if said.says(REFUSES, text):
            self.day, self.proposed = None, days - self.offered
            return
        self.proposed = days
        weekdays = {day.weekday() for day, bare in told if bare}
        chosen = {day for day in self.offered if day in days or day.weekday() in weekdays}
        if len(chosen) == 1:
            self.day = next(iter(chosen))
        elif len(self.offered) == 1 and not days and self.day is None:
            self.day = next(iter(self.offered))
