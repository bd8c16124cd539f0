"""What came of a lead, as the mail shows it: a talk that took place, or an application.

Decides only by letters of the person who was named, and by the processes that person is in.  A
process in whose course the name was given goes on in any case, and proves nothing; among people
who know each other a talk with the person does.  What the user says of it is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Draft, Kind, Stage
from mailsense.ports import Item
from mailsense.reply import reading
from mailsense.reply.mentions import Mention
from mailsense.reply.timing import when

_ASKED_FOR = frozenset({Kind.INTERVIEW, Kind.TASK, Kind.OFFER})
_BEYOND = (Stage.SCREENING, Stage.INTERVIEW)
CAME = {
    Stage.NETWORKING: "a conversation",
    Stage.APPLIED: "an application",
    Stage.SCREENING: "a first call",
    Stage.INTERVIEW: "an interview",
    Stage.OFFER: "an offer",
}
"""What a lead led to, in words, by the stage that was reached."""


@dataclass(frozen=True, slots=True)
class Letters:
    """All mail, by the person it came from and the people it went to, each in order."""

    by: dict[str, list[Item]]
    to: dict[str, list[Item]]

    @classmethod
    def of(cls, items: Iterable[Item], now: datetime) -> Letters:
        """Given messages in any order, return them by person."""
        by: dict[str, list[Item]] = defaultdict(list)
        to: dict[str, list[Item]] = defaultdict(list)
        for item in sorted(items, key=lambda i: (when(i, now), i.key)):
            message, facts = item.message, item.message.facts
            if item.located.outgoing:
                for key in {a.key for a in (*message.to, *message.cc, *message.bcc)}:
                    to[key].append(item)
            elif not (facts.auto_reply or facts.bounce):
                for key in {message.from_.key, *(a.key for a in message.reply_to)}:
                    by[key].append(item)
        return cls(dict(by), dict(to))


@dataclass(frozen=True, slots=True)
class Seen:
    """What all leads are held against."""

    letters: Letters
    applications: Sequence[Application]
    drafts: Sequence[Draft]
    me: frozenset[str]
    now: datetime
    zone: ZoneInfo

    def at(self, item: Item) -> datetime:
        return when(item, self.now)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def maybe(self, at: datetime | None) -> date | None:
        return self.day(at) if at is not None else None


@dataclass(frozen=True, slots=True)
class Came:
    """The application that a lead led to, how far, and since when the mail shows it."""

    became: str
    stage: Stage
    at: datetime

    @property
    def words(self) -> str:
        return CAME[self.stage]


def came_of(email: str, mentions: Sequence[Mention], seen: Seen) -> Came | None:
    """Given the address of somebody who was named, return what came of it, None for nothing yet."""
    order = list(CAME)
    found = [
        came
        for one in seen.applications
        if any(c.email.lower() == email.lower() for c in one.contacts)
        and (came := _in(one, email, mentions[0], seen)) is not None
    ]
    return max(found, key=lambda came: (order.index(came.stage), came.became), default=None)


def _in(one: Application, email: str, first: Mention, seen: Seen) -> Came | None:
    """Return what came of it in one application."""
    keys = set(one.message_keys)
    letters = [i for i in seen.letters.by.get(email.lower(), ()) if i.key in keys]
    theirs = [i for i in letters if seen.at(i) > first.at]
    if one.stage is not Stage.NETWORKING:
        if one.id == first.about:
            return None
        wanted = _ASKED_FOR if one.stage is not Stage.APPLIED else {Kind.ACKNOWLEDGEMENT}
        everyone = {i.key: i for items in seen.letters.by.values() for i in items if i.key in keys}
        days = [
            seen.at(i)
            for i in everyone.values()
            if i.verdict is not None and wanted & set(i.verdict.kinds) and seen.at(i) > first.at
        ]
        return Came(one.id, one.stage, min(days)) if days else None
    mine = [i for i in seen.letters.to.get(email.lower(), ()) if i.key in keys]
    further = _further(one, theirs, seen)
    talked = _talked(one, theirs, mine, first, seen)
    return further or (Came(one.id, Stage.NETWORKING, talked) if talked is not None else None)


def _further(one: Application, theirs: Sequence[Item], seen: Seen) -> Came | None:
    """Return the furthest that the person asked for beyond a talk, in a talk about work."""
    found: list[Came] = []
    for item in theirs:
        verdict = item.verdict
        if verdict is None:
            continue
        if Kind.OFFER in verdict.kinds:
            found.append(Came(one.id, Stage.OFFER, seen.at(item)))
        elif Kind.INTERVIEW in verdict.kinds and verdict.stage in _BEYOND:
            found.append(Came(one.id, verdict.stage, seen.at(item)))
    order = list(CAME)
    return max(found, key=lambda came: order.index(came.stage), default=None)


def _talked(
    one: Application, theirs: Sequence[Item], mine: Sequence[Item], first: Mention, seen: Seen
) -> datetime | None:
    """Return when it was known that the user has talked with the person."""
    if not theirs:
        return None
    ended = [
        event.end
        for item in theirs
        for event in item.message.events
        if event.end is not None and event.end <= seen.now and event.method != "CANCEL"
    ]
    after = [*theirs, *(i for i in mine if seen.at(i) > seen.at(theirs[0]))]
    said = [
        seen.at(item)
        for item in after
        if any(map(reading.says_talked, reading.sentences(reading.text_of(item.message))))
    ]
    other = one.id != first.about
    today = seen.day(seen.now)
    if other and one.agreed is not None and seen.day(seen.at(theirs[0])) <= one.agreed < today:
        ended.append(datetime.combine(one.agreed, time.max, seen.zone).astimezone(UTC))
    if other and one.spoke is not None and one.spoke >= first.at:
        ended.append(one.spoke)
    return min((*ended, *said), default=None)
