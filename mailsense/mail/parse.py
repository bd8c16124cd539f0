"""Bytes → Message: what a letter says of itself, as far as it can be read.

Only what is no message at all is refused; everything else degrades: unknown charsets,
broken encodings, headers without end, trees without bottom (see ``mime`` for the caps).
A message may be cut off at any byte: the first part of a large one is fetched alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from mailsense.domain import NOBODY, Address, Message
from mailsense.errors import ParseError
from mailsense.mail import html, mime
from mailsense.mail.addresses import addresses
from mailsense.mail.body import body, crude
from mailsense.mail.bounces import returned
from mailsense.mail.facts import facts, is_list
from mailsense.mail.headers import Headers, date, message_id, message_ids
from mailsense.mail.identity import enough, fingerprint
from mailsense.mail.language import language
from mailsense.mail.mime import Part
from mailsense.mail.text import Parts, parts, split

MAX_SUBJECT = 1_000
MAX_REFERENCES = 500


def parse(raw: bytes, *, internaldate: datetime | None = None, size: int | None = None) -> Message:
    """Given a message or its first bytes, return it.

    ``internaldate`` stands in for a missing Date, ``size`` is the whole message's in bytes.
    Raise ParseError when there is nothing that could be a message.
    """
    size = len(raw) if size is None else size
    return parse_tree(tree(raw), internaldate, size)


def tree(raw: bytes) -> Part:
    """Given a message or its first bytes, return its parts. Raise ParseError if it is empty."""
    if not raw or raw.isspace():
        raise ParseError("it is empty")
    return mime.read(raw)


def parse_tree(root: Part, internaldate: datetime | None, size: int) -> Message:
    """Do ``parse``'s work, given the parts."""
    content = body(root)
    headers = root.headers
    if not headers and (not content.letter.text or b"\0" in root.raw[:4096]):
        raise ParseError("it has neither headers nor text")
    message = _message(
        headers,
        content.letter,
        internaldate=internaldate,
        size=size,
        attachments=tuple(content.attachments),
        events=tuple(content.events),
        types=frozenset(content.types),
        method=content.method,
    )
    return _report(root, message) if message.facts.bounce else message


def _report(root: Part, message: Message) -> Message:
    """Tie a delivery report to the letter that came back."""
    found = returned(root, message.message_id, message.text)
    references = (*message.references, *found.ids)[-MAX_REFERENCES:]
    failed = replace(message.facts, failed=found.addresses)
    return replace(message, references=references, facts=failed)


def skim(
    root: Part,
    internaldate: datetime | None,
    size: int,
    *,
    cut: bool = False,
    unless: Callable[[str], bool] = lambda text: False,
) -> tuple[Message, str] | None:
    """Given the parts of a letter from a mailing list, return it bare, and what it could say.

    Bare is without its text, attachments and language; what it could say is ``body.crude``.
    None for other mail, where only careful reading tells, where it was ``cut`` off before it
    says much, and, as soon as that shows, where ``unless`` is true of something it says.
    """
    if not is_list(root.headers) or unless(root.headers.text("subject")[:MAX_SUBJECT]):
        return None
    said = crude(root, unless)
    if said is None or (cut and not enough(said, a_list=True)):
        return None
    bare = _message(
        root.headers,
        Parts(""),
        internaldate=internaldate,
        size=size,
        types=frozenset(part.content_type for part in mime.walk(root)),
        skimmed=said,
    )
    return bare, said


def is_open(root: Part) -> bool:
    """Given the first bytes of a longer message, tell whether its text may be another.

    That is where they end within alternatives, of which one is to be chosen.
    """
    return any(part.content_type == "multipart/alternative" for part in _cut(root))


def shows_enough(root: Part, message: Message) -> bool:
    """Given the first bytes of a longer message, tell whether they show what it is."""
    return not _cut(root) or enough(message.text, a_list=is_list(root.headers))


def _cut(root: Part) -> Sequence[Part]:
    """Return the text that the end of the bytes may have cut off, behind the parts that hold it.

    Nothing where they end inside an attachment, or behind the last part.
    """
    path = mime.last(root)
    text = path[-1].content_type.startswith(("text/", "multipart/", "message/"))
    return path if text and path[-1].end >= len(root.raw) else ()


def parse_fields(fields: Mapping[str, Any]) -> Message:
    """Given an object of the ``--jsonl`` contract, return the message it stands for.

    ``from``, ``to``, ``reply_to``, ``subject`` go before the same in ``headers`` (an object,
    a list of pairs, or raw text); ``html`` counts where ``body`` is missing or empty.  Raise
    ParseError when a field has a type that cannot be read.
    """
    pairs = list(_pairs(fields.get("headers")))
    for name in ("from", "to", "cc", "reply_to", "subject", "date", "message_id"):
        value = fields.get(name)
        if value:
            key = name.replace("_", "-")
            pairs = [(k, v) for k, v in pairs if k.lower() != key]
            pairs.append((key, _joined(value)))
    encoded = [
        (k.lower().strip(), " ".join(v.splitlines()).encode("utf-8", "replace")) for k, v in pairs
    ]
    text, rich = fields.get("body") or "", fields.get("html") or ""
    if not isinstance(text, str) or not isinstance(rich, str):
        raise ParseError("body and html must be text")
    letter = split(text) if text.strip() else parts(*html.to_text(rich))
    return _message(Headers(encoded), letter, size=len(text) + len(rich))


def _pairs(headers: object) -> Iterable[tuple[str, str]]:
    if headers is None:
        return
    if isinstance(headers, str):
        parsed = Headers.parse(headers.replace("\r\n", "\n").encode("utf-8", "replace"))
        for name in parsed:
            yield from ((name, value) for value in parsed.all(name))
        return
    listed = headers.items() if isinstance(headers, Mapping) else headers
    if not isinstance(listed, Iterable):
        raise ParseError("headers must be an object, a list of pairs, or text")
    for pair in listed:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ParseError("headers must be an object, a list of pairs, or text")
        for value in pair[1] if isinstance(pair[1], list) else [pair[1]]:
            yield str(pair[0]), str(value)


def _joined(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _message(
    headers: Headers,
    letter: Parts,
    *,
    internaldate: datetime | None = None,
    size: int = 0,
    attachments: tuple[Any, ...] = (),
    events: tuple[Any, ...] = (),
    types: frozenset[str] = frozenset(),
    method: str = "",
    skimmed: str | None = None,
) -> Message:
    """Return the message; one that was only skimmed is known by its crude text."""
    from_ = next(iter(_people(headers, "from") or _people(headers, "sender")), NOBODY)
    subject = headers.text("subject")[:MAX_SUBJECT]
    reply_to = _people(headers, "reply-to")
    own = message_id(headers.raw("message-id"))
    said = f"{letter.text}\n{letter.signature}" if skimmed is None else skimmed
    words = f"{letter.text}\n{letter.quoted}" if skimmed is None else skimmed
    print_ = fingerprint(from_, subject, words, a_list=is_list(headers))
    return Message(
        key=own or f"sha256:{print_}",
        message_id=own,
        subject=subject,
        from_=from_,
        to=_people(headers, "to"),
        cc=_people(headers, "cc"),
        bcc=_people(headers, "bcc"),
        reply_to=reply_to,
        date=date(headers.raw("date")) or internaldate,
        in_reply_to=message_ids(headers.raw("in-reply-to")),
        references=message_ids(headers.raw("references"))[-MAX_REFERENCES:],
        text=letter.text,
        quoted=letter.quoted,
        signature=letter.signature,
        attachments=attachments,
        events=events,
        language=language(letter.text),
        facts=facts(
            headers,
            from_,
            reply_to,
            subject=subject,
            text=said,
            types=types,
            method=method,
        ),
        fingerprint=print_,
        size=size,
    )


def _people(headers: Headers, name: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for value in headers.all(name)[:3]:
        found += addresses(value)
    return tuple(found)
