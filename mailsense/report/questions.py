"""Questions that stand: does a letter ask its reader something that wants an answer?

Conservative: what every letter says ("do you have any questions?") asks nothing.  English only;
whether anybody wrote the letter, and whether it was answered, is not known here.
"""

from __future__ import annotations

import re

_LIMIT = 8_000
_SENTENCE = 600

QUESTION = re.compile(
    r"\b(?:could|can|would|will|do|did|does|are|were|have|has|is|may|might|shall|should|what|when"
    r"|which|who|whom|how|where|why)\b[^.!?]{0,300}\b(?:you|yours?|I|we|us|me)\b",
    re.IGNORECASE,
)
"""Of a sentence that ends with a question mark."""
TELL_US = re.compile(
    r"\blet (?:me|us) know (?:if|whether|when|which|what|how|your|by|as soon as|once)\b"
    r"|\b(?:please|kindly) (?:confirm|advise|tell (?:me|us)|answer|get back to (?:me|us))\b",
    re.IGNORECASE,
)
STOCK = re.compile(
    r"\bquestions?\b|\bdid you know\b|\bhow (?:did|are) (?:we|you)\b|\bhope\b|\bunsubscribe\b"
    r"|\bno longer (?:interested|wish)\b|\b(?:do )?not (?:reply|respond|answer)\b"
    r"|\banything (?:else )?(?:is )?(?:unclear|changes)\b|\bwhy not\b|\bwho knows\b"
    r"|\bif you (?:need|want|require) (?:any|more|further|help)\b",
    re.IGNORECASE,
)
"""What asks in form only."""
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "question": (
        QUESTION,
        ("Could you start in May?", "What is your notice period?", "Would Leeds suit you"),
        ("Questions?", "Ready for the spring?", "New: a rota for the depot"),
    ),
    "tell us": (
        TELL_US,
        ("Let me know whether Leeds suits you.", "Please confirm your notice period."),
        ("Let us know!", "We will let you know by Friday.", "This is to confirm the receipt."),
    ),
    "stock": (
        STOCK,
        ("Do you have any questions?", "How are you?", "Let us know if anything changes."),
        ("Could you start in May?", "Let me know whether Leeds suits you."),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""


def asks(text: str) -> bool:
    """True when a letter asks its reader something that wants an answer."""
    flat = " ".join(text[:_LIMIT].split())
    return any(_asks(part[-_SENTENCE:]) for part in re.split(r"(?<=[.!?])\s", flat))


def _asks(sentence: str) -> bool:
    if STOCK.search(sentence):
        return False
    question = sentence.rstrip(" )\"'”’").endswith("?") and QUESTION.search(sentence)
    return bool(question or TELL_US.search(sentence))
