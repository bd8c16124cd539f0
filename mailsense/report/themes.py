"""What a sentence of feedback is about, which words show it, and what is a mere stock phrase.

Decides by plain patterns (``theme_words``).  A theme wants two things in one
clause: its subject ("your SQL") and what was said of it ("was strong", "let you down"); a few
phrases say both at once ("a touch too junior").  What they liked and what they missed are told
apart.  A phrase that every applicant gets says nothing of anybody, and never counts: "if it is
about you, you will hear it from more than one person".  English alone; refuses to guess: a
sentence without a theme is kept as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mailsense.report.theme_words import pattern

STOCK = ("stock:fitted", "stock:things", "stock:field", "stock:praise", "stock:papers")
LONGEST = 600
"""Characters of a sentence that are read."""
WORDS_SHOWN = 90
"""Characters of a sentence that are shown as the words for a theme."""


class Theme(StrEnum):
    """What advice is about."""

    SKILLS = "skills"
    EXPERIENCE = "experience"
    COMMUNICATION = "communication"
    FIT = "fit"
    LEVEL = "level"
    PAY = "pay"
    LOGISTICS = "logistics"
    COMPETITION = "competition"


ABOUT = {
    Theme.SKILLS: "what you know and can do, tests and certificates",
    Theme.EXPERIENCE: "what you have done before, and where",
    Theme.COMMUNICATION: "how you came across: answers, examples, presenting, your papers",
    Theme.FIT: "your interest in them, and how you would work together",
    Theme.LEVEL: "the size of the step, up or down",
    Theme.PAY: "money",
    Theme.LOGISTICS: "place, hours, permits, dates",
    Theme.COMPETITION: "who else was there, which is not about you",
}
"""What each theme means, in words for the user."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A theme of a sentence: whether it is praise, and the words that show it.

    ``words`` are verbatim but for apostrophes, which are straight; "" where the user said it.
    """

    theme: Theme
    praise: bool
    words: str = ""
    sentence: str = ""
    """Where it was read, verbatim."""


def heard(sentence: str) -> tuple[Heard, ...]:
    """Given a sentence in English, return its themes, one a theme and side; none of stock.

    What a part says without naming its subject is said of that of the part before: "your
    presentation was polished, although it ran over".
    """
    text = sentence[:LONGEST].replace("’", "'")
    if stock(text):
        return ()
    found: dict[tuple[Theme, bool], Heard] = {}
    before: list[Theme] = []
    for clause in _clauses(text):
        subjects = [theme for theme in Theme if _find(f"{theme}:subject", clause)]
        told = list(_of_clause(clause, subjects)) or (
            [] if subjects else list(_of_the_same(clause, before))
        )
        for one in told:
            found.setdefault((one.theme, one.praise), replace(one, sentence=sentence))
        before = subjects
    return tuple(found.values())


def stock(sentence: str) -> bool:
    """True for a phrase that everybody gets, whoever they are."""
    text = sentence[:LONGEST].replace("’", "'")
    return any(_said(name, text) for name in STOCK)


def advises(sentence: str) -> bool:
    """True for a sentence that judges the reader or gives advice, whatever its theme."""
    text = sentence[:LONGEST].replace("’", "'")
    return _said("advises", text) and not _said("courtesy", text) and not stock(text)


def decides(sentence: str) -> bool:
    """True for a sentence that tells the decision: "we cannot take your application further"."""
    return _said("decides", sentence[:LONGEST].replace("’", "'"))


def courtesy(sentence: str) -> bool:
    """True for a greeting, thanks, a wish, a question or an offer: no advice, whatever it says."""
    return _said("courtesy", sentence[:LONGEST].replace("’", "'"))


def _of_clause(clause: str, subjects: Sequence[Theme]) -> Iterator[Heard]:
    """Yield what a part of a sentence says of its subjects."""
    says = {theme: found for theme in Theme if (found := _find(f"{theme}:says", clause))}
    value, praise = _value(clause)
    if value is None and Theme.COMPETITION in says:  # they had what the user has less of
        value, praise = says[Theme.COMPETITION], False
    for theme in Theme:
        if theme in says:
            yield Heard(theme, praise=False, words=_shown(clause, says[theme], says[theme]))
        elif theme in subjects and value is not None:
            subject = _nearest(f"{theme}:subject", clause, value)
            yield Heard(theme, praise=praise, words=_shown(clause, subject, value))


def _of_the_same(clause: str, subjects: Sequence[Theme]) -> Iterator[Heard]:
    value, praise = _value(clause)
    if value is not None:
        for theme in subjects:
            yield Heard(theme, praise=praise, words=_short(clause))


def _value(clause: str) -> tuple[re.Match[str] | None, bool]:
    """Return what a part of a sentence says, and whether it is praise; "not good" is none."""
    if fine := _find("fine", clause):
        return fine, True
    # "We cannot take your CV further" finds no fault with a CV.
    if bad := _find("bad", _blank("decides", clause)):
        return bad, False
    return _find("good", clause), True


def _nearest(name: str, clause: str, other: re.Match[str]) -> re.Match[str]:
    """Return where that pattern is nearest to another find. It is found at least once."""
    found = pattern(name)
    assert found is not None
    return min(found.finditer(clause), key=lambda one: abs(one.start() - other.start()))


def _shown(clause: str, one: re.Match[str], other: re.Match[str]) -> str:
    """Return the words from one find to the other."""
    return _short(clause[min(one.start(), other.start()) : max(one.end(), other.end())])


def _short(words: str) -> str:
    """Return words cut to what is shown."""
    words = words.strip(" ,;:.")
    if len(words) <= WORDS_SHOWN:
        return words
    return words[:WORDS_SHOWN].rpartition(" ")[0] + " …"


_BREAK = re.compile(
    r";\s|\s[–—-]\s|,?\s\b(?:but|yet|though|although|however|whereas|while|whilst|except that)\b\s"
    r"|,\s(?:and|so|then|where|which)\s"
    r"|,\s(?=(?:somebody|someone|another|the other|it was|it's|that was)\b)",
    re.I,
)
_FIRST = re.compile(r"(?:while|whilst|although|though|even though)\b([^,]{1,200}),\s", re.I)


def _clauses(text: str) -> Iterator[str]:
    """Yield the parts of a sentence that may say different things: "fine; the rest was not"."""
    if opening := _FIRST.match(text):
        yield opening[1].strip()
        text = text[opening.end() :]
    for part in _BREAK.split(text):
        if part.strip():
            yield part.strip()


def _find(name: str, text: str) -> re.Match[str] | None:
    found = pattern(name)
    return found.search(text) if found is not None else None


def _blank(name: str, text: str) -> str:
    """Return the text with blanks in the place of what that pattern finds."""
    found = pattern(name)
    return found.sub(lambda one: " " * len(one[0]), text) if found is not None else text


def _said(name: str, text: str) -> bool:
    return _find(name, text) is not None
