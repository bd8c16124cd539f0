"""The parting questions: the user's own first, then ours.

Reads them off ``playbook.toml``.  To whom one may be put, and when, is decided in ``facts``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_KEYS = frozenset({"id", "ask", "light", "use", "advice"})


@dataclass(frozen=True, slots=True)
class Question:
    """One parting question: ``ask`` in full, ``light`` beside another question."""

    id: str
    ask: str
    light: str
    own: bool = False
    """The user's own words: these come before ours."""


def joined(own: Any, ours: Any) -> Any:
    """Given the rows of the user's file and ours, return the user's and then ours of other ids.

    What is no list is handed back as it is, for the reader to tell.
    """
    if not isinstance(own, list) or not isinstance(ours, list):
        return ours if own is None else own
    taken = [row.get("id") for row in own if isinstance(row, dict)]
    return [*own, *(row for row in ours if row.get("id") not in taken)]


def unused(row: Mapping[str, Any]) -> bool:
    """True of a row that only says that one of ours is not wanted."""
    return row.get("use") is False


def read(
    key: str, row: Mapping[str, Any], problem: Callable[[str, str], None], *, own: bool
) -> Question:
    """Given a row, return the question, telling each ``problem`` with its key."""
    for name in row:
        if name not in _KEYS:
            problem(f"{key}.{name}", "unknown key: remove it or check its spelling")
    if row.get("use", True) is not True:
        problem(f"{key}.use", "must be true or false")
    parts = {name: row.get(name) for name in ("id", "ask", "light")}
    for name, value in parts.items():
        if not isinstance(value, str) or not value.strip():
            problem(f"{key}.{name}", "must be a text")
    question = Question(**{name: str(value) for name, value in parts.items()}, own=own)
    if "?" in question.light:
        problem(f"{key}.light", "must ask in passing, without a question mark")
    if not question.ask.rstrip().endswith("?"):
        problem(f"{key}.ask", "must be a question")
    return question
