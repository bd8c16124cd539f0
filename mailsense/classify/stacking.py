"""The regression that decides: from what the two models say of unseen letters to one answer.

Decides how much each signal counts (stacked generalisation, Wolpert 1992).  Refuses to know
where the signals come from (``model.signals``) and how letters are weighed (``training``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS

if TYPE_CHECKING:
    from mailsense.classify.features import Array

STACK_RIGOUR = (1e-4, 3e-3, 3e-3)
"""How hard the stack's weights are held to zero: common to all kinds, a kind's own, shared."""


def fit_stack(
    inputs: Array, labels: Array, weights: Array, shift: Array | None = None
) -> dict[str, Array]:
    """Given out-of-fold inputs, return the arrays of the regression that decides.

    ``shift`` is added to the kinds' logits once they are fitted: how much likelier each kind
    is in a mailbox than among these letters.

    A multinomial logistic regression in which a kind's logit sees that kind's own signals and
    the shared ones only, and a signal's weight is drawn towards its mean over the kinds: with
    some hundred letters, free weights between every signal and every kind learn accidents.
    """
    import numpy as np

    from mailsense.classify.model import CLIP, OWN_SIGNALS

    many = len(KINDS)
    mean = inputs.mean(axis=0)
    spread = np.maximum(inputs.std(axis=0), 1e-3)
    own = spread[: many * OWN_SIGNALS].reshape(many, OWN_SIGNALS)
    own[:] = own.mean(axis=0)
    scaled = np.clip((inputs - mean) / spread, -CLIP, CLIP)
    signals = scaled[:, : many * OWN_SIGNALS].reshape(-1, many, OWN_SIGNALS)
    shared = np.concatenate([scaled[:, many * OWN_SIGNALS :], np.ones((len(scaled), 1))], axis=1)
    common, apart, beside = _descend(signals, shared, labels, weights / weights.sum())
    full = np.zeros((inputs.shape[1], many))
    for kind in range(many):
        full[kind * OWN_SIGNALS : (kind + 1) * OWN_SIGNALS, kind] = common + apart[kind]
    full[many * OWN_SIGNALS :] = beside[:-1]
    bias = beside[-1] if shift is None else beside[-1] + shift
    return {"stack": full, "stack_bias": bias, "stack_mean": mean, "stack_scale": spread}


def _descend(
    signals: Array, shared: Array, labels: Array, weights: Array
) -> tuple[Array, Array, Array]:
    """Return (common, apart, beside): weights of own signals together and by kind, of shared."""
    import numpy as np
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    from mailsense.classify.model import softmax

    letters, many, own = signals.shape
    sizes = (own, many * own, shared.shape[1] * many)
    target = np.eye(many)[labels]
    rigour = np.concatenate(
        [np.full(size, strength) for size, strength in zip(sizes, STACK_RIGOUR, strict=True)]
    )
    rigour[-many:] = 0.0

    def parts(flat: Array) -> tuple[Array, Array, Array]:
        common, apart, beside = np.split(flat, np.cumsum(sizes)[:-1])
        return common, apart.reshape(many, own), beside.reshape(-1, many)

    def loss(flat: Array) -> tuple[float, Array]:
        common, apart, beside = parts(flat)
        chance = softmax(np.einsum("lko,ko->lk", signals, common + apart) + shared @ beside)
        cost = -(weights * np.log(chance[np.arange(letters), labels] + 1e-12)).sum()
        error = (chance - target) * weights[:, None]
        by_kind = np.einsum("lk,lko->ko", error, signals)
        slope = np.concatenate([by_kind.sum(axis=0), by_kind.ravel(), (shared.T @ error).ravel()])
        return cost + (rigour * flat**2).sum(), slope + 2 * rigour * flat

    start = np.zeros(sum(sizes))
    # Among a hundred weights, threads that wait for each other take ten times as long as one.
    with threadpool_limits(1):
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return parts(found.x)


def judged(arrays: dict[str, Array], inputs: Array) -> Array:
    """Return the stack's probabilities."""
    import numpy as np

    from mailsense.classify.model import CLIP, softmax

    scaled = np.clip((inputs - arrays["stack_mean"]) / arrays["stack_scale"], -CLIP, CLIP)
    return softmax(scaled @ arrays["stack"] + arrays["stack_bias"])
