"""Verdicts, what the tracker reads because of them, and what is erased because of them.

One verdict a message and source; the one that holds is the user's, else the rule's, else
the model's (rule 6).  Which that is stands in the message's row, so that every question
("what is unclassified?", "what is about the search?") is answered from an index.
"""

# ruff: noqa: S608 - only constants of this package are put into SQL; values are bound

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mailsense.adapters.sqlite.codec import dump, instant, load
from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.messages import FROM, OLDEST_FIRST
from mailsense.adapters.sqlite.rows import READ, TEXTS, head_of, item, texts_of, without_quotes
from mailsense.domain import Message, Source, Verdict
from mailsense.errors import StoreError
from mailsense.ports import Item

_RANK = "CASE source WHEN 'user' THEN 0 WHEN 'rule' THEN 1 WHEN 'model' THEN 2 ELSE 3 END"
_SETTLE = f"""UPDATE messages SET (kind, source) =
    (SELECT kind, source FROM verdicts WHERE message = ? ORDER BY {_RANK} LIMIT 1) WHERE id = ?"""

_JOB_ITEMS = f"""SELECT {READ}, v.document {FROM} WHERE m.id IN (
    SELECT id FROM job_messages
    UNION SELECT id FROM messages
        WHERE thread IN (SELECT thread FROM job_messages WHERE thread <> '')) {OLDEST_FIRST}"""

# Two statements, because each has a partial index of exactly what may still be erased.
_DROPPABLE = """SELECT id FROM messages
        WHERE outgoing = 0 AND kind = 'other' AND text_dropped = 0
        AND key NOT IN (SELECT message_key FROM examples)
    UNION ALL SELECT id FROM messages
        WHERE outgoing = 1 AND relevant = 0 AND text_dropped = 0
        AND key NOT IN (SELECT message_key FROM examples)
        AND (thread = '' OR thread NOT IN (SELECT thread FROM job_messages))
    LIMIT ?"""
_DROP = f"""UPDATE messages SET text_dropped = 1, {", ".join(f"{name} = ''" for name in TEXTS)}
    WHERE id = ?"""
_DROPPED_AT_ONCE = 2_000


class Verdicts:
    """What messages are."""

    _db: Database

    def add_verdicts(self, verdicts: Mapping[str, Verdict], at: datetime) -> None:
        """Record; one verdict a message and source, the newest holds.

        Raise StoreError, recording none, when a message is not stored.
        """
        with self._db.transaction():
            ids = self._ids_of(verdicts)
            if missing := [key for key in verdicts if key not in ids]:
                raise StoreError(f"there is no message {missing[0]}: sync first")
            when = instant(at)
            self._db.many(
                "INSERT OR REPLACE INTO verdicts (message, source, kind, at, document)"
                " VALUES (?, ?, ?, ?, ?)",
                [
                    (ids[key], v.source.value, v.kind.value, when, dump(v))
                    for key, v in verdicts.items()
                ],
            )
            self._db.many(_SETTLE, [(row, row) for row in ids.values()])

    def clear_verdicts(self, keys: Iterable[str], source: Source) -> None:
        """Forget what this source said of these messages; the next in rank holds."""
        with self._db.transaction():
            ids = self._ids_of(keys).values()
            self._db.many(
                "DELETE FROM verdicts WHERE message = ? AND source = ?",
                [(row, source.value) for row in ids],
            )
            self._db.many(_SETTLE, [(row, row) for row in ids])

    def verdicts(self, key: str) -> Sequence[Verdict]:
        """Return what was said of the message, the verdict that holds first."""
        rows = self._db.rows(
            "SELECT document FROM verdicts WHERE message = (SELECT id FROM messages WHERE key = ?)"
            f" ORDER BY {_RANK}",
            (key,),
        )
        return [load(Verdict, text) for (text,) in rows]

    def _ids_of(self, keys: Iterable[str]) -> Mapping[str, int]:
        return dict(self._db.among("SELECT key, id FROM messages WHERE key IN ({})", keys))

    def set_relevant(self, relevant: Mapping[str, bool]) -> None:
        """Say of outgoing messages whether they belong to the job search."""
        self._db.many(
            "UPDATE messages SET relevant = ? WHERE key = ? AND outgoing = 1",
            [(int(yes), key) for key, yes in relevant.items()],
        )

    def job_items(self) -> Sequence[Item]:
        """Return what the tracker reads, by date.

        Incoming messages whose verdict is neither ``alert`` nor ``other``; all messages,
        either way, of the threads they are in; outgoing messages marked relevant, and all
        messages of their threads.
        """
        return [item(row) for row in self._db.rows(_JOB_ITEMS)]

    def drop_text(self) -> int:
        """Erase the text of what is not about the job search; return of how many messages.

        That is: incoming mail whose verdict is ``other``, and outgoing mail that is neither
        relevant nor in a thread with job mail.  Text, quote, signature, attachments' names
        and events go, and the evidence that repeats the text.  Messages kept as examples
        are left alone.  SQLite overwrites what is erased, in the log too.
        """
        dropped = 0
        while ids := self._db.rows(_DROPPABLE, (_DROPPED_AT_ONCE,)):
            with self._db.transaction():
                self._db.many(_DROP, ids)
                self._drop_evidence([row for (row,) in ids])
                self._db.erased()
            dropped += len(ids)
        return dropped

    def _drop_evidence(self, ids: Sequence[int]) -> None:
        rows = self._db.among(
            "SELECT message, source, document FROM verdicts WHERE message IN ({})", ids
        )
        kept = []
        for message, source, text in rows:
            verdict = load(Verdict, text)
            bare = without_quotes(verdict)
            if bare != verdict:
                kept.append((dump(bare), message, source))
        self._db.many("UPDATE verdicts SET document = ? WHERE message = ? AND source = ?", kept)

    def text_erased(self, key: str) -> bool:
        """True when ``drop_text`` erased the text of this message."""
        found = self._db.row("SELECT text_dropped FROM messages WHERE key = ?", (key,))
        return bool(found and found[0])

    def restore_text(self, message: Message) -> None:
        """Put back the text of a stored message that was fetched again, as labelling does.

        And what follows from the text: a letter that was only skimmed has no language.
        """
        self._db.write(
            "UPDATE messages SET text_dropped = 0, language = ?, head = ?,"
            f" {', '.join(f'{name} = ?' for name in TEXTS)} WHERE key = ?",
            (message.language, head_of(message), *texts_of(message), message.key),
        )
