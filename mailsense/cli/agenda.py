"""`mailsense today` and `mailsense agenda`: the few next steps, each with its command.

Thin: which steps there are, and which few of them make a day or a week, is decided in
``report``.  `today` ends: after five decisions it says so, and the rest can wait.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, fit, interactive, say, stamp, wrapped
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.agenda import Agenda
    from mailsense.report.steps import Step

_JSON = click.option("--json", "as_json_", is_flag=True, help="Print as JSON; nothing is asked.")
_OLD = timedelta(days=2)
_BEGINS = b"BEGIN:VCALENDAR"


@click.command("today")
@click.option("--more", is_flag=True, help="Five, however much you have decided today already.")
@_JSON
def today_command(more: bool, as_json_: bool) -> None:
    """Show what needs a decision today: at most five things, then you are done.

    On a terminal, Enter begins the review of the drafts among them.
    """
    from mailsense.report.steps import day

    app = current()
    with app.store() as store:
        told, read = _look(app, store), _last_read(app, store)
    steps = day(told.steps, 0 if more else told.decided, told.today)
    if as_json_:
        emit(as_json(step) for step in steps)
        return
    _show(steps, told.today)
    _closing(told, steps)
    _warn(app, read)
    drafts = [step.draft for step in steps if step.do == f"mailsense review {step.draft}"]
    if drafts and interactive():
        _review(app, drafts)


def _review(app: App, drafts: list[str]) -> None:
    """Offer to review these drafts now, and say afterwards what is left of the day."""
    from mailsense.cli.review import review_command
    from mailsense.report.steps import day

    these = "this draft" if len(drafts) == 1 else f"these {len(drafts)} drafts"
    try:
        line = click.prompt(
            f"Enter reviews {these}, q leaves it for later", default="", show_default=False
        )
    except click.Abort:  # the input ended: that is no, too
        say()
        return
    if line.strip():
        return
    click.get_current_context().invoke(review_command, ids=tuple(drafts), everything=False)
    with app.store() as store:
        told = _look(app, store)
    _closing(told, day(told.steps, told.decided, told.today))


def _closing(told: Agenda, steps: Sequence[Step]) -> None:
    """Say whether the day is done, and how much can wait."""
    from mailsense.report.steps import Horizon, week

    later = sum(s.horizon is Horizon.NOW for s in told.steps) - len(steps)
    waits = f"; {later:,} more can wait: `mailsense agenda`" if later > 0 else ""
    if steps:
        say(f"{'this' if len(steps) == 1 else 'these'}, and you are done for today{waits}")
    elif told.decided:
        say(f"done for today: you decided about {count(told.decided, 'letter')}{waits}")
    elif later > 0:
        say(f"done for today{waits}")
    else:
        week_ahead = "; this week: `mailsense agenda`" if week(told.steps, told.today) else ""
        say(f"nothing needs a decision today{week_ahead or ': have a good day'}")


@click.command("agenda")
@click.option("--all/--week", "everything", help="Every step there is, or (default) this week's.")
@click.option(
    "--ical",
    metavar="FILE",
    help="Write them as an iCalendar file: talks as appointments, the rest as tasks. - prints it.",
)
@_JSON
def agenda_command(everything: bool, ical: str | None, as_json_: bool) -> None:
    """Show the few next steps of this week, in order of worth, each with its command.

    What somebody waits for by a day of this week comes first. A task that you did elsewhere
    goes away with a note: `mailsense applications note ID "sent it on their page"`.
    """
    from mailsense.report.steps import week

    if ical is not None and as_json_:
        raise click.UsageError("choose one of --ical and --json")
    app = current()
    with app.store() as store:
        told, read = _look(app, store), _last_read(app, store)
    steps = told.steps if everything else week(told.steps, told.today)
    if as_json_:
        emit(as_json(step) for step in steps)
        return
    if ical is not None:
        _export(app, steps, ical)
        return
    _show(steps, told.today)
    if not told.steps:
        say("nothing to do: have a good week")
    elif len(told.steps) > len(steps):
        say(f"{len(told.steps) - len(steps):,} more: `mailsense agenda --all`")
    _warn(app, read)


def _look(app: App, store: SqliteStore) -> Agenda:
    from mailsense.pipeline.agenda import look

    return look(store, app.settings, app.playbook, now=app.now)


def as_json(step: Step) -> dict[str, Any]:
    """Return one step as scripts read it."""
    from mailsense.report.steps import Horizon

    return {
        "sort": step.sort.value,
        "title": step.title,
        "do": step.do,
        "now": step.horizon is Horizon.NOW,
        "due": step.due.isoformat() if step.due else None,
        "since": step.since.isoformat() if step.since else None,
        "start": stamp(step.start),
        "end": stamp(step.end),
        "who": str(step.who) if step.who else None,
        "company": step.company,
        "application": step.about or None,
        "message_id": step.message or None,
        "draft": step.draft or None,
    }


# --- on the screen ----------------------------------------------------------------------------


def _show(steps: Sequence[Step], today: date) -> None:
    for place, step in enumerate(steps, 1):
        first, *rest = wrapped(clean(step.title), " " * 17)
        when = fit(_day(step.due, today), 10)
        say(f"{place:3}  {click.style(when, bold=step.due == today)}  {first.strip()}")
        for line in rest:
            say(line)
        say(click.style(f"{' ' * 17}{clean(step.do)}", dim=True))


def _day(due: date | None, today: date) -> str:
    """Return the day of a step as short as it can be told."""
    if due is None:
        return ""
    ahead = (due - today).days
    if ahead in (0, 1):
        return "today" if not ahead else "tomorrow"
    return f"{due:%a} {due.day} {due:%b}"


def _last_read(app: App, store: SqliteStore) -> datetime | None:
    """Return when mail was last read, of the account where that is longest ago."""
    told = [store.get(f"last_success:{a.name}") for a in app.settings.accounts]
    return min((datetime.fromisoformat(at) for at in told if at), default=None)


def _warn(app: App, read: datetime | None) -> None:
    if read is None:
        say("no mail was read yet: `mailsense sync`")
    elif app.now - read > _OLD:
        say(f"mail was last read {count((app.now - read).days, 'day')} ago: `mailsense sync`")


# --- as a calendar ----------------------------------------------------------------------------


def _export(app: App, steps: Sequence[Step], target: str) -> None:
    """Print the steps as iCalendar, or write them to a file that only the user may read.

    Raise UserError when the file is there and is no calendar, or cannot be written.
    """
    from mailsense.report.ical import calendar

    data = calendar(steps, app.now)
    if target == "-":
        click.echo(data.decode(), nl=False)
        return
    path = Path(target).expanduser()
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.exists():
            with path.open("rb") as there:
                if there.read(len(_BEGINS)).upper() != _BEGINS:
                    raise UserError(f"{path} is no calendar and stays as it is: name another file")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
            made.write(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written ({error.strerror}): name another") from error
    say(f"{count(len(steps), 'step')} written to {path}")
