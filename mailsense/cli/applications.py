"""`mailsense applications`: every conversation about a job, and where it stands."""

from __future__ import annotations

from typing import Any

import click

from mailsense.cli.app import current
from mailsense.cli.output import clean, emit, ending, fit, say, stamp, tagged, wrapped
from mailsense.domain import Application, State


@click.group("applications")
def applications_command() -> None:
    """Applications as they follow from your mail."""


@applications_command.command("list")
@click.option("--state", type=click.Choice([s.value for s in State]), help="Only this state.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_applications(state: str | None, as_json_: bool) -> None:
    """List applications, the newest first, with what was last heard."""
    with current().store() as store:
        known = [a for a in store.applications() if state is None or a.state.value == state]
    known.sort(
        key=lambda a: str(max(filter(None, (a.last_in, a.last_out)), default="")), reverse=True
    )
    if as_json_:
        emit(as_json(a) for a in known)
        return
    for a in known:
        tag = "" if a.tag.value == "none" else a.tag.value
        outcome = "" if a.outcome.value == "none" else f" ({a.outcome.value})"
        say(
            f"{a.id}  {tagged(a.tag.value, fit(tag, 15))}  {fit(a.stage.value, 10)}  "
            f"{fit(a.state.value + outcome, 18)}  {fit(clean(a.company) or '-', 20)}  "
            f"{ending(a.role or '-', 84)}"
        )
        if a.note:
            say(click.style(f"{'':13}{ending(a.note, 13)}", dim=True))
        for line in wrapped(a.answer_note, " " * 13):
            say(click.style(line, dim=True))
    if not known:
        say("no applications yet: `mailsense sync` reads your mail")


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
        "answer_chance": application.answer_chance,
        "message_ids": list(application.message_keys),
        "note": application.note,
    }
