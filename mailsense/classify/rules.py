"""What headers alone settle, and how far they lean where they do not.

Decides before any model is loaded: bounces, out-of-office notes, invitations in calendar form
that speak of work, mailing lists that do not, and applications for something else than work
(``elsewhere``).  Each rule is small and sure; whatever needs
reading is left to the model, with a *lean*: what a header adds to a kind's log odds.  The
leans are set by hand, for the training letters have no such headers.  A rule that looks for
words, or for their absence, says nothing of a letter in a language whose words it does not
know.  Refuses to know the model.  Follows RFC 3834 (automatic answers), RFC 3464 (delivery
reports), RFC 2919 (List-Id), RFC 5546 (calendar methods).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mailsense.classify.corpus import KINDS
from mailsense.classify.elsewhere import applied_for_else
from mailsense.classify.facts import STEMS, speaks_of_work, stage_said
from mailsense.domain import Evidence, Kind, Message, Source, Stage, Verdict

LEARNED: Collection[str] = ("en",)
"""The languages that a model knows whose card names none."""
LEAST_WORDS = 20
"""A language told from fewer words is a guess,"""
UNSPACED: Collection[str] = ("ja", "km", "lo", "my", "th", "zh")
"""but one whose script has no blanks between its words is told by its letters."""
UNDETERMINED = "und"
"""What ``Message.language`` says of a language that nobody could name (ISO 639-2)."""
WORDED: Collection[str] = ("", "en")
"""The languages whose words the rules below know; "" is what is too short or unclear to tell."""

_AWAY = re.compile(
    r"(?:out of (?:the )?office|on (?:annual |maternity |parental |sick )?leave|away (?:from|until)"
    r"|automatic reply|auto(?:matic)?[- ]?(?:reply|response)|on holiday|vacation|not in the office"
    r"|limited access to (?:my )?e-?mail|(?:back|return\w{0,3}) (?:to the office )?on)",
    re.I,
)
"""A note of absence.  Is: "I am out of the office", "Automatic reply: x", "on annual leave".
Is not: "Thank you for your application", "we will get back to you"."""

_RECEIVED = re.compile(
    r"\b(?:your (?:\w{1,12} )?(?:application|cv|résumé|resume|submission)|for applying|applicant"
    r"|not (?:be )?(?:selected|successful|moving forward))",
    re.I,
)
"""Job mail sent by an answering machine.  Is: "We received your application".  Is not: "I am
away until Monday", "your message"."""


def _say(kind: Kind, what: str, stage: Stage | None = None, words: str = "") -> Verdict:
    """Return a rule's verdict with its reason, and the words that tell the stage."""
    evidence = [Evidence("rule", what, 1.0)]
    if stage is not None and words:
        evidence.append(Evidence("stage", words, 1.0))
    return Verdict(kind, Source.RULE, 1.0, stage=stage, evidence=tuple(evidence))


def judge(message: Message) -> Verdict | None:
    """Given a message, return what its headers settle, or None where it must be read."""
    facts = message.facts
    read = f"{message.subject}\n{message.text[:4000]}"
    worded = message.language in WORDED and not facts.ats
    if facts.bounce and not facts.ats:
        return _say(Kind.OTHER, "a delivery report")
    if facts.auto_reply and worded and (_AWAY.search(read) or not _RECEIVED.search(read)):
        return _say(Kind.OTHER, "an automatic reply")
    invited = facts.calendar.upper() == "REQUEST" or any(
        event.method == "REQUEST" for event in message.events
    )
    if invited and not facts.list_id:
        summary = " ".join(event.summary for event in message.events)
        if title := _INTERVIEW.search(f"{summary}\n{message.subject}"):
            stage, words = stage_said(f"{summary}\n{read}", Kind.INTERVIEW)
            what = "a calendar invitation to an interview"
            return _say(Kind.INTERVIEW, what, stage, words or title[0])
    if facts.list_id and worded and not facts.calendar and not speaks_of_work(read):
        return _say(Kind.OTHER, "a mailing list, without a word about work")
    if worded and (what := applied_for_else(message)):
        return _say(Kind.OTHER, f"about something else than work: \u201c{what}\u201d")
    return None


def judge_skimmed(message: Message, said: str) -> Verdict | None:
    """Given a message without its text, and all that could be it, return ``judge``'s verdict.

    None where the verdict depends on what of ``said`` is the text, or no rule settles it, or
    the text may be in a language whose words are not known here.  No word about work can be in
    a text whose letters in a row hold none of the stems, wherever its lines and words break.
    """
    facts = message.facts
    if not facts.list_id or facts.ats or facts.calendar or facts.bounce or facts.auto_reply:
        return None
    if may_speak_of_work(f"{message.subject}\n{said}") or may_be_foreign(said):
        return None
    return judge(message)


def may_speak_of_work(said: str) -> bool:
    """True where one of the stems stands in these letters: elsewhere no word about work can."""
    low = said.lower()
    if not low.isascii():
        low = low.replace("i̇", "i").replace("ı", "i").replace("ſ", "s")
    return any(word in low for word in _FIRST_WORDS)


def may_be_foreign(said: str) -> bool:
    """True where a text of these letters may be in another language than English.

    That is where its beginning has too few English words, as many a list has as well: it is
    read with care then, and nothing is lost but time.
    """
    said = said[: 10 * _OPENING]
    if "\n>" in said:
        said = "\n".join([line for line in said.splitlines() if line[:1] != ">"])
    said = said[:_OPENING]
    if not said.isascii() and len(_OTHER_SCRIPT.findall(said)) >= LEAST_WORDS:
        return True
    words = said.lower().split()
    if len(words) < LEAST_WORDS:
        return False
    known = sum(map(_ENGLISH.__contains__, words))
    return known < _LEAST_ENGLISH * len(words) or _ENGLISH.isdisjoint(words[:LEAST_WORDS])


_OPENING = 1_200
"""Letters by which a language is told,"""
_LEAST_ENGLISH = 0.08
"""and the share of English small words in them that no other language's prose has."""
_ENGLISH = frozenset(
    "the and to of you your with this that it from our we if they which are not all there would"
    " for have be by".split()
)
_OTHER_SCRIPT = re.compile("[\u0370-\u1cff\u2d30-\u2ddf\u3040-\ud7af]")
"""A letter of a script that is not Latin.  Is: "д", "中", "ש".  Is not: "é", "ạ", "’", "€"."""


_FIRST_WORDS = tuple(stem.split()[0] for stem in STEMS)


_INTERVIEW = re.compile(
    r"\b(?:(?:phone |video |job |final |first |second |panel |technical |hr )?interview(?!ing)"
    r"|phone screen|screening call|recruiter call|hiring manager (?:call|chat)|trial shift)\b",
    re.I,
)
"""A title that invites to an interview.  Is: "Interview: Data Analyst", "Phone screen with Jo".
Is not: "Weekly standup", "Interviewing skills training", "Lunch"."""


def unreadable(message: Message, languages: Collection[str] = LEARNED) -> Verdict | None:
    """Given a message in none of the ``languages`` learned, or without a word, say *unsure*."""
    tongue = message.language
    if tongue and tongue not in languages and (tongue in UNSPACED or _is_long(message.text)):
        said = f"written in another language ({tongue})"
        if tongue == UNDETERMINED:
            said = "written in a language I do not know"
    elif not (message.text.strip() or message.subject.strip() or message.quoted.strip()):
        said = "there is no text to read"
    else:
        return None
    return Verdict(
        Kind.UNSURE,
        Source.MODEL,
        0.0,
        runner_up=Kind.OTHER,
        evidence=(Evidence("fact", said, 1.0),),
    )


def _is_long(text: str) -> bool:
    return len(text.split(None, LEAST_WORDS)) >= LEAST_WORDS


LEANS: Mapping[str, Mapping[Kind, float]] = {
    "a mailing list": {
        Kind.ALERT: 1.5, Kind.OTHER: 1.5, Kind.OFFER: -1.5, Kind.INTERVIEW: -1.5,
        Kind.REJECTION: -1.5, Kind.TASK: -1.5, Kind.FEEDBACK: -1.5, Kind.REFERRAL: -1.5,
        Kind.OUTREACH: -1.5,
    },
    "sent in bulk": {
        Kind.ALERT: 0.7, Kind.OTHER: 0.5, Kind.OFFER: -0.7, Kind.REFERRAL: -0.7,
        Kind.FEEDBACK: -0.7,
    },
    "sent by an applicant-tracking system": {
        Kind.OTHER: -2.0, Kind.ALERT: -0.7, Kind.ACKNOWLEDGEMENT: 0.5, Kind.REJECTION: 0.5,
        Kind.REFERRAL: -1.0,
    },
    "a calendar invitation": {Kind.INTERVIEW: 1.0, Kind.REJECTION: -1.0, Kind.ALERT: -0.5},
    "sent by a machine": {Kind.REFERRAL: -0.7, Kind.FEEDBACK: -0.5, Kind.OUTREACH: -0.5},
}  # fmt: skip
"""What each header fact adds to the log odds of a kind."""


def shift(names: Collection[str]) -> list[float]:
    """Given the leans that hold, return what they add to the log odds of each of ``KINDS``."""
    return [sum(LEANS[name].get(kind, 0.0) for name in names) for kind in KINDS]


def leans(message: Message) -> tuple[str, ...]:
    """Given a message, return the names of the leans that hold for it."""
    facts = message.facts
    held = []
    if facts.ats:
        held.append("sent by an applicant-tracking system")
    elif facts.list_id:
        held.append("a mailing list")
    elif facts.list_unsubscribe or facts.precedence in ("bulk", "list", "junk"):
        held.append("sent in bulk")
    if facts.calendar.upper() == "REQUEST" and speaks_of_work(
        f"{message.subject}\n{message.text[:4000]}"
    ):
        held.append("a calendar invitation")
    if facts.auto_submitted not in ("", "no"):
        held.append("sent by a machine")
    return tuple(held)
