"""The agenda: from all that is known of the search, its next steps in order of worth.

One step a matter: a request and the draft that answers it are one, and while an application has
a letter to answer nothing is said of its silence.  While the user pauses, nothing is asked that
can wait; once the user has landed, only thanks and withdrawals are left.  Nothing is decided
here: a step names the command that does it.  Which few of the steps make a week or a day is said
in ``steps``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from mailsense.report import drafted, letters, people, waits
from mailsense.report.look import Look, Search
from mailsense.report.steps import Sort, Step, ordered

__all__ = ["Search", "agenda"]

_OF_THE_APPLICATION = frozenset(
    {Sort.OFFER, Sort.REQUEST, Sort.ANSWER, Sort.LABEL, Sort.SILENCE, Sort.PROMISE, Sort.NO}
    | {Sort.REVISIT, Sort.WITHDRAW}
)
"""Of these an application has one at a time: whose move it is."""
_CAN_WAIT = frozenset(
    {Sort.SILENCE, Sort.PROMISE, Sort.REVISIT, Sort.TALKS, Sort.DEBRIEF, Sort.ARTICLE}
)
_AFTER_LANDING = frozenset({Sort.THANK, Sort.WITHDRAW})
_WRITTEN_TO_NOBODY = frozenset({Sort.TALK, Sort.LABEL, Sort.DEBRIEF})


def agenda(search: Search, *, now: datetime, zone: ZoneInfo) -> tuple[Step, ...]:
    """Given the search, return every step there is, in order of worth."""
    look = Look(search, now, zone)
    steps: dict[str, Step] = {}
    claimed: set[str] = set()
    for step in _all(look):
        claims = _claims(step)
        if _wanted(step, search) and not claims & claimed and step.key not in steps:
            claimed |= claims
            steps[step.key] = step
    return ordered(steps.values(), look.today)


def _all(look: Look) -> Iterator[Step]:
    """Yield every step; of two about one matter the better founded first."""
    return chain(
        letters.ties(look),
        drafted.drafts(look),
        letters.unanswered(look),
        letters.questions(look),
        letters.unsure(look),
        letters.doubted(look),
        people.talks(look),
        people.leads(look),
        waits.silences(look),
        waits.promises(look),
        waits.revisits(look),
        people.debriefs(look),
        people.articles(look),
        people.informational(look),
    )


def _claims(step: Step) -> set[str]:
    """Return the matters that a step stands for: no other step may stand for them too."""
    if step.sort in _OF_THE_APPLICATION or step.key.startswith("named:"):
        claims = {f"application:{step.about or step.key}"}
        return claims | ({f"invited:{step.message}"} if step.message else set())
    if step.sort is Sort.TALK and step.message:  # until it is answered, no talk is agreed on
        return {step.key, f"invited:{step.message}"}
    if step.sort is Sort.LEAD and step.who is not None:
        return {f"person:{step.who.key or step.who.name.casefold()}"}
    if step.sort is Sort.ARTICLE and step.who is not None:
        return {f"person:{step.who.key}"}
    return {step.key}


def _wanted(step: Step, search: Search) -> bool:
    """True unless a wish of the user's speaks against it."""
    if search.landed:
        offered = step.sort is Sort.OFFER and bool(step.draft)
        return step.sort in _AFTER_LANDING or offered
    if search.paused and step.sort in _CAN_WAIT:
        return False
    if step.sort in _WRITTEN_TO_NOBODY or (step.who is None and not step.company):
        return True
    return not search.spared(step.who, step.company)
