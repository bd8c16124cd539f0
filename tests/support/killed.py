"""Run commands in a process that kills itself (SIGKILL) at one chosen step.

Each request on standard input is a JSON object: ``home``, ``instant``, ``fatal`` (the step),
``commands``.  The steps are counted over everything that is stored or written to a server:
before and after each commit of the database, and after each APPEND before its answer is
known.  Step 0 never kills.
"""

from __future__ import annotations

import itertools
import json
import os
import shlex
import signal
import sys
from datetime import datetime
from typing import Any

from mailsense.adapters.append import ImapDraftFolder
from mailsense.adapters.store import SqliteStore
from mailsense.cli.app import App
from mailsense.cli.main import run


class Steps:
    """Counts steps and kills the process at the chosen one."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.taken = 0

    def step(self, *_: object) -> None:
        self.taken += 1
        if self.taken == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def install(self) -> None:
        """Hook into every store that is opened and every draft that is written."""
        opened = SqliteStore.open
        appended = ImapDraftFolder.append

        def open_hooked(*args: Any, **kwargs: Any) -> SqliteStore:
            store = opened(*args, **kwargs)
            store.on_begin = self.step
            store.on_commit = self.step
            return store

        def append_hooked(*args: Any, **kwargs: Any) -> int | None:
            uid = appended(*args, **kwargs)
            self.step()
            return uid

        SqliteStore.open = staticmethod(open_hooked)  # type: ignore[method-assign, assignment]
        ImapDraftFolder.append = append_hooked  # type: ignore[method-assign]


def work(home: str, instant: str, fatal: int, commands: list[str]) -> int:
    """Run the commands in this process; return how many steps they took."""
    steps = Steps(fatal)
    steps.install()
    now = datetime.fromisoformat(instant)
    tokens = itertools.count(1)
    for command in commands:
        app = App(
            {**os.environ, "MAILSENSE_HOME": home},
            clock=lambda: now,
            token=lambda: f"{os.getpid():08x}{next(tokens):024x}",
        )
        code = run(shlex.split(command), app)
        if code:
            os._exit(code)
    return steps.taken


def serve() -> None:
    """Answer each request line with a line: a child's exit status, and the steps it took.

    Children are forked from a process that has everything imported, which makes a round a
    quarter as long as a new interpreter would.
    """
    import mailsense.adapters.imap
    import mailsense.classify.model
    import mailsense.pipeline.decide  # noqa: F401

    for line in sys.stdin:
        request = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            taken = work(**request)
            os.write(writer, str(taken).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        taken = os.read(reader, 32).decode()
        os.close(reader)
        print(json.dumps([os.waitstatus_to_exitcode(status), int(taken or 0)]), flush=True)


if __name__ == "__main__":
    serve()
