"""When to say *unsure*: from what a mistake costs, kept in the model's card.

Decides, kind by kind, how sure the model must be.  A missed request costs a job and a false
"rejection" insults, so a rejection must be surer than an acknowledgement, and a letter that may
well be a request is never quietly filed as anything else.  Refuses to know features and files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS
from mailsense.classify.rules import LEARNED
from mailsense.domain import Kind, Source, Tag, Verdict

if TYPE_CHECKING:
    from mailsense.classify.features import Array

COST: Mapping[Kind, float] = {
    Kind.OFFER: 2.0,
    Kind.INTERVIEW: 2.0,
    Kind.TASK: 2.0,
    Kind.REJECTION: 2.0,
    Kind.REFERRAL: 1.6,
    Kind.FEEDBACK: 1.6,
    Kind.OUTREACH: 2.0,
    Kind.ACKNOWLEDGEMENT: 1.5,
    Kind.ALERT: 1.4,
    Kind.OTHER: 1.5,
}
"""What a wrong answer of each kind costs, where being asked costs 1.

A false rejection insults, and a false request asks for a letter to nobody; a request not seen may
be a job, which ``REQUEST`` sees to.  A false receipt only hides among others.  The probabilities
are calibrated, so an answer is worth its risk from ``1 - 1 / COST`` on (Chow, 1970)."""
GAP = 0.05
"""A runner-up of another tag this close makes the answer unsure."""
REQUEST = 0.4
"""With this much probability on requests together, a letter is not filed as anything else."""

_REQUESTS = frozenset(kind for kind in KINDS if kind.tag is Tag.REQUEST)
QUIET = frozenset((Kind.ALERT, Kind.OTHER))
"""Kinds whose every sentence is of that kind, where none is called decisive."""


def group(kind: Kind) -> frozenset[Kind]:
    """Return the kinds among which a mix-up does little harm: all requests, or alert and other.

    How sure an answer must be is asked of the group, so that doubt between an interview and a
    task does not hide a request.
    """
    for kinds in (_REQUESTS, QUIET):
        if kind in kinds:
            return kinds
    return frozenset((kind,))


@dataclass(frozen=True, slots=True)
class Surety:
    """How sure the answer is, how sure it must be, and what it failed when it is unsure.

    ``sure`` is the probability of the kind and of those that are as good (all requests), named
    in ``together``; ``rival`` the likeliest of the rest, ``gap`` how far it is behind.
    """

    together: tuple[Kind, ...]
    sure: float
    least: float
    rival: Kind | None
    gap: float
    least_gap: float
    requests: float
    most_requests: float | None
    """What requests together may have beside another answer; None beside a request."""

    @property
    def failed(self) -> tuple[str, ...]:
        """Return which of ``threshold``, ``gap`` and ``requests`` the answer failed."""
        hidden = self.most_requests is not None and self.requests >= self.most_requests
        tests = {
            "threshold": self.sure < self.least,
            "gap": self.rival is not None and self.gap < self.least_gap,
            "requests": hidden,
        }
        return tuple(name for name, fails in tests.items() if fails)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the model must be of each kind, and by how much surer than of another tag.

    Of a letter in another language than these it knows nothing.
    """

    kinds: Mapping[Kind, float] = field(default_factory=dict)
    gap: float = GAP
    request: float = REQUEST
    languages: Collection[str] = LEARNED

    def least(self, kind: Kind) -> float:
        """Return the least probability that lets ``kind`` stand."""
        return self.kinds.get(kind, 1.0 - 1.0 / COST[kind])

    def surety(self, likely: Mapping[Kind, float], kinds: tuple[Kind, ...], first: Kind) -> Surety:
        """Given each kind's probability and the answer they suggest, measure how sure it is.

        ``kinds`` is what the answer would be, ``first`` the likeliest of them.
        """
        together = group(first) | frozenset(kinds)
        sure = sum(share for kind, share in likely.items() if kind in together)
        rest = {kind: share for kind, share in likely.items() if kind not in together}
        rival = max(rest, key=lambda kind: rest[kind]) if rest else None
        return Surety(
            tuple(kind for kind in KINDS if kind in together),
            sure,
            self.least(first),
            rival,
            sure - (rest[rival] if rival else 0.0),
            self.gap,
            sum(share for kind, share in likely.items() if kind in _REQUESTS),
            self.request if _REQUESTS.isdisjoint(kinds) else None,
        )

    def doubt(self, likely: Mapping[Kind, float], kinds: tuple[Kind, ...], first: Kind) -> bool:
        """Given what ``surety`` is given, tell whether it is too low or too even to answer."""
        return bool(self.surety(likely, kinds, first).failed)


def _share(value: object, default: float) -> float:
    """Return a number from 0 to 1, or the default in the place of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    return float(value) if 0 <= value <= 1 else default  # nan is neither


def from_card(metrics: Mapping[str, object]) -> Thresholds:
    """Given a card's metrics, return its thresholds; what is missing or odd takes the default.

    A card is a file, and a later version may write it otherwise: nothing in it stops the reading,
    and how sure an answer must be never falls below what a mistake costs for want of a number.
    """
    found, known = metrics.get("thresholds"), metrics.get("languages")
    told: Mapping[object, object] = found if isinstance(found, Mapping) else {}
    named = told.get("kinds")
    kinds = named if isinstance(named, Mapping) else {}
    usual = Thresholds()
    return Thresholds(
        {kind: _share(kinds.get(kind.value), usual.least(kind)) for kind in KINDS},
        _share(told.get("gap"), GAP),
        _share(told.get("request"), REQUEST),
        tuple(map(str, known)) if isinstance(known, Mapping) and known else LEARNED,
    )


def decisions(probabilities: Array, limit: Thresholds) -> list[Verdict]:
    """Given kinds' probabilities by row, return what would be said of each letter."""
    verdicts = []
    for row in probabilities:
        likely = dict(zip(KINDS, row.tolist(), strict=True))
        first = max(likely, key=lambda kind: likely[kind])
        given = Kind.UNSURE if limit.doubt(likely, (first,), first) else first
        verdicts.append(Verdict(given, Source.MODEL, likely[first], runner_up=first))
    return verdicts


def as_metrics(limit: Thresholds) -> dict[str, object]:
    """Return the thresholds as a model's card keeps them."""
    kinds = {kind.value: round(limit.least(kind), 4) for kind in KINDS}
    return {"thresholds": {"kinds": kinds, "gap": limit.gap, "request": limit.request}}
