"""The corpus and the user's labels as training rows: sentences, letters, folds, weights.

Decides what each sentence of a letter teaches, how letters are varied and put together, and how
much the user's own labels count.  A letter, its variants and its sentences stay in one fold, so
that what is held out was truly not seen.  Refuses to know estimators.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.features import Array, bag
from mailsense.classify.letters import Letter, letter, of_example
from mailsense.classify.model import NEUTRAL, REASONS, Rows, rows
from mailsense.classify.sentences import split
from mailsense.classify.tokens import tokens
from mailsense.classify.variation import composed, varied
from mailsense.domain import Example, Kind

NUMBER = {kind: number for number, kind in enumerate(KINDS)}
QUIET = (Kind.ALERT, Kind.OTHER)
"""Kinds whose every sentence is of that kind, where none is called decisive."""

PLAIN = 0.5
"""Weight of a sentence that its letter's writer did not call decisive."""
LIFE = 2.5
"""Weight of a sentence that decides nothing or is of ordinary life: most sentences are."""
COMPOSED = 0.35
"""Weight of a letter put together from sentences of the corpus."""
COMPOSED_LIFE = 0.8
"""The same, of ordinary life: the corpus's own letters of life are mostly near misses."""
OWN = 4.0
"""Weight of one label of the user's, while few; all together never outweigh OWN_SHARE."""
OWN_SHARE = 0.5


@dataclass
class Samples:
    """Training rows as parallel arrays; ``real`` marks letters as written, not varied."""

    sentence_rows: Any
    sentence_labels: Array
    sentence_reasons: Array
    sentence_weights: Array
    sentence_folds: Array
    letters: list[Letter]
    features: Rows
    letter_rows: Any
    letter_labels: Array
    letter_weights: Array
    letter_folds: Array
    real: Array


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


def _spread(count: int, folds: int, rng: random.Random) -> list[int]:
    """Return a fold for each of ``count`` things, as even as can be, shuffled."""
    found = [number % folds for number in range(count)]
    rng.shuffle(found)
    return found


def _teach(bench: _Bench, written: Written, fold: int) -> None:
    """Let each sentence of a letter teach what its writer said of it."""
    reason = REASONS.index(written.reason) if written.reason else -1
    decisive = [" ".join(sentence.split()) for sentence in written.decisive]
    if not written.also:
        for sentence in decisive:
            bench.say(sentence, NUMBER[written.kind], fold, 1.0, reason)
    plain = NUMBER[written.kind] if written.kind in QUIET else NEUTRAL
    for sentence in split(written.body):
        if not any(part in sentence or sentence in part for part in decisive):
            bench.say(sentence, plain, fold, PLAIN)


def _own(bench: _Bench, examples: Sequence[Example], folds: int, rng: random.Random) -> None:
    """Add the user's labels: the whole letter, and what its sentences most likely teach."""
    total = sum(weight for _, _, weight, _, _ in bench.letters)
    asked = OWN * sum(example.weight for example in examples)
    factor = OWN * min(1.0, OWN_SHARE * total / asked) if asked else 0.0
    for example, fold in zip(examples, _spread(len(examples), folds, rng), strict=True):
        sent = of_example(example)
        bench.send(sent, example.kind, fold, factor * example.weight, real=True)
        reason = REASONS.index(example.reason) if example.reason else -1
        found = [sentence for sentence in sent.sentences if sentence][:40]
        share = factor * example.weight / max(1.0, len(found) / 2)
        for sentence in found:
            bench.say(sentence, NUMBER[example.kind], fold, share, reason)


def gather(base: Corpus, examples: Sequence[Example], *, folds: int, seed: int) -> Samples:
    """Given the corpus and the user's labels, return the training rows."""
    rng = random.Random(seed)  # noqa: S311 - reproducible training, no secret
    bench = _Bench()
    pools: list[dict[int, list[str]]] = [{} for _ in range(folds)]
    for sentence, fold in zip(
        base.sentences, _spread(len(base.sentences), folds, rng), strict=True
    ):
        label = NEUTRAL if sentence.kind is None else NUMBER[sentence.kind]
        reason = REASONS.index(sentence.reason) if sentence.reason else -1
        bench.say(sentence.text, label, fold, 1.0, reason)
        pools[fold].setdefault(label, []).append(sentence.text)
    families = sorted({written.family for written in base.letters})
    place = dict(zip(families, _spread(len(families), folds, rng), strict=True))
    for written in base.letters:
        fold = place[written.family]
        _teach(bench, written, fold)
        sent = letter(written.subject, written.address, written.body)
        bench.send(sent, written.kind, fold, 1.0, real=True)
        bench.send(varied(written, rng), written.kind, fold, 0.5)
    for fold, pool in enumerate(pools):
        for sent, kind in composed(pool, rng):
            bench.send(sent, kind, fold, COMPOSED_LIFE if kind is Kind.OTHER else COMPOSED)
    told = [example for example in examples if example.kind is not Kind.UNSURE]
    _own(bench, sorted(told, key=lambda e: e.message_key), folds, rng)
    return _rows(bench)


def _rows(bench: _Bench) -> Samples:
    """Return the gathered rows as arrays."""
    letters = [sent for sent, *_ in bench.letters]
    features = rows(letters)
    return Samples(
        sentence_rows=bag([tokens(text) for text in bench.texts]).matrix(),
        sentence_labels=np.asarray(bench.labels),
        sentence_reasons=np.asarray(bench.reasons),
        sentence_weights=np.asarray(bench.weights),
        sentence_folds=np.asarray(bench.folds),
        letters=letters,
        features=features,
        letter_rows=features.letters.matrix(),
        letter_labels=np.asarray([label for _, label, _, _, _ in bench.letters]),
        letter_weights=np.asarray([weight for _, _, weight, _, _ in bench.letters]),
        letter_folds=np.asarray([fold for _, _, _, fold, _ in bench.letters]),
        real=np.asarray([real for *_, real in bench.letters]),
    )
