"""The agenda's gathering: all that is stored of the search, with what the letters' words tell.

Which steps follow is decided in ``report.agenda``; here is read by which day a letter wants an
answer, who would read it, and which letters move a meeting.  Reading only: nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.config import Settings
from mailsense.domain import Address, Application, Kind
from mailsense.pipeline.debrief import past
from mailsense.pipeline.journal import in_force
from mailsense.pipeline.leads import leads
from mailsense.pipeline.wishes import houses, wished
from mailsense.ports import Item, Store
from mailsense.reply import reading, words
from mailsense.reply.addressee import author
from mailsense.reply.playbook import Playbook
from mailsense.reply.scam import LOOKS_LIKE
from mailsense.reply.wishes import Wishes
from mailsense.report.agenda import Search, agenda
from mailsense.report.steps import Sort, Step, decided, missed
from mailsense.track.company import firm_key
from mailsense.track.dates import deadline, timed

_ASKS = frozenset({Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH})


@dataclass(frozen=True)
class Agenda:
    """Every step there is, in order of worth, and how much was decided today already."""

    steps: tuple[Step, ...]
    today: date
    decided: int = 0

    def missed(
        self, accounts: Iterable[str], applications: Sequence[Application]
    ) -> dict[Sort, int]:
        """Return, by sort, how many letters in these accounts have long stood unanswered."""
        wanted = set(accounts)
        own = {one.id for one in applications if one.account in wanted}
        return missed([step for step in self.steps if step.about in own], self.today)


def look(store: Store, settings: Settings, playbook: Playbook, *, now: datetime) -> Agenda:
    """Given the store, return the agenda as it is at this instant. Raise StoreError."""
    zone = ZoneInfo(settings.me.timezone)
    today = now.astimezone(zone).date()
    applications, items = store.applications(), store.job_items()
    plans, drafts, entries = store.plans(), store.drafts(), in_force(store)
    by_key = {item.key: item for item in items}
    keys = [*(p.answers for p in plans), *(d.answers for d in drafts)]
    answered = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    theirs = [item for item in answered if not item.located.outgoing]
    meetings = [one for one in applications if _meets(one, by_key)]
    told = [*theirs, *_last(applications, by_key), *(i for i in items if i.message.events)]
    wishes = wished(store, now, zone)
    back = past(store, playbook, me=settings.addresses, now=now, zone=zone)
    search = Search(
        applications,
        plans,
        drafts,
        items,
        leads(store, settings, now),
        entries,
        days=_days(theirs, now, zone),
        people=_people(told, settings.addresses),
        talks=back.talks,
        occasions=back.due,
        doubted={p.answers for p in plans if p.why.startswith(LOOKS_LIKE)},
        moved=_moved(meetings, by_key),
        revisit=playbook.revisit,
        paused=wishes.paused,
        landed=wishes.landed is not None,
        spared=_spared(wishes),
    )
    steps = agenda(search, now=now, zone=zone)
    return Agenda(steps, today, decided(store.decisions(), today, zone))


def _meets(application: Application, by_key: Mapping[str, Item]) -> bool:
    return any(by_key[key].message.events for key in application.message_keys if key in by_key)


def _last(applications: Iterable[Application], by_key: Mapping[str, Item]) -> Iterable[Item]:
    """Yield the last letters of each application: one of them is the newest."""
    for one in applications:
        yield from (by_key[key] for key in one.message_keys[-3:] if key in by_key)


def _days(items: Iterable[Item], now: datetime, zone: ZoneInfo) -> dict[str, date]:
    """Return, by key, the day by which a letter wants an answer, as the answer to it says it.

    Where it sets none, the first day that it offers for a talk.
    """
    found: dict[str, date] = {}
    for item in items:
        verdict, message = item.verdict, item.message
        if verdict is None or not _ASKS & set(verdict.kinds) or item.key in found:
            continue
        sent = (message.date or now).astimezone(zone).date()
        day = reading.due(message, now, zone)
        if day is None and (said := deadline(message.text, sent)) is not None:
            day = said.value
        if day is None and Kind.INTERVIEW in verdict.kinds:
            starts = [e.start for e in message.events if e.start and e.method != "CANCEL"]
            offered = [s.astimezone(zone).date() for s in starts] or list(timed(message.text, sent))
            day = min((d for d in offered if d >= now.astimezone(zone).date()), default=None)
        if day is not None:
            found[item.key] = day
    return found


def _people(items: Iterable[Item], me: frozenset[str]) -> dict[str, Address]:
    found: dict[str, Address] = {}
    for item in items:
        if not item.located.outgoing and item.key not in found:
            person, _ = author(item.message, me)
            if person is not None:
                found[item.key] = person
    return found


def _moved(applications: Iterable[Application], by_key: Mapping[str, Item]) -> frozenset[str]:
    """Return the keys of letters that call off or move a meeting in words."""
    keys = [key for one in applications for key in one.message_keys if key in by_key]
    return frozenset(key for key in keys if _moves(by_key[key]))


def _moves(item: Item) -> bool:
    text = words.normal(reading.text_of(item.message))
    return bool(words.NEVER_MET.search(text) or words.RESCHEDULED.search(text))


def _spared(wishes: Wishes) -> Callable[[Address | None, str], bool]:
    """Return what tells whom, and which firm, the user never wants to write to."""

    def spared(person: Address | None, company: str) -> bool:
        firms = houses(person.domain) if person is not None else frozenset()
        known = {*firms, firm_key(company)} & set(wishes.firms)
        return bool(known) or (person is not None and person.key in wishes.people)

    return spared
