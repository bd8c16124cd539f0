"""One regression over hashed rows: how counts are scaled, how it is fitted, how it is stored.

Decides the solver: SAGA (Defazio et al., 2014), which needs some twenty passes over the rows
where L-BFGS takes seventy, and lets go of the interpreter, so that fits run side by side in
threads.  Refuses to know what the classes mean and which rows are held out.  scikit-learn is
imported inside ``fit`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from mailsense.classify.features import BUCKETS, WORDS, Array

CHAR_SCALE = 0.5
"""Letters within words are many and alike: each counts half as much as a word."""
RARE = 2
"""A bucket met in fewer rows is left out: it cannot teach and costs space."""
RARE_IN_LETTERS = 3
"""The same for whole letters, which are long: most of their pairs are met once."""
UNSEEN = 20.0
"""What a word never met adds to the squared length of a row: strange words mean less surety."""
TOLERANCE = 1e-2
"""A pass that changes no weight by more than this share of the largest is the last one."""
MAX_PASSES = 20
"""More change nothing that can be measured on people who were not heard."""
STEADY = 3.0
"""A row that weighs more than so many mean ones is shown as several lighter ones: SAGA's step
is sized for rows that weigh about 1, and one very heavy row could make it swing."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How counts become values: a factor for each bucket, 0 where it was too rare."""

    factor: Array
    rare: Array
    """What a bucket met too rarely, or never, adds to the squared length of a row."""

    @property
    def squared(self) -> Array:
        """What each bucket adds to the squared length of a row."""
        return np.where(self.factor > 0, self.factor**2, self.rare)

    @property
    def kept(self) -> Array:
        """The buckets that have a value."""
        return np.flatnonzero(self.factor)

    def __call__(self, counts: Any) -> Any:
        """Given a CSR matrix of counts, return the scaled rows over the kept buckets."""
        from scipy.sparse import diags

        length = np.sqrt(np.maximum(counts @ self.squared, 1e-9))
        return (diags(1 / length) @ counts @ diags(self.factor)).tocsr()[:, self.kept]


def scale(counts: Any, rare: int = RARE) -> Scale:
    """Given a CSR matrix of counts, return inverse document frequencies, letters at half.

    A bucket met in fewer than ``rare`` rows has none.
    """
    met = np.bincount(counts.indices, minlength=BUCKETS)
    factor = np.log((1 + counts.shape[0]) / (1 + met)) + 1
    factor[WORDS:] *= CHAR_SCALE
    factor[met < rare] = 0.0
    strange = np.full(BUCKETS, UNSEEN, dtype=np.float64)
    strange[WORDS:] *= CHAR_SCALE**2
    return Scale(factor.astype(np.float16).astype(np.float64), strange)


@dataclass(frozen=True, slots=True)
class Linear:
    """One fitted logistic regression over hashed rows: weights (kept x classes) and bias."""

    scale: Scale
    weights: Array
    bias: Array

    def table(self) -> Array:
        """Return buckets x (classes + 1): the folded weights, last the squared scale."""
        kept = self.scale.kept
        full = np.zeros((BUCKETS, self.weights.shape[1] + 1), dtype=np.float32)
        full[kept, :-1] = self.weights * self.scale.factor[kept, None]
        full[:, -1] = self.scale.squared
        return full


@dataclass(frozen=True, slots=True)
class Start:
    """A fitted model as it is stored: folded weights (buckets x classes) and bias.

    ``rows`` tells which of the rows at hand it was fitted to.
    """

    folded: Array
    bias: Array
    rows: Array


def stored(arrays: Mapping[str, Array], name: str, rows: Array) -> Start:
    """Given a model's arrays (see ``model``), which of its parts and its rows, return a start."""
    folded = np.zeros((BUCKETS, arrays[name].shape[1]), dtype=np.float32)
    folded[arrays["buckets"]] = arrays[name]
    return Start(folded, arrays[f"{name}_bias"].astype(np.float64), rows)


def solver(strength: float, passes: int | None = None) -> Any:
    """Given how freely weights may grow, return the estimator that ``fit`` fits."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=strength, solver="saga", max_iter=passes or MAX_PASSES, tol=TOLERANCE, random_state=0
    )


BAYES = 1.5
"""How much of complement naive Bayes is added to the regression's weights."""
SMOOTHING = 0.1


def bayes(rows: Any, labels: Array, weights: Array) -> Array:
    """Given scaled rows, return complement naive Bayes' weights (classes x features).

    Rennie et al., "Tackling the Poor Assumptions of Naive Bayes Text Classifiers" (2003).
    Their mean over the classes is taken off: it decides nothing.
    """
    from sklearn.naive_bayes import ComplementNB

    found = ComplementNB(alpha=SMOOTHING).fit(rows, labels, sample_weight=weights)
    told = found.feature_log_prob_
    return np.asarray(told - told.mean(axis=0))


def _regression(start: Start, scaling: Scale, scaled: Any, labels: Array, weights: Array) -> Array:
    """Return the regression's part of a start (classes x kept): without its naive Bayes.

    That is of the rows it was fitted to; what it never met begins at 0.
    """
    known = start.folded[scaling.kept]
    old = BAYES * bayes(scaled[start.rows], labels[start.rows], weights[start.rows])
    found = (known / scaling.factor[scaling.kept, None]).T - old
    found[:, ~known.any(axis=1)] = 0.0
    return np.asarray(found)


def fit(
    counts: Any,
    labels: Array,
    weights: Array,
    classes: int,
    strength: float,
    scaling: Scale,
    passes: int | None = None,
    start: Start | None = None,
) -> Linear:
    """Given rows with class numbers and weights, return the fitted regression.

    ``start`` is one that was fitted to most of these rows: a few passes from there bring it to
    where many passes from nothing end.

    Complement naive Bayes is added to it: both are linear, one learns from what tells kinds
    apart, the other from all that is said, and together they read strangers better.

    A class that no row bears keeps weight 0 and a bias that never wins.  The same rows give
    the same weights, whatever else runs at the time.
    """
    mean = float(weights.mean())
    times = np.maximum(1, np.ceil(weights / (mean * STEADY))).astype(np.int64)
    shown = np.repeat(np.arange(len(weights)), times)
    scaled = scaling(counts).astype(np.float32)
    present = np.unique(labels)
    added = BAYES * bayes(scaled, labels, weights) if len(present) > 2 else 0.0
    model = solver(strength * mean, passes)
    if start is not None and len(present) == classes:
        model.set_params(warm_start=True)
        model.classes_, model.intercept_ = present, start.bias
        model.coef_ = _regression(start, scaling, scaled, labels, weights)
    model.fit(scaled[shown], labels[shown], sample_weight=(weights / times / mean)[shown])
    coefficients, intercept = model.coef_, model.intercept_
    if len(present) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    full = np.zeros((len(scaling.kept), classes))
    bias = np.full(classes, -20.0)
    full[:, present] = (coefficients + added).T
    bias[present] = intercept
    return Linear(scaling, full, bias)
