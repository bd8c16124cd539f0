"""Examples into a model: fits the sentence, letter and stacking models and exports arrays.

Decides how the base corpus and the user's own labels are weighed, and from what is left out of
each fold it learns how far to trust the parts (stacked generalisation, Wolpert 1992) and where
to say *unsure*.  The folds and the model itself are fitted side by side.  Refuses to know
files, clocks and how a model is accepted: ``train`` returns arrays and a card without
``checksum``, which the keeper of the file fills in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.stacking import fit_stack, judged
from mailsense.domain import Example, Kind, ModelCard, Source, Verdict

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.fitting import Linear, Scale
    from mailsense.classify.samples import Samples

FOLDS = 4
JOBS = 2
"""Fits at a time: every machine has two cores, and the seeker is using theirs."""
SENTENCE_C = 4.0
REASON_C = 20.0
LETTER_C = 30.0
MAILBOX: dict[Kind, float] = {
    Kind.OFFER: 0.02,
    Kind.INTERVIEW: 0.05,
    Kind.TASK: 0.04,
    Kind.REJECTION: 0.07,
    Kind.REFERRAL: 0.02,
    Kind.FEEDBACK: 0.015,
    Kind.OUTREACH: 0.045,
    Kind.ACKNOWLEDGEMENT: 0.075,
    Kind.ALERT: 0.065,
    Kind.OTHER: 0.6,
}
"""The shares of kinds in a job seeker's mailbox, roughly; the corpus has them otherwise."""

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


def fitted(samples: Samples, part: str, without: int | None = None) -> Linear:
    """Given which part, "sentence" or "letter", return its model, fitted without one fold."""
    from mailsense.classify.fitting import fit, scale
    from mailsense.classify.model import COLUMNS

    if part == "sentence":
        counts, labels, weights, folds = (
            samples.sentence_rows, samples.sentence_labels,
            samples.sentence_weights, samples.sentence_folds,
        )  # fmt: skip
        classes, strength = COLUMNS, SENTENCE_C
    else:
        counts, labels, weights, folds = (
            samples.letter_rows, samples.letter_labels,
            samples.letter_weights, samples.letter_folds,
        )  # fmt: skip
        classes, strength = len(KINDS), LETTER_C
    if without is not None:
        use = folds != without
        counts, labels, weights = counts[use], labels[use], weights[use]
    return fit(counts, labels, weights, classes, strength, scale(counts))


def _side_by_side(samples: Samples) -> Iterator[Linear]:
    """Yield sentence and letter model, first of all rows, then without each fold in turn."""
    from joblib import Parallel, delayed

    tasks = [
        delayed(fitted)(samples, part, without)
        for without in (None, *range(FOLDS))
        for part in ("sentence", "letter")
    ]
    # Threads share the rows, and the solver works without the interpreter's lock.
    yield from Parallel(n_jobs=JOBS, prefer="threads", return_as="generator")(tasks)


def _reasons(samples: Samples, scaling: Scale) -> Linear:
    """Return the model of a rejection's reason, over the sentences that tell one."""
    import numpy as np

    from mailsense.classify.fitting import fit
    from mailsense.classify.model import REASONS

    use = np.flatnonzero(samples.sentence_reasons >= 0)
    return fit(
        samples.sentence_rows[use],
        samples.sentence_reasons[use],
        samples.sentence_weights[use],
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


def _as_in_a_mailbox(samples: Samples) -> tuple[Array, Array]:
    """Return the letters' weights as a mailbox has them, and what that adds to each logit.

    The stack is fitted to the corpus as it is, where the rare kinds are many enough to learn
    from, and its bias is corrected for their real share afterwards (Saerens et al., 2002).
    """
    import numpy as np

    labels, weights = samples.letter_labels, samples.letter_weights
    present = np.bincount(labels, weights=weights, minlength=len(KINDS)) / weights.sum()
    share = np.asarray([MAILBOX[kind] for kind in KINDS]) / np.maximum(present, 1e-9)
    return weights * share[labels], np.where(present > 0, np.log(share), 0.0)


def _stacked(samples: Samples, inputs: Array, shift: Array) -> Array:
    """Return out-of-fold probabilities of the whole: each fold judged by the others' stack."""
    import numpy as np

    labels, weights = samples.letter_labels, samples.letter_weights
    probabilities = np.zeros((len(inputs), len(KINDS)))
    for fold in range(FOLDS):
        rest, held = samples.letter_folds != fold, samples.letter_folds == fold
        stack = fit_stack(inputs[rest], labels[rest], weights[rest], shift)
        probabilities[held] = judged(stack, inputs[held])
    return probabilities


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


def train(
    base: Corpus,
    examples: Sequence[Example],
    *,
    created: str = "",
    progress: Progress | None = None,
    seed: int = 0,
) -> tuple[dict[str, Array], ModelCard]:
    """Given the base corpus and the user's labels, return a model's arrays and its card.

    ``created`` is the day, for the card.  The same input and seed give the same arrays.
    ``progress`` is called with (done, all).
    """
    import numpy as np

    from mailsense.classify.samples import gather

    steps = 2 * FOLDS + 4
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    samples = gather(base, examples, folds=FOLDS, seed=seed)
    tick()
    models = []
    for model in _side_by_side(samples):
        models.append(model)
        tick()
    sentence, letter = models[:2]
    inputs = _signals(samples, sentence, letter)
    for fold in range(FOLDS):
        held = samples.letter_folds == fold
        inputs[held] = _signals(samples, *models[2 * fold + 2 : 2 * fold + 4])[held]
    weights, shift = _as_in_a_mailbox(samples)
    stack = fit_stack(inputs, samples.letter_labels, samples.letter_weights, shift)
    arrays = _export(sentence, _reasons(samples, sentence.scale), letter)
    arrays |= {name: value.astype(np.float32) for name, value in stack.items()}
    metrics = _measured(samples, _stacked(samples, inputs, shift), weights)
    tick()
    return arrays, _card(base, examples, created, metrics)


def _measured(samples: Samples, outside: Array, weights: Array) -> dict[str, object]:
    """Given out-of-fold probabilities, return the thresholds and how good they are.

    The figures are of the letters as they were written, each judged by models and a stack
    that saw neither it nor its family; only the thresholds were chosen with it.
    """
    import numpy as np

    from mailsense.classify.evaluate import evaluate
    from mailsense.classify.thresholds import choose, from_card

    metrics = choose(outside, samples.letter_labels, weights)
    limit = from_card(metrics)
    pairs = []
    for number in np.flatnonzero(samples.real):
        likely = dict(zip(KINDS, outside[number].tolist(), strict=True))
        first = max(likely, key=lambda kind: likely[kind])
        given = Kind.UNSURE if limit.doubt(likely, (first,), first) else first
        verdict = Verdict(given, Source.MODEL, likely[first], runner_up=first)
        pairs.append((KINDS[samples.letter_labels[number]].value, verdict))
    figures = evaluate(pairs).as_dict()
    figures["guesses"] = round(
        sum(verdict.runner_up == gold for gold, verdict in pairs) / max(1, len(pairs)), 4
    )
    return {**metrics, "held_out": figures}


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
            "sentences": len(base.sentences),
            "letters": len(base.letters),
            **metrics,
        },
        libraries={"numpy": np.__version__, "scikit-learn": sklearn.__version__},
    )
