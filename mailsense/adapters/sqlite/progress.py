"""How far each folder has been read, what became of each UID, and small remembered values.

UIDs mean nothing without their UIDVALIDITY (RFC 3501, 2.3.1.1): once a folder has a cursor,
rows under any other UIDVALIDITY are history, kept but neither counted nor shown.
"""

# ruff: noqa: S608 - only constants of this package are put into SQL; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mailsense.adapters.sqlite.codec import as_instant, instant
from mailsense.adapters.sqlite.database import Database, Row
from mailsense.domain import LedgerOutcome
from mailsense.ports import Cursor, LedgerRow

_CURSOR = "account, folder, uidvalidity, last_uid, since, too_old, synced_at"
_LEDGER = "account, folder, uidvalidity, uid, outcome, key, detail"
_NOW_VALID = """NOT EXISTS (
    SELECT 1 FROM cursors c WHERE c.account = ledger.account AND c.folder = ledger.folder
    AND c.uidvalidity <> ledger.uidvalidity)"""


class Progress:
    """Cursors, ledger and notes."""

    _db: Database

    def cursor(self, account: str, folder: str) -> Cursor | None:
        """Return how far the folder has been read, or None when it never was."""
        found = self._db.row(
            f"SELECT {_CURSOR} FROM cursors WHERE account = ? AND folder = ?", (account, folder)
        )
        return _cursor(found) if found else None

    def cursors(self, account: str) -> Sequence[Cursor]:
        """Return those of every folder of the account, by name."""
        sql = f"SELECT {_CURSOR} FROM cursors WHERE account = ? ORDER BY folder"
        return [_cursor(row) for row in self._db.rows(sql, (account,))]

    def save_cursor(self, cursor: Cursor) -> None:
        """Insert or replace the folder's cursor."""
        self._db.write(
            f"INSERT OR REPLACE INTO cursors ({_CURSOR}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                cursor.account,
                cursor.folder,
                cursor.uidvalidity or 0,
                cursor.last_uid,
                cursor.since.isoformat() if cursor.since else None,
                cursor.too_old,
                instant(cursor.synced_at),
            ),
        )

    def add_ledger(self, rows: Iterable[LedgerRow]) -> None:
        """Insert; a row for the same (account, folder, uidvalidity, uid) is replaced."""
        self._db.many(
            f"INSERT OR REPLACE INTO ledger ({_LEDGER}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (r.account, r.folder, r.uidvalidity or 0, r.uid, r.outcome.value, r.key, r.detail)
                for r in rows
            ],
        )

    def ledger_uids(self, account: str, folder: str, uidvalidity: int | None) -> set[int]:
        """Return the UIDs that have a row."""
        sql = "SELECT uid FROM ledger WHERE account = ? AND folder = ? AND uidvalidity = ?"
        return {uid for (uid,) in self._db.rows(sql, (account, folder, uidvalidity or 0))}

    def ledger_counts(self, account: str) -> Mapping[str, int]:
        """Return outcome → number of UIDs that are valid now."""
        return dict(
            self._db.rows(
                f"SELECT outcome, count(*) FROM ledger WHERE account = ? AND {_NOW_VALID}"
                " GROUP BY outcome ORDER BY outcome",
                (account,),
            )
        )

    def quarantined(self, account: str | None = None) -> Sequence[LedgerRow]:
        """Return the rows of messages that could not be read, by account, folder and UID."""
        sql = f"SELECT {_LEDGER} FROM ledger WHERE outcome = 'quarantined' AND {_NOW_VALID}"
        chosen = "" if account is None else " AND account = ?"
        rows = self._db.rows(
            f"{sql}{chosen} ORDER BY account, folder, uid", () if account is None else (account,)
        )
        return [_ledger_row(row) for row in rows]

    def places(self, keys: Iterable[str], account: str | None = None) -> Sequence[LedgerRow]:
        """Return every place where these messages were seen, whether or not it still holds.

        A scan, for the few keys of one run at once: cheaper than an index is to keep.
        """
        sql = f"SELECT {_LEDGER} FROM ledger WHERE key IN ({{}})"
        return [
            row
            for row in map(_ledger_row, self._db.among(sql, filter(None, keys)))
            if account is None or row.account == account
        ]

    def get(self, name: str) -> str | None:
        """Return a small remembered value (last success, model in use), or None."""
        found = self._db.row("SELECT value FROM notes WHERE name = ?", (name,))
        return found[0] if found else None

    def put(self, name: str, value: str) -> None:
        """Remember a small value under its name."""
        self._db.write("INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)", (name, value))


def _ledger_row(row: Row) -> LedgerRow:
    account, folder, valid, uid, outcome, key, detail = row
    return LedgerRow(account, folder, valid or None, uid, LedgerOutcome(outcome), key, detail)


def _cursor(row: Row) -> Cursor:
    account, folder, valid, last_uid, since, too_old, synced_at = row
    return Cursor(
        account,
        folder,
        valid or None,
        last_uid,
        date.fromisoformat(since) if since else None,
        too_old,
        as_instant(synced_at),
    )
