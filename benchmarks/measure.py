"""What one process costs: time, memory, and what it says and hears over the wire.

Decides how it is measured.  Each process is started and waited for by a bare interpreter,
because Linux counts the size of the process that forks into the peak memory of the one it
starts: no peak below that interpreter's own (about 10 MB) can be seen.  Refuses to know
what is measured.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

_LAUNCHER = """
import os, sys, time
out, *command = sys.argv[1:]

def family(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            yield int(file.read().split()[1])
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = file.read().split()
    except OSError:
        return
    for one in children:
        yield from family(one)

began = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
most = 0
while True:
    ended, status, used = os.wait4(child, os.WNOHANG)
    if ended:
        break
    most = max(most, sum(family(child)))
    time.sleep(0.02)
wall = time.monotonic() - began
kilobytes = max(used.ru_maxrss, most * os.sysconf("SC_PAGE_SIZE") // 1024)
with open(out, "w") as file:
    cpu = used.ru_utime + used.ru_stime
    print(wall, cpu, kilobytes, os.waitstatus_to_exitcode(status), file=file)
"""
_COMMAND = re.compile(rb"([A-Z0-9.]{1,20}) ((?:UID )?[A-Z]+)(?: |\r?$)", re.IGNORECASE)
"""A tagged command as a client writes it: ``A1 UID FETCH ...``, not ``+ idling``."""


class Failed(Exception):
    """The process that was to be measured ended with an error."""


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system, with those of its own children."""
    rss: float
    """Largest resident memory, in MB of a million bytes, its own children's added up."""
    output: str = ""


def middle(costs: Sequence[Cost]) -> Cost:
    """Given several runs of one thing, return the median of each figure."""
    return Cost(
        wall=median(c.wall for c in costs),
        cpu=median(c.cpu for c in costs),
        rss=median(c.rss for c in costs),
        output=costs[-1].output,
    )


def run(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Cost:
    """Run a command to its end in ``folder`` and return its cost. Raise Failed if it fails."""
    with tempfile.TemporaryDirectory(prefix="cost-") as kept:
        figures, out, err = (Path(kept) / name for name in ("figures", "out", "err"))
        with out.open("wb") as said, err.open("wb") as complained:
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(figures), *command],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complained,
                env=dict(env),
                cwd=folder,
                check=True,
            )
        wall, cpu, kilobytes, status = map(float, figures.read_text().split())
        if status:
            told = err.read_text(errors="replace")[-2000:].strip()
            raise Failed(f"{' '.join(command)} ended with status {status:.0f}\n{told}")
        output = out.read_text(errors="replace")
    return Cost(wall=wall, cpu=cpu, rss=kilobytes * 1024 / 1e6, output=output)


@dataclass
class Traffic:
    """What went over the wire, counted while it is passed on."""

    received: int = 0
    """Bytes from the server."""
    sent: int = 0
    """Bytes from the client."""
    connections: int = 0
    verbs: Counter[str] = field(default_factory=Counter)

    @property
    def commands(self) -> int:
        return sum(self.verbs.values())


class _Lines:
    """Counts the commands in what a client writes, however it is cut into pieces."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if match := _COMMAND.match(line):
                self._traffic.verbs[match[2].decode().upper()] += 1


@contextmanager
def proxy(port: int) -> Iterator[tuple[int, Traffic]]:
    """Listen on loopback and pass everything on to ``port``: yield the new port and the count.

    The count is complete when the client has ended.
    """
    traffic = Traffic()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, traffic), daemon=True).start()
        yield listener.getsockname()[1], traffic
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, port: int, traffic: Traffic) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", port))
        traffic.connections += 1
        for start in (_upwards, _downwards):
            threading.Thread(target=start, args=(client, server, traffic), daemon=True).start()


def _upwards(client: socket.socket, server: socket.socket, traffic: Traffic) -> None:
    lines = _Lines(traffic)
    with client, suppress(OSError):
        while data := client.recv(65_536):
            traffic.sent += len(data)
            lines.feed(data)
            server.sendall(data)
    with suppress(OSError):
        server.shutdown(socket.SHUT_WR)


def _downwards(client: socket.socket, server: socket.socket, traffic: Traffic) -> None:
    with server, suppress(OSError):
        while data := server.recv(262_144):
            traffic.received += len(data)
            client.sendall(data)
    # closing alone would tell the client nothing while the other thread still reads from it
    with suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
