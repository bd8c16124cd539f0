"""The review: one draft at a time, decided by a human. No screen is known here.

A session hands out cards and takes decisions; the terminal (a line-based one now, a
full-screen one later) is only a view of it.  Every decision is stored as it is taken, so
an interrupted session loses nothing, and ``back`` takes the last one back as long as
nothing was written to a server.  Good news first: offers and requests, then the noes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailsense.decisions import (
    Card,
    Chosen,
    approve,
    card,
    detail,
    discard,
    edit,
    looked_over,
    snooze,
    variant,
    variants_of,
)
from mailsense.domain import Action, Decision, Draft, DraftState, Kind, PlanKind, Reason
from mailsense.errors import UserError
from mailsense.ports import Item, Store
from mailsense.reply.detail import Rewrite
from mailsense.reply.playbook import Playbook

__all__ = [
    "Card",
    "Chosen",
    "Relabel",
    "Review",
    "approve",
    "card",
    "detail",
    "discard",
    "edit",
    "looked_over",
    "order",
    "snooze",
    "variant",
    "variants_of",
]

_ORDER = (
    PlanKind.ANSWER_OFFER,
    PlanKind.ANSWER_REQUEST,
    PlanKind.WITHDRAW,
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
    PlanKind.WEEKLY_SUMMARY,
)


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
        vary: Rewrite | None = None,
        own: Chosen | None = None,
        learn: Callable[[Draft], None] = lambda draft: None,
    ) -> None:
        """Given the store, open a session over waiting drafts, or ``only`` those named.

        ``rested`` False offers resting drafts too: the user overrules the rest.
        ``relabel`` carries a corrected label out; ``rewrite`` writes a letter anew with the
        user's detail in it, ``vary`` as another variant; ``own`` tells the lint what the user
        wrote themselves; ``learn`` is called, in the same transaction, with each draft that was
        decided about.
        """
        self._store = store
        self._playbook = playbook
        self._now = now
        self._labels = relabel
        self._rewrite, self._vary = rewrite, vary
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
        return self._anew(before, lambda: edit(self._store, before, subject, body, now=self._now))

    def detail(self, text: str) -> Card:
        """Put one true detail of the talk into the current draft; it stays the current one.

        Raise UserError when the words do not fit, or the letter has no place for them.
        """
        before, write = self._card().draft, self._rewrite
        if write is None:
            raise UserError("this letter cannot be written anew here")
        return self._anew(before, lambda: detail(self._store, before, text, write, now=self._now))

    def variant(self, name: str, *, force: bool = False) -> Card:
        """Write the current draft anew as another variant; it stays the current one.

        Raise UserError when there is none of that name, or the user wrote it themselves and does
        not say ``force``.
        """
        before, write, book = self._card().draft, self._vary, self._playbook
        if write is None:
            raise UserError("this letter cannot be written anew here")
        return self._anew(
            before,
            lambda: variant(self._store, before, name, write, book, now=self._now, force=force),
        )

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

    def _anew(self, before: Draft, write: Callable[[], Draft]) -> Card:
        with self._store.transaction():
            after = looked_over(self._store, self._playbook, write(), self._own)
            self._learn(after)
        self._undo.append(_Undo(self._place, before))
        self._shown = card(self._store, self._playbook, after, self._own)
        return self._shown

    def _decided(self, before: Draft, after: Draft) -> Draft:
        self._undo.append(_Undo(self._place, before))
        self._place += 1
        self._shown = None
        return after
