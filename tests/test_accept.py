"""Accepting a new model: what counts as likely worse, what does not, and what is compared."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.classify import accept, corpus, trial
from mailsense.classify.accept import Answers, decide, wilson
from mailsense.classify.corpus import KINDS
from mailsense.domain import Address, Example, Facts, Kind, ModelCard

NAMES = [kind.value for kind in KINDS]


def answers(*parts: tuple[str, str, str, int], what: str = "decision") -> Answers:
    """Letters as (kind, said before, said after, how many)."""
    rows = [part[:3] for part in parts for _ in range(part[3])]
    gold, before, after = (list(column) for column in zip(*rows, strict=True))
    whose = "your" if what == "decision" else "the"
    return Answers(whose, what, gold, before, after)


BETTER = answers(
    ("interview", "unsure", "interview", 9),
    ("interview", "interview", "interview", 11),
    ("rejection", "rejection", "rejection", 20),
    ("other", "other", "unsure", 1),
)


def test_a_better_model_is_accepted_and_the_reason_counts_the_letters() -> None:
    found = decide([BETTER])
    assert found.accepted
    assert found.why == "better on 9 of your 41 decisions, worse on 1; nothing likely worse"


def test_requests_that_are_missed_keep_the_model_in_use_with_the_gate_first() -> None:
    tested = answers(
        ("interview", "interview", "interview", 15),
        ("interview", "interview", "other", 4),
        ("task", "task", "acknowledgement", 5),
        ("task", "other", "task", 1),
        ("offer", "offer", "offer", 10),
        ("other", "other", "other", 60),
        what="shipped test letter",
    )
    found = decide([BETTER, tested])
    assert not found.accepted
    assert found.why.startswith(
        "kept the model in use: request recall would likely fall, 0.97 → 0.74 on the shipped test "
        "letters, and so would interview F1 (1.00 → 0.88)"
    )


def test_a_mix_up_among_requests_is_no_missed_request() -> None:
    found = decide([answers(("interview", "interview", "task", 12), ("task", "task", "task", 30))])
    assert not found.accepted
    assert "request recall" not in found.why
    assert "interview F1 would likely fall, 1.00 → 0.00" in found.why


def test_false_rejections_keep_the_model_in_use() -> None:
    found = decide(
        [answers(("rejection", "rejection", "rejection", 20), ("other", "unsure", "rejection", 5))]
    )
    assert not found.accepted
    assert found.why.startswith(
        "kept the model in use: rejection precision would likely fall, 1.00"
    )


def test_a_model_that_stops_saying_rejection_is_kept_back_for_the_kind_itself() -> None:
    found = decide(
        [answers(("rejection", "rejection", "unsure", 8), ("other", "other", "other", 9))]
    )
    assert not found.accepted
    assert "rejection precision" not in found.why, "nothing was called a rejection wrongly"
    assert "rejection F1 would likely fall, 1.00 → 0.00" in found.why


SMALL = [
    answers(("interview", "interview", "other", 1)),
    answers(("interview", "interview", "other", 1), ("rejection", "rejection", "rejection", 40)),
    answers(("interview", "interview", "other", 2)),
    answers(("interview", "interview", "other", 2), ("other", "other", "other", 300)),
    answers(("rejection", "rejection", "unsure", 1), ("other", "unsure", "rejection", 1)),
]


@pytest.mark.parametrize("few", SMALL)
def test_one_or_two_letters_raise_no_alarm(few: Answers) -> None:
    found = decide([few])
    assert found.accepted, found.why
    assert not any(change.worse for change in found.changes)


def test_what_rests_on_a_single_letter_raises_none_even_in_every_resample(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(accept, "LIKELY", 0.5)
    one = answers(("interview", "interview", "other", 1), ("other", "other", "other", 3))
    assert decide([one]).accepted
    two = answers(
        ("interview", "interview", "other", 2), ("interview", "interview", "interview", 2)
    )
    assert not decide([two]).accepted


def test_as_good_as_before_is_good_enough() -> None:
    same = answers(("interview", "interview", "interview", 10), ("other", "unsure", "unsure", 3))
    found = decide([same, answers(("other", "other", "other", 1))])
    assert found.accepted
    assert found.why == (
        "as good as before on your 13 decisions and as good as before on your 1 decision; "
        "nothing likely worse"
    )


@pytest.mark.parametrize("sets", [[], [Answers("your", "decision", [], [], [])]])
def test_with_nothing_to_compare_on_it_is_accepted_and_said(sets: list[Answers]) -> None:
    found = decide(sets)
    assert found.accepted
    assert "no letters yet" in found.why


def test_many_that_are_worse_are_named_up_to_three() -> None:
    rows = [(name, name, "other", 20) for name in NAMES if name != "other"]
    found = decide([answers(*rows, ("other", "other", "other", 20))])
    assert found.why.count("→") == 3
    assert found.why.endswith("more")
    assert "\n" not in found.why


def test_each_letter_needs_both_answers() -> None:
    with pytest.raises(ValueError, match="either model"):
        Answers("your", "decision", ["other"], ["other"], [])


def test_the_same_seed_decides_the_same_in_pieces_or_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert decide([BETTER], seed=3) == decide([BETTER], seed=3)
    monkeypatch.setattr(accept, "_CHUNK", 500)
    assert decide([BETTER], seed=3).accepted


_SAID = st.sampled_from([*NAMES, "unsure"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), _SAID, _SAID), min_size=1, max_size=30))
def test_never_worse_than_itself_and_never_both_ways(rows: list[tuple[str, str, str]]) -> None:
    gold, before, after = (list(column) for column in zip(*rows, strict=True))
    there = decide([Answers("your", "decision", gold, before, after)], resamples=200)
    back = decide([Answers("your", "decision", gold, after, before)], resamples=200)
    itself = decide([Answers("your", "decision", gold, after, after)], resamples=200)
    assert itself.accepted
    assert not any(change.worse for change in itself.changes)
    for one, other in zip(there.changes, back.changes, strict=True):
        assert one.measure == other.measure
        assert not (one.worse and other.worse)
        assert one.worse <= (one.after < one.before)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_an_alarm_among_few_random_changes_is_rare_by_construction(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gold = list(rng.choice(NAMES, 10))
    before = list(gold)
    after = [kind if rng.random() < 0.9 else "unsure" for kind in gold]
    found = decide([Answers("your", "decision", gold, before, after)], seed=seed, resamples=300)
    lost = sum(kind == "unsure" for kind in after)
    assert found.accepted or lost >= 3


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634),
     (45, 50, 0.7864, 0.9565)],
)  # fmt: skip
def test_the_interval_is_wilsons(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=1e-4)


# --- which letters are compared -----------------------------------------------------------


SAID = {
    "a": "We have chosen another.",
    "b": "Shall we have soup on Friday?",
    "c": "Bring your own boots to the yard.",
}


def example(key: str, kind: Kind = Kind.REJECTION, day: int = 1, like: str = "") -> Example:
    at = datetime(2026, 3, day, 12, tzinfo=UTC)
    sender = Address("", f"{key}@{key}.example")
    text = SAID.get(like or key, "Nothing.")
    return Example(key, "", sender, text, Facts(), kind, at)


def card(examples: int, created: str = "2026-03-05", **metrics: object) -> ModelCard:
    if "own" in metrics:
        metrics.setdefault("own_groups", examples)
    return ModelCard("own-1", 1, created, (), examples, "", "", metrics)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The decisions that the model in use itself is asked about; it says task to each."""
    keys: list[str] = []

    def plainly(loaded: Any, examples: Sequence[Example]) -> list[str]:
        keys.extend(e.message_key for e in examples)
        return ["task"] * len(examples)

    monkeypatch.setattr(trial, "_plainly", plainly)
    return keys


def compared(live: ModelCard, candidate: ModelCard, *examples: Example) -> list[tuple[str, str]]:
    found = trial.own((live, {}), candidate, examples)
    assert len(found.gold) == len(found.before)
    return list(zip(found.before, found.after, strict=True))


def test_both_are_asked_what_they_said_before_they_saw_it(asked: list[str]) -> None:
    live = card(2, own={"a": "rejection", "b": "unsure"})
    new = card(2, own={"a": "other", "b": "rejection"})
    assert compared(live, new, example("a"), example("b")) == [
        ("rejection", "other"), ("unsure", "rejection"),
    ]  # fmt: skip
    assert asked == []


def test_a_decision_newer_than_the_model_in_use_is_asked_of_it(asked: list[str]) -> None:
    new = card(2, own={"a": "other", "b": "rejection"})
    complete = card(1, own={"a": "rejection"})
    assert compared(complete, new, example("a"), example("b", day=5))[1] == ("task", "rejection")
    assert asked == ["b"], "it kept an answer for all it learned from, and b is not there"


def test_where_nothing_was_kept_only_later_days_are_fair(asked: list[str]) -> None:
    new = card(3, own={"a": "other", "b": "rejection", "c": "unsure"})
    days = (example("a", day=4), example("b", day=5), example("c", day=6))
    assert compared(card(2), new, *days) == [("task", "unsure")]
    assert asked == ["c"]
    assert compared(card(2, created=""), new, *days) == []


def test_a_decision_like_one_that_the_model_in_use_learned_from_is_not_asked_of_it(
    asked: list[str],
) -> None:
    new = card(4, own={"a": "other", "b": "unsure", "c": "other", "x": "unsure"})
    complete = card(1, own={"a": "rejection"})
    later = (example("b", day=6), example("x", day=6, like="a"))
    assert compared(complete, new, example("a"), *later) == [
        ("rejection", "other"), ("task", "unsure"),
    ]  # fmt: skip
    assert asked == ["b"], "of x it was told by its twin, which the candidate was not"
    asked.clear()
    compared(card(1), new, example("c", day=4), example("x", day=6, like="c"))
    assert asked == [], "what it may have learned from counts as learned"


def test_the_twins_of_what_is_asked_need_not_be_asked_themselves(asked: list[str]) -> None:
    new = card(1, own={"x": "unsure"})
    live = card(1, own={"a": "rejection"})
    assert compared(live, new, example("a"), example("x", day=6, like="a")) == []
    assert compared(card(0), new, example("a"), example("x", day=6, like="a")) == [
        ("task", "unsure")
    ], "the shipped model has learned from nobody"


def test_what_was_kept_before_twins_were_left_out_together_is_not_compared(
    asked: list[str],
) -> None:
    new = card(2, own={"a": "other", "b": "unsure"})
    old = dataclasses.replace(card(2), metrics={"own": {"a": "rejection", "b": "rejection"}})
    assert compared(old, new, example("a", day=4), example("b", day=6)) == [("task", "unsure")]
    assert asked == ["b"]
    assert compared(new, old, example("a"), example("b")) == []


def test_the_shipped_model_has_seen_no_decision(asked: list[str]) -> None:
    new = card(1, own={"a": "rejection"})
    assert compared(card(0, created=""), new, example("a")) == [("task", "rejection")]


def test_what_the_candidate_cannot_be_asked_fairly_is_left_out(asked: list[str]) -> None:
    new = card(3, own={"a": "rejection"})
    given = (example("a"), example("b"), example("u", Kind.UNSURE))
    assert len(compared(card(0), new, *given)) == 1
    assert compared(card(0), card(3), *given) == []
    assert compared(card(0), card(3, own="nonsense"), *given) == []


LETTER = {"id": "a", "family": "a", "kind": "rejection", "also": [], "reason": None, "stage": None,
          "from": "Jo <jo@x.example>", "subject": "Word", "body": "It's a no.\nSorry.",
          "decisive": ["It's a no."]}  # fmt: skip


def test_the_held_out_letters_are_read_and_none_are_none(tmp_path: Path) -> None:
    assert corpus.holdout(tmp_path) == ()
    file = tmp_path / "holdout.jsonl"
    file.write_text(f"{json.dumps(LETTER)}\n\n{json.dumps({**LETTER, 'id': 'b'})}\n")
    assert [letter.id for letter in corpus.holdout(tmp_path)] == ["a", "b"]
    assert {letter.language for letter in corpus.holdout(tmp_path)} == {"en"}
    file.write_text(json.dumps({**LETTER, "language": "de"}))
    assert [letter.language for letter in corpus.holdout(tmp_path)] == ["de"]


@pytest.mark.parametrize(
    ("second", "said"),
    [(LETTER, "holdout.jsonl:2: the id 'a' is there already"),
     ({**LETTER, "kind": "unsure"}, "holdout.jsonl:2: unknown kind"), (3, "not an object")],
)  # fmt: skip
def test_a_malformed_held_out_letter_is_named(tmp_path: Path, second: object, said: str) -> None:
    (tmp_path / "holdout.jsonl").write_text(f"{json.dumps(LETTER)}\n{json.dumps(second)}")
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        corpus.holdout(tmp_path)
