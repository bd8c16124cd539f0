"""Short ways to make stored messages for the tests of planning and writing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailsense.domain import (
    Address,
    Application,
    Draft,
    DraftState,
    Facts,
    Kind,
    Located,
    Message,
    PlanKind,
    Reason,
    Source,
    Stage,
    Verdict,
)
from mailsense.ports import Item
from mailsense.reply import playbook
from mailsense.reply.templates import Templates
from mailsense.track import prior

SHIPPED = Path(__file__).resolve().parent.parent.parent / "templates"
PLAYBOOK = playbook.load(SHIPPED / "playbook.toml")
PRIOR = prior.load(SHIPPED / "playbook.toml")
TEMPLATES = Templates(SHIPPED)
ZONE = ZoneInfo("Europe/London")
ME = Address("Sam Rivers", "sam@rivers.example")
MINE = frozenset({ME.email})
ANNA = Address("Anna Smith", "anna.smith@northwind.example")
BEN = Address("Ben Okafor", "ben@northwind.example")
ROBOT = Address("Northwind Careers", "no-reply@northwind.example")


def day(month: int, number: int, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of 2026. 2 November 2026 is a Monday."""
    return datetime(2026, month, number, hour, minute, tzinfo=UTC)


def verdict(
    kind: Kind,
    *also: Kind,
    reason: Reason | None = None,
    stage: Stage | None = None,
    source: Source = Source.MODEL,
) -> Verdict:
    return Verdict(kind, source, 0.9, also=also, reason=reason, stage=stage)


def incoming(
    key: str,
    at: datetime,
    judged: Verdict | None,
    *,
    sender: Address = ANNA,
    text: str = "Dear Sam,\n\nThis is about the role.\n\nBest regards,\nAnna",
    thread: str = "t1",
    answered: bool = False,
    facts: Facts | None = None,
    **more: Any,
) -> Item:
    if facts is None:
        facts = Facts(no_reply="reply" in sender.email)
    more = {"subject": "Your application", "to": (ME,), **more}
    message = Message(
        key=key, message_id=f"{key}@northwind.example", from_=sender, date=at, text=text,
        facts=facts, **more,
    )  # fmt: skip
    located = Located(message, "main", "INBOX", 1, False, answered=answered, thread=thread)
    return Item(located, judged)


def outgoing(
    key: str,
    at: datetime,
    *,
    to: tuple[Address, ...] = (ANNA,),
    text: str = "Hello,\n\nSee below.\n\nSam",
    thread: str = "t1",
    **more: Any,
) -> Item:
    message = Message(
        key=key, message_id=f"{key}@rivers.example", subject="Re: Your application", from_=ME,
        to=to, date=at, text=text, **more,
    )  # fmt: skip
    return Item(Located(message, "main", "Sent", 1, True, thread=thread), None)


def application(**more: Any) -> Application:
    base = Application("a1", "Northwind", "Planner", account="main")
    return replace(base, **more)


def draft(**more: Any) -> Draft:
    base = Draft(
        id="d1",
        account="main",
        plan=PlanKind.ANSWER_REJECTION,
        about="a1",
        episode="m1",
        template="rejection-interview",
        message_id="x@rivers.example",
        from_=ME,
        to=(ANNA,),
        subject="Re: Your application",
        body="Hello Anna,\n\nThank you for letting me know.\n\nBest wishes,\nSam Rivers\n",
        state=DraftState.WAITING,
    )
    return replace(base, **more)
