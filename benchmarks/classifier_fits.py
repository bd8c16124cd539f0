"""The linear models that are compared: what is tried of each, and one fit.

Decides which estimators there are.  The linear SVM is the shipped ``fitting.fit``, once as free
and as loud as shipped and once as chosen.  Beside it stand the usual ones on such features, all
scikit-learn's: logistic regression, complement naive Bayes, and the two added up.  Refuses to know
which rows are held out.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mailsense.classify import fitting, training
from mailsense.classify.corpus import KINDS
from mailsense.classify.features import Array
from mailsense.classify.model import COLUMNS

ESTIMATORS = ("linear", "bayes", "both", "hinge", "shipped")
PARTS = ("sentence", "letter")
AS_SHIPPED = {"sentence": (training.SENTENCE_C,), "letter": (training.LETTER_C,)}
"""The settings of "shipped": nothing to choose."""
_FIT = {"linear": "both", "shipped": "hinge"}
"""Estimators that come of another's fit."""
PASSES = 10
"""Of the regression. With fewer, a high strength is not reached yet; more change little."""
ADDED = 1.5
"""How much of complement naive Bayes is added to the regression's weights in "both"."""
SMOOTHING = 0.1
"""That of the naive Bayes in "both"."""

Choice = tuple[float, float]
"""A setting of the estimator, and the loudness."""


@dataclass(frozen=True)
class Grid:
    """What is tried: for each estimator its settings, by part; passes of the regression."""

    settings: Mapping[str, Mapping[str, Sequence[float]]]
    passes: int = PASSES

    @classmethod
    def of(cls, passes: int = PASSES, **settings: Sequence[float]) -> Grid:
        """Given settings by estimator, return a grid with the same ones for both parts."""
        return cls({name: dict.fromkeys(PARTS, of) for name, of in settings.items()}, passes)

    def fits(self, part: str) -> list[tuple[str, float]]:
        """Return the (estimator to fit, setting) of a part, each once: some share one fit."""
        wanted = [
            (_FIT.get(name, name), setting)
            for name, of in self.settings.items()
            for setting in of[part]
        ]
        return list(dict.fromkeys(wanted))


class Weights(NamedTuple):
    """A linear model over hashed rows."""

    scale: fitting.Scale
    table: Array
    bias: Array

    def __call__(self, counts: Any) -> Array:
        """Return the scores of each row."""
        found = self.scale(counts).astype(np.float32) @ self.table
        return np.asarray(found + self.bias, dtype=np.float32)


def fit(
    of: Any, part: str, use: Array, estimator: str, setting: float, passes: int
) -> dict[str, Weights]:
    """Given rows and which to use, return fitted weights by the names of their estimators.

    "hinge" is the shipped fit before it is made loud, and yields "shipped" too, which is made as
    loud as shipped; "both" yields "linear" too, the same without naive Bayes.
    """
    counts, labels, weights = of.counts[use], of.labels[use], of.weights[use]
    rare = fitting.RARE if part == "sentence" else fitting.RARE_IN_LETTERS
    classes = COLUMNS if part == "sentence" else len(KINDS)
    scale = fitting.scale(counts, rare)
    if estimator == "hinge":
        found = fitting.fit(counts, labels, weights, classes, setting, scale)
        table = (found.weights / fitting.LOUDNESS).astype(np.float32)
        margins = Weights(scale, table, found.bias / fitting.LOUDNESS)
        return {"hinge": margins, "shipped": margins}
    scaled = scale(counts).astype(np.float32)
    present = np.unique(labels)

    def made(told: Array, begin: Array | float) -> Weights:
        table = np.zeros((scaled.shape[1], classes), dtype=np.float32)
        bias = np.full(classes, -20.0)
        table[:, present] = told.T
        bias[present] = begin
        return Weights(scale, table, bias)

    if estimator == "bayes":
        return {"bayes": made(_bayes(scaled, labels, weights, setting), 0.0)}
    told, begin = _regression(scaled, labels, weights, setting, passes)
    added = ADDED * _bayes(scaled, labels, weights, SMOOTHING)
    return {"both": made(told + added, begin), "linear": made(told, begin)}


def _bayes(scaled: Any, labels: Array, weights: Array, smoothing: float) -> Array:
    """Return complement naive Bayes' weights (classes x features), less their mean."""
    from sklearn.naive_bayes import ComplementNB

    told = ComplementNB(alpha=smoothing).fit(scaled, labels, sample_weight=weights)
    return np.asarray(told.feature_log_prob_ - told.feature_log_prob_.mean(axis=0))


def _regression(
    scaled: Any, labels: Array, weights: Array, strength: float, passes: int
) -> tuple[Array, Array]:
    """Return the weights (classes x features) and bias of a multinomial logistic regression.

    By SAGA (Defazio et al., 2014), for which a few passes over so many rows are enough.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    mean = float(weights.mean())
    model = LogisticRegression(
        C=strength * mean, solver="saga", max_iter=passes, tol=fitting.TOLERANCE, random_state=0
    )
    with warnings.catch_warnings():  # of passes left over
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(scaled, labels, sample_weight=weights / mean)
    if len(model.classes_) > 2:
        return model.coef_, model.intercept_
    halves = (np.concatenate([-of, of]) / 2 for of in (model.coef_, model.intercept_))
    return next(halves), next(halves)
