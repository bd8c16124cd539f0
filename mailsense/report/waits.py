"""Steps that come of waiting: silences, promises, and the "not now" of a while ago.

Where a person is known, a draft waits when it is time (``letters``).  Here is what no draft can
do: find a person where none is known, another address where a letter came back, look whether a
promised answer has come another way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailsense.domain import Application, DraftState, Kind, Outcome, PlanKind, State, Tag
from mailsense.report.look import Look, about, counted, named, plain, said
from mailsense.report.meetings import written
from mailsense.report.steps import Horizon, Sort, Step

_PROMISE_LASTS = timedelta(days=14)
_REVISIT_LASTS = timedelta(days=60)
_DAY = timedelta(days=1)
_WEEK, _SEASON = timedelta(days=7), timedelta(days=60)


def silences(look: Look) -> Iterator[Step]:
    """Yield a step for each silence into which no letter can be written as things are."""
    for application in look.search.applications:
        if application.tag is not Tag.SILENCE or application.state is not State.WAITING:
            continue
        since = application.last_out or application.last_in
        noted = since is not None and look.noted_since(application, look.day(since) + _DAY)
        if noted or look.open_draft(application.id) is not None:
            continue
        matter = about(application, " about ")
        waited = application.waiting_working_days
        silent = f" (no answer for {counted(waited, 'working day')})" if waited else ""
        if look.returned(application):
            person = next(iter(application.contacts), None)
            whom = f" for {named(person)}" if person is not None else ""
            title = f"Find another address{whom}: your letter{matter} came back"
        elif not application.contacts:
            company = plain(application.company)
            where = f" at {company}" if company else ""
            role = f": {plain(application.role)}" if application.role else ""
            title = f"Find a person to ask{where}{role}{silent}"
        else:
            continue
        yield Step(
            Sort.SILENCE,
            f"silence:{application.id}:{application.chases}",
            title,
            f"mailsense applications show {application.id}",
            company=application.company,
            since=look.day(since) if since is not None else None,
            about=application.id,
        )


def promises(look: Look) -> Iterator[Step]:
    """Yield a step for each day that has come by which they said they would answer."""
    for application in look.search.applications:
        day = application.promised
        if day is None or application.state is not State.WAITING:
            continue
        if not day <= look.today <= day + _PROMISE_LASTS or look.noted_since(application, day):
            continue
        who = plain(application.company) or named(next(iter(application.contacts), None)) or "they"
        yield Step(
            Sort.PROMISE,
            f"promise:{application.id}:{day}",
            f"See whether {who} answered, as promised by {said(day)}{about(application)}",
            f"mailsense applications show {application.id}",
            company=application.company,
            due=day,
            about=application.id,
        )


def revisits(look: Look) -> Iterator[Step]:
    """Yield a step for each no that meant "not now", when it may be now, and no draft asks."""
    for application in look.search.applications:
        if application.outcome is not Outcome.REJECTION:
            continue
        letters = look.letters(application)
        noes = [
            i
            for i in letters
            if i.verdict is not None
            and not i.located.outgoing
            and Kind.REJECTION in i.verdict.kinds
            and i.verdict.reason in look.search.revisit
        ]
        if not noes or noes[-1].verdict is None or noes[-1].verdict.reason is None:
            continue
        no, wait = noes[-1], timedelta(days=look.search.revisit[noes[-1].verdict.reason])
        day = look.day(written(no)) + wait
        later = [i for i in letters if written(i) > written(no) + wait / 2]
        if later or _asked_again(application, look) or look.noted_since(application, day):
            continue
        if not day - _SEASON <= look.today <= day + _REVISIT_LASTS:
            continue
        when, where = look.day(written(no)), about(application, " at ")
        yield Step(
            Sort.REVISIT,
            f"revisit:{no.key}",
            f"Look again{where}: the no of {said(when)} was a \u201cnot now\u201d",
            f"mailsense applications show {application.id}",
            company=application.company,
            due=day,
            since=when,
            about=application.id,
            message=no.key,
            horizon=Horizon.WEEK if day <= look.today + _WEEK else Horizon.LATER,
        )


def _asked_again(application: Application, look: Look) -> bool:
    done = (DraftState.SENT, DraftState.DISCARDED, DraftState.UNKNOWN)
    return any(
        d.plan is PlanKind.REVISIT and (d.state in done or d.state.open)
        for d in look.drafts[application.id]
    )
