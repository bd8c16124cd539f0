"""When a message was written, whatever its date says."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from mailsense.domain import Located
from mailsense.ports import Item
from mailsense.track.instants import order, when
from tests.support.stored import letter


def undated() -> Item:
    return Item(Located(replace(letter(), date=None), "main", "INBOX", 1, False), None)


def test_a_letter_without_any_date_comes_first_and_has_a_day_in_every_zone() -> None:
    item = undated()
    dated = Item(Located(letter("two@acme.example"), "main", "INBOX", 2, False), None)
    assert order(item) < order(dated)
    for zone in ("America/Los_Angeles", "UTC", "Pacific/Kiritimati"):
        assert when(item).astimezone(ZoneInfo(zone)).year in (1969, 1970)
