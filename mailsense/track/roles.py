"""The role a message is about: read from set phrases, trimmed, compared exactly.

Decides what is said to be the role.  Refuses to guess: a sentence, a placeholder or a bare
reference number is no role, and "Analyst" is not "Data Analyst".
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailsense.domain import Message
from mailsense.track.evidence import Extracted, vocabulary
from mailsense.track.patterns import lazy
from mailsense.track.titles import GENDERS, RANKS, REFERENCE, YEAR, names_a_job, title, words

_TEXT_LIMIT = 6000
_MOST_WORDS = 8

_NOUN = (
    r"(?:position|role|post|job|vacancy|opening|opportunity|internship|placement|"
    r"req(?:uisition)?)"
)
_X = r"(?P<x>[^\n.;:!?|<>]{2,90}?)"
_END = (
    r"(?=\s*(?:$|[\n.;:!?|]|\s[-–—]\s|,\s(?:and|we|your|but|which|has|is|was|please|i|at)\b|"
    r"\s(?:at|with|within|here|has|have|was|is|are|will|and\s(?:for|we|i|would|your?|wanted|ha[ds]|have|chose|decided|are|were|can|could)|"
    r"in\s(?:our|the)|on\s(?:our|the|behalf)|to\s(?:be|the)|from|that|which|because|but|"
    r"as\s(?:advertised|soon)|advertised|posted|listed|you|we|i|received|been)\b))"
)

_STOP = r"(?=\s*(?:$|[\n.;!?|]|\s[-–—]\s))"
_THE = r"(?:the|our|an?|your)"
_SAID = tuple(
    lazy(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"\b(?:the|our|this|a|an|your)\s+{_NOUN}\s+(?:of|as)\s+(?:(?:an?|the|our)\s)?{_X}{_END}",
        rf"\b(?:position|role|post|vacancy|job title|job|stelle)\s*:\s*{_X}{_STOP}",
        rf"\b(?:for|about|regarding|re|fill)\s+(?:the|our|an?|this)\s+{_X}\s+{_NOUN}\b",
        rf"\bappl(?:y(?:ing)?|ied)\s+(?:for|to\s+(?:be|become))\s+(?:{_THE}\s)?{_X}{_END}",
        rf"\bapplication(?:\s+received)?\s+(?:for|as)\s+(?:{_THE}\s)?{_X}{_END}",
        rf"\bapplication\s+(?:to|for)\s+{_X}(?=\s+at\s+\S)",
        rf"\bcandida(?:te|cy|ture)\s+for\s+(?:{_THE}\s)?{_X}{_END}",
        rf"\b(?:the|our|your|an?)\s+{_X}\s+(?:role|position|vacancy|internship)\b",
        rf"\binterview(?:s|ed|ing)?\s+(?:for|as)\s+(?:{_THE}\s)?{_X}{_END}",
        rf"\binterest\s+in\s+(?:(?:the|our)\s)?{_X}{_END}",
    )
)
"""Believed in subject and text; the first three even without a noun for a job."""
_MORE = lazy(rf"\s+[-–—]\s+{_X}(?:{_END}|(?=\s+{_NOUN}\b))", re.IGNORECASE)
"""What may be the rest of a title, behind a dash: ``title`` decides."""
_LISTED = lazy(
    r"application was sent to (?P<firm>[^\n]{2,80})\n+(?:(?P=firm)\n+)?(?P<x>[^\n]{3,80})\n+"
    r"(?P=firm)[ ]*[·•|]",
    re.IGNORECASE,
)
"""A job board's receipt: the firm, the role under it, the firm again with the place."""
_CUE = lazy(
    r"position|role|\bpost\b|vacancy|\bjob\b|appl(?:y|ied|ication)|candida|interest in|internship|"
    r"opening|opportunity|placement|requisition|interview|stelle",
    re.IGNORECASE,
)
_SURE = frozenset(_SAID[:3])
_SUBJECT = tuple(
    lazy(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        rf"\b(?:interview|application(?: received| update| status)?|invitation|offer|update|"
        rf"assessment|next steps?|screen|call|role|test|task)\s*(?:for|as|[:|–—-])\s*"
        rf"(?:{_THE}\s)?{_X}{_END}",
        rf"\b(?:looking|hiring|need|seeking|recruiting)\s+(?:(?:for|to\s+hire|to\s+fill)\s+)?"
        rf"(?:(?:an?|our(?:\s+next)?|the)\s)?{_X}{_END}",
        rf"\bas\s+(?:an?|our|your|the)\s(?:new\s|next\s)?{_X}{_END}",
        rf"\b{_X}\s+{_NOUN}\b",
        r"^(?:re:\s*|fwd?:\s*|aw:\s*)*(?P<x>[^|:–—\n]{3,80}?)(?::\s+\S|\s+(?:[|–—-]\s+\S"
        r"|at\s+[A-Z0-9]))",
        r"[|:–—]\s*(?P<x>[^|:–—\n]{3,80}?)\s*(?:$|[|–—]|\bat\s+[A-Z0-9])",
        r"\s-\s(?P<x>[^|:–—\n]{3,80}?)\s*(?:$|[|–—]|\s-\s|\bat\s+[A-Z0-9])",
        r"^(?:re:\s*|fwd?:\s*|aw:\s*)*(?P<x>[^|:–—\n,]{3,60})$",
        r"^(?:re:\s*|fwd?:\s*|aw:\s*)*(?P<x>(?-i:[A-Z])[\w&/-]*(?: (?:of|and|for|in|\d|"
        r"(?-i:[A-Z&])[\w&/-]*)){0,5},(?P<y> [^|:–—\n]{2,40}))$",
    )
)
"""Believed in a subject only, and only where the words hold a noun for a job."""

_NOT_A_ROLE = vocabulary(
    """i me my we us our you your he she they them this that these those it its what which who
    will would can could shall should have has had was were been am do did does not also if
    thank thanks please unfortunately hear know let hope glad happy received submitted
    successful unsuccessful considered review reviewed regarding hello hi dear again forward
    moving sent time apply applying"""
)
_EMPTY = vocabulary(
    """a an the open new current other another future suitable various any some same first second
    right similar following above below exciting great perfect advertised available vacant
    next job jobs position positions role roles following post vacancy opening openings opportunity
    opportunities career careers employment application applications internship internships
    placement title x tbd na general role's hiring interview candidate applicant full time part
    different particular specific remote team work company update status details online summer
    winter spring autumn best ideal key important active leading"""
)
_AROUND = lazy(
    r"^\W*(?:(?:(?:your|the|an?|our)\s+)?(?:recent\s+)?(?:application|update|interest|interview|"
    r"candidacy)\s+(?:for|in|to|on)\s+)?"
    r"(?:(?:the|an?|our|your|this|open|new|next|current|advertised)\s+)*"
    rf"(?:(?:position|role|job|post|title)(?:\s+(?:of|as|title))?\s+(?=\S))?|\s+{_NOUN}$|"
    r"(?:\s+(?:and|or|for|with|of|at|in|to|on|the|a|an|as|by))+$",
    re.IGNORECASE,
)
_MARKS = lazy(
    r"^(?:\s*\[[^\[\]]{1,40}\]\s+(?=\w)|"
    r"\s*(?:re|fwd?|aw|wg|sv|automatic reply|out of office|cancell?ed|accepted)\s*:)+",
    re.IGNORECASE,
)
_LOOSE = lazy(r"\b(?:of|the|for|with|to|in|and|on|about|from|as|at|an?)\b", re.IGNORECASE)


def role(message: Message) -> Extracted[str] | None:
    """Given a message, return the role it is about with its words, or None when not said.

    Set phrases in the subject come first, then set phrases in the text, then a subject
    such as "Data Analyst – Acme" where the words hold a noun for a job.
    """
    subject, text = message.subject[:300], message.text[:_TEXT_LIMIT]
    if listed := _LISTED.search(text):
        name = tidy(listed["x"])
        if names_a_job(name):
            return Extracted(name, " ".join(listed[0].split())[:160])
    telling = _telling(text)
    found = _first(_SAID, subject) or _first(_SAID, telling) or _first(_SUBJECT, subject)
    return _in_full(found, telling) if found else None


def _in_full(found: Extracted[str], text: str) -> Extracted[str]:
    """Write a role as the text does: "Consultant" of a subject as "Consultant - Data Systems"."""
    at = text.find(found.value)
    while at >= 0:
        end = at + len(found.value)
        if more := _MORE.match(text, end):
            name = tidy(text[at : more.end()])
            if name.startswith(found.value) and len(name) > len(found.value):
                return Extracted(name, text[at : more.end()][:160])
        at = text.find(found.value, end)
    return found


@lru_cache(4096)
def role_key(name: str) -> str:
    """Given a role, return the form in which roles are compared; "" for none.

    Case, accents, punctuation, reference numbers, "(m/f/d)" and "remote" do not count;
    every other word does.
    """
    return " ".join(words(name))


def clearly_different(one: str, other: str) -> bool:
    """Given two role keys, return True when they cannot be one role said twice.

    "analyst" may be short for "data analyst"; "senior analyst" is not "analyst", and
    "data analyst" is not "data engineer".
    """
    if not one or not other or one == other:
        return False
    a, b = set(one.split()), set(other.split())
    return not (a <= b or b <= a) or bool((a ^ b) & RANKS)


def tidy(raw: str) -> str:
    """Given the words found in the place of a role, return the role in them, or ""."""
    name = GENDERS.sub(" ", raw)
    name = REFERENCE.sub(lambda m: m[0] if YEAR.match(m[0].strip()) else " ", name)
    name = _MARKS.sub("", name)
    name = re.sub(r"\(\s*\)|\[\s*\]", " ", name)
    name = re.sub(r"^.{1,60}?\s(?:position|role)\sof\s", "", _AROUND.sub("", name.strip()))
    name = _AROUND.sub("", title(name).strip())
    name = re.sub(r"\s+", " ", name).strip(" \t-–—,:;?!/|\"'“”‘’*_.")
    if name.count("(") != name.count(")"):
        name = re.sub(r"\s*[()].*$", "", name).strip()
    own = name.split()
    if not own or len(own) > _MOST_WORDS or len(name) > 80 or re.search(r"[\[\]{}<>@=]", name):
        return ""
    plain = [w.strip(".,()'’\"").casefold() for w in own]
    if any(w in _NOT_A_ROLE for w in plain) or all(w in _EMPTY or not w for w in plain):
        return ""
    return name if re.search(r"[^\W\d_]{2}", name) else ""


def _first(patterns: tuple[re.Pattern[str], ...], where: str) -> Extracted[str] | None:
    """Return the first that holds a noun for a job, else the first of a sure phrase."""
    best: Extracted[str] | None = None
    for pattern in patterns:
        for hit in pattern.finditer(where):
            more = _MORE.match(where, hit.end("x"))
            name = tidy(hit["x"] + (more[0] if more else ""))
            if not name:
                continue
            found = Extracted(name, " ".join(hit[0].split())[:160])
            if names_a_job(name):
                return found
            plain = name[:1].isupper() and not _LOOSE.search(name) and len(name.split()) < 5
            if pattern in _SURE and plain:
                best = best or found
    return best


def _telling(text: str) -> str:
    """Return the sentences that can name a role, lines joined: it may be broken at a line's end."""
    flat = re.sub(r"(?<=[\w,])[ \t]*\n(?=[\w(])(?!\w[\w ]{1,20}:)", " ", text)
    return "\n".join(part for part in re.split(r"[.!?]\s+|\n", flat) if _CUE.search(part))
