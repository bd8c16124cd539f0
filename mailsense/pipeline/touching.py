"""Keeping in touch, as planning carries it out, and what is asked for on the command line.

Decides which of the user's own letters are the ones that keep in touch, whatever a mail client
made of them, and keeps what is asked for only when a letter follows from it.  What may be
written, and to whom, is decided in ``reply.touch``.  Refuses to know how it was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mailsense.domain import Action, Address, Application, Draft, DraftState, Plan, PlanKind
from mailsense.errors import UserError
from mailsense.journal import Entry, What
from mailsense.pipeline.decide import Deciding, Writing, decide
from mailsense.pipeline.journal import in_force
from mailsense.ports import Item, Store
from mailsense.reply import touch
from mailsense.reply.acquaintance import Known, named, people


@dataclass(frozen=True)
class Touching:
    """What was asked for that keeps in touch, in one round of planning."""

    entries: Sequence[Entry]
    items: Sequence[Item]
    drafts: Sequence[Draft]
    own: frozenset[str]
    """Message-IDs of the letters that keep in touch."""
    writing: Writing
    holidays: Collection[date]

    @classmethod
    def of(
        cls, store: Store, items: Sequence[Item], writing: Writing, holidays: Collection[date]
    ) -> Touching:
        """Given all mail about the search, return what to keep in mind."""
        entries = in_force(store, What.TOUCH)
        return cls(entries, items, store.drafts(), own_letters(store), writing, holidays)

    @property
    def others(self) -> list[Item]:
        """The mail without the letters that keep in touch."""
        return touch.apart(self.items, self.own)

    def plans(self, applications: Sequence[Application], drafts: Sequence[Draft]) -> list[Plan]:
        """Given the applications and drafts as they are now, return what is to be written."""
        if not self.entries:
            return []
        return touch.touches(self.entries, self._known(applications, drafts))

    def left_alone(self, plans: Sequence[Plan], applications: Sequence[Application]) -> list[Plan]:
        """Hold chases back that would come too soon after a letter that asks for nothing."""
        if not self.own:
            return list(plans)
        known = self._known(applications, self.drafts)
        return touch.left_alone(plans, self.items, self.own, known)

    def forbids(self, draft: Draft) -> bool:
        """True when the user took back what a draft was asked for by."""
        return not touch.asked_for(draft, self.entries)

    def _known(self, applications: Sequence[Application], drafts: Sequence[Draft]) -> Known:
        return _known(self.writing, self.items, applications, drafts, self.holidays)


def own_letters(store: Store) -> frozenset[str]:
    """Return the Message-IDs of the letters that keep in touch; some clients give new ones."""
    ours = [d for d in store.drafts() if d.plan is PlanKind.STAY_IN_TOUCH]
    found = {d.message_id for d in ours}
    for draft in ours:
        if draft.state is DraftState.SENT:
            found |= {
                one.message_key
                for one in store.decisions(draft=draft.id)
                if one.action is Action.SENT_ELSEWHERE
            }
    return frozenset(found - {""})


def _known(
    writing: Writing,
    items: Sequence[Item],
    applications: Sequence[Application],
    drafts: Sequence[Draft],
    holidays: Collection[date],
) -> Known:
    settings = writing.settings
    return Known(
        applications,
        items,
        drafts,
        writing.playbook,
        settings.addresses,
        settings.accounts[0].name,
        writing.now,
        writing.zone,
        holidays,
    )


# --- asking for it -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What was asked for, and the draft that follows; or why none does."""

    entry: Entry
    draft: Draft | None
    why: str = ""


class _Rehearsed(Exception):  # a signal, never shown
    """Undoes what was done to see what it would lead to."""


def known(store: Store, deciding: Deciding) -> Known:
    """Return what is known of people now."""
    return _known(deciding.writing(), store.job_items(), store.applications(), store.drafts(), ())


def whom(store: Store, deciding: Deciding, text: str) -> Address:
    """Given a name or an address, return the person meant.

    Raise UserError when nobody is known by it, or several are.
    """
    found = named(text, people(known(store, deciding)))
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(map(str, found[:8]))
        raise UserError(f"{text} can be {shown}: give the address")
    raise UserError(
        f"nobody known from your search is called {text}: give the address as their mail shows it; "
        'whom no mail shows, `mailsense applications add --contact "Name <address>"` makes known'
    )


def for_year_end(store: Store, deciding: Deciding) -> list[Address]:
    """Return to whom a note at the end of the year may go: who wrote back and had none yet."""
    return touch.for_year_end(in_force(store, What.TOUCH), known(store, deciding))


def ask(store: Store, entries: Sequence[Entry], deciding: Deciding) -> list[Asked]:
    """Keep what is asked for and decide anew; return for each the draft that follows.

    Of what no draft follows from nothing is kept.  Raise what ``decide`` raises.
    """
    trial = rehearse(store, entries, deciding)
    fit = [one.entry for one in trial if one.draft is not None]
    with store.transaction():
        kept = iter(_ask(store, fit, deciding) if fit else ())
        return [next(kept) if one.draft is not None else one for one in trial]


def rehearse(store: Store, entries: Sequence[Entry], deciding: Deciding) -> list[Asked]:
    """Return what asking for it would lead to; nothing is kept."""
    found: list[Asked] = []
    try:
        with store.transaction():
            found += _ask(store, entries, deciding)
            raise _Rehearsed
    except _Rehearsed:
        return [replace(asked, entry=said) for asked, said in zip(found, entries, strict=True)]


def _ask(store: Store, entries: Sequence[Entry], deciding: Deciding) -> list[Asked]:
    said = [store.add_entry(entry) for entry in entries]
    decide(store, deciding)
    drafts = {d.episode: d for d in store.drafts() if d.plan is PlanKind.STAY_IN_TOUCH}
    plans = {p.episode: p for p in store.plans()}
    asked = []
    for entry in said:
        episode = touch.episode(entry)
        draft, plan = drafts.get(episode), plans.get(episode)
        why = _why(store, entry, plan.why if plan else "") if draft is None else ""
        asked.append(Asked(entry, draft, why))
    return asked


def _why(store: Store, entry: Entry, why: str) -> str:
    """Return why no draft follows, naming the letter that comes first where one does."""
    person = entry.person.key if entry.person else ""
    waiting = [
        d
        for d in store.drafts()
        if (d.state.open or d.state is DraftState.DELIVERED) and person in {a.key for a in d.to}
    ]
    if waiting and why.startswith("another letter"):
        one = waiting[0]
        return (
            f"a draft to {one.to[0].name or one.to[0].email} comes first: {one.id} "
            f"({one.plan.value}, {one.state.value}); send or discard it"
        )
    return why or "no letter follows from it"


def take_back(store: Store, deciding: Deciding) -> list[Asked]:
    """Take back what was asked for last, with all that was asked for at once; return it.

    Raise UserError when there is nothing, or its letter has gone out.
    """
    entries = in_force(store, What.TOUCH)
    if not entries:
        raise UserError("there is no letter that keeps in touch to take back")
    together = [one for one in entries if _alike(one, entries[-1])]
    drafts = {d.episode: d for d in store.drafts() if d.plan is PlanKind.STAY_IN_TOUCH}
    asked = [Asked(one, drafts.get(touch.episode(one))) for one in together]
    left = [
        one
        for one in asked
        if one.draft is None or one.draft.state not in (DraftState.SENT, DraftState.UNKNOWN)
    ]
    if not left:
        raise UserError("your last letter of this sort has gone out: it cannot be taken back")
    with store.transaction():
        for one in left:
            store.save_entry(replace(one.entry, undone=deciding.now))
        decide(store, deciding)
    return [
        replace(one, draft=store.draft(one.draft.id) if one.draft is not None else None)
        for one in left
    ]


def _alike(one: Entry, last: Entry) -> bool:
    """True for the last, and for the year-end notes that were asked for together with it."""
    if one.number == last.number:
        return True
    batch = one.facts.get("sort") == last.facts.get("sort") == touch.YEAR_END
    return batch and one.at == last.at
