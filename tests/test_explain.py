"""`explain`: what spoke for a verdict and against it, how sure it was, what would change it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters.modelfile import load_base
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.corpus import KINDS
from mailsense.classify.explain import _WORD, Explanation, explain
from mailsense.classify.letters import Letter
from mailsense.classify.model import Reading
from mailsense.classify.thresholds import Thresholds
from mailsense.cli.app import App
from mailsense.cli.explain import _changed, _noted
from mailsense.cli.review import Screen
from mailsense.domain import (
    Address,
    Draft,
    Evidence,
    Facts,
    Kind,
    Located,
    Message,
    PlanKind,
    Reason,
    Source,
    Stage,
    Tag,
    Verdict,
)
from mailsense.ports import Item
from mailsense.review import Card
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
    found = LIMIT.surety(whole, (first,), first)
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
    requests = [kind for kind in KINDS if kind.tag is Tag.REQUEST]
    whole = {*kinds, *(requests if first in requests else ())}
    whole |= {Kind.ALERT, Kind.OTHER} if first in (Kind.ALERT, Kind.OTHER) else set()
    sure = sum(likely[kind] for kind in KINDS if kind in whole)
    rest = [likely[kind] for kind in KINDS if kind not in whole]
    asked = sum(likely[kind] for kind in requests)
    failed = {
        "threshold": sure < least,
        "gap": bool(rest) and sure - max(rest) < limit.gap,
        "requests": not set(kinds) & set(requests) and asked >= request,
    }
    told = limit.surety(likely, kinds, first).failed
    assert set(told) == {name for name, fails in failed.items() if fails}
    assert limit.doubt(likely, kinds, first) == bool(told)


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


TOLD = '  reason: filled, said by "The job is gone."\n  stage: interview, by "your interview"\n'
NOTED = (
    Evidence("sentence", "The job is gone.", 0.9),
    Evidence("reason", "The job is gone.", 0.8),
    Evidence("stage", "your interview", 1.0),
)


def noted(robin: World, source: Source, evidence: tuple[Evidence, ...], **more: object) -> str:
    """Say of a stored message what is told, and return what `explain` prints of it."""
    put(robin, message(*NO))
    store = robin.store()
    verdict = Verdict(Kind.REJECTION, source, 0.9, reason=Reason.FILLED, stage=Stage.INTERVIEW,
                      evidence=evidence, **more)  # type: ignore[arg-type]  # fmt: skip
    store.add_verdicts({"k1": verdict}, NOW)
    store.close()
    return robin.ok("explain", "k1@elm.example").out


def test_the_reason_and_the_stage_are_told_with_their_words_in_a_line_each(robin: World) -> None:
    shown = noted(robin, Source.MODEL, NOTED)
    assert TOLD in shown
    assert shown.count("The job is gone.") == 1, "and are no evidence of the kind"
    told = robin.json("explain", "k1@elm.example")
    assert (told["reason"], told["stage"]) == ("filled", "interview")
    assert [one["what"] for one in told["evidence"]] == ["sentence", "reason", "stage"]


def test_a_long_sentence_is_cut_and_what_steers_a_screen_taken_out(robin: World) -> None:
    long = Evidence("reason", "It is \x1b[31mgone " + "far and wide " * 20, 0.8)
    (line,) = [
        line for line in noted(robin, Source.MODEL, (long,)).splitlines() if "  reason:" in line
    ]
    assert line.endswith('…"')
    assert len(line) < 140
    assert "\x1b" not in line


def test_what_was_not_noted_is_told_as_the_model_sees_it_today_if_it_says_the_same(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = explained(*NO).sides

    def today(self: object) -> Explanation:
        said = Verdict(Kind.REJECTION, Source.MODEL, 0.9, reason=Reason.FILLED,
                       stage=Stage.APPLIED, evidence=NOTED)  # fmt: skip
        return Explanation(said, sides=sides)

    monkeypatch.setattr("mailsense.classify.explain._Trial.explanation", today)
    shown = noted(robin, Source.MODEL, NOTED[:1])
    assert 'reason: filled, said by "The job is gone."' in shown
    assert "stage:" not in shown, "the model says another"


def test_what_was_noted_of_the_kind_is_told_apart_from_reason_and_stage() -> None:
    said = Verdict(Kind.REJECTION, Source.MODEL, 0.9, reason=Reason.FILLED, evidence=NOTED)
    lines = [line for line in _noted(said, None) if "(0." in line or "(1." in line]
    assert lines == ["  sentence: The job is gone. (0.90)"]


def test_what_you_said_needs_no_words_for_it(robin: World) -> None:
    assert "reason:" not in noted(robin, Source.USER, (Evidence("rule", "you said so"),))


@pytest.mark.parametrize("command", ["show", "classify"])
def test_elsewhere_only_what_speaks_for_the_kind_is_shown(
    command: str, robin: World, tmp_path: Path
) -> None:
    if command == "show":
        noted(robin, Source.MODEL, NOTED[::-1])
        shown = robin.ok("show", "k1@elm.example").out
        assert "sentence: The job is gone." in shown
    else:
        (tmp_path / "a.eml").write_text(EML)
        told = robin.ok("classify", "--json", str(tmp_path / "a.eml")).json["evidence"]
        assert {"sentence", "reason"} <= {one["what"] for one in told}
        shown = robin.ok("classify", str(tmp_path / "a.eml")).out
        assert "sentence: Unfortunately we regret" in shown
    assert "reason:" not in shown
    assert "stage:" not in shown


def test_the_card_of_the_review_gives_no_sentence_twice() -> None:
    verdict = Verdict(Kind.REJECTION, Source.MODEL, 0.9, evidence=NOTED)
    draft = Draft("d1", "main", PlanKind.ANSWER_REJECTION, "a1", "e1", "t", "d1@me.example",
                  SENDER, (SENDER,), "Re: x", "Hello")  # fmt: skip
    original = Item(Located(message(*NO), "main", "INBOX", 1, False), verdict)
    screen = SimpleNamespace(app=SimpleNamespace(zone=UTC))
    lines = Screen._quoted(screen, Card(draft, original, None, ()))  # type: ignore[arg-type]
    assert len([line for line in lines if "because" in line]) == 1


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
