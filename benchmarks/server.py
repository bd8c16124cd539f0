"""A private Dovecot with a mailbox filled from a seed.

The messages are written as Maildir files, which is a hundred times faster than APPEND; the
server then indexes them.  The server is the one that the tests run against.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.mailbox import messages
from tests.support.dovecot import BINARY, PASSWORD, Dovecot
from tests.support.tls import Authority

__all__ = ["BINARY", "PASSWORD", "USER", "Filled", "filled"]

USER = "benchmark"


@dataclass(frozen=True)
class Filled:
    """The server's port, and what lies in the mailbox of ``USER``."""

    port: int
    count: int
    size: int


@contextmanager
def filled(n: int, seed: int, now: datetime) -> Iterator[Filled]:
    """Start a server with a mailbox of ``n`` messages; all is removed in the end."""
    with tempfile.TemporaryDirectory(prefix="first-sync-mail-") as folder:
        base = Path(folder)
        base.chmod(0o755)
        maildir = base / USER / "Maildir"
        size = _write(maildir, n, seed, now)
        if os.geteuid() == 0:
            for path in (base / USER, *(base / USER).rglob("*")):
                shutil.chown(path, "mail", "mail")
        (base / "authority").mkdir()
        dovecot = Dovecot(
            Authority(base / "authority"), extra=f"mail_location = maildir:{base}/%u/Maildir"
        )
        try:
            dovecot.start()
            _index(dovecot)
            yield Filled(dovecot.port, n, size)
        finally:
            dovecot.stop()


def _write(maildir: Path, n: int, seed: int, now: datetime) -> int:
    """Write the messages as Maildir++ files, named as Dovecot names them; return their bytes."""
    made: dict[str, Path] = {}
    total = 0
    for number, (folder, raw, at) in enumerate(messages(n, seed, now)):
        if folder not in made:
            home = maildir if folder == "INBOX" else maildir / f".{folder}"
            for part in ("cur", "new", "tmp"):
                (home / part).mkdir(parents=True)
            made[folder] = home / "cur"
        stored = raw.replace(b"\r\n", b"\n")
        instant = int(at.timestamp())
        name = f"{instant}.M{number}P1.local,S={len(stored)},W={len(raw)}:2,S"
        path = made[folder] / name
        path.write_bytes(stored)
        os.utime(path, (instant, instant))
        total += len(raw)
    return total


def _index(dovecot: Dovecot) -> None:
    """Let the server read its folders once, so that no tool pays for the server's start."""
    with dovecot.client(USER) as client:
        for _, _, name in client.list_folders():
            client.select_folder(name, readonly=True)
            uids = client.search("ALL")
            for start in range(0, len(uids), 2_000):
                client.fetch(uids[start : start + 2_000], ["RFC822.SIZE", "INTERNALDATE"])
