"""The benchmark of the classifier's speed runs every race, shows it, and holds its limits."""

from __future__ import annotations

import inspect
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import speed, speed_sides
from benchmarks.measure import Failed
from benchmarks.pipeline import judge
from benchmarks.speed import (
    BULK,
    PROCESS,
    REFIT,
    SINGLE,
    TASKS,
    Figure,
    Found,
    Plan,
    Task,
    measure,
    problems,
    table,
    turns,
)
from benchmarks.speed_sides import Side
from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus, learning
from mailsense.classify.letters import of_message
from mailsense.classify.model import Model
from mailsense.domain import Kind
from mailsense.resources import shipped

TINY = Plan(repeat=1, calls=2, letters=6, corrections=3, sample=(60, 300))
PROGRAM = [str(Path(sys.executable).with_name("mailsense"))]


@pytest.fixture(scope="module")
def whole() -> corpus.Corpus:
    return corpus.load(shipped("models") / "corpus")


@pytest.fixture
def fast() -> Found:
    """Figures that hold every limit."""
    return Found(
        tuple(Figure(t, t.limit * (2 if t.rate else 0.5), t.limit) for t in TASKS), sklearn=False
    )


@pytest.fixture
def _nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command does not read the corpus, where nothing is measured with it."""
    monkeypatch.setattr(corpus, "load", lambda folder: corpus.Corpus())


def slow(found: Found, task: Task) -> Found:
    """The same, with one task outside its limit by a hundredth."""
    ours = task.limit * (0.99 if task.rate else 1.01)
    return replace(
        found,
        figures=tuple(replace(f, ours=ours) if f.task is task else f for f in found.figures),
    )


# --- the races


def test_every_race_is_run_with_the_real_program_and_without_scikit_learn(
    whole: corpus.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the refit itself is left out: it has tests of its own."""
    learned: list[Any] = []
    call = inspect.signature(learning.learn)

    def spied(*args: Any, **more: Any) -> None:
        learned.append(call.bind(*args, **more).arguments)

    monkeypatch.setattr(learning, "learn", spied)
    loaded = load_base()
    found = measure(whole, loaded, PROGRAM, TINY, lambda text: None)
    assert tuple(one.task for one in found.figures) == TASKS
    assert all(one.ours > 0 and one.theirs > 0 for one in found.figures)
    assert not found.sklearn
    [given] = learned
    examples = given["examples"]
    kept = {letter.id: letter for letter in corpus.holdout(shipped("models"))}
    assert [kept[one.message_key].kind for one in examples] == [one.kind for one in examples]
    assert len(examples) == TINY.corrections
    assert given["shipped"] is loaded


def test_the_two_sides_take_turns_and_the_median_counts() -> None:
    order: list[str] = []

    def side(name: str, took: list[float]) -> Side:
        def run() -> float:
            order.append(name)
            return took.pop(0)

        return run

    told = turns(side("a", [9.0, 1.0, 2.0]), side("b", [5.0, 4.0, 90.0]), 3, lambda text: None)
    assert told == [2.0, 5.0]
    assert order == ["a", "b", "b", "a", "a", "b"]


def test_the_single_message_is_of_about_a_kilobyte(
    whole: corpus.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def stop(judge: Any, one: Any, calls: int) -> Side:
        asked.append(one)
        raise Failed("far enough")

    monkeypatch.setattr(speed_sides, "calls", stop)
    monkeypatch.setattr(speed, "turns", lambda *args: [1.0, 1.0])
    monkeypatch.setattr(speed_sides, "imports_sklearn", lambda start: False)
    with pytest.raises(Failed, match="far enough"):
        measure(whole, load_base(), PROGRAM, Plan(), lambda text: None)
    assert 950 < len(f"{asked[0].subject}{asked[0].text}".encode()) < 1050


def test_the_pipeline_beside_it_judges_whole_messages_as_the_model_does(
    whole: corpus.Corpus,
) -> None:
    _, arrays = load_base()
    every = (letter.message for letter in whole.letters if letter.quoted)
    answer = next(message for message in every if of_message(message).history)
    messages = [*(one.message for one in whole.letters[:3]), answer]
    sentences, letters = judge(arrays)(messages)
    readings = Model(arrays).read([of_message(message) for message in messages])
    mine = np.concatenate([reading.scores for reading in readings])
    assert letters.shape == (4 + 1, len(Kind) - 1)  # the history is judged by its words too
    # The pipeline judges each letter's sender too, as the last of its rows.
    assert len(sentences) == len(mine) + len(messages)
    np.testing.assert_allclose(sentences[: len(readings[0].scores)], readings[0].scores, atol=1e-4)


@pytest.mark.parametrize("imported", [True, False])
def test_an_import_of_scikit_learn_is_seen(tmp_path: Path, imported: bool) -> None:
    for name in ("mailsense", "sklearn"):
        (tmp_path / f"{name}.py").write_text("")
    code = f"import mailsense{', sklearn' if imported else ''}; print('{{\"kind\": 1}}')"
    start = speed_sides.process([sys.executable, "-c", code], "", tmp_path)
    assert speed_sides.imports_sklearn(start) is imported


def test_a_process_that_fails_or_says_nothing_is_no_figure(tmp_path: Path) -> None:
    broken = speed_sides.process([sys.executable, "-c", "raise SystemExit('no')"], "", tmp_path)
    with pytest.raises(Failed, match="status 1\nno"):
        broken({})
    silent = speed_sides.process([sys.executable, "-c", ""], "", tmp_path)
    with pytest.raises(Failed, match="no verdict"):
        speed_sides.imports_sklearn(silent)


# --- what is shown, and what is held


def test_the_table_has_a_line_for_every_race_with_ratio_and_limit(fast: Found) -> None:
    lines = table(fast).splitlines()
    assert len(lines) == 2 + len(TASKS)
    for line, task in zip(lines[1:], TASKS, strict=False):
        assert line.startswith(task.name) and line.endswith(task.beside)
        assert f"{'>=' if task.rate else '<='} {task.limit:g} {task.unit}" in line
        assert (" 2.00x" if task.rate else " 0.50x") in line
    assert lines[-1] == "scikit-learn in the fresh process: no"
    assert len({line.index(task.beside) for line, task in zip(lines[1:], TASKS, strict=False)}) == 1


def test_the_limits_are_those_that_were_promised() -> None:
    assert [(t.limit, t.unit, t.rate) for t in (PROCESS, SINGLE, BULK, REFIT)] == [
        (0.5, "s", False), (5.0, "ms", False), (500.0, "/CPU s", True), (30.0, "s", False),
    ]  # fmt: skip


def test_nothing_is_objected_to_within_the_limits(fast: Found) -> None:
    assert problems(fast) == []


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_each_limit_breaks_by_itself(fast: Found, task: Task) -> None:
    [told] = problems(slow(fast, task))
    assert told.startswith(f"{task.name}: ")
    assert told.endswith(f"({'at least' if task.rate else 'at most'} {task.limit:g} wanted)")


def test_importing_scikit_learn_is_objected_to(fast: Found) -> None:
    assert problems(replace(fast, sklearn=True)) == ["`mailsense classify` imports scikit-learn"]
    assert "IMPORTED" in table(replace(fast, sklearn=True))


@pytest.mark.usefixtures("_nothing_read")
@pytest.mark.parametrize(
    ("task", "argv", "status"),
    [(None, ["--check"], 0), (REFIT, ["--check"], 1), (REFIT, [], 0), (BULK, ["--check"], 1)],
)
def test_only_check_fails_and_only_when_a_limit_is_broken(
    fast: Found,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    task: Task | None,
    argv: list[str],
    status: int,
) -> None:
    found = slow(fast, task) if task else fast
    monkeypatch.setattr(speed, "measure", lambda *args: found)
    assert speed.main(argv) == status
    out, err = capsys.readouterr()
    assert table(found) in out
    assert bool(err) == bool(status)


@pytest.mark.usefixtures("_nothing_read")
def test_json_holds_every_figure_and_what_was_run(
    fast: Found, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plans: list[Plan] = []

    def measured(whole: Any, loaded: Any, program: Any, plan: Plan, say: Any) -> Found:
        plans.append(plan)
        return fast

    monkeypatch.setattr(speed, "measure", measured)
    assert speed.main(["--json", "--quick", "--repeat", "7"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["task"]["name"] for one in told["figures"]] == [task.name for task in TASKS]
    assert {"ours", "theirs", "ratio"} <= set(told["figures"][0])
    assert told["sklearn"] is False
    assert (told["repeat"], told["letters"]) == (7, speed.QUICK.letters)
    assert plans == [replace(speed.QUICK, repeat=7)]


@pytest.mark.usefixtures("_nothing_read")
def test_a_failed_process_ends_the_benchmark(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failed(*args: Any) -> Found:
        raise Failed("it ended with status 3")

    monkeypatch.setattr(speed, "measure", failed)
    assert speed.main([]) == 1
    assert "status 3" in capsys.readouterr().err
