"""The words of letters: what each hashes to and weighs, remembered from one batch to the next.

A word's weight is the sum over its letters' n-grams, some twenty rows of a large table, and
most words of a letter stood in others before it.  Decides which words are remembered: all that
were met, until there are more than ``MOST``; then it begins anew, for the common ones are soon
back.  What is remembered changes no answer.
Refuses to know what the numbers mean.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import count, islice

import numpy as np

from mailsense.classify.features import Array, Bag, Table, Words, bag_of, gathered, words
from mailsense.classify.tokens import BREAK, EMPTY, normal

MOST = 16_384
"""Tokens remembered: some 4 MB beside a model that takes 20."""


class Vocabulary:
    """Given tables of weights by bucket, the words met before and their sums over each table."""

    def __init__(self, tables: Sequence[Table] = (), most: int = MOST) -> None:
        self._tables = tables
        self._most = most
        self._forget()

    def __len__(self) -> int:
        """How many tokens are remembered."""
        return len(self._number)

    def _forget(self) -> None:
        self._number: defaultdict[str, int] = defaultdict(count().__next__)
        self._word_of = np.zeros(0, dtype=np.int64)
        """The number of the word for which each raw token stands."""
        self._words: dict[str, int] = {}
        self._spelled: list[str] = []
        self._hashes = np.zeros(0, dtype=np.uint64)
        self._sums = [np.zeros((0, table.shape[1]), dtype=np.float32) for table in self._tables]

    def bag(self, raw: Sequence[str]) -> tuple[Bag, list[Array]]:
        """Given raw tokens, each row of them after a BREAK, return their features.

        With them the sums of their distinct words over each table, as ``Bag.of_words`` would
        give them.  A token with "@" is a sender's, which is normal already.
        """
        if len(self) > self._most:
            self._forget()
        index = np.fromiter(map(self._number.__getitem__, raw), dtype=np.int64, count=len(raw))
        breaks = np.flatnonzero(index == self._number[BREAK])
        self._learn()
        sizes = np.diff(breaks, append=len(raw)) - 1
        kept = np.ones(len(raw), dtype=bool)
        kept[breaks] = sizes == 0  # The break stands for the token of an empty row.
        met, word = _renumbered(self._word_of[index[kept]], len(self._spelled))
        spelled = tuple(map(self._spelled.__getitem__, met.tolist()))
        found = bag_of(Words(spelled, self._hashes[met]), word, np.maximum(sizes, 1))
        return found, [sums.take(met, axis=0) for sums in self._sums]

    def _learn(self) -> None:
        """Remember the tokens that were numbered just now, and what they stand for."""
        fresh = [
            EMPTY if token == BREAK else token if "@" in token else normal(token)
            for token in islice(self._number, len(self._word_of), None)
        ]
        new = words([word for word in dict.fromkeys(fresh) if word not in self._words])
        self._words.update(zip(new.spelled, count(len(self._spelled))))
        self._spelled += new.spelled
        numbers = np.asarray([self._words[word] for word in fresh], dtype=np.int64)
        self._word_of = np.concatenate((self._word_of, numbers))
        self._hashes = np.concatenate((self._hashes, new.hashes))
        for number, table in enumerate(self._tables):
            more = gathered(table, new.grams, new.start)
            self._sums[number] = np.concatenate((self._sums[number], more))


def _renumbered(word: Array, many: int) -> tuple[Array, Array]:
    """Given words by number, return the distinct ones as they come, and each by its place there.

    So it makes no difference which words are remembered, nor in which order.
    """
    place = np.arange(len(word))
    number = np.empty(many, dtype=np.int64)
    number[word[::-1]] = place[::-1]  # of several places the last written stays: the first
    met = word[number[word] == place]
    number[met] = np.arange(len(met))
    return met, number[word]
