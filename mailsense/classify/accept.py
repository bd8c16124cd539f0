"""Whether a newly fitted model may take the place of the one in use.

Both answer the same letters, and a paired bootstrap (Efron, 1979; Koehn, 2004, for comparing
two systems on one test set) tells whether anything got worse: the F1 of each kind, and two
gates, the precision of rejections (a false "rejection" insults) and the recall of requests (a
missed one costs a job).  *Likely worse* is a difference that is negative in 95 of 100
resamples and stays so whichever single letter is left out.  Each letter is drawn a Poisson
number of times (Hanley and MacGibbon, 2006), so that one or two letters can never be enough,
however few there are.  Refuses to know how the answers were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS
from mailsense.domain import Kind, Tag

if TYPE_CHECKING:
    from mailsense.classify.features import Array

REJECTION_PRECISION, REQUEST_RECALL = "rejection precision", "request recall"
GATES = (REJECTION_PRECISION, REQUEST_RECALL)
KEPT = "kept the model in use: "
"""Begins the story of a candidate that was refused."""
RESAMPLES = 2_000
LIKELY = 0.95
"""Of each of up to twelve measures.  In a simulation on 200 and 400 letters, a model just as good
was kept back in 2 and 6 of 100 trials when one answer in twenty changed, in 13 and 19 when one in
ten did, and on 10 to 40 letters never."""
_CHUNK = 2_000_000
"""Weights held in memory at a time."""
_TELL = 3
"""The reason names so many measures; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What two models said of the same letters: kinds, or "unsure".

    ``whose`` and ``what`` name the letters: "your", "decision".
    """

    whose: str
    what: str
    gold: Sequence[str]
    before: Sequence[str]
    after: Sequence[str]

    def __post_init__(self) -> None:
        if not len(self.gold) == len(self.before) == len(self.after):
            raise ValueError("each letter needs its kind and an answer of either model")

    @property
    def better(self) -> int:
        """Letters that only the new model knows."""
        return sum(a == g != b for g, b, a in zip(self.gold, self.before, self.after, strict=True))

    @property
    def worse(self) -> int:
        """Letters that only the model in use knows."""
        return sum(b == g != a for g, b, a in zip(self.gold, self.before, self.after, strict=True))


@dataclass(frozen=True, slots=True)
class Change:
    """One measure on one set of letters, before and after."""

    measure: str
    letters: str
    before: float
    after: float
    chance: float
    """The share of resamples in which it is worse."""
    worse: bool
    """Likely worse, and not by a single letter."""
    gate: bool


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether the new model may be put into use, and why, in one sentence."""

    accepted: bool
    why: str
    changes: tuple[Change, ...] = ()


def decide(sets: Sequence[Answers], *, seed: int = 0, resamples: int = RESAMPLES) -> Acceptance:
    """Given what both models say of each set of letters, accept the new one or keep the old.

    The same answers and seed give the same decision.  Sets are never mixed: the new model must
    not be likely worse on any of them.
    """
    sets = [answers for answers in sets if answers.gold]
    changes = [change for answers in sets for change in _changes(answers, seed, resamples)]
    worse = sorted((c for c in changes if c.worse), key=lambda c: (not c.gate, c.after - c.before))
    if worse:
        return Acceptance(False, f"{KEPT}{_falls(worse)}", tuple(changes))
    if not sets:
        why = "there are no letters yet on which the two models could be compared fairly"
        return Acceptance(True, why)
    counted = " and ".join(_counted(answers) for answers in sets)
    return Acceptance(True, f"{counted}; nothing likely worse", tuple(changes))


def _counted(answers: Answers) -> str:
    many = len(answers.gold)
    of = f"{answers.whose} {many:,} {answers.what}{'s' if many != 1 else ''}"
    if not answers.better and not answers.worse:
        return f"as good as before on {of}"
    return f"better on {answers.better} of {of}, worse on {answers.worse}"


def _falls(worse: Sequence[Change]) -> str:
    """Given what is likely worse, the gravest first, return it as one sentence."""
    first, *others = worse
    text = (
        f"{first.measure} would likely fall, {first.before:.2f} → {first.after:.2f} "
        f"on {first.letters}"
    )
    told = [
        f"{c.measure} ({c.before:.2f} → {c.after:.2f}"
        f"{f' on {c.letters}' if c.letters != first.letters else ''})"
        for c in others[: _TELL - 1]
    ]
    if rest := len(worse) - 1 - len(told):
        told.append(f"{rest} more")
    return text + (f", and so would {' and '.join(told)}" if told else "")


def _changes(answers: Answers, seed: int, resamples: int) -> list[Change]:
    """Return every measure of one set before and after, and whether it is likely worse."""
    import numpy as np

    names, parts = _parts(answers)
    letters = len(answers.gold)
    rng = np.random.default_rng(seed)
    fell = np.zeros(len(names))
    step = max(1, _CHUNK // letters)
    for start in range(0, resamples, step):
        many = min(step, resamples - start)
        drawn = rng.poisson(1.0, size=(many, letters))
        totals = np.tensordot(drawn.astype(np.float64), parts, axes=1)
        fell += _falling(totals).sum(axis=0)
    whole = parts.sum(axis=0)
    without_any: Array = np.all(_falling(whole - parts), axis=0)
    before, after = np.nan_to_num(_ratios(whole))
    return [
        Change(
            name,
            f"{answers.whose} {answers.what}s",
            float(before[n]),
            float(after[n]),
            float(fell[n] / resamples),
            bool(fell[n] >= LIKELY * resamples and without_any[n]),
            name in GATES,
        )
        for n, name in enumerate(names)
    ]


def _parts(answers: Answers) -> tuple[list[str], Array]:
    """Return the names of the measures, and what each letter adds to them.

    Every measure is a ratio of two sums over letters; the array is letters x models x
    measures x (numerator, denominator).
    """
    import numpy as np

    gold: Array = np.asarray(answers.gold)
    both: list[Array] = [np.asarray(said) for said in (answers.before, answers.after)]
    requests = [kind.value for kind in KINDS if kind.tag is Tag.REQUEST]
    asked: Array = np.isin(gold, requests)
    names: list[str] = []
    found: list[list[tuple[Array, Array]]] = []
    if any((said == Kind.REJECTION.value).any() for said in both):
        names.append(REJECTION_PRECISION)
        no = [said == Kind.REJECTION.value for said in both]
        found.append([(given & (gold == Kind.REJECTION.value), given) for given in no])
    if asked.any():
        names.append(REQUEST_RECALL)
        found.append([(asked & np.isin(said, requests), asked) for said in both])
    for kind in sorted(set(answers.gold)):
        names.append(f"{kind} F1")
        true = gold == kind
        given_by = [said == kind for said in both]
        found.append([(2 * (true & given), true * 1 + given) for given in given_by])
    parts = np.asarray(found, dtype=np.float64)  # measures, models, (num, den), letters
    return names, parts.transpose(3, 1, 0, 2)


def _ratios(totals: Array) -> Array:
    """Given sums (… x models x measures x 2), return the measures; nan where undefined."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(totals[..., 0] / totals[..., 1])


def _falling(totals: Array) -> Array:
    """Tell where the new model is worse; what is undefined for either is not."""
    ratios = _ratios(totals)
    falling: Array = ratios[..., 1, :] - ratios[..., 0, :] < -1e-9
    return falling


def wilson(right: int, of: int) -> tuple[float, float]:
    """Given how many of how many were right, return the 95 % interval (Wilson, 1927)."""
    if of <= 0:
        return 0.0, 1.0
    z = 1.959964
    share = right / of
    middle = share + z * z / (2 * of)
    spread = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    below = 1 + z * z / of
    return max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)
