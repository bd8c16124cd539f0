"""What reaches the screen: no control characters, no turned text, columns that fit."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.cli.output import clean, count, fit, joined, width


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("title\x1b]0;own\x07", "title]0;own"),
        ("pay \u202eecnalab\u202c now", "pay ecnalab now"),
        ("a\r\nb\tc", "a b c"),
        ("zero\u200bwidth joins stay: \u200d", "zero\u200bwidth joins stay: \u200d"),
        ("back\x08space\x7f", "backspace"),
        ("\x9b31m", "31m"),
    ],
)
def test_terminal_control_is_taken_out(given_: str, shown: str) -> None:
    assert clean(given_) == shown


def test_line_breaks_stay_where_a_text_is_shown() -> None:
    assert clean("a\r\nb\n\nc\x1b", lines=True) == "a\nb\n\nc"


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_whatever_comes_in_no_control_character_goes_out(text: str) -> None:
    for lines in (False, True):
        shown = clean(text, lines=lines)
        assert all(unicodedata.category(c) != "Cc" or c in "\n\t" for c in shown)
        shown.encode()


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Mn", "Me", "Cf"])), st.integers(2, 40)
)
def test_a_cell_is_exactly_as_wide_as_asked(text: str, columns: int) -> None:
    assert abs(width(fit(text, columns)) - columns) <= 1


def test_numbers_and_lists_are_said_as_people_say_them() -> None:
    assert count(1, "draft") == "1 draft"
    assert count(1200, "draft") == "1,200 drafts"
    assert joined(["a"]) == "a"
    assert joined(["a", "b", "c"]) == "a, b and c"
