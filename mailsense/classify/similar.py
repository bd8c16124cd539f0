"""Which letters are alike: by their words and pairs of words, and by whom they come from.

Decides what "similar" means when letters are labelled together: so alike that one look is
enough, as the form letters of one firm are.  Words that stand in most letters count little
(inverse document frequency), and a circle (the sender's domain, a mailing list) counts extra.
Decides as well which letters are too alike for one to test what the other taught; there all words
count alike, for a form letter is one however many of the others are the same.
Refuses to know kinds and weights: it works before any model is loaded, and whichever is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
TWINS = 0.5
"""Letters are near-twins from this cosine on, all words counting alike: one form letter with other
names in it comes to 0.8, no two of six hundred letters of the corpus to 0.3."""
_ROWS = 200
"""Letters compared with all at once."""


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


def twins(letters: Sequence[tuple[Letter, str]]) -> list[int]:
    """Given letters, each with its circle, return for each the place of the first of its group.

    Near-twins are in one group, and so are near-twins of these.  What else there is to compare
    with changes nothing about two letters.
    """
    first = list(range(len(letters)))

    def root(place: int) -> int:
        while first[place] != place:
            first[place] = place = first[first[place]]
        return place

    for one, other in _pairs([letter for letter, _ in letters], [name for _, name in letters]):
        low, high = sorted((root(one), root(other)))
        first[high] = low
    return [root(place) for place in range(len(letters))]


def _pairs(letters: Sequence[Letter], circles: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of any two near-twins."""
    if not letters:
        return
    import numpy as np
    from scipy.sparse import csr_matrix

    found = vectors(letters)
    length = np.repeat(np.sqrt(np.diff(found.start)), np.diff(found.start))
    shape = (len(letters), found.features)
    rows = csr_matrix((1 / length, found.feature, found.start), shape=shape)
    number: dict[str, int] = {}
    circle = np.asarray([number.setdefault(name, len(number)) for name in circles])
    for low in range(0, len(letters), _ROWS):
        near = (rows[low : low + _ROWS] @ rows.T).tocoo()
        ones, others = near.row + low, near.col
        common = (circle[ones] == circle[others]) & (circle[ones] != number.get("", -1))
        yes = (near.data + SAME_CIRCLE * common >= TWINS) & (ones < others)
        yield from zip(ones[yes].tolist(), others[yes].tolist(), strict=True)
