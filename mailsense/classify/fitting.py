"""One linear model over hashed rows: how counts are scaled, how it is fitted, how it is stored.

Decides the estimator: a linear support vector machine with squared hinge loss (Fan et al.,
"LIBLINEAR", 2008), one class against the rest, which reads strangers better than a logistic
regression or naive Bayes does (docs/classifier.md).  Refuses to know what the classes mean and
which rows are held out.  scikit-learn is imported here, when something is fitted, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mailsense.classify.features import BUCKETS, WORDS, Array

CHAR_SCALE = 0.5
"""Letters within words are many and alike: each counts half as much as a word."""
RARE = 4
"""A bucket met in fewer rows is left out: it cannot teach and costs space."""
RARE_IN_LETTERS = 5
"""The same for whole letters, which are long: many of their pairs are met but now and then."""
UNSEEN = 20.0
"""What a word never met adds to the squared length of a row: strange words mean less surety."""
TOLERANCE = 1e-2
"""A pass that changes no weight by more than this share of the largest is the last one."""
MAX_PASSES = 300
LOUDNESS = 4.0
"""What margins are multiplied by, so that a softmax over them is about as sure as it is right."""


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
    """One fitted linear model over hashed rows: weights (kept x classes) and bias."""

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


def solver(strength: float) -> Any:
    """Given how freely weights may grow, return the estimator that ``fit`` fits."""
    from sklearn.svm import LinearSVC

    return LinearSVC(C=strength, tol=TOLERANCE, max_iter=MAX_PASSES, random_state=0)


def fit(
    counts: Any, labels: Array, weights: Array, classes: int, strength: float, scaling: Scale
) -> Linear:
    """Given rows with class numbers and weights, return the fitted model.

    A class that no row bears keeps weight 0 and a bias that never wins.  The same rows give the
    same weights, if nothing else is fitted in this process meanwhile: LIBLINEAR draws its order
    of rows from one source for all threads.
    """
    scaled = scaling(counts).astype(np.float32)
    present = np.unique(labels)
    model = solver(strength).fit(scaled, labels, sample_weight=weights / weights.mean())
    coefficients, intercept = LOUDNESS * model.coef_, LOUDNESS * model.intercept_
    if len(present) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    full = np.zeros((len(scaling.kept), classes))
    bias = np.full(classes, -20.0)
    full[:, present] = coefficients.T
    bias[present] = intercept
    return Linear(scaling, full, bias)
