"""The trial of a new model: which letters both models can be asked about fairly, and the asking.

The user's own decisions are asked of models that had not seen them: a model's card keeps what
was said of each decision while it and all like it were left out of the fit (``metrics["own"]``),
the shipped model has seen none, and what was decided after a model was made is new to it, unless a
letter like it was not.  A decision that one of the two has learned from is left out.  The letters
of ``models/holdout.jsonl`` no model has seen.  Refuses to know the rule by which one of them is
chosen (``accept``) and files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mailsense.classify.accept import Acceptance, Answers, decide
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.learning import grouped, plainly
from mailsense.domain import Example, Kind, ModelCard

if TYPE_CHECKING:
    import numpy as np

    Loaded = tuple[ModelCard, Mapping[str, np.ndarray[Any, Any]]]


def compare(
    live: Loaded, candidate: Loaded, examples: Sequence[Example], holdout: Sequence[Written]
) -> Acceptance:
    """Given the model in use, the candidate, the user's decisions and our letters, decide.

    Raise ModelError when a model does not fit this version of the code.
    """
    sets = [own(live, candidate[0], examples)]
    if holdout:
        gold = [letter.kind.value for letter in holdout]
        sets.append(
            Answers("the", "shipped test letter", gold, _asked(live, holdout),
                    _asked(candidate, holdout))
        )  # fmt: skip
    return decide(sets)


def own(live: Loaded, candidate: ModelCard, examples: Sequence[Example]) -> Answers:
    """Return what both models say of the decisions that neither had seen when it was asked."""
    after = _kept(candidate)
    told = [e for e in examples if e.kind is not Kind.UNSURE]
    unseen = _new(live[0], told, after)
    anew = zip((e.message_key for e in unseen), _plainly(live, unseen), strict=True)
    before = {**_kept(live[0]), **dict(anew)}
    fair = [e for e in told if e.message_key in after and e.message_key in before]
    return Answers(
        "your",
        "decision",
        [example.kind.value for example in fair],
        [before[example.message_key] for example in fair],
        [after[example.message_key] for example in fair],
    )


def _new(card: ModelCard, examples: Sequence[Example], asked: Collection[str]) -> list[Example]:
    """Return the decisions among those asked about that the model can be asked about anew.

    It learned from none of them, and from none like them, or it would answer what it was taught
    where the candidate, which keeps letters that are alike apart, must guess.
    """
    kept = _kept(card)
    learned = [e.message_key in kept or not _unseen(card, e) for e in examples]
    groups = grouped(examples) if any(learned) else [""] * len(examples)
    taught = {group for group, was in zip(groups, learned, strict=True) if was}
    return [
        one
        for one, group in zip(examples, groups, strict=True)
        if group not in taught and one.message_key in asked
    ]


def _kept(card: ModelCard) -> Mapping[str, str]:
    """Return what models that had not seen a decision, nor one like it, said of it, by message key.

    Nothing of a card from before near-twins were kept apart: there one had told the other.
    """
    found = card.metrics.get("own")
    if not isinstance(found, Mapping) or "own_groups" not in card.metrics:
        return {}
    return {str(key): str(kind) for key, kind in found.items()}


def _unseen(card: ModelCard, example: Example) -> bool:
    """True when the model cannot have learned from this decision.

    The shipped model learned from none; one that keeps an answer for every decision it learned
    from, from no other; else what counts is the day: that of the model itself is too close.
    """
    if card.examples == 0 or len(_kept(card)) >= card.examples:
        return True
    return example.at.date().isoformat() > card.created[:10] != ""


def _plainly(loaded: Loaded, examples: Sequence[Example]) -> list[str]:
    """Return what the model says of decisions by their words alone."""
    from mailsense.classify.model import Model
    from mailsense.classify.thresholds import from_card

    card, arrays = loaded
    return plainly(Model(arrays), examples, from_card(card.metrics)) if examples else []


def _asked(loaded: Loaded, letters: Sequence[Written]) -> list[str]:
    """Return what the whole classifier with this model says of letters of our own writing."""
    from mailsense.classify.classifier import ModelClassifier

    messages = [letter.message for letter in letters]
    verdicts = ModelClassifier(lambda: loaded).classify(messages)
    return [verdict.kind.value for verdict in verdicts]
