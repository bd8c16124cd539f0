"""What set phrases in a letter say about where a process stands.

Decides from words alone: which round is meant, that an interview took place, that the
user withdrew, accepted or declined, asked for a talk, was sent by somebody, said thanks.
Refuses to know who wrote to whom and when.  Each pattern is listed with what it must and
must not match in ``EXAMPLES``, and that table is a test.
"""

from __future__ import annotations

import re

from mailsense.track.patterns import lazily

_LIMIT = 5000


SCREEN = lazily(
    r"\bphone\s+(?:screen|interview|call|chat|conversation)|\bscreening\b|\brecruiter\s+(?:screen|call)"
    r"|\b(?:initial|intro(?:ductory)?|exploratory|first|short|quick|brief)\s+(?:phone\s+|video\s+|"
    r"informal\s+|telephone\s+)?(?:call|chat|conversation|phone|screen)|\btelephone\s+(?:interview|"
    r"call)|\b(?:10|15|20)[\s-]*min(?:ute)?s?\s+(?:call|chat|phone)"
)
FINAL = lazily(
    r"\b(?:final|last)\s+(?:round|interview|stage|panel|step|on-?site|conversation)s?\b"
    r"(?!\s+of\s+(?:the\s+)?(?:application|form))"
)
TOOK_PLACE = lazily(
    r"\b(?:thank(?:s|\s+you)|appreciate[ds]?|grateful)\b[^.!?\n]{0,60}\b(?:for\s+(?:the\s+)?"
    r"(?:interview(?:ing)?\b(?!\s+(?:invit|offer))|coming\s+in|meeting\s+(?:with\s+)?(?:us|me|the|our|"
    r"you))|to\s+(?:interview|meet)\b(?!\s+requirements)|in\s+(?:the\s+)?interviews?\b|"
    r"time\s+(?:to\s+)?(?:interview|meet)(?:ing)?\b"
    r"|(?:attending|coming\s+(?:along\s+)?(?:to|for)|taking\s+part\s+in|joining\s+us\s+for)\s+"
    r"(?:the|your|an?|our)\s+(?:\w+\s+){0,2}interviews?\b)"
    r"|\b(?:after|following|since)\s+(?:your|our|the)\s+(?:recent\s+|second\s+|first\s+|final\s+|"
    r"last\s+|technical\s+|panel\s+|on-?site\s+)*interviews?\b"
    r"|\b(?:enjoyed|pleasure|lovely|great|good|nice)\s+(?:to\s+)?(?:meet(?:ing)?|interview(?:ing)?|"
    r"having)\s+(?:with\s+)?you\b(?![^.!?\n]{0,30}\b(?:next|soon)\b)"
    r"|\benjoyed\s+(?:our|the|your)\s+(?:interview|meeting|visit)"
    r"|\b(?:interviewed\s+(?:with\s+us|well|very\s+well|strongly)|you\s+interviewed|"
    r"(?:unsuccessful|successful|impressed[^.!?\n]{0,20})\s+at\s+interview)\b"
    r"|\b(?:the|your|our)\s+interviews?\s+(?:went|was|were|on\s+\w+day\s+was|yesterday|last\s+week)\b"
)

SPOKE = lazily(
    r"\b(?:thank(?:s|\s+you)|enjoyed|appreciate[d]?|great|good|nice|lovely|pleasure)\b[^.!?\n]{0,40}"
    r"\b(?:(?:speak|talk|chat)(?:ing)?\s+(?:to|with)\s+(?:you|us|me|our)|(?:our|the|your)\s+"
    r"(?:call|chat|conversation|phone\s+call|talk))\b"
    r"|\b(?:after|following|since)\s+(?:our|the|your)\s+(?:\w+\s+)?(?:call|chat|conversation|"
    r"screen(?:ing)?)\b"
)
WITHDRAW = lazily(
    r"\bwithdraw(?:ing|n)?\b[^.!?\n]{0,40}\b(?:application|candidacy|candidature|process|"
    r"consideration|myself)\b|\b(?:application|myself)\b[^.!?\n]{0,20}\bwithdraw"
    r"|\b(?:no\s+longer\s+(?:wish|want|like)|would\s+(?:rather|prefer)\s+not|have\s+decided\s+not)\s+"
    r"(?:to\s+)?(?:be\s+considered|continue|proceed|pursue|go\s+(?:ahead|further))"
    r"|\b(?:remove|take)\s+(?:me|my\s+(?:name|application))\s+(?:from|out\s+of)\s+(?:the\s+)?"
    r"(?:process|consideration|running|list)"
    r"|\bI(?:['’]ve|\s+have)?\s+(?:just\s+|recently\s+|now\s+|since\s+)?accepted\s+(?:an?other|an?|the)\s+"
    r"(?:\w+\s+)?(?:offer|position|role|job|post)\b(?!\s+(?:at|with|in)\s+20)"
    r"|\bI\b[^.!?\n]{0,40}\b(?:step(?:ping)?\s+(?:back|aside|away|out|down)|bow(?:ing)?\s+out|pull(?:ing)?"
    r"\s+out|drop(?:ping)?\s+out)\b(?=[^.!?\n]{0,40}\b(?:process|application|running|consideration|race|"
    r"role|position|post|recruitment|selection|now|here|at\s+this)|[.,!\n]|\s*$)"
    r"|\bI\s+(?:will|shall|would|['’]ll)\s+not\s+(?:be\s+)?(?:tak(?:e|ing)\s+(?:it|this|my\s+application)"
    r"\s+(?:any\s+)?further|go(?:ing)?\s+(?:any\s+)?further|proceed(?:ing)?|pursu(?:e|ing)\s+(?:it|this))"
)
ACCEPT = lazily(
    r"\b(?:accept(?:ing)?|say\s+yes\s+to)\s+(?:your|the|this)\s+(?:\w+\s+)?(?:offer|position|role|"
    r"job)|\b(?:happy|delighted|pleased|glad|thrilled)\s+to\s+(?:accept|join|sign)|"
    r"\bsigned\s+(?:contract|offer|copy)|\bI\s+accept\b"
)
DECLINE = lazily(
    r"\b(?:declin(?:e|ing)|turn(?:ing)?\s+down|not\s+(?:be\s+)?(?:able\s+to\s+)?accept(?:ing)?|"
    r"can(?:not|['’]t)\s+accept|unable\s+to\s+accept|say\s+no\s+to)\s+(?:your|the|this|it)\b"
    r"|\b(?:have\s+to|must|will|shall|need\s+to|(?:have\s+)?(?:decided|chosen|resolved)\s+to|am\s+going\s+to|"
    r"am\s+writing\s+to|(?:would|['’]d)\s+like\s+to|want\s+to|wish\s+to)\s+(?:\w+ly\s+)?decline\b"
    r"(?!\s+(?:the|your|this)\s+(?:invitation|invite|dinner|lunch|coffee|parking))"
    r"|\b(?:decided|chosen|resolved)\s+(?:against|not\s+to\s+(?:accept|take|join|go\s+(?:ahead|with)))"
    r"|\b(?:will|shall|can|could|do)\s*(?:not|n['’]t)\s+(?:therefore\s+)?(?:be\s+)?(?:able\s+to\s+)?"
    r"(?:accept(?:ing)?|tak(?:e|ing)(?:\s+up)?)\s+(?:up\s+)?(?:it|the|your|this)\s*(?:\w+\s+){0,3}?(?:offer|"
    r"role|position|post|job|up|\b(?=[.,!;\n]|$))"
    r"|\bturn(?:ing|ed)?\s+(?:it|you|(?:the|your|this)\s+(?:\w+\s+){0,2}(?:offer|role|position|post|job))\s+"
    r"down\b|\b(?:say(?:ing)?|answer\s+is|be\s+a|is\s+a)\s+no\b(?=\s*[.,!\n]|\s+(?:to|this\s+time|on\s+"
    r"this)|\s*$)|\b(?:won['’]t|will\s+not)\s+be\s+(?:joining|accepting|taking)\b"
    r"|\b(?:pass|passing)\s+on\s+(?:the|your|this)\s+(?:\w+\s+)?(?:offer|role|position|post|job)\b"
)
INVITATION = lazily(r"\b(?:invitation|interview|call|meeting|slot|time\s+slot|invite)\b")
HANDED_IN = lazily(
    r"\b(?:attached|enclosed|here(?:['’]s|\s+is|\s+are)|submitted|handed\s+in|uploaded|pushed|"
    r"completed|finished|link\s+to\s+my|you(?:['’]ll|\s+will)\s+find)\b"
)
THANKS_FOR_TALK = lazily(
    r"\b(?:thank(?:s|\s+you)|grateful|appreciate)\b[^.!?]{0,80}\b(?:interview|meet(?:ing)?|talk(?:ing)?"
    r"|conversation|call|chat|your\s+time|visit|tour|round|showing|seeing)\b"
)
THANKS = lazily(r"\b(?:thank(?:s|\s+you)|grateful|appreciate)\b")
NETWORKING = lazily(
    r"\b(?:\d{1,2}|twenty|fifteen|thirty|a\s+few|some)[\s-]*min(?:ute)?s?\s+(?:of\s+your\s+time|to\s+"
    r"(?:talk|chat))|\binformational\b|\byour\s+(?:advice|perspective|insight)|\blearn\s+(?:more\s+)?"
    r"(?:about|how)\s+(?:your|you)\s+(?:work|career|path|team|role|field|got|experience|company)"
    r"|\b(?:coffee|chat|talk|conversation)\b[^.!?\n]{0,60}\babout\s+(?:your|the|what|how)\b"
    r"|\b(?:who(?:m)?|people|anyone|somebody|someone)\s+(?:else\s+)?(?:I|you)\s+(?:could|should|might|"
    r"would)\s+(?:talk|speak)"
)
SENT_BY = lazily(
    r"\b(?:suggested|recommended|mentioned|thought|said)\s+(?:that\s+)?I\s+(?:should\s+|could\s+|"
    r"might\s+)?(?:get\s+in\s+touch|contact|write|reach\s+out|talk|speak|call|drop|email|try)"
    r"|\b(?:gave|given)\s+me\s+your\s+(?:name|address|email|number|contact)"
    r"|\b(?:passed\s+(?:on|me)\s+your|referred\s+me\s+to\s+you|put\s+me\s+in\s+touch|"
    r"introduc(?:ed|ing)\s+(?:us|me\s+to\s+you))"
)
APPLYING = lazily(
    r"\b(?:apply(?:ing)?|applied|application)\s+(?:for|to)\s+(?:the|your|this)\b"
    r"|^(?:re:\s*)?(?:job\s+)?application\b|\bcandida(?:te|cy)\s+for\s+the\b"
    r"|\b(?:position|vacancy|role|post)\s+(?:that\s+)?(?:you(?:['’]ve|\s+have)?\s+)?(?:advertised|posted)"
)
CHASE = lazily(
    r"\b(?:status|update)\s+(?:of|on)\b|\b(?:how|where)\s+(?:things|matters|it|this|we)\s+stands?\b"
    r"|\b(?:any|some|welcome)\s+(?:an\s+)?(?:news|update)\b|\b(?:have\s+not|haven['’]t|not)\s+(?:yet\s+)?"
    r"heard\b|\b(?:been|come\s+to)\s+(?:made|a\s+decision)\b"
)
SOFT_CHASE = lazily(
    r"\bfollow(?:ing)?[\s-]+up\b|\b(?:remain|still)\s+(?:very\s+|most\s+)?(?:interested|keen)\b"
)
"""What a thank-you says as well."""
PASS = lazily(
    r"\b(?:not|isn['’]t)\s+(?!only\b)(?:\w+\s+)?(?:interested|looking|(?:the\s+|a\s+)?(?:right|good)\s+(?:fit|time|"
    r"match|moment|role))\b|\bno,?\s+thank(?:s|\s+you)\b|\b(?:have\s+to|will|going\s+to|would)\s+pass\b"
    r"(?!\s+(?:by|it|this\s+on|on\s+your|your|the))|\bhappy\s+where\s+I\s+am\b"
)
EXAMPLES: dict[str, tuple[re.Pattern[str], tuple[str, ...], tuple[str, ...]]] = {
    "screen": (
        SCREEN,
        (
            "Could we set up a phone screen?",
            "I'd like to arrange an initial call.",
            "a 15-minute call with our recruiter",
            "a short introductory chat",
        ),
        ("We would like to invite you to a panel interview.", "a technical interview on site"),
    ),
    "final": (
        FINAL,
        ("the final round is on Tuesday", "We'd love to have you in for a last interview."),
        ("We will make a final decision soon.", "the last step of the application"),
    ),
    "took-place": (
        TOOK_PLACE,
        (
            "Thank you for attending the interview this morning.",
            "Thanks for coming along to your panel interview.",
            "Thank you for interviewing with us.",
            "Thank you for taking the time to interview for this role.",
            "Following your interview last week, we chose somebody else.",
            "It was a pleasure meeting you.",
            "Thanks so much for coming in on Monday.",
            "You interviewed well.",
        ),
        (
            "We will not be inviting you to an interview.",
            "We are unable to offer you an interview.",
            "Thank you for your interest in an interview slot.",
            "We had many applications and few interview places.",
        ),
    ),
    "spoke": (
        SPOKE,
        ("Thank you for speaking with me.", "I enjoyed our chat.", "Following our call, …"),
        ("Please call us.", "We will speak to other candidates."),
    ),
    "withdraw": (
        WITHDRAW,
        (
            "I would like to withdraw my application.",
            "I have accepted another offer and so …",
            "Please take me out of the running.",
            "I no longer wish to be considered for the role.",
            "I have decided to step back from the process.",
            "I am going to bow out at this point.",
            "I'd like to pull out of the running.",
            "I have since accepted a position elsewhere.",
            "I will not be taking my application any further.",
        ),
        (
            "I have not withdrawn money.",
            "I would like to apply.",
            "I accept your offer.",
            "I can step in for a colleague.",
            "I will not be late.",
        ),
    ),
    "accept": (
        ACCEPT,
        ("I am delighted to accept.", "I accept your offer.", "Please find the signed contract."),
        ("Do you accept applications by post?", "I would have to relocate."),
    ),
    "decline": (
        DECLINE,
        (
            "I have decided to decline the offer.",
            "I cannot accept your offer.",
            "I must decline.",
            "After much thought I have decided to decline, as the travel would be too much.",
            "I am going to turn it down.",
            "With a heavy heart I have decided against the role.",
            "I won't be joining you.",
            "I will not be taking up the post.",
            "I have chosen not to accept.",
            "So I am afraid it is a no.",
            "I have to say no.",
            "I'm going to pass on the offer.",
            "I'd like to respectfully decline.",
        ),
        (
            "I would not decline a coffee.",
            "I am happy to accept.",
            "I have no questions.",
            "There is no rush.",
            "I will not take long to answer the offer.",
            "Could you turn the heating down?",
            "I have not decided yet.",
        ),
    ),
    "networking": (
        NETWORKING,
        (
            "Would you have 20 minutes to talk?",
            "I'd value your advice.",
            "Could we have a coffee so that I hear more about your team?",
            "Is there anyone else I should speak to?",
        ),
        ("I am applying for the position.", "When is the interview?"),
    ),
    "sent-by": (
        SENT_BY,
        (
            "Priya Nair suggested I get in touch with you.",
            "Tom gave me your name.",
            "Ada put me in touch.",
        ),
        ("I saw your advert.", "My manager suggested a raise."),
    ),
    "applying": (
        APPLYING,
        (
            "I am applying for the post of cook.",
            "Application for Cook",
            "the role you advertised",
        ),
        ("I have an appointment.", "My CV is attached.", "I apply for roles in logistics."),
    ),
    "chase": (
        CHASE,
        (
            "I would welcome an update.",
            "I have not heard from you yet.",
            "A line on where things stand is plenty.",
            "One line on how things stand would do.",
        ),
        ("Thank you for the interview today.", "I look forward to the next step."),
    ),
    "soft chase": (
        SOFT_CHASE,
        ("I am following up on our talk.", "I remain very interested.", "I am still keen."),
        ("I was interested in your talk.",),
    ),
    "pass": (
        PASS,
        (
            "Thank you, but I am not looking at the moment.",
            "It is not the right time for me.",
            "I will pass.",
            "No, thank you.",
        ),
        ("I am not only interested in the pay.", "I will pass by on Monday.", "I am interested."),
    ),
}
"""Name → (pattern, texts it must match, texts it must not match)."""


def says(pattern: re.Pattern[str], *texts: str) -> bool:
    """True when one of the texts (their first part) holds the phrase."""
    return any(pattern.search(text[:_LIMIT]) for text in texts)
