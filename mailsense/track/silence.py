"""Silence: how long there has been no answer, and when that is worth a word.

Decides from the row of the table that holds, the user's own days and public holidays whether
an application that waits has waited long enough (``silence-timeout`` begins when the first
floor passes, the moment to write while answers still come), and when it is let go.  Refuses
to know where the row comes from: the playbook, or what ``patience`` made of it.  Tells facts
only: "no answer for 23 days".  Never while the user owes the answer, and never
while a message of it awaits a label, which may be the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Kind, Ladder, Outcome, Stage, State, Tag
from mailsense.ports import Item
from mailsense.track.instants import when
from mailsense.track.waits import ends
from mailsense.working_days import add_working_days, working_days

_AFTER_PROMISE = 2
"""Working days of grace after the day they named."""


def with_silence(
    application: Application,
    items: Sequence[Item],
    ladders: Mapping[str, Ladder],
    *,
    now: datetime,
    zone: ZoneInfo,
    holidays: Collection[date],
) -> Application:
    """Given an application as tracked, return it with its waiting time and, if due, silence.

    ``items`` may hold other messages too.  ``waiting_days`` count from the last letter
    either way, in days of the user's ``zone``; a closed application waits for nothing.
    """
    last = max((t for t in (application.last_in, application.last_out) if t), default=None)
    if application.state is State.CLOSED or last is None:
        return replace(application, waiting_days=None, waiting_working_days=None)
    today = now.astimezone(zone).date()
    since = min(last.astimezone(zone).date(), today)
    worked = working_days(since, today, holidays)
    waiting = replace(application, waiting_days=(today - since).days, waiting_working_days=worked)
    ladder = ladders.get(application.case)
    if application.state is not State.WAITING or ladder is None:
        return waiting
    own = [i for i in items if i.key in set(application.message_keys)]
    if any(_unlabelled(item) for item in own):
        return waiting
    met = max([*_appointments(own, last, zone), application.agreed or date.min])
    asked = max(_word_waited_on(application, own, last).astimezone(zone).date(), met)
    if met > today or not _due(application, ladder, asked, today, holidays):
        return waiting
    quiet_for = working_days(max(since, met), today, holidays)
    closed = _let_go(application, ladder, quiet_for)
    return replace(
        waiting,
        tag=Tag.SILENCE,
        state=State.CLOSED if closed else State.WAITING,
        outcome=Outcome.SILENCE if closed else Outcome.NONE,
        note=_note((today - since).days, worked),
    )


def _due(
    application: Application, ladder: Ladder, asked: date, today: date, holidays: Collection[date]
) -> bool:
    """True when the first floor has passed unanswered; a promised day overrides the floor."""
    if application.promised:
        return today >= add_working_days(application.promised, _AFTER_PROMISE, holidays)
    return working_days(asked, today, holidays) >= ladder.tag_after


def _word_waited_on(application: Application, own: Sequence[Item], last: datetime) -> datetime:
    """Return the instant of the letter that is unanswered: a chase does not start the wait anew.

    The letters after their last word, without the chases, which are the newest of them.
    """
    begun = application.last_in
    sent = sorted(when(i) for i in own if i.located.outgoing and (begun is None or when(i) > begun))
    first = len(sent) - application.chases
    if first > 0:
        return sent[first - 1]
    return begun or last


def _let_go(application: Application, ladder: Ladder, quiet_for: int) -> bool:
    """True when the chance of an answer has become small, or the closing note has gone out."""
    if application.stage is Stage.OFFER:
        return False
    if ladder.closing is not None and application.chases > ladder.most:
        return True
    if ladder.quiet is not None:
        wait = ladder.quiet
    elif ladder.closing is not None and application.chases >= ladder.most:
        wait = ladder.closing
    else:
        wait = ladder.let_go
    return quiet_for >= wait


def _unlabelled(item: Item) -> bool:
    verdict = item.verdict
    return not item.located.outgoing and verdict is not None and verdict.kind is Kind.UNSURE


def _appointments(items: Sequence[Item], last: datetime, zone: ZoneInfo) -> list[date]:
    """Return the days of calendar appointments after the last letter: nobody is silent before."""
    events = [event for item in items for event in item.message.events]
    return [end.astimezone(zone).date() for end in ends(events) if end > last]


def _note(days: int, worked: int) -> str:
    return f"no answer for {_count(days, 'day')} ({_count(worked, 'working day')})"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
