"""Looking over a draft before a human sees it, and again before it is approved.

Errors stand against approval: a placeholder, the wrong name, another company's name, a
robot or a crowd as addressee.  Warnings are told and the human decides: the tone, the
length, blanks.  What the human wrote themselves is theirs: in an edited draft only a
placeholder or an impossible addressee is an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mailsense.domain import Draft
from mailsense.reply import words
from mailsense.reply.addressee import robot_address
from mailsense.reply.detail import wanted
from mailsense.reply.names import display_name
from mailsense.reply.playbook import Playbook
from mailsense.reply.timing import MONTHS, WEEKDAYS

PLACEHOLDER = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|(?-i:\b(?:XXX+|TO-?DO|TBD)\b)|_{3,}|\bLorem ipsum\b|\$\{|%\(\w{1,30}\)s"
    r"|<(?:your|the|insert|name|company|role|date|time|phone)[\w '’-]{0,30}>"
    r"|\[(?:(?-i:[A-Z][A-Z _-]{2,40})|(?:(?:your|the|my|their|first|last|full|insert|hiring|company"
    r"|job|role|position|recruiter|manager|add|date|time|phone|link|name|title|number)"
    r"[ '’/_-]{0,2}){1,6}[\w '’-]{0,30})\]",
    re.IGNORECASE,
)
"""What a template leaves behind when nobody filled it in."""

SAMPLE_NAMES = frozenset({"", "Your Name"})
"""No name at all, and the one in the sample settings: a letter must not be signed so."""

GREETING = re.compile(
    r"^(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|greetings)\b,?[ \t]*"
    r"(?P<name>[^,!:;\n–—]{0,60})",
    re.IGNORECASE,
)
_GENERIC = words.words_of(
    "there all team everyone sir madam hiring manager recruiter recruiting talent committee panel "
    "colleagues again both or and the to whom it may concern"
)
_COMMON = words.words_of(
    "next target indeed square block apple meta shell visa gap mars orange stripe slack notion "
    "ramp box zoom path every the other bold hello one first now future step match post"
)
"""Company names that are also words: at the start of a sentence they prove nothing."""

_LEGAL = words.words_of("ltd limited inc gmbh llc plc ag co corp corporation company group the")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: ``level`` is error or warning, ``rule`` names what was broken."""

    level: str
    rule: str
    text: str


def lint(
    draft: Draft,
    *,
    facts: Mapping[str, object],
    playbook: Playbook,
    companies: Collection[str] = (),
) -> list[Finding]:
    """Given a draft, the facts it was written from and all companies known, return findings."""
    own = "warning" if draft.edited else "error"
    found: list[Finding] = []
    match = PLACEHOLDER.search(f"{draft.subject}\n{draft.body}")
    if match:
        found.append(Finding("error", "placeholder", f"a placeholder is left: {match[0]}"))
    if draft.from_.name.strip() in SAMPLE_NAMES:
        found.append(
            Finding("warning", "signature", f'it is signed "{draft.from_.name}": set me.name')
        )
    found += _addressees(draft, own)
    found += _greeting(draft, facts, own)
    found += _others(draft, facts, companies, own)
    found += [
        Finding(own, "banned", f'says "{phrase}", which reads badly')
        for phrase in banned_phrases(draft.body, playbook.banned_in(draft.template), facts)
    ]
    most = playbook.bounds(draft.template, draft.body).most
    if (total := words.count(draft.body)) > most:
        found.append(Finding("warning", "length", f"{total} words; at most {most} read well"))
    if re.search(r"(?<=\S)[ \t]{2,}(?=\S)|\n[ \t]*\n[ \t]*\n", draft.body.strip()):
        found.append(Finding("warning", "blanks", "has a double space or a double empty line"))
    if asking(draft.body) > 1:
        found.append(Finding("warning", "asks", "asks more than one thing: one is answered best"))
    if wanted(draft):
        found.append(Finding("warning", "detail", "add one true detail of the talk (detail: …)"))
    if not draft.body.strip():
        found.append(Finding("error", "empty", "there is no text"))
    return found


def asking(body: str) -> int:
    """Return how many paragraphs of a letter ask a question, as told by a question mark."""
    plain = re.sub(r"https?://\S+", "", body)
    return sum("?" in paragraph for paragraph in re.split(r"\n\s*\n", plain))


def banned_phrases(
    body: str, phrases: Iterable[str], facts: Mapping[str, object]
) -> tuple[str, ...]:
    """Return the banned phrases in a text; names of people, roles and companies do not count."""
    text = words.normal(body).casefold()
    for key in ("company", "role", "to_name", "referred_name", "giver", "deadline"):
        name = words.normal(str(facts.get(key) or "")).casefold()
        text = text.replace(name, " ") if len(name) > 2 else text
    return tuple(p for p in phrases if _word(words.normal(p).casefold()).search(text))


@lru_cache(maxsize=512)
def _word(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def _addressees(draft: Draft, own: str) -> list[Finding]:
    found: list[Finding] = []
    everybody = (*draft.to, *draft.cc, *draft.bcc)
    if not draft.to:
        found.append(Finding("error", "addressee", "it has no addressee"))
    if len(everybody) > 1:
        found.append(Finding(own, "addressee", f"it goes to {len(everybody)} addresses, not one"))
    found += [
        Finding("error", "robot", f"nobody reads what goes to {address.email}")
        for address in everybody
        if robot_address(address)
    ]
    return found


def _greeting(draft: Draft, facts: Mapping[str, object], own: str) -> list[Finding]:
    first = next((line.strip() for line in draft.body.splitlines() if line.strip()), "")
    match = GREETING.match(first)
    if match is None:
        return [Finding("warning", "name", "it does not begin with a greeting")]
    to = draft.to[0] if draft.to else None
    wanted = str(facts.get("to_name") or "") or (display_name(to) if to else "")
    said = {w.casefold().strip(".") for w in match["name"].split()} - _GENERIC
    said = {w for w in said if w not in {t.casefold() for t in words.TITLES.values()}}
    allowed = f"{wanted} {to.name if to else ''}".casefold().replace(".", " ").split()
    if not said:
        if wanted:
            return [Finding("warning", "name", f"it greets nobody; they sign as {wanted}")]
        return []
    local = to.email.partition("@")[0].casefold() if to else ""
    if all(w in allowed or (len(w) > 2 and w in local) for w in said):
        return []
    who = wanted or (to.email if to else "nobody known")
    return [Finding(own, "name", f"it greets {match['name'].strip()}, but goes to {who}")]


def _others(
    draft: Draft, facts: Mapping[str, object], companies: Collection[str], own: str
) -> list[Finding]:
    """Tell other employers' names in the text: the worst slip there is."""
    mine = _core(str(facts.get("company") or ""))
    allowed = " ".join(
        str(facts.get(k) or "") for k in ("company", "role", "referred_name", "giver", "to_name")
    )
    known = {_core(w) for w in allowed.split()} | {mine, _core(allowed)}
    found: list[Finding] = []
    for company in sorted(companies):
        core = _core(company)
        if len(core) < 3 or core in known or _within(core, mine) or _within(mine, core):
            continue
        if _names(draft.body, company):
            found.append(Finding(own, "company", f"it names another company: {company}"))
    return found


def _core(name: str) -> str:
    """Return a company's name without its legal form, in lower case."""
    parts: list[str] = re.findall(r"[\w&'’.-]+", name.casefold())
    while len(parts) > 1 and parts[-1].strip(".,") in _LEGAL:
        parts.pop()
    return " ".join(p.strip(".,") for p in parts)


def _within(part: str, whole: str) -> bool:
    return bool(part) and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", whole) is not None


def _names(body: str, company: str) -> bool:
    """True when the text names the company, as written, as a word of its own."""
    short = " ".join(w for w in company.split() if w.casefold().strip(".,") not in _LEGAL)
    for name in {company, short}:
        if len(name) < 3 or name in WEEKDAYS or name in MONTHS:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", body):
            before = body[: match.start()].rstrip(" ")
            starts = not before or before[-1] in ".!?\n"
            if name.casefold() not in _COMMON or not starts:
                return True
    return False
