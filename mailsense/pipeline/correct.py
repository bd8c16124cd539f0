"""Correcting: what the user says of applications is kept, and what follows from it is decided.

Every correction is a row that is never deleted: applications are tracked anew with it, and
without it once it is taken back.  Row, applications, plans and drafts change in one
transaction, so nothing is ever half corrected.  Decides what a correction holds (which
letters go along, which stay) and refuses what would say nothing.  Refuses to know how it was
typed, and what a correction does to the course of a process (``track.corrections``).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from mailsense.domain import Application, Change, Correction, State, short_id
from mailsense.errors import UserError
from mailsense.pipeline.decide import Decided, Deciding, decide
from mailsense.ports import Item, Store
from mailsense.track.application import track
from mailsense.track.company import firm_key
from mailsense.track.corrections import followers
from mailsense.track.roles import role_key


@dataclass(frozen=True)
class Corrected:
    """A correction that was kept or taken back, and what followed from it."""

    correction: Correction
    application: Application | None
    """The one it is about, as it stands now; None when it is no more."""
    decided: Decided


def correct(store: Store, correction: Correction, deciding: Deciding) -> Corrected:
    """Keep a correction and decide anew. Raise what ``decide`` raises, then nothing is kept."""
    with store.transaction():
        was = _letters(store)
        kept = store.add_correction(correction)
        decided = decide(store, deciding)
        now = _letters(store)
        before = {id: keys for id, keys in was.items() if now.get(id) != keys}
        kept = replace(kept, before=before)
        store.save_correction(kept)
    return Corrected(kept, _standing(store, kept), decided)


def take_back(store: Store, number: int | None, deciding: Deciding) -> Corrected:
    """Take back the correction of that number, or the last one, and decide anew.

    Raise UserError when there is none to take back.
    """
    said = {one.number: one for one in store.corrections()}
    held = [one.number for one in said.values() if one.undone is None]
    if number is None and not held:
        raise UserError("you have corrected nothing, or taken all of it back")
    one = said.get(held[-1] if number is None else number)
    if one is None:
        raise UserError(
            f"there is no correction {number}: `mailsense applications show ID` lists them"
        )
    if one.undone is not None:
        raise UserError(f"correction {number} was taken back already")
    with store.transaction():
        back = replace(one, undone=deciding.now)
        store.save_correction(back)
        store.save_applications(_as_before(store.applications(), one.before))
        decided = decide(store, deciding)
    return Corrected(back, _standing(store, back), decided)


def _letters(store: Store) -> dict[str, tuple[str, ...]]:
    return {one.id: tuple(sorted(one.message_keys)) for one in store.applications()}


def _as_before(
    applications: Sequence[Application], before: Mapping[str, tuple[str, ...]]
) -> list[Application]:
    """Return the applications with the letters they had, so that each gets its own id again."""
    moved = {key for keys in before.values() for key in keys}
    kept = [a for a in applications if a.id not in before and not moved & set(a.message_keys)]
    return [*kept, *(Application(id, message_keys=keys) for id, keys in before.items())]


def _standing(store: Store, one: Correction) -> Application | None:
    """Return the application that a correction is about, by id, else by most of its letters."""
    known = {a.id: a for a in store.applications()}
    if one.application in known:
        return known[one.application]
    owner = store.application_ids()
    votes = Counter(owner[key] for key in one.messages if key in owner)
    return known[max(votes, key=lambda id: (votes[id], id))] if votes else None


def _new_id(correction: Correction, store: Store) -> str:
    """Return an id that no application has had; the same facts give the same one."""
    number = len(store.corrections()) + 1
    told = (number, correction.change, correction.at, correction.messages, correction.company)
    return "a" + hashlib.sha256(repr(told).encode(errors="surrogatepass")).hexdigest()[:10]


# --- what each of them holds ---------------------------------------------------------------------


def add(store: Store, wanted: Correction, deciding: Deciding) -> Corrected:
    """Keep an application that no letter tells of, given its correction without an id.

    What is closed and would be taken for the same stays a process of its own.  Raise UserError
    when one that is not closed is the same.
    """
    known = {a.id: a for a in store.applications()}
    correction = replace(wanted, application=_new_id(wanted, store))
    same = {id for id, a in known.items() if _alike(a, correction)}
    same |= _would_take(store, correction, deciding)
    alive = sorted(id for id in same if known[id].state is not State.CLOSED)
    if alive:
        raise UserError(
            f"{alive[0]} is that application already: `mailsense applications set {alive[0]}` and"
            f" `note {alive[0]}` change it"
        )
    held = {id: known[id].message_keys for id in sorted(same) if known[id].message_keys}
    return correct(store, replace(correction, held=held), deciding)


def _alike(application: Application, one: Correction) -> bool:
    firm = bool(one.company) and firm_key(application.company) == firm_key(one.company)
    return firm and role_key(application.role) == role_key(one.role)


def _would_take(store: Store, correction: Correction, deciding: Deciding) -> set[str]:
    """Return the applications whose letters an application that is added would take over."""
    known = store.application_ids()
    said = [one for one in store.corrections() if one.undone is None]
    number = 1 + max((one.number for one in said), default=0)
    found = track(
        store.job_items(),
        me=deciding.settings.addresses,
        known=known,
        corrections=[*said, replace(correction, number=number)],
    )
    mine = (key for a in found if a.id == correction.application for key in a.message_keys)
    return {known[key] for key in mine if key in known}


def merge(
    store: Store, correction: Correction, applications: Sequence[Application], deciding: Deciding
) -> Corrected:
    """Make several applications one, under the first one's id. Raise UserError for one alone."""
    first, *others = {a.id: a for a in applications}.values()
    if not others:
        raise UserError("name two applications or more: `mailsense applications list` shows them")
    keys = tuple(key for a in applications for key in a.message_keys)
    merged = tuple(a.id for a in others)
    told = replace(
        correction, application=first.id, messages=keys, held={first.id: keys}, merged=merged
    )
    return correct(store, told, deciding)


def split(
    store: Store,
    correction: Correction,
    application: Application,
    items: Sequence[Item],
    deciding: Deciding,
) -> Corrected:
    """Make messages, and what follows in their threads, an application of their own.

    Raise UserError when one is not in the application, or none would stay.
    """
    owner = store.application_ids()
    for item in items:
        if owner.get(item.key) != application.id:
            raise UserError(f"{short_id(item.key)} {_where(owner.get(item.key), application.id)}")
    own = [i for i in store.job_items() if i.key in set(application.message_keys)]
    moved = followers(own, [item.key for item in items])
    rest = _without(application.message_keys, moved)
    if not rest and "added" not in application.corrected:
        raise UserError(
            f"nothing of {application.id} would be left: name fewer messages, or"
            f" `mailsense applications set {application.id}` to change what it is about"
        )
    told = replace(correction, messages=moved)
    new = _new_id(told, store)
    told = replace(told, application=new, held={new: moved, application.id: rest})
    return correct(store, told, deciding)


def assign(
    store: Store, correction: Correction, item: Item, application: Application, deciding: Deciding
) -> Corrected:
    """Make a message, and what follows in its thread, part of an application.

    Raise UserError when it is there already.
    """
    owner = store.application_ids()
    old = owner.get(item.key)
    if old == application.id:
        raise UserError(f"{short_id(item.key)} is in {old} already")
    thread = item.located.thread
    beside = [i for i in store.job_items() if thread and i.located.thread == thread]
    beside = [i for i in beside if owner.get(i.key) == old and i.key != item.key]
    moved = followers([*beside, item], [item.key])
    held = {application.id: (*application.message_keys, *moved)}
    if old is not None:
        left = next(a.message_keys for a in store.applications() if a.id == old)
        held[old] = _without(left, moved)
    told = replace(correction, application=application.id, messages=moved, held=held)
    return correct(store, told, deciding)


def keep(
    store: Store, correction: Correction, application: Application, deciding: Deciding
) -> Corrected:
    """Keep an application apart from those that it could be part of, for good.

    What names the very role that it names itself still joins it.  Raise UserError when there is
    nothing to keep it apart from.
    """
    if not application.could_be:
        raise UserError(
            f"{application.id} is an application of its own already; `mailsense applications split"
            f" {application.id} MESSAGE` takes a message out of it"
        )
    own = {a.id: a.message_keys for a in store.applications()}
    held = {id: own[id] for id in (application.id, *application.could_be)}
    told = replace(
        correction, application=application.id, messages=application.message_keys, held=held
    )
    return correct(store, told, deciding)


def _without(keys: Collection[str], moved: Collection[str]) -> tuple[str, ...]:
    gone = set(moved)
    return tuple(key for key in keys if key not in gone)


def _where(id: str | None, wanted: str) -> str:
    here = f"it is in {id}" if id else "it is in no application"
    return f"is not in {wanted}: {here}"


def about(correction: Correction, application: Application) -> Correction:
    """Return a correction as being about an application as it stands.

    Whoever says what it is about has seen which letters are in it: these stay together.
    """
    keys = application.message_keys
    held = {application.id: keys} if correction.change is Change.SET else {}
    return replace(correction, application=application.id, messages=keys, held=held)


def reopen(
    store: Store, correction: Correction, application: Application, deciding: Deciding
) -> Corrected:
    """Open a closed application again by hand. Raise UserError when it is not closed."""
    if application.state is not State.CLOSED:
        raise UserError(f"{application.id} is not closed: there is nothing to open again")
    return correct(store, about(correction, application), deciding)


def close(
    store: Store, correction: Correction, application: Application, deciding: Deciding
) -> Corrected:
    """Close an application by hand. Raise UserError when the user has closed it so already."""
    if application.closed_by_user and application.outcome is correction.outcome:
        raise UserError(
            f"{application.id} is closed already; `mailsense applications undo` takes the last"
            " correction back"
        )
    return correct(store, about(correction, application), deciding)
