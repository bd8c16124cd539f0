"""From stored messages to applications: ``track``, and ``relevant`` for the user's own letters.

Two gates: ``grouping`` decides which application a message belongs to, ``progress`` what
happened in it.  This module gives the result its identity, its people and its case.
Nothing is remembered between calls but the ids that are handed in, so the same messages
and the same corrections by the user give the same applications, in whatever order they come.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

from mailsense.domain import Application, Contact, Correction, Kind, Relation, Stage, State
from mailsense.ports import Item
from mailsense.track import corrections as by_hand
from mailsense.track import people, said
from mailsense.track.country import of_application
from mailsense.track.extract import phone
from mailsense.track.grouping import group
from mailsense.track.patterns import lazy
from mailsense.track.progress import Progress, course
from mailsense.track.relevance import relevant
from mailsense.track.talks import agreed
from mailsense.track.unit import Unit, place

__all__ = ["relevant", "track"]

_EMAIL = lazy(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_MOST_CONTACTS = 12


def track(
    items: Sequence[Item],
    *,
    me: frozenset[str],
    known: Mapping[str, str],
    corrections: Sequence[Correction] = (),
) -> tuple[Application, ...]:
    """Given stored messages both ways with their verdicts, return the applications in them.

    ``me`` holds the user's addresses, ``known`` message key → application id as last
    saved, ``corrections`` what the user said of them and did not take back.  Order of
    ``items`` does not matter; tracking again with the ids it gave returns the same.
    Newest last, by first message.
    """
    mine = frozenset(a.lower() for a in me)
    said_so = sorted(corrections, key=lambda c: c.number)
    units = group(items, mine, said_so)
    referred = _referred(items)
    ids = _ids(units, known)
    keys = {i: [item.key for item in u.items] for u, i in zip(units, ids, strict=True)}
    told = by_hand.bound(said_so, keys)
    id_of = {id(unit): ident for unit, ident in zip(units, ids, strict=True)}
    found = []
    for unit, ident in zip(units, ids, strict=True):
        one = _application(unit, ident, told[ident], mine, referred)
        could_be = () if one.closed_by_user else unit.could_be
        found.append(replace(one, could_be=tuple(id_of[id(other)] for other in could_be)))
    return tuple(found)


def _application(
    unit: Unit,
    ident: str,
    told: Sequence[Correction],
    me: frozenset[str],
    referred: frozenset[str],
) -> Application:
    progress = course(unit.items, me, networking=unit.networking, told=told)
    contacts = _contacts(unit, me, referred)
    agency = bool(unit.agencies) or any(c.relation is Relation.AGENCY for c in contacts)
    keys = tuple(item.key for item in unit.items)
    threads = dict.fromkeys(i.located.thread for i in unit.items if i.located.thread)
    found = Application(
        id=ident,
        company=unit.company,
        role=unit.role,
        stage=progress.stage,
        state=progress.state,
        outcome=progress.outcome,
        tag=progress.tag,
        contacts=contacts,
        threads=tuple(threads),
        message_keys=keys,
        account=_account(unit),
        via_agency=agency,
        task_handed_in=progress.task_handed_in,
        last_in=progress.last_in,
        last_out=progress.last_out,
        promised=progress.promised,
        chases=progress.chases if progress.state is not State.CLOSED else 0,
        note=progress.note,
        agreed=agreed(unit.items),
        confirmed=tuple(k for k in keys if k in progress.confirming),
        waits=progress.waits.all(),
        notes=by_hand.notes(told),
        spoke=progress.spoke,
        reopened=progress.reopened,
        corrected=by_hand.fields(told, state=progress.state_by_hand),
        country=of_application(contacts, unit.items),
    )
    return replace(found, case=_case(found, progress))


def _case(application: Application, progress: Progress) -> str:
    """Return the row of the table "when to write" that holds; "" when nothing is waited for."""
    relations = {c.relation for c in application.contacts}
    recruiter = Relation.RECRUITER in relations
    if application.state is State.CLOSED:
        return ""
    if application.stage is Stage.NETWORKING:
        return "referred" if Relation.REFERRED in relations else "networking"
    if application.stage is Stage.OFFER:
        return "offer"
    if application.task_handed_in:
        return "task"
    if application.via_agency and application.contacts:
        return "agency"
    if application.stage is Stage.INTERVIEW:
        if progress.final:
            return "final"
        return "interview-recruiter" if recruiter else "interview-manager"
    if application.stage is Stage.SCREENING:
        return "screening"
    return "applied" if application.contacts else "applied-unknown"


def _account(unit: Unit) -> str:
    """Return the account that received the newest letter; else the one that wrote it, if any."""
    received = [i for i in unit.items if not i.located.outgoing]
    newest = (received or unit.items)[-1:]
    return newest[0].located.account if newest else ""


# --- people ----------------------------------------------------------------------------


@dataclass
class _Met:
    """One person as met so far: the newest name, the surest relation, any phone."""

    email: str
    name: str = ""
    relation: Relation = Relation.UNKNOWN
    phone: str = ""
    rank: tuple[int, int] = (0, 0)
    """What puts one before another: wrote > was written to > got a copy; then the newest."""


def _contacts(unit: Unit, me: frozenset[str], referred: frozenset[str]) -> tuple[Contact, ...]:
    """Return the people of a process: who wrote, newest first; then who was written to."""
    met: dict[str, _Met] = {}
    for address in unit.named:
        _meet(met, address.key, address.name, address.email, (1, -1))
    texts: list[str] = []
    sent_by = False
    for number, item in enumerate(unit.items):
        message = item.message
        if item.located.outgoing:
            sent_by = sent_by or said.says(said.SENT_BY, message.text)
            for address in people.recipients(message, me):
                if not people.is_office_address(address.email):
                    _meet(met, address.key, address.name, address.email, (1, number))
            continue
        texts.append(message.text)
        writer = people.writer(message, me)
        if writer is None:
            continue
        one = _meet(met, writer.key, writer.name, writer.email, (2, number))
        agency = message.from_.domain in unit.agencies
        told = people.relation(message, agency=agency)
        if told is not Relation.UNKNOWN:
            one.relation = told
        if found := phone(message.signature):
            one.phone = found.value
        for address in people.copied(message, me):
            _meet(met, address.key, address.name, address.email, (0, number))
    for one in met.values():
        one.relation = _relation(one, unit, texts, referred, sent_by=sent_by)
    ranked = sorted(met.values(), key=lambda m: (-m.rank[0], -m.rank[1], m.email))
    return tuple(Contact(m.name, m.email, m.relation, m.phone) for m in ranked[:_MOST_CONTACTS])


def _meet(met: dict[str, _Met], key: str, name: str, email: str, rank: tuple[int, int]) -> _Met:
    one = met.setdefault(key, _Met(email))
    one.name = name or one.name
    one.rank = max(one.rank, rank)
    return one


def _relation(
    one: _Met, unit: Unit, texts: Sequence[str], referred: frozenset[str], *, sent_by: bool
) -> Relation:
    if unit.networking:
        by_name = one.email.lower() in referred or sent_by
        return Relation.REFERRED if by_name else Relation.NETWORKING
    if one.relation is not Relation.UNKNOWN:
        return one.relation
    if any(people.named_as_interviewer(text, one.name) for text in texts):
        return Relation.INTERVIEWER
    return Relation.UNKNOWN


def _referred(items: Sequence[Item]) -> frozenset[str]:
    """Return the addresses that somebody named in a referral."""
    return frozenset(
        address.lower().rstrip(".")
        for item in items
        if item.verdict and Kind.REFERRAL in item.verdict.kinds and not item.located.outgoing
        for address in _EMAIL.findall(item.message.text[:5000])
    )


# --- identity --------------------------------------------------------------------------


def _ids(units: Sequence[Unit], known: Mapping[str, str]) -> list[str]:
    """Return an id for each unit: the known one that most of its messages have, else a new one.

    What the user holds together has the id that it is held under.  No id is given twice: where
    two units claim one, the stronger claim keeps it.
    """
    claims = []
    for number, unit in enumerate(units):
        if unit.held:
            continue
        counts: dict[str, int] = defaultdict(int)
        for item in unit.items:
            if old := known.get(item.key):
                counts[old] += 1
        claims += [(-count, old, place(unit), number) for old, count in counts.items()]
    given = {number: unit.held for number, unit in enumerate(units) if unit.held}
    for _, old, _, number in sorted(claims):
        if number not in given and old not in given.values():
            given[number] = old
    taken = {*given.values(), *known.values()}
    for number, unit in enumerate(units):
        if number not in given:
            given[number] = next(i for i in _new_ids(unit) if i not in taken)
            taken.add(given[number])
    return [given[number] for number in range(len(units))]


def _new_ids(unit: Unit) -> Iterator[str]:
    """Yield the id of the earliest message, then those that serve when it is taken."""
    keys = [item.key for item in unit.items]
    for seed in chain(keys, (f"{keys[0]}\0{n}" for n in count())):
        yield "a" + hashlib.sha256(seed.encode()).hexdigest()[:10]
