"""Examples into a model: fits the sentence, letter and stacking models and exports arrays.

Decides how the base corpus and the user's own labels are weighed, and from what is left out of
each fold it learns how far to trust the parts (stacked generalisation, Wolpert 1992) and where
to say *unsure*.  scikit-learn is imported here, inside the functions that fit, and nowhere
else.  Refuses to know files, clocks and how a model is accepted: ``train`` returns arrays and a
card without ``created`` and ``checksum``, which the keeper of the file fills in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailsense.classify.corpus import KINDS, Corpus
from mailsense.classify.stacking import fit_stack, judged
from mailsense.domain import Example, Kind, ModelCard

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.samples import Samples

FOLDS = 4
CHAR_SCALE = 0.5
"""Letters within words are many and alike: each counts half as much as a word."""
RARE = 2
"""A bucket met in fewer rows is left out: it cannot teach and costs space."""
UNSEEN = 20.0
"""What a word never met adds to the squared length of a row: strange words mean less surety."""
SENTENCE_C = 4.0
REASON_C = 20.0
LETTER_C = 30.0
MAILBOX: dict[Kind, float] = {
    Kind.OFFER: 0.03,
    Kind.INTERVIEW: 0.07,
    Kind.TASK: 0.05,
    Kind.REJECTION: 0.1,
    Kind.REFERRAL: 0.03,
    Kind.FEEDBACK: 0.02,
    Kind.OUTREACH: 0.06,
    Kind.ACKNOWLEDGEMENT: 0.1,
    Kind.ALERT: 0.09,
    Kind.OTHER: 0.45,
}
"""The shares of kinds in a job seeker's mailbox, roughly; the corpus has them otherwise."""

Progress = Callable[[int, int], None]


def digest(examples: Sequence[Example]) -> str:
    """Given examples, return the SHA-256 of what is learned from them, whatever their order."""
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
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Scale:
    """How counts become values: a factor for each bucket, 0 where it was too rare."""

    factor: Array
    rare: Array
    """What a bucket met too rarely, or never, adds to the squared length of a row."""

    @property
    def squared(self) -> Array:
        """What each bucket adds to the squared length of a row."""
        import numpy as np

        return np.where(self.factor > 0, self.factor**2, self.rare)

    @property
    def kept(self) -> Array:
        """The buckets that have a value."""
        import numpy as np

        return np.flatnonzero(self.factor)

    def __call__(self, counts: Any) -> Any:
        """Given a CSR matrix of counts, return the scaled rows over the kept buckets."""
        import numpy as np
        from scipy.sparse import diags

        length = np.sqrt(np.maximum(counts @ self.squared, 1e-9))
        return (diags(1 / length) @ counts @ diags(self.factor)).tocsr()[:, self.kept]


def scale(counts: Any) -> Scale:
    """Given a CSR matrix of counts, return inverse document frequencies, letters at half."""
    import numpy as np

    from mailsense.classify.features import BUCKETS, WORDS

    met = np.bincount(counts.indices, minlength=BUCKETS)
    factor = np.log((1 + counts.shape[0]) / (1 + met)) + 1
    factor[WORDS:] *= CHAR_SCALE
    factor[met < RARE] = 0.0
    rare = np.full(BUCKETS, UNSEEN, dtype=np.float64)
    rare[WORDS:] *= CHAR_SCALE**2
    return Scale(factor.astype(np.float16).astype(np.float64), rare)


@dataclass(frozen=True, slots=True)
class Linear:
    """One fitted logistic regression over hashed rows: weights (kept x classes) and bias."""

    scale: Scale
    weights: Array
    bias: Array

    def table(self) -> Array:
        """Return buckets x (classes + 1): the folded weights, last the squared scale."""
        import numpy as np

        from mailsense.classify.features import BUCKETS

        kept = self.scale.kept
        full = np.zeros((BUCKETS, self.weights.shape[1] + 1), dtype=np.float32)
        full[kept, :-1] = self.weights * self.scale.factor[kept, None]
        full[:, -1] = self.scale.squared
        return full


def fit(
    counts: Any, labels: Array, weights: Array, classes: int, strength: float, scaling: Scale
) -> Linear:
    """Given rows with class numbers and weights, return the fitted regression.

    A class that no row bears keeps weight 0 and a bias that never wins.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=120, tol=2e-3)
    model.fit(scaling(counts), labels, sample_weight=weights)
    coefficients, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.concatenate([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    full = np.zeros((len(scaling.kept), classes))
    bias = np.full(classes, -20.0)
    full[:, model.classes_] = coefficients.T
    bias[model.classes_] = intercept
    return Linear(scaling, full, bias)


def _fitted(samples: Samples, use: Array, use_letters: Array) -> tuple[Linear, Linear]:
    """Given the rows to learn from, return the sentence and the letter model."""
    from mailsense.classify.model import COLUMNS

    counts = samples.sentence_rows[use]
    sentence = fit(
        counts,
        samples.sentence_labels[use],
        samples.sentence_weights[use],
        COLUMNS,
        SENTENCE_C,
        scale(counts),
    )
    letters = samples.letter_rows[use_letters]
    letter = fit(
        letters,
        samples.letter_labels[use_letters],
        samples.letter_weights[use_letters],
        len(KINDS),
        LETTER_C,
        scale(letters),
    )
    return sentence, letter


def _reasons(samples: Samples, scaling: Scale) -> Linear:
    """Return the model of a rejection's reason, over the sentences that tell one."""
    import numpy as np

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


def _signals(samples: Samples, letters: Array, sentence: Linear, letter: Linear) -> Array:
    """Given letters by number, return what the stack sees of them."""
    from mailsense.classify.model import linear, rows, signals, softmax

    found = rows([samples.letters[number] for number in letters])
    scores = softmax(linear(found.bag, sentence.table(), sentence.bias))
    return signals(found, scores, linear(found.letters, letter.table(), letter.bias))


def _as_in_a_mailbox(samples: Samples) -> Array:
    """Return the letters' weights, so changed that each kind has its share of a mailbox."""
    import numpy as np

    labels, weights = samples.letter_labels, samples.letter_weights
    present = np.bincount(labels, weights=weights, minlength=len(KINDS))
    share = np.asarray([MAILBOX[kind] for kind in KINDS]) / np.maximum(present, 1e-9)
    return np.asarray(weights * share[labels] * weights.sum())


def _stacked(samples: Samples, inputs: Array, weights: Array) -> Array:
    """Return out-of-fold probabilities of the whole: each fold judged by the others' stack."""
    import numpy as np

    probabilities = np.zeros((len(samples.letters), len(KINDS)))
    for fold in range(FOLDS):
        rest, held = samples.letter_folds != fold, samples.letter_folds == fold
        stack = fit_stack(inputs[rest], samples.letter_labels[rest], weights[rest])
        probabilities[held] = judged(stack, inputs[held])
    return probabilities


def _export(sentence: Linear, reason: Linear, letter: Linear) -> dict[str, Array]:
    """Given the fitted models, return their weights as small arrays over the used buckets."""
    import numpy as np

    used = np.union1d(sentence.scale.kept, letter.scale.kept)

    def rows(model: Linear) -> tuple[Array, Array]:
        table = model.table()[used]
        return table[:, :-1].astype(np.float16), table[:, -1].astype(np.float16)

    arrays: dict[str, Array] = {
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
    progress: Progress | None = None,
    seed: int = 0,
) -> tuple[dict[str, Array], ModelCard]:
    """Given the base corpus and the user's labels, return a model's arrays and its card.

    The same input and seed give the same arrays.  ``progress`` is called with (done, all).
    """
    import numpy as np

    from mailsense.classify.samples import gather
    from mailsense.classify.thresholds import choose

    steps = FOLDS + 3
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    samples = gather(base, examples, folds=FOLDS, seed=seed)
    tick()
    inputs: Any = None
    for fold in range(FOLDS):
        sentence, letter = _fitted(
            samples,
            np.flatnonzero(samples.sentence_folds != fold),
            np.flatnonzero(samples.letter_folds != fold),
        )
        held = np.flatnonzero(samples.letter_folds == fold)
        seen = _signals(samples, held, sentence, letter)
        if inputs is None:
            inputs = np.zeros((len(samples.letters), seen.shape[1]))
        inputs[held] = seen
        tick()
    weights = _as_in_a_mailbox(samples)
    stack = fit_stack(inputs, samples.letter_labels, weights)
    outside = _stacked(samples, inputs, weights)
    tick()
    every = np.arange(len(samples.sentence_labels)), np.arange(len(samples.letters))
    sentence, letter = _fitted(samples, *every)
    arrays = _export(sentence, _reasons(samples, sentence.scale), letter)
    arrays |= {name: value.astype(np.float32) for name, value in stack.items()}
    tick()
    metrics = choose(outside, samples.letter_labels, weights)
    real = np.flatnonzero(samples.real)
    right = outside[real].argmax(axis=1) == samples.letter_labels[real]
    metrics["held_out_accuracy"] = round(float(right.mean()), 3)
    return arrays, _card(base, examples, metrics)


def _card(base: Corpus, examples: Sequence[Example], metrics: dict[str, object]) -> ModelCard:
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
        created="",
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
