"""Wishes: what the user said that holds letters back, or brings some, as planning carries it out.

Decides which firm a letter concerns, compared as the tracker compares firms: by the company of
its application, and by the house that its addressee writes from.  A provider of private
mailboxes is no firm.  What a wish means for a letter is decided in ``reply.wishes``, which
letters a landing brings in ``reply.landed``.  Refuses to know how a wish was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr
from functools import partial
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Draft, Plan, PlanKind, Stage
from mailsense.errors import UserError
from mailsense.freemail import domain_label, is_freemail
from mailsense.journal import Entry, Lead, What
from mailsense.pipeline.decide import Deciding, Writing
from mailsense.pipeline.journal import Said, in_force, say
from mailsense.pipeline.touching import known
from mailsense.ports import Item, Store
from mailsense.reply import landed as landing
from mailsense.reply.acquaintance import named, people
from mailsense.reply.situation import Situation
from mailsense.reply.timing import when
from mailsense.reply.wishes import NEWS, Wishes, heed, is_news, wishes
from mailsense.track.company import akin, domain_keys, firm_key

DOMAIN = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}", re.IGNORECASE)
"""A mail domain, typed as the name of a firm."""

WISHES = (What.NEVER, What.PAUSE, What.LANDED)


def houses(domain: str) -> frozenset[str]:
    """Given a mail domain, return the keys of whoever owns it, an agency as well; none for a
    provider of private mailboxes.
    """
    if not domain or is_freemail(domain):
        return frozenset()
    return domain_keys(domain) | ({firm_key(domain_label(domain))} - {""})


def firm_keys(name: str, applications: Iterable[Application] = ()) -> frozenset[str]:
    """Given a firm's name or domain, return the keys under which its letters are found.

    Where an application at that firm shows a person who writes from a domain like its name, that
    house is the firm's as well.
    """
    if DOMAIN.fullmatch(name):
        return houses(name)
    key = firm_key(name)
    if not key:
        return frozenset()
    same = (_firms_of(one) for one in applications if firm_key(one.company) == key)
    return frozenset({key}).union(*same)


def _firms_of(application: Application) -> frozenset[str]:
    """Return the keys of the firm where a post is: by its name, and the houses that bear it."""
    company = application.company
    keys = {house for c in application.contacts for house in houses(c.address.domain)}
    named = {house for house in keys if not company or akin(company, house)}
    return frozenset({firm_key(company), *named}) - {""}


def wished(store: Store, now: datetime, zone: ZoneInfo) -> Wishes:
    """Return what the user wishes, as it holds today."""
    entries = in_force(store, *WISHES)
    if not entries:
        return Wishes()
    applications = store.applications()
    today = now.astimezone(zone).date()
    return wishes(entries, today, partial(firm_keys, applications=applications))


@dataclass(frozen=True)
class Heeding:
    """The user's wishes in one round of planning."""

    wished: Wishes
    applications: dict[str, Application]
    about: Callable[[Application], Sequence[Item]]
    """Returns the mail of an application."""
    writing: Writing
    holidays: Collection[date]

    @classmethod
    def of(
        cls,
        entries: Sequence[Entry],
        applications: Sequence[Application],
        about: Callable[[Application], Sequence[Item]],
        writing: Writing,
        holidays: Collection[date],
    ) -> Heeding:
        """Given all entries of the journal and the applications, return what to heed."""
        held = [one for one in entries if one.undone is None and one.what in WISHES]
        today = writing.now.astimezone(writing.zone).date()
        keys = partial(firm_keys, applications=applications)
        by_id = {one.id: one for one in applications}
        return cls(wishes(held, today, keys), by_id, about, writing, holidays)

    @property
    def ask(self) -> str:
        """What a reply to a no may ask for: who has landed asks for nothing."""
        return "" if self.wished.landed is not None else self.writing.settings.drafts.ask

    def heed(
        self,
        plans: Sequence[Plan],
        applications: Sequence[Application],
        drafts: Sequence[Draft],
        items: Sequence[Item],
        leads: Sequence[Lead] = (),
    ) -> list[Plan]:
        """Given all that is planned, return it as the user wishes, with what a landing brings.

        ``applications`` are as the clock left them; who gave a lead is a helper.
        """
        if self.wished == Wishes():
            return list(plans)
        playbook = self.writing.playbook
        return heed(
            [*plans, *self._news(applications, drafts, items, leads)],
            self.wished,
            told=landing.told(drafts),
            firms=self._firms,
            spared=self._spared,
            not_now=lambda plan: landing.not_now(plan, playbook, drafts),
        )

    def forbids(self, draft: Draft) -> bool:
        """True when the user's wishes stand against a letter that was laid into Drafts."""
        news = draft.plan is PlanKind.WITHDRAW or draft.episode.startswith(NEWS)
        if self.wished.landed is None:
            if news:
                return True
        elif not news and draft.plan is PlanKind.ANSWER_OUTREACH:
            return True
        person = draft.to[0]
        firms = self._firms(draft.about, person)
        return bool(
            self.wished.why_not(draft.plan, person, firms, spared=self._spared(draft.about))
        )

    def _firms(self, about: str, person: Address) -> frozenset[str]:
        application = self.applications.get(about)
        company = firm_key(application.company) if application else ""
        return houses(person.domain) | ({company} - {""})

    def _spared(self, about: str) -> bool:
        one = self.applications.get(about)
        if one is None:
            return self.wished.spares((), offered=False)
        return self.wished.spares(_firms_of(one), offered=one.stage is Stage.OFFER)

    def _news(
        self,
        applications: Sequence[Application],
        drafts: Sequence[Draft],
        items: Sequence[Item],
        leads: Sequence[Lead],
    ) -> list[Plan]:
        """Return the letters that a landing brings."""
        landed, writing = self.wished.landed, self.writing
        if landed is None:
            return []
        withdrawals: list[Plan] = []
        helped = landing.givers(leads, writing.zone)
        for one in applications:
            situation = self._situation(one, drafts)
            helped += landing.helpers(situation)
            if not self._spared(one.id):
                withdrawals += landing.withdrawal(situation)
        people = {p.addressee.key for p in withdrawals if p.addressee is not None}
        return withdrawals + landing.thanks(
            landed,
            helped,
            people,
            drafts,
            items,
            writing.playbook,
            now=writing.now,
            zone=writing.zone,
        )

    def _situation(self, application: Application, drafts: Sequence[Draft]) -> Situation:
        writing = self.writing
        return Situation(
            application,
            tuple(sorted(self.about(application), key=lambda item: when(item, writing.now))),
            drafts,
            writing.playbook,
            writing.settings.addresses,
            "",
            writing.now,
            writing.zone,
            self.holidays,
        )


# --- saying them -----------------------------------------------------------------------------


def say_instead(store: Store, entry: Entry, deciding: Deciding) -> Said:
    """Keep an entry in the place of those of its sort that are in force, and decide anew.

    Raise what ``decide`` raises, then nothing is kept.
    """
    with store.transaction():
        for one in in_force(store, entry.what):
            store.save_entry(replace(one, undone=deciding.now))
        return say(store, entry, deciding)


@dataclass(frozen=True)
class Outlook:
    """What a landing leads to: letters that wait, letters that are withdrawn, and what it spares.

    ``offers`` are applications with an offer that might be the one: the user did not say where.
    """

    withdrawals: tuple[Draft, ...]
    thanks: tuple[Draft, ...]
    stopped: tuple[Draft, ...]
    offers: tuple[Application, ...]


class _Rehearsed(Exception):  # a signal, never shown
    """Undoes what was done to see what it would lead to."""


def rehearse(store: Store, entry: Entry, deciding: Deciding) -> Outlook:
    """Given a landing, return what it would lead to; nothing is kept."""
    found: list[Outlook] = []
    try:
        with store.transaction():
            found.append(outlook(store, say_instead(store, entry, deciding)))
            raise _Rehearsed
    except _Rehearsed:
        return found[0]


def outlook(store: Store, said: Said) -> Outlook:
    """Given a landing that was just said, return what it led to."""
    plans = {(p.about, p.kind, p.episode) for p in store.plans() if is_news(p)}
    news = [d for d in store.drafts() if (d.about, d.plan, d.episode) in plans and d.state.open]
    gone = (store.draft(id) for id in said.decided.withdrawn)
    offers = [a for a in store.applications() if a.stage is Stage.OFFER and a.state != "closed"]
    return Outlook(
        tuple(d for d in news if d.plan is PlanKind.WITHDRAW),
        tuple(d for d in news if d.plan is not PlanKind.WITHDRAW),
        tuple(d for d in gone if d is not None),
        () if said.entry.company else tuple(offers),
    )


# --- whom a wish is about -----------------------------------------------------------------------


def whom(store: Store, text: str, deciding: Deciding) -> tuple[Address | None, str]:
    """Given an address, a name, a company or a domain, return the person or else the firm meant.

    Raise UserError when nobody is known by it, or several are.
    """
    applications = store.applications()
    persons = named(text, people(known(store, deciding)))
    if "@" in text:
        return persons[0] if persons else _address(text), ""
    if DOMAIN.fullmatch(text):
        if not houses(text):
            raise UserError(f"at {text} anybody can have a mailbox: name the person's address")
        return None, text
    key = firm_key(text)
    firms = {a.company for a in applications if key and firm_key(a.company) == key}
    found = [*map(str, persons[:8]), *sorted(firms)[:1]]
    if len(found) == 1:
        return (persons[0], "") if persons else (None, min(firms))
    if found:
        raise UserError(f"{text} can be {', or '.join(found)}: give the address, or the full name")
    raise UserError(
        f"nobody called {text} is known: give an address, a domain such as acme.example, or a "
        "company as `mailsense applications list` shows it"
    )


def _address(text: str) -> Address:
    """Return the address that "Name <name@example.org>" names, or a bare one."""
    name, email = parseaddr(text)
    person = Address(name, email)
    if not person.domain or any(c.isspace() for c in email):
        raise UserError(f"{text} is no address: write it as name@example.org")
    return person
