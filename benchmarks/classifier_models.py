"""The variants of the classifier that are compared, each fitted to one training corpus alone.

Decides how the looks (whole letter, single sentences, both stacked) and the estimators
(regression, naive Bayes, their sum, the SVM) are built from the same rows, and how each gets
what is chosen for it: strength, loudness, the small regression over its signals.
All of that is chosen on writers held out *inside* the training corpus; ``learn`` is given no
other letters, so it cannot do otherwise.  What is shipped is called, not copied: ``gather``,
``fit``, ``signals``, ``fit_stack``.  Refuses to know which letters are the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.classifier_fits import PARTS, Choice, Grid, Weights, fit
from mailsense.classify import fitting, held, samples
from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.features import Array
from mailsense.classify.letters import of_message
from mailsense.classify.model import OWN_SIGNALS, SIGNALS, Rows, rows, signals, softmax
from mailsense.classify.stacking import fit_stack, judged
from mailsense.classify.thresholds import Thresholds, decisions
from mailsense.domain import Verdict

LOOKS = ("letter", "sentences", "stacked")
SHIPPED = ("stacked", "shipped")
JOBS = 2
"""Fits at a time."""

CELLS = 2
"""Folds of ``gather`` in each inner part: each cell has its own composed letters, as shipped."""
LOUDNESS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Factors tried on scores before they become probabilities. What is shipped is taken as it is."""

_OWN = np.arange(len(KINDS) * OWN_SIGNALS).reshape(len(KINDS), OWN_SIGNALS)
_SIGNALS: Mapping[str, Array] = {
    "letter": _OWN[:, 3],
    "sentences": _OWN[:, :2].ravel(),
    "stacked": np.arange(SIGNALS),
}
"""What each look sees of ``model.signals``: the letter model's score; the strongest sentence;
everything."""


@dataclass
class _Scores:
    """Scores of held-out rows of one part, by (estimator, setting).

    Of the rows that bear a label, and of what ``signals`` asks about: all sentences of the
    letters, or the letters with their histories behind them.
    """

    labelled: dict[tuple[str, float], Array] = field(default_factory=dict)
    asked: dict[tuple[str, float], Array] = field(default_factory=dict)


@dataclass(frozen=True)
class Learned:
    """All variants fitted to one training corpus."""

    choices: Mapping[str, Mapping[str, Choice]]
    """By estimator and part."""
    models: Mapping[str, Mapping[str, Weights]]
    stacks: Mapping[tuple[str, str], Mapping[str, Array]]
    """By look and estimator: see ``stacking.fit_stack``."""

    def judge(self, letters: Sequence[Written]) -> dict[tuple[str, str], Sequence[Verdict]]:
        """Given letters as written, return each variant's verdicts by their words alone."""
        found = rows([of_message(one.message) for one in letters])
        sentences, wholes = found.bag.matrix(), found.letters.matrix()
        told: dict[tuple[str, str], Sequence[Verdict]] = {}
        for name, by_part in self.models.items():
            inputs = _inputs(
                found, by_part["sentence"](sentences), by_part["letter"](wholes), self.choices[name]
            )
            for (look, of), stack in self.stacks.items():
                if of == name:
                    likely = judged(stack, _seen(inputs, look))
                    told[look, of] = decisions(likely, Thresholds())
        return told


def learn(
    corpus: Corpus, grid: Grid, inner: int, seed: int, looks: Sequence[str] = LOOKS
) -> Learned:
    """Given a training corpus of united voices, return the variants fitted to it.

    Its writers are dealt into ``inner`` parts.  Each is scored by models that learned from the
    others; on these scores the settings are chosen and the stack is fitted, as
    ``training.train`` fits it.  Then the models are fitted to everything.
    """
    found = samples.gather(corpus, folds=CELLS * inner, seed=seed)
    scores = _held_out(found, grid, inner)
    choices = {
        name: {part: _best(found, scores[part], name, part, grid) for part in PARTS}
        for name in grid.settings
    }
    of = found.letter
    shift = held.shift_to_mailbox(of.labels, of.weights)
    stacks = {}
    for name, chosen in choices.items():
        said, whole = (scores[part].asked[name, chosen[part][0]] for part in PARTS)
        inputs = _inputs(found.features, said, whole, chosen)
        for look in looks:
            stacks[look, name] = fit_stack(_seen(inputs, look), of.labels, of.weights, shift)
    return Learned(choices, _models(found, choices, grid), stacks)


def _tasks(tasks: Sequence[Any]) -> list[Any]:
    """Run fits side by side, each in a process of its own (see ``fitting.fit``)."""
    from joblib import Parallel

    return list(Parallel(n_jobs=JOBS)(tasks))


def _of(found: samples.Samples, part: str) -> samples.SentenceRows | samples.LetterRows:
    return found.sentence if part == "sentence" else found.letter


def _asked(found: samples.Samples, part: str) -> tuple[Any, Array]:
    """Return the rows that ``signals`` asks a part about, and which letter each is of."""
    start = found.features.start
    every = np.arange(len(start) - 1)
    if part == "sentence":
        return found.features.bag.matrix(), np.repeat(every, np.diff(start))
    return found.features.letters.matrix(), np.concatenate([every, found.features.answers])


def _held_out(found: samples.Samples, grid: Grid, inner: int) -> dict[str, _Scores]:
    """Return the scores of all rows, each by models that had not heard its writer."""
    from joblib import delayed

    keys, tasks = [], []
    for part in PARTS:
        of, (asked, owner) = _of(found, part), _asked(found, part)
        for number in range(inner):
            left = of.folds % inner == number
            mine = (found.letter.folds % inner)[owner] == number
            theirs = asked[mine]
            for estimator, setting in grid.fits(part):
                keys.append((part, setting, left, mine))
                tasks.append(
                    delayed(_scored)(of, part, left, theirs, estimator, setting, grid.passes)
                )
    scores = {part: _Scores() for part in PARTS}
    for (part, setting, left, mine), told in zip(keys, _tasks(tasks), strict=True):
        for name, (labelled, others) in told.items():
            if name in grid.settings and setting in grid.settings[name][part]:
                key, into = (name, setting), scores[part]
                into.labelled.setdefault(key, _empty(len(left), labelled))[left] = labelled
                into.asked.setdefault(key, _empty(len(mine), others))[mine] = others
    return scores


def _scored(
    of: samples.SentenceRows | samples.LetterRows,
    part: str,
    left: Array,
    asked: Any,
    estimator: str,
    setting: float,
    passes: int,
) -> dict[str, tuple[Array, Array]]:
    """Return by estimator the scores of the rows left out of the fit, and of those asked."""
    made = fit(of, part, ~left, estimator, setting, passes)
    return {name: (weights(of.counts[left]), weights(asked)) for name, weights in made.items()}


def _empty(many: int, like: Array) -> Array:
    return np.zeros((many, like.shape[1]), dtype=np.float32)


def _best(found: samples.Samples, scores: _Scores, estimator: str, part: str, grid: Grid) -> Choice:
    """Return the setting and loudness with the least log loss on the held-out rows.

    Letters count as they were written only.
    """
    of = _of(found, part)
    use = np.ones(len(of.labels), dtype=bool) if part == "sentence" else found.letter.real
    labels, weights = of.labels[use], of.weights[use]
    losses: dict[Choice, float] = {}
    for setting in grid.settings[estimator][part]:
        told = scores.labelled[estimator, setting][use].astype(np.float64)
        for loud in (fitting.LOUDNESS,) if estimator == SHIPPED[1] else LOUDNESS:
            chance = softmax(loud * told)[np.arange(len(labels)), labels]
            losses[setting, loud] = -float(np.average(np.log(chance + 1e-9), weights=weights))
    return min(losses, key=lambda choice: losses[choice])


def _inputs(found: Rows, sentences: Array, wholes: Array, chosen: Mapping[str, Choice]) -> Array:
    """Return the stack's input, given the scores of all sentences, letters and histories."""
    said = softmax(chosen["sentence"][1] * sentences.astype(np.float64))
    return signals(found, said, chosen["letter"][1] * wholes.astype(np.float64))


def _seen(inputs: Array, look: str) -> Array:
    """Return the input with what this look does not see made alike for all letters."""
    found = np.zeros_like(inputs)
    found[:, _SIGNALS[look]] = inputs[:, _SIGNALS[look]]
    return found


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
                of := _of(found, part),
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
