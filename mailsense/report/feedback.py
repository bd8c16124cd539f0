"""The ledger of advice: what people said of the user, verbatim and dated, by theme.

Decides which sentences of the mail are advice, what each is about (``themes``), and what is a
pattern: the same theme on the same side from two people or more at two companies or more.
Less than that is one voice, and stays one.  From a rejection only a reason of its own counts,
written by a person; stock phrases never do.  The user's word outranks all: a theme that was put
right, a sentence that was dropped, words that were heard on the phone.  Counts nothing up to a
score, and refuses to know how mail is judged, stored or shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Kind, Message, Reason, short_id
from mailsense.journal import Entry, What
from mailsense.ports import Item
from mailsense.report.themes import Heard, Theme, advises, courtesy, decides, heard, stock

BAR = 2
"""So many people at so many companies make a pattern: "you will hear it from more than one"."""
MOST = 8
"""Sentences kept of one letter."""
LONGEST = 1_200
"""Characters kept of one letter."""
GAP = " […] "
"""Stands where sentences of the letter between two that are kept were left out."""

TELLING = (None, Reason.NOT_SELECTED, Reason.REQUIREMENTS, Reason.NOT_YET)
"""Reasons of a no that may say something of the user; the others speak of the firm."""


class Way(StrEnum):
    """How advice came."""

    MAIL = "mail"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Feedback:
    """Advice that one person gave at one time. ``on`` is a day of the user's zone.

    ``text`` is verbatim: only what lies between two of its sentences is left out (``GAP``).
    ``who`` is None where a machine wrote it or the user did not say.
    """

    id: str
    on: date
    text: str
    who: Address | None = None
    company: str = ""
    role: str = ""
    application: str = ""
    message: str = ""
    """The key of the letter; "" for what was said elsewhere."""
    themes: tuple[Heard, ...] = ()
    source: Way = Way.MAIL
    corrected: bool = False
    """Its themes are as the user said."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A theme that people of several companies spoke of, all praising or none."""

    theme: Theme
    praise: bool
    quotes: tuple[Feedback, ...]
    people: int
    companies: int

    def said(self, quote: Feedback) -> str:
        """Return the sentence of a quote that this theme was read from, else all of it."""
        return next(
            (
                one.sentence
                for one in quote.themes
                if (one.theme, one.praise) == (self.theme, self.praise) and one.sentence
            ),
            quote.text,
        )


Names = Callable[[Feedback], Iterable[Hashable]]
"""Returns what a firm goes by: two that share one name are one firm."""


def plain_names(one: Feedback) -> frozenset[str]:
    """Return the letters and digits of the company's name, whatever their case."""
    return frozenset({_plain(one.company)} - {""})


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


# --- the ledger ----------------------------------------------------------------------------------


def ledger(
    items: Sequence[Item],
    applications: Sequence[Application],
    entries: Sequence[Entry],
    *,
    zone: ZoneInfo,
    sentences: Callable[[str], Sequence[str]] = str.splitlines,
    personal: Callable[[Message], bool] = lambda message: not message.facts.robot,
) -> tuple[Feedback, ...]:
    """Given the mail about the search and what the user said, return all advice, newest first.

    ``entries`` are those in force.  ``sentences`` splits a letter's text, each sentence verbatim
    but for its blanks; ``personal`` tells whether a person wrote a rejection.
    """
    home = {key: a for a in applications for key in a.message_keys}
    found = [one for item in items if (one := _of_letter(item, home, zone, sentences, personal))]
    said = [one for one in entries if one.what is What.FEEDBACK]
    found += [_of_entry(one, applications, zone) for one in said if _step(one) == "add"]
    known = {one.id: one for one in found}
    for entry in said:
        if entry.about not in known:
            continue
        if _step(entry) == "drop":
            del known[entry.about]
        elif _step(entry) == "theme":
            themes = told_themes(entry.facts)
            known[entry.about] = replace(known[entry.about], themes=themes, corrected=True)
    return tuple(sorted(known.values(), key=lambda one: (one.on, one.id), reverse=True))


def _step(entry: Entry) -> str:
    return entry.facts.get("step", "add")


def told_themes(facts: Mapping[str, str]) -> tuple[Heard, ...]:
    """Given the facts of an entry, return the themes that the user named; unknown ones do not
    count.
    """
    names = {theme.value: theme for theme in Theme}
    return tuple(
        Heard(names[word], praise)
        for key, praise in (("themes", False), ("liked", True))
        for word in facts.get(key, "").split()
        if word in names
    )


def _of_letter(
    item: Item,
    home: Mapping[str, Application],
    zone: ZoneInfo,
    sentences: Callable[[str], Sequence[str]],
    personal: Callable[[Message], bool],
) -> Feedback | None:
    """Return the advice in a letter, or None."""
    message, verdict = item.message, item.verdict
    at = message.date or item.located.seen_at
    if item.located.outgoing or verdict is None or at is None or not message.text.strip():
        return None
    if Kind.FEEDBACK in verdict.kinds:
        # Beside another kind, a sentence of the evidence may be that kind's.
        alone = verdict.kinds == (Kind.FEEDBACK,)
        shown = [e.text for e in verdict.because if alone and e.what == "sentence"]
        kept = _advice(sentences(message.text), shown, english=_english(message))
    elif Kind.REJECTION in verdict.kinds and verdict.reason in TELLING and personal(message):
        kept = _reasons(sentences(message.text)) if _english(message) else []
    else:
        return None
    if not kept:
        return None
    where = home.get(item.key, Application(""))
    return Feedback(
        id="f" + short_id(item.key),
        on=at.astimezone(zone).date(),
        text=_together(kept),
        who=None if message.facts.robot else message.from_,
        company=where.company,
        role=where.role,
        application=where.id,
        message=item.key,
        themes=_themes(text for _, text in kept) if _english(message) else (),
    )


def _english(message: Message) -> bool:
    return message.language in ("", "en")


_Numbered = tuple[int, str]


def _reasons(text: Sequence[str]) -> list[_Numbered]:
    """Return the sentences of a no that give a reason of its own, with their places."""
    found = [(n, one) for n, one in enumerate(text) if not courtesy(one) and heard(one)]
    return found[:MOST]


def _advice(text: Sequence[str], shown: Sequence[str], *, english: bool) -> list[_Numbered]:
    """Return the sentences of a letter with feedback that are it; the rest is courtesy.

    Those that say so by their words, and those by which the letter was judged (``shown``);
    where there is neither, all that is neither stock nor the decision.
    """
    lines = [(n, one) for n, one in enumerate(text) if any(c.isalnum() for c in one)]
    told = {" ".join(one.split()) for one in shown}
    if not english:
        return ([(n, one) for n, one in lines if one in told] or lines)[:MOST]
    lines = [(n, one) for n, one in lines if not (stock(one) or courtesy(one))]
    found = [(n, one) for n, one in lines if one in told or heard(one) or advises(one)]
    found = found or [(n, one) for n, one in lines if not decides(one)]
    return found[:MOST]


def _together(kept: Sequence[_Numbered]) -> str:
    """Return sentences as one text, a mark where others stood between them."""
    text, last = kept[0][1], kept[0][0]
    for place, one in kept[1:]:
        text += (" " if place == last + 1 else GAP) + one
        last = place
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rpartition(" ")[0] + " …"


def _themes(sentences: Iterable[str]) -> tuple[Heard, ...]:
    found: dict[tuple[Theme, bool], Heard] = {}
    for sentence in sentences:
        for one in heard(sentence):
            found.setdefault((one.theme, one.praise), one)
    return tuple(found.values())


def themes_of(text: str) -> tuple[Heard, ...]:
    """Given words that were said or written down, return their themes."""
    return _themes(one for line in text.splitlines() for one in line.split(". "))


def _of_entry(entry: Entry, applications: Sequence[Application], zone: ZoneInfo) -> Feedback:
    """Return what the user was told elsewhere, at home in the application of that person."""
    told = told_themes(entry.facts)
    where = _where(entry, applications)
    return Feedback(
        id=f"f{entry.number}",
        on=entry.on or entry.at.astimezone(zone).date(),
        text=entry.text,
        who=entry.person,
        company=entry.company or (where.company if where else ""),
        role=where.role if where else "",
        application=where.id if where else "",
        themes=told or (() if "themes" in entry.facts else themes_of(entry.text)),
        source=Way.USER,
        corrected="themes" in entry.facts,
    )


def _where(entry: Entry, applications: Sequence[Application]) -> Application | None:
    """Return the one application that the person belongs to, else the one at the firm named."""
    if entry.person and entry.person.email:
        who = entry.person.key
        near = [a for a in applications if any(c.email.lower() == who for c in a.contacts)]
    else:
        near = [a for a in applications if entry.company]
    if entry.company:
        near = [a for a in near if _plain(a.company) == _plain(entry.company)]
    return near[0] if len(near) == 1 else None


# --- patterns ------------------------------------------------------------------------------------


def patterns(given: Sequence[Feedback], names: Names = plain_names) -> tuple[Pattern, ...]:
    """Given the ledger, return what people of two companies or more say, most people first.

    Praise and what was missed are patterns of their own.  One person who speaks for two firms
    (an agency) is one person, one firm that goes by two names (``names``) one firm, and what
    nobody known said makes no pattern.
    """
    found = []
    for theme in Theme:
        for praise in (False, True):
            quotes = [
                one
                for one in given
                if one.who is not None
                and any((h.theme, h.praise) == (theme, praise) for h in one.themes)
            ]
            firms = {one.id: [*names(one), *_of_application(one)] for one in quotes}
            quotes = [one for one in quotes if firms[one.id]]
            people = _groups([list(_person(one, firms[one.id])) for one in quotes])
            companies = _groups([firms[one.id] for one in quotes])
            if min(people, companies) >= BAR:
                found.append(Pattern(theme, praise, tuple(quotes), people, companies))
    return tuple(sorted(found, key=lambda one: (-one.companies, -one.people)))


def _of_application(one: Feedback) -> Iterator[Hashable]:
    if one.application:
        yield ("application", one.application)


def _person(one: Feedback, firms: Sequence[Hashable]) -> Iterator[Hashable]:
    """Yield what a person goes by: the address, the whole name, else the name within a firm."""
    who = one.who
    assert who is not None
    name = " ".join(unicodedata.normalize("NFKC", who.name).casefold().split())
    if who.email:
        yield ("address", who.key)
    if " " in name:
        yield ("name", name)
    elif name or not who.email:
        yield from (("name", name, firm) for firm in firms)


def _groups(names: Sequence[Sequence[Hashable]]) -> int:
    """Given what each goes by, return how many there are: who shares a name is one."""
    groups: list[set[Hashable]] = []
    for own in names:
        merged = set(own)
        apart = []
        for group in groups:
            if group & merged:
                merged |= group
            else:
                apart.append(group)
        groups = [*apart, merged]
    return len(groups)
