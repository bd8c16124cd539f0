"""Messages: adding, finding, listing.

A key that is stored stays as it was stored: the first copy that was seen counts.
Order is by ``sorted_at``: the Date header, but never later than the message was seen, so
that a date in the future cannot stay on top for ever.
"""

# ruff: noqa: S608 - only constants of this package are put into SQL; values are bound

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from mailsense.adapters.sqlite.codec import instant
from mailsense.adapters.sqlite.database import Database, chunks
from mailsense.adapters.sqlite.rows import (
    INSERT,
    READ,
    SAY,
    item,
    located,
    named,
    row_of,
    verdict_row,
)
from mailsense.domain import Located, Verdict, short_id
from mailsense.errors import StoreError
from mailsense.ports import NONE_YET, Item

PREFIX = 6
"""Characters by which a message or draft may be named, when no other begins so."""
_SHORT = re.compile(r"[0-9a-fA-F]{6,8}")
SHOWN = 4
"""How many candidates an ambiguous name lists."""
LAST = "\U0010ffff"
"""Sorts behind whatever else may follow a prefix."""

FROM = """FROM messages AS m
    LEFT JOIN verdicts AS v ON v.message = m.id AND v.source = m.source"""
OLDEST_FIRST = "ORDER BY m.sorted_at, m.date, m.id"


def document_called(db: Database, table: str, id_prefix: str) -> str | None:
    """Return the document of that id, or of the only one whose id begins with it.

    Six characters at least.  Raise StoreError, listing a few, when several begin so.
    """
    name = id_prefix.strip()
    found = db.rows(f"SELECT id, document FROM {table} WHERE id = ?", (name,))
    if not found and len(name) >= PREFIX:
        found = db.rows(
            f"SELECT id, document FROM {table} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (name, name + LAST, SHOWN + 1),
        )
    if len(found) > 1:
        ids = " or ".join(one for one, _ in found[:SHOWN])
        more = " or another" if len(found) > SHOWN else ""
        raise StoreError(f"several {table} begin with “{name}”: say which, {ids}{more}")
    return found[0][1] if found else None


class Messages:
    """Messages as they were seen."""

    _db: Database

    def fingerprints(self, message_ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return Message-ID → {fingerprint: key} for those that are stored."""
        found: dict[str, dict[str, str]] = {}
        sql = "SELECT message_id, fingerprint, key FROM messages WHERE message_id IN ({})"
        for message_id, fingerprint, key in self._db.among(sql, message_ids):
            found.setdefault(message_id, {})[fingerprint] = key
        return found

    def add_messages(
        self, located: Iterable[Located], verdicts: Mapping[str, Verdict] = NONE_YET
    ) -> None:
        """Insert, with the verdict where there is one; a key that is stored is left as it is.

        Of what is judged ``other`` on arrival no text is ever written.
        """
        with self._db.transaction():
            for chunk in chunks(located):
                said = {
                    one.message.key: verdicts[one.message.key]
                    for one in chunk
                    if one.message.key in verdicts
                }
                stored = self._stored(said)
                self._db.many(INSERT, [row_of(one, said.get(one.message.key)) for one in chunk])
                self._db.many(
                    SAY,
                    [
                        verdict_row(one, said[one.message.key])
                        for one in chunk
                        if one.message.key in said and one.message.key not in stored
                    ],
                )

    def _stored(self, keys: Iterable[str]) -> set[str]:
        sql = "SELECT key FROM messages WHERE key IN ({})"
        return {key for (key,) in self._db.among(sql, keys)}

    def set_answered(self, keys: Iterable[str]) -> None:
        """Remember that the server shows these as answered; unknown keys are ignored."""
        sql = "UPDATE messages SET answered = 1 WHERE key = ? AND answered = 0"
        self._db.many(sql, [(key,) for key in keys])

    def set_place(
        self, key: str, account: str, folder: str, uid: int, uidvalidity: int | None
    ) -> None:
        """Remember where a stored message lies now; an unknown key is ignored."""
        self._db.write(
            "UPDATE messages SET account = ?, folder = ?, uid = ?, uidvalidity = ? WHERE key = ?",
            (account, folder, uid, uidvalidity, key),
        )

    def message(self, key_or_id: str) -> Item | None:
        """Return the message so named, or None.

        A name is the key, the Message-ID (angle brackets allowed), the short id, or at
        least six characters with which one of these begins.  Raise StoreError, listing a
        few, when several messages answer to it.
        """
        name = key_or_id.strip()
        bare = name.removeprefix("<").removesuffix(">")
        ids = (
            self._ids("key = ?", key_or_id)
            or self._ids("key = ?", name)
            or self._ids("message_id = ?", bare)
            or self._beginning(bare)
        )
        if len(ids) > 1:
            raise StoreError(f"several messages answer to “{bare}”: say which, {self._names(ids)}")
        found = (
            self._db.row(f"SELECT {READ}, v.document {FROM} WHERE m.id = ?", ids) if ids else None
        )
        return item(found) if found else None

    def _ids(self, condition: str, name: str) -> list[int]:
        if not name:
            return []
        sql = f"SELECT id FROM messages WHERE {condition} LIMIT {SHOWN + 1}"
        return [row for (row,) in self._db.rows(sql, (name,))]

    def _beginning(self, name: str) -> list[int]:
        if len(name) < PREFIX:
            return []
        rows = self._db.rows(
            """SELECT id FROM messages WHERE key >= ? AND key < ?
            UNION SELECT id FROM messages WHERE message_id >= ? AND message_id < ? LIMIT ?""",
            (name, name + LAST, name, name + LAST, SHOWN + 1),
        )
        if _SHORT.fullmatch(name):  # a scan, 0.1 s for 50,000: cheaper than an index is to keep
            rows += [
                (row,)
                for row, key in self._db.rows("SELECT id, key FROM messages")
                if short_id(key).startswith(name.lower())
            ]
        return list(dict.fromkeys(row for (row,) in rows))[: SHOWN + 1]

    def _names(self, ids: Sequence[int]) -> str:
        keys = [
            key
            for (key,) in self._db.among("SELECT key FROM messages WHERE id IN ({})", ids[:SHOWN])
        ]
        more = " or another" if len(ids) > SHOWN else ""
        return " or ".join(f"{short_id(key)} ({key})" for key in keys) + more

    def messages(self, *, account: str | None = None, limit: int | None = None) -> Sequence[Item]:
        """Return all, newest first."""
        chosen = "" if account is None else "WHERE m.account = ?"
        values = (() if account is None else (account,)) + (() if limit is None else (limit,))
        rows = self._db.rows(
            f"SELECT {READ}, v.document {FROM} {chosen}"
            " ORDER BY m.sorted_at DESC, m.date DESC, m.id DESC"
            f"{'' if limit is None else ' LIMIT ?'}",
            values,
        )
        return [item(row) for row in rows]

    def heard_from(self, address: str, domain: str, since: datetime) -> bool:
        """True when that person, or any person at ``domain`` ("" for none), wrote after ``since``.

        Whatever the verdict; absence notes, bounces, lists and robots are no sign of life.
        """
        rows = self._db.rows(
            "SELECT lower(json_extract(head, '$.from_[1]')), json_extract(head, '$.facts')"
            " FROM messages WHERE outgoing = 0 AND sorted_at > ?",
            (instant(since),),
        )
        for sender, told in rows:
            facts = json.loads(told or "{}")
            if facts.get("auto_reply") or facts.get("bounce"):
                continue
            if sender == address.lower():
                return True
            robot = facts.get("no_reply") or facts.get("auto_submitted") or facts.get("list_id")
            if domain and not robot and (sender or "").endswith(f"@{domain}"):
                return True
        return False

    def unclassified(self, limit: int) -> Sequence[Located]:
        """Return incoming messages without any verdict, oldest first."""
        return self._located("m.outgoing = 0 AND m.kind IS NULL", limit)

    def outgoing_unjudged(self, limit: int) -> Sequence[Located]:
        """Return outgoing messages for which ``set_relevant`` was not called yet, oldest first."""
        return self._located("m.outgoing = 1 AND m.relevant IS NULL", limit)

    def outgoing_set_aside(self, to: Collection[str]) -> Sequence[str]:
        """Return the keys of outgoing messages to one of these addresses (in lower case) that were
        found to have nothing to do with the job search.
        """
        rows = self._db.rows(
            "SELECT key, json_extract(head, '$.to'), json_extract(head, '$.cc')"
            " FROM messages WHERE outgoing = 1 AND relevant = 0"
        )
        return [key for key, *lists in rows if named(lists, to)]

    def _located(self, condition: str, limit: int) -> Sequence[Located]:
        sql = f"SELECT {READ} FROM messages AS m WHERE {condition} {OLDEST_FIRST} LIMIT ?"
        return [located(row) for row in self._db.rows(sql, (limit,))]
