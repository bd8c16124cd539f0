"""`mailsense send`: approved letters by SMTP, each at most once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from mailsense.cli.app import App, current
from mailsense.cli.drafts import found
from mailsense.cli.output import clean, emit, say
from mailsense.cli.sync import run
from mailsense.config import Account
from mailsense.domain import Action, Decision, Draft, DraftState, ReceiptState
from mailsense.errors import UserError

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore

_READY = (DraftState.APPROVED, DraftState.DELIVERED)


@click.command("send")
@click.argument("ids", nargs=-1, metavar="[DRAFT]...")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be sent.")
@click.option("--again", is_flag=True, help="Send a letter whose earlier attempt broke off.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def send_command(ids: tuple[str, ...], dry_run: bool, again: bool, as_json_: bool) -> None:
    """Send the drafts that you approved (or those named) through the account's smtp server.

    Each conversation is read again just before: what was overtaken by a new message, or
    answered by you elsewhere, is withdrawn instead.
    """
    app = current()
    if again and not ids:
        raise click.UsageError("--again needs the ids of the letters")
    with app.store(write=True) as real:
        store = real.copy_to_memory() if dry_run else real
        named = [found(store, id).id for id in ids]
        ready = named or [d.id for d in store.drafts(_READY)]
        if not ready:
            if as_json_:
                emit([])
            else:
                say("nothing is approved: `mailsense review` shows what waits")
            return
        accounts = {d.account for d in (store.draft(id) for id in ready) if d is not None}
        chosen = [a for a in app.accounts() if a.name in accounts]
        for account in chosen:
            app.transport(account).close()  # no smtp settings: said before anything is done
        # every account: the answer may have gone out, or newer mail come in, at another one
        ran = run(app, store, app.accounts(), place=False)
        results: list[dict[str, str]] = []
        problems = list(ran.problems)
        if ran.unread:
            problems.append(f"nothing was sent: {', '.join(ran.unread)} could not be read")
            chosen = []
        for account in chosen:
            mine = [d for d in (store.draft(id) for id in ready) if d and d.account == account.name]
            problems += _send(app, store, account, mine, results, dry_run=dry_run, again=again)
    if as_json_:
        emit(results)
    for one in results if not as_json_ else ():
        say(f"{one['id']}  {one['outcome']} to {clean(one['to'])}")
    if problems:
        raise UserError(problems)


def _send(
    app: App,
    store: SqliteStore,
    account: Account,
    drafts: list[Draft],
    results: list[dict[str, str]],
    *,
    dry_run: bool,
    again: bool,
) -> list[str]:
    from mailsense.pipeline.deliver import Sending

    problems: list[str] = []
    mailbox = app.mailbox(account)
    writer = app.writer(account)
    try:
        roles = app.roles(account, mailbox)
        sending = Sending(
            store,
            mailbox,
            writer,
            lambda: app.transport(account),
            roles.drafts,
            roles.sent,
            bool(account.smtp and account.smtp.saves_sent),
            app.now.astimezone(app.zone),
        )
        for draft in drafts:
            try:
                if again:
                    with store.transaction():  # a letter that must not go stays as it was
                        draft = _retry(app, store, draft)
                        sending.check(draft)
                if dry_run:
                    sending.check(draft)
                    outcome = "would be sent"
                else:
                    receipt = sending.send(draft)
                    outcome = "sent"
                    problems += [receipt.detail] if receipt.detail else []
                to = ", ".join(a.email for a in draft.to)
                results.append({"id": draft.id, "outcome": outcome, "to": to})
            except UserError as error:
                problems += error.problems
    finally:
        writer.close()
        mailbox.close()
    return problems


def _retry(app: App, store: SqliteStore, draft: Draft) -> Draft:
    """The user has looked into Sent and says that the letter never went: a new decision."""
    if draft.state is not DraftState.UNKNOWN:
        raise UserError(
            f"{draft.id}: is {draft.state.value}; --again is for letters that broke off"
        )
    receipts = store.receipts(draft.id)
    placed = any(r.via == "append" and r.state is ReceiptState.DONE for _, r in receipts)
    approved = replace(draft, state=DraftState.DELIVERED if placed else DraftState.APPROVED)
    with store.transaction():
        for row, receipt in receipts:
            if receipt.state in (ReceiptState.PENDING, ReceiptState.UNKNOWN):
                store.save_receipt(row, replace(receipt, state=ReceiptState.FAILED))
        store.save_draft(approved)
        store.add_decision(
            Decision(
                Action.APPROVE, app.now, draft=draft.id, digest=approved.digest, detail="again"
            )
        )
    return approved
