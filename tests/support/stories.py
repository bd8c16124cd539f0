"""Stories: a job search told in letters, made into the tracker's items without any mailbox.

``story("a robot's no", [mail(0, "Acme Careers <no-reply@acme.example>", "…", kind="…")])``.
Day 0 is Monday 2 March 2026, ten o'clock UTC; the user is ``ME``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any

from mailsense.domain import (
    Address,
    Application,
    Attachment,
    Event,
    Facts,
    Kind,
    Located,
    Message,
    Reason,
    Source,
    Stage,
    Verdict,
)
from mailsense.ports import Item
from mailsense.track.application import track

ME = "robin@home.example"
MINE = frozenset({ME})
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def day(n: float) -> datetime:
    """Return the instant of day ``n`` of the story."""
    return MONDAY + timedelta(days=n)


def address(text: str) -> Address:
    """Return the address that "Name <mail>" or a bare mail stands for."""
    name, email = parseaddr(text)
    return Address(name, email)


@dataclass
class Story:
    """A name and its letters; what is expected stands beside it in the test."""

    name: str
    items: list[Item] = field(default_factory=list)

    def track(self, known: dict[str, str] | None = None) -> tuple[Application, ...]:
        """Return the applications the tracker sees in it."""
        return track(self.items, me=MINE, known=known or {})

    def one(self) -> Application:
        """Return its only application."""
        found = self.track()
        assert len(found) == 1, [(a.company, a.role, a.message_keys) for a in found]
        return found[0]


def story(name: str, items: Sequence[Item]) -> Story:
    """Return a story; letters without a key of their own get one by their place."""
    return Story(name, list(items))


def _thread(subject: str, other: Address) -> str:
    """Answers share a thread with what they answer: the subject between the same two people."""
    base = subject.lower().removeprefix("automatic reply: ").removeprefix("re: ")
    return f"{base}/{other.key}"


def mail(
    at: float,
    who: str,
    subject: str,
    text: str = "",
    *,
    to: str = "",
    cc: str = "",
    kind: str = "",
    also: tuple[str, ...] = (),
    reason: str = "",
    stage: str = "",
    thread: str = "",
    signature: str = "",
    attached: str = "",
    answered: bool = False,
    events: tuple[Event, ...] = (),
    key: str = "",
    **facts: Any,
) -> Item:
    """Return one stored letter; ``who`` is "me" for the user's own, which have no verdict.

    Without a ``thread`` it is in that of its subject between the same two people.
    """
    outgoing = who == "me"
    sender = Address("Robin Day", ME) if outgoing else address(who)
    key = key or f"{at}/{sender.email}/{subject}/{to}"
    facts.setdefault("no_reply", "reply" in sender.email.partition("@")[0])
    message = Message(
        key=key,
        message_id=key,
        subject=subject,
        from_=sender,
        to=tuple(address(t) for t in to.split(";") if t.strip()) or (Address("", ME),),
        cc=tuple(address(c) for c in cc.split(";") if c.strip()),
        date=day(at),
        in_reply_to=("earlier",) if subject.lower().startswith("re:") else (),
        text=text,
        signature=signature,
        attachments=(Attachment(attached, "application/pdf", 9),) if attached else (),
        events=events,
        facts=Facts(**facts),
    )
    verdict = None
    if kind:
        verdict = Verdict(
            kind=Kind(kind),
            source=Source.MODEL,
            confidence=0.9,
            also=tuple(Kind(k) for k in also),
            reason=Reason(reason) if reason else None,
            stage=Stage(stage) if stage else None,
        )
    located = Located(
        message,
        account="main",
        folder="Sent" if outgoing else "INBOX",
        uid=1,
        outgoing=outgoing,
        answered=answered,
        thread=thread or _thread(subject, message.to[0] if outgoing else sender),
        seen_at=day(at),
    )
    return Item(located, verdict)
