"""What stands against a draft, and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from mailsense.domain import Address, Draft
from mailsense.reply.lint import GREETING, PLACEHOLDER, Finding, asking, lint
from tests.support.items import ANNA, BEN, PLAYBOOK, draft

FACTS = {"to_name": "Anna", "company": "Northwind", "role": "Planner"}
COMPANIES = ["Northwind", "Globex Ltd", "Next", "Monday", "Northwind Logistics", "Blue Heron"]


def findings(letter: Draft, facts: dict[str, Any] | None = None) -> list[Finding]:
    known = FACTS if facts is None else facts
    return lint(letter, facts=known, playbook=PLAYBOOK, companies=COMPANIES)


def rules(text: str, facts: dict[str, Any] | None = None, **more: Any) -> set[tuple[str, str]]:
    letter = draft(body=f"Hello Anna,\n\n{text}\n\nBest wishes,\nSam Rivers\n", **more)
    return {(f.level, f.rule) for f in findings(letter, facts)}


def test_a_good_letter_has_no_findings() -> None:
    assert rules("Thank you for letting me know about the Planner role at Northwind.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "{{ role }}", "{% if x %}", "[Name]", "[Your Name]", "[Company Name]", "[insert role]",
        "[hiring manager]", "XXX", "XXXX", "TODO", "TBD", "____", "<name>", "<your phone>",
        "Lorem ipsum", "${role}", "%(role)s", "[COMPANY]", "[the role title here]",
    ],
)  # fmt: skip
def test_a_placeholder_stands_against_a_letter(text: str) -> None:
    assert PLACEHOLDER.search(text)
    assert ("error", "placeholder") in rules(f"About {text} we spoke.")
    assert ("error", "placeholder") in rules(f"About {text} we spoke.", edited=True)


@pytest.mark.parametrize(
    "text",
    [
        "[1]", "[sic]", "a [small] thing", "<https://example.org>", "5 < 6 > 3", "todos los dias",
        "to do", "XX", "snake_case", "{curly}", "100% sure", "<sam@example.org>", "[see below]",
    ],
)  # fmt: skip
def test_these_are_no_placeholders(text: str) -> None:
    assert PLACEHOLDER.search(text) is None


def test_a_placeholder_in_the_subject_counts() -> None:
    assert ("error", "placeholder") in rules("Fine.", subject="About [Role]")


@pytest.mark.parametrize(
    ("first", "facts", "found"),
    [
        ("Hello Anna,", FACTS, None),
        ("Dear Anna Smith,", FACTS, None),
        ("Dear Ms Smith,", FACTS, None),
        ("Hi Ben,", FACTS, "error"),
        ("Hello,", FACTS, "warning"),
        ("Hello,", {}, "warning"),
        ("Dear Hiring Team,", FACTS, "warning"),
        ("Hi there,", FACTS, "warning"),
        ("Thank you.", FACTS, "warning"),
        ("Hello Nia,", {**FACTS, "to_name": "Nia"}, None),
        ("Good morning Anna,", FACTS, None),
        ("Dear Dr Smith,", {**FACTS, "to_name": "Dr Smith"}, None),
    ],
)
def test_the_name_must_be_the_addressees(
    first: str, facts: dict[str, Any], found: str | None
) -> None:
    letter = draft(body=f"{first}\n\nThank you for letting me know.\n\nSam\n")
    levels = [f.level for f in findings(letter, facts) if f.rule == "name"]
    assert levels == ([found] if found else [])


def test_a_person_without_a_name_is_greeted_without_one() -> None:
    nameless = Address("", "x17@northwind.example")
    letter = draft(body="Hello,\n\nThank you.\n\nSam\n", to=(nameless,))
    assert findings(letter, {}) == []
    named = draft(body="Hello Eve,\n\nThank you.\n\nSam\n", to=(nameless,))
    assert [(f.level, f.rule) for f in findings(named, {})] == [("error", "name")]


def test_a_name_the_user_wrote_is_only_doubted() -> None:
    letter = draft(body="Hi Bea,\n\nThank you.\n\nSam\n", edited=True)
    assert [(f.level, f.rule) for f in findings(letter)] == [("warning", "name")]


@pytest.mark.parametrize(
    ("greeting", "name"),
    [("Hello Anna,", "Anna"), ("Dear Dr Smith:", "Dr Smith"), ("Hi, Anna!", "Anna"), ("Hello", "")],
)
def test_a_greeting_is_read(greeting: str, name: str) -> None:
    match = GREETING.match(greeting)
    assert match is not None
    assert match["name"].strip() == name


def test_other_words_are_no_greeting() -> None:
    for text in ("Thank you, Anna", "Dearest of all", "History", "Heya"):
        assert GREETING.match(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I enjoyed the Globex office.", True),
        ("I like Globex Ltd.", True),
        ("I like Blue Heron.", True),
        ("Working at Next appeals to me.", True),
        ("Next week suits me.", False),
        ("I am free on Monday.", False),
        ("I like Northwind Logistics.", False),
        ("I like Northwind.", False),
        ("A blue heron flew by.", False),
        ("The globexes are out.", False),
    ],
)
def test_another_companys_name_stands_against_a_letter(text: str, found: bool) -> None:
    assert (("error", "company") in rules(text)) is found


def test_a_company_somebody_was_pointed_to_may_be_named() -> None:
    assert (
        rules("Thank you for the word about Globex.", {**FACTS, "referred_name": "Globex"}) == set()
    )


@pytest.mark.parametrize(
    "text",
    [
        "I am just checking in.", "Any update on this?", "I'm disappointed.", "Please reconsider.",
        "I still haven’t heard from you.", "It was my dream job.", "Reply ASAP.", "At my age.",
        "Thanks in advance.",
    ],
)  # fmt: skip
def test_what_reads_badly_is_told(text: str) -> None:
    assert ("error", "banned") in rules(text)
    assert ("warning", "banned") in rules(text, edited=True)


@pytest.mark.parametrize(
    "text",
    ["I manage a team.", "The families of products.", "A healthy pace.", "We were checking it."],
)
def test_words_that_only_look_like_it_are_not(text: str) -> None:
    assert rules(text) == set()


def test_a_role_or_company_may_hold_a_banned_word() -> None:
    facts = {**FACTS, "role": "Health Economist", "company": "Family Action"}
    text = "Thank you for letting me know about the Health Economist role at Family Action."
    assert rules(text, facts) == set()
    assert ("error", "banned") in rules(text)


def test_thanks_in_advance_is_fine_where_nobody_said_no() -> None:
    assert rules("Thanks in advance.", template="task") == set()


def test_a_letter_that_is_too_long_is_told() -> None:
    assert ("warning", "length") in rules("word " * 61)
    assert ("warning", "length") not in rules("word " * 50)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, set()),
        ({"to": ()}, {("error", "addressee")}),
        ({"to": (ANNA, BEN)}, {("error", "addressee")}),
        ({"cc": (BEN,)}, {("error", "addressee")}),
        ({"bcc": (BEN,), "edited": True}, {("warning", "addressee")}),
        ({"to": (Address("Anna", "no-reply@northwind.example"),)}, {("error", "robot")}),
        ({"to": (Address("Anna", "anna@hire.lever.co"),), "edited": True}, {("error", "robot")}),
    ],
)
def test_a_letter_goes_to_one_person(more: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert {f for f in rules("Thank you.", **more) if f[1] in ("addressee", "robot")} == found


def test_doubled_blanks_are_told() -> None:
    assert ("warning", "blanks") in rules("Thank  you.")
    assert ("warning", "blanks") in rules("Thank you.\n\n\nGood.")
    assert rules("Thank you.\n\nGood.") == set()


def test_more_than_one_question_is_too_many() -> None:
    assert ("warning", "asks") in rules("What could I do better?\n\nWho else is hiring?")
    assert rules("What could I do better? One line is plenty.") == set()
    assert asking("See https://example.org/?a=b\n\nand this.") == 0


def test_an_empty_letter_is_an_error() -> None:
    assert ("error", "empty") in {(f.level, f.rule) for f in findings(draft(body=" \n"))}


def test_the_quoted_original_is_not_the_letter() -> None:
    assert rules("Thank you.", quoted="> Any update from Globex? [Name]") == set()


@pytest.mark.parametrize(("name", "warned"), [("Your Name", True), ("", True), ("Sam", False)])
def test_a_letter_signed_with_the_samples_name_is_told(name: str, warned: bool) -> None:
    letter = draft(from_=Address(name, "sam@rivers.example"))
    found = lint(letter, facts={}, playbook=PLAYBOOK)
    told = [f for f in found if f.rule == "signature"]
    assert bool(told) is warned
    assert all(f.level == "warning" and "me.name" in f.text for f in told)
