"""Deciding what to do next about one application, as data.

Looks at the newest message that matters and at the user's own letters after it, and says:
answer it, thank for a talk, write into the silence, or do nothing and why.  Plans are
recomputed at every look and are the same for the same mail: an open draft whose plan is no
longer among them has become stale, and an episode never gets a second draft.  Nothing is
written, and no clock is read: ``now`` is a parameter (rules 5, 8, 9 and 12 of the design).
What holds across applications (caps per company and per person) is in ``caps``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Draft, Kind, Outcome, Plan
from mailsense.ports import Item
from mailsense.reply.answer import answer, answered
from mailsense.reply.chase import into_silence
from mailsense.reply.names import greeting_name
from mailsense.reply.playbook import Playbook
from mailsense.reply.situation import Situation
from mailsense.reply.talks import over
from mailsense.reply.thanks import thanks
from mailsense.reply.timing import when

__all__ = ["greeting_name", "plan"]

_ACTED_ON = frozenset(
    {Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.REJECTION, Kind.REFERRAL, Kind.FEEDBACK}
    | {Kind.OUTREACH}
)
_SETTLED = frozenset({Outcome.ACCEPTED, Outcome.DECLINED, Outcome.WITHDRAWN})


def plan(
    application: Application,
    items: Sequence[Item],
    drafts: Sequence[Draft],
    playbook: Playbook,
    *,
    me: frozenset[str],
    ask: str,
    now: datetime,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> list[Plan]:
    """Given an application, its messages and all drafts of any state, return what to do.

    ``ask`` is advice, referral or both.  An answer comes first; where none is due, thanks
    for a talk, then a chase.  Nothing follows what the user closed.  An empty list:
    nothing is due and nothing needs saying.
    """
    ordered = tuple(sorted(items, key=lambda item: when(item, now)))
    situation = Situation(application, ordered, drafts, playbook, me, ask, now, zone, holidays)
    if application.outcome in _SETTLED or application.closed_by_user:
        return []
    settled = set(application.confirmed)
    newest = next((i for i in reversed(ordered) if _matters(i) and i.key not in settled), None)
    if newest is not None and newest.verdict is not None:
        if newest.verdict.kind is Kind.UNSURE:
            return [
                situation.nothing("not sure what this mail says: it awaits your label", newest.key)
            ]
        if not answered(newest, situation) and not over(newest, situation):
            return answer(newest, situation)
    return thanks(situation) or into_silence(newest, situation)


def _matters(item: Item) -> bool:
    verdict = item.verdict
    if item.located.outgoing or verdict is None:
        return False
    return verdict.kind is Kind.UNSURE or bool(_ACTED_ON & set(verdict.kinds))
