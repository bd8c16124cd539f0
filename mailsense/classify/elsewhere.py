"""Letters that say "your application" of something else than work.

Decides by the thing that was applied for (a flat, a loan, a school place, a visa, a permit, a
membership, a dog, a refund), named right beside the word, and only where no word in the letter
speaks of a job in its own right.  In doubt it says nothing, and the model reads the letter: a
lost yes is worse than a landlord's no among the noes.  English only.
"""

from __future__ import annotations

import re

from mailsense.classify.facts import WORK
from mailsense.domain import Message

_READ = 6_000
"""Letters of a text that are looked at; more of it is read for words about work,"""
_VETOED = 20_000
"""so many."""

_ROOMS = (
    r"(?:(?:\w{1,6}[ -])?bed(?:room(?:ed)?)?|furnished|unfurnished|(?:first|ground|top"
    r"|second)[- ]floor"
    r"|basement|small|large|semi-detached|terraced|rental|vacant|double|single|spare|en-?suite"
    r"|attic"
    r"|shared|garden|studio|lovely|advertised|detached)"
)
_HOME = (
    rf"(?:(?:{_ROOMS},? ){{0,3}}(?:flat|apartment|house|bungalow|maisonette|bedsit|cottage"
    rf"|townhouse"
    r"|room|property|unit \d+\w?|studio(?= (?:\d|at|on))|annexe)|(?:\w{1,12} )?(?:tenancy|tenancies"
    r"|lease|house ?share|flat ?share|parking space|garage (?:to rent|rental))|rental|sub-?let"
    r"|lodging|(?:student )?accommodation|(?:council |social |student |affordable "
    r"|sheltered )?housing"
    r"(?: register| list| association)?|shared ownership|halls of residence|student halls"
    r"|mooring|(?:swinging|marina) (?:mooring|berth))"
)
_MONEY = (
    r"(?:(?:re)?mortgage|(?:personal |car |home |student |business |payday |bridging )?loan"
    r"|(?:credit|store|debit|charge|oyster|library|rail|discount|blue|loyalty) ?(?:card|badge)"
    r"|overdraft|(?:current|bank|savings|joint|business|isa|checking|trading) (?:bank )?account"
    r"|isa|line of credit|credit(?: limit| increase)?|car finance|finance agreement|hire purchase"
    r"|(?:life|car|home|pet|travel|health|motor|dental|contents|buildings|renters|private medical"
    r"|income protection|critical illness)? ?insurance(?: policy| cover)?|life cover"
    r"|pension transfer|refinanc(?:e|ing)|balance transfer|payment plan|crowdfunding)"
)
_SCHOOL = (
    r"(?:(?:primary |secondary |infant |junior |reception |sixth[- ]form |nursery |school "
    r"|pre-?school"
    r"|preschool |kindergarten |daycare |day care |childcare |university |college |undergraduate"
    r"|boarding |grammar |in-year |summer camp |holiday club |playgroup )+(?:school )?(?:place"
    r"|places|spot|admissions?|transfer)|(?:tax-free|funded|free) childcare"
    r"|(?:under|post)graduate (?:course|study|degree|admission)|degree(?: course| programme)?"
    r"|(?:m\.?sc|b\.?sc|mba|ll[bm]|pgce|foundation degree|bachelor['’]?s|master['’]?s|diploma)"
    r"(?: \(?hons\)?)?|student finance|student loan|evening class|evening course|bursary"
    r"|scholarship|school admission|free school meals|school transport)"
)
_STATE = (
    r"(?:(?:tourist |visitor |student |spouse |family |holiday |travel |transit |schengen |partner"
    r" |fianc[eé]e? )?visa|e-?visa|esta|passport|residence permit|permanent residen(?:ce|cy)"
    r"|green card|naturali[sz]ation|citizenship|settled status|indefinite leave to remain"
    r"|(?:planning|building|listed building) (?:permission|consent|permit|approval|control)"
    r"|dropped kerb|vehicle crossover|tree works?"
    r"|(?:(?:residents?|residential|visitor|resident['’]?s) )?parking permit|building regulations"
    r"|permit|(?:provisional )?(?:driving|driver['’]?s|tv|marriage|alcohol|premises|street trading"
    r"|fishing|dog|firearms?|shotgun|event|pavement|taxi|hunting) licen[cs]e|bus pass|travel pass"
    r"|railcard|allotment(?: plot| garden)?|blue badge|electoral roll|postal vote|birth certificate"
    r"|council tax (?:reduction|support|discount|exemption|rebate|banding)"
    r"|(?:housing|child|disability|unemployment|carer['’]?s|maternity|sickness|bereavement|state"
    r"|attendance|heating|winter fuel|hardship|job ?seeker['’]?s|family) (?:benefits?|allowance)"
    r"|universal credit|pension credit|tax credits?|personal independence payment|pip|state pension"
    r"|(?:[\w-]{3,20} )?grant(?: funding)?|subsidy|rebate|hardship (?:fund|payment)|legal aid"
    r"|(?:school |home )?improvement loan|food stamps|medicaid|medicare|voluntary registration"
    r"|name change|change of name|probate|power of attorney|patent|trade ?mark|vat registration)"
)
_LEISURE = (
    r"(?:(?:[\w'’-]{2,20} )?membership|market stall|stall|exhibition space|booth|ballot place"
    r"|marathon place|race entry|charity place|season ticket|waiting list|(?:dog|cat|pet|puppy"
    r"|kitten|rabbit|greyhound|horse|rescue) (?:adoption|rehoming|fostering)|adoption|rehoming"
    r"|credit union account|community garden plot|garden plot|beach hut|filming permit)"
)
_CLUB = r"(?:club|gym|choir|league|waiting list|credit union|co-?op|lido|allotments?)"
_PET = (
    r"(?:dog|cat|puppy|kitten|rabbit|greyhound|horse|pony|hound|terrier|spaniel|lurcher|labrador"
    r"|collie|guinea pigs?|hens?|tortoise|pup)"
)
_OTHER = rf"(?:{_MONEY}|{_SCHOOL}|{_STATE}|{_LEISURE})"
_THING = rf"(?:{_HOME}|{_OTHER})"
_DET = r"(?:an?|the|your|our|this|that|one of our|his|her|their)"

_TITLE = (
    r"(?:manag|advis|advic|offic|assist|coordinat|co-ordinat|consult|administrat|analy|engineer"
    r"|develop|teach|tutor|lectur|writ|handl|agent|broker|specialist|executive|associate|clerk"
    r"|director|head|lead|partner|process|underwrit|inspect|plann|architect|design|technician"
    r"|nurse|warden|keep|host|team|supervis|representative|rep\b|sales|support|service|operat"
    r"|intern|trainee|apprentic|assessor|surveyor|worker|staff|counsel|chef|clean|porter"
    r"|reception(?!\b)|receptionist|secretary|negotiator|trainer|coach|instructor|carer|market"
    r"|account manager|owner|product|project|programme|program|data|software|scientist|research)"
)
_GAP = rf"(?:(?!{_TITLE})[\w'’-]{{1,20}} ){{0,3}}?"
_AFTER = (
    r"(?=\s*(?:[.,;:!?()\[\]\"”“’]|$|\n|-|–|—|#|\d)|\s+(?:has|have|had|was|is|are|will|can"
    r"|could|cannot|at|on|with|from|to|which|that|we|you|by|dated|submitted|reference|ref|no|number"
    r"|application|applications|and (?:for|have|has|we|your|the|cannot|can|could|regret|are|is"
    r"|were|was|it|to)"
    r"|of(?= [£$€\d]| your| my)|but|in|this|under|for|i|after|again"
    r"|today|last|online|because|subject|near|here|approved|declined|refused|received|made)\b)"
)
_YOURS = r"(?:your|the|this|an?|our|recent|new|online|joint|completed|initial|full|outcome of your)"
FOR = re.compile(
    rf"\b(?:applications?|applied|apply(?:ing)?) (?:form )?(?:\([^()\n]{{1,30}}\) )?"
    rf"(?:(?:for|to rent|to lease|to let|to renew|to open|to take out|to register) {_DET} "
    rf"(?:{_HOME}|{_GAP}{_OTHER})|(?:for|to renew) (?:new |joint )?{_THING}"
    rf"|to join (?:{_DET} )?{_GAP}{_CLUB}|to study|to rent|to (?:re-?home|adopt|foster)"
    rf"(?: {_DET})?(?: {_GAP}{_PET}| [A-Z][a-z]{{1,11}})?)(?!-){_AFTER}",
    re.IGNORECASE,
)
"""Is: "your application for the flat", "applied for a parking permit", "application to rent the
house".  Is not: "your application for Loan Officer", "apply for a grant writer role"."""
OWN = re.compile(
    rf"\byour (?:recent |new |online |joint |latest |submitted |completed )?(?:{_HOME}"
    rf"|{_GAP}{_OTHER}|planning)"
    r" (?:renewal |transfer )?(?:application|claim)\b(?! (?:team|manag|process(?:or|ing)|support"
    r"|develop|engineer|advis|analy|consult|officer|design|architect|specialist))",
    re.IGNORECASE,
)
"""Is: "your credit card application".  Is not: "your Loan Officer application"."""
HEAD = re.compile(
    rf"^(?:\w{{2,3}}: ?){{0,2}}(?:{_YOURS} )?(?:{_THING}|planning) (?:application"
    rf"|claim)\b(?! (?:team|manag"
    r"|process(?:or|ing)|support|develop|engineer|advis|analy|consult|officer|design|architect"
    r"|specialist))",
    re.IGNORECASE,
)
"""A subject.  Is: "Passport application 2231".  Is not: "Mortgage Adviser application"."""
PLACE = re.compile(
    r"\b(?:appl(?:ication|ied|ying|y)) (?:for|to) (?:an? |the |your )?(?:\w{1,15} ){0,2}?"
    r"(?:places? |offer |admission |entry |study |studying )(?:at|in|on|to|for)\b[^.!?\n]{0,60}"
    r"\b(?:school|nursery|pre-?school|kindergarten|college|university|academy|reception"
    r"|year \d{1,2}"
    r"|course|degree|b\.?sc|m\.?sc|mba|bachelor|master|half marathon|marathon)\b",
    re.IGNORECASE,
)
"""Is: "your application for a place at Elm Road Primary School".  Is not: "a place on our team"."""
REFUND = re.compile(
    r"\b(?:your|this|the) (?:recent |\w{2,15} )?(?:refund|compensation|warranty|insurance"
    r"|chargeback|cashback|delay repay) (?:request|claim|application)\b"
    r"|\b(?:request|claim|application|applied) for (?:an? |the |your )?(?:full |partial )?"
    rf"(?:refund|compensation|cashback|price match|delay repay){_AFTER}",
    re.IGNORECASE,
)
"""Is: "your request for a refund".  Is not: "we refund your travel"."""

HARMLESS = re.compile(
    r"\bapplica(?:nt|tion)s?\b|\bapplied\b|\bappl(?:y|ying)\b"
    r"|\bin (?:a|the|no|any) position to\b|\b(?:your )?(?:financial|credit|current) position\b"
    r"|\b(?:proof|evidence|details|confirmation|letter) of (?:your )?(?:employment|salary|income)\b"
    r"|\b(?:your |current |previous |an? )?employers?(?:['’]s?)?(?: name| details| reference"
    r"| letter)"
    r"|\b(?:employment|salary) (?:status|history|reference|details|slips?|contract|and support"
    r" allowance)\b|\b(?:self-|un)?employed\b|\bunemployment\b|\bverify(?:ing)? your employment\b"
    r"|\bin (?:full-time |paid )?employment\b|\b(?:visa|consular|embassy|naturali[sz]ation"
    r"|citizenship)"
    r" interview\b"
    r"|\bshortlist\w{0,3}\b|\bplacement (?:test|of the (?:dog|cat))\b"
    r"|\bjob ?seeker['’]?s allowance\b|\bjob ?centre\b",
    re.IGNORECASE,
)
"""Words of ``WORK`` that banks, landlords and offices use as well: "proof of employment"."""
JOB = re.compile(
    r"\b(?:(?:join|joining|part of|fit for|fit with|meet|within) (?:us|our|the"
    r"|your new) (?:\w{1,15}"
    r" ){0,2}team|joining us|join us as|first day (?:with us|at work|in the office)"
    r"|work(?:ing)? (?:with|for|at|alongside|here) (?:us|our)|work for|talent (?:team|acquisition"
    r"|partner|pool)|human resources|people (?:team|partner|operations)|hired|to hire|sponsorship"
    r"|staff (?:member|nurse|writer)|offer letter|permanent contract|shift|teammates?|co-?workers"
    r"|your (?:\w{1,15} ){0,2}(?:skills|qualifications|background|portfolio|expertise)"
    r"|your (?:\w{1,15} )?experience (?:in|and|of|as|does|is|matches)|relocation (?:package"
    r"|support)"
    r"|traineeships?|graduate (?:scheme|programme|program)|fellowship|phd|postdoc\w{0,7}"
    r"|studentship"
    r"|doctora\w{1,2}|secondment|posts? of|the post (?:at|in|with|was|is|has)|post-?holder|openings"
    r"|assessment (?:day|centre|center)|headhunt\w{1,3}|work permit|work visa|skilled worker|h-?1b"
    r"|line manager|training contract|pupillage|locum|substitute teacher|rota|trial day)\b",
    re.IGNORECASE,
)
"""Words of a job in its own right that ``WORK`` lacks.  Is: "join our team", "your experience"."""
_SENDER = re.compile(
    r"(?:^|[\s._-])(?:careers?|jobs?|recruit\w{0,6}|talent|hr|hiring|people|vacanc\w{1,3}|apply"
    r"|ats)"
    r"(?:[\s._@-]|$)"
)


TITLE = re.compile(
    r"\b(?:managers?|advis[eo]rs?|officers?|coordinators?|assistants?|consultants?|administrators?"
    r"|analysts?|engineers?|developers?|teachers?|tutors?|lecturers?|writers?|handlers?|brokers?"
    r"|specialists?|executives?|associates?|clerks?|directors?|head of|underwriters?|inspectors?"
    r"|planners?|architects?|designers?|technicians?|nurses?|wardens?|supervisors?|representatives?"
    r"|negotiators?|trainers?|coach|instructors?|carers?(?!['’])|team lead\w{0,2}|processors?"
    r"|receptionists?"
    r"|controllers?|buyers?|agents?|leads?|partner|producers?|editors?|workers?|practitioners?"
    r"|cleaners?|porters?|drivers?|cooks?|chefs?|baristas?|servers?|walkers?|groomers?|keepers?)\b",
    re.IGNORECASE,
)
"""A job's title.  Is: "Mortgage Adviser", "Head of Grants".  Is not: "a flat", "the grant"."""
_FIRM = re.compile(r" for (?:Visa|Discover|Capital One)$")
_CUES = ("applica", "applied", "applying", "apply f", "apply t", "apply\n", "apply (", "apply\r")
"""Without one of these no letter tells of an application, wherever its lines break."""
_ASKED = ("request", "claim", "appl")
_CLAIMS = ("refund", "claim", "compensation", "cashback", "price match", "delay repay")


def applied_for_else(message: Message) -> str:
    """Given a message, return the words that tell of an application for something but work.

    "" where there are none, or where anything in the letter, its quoted part or its sender
    speaks of a job.
    """
    subject, text = message.subject[:300], message.text[:_READ]
    low = f"{subject}\n{text}".lower()
    claims = any(word in low for word in _CLAIMS) and any(word in low for word in _ASKED)
    if not claims and not any(word in low for word in _CUES):
        return ""  # cheap, for most letters are of this sort
    said, head = _flat(text.replace("’", "'")), _flat(subject.replace("’", "'"))
    found = HEAD.search(head)
    for part in (head, said):
        for pattern in (FOR, OWN, PLACE, REFUND):
            found = found or _first(pattern, part)
    if found is None or TITLE.search(head) or _speaks_of_a_job(message):
        return ""
    return found[0].strip()[:80]


def _first(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Return the first place that names no firm and no job title right after the thing."""
    for match in pattern.finditer(text):
        named = TITLE.search(text[match.end() : match.end() + 40])
        if not _FIRM.search(match[0]) and not (named and named[0][:1].isupper()):
            return match
    return None


def _flat(text: str) -> str:
    """Return a text with its lines joined, paragraphs apart: mail programs break lines anywhere."""
    return "\n".join(" ".join(part.split()) for part in re.split(r"\n\s*\n", text))


def _speaks_of_a_job(message: Message) -> bool:
    if _SENDER.search(message.from_.email.lower()) or _SENDER.search(message.from_.name.lower()):
        return True
    read = f"{message.subject}\n{message.text[:_VETOED]}\n{message.signature[:1000]}"
    read += f"\n{message.quoted[:_READ]}"
    read = HARMLESS.sub(" ", " ".join(read.replace("’", "'").split()))
    return WORK(read) or JOB.search(read) is not None
