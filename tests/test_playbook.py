"""The playbook: the advice as data, and every mistake in it told at once."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from mailsense.domain import Kind, PlanKind, Reason, Relation, Stage
from mailsense.errors import TemplateError
from mailsense.reply import playbook
from tests.support.items import PLAYBOOK, SHIPPED

FILE = SHIPPED / "playbook.toml"

TABLE = {
    "applied-unknown": (15, (), None, 30, 0),
    "applied": (10, (10,), None, 30, 1),
    "screening": (6, (6, 8), None, None, 2),
    "interview-recruiter": (6, (6, 8), 10, None, 2),
    "interview-manager": (7, (7, 10), None, None, 2),
    "final": (5, (5, 7), 10, None, 2),
    "task": (6, (6, 8), None, None, 2),
    "offer": (2, (2, 3), None, None, 2),
    "agency": (5, (5, 10), None, None, 2),
    "networking": (7, (7, 10), None, None, 2),
    "referred": (7, (7,), None, None, 1),
}


def test_the_shipped_ladders_are_the_table_of_the_design() -> None:
    shipped = {
        case: (r.tag_after, r.floors, r.closing, r.quiet, r.most)
        for case, r in PLAYBOOK.ladders.items()
    }
    assert shipped == TABLE
    assert all(case == ladder.case for case, ladder in PLAYBOOK.ladders.items())


def test_the_shipped_windows_rests_and_lengths() -> None:
    assert PLAYBOOK.windows[PlanKind.ANSWER_REJECTION] == 7
    assert PLAYBOOK.windows[PlanKind.ANSWER_REQUEST] == 21
    assert PLAYBOOK.windows[PlanKind.THANK_REFERRAL] == 30
    assert PLAYBOOK.rest == {
        Stage.NETWORKING: 0, Stage.APPLIED: 24, Stage.SCREENING: 24, Stage.INTERVIEW: 48,
        Stage.OFFER: 48,
    }  # fmt: skip
    assert PLAYBOOK.hours == (time(9), time(17, 30))
    assert PLAYBOOK.lengths["thanks"] == playbook.Bounds(25, 60)
    assert PLAYBOOK.lengths["question"] == playbook.Bounds(50, 100)
    assert PLAYBOOK.lengths["chase"] == playbook.Bounds(40, 80)
    assert PLAYBOOK.promise_grace == 2
    assert PLAYBOOK.caps == playbook.Caps(2, 10, 20, 3, 90, 5, 10)


def test_there_are_four_parting_questions_each_with_a_light_form() -> None:
    assert [q.id for q in PLAYBOOK.questions] == [
        "same-company", "sister-company", "niche", "person",
    ]  # fmt: skip
    assert all(q.ask.endswith("?") and "?" not in q.light for q in PLAYBOOK.questions)


@pytest.mark.parametrize(
    "phrase",
    [
        "just checking in", "circling back", "any update", "still haven't heard",
        "sorry to bother", "disappointed", "surprised", "reconsider", "why wasn't I", "desperate",
        "dream job", "pick your brain", "ASAP", "ghosted", "other applications", "health", "age",
        "family",
    ],
)  # fmt: skip
def test_what_the_design_bans_is_banned(phrase: str) -> None:
    assert phrase in PLAYBOOK.banned


def test_thanks_in_advance_is_banned_after_a_no_only() -> None:
    assert "thanks in advance" in PLAYBOOK.banned_in("rejection-final")
    assert "thanks in advance" not in PLAYBOOK.banned_in("task")


def test_a_letter_of_thanks_that_asks_is_measured_as_a_question() -> None:
    assert PLAYBOOK.bounds("rejection-final", "Thank you.").most == 60
    assert PLAYBOOK.bounds("rejection-final", "What now?").most == 100
    assert PLAYBOOK.bounds("closing-note", "What now?").most == 80
    assert PLAYBOOK.bounds("a-template-of-the-users", "").most == 100


def test_every_plan_that_writes_has_a_template_whatever_else_holds() -> None:
    writes = set(PlanKind) - {
        PlanKind.NONE, PlanKind.THANK_INTERVIEWER, PlanKind.STAY_IN_TOUCH,
    }  # fmt: skip
    for plan in writes:
        for reason in (None, *Reason):
            for stage in Stage:
                for relation in Relation:
                    assert PLAYBOOK.template(plan, reason=reason, stage=stage, relation=relation)
    assert PLAYBOOK.template(PlanKind.ANSWER_REQUEST, kind=Kind.TASK) == "task"
    assert PLAYBOOK.template(PlanKind.NONE) == ""


def override(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "playbook.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_file_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    own = override(
        tmp_path,
        "[rest]\ninterview = 72\n[ladders.screening]\nfloors = [9]\nmost = 1\n"
        "[ladders.church]\ntag_after = 3\nfloors = [3]\nmost = 1\n",
    )
    book = playbook.load(FILE, own)
    assert book.rest[Stage.INTERVIEW] == 72
    assert book.rest[Stage.APPLIED] == 24
    assert book.ladders["screening"].floors == (9,)
    assert book.ladders["screening"].tag_after == 6
    assert "church" in book.ladders
    assert book.questions == PLAYBOOK.questions


def test_without_a_file_of_the_users_the_shipped_one_holds(tmp_path: Path) -> None:
    assert playbook.load(FILE, tmp_path / "none.toml") == PLAYBOOK


def test_every_problem_is_told_at_once_with_its_key(tmp_path: Path) -> None:
    own = override(
        tmp_path,
        'format = 2\nunheard = 1\n[windows]\nanswer-rejection = -1\nanser = 3\n'
        '[rest]\ninterview = "two days"\n[hours]\nstart = "early"\n'
        "[caps]\nchases = 1\n"
        "[ladders.screening]\nfloors = [0]\nmost = 5\ncloses = 1\n"
        '[lengths]\nthanks = [60, 25]\n[length_of]\ntask = "novel"\n'
        '[[choose]]\nplan = "answer"\ntemplate = ""\nreason = ["rude"]\nmood = "x"\n'
        '[[questions]]\nid = "a"\nask = "Tell me."\nlight = "What?"\n'
        '[banned]\nalways = "ASAP"\n',
    )  # fmt: skip
    with pytest.raises(TemplateError) as caught:
        playbook.load(FILE, own)
    problems = caught.value.problems
    for key in (
        "format:", "unheard:", "windows.answer-rejection:", "windows.anser:", "rest.interview:",
        "hours.start:", "caps.chases:", "ladders.screening.floors:", "ladders.screening.most:",
        "ladders.screening.closes:", "lengths.thanks:", "length_of.task:", "choose[1].plan:",
        "choose[1].template:", "choose[1].reason:", "choose[1].mood:", "questions[1].ask:",
        "questions[1].light:", "banned.always:",
    ):  # fmt: skip
        assert any(p.startswith(f"playbook.toml: {key}") for p in problems), key
    assert all("\n" not in problem for problem in problems)


@pytest.mark.parametrize(
    "text", ["[rest\n", "rest = 3\nlength_of = 1\nladders = []\nchoose = {}\n"]
)
def test_a_broken_file_is_told_not_thrown(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError, match=r"playbook\.toml"):
        playbook.load(FILE, override(tmp_path, text))


def test_a_missing_or_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="cannot be read"):
        playbook.load(tmp_path / "playbook.toml")
    (tmp_path / "playbook.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match="cannot be read"):
        playbook.load(tmp_path / "playbook.toml")
