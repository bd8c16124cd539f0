"""Looking back on a talk or a no: which questions are asked, and what was answered.

Decides which talks and noes of the last days have not been looked back on, which questions
belong to them, and what the answers are about.  The first question is always what went well.
Nothing is rated.  Refuses to know how a talk shows in the mail, and how questions are put on a
screen.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Outcome, Stage
from mailsense.errors import TemplateError
from mailsense.journal import Entry, What
from mailsense.report.feedback import Pattern, themes_of
from mailsense.report.themes import Heard, Theme

RECENT = timedelta(days=14)
"""So long a talk or a no is offered: later it is remembered too dimly."""

_TALKED = (Stage.SCREENING, Stage.INTERVIEW, Stage.OFFER, Stage.NETWORKING)
_ANY = "both"


class Sort(StrEnum):
    """What is looked back on."""

    INTERVIEW = "interview"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the review; ``praise`` is None where the answer's own words tell."""

    id: str
    ask: str
    sorts: tuple[Sort, ...]
    theme: Theme | None = None
    praise: bool | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """A talk or a no of an application, on a day of the user's zone."""

    application: Application
    sort: Sort
    on: date


@dataclass(frozen=True, slots=True)
class Debrief:
    """What was answered about one application, by the question's id; the last word holds."""

    application: str
    said: datetime
    """When the last answer was given."""
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Own:
    """An answer of the user's with its themes: what stands beside the feedback of others."""

    application: str
    said: datetime
    question: str
    text: str
    themes: tuple[Heard, ...]


# --- the questions -------------------------------------------------------------------------------


def load(path: Path, override: Path | None = None) -> tuple[Question, ...]:
    """Given the shipped file and perhaps the user's, return the questions in order.

    Raise TemplateError naming the file and what is wrong in it.
    """
    known: dict[str, Question] = {}
    for file in filter(None, (path, override)):
        for question in _read(file):
            known[question.id] = question
    asked = tuple(one for one in known.values() if one.ask)
    if not asked:
        raise TemplateError(f"{override or path}: asks nothing: leave one question in it")
    return asked


def _read(file: Path) -> list[Question]:
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TemplateError(f"{file}: cannot be read: {error}") from error
    rows = data.get("questions", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TemplateError(f"{file}: questions must be tables: [[questions]]")
    return [_question(row, f"{file}: questions[{n}]") for n, row in enumerate(rows, 1)]


def _question(row: Mapping[str, Any], at: str) -> Question:
    id, ask, when = row.get("id"), row.get("ask"), row.get("when", _ANY)
    theme, praise = row.get("theme", ""), row.get("praise")
    if not (isinstance(id, str) and id.replace("-", "").isalnum() and isinstance(ask, str)):
        raise TemplateError(f"{at}: needs an id (letters, digits, hyphens) and a text to ask")
    if when not in (_ANY, *Sort):
        raise TemplateError(f"{at}: when is interview, no or both")
    if theme not in ("", *Theme):
        raise TemplateError(f"{at}: theme is one of {', '.join(Theme)}, or left out")
    if praise not in (None, True, False):
        raise TemplateError(f"{at}: praise is true, false, or left out")
    sorts = tuple(Sort) if when == _ANY else (Sort(when),)
    return Question(id, " ".join(ask.split()), sorts, Theme(theme) if theme else None, praise)


def asked_of(questions: Sequence[Question], sort: Sort) -> tuple[Question, ...]:
    """Return the questions that belong to a talk or to a no."""
    return tuple(one for one in questions if sort in one.sorts)


def sort_of(application: Application, talked: bool) -> Sort:
    """Return what of an application there is to look back on: its talk, where there was one."""
    closed = application.outcome is Outcome.REJECTION
    return Sort.NO if closed and not talked and application.stage not in _TALKED else Sort.INTERVIEW


# --- what is due, and what was said --------------------------------------------------------------


def debriefs(entries: Iterable[Entry]) -> tuple[Debrief, ...]:
    """Given the entries in force, return what was answered, one an application, newest first.

    A later answer takes the place of an earlier one; an empty one takes it away.
    """
    found: dict[str, Debrief] = {}
    for entry in entries:
        if entry.what is not What.DEBRIEF:
            continue
        before = found.get(entry.about, Debrief(entry.about, entry.at))
        answers = {key: text for key, text in {**before.answers, **entry.facts}.items() if text}
        found[entry.about] = replace(before, said=max(before.said, entry.at), answers=answers)
    kept = [one for one in found.values() if one.answers]
    return tuple(sorted(kept, key=lambda one: one.said, reverse=True))


def due(
    applications: Sequence[Application],
    talks: Mapping[str, date],
    noes: Mapping[str, date],
    entries: Iterable[Entry],
    *,
    today: date,
    zone: ZoneInfo,
) -> tuple[Occasion, ...]:
    """Given the day of the last talk and of the no by the application's id, return what is due.

    That is what took place in the last days and was not looked back on since; where people met
    comes first, then the newest.  Of a talk and a no of one application it is the talk, until
    that is done.
    """
    said = {one.application: one.said.astimezone(zone).date() for one in debriefs(entries)}
    found: list[Occasion] = []
    for one in applications:
        days = ((Sort.INTERVIEW, talks.get(one.id)), (Sort.NO, noes.get(one.id)))
        for sort, day in days:
            if day is None or not today - RECENT <= day <= today:
                continue
            if one.id not in said or said[one.id] < day:
                found.append(Occasion(one, sort, day))
                break

    def worth(one: Occasion) -> tuple[bool, date, str]:
        return one.application.stage in _TALKED, one.on, one.application.id

    return tuple(sorted(found, key=worth, reverse=True))


# --- what the answers are about ------------------------------------------------------------------


def own_words(given: Sequence[Debrief], questions: Sequence[Question]) -> tuple[Own, ...]:
    """Return the answers that have themes: those of their words, and that of their question."""
    by_id = {one.id: one for one in questions}
    found: list[Own] = []
    for debrief in given:
        for key, text in debrief.answers.items():
            themes = _themes(text, by_id.get(key))
            if themes:
                found.append(Own(debrief.application, debrief.said, key, text, themes))
    return tuple(found)


def _themes(text: str, question: Question | None) -> tuple[Heard, ...]:
    told = list(themes_of(text))
    if question is None:
        return tuple(told)
    if question.praise is not None:
        # The question tells the side; what is said of a theme in passing does not turn it round.
        told = [replace(one, praise=question.praise) for one in told]
        if question.theme is not None and all(one.theme is not question.theme for one in told):
            told.append(Heard(question.theme, question.praise))
    return tuple(dict.fromkeys(told))


def noticed_too(pattern: Pattern, own: Sequence[Own]) -> tuple[Own, ...]:
    """Return the user's own words on the same theme and the same side, newest first."""
    return tuple(
        one
        for one in own
        if any((h.theme, h.praise) == (pattern.theme, pattern.praise) for h in one.themes)
    )
