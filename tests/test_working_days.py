"""Working days: Monday to Friday without the country's public holidays."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.working_days import add_working_days, public_holidays, working_days

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
GOOD_FRIDAY = date(2026, 4, 3)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
spans = st.integers(0, 400)


@pytest.mark.parametrize(
    ("start", "end", "holidays", "expected"),
    [
        (FRIDAY, FRIDAY, (), 0),
        (FRIDAY, MONDAY, (), 1),
        (FRIDAY, date(2026, 3, 8), (), 0),
        (MONDAY, date(2026, 3, 16), (), 5),
        (MONDAY, date(2026, 3, 13), (), 4),
        (MONDAY, FRIDAY, (), 0),
        (date(2026, 4, 1), date(2026, 4, 7), [GOOD_FRIDAY, date(2026, 4, 6)], 2),
        (date(2026, 4, 1), date(2026, 4, 7), [GOOD_FRIDAY, GOOD_FRIDAY], 3),
        (MONDAY, date(2026, 3, 16), [date(2026, 3, 14)], 5),
        (MONDAY, date(2026, 3, 16), [MONDAY], 5),
    ],
)
def test_days_after_the_start_up_to_the_end_are_counted(start, end, holidays, expected):
    assert working_days(start, end, holidays) == expected


@pytest.mark.parametrize(
    ("start", "n", "holidays", "expected"),
    [
        (FRIDAY, 0, (), FRIDAY),
        (FRIDAY, 1, (), MONDAY),
        (FRIDAY, 5, (), date(2026, 3, 13)),
        (date(2026, 3, 7), 1, (), MONDAY),
        (date(2026, 4, 2), 1, [GOOD_FRIDAY, date(2026, 4, 6)], date(2026, 4, 7)),
    ],
)
def test_working_days_are_added(start, n, holidays, expected):
    assert add_working_days(start, n, holidays) == expected


@settings(max_examples=100, deadline=None)
@given(days, spans, st.sets(days, max_size=20))
def test_the_count_agrees_with_counting_one_by_one(start, span, holidays):
    end = start + timedelta(span)
    each = [start + timedelta(n) for n in range(1, span + 1)]
    assert working_days(start, end, holidays) == sum(
        d.weekday() < 5 and d not in holidays for d in each
    )


@settings(max_examples=60, deadline=None)
@given(days, st.integers(1, 60), st.sets(days, max_size=20))
def test_adding_and_counting_are_each_others_inverse(start, n, holidays):
    assert working_days(start, add_working_days(start, n, holidays), holidays) == n


@pytest.mark.parametrize(
    ("country", "holiday", "other"),
    [
        ("GB", GOOD_FRIDAY, date(2026, 7, 4)),
        ("UK", date(2026, 12, 25), date(2026, 7, 4)),
        ("us", date(2026, 11, 26), date(2026, 12, 26)),
        ("DE", date(2026, 10, 3), date(2026, 11, 26)),
        ("DE-BY", date(2026, 1, 6), date(2026, 11, 26)),
        ("DE-QQ", date(2026, 10, 3), date(2026, 1, 6)),
        ("DEU", date(2026, 10, 3), date(2026, 1, 6)),
    ],
)
def test_a_country_has_its_public_holidays(country, holiday, other):
    found = public_holidays(country, [2026])
    assert holiday in found
    assert other not in found


def test_each_year_asked_for_is_there():
    years = {d.year for d in public_holidays("GB", [2025, 2026, 2027])}
    assert {2025, 2026, 2027} <= years


@pytest.mark.parametrize("country", ["", "  ", "ZZ", "nowhere", "-"])
def test_an_unknown_country_has_none(country):
    assert public_holidays(country, [2026]) == frozenset()


def test_no_years_no_holidays():
    assert public_holidays("GB", []) == frozenset()


def test_only_the_one_country_is_loaded_and_only_when_asked():
    code = (
        "import sys; from mailsense.working_days import public_holidays\n"
        "assert 'holidays' not in sys.modules\n"
        "assert public_holidays('GB', [2026])\n"
        "loaded = [m for m in sys.modules if m.startswith('holidays.countries.')]\n"
        "assert loaded == [], loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
