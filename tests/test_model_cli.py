"""`mailsense train` and `mailsense model`: versions, the trial, choosing, going back, progress."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mailsense.adapters import modelfile
from mailsense.classify import corpus, learning
from mailsense.classify.corpus import KINDS
from mailsense.classify.model import COLUMNS, LAYOUT, REASONS, SIGNALS
from mailsense.cli.label import Labels
from mailsense.cli.main import run
from mailsense.domain import (
    Address,
    Example,
    Kind,
    Located,
    ModelCard,
    Source,
    Verdict,
)
from mailsense.pipeline.learn import label, unlabel
from mailsense.resources import shipped
from tests.support.stored import letter
from tests.support.world import World

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
ACCOUNT = 'email = "robin@me.example"\nimap = { host = "127.0.0.1", password_env = "P" }'


def saying(kind: Kind, sure: float = 6.0) -> dict[str, Any]:
    """The arrays of a model that calls every letter the same kind."""
    many = len(KINDS)
    bias = np.zeros(many, dtype=np.float32)
    bias[KINDS.index(kind)] = sure
    return {
        "layout": np.asarray(LAYOUT, dtype=np.int32),
        "rows": np.ones(2, dtype=np.int32),
        "buckets": np.zeros(1, dtype=np.int32),
        "unseen": np.ones(2, dtype=np.float32),
        "sentence": np.zeros((1, COLUMNS), dtype=np.float16),
        "sentence_norm": np.zeros(1, dtype=np.float16),
        "sentence_bias": np.zeros(COLUMNS, dtype=np.float32),
        "reason": np.zeros((1, len(REASONS)), dtype=np.float16),
        "reason_bias": np.zeros(len(REASONS), dtype=np.float32),
        "letter": np.zeros((1, many), dtype=np.float16),
        "letter_norm": np.zeros(1, dtype=np.float16),
        "letter_bias": np.zeros(many, dtype=np.float32),
        "stack": np.zeros((SIGNALS, many), dtype=np.float32),
        "stack_bias": bias,
        "stack_mean": np.zeros(SIGNALS, dtype=np.float32),
        "stack_scale": np.ones(SIGNALS, dtype=np.float32),
    }


BASE = replace(modelfile.card(), name="base-00000000", metrics={"corpus": "c"}, examples=0)


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[Kind]:
    """The shipped model calls everything ``other``; the next trained one calls it the last here.

    Its card says that, out of fold, it said the same of each decision.
    """
    says = [Kind.ACKNOWLEDGEMENT]

    def learn(
        base: tuple[ModelCard, Mapping[str, Any]], examples: Sequence[Example], **more: Any
    ) -> tuple[ModelCard, Mapping[str, Any]]:
        digest = learning.digest(examples)
        own = {one.message_key: says[-1].value for one in examples}
        card = ModelCard(
            f"own-{digest[:8]}", modelfile.FORMAT, more["created"], (), len(examples), digest, "",
            {**base[0].metrics, "own": own, "own_groups": len(own)}, {"numpy": np.__version__},
        )  # fmt: skip
        return card, saying(says[-1])

    monkeypatch.setattr(modelfile, "card", lambda: BASE)
    monkeypatch.setattr(modelfile, "load_base", lambda: (BASE, saying(Kind.OTHER)))
    monkeypatch.setattr(corpus, "holdout", lambda folder: ())
    monkeypatch.setattr(learning, "learn", learn)
    return says


@pytest.fixture
def robin(tmp_path: Path, fitted: list[Kind]) -> World:
    """A user with a dozen letters, each a receipt to the model that judged them."""
    made = World(tmp_path, NOW)
    made.configure({"main": ACCOUNT})
    with made.app().store(write=True) as store:
        located = [_letter(n) for n in range(12)]
        said = Verdict(Kind.ACKNOWLEDGEMENT, Source.MODEL, 0.8, model="base")
        store.add_messages(located, {one.message.key: said for one in located})
    return made


def _letter(n: int) -> Located:
    message = letter(
        f"{n}@firm.example",
        subject=f"Word {n}",
        from_=Address("", f"p{n}@firm{n}.example"),
        date=NOW - timedelta(days=20 - n),
        text=f"The tide has turned the lantern down, {n} times.",
    )
    return Located(message, "main", "INBOX", n + 1, False, False, f"t{n}", NOW)


def tell(robin: World, kind: Kind, *numbers: int) -> None:
    """Label letters."""
    with robin.app().store(write=True) as store:
        for n in numbers:
            item = store.message(f"{n}@firm.example")
            assert item is not None
            label(store, item, kind, now=robin.now)


def trained(robin: World, fitted: list[Kind], says: Kind, kind: Kind, *numbers: int) -> Any:
    """Label letters, train a model that says so, and return what was told."""
    fitted.append(says)
    tell(robin, kind, *numbers)
    return robin.json("train")


def row(robin: World, name: str) -> dict[str, Any]:
    return next(row for row in robin.json("model", "list") if row["name"] == name)


def in_use(robin: World) -> str:
    (name,) = [row["name"] for row in robin.json("model", "list") if row["live"]]
    return str(name)


def kinds(robin: World) -> set[str]:
    """The kinds of all letters without a label."""
    return {m["kind"] for m in robin.json("list") if m["source"] == "model"}


@pytest.fixture
def two(robin: World, fitted: list[Kind]) -> tuple[str, str]:
    """Two models trained one after the other; the second is in use."""
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)["candidate"]
    second = trained(robin, fitted, Kind.TASK, Kind.TASK, 1)["candidate"]
    return first, second


# --- training -----------------------------------------------------------------------------


def test_a_better_model_is_put_into_use_and_the_mail_is_judged_anew(
    robin: World, fitted: list[Kind]
) -> None:
    assert in_use(robin) == "base"
    told = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0, 1, 2)
    assert (told["accepted"], told["forced"]) == (True, False)
    assert told["why"] == "better on 3 of your 3 decisions, worse on 0; nothing likely worse"
    assert told["model"] == told["candidate"] == robin.json("status")["model"] == in_use(robin)
    assert robin.json("status")["model_problem"] is None
    assert len(told["changed"]) == 9
    assert kinds(robin) == {"interview"}
    listed = row(robin, told["candidate"])
    assert (listed["accepted"], listed["why"]) == (True, told["why"])
    assert (listed["examples"], listed["created"]) == (3, "2026-03-04")


def test_a_worse_model_is_kept_but_not_used_and_why_is_told(
    robin: World, fitted: list[Kind]
) -> None:
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["candidate"]
    told = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)
    assert (told["accepted"], told["model"], told["changed"]) == (False, first, [])
    assert told["why"].startswith(
        "kept the model in use: request recall would likely fall, 1.00 → 0.00 on your decisions"
    )
    assert in_use(robin) == first
    assert kinds(robin) == {"interview"}
    assert row(robin, told["candidate"])["why"] == told["why"]
    card = robin.json("model", "card", told["candidate"])
    assert card["metrics"]["trial"]["against"] == first
    said = robin.ok("train").out
    assert "nothing new to learn" in said
    assert f"mailsense model use {told['candidate']}" in said


def test_in_words_the_reason_and_the_way_round_it_are_told(
    robin: World, fitted: list[Kind]
) -> None:
    fitted.append(Kind.INTERVIEW)
    tell(robin, Kind.INTERVIEW, *range(6))
    out = robin.ok("train").out
    assert "better on 6 of your 6 decisions" in out
    assert "is in use now" in out
    fitted.append(Kind.OTHER)
    tell(robin, Kind.OTHER, 6)
    out = robin.ok("train").out
    assert "request recall would likely fall" in out
    assert "overrules this" in out


def test_the_human_wins(robin: World, fitted: list[Kind]) -> None:
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))
    fitted.append(Kind.ACKNOWLEDGEMENT)
    tell(robin, Kind.ACKNOWLEDGEMENT, 6)
    told = robin.json("train", "--force")
    assert (told["accepted"], told["forced"]) == (False, True)
    assert told["model"] == told["candidate"] == in_use(robin)
    assert kinds(robin) == {"acknowledgement"}
    assert told["why"].startswith("request recall would likely fall, 1.00 → 0.00")
    assert told["why"].endswith("; put into use all the same, because you said so")
    assert row(robin, told["model"])["why"] == told["why"]


def test_force_puts_a_kept_model_into_use_without_training_it_again(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))
    kept = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)["candidate"]
    monkeypatch.setattr(learning, "learn", None)
    told = robin.json("train", "--force")
    assert told["model"] == kept == in_use(robin)
    assert told["why"].endswith("; put into use all the same, because you said so")
    assert "nothing new to learn" in robin.ok("train", "--force").out


def test_a_model_that_lost_its_trial_and_is_chosen_later_does_not_say_that_another_was_kept(
    robin: World, fitted: list[Kind]
) -> None:
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["candidate"]
    lost = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)["candidate"]
    robin.ok("model", "use", lost)
    why = row(robin, lost)["why"]
    assert why.startswith("request recall would likely fall")
    assert why.endswith("; put into use all the same")
    assert robin.json("model", "card", lost)["metrics"]["trial"]["why"] == why
    robin.ok("model", "use", first)
    assert row(robin, lost)["why"].startswith("kept the model in use: request recall")


def test_labels_move_the_shipped_model_and_no_model_of_ones_own(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    stood_in, begun = learning.learn, []

    def learn(base: Any, examples: Sequence[Example], **more: Any) -> Any:
        begun.append((base[0].name, more["created"]))
        more["progress"](1, 2)
        return stood_in(base, examples, **more)

    monkeypatch.setattr(learning, "learn", learn)
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)
    trained(robin, fitted, Kind.TASK, Kind.TASK, 1)
    assert in_use(robin) != "base"
    assert begun == [(BASE.name, "2026-03-04")] * 2


def test_our_own_letters_are_asked_too(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        corpus.Letter(
            str(n), str(n), Kind.OTHER, (), None, None, "Jo <jo@x.example>", "Tea", "Tea?", ()
        )
        for n in range(5)
    ]
    monkeypatch.setattr(corpus, "holdout", lambda folder: tuple(made))
    told = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0, 1, 2)
    assert not told["accepted"]
    assert "other F1 would likely fall, 1.00 → 0.00 on the shipped test letters" in told["why"]


def test_the_held_out_letters_are_looked_for_among_the_shipped_files(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def holdout(folder: Path) -> tuple[corpus.Letter, ...]:
        asked.append(folder)
        return ()

    monkeypatch.setattr(corpus, "holdout", holdout)
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)
    assert asked == [shipped("models")]


def test_nothing_new_means_no_training_until_there_is_a_label_or_new_shipped_mail(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no labels yet" in robin.ok("train").out
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)
    assert robin.json("train")["note"] == "nothing new to learn: the model knows all your labels"
    newer = replace(BASE, checksum="grown")
    monkeypatch.setattr(modelfile, "card", lambda: newer)
    told = robin.json("train")
    assert told["candidate"].endswith("-2")
    assert "nothing new" in robin.ok("train").out
    assert trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 1)["examples"] == 2


def test_a_damaged_model_is_told_the_base_serves_and_training_makes_a_new_one(
    robin: World, fitted: list[Kind]
) -> None:
    name = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)["candidate"]
    weights = robin.app().paths.model / "versions" / f"{name}.npz"
    weights.write_bytes(weights.read_bytes()[:-30])
    letter_file = robin.home / "letter.eml"
    letter_file.write_text("From: a@b.example\nSubject: Tea\n\nTea?\n")
    result = robin.ok("classify", "--json", str(letter_file))
    assert result.json["kind"] == "other", "the base says so"
    (line,) = result.err.strip().splitlines()
    assert line.startswith("mailsense: the model file ")
    assert "damaged" in line
    assert "until then the shipped model serves" in line
    status = robin.json("status")
    assert status["model"] == BASE.name
    assert "damaged" in status["model_problem"]
    assert "yours is not in use: the model file" in robin.ok("status").out
    assert in_use(robin) == "base"
    assert "damaged" in row(robin, name)["problem"]
    assert robin.json("train")["candidate"] == f"{name}-2"
    assert in_use(robin) == f"{name}-2"


def test_an_update_that_sees_words_otherwise_falls_back_and_learns_again(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)["candidate"]
    later = (LAYOUT[0] + 1, *LAYOUT[1:])
    monkeypatch.setattr("mailsense.classify.model.LAYOUT", later)
    new = {**saying(Kind.OTHER), "layout": np.asarray(later, dtype=np.int32)}
    monkeypatch.setattr(modelfile, "load_base", lambda: (BASE, new))
    assert in_use(robin) == "base"
    assert "another version of mailsense" in row(robin, name)["problem"]
    assert robin.json("status")["model"] == BASE.name
    assert "another version of mailsense" in robin.json("status")["model_problem"]
    result = robin.run("model", "use", name)
    assert result.code == 1
    assert "another version of mailsense" in result.err
    letter_file = robin.home / "letter.eml"
    letter_file.write_text("From: a@b.example\nSubject: Tea\n\nTea?\n")
    said = robin.ok("classify", "--json", str(letter_file))
    assert said.json["kind"] == "other"
    assert len(said.err.strip().splitlines()) == 1


class OnTerminal(io.StringIO):
    """A standard error that is shown to a human, and keeps what it was told."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def slow(fitted: list[Kind], monkeypatch: pytest.MonkeyPatch) -> None:
    """Training takes four steps and tells of each."""
    stood_in = learning.learn

    def learn(base: Any, examples: Sequence[Example], **more: Any) -> Any:
        for done in range(1, 5):
            more["progress"](done, 4)
        return stood_in(base, examples, **more)

    monkeypatch.setattr(learning, "learn", learn)


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("as_json", [False, True], ids=["in words", "as JSON"])
def test_on_a_terminal_a_bar_moves_while_a_model_is_trained_and_goes_when_it_is(
    robin: World, as_json: bool
) -> None:
    tell(robin, Kind.INTERVIEW, 0, 1)
    out, err = io.StringIO(), OnTerminal()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert run(["train", *(["--json"] if as_json else [])], robin.app()) == 0
    before, *drawn = err.getvalue().split("\r")
    assert before == ""
    bars = [re.fullmatch(r"train +\[(#*)(-*)\] (\d)/4\x1b\[K", line) for line in drawn[:-1]]
    assert all(bars), drawn
    assert [bar[3] for bar in bars if bar] == ["1", "2", "3", "4"]
    shares = [len(bar[1]) / len(bar[1] + bar[2]) for bar in bars if bar]
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1.0], abs=0.05)
    assert drawn[-1] == "\x1b[K", "the line is empty again"
    assert "\r" not in out.getvalue()
    assert not as_json or json.loads(out.getvalue())["accepted"]


@pytest.mark.usefixtures("slow")
def test_elsewhere_training_is_silent_until_it_is_done(robin: World) -> None:
    tell(robin, Kind.INTERVIEW, 0, 1)
    result = robin.ok("train")
    assert result.err == ""
    assert "\r" not in result.out
    assert "[#" not in result.out


@pytest.mark.parametrize("error", [OSError("full"), KeyboardInterrupt()], ids=["error", "ctrl-c"])
def test_the_bar_goes_when_training_breaks_off(
    robin: World, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def learn(*args: Any, **more: Any) -> Any:
        more["progress"](1, 4)
        raise error

    monkeypatch.setattr(learning, "learn", learn)
    tell(robin, Kind.INTERVIEW, 0)
    err = OnTerminal()
    with contextlib.redirect_stderr(err), contextlib.suppress(OSError, KeyboardInterrupt):
        run(["train"], robin.app())
    assert "1/4\x1b[K\r\x1b[K" in err.getvalue()


def take_back(robin: World, *numbers: int) -> None:
    for n in numbers:
        robin.ok("label", "--undo", f"{n}@firm.example")


WITHDRAWN = "; put into use all the same, because a label or approval was taken back"


def test_a_label_taken_back_is_unlearned_whatever_the_trial_says(
    robin: World, fitted: list[Kind]
) -> None:
    before = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(7))["model"]
    take_back(robin, 6)
    fitted.append(Kind.OTHER)
    told = robin.json("train")
    assert (told["accepted"], told["forced"]) == (False, True)
    assert told["model"] == told["candidate"] == in_use(robin)
    assert told["why"].startswith("request recall would likely fall, 1.00 → 0.00")
    assert told["why"].endswith(WITHDRAWN)
    assert row(robin, told["model"])["why"] == told["why"]
    words = " ".join(robin.ok("model", "card").out.split())
    assert f"not accepted against {before}: {told['why']}" in words
    assert "nothing new" in robin.ok("train").out
    fitted.append(Kind.ALERT)
    tell(robin, Kind.OTHER, *range(7, 12))
    assert not robin.json("train")["forced"], "it was for that one time"


def test_when_every_label_is_taken_back_the_shipped_model_is_in_use_again(
    robin: World, fitted: list[Kind]
) -> None:
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, 0)
    take_back(robin, 0)
    assert "you took every label and approval back" in robin.ok("train").out
    assert in_use(robin) == "base"
    assert kinds(robin) == {"other"}
    assert "no labels yet" in robin.ok("train").out


def test_a_label_that_no_model_learned_is_taken_back_and_the_trial_decides_as_ever(
    robin: World, fitted: list[Kind]
) -> None:
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["model"]
    tell(robin, Kind.OTHER, 6, 7)
    take_back(robin, 7)
    fitted.append(Kind.OTHER)
    told = robin.json("train")
    assert (told["accepted"], told["forced"], told["deleted"]) == (False, False, [])
    assert told["why"].startswith("kept the model in use: ")
    assert told["model"] == first == in_use(robin)


def test_a_label_taken_back_and_given_again_is_a_label(robin: World, fitted: list[Kind]) -> None:
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["model"]
    take_back(robin, 5)
    tell(robin, Kind.INTERVIEW, 5)
    told = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)
    assert (told["forced"], told["deleted"], in_use(robin)) == (False, [], first)


def test_when_a_second_word_is_taken_back_the_first_one_is_learned_whatever_the_trial_says(
    robin: World, fitted: list[Kind]
) -> None:
    tell(robin, Kind.OTHER, 0)
    with robin.app().store() as store:
        before = store.message("0@firm.example")
    assert before is not None
    second = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["model"]
    with robin.app().store(write=True) as store:
        unlabel(store, before, now=robin.now)
    fitted.append(Kind.OTHER)
    told = robin.json("train")
    assert (told["accepted"], told["forced"], told["deleted"]) == (False, True, [second])
    assert not trained(robin, fitted, Kind.ALERT, Kind.OTHER, *range(6, 12))["forced"]


def test_a_second_word_that_was_never_learned_is_taken_back_and_the_model_knows_the_first(
    robin: World, fitted: list[Kind]
) -> None:
    first = trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))["model"]
    with robin.app().store() as store:
        before = store.message("0@firm.example")
    assert before is not None
    tell(robin, Kind.OTHER, 0)
    with robin.app().store(write=True) as store:
        unlabel(store, before, now=robin.now)
    assert robin.json("train")["note"] == "nothing new to learn: the model knows all your labels"
    told = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)
    assert (told["accepted"], told["forced"], told["deleted"]) == (False, False, [])
    assert in_use(robin) == first


def test_no_version_that_learned_what_was_taken_back_is_left_to_go_back_to(
    robin: World, fitted: list[Kind], two: tuple[str, str]
) -> None:
    third = trained(robin, fitted, Kind.OFFER, Kind.OFFER, 2)["model"]
    take_back(robin, 1)
    fitted.append(Kind.OFFER)
    told = robin.json("train")
    assert set(told["deleted"]) == {two[1], third}
    kept = [r["name"] for r in robin.json("model", "list")]
    assert kept == [told["model"], two[0], "base"], "the first never knew it"
    assert robin.run("model", "use", third).code == 1
    assert robin.json("model", "rollback")["model"] == two[0]
    weights = {path.stem for path in (robin.app().paths.model / "versions").iterdir()}
    assert weights == {told["model"], two[0]}


def test_train_says_that_versions_were_deleted_also_when_there_is_nothing_to_learn(
    robin: World, two: tuple[str, str]
) -> None:
    robin.ok("model", "use", "base")
    take_back(robin, 0, 1)
    said = robin.ok("train").out
    assert "no labels yet" in said
    assert "2 older models had learned what you took back, and are deleted" in said
    assert [r["name"] for r in robin.json("model", "list")] == ["base"]
    assert robin.json("train")["deleted"] == []


def test_the_version_made_of_what_is_left_comes_back_and_says_why(
    robin: World, two: tuple[str, str]
) -> None:
    take_back(robin, 1)
    out = robin.ok("train").out
    said = " ".join(out.split())
    assert f"{two[0]} knows all your labels{WITHDRAWN}" in said
    assert f"{two[0]} is in use now" in out.splitlines()
    assert "because you said so" not in said
    assert "1 older model had learned what you took back, and is deleted" in said
    assert in_use(robin) == two[0]


@pytest.fixture
def answered(robin: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft that answers the letter of yesterday, which is a rejection to the model."""
    monkeypatch.setattr("mailsense.cli.drafts.deliver", lambda *args: [])
    app, newest = robin.app(), _letter(19)
    text = "Thank you for applying as a keeper. We have chosen somebody else.\n\nPia Brandt\n"
    located = replace(newest, message=replace(newest.message, text=text))
    with app.store(write=True) as store:
        said = Verdict(Kind.REJECTION, Source.MODEL, 0.9)
        store.add_messages([located], {located.message.key: said})
        (draft,) = Labels(app, store).decide()
    return draft


@pytest.mark.parametrize(
    "take_it_back", [("discard",), ("snooze",), ("edit", "--subject", "Re: x")]
)
def test_an_approval_that_was_learned_and_is_taken_back_leaves_the_shipped_model_in_use(
    robin: World, fitted: list[Kind], answered: str, take_it_back: tuple[str, ...]
) -> None:
    robin.ok("drafts", "approve", answered)
    fitted.append(Kind.REJECTION)
    own = robin.json("train")["model"]
    assert in_use(robin) == own != "base"
    command, *more = take_it_back
    robin.ok("drafts", command, answered, *more)
    said = robin.ok("train").out
    assert said.startswith("you took every label and approval back: there is nothing to learn\n")
    assert f"{BASE.name} is in use now" in said.splitlines()
    assert "1 older model had learned what you took back, and is deleted" in said
    assert in_use(robin) == "base"
    assert [r["name"] for r in robin.json("model", "list")] == ["base"]


def test_an_approval_beside_labels_is_unlearned_whatever_the_trial_says(
    robin: World, fitted: list[Kind], answered: str
) -> None:
    robin.ok("drafts", "approve", answered)
    own = trained(robin, fitted, Kind.REJECTION, Kind.REJECTION, *range(1, 7))["model"]
    robin.ok("drafts", "discard", answered)
    fitted.append(Kind.OTHER)
    told = robin.json("train")
    assert (told["accepted"], told["forced"], told["deleted"]) == (False, True, [own])
    assert told["why"].endswith(WITHDRAWN)


# --- list, card, use, rollback --------------------------------------------------------------


def test_the_list_shows_all_and_which_is_in_use(robin: World, two: tuple[str, str]) -> None:
    listed = robin.json("model", "list")
    assert [r["name"] for r in listed] == [two[1], two[0], "base"]
    assert [r["live"] for r in listed] == [True, False, False]
    assert listed[2]["accepted"] is None
    lines = robin.ok("model", "list").out.splitlines()
    assert [line[0] for line in lines] == ["*", " ", " "]
    assert "better on" in lines[0]


@pytest.mark.parametrize("width", [80, 120, 40])
def test_a_long_why_goes_on_under_its_own_column(
    robin: World, fitted: list[Kind], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    trained(robin, fitted, Kind.INTERVIEW, Kind.INTERVIEW, *range(6))
    why = trained(robin, fitted, Kind.OTHER, Kind.OTHER, 6)["why"]
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *a, **k: os.terminal_size((width, 9)))
    lines = robin.ok("model", "list").out.splitlines()
    margin = lines[0].index("kept the model")
    end = next(n for n, line in enumerate(lines) if line.startswith("*"))
    assert end > 1, "it takes more than one line"
    assert all(line[:margin].isspace() for line in lines[1:end])
    assert " ".join(line[margin:] for line in lines[:end]) == why
    assert [line[margin - 2 : margin] for line in lines] == ["  "] * len(lines)
    assert all(line[margin] != " " for line in lines), "every why begins in its column"
    assert width == 40 or max(map(len, lines)) < width
    assert width != 120 or max(map(len, lines)) > 100, "the room that there is, is used"


def test_the_card_tells_what_is_known_but_names_no_message(
    robin: World, two: tuple[str, str]
) -> None:
    told = robin.json("model", "card")
    assert (told["name"], told["live"]) == (two[1], True)
    assert told["metrics"]["own"] == 2
    assert "firm.example" not in json.dumps(told)
    words = robin.ok("model", "card", two[0]).out
    assert words.startswith(two[0] + "\n")
    assert "1 label of yours" in words
    assert "accepted against base-00000000: better on 1 of your 1 decision, worse on 0" in words
    assert robin.json("model", "card", "base")["name"] == "base-00000000"


def test_the_shipped_models_card_can_be_read(tmp_path: Path) -> None:
    robin = World(tmp_path, NOW)
    robin.configure({"main": ACCOUNT})
    words = robin.ok("model", "card").out
    assert "letters it had not seen" in words
    assert "rejection" in words
    assert stat.S_IMODE((robin.app().paths.key).stat().st_mode) == 0o600


def test_another_model_is_put_into_use_and_mail_judged_anew(
    robin: World, two: tuple[str, str]
) -> None:
    assert kinds(robin) == {"task"}
    told = robin.json("model", "use", two[0])
    assert told["model"] == two[0] == in_use(robin)
    assert len(told["changed"]) == 10
    assert kinds(robin) == {"interview"}
    assert {m["kind"] for m in robin.json("list") if m["source"] == "user"} == {"interview", "task"}
    assert "in use now" in robin.ok("model", "use", "base").out
    assert in_use(robin) == "base"
    assert robin.json("status")["model"] == BASE.name
    assert kinds(robin) == {"other"}


def test_rollback_goes_one_back_each_time_and_ends_with_the_shipped_one(
    robin: World, two: tuple[str, str]
) -> None:
    assert robin.json("model", "rollback")["model"] == two[0]
    assert kinds(robin) == {"interview"}
    assert robin.json("model", "rollback")["model"] == BASE.name
    result = robin.run("model", "rollback")
    assert result.code == 1
    assert result.err.startswith("mailsense: no model was in use before this one")
    assert in_use(robin) == "base"


@pytest.mark.parametrize("name", ["own-99", "../live", "", "-"])
def test_a_model_there_is_not_is_told(robin: World, two: tuple[str, str], name: str) -> None:
    for command in ("use", "card"):
        if command == "card" and not name:
            continue
        result = robin.run("model", command, name)
        assert result.code == 1
        assert "mailsense model list" in result.err
        assert len(result.err.strip().splitlines()) == 1
    assert in_use(robin) == two[1]


def test_a_damaged_choice_is_told_once_and_choosing_mends_it(
    robin: World, two: tuple[str, str]
) -> None:
    choice = robin.app().paths.model / "live.json"
    choice.write_text("{")
    result = robin.ok("model", "list", "--json")
    assert [r["name"] for r in result.json if r["live"]] == ["base"]
    assert "live.json is damaged" in result.err
    robin.ok("model", "use", two[1])
    assert in_use(robin) == two[1]


# --- progress -------------------------------------------------------------------------------


def progress(robin: World, kind: Kind) -> dict[str, Any]:
    (found,) = [r for r in robin.json("model", "progress")["kinds"] if r["kind"] == kind.value]
    return dict(found)


def test_progress_counts_labels_and_how_often_the_model_had_said_the_same(robin: World) -> None:
    tell(robin, Kind.REJECTION, 0, 1)
    tell(robin, Kind.ACKNOWLEDGEMENT, 2, 3, 4)
    assert progress(robin, Kind.REJECTION) == {
        "kind": "rejection", "labels": 2, "confirmed": 0, "answers": 2, "right": 0, "low": 0.0,
        "high": pytest.approx(0.6576),
    }  # fmt: skip
    right = progress(robin, Kind.ACKNOWLEDGEMENT)
    assert (right["labels"], right["answers"], right["right"]) == (3, 3, 3)
    assert right["low"] == pytest.approx(0.4385)
    nothing = progress(robin, Kind.OFFER)
    assert (nothing["labels"], nothing["answers"], nothing["low"]) == (0, 0, None)
    said = robin.ok("model", "progress").out
    assert "3 of 3 (44% to 100% with 95 % certainty)" in said
    assert "not known yet" in said


def test_a_second_label_corrects_the_human_and_an_undone_one_says_nothing(robin: World) -> None:
    tell(robin, Kind.REJECTION, 0)
    tell(robin, Kind.ACKNOWLEDGEMENT, 0)
    with robin.app().store(write=True) as store:
        before = store.message("1@firm.example")
        assert before is not None
        label(store, before, Kind.OFFER, now=robin.now)
        unlabel(store, before, now=robin.now)
    assert progress(robin, Kind.REJECTION)["answers"] == 0
    assert progress(robin, Kind.OFFER)["answers"] == 0
    assert progress(robin, Kind.ACKNOWLEDGEMENT)["right"] == 1, "the model was right at first"


def test_what_a_rule_judged_says_nothing_of_the_model(robin: World) -> None:
    with robin.app().store(write=True) as store:
        said = Verdict(Kind.ALERT, Source.RULE, 1.0)
        store.add_verdicts({"0@firm.example": said}, robin.now)
    tell(robin, Kind.OFFER, 0)
    assert progress(robin, Kind.OFFER)["labels"] == 1
    assert progress(robin, Kind.OFFER)["answers"] == 0


def test_an_approved_answer_agrees_with_the_verdict(robin: World) -> None:
    with robin.app().store(write=True) as store:
        message = store.message("0@firm.example")
        assert message is not None
        m = message.message
        store.add_example(
            Example(m.key, m.subject, m.from_, m.text, m.facts, Kind.REJECTION, robin.now,
                    weight=0.3)
        )  # fmt: skip
    found = progress(robin, Kind.REJECTION)
    assert (found["labels"], found["confirmed"], found["answers"], found["right"]) == (0, 1, 1, 1)


def test_lately_is_the_last_fifty(robin: World) -> None:
    with robin.app().store(write=True) as store:
        said = Verdict(Kind.OFFER, Source.MODEL, 0.9)
        located = [_letter(n) for n in range(100, 160)]
        store.add_messages(located, {one.message.key: said for one in located})
        for n in range(100, 160):
            item = store.message(f"{n}@firm.example")
            assert item is not None
            when = robin.now + timedelta(minutes=n)
            if n < 110:  # ten old mistakes
                store.add_verdicts({item.key: replace(said, kind=Kind.OTHER)}, when)
                item = store.message(item.key)
                assert item is not None
            label(store, item, Kind.OFFER, now=when)
    found = progress(robin, Kind.OFFER)
    assert (found["labels"], found["answers"], found["right"]) == (60, 50, 50)


_HALF_SAID = (
    "The tenor bell has a crack, so Sunday goes another way than we had hoped.",
    "Could you bring the blue folder when you come up on Thursday?",
    "They went with the cheaper quote for the roof in the end.",
    "Please sign the second page and let us have it back by noon.",
    "I wonder if you would like to hear about the vineyard some time.",
    "Your name came up at the harbour again, in a good way.",
    "We have your papers now and somebody will look at them.",
    "The committee meets on Monday and may or may not decide.",
)


def test_five_are_named_to_label_next_the_same_that_label_next_asks(robin: World) -> None:
    tell(robin, Kind.REJECTION, 11)
    with robin.app().store(write=True) as store:
        said = Verdict(Kind.UNSURE, Source.MODEL, 0.4, runner_up=Kind.TASK)
        letters = [_letter(200 + n) for n in range(len(_HALF_SAID))]
        located = [
            replace(one, message=replace(one.message, text=text))
            for one, text in zip(letters, _HALF_SAID, strict=True)
        ]
        store.add_messages(located, {one.message.key: said for one in located})
    told = robin.json("model", "progress")["next"]
    assert len(told) == 5
    assert all(set(one) >= {"id", "subject", "kind", "guess", "confidence"} for one in told)
    assert "Word 11" not in {one["subject"] for one in told}
    asked = [one["id"] for one in robin.json("label", "--next", "5") if one["worth"]]
    assert [one["id"] for one in told] == asked
    out = robin.ok("model", "progress").out
    assert f"  {told[0]['id']}  " in out
    assert f"perhaps {told[0]['guess']}" in out
