"""What becomes of drafts when the applications they are about change.

A draft goes with the letter that it answers, and is written anew where the user put the
application right, as long as no decision of a human is bound to its words.  Refuses to know
whether a draft is still wanted (``planning``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailsense.domain import Application, Change, Correction, Draft, DraftState
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
    """True when a draft's application was corrected since, and its words are still only ours.

    Never one that the user edited, gave a detail or approved, nor one that was ever placed.
    """
    ours = draft.state in _UNDECIDED and not draft.edited and not draft.detail
    return ours and corrected_since(draft, corrections) and not store.receipts(draft.id)


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
        )
    )
    return True


def revive(store: Store, draft: Draft, now: datetime) -> None:
    """A withdrawn draft that is wanted again (a label was corrected) waits again."""
    if draft.state is not DraftState.STALE or (draft.expires and draft.expires < now):
        return
    rests = draft.not_before is not None and draft.not_before > now
    store.save_draft(replace(draft, state=DraftState.RESTING if rests else DraftState.WAITING))
