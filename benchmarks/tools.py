"""The programs that are compared, each with a configuration of its own.

mbsync pulls the folders that mailsense reads, all but Drafts and Trash, into a Maildir,
without syncing the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Cost, run
from benchmarks.server import PASSWORD, USER

_CONFIG = """\
[me]
name = "Robin Avery"
timezone = "Europe/London"
country = "GB"

[accounts.main]
email = "robin.avery@mailbox.example"
imap = {{ host = "127.0.0.1", port = {port}, security = "plain", user = "{user}", \
password_env = "BENCHMARK_PASSWORD" }}
"""
_MBSYNC = """\
FSync no
SyncState *

IMAPAccount benchmark
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore server
Account benchmark

MaildirStore copy
Path {target}/mail/
Inbox {target}/mail/INBOX
SubFolders Verbatim

Channel benchmark
Far :server:
Near :copy:
Patterns * !Drafts !Trash
Create Near
Sync Pull
"""


@dataclass(frozen=True)
class Tool:
    """One program that reads mailboxes: how it is set up, started and checked."""

    name: str
    command: Callable[[Path], Sequence[str]]
    """Given the folder of its own, returns what to run."""
    configure: Callable[[Path, int], None]
    """Given that folder and the port of the server, writes its configuration."""
    seen: Callable[[Path, str], int]
    """Given that folder and what it printed, returns how many messages were taken in."""
    env: Mapping[str, str] = field(default_factory=dict)

    def sync(self, home: Path, port: int) -> Cost:
        """Run it once and return the cost. Raise Failed if it fails."""
        self.configure(home, port)
        own = {"MAILSENSE_HOME": str(home), "BENCHMARK_PASSWORD": PASSWORD}
        env = {**os.environ, **own, **self.env}
        return run(self.command(home), env, home)


def mailsense(program: Sequence[str]) -> Tool:
    """Given how mailsense is started, return it as a tool.

    It may keep its bytecode, as an installed program does: a checkout that is told to write
    none would be measured compiling itself each time.
    """

    def configure(home: Path, port: int) -> None:
        (home / "config").mkdir(exist_ok=True)
        config = _CONFIG.format(port=port, user=USER)
        (home / "config" / "config.toml").write_text(config)

    def seen(home: Path, output: str) -> int:
        account = json.loads(output)["accounts"]["main"]
        return int(sum(account["outcomes"].values()))

    env = {"PYTHONDONTWRITEBYTECODE": ""}
    return Tool("mailsense", lambda home: [*program, "sync", "--json"], configure, seen, env)


def mbsync() -> Tool:
    """Return mbsync as a tool: it pulls the same folders into a Maildir."""

    def configure(home: Path, port: int) -> None:
        (home / "mail").mkdir(exist_ok=True)
        config = home / "mbsyncrc"
        config.touch(0o600)
        config.write_text(_MBSYNC.format(port=port, user=USER, password=PASSWORD, target=home))

    def seen(home: Path, output: str) -> int:
        return sum(1 for kept in ("cur", "new") for _ in home.glob(f"mail/*/{kept}/*"))

    return Tool("mbsync", lambda home: ["mbsync", "-c", f"{home}/mbsyncrc", "-a"], configure, seen)
