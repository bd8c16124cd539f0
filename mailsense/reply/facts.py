"""The facts of one letter: what the template may say, gathered from application and mail.

Everything here is stated somewhere in the mail or in the application; what is not stays
empty.  Which kind of letter it is was decided before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailsense.domain import (
    Address,
    Application,
    Draft,
    Kind,
    PlanKind,
    Reason,
    Relation,
    Stage,
)
from mailsense.ports import Item
from mailsense.reply import reading, words
from mailsense.reply.names import author_name, display_name
from mailsense.reply.playbook import Playbook
from mailsense.reply.questions import Question
from mailsense.reply.templates import VARIANTS
from mailsense.reply.timing import spoken, when

_TALK_STAGES = frozenset({Stage.SCREENING, Stage.INTERVIEW, Stage.OFFER})
_BEYOND_CONTROL = frozenset({Reason.FILLED, Reason.ON_HOLD})
_NAMED = 2
"""So many names that were given are thanked for by name."""
_OF_CASE = {
    "agency": Relation.AGENCY,
    "networking": Relation.NETWORKING,
    "referred": Relation.REFERRED,
    "interview-manager": Relation.HIRING_MANAGER,
}


def seed(text: str) -> int:
    """Return a number that stays the same for the same text, on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])


def relation_of(application: Application, person: Address) -> Relation:
    """Return what the addressee is to the user, as far as it is known."""
    for contact in application.contacts:
        if contact.email.lower() == person.key and contact.relation is not Relation.UNKNOWN:
            return contact.relation
    if application.via_agency:
        return Relation.AGENCY
    if application.stage is Stage.NETWORKING:
        return _OF_CASE.get(application.case, Relation.NETWORKING)
    return _OF_CASE.get(application.case, Relation.RECRUITER)


def common(
    application: Application, items: Sequence[Item], person: Address, *, at: datetime, now: datetime
) -> dict[str, object]:
    """Return what every letter of this application to this person may use."""
    relation = relation_of(application, person)
    stage = reading.stage_of(application.stage, items)
    if "stage" in application.corrected:
        stage = application.stage
    return {
        "to_name": name_of(items, person),
        "company": _company(application, items),
        "role": application.role,
        "stage": stage.value,
        "relation": relation.value,
        "talked": reading.talked(items, at, now)
        or (application.agreed is not None and application.agreed < at.date()),
        "variant": seed(application.id) % VARIANTS,
    }


def _company(application: Application, items: Sequence[Item]) -> str:
    """Return the firm's name as a letter may say it: "" where only an address hints at it.

    Nobody is greeted from "Northfieldmuseums": a domain runs words together.
    """
    if "company" in application.corrected or "added" in application.corrected:
        return application.company
    name = words.normal(application.company).casefold()
    for item in items:
        message = item.message
        people = (message.from_, *message.to, *message.cc)
        told = (message.subject, reading.text_of(message), message.signature, message.quoted[:5000])
        said = " ".join((*told, *(a.name for a in people)))
        if name in words.normal(said).casefold():
            return application.company
    return ""


def name_of(items: Sequence[Item], person: Address) -> str:
    """Return how a person signs, by their newest message that shows it, else their name."""
    for item in reversed(items):
        if (
            not item.located.outgoing
            and _wrote(item, person)
            and (name := author_name(item.message))
        ):
            return name
    return display_name(person)


def _wrote(item: Item, person: Address) -> bool:
    return person.key in {item.message.from_.key, *(a.key for a in item.message.reply_to)}


def of_answer(
    kind: PlanKind,
    item: Item,
    application: Application,
    items: Sequence[Item],
    person: Address,
    *,
    me: frozenset[str],
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, object]:
    """Return the facts of an answer to one message, without what it asks for."""
    verdict, message = item.verdict, item.message
    assert verdict is not None
    text = words.normal(reading.text_of(message))
    facts = common(application, items, person, at=when(item, now), now=now)
    leads = reading.pointed_to(message, me) if Kind.REFERRAL in verdict.kinds else ()
    lead = leads[0] if leads else reading.Lead()
    if Kind.REJECTION in verdict.kinds and not facts["talked"] and reading.before_a_talk(item, now):
        facts["stage"] = Stage.APPLIED.value  # invited, and refused before anybody met
    facts |= {
        "reason": verdict.reason.value if verdict.reason else "",
        "personal": _wrote(item, person),
        "runner_up": bool(words.RUNNER_UP.search(text)),
        "keep_on_file": bool(words.KEEP_ON_FILE.search(text)),
        "also_no": Kind.REJECTION in verdict.kinds and kind not in _NOES,
        "also_task": Kind.TASK in verdict.also,
        "feedback_given": Kind.FEEDBACK in verdict.also,
        "referred_name": " and ".join([one.name for one in leads if one.name][:_NAMED]),
        "forwarded": lead.forwarded,
        "may_use_name": lead.may_use_name,
        "keep_out": lead.keep_out,
        "introduced": lead.introduced,
        "offered": lead.offered and not lead.forwarded,
    }
    if facts["also_no"] and kind is PlanKind.ANSWER_REQUEST:
        facts["role"] = ""  # the one known is the one refused: what they ask is about another
    if kind in (PlanKind.ANSWER_REQUEST, PlanKind.ANSWER_OFFER):
        facts["deadline"] = reading.deadline(message, now, zone)
    if kind is PlanKind.ANSWER_REQUEST and Kind.INTERVIEW in verdict.kinds:
        facts["interview_times"] = reading.interview_times(message, now, zone)
    facts["thanks_for"] = _thanks_for(kind, item, facts)
    return facts


_NOES = frozenset({PlanKind.ANSWER_REJECTION, PlanKind.REDIRECT})


def _thanks_for(kind: PlanKind, item: Item, facts: Mapping[str, object]) -> str:
    """Return one concrete thing to thank for that the mail shows to be true."""
    verdict = item.verdict
    if kind is PlanKind.ANSWER_REQUEST and verdict is not None:
        if Kind.INTERVIEW not in verdict.kinds:
            return "telling me what is needed"
        if words.RESCHEDULED.search(words.normal(reading.text_of(item.message))):
            return "letting me know"
        return "inviting me to talk"
    if kind is PlanKind.ANSWER_REJECTION:
        if facts["talked"]:
            return "taking the time to speak with me"
        if not facts["personal"]:
            return "your help along the way"
        return "being so open with me" if facts["feedback_given"] else "letting me know"
    return {
        PlanKind.REDIRECT: "writing back",
        PlanKind.ANSWER_OUTREACH: "getting in touch",
        PlanKind.ANSWER_OFFER: "the offer",
        PlanKind.THANK_FEEDBACK: "being so open with me",
    }.get(kind, "")


def asks(
    plan: tuple[PlanKind, str],
    facts: Mapping[str, object],
    application: Application,
    person: Address,
    drafts: Sequence[Draft],
    playbook: Playbook,
    ask: str,
) -> dict[str, object]:
    """Return what a reply to a no asks for: advice, a referral in passing, both or nothing.

    Only where a person took part in a talk; never for advice when the reason lies beyond
    the user's control or was told; never for a referral when one was given, nor with a
    question this person had before.
    """
    kind, episode = plan
    reason = Reason(str(facts["reason"])) if facts["reason"] else None
    met = Stage(str(facts["stage"])) in _TALK_STAGES
    no = kind is PlanKind.ANSWER_REJECTION and met
    advice = (
        no
        and ask in ("advice", "both")
        and reason not in _BEYOND_CONTROL
        and not facts["feedback_given"]
    )
    referral = no and ask in ("referral", "both") and reason is not Reason.ON_HOLD
    fresh = unasked(
        playbook,
        (
            d.body
            for d in drafts
            if (d.plan, d.episode) != (kind, episode) and person.key in {a.key for a in d.to}
        ),
    )
    fresh = [q for q in fresh if q.own] or fresh
    chosen = fresh[seed(f"{application.id} {person.key}") % len(fresh)] if fresh else None
    return {
        "ask_advice": advice,
        "ask_referral": referral and chosen is not None,
        "question": chosen.ask if chosen and referral else "",
        "question_light": chosen.light if chosen and referral else "",
    }


def unasked(playbook: Playbook, letters: Iterable[str]) -> list[Question]:
    """Return the parting questions that none of these letters asks, the user's own first."""
    used = " ".join(map(words.normal, letters))
    return [
        q
        for q in playbook.questions
        if words.normal(q.ask) not in used and words.normal(q.light) not in used
    ]


def of_chase(
    application: Application,
    items: Sequence[Item],
    person: Address,
    last: Item | None,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, object]:
    """Return the facts of a letter into a silence. ``last`` is the user's own last letter."""
    facts = common(application, items, person, at=now, now=now)
    own = last is not None and last.located.outgoing
    wrote = when(last, now).astimezone(zone).date() if last is not None and own else None
    facts["wrote_on"] = spoken(wrote) if wrote is not None else ""
    facts["second"] = application.chases > 0
    facts["thanks_for"] = "taking the time to speak with me" if facts["talked"] else ""
    return facts


def of_thanks(
    application: Application,
    items: Sequence[Item],
    person: Address,
    number: int,
    *,
    on: str,
    now: datetime,
) -> dict[str, object]:
    """Return the facts of thanks after a talk, ``on`` a weekday or "" when it is not known.

    Who only arranged the talk is thanked for that.  The ``number`` among those who are
    thanked gives each a phrasing of their own.
    """
    facts = common(application, items, person, at=now, now=now)
    interview = application.stage is Stage.INTERVIEW
    agency = facts["relation"] == Relation.AGENCY
    arranged = agency or (interview and facts["relation"] == Relation.RECRUITER)
    return facts | {
        "talked": True,
        "talked_on": on,
        "arranged": ("the interview" if interview else "the conversation") if arranged else "",
        "variant": (seed(application.id) + number) % VARIANTS,
        "detail": "",
        "detail_about": "",
    }


def known(plan_facts: Mapping[str, object]) -> set[str]:
    """Return the names of the facts that hold something, for the playbook's ``needs``."""
    return {name for name, value in plan_facts.items() if value}
