"""Everything that is remembered, in one SQLite file: ``ports.Store`` put together.

This module decides where the file is, who may read it (nobody else: 0600 in a folder 0700)
and who may write (one at a time); the modules of ``adapters.sqlite`` hold a noun each.
Reading needs no lock: WAL shows every reader the last committed state.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from mailsense.adapters.sqlite.corrections import Corrections
from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.drafts import Drafts
from mailsense.adapters.sqlite.journal import Journal
from mailsense.adapters.sqlite.learning import Learning
from mailsense.adapters.sqlite.lock import held, lock_of
from mailsense.adapters.sqlite.messages import Messages
from mailsense.adapters.sqlite.problems import refused
from mailsense.adapters.sqlite.progress import Progress
from mailsense.adapters.sqlite.schema import migrate
from mailsense.adapters.sqlite.threads import Threads
from mailsense.adapters.sqlite.verdicts import Verdicts
from mailsense.adapters.sqlite.work import Work
from mailsense.domain import short_id
from mailsense.errors import StoreError

__all__ = ["SqliteStore", "short_id"]

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class SqliteStore(
    Progress, Messages, Threads, Verdicts, Work, Corrections, Journal, Drafts, Learning
):
    """The store. Not shared between threads: each opens its own."""

    def __init__(self, db: Database, path: Path | None) -> None:
        """Given an open, migrated database; use ``open`` or ``memory``."""
        self._db = db
        self._path = path
        self._locks = 0

    @classmethod
    def open(cls, path: Path, *, now: datetime) -> SqliteStore:
        """Open the file, making it and its folders where they are missing.

        An older format is brought up to date after a copy was put beside it.  Raise
        StoreError when the file cannot be opened, is no database, or is too new.
        """
        _prepare(path)
        db = Database(str(path), str(path))
        try:
            migrate(db, now=now, path=path)
        except BaseException:
            db.close()
            raise
        return cls(db, path)

    @classmethod
    def memory(cls) -> SqliteStore:
        """Return an empty store that is gone when closed."""
        db = Database(":memory:", "the database in memory")
        migrate(db, now=_BEGINNING)
        return cls(db, None)

    def copy_to_memory(self) -> SqliteStore:
        """Return a copy in memory, for a run that must leave no trace."""
        db = Database(":memory:", "the copy in memory")
        self._db.fill(db)
        return type(self)(db, None)

    def close(self) -> None:
        """Close; an open transaction is rolled back."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; nested uses join the outer one.

        When a caller catches what went wrong inside a nested use, that part alone is undone.
        """
        return self._db.transaction()

    @contextmanager
    def lock(self, name: str = "sync") -> Iterator[None]:
        """Be the only run that writes, as command ``name``; nested uses join.

        Raise StoreError, naming it, when another run holds the lock.
        """
        if self._path is None or self._locks:
            self._locks += 1
            try:
                yield
            finally:
                self._locks -= 1
            return
        with held(lock_of(self._path), name):
            self._locks = 1
            try:
                yield
            finally:
                self._locks = 0

    @property
    def on_begin(self) -> Callable[[int], None] | None:
        """Called before each outermost transaction with the number its commit would have."""
        return self._db.on_begin

    @on_begin.setter
    def on_begin(self, hook: Callable[[int], None] | None) -> None:
        self._db.on_begin = hook

    @property
    def on_commit(self) -> Callable[[int], None] | None:
        """Called after each outermost commit with its running number, from 1."""
        return self._db.on_commit

    @on_commit.setter
    def on_commit(self, hook: Callable[[int], None] | None) -> None:
        self._db.on_commit = hook


def _prepare(path: Path) -> None:
    """Make the folders (0700) and the file (0600); SQLite gives -wal and -shm its mode.

    An existing file is never opened here: closing it would drop this process's SQLite
    locks on it (sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        for folder in reversed(path.parents):
            if not folder.exists():
                folder.mkdir(mode=0o700)
        if path.is_dir():
            raise StoreError(f"{path} is a folder: point MAILSENSE_HOME at another place")
        if not path.exists():
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        elif path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise refused(error, str(path)) from error
