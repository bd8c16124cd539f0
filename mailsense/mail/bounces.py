"""What a delivery report is about: who could not be reached, and by which letter (RFC 3464).

The report's own fields tell it; where there are none, mail systems name the addresses in
plain words, or in ``X-Failed-Recipients``.  The letter that came back is enclosed, whole or
its headers, under the Message-ID that it was sent with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailsense.mail.headers import message_ids
from mailsense.mail.mime import Part

MAX_ADDRESSES = 5
_LIMIT = 64_000
"""Bytes of a report that are looked at: the enclosed letter may be long."""
_ADDRESS = r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
_FIELD = re.compile(
    rf"^(?:Final|Original)-Recipient:[ \t]*(?:[\w-]+;)?[ \t]*<?(?P<a>{_ADDRESS})",
    re.IGNORECASE | re.MULTILINE,
)
_FAILED = re.compile(rf"^(?:X-Failed-Recipients):[ \t]*(?P<a>{_ADDRESS})", re.I | re.MULTILINE)
_SAID = re.compile(rf"<(?:mailto:)?(?P<a>{_ADDRESS})>|^[ \t]*(?P<b>{_ADDRESS})\b", re.MULTILINE)
_ENCLOSED = re.compile(r"^Message-ID:[ \t]*(?:\n[ \t]+)?(?P<id><[^<>\s]{3,250}>)", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Returned:
    """Who could not be reached (lower-case addresses), and the ids of what came back."""

    addresses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def returned(root: Part, own: str, text: str) -> Returned:
    """Given a delivery report, its ``own`` Message-ID and its text, return what it is about."""
    raw = root.raw[:_LIMIT].decode("latin-1").replace("\r\n", "\n")
    found = [m["a"] for pattern in (_FIELD, _FAILED) for m in pattern.finditer(raw)]
    found = found or [m["a"] or m["b"] for m in _SAID.finditer(text[:4000])]
    ids = (id for m in _ENCLOSED.finditer(raw) for id in message_ids(m["id"]))
    return Returned(
        tuple(dict.fromkeys(a.lower() for a in found))[:MAX_ADDRESSES],
        tuple(dict.fromkeys(id for id in ids if id != own))[:3],
    )
