"""Before a talk: whom the user means, and the call card of them, from what is stored.

Finds a person or a company by what the user typed, and asks back rather than guesses when it
could be several.  What stands on a card is decided by ``report.card``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mailsense.config import Me
from mailsense.domain import Address, Application, DraftState, Outcome, Relation, Stage
from mailsense.errors import UserError
from mailsense.journal import Entry, Lead
from mailsense.pipeline.journal import in_force
from mailsense.ports import Item, Store
from mailsense.reply.draft import own_facts
from mailsense.reply.facts import unasked
from mailsense.reply.leads import leads as every_lead
from mailsense.reply.playbook import Playbook
from mailsense.reply.templates import Templates
from mailsense.reply.timing import spoken, spoken_instant
from mailsense.report.card import CallCard, Known, Spoken, card
from mailsense.track.company import firm_key

_GONE = (DraftState.SENT, DraftState.UNKNOWN)
_MOST = 6
"""So many are named when it could be several."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what the user means: a person, a company, or one application."""

    label: str
    """What to type to mean just this one."""
    person: Address | None = None
    firm: str = ""
    """The company's key, "" for none."""
    application: str = ""


def prepared(
    store: Store,
    who: str,
    *,
    me: Me,
    mine: frozenset[str],
    playbook: Playbook,
    scripts: Templates,
    now: datetime,
    zone: ZoneInfo,
) -> CallCard:
    """Given what the user typed, return the call card of the person or company that is meant.

    ``mine`` are the user's own addresses.  Raise UserError when nobody is meant, or several
    could be; TemplateError when a script is broken.
    """
    applications = [*store.applications()]
    items = {item.key: item for item in store.job_items()}
    entries = in_force(store)
    leads = every_lead(
        [*items.values()], applications, entries, store.drafts(), me=mine, now=now, zone=zone
    )
    target = _meant(who, applications, [*items.values()], leads, mine, store)
    known = _known(target, applications, items, leads, entries)
    letters = _letters(known, store)
    questions = [q.ask for q in unasked(playbook, letters)]
    plain = card(known, questions, now=now, zone=zone)
    return replace(plain, spoken=_spoken(plain, scripts, me, zone))


# --- who is meant -------------------------------------------------------------------------


def _meant(
    who: str,
    applications: Sequence[Application],
    items: Sequence[Item],
    leads: Sequence[Lead],
    mine: frozenset[str],
    store: Store,
) -> Target:
    """Return the one that is meant: exactly, else by the beginning of its words."""
    wanted = " ".join(who.split())
    if not wanted:
        raise UserError("say who: an address, a name, a company or the id of an application")
    known = [*_targets(applications, items, leads, mine)]
    exact = [t for t in known if _exactly(t, wanted)]
    exact = [t for t in exact if t.firm] or exact  # people have an address besides
    one = store.application(wanted) if not exact else None
    if one is not None:
        return Target(one.id, application=one.id)
    found = exact or [t for t in known if _partly(t, wanted)]
    found = [*{(t.person.key if t.person else "", t.label): t for t in found}.values()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserError(
            f"nobody is known as {_shown(wanted)}: give an address, a name or a company as "
            f"`mailsense applications list` and `show` tell them"
        )
    found.sort(key=lambda t: t.label)
    named = ", ".join(t.label for t in found[:_MOST])
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    raise UserError(f"{_shown(wanted)} could be {named}{more}: name one of them")


def _targets(
    applications: Sequence[Application],
    items: Sequence[Item],
    leads: Sequence[Lead],
    mine: frozenset[str],
) -> Iterator[Target]:
    """Yield everybody and every company that can be meant, each once."""
    people: dict[str, Address] = {}
    met = (c.address for a in applications for c in a.contacts)
    given = (Address(lead.name, lead.email) for lead in leads if lead.email)
    wrote = (
        item.message.from_
        for item in items
        if not item.located.outgoing and not item.message.facts.robot
    )
    written = (address for i in items if i.located.outgoing for address in i.message.to)
    for address in (*met, *given, *wrote, *written):
        if address.email and address.key not in mine:
            known = people.setdefault(address.key, address)
            people[address.key] = known if known.name else address
    for address in people.values():
        yield Target(str(address), address)
    for lead in leads:
        if not lead.email and lead.name:
            yield Target(lead.name, Address(lead.name, ""))
    firms = {firm_key(a.company): a.company for a in applications if firm_key(a.company)}
    for key, name in firms.items():
        yield Target(name, firm=key)


def _exactly(target: Target, wanted: str) -> bool:
    if target.person is None:
        return target.firm == firm_key(wanted)
    said = {_plain(target.person.name), _plain(str(target.person))} - {""}
    return wanted.casefold() == target.person.key or _plain(wanted) in said


def _partly(target: Target, wanted: str) -> bool:
    """True when each word that was typed begins a word of the name, or of the mailbox's."""
    typed = _plain(wanted).split()
    if target.person is None:
        told = _plain(target.label).split()
    else:
        mailbox = target.person.email.rpartition("@")[0]
        told = _plain(f"{target.person.name} {mailbox}").split()
    return bool(typed) and all(any(w.startswith(t) for w in told) for t in typed)


def _plain(text: str) -> str:
    """Return the words of a text, in lower case, without punctuation."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def _shown(text: str) -> str:
    return f'"{text[:60]}"'


# --- what is known of them ----------------------------------------------------------------


def _known(
    target: Target,
    applications: Sequence[Application],
    items: Mapping[str, Item],
    leads: Sequence[Lead],
    entries: Sequence[Entry],
) -> Known:
    """Return all that concerns the target; a company with one person is that person's card."""
    person, firm = target.person, target.firm
    if target.application:
        own = [a for a in applications if a.id == target.application]
    elif person is not None:
        own = [a for a in applications if _about(a, person, items)]
    else:
        own = [a for a in applications if firm_key(a.company) == firm]
    if person is None:
        people = {c.email.casefold(): c.address for a in own for c in a.contacts if c.email}
        person = next(iter(people.values())) if len(people) == 1 else None
    named = _of(leads, person)
    companies = [*(a.company for a in _latest(own)), *(lead.company for lead in named)]
    company = next(filter(None, companies), "")
    key = firm or firm_key(company)
    around = [a for a in applications if key and firm_key(a.company) == key]
    return Known(person, company, own, around, items, named, entries)


def _about(application: Application, person: Address, items: Mapping[str, Item]) -> bool:
    """True when somebody is known in an application, or one of its letters is theirs."""
    if not person.email:
        return False
    if any(c.email.casefold() == person.key for c in application.contacts):
        return True
    own = (items[key].message for key in application.message_keys if key in items)
    return any(person.key in {a.key for a in (m.from_, *m.to)} for m in own)


def _of(leads: Sequence[Lead], person: Address | None) -> list[Lead]:
    if person is None:
        return []
    name = _plain(person.name)
    return [
        lead
        for lead in leads
        if (lead.email and lead.email.casefold() == person.key)
        or (not lead.email and name and _plain(lead.name) == name)
    ]


def _latest(applications: Sequence[Application]) -> list[Application]:
    return sorted(
        applications,
        key=lambda a: str(max(filter(None, (a.last_in, a.last_out)), default="")),
        reverse=True,
    )


def _letters(known: Known, store: Store) -> Iterator[str]:
    """Yield what the user wrote to these people, as it was sent."""
    people = {c.email.casefold() for a in known.applications for c in a.contacts}
    if known.person is not None:
        people = {known.person.key}
    for draft in store.drafts(_GONE):
        if people & {a.key for a in draft.to}:
            yield draft.body
    for item in known.items.values():
        if item.located.outgoing and people & {a.key for a in item.message.to}:
            yield item.message.text


# --- what to say --------------------------------------------------------------------------


def _spoken(plain: CallCard, scripts: Templates, me: Me, zone: ZoneInfo) -> Spoken:
    """Return the scripts, written with what is known."""
    facts = _facts(plain, zone)

    def script(name: str) -> str:
        rendered = scripts.render(name, {**facts, "me": own_facts(me)})
        return " ".join(rendered.body.split())

    return Spoken(
        script("introduction"),
        script("after-a-no"),
        script("no-openings"),
        script("not-hiring"),
        script("busy"),
        script("phone"),
    )


def _facts(plain: CallCard, zone: ZoneInfo) -> dict[str, Any]:
    """Return the facts of the scripts, read off the card."""
    standing = next(iter(plain.applications), None)
    lead = next(iter(plain.pointers), None)
    stage = standing.stage if standing else ""
    relation = plain.person.relation if plain.person else Relation.UNKNOWN
    if relation is Relation.UNKNOWN and stage == Stage.NETWORKING.value:
        relation = Relation.NETWORKING
    talks = [spoken_instant(plain.talk, zone)] if plain.talk else []
    talks += [spoken(plain.talk_on, weekday=True)] if plain.talk_on else []
    refused = standing is not None and standing.outcome is Outcome.REJECTION
    return {
        "company": plain.company,
        "role": standing.role if standing else "",
        "stage": stage,
        "reason": Outcome.REJECTION.value if refused else "",
        "relation": "" if relation is Relation.UNKNOWN else relation.value,
        "giver": lead.giver if lead else "",
        "may_use_name": bool(lead and lead.may_use_name),
        "interview_times": tuple(talks),
    }
