"""Processes of our own that parse and classify when a large mailbox is read the first time.

Each is a fresh interpreter that reads tasks from its standard input and answers on its
standard output, so it ends by itself when this process does, however that ends, and holds
neither a lock nor a connection.  The frames are pickles between processes of one program;
nothing from outside is ever unpickled.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from mailsense.domain import Message, Verdict
from mailsense.errors import UserError
from mailsense.pipeline.parsing import Inline, Parser, Result, parse_all
from mailsense.ports import Fetched

if TYPE_CHECKING:
    from mailsense.cli.app import App

WORTH = 500
"""New messages in one folder from which on the start of further processes pays."""
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

    def begin(self, task: str, payload: object) -> None:
        """Hand a task over. Raise Lost when the process is gone."""
        try:
            send(self._to, (task, payload))
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
    """As many processes as there are cores, started when the first large folder comes."""

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

    def submit(self, batch: Sequence[Fetched], judge: bool) -> Callable[[], Sequence[Result]]:
        task = "parse and judge" if judge else "parse"
        return self._submit(task, list(batch), Inline().submit(batch, judge))

    def classify(
        self, messages: Sequence[Message], inline: Callable[[Sequence[Message]], Sequence[Verdict]]
    ) -> list[Verdict]:
        """Classify the messages in equal parts on all processes; ``inline`` helps out."""
        size = -(-len(messages) // max(len(self._all), 1))
        parts = [messages[n : n + size] for n in range(0, len(messages), size)]
        waiting = [
            self._submit("classify", list(part), lambda part=part: list(inline(part)))  # type: ignore[misc]
            for part in parts
        ]
        return [verdict for wait in waiting for verdict in wait()]

    def _submit(self, task: str, payload: object, instead: Callable[[], Any]) -> Callable[[], Any]:
        """Begin a task on a free process, ``instead`` here when none is left alive."""
        if not self._free:
            return instead
        worker = self._free.popleft()
        try:
            worker.begin(task, payload)
        except Lost:
            return instead

        def wait() -> Any:
            try:
                answer = worker.result()
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
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    to.write(_LENGTH.pack(len(data)))
    to.write(data)
    to.flush()


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
            task, payload = receive(source)
        except EOFError:
            return
        answer: object
        try:
            answer = _do(app, task, payload)
        except UserError as error:
            answer = error
        send(to, answer)


def _do(app: App, task: str, payload: Any) -> object:
    if task == "classify":
        return app.classifier.classify(payload)
    parsed = parse_all(payload)
    readable = [one for one in parsed if isinstance(one, Message)] if task != "parse" else []
    verdicts = iter(app.classifier.classify(readable))
    return [
        (one, next(verdicts) if readable and isinstance(one, Message) else None) for one in parsed
    ]


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all of us; the parent decides
    serve(sys.stdin.buffer, sys.stdout.buffer)
