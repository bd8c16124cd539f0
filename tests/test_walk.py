"""The walk over plain arrays answers as scikit-learn does with the same weights."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.pipeline import pipeline
from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus, stacking
from mailsense.classify.corpus import KINDS
from mailsense.classify.letters import of_message
from mailsense.classify.model import CLIP, COLUMNS, SIGNALS, Model, rows, signals, softmax
from mailsense.resources import shipped

PART = 500
"""Letters at a time."""


def test_the_whole_corpus_is_judged_as_by_the_pipeline_of_scikit_learn() -> None:
    _, arrays = load_base()
    model = Model(arrays)
    sentence = pipeline(arrays, "sentence", COLUMNS)
    whole = pipeline(arrays, "letter", len(KINDS))
    written = corpus.load(shipped("models") / "corpus").letters
    answers = 0
    for start in range(0, len(written), PART):
        part = written[start : start + PART]
        found = rows([of_message(w.message) for w in part])
        answers += len(found.answers)
        assert len(found.letters) == len(part) + len(found.answers)
        walked, _ = model.sentence_scores(found)
        theirs = sentence.predict_proba(found.bag.matrix())
        assert np.abs(walked - theirs).max() < 1e-4
        assert (walked.argmax(axis=1) == theirs.argmax(axis=1)).all()
        walked = softmax(model.letter_scores(found))
        theirs = whole.predict_proba(found.letters.matrix())
        assert np.abs(walked - theirs).max() < 1e-4
        assert (walked.argmax(axis=1) == theirs.argmax(axis=1)).all()
    assert answers, "histories are walked too"


def _regression(arrays: dict[str, np.ndarray], seen: np.ndarray) -> np.ndarray:
    """What scikit-learn's multinomial regression says of signals with the stored coefficients."""
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = arrays["stack_mean"], arrays["stack_scale"]
    found = LogisticRegression()
    found.classes_ = np.arange(len(KINDS))
    found.coef_ = arrays["stack"].T.astype(np.float64)
    found.intercept_ = arrays["stack_bias"].astype(np.float64)
    return np.asarray(found.predict_proba(np.clip(scaler.transform(seen), -CLIP, CLIP)))


def test_what_is_answered_of_the_whole_corpus_is_a_multinomial_regression_of_scikit_learn() -> None:
    _, arrays = load_base()
    model = Model(arrays)
    letters = [of_message(w.message) for w in corpus.load(shipped("models") / "corpus").letters]
    answered: set[int] = set()
    for start in range(0, len(letters), PART):
        part = letters[start : start + PART]
        found = rows(part)
        sentence, _ = model.sentence_scores(found)
        seen = signals(found, sentence, model.letter_scores(found))
        assert seen.shape == (len(part), SIGNALS)
        theirs = _regression(arrays, seen)
        answered.update(theirs.argmax(axis=1).tolist())
        read = np.stack([reading.kinds for reading in model.read(part)])
        for ours in (softmax(model.stacked(seen)), read, stacking.judged(arrays, seen)):
            assert np.abs(ours - theirs).max() < 1e-6
    assert len(answered) == len(KINDS)


def test_a_signal_stranger_than_any_in_training_counts_no_more_than_the_strangest() -> None:
    _, arrays = load_base()
    chance = np.random.default_rng(0).normal(size=(50, SIGNALS))
    seen = arrays["stack_mean"] + 4 * CLIP * chance * arrays["stack_scale"]
    theirs = _regression(arrays, seen)
    for ours in (softmax(Model(arrays).stacked(seen)), stacking.judged(arrays, seen)):
        assert np.abs(ours - theirs).max() < 1e-6
