"""The journal: what the user says is kept, and what follows from it is decided.

An entry, and applications, plans and drafts that follow from it change in one transaction.
Refuses to know how it was typed, and what an entry of any sort leads to.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from mailsense.errors import UserError
from mailsense.journal import Entry, What
from mailsense.pipeline.decide import Decided, Deciding, decide
from mailsense.ports import Store


@dataclass(frozen=True)
class Said:
    """An entry that was kept or taken back, and what followed from it."""

    entry: Entry
    decided: Decided


def in_force(store: Store, *sorts: What) -> list[Entry]:
    """Return the entries of these sorts (all where none is named) that were not taken back."""
    return [
        one for one in store.entries() if one.undone is None and (not sorts or one.what in sorts)
    ]


def say(store: Store, entry: Entry, deciding: Deciding) -> Said:
    """Keep an entry and decide anew. Raise what ``decide`` raises, then nothing is kept."""
    with store.transaction():
        return Said(store.add_entry(entry), decide(store, deciding))


def unsay(
    store: Store, sorts: Collection[What], deciding: Deciding, number: int | None = None
) -> Said:
    """Take back the entry of that number, or the last one of these sorts, and decide anew.

    Raise UserError when there is none of these sorts to take back.
    """
    known = [one for one in store.entries() if one.what in sorts]
    wanted = [
        one for one in known if (one.number == number if number is not None else one.undone is None)
    ]
    if not wanted:
        which = f"nothing numbered {number}" if number is not None else "nothing of this sort"
        raise UserError(f"there is {which} to take back")
    if wanted[-1].undone is not None:
        raise UserError(f"number {number} was taken back already")
    with store.transaction():
        back = replace(wanted[-1], undone=deciding.now)
        store.save_entry(back)
        return Said(back, decide(store, deciding))
