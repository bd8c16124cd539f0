"""What labels did to inboxes: errors before and after, and how far chance could move that.

*Unsure* is at fault wherever it is said.  A ratio is the mean over inboxes of errors after beside
errors before, on the same letters.  Its interval comes from drawing anew inboxes and, in each of
them, letters, a letter always together with its siblings (a bootstrap of two stages; Davison and
Hinkley, 1997, 3.8).  Refuses to know how verdicts were made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mailsense.classify.features import Array
from mailsense.domain import Kind, Verdict

WAYS = ASKED, BY_LOT = ("asked", "by lot")
BEFORE = "before"
FAULTS = ("wrong tag or unsure", "wrong kind or unsure")
DRAWS = 2000
"""Times that inboxes and letters are drawn anew."""


@dataclass(frozen=True)
class Faults:
    """What was wrong of one lot of letters: before, and after each way to label.

    ``wrong`` has a row a letter and a column for each of FAULTS; ``learned`` marks the letters
    that were labelled; ``like`` is one number for all letters that are variants of another.
    """

    like: Array
    wrong: Mapping[str, Array]
    learned: Mapping[str, Array]


@dataclass(frozen=True)
class Tried:
    """One inbox of one sort: its letters, and those of people who never wrote to it."""

    inbox: int
    sort: str
    mail: Faults
    others: Faults


def faulty(gold: Kind, verdict: Verdict) -> tuple[bool, bool]:
    """Return whether a verdict is at fault, in the order of FAULTS: unsure is both times."""
    unsure = verdict.kind is Kind.UNSURE
    return unsure or verdict.kind.tag is not gold.tag, verdict.kind is not gold


@dataclass(frozen=True)
class Line:
    """One line of the table: what was wrong of the same letters by two models."""

    sort: str
    about: str
    fault: str
    letters: int
    labels: float
    """A mean inbox's."""
    before: int
    after: int
    righted: int
    spoilt: int
    ratio: float | None
    """After beside before, the mean over inboxes; None where nothing was wrong before."""
    low: float | None
    high: float | None


def lines(tried: Sequence[Tried], seed: int) -> list[Line]:
    """Given all inboxes, return the table's lines."""
    found = []
    for sort in dict.fromkeys(one.sort for one in tried):
        mine = [one for one in tried if one.sort == sort]
        labels = float(np.mean([one.mail.learned[ASKED].sum() for one in mine]))
        cases: list[tuple[str, str, str, list[tuple[Faults, Array]]]] = []
        for way in WAYS:
            rest = [(one.mail, ~one.mail.learned[way]) for one in mine]
            cases.append((f"{way}: rest of the inbox", BEFORE, way, rest))
            others = [(one.others, ~one.others.learned[way]) for one in mine]
            cases.append((f"{way}: people who never wrote", BEFORE, way, others))
        neither = [
            (one.mail, ~(one.mail.learned[ASKED] | one.mail.learned[BY_LOT])) for one in mine
        ]
        cases.append(("by lot → asked: in neither", BY_LOT, ASKED, neither))
        for column, fault in enumerate(FAULTS):
            for about, first, then, parts in cases:
                kept = [
                    (f.like[use], f.wrong[first][use, column], f.wrong[then][use, column])
                    for f, use in parts
                ]
                found.append(Line(sort, about, fault, **_counted(kept, labels, seed)))
    return found


def _counted(
    parts: Sequence[tuple[Array, Array, Array]], labels: float, seed: int
) -> dict[str, Any]:
    """Given for each inbox who is like whom and what was wrong first and then, count it."""
    sums = []
    parts = [part for part in parts if len(part[0])]
    for like, first, then in parts:
        there = np.unique(like, return_inverse=True)[1]  # those all of whose letters are left out
        sums.append(np.stack([np.bincount(there, weights=wrong) for wrong in (first, then)]))
    low, high = interval(sums, seed)
    return {
        "letters": sum(len(like) for like, _, _ in parts),
        "labels": labels,
        "before": int(sum(first.sum() for _, first, _ in parts)),
        "after": int(sum(then.sum() for _, _, then in parts)),
        "righted": int(sum((first & ~then).sum() for _, first, then in parts)),
        "spoilt": int(sum((then & ~first).sum() for _, first, then in parts)),
        "ratio": mean_ratio(np.array([one.sum(axis=1) for one in sums]).reshape(-1, 2)),
        "low": low,
        "high": high,
    }


def mean_ratio(sums: Array) -> float | None:
    """Given (wrong before, wrong after) an inbox, return the mean ratio of those with any before.

    None when no inbox has.
    """
    some = sums[sums[:, 0] > 0]
    return float((some[:, 1] / some[:, 0]).mean()) if len(some) else None


def interval(sums: Sequence[Array], seed: int) -> tuple[float | None, float | None]:
    """Given for each inbox (before, after) x letters, return the 95 % interval of the mean ratio.

    Inboxes are drawn anew, and in each of them letters, a letter together with its siblings.
    """
    if not sums:
        return None, None
    rng = np.random.default_rng(seed)
    ratios = []
    for _ in range(DRAWS):
        counted = []
        for number in rng.integers(len(sums), size=len(sums)):
            one = sums[number]
            picked = rng.integers(one.shape[1], size=one.shape[1])
            counted.append(one[:, picked].sum(axis=1))
        ratios.append(mean_ratio(np.array(counted)))
    known = [ratio for ratio in ratios if ratio is not None]
    if not known:
        return None, None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def table(found: Sequence[Line]) -> str:
    """Given the lines, return them as an aligned table."""
    told: list[str] = []
    heads = ("letters", "before", "after", "righted", "spoilt", "ratio")
    for sort in dict.fromkeys(one.sort for one in found):
        for fault in FAULTS:
            mine = [one for one in found if (one.sort, one.fault) == (sort, fault)]
            told.append(f"{sort}, {mine[0].labels:.0f} labels: {fault}")
            told.append(" " * 32 + "".join(f"{head:>9}" for head in heads) + "  95 %")
            for one in mine:
                numbers = (one.letters, one.before, one.after, one.righted, one.spoilt)
                ratio, low, high = (
                    "-" if number is None else f"{number:.2f}"
                    for number in (one.ratio, one.low, one.high)
                )
                told.append(
                    f"  {one.about:<30}{''.join(f'{number:>9,}' for number in numbers)}"
                    f"{ratio:>9}  {low} to {high}"
                )
            told.append("")
    return "\n".join(told).rstrip()
