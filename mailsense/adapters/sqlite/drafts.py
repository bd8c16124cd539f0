"""Drafts, what humans decided about them, and what was written to servers.

One draft per (about, plan, episode), which is what makes a second run of the pipeline
harmless (rule 2).  Decisions and receipts are only ever added to; a receipt's state changes
as more is known of that one attempt.
"""

# ruff: noqa: S608 - only constants of this package are put into SQL; values are bound

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailsense.adapters.sqlite.codec import dump, instant, load
from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.messages import document_called
from mailsense.domain import Decision, Draft, DraftState, Receipt
from mailsense.errors import StoreError

_INSERT = """INSERT INTO drafts (id, about, plan, episode, message_id, state, created, document)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE = """UPDATE drafts SET (id, about, plan, episode, message_id, state, created, document)
    = (?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?"""


def _row(draft: Draft) -> tuple[object, ...]:
    return (
        draft.id,
        draft.about,
        draft.plan.value,
        draft.episode,
        draft.message_id,
        draft.state.value,
        instant(draft.created),
        dump(draft),
    )


def move_drafts(db: Database, old: str, new: str) -> None:
    """Make the drafts about ``old`` be about ``new``, where that has none of the kind yet."""
    for (text,) in db.rows("SELECT document FROM drafts WHERE about = ?", (old,)):
        moved = replace(load(Draft, text), about=new)
        taken = "SELECT 1 FROM drafts WHERE about = ? AND plan = ? AND episode = ?"
        if not db.row(taken, (new, moved.plan.value, moved.episode)):
            db.write(_UPDATE, (*_row(moved), moved.id))


class Drafts:
    """Letters that wait, were decided about, or were written to a server."""

    _db: Database

    def add_draft(self, draft: Draft) -> bool:
        """Insert; return False when its (about, plan, episode) exists already."""
        sql = f"{_INSERT} ON CONFLICT (about, plan, episode) DO NOTHING"
        return self._db.write(sql, _row(draft)) == 1

    def save_draft(self, draft: Draft) -> None:
        """Replace the draft of that id. Raise StoreError when there is none."""
        if not self._db.write(_UPDATE, (*_row(draft), draft.id)):
            raise StoreError(f"there is no draft {draft.id}: see mailsense drafts")

    def draft(self, id_prefix: str) -> Draft | None:
        """Return the draft of that id, or the only one whose id begins with it.

        Six characters at least.  Raise StoreError, listing a few, when several begin so.
        """
        text = document_called(self._db, "drafts", id_prefix)
        return load(Draft, text) if text is not None else None

    def drafts(self, states: Sequence[DraftState] = ()) -> Sequence[Draft]:
        """Return by creation; all states when none is named."""
        wanted = [state.value for state in states] or [state.value for state in DraftState]
        marks = ",".join("?" * len(wanted))
        rows = self._db.rows(
            f"SELECT document FROM drafts WHERE state IN ({marks}) ORDER BY created, rowid", wanted
        )
        return [load(Draft, text) for (text,) in rows]

    def drafts_by_message_id(self, message_ids: Sequence[str]) -> Mapping[str, Draft]:
        """Return Message-ID → draft for those that are ours."""
        sql = "SELECT message_id, document FROM drafts WHERE message_id IN ({})"
        return {
            one: load(Draft, text) for one, text in self._db.among(sql, filter(None, message_ids))
        }

    def add_decision(self, decision: Decision) -> None:
        """Record what a human decided."""
        self._db.write(
            "INSERT INTO decisions (draft, message_key, document) VALUES (?, ?, ?)",
            (decision.draft, decision.message_key, dump(decision)),
        )

    def decisions(self, *, draft: str = "", message_key: str = "") -> Sequence[Decision]:
        """Return in the order they were taken: of the draft, of the message, or all."""
        chosen = {"draft": draft, "message_key": message_key}
        given = {name: value for name, value in chosen.items() if value}
        where = " AND ".join(f"{name} = ?" for name in given)
        rows = self._db.rows(
            f"SELECT document FROM decisions {'WHERE ' if where else ''}{where} ORDER BY id",
            tuple(given.values()),
        )
        return [load(Decision, text) for (text,) in rows]

    def add_receipt(self, receipt: Receipt) -> int:
        """Record that a write to a server is about to be tried; return the row.

        Outside a transaction it is committed, and on the disk, when this returns.
        """
        return self._db.insert(
            "INSERT INTO receipts (draft, document) VALUES (?, ?)", (receipt.draft, dump(receipt))
        )

    def save_receipt(self, row: int, receipt: Receipt) -> None:
        """Record what became of that attempt. Raise StoreError when there is no such row."""
        sql = "UPDATE receipts SET draft = ?, document = ? WHERE id = ?"
        if not self._db.write(sql, (receipt.draft, dump(receipt), row)):
            raise StoreError(f"there is no receipt {row}: see mailsense status")

    def receipts(self, draft: str = "") -> Sequence[tuple[int, Receipt]]:
        """Return (row, receipt) in order, of the draft or of all."""
        chosen = "WHERE draft = ? " if draft else ""
        rows = self._db.rows(
            f"SELECT id, document FROM receipts {chosen}ORDER BY id", (draft,) if draft else ()
        )
        return [(row, load(Receipt, text)) for row, text in rows]
