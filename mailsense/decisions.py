"""What a human may decide about one draft, and what is shown for it.

Each decision is kept as it is taken, bound to the digest of the text it is about; whatever
changes the text voids an earlier approval (rule 1 of the design).  Refuses to know sessions and
screens, and how a letter is written anew: that is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailsense.domain import Action, Application, Decision, Draft, DraftState, Plan
from mailsense.errors import UserError
from mailsense.ports import Item, Store
from mailsense.reply.detail import Rewrite, wanted
from mailsense.reply.findings import FIRM, Finding, Own, Surroundings
from mailsense.reply.lint import lint
from mailsense.reply.playbook import Playbook
from mailsense.reply.variants import Variant, named, variants

Chosen = Callable[[str], Own]
"""Given a template's name, returns what the user wrote or chose themselves."""


@dataclass(frozen=True)
class Card:
    """One draft with all that is needed to decide about it."""

    draft: Draft
    original: Item | None
    application: Application | None
    findings: tuple[Finding, ...]
    variants: tuple[Variant, ...] = ()
    """The letters that it may become (see ``reply.variants``)."""

    @property
    def blocked(self) -> bool:
        """True when an error of the lint stands against approval."""
        return any(finding.level == "error" for finding in self.findings)

    @property
    def wants_detail(self) -> bool:
        """True when the letter would gain by one true detail that only the user knows."""
        return wanted(self.draft)


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
    choice = variants(draft, plan, playbook)
    return Card(draft, original, application, tuple(findings), choice)


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
    return _written_anew(store, draft, rewrite(draft, _planned(store, draft), text), now)


def variants_of(store: Store, draft: Draft, playbook: Playbook) -> tuple[Variant, ...]:
    """Return the letters that a draft may become (see ``reply.variants``)."""
    return variants(draft, _plan_of(store, draft), playbook)


def variant(
    store: Store,
    draft: Draft,
    name: str,
    rewrite: Rewrite,
    playbook: Playbook,
    *,
    now: datetime,
    force: bool = False,
) -> Draft:
    """Write a draft anew as another variant; any earlier approval is void.

    It keeps its id, its Message-ID and its place, and rests on if it rests.  Raise UserError when
    there is none of that name, or it would write over the user's words without ``force``.
    """
    plan = _planned(store, draft)
    one = named(variants(draft, plan, playbook), name, draft)
    if draft.edited and not force:
        raise UserError(f"{draft.id}: you have changed it yourself: --force writes over your words")
    return _written_anew(store, draft, rewrite(draft, plan, one.template), now)


def _planned(store: Store, draft: Draft) -> Plan:
    plan = _plan_of(store, draft)
    if plan is None:
        raise UserError(f"{draft.id}: is not planned any more: `mailsense sync`, then look again")
    return plan


def _written_anew(store: Store, draft: Draft, after: Draft, now: datetime) -> Draft:
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
