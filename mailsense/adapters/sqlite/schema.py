"""The tables, and how an older database becomes a newer one.

``user_version`` is the number of the last migration; it commits together with that
migration's statements, so a crash leaves the old format or the new one.  Before an existing
database is changed, a copy is put beside it.  Columns are what is searched by; the rest of
an object is its ``document`` (see ``codec``).  Instants are UTC ISO 8601 text.

Format history: 1, the first; 2, what the user said of applications; 3, the journal.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from mailsense.adapters.sqlite.codec import instant
from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.lock import held, lock_of
from mailsense.adapters.sqlite.problems import refused
from mailsense.errors import StoreError

APPLICATION_ID = 0x6D736E73
"""SQLite's mark of whose file it is ("msns"), told by file(1)."""

_STATE = """SELECT (SELECT user_version FROM pragma_user_version),
    (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)"""
"""One statement, so that another process cannot come in between."""


@dataclass(frozen=True)
class Migration:
    """One step: what it is for, and its statements."""

    why: str
    statements: tuple[str, ...]


_PROGRESS = (
    """CREATE TABLE migrations (
        version INTEGER PRIMARY KEY, why TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    """CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE cursors (
        account TEXT NOT NULL, folder TEXT NOT NULL,
        uidvalidity INTEGER NOT NULL,             -- 0: the server keeps none (RFC 3501: never 0)
        last_uid INTEGER NOT NULL, since TEXT, too_old INTEGER NOT NULL, synced_at TEXT,
        PRIMARY KEY (account, folder)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE ledger (
        account TEXT NOT NULL, folder TEXT NOT NULL, uidvalidity INTEGER NOT NULL,
        uid INTEGER NOT NULL, outcome TEXT NOT NULL, key TEXT NOT NULL, detail TEXT NOT NULL,
        PRIMARY KEY (account, folder, uidvalidity, uid)) STRICT, WITHOUT ROWID""",
    """CREATE INDEX ledger_quarantined ON ledger (account) WHERE outcome = 'quarantined'""",
)

# The id is a plain integer so that a full-text index can refer to it (FTS5 content_rowid).
# What drop_text erases stands last: rows are read up to the last column that is asked for.
_MESSAGES = (
    """CREATE TABLE messages (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE, message_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
        account TEXT NOT NULL, folder TEXT NOT NULL, uid INTEGER NOT NULL,
        uidvalidity INTEGER,                      -- NULL: the server keeps none
        outgoing INTEGER NOT NULL, answered INTEGER NOT NULL,
        thread TEXT NOT NULL, conversation TEXT,  -- of two people and a base subject
        date TEXT, seen_at TEXT,
        sorted_at TEXT NOT NULL,                  -- date, but never after seen_at
        kind TEXT, source TEXT,                   -- of the verdict that holds; NULL: none yet
        relevant INTEGER,                         -- of outgoing mail; NULL: not judged yet
        text_dropped INTEGER NOT NULL DEFAULT 0,
        subject TEXT NOT NULL, head TEXT NOT NULL, language TEXT NOT NULL, size INTEGER NOT NULL,
        text TEXT NOT NULL, quoted TEXT NOT NULL, signature TEXT NOT NULL,
        attachments TEXT NOT NULL, events TEXT NOT NULL) STRICT""",
    """CREATE INDEX messages_message_id ON messages (message_id)""",
    """CREATE INDEX messages_thread ON messages (thread)""",
    """CREATE INDEX messages_sorted ON messages (sorted_at)""",
    """CREATE INDEX messages_conversation ON messages (conversation)
        WHERE conversation IS NOT NULL""",
    """CREATE INDEX messages_unclassified ON messages (sorted_at)
        WHERE outgoing = 0 AND kind IS NULL""",
    """CREATE INDEX messages_unjudged ON messages (sorted_at)
        WHERE outgoing = 1 AND relevant IS NULL""",
    """CREATE INDEX messages_job ON messages (thread)
        WHERE outgoing = 0 AND kind NOT IN ('alert', 'other')""",
    """CREATE INDEX messages_relevant ON messages (thread) WHERE outgoing = 1 AND relevant = 1""",
    """CREATE INDEX messages_other ON messages (key)
        WHERE outgoing = 0 AND kind = 'other' AND text_dropped = 0""",
    """CREATE INDEX messages_private ON messages (thread, key)
        WHERE outgoing = 1 AND relevant = 0 AND text_dropped = 0""",
    """CREATE VIEW job_messages (id, thread) AS
        SELECT id, thread FROM messages WHERE outgoing = 0 AND kind NOT IN ('alert', 'other')
        UNION ALL
        SELECT id, thread FROM messages WHERE outgoing = 1 AND relevant = 1""",
    """CREATE TABLE thread_ids (id TEXT PRIMARY KEY, thread TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE INDEX thread_ids_thread ON thread_ids (thread)""",
    """CREATE TABLE verdicts (
        message INTEGER NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
        source TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (message, source)) STRICT, WITHOUT ROWID""",
)

_WORK = (
    """CREATE TABLE applications (
        id TEXT PRIMARY KEY, position INTEGER NOT NULL, document TEXT NOT NULL) STRICT""",
    """CREATE TABLE plans (position INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT""",
    """CREATE TABLE drafts (
        id TEXT PRIMARY KEY, about TEXT NOT NULL, plan TEXT NOT NULL, episode TEXT NOT NULL,
        message_id TEXT NOT NULL, state TEXT NOT NULL, created TEXT, document TEXT NOT NULL,
        UNIQUE (about, plan, episode)) STRICT""",
    """CREATE INDEX drafts_message_id ON drafts (message_id)""",
    """CREATE INDEX drafts_created ON drafts (created)""",
    """CREATE INDEX drafts_state ON drafts (state)""",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY, draft TEXT NOT NULL, message_key TEXT NOT NULL,
        document TEXT NOT NULL) STRICT""",
    """CREATE INDEX decisions_draft ON decisions (draft)""",
    """CREATE INDEX decisions_message_key ON decisions (message_key)""",
    """CREATE TABLE receipts (
        id INTEGER PRIMARY KEY, draft TEXT NOT NULL, document TEXT NOT NULL) STRICT""",
    """CREATE INDEX receipts_draft ON receipts (draft)""",
    """CREATE TABLE examples (
        message_key TEXT PRIMARY KEY, at TEXT NOT NULL, document TEXT NOT NULL) STRICT""",
    """CREATE INDEX examples_at ON examples (at)""",
)

# What the user assigned to an application is about the search, whatever its verdict.
_CORRECTIONS = (
    """CREATE TABLE corrections (
        id INTEGER PRIMARY KEY, change TEXT NOT NULL, at TEXT NOT NULL,
        undone TEXT,                              -- NULL: it holds
        document TEXT NOT NULL) STRICT""",
    """DROP VIEW job_messages""",
    """CREATE VIEW job_messages (id, thread) AS
        SELECT id, thread FROM messages WHERE outgoing = 0 AND kind NOT IN ('alert', 'other')
        UNION ALL
        SELECT id, thread FROM messages WHERE outgoing = 1 AND relevant = 1
        UNION ALL
        SELECT id, thread FROM messages WHERE key IN (
            SELECT told.value FROM corrections AS c, json_each(c.document, '$.messages') AS told
            WHERE c.change = 'assign' AND c.undone IS NULL)""",
)

_JOURNAL = (
    """CREATE TABLE journal (
        id INTEGER PRIMARY KEY, what TEXT NOT NULL, at TEXT NOT NULL,
        undone TEXT,                              -- NULL: it holds
        document TEXT NOT NULL) STRICT""",
)

MIGRATIONS: Sequence[Migration] = (
    Migration("the first format", (*_PROGRESS, *_MESSAGES, *_WORK)),
    Migration("what the user said of applications", _CORRECTIONS),
    Migration("what the user said of everything else", _JOURNAL),
)
"""In order: migration n makes format n of format n - 1."""


def migrate(db: Database, *, now: datetime, path: Path | None = None) -> None:
    """Bring the database to the newest format.

    Given the ``path`` of an older one, copy it to ``<name>.v<N>.bak`` before it is changed,
    and change it only while no other run is at work on it, whose code may be the older.
    Raise StoreError when a newer mailsense or another program made the file.
    """
    version = _version(db)
    db.use_log()
    if path is None or version in (0, len(MIGRATIONS)):
        _step(db, version, now)
        return
    with held(lock_of(path), "upgrade"):
        version = _version(db)
        if version < len(MIGRATIONS):
            _back_up(db, path, version)
        _step(db, version, now)


def _step(db: Database, version: int, now: datetime) -> None:
    while version < len(MIGRATIONS):
        with db.transaction():
            version = _version(db)  # another process may have been faster
            if version >= len(MIGRATIONS):
                break
            step = MIGRATIONS[version]
            for statement in step.statements:
                db.write(statement)
            version += 1
            db.write(f"PRAGMA user_version = {version}")
            db.write(f"PRAGMA application_id = {APPLICATION_ID}")
            db.write(
                "INSERT INTO migrations (version, why, at) VALUES (?, ?, ?)",
                (version, step.why, instant(now)),
            )


def _version(db: Database) -> int:
    ((version, owner, tables),) = db.rows(_STATE)
    if owner != APPLICATION_ID and (version or owner or tables):
        raise StoreError(
            f"{db.where} belongs to another program: move it away,"
            " or point MAILSENSE_HOME at another folder"
        )
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{db.where} was written by a newer mailsense (format {version}, this one knows"
            f" {len(MIGRATIONS)}): upgrade mailsense"
        )
    return int(version)


def _back_up(db: Database, path: Path, version: int) -> None:
    """Copy the database beside itself; a half-written copy never takes the good name."""
    target = path.with_name(f"{path.name}.v{version}.bak")
    partial = target.with_name(f"{target.name}.part")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        db.copy_to(partial)
        partial.replace(target)
    except OSError as error:
        raise refused(error, str(target)) from error
