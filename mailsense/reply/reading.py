"""What a letter may rely on: facts read off the mail itself, or left out.

Decides nothing about what to do.  Every function returns an empty value where the mail
does not say: a missing fact drops its sentence, and none is ever invented (rule 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Kind, Message, Stage
from mailsense.ports import Item
from mailsense.reply import pointers, pointing, words
from mailsense.reply.addressee import robot_address
from mailsense.reply.names import display_name
from mailsense.reply.timing import MONTHS, WEEKDAYS, spoken, spoken_instant, when

_LIMIT = 20_000
"""Characters of a text that are looked at."""

_MONTH = "|".join(m if m == "May" else f"{m}|{m[:3]}\\.?" for m in MONTHS) + r"|Sept\.?"
_DATE = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,? (?P<year>20\d\d))?\b"
    r"|(?P<iso>20\d\d-\d\d-\d\d)\b"
    rf"|\b(?:this |next |on )?(?P<weekday>{'|'.join(WEEKDAYS)})\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|no later than|not later than|until|due(?: on| by)?|deadline(?: is|:| for [\w ]"
    r"{1,20} is)?)\s(?P<rest>[^.;?\n]{3,60})",
    re.IGNORECASE,
)
_CLOCK = r"(?:\d{1,2}[:.]\d\d ?(?:[ap]\.?m\.?)?|\d{1,2} ?(?:[ap]\.?m\b\.?|o['’]clock)|noon)"
_SLOT = re.compile(
    rf"\b(?P<slot>(?:{'|'.join(WEEKDAYS)})(?:,? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?"
    rf"(?:(?: of)? (?:{_MONTH}))?|,? (?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?)?"
    rf"(?:,| at|, at)? {_CLOCK})",
    re.IGNORECASE,
)


_BEFORE_DATE = re.compile(
    r"[\s,]*(?:(?:the|end|of|close|business|cob|eod|day|on|at|noon|midnight|midday|latest|this"
    r"|next|\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)?)[\s,]+){0,6}",
    re.IGNORECASE,
)
"""What may stand between "by" and the date: "by the end of Friday"."""

_MOST_LEADS = 4


@dataclass(frozen=True, slots=True)
class Lead:
    """Whom a message points to. ``email`` is "" where the mail does not give it."""

    name: str = ""
    email: str = ""
    may_use_name: bool = False
    forwarded: bool = False
    keep_out: bool = False
    """The giver does not want to be named."""
    offered: bool = False
    """The giver offers to make the introduction."""
    introduced: bool = False
    """The letter itself makes it: the person has it in copy."""
    company: str = ""


def text_of(message: Message) -> str:
    """Return the newest part of a message, cut to a sane length."""
    return message.text[:_LIMIT]


def sentences(text: str) -> Iterator[str]:
    """Yield sentences, roughly: a line end that ends no sentence is a space."""
    yield from re.split(r"(?<=[.!?])\s+|\n{2,}", text)


def talked(items: Sequence[Item], upto: datetime, now: datetime) -> bool:
    """True when the mail up to an instant shows that a talk took place.

    Their own words ("thank you for speaking with us"), the user's, or the end of a
    meeting in a calendar part that was not cancelled.  A mere invitation shows nothing.
    """
    cancelled = any(e.method == "CANCEL" for i in items for e in i.message.events)
    for item in items:
        if when(item, now) > upto:
            continue
        if any(
            e.end is not None and e.end <= upto and e.method != "CANCEL" and not cancelled
            for e in item.message.events
        ):
            return True
        if any(says_talked(s) for s in sentences(text_of(item.message))):
            return True
    return False


def before_a_talk(item: Item, now: datetime) -> bool:
    """True when a message says that the talk will not take place, or the meeting is still ahead."""
    if words.NEVER_MET.search(words.normal(text_of(item.message))):
        return True
    at = when(item, now)
    return any(e.start is not None and e.start > at for e in item.message.events)


def says_talked(sentence: str) -> bool:
    """True when a sentence speaks of a talk that lies behind."""
    match = words.TALKED.search(sentence)
    return match is not None and words.AHEAD.search(sentence[: match.end()]) is None


def deadline(message: Message, now: datetime, zone: ZoneInfo) -> str:
    """Return the day by which they want something, as it is said; "" if none or passed."""
    day = due(message, now, zone)
    if day is None or day < now.astimezone(zone).date():
        return ""
    return spoken(day, weekday=True)


def due(message: Message, now: datetime, zone: ZoneInfo) -> date | None:
    """Return the day by which they want something, passed or not; None where they name none."""
    sent = (message.date or now).astimezone(zone).date()
    for sentence in sentences(text_of(message)):
        for match in _BY.finditer(sentence):
            day = _day(match["rest"], sent)
            if day is not None:
                return day
    return None


def _day(text: str, sent: date) -> date | None:
    """Given words that begin with a date or nearly so, return the day meant."""
    match = _DATE.search(text[:40])
    if match is None or not _BEFORE_DATE.fullmatch(text[: match.start()]):
        return None
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        if match["weekday"]:
            ahead = (WEEKDAYS.index(match["weekday"].capitalize()) - sent.weekday()) % 7
            explicit = _DATE.search(text[match.end() : match.end() + 30])
            if explicit is not None and not explicit["weekday"]:
                return _day(text[match.end() :], sent)
            week = 7 if match[0].lower().startswith("next") else 0
            return sent + timedelta(days=(ahead or 7) + (week if ahead else 0))
        month = _month(match["month"] or match["month2"])
        day = int(match["day"] or match["day2"])
        year = int(match["year"]) if match["year"] else sent.year
        found = date(year, month, day)
        if not match["year"] and (sent - found).days > 180:
            found = date(year + 1, month, day)
    except ValueError:
        return None  # "31 June": a slip of theirs, and not ours to repeat
    return found


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())


def interview_times(message: Message, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Return up to three times that are proposed, as a letter repeats them."""
    coming = [e.start for e in message.events if e.method != "CANCEL" and e.start and e.start > now]
    if coming:
        return tuple(spoken_instant(start, zone) for start in sorted(coming)[:3])
    if any(e.method != "CANCEL" for e in message.events):
        return ()
    text = " ".join(text_of(message).split())  # mail programs break lines anywhere
    found = (m["slot"] for m in _SLOT.finditer(text))
    return tuple(dict.fromkeys(slot.rstrip(" ,") for slot in found))[:3]


def lead(message: Message, me: frozenset[str]) -> Lead:
    """Return the person or place that a message points to first, as far as it says."""
    return pointed_to(message, me)[0]


def pointed_to(message: Message, me: frozenset[str]) -> tuple[Lead, ...]:
    """Return all that a message points to, in its order: one at least, which may be nameless."""
    text = text_of(message)
    told = pointers.leave(text)
    together = pointers.puts_together(message)
    copied = _copied(message, me)
    introduced = bool(copied) and together
    found = _found(text, message, me, copied, together=together)
    return tuple(
        Lead(
            one.name,
            one.email,
            told is True,
            bool(words.FORWARDED.search(words.normal(text))),
            told is False,
            pointers.offered(text) and not introduced,
            introduced and any(a.email == one.email for a in copied),
            pointers.place_of(text, one.name),
        )
        for one in found[:_MOST_LEADS]
    )


def _copied(message: Message, me: frozenset[str]) -> list[Address]:
    """Return the people beside the user who got a letter."""
    known = {message.from_.key, *me, *(a.key for a in message.reply_to)}
    others = [a for a in (*message.cc, *message.to) if a.key not in known]
    return [a for a in others if display_name(a) or not (a.name or robot_address(a))]


def _found(
    text: str,
    message: Message,
    me: frozenset[str],
    copied: Sequence[Address],
    *,
    together: bool,
) -> list[pointing.Named]:
    """Return whom a letter points to, with the addresses in it and in copy; one at least."""
    known = {message.from_.key, *me, *(a.key for a in (*message.reply_to, *message.to))}
    written = [(m[0].rstrip("."), m.start()) for m in words.ADDRESS.finditer(text)]
    addresses = [
        (email, at)
        for email, at in dict(reversed(written)).items()
        if email.lower() not in known and not robot_address(Address("", email))
    ]
    silent = [(a.email, len(text)) for a in copied if not a.name]  # whom only the text names
    own = [a.name for a in (message.from_, *(a for a in message.to if a.key in me)) if a.name]
    people, bare = pointing.named_in(text, own, [*sorted(addresses, key=_place), *silent])
    first = next((a for a in copied if a.name), None)
    if first is not None:
        people = _with_copied(first, people, together=together)
    elif people and bare and not any(one.email for one in people):
        people[0] = replace(people[0], email=bare[0])
    if people:
        return people
    quiet = {email for email, _ in silent}
    return [pointing.Named("", next((b for b in bare if b not in quiet), ""), 0)]


def _place(pair: tuple[str, int]) -> int:
    return pair[1]


def _with_copied(
    person: Address, people: list[pointing.Named], *, together: bool
) -> list[pointing.Named]:
    """Return whom a letter points to, where somebody has it in copy: first, if it is they."""
    shown = display_name(person)
    full = shown if "," in person.name else person.name
    for place, one in enumerate(people):
        if shown.casefold() in one.name.casefold():
            name = one.name if " " in one.name else full
            return [replace(one, name=name, email=person.email), *people[:place],
                    *people[place + 1 :]]  # fmt: skip
    if together or not people:
        return [pointing.Named(full, person.email, 0), *(p for p in people if p.email)]
    return people


def same_person(one: str, other: str) -> bool:
    """True when one name is a part of the other: "Maria" is "Maria Lopez" until more is said."""
    first, second = (set(name.casefold().replace(".", " ").split()) for name in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def stage_of(stage: Stage, items: Sequence[Item]) -> Stage:
    """Return the furthest of the application's stage and those that its noes speak of."""
    ladder = [Stage.APPLIED, Stage.SCREENING, Stage.INTERVIEW, Stage.OFFER]
    if stage is Stage.NETWORKING:
        return stage
    said = [
        i.verdict.stage
        for i in items
        if i.verdict is not None and Kind.REJECTION in i.verdict.kinds and i.verdict.stage in ladder
    ]
    return max((stage, *(s for s in said if s is not None)), key=ladder.index)
