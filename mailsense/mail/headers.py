"""Header fields: decoded text, addresses, dates, identifiers, parameters.

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

from mailsense.domain import Address
from mailsense.mail.charset import clean, decode

MAX_FIELD = 65_536
MAX_STRUCTURED = 8_192
MAX_TEXT = 4_096
MAX_ADDRESSES = 500
MAX_IDS = 100

_FIELD_NAME = re.compile(rb"[!-9;-~]+")
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
        return one_line(decode_words(self.raw(name)[:MAX_TEXT]))

    def token(self, name: str) -> str:
        """Return the first word of the field, lower-case, without comment or parameters."""
        value = strip_comments(self.raw(name)[:MAX_TEXT])
        return value.partition(";")[0].strip().strip("\"'").lower()

    @classmethod
    def parse(cls, block: bytes) -> Headers:
        """Given the header block (LF line ends), return its fields; bad lines are skipped."""
        fields: list[tuple[str, bytes]] = []
        current: list[bytes] = []
        name = ""
        for line in block.split(b"\n"):
            if line[:1] in (b" ", b"\t"):
                if current and line:
                    current.append(line)
                continue
            if current:
                fields.append((name, b"\n".join(current)[:MAX_FIELD]))
                current = []
            head, colon, value = line.partition(b":")
            head = head.rstrip()
            if colon and _FIELD_NAME.fullmatch(head):
                name = head.decode("ascii").lower()
                current = [value]
        if current:
            fields.append((name, b"\n".join(current)[:MAX_FIELD]))
        return cls(fields)


def _unfold(value: bytes) -> str:
    text = value.decode("ascii") if value.isascii() else decode(value)
    if "\n" in text:
        text = text.replace("\n", "")
    return text.strip()


def one_line(text: str) -> str:
    """Given text, return it on one line without control characters or doubled blanks."""
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


# --- addresses ------------------------------------------------------------------------

_TOKEN = re.compile(
    r'(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*\?=)|(?P<quoted>"(?:\\.|[^"\\])*")'
    r'|(?P<angle><[^<>]*>?)|(?P<run>[^"(),;:<>=]+|=)|(?P<mark>.)',
    re.DOTALL,
)


def addresses(text: str) -> tuple[Address, ...]:
    """Given an address list (RFC 5322 §3.4, groups and all), return its mailboxes.

    Examples: ``Anna <a@example.org>, "Doe, J." <j@example.org>`` is two; ``Team:
    a@example.org, b@example.org;`` is two; ``undisclosed-recipients:;`` is none.
    """
    found: list[Address] = []
    entry = _Entry()
    position = 0
    text = text[:MAX_FIELD]
    while position < len(text) and len(found) < MAX_ADDRESSES:
        if text[position] == "(":
            end = _comment_end(text, position)
            entry.comment = entry.comment or text[position + 1 : end - 1]
            position = end
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        if match.lastgroup != "mark":
            entry.add(match.lastgroup or "run", match[0])
            continue
        if match[0] in ",;":
            found.extend(entry.mailbox())
            entry = _Entry()
        elif match[0] == ":":
            # a group's name ends here; a colon inside an address ("mailto:") is skipped
            entry = _Entry()
    if len(found) < MAX_ADDRESSES:
        found.extend(entry.mailbox())
    return tuple(found)


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for index in range(start, min(len(text), start + 2_000)):
        char = text[index]
        if char == "(" and text[index - 1] != "\\":
            depth += 1
        elif char == ")" and text[index - 1] != "\\":
            depth -= 1
            if depth == 0:
                return index + 1
    return min(len(text), start + 2_000)


class _Entry:
    """One mailbox while it is being read."""

    __slots__ = ("angle", "comment", "phrase")

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: str | None = None
        self.comment = ""

    def add(self, group: str, token: str) -> None:
        if group == "angle":
            if self.angle is None or "@" not in self.angle:
                if self.angle:
                    self.phrase.append(self.angle)
                self.angle = token.strip("<>")
        elif self.angle is None:
            self.phrase.append(token)

    def mailbox(self) -> tuple[Address, ...]:
        if self.angle is None:
            words, email = self._bare()
        else:
            words, email = "".join(map(_unquote, self.phrase)), self.angle
        email = clean_email(email)
        name = display_name(words) or display_name(self.comment)
        if not email:
            return ()
        return (Address("" if name.lower() == email.lower() else name, email),)

    def _bare(self) -> tuple[str, str]:
        text = "".join(self.phrase)
        if "@" not in text:
            only = text.strip()
            return ("", only) if only and " " not in only and not self.comment else ("", "")
        if '"' in text and text.lstrip().startswith('"'):  # "john doe"@example.org
            return "", text.strip()
        words = text.split()
        at = next((i for i, word in enumerate(words) if "@" in word), None)
        if at is None:
            return "", ""
        if words[at] == "@":  # john @ example.org
            return "", "".join(words[max(0, at - 1) : at + 2])
        return " ".join(words[:at]), words[at]


def _unquote(token: str) -> str:
    if len(token) > 1 and token[0] == '"' == token[-1]:
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def display_name(text: str) -> str:
    """Given a phrase as written, return the name a reader sees."""
    name = one_line(decode_words(text[:MAX_TEXT]))
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name


def clean_email(text: str) -> str:
    """Given what stood between angle brackets, return the addr-spec, "" when there is none."""
    email = text.strip()
    if email.startswith("@") and ":" in email:  # the obsolete source route
        email = email.rpartition(":")[2]
    if email[:7].lower() == "mailto:":
        email = email[7:]
    if "=?" in email:
        email = decode_words(email)
    if not email.startswith('"'):
        email = "".join(clean(email).split())
    else:
        email = one_line(email)
    return email.strip("<>")[:320]


# --- dates, identifiers, parameters -----------------------------------------------------


def date(text: str) -> datetime | None:
    """Given a Date field, return the instant in UTC, or None when it tells none.

    A date without a zone is taken for UTC (RFC 5322 §4.3 treats unknown zones so).
    """
    text = strip_comments(text[:256]).strip()
    if not text:
        return None
    try:
        parts = parsedate_tz(text)
        if parts is None:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        else:
            zone = timezone(timedelta(seconds=parts[9] or 0))
            second = min(parts[5], 59)  # a leap second
            moment = datetime(*parts[:5], second, tzinfo=zone)
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if 1971 <= moment.year <= 9000 else None


_ID = re.compile(r"<([^<>]+)>")


def message_ids(text: str) -> tuple[str, ...]:
    """Given Message-ID, In-Reply-To or References, return the identifiers without brackets.

    Folding inside an identifier is taken out.  Very long lists keep their beginning and end.
    """
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
    text = text[:MAX_STRUCTURED]
    value, semicolon, rest = text.partition(";")
    value = strip_comments(value).strip().lower()
    if not semicolon:
        return value, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(strip_comments(semicolon + rest)):
        name, item = match[1].lower(), _unquote(match[2].strip())
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
