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

from mailsense.domain import Application, Draft, Kind, Outcome, Plan, short_id
from mailsense.ports import Item
from mailsense.reply import scam
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
_NAMED = 3
"""So many of the applications that it could belong to are named; `show` tells them all."""
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
    theirs: Collection[date] | None = None,
) -> list[Plan]:
    """Given an application, its messages and all drafts of any state, return what to do.

    ``ask`` is advice, referral or both; ``holidays`` are the user's, ``theirs`` those of whoever
    is waited for (the same where they are not told).  An answer comes first; where none is due,
    thanks for a talk, then a chase.  Nothing follows what the user closed.  An empty list:
    nothing is due and nothing needs saying.
    """
    ordered = tuple(sorted(items, key=lambda item: when(item, now)))
    doubt = scam.doubted(ordered)
    ordered = scam.without(ordered, doubt)
    away = holidays if theirs is None else theirs
    situation = Situation(
        application, ordered, drafts, playbook, me, ask, now, zone, holidays, away
    )
    if application.outcome in _SETTLED or application.closed_by_user:
        return []
    warned = [situation.nothing(_warning(key, why), key) for key, why in doubt.items()]
    if doubt and all(item.located.outgoing for item in ordered):
        return warned
    return warned + _sound(situation)


def _sound(situation: Situation) -> list[Plan]:
    """Return what to do about the letters that are what they seem."""
    application, ordered = situation.application, situation.items
    settled = set(application.confirmed)
    settled |= {i.key for i in ordered if _overruled(i, situation)}
    newest = next((i for i in reversed(ordered) if _matters(i) and i.key not in settled), None)
    if newest is not None and newest.verdict is not None and newest.verdict.kind is Kind.UNSURE:
        return [situation.nothing("not sure what this mail says: it awaits your label", newest.key)]
    if application.could_be:
        return [_which(situation)]
    if newest is not None and not answered(newest, situation) and not over(newest, situation):
        return answer(newest, situation)
    return thanks(situation) or into_silence(newest, situation)


def _warning(key: str, why: str) -> str:
    return f"{why}; nothing is drafted (`mailsense label {short_id(key)} KIND` if it is real)"


def _which(situation: Situation) -> Plan:
    """Return the plan to do nothing before the user has said which application it belongs to."""
    application = situation.application
    theirs = [i for i in situation.items if not i.located.outgoing]
    key = next((i.key for i in reversed(theirs or situation.items)), "")
    named = [*application.could_be[:_NAMED]]
    if more := len(application.could_be) - len(named):
        named.append(f"{more} more")
    into = f"merge INTO {application.id}"
    if len(application.threads) <= 1 and key:
        into = f"assign {short_id(key)} INTO"
    return situation.nothing(
        f"it could belong to {' or '.join(named)}: say which with `mailsense applications {into}`,"
        f" or keep it apart with `mailsense applications keep {application.id}`",
        key,
    )


def _overruled(item: Item, situation: Situation) -> bool:
    """True of a no, and nothing else, from before the user opened the application again."""
    verdict, reopened = item.verdict, situation.application.reopened
    if reopened is None or verdict is None or verdict.kinds != (Kind.REJECTION,):
        return False
    return when(item, situation.now) <= reopened


def _matters(item: Item) -> bool:
    verdict = item.verdict
    if item.located.outgoing or verdict is None:
        return False
    return verdict.kind is Kind.UNSURE or bool(_ACTED_ON & set(verdict.kinds))
