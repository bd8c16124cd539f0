"""A server that says what the test wants, for what no real server does on demand."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

HANGUP = b"\0hangup"
MUTE = b""

Answer = bytes | Callable[[str], bytes] | Sequence[bytes]
"""What to say to a command; ``TAG`` becomes its tag. Of several each is said once, the last ever.

``HANGUP`` closes the connection (after what stands before it), ``MUTE`` says nothing.  An
answer that begins with ``+`` (334, 354) waits for data, which ``VERB DATA`` answers.
"""

_IMAP: Mapping[str, Answer] = {
    "": b"* OK ready\r\n",
    "?": b"TAG BAD what?\r\n",
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN UIDPLUS\r\nTAG OK done\r\n",
    "AUTHENTICATE": b"+ \r\n",
    "AUTHENTICATE DATA": b"TAG OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n",
    "LOGIN": b"TAG OK [CAPABILITY IMAP4rev1 UIDPLUS] in\r\n",
    "LIST": b'* LIST () "/" INBOX\r\nTAG OK done\r\n',
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 10]\r\nTAG OK done\r\n",
    "SELECT": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 10]\r\nTAG OK done\r\n",
    "UID SEARCH": b"* SEARCH\r\nTAG OK done\r\n",
    "UID FETCH": b"TAG OK done\r\n",
    "APPEND": b"+ go\r\n",
    "APPEND DATA": b"TAG OK [APPENDUID 7 42] done\r\n",
    "NOOP": b"TAG OK done\r\n",
    "LOGOUT": b"* BYE\r\nTAG OK done\r\n",
}
_SMTP: Mapping[str, Answer] = {
    "": b"220 ready\r\n",
    "?": b"500 what?\r\n",
    "EHLO": b"250-hello\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
    "AUTH": b"235 in\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "RSET": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "DATA DATA": b"250 taken\r\n",
    "QUIT": b"221 bye\r\n" + HANGUP,
}
_GO_ON = (b"+", b"334", b"354")


class Scripted:
    """One such server on loopback; ``heard`` holds every line and literal it was sent."""

    def __init__(
        self, answers: Mapping[str, Answer], verb: Callable[[str], tuple[str, str]]
    ) -> None:
        self._answers = dict(answers)
        self._verb = verb
        self._said: dict[str, int] = {}
        self._verbs: list[str] = []
        self.heard: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def heard_verbs(self) -> list[str]:
        """Return the verbs of the commands, without what was data."""
        return list(self._verbs)

    def stop(self) -> None:
        # a connection wakes up the thread that waits for one
        self._running = False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            pass
        self._thread.join(5)
        self._listener.close()

    _running = True

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if not self._running:
                connection.close()
                return
            with connection, connection.makefile("rwb") as file, contextlib.suppress(OSError):
                connection.settimeout(10)
                self._talk(file)

    def _talk(self, file: object) -> None:
        read, readline = file.read, file.readline  # type: ignore[attr-defined]
        going = self._say(file, "", "", "")
        while going is not None:
            line = readline().decode("latin-1").rstrip("\r\n")
            if not line:
                return
            self.heard.append(line)
            tag, verb = self._verb(line)
            self._verbs.append(verb)
            going = self._say(file, verb, tag, line)
            while going is not None and going.startswith(_GO_ON):
                literal = re.search(r"\{(\d+)\}$", line)
                data = read(int(literal[1])) if literal else b""
                data += readline()
                while going.startswith(b"354") and not data.endswith(b"\r\n.\r\n"):
                    data += readline()
                self.heard.append(data.decode("latin-1").rstrip("\r\n"))
                verb, line = (verb if verb.endswith(" DATA") else f"{verb} DATA"), ""
                going = self._say(file, verb, tag, line)

    def _say(self, file: object, verb: str, tag: str, line: str) -> bytes | None:
        answer = self._answers.get(verb, self._answers["?"])
        if callable(answer):
            answer = answer(line)
        if not isinstance(answer, bytes):
            count = self._said.get(verb, 0)
            self._said[verb] = count + 1
            answer = answer[min(count, len(answer) - 1)]
        text, hangup, _ = answer.partition(HANGUP)
        text = text.replace(b"TAG", tag.encode())
        file.write(text)  # type: ignore[attr-defined]
        file.flush()  # type: ignore[attr-defined]
        return None if hangup else text


@contextlib.contextmanager
def scripted_imap(answers: Mapping[str, Answer] | None = None) -> Iterator[Scripted]:
    """Serve IMAP, dull but for ``answers``: by verb, ``""`` is the greeting."""
    server = Scripted({**_IMAP, **(answers or {})}, _imap_verb)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def scripted_smtp(answers: Mapping[str, Answer] | None = None) -> Iterator[Scripted]:
    """Serve SMTP, obliging but for ``answers``: by verb, ``""`` is the greeting."""
    server = Scripted({**_SMTP, **(answers or {})}, lambda line: ("", line.split(" ")[0].upper()))
    try:
        yield server
    finally:
        server.stop()


def _imap_verb(line: str) -> tuple[str, str]:
    tag, _, rest = line.partition(" ")
    words = rest.upper().split() or [""]
    return tag, " ".join(words[:2]) if words[0] == "UID" else words[0]


def fetch_line(uid: int, raw: bytes, *, flags: str = "", size: int | None = None) -> bytes:
    """Return one FETCH answer as servers write it."""
    return (
        (
            f"* {uid} FETCH (UID {uid} FLAGS ({flags}) "
            f'INTERNALDATE "02-Mar-2026 09:30:00 +0000" '
            f"RFC822.SIZE {len(raw) if size is None else size} BODY[]<0> {{{len(raw)}}}\r\n"
        ).encode()
        + raw
        + b")\r\n"
    )
