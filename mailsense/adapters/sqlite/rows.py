"""A message as a row: which field has a column of its own, which lies in ``head``.

``head`` holds addresses, references and header facts: what stays of mail that is not about
the job search.  Text, quote, signature, attachments and events are columns of their own, so
that they can be erased.
"""

# ruff: noqa: S608 - only constants of this package are put into SQL; values are bound

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from mailsense.adapters.sqlite.codec import (
    as_instant,
    document,
    dump,
    instant,
    load,
    load_fields,
    members,
)
from mailsense.adapters.sqlite.database import Row
from mailsense.domain import DETAILS, Attachment, Event, Kind, Located, Message, Verdict
from mailsense.ports import Item

TEXTS = ("text", "quoted", "signature", "attachments", "events")
"""The columns that drop_text empties."""
_QUOTES = ("sentence", "words", *DETAILS)
"""Evidence that repeats the letter's text, unlike facts and rules."""
_OWN = ("key", "message_id", "fingerprint", "subject", "language", "size", "date", *TEXTS)
_HEAD = tuple(member for member in members(Message) if member[0] not in _OWN)

_WRITTEN = (
    "key, message_id, fingerprint, account, folder, uid, uidvalidity, outgoing, answered, thread,"
    " conversation, date, seen_at, sorted_at, kind, source, text_dropped, subject, head, language,"
    " size, text, quoted, signature, attachments, events"
)
INSERT = (
    f"INSERT INTO messages ({_WRITTEN}) VALUES ({', '.join('?' * 26)}) ON CONFLICT (key) DO NOTHING"
)
SAY = """INSERT INTO verdicts (message, source, kind, at, document)
    SELECT id, ?, ?, ?, ? FROM messages WHERE key = ?"""
"""Adds the first verdict of a message that was just inserted; ``verdict_row`` has the values."""
READ = ", ".join(
    f"m.{name}"
    for name in (
        *("key", "message_id", "fingerprint", "account", "folder", "uid", "uidvalidity"),
        *(
            "outgoing",
            "answered",
            "thread",
            "date",
            "seen_at",
            "subject",
            "head",
            "language",
            "size",
            *TEXTS,
        ),
    )
)
"""The columns that ``located`` reads, of ``messages AS m``."""

_REPLY = re.compile(
    r"(?:\[[^\[\]]{0,60}\]|(?:re|aw|antw|sv|vs|rif|ref|réf|res|odp|ynt|回复|答复|fw|fwd|wg|tr|"
    r"rv|enc|vl|转发)\s{0,2}(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s{0,2}[:：])\s*",
    re.IGNORECASE,
)


def base_subject(subject: str) -> str:
    """Return the subject without reply and forward marks, case and extra blanks.

    After RFC 5256, section 2.1, with the marks other languages use.  Applied alike to what
    is stored and to what is asked for, so that callers may have stripped more or less.
    """
    text = " ".join(subject[:998].split())
    start = 0
    while mark := _REPLY.match(text, start):
        start = mark.end()
    return text[start:].casefold()


def conversation(subject: str, people: Iterable[str]) -> str | None:
    """Return what two people's letters under one subject have in common, else None."""
    pair = {p.lower() for p in people}
    pair.discard("")
    if len(pair) != 2:
        return None
    canonical = "\n".join((*sorted(pair), base_subject(subject)))
    return hashlib.blake2b(canonical.encode("utf-8", "replace"), digest_size=8).hexdigest()


def row_of(located: Located, verdict: Verdict | None = None) -> tuple[object, ...]:
    """Return the values for ``INSERT``: those of ``other`` mail without its text."""
    m = located.message
    dropped = verdict is not None and verdict.kind is Kind.OTHER and not located.outgoing
    date, seen_at = instant(m.date), _seen(located.seen_at)
    return (
        m.key,
        m.message_id,
        m.fingerprint,
        located.account,
        located.folder,
        located.uid,
        located.uidvalidity,
        int(located.outgoing),
        int(located.answered),
        located.thread,
        conversation(m.subject, [a.email for a in (m.from_, *m.to, *m.cc)]),
        date,
        seen_at,
        min(date, seen_at) if date and seen_at else date or seen_at or "",
        verdict.kind.value if verdict else None,
        verdict.source.value if verdict else None,
        int(dropped),
        m.subject,
        head_of(m),
        m.language,
        m.size,
        *(("",) * len(TEXTS) if dropped else texts_of(m)),
    )


def verdict_row(located: Located, verdict: Verdict) -> tuple[object, ...]:
    """Return the values for ``SAY``: said when the message was seen."""
    if verdict.kind is Kind.OTHER:
        verdict = without_quotes(verdict)
    at = _seen(located.seen_at) or ""
    return (
        verdict.source.value,
        verdict.kind.value,
        at,
        dump(verdict),
        located.message.key,
    )


def without_quotes(verdict: Verdict) -> Verdict:
    """Return the verdict without the evidence that repeats the letter's text."""
    kept = tuple([e for e in verdict.evidence if e.what not in _QUOTES])
    return verdict if len(kept) == len(verdict.evidence) else replace(verdict, evidence=kept)


@lru_cache(maxsize=8)
def _seen(at: datetime | None) -> str | None:
    """Return the instant as text; a whole batch was seen at once."""
    return instant(at)


def named(lists: Iterable[str | None], wanted: Collection[str]) -> bool:
    """True when one of the address lists of a ``head`` holds a wanted address (lower case)."""
    return any(email.lower() in wanted for told in lists for _, email in json.loads(told or "[]"))


def head_of(message: Message) -> str:
    """Return the value of ``head``."""
    return dump(document(message, _HEAD))


def texts_of(message: Message) -> tuple[str, ...]:
    """Return the values of ``TEXTS``."""
    return (
        message.text,
        message.quoted,
        message.signature,
        dump(message.attachments) if message.attachments else "",
        dump(message.events) if message.events else "",
    )


def located(row: Row) -> Located:
    """Return the message that a row of ``READ`` holds."""
    (key, message_id, fingerprint, account, folder, uid, uidvalidity) = row[:7]
    (outgoing, answered, thread, date, seen_at, subject, head, language, size) = row[7:16]
    (text, quoted, signature, attachments, events) = row[16:21]
    known = load_fields(Message, head)
    message = Message(
        key=key,
        message_id=message_id,
        subject=subject,
        date=as_instant(date),
        text=text,
        quoted=quoted,
        signature=signature,
        attachments=load(tuple[Attachment, ...], attachments) if attachments else (),
        events=load(tuple[Event, ...], events) if events else (),
        language=language,
        fingerprint=fingerprint,
        size=size,
        **known,
    )
    return Located(
        message,
        account,
        folder,
        uid,
        bool(outgoing),
        bool(answered),
        thread,
        as_instant(seen_at),
        uidvalidity,
    )


def item(row: Row) -> Item:
    """Return the message and verdict of a row of ``READ`` and the verdict's document."""
    return Item(located(row), load(Verdict, row[21]) if row[21] else None)
