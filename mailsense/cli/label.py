"""`mailsense label`: the user's word on messages: given, asked for, given to many, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.messages import find
from mailsense.cli.output import clean, count, emit, ending, fit, interactive, say
from mailsense.domain import Draft, Kind, Message, Reason, Source, short_id
from mailsense.errors import UserError
from mailsense.ports import Item

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore

KINDS = click.Choice([k.value for k in Kind if k is not Kind.UNSURE])
REASONS = click.Choice([r.value for r in Reason])
_NEXT = 10


@click.command("label")
@click.argument("message", required=False)
@click.argument("kind", type=KINDS, required=False)
@click.option("--reason", type=REASONS, help="For a rejection: what sort of no it is.")
@click.option("--similar", is_flag=True, help="Similar messages too; shows them first, and asks.")
@click.option("--yes", is_flag=True, help="With --similar: do not ask.")
@click.option("--undo", is_flag=True, help="Take back what you said of MESSAGE.")
@click.option(
    "--next",
    "asked",
    type=click.IntRange(1, 100),
    is_flag=False,
    flag_value=_NEXT,
    metavar="[N]",
    help=f"Ask about the N ({_NEXT}) messages from which the model would learn most.",
)
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON; nothing is asked.")
def label_command(
    message: str | None,
    kind: str | None,
    reason: str | None,
    similar: bool,
    yes: bool,
    undo: bool,
    asked: int | None,
    as_json_: bool,
) -> None:
    """Say that MESSAGE is of KIND. Kept for ever, and learned from by `mailsense train`.

    Or let mailsense ask (--next), label all that is like a message (--similar MESSAGE KIND), or
    take back what you said of one (--undo MESSAGE): if it was learned, `mailsense train` unlearns
    it.
    """
    if reason and kind != Kind.REJECTION.value:
        raise click.BadParameter("only a rejection has a reason", param_hint="--reason")
    if sum((similar, undo, asked is not None)) > 1 or (yes and not similar):
        raise click.UsageError("choose one of --similar (with --yes), --undo and --next")
    app = current()
    if asked is not None:
        from mailsense.cli.ask import ask

        if message:
            raise click.UsageError("--next chooses the messages by itself")
        ask(app, asked, as_json=as_json_)
    elif undo and message and not kind:
        _undo(app, message, as_json=as_json_)
    elif message and kind and not undo:
        said = Kind(kind), Reason(reason) if reason else None
        if similar:
            _similar(app, message, *said, yes=yes, as_json=as_json_)
        else:
            _label(app, message, *said, as_json=as_json_)
    else:
        wanted = "a MESSAGE alone" if undo else "a MESSAGE and its KIND"
        raise click.UsageError(f"name {wanted}: `mailsense list` shows the ids")


def _incoming(store: SqliteStore, name: str) -> Item:
    item = find(store, name)
    if item.located.outgoing:
        raise UserError("that message is your own; labels are for mail that you received")
    return item


def _label(app: App, name: str, kind: Kind, reason: Reason | None, *, as_json: bool) -> None:
    with app.store(write=True) as store:
        item = _incoming(store, name)
        new = Labels(app, store).apply(item, kind, reason)
        total = len(store.examples())
    if as_json:
        told = {"id": short_id(item.key), "kind": kind.value, "examples": total}
        emit([{**told, "drafted": list(new)}], lines=True)
        return
    say(f"{short_id(item.key)} is now {kind.value}; {count(total, 'message')} to learn from")
    _followed(new)


def _followed(new: Sequence[str]) -> None:
    if new:
        say(f"{count(len(new), 'draft')} followed from it: `mailsense review`")


def _undo(app: App, name: str, *, as_json: bool) -> None:
    """Take back what the user said of a message, by label or by approving the answer to it."""
    from mailsense.pipeline.learn import learned

    with app.store(write=True) as store:
        item = find(store, name)
        labelled = item.verdict is not None and item.verdict.source is Source.USER
        if not labelled and learned(store, item.key) is None:
            raise UserError(f"{short_id(item.key)}: there is no label of yours to take back")
        new = Labels(app, store).undo(replace(item, verdict=None))
        now = find(store, item.key).verdict
    was = item.verdict.kind.value if item.verdict and labelled else None
    if as_json:
        told = {"id": short_id(item.key), "was": was, "kind": now.kind.value if now else None}
        source = now.source.value if now else None
        emit([{**told, "source": source, "drafted": list(new)}], lines=True)
        return
    said = f"your label {was}" if was else "what your approval confirmed"
    again = f"it is {now.kind.value} by the {now.source.value}" if now else "`sync` judges it"
    say(f"{short_id(item.key)}: {said} is forgotten; {again}")
    say("if a model has learned it, `mailsense train` unlearns it")
    _followed(new)


def _similar(
    app: App, name: str, kind: Kind, reason: Reason | None, *, yes: bool, as_json: bool
) -> None:
    """Show a message and those like it; label them when the user says so."""
    from mailsense.pipeline.lessons import alike

    with app.store() as store:
        item = _incoming(store, name)
        verdict = item.verdict
        labelled = verdict is not None and verdict.source is Source.USER
        if labelled and verdict is not None and verdict.kind is not kind:
            raise UserError(
                f"{short_id(item.key)}: you said that it is {verdict.kind.value}; "
                f"`mailsense label {short_id(item.key)} {kind.value}` changes that first"
            )
        labels = Labels(app, store)
        body = labels.body(item)
        found = list(alike(store, item, body))
        chosen = found if labelled else [(item, 1.0), *found]
        told: dict[str, Any] = {
            "id": short_id(item.key),
            "kind": kind.value,
            "count": len(chosen),
            "messages": [_shown(one, cosine) for one, cosine in chosen],
        }
        if not as_json:
            _show(chosen, kind)
        agreed = bool(chosen) and (yes or (not as_json and interactive() and _agreed(chosen, kind)))
        done: list[Item] = []
        if agreed:
            with store.lock("label"):
                done = labels.keep_all(item, [one for one, _ in chosen], kind, reason, body)
                told["drafted"] = labels.decide()
        told["labelled"] = [short_id(one.key) for one in done]
    if as_json:
        emit([told], lines=True)
    elif agreed:
        one_back = "`mailsense label --undo MESSAGE` takes one back"
        say(f"{count(len(done), 'message is', 'messages are')} {kind.value} now; {one_back}")
        _followed(told["drafted"])
    if chosen and not agreed and (as_json or not interactive()):
        again = f"mailsense label --similar {short_id(item.key)} {kind.value} --yes"
        raise UserError(f"nothing was labelled: `{again}` labels {count(len(chosen), 'message')}")


def _agreed(chosen: Sequence[tuple[Item, float]], kind: Kind) -> bool:
    return click.confirm(f"label {count(len(chosen), 'message')} {kind.value}?", default=False)


def _shown(item: Item, cosine: float) -> dict[str, Any]:
    return {
        "id": short_id(item.key),
        "message_id": item.key,
        "from": str(item.message.from_),
        "subject": item.message.subject,
        "kind": item.verdict.kind.value if item.verdict else None,
        "similarity": round(cosine, 3),
    }


def _show(chosen: Sequence[tuple[Item, float]], kind: Kind) -> None:
    say(f"{count(len(chosen), 'message')} to label {kind.value}:" if chosen else "none is similar")
    for item, cosine in chosen:
        sender = item.message.from_
        who = fit(clean(sender.name or sender.email), 22)
        was = fit(item.verdict.kind.value if item.verdict else "new", 15)
        subject = ending(item.message.subject, 65)
        say(f"  {short_id(item.key)}  {cosine:4.0%}  {was}  {who}  {subject}")


class Labels:
    """Carries out a corrected label: keeps it and decides anew (``review.Relabel``)."""

    def __init__(self, app: App, store: SqliteStore) -> None:
        self._app = app
        self._store = store

    def apply(self, item: Item, kind: Kind, reason: Reason | None) -> Sequence[str]:
        """Keep a label; return the ids of the drafts that newly wait."""
        self.keep(item, kind, reason)
        return self.decide()

    def keep(self, item: Item, kind: Kind, reason: Reason | None) -> None:
        """Keep a label; what follows from it is decided by ``decide``."""
        from mailsense.pipeline.learn import label

        label(self._store, item, kind, now=self._app.now, reason=reason, body=self.body)

    def keep_all(
        self, first: Item, items: Sequence[Item], kind: Kind, reason: Reason | None, body: Message
    ) -> list[Item]:
        """Label many in one transaction; return those that no human labelled meanwhile.

        ``first`` is the one that was looked at, with its text as ``body``; the others teach less.
        """
        from mailsense.pipeline.learn import ALIKE, label

        done = []
        with self._store.transaction():
            for one in items:
                now = self._store.message(one.key)
                if now is None or (now.verdict and now.verdict.source is Source.USER):
                    continue
                weight = 1.0 if one.key == first.key else ALIKE
                label(
                    self._store, now, kind, now=self._app.now, reason=reason,
                    body=lambda item: body, weight=weight,
                )  # fmt: skip
                done.append(now)
        return done

    def undo(self, item: Item) -> Sequence[str]:
        """Take the newest label back, given the message as it was before it."""
        from mailsense.pipeline.learn import unlabel

        unlabel(self._store, item, now=self._app.now)
        return self.decide()

    def settle(self, draft: Draft) -> None:
        """Learn what a decision about a draft confirms, or no longer does."""
        from mailsense.pipeline.learn import settle

        settle(self._store, draft, now=self._app.now)

    def decide(self) -> list[str]:
        """Decide anew; return the ids of the drafts that newly wait."""
        from mailsense.pipeline.decide import decide

        return decide(self._store, self._app.deciding(self._store)).drafted

    def body(self, item: Item) -> Message:
        """Return a message with its text, fetched again where it was not kept.

        Raise UserError when it is gone.
        """
        from mailsense.pipeline.again import places_of, read_again

        if not self._store.text_erased(item.key):
            return item.message
        id = item.message.message_id
        alone = len(self._store.fingerprints([id]).get(id, ())) == 1
        for name, places in places_of(self._store, item).items():
            account = self._app.settings.account(name)
            if account is None:
                continue
            with closing(self._app.mailbox(account)) as mailbox:
                found = read_again(mailbox, item.message, places, by_id=alone)
            if found is not None:
                return replace(found, key=item.key)
        raise UserError(
            f"{short_id(item.key)}: its text is not kept, and it is no longer where it was: "
            f"`mailsense sync` first, or label another"
        )
