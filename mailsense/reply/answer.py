"""Answering one message: which letter it gets, to whom, and when.

A message that does several things gets one letter; a person it points to gets a letter of
their own (``introducing``).  Whether it is the message to look at was decided by
``plan``; the words are the template's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from mailsense.domain import (
    DraftState,
    Kind,
    Plan,
    PlanKind,
    Relation,
    Stage,
    Verdict,
)
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply import pointers, reading
from mailsense.reply.addressee import addressee
from mailsense.reply.situation import Situation
from mailsense.reply.timing import into_hours, when

_DONE = frozenset({DraftState.SENT, DraftState.UNKNOWN})


def letter_for(verdict: Verdict, stage: Stage) -> PlanKind:
    """Given what a message does, return the one letter that answers all of it.

    A no that carries a request, a new role or a lead is answered by the letter about
    these, which accepts the no in passing: nobody gets two letters for one.
    """
    kinds = set(verdict.kinds)
    if Kind.OFFER in kinds:
        return PlanKind.ANSWER_OFFER
    if kinds & {Kind.INTERVIEW, Kind.TASK}:
        return PlanKind.ANSWER_REQUEST
    if Kind.REFERRAL in kinds:
        return PlanKind.THANK_REFERRAL
    if Kind.OUTREACH in kinds:
        return PlanKind.ANSWER_OUTREACH
    if Kind.REJECTION in kinds:
        reason = verdict.reason
        networking = reason.networking if reason else stage is Stage.NETWORKING
        return PlanKind.REDIRECT if networking else PlanKind.ANSWER_REJECTION
    return PlanKind.THANK_FEEDBACK if Kind.FEEDBACK in kinds else PlanKind.NONE


def answered(item: Item, situation: Situation) -> bool:
    """True when the user has answered a message: by a flag, a later letter, a talk, a draft."""
    if item.located.answered:
        return True
    at = when(item, situation.now)
    if situation.application.spoke is not None and at <= situation.application.spoke:
        return True
    person, _ = addressee(situation.items, item, situation.me)
    theirs = {item.message.from_.key, *(a.key for a in item.message.reply_to)}
    theirs |= {person.key} if person is not None else set()
    for other in situation.items:
        if not other.located.outgoing or other.key == item.key:
            continue
        if item.message.message_id and item.message.message_id in (
            *other.message.in_reply_to,
            *other.message.references,
        ):
            return True  # whatever the clocks of the two say
        same_thread = bool(other.located.thread) and other.located.thread == item.located.thread
        reached = {a.key for a in (*other.message.to, *other.message.cc)}
        if when(other, situation.now) >= at and (same_thread or reached & theirs):
            return True
    return any(d.answers == item.key and d.state in _DONE for d in situation.drafts)


def answer(item: Item, situation: Situation) -> list[Plan]:
    """Given an unanswered message that matters, return the letter it gets, or why none."""
    verdict = item.verdict
    assert verdict is not None
    kind = letter_for(verdict, situation.application.stage)
    if kind is PlanKind.NONE:
        return []
    if kind is PlanKind.THANK_REFERRAL and _only_leave(item, situation):
        why = "they say whether you may use their name, as you asked: no letter is owed"
        return [situation.nothing(why, item.key)]
    at = when(item, situation.now)
    window = timedelta(days=situation.playbook.windows.get(kind, 14))
    if situation.now - at > window and not situation.patient:
        days = (situation.now - at).days
        why = f"{days} days old: an answer after more than {window.days} days would look late"
        return [situation.nothing(why, item.key)]
    person, why = addressee(situation.items, item, situation.me)
    if person is None:
        return [situation.nothing(f"no reply: {why}", item.key)]
    facts = fact.of_answer(
        kind,
        item,
        situation.application,
        situation.items,
        person,
        me=situation.me,
        now=situation.now,
        zone=situation.zone,
    )
    facts |= fact.asks(
        (kind, item.key),
        facts,
        situation.application,
        person,
        situation.drafts,
        situation.playbook,
        situation.ask,
    )
    return [
        Plan(
            kind,
            situation.application.id,
            item.key,
            _template(kind, verdict, facts, situation),
            f"{_because(verdict)}; {why}",
            answers=item.key,
            account=situation.application.account or item.located.account,
            addressee=person,
            not_before=_wakes(kind, verdict, facts, at, situation),
            expires=None if situation.patient else at + window,
            facts=facts,
        )
    ]


def _only_leave(item: Item, situation: Situation) -> bool:
    """True when a giver only says whether the user may name them, as they were asked."""
    at = when(item, situation.now)
    asked = any(
        other.located.outgoing
        and when(other, situation.now) <= at
        and pointers.asks_leave(reading.text_of(other.message))
        for other in situation.items
    )
    if not asked or pointers.answer_to(reading.text_of(item.message), asked) is None:
        return False
    return not any(
        lead.email or lead.offered or lead.forwarded
        for lead in reading.pointed_to(item.message, situation.me)
    )


def _because(verdict: Verdict) -> str:
    also = f" and {', '.join(verdict.also)}" if verdict.also else ""
    reason = f" ({verdict.reason})" if verdict.reason else ""
    return f"it is a message of kind {verdict.kind}{reason}{also}"


def _template(
    kind: PlanKind, verdict: Verdict, facts: Mapping[str, object], situation: Situation
) -> str:
    message_kind = verdict.kind
    if kind is PlanKind.ANSWER_REQUEST:
        message_kind = Kind.INTERVIEW if Kind.INTERVIEW in verdict.kinds else Kind.TASK
    return situation.playbook.template(
        kind,
        kind=message_kind,
        reason=verdict.reason,
        stage=Stage(str(facts["stage"])),
        relation=Relation(str(facts["relation"])),
        known=fact.known(facts),
    )


def _wakes(
    kind: PlanKind,
    verdict: Verdict,
    facts: Mapping[str, object],
    at: datetime,
    situation: Situation,
) -> datetime | None:
    """Return when a draft may be offered: only a bare no rests, and wakes in working hours."""
    if kind is not PlanKind.ANSWER_REJECTION or situation.patient:
        return None
    if verdict.reason is not None and verdict.reason.networking:
        return None
    hours = situation.playbook.rest.get(Stage(str(facts["stage"])), 24)
    if not hours:
        return None
    return into_hours(
        at + timedelta(hours=hours), situation.zone, situation.playbook.hours, situation.holidays
    )
