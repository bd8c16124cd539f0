"""Sentences into hashed features: words, pairs of words, and the letters within words.

The one featuriser of training and of judging: both see the same buckets, so a model is plain
arrays.  The hash is a polynomial over UTF-8 bytes modulo 2^64, taken for all words and all
their n-grams at once from one running sum (Karp and Rabin, 1987), then mixed (the finaliser of
SplitMix64).  A word is hashed once, however often it stands in a batch (``vocabulary``).
Refuses to know kinds, weights and files.

Layout: buckets below ``WORDS`` hold words and pairs, the ``CHARS`` buckets above them hold
character 3- to 5-grams of the word with a blank on either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

WORD_BITS = 20
CHAR_BITS = 16
WORDS = 1 << WORD_BITS
CHARS = 1 << CHAR_BITS
BUCKETS = WORDS + CHARS
SIZES = (3, 4, 5)
LAYOUT = 4
"""Rises when the same text would fall into other buckets: older weights mean nothing then.

1: words and pairs in 2^16 buckets, letters 3 to 5 in 2^16.  2: words without accents.
3: pairs over a gap of one word too, words and pairs in 2^18.  4: these in 2^20."""

_PRIME = 0x9E3779B97F4A7C55
_INVERSE = pow(_PRIME, -1, 1 << 64)
_SALT_PAIR = np.uint64(0xD6E8FEB86659FD93)
_SALT_GAP = np.uint64(0xA0761D6478BD642F)


def _powers(base: int, count: int) -> Array:
    """Return 1, base, base², … modulo 2^64."""
    steps: Array = np.full(count, base, dtype=np.uint64)
    steps[:1] = 1
    return np.asarray(np.multiply.accumulate(steps), dtype=np.uint64)


def _mix(hashes: Array) -> Array:
    """Given sums modulo 2^64, return them with every input bit spread over every output bit."""
    mixed = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


@dataclass(frozen=True)
class Words:
    """Distinct words and their hashes; the buckets of their letters when they are asked for."""

    spelled: tuple[str, ...]
    hashes: Array

    @property
    def grams(self) -> Array:
        """All buckets, ragged: word ``i`` has ``grams[start[i]:start[i + 1]]``, its own first."""
        return self._ragged[0]

    @property
    def start(self) -> Array:
        return self._ragged[1]

    @cached_property
    def _ragged(self) -> tuple[Array, Array]:
        sums, back, first, lengths = _running(self.spelled)
        counts = 1 + sum(np.maximum(lengths - size + 1, 0) for size in SIZES)
        start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        grams = np.empty(int(start[-1]), dtype=np.int32)
        grams[start[:-1]] = (self.hashes >> np.uint64(64 - WORD_BITS)).astype(np.int32)
        filled = start[:-1] + 1
        for size in SIZES:
            many = np.maximum(lengths - size + 1, 0)
            within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
            at = np.repeat(first, many) + within
            found = _mix((sums[at + size] - sums[at]) * back[at] + np.uint64(size))
            buckets = WORDS + (found >> np.uint64(64 - CHAR_BITS)).astype(np.int32)
            grams[np.repeat(filled, many) + within] = buckets
            filled = filled + many
        return grams, start


def words(distinct: Sequence[str]) -> Words:
    """Given distinct words, return them with their hashes."""
    sums, back, first, lengths = _running(distinct)
    return Words(tuple(distinct), _mix((sums[first + lengths] - sums[first]) * back[first]))


def _running(distinct: Sequence[str]) -> tuple[Array, Array, Array, Array]:
    """Return the running sum over words, with blanks around each, and what takes its powers off.

    Then where each word begins in it, and how long it is.
    """
    coded = [f" {word} ".encode() for word in distinct]
    lengths = np.fromiter((len(c) for c in coded), dtype=np.int64, count=len(coded))
    data = np.frombuffer(b"".join(coded), dtype=np.uint8).astype(np.uint64) + np.uint64(1)
    sums = np.zeros(len(data) + 1, dtype=np.uint64)
    np.cumsum(data * _powers(_PRIME, len(data)), out=sums[1:])
    return sums, _powers(_INVERSE, len(data) + 1), np.cumsum(lengths) - lengths, lengths


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of numbers by bucket, of which most are alike: ``rows[row_of[bucket]]``."""

    row_of: Array
    rows: Array

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.row_of), self.rows.shape[1])

    @property
    def dtype(self) -> Any:
        return self.rows.dtype

    def take(self, index: Array, axis: int = 0) -> Array:
        """Return the rows of these buckets."""
        return np.asarray(self.rows.take(self.row_of.take(index), axis=axis))


CHUNK = 4096
"""Features gathered at once: what is summed is still in the processor's cache."""


_SIGN_AND_SIZE = np.int32(-0x70002000)
"""0x8FFFE000: where a half float's bits lie in a single one, thirteen places higher."""
_REBASE = np.float32(2.0**112)
"""Between the exponents' zeros: 15 in a half float, 127 in a single one."""


def single(halves: Array) -> Array:
    """Return finite half floats as single ones.

    The same numbers as ``astype``'s, several times as fast: it goes one by one where the
    processor's own instruction for it is not asked for.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= _SIGN_AND_SIZE
    found = bits.view(np.float32)
    found *= _REBASE
    return found


def gathered(table: Array | Table, index: Array, start: Array) -> Array:
    """Given rows of a table, ragged, return the sum of each: ``index[start[i]:start[i + 1]]``.

    A table of half floats, which takes half the memory, is summed in single ones.
    """
    kind = np.result_type(table.dtype, np.float32)
    wide = single if table.dtype == np.float16 else partial(np.asarray, dtype=kind)
    total = np.empty((len(start) - 1, table.shape[1]), dtype=kind)
    low = 0
    while low < len(total):
        high = max(low + 1, int(np.searchsorted(start, start[low] + CHUNK, side="right")) - 1)
        part = wide(table.take(index[start[low] : start[high]], axis=0))
        np.add.reduceat(part, start[low:high] - start[low], axis=0, out=total[low:high])
        low = high
    return total


@dataclass(frozen=True, slots=True)
class Bag:
    """Rows (sentences or messages) of words and pairs.

    ``word`` indexes ``words``; row ``i`` has ``word[word_start[i]:word_start[i + 1]]`` and,
    likewise, the buckets ``pair[pair_start[i]:…]``.  A row is never empty.
    """

    words: Words
    word: Array
    word_start: Array
    pair: Array
    pair_start: Array

    def __len__(self) -> int:
        return len(self.word_start) - 1

    def of_words(self, table: Array | Table) -> Array:
        """Given a table (buckets x columns), return for each distinct word the sum of its own."""
        return gathered(table, self.words.grams, self.words.start)

    def sums(self, table: Array | Table, of_words: Array | None = None) -> Array:
        """Given a table and, if known, its ``of_words``, return the sum over each row."""
        by_word = self.of_words(table) if of_words is None else of_words
        total = gathered(by_word, self.word, self.word_start)
        total += gathered(table, self.pair, self.pair_start)
        return total

    def first(self, rows: int) -> Bag:
        """Return the first rows alone."""
        word_start, pair_start = self.word_start[: rows + 1], self.pair_start[: rows + 1]
        word, pair = self.word[: word_start[-1]], self.pair[: pair_start[-1]]
        return Bag(self.words, word, word_start, pair, pair_start)

    def matrix(self) -> Any:
        """Return the rows as a scipy CSR matrix of counts (training only)."""
        from scipy.sparse import csr_matrix

        kinds = self.words
        sizes = np.diff(kinds.start)[self.word]
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        grams = kinds.grams[np.repeat(kinds.start[:-1][self.word], sizes) + within]
        rows = np.repeat(np.arange(len(self)), np.diff(self.word_start))
        columns = np.concatenate([grams, self.pair])
        pair_rows = np.repeat(np.arange(len(self)), np.diff(self.pair_start))
        row = np.concatenate([np.repeat(rows, sizes), pair_rows])
        ones = np.ones(len(columns), dtype=np.float32)
        return csr_matrix((ones, (row, columns)), shape=(len(self), BUCKETS))


PAIRS = 2
"""Pairs of each token: with the word before it, and with the one before that."""


def _pairs(hashes: Array, word: Array, start: Array) -> Array:
    """Return for each token the buckets of its ``PAIRS`` (before the row's begin: 0)."""
    current = hashes[word]
    before = np.zeros_like(current)
    before[1:] = current[:-1]
    before[start[:-1]] = 0
    gap = np.zeros_like(current)
    gap[1:] = before[:-1]
    gap[start[:-1]] = 0
    found = np.empty((len(current), PAIRS), dtype=np.int32)
    found[:, 0] = _mix(before * _SALT_PAIR + current) >> np.uint64(64 - WORD_BITS)
    found[:, 1] = _mix(gap * _SALT_GAP + current) >> np.uint64(64 - WORD_BITS)
    return found.ravel()


def bag(rows: Sequence[Sequence[str]]) -> Bag:
    """Given tokenised sentences, each with a token at least, return their features."""
    number = {token: at for at, token in enumerate(dict.fromkeys(t for row in rows for t in row))}
    word = np.asarray([number[token] for row in rows for token in row], dtype=np.int64)
    return bag_of(words(list(number)), word, [len(row) for row in rows])


def bag_of(distinct: Words, word: Array, counts: npt.ArrayLike) -> Bag:
    """Given distinct words, rows of them one after the other by number, and how long each is."""
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    pair = _pairs(distinct.hashes, word, start)
    return Bag(distinct, word, start, pair, start * PAIRS)


def _distinct(value: Array, owner: Array, many: int, rows: int) -> tuple[Array, Array]:
    """Return the distinct values of each row, and where each row starts."""
    keys = np.sort(owner * np.int64(many) + value)
    keys = keys[np.diff(keys, prepend=-1) > 0]
    start = np.searchsorted(keys, np.arange(rows + 1, dtype=np.int64) * many)
    return keys % many, start


def merge(sentences: Bag, owner: Sequence[int], rows: int) -> Bag:
    """Given sentences and the message each belongs to, return messages: each feature once."""
    row = np.asarray(owner, dtype=np.int64)
    of_token = np.repeat(row, np.diff(sentences.word_start))
    word, word_start = _distinct(sentences.word, of_token, len(sentences.words.hashes), rows)
    of_pair = np.repeat(of_token, PAIRS)
    pair, pair_start = _distinct(sentences.pair.astype(np.int64), of_pair, WORDS, rows)
    return Bag(sentences.words, word, word_start, pair, pair_start)
