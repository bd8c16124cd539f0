"""Where a letter ends and the signature block begins.

Decides what is under the letter: the block after ``-- ``, lines that a phone adds, legal
notices, list footers, and title, firm and phone numbers under the closing.  The closing
itself and the name under it stay with the letter ("Best regards, Anna"), because that is
how the person signs.  Where it is unclear the text stays whole: a signature taken for
text costs little, a sentence lost costs trust.
"""

from __future__ import annotations

import re

from mailsense.mail import phrases

_DELIMITER = re.compile(r"(?:--|—|–|__|_{5,}|-{5,}|={5,}|\*{5,})[ \t]?")
_CONTACT = re.compile(
    r"\+?\(?\d[\d\s().\-/]{6,}\d|[^\s<>@]+@[^\s<>@]+\.\w{2,}|https?://|www\.|\b(?:tel|phone|mobile"
    r"|mob|cell|fax|direct|office|handy|telefon|móvil|linkedin|skype|t|m|p|e|w)\s?[:.|]\s?\S"
    r"|\b(?:gmbh|ltd|inc|llc|plc|ag|s\.?a\.?s?|b\.?v|oy|ab|aps|llp|limited)\b\.?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(?:recruit(?:er|ing|ment)|talent|hr|human resources|people|partner|manager|director|head of"
    r"|lead|consultant|specialist|coordinator|assistant|engineer|officer|president|ceo|cto|cfo|coo"
    r"|founder|professor|dr|team|sourcer|advisor|associate|analyst|leiter(?:in)?|referent(?:in)?"
    r"|personal(?:abteilung|wesen)?|chargée? de|responsable|directeur|directrice)\b",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[^\W\d_][\w’'.-]*,?|\(?(?:she|he|they)/(?:her|him|them)\)?|&")
_PARTICLES = frozenset(
    "de da di del della der den van von la le el bin al y e und and & the".split()
)
_FIRST_LETTERS = re.compile(r"[\s*_,&]*+([^\W\d_]{1,3})")
_POSTSCRIPT = re.compile(r"\s*p\.?\s?s\b\.?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]['\")\]]?$")
_LIST_RULE = re.compile(r"_{20,}|-{20,}|_{2}")
_LIST_LINE = re.compile(
    r"mailing list|@(?:lists?|googlegroups)\.|listinfo|/mailman/", re.IGNORECASE
)

MAX_DELIMITED = 30
MAX_BELOW_CLOSING = 40


def cut(text: str) -> tuple[str, str]:
    """Given the newest part of a letter, return (text, signature).

    The two joined hold every line but the delimiter above a sign-off; the text is empty
    only when the newest part was.
    """
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    end = _delimited(lines)
    if _signs_below(lines, end):  # the sign-off is part of a stored block: it stays in sight
        lines[end] = ""
        end = len(lines)
    end = _footers(lines, end)
    end = _below_closing(lines, end)
    end = _footers(lines, end)
    if not any(line.strip() for line in lines[:end]):
        end = len(lines)
    return "\n".join(lines[:end]).strip("\n"), "\n".join(lines[end:]).strip("\n")


def _delimited(lines: list[str]) -> int:
    """Return where a block after a delimiter line begins, or the number of lines."""
    for index in range(max(0, len(lines) - MAX_DELIMITED), len(lines)):
        line = lines[index]
        if line[:1].isalnum() or not _DELIMITER.fullmatch(line.strip(" \t*") or "x"):
            continue
        below = [item for item in lines[index + 1 :] if item.strip()]
        if line == "-- " or any(_LIST_LINE.search(item) for item in below):
            return index
        slogans = 1 if line.strip() == "--" else 0
        if below and len(below) <= 12 and sum(map(_is_prose, below)) <= slogans:
            return index
    return len(lines)


def _signs_below(lines: list[str], delimiter: int) -> bool:
    """True when a closing with a name is the first thing under the delimiter line."""
    for index in range(delimiter + 1, len(lines)):
        if lines[index].strip():
            kept = _closing(lines, index, len(lines))
            return kept is not None and kept[0]
    return False


def _is_prose(line: str) -> bool:
    words = len(line.split())
    if words <= 4 or (words <= 14 and not _SENTENCE_END.search(line.strip()[-4:])):
        return False
    return not _notices(line) and not phrases.FOOTER.search(line)


def _notices(text: str) -> int:
    """Return how many marks of legal notices a text holds."""
    low = text.lower()
    for stem in phrases.NOTICE_STEMS:  # a generator would take twice the time
        if stem in low:
            return len(phrases.NOTICE.findall(text))
    return 0


def _footers(lines: list[str], end: int) -> int:
    """Return where trailing phone lines, notices and list footers above ``end`` begin."""
    while True:
        while end and not lines[end - 1].strip():
            end -= 1
        start = end
        while start and lines[start - 1].strip() and end - start < 40:
            start -= 1
        if start == end:
            return end
        paragraph = [line.strip() for line in lines[start:end]]
        if _is_footer(paragraph):
            end = start
        elif _is_mobile(paragraph[-1]) or phrases.FOOTER.match(paragraph[-1]):
            end -= 1
        else:
            return end


def _is_mobile(line: str) -> bool:
    return len(line) < 120 and bool(phrases.MOBILE.match(line.strip("* ")))


def _is_footer(paragraph: list[str]) -> bool:
    whole = " ".join(paragraph)
    if len(paragraph) == 1 and _is_mobile(paragraph[0]):
        return True
    if phrases.FOOTER.match(paragraph[0]) and not paragraph[0].endswith("?"):
        return True
    notices = _notices(whole)
    if notices >= 2 or (notices and len(whole) < 400 and phrases.NOTICE.match(whole)):
        return True
    rule = _LIST_RULE.fullmatch(paragraph[0])
    return bool(rule and _LIST_LINE.search(whole)) or not re.search(r"\w", whole)


def _below_closing(lines: list[str], end: int) -> int:
    """Return where the block under the closing and the name begins, or ``end``."""
    first = max(0, end - MAX_BELOW_CLOSING)
    for index in range(end - 1, first - 1, -1):
        kept = _closing(lines, index, end)
        if kept is None:
            continue
        name_found, below = kept
        rest = [line for line in lines[below:end] if line.strip()]
        if not rest:
            return end
        if any(map(_POSTSCRIPT.match, rest)) or any(map(_is_prose, rest)):
            return _unsigned(lines, end)
        if name_found or any(map(_CONTACT.search, rest)):
            return below
        return end
    return _unsigned(lines, end)


def _closing(lines: list[str], index: int, end: int) -> tuple[bool, int] | None:
    """Given a line, return (a name follows, index below closing and name); None: no closing."""
    line = lines[index].strip()
    if not line or len(line) > 90:
        return None
    start = _FIRST_LETTERS.match(line)
    if start is None or start[1].lower() not in phrases.CLOSING_STARTS:
        return None
    match = phrases.CLOSING.fullmatch(line)
    if match is None:
        return None
    rest = match["rest"].strip(" ,;!.:–—-*_")
    if rest:
        starts_apart = not match["rest"][:1].isalnum()
        return (True, index + 1) if starts_apart and is_name(rest) else None
    for position in range(index + 1, min(index + 4, end)):
        name = lines[position].strip()
        if name:
            return (True, position + 1) if is_name(name) else (False, index + 1)
    return False, index + 1


def is_name(line: str) -> bool:
    """True for a line that can be a person's (or a team's) name under a closing.

    Examples: ``Anna``, ``-Anna``, ``Dr. Jan van den Berg``, ``The Hiring Team``; not
    ``Looking forward to it.``, not ``+44 20 7946 0000``.
    """
    line = line.strip(" \t*_-–—,")
    words = line.split()
    if not 0 < len(words) <= 6 or len(line) > 60 or line.endswith(("?", "!", ":")):
        return False
    if line.endswith(".") and len(words) > 2:
        return False
    if not all(map(_NAME_WORD.fullmatch, words)):
        return False
    if len(words) == 1:
        return True
    return all(word[0].isupper() or word.lower().strip(",") in _PARTICLES or not word[0].isalpha()
               or not word[0].islower() for word in words)  # fmt: skip


def _unsigned(lines: list[str], end: int) -> int:
    """Return where a block of contact lines begins that stands under no closing, or ``end``."""
    start = end
    while start and lines[start - 1].strip() and end - start < 12:
        start -= 1
    block = lines[start:end]
    if start == 0 or len(block) < 2 or any(map(_is_prose, block)):
        return end
    marks = sum(1 for line in block[1:] if _CONTACT.search(line) or _TITLE.search(line))
    contacts = sum(1 for line in block if _CONTACT.search(line))
    if contacts and marks >= 2 and is_name(block[0]):
        return start + 1
    return end
