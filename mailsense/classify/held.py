"""Letters judged by models that had not seen them: what the stack learns from.

Decides how much likelier each kind is in a mailbox than among them, how sure the whole model is
of each (every fold judged by the others' stack), and what is measured with it.  Those of the
shipped corpus are kept beside the model, so that learning the user's own labels need not judge the
corpus anew.  Refuses to know where the signals come from (``model.signals``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS
from mailsense.classify.stacking import fit_stack, judged
from mailsense.domain import Kind, Source, Verdict

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.thresholds import Thresholds

MAILBOX: dict[Kind, float] = {
    Kind.OFFER: 0.025,
    Kind.INTERVIEW: 0.06,
    Kind.TASK: 0.05,
    Kind.REJECTION: 0.105,
    Kind.REFERRAL: 0.02,
    Kind.FEEDBACK: 0.02,
    Kind.OUTREACH: 0.05,
    Kind.ACKNOWLEDGEMENT: 0.075,
    Kind.ALERT: 0.04,
    Kind.OTHER: 0.555,
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

    def __len__(self) -> int:
        return len(self.labels)

    def plus(self, other: Held) -> Held:
        """Return these letters and the others behind them."""
        import numpy as np

        return Held(
            *(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(Held))
        )


def dump(held: Held) -> bytes:
    """Return the file that ``load`` reads: plain arrays, halved in precision."""
    import numpy as np

    told = {f.name: getattr(held, f.name) for f in fields(Held)}
    small = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value.astype(np.int8)
        for name, value in told.items()
    }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **small)
    return file.getvalue()


def load(path: Path) -> Held | None:
    """Return what ``dump`` wrote, or None when there is no such file or it is of another make."""
    import numpy as np

    from mailsense.classify.model import SIGNALS

    try:
        with np.load(path, allow_pickle=False) as stored:
            found = {name: stored[name] for name in stored.files}
        held = Held(
            found["inputs"].astype(np.float64),
            found["labels"].astype(np.int64),
            found["weights"].astype(np.float64),
            found["folds"].astype(np.int64),
            found["real"].astype(bool),
        )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    return held if held.inputs.shape == (len(held), SIGNALS) else None


def shift_to_mailbox(held: Held) -> Array:
    """Return what a mailbox's shares of the kinds add to each kind's logit.

    The stack is fitted to the corpus as it is, where the rare kinds are many enough to learn
    from, and its bias is corrected for their real share afterwards (Saerens et al., 2002).
    """
    import numpy as np

    present = np.bincount(held.labels, weights=held.weights, minlength=len(KINDS))
    present = present / held.weights.sum()
    share = np.asarray([MAILBOX[kind] for kind in KINDS]) / np.maximum(present, 1e-9)
    return np.where(present > 0, np.log(share), 0.0)


def outside(held: Held, shift: Array) -> Array:
    """Return the whole model's probabilities: each fold judged by the others' stack."""
    import numpy as np

    probabilities = np.zeros((len(held), len(KINDS)))
    for fold in np.unique(held.folds):
        rest, mine = held.folds != fold, held.folds == fold
        stack = fit_stack(held.inputs[rest], held.labels[rest], held.weights[rest], shift)
        probabilities[mine] = judged(stack, held.inputs[mine])
    return probabilities


def decisions(probabilities: Array, limit: Thresholds) -> Sequence[Verdict]:
    """Given kinds' probabilities by row, return what would be said of each letter."""
    verdicts = []
    for row in probabilities:
        likely = dict(zip(KINDS, row.tolist(), strict=True))
        first = max(likely, key=lambda kind: likely[kind])
        given = Kind.UNSURE if limit.doubt(likely, (first,), first) else first
        verdicts.append(Verdict(given, Source.MODEL, likely[first], runner_up=first))
    return verdicts


def measured(held: Held, probabilities: Array) -> dict[str, object]:
    """Given out-of-fold probabilities, return the thresholds and how good they are.

    The figures are of the letters as they were written, each judged by models and a stack
    that saw neither it nor its family nor its voice.
    """
    import numpy as np

    from mailsense.classify.evaluate import evaluate
    from mailsense.classify.thresholds import Thresholds, as_metrics

    limit = Thresholds()
    real = np.flatnonzero(held.real)
    verdicts = decisions(probabilities[real], limit)
    golds = [KINDS[label].value for label in held.labels[real]]
    figures = evaluate(list(zip(golds, verdicts, strict=True))).as_dict()
    figures["guesses"] = round(
        sum(v.runner_up == gold for gold, v in zip(golds, verdicts, strict=True))
        / max(1, len(golds)),
        4,
    )
    return {**as_metrics(limit), "held_out": figures}
