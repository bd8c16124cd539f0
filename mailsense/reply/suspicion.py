"""Signs that a letter is not from whom it says, told as facts and never as a verdict.

Looks at where an answer would go (look-alike and punycode domains, after UTS #39's skeletons in
a small form; a Reply-To at another house) and at what their letter asks for.  Conservative: a
domain is only compared with those seen before it in the same process, one mark of a scam is
none, and a sentence that warns of scams is not one.  Looks nothing up and judges nobody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from mailsense.domain import Address, Draft, Message
from mailsense.freemail import is_freemail
from mailsense.reply.addressee import house, relay_domain, robot_address
from mailsense.reply.findings import Finding, Surroundings

_LIMIT = 20_000
_SHORTEST = 5
"""A shorter name of a domain is one letter away from too many others."""

_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d\u04cf"
    "\u043a\u043c\u0442\u0432\u043d\u0433\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u0131"
    "0135i",
    "aeopcyxljsdhqwlkmtbhraopvlktulolesl",
)
"""Letters of other alphabets (Cyrillic, Greek), and figures, that are taken for a Latin letter.

i and l are one.
"""
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Alphabets whose letters look alike: no honest name mixes two of them."""

DOMAIN = re.compile(
    r"(?:@|https?://(?:www\.)?|\bwww\.)((?:[\w-]{1,63}\.){1,4}[^\W\d_]{2,24})(?![\w-])"
)
"""A domain as a signature or a quoted letter names it."""


def suspicions(draft: Draft, facts: Mapping[str, object], around: Surroundings) -> list[Finding]:
    """Given a draft and what lies around it, return what should make its user look twice."""
    found: list[Finding] = []
    for address in draft.to[:1]:
        found += _look_alike(address, str(facts.get("company") or ""), around)
    if around.theirs is not None:
        found += _reply_to(draft, around.theirs, around)
        found += _scam(around.theirs, facts, around)
    return found


# --- domains -----------------------------------------------------------------------------


def shown(domain: str) -> str:
    """Given a domain, return it as a person would see it: punycode decoded (RFC 3492)."""
    return ".".join(_decoded(label) for label in domain[:253].split("."))


def _decoded(label: str) -> str:
    if not label.lower().startswith("xn--") or len(label) > 63:
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except ValueError:
        return label


def skeleton(label: str) -> str:
    """Return what the eye makes of a name: equal skeletons are easily taken for each other."""
    bare = unicodedata.normalize("NFKD", label.casefold())
    bare = "".join(c for c in bare if not unicodedata.combining(c)).translate(_ALIKE)
    for pair, one in _PAIRS:
        bare = bare.replace(pair, one)
    return bare


def mixed(label: str) -> bool:
    """True when the letters of a name come from alphabets that look alike."""
    scripts = {unicodedata.name(c, "").partition(" ")[0] for c in label if c.isalpha()}
    return len(scripts & set(_SCRIPTS)) > 1


def one_off(one: str, other: str) -> bool:
    """True when two names differ by one letter put in, left out or changed, or by two swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if len(one) == len(other) == 2:
        return one == other[::-1]
    return max(len(one), len(other)) == 1 and not (one + other).isdigit()


def _look_alike(to: Address, company: str, around: Surroundings) -> Iterator[Finding]:
    domain, own = to.domain, house(to.domain)
    if not own or any(house(d) == own for d in _written_to(around)):
        return
    seen = shown(own)
    label = seen.partition(".")[0]
    if any(mixed(part) for part in seen.split(".")):
        why = f"{to.email} mixes letters of two alphabets, and only looks like {seen}"
        yield _domain("error", why)
        return
    for known in _seen_before(own, around):
        theirs = shown(known).partition(".")[0]
        if domain.startswith(f"{known}."):
            yield _domain("error", f"{to.email} begins like {known}, but is at {own}")
        elif label != theirs and skeleton(label) == skeleton(theirs):
            yield _domain("error", f"{to.email} only looks like {known}, which wrote before")
        elif min(len(label), len(theirs)) >= _SHORTEST and one_off(label, theirs):
            yield _domain("warning", f"{to.email} is one letter away from {known}, seen before")
        else:
            continue
        return
    name = re.sub(r"[^\w]", "", company.casefold())
    if len(name) >= _SHORTEST and label != name and skeleton(label) == skeleton(name):
        yield _domain("warning", f"{to.email} is written almost like {company}, but not quite")
    elif not own.isascii() or seen != own or "xn--" in own:
        yield _domain("warning", f"the domain of {to.email} is read as {seen}")


def _domain(level: str, what: str) -> Finding:
    way = "look up the right address before you answer"
    return Finding(level, "look-alike", f"{what}: {way}")


def _written_to(around: Surroundings) -> set[str]:
    """Return the domains that the user has written to in this process."""
    mine = [i.message for i in (*around.history, around.original) if i and i.located.outgoing]
    return {a.domain for message in mine for a in (*message.to, *message.cc)}


def _seen_before(own: str, around: Surroundings) -> list[str]:
    """Return the houses that appear in the process before one does, and in its letter's text."""
    seen: dict[str, None] = {}
    letters = [i.message for i in around.history]
    for message in letters:
        if house(message.from_.domain) == own:
            break
        seen[house(message.from_.domain)] = None
        seen |= dict.fromkeys(house(a.domain) for a in message.to)
    if around.theirs is not None:
        text = f"{around.theirs.signature[:2000]}\n{around.theirs.quoted[:_LIMIT]}"
        text += f"\n{around.theirs.text[-2000:]}"
        seen |= dict.fromkeys(house(m[1].lower()) for m in DOMAIN.finditer(text))
    open_ = is_freemail(own)
    return [one for one in seen if one and one != own and not (open_ and is_freemail(one))]


# --- where answers are asked to go -------------------------------------------------------


def _reply_to(draft: Draft, theirs: Message, around: Surroundings) -> Iterator[Finding]:
    """Yield a Reply-To at another house than the sender's, unless it is known or a machine's."""
    sender = theirs.from_
    known = {i.message.from_.key for i in around.history} | {a.key for a in theirs.to}
    known |= {a.key for i in around.history if i.located.outgoing for a in i.message.to}
    relayed = bool(theirs.facts.ats) or relay_domain(sender.domain)
    for wanted in theirs.reply_to[:5]:
        same = _label(wanted) == _label(sender) and not is_freemail(sender.domain)
        if not wanted.domain or house(wanted.domain) == house(sender.domain) or same:
            continue
        if wanted.key in known or robot_address(wanted):
            continue
        goes = {a.key for a in draft.to}
        if relayed and not (is_freemail(wanted.domain) and wanted.key in goes):
            continue
        where = "a private mailbox" if is_freemail(wanted.domain) else "another domain"
        end = f"this goes to {draft.to[0].email}" if wanted.key not in goes and draft.to else (
            "this goes there"
        )  # fmt: skip
        told = f"wrote from {sender.domain} but wants answers at {where}, {wanted.email}"
        yield Finding(
            "warning",
            "reply-to",
            f"{sender.name or sender.email} {told}; {end}: make sure it is right",
        )
        return


def _label(address: Address) -> str:
    return house(address.domain).partition(".")[0]


# --- what a letter asks for --------------------------------------------------------------

_PAY = (
    r"(?:registration|processing|training|application|visa|onboarding|administration|background"
    r"[ -]check|security|equipment|starter[ -]kit|certificat\w{1,6}) (?:fees?|deposits?|charges?)"
)
MONEY = re.compile(
    rf"\b{_PAY}\b|\b(?:small|refundable|one[- ]time|upfront|advance) (?:fee|deposit|payment)\b"
    r"|\b(?:send|pay|transfer|wire) (?:us |me )?(?:an? |the )?"
    r"(?:[$£€] ?\d{1,9}|fee|deposit|money)\b",
    re.IGNORECASE,
)
BANK = re.compile(
    r"\b(?:send|provide|share|give|need|require|confirm|submit|forward|supply|enter|fill in|tell)\b"
    r"[^.!?\n]{0,60}\b(?:bank(?:ing)?(?: account)? (?:details?|data|information|login|number)|iban"
    r"|account (?:number|details)|sort code|routing number|(?:credit|debit) card|card (?:number"
    r"|details)|online banking)\b",
    re.IGNORECASE,
)
GIFTS = re.compile(
    r"\b(?:buy|purchase|pick up|scratch|(?:send|get) (?:us|me|them|the|some|photos|pictures))\b"
    r"[^.!?\n]{0,40}\b(?:gift ?cards?|steam cards?|itunes cards?|google play cards?)\b",
    re.IGNORECASE,
)
CRYPTO = re.compile(
    r"\b(?:send|pay|paid|transfer|deposit|receive|salary|wages?|payments?)\b[^.!?\n]{0,40}"
    r"\b(?:bitcoins?|btc|usdt|crypto(?: ?currency| ?currencies)|crypto wallet)\b",
    re.IGNORECASE,
)
CHEQUE = re.compile(
    r"\b(?:deposit|cash|(?:e-?mail|mail|send|post) you|you will receive|receive)\b[^.!?\n]{0,30}"
    r"\b(?:an?|this|our) (?:certified |cashier['’]?s |electronic |e-?)?(?:check|cheque)\b"
    r"(?! ?-?(?:list|in|out|up|box|point|back)\b)",
    re.IGNORECASE,
)
PAPERS = re.compile(
    r"\b(?:copy|copies|scans?|photos?|pictures?|front and back|upload|send|provide)\b[^.!?\n]{0,40}"
    r"\b(?:passport|id card|identity card|driv(?:er['’]?s?|ing) licen[cs]e|social security"
    r"(?: number| card)?|ssn|national insurance number|aadhaar)\b",
    re.IGNORECASE,
)
MESSENGER = re.compile(
    r"\b(?:add|contact|message|text|write|reach|continue|move|chat|talk|interview|download|join|ping"
    r"|respond|reply)\b[^.!?\n]{0,50}\b(?:whats ?app|telegram|we ?chat|viber|google chat|hangouts"
    r"|(?-i:Signal)(?= (?:app|messenger|at|on|number)\b|[.,!]))",
    re.IGNORECASE,
)
UNSEEN = re.compile(
    r"\bwithout (?:any |an |a )?(?:further )?interview\b|\bno interview (?:is )?(?:needed|required"
    r"|necessary)\b|\b(?:hired|selected|approved|start) (?:immediately|instantly|at once|today)\b",
    re.IGNORECASE,
)
NO_SKILL = re.compile(
    r"\bno (?:prior |previous |special )?(?:experience|skills?|qualifications?)"
    r"(?: (?:is|are|at all))? (?:needed|required|necessary)\b|\bwithout (?:any )?experience\b",
    re.IGNORECASE,
)
PAY = re.compile(
    r"[$£€] ?(?P<sum>\d{1,3}(?:[.,]?\d{3})?)(?:[.,]\d\d)?(?: ?(?:usd|eur|gbp|dollars))? ?"
    r"(?:(?:/|per|an?|each|every) ?(?P<unit>hour|hr|day|week)\b|(?P<often>hourly|daily|weekly))",
    re.IGNORECASE,
)
WARNS = re.compile(
    r"\bnever(?: ever)?(?::|,? (?:ask|request|require|charge|contact|send|demand|interview|text"
    r"|message|offer)\b)|\b(?:beware|fraud(?:sters?|ulent)?|(?<!not a )scam(?:s|mers?)?"
    r"|phish\w{0,5}|impersonat\w{1,5}|(?:do|does|will|would) not (?:ask|request|require|charge)"
    r"|(?:won|don)['’]t (?:ask|request)|no (?:fees?|payment|deposit|charge)s? (?:is|are|will))\b",
    re.IGNORECASE,
)
"""A passage that warns of all this, as honest firms put under their letters."""

_RICH = {"hour": 35, "hourly": 35, "hr": 35, "day": 200, "daily": 200, "week": 1000, "weekly": 1000}
GRAVE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("asks for money", MONEY),
    ("speaks of gift cards to be bought", GIFTS),
    ("speaks of payments in crypto money", CRYPTO),
    ("speaks of a cheque to pay in", CHEQUE),
    ("asks for bank or card details", BANK),
    ("asks for identity papers", PAPERS),
    ("hires without an interview", UNSEEN),
)
_EARLY = ("asks for bank or card details", "asks for identity papers")
"""What is ordinary once people have talked."""


def marks(text: str) -> list[str]:
    """Given a letter's text, return the marks of a scam in it, each as what the letter does."""
    read = without_warnings(text[:_LIMIT])
    found = [what for what, pattern in GRAVE if pattern.search(read)]
    if NO_SKILL.search(read) and rich(read):
        found.append("offers much pay for no experience")
    if found and MESSENGER.search(read):
        found.append("moves the talk to a messenger")
    return found


def without_warnings(text: str) -> str:
    """Return a text without the passages that warn of scams, and the list that follows one."""
    kept: list[str] = []
    listing = False
    for passage in re.split(r"\n[ \t]*\n", text):
        warns = WARNS.search(passage) is not None
        if not warns and not (listing and passage.lstrip()[:1] in "-*•–"):
            kept.append(passage)
            listing = False
        listing = listing or (warns and passage.rstrip().endswith(":"))
    return " ".join("\n\n".join(kept).split())


def rich(read: str) -> bool:
    """True when a text offers more pay than work without a skill is paid."""
    return any(_rich(match) for match in PAY.finditer(read))


def _rich(match: re.Match[str]) -> bool:
    unit = (match["unit"] or match["often"]).casefold()
    return int(re.sub(r"[.,]", "", match["sum"])) >= _RICH[unit]


def _scam(theirs: Message, facts: Mapping[str, object], around: Surroundings) -> Iterator[Finding]:
    found = marks(f"{theirs.subject}\n\n{theirs.text}")
    earlier = [
        i for i in around.history
        if not i.located.outgoing and i.message.from_.key == theirs.from_.key
    ]  # fmt: skip
    if facts.get("talked") or len(earlier) > 1:
        found = [one for one in found if one not in _EARLY]
    if found and facts.get("company") and is_freemail(theirs.from_.domain):
        found.append("comes from a private mailbox in a firm's name")
    if len(found) > 1:
        told = ", ".join(found[:-1]) + f" and {found[-1]}"
        way = "find the firm's own number and ring it before you answer or send anything"
        yield Finding("warning", "scam", f"their letter {told}: {way}")
