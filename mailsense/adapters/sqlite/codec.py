"""Domain objects to JSON and back, following the dataclasses' own fields.

A document is an object with one member a field.  Instants are UTC ISO 8601 ("+" sorts
before ".", so they sort as text, with a fraction or without), days ISO 8601, tuples arrays,
addresses pairs, enumerations their values.  A field whose default is empty is left out while
it is empty; what is missing takes the default, and what is unknown is ignored.  So fields
may be added without a migration; renaming or retyping one, or a default that is no longer
empty, needs one.  No code is ever named in a document: the reader decides the types.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from mailsense.domain import Address, Contact
from mailsense.errors import StoreError

T = TypeVar("T")
Reader = Callable[[Any], Any]

_DECODE = json.JSONDecoder().decode
_DAMAGE = (ValueError, TypeError, KeyError, AttributeError)
_TAGGED: Mapping[str, type] = {"address": Address, "contact": Contact}
"""Dataclasses that may stand where a field says only ``object`` (facts of a plan)."""


def instant(value: datetime | None) -> str | None:
    """Return the instant as text that sorts. Raise ValueError when it has no zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be stored")
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


def as_instant(text: str | None) -> datetime | None:
    """Return what ``instant`` wrote."""
    return None if text is None else datetime.fromisoformat(text)


def dump(value: object) -> str:
    """Return the JSON text of a domain object, or of a mapping or sequence of such."""
    return _ENCODE(value)


def load(shape: type[T], text: str) -> T:
    """Return the object that ``dump`` wrote. Raise StoreError when the text is damaged."""
    try:
        return typing.cast(T, reader(typing.cast(Any, shape))(_DECODE(text)))
    except _DAMAGE as error:
        raise _damaged(shape) from error


def load_fields(shape: type, text: str) -> dict[str, Any]:
    """Return by name the fields of ``shape`` that a document holds; as ``load`` otherwise."""
    try:
        return _known_fields(_readers(shape), _DECODE(text))
    except _DAMAGE as error:
        raise _damaged(shape) from error


def _damaged(shape: Any) -> StoreError:
    name = getattr(shape, "__name__", str(shape))
    return StoreError(
        f"the database holds a damaged {name}: put a backup in its place, or sync again"
    )


@cache
def reader(shape: Any) -> Reader:
    """Given a type, return the function that makes one of what JSON holds."""
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if origin in (typing.Union, types.UnionType):
        (one,) = (a for a in arguments if a is not type(None))
        inner = reader(one)
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = reader(arguments[0])
        return lambda value: tuple([item(v) for v in value])
    if origin is Mapping:
        item = reader(arguments[1])
        return lambda value: {name: item(v) for name, v in value.items()}
    if shape is object:
        return _untag
    if shape is datetime:
        return datetime.fromisoformat
    if shape is Address:
        return lambda value: Address(*value)
    if shape is date:
        return date.fromisoformat
    if is_dataclass(shape):
        return _dataclass_reader(typing.cast(type, shape))
    if isinstance(shape, type) and issubclass(shape, Enum | float):
        return shape
    return lambda value: value


def _dataclass_reader(shape: type) -> Reader:
    known = _readers(shape)
    return lambda value: shape(**_known_fields(known, value))


@cache
def _readers(shape: type) -> Mapping[str, Reader]:
    hints = typing.get_type_hints(shape)
    return {f.name: reader(hints[f.name]) for f in fields(shape) if f.init}


def _known_fields(known: Mapping[str, Reader], value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: known[name](v) for name, v in value.items() if name in known}


_ALWAYS = object()
"""Equal to nothing: marks a field that is always written."""


@cache
def members(shape: type) -> tuple[tuple[str, object, bool], ...]:
    """Return name, the empty default if it has one, and whether values are any ``object``."""
    hints = typing.get_type_hints(shape)
    found = []
    for f in fields(shape):
        default: object = {} if f.default_factory is dict else f.default
        empty = default is False or default in ("", (), {}, None)
        found.append((f.name, default if empty else _ALWAYS, hints[f.name] == Mapping[str, object]))
    return tuple(found)


def document(value: object, named: Sequence[tuple[str, object, bool]]) -> dict[str, object]:
    """Return the ``named`` members of a dataclass that are not empty, as they are."""
    held = {}
    for name, empty, loose in named:
        member = getattr(value, name)
        if member is not empty and member != empty:
            held[name] = _tag(member) if loose else member
    return held


def _plain(value: Any) -> Any:
    """What json asks about a value it does not know."""
    if type(value) is Address:  # by far the most frequent
        return (value.name, value.email)
    if is_dataclass(value) and not isinstance(value, type):
        return document(value, members(type(value)))
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _tag(value: object) -> object:
    """Make a value of unknown type tell its own type, as ``{"$name": …}``."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return {"$instant": instant(value)}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, Mapping):
        return {str(name): _tag(v) for name, v in value.items()}
    if isinstance(value, Sequence):
        return [_tag(v) for v in value]
    for name, shape in _TAGGED.items():
        if type(value) is shape:
            return {f"${name}": value}
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _untag(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_untag(v) for v in value)
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name == "$instant":
            return datetime.fromisoformat(inner)
        if name == "$day":
            return date.fromisoformat(inner)
        if name[1:] in _TAGGED and name.startswith("$"):
            return reader(_TAGGED[name[1:]])(inner)
    return {name: _untag(v) for name, v in value.items()}


_ENCODE = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), default=_plain, check_circular=False
).encode
