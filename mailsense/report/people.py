"""Steps that are people: talks to prepare for, names to call, and whom to keep in touch with.

After the advice of job-search coaches: call every name you were given within the week, two
informational talks a week, look back on a talk or a no while it is fresh, and send those who
gave you their time an article a month later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from mailsense.domain import (
    Address,
    Application,
    Contact,
    DraftState,
    PlanKind,
    Relation,
    Stage,
    State,
)
from mailsense.journal import Lead, LeadState, What
from mailsense.report import debrief
from mailsense.report.look import Look, about, named, of, plain, said, typed
from mailsense.report.meetings import Meeting, written
from mailsense.report.steps import Horizon, Sort, Step

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LEAD_LASTS = timedelta(days=30)
_MET = frozenset({Stage.SCREENING, Stage.INTERVIEW, Stage.OFFER})


# --- talks ----------------------------------------------------------------------------------


def talks(look: Look) -> Iterator[Step]:
    """Yield a step for each talk that lies ahead."""
    for application in look.search.applications:
        meeting = look.ahead(application)
        if meeting is None or application.state is State.CLOSED:
            continue
        person = _other_side(application, meeting, look)
        whom = f" with {named(person)}" if person is not None else ""
        clock = f" at {meeting.start.astimezone(look.zone):%H:%M}" if meeting.start else ""
        card = typed(person.email if person is not None else "") or application.id
        near = meeting.day - look.today
        yield Step(
            Sort.TALK,
            f"talk:{application.id}:{meeting.day}",
            f"Prepare for the talk{whom} on {said(meeting.day, weekday=True)}{clock}"
            f"{about(application)}",
            f"mailsense prepare {card}",
            who=person,
            company=application.company,
            due=meeting.day,
            about=application.id,
            message=meeting.message,
            horizon=_near(near),
            start=meeting.start,
            end=meeting.end,
        )


def _near(ahead: timedelta) -> Horizon:
    if ahead <= _DAY:
        return Horizon.NOW
    return Horizon.WEEK if ahead <= _WEEK else Horizon.LATER


def _other_side(application: Application, meeting: Meeting, look: Look) -> Address | None:
    """Return the person that a talk is with: who sent the appointment, else the first known."""
    if (person := look.search.people.get(meeting.message)) is not None:
        return person
    contact = next(iter(application.contacts), None)
    return contact.address if contact is not None else None


_TALKS_A_WEEK = 2


def informational(look: Look) -> Iterator[Step]:
    """Yield one step while fewer than two talks with contacts stand in this week."""
    if not look.search.applications:
        return
    monday = look.today - timedelta(days=look.today.weekday())
    week = (monday, monday + _WEEK)
    held = sum(_talks_in(one, week, look) for one in look.search.applications)
    if held >= _TALKS_A_WEEK:
        return
    lead = next((one for one in look.search.leads if one.state is LeadState.NEW), None)
    whom = f", perhaps {plain(lead.name)}" if lead is not None and lead.name else ""
    wanted = "two informational talks" if not held else "a second informational talk"
    yield Step(
        Sort.TALKS,
        f"talks:{monday.isocalendar().year}-W{monday.isocalendar().week:02}",
        f"Ask for {wanted} this week{whom}",
        "mailsense leads",
        due=None,
    )


def _talks_in(application: Application, week: tuple[date, date], look: Look) -> bool:
    if application.stage is not Stage.NETWORKING:
        return False
    coming = look.ahead(application)
    days = (coming.day if coming is not None else None, look.last_talk(application))
    return any(day is not None and week[0] <= day < week[1] for day in days)


# --- leads ----------------------------------------------------------------------------------


def leads(look: Look) -> Iterator[Step]:
    """Yield a step for each name that was given and awaits a word of the user's."""
    for lead in look.search.leads:
        if lead.email and (look.open_to(lead.email) or _put_away(lead, look)):
            continue
        told = _lead_step(lead, look)
        if told is None:
            continue
        title, do, since = told
        due = since + _WEEK
        recent = look.today - since <= _LEAD_LASTS
        yield Step(
            Sort.LEAD,
            f"lead:{lead.id}:{lead.state.value}",
            title,
            do,
            who=Address(lead.name, lead.email) if lead.name or lead.email else None,
            company=lead.company,
            due=due,
            since=since,
            about=lead.about,
            message=lead.message,
            horizon=(Horizon.NOW if due <= look.today else Horizon.WEEK)
            if recent
            else Horizon.LATER,
        )


def _lead_step(lead: Lead, look: Look) -> tuple[str, str, date] | None:
    """Return what to do about a lead, the command, and since when it waits."""
    who = plain(lead.name) or lead.email or plain(lead.company)
    giver = f", whom {named(lead.giver)} named" if lead.giver is not None else ""
    show = f"mailsense leads show {lead.id}"
    if lead.state is LeadState.NEW and lead.email:
        return f"Write to {who}{giver}", show, lead.given
    if lead.state is LeadState.NEW:
        title = f"Find an address for {who}{giver}"
        return title, f"mailsense leads set {lead.id} --email ADDRESS", lead.given
    if lead.state is LeadState.OFFERED:
        if any(d.answers == lead.message and d.state.open for d in look.search.drafts if d.answers):
            return None
        whose = f"{of(lead.giver)} offer" if lead.giver is not None else "the offer"
        return f"Take up {whose} to introduce you{f' to {who}' if who else ''}", show, lead.given
    waits = lead.introduced is not None and look.today - lead.introduced >= _WEEK
    if lead.state is LeadState.INTRODUCED and waits and lead.introduced is not None:
        return f"Call {who}{giver}: no answer since {said(lead.introduced)}", show, lead.introduced
    return None


def _put_away(lead: Lead, look: Look) -> bool:
    """True when the user discarded the letter to that person."""
    return lead.state is LeadState.NEW and any(
        d.plan is PlanKind.INTRODUCE
        and d.state is DraftState.DISCARDED
        and lead.email.lower() in {a.key for a in d.to}
        for d in look.search.drafts
    )


# --- looking back, and keeping in touch -------------------------------------------------------

_RECOVER = timedelta(days=2)
_ENOUGH = 2
"""Looking back on more than two things a week is no help."""


def debriefs(look: Look) -> Iterator[Step]:
    """Yield a step for each talk or no of late that was not looked back upon.

    A no is let go first, and one that came before anybody spoke is nothing to look back upon.
    """
    place = 0
    for one in look.search.occasions:
        application, no = one.application, one.sort is debrief.Sort.NO
        age = look.today - one.on
        if no and (age < _RECOVER or application.stage not in _MET):
            continue
        if _never_accepted(application, one.on, look):
            continue
        place += 1
        yield Step(
            Sort.DEBRIEF,
            f"debrief:{application.id}:{one.on}",
            f"Look back on the {'no' if no else 'talk'} of {said(one.on)}{about(application)}",
            f"mailsense debrief {application.id}",
            company=application.company,
            since=one.on,
            about=application.id,
            horizon=Horizon.WEEK if age <= _WEEK and place <= _ENOUGH else Horizon.LATER,
        )


def _never_accepted(application: Application, day: date, look: Look) -> bool:
    """True when the appointment of that day was never answered."""
    letters = look.letters(application)
    for item in letters:
        if any(e.start is not None and look.day(e.start) == day for e in item.message.events):
            later = any(i.located.outgoing and written(i) >= written(item) for i in letters)
            return not (item.located.outgoing or item.located.answered or later)
    return False


_MONTH = (timedelta(days=25), timedelta(days=45))
_RECENT = timedelta(days=21)
_FRIENDS = frozenset({Relation.NETWORKING, Relation.INTERVIEWER, Relation.HIRING_MANAGER})


def articles(look: Look) -> Iterator[Step]:
    """Yield a step for each person who wrote back, and with whom the user spoke a month ago.

    Not while a process with them is under way: then there is other news to write about.
    """
    touched = {e.person.key for e in look.entries(What.TOUCH) if e.person is not None}
    for application in look.search.applications:
        talk = look.last_talk(application)
        if talk is None or not _MONTH[0] <= look.today - talk <= _MONTH[1]:
            continue
        if application.stage is not Stage.NETWORKING and application.state is not State.CLOSED:
            continue
        letters = look.letters(application)
        if any(look.today - look.day(written(i)) <= _RECENT for i in letters):
            continue
        wrote = {i.message.from_.key for i in letters if not i.located.outgoing}
        for contact in application.contacts:
            writable = typed(contact.email) and contact.email.lower() in wrote - touched
            if writable and _friend(contact, application):
                touched.add(contact.email.lower())
                yield _article(contact, talk, application)


def _friend(contact: Contact, application: Application) -> bool:
    networking = application.stage is Stage.NETWORKING and contact.relation is Relation.UNKNOWN
    return contact.relation in _FRIENDS or networking


def _article(contact: Contact, talk: date, application: Application) -> Step:
    return Step(
        Sort.ARTICLE,
        f"article:{contact.email.lower()}:{talk}",
        f"Send {named(contact)} an article: you spoke a month ago, on {said(talk)}",
        f"mailsense touch {typed(contact.email)} --article URL",
        who=contact.address,
        company=application.company,
        since=talk,
        about=application.id,
    )
