"""What each word of a letter weighs, remembered from one batch of letters to the next.

A word's weight is the sum over its letters' n-grams, some twenty rows of a large table, and
most words of a letter stood in others before it.  Decides which words are remembered: all that
were met, until there are ``MOST`` or those of one batch; then it begins anew, for the common
ones are soon back.
Refuses to know what the numbers mean.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mailsense.classify.features import Array, Table, Words, gathered

MOST = 16_384
"""Words remembered: some 3 MB beside a model that takes 20."""


class Vocabulary:
    """Given tables of weights by bucket, the sums of words met before."""

    def __init__(self, tables: Sequence[Table], most: int = MOST) -> None:
        self._tables = tables
        self._most = most
        self._number: dict[str, int] = {}
        self._sums = [np.zeros((0, table.shape[1]), dtype=np.float32) for table in tables]

    def __len__(self) -> int:
        return len(self._number)

    def of_words(self, words: Words) -> list[Array]:
        """Return for each table the sums of these words, as ``Bag.of_words`` would."""
        known = self._number
        new = [i for i, word in enumerate(words.spelled) if word not in known]
        if len(known) + len(new) > self._most:
            known.clear()
            new = list(range(len(words.spelled)))
        if new:
            self._learn(words, np.asarray(new, dtype=np.int64))
        index = np.fromiter(map(known.__getitem__, words.spelled), np.int64, len(words.spelled))
        return [sums.take(index, axis=0) for sums in self._sums]

    def _learn(self, words: Words, new: Array) -> None:
        """Sum up the words of these numbers and remember them."""
        counts = np.diff(words.start)[new]
        start = np.concatenate(([0], np.cumsum(counts)))
        within = np.arange(int(start[-1])) - np.repeat(start[:-1], counts)
        grams = words.grams[np.repeat(words.start[:-1][new], counts) + within]
        low = len(self._number)
        high = low + len(new)
        for number, table in enumerate(self._tables):
            if high > len(self._sums[number]):
                more = np.zeros((max(high, 2 * low), table.shape[1]), dtype=np.float32)
                more[:low] = self._sums[number][:low]
                self._sums[number] = more
            self._sums[number][low:high] = gathered(table, grams, start)
        self._number.update(zip([words.spelled[i] for i in new], range(low, high), strict=True))
