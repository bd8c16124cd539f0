"""Days and hours: working days, working hours, and how a date is said in a letter.

Holidays are handed in; without them only weekends are free.  All instants are UTC, all
days are the user's (rule 12 of the design).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailsense.ports import Item
from mailsense.working_days import is_working

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def when(item: Item, now: datetime) -> datetime:
    """Return the instant of a message: its date, else its arrival, and never after ``now``."""
    date_, seen = item.message.date, item.located.seen_at
    if date_ is not None and seen is not None:
        return min(date_, seen, now)
    return min(date_ or seen or now, now)


def into_hours(
    at: datetime, zone: ZoneInfo, hours: tuple[time, time], holidays: Collection[date] = ()
) -> datetime:
    """Given an instant, return it or the next one within working hours, in UTC."""
    local = at.astimezone(zone)
    day, (start, end) = local.date(), hours
    if is_working(day, holidays) and local.time() <= end:
        if local.time() >= start:
            return at.astimezone(UTC)
    else:
        day += timedelta(days=1)
        while not is_working(day, holidays):
            day += timedelta(days=1)
    return datetime.combine(day, start, tzinfo=zone).astimezone(UTC)


def spoken(day: date, *, weekday: bool = False) -> str:
    """Return "5 December", with the weekday before it when asked."""
    text = f"{day.day} {MONTHS[day.month - 1]}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def spoken_instant(at: datetime, zone: ZoneInfo) -> str:
    """Return "Friday 5 December at 14:00" in the user's zone."""
    local = at.astimezone(zone)
    return f"{spoken(local.date(), weekday=True)} at {local:%H:%M}"
