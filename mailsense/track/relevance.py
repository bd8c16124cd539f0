"""Does a letter of the user's own belong to the job search?  Its words alone decide.

Conservative: a false yes puts private mail among the applications, a false no only means
that a thread is found a little later, by its answer.  One plain phrase of applying, a CV
of one's own, or a talk asked about work is needed; "application", "job" or "interview"
alone are not enough, and a flat, a visa, a school place or a repair rules the letter out.
"""

from __future__ import annotations

import re

from mailsense.domain import Message
from mailsense.track.patterns import lazy
from mailsense.track.said import SENT_BY

_LIMIT = 4000

# These are searched for in a letter made lower-case: ignoring case takes twice as long.

_NOUN = r"(?:position|role|post|vacancy|opening|internship|traineeship|apprenticeship|placement)"
_JOBLIKE = lazy(
    rf"\b(?:{_NOUN}s?|job|roles|opportunit(?:y|ies)|recruit\w*|hiring|candida\w+|employ(?:er|ment)|"
    r"career|cv|r[eé]sum[eé]|cover\s+letter|application)\b"
)
_APPLIES = lazy(
    rf"\b(?:apply(?:ing)?|applied|application)\s+(?:for|to|as)\s+(?:\S+\s+){{0,8}}?{_NOUN}\b"
    rf"|\bapplication\s*[:–—-]\s*(?:\S+\s+){{0,6}}?{_NOUN}\b"
    r"|\b(?:apply(?:ing)?|applied)\s+for\s+(?:the|your|a|an|this)\s+(?:\S+\s+){0,3}?job\b"
    r"|\b(?:my|the)\s+(?:job\s+)?application\s+for\s+(?:the|your)\s+(?:\S+\s+){0,4}?(?:job|team)\b"
    rf"|\b(?:interest(?:ed)?\s+in|regarding|about|re)\s+(?:the|your|this)\s+(?:\S+\s+){{0,4}}?{_NOUN}"
    r"\s+(?:you\s+)?(?:advertised|posted|listed|on\s+(?:linkedin|indeed|your))"
    r"|\b(?:my\s+candida(?:cy|ture)|as\s+a\s+candidate\s+for|speculative\s+application|"
    r"unsolicited\s+application|job\s+application)\b"
    rf"|\bthe\s+(?:\S+\s+){{1,4}}?(?:{_NOUN}|job)\s+(?:you(?:['’]re|\s+are)?\s+)?"
    r"(?:advertis|post|list|offer)(?:ed|ing)"
    rf"|\b(?:considered|consider\s+me|suited|a\s+good\s+fit)\s+for\s+(?:the|your|this|a|any)\s+"
    rf"(?:\S+\s+){{0,4}}?(?:{_NOUN}|job)s?\b"
    rf"|\bfor\s+the\s+{_NOUN}\s+of\b|\bcover\s+letter\b[^.!?\n]{{0,40}}\b(?:attached|enclosed)"
    rf"|\b(?:attached|enclosed)\b[^.!?\n]{{0,60}}\bcover\s+letter\b"
)

_OWN_CV = lazy(
    r"\bmy\s+(?:updated\s+|current\s+|latest\s+|attached\s+|full\s+)?(?:cv|r[eé]sum[eé]|curriculum"
    r"\s+vitae|lebenslauf)\b(?!\s+(?:service|template|business|writing))"
    r"|\b(?:attached|enclosed|attaching)\b[^.!?\n]{0,40}\b(?:cv|curriculum\s+vitae|r[eé]sum[eé])\b"
    r"|\b(?:cv|r[eé]sum[eé])\s+(?:is\s+)?(?:attached|enclosed)\b"
)
_CV_FILE = lazy(
    r"(?:^|[\s_.-])(?:cv|resum[eé]|résumé|lebenslauf|curriculum[\s_-]?vitae|cover[\s_-]?letter|"
    r"anschreiben|bewerbung|motivation[\s_-]?letter)(?:[\s_.-]|\d|$)[^/]*?"
    r"(?:pdf|docx?|odt|rtf|txt|pages)$",
    re.IGNORECASE,
)
"""Must match "Anna_Lee_CV.pdf", "cover-letter.docx"; not "resume-talks.ics", "cvs-export.csv"."""
_INTERVIEWED = lazy(
    r"\b(?:thank(?:s|\s+you)|appreciate[d]?|enjoyed|follow(?:ing)?[\s-]+up|look(?:ing)?\s+forward|"
    r"confirm(?:ing)?|available|reschedule|prepare|ahead\s+of|after|since|"
    r"happy\s+to)\b[^.!?\n]{0,80}\binterview(?:ing)?\b"
    r"|\b(?:my|our)\s+(?:\w+\s+)?interview\s+(?:with|at|on|for|last|yesterday|today|tomorrow)\b"
)
_SEARCHING = lazy(
    r"\b(?:looking\s+for|seeking|searching\s+for|in\s+search\s+of|on\s+the\s+lookout\s+for)\s+"
    r"(?:an?\s+|my\s+|some\s+)?(?:new\s+|next\s+|permanent\s+|full[\s-]time\s+|part[\s-]time\s+|"
    r"junior\s+|senior\s+|other\s+|first\s+)*(?:\w+\s+){0,2}?(?:role|job|position|work\b(?!\s+"
    r"(?:shoes|boots|clothes|bench|gloves))|opportunit(?:y|ies)|employment|internship)s?\b"
    r"(?!\s+(?:done|on\s+the|for\s+my\s+(?:son|daughter)))"
    r"|\bmy\s+(?:job|career)\s+(?:search|hunt|change|move)\b|\bopen\s+to\s+(?:new\s+)?(?:roles|"
    r"opportunities|work)\b"
    rf"|\b(?:any|are\s+there|have\s+you|do\s+you\s+have)\b[^.!?\n]{{0,40}}\b(?:{_NOUN}s|vacancies|"
    r"opportunities)\b[^.!?\n]{0,60}\b(?:team|company|firm|organi[sz]ation|department|hospital|"
    r"school|office|practice|coming\s+up)\b"
    r"|\b(?:is|are)\s+(?:your\s+(?:team|company|firm)|you)\s+hiring\b"
)
_TALK = lazy(
    r"\b(?:chat|talk|call|coffee|conversation|minutes|advice|speak|perspective|learn|hear)\b"
    r"[^.!?\n]{0,90}\b(?:your\s+(?:career|field|industry|path|profession)|working\s+(?:at|in|for|as)|"
    r"career\s+(?:in|as|change|advice|path)|moving\s+into|break(?:ing)?\s+into|the\s+(?:field|"
    r"industry|profession|sector)|how\s+you\s+(?:got\s+(?:into|started|your)|moved\s+into|became))\b"
    r"|\binformational\s+(?:interview|chat|call|conversation|meeting)"
)
_TALK_AT_WORK = lazy(
    r"\b(?:chat|talk|call|coffee|conversation|speak|learn|hear)\b[^.!?\n]{0,60}\b(?:your\s+(?:team|"
    r"work|company|role|firm|department)|(?:how|what)\s+(?:it|things)\b[^.!?\n]{0,20}\bwork)"
)
_PURPOSE = lazy(
    r"\b(?:\d\d|fifteen|twenty|thirty)\s+min(?:ute)?s?\b|\badvice\b|\bcareer\b|\bsuggested\s+(?:that\s+)?i\b|"
    r"\bgave\s+me\s+your\s+name\b|\bmy\s+background\b|\brole\b|\bthe\s+field\b|\bindustry\b"
)
_WORK = lazy(
    r"\b(?:career|your\s+field|industry|profession|roles?|job|position|openings?|job\s+search|"
    r"(?:work(?:ing)?|people)\s+(?:at|in)|my\s+background|looking\s+for\s+work)\b"
)
_WITHDRAWS = lazy(
    r"\bwithdraw(?:ing)?\s+(?:my\s+(?:application|candidacy)|from\s+(?:the|your)\s+(?:hiring|"
    r"recruit\w+|selection|interview)\s+process)"
)
_OFFERED = lazy(
    r"\b(?:accept(?:ing)?|declin(?:e|ing)|turn(?:ing)?\s+down|thank(?:s|\s+you)\s+for|"
    r"regarding|about)\s+(?:\w+\s+){0,2}?(?:job\s+offer|offer\s+of\s+employment|offer\s+(?:of|for)\s+"
    rf"the\s+(?:\S+\s+){{0,4}}?(?:{_NOUN}|job)|employment\s+(?:offer|contract))"
)
_STATUS = lazy(
    r"\b(?:status\s+of|update\s+on|following\s+up\s+on|follow\s+up\s+on|heard\s+(?:back\s+)?about|"
    r"hear\s+about)\s+(?:my|the)\s+(?:\w+\s+)?(?:application|candidacy|interview)\b"
)
_ELSEWHERE = lazy(
    r"\b(?:flat|apartment|landlord|tenan(?:t|cy)|letting|rent(?:al|ing)?|lease|mortgage|loan|"
    r"passport|visa|residence\s+permit|parking|planning\s+permission|building\s+permit|"
    r"credit\s+card|insurance|benefits?\s+(?:claim|office)|pension|grant|membership|allotment|"
    r"nursery\s+place|school\s+place|place\s+(?:at|in)\s+(?:your|the)\s+(?:\w+\s+)?(?:nursery|school|"
    r"kindergarten|daycare|college|course)|admissions?|enrol\w*|kindergarten|daycare|"
    r"adopt(?:ion|ing)|foster|plumb(?:er|ing)|boiler|roof|kitchen(?!\s+(?:porter|assistant|hand|staff|manager))|bathroom|garden(?:ing)?\s+work|"
    r"quote\s+for|invoice|refund|warranty|subscription|podcast|journalist|newspaper|article|"
    r"radio|documentary|thesis|dissertation|phd\s+programme|master['’]?s\s+(?:programme|course)|"
    r"scholarship|bursary|wedding|cron\s+job|print\s+job)\b"
)
_FOR_ANOTHER = lazy(
    r"\b(?:my|our)\s+(?:son|daughter|child|kid|boy|girl|husband|wife|nephew|niece|friend|neighbour)"
    r"(?:['’]s)?\b[^.!?\n]{0,60}\b(?:appl(?:y|ied|ying|ication)|cv|r[eé]sum[eé]|interview|school|"
    r"place|job)\b|\bon\s+behalf\s+of\s+my\b"
)
_HIRES = lazy(
    r"\b(?:your\s+(?:application|cv|r[eé]sum[eé])|we\s+are\s+hiring|we(?:['’]re)?\s+looking\s+for\s+"
    r"an?\b|invite\s+you\s+to\s+(?:an\s+)?interview|would\s+like\s+to\s+interview\s+you|"
    r"you\s+applied)\b"
)
"""The user writes as the one who hires, or as somebody's referee: not a search."""
_OFFICE = lazy(
    r"^(?:careers?|jobs?|recruit(?:ing|ment)|talent|hiring|hr|bewerbung(?:en)?|apply|applications?|"
    r"vacancies)\b",
    re.IGNORECASE,
)
_STEMS = (
    "apply|appli|candida|cv|resum|résum|curriculum|lebenslauf|withdraw|interview|hiring"
    "|cover letter|informational|vacanc|employ|recruit|job|career|opportunit|internship"
    "|traineeship|apprentice|position|role|post|opening|placement"
).split("|")
_ASKED_WORK = "looking for|seeking|searching for|search of|lookout for|open to".split("|")
_TO_TALK = ("chat|talk|call|coffee|conversation|minutes|advice|speak|perspective|learn|hear").split(
    "|"
)
_SENDER = (
    "suggested |recommended |mentioned |thought |said |me your |introduc|passed on your"
    "|passed me your|referred me|me in touch"
).split("|")
_TRADE = (
    "field|industry|your path|profession|sector|working |my background|moving into|break into"
    "|breaking into|work at|work in|people |how you got|how you moved|how you became|your team"
    "|your work|your company|your firm|your department|how it|how things|what it|what things"
    "|looking for work"
).split("|")
"""Words, in lower case and with single blanks, without which no pattern above can match."""
_TO_APPLY = (
    "appl|candida|cover letter|advertis|posted|posting|listed|listing|offered|offering"
    "|on linkedin|on indeed|on your|considered for|consider me for|suited for|good fit for"
    "|position of|role of|post of|vacancy of|opening of|ship of|placement of"
).split("|")
"""The same for ``_APPLIES``, which takes the longest."""


def _any(words: list[str], squeezed: str) -> bool:
    return any(map(squeezed.__contains__, words))


def _may_be(squeezed: str) -> bool:
    """Given a lower-case text with single blanks, return False when no pattern can match.

    Most letters, at a tenth of the cost.
    """
    if _any(_STEMS, squeezed):
        return True
    if "work" in squeezed and _any(_ASKED_WORK, squeezed):
        return True
    return _any(_TRADE, squeezed) and (_any(_TO_TALK, squeezed) or _any(_SENDER, squeezed))


def relevant(message: Message) -> bool:
    """Given an outgoing message, return whether it belongs to the job search by its own words."""
    subject = message.subject.lower()
    text = f"{subject}\n{message.text[:_LIMIT].lower()}"
    if message.facts.auto_reply or message.facts.auto_submitted not in ("", "no"):
        return False
    squeezed = " ".join(text.split())
    if not _may_be(squeezed) and not any(_CV_FILE.search(a.filename) for a in message.attachments):
        return False
    # Last what rules out few: most letters are told by one search or two.
    return _tells(message, subject, text, squeezed) and not (
        _FOR_ANOTHER.search(text) or _HIRES.search(text)
    )


def _tells(message: Message, subject: str, text: str, squeezed: str) -> bool:
    """True when the words, in lower case and once more with single blanks, speak of a search."""
    applies = _any(_TO_APPLY, squeezed) and bool(_APPLIES.search(text))
    if _ELSEWHERE.search(text):
        if not _ELSEWHERE.search(subject):
            return applies
        return bool(_APPLIES.search(subject))
    if applies or _OWN_CV.search(text) or _SEARCHING.search(text) or _WITHDRAWS.search(text):
        return True
    if _OFFERED.search(text) or _TALK.search(text):
        return True
    if _TALK_AT_WORK.search(text) and _PURPOSE.search(text):
        return True
    if SENT_BY.search(text) and _WORK.search(text):
        return True
    if any(_CV_FILE.search(a.filename) for a in message.attachments):
        return True
    if _INTERVIEWED.search(text) or _STATUS.search(text):
        return bool(_JOBLIKE.search(text.replace("interview", "")) or _INTERVIEWED.search(text))
    return any(_OFFICE.match(a.email) for a in message.to) and bool(_JOBLIKE.search(text))
