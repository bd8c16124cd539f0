"""Servers for a trial without a mailbox: pymap for IMAP and aiosmtpd for SMTP, on loopback.

Decides how they start, what the account is called and that nothing of them is left behind,
however the trial ends.  Mail lives in memory and is gone with the server; what is submitted
by SMTP goes nowhere but into ``.eml`` files.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailsense.errors import UserError

HOST = "127.0.0.1"
USER = "you"
PASSWORD = "demo"  # noqa: S105 (of a server that only this machine can reach, for minutes)
FOLDERS = ("INBOX", "Sent", "Drafts", "Archive", "Junk")

_START_TIMEOUT = 20.0
_STOP_TIMEOUT = 5.0

# The server ends with whoever started it, even one that was killed: its input closes then.
# Half a million rounds of hashing, half a second each login, guard a password of no worth.
# From Python 3.13 on the garbage collector takes connections that asyncio refers to weakly.
_PYMAP = """
import gc, os, sys, threading
gc.disable()
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
from pysasl.hashing import BuiltinHash
from pymap.config import IMAPConfig
from pymap.main import main
IMAPConfig._get_hash_context = classmethod(lambda cls, *_: BuiltinHash(rounds=1))
main()
"""


@dataclass(frozen=True)
class Letter:
    """A message to lay into a folder, with its flags and the instant it arrived."""

    raw: bytes
    at: datetime
    folder: str = "INBOX"
    flags: Sequence[str] = ()


@contextlib.contextmanager
def embedded_imap(folder: Path) -> Iterator[int]:
    """Run an IMAP server on loopback with empty ``FOLDERS`` and yield its port.

    ``folder`` takes its log.  Raise ``UserError`` when it does not start.
    """
    port = free_port()
    # a pid file of its own: the usual one would let only one pymap run on a machine
    pid_file = f"mailsense-demo-{os.getpid()}-{port}"
    options = ["--pid-file", pid_file, "--host", HOST, "--port", str(port), "--no-tls"]
    backend = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    with (folder / "imap.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _PYMAP, *options, *backend],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    try:
        _wait_for(port, process)
        deliver(port, (), create=FOLDERS[1:])
        yield port
    finally:
        _end(process)


def deliver(port: int, letters: Iterable[Letter], *, create: Sequence[str] = ()) -> None:
    """Lay letters into the embedded server's folders, in order; ``create`` makes folders."""
    import imapclient

    client = imapclient.IMAPClient(HOST, port, ssl=False, timeout=_START_TIMEOUT)
    try:
        client._imap.debug = 0
        # imaplib writes a literal in two pieces: without this each APPEND waits 40 ms
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(USER, PASSWORD)
        for name in create:
            client.create_folder(name)
        for letter in letters:
            client.append(letter.folder, letter.raw, letter.flags, letter.at)
    finally:
        client.logout()


@contextlib.contextmanager
def smtp_sink(folder: Path) -> Iterator[int]:
    """Run an SMTP server on loopback that keeps all it is given in ``folder``; yield its port.

    Messages become ``0001.eml``, ``0002.eml`` …, the envelope's recipients ``0001.to``.
    Any login is accepted.
    """
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    controller = Controller(
        _Sink(folder),
        hostname=HOST,
        port=free_port(),
        authenticator=lambda *_: AuthResult(success=True),
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


class _Sink:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep one message (aiosmtpd's name for it)."""
        number = next(self._numbers)
        recipients = "".join(f"{address}\n" for address in envelope.rcpt_tos)
        (self._folder / f"{number:04d}.to").write_text(recipients, encoding="utf-8")
        (self._folder / f"{number:04d}.eml").write_bytes(envelope.original_content)
        return "250 OK"


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.02)
    raise UserError(
        'the demo\'s mail server did not start: install it with pip install "mailsense[demo]"'
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        if process.stdin is not None:
            process.stdin.close()
