"""What is shown on a terminal fits it and stays readable."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.cli import ask, review
from mailsense.cli.output import flowing

SHOWN = [
    # a letter a little wider than the terminal flows on
    (["one two three four", "five six"], ["one two three", "four five six"]),
    # a sentence that ends there does not run into the name below
    (["one two three four.", "Ruth"], ["one two three", "four.", "Ruth"]),
    # lists, quotes and new paragraphs begin lines of their own
    (["one two three four", "- five"], ["one two three", "four", "- five"]),
    (["one two three four", "2. five"], ["one two three", "four", "2. five"]),
    (["one two three four", "£5 six"], ["one two three", "four £5 six"]),
    (["one two three four", "> five"], ["one two three", "four", "> five"]),
    (["one two three four", "", "five"], ["one two three", "four", "", "five"]),
    # what fits stays as it was written
    (["one two", "three"], ["one two", "three"]),
]


@pytest.mark.parametrize(("written", "shown"), SHOWN)
def test_a_letter_is_shown_in_lines_that_fit(written: list[str], shown: list[str]) -> None:
    assert flowing(written, 14) == shown


def test_a_paragraph_in_one_line_does_not_run_into_what_follows() -> None:
    *_, last = flowing(["word " * 40, "Ruth"], 30)
    assert last == "Ruth"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="ab .-", max_size=60)))
def test_no_word_is_lost_and_no_line_too_long(lines: list[str]) -> None:
    found = flowing(lines, 70)
    assert "".join(found).replace(" ", "") == "".join(lines).replace(" ", "")
    assert all(len(line) <= 70 for line in found)


@pytest.mark.parametrize("text", [review.HELP, ask.HELP], ids=["review", "ask"])
def test_the_help_within_a_conversation_fits_a_terminal_of_80_columns(text: str) -> None:
    assert max(map(len, text.splitlines())) < 80
