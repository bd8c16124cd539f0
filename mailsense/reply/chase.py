"""Writing into a silence: status checks, the closing note, and asking again later.

The ladder of the case (``playbook.toml``) says after how many working days; the tracker
says how many have passed.  Persistent, not a pest: a cap per conversation, nothing while
a message awaits its label, nothing when it would come too late, nobody but a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mailsense.domain import (
    Address,
    Kind,
    Ladder,
    Outcome,
    Plan,
    PlanKind,
    Reason,
    Relation,
    Source,
    Stage,
    State,
)
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply.addressee import addressee, author, robot_address
from mailsense.reply.situation import Situation
from mailsense.reply.timing import into_hours, spoken, when
from mailsense.working_days import working_days

_NOT_NOW = frozenset({Reason.ON_HOLD, Reason.NOT_YET})


def into_silence(newest: Item | None, situation: Situation) -> list[Plan]:
    """Given the newest message that matters (answered), return the chase that is due, if any."""
    application = situation.application
    if awaits_label(situation):
        return []
    if newest is not None and newest.verdict is not None and newest.verdict.kind is Kind.REJECTION:
        return _revisit(newest, situation)
    if newest is not None and newest.verdict is not None and newest.verdict.kind is Kind.REFERRAL:
        return [situation.nothing("they gave you a name: follow it, and leave them be", newest.key)]
    ladder = situation.playbook.ladders.get(application.case)
    let_go = application.state is State.CLOSED and application.outcome is Outcome.SILENCE
    if ladder is None or not (application.state is State.WAITING or let_go):
        return []
    waited = _waited(situation)
    if waited is None:
        return []
    step = _step(ladder, waited, situation)
    if step is None or (let_go and step[0] is not PlanKind.CLOSE_LOOP):
        return []
    kind, overdue = step
    last = _last_own(situation) or _last_human(situation)
    if returned(situation):
        why = "your letter came back as undeliverable: look for another address"
        return [situation.nothing(why, last.key if last is not None else "")]
    person, why = _person(last, situation)
    key = last.key if last is not None else ""
    if person is None:
        return [situation.nothing(f"no answer for {waited} working days, but {why}", key)]
    if overdue > situation.playbook.windows.get(kind, 21) * 5 // 7:
        why = f"no answer for {waited} working days: too long ago for a first question"
        return [situation.nothing(why, key)]
    return [_chase(kind, waited, last, person, why, situation)]


def _person(last: Item | None, situation: Situation) -> tuple[Address | None, str]:
    """Return whom to write to, and why: where there is no letter yet, whom the user named.

    Not in a talk about work: what the user wrote to them elsewhere is not known.
    """
    application = situation.application
    named = application.contacts[0].address if application.contacts else None
    if situation.items or named is None or robot_address(named):
        return addressee(situation.items, last, situation.me)
    who = named.name or named.email
    if application.stage is Stage.NETWORKING:
        return None, f"no letter between you and {who} is known"
    return named, f"you named {who}"


def awaits_label(situation: Situation) -> bool:
    """True while any message of theirs has no verdict, or an unsure one that nobody resolved."""
    return any(
        not item.located.outgoing
        and (
            item.verdict is None
            or (item.verdict.kind is Kind.UNSURE and item.verdict.source is not Source.USER)
        )
        for item in situation.items
    )


def returned(situation: Situation) -> bool:
    """True when the user's last letter came back as undeliverable."""
    back = False
    for item in situation.items:
        back = item.message.facts.bounce or (back and not item.located.outgoing)
    return back


def _waited(situation: Situation) -> int | None:
    """Return the working days since the last word; None while a meeting lies ahead.

    A chase counts from the chase before, and nobody is silent before a meeting is over.
    """
    waited, own = situation.application.waiting_working_days, _last_own(situation)
    if waited is None:
        return None
    moments = [e.end or e.start for i in situation.items for e in i.message.events]
    if own is not None and situation.application.chases:
        moments.append(when(own, situation.now))
    today = situation.now.astimezone(situation.zone).date()
    if agreed := situation.application.agreed:
        if agreed >= today:
            return None
        waited = min(waited, working_days(agreed, today, situation.theirs))
    for moment in moments:
        if moment is not None:
            if moment > situation.now and not _cancelled(moment, situation):
                return None
            start = moment.astimezone(situation.zone).date()
            waited = min(waited, working_days(start, today, situation.theirs))
    return waited


def _cancelled(moment: datetime, situation: Situation) -> bool:
    return any(
        e.method == "CANCEL" and moment in (e.start, e.end)
        for i in situation.items
        for e in i.message.events
    )


def _step(ladder: Ladder, waited: int, situation: Situation) -> tuple[PlanKind, int] | None:
    """Return the step of the ladder that is due and for how many working days, else None."""
    application, chases = situation.application, situation.application.chases
    if ladder.quiet is not None and waited >= ladder.quiet:
        return None
    if not ladder.most:
        return (PlanKind.STATUS_CHECK, 0) if waited >= ladder.tag_after else None
    if application.promised is not None and chases == 0:
        today = situation.now.astimezone(situation.zone).date()
        past = working_days(application.promised, today, situation.theirs)
        due = past - situation.playbook.promise_grace
        return (PlanKind.STATUS_CHECK, due) if due >= 0 and today > application.promised else None
    if chases < ladder.most:
        due = waited - ladder.floors[chases]
        return (PlanKind.STATUS_CHECK, due) if due >= 0 else None
    if chases == ladder.most and ladder.closing is not None and waited >= ladder.closing:
        return PlanKind.CLOSE_LOOP, waited - ladder.closing
    return None


def _chase(
    kind: PlanKind,
    waited: int,
    last: Item | None,
    person: Address,
    why: str,
    situation: Situation,
) -> Plan:
    application = situation.application
    facts = fact.of_chase(
        application, situation.items, person, last, now=situation.now, zone=situation.zone
    )
    template = situation.playbook.template(
        kind, relation=Relation(str(facts["relation"])), known=fact.known(facts)
    )
    return Plan(
        kind,
        application.id,
        f"chase-{application.chases + 1}:{_anchor(situation)}",
        template,
        f"no answer for {waited} working days; {why}",
        answers=last.key if last is not None else "",
        account=application.account,
        addressee=person,
        not_before=into_hours(
            situation.now, situation.zone, situation.playbook.hours, situation.holidays
        ),
        facts=facts,
    )


def _anchor(situation: Situation) -> str:
    """Return the key of the message that the waiting began with: chases do not move it.

    Where it began with a talk that the user noted, or when the user opened it again, that.
    """
    own = [i for i in situation.items if i.located.outgoing]
    application = situation.application
    chases = application.chases
    begun = own[-1 - chases] if len(own) > chases else None
    moments = {"talk": application.spoke, "reopened": application.reopened}
    told = max(((at, name) for name, at in moments.items() if at is not None), default=None)
    if told is not None and (begun is None or when(begun, situation.now) <= told[0]):
        return f"{told[1]}:{told[0].isoformat()}"
    if len(own) > chases:
        return own[-1 - chases].key
    return situation.items[-1].key if situation.items else ""


def _last_own(situation: Situation) -> Item | None:
    return next((i for i in reversed(situation.items) if i.located.outgoing), None)


def _last_human(situation: Situation) -> Item | None:
    return next(
        (
            i
            for i in reversed(situation.items)
            if not i.located.outgoing and author(i.message, situation.me)[0] is not None
        ),
        None,
    )


def _revisit(no: Item, situation: Situation) -> list[Plan]:
    """Given a "not now" that was answered, return the question whether it is time by now."""
    verdict = no.verdict
    assert verdict is not None
    days = situation.playbook.revisit.get(verdict.reason) if verdict.reason else None
    if verdict.reason not in _NOT_NOW or days is None:
        return []
    since = situation.now - when(no, situation.now)
    window = timedelta(days=situation.playbook.windows.get(PlanKind.REVISIT, 60))
    answers = _last_own(situation)
    later = [i for i in situation.items if when(i, situation.now) > when(no, situation.now)]
    if not timedelta(days=days) <= since <= timedelta(days=days) + window:
        return []
    if any(situation.now - when(i, situation.now) < timedelta(days=days // 2) for i in later):
        return []
    person, why = addressee(situation.items, no, situation.me)
    if person is None:
        return []
    facts = fact.of_chase(
        situation.application, situation.items, person, None, now=situation.now, zone=situation.zone
    )
    facts |= {
        "reason": verdict.reason.value,
        "wrote_on": spoken(when(no, situation.now).astimezone(situation.zone).date()),
    }
    return [
        Plan(
            PlanKind.REVISIT,
            situation.application.id,
            f"revisit:{no.key}",
            situation.playbook.template(PlanKind.REVISIT, known=fact.known(facts)),
            f"{since.days} days since a no that meant not now ({verdict.reason}); {why}",
            answers=(answers or no).key,
            account=situation.application.account,
            addressee=person,
            not_before=into_hours(
                situation.now, situation.zone, situation.playbook.hours, situation.holidays
            ),
            expires=when(no, situation.now) + timedelta(days=days) + window,
            facts=facts,
        )
    ]
