"""The linear models that are compared: what is tried of each, and one fit.

Decides which estimators there are.  The sum of regression and naive Bayes is the shipped
``fitting.fit``; the regression alone is that without its naive Bayes.  The linear SVM (squared
hinge, one kind against the rest) is the usual third in this field.  Refuses to know which rows
are held out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from mailsense.classify import fitting
from mailsense.classify.corpus import KINDS
from mailsense.classify.features import Array
from mailsense.classify.model import COLUMNS

ESTIMATORS = ("linear", "bayes", "both", "hinge")
PARTS = ("sentence", "letter")
PASSES = 10
"""Of the regression: half the shipped most. With fewer, a high strength is not reached yet."""

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
        """Return the (estimator to fit, setting) of a part, each once: both share one fit."""
        wanted = [
            ("both" if name == "linear" else name, setting)
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

    "both" is the shipped fit, and yields "linear" too: the same without naive Bayes.
    """
    counts, labels, weights = of.counts[use], of.labels[use], of.weights[use]
    rare = fitting.RARE if part == "sentence" else fitting.RARE_IN_LETTERS
    classes = COLUMNS if part == "sentence" else len(KINDS)
    scale = fitting.scale(counts, rare)
    scaled = scale(counts).astype(np.float32)
    if estimator == "both":
        found = fitting.fit(counts, labels, weights, classes, setting, scale, passes)
        plain = np.array(found.weights)
        present = np.unique(labels)
        if len(present) > 2:
            plain[:, present] -= fitting.BAYES * fitting.bayes(scaled, labels, weights).T
        return {
            "both": Weights(scale, found.weights.astype(np.float32), found.bias),
            "linear": Weights(scale, plain.astype(np.float32), found.bias),
        }
    made = _bayes(setting) if estimator == "bayes" else _margin(setting)
    made.fit(scaled, labels, sample_weight=weights / weights.mean())
    told = made.feature_log_prob_ if estimator == "bayes" else made.coef_
    if estimator == "bayes":
        told = told - told.mean(axis=0)
    table = np.zeros((scaled.shape[1], classes), dtype=np.float32)
    bias = np.full(classes, -20.0)
    table[:, made.classes_] = told.T
    bias[made.classes_] = 0.0 if estimator == "bayes" else made.intercept_
    return {estimator: Weights(scale, table, bias)}


def _bayes(smoothing: float) -> Any:
    from sklearn.naive_bayes import ComplementNB

    return ComplementNB(alpha=smoothing)


def _margin(strength: float) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=strength, loss="squared_hinge", tol=1e-2, max_iter=60, random_state=0)
