"""Planning: applications become plans, and plans drafts that wait.

All of it is recomputed from what is stored, so the order in which mail arrived does not
matter and a killed run loses nothing; the pair (application, plan, episode) makes sure
that no draft is written twice.  Plans are data: this module carries them out, it does not
think them up.  Imported only when something changed (see ``decide``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from mailsense.config import Settings
from mailsense.domain import (
    Action,
    Application,
    Correction,
    Draft,
    DraftState,
    Plan,
    PlanKind,
)
from mailsense.journal import What
from mailsense.pipeline.decide import Decided, Writing, heard
from mailsense.pipeline.following import corrected_since, follow, revive, rewritable, rewrite
from mailsense.pipeline.journal import in_force
from mailsense.pipeline.leads import Leading
from mailsense.pipeline.patience import Patience
from mailsense.pipeline.touching import Touching
from mailsense.pipeline.wishes import Heeding
from mailsense.pipeline.writing import write
from mailsense.ports import Item, Store
from mailsense.reply.caps import hold_back
from mailsense.reply.phrasings import turns
from mailsense.reply.plan import plan as plan_for
from mailsense.reply.summary import summaries
from mailsense.reply.variants import kept
from mailsense.track.application import track
from mailsense.track.silence import with_silence


def plan_anew(
    store: Store,
    items: Sequence[Item],
    corrections: Sequence[Correction],
    tracked: str,
    writing: Writing,
    holidays: Callable[[str], Collection[date]],
) -> Decided:
    """Given all mail about the search, track, plan and draft; return what changed.

    ``corrections`` are all that were ever said, ``tracked`` is the digest that ``items`` and
    those in force are tracked under; ``holidays`` are those of a country, "" for the user's.
    Raise TemplateError when a template or the playbook is broken, StoreError.
    """
    by_key = {item.key: item for item in items}
    mine = holidays("")
    touching = Touching.of(store, items, writing, mine)
    others = touching.others
    applications = _tracked(store, others, corrections, tracked, writing.settings)
    followed = follow(store, applications)
    about, drafts = partial(_about, items=others), store.drafts()
    heeding = Heeding.of(store.entries(), applications, about, writing, mine)
    patience = Patience(applications, drafts, writing, holidays)
    done: list[Application] = []
    plans: list[Plan] = []
    for application in applications:
        application, own = _one(application, others, drafts, patience, heeding, writing, holidays)
        done.append(application)
        plans += own
    plans += touching.plans(done, drafts)
    leading = Leading.of(store, items, done, drafts, writing, mine)
    plans += leading.plans()
    plans += _summaries(store, writing)
    plans = heeding.heed(plans, done, drafts, items, leading.found)
    book, now, zone = writing.playbook, writing.now, writing.zone
    plans = hold_back(plans, done, drafts, items, book, now=now, zone=zone, holidays=mine)
    plans = turns(plans, done, drafts)
    last = {one.id: one.last_in for one in done}
    plans = [_unless_heard(store, plan, by_key, last.get(plan.about)) for plan in plans]
    plans = touching.left_alone(plans, done)
    with store.transaction():
        store.save_applications(done)
        store.save_plans(plans)
        standing = (heeding, touching, leading)
        decided = _carry_out(store, writing, done, plans, by_key, corrections, standing)
        decided.followed = followed
        return decided


class _Forbids(Protocol):
    """What may take a letter back that lies in the Drafts folder already."""

    def forbids(self, draft: Draft) -> bool: ...


def _tracked(
    store: Store,
    items: Sequence[Item],
    corrections: Sequence[Correction],
    tracked: str,
    settings: Settings,
) -> Sequence[Application]:
    """Return the applications as the letters tell of them, kept from last time where they may."""
    found = store.tracked(tracked)
    if found is not None:
        return found
    said = [one for one in corrections if one.undone is None]
    known = store.application_ids()
    applications = track(items, me=settings.addresses, known=known, corrections=said)
    store.save_tracked(tracked, applications)
    return applications


def _one(
    application: Application,
    items: Sequence[Item],
    drafts: Sequence[Draft],
    patience: Patience,
    heeding: Heeding,
    writing: Writing,
    holidays: Callable[[str], Collection[date]],
) -> tuple[Application, list[Plan]]:
    """Return one application as the clock sees it, and what to do about it by itself."""
    own, theirs = _about(application, items), holidays(application.country)
    playbook, now, zone = patience.playbook(application), writing.now, writing.zone
    application = with_silence(
        application, own, playbook.ladders, now=now, zone=zone, holidays=theirs
    )
    application = patience.told(application)
    plans = plan_for(
        application,
        own,
        drafts,
        playbook,
        me=writing.settings.addresses,
        ask=heeding.ask,
        now=now,
        zone=zone,
        holidays=holidays(""),
        theirs=theirs,
    )
    return application, plans


def _summaries(store: Store, writing: Writing) -> list[Plan]:
    """Return the summaries of the week that were asked for."""
    account = writing.settings.accounts[0].name
    asked = in_force(store, What.WEEK)
    return summaries(asked, writing.playbook, account=account, now=writing.now)


def _about(application: Application, items: Sequence[Item]) -> list[Item]:
    """Return the messages of an application, and bounces that came back in its threads."""
    keys, threads = set(application.message_keys), set(application.threads)
    return [
        i
        for i in items
        if i.key in keys or (i.message.facts.bounce and i.located.thread in threads)
    ]


def _unless_heard(
    store: Store, plan: Plan, items: Mapping[str, Item], last: datetime | None
) -> Plan:
    """Hold a chase back when they have written since, about whatever it was.

    What came ``last`` in the process itself is what the waiting began with.
    """
    asked = items.get(plan.answers)
    if not plan.kind.chases or plan.addressee is None or asked is None:
        return plan
    since = asked.message.date
    if since is not None and last is not None:
        since = max(since, last)
    if not heard(store, plan.addressee, since):
        return plan
    why = "they have written since: no chase"
    return replace(plan, kind=PlanKind.NONE, addressee=None, template="", why=why)


def _carry_out(
    store: Store,
    writing: Writing,
    applications: Sequence[Application],
    plans: Sequence[Plan],
    items: Mapping[str, Item],
    corrections: Sequence[Correction],
    standing: Sequence[_Forbids],
) -> Decided:
    decided = Decided(applications=len(applications))
    companies = {a.company for a in applications if a.company}
    wanted = {(p.about, p.kind, p.episode) for p in plans if p.kind is not PlanKind.NONE}
    for draft in store.drafts((DraftState.RESTING, DraftState.WAITING, DraftState.APPROVED)):
        late = draft.expires is not None and draft.expires < writing.now
        if late or (draft.about, draft.plan, draft.episode) not in wanted:
            store.save_draft(replace(draft, state=DraftState.STALE))
            decided.withdrawn.append(draft.id)
        elif draft.state is DraftState.RESTING and (draft.not_before or writing.now) <= writing.now:
            store.save_draft(replace(draft, state=DraftState.WAITING))
    for draft in store.drafts((DraftState.DELIVERED,)):
        overtaken = (draft.about, draft.plan, draft.episode) not in wanted
        news = overtaken and _news_since(store, draft, applications, items)
        unwanted = corrected_since(draft, corrections) or any(o.forbids(draft) for o in standing)
        if news or (overtaken and unwanted):
            store.save_draft(replace(draft, state=DraftState.STALE))
            decided.withdrawn.append(draft.id)
    about = {a.id: a for a in applications}
    drafts = {(d.about, d.plan, d.episode): d for d in store.drafts()}
    for plan in plans:
        if plan.kind is PlanKind.NONE or plan.addressee is None:
            continue
        keys = about[plan.about].message_keys if plan.about in about else ()
        history = [items[key] for key in keys if key in items and key != plan.answers]
        earlier = drafts.get((plan.about, plan.kind, plan.episode))
        as_chosen = kept(plan, earlier, writing.playbook) if earlier is not None else plan
        fresh = partial(write, as_chosen, items.get(plan.answers), writing, companies, history)
        if earlier is None:
            _draft(store, writing, plan, fresh, decided)
            continue
        if rewritable(store, earlier, corrections) and rewrite(store, earlier, fresh()):
            decided.rewritten.append(earlier.id)
        revive(store, store.draft(earlier.id) or earlier, writing.now)
    return decided


def _draft(
    store: Store, writing: Writing, plan: Plan, fresh: Callable[[], Draft], decided: Decided
) -> None:
    """Keep the letter of a plan, which ``fresh`` writes, unless it would come too late."""
    if plan.expires is not None and plan.expires < writing.now:
        decided.expired += 1
        return
    draft = fresh()
    if store.draft(draft.id) is not None:  # it was another application's before
        other = hashlib.sha256(writing.token().encode()).hexdigest()
        draft = replace(draft, id=f"d{other[:10]}")
    if store.add_draft(draft):
        decided.drafted.append(draft.id)


def _news_since(
    store: Store, draft: Draft, applications: Sequence[Application], items: Mapping[str, Item]
) -> bool:
    """True when the draft is overtaken by what came after it was made.

    Answered elsewhere, told by the user to be something else, or followed by other mail: of the
    process, or where it is a chase, of the person it goes to.
    """
    if draft.plan.chases and heard(store, draft.to[0], draft.created):
        return True
    original = items.get(draft.answers)
    if original is not None and original.located.answered:
        return True
    relabelled = (
        d.at for d in store.decisions(message_key=draft.answers) if d.action is Action.RELABEL
    )
    if draft.created is not None and any(at > draft.created for at in relabelled):
        return True
    keys = next((a.message_keys for a in applications if a.id == draft.about), ())
    seen = [items[key].located.seen_at for key in keys if key in items]
    return draft.created is None or any(at is not None and at > draft.created for at in seen)
