"""Which part of a MIME tree is the letter, and what else is in it.

Of alternatives the plain text counts, unless it is a stub ("this mail needs HTML") or the
HTML alone shows by its structure where older letters begin.  Several texts one after the
other are one letter.  Refuses to know what any of it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from mailsense.domain import Attachment, Event
from mailsense.mail import calendar, html, mime, quotes
from mailsense.mail.charset import clean, decode
from mailsense.mail.flowed import unflow
from mailsense.mail.mime import Part
from mailsense.mail.text import Parts, parts

MAX_TEXT = 500_000
"""Transferred bytes of text that are read, all parts together."""
MAX_ATTACHMENTS = 100
_TEXTS = ("text/plain", "text/html", "text/enriched")
_APPOINTMENTS = ("text/calendar", "application/ics")
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
    left: int = MAX_TEXT


def body(root: Part) -> Body:
    """Given a tree of parts, return what it holds. Never raises."""
    found = Body(Parts(""))
    letters = list(_letters(root, found))
    if not any(one.text for one in letters):
        letters += _enclosed(root, Body(Parts("")))
    found.letter = _join(list(dict.fromkeys(letters)))
    return found


def crude(root: Part, unless: Callable[[str], bool] = lambda text: False) -> str | None:
    """Given a tree, return all the text that ``body`` could find in it, whatever part it takes.

    Each word of the letter's text, history and signature stands in it, with many that none of
    them has.  None where that takes a careful reading: an appointment, hostile markup, more
    text than is read; and where ``unless`` is true of one of the texts: the plain one before
    the HTML is looked at, which takes ten times as long.
    """
    texts: list[str] = []
    left = MAX_TEXT
    for part in mime.walk(root):
        if part.content_type in _APPOINTMENTS:
            return None
        if part.children or part.content_type not in _TEXTS or part.disposition == "attachment":
            continue
        left -= part.end - part.start
        source = _decoded(part, MAX_TEXT)
        text = html.crude(source) if part.content_type == "text/html" else source
        if text is None or left < 0 or unless(text):
            return None
        texts.append(text)
    return "\n".join(texts)


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
    elif kind in _APPOINTMENTS:
        _appointment(part, found)
    elif _is_text(part):
        yield _read(part, found)
    else:
        _attach(part, found)


def _alternative(part: Part, found: Body) -> Iterator[Parts]:
    plain = [c for c in part.children if c.content_type == "text/plain" and _is_text(c)]
    rich = [one for child in part.children for one in _html(child)]
    others: list[Parts] = []
    for child in part.children:
        if child in plain or child in rich:
            found.types.add(child.content_type)
        else:
            others += _letters(child, found)
    if not plain:
        direct = (_read(child, found) for child in rich if child in part.children)
        yield from others if any(one.text for one in others) else islice(direct, 1)
        return
    text = _read(plain[0], found)
    if not rich:
        yield text
        return
    source = _source(rich[0], found)
    structured = html.has_history(source) and not text.quoted
    stub = len(text.text.split()) < STUB
    if structured or stub:
        other = _from_html(source)
        if other.text and (structured or len(other.text.split()) > 2 * len(text.text.split())):
            text = other
    yield text


def _html(part: Part) -> list[Part]:
    """Return the HTML texts of one alternative, which may come with its pictures."""
    if part.content_type in ("multipart/related", "multipart/mixed"):
        return [one for child in part.children for one in _html(child)]
    return [part] if part.content_type == "text/html" and _is_text(part) else []


def _enclosed(part: Part, inside: Body) -> list[Parts]:
    """Return the texts inside a letter without a word of its own.

    Those of attached messages (a bare forward), and texts shown in place under a file name.
    """
    if part.content_type == "message/rfc822":
        return [one for child in part.children for one in _letters(child, inside)]
    if part.content_type == "text/plain" and part.disposition == "inline":
        return [_read(part, inside)]
    return [one for child in part.children for one in _enclosed(child, inside)]


def _is_text(part: Part) -> bool:
    if part.children or part.content_type not in _TEXTS:
        return False
    return part.disposition != "attachment" and not (part.filename and part.disposition)


def _source(part: Part, found: Body) -> str:
    source = _decoded(part, found.left)
    found.left = max(0, found.left - (part.end - part.start))
    return source


def _decoded(part: Part, limit: int) -> str:
    source = clean(decode(part.data(limit), part.parameters.get("charset", "")))
    flowed = part.content_type in ("text/plain", "text/enriched") and "format" in part.parameters
    if flowed and part.parameters["format"].lower() == "flowed":
        source = unflow(source, part.parameters.get("delsp", "").lower() == "yes")
    return source


def _read(part: Part, found: Body) -> Parts:
    source = _source(part, found)
    if part.content_type == "text/html":
        return _from_html(source)
    return parts(*quotes.divide(source))


def _from_html(source: str) -> Parts:
    return parts(*quotes.divide(html.render(source)))


def _appointment(part: Part, found: Body) -> None:
    source = _source(part, found)
    method = part.parameters.get("method", "").upper() or calendar.method_of(source)
    found.method = found.method or method or "PUBLISH"
    found.events += calendar.events(source, method)


def _attach(part: Part, found: Body) -> None:
    if len(found.attachments) < MAX_ATTACHMENTS and not part.content_type.startswith("multipart/"):
        found.attachments.append(Attachment(part.filename, part.content_type, part.size))
