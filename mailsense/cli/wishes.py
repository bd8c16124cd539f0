"""`mailsense never`, `pause`, `resume` and `landed`: what you wish and no mail tells.

Each says what follows from it and how to take it back; what a wish means for the letters is
decided by ``pipeline.wishes``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, interactive, say, stamp, wrapped
from mailsense.domain import Draft, DraftState
from mailsense.errors import UserError
from mailsense.journal import Entry, What

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.decide import Decided
    from mailsense.pipeline.wishes import Outlook

_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_DAY = click.DateTime(["%Y-%m-%d"])


# --- never -----------------------------------------------------------------------------------


@click.command("never")
@click.argument("whom", nargs=-1, metavar="[PERSON|COMPANY]")
@click.option("--list", "listed", is_flag=True, help="List those you never want to write to.")
@click.option("--undo", is_flag=True, help="Take it back: the last one, or the one you name.")
@_JSON
def never_command(whom: tuple[str, ...], listed: bool, undo: bool, as_json: bool) -> None:
    """Never draft a letter to PERSON, or to anybody at COMPANY.

    A person is named by address, or by the name that your mail shows; a company as
    `mailsense applications list` shows it, or by its mail domain.
    """
    app, name = current(), clean(" ".join(whom))
    if listed and (undo or name):
        raise click.UsageError("--list stands alone")
    if undo:
        _unsay_never(app, name, as_json=as_json)
    elif name:
        _say_never(app, name, as_json=as_json)
    else:
        _list_never(app, as_json=as_json)


def _say_never(app: App, name: str, *, as_json: bool) -> None:
    from mailsense.pipeline.journal import in_force
    from mailsense.pipeline.journal import say as keep
    from mailsense.pipeline.wishes import whom as meant

    with app.store(write=True) as store:
        person, company = meant(store, name, app.deciding(store))
        for one in in_force(store, What.NEVER):
            if _same(one, Entry(What.NEVER, app.now, person=person, company=company)):
                raise UserError(f"{_named(one)} is on the list already: `mailsense never --list`")
        entry = Entry(What.NEVER, app.now, person=person, company=company)
        said = keep(store, entry, app.deciding(store))
        told = _entry_json(said.entry) | _effects(store, said.decided)
    told["undo"] = "mailsense never --undo"
    if as_json:
        emit([told], lines=True)
        return
    everybody = "" if person is not None else "anybody at "
    say(f"nothing is drafted to {everybody}{_named(said.entry)} any more")
    _followed(told)


def _unsay_never(app: App, name: str, *, as_json: bool) -> None:
    from mailsense.pipeline.journal import in_force, unsay
    from mailsense.pipeline.wishes import whom as meant

    with app.store(write=True) as store:
        number: int | None = None
        held = in_force(store, What.NEVER)
        if name:
            known = [one for one in held if name.casefold() in _names(one)]
            if not known:
                person, company = meant(store, name, app.deciding(store))
                wanted = Entry(What.NEVER, app.now, person=person, company=company)
                known = [one for one in held if _same(one, wanted)]
            number = known[-1].number if known else None
        if not held and not name:
            raise UserError("there is nothing to take back: you may write to everybody")
        if not held or (name and number is None):
            raise UserError(f"{name} is not on the list: `mailsense never --list` shows it")
        said = unsay(store, (What.NEVER,), app.deciding(store), number)
        told = _entry_json(said.entry) | _effects(store, said.decided)
    if as_json:
        emit([told], lines=True)
        return
    say(f"taken back: letters to {_named(said.entry)} are drafted again")
    _followed(told)


def _list_never(app: App, *, as_json: bool) -> None:
    from mailsense.pipeline.journal import in_force

    with app.store() as store:
        held = in_force(store, What.NEVER)
    if as_json:
        emit(_entry_json(one) for one in held)
        return
    for one in held:
        say(f"{one.at.astimezone(app.zone):%Y-%m-%d}  {_named(one)}")
    if not held:
        say("nobody: `mailsense never PERSON` or `mailsense never COMPANY` adds one")


def _same(one: Entry, other: Entry) -> bool:
    from mailsense.pipeline.wishes import firm_keys

    if one.person is not None or other.person is not None:
        both = one.person, other.person
        return None not in both and len({p.key for p in both if p is not None}) == 1
    return bool(firm_keys(one.company) & firm_keys(other.company))


def _names(one: Entry) -> set[str]:
    """Return what the user may call an entry that they take back."""
    person = one.person
    names = {one.company} if person is None else {person.email, person.name}
    return {name.casefold() for name in names if name}


def _named(one: Entry) -> str:
    return clean(str(one.person)) if one.person is not None else clean(one.company)


# --- pause and resume --------------------------------------------------------------------------


@click.command("pause")
@click.option(
    "--until", type=_DAY, metavar="DATE", help="The day it ends by itself, as 2026-03-31."
)
@click.option("--weeks", type=click.IntRange(1, 52), metavar="N", help="For so many weeks.")
@_JSON
def pause_command(until: datetime | None, weeks: int | None, as_json: bool) -> None:
    """Write nothing into a silence for a while; answers and thanks go on.

    Without a day it lasts until `mailsense resume`. What grew too old meanwhile is let go.
    """
    from mailsense.pipeline.wishes import say_instead

    app = current()
    today = app.now.astimezone(app.zone).date()
    if until is not None and weeks is not None:
        raise click.UsageError("say either --until or --weeks")
    day = today + timedelta(weeks=weeks) if weeks else until.date() if until else None
    if day is not None and day <= today:
        raise click.BadParameter(f"{day} does not lie ahead", param_hint="--until")
    with app.store(write=True) as store:
        entry = Entry(What.PAUSE, app.now, until=day)
        said = say_instead(store, entry, app.deciding(store))
        told = _entry_json(said.entry) | _effects(store, said.decided)
    told["undo"] = "mailsense resume"
    if as_json:
        emit([told], lines=True)
        return
    say(f"{paused_line(day)}; answers and thanks go on")
    _followed(told)


@click.command("resume")
@_JSON
def resume_command(as_json: bool) -> None:
    """End a pause: letters into a silence are drafted again when they are due."""
    from mailsense.pipeline.journal import in_force, unsay

    app = current()
    today = app.now.astimezone(app.zone).date()
    with app.store(write=True) as store:
        held = in_force(store, What.PAUSE)
        if not any(one.until is None or today < one.until for one in held):
            raise UserError("nothing is paused: `mailsense pause` begins a pause")
        said = unsay(store, (What.PAUSE,), app.deciding(store), held[-1].number)
        told = _entry_json(said.entry) | _effects(store, said.decided)
    if as_json:
        emit([told], lines=True)
        return
    say("resumed: letters into a silence are drafted again when they are due")
    _followed(told)


def paused_line(until: date | str | None) -> str:
    """Return in words that the search is paused."""
    return f"paused{f' until {until}' if until else ''}: nothing is written into a silence"


# --- landed ----------------------------------------------------------------------------------


@click.command("landed")
@click.option("--company", default="", help="Where you landed: your letters may name it.")
@click.option("--role", default="", help="As what: your letters may name it.")
@click.option("--on", type=_DAY, metavar="DATE", help="The day; today without it.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--undo", is_flag=True, help="Take it back: everything is as it was.")
@_JSON
def landed_command(
    company: str,
    role: str,
    on: datetime | None,
    dry_run: bool,
    yes: bool,
    undo: bool,
    as_json: bool,
) -> None:
    """You found a job: withdraw elsewhere, thank who helped, and let the rest go.

    Letters into a silence stop. Withdrawals, and thanks to everybody who helped, with what came of
    it, wait as drafts: nothing is sent without you. Firms where you landed get no withdrawal.
    """
    from mailsense.pipeline import wishes

    app = current()
    if undo:
        if company or role or on or dry_run:
            raise click.UsageError("--undo stands alone")
        _unland(app, as_json=as_json)
        return
    today = app.now.astimezone(app.zone).date()
    if on is not None and on.date() > today:
        raise click.BadParameter(f"{on.date()} lies ahead", param_hint="--on")
    facts = {"role": clean(role)} if clean(role) else {}
    day = on.date() if on else today
    entry = Entry(What.LANDED, app.now, company=clean(company), on=day, facts=facts)
    with app.store(write=True) as store:
        foreseen = wishes.rehearse(store, entry, app.deciding(store))
    if not as_json:
        _foretell(foreseen)
    agreed = yes or (not as_json and not dry_run and interactive() and _agreed())
    if dry_run or not agreed:
        if as_json:
            emit([{"done": False, **_outlook_json(foreseen)}], lines=True)
        if not dry_run and (as_json or not interactive()):
            raise UserError("nothing was done: `mailsense landed --yes` does it")
        return
    with app.store(write=True) as store:
        said = wishes.say_instead(store, entry, app.deciding(store))
        found = wishes.outlook(store, said)
        told = _entry_json(said.entry) | _outlook_json(found) | _effects(store, said.decided)
    told |= {"done": True, "undo": "mailsense landed --undo"}
    if as_json:
        emit([told], lines=True)
        return
    say("done: congratulations, and well earned")
    if found.withdrawals or found.thanks:
        say("the letters wait for you: `mailsense review`")
    _placed(told)
    say(f"`{told['undo']}` takes it back")


def _agreed() -> bool:
    return click.confirm("go on?", default=False)


def _foretell(found: Outlook) -> None:
    """Say what a landing leads to."""
    for drafts, what in ((found.withdrawals, "withdrawal"), (found.thanks, "thank-you")):
        say(f"{count(len(drafts), what)} to review{_to(drafts)}")
    say("nothing is written into a silence any more")
    if found.stopped:
        say(f"{count(len(found.stopped), 'open draft')} withdrawn{_to(found.stopped)}")
    for one in found.offers:
        who = clean(one.company) or "somebody"
        for line in wrapped(
            f"the offer of {who} is left alone: --company NAME says where you landed"
        ):
            say(line)


def _to(drafts: Sequence[Draft]) -> str:
    people = ", ".join(clean(d.to[0].name or d.to[0].email) for d in drafts)
    return f": {people}" if people else ""


def _unland(app: App, *, as_json: bool) -> None:
    from mailsense.pipeline.journal import in_force, unsay

    with app.store(write=True) as store:
        if not in_force(store, What.LANDED):
            raise UserError("you have not said that you landed: there is nothing to take back")
        said = unsay(store, (What.LANDED,), app.deciding(store))
        told = _entry_json(said.entry) | _effects(store, said.decided)
    if as_json:
        emit([told], lines=True)
        return
    say("taken back: the search goes on as it was")
    _followed(told)


def landed_line(on: date | str, company: str, role: str) -> str:
    """Return in words that the user has landed."""
    what = f"{f' as {clean(role)}' if role else ''}{f' at {clean(company)}' if company else ''}"
    return f"landed on {on}{what}: nothing is written into a silence"


# --- what they share ---------------------------------------------------------------------------


def _entry_json(one: Entry) -> dict[str, Any]:
    """Return one entry as scripts read it."""
    person = one.person
    return {
        "number": one.number,
        "what": one.what.value,
        "at": stamp(one.at),
        "undone": stamp(one.undone),
        "person": {"name": person.name, "email": person.email} if person else None,
        "company": one.company,
        "role": one.facts.get("role", ""),
        "on": one.on.isoformat() if one.on else None,
        "until": one.until.isoformat() if one.until else None,
    }


def _outlook_json(found: Outlook) -> dict[str, Any]:
    return {
        "withdrawals": [_draft_json(d) for d in found.withdrawals],
        "thanks": [_draft_json(d) for d in found.thanks],
        "stopped": [_draft_json(d) for d in found.stopped],
        "offers": [{"application": a.id, "company": a.company} for a in found.offers],
    }


def _draft_json(draft: Draft) -> dict[str, str]:
    return {"to": str(draft.to[0]), "plan": draft.plan.value, "application": draft.about}


def _effects(store: SqliteStore, decided: Decided) -> dict[str, Any]:
    """Return what became of the drafts, as scripts read it."""
    from mailsense.pipeline.deliver import lies_in_drafts

    gone = [d for d in store.drafts((DraftState.STALE,)) if d.id in decided.withdrawn]
    return {
        "drafted": decided.drafted,
        "withdrawn": decided.withdrawn,
        "placed": [d.id for d in gone if lies_in_drafts(store, d.id)],
    }


def _followed(told: Mapping[str, Any]) -> None:
    """Say what became of the drafts, and how it is taken back."""
    if gone := len(told["withdrawn"]):
        say(f"{count(gone, 'draft')} withdrawn")
    _placed(told)
    if more := len(told["drafted"]):
        say(f"{count(more, 'draft')} followed from it: `mailsense review`")
    if "undo" in told:
        say(f"`{told['undo']}` takes it back")


def _placed(told: Mapping[str, Any]) -> None:
    if told["placed"]:
        say("its copy in your Drafts folder is removed by the next `mailsense sync`")
