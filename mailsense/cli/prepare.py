"""`mailsense prepare`: the call card, one page to have before one's eyes in a talk.

Plain text of at most 78 columns, so that it prints as it stands.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from mailsense.cli.app import current
from mailsense.cli.output import clean, columns, count, emit, fit, say, stamp, width
from mailsense.domain import Outcome, Relation
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.report.card import CallCard, Person, Standing

_PAGE = 78
_LINES = 45
"""So many lines fit a page."""
_ASKED = 4
"""Questions on the page: the user's own come first."""
_SHORTER = ((5, 1, 2, 4), (4, 1, 1, 4), (3, 1, 1, 3), (2, 1, 1, 2))
"""What is left of history, of their words, of other people and of questions, to fit the page."""
_REDIRECTIONS = (
    ("no_openings", "“I don't know of any jobs”"),
    ("not_hiring", "“I don't do the hiring”"),
    ("busy", "“I'm too busy”"),
    ("after_a_no", "no"),
)


@click.command("prepare")
@click.argument("who", nargs=-1, required=True, metavar="WHO")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def prepare_command(who: tuple[str, ...], as_json_: bool) -> None:
    """Print a call card, one page to have at hand when you talk with somebody.

    WHO is an address, a name, a company or the id of an application. The card tells who it is,
    what was said so far, how to begin, what to ask, and what to say to a no.
    """
    from mailsense.pipeline.prepare import prepared

    app = current()
    with app.store() as store:
        try:
            card = prepared(
                store,
                " ".join(who),
                me=app.settings.me,
                mine=app.settings.addresses,
                playbook=app.playbook,
                scripts=app.scripts,
                now=app.now,
                zone=app.zone,
            )
        except UserError as error:
            raise UserError([clean(problem) for problem in error.problems]) from None
    if as_json_:
        emit([as_json(card)], lines=True)
        return
    for line in page(card, app.zone):
        say(line)


def as_json(card: CallCard) -> dict[str, Any]:
    """Return the card as scripts read it."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [plain(one) for one in value]
        if isinstance(value, datetime):
            return stamp(value)
        return value.isoformat() if isinstance(value, date) else value

    told = plain(asdict(card))
    assert isinstance(told, dict)
    return told


def page(card: CallCard, zone: ZoneInfo) -> list[str]:
    """Return the card, line by line: what is least needed is left out where it fills the page."""
    lines = [*_lines(card, zone)]
    for history, said, others, questions in _SHORTER:
        if len(lines) <= _LINES:
            break
        shorter = replace(
            card,
            applications=card.applications[:2],
            pointers=card.pointers[:1],
            history=card.history[-history:],
            earlier=card.earlier + max(len(card.history) - history, 0),
            said=card.said[:said],
            others=card.others[:others],
            more=card.more + max(len(card.others) - others, 0),
            questions=card.questions[:questions],
        )
        lines = [*_lines(shorter, zone)]
    return lines


def _lines(card: CallCard, zone: ZoneInfo) -> Iterator[str]:
    """Yield a card as it stands; a section without anything in it is left out."""
    yield from _head(card, zone)
    yield from _section("So far", _history(card))
    yield from _section("They said", _said(card))
    yield from _section("Also met there" if card.person else "People", _others(card))
    yield from _section("To begin", _wrapped(card.spoken.introduction, "  "))
    asked = [
        line
        for number, question in enumerate(card.questions[:_ASKED], 1)
        for line in _wrapped(question, f"  {number}. ", "     ")
    ]
    yield from _section("To ask: pick one or two", asked)
    answers = [
        line
        for name, objection in _REDIRECTIONS
        for line in _redirected(objection, getattr(card.spoken, name))
    ]
    yield from _section("If they say", answers)
    yield from _section("Leave your number", _wrapped(card.spoken.phone, "  "))


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield click.style(title, bold=True)
        yield from lines


def _head(card: CallCard, zone: ZoneInfo) -> Iterator[str]:
    if card.person is not None:
        yield from _wrapped(_called(card.person, card.company), "")
        reach = ", ".join(clean(w) for w in (card.person.email, card.person.phone) if w)
        if reach:
            yield f"  {reach}"
    else:
        yield clean(card.company) or "An application"
    for one in card.applications:
        yield from _wrapped(f"{one.id}  {_stands(one)}", "", "  ")
    if card.talk is not None:
        yield f"Talk:     {card.talk.astimezone(zone):%A %d %B at %H:%M}"
    elif card.talk_on is not None:
        yield f"Talk:     {card.talk_on:%A %d %B}"
    for pointer in card.pointers:
        may = {True: "you may say so", False: "do not name them", None: "not yet asked"}
        named = f"{clean(pointer.giver)} on {pointer.on} ({may[pointer.may_use_name]})"
        yield from _wrapped(f"Named by: {named}", "", "          ")


def _called(person: Person, company: str) -> str:
    relation = "" if person.relation is Relation.UNKNOWN else person.relation.value
    name = clean(person.name or person.email)
    at = f" at {clean(company)}" if company else ""
    return f"{name}, {relation.replace('-', ' ')}{at}" if relation else f"{name}{at}"


def _stands(one: Standing) -> str:
    name = " at ".join(clean(w) for w in (one.role, one.company) if w) or "a conversation"
    why = "" if one.outcome is Outcome.NONE else f" ({one.outcome.value})"
    promised = f", an answer promised by {one.promised}" if one.promised else ""
    return f"{name}: {one.stage}, {one.state.value}{why}{promised}"


def _history(card: CallCard) -> list[str]:
    lines = [f"  {card.earlier} more before"] if card.earlier else []
    for one in card.history:
        head = f"  {one.on or '-' * 10}  {fit(one.way, 5)}  {fit(one.kind, 15)}  "
        lines.append(f"{head}{fit(clean(one.text), _room() - width(head))}".rstrip())
    return lines


def _said(card: CallCard) -> list[str]:
    lines: list[str] = []
    for one in card.said:
        who = f"{clean(one.who)}: " if one.who else ""
        lines += _wrapped(f"{one.on or ''}  {who}“{clean(one.text)}”".strip(), "  ", "    ")
    return lines


def _others(card: CallCard) -> list[str]:
    lines = []
    for one in card.others:
        last = f", last on {one.last}" if one.last else ""
        lines += _wrapped(f"{_called(one, '')}{last}", "  ", "    ")
    return [*lines, *([f"  and {count(card.more, 'other')}"] if card.more else [])]


def _redirected(objection: str, answer: str) -> list[str]:
    return _wrapped(f"{objection}: {clean(answer)}", "  ", "    ") if answer else []


def _wrapped(text: str, first: str, margin: str | None = None) -> list[str]:
    """Return a text as lines of the page, its second line and the rest under ``margin``."""
    return textwrap.wrap(
        clean(text),
        _room(),
        initial_indent=first,
        subsequent_indent=first if margin is None else margin,
        break_long_words=False,
    )


def _room() -> int:
    return min(columns(), _PAGE)
