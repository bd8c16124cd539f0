"""Which Message-IDs belong to which conversation; deciding that is ``mail.thread``'s part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.drafts import move_drafts
from mailsense.adapters.sqlite.rows import conversation


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

    def link(self, thread: str, ids: Iterable[str], merge: Sequence[str] = ()) -> None:
        """Record that ``ids`` belong to ``thread``; threads in ``merge`` become part of it.

        Their drafts come along, so that one letter per episode stays one.
        """
        known = [one for one in dict.fromkeys(ids) if one]
        with self._db.transaction():
            for old in merge:
                if old and old != thread:
                    self._db.write("UPDATE messages SET thread = ? WHERE thread = ?", (thread, old))
                    self._db.write(
                        "UPDATE thread_ids SET thread = ? WHERE thread = ?", (thread, old)
                    )
                    move_drafts(self._db, old, thread)
            self._db.many(
                "INSERT INTO thread_ids (id, thread) VALUES (?, ?)"
                " ON CONFLICT (id) DO UPDATE SET thread = excluded.thread",
                [(one, thread) for one in known],
            )
            self._db.many(
                "UPDATE messages SET thread = ? WHERE message_id = ? AND thread = ''",
                [(thread, one) for one in known],
            )
