"""`mailsense touch`: a letter that keeps in touch, drafted because you asked for it.

Says what is drafted, and how to take it back; what can be written, and to whom, is decided
by ``pipeline.touching``.  An article is never fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, interactive, say, wrapped
from mailsense.errors import UserError
from mailsense.journal import Entry, What

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.domain import Address
    from mailsense.pipeline.touching import Asked

_UNDO = "mailsense touch --undo"


@click.command("touch")
@click.argument("person", nargs=-1)
@click.option("--article", metavar="URL", help="Send an article; it is never fetched.")
@click.option("--about", metavar="TEXT", help="With --article: in one line what it says.")
@click.option("--news", metavar="TEXT", help='Congratulate: "their new product is out".')
@click.option(
    "--offer", metavar="TEXT", help='Offer work after a no: "a plan for the first 90 days".'
)
@click.option("--year-end", is_flag=True, help="In December; without PERSON to all who wrote back.")
@click.option("--dry-run", is_flag=True, help="Show what would be drafted, and keep nothing.")
@click.option("--yes", is_flag=True, help="With --year-end: do not ask.")
@click.option("--undo", is_flag=True, help="Take the last one back.")
@click.option("--json", "as_json", is_flag=True, help="Print the draft as JSON.")
def touch_command(
    person: tuple[str, ...],
    article: str | None,
    about: str | None,
    news: str | None,
    offer: str | None,
    year_end: bool,
    dry_run: bool,
    yes: bool,
    undo: bool,
    as_json: bool,
) -> None:
    """Draft a letter to PERSON that keeps you in touch and asks for nothing.

    PERSON is a name or an address as your mail shows it. The draft waits for your review. An
    offer can be made to people who met you in an interview, ten working days after their no.
    """
    app, name = current(), clean(" ".join(person))
    given = {"article": article, "news": news, "offer": offer}
    sorts = [sort for sort, text in given.items() if text is not None]
    sorts += ["year-end"] if year_end else []
    if undo:
        if sorts or name or about is not None or dry_run:
            raise click.UsageError("--undo stands alone")
        _take_back(app, as_json=as_json)
        return
    if len(sorts) != 1:
        raise click.UsageError("say one of --article, --news, --offer and --year-end")
    if about is not None and article is None:
        raise click.UsageError("--about says what an --article is about")
    if not name and not year_end:
        raise click.UsageError("say to whom: PERSON is missing")
    text = about or "" if article is not None else next(filter(None, given.values()), "")
    said = Entry(What.TOUCH, app.now, text=text, facts={"sort": sorts[0]})
    if article is not None:
        said = Entry(What.TOUCH, app.now, text=text, facts={"sort": "article", "url": article})
    if name:
        _one(app, name, said, dry_run=dry_run, as_json=as_json)
    else:
        _to_all(app, said, dry_run=dry_run, yes=yes, as_json=as_json)


# --- to one person -----------------------------------------------------------------------------


def _one(app: App, name: str, said: Entry, *, dry_run: bool, as_json: bool) -> None:
    from mailsense.pipeline import touching

    with app.store(write=True) as store:
        deciding = app.deciding(store)
        try:
            entry = _to(said, touching.whom(store, deciding, name))
        except UserError as error:  # it names people as their mail does
            raise UserError([clean(problem) for problem in error.problems]) from None
        act = touching.rehearse if dry_run else touching.ask
        (asked,) = act(store, [entry], deciding)
    if asked.draft is None:
        raise UserError(f"nothing is drafted: {clean(asked.why)}")
    if as_json:
        emit([_asked_json(asked, kept=not dry_run)], lines=True)
        return
    _show(asked)
    if dry_run:
        say("nothing was kept: without --dry-run the draft waits for your review")
        return
    say(f"it waits as {asked.draft.id}: `mailsense review`; `{_UNDO}` takes it back")


def _to(said: Entry, person: Address) -> Entry:
    from dataclasses import replace

    return replace(said, person=person)


def _show(asked: Asked) -> None:
    from mailsense.cli.drafts import letter

    assert asked.draft is not None
    for line in letter(asked.draft):
        say(line)
    for warning in asked.draft.warnings:
        for line in wrapped(warning):
            say(line)


# --- at the end of the year ----------------------------------------------------------------------


def _to_all(app: App, said: Entry, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    from mailsense.pipeline import touching

    with app.store(write=True) as store:
        deciding = app.deciding(store)
        entries = [_to(said, person) for person in touching.for_year_end(store, deciding)]
        found: Sequence[Asked] = touching.rehearse(store, entries, deciding)
        fit = [asked.entry for asked in found if asked.draft is not None]
        if not fit and len(whys := {asked.why for asked in found}) == 1:
            raise UserError(f"nothing is drafted: {clean(whys.pop())}")
        if not as_json:
            _list(found)
        agreed = bool(fit) and not dry_run and (yes or (not as_json and _agreed(len(fit))))
        if agreed:
            found = _kept(store, found, touching.ask(store, fit, deciding))
    if as_json:
        emit(_asked_json(asked, kept=agreed) for asked in found)
    elif agreed:
        waits = count(len(fit), "note waits", "notes wait")
        say(f"{waits}: `mailsense review`; `{_UNDO}` takes all of them back")
    if fit and not agreed and not dry_run and (as_json or not interactive()):
        again = "mailsense touch --year-end --yes"
        raise UserError(f"nothing was drafted: `{again}` drafts {count(len(fit), 'note')}")


def _kept(store: SqliteStore, found: Sequence[Asked], kept: Sequence[Asked]) -> list[Asked]:
    """Return all in their order, with the drafts that were made in the place of the rehearsed."""
    made = iter(kept)
    return [next(made) if asked.draft is not None else asked for asked in found]


def _agreed(number: int) -> bool:
    return interactive() and click.confirm(f"draft {count(number, 'note')}?", default=False)


def _list(found: Sequence[Asked]) -> None:
    fit = [asked for asked in found if asked.draft is not None]
    if not found:
        say("nobody has written back to you this year who had no note yet")
    if fit:
        say(f"{count(len(fit), 'note')} to people who wrote back:")
    for asked in fit:
        say(f"  {clean(str(asked.entry.person))}")
    for asked in found:
        if asked.draft is None:
            for line in wrapped(f"not to {asked.entry.person}: {asked.why}"):
                say(line)


# --- taking it back ------------------------------------------------------------------------------


def _take_back(app: App, *, as_json: bool) -> None:
    from mailsense.pipeline import touching
    from mailsense.pipeline.deliver import lies_in_drafts

    with app.store(write=True) as store:
        taken = touching.take_back(store, app.deciding(store))
        placed = [a.draft.id for a in taken if a.draft and lies_in_drafts(store, a.draft.id)]
    if as_json:
        emit((_asked_json(asked, kept=False) for asked in taken), lines=len(taken) == 1)
        return
    for asked in taken:
        say(f"taken back: {asked.entry.facts['sort']} for {clean(str(asked.entry.person))}")
    if placed:
        say("its copy in your Drafts folder is removed by the next `mailsense sync`")


def _asked_json(asked: Asked, *, kept: bool) -> dict[str, Any]:
    """Return what was asked for, with its draft, as scripts read it."""
    from mailsense.cli.drafts import as_json as draft_json

    entry = asked.entry
    return {
        "sort": entry.facts["sort"],
        "person": str(entry.person),
        "kept": kept and asked.draft is not None,
        "draft": draft_json(asked.draft) if asked.draft is not None else None,
        "why": asked.why or None,
        "undo": _UNDO if kept else None,
    }
