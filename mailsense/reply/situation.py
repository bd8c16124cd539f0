"""One application as it is looked at: what every decision about it is given.

Holds values only; decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Draft, Plan, PlanKind
from mailsense.ports import Item
from mailsense.reply.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Situation:
    """What stays the same while one application is looked at; ``items`` are by date."""

    application: Application
    items: tuple[Item, ...]
    drafts: Sequence[Draft]
    playbook: Playbook
    me: frozenset[str]
    ask: str
    now: datetime
    zone: ZoneInfo
    holidays: Collection[date] = ()
    """The user's: on these days nothing is written."""
    theirs: Collection[date] = ()
    """Those of whoever is waited for: on these days nobody answers."""
    patient: bool = False
    """True for one-shot use: neither reply windows nor rest count."""

    def nothing(self, why: str, key: str = "") -> Plan:
        """Return the plan to do nothing, with its reason."""
        return Plan(
            PlanKind.NONE,
            self.application.id,
            key,
            "",
            why,
            answers=key,
            account=self.application.account,
        )
