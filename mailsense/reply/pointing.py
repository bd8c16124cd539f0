"""Whom a letter points to: the people named in it as worth turning to, with their addresses.

Decides from turns of phrase ("you could do worse than ring X", "X at Y would be the person",
"ask for X") and from addresses whose owner the text names (``naming``).  Somebody of whom the
letter advises against is not pointed to.  A firm is told as what it is: it stands for a name
only where one is sent there and nobody is named.  Only English turns of phrase are known.
Every pattern has its examples in ``tests/test_pointing.py`` and is linear in its input.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from mailsense.reply import words
from mailsense.reply.naming import (
    Run,
    agrees,
    firm_of_domain,
    is_one_of,
    owner,
    runs,
)

_MOST = 300
"""Names of one letter that are looked at."""
_MOST_ADDRESSES = 12

STRONG = re.compile(
    r"\b(?:(?:speak|talk|chat|get in touch|be in touch|in touch|in contact|connect|connect(?:ing)?"
    r" you(?: two)?|check in|touch base|a? ?word|coffee|call|conversation|lunch|lucky|start|begin)"
    r" (?:to|with)|reach out to|(?:writ(?:e|ing)|turn|apply|report|go|get on|address it|yourself)"
    r" (?:directly |straight )?to|contact|e-?mail|ring|phone|telephone|text|message|sound out"
    r"|get hold of|look up|seek out|go and see|pop in on|ask for|ask\b[^.!?\n]{1,30} for"
    r"|drop (?:a |an )?(?:line|note|e-?mail|message) to|a (?:line|note|call|ring) to|approach"
    r"|you can reach|introduc(?:e|ing) (?:you|yourself)(?: both| two)?(?: by e-?mail)? to"
    r"|put(?:ting)? you (?:on|through) to|hook you up with"
    r"|(?:details|cv|c\.v\.|r[eé]sum[eé]|name|profile|application|portfolio|letter)"
    r"(?: on| along| over)? to"
    r"|(?:the |your |a |our )(?:\w{2,12} ){0,2}(?:person|man|woman|lady|chap|bloke|contact)"
    r"\b[^.,;:!?\n]{0,50}?(?: is| would be| might be| may be| could be|['’]s|:)"
    r"|mentioned you to|(?:passed|sent|forwarded|handed) (?:it|this|that|you|them)(?: on| along"
    r"| over)? to|(?:details|cv|c\.v\.|r[eé]sum[eé]|application) (?:is|are) (?:now )?with"
    r"|who you (?:need|want|should \w{2,9}(?: to)?) is|(?:her|his|their|whose) name(?: is|['’]s)"
    r"|by the name of|called|named"
    r"|contact(?: person)?:|name:|thinking of|thought of|better (?:person )?than"
    r"|(?:do|done|does) (?:no |any |a lot |far |much )?(?:worse|better) than(?: to)?"
    r"(?: (?:ring|call|ask|try|e-?mail|see|phone|contact|approach))?)[ \n]",
    re.IGNORECASE,
)
"""Somebody worth turning to is named next, perhaps after a few words."""

WEAK = re.compile(
    r"\b(?:try|tried|call|ask|asked|see|meet|met|visit|recommend|suggest|know|there(?:['’]s| is)"
    r"(?: also| always)?|how about|what about|spoken (?:to|with)|talked (?:to|with)"
    r"|(?:one|bet|port of call|name|first call)\b[^.,;:!?\n]{0,50}?"
    r"(?: is| would be| might be|['’]s)"
    r"|(?:it|that|this)(?:['’]s| is| would be)|told|briefed|warned"
    r"|come across|remember|consider|considered|find|give|drop|pinged?|send|tell|pester"
    r"|worth (?:a try is|trying|ringing|asking|calling|contacting|e-?mailing|talking to"
    r"|speaking to))[ \n]",
    re.IGNORECASE,
)
"""Somebody, or something, is named next: a person only where the text says more of them."""

NEXT = re.compile(
    r"\b(?:meet|loop(?:ed|ing)?(?: in)?|cc['’]?(?:ing|['’]?ed|['’]?d)?|copying(?: in)?|copy in"
    r"|copied(?: in)?|adding|added|in copy is|in cc is)[ \n:]",
    re.IGNORECASE,
)
"""Somebody is named at once."""

_AGAINST = re.compile(
    r"(?:(?<!why )(?:don['’]t|do not|wouldn['’]t|would not|never|can['’]t|cannot)(?: bother(?: to)?"
    r"| waste time| ever| go and)?|\bavoid|instead of|rather than|\bno (?:point|use)(?: in)?"
    r"|not worth|stay away from|nothing from|have(?:n['’]t| not)) ?$",
    re.IGNORECASE,
)
"""Right before a pointer: whoever follows is not to be turned to."""

_SUBJECT = re.compile(
    r"(?:['’]s (?:team|group|department|outfit|lot) )?"
    r"(?P<place>,? (?:at|of|from|in|over at|down at|with) [^.!?,;:()\n]{2,40}?)?,? ?"
    r"(?:\([^)\n]{1,60}\),? ?)?(?:,? ?(?:who|he|she) )?"
    r"(?P<says>['’]s (?:the|your|a|who)\b|(?:(?:now |also |still |really |currently ){0,2}"
    r"(?:runs|leads|heads|manages|looks after|chairs|set up|sits on"
    r"|(?:is|was) (?:your|the right|the best|the (?:\w{1,12} )?(?:person|man|woman|one|boss|head"
    r"|owner|founder|director|manager|lead|chair|contact|brains)|who"
    r"|a (?:good|great|lovely|kind|very|dear|friend|former|mine)|always|expecting|worth|my"
    r"|an (?:old|ex)|in charge|now (?:the )?head|head of|very (?:nice|kind|good|helpful))"
    r"|(?:would|might|may|could|will|should) be (?:the|a|an|your|able|worth|glad|happy|pleased"
    r"|delighted|interested|good|just)|knows (?:every|the|a lot|all|half|some|the whole)"
    r"|will (?:be in touch|get in touch|call|ring|contact|write|e-?mail)"
    r"|owes me|used to (?:work|run|be|lead|manage)|and I (?:worked|were|go back|trained|studied)"
    r"|worked (?:with|for) me|comes to mind|springs to mind))"
    r"|(?P<also>(?:is|was|are|might|may|could|would|will|has|wants?|needs?|told|said|mentioned"
    r"|asked)\b[^.!?\n]{0,40}\b(?:looking|hiring|recruiting|someone|somebody|like you|help|know"
    r"|hear|talk|speak|people|opening|vacancy|after|your (?:background|profile|sort|experience))))",
    re.IGNORECASE,
)
"""What is said of a person after the name: "Petra Holm at Acme would be the person"."""

_RELATION = re.compile(
    r"(?:\b(?:my|our|an?|the|your|his|her)\b[^.!?;:\n]{0,40}\b(?:colleague|friend|boss|manager"
    r"|mentor"
    r"|neighbour|neighbor|cousin|brother|sister|wife|husband|partner|uncle|aunt|contact|mate"
    r"|supervisor|professor|deputy|successor|predecessor|counterpart|acquaintance|flatmate|pal"
    r"|(?:brother|sister|father|mother|son|daughter)-in-law|head of [\w ]{2,30}|lead|director"
    r"|engineer|nurse|consultant|foreman|owner|founder)(?: of (?:mine|ours))?"
    r"(?: (?:at|in|from|over at) [^.!?,;:\n]{2,30})?(?: there| here| now)?,? "
    r"|\b(?:called|named) )$",
    re.IGNORECASE,
)
"""Right before a name: whose it is."""

_OF_WORK = re.compile(
    r"\b(?:my|our|an?|the)\b[^.!?;:\n]{0,30}\b(?:colleague|boss|manager|mentor|supervisor|contact"
    r"|successor|counterpart|friend|head of [\w ]{2,30}|director)(?: of (?:mine|ours))?"
    r"(?: (?:at|in|from|over at) [^.!?,;:\n]{2,30})?(?: there| here| now)?,? $",
    re.IGNORECASE,
)
"""Right before a name: one of whom a letter about work speaks because of the work."""
_WORKS = re.compile(r",? (?:who )?(?:now )?works? (?:at|for|in|with)\b", re.IGNORECASE)

_PERSONAL = re.compile(
    r"\b(?:who|whom|whose|he|she|him|her|his|hers|he['’]s|she['’]s|he['’]ll|she['’]ll)\b",
    re.IGNORECASE,
)
_THING = re.compile(
    r"^[^.!?\n]{0,60}(?:\b(?:website|web site|site|app|tool|board|platform|course|newsletter|jobs"
    r"|vacancies|software|podcast|book|magazine|agency|company|firm|start-?up|charity)\b)"
    r"|^\W{0,3}(?:it|they|there|its|their)\b",
    re.IGNORECASE,
)
"""After a name: it is that of a thing or a firm."""
_IS_FIRM = re.compile(
    r"^,? (?:is|are|was|which is|who are) (?:an? |the )?(?:[\w-]{2,15} ){0,3}?(?:company|firm"
    r"|agency|start-?up|charity|employer|business|consultancy|manufacturer|provider|supplier"
    r"|hospital|school|museum|practice|chain|shop|bank|website|site|job board|platform|tool|app"
    r"|programme|product|software|organisation|organization|outfit|studio|publisher|group)\b"
    r"|^,? (?:are|have) ",
    re.IGNORECASE,
)
_FIRM_BEFORE = re.compile(
    r"\b(?:company|firm|agency|start-?up|charity|employer|site|website|outfit|place|product|tool"
    r"|board|town|city|village|called the)(?: is| are)?,? (?:called |named )?$",
    re.IGNORECASE,
)
_PRONOUNS = words.words_of("us me you them it him her everyone anyone himself herself")
_UNNAMED = words.words_of(
    "someone somebody people team folks anybody anyone one person friends chap recruiters"
    " colleagues company firm companies firms employers agencies agency"
)
"""Who is meant is named after "called", or after a comma, and not by what is capital next."""
_BEFORE_PLACE = words.words_of("at in from for of with via on near outside around behind over")
_AND = re.compile(r",? (?:and|or|&|and also|or else|or also|and then|or even)(?: (?:my|her|his)"
                  r"(?: \w{2,14}){1,2})? $|, $")  # fmt: skip
_OWN_ADDRESS = re.compile(
    r"\bmy (?:own |new |private |personal |other |home |work |old ){0,2}(?:e-?mail|address|number)"
    r"[^.!?\n@]{0,40}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a text points to, and where; ``email`` is "" where it gives none."""

    name: str
    email: str
    at: int


def named_in(
    text: str, own: Collection[str], addresses: Sequence[tuple[str, int]]
) -> tuple[list[Named], list[str]]:
    """Given a text, the names of its writer and reader, and the addresses in it with their place,
    return whom it points to, in its order, and the addresses that are nobody's.
    """
    emails = [email for email, _ in addresses]
    found = [r for r in runs(text) if not is_one_of(r.name, own)][:_MOST]
    people, bare = [], []
    for email, at in addresses[:_MOST_ADDRESSES]:
        name, start = _owner(text, email, at, found, own)
        if name:
            people.append(Named(name, email, start))
        elif not any(agrees(one, email) for one in own) and not _OWN_ADDRESS.search(
            text[max(0, at - 100) : at]
        ):
            bare.append(email)
    spoken = [Named(r.name, "", r.start) for r in _pointed(text, found, emails)]
    if not spoken and not people:
        spoken = [Named(r.name, "", r.start) for r in _subjects(text, found, emails)]
    return _merged(sorted([*people, *spoken], key=lambda n: n.at)), bare


def _owner(
    text: str, email: str, at: int, found: Sequence[Run], own: Collection[str]
) -> tuple[str, int]:
    """Return whose an address is: who is spelt in it, else the full name right before it."""
    name, start = owner(text, email, at, [r for r in found if not _refused(text, r)], own)
    if name:
        return name, start
    for run in found:
        gap = text[run.end : at] if run.end <= at else "no"
        if run.whole and not run.firm and re.fullmatch(r"[ \t(<\[,:–—-]{0,4}(?:mailto:)?", gap):
            return run.name, run.start
    return "", -1


def _refused(text: str, run: Run) -> bool:
    """True when a letter advises against somebody right where it names them."""
    before = text[max(0, run.start - 60) : run.start]
    for pattern in (STRONG, WEAK):
        for match in pattern.finditer(before):
            if match.end() == len(before) and _AGAINST.search(before[: match.start()]):
                return True
    return False


def _merged(people: Sequence[Named]) -> list[Named]:
    """Return each person once, by the longest name said, with the address that is theirs."""
    kept: list[Named] = []
    for one in people:
        for place, other in enumerate(kept):
            clash = one.email and other.email and one.email.lower() != other.email.lower()
            if not clash and _same(one.name, other.name):
                name = max(other.name, one.name, key=len)
                kept[place] = replace(other, name=name, email=other.email or one.email)
                break
        else:
            kept.append(one)
    return kept


def _same(one: str, other: str) -> bool:
    first, second = (
        {w for w in name.casefold().replace(".", " ").split() if w not in words.TITLES}
        for name in (one, other)
    )
    return bool(first and second) and (first <= second or second <= first)


# --- by a turn of phrase ------------------------------------------------------------------------


def _pointed(text: str, found: Sequence[Run], emails: Collection[str]) -> list[Run]:
    """Return those who stand right after a pointer, and who is joined to them by "and"."""
    turns = [(m.start(), m.end(), 5, True) for m in STRONG.finditer(text)]
    turns += [(m.start(), m.end(), 4, False) for m in WEAK.finditer(text)]
    turns += [(m.start(), m.end(), 3, True) for m in NEXT.finditer(text)]
    taken: list[Run] = []
    for start, end, patience, strong in sorted(turns):
        worth = " than" in text[start:end]  # "you can't do better than ring X"
        if not worth and _AGAINST.search(text[max(0, start - 40) : start]):
            continue
        run = _next(text, end, patience, found)
        if run is None or not _is_meant(text, run, emails, strong=strong):
            continue
        taken += [one for one in (run, *_joined(text, run, found, emails)) if one not in taken]
    people = [run for run in taken if not _firmly(run, emails)]
    return people or taken[:1]


def _next(text: str, place: int, patience: int, found: Sequence[Run]) -> Run | None:
    """Return the name that follows a pointer, after at most so many other words."""
    ahead = {run.start: run for run in found if place <= run.start < place + 140}
    at, unnamed, before = place, False, ""
    for match in re.finditer(r"\S+", text[place : place + 140]):
        word = match[0]
        start = place + match.start() + len(word) - len(word.lstrip("(\"'“‘<[*_-–—/"))
        if place + match.start() < at:
            continue
        if "\n\n" in text[max(place, at) - 1 : start]:
            return None
        low = word.strip("(\"'“”‘’).,;:!?*").casefold()
        if start in ahead:
            run = ahead[start]
            away = before in _BEFORE_PLACE or (unnamed and before not in ("called", "named", ","))
            if not away:
                return run
            at, before = run.end, "," if text[run.end : run.end + 1] == "," else ""
            if text[run.end : run.end + 1] in (".", "!", "?", ";"):
                return None
            continue
        if low in _PRONOUNS and low != "her":
            return None
        unnamed = unnamed or low in _UNNAMED
        patience -= 1
        if patience < 0 or word[-1:] in ".;!?":
            return None
        before = "," if word[-1:] == "," else low
    return None


def _is_meant(text: str, run: Run, emails: Collection[str], *, strong: bool) -> bool:
    """True when the name after a pointer is that of whom, or at least of where, to turn to."""
    before, after = text[max(0, run.start - 80) : run.start], text[run.end : run.end + 160]
    if strong:
        return not _FIRM_BEFORE.search(before) or bool(_PERSONAL.search(after))
    if _firmly(run, emails) or _IS_FIRM.match(after) or _FIRM_BEFORE.search(before):
        return False
    told = bool(_PERSONAL.search(after.partition("\n\n")[0])) or bool(_RELATION.search(before))
    told = told or any(agrees(run.name, email) for email in emails)
    return told or (run.whole and not _THING.search(after.lstrip("?.!, ")))


def _joined(text: str, run: Run, found: Sequence[Run], emails: Collection[str]) -> Iterator[Run]:
    """Yield who is named beside: "Maria Lopez at Globex, or Jonas Berg"."""
    last = run
    for other in found:
        if other.start <= last.end or other.start - last.end > 60:
            continue
        between = text[last.end : other.start]
        plain = re.sub(r"^,? (?:at|of|from|in) [^.!?,;:\n]{2,40}?(?=,? (?:and|or|&) )", "", between)
        plain = re.sub(r"^ ?\([^)\n]{1,50}\)", "", plain)
        if "," in plain and not re.search(r"\b(?:and|or)\b", plain):
            continue
        if _AND.search(plain) and len(plain) < 36 and not re.search(r"[.!?\n]", plain):
            if _firmly(other, emails) or not (other.whole or not run.whole):
                return
            yield other
            last = other


def _firmly(run: Run, emails: Collection[str]) -> bool:
    return run.firm or firm_of_domain(run.name, emails)


# --- by what is said of them --------------------------------------------------------------------


def _subjects(text: str, found: Sequence[Run], emails: Collection[str]) -> Iterator[Run]:
    """Yield those of whom a sentence says that they are worth turning to."""
    for run in found:
        before, after = text[max(0, run.start - 80) : run.start], text[run.end : run.end + 160]
        related = bool(_RELATION.search(before))
        if _firmly(run, emails) or run.after in _BEFORE_PLACE:
            continue
        if _IS_FIRM.match(after) or _FIRM_BEFORE.search(before):
            continue
        flat = after.replace("\n", " ")
        match = _SUBJECT.match(flat)
        of_work = run.whole and bool(_OF_WORK.search(before))
        if match is None or of_work:
            if of_work or (related and _WORKS.match(flat)):
                yield run
            continue
        place, spoken = match["place"] or "", bool(_PERSONAL.search(flat))
        if not (run.whole or related) and not (place and spoken):
            continue  # a word that begins a sentence is no name yet
        if match["says"] or related or place or spoken:
            yield run
