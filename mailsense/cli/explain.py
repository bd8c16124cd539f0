"""`mailsense explain`: why a message was judged so, and what would change it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, emit, joined, say, tagged, wrapped
from mailsense.domain import DETAILS, Kind, Message, Source, Verdict, short_id
from mailsense.errors import ParseError, UserError

if TYPE_CHECKING:
    from mailsense.classify.explain import Change, Explanation, Pull, Side
    from mailsense.classify.thresholds import Surety

_NOT_KEPT = (
    "its text is not kept, because it is not about the search; this is what was noted when it "
    "was judged (--fetch reads the text again from your mailbox)"
)
_SCALE = (
    "Numbers with a sign are log odds: +0.7 doubles the odds of a kind, +2.3 makes them tenfold."
)

_QUOTED = 100
"""Characters shown of what told the reason or the stage."""


@click.command("explain")
@click.argument("message")
@click.option("--fetch", is_flag=True, help="Read a text that was not kept from your mailbox.")
@click.option("--json", "as_json_", is_flag=True, help="One JSON object a message, a line each.")
def explain_command(message: str, fetch: bool, as_json_: bool) -> None:
    """Explain the verdict on MESSAGE: a short id, a Message-ID, an .eml file, or - .

    Which sentences, words and headers spoke for its kind and for the runner-up, and how much;
    which rule, if it was one; how sure it had to be; and what would have changed it. Every
    part is left out in turn and the rest judged again, by the model in use.
    """
    app = current()
    if message == "-" or _is_file(message):
        for path, one in _files(message):
            _tell({"path": path, "text_kept": True}, one, _explained(app, one), None, as_json_)
        return
    from mailsense.cli.label import Labels
    from mailsense.cli.messages import find

    with app.store() as store:
        item = find(store, message)
        if item.located.outgoing:
            raise UserError("that message is your own; only mail that you received is judged")
        kept = not store.text_erased(item.key)
        letter = Labels(app, store).body(item) if fetch else item.message
    explained = _explained(app, letter) if kept or fetch else None
    named = {"id": short_id(item.key), "text_kept": kept}
    _tell(named, letter, explained, item.verdict, as_json_)


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a Message-ID may be longer than any name of a file
        return False


def _files(path: str) -> Iterator[tuple[str, Message]]:
    from mailsense.adapters.files import messages
    from mailsense.mail.parse import parse

    for name, raw in messages((path,), sys.stdin.buffer):
        try:
            yield name, parse(raw)
        except ParseError as error:
            raise UserError(f"{name}: cannot be read as a message ({error})") from None


def _explained(app: App, message: Message) -> Explanation:
    from mailsense.classify.explain import explain

    return explain(message, app.classifier.parts)


def _tell(
    name: dict[str, Any],
    message: Message,
    explained: Explanation | None,
    stored: Verdict | None,
    as_json: bool,
) -> None:
    """Print one explanation. ``stored`` is the verdict that holds, where it is a stored message."""
    verdict = stored or (explained.verdict if explained else None)
    if as_json:
        emit([{**name, **_object(message, explained, verdict)}], lines=True)
        return
    say(click.style(clean(message.subject) or "(no subject)", bold=True))
    say(clean(str(message.from_)))
    if verdict is None:
        say("\nIt is not judged yet, and its text is not kept: `mailsense sync` judges it.")
        return
    told = (_headline(verdict), _details(verdict, explained), _noted(verdict, explained),
            _differs(verdict, explained))  # fmt: skip
    for line in chain.from_iterable(told):
        say(line)
    if explained is not None and explained.sides:
        for line in _case(explained):
            say(line)


# for scripts


def _object(
    message: Message, explained: Explanation | None, verdict: Verdict | None
) -> dict[str, Any]:
    told = explained
    by_model = told is not None and bool(told.sides)
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        **_judged(verdict),
        "source": verdict.source.value if verdict else None,
        "rule": _rule(verdict) if verdict and verdict.source is Source.RULE else None,
        "evidence": [
            {"what": e.what, "text": e.text, "weight": round(e.weight, 3)}
            for e in (verdict.evidence if verdict else ())
        ],
        "model": None
        if told is None
        else {"name": told.verdict.model or None, "source": told.verdict.source.value}
        | _judged(told.verdict),
        "probabilities": {k.value: round(p, 4) for k, p in (told.likely or {}).items()}
        if told
        else {},
        "kinds": [_side(side) for side in told.sides] if told and by_model else [],
        "surety": _surety(told.surety) if told and told.surety else None,
        "changes": [
            {"what": c.what, "without": list(c.without), **_judged(c.verdict)}
            for c in (told.changes if told else ())
        ],
    }


def _judged(verdict: Verdict | None) -> dict[str, Any]:
    return {
        "kind": verdict.kind.value if verdict else None,
        "tag": verdict.tag.value if verdict else None,
        "also": [kind.value for kind in verdict.also] if verdict else [],
        "reason": verdict.reason.value if verdict and verdict.reason else None,
        "stage": verdict.stage.value if verdict and verdict.stage else None,
        "confidence": round(verdict.confidence, 4) if verdict else None,
        "runner_up": verdict.runner_up.value if verdict and verdict.runner_up else None,
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "kind": side.kind.value,
        "probability": round(side.probability, 4),
        "sentences": [
            {"text": s.text, "probability": round(s.probability, 4), "log_odds": round(s.weight, 3)}
            for s in side.sentences
        ],
        "words": _pulls(side.words),
        "facts": _pulls(side.facts),
    }


def _pulls(pulls: Sequence[Pull]) -> list[dict[str, Any]]:
    return [{"text": pull.text, "log_odds": round(pull.weight, 3)} for pull in pulls]


def _surety(sure: Surety) -> dict[str, Any]:
    return {
        "together": [kind.value for kind in sure.together],
        "sure": round(sure.sure, 4),
        "threshold": round(sure.least, 4),
        "rival": sure.rival.value if sure.rival else None,
        "gap": round(sure.gap, 4),
        "least_gap": round(sure.least_gap, 4),
        "requests": round(sure.requests, 4),
        "most_requests": sure.most_requests,
        "failed": list(sure.failed),
    }


# for people


def _rule(verdict: Verdict) -> str:
    return next((e.text for e in verdict.evidence if e.what == "rule"), "")


def _what(verdict: Verdict) -> str:
    """Return what a verdict says, in a few words."""
    if verdict.kind is Kind.UNSURE:
        guess = f"perhaps {verdict.runner_up.value}, " if verdict.runner_up else ""
        return f"unsure ({guess}{verdict.confidence:.0%})"
    also = f" and {joined([kind.value for kind in verdict.also])}" if verdict.also else ""
    reason = f", {verdict.reason.value}" if verdict.reason else ""
    sure = f" ({verdict.confidence:.0%})" if verdict.source is Source.MODEL else ""
    return f"{verdict.kind.value}{also}{reason}{sure}"


def _headline(verdict: Verdict) -> Iterator[str]:
    name = f" {verdict.model}" if verdict.model else ""
    by = {
        Source.USER: "you said so, and that holds (`mailsense label --undo MESSAGE` takes it back)",
        Source.RULE: f"by a rule, {_rule(verdict)}; only a label of yours changes that",
        Source.MODEL: f"by the model{name}",
        Source.CLOCK: "by the clock",
    }[verdict.source]
    yield f"\n{tagged(verdict.tag.value, _what(verdict))}: {by}"


def _details(verdict: Verdict, explained: Explanation | None) -> Iterator[str]:
    """Yield the reason and the stage, each with what told it.

    A verdict of before these were kept has the words from how the model judges it today.
    """
    now = explained.verdict if explained is not None else verdict
    sources = [verdict, now] if verdict.source is Source.MODEL else [verdict]
    for what, by in zip(DETAILS, ("said by", "by"), strict=True):
        value = getattr(verdict, what)
        said = next((e.text for one in sources if getattr(one, what) is value
                     for e in one.evidence if e.what == what), "")  # fmt: skip
        if value is not None and said:
            yield f'  {what}: {value.value}, {by} "{_short(said)}"'


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()}…"


def _noted(verdict: Verdict, explained: Explanation | None) -> Iterator[str]:
    """Yield what was noted when it was judged, where nothing more can be told."""
    if explained is not None and (explained.sides or explained.rule != ""):
        if explained.rule and verdict.source is Source.MODEL:
            yield f"  {explained.rule}"
        return
    if verdict.source is Source.RULE:
        return
    yield from wrapped(_NOT_KEPT, "  ")
    for evidence in verdict.because:
        yield f"  {evidence.what}: {clean(evidence.text)} ({evidence.weight:.2f})"
    if verdict.runner_up:
        yield f"  the runner-up was {verdict.runner_up.value}"


def _differs(verdict: Verdict, explained: Explanation | None) -> Iterator[str]:
    """Yield what the program would say today where that is not what holds."""
    if explained is None:
        return
    now = explained.verdict
    if now.kind is not verdict.kind or now.source is not verdict.source:
        yield f"By itself mailsense would say today: {_what(now)}"


def _case(explained: Explanation) -> Iterator[str]:
    for place, side in enumerate(explained.sides):
        named = f"For {side.kind.value}" if place == 0 else f"For the runner-up, {side.kind.value}"
        yield f"\n{click.style(named, bold=True)}: {side.probability:.1%}"
        for said in side.sentences:
            text = f"{clean(said.text)} ({said.probability:.0%} by itself)"
            first, *rest = wrapped(text, " " * 8)
            yield from (f"  {said.weight:+5.1f} {first.strip()}", *rest)
        for name, pulls in (
            ("words for it", [p for p in side.words if p.weight > 0]),
            ("against it", [p for p in side.words if p.weight < 0]),
            ("headers", list(side.facts)),
        ):
            if pulls:
                told = ", ".join(f"{clean(p.text)} {p.weight:+.1f}" for p in pulls)
                first, *rest = wrapped(told, " " * 16)
                yield f"  {name:14}{first.strip()}"
                yield from rest
    if explained.surety is not None:
        yield click.style("\nHow sure it must be", bold=True)
        yield from (f"  {line}" for line in _sureness(explained.surety))
    yield click.style("\nWhat would change it", bold=True)
    for change in explained.changes:
        yield from _changed(change, explained.verdict)
    yield click.style(f"\n{_SCALE}", dim=True)


def _sureness(sure: Surety) -> Iterator[str]:
    """Say each test in words, and by how much it is passed or missed."""
    many = len(sure.together) > 1
    missed = f": {_points(sure.least - sure.sure)} too few" if "threshold" in sure.failed else ""
    named = joined([kind.value for kind in sure.together]) + (
        " together need" if many else " needs"
    )
    yield f"{named} {sure.least:.0%} and {'have' if many else 'has'} {sure.sure:.0%}{missed}"
    if sure.rival is not None:
        close = ": too close" if "gap" in sure.failed else ""
        must = f"must be {_points(sure.least_gap)} behind"
        yield f"{sure.rival.value}, the next, {must} and is {_points(sure.gap)} behind{close}"
    if "requests" in sure.failed and sure.most_requests is not None:
        yield (
            f"requests together have {sure.requests:.0%}: from {sure.most_requests:.0%} on nothing "
            "is filed as anything else, lest one be missed"
        )


def _points(share: float) -> str:
    return f"{share * 100:.0f} points"


_WITHOUT = {
    "sender": "its sender",
    "headers": "its headers",
    "history": "the letter that it answers",
}


def _changed(change: Change, verdict: Verdict) -> Iterator[str]:
    same = change.verdict.kind is verdict.kind
    be = "it would still be" if same else "it would be"
    if change.what == "sentences":
        many = len(change.without)
        number = "its strongest sentence" if many == 1 else f"its {many} strongest sentences"
        yield f"  without {number} {be} {_what(change.verdict)}:"
        for text in change.without:
            yield from wrapped(text, "    │ ")
    else:
        parts = clean(joined(list(change.without)))
        name = _WITHOUT[change.what]
        yield from wrapped(f"without {name} ({parts}) {be} {_what(change.verdict)}", "  ")
