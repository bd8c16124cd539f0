"""Steps that are drafts: letters to decide about, and letters that were approved and not sent.

A draft stands for the letter that it answers.  What it is for is told in a line, from the plan
it was written by; how far it has come tells how soon it is the user's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from mailsense.domain import Application, Draft, DraftState, Kind, PlanKind
from mailsense.journal import Lead
from mailsense.ports import Item
from mailsense.report.look import Look, about, counted, named, of, under_way
from mailsense.report.meetings import written
from mailsense.report.steps import Horizon, Sort, Step

_SORTS = {
    PlanKind.ANSWER_OFFER: Sort.OFFER,
    PlanKind.ANSWER_REQUEST: Sort.REQUEST,
    PlanKind.ANSWER_OUTREACH: Sort.REQUEST,
    PlanKind.ANSWER_REJECTION: Sort.NO,
    PlanKind.REDIRECT: Sort.NO,
    PlanKind.INTRODUCE: Sort.LEAD,
    PlanKind.STATUS_CHECK: Sort.SILENCE,
    PlanKind.CLOSE_LOOP: Sort.SILENCE,
    PlanKind.REVISIT: Sort.REVISIT,
    PlanKind.THANK_REFERRAL: Sort.THANK,
    PlanKind.THANK_FEEDBACK: Sort.THANK,
    PlanKind.THANK_INTERVIEWER: Sort.THANK,
    PlanKind.STAY_IN_TOUCH: Sort.THANK,
    PlanKind.WITHDRAW: Sort.WITHDRAW,
}
_DATED = frozenset({PlanKind.ANSWER_REJECTION, PlanKind.THANK_INTERVIEWER})
"""Letters that would soon come too late."""
_WEEK, _FORTNIGHT = timedelta(days=7), timedelta(days=14)


def drafts(look: Look) -> Iterator[Step]:
    """Yield a step for each draft that the user may decide about, or has not sent."""
    for draft in look.search.drafts:
        late = draft.expires is not None and draft.expires < look.now
        if under_way(draft) and draft.to and not (late and draft.state.open):
            yield _drafted(draft, look)


def _drafted(draft: Draft, look: Look) -> Step:
    item, sort = look.items.get(draft.answers), _SORTS.get(draft.plan, Sort.LETTER)
    theirs = _theirs(draft, look)
    application = look.applications.get(draft.about)
    title, do = _handled(draft, _title(draft, item, application, look), look)
    return Step(
        sort,
        _key(draft, sort),
        title,
        do,
        who=draft.to[0],
        company=application.company if application else "",
        due=_due(draft, look),
        since=_since(theirs, draft, application, look),
        about=draft.about if application else "",
        message=theirs.key if theirs is not None else "",
        draft=draft.id,
        horizon=_horizon(draft, look),
    )


def _theirs(draft: Draft, look: Look) -> Item | None:
    """Return the letter of theirs that a draft follows from, if any."""
    found = (look.items.get(key) for key in (draft.answers, draft.episode))
    return next((i for i in found if i is not None and not i.located.outgoing), None)


def _since(
    theirs: Item | None, draft: Draft, application: Application | None, look: Look
) -> date | None:
    """Return the day of the letter that a draft answers, or since when a silence lasts."""
    if theirs is not None:
        return look.day(written(theirs))
    last = application.last_out if application is not None and draft.plan.chases else None
    return look.day(last) if last is not None else None


def _giver(draft: Draft, look: Look) -> str:
    """Return how somebody came to be written to: whoever named them, where that is known."""
    lead = _lead(draft, look)
    who = named(lead.giver) if lead is not None else ""
    return f"whom {who} named" if who else "whom you were pointed to"


def _lead(draft: Draft, look: Look) -> Lead | None:
    if draft.plan is not PlanKind.INTRODUCE:
        return None
    to = {a.key for a in draft.to}
    return next((one for one in look.search.leads if one.email.lower() in to), None)


def _key(draft: Draft, sort: Sort) -> str:
    """Return what a step is known by, whether or not it has a draft."""
    if draft.plan is PlanKind.THANK_REFERRAL and draft.answers == draft.episode:
        return f"named:{draft.answers}"
    if sort in (Sort.OFFER, Sort.REQUEST):
        return f"asked:{draft.answers}"
    return f"draft:{draft.about}:{draft.plan.value}:{draft.episode}"


def _title(draft: Draft, item: Item | None, application: Application | None, look: Look) -> str:
    """Return what a draft is for, in a line."""
    person, matter = draft.to[0], about(application)
    who, whose = named(person), of(person)
    waited = application.waiting_working_days if application else None
    silent = f" (no answer for {counted(waited, 'working day')})" if waited else ""
    titles = {
        PlanKind.ANSWER_OFFER: f"Answer {whose} offer{matter}",
        PlanKind.ANSWER_REQUEST: request(item, whose, matter),
        PlanKind.ANSWER_OUTREACH: f"Tell {who} whether you are interested{matter}",
        PlanKind.ANSWER_REJECTION: f"Answer {whose} no, and leave the door open{matter}",
        PlanKind.REDIRECT: f"Ask {who} whom else to speak to{matter}",
        PlanKind.THANK_REFERRAL: f"Thank {who} for the pointer{matter}",
        PlanKind.INTRODUCE: f"Write to {who}, {_giver(draft, look)}",
        PlanKind.THANK_FEEDBACK: f"Thank {who} for the honest words{matter}",
        PlanKind.STATUS_CHECK: f"Ask {who} where things stand{matter}{silent}",
        PlanKind.CLOSE_LOOP: f"Say a last, kind word to {who}{matter}{silent}",
        PlanKind.REVISIT: f"Ask {who} again, as the no was a \u201cnot now\u201d{matter}",
        PlanKind.THANK_INTERVIEWER: f"Thank {who} for the talk{matter}",
        PlanKind.STAY_IN_TOUCH: f"Keep in touch with {who}",
        PlanKind.WITHDRAW: f"Withdraw, with thanks to {who}{matter}",
        PlanKind.WEEKLY_SUMMARY: f"Tell {who} about your week",
    }
    return titles.get(draft.plan, f"Write to {who}{matter}")


def request(item: Item | None, whose: str, matter: str) -> str:
    """Return the title of a step that does what an invitation, or a request, asks for."""
    kinds = item.verdict.kinds if item is not None and item.verdict is not None else ()
    if Kind.INTERVIEW in kinds or not kinds:
        return f"Answer {whose} invitation{matter}"
    return f"Answer {whose} request{matter}"


def _handled(draft: Draft, title: str, look: Look) -> tuple[str, str]:
    """Return the title and the command, as far as the letter has come."""
    if draft.state is DraftState.DELIVERED:
        return f"{title}: the letter lies in your Drafts", f"mailsense drafts show {draft.id}"
    if draft.state is DraftState.APPROVED:
        return f"{title}: the letter is approved", "mailsense sync"
    if draft.state is DraftState.UNKNOWN:
        return f"{title}: see whether the letter went out", f"mailsense drafts show {draft.id}"
    return title, f"mailsense review {draft.id}"


def _rests(draft: Draft, look: Look) -> date | None:
    """Return the day on which a resting draft is offered; None when it waits already."""
    if draft.state is not DraftState.RESTING or draft.not_before is None:
        return None
    return look.day(draft.not_before) if draft.not_before > look.now else None


def _due(draft: Draft, look: Look) -> date | None:
    if (rests := _rests(draft, look)) is not None:
        return rests
    if _SORTS.get(draft.plan) in (Sort.OFFER, Sort.REQUEST):
        return look.search.days.get(draft.answers)
    if draft.plan in _DATED and draft.expires is not None:
        return look.day(draft.expires - timedelta(seconds=1))
    lead = _lead(draft, look)
    return lead.given + _WEEK if lead is not None else None


def _horizon(draft: Draft, look: Look) -> Horizon:
    rests = _rests(draft, look)
    if rests is not None:
        return Horizon.WEEK if rests <= look.today + _WEEK else Horizon.LATER
    if draft.state in (DraftState.APPROVED, DraftState.DELIVERED):
        recent = draft.created is None or look.now - draft.created <= _FORTNIGHT
        return Horizon.WEEK if recent else Horizon.LATER
    return Horizon.NOW
