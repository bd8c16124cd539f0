"""The words that replies are decided by: addresses nobody reads, and turns of phrase.

Every pattern has examples of what it must and must not match in ``tests/test_addressee.py``
and ``tests/test_plan.py``.  All are linear in their input: no nested repetition, every gap
bounded.  Only English turns of phrase are known here; another language leaves a fact out,
which drops its sentence and never invents one.
"""

from __future__ import annotations

import re


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text as a set: how the lists below are written."""
    return frozenset(text.split())


ROBOT_LOCAL = re.compile(
    r"(?:^|[._+-])(?:no|non|not|never|do-?not|dont)[._-]?(?:reply|respond|answer|repond[a-z]{0,3})"
    r"|^(?:mailer-daemon|postmaster|daemon|root|bounces?|mailer|listserv|majordomo)(?:$|[._+-])"
    r"|(?:^|[._+-])(?:notifications?|notify|alerts?|jobalerts?|newsletters?|digest|updates?"
    r"|automated|automatic|autoreply|auto-?confirm|robot|unsubscribe|bounces?)(?:$|[._+-])"
    r"|^(?:noreply|donotreply|jobs?-listings|invitations|inmail-hit-reply|calendar-server)",
    re.IGNORECASE,
)
"""Local parts that no person reads (RFC 2142 names some; the rest is custom)."""

ROLE_LOCAL = re.compile(
    r"^(?:careers?|jobs?|hr|hrteam|people|peopleops|talent|talentacquisition|recruit(?:ing|ment)?"
    r"|hiring|work|apply|applications?|bewerbung|vacanc(?:y|ies)|staff(?:ing)?|personnel|info"
    r"|hello|contact|team|office|admin|support|service|mail|enquiries|inquiries|interviews?"
    r"|candidates?|resumes?|cv)(?:$|[._+@-])",
    re.IGNORECASE,
)
"""Shared mailboxes: a person may sit behind one, but then signs."""

RELAYS = words_of(
    "greenhouse-mail.io greenhouse.io us.greenhouse-mail.io hire.lever.co lever.co "
    "ashbyhq.com workablemail.com workable.com smartrecruiters.com myworkday.com "
    "myworkdayjobs.com icims.com jobvite.com bamboohr.com teamtailor.com teamtailor-mail.com "
    "recruitee.com personio.com personio.de successfactors.com successfactors.eu taleo.net "
    "oraclecloud.com breezy.hr breezy-mail.com pinpointhq.com applytojob.com jazz.co "
    "rippling-ats.com comeet-notifications.com comeet.co freshteam.com zohorecruit.com "
    "hirevue.com hackerrank.com hackerrankforwork.com codility.com testgorilla.com "
    "indeedemail.com indeed.com glassdoor.com ziprecruiter.com jobs.ac.uk calendly.com "
    "goodtime.io modernloop.io gem.com avature.net phenompeople.com eightfold.ai "
    "mail.linkedin.com bounce.linkedin.com docusign.net hellosign.com surveymonkey.com"
)
"""Domains of applicant-tracking systems and their like: whatever writes from there is relayed."""

REFERRAL_ASK = re.compile(
    r"\b(?:who(?:m)? else\b[^.!?\n]{0,40}\b(?:hiring|speak|talk|contact|write)"
    r"|(?:introduce|point|refer|recommend) me to\b|put me in touch\b|pass my (?:cv|name|details"
    r"|r[eé]sum[eé]) (?:on )?to\b|another (?:team|department|company|division)\b[^.!?\n]{0,40}"
    r"\bhiring|(?:someone|anyone|somebody|anybody) (?:else )?(?:whom |who )?(?:you think )?"
    r"I (?:should|could|might) (?:speak|talk|write|introduce|contact)"
    r"|(?:which|what|any) other (?:teams?|compan(?:y|ies)|people|employers?|openings?|vacancies"
    r"|roles?)\b)",
    re.IGNORECASE,
)
"""Words that ask for people or places to turn to."""

_CLOSER = (
    r"(?:(?:with |my |very |all my |all the |many |much )?(?:best|kind(?:est)?|warm(?:est)?|good)"
    r" (?:personal )?(?:regards|wishes)|(?:with )?(?:regards|thanks|thank you|many thanks|cheers)"
    r"|(?:all (?:the |my )?|very )?best|(?:yours )?(?:sincerely|faithfully|truly|respectfully)"
    r"|yours|warmly|cordially|respectfully|take care|(?:talk|speak|see you|until) (?:to you )?soon"
    r"|gratefully|ciao|ta|br|kr|rgds|cordialement|viele gr[uü](?:ss|ß)e|mit freundlichen "
    r"gr[uü](?:ss|ß)en|saludos)"
)
CLOSING_LINE = re.compile(
    rf"^{_CLOSER}(?: (?:again|so much|a lot|very much|in advance"
    r"|and (?:best|kind) (?:regards|wishes)|and (?:good luck|take care)|from \w{2,20}|for now))?"
    r"[ ,.;!–—-]*$",
    re.IGNORECASE,
)
"""A line that says goodbye and nothing else: the name follows."""

CLOSING_AND_NAME = re.compile(
    rf"(?:^|[.!?] ){_CLOSER}(?: again| so much)?(?:,|!|\.| ?[–—-]) ?"
    r"(?P<name>[^,.!?\d]{2,40})\.?$",
    re.IGNORECASE,
)
"""Goodbye and name on one line: ``Best, Anna``."""

DASH_NAME = re.compile(r"^(?:--?|[–—~/]|xx?) ?(?P<name>[^\W\d_][^,!?\d]{1,30})$")
"""A name after a dash: ``- Anna``."""

NOT_PEOPLE = words_of(
    "team talent recruiting recruitment recruiter recruiters hr human resources careers career "
    "jobs job hiring people operations support info office department dept ltd limited inc gmbh "
    "llc plc ag group university school college company services solutions notification "
    "notifications alerts alert system admin administrator staffing manager management "
    "acquisition candidate candidates experience selection committee panel board customer "
    "service bot the your our all everyone us me you it i we he she they reply noreply "
    "applications application workday greenhouse lever linkedin indeed sent from regards thanks "
    "cheers and or partner partners agency consulting global international academy hospital "
    "council trust foundation institute bank airlines hotel hotels store stores news newsletter "
    "mailer daemon postmaster mail email phone mobile tel www http https confidential interview "
    "interviews vacancy vacancies sales marketing finance engineering coordination coordinator "
    "director officer assistant desk helpdesk reception practice clinic surgery dental"
)
"""Words that no person's name holds, as they stand in display names and signatures."""

TITLES = {
    "mr": "Mr", "mrs": "Mrs", "ms": "Ms", "miss": "Miss", "mx": "Mx", "dr": "Dr",
    "prof": "Prof", "professor": "Professor", "sir": "Sir", "dame": "Dame", "rev": "Rev",
    "father": "Father", "sister": "Sister", "frau": "Frau", "herr": "Herr",
}  # fmt: skip

PARTICLES = words_of("van von der den de da di del della la le el al bin ibn ten ter du dos")

TALKED = re.compile(
    r"\bthank(?:s| you)[^.!?\n]{0,60}?\b(?:speaking|talking|meeting|interviewing|chatting"
    r"|coming (?:in|by|down|over|along)|(?:to|and) (?:speak|talk|meet|interview|chat|come in)"
    r"|visiting (?:us|our)|your interview|the interview|our (?:call|chat|talk|conversation))\b"
    r"|\b(?:enjoyed|pleasure|was (?:great|good|lovely|nice|wonderful|a joy))\b[^.!?\n]{0,24}?"
    r"\b(?:speaking|talking|meeting|chatting|to (?:meet|speak|talk|chat)|getting to know"
    r"|our (?:call|chat|conversation|talk|meeting|interview))\b"
    r"|\b(?:after|following|since|at|during|in) (?:your|our) (?:recent |final |last |first |second "
    r"|phone |video |telephone |successful ){0,2}(?:interview|conversation|call|chat|talk)s?\b"
    r"|\b(?:when|since|after) we (?:last )?(?:spoke|talked|met)\b"
    r"|\b(?:spoke|spoken|met) (?:with|to) you\b",
    re.IGNORECASE,
)
"""Words that only make sense when a talk took place; the future is told off by ``AHEAD``."""

AHEAD = re.compile(
    r"\b(?:look(?:ing)? forward|invit(?:e[ds]?|ing|ation)|would|could|will|shall|hope|hoping"
    r"|['’]d|['’]ll|like to|love to|happy to|cancel(?:led|ed|ling)?|in advance|before|prior to"
    r"|ahead of|unable to)\b",
    re.IGNORECASE,
)

NEVER_MET = re.compile(
    r"\b(?:before (?:we|you|I) (?:could|can|were able to|got to|had (?:the|a) chance to) "
    r"(?:meet|speak|talk|see you)"
    r"|(?:must|have to|had to|need to|obliged to) cancel\b"
    r"|cancel(?:led|ling)? (?:your|the|our|all|any|this|these|that|those) (?:\w{1,15} ){0,2}"
    r"(?:interviews?|calls?|meetings?|talks?|appointments?)"
    r"|(?:interviews?|calls?|meetings?|appointments?) (?:is|are|has been|have been|was|were) "
    r"(?:therefore |now |hereby )?cancelled"
    r"|(?:will|can) (?:not|no longer) (?:be able to )?(?:interview|meet|see|speak with) you"
    r"|without (?:having )?(?:met|meeting|interviewing|seeing) you)\b",
    re.IGNORECASE,
)
"""A no that comes before the talk to which it invited."""

RUNNER_UP = re.compile(
    r"\b(?:it was (?:very |really |extremely )?close|(?:a |very )close (?:call|second|decision|run)"
    r"|runner[- ]up|strong second|second choice|came down to (?:you|the two|two)|final two"
    r"|narrowly)\b",
    re.IGNORECASE,
)
KEEP_ON_FILE = re.compile(
    r"\b(?:keep|keeping|kept|hold|retain)\b[^.!?\n]{0,40}\b(?:on file|in mind|in our (?:database"
    r"|talent (?:pool|network))|for future)",
    re.IGNORECASE,
)
RESCHEDULED = re.compile(
    r"\b(?:re-?schedul|postpon|push(?:ed|ing)? (?:it |this |our )?back|moved? "
    r"(?:it |the |our |your )|new (?:time|date|slot)|(?:time|date)[^.!?\n]{0,30}\bchanged"
    r"|different (?:time|day|date)|mov(?:e|ing) you (?:from|to) (?:the \d|\d|\w{3,6}day\b|another)"
    r"|call(?:ed|ing)? (?:it|(?:the|our|your|tomorrow['’]s|\w{3,6}day['’]s) \w+) off\b"
    r"|(?:interview|call|meeting|talk|appointment) (?:can(?:not|['’]t)|won['’]t|will not) "
    r"(?:go ahead|take place)|(?:do not|don['’]t) travel\b)",
    re.IGNORECASE,
)
MAY_USE_NAME = re.compile(
    r"\b(?:feel free to|you (?:can|may)|please|do|happy for you to|by all means|just)[^.!?\n]{0,20}"
    r"\b(?:use|mention|drop|give|quote) my name\b"
    r"|\b(?:tell|say to|let) (?:her|him|them|\w{2,20}) (?:that )?I "
    r"(?:sent|suggested|recommended|told)|\bsay (?:that )?I (?:sent|suggested|recommended)"
    r"|\b(?:mention|use) (?:me\b|my name\b|that I )"
    r"|\b(?:I(?:['’]ve| have)?|I (?:just )?) ?(?:told|warned|briefed) "
    r"(?:her|him|them|\w{2,20}) (?:to expect|about you|that you|you)",
    re.IGNORECASE,
)
"""The giver allows that their name is used, in so many words."""

FORWARDED = re.compile(
    r"\b(?:passed|forwarded|sent|shared|given|gave|handed|shown|showed|put|passing|forwarding)\b"
    r"(?: (?:on|along|over|them|him|her|forward))? your (?:cv|c\.v\.|r[eé]sum[eé]|details|profile"
    r"|name|application|portfolio|letter|information)\b|\byour (?:cv|r[eé]sum[eé]|details|letter) "
    r"(?:was|were|has been|have been) (?:passed|forwarded|sent|handed|shared)",
    re.IGNORECASE,
)

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")


def normal(text: str) -> str:
    """Return the text in one line with plain apostrophes, for comparisons of words."""
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


def count(text: str) -> int:
    """Return the number of words, as a person counts them: a dash alone is none."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def prose(body: str) -> str:
    """Given a letter, return it without the salutation and without the closing block."""
    paragraphs = [p for p in body.strip().split("\n\n") if p.strip()]
    if paragraphs and count(paragraphs[0]) <= 5 and paragraphs[0].rstrip().endswith((",", "!")):
        del paragraphs[0]
    if paragraphs and CLOSING_LINE.match(paragraphs[-1].strip().splitlines()[0].strip()):
        del paragraphs[-1]
    return "\n\n".join(paragraphs)
