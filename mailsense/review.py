"""The review: one draft at a time, decided by a human. No screen is known here.

A session hands out cards and takes decisions; the terminal (a line-based one now, a
full-screen one later) is only a view of it.  Every decision is stored as it is taken, so
an interrupted session loses nothing, and ``back`` takes the last one back as long as
nothing was written to a server.  Good news first: offers and requests, then the noes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from mailsense.domain import (
    Action,
    Application,
    Decision,
    Draft,
    DraftState,
    Kind,
    Plan,
    PlanKind,
    Reason,
)
from mailsense.errors import UserError
from mailsense.ports import Item, Store
from mailsense.reply.detail import Rewrite, wanted
from mailsense.reply.findings import FIRM, Finding, Own, Surroundings
from mailsense.reply.lint import lint
from mailsense.reply.playbook import Playbook

_ORDER = (
    PlanKind.ANSWER_OFFER,
    PlanKind.ANSWER_REQUEST,
    PlanKind.THANK_REFERRAL,
    PlanKind.INTRODUCE,
    PlanKind.THANK_FEEDBACK,
    PlanKind.ANSWER_OUTREACH,
    PlanKind.THANK_INTERVIEWER,
    PlanKind.REDIRECT,
    PlanKind.STATUS_CHECK,
    PlanKind.REVISIT,
    PlanKind.STAY_IN_TOUCH,
    PlanKind.ANSWER_REJECTION,
    PlanKind.CLOSE_LOOP,
)


Chosen = Callable[[str], Own]
"""Given a template's name, returns what the user wrote or chose themselves."""


@dataclass(frozen=True)
class Card:
    """One draft with all that is needed to decide about it."""

    draft: Draft
    original: Item | None
    application: Application | None
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """True when an error of the lint stands against approval."""
        return any(finding.level == "error" for finding in self.findings)

    @property
    def wants_detail(self) -> bool:
        """True when the letter would gain by one true detail that only the user knows."""
        return wanted(self.draft)


def order(draft: Draft) -> tuple[int, datetime | None, str]:
    """Good news first, then by age."""
    place = _ORDER.index(draft.plan) if draft.plan in _ORDER else len(_ORDER)
    return place, draft.created, draft.id


class Relabel(Protocol):
    """Carries out a corrected label: keeps it, decides anew, learns from it."""

    def apply(self, item: Item, kind: Kind, reason: Reason | None) -> Sequence[str]:
        """Return the ids of the drafts that newly wait."""

    def undo(self, item: Item) -> Sequence[str]:
        """Restore what held before; return the ids of the drafts that newly wait."""


@dataclass(frozen=True)
class _Undo:
    """What it takes to go one decision back."""

    place: int
    before: Draft | None = None
    label: Item | None = None
    length: int = 0


class Review:
    """A session over the drafts that wait, resumable at any point."""

    def __init__(
        self,
        store: Store,
        playbook: Playbook,
        *,
        now: datetime,
        only: Collection[str] = (),
        rested: bool = True,
        relabel: Relabel | None = None,
        rewrite: Rewrite | None = None,
        own: Chosen | None = None,
        learn: Callable[[Draft], None] = lambda draft: None,
    ) -> None:
        """Given the store, open a session over waiting drafts, or ``only`` those named.

        ``rested`` False offers resting drafts too: the user overrules the rest.
        ``relabel`` carries a corrected label out; ``rewrite`` writes a letter anew with the
        user's detail in it; ``own`` tells the lint what the user wrote themselves; ``learn`` is
        called, in the same transaction, with each draft that was decided about.
        """
        self._store = store
        self._playbook = playbook
        self._now = now
        self._labels = relabel
        self._rewrite = rewrite
        self._own = own
        self._learn = learn
        states = (DraftState.WAITING,) if rested else (DraftState.WAITING, DraftState.RESTING)
        drafts = [d for d in store.drafts(states) if not only or d.id in only]
        drafts.sort(key=lambda d: order(d)[0])
        self._queue = [d.id for d in drafts]
        self._place = 0
        self._shown: Card | None = None
        self._undo: list[_Undo] = []

    @property
    def total(self) -> int:
        return len(self._queue)

    @property
    def place(self) -> int:
        """How many cards were dealt with or passed over."""
        return self._place

    def current(self) -> Card | None:
        """Return the card to decide on, or None when the session is through.

        Decisions are about the card that was returned last: what nobody has seen is never
        decided about, whatever a sync does to the drafts meanwhile.
        """
        self._shown = None
        while self._place < len(self._queue):
            draft = self._store.draft(self._queue[self._place])
            if draft is not None and draft.state in (DraftState.WAITING, DraftState.RESTING):
                self._shown = card(self._store, self._playbook, draft, self._own)
                return self._shown
            self._place += 1  # decided elsewhere meanwhile, or withdrawn
        return None

    def approve(self, *, anyway: bool = False) -> Draft:
        """Approve the current draft as it stands, see ``approve``."""
        current = self._card()
        with self._store.transaction():
            draft = approve(self._store, current, now=self._now, anyway=anyway)
            self._learn(draft)
        return self._decided(current.draft, draft)

    def edit(self, subject: str, body: str) -> Card:
        """Replace subject and text of the current draft; it stays the current one."""
        before = self._card().draft
        self._undo.append(_Undo(self._place, before))
        with self._store.transaction():
            edited = edit(self._store, before, subject, body, now=self._now)
            edited = looked_over(self._store, self._playbook, edited, self._own)
            self._learn(edited)
        self._shown = card(self._store, self._playbook, edited, self._own)
        return self._shown

    def detail(self, text: str) -> Card:
        """Put one true detail of the talk into the current draft; it stays the current one.

        Raise UserError when the words do not fit, or the letter has no place for them.
        """
        before = self._card().draft
        if self._rewrite is None:
            raise UserError("this letter cannot be written anew here")
        with self._store.transaction():
            after = detail(self._store, before, text, self._rewrite, now=self._now)
            after = looked_over(self._store, self._playbook, after, self._own)
            self._learn(after)
        self._undo.append(_Undo(self._place, before))
        self._shown = card(self._store, self._playbook, after, self._own)
        return self._shown

    def skip(self) -> None:
        """Leave the current draft for another time."""
        self._undo.append(_Undo(self._place))
        self._place += 1
        self._shown = None

    def snooze(self, days: int) -> Draft:
        """Let the current draft rest for so many days."""
        before = self._card().draft
        return self._decided(before, snooze(self._store, before, days, now=self._now))

    def discard(self) -> Draft:
        """Put the current draft away for good: nothing will be written in its place."""
        before = self._card().draft
        return self._decided(before, discard(self._store, before, now=self._now))

    def relabel(self, kind: Kind, reason: Reason | None = None) -> Sequence[str]:
        """Say what the original really is; return the ids of drafts that follow from it.

        The current draft is withdrawn when it no longer fits; new ones join the session.
        Raise UserError when there is no original to label.
        """
        current = self._card()
        if current.original is None or self._labels is None:
            raise UserError("this draft answers no message that could be labelled")
        self._undo.append(_Undo(self._place, current.draft, current.original, len(self._queue)))
        new = list(self._labels.apply(current.original, kind, reason))
        self._queue.extend(id for id in new if id not in self._queue)
        self._shown = None
        return new

    def back(self) -> bool:
        """Take the last decision back and return to its card; False when there is none.

        Raise UserError when it was carried out meanwhile (a sync placed the draft).
        """
        if not self._undo:
            return False
        undo = self._undo[-1]
        if undo.before is not None:
            now = self._store.draft(undo.before.id)
            if now is not None and now.state in (DraftState.DELIVERED, DraftState.SENT):
                raise UserError(
                    f"{now.id}: lies in your Drafts folder by now; change or delete it there"
                )
        self._undo.pop()
        self._place = undo.place
        self._shown = None
        if undo.label is not None and self._labels is not None:
            self._labels.undo(undo.label)
            del self._queue[undo.length :]
        if undo.before is not None:
            with self._store.transaction():
                self._store.save_draft(undo.before)
                self._store.add_decision(Decision(Action.UNDO, self._now, draft=undo.before.id))
                self._learn(undo.before)
        return True

    def _card(self) -> Card:
        """Return the card that was shown. Raise UserError when its draft is not as it was."""
        shown = self._shown or self.current()
        if shown is None:
            raise UserError("there is no draft to decide on")
        now = self._store.draft(shown.draft.id)
        same = now is not None and now.digest == shown.draft.digest
        if now is None or not same or now.state not in (DraftState.WAITING, DraftState.RESTING):
            self._shown = None
            raise UserError("that draft was changed or withdrawn meanwhile: nothing was decided")
        return shown

    def _decided(self, before: Draft, after: Draft) -> Draft:
        self._undo.append(_Undo(self._place, before))
        self._place += 1
        self._shown = None
        return after


def card(store: Store, playbook: Playbook, draft: Draft, own: Chosen | None = None) -> Card:
    """Return everything to be shown about a draft, linted as it stands now."""
    applications = store.applications()
    application = next((a for a in applications if a.id == draft.about), None)
    original = store.message(draft.answers) if draft.answers else None
    keys = application.message_keys if application else ()
    items = [store.message(key) for key in keys if key != draft.answers]
    plan = _plan_of(store, draft)
    findings = lint(
        draft,
        facts=plan.facts if plan else {},
        playbook=playbook,
        companies={a.company for a in applications if a.company},
        around=Surroundings(
            original,
            tuple(item for item in items if item is not None),
            own(draft.template) if own else None,
        ),
    )
    return Card(draft, original, application, tuple(findings))


def looked_over(store: Store, playbook: Playbook, draft: Draft, own: Chosen | None = None) -> Draft:
    """Lint a draft anew after its text changed, keep its warnings, and return it with them."""
    found = card(store, playbook, draft, own).findings
    after = replace(draft, warnings=tuple(f"{f.level}: {f.text}" for f in found))
    store.save_draft(after)
    return after


def _plan_of(store: Store, draft: Draft) -> Plan | None:
    """Return the plan that a draft was written from, None when nothing plans it any more."""
    episode = (draft.about, draft.plan, draft.episode)
    return next((p for p in store.plans() if (p.about, p.kind, p.episode) == episode), None)


def approve(store: Store, card: Card, *, now: datetime, anyway: bool = False) -> Draft:
    """Bind a human's approval to the text as it stands.

    Raise UserError on an error of the lint, in one line with the way out; ``anyway`` overrules
    it, is kept with the Decision, and does not reach ``findings.FIRM``.
    """
    errors = [f for f in card.findings if f.level == "error"]
    firm = [f for f in errors if f.rule in FIRM]
    told = "; ".join(f.text for f in (firm if anyway else errors))
    if firm or (errors and not anyway):
        way = "" if firm else ", or approve it with --anyway"
        raise UserError(f"{card.draft.id}: not approved: {told}; edit it{way}")
    overruled = f"anyway: {'; '.join(f.text for f in errors)}" if errors else ""
    return _decide(store, card.draft, DraftState.APPROVED, Action.APPROVE, now, overruled)


def edit(store: Store, draft: Draft, subject: str, body: str, *, now: datetime) -> Draft:
    """Keep a human's words in place of the draft's; any earlier approval is void."""
    body = body.strip() + "\n"
    edited = replace(
        draft, subject=" ".join(subject.split()), body=body, edited=True, state=DraftState.WAITING
    )
    with store.transaction():
        store.save_draft(edited)
        store.add_decision(
            Decision(Action.EDIT, now, draft=draft.id, digest=edited.digest, detail=body)
        )
    return edited


def detail(store: Store, draft: Draft, text: str, rewrite: Rewrite, *, now: datetime) -> Draft:
    """Write a draft anew with one true detail in it; any earlier approval is void.

    It keeps its id, and rests on if it rests.  Raise UserError when the words do not fit.
    """
    plan = _plan_of(store, draft)
    if plan is None:
        raise UserError(f"{draft.id}: is not planned any more: `mailsense sync`, then look again")
    after = rewrite(draft, plan, text)
    rests = draft.state is DraftState.RESTING
    after = replace(after, state=DraftState.RESTING if rests else DraftState.WAITING)
    with store.transaction():
        store.save_draft(after)
        store.add_decision(
            Decision(Action.EDIT, now, draft=draft.id, digest=after.digest, detail=after.body)
        )
    return after


def snooze(store: Store, draft: Draft, days: int, *, now: datetime) -> Draft:
    """Let a draft rest for so many days. Raise UserError below one or beyond a year."""
    if not 1 <= days <= 365:
        raise UserError("snooze takes a number of days from 1 to 365")
    rested = replace(draft, not_before=now + timedelta(days=days))
    return _decide(store, rested, DraftState.RESTING, Action.SNOOZE, now, str(days))


def discard(store: Store, draft: Draft, *, now: datetime) -> Draft:
    """Put a draft away for good."""
    return _decide(store, draft, DraftState.DISCARDED, Action.DISCARD, now)


def _decide(
    store: Store, draft: Draft, state: DraftState, action: Action, now: datetime, detail: str = ""
) -> Draft:
    after = replace(draft, state=state)
    with store.transaction():
        store.save_draft(after)
        store.add_decision(
            Decision(action, now, draft=draft.id, digest=draft.digest, detail=detail)
        )
    return after
