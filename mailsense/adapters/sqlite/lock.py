"""One writer at a time: an advisory lock on a file beside the database.

SQLite keeps single writes apart; this keeps whole runs apart, so that two syncs never read
the same folder or place the same draft at once.  flock(2) goes with its process: a crash
leaves no stale lock, only a note of who held it last.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailsense.adapters.sqlite.problems import refused
from mailsense.errors import StoreError

_NOTE = 200


def lock_of(path: Path) -> Path:
    """Return the lock file of the database ``path``."""
    return path.with_name(f"{path.name}.lock")


@contextmanager
def held(path: Path, name: str) -> Iterator[None]:
    """Hold the lock file ``path`` for the command ``name``.

    Raise StoreError, naming the command and process that hold it, when another does.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused(error, str(path)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(
                f"{_holder(handle)} is at work on the same mailbox data:"
                " wait until it has finished, or stop it, then try again"
            ) from error
        except OSError as error:
            raise refused(error, str(path)) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{name} {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    name, _, process = os.pread(handle, _NOTE, 0).decode("utf-8", "replace").rpartition(" ")
    if not (name and process.isdigit()):
        return "another mailsense"
    return f"mailsense {name} (process {process})"
