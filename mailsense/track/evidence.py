"""A fact read from a message, together with the words it was read from; and word lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Extracted(Generic[T]):
    """A value and its evidence: a fact without words to show for it is not a fact."""

    value: T
    evidence: str


def vocabulary(words: str) -> frozenset[str]:
    """Given words separated by blanks, return the set of them."""
    return frozenset(words.split())
