"""Learning: a human's label is kept for ever, and the model is fitted to it anew.

Only human decisions become examples; the model never trains on its own guesses (rule 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailsense.domain import (
    Action,
    Decision,
    Evidence,
    Example,
    Kind,
    Message,
    Reason,
    Source,
    Verdict,
)
from mailsense.ports import Classifier, Item, Store


def label(
    store: Store,
    item: Item,
    kind: Kind,
    *,
    now: datetime,
    reason: Reason | None = None,
    body: Callable[[Item], Message] | None = None,
) -> Verdict:
    """Given what a human says a message is, keep it as verdict and example.

    ``body`` fetches the message again when its text was not kept; without it such a
    message is learned from its headers alone.  The label outranks rule and model from
    now on.  Raise StoreError, or what ``body`` raises, before anything is changed.
    """
    message = item.message
    if not (message.text or message.quoted) and body is not None:
        message = replace(body(item), key=item.key)
    old = item.verdict
    verdict = Verdict(
        kind,
        Source.USER,
        1.0,
        reason=reason if kind is Kind.REJECTION else None,
        stage=old.stage if old else None,
        evidence=(Evidence("rule", "you said so"),),
    )
    example = Example(
        item.key,
        message.subject,
        message.from_,
        message.text,
        message.facts,
        kind,
        now,
        reason=verdict.reason,
        stage=verdict.stage,
        quoted=message.quoted,
    )
    was = old.kind.value if old else "nothing"
    with store.transaction():
        if message is not item.message and kind not in (Kind.OTHER, Kind.ALERT):
            store.restore_text(message)
        store.add_verdicts({item.key: verdict}, now)
        store.add_example(example)
        store.add_decision(
            Decision(Action.RELABEL, now, message_key=item.key, detail=f"{was} → {kind.value}")
        )
    return verdict


def unlabel(store: Store, before: Item, *, now: datetime) -> None:
    """Take the newest label back, given the message as it was before it.

    Where a human had labelled it before, that label holds again; else rule and model speak
    again and the example is forgotten.
    """
    verdict = before.verdict
    example = next((e for e in store.examples() if e.message_key == before.key), None)
    with store.transaction():
        if verdict is not None and verdict.source is Source.USER:
            store.add_verdicts({before.key: verdict}, now)
            if example is not None:
                store.add_example(replace(example, kind=verdict.kind, reason=verdict.reason))
        else:
            store.clear_verdicts([before.key], Source.USER)
            store.remove_example(before.key)
        store.add_decision(Decision(Action.UNDO, now, message_key=before.key, detail="label"))


@dataclass(frozen=True)
class Change:
    """One message that the new model sees differently."""

    item: Item
    before: Kind
    after: Verdict


def rejudge(store: Store, classifier: Classifier, *, now: datetime) -> Sequence[Change]:
    """Judge stored messages that still have their text again with a new model.

    Keep the new verdicts and return those whose kind changed.  A human's label and a
    rule's verdict stay what they are.
    """
    items = [
        item
        for item in store.messages()
        if not item.located.outgoing
        and item.message.text
        and item.verdict is not None
        and item.verdict.source is Source.MODEL
    ]
    verdicts = classifier.classify([item.message for item in items])
    store.add_verdicts(
        {i.key: v for i, v in zip(items, verdicts, strict=True) if v.source is Source.MODEL}, now
    )
    return [
        Change(item, item.verdict.kind, verdict)
        for item, verdict in zip(items, verdicts, strict=True)
        if item.verdict is not None and item.verdict.kind is not verdict.kind
    ]
