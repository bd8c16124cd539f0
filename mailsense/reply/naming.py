"""The names of people in a letter, and which of them an address belongs to.

Decides what reads as a person's name: words with a capital letter in a row, with title,
initials and particles, that are no firm, place, product, job title or beginning of a sentence.
An address names nobody by itself: its local part only tells which name in the text is its
owner's ("m.vogel" and "Markus Vogel"); a name in small letters counts where it does.  Which of
the names a letter points to is decided in ``pointing``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from mailsense.reply import words
from mailsense.reply.timing import MONTHS, WEEKDAYS

_MOST = 5
"""Words of the longest name."""
_SHORT_LINE = 45
"""Characters of a line that ends because its writer ended it, not because it was full."""

PARTICLES = words.PARTICLES | words.words_of("ap ab ferch verch binti af av zu vom zum zur y e st")
_JOINED = re.compile(r"(?:al|el|ad|ar|as|an|ash|d|l|O)[-'’][A-ZÀ-ÖØ-Þ]")
"""A particle grown together with its name.  Is: "al-Farsi", "d'Arcy".  Is not: "e-mail"."""
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*")
_INITIAL = re.compile(r"(?!I\.?$)(?:[^\W\d_]\.-?){1,3}|(?![AI]$)[^\W\d_]")
_ABBREVIATED = words.words_of("mohd md st ste wm chas jr")

_CALENDAR = frozenset(d.casefold() for d in (*WEEKDAYS, *MONTHS))
_FIRST_NAMES_TOO = words.words_of("april may june august will")
_BEFORE_MONTH = words.words_of("in on by until till since early late mid next last this every")

STARTS = words.words_of(
    "try tried contact speak talk chat write ask email e-mail mail meet meeting ring call phone"
    " text message ping see find visit reach also and or then than perhaps maybe but so if when"
    " while since because as after before once his her their the my our your its a an this that"
    " these those there here he she they we you it who whom whose what which where how why yes no"
    " not well ok okay hi hello dear hey thanks thank please do does did don't have has had is are"
    " was were am be will would can could should shall might must let let's tell give drop send"
    " say mention start look go get got take make keep good great lovely nice glad happy sorry"
    " best kind many much remember know known think anyway alternatively otherwise first firstly"
    " second secondly third next last only just even both either neither all some any one two"
    " three another other others same cc cc'd cced copying copied copy adding added looping loop"
    " introducing introduce ps p.s nb fyi btw re fwd for from with without at in on by to of off"
    " about into over under up out oh ah ha wow mum dad god i i'm i've i'd i'll regards wishes"
    " cheers yours sincerely love name address number details via against unless until though"
    " although again now today tomorrow yesterday tonight most more such like unlike per"
    " christmas easter hopefully sadly unfortunately personally incidentally luckily feel dr."
    " english german french spanish italian dutch polish european british american welsh irish"
    " scottish indian chinese africa europe asia britain england scotland wales ireland germany"
    " france spain italy london munich berlin"
)
"""Words that begin sentences, or name languages and places, and no person."""

FIRM_WORDS = words.NOT_PEOPLE | words.words_of(
    "media labs lab arts health healthcare systems software partnership studio studios works"
    " foods logistics energy capital ventures museum gallery library libraries centre center"
    " hospice care homes housing bakery kitchen brewery books publishing publishers design"
    " digital data analytics technologies technology tech industries motors airways rail railway"
    " railways transport shipping terminal society association union federation network holdings"
    " associates architects construction builders theatre theater orchestra festival radio"
    " tv times board ministry department authority charity water power electric electronics"
    " insurance pharma pharmaceuticals biotech robotics aerospace airport university polytechnic"
    " schools infirmary surgery ward house street road avenue square station city county town"
    " village council borough co company corp corporation incorporated gmbh kg se sa srl bv oy ab"
    " pty llp fund funds investments wealth payments finance financial markets exchange express"
    " delivery couriers freight warehouse depot farm farms dairy timber steel metals paper"
    " textiles fashion cosmetics supermarket supermarkets restaurant restaurants catering events"
    " hospitality leisure gym travel tours broadcasting pictures films games gaming interactive"
    " cloud online web overflow jungle linkedin google microsoft excel office indeed glassdoor"
    " totaljobs adzuna salesforce oracle amazon apple facebook zoom slack github python java"
    " kubernetes coursera outlook engineer engineers developer developers analyst analysts"
    " scientist scientists nurse nurses teacher teachers accountant accountants planner lead"
    " senior junior head chief vice president programme program project projects research"
    " infosystems resourcing resources personnel directory portal platform forum meetup"
    " conference week day year degree award awards act royal national international"
)
"""Words that firms, institutions, products and job titles hold, and no person's name."""
_FIRM_ENDING = re.compile(
    r"(?:systems?|works|werke?|tech|soft|labs|corp|health|pharma|media|ware|gruppe|group"
    r"|solutions|analytics|logistics|bank|hub|net|\.(?:com|org|io|ai|co))$",
    re.IGNORECASE,
)
_PLACE_FIRST = words.words_of(
    "new north south east west northern southern eastern western great greater upper lower saint"
    " san los las mount lake isle milton"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A row of words that may be a name, and where it stands in the text."""

    name: str
    start: int
    end: int
    firm: bool
    """It reads as a firm, a place, a product or a job title."""
    after: str
    """The word right before it, in lower case; "" at the beginning of a sentence."""

    @property
    def whole(self) -> bool:
        """True with a first name and a family name, or a title."""
        return len(self.name.split()) > 1


@dataclass(frozen=True, slots=True)
class _Token:
    core: str
    start: int
    end: int
    stops: bool
    """What follows cannot belong to the same name."""
    opens: bool
    """A bracket or a quotation mark stands before it."""

    @property
    def low(self) -> str:
        return self.core.casefold().rstrip(".")


def runs(text: str) -> list[Run]:
    """Given a text, return whatever in it may be a name, in order."""
    tokens, found, place = list(_tokens(text)), [], 0
    while place < len(tokens):
        end = _run_end(tokens, place)
        if end > place:
            before = tokens[place - 1] if place and not tokens[place - 1].stops else None
            following = tokens[end] if end < len(tokens) and not tokens[end - 1].stops else None
            found.append(_run(tokens[place:end], before, following))
        place = max(end, place + 1)
    return found


def _tokens(text: str) -> Iterator[_Token]:
    for match in re.finditer(r"\S+", text):
        raw = match[0]
        core = raw.lstrip("(\"'“‘<[*_-–—/")
        start = match.end() - len(core)
        opens = core != raw
        bare = core.rstrip(")\"'”’>]*_,;:!?–—/")
        joint = re.match(r"[^\W\d_]+(?=[/(–—,:;])", bare)
        if joint is not None and "@" not in bare:
            bare = joint[0]
        short = _INITIAL.fullmatch(bare) or bare.casefold().rstrip(".") in words.TITLES
        short = short or bare.casefold().rstrip(".") in _ABBREVIATED
        if not short:
            bare = bare.rstrip(".")
        owned = bare.removesuffix("'s").removesuffix("’s")
        line_start = text.rfind("\n", 0, match.start()) + 1
        ahead = text[match.end() : match.end() + 3]
        broken = "\n" in ahead and (
            ahead.replace("\r", "").count("\n") > 1 or match.end() - line_start < _SHORT_LINE
        )
        if owned:
            stops = owned != core or broken
            yield _Token(owned, start, start + len(owned), stops, opens)


def _run_end(tokens: Sequence[_Token], place: int) -> int:
    """Return the index after the name that begins at a token; the same where none does."""
    end, last = place, place
    while end < len(tokens) and end - place <= _MOST + 1:
        token = tokens[end]
        if end > place and (tokens[end - 1].stops or token.opens):
            break
        if _named(tokens, end):
            last = end + 1
        elif not (last > place and token.core in PARTICLES):
            break
        end += 1
    kept = tokens[place:last]
    solid = [t for t in kept if not _INITIAL.fullmatch(t.core) and t.low not in words.TITLES]
    if any(t.core not in PARTICLES and t.low not in FIRM_WORDS for t in solid):
        return _firms_end(tokens, last)
    return place


def _firms_end(tokens: Sequence[_Token], end: int) -> int:
    """Given where a name ends, return where it does as a firm's: "Northmere Health Board"."""
    while end < len(tokens) and not tokens[end - 1].stops:
        token = tokens[end]
        if token.low not in FIRM_WORDS or not token.core[0].isupper() or token.low in STARTS:
            break
        end += 1
    return end


def _named(tokens: Sequence[_Token], place: int) -> bool:
    """True when a word can be a part of a person's or a firm's name."""
    token = tokens[place]
    low, ahead = token.low, tokens[place + 1 : place + 2]
    capital = bool(ahead) and not token.stops and ahead[0].core[:1].isupper()
    if low in words.TITLES:
        return capital
    if _INITIAL.fullmatch(token.core):
        return token.core[0].isupper() and (capital or place > 0)
    if _JOINED.match(token.core):
        return True
    if not token.core[0].isupper() or not _WORD.fullmatch(token.core.rstrip(".")):
        return False
    if len(token.core) < 5 and token.core.isupper():  # HR, EMEA; "LI Wei", as written in China
        return capital and len(token.core) > 1 and low not in FIRM_WORDS | STARTS
    if low in _FIRST_NAMES_TOO:
        before = tokens[place - 1].low if place else ""
        return capital and ahead[0].low not in STARTS and before not in _BEFORE_MONTH
    return low not in STARTS and low not in words.NOT_PEOPLE and low not in _CALENDAR


def _run(kept: Sequence[_Token], before: _Token | None, following: _Token | None) -> Run:
    name = " ".join(t.core for t in kept)
    lows = [t.low for t in kept]
    firm = any(low in FIRM_WORDS for low in lows) or len(lows) > _MOST
    firm = firm or lows[0] in _PLACE_FIRST or bool(_FIRM_ENDING.search(lows[-1]))
    firm = firm or any(t.core.isupper() and 1 < len(t.core) < 4 for t in kept[1:])
    if following is not None:
        low = following.low
        firm = firm or following.core == "&" or (following.core[0].isupper() and low in FIRM_WORDS)
    after = before.low if before is not None else ""
    firm = firm or after in ("&", "the")
    return Run(name, kept[0].start, kept[-1].end, firm, after)


def reads_as_firm(name: str) -> bool:
    """True when a name holds what only the names of firms, places and products hold."""
    return "&" in name or any(run.firm for run in runs(name))


# --- whose address it is ------------------------------------------------------------------------


_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def _plain(word: str) -> str:
    bare = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(c for c in bare if c.isascii() and c.isalnum())


def forms(word: str) -> frozenset[str]:
    """Given a word of a name, return how an address may spell it: "Müller" is muller, mueller."""
    spelt = word.casefold()
    return frozenset({_plain(spelt), _plain(spelt.translate(_UMLAUTS))} - {""})


def agrees(name: str, email: str) -> bool:
    """True when the local part of an address spells the name, or first letters and a name of it.

    "m.vogel", "vogelm", "markus" and "markus.vogel2" agree with Markus Vogel; a first name alone
    agrees with "markus.vogel", and "bernd.vogel" with no Markus.
    """
    local = email.partition("@")[0].partition("+")[0]
    parts = [p for p in (_plain(re.sub(r"\d", "", p)) for p in re.split(r"[._-]", local)) if p]
    tokens = [t for t in re.split(r"[\s-]+", name) if t.casefold().rstrip(".") not in words.TITLES]
    spelt = [forms(t) for t in tokens if forms(t)][:_MOST]
    if not parts or not spelt:
        return False
    full = [p for p in parts if len(p) > 1 and any(p in f for f in spelt)]
    rest = [p for p in parts if p not in full]
    if len(full) >= 2 and all(len(p) == 1 or p in ("ext", "extern") for p in rest):
        return True
    if len(spelt) == 1:
        return any(len(p) > 2 for p in full) or any(
            len(f) > 2 and parts[0] in (f, *(f + c for c in "abcdefghijklmnopqrstuvwxyz"))
            for f in spelt[0]
        )
    if len(full) == 1 and len(full[0]) > 3 and len(rest) == 1 and full[0] in spelt[-1]:
        return any(rest[0][0] == form[0] for form in spelt[0])  # pip.dunne is Philippa Dunne
    return _spells("".join(parts)[:40], tuple(spelt), full=False)


def _spells(rest: str, spelt: tuple[frozenset[str], ...], *, full: bool) -> bool:
    """True when letters are whole names and beginnings of names, one whole one among them."""
    if not rest:
        return full
    for place, names in enumerate(spelt):
        others = spelt[:place] + spelt[place + 1 :]
        for form in names:
            if rest.startswith(form):
                whole = len(form) > 2 or not rest[len(form) :]
                if _spells(rest[len(form) :], others, full=full or whole):
                    return True
            for size in (1, 2, 3):
                begun = size < len(form) and rest.startswith(form[:size])
                if begun and _spells(rest[size:], others, full=full):
                    return True
    return False


def firm_of_domain(name: str, emails: Collection[str]) -> bool:
    """True when a name is that of the house of an address, and not of its owner."""
    joined = "".join(_plain(word) for word in name.split())
    return len(joined) > 3 and any(
        joined in _plain(email.partition("@")[2].rpartition(".")[0]) and not agrees(name, email)
        for email in emails
    )


def owner(
    text: str, email: str, at: int, found: Sequence[Run], own: Collection[str]
) -> tuple[str, int]:
    """Given an address at a place in a text, return its owner's name there, and where; "" if none.

    The names before it count first, the nearest first; a name in small letters comes last.
    """
    by_distance = sorted(found, key=lambda r: (not r.whole, r.start > at, abs(at - r.start)))
    for run in by_distance:
        tokens = run.name.split()
        for drop in range(len(tokens)):
            name = " ".join(tokens[drop:])
            if agrees(name, email) and not is_one_of(name, own):
                return name, run.start
    return _in_small_letters(text, email, at, own)


def _in_small_letters(text: str, email: str, at: int, own: Collection[str]) -> tuple[str, int]:
    local = _plain(re.sub(r"\d", "", email.partition("@")[0]))
    near = max(0, at - 600)
    spoken = list(re.finditer(r"(?<![\w.@+-])[^\W\d_][\w'’-]{0,30}(?![\w@]|\.\w)", text[near:at]))
    for place in range(len(spoken) - 2, -1, -1):
        pair = spoken[place : place + 2]
        gap = text[near + pair[0].end() : near + pair[1].start()]
        name = " ".join(m[0] for m in pair)
        spelt = [max(forms(m[0]), key=len, default="") for m in pair]
        if gap.strip() or not all(len(s) > 1 for s in spelt) or not name.islower():
            continue
        both = any(s in local for s in spelt) and any(len(s) > 2 and s in local for s in spelt)
        if both and agrees(name, email) and not _common(spelt):
            cased = " ".join(part[0].upper() + part[1:] for part in name.split())
            if not is_one_of(cased, own):
                return cased, near + pair[0].start()
    alone = re.search(
        r"(?<![\w.@+-])([^\W\d_]{3,20})(?: at| on| via|:|,| -)?[ <(]{1,2}$", text[near:at]
    )
    if alone is None or not re.search(r"[._]", email.partition("@")[0]):
        return "", -1
    name = alone[1].capitalize()
    if _common([alone[1].casefold()]) or not agrees(name, email) or is_one_of(name, own):
        return "", -1
    return name, near + alone.start()


def _common(spelt: Sequence[str]) -> bool:
    return any(word in STARTS or word in FIRM_WORDS for word in spelt)


def is_one_of(name: str, own: Collection[str]) -> bool:
    """True when a name is one of these people's, or a part of it: the giver's, the user's."""
    said = {w.casefold().strip(".") for w in name.split()} - set(words.TITLES)
    return any(said <= {w.casefold().strip(".,") for w in one.split()} for one in own)
