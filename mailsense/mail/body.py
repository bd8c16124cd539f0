"""Which part of a MIME tree is the letter, and what else is in it.

Of alternatives the plain text counts, unless it is a stub ("this mail needs HTML") or the
HTML alone shows by its structure where older letters begin.  Several texts one after the
other are one letter.  Refuses to know what any of it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mailsense.domain import Attachment, Event
from mailsense.mail import calendar, html, quotes
from mailsense.mail.charset import clean, decode
from mailsense.mail.mime import Part
from mailsense.mail.text import Parts, parts, split

MAX_TEXT = 1_000_000
"""Transferred bytes of one text part that are read."""
MAX_ATTACHMENTS = 100
STUB = 12
"""A plain text of fewer words than this beside a much longer HTML text is a stub."""


@dataclass
class Body:
    """What a tree holds: the letter's parts, attachments, appointments, content types."""

    letter: Parts
    attachments: list[Attachment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    method: str = ""
    types: set[str] = field(default_factory=set)


def body(root: Part) -> Body:
    """Given a tree of parts, return what it holds. Never raises."""
    found = Body(Parts(""))
    letters = list(_letters(root, found))
    if not any(one.text for one in letters):
        letters += _enclosed(root, found)
    found.letter = _join(letters)
    return found


def _join(letters: list[Parts]) -> Parts:
    return Parts(
        "\n\n".join(one.text for one in letters if one.text),
        "\n\n".join(one.quoted for one in letters if one.quoted),
        "\n\n".join(one.signature for one in letters if one.signature),
    )


def _letters(part: Part, found: Body) -> Iterator[Parts]:
    """Yield the texts of a part in order, noting everything else on the way."""
    kind = part.content_type
    found.types.add(kind)
    if kind == "multipart/alternative":
        yield from _alternative(part, found)
    elif part.children and kind != "message/rfc822":
        for child in part.children:
            yield from _letters(child, found)
    elif kind in ("text/calendar", "application/ics"):
        _appointment(part, found)
    elif _is_text(part):
        yield _read(part)
    else:
        _attach(part, found)


def _alternative(part: Part, found: Body) -> Iterator[Parts]:
    plain = [c for c in part.children if c.content_type == "text/plain" and _is_text(c)]
    rich = [c for c in part.children if c.content_type == "text/html" and _is_text(c)]
    for child in part.children:
        if child in plain or child in rich:
            found.types.add(child.content_type)
            continue
        inner = list(_letters(child, found))
        if not plain:
            yield from inner
    if not plain or not rich:
        yield from (_read(child) for child in (*plain, *rich)[:1])
        return
    source = _source(rich[0])
    text = _read(plain[0])
    structured = html.has_history(source) and not text.quoted
    stub = len(text.text.split()) < STUB
    if structured or stub:
        other = _from_html(source)
        if other.text and (structured or len(other.text.split()) > 2 * len(text.text.split())):
            text = other
    yield text


def _enclosed(part: Part, found: Body) -> list[Parts]:
    """Return the texts of attached messages: a forward without a word of its own."""
    if part.content_type == "message/rfc822":
        inner: list[Parts] = []
        for child in part.children:
            inner += _letters(child, Body(Parts("")))
        return inner
    return [one for child in part.children for one in _enclosed(child, found)]


def _is_text(part: Part) -> bool:
    if part.children or part.content_type not in ("text/plain", "text/html", "text/enriched"):
        return False
    return part.disposition != "attachment" and not (part.filename and part.disposition)


def _source(part: Part) -> str:
    return clean(decode(part.data(MAX_TEXT), part.parameters.get("charset", "")))


def _read(part: Part) -> Parts:
    source = _source(part)
    if part.content_type == "text/html":
        return _from_html(source)
    if part.parameters.get("format", "").lower() == "flowed":
        source = unflow(source, part.parameters.get("delsp", "").lower() == "yes")
    return split(source)


def _from_html(source: str) -> Parts:
    newest, history = quotes.divide(html.render(source))
    return parts(newest, history)


def unflow(text: str, delsp: bool = False) -> str:
    """Given format=flowed text (RFC 3676), return it with its soft line breaks joined."""
    lines: list[str] = []
    soft = False
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if soft and depth == depth_before and content != "-- ":
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " if depth else "") + content)
        soft = content.endswith(" ") and content != "-- "
        if soft and delsp:
            lines[-1] = lines[-1][:-1]
        depth_before = depth
    return "\n".join(lines)


def _appointment(part: Part, found: Body) -> None:
    source = _source(part)
    method = part.parameters.get("method", "").upper() or calendar.method_of(source)
    found.method = found.method or method or "PUBLISH"
    found.events += calendar.events(source, method)


def _attach(part: Part, found: Body) -> None:
    if len(found.attachments) < MAX_ATTACHMENTS and not part.content_type.startswith("multipart/"):
        found.attachments.append(Attachment(part.filename, part.content_type, part.size))
