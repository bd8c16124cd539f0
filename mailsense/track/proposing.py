"""Letters that propose a time to talk, or ask which one would do: somebody has to answer them.

Decides from the words of one letter and the days it names, sentence by sentence: a day or a
time of day, and a question about it.  Refuses to know what the letter was taken for, and
whether a talk was spoken of before: only where one was does a proposal change what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from mailsense.track.dates import named
from mailsense.track.patterns import lazily

_LIMIT = 2_000
_MOST_SENTENCES = 60

_VERB = (
    r"(?:still\s+|possibly\s+|perhaps\s+|maybe\s+|instead\s+|please\s+|also\s+|both\s+){0,2}(?:try|say|"
    r"do|make|manage|come|meet|speak|talk|chat|join|move|shift|push|bring\s+(?:it|this|our|the)\s+"
    r"(?:\w+\s+)?forward|call|ring|see\s+you|find|re-?schedule|re-?arrange|postpone|go\s+for|aim|catch"
    r"\s+up|start|switch|swap|change|be\s+(?:free|available|here|there)|fit|attend|spare)"
)
OFFERS = lazily(
    rf"\b(?:could|can|shall|may|might|would|should|will)\s+(?:we|you|I)\s+{_VERB}\b"
    r"|\b(?:how|what)\s+about\b|\bany\s+(?:chance|good)\b|\bnew\s+(?:try|attempt)\b"
    r"|\b(?:do|does|would|will|is|are|might|could|can)\s+(?:[\w:.'’,/()&+-]+\s+){0,16}?(?:suit|work|fit|"
    r"possible|convenient|ok(?:ay)?|good|fine|free|available|alright|all\s+right|do\s+(?:instead|for"
    r"\s+you)|better|be\s+fine|an?\s+(?:option|possibility|alternative))\b"
    r"|\b(?:I|we)\s+(?:can|could|may|would|want\s+to|wish\s+to|(?:would|['’]d)\s+like\s+to)\s+(?:now\s+|"
    r"instead\s+|also\s+|then\s+)?(?:offer|do|suggest|propose|make)\b"
    r"|\b(?:suggest|propos(?:e|ing|al))\b|\binstead\b|\b(?:either|or\s+would\s+you)\b"
    r"|^(?:maybe|perhaps|then)\b|\b(?:re-?scheduled?|moved?|shift(?:ed)?|push(?:ed)?)\b"
)
"""A time is put forward."""
WHICH = lazily(
    r"\b(?:when|(?:which|what)\s+(?:other\s+)?(?:day|time|date|slot)s?)\b[^.!?\n]{0,40}\b(?:suit|work|"
    r"free|available|possible|convenient|good|best|(?:could|can|would)\s+you)"
)
"""They ask for one."""
TIME = lazily(
    r"\b(?:same\s+(?:time|place\s+and\s+time|slot)|(?:another|a\s+different|some\s+other|a\s+new|an"
    r"\s+alternative|a\s+later|an\s+earlier)\s+(?:day|time|date|slot)|(?:early|later|sometime|some"
    r"\s+time|one\s+day|any\s+day)?\s*(?:next|the\s+following)\s+week|\d{1,2}[:.]\d\d|\d{1,2}\s?[ap]\.?m\b"
    r"|\d{1,2}\s+o['’]?\s?clock|tomorrow|the\s+(?:day|week)\s+after|a\s+(?:day|week)\s+(?:later|earlier)"
    r"|(?:this|that|the\s+same|tomorrow)\s+(?:morning|afternoon|evening)|noon|midday)"
)
"""A time without a day of its own."""
CONFIRM = lazily(
    r"\b(?:which|what)\b[^.!?\n]{0,30}\b(?:prefer|suits?|works?|best|better|rather)\b"
    r"|\b(?:please|kindly|pls|could\s+you|can\s+you|would\s+you)\s+(?:re-?)?confirm(?:\s*[.!?]|\s*$|\s+(?:"
    r"that\s+(?:you|this|it)|whether|if|your|the\s+(?:new\s+)?(?:date|time|slot|day)|by\s+return|"
    r"attendance|again|back|so|this|it|same|the\s+same|availability))"
    r"|\blet\s+(?:me|us)\s+know\s+(?:please\s+)?(?:if|whether|that)\s+(?:that|this|it|either|one|any\s+of|the"
    r"\s+(?:new\s+)?(?:date|time|slot|day)|you(?:['’]re|\s+are)\s+(?:free|available|able)|you\s+(?:can|"
    r"could|are)\s+(?:still\s+)?(?:make|come|attend|manage|do))"
    r"|\blet\s+(?:me|us)\s+know\s+(?:please\s+)?(?:if|whether)\b[^.!?\n]{0,60}\b(?:suits?|works?|possible|"
    r"convenient|ok(?:ay)?|good|fine|fits?)\b|\blet\s+(?:me|us)\s+know\s+(?:please\s+)?(?:which|what|when)\b"
    r"|\b(?:does|do|would|will|is|are|can|could)\s+(?:that|this|it|either|they|those|these|you|one|any|"
    r"the\s+new|same)\b[^.!?\n]{0,40}\b(?:suit|work|fit|possible|convenient|ok(?:ay)?|good|fine|free|"
    r"available|alright|make\s+(?:it|that|this)|do\s+(?:it|that|this))\b"
    r"|\b(?:short|brief|quick)\s+(?:feedback|notice|confirmation|reply|answer|word)\b|\brevert\b|"
    r"\bit\s+would\s+be\s+(?:ok(?:ay)?|possible|fine)\b|^(?:\W*(?:ok(?:ay)?|possible|good|any\s+good)"
    r"(?:\s+(?:with|for)\s+you)?\s*)\?"
)
"""They want to hear whether it will do."""
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "offers": (
        OFFERS,
        (
            "Could we try for Tuesday at 13:30?",
            "How about Friday?",
            "Would it be possible for you on Friday 27 February, same time?",
            "Does Monday suit you?",
            "I can offer you Thursday at two.",
            "Can you make it on Tuesday?",
        ),
        ("Could you send me your certificates?", "See you on Friday.", "The door is at the back."),
    ),
    "which": (
        WHICH,
        ("When would suit you?", "Which days next week would work?", "What other time is good?"),
        ("Which bus goes there?", "When you arrive, ring the bell."),
    ),
    "time": (
        TIME,
        ("same time", "another day", "next week", "at 3pm", "at 14:00", "a week later"),
        ("your next role", "at the gate", "the weekly meeting"),
    ),
    "confirm": (
        CONFIRM,
        (
            "Let me know which you prefer.",
            "Please confirm.",
            "Kindly confirm your availability.",
            "Let us know if that works.",
            "Is that possible for you?",
            "Please give me a short feedback.",
        ),
        (
            "Let me know if you need directions.",
            "Please confirm receipt of the parcel.",
            "Let me know how it went.",
        ),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""


def proposes(text: str, sent: date) -> bool:
    """True when a letter puts a time forward and wants to hear whether it will do, or asks for one.

    Not "I will send you a new date": nothing is left to answer there.
    """
    wants = CONFIRM.search(text[:_LIMIT]) is not None
    if not wants:  # only a question proposes then: cheap, for most letters are of this sort
        return "?" in text and any(_offers(one, sent) for one in _sentences(text))
    told = False
    for sentence in _sentences(text):
        asks = sentence.endswith("?")
        if asks and WHICH.search(sentence):
            return True
        timely = TIME.search(sentence) or any(named(sentence, sent))
        if timely and (asks or wants) and OFFERS.search(sentence):
            return True
        if timely and TIME.search(sentence) and any(named(sentence, sent)):
            told = True  # "It is now on Friday at ten. Does that suit you?"
        elif told and CONFIRM.search(sentence):
            return True
        if told and timely and CONFIRM.search(sentence):
            return True
    return False


def _offers(sentence: str, sent: date) -> bool:
    """True for "Which day would suit you?" and "Could you make Tuesday?"."""
    if not sentence.endswith("?"):
        return False
    if WHICH.search(sentence):
        return True
    timely = OFFERS.search(sentence) and (TIME.search(sentence) or any(named(sentence, sent)))
    return bool(timely)


def proposed_days(text: str, sent: date) -> frozenset[date]:
    """Return the days that a letter puts forward, whether or not it names a time of day."""
    return frozenset(
        day
        for sentence in _sentences(text)
        if sentence.endswith("?") or OFFERS.search(sentence)
        for day, _ in named(sentence, sent)
    )


def _sentences(text: str) -> Iterator[str]:
    found = re.split(r"(?<=[.!?])\s+|\n\s*\n", text[:_LIMIT], maxsplit=_MOST_SENTENCES)
    return (" ".join(one.split()) for one in found)
