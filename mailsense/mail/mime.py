"""The tree of MIME parts (RFC 2045, 2046) of a message that may be cut off or hostile.

Decides where parts begin and end and what their transfer encodings hide, under caps on
header bytes, parts and depth; never raises on any bytes.  Refuses to know which part is
the letter: that is ``body``.  Written by hand because the standard library's parser costs
1.7 ms a message, and minutes on messages made to hurt (deep nesting, long parameters).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mailsense.mail.headers import Headers, from_base64, parameters

MAX_BYTES = 64 * 1024 * 1024
MAX_HEADER = 256 * 1024
MAX_PARTS = 500
MAX_DEPTH = 24

_BLANK_LINE = re.compile(rb"\n[ \t]*\n")
_FIRST_FIELD = re.compile(rb"[!-9;-~]{1,76}[ \t]*:")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")


@dataclass(slots=True)
class Part:
    """One part: its headers, its content type and either children or a body still encoded."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    raw: bytes
    start: int
    end: int
    children: list[Part] = field(default_factory=list)

    @property
    def encoded(self) -> bytes:
        """The body as it was transferred."""
        return self.raw[self.start : self.end]

    @property
    def disposition(self) -> str:
        return parameters(self.headers.raw("content-disposition"))[0]

    @property
    def filename(self) -> str:
        """The name under which the sender meant it to be saved, without any folder."""
        _, params = parameters(self.headers.raw("content-disposition"))
        name = params.get("filename") or self.parameters.get("name") or ""
        return re.split(r"[/\\]", " ".join(name.split()))[-1][:255]

    @property
    def encoding(self) -> str:
        token = self.headers.token("content-transfer-encoding")
        return token.split()[0] if token else ""

    def data(self, limit: int | None = None) -> bytes:
        """Return the decoded body, of at most ``limit`` transferred bytes."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        return decode_transfer(self.raw[self.start : end], self.encoding)

    @property
    def size(self) -> int:
        """The size of the decoded body in bytes, reckoned without decoding base64."""
        if self.encoding != "base64":
            return self.end - self.start
        packed = self.encoded.translate(None, b"\r\n\t ")
        return max(0, len(packed) * 3 // 4 - packed[-2:].count(b"="))


def walk(part: Part) -> Iterator[Part]:
    """Yield the part and all parts inside it, in order."""
    yield part
    for child in part.children:
        yield from walk(child)


def last(root: Part) -> list[Part]:
    """Return the part in which a message ends, or was cut off, behind those that hold it."""
    path = [root]
    while path[-1].children:
        path.append(path[-1].children[-1])
    return path


def decode_transfer(data: bytes, encoding: str) -> bytes:
    """Given a transferred body, return its bytes; an unknown encoding is left as it is."""
    if encoding == "base64":
        return from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uuencode(data)
    return data


def _from_uuencode(data: bytes) -> bytes:
    out: list[bytes] = []
    lines = iter(data.split(b"\n"))
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            count = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                continue
    return b"".join(out)


def read(raw: bytes) -> Part:
    """Given a message, or its first bytes, return its tree of parts."""
    raw = raw[:MAX_BYTES]
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
        if b"\r" in raw and (b"\n" not in raw or raw.count(b"\r") > 8 * raw.count(b"\n")):
            raw = raw.replace(b"\r", b"\n")
    return _read(raw, _skip_envelope(raw), len(raw), "text/plain", 0, [MAX_PARTS])


def _skip_envelope(raw: bytes) -> int:
    """Return where the headers begin: after a byte order mark, blank lines, mbox "From "."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\n", b" ", b"\t") and start < 1_000:
        start += 1
    if raw.startswith((b"From ", b">From "), start):
        end = raw.find(b"\n", start)
        start = len(raw) if end < 0 else end + 1
    return start


def _read(raw: bytes, start: int, end: int, default: str, depth: int, left: list[int]) -> Part:
    left[0] -= 1
    header_end, body_start = _header_bounds(raw, start, end)
    headers = Headers.parse(raw[start:header_end])
    if not headers:  # a text that follows the delimiter at once, or has no header at all
        body_start = start + (raw[start : start + 1] == b"\n")
    content_type, params = parameters(headers.raw("content-type"))
    if not _TYPE.fullmatch(content_type):
        content_type = _repair(content_type, default)
    part = Part(headers, content_type, params, raw, body_start, end)
    if depth >= MAX_DEPTH:
        return part
    if content_type.startswith("multipart/"):
        nested = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        boundary = params.get("boundary", "").encode("utf-8", "replace")
        for child_start, child_end in _spans(raw, body_start, end, boundary, left):
            if left[0] <= 0:
                break
            part.children.append(_read(raw, child_start, child_end, nested, depth + 1, left))
        if not part.children and body_start < end:
            part.content_type = "text/plain"
    elif content_type in ("message/rfc822", "message/global") and part.encoding not in (
        "base64",
        "quoted-printable",
    ):
        inner = body_start
        while raw[inner : inner + 1] == b"\n" and inner < end:
            inner += 1
        if inner < end and left[0] > 0:
            part.children.append(_read(raw, inner, end, "text/plain", depth + 1, left))
    return part


def _repair(content_type: str, default: str) -> str:
    """Return a usable type for a broken one: "text" means text/plain, as RFC 2045 §5.2 has it."""
    if content_type in ("html", "text/html charset=utf-8"):
        return "text/html"
    if content_type.startswith("multipart/"):  # RFC 2046 §5.1.7: of an unknown sort, mixed
        return "multipart/mixed"
    match = _TYPE.match(content_type)
    if match and match[0].startswith(("text/", "multipart/", "message/")):
        return match[0]
    return "application/octet-stream" if "/" in content_type else default


def _header_bounds(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the headers end and where the body begins."""
    if raw.startswith(b"\n", start) and start < end:
        return start, start + 1
    limit = min(end, start + MAX_HEADER)
    blank = raw.find(b"\n\n", start, limit)
    if blank >= 0:
        return blank, blank + 2
    if limit < end:  # more header than anybody needs: read what fits, find the body after it
        blank = raw.find(b"\n\n", limit, end)
        return limit, (end if blank < 0 else blank + 2)
    return end, end


def _spans(
    raw: bytes, start: int, end: int, boundary: bytes, left: list[int]
) -> list[tuple[int, int]]:
    """Return the (start, end) of each part between the delimiter lines of one multipart."""
    if not boundary:
        boundary = _guess_boundary(raw, start, end)
        if not boundary:
            return []
    delimiter = b"--" + boundary
    spans: list[tuple[int, int]] = []
    opened = -1
    position = start
    if raw.startswith(delimiter, start):
        position = start
    else:
        found = raw.find(b"\n" + delimiter, start, end)
        position = -1 if found < 0 else found + 1
    misses = 0
    while 0 <= position < end and len(spans) < left[0] and misses < 10_000:
        line_end = raw.find(b"\n", position, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[position + len(delimiter) : min(line_end, position + len(delimiter) + 200)]
        rest = rest.strip()
        if rest in (b"", b"--"):
            if opened >= 0:
                spans.append((min(opened, position - 1), position - 1))
            opened = min(line_end + 1, end) if not rest else -1
            if rest:
                break
        else:
            misses += 1
        found = raw.find(b"\n" + delimiter, max(line_end, position), end)
        position = -1 if found < 0 else found + 1
    if opened >= 0 and (position < 0 or position >= end):
        spans.append((opened, end))
    return spans


def _guess_boundary(raw: bytes, start: int, end: int) -> bytes:
    """Return the boundary of a multipart that does not name it: its first line with "--"."""
    position = start if raw.startswith(b"--", start) else raw.find(b"\n--", start, end) + 1
    if position <= 0 and not raw.startswith(b"--", start):
        return b""
    line_end = raw.find(b"\n", position, end)
    line_end = end if line_end < 0 else line_end
    boundary = raw[position + 2 : min(line_end, position + 80)].rstrip()
    return boundary if boundary and _FIRST_FIELD.match(raw, line_end + 1) else b""
