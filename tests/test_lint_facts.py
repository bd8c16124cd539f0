"""What a letter says that nobody told: an error in ours, at most a doubt in the user's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailsense.config import Me
from mailsense.domain import Kind
from mailsense.reply.findings import Own, Surroundings
from mailsense.reply.invented import CLOCK, DATE, NAMES, PLACES, own_words, said
from mailsense.reply.lint import lint
from tests.support.items import PLAYBOOK, TEMPLATES, day, draft, incoming, outgoing, verdict

LETTER = (
    "Dear Sam,\n\nCould you come in on Tuesday 10 November at 2 pm, to meet Ben Okafor? The post "
    "pays 41,500 and begins on 1.12. Ring 020 7946 0111 by Monday noon.\n\nBest regards,\nAnna"
)
ORIGINAL = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), text=LETTER)
EARLIER = outgoing("m0", day(10, 20), text="I have worked in planning for 12 years.")
OWN = Own(("Sam Rivers", "+44 20 7946 0000", "weekdays after 14:30"), "One line, 5 minutes.")
FACTS = {"to_name": "Anna", "company": "Northwind", "role": "Planner", "wrote_on": "20 October"}
AROUND = Surroundings(ORIGINAL, (EARLIER,), OWN)


def told(text: str, around: Surroundings = AROUND, **more: Any) -> list[tuple[str, str]]:
    body = f"Hello Anna,\n\n{text}\n\nBest wishes,\nSam Rivers\n"
    letter = replace(draft(body=body, created=day(11, 3), template="interview"), **more)
    found = lint(letter, facts=FACTS, playbook=PLAYBOOK, around=around)
    return [(f.level, f.text) for f in found if f.rule == "invented"]


SAID = [
    "Tuesday 10 November at 14:00 suits me.",
    "The 10th of November at 2pm suits me.",
    "Tuesday is fine, and so is 2 o'clock.",
    "I can start on 1 December.",
    "I look forward to meeting with Ben Okafor and Anna.",
    "I wrote to you on 20 October.",
    "After 12 years I still like it.",
    "41500 would be right.",
    "You can reach me on +44 20 7946 0000, after 14:30.",
    "It takes 5 minutes.",
    "I ring you on Monday at noon.",
    "See https://example.org/99/2031 for more.",
    "The Planner role at Northwind is what I want.",
    "I spoke with the team, and with HR, and with you.",
    "On the morning of the tenth.",
]
INVENTED = [
    ("Wednesday 11 November at 14:00 suits me.", "Wednesday 11 November"),
    ("Tuesday 10 November at 3 pm suits me.", "3 pm"),
    ("I come on Thursday.", "Thursday"),
    ("I look forward to meeting with Carla Ortiz.", "Carla Ortiz"),
    ("Please thank Carla for me.", "Carla"),
    ("I hear that Ms Ortiz will be there.", "Ortiz"),
    ("The Planner role at Globex is what I want.", "Globex"),
]
NUMBERS = [("I have 15 years behind me.", "15"), ("I ask for 52,000.", "52,000")]


@pytest.mark.parametrize("text", SAID)
def test_what_was_said_somewhere_may_be_said(text: str) -> None:
    assert told(text) == []
    assert told(text, edited=True) == []


@pytest.mark.parametrize(("text", "named"), INVENTED + NUMBERS)
def test_what_nobody_said_stands_against_our_letter(text: str, named: str) -> None:
    ((level, line),) = told(text)
    assert level == "error"
    assert named in line
    assert "leave it out" in line


@pytest.mark.parametrize(("text", "named"), INVENTED)
def test_in_the_users_own_words_it_is_only_doubted(text: str, named: str) -> None:
    ((level, line),) = told(text, edited=True)
    assert (level, named in line) == ("warning", True)


@pytest.mark.parametrize(("text", "named"), NUMBERS)
def test_the_users_own_numbers_are_theirs(text: str, named: str) -> None:
    assert told(text, edited=True) == []


def test_the_user_may_offer_days_and_times_where_nobody_named_any() -> None:
    silent = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), text="When can you come?")
    around = Surroundings(silent, (), Own(("Sam Rivers",), ""))
    letter = "I could come on Thursday 12 November at 11:00, or at 3 pm."
    facts = {"to_name": "Anna"}
    body = f"Hello Anna,\n\n{letter}\n\nSam\n"
    own = draft(body=body, edited=True)
    assert lint(own, facts=facts, playbook=PLAYBOOK, around=around) == []
    ours = lint(draft(body=body), facts=facts, playbook=PLAYBOOK, around=around)
    assert [f.rule for f in ours] == ["invented"]


def test_nothing_is_called_invented_where_it_is_not_known_what_was_said() -> None:
    for around in (Surroundings(), Surroundings(ORIGINAL)):
        assert told("I come on Thursday, 12 November, for 52,000.", around) == []


def test_a_detail_of_the_users_is_told_by_the_user() -> None:
    text = "I liked what Carla said, and speaking with Carla about 1984."
    assert told(text)
    assert told(text, detail=text) == []


def test_a_template_of_the_users_is_their_own_word() -> None:
    own = own_words(Me(name="Sam Rivers", links=("https://sam.example/7",)), TEMPLATES, "interview")
    assert {"Sam Rivers", "https://sam.example/7"} <= set(own.settings)
    assert "hello" in own.template
    assert own_words(Me(), TEMPLATES, "gone").template == TEMPLATES.source("_parts")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Monday 10 November suits me.", "10 November 2026 is a Tuesday"),
        ("Friday, 1 January it is.", None),
        ("Thursday, 1 January it is.", "1 January 2027 is a Friday"),
        ("Tuesday 10 November suits me.", None),
        ("Monday 10 November 2025 was fine.", None),
        ("10 November suits me.", None),
        ("Monday 31 June suits me.", None),
    ],
)
def test_a_weekday_that_is_another_day_is_told(text: str, found: str | None) -> None:
    letter = draft(body=f"Hello Anna,\n\n{text}\n\nSam\n", created=day(11, 3), edited=True)
    lines = [f for f in lint(letter, facts={}, playbook=PLAYBOOK) if f.rule == "date"]
    assert [f.level for f in lines] == (["warning"] if found else [])
    assert all(str(found) in f.text for f in lines)
    dateless = replace(letter, created=None)
    assert [f for f in lint(dateless, facts={}, playbook=PLAYBOOK) if f.rule == "date"] == []


@pytest.mark.parametrize(
    ("text", "days", "clocks"),
    [
        ("Tuesday, 9th of Dec.", {(12, 9)}, set()),
        ("December 9th, 2026 at 14:00", {(12, 9)}, {120}),
        ("2026-12-09, 2:30 p.m.", {(12, 9)}, {150}),
        ("on 9.12. at 8 o'clock", {(12, 9), (9, 12)}, {480}),
        ("12/9 at noon", {(12, 9), (9, 12)}, {0}),
        ("3 May 2026", {(5, 3)}, set()),
        ("You may 3 times, at 25 years and 7 hills.", set(), set()),
        ("+44 20 7946 0000", set(), set()),
    ],
)
def test_days_and_times_are_read_as_people_write_them(
    text: str, days: set[tuple[int, int]], clocks: set[int]
) -> None:
    known = said(text)
    assert (known.days, known.clocks) == (days, clocks)


@pytest.mark.parametrize("text", ["may 10", "1 mayor", "10 Decks", "March on", "2026"])
def test_these_are_no_days(text: str) -> None:
    assert DATE.search(text) is None


@pytest.mark.parametrize("text", ["10:75", "192.168.1.1", "3 amps", "8 hills", "1:2"])
def test_these_are_no_times(text: str) -> None:
    assert CLOCK.search(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "I speak German.", "MS Office", "talk with you", "thank you for Northwind", "met Ben",
        "my role at Initech", "the team at Initech", "a role with people",
    ],
)  # fmt: skip
def test_these_name_nobody_spoken_with_and_no_employer(text: str) -> None:
    assert NAMES.search(text) is None
    assert PLACES.search(text) is None
