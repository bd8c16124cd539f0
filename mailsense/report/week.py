"""The week: what the last seven days of the search brought, and the next few steps.

For the user, and for a partner who hears of it each week (goals and a partner keep a search
going).  Counts and names only: no words of any letter, nothing about how others fare, and no
judgement.  Which talks took place and which noes came is handed in, as are the steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Kind, Stage
from mailsense.journal import Lead
from mailsense.ports import Item
from mailsense.report.look import plain
from mailsense.report.meetings import written

DAYS = 7
_Within = Callable[[date | datetime | None], bool]
_MOST_NAMES = 4
"""So many names stand in one line; of the others it says how many they are."""
_ANSWERS = frozenset(
    {Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.REJECTION, Kind.REFERRAL, Kind.FEEDBACK}
    | {Kind.OUTREACH}
)
_SAID: Mapping[str, str] = {
    "applied": "Applications sent",
    "answers": "Answers and approaches",
    "talks": "Talks held",
    "leads": "Leads followed",
    "letters": "Other letters sent",
    "noes": "Noes taken",
}


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days up to ``until``. Each tuple has one entry, a name or "", for one thing done."""

    since: date
    until: date
    applied: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    talks: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    noes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """The next few, by title."""

    @property
    def name(self) -> str:
        """The week of the calendar that it ends in (ISO 8601): "2026-W47"."""
        year, number, _ = self.until.isocalendar()
        return f"{year}-W{number:02}"

    def counts(self) -> dict[str, tuple[str, ...]]:
        """Return the names of each sort of thing, by the sort."""
        return {sort: getattr(self, sort) for sort in _SAID}

    def lines(self) -> tuple[str, ...]:
        """Return what happened, a line for each sort of which there was something."""
        return tuple(f"{_SAID[sort]}: {_counted(n)}." for sort, n in self.counts().items() if n)

    def named(self) -> tuple[str, ...]:
        """Return every name in it, and the steps."""
        names = (name for of in self.counts().values() for name in of if name)
        return (*dict.fromkeys(names), *self.steps)


def week(
    applications: Sequence[Application],
    items: Sequence[Item],
    leads: Sequence[Lead],
    *,
    talks: Mapping[str, date],
    noes: Mapping[str, date],
    steps: Sequence[str],
    now: datetime,
    zone: ZoneInfo,
) -> Week:
    """Given the search as it is stored, return its last seven days in the user's zone.

    ``talks`` and ``noes`` are days by the application's id, ``items`` the mail about the search.
    """
    until = now.astimezone(zone).date()
    since = until - timedelta(days=DAYS - 1)

    def within(day: date | datetime | None) -> bool:
        day = day.astimezone(zone).date() if isinstance(day, datetime) else day
        return day is not None and since <= day <= until

    by_key = {item.key: item for item in items}
    own = {a.id: _letters(a, by_key) for a in applications}
    begun = {a.id: _applied(a, own[a.id]) for a in applications}
    applied = [a for a in applications if within(begun[a.id])]
    first = {own[a.id][0].key for a in applied if own[a.id]}
    home = {item.key: a for a in applications for item in own[a.id]}
    sent = [i for i in items if i.located.outgoing and within(written(i)) and i.key not in first]
    return Week(
        since,
        until,
        applied=tuple(called(a) for a in applied),
        answers=tuple(
            called(a) for a in applications if any(_answers(i, within) for i in own[a.id])
        ),
        talks=tuple(called(a) for a in applications if _talked(a, talks, within)),
        leads=tuple(
            plain(lead.name or lead.company)
            for lead in leads
            if within(lead.introduced) or within(lead.answered)
        ),
        letters=tuple(_to(item, home.get(item.key)) for item in sorted(sent, key=written)),
        noes=tuple(called(a) for a in applications if within(noes.get(a.id))),
        steps=tuple(plain(step) for step in steps),
    )


def called(application: Application) -> str:
    """Return what an application is called in a line: "Planner at Acme", else whom it is with."""
    about = " at ".join(plain(w) for w in (application.role, application.company) if w)
    people = [c.name for c in application.contacts if c.name]
    return about or (plain(people[0]) if people else "")


def _letters(application: Application, by_key: Mapping[str, Item]) -> list[Item]:
    found = [by_key[key] for key in application.message_keys if key in by_key]
    return sorted(found, key=lambda item: (written(item), item.key))


def _applied(application: Application, items: Sequence[Item]) -> datetime | None:
    """Return when the user applied, as far as it is known; None for an approach or a talk."""
    if application.stage is Stage.NETWORKING:
        return None
    if "added" in application.corrected and application.waits:
        return application.waits[0].since
    if not items:
        return None
    verdict = items[0].verdict
    receipt = verdict is not None and verdict.kind is Kind.ACKNOWLEDGEMENT
    return written(items[0]) if items[0].located.outgoing or receipt else None


def _answers(item: Item, within: _Within) -> bool:
    """True of a word of theirs that moved things on."""
    verdict = item.verdict
    heard = verdict is not None and bool(_ANSWERS & set(verdict.kinds))
    return heard and not item.located.outgoing and within(written(item))


def _talked(application: Application, talks: Mapping[str, date], within: _Within) -> bool:
    noted = any(note.spoke and within(note.at) for note in application.notes)
    return noted or within(talks.get(application.id))


def _to(item: Item, application: Application | None) -> str:
    """Return whom a letter of the user's went to: the firm, else the person."""
    if application is not None and application.company:
        return plain(application.company)
    person: Address | None = next(iter(item.message.to), None)
    return plain(person.name) if person is not None else ""


def _counted(names: Sequence[str]) -> str:
    """Return "3 (Acme; Wren; one more)": names in their order, each once, with its number."""
    seen = Counter(name for name in names if name)
    told = [name if number == 1 else f"{name}, {number} times" for name, number in seen.items()]
    shown = told[:_MOST_NAMES]
    left = len(names) - sum(number for number in list(seen.values())[:_MOST_NAMES])
    if not shown:
        return f"{len(names):,}"
    if left:
        shown = [*shown, "one more" if left == 1 else f"{left:,} more"]
    return f"{len(names):,} ({'; '.join(shown)})"
