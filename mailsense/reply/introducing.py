"""What is written because of a lead: to the person named, and to the giver in the end.

The introduction names the giver only when that is allowed, waits a few working days for leave
that was asked for, and is written once; the move is the giver's where they offered to make it.
When a lead became something the giver hears of it, once.  How a lead stands is told by
``leads``; what holds across people (one letter each, peace for who never answers) by ``caps``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import (
    Address,
    Application,
    Draft,
    DraftState,
    Outcome,
    Plan,
    PlanKind,
    Relation,
    Stage,
)
from mailsense.journal import Lead, LeadState
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply import reading
from mailsense.reply.addressee import robot_address
from mailsense.reply.answer import letter_for
from mailsense.reply.came_of import CAME
from mailsense.reply.detail import VERB
from mailsense.reply.names import display_name
from mailsense.reply.naming import reads_as_firm
from mailsense.reply.playbook import Playbook
from mailsense.reply.templates import VARIANTS
from mailsense.reply.timing import spoken, when
from mailsense.working_days import add_working_days

_ENDED = frozenset({DraftState.SENT, DraftState.UNKNOWN, DraftState.DISCARDED})
_SETTLED = frozenset({Outcome.ACCEPTED, Outcome.DECLINED, Outcome.WITHDRAWN})
_APART = ":apart"
_TO_WRITE = frozenset({LeadState.NEW, LeadState.INTRODUCED})

THING = re.compile(r"(?:an?|the|my|our|one|two|three|some|several|another)\s", re.IGNORECASE)
"""Words that name what a lead led to.  Is: "a trial shift".  Is not: "They took me on"."""


@dataclass(frozen=True, slots=True)
class Giving:
    """What leads are looked at with; ``account`` is written from where the mail tells none."""

    applications: Sequence[Application]
    items: Sequence[Item]
    drafts: Sequence[Draft]
    playbook: Playbook
    me: frozenset[str]
    account: str
    now: datetime
    zone: ZoneInfo
    holidays: Collection[date] = ()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def closed(self, about: str) -> bool:
        """True when the user closed the process in whose course a name was given."""
        return any(
            one.id == about and (one.closed_by_user or one.outcome in _SETTLED)
            for one in self.applications
        )

    def account_of(self, lead: Lead) -> str:
        """Return the account at which the lead was given."""
        item = next((i for i in self.items if i.key == lead.message), None)
        return item.located.account if item is not None else self.account


def for_leads(leads: Sequence[Lead], giving: Giving) -> list[Plan]:
    """Given all leads as they stand, return the letters that are due because of them."""
    plans = []
    for lead in leads:
        if not giving.closed(lead.about):
            plans += _introduction(lead, giving) + _led_to(lead, giving)
    return plans


# --- to the person named ------------------------------------------------------------------------


def _introduction(lead: Lead, giving: Giving) -> list[Plan]:
    """Return the letter to the person, while nobody has written to them."""
    person = Address(lead.name, lead.email)
    if lead.state not in _TO_WRITE or lead.wrote is not None or robot_address(person):
        return []
    if person.key in giving.me or _had(PlanKind.INTRODUCE, _episodes(lead), person, giving):
        return []
    expires = _until(lead.since or lead.given, PlanKind.INTRODUCE, giving)
    if expires < giving.now:
        return []
    giver = _full_name(lead.giver)
    about = _about(lead, PlanKind.INTRODUCE, _episode(lead, giving), giving)
    account = giving.account_of(lead)
    if (day := _waits(lead, giving)) is not None:
        why = f"may you name {giver or 'the giver'}? The letter to {lead.name or lead.email} waits"
        why = f"{why} for that until {spoken(day, weekday=True)}"
        return [Plan(PlanKind.NONE, about, lead.id, "", why, account=account)]
    named = giver if lead.may_use_name else ""
    facts = {
        "to_name": "" if reads_as_firm(lead.name) else display_name(person),
        "giver": named,
        "may_use_name": bool(named),
        "introduced": lead.introduced is not None and bool(named),
        "relation": Relation.REFERRED.value,
        "variant": fact.seed(lead.id) % VARIANTS,
    }
    who = (giver or lead.giver.email) if lead.giver is not None else ""
    pointed = (
        f"{who} pointed you to {lead.name or lead.email}" if who else "you were given the name"
    )
    return [
        Plan(
            PlanKind.INTRODUCE,
            about,
            _episode(lead, giving),
            giving.playbook.template(PlanKind.INTRODUCE, known=fact.known(facts)),
            f"{pointed}; {_told(lead, named)}",
            account=account,
            addressee=person,
            expires=expires,
            facts=facts,
        )
    ]


def _told(lead: Lead, named: str) -> str:
    if named:
        return "they may be named"
    return "they want not to be named" if lead.may_use_name is False else "they are not named"


def _waits(lead: Lead, giving: Giving) -> date | None:
    """Return the day until which the letter waits for leave to name the giver, if it does.

    It waits while the question is on its way, or still among the drafts; not where the user
    thanked without asking, threw the thank-you away, or gets one that does not ask.
    """
    if lead.may_use_name is not None or lead.giver is None or not lead.message:
        return None
    if lead.asked is None and not _to_be_asked(lead, lead.giver, giving):
        return None
    day = add_working_days(lead.asked or lead.given, giving.playbook.leads_wait, giving.holidays)
    return day if giving.today < day else None


def _to_be_asked(lead: Lead, giver: Address, giving: Giving) -> bool:
    """True while a thank-you that asks for leave may still go out."""
    item = next((i for i in giving.items if i.key == lead.message), None)
    if item is None or item.verdict is None or reading.lead(item.message, giving.me).forwarded:
        return False
    stage = next((a.stage for a in giving.applications if a.id == lead.about), Stage.NETWORKING)
    if letter_for(item.verdict, stage) is not PlanKind.THANK_REFERRAL:
        return False
    if any(d.answers == item.key and d.state is DraftState.DISCARDED for d in giving.drafts):
        return False
    return not item.located.answered and not any(
        own.located.outgoing
        and giver.key in {a.key for a in (*own.message.to, *own.message.cc)}
        and when(own, giving.now) >= when(item, giving.now)
        for own in giving.items
    )


# --- to the giver, in the end ---------------------------------------------------------------


def _led_to(lead: Lead, giving: Giving) -> list[Plan]:
    """Return the letter that tells the giver what came of it, once."""
    giver, led = lead.giver, lead.led
    if lead.state is not LeadState.LED or giver is None or led is None or robot_address(giver):
        return []
    if giver.key in giving.me or giver.key == lead.email.lower() or _told_by_hand(lead, giving):
        return []
    episodes = tuple(f"led:{id}" for id in (lead.id, *lead.known_as))
    expires = _until(led, PlanKind.THANK_REFERRAL, giving)
    if expires < giving.now or _had(PlanKind.THANK_REFERRAL, episodes, None, giving):
        return []
    became = next(
        (a for a in giving.applications if a.id == lead.became and a.stage is not Stage.NETWORKING),
        None,
    )
    by_mail = lead.outcome in CAME.values()
    facts = {
        "to_name": fact.name_of(giving.items, giver),
        "referred_name": lead.name,
        "company": became.company if became is not None and by_mail else "",
        "led": True,
        **outcome_facts(lead.outcome),
        "variant": fact.seed(lead.id) % VARIANTS,
    }
    return [
        Plan(
            PlanKind.THANK_REFERRAL,
            _about(lead, PlanKind.THANK_REFERRAL, episodes[0], giving),
            episodes[0],
            giving.playbook.template(PlanKind.THANK_REFERRAL, known=fact.known(facts)),
            f"{lead.name or 'a lead'} led to something: {lead.outcome}; "
            f"{giver.name or giver.email} gave you the name",
            answers=lead.message,
            account=giving.account_of(lead),
            addressee=giver,
            expires=expires,
            facts=facts,
        )
    ]


def outcome_facts(text: str) -> dict[str, str]:
    """Given what a lead led to, return it as ``led_to`` ("a talk") or ``led_said``, a sentence."""
    said = " ".join(text.split()).strip(" \"'“”").rstrip(" .,;:!")
    if not said:
        return {"led_to": "", "led_said": ""}
    if THING.match(said) and not VERB.search(said):
        return {"led_to": f"{said[0].lower()}{said[1:]}", "led_said": ""}
    said = re.sub(r"\bi\b(?=['’ ]|$)", "I", said)
    return {"led_to": "", "led_said": f"{said[0].upper()}{said[1:]}."}


def _told_by_hand(lead: Lead, giving: Giving) -> bool:
    """True when the user has written to the giver since, and named the person."""
    assert lead.giver is not None and lead.led is not None
    first = lead.name.partition(" ")[0]
    if not first:
        return False
    name = re.compile(rf"(?<!\w){re.escape(first)}(?!\w)", re.IGNORECASE)
    return any(
        item.located.outgoing
        and lead.giver.key in {a.key for a in (*item.message.to, *item.message.cc)}
        and when(item, giving.now).astimezone(giving.zone).date() >= lead.led
        and name.search(item.message.text) is not None
        for item in giving.items
    )


# --- what both ask ------------------------------------------------------------------------------


def _episode(lead: Lead, giving: Giving) -> str:
    """Return the episode of an introduction: another one where the first names who must not be."""
    own = f"lead:{lead.id}"
    named = any(d.episode == own and names_giver(d, lead) for d in giving.drafts)
    return f"{own}{_APART}" if named and lead.may_use_name is False else own


def names_giver(draft: Draft, lead: Lead) -> bool:
    """True when an introduction names the giver of its lead."""
    first = display_name(lead.giver) if lead.giver is not None else ""
    return bool(first) and re.search(rf"(?<!\w){re.escape(first)}(?!\w)", draft.body) is not None


def _episodes(lead: Lead) -> tuple[str, ...]:
    """Return all episodes that an introduction of the lead can have had."""
    own = tuple(f"lead:{id}" for id in (lead.id, *lead.known_as))
    return (*own, *(f"{one}{_APART}" for one in own))


def _had(kind: PlanKind, episodes: Collection[str], person: Address | None, giving: Giving) -> bool:
    """True when such a letter was sent or thrown away, under whatever name the lead had then."""
    return any(
        d.plan is kind
        and d.state in _ENDED
        and (d.episode in episodes or (not d.episode.startswith("lead:") and _goes_to(d, person)))
        for d in giving.drafts
    )


def _goes_to(draft: Draft, person: Address | None) -> bool:
    return person is not None and person.key in {a.key for a in draft.to}


def _about(lead: Lead, kind: PlanKind, episode: str, giving: Giving) -> str:
    """Return what the letter is filed under: where its draft is, else where the name was given."""
    mine = (d.about for d in giving.drafts if d.plan is kind and d.episode == episode)
    return next(mine, lead.about or lead.id)


def _until(day: date, kind: PlanKind, giving: Giving) -> datetime:
    """Return the end of the time in which a letter of this kind is decent."""
    last = day + timedelta(days=giving.playbook.windows.get(kind, 30) + 1)
    return datetime.combine(last, time(), giving.zone).astimezone(UTC)


def _full_name(giver: Address | None) -> str:
    """Return the giver's name as one speaks of them to somebody else: "Pike, Nora" turned."""
    if giver is None or not display_name(giver):
        return ""
    last, comma, first = giver.name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and " " not in last.strip() else giver.name
