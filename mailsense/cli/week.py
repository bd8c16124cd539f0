"""`mailsense week`: what the last seven days brought, and a short summary for a partner.

Thin: what a week holds is decided in ``report.week``, what is drafted in ``pipeline.week``.
"""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import current
from mailsense.cli.output import clean, emit, say, wrapped
from mailsense.domain import Address
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.pipeline.week import Asked
    from mailsense.report.week import Week


@click.command("week")
@click.option(
    "--to",
    "partner",
    metavar="ADDRESS",
    help="Draft it as a letter to this person; without it to me.partner of your configuration.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be drafted, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def week_command(partner: str | None, dry_run: bool, as_json: bool) -> None:
    """Show what the last seven days brought, and the next few steps.

    With somebody to tell it to, a short letter with these counts and names waits for your
    review: one a week. It says nothing of what the mail says.
    """
    from mailsense.pipeline import week

    app = current()
    person = _person(partner or app.settings.me.partner, "--to" if partner else "me.partner")
    with app.store(write=person is not None) as store:
        told = week.look(store, app.settings, app.playbook, now=app.now)
        asked = None
        if person is not None:
            act = week.rehearse if dry_run else week.ask
            asked = act(store, told, person, app.deciding(store))
    if as_json:
        emit([_json(told, asked, kept=not dry_run)], lines=True)
        return
    _show(told)
    if asked is not None:
        _letter(asked, dry_run=dry_run)


def _person(text: str, source: str) -> Address | None:
    """Return the person whom "Name <name@example.org>" names. Raise UserError for no address."""
    if not text:
        return None
    name, email = parseaddr(text)
    person = Address(clean(name), clean(email))
    local = person.email.rpartition("@")[0]
    if not local or not person.domain or any(c.isspace() for c in person.email):
        raise UserError(f'{source}: write it as "Name <name@example.org>", not {clean(text)!r}')
    return person


def _show(told: Week) -> None:
    for line in told.lines():
        for part in wrapped(clean(line)):
            say(part)
    if not told.lines():
        say("nothing went out and nothing came in these seven days")
    if told.steps:
        say("\nnext:")
    for step in told.steps:
        for part in wrapped(f"- {clean(step)}"):
            say(part)


def _letter(asked: Asked, *, dry_run: bool) -> None:
    """Say what became of the letter."""
    from mailsense.cli.drafts import letter

    draft = asked.draft
    if draft is None:
        raise UserError(f"nothing is drafted: {clean(asked.why)}")
    say()
    if not asked.waits:
        say(f"this week's summary {asked.why}: {draft.id}")
        return
    for line in letter(draft):
        say(line)
    for warning in draft.warnings:
        for line in wrapped(clean(warning)):
            say(line)
    if dry_run:
        say("nothing was kept: without --dry-run the draft waits for your review")
        return
    say(f"it waits as {draft.id}: `mailsense review {draft.id}`")


def _json(told: Week, asked: Asked | None, *, kept: bool) -> dict[str, Any]:
    from mailsense.cli.drafts import as_json

    counts = {sort: {"count": len(n), "names": list(n)} for sort, n in told.counts().items()}
    return {
        "week": told.name,
        "since": told.since.isoformat(),
        "until": told.until.isoformat(),
        **counts,
        "next": list(told.steps),
        "draft": as_json(asked.draft) if asked and asked.draft else None,
        "kept": kept and asked is not None and asked.waits,
        "why": asked.why if asked else "",
    }
