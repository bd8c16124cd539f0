"""What the agenda looks at: the search as it is stored, and the index that makes it quick to ask.

Values only; which steps follow from them is decided in ``agenda`` and the modules beside it.
What needs the words of a letter (its deadline, whether a person wrote it) is handed in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from shlex import quote
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Contact, Draft, DraftState, Plan, Reason
from mailsense.journal import Entry, Lead, What
from mailsense.ports import Item
from mailsense.report.debrief import Occasion
from mailsense.report.meetings import Meeting, ahead, written

_NAME_LIMIT, _ROLE_LIMIT = 60, 80


@dataclass(frozen=True)
class Search:
    """Everything known of the search. ``entries`` are those in force."""

    applications: Sequence[Application] = ()
    plans: Sequence[Plan] = ()
    drafts: Sequence[Draft] = ()
    items: Sequence[Item] = ()
    leads: Sequence[Lead] = ()
    entries: Sequence[Entry] = ()
    days: Mapping[str, date] = field(default_factory=dict)
    """Message key → the day by which it wants an answer, where it names one."""
    people: Mapping[str, Address] = field(default_factory=dict)
    """Message key → the person who would read an answer to it."""
    talks: Mapping[str, date] = field(default_factory=dict)
    """Application → the day of the last talk that took place."""
    occasions: Sequence[Occasion] = ()
    """Talks and noes of late that were not looked back upon, newest first."""
    doubted: Collection[str] = ()
    """Keys of letters that look like a scam: they ask for nothing that is the user's to do."""
    moved: Collection[str] = ()
    """Keys of letters that call a meeting off, or move it, in words."""
    revisit: Mapping[Reason, int] = field(default_factory=dict)
    """After how many days a "not now" is looked at again."""
    paused: bool = False
    landed: bool = False
    spared: Callable[[Address | None, str], bool] = lambda person, company: False
    """True of a person, and a firm by its name, that are never to be written to."""


class Look:
    """One look at the search, at one instant."""

    def __init__(self, search: Search, now: datetime, zone: ZoneInfo) -> None:
        self.search, self.now, self.zone = search, now, zone
        self.today = now.astimezone(zone).date()
        self.items = {item.key: item for item in search.items}
        self.applications = {one.id: one for one in search.applications}
        self.drafts: dict[str, list[Draft]] = defaultdict(list)
        """All drafts by what they are about."""
        for draft in search.drafts:
            self.drafts[draft.about].append(draft)
        self.plans: dict[str, list[Plan]] = defaultdict(list)
        for plan in search.plans:
            self.plans[plan.about].append(plan)
        self._threads: dict[str, list[Item]] = defaultdict(list)
        for item in search.items:
            if item.message.facts.bounce:
                self._threads[item.located.thread].append(item)

    def day(self, at: datetime) -> date:
        """Return the day of an instant in the user's zone."""
        return at.astimezone(self.zone).date()

    def letters(self, application: Application) -> list[Item]:
        """Return the letters of an application, by date."""
        found = (self.items.get(key) for key in application.message_keys)
        return sorted((i for i in found if i is not None), key=lambda i: (written(i), i.key))

    def ahead(self, application: Application) -> Meeting | None:
        """Return the next talk of an application."""
        return ahead(application, self.letters(application), self.now, self.zone, self.search.moved)

    def last_talk(self, application: Application) -> date | None:
        """Return the day on which the user last spoke with them, by the mail or a note."""
        spoke = application.spoke
        noted = self.day(spoke) if spoke is not None and spoke <= self.now else None
        days = (self.search.talks.get(application.id), noted)
        return max((day for day in days if day is not None), default=None)

    def returned(self, application: Application) -> bool:
        """True when the user's last letter came back as undeliverable."""
        own = [written(i) for i in self.letters(application) if i.located.outgoing]
        back = [written(i) for thread in application.threads for i in self._threads[thread]]
        return bool(back) and (not own or max(back) >= max(own))

    def entries(self, what: What) -> list[Entry]:
        """Return the entries of one sort that are in force."""
        return [one for one in self.search.entries if one.what is what and one.undone is None]

    def noted_since(self, application: Application, day: date) -> bool:
        """True when the user wrote something down about it on that day or since."""
        return any(self.day(note.at) >= day for note in application.notes)

    def open_draft(self, about: str) -> Draft | None:
        """Return a draft about an application that is not done with."""
        return next((d for d in self.drafts[about] if under_way(d)), None)

    def open_to(self, email: str) -> bool:
        """True when a draft to that address is not done with."""
        return any(
            under_way(d) and email.lower() in {a.key for a in d.to} for d in self.search.drafts
        )


def under_way(draft: Draft) -> bool:
    """True while a draft waits, rests, or lies in Drafts and was not sent."""
    return draft.state.open or draft.state in (DraftState.DELIVERED, DraftState.UNKNOWN)


# --- words ----------------------------------------------------------------------------------


def plain(text: str, limit: int = _ROLE_LIMIT) -> str:
    """Return mail's words as part of a line: no control characters, no more than fits."""
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def named(person: Address | Contact | None) -> str:
    """Return what a person is called: by name, else by address; "" for nobody."""
    return plain(person.name or person.email, _NAME_LIMIT) if person is not None else ""


def typed(email: str) -> str:
    """Return an address as a word of a command; "" for one that would be read as an option."""
    return quote(email) if email[:1].isalnum() else ""


def of(person: Address | Contact) -> str:
    """Return the name in the possessive."""
    return f"{named(person)}'s"


def about(application: Application | None, before: str = ": ") -> str:
    """Return ": Planner at Acme", as far as it is known; "" when nothing is."""
    if application is None:
        return ""
    words = (plain(application.role), plain(application.company, _NAME_LIMIT))
    told = " at ".join(word for word in words if word)
    return f"{before}{told}" if told else ""


def counted(number: int, unit: str) -> str:
    """Return "1 day", "2 days"."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def said(day: date, *, weekday: bool = False) -> str:
    """Return "5 December", with the weekday before it when asked."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{_WEEKDAYS[day.weekday()]} {text}" if weekday else text
