"""The user's labels into shipped weights: they move as far as the labels ask, and no further.

Decides how: the most likely weights when the shipped ones are what was believed before (Chelba
and Acero, "Adaptation of Maximum Entropy Capitalizer: Little Data Can Help a Lot", 2004).  A word
that the corpus often held is well known and hardly moves; one never met is free.  So a few labels
need no look at the corpus, and what it taught is not forgotten (Kirkpatrick et al., "Overcoming
catastrophic forgetting in neural networks", 2017).  Refuses to know kinds, letters and files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mailsense.classify.features import WORDS, Array
from mailsense.classify.fitting import CHAR_SCALE

RIGOUR = 0.05
"""How hard a weight that the corpus tells nothing about is held."""
KNOWN = 0.02
"""How much harder with each row of the corpus that held its bucket."""
STEPS = 60
MEMORY = 5
"""Steps that L-BFGS remembers: each holds a copy of the weights."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One part of a model over some buckets, in their order, folded as it is stored."""

    buckets: Array
    folded: Array
    """Buckets x classes."""
    squared: Array
    """What each bucket adds to the squared length of a row."""
    bias: Array
    met: Array
    """How many rows of the corpus held each bucket, as its frequency tells."""


def unseen(arrays: Mapping[str, Array], buckets: Array) -> Array:
    """Given a model's arrays, return the squared scale of buckets that its corpus never held."""
    of_word, of_letters = arrays["unseen"]
    squared: Array = np.where(buckets < WORDS, of_word, of_letters)
    return squared


def stored(arrays: Mapping[str, Array], name: str, norm: str, rows: int, buckets: Array) -> Weights:
    """Given a model's arrays (see ``model``) and a part of it, return that over these buckets.

    ``norm`` is the part whose scale it shares, ``rows`` how many that was fitted to; the buckets
    are distinct and rise, and need not be stored.
    """
    place = np.searchsorted(arrays["buckets"], buckets)
    place[place == len(arrays["buckets"])] = 0
    known = arrays["buckets"][place] == buckets
    folded = np.where(known[:, None], arrays[name][place], 0).astype(np.float64)
    strange = unseen(arrays, buckets)
    squared = np.where(known, arrays[f"{norm}_norm"][place], strange).astype(np.float64)
    frequency = np.sqrt(squared) / np.where(buckets < WORDS, 1.0, CHAR_SCALE)
    met = np.where(folded.any(axis=1), (1 + rows) / np.exp(frequency - 1) - 1, 0.0)
    bias = arrays[f"{name}_bias"].astype(np.float64)
    return Weights(buckets, folded, squared, bias, np.maximum(met, 0.0))


def adapted(before: Weights, counts: Any, labels: Array, weights: Array) -> Weights:
    """Given what is believed and labelled rows (CSR counts), return what is believed now.

    The rows hold no other buckets than those of ``before``.  No row teaches nothing.  The same
    rows give the same weights.
    """
    from scipy.optimize import minimize
    from scipy.sparse import diags
    from threadpoolctl import threadpool_limits

    from mailsense.classify.model import softmax

    if not len(labels):
        return before
    many = len(before.bias)
    found = counts[:, before.buckets]
    rows = (diags(1 / np.sqrt(np.maximum(found @ before.squared, 1e-9))) @ found).tocsr()
    believed = rows @ before.folded + before.bias
    # Each bucket is measured in its own deviations, so that all are held alike and L-BFGS,
    # which would creep along the narrow ones, is done in some twenty steps.
    unfolded = np.sqrt(before.squared / (RIGOUR * (1 + KNOWN * before.met)))
    scaled = (rows @ diags(unfolded)).tocsr()
    turned = scaled.T.tocsr()
    target = np.eye(many)[labels]

    def loss(flat: Array) -> tuple[float, Array]:
        moved = flat.reshape(-1, many)
        chance = softmax(believed + scaled @ moved)
        cost = -(weights * np.log(chance[np.arange(len(labels)), labels] + 1e-12)).sum()
        slope = turned @ ((chance - target) * weights[:, None]) + moved
        return cost + (flat**2).sum() / 2, slope.ravel()

    start, options = np.zeros(before.folded.size), {"maxiter": STEPS, "maxcor": MEMORY}
    with threadpool_limits(1):  # the sums are too small for threads to gain by waiting
        best = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    return replace(before, folded=before.folded + best.x.reshape(-1, many) * unfolded[:, None])
