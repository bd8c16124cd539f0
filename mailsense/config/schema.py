"""The settings as data: every field carries its help, and a sample where one helps.

Secrets are never settings: the file says where they are.  Own code and not pydantic:
reading the settings is part of every command's start, which has half a CPU second in all
(docs/architecture.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

SECRET_KEYS = (
    "password_command",
    "password_env",
    "password_file",
    "password_keyring",
    "token_command",
    "token_env",
    "token_file",
)
"""Where a server's password or OAuth2 token may come from: exactly one of these."""

_SPAN = re.compile(r"(\d{1,4})\s*(day|week|month|year)s?")
_SPAN_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def setting(default: Any, help: str, *, sample: Any = None, choices: Sequence[str] = ()) -> Any:
    """Return a dataclass field with its help text, sample value and choices as metadata."""
    return field(
        default=default, metadata={"help": help, "sample": sample, "choices": tuple(choices)}
    )


def span(text: str) -> timedelta:
    """Given "90 days", "6 weeks" or "3 months" (of 30 days), return it. Raise ValueError if not."""
    match = _SPAN.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError('write a number and days, weeks, months or years, such as "90 days"')
    return timedelta(days=int(match[1]) * _SPAN_DAYS[match[2]])


@dataclass(frozen=True)
class Me:
    """Who the letters are from."""

    name: str = setting("", "Your name, as you sign your letters.", sample="Your Name")
    phone: str = setting("", "Your phone number, for the closing line.", sample="+44 20 7946 0000")
    field: str = setting("", "The field you look for work in.", sample="logistics planning")
    links: tuple[str, ...] = setting(
        (), "Pages to name under a letter.", sample=("https://example.org/portfolio",)
    )
    availability: str = setting(
        "", "When you can usually talk, in your own words.", sample="weekdays after 2 pm"
    )
    timezone: str = setting("UTC", "Your time zone (IANA name).", sample="Europe/London")
    country: str = setting(
        "",
        "Your country (ISO 3166), or a part of it (GB-SCT, DE-BY): its public holidays count.",
        sample="GB",
    )
    partner: str = setting(
        "",
        "Who hears of your week: `mailsense week` drafts them a short summary.",
        sample="Kim Lee <kim@example.org>",
    )


@dataclass(frozen=True)
class Server:
    """One server, and where its password or token is to be had: exactly one such key."""

    host: str = setting("", "Host name of the server.", sample="imap.example.org")
    port: int = setting(
        0, "Port. 0 takes the usual one: 993 or 143 for IMAP, 465 or 587 for SMTP.", sample=993
    )
    security: str = setting(
        "tls",
        "tls (from the first byte), starttls (certificate checked), or plain (no protection at "
        "all: only for a server on this machine).",
        choices=("tls", "starttls", "plain"),
    )
    user: str = setting("", "Login name. Empty takes the account's address.", sample="you")
    password_command: tuple[str, ...] = setting(
        (), "Command that prints the password, as a list.", sample=("pass", "show", "mail")
    )
    password_env: str = setting(
        "", "Environment variable that holds the password.", sample="MAIL_PASSWORD"
    )
    password_file: str = setting(
        "",
        "File with the password; nobody else may read it (mode 0600).",
        sample="~/.mail-password",
    )
    password_keyring: str = setting(
        "", "Service name under which the system keyring has the password.", sample="mail"
    )
    token_command: tuple[str, ...] = setting(
        (),
        "Command that prints an OAuth2 access token, as a list.",
        sample=("oama", "access", "you"),
    )
    token_env: str = setting(
        "", "Environment variable that holds an OAuth2 access token.", sample="MAIL_TOKEN"
    )
    token_file: str = setting(
        "", "File (mode 0600) with an OAuth2 access token.", sample="~/.mail-token"
    )
    ca_file: str = setting(
        "", "Certificate authority to trust beside the system's (PEM).", sample="~/.mail-ca.pem"
    )
    saves_sent: bool = setting(
        False, "smtp only: the provider puts the copy into Sent by itself (Gmail does)."
    )


@dataclass(frozen=True)
class Account:
    """One mailbox of yours. The word after the dot is its name; have as many as you like."""

    name: str = ""
    email: str = setting("", "The address of this account.", sample="you@example.org")
    aliases: tuple[str, ...] = setting(
        (), "Further addresses of yours whose mail lands here.", sample=("jobs@example.org",)
    )
    folders: tuple[str, ...] = setting(
        (),
        "Read these folders instead of all but Trash and Drafts. Sent is always read.",
        sample=("INBOX", "Jobs"),
    )
    sent: str = setting("", "The Sent folder, where the server does not tell.", sample="Sent")
    drafts: str = setting("", "The Drafts folder, where the server does not tell.", sample="Drafts")
    imap: Server = field(default_factory=Server)
    smtp: Server | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of this account, lower-case."""
        return frozenset(a.lower() for a in (self.email, *self.aliases))


@dataclass(frozen=True)
class Sync:
    """What the first reading takes in."""

    since: str = setting(
        "90 days",
        "How far back mail is read. A longer time reads what was left out; nothing is read twice.",
        sample="90 days",
    )

    @property
    def span(self) -> timedelta:
        return span(self.since)


@dataclass(frozen=True)
class Drafts:
    """How drafts are made and where they go."""

    place: str = setting(
        "approved",
        "When a draft is laid into your Drafts folder: once you approved it.",
        choices=("approved",),
    )
    ask: str = setting(
        "both",
        "What a reply to a no after a talk asks for: advice, a referral, or both.",
        choices=("advice", "referral", "both"),
    )


@dataclass(frozen=True)
class Tags:
    """Tags on the server. Not written there by this version: the tags are in mailsense."""

    server: bool = setting(False, "Tags as keywords on the server (only false for now).")


@dataclass(frozen=True)
class Settings:
    """The whole file."""

    me: Me = field(default_factory=Me)
    accounts: tuple[Account, ...] = ()
    sync: Sync = field(default_factory=Sync)
    drafts: Drafts = field(default_factory=Drafts)
    tags: Tags = field(default_factory=Tags)

    @property
    def addresses(self) -> frozenset[str]:
        """Every address of the user's, lower-case."""
        return frozenset().union(*(a.addresses for a in self.accounts))

    def account(self, name: str) -> Account | None:
        """Return the account of that name, if there is one."""
        return next((a for a in self.accounts if a.name == name), None)
