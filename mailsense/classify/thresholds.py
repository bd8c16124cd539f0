"""When to say *unsure*: chosen from letters the model had not seen, kept in the model's card.

Decides, kind by kind, how sure the model must be.  A missed request costs a job and a false
"rejection" insults, so a rejection must be surer than an acknowledgement, and a letter that may
well be a request is never quietly filed as anything else.  Refuses to know features and files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS
from mailsense.domain import Kind, Tag

if TYPE_CHECKING:
    from mailsense.classify.features import Array

TARGET: Mapping[Kind, float] = {
    Kind.OFFER: 0.85,
    Kind.INTERVIEW: 0.85,
    Kind.TASK: 0.85,
    Kind.REJECTION: 0.9,
    Kind.REFERRAL: 0.85,
    Kind.FEEDBACK: 0.85,
    Kind.OUTREACH: 0.85,
    Kind.ACKNOWLEDGEMENT: 0.8,
    Kind.ALERT: 0.7,
    Kind.OTHER: 0.75,
}
"""The precision asked of each kind on letters not seen in training."""

LOWEST, HIGHEST = 0.3, 0.6
"""No threshold is chosen outside these: a small corpus tells no more than that."""
GAP = 0.1
"""A runner-up of another tag this close makes the answer unsure."""
REQUEST = 0.4
"""With this much probability on requests together, a letter is not filed as anything else."""

_REQUESTS = frozenset(kind for kind in KINDS if kind.tag is Tag.REQUEST)
_QUIET = frozenset((Kind.ALERT, Kind.OTHER))


def group(kind: Kind) -> frozenset[Kind]:
    """Return the kinds among which a mix-up does little harm: all requests, or alert and other.

    How sure an answer must be is asked of the group, so that doubt between an interview and a
    task does not hide a request.
    """
    for kinds in (_REQUESTS, _QUIET):
        if kind in kinds:
            return kinds
    return frozenset((kind,))


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the model must be of each kind, and by how much surer than of another tag."""

    kinds: Mapping[Kind, float] = field(default_factory=dict)
    gap: float = GAP
    request: float = REQUEST

    def least(self, kind: Kind) -> float:
        """Return the least probability that lets ``kind`` stand."""
        return self.kinds.get(kind, 0.5)

    def doubt(self, likely: Mapping[Kind, float], kinds: tuple[Kind, ...], first: Kind) -> bool:
        """Given each kind's probability, tell whether they are too low or too even to answer.

        ``kinds`` is what the answer would be, ``first`` the likeliest of them.
        """
        together = group(first) | frozenset(kinds)
        sure = sum(share for kind, share in likely.items() if kind in together)
        rest = [share for kind, share in likely.items() if kind not in together]
        if sure < self.least(first) or (rest and sure - max(rest) < self.gap):
            return True
        requests = sum(share for kind, share in likely.items() if kind.tag is Tag.REQUEST)
        asked = any(kind.tag is Tag.REQUEST for kind in kinds)
        return not asked and requests >= self.request


def from_card(metrics: Mapping[str, object]) -> Thresholds:
    """Given a card's metrics, return its thresholds; what is missing takes the default."""
    found = metrics.get("thresholds")
    if not isinstance(found, Mapping):
        return Thresholds()
    named = found.get("kinds")
    kinds = (
        {kind: float(named[kind.value]) for kind in KINDS if kind.value in named}
        if isinstance(named, Mapping)
        else {}
    )
    return Thresholds(kinds, float(found.get("gap", GAP)), float(found.get("request", REQUEST)))


def _least(sure: Array, right: Array, weights: Array, target: float) -> float:
    """Return the lowest threshold from which on the precision reaches the target."""
    import numpy as np

    for level in np.arange(LOWEST, HIGHEST, 0.02):
        kept = sure >= level
        if not kept.any() or np.average(right[kept], weights=weights[kept]) >= target:
            return round(float(level), 2)
    return HIGHEST


def choose(probabilities: Array, labels: Array, weights: Array) -> dict[str, object]:
    """Given out-of-fold probabilities, true numbers and weights, return thresholds."""
    import numpy as np

    best = probabilities.argmax(axis=1)
    kinds = {}
    for number, kind in enumerate(KINDS):
        mine = best == number
        alike = [other for other, name in enumerate(KINDS) if name in group(kind)]
        sure = probabilities[mine][:, alike].sum(axis=1)
        kinds[kind.value] = _least(sure, np.isin(labels[mine], alike), weights[mine], TARGET[kind])
    return {"thresholds": {"kinds": kinds, "gap": GAP, "request": REQUEST}}
