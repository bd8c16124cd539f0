"""What went wrong with the database, told in one line with the way out.

SQLite's result codes (sqlite.org/rescode.html) become ``StoreError``; what is not listed
keeps SQLite's own words, which name tables and columns but never hold a stored value.
"""

from __future__ import annotations

import sqlite3

from mailsense.errors import StoreError

_WAYS_OUT: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED"),
        "{where} is in use by another program: wait until that one has finished, then try again",
    ),
    (
        ("SQLITE_FULL",),
        "the disk that holds {where} is full: free some space and try again;"
        " what was stored before is kept",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"),
        "{where} cannot be written: make the file and its folder writable for you,"
        " or point MAILSENSE_HOME at a folder that is",
    ),
    (
        ("SQLITE_CANTOPEN",),
        "{where} cannot be opened: make its folder readable and writable for you,"
        " or point MAILSENSE_HOME at a folder that is",
    ),
    (
        ("SQLITE_NOTADB",),
        "{where} is not a database: move that file away and sync again; it was left as it is",
    ),
    (
        ("SQLITE_CORRUPT",),
        "{where} is damaged: move it away and put a backup in its place, or sync again",
    ),
    (
        ("SQLITE_IOERR",),
        "the disk that holds {where} failed to read or write: check the disk and try again",
    ),
)


def explain(error: sqlite3.Error, where: str) -> StoreError:
    """Given SQLite's error and the database's name, return the error for people."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for names, told in _WAYS_OUT:
        if name.startswith(names):
            return StoreError(told.format(where=where))
    return StoreError(f"{where}: the database refused what was asked of it ({error})")


def refused(error: OSError, where: str) -> StoreError:
    """Given the operating system's error about a file, return the error for people."""
    why = error.strerror or type(error).__name__
    return StoreError(
        f"{where} cannot be opened ({why}): make its folder writable for you,"
        " or point MAILSENSE_HOME at a folder that is"
    )
