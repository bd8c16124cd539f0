"""What a giver says beside the name: may theirs be used, and will they make the introduction?

Decides from the words of one letter.  Leave that is given and leave that is refused are told
apart, and a refusal outweighs whatever else is said: nobody is ever named against their word.
A bare "of course" counts only as the answer to a letter that asked (``asks_leave``).  Only
English turns of phrase are known; what is not understood is not said.  Every pattern has its
examples in ``tests/test_leads.py`` and is linear in its input: every gap is bounded.
"""

from __future__ import annotations

import re

from mailsense.domain import Message
from mailsense.reply import words

_LIMIT = 20_000
"""Characters of a text that are looked at."""
_SHORT = 60
"""Words of the longest letter that can be a bare yes or no."""

KEEP_OUT = re.compile(
    r"\b(?:do not|don't|did not|didn't|never|without|(?<!reason )(?<!why )not to)"
    r"(?: please| ever| actually)? (?:(?:us(?:e|ing)|drop(?:ping)?|giv(?:e|ing)|quot(?:e|ing)) my "
    r"name|(?:mention(?:ing)?|nam(?:e|ing)|quot(?:e|ing)) (?:me\b|my name\b))"
    r"|\b(?:keep|leave|kept|left|keeping|leaving) (?:me|my name)"
    r"(?: entirely| completely| strictly| well)? (?:out\b|off\b|aside\b)"
    r"|\b(?:rather|prefer|like)\b[^.!?\n]{0,24}\b(?:not (?:to )?be (?:named|mentioned|quoted)"
    r"|(?:stay|stayed|remain|remained|kept?) (?:out of (?:it|this)|in the background|anonymous))",
    re.IGNORECASE,
)
"""The giver does not want to be named."""

CAME_FROM_ME = re.compile(
    r"\b(?:say|tell (?:her|him|them|\w{2,20})) (?:that )?(?:it|this|the (?:idea|name|tip)) "
    r"(?:came|comes|is) from me\b",
    re.IGNORECASE,
)
"""Leave in other words than those of ``words.MAY_USE_NAME``."""

ASKS_LEAVE = re.compile(
    r"\b(?:may|can|could|might) I\b[^.!?\n]{0,60}\b(?:(?:mention|use|give|drop|quote)(?: \w+)? "
    r"(?:your name|you\b)|say\b[^.!?\n]{0,30}\bfrom you\b)[^.!?\n]{0,80}\?"
    r"|\b(?:all right|alright|okay|ok|fine|happy|mind|object)\b[^.!?\n]{0,40}"
    r"\b(?:mention(?:ed|ing)?|us(?:e|ed|ing)) (?:your name|you\b)[^.!?\n]{0,80}\?",
    re.IGNORECASE,
)
"""The user asks whether the giver may be named."""

_GREETING = re.compile(
    r"^\W{0,3}(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^\n,!.]{0,40}[,!.\n–-]",
    re.IGNORECASE,
)
YES = re.compile(
    r"\W{0,3}(?:oh,? |well,? |ah,? )?(?:yes|yep|yeah|of course|sure|certainly|absolutely"
    r"|by all means|please do\b(?! not)|go (?:right )?ahead|happy (?:for you )?to|gladly|definitely"
    r"|naturally|feel free|no (?:problem|objection)|not at all|fine (?:by|with) me"
    r"|you (?:may|can)\b(?! ?not)|with pleasure|ok(?:ay)?\b"
    r"|(?:that(?:'s| is| would be) |it(?:'s| is) )(?:quite |perfectly |absolutely |totally )?"
    r"(?:fine|ok|okay|all right|alright|no problem))\b",
    re.IGNORECASE,
)
NO = re.compile(
    r"\W{0,3}(?:oh,? |well,? |sorry,? |thanks,? (?:but )?)?(?:no\b(?! (?:problem|objection|worries"
    r"|need|doubt))|(?:i'd |i would |actually,? ){0,2}(?:rather|prefer)\b[^.!?\n]{0,12}\bnot\b"
    r"|(?:i'd |i would )rather you (?:didn't|did not)|better not|please (?:don't|do not)"
    r"|(?:not|rather not)[,.!]|i'm afraid not|not this time)",
    re.IGNORECASE,
)
"""How a bare answer begins, after the greeting."""

OFFERED = re.compile(
    r"\b(?:shall|should|can|could|may|will|would you like|do you want|want me|like me"
    r"|(?:happy|glad|pleased|delighted|willing|able) to|i'll|i'd|let me)\b"
    r"(?!n't|'t)(?:(?!\bnot\b|n't\b|\bunable\b|\byou (?:please )?(?:introduce|connect)\b)[^.!?\n]"
    r"){0,48}?\b(?:introduce you|make (?:an|the|that) introduction|put you (?:two |both )?in "
    r"(?:touch|contact)|connect you(?: two)? (?:with|to)|put in a (?:good |kind )?word"
    r"|(?:pass|send|forward|hand) (?:on )?your (?:cv|c\.v\.|r[eé]sum[eé]|details|profile|name) "
    r"(?:on|along|over|to)\b|pass (?:on )?your (?:cv|r[eé]sum[eé]|details|profile|name)\b)"
    r"|\bsend me\b[^.!?\n]{0,50}\b(?:lines?|paragraph|note|text|summary|blurb|sentences|cv"
    r"|r[eé]sum[eé])\b[^.!?\n]{0,40}\b(?:that )?(?:I can|I could|I'll|and I|so I|to) "
    r"(?:can |will )?(?:pass|forward|send on|share|introduce)",
    re.IGNORECASE,
)
"""They offer to make the introduction, or to hand the user's papers on."""

PUTS_TOGETHER = re.compile(
    r"\b(?:(?:please )?(?:e-?)?meet\b|introduc(?:e|ing|tion)|put(?:ting)? you (?:two |both )?in "
    r"(?:touch|contact)|connect(?:ing)? you|cc['’]?(?:ing|['’]?ed|d)?\b|cop(?:ied|ying)\b"
    r"|loop(?:ed|ing)?\b|in copy\b|you two\b|both of you\b|over to you\b)",
    re.IGNORECASE,
)
"""Said in a letter with a third person in copy: the two are introduced to each other."""

_CAPITAL = r"[A-ZÀ-ÖØ-Þ0-9][\w&'’-]{0,30}"
_PLACE = re.compile(
    r",? (?:(?:who is |who's )?(?:now )?(?:at|of|from|over at)"
    r"|(?:who )?(?:works|worked|is) (?:at|for)|who runs) (?:the )?"
    rf"(?P<name>{_CAPITAL}(?: (?:{_CAPITAL}|&|of|and|the)){{0,4}})"
)
"""Where somebody is said to be, right after the name: "Jonas Berg at Old Granary Arts"."""


def leave(text: str) -> bool | None:
    """Given a giver's words, return whether they may be named; None where they do not say.

    A refusal anywhere in them outweighs leave.
    """
    flat = words.normal(text[:_LIMIT])
    if KEEP_OUT.search(flat):
        return False
    said = words.MAY_USE_NAME.search(flat) or CAME_FROM_ME.search(flat)
    return True if said else None


def asks_leave(text: str) -> bool:
    """True when a letter of the user's asks whether the addressee may be named."""
    return ASKS_LEAVE.search(words.normal(text[:_LIMIT])) is not None


def bare_answer(text: str) -> bool | None:
    """Given a short answer to a letter that asked, return its yes or no; None for neither."""
    said = _GREETING.sub("", text.strip()[:_LIMIT], count=1).strip()
    if words.count(said) > _SHORT:
        return None
    flat = words.normal(said)
    if NO.match(flat):
        return False
    return True if YES.match(flat) else None


def answer_to(text: str, asked: bool) -> bool | None:
    """Return whether the giver may be named by these words; ``asked``: the user had asked."""
    told = leave(text)
    return bare_answer(text) if told is None and asked else told


def offered(text: str) -> bool:
    """True when they offer to introduce the user, or to hand the user's papers on."""
    return OFFERED.search(words.normal(text[:_LIMIT])) is not None


def puts_together(message: Message) -> bool:
    """True when a letter says that it introduces those whom it goes to."""
    text = f"{message.subject}\n{message.text[:_LIMIT]}"
    return PUTS_TOGETHER.search(words.normal(text)) is not None


def place_of(text: str, name: str) -> str:
    """Given a text and a name in it, return the firm that it is said to be at, else ""."""
    if not name:
        return ""
    flat = words.normal(text[:_LIMIT])
    at = flat.find(words.normal(name))
    found = _PLACE.match(flat, at + len(words.normal(name))) if at >= 0 else None
    if found is None:
        return ""
    kept = found["name"].split()
    while kept and kept[-1] in ("of", "and", "the", "&"):
        kept.pop()
    return " ".join(kept).rstrip("'’-")
