"""When a message was written, and the one order in which messages are read."""

from __future__ import annotations

from datetime import UTC, datetime

from mailsense.ports import Item

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a message without any date: before all others, yet an instant that every zone can tell."""


def when(item: Item) -> datetime:
    """Return when a message was written, never later than it was seen."""
    date, seen = item.message.date, item.located.seen_at
    return min(date, seen) if date and seen else date or seen or _BEGINNING


def order(item: Item) -> tuple[datetime, str]:
    """Return what messages are sorted by: the instant, equal instants by key."""
    return when(item), item.key
