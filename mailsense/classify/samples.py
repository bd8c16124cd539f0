"""The corpus as training rows: sentences, letters, folds, weights.

Decides what each sentence of a letter teaches and how letters are varied and put together.  A
letter, its variants and its sentences stay in one fold, so that what is held out was truly not
seen.  Refuses to know estimators and the user's own labels (``labels``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.features import Array, bag
from mailsense.classify.letters import Letter, of_message
from mailsense.classify.model import NEUTRAL, REASONS, Rows, rows
from mailsense.classify.sentences import split
from mailsense.classify.thresholds import QUIET
from mailsense.classify.tokens import tokens
from mailsense.classify.variation import Histories, composed, varied
from mailsense.domain import Kind

NUMBER = {kind: number for number, kind in enumerate(KINDS)}

PLAIN = 0.5
"""Weight of a sentence that its letter's writer did not call decisive."""
LIFE = 1.2
"""Weight of a sentence that decides nothing or is of ordinary life: most sentences are."""
COMPOSED = 0.35
"""Weight of a letter put together from sentences of the corpus."""
COMPOSED_LIFE = 0.8
"""The same, of ordinary life: the corpus's own letters of life are mostly near misses."""
SENTENCES_A_LETTER = 5
"""So many single sentences weigh as much as one letter when the folds are made even."""


@dataclass(frozen=True)
class SentenceRows:
    """Sentences to learn from, as parallel arrays."""

    counts: Any
    labels: Array
    reasons: Array
    weights: Array
    folds: Array


@dataclass(frozen=True)
class LetterRows:
    """Letters to learn from; ``real`` marks those as written, neither varied nor composed."""

    counts: Any
    labels: Array
    weights: Array
    folds: Array
    real: Array


@dataclass(frozen=True)
class Samples:
    """All training rows."""

    sentence: SentenceRows
    letter: LetterRows
    letters: list[Letter]
    features: Rows


@dataclass
class _Bench:
    """Rows while they are gathered."""

    texts: list[str] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    reasons: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    folds: list[int] = field(default_factory=list)
    letters: list[tuple[Letter, int, float, int, bool]] = field(default_factory=list)

    def say(self, text: str, label: int, fold: int, weight: float = 1.0, reason: int = -1) -> None:
        self.texts.append(text)
        self.labels.append(label)
        self.reasons.append(reason)
        self.weights.append(weight * (LIFE if label in (NEUTRAL, NUMBER[Kind.OTHER]) else 1.0))
        self.folds.append(fold)

    def send(self, sent: Letter, kind: Kind, fold: int, weight: float, real: bool = False) -> None:
        self.letters.append((sent, NUMBER[kind], weight, fold, real))


def spread(count: int, folds: int, rng: random.Random) -> list[int]:
    """Return a fold for each of ``count`` things, as even as can be, shuffled."""
    found = [number % folds for number in range(count)]
    rng.shuffle(found)
    return found


def dealt(sizes: Mapping[str, int], parts: int, rng: random.Random) -> dict[str, int]:
    """Given names with their sizes, return a part for each, the parts as even as can be.

    The largest are dealt first, each to the part that is smallest by then: a part left out of
    the learning costs each fit the same.
    """
    order = sorted(sizes)
    rng.shuffle(order)
    order.sort(key=lambda name: -sizes[name])
    full = [0] * parts
    found = {}
    for name in order:
        part = full.index(min(full))
        found[name] = part
        full[part] += sizes[name]
    return found


def _teach(bench: _Bench, written: Written, fold: int) -> None:
    """Let each sentence of a letter teach what its writer said of it."""
    reason = REASONS.index(written.reason) if written.reason else -1
    decisive = [" ".join(sentence.split()) for sentence in written.decisive]
    beside = [(kind, " ".join(sentence.split())) for kind, sentence in written.beside]
    if beside or not written.also:
        for sentence in decisive:
            bench.say(sentence, NUMBER[written.kind], fold, reason=reason)
    for kind, sentence in beside:
        bench.say(sentence, NUMBER[kind], fold)
    decisive += [sentence for _, sentence in beside]
    plain = NUMBER[written.kind] if written.kind in QUIET else NEUTRAL
    for sentence in split(written.body):
        if not any(part in sentence or sentence in part for part in decisive):
            bench.say(sentence, plain, fold, PLAIN)


def gather(base: Corpus, *, folds: int, seed: int) -> Samples:
    """Given the corpus, return the training rows."""
    rng = random.Random(seed)  # noqa: S311 - reproducible training, no secret
    bench = _Bench()
    pools: list[dict[int, list[str]]] = [{} for _ in range(folds)]
    sizes = Counter(one.voice for one in base.sentences)
    for written in base.letters:
        sizes[written.voice] += SENTENCES_A_LETTER
    del sizes[""]
    voices = dealt(sizes, folds, rng)
    lots = spread(len(base.sentences), folds, rng)
    for sentence, lot in zip(base.sentences, lots, strict=True):
        fold = voices[sentence.voice] if sentence.voice else lot
        label = NEUTRAL if sentence.kind is None else NUMBER[sentence.kind]
        reason = REASONS.index(sentence.reason) if sentence.reason else -1
        bench.say(sentence.text, label, fold, sentence.often, reason)
        pools[fold].setdefault(label, []).append(sentence.text)
    alone = Counter(one.family for one in base.letters if not one.voice)
    families = dealt(alone, folds, rng)
    histories = [Histories() for _ in range(folds)]
    parted = [
        (written, voices[written.voice] if written.voice else families[written.family])
        for written in base.letters
    ]
    for written, fold in parted:
        histories[fold].add(written)
    for written, fold in parted:
        _teach(bench, written, fold)
        bench.send(of_message(written.message), written.kind, fold, 1.0, real=True)
        below = histories[fold].below(written.kind, rng)
        bench.send(varied(written, rng, below), written.kind, fold, 0.5)
    for fold, pool in enumerate(pools):
        for sent, kind in composed(pool, rng):
            bench.send(sent, kind, fold, COMPOSED_LIFE if kind is Kind.OTHER else COMPOSED)
    return _rows(bench)


def _rows(bench: _Bench) -> Samples:
    """Return the gathered rows as arrays."""
    letters = [sent for sent, *_ in bench.letters]
    features = rows(letters)
    return Samples(
        SentenceRows(
            bag([tokens(text) for text in bench.texts]).matrix(),
            np.asarray(bench.labels),
            np.asarray(bench.reasons),
            np.asarray(bench.weights),
            np.asarray(bench.folds),
        ),
        LetterRows(
            features.letters.first(len(letters)).matrix(),
            np.asarray([label for _, label, _, _, _ in bench.letters]),
            np.asarray([weight for _, _, weight, _, _ in bench.letters]),
            np.asarray([fold for _, _, _, fold, _ in bench.letters]),
            np.asarray([real for *_, real in bench.letters]),
        ),
        letters,
        features,
    )
