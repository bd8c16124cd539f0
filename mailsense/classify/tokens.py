"""Text into tokens: what the features are made of.

Decides what counts as a word: case, accents and the digits of a number are taken off, web and
mail addresses are made alike, a time of day stays a time, and a few telling signs stand for
themselves.  A letter is folded as a whole, in a few passes of C code over its bytes, because
most of what judging costs is reading words.  Refuses to know hashes and kinds.  Letters that
have no Latin form are blanks: other languages are for ``rules`` to notice.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Sequence

MAX_WORD = 24
BREAK = "|"
"""Opens each line among the raw tokens of many lines."""
EMPTY = "∅"
"""The token of a line that has none."""

_LINK = re.compile(r"(?:https?://|www\.)\S{1,2000}", re.I)
"""A web address.  Is: "https://a.example/b", "www.a.example".  Is not: "a.b", "http"."""
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){0,5}")
"""An address.  Is: "jo@a.example".  Is not: "@jo", "a @ b"."""

_NUMERIC = ".,/-"
"""What may stand within a number, as in "3,500.00", "12/05"; elsewhere a blank."""
_SIGNS = "?!$%"
_LONE = {"ß": "s", "æ": "a", "ø": "o", "ð": "d", "þ": "t", "£": "$", "¥": "$", "´": "'"}


def _folded(sign: str) -> str:
    """Given a character below 256, return the ASCII character it is read as."""
    lower = sign.lower()
    base = unicodedata.normalize("NFKD", lower)[0]
    if base.isascii() and base.isalpha():
        return base
    if sign.isdigit() and sign.isascii():
        return "0"
    return sign if sign in f"'\n:{_NUMERIC}{_SIGNS}" else _LONE.get(lower, " ")


_FOLD = "".join(map(_folded, map(chr, range(256)))).encode("ascii")
_APART = bytes.maketrans(f":{_NUMERIC}".encode(), b" " * (1 + len(_NUMERIC)))


def _latin(error: UnicodeError) -> tuple[str, int]:
    """Stand in for characters above 255: their base letters if these are Latin, else a blank."""
    assert isinstance(error, UnicodeEncodeError)
    found = unicodedata.normalize("NFKD", error.object[error.start : error.end])
    kept = "".join(sign if ord(sign) < 256 else "" for sign in found)
    return kept or " ", error.end


codecs.register_error("mailsense.latin", _latin)


def raw_tokens(sentences: Sequence[str]) -> list[str]:
    """Given sentences, return the tokens of all, not yet normal, each sentence after a BREAK."""
    text = "\n".join(("", *sentences))
    if text.count("\n") != len(sentences):
        text = "\n".join(("", *(" ".join(sentence.split()) for sentence in sentences)))
    if "://" in text or "www." in text.lower():
        text = _LINK.sub(" xlink ", text)
    if "@" in text:
        text = _MAIL.sub(" xmail ", text)
    if not text.isascii():
        text = text.replace("’", "'").replace("€", "$")
    data = text.encode("latin-1", "mailsense.latin").translate(_FOLD)
    data = data.replace(b"0:0", b"0h0")
    for sign in _NUMERIC:
        data = data.replace(f"0{sign}0".encode(), b"00")
    for sign in _SIGNS:
        data = data.replace(sign.encode(), f" {sign} ".encode())
    data = data.translate(_APART).replace(b"\n", b" | ")
    return data.decode("ascii").split()


def normal(token: str) -> str:
    """Given a raw token, return it as it is hashed: numbers alike, words cut."""
    if token[0] == "0":
        rest = token.lstrip("0")
        return "0:0" if rest.startswith("h0") else f"0{rest[:MAX_WORD]}"
    return token.strip("'")[:MAX_WORD] or "'"


def tokens(sentence: str) -> list[str]:
    """Given a sentence, return its tokens."""
    return [normal(token) for token in raw_tokens([sentence])[1:]] or [EMPTY]
