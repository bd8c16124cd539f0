"""Bytes → Message: what a letter says of itself, as far as it can be read.

Only what is no message at all is refused; everything else degrades: unknown charsets,
broken encodings, headers without end, trees without bottom (see ``mime`` for the caps).
A message may be cut off at any byte: the first part of a large one is fetched alone.

Identity is the Message-ID; where it is missing, or one id bears different letters, a
fingerprint of sender, subject and words decides, because mail clients keep the id of a
draft and change its date, charset and encoding.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from mailsense.domain import NOBODY, Address, Message
from mailsense.errors import ParseError
from mailsense.mail import html, mime
from mailsense.mail.addresses import addresses
from mailsense.mail.body import body
from mailsense.mail.facts import facts
from mailsense.mail.headers import Headers, date, message_id, message_ids, one_line
from mailsense.mail.language import language
from mailsense.mail.text import Parts, parts, split
from mailsense.mail.thread import base_subject

MAX_SUBJECT = 1_000
MAX_REFERENCES = 500
_NO_WORD = bytes(code for code in range(128) if not (chr(code).isalnum() or code == 0x5F))
_ASCII = bytes(range(128))
_LOWER = bytes(range(256)).lower()
_MANY_MARKS = 40
_NOT_WORDS = re.compile(r"\W+")


def parse(raw: bytes, *, internaldate: datetime | None = None, size: int | None = None) -> Message:
    """Given a message or its first bytes, return it.

    ``internaldate`` stands in for a missing Date, ``size`` is the whole message's in bytes.
    Raise ParseError when there is nothing that could be a message.
    """
    if not raw or raw.isspace():
        raise ParseError("it is empty")
    root = mime.read(raw)
    content = body(root)
    headers = root.headers
    if not headers and (not content.letter.text or b"\0" in raw[:4096]):
        raise ParseError("it has neither headers nor text")
    return _message(
        headers,
        content.letter,
        internaldate=internaldate,
        size=len(raw) if size is None else size,
        attachments=tuple(content.attachments),
        events=tuple(content.events),
        types=frozenset(content.types),
        method=content.method,
    )


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
) -> Message:
    from_ = next(iter(_people(headers, "from") or _people(headers, "sender")), NOBODY)
    subject = headers.text("subject")[:MAX_SUBJECT]
    reply_to = _people(headers, "reply-to")
    own = message_id(headers.raw("message-id"))
    print_ = fingerprint(from_, subject, f"{letter.text}\n{letter.quoted}")
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
            text=f"{letter.text}\n{letter.signature}",
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


def fingerprint(from_: Address, subject: str, text: str) -> str:
    """Return the SHA-256 that two copies of one letter share.

    White space, punctuation and quote marks do not count, so that another charset,
    transfer encoding or line length makes no other letter.
    """
    known = f"{from_.key}\n{base_subject(one_line(subject))}\n".encode("utf-8", "replace")
    return hashlib.sha256(known + _letters_of(text)).hexdigest()


def _letters_of(text: str) -> bytes:
    """Return the letters and digits of a text in one row, as bytes.

    Deleting bytes is twenty times faster than looking for words; outside ASCII there are few
    kinds of characters in one letter, so each is deleted, or made lower-case, by itself.
    """
    letters = text.encode("utf-8", "replace").translate(_LOWER, _NO_WORD)
    if letters.isascii():
        return letters
    kinds = set(letters.translate(None, _ASCII).decode("utf-8"))
    folded = {kind: "".join(filter(str.isalnum, kind.casefold())) for kind in kinds}
    changed = {kind: letter for kind, letter in folded.items() if kind != letter}
    if len(changed) > _MANY_MARKS:
        return _NOT_WORDS.sub("", letters.decode("utf-8").casefold()).encode("utf-8")
    for kind, letter in changed.items():
        letters = letters.replace(kind.encode("utf-8"), letter.encode("utf-8"))
    return letters


def identity(message_id: str, fingerprint: str, taken: Mapping[str, str]) -> str:
    """Given an id, a fingerprint, and the stored letters under that id, return the key.

    ``taken`` maps fingerprints to keys.  The same letter keeps its key, the first letter
    is known by the bare id, another one under the same id by id and fingerprint.
    """
    if fingerprint in taken:
        return taken[fingerprint]
    return message_id if not taken else f"{message_id}#{fingerprint[:16]}"
