"""`mailsense leads list|show`: the names you were given, by whom, and what came of each.

Listing and showing; what the user says of a lead is in ``cli.leads``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, emit, ending, fit, say, stamp, wrapped
from mailsense.journal import Entry, Lead, LeadState, What

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.domain import Draft, Plan

MARGIN = " " * 13
_ONLY = click.option(
    "--state", type=click.Choice([s.value for s in LeadState]), help="Only this state."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group("leads", invoke_without_command=True)
@_ONLY
@_JSON
@click.pass_context
def leads_command(ctx: click.Context, state: str | None, as_json: bool) -> None:
    """The names you were given, by whom, and what came of each.

    Without a command it lists all, the newest first. Names come from your mail, and from you.
    """
    if ctx.invoked_subcommand is None:
        _list(current(), state, as_json=as_json)
    elif state or as_json:
        raise click.UsageError(f"put the options after the command: {ctx.invoked_subcommand} …")


@leads_command.command("list")
@_ONLY
@_JSON
def list_leads(state: str | None, as_json: bool) -> None:
    """List leads, the newest first, with the next step of each."""
    _list(current(), state, as_json=as_json)


def _list(app: App, state: str | None, *, as_json: bool) -> None:
    with app.store() as store:
        found = [
            pair for pair in known(app, store) if state is None or pair[0].state.value == state
        ]
    if as_json:
        emit(lead_json(lead, step) for lead, step in found)
        return
    for lead, step in found:
        say(
            f"{lead.id}  {fit(lead.state.value, 10)}  {fit(_name(lead), 24)}  "
            f"{fit(clean(lead.company) or '-', 20)}  {ending(_source(lead), 73)}"
        )
        for line in wrapped(_became(lead) or step, MARGIN):
            say(click.style(line, dim=True))
    if not found:
        none = "no leads yet" if state is None else f"no leads are {state}"
        say(f"{none}: `mailsense leads add NAME --from GIVER` keeps a name you were given")


@leads_command.command("show")
@click.argument("id")
@_JSON
def show_lead(id: str, as_json: bool) -> None:
    """Show one lead: its source, how far it has come, and what to do next."""
    from mailsense.pipeline.leads import named

    app = current()
    with app.store() as store:
        found = known(app, store)
        lead = named([one for one, _ in found], id)
        step = next(step for one, step in found if one.id == lead.id)
        ids = {lead.id, *lead.known_as}
        said = [e for e in store.entries() if e.what is What.LEAD and e.about in ids]
    if as_json:
        told = {**lead_json(lead, step), "said": [entry_json(e) for e in said]}
        emit([told], lines=True)
        return
    for line in _card(lead, step):
        say(line)
    for entry in said:
        back = ", taken back" if entry.undone else ""
        day = entry.at.astimezone(app.zone).date()
        say(click.style(f"{entry.number}: {day} {sentence(entry)}{back}", dim=True))


def _card(lead: Lead, step: str) -> list[str]:
    may = {None: "not said", True: "yes", False: "no: they are never named"}[lead.may_use_name]
    asked = f", asked on {lead.asked}" if lead.asked and lead.may_use_name is None else ""
    rows = (
        ("State:", lead.state.value),
        ("Address:", clean(lead.email)),
        ("Company:", clean(lead.company)),
        ("Given:", f"{lead.given} by {_giver(lead) or 'nobody known'}"),
        ("Name them:", may + asked if lead.giver else ""),
        ("Process:", lead.about),
        ("Written:", str(lead.introduced or "")),
        ("Answered:", str(lead.answered or "")),
        ("Became:", " ".join(filter(None, (_became(lead), lead.became)))),
        ("Next:", step),
    )
    lines = [f"{lead.id}  {_name(lead)}"]
    for head, text in rows:
        first, *rest = wrapped(text, " " * 11) or [""]
        lines += [f"{fit(head, 10)} {first.strip()}", *rest] if text else []
    return lines


# --- in words and as JSON ------------------------------------------------------------------------


def known(app: App, store: SqliteStore) -> list[tuple[Lead, str]]:
    """Return all leads with the next step of each, the newest first."""
    from mailsense.pipeline.leads import leads, next_step

    plans: Sequence[Plan] = store.plans()
    drafts: Sequence[Draft] = store.drafts()
    found = leads(store, app.settings, app.now)
    return [(lead, next_step(lead, plans, drafts)) for lead in reversed(found)]


def lead_json(lead: Lead, step: str) -> dict[str, Any]:
    """Return one lead as scripts read it."""
    return {
        "id": lead.id,
        "name": lead.name,
        "email": lead.email,
        "company": lead.company,
        "giver": _giver(lead) or None,
        "given": _iso(lead.given),
        "message": lead.message,
        "about": lead.about,
        "may_use_name": lead.may_use_name,
        "asked": _iso(lead.asked),
        "state": lead.state.value,
        "introduced": _iso(lead.introduced),
        "wrote": _iso(lead.wrote),
        "answered": _iso(lead.answered),
        "became": lead.became,
        "outcome": lead.outcome,
        "led": _iso(lead.led),
        "since": _iso(lead.since),
        "known_as": list(lead.known_as),
        "next": step,
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return what was said of a lead, as scripts read it."""
    return {
        "number": entry.number,
        "step": entry.facts.get("step", ""),
        "at": stamp(entry.at),
        "undone": stamp(entry.undone),
        "said": sentence(entry),
    }


def sentence(entry: Entry) -> str:
    """Return what was said of a lead in words."""
    facts, person = entry.facts, entry.person
    who = clean(str(person) if person.email else person.name) if person is not None else ""
    may = {"yes": "may be named", "no": "not to be named"}.get(facts.get("may_use_name", ""), "")
    giver = f"from {clean(facts['giver'])}" if facts.get("giver") else ""
    more = ", ".join(filter(None, (who, clean(entry.company), giver, may)))
    step = facts.get("step")
    if step == "add":
        return f"{entry.about} added: {more}"
    if step == "led":
        return f"{entry.about} led to: {clean(entry.text)}"
    return f"{entry.about} let go" if step == "drop" else f"{entry.about} set: {more}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _name(lead: Lead) -> str:
    return clean(lead.name or lead.email) or "somebody"


def _source(lead: Lead) -> str:
    giver = (lead.giver.name or lead.giver.email) if lead.giver is not None else "nobody known"
    return f"from {clean(giver)}, {lead.given}"


def _giver(lead: Lead) -> str:
    """Return who gave it, with the address where that is known."""
    if lead.giver is None:
        return ""
    return clean(str(lead.giver) if lead.giver.email else lead.giver.name)


def _became(lead: Lead) -> str:
    return f"led to: {clean(lead.outcome)}" if lead.state is LeadState.LED else ""
