"""What is assumed of waiting times before the user has any: read from the playbook's ``waits``.

Decides what a sound table is, and tells every problem of it at once.  Refuses to know how
the numbers are used (``hazard``, ``patience``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from mailsense.domain import Stage
from mailsense.errors import TemplateError

_WHOLE = ("horizon", "least_answers")
_KEYS = frozenset({*_WHOLE, "days", "small_chance", "employer_weight", *Stage})
_LONGEST = 250
"""Working days, about a year: no bin ends later."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """One stage: of ``weight`` imagined waits, which share was answered in each bin."""

    weight: float
    answered: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """The table. ``days`` are the last working days of the bins; shares are of all waits."""

    days: tuple[int, ...]
    horizon: int
    small_chance: float
    least_answers: int
    employer_weight: float
    stages: Mapping[Stage, Assumed]


def load(path: Path, override: Path | None = None) -> Prior:
    """Given the shipped playbook and perhaps the user's, return what is assumed of waits.

    The user's ``waits`` are laid over the shipped ones key by key, a stage as a whole table;
    lists are replaced.  Raise TemplateError with every problem, each with its key.
    """
    table = _waits(path)
    if override is not None and override.is_file():
        own = _waits(override)
        path = override
        table = {**table, **{key: _laid(table.get(key), value) for key, value in own.items()}}
    return prior(table, path.name)


def prior(table: Mapping[str, Any], name: str = "playbook.toml") -> Prior:
    """Given the ``waits`` of a playbook, return them. Raise TemplateError as ``load`` does."""
    problems = [f"waits.{key}: unknown key: remove it or check its spelling"
                for key in table if key not in _KEYS]  # fmt: skip
    days = table.get("days")
    if not (isinstance(days, list) and days and all(type(d) is int for d in days)
            and days[0] > 0 and days[-1] <= _LONGEST
            and all(a < b for a, b in pairwise(days))):  # fmt: skip
        problems.append(f"waits.days: must be working days from 1 to {_LONGEST}, each later")
        days = [1]
    for key in _WHOLE:
        if type(table.get(key)) is not int or not 1 <= table[key] <= _LONGEST:
            problems.append(f"waits.{key}: must be a whole number from 1 to {_LONGEST}")
    if not _number(table.get("small_chance"), 0, 1):
        problems.append("waits.small_chance: must be above 0 and below 1")
    if not _number(table.get("employer_weight"), 0, 1000):
        problems.append("waits.employer_weight: must be a number of waits above 0")
    stages = {stage: _stage(stage, table.get(stage), len(days), problems) for stage in Stage}
    if problems:
        raise TemplateError([f"{name}: {problem}" for problem in problems])
    return Prior(
        tuple(days),
        table["horizon"],
        float(table["small_chance"]),
        table["least_answers"],
        float(table["employer_weight"]),
        stages,
    )


def _stage(stage: Stage, row: Any, bins: int, problems: list[str]) -> Assumed:
    row = row if isinstance(row, dict) else {}
    problems += [f"waits.{stage}.{key}: unknown key: remove it or check its spelling"
                 for key in row if key not in ("weight", "answered")]  # fmt: skip
    weight, shares = row.get("weight"), row.get("answered")
    if not _number(weight, 0, 1000):
        problems.append(f"waits.{stage}.weight: must be a number of waits above 0")
        weight = 1
    if not (isinstance(shares, list) and len(shares) == bins
            and all(type(s) in (int, float) and s >= 0 for s in shares)
            and sum(shares) < 1):  # fmt: skip
        problems.append(
            f"waits.{stage}.answered: must be {bins} shares, one for each of waits.days, that "
            "leave some waits without an answer"
        )
        shares = [0]
    return Assumed(float(weight), tuple(float(s) for s in shares))


def _number(value: Any, above: float, below: float) -> bool:
    return type(value) in (int, float) and above < value < below


def _laid(below: Any, above: Any) -> Any:
    both = isinstance(below, dict) and isinstance(above, dict)
    return {**below, **above} if both else above


def _waits(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")).get("waits", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problem = f"{path.name}: cannot be read ({type(error).__name__}): check the file"
        raise TemplateError(problem) from error
    if not isinstance(found, dict):
        raise TemplateError(f"{path.name}: waits: must be a table")
    return found
