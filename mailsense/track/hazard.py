"""How long answers take: a discrete hazard for each stage, in working days.

Time is cut into bins of working days.  The hazard of a bin is the chance that a wait which
has lasted until the bin is answered in it; the chance of an answer within some days is one
minus the product of all (1 - h) on the way (discrete-time survival analysis: Singer and
Willett, "It's About Time", Journal of Educational Statistics 18, 1993; with one bin a day and
nothing assumed this is Kaplan and Meier's estimator, 1958).

Each bin has a Beta distribution: pseudo-counts of what is assumed (``prior``), plus the
user's own waits.  A wait that ended without an answer or still lasts is right-censored: it
counts for the part of each bin that it has lasted, and says nothing of what comes later.  An
employer has too few waits to stand alone: the user's own posterior, at the weight of a few
waits, is what is assumed of each employer (shrinkage).  Refuses to know what follows from
the chances: that is ``patience``'s business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Stage, Wait
from mailsense.track.company import firm_key
from mailsense.track.prior import Prior
from mailsense.working_days import working_days

Beta = tuple[float, float]
"""Pseudo-counts of one bin, in waits: answered in it, and passed through without an answer."""


@dataclass(frozen=True, slots=True)
class Waited:
    """One wait as it counts: its length in working days, and whether it ended in an answer.

    ``employer`` is the firm's key, "" where it is not known; ``of`` the application's id
    while the wait lasts.
    """

    stage: Stage
    days: int
    answered: bool
    employer: str = ""
    of: str = ""


def assumed(shares: Sequence[float], weight: float) -> tuple[Beta, ...]:
    """Given the shares of all waits answered in each bin, return the pseudo-counts.

    As if ``weight`` waits had been seen: a_j = w s_j, b_j = w (1 - s_1 - … - s_j).
    """
    left, found = 1.0, []
    for share in shares:
        left = max(0.0, left - share)
        found.append((weight * share, weight * left))
    return tuple(found)


def updated(
    betas: Sequence[Beta], ends: Sequence[int], waits: Iterable[Waited]
) -> tuple[Beta, ...]:
    """Given pseudo-counts, the last working day of each bin and waits, return the posterior.

    An answer adds 1 to a of its bin and to b of the bins before.  An unanswered wait adds to b
    of each bin the part of its working days that it lasted.  Days are summed as whole numbers,
    so the order of the waits does not matter.
    """
    answered, passed = [0] * len(ends), [0] * len(ends)
    starts = (0, *ends)
    for wait in waits:
        for j, end in enumerate(ends):
            if wait.days <= starts[j]:
                break
            if wait.answered and wait.days <= end:
                answered[j] += 1
                break
            passed[j] += min(wait.days, end) - starts[j]
    return tuple(
        (a + answered[j], b + passed[j] / (ends[j] - starts[j])) for j, (a, b) in enumerate(betas)
    )


def hazards(betas: Iterable[Beta]) -> tuple[float, ...]:
    """Return the posterior mean a / (a + b) of each bin, in [0, 1]; 0 where nothing is known."""
    return tuple(a / (a + b) if a + b > 0 else 0.0 for a, b in betas)


def shares(hazard: Sequence[float]) -> tuple[float, ...]:
    """Given hazards, return the share of all waits answered in each bin: h_j Π_{i<j} (1 - h_i)."""
    left, found = 1.0, []
    for h in hazard:
        found.append(left * h)
        left *= 1 - h
    return tuple(found)


def chance_of_answer(
    hazard: Sequence[float], ends: Sequence[int], waited: int, horizon: int
) -> float:
    """Return the chance of an answer in the next ``horizon`` working days, after ``waited``.

    1 - Π (1 - h_j)^(days of bin j on the way / its days): within a bin each day is alike.
    After the last bin nobody is counted on to answer.
    """
    start, unanswered = 0, 1.0
    for h, end in zip(hazard, ends, strict=True):
        days = min(end, waited + horizon) - max(start, waited)
        if days > 0:
            unanswered *= (1 - h) ** (days / (end - start))
        start = end
    return 1 - unanswered


@lru_cache(1024)
def median(hazard: tuple[float, ...], ends: tuple[int, ...]) -> float:
    """Return the working day by which half of those who answer at all have answered.

    A fraction where it falls within a day, 0.0 where nobody ever answers.
    """
    total = sum(shares(hazard))
    start, left = 0, 1.0
    target = 1 - total / 2
    for h, end in zip(hazard, ends, strict=True):
        after = left * (1 - h)
        if h > 0 and after <= target:
            part = 1.0 if h == 1 else log(target / left) / log(1 - h)
            return start + (end - start) * min(1.0, max(0.0, part))
        start, left = end, after
    return 0.0


@lru_cache(1024)
def small_from(
    hazard: tuple[float, ...], ends: tuple[int, ...], *, horizon: int, bound: float
) -> int:
    """Return after how many working days the chance of an answer is, and stays, below ``bound``."""
    for waited in range(ends[-1], -1, -1):
        if chance_of_answer(hazard, ends, waited, horizon) >= bound:
            return waited + 1
    return 0


class Hazards:
    """What is known of the user's waits: all of them, and the hazards they make of the prior."""

    def __init__(self, prior: Prior, waits: Iterable[Waited]) -> None:
        """Given what is assumed and all waits, in whatever order."""
        self.prior = prior
        self._at: dict[tuple[Stage, str], list[Waited]] = {}
        self._answers: Counter[Stage] = Counter()
        for wait in waits:
            self._answers[wait.stage] += wait.answered
            for employer in {"", wait.employer}:
                self._at.setdefault((wait.stage, employer), []).append(wait)
        self._own: dict[Stage, tuple[float, ...]] = {}

    def at(self, stage: Stage, employer: str = "") -> Sequence[Waited]:
        """Return the user's waits at a stage, of one employer or ("") of all."""
        return self._at.get((stage, employer), ())

    def answers(self, stage: Stage) -> int:
        """Return how many of the user's waits at a stage were answered."""
        return self._answers[stage]

    def before(self, stage: Stage) -> tuple[float, ...]:
        """Return the hazards as they are assumed: without any wait of the user's own."""
        row = self.prior.stages[stage]
        return hazards(assumed(row.answered, row.weight))

    def hazard(self, stage: Stage, employer: str = "", besides: str = "") -> tuple[float, ...]:
        """Return the posterior hazard of each bin at a stage, of one employer where it is known.

        The wait of the application ``besides`` says nothing of its employer while it lasts:
        else the longer it lasts, the slower the employer would seem.
        """
        if stage not in self._own:
            row = self.prior.stages[stage]
            base = assumed(row.answered, row.weight)
            self._own[stage] = hazards(updated(base, self.prior.days, self.at(stage)))
        own = self._own[stage]
        theirs = [w for w in self.at(stage, employer) if not (besides and w.of == besides)]
        if not employer or not theirs:
            return own
        base = assumed(shares(own), self.prior.employer_weight)
        return hazards(updated(base, self.prior.days, theirs))


def of(
    applications: Iterable[Application],
    prior: Prior,
    *,
    today: date,
    zone: ZoneInfo,
    holidays: Callable[[str], Collection[date]],
) -> Hazards:
    """Given all applications as tracked, return what their waits tell as of ``today``.

    ``holidays`` returns those of a country (``Application.country``).
    """
    return Hazards(
        prior,
        [
            waited(wait, application, today=today, zone=zone, holidays=theirs)
            for application, theirs in ((a, holidays(a.country)) for a in applications)
            for wait in application.waits
        ],
    )


def waited(
    wait: Wait,
    application: Application,
    *,
    today: date,
    zone: ZoneInfo,
    holidays: Collection[date],
) -> Waited:
    """Return one wait in working days; one that is still to begin has none.

    Whoever answers on the day itself, or on a Sunday, answers on the first day.
    """
    over = today if wait.until is None else min(today, wait.until.astimezone(zone).date())
    days = working_days(begun(wait, application, zone), over, holidays)
    return Waited(
        wait.stage,
        max(1, days) if wait.answered else days,
        wait.answered,
        firm_key(application.company),
        application.id if wait.until is None else "",
    )


def begun(wait: Wait, application: Application, zone: ZoneInfo) -> date:
    """Return the day a wait begins: a talk that the letters agree on for a day of it begins it."""
    first, talk = wait.since.astimezone(zone).date(), application.agreed
    last = date.max if wait.until is None else wait.until.astimezone(zone).date()
    return talk if talk is not None and first < talk <= last else first
