"""Whom the user knows from the search: who they are, what was written, and who wrote back.

Given the mail about the search and the applications, finds a person by a name or an address
as the mail shows it, the letters to and from them, and the processes they had a part in.
Decides nothing about what to write to them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Draft, Kind
from mailsense.ports import Item
from mailsense.reply.addressee import author, robot_address
from mailsense.reply.playbook import Playbook
from mailsense.reply.situation import Situation
from mailsense.reply.timing import when

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Known:
    """All that the letters are made of; ``items`` is the mail about the search, both ways."""

    applications: Sequence[Application]
    items: Sequence[Item]
    drafts: Sequence[Draft]
    playbook: Playbook
    me: frozenset[str]
    account: str
    """The account to write from where no conversation tells."""
    now: datetime
    zone: ZoneInfo
    holidays: Collection[date] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def situation(self, process: Application, items: Sequence[Item]) -> Situation:
        """Return a process as it is looked at, given its letters by date."""
        return Situation(
            process, tuple(items), self.drafts, self.playbook, self.me, "both", self.now, self.zone,
            self.holidays, self.holidays,
        )  # fmt: skip

    def letters(self, person: Address) -> list[Item]:
        """Return the letters between the user and a person, oldest first."""
        return self._letters.get(person.key, [])

    @cached_property
    def _letters(self) -> dict[str, list[Item]]:
        """By person; bounces and absence notes are no letters."""
        found: dict[str, list[Item]] = {}
        for item in sorted(self.items, key=lambda item: when(item, self.now)):
            if not (item.message.facts.bounce or item.message.facts.auto_reply):
                for key in _others(item):
                    found.setdefault(key, []).append(item)
        return found

    def processes(self, person: Address) -> list[Application]:
        """Return the applications that a person has to do with, the one last heard of first."""
        keys = {item.key for item in self.letters(person)}
        found = [
            one
            for one in self.applications
            if keys & set(one.message_keys)
            or person.key in {contact.email.lower() for contact in one.contacts}
        ]
        return sorted(found, key=lambda one: (str(_last(one) or ""), one.id), reverse=True)


def wrote_back(person: Address, known: Known) -> bool:
    """True when a person answered a letter of the user's within a year, with more than noes."""
    letters, asked, answered = known.letters(person), False, False
    for item in letters:
        if item.located.outgoing:
            asked = True
        elif person.key == item.message.from_.key and author(item.message, known.me)[0]:
            answered = answered or (asked and known.now - when(item, known.now) < YEAR)
    theirs = [i.verdict.kinds for i in letters if not i.located.outgoing and i.verdict is not None]
    return answered and any(kinds[:1] != (Kind.REJECTION,) for kinds in theirs)


def people(known: Known) -> list[Address]:
    """Return everybody known from the search, never a robot, by name."""
    found: dict[str, Address] = {}
    for item in sorted(known.items, key=lambda item: when(item, known.now)):
        message = item.message
        writers = (message.from_,) if not item.located.outgoing else (*message.to, *message.cc)
        for address in writers:
            held = found.get(address.key, address)
            found[address.key] = address if address.name else held
    for process in known.applications:
        for contact in process.contacts:
            found.setdefault(contact.address.key, contact.address)
    reached = [a for a in found.values() if not robot_address(a) and a.key not in known.me]
    return sorted(reached, key=lambda a: (a.name.casefold() or a.key, a.key))


def named(text: str, among: Sequence[Address]) -> list[Address]:
    """Given a name or an address as typed, return whom of ``among`` it may mean."""
    typed = " ".join(text.replace(",", " ").split()).casefold()
    if "@" in typed:
        wanted = typed.rpartition("<")[2].strip("> ")
        return [a for a in among if a.key == wanted]
    whole = [a for a in among if _name(a) == typed]
    words = set(typed.split())
    return whole or [a for a in among if words and words <= set(_name(a).split())]


def _name(address: Address) -> str:
    return " ".join(address.name.replace(",", " ").split()).casefold()


def _others(item: Item) -> set[str]:
    message = item.message
    if item.located.outgoing:
        return {a.key for a in (*message.to, *message.cc)}
    return {message.from_.key, *(a.key for a in message.reply_to)}


def _last(process: Application) -> datetime | None:
    return max((at for at in (process.last_in, process.last_out) if at), default=None)
