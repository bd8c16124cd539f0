"""What the user said of applications, applied to what the mail says (rule 6 of the design).

Decides three things.  Which letters the user holds together or apart (``Holds``, ``strands``):
what was merged, split, assigned or kept apart stays so, and what follows in a thread goes with
the letter that it follows.  Which application a correction is about (``bound``), though ids may
have changed since.  And what a correction does to the course of a process at its place in time
(``tell``): a stage set by hand, a process closed by hand, a talk, are events among the letters,
so that what comes later moves things on.  Refuses to know what the user typed, and where
corrections are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mailsense.domain import Change, Correction, Note, Outcome, Stage, State, Tag
from mailsense.ports import Item
from mailsense.track.instants import order

if TYPE_CHECKING:
    from mailsense.track.progress import Progress

_TOGETHER = frozenset({Change.MERGE, Change.SPLIT, Change.ASSIGN, Change.KEEP})
"""What is about all applications whose letters it holds, not only about the one it names."""


@dataclass
class Holds:
    """Which application the user put letters into, and where those without letters went."""

    keys: dict[str, str] = field(default_factory=dict)
    """Message key → application id."""
    homes: dict[str, str] = field(default_factory=dict)
    """Id of an application that was added → the id that it is under now, once it was merged."""
    kept: set[str] = field(default_factory=set)
    """Ids of the applications that are kept apart."""

    def home(self, id: str) -> str:
        """Return the id under which an application is found."""
        return self.homes.get(id, id)


def holds(corrections: Sequence[Correction]) -> Holds:
    """Given the corrections in force in order, return what they hold: the later one wins."""
    found = Holds()
    for one in corrections:
        for gone in one.merged:
            found.keys = {k: one.application if v == gone else v for k, v in found.keys.items()}
            found.homes = {k: one.application if v == gone else v for k, v in found.homes.items()}
        if one.change is Change.ADD:
            found.homes[one.application] = one.application
        if one.change is Change.KEEP:
            found.kept.add(one.application)
        elif one.change is Change.MERGE:
            found.kept -= {one.application, *one.merged}
        for id, keys in one.held.items():
            found.keys.update(dict.fromkeys(keys, id))
    return found


# --- what follows in a thread ----------------------------------------------------------------


def strands(items: Sequence[Item], held: Mapping[str, str]) -> list[tuple[str, list[Item]]]:
    """Given the letters of one thread, return (id or "", letters) for each part that is held.

    A letter that nobody placed goes where the one goes that it answers; what comes before
    all that were placed goes with the first of them.
    """
    ordered = sorted(items, key=order)
    first = next((held[i.key] for i in ordered if i.key in held), "")
    if not first:
        return [("", ordered)]
    parts: dict[str, list[Item]] = {}
    for item, id in _placed(ordered, held, first):
        parts.setdefault(id, []).append(item)
    return list(parts.items())


def followers(items: Iterable[Item], keys: Collection[str]) -> tuple[str, ...]:
    """Given the letters of an application, return these and what follows them in their threads.

    In order of date.
    """
    threads: dict[str, list[Item]] = {}
    for item in sorted(items, key=order):
        threads.setdefault(item.located.thread or f"\0{item.key}", []).append(item)
    moved = [
        item
        for thread in threads.values()
        for item, id in _placed(thread, dict.fromkeys(keys, "moved"), "")
        if id
    ]
    return tuple(item.key for item in sorted(moved, key=order))


def _placed(
    ordered: Sequence[Item], held: Mapping[str, str], otherwise: str
) -> list[tuple[Item, str]]:
    """Return each letter of one thread with where it goes, ``otherwise`` where nothing says it."""
    by_id: dict[str, str] = {}
    found: list[tuple[Item, str]] = []
    for item in ordered:
        message = item.message
        before = found[-1][1] if found else otherwise
        asked = (*message.references, *message.in_reply_to)
        answers = next((by_id[name] for name in reversed(asked) if name in by_id), before)
        id = held.get(item.key, answers)
        found.append((item, id))
        by_id[message.message_id] = id
    return found


# --- which application a correction is about ---------------------------------------------------


def bound(
    corrections: Sequence[Correction], keys: Mapping[str, Collection[str]]
) -> dict[str, list[Correction]]:
    """Given application id → message keys, return id → the corrections about it, in order.

    Where an id is gone, it is the one that has most of the letters that the correction was said
    of; an application without letters is looked for where it was merged into.
    """
    held = holds(corrections)
    owner = {key: id for id, own in keys.items() for key in own}
    found: dict[str, list[Correction]] = {id: [] for id in keys}
    for one in corrections:
        votes = Counter(owner[key] for key in one.messages if key in owner)
        most = max(votes, key=lambda id: (votes[id], id), default="")
        home = next((i for i in (one.application, held.home(one.application)) if i in keys), most)
        told = {home} | (set(one.held) if one.change in _TOGETHER else set())
        for id in told & keys.keys():
            found[id].append(one)
    return found


def fields(corrections: Sequence[Correction], *, state: bool) -> tuple[str, ...]:
    """Return what of an application stands as the user said (``Application.corrected``).

    ``state`` is true while a closing or an opening by hand holds.
    """
    said: list[str] = []
    for one in corrections:
        if one.change is Change.ADD:
            said.append("added")
        elif one.change is Change.SET:
            told = (("company", one.company), ("role", one.role), ("stage", one.stage))
            said += [name for name, value in told if value]
        elif one.change in _TOGETHER:
            said.append("messages")
    return tuple(dict.fromkeys([*said, *(["state"] if state else [])]))


def notes(corrections: Sequence[Correction]) -> tuple[Note, ...]:
    """Return what the user wrote down, by day."""
    told = [c for c in corrections if c.change is Change.NOTE]
    told.sort(key=lambda c: (c.happened, c.number))
    return tuple(Note(c.happened, c.text, c.spoke) for c in told)


# --- the course of a process -------------------------------------------------------------------


def tell(progress: Progress, one: Correction) -> None:
    """Let a correction happen in a process whose letters were read up to that moment."""
    if one.change is Change.ADD:
        _applied(progress, one)
    elif one.change is Change.CLOSE:
        _close(progress, one)
    elif one.change is Change.REOPEN:
        _reopen(progress, one)
    elif one.change is Change.SET and one.stage is not None:
        _reach(progress, one.stage)
    elif one.change is Change.NOTE and one.spoke and progress.state is not State.CLOSED:
        progress.spoken_with(one.happened)


def _applied(progress: Progress, one: Correction) -> None:
    """The user applied, or wrote, elsewhere: that counts as a letter of theirs."""
    at = one.happened
    progress.last_out = max(filter(None, (progress.last_out, at)))
    if not progress.own:
        progress.own.append(at)
    progress.lift(one.stage or Stage.APPLIED)
    progress.to_answer = one.stage is Stage.OFFER
    progress.waits.after(at, answers=False, stage=progress.stage, state=progress.state)


def _close(progress: Progress, one: Correction) -> None:
    outcome = one.outcome or Outcome.NONE
    progress.closed_by_hand, progress.closed_at = True, one.happened
    progress.outcome, progress.reason, progress.promised = outcome, None, None
    progress.reopened, progress.set_aside = None, progress.pending
    progress.pending, progress.to_answer = [], False
    progress.tag = Tag.REJECTION if outcome is Outcome.REJECTION else Tag.NONE
    at = one.happened
    progress.waits.after(at, answers=False, stage=progress.stage, state=progress.state)


def _reopen(progress: Progress, one: Correction) -> None:
    """It goes on: what was to be answered when it was closed by hand is again, and where nothing
    was, they are waited for from now on.
    """
    at, by_hand = one.happened, progress.closed_by_hand
    progress.closed_by_hand, progress.reopened, progress.closed_at = False, at, None
    progress.outcome, progress.reason, progress.note = Outcome.NONE, None, ""
    progress.pending = progress.set_aside if by_hand else progress.pending
    asked = bool(progress.pending)
    progress.tag = Tag.REQUEST if asked else Tag.NONE
    progress.to_answer = progress.stage is Stage.OFFER and not asked
    if not asked:
        progress.heard_of(at)
    progress.waits.after(at, answers=False, stage=progress.stage, state=progress.state)


def _reach(progress: Progress, stage: Stage) -> None:
    if progress.stage is not stage:
        progress.to_answer = stage is Stage.OFFER and progress.state is not State.CLOSED
    progress.stage, progress.stage_by_hand = stage, True
    progress.waits.at_stage(stage)
