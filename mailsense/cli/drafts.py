"""`mailsense drafts`: what the review does, without a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, ending, fit, interactive, say, stamp, when
from mailsense.cli.sync import Ran, place_approved
from mailsense.domain import Draft, DraftState
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.reply.detail import Rewrite
    from mailsense.reply.variants import Variant
    from mailsense.review import Card, Chosen

_SHOWN = tuple(s for s in DraftState if s not in (DraftState.STALE, DraftState.DISCARDED))


@click.group("drafts", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Withdrawn and discarded ones too.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON (all states).")
@click.pass_context
def drafts_command(ctx: click.Context, everything: bool, as_json_: bool) -> None:
    """List drafts, or decide about them by id."""
    if ctx.invoked_subcommand is not None:
        return
    app = current()
    with app.store() as store:
        drafts = store.drafts(() if everything or as_json_ else _SHOWN)
    if as_json_:
        emit(as_json(d) for d in drafts)
        return
    for draft in drafts:
        to = draft.to[0].name or draft.to[0].email if draft.to else "nobody"
        rest = (
            f" until {when(draft.not_before, app.zone)}"
            if draft.state is DraftState.RESTING
            else ""
        )
        say(
            f"{draft.id}  {fit(draft.state.value + rest, 30)}  {fit(draft.plan.value, 17)}  "
            f"{fit(clean(to), 18)}  {ending(draft.subject, 84)}"
        )
    if not drafts:
        say("no drafts")


def as_json(draft: Draft) -> dict[str, Any]:
    """Return the object of the design's contract for one draft."""
    return {
        "id": draft.id,
        "account": draft.account,
        "application": draft.about,
        "answers": draft.answers or None,
        "message_id": draft.message_id,
        "from": str(draft.from_),
        "to": [str(a) for a in draft.to],
        "cc": [str(a) for a in draft.cc],
        "subject": draft.subject,
        "body": draft.body,
        "plan": draft.plan.value,
        "template": draft.template,
        "state": draft.state.value,
        "not_before": stamp(draft.not_before),
        "why": draft.why,
        "warnings": list(draft.warnings),
    }


def found(store: SqliteStore, id: str, *states: DraftState) -> Draft:
    """Return the draft of that id in one of the states. Raise UserError when there is none."""
    draft = store.draft(id)
    if draft is None:
        raise UserError(f"no draft is called {clean(id)}: `mailsense drafts` shows their ids")
    if states and draft.state not in states:
        raise UserError(f"{draft.id}: is {draft.state.value} and cannot be changed so any more")
    return draft


_OPEN = (DraftState.RESTING, DraftState.WAITING, DraftState.APPROVED)
_IDS = click.argument("ids", nargs=-1, required=True, metavar="ID...")


@drafts_command.command("show")
@_IDS
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show_drafts(ids: tuple[str, ...], as_json_: bool) -> None:
    """Show drafts whole, as they would be sent."""
    with current().store() as store:
        drafts = [found(store, id) for id in ids]
    if as_json_:
        emit(as_json(d) for d in drafts)
        return
    for draft in drafts:
        for line in letter(draft):
            say(line)


def letter(draft: Draft) -> list[str]:
    """Return a draft as lines for a human, just as it would be sent."""
    return [*head(draft), "", clean(draft.full_text, lines=True).rstrip(), ""]


def head(draft: Draft) -> list[str]:
    """Return the draft's header as lines for a human."""
    return [
        f"From:    {clean(str(draft.from_))}",
        f"To:      {clean(', '.join(str(a) for a in draft.to))}",
        *([f"Cc:      {clean(', '.join(str(a) for a in draft.cc))}"] if draft.cc else []),
        f"Subject: {clean(draft.subject)}",
    ]


def _each(ids: tuple[str, ...], act: Callable[[App, SqliteStore, Draft], str]) -> None:
    """Carry out one decision on each; one draft's problem does not stop the others."""
    app = current()
    problems: list[str] = []
    with app.store(write=True) as store:
        for id in ids:
            try:
                say(act(app, store, found(store, id, *_OPEN)))
            except UserError as error:
                problems += error.problems
    if problems:
        raise UserError(problems)


@drafts_command.command("approve")
@_IDS
@click.option(
    "--anyway",
    is_flag=True,
    help="Although an error stands against one: you have looked, and it is right.",
)
def approve_drafts(ids: tuple[str, ...], anyway: bool) -> None:
    """Approve drafts as they stand and lay them into the Drafts folder.

    An error of the look-over stands against it: edit the draft, or insist with --anyway. A
    placeholder, no text, a machine or more than one person as addressee cannot be overruled.
    """
    from mailsense.pipeline.learn import settle
    from mailsense.review import approve, card

    app = current()
    problems: list[str] = []
    with app.store(write=True) as store:
        approved = []
        for id in ids:
            try:
                draft = found(store, id, *_OPEN)
                seen = card(store, app.playbook, draft, chosen(app))
                with store.transaction():
                    after = approve(store, seen, now=app.now, anyway=anyway)
                    settle(store, after, now=app.now)
                overruled(seen)
                approved.append(after)
            except UserError as error:
                problems += error.problems
        problems += deliver(app, store, approved)
    if problems:
        raise UserError(problems)


def overruled(card: Card) -> None:
    """Say what an approval went against, for the record of who insisted."""
    for finding in card.findings:
        if finding.level == "error":
            say(f"{card.draft.id} approved although {clean(finding.text)}")


def chosen(app: App) -> Chosen:
    """Return what tells the lint what the user wrote themselves."""
    from functools import partial

    from mailsense.reply.invented import own_words

    return partial(own_words, app.settings.me, app.templates)


def deliver(app: App, store: SqliteStore, approved: list[Draft]) -> list[str]:
    """Place what was approved, say so, and return the problems; nothing approved is lost."""
    ran = Ran()
    for account in app.accounts():
        if any(d.account == account.name for d in approved):
            place_approved(app, store, account, ran)
    if ran.placed:
        say(f"{count(len(ran.placed), 'draft')} laid into your Drafts folder, ready to send")
    if ran.problems:
        left = len(approved) - len(ran.placed)
        say(
            f"{count(left, 'approved draft')} will be placed by the next `mailsense sync`", err=True
        )
    return ran.problems


@drafts_command.command("discard")
@_IDS
def discard_drafts(ids: tuple[str, ...]) -> None:
    """Put drafts away for good."""
    from mailsense import review
    from mailsense.pipeline.learn import settle

    app = current()
    problems: list[str] = []
    with app.store(write=True) as store:
        for id in ids:
            try:
                draft = found(store, id, *_OPEN, DraftState.UNKNOWN)
                with store.transaction():
                    draft = review.discard(store, draft, now=app.now)
                    settle(store, draft, now=app.now)
                say(f"{draft.id} discarded")
            except UserError as error:
                problems += error.problems
    if problems:
        raise UserError(problems)


@drafts_command.command("snooze")
@_IDS
@click.option("--days", type=click.IntRange(1, 365), default=1, show_default=True)
def snooze_drafts(ids: tuple[str, ...], days: int) -> None:
    """Let drafts rest for some days."""
    from mailsense import review
    from mailsense.pipeline.learn import settle

    def act(app: App, store: SqliteStore, draft: Draft) -> str:
        with store.transaction():
            after = review.snooze(store, draft, days, now=app.now)
            settle(store, after, now=app.now)
        return f"{after.id} rests until {when(after.not_before, app.zone)}"

    _each(ids, act)


@drafts_command.command("edit")
@click.argument("id")
@click.option("--body", "body", help="The new text; without it $EDITOR opens.")
@click.option("--subject", help="The new subject.")
def edit_draft(id: str, body: str | None, subject: str | None) -> None:
    """Change subject or text of a draft; it then waits for approval."""
    from mailsense import review
    from mailsense.cli.review import edited_in_editor
    from mailsense.pipeline.learn import settle

    def act(app: App, store: SqliteStore, draft: Draft) -> str:
        new_subject, new_body = subject or draft.subject, body
        if new_body is None and subject is None:
            changed = edited_in_editor(draft)
            if changed is None:
                return f"{draft.id} left as it was"
            new_subject, new_body = changed
        with store.transaction():
            after = review.edit(store, draft, new_subject, new_body or draft.body, now=app.now)
            after = review.looked_over(store, app.playbook, after, chosen(app))
            settle(store, after, now=app.now)
        told = [f"{after.id} changed; approve it with `mailsense drafts approve {after.id}`"]
        return "\n".join([*told, *(f"  {clean(warning)}" for warning in after.warnings)])

    _each((id,), act)


def rewrite(app: App) -> Rewrite:
    """Return what writes a draft anew with the user's detail in it."""
    from functools import partial

    from mailsense.reply.detail import rewritten

    return partial(rewritten, templates=app.templates, me=app.settings.me)


def vary(app: App) -> Rewrite:
    """Return what writes a draft anew as another of its variants."""
    from functools import partial

    from mailsense.reply.variants import rewritten

    return partial(rewritten, templates=app.templates, me=app.settings.me)


@drafts_command.command("variant")
@click.argument("id")
@click.argument("name", required=False)
@click.option("--force", is_flag=True, help="Write over your own words.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def vary_draft(id: str, name: str | None, force: bool, as_json_: bool) -> None:
    """Write a draft anew as another letter of its kind: yes, another time, not now.

    Without NAME the letters to choose from are listed; NAME may be their number. The letter
    then waits for approval; what you chose stays chosen.
    """
    app = current()
    if name is None:
        _variants(app, id, as_json=as_json_)
        return
    from mailsense import review
    from mailsense.pipeline.learn import settle

    with app.store(write=True) as store:
        draft = found(store, id, *_OPEN)
        if draft.edited and not force and not as_json_ and interactive():
            force = _sure(draft)
        with store.transaction():
            after = review.variant(
                store, draft, name, vary(app), app.playbook, now=app.now, force=force
            )
            after = review.looked_over(store, app.playbook, after, chosen(app))
            settle(store, after, now=app.now)
    if as_json_:
        emit([as_json(after)], lines=True)
        return
    for line in letter(after):
        say(line)
    for warning in after.warnings:
        say(f"  {clean(warning)}")
    say(f"approve it with `mailsense drafts approve {after.id}`")


def _sure(draft: Draft) -> bool:
    return click.confirm(f"{draft.id}: you have changed it yourself. Write over your words?")


def _variants(app: App, id: str, *, as_json: bool) -> None:
    from mailsense.review import variants_of

    with app.store() as store:
        draft = found(store, id)
        variants = variants_of(store, draft, app.playbook)
    if as_json:
        emit(
            {"number": v.number, "name": v.name, "template": v.template, "says": v.says,
             "current": v.current} for v in variants
        )  # fmt: skip
        return
    for line in menu(variants):
        say(line)
    if not variants:
        say(f"{draft.id}: there is one way only to write this letter: edit it instead")


def menu(variants: Sequence[Variant]) -> list[str]:
    """Return the variants as lines to choose from, a star at the one in force."""
    widest = max((len(v.name) for v in variants), default=0)
    return [
        f"{'*' if v.current else ' '} {v.number}  {v.name:{widest}}  {v.says}".rstrip()
        for v in variants
    ]


@drafts_command.command("detail")
@click.argument("id")
@click.argument("words", nargs=-1, required=True)
def detail_draft(id: str, words: tuple[str, ...]) -> None:
    """Put one true detail of the talk into a thank-you.

    In your own words: "we spoke about the night shift rota", "you showed me the old press".
    The letter is written anew around them, and then waits for approval.
    """
    from mailsense import review
    from mailsense.pipeline.learn import settle

    def act(app: App, store: SqliteStore, draft: Draft) -> str:
        with store.transaction():
            after = review.detail(store, draft, " ".join(words), rewrite(app), now=app.now)
            after = review.looked_over(store, app.playbook, after, chosen(app))
            settle(store, after, now=app.now)
        return "\n".join(letter(after)).rstrip()

    _each((id,), act)
