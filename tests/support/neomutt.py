"""NeoMutt as the user's mail client: it recalls, edits, sends and postpones on its own.

It runs on a terminal of its own with settings of its own: drafts and sent mail on the
test's IMAP server, SMTP to a sink on loopback, and an editor that changes what it is told.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dovecot import PASSWORD
from tests.support.mailboxes import Mailbox
from tests.support.terminal import Terminal

BINARY = shutil.which("neomutt")

_SETTINGS = """
set folder = "imap://{user}@127.0.0.1:{imap}/"
set imap_user = "{user}"
set imap_pass = "{password}"
set ssl_starttls = no
set ssl_force_tls = no
set spoolfile = "+INBOX"
set postponed = "+Drafts"
set record = "+Sent"
set smtp_url = "smtp://127.0.0.1:{smtp}"
set from = "{address}"
set realname = "Robin Avery"
set editor = "{editor}"
set edit_headers = yes
set include = yes
set fast_reply = yes
set recall = no
set mark_old = no
set confirmappend = no
set quit = yes
set sleep_time = 0
set crypt_use_gpgme = no
set sort = threads
set hide_thread_subject = no
set ascii_chars = yes
set index_format = "%f %s"
"""

_EDITOR = """
import json, pathlib, sys
here, letter = pathlib.Path(sys.argv[0]).parent, pathlib.Path(sys.argv[1])
text = letter.read_text("utf-8")
(here / "shown").write_text(text, "utf-8")
if (here / "change").exists():
    old, new = json.loads((here / "change").read_text("utf-8"))
    assert old in text
    letter.write_text(text.replace(old, new, 1), "utf-8")
    (here / "change").unlink()
"""


class Neomutt:
    """One running NeoMutt. Each method returns when the screen shows that it is done."""

    def __init__(self, box: Mailbox, folder: Path, smtp: int) -> None:
        self._folder = folder
        self._commands = 0
        folder.mkdir(exist_ok=True)
        editor = folder / "editor"
        editor.write_text(_EDITOR, encoding="utf-8")
        settings = folder / "neomuttrc"
        settings.write_text(
            _SETTINGS.format(
                user=box.user,
                imap=box.server.port,
                password=PASSWORD,
                smtp=smtp,
                address=box.address,
                editor=f"'{sys.executable}' -IS '{editor}'",
            ),
            encoding="utf-8",
        )
        self._terminal = Terminal(
            [BINARY or "neomutt", "-n", "-F", str(settings)],
            env={
                "HOME": str(folder),
                "TMPDIR": str(folder),
                "PATH": os.environ["PATH"],
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
            },
            cwd=folder,
        )
        self.index()

    @property
    def shown(self) -> str:
        """What the editor was given last: header fields, a blank line, the text."""
        return (self._folder / "shown").read_text(encoding="utf-8")

    def will_change(self, old: str, new: str) -> None:
        """Let the user, at the next editing, put ``new`` in the place of ``old``."""
        (self._folder / "change").write_text(json.dumps([old, new]), encoding="utf-8")

    def index(self) -> list[str]:
        """Return the lines of the list of messages that is open."""
        lines = self._terminal.wait("Msgs:").splitlines()
        return [line.rstrip() for line in lines[1:] if line and "Msgs:" not in line]

    def open(self, folder: str) -> list[str]:
        """Change to another folder and return its list of messages."""
        self._terminal.press("c")
        self._terminal.wait("Open mailbox")
        self._terminal.press(f"\x15={folder}\n")
        self._terminal.wait(f"+{folder} [Msgs:")
        return self.index()

    def copy_to(self, folder: str) -> None:
        """Copy the message under the cursor into another folder."""
        self._terminal.press("C")
        self._terminal.wait("Copy to mailbox")
        self._terminal.press(f"\x15={folder}\n")
        self._settle()

    def recall(self) -> str:
        """Take the one draft out of Drafts, edit it, and return the screen before sending."""
        return self._compose("R")

    def reply(self, sender: str) -> str:
        """Answer the next message of that sender, and return the screen before sending."""
        self._terminal.press("/")
        self._terminal.wait("Search for")
        self._terminal.press(f"\x15~f {sender}\n")
        return self._compose("r")

    def _compose(self, key: str) -> str:
        self._terminal.press(key)
        return self._terminal.wait("NeoMutt: Compose", "Subject: Re:")

    def send(self) -> None:
        """Send what is being composed."""
        self._terminal.press("y")
        self._settle()

    def postpone(self, to: str = "Drafts") -> None:
        """Put what is being composed into that folder, to go on later."""
        self._terminal.press(f":set postponed=+{to}\nP")
        self._settle()

    def _settle(self) -> None:
        """Wait until the list is back and a key is heard again: what went before is done."""
        self._terminal.wait("Msgs:")
        self._commands += 1
        # the quote stands in what is typed, and not in what is answered
        self._terminal.press(f':echo "heard "{self._commands}.\n')
        self._terminal.wait(f"heard {self._commands}.")

    def quit(self) -> None:
        """Leave from the list of messages; all that was changed is then on the server."""
        self._terminal.press("q")
        assert self._terminal.wait_end() == 0

    def close(self) -> None:
        self._terminal.close()


@contextlib.contextmanager
def neomutt(box: Mailbox, folder: Path, smtp: int) -> Iterator[Neomutt]:
    """Run NeoMutt on a user's mailbox, its INBOX open; quit it in the end."""
    running = Neomutt(box, folder, smtp)
    try:
        yield running
        running.quit()
    finally:
        running.close()


def need_neomutt() -> None:
    """Skip without NeoMutt, or fail where the run is meant to have one."""
    if BINARY is None:
        message = "neomutt is not installed"
        if os.environ.get("MAILSENSE_REQUIRE_DOVECOT") == "1":
            pytest.fail(message)
        pytest.skip(message)
