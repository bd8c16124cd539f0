"""What is known of one thread, and later of all threads of one process.

Knows how two become one, and whether a conversation is a talk about work or an application.
Refuses to know which belong together (``grouping``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from mailsense.domain import Address, Kind, Stage
from mailsense.ports import Item
from mailsense.track import said
from mailsense.track.company import akin, firm_key
from mailsense.track.instants import order, when
from mailsense.track.roles import role_key

PROOF = frozenset(Kind) - {Kind.ALERT, Kind.OTHER, Kind.UNSURE}
"""Kinds that are surely about the job search."""


@dataclass(eq=False)
class Unit:
    """What is known of one thread, and later of all threads of one process.

    After it was read it changes by ``absorb`` and ``say`` alone.
    """

    items: list[Item]
    names: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Firm key → (weight, name as written)."""
    aliases: set[str] = field(default_factory=set)
    """Further keys of the same firm, from mail domains seen together with its name."""
    roles: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Role key → (how often said, role as first written)."""
    people: set[str] = field(default_factory=set)
    agencies: set[str] = field(default_factory=set)
    """Domains of agencies that took part."""
    networking: bool = False
    proven: bool = False
    """Something in it is surely about the job search."""
    held: str = ""
    """The id of the application that the user put it into."""
    kept: bool = False
    """The user keeps it apart from what it could have been part of."""
    could_be: list[Unit] = field(default_factory=list)
    """The processes that it could be part of equally well (``candidates``)."""
    began: datetime | None = None
    """When it began, where the user told of it; only then it may have no letter."""
    named: tuple[Address, ...] = ()
    """The people whom the user told of."""
    by_hand: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Company, role and stage as the user said: each with the number of the correction."""

    @cached_property
    def first(self) -> datetime:
        return min(self._ends())

    @cached_property
    def last(self) -> datetime:
        return max(self._ends())

    def _ends(self) -> list[datetime]:
        ends = [when(item) for item in (*self.items[:1], *self.items[-1:])]
        return [*ends, self.began] if self.began else ends

    @cached_property
    def firm(self) -> str:
        """The key of the firm with the most weight, in its fullest name; "" when none is named."""
        if company := self._said("company"):
            return firm_key(company)
        key = max(self.names, key=lambda k: (self.names[k][0], k), default="")
        fuller = [k for k in self.names if k != key and akin(self.names[k][1], key)]
        return max(fuller, key=lambda k: (self.names[k][0], k), default=key)

    @cached_property
    def company(self) -> str:
        return self._said("company") or (self.names[self.firm][1] if self.names else "")

    @cached_property
    def role(self) -> str:
        key = max(self.roles, key=lambda k: (self.roles[k][0], len(k), k), default="")
        return self._said("role") or (self.roles[key][1] if key else "")

    @cached_property
    def role_key(self) -> str:
        return role_key(self.role)

    @cached_property
    def told(self) -> int:
        """How much it says of itself: 2 a role, 1 a firm, 0 neither."""
        return 2 if self.role else 1 if self.company else 0

    @property
    def worth_keeping(self) -> bool:
        """Surely about the job search, or perhaps: then only a person can join it."""
        unsure = any(i.verdict and i.verdict.kind is Kind.UNSURE for i in self.items)
        return self.proven or unsure or all(i.located.outgoing for i in self.items)

    @cached_property
    def keys(self) -> set[str]:
        """Everything by which the firm is recognised."""
        short = {k for k in self.names if akin(self.company, k)}
        return ({self.firm} if self.company else set()) | self.aliases | short

    def _said(self, what: str) -> str:
        return self.by_hand.get(what, (0, ""))[1]

    def say(self, what: str, number: int, value: str) -> None:
        """Take over what the user said; the later correction wins."""
        self.by_hand[what] = max(self.by_hand.get(what, (0, "")), (number, value))
        self._changed()

    def know_as(self, key: str) -> None:
        """Let the firm be recognised by this key too."""
        self.aliases.add(key)
        self._changed()

    def settle(self) -> None:
        """Work out anew whether it is a talk about work."""
        stage = self._said("stage")
        self.networking = stage == Stage.NETWORKING if stage else networking(self.items)

    def absorb(self, other: Unit) -> None:
        """Take over what the other knows."""
        self.items = sorted([*self.items, *other.items], key=order)
        for key, (weight, name) in other.names.items():
            own = self.names.get(key, (0.0, name))
            self.names[key] = (own[0] + weight, own[1])
        for key, (count, name) in other.roles.items():
            mine = self.roles.get(key, (0, name))
            self.roles[key] = (mine[0] + count, mine[1])
        self.aliases |= other.aliases
        self.people |= other.people
        self.agencies |= other.agencies
        self.held, self.kept = self.held or other.held, self.kept or other.kept
        self.began = min(filter(None, (self.began, other.began)), default=None)
        self.named = tuple(dict.fromkeys((*self.named, *other.named)))
        for what, (number, value) in other.by_hand.items():
            self.say(what, number, value)
        self.settle()
        self.proven = self.proven or other.proven
        self._changed()

    def _changed(self) -> None:
        """Forget what was worked out: comparing many units asks for it again and again."""
        for name in _WORKED_OUT:
            self.__dict__.pop(name, None)


_WORKED_OUT = [name for name, one in vars(Unit).items() if isinstance(one, cached_property)]


def networking(items: Sequence[Item]) -> bool:
    """True when a conversation is about talking to people, not about an application."""
    asked = False
    for item in items:
        verdict, message = item.verdict, item.message
        if item.located.outgoing:
            asked = asked or said.says(said.NETWORKING, message.text)
            asked = asked or said.says(said.SENT_BY, message.text)
            if said.says(said.APPLYING, message.subject, message.text):
                return False
        elif verdict and verdict.kinds:
            talk = verdict.stage is Stage.NETWORKING or bool(
                verdict.reason and verdict.reason.networking
            )
            asked = asked or talk
            if verdict.kind is Kind.REFERRAL and not set(verdict.also) & PROOF:
                asked = True
            elif not talk and (
                set(verdict.kinds) & _OF_A_PROCESS
                or (Kind.INTERVIEW in verdict.kinds and not asked)
            ):
                return False
    return asked


_OF_A_PROCESS = frozenset(
    {Kind.OFFER, Kind.TASK, Kind.REJECTION, Kind.OUTREACH, Kind.ACKNOWLEDGEMENT}
)


def place(unit: Unit) -> tuple[datetime, str]:
    """Return what units are sorted by: when it began, then its first message."""
    return unit.first, unit.items[0].key if unit.items else unit.held
