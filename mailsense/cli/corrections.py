"""What the user says of applications: `mailsense applications add|close|reopen|merge|split|
assign|keep|set|note|undo`.

Each command makes one correction, says what it did and how to take it back; what it means is
decided by ``pipeline.correct``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.applications import (
    applications_command,
    as_json,
    correction_json,
    found,
    named,
    note_json,
    note_line,
    sentence,
    standing,
)
from mailsense.cli.messages import find
from mailsense.cli.output import clean, count, emit, say, wrapped
from mailsense.domain import Address, Change, Correction, DraftState, Outcome, Stage

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.correct import Corrected
    from mailsense.pipeline.decide import Deciding

__all__ = ["applications_command"]

_STAGES = click.Choice([s.value for s in (*list(Stage)[1:], Stage.NETWORKING)])
_OUTCOMES = click.Choice([o.value for o in Outcome if o is not Outcome.NONE])
_JSON = click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
_ON = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day it happened, as 2026-03-31; today without it.",
)
_Act = Callable[["SqliteStore", Correction, "Deciding"], "Corrected"]


@applications_command.command("add")
@click.option("--company", default="", help="Where.")
@click.option("--role", default="", help="As what.")
@click.option("--stage", type=_STAGES, default=Stage.APPLIED.value, show_default=True)
@click.option("--contact", default="", help='Who looks after it: "Name <name@example.org>".')
@_ON
@_JSON
def add_application(
    company: str, role: str, stage: str, contact: str, on: datetime | None, as_json_: bool
) -> None:
    """Add an application that no mail tells of: made on a portal, on paper, by word of mouth.

    Mail that comes later from the contact, or from the company about the role, joins it.
    """
    from mailsense.pipeline.correct import add

    app = current()
    person = _person(contact)
    if not (_word(company, "--company") or (stage == Stage.NETWORKING.value and person)):
        raise click.UsageError("say where: --company (for networking a --contact is enough)")
    said = Correction(
        Change.ADD,
        app.now,
        "",
        on=_instant(app, on) or app.now,
        company=_word(company, "--company"),
        role=_word(role, "--role"),
        stage=Stage(stage),
        contact=person,
    )
    _carry_out(app, said, add, as_json=as_json_)


@applications_command.command("close")
@click.argument("id")
@click.option("--as", "outcome", type=_OUTCOMES, help="Why; without it no reason is kept.")
@_JSON
def close_application(id: str, outcome: str | None, as_json_: bool) -> None:
    """Close an application: nothing more is drafted for it.

    It opens again when a request or an offer comes.
    """
    from mailsense.pipeline import correct

    app = current()
    why = Outcome(outcome) if outcome else Outcome.NONE
    said = Correction(Change.CLOSE, app.now, "", outcome=why)
    _carry_out(app, said, lambda s, c, d: correct.close(s, c, found(s, id), d), as_json=as_json_)


@applications_command.command("reopen")
@click.argument("id")
@_JSON
def reopen_application(id: str, as_json_: bool) -> None:
    """Open a closed application again: it goes on, whatever closed it.

    A no that came before counts no longer, and they are waited for from today on.
    """
    from mailsense.pipeline import correct

    app = current()
    said = Correction(Change.REOPEN, app.now, "")
    _carry_out(app, said, lambda s, c, d: correct.reopen(s, c, found(s, id), d), as_json=as_json_)


@applications_command.command("merge")
@click.argument("ids", nargs=-1, required=True, metavar="ID ID...")
@_JSON
def merge_applications(ids: tuple[str, ...], as_json_: bool) -> None:
    """Make several applications one, under the first ID."""
    from mailsense.pipeline import correct

    if len(ids) < 2:
        raise click.UsageError("name two applications or more")
    app = current()
    said = Correction(Change.MERGE, app.now, "")
    _carry_out(
        app,
        said,
        lambda s, c, d: correct.merge(s, c, [found(s, id) for id in ids], d),
        as_json=as_json_,
    )


@applications_command.command("split")
@click.argument("id")
@click.argument("messages", nargs=-1, required=True, metavar="MESSAGE...")
@_JSON
def split_application(id: str, messages: tuple[str, ...], as_json_: bool) -> None:
    """Make messages of an application one of their own, with what follows in their threads."""
    from mailsense.pipeline import correct

    app = current()
    _carry_out(
        app,
        Correction(Change.SPLIT, app.now, ""),
        lambda s, c, d: correct.split(s, c, found(s, id), [find(s, m) for m in messages], d),
        as_json=as_json_,
    )


@applications_command.command("assign")
@click.argument("message")
@click.argument("id")
@_JSON
def assign_message(message: str, id: str, as_json_: bool) -> None:
    """Say that MESSAGE belongs to an application, with what follows in its thread."""
    from mailsense.pipeline import correct

    app = current()
    _carry_out(
        app,
        Correction(Change.ASSIGN, app.now, ""),
        lambda s, c, d: correct.assign(s, c, find(s, message), found(s, id), d),
        as_json=as_json_,
    )


@applications_command.command("keep")
@click.argument("id")
@_JSON
def keep_application(id: str, as_json_: bool) -> None:
    """Keep apart an application that could belong to others (`list --ties` tells which)."""
    from mailsense.pipeline import correct

    app = current()
    said = Correction(Change.KEEP, app.now, "")
    _carry_out(app, said, lambda s, c, d: correct.keep(s, c, found(s, id), d), as_json=as_json_)


@applications_command.command("set")
@click.argument("id")
@click.option("--company", default="", help="Its name as you write it.")
@click.option("--role", default="", help="The role as you write it.")
@click.option("--stage", type=_STAGES, help="The stage that it has reached.")
@_JSON
def set_application(id: str, company: str, role: str, stage: str | None, as_json_: bool) -> None:
    """Correct company, role or stage; mail does not change it back.

    A stage still rises when they ask for more later.
    """
    from mailsense.pipeline import correct

    app = current()
    said = Correction(
        Change.SET,
        app.now,
        "",
        company=_word(company, "--company"),
        role=_word(role, "--role"),
        stage=Stage(stage) if stage else None,
    )
    if not (said.company or said.role or said.stage):
        raise click.UsageError("say what is right: --company, --role or --stage")
    _carry_out(
        app,
        said,
        lambda s, c, d: correct.correct(s, correct.about(c, found(s, id)), d),
        as_json=as_json_,
    )


@applications_command.command("note")
@click.argument("id")
@click.argument("text", nargs=-1)
@click.option("--spoke", is_flag=True, help="They spoke with you: counts as their answer.")
@_ON
@_JSON
def note_application(
    id: str, text: tuple[str, ...], spoke: bool, on: datetime | None, as_json_: bool
) -> None:
    """Note a call, a portal, a message elsewhere; without TEXT show the notes.

    With --spoke the waiting begins anew on that day.
    """
    from mailsense.pipeline import correct

    app = current()
    words = " ".join(" ".join(text).split())
    if not words and (spoke or on):
        raise click.UsageError("say in a few words what there is to note")
    if not words:
        _notes(app, id, as_json=as_json_)
        return
    said = Correction(Change.NOTE, app.now, "", on=_instant(app, on), text=words, spoke=spoke)
    _carry_out(
        app,
        said,
        lambda s, c, d: correct.correct(s, correct.about(c, found(s, id)), d),
        as_json=as_json_,
    )


def _notes(app: App, id: str, *, as_json: bool) -> None:
    with app.store() as store:
        one = found(store, id)
    if as_json:
        emit(note_json(n) for n in one.notes)
        return
    for note in one.notes:
        for line in wrapped(note_line(note, app.zone)):
            say(line)
    if not one.notes:
        say(f"no notes yet: `mailsense applications note {one.id} TEXT` adds one")


@applications_command.command("undo")
@click.argument("number", type=int, required=False)
@_JSON
def undo_correction(number: int | None, as_json_: bool) -> None:
    """Take back your last correction, or the one of that NUMBER."""
    from mailsense.pipeline.correct import take_back

    app = current()
    with app.store(write=True) as store:
        done = take_back(store, number, app.deciding(store))
        told = _told(store, done)
    if as_json_:
        emit([told], lines=True)
        return
    say(f"taken back: {sentence(done.correction)}")
    _followed(told)


# --- what they share ---------------------------------------------------------------------------


def _carry_out(app: App, said: Correction, act: _Act, *, as_json: bool) -> None:
    with app.store(write=True) as store:
        done = act(store, said, app.deciding(store))
        told = _told(store, done)
    number = done.correction.number
    told["undo"] = f"mailsense applications undo {number}"
    if as_json:
        emit([told], lines=True)
        return
    say(sentence(done.correction))
    if done.application is not None:
        one = done.application
        say(f"{one.id}  {named(one)}: {one.stage.value}, {standing(one)}")
    _followed(told)
    say(f"`{told['undo']}` takes it back")


def _told(store: SqliteStore, done: Corrected) -> dict[str, Any]:
    """Return what a correction did, as scripts read it."""
    from mailsense.pipeline.deliver import lies_in_drafts

    decided = done.decided
    placed = [
        d.id
        for d in store.drafts((DraftState.STALE,))
        if d.id in decided.withdrawn and lies_in_drafts(store, d.id)
    ]
    return {
        **correction_json(done.correction),
        "application": as_json(done.application) if done.application else None,
        "drafted": decided.drafted,
        "followed": decided.followed,
        "rewritten": decided.rewritten,
        "withdrawn": decided.withdrawn,
        "placed": placed,
    }


def _followed(told: dict[str, Any]) -> None:
    """Say what became of the drafts."""
    gone = set(told["withdrawn"])
    if went := [id for id in told["followed"] if id not in gone]:
        say(f"{count(len(went), 'draft')} went along")
    if told["rewritten"]:
        say(f"{count(len(told['rewritten']), 'draft')} written anew")
    if told["withdrawn"]:
        say(f"{count(len(gone), 'draft')} withdrawn: no longer needed")
    if told["placed"]:
        say("its copy in your Drafts folder is removed by the next `mailsense sync`")
    if told["drafted"]:
        say(f"{count(len(told['drafted']), 'draft')} followed from it: `mailsense review`")


def _instant(app: App, on: datetime | None) -> datetime | None:
    """Return noon of the user's day, or now when it is today. Raise UsageError for a later day."""
    if on is None:
        return None
    today = app.now.astimezone(app.zone).date()
    if on.date() > today:
        raise click.BadParameter(f"{on:%Y-%m-%d} lies ahead", param_hint="--on")
    noon = datetime.combine(on.date(), time(12), app.zone).astimezone(UTC)
    return app.now if on.date() == today else noon


def _word(text: str, option: str) -> str:
    """Return a name without needless blanks. Raise UsageError when it names nothing."""
    word = clean(text)
    if text and not any(c.isalnum() for c in word):
        raise click.BadParameter("is no name", param_hint=option)
    return word


def _person(text: str) -> Address | None:
    """Return the person whom "Name <name@example.org>" names, None for nobody."""
    if not text:
        return None
    name, email = parseaddr(text)
    person = Address(clean(name), clean(email))
    if not person.domain or any(c.isspace() for c in person.email):
        raise click.BadParameter('write it as "Name <name@example.org>"', param_hint="--contact")
    return person
