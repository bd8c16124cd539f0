"""A program in a pseudo-terminal, driven by keys and read by what stands on its screen.

The terminal is a VT52, the smallest that full-screen programs can draw on: one way to move
the cursor and two to clear, so that all of it is emulated here and a test reads the screen
as a person would, not a stream of fragments.  Nothing sleeps: a test waits for what must
appear, and fails with the screen when it does not come.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROWS, COLUMNS = 24, 80
PATIENCE = 30.0
"""Seconds until what does not come is a failure: a loaded machine is slow."""

_SEQUENCE = re.compile(r"\x1b(?:Y([ -7])([ -o])|([^Y]))|([^\x1b])", re.DOTALL)


class Screen:
    """What a VT52 shows after all that was written to it."""

    def __init__(self) -> None:
        self._cells = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    @property
    def lines(self) -> list[str]:
        return ["".join(cells).rstrip() for cells in self._cells]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def feed(self, data: bytes) -> None:
        """Draw it. A sequence or character that is cut in two waits for its second half."""
        written = self._rest + self._decoder.decode(data)
        at = 0
        while match := _SEQUENCE.match(written, at):
            at = match.end()
            row, column, command, character = match.groups()
            if row:
                self._row, self._column = ord(row) - 32, ord(column) - 32
            elif command:
                self._command(command)
            else:
                self._character(character)
        self._rest = written[at:]

    def _command(self, letter: str) -> None:
        if letter == "H":
            self._row = self._column = 0
        elif letter in "JK":
            self._cells[self._row][self._column :] = [" "] * (COLUMNS - self._column)
            if letter == "J":
                for cells in self._cells[self._row + 1 :]:
                    cells[:] = [" "] * COLUMNS
        elif letter == "I" and self._row == 0:
            self._cells = [[" "] * COLUMNS, *self._cells[:-1]]
        elif letter in "ABCDI":
            down, right = {"A": (-1, 0), "B": (1, 0), "C": (0, 1)}.get(
                letter, (0, -1) if letter == "D" else (-1, 0)
            )
            self._row = min(max(self._row + down, 0), ROWS - 1)
            self._column = min(max(self._column + right, 0), COLUMNS - 1)

    def _character(self, one: str) -> None:
        if one == "\r":
            self._column = 0
        elif one == "\b":
            self._column = max(self._column - 1, 0)
        elif one == "\t":
            self._column = min(self._column // 8 * 8 + 8, COLUMNS - 1)
        elif one == "\n" and self._row == ROWS - 1:
            self._cells = [*self._cells[1:], [" "] * COLUMNS]
        elif one == "\n":
            self._row += 1
        elif one >= " ":
            self._cells[self._row][self._column] = one
            self._column = min(self._column + 1, COLUMNS - 1)


class Terminal:
    """One program on a terminal of its own. ``close`` ends it, whatever it does."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> None:
        self.screen = Screen()
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**env, "TERM": "vt52"},
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)

    def press(self, keys: str) -> None:
        """Type these keys; ``\\n`` is Enter."""
        os.write(self._master, keys.replace("\n", "\r").encode())

    def wait(self, *texts: str) -> str:
        """Wait until all of these stand on the screen together, and return the screen."""
        deadline = time.monotonic() + PATIENCE
        while not all(text in self.screen.text for text in texts):
            if not self._draw(deadline - time.monotonic()):
                raise AssertionError(f"no {' and '.join(map(repr, texts))} on:\n{self.screen.text}")
        return self.screen.text

    def wait_end(self) -> int:
        """Wait until the program has ended by itself, and return its exit status."""
        deadline = time.monotonic() + PATIENCE
        while self._draw(deadline - time.monotonic()):
            pass
        try:
            return self._process.wait(max(deadline - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"did not end:\n{self.screen.text}") from None

    def close(self) -> None:
        """End the program if it still runs."""
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def _draw(self, seconds: float) -> bool:
        """Draw what the program writes next; return False when nothing came in time."""
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return False
        with contextlib.suppress(OSError):  # Linux says EIO when the program has ended
            data = os.read(self._master, 65_536)
            self.screen.feed(data)
            return bool(data)
        return False


def _take_terminal() -> None:
    """Make standard input the terminal that /dev/tty is; it also hangs up with the tests."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
