"""Worlds for the store's tests: small makers of what it stores, and Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

from hypothesis import strategies as st

from mailsense.domain import (
    Address,
    Draft,
    Evidence,
    Kind,
    Located,
    Message,
    PlanKind,
    Source,
    Verdict,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ME = Address("Ines Okoro", "ines@example.org")
ANNA = Address("Anna Berg", "anna@acme.example")


def at(day: int, hour: int = 9) -> datetime:
    """An instant in October 2026."""
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def letter(key: str = "one@acme.example", **more: Any) -> Message:
    """A message from Anna to me, with Message-ID and key alike."""
    known: dict[str, Any] = {
        "message_id": key,
        "subject": "Your application",
        "from_": ANNA,
        "to": (ME,),
        "date": at(1),
        "text": f"text of {key}",
        "fingerprint": f"print of {key}",
    }
    return Message(key=key, **(known | more))


def incoming(key: str = "one@acme.example", thread: str = "", **more: Any) -> Located:
    """A message that came in."""
    return Located(letter(key, **more), "main", "INBOX", 1, False, False, thread, NOW)


def outgoing(key: str = "two@example.org", thread: str = "", **more: Any) -> Located:
    """A message that I wrote."""
    message = letter(key, **({"from_": ME, "to": (ANNA,)} | more))
    return Located(message, "main", "Sent", 1, True, False, thread, NOW)


def said(kind: Kind, source: Source = Source.MODEL, confidence: float = 0.9) -> Verdict:
    """A verdict with evidence that quotes the letter and evidence that does not."""
    evidence = (
        Evidence("sentence", "a sentence of the letter", 0.5),
        Evidence("words", "some words", 0.25),
        Evidence("reason", "a sentence of the letter", 0.5),
        Evidence("stage", "words of the letter", 1.0),
        Evidence("fact", "sent by a system", 0.125),
        Evidence("rule", "a bounce", 1.0),
    )
    return Verdict(kind, source, confidence, evidence=evidence, model="base")


def draft(id: str = "d1f00d", **more: Any) -> Draft:
    """A draft that answers Anna."""
    known: dict[str, Any] = {
        "account": "main",
        "plan": PlanKind.ANSWER_REJECTION,
        "about": "app-1",
        "episode": "one@acme.example",
        "template": "thanks",
        "message_id": f"{id}@example.org",
        "from_": ME,
        "to": (ANNA,),
        "subject": "Re: Your application",
        "body": "Thank you for telling me.",
        "created": NOW,
    }
    return Draft(id=id, **(known | more))


# --- any object of the domain, built from its own annotations -------------------------------

_INSTANTS = st.datetimes(timezones=st.just(UTC))
_NUMBERS = st.integers(min_value=-(2**62), max_value=2**62)
_OBJECTS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    _NUMBERS,
    st.text(max_size=8),
    _INSTANTS,
    st.dates(),
    st.just(ANNA),
    st.tuples(st.text(max_size=4), st.dates()),
)
_FACTS = st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), _OBJECTS, max_size=3)


def anything(shape: Any) -> st.SearchStrategy[Any]:
    """Any value of a domain type, every field filled on its own, new fields included."""
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        return st.builds(shape, **{f.name: _value(hints[f.name]) for f in fields(shape)})
    return st.from_type(shape)


def _value(hint: Any) -> st.SearchStrategy[Any]:
    if hint is datetime:
        return _INSTANTS
    if hint is date:
        return st.dates()
    if hint is int:
        return _NUMBERS
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint is str:
        return st.text(max_size=12)
    if hint == Mapping[str, object]:
        return _FACTS
    if hint == Mapping[str, str]:
        return st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2)
    arguments = getattr(hint, "__args__", ())
    if getattr(hint, "__origin__", None) is Mapping:
        return st.dictionaries(st.text(max_size=4), _value(arguments[1]), max_size=2)
    if type(None) in arguments:
        return st.one_of(st.none(), _value(next(a for a in arguments if a is not type(None))))
    if getattr(hint, "__origin__", None) is tuple:
        return st.lists(_value(arguments[0]), max_size=2).map(tuple)
    return anything(hint)
