"""Talks that lie behind: which was the last, on what day, and which letters tell of it.

A talk took place when its calendar appointment has ended and was neither called off nor
moved, when the day that the letters agree on has passed, or when a person writes that it
took place.  What is to be done about it is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailsense.domain import Event, Kind
from mailsense.ports import Item
from mailsense.reply import reading, words
from mailsense.reply.addressee import author
from mailsense.reply.situation import Situation
from mailsense.reply.timing import when

_SAME_TALK = timedelta(days=14)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk that lies behind: its day, when it was surely over, the mail that tells of it."""

    day: date
    over: datetime
    told_by: tuple[Item, ...]
    how: str
    exact: bool = True
    """False where it was on that day or before."""


def over(item: Item, situation: Situation) -> bool:
    """True when a message does nothing but invite to appointments that have taken place."""
    verdict, events = item.verdict, item.message.events
    if verdict is None or verdict.kinds != (Kind.INTERVIEW,) or not events:
        return False
    ended = {id(event) for _, event, _ in _appointments(situation)}
    return all(id(event) in ended for event in events)


def newest_talk(situation: Situation) -> Talk | None:
    """Return the last talk that lies behind; what the calendar says outranks words."""
    held = list(_by_calendar(situation))
    held += [t for t in _by_agreement(situation) if t.day not in {one.day for one in held}]
    said = next(_by_their_words(situation), None)
    newest = max(held, key=lambda talk: talk.over, default=None)
    if said is not None and (newest is None or said.over - newest.over > _SAME_TALK):
        return said
    return newest


def _by_calendar(situation: Situation) -> Iterator[Talk]:
    """Yield one talk for each day that had appointments, however many people they were with."""
    days: dict[date, list[tuple[Item, Event, datetime]]] = {}
    for item, event, end in _appointments(situation):
        days.setdefault(end.astimezone(situation.zone).date(), []).append((item, event, end))
    for day, held in days.items():
        yield Talk(
            day,
            max(end for _, _, end in held),
            tuple({item.key: item for item, _, _ in held}.values()),
            "by the calendar",
        )


def _appointments(situation: Situation) -> Iterator[tuple[Item, Event, datetime]]:
    """Yield the appointments that have ended, neither called off nor moved, with their ends."""
    listed = [(item, event) for item in situation.items for event in item.message.events]
    for item, event in listed:
        end = event.end or (event.start + _HOUR if event.start else None)
        if end is None or end > situation.now or _refused(item, event):
            continue
        start = event.start or end
        if any(_refused(i, e) and start in (e.start, e.end) for i, e in listed):
            continue
        between = [
            i
            for i in situation.items
            if when(item, situation.now) < when(i, situation.now) < start and i.key != item.key
        ]
        if not any(_moves(later, item, event) for later in between):
            yield item, event, end


def _refused(item: Item, event: Event) -> bool:
    """True when a calendar part calls a meeting off, or is the user's own refusal of it."""
    own = item.located.outgoing and event.method == "REPLY"
    return event.method == "CANCEL" or (
        own and item.message.subject.casefold().startswith("declined")
    )


def _moves(later: Item, item: Item, event: Event) -> bool:
    """True when a letter sent before a meeting puts another in its place, or calls it off."""
    text = words.normal(reading.text_of(later.message))
    if words.NEVER_MET.search(text) or words.RESCHEDULED.search(text):
        return True
    return any(
        e.start != event.start
        and (e.summary, e.organizer) == (event.summary, event.organizer)
        and e.method != "REPLY"
        for e in later.message.events
    )


def _by_agreement(situation: Situation) -> Iterator[Talk]:
    """Yield the talk on the day that the letters agree on, when it has passed."""
    day = situation.application.agreed
    if day is None or day >= situation.now.astimezone(situation.zone).date():
        return
    end = datetime.combine(day, time.max, situation.zone)
    before = [i for i in situation.items if not i.located.outgoing]
    told = [i for i in before if i.verdict is not None and Kind.INTERVIEW in i.verdict.kinds]
    if told or before:
        yield Talk(day, end, ((told or before)[-1],), "as your letters agree")


def _by_their_words(situation: Situation) -> Iterator[Talk]:
    """Yield the talk that a person's receipt speaks of, unless the user wrote of it before."""
    own = [i for i in situation.items if i.located.outgoing]
    for item in reversed(situation.items):
        verdict, at = item.verdict, when(item, situation.now)
        if item.located.outgoing or verdict is None or verdict.kind is not Kind.ACKNOWLEDGEMENT:
            continue
        if author(item.message, situation.me)[0] is None or not speaks_of_talk(item):
            continue
        if not any(
            speaks_of_talk(i) and timedelta() <= at - when(i, situation.now) < _SAME_TALK
            for i in own
        ):
            day = at.astimezone(situation.zone).date()
            yield Talk(day, at, (item,), "as they write", exact=False)


def speaks_of_talk(item: Item) -> bool:
    """True when a letter speaks of a talk that lies behind."""
    return any(map(reading.says_talked, reading.sentences(reading.text_of(item.message))))
