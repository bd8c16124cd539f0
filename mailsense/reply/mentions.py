"""Where leads come from: every time that somebody was pointed to, and which of them are one lead.

Read in letters of kind ``referral``, and in what the user said (``What.LEAD``).  One person
from one giver is one lead, in however many letters.  How a lead stands is decided in ``leads``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Kind
from mailsense.journal import Entry
from mailsense.ports import Item
from mailsense.reply import reading, scam
from mailsense.reply.addressee import addressee
from mailsense.reply.timing import when


@dataclass(frozen=True, slots=True)
class Mention:
    """One time that somebody was pointed to."""

    id: str
    at: datetime
    name: str
    email: str
    company: str
    giver: Address | None
    message: str = ""
    thread: str = ""
    about: str = ""
    offered: bool = False
    introduced: bool = False
    may: bool | None = None
    """Whether the giver may be named, as the user said with it."""


@dataclass(slots=True)
class Found:
    """What is known of one lead while it is put together."""

    mentions: list[Mention]
    said: list[Entry] = field(default_factory=list)

    @property
    def first(self) -> Mention:
        return self.mentions[0]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.id for m in self.mentions))

    @property
    def name(self) -> str:
        return max((m.name for m in self.mentions), key=len)

    @property
    def email(self) -> str:
        return next((m.email for m in self.mentions if m.email), "")

    def takes(self, other: Mention) -> bool:
        """True when another mention is of the same person by the same giver."""
        if key_of(self.first.giver) != key_of(other.giver):
            return False
        if self.email and other.email:
            return self.email.lower() == other.email.lower()
        if self.name and other.name:
            return reading.same_person(self.name, other.name)
        if self.name or other.name:  # "a friend of mine", whose name comes later
            unnamed = next((m for m in (*self.mentions, other) if not m.name), other)
            same = bool(other.thread) and other.thread == self.mentions[-1].thread
            return same and unnamed.offered and not (self.email or other.email)
        return bool(self.mentions[-1].thread) and self.mentions[-1].thread == other.thread


def lead_id(giver: Address | None, name: str, email: str = "") -> str:
    """Given who gave a lead, and its name or else its address, return its id."""
    told = f"{key_of(giver)}\0{' '.join(name.casefold().split()) or email.lower()}"
    return "l" + hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:10]


def key_of(giver: Address | None) -> str:
    """Return what a giver is known by: the address, else the name."""
    return "" if giver is None else giver.key or " ".join(giver.name.casefold().split())


def in_mail(
    items: Sequence[Item], applications: Sequence[Application], me: frozenset[str], now: datetime
) -> Iterable[Mention]:
    """Yield whom the letters point to."""
    home = {key: one for one in applications for key in one.message_keys}
    known = {item.key: item for item in items}
    for item in items:
        verdict, message = item.verdict, item.message
        if item.located.outgoing or verdict is None or Kind.REFERRAL not in verdict.kinds:
            continue
        about = home.get(item.key)
        own = [known[key] for key in about.message_keys if key in known] if about else [item]
        own = sorted(own, key=lambda i: when(i, now))
        if item.key in scam.doubted(own):
            continue
        giver, _ = addressee(own, item, me)
        for one in reading.pointed_to(message, me):
            email = one.email if giver is None or one.email.lower() != giver.key else ""
            if one.name or email or one.offered:
                yield Mention(
                    lead_id(giver, one.name, email),
                    when(item, now),
                    one.name,
                    email,
                    one.company,
                    giver,
                    item.key,
                    item.located.thread,
                    about.id if about else "",
                    one.offered,
                    one.introduced,
                )


def by_mouth(said: Iterable[Entry], zone: ZoneInfo, now: datetime) -> Iterable[Mention]:
    """Yield whom the user told of."""
    for one in said:
        if one.facts.get("step") == "add" and one.person is not None:
            at = datetime.combine(one.on, time(12), zone).astimezone(UTC) if one.on else one.at
            giver = address_of(one.facts.get("giver", ""))
            name, email = one.person.name, one.person.email
            told = one.facts.get("may_use_name", "")
            may = told == "yes" if told else None
            yield Mention(one.about, min(at, now), name, email, one.company, giver, may=may)


def grouped(mentions: Iterable[Mention]) -> list[Found]:
    """Return the mentions by lead, each in order of time: the same for any order they come in."""
    found: list[Found] = []
    for one in sorted(mentions, key=lambda m: (m.at, m.message, m.id, m.name, m.email)):
        home = next((group for group in found if group.takes(one)), None)
        if home is None:
            found.append(Found([one]))
        else:
            home.mentions.append(one)
    return found


def address_of(text: str) -> Address | None:
    """Return the giver that an entry tells of, whose address may not be known."""
    name, email = parseaddr(text) if "@" in text else (text, "")
    return Address(name, email) if name or email else None
