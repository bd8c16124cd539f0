"""`mailsense list` and `show`: messages and their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import (
    clean,
    emit,
    ending,
    fit,
    interactive,
    say,
    stamp,
    tagged,
    when,
)
from mailsense.domain import (
    Application,
    Draft,
    DraftState,
    Kind,
    Source,
    Tag,
    short_id,
)
from mailsense.errors import UserError
from mailsense.ports import Item

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore

_ENDED = (DraftState.STALE, DraftState.DISCARDED)


@dataclass(frozen=True)
class Known:
    """What is known around messages: applications, drafts and plans by message key."""

    applications: Mapping[str, Application]
    drafts: Mapping[str, Draft]
    notes: Mapping[str, str]
    silent: frozenset[str]
    """Keys of the user's own messages on which silence sits."""

    @classmethod
    def of(cls, store: SqliteStore, items: Sequence[Item]) -> Known:
        applications = {k: a for a in store.applications() for k in a.message_keys}
        drafts: dict[str, Draft] = {}
        for draft in store.drafts():
            if draft.answers and (draft.state not in _ENDED or draft.answers not in drafts):
                drafts[draft.answers] = draft
        notes = {p.answers: p.why for p in store.plans() if p.answers}
        last: dict[str, str] = {}
        for item in items:  # newest first
            application = applications.get(item.key)
            if item.located.outgoing and application and application.tag is Tag.SILENCE:
                last.setdefault(application.id, item.key)
        return cls(applications, drafts, notes, frozenset(last.values()))

    def tag(self, item: Item) -> Tag:
        if item.key in self.silent:
            return Tag.SILENCE
        return item.verdict.tag if item.verdict else Tag.NONE

    def note(self, item: Item) -> str:
        application = self.applications.get(item.key)
        if item.key in self.silent and application and application.note:
            return application.note
        return self.notes.get(item.key, "") or self._settled(item, application)

    def _settled(self, item: Item, application: Application | None) -> str:
        """Say why a message that asks for an answer got no draft, where no plan says it."""
        asks = item.verdict is not None and item.verdict.tag is not Tag.NONE
        if item.located.outgoing or not asks or item.key in self.drafts or application is None:
            return ""
        date = item.message.date
        if item.located.answered or (date and application.last_out and application.last_out > date):
            return "you have written to them since"
        if date and application.last_in and application.last_in > date:
            return "newer mail of theirs counts"
        return ""


def as_json(item: Item, known: Known) -> dict[str, Any]:
    """Return the object of the design's contract for one message."""
    message, verdict = item.message, item.verdict
    application = known.applications.get(item.key)
    draft = known.drafts.get(item.key)
    silent = item.key in known.silent
    return {
        "id": short_id(item.key),
        "message_id": item.key,
        "account": item.located.account,
        "folder": item.located.folder,
        "date": stamp(message.date),
        "from": str(message.from_),
        "subject": message.subject,
        "outgoing": item.located.outgoing,
        "tag": known.tag(item).value,
        "kind": verdict.kind.value if verdict else None,
        "reason": verdict.reason.value if verdict and verdict.reason else None,
        "confidence": round(verdict.confidence, 4) if verdict else None,
        "source": Source.CLOCK.value if silent else (verdict.source.value if verdict else None),
        "application": application.id if application else None,
        "draft": draft.id if draft else None,
        "note": known.note(item),
    }


@click.command("list")
@click.option("--tag", type=click.Choice([t.value for t in Tag]), help="Only this tag.")
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Only this kind.")
@click.option("--account", help="Only this account.")
@click.option("--all", "everything", is_flag=True, help="Ordinary mail and your own mail too.")
@click.option("--limit", "-n", type=click.IntRange(1), help="At most so many, newest first.")
@click.option("--json", "as_json_", is_flag=True, help="Print all that is stored as JSON.")
def list_command(
    tag: str | None,
    kind: str | None,
    account: str | None,
    everything: bool,
    limit: int | None,
    as_json_: bool,
) -> None:
    """List messages, newest first, with tag, kind and what was drafted or why nothing was."""
    app = current()
    every = everything or as_json_ or kind is not None
    with app.store() as store:
        job = [] if every else [i for i in reversed(store.job_items()) if _of(i, account)]
        items = job or store.messages(account=account)
        known = Known.of(store, items)
    chosen = [
        item
        for item in items
        if (every or _about_the_search(item, known))
        and (tag is None or known.tag(item).value == tag)
        and (kind is None or (item.verdict is not None and item.verdict.kind.value == kind))
    ][:limit]
    if as_json_:
        emit(as_json(item, known) for item in chosen)
        return
    for item in chosen:
        say(_line(app, item, known))
    if not chosen:
        say("no messages" + ("" if items else " yet: `mailsense sync` reads them"))
    elif not every and interactive():
        say("ordinary mail and your own is shown with --all", err=True)


def _of(item: Item, account: str | None) -> bool:
    return account is None or item.located.account == account


def _about_the_search(item: Item, known: Known) -> bool:
    if item.located.outgoing:
        return item.key in known.silent
    return item.verdict is not None and item.verdict.kind not in (Kind.OTHER, Kind.ALERT)


def _line(app: App, item: Item, known: Known) -> str:
    tag = known.tag(item).value
    verdict = item.verdict
    kind = "your message" if item.located.outgoing else (verdict.kind.value if verdict else "new")
    if verdict and verdict.source is Source.MODEL and verdict.kind is not Kind.UNSURE:
        kind += f" {verdict.confidence:.0%}"
    people = item.message.to[0] if item.located.outgoing and item.message.to else item.message.from_
    draft = known.drafts.get(item.key)
    held = draft is not None and draft.state is DraftState.STALE and item.key in known.notes
    fate = known.note(item) if draft is None or held else f"draft {draft.state.value}"
    head = f"{short_id(item.key)}  {when(item.message.date, app.zone)[:10]}  "
    shown = "" if tag == Tag.NONE.value else tag
    who = clean(people.name or people.email)
    subject = ending(item.message.subject, 83)
    line = f"{head}{tagged(tag, fit(shown, 15))}  {fit(kind, 20)}  {fit(who, 20)}  {subject}"
    return line + (click.style(f"\n{'':22}{clean(fate)}", dim=True) if fate else "")


@click.command("show")
@click.argument("message")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show_command(message: str, as_json_: bool) -> None:
    """Show one MESSAGE (its short id or Message-ID): its text, its tag, and why."""
    app = current()
    with app.store() as store:
        item = find(store, message)
        known = Known.of(store, list(reversed(store.job_items())))
        verdicts = store.verdicts(item.key)
    if as_json_:
        found = as_json(item, known)
        found["text"] = item.message.text
        found["verdicts"] = [
            {
                "source": v.source.value,
                "kind": v.kind.value,
                "confidence": round(v.confidence, 4),
                "runner_up": v.runner_up.value if v.runner_up else None,
                "evidence": [
                    {"what": e.what, "text": e.text, "weight": e.weight} for e in v.evidence
                ],
            }
            for v in verdicts
        ]
        emit([found], lines=True)
        return
    for line in shown(app, item, known):
        say(line)


def shown(app: App, item: Item, known: Known) -> list[str]:
    """Return one message as lines for a human: head, verdict, text."""
    message = item.message
    lines = [
        f"From:    {clean(str(message.from_))}",
        f"To:      {clean(', '.join(str(a) for a in message.to))}",
        f"Date:    {when(message.date, app.zone)}",
        f"Subject: {clean(message.subject)}",
        f"Tag:     {tagged(known.tag(item).value)}{_why(item)}",
    ]
    application = known.applications.get(item.key)
    if application:
        about = " at ".join(w for w in (application.role, application.company) if w)
        lines.append(f"About:   {clean(about) or 'not stated'} ({application.stage.value})")
        if application.answer_note:
            lines.append(f"Waits:   {application.answer_note}")
    draft = known.drafts.get(item.key)
    if draft:
        lines.append(f"Draft:   {draft.id}, {draft.state.value}")
    if known.note(item):
        lines.append(f"Note:    {clean(known.note(item))}")
    text = clean(message.text, lines=True).strip()
    kept = text or "(only the headers of mail that is not about the search are kept)"
    return [*lines, "", kept]


def _why(item: Item) -> str:
    verdict = item.verdict
    if verdict is None:
        return ""
    sure = "" if verdict.source is not Source.MODEL else f" {verdict.confidence:.0%}"
    reason = f", {verdict.reason.value}" if verdict.reason else ""
    guess = (
        f", perhaps {verdict.runner_up.value}"
        if verdict.kind is Kind.UNSURE and verdict.runner_up
        else ""
    )
    said = {"user": "you said so", "rule": "by rule", "model": "by the model", "clock": "the clock"}
    lines = [f" ({verdict.kind.value}{reason}{sure}{guess}; {said[verdict.source.value]})"]
    lines += [f"         {e.what}: {clean(e.text)[:200]}" for e in verdict.because[:4]]
    return "\n".join(lines)


def find(store: SqliteStore, name: str) -> Item:
    """Return the message of that id. Raise UserError when there is none."""
    item = store.message(name)
    if item is None:
        raise UserError(f"no message is called {clean(name)}: `mailsense list` shows their ids")
    return item
