"""What a human could teach next: the most telling questions, and the messages like one message.

Decides which stored messages come into question: mail that came in, whose text is kept, and of
which no human has spoken.  What a human said is never asked again and never overwritten.  Refuses
to know how they are compared (``classify.asking``, ``classify.similar``) and how they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailsense.domain import Kind, Message, Source
from mailsense.ports import Item, Store

if TYPE_CHECKING:
    from mailsense.classify.model import Model

FAINT = 0.8
"""Ordinary mail with less confidence than this may be something else."""
REMEMBERED = 300
"""The newest labels, whose like teach less."""


@dataclass(frozen=True)
class Question:
    """A message to ask about, the model's guess, and how much an answer would teach."""

    item: Item
    guess: Kind
    confidence: float
    sentence: str = ""
    worth: float = 0.0


def questions(store: Store, model: Callable[[], Model], count: int) -> list[Question]:
    """Return the messages from which the model would learn most, most first.

    ``model`` is opened when there is something to ask.
    """
    from mailsense.classify import asking
    from mailsense.classify.letters import of_example

    examples = store.examples()
    told = {example.message_key for example in examples}
    items = [
        item
        for item in _open(store, told)
        if item.verdict is not None
        and item.verdict.source is Source.MODEL
        and item.verdict.confidence > 0  # else there was nothing that it could read
    ]
    if not items:
        return []
    found = asking.candidates([item.message for item in items], model())
    known = [of_example(example) for example in examples[-REMEMBERED:]]
    asked = []
    for pick in asking.informative(found, count, known=known):
        likely = found[pick.place].likely
        guess = max(likely, key=lambda kind: likely[kind])
        item = items[pick.place]
        asked.append(Question(item, guess, likely[guess], _sentence(item), pick.worth))
    return asked


def faint(store: Store, count: int) -> list[Question]:
    """Return ordinary mail of which the model was least sure; its text is not kept."""
    told = {example.message_key for example in store.examples()}
    found = [
        Question(item, Kind.OTHER, item.verdict.confidence)
        for item in store.messages()
        if not item.located.outgoing
        and item.key not in told
        and item.verdict is not None
        and item.verdict.source is Source.MODEL
        and item.verdict.kind is Kind.OTHER
        and item.verdict.confidence < FAINT
        and not item.message.text
    ]
    return sorted(found, key=lambda one: one.confidence)[:count]


def alike(store: Store, item: Item, message: Message) -> Sequence[tuple[Item, float]]:
    """Given a message, and it with its text, return the similar ones, most similar first."""
    from mailsense.classify.letters import of_message
    from mailsense.classify.similar import similar

    told = {example.message_key for example in store.examples()}
    others = [other for other in _open(store, told) if other.key != item.key]
    letters = [(of_message(other.message), _circle(other.message)) for other in others]
    found = similar(of_message(message), _circle(message), letters)
    return [(others[place], cosine) for place, cosine in found]


def _open(store: Store, told: set[str]) -> list[Item]:
    """Return what came in, has its text, and was neither labelled nor confirmed by a human."""
    return [
        item
        for item in store.messages()
        if not item.located.outgoing
        and (item.message.text or item.message.quoted)
        and item.key not in told
        and (item.verdict is None or item.verdict.source is not Source.USER)
    ]


def _sentence(item: Item) -> str:
    """Return the sentence on which the verdict rests most, if one was kept."""
    evidence = item.verdict.evidence if item.verdict else ()
    return next((one.text for one in evidence if one.what == "sentence"), "")


def _circle(message: Message) -> str:
    """Return what tells a common sender: the mailing list, the firm's domain, or the person."""
    from mailsense.freemail import is_freemail

    domain = message.from_.domain
    return message.facts.list_id or (message.from_.key if is_freemail(domain) else domain)
