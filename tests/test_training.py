"""Training: the corpus, the shipped model, and that the arrays are the fitted model."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from mailsense.classify import build, corpus, fitting, held, samples, training, variation
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.features import BUCKETS, bag
from mailsense.classify.learning import digest
from mailsense.classify.letters import address
from mailsense.classify.model import COLUMNS, SIGNALS, Model, linear, rows, softmax
from mailsense.classify.sentences import split
from mailsense.classify.stacking import fit_stack
from mailsense.classify.thresholds import Thresholds, as_metrics, decisions, from_card
from mailsense.classify.tokens import tokens
from mailsense.domain import Address, Kind, Message, Reason
from mailsense.errors import ModelError
from mailsense.resources import shipped

FOLDS = 4


@pytest.fixture(scope="module")
def whole() -> corpus.Corpus:
    """The shipped corpus."""
    return corpus.load(shipped("models") / "corpus")


@pytest.fixture(scope="module")
def base(whole: corpus.Corpus) -> corpus.Corpus:
    """A part of the shipped corpus: quick to train on, every kind in it.

    As if the noes were in another language, so that one can tell whose figures are whose.
    """
    letters = [
        dataclasses.replace(one, language="xx") if one.kind is Kind.REJECTION else one
        for one in whole.letters[::32]
    ]
    return corpus.Corpus(whole.sentences[::32], tuple(letters))


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Have fewer folds and fewer letters put together: nothing here depends on how many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "FOLDS", FOLDS)
        patch.setattr(variation, "LETTERS_OF_A_KIND", 8)
        patch.setattr(variation, "LETTERS_OF_LIFE", 25)
        yield


@pytest.fixture(scope="module")
def gathered(base: corpus.Corpus) -> samples.Samples:
    """The rows that ``fitted`` is fitted to."""
    return samples.gather(base, folds=FOLDS, seed=0)


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    """The progress that was told while ``fitted`` was made."""
    return []


@pytest.fixture(scope="module")
def fitted(base: corpus.Corpus, told: list[tuple[int, int]]) -> training.Fitted:
    return training.train(base, progress=lambda d, n: told.append((d, n)))


def test_the_card_tells_what_the_model_was_made_of(
    fitted: training.Fitted, base: corpus.Corpus
) -> None:
    card = fitted.card
    assert card.metrics["corpus"] == base.digest
    assert card.digest == digest([])
    assert card.name == f"base-{base.digest[:8]}"
    assert (card.examples, card.created, card.checksum) == (0, "", "")
    assert card.labels == tuple(kind.value for kind in corpus.KINDS)
    assert set(card.libraries) == {"numpy", "scikit-learn"}
    assert "own" not in card.metrics


def test_progress_is_told_to_the_end(fitted: training.Fitted, told: list[tuple[int, int]]) -> None:
    assert fitted.card
    steps = 2 * FOLDS + 4
    assert told == [(done, steps) for done in range(1, steps + 1)]


def test_the_same_seed_gives_the_same_arrays_whatever_runs_at_a_time(
    whole: corpus.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = corpus.Corpus(whole.sentences[::160], whole.letters[::120])
    monkeypatch.setattr(training, "FOLDS", 2)
    found = []
    for jobs in (1, 2):
        monkeypatch.setattr(training, "JOBS", jobs)
        found.append(training.train(few))
    (one, card), (two, same) = [(made.arrays, made.card) for made in found]
    assert same == card
    assert set(one) == set(two)
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_the_arrays_are_plain_numbers_and_tell_of_how_many_rows_they_are(
    fitted: training.Fitted, gathered: samples.Samples
) -> None:
    assert all(value.dtype.kind in "fi" for value in fitted.arrays.values())
    rows = [len(gathered.sentence.labels), len(gathered.letter.labels)]
    assert fitted.arrays["rows"].tolist() == rows


def test_the_walk_gives_the_labels_of_scikit_learn(
    base: corpus.Corpus, gathered: samples.Samples
) -> None:
    counts, labels = gathered.sentence.counts, gathered.sentence.labels
    scaling = fitting.scale(counts)
    same = np.ones(len(labels))
    found = fitting.fit(counts, labels, same, COLUMNS, training.SENTENCE_C, scaling)
    machine = fitting.solver(training.SENTENCE_C)
    machine.fit(scaling(counts).astype(np.float32), labels, sample_weight=same)
    said = bag([tokens(sentence.text) for sentence in base.sentences])
    asked = scaling(said.matrix()).astype(np.float32)
    told = fitting.LOUDNESS * machine.decision_function(asked)
    walked = linear(said, found.table(), found.bias)
    assert (walked.argmax(axis=1) == told.argmax(axis=1)).mean() > 0.999
    assert np.abs(softmax(walked) - softmax(np.asarray(told))).max() < 0.01


def test_the_solver_comes_to_where_a_slow_exact_one_does(gathered: samples.Samples) -> None:
    counts, labels = gathered.sentence.counts[::12], gathered.sentence.labels[::12]
    weights, scaling = gathered.sentence.weights[::12], fitting.scale(counts)
    found = fitting.fit(counts, labels, weights, COLUMNS, training.SENTENCE_C, scaling)
    scaled, even = scaling(counts), weights / weights.mean()
    exact = LinearSVC(C=training.SENTENCE_C, dual=False, tol=1e-4, max_iter=1000)
    exact.fit(scaled, labels, sample_weight=even)
    sign = np.where(np.eye(COLUMNS)[labels] > 0, 1, -1)

    def cost(coefficients: np.ndarray, bias: np.ndarray) -> float:
        missed = np.maximum(0, 1 - sign * (scaled @ coefficients + bias)) ** 2
        length = (coefficients**2).sum() + (bias**2).sum()
        return float(length / 2 + training.SENTENCE_C * (even[:, None] * missed).sum())

    best = cost(exact.coef_.T, exact.intercept_)
    loud = fitting.LOUDNESS
    assert cost(found.weights / loud, found.bias / loud) == pytest.approx(best, rel=0.01)
    assert cost(found.weights * 0, found.bias * 0) > 1.3 * best


SAID = [*(f"we regret number {n}" for n in range(60)), *(f"come by at {n}" for n in range(60))]


@pytest.mark.parametrize("heavy", [1.0, 40.0])
def test_a_very_heavy_row_is_learned_and_swings_nothing(heavy: float) -> None:
    counts = bag([tokens(text) for text in (*SAID, "the owl has flown")]).matrix()
    labels = np.asarray([0] * 60 + [1] * 60 + [2])
    weights = np.asarray([1.0] * 120 + [heavy])
    found = fitting.fit(counts, labels, weights, 3, 4.0, fitting.scale(counts, 1))
    logits = found.scale(counts) @ found.weights + found.bias
    assert (logits[:120].argmax(axis=1) == labels[:120]).all()
    assert logits[120].argmax() == 2
    assert np.abs(found.weights).max() < 20


def test_a_class_that_no_row_bears_never_wins() -> None:
    counts = bag([tokens(text) for text in SAID]).matrix()
    labels = np.asarray([0] * 60 + [2] * 60)
    found = fitting.fit(counts, labels, np.ones(120), 4, 1.0, fitting.scale(counts))
    logits = found.scale(counts) @ found.weights + found.bias
    assert (logits.argmax(axis=1) == labels).all()
    assert not found.weights[:, [1, 3]].any()
    assert logits[:, 0] == pytest.approx(-logits[:, 2]), "of two, one is what the other is not"


def test_the_exported_half_floats_keep_the_labels(
    fitted: training.Fitted, gathered: samples.Samples
) -> None:
    sentence = training.fitted(gathered.sentence, "sentence")
    letter = training.fitted(gathered.letter, "letter")
    found = rows(gathered.letters)
    model = Model(fitted.arrays)
    exact = linear(found.bag, sentence.table(), sentence.bias)
    stored, _ = model.sentence_scores(found)
    assert (exact.argmax(axis=1) == stored.argmax(axis=1)).mean() > 0.999
    whole = linear(found.letters, letter.table(), letter.bias)
    assert (whole.argmax(axis=1) == model.letter_scores(found).argmax(axis=1)).mean() > 0.999


def test_a_model_without_a_fold_never_saw_its_rows(gathered: samples.Samples) -> None:
    letters = gathered.letter
    held_out = letters.folds == 2
    without = training.fitted(letters, "letter", held_out)
    rest = letters.counts[~held_out]
    assert np.array_equal(without.scale.factor, fitting.scale(rest, fitting.RARE_IN_LETTERS).factor)
    turned = dataclasses.replace(letters, labels=np.where(held_out, 0, letters.labels))
    blind = training.fitted(turned, "letter", held_out)
    assert np.array_equal(without.weights, blind.weights), "whatever they were called"


def test_a_kind_is_as_likely_as_in_a_mailbox(gathered: samples.Samples) -> None:
    rows = gathered.letter
    inputs = np.random.default_rng(0).normal(size=(len(rows.labels), SIGNALS))
    letters = held.Held(inputs, rows.labels, rows.weights, rows.folds, rows.real)
    shift = held.shift_to_mailbox(letters.labels, letters.weights)
    assert sum(held.MAILBOX.values()) == pytest.approx(1)
    plain = np.bincount(rows.labels, weights=rows.weights)
    share = [held.MAILBOX[kind] for kind in corpus.KINDS]
    assert np.exp(shift) * plain / plain.sum() == pytest.approx(share)
    before, after = (fit_stack(inputs, rows.labels, rows.weights, by) for by in (None, shift))
    assert after["stack_bias"] - before["stack_bias"] == pytest.approx(shift)


def test_what_one_voice_wrote_is_in_one_fold(
    base: corpus.Corpus, gathered: samples.Samples
) -> None:
    said = dict(zip((s.text for s in base.sentences), gathered.sentence.folds, strict=False))
    folds: dict[str, set[int]] = {}
    for sentence in base.sentences:
        folds.setdefault(sentence.voice, set()).add(said[sentence.text])
    assert len(folds.pop("")) == 4
    assert len(folds) > 8
    assert all(len(fold) == 1 for fold in folds.values())


def test_what_a_letter_answers_is_of_its_own_fold(
    base: corpus.Corpus, gathered: samples.Samples
) -> None:
    fold_of = dict(zip((w.id for w in base.letters), gathered.letter.folds[::2], strict=False))
    home: dict[str, set[int]] = {}
    for written in base.letters:
        for text in (written.body, written.quoted):
            for sentence in split(text):
                home.setdefault(sentence, set()).add(fold_of[written.id])
    answering = [
        (sent.history, fold)
        for sent, fold in zip(gathered.letters, gathered.letter.folds, strict=True)
        if sent.history
    ]
    assert len(answering) > 20
    for history, fold in answering:
        assert fold in home[history[0]], history


def test_a_letters_own_history_is_taught_and_its_words_are_not_the_letters(
    base: corpus.Corpus,
) -> None:
    first = dataclasses.replace(base.letters[0], body="Thursday suits me.", decisive=(), beside=(),
                                quoted="The zyzzyva has gone from the shed.")  # fmt: skip
    found = samples.gather(corpus.Corpus((), (first, *base.letters[1:40])), folds=2, seed=0)
    assert found.letters[0].history == ("The zyzzyva has gone from the shed.",)
    assert len(found.features.letters) == len(found.letters) + len(found.features.answers)
    assert found.letter.counts.shape[0] == len(found.letter.labels) == len(found.letters)
    words = {found.features.bag.words.spelled[w] for w in found.features.letters.first(1).word}
    assert "thursday" in words
    assert "zyzzyva" not in words


def test_the_card_tells_how_good_the_model_is_on_letters_it_did_not_see(
    fitted: training.Fitted,
) -> None:
    card = fitted.card
    figures = card.metrics["held_out"]
    assert figures["messages"] == card.metrics["letters"]
    assert 0.3 < figures["accuracy"] <= figures["coverage"] <= 1
    assert 0.4 < figures["guesses"] < 0.97, "not seen, or it would know nearly all"
    assert json.loads(json.dumps(card.metrics)) == card.metrics


def test_the_card_tells_so_of_each_language(fitted: training.Fitted, base: corpus.Corpus) -> None:
    figures = fitted.card.metrics["held_out"]
    told = figures["by_language"]
    letters = Counter(letter.language for letter in base.letters)
    assert {name: one["messages"] for name, one in told.items()} == letters
    no = figures["kinds"]["rejection"]
    assert told["xx"]["accuracy"] == pytest.approx(no["recall"], abs=1e-4)
    unsure = figures["confusion"]["rejection"].get("unsure", 0)
    assert told["xx"]["unsure"] == pytest.approx(unsure / no["support"], abs=1e-4)
    right = sum(one["messages"] * one["accuracy"] for one in told.values())
    assert right / figures["messages"] == pytest.approx(figures["accuracy"], abs=1e-3)


def test_letters_without_their_language_are_not_measured(gathered: samples.Samples) -> None:
    rows = gathered.letter
    inputs = np.zeros((len(rows.labels), SIGNALS))
    letters = held.Held(inputs, rows.labels, rows.weights, rows.folds, rows.real)
    even = np.full((len(rows.labels), len(corpus.KINDS)), 0.1)
    with pytest.raises(ValueError, match="argument"):
        held.measured(letters, even, ["en"])


def _without(name: str) -> Callable[[dict], dict]:
    return lambda arrays: {key: value for key, value in arrays.items() if key != name}


UNFIT = {
    "a model from before there was a layout": _without("layout"),
    "another layout": lambda a: {**a, "layout": a["layout"] + 1},
    "a table that is not there": _without("letter_norm"),
    "a model from before rows were counted": _without("rows"),
    "a history fewer": lambda a: {**a, "stack": a["stack"][:-2]},
    "a kind fewer": lambda a: {**a, "letter": a["letter"][:, 1:]},
    "a signal more": lambda a: {**a, "stack": np.pad(a["stack"], ((0, 1), (0, 0)))},
    "other rows": lambda a: {**a, "sentence": a["sentence"][1:]},
    "a bucket beyond the last": lambda a: {**a, "buckets": a["buckets"] + BUCKETS},
    "buckets that are no numbers of rows": lambda a: {**a, "buckets": a["buckets"] * 0.5},
    "nothing": lambda a: {},
}


@pytest.mark.parametrize("spoil", UNFIT.values(), ids=UNFIT)
def test_a_model_that_does_not_fit_the_code_is_refused_with_the_way_out(
    fitted: training.Fitted, spoil: Callable[[dict], dict]
) -> None:
    classifier = ModelClassifier(lambda: (fitted.card, spoil(fitted.arrays)))
    with pytest.raises(ModelError, match=r"another version.*mailsense train"):
        classifier.classify([Message("k", "i", "Hello", Address("", "a@b.example"), text="Hi")])


def test_the_base_model_is_built_and_its_figures_are_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fitted: training.Fitted,
    base: corpus.Corpus,
) -> None:
    monkeypatch.setattr(build, "load", lambda folder: base)
    monkeypatch.setattr(build, "train", lambda *_, **__: fitted)
    build.build(tmp_path)
    with np.load(tmp_path / "base.npz", allow_pickle=False) as stored:
        assert set(stored.files) == set(fitted.arrays)
    assert {path.name for path in tmp_path.iterdir()} == {"base.npz", "base.json"}
    told = build.figures(tmp_path)
    assert f"| all | {len(base.sentences)} | {len(base.letters)} |" in told
    assert all(f"| {kind.value} |" in told for kind in corpus.KINDS)
    assert f"{len(base.letters)} letters held out" in told
    noes = sum(letter.language == "xx" for letter in base.letters)
    assert f"\n| xx | {noes} | " in told
    alone = {"en": {"messages": 1, "accuracy": 1.0, "tag_accuracy": 1.0, "unsure": 0.0}}
    assert list(build._by_language(alone)) == [], "one language alone is all there is"


def test_a_letter_its_variant_and_its_family_share_a_fold(base: corpus.Corpus) -> None:
    first = base.letters[0]
    twin = dataclasses.replace(first, id="twin")
    pair = corpus.Corpus(base.sentences, (first, twin, *base.letters[1:]))
    gathered = samples.gather(pair, folds=4, seed=0)
    assert len(set(gathered.letter.folds[:4])) == 1


def test_an_answer_must_be_the_surer_the_more_a_mistake_costs() -> None:
    limit = Thresholds()
    least = {kind: limit.least(kind) for kind in corpus.KINDS}
    assert least[Kind.REJECTION] == least[Kind.INTERVIEW]
    assert least[Kind.REJECTION] > least[Kind.FEEDBACK] > least[Kind.ACKNOWLEDGEMENT]
    assert from_card(as_metrics(limit)).kinds == pytest.approx(least, abs=1e-4)
    assert from_card({}).least(Kind.OFFER) == limit.least(Kind.OFFER)


def test_a_letter_is_called_by_its_likeliest_kind_or_unsure() -> None:
    sure, even, hidden = np.full((3, len(corpus.KINDS)), 0.01)
    sure[corpus.KINDS.index(Kind.REJECTION)] = 0.91
    even[[corpus.KINDS.index(kind) for kind in (Kind.REJECTION, Kind.FEEDBACK)]] = 0.46
    hidden[corpus.KINDS.index(Kind.OTHER)] = 0.55
    hidden[corpus.KINDS.index(Kind.TASK)] = 0.37
    found = decisions(np.stack([sure, even, hidden]), Thresholds())
    assert [verdict.kind for verdict in found] == [Kind.REJECTION, Kind.UNSURE, Kind.UNSURE]
    guessed = [verdict.runner_up for verdict in found]
    assert guessed == [Kind.REJECTION, Kind.REJECTION, Kind.OTHER]


GOOD_SENTENCE = {"text": "It's a no.", "kind": "rejection", "reason": "not-selected"}
GOOD_LETTER = {"id": "a", "family": "a", "kind": "rejection", "also": [], "reason": None,
               "stage": None, "from": "Jo <jo@x.example>", "subject": "Hi", "body": "No.\nSorry.",
               "decisive": ["No."]}  # fmt: skip


def _corpus(folder: Path, sentences: list[object], letters: list[object]) -> Path:
    (folder / "en" / "messages").mkdir(parents=True)
    (folder / "en" / "sentences.jsonl").write_text("\n".join(map(json.dumps, sentences)))
    (folder / "en" / "messages" / "a.jsonl").write_text("\n".join(map(json.dumps, letters)))
    return folder


@pytest.mark.parametrize(
    ("header", "name", "email"),
    [
        ("Jo <jo@x.example>", "Jo", "jo@x.example"),
        ("Desk @ the clinic <desk@x.example>", "Desk @ the clinic", "desk@x.example"),
        ('"Marsh, Jo" <jo@x.example>', "Marsh, Jo", "jo@x.example"),
        ("jo@x.example", "", "jo@x.example"),
        ("", "", ""),
    ],
)
def test_a_from_line_is_an_address(header: str, name: str, email: str) -> None:
    assert address(header) == Address(name, email)


def test_a_corpus_is_read(tmp_path: Path) -> None:
    found = corpus.load(_corpus(tmp_path, [GOOD_SENTENCE], [GOOD_LETTER]))
    no = corpus.Sentence("It's a no.", Kind.REJECTION, Reason.NOT_SELECTED, language="en")
    assert found.sentences == (no,)
    assert found.languages == {"en": {"sentences": 1, "letters": 1}}
    (letter,) = found.letters
    assert letter.address == Address("Jo", "jo@x.example")
    assert letter.decisive == ("No.",)
    assert letter.quoted == ""


def test_what_a_letter_answers_is_read_and_counts_in_the_digest(tmp_path: Path) -> None:
    quoted = "Dear Jo,\n\nI would like to apply."
    made = _corpus(tmp_path, [], [GOOD_LETTER, {**GOOD_LETTER, "id": "b", "quoted": quoted}])
    found = corpus.load(made)
    assert [letter.quoted for letter in found.letters] == ["", quoted]
    bare = tuple(dataclasses.replace(letter, quoted="") for letter in found.letters)
    assert corpus.Corpus((), bare).digest != found.digest


def test_a_formula_counts_as_often_as_it_says(tmp_path: Path) -> None:
    more = {"text": "We chose another.", "often": 4}
    once = corpus.load(
        _corpus(tmp_path / "a", [GOOD_SENTENCE | {"text": more["text"]}], [GOOD_LETTER])
    )
    often = corpus.load(_corpus(tmp_path / "b", [GOOD_SENTENCE | more], [GOOD_LETTER]))
    assert often.sentences[0].often == 4
    assert once.digest != often.digest
    plain, weighed = (samples.gather(base, folds=1, seed=0) for base in (once, often))
    assert (weighed.sentence.weights / plain.sentence.weights).tolist()[0] == 4
    assert set((weighed.sentence.weights / plain.sentence.weights).tolist()[1:]) == {1}


MALFORMED = [
    ([{**GOOD_SENTENCE, "kind": "spam"}], [], "sentences.jsonl:1: unknown kind 'spam'"),
    ([{**GOOD_SENTENCE, "reason": "luck"}], [], "sentences.jsonl:1: unknown reason 'luck'"),
    ([{**GOOD_SENTENCE, "kind": "other"}], [], "a reason belongs to a rejection"),
    ([{"kind": "other"}], [], "sentences.jsonl:1: text must be"),
    ([{**GOOD_SENTENCE, "often": 0}], [], "sentences.jsonl:1: often must be a number from 1 to"),
    ([{**GOOD_SENTENCE, "often": 99}], [], "sentences.jsonl:1: often must be a number from 1 to"),
    ([{**GOOD_SENTENCE, "often": True}], [], "sentences.jsonl:1: often must be a number from 1 to"),
    ([GOOD_SENTENCE, GOOD_SENTENCE], [], "sentences.jsonl:2: this sentence is there already"),
    (["x"], [], "sentences.jsonl:1: not an object"),
    ([], [GOOD_LETTER, GOOD_LETTER], "a.jsonl:2: the id 'a' is there already"),
    ([], [{**GOOD_LETTER, "decisive": ["Yes."]}], "a.jsonl:1: neither in body nor subject"),
    ([], [{**GOOD_LETTER, "stage": "final"}], "a.jsonl:1: unknown stage 'final'"),
    ([], [{**GOOD_LETTER, "also": "task"}], "a.jsonl:1: decisive and also must be lists"),
    ([], [{**GOOD_LETTER, "body": ""}], "a.jsonl:1: body must be"),
    ([], [{**GOOD_LETTER, "kind": "unsure"}], "a.jsonl:1: unknown kind 'unsure'"),
    ([], [{**GOOD_LETTER, "quoted": ["Hi"]}], "a.jsonl:1: quoted must be a text"),
    ([], [{**GOOD_LETTER, "quoted": None}], "a.jsonl:1: quoted must be a text"),
    ([], [{**GOOD_LETTER, "quoted": "No!", "decisive": ["No!"]}], "neither in body nor subject"),
]


@pytest.mark.parametrize(("sentences", "letters", "said"), MALFORMED)
def test_a_malformed_record_is_named_with_file_and_line(
    tmp_path: Path, sentences: list[object], letters: list[object], said: str
) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        corpus.load(_corpus(tmp_path, sentences, letters))


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    folder = _corpus(tmp_path, [GOOD_SENTENCE], [])
    (folder / "en" / "sentences.jsonl").write_text("\n{")
    with pytest.raises(ValueError, match=r"sentences\.jsonl:2: not JSON"):
        corpus.load(folder)


def test_the_digest_of_a_corpus_knows_content_and_no_order(base: corpus.Corpus) -> None:
    turned = corpus.Corpus(base.sentences[::-1], base.letters[::-1])
    assert turned.digest == base.digest
    assert corpus.Corpus(base.sentences[1:], base.letters).digest != base.digest
