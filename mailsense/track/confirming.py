"""Letters that only confirm a talk both sides have agreed on: nothing is left to answer.

"Lovely, that is booked, I will send the link on Monday" is read as being about an interview,
and it is; but who answers it with "which day would suit you?" has not read it.  Decides from
what went before (an invitation, and the user's answer to it) and from the words.  What asks
for anything at all confirms nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailsense.domain import Kind
from mailsense.ports import Item
from mailsense.track import said
from mailsense.track.dates import timed
from mailsense.track.extract import promised
from mailsense.track.instants import when
from mailsense.track.patterns import lazily
from mailsense.track.talks import CALLED_OFF, MOVED, REFUSES

CONFIRMS = lazily(
    r"\b(?:booked|confirmed|confirming|all\s+set|in\s+(?:the|my|our)\s+(?:diar(?:y|ies)|calendars?)"
    r"|(?:looking|look)\s+forward\s+to\s+(?:it|then|(?:seeing|meeting|speaking|talking)\b)"
    r"|(?:see|speak\s+to|talk\s+to|meet)\s+you\s+(?:then|there|on|at|next|tomorrow|soon)\b"
    r"|it\s+is(?=\s*[,.!\n]|\s*$)|(?:that|this)(?:['’]s|\s+is|\s+works?)\s+(?:perfect|great|fine|good"
    r"|settled|lovely|for\s+(?:us|me)))"
    r"|^\W*(?:[\w ,]{0,30}[,!.]\s*)?(?:perfect|great|lovely|wonderful|brilliant|excellent|noted)\b"
)
"""They are glad of what was agreed, or repeat it."""
ASKS = lazily(
    r"\?|\b(?:could|can|would|will)\s+you\b|\bplease\s+(?!note|bring|ask\s+for|be\s+|come\s+|use\s+"
    r"|find\b|report\s+to|go\s+to)|\blet\s+(?:me|us)\s+know\s+(?!if\s+(?:any|some|you\s+(?:have|need)"
    r"|plans|that\s+changes))|\b(?:which|what)\s+(?:day|time|of)\b|\bare\s+you\s+(?:free|available)"
    r"|\b(?:book|choose|pick|select)\s+(?:a|your|one)\b|\bsend\s+(?:me|us)\b|\bfill\s+in\b"
    r"|\b(?:instead|re-?schedul\w*|postpon\w*|unfortunately|another\s+(?:day|time|date|slot))\b"
)
"""They want something, or another time."""
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "confirms": (
        CONFIRMS,
        (
            "Lovely, that is booked.",
            "Perfect, Thursday at two it is.",
            "Hi Robin,\n\nGreat. See you on Monday.",
            "We look forward to meeting you.",
            "This is to let you know that your interview is confirmed.",
        ),
        (
            "We would like to invite you to an interview.",
            "It is a small team.",
            "Would Thursday suit you?",
        ),
    ),
    "asks": (
        ASKS,
        (
            "Does that suit you?",
            "Could you bring your certificates",
            "Please let me know.",
            "Please send me your CV.",
            "Let us know which you prefer.",
            "Please choose a time below.",
            "We have to postpone it.",
        ),
        (
            "Please ask for me at the front desk.",
            "Please note that the door is at the back.",
            "Let me know if anything changes.",
            "I will send you the link on Monday.",
        ),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""

_ABOUT = frozenset({Kind.INTERVIEW, Kind.ACKNOWLEDGEMENT})


def confirmations(items: Sequence[Item]) -> frozenset[str]:
    """Given the messages of one process in order, return the keys of those that only confirm.

    Each follows an answer of the user's to an invitation, as the next word of theirs; or, since
    then, tells only by when they will decide.
    """
    found: set[str] = set()
    invited = answered = asked_to_move = settled = False
    for item in items:
        facts = item.message.facts
        if facts.auto_reply or facts.bounce:
            continue
        if item.located.outgoing:
            answered, asked_to_move = invited, said.says(REFUSES, item.message.text)
            settled = settled or invited
            continue
        kinds = set(item.verdict.kinds) if item.verdict else set()
        about = answered and Kind.INTERVIEW in kinds and kinds <= _ABOUT
        if (about and _only_confirms(item, asked_to_move=asked_to_move)) or (
            settled and Kind.INTERVIEW in kinds and kinds <= _ABOUT and _only_promises(item)
        ):
            found.add(item.key)
        invited, answered = Kind.INTERVIEW in kinds and item.key not in found, False
        settled = settled and not invited
    return frozenset(found)


def _only_promises(item: Item) -> bool:
    """True for "you will hear from us by Friday", which neither asks nor names a time to meet."""
    text, sent = item.message.text, when(item).date()
    if item.message.events or said.says(ASKS, text) or said.says(CALLED_OFF, text):
        return False
    return promised(text, sent) is not None and not any(timed(text, sent))


def _only_confirms(item: Item, *, asked_to_move: bool) -> bool:
    text = item.message.text
    as_asked = asked_to_move and said.says(MOVED, text)
    asks = said.says(ASKS, text) or (said.says(CALLED_OFF, text) and not as_asked)
    return not item.message.events and said.says(CONFIRMS, text) and not asks
