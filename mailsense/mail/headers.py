"""Header fields: decoded text, dates, identifiers, parameters (``addresses`` has a module).

Decides how a field that is broken, oversized or hostile is read all the same (RFC 5322,
RFC 2047, RFC 2231); never raises and works in linear time under fixed caps.  Refuses to
know what the fields mean: that is ``facts`` and ``parse``.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import lru_cache

from mailsense.mail.charset import clean, decode

MAX_FIELD = 65_536
MAX_STRUCTURED = 8_192
MAX_TEXT = 4_096
MAX_IDS = 100

# A field with its continuation lines; what begins no line with a name is skipped.
_FIELD = re.compile(rb"^([!-9;-~]++)[ \t\r\v\f]*+:(.*+(?:\n[ \t].*+)*+)", re.MULTILINE)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=))*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_SPACES = re.compile(r"\s+")


class Headers:
    """The fields of one part in order; names are lower-case, values decoded when asked for."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, bytes]]) -> None:
        self._fields: dict[str, list[bytes]] = {}
        for name, value in fields:
            self._fields.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def raw(self, name: str) -> str:
        """Return the first field of that name, unfolded but not decoded; "" when absent."""
        values = self._fields.get(name)
        return _unfold(values[0]) if values else ""

    def all(self, name: str) -> list[str]:
        """Return every field of that name, unfolded but not decoded, topmost first."""
        return [_unfold(value) for value in self._fields.get(name, ())]

    def text(self, name: str) -> str:
        """Return the first field of that name as a reader sees it, on one line."""
        value = self.raw(name)
        return one_line(decode_words(value[:MAX_TEXT])) if value else ""

    def token(self, name: str) -> str:
        """Return the first word of the field, lower-case, without comment or parameters."""
        value = self.raw(name)
        if not value:
            return ""
        value = strip_comments(value[:MAX_TEXT])
        return value.partition(";")[0].strip().strip("\"'").lower()

    @classmethod
    def parse(cls, block: bytes) -> Headers:
        """Given the header block (LF line ends), return its fields; bad lines are skipped."""
        return cls([(_name(name), value[:MAX_FIELD]) for name, value in _FIELD.findall(block)])


@lru_cache(maxsize=500)
def _name(name: bytes) -> str:
    """Return a field's name in lower case; letters have the same few names."""
    return name[:998].decode("ascii").lower()


def _unfold(value: bytes) -> str:
    text = value.decode("ascii") if value.isascii() else decode(value)
    if "\n" in text:
        text = text.replace("\n", "")
    return text.strip()


def one_line(text: str) -> str:
    """Given text, return it on one line without control characters or doubled blanks."""
    if text.isprintable() and "  " not in text:  # of blanks, only " " counts as printable
        return text.strip(" ")
    return _SPACES.sub(" ", clean(text)).strip()


def decode_words(text: str) -> str:
    """Given a field with encoded words (RFC 2047), return it decoded.

    A character that was split over two neighbouring words is put together again, and so is
    a base64 group.
    """
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub("", text)
    out: list[str] = []
    pending: tuple[str, bytes] = ("", b"")
    half = ""  # base64 characters of a group that goes on in the next word
    end = 0
    for match in _WORD.finditer(text):
        charset, encoding, payload = match.groups()
        charset = charset.partition("*")[0].lower()
        if match.start() > end or charset != pending[0]:
            out.append(decode(pending[1], pending[0]))
            out.append(text[end : match.start()])
            pending, half = (charset, b""), ""
        if encoding in "bB":
            payload = half + _SPACES.sub("", payload)
            cut = len(payload) - len(payload) % 4
            if "=" in payload or not text.startswith("=?", match.end()):
                cut = len(payload)
            payload, half = payload[:cut], payload[cut:]
            data = from_base64(payload.encode("ascii", "replace"))
        else:
            data = _from_q(payload)
        pending = (charset, pending[1] + data)
        end = match.end()
    out.append(decode(pending[1], pending[0]))
    out.append(text[end:])
    return "".join(out)


def _from_q(payload: str) -> bytes:
    data = payload.replace("_", " ").encode("utf-8", "replace")
    return _Q_ESCAPE.sub(lambda m: bytes.fromhex(m[1].decode("ascii")), data)


def from_base64(data: bytes) -> bytes:
    """Given base64 of any quality, return what can be decoded of it; never raises."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        pass
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    spare = len(data) % 4
    data = data[:-1] if spare == 1 else data
    return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


def strip_comments(text: str) -> str:
    """Given a structured field, return it without its (nested) comments."""
    if "(" not in text:
        return text
    out: list[str] = []
    depth = 0
    quoted = False
    skip = False
    for char in text:
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted:
            if char == "(":
                depth += 1
                continue
            if char == ")" and depth:
                depth -= 1
                continue
        if not depth:
            out.append(char)
    return "".join(out)


def unquote(token: str) -> str:
    """Given a token, return it without the quotes of a quoted string and their escapes."""
    if len(token) > 1 and token[0] == '"' == token[-1]:
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def date(text: str) -> datetime | None:
    """Given a Date field, return the instant in UTC, or None when it tells none.

    A date without a zone is taken for UTC (RFC 5322 §4.3 treats unknown zones so).
    """
    try:
        moment = _moment(text[:256]).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if 1971 <= moment.year <= 9000 else None


_DATE = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d):(\d\d):(\d\d)"
    r" ([+-]\d\d)(\d\d)(?: \([A-Z]{1,5}\))?",
    re.ASCII,
)
_MONTHS = {name: n for n, name in enumerate(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}  # fmt: skip


@lru_cache(maxsize=64)
def _zone(hours: str, minutes: str) -> timezone:
    """Return the zone that "+01" and "30" tell; mail comes from a few."""
    return timezone(timedelta(hours=int(hours), minutes=int(hours[0] + minutes)))


def _moment(text: str) -> datetime:
    """Given a date, return the instant, in any zone; the common form needs no looser reader."""
    plain = _DATE.fullmatch(text)
    if plain and plain[2] in _MONTHS:
        day, _, year, hour, minute, second, off, more = plain.groups()
        clock = (int(hour), int(minute), min(int(second), 59))  # a leap second
        return datetime(int(year), _MONTHS[plain[2]], int(day), *clock, tzinfo=_zone(off, more))
    text = strip_comments(text).strip()
    parts = parsedate_tz(text)
    if parts is None:
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    zone = timezone(timedelta(seconds=parts[9] or 0))
    return datetime(*parts[:5], min(parts[5], 59), tzinfo=zone)


_ID = re.compile(r"<([^<>]+)>")


def message_ids(text: str) -> tuple[str, ...]:
    """Given Message-ID, In-Reply-To or References, return the identifiers without brackets.

    Folding inside an identifier is taken out.  Very long lists keep their beginning and end.
    """
    if not text:
        return ()
    text = text[:MAX_FIELD]
    found = [one_line(match).replace(" ", "") for match in _ID.findall(text)]
    if not found:
        found = [word.strip("<>,;") for word in one_line(text).split() if "@" in word]
    unique = list(dict.fromkeys(item[:998] for item in found if item))
    if len(unique) > MAX_IDS:
        unique = unique[: MAX_IDS // 2] + unique[-MAX_IDS // 2 :]
    return tuple(unique)


def message_id(text: str) -> str:
    """Given a Message-ID field, return the identifier; what is not one is taken as it stands."""
    found = message_ids(text)
    return found[0] if found else one_line(text[:998]).strip("<>").replace(" ", "")


_PARAMETER = re.compile(r';\s*([^\s=;"]{1,80})\s*=\s*("(?:\\.|[^"\\])*"|[^;]*)', re.DOTALL)


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """Given Content-Type or Content-Disposition, return its value and parameters, lower-case names.

    RFC 2231 continuations and charsets are put together; encoded words, which are not
    allowed here but common, are decoded too.
    """
    if not text:
        return "", {}
    text = text[:MAX_STRUCTURED]
    value, semicolon, rest = text.partition(";")
    value = strip_comments(value).strip().lower()
    if not semicolon:
        return value, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(strip_comments(semicolon + rest)):
        name, item = match[1].lower(), unquote(match[2].strip())
        if "*" not in name:
            plain.setdefault(name, decode_words(item).strip())
            continue
        base, _, more = name.partition("*")
        number = more.rstrip("*")
        extended = name.endswith("*")
        pieces.setdefault(base, []).append(
            (int(number) if number.isdecimal() and len(number) < 4 else 0, extended, item)
        )
    for base, list_ in pieces.items():
        plain[base] = _join_2231(list_)
    return value, plain


def _join_2231(pieces: list[tuple[int, bool, str]]) -> str:
    pieces.sort(key=lambda piece: piece[0])
    charset = ""
    data = b""
    for index, (_, extended, item) in enumerate(pieces):
        if index == 0 and extended and item.count("'") >= 2:
            charset, _, item = item.split("'", 2)
        chunk = item.encode("utf-8", "replace")
        if extended:
            chunk = re.sub(
                rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode("ascii")), chunk
            )
        data += chunk
    return one_line(decode(data, charset))
