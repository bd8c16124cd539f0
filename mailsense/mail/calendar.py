"""Invitations: the VEVENTs of a calendar part (RFC 5545), as values.

Decides what an event's method, times, organiser and place are; refuses to expand
recurrences or to read attendees.  A small reader of its own: it never raises, and what it
cannot read is left empty.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailsense.domain import Event
from mailsense.mail.charset import clean
from mailsense.mail.headers import one_line

MAX_CHARS = 200_000
MAX_EVENTS = 20

_LINE = re.compile(r'([A-Za-z0-9-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:"[^"]*"|[^;:"]*))*):(.*)')
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})=("[^"]*"|[^;:"]*)')
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_DURATION = re.compile(
    r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d+S)?)?"
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
# What Outlook calls the zones that mail from recruiters comes from (Unicode CLDR,
# windowsZones); other names are looked up as they are.
_WINDOWS_ZONES = {
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin",
    "Central Europe Standard Time": "Europe/Budapest",
    "Central European Standard Time": "Europe/Warsaw",
    "Romance Standard Time": "Europe/Paris",
    "E. Europe Standard Time": "Europe/Chisinau",
    "FLE Standard Time": "Europe/Kyiv",
    "GTB Standard Time": "Europe/Bucharest",
    "Turkey Standard Time": "Europe/Istanbul",
    "Russian Standard Time": "Europe/Moscow",
    "Israel Standard Time": "Asia/Jerusalem",
    "Arabian Standard Time": "Asia/Dubai",
    "Arab Standard Time": "Asia/Riyadh",
    "South Africa Standard Time": "Africa/Johannesburg",
    "W. Central Africa Standard Time": "Africa/Lagos",
    "India Standard Time": "Asia/Kolkata",
    "Pakistan Standard Time": "Asia/Karachi",
    "SE Asia Standard Time": "Asia/Bangkok",
    "Singapore Standard Time": "Asia/Singapore",
    "China Standard Time": "Asia/Shanghai",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Korea Standard Time": "Asia/Seoul",
    "AUS Eastern Standard Time": "Australia/Sydney",
    "E. Australia Standard Time": "Australia/Brisbane",
    "W. Australia Standard Time": "Australia/Perth",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Eastern Standard Time": "America/New_York",
    "US Eastern Standard Time": "America/Indianapolis",
    "Central Standard Time": "America/Chicago",
    "Mountain Standard Time": "America/Denver",
    "US Mountain Standard Time": "America/Phoenix",
    "Pacific Standard Time": "America/Los_Angeles",
    "Alaskan Standard Time": "America/Anchorage",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Atlantic Standard Time": "America/Halifax",
    "Canada Central Standard Time": "America/Regina",
    "Central Standard Time (Mexico)": "America/Mexico_City",
    "E. South America Standard Time": "America/Sao_Paulo",
    "Argentina Standard Time": "America/Buenos_Aires",
    "SA Pacific Standard Time": "America/Bogota",
    "UTC": "UTC",
}


def events(text: str, method: str = "") -> tuple[Event, ...]:
    """Given a calendar part and the METHOD of its Content-Type, return its events.

    A time without any zone ("floating") is taken for UTC, as is one in an unknown zone: the
    letter itself says the time in words.  A day without a time begins at midnight.
    """
    found: list[Event] = []
    fields: dict[str, tuple[str, str]] | None = None
    inner = 0  # VALARM and the like inside an event
    for line in _unfold(clean(text[:MAX_CHARS])):
        match = _LINE.match(line)
        if match is None:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "METHOD" and fields is None:
            method = value
        elif name == "BEGIN" and value.upper() == "VEVENT" and fields is None:
            fields = {}
        elif name == "BEGIN" and fields is not None:
            inner += 1
        elif name == "END" and fields is not None and inner:
            inner -= 1
        elif name == "END" and fields is not None:
            found.append(_event(fields, method))
            fields = None
        elif fields is not None and not inner:
            fields.setdefault(name, (parameters, value))
        if len(found) >= MAX_EVENTS:
            break
    if fields:  # cut off in the middle
        found.append(_event(fields, method))
    return tuple(found)


def method_of(text: str) -> str:
    """Given a calendar part, return its METHOD, upper-case; "" when it names none."""
    match = re.search(
        r"^METHOD[^:\n]{0,200}:[ \t]*([A-Za-z-]{1,40})", text[:MAX_CHARS], re.M | re.I
    )
    return match[1].upper() if match else ""


def _unfold(text: str) -> list[str]:
    return re.sub(r"\n[ \t]", "", text).split("\n")


def _event(fields: dict[str, tuple[str, str]], method: str) -> Event:
    start = _instant(*fields.get("DTSTART", ("", "")))
    end = _instant(*fields.get("DTEND", ("", "")))
    length = _DURATION.fullmatch(fields.get("DURATION", ("", ""))[1])
    if end is None and start is not None and length:
        weeks, days, hours, minutes = (int(group or 0) for group in length.groups())
        with suppress(OverflowError):  # beyond the year 9999
            end = start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    parameters, organizer = fields.get("ORGANIZER", ("", ""))
    if organizer[:7].lower() == "mailto:":
        organizer = organizer[7:]
    return Event(
        method=one_line(method).upper()[:40],
        summary=_value(fields, "SUMMARY"),
        start=start,
        end=end,
        organizer=one_line(organizer)[:320] or _parameter(parameters, "CN"),
        location=_value(fields, "LOCATION"),
    )


def _value(fields: dict[str, tuple[str, str]], name: str) -> str:
    value = fields.get(name, ("", ""))[1]
    value = _ESCAPED.sub(lambda m: " " if m[1] in "nN" else m[1], value)
    return one_line(value)[:1_000]


def _parameter(parameters: str, name: str) -> str:
    for match in _PARAMETER.finditer(parameters):
        if match[1].upper() == name:
            return one_line(match[2].strip('"'))
    return ""


def _instant(parameters: str, value: str) -> datetime | None:
    match = _TIME.match(value)
    if match is None:
        return None
    zone: tzinfo = UTC if match[7] else _zone(_parameter(parameters, "TZID"))
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    name = _WINDOWS_ZONES.get(name, name).lstrip("/")
    if not re.fullmatch(r"[A-Za-z0-9_+\-/]{1,60}", name):
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return UTC
