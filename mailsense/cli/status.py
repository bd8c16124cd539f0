"""`mailsense status`: when what was read, what became of it, and what waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, say, stamp, when
from mailsense.domain import DraftState, Kind

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore


@click.command("status")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def status_command(as_json_: bool) -> None:
    """Show per account when it was last read, what was seen, and what waits for you."""
    app = current()
    with app.store() as store:
        told = gather(app, store)
    if as_json_:
        emit([told], lines=True)
        return
    for line in _lines(app, told):
        say(line)


def gather(app: App, store: SqliteStore) -> dict[str, Any]:
    """Return the object of the design's contract: per account, then what is common."""
    drafts = store.drafts()
    unsure = [
        i for i in store.job_items() if i.verdict is not None and i.verdict.kind is Kind.UNSURE
    ]
    model, problem = app.model_in_use()
    return {
        "accounts": {a.name: _account(store, a.name, drafts) for a in app.settings.accounts},
        "drafts": {s.value: sum(1 for d in drafts if d.state is s) for s in DraftState},
        "unsure": len(unsure),
        **_wishes(app, store),
        "labels": len(store.examples()),
        "model": model,
        "model_problem": problem or None,
        "database": str(app.paths.database),
    }


def _wishes(app: App, store: SqliteStore) -> dict[str, Any]:
    """Return whether the search is paused or over, as scripts read it; None for no."""
    from mailsense.journal import What
    from mailsense.pipeline.journal import in_force

    told: dict[str, Any] = {"paused": None, "landed": None}
    if entries := in_force(store, What.PAUSE, What.LANDED):
        from mailsense.reply.wishes import wishes

        held = wishes(entries, app.now.astimezone(app.zone).date(), lambda name: ())
        if held.paused:
            told["paused"] = {"until": held.until.isoformat() if held.until else None}
        if (job := held.landed) is not None:
            told["landed"] = {"on": job.on.isoformat(), "company": job.company, "role": job.role}
    return told


def _account(store: SqliteStore, name: str, drafts: Any) -> dict[str, Any]:
    newest = next(iter(store.messages(account=name, limit=1)), None)
    return {
        "last_success": store.get(f"last_success:{name}"),
        "newest_message": stamp(newest.message.date) if newest else None,
        "outcomes": dict(store.ledger_counts(name)),
        "too_old": sum(cursor.too_old for cursor in store.cursors(name)),
        "quarantined": [
            {"folder": row.folder, "uid": row.uid, "detail": row.detail}
            for row in store.quarantined(name)
        ],
        "waiting_drafts": sum(
            1 for d in drafts if d.account == name and d.state is DraftState.WAITING
        ),
    }


def _lines(app: App, told: dict[str, Any]) -> list[str]:
    from datetime import datetime

    from mailsense.cli.wishes import landed_line, paused_line

    lines: list[str] = []
    for name, account in told["accounts"].items():
        last = account["last_success"]
        read = when(datetime.fromisoformat(last), app.zone) if last else "never"
        lines.append(f"{name}: last read {read}")
        for outcome, n in sorted(account["outcomes"].items()):
            lines.append(f"  {n:>7,}  {outcome}")
        if account["too_old"]:
            lines.append(f"  {account['too_old']:>7,}  older, left unread")
        lines += [
            f"           unreadable: {clean(q['folder'])} UID {q['uid']} ({clean(q['detail'])})"
            for q in account["quarantined"][:5]
        ]
    drafts = told["drafts"]
    open_ = [f"{n} {state}" for state, n in drafts.items() if n and state not in ("stale",)]
    lines.append(f"drafts: {', '.join(open_) or 'none'}")
    if pause := told["paused"]:
        lines.append(f"{paused_line(pause['until'])}; `mailsense resume` ends it")
    if job := told["landed"]:
        lines.append(landed_line(job["on"], job["company"], job["role"]))
    if told["unsure"]:
        lines.append(
            f"{count(told['unsure'], 'message')} not understood: `mailsense list --kind unsure`, "
            f"then `mailsense label`"
        )
    lines.append(f"model: {told['model']}; {count(told['labels'], 'label')} from you")
    if told["model_problem"]:
        lines.append(f"  yours is not in use: {clean(told['model_problem'])}")
    return lines
