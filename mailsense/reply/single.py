"""One message by itself: what the one-shot ``mailsense draft PATH`` writes.

The message is taken as an application of one message.  The user asked, so neither the
reply window nor the rest counts; whether there is a person to write to counts as ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import (
    Application,
    Kind,
    Located,
    Message,
    Plan,
    PlanKind,
    Reason,
    Relation,
    Stage,
    State,
    Verdict,
)
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply.addressee import addressee
from mailsense.reply.answer import answer
from mailsense.reply.playbook import Playbook
from mailsense.reply.situation import Situation
from mailsense.reply.timing import when
from mailsense.working_days import working_days


def plan_single(
    message: Message,
    verdict: Verdict,
    playbook: Playbook,
    *,
    me: frozenset[str],
    ask: str,
    now: datetime,
    zone: ZoneInfo,
    company: str = "",
    role: str = "",
) -> Plan:
    """Given one message and its verdict, return the plan for it; kind NONE says why not.

    A message of the user's own is followed up when it has waited long enough.  ``company``
    and ``role`` are named in the letter when the caller knows them.
    """
    outgoing = message.from_.key in me
    located = Located(message, "", "", 0, outgoing=outgoing, thread=message.key)
    item = Item(located, verdict)
    application = Application(
        message.key,
        company,
        role,
        stage=_stage(verdict),
        state=State.WAITING if outgoing else State.OPEN,
        message_keys=(message.key,),
        case="applied" if outgoing else "",
    )
    situation = Situation(application, (item,), (), playbook, me, ask, now, zone, patient=True)
    if outgoing:
        return _follow_up(item, situation)
    if verdict.kind is Kind.UNSURE:
        return situation.nothing("not sure what this mail says: it needs your label", message.key)
    plans = answer(item, situation)
    if plans:
        return plans[0]
    return situation.nothing(f"mail of kind {verdict.kind} needs no reply", message.key)


def _stage(verdict: Verdict) -> Stage:
    if verdict.stage is not None:
        return verdict.stage
    networking = isinstance(verdict.reason, Reason) and verdict.reason.networking
    return Stage.NETWORKING if networking else Stage.APPLIED


def _follow_up(item: Item, situation: Situation) -> Plan:
    person, why = addressee(situation.items, item, situation.me)
    if person is None:
        return situation.nothing(f"no follow-up: {why}", item.key)
    start, end = (
        at.astimezone(situation.zone).date() for at in (when(item, situation.now), situation.now)
    )
    waited = working_days(start, end, situation.holidays)
    floor = situation.playbook.ladders["applied"].floors[0]
    if item.message.date is not None and waited < floor:
        day = start
        while working_days(start, day) < floor:
            day += timedelta(days=1)
        return situation.nothing(
            f"you wrote {waited} working days ago: a follow-up reads well from {day}", item.key
        )
    facts = fact.of_chase(
        situation.application, situation.items, person, item, now=situation.now, zone=situation.zone
    )
    return Plan(
        PlanKind.STATUS_CHECK,
        situation.application.id,
        f"chase-1:{item.key}",
        situation.playbook.template(
            PlanKind.STATUS_CHECK,
            relation=Relation(str(facts["relation"])),
            known=fact.known(facts),
        ),
        f"no answer for {waited} working days; {why}",
        answers=item.key,
        addressee=person,
        facts=facts,
    )
