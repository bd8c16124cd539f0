"""The journal: what the user said that no mail tells, one row an entry, never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailsense.adapters.sqlite.codec import as_instant, dump, instant, load
from mailsense.adapters.sqlite.database import Database
from mailsense.errors import StoreError
from mailsense.journal import Entry


class Journal:
    """The user's word on everything but applications."""

    _db: Database

    def add_entry(self, entry: Entry) -> Entry:
        """Keep it; return it with its number."""
        sql = "INSERT INTO journal (what, at, undone, document) VALUES (?, ?, ?, ?)"
        return replace(entry, number=self._db.insert(sql, _row(entry)))

    def save_entry(self, entry: Entry) -> None:
        """Replace the entry of that number. Raise StoreError when there is none."""
        sql = "UPDATE journal SET what = ?, at = ?, undone = ?, document = ? WHERE id = ?"
        if not self._db.write(sql, (*_row(entry), entry.number)):
            raise StoreError(f"there is no entry {entry.number} in the journal")

    def entries(self) -> Sequence[Entry]:
        """Return all in the order in which they were said, those taken back as well."""
        rows = self._db.rows("SELECT id, undone, document FROM journal ORDER BY id")
        return [
            replace(load(Entry, text), number=number, undone=as_instant(undone))
            for number, undone, text in rows
        ]


def _row(entry: Entry) -> tuple[object, ...]:
    bare = replace(entry, number=0, undone=None)
    return entry.what.value, instant(entry.at), instant(entry.undone), dump(bare)
