"""A plain text divided into what the sender just wrote, older letters, and the signature.

Decides nothing itself: ``quotes`` finds history, ``signature`` the block underneath.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailsense.mail import quotes, signature
from mailsense.mail.charset import clean


@dataclass(frozen=True, slots=True)
class Parts:
    """The newest part, the history under or between it, and the signature."""

    text: str
    quoted: str = ""
    signature: str = ""


def split(text: str) -> Parts:
    """Given a plain text, return its parts. Linear in the length; never raises."""
    newest, history = quotes.divide(clean(text).replace(quotes.HISTORY, ""))
    return parts(newest, history)


def parts(newest: str, history: str) -> Parts:
    """Given what ``quotes.divide`` returned, cut the signature and tidy blank space."""
    letter, under = signature.cut(newest)
    return Parts(tidy(letter), tidy(history), tidy(under))


def tidy(text: str) -> str:
    """Return the text without trailing blanks and with at most one blank line in a row."""
    out: list[str] = []
    for line in text.replace("\xa0", " ").split("\n"):
        line = line.rstrip()
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip("\n")
