"""How often the model was right, as told by what a human said afterwards.

Decides what counts as the human's word on a verdict: the label of a message that the model had
judged, and an approved answer, by which the verdict was confirmed (``learn.settle``).  A second
label corrects the human, not the model; what was taken back does not count; what a rule judged
says nothing of the model.  Refuses to know statistics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mailsense.domain import Action, Decision, Kind, Source
from mailsense.ports import Store


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: what the human says it is, and what the model had said."""

    key: str
    at: datetime
    kind: Kind
    model: Kind

    @property
    def right(self) -> bool:
        return self.model is self.kind


def labelled(store: Store) -> Mapping[str, Sequence[Decision]]:
    """Return message key → the labels that a human gave it and did not take back, by time."""
    found: dict[str, list[Decision]] = {}
    for decision in store.decisions():
        key = decision.message_key
        if decision.action is Action.RELABEL:
            found.setdefault(key, []).append(decision)
        elif decision.action is Action.UNDO and key in found:
            del found[key][-1:]
    return {key: given for key, given in found.items() if given}


def heard(store: Store) -> Sequence[Heard]:
    """Return every message on which both the model and then a human had a say, oldest first."""
    labels = labelled(store)
    found = [_corrected(store, key, given) for key, given in labels.items()]
    found += [
        Heard(example.message_key, example.at, example.kind, example.kind)
        for example in store.examples()
        if example.message_key not in labels
    ]
    return sorted((one for one in found if one), key=lambda one: (one.at, one.key))


def _corrected(store: Store, key: str, given: Sequence[Decision]) -> Heard | None:
    """Given the labels of one message, return what was heard, or None.

    The model's word is what stood before the first, the human's is the last.
    """
    before, _, _ = given[0].detail.partition(" → ")
    _, _, after = given[-1].detail.partition(" → ")
    kinds = {kind.value: kind for kind in Kind}
    if before not in kinds or after not in kinds:
        return None
    if any(verdict.source is Source.RULE for verdict in store.verdicts(key)):
        return None
    return Heard(key, given[-1].at, kinds[after], kinds[before])
