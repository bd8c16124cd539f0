"""Leads: every name the user was given, by whom, and how far it has come.

What the mail shows of a lead is outweighed by what the user said of it.  An id follows from
giver and name alone, so that it is the same in whatever order the mail arrives; where an
earlier letter is read later, the old id stays a name of the lead (``known_as``).  Decides the
state (``journal.LeadState``), whether the giver may be named, and what came of it.  Which
mentions are one lead is decided in ``mentions``, what is written because of it in
``introducing``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Draft, DraftState, PlanKind
from mailsense.journal import Entry, Lead, LeadState, What
from mailsense.ports import Item
from mailsense.reply import pointers, reading
from mailsense.reply.came_of import Came, Letters, Seen, came_of
from mailsense.reply.mentions import (
    Found,
    address_of,
    by_mouth,
    grouped,
    in_mail,
    key_of,
    lead_id,
)

_SENT = frozenset({DraftState.SENT, DraftState.UNKNOWN})


def leads(
    items: Sequence[Item],
    applications: Sequence[Application],
    entries: Sequence[Entry],
    drafts: Sequence[Draft] = (),
    *,
    me: frozenset[str],
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Lead, ...]:
    """Given all mail of the search and the entries in force, return every lead, oldest first.

    ``drafts`` tell what was sent and has not come back as mail yet.
    """
    said = [one for one in entries if one.what is What.LEAD and one.undone is None]
    mentions = [*in_mail(items, applications, me, now), *by_mouth(said, zone, now)]
    found = _named(grouped(mentions))
    for one in said:
        home = found.get(one.about) or next((g for g in found.values() if one.about in g.ids), None)
        if home is not None and one.facts.get("step") != "add":
            home.said.append(one)
    seen = Seen(Letters.of(items, now), applications, drafts, me, now, zone)
    return tuple(_lead(group, id, seen) for id, group in found.items())


def _named(groups: Iterable[Found]) -> dict[str, Found]:
    """Return the leads by id: two people of one name have their addresses in it."""
    named: dict[str, Found] = {}
    for group in groups:
        apart = lead_id(group.first.giver, f"{group.name} {group.email}")
        named[next((id for id in group.ids if id not in named), apart)] = group
    return named


# --- how a lead stands --------------------------------------------------------------------------


def _lead(found: Found, id: str, seen: Seen) -> Lead:
    """Given all that was said of one lead, return it as it stands."""
    given, giver = found.first.at, _giver(found)
    people = [e.person for e in reversed(found.said) if e.person is not None]
    name = next((p.name for p in people if p.name), found.name)
    by_hand = next((p.email for p in people if p.email), "")
    email = by_hand or found.email or _address_of(name, giver, given, seen)
    wrote, answered = _exchanged(email, given, seen)
    together = min((m.at for m in found.mentions if m.introduced), default=None)
    introduced = min(filter(None, (wrote, together)), default=None)
    may, asked, word = _leave(found, giver, seen)
    came = came_of(email, found.mentions, seen) if email else None
    ended = next((e for e in reversed(found.said) if e.facts.get("step") in ("led", "drop")), None)
    told = ended if ended is not None and ended.facts.get("step") == "led" else None
    offered = any(m.offered for m in found.mentions) and not (by_hand or found.email)
    moved = (given, found.mentions[-1].at, asked, word, *(e.at for e in found.said))
    return Lead(
        id,
        name,
        seen.day(given),
        email,
        _last([m.company for m in found.mentions] + [e.company for e in found.said]),
        giver,
        next((m.message for m in found.mentions if m.message), ""),
        next((m.about for m in found.mentions if m.about), ""),
        may,
        _state(ended, came, answered, introduced, offered=offered),
        seen.maybe(introduced),
        seen.maybe(answered),
        came.became if came else "",
        told.text if told else came.words if came else "",
        (told.on or seen.day(told.at)) if told else seen.maybe(came.at if came else None),
        seen.maybe(asked),
        seen.maybe(wrote),
        seen.day(max(at for at in moved if at is not None)),
        tuple(one for one in found.ids if one != id),
    )


def _state(
    ended: Entry | None,
    came: Came | None,
    answered: datetime | None,
    introduced: datetime | None,
    *,
    offered: bool,
) -> LeadState:
    """Return how far a lead has come; ``ended`` is the user's last word on its end."""
    if ended is not None:
        return LeadState.LED if ended.facts.get("step") == "led" else LeadState.DROPPED
    if came is not None:
        return LeadState.LED
    if answered is not None:
        return LeadState.ANSWERED
    if introduced is not None:
        return LeadState.INTRODUCED
    return LeadState.OFFERED if offered else LeadState.NEW


def _last(words: Iterable[str]) -> str:
    return next((word for word in reversed(list(words)) if word), "")


def _giver(found: Found) -> Address | None:
    said = _last(e.facts.get("giver", "") for e in found.said)
    return address_of(said) or found.first.giver


def _address_of(name: str, giver: Address | None, given: datetime, seen: Seen) -> str:
    """Return the address at which somebody of that very name was met since, "" for nobody."""
    wanted = " ".join(name.casefold().split())
    if " " not in wanted:
        return ""
    found: set[str] = set()
    for key, items in (*seen.letters.by.items(), *seen.letters.to.items()):
        if key in seen.me or key == key_of(giver) or seen.at(items[-1]) < given:
            continue
        message = items[-1].message
        people = (message.from_, *message.to, *message.cc)
        if any(a.key == key and a.name.casefold().split() == wanted.split() for a in people):
            found.add(key)
    return found.pop() if len(found) == 1 else ""


def _exchanged(email: str, given: datetime, seen: Seen) -> tuple[datetime | None, datetime | None]:
    """Return when the user wrote to the person first, and when they answered first."""
    if not email:
        return None, None
    sent = [seen.at(item) for item in seen.letters.to.get(email.lower(), ())]
    sent += [
        draft.created or seen.now
        for draft in seen.drafts
        if draft.plan is PlanKind.INTRODUCE
        and draft.state in _SENT
        and email.lower() in {a.key for a in draft.to}
    ]
    wrote = min(sent, default=None)
    since = min(given, wrote) if wrote is not None else given
    came = (seen.at(item) for item in seen.letters.by.get(email.lower(), ()))
    return wrote, next((at for at in came if at > since), None)


# --- may the giver be named? ------------------------------------------------------------------


def _leave(
    found: Found, giver: Address | None, seen: Seen
) -> tuple[bool | None, datetime | None, datetime | None]:
    """Return whether the giver may be named, when they were asked, and when they said so.

    The user's word counts most, then the giver's newest.  Who puts two people together in one
    letter has named themselves.
    """
    given, may, word = found.first.at, None, None
    key = key_of(giver)
    own = [i for i in seen.letters.to.get(key, ()) if seen.at(i) >= given]
    asking = [i for i in own if pointers.asks_leave(reading.text_of(i.message))]
    for item in seen.letters.by.get(key, ()):
        at = seen.at(item)
        if at < given:
            continue
        asked = any(_answers(item, question, seen) for question in asking)
        said = pointers.answer_to(reading.text_of(item.message), asked)
        if said is not None:
            may, word = said, at
    if may is None and any(m.introduced for m in found.mentions):
        may = True
    told = [m.may for m in found.mentions if m.may is not None]
    told += [e.facts["may_use_name"] == "yes" for e in found.said if e.facts.get("may_use_name")]
    if told:
        may = told[-1]
    return may, min(map(seen.at, asking), default=None), word


def _answers(item: Item, question: Item, seen: Seen) -> bool:
    """True when a letter follows a question in its thread."""
    id, message = question.message.message_id, item.message
    if id and id in (*message.in_reply_to, *message.references):
        return True
    same = bool(item.located.thread) and item.located.thread == question.located.thread
    return same and seen.at(item) > seen.at(question)
