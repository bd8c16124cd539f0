"""Deciding: is there anything to think about? If so, plan anew; if not, be quick.

What is to be done follows from the mail about the search, the verdicts, what the user
corrected, the drafts, the settings, the templates and the day.  A digest of these tells
whether anything changed since the last time: a sync that finds nothing new then only wakes
drafts whose rest is over, and costs next to nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailsense import __version__
from mailsense.config import Settings
from mailsense.domain import Address, Correction, Draft, DraftState
from mailsense.ports import Item, Store

if TYPE_CHECKING:
    from mailsense.reply.playbook import Playbook
    from mailsense.reply.templates import Templates
    from mailsense.track.prior import Prior


@dataclass(frozen=True)
class Writing:
    """What drafting needs: the playbook, the templates, who writes, and when."""

    settings: Settings
    playbook: Playbook
    templates: Templates
    now: datetime
    token: Callable[[], str]
    """Returns fresh random hex digits, for ids."""
    prior: Prior
    """What is assumed of waiting times before the user has any."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.me.timezone)


@dataclass
class Decided:
    """What one round of deciding changed."""

    applications: int = 0
    drafted: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    """Drafts that went to another application with the letter they answer."""
    rewritten: list[str] = field(default_factory=list)
    """Drafts whose words follow a corrected application."""
    expired: int = 0
    """Plans whose time to answer decently had passed before a draft was made."""


@dataclass(frozen=True)
class Deciding:
    """What a decision depends on beside the mail; the costly parts are made when needed."""

    settings: Settings
    now: datetime
    letters: str
    """Changes when a template or the playbook does."""
    writing: Callable[[], Writing]
    holidays: Callable[[str], Collection[date]]
    """Given a country's code, return its public holidays; "" or an unknown one: the user's."""


def decide(store: Store, deciding: Deciding) -> Decided:
    """Bring applications, plans and drafts up to date, and return what changed.

    Raise TemplateError when a template or the playbook is broken, StoreError.
    """
    items, corrections = store.job_items(), store.corrections()
    tracked = _tracked(items, corrections, deciding.settings)
    if store.get("decided") == _digest(store, tracked, deciding):
        decided = _wake(store, deciding.now)
    else:
        from mailsense.pipeline.planning import plan_anew

        decided = plan_anew(
            store, items, corrections, tracked, deciding.writing(), deciding.holidays
        )
    store.put("decided", _digest(store, tracked, deciding))
    return decided


def _wake(store: Store, now: datetime) -> Decided:
    """Offer drafts whose rest is over."""
    for draft in store.drafts((DraftState.RESTING,)):
        if draft.not_before is None or draft.not_before <= now:
            store.save_draft(replace(draft, state=DraftState.WAITING))
    return Decided(applications=len(store.applications()))


def _tracked(items: Sequence[Item], corrections: Sequence[Correction], settings: Settings) -> str:
    """Return the digest of all that the tracker looks at."""
    seen = hashlib.sha256(f"{__version__} {sorted(settings.addresses)}".encode())
    for item in items:
        verdict = item.verdict
        said = (verdict.kinds, verdict.reason, verdict.stage, verdict.source) if verdict else ()
        place = (item.key, item.located.thread, item.located.answered)
        seen.update(repr((place, said)).encode(errors="surrogatepass"))
    for one in corrections:
        if one.undone is None:
            seen.update(repr(replace(one, before={})).encode(errors="surrogatepass"))
    return seen.hexdigest()


def _digest(store: Store, tracked: str, deciding: Deciding) -> str:
    """Return the digest of all that plans and drafts follow from."""
    day = deciding.now.astimezone(ZoneInfo(deciding.settings.me.timezone)).date()
    drafts = [(d.id, d.state, d.not_before, _overtaken(store, d)) for d in store.drafts()]
    said = [one for one in store.entries() if one.undone is None]
    known = (tracked, day, deciding.settings, deciding.letters, drafts, said)
    return hashlib.sha256(repr(known).encode(errors="surrogatepass")).hexdigest()


def _overtaken(store: Store, draft: Draft) -> bool:
    """True when the person of an open chase has written since, about whatever it was."""
    waits = draft.state.open or draft.state is DraftState.DELIVERED
    return waits and draft.plan.chases and heard(store, draft.to[0], draft.created)


def heard(store: Store, person: Address, since: datetime | None) -> bool:
    """True when that person, or anybody of the same house, gave a sign of life since then.

    The tracker sees mail about the search only; "I am ill, I will write on Monday" under
    another subject is a sign of life too (rule 8).
    """
    from mailsense.freemail import is_freemail

    domain = "" if is_freemail(person.domain) else person.domain
    return since is not None and store.heard_from(person.key, domain, since)
