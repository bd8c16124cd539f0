"""Days that a letter names: what they promised, and by when they ask for something.

Decides which day "by the end of next week" is, given the day the letter was sent.  Knows
no time zone, no holidays and no clock.  A promise is read conservatively: the latest day
the words allow; a deadline likewise: the earliest.  Vague words ("soon") are no date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from mailsense.track.evidence import Extracted
from mailsense.track.patterns import lazily, lazy
from mailsense.working_days import add_working_days

_TEXT_LIMIT = 8000
_SENTENCE_LIMIT = 600
_FARTHEST = 120
"""Days ahead; what lies beyond is no promise of an answer ("next spring", "on file")."""

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {
    **{w: n for n, w in enumerate(_ONES, 1)},
    "a": 1, "an": 1, "twelve": 12, "fourteen": 14, "fifteen": 15, "couple": 2, "couple of": 2,
    "a couple of": 2, "a couple": 2,
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_NUM = (
    r"\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|"
    r"a\s+couple(?:\s+of)?|couple(?:\s+of)?|a\s+few|few|several|an?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)day|mon|tues?|wed|thurs?|fri"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)

_BY = (
    r"(?:by|before|until|till?|after|from|no\s+later\s+than|not\s+later\s+than|"
    r"on\s+or\s+before|due(?:\s+on)?)"
)
_EDGE = (
    r"(?:the\s+)?(?:very\s+)?(?:end|close)\s+of\s+(?:play\s+|business\s+)?(?:on\s+)?|cob\s+|eod\s+"
)

Reader = Callable[[re.Match[str], date, bool], date | None]


def promised(text: str, sent: date) -> Extracted[date] | None:
    """Given a text and the day it was sent, return the day by which they said they answer.

    "We will let you know by Friday", "you will hear from us within two weeks".  Not what
    they ask of the reader, and not what happens only if ("if you have not heard by …").
    """
    best: Extracted[date] | None = None
    for sentence in _sentences(text):
        verb = _WILL_ANSWER.search(sentence)
        if not verb or _CONDITION.search(sentence) or _ASKED.search(sentence):
            continue
        found = _latest(sentence, sent, verb.start())
        if found and (best is None or found.value > best.value):
            best = found
    return best


def deadline(text: str, sent: date) -> Extracted[date] | None:
    """Given a text and the day it was sent, return the day by which they ask for something."""
    best: Extracted[date] | None = None
    for sentence in _sentences(text):
        due = _DUE.search(sentence)
        if not due and (not _ASKED.search(sentence) or _WILL_ANSWER.search(sentence)):
            continue
        for hit, reader, firm in _phrases(sentence):
            limit = firm or (due is not None and hit.start() > due.start())
            day = reader(hit, sent, False) if limit and not _AFTER.match(hit[0]) else None
            if day and sent <= day <= sent + timedelta(_FARTHEST):
                if best is None or day < best.value:
                    best = Extracted(day, sentence[:200])
                break
    return best


def timed(text: str, sent: date) -> Iterator[date]:
    """Given a text and the day it was sent, yield the days it names beside a time of day.

    "Thursday 12 March at 14:00", "at 10 on Friday"; not by when something is asked for.
    """
    for day, _, before, after in _single_days(text, sent):
        if _CLOCK_AFTER.match(after) or _CLOCK_BEFORE.search(before):
            yield day


def named(text: str, sent: date) -> Iterator[tuple[date, bool]]:
    """Given a text and the day it was sent, yield each single day ahead that it names.

    With each, whether only its weekday was said, so that it may be meant for another week.
    """
    for day, bare, _, _ in _single_days(text, sent):
        yield day, bare


def _single_days(text: str, sent: date) -> Iterator[tuple[date, bool, str, str]]:
    """Yield the days that are no limits, each with what stands before and after it."""
    for sentence in _sentences(text):
        for hit, reader, firm in _phrases(sentence):
            if firm or hit.groupdict().get("weekof") or reader not in _ONE_DAY:
                continue
            day = reader(hit, sent, True)
            if day and sent <= day <= sent + timedelta(_FARTHEST):
                bare = reader is _weekday
                yield day, bare, sentence[: hit.start()][-30:], sentence[hit.end() :][:30]


_CLOCK = r"(?:\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\b)?|\d{1,2}\s?(?:[ap]\.?m\b|o['’]clock)|noon|midday)"
_CLOCK_AFTER = lazily(rf"[\s,(]*(?:(?:20\d\d|at|from|around|about)[\s,]+)*(?:{_CLOCK}|(?<=at )\d)")
"""What may follow a day: " at 14:00", ", 10am", " at 10"; not " 2 of us"."""
_CLOCK_BEFORE = lazily(rf"(?:{_CLOCK}|\bat\s+\d{{1,2}})[\s,]+(?:on\s+)?$")

_WILL_ANSWER = lazy(
    r"\b(?:(?:we|i|they|he|she|hr|somebody|someone|(?:the|our|my)\s+(?:\w+\s+){0,3}\w+|\w+)"
    r"(?:\s+(?:will|shall|should|would|can|hope\s+to|aim\s+to|plan\s+to|expect\s+to|intend\s+to|"
    r"try\s+to|want\s+to|am\s+going\s+to|are\s+going\s+to|is\s+going\s+to|endeavou?r\s+to)|['’]ll)"
    r"(?:\s+(?:also|then|certainly|definitely|aim|hope|try|be\s+able|plan|to|do\s+our\s+best|"
    r"get\s+this\s+reviewed\s+and|review\s+(?:it|this|your\s+\w+)\s+and)){0,4}\s+"
    r"(?:let\s+you\s+know|get\s+back|come\s+back|be\s+(?:back\s+)?in\s+(?:touch|contact)|respond|"
    r"reply|answer|contact|update|inform|notify|tell\s+you|write|call|ring|phone|follow\s+up|"
    r"reach\s+out|revert|hear\s+back|give\s+you|send\s+you|have\s+(?:an?\s+|some\s+|more\s+)?"
    r"(?:\w+\s+)?(?:answer|decision|news|feedback|update|response|outcome)|decide|"
    r"make\s+(?:a|our|the|my)\s+(?:\w+\s+)?decision|share\s+(?:an?|the|our|some))"
    r"|you\s*(?:['’]ll|\s+(?:will|should|can\s+expect\s+to|may\s+expect\s+to))\s+"
    r"(?:hear|be\s+(?:contacted|informed|notified|updated)|receive|get|have)\b"
    r"|(?:can|may|please)\s+expect\s+(?:to\s+hear|an?\s+(?:\w+\s+)?(?:answer|response|reply|update|"
    r"decision)|feedback|news|a\s+call)|expect\s+to\s+(?:have|make|be\s+in\s+touch)|"
    r"(?:decision|answer|feedback|response|outcome|reply)\s+(?:will|should|can)\s+"
    r"(?:be|follow|come|reach)|back\s+to\s+you|be\s+in\s+touch)",
    re.IGNORECASE,
)
"""Must match "we'll let you know", "you will hear from us", "I hope to get back to you";
not "let us know", "please reply"."""

_CONDITION = lazy(
    r"\b(?:if|unless|in\s+case|should)\s+(?:you|we|your|i|there|it)\b(?!\s+have\s+(?:any\s+)?"
    r"(?:questions?|queries))|\bnot\s+(?:hear|heard)|\bhaven['’]?t\s+heard|\bonly\s+(?:if|those|"
    r"shortlisted|successful|selected|candidates)|\bwhether\s+or\s+not\s+you\s+reply",
    re.IGNORECASE,
)
"""Must match "if you have not heard within two weeks", "should you be selected"; not
"if you have any questions"."""

_ASKED = lazy(
    r"\b(?:please(?!\s+(?:allow|expect|note|be\s+assured|rest|bear))|kindly|could\s+you|can\s+you|would\s+you|will\s+you\s+(?:be\s+able|please)|"
    r"(?:we|i)\s+(?:need|ask|require|kindly\s+ask|would\s+(?:need|ask|like\s+you))|you\s+"
    r"(?:need\s+to|have\s+to|must|are\s+asked|are\s+required|should\s+(?:complete|submit|"
    r"return|send))|"
    r"let\s+(?:us|me)\s+know|get\s+back\s+to\s+(?:us|me)|send\s+(?:us|me)|reply\s+to\s+(?:us|me)|"
    r"asking\s+(?:you|all|every)|requested\s+to)\b",
    re.IGNORECASE,
)
_AFTER = lazy(r"(?:after|from)\b", re.IGNORECASE)
_SINCE = lazy(r"(?:until|till?|after|from)\b", re.IGNORECASE)
_DUE = lazy(
    r"\b(?:deadline|due\b(?!\s+to)|expires?\b|closing\s+date|must\s+be\s+(?:completed|submitted|"
    r"returned|received)|to\s+be\s+(?:completed|submitted|returned)|valid\s+(?:until|through))",
    re.IGNORECASE,
)


_TIMED = lazily(r"day|week|month|fortnight|hour|tomorrow|tonight|\d|\bcob\b|\beod\b")


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences that can name a day: the cheap test comes before the dear ones."""
    flat = re.sub(r"\r", "", text[:_TEXT_LIMIT])
    for part in re.split(r"(?<=[.!?])\s+|\n[ \t]*\n|\n(?=[ \t]*[-*•])", flat):
        if _TIMED.search(part):
            yield " ".join(part.split())[:_SENTENCE_LIMIT]


def _latest(sentence: str, sent: date, verb: int) -> Extracted[date] | None:
    """Return the latest day among the phrases; a loose one ("on Friday") only after the verb.

    What follows "I am away until Monday" is counted from that Monday.
    """
    days, base = [], sent
    for hit, reader, firm in sorted(_phrases(sentence), key=lambda p: p[0].start()):
        day = reader(hit, base, True)
        if not day or not sent <= day <= sent + timedelta(_FARTHEST):
            continue
        if _SINCE.match(hit[0]):
            base = day
        elif firm or hit.start() > verb:
            days.append(day)
    return Extracted(max(days), sentence[:200]) if days else None


def _phrases(sentence: str) -> Iterator[tuple[re.Match[str], Reader, bool]]:
    """Yield each phrase that names a day, its reader, and whether it sets a limit."""
    taken: list[tuple[int, int]] = []
    for pattern, reader in _READERS:
        for hit in pattern.finditer(sentence):
            if any(hit.start() < end and start < hit.end() for start, end in taken):
                continue
            taken.append(hit.span())
            firm = bool(hit.groupdict().get("by")) or reader in (_span, _edge)
            yield hit, reader, firm


def _number(words: str | None) -> int | None:
    plain = " ".join((words or "").lower().split())
    return int(plain) if plain.isdigit() else _NUMBERS.get(plain)


def _span(hit: re.Match[str], sent: date, latest: bool) -> date | None:
    """Within N days, weeks, months; "a few" and "the coming" are stretched to what they bear."""
    unit = hit["unit"].lower()
    vague = {"day": 7, "week": 28, "fortnight": 28, "month": 90, "hour": 1}[unit]
    low, high = _number(hit["n"]), _number(hit["m"])
    number = (high or low) if latest else low
    if number is None:
        single = not hit["n"] and not hit["plural"] and unit != "hour"
        number, vague = (1, 0) if single else (0, vague)
        if not single:
            return sent + timedelta(vague) if latest else None
    if hit["work"] and unit == "day":
        return add_working_days(sent, number, ())
    if unit == "hour":
        return sent + timedelta(-(-number // 24))
    return sent + timedelta(number * {"day": 1, "week": 7, "fortnight": 14, "month": 30}[unit])


def _weekday(hit: re.Match[str], sent: date, latest: bool) -> date:
    name = hit["day"].lower()[:3]
    ahead = next(n for n, d in enumerate(_WEEKDAYS) if d.startswith(name)) - sent.weekday()
    ahead += 7 if ahead < 0 or (ahead == 0 and latest) else 0
    word = (hit["which"] or "").lower()
    same_week = sent.weekday() + ahead < 7
    if word in ("next", "following") and same_week and latest:
        ahead += 7
    return sent + timedelta(ahead)


def _edge(hit: re.Match[str], sent: date, latest: bool) -> date | None:
    """The end of a day, week or month."""
    unit, word = hit["unit"].lower(), (hit["which"] or "").lower()
    later = word in ("next", "following")
    if unit in ("day", "today", "business", "play"):
        return sent
    if unit == "week":
        return _friday(sent, 1 if later else 0)
    if unit == "month":
        return _month_end(sent, 1 if later else 0)
    month = _MONTHS.index(unit[:3]) + 1
    return _month_end(date(sent.year + (month < sent.month), month, 1), 0)


def _part(hit: re.Match[str], sent: date, latest: bool) -> date:
    """Early, in the middle of, late in, or some time in this or next week or month."""
    part, later = (hit["part"] or "").lower(), hit["which"].lower() not in ("this", "the")
    if hit["unit"].lower() == "week":
        friday = _friday(sent, 1 if later else 0)
        back = 0
        if part.startswith(("early", "beginning", "start")):
            back = 2 if latest else 4
        elif part.startswith("mid"):
            back = 1 if latest else 2
        elif not latest:
            back = 4
        return max(sent, friday - timedelta(back))
    end = _month_end(sent, 1 if later else 0)
    if part.startswith(("early", "beginning", "start")):
        return max(sent, end.replace(day=10 if latest else 1))
    if part.startswith("mid"):
        return max(sent, end.replace(day=20 if latest else 10))
    return end if latest else max(sent, end.replace(day=1))


def _explicit(hit: re.Match[str], sent: date, latest: bool) -> date | None:
    groups = hit.groupdict()
    month = _MONTHS.index(groups["month"].lower()[:3]) + 1
    day = _dated(groups.get("year"), month, int(groups["d"]), sent)
    return _friday(day, 0) if day and hit["weekof"] and latest else day


def _numeric(hit: re.Match[str], sent: date, latest: bool) -> date | None:
    a, b, year = int(hit["a"]), int(hit["b"]), hit["year"]
    if hit["iso"]:
        return _dated(hit["iso"], a, b, sent)
    orders = ((b, a),) if "." in hit[0] else ((b, a), (a, b))
    days = [d for month, day in orders if (d := _dated(year, month, day, sent)) and d >= sent]
    return (max if latest else min)(days) if days else None


def _tomorrow(hit: re.Match[str], sent: date, latest: bool) -> date:
    return sent if hit["word"].lower() in ("today", "tonight") else sent + timedelta(1)


def _dated(year: str | None, month: int, day: int, sent: date) -> date | None:
    """Return the day; without a year the next one, when that is not most of a year away."""
    full = int(year) + (2000 if len(year) == 2 else 0) if year else sent.year
    try:
        found = date(full, month, day)
        if not year and found < sent:
            found = date(full + 1, month, day)
    except ValueError:
        return None
    return found


def _friday(day: date, weeks: int) -> date:
    """Return the Friday of the day's week, of the next one when the day is at the weekend."""
    ahead = 4 - day.weekday()
    return day + timedelta(ahead + (7 if ahead < 0 else 0) + 7 * weeks)


def _month_end(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (
        lazily(
            r"\b(?:within|in|over|during|inside|up\s+to|at\s+most|takes?|allow(?:\s+us)?)\s+"
            r"(?:(?:about|around|roughly|approximately|the|next|coming|following|up\s+to|"
            r"another|at\s+most)\s+){0,4}"
            rf"(?:(?P<n>{_NUM})(?:\s*(?:-|–|to|or)\s*(?P<m>{_NUM}))?\s+)?(?:more\s+)?"
            r"(?P<work>business\s+|working\s+)?(?P<unit>day|week|fortnight|month|hour)"
            r"(?P<plural>s)?(?:['’]s?)?\b(?!\s+(?:ago|of|commencing|beginning|starting))"
        ),
        _span,
    ),
    (
        lazily(
            rf"\b(?P<by>{_BY}\s+)?(?:at\s+)?(?:{_EDGE})(?:(?:the|of)\s+)?"
            r"(?P<which>this|next|following|current)?\s*"
            rf"(?P<unit>today|day|week|month|play|business|{_MONTH})(?!\s*(?:on\s+)?(?:{_DAY})\b)"
        ),
        _edge,
    ),
    (
        lazily(
            rf"\b(?P<by>{_BY}\s+)?(?:on\s+|in\s+|for\s+)?(?:(?P<weekof>(?:the\s+)?week\s+(?:of|"
            rf"commencing|beginning|starting)\s+)(?:the\s+)?)?(?:(?:the\s+)?(?:{_DAY}),?\s+)?"
            rf"(?:the\s+)?(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<month>{_MONTH}))"
            r"(?:,?\s+(?P<year>20\d\d)\b)?"
        ),
        _explicit,
    ),
    (
        lazily(
            rf"\b(?P<by>{_BY}\s+)?(?:on\s+|in\s+|for\s+)?(?:(?P<weekof>(?:the\s+)?week\s+(?:of|"
            rf"commencing|beginning|starting)\s+)(?:the\s+)?)?(?:(?:the\s+)?(?:{_DAY}),?\s+)?"
            rf"(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>20\d\d)\b)?"
        ),
        _explicit,
    ),
    (
        lazily(
            rf"\b(?P<by>{_BY}\s+)?(?:on\s+)?(?:(?:{_DAY}),?\s+)?(?:(?P<iso>20\d\d)-(?=\d\d-\d\d\b))?"
            r"(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?:(?P=sep)(?P<year>20\d\d|\d\d)\b|\b)"
        ),
        _numeric,
    ),
    (
        lazily(
            rf"\b(?:(?P<by>{_BY})\s+)?(?:at\s+)?(?:(?:{_EDGE})(?:on\s+)?)?(?:on\s+)?(?:the\s+)?"
            rf"(?P<which>this|next|following|coming)?\s*\b(?P<day>{_DAY})\b(?!\s+(?:and|the)\s+\d)"
        ),
        _weekday,
    ),
    (
        lazily(
            rf"\b(?P<by>{_BY}\s+)?(?:in\s+|at\s+)?(?:the\s+)?(?:(?P<part>early|mid(?:dle)?|late|later|"
            r"beginning|start|second\s+half|first\s+half)[\s-]+(?:of\s+|in\s+|part\s+of\s+)?)?"
            r"(?P<which>this|next|the\s+coming|the\s+following|the)\s+(?P<unit>week|month)\b"
        ),
        _part,
    ),
    (lazily(rf"\b(?P<by>{_BY}\s+)?(?P<word>today|tonight|tomorrow)\b"), _tomorrow),
)
_ONE_DAY = (_explicit, _weekday, _tomorrow)
"""Readers of phrases that name one day."""
