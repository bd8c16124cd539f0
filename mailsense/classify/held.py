"""Letters judged by models that had not seen them: what the stack learns from.

Decides how much likelier each kind is in a mailbox than among them, how sure the whole model is
of each (every fold judged by the others' stack), and what is measured with it.  Refuses to know
where the signals come from (``model.signals``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS
from mailsense.classify.stacking import fit_stack, judged
from mailsense.domain import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailsense.classify.features import Array

MAILBOX: dict[Kind, float] = {
    Kind.OFFER: 0.025,
    Kind.INTERVIEW: 0.06,
    Kind.TASK: 0.05,
    Kind.REJECTION: 0.15,
    Kind.REFERRAL: 0.015,
    Kind.FEEDBACK: 0.015,
    Kind.OUTREACH: 0.03,
    Kind.ACKNOWLEDGEMENT: 0.09,
    Kind.ALERT: 0.04,
    Kind.OTHER: 0.525,
}
"""The shares of kinds in a job seeker's mailbox, roughly; the corpus has them otherwise."""


@dataclass(frozen=True)
class Held:
    """Parallel arrays, a letter a row: ``inputs`` of the stack, label, weight, fold, and
    whether the letter is as it was written (``real``) or varied or composed."""

    inputs: Array
    labels: Array
    weights: Array
    folds: Array
    real: Array


def shift_to_mailbox(labels: Array, weights: Array) -> Array:
    """Given letters' kinds and weights, return what a mailbox's shares add to each kind's logit.

    The stack is fitted to the corpus as it is, where the rare kinds are many enough to learn
    from, and its bias is corrected for their real share afterwards (Saerens et al., 2002).
    """
    import numpy as np

    present = np.bincount(labels, weights=weights, minlength=len(KINDS)) / weights.sum()
    share = np.asarray([MAILBOX[kind] for kind in KINDS]) / np.maximum(present, 1e-9)
    return np.where(present > 0, np.log(share), 0.0)


def outside(held: Held, shift: Array) -> Array:
    """Return the whole model's probabilities: each fold judged by the others' stack."""
    import numpy as np

    probabilities = np.zeros((len(held.labels), len(KINDS)))
    for fold in np.unique(held.folds):
        rest, mine = held.folds != fold, held.folds == fold
        stack = fit_stack(held.inputs[rest], held.labels[rest], held.weights[rest], shift)
        probabilities[mine] = judged(stack, held.inputs[mine])
    return probabilities


def measured(held: Held, probabilities: Array, languages: Sequence[str]) -> dict[str, object]:
    """Given out-of-fold probabilities, return the thresholds and how good they are.

    The figures are of the letters as they were written, each judged by models and a stack
    that saw neither it nor its family nor its voice; over all, and by language: ``languages``
    are those of these letters, in order.  Raise ValueError when there are not as many.
    """
    import numpy as np

    from mailsense.classify.evaluate import by_language, evaluate
    from mailsense.classify.thresholds import Thresholds, as_metrics, decisions

    limit = Thresholds()
    real = np.flatnonzero(held.real)
    verdicts = decisions(probabilities[real], limit)
    golds = [KINDS[label].value for label in held.labels[real]]
    pairs = list(zip(golds, verdicts, strict=True))
    figures = {**evaluate(pairs).as_dict(), "by_language": by_language(pairs, languages)}
    figures["guesses"] = round(
        sum(v.runner_up == gold for gold, v in zip(golds, verdicts, strict=True))
        / max(1, len(golds)),
        4,
    )
    return {**as_metrics(limit), "held_out": figures}
