"""Looking over a draft before a human sees it, and again before it is approved.

Errors stand against approval: a placeholder, the wrong name, another company's name, a fact
that nobody told, a robot or a crowd as addressee.  Warnings are told and the human decides:
the tone, the length, an ask too many, what is odd about the letter that is answered.  What
the human wrote themselves is theirs: in an edited draft only what harms (``findings.FIRM``)
is an error, and an address that only looks like another.  Nothing is looked up; every rule is
linear in the length of the letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from mailsense.domain import Draft, PlanKind, Stage
from mailsense.reply import words
from mailsense.reply.addressee import robot_address
from mailsense.reply.detail import wanted
from mailsense.reply.findings import UNKNOWN, Finding, Own, Surroundings, ordered
from mailsense.reply.invented import invented
from mailsense.reply.names import display_name
from mailsense.reply.playbook import Playbook
from mailsense.reply.suspicion import suspicions
from mailsense.reply.timing import MONTHS, WEEKDAYS

__all__ = ["Finding", "Own", "Surroundings", "asking", "banned_phrases", "lint"]

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


_QUESTIONS = {
    PlanKind.CLOSE_LOOP: 0,
    PlanKind.THANK_FEEDBACK: 0,
    PlanKind.THANK_INTERVIEWER: 0,
    PlanKind.STAY_IN_TOUCH: 0,
    PlanKind.WITHDRAW: 0,
    PlanKind.ANSWER_REQUEST: 3,
    PlanKind.ANSWER_OFFER: 3,
    PlanKind.ANSWER_OUTREACH: 3,
}
"""How many questions a letter may ask; elsewhere one.  Times, places and pay need more."""

_THANKS = 3
"""So many thanks in one letter are too many."""

_OWN_WORDS = ("article_url", "article_says", "news_said", "offer_of", "led_to", "led_said")
"""Facts that are the user's own words, said for this very letter."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def lint(
    draft: Draft,
    *,
    facts: Mapping[str, object],
    playbook: Playbook,
    companies: Collection[str] = (),
    around: Surroundings = UNKNOWN,
) -> list[Finding]:
    """Given a draft, the facts it was written from, all companies known and what lies around
    it, return the findings, the most serious first.
    """
    own = "warning" if draft.edited else "error"
    found: list[Finding] = []
    match = PLACEHOLDER.search(f"{draft.subject}\n{draft.body}")
    if match:
        text = f"a placeholder is left: {match[0]}: fill it in, or take it out"
        found.append(Finding("error", "placeholder", text))
    if not draft.body.strip():
        found.append(Finding("error", "empty", "there is no text: write it, or discard the draft"))
    if draft.from_.name.strip() in SAMPLE_NAMES:
        text = f'it is signed "{draft.from_.name}": set me.name'
        found.append(Finding("warning", "signature", text))
    found += _addressees(draft, around)
    found += _greeting(draft, facts, own)
    found += _others(draft, facts, companies, own)
    found += suspicions(draft, facts, around)
    found += invented(draft, facts, around)
    found += _tone(draft, facts, playbook, around.own, own)
    found += _asks(draft, facts, playbook)
    found += _time(draft, facts)
    if _unsaid(draft, around):
        text = "it does not say what you are looking for: set me.field"
        found.append(Finding("warning", "field", text))
    if wanted(draft):
        found.append(Finding("warning", "detail", "add one true detail of the talk (detail: …)"))
    return ordered(found)


def _unsaid(draft: Draft, around: Surroundings) -> bool:
    """True when a letter that is to say what the user looks for cannot, for want of a setting."""
    own = around.own
    speaks = draft.plan is PlanKind.INTRODUCE or draft.template == "referral-offered"
    return speaks and not draft.edited and own is not None and own.field == ""


def _time(draft: Draft, facts: Mapping[str, object]) -> Iterable[Finding]:
    """Tell which of the times offered is accepted: the calendar is the user's."""
    times = facts.get("interview_times")
    if draft.plan is PlanKind.ANSWER_REQUEST and not draft.edited and isinstance(times, tuple):
        for time in times:
            if str(time) in draft.body:
                text = f"it accepts {time}: check that you are free"
                yield Finding("warning", "time", text)
                return


def asking(body: str) -> int:
    """Return how many questions a letter asks, as told by question marks."""
    plain = re.sub(r"https?://\S+", "", body)
    return len(re.findall(r"(?<!\?)\?", plain))


def _tone(
    draft: Draft, facts: Mapping[str, object], playbook: Playbook, chose: Own | None, own: str
) -> list[Finding]:
    """Tell what reads badly: phrases, length, filler, blanks."""
    body = draft.body
    theirs, named = {**facts, "detail": draft.detail}, facts.get("named")
    names = [str(name) for name in named] if isinstance(named, tuple) else []
    said = banned_phrases(
        body,
        playbook.banned_in(draft.template),
        theirs,
        [*(chose.settings if chose else ()), *names],
    )
    found = [
        Finding(own, "banned", f'says "{phrase}", which reads badly: leave it out')
        for phrase in said
    ]
    most = playbook.bounds(draft.template, body).most
    if (total := words.count(body)) > most:
        text = f"{total} words; at most {most} read well: shorten it"
        found.append(Finding("warning", "length", text))
    found += [Finding("warning", "padding", text) for text in _padding(body, playbook.padding)]
    if re.search(r"(?<=\S)[ \t]{2,}(?=\S)|\n[ \t]*\n[ \t]*\n", body.strip()):
        text = "has a double space or a double empty line: close it up"
        found.append(Finding("warning", "blanks", text))
    return found


def _padding(body: str, phrases: Iterable[str]) -> Iterable[str]:
    """Yield what makes a letter longer and says nothing."""
    for phrase in banned_phrases(body, phrases, {}):
        yield f'says "{phrase}", which says nothing: leave it out'
    prose = words.prose(body)
    thanks = len(re.findall(r"\bthank", prose, re.IGNORECASE))
    if thanks >= _THANKS:
        yield f"thanks {thanks} times: once, for one concrete thing, is warmer"
    seen: set[str] = set()
    for sentence in map(words.normal, _SENTENCE_END.split(prose)):
        if words.count(sentence) > 3 and sentence.casefold() in seen:
            yield f'says twice "{sentence[:60]}": once is enough'
            return
        seen.add(sentence.casefold())


def _asks(draft: Draft, facts: Mapping[str, object], playbook: Playbook) -> list[Finding]:
    """Tell an ask too many: more questions than the letter is for, or a referral too soon."""
    total, most = asking(draft.body), _QUESTIONS.get(draft.plan, 1)
    found: list[Finding] = []
    if total > most:
        one = "one is" if most == 1 else f"{most} at most are"
        way = f"{one} answered best: keep what matters"
        if not most:
            way = "this letter is to ask for nothing: take it out"
        many = "a question" if total == 1 else f"{total} questions"
        found.append(Finding("warning", "asks", f"asks {many}; {way}"))
    why = _no_referral(draft, facts)
    if why and _asks_referral(draft.body, playbook):
        text = f"asks for a referral, but {why}: leave it for another letter"
        found.append(Finding("warning", "asks", text))
    return found


def _no_referral(draft: Draft, facts: Mapping[str, object]) -> str:
    """Return why the facts speak against asking for a referral, "" when they do not."""
    if draft.plan is PlanKind.CLOSE_LOOP:
        return "a closing note asks for nothing"
    if draft.plan is not PlanKind.ANSWER_REJECTION or not facts or facts.get("ask_referral"):
        return ""
    if facts.get("reason") == "on-hold":
        return "the post is only on hold"
    met = facts.get("talked") or facts.get("stage") not in (Stage.APPLIED.value, "", None)
    return "" if met else "nobody there has talked with you yet"


def _asks_referral(body: str, playbook: Playbook) -> bool:
    text = words.normal(body)
    known = any(
        words.normal(said) in text for one in playbook.questions for said in (one.ask, one.light)
    )
    return known or words.REFERRAL_ASK.search(text) is not None


def banned_phrases(
    body: str, phrases: Iterable[str], facts: Mapping[str, object], settings: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the banned phrases in a text.

    Names of people, roles and companies do not count, nor the user's own detail and settings:
    who looks for work in health care must be able to say so.
    """
    text = words.normal(body).casefold()
    names = ("company", "role", "to_name", "referred_name", "giver", "deadline", "detail")
    keys = (*names, *_OWN_WORDS)
    for said in (*(facts.get(key) for key in keys), *settings):
        name = words.normal(str(said or "")).casefold()
        text = text.replace(name, " ") if len(name) > 2 else text
    return tuple(p for p in phrases if _word(words.normal(p).casefold()).search(text))


@lru_cache(maxsize=512)
def _word(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")


def _addressees(draft: Draft, around: Surroundings) -> list[Finding]:
    found: list[Finding] = []
    everybody = (*draft.to, *draft.cc, *draft.bcc)
    if not draft.to:
        text = "it has no addressee: discard it, and write to them from your mail client"
        found.append(Finding("error", "addressee", text))
    if len(everybody) > 1:
        text = f"it goes to {len(everybody)} addresses: write to one person, to others apart"
        found.append(Finding("error", "addressee", text))
    for address in everybody:
        if robot_address(address):
            text = f"nobody reads what goes to {address.email}: discard it, or find a person"
            found.append(Finding("error", "robot", text))
        elif around.theirs and around.theirs.from_.key == address.key:
            facts = around.theirs.facts
            if facts.robot or facts.list_id or facts.return_path == "":
                text = f"a machine wrote what this answers, from {address.email}: discard it"
                found.append(Finding("error", "robot", text))
    return found


def _greeting(draft: Draft, facts: Mapping[str, object], own: str) -> list[Finding]:
    first = next((line.strip() for line in draft.body.splitlines() if line.strip()), "")
    match = GREETING.match(first)
    if match is None:
        text = "it does not begin with a greeting: put their name first"
        return [Finding("warning", "name", text)]
    to = draft.to[0] if draft.to else None
    wanted = str(facts.get("to_name") or "") or (display_name(to) if to else "")
    said = {w.casefold().strip(".") for w in match["name"].split()} - _GENERIC
    said = {w for w in said if w not in {t.casefold() for t in words.TITLES.values()}}
    allowed = f"{wanted} {to.name if to else ''}".casefold().replace(".", " ").split()
    if not said:
        if wanted:
            text = f"it greets nobody; they sign as {wanted}: put the name in"
            return [Finding("warning", "name", text)]
        return []
    local = to.email.partition("@")[0].casefold() if to else ""
    if all(w in allowed or (len(w) > 2 and w in local) for w in said):
        return []
    who = wanted or (to.email if to else "nobody known")
    text = f"it greets {match['name'].strip()}, but goes to {who}: put the name right"
    return [Finding(own, "name", text)]


def _others(
    draft: Draft, facts: Mapping[str, object], companies: Collection[str], own: str
) -> list[Finding]:
    """Tell other employers' names in the text: the worst slip there is."""
    if draft.plan is PlanKind.WEEKLY_SUMMARY:
        return []  # it is about all of them
    mine = _core(str(facts.get("company") or ""))
    allowed = " ".join(
        str(facts.get(k) or "") for k in ("company", "role", "referred_name", "giver", "to_name")
    )
    known = {_core(w) for w in allowed.split()} | {mine, _core(allowed)}
    found: list[Finding] = []
    reply = bool(draft.in_reply_to) or draft.subject.casefold().startswith("re:")
    text = draft.body if reply else f"{draft.subject}\n{draft.body}"
    for own_words in filter(None, (str(facts.get(key) or "") for key in _OWN_WORDS)):
        text = text.replace(own_words, " ")
    for company in sorted(companies):
        core = _core(company)
        if len(core) < 3 or core in known or _within(core, mine) or _within(mine, core):
            continue
        if _names(text, company):
            told = f"it names another company: {company}: take it out"
            found.append(Finding(own, "company", told))
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
            before = body[max(0, match.start() - 40) : match.start()].rstrip(" ")
            starts = not before or before[-1] in ".!?\n"
            if name.casefold() not in _COMMON or not starts:
                return True
    return False
