"""One connection: transactions that nest, values that bind, errors that people can read.

The only module that calls sqlite3.  Every write runs in BEGIN IMMEDIATE … COMMIT, its own
or the caller's; an inner transaction is a savepoint of the outer one, so that a caller who
catches its failure keeps the rest whole.  ``synchronous = FULL`` because a row written
ahead of a send (rule 2) must outlive a power cut.  It knows nothing of tables.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mailsense.adapters.sqlite.problems import explain
from mailsense.errors import StoreError

BUSY_MS = 5_000
"""How long a statement waits for another process to finish its transaction."""
PAGE = 8_192
"""Bytes a page of a new file: with SQLite's 4,096 mail was stored a quarter slower."""
CHUNK = 500
"""Values in one IN list: SQLite allows 32,766, and equal statements are prepared once."""
OLDEST = (3, 37, 0)
"""STRICT tables came with SQLite 3.37 (November 2021)."""

Row = tuple[Any, ...]


class Database:
    """A SQLite connection. ``where`` is what messages to people call it."""

    def __init__(self, target: str, where: str) -> None:
        """Open. Raise StoreError when SQLite is too old or refuses."""
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreError(
                f"SQLite {sqlite3.sqlite_version} is too old:"
                " use a Python that has SQLite 3.37 or newer"
            )
        self.where = where
        self.on_begin: Callable[[int], None] | None = None
        self.on_commit: Callable[[int], None] | None = None
        self._commits = 0
        self._depth = 0
        self._erased = False
        try:
            self._connection = sqlite3.connect(
                target, timeout=BUSY_MS / 1000, isolation_level=None, cached_statements=256
            )
        except sqlite3.Error as error:
            raise explain(error, where) from error
        try:
            self._set_up()
        except StoreError:
            self.close()
            raise

    def _set_up(self) -> None:
        self.rows("SELECT count(*) FROM sqlite_schema")  # says whether this is a database at all
        for pragma in (
            f"page_size = {PAGE}",
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            self.rows(f"PRAGMA {pragma}")

    def use_log(self) -> None:
        """Write ahead (WAL): readers never wait. Kept in the file, so only for one of ours."""
        try:
            self._execute("PRAGMA journal_mode = WAL", ()).fetchall()
        except sqlite3.OperationalError as error:
            # The one pragma that does not wait: busy means that another process is about
            # to set the same mode.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise explain(error, self.where) from error

    def close(self) -> None:
        """Close; an open transaction is rolled back."""
        with suppress(sqlite3.Error):
            self._connection.close()

    # reading

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return every row."""
        try:
            return self._execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise explain(error, self.where) from error

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(sql, values)), None)

    def among(self, sql: str, values: Iterable[object]) -> Iterator[Row]:
        """Given SQL with ``({})`` where a list belongs, yield the rows for all ``values``."""
        for chunk in chunks(dict.fromkeys(values)):
            yield from self.rows(sql.format(",".join("?" * len(chunk))), chunk)

    # writing

    def write(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement; return how many rows it changed."""
        return self._one(sql, values).rowcount

    def insert(self, sql: str, values: Sequence[object]) -> int:
        """Run one INSERT; return the new row's id."""
        return self._one(sql, values).lastrowid or 0

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Run one statement for each row, all or none; return how many rows were changed."""
        listed = list(rows)
        if not listed:
            return 0
        try:
            return self._all(sql, listed)
        except UnicodeEncodeError:
            return self._all(sql, [_clean(row) for row in listed])

    def _all(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        with self.transaction():
            try:
                return self._connection.executemany(sql, rows).rowcount
            except sqlite3.Error as error:
                raise explain(error, self.where) from error

    def _one(self, sql: str, values: Sequence[object]) -> sqlite3.Cursor:
        if self._depth == 0:
            with self.transaction():
                return self._one(sql, values)
        self._require_transaction()
        try:
            return self._execute(sql, values)
        except sqlite3.Error as error:
            raise explain(error, self.where) from error

    def _execute(self, sql: str, values: Sequence[object]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(sql, values)
        except UnicodeEncodeError:
            return self._connection.execute(sql, _clean(values))

    # transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested uses join the outer one, and undo only themselves."""
        if self._depth:
            with self._savepoint():
                yield
            return
        if self.on_begin is not None:
            self.on_begin(self._commits + 1)
        self._depth = 1
        try:
            self._control("BEGIN IMMEDIATE")
            yield
            self._require_transaction()
            self._control("COMMIT")
        except BaseException:
            self._roll_back("ROLLBACK")
            self._erased = False
            raise
        finally:
            self._depth = 0
        self._commits += 1
        if self._erased:
            self._forget_log()
        if self.on_commit is not None:
            self.on_commit(self._commits)

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self._require_transaction()
        name = f"level_{self._depth}"
        self._control(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._roll_back(f"ROLLBACK TO {name}", f"RELEASE {name}")
            raise
        else:
            self._control(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def _require_transaction(self) -> None:
        # A full disk makes SQLite itself roll back everything; what a caller who caught that
        # writes next would otherwise be committed without what came before it.
        if not self._connection.in_transaction:
            raise StoreError(f"{self.where}: the transaction was lost: try again")

    def _roll_back(self, *statements: str) -> None:
        # Silent, because what made us roll back is what people must read.
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                for statement in statements:
                    self._connection.execute(statement)

    def _control(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except sqlite3.Error as error:
            raise explain(error, self.where) from error

    # erasing and copying

    def erased(self) -> None:
        """Say that this transaction erased text: after its commit the log is emptied too.

        ``secure_delete`` overwrites the pages, but the write-ahead log still holds the old
        ones until it is truncated.
        """
        self._erased = True

    def _forget_log(self) -> None:
        # A reader in another process may hold the log: then it stays until the next time
        # or until the last connection closes.  Not worth five seconds' wait.
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA busy_timeout = 0")
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self._erased = bool(busy)
        self._control(f"PRAGMA busy_timeout = {BUSY_MS}")

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy into the (existing, empty) file ``path``."""
        try:
            target = sqlite3.connect(path)
            try:
                self._connection.backup(target)
            finally:
                target.close()
        except sqlite3.Error as error:
            raise explain(error, str(path)) from error

    def fill(self, other: Database) -> None:
        """Make ``other`` a consistent copy of this database."""
        try:
            self._connection.backup(other._connection)
        except sqlite3.Error as error:
            raise explain(error, other.where) from error


def chunks(values: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Yield the values in lists of at most ``size``."""
    chunk: list[Any] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _clean(values: Sequence[object]) -> tuple[object, ...]:
    """Replace lone surrogates, which UTF-8 cannot hold; hostile mail has them."""
    return tuple(
        value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for value in values
    )
