"""The call card: what to have before one's eyes in a talk, on one page.

Puts together who it is, where things stand, what was said so far, and what to say.  Refuses to
know how the person was found, how the scripts are written (they are handed in, as are the
questions that were not asked yet), and what a card looks like.  Nothing is guessed: what no
mail shows and nobody told is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import (
    NOBODY,
    Address,
    Application,
    Contact,
    Event,
    Kind,
    Outcome,
    Relation,
    State,
)
from mailsense.journal import Entry, Lead, What
from mailsense.ports import Item

_HISTORY = 6
_SAID = 2
_OTHERS = 3
_POINTERS = 2
_APPLICATIONS = 3
_LONGEST = 150
"""Characters of their words on the card."""
_EPOCH = datetime.min.replace(tzinfo=UTC)
_HOUR = timedelta(hours=1)
_TELLING = (Kind.TASK, Kind.FEEDBACK, Kind.INTERVIEW, Kind.OUTREACH, Kind.REFERRAL)
"""Kinds whose decisive sentence is worth having at hand."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody met, with the day on which they last wrote or were written to."""

    name: str
    email: str
    relation: Relation = Relation.UNKNOWN
    phone: str = ""
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An application, and where it stands."""

    id: str
    company: str
    role: str
    stage: str
    state: State
    outcome: Outcome
    promised: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: ``way`` is they, you or noted, ``kind`` what a mail of theirs is."""

    on: date | None
    way: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """Their own words: what they asked, or what they said to the user."""

    on: date | None
    kind: str
    text: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Who gave the name, when, and whether they may be named; None: nobody has said."""

    giver: str
    on: date
    may_use_name: bool | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What to say: the scripts, in the order of a talk. What is empty is not shown."""

    introduction: str = ""
    after_a_no: str = ""
    no_openings: str = ""
    not_hiring: str = ""
    busy: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CallCard:
    """All of it. ``person`` is None where a card is of a whole company."""

    person: Person | None
    company: str
    applications: tuple[Standing, ...] = ()
    talk: datetime | None = None
    """When a talk is arranged, by the calendar."""
    talk_on: date | None = None
    """The day of it, where only the day is known."""
    pointers: tuple[Pointer, ...] = ()
    history: tuple[Line, ...] = ()
    earlier: int = 0
    """So many letters and notes lie before the history."""
    said: tuple[Said, ...] = ()
    others: tuple[Person, ...] = ()
    more: int = 0
    """So many others were met there, beside those named."""
    questions: tuple[str, ...] = ()
    spoken: Spoken = field(default_factory=Spoken)


@dataclass(frozen=True, slots=True)
class Known:
    """What a card is made of: who it is about, and all that concerns them.

    ``applications`` are those of the person or company, ``firm`` all of the same company;
    ``items`` are messages by key.
    """

    person: Address | None
    company: str
    applications: Sequence[Application]
    firm: Sequence[Application] = ()
    items: Mapping[str, Item] = field(default_factory=dict)
    leads: Sequence[Lead] = ()
    entries: Sequence[Entry] = ()


def card(
    known: Known,
    questions: Sequence[str] = (),
    *,
    now: datetime,
    zone: ZoneInfo,
) -> CallCard:
    """Given what is known of a person or company, return the card for a talk with them.

    ``questions`` are those to ask, in order.  What to say is for the caller to add.
    """
    today = now.astimezone(zone).date()
    letters = _letters(known)
    lines = [*_lines(known, letters, zone)]
    people = [p for p in _people(known, zone) if not _same(p, known.person)]
    starts = _coming(known, now)
    agreed = [a.agreed for a in known.applications if a.agreed is not None and a.agreed >= today]
    return CallCard(
        _person(known, zone),
        known.company,
        tuple(_standing(a) for a in _by_worth(known.applications)[:_APPLICATIONS]),
        starts,
        min(agreed, default=None) if starts is None else None,
        tuple(_pointers(known))[:_POINTERS],
        tuple(lines[-_HISTORY:]),
        max(len(lines) - _HISTORY, 0),
        tuple(_said(known, letters, zone))[:_SAID],
        tuple(people[:_OTHERS]),
        max(len(people) - _OTHERS, 0),
        tuple(questions),
    )


def _coming(known: Known, now: datetime) -> datetime | None:
    """Return when the next talk of the calendar begins, or the one that is on; None for none.

    A later letter about the same appointment moves it or calls it off.
    """
    keys = dict.fromkeys(key for a in known.applications for key in a.message_keys)
    items = [known.items[key] for key in keys if key in known.items]
    valid: dict[tuple[str, str], list[Event]] = {}
    for item in sorted(items, key=lambda item: item.message.date or _EPOCH):
        own = [event for event in item.message.events if event.method != "REPLY"]
        for name in {(event.summary, event.organizer) for event in own}:  # the newest word counts
            valid[name] = [event for event in own if (event.summary, event.organizer) == name]
    starts = [
        event.start
        for events in valid.values()
        for event in events
        if event.start is not None
        and event.method != "CANCEL"
        and (event.end or event.start + _HOUR) > now
    ]
    return min(starts, default=None)


# --- who ----------------------------------------------------------------------------------


def _person(known: Known, zone: ZoneInfo) -> Person | None:
    """Return the person of the card, as far as the mail and the leads show them."""
    if known.person is None:
        return None
    met = next((p for p in _people(known, zone) if _same(p, known.person)), None)
    if met is not None:
        return met
    relation = Relation.REFERRED if known.leads else Relation.UNKNOWN
    return Person(known.person.name, known.person.email, relation)


def _people(known: Known, zone: ZoneInfo) -> list[Person]:
    """Return everybody met in these applications and at the firm, the newest first."""
    found: dict[str, Person] = {}
    for application in (*known.applications, *known.firm):
        for contact in application.contacts:
            key = contact.email.casefold()
            found[key] = _joined(found.get(key), contact)
    last: dict[str, datetime] = {}
    for item in known.items.values():
        message = item.message
        at = message.date or _EPOCH
        for address in (message.from_, *message.to, *message.cc):
            last[address.key] = max(at, last.get(address.key, _EPOCH))
    told = [
        Person(p.name, p.email, p.relation, p.phone, _day(last.get(p.email.casefold()), zone))
        for p in found.values()
    ]
    return sorted(told, key=lambda p: (p.last or date.min, p.email), reverse=True)


def _joined(known: Person | None, contact: Contact) -> Person:
    """Return a contact, with what another application knows better."""
    if known is None:
        return Person(contact.name, contact.email, contact.relation, contact.phone)
    relation = contact.relation if known.relation is Relation.UNKNOWN else known.relation
    return Person(known.name or contact.name, known.email, relation, known.phone or contact.phone)


def _same(person: Person, address: Address | None) -> bool:
    return address is not None and person.email.casefold() == address.key


def _pointers(known: Known) -> Iterator[Pointer]:
    """Yield who pointed the user to this person, the newest first."""
    for lead in sorted(known.leads, key=lambda one: one.given, reverse=True):
        if lead.giver is not None:
            yield Pointer(lead.giver.name or lead.giver.email, lead.given, lead.may_use_name)


# --- where things stand -------------------------------------------------------------------


def _by_worth(applications: Sequence[Application]) -> list[Application]:
    """Return applications, those that are not closed first, then the newest."""

    def newest(one: Application) -> datetime:
        return max(filter(None, (one.last_in, one.last_out)), default=_EPOCH)

    latest = sorted(applications, key=newest, reverse=True)
    return sorted(latest, key=lambda one: one.state is State.CLOSED)


def _standing(one: Application) -> Standing:
    return Standing(
        one.id, one.company, one.role, one.stage.value, one.state, one.outcome, one.promised
    )


# --- what was said ------------------------------------------------------------------------


def _letters(known: Known) -> list[Item]:
    """Return the letters with the person (all, for a company), by date."""
    keys = dict.fromkeys(key for a in known.applications for key in a.message_keys)
    items = [known.items[key] for key in keys if key in known.items]
    if known.person is not None:
        items = [item for item in items if _with(item, known.person)]
    return sorted(items, key=lambda item: item.message.date or _EPOCH)


def _with(item: Item, person: Address) -> bool:
    message = item.message
    people = (message.from_, *message.to, *message.cc, *message.reply_to)
    return person.key in {address.key for address in people}


def _lines(known: Known, letters: Iterable[Item], zone: ZoneInfo) -> list[Line]:
    """Return what happened, a line each, by day."""
    found: list[tuple[datetime, Line]] = []
    for item in letters:
        out = item.located.outgoing
        kind = item.verdict.kind.value if item.verdict is not None and not out else ""
        line = Line(
            _day(item.message.date, zone), "you" if out else "they", kind, item.message.subject
        )
        found.append((item.message.date or _EPOCH, line))
    for application in known.applications:
        for note in application.notes:
            kind = "spoke" if note.spoke else ""
            found.append((note.at, Line(_day(note.at, zone), "noted", kind, note.text)))
    return [line for _, line in sorted(found, key=lambda pair: pair[0])]


def _said(known: Known, letters: Sequence[Item], zone: ZoneInfo) -> Iterator[Said]:
    """Yield what they asked or said, in their own words, the newest first."""
    told: list[tuple[datetime, Said]] = []
    for item in letters:
        verdict = item.verdict
        if item.located.outgoing or verdict is None:
            continue
        kind = next((k for k in _TELLING if k in verdict.kinds), None)
        sentences = [e.text for e in verdict.because if e.what == "sentence" and e.text.strip()]
        if kind is not None and sentences:
            text = _short(sentences[0])
            who = item.message.from_.name if known.person is None else ""
            said = Said(_day(item.message.date, zone), kind.value, text, who)
            told.append((item.message.date or _EPOCH, said))
    for entry in known.entries:
        if entry.what is What.FEEDBACK and entry.text and _theirs(entry, known):
            on = entry.on or _day(entry.at, zone)
            who = (entry.person or NOBODY).name if known.person is None else ""
            at = datetime.combine(on, time(), zone) if on is not None else entry.at
            told.append((at, Said(on, Kind.FEEDBACK.value, _short(entry.text), who)))
    yield from (said for _, said in sorted(told, key=lambda pair: pair[0], reverse=True))


def _theirs(entry: Entry, known: Known) -> bool:
    """True when words that the user was told are those of the person, or of the company."""
    if known.person is not None:
        return entry.person is not None and entry.person.key == known.person.key
    same = bool(entry.company) and entry.company.casefold() == known.company.casefold()
    return same or entry.about in {a.id for a in known.applications}


def _short(text: str) -> str:
    """Return words in one line, cut between words."""
    plain = " ".join(text.split())
    if len(plain) <= _LONGEST:
        return plain
    return plain[:_LONGEST].rpartition(" ")[0].rstrip(" ,;:") + " …"


def _day(at: datetime | None, zone: ZoneInfo) -> date | None:
    return at.astimezone(zone).date() if at is not None and at > _EPOCH else None
