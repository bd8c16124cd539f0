"""Learning: a human's label is kept for ever, and the model is fitted to it anew.

Only human decisions become examples; the model never trains on its own guesses (rule 6).  Whoever
approves an answer has read what it answers: that confirms the model's verdict, as a lighter
example, for as long as the approval stands.  A label outranks it, and neither is ever guessed.
What is taken back is noted, for a model may have learned it; which model has, its card tells
(``knows``).  Refuses to know where models are kept and which one is in use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailsense.domain import (
    Action,
    Decision,
    Draft,
    Evidence,
    Example,
    Kind,
    Message,
    ModelCard,
    PlanKind,
    Reason,
    Source,
    Verdict,
)
from mailsense.ports import Classifier, Item, Store

CONFIRMED = 0.3
"""Weight of a verdict that the user confirmed by approving the answer to it."""
ALIKE = 0.5
"""Weight of a label that was given to many similar letters at one look."""
CONFIRMS: Mapping[PlanKind, tuple[Kind, ...]] = {
    PlanKind.ANSWER_OFFER: (Kind.OFFER,),
    PlanKind.ANSWER_REQUEST: (Kind.INTERVIEW, Kind.TASK),
    PlanKind.ANSWER_OUTREACH: (Kind.OUTREACH,),
    PlanKind.ANSWER_REJECTION: (Kind.REJECTION,),
    PlanKind.REDIRECT: (Kind.REJECTION,),
    PlanKind.THANK_REFERRAL: (Kind.REFERRAL,),
    PlanKind.THANK_FEEDBACK: (Kind.FEEDBACK,),
}
"""What an answer says of the message it answers. All others say nothing of a message: a chase
is about silence, and a letter that does several things confirms what it was judged first."""
UNLEARN = "unlearn"
"""The note of the messages whose label or approval was taken back, one a line: `train` replaces
and deletes the models that know of one, and then wipes the note."""
_STANDS = (Action.APPROVE, Action.SEND, Action.SENT_ELSEWHERE)
_VOIDS = (Action.EDIT, Action.SNOOZE, Action.DISCARD, Action.UNDO)


def label(
    store: Store,
    item: Item,
    kind: Kind,
    *,
    now: datetime,
    reason: Reason | None = None,
    body: Callable[[Item], Message] | None = None,
    weight: float = 1.0,
) -> Verdict:
    """Given what a human says a message is, keep it as verdict and example.

    ``body`` fetches the message again when its text was not kept; without it such a
    message is learned from its headers alone.  The label outranks rule and model from
    now on; ``weight`` says how much it teaches beside one given to this very message.
    Raise StoreError, or what ``body`` raises, before anything is changed.
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
    example = _example(message, verdict, now, weight)
    was = old.kind.value if old else "nothing"
    with store.transaction():
        if message is not item.message and kind not in (Kind.OTHER, Kind.ALERT):
            store.restore_text(message)
        store.add_verdicts({item.key: verdict}, now)
        store.add_example(example)
        _note(store, item.key, back=False)
        store.add_decision(
            Decision(Action.RELABEL, now, message_key=item.key, detail=f"{was} → {kind.value}")
        )
    return verdict


def _example(message: Message, verdict: Verdict, now: datetime, weight: float) -> Example:
    return Example(
        message.key,
        message.subject,
        message.from_,
        message.text,
        message.facts,
        verdict.kind,
        now,
        reason=verdict.reason,
        stage=verdict.stage,
        quoted=message.quoted,
        weight=weight,
    )


def learned(store: Store, key: str) -> Example | None:
    """Return what was learned of a message, by label or confirmation, or None."""
    return next((e for e in store.examples() if e.message_key == key), None)


def unlabel(store: Store, before: Item, *, now: datetime) -> None:
    """Take the newest label back, given the message as it was before it.

    Where a human had labelled it before, that label holds again; else rule and model speak
    again and the example is forgotten, together with a text that was fetched for it.  That it
    was taken back is noted (``taken_back``).
    """
    verdict = before.verdict
    example = learned(store, before.key)
    with store.transaction():
        if verdict is not None and verdict.source is Source.USER:
            store.add_verdicts({before.key: verdict}, now)
            if example is not None:
                store.add_example(replace(example, kind=verdict.kind, reason=verdict.reason))
        else:
            store.clear_verdicts([before.key], Source.USER)
            store.remove_example(before.key)
            store.drop_text()
        if example is not None:
            _note(store, before.key, back=True)
        store.add_decision(Decision(Action.UNDO, now, message_key=before.key, detail="label"))


def settle(store: Store, draft: Draft, *, now: datetime) -> None:
    """Given a draft about which a human just decided, learn what the decision confirms.

    An approval (or sending it from another client) confirms the model's verdict on the
    message that it answers.  It is forgotten when the user takes the approval back, in
    whatever way, and no other approved answer confirms it, and that is noted as for a label;
    new mail that overtakes the draft changes nothing, for the message is what it was.  A label
    or a rule is never touched.
    """
    item = store.message(draft.answers) if draft.answers else None
    verdict = item.verdict if item is not None else None
    if item is None or verdict is None or verdict.source is not Source.MODEL:
        return
    known = learned(store, item.key)
    if _stands(store, draft):
        if known is None and verdict.kind in CONFIRMS.get(draft.plan, ()):
            with store.transaction():
                store.add_example(_example(item.message, verdict, now, CONFIRMED))
                _note(store, item.key, back=False)
    elif known is not None and not any(
        other.answers == draft.answers and other.plan in CONFIRMS and _stands(store, other)
        for other in store.drafts()
        if other.id != draft.id
    ):
        with store.transaction():
            store.remove_example(item.key)
            _note(store, item.key, back=True)


def taken_back(store: Store) -> frozenset[str]:
    """Return the keys of the messages of which the user's last word was to take a word back.

    `train` has not unlearned these yet; whether there is a model that knows them is not asked.
    """
    return frozenset((store.get(UNLEARN) or "").split("\n")) - {""}


def _note(store: Store, key: str, *, back: bool) -> None:
    """Note that what was said of a message is taken back, or that it is said again."""
    before = taken_back(store)
    now = before | {key} if back else before - {key}
    if now != before:
        store.put(UNLEARN, "\n".join(sorted(now)))


def knows(card: ModelCard, keys: Collection[str]) -> bool:
    """True when a model has learned what was said of one of these messages, or may have.

    The card names every message it learned from (``metrics["own"]``); a model whose card names
    fewer than it counts may have learned from any.
    """
    own = card.metrics.get("own")
    named = own if isinstance(own, Mapping) else {}
    return bool(keys) and (len(named) < card.examples or any(key in named for key in keys))


def _stands(store: Store, draft: Draft) -> bool:
    """True when the last word of a human on this draft was to approve or to send it."""
    stands = False
    for decision in store.decisions(draft=draft.id):
        if decision.action in _STANDS + _VOIDS:
            stands = decision.action in _STANDS
    return stands


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
