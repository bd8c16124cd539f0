"""What is counted over judged letters, and everything that the command finds out.

*Unsure* is a miss everywhere: it lowers recall, never precision.  A difference between two
variants is told with how far it would move if other writers had been asked: half the width of
its 95 % interval when whole writers are drawn anew.  Refuses to know how verdicts were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.classifier_fits import Choice
from benchmarks.classifier_models import SHIPPED
from benchmarks.classifier_parts import writer
from mailsense.classify.corpus import Letter
from mailsense.classify.evaluate import KindFigures, evaluate
from mailsense.domain import Kind, Tag, Verdict

Judged = Sequence[tuple[Letter, Verdict]]
DRAWS = 1000
"""Times that writers are drawn anew."""


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 of one answer."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Figures:
    """What became of the letters held out; shares between 0 and 1."""

    letters: int
    right: float
    rejection: Score
    request: Score
    acknowledgement: Score
    ordinary: int
    """Held-out letters of ordinary life, and the shares of them that were"""
    false_rejections: float
    false_requests: float
    ordinary_unsure: float
    unsure: float
    ece: float


def _score(counted: KindFigures) -> Score:
    return Score(counted.precision, counted.recall, counted.f1)


def _of(judged: Judged, meant: Callable[[Kind], bool]) -> Score:
    support = sum(meant(letter.kind) for letter, _ in judged)
    given = sum(meant(verdict.kind) for _, verdict in judged)
    right = sum(meant(letter.kind) and meant(verdict.kind) for letter, verdict in judged)
    return _score(KindFigures(support, given, right))


def _share(judged: Judged, meant: Callable[[Kind], bool]) -> float:
    return sum(meant(verdict.kind) for _, verdict in judged) / max(1, len(judged))


def figures(judged: Judged) -> Figures:
    """Given held-out letters with their verdicts, return the figures."""
    report = evaluate([(letter.kind.value, verdict) for letter, verdict in judged])
    life = [(letter, verdict) for letter, verdict in judged if letter.kind is Kind.OTHER]
    return Figures(
        letters=len(judged),
        right=report.accuracy,
        rejection=_of(judged, lambda kind: kind is Kind.REJECTION),
        request=_of(judged, lambda kind: kind.tag is Tag.REQUEST),
        acknowledgement=_of(judged, lambda kind: kind is Kind.ACKNOWLEDGEMENT),
        ordinary=len(life),
        false_rejections=_share(life, lambda kind: kind is Kind.REJECTION),
        false_requests=_share(life, lambda kind: kind.tag is Tag.REQUEST),
        ordinary_unsure=_share(life, lambda kind: kind is Kind.UNSURE),
        unsure=1 - report.coverage,
        ece=report.ece,
    )


def beside(judged: Judged, other: Judged, seed: int = 0) -> tuple[float, float]:
    """Given the same letters judged by two variants, compare how many they got right.

    Return the first's share minus the other's, and half its 95 % interval over writers.
    """
    gained: dict[str, list[int]] = {}
    for (letter, one), (_, two) in zip(judged, other, strict=True):
        counted = gained.setdefault(writer(letter), [0, 0])
        counted[0] += (one.kind is letter.kind) - (two.kind is letter.kind)
        counted[1] += 1
    of = np.asarray([gained[name] for name in sorted(gained)], dtype=float)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(of), np.full(len(of), 1 / len(of)), DRAWS) @ of
    difference = of[:, 0].sum() / of[:, 1].sum()
    return float(difference), float(1.96 * (drawn[:, 0] / drawn[:, 1]).std())


@dataclass(frozen=True)
class Point:
    """One run of the shipped variant with less to learn from: how much, and the figures."""

    label: str
    count: Mapping[str, float]
    """Of what is in training, the mean over the parts held out."""
    found: Figures


@dataclass(frozen=True)
class Found:
    """Everything the command finds out."""

    made: str
    comparison: Mapping[tuple[str, str], Judged]
    choices: Mapping[str, Mapping[str, Sequence[Choice]]]
    """By estimator and part: what was chosen with each part of the writers held out."""
    curve: Sequence[Point]
    life: Sequence[Point]

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain values, for JSON."""
        best = self.comparison[SHIPPED]
        return {
            "made": self.made,
            "comparison": [
                {
                    "look": look,
                    "estimator": name,
                    **asdict(figures(judged)),
                    "beside_shipped": beside(judged, best),
                }
                for (look, name), judged in self.comparison.items()
            ],
            "choices": {
                name: {part: list(told) for part, told in of.items()}
                for name, of in self.choices.items()
            },
            "curve": [asdict(point) for point in self.curve],
            "life": [asdict(point) for point in self.life],
        }
