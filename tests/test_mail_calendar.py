"""Invitations: what an event is, when and where (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Event
from mailsense.mail.calendar import MAX_EVENTS, events, method_of
from mailsense.mail.parse import parse


def calendar(*lines: str, method: str = "METHOD:REQUEST") -> str:
    around = ("BEGIN:VCALENDAR", method, "BEGIN:VEVENT"), ("END:VEVENT", "END:VCALENDAR")
    return "\r\n".join((*around[0], *lines, *around[1], ""))


def one(*lines: str) -> Event:
    (event,) = events(calendar(*lines))
    return event


def test_an_invitation_is_read() -> None:
    event = one(
        "UID:1@northwind.example",
        "SUMMARY:Interview\\, second round\\nwith the team",
        "DTSTART:20260504T100000Z",
        "DTEND:20260504T110000Z",
        'ORGANIZER;CN="Field, Anna":mailto:anna@northwind.example',
        "LOCATION:1 Harbour Road\\; Wexley",
    )
    assert event == Event(
        method="REQUEST",
        summary="Interview, second round with the team",
        start=datetime(2026, 5, 4, 10, tzinfo=UTC),
        end=datetime(2026, 5, 4, 11, tzinfo=UTC),
        organizer="anna@northwind.example",
        location="1 Harbour Road; Wexley",
    )


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("DTSTART:20260504T100000Z", "2026-05-04T10:00"),
        ("DTSTART;TZID=Europe/Berlin:20260504T100000", "2026-05-04T08:00"),
        ("DTSTART;TZID=Europe/Berlin:20260104T100000", "2026-01-04T09:00"),
        ('DTSTART;TZID="Europe/Berlin":20260504T100000', "2026-05-04T08:00"),
        ("DTSTART;VALUE=DATE-TIME;TZID=America/New_York:20260504T100000", "2026-05-04T14:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20260504T100000", "2026-05-04T08:00"),
        ("DTSTART;TZID=Eastern Standard Time:20260504T100000", "2026-05-04T14:00"),
        ("DTSTART;TZID=India Standard Time:20260504T100000", "2026-05-04T04:30"),
        ("DTSTART;TZID=/Europe/London:20260504T100000", "2026-05-04T09:00"),
        ("dtstart;tzid=Europe/Berlin:20260504T100000", "2026-05-04T08:00"),
        # floating, unknown or hostile zones are taken for UTC
        ("DTSTART:20260504T100000", "2026-05-04T10:00"),
        ("DTSTART:20260504T1000", "2026-05-04T10:00"),
        ("DTSTART;TZID=Nowhere/Land:20260504T100000", "2026-05-04T10:00"),
        ("DTSTART;TZID=../../etc/passwd:20260504T100000", "2026-05-04T10:00"),
        # a whole day begins at midnight
        ("DTSTART;VALUE=DATE:20260504", "2026-05-04T00:00"),
        # what cannot be
        ("DTSTART:20261304T100000Z", None),
        ("DTSTART:00000000", None),
        ("DTSTART:tomorrow", None),
        ("DTSTART;TZID=Pacific/Auckland:00010101T000000", None),
        ("X-DTSTART:20260504T100000Z", None),
    ],
)
def test_when_it_begins(line: str, start: str | None) -> None:
    told = one(line).start
    assert (told and told.strftime("%Y-%m-%dT%H:%M")) == start
    assert told is None or told.tzinfo is UTC


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("DTEND:20260504T113000Z", "11:30"),
        ("DURATION:PT45M", "10:45"),
        ("DURATION:PT1H30M", "11:30"),
        ("DURATION:P1DT1H", "11:00"),
        ("DURATION:P1W", "10:00"),
        ("DURATION:soon", None),
        ("DURATION:-PT1H", None),
    ],
)
def test_when_it_ends(line: str, end: str | None) -> None:
    told = one("DTSTART:20260504T100000Z", line).end
    assert (told and told.strftime("%H:%M")) == end


def test_an_alarm_inside_is_not_the_event() -> None:
    event = one("BEGIN:VALARM", "SUMMARY:Alarm", "END:VALARM", "SUMMARY:Talk")
    assert event.summary == "Talk"


def test_a_time_zone_definition_is_not_the_event() -> None:
    text = "BEGIN:VTIMEZONE\nDTSTART:19700101T000000\nEND:VTIMEZONE\n"
    (event,) = events(text + calendar("DTSTART:20260504T100000Z"))
    assert event.start == datetime(2026, 5, 4, 10, tzinfo=UTC)


def test_folded_lines_are_joined() -> None:
    assert one("SUMMARY:Inter", " view with the te", "\tam").summary == "Interview with the team"


def test_an_organizer_without_an_address_is_named() -> None:
    assert one("ORGANIZER;CN=Anna Field:").organizer == "Anna Field"
    assert one("ORGANIZER:MAILTO:anna@northwind.example").organizer == "anna@northwind.example"


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("BEGIN:VCALENDAR\nMETHOD:Request\n", "REQUEST"),
        ("METHOD;X=1:CANCEL", "CANCEL"),
        ("METHOD: REPLY", "REPLY"),
        ("X-METHOD:REQUEST", ""),
        ("", ""),
    ],
)
def test_the_method(text: str, method: str) -> None:
    assert method_of(text) == method


def test_the_methods_of_header_and_part() -> None:
    assert [e.method for e in events(calendar("SUMMARY:x"), "publish")] == ["REQUEST"]
    assert [e.method for e in events(calendar("SUMMARY:x", method=""), "cancel")] == ["CANCEL"]


def test_events_are_capped() -> None:
    assert len(events("BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 100)) == MAX_EVENTS


def test_an_invitation_beside_a_text_is_read() -> None:
    raw = (
        "From: Anna <anna@northwind.example>\nSubject: Interview\n"
        "Content-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nPlease join us on Monday.\n"
        "--b\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\n"
        f"{calendar('SUMMARY:Gespräch', 'DTSTART:20260504T100000Z')}\n--b--\n"
    )
    message = parse(raw.encode())
    assert message.text == "Please join us on Monday."
    assert message.facts.calendar == "REQUEST"
    assert [(e.summary, e.start) for e in message.events] == [
        ("Gespräch", datetime(2026, 5, 4, 10, tzinfo=UTC))
    ]


def test_an_attached_invitation_is_read_too() -> None:
    raw = (
        "Subject: x\nContent-Type: application/ics; name=invite.ics\n"
        f"Content-Disposition: attachment; filename=invite.ics\n\n{calendar('SUMMARY:Talk')}"
    )
    assert [e.summary for e in parse(raw.encode()).events] == ["Talk"]


def test_a_part_cut_off_in_the_middle_keeps_what_it_said() -> None:
    text = calendar("SUMMARY:Talk", "DTSTART:20260504T100000Z", "LOCATION:Wexley")
    (event,) = events(text[: text.index("LOCATION")])
    assert (event.summary, event.location) == ("Talk", "")


WHOLE = calendar("SUMMARY:Talk", "DTSTART;TZID=Europe/Berlin:20260504T100000", "DURATION:PT1H")


@given(st.integers(0, len(WHOLE)), st.text(max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_calendar_raises(at: int, damage: str) -> None:
    for event in events(WHOLE[:at] + damage + WHOLE[at:]):
        assert "\n" not in event.summary + event.location + event.organizer + event.method
