"""The thank-you after a talk: to whom, and when. The day after, before any silence counts.

A no or an offer since the talk is answered instead; whom the user has written to since needs
no second letter; after a few working days it would come too late.  What was said in the talk
is not known here: that one true detail is the user's to add.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from mailsense.domain import (
    Address,
    DraftState,
    Kind,
    Outcome,
    Plan,
    PlanKind,
    Relation,
    Stage,
    State,
)
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply.addressee import addressee, robot_address
from mailsense.reply.situation import Situation
from mailsense.reply.talks import Talk, newest_talk, speaks_of_talk
from mailsense.reply.timing import WEEKDAYS, spoken, when
from mailsense.working_days import add_working_days

_DONE = frozenset({DraftState.SENT, DraftState.UNKNOWN, DraftState.DISCARDED})
_MOST = 3
"""People thanked for one talk: so many phrasings there are, and colleagues compare."""


def thanks(situation: Situation) -> list[Plan]:
    """Given an application where no answer is due, return a thank-you for each interviewer."""
    application = situation.application
    if application.state is State.CLOSED or application.outcome is not Outcome.NONE:
        return []
    talk = newest_talk(situation)
    if talk is None or _settled(talk, situation):
        return []
    first = add_working_days(talk.day, 1, situation.holidays)
    window = situation.playbook.windows.get(PlanKind.THANK_INTERVIEWER, 3)
    last = add_working_days(talk.day, window, situation.holidays)
    if not first <= situation.now.astimezone(situation.zone).date() <= last:
        return []
    people = list(_interviewers(talk, situation))[:_MOST]
    return [
        _thank(talk, person, why, number, first, last, situation)
        for number, (person, why) in enumerate(people)
        if not _thanked(person, [p for p, _ in people], talk, situation)
    ]


def _settled(talk: Talk, situation: Situation) -> bool:
    """True when a no or an offer came since, or the last letter came back."""
    since = [i for i in situation.items if when(i, situation.now) >= talk.over]
    return any(
        i.message.facts.bounce
        or (i.verdict is not None and {Kind.REJECTION, Kind.OFFER} & set(i.verdict.kinds))
        for i in since
    )


# --- the people -------------------------------------------------------------------------


def _interviewers(talk: Talk, situation: Situation) -> Iterator[tuple[Address, str]]:
    """Yield whom to thank and why: those named as interviewers, and who invited.

    A recruiter who only arranged it is thanked where nobody else is known.
    """
    contacts = {c.email.lower(): c for c in situation.application.contacts}
    found: dict[str, tuple[Address, str]] = {}
    for item, organizer in zip(talk.told_by, _organizers(talk), strict=True):
        person, why = addressee(situation.items, item, situation.me)
        if talk.exact and person is not None and person.key == item.message.from_.key:
            why = f"{person.name or person.email} invited you"
        if organizer in contacts and not robot_address(contacts[organizer].address):
            person = contacts[organizer].address
            why = f"{person.name or person.email} called the meeting"
        if person is not None and person.key not in situation.me:
            found.setdefault(person.key, (person, why))
    met = {
        key: (c.address, f"{c.name or c.email} was named as an interviewer")
        for key, c in contacts.items()
        if c.relation is Relation.INTERVIEWER
        and key not in situation.me
        and not robot_address(c.address)
        and any(_mentions(item, c.address) for item in talk.told_by)
    }
    arranging = {
        key
        for key, (person, _) in found.items()
        if fact.relation_of(situation.application, person) in (Relation.RECRUITER, Relation.AGENCY)
    }
    if met or found.keys() - arranging:
        found = {key: pair for key, pair in found.items() if key not in arranging}
    yield from {**found, **{key: met[key] for key in sorted(met)}}.values()


def took_part(person: Address, talk: Talk, situation: Situation) -> bool:
    """True when a person was surely in a talk, and did not only arrange it."""
    relation = fact.relation_of(situation.application, person)
    arranges = relation is Relation.AGENCY or (
        relation is Relation.RECRUITER and situation.application.stage is Stage.INTERVIEW
    )
    return not arranges and person.key in {one.key for one, _ in _interviewers(talk, situation)}


def _organizers(talk: Talk) -> Sequence[str]:
    """Return each telling message's organiser, lower-case, "" where it names none."""
    return [
        next((e.organizer.lower() for e in item.message.events if e.organizer), "")
        for item in talk.told_by
    ]


def _mentions(item: Item, person: Address) -> bool:
    message = item.message
    copied = {a.key for a in (message.from_, *message.to, *message.cc, *message.reply_to)}
    return person.key in copied


def _thanked(person: Address, all_: Sequence[Address], talk: Talk, situation: Situation) -> bool:
    """True when the user has written to them since, or to somebody who was not in the talk."""
    others = {one.key for one in all_}
    since = (i for i in situation.items if i.located.outgoing and _since(i, talk, situation))
    reached = ({a.key for a in (*i.message.to, *i.message.cc)} for i in since)
    if any(person.key in to or not to & others for to in reached):
        return True
    episode = _episode(talk, person)
    mine = [d for d in situation.drafts if d.about == situation.application.id]
    return any(d.episode == episode and d.state in _DONE for d in mine)


def _since(item: Item, talk: Talk, situation: Situation) -> bool:
    """True when a letter was written after the talk; on its day, when it speaks of it."""
    at = when(item, situation.now)
    same_day = at.astimezone(situation.zone).date() == talk.day
    return at >= talk.over or (same_day and speaks_of_talk(item))


# --- the letter ---------------------------------------------------------------------------


def _episode(talk: Talk, person: Address) -> str:
    return f"talk:{talk.day.isoformat()}:{person.key}"


def _thank(
    talk: Talk,
    person: Address,
    why: str,
    number: int,
    first: date,
    last: date,
    situation: Situation,
) -> Plan:
    application, zone = situation.application, situation.zone
    facts = fact.of_thanks(
        application,
        situation.items,
        person,
        number,
        on=WEEKDAYS[talk.day.weekday()] if talk.exact else "",
        now=situation.now,
    )
    facts["talk_over"] = talk.over
    on = f" on {spoken(talk.day, weekday=True)}" if talk.exact else ""
    answers = _last_of(person, situation)
    return Plan(
        PlanKind.THANK_INTERVIEWER,
        application.id,
        _episode(talk, person),
        situation.playbook.template(
            PlanKind.THANK_INTERVIEWER,
            stage=application.stage,
            relation=Relation(str(facts["relation"])),
            known=fact.known(facts),
        ),
        f"you talked{on}, {talk.how}; {why}",
        answers=answers.key if answers is not None else "",
        account=application.account,
        addressee=person,
        not_before=datetime.combine(first, situation.playbook.hours[0], zone).astimezone(UTC),
        expires=datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC),
        facts=facts,
    )


def _last_of(person: Address, situation: Situation) -> Item | None:
    """Return the newest letter from that person, else one that they got, else None."""
    newest = list(reversed(situation.items))
    for item in newest:
        message = item.message
        if not item.located.outgoing and person.key in {
            message.from_.key,
            *(a.key for a in message.reply_to),
        }:
            return item
    return next(
        (i for i in newest if person.key in {a.key for a in (*i.message.to, *i.message.cc)}), None
    )
