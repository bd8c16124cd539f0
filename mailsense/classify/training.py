"""The corpus into the shipped model: fits sentence, letter and stacking models, exports arrays.

Decides how freely each part may learn, and from what is left out of each fold it learns how far
to trust the parts (stacked generalisation, Wolpert 1992; ``held``).  The folds and the model itself
are fitted side by side.  Refuses to know files, clocks and the user's own labels (``learning``):
``train`` returns arrays and a card without ``checksum``, which the keeper of the file fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.learning import digest
from mailsense.classify.stacking import fit_stack
from mailsense.domain import ModelCard

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.fitting import Linear, Scale
    from mailsense.classify.held import Held
    from mailsense.classify.samples import LetterRows, Samples, SentenceRows

FOLDS = 12
JOBS = 2
"""Fits at a time: every machine has two cores."""
SENTENCE_C = 0.3
REASON_C = 0.3
LETTER_C = 3.0

Progress = Callable[[int, int], None]


def fitted(rows: SentenceRows | LetterRows, part: str, without: Array | None = None) -> Linear:
    """Given the rows of a part, "sentence" or "letter", return its model, without some rows."""
    from mailsense.classify.fitting import RARE, RARE_IN_LETTERS, fit, scale
    from mailsense.classify.model import COLUMNS

    counts, labels, weights = rows.counts, rows.labels, rows.weights
    if without is not None:
        use = ~without
        counts, labels, weights = counts[use], labels[use], weights[use]
    sentence = part == "sentence"
    classes, strength = (COLUMNS, SENTENCE_C) if sentence else (len(KINDS), LETTER_C)
    scaling = scale(counts, RARE if sentence else RARE_IN_LETTERS)
    return fit(counts, labels, weights, classes, strength, scaling)


def _side_by_side(samples: Samples) -> Iterator[Linear]:
    """Yield sentence and letter model, first of all rows, then without each fold in turn.

    Each in a process of its own: two fits in one process disturb each other's chance.
    """
    from joblib import Parallel, delayed

    parts = (("sentence", samples.sentence), ("letter", samples.letter))
    tasks = [delayed(fitted)(rows, part) for part, rows in parts]
    for fold in range(FOLDS):
        tasks += [delayed(fitted)(rows, part, rows.folds == fold) for part, rows in parts]
    yield from Parallel(n_jobs=JOBS, return_as="generator")(tasks)


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


def _export(samples: Samples, sentence: Linear, reason: Linear, letter: Linear) -> dict[str, Array]:
    """Given the fitted models, return their weights as small arrays over the used buckets."""
    import numpy as np

    from mailsense.classify.fitting import CHAR_SCALE, UNSEEN
    from mailsense.classify.model import LAYOUT

    used = np.union1d(sentence.scale.kept, letter.scale.kept)

    def rows(model: Linear) -> tuple[Array, Array]:
        table = model.table()[used]
        return table[:, :-1].astype(np.float16), table[:, -1].astype(np.float16)

    met = (len(samples.sentence.labels), len(samples.letter.labels))
    arrays: dict[str, Array] = {
        "layout": np.asarray(LAYOUT, dtype=np.int32),
        "rows": np.asarray(met, dtype=np.int32),
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


class Fitted(NamedTuple):
    """A model just made."""

    card: ModelCard
    arrays: dict[str, Array]


def train(base: Corpus, *, progress: Progress | None = None, seed: int = 0) -> Fitted:
    """Given the corpus, return the model that is shipped.

    The same corpus and seed give the same arrays.  ``progress`` is called with (done, all).
    """
    import numpy as np

    from mailsense.classify.held import measured, outside, shift_to_mailbox
    from mailsense.classify.samples import gather

    steps, done = 2 * FOLDS + 4, 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    samples = gather(base, folds=FOLDS, seed=seed)
    tick()

    def fits() -> Iterator[Linear]:
        for model in _side_by_side(samples):
            tick()
            yield model

    models = fits()
    sentence, letter = next(models), next(models)
    reasons = _reasons(samples, sentence.scale)
    held = _judged(samples, models)
    shift = shift_to_mailbox(held.labels, held.weights)
    stack = fit_stack(held.inputs, held.labels, held.weights, shift)
    arrays = _export(samples, sentence, reasons, letter)
    arrays |= {name: value.astype(np.float32) for name, value in stack.items()}
    languages = [letter.language for letter in base.letters]
    metrics = measured(held, outside(held, shift), languages)
    tick()
    return Fitted(_card(base, metrics), arrays)


def _judged(samples: Samples, models: Iterator[Linear]) -> Held:
    """Given the models of each fold in turn, return the letters as those saw them unseen.

    One fold's are held at a time: each takes some 40 MB.
    """
    import numpy as np

    from mailsense.classify.held import Held
    from mailsense.classify.model import SIGNALS

    rows = samples.letter
    inputs = np.zeros((len(rows.labels), SIGNALS))
    for fold in range(FOLDS):
        mine = rows.folds == fold
        sentence, letter = next(models), next(models)
        if mine.any():
            inputs[mine] = _signals(samples, sentence, letter)[mine]
    return Held(inputs, rows.labels, rows.weights, rows.folds, rows.real)


def _card(base: Corpus, metrics: dict[str, object]) -> ModelCard:
    """Return what is known of the model that was just fitted."""
    import numpy as np
    import sklearn

    from mailsense.classify.model import FORMAT

    return ModelCard(
        name=f"base-{base.digest[:8]}",
        format=FORMAT,
        created="",
        labels=tuple(label.value for label in KINDS),
        examples=0,
        digest=digest([]),
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
