"""Advice received: gathered from the store, and put right by the user's own word.

Nothing of the ledger is stored: it follows from the mail, the verdicts and the journal each
time it is asked for.  Decides by what names a firm is known (``track.company``) and which
rejections a person wrote; refuses to know themes, patterns and screens.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import replace
from zoneinfo import ZoneInfo

from mailsense.classify.facts import FORM
from mailsense.classify.sentences import split
from mailsense.domain import Message
from mailsense.errors import UserError
from mailsense.journal import Entry, What
from mailsense.pipeline.decide import Deciding
from mailsense.pipeline.journal import Said, in_force, say, unsay
from mailsense.ports import Store
from mailsense.report.feedback import Feedback, Pattern, ledger, patterns
from mailsense.report.themes import Theme
from mailsense.track.company import domain_keys, firm_key


def advice(store: Store, zone: ZoneInfo) -> tuple[Feedback, ...]:
    """Return all advice that the mail and the user tell of, newest first."""
    return ledger(
        store.job_items(),
        store.applications(),
        in_force(store, What.FEEDBACK),
        zone=zone,
        sentences=split,
        personal=written_by_a_person,
    )


def written_by_a_person(message: Message) -> bool:
    """True for a letter that is neither a machine's nor a form."""
    return not message.facts.robot and not FORM(message.text.replace("’", "'"))


def recurring(given: tuple[Feedback, ...]) -> tuple[Pattern, ...]:
    """Return what people of two companies or more say."""
    return patterns(given, firm_names)


def firm_names(one: Feedback) -> frozenset[Hashable]:
    """Return what a firm goes by: its name, and the domain its people write from.

    Mail providers and agencies name no firm.
    """
    named = {firm_key(one.company)} - {""}
    return frozenset(named | (domain_keys(one.who.domain) if one.who else frozenset()))


def one_of(given: Collection[Feedback], id: str) -> Feedback:
    """Return the advice of that id, or of an unambiguous prefix. Raise UserError otherwise."""
    exact = [one for one in given if one.id == id]
    alike = exact or [one for one in given if id and one.id.startswith(id)]
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(sorted(one.id for one in alike))
    raise UserError(
        f"several pieces of advice begin so: {names}"
        if alike
        else f"no advice is called {id}: `mailsense feedback` shows their ids"
    )


def add(store: Store, entry: Entry, deciding: Deciding) -> Said:
    """Keep words that were said to the user. Raise UserError when there are none."""
    if not entry.text.strip():
        raise UserError('say what they said, in their own words: `mailsense feedback add "…"`')
    return say(store, entry, deciding)


def theme(
    store: Store,
    entry: Entry,
    deciding: Deciding,
    *,
    missed: Collection[Theme],
    liked: Collection[Theme],
) -> Said:
    """Say what the advice that ``entry`` names is about; nothing known where no theme is given."""
    facts = {"step": "theme", **named(missed, liked)}
    return say(store, _about(store, entry, facts, deciding), deciding)


def drop(store: Store, entry: Entry, deciding: Deciding) -> Said:
    """Say that what ``entry`` names is no advice: it counts no more."""
    return say(store, _about(store, entry, {"step": "drop"}, deciding), deciding)


def take_back(store: Store, number: int | None, deciding: Deciding) -> Said:
    """Take back what was said of feedback, by its number or the last of it."""
    return unsay(store, (What.FEEDBACK,), deciding, number)


def named(missed: Collection[Theme], liked: Collection[Theme]) -> dict[str, str]:
    """Return themes as an entry holds them."""
    return {"themes": " ".join(missed), "liked": " ".join(liked)}


def _about(store: Store, entry: Entry, facts: dict[str, str], deciding: Deciding) -> Entry:
    zone = ZoneInfo(deciding.settings.me.timezone)
    return replace(entry, about=one_of(advice(store, zone), entry.about).id, facts=facts)
