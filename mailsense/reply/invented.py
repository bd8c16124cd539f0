"""What a letter says that nobody told: dates, times, numbers, names (rule 7 of the design).

A letter is held against the facts it was written from, the letters of the process, and what
the user wrote themselves (settings, template, detail).  In a letter that the user has edited
their words are theirs: numbers are let be, and a day or a time is doubted only where other
ones were named.  Whether something is true is not known here, only whether it was said.
Days are read in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from mailsense.config import Me
from mailsense.domain import Draft, Message
from mailsense.errors import TemplateError
from mailsense.reply import words
from mailsense.reply.draft import own_facts
from mailsense.reply.findings import Finding, Own, Surroundings
from mailsense.reply.templates import Templates
from mailsense.reply.timing import MONTHS, WEEKDAYS

_LIMIT = 10_000
"""Characters of a text that are looked at."""
_MOST_LETTERS = 20
_NAMED = 3
"""So many things are named in one finding."""

_MONTH = "|".join("(?-i:May)" if m == "May" else f"{m}|{m[:3]}\\b\\.?" for m in MONTHS)
_MONTH += r"|Sept\b\.?"
_DAY = "|".join(WEEKDAYS)
DATE = re.compile(
    rf"\b(?:(?P<weekday>{_DAY})(?:,? (?:the )?|, ))?"
    r"(?:(?P<iso>20\d\d-\d\d?-\d\d?)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]))(?:,? (?P<year>20\d\d))?"
    r"(?!\w)",
    re.IGNORECASE,
)
"""A day of a month, perhaps with its weekday before and its year after it."""
NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./])(\d{1,2})(?:\2(?:20)?\d\d|\.)?(?![\d./-])")
"""A day in figures, as it may stand in their letters: either order counts."""
CLOCK = re.compile(
    r"(?<![\d.:/])(?:(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour2>\d{1,2})[:.h](?P<minute2>[0-5]\d)(?![\d.])"
    r"|(?P<hour3>\d{1,2}) ?(?:o['’]clock|h\b|uhr\b)|(?P<noon>noon|midday)\b)",
    re.IGNORECASE,
)
WEEKDAY = re.compile(rf"\b(?:{_DAY})\b", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_URL = re.compile(r"(?:https?://|www\.)\S+")

_NAME = r"(?-i:[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-][\w'’-]{0,30})"
NAMES = re.compile(
    rf"\b(?:(?:speak|speaking|spoke|spoken|talk|talking|talked|meet|meeting|met|chat|chatting"
    rf"|interview|interviewed) (?:with|to|by) |(?:thanks|thank you) (?:also )?to |thank "
    rf"|(?-i:Mrs?|Ms|Mx|Dr|Prof)\.? )(?P<name>{_NAME}(?: {_NAME})?)(?:,? and (?P<second>{_NAME}))?",
    re.IGNORECASE,
)
"""Somebody who is said to have been spoken with, or who has a title."""
PLACES = re.compile(
    r"\b(?:the|your|this) (?:[\w/&-]{1,30} ){0,6}?(?:role|position|post|vacancy|opening)"
    r" (?:at|with) "
    rf"(?P<name>{_NAME}(?: {_NAME})?)",
    re.IGNORECASE,
)
"""Where the post is said to be."""

_CHOOSING = ("variant", "turn")
"""Facts that choose among phrasings and tell nothing."""

_NO_NAMES = (
    words.NOT_PEOPLE
    | frozenset(d.casefold() for d in (*WEEKDAYS, *MONTHS))
    | words.words_of(
        "english german french spanish italian dutch polish portuguese european american british "
        "asian african chinese japanese indian swedish norwegian danish turkish arabic russian god"
    )
)


@dataclass(slots=True)
class Said:
    """What some texts name: days of the year, clock times (of twelve hours), weekdays, numbers."""

    days: set[tuple[int, int]] = field(default_factory=set)
    clocks: set[int] = field(default_factory=set)
    weekdays: set[int] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def own_words(me: Me, templates: Templates, name: str) -> Own:
    """Return what the user wrote themselves, or chose: settings, template and phrasings."""
    sources: list[str] = []
    for source in (name, "_parts"):
        try:
            sources.append(templates.source(source))
        except TemplateError:
            continue  # withdrawn meanwhile, or without common parts
    sources += filter(None, [templates.own.text])
    settings = filter(None, _flat(own_facts(me).values()).split("\n"))
    return Own(tuple(settings), "\n".join(sources), me.field)


def invented(draft: Draft, facts: Mapping[str, object], around: Surroundings) -> list[Finding]:
    """Given a draft, its facts and what lies around it, return what was told by nobody."""
    found = [Finding("warning", "date", text) for text in _wrong_weekdays(draft, around)]
    if not facts or around.own is None:
        return found
    known, body = _known(draft, facts, around, around.own), _URL.sub(" ", draft.body[:_LIMIT])
    strange = [*_strange_times(body, known, draft.edited, _year(draft, around))]
    strange += () if draft.edited else _strange_numbers(body, known)
    strange += _strange_names(body, known)
    if strange:
        named = " and ".join(dict.fromkeys(strange[:_NAMED]))
        level = "warning" if draft.edited else "error"
        text = f"says {named}, which stands in none of their letters: check it, or leave it out"
        found.append(Finding(level, "invented", text))
    return found


def said(text: str) -> Said:
    """Return what a text names, read generously: it is what a letter may rely on."""
    known, text = Said(), text[:_LIMIT]
    for match in DATE.finditer(text):
        known.days |= _day_of(match)
    for match in NUMERIC.finditer(text):
        first, second = int(match[1]), int(match[3])
        known.days |= {(first, second), (second, first)}
    known.clocks = {clock for m in CLOCK.finditer(text) if (clock := _clock(m)) is not None}
    known.weekdays = {_weekday(m[0]) for m in WEEKDAY.finditer(text)}
    known.numbers = {_number(n) for m in NUMBER.finditer(text) for n in (m[0], *_digits(m[0]))}
    known.words = {w.casefold() for w in re.findall(r"\w+", text)}
    return known


def _known(draft: Draft, facts: Mapping[str, object], around: Surroundings, own: Own) -> Said:
    """Return all that a letter may rely on."""
    letters = [i.message for i in (*around.history[-_MOST_LETTERS:], around.original) if i]
    told = (value for key, value in facts.items() if key not in _CHOOSING)
    texts = [
        _flat(told), *own.settings, own.template, draft.detail, draft.subject,
        draft.from_.name, *map(str, draft.to), *(part for m in letters for part in _parts(m)),
    ]  # fmt: skip
    known = Said()
    for one in map(said, texts):
        known.days |= one.days
        known.clocks |= one.clocks
        known.weekdays |= one.weekdays
        known.numbers |= one.numbers
        known.words |= one.words
    return known


def _parts(message: Message) -> Iterator[str]:
    yield from (message.subject, message.text, message.quoted, message.signature)
    yield from (str(a) for a in (message.from_, *message.reply_to, *message.cc))
    yield from (e.summary for e in message.events)


def _strange_times(body: str, known: Said, edited: bool, year: int | None) -> Iterator[str]:
    """Yield days and times in a letter that nobody named."""
    for match in DATE.finditer(body):
        if not _day_of(match) & known.days and (known.days or not edited):
            yield match[0]
    rest = DATE.sub(" ", body)
    for match in CLOCK.finditer(rest):
        clock = None if match["hour2"] and ":" not in match[0] else _clock(match)
        if clock is not None and clock not in known.clocks and (known.clocks or not edited):
            yield match[0].strip()
    implied = {date(year, m, d).weekday() for m, d in known.days if year and _valid(year, m, d)}
    for match in WEEKDAY.finditer(rest):
        named = known.weekdays | implied
        if _weekday(match[0]) not in named and (named or not edited):
            yield match[0]


def _strange_numbers(body: str, known: Said) -> Iterator[str]:
    rest = CLOCK.sub(" ", DATE.sub(" ", body))
    for match in NUMBER.finditer(rest):
        if _number(match[0]) not in known.numbers:
            yield match[0]


def _strange_names(body: str, known: Said) -> Iterator[str]:
    """Yield people who are said to have been spoken with, and employers, that nobody named."""
    for pattern in (NAMES, PLACES):
        for match in pattern.finditer(body):
            for name in filter(None, match.groupdict().values()):
                tokens = [w.casefold() for w in re.findall(r"\w+", name)]
                if not any(w in known.words or w in _NO_NAMES for w in tokens):
                    yield name


def _wrong_weekdays(draft: Draft, around: Surroundings) -> Iterator[str]:
    """Yield days whose weekday is another one, in the year nearest to the draft."""
    now = draft.created or (around.theirs.date if around.theirs else None)
    if now is None:
        return
    for match in list(DATE.finditer(draft.body[:_LIMIT]))[:_NAMED]:
        for month, day in _day_of(match) if match["weekday"] else ():
            year = int(match["year"]) if match["year"] else _nearest(now.date(), month, day)
            if not year or not _valid(year, month, day):
                continue
            real = date(year, month, day)
            if real.weekday() != _weekday(match["weekday"]):
                is_ = f"{day} {MONTHS[month - 1]} {year} is a {WEEKDAYS[real.weekday()]}"
                yield f"says {match[0]}, but {is_}: put the day right"


def _nearest(now: date, month: int, day: int) -> int | None:
    years = [y for y in (now.year - 1, now.year, now.year + 1) if _valid(y, month, day)]
    return min(years, key=lambda y: abs((date(y, month, day) - now).days), default=None)


def _valid(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _year(draft: Draft, around: Surroundings) -> int | None:
    now = draft.created or (around.theirs.date if around.theirs else None)
    return now.year if now else None


def _day_of(match: re.Match[str]) -> set[tuple[int, int]]:
    if match["iso"]:
        _, month, day = (int(n) for n in match["iso"].split("-"))
    else:
        name = (match["month"] or match["month2"])[:3].casefold()
        month = next(n for n, m in enumerate(MONTHS, 1) if m[:3].casefold() == name)
        day = int(match["day"] or match["day2"])
    return {(month, day)}


def _clock(match: re.Match[str]) -> int | None:
    """Return the minutes after twelve o'clock, day or night: "2 pm" is "14:00" is "2:00"."""
    if match["noon"]:
        return 0
    hour = int(match["hour"] or match["hour2"] or match["hour3"])
    minute = int(match["minute"] or match["minute2"] or 0)
    return (hour * 60 + minute) % 720 if hour <= 24 and minute < 60 else None


def _weekday(name: str) -> int:
    return WEEKDAYS.index(name.capitalize())


def _number(text: str) -> str:
    return text.replace(".", "").replace(",", "")


def _digits(text: str) -> list[str]:
    return text.replace(",", ".").split(".")


def _flat(values: Iterable[object]) -> str:
    """Return facts as one text, a line each."""
    flat: list[str] = []
    for value in values:
        if isinstance(value, Mapping):
            flat.append(_flat(value.values()))
        elif isinstance(value, list | tuple):
            flat.append(_flat(value))
        else:
            flat.append(str(value))
    return "\n".join(flat)
