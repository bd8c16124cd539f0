"""Parsing many messages, here or elsewhere: the reader hands batches in and takes results.

A failure is a value: one hostile message must never stop the others.  Where many
messages wait, the command line hands in a parser that has processes of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from mailsense.domain import Kind, Message, Source, Verdict
from mailsense.ports import Fetched

FIRST = 12_288
"""Bytes fetched of each message at first: seven in ten are smaller.  With a third more as with a
third less, more is parsed: too much of newsletters, or too many twice."""

_SAYS_MORE = frozenset(
    {Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.REFERRAL, Kind.FEEDBACK, Kind.ALERT}
)
"""What has a proposal in it, or is none."""

Parsed = Message | str | None
"""A message, or why it could not be read; None: more of it must be read first."""
Result = tuple[Parsed, Verdict | None]
"""What came of one message; with a verdict where whoever parsed it judged it as well."""
Wait = Callable[[], Sequence[Result]]
"""Waits for the results of a batch."""


class Parser(Protocol):
    """Takes batches in and gives results out, in the same order."""

    @property
    def depth(self) -> int:
        """How many batches it can work on while the next is being fetched."""

    def submit(self, batch: Sequence[Fetched], own: Collection[str] | None) -> Wait:
        """Begin with a batch; calling what is returned waits for its results.

        Given the user's ``own`` addresses, verdicts on mail from anybody else are welcome,
        and what is judged ``other`` may come without its text, which is not kept.  None: it
        is a folder of letters sent.  Of what was cut off at ``FIRST`` bytes more may be asked for.
        """


class Inline:
    """Parses in this process, when the result is asked for."""

    depth = 0

    def submit(self, batch: Sequence[Fetched], own: Collection[str] | None) -> Wait:
        return lambda: [
            _settled(one, *result) for one, result in zip(batch, parse_all(batch, own), strict=True)
        ]


def complete(fetched: Fetched, parsed: Parsed) -> bool:
    """False when the text may lie further on than what was fetched."""
    if not fetched.truncated:
        return True
    return isinstance(parsed, Message) and bool(parsed.text or parsed.quoted)


def parse_all(batch: Sequence[Fetched], own: Collection[str] | None) -> list[Result]:
    """Given fetched messages, return each as parsed, or the reason why it cannot be.

    A letter from a mailing list whose verdict no careful reading could change is only skimmed:
    it comes with its verdict and without its text, which is not kept.
    """
    results: list[Result] = []
    for one in batch:
        try:
            results.append(_parse(one, own))
        except Exception as error:  # one hostile message must never stop the others
            results.append((f"{type(error).__name__}, {one.size} bytes", None))
    return results


def _parse(one: Fetched, own: Collection[str] | None) -> Result:
    from mailsense.classify.rules import judge_skimmed, may_speak_of_work
    from mailsense.mail.parse import is_open, parse_tree, shows_enough, skim, tree

    root = tree(one.raw)
    if own is not None:
        skimmed = skim(
            root, one.internaldate, one.size, cut=one.truncated, unless=may_speak_of_work
        )
        if skimmed is not None and skimmed[0].from_.key not in own:
            verdict = judge_skimmed(*skimmed)
            if verdict is not None:
                return skimmed[0], verdict
    if _first_look(one) and (own is None or is_open(root)):
        return None, None
    message = parse_tree(root, one.internaldate, one.size)
    return (message if not _first_look(one) or shows_enough(root, message) else None), None


def _first_look(fetched: Fetched) -> bool:
    """True for a message of which the first ``FIRST`` bytes were fetched, and there are more."""
    return fetched.truncated and len(fetched.raw) == FIRST


def judge_all(
    batch: Sequence[Fetched],
    own: Collection[str],
    classify: Callable[[Sequence[Message]], Sequence[Verdict]],
) -> list[Result]:
    """Given fetched messages, return each as parsed, with a verdict if it came from others.

    What is judged ``other`` comes without its text, which is not kept.  Of the rest, what was
    cut off at the first look is read on.
    """
    results = parse_all(batch, own)
    received = [
        message
        for one, (message, verdict) in zip(batch, results, strict=True)
        if isinstance(message, Message)
        and verdict is None
        and message.from_.key not in own
        and complete(one, message)
    ]
    verdicts = {id(m): v for m, v in zip(received, classify(received), strict=True)}
    return [
        _settled(one, message, verdicts.get(id(message), verdict))
        for one, (message, verdict) in zip(batch, results, strict=True)
    ]


def _settled(one: Fetched, parsed: Parsed, verdict: Verdict | None) -> Result:
    """Return the result without what is not kept, or that more must be read."""
    if not isinstance(parsed, Message):
        return parsed, verdict
    if verdict is not None and proposes_time(parsed, verdict):
        verdict = None  # what it follows has its say (``judge``)
    if verdict is not None and verdict.kind is Kind.OTHER:
        bare = replace(parsed, text="", quoted="", signature="", attachments=(), events=())
        return bare, verdict
    return (None, None) if _first_look(one) else (parsed, verdict)


def proposes_time(message: Message, verdict: Verdict) -> bool:
    """True when a person proposes a time, and the model saw no request in it and no good word.

    Where a talk was spoken of before, that is a request.
    """
    facts = message.facts
    if verdict.source is not Source.MODEL or _SAYS_MORE & set(verdict.kinds):
        return False
    if facts.robot or facts.bounce or facts.list_unsubscribe or message.date is None:
        return False
    from mailsense.track.proposing import proposes
    from mailsense.track.talks import CALLED_OFF

    no = Kind.REJECTION in verdict.kinds and CALLED_OFF.search(message.text) is None
    return not no and proposes(message.text, message.date.date())
