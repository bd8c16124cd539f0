"""The user's own words, fitted into a sentence of a letter that keeps in touch.

Decides whether words are a clause ("your new depot is open"), the name of a thing ("your
promotion") or neither for sure, and so which sentence can hold them: after a colon anything
reads well.  They and theirs become you and yours, for the letter goes to them.  Adds nothing,
and does not know whether it is true: what was read, heard or offered is the user's to know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mailsense.errors import UserError
from mailsense.reply import words

MOST_WORDS = 20
_LONGEST_LINK = 500

CLAUSE, THING, WORDS = "clause", "thing", "words"

_NP = r"(?:(?!(?:that|which|who|whom|whose|what|you|they|we|i|and|for|of|to)\b)[\w'’.-]+ ){1,5}?"
FINITE = re.compile(
    rf"(?:(?:you|we|they|it)|{_NP}(?:(?:of|at|in|for) {_NP})?)\s*"
    r"\b(?:am|is|are|was|were|has|have|had|will|won|became|opened|opens|launched|launches|moved"
    r"|joined|started|begins|began|grew|bought|published|made|got|raised|received|reached)\b",
    re.IGNORECASE,
)
"""Words that begin with who or what, and then say what it does: a clause beyond doubt."""
NAMES = re.compile(r"(?:the|an?|your|our|my|this|these|those)\b", re.IGNORECASE)
"""Words that begin like the name of a thing."""
VERB = re.compile(
    r"\b(?:am|is|are|was|were|has|had|have|did|does|told|said|gave|made|went|came|took|got|let|won"
    r"|will|would|could|can|became|began|grew|bought|sold|built|ran|led|left|found|kept|wrote|that"
    r"|which|who|you|they|we|[a-z]{3,}ed"
    r"|(?<!of )(?<!for )(?<!with )(?<!on )(?<!in )(?<!to )[a-z]{3,}(?:es|ns|ts))\b",
    re.IGNORECASE,
)
"""A sign that such words may be more than the name of a thing; generous, for it costs nothing."""
HOW = re.compile(r"(?:how|what|why|where|when|whether)\b", re.IGNORECASE)
ABOUT = re.compile(r"(?:it is )?about (?=\w)", re.IGNORECASE)

_THEIRS = (
    (r"(?:they|he|she) (?:is|are)", "you are"),
    (r"(?:they|he|she) (?:was|were)", "you were"),
    (r"(?:they|he|she) (?:has|have)", "you have"),
    (r"they['’]re", "you are"),
    (r"they['’]ve", "you have"),
    (r"they", "you"),
    (r"theirs", "yours"),
    (r"their|his", "your"),
    (r"themselves", "yourselves"),
    (r"them", "you"),
)
_LOWERED = re.compile(r"(?:The|An?|Your|Our|My|This|These|Those|You|How|What|Why|We|It)\b")


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words as a sentence may hold them, without a stop at the end; ``form`` says in which."""

    words: str
    form: str = WORDS


def news(text: str) -> Fitted:
    """Given good news about the addressee in the user's words, return it as told to them.

    Raise UserError when there are no words, too many, or a question among them.
    """
    said = _one_line(text, "the news", "your new product is out")
    named = re.match(r"congrat(?:s|ulations) (?:on|for) (?=\w)", said, re.IGNORECASE)
    said = said[named.end() :] if named else said
    for theirs, yours in _THEIRS:
        said = re.sub(rf"\b{theirs}\b", yours, said, flags=re.IGNORECASE)
    if re.match(r"(?:he|she|her)\b", said, re.IGNORECASE):
        raise UserError("tell the news as you would tell it to them: `you were promoted`")
    return Fitted(_lowered(said), THING) if named else _shaped(said)


def article(text: str) -> Fitted:
    """Given in one line what an article says, return it; a thing is what it is about.

    Raise UserError as ``news``.
    """
    said = _one_line(text, "what the article says", "how night shifts can be shared")
    named = ABOUT.match(said)
    if named or HOW.match(said):
        return Fitted(_lowered(said[named.end() :] if named else said), THING)
    shaped = _shaped(said)
    return shaped if shaped.form == THING else Fitted(_raised(said))


def offer(text: str) -> Fitted:
    """Given what the user offers, return it. Raise UserError as ``news``."""
    return Fitted(_lowered(_one_line(text, "the offer", "a plan for the first 90 days")))


def link(text: str) -> str:
    """Given the address of an article, return it, its scheme in lower case.

    Raise UserError when it cannot stand in a letter.
    """
    told = f"{_shown(text)!r} is no link to an article: it begins with https:// or http://"
    if not text.isprintable() or any(c.isspace() or c in "<>\"'`{}|\\^" for c in text):
        raise UserError(f"{told}, and holds no blanks, quotes or control characters")
    if len(text) > _LONGEST_LINK:
        raise UserError(f"the link has {len(text)} characters, at most {_LONGEST_LINK}: shorten it")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise UserError(told) from None
    if parts.scheme.lower() not in ("http", "https") or "." not in host.strip("."):
        raise UserError(told)
    if "@" in parts.netloc:
        raise UserError("the link holds a user name or a password: leave it out")
    return f"{parts.scheme}{text[len(parts.scheme) :]}"


def _one_line(text: str, what: str, example: str) -> str:
    said = " ".join(text.split()).strip(" \"'“”‘’").rstrip(" .,;:!")
    if not words.count(said):
        raise UserError(f"{what} is needed in a few words, such as `{example}`")
    if "?" in said:
        raise UserError(f"{what} holds a question; a letter that keeps in touch asks for nothing")
    if any(not c.isprintable() for c in said):
        raise UserError(f"{what} holds control characters: type it anew")
    if (total := words.count(said)) > MOST_WORDS:
        raise UserError(f"{what} has {total} words: {MOST_WORDS} at most make one good sentence")
    return re.sub(r"\bi\b(?=['’ ]|$)", "I", said)


def _shaped(said: str) -> Fitted:
    """Return words with the form that they have beyond doubt."""
    if FINITE.match(said):
        return Fitted(_lowered(said), CLAUSE)
    if NAMES.match(said) and not VERB.search(said):
        return Fitted(_lowered(said), THING)
    return Fitted(_lowered(said))


def _lowered(said: str) -> str:
    return said[0].lower() + said[1:] if _LOWERED.match(said) else said


def _raised(said: str) -> str:
    return said[0].upper() + said[1:]


def _shown(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:60]
