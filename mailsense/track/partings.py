"""Goodbyes: letters that follow the user's own last word in a process, and ask for nothing.

"I'm sorry we shan't be working together" speaks of an offer, of an interview or of a no, and
is none of them: the user has declined, withdrawn or thanked for the no, and they part as friends.
Decides from the words alone whether a letter asks or offers anything anew; what holds only for
some day ("if you ever change your mind", "should our paths cross") asks for nothing now.
Refuses to know what came before (``progress``).
"""

from __future__ import annotations

import re
from datetime import date

from mailsense.track.dates import timed
from mailsense.track.patterns import lazily
from mailsense.track.proposing import proposes

_LIMIT = 5000
_MOST_SENTENCES = 80

SOME_DAY = lazily(
    r"\bif\s+(?:you|we|I|our|your|anything|things|circumstances|something|there|that|this|it|ever|plans|"
    r"the\s+(?:situation|commute|travel|timing))\b(?!\s+(?:are|were|would\s+be|can|could|have|['’]re)\s+"
    r"(?:still\s+|at\s+all\s+)?(?:free|available|interested|open|able|willing|a\s+moment|time))"
    r"(?!\s+(?:would\s+)?(?:like|help|wish|want)s?\b)"
    r"|\bshould\s+(?:you|we|our|your|anything|things|circumstances|something|there|that|a|another|the)\b"
    r"|\b(?:some|one)\s+day\b|\bin\s+(?:the|your)\s+future\b|\bdown\s+the\s+(?:line|road)\b|\bif\s+ever\b"
    r"|\b(?:whenever|when(?:ever)?\s+you(?:['’]re|\s+are)\s+(?:next\s+)?(?:in|around|passing))\b"
    r"|\b(?:would|['’]d|could|might|should)\s+have\b|\bwish\s+(?:it|things|we|that)\b"
    r"|\b(?:stay|keep|be|remain)\s+in\s+touch\b|\bpaths?\s+(?:will\s+|may\s+|do\s+)?cross"
    r"|\bany\s+time\b|\banytime\b|\bfuture\s+(?:roles?|vacanc|openings?|opportunit|positions?)"
    r"|\b(?:good|best\s+of)\s+luck\b|\bcongratulations\s+(?:on|with|to)\b|\bwish(?:ing)?\s+you\b"
    r"|\bnext\s+time\b|\bagain\s+(?:some|one|at\s+some|in\s+a\s+(?:year|few))"
)
"""It is meant for later, or never was."""
NOW = lazily(
    r"\b(?:would|could|will|can|might)\s+you\s+(?:please\s+|perhaps\s+|ever\s+|still\s+)?re-?(?:consider|"
    r"think)\b|\b(?:can|could|able\s+to|prepared\s+to|happy\s+to)\s+(?:now\s+|also\s+)?(?:go\s+up|match|raise|"
    r"increase|improve)\b|\bwhat\s+if\b|\bhear\s+(?:us|me)\s+out\b|\bwould\s+it\s+(?:help|change)\b"
)
"""They try once more, whatever they make it hang on."""
WHY = lazily(
    r"\b(?:why|what\s+(?:made|led|swayed|tipped|decided|would|could|put)|how\s+(?:did|could|was)|anything\s+"
    r"(?:that\s+)?we\s+(?:could|should|might)|mind\s+(?:me\s+)?(?:asking|telling|sharing|saying)|feedback|"
    r"survey|how['’]?s\s+that|who\s+knows|whom?\s+would|where\s+(?:are|will)\s+you)\b"
)
"""They are curious, and nothing more."""
ANEW = lazily(
    r"\b(?:re-?consider|re-?think|think\s+(?:again|it\s+over)|change\s+your\s+mind|hear\s+(?:us|me)\s+out)\b"
    r"|(?<!your\s)(?<!in\sthe\s)(?<!in\sa\s)(?<!for\sa\s)\b(?:new|revised|improved|better|higher|increased|second|another|updated|counter|different|fresh|"
    r"further)[\s-]+(?:\w+\s+)?(?:offer|proposal|package|figure|salary|role|position|post|job|vacancy|opening|"
    r"opportunity|team|interview|contract|test|task|assessment)\b(?!\s+(?:elsewhere|with\s+(?:another|an))\b)"
    r"|\b(?:can|could|would|will|may|are\s+able\s+to|['’]?(?:re|m)\s+able\s+to|happy\s+to|prepared\s+to|"
    r"(?:would|['’]d)\s+(?:still\s+)?(?:like|love|be\s+(?:happy|glad|delighted|willing|keen|able|pleased))\s+"
    r"to|want\s+to|able\s+to|pleased\s+to|delighted\s+to|glad\s+to|willing\s+to|in\s+a\s+position\s+to)\s+"
    r"(?:now\s+|still\s+|also\s+|therefore\s+|go\s+)?(?:offer|raise|increase|improve|match|invite|meet|"
    r"interview|see\s+you|have\s+you|talk|speak|call|ring|up\s+to|discuss|arrange|schedule|set\s+up|give\s+you"
    r"|hire|welcome)\b"
    r"|\b(?:we|I)\s+(?:hereby\s+|now\s+|herewith\s+)?(?:offer|invite)\s+you\b"
    r"|\b(?:invite|inviting|invited|invitation)\s+(?:you\b|for\b|to\b(?!\s+decline))"
    r"|\b(?:has|have|had|just)\s+(?:just\s+|since\s+|now\s+)?(?:opened|come)\s+(?:up|free|available)\b"
    r"|\b(?:role|position|post|vacancy|place|job|slot)\s+(?:is|has\s+become|became)\s+(?:now\s+|again\s+|still\s+"
    r"|free|open|yours|available)|\bstill\s+(?:open|yours|on\s+the\s+table|stands|keen\s+to\s+have)\b"
    r"|\b(?:dropped|pulled)\s+out\b|\bchang(?:ed|ing)\s+(?:our|my|its|their|his|her)\s+minds?\b"
    r"|\b(?:is|are|be)\s+yours\b|\bafter\s+all\b|\bwelcome\s+(?:aboard|on\s+board)\b|\b(?:good|great|better|"
    r"wonderful|happy|positive)\s+news\b(?!\s+(?:for\s+you|about\s+(?:your|the)\s+(?:new|other)))"
    r"|\b(?:like|love|want|ask|hope\s+for)\s+you\s+to\s+\w+"
    r"|\b(?:would|['’]d)\s+(?:still\s+)?(?:like|love)\s+(?:you|another|one\s+more|a\s+second|to\s+(?:try|move|go|"
    r"put\s+you|bring|get|show|introduce|propose|suggest|add|sweeten))\b"
    r"|\b(?:please|kindly|pls)\s+(?!accept|do\s+not|don['’]t|feel\s+free|know|keep|stay|note|give\s+(?:my|our|him"
    r"|her)|pass\s+(?:on\s+)?(?:my|our)|remember|disregard|ignore|excuse|forgive|say|look|come\s+back|apply|"
    r"consider\s+(?:us|this\s+(?:message|email))|delete|do\s+(?:keep|stay|say|look|get|give|come|feel|not|let)|be\s+(?:assured|in\s+touch))\w+"
    r"|\b(?:are|would|could|can|will|do)\s+you\s+(?!know\b|remember\b|and\b|every\b|all\b|well\b)[^.!\n]{2,200}\?"
    r"|\b(?:could|can|shall|may|might)\s+(?:we|I)\s+[^.!\n]{2,200}\?"
    r"|\b(?:how|what)\s+(?:about|if)\b|\bwhen\b[^.!\n]{2,120}\?|\bis\s+there\s+[^.!\n]{2,120}\?"
    r"|\b(?:need|require|waiting\s+for|await|missing)\b[^.!?\n]{0,30}\b(?:from\s+you|your|you\s+to)\b"
    r"|\blet\s+(?:me|us)\s+know\s+(?:by|if|whether|when|which|what|your)\b"
)
"""They ask or offer something now."""
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "some day": (
        SOME_DAY,
        (
            "Do say hello if our paths cross.",
            "If you ever change your mind, let me know.",
            "Should you be looking again, please ring us.",
            "Good luck in the new job.",
            "We would have loved to offer you a place in the team.",
            "I'd be happy to talk again some day.",
        ),
        (
            "Would you reconsider?",
            "Please let me know if you are still interested.",
            "We can now offer you more.",
        ),
    ),
    "now": (
        NOW,
        ("Would you reconsider if we paid more?", "We could go up to 40k.", "Hear me out."),
        ("We would have matched it.", "I will reconsider our form."),
    ),
    "why": (
        WHY,
        ("May I ask why?", "Would you mind telling me?", "What made you decide against us?"),
        ("Would you come on Friday?", "Can we raise the salary?"),
    ),
    "anew": (
        ANEW,
        (
            "Would you reconsider if we raised the salary?",
            "We can go up to £46,000.",
            "A different role has just come up.",
            "We would like to invite you to an interview.",
            "Please send us the signed form.",
            "Could we talk on Friday?",
            "The candidate we chose has pulled out.",
            "We have changed our minds, and the job is yours.",
            "The panel would like to see you after all.",
            "We'd love you to join us.",
        ),
        (
            "I'm sorry we shan't be working together.",
            "Thanks for your kind note, all the best.",
            "It was a pleasure to interview you.",
            "Please accept my best wishes.",
            "Congratulations on the other offer!",
        ),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""


def asks_anew(text: str, sent: date) -> bool:
    """True when a letter asks for or offers something now, so that it is more than a goodbye."""
    if any(timed(text, sent)) or proposes(text, sent):
        return True
    sentences = re.split(r"(?<=[.!?;])\s+|\n\s*\n", text[:_LIMIT], maxsplit=_MOST_SENTENCES)
    return any(map(_anew, (" ".join(sentence.split()) for sentence in sentences)))


def _anew(sentence: str) -> bool:
    if NOW.search(sentence) and not re.search(r"\b(?:would|could)\s+have\b", sentence):
        return True
    later = SOME_DAY.search(sentence) or WHY.search(sentence)
    return later is None and ANEW.search(sentence) is not None
