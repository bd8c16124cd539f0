"""The walk over plain arrays answers as scikit-learn does with the same weights."""

from __future__ import annotations

import numpy as np

from benchmarks.pipeline import pipeline
from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus
from mailsense.classify.corpus import KINDS
from mailsense.classify.letters import letter
from mailsense.classify.model import COLUMNS, Model, rows, softmax
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
        found = rows([letter(w.subject, w.address, w.body, quoted=w.quoted) for w in part])
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
