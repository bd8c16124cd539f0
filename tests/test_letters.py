"""Several hundred letters as the planner may ask for them, each held to what a letter is."""

from __future__ import annotations

import re

import pytest

from mailsense.domain import Address, Draft, PlanKind
from mailsense.reply import words
from mailsense.reply.lint import GREETING, lint
from tests.support.items import ME, PLAYBOOK, TEMPLATES
from tests.support.letters import PEOPLE, Letter, letters

NAMES = TEMPLATES.names()

FAULTS = re.compile(
    r"  |\t| [,.;:!?)]|\.\.|[!?]\.|,[,.;:]|[;:][,.;:]|\( |\(\)|\n\n\n|\n [^\n]"
    r"|\b(?:about|at|of|by|from|the|a|an|my|and|or|are|are:)[,.;:!](?=\s)(?<!as you are\.)"
    r"|\b(?P<word>\w+) (?P=word)\b|\bNone\b|\bTrue\b|\bFalse\b|\brole\)? role\b|[\[\]{}<>|_]"
    r"|(?<!Wow)(?<!Inc)(?<!S\.A)[.!?] [a-z]|(?<![.!?,:;\n])\n\n",
)
"""What no letter holds: doubled or dangling blanks and stops, a word twice, a fact unsaid."""


@pytest.mark.parametrize(
    "text",
    [
        "a  b", "the role .", "at .", "about the  role", "at, and", "I am looking at.\n", "the the",
        "from None", "the role role", "Wow!. And", "Acme Inc.. And", "well. if", "well\n\nAll",
        "a\n\n\nb", "on . Next", "Good times are. ","by {{ day }}",
    ],
)  # fmt: skip
def test_a_fault_is_seen(text: str) -> None:
    assert FAULTS.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "at Wow! has", "at Acme Inc., and", "busy as you are. I", "a call to look after, I know",
        "at Acme Inc. I understand.", "at Wow! All the best.", "the VP, Sales role.", "Hi Ng,\n\nI",
        "the Engineer (nights) role at 3rd Step.", "Which day would you like?\n\nBest",
    ],
)  # fmt: skip
def test_what_reads_well_is_no_fault(text: str) -> None:
    assert not FAULTS.search(text)


def test_there_are_several_hundred_and_they_hold_every_template_and_hard_name() -> None:
    made = {name: list(letters(name, TEMPLATES.source(name))) for name in NAMES}
    assert sum(map(len, made.values())) >= 600
    assert all(len({one.body for one in of}) >= 10 for of in made.values())
    assert all({one.to_name for one in of} == {p.to_name for p in PEOPLE} for of in made.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_could_go_out_as_it_is(name: str) -> None:
    for letter in letters(name, TEMPLATES.source(name)):
        told = f"\n{letter.body}\n{letter.facts}"
        fault = FAULTS.search(letter.body)
        assert fault is None, f"{fault}{told}"
        findings = lint(
            _draft(letter),
            facts=letter.facts,
            playbook=PLAYBOOK,
            companies=[person.company for person in PEOPLE if person.company],
        )
        assert [f for f in findings if f.rule not in ("detail", "time")] == [], told
        first, *_, last = letter.body.split("\n\n")
        assert GREETING.match(first) and first.endswith(","), told
        assert letter.to_name in first, told
        assert words.CLOSING_LINE.match(last.splitlines()[0]), told
        assert last.splitlines()[1] == ME.name, told


def _draft(letter: Letter) -> Draft:
    return Draft(
        id="d1",
        account="main",
        plan=letter.plan,
        about="a1",
        episode="e1",
        template=letter.template,
        message_id="<1@rivers.example>",
        from_=ME,
        to=(Address(letter.to_name, "somebody@firm.example"),),
        subject=letter.subject,
        body=letter.body,
    )


def test_the_letters_are_of_every_plan_that_writes() -> None:
    kinds = {letter.plan for n in NAMES for letter in letters(n, TEMPLATES.source(n))}
    assert kinds == set(PlanKind) - {PlanKind.NONE}
