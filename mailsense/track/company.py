"""Names of firms: when two names are one firm, and what is no employer at all.

Decides how a name and a mail domain are compared (exactly, after normalisation; a part of
a name never counts), and which names can never be an employer: applicant-tracking
systems, job boards, agencies, mail providers, placeholders, words like "Hiring Team".
The lists are small and our own.  Which vendor sent a message is told by its ``Facts.ats``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mailsense.freemail import domain_label, is_freemail
from mailsense.track.evidence import vocabulary
from mailsense.track.patterns import lazy

_VENDORS = vocabulary(
    """greenhouse greenhousemail lever workday myworkday myworkdayjobs workable workablemail icims
    jobvite smartrecruiters ashby ashbyhq bamboohr breezyhr breezy successfactors taleo
    oraclecloud brassring avature recruitee teamtailor personio jazzhr applytojob comeet
    comeetnotifications paylocity paycom paycor ultipro ukg adp rippling jobscore pinpoint
    welcomekit phenom eightfold gem beamery cornerstone csod kekamail keka zohorecruit fountain
    hireez bullhorn jobadder vincere loxo tribepad eploy networx softgarden rexx dvinci
    linkedin indeed indeedemail glassdoor ziprecruiter monster stepstone totaljobs cvlibrary jobsite
    simplyhired careerbuilder dice wellfound angellist hired otta welcometothejungle handshake
    ripplematch builtin flexjobs xing jobteaser talent adzuna jooble naukri seek infojobs jobindex
    hackerrank codility codesignal testgorilla coderbyte karat hirevue sparkhire willo shl
    pymetrics testdome devskiller predictiveindex calendly goodtime
    doodle cronofy zoom googlemeet microsoftteams webex docusign adobesign hellosign
    dropboxsign checkr hireright goodhire xref checkmate googlecalendar mailchimp sendgrid
    mailgun amazonses"""
)
"""Keys of systems that write in an employer's name, and are never the employer here."""

_AGENCIES = vocabulary(
    """hays michaelpage pagepersonnel pagegroup roberthalf robertwalters randstad adecco manpower
    manpowergroup experis kellyservices teksystems astoncarter aerotek insightglobal reed
    harveynash harnham huxley spencerogden morganmckinley brookstreet officeangels badenoch
    sthree computerfutures kforce allegis apexsystems modis akkodis collabera motionrecruitment
    cybercoders jobot spencerstuart kornferry heidrick egonzehnder russellreynolds gigroup
    synergie nigelfrank xcede oliverbernard impellam pertemps"""
)

_AGENCY_WORD = lazy(
    r"recruit(?:ment|ing|ers?)?|staffing|headhunt(?:ing|ers?)?|personnel|executivesearch|"
    r"resourcing|talentsolutions|searchpartners|searchandselection|jobagency",
    re.IGNORECASE,
)
_AGENCY_NAME = lazy(
    r"\b(?:recruitment|staffing|executive search|search (?:&|and) selection|search partners|"
    r"headhunters?|talent (?:solutions|partners)|personnel services|resourcing)"
    r"(?:\s+(?:ltd|limited|inc|llc|gmbh|group|agency|consultants?|consultancy|solutions|"
    r"services|partners|partnership|associates))\b",
    re.IGNORECASE,
)
_CLIENT = lazy(
    r"\b(?:my|our|a|one of (?:my|our)) client(?!s?['’]?s? success)s?\b(?! (?:services?|success|"
    r"relations|facing|team|side|data))|\bclient of (?:mine|ours)\b",
    re.IGNORECASE,
)
"""Must match "my client is looking for", "for our client Acme"; not "our client services team"."""

_LEGAL = vocabulary(
    """inc incorporated ltd limited llc llp lp plc gmbh mbh ag kg kgaa ug se sa sas sarl bv nv ab oy
    oyj asa aps spa srl sl sro pty pte co corp corporation company na pbc cic"""
)
_GENERIC = vocabulary(
    """a an and application applications applicant admin acquisition alert alerts at auto candidate
    candidates career careers center centre company contact corporate customer department do
    donotreply email employer employment enquiries experience external for from global group head
    hello hi hire hiring hr human info information interview invitation job jobs mail mailer me
    manager message my new news no noreply not notification notifications notifier office
    operations opportunities opportunity our people personnel portal position post recruit
    recruiter recruiters recruiting recruitment regarding relations reply request resource
    resources role selection service services status student support system systems talent team
    the this thread to today tomorrow university update updates us user via we welcome with work
    you your zone them him her it"""
)
_PLACEHOLDER = vocabulary(
    """na none unknown confidential companyname yourcompany thecompany ourcompany ourclient client
    undisclosed anonymous tbd tba test example employer employername hiringcompany"""
)
_HR_SUFFIX = lazy(r"^(.{3,}?)-?(?:careers?|jobs|recruit(?:ing|ment)?|hiring|talent|hr)$")
_WORD = lazy(r"[^\W_]+")


@lru_cache(4096)
def not_shouted(name: str) -> str:
    """Given a firm's name all in capitals, return it as a letter writes it; others as they are.

    "TAMAR VALLEY COUNCIL" as "Tamar Valley Council", "NHS HIGHLAND" as "NHS Highland"; "IBM" and
    "IKEA" stay, for one word may be written so.
    """
    parts = name.split()
    if not name.isupper() or len(parts) < 2 or not any(len(part) > 4 for part in parts):
        return name
    small = {"of", "and", "the", "for"}
    return " ".join(
        part.lower()
        if part.lower() in small
        else part.capitalize()
        if len(part) > 3 or part.rstrip(".") in ("LTD", "INC")
        else part
        for part in parts
    )


def firm_key(name: str) -> str:
    """Given a firm's name, return the form in which names are compared; "" for no name.

    Case, accents, blanks, punctuation, a leading "the" and legal forms do not count:
    "The Acme Robotics Co., Ltd." and "ACME-Robotics" are one.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"\.(?:com|io|ai|co|net|org)\b", "", plain.strip())
    plain = re.sub(r"['’`.]", "", plain).replace("&", " and ")
    words = _WORD.findall(plain)
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return "".join(words)


@lru_cache(4096)
def domain_keys(domain: str) -> frozenset[str]:
    """Given a mail domain, return the firm keys it stands for: none for providers and vendors.

    ``acmecareers.com`` stands for ``acme`` as well.
    """
    label = domain_label(domain)
    key = firm_key(label)
    if not key or is_freemail(domain) or is_vendor(key) or is_agency_domain(domain):
        return frozenset()
    keys = {key}
    if (hit := _HR_SUFFIX.match(label)) and not is_vendor(firm_key(hit[1])):
        keys.add(firm_key(hit[1]))
    return frozenset(keys)


def is_vendor(name: str, ats: str = "") -> bool:
    """True for an applicant-tracking system, job board or similar; ``ats`` as told by facts."""
    key = firm_key(name)
    return key in _VENDORS or (bool(ats) and key == firm_key(ats))


def is_agency_domain(domain: str) -> bool:
    """True when the owner of the domain finds staff for others."""
    label = domain_label(domain)
    return firm_key(label) in _AGENCIES or bool(_AGENCY_WORD.search(label.replace("-", "")))


def is_agency_name(name: str) -> bool:
    """True for the name of a staffing agency ("Northgate Recruitment Ltd"), not for a team."""
    return firm_key(name) in _AGENCIES or bool(_AGENCY_NAME.search(name))


def speaks_for_client(text: str) -> bool:
    """True when the writer looks for staff on somebody else's behalf."""
    return bool(_CLIENT.search(text[:6000]))


@lru_cache(4096)
def is_employer(name: str, ats: str = "") -> bool:
    """Given a candidate for a firm's name, return whether it can be an employer at all."""
    key = firm_key(name)
    if not key or key.isdigit() or key in _PLACEHOLDER or re.search(r"[\[\]{}<>?*_@]", name):
        return False
    if all(word in _GENERIC for word in _WORD.findall(name.casefold())):
        return False
    return not (is_vendor(name, ats) or is_agency_name(name))


@lru_cache(4096)
def akin(name: str, label_key: str) -> bool:
    """True when a key is that of the name, of some of its words from the first, or its initials.

    It links ``acme.com`` to "Acme Robotics" where both stand in one message, and ``acmehp.com``
    to "Acme Health Partners": first words in full, two initials or more behind them.
    """
    words = [firm_key(w) for w in name.split()]
    heads = {words[0]} if words else {""}
    for word in words[1:7]:
        heads |= {head + word for head in heads}
    heads.add(firm_key(name))
    initials = "".join(w[0] for w in words if w and w not in ("and", "of", "the"))
    mixed = {"".join(words[:n]) + initials[n:] for n in range(1, len(initials) - 1)}
    if len(initials) != len(words):
        mixed = set()
    return label_key in heads | mixed or (len(initials) > 2 and label_key == initials)
