"""The variants of the classifier that are compared, each fitted to one training corpus alone.

Decides how the looks (whole letter, single sentences, both stacked) and the estimators
(regression, naive Bayes, their sum, a margin) are built from the same rows, and how each gets
what is chosen for it: strength, loudness, the small regression over its signals.
All of that is chosen on writers held out *inside* the training corpus; ``learn`` is given no
other letters, so it cannot do otherwise.  What is shipped is called, not copied: ``gather``,
``fit``, ``signals``, ``fit_stack``.  Refuses to know which letters are the test.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from benchmarks.classifier_fits import PARTS, Choice, Grid, Weights, fit
from mailsense.classify import held, samples
from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.features import Array
from mailsense.classify.letters import letter
from mailsense.classify.model import FACTS, OWN_SIGNALS, Rows, rows, signals, softmax
from mailsense.classify.stacking import fit_stack, judged
from mailsense.classify.thresholds import Thresholds
from mailsense.domain import Verdict

LOOKS = ("letter", "sentences", "stacked")
SHIPPED = ("stacked", "both")
JOBS = 2
"""Fits at a time."""

CELLS = 2
"""Folds of ``gather`` in each inner part: each cell has its own composed letters, as shipped."""
LOUDNESS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Factors tried on scores before they become probabilities. A regression's need none; the sum
is taken as it is shipped."""

_OWN = np.arange(len(KINDS) * OWN_SIGNALS).reshape(len(KINDS), OWN_SIGNALS)
_SIGNALS: Mapping[str, Array] = {
    "letter": _OWN[:, 3],
    "sentences": _OWN[:, :2].ravel(),
    "stacked": np.arange(_OWN.size + 2 + FACTS),
}
"""What each look sees of ``model.signals``: the letter model's score; the strongest sentence;
everything."""


@dataclass
class _Scores:
    """Scores of held-out rows by (estimator, setting): labelled ones, and letters' sentences."""

    labelled: dict[tuple[str, float], Array] = field(default_factory=dict)
    sentences: dict[tuple[str, float], Array] = field(default_factory=dict)


class Variant(NamedTuple):
    """One look with one estimator, fitted: the stack over its signals."""

    stack: dict[str, Array]


@dataclass(frozen=True)
class Learned:
    """All variants fitted to one training corpus."""

    choices: Mapping[str, Mapping[str, Choice]]
    """By estimator and part."""
    models: Mapping[str, Mapping[str, Weights]]
    variants: Mapping[tuple[str, str], Variant]

    def judge(self, letters: Sequence[Written]) -> dict[tuple[str, str], Sequence[Verdict]]:
        """Given letters as written, return each variant's verdicts by their words alone."""
        found = rows([letter(one.subject, one.address, one.body) for one in letters])
        sentences, wholes = found.bag.matrix(), found.letters.matrix()
        told = {}
        for name, by_part in self.models.items():
            inputs = _inputs(
                found, by_part["sentence"](sentences), by_part["letter"](wholes), self.choices[name]
            )
            for (look, of), variant in self.variants.items():
                if of == name:
                    likely = judged(variant.stack, _seen(inputs, look))
                    told[look, of] = held.decisions(likely, Thresholds())
        return told


def learn(
    corpus: Corpus, grid: Grid, inner: int, seed: int, looks: Sequence[str] = LOOKS
) -> Learned:
    """Given a training corpus of united voices, return the variants fitted to it.

    Its writers are dealt into ``inner`` parts.  Each is scored by models that learned from the
    others; on these scores the settings are chosen, the stack is fitted, and, each part judged
    by the others' stack.  Then the models are fitted to everything.
    """
    found = samples.gather(corpus, [], folds=CELLS * inner, seed=seed)
    scores = _held_out(found, grid, inner)
    choices = {
        name: {part: _best(found, scores[part], name, part, grid) for part in PARTS}
        for name in grid.settings
    }
    variants = {}
    for name, chosen in choices.items():
        said = scores["sentence"].sentences[name, chosen["sentence"][0]]
        whole = scores["letter"].labelled[name, chosen["letter"][0]]
        inputs = _inputs(found.features, said, whole, chosen)
        for look in looks:
            variants[look, name] = _variant(found.letter, _seen(inputs, look), inner)
    return Learned(choices, _models(found, choices, grid), variants)


def _tasks(tasks: Sequence[Any]) -> list[Any]:
    """Run fits side by side. Threads share the rows; the solvers let go of the interpreter."""
    from joblib import Parallel

    with warnings.catch_warnings():  # of passes left over: a few are enough here
        warnings.simplefilter("ignore", category=UserWarning)
        return list(Parallel(n_jobs=JOBS, prefer="threads")(tasks))


def _held_out(found: samples.Samples, grid: Grid, inner: int) -> dict[str, _Scores]:
    """Return the scores of all rows, each by models that had not heard its writer."""
    from joblib import delayed

    start = found.features.start
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    bag = found.features.bag.matrix()
    part_of_rows = (found.letter.folds % inner)[owner]

    def one(part: str, number: int, estimator: str, setting: float) -> Iterator[Any]:
        of = found.sentence if part == "sentence" else found.letter
        left = of.folds % inner == number
        told = []
        made = fit(of, part, ~left, estimator, setting, grid.passes)
        for name, weights in made.items():
            if name not in grid.settings or setting not in grid.settings[name][part]:
                continue
            mine = part_of_rows == number
            sentences = weights(bag[mine]) if part == "sentence" else None
            told.append((part, (name, setting), left, weights(of.counts[left]), mine, sentences))
        return iter(told)

    tasks = [
        delayed(one)(part, number, estimator, setting)
        for part in PARTS
        for number in range(inner)
        for estimator, setting in grid.fits(part)
    ]
    scores = {part: _Scores() for part in PARTS}
    for results in _tasks(tasks):
        for part, key, left, labelled, mine, sentences in results:
            into = scores[part]
            into.labelled.setdefault(key, _empty(len(left), labelled))[left] = labelled
            if sentences is not None:
                into.sentences.setdefault(key, _empty(len(mine), sentences))[mine] = sentences
    return scores


def _empty(many: int, like: Array) -> Array:
    return np.zeros((many, like.shape[1]), dtype=np.float32)


def _best(found: samples.Samples, scores: _Scores, estimator: str, part: str, grid: Grid) -> Choice:
    """Return the setting and loudness with the least log loss on the held-out rows.

    Letters count as they were written only.
    """
    of = found.sentence if part == "sentence" else found.letter
    use = np.ones(len(of.labels), dtype=bool) if part == "sentence" else found.letter.real
    labels, weights = of.labels[use], of.weights[use]
    losses: dict[Choice, float] = {}
    for setting in grid.settings[estimator][part]:
        told = scores.labelled[estimator, setting][use].astype(np.float64)
        for loud in (1.0,) if estimator == "both" else LOUDNESS:
            chance = softmax(loud * told)[np.arange(len(labels)), labels]
            losses[setting, loud] = -float(np.average(np.log(chance + 1e-9), weights=weights))
    return min(losses, key=lambda choice: losses[choice])


def _inputs(found: Rows, sentences: Array, wholes: Array, chosen: Mapping[str, Choice]) -> Array:
    """Return the stack's input, given the scores of all sentences and letters."""
    said = softmax(chosen["sentence"][1] * sentences.astype(np.float64))
    return signals(found, said, chosen["letter"][1] * wholes.astype(np.float64))


def _seen(inputs: Array, look: str) -> Array:
    """Return the input with what this look does not see made alike for all letters."""
    found = np.zeros_like(inputs)
    found[:, _SIGNALS[look]] = inputs[:, _SIGNALS[look]]
    return found


def _variant(of: samples.LetterRows, inputs: Array, inner: int) -> Variant:
    """Return the stack, as ``training.train`` makes them."""
    every = held.Held(inputs, of.labels, of.weights, of.folds % inner, of.real)
    shift = held.shift_to_mailbox(every)
    return Variant(fit_stack(every.inputs, every.labels, every.weights, shift))


def _models(
    found: samples.Samples, choices: Mapping[str, Mapping[str, Choice]], grid: Grid
) -> dict[str, dict[str, Weights]]:
    """Return the models fitted to all rows, with the settings that were chosen."""
    from joblib import delayed

    chosen = Grid(
        {name: {part: (of[part][0],) for part in PARTS} for name, of in choices.items()},
        grid.passes,
    )
    asked = [(part, *one) for part in PARTS for one in chosen.fits(part)]
    made = _tasks(
        [
            delayed(fit)(
                of := found.sentence if part == "sentence" else found.letter,
                part,
                np.ones(len(of.labels), dtype=bool),
                estimator,
                setting,
                grid.passes,
            )
            for part, estimator, setting in asked
        ]
    )
    models: dict[str, dict[str, Weights]] = {name: {} for name in choices}
    for (part, _, setting), weights in zip(asked, made, strict=True):
        for name, one in weights.items():
            if name in choices and choices[name][part][0] == setting:
                models[name][part] = one
    return models
