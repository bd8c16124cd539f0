"""`mailsense sync`: read, tag, draft, place; then say in a few lines what happened."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import Progress, clean, count, emit, say, when
from mailsense.cli.workers import Workers
from mailsense.config.schema import Account, span
from mailsense.domain import DraftState, LedgerOutcome
from mailsense.errors import MailboxError, Unreachable, UserError
from mailsense.ports import LedgerRow

if TYPE_CHECKING:
    from mailsense.adapters.imap import ImapMailbox
    from mailsense.adapters.store import SqliteStore
    from mailsense.mail.folders import Roles
    from mailsense.pipeline.decide import Decided
    from mailsense.pipeline.read import Reading
    from mailsense.report.steps import Sort


@dataclass
class Ran:
    """What one sync did."""

    readings: dict[str, Reading] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    decided: Decided | None = None
    placed: list[str] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Accounts that could not be read, or not wholly."""
    first: list[str] = field(default_factory=list)
    """Accounts that were read for the first time."""
    missed: dict[Sort, int] = field(default_factory=dict)
    """What has long stood unanswered in these, by sort."""


@click.command("sync")
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--since", metavar="SPAN", help='Read this far back, such as "6 months".')
@click.option("--dry-run", is_flag=True, help="Say what would be drafted; store and write nothing.")
@click.option("--quiet", "-q", is_flag=True, help="Print problems only.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def sync_command(
    accounts: tuple[str, ...], since: str | None, dry_run: bool, quiet: bool, as_json: bool
) -> None:
    """Read new mail of every ACCOUNT (or those named), tag it and draft the answers.

    Reading changes nothing in the mailbox. The only thing that is ever written is a
    draft that you have approved.
    """
    app = current()
    chosen = app.accounts(accounts)
    back = _span(since)
    with app.store(write=True) as real:
        store = real.copy_to_memory() if dry_run else real
        ran = run(app, store, chosen, back, place=not dry_run)
        _report(app, store, ran, quiet=quiet, as_json=as_json, dry_run=dry_run)
    if ran.problems:
        raise UserError(ran.problems)


def _span(since: str | None) -> timedelta | None:
    if since is None:
        return None
    try:
        return span(since)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--since") from None


def run(
    app: App,
    store: SqliteStore,
    accounts: list[Account],
    back: timedelta | None = None,
    *,
    place: bool = True,
) -> Ran:
    """Run the pipeline once over the accounts. One account's trouble does not stop the rest."""
    from mailsense.pipeline.decide import decide
    from mailsense.pipeline.judge import judge

    ran = Ran()
    bar = Progress()
    workers = Workers(app.env)
    since = (app.now - (back or app.settings.sync.span)).astimezone(app.zone).date()
    first = [a.name for a in accounts if store.get(f"last_success:{a.name}") is None]
    try:
        for account in accounts:
            try:
                _read(app, store, account, since, bar, ran, workers)
            except UserError as error:
                ran.problems += [f"{account.name}: {p}" for p in error.problems]
                ran.unread.append(account.name)
        workers.close()  # before the rest, which needs their memory rather than them
        own = {key: said for read in ran.readings.values() for key, said in read.own.items()}
        read = sum((reading.kinds for reading in ran.readings.values()), Counter[str]())
        kinds = judge(store, lambda: app.classifier, now=app.now, progress=bar, own=own, read=read)
        ran.kinds = dict(kinds)
        ran.decided = decide(store, app.deciding(store))
        ran.first = [name for name in first if name in ran.readings and name not in ran.unread]
        ran.missed = _missed(app, store, ran.first)
        if place:
            for account in accounts:
                place_approved(app, store, account, ran)
                withdraw_stale(app, store, account, ran)
    finally:
        bar.close()
        workers.close()
    return ran


def _missed(app: App, store: SqliteStore, accounts: list[str]) -> dict[Sort, int]:
    """Return what has long stood unanswered in accounts that were read for the first time."""
    if not accounts:
        return {}
    from mailsense.pipeline.agenda import look

    agenda = look(store, app.settings, app.playbook, now=app.now)
    return agenda.missed(accounts, store.applications())


def _read(
    app: App,
    store: SqliteStore,
    account: Account,
    since: Any,
    bar: Progress,
    ran: Ran,
    workers: Workers,
) -> None:
    from mailsense.pipeline.deliver import resolve_unknown
    from mailsense.pipeline.read import Reader

    mailbox = app.mailbox(account)
    try:
        roles = app.roles(account, mailbox)
        if roles.sent is None:
            raise MailboxError(roles.problems)
        resolve_unknown(store, mailbox, account.name, roles.sent)
        reader = Reader(
            mailbox,
            store,
            account.name,
            app.settings.addresses,
            roles.sent,
            since,
            app.now,
            bar,
            workers.parser,
            roles.junk,
            frozenset(a.name for a in app.accounts() if a.name != account.name),
            partial(app.prepare, store),
        )
        ran.readings[account.name] = reading = reader.read(roles.read)
        _answered_flags(store, account, mailbox)
        ran.problems += [f"{account.name}: {p}" for p in (*reading.problems, *roles.problems)]
        if reading.problems:
            ran.unread.append(account.name)
        else:
            store.put(f"last_success:{account.name}", app.now.isoformat())
    finally:
        mailbox.close()


def _answered_flags(store: SqliteStore, account: Account, mailbox: ImapMailbox) -> None:
    """Look again at the flags of messages whose drafts are open: answered elsewhere counts.

    Wherever a copy was seen, as long as its UID still names it.
    """
    states = (DraftState.RESTING, DraftState.WAITING, DraftState.APPROVED, DraftState.DELIVERED)
    items = [store.message(d.answers) for d in store.drafts(states) if d.answers]
    keys = [i.key for i in items if i and not i.located.outgoing and not i.located.answered]
    folders: dict[str, list[LedgerRow]] = {}
    for row in store.places(keys, account.name):
        folders.setdefault(row.folder, []).append(row)
    for folder, rows in folders.items():
        try:
            valid = mailbox.examine(folder).uidvalidity
            uids = {r.uid: r.key for r in rows if valid is not None and r.uidvalidity == valid}
            flags = mailbox.flags(folder, sorted(uids)) if uids else {}
        except Unreachable:
            raise
        except MailboxError:  # removed or renamed by the user: there is nothing to look at
            continue
        store.set_answered(uids[uid] for uid, told in flags.items() if "\\answered" in told)


def place_approved(app: App, store: SqliteStore, account: Account, ran: Ran) -> None:
    """Lay what is approved into the account's Drafts folder."""
    from mailsense.pipeline.deliver import Placing, place_all

    writers = []

    def placing() -> Placing:
        roles = _roles(app, account)
        if roles.drafts is None:
            raise MailboxError([p for p in roles.problems if "rafts" in p] or roles.problems)
        writer = app.writer(account)
        writers.append(writer)
        return Placing(store, writer, roles.drafts, roles.sent, app.now.astimezone(app.zone))

    try:
        placed, problems = place_all(store, account.name, placing)
        ran.placed += placed
        ran.problems += [f"{account.name}: {p}" for p in problems]
    except UserError as error:
        ran.problems += [
            f"{account.name}: {p}"
            for p in error.problems
            if f"{account.name}: {p}" not in ran.problems
        ]
    finally:
        for writer in writers:
            writer.close()


def withdraw_stale(app: App, store: SqliteStore, account: Account, ran: Ran) -> None:
    """Take copies out of Drafts that new mail has overtaken and nobody has touched."""
    from mailsense.pipeline.deliver import Withdrawing, to_withdraw

    stale = to_withdraw(store, account.name)
    if not stale:
        return
    try:
        with closing(app.mailbox(account)) as mailbox, closing(app.writer(account)) as writer:
            folder = app.roles(account, mailbox).drafts
            if folder is None:
                return
            withdrawing = Withdrawing(store, mailbox, writer, folder, app.now)
            ran.taken_back += [draft.id for draft in stale if withdrawing.withdraw(draft)]
    except UserError as error:
        ran.problems += [f"{account.name}: {p}" for p in error.problems]


def _roles(app: App, account: Account) -> Roles:
    mailbox = app.mailbox(account)
    try:
        return app.roles(account, mailbox)
    finally:
        mailbox.close()


def _report(
    app: App, store: SqliteStore, ran: Ran, *, quiet: bool, as_json: bool, dry_run: bool
) -> None:
    decided = ran.decided
    assert decided is not None
    if as_json:
        emit([_as_json(ran)], lines=True)
        return
    if quiet:
        return
    for name, reading in ran.readings.items():
        say(f"{name}: {_seen(reading)}")
    for draft in (store.draft(id) for id in decided.drafted):
        if draft is not None and (dry_run or len(decided.drafted) <= 10):
            verb = "would draft" if dry_run else "drafted"
            to = draft.to[0].name or draft.to[0].email
            say(f"  {verb} {draft.plan.value} to {clean(to)}: {clean(draft.subject)}")
    if decided.withdrawn:
        say(f"{count(len(decided.withdrawn), 'draft')} withdrawn: no longer needed")
    if ran.placed:
        say(f"{count(len(ran.placed), 'approved draft')} laid into Drafts")
    if ran.taken_back:
        say(f"{count(len(ran.taken_back), 'overtaken draft')} taken out of Drafts")
    _what_next(app, store, dry_run)
    if ran.missed and not dry_run:
        from mailsense.report.steps import in_words

        say(f"{in_words(ran.missed)} you never answered: `mailsense agenda --all`")


def _seen(reading: Reading) -> str:
    new = reading.outcomes
    more = [
        f"{new[outcome]:,} {word}"
        for outcome, word in (
            (LedgerOutcome.DUPLICATE, "seen before"),
            (LedgerOutcome.OWN, "drafts"),
            (LedgerOutcome.VANISHED, "vanished"),
            (LedgerOutcome.QUARANTINED, "unreadable, see `mailsense status`"),
        )
        if new[outcome]
    ]
    told = count(reading.new, "new message") if reading.new else "nothing new"
    tail = (
        f"; {reading.too_old:,} older left unread (--since reads them)" if reading.too_old else ""
    )
    return told + (f" ({', '.join(more)})" if more else "") + tail


def _what_next(app: App, store: SqliteStore, dry_run: bool) -> None:
    waiting = len(store.drafts((DraftState.WAITING,)))
    resting = [d for d in store.drafts((DraftState.RESTING,)) if d.not_before]
    if waiting and not dry_run:
        say(f"{count(waiting, 'draft waits', 'drafts wait')} for you: `mailsense review`")
    if resting and not dry_run:
        first = min(d.not_before for d in resting if d.not_before)
        rest = count(len(resting), "draft rests", "drafts rest")
        say(f"{rest}, the first until {when(first, app.zone)} (`mailsense review --all`)")


def _as_json(ran: Ran) -> dict[str, Any]:
    decided = ran.decided
    assert decided is not None
    return {
        "accounts": {
            name: {"outcomes": dict(reading.outcomes), "too_old": reading.too_old}
            for name, reading in ran.readings.items()
        },
        "kinds": ran.kinds,
        "applications": decided.applications,
        "drafted": decided.drafted,
        "withdrawn": decided.withdrawn,
        "placed": ran.placed,
        "taken_back": ran.taken_back,
        "missed": {sort.value: number for sort, number in ran.missed.items()},
        "problems": ran.problems,
    }
