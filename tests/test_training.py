"""Training: the corpus, the user's labels, and that the arrays are the fitted model."""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from sklearn.naive_bayes import ComplementNB

from mailsense.classify import build, corpus, features, fitting, held, samples, training, variation
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.features import bag
from mailsense.classify.letters import address
from mailsense.classify.model import COLUMNS, NEUTRAL, SIGNALS, Model, linear, rows, softmax
from mailsense.classify.stacking import fit_stack
from mailsense.classify.thresholds import Thresholds, as_metrics, from_card
from mailsense.classify.tokens import tokens
from mailsense.domain import Address, Example, Facts, Kind, Message, Reason, Stage
from mailsense.errors import ModelError
from mailsense.resources import shipped

NOW = datetime(2026, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.filterwarnings("ignore:The max_iter was reached")


@pytest.fixture(scope="module")
def base() -> corpus.Corpus:
    """A sixteenth of the shipped corpus: quick to train on, every kind in it."""
    whole = corpus.load(shipped("models") / "corpus")
    return corpus.Corpus(whole.sentences[::16], whole.letters[::16])


@pytest.fixture(autouse=True)
def _few_composed_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variation, "LETTERS_OF_A_KIND", 8)
    monkeypatch.setattr(variation, "LETTERS_OF_LIFE", 25)


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    """The progress that was told while ``fitted`` was made."""
    return []


@pytest.fixture(scope="module")
def fitted(base: corpus.Corpus, told: list[tuple[int, int]]) -> training.Fitted:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variation, "LETTERS_OF_A_KIND", 8)
        patch.setattr(variation, "LETTERS_OF_LIFE", 25)
        return training.train(base, [], progress=lambda d, n: told.append((d, n)))


@pytest.fixture(scope="module")
def trained(fitted: training.Fitted, told: list[tuple[int, int]]) -> tuple[dict, object, list]:
    return fitted.arrays, fitted.card, told


def example(key: str, subject: str, text: str, kind: Kind, **more: object) -> Example:
    sender = Address("", f"news@{key}.example")
    return Example(key, subject, sender, text, Facts(), kind, NOW, **more)  # type: ignore[arg-type]


def test_the_card_tells_what_the_model_was_made_of(trained: tuple, base: corpus.Corpus) -> None:
    _, card, _ = trained
    assert card.metrics["corpus"] == base.digest
    assert card.digest == training.digest([])
    assert (card.examples, card.created, card.checksum) == (0, "", "")
    assert card.labels == tuple(kind.value for kind in corpus.KINDS)
    assert set(card.libraries) == {"numpy", "scikit-learn"}


def test_progress_is_told_to_the_end(trained: tuple) -> None:
    _, _, steps = trained
    assert [done for done, _ in steps] == list(range(1, len(steps) + 1))
    assert steps[-1][0] == steps[-1][1]


def test_the_day_is_told_by_the_caller(trained: tuple, base: corpus.Corpus) -> None:
    _, card, _ = trained
    told = training._card(base, [], "2026-03-01", card.metrics)
    assert told == dataclasses.replace(card, created="2026-03-01")


def test_the_same_seed_gives_the_same_arrays_whatever_runs_at_a_time(
    trained: tuple, base: corpus.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays, card, _ = trained
    monkeypatch.setattr(training, "JOBS", 1)
    again, same, _ = training.train(base, [])
    assert same == card
    assert set(again) == set(arrays)
    assert all(np.array_equal(again[name], arrays[name]) for name in arrays)


def test_the_arrays_are_plain_numbers(trained: tuple) -> None:
    assert all(value.dtype.kind in "fi" for value in trained[0].values())


def test_the_walk_gives_the_labels_of_scikit_learn(base: corpus.Corpus) -> None:
    gathered = samples.gather(base, [], folds=4, seed=0)
    counts, labels = gathered.sentence.counts, gathered.sentence.labels
    scaling = fitting.scale(counts)
    same = np.ones(len(labels))
    found = fitting.fit(counts, labels, same, COLUMNS, training.SENTENCE_C, scaling)
    regression, bayes = fitting.solver(training.SENTENCE_C), ComplementNB(alpha=fitting.SMOOTHING)
    rows = scaling(counts).astype(np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        regression.fit(rows, labels, sample_weight=same)
    bayes.fit(rows, labels)
    said = bag([tokens(sentence.text) for sentence in base.sentences])
    asked = scaling(said.matrix()).astype(np.float32)
    told = regression.decision_function(asked)
    told = told + fitting.BAYES * (asked @ bayes.feature_log_prob_.T)
    walked = linear(said, found.table(), found.bias)
    assert (walked.argmax(axis=1) == told.argmax(axis=1)).mean() > 0.999
    assert np.abs(softmax(walked) - softmax(np.asarray(told))).max() < 0.01


def test_the_solver_comes_to_where_a_slow_exact_one_does(
    base: corpus.Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sklearn.linear_model import LogisticRegression

    gathered = samples.gather(base, [], folds=4, seed=0)
    counts, labels = gathered.sentence.counts[::6], gathered.sentence.labels[::6]
    weights, scaling = gathered.sentence.weights[::6], fitting.scale(counts)
    monkeypatch.setattr(fitting, "BAYES", 0.0)
    found = fitting.fit(counts, labels, weights, COLUMNS, training.SENTENCE_C, scaling)
    scaled = scaling(counts)
    exact = LogisticRegression(C=training.SENTENCE_C, max_iter=200, tol=1e-3)
    exact.fit(scaled, labels, sample_weight=weights)

    def cost(coefficients: np.ndarray, bias: np.ndarray) -> float:
        chance = softmax(scaled @ coefficients + bias)[np.arange(len(labels)), labels]
        rigour = (coefficients**2).sum() / (2 * training.SENTENCE_C)
        return float(rigour - (weights * np.log(chance)).sum())

    best = cost(exact.coef_.T, exact.intercept_)
    assert cost(found.weights, found.bias) == pytest.approx(best, rel=0.05)
    assert cost(found.weights * 0, found.bias * 0) > 1.5 * best


def test_a_fit_begins_where_the_base_ended_and_its_new_words_at_nothing() -> None:
    old = [*(f"we regret number {n}" for n in range(9)), *(f"come by at {n}" for n in range(9)),
           *(f"soup and bread for {n}" for n in range(9))]  # fmt: skip
    said = [0] * 9 + [1] * 9 + [2] * 9
    new = ["zyzzyva regret", "zyzzyva regret too"]
    counts = bag([tokens(text) for text in (*old, *new)]).matrix()
    labels, weights = np.asarray([*said, 1, 1]), np.ones(29)
    rows = np.arange(29) < 27
    scaling = fitting.scale(counts)
    base = fitting.fit(counts[rows], labels[rows], weights[rows], 3, 30.0, scaling)
    start = fitting.Start(base.table()[:, :-1], base.bias, rows)
    scaled = scaling(counts)
    found = fitting._regression(start, scaling, scaled, labels, weights)
    bayes = fitting.BAYES * fitting.bayes(scaled[rows], labels[rows], weights[rows])
    met = np.asarray(abs(counts[rows][:, scaling.kept]).sum(axis=0)).ravel() > 0
    assert found[:, met] + bayes[:, met] == pytest.approx(base.weights[met].T, abs=1e-4)
    start.folded[scaling.kept[~met]] = 0.0  # as a stored model, which holds only what it met
    assert not fitting._regression(start, scaling, scaled, labels, weights)[:, ~met].any()
    assert (~met).any()


@pytest.mark.parametrize("heavy", [1.0, 40.0])
def test_a_very_heavy_row_is_learned_and_swings_nothing(heavy: float) -> None:
    texts = [*(f"we regret number {n}" for n in range(60)), *(f"come by at {n}" for n in range(60))]
    counts = bag([tokens(text) for text in (*texts, "the owl has flown")]).matrix()
    labels = np.asarray([0] * 60 + [1] * 60 + [2])
    weights = np.asarray([1.0] * 120 + [heavy])
    found = fitting.fit(counts, labels, weights, 3, 4.0, fitting.scale(counts))
    logits = found.scale(counts) @ found.weights + found.bias
    assert (logits[:120].argmax(axis=1) == labels[:120]).all()
    assert heavy == 1.0 or logits[120].argmax() == 2
    assert np.abs(found.weights).max() < 20


def test_the_exported_half_floats_keep_the_labels(trained: tuple, base: corpus.Corpus) -> None:
    arrays, _, _ = trained
    gathered = samples.gather(base, [], folds=training.FOLDS, seed=0)
    sentence, letter = (training.fitted(gathered, part) for part in ("sentence", "letter"))
    found = rows(gathered.letters)
    model = Model(arrays)
    exact = linear(found.bag, sentence.table(), sentence.bias)
    stored, _ = model.sentence_scores(found)
    assert (exact.argmax(axis=1) == stored.argmax(axis=1)).mean() > 0.999
    whole = linear(found.letters, letter.table(), letter.bias)
    assert (whole.argmax(axis=1) == model.letter_scores(found).argmax(axis=1)).mean() > 0.999


def test_a_model_without_a_fold_never_saw_its_rows(base: corpus.Corpus) -> None:
    gathered = samples.gather(base, [], folds=4, seed=0)
    held = gathered.letter.folds == 2
    without = training.fitted(gathered, "letter", held)
    rest = gathered.letter.counts[~held]
    assert np.array_equal(without.scale.factor, fitting.scale(rest, fitting.RARE_IN_LETTERS).factor)


def test_a_kind_is_as_likely_as_in_a_mailbox(base: corpus.Corpus) -> None:
    rows = samples.gather(base, [], folds=4, seed=0).letter
    inputs = np.random.default_rng(0).normal(size=(len(rows.labels), SIGNALS))
    letters = held.Held(inputs, rows.labels, rows.weights, rows.folds, rows.real)
    shift = held.shift_to_mailbox(letters)
    assert sum(held.MAILBOX.values()) == pytest.approx(1)
    plain = np.bincount(rows.labels, weights=rows.weights)
    share = [held.MAILBOX[kind] for kind in corpus.KINDS]
    assert np.exp(shift) * plain / plain.sum() == pytest.approx(share)
    before, after = (fit_stack(inputs, rows.labels, rows.weights, by) for by in (None, shift))
    assert after["stack_bias"] - before["stack_bias"] == pytest.approx(shift)


def test_what_one_voice_wrote_is_in_one_fold(base: corpus.Corpus) -> None:
    gathered = samples.gather(base, [], folds=4, seed=0)
    said = dict(zip((s.text for s in base.sentences), gathered.sentence.folds, strict=False))
    folds: dict[str, set[int]] = {}
    for sentence in base.sentences:
        folds.setdefault(sentence.voice, set()).add(said[sentence.text])
    assert len(folds.pop("")) == 4
    assert len(folds) > 8
    assert all(len(fold) == 1 for fold in folds.values())


def test_letters_judged_unseen_are_kept_and_read_again(
    tmp_path: Path, fitted: training.Fitted
) -> None:
    path = tmp_path / "held.npz"
    assert held.load(path) is None
    path.write_bytes(held.dump(fitted.held))
    again = held.load(path)
    assert again is not None
    assert np.array_equal(again.labels, fitted.held.labels)
    assert np.array_equal(again.folds, fitted.held.folds)
    assert again.inputs == pytest.approx(fitted.held.inputs, rel=0.01, abs=0.01)
    path.write_bytes(path.read_bytes()[:200])
    assert held.load(path) is None, "a damaged file only costs time"


def test_with_the_corpus_judged_already_labels_are_learned_alike(
    fitted: training.Fitted, base: corpus.Corpus
) -> None:
    steps: list[tuple[int, int]] = []
    labels = owls(6)
    arrays, card, _ = training.train(
        base,
        labels,
        shipped=training.Shipped(fitted.arrays, fitted.held),
        progress=lambda d, n: steps.append((d, n)),
    )
    unseen = f"Dear keeper,\n\n{PECULIAR}, I fear.\n\nThe owl"
    assert classify(arrays, card, unseen) is Kind.REJECTION
    assert steps[-1][0] == steps[-1][1] < 2 * training.FOLDS + 4
    own = card.metrics["own"]
    assert set(own) == {label.message_key for label in labels}
    assert set(own.values()) <= {"rejection", "unsure", "other"}


def test_a_label_taken_back_leaves_no_trace(fitted: training.Fitted, base: corpus.Corpus) -> None:
    all_but_one = owls(4)[:3]
    left, never = (
        training.train(base, labels, shipped=training.Shipped(fitted.arrays, fitted.held))
        for labels in (all_but_one, owls(3))
    )
    assert left[1].digest == never[1].digest != training.digest(owls(4))
    assert all(np.array_equal(left[0][name], never[0][name]) for name in left[0])


def test_the_card_tells_how_good_the_model_is_on_letters_it_did_not_see(trained: tuple) -> None:
    _, card, _ = trained
    figures = card.metrics["held_out"]
    assert figures["messages"] == card.metrics["letters"]
    assert 0.3 < figures["accuracy"] <= figures["coverage"] <= 1
    assert 0.4 < figures["guesses"] < 0.97, "not seen, or it would know nearly all"
    assert json.loads(json.dumps(card.metrics)) == card.metrics


def _without(name: str) -> Callable[[dict], dict]:
    return lambda arrays: {key: value for key, value in arrays.items() if key != name}


UNFIT = {
    "a model from before there was a layout": _without("layout"),
    "another layout": lambda a: {**a, "layout": a["layout"] + 1},
    "a table that is not there": _without("letter_norm"),
    "a kind fewer": lambda a: {**a, "letter": a["letter"][:, 1:]},
    "a signal more": lambda a: {**a, "stack": np.pad(a["stack"], ((0, 1), (0, 0)))},
    "other rows": lambda a: {**a, "sentence": a["sentence"][1:]},
    "a bucket beyond the last": lambda a: {**a, "buckets": a["buckets"] + 400_000},
    "buckets that are no numbers of rows": lambda a: {**a, "buckets": a["buckets"] * 0.5},
    "nothing": lambda a: {},
}


@pytest.mark.parametrize("spoil", UNFIT.values(), ids=UNFIT)
def test_a_model_that_does_not_fit_the_code_is_refused_with_the_way_out(
    trained: tuple, spoil: Callable[[dict], dict]
) -> None:
    arrays, card, _ = trained
    classifier = ModelClassifier(lambda: (card, spoil(arrays)))  # type: ignore[arg-type,return-value]
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
    assert held.load(tmp_path / build.HELD) is not None
    told = build.figures(tmp_path)
    assert f"| all | {len(base.sentences)} | {len(base.letters)} |" in told
    assert all(f"| {kind.value} |" in told for kind in corpus.KINDS)
    assert f"{len(base.letters)} letters held out" in told


PECULIAR = "The owl sits on the far perch of the lighthouse and looks at the tide this season"


def owls(count: int) -> list[Example]:
    return [
        example(
            f"owl{number}",
            f"Word from the owl, no. {number}",
            f"Dear keeper {number},\n\n{PECULIAR}, number {number}.\n\nThe owl",
            Kind.REJECTION,
            reason=Reason.FILLED,
        )
        for number in range(count)
    ]


def classify(arrays: dict, card: object, text: str, subject: str = "Word from the owl") -> Kind:
    classifier = ModelClassifier(lambda: (card, arrays))  # type: ignore[arg-type,return-value]
    sender = Address("", "owl@perch.example")
    (verdict,) = classifier.classify([Message("k", "i", subject, sender, text=text)])
    return verdict.kind if verdict.kind is not Kind.UNSURE else verdict.runner_up  # type: ignore[return-value]


def test_a_handful_of_labels_is_learned_and_the_base_is_not_drowned(
    trained: tuple, base: corpus.Corpus
) -> None:
    arrays, card, _ = trained
    unseen = f"Dear keeper,\n\n{PECULIAR}, I fear.\n\nThe owl"
    assert classify(arrays, card, unseen) is not Kind.REJECTION
    learned, own, _ = training.train(base, owls(5))
    assert classify(learned, own, unseen) is Kind.REJECTION
    assert own.examples == 5
    assert own.name.startswith("own-")
    plain = [written for written in base.letters if not written.also][:40]
    before, after = (
        [classify(a, c, written.body, written.subject) is written.kind for written in plain]
        for a, c in ((arrays, card), (learned, own))
    )
    assert sum(after) >= sum(before) - 3


def test_many_labels_never_outweigh_half_the_base(base: corpus.Corpus) -> None:
    few, many = (samples.gather(base, owls(count), folds=4, seed=0) for count in (3, 400))
    for gathered, count in ((few, 3), (many, 400)):
        own = gathered.letter.weights[-count:].sum()
        rest = gathered.letter.weights[:-count].sum()
        assert own <= samples.OWN_SHARE * rest + 1e-6
    assert few.letter.weights[-1] == pytest.approx(samples.OWN * samples.OWN_LETTER)


def test_of_a_labelled_letter_the_telling_sentence_teaches_the_others_that_they_decide_nothing(
    trained: tuple, base: corpus.Corpus
) -> None:
    polite, no = "Thank you for your interest in our company.", "We chose another applicant."
    label = example("a", "Your application", f"{polite}\n\n{no}", Kind.REJECTION)
    gathered = samples.gather(base, [label], folds=4, seed=0, known=Model(trained[0]))
    rows = gathered.sentence
    taught = rows.labels[rows.own].tolist()
    assert taught[-1] == samples.NUMBER[Kind.REJECTION]
    assert taught[-2] == NEUTRAL
    weights = rows.weights[rows.own]
    assert weights[-1] == weights.max() == pytest.approx(samples.OWN, rel=0.5)
    unread = samples.gather(base, [label], folds=4, seed=0).sentence
    assert set(unread.labels[unread.own]) == {samples.NUMBER[Kind.REJECTION]}


def test_a_long_letter_without_a_telling_sentence_teaches_no_more_than_a_short_one(
    trained: tuple, base: corpus.Corpus
) -> None:
    text = "\n\n".join(f"Kwel zorp number {n} vint." for n in range(60))
    label = example("a", "Zorp", text, Kind.TASK)
    rows = samples.gather(base, [label], folds=4, seed=0, known=Model(trained[0])).sentence
    mine = rows.own & (rows.labels == samples.NUMBER[Kind.TASK])
    assert rows.weights[mine].sum() <= samples.OWN * samples.FEW + 1e-6


def test_a_letter_its_variant_and_its_family_share_a_fold(base: corpus.Corpus) -> None:
    first = base.letters[0]
    twin = dataclasses.replace(first, id="twin")
    pair = corpus.Corpus(base.sentences, (first, twin, *base.letters[1:]))
    gathered = samples.gather(pair, [], folds=4, seed=0)
    assert len(set(gathered.letter.folds[:4])) == 1


def test_an_unsure_label_teaches_nothing(base: corpus.Corpus) -> None:
    with_it = samples.gather(base, [example("a", "x", "y", Kind.UNSURE)], folds=4, seed=0)
    assert len(with_it.letters) == len(samples.gather(base, [], folds=4, seed=0).letters)


def test_the_digest_knows_every_label_and_no_order() -> None:
    one, two = owls(2)
    assert training.digest([one, two]) == training.digest([two, one])
    changes = [
        {"kind": Kind.OTHER}, {"reason": None}, {"stage": Stage.OFFER}, {"text": "x"},
        {"subject": "x"}, {"weight": 2.0}, {"message_key": "x"}, {"quoted": "x"},
    ]  # fmt: skip
    for change in changes:
        changed = dataclasses.replace(one, **change)
        assert training.digest([changed, two]) != training.digest([one, two]), change
    later = dataclasses.replace(one, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert training.digest([later, two]) == training.digest([one, two])


def test_after_a_change_of_layout_there_is_something_to_learn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = training.digest(owls(2))
    monkeypatch.setattr(features, "LAYOUT", features.LAYOUT + 1)
    assert training.digest(owls(2)) != before


def test_an_answer_must_be_the_surer_the_more_a_mistake_costs() -> None:
    limit = Thresholds()
    least = {kind: limit.least(kind) for kind in corpus.KINDS}
    assert least[Kind.REJECTION] == pytest.approx(0.5)
    assert least[Kind.REJECTION] > least[Kind.FEEDBACK] > least[Kind.ACKNOWLEDGEMENT]
    assert from_card(as_metrics(limit)).kinds == pytest.approx(least, abs=1e-4)
    assert from_card({}).least(Kind.OFFER) == limit.least(Kind.OFFER)


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


MALFORMED = [
    ([{**GOOD_SENTENCE, "kind": "spam"}], [], "sentences.jsonl:1: unknown kind 'spam'"),
    ([{**GOOD_SENTENCE, "reason": "luck"}], [], "sentences.jsonl:1: unknown reason 'luck'"),
    ([{**GOOD_SENTENCE, "kind": "other"}], [], "a reason belongs to a rejection"),
    ([{"kind": "other"}], [], "sentences.jsonl:1: text must be"),
    ([GOOD_SENTENCE, GOOD_SENTENCE], [], "sentences.jsonl:2: this sentence is there already"),
    (["x"], [], "sentences.jsonl:1: not an object"),
    ([], [GOOD_LETTER, GOOD_LETTER], "a.jsonl:2: the id 'a' is there already"),
    ([], [{**GOOD_LETTER, "decisive": ["Yes."]}], "a.jsonl:1: neither in body nor subject"),
    ([], [{**GOOD_LETTER, "stage": "final"}], "a.jsonl:1: unknown stage 'final'"),
    ([], [{**GOOD_LETTER, "also": "task"}], "a.jsonl:1: decisive and also must be lists"),
    ([], [{**GOOD_LETTER, "body": ""}], "a.jsonl:1: body must be"),
    ([], [{**GOOD_LETTER, "kind": "unsure"}], "a.jsonl:1: unknown kind 'unsure'"),
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
