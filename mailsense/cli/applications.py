"""`mailsense applications`: every conversation about a job, and where it stands.

Listing and showing; what the user says of them is in ``corrections``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import (
    clean,
    count,
    emit,
    ending,
    fit,
    joined,
    say,
    stamp,
    tagged,
    when,
    wrapped,
)
from mailsense.domain import Application, Change, Correction, Note, Outcome, State, short_id
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore

MARGIN = " " * 13


@click.group("applications")
def applications_command() -> None:
    """Applications as they follow from your mail, and from what you say of them."""


@applications_command.command("list")
@click.option("--state", type=click.Choice([s.value for s in State]), help="Only this state.")
@click.option("--ties", is_flag=True, help="Only those that could belong to others.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_applications(state: str | None, ties: bool, as_json_: bool) -> None:
    """List applications, the newest first, with what was last heard."""
    with current().store() as store:
        known = [a for a in store.applications() if state is None or a.state.value == state]
    known = [a for a in known if a.could_be or not ties]
    known.sort(
        key=lambda a: str(max(filter(None, (a.last_in, a.last_out)), default="")), reverse=True
    )
    if as_json_:
        emit(as_json(a) for a in known)
        return
    for a in known:
        tag = "" if a.tag.value == "none" else a.tag.value
        say(
            f"{a.id}  {tagged(a.tag.value, fit(tag, 15))}  {fit(a.stage.value, 10)}  "
            f"{fit(standing(a), 18)}  {fit(clean(a.company) or '-', 20)}  "
            f"{ending(a.role or '-', 84)}"
        )
        if a.note:
            say(click.style(f"{MARGIN}{ending(a.note, 13)}", dim=True))
        if a.could_be:
            told = f"could belong to one of {count(len(a.could_be), 'other')}"
            for line in wrapped(f"{told}: `mailsense applications show {a.id}`", MARGIN):
                say(click.style(line, fg="yellow"))
        if a.corrected:
            say(click.style(f"{MARGIN}{yours(a)}", dim=True))
        for line in wrapped(a.answer_note, MARGIN):
            say(click.style(line, dim=True))
    if not known:
        none = "each conversation has its application: there is nothing to ask"
        say(none if ties else "no applications yet: `mailsense sync` reads your mail")


def standing(application: Application) -> str:
    """Return the state, and why it is closed where that is told: "closed (rejection)"."""
    outcome = application.outcome
    return application.state.value + ("" if outcome is Outcome.NONE else f" ({outcome.value})")


def yours(application: Application) -> str:
    """Return what of an application stands as the user said."""
    return f"as you said: {joined(application.corrected)}"


def named(application: Application) -> str:
    """Return what an application is called: "Planner at Acme"."""
    about = " at ".join(clean(w) for w in (application.role, application.company) if w)
    people = [c.name or c.email for c in application.contacts[:1]]
    return about or clean(f"the conversation with {people[0]}" if people else "an application")


def as_json(application: Application) -> dict[str, Any]:
    """Return the object of the design's contract for one application."""
    return {
        "id": application.id,
        "company": application.company,
        "role": application.role,
        "stage": application.stage.value,
        "tag": application.tag.value,
        "state": application.state.value,
        "outcome": application.outcome.value,
        "contacts": [
            {"name": c.name, "email": c.email, "relation": c.relation.value, "phone": c.phone}
            for c in application.contacts
        ],
        "last_in": stamp(application.last_in),
        "last_out": stamp(application.last_out),
        "waiting_days": application.waiting_days,
        "waiting_working_days": application.waiting_working_days,
        "country": application.country,
        "answer_chance": application.answer_chance,
        "message_ids": list(application.message_keys),
        "note": application.note,
        "notes": [note_json(n) for n in application.notes],
        "corrected": list(application.corrected),
        "could_be": list(application.could_be),
    }


def choices(store: SqliteStore, application: Application) -> list[Application]:
    """Return the applications that this one could belong to."""
    known = {a.id: a for a in store.applications()}
    return [known[id] for id in application.could_be if id in known]


def note_json(note: Note) -> dict[str, Any]:
    return {"at": stamp(note.at), "text": note.text, "spoke": note.spoke}


def note_line(note: Note, zone: ZoneInfo) -> str:
    spoke = "  (spoke)" if note.spoke else ""
    return f"{when(note.at, zone)[:10]}{spoke}  {clean(note.text)}"


def found(store: SqliteStore, id: str) -> Application:
    """Return the application of that id. Raise UserError when there is none."""
    application = store.application(id)
    if application is not None:
        return application
    for one in reversed(store.corrections()):
        if id in one.merged and one.undone is None:
            raise UserError(f"{clean(id)} was merged into {one.application}: name that one")
    raise UserError(
        f"no application is called {clean(id)}: `mailsense applications list` shows their ids"
    )


# --- one application ---------------------------------------------------------------------------


@applications_command.command("show")
@click.argument("id")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show_application(id: str, as_json_: bool) -> None:
    """Show one application: its people, messages, notes, drafts, and what you corrected."""
    app = current()
    with app.store() as store:
        one = found(store, id)
        items = [i for key in one.message_keys if (i := store.message(key)) is not None]
        drafts = [d for d in store.drafts() if d.about == one.id]
        corrections = [c for c in store.corrections() if is_about(c, one)]
        plans = [p for p in store.plans() if p.about == one.id and p.why]
        ties = choices(store, one)
    if as_json_:
        told = as_json(one)
        told["drafts"] = [
            {"id": d.id, "plan": d.plan.value, "state": d.state.value} for d in drafts
        ]
        told["corrections"] = [correction_json(c) for c in corrections]
        told["why"] = [p.why for p in plans]
        emit([told], lines=True)
        return
    for line in _head(app, one):
        say(line)
    if ties:
        say("It could belong to:")
    for other in ties:
        say(f"  {other.id}  {named(other)} ({other.stage.value}, {standing(other)})")
    for item in items:
        way = "you" if item.located.outgoing else "they"
        kind = item.verdict.kind.value if item.verdict and not item.located.outgoing else ""
        say(
            f"{short_id(item.key)}  {when(item.message.date, app.zone)[:10]}  {fit(way, 4)}  "
            f"{fit(kind, 15)}  {ending(item.message.subject, 45)}"
        )
    for draft in drafts:
        say(f"{draft.id}  draft {draft.state.value}: {draft.plan.value}")
    for plan in plans:
        for line in wrapped(f"next: {plan.kind.value}: {plan.why}"):
            say(line)
    for note in one.notes:
        for line in wrapped(f"note: {note_line(note, app.zone)}"):
            say(line)
    for correction in corrections:
        back = ", taken back" if correction.undone else ""
        day = when(correction.at, app.zone)[:10]
        say(click.style(f"{correction.number}: {day} {sentence(correction)}{back}", dim=True))


def _head(app: App, one: Application) -> list[str]:
    lines = [
        f"{one.id}  {named(one)}",
        f"Stage:    {one.stage.value}",
        f"State:    {standing(one)}",
    ]
    if one.note:
        lines.append(f"          {clean(one.note)}")
    for contact in one.contacts:
        phone = f", {clean(contact.phone)}" if contact.phone else ""
        lines.append(f"Contact:  {clean(str(contact.address))} ({contact.relation.value}{phone})")
    if one.waiting_days is not None:
        worked = count(one.waiting_working_days or 0, "working day")
        worked += f", with the public holidays of {one.country}" if one.country else ""
        lines.append(f"Waits:    {count(one.waiting_days, 'day')} ({worked})")
    if one.promised:
        lines.append(f"Promised: {one.promised}")
    return [*lines, *([yours(one)] if one.corrected else []), ""]


def is_about(correction: Correction, application: Application) -> bool:
    """True when a correction, in force or not, is told of in this application."""
    ids = {correction.application, *correction.merged, *correction.held, *correction.before}
    alone = correction.change in (Change.CLOSE, Change.REOPEN, Change.SET, Change.NOTE)
    own = set(application.message_keys) & set(correction.messages)
    return application.id in ids or (alone and bool(own))


def correction_json(one: Correction) -> dict[str, Any]:
    """Return one correction as scripts read it."""
    return {
        "number": one.number,
        "change": one.change.value,
        "at": stamp(one.at),
        "undone": stamp(one.undone),
        "said": sentence(one),
    }


def sentence(one: Correction) -> str:
    """Return a correction in words."""
    name = " at ".join(clean(w) for w in (one.role, one.company) if w)
    letters = count(len(one.messages), "message")
    if one.change is Change.ADD:
        person = clean(str(one.contact)) if one.contact else ""
        return f"{one.application} added: {name or person}"
    if one.change is Change.CLOSE:
        why = f" ({one.outcome.value})" if one.outcome else ""
        return f"{one.application} closed{why}"
    if one.change is Change.MERGE:
        return f"{joined(one.merged)} merged into {one.application}"
    if one.change is Change.SPLIT:
        old = next((id for id in one.held if id != one.application), "")
        return f"{letters} of {old} split off as {one.application}"
    if one.change is Change.REOPEN:
        return f"{one.application} opened again"
    if one.change is Change.KEEP:
        return f"{one.application} kept apart"
    if one.change is Change.ASSIGN:
        return f"{letters} assigned to {one.application}"
    if one.change is Change.SET:
        stage = one.stage.value if one.stage else ""
        told = (("company", one.company), ("role", one.role), ("stage", stage))
        said = [f"{what} {clean(value)}" for what, value in told if value]
        return f"{one.application} set: {joined(said)}"
    return f"{one.application} noted: {clean(one.text)}"
