"""When two letters are one: by Message-ID and, where that does not tell, by fingerprint.

Mail clients keep the id of a draft and change its date, charset and encoding; some letters have
no id, and some ids bear several letters.  Apart from ``parse``, because the store of what is
read needs to know no more than this.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from mailsense.domain import Address
from mailsense.mail.headers import one_line
from mailsense.mail.thread import base_subject

ENOUGH = 5_000
"""Bytes of letters and digits that tell one letter from another, and show what it is: no rule
and no model looks further."""
ENOUGH_OF_LIST = 800
"""The same of a letter from a mailing list."""
_NO_WORD = bytes(code for code in range(128) if not (chr(code).isalnum() or code == 0x5F))
_ASCII = bytes(range(128))
_LOWER = bytes(range(256)).lower()
_MANY_MARKS = 40
_NOT_WORDS = re.compile(r"\W+")


def fingerprint(from_: Address, subject: str, text: str, *, a_list: bool = False) -> str:
    """Return the SHA-256 that two copies of one letter share.

    White space, punctuation and quote marks do not count, so that another charset,
    transfer encoding or line length makes no other letter; nor does what follows a long
    beginning, so that it is the same wherever the letter was cut off.
    """
    known = f"{from_.key}\n{base_subject(one_line(subject))}\n".encode("utf-8", "replace")
    return hashlib.sha256(known + _beginning(text, a_list)).hexdigest()


def enough(text: str, *, a_list: bool) -> bool:
    """True when so much of a letter's text tells it from others, whatever follows."""
    return len(_beginning(text, a_list)) == (ENOUGH_OF_LIST if a_list else ENOUGH)


def _beginning(text: str, a_list: bool) -> bytes:
    """Return as many letters and digits of a text as count, fewer where it has no more.

    Each character stands for the same wherever it is, so the rest need not be looked at where
    the first part holds as many: nearly always, for one in five is a blank or a mark.
    """
    most = ENOUGH_OF_LIST if a_list else ENOUGH
    likely = most * 3 // 2
    found = _letters_of(text[:likely])
    if len(found) < most and len(text) > likely:
        found = _letters_of(text)
    return found[:most]


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
