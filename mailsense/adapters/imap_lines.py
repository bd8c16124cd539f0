"""Lines of IMAP, to and from values (RFC 3501, RFC 9051, RFC 5530); no connection here.

Decides how a folder name is written, how UIDs are cut into commands that no server finds
too long, and what a LIST or FETCH answer says.  The parsers read only what was asked for,
so that a keyword or an attribute out of grammar costs nothing but itself.  Lines come as
``imaplib`` hands them over: ``bytes``, or ``(bytes up to {size}, literal)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

Line = bytes | tuple[bytes, bytes] | None

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_LIST = re.compile(
    rb"\((?P<attributes>[^)]*)\) +(?:NIL|\"(?:\\.|[^\"\\])*\") +"
    rb"(?:(?P<literal>~?\{\d+\+?\})|\"(?P<quoted>(?:\\.|[^\"\\])*)\"|(?P<atom>[^ \r\n]+))"
)
_FETCH_START = re.compile(rb"\d+ \(")
_UID = re.compile(rb"[( ]UID (\d{1,10})(?=[ )]|$)", re.IGNORECASE)
_SIZE = re.compile(rb"[( ]RFC822\.SIZE (\d{1,19})", re.IGNORECASE)
_FLAGS = re.compile(rb"[( ]FLAGS \(([^)]*)\)", re.IGNORECASE)
_DATE = re.compile(rb"[( ]INTERNALDATE \"([^\"]{20,40})\"", re.IGNORECASE)
_BODY = re.compile(
    rb"[( ]BODY\[[^\]]*\](?:<\d+>)? "
    rb"(?:(?P<literal>~?\{\d+\})$|\"(?P<quoted>(?:\\.|[^\"\\])*)\"|NIL)",
    re.IGNORECASE,
)
_INTERNALDATE = re.compile(
    rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$"
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)(?: ([^\]]*))?\]")


@dataclass(slots=True)
class FetchParts:
    """What the answers said of one UID so far; a server may say it in several lines."""

    body: bytes | None = None
    size: int | None = None
    internaldate: datetime | None = None
    flags: frozenset[str] | None = None


@dataclass(slots=True)
class _Record:
    text: bytearray = field(default_factory=bytearray)
    body: bytes | None = None


def quoted(raw: bytes) -> bytes:
    """Given an argument, return it as a quoted string. Raise ValueError on CR, LF or NUL."""
    if re.search(rb"[\r\n\0]", raw):
        raise ValueError("a line break has no place in an IMAP argument")
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def printable(text: str) -> bytes:
    """Given a search argument, return it quoted. Raise ValueError unless printable ASCII.

    A CR or LF would start a second command; anything else beyond ASCII needs a literal.
    """
    if not text.isascii() or not text.isprintable():
        raise ValueError("only printable ASCII can be searched for on the server")
    return quoted(text.encode("ascii"))


def encoded_name(name: str) -> bytes:
    """Return a folder name in modified UTF-7 (RFC 3501, 5.1.3)."""
    from imapclient import imap_utf7

    return bytes(imap_utf7.encode(name))


def decoded_name(raw: bytes) -> str:
    """Return a folder name as people read it; what is no modified UTF-7 stays as it is."""
    from imapclient import imap_utf7

    try:
        name = str(imap_utf7.decode(raw))
        if imap_utf7.encode(name) == raw:
            return name
    except (UnicodeError, ValueError):
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def listed(lines: Iterable[Line]) -> list[tuple[bytes, frozenset[str]]]:
    """Given LIST answers, return each folder's raw name and attributes (lower-case)."""
    found: list[tuple[bytes, frozenset[str]]] = []
    for line in lines:
        text, literal = line if isinstance(line, tuple) else (line, None)
        match = _LIST.match(text) if text else None
        if match is None:
            continue
        if literal is not None and match["literal"] is not None:
            name = literal
        elif match["quoted"] is not None:
            name = _ESCAPED.sub(rb"\1", match["quoted"])
        else:
            name = match["atom"] or b""
        if name:
            attributes = match["attributes"].decode("ascii", "replace").lower().split()
            found.append((name, frozenset(attributes)))
    return found


def searched(lines: Iterable[Line]) -> list[int]:
    """Given SEARCH answers, return their numbers, ascending and once each."""
    numbers: set[int] = set()
    for line in lines:
        if isinstance(line, bytes):
            numbers.update(int(word) for word in line.partition(b"(")[0].split() if word.isdigit())
    return sorted(numbers)


def fetched(lines: Iterable[Line]) -> dict[int, FetchParts]:
    """Given FETCH answers, return what they say by UID; answers without a UID are skipped."""
    parts: dict[int, FetchParts] = {}
    for record in _records(lines):
        text = bytes(record.text)
        uid = _UID.search(text)
        if uid is None:
            continue
        one = parts.setdefault(int(uid[1]), FetchParts())
        if record.body is not None:
            one.body = record.body
        elif (body := _BODY.search(text)) is not None:
            one.body = _ESCAPED.sub(rb"\1", body["quoted"] or b"")
        if (size := _SIZE.search(text)) is not None:
            one.size = int(size[1])
        if (when := _DATE.search(text)) is not None:
            one.internaldate = instant(when[1])
        if (flags := _FLAGS.search(text)) is not None:
            words = flags[1].decode("ascii", "replace").lower().split()
            one.flags = frozenset(words) - {"\\recent"}  # says who looked first, nothing more
    return parts


def _records(lines: Iterable[Line]) -> Iterator[_Record]:
    """Join what imaplib took apart: a line and the literals and trailers that follow it."""
    record: _Record | None = None
    for line in lines:
        text, literal = line if isinstance(line, tuple) else (line, None)
        if text is None:
            continue
        if _FETCH_START.match(text):
            if record is not None:
                yield record
            record = _Record()
        if record is None:
            continue
        record.text += text
        if literal is not None:
            if _BODY.search(text) is not None:
                record.body = literal
            record.text += b" "  # the literal itself is data: it must not be read as an answer
    if record is not None:
        yield record


def instant(said: bytes) -> datetime | None:
    """Given an INTERNALDATE, return it in UTC; None for a date that does not exist."""
    match = _INTERNALDATE.match(said)
    if match is None:
        return None
    day, month, year, hour, minute, second, sign, east_h, east_m = match.groups()
    if not 1970 <= int(year) <= 9998:  # room for every zone; no mail is older
        return None
    try:
        number = _MONTHS.index(month.decode().title()) + 1
        east = timedelta(hours=int(east_h), minutes=int(east_m)) * (-1 if sign == b"-" else 1)
        clock = (int(hour), int(minute), min(int(second), 59))
        local = datetime(int(year), number, int(day), *clock, tzinfo=timezone(east))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def internaldate(at: datetime) -> str:
    """Return an aware instant as APPEND wants it, in its own zone. Raise ValueError if naive."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return f'"{at.day:2d}-{_MONTHS[at.month - 1]}-{at.year:04d} {at:%H:%M:%S %z}"'


def search_date(day: date) -> str:
    """Return a date as SEARCH wants it: ``5-Jan-2026`` (English whatever the locale)."""
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04d}"


def uid_sets(
    uids: Sequence[int], *, most: int, room: int = 8000
) -> Iterator[tuple[str, list[int]]]:
    """Given UIDs, yield (sequence set, its UIDs): at most ``most`` and ``room`` bytes each.

    Neighbours become ranges (``4:9``); a range never covers a UID that was not given.
    RFC 2683 advises clients to keep a command under 8,000 octets.
    """
    batch: list[int] = []
    words: list[str] = []
    used = 0
    for uid in sorted(set(uids)):
        if batch and (len(batch) >= most or used > room - 24):
            yield ",".join(words), batch
            batch, words, used = [], [], 0
        if batch and uid == batch[-1] + 1:
            first = words[-1].partition(":")[0]
            used -= len(words[-1])
            words[-1] = f"{first}:{uid}"
            used += len(words[-1])
        else:
            words.append(str(uid))
            used += len(words[-1]) + 1
        batch.append(uid)
    if batch:
        yield ",".join(words), batch


def code(said: str) -> tuple[str, str]:
    """Given a status text, return its response code and argument: ``("APPENDUID", "1 2")``."""
    match = _CODE.search(said)
    return (match[1], match[2] or "") if match else ("", "")
