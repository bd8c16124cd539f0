"""Ties: conversations that could belong to several applications. They are asked, not guessed.

Tells of them, and asks on a terminal; what an answer does is decided by ``pipeline.correct``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailsense.cli.applications import choices, named, sentence, standing
from mailsense.cli.output import clean, count, ending, interactive, say, when, wrapped
from mailsense.domain import Application, Change, Correction, short_id

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.cli.app import App

_SHOWN = 6
"""Lines of a message that are shown: enough to know which application it is about."""


def tell_ties(app: App, store: SqliteStore, *, ask: bool = True) -> None:
    """Tell how many messages could belong to several applications; on a terminal ask which.

    Without ``ask`` it is only told.
    """
    tied = [one for one in store.applications() if one.could_be]
    if not tied:
        return
    most = max(len(one.could_be) for one in tied)
    where = "two applications" if most == 2 else "more than one application"
    many = count(sum(len(one.message_keys) for one in tied), "message")
    say(f"{many} could belong to {where}: `mailsense applications list --ties`")
    if not (ask and interactive()):
        return
    for one in tied:
        now = store.application(one.id)  # an answer may have settled the next question too
        if now is not None and now.could_be and not _asked(app, store, now):
            return


def _asked(app: App, store: SqliteStore, one: Application) -> bool:
    """Ask which application one belongs to; return False when nothing more is to be asked."""
    others = choices(store, one)
    say()
    for line in _shown(app, store, one):
        say(line)
    for number, other in enumerate(others, 1):
        say(f"  {number}  {other.id}  {named(other)} ({other.stage.value}, {standing(other)})")
    say("  k  keep it apart    s  skip    q  quit")
    try:
        answer = _answer(len(others))
    except click.Abort:  # the input ended: the question stays for another time
        say()
        return False
    if answer in ("s", "q"):
        return answer == "s"
    from mailsense.pipeline import correct

    with store.lock("review"):
        deciding = app.deciding(store)
        if answer == "k":
            done = correct.keep(store, Correction(Change.KEEP, app.now, ""), one, deciding)
        else:
            into = others[int(answer) - 1]
            said = Correction(Change.MERGE, app.now, "")
            done = correct.merge(store, said, [into, one], deciding)
    say(f"  {sentence(done.correction)}")
    if new := done.decided.drafted:
        say(f"  {count(len(new), 'draft')} followed from it: `mailsense review`")
    say(f"  `mailsense applications undo {done.correction.number}` takes it back")
    return True


def _answer(most: int) -> str:
    """Return the number of an application, or k, s or q. Raise Abort when the input has ended."""
    numbers = [str(n) for n in range(1, most + 1)]
    while True:
        line = click.prompt(
            f"which? [1-{most}, k, s, q]", prompt_suffix=" > ", default="s", show_default=False
        )
        word = str(line).strip().lower()
        if word in numbers or word[:1] in ("k", "s", "q"):
            return word if word in numbers else word[:1]


def _shown(app: App, store: SqliteStore, one: Application) -> list[str]:
    """Return the newest letter of a tie as lines: theirs, or else the user's own."""
    items = [item for key in one.message_keys if (item := store.message(key)) is not None]
    theirs = [item for item in items if not item.located.outgoing]
    if not items:
        return [named(one)]
    item = (theirs or items)[-1]
    message = item.message
    who = "you" if item.located.outgoing else clean(str(message.from_))
    head = f"{short_id(item.key)}  {when(message.date, app.zone)}  {who}"
    text = [line for line in wrapped(message.text.strip(), "  │ ") if line.strip(" │")]
    more = [] if len(text) <= _SHOWN else ["  │ …"]
    return [head, f"  {ending(message.subject, 2)}", *text[:_SHOWN], *more, ""]
