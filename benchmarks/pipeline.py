"""The shipped weights inside scikit-learn's own pipeline: what the walk is held against.

Decides how the stored arrays become an estimator of scikit-learn's.  The answers must be those of
``mailsense.classify.model`` (``tests/test_walk.py``); ``speed`` asks what each of them costs.
Refuses to know where the arrays lie.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from mailsense.classify.corpus import KINDS
from mailsense.classify.features import BUCKETS, WORDS
from mailsense.classify.letters import of_message
from mailsense.classify.model import COLUMNS, rows
from mailsense.domain import Message


def pipeline(arrays: Mapping[str, Any], name: str, columns: int) -> Pipeline:
    """Given a model's arrays and which part, "sentence" or "letter", return it as a pipeline.

    Counts in every bucket → rows of length one → scikit-learn's own linear model, whose softmax
    is a logistic regression's, however the weights were found.  They lie bucket by bucket, so that
    no prediction has to turn the whole table around first.
    """
    stored = arrays["buckets"]
    norm = np.empty(BUCKETS)
    norm[:WORDS], norm[WORDS:] = arrays["unseen"]
    norm[stored] = arrays[f"{name}_norm"]
    found = LogisticRegression()
    found.classes_ = np.arange(columns)
    found.coef_ = np.zeros((columns, BUCKETS), dtype=np.float64, order="F")
    found.coef_[:, stored] = arrays[name].T
    found.intercept_ = arrays[f"{name}_bias"].astype(np.float64)

    def scaled(counts: Any) -> Any:
        from scipy.sparse import diags

        return diags(1 / np.sqrt(counts @ norm)) @ counts

    return Pipeline([("scale", FunctionTransformer(scaled)), ("regression", found)])


def judge(arrays: Mapping[str, Any]) -> Callable[[Sequence[Message]], tuple[Any, Any]]:
    """Given a model's arrays, return what makes both models' probabilities of messages.

    Of their sentences, and of the messages with their histories behind them.  The features are
    made as mailsense makes them.  There is no stack behind the two models, no threshold and no
    evidence, so this does less work than ``ModelClassifier`` does.
    """
    sentence = pipeline(arrays, "sentence", COLUMNS)
    whole = pipeline(arrays, "letter", len(KINDS))

    def judged(messages: Sequence[Message]) -> tuple[Any, Any]:
        found = rows([of_message(message) for message in messages])
        return (
            sentence.predict_proba(found.bag.matrix()),
            whole.predict_proba(found.letters.matrix()),
        )

    return judged
