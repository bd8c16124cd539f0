"""What words hash to and weigh is the same remembered as reckoned, whatever was met before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from mailsense.classify import features
from mailsense.classify.features import BUCKETS, Table, single
from mailsense.classify.tokens import raw_tokens
from mailsense.classify.vocabulary import Vocabulary

LETTERS = (
    ["The offer", "offer 12 'the' role"],
    ["offer the role", ""],
    ["É"],
    ["a ROLE in the team", "at 3,500.00 the offer"],
    ["The offer", "offer 12 'the' role"],
)


def _table(columns: int) -> Table:
    weights = np.random.default_rng(columns).normal(size=(500, columns)).astype(np.float16)
    return Table(np.arange(BUCKETS, dtype=np.int32) % 500, weights)


@pytest.mark.parametrize("most", [1, 4, 100])
def test_words_are_and_weigh_the_same_however_few_are_remembered(most: int) -> None:
    tables = (_table(3), _table(20))
    vocabulary = Vocabulary(tables, most)
    for lines in LETTERS:
        raw = raw_tokens(lines)
        found, weights = vocabulary.bag(raw)
        alone, _ = Vocabulary().bag(raw)
        assert found.words.spelled == alone.words.spelled
        assert (found.word == alone.word).all() and (found.pair == alone.pair).all()
        assert found.word_start.tolist() == alone.word_start.tolist()
        for table, sums in zip(tables, weights, strict=True):
            assert (sums == alone.of_words(table)).all()


def test_what_is_remembered_is_neither_hashed_nor_summed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vocabulary = Vocabulary((_table(3),))
    _, (before,) = vocabulary.bag(["|", "the", "offer"])
    hashed: list[str] = []

    def watched(new: Sequence[str]) -> features.Words:
        hashed.extend(new)
        return features.words(new)

    monkeypatch.setattr("mailsense.classify.vocabulary.words", watched)
    _, (after,) = vocabulary.bag(["|", "offer", "the"])
    assert (after == before[::-1]).all() and not hashed


def test_no_more_is_remembered_than_allowed_and_one_batch() -> None:
    vocabulary = Vocabulary((_table(3),), most=10)
    for number in range(50):
        vocabulary.bag(["|", *(f"{letter}x{number}" for letter in "abc")])
        assert 0 < len(vocabulary) <= 10 + 4


def test_half_floats_become_the_same_single_ones() -> None:
    every = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)].reshape(-1, 2)
    assert (single(finite).view(np.int32) == finite.astype(np.float32).view(np.int32)).all()
