"""What a letter may rely on: facts read off the mail itself, or left out.

Decides nothing about what to do.  Every function returns an empty value where the mail
does not say: a missing fact drops its sentence, and none is ever invented (rule 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Address, Kind, Message, Stage
from mailsense.ports import Item
from mailsense.reply import pointers, words
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

_CALENDAR = frozenset(d.casefold() for d in (*WEEKDAYS, *MONTHS))
_MOST_LEADS = 4
_STARTS = words.words_of(
    "try contact speak talk write ask email meet ring call see also and or then perhaps maybe "
    "reach his her their the my our a"
)
"""What a sentence may begin with, in a capital letter, before a name."""
_PRONOUNS = words.words_of("us me you them it him her everyone anyone someone somebody")


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
    """Return all that a message points to, in its order: one at least, which may be nameless.

    The first is told by a turn of phrase, the others by an address with a name before it.
    """
    text = text_of(message)
    told = pointers.leave(text)
    name, copied = _referred_name(text, message, me), _copied(message, me)
    if copied and pointers.puts_together(message):
        shown = [display_name(a).casefold() for a in copied]
        name = name if any(one in name.casefold() for one in shown) else ""
    known = {message.from_.key, *me, *(a.key for a in (*message.reply_to, *message.to))}
    named = [
        (shown, address)
        for shown, address in _addresses(text, message)
        if address.lower() not in known and not robot_address(Address("", address))
    ]
    first, email = _first(name, copied, named)
    introduced = bool(copied) and pointers.puts_together(message)
    found = [(first, email)]
    found += [(shown, address) for shown, address in named if shown and address != email]
    return tuple(
        Lead(
            who,
            address,
            told is True,
            bool(words.FORWARDED.search(words.normal(text))),
            told is False,
            pointers.offered(text) and not introduced,
            introduced and any(a.email == address for a in copied),
            pointers.place_of(text, who),
        )
        for who, address in found[:_MOST_LEADS]
    )


def _copied(message: Message, me: frozenset[str]) -> list[Address]:
    """Return the people beside the user who got a letter."""
    known = {message.from_.key, *me, *(a.key for a in message.reply_to)}
    return [a for a in (*message.cc, *message.to) if a.key not in known and display_name(a)]


def _first(
    name: str, copied: Sequence[Address], named: Sequence[tuple[str, str]]
) -> tuple[str, str]:
    """Return whom a letter points to first, with the address that is theirs, if it is there."""
    for address in copied:
        shown = display_name(address)
        if not name or shown.casefold() in name.casefold():
            full = address.name if "," not in address.name else shown
            return name if " " in name else full, address.email
    own = [pair for pair in named if name and pair[0] and same_person(name, pair[0])]
    bare = [pair for pair in named if not pair[0]]
    shown, email = next(iter((*own, *bare, *(() if name else named))), ("", ""))
    return max(name, shown, key=len), email


def same_person(one: str, other: str) -> bool:
    """True when one name is a part of the other: "Maria" is "Maria Lopez" until more is said."""
    first, second = (set(name.casefold().replace(".", " ").split()) for name in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def _addresses(text: str, message: Message) -> Iterator[tuple[str, str]]:
    """Yield the addresses in a text, each with the name right before it, "" where there is none."""
    skip = words.NOT_PEOPLE | _CALENDAR
    for match in words.ADDRESS.finditer(text):
        before = text[max(0, match.start() - 80) : match.start()].rstrip(" \t(<[,:–—-")
        kept: list[str] = []
        for token in reversed(before.split(" ")):
            bare = token.strip("\"'“”‘’")
            if not bare[:1].isupper() or "\n" in bare or not bare.replace("-", "").isalpha():
                break
            kept.insert(0, bare)
        while kept and kept[0].casefold() in skip | _STARTS:
            kept.pop(0)
        name = " ".join(kept) if 2 <= len(kept) <= 4 else ""
        yield name, match[0].rstrip(".")


def _referred_name(text: str, message: Message, me: frozenset[str]) -> str:
    both = (message.from_, *(a for a in message.to if a.key in me))
    shown = frozenset(w.casefold() for a in both for w in a.name.split())
    skip = words.NOT_PEOPLE | _CALENDAR | shown
    found = sorted(
        [(m.end(), 5) for m in words.REFERRED.finditer(text)]
        + [(m.end(), 1) for m in words.REFERRED_NEXT.finditer(text)]
    )
    for start, patience in found:
        if name := _name_at(text[start : start + 120], patience, skip):
            return name
    return ""


def _name_at(text: str, patience: int, skip: frozenset[str]) -> str:
    """Given what follows a pointer, return the name in it, after at most so many other words."""
    kept: list[str] = []
    for token in text.split():
        bare = token.strip("(\"'“”‘).,;:!?")
        if not kept and bare.casefold() in _PRONOUNS:
            return ""
        named = bare[:1].isupper() and bare.casefold() not in skip
        if named and not (len(bare) < 5 and bare.isupper()):
            kept.append(bare.removesuffix("'s").removesuffix("’s"))
        elif kept and bare in words.PARTICLES:
            kept.append(bare)
        elif kept or not patience:
            break
        else:
            patience -= 1
        if token[-1:] in ",.;:!?)" and (kept or token[-1] != ","):
            break
    while kept and kept[-1] in words.PARTICLES:
        kept.pop()
    return " ".join(kept[:5])


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
