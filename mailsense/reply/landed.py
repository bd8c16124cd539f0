"""The user has landed: what is withdrawn from, and who helped and hears what came of it.

Pay it forward: whoever waits for the user's move is told soon, and each helper gets one letter
of thanks.  Decides which applications are still alive enough for a withdrawal, to whom it
goes, what a helper did as the mail shows it, and that nobody gets two letters.  A withdrawal
answers whatever was asked last.  Where the new job is stands in a letter only when the
user told it.  Helpers are handed in as values, so that others than the mail can name them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import (
    Address,
    Draft,
    DraftState,
    Kind,
    Outcome,
    Plan,
    PlanKind,
    Stage,
    State,
)
from mailsense.journal import Lead, LeadState
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply import reading
from mailsense.reply.addressee import addressee, author, robot_address
from mailsense.reply.chase import awaits_label, returned
from mailsense.reply.playbook import Playbook
from mailsense.reply.situation import Situation
from mailsense.reply.talks import newest_talk
from mailsense.reply.templates import VARIANTS
from mailsense.reply.timing import when
from mailsense.reply.wishes import NEWS, Landed

_DONE = frozenset({DraftState.SENT, DraftState.UNKNOWN})
_ENGAGED = frozenset({Kind.OFFER, Kind.INTERVIEW, Kind.TASK})
_A_YEAR = timedelta(days=365)
"""Help of longer ago was for another search."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helped: ``did`` follows "Thank you for"; the lower ``rank``, the more it is."""

    person: Address
    did: str
    at: datetime
    about: str
    """The application in whose course it was, by id."""
    account: str = ""
    rank: int = 0


# --- withdrawals -------------------------------------------------------------------------


def withdrawal(situation: Situation) -> list[Plan]:
    """Given an application that a landing ends, return the letter that withdraws from it.

    None where nobody awaits one: it is closed or was let go, it is a talk with a contact, the
    user was approached and never answered (that is answered as such), nothing was heard for
    long, a letter awaits its label or came back, or the user withdrew already.
    """
    application, items = situation.application, situation.items
    if application.state is State.CLOSED or application.outcome is not Outcome.NONE:
        return []
    if application.stage is Stage.NETWORKING or application.could_be or _only_approached(items):
        return []
    last = max(_words(situation), default=None)
    window = timedelta(days=situation.playbook.windows.get(PlanKind.WITHDRAW, 60))
    if last is None or situation.now - last > window:
        return []
    if awaits_label(situation) or returned(situation) or _withdrew(situation):
        return []
    person, why = _person(situation)
    if person is None:
        text = f"you have landed, but {why}: withdraw on their portal, if you like"
        return [situation.nothing(text, items[-1].key if items else "")]
    answers = _last_with(person, items)
    facts = fact.common(application, items, person, at=situation.now, now=situation.now)
    facts["thanks_for"] = _thanks_for(facts, items)
    earlier = sum(d.state in _DONE for d in _own_drafts(situation))
    return [
        Plan(
            PlanKind.WITHDRAW,
            application.id,
            f"withdraw-{earlier + 1}",
            situation.playbook.template(
                PlanKind.WITHDRAW, stage=Stage(str(facts["stage"])), known=fact.known(facts)
            ),
            f"you have landed; {why}",
            answers=answers.key if answers is not None else "",
            account=application.account,
            addressee=person,
            expires=last + window,
            facts=facts,
        )
    ]


def _words(situation: Situation) -> Iterator[datetime]:
    """Yield when either side last said something."""
    one = situation.application
    yield from (at for at in (one.last_in, one.last_out, one.spoke) if at is not None)


def _only_approached(items: Sequence[Item]) -> bool:
    """True where a recruiter wrote first and the user has not taken it up."""
    kinds = [set(i.verdict.kinds) for i in items if i.verdict and not i.located.outgoing]
    own = any(item.located.outgoing or item.located.answered for item in items)
    return not own and any(Kind.OUTREACH in k for k in kinds) and not (kinds[-1] & _ENGAGED)


def _own_drafts(situation: Situation) -> list[Draft]:
    about = situation.application.id
    return [d for d in situation.drafts if d.about == about and d.plan is PlanKind.WITHDRAW]


def _withdrew(situation: Situation) -> bool:
    """True when a withdrawal was sent and nothing came since, or the user wants none."""
    drafts, last_in = _own_drafts(situation), situation.application.last_in
    if any(draft.state is DraftState.DISCARDED for draft in drafts):
        return True
    sent = [d.created for d in drafts if d.state in _DONE and d.created is not None]
    return bool(sent) and (last_in is None or last_in <= max(sent))


def _person(situation: Situation) -> tuple[Address | None, str]:
    """Return who awaits the withdrawal, and why; without any mail whom the user named."""
    items, contacts = situation.items, situation.application.contacts
    if items:
        return addressee(items, items[-1], situation.me)
    if contacts and not robot_address(contacts[0].address):
        return contacts[0].address, f"you named {contacts[0].name or contacts[0].email}"
    return None, "no person is known in this process"


def _last_with(person: Address, items: Sequence[Item]) -> Item | None:
    """Return the newest letter from that person or to them, else None."""
    for item in reversed(items):
        message = item.message
        theirs = (message.from_, *message.reply_to)
        people = (*message.to, *message.cc) if item.located.outgoing else theirs
        if person.key in {a.key for a in people}:
            return item
    return None


def _thanks_for(facts: dict[str, object], items: Sequence[Item]) -> str:
    """Return what the letters show there is to thank for, "" for nothing in particular."""
    if facts["talked"]:
        return "taking the time to speak with me"
    kinds = next((i.verdict.kinds for i in reversed(items) if i.verdict), ())
    return "inviting me to talk" if Kind.INTERVIEW in kinds else ""


# --- thanks ------------------------------------------------------------------------------


def helpers(situation: Situation) -> list[Helper]:
    """Given an application, return who helped in its course, and how, as the mail shows it.

    Who gave a name, passed the user's details on or said honestly why; and, where the talk was
    not about a post, who talked with the user or offered to.
    """
    application, found = situation.application, list[Helper]()

    def helped(person: Address, did: str, at: datetime, rank: int) -> None:
        found.append(Helper(person, did, at, application.id, application.account, rank))

    networking = application.stage is Stage.NETWORKING
    talk = newest_talk(situation) if networking else None
    over = max(filter(None, (talk.over if talk else None, application.spoke)), default=None)
    for item in situation.items:
        person = author(item.message, situation.me)[0] if not item.located.outgoing else None
        if person is None or item.verdict is None:
            continue
        at, kinds = when(item, situation.now), item.verdict.kinds
        if Kind.REFERRAL in kinds:
            helped(person, _pointer(item, situation.me), at, 0)
        if Kind.FEEDBACK in kinds:
            helped(person, "being so open with me", at, 2)
        if over is not None:
            helped(person, "taking the time to talk with me", over, 1)
        elif networking and Kind.INTERVIEW in kinds:
            helped(person, "offering to talk with me", at, 3)
    if over is not None and not situation.items and application.contacts:
        named = application.contacts[0].address
        helped(named, "taking the time to talk with me", over, 1)
    return found


def _pointer(item: Item, me: frozenset[str]) -> str:
    lead = reading.lead(item.message, me)
    if lead.forwarded:
        return f"passing my details on{f' to {lead.name}' if lead.name else ''}"
    return f"pointing me to {lead.name}" if lead.name else "the pointer you gave me"


def givers(leads: Sequence[Lead], zone: ZoneInfo) -> list[Helper]:
    """Given the leads, return those who gave them, but for leads that the user let go."""
    found = []
    for lead in leads:
        if lead.giver is not None and lead.giver.email and lead.state is not LeadState.DROPPED:
            at = datetime.combine(lead.given, time(12), zone)
            who = lead.name or lead.company
            did = f"pointing me to {who}" if who else "the pointer you gave me"
            found.append(Helper(lead.giver, did, at, lead.about or lead.id))
    return found


def told(drafts: Sequence[Draft]) -> frozenset[str]:
    """Return to whom a letter with the news of a landing has gone, in lower case."""
    return frozenset(
        address.key
        for draft in drafts
        if draft.state in _DONE
        and (draft.plan is PlanKind.WITHDRAW or draft.episode.startswith(NEWS))
        for address in draft.to
    )


def thanks(
    landed: Landed,
    helped: Sequence[Helper],
    withdrawn: Collection[str],
    drafts: Sequence[Draft],
    items: Sequence[Item],
    playbook: Playbook,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> list[Plan]:
    """Given a landing and who helped, return a letter of thanks to each, with what came of it.

    ``withdrawn`` are the people who get a withdrawal now, in lower case: nobody gets two.
    Neither does who was written to since the landing, nor whose letter was discarded.
    """
    last = landed.on + timedelta(days=playbook.windows.get(PlanKind.STAY_IN_TOUCH, 30))
    expires = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    if now >= expires:
        return []
    by_date = sorted(items, key=lambda item: when(item, now))
    best: dict[str, Helper] = {}
    for one in sorted(helped, key=lambda h: (h.rank, -h.at.timestamp())):
        recent = landed.at - one.at <= _A_YEAR
        if recent and one.person.key not in withdrawn and not robot_address(one.person):
            best.setdefault(one.person.key, one)
    return [
        _thank(landed, one, by_date, playbook, expires)
        for one in best.values()
        if not _heard_of_it(one.person, landed, drafts, by_date, now, zone)
    ]


def _heard_of_it(
    person: Address,
    landed: Landed,
    drafts: Sequence[Draft],
    items: Sequence[Item],
    now: datetime,
    zone: ZoneInfo,
) -> bool:
    """True when the person got such a letter, shall get none, or had one of the user's own."""
    episode = _episode(landed, person)
    if person.key in told(drafts) or any(
        d.episode == episode and d.state is DraftState.DISCARDED for d in drafts
    ):
        return True
    return any(
        item.located.outgoing
        and _since(when(item, now), landed, zone)
        and person.key in {a.key for a in (*item.message.to, *item.message.cc)}
        for item in items
    )


def _since(at: datetime, landed: Landed, zone: ZoneInfo) -> bool:
    """True after the user told of the landing, and on any day after it."""
    return at >= landed.at or at.astimezone(zone).date() > landed.on


def _episode(landed: Landed, person: Address) -> str:
    return f"{NEWS}{landed.number}:{person.key}"


def _thank(
    landed: Landed,
    helper: Helper,
    items: Sequence[Item],
    playbook: Playbook,
    expires: datetime,
) -> Plan:
    person = helper.person
    answers = _last_with(person, items)
    facts: dict[str, object] = {
        "landed": True,
        "to_name": fact.name_of(items, person),
        "company": landed.company,
        "role": landed.role,
        "thanks_for": helper.did,
        "variant": fact.seed(person.key) % VARIANTS,
    }
    return Plan(
        PlanKind.STAY_IN_TOUCH,
        helper.about,
        _episode(landed, person),
        playbook.template(PlanKind.STAY_IN_TOUCH, known=fact.known(facts)),
        f"you have landed; thanks for {helper.did}",
        answers=answers.key if answers is not None else "",
        account=helper.account,
        addressee=person,
        expires=expires,
        facts=facts,
    )


def not_now(plan: Plan, playbook: Playbook, drafts: Sequence[Draft]) -> Plan:
    """Given the answer to an approach, return it as the kind refusal of who has landed.

    Another episode than before: what was drafted in interest, even approved, is withdrawn.
    Where the user discarded that, they want no letter at all, and it stays so.
    """
    for draft in drafts:
        same = (draft.about, draft.plan, draft.episode) == (plan.about, plan.kind, plan.episode)
        if same and draft.state is DraftState.DISCARDED:
            return plan
    known = {*fact.known(plan.facts), "landed"}
    return replace(
        plan,
        episode=f"{NEWS}{plan.episode}",
        template=playbook.template(plan.kind, known=known),
        why=f"you have landed; {plan.why}",
    )
