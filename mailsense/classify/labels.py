"""The user's labels as training rows: what each of their sentences most likely teaches.

Decides how much a label counts, and which sentences of a letter were meant by it.  A label is
taught mostly by the telling sentences: greeting, footer and firm stand in that firm's other
letters too, whatever these say.  Refuses to know how weights follow from rows (``adapting``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mailsense.classify.corpus import KINDS
from mailsense.classify.features import Array, bag
from mailsense.classify.letters import Letter, of_example
from mailsense.classify.model import NEUTRAL, REASONS, Model, Reading, rows
from mailsense.classify.thresholds import QUIET
from mailsense.classify.tokens import tokens
from mailsense.domain import Example, Kind

OWN = 5.0
"""Weight of one label, where a row of the corpus weighs about 1."""
ENOUGH = 100
"""Labels that count in full; more of them share what so many count: what the corpus knows of
mail that has not come yet must not drown in one year's mail."""
OWN_LETTER = 0.5
"""What of a label's weight the whole letter gets."""
MOST = 40
"""Sentences of a letter that teach: the most telling ones."""
FEW = 4.0
"""Telling sentences of a letter that teach in full: where all seem alike, none is so telling."""
TELLING = 0.3
"""A sentence teaches what its letter was called when it is this telling beside the letter's most
telling one; what is less so teaches that it decides nothing."""

_SALUTATION = re.compile(
    r"(?i:dear|hello|hallo|hi|hey|good (?:morning|afternoon|evening)) "
    r"((?:[^\W\d_a-z][\w.'’-]{0,30} ?){1,4})(?:[,!:]|$)"
)
"""Who is greeted.  Is: "Hi Ada Lovelace,", "Dear Ms Byron".  Is not: "Hi, We write", "Dear all",
"Hello We met in May"."""
_WORD = re.compile(r"[^\W\d_]+")
_TITLES = frozenset("mr mrs ms miss mx dr prof professor sir madam".split())
_ANYBODY = frozenset(
    "all team candidate candidates applicant applicants sirs customer customers client member "
    "members subscriber reader colleague colleagues friend friends everyone everybody folks there "
    "both user seeker manager managers committee recruiter student students".split()
)
"""Greetings with one of these name nobody."""


def greeted(letters: Sequence[Letter]) -> frozenset[str]:
    """Given letters to one person, return the words by which two of them or more greet that person.

    The seeker's own name stands in every letter about a job, whatever it says: learned from a few
    receipts, it would turn every no into one.
    """
    met: Counter[str] = Counter()
    for one in letters:
        words: set[str] = set()
        for sentence in one.sentences[1:4]:
            found = _SALUTATION.match(sentence)
            name = set(_WORD.findall(found[1].casefold())) if found else set()
            words |= set() if name & _ANYBODY else name - _TITLES
        met.update(words)
    return frozenset(word for word, many in met.items() if many > 1)


def _without(one: Letter, names: Collection[str]) -> Letter:
    """Return a letter whose sentences do not hold these names, which begin with a capital."""
    if not names:
        return one

    def bare(found: re.Match[str]) -> str:
        return "" if found[0][0].isupper() and found[0].casefold() in names else found[0]

    kept = tuple(_WORD.sub(bare, sentence) for sentence in one.sentences)
    return replace(one, sentences=kept)


@dataclass(frozen=True)
class LabelRows:
    """Rows of one part: counts (CSR), class numbers, weights, and the letter each is of."""

    counts: Any
    labels: Array
    weights: Array
    letter: Array

    def only(self, use: Array) -> LabelRows:
        """Return the rows that a mask keeps."""
        return LabelRows(self.counts[use], self.labels[use], self.weights[use], self.letter[use])


@dataclass(frozen=True)
class Labels:
    """All that the labels teach each part of a model."""

    sentence: LabelRows
    reason: LabelRows
    letter: LabelRows

    @property
    def parts(self) -> tuple[LabelRows, LabelRows, LabelRows]:
        """Return the rows of each part."""
        return self.sentence, self.reason, self.letter


def _telling(reading: Reading, label: int) -> list[float]:
    """Return how telling each sentence is of the label, beside the most telling one: 0 to 1.

    As in learning from bags of which one thing at least is of a kind (Dietterich et al., 1997).
    """
    mine = reading.scores[:, label]
    odds = mine / (mine + reading.scores[:, NEUTRAL] + 1e-9)
    return [float(share) for share in odds / max(float(odds.max()), 1e-9)]


def _taught(reading: Reading, kind: Kind, weight: float) -> list[tuple[str, int, float]]:
    """Return what each sentence of a letter teaches: text, column, weight."""
    label = KINDS.index(kind)
    found = [sentence for sentence in reading.sentences if sentence]
    among = max(1.0, min(len(found), MOST) / 2)
    if kind in QUIET or not found:
        return [(sentence, label, weight / among) for sentence in found[:MOST]]
    telling = _telling(reading, label)
    loudest = sorted(range(len(found)), key=lambda number: -telling[number])[:MOST]
    told = [(found[number], telling[number]) for number in sorted(loudest)]
    spare = min(1.0, FEW / max(sum(share for _, share in told if share >= TELLING), 1e-9))
    return [
        (sentence, label, weight * share * spare)
        if share >= TELLING
        else (sentence, NEUTRAL, weight / among)
        for sentence, share in told
    ]


def gather(examples: Sequence[Example], known: Model) -> Labels:
    """Given labels, and the model that tells which sentences were meant, return the rows."""
    letters = [of_example(example) for example in examples]
    names = greeted(letters)
    letters = [_without(one, names) for one in letters]
    total = sum(example.weight for example in examples)
    each = OWN * min(1.0, ENOUGH / total) if total else 0.0
    said: list[tuple[str, int, float]] = []
    owner: list[int] = []
    reasons: list[int] = []
    for number, (example, reading) in enumerate(zip(examples, known.read(letters), strict=True)):
        taught = _taught(reading, example.kind, each * example.weight)
        said += taught
        owner += [number] * len(taught)
        told = REASONS.index(example.reason) if example.reason else -1
        label = KINDS.index(example.kind)
        reasons += [told if column == label else -1 for _, column, _ in taught]
    sentence = LabelRows(
        bag([tokens(text) for text, _, _ in said]).matrix(),
        np.asarray([column for _, column, _ in said], dtype=np.int64),
        np.asarray([weight for _, _, weight in said]),
        np.asarray(owner, dtype=np.int64),
    )
    reason = LabelRows(sentence.counts, np.asarray(reasons), sentence.weights, sentence.letter)
    whole = LabelRows(
        rows(letters).letters.first(len(letters)).matrix(),
        np.asarray([KINDS.index(example.kind) for example in examples], dtype=np.int64),
        np.asarray([each * OWN_LETTER * example.weight for example in examples]),
        np.arange(len(examples)),
    )
    return Labels(sentence, reason.only(reason.labels >= 0), whole)
