"""The agenda as a calendar (RFC 5545): talks are appointments, all other steps are tasks.

A step keeps its UID from day to day (a UUID of its key, RFC 7986 section 5.3), so that a calendar
that reads the file again changes its entries instead of doubling them.  Holds titles and
commands, no text of any mail.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from mailsense.report.look import plain
from mailsense.report.steps import Sort, Step

if TYPE_CHECKING:
    from icalendar import Component

_SPACE = uuid.UUID("6f0f2a3e-5f0c-5a53-9a52-0a3c8f7f6a11")
_LONGEST = 200
_HIGHEST, _LOWEST = 1, 9


def calendar(steps: Sequence[Step], now: datetime) -> bytes:
    """Given steps in order of worth, return them as an iCalendar file; ``now`` stamps it."""
    import icalendar

    whole = icalendar.Calendar()
    whole.add("prodid", "-//mailsense//agenda//EN")
    whole.add("version", "2.0")
    for place, step in enumerate(steps):
        talk = step.sort is Sort.TALK and step.due is not None
        entry = icalendar.Event() if talk else icalendar.Todo()
        entry.add("uid", str(uuid.uuid5(_SPACE, step.key)))
        entry.add("dtstamp", now.astimezone(UTC))
        entry.add("summary", plain(step.title, _LONGEST))
        entry.add("description", step.do)
        entry.add("categories", [step.sort.value])
        if talk:
            _times(entry, step)
        else:
            if step.due is not None:
                entry.add("due", step.due)
            entry.add("status", "NEEDS-ACTION")
            entry.add("priority", min(_HIGHEST + place, _LOWEST))
        whole.add_component(entry)
    return bytes(whole.to_ical())


def _times(entry: Component, step: Step) -> None:
    """Add when a talk is: its times in UTC, or the whole day where only that is known."""
    add = entry.add
    if step.start is not None:
        add("dtstart", step.start.astimezone(UTC))
        add("dtend", (step.end or step.start + timedelta(hours=1)).astimezone(UTC))
    elif step.due is not None:
        add("dtstart", step.due)
        add("dtend", step.due + timedelta(days=1))
