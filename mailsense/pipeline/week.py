"""The week: gathered from what is stored, and told to a partner when the user asks for it.

Decides what is kept when a summary is asked for (counts and names, in the journal) and what
became of its letter.  What a week holds is decided in ``report.week``, the letter in
``reply.summary``.  Refuses to know how it was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from mailsense.config import Settings
from mailsense.domain import Address, Draft, DraftState, PlanKind
from mailsense.journal import Entry, What
from mailsense.pipeline import agenda
from mailsense.pipeline.debrief import past
from mailsense.pipeline.decide import Deciding, decide
from mailsense.pipeline.leads import leads
from mailsense.ports import Store
from mailsense.reply.playbook import Playbook
from mailsense.reply.summary import ABOUT, episode, facts_of
from mailsense.report import steps as stepping
from mailsense.report.week import Week, week

MOST_STEPS = 5
"""So many steps stand in a summary: the week's few."""


@dataclass(frozen=True)
class Asked:
    """What came of asking for a summary: its draft, or why there is none."""

    draft: Draft | None
    why: str = ""
    waits: bool = False
    """It waits for review with the words that were asked for just now."""


def look(store: Store, settings: Settings, playbook: Playbook, *, now: datetime) -> Week:
    """Given the store, return the last seven days and the next few steps. Raise StoreError."""
    zone = ZoneInfo(settings.me.timezone)
    back = past(store, playbook, me=settings.addresses, now=now, zone=zone)
    told = agenda.look(store, settings, playbook, now=now)
    own = {d.id for d in store.drafts() if d.plan is PlanKind.WEEKLY_SUMMARY}
    steps = [step for step in told.steps if step.draft not in own]
    few = stepping.week(steps, told.today, MOST_STEPS)
    return week(
        store.applications(),
        store.job_items(),
        leads(store, settings, now),
        talks=back.talks,
        noes=back.noes,
        steps=[step.title for step in few],
        now=now,
        zone=zone,
    )


def ask(store: Store, told: Week, partner: Address, deciding: Deciding) -> Asked:
    """Keep that a summary is wanted for a partner, and draft its letter.

    There is one letter a week: while it waits unchanged it is written anew, and once the user
    edited, approved, sent or discarded it, it is left alone.  Nothing is kept that no letter
    follows from.
    """
    before = _letter(store, told)
    if before is not None and (settled := _settled(before)):
        return Asked(before, settled)
    facts = facts_of(told.name, told.lines(), told.steps, told.named())
    entry = Entry(What.WEEK, deciding.now, person=partner, on=told.until, facts=facts)
    try:
        with store.transaction():
            store.add_entry(entry)
            decide(store, deciding)
            draft = _letter(store, told)
            if draft is None or draft.state is DraftState.STALE:
                raise _TakenBack(_why(store, told))
            return Asked(draft, waits=True)
    except _TakenBack as error:
        return Asked(None, str(error))


class _TakenBack(Exception):  # a signal, never shown
    """What was done is undone: no letter follows from it, or it was only tried."""


def rehearse(store: Store, told: Week, partner: Address, deciding: Deciding) -> Asked:
    """Return what asking for it would lead to; nothing is kept."""
    found: list[Asked] = []
    try:
        with store.transaction():
            found.append(ask(store, told, partner, deciding))
            raise _TakenBack
    except _TakenBack:
        return found[0]


def _letter(store: Store, told: Week) -> Draft | None:
    mine = (ABOUT, PlanKind.WEEKLY_SUMMARY, episode(told.name))
    return next((d for d in store.drafts() if (d.about, d.plan, d.episode) == mine), None)


_SETTLED = {
    DraftState.APPROVED: "is approved already",
    DraftState.DELIVERED: "lies in your Drafts folder already",
    DraftState.SENT: "has gone out already",
    DraftState.UNKNOWN: "may have gone out already",
    DraftState.DISCARDED: "was discarded by you",
}


def _settled(draft: Draft) -> str:
    """Return why a letter is left alone, "" where it may be written anew."""
    edited = "waits as you have edited it" if draft.edited else ""
    return _SETTLED.get(draft.state, edited)


def _why(store: Store, told: Week) -> str:
    plans: Sequence[str] = [
        p.why for p in store.plans() if p.about == ABOUT and p.episode == episode(told.name)
    ]
    return next(iter(plans), "no letter follows from it")
