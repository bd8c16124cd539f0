"""Parsing many messages, here or elsewhere: the reader hands batches in and takes results.

A failure is a value: one hostile message must never stop the others.  Where many
messages wait, the command line hands in a parser that has processes of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from mailsense.domain import Kind, Message, Verdict
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

    def submit(
        self, batch: Sequence[Fetched], own: Collection[str] | None
    ) -> Callable[[], Sequence[Result]]:
        """Begin with a batch; calling what is returned waits for its results.

        Given the user's ``own`` addresses, verdicts on mail from anybody else are welcome,
        and what is judged ``other`` may come without its text, which is not kept.  None: it
        is a folder of letters sent.
        """


class Inline:
    """Parses in this process, when the result is asked for."""

    depth = 0

    def submit(
        self, batch: Sequence[Fetched], own: Collection[str] | None
    ) -> Callable[[], Sequence[Result]]:
        return lambda: [(one, None) for one in parse_all(batch)]


def complete(fetched: Fetched, parsed: Parsed) -> bool:
    """False when the text may lie further on than what was fetched."""
    if not fetched.truncated:
        return True
    return isinstance(parsed, Message) and bool(parsed.text or parsed.quoted)


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


def judge_all(
    batch: Sequence[Fetched],
    own: Collection[str],
    classify: Callable[[Sequence[Message]], Sequence[Verdict]],
) -> list[Result]:
    """Given fetched messages, return each as parsed, with a verdict if it came from others.

    What is judged ``other`` comes without its text, which is not kept.
    """
    parsed = parse_all(batch)
    received = [
        message
        for one, message in zip(batch, parsed, strict=True)
        if isinstance(message, Message) and message.from_.key not in own and complete(one, message)
    ]
    verdicts = {id(m): v for m, v in zip(received, classify(received), strict=True)}
    results: list[Result] = []
    for message in parsed:
        verdict = verdicts.get(id(message))
        if isinstance(message, Message) and verdict is not None and verdict.kind is Kind.OTHER:
            message = replace(message, text="", quoted="", signature="", attachments=(), events=())
        results.append((message, verdict))
    return results
