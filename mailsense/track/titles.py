"""The title in a run of words: "Data Analyst" of "Acme - Data Analyst interview, Leeds".

Decides which of the words are somebody's job and which are the occasion, the firm or the place
that stand beside it.  Refuses to guess: what is behind a dash or a comma is part of a title only
where every word of it is known as a field of work, a rank or a job.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mailsense.track.evidence import vocabulary
from mailsense.track.patterns import lazy

_MOST_BEHIND = 5
"""So many words at most may stand behind a dash or comma of a title."""
HEADS = vocabulary(
    """accountant actor actuary adjuster administrator adviser advisor agent analyst apprentice
    architect artist assistant associate attendant auditor baker barista bartender bookkeeper broker
    builder buyer captain caregiver carer caretaker carpenter cashier chef chemist chief cleaner
    clerk clinician coach conductor consultant controller cook coordinator counsel counsellor
    counselor courier curator custodian dealer dentist designer developer director dispatcher doctor
    drafter driver economist editor electrician engineer estimator evaluator executive expert
    facilitator farmer fellow firefighter fitter florist foreman forester gardener geologist grad
    graduate grower guard guide hairdresser handler head host hygienist illustrator inspector
    installer instructor intern internship interpreter investigator janitor joiner journalist judge
    labourer laborer lawyer lead leader lecturer librarian machinist maker manager marketer mason
    matron mechanic mentor merchandiser midwife minister modeler modeller musician nanny negotiator
    nurse nutritionist officer operative operator optician optometrist organiser organizer owner
    packer painter paralegal paramedic partner pharmacist photographer physician physicist
    physiotherapist picker pilot planner plumber podiatrist porter practitioner president
    principal producer product professor programmer psychologist publicist radiographer ranger
    receptionist recruiter
    registrar rep reporter representative researcher resident reviewer roofer salesperson scheduler
    scholar scientist secretary seller server sister solicitor specialist sre statistician steward
    stocker strategist superintendent supervisor surgeon surveyor tailor teacher technician
    technologist teller tester therapist trader trainee trainer translator treasurer tutor
    underwriter usher veterinarian vet waiter waitress warden welder worker writer zookeeper
    cto cfo ceo coo vp svp hrbp qa swe pm po"""
)
REFERENCE = lazy(
    r"[\[(#]*\s*\b(?:(?:job|req(?:uisition)?|ref(?:erence)?|vacancy|position|posting)\s*"
    r"(?:id|no|nr|number|code|ref)?\.?\s*[:#-]?\s*)?"
    r"(?:#\s*)?(?:[A-Z]{1,6}[-_]?)?\d{3,}[\w-]*\b\s*[\])]*",
    re.IGNORECASE,
)
YEAR = lazy(r"^(?:19|20)\d\d$")
GENDERS = lazy(r"\(\s*(?:[mwfdxhv]|all genders|gn)(?:\s*[/|,*]\s*[mwfdxhv])*\s*\)", re.I)
_ASIDES = lazy(
    r"\(?\b(?:remote|hybrid|on-?site|full[- ]?time|part[- ]?time|permanent|temporary)\b\)?",
    re.IGNORECASE,
)
_SHORT = {"sr": "senior", "jr": "junior", "snr": "senior", "mgr": "manager", "eng": "engineer"}
RANKS = vocabulary(
    """senior junior lead principal staff head chief director vp intern internship trainee graduate
    apprentice deputy associate i ii iii iv v 1 2 3 4 5 entry mid"""
)


_FIELDS = vocabulary(
    """accommodation account accounting accounts acute administration admissions adult adults
    aerospace ai algorithms analysis analytics android api applied aquatics architecture art arts
    asset assets assurance audit automation automotive aviation backend back banking benefits
    biology bi brand broadband building business c++ campaigns capital cardiology care catering
    channel channels chemistry child childcare children claims client clinical cloud coding
    commercial communications community compensation competition compliance computing construction
    consulting content contracts controls core corporate cost creative credit crm culture customer
    customers cyber cybersecurity data database days debt defence delivery demand dementia dental
    design development devops digital distribution early ecommerce economics editorial education
    electrical electronics emergency energy engagement engineering english enterprise environment
    environmental equities equity estates events evaluation excellence experience facilities
    families family fashion finance financial firmware fleet food fraud frontend front full
    fullstack fundraising funds games general genetics geography governance grants growth hardware
    health healthcare history home hospitality housing hr html human immunology implementation
    improvement inclusion income infrastructure innovation insight insights instrumentation
    insurance integration intelligence intensive internal international inventory investment
    investments ios it java javascript kitchen knowledge laboratory language languages law
    learning legal leisure lending level lifecycle litigation logistics loyalty machine maintenance
    manufacturing marine market marketing markets materials maternity maths mathematics mechanical
    media medical medicine mental merchandising mobile modelling modeling mortgages music network
    networking networks neurology new night nights node nursing nutrition occupational ocean
    oncology operational operations optimisation optimization orthopaedics outpatients outreach
    paediatrics pathology patient patients payments payroll people performance pharmacy php
    physics physiotherapy pipeline planning platform platforms policy power pricing primary privacy
    private process procurement product production products programme programmes programs
    project projects property prosthetics psychiatry psychology public publishing purchasing python
    qa quality quantitative radiology rail react recovery regulatory rehabilitation relations
    reliability renewables reporting reporting research resilience resources respiratory retail
    retention revenue risk robotics ruby rust safeguarding safety sales school schools science
    sciences search secondary security senior services service shared site social software solutions
    sourcing spanish special specialist sport sports sql stack statistics stores strategic strategy
    structural supply support surgery surgical sustainability systems tax technical technology
    theatre theatres thermal tooling trading training transformation transport travel treasury
    trust ui underwriting urban utilities ux vaccines visual volunteering warehouse warehousing
    waste water wealth web weekends welfare wellbeing wholesale wildlife women workforce youth
    band grade key stage tier year years"""
)
"""What a part of a title behind a dash or comma is made of: fields of work and their likes."""
_LINKS = frozenset("of and for in to with".split())
_OCCASION = vocabulary(
    """acknowledgement application applications assessment assessments availability brief call calls
    case challenge chat coding confirmation confirmed conversation day decision details
    discussion employment enquiry exercise exercises face feedback final first formal home info
    informal information initial interview interviews intro introduction introductory invitation
    invite invited letter meeting next offer offers onsite online opening opportunity outcome panel
    person phone position post presentation process query question questions quick receipt
    rejection reminder requirement rescheduled result results role job round rounds screen screening
    second selection short shortlist shortlisting stage status step steps study take takehome task
    tasks teams tel telephone test tests third trial update updates urgent vacancy video virtual
    zoom 1st 2nd 3rd"""
)
_BESIDE = vocabulary(
    """of on in at with for to and by your our my am pm from monday tuesday wednesday thursday
    friday saturday sunday today tomorrow week january february march april may june july august
    september october november december"""
)
_PARTS = lazy(r"\s+[-–—|/\\•·@:>~]{1,3}\s+|:\s+|\s*\|\s*|\s*—\s*")
"""Must split "Acme // Cook", "Cook - Leeds", "Interview: Cook"; not "E-Roster", "Cook/Cleaner"."""
_ASIDE_TAIL = lazy(
    r"\s*\(\s*(?:remote|hybrid|on-?site|full[- ]?time|part[- ]?time|permanent|temporary|contract|"
    r"fixed[- ]term|maternity cover|[fp]/?t|ftc|\d+ months?)\b[^()]{0,40}\)|"
    r"\s(?:on|at|by|from)\s(?:\d|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tomorrow)\b.*$",
    re.IGNORECASE,
)
"""Must match "Cook (part-time)", "Cook on Monday", "Cook on 3 March"; not "Cook (Nights)"."""
_CENTRE = lazy(r"\b(assessment)\s+cent(?:re|er)\b", re.IGNORECASE)
_TO_THE = lazy(r"\s(?P<link>and|for|in|of|about|regarding|as|on|to|with)\s(?:the|our|an?|your)\s")
_TOWN = lazy(r"^(?P<job>.+?)\s+in\s+(?P<town>[A-Z][\w'’-]+(?:[\s-][A-Z][\w'’-]+){0,2})$")
_OF_SUBJECTS = vocabulary(
    """lecturer professor fellow teacher tutor reader researcher scientist consultant specialist
    apprentice trainee intern graduate associate engineer artist writer instructor student"""
)
"""Jobs that are named with what they are about: a word behind "in" is no town."""
_NAMED = lazy(r"\s[A-Z]")
_TO_A = lazy(r"\s(?:for|as|about|regarding|re)\s(?=[^\W\da-z_])")


def title(name: str) -> str:
    """Given words with a job's title in them, return the title alone.

    They come back as they are where no word is a noun for a job.
    """
    name = _without_lead(name)
    if not names_a_job(name):
        return name
    name = _ASIDE_TAIL.sub("", name)
    ends = [(0, 0), *(hit.span() for hit in _PARTS.finditer(name))]
    starts = [*(start for start, _ in ends[1:]), len(name)]
    parts = [name[end:start] for (_, end), start in zip(ends, starts, strict=True)]
    found = [n for n, part in enumerate(parts) if names_a_job(part)]
    if not found:
        return name
    chosen = next((n for n in found if _ends_in_a_job(parts[n])), found[0])
    whole = _without_lead(_until_the_occasion(_until_the_place(parts[chosen])))
    for n in range(chosen + 1, len(parts)):
        if _of_a_title(parts[n]):
            whole += f"{name[slice(*ends[n])]}{parts[n].strip()}"
        elif words(parts[n]):
            break
    return _until_the_town(whole)


def _without_lead(name: str) -> str:
    """Cut what leads to a title: "take-home for Cook", "time spent in our process for the Cook"."""
    for _ in range(4):
        hit = _TO_THE.search(name)
        if hit is None or not _leads(name[: hit.start()], hit["link"], name[hit.end() :]):
            hit = _TO_A.search(name)
            if hit is None or not _invites(name[: hit.start()], name[hit.end() :]):
                return name
        name = name[hit.end() :]
    return name


def _leads(before: str, link: str, after: str) -> bool:
    """True for "offer of the Cook", "recruiter for the Cook"; not for "Head of the Kitchen"."""
    if link in ("and", "for", "in"):
        return names_a_job(after) or not names_a_job(before)
    return names_a_job(after) and not names_a_job(before)


def _invites(before: str, after: str) -> bool:
    """True for "take-home for Cook", "Paid trial as Cook"; not for "Policy for Women Officer"."""
    if names_a_job(before) or not names_a_job(after):
        return False
    return _is_an_occasion(words(before)) or not _NAMED.search(before)


def _until_the_place(part: str) -> str:
    """Cut "Cook, Leeds" behind the comma; "Manager, Data Engineering" and "Cook, Cleaner" stay."""
    pieces = part.split(",")
    first = next((n for n, piece in enumerate(pieces) if names_a_job(piece)), len(pieces))
    last = first + 1
    while last < len(pieces) and _of_a_title(pieces[last]):
        last += 1
    return ",".join(pieces[:last])


def _until_the_town(whole: str) -> str:
    """Cut "Quantity Surveyor in Leeds"; "Lecturer in Physics" and "Engineer in Test" stay."""
    hit = _TOWN.match(whole)
    if hit is None or not _ends_in_a_job(hit["job"]) or _of_a_title(hit["town"]):
        return whole
    return whole if set(words(hit["job"])) & _OF_SUBJECTS else hit["job"]


def _until_the_occasion(part: str) -> str:
    """Cut "Cook telephone interview" and "Cook second stage on Friday"; not "Engineer in Test"."""
    for hit in re.finditer(r"(?<=\s)\S+", part):
        before, rest = part[: hit.start()].strip(), words(_CENTRE.sub(r"\1", part[hit.start() :]))
        beside = words(before)
        if not beside or beside[-1] in _LINKS or beside[-1] == "key" or before.endswith("&"):
            continue
        if not names_a_job(before):
            continue
        if _is_an_occasion(rest):
            return before
    return part


def _is_an_occasion(own: list[str]) -> bool:
    """True for "interview", "second stage on Friday", "interview with Acme"; not "call centre"."""
    rest = own
    while rest and rest[0] in _OCCASION:
        rest = rest[1:]
    if rest == own:
        return False
    whom = rest[:1] and rest[0] in ("with", "at", "for", "from") and not set(rest) & HEADS
    return bool(whom) or all(w in _OCCASION or w in _BESIDE or w[:1].isdigit() for w in rest)


def _of_a_title(part: str) -> bool:
    """True for "Data Engineering", "Band 6", "Cleaner"; not for "Leeds", "Acme", "phone call"."""
    own = words(part)
    known = all(w in _FIELDS or w in HEADS or w in RANKS or w in _LINKS for w in own)
    return known and 0 < len(own) <= _MOST_BEHIND and own[0] not in _LINKS - {"and"}


def _ends_in_a_job(part: str) -> bool:
    """True for "Data Analyst", "Head of Data", "Engineer II"; not for "Mason & Sons"."""
    own = words(part.split(",")[0])
    while len(own) > 1 and (own[-1] in RANKS or own[-1] in _OCCASION):
        if own[-1] in HEADS:
            break
        own.pop()
    heads = [n for n, w in enumerate(own) if w in HEADS]
    return bool(heads) and (heads[-1] == len(own) - 1 or own[heads[0] + 1] in _LINKS)


@lru_cache(4096)
def names_a_job(text: str) -> bool:
    """True when a word of the text is a noun for somebody who does a job."""
    return any(w in HEADS for w in words(text))


def words(name: str) -> list[str]:
    """Given a title, return its words as they are compared: plain, short forms written out."""
    plain = unicodedata.normalize("NFKD", _ASIDES.sub(" ", GENDERS.sub(" ", name)).casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = REFERENCE.sub(lambda m: m[0] if YEAR.match(m[0].strip()) else " ", plain)
    found = re.findall(r"[^\W_]+(?:[+#]+)?", plain)
    return [_SHORT.get(w, w) for w in found if w not in ("the", "a", "an")]
