"""Which Message-IDs belong to which conversation; deciding that is ``mail.thread``'s part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.drafts import move_drafts
from mailsense.adapters.sqlite.rows import conversation, named


class Threads:
    """Conversations."""

    _db: Database

    def threads(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Return Message-ID → thread for the ids (own or only referred to) that are known."""
        wanted = [one for one in ids if one]
        found: dict[str, str] = dict(
            self._db.among(
                "SELECT message_id, thread FROM messages WHERE message_id IN ({}) AND thread <> ''"
                " ORDER BY id",
                wanted,
            )
        )
        linked = self._db.among("SELECT id, thread FROM thread_ids WHERE id IN ({})", wanted)
        return found | dict(linked)

    def thread_of_reply(self, base_subject: str, people: frozenset[str]) -> str | None:
        """Return the newest thread with that base subject between exactly these two people."""
        found = self._db.row(
            "SELECT thread FROM messages WHERE conversation = ? AND thread <> ''"
            " ORDER BY sorted_at DESC, id DESC LIMIT 1",
            (conversation(base_subject, people) or "",),
        )
        return found[0] if found else None

    def thread_written_to(self, addresses: Sequence[str]) -> str | None:
        """Return the thread of the user's newest letter to one of these addresses."""
        rows = self._db.rows(
            "SELECT thread, json_extract(head, '$.to'), json_extract(head, '$.cc') FROM messages"
            " WHERE outgoing = 1 AND thread <> '' ORDER BY sorted_at DESC, id DESC"
        )
        return next((thread for thread, *lists in rows if named(lists, addresses)), None)

    def link(self, threads: Mapping[str, str]) -> None:
        """Given Message-ID → thread, record which conversation each id belongs to."""
        known = [(one, thread) for one, thread in threads.items() if one]
        with self._db.transaction():
            self._db.many(
                "INSERT INTO thread_ids (id, thread) VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET thread = excluded.thread",
                known,
            )
            self._db.many(
                "UPDATE messages SET thread = ? WHERE message_id = ? AND thread = ''",
                [(thread, one) for one, thread in known],
            )

    def merge(self, thread: str, gone: Iterable[str]) -> None:
        """Make the threads ``gone`` part of ``thread``.

        Their drafts come along, so that one letter per episode stays one.
        """
        with self._db.transaction():
            for old in gone:
                if old and old != thread:
                    self._db.write("UPDATE messages SET thread = ? WHERE thread = ?", (thread, old))
                    self._db.write(
                        "UPDATE thread_ids SET thread = ? WHERE thread = ?", (thread, old)
                    )
                    move_drafts(self._db, old, thread)
