"""Which letters to ask a human about: those from which the model would learn most.

Decides by doubt and by difference.  Doubt is how close the two likeliest kinds are (margin
sampling; Scheffer et al., 2001), and counts double where a request or a rejection is at stake,
for these are what a mistake costs most.  Difference keeps five letters from being asked that one
answer settles: each pick takes from the worth of those like it (maximal marginal relevance;
Carbonell and Goldstein, 1998), and so does what was labelled before.  The same letters give the
same picks.  Refuses to know mailboxes and weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailsense.classify import rules
from mailsense.classify.corpus import KINDS
from mailsense.classify.letters import Letter, of_message
from mailsense.classify.similar import vectors
from mailsense.domain import Kind, Message, Tag

if TYPE_CHECKING:
    from mailsense.classify.model import Model

BATCH = 500
"""Messages read at once."""
POOL = 400
"""The most doubtful letters, among which the different ones are picked."""
NOTHING = 0.02
"""A letter with less to teach is not asked about: the model knows."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A letter that could be asked about, and how likely the model thinks each kind."""

    letter: Letter
    likely: Mapping[Kind, float]


@dataclass(frozen=True, slots=True)
class Pick:
    """A letter to ask about: its place among the candidates, and what it would teach (0 to 2)."""

    place: int
    worth: float


def candidates(messages: Sequence[Message], model: Model) -> list[Candidate]:
    """Given messages that are the model's to judge, return what it thinks of each."""
    import numpy as np

    found: list[Candidate] = []
    for start in range(0, len(messages), BATCH):
        part = messages[start : start + BATCH]
        letters = [of_message(message) for message in part]
        shift = [rules.shift(rules.leans(message)) for message in part]
        for letter, reading in zip(letters, model.read(letters, np.asarray(shift)), strict=True):
            likely = dict(zip(KINDS, reading.kinds.tolist(), strict=True))
            found.append(Candidate(letter, likely))
    return found


def doubt(likely: Mapping[Kind, float]) -> float:
    """Given each kind's probability, return how much an answer would teach, from 0 to 2.

    An even choice between two kinds of no consequence gives 1, between two requests 2.
    """
    shares = sorted(likely.values(), reverse=True)
    margin = shares[0] - shares[1] if len(shares) > 1 else 1.0
    stakes = sum(
        share for kind, share in likely.items() if kind.tag in (Tag.REQUEST, Tag.REJECTION)
    )
    return max(0.0, 1.0 - margin) * (1.0 + min(1.0, stakes))


def informative(
    asked: Sequence[Candidate], count: int, *, known: Sequence[Letter] = ()
) -> list[Pick]:
    """Given letters, return the ``count`` that would teach most, most first.

    ``known`` are letters that a human labelled already: what is like them teaches less.
    """
    import numpy as np

    worth = np.asarray([doubt(one.likely) for one in asked])
    order = np.argsort(-worth, kind="stable") if len(worth) else worth.astype(int)
    pool = [int(place) for place in order[:POOL] if worth[place] >= NOTHING]
    if not pool:
        return []
    space = vectors([*(asked[place].letter for place in pool), *known])
    left = worth[pool]
    for row in range(len(pool), len(space)):
        left = np.minimum(left, worth[pool] * (1.0 - space.cosines(row)[: len(pool)]))
    picks: list[Pick] = []
    open_ = np.ones(len(pool), dtype=bool)
    while len(picks) < count and open_.any():
        best = int(np.where(open_, left, -1.0).argmax())
        if left[best] < NOTHING:
            break
        picks.append(Pick(pool[best], float(left[best])))
        open_[best] = False
        left = np.minimum(left, worth[pool] * (1.0 - space.cosines(best)[: len(pool)]))
    return picks
