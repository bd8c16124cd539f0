"""Looking back: which talks and noes the store tells of, and keeping what the user answers.

Each answer is kept as it is given, so that nothing is lost when one stops half-way.  Refuses to
know the questions, and how they are put on a screen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Change, Correction, Kind, Outcome, Stage
from mailsense.errors import UserError
from mailsense.journal import Entry, What
from mailsense.pipeline.decide import Decided, Deciding, decide
from mailsense.pipeline.journal import Said, in_force, unsay
from mailsense.ports import Item, Store
from mailsense.reply.playbook import Playbook
from mailsense.reply.situation import Situation
from mailsense.reply.talks import newest_talk
from mailsense.reply.timing import when
from mailsense.report import debrief as looking_back
from mailsense.report.debrief import Debrief, Occasion, Question, Sort
from mailsense.report.feedback import TELLING


@dataclass(frozen=True)
class Past:
    """What lies behind, by the application's id, and what was said of it."""

    talks: Mapping[str, date]
    noes: Mapping[str, date]
    due: tuple[Occasion, ...]
    debriefs: tuple[Debrief, ...]

    def of(self, application: Application) -> Debrief | None:
        """Return what was answered about an application."""
        return next((one for one in self.debriefs if one.application == application.id), None)

    def sort(self, application: Application) -> Sort:
        """Return what of an application is looked back on: what is due, else its talk or no."""
        for one in self.due:
            if one.application.id == application.id:
                return one.sort
        return looking_back.sort_of(application, application.id in self.talks)


def past(
    store: Store, playbook: Playbook, *, me: frozenset[str], now: datetime, zone: ZoneInfo
) -> Past:
    """Return the talks and noes that lie behind, what is due, and what was answered."""
    applications, entries = store.applications(), in_force(store, What.DEBRIEF)
    by_key = {item.key: item for item in store.job_items()}
    corrections = [one for one in store.corrections() if one.undone is None]
    talks: dict[str, date] = {}
    noes: dict[str, date] = {}
    for one in applications:
        items = [by_key[key] for key in one.message_keys if key in by_key]
        items.sort(key=lambda item: when(item, now))
        situation = Situation(one, tuple(items), (), playbook, me, "", now, zone)
        if talk := newest_talk(situation):
            talks[one.id] = talk.day
        if one.outcome is Outcome.REJECTION and (no := _no(one, items, corrections, now)):
            noes[one.id] = no.astimezone(zone).date()
    today = now.astimezone(zone).date()
    due = looking_back.due(applications, talks, noes, entries, today=today, zone=zone)
    return Past(talks, noes, due, looking_back.debriefs(entries))


def _no(
    application: Application,
    items: Sequence[Item],
    corrections: Sequence[Correction],
    now: datetime,
) -> datetime | None:
    """Return when the no came: by the last letter that says it, else by the user's word.

    None for a no that says nothing of the user: a contact without time or openings, and a job
    that was gone before anybody met.
    """
    said = [i for i in items if i.verdict and Kind.REJECTION in i.verdict.kinds]
    letters = [when(i, now) for i in said]
    reason = said[-1].verdict.reason if said and said[-1].verdict else None
    met = application.stage in (Stage.SCREENING, Stage.INTERVIEW, Stage.OFFER)
    if said and not met and (application.stage is Stage.NETWORKING or reason not in TELLING):
        return None
    told = [
        one.happened
        for one in corrections
        if one.change is Change.CLOSE and one.application == application.id
    ]
    return max(letters or told, default=None)


def keep(store: Store, application: Application, answers: Mapping[str, str], at: datetime) -> Entry:
    """Keep answers about an application, by the question's id; "" takes one away."""
    facts = {key: " ".join(text.split()) for key, text in answers.items()}
    return store.add_entry(Entry(What.DEBRIEF, at, about=application.id, facts=facts))


def known(questions: Sequence[Question], ids: Collection[str]) -> None:
    """Raise UserError for ids that no question has."""
    strange = [id for id in ids if all(one.id != id for one in questions)]
    if strange:
        there = ", ".join(one.id for one in questions)
        raise UserError(f"no question is called {', '.join(strange)}; there is {there}")


def close(store: Store, deciding: Deciding) -> Decided:
    """Bring plans up to date with what was said: nothing changes, and the next look is quick."""
    return decide(store, deciding)


def take_back(store: Store, deciding: Deciding) -> Said:
    """Take back what was answered last."""
    return unsay(store, (What.DEBRIEF,), deciding)
