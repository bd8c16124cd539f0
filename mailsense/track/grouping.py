"""Which application does a message belong to?

Three joints, in this order: one thread is one process; then one person is one process,
unless two roles or firms are clearly different; then one firm and one role, compared
exactly.  Where two processes would do equally well, none is taken (``candidates``), and the
unit knows which they are.  Everything is decided on sorted input, so that the order of
arrival does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import permutations

from mailsense.domain import Change, Correction, Kind, Message
from mailsense.ports import Item
from mailsense.track import people
from mailsense.track.candidates import clear, conflict, firms, of_firm, of_person, ties, torn
from mailsense.track.company import akin, domain_keys, firm_key, not_shouted
from mailsense.track.corrections import Holds, holds, strands
from mailsense.track.extract import Extracted, company, role, shortened, spelling, whole
from mailsense.track.instants import order
from mailsense.track.relevance import relevant
from mailsense.track.roles import role_key
from mailsense.track.titles import names_a_job
from mailsense.track.unit import PROOF, Unit, networking, place


def group(
    items: Iterable[Item], me: frozenset[str], corrections: Sequence[Correction] = ()
) -> list[Unit]:
    """Given stored messages in any order, return one unit a process, by its first message.

    ``corrections`` are those in force, in the order in which they were said.
    """
    threads: dict[str, list[Item]] = defaultdict(list)
    for item in _distinct(items):
        threads[item.located.thread or f"\0{item.key}"].append(item)
    reader = _Reader(me)
    reader.learn_shared_domains(threads.values())
    held = holds(corrections)
    units: list[Unit] = []
    for found in threads.values():
        for id, strand in strands(found, held.keys):
            unit = reader.read(strand)
            unit.held, unit.kept = id, id in held.kept
            unit.proven = unit.proven or bool(id)
            units.append(unit)
    units += [_added(one, held) for one in corrections if one.change is Change.ADD]
    for one in corrections:
        _name(one, units, held)
    units = [unit for unit in _join_held(sorted(units, key=place)) if unit.worth_keeping]
    _link_names(units)
    units = _join_people(units)
    units = _join_firms([unit for unit in units if unit.proven])
    for number, could_be in ties(units).items():
        units[number].could_be = could_be
    return sorted(units, key=place)


def _added(one: Correction, held: Holds) -> Unit:
    """Return the unit of an application that the user told of, without any letter."""
    unit = Unit([], held=held.home(one.application), began=one.happened, proven=True)
    if one.contact is not None:
        unit.named, unit.people = (one.contact,), {one.contact.key}
        keys = domain_keys(one.contact.domain)
        unit.aliases = {key for key in keys if akin(one.company, key)}
    return unit


def _name(one: Correction, units: Iterable[Unit], held: Holds) -> None:
    """Give the units of an application the firm, role and stage that the user told of."""
    if one.change not in (Change.ADD, Change.SET):
        return
    home, keys = held.home(one.application), set(one.messages)
    for unit in units:
        if unit.held != home and not any(item.key in keys for item in unit.items):
            continue
        told = {"company": one.company, "role": one.role, "stage": one.stage or ""}
        for what, value in told.items():
            if value:
                unit.say(what, one.number, value)
        unit.settle()


def _distinct(items: Iterable[Item]) -> list[Item]:
    """Keep one copy of each message, whatever folder or account it lies in."""
    best: dict[str, Item] = {}
    for item in items:
        other = best.get(item.key)
        if other is None or _copy(item) < _copy(other):
            best[item.key] = item
    return sorted(best.values(), key=order)


def _copy(item: Item) -> tuple[bool, str, str, int]:
    where = item.located
    return (item.verdict is None and not where.outgoing, where.account, where.folder, where.uid)


class _Reader:
    """Reads firm, role and people from messages, each message once."""

    def __init__(self, me: frozenset[str]) -> None:
        self._me = me
        self._companies: dict[str, Extracted[str] | None] = {}
        self._shared: frozenset[str] = frozenset()

    def learn_shared_domains(self, threads: Iterable[Sequence[Item]]) -> None:
        """Find the domains that write in the name of two firms or more: vendors and agencies.

        What a list of vendors misses, the mail itself tells.
        """
        named: dict[str, set[str]] = defaultdict(set)
        for item in (item for items in threads for item in items):
            message = item.message
            if item.located.outgoing or not item.verdict or item.verdict.kind not in _TELLING:
                continue
            found = self._company(message)
            if not found or "@" in found.evidence:
                continue
            if not any(akin(found.value, k) for k in domain_keys(message.from_.domain)):
                named[message.from_.domain].add(firm_key(found.value))
        self._shared = frozenset(d for d, firms in named.items() if d and len(firms) > 1)

    def read(self, items: Sequence[Item]) -> Unit:
        """Return what one thread says."""
        unit = Unit(sorted(items, key=order))
        unit.networking = networking(unit.items)
        written_to: set[str] = set()
        for item in unit.items:
            message, verdict = item.message, item.verdict
            if item.located.outgoing:
                written_to |= {a.key for a in people.recipients(message, self._me)}
                unit.proven = unit.proven or relevant(message)
            elif verdict is None or verdict.kind in (Kind.ALERT, Kind.OTHER):
                continue
            else:
                if (person := people.writer(message, self._me)) is not None:
                    copies = people.copied(message, self._me)
                    unit.people |= {person.key, *(a.key for a in copies)}
                unit.proven = unit.proven or bool(set(verdict.kinds) & PROOF)
            self._read_firm(unit, message, outgoing=item.located.outgoing)
            if not unit.networking and (found := role(message)):
                key = role_key(found.value)
                count, name = unit.roles.get(key, (0, found.value))
                unit.roles[key] = (count + 1, name)
        unit.people = unit.people or written_to
        _respell(unit)
        return unit

    def _read_firm(self, unit: Unit, message: Message, *, outgoing: bool) -> None:
        domain = message.from_.domain
        human = people.writer(message, self._me) is not None
        vendor = bool(message.facts.ats) or (domain in self._shared and not human)
        agency = not (outgoing or vendor) and (
            people.from_agency(message) or domain in self._shared
        )
        if agency:
            unit.agencies.add(domain)
        known = not (outgoing or agency or vendor)
        own = domain_keys(domain) if known else frozenset()
        if unit.networking and (own or outgoing):
            # many firms are named in a talk about work: the contact's own is the domain's
            found = company(replace(message, subject="", text=""), me=self._me)
        else:
            found = self._company(message)
        if found is None or (not known and not outgoing and "@" in found.evidence):
            return
        key = firm_key(found.value)
        weight, name = unit.names.get(key, (0.0, not_shouted(found.value)))
        unit.names[key] = (weight + (1.0 if "@" in found.evidence else 2.0), name)
        unit.aliases |= {k for k in own if human or akin(found.value, k)}

    def _company(self, message: Message) -> Extracted[str] | None:
        if message.key not in self._companies:
            self._companies[message.key] = company(message, me=self._me)
        return self._companies[message.key]


def _respell(unit: Unit) -> None:
    """Write firms and roles as the thread's letters write them.

    A firm known from its domain alone: "beacongrid" is "Beacon Grid" somewhere, and "Beacon"
    is "Beacon Energy" in its signature.  A role has no firm before it.
    """
    text = "\n".join(f"{i.message.subject}\n{i.message.text[:8000]}" for i in unit.items)
    for key, (weight, name) in list(unit.names.items()):
        if name.casefold() == key:
            spelt = spelling(key, text)
            unit.names[key] = (weight, spelt or name)
            full = whole(spelt, text) if spelt else shortened(key, text)
            if full and firm_key(full) != key:
                had = unit.names.get(firm_key(full), (0.0, full))
                unit.names[firm_key(full)] = (had[0], had[1])
    for key, (count, name) in list(unit.roles.items()):
        bare = _without_firm(name, unit.company)
        if bare != name:
            del unit.roles[key]
            had_role = unit.roles.get(role_key(bare), (0, bare))
            unit.roles[role_key(bare)] = (had_role[0] + count, had_role[1])


def _without_firm(role: str, firm: str) -> str:
    """Return a role without the firm before it: "Analyst" of "Acme Robotics Analyst"."""
    bare = role[len(firm) :].strip(" ,-–—:'’") if firm else ""
    before = role.casefold().startswith(f"{firm} ".casefold()) and len(firm) > 2
    return bare if before and names_a_job(bare) and not names_a_job(firm) else role


_TELLING = frozenset(
    {Kind.ACKNOWLEDGEMENT, Kind.REJECTION, Kind.INTERVIEW, Kind.TASK, Kind.OFFER, Kind.OUTREACH}
)


def _join_held(units: list[Unit]) -> list[Unit]:
    """Join what the user holds together."""
    first: dict[str, Unit] = {}
    for unit in units:
        if unit.held and first.setdefault(unit.held, unit) is not unit:
            first[unit.held].absorb(unit)
    return [unit for unit in units if not unit.held or first[unit.held] is unit]


def _link_names(units: Sequence[Unit]) -> None:
    """Let a firm be known by its shorter name too, where the role or a person is the same.

    "Acme" and "Acme Robotics" of an application for one role are one firm; that two names begin
    alike is not enough.
    """
    alike: dict[str, list[Unit]] = defaultdict(list)
    linked: list[tuple[Unit, Unit]] = []
    for unit in units:
        if unit.company:
            alike[unit.firm[:3]].append(unit)
    for same in alike.values():
        for one, other in permutations(same, 2):
            if one.firm != other.firm and akin(other.company, one.firm) and _agree(one, other):
                linked.append((one, other))
    for one, other in linked:
        for unit, key in ((one, other.firm), (other, one.firm)):
            unit.know_as(key)


def _agree(one: Unit, other: Unit) -> bool:
    """True when two units have a person in common, or the role: then a person or a domain tells.

    Robots alone do not: "Acme" and "Acme Robotics" that write through one vendor may be two.
    """
    if one.people & other.people:
        return True
    if not one.role_key or one.role_key != other.role_key:
        return False
    homes = one.aliases and other.aliases
    if homes and not one.aliases & other.aliases:
        return False
    return bool(one.people or other.people or one.firm in one.aliases)


def _join_people(units: list[Unit]) -> list[Unit]:
    """Join threads with the same person, unless firms or roles keep them apart.

    What names a role finds its like first, then what names a firm, then what names neither.
    """
    clusters = _Clusters(units)
    with_person: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for person in unit.people:
            with_person[person].append(unit)
    for person in sorted(with_person):
        theirs = with_person[person]
        for unit in sorted(theirs, key=lambda u: (-u.told, place(u))):
            mine = clusters.of(unit)
            others = clusters.beside(mine, theirs)
            one = clear(mine, of_person(mine, others))
            if one and not torn(one, mine, clusters.beside(one, theirs)):
                clusters.join(one, mine)
    return clusters.all()


def _join_firms(units: list[Unit]) -> list[Unit]:
    """Join what is about the same firm and role; a talk about work stays its own."""
    clusters = _Clusters(units)
    by_key: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for key in firms(unit):
            by_key[key].append(unit)
    for key in sorted(by_key):
        for unit in sorted(by_key[key], key=lambda u: (-u.told, place(u))):
            mine = clusters.of(unit)
            others = clusters.beside(mine, by_key[key])
            if one := clear(mine, of_firm(mine, others, key)):
                clusters.join(one, mine)
    return clusters.all()


class _Clusters:
    """Units that grow together; ``of`` tells which one a unit has become part of."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._into: dict[int, Unit] = {id(u): u for u in units}
        self._start = list(units)

    def of(self, unit: Unit) -> Unit:
        while (into := self._into[id(unit)]) is not unit:
            unit = into
        return unit

    def beside(self, mine: Unit, units: Iterable[Unit]) -> list[Unit]:
        """Return the other clusters of these units that could be one with ``mine``."""
        found = {id(c): c for c in map(self.of, units)}
        others = [c for c in found.values() if c is not mine and not conflict(c, mine)]
        return sorted(others, key=place)

    def join(self, one: Unit, other: Unit) -> None:
        one, other = sorted((self.of(one), self.of(other)), key=place)
        if one is not other:
            one.absorb(other)
            self._into[id(other)] = one

    def all(self) -> list[Unit]:
        return [u for u in self._start if self._into[id(u)] is u]
