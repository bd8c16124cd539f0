"""The IMAP connection underneath: every command on record, no command within a command.

Decides what of the outgoing bytes may be told to a ``trace`` (verbs, folders, UIDs: never
a login, never a literal).  Everything imaplib and IMAPClient send passes ``send``, so the
record is of the wire and not of intentions.  Refuses to know what the commands are for.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Callable
from ssl import SSLContext
from typing import Any

import imapclient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from mailsense.adapters.wire import Place

Trace = Callable[[str], None]
"""Given one command without tag, login and literals: ``EXAMINE "INBOX"``."""


class Recording(imaplib.IMAP4):
    """Tells each command that goes out, and stops one hidden in the argument of another."""

    data_sent = False
    """True once data of the command under way (a literal) began to go out."""

    def __init__(self, *args: Any, trace: Trace | None = None) -> None:
        self._trace = trace
        super().__init__(*args)

    def open(self, *args: Any) -> None:
        """Connect, and send each write at once.

        imaplib writes a literal and its line end apart: with Nagle's algorithm the second
        waits for an acknowledgement that the server delays, 40 ms for each APPEND.
        """
        super().open(*args)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data: Any) -> None:
        """Send. Raise ValueError when an argument holds a line break: it would begin a command.

        CPython's imaplib lets those through.
        """
        prefix: Any = self.tagpre  # bytes, whatever the stubs say
        if re.match(re.escape(prefix) + rb"\d+ ", data):
            line = bytes(data).removesuffix(b"\r\n")
            if re.search(rb"[\r\n\0]", line):
                raise ValueError("a line break has no place in an IMAP command")
            self.data_sent = False
            if self._trace is not None:
                self._trace(told(line))
        elif data != b"\r\n":
            self.data_sent = True
        super().send(data)

    def _log(self, line: str) -> None:
        """Keep nothing: imaplib remembers the last ten lines, the login among them."""


class _RecordingTLS(Recording, IMAP4_TLS):  # type: ignore[misc]
    pass


class _RecordingPlain(Recording, IMAP4WithTimeout):  # type: ignore[misc]
    pass


class Client(imapclient.IMAPClient):  # type: ignore[misc]
    """An IMAPClient whose connection is recorded; aware datetimes, no debug log."""

    def __init__(
        self,
        place: Place,
        *,
        context: SSLContext | None,
        connect: float,
        read: float,
        trace: Trace | None,
    ) -> None:
        self._trace = trace
        wait = imapclient.SocketTimeout(connect, read)
        super().__init__(
            place.host, place.port, ssl=context is not None, ssl_context=context, timeout=wait
        )
        self.normalise_times = False
        # IMAPClient sets 5: each literal would be repr()-ed twice for nobody, 7 times the CPU
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (IMAPClient's name)
        wait = self._timeout.connect
        if self.ssl:
            return _RecordingTLS(self.host, self.port, self.ssl_context, wait, trace=self._trace)
        return _RecordingPlain(self.host, self.port, wait, trace=self._trace)


def told(line: bytes) -> str:
    """Given a command line, return it without its tag, and a login without its arguments."""
    command = line.decode("latin-1").partition(" ")[2]
    verb = command.partition(" ")[0].upper()
    if verb == "LOGIN":
        return verb
    if verb == "AUTHENTICATE":
        return " ".join(command.split()[:2])
    return command
