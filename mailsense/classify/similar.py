"""Which letters are alike: by their words and pairs of words, and by whom they come from.

Decides what "similar" means when letters are labelled together: so alike that one look is
enough, as the form letters of one firm are.  Words that stand in most letters count little
(inverse document frequency), and a circle (the sender's domain, a mailing list) counts extra.
Refuses to know kinds and weights: it works before any model is loaded, and whichever is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mailsense.classify.letters import Letter

if TYPE_CHECKING:
    from mailsense.classify.features import Array

ALIKE = 0.6
"""Letters are similar from this cosine on: one form letter with other names in it comes to 0.7,
two letters of the corpus that say the same in other words to 0.1."""
SAME_CIRCLE = 0.1
"""What a common sender's domain or mailing list adds: little, for the receipt and the no of one
firm have greeting, footer and signature in common."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Letters as unit vectors over the words and pairs that stand in them.

    Ragged: row ``i`` has ``feature[start[i]:start[i + 1]]`` with ``weight`` likewise.
    """

    feature: Array
    weight: Array
    start: Array
    features: int

    def __len__(self) -> int:
        return len(self.start) - 1

    def cosines(self, row: int) -> Array:
        """Return the cosine of one letter with each."""
        import numpy as np

        low, high = self.start[row], self.start[row + 1]
        of_feature = np.zeros(self.features)
        of_feature[self.feature[low:high]] = self.weight[low:high]
        return np.add.reduceat(of_feature[self.feature] * self.weight, self.start[:-1])


def vectors(letters: Sequence[Letter]) -> Vectors:
    """Given letters, one at least, return their vectors."""
    import numpy as np

    number: dict[str, int] = {}
    found: list[int] = []
    start = [0]
    for letter in letters:
        mine = {number.setdefault(name, len(number)) for name in _features(letter)}
        found.extend(sorted(mine))
        start.append(len(found))
    feature = np.asarray(found, dtype=np.int64)
    met = np.bincount(feature, minlength=len(number))
    weight = (np.log((1 + len(letters)) / (1 + met)) + 1)[feature]
    starts = np.asarray(start, dtype=np.int64)
    length = np.sqrt(np.add.reduceat(weight**2, starts[:-1]))
    return Vectors(feature, weight / np.repeat(length, np.diff(starts)), starts, len(number))


def _features(letter: Letter) -> set[str]:
    """Return the words and the pairs of a letter, made normal as the model reads them."""
    from mailsense.classify.tokens import tokens

    found: set[str] = set()
    for sentence in letter.sentences:
        if sentence:
            row = tokens(sentence)
            found.update(row)
            found.update(f"{one} {two}" for one, two in pairwise(row))
    return found or {""}


def similar(
    target: Letter, circle: str, others: Sequence[tuple[Letter, str]]
) -> list[tuple[int, float]]:
    """Given a letter and others, each with its circle, return which are similar, most first.

    A circle is whatever name tells a common sender, "" for none.  Returned are places in
    ``others`` with the cosine.
    """
    if not others:
        return []
    cosines = vectors([target, *(letter for letter, _ in others)]).cosines(0)[1:].tolist()
    found = [
        (place, cosine)
        for place, (cosine, (_, theirs)) in enumerate(zip(cosines, others, strict=True))
        if cosine + (SAME_CIRCLE if circle and circle == theirs else 0.0) >= ALIKE
    ]
    return sorted(found, key=lambda one: (-one[1], one[0]))
