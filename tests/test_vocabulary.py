"""What words weigh is the same remembered as reckoned, whatever was met before."""

from __future__ import annotations

import numpy as np
import pytest

from mailsense.classify import features
from mailsense.classify.features import BUCKETS, Table, Words, single, words
from mailsense.classify.vocabulary import Vocabulary


def _table(columns: int) -> Table:
    weights = np.random.default_rng(columns).normal(size=(500, columns)).astype(np.float16)
    return Table(np.arange(BUCKETS, dtype=np.int32) % 500, weights)


def _sums(found: Words, table: Table) -> features.Array:
    return features.gathered(table, found.grams, found.start)


@pytest.mark.parametrize("most", [1, 4, 100])
def test_words_weigh_what_they_weigh_however_few_are_remembered(most: int) -> None:
    tables = (_table(3), _table(20))
    vocabulary = Vocabulary(tables, most)
    for line in ("the offer", "offer the role", "é", "a role in the team", "the offer"):
        found = words(line.split())
        for table, sums in zip(tables, vocabulary.of_words(found), strict=True):
            assert (sums == _sums(found, table)).all()


def test_what_is_remembered_is_not_summed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary((_table(3),))
    (before,) = vocabulary.of_words(words(["the", "offer"]))
    monkeypatch.delattr("mailsense.classify.vocabulary.gathered")
    (after,) = vocabulary.of_words(words(["offer", "the"]))
    assert (after == before[::-1]).all()


def test_no_more_words_are_remembered_than_allowed() -> None:
    vocabulary = Vocabulary((_table(3),), most=10)
    for number in range(50):
        vocabulary.of_words(words([f"{letter}{number}" for letter in "abc"]))
        assert 0 < len(vocabulary) <= 10


def test_half_floats_become_the_same_single_ones() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].reshape(-1, 2)
    assert (single(finite).view(np.int32) == finite.astype(np.float32).view(np.int32)).all()
