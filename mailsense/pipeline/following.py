"""What becomes of drafts when the applications they are about change.

A draft goes with the letter that it answers, and is written anew where the user put the
application right, as long as no decision of a human is bound to its words.  Refuses to know
whether a draft is still wanted (``planning``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailsense.domain import Application, Change, Correction, Draft, DraftState, PlanKind
from mailsense.journal import What
from mailsense.ports import Store

_UNDECIDED = frozenset({DraftState.RESTING, DraftState.WAITING, DraftState.STALE})


def follow(store: Store, applications: Sequence[Application]) -> list[str]:
    """Let drafts go to another application with the letter they answer; return those alive.

    What was sent or discarded goes along: nothing is written twice because of it.
    """
    home = {key: one.id for one in applications for key in one.message_keys}
    drafts = store.drafts()
    taken = {(d.about, d.plan, d.episode) for d in drafts}
    followed = []
    with store.transaction():
        for draft in drafts:
            about = home.get(draft.answers, draft.about)
            if about == draft.about or (about, draft.plan, draft.episode) in taken:
                continue
            taken.add((about, draft.plan, draft.episode))
            store.save_draft(replace(draft, about=about))
            if draft.state.open or draft.state is DraftState.DELIVERED:
                followed.append(draft.id)
    return followed


def corrected_since(draft: Draft, corrections: Sequence[Correction]) -> bool:
    """True when the user corrected the draft's application after it was made, or took it back."""
    return any(
        (draft.created is None or (one.undone or one.at) >= draft.created)
        and draft.about in {one.application, *one.merged, *one.held, *one.before}
        and (one.change is not Change.NOTE or one.spoke)
        for one in corrections
    )


def rewritable(store: Store, draft: Draft, corrections: Sequence[Correction]) -> bool:
    """True when its words are still only ours, and since then the user corrected its application,
    or landed (who has landed asks for nothing), or took that back; or more is heard of its lead.

    Never one that the user edited, gave a detail or approved, nor one that was ever placed.
    """
    ours = draft.state in _UNDECIDED and not draft.edited and not draft.detail
    changed = corrected_since(draft, corrections) or _landed_since(store, draft)
    again = draft.plan is PlanKind.WEEKLY_SUMMARY  # it says what was asked for last
    changed = ours and (changed or again or follows_a_lead(draft))
    return changed and not store.receipts(draft.id)


def follows_a_lead(draft: Draft) -> bool:
    """True for a letter whose words change with what is heard of a lead: may the giver be named,
    what came of it?
    """
    return draft.plan is PlanKind.INTRODUCE or draft.episode.startswith("led:")


def _landed_since(store: Store, draft: Draft) -> bool:
    return any(
        one.what is What.LANDED
        and (draft.created is None or (one.undone or one.at) >= draft.created)
        for one in store.entries()
    )


def rewrite(store: Store, earlier: Draft, fresh: Draft) -> bool:
    """Give a draft the words of a fresh one; return whether they differ."""
    if (fresh.subject, fresh.body, fresh.to) == (earlier.subject, earlier.body, earlier.to):
        return False
    store.save_draft(
        replace(
            fresh,
            id=earlier.id,
            message_id=earlier.message_id,
            state=earlier.state,
            not_before=earlier.not_before,
            chosen=earlier.chosen and earlier.template == fresh.template,
        )
    )
    return True


def revive(store: Store, draft: Draft, now: datetime) -> None:
    """A withdrawn draft that is wanted again (a label was corrected) waits again."""
    if draft.state is not DraftState.STALE or (draft.expires and draft.expires < now):
        return
    rests = draft.not_before is not None and draft.not_before > now
    store.save_draft(replace(draft, state=DraftState.RESTING if rests else DraftState.WAITING))
