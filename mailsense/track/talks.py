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
from mailsense.track.proposing import proposed_days, proposes

REFUSES = lazily(
    r"\b(?:can(?:not|['’]t|\s+not)|unable|not\s+able|does(?:n['’]t|\s+not)\s+(?:suit|work|fit)"
    r"|won['’]t\s+(?:work|be\s+able)|unfortunately|instead|re-?schedul|postpon"
    r"|(?<!\bwe\scan\sfind\s)(?:another|different|other)\s+(?:day|time|date|slot))"
)
"""The user cannot come then."""
_MEETING = (
    r"(?:interviews?|calls?|talks?|meetings?|appointments?|chats?|conversations?|slots?|times?|dates?|"
    r"sessions?|visits?|screens?|screenings?|assessments?|tours?|shifts?)"
)
_WHOSE = (
    r"(?:the|our|your|my|this|that|it|tomorrow(?:['’]s)?|today(?:['’]s)?|\w{3,6}day(?:['’]?s)?|"
    r"tomorrow\s+morning|everything|things)"
)
CALLED_OFF = lazily(
    r"\b(?:re-?schedul|re-?arrang(?:e|ing)\b|postpon|cancel(?:led|ling|s)?\b|(?:no\s+longer|not)\s+be"
    r"\s+able\s+to\s+(?:meet|speak|talk|interview|see\s+you|make\s+(?:it|our|the|to|\w+day)))"
    rf"|\b(?:mov(?:e|ing)|shift(?:ing)?|push(?:ing)?|chang(?:e|ing)|swap(?:ping)?|delay(?:ing)?|moved|"
    rf"changed|pushed|shifted|delayed)\s+{_WHOSE}\s+(?:\w+\s+){{0,2}}?{_MEETING}\b"
    r"(?!\s+(?:forward\s+)?to\s+the\s+(?:next|final|second)\s+(?:stage|round|step))"
    r"|\b(?:mov(?:e|ing)|shift(?:ing)?|push(?:ing)?|bring(?:ing)?|put(?:ting)?)\s+(?:it|this|that|things|"
    r"tomorrow|us|you|\w{3,6}day)\s+(?:back|(?:on|out|over|along)?\s*(?:to|from|until|till|into|by)\s+"
    r"(?:an?\s+(?:later|different|other|week|day|couple)|another|the\s+(?:\d|following|week\s|day\s)|"
    r"next\s+\w+|later|earlier|tomorrow|\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr"
    r"|may|jun|jul|aug|sep|oct|nov|dec)\w*\s+\d))"
    rf"|\b(?:call(?:ed|ing)?|put(?:ting)?)\s+(?:off\s+{_WHOSE}\b|{_WHOSE}\s+(?:\w+\s+){{0,2}}?off\b)"
    rf"|\b{_MEETING}\b[^.!?\n]{{0,30}}\b(?:can(?:not|['’]t|\s+not)|won['’]t|will\s+not|is(?:n['’]t|"
    r"\s+not)\s+going\s+to|will\s+unfortunately\s+not|does\s+not|must\s+unfortunately)\s+(?:now\s+|"
    r"be\s+)?(?:go(?:ing)?\s+ahead|tak(?:e|ing)\s+place|happen(?:ing)?|fall\s+out)"
    rf"|\b(?:can(?:not|['’]t|\s+not)|won['’]t|unable\s+to|not\s+able\s+to|no\s+longer)\s+(?:now\s+|be\s+"
    r"able\s+to\s+)?(?:make|do|keep|manage|hold)\s+(?:(?:it\s+(?:on\s+)?)?(?:tomorrow|today|\w{3,6}day|"
    rf"then\b|(?:the|our|your)\s+(?:\w+\s+)?{_MEETING}\b|the\s+\d))"
    r"|\b(?:do\s+not|don['’]t|no\s+need\s+to)\s+(?:travel|set\s+off|come\s+(?:in|over|tomorrow|today))\b"
    r"|\b(?:find|agree(?:\s+on)?|look\s+for|need|arrange|fix|suggest|set)\s+(?:an?\s+)?(?:new|another|"
    r"different|alternative|other)\s+(?:day|time|date|slot)"
)
"""They will not meet then."""
MOVED = lazily(
    r"\b(?:moved|re-?scheduled|re-?arranged|changed|pushed|shifted|swapped|put)\b[^.!?\n]{0,60}\b"
    r"(?:to|for|into|in\s+for)\b"
)
"""It has been done already."""
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
            "So we must move our appointment from tomorrow.",
            "Can we move you from the 21st to Friday 30 October?",
            "I need to push it back to next week.",
            "We have had to call tomorrow's interview off.",
            "The interview cannot go ahead.",
            "I can't make Thursday after all.",
            "We will have to put off the talk.",
            "Please don't travel.",
            "We need to find a new date.",
        ),
        (
            "See you on Thursday.",
            "I am able to meet you at the gate.",
            "We are moving you to the next round.",
            "We move fast.",
            "Would you be open to move to Leeds?",
            "I will put you through to the team.",
            "Call me when you set off.",
        ),
    ),
    "moved": (
        MOVED,
        ("I have moved it to Friday.", "All rescheduled for Monday."),
        ("We have to move it.", "See you on Friday."),
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
            kinds, sent = item.verdict.kinds if item.verdict else (), when(item).date()
            asks = Kind.INTERVIEW in kinds or proposes(item.message.text, sent)
            talk.heard(item.message, sent, asks=asks)
    return talk.day


class _Talk:
    """What is agreed after the letters read so far."""

    def __init__(self) -> None:
        self.day: date | None = None
        self.offered: frozenset[date] = frozenset()
        self.proposed: frozenset[date] = frozenset()
        """Days that the user named in the last answer."""
        self.moving = False
        """The user asked for another time in the last answer."""

    def heard(self, message: Message, sent: date, *, asks: bool) -> None:
        """Take in a letter of theirs: an invitation, a confirmation, or a change."""
        text = message.text
        days, off = frozenset(timed(text, sent)), said.says(CALLED_OFF, text)
        if off and self.moving and len(days & self.proposed) == 1 and said.says(MOVED, text):
            days, off = days & self.proposed, False  # as the user asked
        if asks and not days and self.day is not None and proposes(text, sent):
            days = proposed_days(text, sent) - {self.day}  # at the same time of day
        if message.events:
            self.day, self.offered = None, frozenset()
        elif off:
            self.day, self.offered = None, self._instead(text, days, sent, asks=asks)
        elif len(days) == 1 and days & (self.proposed | self.offered):
            self.day = next(iter(days))
        elif asks and days:
            self.day, self.offered = None, days
        if asks or off:
            self.proposed = frozenset()
        self.moving = False

    def _instead(
        self, text: str, days: frozenset[date], sent: date, *, asks: bool
    ) -> frozenset[date]:
        """Return the days offered in place of the one that does not hold."""
        days |= proposed_days(text, sent)
        others = days - {self.day, *self.proposed}
        return others or (days if asks and proposes(text, sent) else frozenset())

    def answered(self, message: Message, sent: date) -> None:
        """Take in a letter of the user's."""
        text = message.text
        told = tuple(named(text, sent))
        days = frozenset(day for day, _ in told)
        self.moving = said.says(REFUSES, text)
        if self.moving:
            self.day, self.proposed = None, days - self.offered
            return
        self.proposed = days
        weekdays = {day.weekday() for day, bare in told if bare}
        chosen = {day for day in self.offered if day in days or day.weekday() in weekdays}
        if len(chosen) == 1:
            self.day = next(iter(chosen))
        elif len(self.offered) == 1 and not days and self.day is None:
            self.day = next(iter(self.offered))
