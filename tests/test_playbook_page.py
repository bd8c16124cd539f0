"""docs/playbook.md: every rule of the playbook in words, each with the advice it comes from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mailsense.cli import playbook_page
from mailsense.domain import PlanKind
from mailsense.errors import TemplateError
from mailsense.reply import playbook
from tests.support.items import PLAYBOOK, SHIPPED, TEMPLATES
from tests.support.letters import letters

FILE = SHIPPED / "playbook.toml"
PAGE = (SHIPPED.parent / "docs" / "playbook.md").read_text(encoding="utf-8")
FLAT = ("windows", "rest", "hours", "promise", "revisit", "leads", "caps", "lengths", "banned",
        "waits", "variants")  # fmt: skip


def rules() -> list[str]:
    """Return the key of every rule in the shipped file; what a template's length is needs none."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    assert set(data) == {
        *FLAT, "ladders", "choose", "questions", "length_of", "in_short", "format", "advice",
    }  # fmt: skip
    keys = [f"{name}.{key}" for name in (*FLAT, "ladders") for key in data[name]]
    return keys + [f"{name}[{n}]" for name in ("choose", "questions")
                   for n in range(1, len(data[name]) + 1)]  # fmt: skip


def test_the_page_is_the_generated_one() -> None:
    assert playbook_page.page(PAGE, FILE) == PAGE, "run `make docs`"


def test_every_rule_tells_the_advice_it_comes_from() -> None:
    assert set(PLAYBOOK.advice) == set(rules())
    for key, text in PLAYBOOK.advice.items():
        assert re.fullmatch(r"['A-Z].{20,110}[.?]", text), key


def test_each_line_of_each_table_has_its_advice() -> None:
    tables = re.findall(r"<!-- begin:(\w+) -->\n(.*?)<!-- end:\1 -->", PAGE, re.DOTALL)
    told: list[str] = []
    for name, table in tables:
        head, _, *lines = [row.strip("| ").split(" | ") for row in table.splitlines()]
        assert head[-1] == "the advice", name
        for line in lines:
            assert len(line) == len(head), line
            assert line[-1] in PLAYBOOK.advice.values(), line
        told += [line[-1] for line in lines]
    assert sorted(told) == sorted(PLAYBOOK.advice.values())


@pytest.mark.parametrize(
    "named",
    [
        *(f"(`{case}`)" for case in PLAYBOOK.ladders),
        *(f"`{name}`" for name in TEMPLATES.names()),
        *(f"`{question.id}`" for question in PLAYBOOK.questions),
        *(f"(`{plan}`)" for plan in PLAYBOOK.windows),
        *(question.ask for question in PLAYBOOK.questions),
    ],
)
def test_each_ladder_template_question_and_plan_stands_on_the_page(named: str) -> None:
    assert named in PAGE


def test_each_phrase_that_is_never_said_stands_on_the_page() -> None:
    for phrase in (*PLAYBOOK.banned, *PLAYBOOK.banned_after_no, *PLAYBOOK.padding):
        assert re.search(rf"[|,] {re.escape(phrase)}[ ,]", PAGE), phrase


def test_every_plan_and_case_has_words_of_its_own() -> None:
    assert set(playbook_page.PLANS) == set(PLAYBOOK.windows)
    assert set(playbook_page.PLANS) == set(PlanKind) - {PlanKind.NONE}
    assert set(playbook_page.CASES) == set(PLAYBOOK.ladders)


def test_the_page_counts_the_letters_that_the_tests_look_at() -> None:
    number = sum(1 for n in TEMPLATES.names() for _ in letters(n, TEMPLATES.source(n)))
    assert f"{number:,} letters" in PAGE


def test_the_example_of_a_users_file_is_one_that_works(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    (tmp_path / "playbook.toml").write_text(example[1], encoding="utf-8")
    book = playbook.load(FILE, tmp_path / "playbook.toml")
    assert book.ladders["networking"].floors == (10,)
    assert book.advice == PLAYBOOK.advice


def test_a_changed_number_changes_the_page(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8").replace("interview = 48", "interview = 71")
    (tmp_path / "playbook.toml").write_text(text, encoding="utf-8")
    assert "| 71 hours |" in playbook_page.page(PAGE, tmp_path / "playbook.toml")


def test_a_page_without_a_mark_is_told() -> None:
    with pytest.raises(ValueError, match="begin:choose"):
        playbook_page.page(PAGE.replace("<!-- begin:choose -->", ""), FILE)


# --- advice in a user's own file --------------------------------------------------------


def own(tmp_path: Path, text: str) -> playbook.Playbook:
    (tmp_path / "playbook.toml").write_text(text, encoding="utf-8")
    return playbook.load(FILE, tmp_path / "playbook.toml")


def test_a_rule_of_the_users_needs_no_advice_and_may_have_it(tmp_path: Path) -> None:
    book = own(
        tmp_path,
        "[ladders.church]\ntag_after = 3\nfloors = [3]\nmost = 1\n"
        '[ladders.club]\ntag_after = 3\nmost = 0\nadvice = "Ask after training."\n'
        '[advice.rest]\noffer = "Sleep on it."\n'
        '[[choose]]\nplan = "answer-offer"\ntemplate = "offer"\n',
    )
    assert "ladders.church" not in book.advice
    assert book.advice["ladders.club"] == "Ask after training."
    assert book.advice["rest.offer"] == "Sleep on it."
    assert book.advice["rest.interview"] == PLAYBOOK.advice["rest.interview"]
    assert "choose[1]" not in book.advice


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[advice.rest]\noffer = 3\n", "rest.offer: advice must be a text"),
        ('[advice.rest]\noffer = " "\n', "rest.offer: advice must be a text"),
        ('[advice.rest]\nofer = "Sleep."\n', "advice.rest.ofer: [rest] has no such line"),
        ('[advice.nights]\none = "Sleep."\n', "advice.nights: there is no table [nights]"),
        ('[advice.ladders]\ntask = "Ask."\n', "advice.ladders: there is no table"),
        ("[ladders.task]\nadvice = 1\n", "ladders.task: advice must be a text"),
        ('[ladders.task]\nadvise = "Ask."\n', "ladders.task.advise: unknown key"),
        ('[rest]\nadvice = "Sleep."\n', "rest.advice: unknown key"),
        ('[advice]\nrest = "Sleep."\n', "advice.rest: must be a table"),
        ('advice = "Sleep."\n', "advice: must be a table"),
        (
            '[[choose]]\nplan = "answer-offer"\ntemplate = "offer"\nadvice = ["a"]\n',
            "choose[1]: advice must be a text",
        ),
    ],
)
def test_a_mistake_in_the_advice_is_told_with_its_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(TemplateError) as caught:
        own(tmp_path, text)
    problems = caught.value.problems
    assert any(p.startswith(f"playbook.toml: {key}") for p in problems), problems
