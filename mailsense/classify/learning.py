"""A model of one's own: the shipped one, moved by the user's labels.

Decides which labels judge the result: each is also judged by a model that learned neither from it
nor from one like it, so that the trial (``trial``) asks nobody about what was just learned: letters
labelled together because they are alike would test each other.  The stack and its
thresholds stay as shipped.  Refuses to know files, clocks and how a model is accepted: ``learn``
returns arrays and a card without ``checksum``, which the keeper of the file fills in.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mailsense.domain import Example, Kind, ModelCard

if TYPE_CHECKING:
    from mailsense.classify.adapting import Weights
    from mailsense.classify.features import Array
    from mailsense.classify.labels import Labels
    from mailsense.classify.model import Model
    from mailsense.classify.thresholds import Thresholds

FOLDS = 3
"""Parts of the labels, each judged by a model that learned from the others: twins share one."""
PARTS = (("sentence", "sentence"), ("reason", "sentence"), ("letter", "letter"))
"""The parts of a model, and the part whose scale each shares."""
KEPT = ("corpus", "languages", "thresholds")
"""What of the shipped model's card is true of one made from it."""

Progress = Callable[[int, int], None]
Arrays = Mapping[str, "Array"]


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


def learn(
    shipped: tuple[ModelCard, Arrays],
    examples: Sequence[Example],
    *,
    created: str = "",
    progress: Progress | None = None,
) -> tuple[ModelCard, dict[str, Array]]:
    """Given the shipped model and the user's labels, return a model of one's own.

    ``created`` is the day, for the card.  The same labels give the same arrays, whatever their
    order; one taken back leaves no trace.  ``progress`` is called with (done, all).
    Raise ModelError when the shipped model is not of this version's making.
    """
    from mailsense.classify.labels import gather
    from mailsense.classify.model import Model

    card, arrays = shipped
    known = Model(arrays)
    told = [example for example in examples if example.kind is not Kind.UNSURE]
    told.sort(key=lambda example: example.message_key)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, FOLDS + 2)

    found = gather(told, known)
    before = _parts(arrays, found)
    tick()
    made = _export(arrays, _moved(before, found, None))
    tick()
    groups = grouped(told)
    own = _left_out(shipped, before, found, told, groups, tick)
    return _card(card, told, created, own, len(set(groups))), made


def grouped(examples: Sequence[Example]) -> list[str]:
    """Given labels, return for each the message key that names its group of near-twins."""
    from mailsense.classify.letters import of_example
    from mailsense.classify.similar import twins

    firsts = twins([(of_example(e), e.facts.list_id or e.from_.domain) for e in examples])
    return [examples[first].message_key for first in firsts]


def _left_out(
    shipped: tuple[ModelCard, Arrays],
    before: Mapping[str, Weights],
    found: Labels,
    told: Sequence[Example],
    groups: Sequence[str],
    tick: Callable[[], None],
) -> dict[str, str]:
    """Return what is said of each label by a model that learned from the other groups alone."""
    import numpy as np

    from mailsense.classify.model import Model
    from mailsense.classify.samples import dealt
    from mailsense.classify.thresholds import from_card

    card, arrays = shipped
    limit = from_card(card.metrics)
    parts = dealt(Counter(groups), FOLDS, random.Random(0))  # noqa: S311 - no secret
    folds = np.asarray([parts[group] for group in groups])
    said: dict[str, str] = {}
    for fold in range(FOLDS):
        mine = folds == fold
        if mine.any():
            asked = [one for one, here in zip(told, mine, strict=True) if here]
            model = Model(_export(arrays, _moved(before, found, ~mine)))
            kinds = plainly(model, asked, limit)
            said |= {one.message_key: kind for one, kind in zip(asked, kinds, strict=True)}
        tick()
    return said


def _card(
    base: ModelCard, told: Sequence[Example], created: str, own: Mapping[str, str], groups: int
) -> ModelCard:
    """Return what is known of a model made of the shipped one and these labels.

    How the shipped one judged letters it had not seen says nothing of this one.  ``own_groups``
    says that ``own`` was dealt by groups of near-twins, and how many there are.
    """
    import numpy as np
    import scipy

    name = digest(told)
    kept = {key: base.metrics[key] for key in KEPT if key in base.metrics}
    return replace(
        base,
        name=f"own-{name[:8]}",
        created=created,
        examples=len(told),
        digest=name,
        checksum="",
        metrics={**kept, "base": base.name, "own": own, "own_groups": groups},
        libraries={"numpy": np.__version__, "scipy": scipy.__version__},
    )


def plainly(model: Model, examples: Sequence[Example], limit: Thresholds) -> list[str]:
    """Return what a model says of decisions by their words alone, as ``metrics["own"]`` does.

    No rule and no fact of the headers helps: they would help two models alike.
    """
    import numpy as np

    from mailsense.classify.letters import of_example
    from mailsense.classify.thresholds import decisions

    readings = model.read([of_example(example) for example in examples])
    likely = np.stack([reading.kinds for reading in readings])
    return [verdict.kind.value for verdict in decisions(likely, limit)]


def _parts(arrays: Arrays, found: Labels) -> dict[str, Weights]:
    """Return the parts of a model as what is believed before any label, where labels may move it.

    A part is believed over every bucket that any row of its own holds.
    """
    import numpy as np

    from mailsense.classify.adapting import stored

    fitted = dict(zip(("sentence", "letter"), arrays["rows"].tolist(), strict=True))
    return {
        name: stored(arrays, name, norm, fitted[norm], np.unique(rows.counts.indices))
        for (name, norm), rows in zip(PARTS, found.parts, strict=True)
    }


def _moved(before: Mapping[str, Weights], found: Labels, use: Array | None) -> dict[str, Weights]:
    """Return the parts as the labels of a mask, or all, move them."""
    from mailsense.classify.adapting import adapted

    moved = {}
    for name, rows in zip(before, found.parts, strict=True):
        kept = rows if use is None else rows.only(use[rows.letter])
        moved[name] = adapted(before[name], kept.counts, kept.labels, kept.weights)
    return moved


def _export(arrays: Arrays, after: Mapping[str, Weights]) -> dict[str, Array]:
    """Return the shipped arrays with the moved weights, over the buckets of either."""
    import numpy as np

    from mailsense.classify.adapting import unseen

    moved = np.concatenate([part.buckets for part in after.values()])
    used = np.union1d(arrays["buckets"], moved)
    old = np.searchsorted(used, arrays["buckets"])
    strange = unseen(arrays, used).astype(np.float16)
    made = dict(arrays) | {"buckets": used.astype(np.int32)}
    for name in after:
        made[name] = np.zeros((len(used), arrays[name].shape[1]), dtype=np.float16)
        made[name][old] = arrays[name]
        made[name][np.searchsorted(used, after[name].buckets)] = after[name].folded
    for norm in {f"{part}_norm" for _, part in PARTS}:
        made[norm] = strange.copy()
        made[norm][old] = arrays[norm]
    return made
