"""Mailboxes on a real Dovecot for whole-program tests: an account, its mail, its world."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.world import World

ME = "Robin Avery <robin@me.example>"
NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
"""A Wednesday, late morning, in London."""
_USERS = itertools.count(1)

NO_AFTER_INTERVIEW = """\
Dear Robin,

Thank you again for coming in to talk with us about the Planning Analyst role. We enjoyed meeting
you. After careful thought we have decided to go with another candidate, whose experience is a
little closer to what we need this year.

I am sorry to bring you this news, and I wish you all the best.

Kind regards,
Anna Field
Head of Planning, Harbour Freight
"""


@dataclass
class Mailbox:
    """One user of the server."""

    server: Dovecot
    user: str
    address: str = "robin@me.example"
    smtp: str = ""

    def lines(self, more: str = "") -> str:
        """Return the account's table for the settings."""
        return (
            f'email = "{self.address}"\n{more}\n'
            f'imap = {{ host = "127.0.0.1", port = {self.server.port}, security = "plain", '
            f'user = "{self.user}", password_command = ["printf", "%s", "{PASSWORD}"] }}\n'
        )

    def put(self, *raws: bytes, folder: str = "INBOX", flags: Sequence[str] = ()) -> None:
        self.server.deliver_all(self.user, raws, folder, flags, NOW - timedelta(days=1))

    def drafts(self) -> list[bytes]:
        return [one.raw for one in self.server.stored(self.user, "Drafts").values()]


def mailbox(server: Dovecot) -> Mailbox:
    """Return a new, empty mailbox; each test has its own."""
    return Mailbox(server, f"user{next(_USERS)}")


def world(home: Path, **accounts: Mailbox) -> World:
    """Return the world of a user with these mailboxes, configured."""
    made = World(home, NOW)
    made.configure({name: box.lines() for name, box in accounts.items()})
    return made


def letter(
    body: str = NO_AFTER_INTERVIEW,
    *,
    sender: str = "Anna Field <anna.field@harbourfreight.example>",
    to: str = ME,
    subject: str = "Your application for Planning Analyst",
    days: float = 3,
    id: str = "",
    answers: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """Return one message, ``days`` old; ``answers`` are the ids of the thread so far."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(NOW - timedelta(days=days))
    number = next(_USERS)
    message["Message-ID"] = f"<{id or f'm{number}'}@{sender.rpartition('@')[2].rstrip('>')}>"
    if answers:
        message["In-Reply-To"] = f"<{answers[-1]}>"
        message["References"] = " ".join(f"<{one}>" for one in answers)
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(body)
    return message.as_bytes()
