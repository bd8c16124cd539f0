"""`mailsense leads add|set|led-to|drop|undo`: what the user says of the names they were given.

Each command keeps one entry of the journal, says what it did and how to take it back.  Which
letters follow from it is decided in ``reply.introducing``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.lead_list import entry_json, known, lead_json, leads_command, sentence
from mailsense.cli.output import clean, count, emit, say, wrapped
from mailsense.domain import Address
from mailsense.errors import UserError
from mailsense.journal import Lead, What

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.decide import Deciding
    from mailsense.pipeline.journal import Said

__all__ = ["leads_command"]

_WORDS = 20
"""Words that make one good sentence of a letter."""
_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_ON = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day it happened, as 2026-03-31; today without it.",
)
_MAY = click.option(
    "--may-use-name/--do-not-name",
    "may_use_name",
    default=None,
    help="May you name the giver to the person? Without it they are not named.",
)
_Act = Callable[["SqliteStore", "Deciding"], "Said"]


@leads_command.command("add")
@click.argument("name", nargs=-1, required=True)
@click.option("--email", default="", help="Their address, where you know it.")
@click.option("--company", default="", help="Where they work.")
@click.option(
    "--from", "giver", required=True, metavar="GIVER", help='Who gave it: a name or "Name <a@b>".'
)
@_ON
@_MAY
@_JSON
def add_lead(
    name: tuple[str, ...],
    email: str,
    company: str,
    giver: str,
    on: datetime | None,
    may_use_name: bool | None,
    as_json: bool,
) -> None:
    """Keep a NAME that you were given on the phone, over coffee, or elsewhere.

    With an address, the introduction to them is drafted.
    """
    from mailsense.pipeline import leads

    app = current()
    person = Address(_word(" ".join(name), "NAME"), _email(email))
    source, day = _word(giver, "--from"), _day(app, on)

    def act(store: SqliteStore, deciding: Deciding) -> Said:
        return leads.add(
            store,
            person,
            leads.giver_of(store, source),
            deciding,
            company=_word(company, "--company"),
            on=day,
            may_use_name=may_use_name,
        )

    _carry_out(app, act, as_json=as_json)


@leads_command.command("set")
@click.argument("id")
@click.option("--name", default="", help="Their name as you write it.")
@click.option("--email", default="", help="Their address: then you can write to them.")
@click.option("--company", default="", help="Where they work.")
@click.option("--from", "giver", default="", metavar="GIVER", help="Who gave it.")
@_MAY
@_JSON
def set_lead(
    id: str,
    name: str,
    email: str,
    company: str,
    giver: str,
    may_use_name: bool | None,
    as_json: bool,
) -> None:
    """Say what you know better of a lead; mail does not change it back."""
    from mailsense.pipeline import leads

    if not (name or email or company or giver) and may_use_name is None:
        raise click.UsageError("say what is right: --email, --company, --may-use-name …")
    app = current()
    person = Address(_word(name, "--name"), _email(email)) if name or email else None

    def act(store: SqliteStore, deciding: Deciding) -> Said:
        return leads.correct(
            store,
            _named(app, store, id),
            deciding,
            person=person,
            company=_word(company, "--company"),
            giver=leads.giver_of(store, _word(giver, "--from")) if giver else None,
            may_use_name=may_use_name,
        )

    _carry_out(app, act, as_json=as_json)


@leads_command.command("led-to")
@click.argument("id")
@click.argument("text", nargs=-1, required=True)
@_ON
@_JSON
def led_to(id: str, text: tuple[str, ...], on: datetime | None, as_json: bool) -> None:
    """Say what a lead led to, as in: led-to ID "a trial shift".

    A word to the giver is drafted, once. TEXT is the name of a thing, or a sentence.
    """
    from mailsense.pipeline import leads

    app, words = current(), clean(" ".join(text))
    if not any(c.isalnum() for c in words):
        raise click.BadParameter("says nothing", param_hint="TEXT")
    if len(words.split()) > _WORDS:
        raise UserError(f"{_WORDS} words at most make one good sentence: say it shorter")
    if "?" in words:
        raise UserError("the letter asks nothing: leave the question out")
    day = _day(app, on)
    _carry_out(
        app, lambda s, d: leads.end(s, _named(app, s, id), d, text=words, on=day), as_json=as_json
    )


@leads_command.command("drop")
@click.argument("id")
@_JSON
def drop_lead(id: str, as_json: bool) -> None:
    """Let a lead go: nothing more is drafted because of it."""
    from mailsense.pipeline import leads

    app = current()
    _carry_out(app, lambda s, d: leads.end(s, _named(app, s, id), d), as_json=as_json)


@leads_command.command("undo")
@click.argument("number", type=int, required=False)
@_JSON
def undo_lead(number: int | None, as_json: bool) -> None:
    """Take back what you said last of a lead, or what has that NUMBER."""
    from mailsense.pipeline.journal import unsay

    app = current()
    with app.store(write=True) as store:
        done = unsay(store, (What.LEAD,), app.deciding(store), number)
        told = _told(app, store, done)
    if as_json:
        emit([told], lines=True)
        return
    say(f"taken back: {sentence(done.entry)}")
    _followed(told)


# --- what they share ---------------------------------------------------------------------------


def _named(app: App, store: SqliteStore, id: str) -> Lead:
    from mailsense.pipeline.leads import leads, named

    return named(leads(store, app.settings, app.now), id)


def _carry_out(app: App, act: _Act, *, as_json: bool) -> None:
    with app.store(write=True) as store:
        done = act(store, app.deciding(store))
        told = _told(app, store, done)
    told["undo"] = f"mailsense leads undo {done.entry.number}"
    if as_json:
        emit([told], lines=True)
        return
    say(sentence(done.entry))
    if lead := told["lead"]:
        for line in wrapped(f"{lead['id']}  {lead['state']}: {lead['next'] or 'nothing to do'}"):
            say(line)
    _followed(told)
    say(f"`{told['undo']}` takes it back")


def _told(app: App, store: SqliteStore, done: Said) -> dict[str, Any]:
    """Return what was said and what it did, as scripts read it."""
    about = done.entry.about
    pairs = [(o, step) for o, step in known(app, store) if about in (o.id, *o.known_as)]
    return {
        **entry_json(done.entry),
        "lead": lead_json(*pairs[0]) if pairs else None,
        "drafted": done.decided.drafted,
        "rewritten": done.decided.rewritten,
        "withdrawn": done.decided.withdrawn,
    }


def _followed(told: dict[str, Any]) -> None:
    if told["rewritten"]:
        say(f"{count(len(told['rewritten']), 'draft')} written anew")
    if told["withdrawn"]:
        say(f"{count(len(told['withdrawn']), 'draft')} withdrawn: no longer needed")
    if told["drafted"]:
        say(f"{count(len(told['drafted']), 'draft')} followed from it: `mailsense review`")


def _word(text: str, option: str) -> str:
    """Return a name without needless blanks. Raise BadParameter when it names nothing."""
    word = clean(text)
    if text and not any(c.isalnum() for c in word):
        raise click.BadParameter("is no name", param_hint=option)
    return word


def _email(text: str) -> str:
    """Return an address. Raise BadParameter when it is none."""
    word = clean(text)
    local, at, domain = word.rpartition("@")
    wrong = not (at and local and "." in domain) or any(c.isspace() or c in "<>,;" for c in word)
    if text and wrong:
        raise click.BadParameter("write it as name@example.org", param_hint="--email")
    return word


def _day(app: App, on: datetime | None) -> date | None:
    """Return the day told. Raise BadParameter for one that lies ahead."""
    if on is not None and on.date() > app.now.astimezone(app.zone).date():
        raise click.BadParameter(f"{on:%Y-%m-%d} lies ahead", param_hint="--on")
    return on.date() if on is not None else None
