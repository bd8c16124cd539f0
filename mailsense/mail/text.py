"""A plain text divided into what the sender just wrote, older letters, and the signature.

Decides nothing itself: ``quotes`` finds history, ``signature`` the block underneath.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailsense.mail import quotes, signature
from mailsense.mail.charset import clean

_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Parts:
    """The newest part, the history under or between it, and the signature."""

    text: str
    quoted: str = ""
    signature: str = ""


def split(text: str) -> Parts:
    """Given a plain text, return its parts. Linear in the length; never raises."""
    return parts(*quotes.divide(clean(text)))


def parts(newest: str, history: str) -> Parts:
    """Given what ``quotes.divide`` returned, cut the signature and tidy blank space."""
    letter, under = signature.cut(newest)
    return Parts(tidy(letter), tidy(history), tidy(under))


def tidy(text: str) -> str:
    """Return the text without trailing blanks and with at most one blank line in a row."""
    if not text:
        return ""
    lines = map(str.rstrip, text.replace("\xa0", " ").split("\n"))
    tidied = "\n".join(lines).strip("\n")
    return _GAPS.sub("\n\n", tidied) if "\n\n\n" in tidied else tidied
