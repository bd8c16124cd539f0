"""Facts read from a message's words: company, role, promised day, deadline, phone.

Each comes with the words it was read from, and is absent when not stated (rule 7).  The
company is read from set phrases, the sender's display name and the sender's own domain;
what these say is weighed, and a name that agrees with another source weighs more.  An
applicant-tracking system, a job board or an agency is never the employer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from mailsense.domain import Address, Message
from mailsense.freemail import domain_label
from mailsense.track.company import (
    akin,
    domain_keys,
    firm_key,
    is_employer,
)
from mailsense.track.dates import deadline, promised
from mailsense.track.evidence import Extracted, vocabulary
from mailsense.track.patterns import lazy
from mailsense.track.roles import role
from mailsense.track.titles import names_a_job

__all__ = ["Extracted", "company", "deadline", "phone", "promised", "role"]

_HEAD, _FOOT = 2500, 600
_ENOUGH = 3.0
"""The weight from which a name is believed."""

_CAP = r"(?-i:[A-Z0-9À-ÖØ-Þ])[\w&'’+/-]*(?:\.\w+)*"
_NAME = rf"(?P<n>{_CAP}(?:[ ]+(?:(?:&|and|of|de|und|y|et|for)[ ]+)?{_CAP}){{0,6}}"
_NAME += r"(?:,[ ]+(?:Inc|LLC|Ltd|L\.?P|PBC|GmbH|PLC|Corp|Co)\b\.?)?)"
_TEAMS = r"(?:talent(?:\s+acquisition)?|recruit(?:ing|ment)|hiring|people|careers|hr)"


def _compile(pattern: str) -> re.Pattern[str]:
    return lazy(pattern, re.IGNORECASE | re.MULTILINE)


_PHRASES: tuple[tuple[re.Pattern[str], float], ...] = (
    (_compile(rf"\bapplication\s+(?:was|has\s+been)\s+(?:sent|submitted)\s+to\s+{_NAME}"), 6),
    (_compile(rf"\b(?:our|my)\s+client,?\s+(?!is\b|who\b){_NAME}"), 6),
    (
        _compile(
            rf"\bappl(?:ication|ying|ied|y)\s+(?:here\s+)?(?:to|at|with)\s+(?:join\s+)?{_NAME}"
        ),
        5,
    ),
    (
        _compile(
            r"\b(?:positions?|roles?|jobs?|opportunit(?:y|ies)|opening|vacancy|post|internship|"
            rf"employment|careers?)\s+(?:here\s+)?(?:at|with)\s+{_NAME}"
        ),
        5,
    ),
    (_compile(rf"\b(?:team|everyone|all\s+of\s+us|us|interview|here)\s+at\s+{_NAME}"), 4),
    (_compile(rf"\b(?:joining|on\s+behalf\s+of|working\s+(?:at|for|with))\s+{_NAME}"), 4),
    (_compile(rf"\b{_NAME}(?:['’]s)?\s+{_TEAMS}\s+team\b"), 4),
    (_compile(rf"\binterest(?:ed)?\s+in\s+(?:a\s+career\s+(?:at|with)\s+|joining\s+)?{_NAME}"), 3),
)
_SIGNED = _compile(
    rf"^[^\w\n]{{0,9}}(?:the[ ]+)?{_NAME}[ ]+{_TEAMS}(?:[ ]+(?:team|group|department))?[^\w\n]*$"
)
"""A line of its own under a letter: "The Acme Recruiting Team"."""
_SUBJECTS: tuple[tuple[re.Pattern[str], float], ...] = (
    (_compile(rf"\b(?:your|an?)\s+{_NAME}\s+(?:job\s+)?application\b"), 3),
    (
        _compile(rf"^(?:re:\s*|fwd?:\s*)*{_NAME}\s*(?:[|:–—]|\s-\s|job\s+application|application)"),
        2,
    ),
    (_compile(rf"\b(?:update|thank\s+you|news|message|note|follow[- ]up)\s+from\s+{_NAME}"), 2),
    (_compile(rf"(?:[|–—]|\s-)\s+{_NAME}\s*$"), 2),
    (_compile(rf"\bat\s+{_NAME}"), 3),
)
_CUT = lazy(
    r"\s+(?:for|as|we|i|our|your|you|has|have|had|is|was|are|were|will|and\s+(?:we|i|our|your|the|"
    r"would|it|in|after|that|this|for|have)|the|in|on|at|to|from|by|this|that|who|which|position|"
    r"role|job|application|opportunity|opening|careers?|hiring|team|recruiting|recruitment|talent|"
    r"interview|via|with|its|thank|thanks|unfortunately|please|but|so|if|after|because)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
_CALENDAR = lazy(
    r"^(?:\d{1,2}(?:[:.]\d\d)?(?:am|pm|st|nd|rd|th)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|noon|least|first|present|last|"
    r"all|once|home|work|university|school|college|this|that|these|dear|hi|hello|re|fwd?|no|yes)$",
    re.IGNORECASE,
)
_BETWEEN = lazy(r"[\s&.'’-]+")
_RUN = lazy(rf"{_CAP}(?:[ ](?:(?:&|and|of)[ ])?{_CAP}){{1,6}}")
_REGIONS = vocabulary(
    """UK GB USA US EU EMEA APAC DACH Europe Britain England Scotland Wales Ireland Germany France
    Spain Italy India America Canada Australia London Leeds Bristol Manchester Dublin Berlin Paris
    Munich Amsterdam Bangalore Mumbai Delhi York Boston Chicago Sydney Toronto"""
)
"""The commonest places behind a firm's name: "at Acme London" names Acme."""
_TAIL = lazy(
    rf"[\s,|-]+(?:{_TEAMS}(?:\s+(?:team|group|department|operations|services))?|"
    r"(?:career|job)\s+opportunities|careers?|jobs?|human\s+resources|university\s+relations|"
    r"notifications?|workday(?:\s+notifications?)?|(?:no|do\s+not)[\s-]*reply|team|people\s+\w+)\W*$",
    re.IGNORECASE,
)
_VIA = lazy(r"^(?P<x>.+?)\s*(?:\(?\bvia\b|\s@)\s*(?P<vendor>.+?)\)?$", re.IGNORECASE)
_PERSON_AT = lazy(
    r"^(?P<who>[^@|(]+?)(?:\s+(?:at|from|of|for)\s+|\s*[|(,@]\s*|\s+[-–—]\s+)(?P<x>[^()]+?)\)?$",
    re.IGNORECASE,
)


def company(message: Message, *, me: frozenset[str] = frozenset()) -> Extracted[str] | None:
    """Given a message, return the employer it is about, or None when it does not say.

    Of an outgoing message (sender in ``me``, lower-case addresses) the recipients' domains
    are read instead of the sender's name and domain.
    """
    weights: dict[str, float] = {}
    shown: dict[str, tuple[float, Extracted[str]]] = {}
    ats = message.facts.ats
    own_names = {firm_key(a.name) for a in message.to} if message.from_.key not in me else set()
    for name, weight, words in _candidates(message, me):
        name = _trim(name if words.endswith(name) else re.sub(r"['’]s$", "", name))
        key = firm_key(name)
        if not is_employer(name, ats) or key in own_names:
            continue
        weights[key] = weights.get(key, 0.0) + weight
        if key not in shown or weight > shown[key][0]:
            shown[key] = (weight, Extracted(name, " ".join(words.split())[:160]))
    for own in _own_keys(message, me):
        for key, (_, seen) in shown.items():
            weights[key] += 2.0 if akin(seen.value, own) else 0.0
    if not weights:
        return _by_domain(message, me)
    best = max(weights, key=lambda key: weights[key])
    if weights[best] < _ENOUGH:
        return _by_domain(message, me)
    found = shown[best][1]
    if found.evidence != " ".join(message.from_.name.split())[:160]:
        return found
    return Extracted(whole(found.value, _where(message, message.from_)), found.evidence)


def phone(signature: str) -> Extracted[str] | None:
    """Given a signature, return the telephone number in it; a mobile before others, no fax."""
    best: tuple[int, Extracted[str]] | None = None
    for line in signature[:3000].splitlines():
        if _NOT_A_PHONE.search(line):
            continue
        for hit in _PHONE.finditer(line):
            number = " ".join(hit["number"].split()).strip(" .-/")
            digits = sum(c.isdigit() for c in number)
            label = (hit["label"] or "").lower()
            if label.startswith("f") or not 7 <= digits <= 15 or _DATE.search(number):
                continue
            if not label and not number.startswith(("+", "(", "0")) and digits < 10:
                continue
            rank = 2 if label.startswith(("m", "c")) else 1 if label else 0
            if best is None or rank > best[0]:
                best = (rank, Extracted(number, " ".join(line.split())[:120]))
    return best[1] if best else None


_PHONE = lazy(
    r"(?:\b(?P<label>tel(?:ephone)?|phone|mobile|mob|cell|fax|direct|office|[tmpcdf])\b\.?\s*[:.|]?"
    r"\s*)?(?P<number>(?<![\w.@/-])(?:\+\d{1,3}|\(?\d{2,5}\)?)"
    r"(?:[ ./-]{1,2}(?:\(0\))?\(?\d{1,8}\)?){1,6}(?![\w@])|(?<![\w.@/-])\+?\d{9,13}(?![\w@]))",
    re.IGNORECASE,
)
"""Must match "T: +44 20 7946 0000", "(555) 010-4477", "Mobile 0151 23456789"; not "2026-11-20",
"10-12 High Street", "Registered No. 01234567"."""
_NOT_A_PHONE = lazy(
    r"\b(?:regist(?:ered|ration)|vat|company\s+n|iban|account|ref(?:erence)?|hrb|siret|abn)\b", re.I
)
_DATE = lazy(r"^(?:\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})$")


def _candidates(message: Message, me: frozenset[str]) -> Iterator[tuple[str, float, str]]:
    """Yield (name, weight, words) from subject, text and display name."""
    text = _ends(message.text)
    flat = re.sub(r"(?<=[\w,])[ \t]*\n(?=\w)", " ", text)
    for where in (message.subject[:300], flat):
        for pattern, weight in _PHRASES:
            for hit in pattern.finditer(where):
                yield from _unless_a_role(hit["n"], weight, hit[0], where[hit.end() :])
    for line in _SIGNED.finditer(text):
        yield line["n"], 4, line[0]
    for pattern, weight in _SUBJECTS:
        for hit in pattern.finditer(message.subject[:300]):
            yield from _unless_a_role(hit["n"], weight, hit[0], message.subject[hit.end() :])
    if message.from_.key not in me:
        yield from _from_display(message)
        yield from _mentions(message, text)


def _ends(text: str) -> str:
    """Return the opening and the close of a text: between them nobody names the firm first."""
    return text if len(text) <= _HEAD + _FOOT else f"{text[:_HEAD]}\n{text[-_FOOT:]}"


def _unless_a_role(
    name: str, weight: float, words: str, after: str
) -> Iterator[tuple[str, float, str]]:
    """Leave out "Data Analyst" of "interest in Data Analyst": a role is not a firm.

    "Your application to Data Analyst at Acme" yields Acme.
    """
    follow = re.match(rf"\s+at\s+{_NAME}", after) if names_a_job(name) else None
    if follow:
        yield follow["n"], weight, words + follow[0]
        return
    inner = re.match(rf".+?\s+at\s+{_NAME}$", name)
    if inner:
        yield inner["n"], weight, words
        return
    if not names_a_job(_trim(name)) or re.search(r"\b(?:Inc|LLC|Ltd|GmbH|Group)\b", name):
        yield name, weight, words


def _from_display(message: Message) -> Iterator[tuple[str, float, str]]:
    """Yield what the sender's display name says: "Acme Careers", "Anna at Acme"."""
    shown = re.sub(r"\((?:do\s+not|no)[\s-]*reply\)", "", message.from_.name[:120], flags=re.I)
    shown = shown.strip(" \"'")
    via = _VIA.match(shown)
    plain = via["x"] if via else shown
    tailless = _strip_tail(plain)
    if tailless != plain:
        if hit := _PERSON_AT.match(tailless):
            yield hit["x"], 4, message.from_.name
        yield tailless, 4, message.from_.name
    elif hit := _PERSON_AT.match(plain):
        yield _strip_tail(hit["x"]), 4, message.from_.name
    elif via:
        said = rf"\b(?:at|with|to|from|in|joining)\s+{re.escape(plain)}\b"
        named = re.search(said, f"{message.subject}\n{message.text[:4000]}", re.IGNORECASE)
        yield plain, 4 if named else 2, message.from_.name
    elif re.search(r"\b(?:Inc|LLC|LLP|Ltd|Limited|GmbH|PLC|Corp)\b\.?$", plain):
        yield plain, 3, message.from_.name


def _mentions(message: Message, text: str) -> Iterator[tuple[str, float, str]]:
    """Yield a display name that subject or text use as a firm's ("to Acme", "Acme's")."""
    name = _strip_tail(message.from_.name[:80].strip(" \"'"))
    if len(name) < 2 or not message.facts.ats or names_a_job(name):
        return
    words = re.escape(name)
    if hit := re.search(
        rf"\b(?:to|at|with|joining|in|about|from)\s+{words}\b|\b{words}['’]s\s",
        f"{message.subject}\n{text}",
        re.IGNORECASE,
    ):
        yield name, 4, hit[0]
    elif re.search(rf"\b{words}\b", message.subject, re.IGNORECASE):
        yield name, 3, message.subject


def _by_domain(message: Message, me: frozenset[str]) -> Extracted[str] | None:
    """Return the firm that a correspondent's own domain names, spelt as the text spells it."""
    for address in _correspondents(message, me):
        keys = domain_keys(address.domain)
        label = domain_label(address.domain)
        if not keys or message.facts.ats or _own_domain(address, message) or _carrier(address):
            continue
        where = _where(message, address)
        for found in sorted(keys, key=len):
            if spelt := spelling(found, where):
                return Extracted(whole(spelt, where), address.email)
            if spelt := shortened(found, where):
                return Extracted(spelt, address.email)
        if is_employer(label):
            name = " ".join(w.capitalize() for w in label.split("-"))
            return Extracted(name.upper() if len(name) <= 3 else name, address.email)
    return None


def _carrier(address: Address) -> bool:
    """True where the name says that the domain only carries the mail: "Acme via TalentTray"."""
    via = _VIA.match(address.name[:120])
    return via is not None and firm_key(via["vendor"]) in domain_keys(address.domain)


def _where(message: Message, other: Address) -> str:
    """Return all in which a firm may be written as it writes itself."""
    ends = f"{other.name}\n{message.subject}\n{_ends(message.text)}\n"
    return ends + message.signature[:1000]


def shortened(key: str, where: str) -> str:
    """Return the firm whose initials a domain has, "" when a text does not name it.

    "meridianhp" as "Meridian Health Partners".
    """
    for run in _RUN.finditer(where):
        own = run[0].split()
        for start in range(len(own) - 1):
            for end in range(len(own), start + 1, -1):
                name = _trim(" ".join(own[start:end]))
                if " " in name and akin(name, key) and is_employer(name) and not names_a_job(name):
                    return name
    return ""


def whole(name: str, where: str) -> str:
    """Return a firm's whole name, given the part that its domain or its sender's name has.

    "Greyfell" as "Greyfell Brewing", where a text says "at Greyfell Brewing on Tuesday", or a
    line of a signature ends with it.
    """
    if f"{name} " not in where:
        return name
    more = rf"{re.escape(name)}(?P<more>(?:[ ](?:&|and|of)?[ ]?[A-Z][\w'’-]+){{1,3}})"
    for pattern in (
        rf"\b(?:at|with|of|for|from|joining) {more}",
        rf"(?:^|[,|:–—-] ){more}(?:[ \t]*$|, )",
    ):
        for hit in re.finditer(pattern, where, re.MULTILINE):
            words = hit["more"].split()
            full = _trim(f"{name}{hit['more']}")
            no_name = any(_CALENDAR.match(word) or word in _REGIONS for word in words)
            if not no_name and len(full) > len(name) and not names_a_job(full):
                return full
    return name


def _own_domain(address: Address, message: Message) -> bool:
    """True for a person at a domain of the same name ("Anna Lee" at annalee.example)."""
    person, label = firm_key(address.name), firm_key(domain_label(address.domain))
    named = " " in address.name.strip() and not message.facts.robot
    return named and (label in person or person in label)


def spelling(key: str, where: str) -> str:
    """Return how a text writes the firm of that key, "" when it does not.

    "acmerobotics" as "Acme Robotics", "finchandlowe" as "Finch & Lowe".
    """
    if key.replace("and", "") not in _BETWEEN.sub("", where.casefold()).replace("and", ""):
        return ""  # far cheaper than the expression for a firm that is not named
    letters = [re.escape(c) for c in key.replace("and", "&")]
    between = r"[\s&.'’-]{0,2}"
    pattern = r"\b" + between.join(letters).replace("\\&", "(?:and|&)") + r"\b"
    for hit in re.finditer(pattern, where, re.IGNORECASE):
        beside = where[max(0, hit.start() - 1) : hit.start()] + where[hit.end() : hit.end() + 1]
        if any(c.isupper() for c in hit[0]) and "@" not in beside and "\n" not in hit[0]:
            return str(hit[0])
    return ""


def _own_keys(message: Message, me: frozenset[str]) -> frozenset[str]:
    if message.facts.ats:
        return frozenset()
    own = (a for a in _correspondents(message, me) if not _carrier(a))
    return frozenset().union(*(domain_keys(a.domain) for a in own))


def _correspondents(message: Message, me: frozenset[str]) -> tuple[Address, ...]:
    """Return the other side: the sender, or the recipients of what the user wrote."""
    if message.from_.key not in me:
        return (message.from_,)
    return tuple(a for a in (*message.to, *message.cc)[:10] if a.key not in me)


def _strip_tail(name: str) -> str:
    before = ""
    while name != before:
        before, name = name, _TAIL.sub("", name).strip(" ,|-")
    return before


@lru_cache(4096)
def _trim(name: str) -> str:
    """Cut a run of capitalised words where the firm's name ends."""
    name = _CUT.sub("", f" {name}"[1:]).strip(" \t\n,;:|-–—\"'“”’!")
    name = _strip_tail(re.sub(r"^(?:the|our|your)\s+(?=\S)", "", name, flags=re.IGNORECASE))
    first = name.split(" ", 1)[0] if name else ""
    if not name or len(name) > 60:
        return ""
    return "" if _CALENDAR.match(first) and _CALENDAR.match(name.split()[-1]) else name
