"""A user's world: a home folder, a configuration, a clock that stands still, the command line.

Commands run in this process through the very entry point of the program, with an App
whose clock and random tokens are the test's, on a terminal of 120 columns
whatever the one that runs the tests.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from mailsense.adapters.store import SqliteStore
from mailsense.cli.app import App
from mailsense.cli.main import run
from tests.support.kept import KeptApp, unsynced


@dataclass
class Result:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def __post_init__(self) -> None:
        assert "Traceback" not in self.err


@dataclass
class World:
    """One user with a home folder of their own."""

    home: Path
    now: datetime
    env: dict[str, str] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)
    """Every IMAP verb issued since the last ``verbs.clear()``."""
    _tokens: Any = field(default_factory=lambda: itertools.count(1))

    def configure(self, accounts: Mapping[str, str], *, me: str = "", more: str = "") -> None:
        """Write the settings: account name → the lines of its table."""
        person = me or 'name = "Robin Avery"\nphone = "+44 20 7946 0000"\ncountry = "GB"'
        text = f'[me]\n{person}\ntimezone = "Europe/London"\n'
        for name, lines in accounts.items():
            text += f"\n[accounts.{name}]\n{lines}\n"
        file = self.app().paths.config_file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n{more}", encoding="utf-8")

    def app(self) -> App:
        env = {**self.env, "MAILSENSE_HOME": str(self.home)}
        return KeptApp(
            env,
            clock=lambda: self.now,
            token=lambda: f"{next(self._tokens):032x}",
            trace=self.verbs.append,
        )

    def run(self, *args: str, input: str | bytes = "") -> Result:
        """Run one command to its end, with ``input`` on standard input."""
        raw = input.encode() if isinstance(input, str) else input
        out, err = io.StringIO(), io.StringIO()
        before = sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8")
        try:
            with (
                mock.patch.dict(os.environ, {"COLUMNS": "120"}),
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(err),
            ):
                code = run(list(args), self.app())
        finally:
            sys.stdin = before
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *args: str, input: str | bytes = "") -> Result:
        """Run one command that must succeed."""
        result = self.run(*args, input=input)
        assert result.code == 0, f"{args}: {result.err or result.out}"
        return result

    def json(self, *args: str) -> Any:
        """Run one command with --json and return what it printed."""
        return self.ok(*args, "--json").json

    def store(self) -> SqliteStore:
        return unsynced(SqliteStore.open(self.app().paths.database, now=self.now))
