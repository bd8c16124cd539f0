"""The demo's servers: quick to fill, true to what they are given, and gone afterwards."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailsense.adapters.imap import connect
from mailsense.demo import servers
from mailsense.demo.servers import FOLDERS, HOST, Letter, deliver, embedded_imap
from mailsense.errors import UserError
from tests.support import embedded

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
        return True
    return False


def gone(port: int) -> bool:
    """Return whether nobody listens any more, soon."""
    deadline = time.monotonic() + 10
    while listening(port) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not listening(port)


def test_sixty_letters_are_laid_into_their_folders_and_the_server_ends(tmp_path: Path) -> None:
    letters = [
        Letter(
            f"Message-ID: <{n}@example.org>\r\n\r\nHello {n}\r\n".encode(),
            AT,
            FOLDERS[n % len(FOLDERS)],
            ("\\Seen",) if n % 2 else (),
        )
        for n in range(60)
    ]
    with embedded_imap(tmp_path) as port:
        deliver(port, letters)
        box = connect(embedded.account(port), embedded.SECRET)
        assert {f.name for f in box.folders()} == set(FOLDERS)
        assert [box.examine(name).exists for name in FOLDERS] == [12] * len(FOLDERS)
        [one] = box.fetch("Sent", box.find("Sent", "1@example.org"), limit=1000)
        box.close()
    assert (one.internaldate, one.flags) == (AT, {"\\seen"})
    assert one.raw == letters[1].raw
    assert gone(port)


def test_two_servers_can_run_at_once(tmp_path: Path) -> None:
    with embedded_imap(tmp_path) as one, embedded_imap(tmp_path) as two:
        assert one != two
        assert listening(one)
        assert listening(two)


def test_an_error_in_the_demo_ends_the_server_too(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), embedded_imap(tmp_path) as port:
        raise KeyboardInterrupt
    assert gone(port)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_server_ends_with_whoever_started_it(tmp_path: Path, how: signal.Signals) -> None:
    code = (
        "import sys, pathlib, time\n"
        "from mailsense.demo.servers import embedded_imap\n"
        f"with embedded_imap(pathlib.Path({str(tmp_path)!r})) as port:\n"
        "    print(port, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as demo:
        assert demo.stdout is not None
        port = int(demo.stdout.readline())
        assert listening(port)
        os.kill(demo.pid, how)
    assert gone(port)


def test_a_server_that_does_not_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_PYMAP", "raise SystemExit(1)")
    with pytest.raises(UserError, match="did not start"), embedded_imap(tmp_path):
        pass
