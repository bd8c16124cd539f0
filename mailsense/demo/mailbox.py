"""The sample mailbox: conversations as readable TOML, made into mail relative to today.

One ``[[conversation]]`` holds ``about`` (what it shows), ``drafts`` (the plan kind and the
addressee of each letter that should come of it; none when absent) and its ``mail`` in
order.  One mail has ``days`` (so many days ago) and ``time``, ``from`` or ``to`` (the user
is the other side), ``subject``, ``body``, and of incoming mail the ``kind`` it should be
told as, of a no the ``reason``.  Where wanted: ``folder``, ``headers``, ``html`` (the body
is HTML), ``calendar`` (an iCalendar part; ``{day}`` is two days ahead of today),
``report`` (the delivery status of a bounce), ``reply`` (the number, from 0, of the mail in
this conversation that it answers; -1 for none) and ``answered``.

Mail falls on working days: on a weekend, the Friday before.  In subject and body ``{+4}``
is the day four days after the mail ("Thursday 3 December") and ``{weekday +4}`` its name
alone; ``{-1}`` is the day before.  They too fall on working days.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

ME = "Robin Avery <robin.avery@mailbox.example>"
CONVERSATIONS = Path(__file__).with_name("conversations.toml")

_DAY = re.compile(r"\{(?P<name>weekday )?(?P<shift>[+-]\d{1,2})\}")
"""Is: "{+4}", "{-1}", "{weekday +4}".  Is not: "{day}", "{4}", "{ +4 }"."""


@dataclass(frozen=True)
class Sample:
    """One message to deliver: where, with what flags, received when.

    ``kind`` and ``reason`` are what it should be told as; "" of the user's own mail.
    """

    folder: str
    raw: bytes
    flags: tuple[str, ...]
    at: datetime
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Conversation:
    """What it shows, its mail in order, and the letters that should come of it."""

    about: str
    samples: tuple[Sample, ...]
    drafts: tuple[str, ...] = ()


def samples(now: datetime, path: Path = CONVERSATIONS) -> Iterator[Sample]:
    """Given now in the user's zone, yield the mailbox, oldest first.

    Raise ValueError with the conversation's name when one is not well-formed.
    """
    made = [sample for one in conversations(now, path) for sample in one.samples]
    yield from sorted(made, key=lambda sample: sample.at)


def conversations(now: datetime, path: Path = CONVERSATIONS) -> Iterator[Conversation]:
    """Given now in the user's zone, yield the conversations as the file has them.

    Raise ValueError with the conversation's name when one is not well-formed.
    """
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for number, one in enumerate(data["conversation"]):
        try:
            mails = _mails(number, one["mail"], now)
            yield Conversation(one["about"], tuple(mails), tuple(one.get("drafts", ())))
        except (KeyError, ValueError, IndexError) as error:
            raise ValueError(f"{path.name}: {one.get('about')}: {error!r}") from error


def _mails(number: int, mails: list[dict[str, Any]], now: datetime) -> list[Sample]:
    ids: list[str] = []
    made: list[Sample] = []
    for n, mail in enumerate(mails):
        at = _at(mail, now)
        if made:  # two days of one weekend fall on one Friday: the order holds
            at = max(at, made[-1].at + timedelta(minutes=1))
        sender = mail.get("from", ME)
        domain = sender.rpartition("@")[2].rstrip(">")
        ids.append(f"<{number:03}.{n:02}.{at:%Y%m%d}@{domain}>")
        answered = mail.get("reply", n - 1)
        chain = ids[: answered + 1] if 0 <= answered < n else []
        made.append(_mail(mail, sender, ids[n], chain, at, now))
    return made


def _mail(
    mail: Mapping[str, Any],
    sender: str,
    message_id: str,
    chain: list[str],
    at: datetime,
    now: datetime,
) -> Sample:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.get("to", ME)
    message["Subject"] = _dated(mail["subject"], at)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    if chain:
        message["In-Reply-To"] = chain[-1]
        message["References"] = " ".join(chain)
    for name, value in mail.get("headers", {}).items():
        message[name] = value
    body = _dated(mail["body"].strip(), at) + "\n"
    message.set_content(body, subtype="html" if mail.get("html") else "plain")
    if "calendar" in mail:
        ahead = _working(now.date() + timedelta(days=2), forward=True)
        event = mail["calendar"].strip().replace("{day}", f"{ahead:%Y%m%d}") + "\n"
        message.add_alternative(event, subtype="calendar", params={"method": "REQUEST"})
    if "report" in mail:
        _as_report(message, mail["report"].strip() + "\n")
    folder = mail.get("folder", "Sent" if sender == ME else "INBOX")
    flags = ("\\Seen", "\\Answered") if mail.get("answered") else ("\\Seen",)
    kind = "" if sender == ME else mail["kind"]
    return Sample(folder, message.as_bytes(), flags, at, kind, mail.get("reason", ""))


def _as_report(message: EmailMessage, status: str) -> None:
    """Make the message a delivery status notification (RFC 3464)."""
    message.make_mixed()
    part = f"Content-Type: message/delivery-status\n\n{status}"
    message.attach(message_from_string(part, policy=SMTP))
    message.set_type("multipart/report")
    message.set_param("report-type", "delivery-status")


def _at(mail: Mapping[str, Any], now: datetime) -> datetime:
    day = _working(now.date() - timedelta(days=mail["days"]))
    moment = time.fromisoformat(mail.get("time", "10:00"))
    at = datetime.combine(day, moment, tzinfo=now.tzinfo)
    return min(at, now - timedelta(minutes=5)).replace(microsecond=0)


def _dated(text: str, at: datetime) -> str:
    """Return the text with its days filled in."""

    def day(found: re.Match[str]) -> str:
        shift = int(found["shift"])
        on = _working(at.date() + timedelta(days=shift), forward=shift > 0)
        return f"{on:%A}" if found["name"] else f"{on:%A} {on.day} {on:%B}"

    return _DAY.sub(day, text)


def _working(day: date, *, forward: bool = False) -> date:
    """Return the day, or on a weekend the Friday before it (``forward``: the Monday after)."""
    over = max(day.weekday() - 4, 0)
    return day + timedelta(days=3 - over if forward and over else -over)
