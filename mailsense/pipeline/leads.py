"""Leads, as planning carries them out, and what the user says of them on the command line.

Gathers from the store what ``reply.leads`` and ``reply.introducing`` decide by.  What the user
says is kept in the journal and never deleted, only taken back.  Refuses to know how it was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.config import Settings
from mailsense.domain import Address, Application, Draft, DraftState, Plan, PlanKind
from mailsense.errors import UserError
from mailsense.journal import Entry, Lead, LeadState, What
from mailsense.pipeline.decide import Deciding, Writing
from mailsense.pipeline.journal import Said, in_force, say
from mailsense.ports import Item, Store
from mailsense.reply import introducing
from mailsense.reply import leads as finding
from mailsense.reply.mentions import lead_id

ENDED = frozenset({LeadState.LED, LeadState.DROPPED})


def leads(store: Store, settings: Settings, now: datetime) -> tuple[Lead, ...]:
    """Return all leads as they stand, oldest first. Raise StoreError."""
    return finding.leads(
        store.job_items(),
        store.applications(),
        in_force(store, What.LEAD),
        store.drafts(),
        me=settings.addresses,
        now=now,
        zone=ZoneInfo(settings.me.timezone),
    )


@dataclass(frozen=True)
class Leading:
    """The leads in one round of planning."""

    found: tuple[Lead, ...]
    giving: introducing.Giving

    @classmethod
    def of(
        cls,
        store: Store,
        items: Sequence[Item],
        applications: Sequence[Application],
        drafts: Sequence[Draft],
        writing: Writing,
        holidays: Collection[date],
    ) -> Leading:
        """Given all mail about the search and the applications, return the leads to follow."""
        settings = writing.settings
        found = finding.leads(
            items,
            applications,
            in_force(store, What.LEAD),
            drafts,
            me=settings.addresses,
            now=writing.now,
            zone=writing.zone,
        )
        giving = introducing.Giving(
            applications,
            items,
            drafts,
            writing.playbook,
            settings.addresses,
            settings.accounts[0].name,
            writing.now,
            writing.zone,
            holidays,
        )
        return cls(found, giving)

    def plans(self) -> list[Plan]:
        """Return the letters that are due because of leads."""
        return introducing.for_leads(self.found, self.giving)

    def forbids(self, draft: Draft) -> bool:
        """True for a letter in Drafts whose lead was let go, or whose giver wants no mention."""
        kind, _, id = draft.episode.partition(":")
        if kind not in ("lead", "led"):
            return False
        id = id.partition(":")[0]
        lead = next((one for one in self.found if id in (one.id, *one.known_as)), None)
        if lead is None or lead.state is LeadState.DROPPED:
            return True
        refused = draft.plan is PlanKind.INTRODUCE and lead.may_use_name is False
        return refused and introducing.names_giver(draft, lead)


# --- what to do next --------------------------------------------------------------------------


def next_step(lead: Lead, plans: Sequence[Plan], drafts: Sequence[Draft]) -> str:
    """Given a lead and what is planned, return the user's next step in words, "" when none is."""
    letters = {f"lead:{id}" for id in (lead.id, *lead.known_as)}
    letters |= {f"led:{id}" for id in (lead.id, *lead.known_as)}
    mine = [d for d in drafts if d.episode.removesuffix(":apart") in letters]
    waiting = next((d for d in mine if d.state.open), None)
    if waiting is not None:
        what = "an introduction" if waiting.plan is PlanKind.INTRODUCE else "a word to the giver"
        return f"{what} waits: `mailsense review` ({waiting.id})"
    if any(d.state is DraftState.DELIVERED for d in mine):
        return "the letter lies in your Drafts folder: send it"
    if lead.state in ENDED:
        return ""
    if lead.state is LeadState.ANSWERED:
        return f"tell what comes of it: `mailsense leads led-to {lead.id} TEXT`"
    if lead.state is LeadState.INTRODUCED and lead.wrote is not None:
        return "they have your letter: wait for their answer"
    held = next((p.why for p in plans if p.episode in {lead.id, *letters} and p.why), "")
    if held:
        return held
    if lead.state is LeadState.OFFERED:
        return "they offered to introduce you: the move is theirs"
    if not lead.email:
        return f"find an address: `mailsense leads set {lead.id} --email ADDRESS`"
    return f"write to them, or let it go: `mailsense leads drop {lead.id}`"


# --- whom the user means ----------------------------------------------------------------------


def named(found: Sequence[Lead], text: str) -> Lead:
    """Given an id, the beginning of one, a name or an address, return the lead that is meant.

    Raise UserError when there is none, or several.
    """
    wanted = " ".join(text.casefold().split())
    meant = [one for one in found if wanted in (one.id, *one.known_as)]
    meant = meant or [one for one in found if wanted and wanted == one.email.lower()]
    meant = meant or [
        one for one in found if wanted and wanted == " ".join(one.name.casefold().split())
    ]
    meant = meant or [one for one in found if len(wanted) > 1 and one.id.startswith(wanted)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        shown = ", ".join(f"{one.id} ({called(one)})" for one in meant[:8])
        raise UserError(f"{text} can be {shown}: give the id")
    raise UserError(f"there is no lead {text}: `mailsense leads list` shows those there are")


def called(lead: Lead) -> str:
    """Return what a lead is called."""
    return lead.name or lead.email or "somebody"


def giver_of(store: Store, text: str) -> Address:
    """Given a name, an address or both, return the giver, with the address if it is known.

    Raise UserError when several people are known by that name.
    """
    from email.utils import parseaddr

    people = {c.email.lower(): c.address for a in store.applications() for c in a.contacts}
    if "@" in text:
        name, email = parseaddr(text)
        known = people.get(email.lower())
        local, _, domain = email.rpartition("@")
        if not local or "." not in domain or any(c.isspace() for c in email):
            raise UserError(f'{text} is no address: write "Name <name@example.org>"')
        return Address(name or (known.name if known else ""), email)
    wanted = set(text.casefold().split())
    found = [p for p in people.values() if set(p.name.casefold().split()) == wanted]
    found = found or [p for p in people.values() if wanted <= set(p.name.casefold().split())]
    if len(found) > 1:
        raise UserError(f"{text} can be {', '.join(map(str, found[:8]))}: give the address")
    return found[0] if found else Address(" ".join(text.split()), "")


# --- saying it --------------------------------------------------------------------------------


def add(
    store: Store,
    person: Address,
    giver: Address,
    deciding: Deciding,
    *,
    company: str = "",
    on: date | None = None,
    may_use_name: bool | None = None,
) -> Said:
    """Keep a name that the user was given by mouth, and decide anew.

    Raise UserError when the same giver's lead of that name is there already.
    """
    id = lead_id(giver, person.name, person.email)
    for one in leads(store, deciding.settings, deciding.now):
        if id in (one.id, *one.known_as) or (
            person.email and one.email.lower() == person.key and one.giver == giver
        ):
            raise UserError(f"that lead is there already: {one.id} ({called(one)})")
    facts = {"step": "add", "giver": str(giver) if giver.email else giver.name}
    entry = Entry(
        What.LEAD,
        deciding.now,
        about=id,
        person=person,
        company=company,
        on=on,
        facts={**facts, **_may(may_use_name)},
    )
    return say(store, entry, deciding)


def correct(
    store: Store,
    lead: Lead,
    deciding: Deciding,
    *,
    person: Address | None = None,
    company: str = "",
    giver: Address | None = None,
    may_use_name: bool | None = None,
) -> Said:
    """Keep what the user knows better of a lead, and decide anew."""
    facts = {"step": "set", **_may(may_use_name)}
    if giver is not None:
        facts["giver"] = str(giver) if giver.email else giver.name
    entry = Entry(
        What.LEAD, deciding.now, about=lead.id, person=person, company=company, facts=facts
    )
    return say(store, entry, deciding)


def end(
    store: Store, lead: Lead, deciding: Deciding, *, text: str = "", on: date | None = None
) -> Said:
    """Keep what a lead led to, or without ``text`` that it was let go, and decide anew."""
    step = "led" if text else "drop"
    entry = Entry(What.LEAD, deciding.now, about=lead.id, on=on, text=text, facts={"step": step})
    return say(store, entry, deciding)


def _may(told: bool | None) -> Mapping[str, str]:
    return {} if told is None else {"may_use_name": "yes" if told else "no"}
