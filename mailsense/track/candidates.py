"""Which processes could a conversation belong to? One of them, or several equally well: a tie.

``grouping`` joins where one would do.  Where several would, none is taken: a message that
stands apart does less harm than a rejection filed under the wrong firm, and the user is asked
(``ties``).  Never of what the user has placed or keeps apart.  Nothing is joined here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations

from mailsense.track.roles import clearly_different
from mailsense.track.unit import Unit, place

_WINDOW = timedelta(days=120)
"""Two threads farther apart than this are one process only when a person joins them."""


def conflict(one: Unit, other: Unit) -> bool:
    """True when the user holds two units apart, or they name different firms or roles.

    What is kept apart is joined only by what names the very role that it names itself.
    """
    if one.held and other.held:
        return one.held != other.held
    if (one.kept or other.kept) and not (one.role_key and one.role_key == other.role_key):
        return True
    if one.keys and other.keys and not one.keys & other.keys:
        return True
    return clearly_different(one.role_key, other.role_key)


def near(one: Unit, other: Unit) -> bool:
    return one.first - other.last <= _WINDOW and other.first - one.last <= _WINDOW


def of_person(mine: Unit, others: Sequence[Unit]) -> list[Unit]:
    """Given the other units of one person, return those that ``mine`` could be part of.

    What names a role belongs to its like, then to what names none; what names none, to what
    tells more, then to its like.
    """
    like = [c for c in others if c.told == 2 and c.role_key == mine.role_key]
    more = [c for c in others if c.told > min(mine.told, 1)]
    if mine.told == 2:
        return like or more
    return more or [c for c in others if c.told == mine.told]


def firms(unit: Unit) -> set[str]:
    """Return the keys of the firms that a unit can be looked for under.

    Of what names no firm, its agencies'; a talk about work stays its own and has none.
    """
    if unit.networking:
        return set()
    return unit.keys or {f"\0{domain}" for domain in unit.agencies}


def of_firm(mine: Unit, others: Sequence[Unit], key: str) -> list[Unit]:
    """Given the other units of one firm (see ``firms``), return those it could be part of."""
    beside = [c for c in others if near(c, mine)]
    if mine.role_key:
        return [c for c in beside if c.role_key == mine.role_key]
    if key.startswith("\0"):
        return []
    return [c for c in beside if c.role_key] or beside


def clear(mine: Unit, could_be: Sequence[Unit]) -> Unit | None:
    """Return the one that a unit is part of; None where none would do, or several equally well.

    Several of its own sort that can all be one are no tie; nor are several of which its letters
    name the role of one alone.
    """
    if len(could_be) > 1:
        if not mine.role_key and (said := _spoken_of(mine, could_be)):
            return said
        alike = all(c.role_key == mine.role_key for c in could_be)
        if not alike or any(conflict(a, b) for a, b in combinations(could_be, 2)):
            return None
    return next(iter(could_be), None)


def _spoken_of(mine: Unit, could_be: Sequence[Unit]) -> Unit | None:
    """Return the one whose role stands in the letters of ``mine``, None for several or none.

    "Senior Planner" does not speak of the Planner: the longest names are looked for first.
    """
    text = " ".join(f"{i.message.subject} {i.message.text[:8000]}" for i in mine.items)
    left, found = " ".join(text.casefold().split()), list[Unit]()
    for role in sorted({c.role for c in could_be} - {""}, key=lambda r: (-len(r), r)):
        said = rf"\b{re.escape(' '.join(role.casefold().split()))}\b"
        without = re.sub(said, " ", left)
        if without != left:
            found += [c for c in could_be if c.role == role]
        left = without
    return found[0] if len(found) == 1 else None


def torn(one: Unit, mine: Unit, others: Sequence[Unit]) -> bool:
    """True when ``one`` could be part of ``mine``, and of others beside it equally well.

    Two clients of one agent may look for the same role: what names the role alone is of neither.
    """
    could_be = of_person(one, others)
    return any(c is mine for c in could_be) and clear(one, could_be) is None


def ties(units: Sequence[Unit]) -> dict[int, list[Unit]]:
    """Given all processes, return place in ``units`` → the others that it could be part of.

    A person tells more than a firm.  Where none of them is near in time, nobody is asked.
    """
    people: dict[str, list[Unit]] = defaultdict(list)
    houses: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for person in unit.people:
            people[person].append(unit)
        for key in firms(unit):
            houses[key].append(unit)
    found = {}
    for number, mine in enumerate(units):
        if mine.held:
            continue
        by_person = [of_person(mine, _beside(mine, people[p])) for p in sorted(mine.people)]
        by_firm = [of_firm(mine, _beside(mine, houses[k]), k) for k in sorted(firms(mine))]
        if could_be := _tied(mine, by_person) or _tied(mine, by_firm):
            found[number] = could_be
    return found


def _beside(mine: Unit, units: Sequence[Unit]) -> list[Unit]:
    return [c for c in units if c is not mine and not conflict(c, mine)]


def _tied(mine: Unit, choices: Sequence[Sequence[Unit]]) -> list[Unit]:
    tied = {
        id(one): one
        for choice in choices
        if len(choice) > 1 and clear(mine, choice) is None
        for one in choice
    }
    found = sorted(tied.values(), key=place)
    return found if any(near(mine, one) for one in found) else []
