"""Processes of our own that parse and classify when a large mailbox is read the first time.

Each is a fresh interpreter that reads tasks from its standard input and answers on its
standard output, so it ends by itself when this process does, however that ends, and holds
neither a lock nor a connection.  The frames are pickles between processes of one program;
nothing from outside is ever unpickled.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, BinaryIO

from mailsense.domain import Address, Attachment, Event, Evidence, Facts, Message, Verdict
from mailsense.errors import UserError
from mailsense.pipeline.parsing import Inline, Parser, Result, Wait, judge_all, parse_all
from mailsense.ports import Fetched

WORTH = 500
"""New messages from which on the start of further processes pays."""
MOST = 4
_LENGTH = struct.Struct("<Q")


class Lost(Exception):
    """A worker has ended before it answered."""


class Worker:
    """One process. It works on one task at a time; results come in order."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mailsense.cli.workers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(env),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: BinaryIO = self._process.stdin  # type: ignore[assignment]
        self._from: BinaryIO = self._process.stdout  # type: ignore[assignment]

    def begin(self, task: object) -> None:
        """Hand a task over. Raise Lost when the process is gone."""
        try:
            send(self._to, task)
        except OSError as error:
            raise Lost from error

    def result(self) -> Any:
        """Wait for the answer. Raise Lost when none comes, UserError when it says so."""
        try:
            answer = receive(self._from)
        except (OSError, EOFError) as error:
            raise Lost from error
        if isinstance(answer, UserError):
            raise answer
        return answer

    def close(self) -> None:
        with suppress(OSError):  # it has ended already
            self._to.close()
        self._from.close()
        self._process.wait()


@dataclass
class Workers:
    """As many processes as there are cores, started when there is much to read."""

    env: Mapping[str, str]
    count: int = field(default_factory=lambda: min(os.cpu_count() or 1, MOST))
    _all: list[Worker] = field(default_factory=list)
    _free: deque[Worker] = field(default_factory=deque)

    @property
    def started(self) -> bool:
        return bool(self._all)

    @property
    def depth(self) -> int:
        """One batch for each process while the next is being fetched."""
        return len(self._all)

    def parser(self, messages: int) -> Parser:
        """Return the parser for so many messages: these processes, or this one for a few."""
        if self.count < 2 or (messages < WORTH and not self.started):
            return Inline()
        if not self.started:
            env = {**self.env, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            self._all = [Worker(env) for _ in range(self.count)]
            self._free = deque(self._all)
        return self

    def submit(self, batch: Sequence[Fetched], own: Collection[str] | None) -> Wait:
        return self._submit((list(batch), own), Inline().submit(batch, own))

    def _submit(self, task: object, instead: Wait) -> Wait:
        """Begin a task on a free process, ``instead`` here when none is left alive."""
        if not self._free:
            return instead
        worker = self._free.popleft()
        try:
            worker.begin(task)
        except Lost:
            return instead

        def wait() -> Sequence[Result]:
            try:
                answer: Sequence[Result] = worker.result()
            except Lost:  # what ended it may end us too, but then only one batch is tried again
                return instead()
            finally:
                self._free.append(worker)
            return answer

        return wait

    def close(self) -> None:
        """End the processes."""
        for worker in self._all:
            worker.close()
        self._all, self._free = [], deque()


def send(to: BinaryIO, value: object) -> None:
    """Write one frame: its length and its pickle."""
    frame = io.BytesIO()
    pickler = pickle.Pickler(frame, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _SHORT
    pickler.dump(value)
    to.write(_LENGTH.pack(frame.tell()))
    to.write(frame.getbuffer())
    to.flush()


def _values(kind: type) -> Callable[[Any], tuple[type, tuple[Any, ...]]]:
    """Return how an object of a dataclass is told: by what its constructor takes.

    What dataclasses with slots do by themselves asks for their fields each time, and costs
    several times as much.
    """
    names = [f.name for f in fields(kind)]
    return lambda value: (kind, tuple([getattr(value, name) for name in names]))


_SHORT: Mapping[type, Callable[[Any], Any]] = {
    kind: _values(kind)
    for kind in (Message, Address, Facts, Attachment, Event, Verdict, Evidence, Fetched)
}


def receive(source: BinaryIO) -> Any:
    """Read one frame. Raise EOFError when the other side is gone."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 (written by our own process a moment ago)


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Answer tasks until the input ends."""
    from mailsense.cli.app import App

    app = App()
    while True:
        try:
            batch, own = receive(source)
        except EOFError:
            return
        answer: object
        try:
            if own is None:
                answer = parse_all(batch, None)
            else:
                answer = judge_all(batch, own, app.classifier.classify)
        except UserError as error:
            answer = error
        send(to, answer)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all of us; the parent decides
    serve(sys.stdin.buffer, sys.stdout.buffer)
