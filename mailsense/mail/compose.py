"""Draft → RFC 5322: the bytes that a mail client opens and a recipient reads.

Decides headers, encoding, quoting and threading of our letters.  Nothing here names the
product: no User-Agent, no X-Mailer, nothing in the Message-ID (rule 3 of the design).  No
field can smuggle in another: control characters never reach a header.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from collections.abc import Sequence
from datetime import datetime, tzinfo
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mailsense.domain import NOBODY, Address, Draft, Message, letter_digest
from mailsense.mail import mime
from mailsense.mail.addresses import addresses
from mailsense.mail.charset import decode
from mailsense.mail.flowed import unflow
from mailsense.mail.headers import message_ids

MAX_REFERENCES = 40
"""Ids in References: the first and the last twenty of a longer chain."""
MAX_LINE = 100
"""A quoted line longer than this is a whole paragraph, and is broken."""
MAX_QUOTED = 200
"""Lines of the original that are quoted."""

_POLICY = SMTP.clone(max_line_length=76, cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")
"""Printable ASCII without angle brackets and blanks: all that a msg-id may hold."""
_ADDR_SPEC = re.compile(
    r"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]{1,64}@(?:[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]+\])"
)
"""An addr-spec without quoting: "anna.field+jobs@x.example"; not "a b@x", "a@b,c@d", "ä@x"."""
_REPLY = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|odp|ynt|rif|res)(?:\[\d+\])?\s*:", re.IGNORECASE
)


def compose(draft: Draft, *, at: datetime, keep_bcc: bool = True) -> bytes:
    """Given a draft and its date in the user's zone, return the message, CRLF throughout.

    Plain text, UTF-8, 7bit or quoted-printable.  The copy in Drafts keeps its Bcc; the one
    that is sent must not (RFC 5322 §3.6.3).  Raise ValueError when an address or a
    Message-ID cannot stand in a header.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(draft.from_)
    bcc = draft.bcc if keep_bcc else ()
    for name, people in (("To", draft.to), ("Cc", draft.cc), ("Bcc", bcc)):
        if people:
            message[name] = [_address(one) for one in people]
    message["Subject"] = one_line(draft.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{_id(draft.message_id)}>"
    text = draft.full_text.replace("\r\n", "\n")
    plain = all(ord(c) < 128 for c in text) and all(len(line) < 78 for line in text.split("\n"))
    message.set_content(
        text, charset="us-ascii" if plain else "utf-8", cte="7bit" if plain else "quoted-printable"
    )
    return _with_threading(message.as_bytes(), draft)


def _with_threading(raw: bytes, draft: Draft) -> bytes:
    """Write In-Reply-To and References as they are.

    The library would encode long ids as RFC 2047 words, which breaks threading: ids are
    plain ASCII and are folded between, never within.
    """
    fields = ""
    if draft.in_reply_to:
        fields += f"In-Reply-To: <{_id(draft.in_reply_to)}>\r\n"
    if draft.references:
        chain = "\r\n ".join(f"<{_id(one)}>" for one in draft.references)
        fields += f"References: {chain}\r\n"
    head, _, body = raw.partition(b"\r\n\r\n")
    return head + b"\r\n" + fields.encode("ascii") + b"\r\n" + body


def read_digest(raw: bytes) -> str:
    """Given a copy as a server or client keeps it, return its ``letter_digest``.

    Equal to ``Draft.digest`` for our own letter, whatever charset, transfer encoding and
    line ends the copy has; different after any change of addressee, subject, words or
    attachments.  Never raises: what cannot be read is not our letter.
    """
    root = mime.read(raw)
    head = root.headers
    answered = message_ids(head.raw("in-reply-to"))
    text, attachments = _contents(root)
    people = {
        name: [one for value in head.all(name) for one in addresses(value)]
        for name in ("from", "to", "cc", "bcc")
    }
    return letter_digest(
        people["from"][0] if people["from"] else NOBODY,
        people["to"],
        people["cc"],
        people["bcc"],
        head.text("subject"),
        answered[0] if answered else "",
        text,
        attachments,
    )


def _contents(root: mime.Part) -> tuple[str, list[str]]:
    """Return the letter's text, history and all, and digests of everything else in it.

    The HTML twin of a text and a signature (RFC 1847) are the client's doing, no change.
    """
    texts: list[str] = []
    others: list[str] = []
    queue = [(root, "")]
    while queue:
        part, around = queue.pop()
        kind = part.content_type
        if part.children and kind.startswith("multipart/"):
            queue += [(child, kind) for child in reversed(part.children)]
        elif kind == "text/plain" and not texts and part.disposition != "attachment":
            text = decode(part.data(), part.parameters.get("charset", ""))
            if part.parameters.get("format", "").lower() == "flowed":
                text = unflow(text, part.parameters.get("delsp", "").lower() == "yes")
            texts.append(text)
        elif not _is_of_the_client(kind, around):
            others.append(hashlib.sha256(part.data()).hexdigest())
    return "".join(texts), others


def _is_of_the_client(kind: str, around: str) -> bool:
    return (around == "multipart/alternative" and kind == "text/html") or (
        around == "multipart/signed" and kind.endswith("-signature")
    )


def quote(message: Message, *, zone: tzinfo) -> str:
    """Given the message that is answered, return the attribution line and the quoted text."""
    who = one_line(message.from_.name) or message.from_.email
    when = ""
    if message.date is not None:
        day = message.date.astimezone(zone)
        when = f"On {day:%a}, {day.day} {day:%b %Y} at {day:%H:%M}, "
    lines = [
        part.rstrip()
        for line in message.text.strip().splitlines()
        for part in (_wrapped(line) if len(line) > MAX_LINE else [line])
    ]
    cut = [*lines[:MAX_QUOTED], "[…]"] if len(lines) > MAX_QUOTED else lines
    return f"{when}{who} wrote:\n" + "\n".join(f"> {line}".rstrip() for line in cut)


def _wrapped(line: str) -> list[str]:
    """Break a paragraph sent as one line; lines that were broken by the sender stay."""
    return textwrap.wrap(line, 72, break_long_words=False) or [""]


def reply_subject(subject: str) -> str:
    """Return the subject of an answer: one "Re: ", kept where there is one already."""
    text = one_line(subject)
    return text if _REPLY.match(text) else f"Re: {text}".rstrip()


def reply_references(message: Message) -> tuple[str, ...]:
    """Return the References of an answer (RFC 5322 §3.6.4), oldest first."""
    chain: Sequence[str] = message.references
    if not chain and len(message.in_reply_to) == 1:
        chain = message.in_reply_to
    own = (message.message_id,) if message.message_id else ()
    ids = [id for id in dict.fromkeys((*chain, *own)) if _MESSAGE_ID.fullmatch(id)]
    if own and own[0] in ids:  # the parent comes last, wherever else it stood
        ids.remove(own[0])
        ids.append(own[0])
    half = MAX_REFERENCES // 2
    return tuple(ids if len(ids) <= MAX_REFERENCES else [*ids[:half], *ids[-half:]])


def new_message_id(domain: str, token: str) -> str:
    """Given the sender's domain and fresh random hex, return a Message-ID."""
    host = re.sub(r"[^a-z0-9.-]", "", domain.lower()).strip(".-") or "localhost.localdomain"
    if not re.fullmatch(r"[0-9a-f]{16,64}", token):
        raise ValueError("the token must be 16 to 64 hex digits")
    return f"{token[:8]}-{token[8:12]}-{token[12:]}@{host}"


def one_line(text: str) -> str:
    """Return the text with every control character and line break as one blank."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError("not a Message-ID that can stand in a header")
    return message_id


def _address(address: Address) -> HeaderAddress:
    if not _ADDR_SPEC.fullmatch(address.email):
        raise ValueError("not an address that can stand in a header")
    local, _, domain = address.email.rpartition("@")
    return HeaderAddress(one_line(address.name), local, domain)
