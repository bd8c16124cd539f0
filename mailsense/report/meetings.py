"""The talk that lies ahead in one application.

Told by the calendar parts of its letters, and by the day that the letters agree on in words.  A
meeting called off, refused or moved is none; which letters say so in words is handed in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Event
from mailsense.ports import Item

_HOUR = timedelta(hours=1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One talk: its day in the user's zone, and where the calendar tells it, its times in UTC."""

    day: date
    start: datetime | None = None
    end: datetime | None = None
    message: str = ""
    """The key of the letter that tells of it."""


def written(item: Item) -> datetime:
    """Return when a message was written, never later than it was seen."""
    date_, seen = item.message.date, item.located.seen_at
    return min(date_, seen) if date_ and seen else date_ or seen or _BEGINNING


def ahead(
    application: Application,
    items: Sequence[Item],
    now: datetime,
    zone: ZoneInfo,
    moved: Collection[str] = (),
) -> Meeting | None:
    """Given an application and its letters by date, return the next talk agreed on, if any.

    ``moved`` are the keys of letters that call a meeting off, or move it, in words.
    """
    coming = [m for m in _appointments(items, zone, moved) if m.end is not None and m.end > now]
    first = min(coming, key=lambda m: (m.start or now, m.message), default=None)
    agreed, today = application.agreed, now.astimezone(zone).date()
    if agreed is not None and agreed >= today and (first is None or agreed < first.day):
        return Meeting(agreed)
    return first


def _appointments(items: Sequence[Item], zone: ZoneInfo, moved: Collection[str]) -> list[Meeting]:
    """Return the appointments that stand after the letters, read in order."""
    standing: list[tuple[tuple[str, str], Meeting]] = []
    for item in items:
        at = written(item)
        if item.key in moved and not item.message.events:
            standing = [pair for pair in standing if not _after(pair[1], at)]
        for event in item.message.events:
            if event.start is None:
                continue
            name = (event.summary, event.organizer)
            if _refused(item, event):
                standing = [p for p in standing if p[1].start != event.start]
            elif event.method != "REPLY":
                standing = [p for p in standing if p[0] != name or not _after(p[1], at)]
                day = event.start.astimezone(zone).date()
                end = event.end or event.start + _HOUR
                standing.append((name, Meeting(day, event.start, end, item.key)))
    return list({meeting.start: meeting for _, meeting in standing}.values())


def _after(meeting: Meeting, at: datetime) -> bool:
    return meeting.start is not None and meeting.start > at


def _refused(item: Item, event: Event) -> bool:
    """True when a calendar part calls a meeting off, or is the user's own refusal of it."""
    own = item.located.outgoing and event.method == "REPLY"
    return event.method == "CANCEL" or (
        own and item.message.subject.casefold().startswith("declined")
    )
