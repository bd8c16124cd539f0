"""The corpus and the user's labels as training rows: sentences, letters, folds, weights.

Decides what each sentence of a letter teaches, how letters are varied and put together, and how
much the user's own labels count.  A letter, its variants and its sentences stay in one fold, so
that what is held out was truly not seen.  Refuses to know estimators.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.features import Array, bag
from mailsense.classify.letters import Letter, letter, of_example
from mailsense.classify.model import NEUTRAL, REASONS, Model, Reading, Rows, rows
from mailsense.classify.sentences import split
from mailsense.classify.tokens import tokens
from mailsense.classify.variation import composed, varied
from mailsense.domain import Example, Kind

NUMBER = {kind: number for number, kind in enumerate(KINDS)}
QUIET = (Kind.ALERT, Kind.OTHER)
"""Kinds whose every sentence is of that kind, where none is called decisive."""

PLAIN = 0.5
"""Weight of a sentence that its letter's writer did not call decisive."""
LIFE = 1.2
"""Weight of a sentence that decides nothing or is of ordinary life: most sentences are."""
COMPOSED = 0.35
"""Weight of a letter put together from sentences of the corpus."""
COMPOSED_LIFE = 0.8
"""The same, of ordinary life: the corpus's own letters of life are mostly near misses."""
OWN = 2.0
"""Weight of one label of the user's, while few; all together never outweigh OWN_SHARE."""
OWN_SHARE = 0.5
OWN_LETTER = 0.5
"""What of it the whole letter gets: greeting, footer and firm stand in that firm's other letters
too, whatever these say."""
MOST = 40
"""Sentences of a letter of the user's that teach."""
FEW = 4.0
"""Telling sentences of a letter that teach in full: where all seem alike, none is so telling."""
TELLING = 0.3
"""A sentence teaches what its letter was called when it is this telling beside the letter's most
telling one; what is less so teaches that it decides nothing."""


@dataclass(frozen=True)
class SentenceRows:
    """Sentences to learn from, as parallel arrays."""

    counts: Any
    labels: Array
    reasons: Array
    weights: Array
    folds: Array
    own: Array
    """Which are of the user's own letters."""


@dataclass(frozen=True)
class LetterRows:
    """Letters to learn from; ``real`` marks those as written, neither varied nor composed."""

    counts: Any
    labels: Array
    weights: Array
    folds: Array
    real: Array
    own: Array


@dataclass(frozen=True)
class Samples:
    """All training rows. The user's own letters stand last, in the order of ``keys``."""

    sentence: SentenceRows
    letter: LetterRows
    letters: list[Letter]
    features: Rows
    keys: tuple[str, ...]


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


def _dealt(names: Iterable[str], folds: int, rng: random.Random) -> dict[str, int]:
    """Return a fold for each distinct name, as even as can be."""
    distinct = sorted(set(names))
    return dict(zip(distinct, _spread(len(distinct), folds, rng), strict=True))


def _teach(bench: _Bench, written: Written, fold: int) -> None:
    """Let each sentence of a letter teach what its writer said of it."""
    reason = REASONS.index(written.reason) if written.reason else -1
    decisive = [" ".join(sentence.split()) for sentence in written.decisive]
    beside = [(kind, " ".join(sentence.split())) for kind, sentence in written.beside]
    if beside or not written.also:
        for sentence in decisive:
            bench.say(sentence, NUMBER[written.kind], fold, 1.0, reason)
    for kind, sentence in beside:
        bench.say(sentence, NUMBER[kind], fold)
    decisive += [sentence for _, sentence in beside]
    plain = NUMBER[written.kind] if written.kind in QUIET else NEUTRAL
    for sentence in split(written.body):
        if not any(part in sentence or sentence in part for part in decisive):
            bench.say(sentence, plain, fold, PLAIN)


def _own(
    bench: _Bench, examples: Sequence[Example], folds: int, rng: random.Random, known: Model | None
) -> None:
    """Add the user's labels: the whole letter, and what its sentences most likely teach."""
    total = sum(weight for _, _, weight, _, _ in bench.letters)
    asked = OWN * OWN_LETTER * sum(example.weight for example in examples)
    factor = OWN * min(1.0, OWN_SHARE * total / asked) if asked else 0.0
    letters = [of_example(example) for example in examples]
    readings = known.read(letters) if known is not None else [None] * len(letters)
    lots = _spread(len(examples), folds, rng)
    for example, sent, reading, fold in zip(examples, letters, readings, lots, strict=True):
        weight = factor * example.weight
        bench.send(sent, example.kind, fold, weight * OWN_LETTER, real=True)
        reason = REASONS.index(example.reason) if example.reason else -1
        label = NUMBER[example.kind]
        found = [sentence for sentence in sent.sentences if sentence]
        telling = _telling(reading, label) if example.kind not in QUIET else None
        among = max(1.0, min(len(found), MOST) / 2)
        told = sum(share for share in (telling or ())[:MOST] if share >= TELLING)
        spare = min(1.0, FEW / max(told, 1e-9))
        for number, sentence in enumerate(found[:MOST]):
            if telling is None:
                bench.say(sentence, label, fold, weight / among, reason)
            elif telling[number] >= TELLING:
                bench.say(sentence, label, fold, weight * telling[number] * spare, reason)
            else:
                bench.say(sentence, NEUTRAL, fold, weight / among)


def _telling(reading: Reading | None, label: int) -> list[float] | None:
    """Return how telling each sentence is of the label, beside the most telling one: 0 to 1.

    As in learning from bags of which one thing at least is of a kind (Dietterich et al., 1997).
    None where no model has read the letter: then each sentence may be the one.
    """
    if reading is None:
        return None
    mine = reading.scores[:, label]
    odds = mine / (mine + reading.scores[:, NEUTRAL] + 1e-9)
    return [float(share) for share in odds / max(float(odds.max()), 1e-9)]


def gather(
    base: Corpus,
    examples: Sequence[Example],
    *,
    folds: int,
    seed: int,
    known: Model | None = None,
) -> Samples:
    """Given the corpus and the user's labels, return the training rows.

    A model that is ``known`` tells which sentences of the user's letters are the telling ones.
    """
    rng = random.Random(seed)  # noqa: S311 - reproducible training, no secret
    bench = _Bench()
    pools: list[dict[int, list[str]]] = [{} for _ in range(folds)]
    voices = _dealt(
        [one.voice for one in base.sentences] + [one.voice for one in base.letters], folds, rng
    )
    lots = _spread(len(base.sentences), folds, rng)
    for sentence, lot in zip(base.sentences, lots, strict=True):
        fold = voices[sentence.voice] if sentence.voice else lot
        label = NEUTRAL if sentence.kind is None else NUMBER[sentence.kind]
        reason = REASONS.index(sentence.reason) if sentence.reason else -1
        bench.say(sentence.text, label, fold, 1.0, reason)
        pools[fold].setdefault(label, []).append(sentence.text)
    families = _dealt((written.family for written in base.letters), folds, rng)
    for written in base.letters:
        fold = voices[written.voice] if written.voice else families[written.family]
        _teach(bench, written, fold)
        sent = letter(written.subject, written.address, written.body)
        bench.send(sent, written.kind, fold, 1.0, real=True)
        bench.send(varied(written, rng), written.kind, fold, 0.5)
    for fold, pool in enumerate(pools):
        for sent, kind in composed(pool, rng):
            bench.send(sent, kind, fold, COMPOSED_LIFE if kind is Kind.OTHER else COMPOSED)
    told = [example for example in examples if example.kind is not Kind.UNSURE]
    told.sort(key=lambda example: example.message_key)
    said = len(bench.texts)
    _own(bench, told, folds, rng, known)
    return _rows(bench, said, tuple(example.message_key for example in told))


def _rows(bench: _Bench, said: int, keys: tuple[str, ...]) -> Samples:
    """Return the gathered rows as arrays; sentences from ``said`` on are the user's own."""
    letters = [sent for sent, *_ in bench.letters]
    features = rows(letters)
    return Samples(
        SentenceRows(
            bag([tokens(text) for text in bench.texts]).matrix(),
            np.asarray(bench.labels),
            np.asarray(bench.reasons),
            np.asarray(bench.weights),
            np.asarray(bench.folds),
            np.arange(len(bench.texts)) >= said,
        ),
        LetterRows(
            features.letters.matrix(),
            np.asarray([label for _, label, _, _, _ in bench.letters]),
            np.asarray([weight for _, _, weight, _, _ in bench.letters]),
            np.asarray([fold for _, _, _, fold, _ in bench.letters]),
            np.asarray([real for *_, real in bench.letters]),
            np.arange(len(letters)) >= len(letters) - len(keys),
        ),
        letters,
        features,
        keys,
    )
