"""The trial of asking: people never heard, labels apart from what is judged, honest figures."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import inbox_figures, inboxes
from benchmarks.classifier_parts import sampled
from benchmarks.inbox_figures import (
    BEFORE,
    FAULTS,
    WAYS,
    Faults,
    Line,
    Tried,
    faulty,
    interval,
    lines,
    mean_ratio,
    table,
)
from benchmarks.inbox_letters import SORTS, as_mail, drawn, groups, inbox, siblings
from benchmarks.inboxes import Plan, asked_for, investigate, main
from mailsense.classify import fitting, learning, training, variation
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.corpus import Corpus, load
from mailsense.classify.held import MAILBOX
from mailsense.classify.letters import of_example, of_message
from mailsense.domain import Kind, Source, Verdict
from mailsense.resources import shipped

TINY = Plan(inboxes=2, labels=5, size=40, sample=(150, 450))

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@dataclass
class Spied:
    """Every model of a run: who was heard, and what was labelled, from where it began."""

    heard: list[tuple[Corpus, training.Fitted]] = field(default_factory=list)
    learned: list[tuple[Any, Any]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def whole() -> Corpus:
    return load(shipped("models") / "corpus")


@pytest.fixture(scope="module")
def spied() -> Spied:
    return Spied()


@pytest.fixture(scope="module")
def tried(whole: Corpus, spied: Spied) -> Iterator[list[Tried]]:
    """A run with models that are good for nothing, but quickly made."""
    train, learn = training.train, learning.learn

    def spy(base: Corpus) -> training.Fitted:
        made = train(base)
        spied.heard.append((base, made))
        return made

    def overhear(shipped: Any, examples: Any) -> Any:
        spied.learned.append((shipped, examples))
        return learn(shipped, examples)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variation, "LETTERS_OF_A_KIND", 2)
        patch.setattr(variation, "LETTERS_OF_LIFE", 6)
        patch.setattr(fitting, "MAX_PASSES", 10)
        patch.setattr(training, "FOLDS", 2)
        patch.setattr(training, "JOBS", 1)
        patch.setattr(learning, "FOLDS", 1)
        patch.setattr(training, "train", spy)
        patch.setattr(learning, "learn", overhear)
        yield investigate(whole, TINY, spied.told.append)


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_figures, "DRAWS", 100)


# --- who is heard, who writes


def test_no_writer_of_an_inbox_was_heard_and_none_stands_on_two_sides(whole: Corpus) -> None:
    by_id = {letter.id: letter for letter in whole.letters}
    by_text = {sentence.text: sentence for sentence in whole.sentences}
    found = groups(whole, 5, seed=0)
    assert len(found) == 5
    for group in found:
        heard = [by_id[one.id] for one in group.heard.letters]
        said = {by_text[one.text].voice for one in group.heard.sentences}
        written, others = ([by_id[one.id] for one in part] for part in (group.inbox, group.others))
        assert written and others
        sides = [({one.voice for one in part}, {one.family for one in part})
                 for part in (heard, written, others)]  # fmt: skip
        sides[0][0].update(said)
        for first, second in ((0, 1), (0, 2), (1, 2)):
            assert not (sides[first][0] & sides[second][0]) - {""}
            assert not sides[first][1] & sides[second][1]
    everyone = [one.id for group in found for one in (*group.inbox, *group.others)]
    assert sorted(everyone) == sorted(by_id)


def test_an_inbox_has_the_shares_of_a_mailbox_as_far_as_there_are_letters(whole: Corpus) -> None:
    letters = groups(whole, 5, seed=0)[0].inbox
    there = Counter(letter.kind for letter in letters)
    found = drawn(letters, 300, seed=1)
    assert len({letter.id for letter in found}) == len(found)
    for kind, share in MAILBOX.items():
        many = sum(letter.kind is kind for letter in found)
        assert many == min(there[kind], max(1, round(300 * share)))
    assert found == drawn(letters, 300, seed=1) != drawn(letters, 300, seed=2)
    assert [letter.kind for letter in found] != sorted(letter.kind for letter in found)


def test_siblings_are_by_the_same_sender_and_no_text_comes_twice(whole: Corpus) -> None:
    mail = inbox(groups(whole, 5, seed=0)[0].inbox, 300, SORTS[1], seed=0)
    assert 250 < len(mail) < 350
    assert len({one.message.key for one in mail}) == len(mail)
    alike = Counter(one.like for one in mail)
    assert set(alike.values()) <= {1, 2, 3, 4}
    assert np.mean(list(alike.values())) == pytest.approx(3, abs=0.4)
    for like in alike:
        mine = [one for one in mail if one.like == like]
        assert len({one.message.from_ for one in mine}) == len({one.kind for one in mine}) == 1
        assert len({" ".join(one.message.text.split()) for one in mine}) == len(mine)


def test_a_sibling_is_read_as_the_variant_it_was_made_of(
    whole: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def spy(*args: Any) -> Any:
        made.append(variation.varied(*args))
        return made[-1]

    monkeypatch.setattr("benchmarks.inbox_letters.varied", spy)
    answers = [letter for letter in whole.letters if letter.quoted][:30]
    below = 0
    for letter in (*whole.letters[:30], *answers):
        for one in siblings(letter, 3, seed=0):
            read = of_message(one.message)
            variant = next(v for v in made if v.sentences == read.sentences)
            assert (read.reply, read.forwarded) == (variant.reply, variant.forwarded)
            assert read.history == variant.history
            below += bool(read.history)
    assert below > 20


def test_a_letter_lies_in_the_inbox_above_what_it_answers_and_is_labelled_so(
    whole: Corpus,
) -> None:
    written = next(letter for letter in whole.letters if letter.quoted)
    mail = as_mail(written)
    assert mail.message.quoted == mail.example().quoted == written.quoted
    assert of_example(mail.example()).sentences == of_message(mail.message).sentences
    assert of_example(mail.example()).history == of_message(mail.message).history


# --- a run


def test_every_inbox_is_tried_in_every_sort_and_each_way(
    tried: list[Tried], spied: Spied, whole: Corpus
) -> None:
    assert [(one.inbox, one.sort) for one in tried] == [(n, s) for n in (0, 1) for s in SORTS]
    ways = len(SORTS) * len(WAYS)
    assert (len(spied.heard), len(spied.learned)) == (2, 2 * ways)
    assert len(spied.told) == 2 * (1 + len(SORTS))
    parts = groups(sampled(whole, 150, 450, 0), 2, 0)
    for group, (heard, _) in zip(parts, spied.heard, strict=True):
        assert heard == group.heard
        voices = {one.voice for one in heard.letters} | {one.voice for one in heard.sentences}
        voices -= {""}
        assert not voices & {one.voice for one in (*group.inbox, *group.others)}
    for number, (start, examples) in enumerate(spied.learned):
        assert start is spied.heard[number // ways][1]
        ids = {one.id for one in parts[number // ways].inbox}
        assert examples
        assert {example.message_key.partition("/")[0] for example in examples} <= ids


def test_what_was_labelled_is_not_judged_and_both_ways_label_as_many(
    tried: list[Tried], spied: Spied, whole: Corpus
) -> None:
    parts = groups(sampled(whole, 150, 450, 0), 2, 0)
    refits = iter([examples for _, examples in spied.learned])
    for one in tried:
        mail = inbox(parts[one.inbox].inbox, TINY.size, one.sort, one.inbox)
        kinds = {each.message.key: each.kind for each in mail}
        for way in WAYS:
            examples = next(refits)
            marked = [m.message.key for m, yes in zip(mail, one.mail.learned[way], strict=True)
                      if yes]  # fmt: skip
            assert sorted(example.message_key for example in examples) == sorted(marked)
            assert all(example.kind is kinds[example.message_key] for example in examples)
            assert 0 < len(marked) == one.mail.learned[WAYS[0]].sum() <= TINY.labels
        assert not any(one.others.learned[way].any() for way in WAYS)
        assert set(one.mail.wrong) == set(one.others.wrong) == {BEFORE, *WAYS}
    for sort in SORTS:
        mine = [one for one in tried if one.sort == sort]
        for line in lines(mine, seed=0):
            if line.about.endswith("rest of the inbox"):
                every = sum(len(one.mail.like) for one in mine)
                assert line.letters == every - sum(one.mail.learned[WAYS[0]].sum() for one in mine)


def test_only_mail_whose_text_is_kept_is_asked_about(
    tried: list[Tried], spied: Spied, whole: Corpus
) -> None:
    base = spied.heard[0][1]
    mail = [as_mail(letter) for letter in whole.letters[:60]]
    places = asked_for(base, mail, 60)
    classifier = ModelClassifier(lambda: base)
    verdicts = classifier.classify([one.message for one in mail])
    assert 0 < len(places) == len(set(places))
    assert all(verdicts[place].kind is not Kind.OTHER for place in places)
    assert asked_for(base, mail, 2) == places[:2]


# --- figures


@pytest.mark.parametrize(
    ("gold", "said", "tag", "kind"),
    [
        (Kind.INTERVIEW, Kind.INTERVIEW, False, False),
        (Kind.INTERVIEW, Kind.TASK, False, True),
        (Kind.INTERVIEW, Kind.REJECTION, True, True),
        (Kind.OTHER, Kind.ALERT, False, True),
        (Kind.OTHER, Kind.UNSURE, True, True),
    ],
)
def test_unsure_is_at_fault_and_a_kind_of_the_same_tag_only_by_kind(
    gold: Kind, said: Kind, tag: bool, kind: bool
) -> None:
    assert faulty(gold, Verdict(said, Source.MODEL, 0.5)) == (tag, kind)


def a_lot(before: list[int], asked: list[int], lot: list[int], learned: int = 0) -> Faults:
    """Letters with the same faults of both sorts; the first so many were labelled when asked."""
    wrong = dict(zip((BEFORE, *WAYS), (before, asked, lot), strict=True))
    marks = np.arange(len(before)) < learned
    return Faults(
        np.arange(len(before)),
        {name: np.array([one, one], dtype=bool).T for name, one in wrong.items()},
        {WAYS[0]: marks, WAYS[1]: np.zeros(len(before), dtype=bool)},
    )


def test_errors_are_counted_on_the_same_letters_before_and_after() -> None:
    mail = a_lot([1, 1, 1, 1, 1, 0], [0, 1, 0, 0, 0, 1], [1, 1, 1, 1, 0, 0], learned=1)
    others = a_lot([1, 0, 0], [1, 1, 0], [0, 0, 0])
    found = {line.about: line for line in lines([Tried(0, SORTS[0], mail, others)], 0)
             if line.fault == FAULTS[0]}  # fmt: skip

    def told(line: Line) -> tuple[object, ...]:
        return line.letters, line.before, line.after, line.righted, line.spoilt, line.ratio

    assert told(found["asked: rest of the inbox"]) == (5, 4, 2, 3, 1, 0.5)
    assert told(found["asked: people who never wrote"]) == (3, 1, 2, 0, 1, 2.0)
    assert told(found["by lot: rest of the inbox"]) == (6, 5, 4, 1, 0, 0.8)
    assert told(found["by lot: people who never wrote"]) == (3, 1, 0, 1, 0, 0.0)
    assert told(found["by lot → asked: in neither"]) == (5, 3, 2, 2, 1, 2 / 3)
    line = found["asked: rest of the inbox"]
    assert line.low is not None and line.high is not None and line.low < 0.5 < line.high


def test_a_ratio_is_the_mean_over_inboxes_in_which_something_was_wrong() -> None:
    assert mean_ratio(np.array([[10, 5], [2, 2], [0, 3]])) == 0.75
    assert mean_ratio(np.array([[0, 3]])) is None
    perfect = a_lot([0, 0], [0, 0], [0, 0])
    [line, *_] = lines([Tried(0, SORTS[0], perfect, perfect)], 0)
    assert (line.ratio, line.low, line.high) == (None, None, None)
    assert line.before == line.after == 0


def test_an_inbox_that_was_labelled_to_the_last_letter_does_not_stop_the_count() -> None:
    mail = a_lot([1, 1], [0, 0], [1, 0], learned=2)
    [line, *_] = lines([Tried(0, SORTS[0], mail, a_lot([], [], []))], 0)
    assert (line.letters, line.ratio) == (0, None)


def test_an_interval_is_wider_where_letters_come_in_families() -> None:
    rng = np.random.default_rng(0)
    wrong = np.array([np.ones(200), rng.random(200) < 0.5], dtype=float)
    grouped = np.array([wrong[0].reshape(20, 10).sum(axis=1), 10.0 * wrong[1][:20]])
    (low, high), (lowest, highest) = interval([wrong], 0), interval([grouped], 0)
    assert low is not None and high is not None and lowest is not None and highest is not None
    assert 0 < high - low < (highest - lowest) / 2
    assert interval([wrong], 0) == interval([wrong], 0)


# --- the command


def test_the_table_has_every_line_of_every_sort_and_fault(tried: list[Tried]) -> None:
    found = lines(tried, 0)
    text = table(found)
    assert len(found) == len(SORTS) * len(FAULTS) * 5
    for one in found:
        assert text.count(f"{one.sort}, {one.labels:.0f} labels: {one.fault}\n") == 1
    for about in {one.about for one in found}:
        assert text.count(f"  {about} ") == len(SORTS) * len(FAULTS)


def test_the_command_prints_the_table_or_json(
    tried: list[Tried], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plans: list[Plan] = []

    def found(corpus: Corpus, plan: Plan, say: Any) -> list[Tried]:
        plans.append(plan)
        say("here")
        return tried

    monkeypatch.setattr(inboxes, "load", lambda folder: Corpus())
    monkeypatch.setattr(inboxes, "investigate", found)
    assert main(["--quick", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    assert table(lines(tried, 3)) in out
    assert "says nothing about the shipped model" in out
    assert "here" in err and "here" not in out
    assert main(["--json", "--labels", "7", "--inboxes", "4"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["labels"], told["inboxes"]) == (7, 4)
    assert len(told["lines"]) == len(SORTS) * len(FAULTS) * 5
    assert plans == [Plan(2, 10, 90, 3, (450, 1800)), Plan(4, 7)]


def test_the_command_puts_its_table_into_the_document(
    tried: list[Tried],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(inboxes, "load", lambda folder: Corpus())
    monkeypatch.setattr(inboxes, "investigate", lambda *_: tried)
    document = tmp_path / "classifier.md"
    document.write_text("a\n<!-- begin:inboxes -->\n<!-- end:inboxes -->\nb\n", encoding="utf-8")
    assert main(["--quick", "--write", str(document)]) == 0
    text = document.read_text(encoding="utf-8")
    assert f"```\n{table(lines(tried, 0))}\n```" in text
    assert Corpus().digest[:16] in text
    assert "says nothing about the shipped model" in text
    assert text.startswith("a\n<!--")
    assert text.endswith("-->\nb\n")
    document.write_text("no mark\n", encoding="utf-8")
    monkeypatch.setattr(inboxes, "investigate", lambda *_: pytest.fail("began to work"))
    capsys.readouterr()
    assert main(["--write", str(document)]) == 1
    assert "marks" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["--inboxes", "1"], ["--labels", "0"]])
def test_nonsense_is_refused(argv: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(argv)


def test_too_few_writers_are_told(
    whole: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(inboxes, "load", lambda folder: Corpus((), whole.letters[:1]))
    assert main([]) == 1
    assert "cannot be dealt" in capsys.readouterr().err
