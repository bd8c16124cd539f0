"""Processes of our own that parse and classify when a large mailbox is read the first time.

Each is a fresh interpreter that reads tasks from its standard input and answers on its
standard output, so it ends by itself when this process does, however that ends, and holds
neither a lock nor a connection.  The frames are pickles between processes of one program;
nothing from outside is ever unpickled.
"""

from __future__ import annotations

import gc
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
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from mailsense.domain import Address, Attachment, Event, Evidence, Facts, Message, Verdict
from mailsense.errors import UserError
from mailsense.pipeline.parsing import Inline, Parser, Result, Wait, judge_all, parse_all
from mailsense.ports import Fetched

WORTH = 500
"""New messages from which on the start of further processes pays."""
MOST = 4
RARELY = 20_000
"""Objects made until Python looks for circles of dead ones. Mail is read into many small values
that hold no circle, so looking after every 700, as it does by itself, takes a tenth of the time."""
_LENGTH = struct.Struct("<Q")


class Lost(Exception):
    """A worker has ended before it answered."""


class Worker:
    """One process, working on one task after the other, in order.

    What goes to it and comes from it passes through two threads that do nothing else, so that
    neither it nor we wait for the other to listen: it begins with the next task at once.
    """

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
        self._tasks: SimpleQueue[memoryview | None] = SimpleQueue()
        self._waiting: deque[SimpleQueue[bytes | None]] = deque()
        self._ended = False
        self._threads = [Thread(target=run, daemon=True) for run in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> int:
        """How many tasks it was handed and has not answered."""
        return len(self._waiting)

    @property
    def ended(self) -> bool:
        return self._ended

    def begin(self, task: object) -> Callable[[], Any]:
        """Hand a task over; calling what is returned waits for the answer.

        That raises Lost when none comes, UserError when it says so.
        """
        data = frame(task)  # first: if this fails, nobody waits for what never comes
        answer: SimpleQueue[bytes | None] = SimpleQueue()
        self._waiting.append(answer)
        self._tasks.put(data)
        if self._ended:  # perhaps before it could see that this one waits too
            self._give_up()
        return lambda: self._result(answer)

    def _result(self, answer: SimpleQueue[bytes | None]) -> Any:
        data = answer.get()
        if data is None:
            raise Lost
        result = pickle.loads(data)  # noqa: S301 (written by our own process a moment ago)
        if isinstance(result, UserError):
            raise result
        return result

    def _write(self) -> None:
        with suppress(OSError):  # it has ended: the other thread sees that too, and tells
            while (task := self._tasks.get()) is not None:
                self._to.write(task)
                self._to.flush()
                del task  # megabytes, which need not wait here for the next
        with suppress(OSError):
            self._to.close()

    def _read(self) -> None:
        try:
            # Beside its end: an answer too large to hold, or one that nobody asked for.
            with suppress(OSError, EOFError, MemoryError, OverflowError, IndexError):
                while True:
                    data = receive(self._from)
                    self._waiting.popleft().put(data)
        finally:
            self._ended = True
            self._give_up()
            self._process.kill()  # it may live on, and wait for us to listen
            self._from.close()

    def _give_up(self) -> None:
        """Tell all who wait that no answer will come."""
        with suppress(IndexError):
            while True:
                self._waiting.popleft().put(None)

    def close(self) -> None:
        """End it, at once: it keeps nothing, and nobody wants its answers any more."""
        self._process.kill()
        self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._process.wait()


@dataclass
class Workers:
    """As many processes as there are cores, started when there is much to read."""

    env: Mapping[str, str]
    count: int = field(default_factory=lambda: min(os.cpu_count() or 1, MOST))
    _all: list[Worker] = field(default_factory=list)
    _often: int = 0
    """Python's own threshold for what it does ``RARELY`` while these work."""

    @property
    def started(self) -> bool:
        return bool(self._all)

    @property
    def depth(self) -> int:
        """For each process a batch and two behind it, while the next is being fetched.

        Some batches take three times as long as others, and results are taken in order.
        """
        return 3 * len(self._all)

    def parser(self, messages: int) -> Parser:
        """Return the parser for so many messages: these processes, or this one for a few."""
        if self.count < 2 or (messages < WORTH and not self.started):
            return Inline()
        if not self.started:
            env = {**self.env, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            self._all = [Worker(env) for _ in range(self.count)]
            self._often, *_ = gc.get_threshold()
            gc.set_threshold(RARELY)
        return self

    def submit(self, batch: Sequence[Fetched], own: Collection[str] | None) -> Wait:
        return self._submit((list(batch), own), Inline().submit(batch, own))

    def _submit(self, task: object, instead: Wait) -> Wait:
        """Begin a task on the least busy process, ``instead`` here when none is left alive."""
        alive = [worker for worker in self._all if not worker.ended]
        if not alive:
            return instead
        answer = min(alive, key=lambda worker: worker.busy).begin(task)

        def wait() -> Sequence[Result]:
            try:
                results: Sequence[Result] = answer()
            except Lost:  # what ended it may end us too: then the ledger tells where to go on
                return instead()
            return results

        return wait

    def close(self) -> None:
        """End the processes."""
        for worker in self._all:
            worker.close()
        if self.started:
            gc.set_threshold(self._often)
        self._all = []


def frame(value: object) -> memoryview:
    """Return a value as it goes through a pipe: the length of its pickle, and that."""
    made = io.BytesIO()
    made.write(_LENGTH.pack(0))
    pickler = pickle.Pickler(made, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _SHORT
    pickler.dump(value)
    whole = made.getbuffer()
    _LENGTH.pack_into(whole, 0, len(whole) - _LENGTH.size)
    return whole


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


def receive(source: BinaryIO) -> bytes:
    """Read the pickle of one frame. Raise EOFError when the other side is gone."""
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = source.read(length)
    if len(data) < length:
        raise EOFError
    return data


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Answer tasks until the input ends."""
    from mailsense.cli.app import App

    gc.set_threshold(RARELY)
    app = App()
    while True:
        try:
            batch, own = pickle.loads(receive(source))  # noqa: S301 (our parent wrote it)
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
        to.write(frame(answer))
        to.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal tells all of us; the parent decides
    serve(sys.stdin.buffer, sys.stdout.buffer)
