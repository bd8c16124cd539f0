"""Invitations: times in UTC whatever zone they were written in, and no broken one that raises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.calendar import MAX_EVENTS, events, method_of


def invitation(*lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    )


def start(line: str) -> datetime | None:
    return events(invitation(line))[0].start


def test_an_invitation_is_read() -> None:
    (event,) = events(
        invitation(
            "SUMMARY:Interview\\, planner\\nsecond line",
            "DTSTART;TZID=Europe/Berlin:20260504T100000",
            "DTEND;TZID=Europe/Berlin:20260504T110000",
            'ORGANIZER;CN="Field; Anna":mailto:anna@field.example',
            "LOCATION:12 High Street\\, Le",
            " eds",
            "BEGIN:VALARM",
            "SUMMARY:Reminder",
            "DTSTART:20200101T000000Z",
            "END:VALARM",
        )
    )
    assert (event.method, event.summary) == ("REQUEST", "Interview, planner second line")
    assert event.start == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert event.end == datetime(2026, 5, 4, 9, tzinfo=UTC)
    assert event.organizer == "anna@field.example"
    assert event.location == "12 High Street, Leeds"


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("DTSTART:20260504T100000Z", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("DTSTART:20260504T100000", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20260504", datetime(2026, 5, 4, tzinfo=UTC)),
        ("DTSTART;TZID=GMT Standard Time:20260504T100000", datetime(2026, 5, 4, 9, tzinfo=UTC)),
        ('DTSTART;TZID="America/New_York":20260504T100000', datetime(2026, 5, 4, 14, tzinfo=UTC)),
        ("DTSTART;TZID=Nowhere/Else:20260504T100000", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("DTSTART;TZID=../../etc/passwd:20260504T100000", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("DTSTART:20260231T100000Z", None),
        ("DTSTART:00000000T000000Z", None),
        ("DTSTART:soon", None),
    ],
)
def test_times_in_every_zone_are_instants(line: str, moment: datetime | None) -> None:
    assert start(line) == moment


def test_a_length_stands_in_for_the_end() -> None:
    (event,) = events(invitation("DTSTART:20260504T100000Z", "DURATION:PT1H30M"))
    assert event.end == datetime(2026, 5, 4, 11, 30, tzinfo=UTC)


def test_a_cancellation_is_told() -> None:
    text = invitation("SUMMARY:x").replace("REQUEST", "cancel")
    assert method_of(text) == events(text)[0].method == "CANCEL"
    assert (
        events(invitation("SUMMARY:x").replace("METHOD:REQUEST", ""), "REPLY")[0].method == "REPLY"
    )


def test_an_event_that_is_cut_off_is_kept_and_a_crowd_is_capped() -> None:
    cut = invitation("SUMMARY:Interview").split("END:VEVENT")[0]
    assert events(cut)[0].summary == "Interview"
    assert len(events("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 500)) == MAX_EVENTS
    assert events("no calendar") == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:", "END:X", "DTSTART:99999999T999999", "DTEND;TZID=:1",
     "DURATION:P9999W", "DTSTART:99991231T235959Z", "ORGANIZER:mailto:", "METHOD:", " folded", ":",
     "DTSTART;TZID=Asia/Tokyo:00010101T000000", "SUMMARY:\\", "\x00"]
), max_size=20))  # fmt: skip
def test_no_calendar_raises(lines: list[str]) -> None:
    for event in events("\n".join(lines)):
        assert event.start is None or event.start.tzinfo is UTC
