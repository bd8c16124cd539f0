"""What the mail shows of talks that lie behind, and of the no that came after them.

Given a process, says on which day a person was surely in a talk, whether letters speak of one,
and when the no after an interview was said.  Looks at mail only: a letter may mention what it
shows, and nothing else (rule 7 of the design).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Application, Kind, Outcome, Stage
from mailsense.ports import Item
from mailsense.reply import reading
from mailsense.reply.situation import Situation
from mailsense.reply.talks import newest_talk, speaks_of_talk
from mailsense.reply.thanks import took_part
from mailsense.reply.timing import when

_MET = (Stage.INTERVIEW, Stage.OFFER)


def day_of_talk(person: Address, situation: Situation) -> date | None:
    """Return the day of the last talk in a process, where the person was surely in it."""
    talk = newest_talk(situation)
    if talk is None or not talk.exact or not took_part(person, talk, situation):
        return None
    return talk.day


def speaks(letters: Sequence[Item]) -> bool:
    """True when letters between the user and one person speak of a talk that they had."""
    return any(map(speaks_of_talk, letters))


def refusal(process: Application, items: Sequence[Item]) -> Item | None:
    """Return the newest no of a process, None when no letter says it."""
    keys = set(process.message_keys)
    noes = [
        item
        for item in items
        if item.key in keys and item.verdict is not None and Kind.REJECTION in item.verdict.kinds
    ]
    return max(noes, key=lambda item: str(item.message.date or item.located.seen_at), default=None)


def no_after_interview(
    process: Application, items: Sequence[Item], zone: ZoneInfo, now: datetime
) -> date | None:
    """Return the user's day of the no that ended a process after an interview.

    None where it did not end so: nobody met, it is still open, or a talk was called off.
    """
    own = [item for item in items if item.key in set(process.message_keys)]
    stage = reading.stage_of(process.stage, own)
    if process.outcome is not Outcome.REJECTION or stage not in _MET:
        return None
    no = refusal(process, items)
    if no is None:  # the user told of it
        at = process.waits[-1].until if process.waits else process.last_in
        return at.astimezone(zone).date() if at is not None else None
    at = when(no, now)
    if reading.before_a_talk(no, now) and not reading.talked(own, at, now):
        return None
    return at.astimezone(zone).date()
