"""A step of the agenda: what it is, what it is worth, and which few of them make a week or a day.

Steps are values; which there are is found in ``agenda``.  What has a day comes before what has
none, what they wait for before what the user waits for.  A week's few are of several sorts: who
has nine invitations has a name to call as well.  Nothing is counted against the user.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from zoneinfo import ZoneInfo

from mailsense.domain import Action, Address, Decision


class Sort(StrEnum):
    """What a step is about, in order of worth."""

    OFFER = "offer"
    REQUEST = "request"
    TALK = "talk"
    """A talk that was agreed on, to prepare for."""
    ANSWER = "answer"
    """A question of theirs that stands."""
    LABEL = "label"
    """A message that only the user can tell, and a process that waits for it."""
    LEAD = "lead"
    SILENCE = "silence"
    PROMISE = "promise"
    """The day has come by which they said they would answer."""
    THANK = "thank"
    NO = "no"
    """The letter after a no."""
    REVISIT = "revisit"
    """A "not now" of a while ago."""
    WITHDRAW = "withdraw"
    TALKS = "talks"
    """Two informational talks a week."""
    DEBRIEF = "debrief"
    ARTICLE = "article"
    LETTER = "letter"
    """Any other draft that waits."""


class Horizon(IntEnum):
    """How soon a step is the user's: now (a decision is due), this week, or some time."""

    NOW = 0
    WEEK = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``do`` is the command that does it; ``key`` stays the same from day to day."""

    sort: Sort
    key: str
    title: str
    do: str
    who: Address | None = None
    company: str = ""
    due: date | None = None
    since: date | None = None
    """The day of the letter that the step is about."""
    about: str = ""
    """The application, by id."""
    message: str = ""
    """The message, by key."""
    draft: str = ""
    horizon: Horizon = Horizon.WEEK
    start: datetime | None = None
    """Of a talk that the calendar tells; one agreed in words has only its day."""
    end: datetime | None = None


_PLACES = {sort: place for place, sort in enumerate(Sort)}
_ASKED = frozenset({Sort.OFFER, Sort.REQUEST, Sort.TALK})
_SOON = timedelta(days=7)


def worth(step: Step, today: date) -> tuple[int, date, int, int, date, int, str]:
    """Return what steps are sorted by: their day where others wait for it, then their sort."""
    due, place = step.due or date.max, _PLACES[step.sort]
    asked = step.sort in _ASKED
    pressing = (asked and due <= today + _SOON) or (
        step.sort is Sort.THANK and due <= today + timedelta(days=1)
    )
    later = step.horizon is Horizon.LATER
    group = 2 if later else 0 if pressing else 1
    newest_first = -(step.since or date.min).toordinal()
    day = due if asked or pressing else date.max
    return group, day, place, step.horizon, due, newest_first, step.key


def ordered(steps: Collection[Step], today: date) -> tuple[Step, ...]:
    """Return the steps in order of worth."""
    return tuple(sorted(steps, key=lambda step: worth(step, today)))


MOST_A_WEEK, MOST_A_DAY = 10, 5


def week(steps: Sequence[Step], today: date, most: int = MOST_A_WEEK) -> tuple[Step, ...]:
    """Given all steps in order, return the few of this week, in the same order.

    First what somebody waits for by a day of this week; then the first of every sort, then the
    second.
    """
    near = [step for step in steps if step.horizon is not Horizon.LATER]
    seen: Counter[Sort] = Counter()
    turns: list[tuple[int, int]] = []
    for place, step in enumerate(near):
        pressing = worth(step, today)[0] == 0
        seen[step.sort] += not pressing
        turns.append((0 if pressing else seen[step.sort], place))
    chosen = {place for _, place in sorted(turns)[:most]}
    return tuple(step for place, step in enumerate(near) if place in chosen)


def day(steps: Sequence[Step], decided: int, today: date) -> tuple[Step, ...]:
    """Given all steps in order, return those that need a decision today: at most five.

    ``decided`` is how much was decided today already: five a day are enough, but what somebody
    waits for by tomorrow is told all the same.
    """
    now = [step for step in steps if step.horizon is Horizon.NOW]
    left = max(MOST_A_DAY - decided, 0)
    tomorrow = today + timedelta(days=1)
    pressing = [s for s in now if s.sort in _ASKED and s.due is not None and s.due <= tomorrow]
    chosen = {step.key for step in now[:left]} | {step.key for step in pressing}
    return tuple(step for step in now if step.key in chosen)[:MOST_A_DAY]


_DECIDED = frozenset(
    {Action.APPROVE, Action.SNOOZE, Action.DISCARD, Action.SEND, Action.SENT_ELSEWHERE}
)


def decided(decisions: Sequence[Decision], today: date, zone: ZoneInfo) -> int:
    """Given all decisions in order, return about how many letters one was taken today."""
    last = {one.draft: one for one in decisions if one.draft and one.action is not Action.EDIT}
    return sum(
        one.action in _DECIDED and one.at.astimezone(zone).date() == today for one in last.values()
    )


# --- what was missed ------------------------------------------------------------------------


MISSED_AFTER = timedelta(days=7)
"""Who has waited for an answer for more than a week has been missed."""

MISSED = {
    Sort.OFFER: ("an offer", "offers"),
    Sort.REQUEST: ("a request", "requests"),
    Sort.LEAD: ("an introduction", "introductions"),
    Sort.ANSWER: ("a question", "questions"),
}
_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def missed(steps: Sequence[Step], today: date) -> dict[Sort, int]:
    """Return, by sort, how many letters have stood unanswered for more than a week.

    A name that was given counts as an introduction, whether its giver or the person named
    still awaits a word.
    """
    counts: Counter[Sort] = Counter()
    seen: set[str] = set()
    for step in steps:
        sort = Sort.LEAD if step.sort is Sort.THANK and step.key.startswith("named:") else step.sort
        late = step.since is not None and today - step.since > MISSED_AFTER
        if late and sort in MISSED and step.message and step.message not in seen:
            seen.add(step.message)
            counts[sort] += 1
    return {sort: counts[sort] for sort in MISSED if counts[sort]}


def in_words(counts: dict[Sort, int]) -> str:
    """Given counts by sort, return "two requests and an introduction"; "" for none."""
    parts = []
    for sort, number in counts.items():
        one, many = MISSED[sort]
        number_said = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
        parts.append(one if number == 1 else f"{number_said} {many}")
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
