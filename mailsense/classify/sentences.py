"""Text into sentences: the unit that the classifier judges and shows as evidence.

Decides where one statement ends and the next begins in mail as people and systems write it:
hard-wrapped paragraphs, one-line notes without capitals, bullet lists, greetings on a line of
their own.  Lines that are no prose (quoted ones, headers of a forwarded letter, lists of
addresses) are left out.  Refuses to know languages, quoted history and signatures (``mail.text``
takes those off before) and anything about meaning.  Every step is one linear pass over capped
input.
"""

from __future__ import annotations

import re

MAX_TEXT = 6_000
"""Characters of a message that are read: the newest part of a letter is shorter."""
MAX_SENTENCES = 100
MAX_LENGTH = 400
"""A longer stretch without an end is cut at a comma or a blank."""

SOFT_BREAK = 48
"""A line at least this long, without an end, was wrapped and goes on in the next."""

_END = re.compile(r"[.!?](?<![.!?].)[.!?]*+[\"')\]]*+ ")
"""Perhaps an end: marks, then a blank.  Is: "We regret it. We", "no! but", "really?) Yes".
Is not: "v2.1", "a.b".  A run of marks is walked once, from its first."""

_END_OF_ANY = re.compile(r"[.!?…](?<![.!?…].)[.!?…]*+[\"')\]’”]*+ ")
"""The same with signs that are no ASCII, which takes longer to look for."""

_LAST_WORD = re.compile(r"([^\W\d_][\w.]*)$")
"""The word before a full stop.  Is: "Mr" in "Dear Mr", "e.g" in "for e.g".  Is not: "2"."""

_BULLET = re.compile(r"\s*(?:[-*•·–>|#]|\(?\d{1,2}[.)]\s|[a-z]\)\s)")
"""A list item.  Is: "- tea", "2) milk", "• one".  Is not: "2024 was", "a cat"."""

_NOT_PROSE = re.compile(
    r"\s*(?:>|-{3,}|_{3,}|={3,}|(?:from|to|cc|bcc|sent|date|subject|sent by|reply-to|message-id"
    r"|mime-version|content-[a-z-]{4,30})\s*:\s)",
    re.I,
)
"""A quoted line, a rule, or a header line of a forwarded letter.  Is: "> yes", "To: Jo", "----".
Is not: "To be clear: no", "Dates: May"."""

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st no nos tel ref e.g eg i.e ie etc vs inc ltd co corp approx dept fig vol "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun "
    "a.m p.m am pm u.s u.k b.sc m.sc ph.d jr sr messrs ext min max incl esp cc attn hon rev gen "
    "sgt capt lt col".split()
)


def _ends(text: str, stop: int, following: str) -> bool:
    """Given a full stop, question or exclamation mark at ``stop``, tell whether it ends."""
    if text[stop] != ".":
        return True
    if text[stop + 1] == "." and following.islower():
        return False
    last = text[max(0, stop - 24) : stop]
    if len(last) > 7 and last[-7:].isalpha():
        return True  # longer than any abbreviation
    last = last.rpartition(" ")[2]
    if not last.isalpha():
        word = _LAST_WORD.search(text, max(0, stop - 24), stop)
        if word is None:
            return not following.islower()
        last = word.group(1)
    last = last.lower()
    if last in _ABBREVIATIONS:
        return last in ("etc", "am", "pm", "p.m", "a.m", "inc", "ltd") and following.isupper()
    return len(last) > 1 or last == "i" or not following.isupper()


def _chop(sentence: str) -> list[str]:
    """Given a stretch without an end, return it in pieces of at most MAX_LENGTH."""
    pieces = []
    while len(sentence) > MAX_LENGTH:
        at = max(sentence.rfind("; ", 80, MAX_LENGTH), sentence.rfind(", ", 80, MAX_LENGTH))
        if at < 0:
            at = sentence.rfind(" ", 80, MAX_LENGTH)
        at = at + 1 if at > 0 else MAX_LENGTH
        pieces.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*pieces, sentence] if sentence else pieces


def _paragraphs(text: str) -> list[str]:
    """Given text, return its paragraphs with wrapped lines joined and blanks collapsed."""
    found: list[str] = []
    joined: list[str] = []
    wrapped = False
    for raw in text.splitlines():
        line = raw.strip()
        if "  " in line or "\t" in line:
            line = " ".join(line.split())
        # Most lines can be no header and no rule: those are spared the pattern.
        odd = line and (line[0] in ">-_=" or ":" in line)
        if (odd and _NOT_PROSE.match(raw)) or line.count("@") > 1:
            line = ""
        if joined and (not line or not wrapped or _BULLET.match(raw)):
            found.append(joined[0] if len(joined) == 1 else " ".join(joined))
            joined = []
        if line:
            joined.append(line)
            # A comma at the end of a short line is a greeting; of a long one, a wrapped line.
            wrapped = len(line) >= SOFT_BREAK
    if joined:
        found.append(" ".join(joined))
    return found


def split(text: str) -> list[str]:
    """Given a text, return its sentences in order, each verbatim but for collapsed blanks."""
    sentences: list[str] = []
    for paragraph in _paragraphs(text[:MAX_TEXT]):
        start = 0
        ends = _END if paragraph.isascii() else _END_OF_ANY
        for match in ends.finditer(paragraph):
            stop, end = match.span()
            # Blanks are single here, and none is at either end.
            if _ends(paragraph, stop, paragraph[end]):
                sentences.append(paragraph[start : end - 1])
                start = end
        sentences.append(paragraph[start:] if start else paragraph)
        if len(sentences) >= MAX_SENTENCES:
            break
    if any(len(sentence) > MAX_LENGTH for sentence in sentences):
        sentences = [short for sentence in sentences for short in _chop(sentence)]
    return sentences[:MAX_SENTENCES]
