"""Examples into a model: fits the sentence, letter and stacking models and exports arrays.

Decides how the base corpus and the user's own labels are weighed, and from what is left out of
each fold it learns how far to trust the parts (stacked generalisation, Wolpert 1992; ``held``).
The folds and the model itself are fitted side by side.  Refuses to know files, clocks and how a
model is accepted: ``train`` returns arrays and a card without ``checksum``, which the keeper of
the file fills in.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.stacking import fit_stack
from mailsense.domain import Example, Kind, ModelCard

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.fitting import Linear, Scale
    from mailsense.classify.held import Held
    from mailsense.classify.samples import Samples

FOLDS = 8
JOBS = 2
"""Fits at a time: every machine has two cores, and the seeker is using theirs."""
SENTENCE_C = 30.0
REASON_C = 20.0
LETTER_C = 30.0
OWN_FOLDS = 2
"""Parts of the user's labels, each judged by models that learned from the other."""
PASSES = 4
"""Passes of a fit that begins where the shipped model ended."""
OWN_PASSES = 3
"""Passes of the fits that judge the user's labels: they are only asked how right they are."""

Progress = Callable[[int, int], None]


def digest(examples: Sequence[Example]) -> str:
    """Given examples, return the SHA-256 of what is learned from them, whatever their order.

    A new layout of the features gives another one: what was learned must be learned again.
    """
    from mailsense.classify.features import LAYOUT

    lines = sorted(
        json.dumps(
            [
                example.message_key,
                example.subject,
                example.from_.key,
                example.text,
                example.quoted,
                example.kind,
                example.reason,
                example.stage,
                example.weight,
            ]
        )
        for example in examples
    )
    return hashlib.sha256("\n".join([f"layout {LAYOUT}", *lines]).encode()).hexdigest()


def fitted(
    samples: Samples,
    part: str,
    without: Array | None = None,
    passes: int | None = None,
    shipped: Shipped | None = None,
) -> Linear:
    """Given which part, "sentence" or "letter", return its model, fitted without some rows.

    With the shipped model the fit begins where that one ended.
    """
    from mailsense.classify.fitting import RARE, RARE_IN_LETTERS, fit, scale, stored
    from mailsense.classify.model import COLUMNS

    rows = samples.sentence if part == "sentence" else samples.letter
    counts, labels, weights, base = rows.counts, rows.labels, rows.weights, ~rows.own
    classes, strength = (COLUMNS, SENTENCE_C) if part == "sentence" else (len(KINDS), LETTER_C)
    if without is not None:
        use = ~without
        counts, labels, weights, base = counts[use], labels[use], weights[use], base[use]
    scaling = scale(counts, RARE if part == "sentence" else RARE_IN_LETTERS)
    start = None if shipped is None else stored(shipped.arrays, part, base)
    return fit(counts, labels, weights, classes, strength, scaling, passes, start)


def _side_by_side(samples: Samples, shipped: Shipped | None) -> Iterator[Linear]:
    """Yield sentence and letter model, first of all rows, then without each fold in turn.

    With the shipped model the folds are of the user's own letters only.
    """
    from joblib import Parallel, delayed

    passes, few, folds = None, None, FOLDS
    if shipped is not None:
        passes, few, folds = PASSES, OWN_PASSES, OWN_FOLDS
    fit = delayed(fitted)
    tasks = [fit(samples, part, None, passes, shipped) for part in ("sentence", "letter")]
    for fold in range(folds):
        for part, rows in (("sentence", samples.sentence), ("letter", samples.letter)):
            left = rows.folds % folds == fold
            if shipped is not None:
                left &= rows.own
            tasks.append(fit(samples, part, left, few, shipped))
    # Threads share the rows, and the solver works without the interpreter's lock.
    yield from Parallel(n_jobs=JOBS, prefer="threads", return_as="generator")(tasks)


def _reasons(samples: Samples, scaling: Scale) -> Linear:
    """Return the model of a rejection's reason, over the sentences that tell one."""
    import numpy as np

    from mailsense.classify.fitting import fit
    from mailsense.classify.model import REASONS

    use = np.flatnonzero(samples.sentence.reasons >= 0)
    return fit(
        samples.sentence.counts[use],
        samples.sentence.reasons[use],
        samples.sentence.weights[use],
        len(REASONS),
        REASON_C,
        scaling,
    )


def _signals(samples: Samples, sentence: Linear, letter: Linear) -> Array:
    """Return what the stack sees of every letter through these two models."""
    from mailsense.classify.model import linear, signals, softmax

    found = samples.features
    scores = softmax(linear(found.bag, sentence.table(), sentence.bias))
    return signals(found, scores, linear(found.letters, letter.table(), letter.bias))


def _export(sentence: Linear, reason: Linear, letter: Linear) -> dict[str, Array]:
    """Given the fitted models, return their weights as small arrays over the used buckets."""
    import numpy as np

    from mailsense.classify.fitting import CHAR_SCALE, UNSEEN
    from mailsense.classify.model import LAYOUT

    used = np.union1d(sentence.scale.kept, letter.scale.kept)

    def rows(model: Linear) -> tuple[Array, Array]:
        table = model.table()[used]
        return table[:, :-1].astype(np.float16), table[:, -1].astype(np.float16)

    arrays: dict[str, Array] = {
        "layout": np.asarray(LAYOUT, dtype=np.int32),
        "buckets": used.astype(np.int32),
        "unseen": np.asarray([UNSEEN, UNSEEN * CHAR_SCALE**2], dtype=np.float32),
    }
    for name, model in (("sentence", sentence), ("reason", reason), ("letter", letter)):
        weights, norm = rows(model)
        arrays[name] = weights
        arrays[f"{name}_bias"] = model.bias.astype(np.float32)
        if name != "reason":
            arrays[f"{name}_norm"] = norm
    return arrays


class Shipped(NamedTuple):
    """What is known already from the corpus alone: the base model and how it was judged."""

    arrays: Mapping[str, Array]
    held: Held


class Fitted(NamedTuple):
    """A model just made, and the letters that its stack learned from."""

    arrays: dict[str, Array]
    card: ModelCard
    held: Held


def train(
    base: Corpus,
    examples: Sequence[Example],
    *,
    shipped: Shipped | None = None,
    created: str = "",
    progress: Progress | None = None,
    seed: int = 0,
) -> Fitted:
    """Given the base corpus and the user's labels, return a model.

    With ``shipped``, which was made of the same corpus, the fits begin where it ended, and only
    the user's letters must be judged by models that have not seen them: that takes a fraction
    of the time.  ``created`` is the day, for the card.  The same input and seed give
    the same arrays.  ``progress`` is called with (done, all).
    """
    import numpy as np

    from mailsense.classify.held import decisions, measured, outside, shift_to_mailbox
    from mailsense.classify.model import Model
    from mailsense.classify.samples import gather
    from mailsense.classify.thresholds import from_card

    own = shipped is not None
    steps = 2 * (OWN_FOLDS if own else FOLDS) + 4
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    known = Model(shipped.arrays) if shipped is not None else None
    samples = gather(base, examples, folds=FOLDS, seed=seed, known=known)
    tick()
    models = []
    with warnings.catch_warnings():  # here, for filters are of the process, not of a thread
        warnings.simplefilter("ignore", category=UserWarning)  # of passes left over: MAX_PASSES
        for model in _side_by_side(samples, shipped):
            models.append(model)
            tick()
        reasons = _reasons(samples, models[0].scale)
    sentence, letter = models[:2]
    found = _judged(samples, models[2:], own)
    every = found if shipped is None else shipped.held.plus(found)
    shift = shift_to_mailbox(every)
    stack = fit_stack(every.inputs, every.labels, every.weights, shift)
    arrays = _export(sentence, reasons, letter)
    arrays |= {name: value.astype(np.float32) for name, value in stack.items()}
    probabilities = outside(every, shift)
    metrics = measured(every, probabilities)
    if samples.keys:
        said = decisions(probabilities[-len(samples.keys) :], from_card(metrics))
        metrics["own"] = {
            key: verdict.kind.value for key, verdict in zip(samples.keys, said, strict=True)
        }
    tick()
    return Fitted(arrays, _card(base, examples, created, metrics), every)


def _judged(samples: Samples, models: Sequence[Linear], own: bool) -> Held:
    """Return the letters as models that had not seen them saw them; ``own``: the user's only."""
    import numpy as np

    from mailsense.classify.held import Held
    from mailsense.classify.model import SIGNALS

    rows = samples.letter
    inputs = np.zeros((len(rows.labels), SIGNALS))
    folds = rows.folds % OWN_FOLDS if own else rows.folds
    for fold in range(len(models) // 2):
        mine = (folds == fold) & rows.own if own else folds == fold
        if mine.any():
            inputs[mine] = _signals(samples, *models[2 * fold : 2 * fold + 2])[mine]
    use = rows.own if own else np.ones(len(folds), dtype=bool)
    return Held(inputs[use], rows.labels[use], rows.weights[use], rows.folds[use], rows.real[use])


def _card(
    base: Corpus, examples: Sequence[Example], created: str, metrics: dict[str, object]
) -> ModelCard:
    """Return what is known of the model that was just fitted."""
    import numpy as np
    import sklearn

    from mailsense.classify.model import FORMAT

    kind = "own" if examples else "base"
    told = digest(examples)
    name = told if examples else base.digest
    return ModelCard(
        name=f"{kind}-{name[:8]}",
        format=FORMAT,
        created=created,
        labels=tuple(label.value for label in KINDS),
        examples=sum(example.kind is not Kind.UNSURE for example in examples),
        digest=told,
        checksum="",
        metrics={
            "corpus": base.digest,
            "languages": base.languages,
            "sentences": len(base.sentences),
            "letters": len(base.letters),
            **metrics,
        },
        libraries={"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    )
