"""Which conversation a message belongs to (RFC 5322 §3.6.4, RFC 5256 §2.1 for subjects).

References and In-Reply-To decide.  The subject alone never does, except for a reply
("Re: …") without known references between the same two people: three employers' "Your
application" are three conversations.  Whatever the order in which messages arrive, they
fall into the same conversations.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from mailsense.domain import Message

MAX_IDS = 60
"""Ids of one message that are looked at: its own, its parents', the first and last others'."""

_PREFIX = re.compile(
    r"^\s*(?:re|aw|antw|antwort|sv|vs|vá|odp|ynt|rif|res|ref|回复|答复|fwd?|wg|tr|rv|i|enc|vl|doorst)"
    r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s*[:：]",
    re.IGNORECASE,
)
"""One reply or forward prefix: "Re:", "AW:", "Re[2]:", "Fwd:"; not "Reference:" or "I am"."""
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|vá|odp|ynt|rif|res|ref|回复|答复)"
    r"\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s*[:：]",
    re.IGNORECASE,
)
_BLOB = re.compile(r"\s*\[[^\[\]]{1,60}\](?=\s*\S)")
_TRAILER = re.compile(r"\s*\(fwd\)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a message goes: its conversation, the ids it links, conversations that are one now."""

    thread: str
    ids: tuple[str, ...]
    merge: tuple[str, ...] = ()


def linked_ids(message: Message) -> tuple[str, ...]:
    """Return the Message-IDs that tie this message to others: own, parents', ancestors'.

    Another letter under an id that is taken goes by its key: the id is the first one's.
    """
    another = message.key.startswith(f"{message.message_id}#")
    own = (message.key if another else message.message_id,) if message.message_id else ()
    chain = message.references
    if len(chain) > MAX_IDS - 10:
        half = (MAX_IDS - 10) // 2
        chain = (*chain[:half], *chain[-half:])
    return tuple(dict.fromkeys((*own, *message.in_reply_to[:8], *chain)))


def base_subject(subject: str) -> str:
    """Return the subject without reply and forward prefixes, list tags and case."""
    text = " ".join(subject.split())
    for _ in range(20):
        shorter = _TRAILER.sub("", _PREFIX.sub("", _untagged(text), count=1)).strip()
        if shorter == text or not shorter:
            break
        text = shorter
    return text.casefold()


def _untagged(text: str) -> str:
    """Drop one leading list tag "[name]" where something follows it."""
    match = _BLOB.match(text)
    return text[match.end() :] if match else text


def is_reply_subject(subject: str) -> bool:
    """True for "Re: …" and its sisters in other languages."""
    return bool(_REPLY.match(_untagged(" ".join(subject.split()))))


def pair(message: Message) -> frozenset[str]:
    """Return the two addresses of a letter from one person to one other, else nothing."""
    people = {a.key for a in (*message.to, *message.cc) if a.email}
    if not message.from_.email or len(people) != 1:
        return frozenset()
    both = frozenset((message.from_.key, *people))
    return both if len(both) == 2 else frozenset()


def place(
    message: Message,
    known: Mapping[str, str],
    same_pair: str | None,
    returned: str | None = None,
) -> Placement:
    """Given the conversations of the ids that are known, return where the message goes.

    ``same_pair`` is the conversation of an earlier letter with the same base subject
    between the same two people; it counts for a reply without known references only.
    ``returned`` is that of the last letter to whom a delivery report names, where it does not
    name the letter.
    Where several conversations meet, the smallest name survives.
    """
    ids = linked_ids(message)
    threads = sorted({known[id] for id in ids if id in known})
    if threads:
        return Placement(threads[0], ids, tuple(threads[1:]))
    if same_pair is not None and is_reply_subject(message.subject):
        return Placement(same_pair, ids)
    if returned is not None:
        return Placement(returned, ids)
    return Placement(new_thread(message.key), ids)


def new_thread(key: str) -> str:
    """Return the name of the conversation that the message with this key begins."""
    return "t:" + hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:16]
