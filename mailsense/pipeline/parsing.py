"""Parsing many messages, here or elsewhere: the reader hands batches in and takes results.

A failure is a value: one hostile message must never stop the others.  Where many
messages wait, the command line hands in a parser that has processes of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailsense.domain import Message, Verdict
from mailsense.ports import Fetched

Parsed = Message | str
"""A message, or why it could not be read."""
Result = tuple[Parsed, Verdict | None]
"""What came of one message; with a verdict where whoever parsed it judged it as well."""


class Parser(Protocol):
    """Takes batches in and gives results out, in the same order."""

    @property
    def depth(self) -> int:
        """How many batches it can work on while the next is being fetched."""

    def submit(self, batch: Sequence[Fetched], judge: bool) -> Callable[[], Sequence[Result]]:
        """Begin with a batch; calling what is returned waits for its results.

        ``judge`` says that verdicts are welcome: it is mail that came in.
        """


class Inline:
    """Parses in this process, when the result is asked for."""

    depth = 0

    def submit(self, batch: Sequence[Fetched], judge: bool) -> Callable[[], Sequence[Result]]:
        return lambda: [(one, None) for one in parse_all(batch)]


def parse_all(batch: Sequence[Fetched]) -> list[Parsed]:
    """Given fetched messages, return each as parsed, or the reason why it cannot be."""
    from mailsense.mail import parse as parser

    results: list[Parsed] = []
    for one in batch:
        try:
            results.append(parser.parse(one.raw, internaldate=one.internaldate, size=one.size))
        except Exception as error:  # one hostile message must never stop the others
            results.append(f"{type(error).__name__}, {one.size} bytes")
    return results
