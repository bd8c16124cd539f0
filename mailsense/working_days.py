"""Working days: what counts when somebody is waited for.

Decides which days count (Monday to Friday, no public holiday).  Refuses to know what day
it is and where the user lives: dates and holidays are given.  Public holidays come from
the ``holidays`` package, of which only one country's module is loaded: its package of
countries imports all of them, which alone costs a quarter of a command's CPU allowance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

_DAY = timedelta(days=1)
_ALIASES = {"UK": "GB", "EL": "GR"}
_PARTS = {"GB": "ENG"}
"""The part of a country that serves where none is told.

A country's own list holds what is free in all its parts, which is what may be counted on
where nobody knows better; of the United Kingdom it leaves out Easter Monday and the bank
holiday in August, which England, where most employers are, does not work.
"""


def is_working(day: date, holidays: Collection[date] = ()) -> bool:
    """True from Monday to Friday, public holidays excepted."""
    return day.weekday() < 5 and day not in holidays


def working_days(start: date, end: date, holidays: Collection[date] = ()) -> int:
    """Given two days, return how many working days lie after ``start`` up to ``end``.

    ``end`` itself counts, ``start`` does not; 0 when ``end`` is not after ``start``.
    """
    days = (end - start).days
    if days <= 0:
        return 0
    weeks, rest = divmod(days, 7)
    count = weeks * 5 + sum((start.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
    return count - sum(start < day <= end and day.weekday() < 5 for day in set(holidays))


def add_working_days(start: date, n: int, holidays: Collection[date] = ()) -> date:
    """Given a day, return the ``n``-th working day after it; the day itself when n is 0."""
    day = start
    while n > 0:
        day += _DAY
        n -= is_working(day, holidays)
    return day


def iso_country(country: str) -> tuple[str, str]:
    """Given a country as it may be written ("uk", "GB-SCT"), return its ISO 3166 code and part."""
    code, _, part = country.strip().upper().partition("-")
    return _ALIASES.get(code, code), part


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """Given an ISO 3166 code ("GB", or with a part: "GB-SCT"), return its public holidays.

    An unknown or empty country has none, an unknown part counts as no part: then the days
    count that are free in the whole country, and in England for the United Kingdom.
    The ``holidays`` package is imported here, when first asked.
    """
    code, part = iso_country(country)
    wanted = sorted(set(years))
    if not code or not wanted:
        return frozenset()
    entity = _country(code)
    if entity is None:
        return frozenset()
    if part not in getattr(entity, "subdivisions", ()):
        part = _PARTS.get(code, "")
    if part:
        return frozenset(entity(subdiv=part, years=wanted, expand=False))
    return frozenset(entity(years=wanted, expand=False))


def _country(code: str) -> Any:
    """Return the class of one country, or None, without importing the other 250.

    ``holidays.countries.germany`` would first run the package's ``__init__``, which imports
    every country, so the one file is loaded on its own.  Should a later version lay its
    files out otherwise, its public function serves, at its price.
    """
    from importlib import util
    from pathlib import Path

    import holidays
    from holidays import registry

    module, name = next(
        ((module, names[0]) for module, names in registry.COUNTRIES.items() if code in names[1:3]),
        ("", ""),
    )
    if not module:
        return None
    path = Path(holidays.__file__ or "").parent / "countries" / f"{module}.py"
    spec = util.spec_from_file_location(f"_one_country_{module}", path) if path.is_file() else None
    if spec is None or spec.loader is None:
        return partial(holidays.country_holidays, code)
    loaded = util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name)
