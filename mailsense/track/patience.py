"""Patience: what the user's own waiting times change in the table "when to write".

Decides, once enough of the user's waits at a stage were answered, whether the first word
waits longer there (never less: nobody is written to before the table's floor), and whether
an application is let go earlier or later than the table says.  Both are told by comparing
what is known now with what was assumed, so that without waits of one's own the table holds
day for day.  Tells facts, and a chance only from so many answers on.  Refuses to know what is
written, and whether a promised day overrides the floor (``silence``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from itertools import accumulate
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Ladder, Stage, State
from mailsense.track.company import firm_key
from mailsense.track.hazard import (
    Hazards,
    Waited,
    begun,
    chance_of_answer,
    median,
    small_from,
    waited,
)

_LEAST, _MOST = 0.5, 2.0
"""Nothing moves to less than half or more than twice the table's working days."""
_TO_WRITE = 5
"""Working days between the first word and letting go that always remain."""


def refined(ladder: Ladder, slower: float, longer: float) -> Ladder:
    """Given the table's row and its ``pace``, return the row that holds.

    Gaps never shrink from one step to the next, and letting go leaves time to write.
    """
    if slower == longer == 1:
        return ladder
    first = _days(ladder.tag_after, slower)
    floors = ladder.floors
    if slower > 1 and floors:
        floors = tuple(accumulate((_days(floors[0], slower), *floors[1:]), max))
    least = max(first, *floors, 1)
    quiet, closing = ladder.quiet, ladder.closing
    return replace(
        ladder,
        tag_after=first,
        floors=floors,
        closing=None if closing is None else max(_days(closing, longer), least),
        quiet=None if quiet is None else max(_days(quiet, longer), least + _TO_WRITE),
        let_go=max(_days(ladder.let_go, longer), least + _TO_WRITE),
    )


def pace(
    hazards: Hazards, stage: Stage, employer: str = "", besides: str = ""
) -> tuple[float, float]:
    """Return by what to multiply the first floor, and the days after which it is let go.

    The first is the median day of an answer, known over assumed, from 1 to 2; the other the day
    from which the chance of an answer stays small, known over assumed, from 1/2 to 2.  Both
    are 1 with fewer answers at the stage than ``least_answers``.
    """
    prior = hazards.prior
    if hazards.answers(stage) < prior.least_answers:
        return 1.0, 1.0
    before, known = hazards.before(stage), hazards.hazard(stage, employer, besides)
    usual, now = median(before, prior.days), median(known, prior.days)
    slower = min(_MOST, max(1.0, now / usual)) if usual else 1.0
    days = [
        small_from(h, prior.days, horizon=prior.horizon, bound=prior.small_chance)
        for h in (before, known)
    ]
    longer = min(_MOST, max(_LEAST, days[1] / days[0])) if days[0] else 1.0
    return slower, longer


def ladder(application: Application, table: Ladder, hazards: Hazards, *, written: bool) -> Ladder:
    """Given an application and the table's row for it, return the row that holds.

    Where a first word was ``written`` (drafted or sent), its floor stays as it was: news of
    other waits does not take it back.
    """
    employer = firm_key(application.company)
    found = refined(table, *pace(hazards, application.stage, employer, application.id))
    if written and found is not table:
        return replace(found, tag_after=table.tag_after, floors=table.floors)
    return found


def told(
    application: Application,
    hazards: Hazards,
    *,
    today: date,
    zone: ZoneInfo,
    holidays: Collection[date],
) -> Application:
    """Return the application with the chance of an answer and the facts behind it, if any.

    Only while it waits, not before a talk, and with ``least_answers`` answers at its stage.
    """
    last = application.waits[-1] if application.waits else None
    if application.state is not State.WAITING or last is None or last.until is not None:
        return application
    few = hazards.answers(last.stage) < hazards.prior.least_answers
    if few or begun(last, application, zone) > today:
        return application
    one = waited(last, application, today=today, zone=zone, holidays=holidays)
    prior = hazards.prior
    hazard = hazards.hazard(one.stage, one.employer, application.id)
    chance = chance_of_answer(hazard, prior.days, one.days, prior.horizon)
    return replace(
        application,
        answer_chance=round(chance, 2),
        answer_note=_note(hazards.at(one.stage), one.days) if one.days else "",
    )


def _note(waits: Collection[Waited], days: int) -> str:
    """Tell of the waits that were answered or lasted as long how many were answered by now."""
    answers = [w.days for w in waits if w.answered]
    by_now = sum(d <= days for d in answers)
    later = len(answers) - by_now
    silent = sum(not w.answered and w.days >= days for w in waits)
    were, unit = ("was" if by_now == 1 else "were"), ("day" if days == 1 else "days")
    return (
        f"of your {len(answers) + silent} waits like this one, {by_now or 'none'} {were} answered "
        f"within {days} working {unit}, {later or 'none'} later, {silent or 'none'} not so far"
    )


def _days(days: int, factor: float) -> int:
    """Return working days times a factor, in whole days, never less than half."""
    return max(-(-days // 2), round(days * factor))
