"""How a person wants to be greeted: as they sign, else as their display name begins.

Decides what is a person's name and what is a team, a company or a machine.  Refuses to
guess from the local part of an address: a missing name gives a greeting without one.
"""

from __future__ import annotations

import re

from mailsense.domain import Address, Message
from mailsense.ports import Item
from mailsense.reply import words

_TAIL = 14
"""Lines looked at from the end of the text: a sign-off stands there or nowhere."""

_CUT = re.compile(
    r" (?:via|from|at|on behalf of|@|\||-|–|—|/|·|•) .*$|\([^)]*\)|\[[^\]]*\]|[\"“”*_]"
)
_CREDENTIALS = re.compile(
    r"^(?:ph\.?d|mba|m\.?sc|b\.?sc|m\.?a|b\.?a|md|cpa|esq|jr|sr|ii|iii|c?sphr|shrm\S*|cipd|he|she"
    r"|they)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*")
_BY_FIRST_NAME = frozenset({"Sir", "Dame", "Father", "Sister"})
"""Titles that go with a first name: Sir Ian."""
FORMAL = re.compile(
    r"(?:(?:dear|hello|hi|good (?:morning|afternoon|evening|day)),?|sehr geehrte[rs]?) "
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|herr|frau)\b",
    re.IGNORECASE,
)
"""A salutation that gives the reader a title."""


def greeting_name(item: Item) -> str:
    """Given a message, return the name to greet its author by, or "".

    The sign-off in the text counts first ("Best,\\nAnna"), then the display name when it
    is a person's.  A first name where there is one; "Dr Smith" when they sign so, or when
    they go by that title and use titles themselves.
    """
    return author_name(item.message)


def author_name(message: Message) -> str:
    """As ``greeting_name``, for a message that is not stored."""
    line, named = _sign_off(message), display_name(message.from_)
    signed = _signed(line, message.from_)
    title, _, family = named.partition(" ")
    parts = [w.casefold() for w in _TOKEN.findall(line)]
    whole = len(parts) > 1 and family.casefold().rpartition(" ")[2] in parts
    if title in words.TITLES.values() and family and whole and _formal(message):
        return named
    return signed or named


def signed_name(message: Message) -> str:
    """Given a message, return the name under it as a greeting uses it, or ""."""
    return _signed(_sign_off(message), message.from_)


def _formal(message: Message) -> bool:
    """True when the letter gives its reader a title: "Dear Mr Day"."""
    first = next((line.strip() for line in message.text[:500].splitlines() if line.strip()), "")
    return FORMAL.match(first) is not None


def _sign_off(message: Message) -> str:
    """Return the line that a letter is signed with, or ""."""
    text = [line.strip() for line in message.text[-2000:].splitlines() if line.strip()][-_TAIL:]
    below = [line.strip() for line in message.signature[:600].splitlines() if line.strip()][:4]
    lines = text + below
    for place in range(len(lines) - 1, -1, -1):
        line = lines[place]
        if len(line) > 120:
            continue
        if words.CLOSING_LINE.match(line) and place + 1 < len(lines):
            return lines[place + 1]
        match = words.CLOSING_AND_NAME.search(line) or (
            words.DASH_NAME.match(line) if place >= len(text) - 2 else None
        )
        if match and _signed(match["name"], message.from_):
            return match["name"]
    if below and _signed(own := below[0].lstrip("-–— "), message.from_):
        return own
    bare = _signed(text[-1], message.from_) if text and words.count(text[-1]) <= 3 else ""
    known = f"{message.from_.name} {message.from_.email.partition('@')[0]}".casefold()
    return text[-1] if bare and (bare.casefold() in known or _short(bare, message)) else ""


def _short(name: str, message: Message) -> bool:
    """True when a bare last line is a short form of the author's first name: Pip, Liz, Kate.

    Its letters stand in the name in that order, or both begin alike and it is four at most.
    """
    full = display_name(message.from_).casefold()
    letters = iter(full)
    inside = all(letter in letters for letter in name.casefold())
    alike = len(name) <= 4 and name[:1].casefold() == full[:1]
    return bool(full) and 2 < len(name) < len(full) and (inside or alike)


def _signed(line: str, sender: Address) -> str:
    """Given a line under a letter, return the person's name in it; "" where it is the firm's."""
    parts = [w.casefold() for w in _TOKEN.findall(line)]
    firm = len(parts) > 1 and all(part in _label(sender) for part in parts)
    local = sender.email.partition("@")[0].casefold()
    return "" if firm and not any(p in local for p in parts) else _person(line, below=True)


def display_name(address: Address) -> str:
    """Given an address, return the first name in its display name, or "" if it is no person."""
    name = address.name.strip()
    if not name or "@" in name or len(name) > 80:
        return ""
    last, comma, first = name.partition(",")
    if comma and not _CREDENTIALS.match(first.strip()) and len(_CUT.sub("", last).split()) <= 2:
        given = _person(first.strip(), below=False)
        turned = given and not _is_company(first, Address("", f"@{address.domain}"))
        name = f"{first.strip()} {last.strip()}" if turned else last
    return "" if _is_company(name, address) else _person(name, below=False)


def is_person(address: Address) -> bool:
    """True when the display name is a person's."""
    return bool(display_name(address))


def _is_company(name: str, address: Address) -> bool:
    """True when the display name is the domain's and not the local part's: Northwind Logistics."""
    local = address.email.partition("@")[0].casefold()
    label = _label(address)
    parts = [w.casefold() for w in _TOKEN.findall(_CUT.sub(" ", name)) if len(w) > 2]
    if not parts or not label:
        return False
    return any(p in label for p in parts) and not any(p in local for p in parts)


def _label(address: Address) -> str:
    """Return the letters of a domain without its last part: "northwindlogistics"."""
    return re.sub(r"[^a-z0-9]", "", address.domain.rpartition(".")[0].casefold())


def _person(raw: str, *, below: bool) -> str:
    """Given a line, return the name to greet by when it is a person's, else "".

    ``below`` says that it stands under a letter, where lower case is a habit of the hand.
    """
    line = _CUT.sub("", f"{raw.strip()} ").strip(" ,.;:!-–—")
    left, comma, right = line.partition(",")
    if comma and (below or _CREDENTIALS.match(right.strip())):
        line = left.strip()
    tokens = line.split()
    if not 1 <= len(tokens) <= 6 or words.CLOSING_LINE.match(line):
        return ""
    for joint in ("and", "&", "+"):
        if joint in tokens[1:]:
            tokens = tokens[: tokens.index(joint)]
    title = words.TITLES.get(tokens[0].rstrip(".").casefold(), "")
    rest = tokens[1:] if title else tokens
    while len(rest) > 1 and _CREDENTIALS.match(rest[-1]):
        rest = rest[:-1]
    if not rest or not all(_nameable(token, below=below) for token in rest):
        return ""
    if title:
        return _with_title(title, rest)
    if len(rest) > 1 and rest[0].isupper() and len(rest[0]) > 2 and not rest[1].isupper():
        return _cased(rest[1])  # "SMITH Anna", as written in France
    first = rest[0].strip(".")
    return "" if len(first) < 2 or (len(first) == 2 and first.isupper()) else _cased(first)


def _with_title(title: str, names: list[str]) -> str:
    """Return "Dr Appleby" for Dr Joyce Appleby, "Sir Ian" for Sir Ian Holm."""
    place = len(names) - 1
    if title in _BY_FIRST_NAME or (names[0].isupper() and len(names[0]) > 2 and place):
        names, place = names[:1], 0  # "SMITH Anna", as written in France
    for number, name in enumerate(names[:-1]):
        if name.casefold() in words.PARTICLES and (number or name.islower()):
            place = number
            break
    family = [*names[place:-1], _cased(names[-1])]
    return " ".join([title, *family])


def _nameable(token: str, *, below: bool) -> bool:
    bare = token.strip(".").casefold()
    if bare in words.PARTICLES:
        return True
    if bare in words.NOT_PEOPLE or not _TOKEN.fullmatch(token) or len(token) > 25:
        return False
    return below or token[0].isupper() or not token[0].islower()


def _cased(token: str) -> str:
    token = token.strip(".,")
    if token.isupper() or token.islower():
        return "-".join(part[:1].upper() + part[1:].lower() for part in token.split("-"))
    return token
