"""What a letter states beside its kind: facts of a rejection, the stage, words of work.

Decides by plain patterns, each with examples that are tests, because these facts are stated in
few ways and a missing one does no harm (rule 7 of the design: a missing fact drops its
sentence, none is invented).  Refuses to judge the kind: that is ``rules`` and the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern

from mailsense.classify.sentences import MAX_TEXT
from mailsense.domain import Kind, Reason, Stage


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """Facts beside a reason, each true only where the letter states it."""

    runner_up: bool = False
    internal: bool = False
    keep_on_file: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern with what it must find and what it must leave."""

    pattern: Pattern[str]
    finds: tuple[str, ...]
    leaves: tuple[str, ...]

    def __call__(self, text: str) -> bool:
        """Tell whether the text says it."""
        return self.pattern.search(text) is not None


def _phrase(pattern: str, finds: tuple[str, ...], leaves: tuple[str, ...]) -> Phrase:
    return Phrase(re.compile(pattern, re.I), finds, leaves)


RUNNER_UP = _phrase(
    r"\b(?:runners?[- ]up|(?:very|so|really|extremely|incredibly) close (?:call|run|thing|decision"
    r"|contest|second)|(?:it|this|that|decision) was (?:a )?(?:very |so |really |extremely "
    r"|incredibly |painfully )?close\b|close second|second choice|came second|pipped|"
    r"(?:last|final) two\b|down to (?:you|two)|nearly (?:chose|offered)|a coin toss|"
    r"a hair'?s breadth|narrowly)",
    ("It was very close.", "You were our runner-up", "It came down to you and one other."),
    ("close to the station", "the position is now closed", "we were close friends"),
)
INTERNAL = _phrase(
    r"\b(?:internal(?:ly)? (?:candidate|applicant|hire|appoint\w{0,6}|promot\w{0,4}|move|transfer"
    r"|colleague|fill\w{0,3})|(?:filled?|appointed|promoted|hired|recruited|gone to someone|"
    r"chosen someone) (?:it |the \w{1,20} )?(?:from within|internally|in[- ]house)|"
    r"(?:someone|somebody|a colleague|one) (?:already |currently )?"
    r"(?:in|from|within|inside) (?:the team|our own|the (?:company|firm|office|department))|"
    r"redeploy\w{0,4})",
    ("We went with an internal candidate.", "The post was filled internally", "filled from within"),
    ("our internal review process", "internal medicine", "international candidate"),
)
KEEP_ON_FILE = _phrase(
    r"\b(?:(?:keep|kept|hold|held|retain(?:ed)?|hang on to|hold on to|store)\b[^.!?\n]{0,80}"
    r"\b(?:file|database|records?|talent (?:pool|community|bank)|in mind|register|drawer)\b|"
    r"(?:hang|hold) on ?to (?:your|his|her) (?:cv|résumé|resume|details)|"
    r"(?:keep|stay) in (?:touch|contact)|reserve list|"
    r"(?:future|other|new) (?:\w{1,20} )?(?:openings?|vacanc\w{1,3}|opportunit\w{1,3}|roles?)"
    r"[^.!?\n]{0,60}\b(?:we will|we'll|contact you|let you know|reach out))",
    ("We will keep your CV on file.", "We'd like to hold your details in our talent pool"),
    ("Please keep this e-mail.", "file your tax return", "keep calm"),
)
FORM = _phrase(
    r"(?:do not reply|don't reply|not monitored|unmonitored|automated|automatically|"
    r"dear (?:applicant|candidate|sir or madam|sir/madam)|unsubscribe|"
    r"volume of applications|all applicants|every applicant|individual feedback|"
    r"talent acquisition team|(?:recruit\w{1,5}|hiring|people|hr|talent) team\s*$|"
    r"careers? (?:page|site|portal)|equal opportunit|view (?:this|in) browser)",
    ("Please do not reply to this message.", "Dear Applicant", "Due to the volume of applications"),
    ("Dear Sam, I enjoyed our talk.", "call me"),
)
PERSONAL = _phrase(
    r"\b(?:I(?:'m| am|'ve| have|'d| would|'ll| will| was| enjoyed| really| wish| hope| know| think"
    r"| wanted| loved)\b|our (?:chat|talk|conversation|call|coffee)|meeting you|met you|"
    r"talking (?:to|with) you|speaking (?:to|with) you)",
    ("I enjoyed our talk.", "It was good meeting you", "I'm sorry"),
    ("We regret to inform you", "the candidate"),
)


def reason_facts(text: str) -> ReasonFacts:
    """Given the newest text of a rejection, return the facts it states beside its reason."""
    head = text[:MAX_TEXT].replace("’", "'")
    return ReasonFacts(
        runner_up=RUNNER_UP(head),
        internal=INTERNAL(head),
        keep_on_file=KEEP_ON_FILE(head),
        personal=PERSONAL(head) and not FORM(head),
    )


HAD_INTERVIEW = _phrase(
    r"\b(?:(?:thank(?:s| you)|grateful|appreciate\w{0,2}|pleasure|good|great|lovely|nice|"
    r"enjoyed)\b[^.!?\n]{0,50}\b(?:interview\w{0,4}|coming in|came in|meeting (?:with )?(?:you|us"
    r"|me|the)|meet (?:with )?(?:us|you|me|the)|met with|trial shift|audition)|"
    r"(?:your|the|after|following|since|at|last|our|second|final|recent) (?:\w{1,12} )?"
    r"interviews?\b(?! (?:process|slot|invit|date|time|link|room|stage|schedule))"
    r"|(?:when|since) (?:we|you) (?:met|came in|interviewed)|"
    r"interviewed (?:well|very|with|for|strongly|you)|"
    r"(?:final|second|third|last) (?:round|stage)|(?:your|the) (?:trial|audition|panel))",
    ("Thank you for coming in last week.", "after your interview with Jo", "the final round"),
    ("if you are selected for an interview", "the interview process", "we interview in May"),
)
HAD_SCREEN = _phrase(
    r"\b(?:(?:phone|telephone|initial|introductory|intro|first|screening|recruiter|exploratory|"
    r"video)[ -](?:screen(?:ing)?|call|chat|conversation)|(?:your|the) (?:online |technical |"
    r"coding |written |aptitude )?(?:assessment|test|exercise|assignment|task|challenge)\b|"
    r"(?:our|the) (?:phone )?(?:call|chat) (?:on|last|yesterday|this|earlier))",
    ("after our initial call", "your online assessment", "the phone screen", "our call on Monday"),
    ("call me", "first of all", "test drive"),
)
PAST_SCREEN = _phrase(
    r"\b(?:(?:(?:thank(?:s| you)|appreciate\w{0,2}) (?:again )?for|enjoyed|completed|completing|"
    r"passed|results? of|based on)\b[^.!?,\n]{0,30}|(?:after|following|since) (?:your|our|the) "
    r"(?:\w{1,12} ){0,2})\b(?:(?:phone |video )?(?:screen(?:ing)?|call|chat|conversation)|"
    r"assessment|test|exercise|assignment|task|challenge)\b"
    r"|\b(?:our|the) (?:phone )?(?:call|chat) (?:last|yesterday|earlier)",
    (
        "Thank you for the call.",
        "after our initial chat",
        "following your online assessment",
        "our call yesterday",
        "Thanks for completing the coding test",
        "you passed the assessment",
    ),
    (
        "a quick call on Monday",
        "the phone screen is on Friday",
        "our call on Tuesday",
        "Thanks for applying, let's have a quick chat",
        "Please call me after the weekend",
    ),
)
HAS_APPLIED = _phrase(
    r"\b(?:your (?:recent |job |online )?(?:application|submission|candidacy|cv|résumé|resume|"
    r"candidature|letter of interest|interest in (?:the|our|this|joining|working))|"
    r"(?:you )?(?:have |'ve )?appl(?:ied|ying) (?:for|to|with)|applied on)\b",
    ("Thank you for applying to Acme.", "your application", "your interest in the role"),
    ("application security", "apply now", "a mobile application"),
)
WILL_SCREEN = _phrase(
    r"\b(?:(?:phone|telephone|introductory|intro|screening|exploratory|discovery|quick|short|"
    r"brief|initial|10|15|20|fifteen|twenty|ten)[ -](?:minute |min |phone |first |intro |"
    r"introductory |video )?(?:screen(?:ing)?|call|chat|conversation|interview))\b",
    ("a quick call", "a 15-minute chat", "phone screen", "a short introductory call"),
    ("call centre", "interview at our office", "short notice"),
)


def stage_said(text: str, kind: Kind, reason: Reason | None = None) -> tuple[Stage | None, str]:
    """Given a letter's subject and text, and what it is, return its stage and the words for it.

    An invitation states where it leads; any other letter where the process stands.  The words
    stand so in the text; there are none where the stage follows from the kind or the reason.
    """
    if kind is Kind.OFFER:
        return Stage.OFFER, ""
    if reason is not None and reason.networking:
        return Stage.NETWORKING, ""
    if kind in (Kind.OUTREACH, Kind.ALERT, Kind.OTHER, Kind.UNSURE):
        return None, ""
    head = text[:MAX_TEXT]
    plain = head.replace("’", "'")

    def said(phrase: Phrase) -> str:
        found = phrase.pattern.search(plain)
        return head[found.start() : found.end()] if found else ""

    if kind is Kind.INTERVIEW:
        past = said(PAST_SCREEN) or said(HAD_INTERVIEW)
        coming = "" if past else said(WILL_SCREEN)
        return (Stage.SCREENING, coming) if coming else (Stage.INTERVIEW, past)
    if kind is not Kind.REFERRAL:
        if talked := said(HAD_INTERVIEW):
            return Stage.INTERVIEW, talked
        screened = said(HAD_SCREEN)
        if screened or kind is Kind.TASK:
            return Stage.SCREENING, screened
    applied = said(HAS_APPLIED)
    if applied or kind is Kind.ACKNOWLEDGEMENT:
        return Stage.APPLIED, applied
    return (Stage.NETWORKING if kind is Kind.REFERRAL else None), ""


WORK = _phrase(
    r"\b(?:interview\w{0,3}|recruit\w{0,5}|hiring|vacanc\w{1,3}|candida\w{1,6}|applica(?:nt|tion)"
    r"s?|applied|cv|résumé|resume|job|role|position|career\w{0,1}|shortlist\w{0,3}|employ\w{0,5}|"
    r"onboarding|salary|trial shift|audition|placement|internship|apprentice\w{0,4})\b",
    ("Interview: Analyst", "your application", "the role", "Recruiter call"),
    ("dentist", "lunch with Mum", "standup", "enjoyable"),
)

STEMS = (
    "role", "job", "position", "applica", "applied", "career", "interview", "recruit", "employ",
    "hiring", "cv", "vacanc", "candida", "shortlist", "salary", "onboarding", "placement",
    "internship", "apprentice", "audition", "trial shift", "resume", "résumé",
)  # fmt: skip
"""With one of these begins every word that ``WORK`` finds, once the case is taken off."""


def speaks_of_work(text: str) -> bool:
    """Given a text, tell whether ``WORK`` finds a word in it: only where a stem begins one.

    A search for a piece is many times faster than the pattern, and most texts hold few.
    """
    lower = text.lower()
    if not lower.isascii():
        # What the pattern takes for i and s, whatever the case.
        lower = lower.replace("i̇", "i").replace("ı", "i").replace("ſ", "s")
        if len(lower) != len(text):  # no place is where it was
            return WORK(text)
    held = [stem for stem in STEMS if stem in lower]
    return any(WORK.pattern.match(text, at) for stem in held for at in _places(stem, lower))


def _places(piece: str, text: str) -> Iterator[int]:
    """Yield where the piece stands in the text."""
    at = text.find(piece)
    while at >= 0:
        yield at
        at = text.find(piece, at + 1)
