"""`explain`: what spoke for a verdict and against it, how sure it was, what would change it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters.modelfile import load_base
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.corpus import KINDS
from mailsense.classify.explain import _WORD, Explanation, explain, surety
from mailsense.classify.letters import Letter
from mailsense.classify.model import Reading
from mailsense.classify.thresholds import Thresholds
from mailsense.cli.app import App
from mailsense.cli.explain import _changed
from mailsense.domain import Address, Facts, Kind, Message, Source
from tests.support.dovecot import Dovecot
from tests.support.mailboxes import letter, mailbox, world
from tests.support.wordmodel import LIMIT, NOW, WordClassifier, WordModel, put, worded
from tests.support.world import World

SENDER = Address("Pia Brandt", "pia@elm.example")


def message(*sentences: str, subject: str = "Hello", **more: object) -> Message:
    text = " ".join(sentences)
    return Message("k1", "k1@elm.example", subject, SENDER, date=NOW, text=text, **more)  # type: ignore[arg-type]


def explained(*sentences: str, **more: object) -> Explanation:
    return explain(message(*sentences, **more), lambda: (WordModel(), LIMIT, "words-1"))  # type: ignore[arg-type]


NO = ("We have received your letter.", "Unfortunately we regret that it ends here.", "Be well.")


def test_the_kind_and_the_runner_up_have_each_their_probability_sentence_and_words() -> None:
    told = explained(*NO)
    no, receipt = told.sides
    assert (no.kind, receipt.kind) == (Kind.REJECTION, Kind.ACKNOWLEDGEMENT)
    assert no.probability > receipt.probability
    assert [said.text for said in no.sentences] == [NO[1]]
    assert no.sentences[0].probability > 0.9
    assert [said.text for said in receipt.sentences] == [NO[0]]
    assert [pull.text for pull in no.words if pull.weight > 0] == ["regret", "unfortunately"]
    assert [pull.text for pull in no.words if pull.weight < 0] == ["received"]
    assert next(pull for pull in receipt.words if pull.weight > 0).text == "received"


def test_what_a_word_counts_is_its_share_of_the_log_odds() -> None:
    told = explained("Unfortunately so.", "The cake is here.")
    likely = told.likely
    assert likely is not None
    with_it = math.log(likely[Kind.REJECTION] / (1 - likely[Kind.REJECTION]))
    without = explained("So.", "The cake is here.").likely
    assert without is not None
    gone = math.log(without[Kind.REJECTION] / (1 - without[Kind.REJECTION]))
    side = next(side for side in told.sides if side.kind is Kind.REJECTION)
    pull = next(pull for pull in side.words if pull.text == "unfortunately")
    assert pull.weight == pytest.approx(with_it - gone)


def test_headers_are_told_with_their_lean() -> None:
    facts = Facts(list_id="jobs.elm.example")
    told = explained("We received it.", "A role and a job.", facts=facts)
    side = told.sides[0]
    assert "a mailing list" in [fact.text for fact in told.sides[1].facts + side.facts]


def test_the_fewest_sentences_whose_loss_changes_the_verdict_are_told() -> None:
    change = explained(*NO).changes[0]
    assert (change.what, change.without) == ("sentences", (NO[1],))
    assert change.verdict.kind is Kind.ACKNOWLEDGEMENT
    often = ("We regret it.", "We regret it much.", "We regret it so.", "We received it.")
    twice = explained(*often).changes[0]
    assert twice.without == often[:2]
    assert twice.verdict.kind is not Kind.REJECTION


def test_that_nothing_would_change_it_is_told_too() -> None:
    told = explained(*(f"Number {word}: we regret it." for word in ("one", "two", "six", "ten")))
    (change,) = told.changes
    assert len(change.without) == 3
    assert change.verdict.kind is Kind.REJECTION


def test_headers_that_decide_are_told_as_what_would_change_it() -> None:
    told = explained("Unfortunately the job.", facts=Facts(list_id="jobs.elm.example"))
    assert "headers" in [change.what for change in told.changes]


class AnsweringModel(WordModel):
    """As the model of a few words, and what a letter answers speaks for ordinary life."""

    def read(self, letters: Sequence[Letter], shift: np.ndarray | None = None) -> list[Reading]:
        lean = np.zeros((len(letters), len(KINDS))) if shift is None else shift + 0.0
        answers = [bool(letter.history) for letter in letters]
        lean[answers, KINDS.index(Kind.OTHER)] += 5.0
        return super().read(letters, lean)


def test_a_history_that_decides_is_told_as_what_would_change_it() -> None:
    asked = message("Will you come to an interview on Friday?", quoted="The cake is here.")
    told = explain(asked, lambda: (AnsweringModel(), LIMIT, "words-1"))
    assert told.verdict.kind is Kind.OTHER
    (change,) = [one for one in told.changes if one.what == "history"]
    assert (change.without, change.verdict.kind) == (("The cake is here.",), Kind.INTERVIEW)
    pulls = {fact.text: fact.weight for fact in told.sides[0].facts}
    assert pulls["what it answers"] > 1
    said = " ".join(" ".join(_changed(change, told.verdict)).split())
    assert "without the letter that it answers (The cake is here.)" in said
    assert "history" not in [one.what for one in explained(*NO).changes]


def test_a_rule_is_told_and_the_model_never_opened() -> None:
    def refuse() -> object:
        raise AssertionError("opened")

    told = explain(message("No such user.", facts=Facts(bounce=True)), refuse)  # type: ignore[arg-type]
    assert (told.verdict.source, told.rule) == (Source.RULE, "a delivery report")
    assert told.sides == ()


def test_a_letter_in_another_language_says_so() -> None:
    text = "wir haben uns leider anders entschieden und wünschen alles Gute " * 3
    told = explained(text, language="de")
    assert told.verdict.kind is Kind.UNSURE
    assert "another language" in told.rule


@pytest.mark.parametrize(
    ("likely", "failed"),
    [
        ({Kind.REJECTION: 0.9, Kind.OTHER: 0.1}, ()),
        ({Kind.REJECTION: 0.45, Kind.OTHER: 0.2}, ("threshold",)),
        ({Kind.REJECTION: 0.52, Kind.ACKNOWLEDGEMENT: 0.45}, ("gap",)),
        ({Kind.REJECTION: 0.6, Kind.INTERVIEW: 0.2, Kind.TASK: 0.2}, ("requests",)),
        ({Kind.INTERVIEW: 0.4, Kind.TASK: 0.4, Kind.OTHER: 0.2}, ()),
        ({Kind.REJECTION: 0.41, Kind.INTERVIEW: 0.4}, ("threshold", "gap", "requests")),
    ],
)
def test_an_unsure_answer_says_which_test_it_failed(
    likely: dict[Kind, float], failed: tuple[str, ...]
) -> None:
    whole = {kind: likely.get(kind, 0.0) for kind in KINDS}
    first = max(whole, key=lambda kind: whole[kind])
    found = surety(whole, (first,), first, LIMIT)
    assert found.failed == failed
    assert found.sure + (1 - found.sure) == pytest.approx(1)
    if found.rival is not None:
        assert found.gap == pytest.approx(found.sure - whole[found.rival])


SHARES = st.lists(st.floats(0.001, 1), min_size=len(KINDS), max_size=len(KINDS))


@settings(max_examples=100, deadline=None)
@given(SHARES, st.integers(0, len(KINDS) - 1), st.floats(0.2, 0.8), st.floats(0.05, 0.5))
def test_the_tests_told_are_those_that_decide(
    shares: list[float], more: int, least: float, request: float
) -> None:
    likely = {k: share / sum(shares) for k, share in zip(KINDS, shares, strict=True)}
    first = max(likely, key=lambda kind: likely[kind])
    kinds = tuple(sorted({first, KINDS[more]}, key=KINDS.index))
    limit = Thresholds(dict.fromkeys(KINDS, least), request=request)
    assert bool(surety(likely, kinds, first, limit).failed) == limit.doubt(likely, kinds, first)


@pytest.mark.parametrize(
    ("text", "words"),
    [("I don't re-open Zoë’s 2026 _file_?", ["I", "don't", "re-open", "Zoë’s", "file"])],
)
def test_a_word_is_what_a_person_reads_as_one(text: str, words: list[str]) -> None:
    assert _WORD.findall(text) == words


def test_an_endless_letter_is_explained_with_little_work() -> None:
    model = WordModel()
    long = message(*(f"We regret item {'abcdefghij'[n % 10]}{n}x." for n in range(3000)))
    explain(long, lambda: (model, LIMIT, "words-1"))
    assert model.letters < 300


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_whatever_the_letter_it_is_explained(text: str, subject: str) -> None:
    told = explained(text, subject=subject)
    assert told.rule or len(told.sides) == 2


def test_the_shipped_model_explains_a_no() -> None:
    classifier = ModelClassifier(load_base)
    text = (
        "Dear Robin, thank you for your interest in the post of Planner. After careful thought we "
        "regret to inform you that we have decided to move forward with other candidates. We wish "
        "you every success."
    )
    told = explain(message(text, subject="Your application"), classifier.parts)
    assert told.verdict == classifier.classify([message(text, subject="Your application")])[0]
    assert told.sides[0].kind is Kind.REJECTION
    assert "regret" in told.sides[0].sentences[0].text
    assert told.changes[0].verdict.confidence != told.verdict.confidence


# the command

EML = (
    "From: Pia Brandt <pia@elm.example>\nTo: robin@me.example\nSubject: Your letter\n"
    "Message-ID: <a@elm.example>\n\nWe have received your letter.\n"
    "Unfortunately we regret that it ends here. \x1b[31mBe well.\n"
)


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return worded(tmp_path / "home", monkeypatch)


def test_a_file_and_standard_input_are_explained(robin: World, tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_text(EML)
    from_file = robin.ok("explain", str(file)).out
    assert from_file == robin.ok("explain", "-", input=EML).out
    for part in ("rejection", "acknowledgement", "regret", "needs 50%", "would be", "log odds"):
        assert part in from_file
    assert "\x1b" not in from_file


def test_scripts_get_one_object(robin: World, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(EML)
    told = robin.json("explain", str(tmp_path / "a.eml"))
    assert (told["kind"], told["source"], told["runner_up"]) == (
        "rejection", "model", "acknowledgement",
    )  # fmt: skip
    assert [side["kind"] for side in told["kinds"]] == ["rejection", "acknowledgement"]
    assert told["surety"]["failed"] == []
    assert told["surety"]["threshold"] == 0.5
    assert told["changes"][0]["kind"] == "acknowledgement"
    assert sum(told["probabilities"].values()) == pytest.approx(1, abs=0.01)


def test_a_stored_message_is_explained_by_its_id(robin: World) -> None:
    put(robin, message(*NO))
    told = robin.json("explain", "k1@elm.example")
    assert (told["kind"], told["text_kept"]) == ("rejection", True)
    assert "regret" in robin.ok("explain", told["id"]).out


def test_of_ordinary_mail_what_is_kept_is_told(robin: World) -> None:
    put(robin, message("The cake is here."))
    shown = robin.ok("explain", "k1@elm.example").out
    assert "its text is not kept" in shown
    assert "--fetch" in shown
    told = robin.json("explain", "k1@elm.example")
    assert (told["kind"], told["text_kept"], told["kinds"]) == ("other", False, [])


def test_a_label_outranks_and_what_the_model_says_is_still_told(robin: World) -> None:
    put(robin, message(*NO))
    robin.ok("label", "k1@elm.example", "feedback")
    shown = robin.ok("explain", "k1@elm.example").out
    assert "you said so" in shown
    assert "would say today: rejection" in shown
    told = robin.json("explain", "k1@elm.example")
    assert (told["kind"], told["source"]) == ("feedback", "user")
    assert told["model"]["kind"] == "rejection"


def test_an_unsure_answer_tells_by_how_much_it_failed(robin: World) -> None:
    put(robin, message("Maybe."))
    shown = robin.ok("explain", "k1@elm.example").out
    assert "unsure (perhaps rejection" in shown
    assert "points too few" in shown


def test_a_rule_is_told_as_a_rule(robin: World) -> None:
    put(robin, message("No such user.", facts=Facts(bounce=True)))
    assert "by a rule, a delivery report" in robin.ok("explain", "k1@elm.example").out
    assert robin.json("explain", "k1@elm.example")["rule"] == "a delivery report"


@pytest.mark.dovecot
def test_a_text_that_was_not_kept_is_read_again_and_forgotten_again(
    dovecot: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(App, "classifier", WordClassifier())
    box = mailbox(dovecot)
    box.put(letter("The cake is here.", subject="Tea", id="tea"))
    robin = world(tmp_path, main=box)
    robin.ok("sync")
    (told,) = robin.json("list")
    assert robin.json("explain", told["id"])["kinds"] == []
    again = robin.json("explain", told["id"], "--fetch")
    assert again["kinds"][0]["sentences"][0]["text"] == "The cake is here."
    assert not again["text_kept"]
    store = robin.store()
    item = store.message(told["message_id"])
    store.close()
    assert item is not None
    assert item.message.text == ""


@pytest.mark.parametrize("name", ["00000000", "gone.eml", "x" * 5000])
def test_what_there_is_not_cannot_be_explained(robin: World, name: str) -> None:
    result = robin.run("explain", name)
    assert result.code == 1
    assert "mailsense list" in result.err


def test_mail_of_ones_own_is_not_judged(robin: World) -> None:
    put(robin, message("Hello."), outgoing=True)
    result = robin.run("explain", "k1@elm.example")
    assert result.code == 1
    assert "your own" in result.err
