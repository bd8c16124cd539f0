"""What holds in every search, whatever the order, the delay and the copies of its mail.

Searches are made up: two firms, some processes with a recruiter each, letters with days between
them that go over nights, weekends, public holidays and changes of the clock, in several zones.
The user sends every chase as soon as it waits, which is the most that could ever go out.  What is
asserted is worked out here from the letters alone, not by the code that is tested.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mailsense.domain import Draft, DraftState, PlanKind
from mailsense.working_days import working_days
from tests.support.items import PLAYBOOK
from tests.support.story import Story, _holidays

ZONES = [
    ("Europe/London", "GB"),
    ("America/New_York", "US"),
    ("Australia/Sydney", "AU"),
    ("Asia/Kolkata", "IN"),
    ("Pacific/Apia", ""),
]
BEGINNINGS = [date(2026, 3, 16), date(2026, 10, 12), date(2026, 12, 14), date(2026, 6, 1)]
"""Before the clocks go forward, before they go back, before Christmas, and in summer."""
FIRMS = ["Acmeworks", "Beamfield"]
ROLES = ["Data Analyst", "Route Planner", "Shift Clerk"]
THEIRS: dict[str, tuple[str, str]] = {
    "invite": ("interview", "Could you come in for an interview with our team?"),
    "receipt": ("acknowledgement", "Thank you, your application is on my desk."),
    "task": ("task", "Please send me your references."),
    "promise": ("acknowledgement", "We will let you know by Friday."),
    "no": ("rejection", "We have decided to go with somebody else."),
    "away": ("other", "I am out of the office until further notice."),
    "elsewhere": ("other", "I am ill this week."),
}
LETTERS = [*THEIRS, "own", "own", "own"]


@dataclass(frozen=True)
class Mail:
    """One letter of a made-up search, and what the tests know of it."""

    id: str
    firm: str
    role: str
    sort: str
    at: datetime
    arrives: datetime
    table: dict[str, Any]

    @property
    def person(self) -> str:
        return person_of(self.firm, self.role)

    @property
    def word(self) -> bool:
        """Whether it is somebody's own word in the process."""
        return self.sort not in ("away", "elsewhere")


def person_of(firm: str, role: str) -> str:
    return f"{role.split()[0].lower()}.lee@{firm.lower()}.example"


def spoken(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M}"


@st.composite
def searches(draw: st.DrawFn) -> tuple[dict[str, Any], list[Mail]]:
    """Return a story without looks, and its mails."""
    name, country = draw(st.sampled_from(ZONES))
    zone = ZoneInfo(name)
    mails: list[Mail] = []
    begins = draw(st.sampled_from(BEGINNINGS))
    for firm in FIRMS[: draw(st.integers(1, 2))]:
        for role in ROLES[: draw(st.integers(1, 3))]:
            mails += draw(processes(firm, role, begins, zone))
    mails.sort(key=lambda mail: mail.at)
    me = {"country": country, "timezone": name}
    return {"story": "made up", "me": me, "mail": [mail.table for mail in mails]}, mails


@st.composite
def processes(draw: st.DrawFn, firm: str, role: str, day: date, zone: ZoneInfo) -> list[Mail]:
    """Return the letters of one process: the first is theirs."""
    found: list[Mail] = []
    steps = draw(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=4))
    for number, sort in enumerate(["invite" if steps[0] == "own" else steps[0], *steps[1:]]):
        day += timedelta(days=draw(st.sampled_from([0, 1, 2, 4, 9, 13])))
        clock = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30, 59])))
        at = datetime.combine(day, clock, zone).astimezone(UTC)
        if found and at <= found[-1].at:
            at = found[-1].at + timedelta(hours=1)
        late = draw(st.sampled_from([0, 0, 0, 1, 50]))
        found.append(letter(firm, role, sort, number, at, at + timedelta(hours=late), zone, draw))
    return found


def letter(
    firm: str,
    role: str,
    sort: str,
    number: int,
    at: datetime,
    arrives: datetime,
    zone: ZoneInfo,
    draw: Callable[[st.SearchStrategy[Any]], Any],
) -> Mail:
    start = f"{firm}-{role.split()[0]}".lower()
    person = person_of(firm, role)
    name = f"{role.split()[0]} Lee"
    table: dict[str, Any] = {"id": f"{start}-{number}", "date": spoken(at, zone)}
    table["copies"] = draw(st.sampled_from([[], [], ["Archive"]]))
    if sort == "elsewhere" or not number:
        about = f"{role} at {firm}"
        table["subject"] = "A word from home" if sort == "elsewhere" else about
    else:
        table["re"] = f"{start}-0"
    if sort == "own":
        table |= {"sent": True, "to": f"{name} <{person}>", "body": "Do you know more?\n\nRobin"}
    else:
        kind, words = THEIRS[sort]
        body = f"Dear Robin,\n\n{words}\n\n{name}\nRecruiter, {firm}"
        table |= {"from": f"{name} <{person}>", "kind": kind, "body": body}
    if sort == "away":
        table["auto_submitted"] = "auto-replied"
    if arrives != at:
        table["arrives"] = spoken(arrives, zone)
    return Mail(table["id"], firm, role, sort, at, arrives, table)


def looks(mails: Sequence[Mail], zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return a look every third day from the first letter to long after the last."""
    first, last = min(m.arrives for m in mails), max(m.arrives for m in mails)
    found = []
    at = datetime.combine(first.astimezone(zone).date(), time(18), zone)
    while at < last.astimezone(zone) + timedelta(days=35):
        found.append({"now": spoken(at, zone), "then": []})
        at = datetime.combine(at.date() + timedelta(days=3), time(18), zone)
    return [*found, {"now": spoken(at, zone)}]


# --- what always holds -------------------------------------------------------------------


class Watch:
    """Sees all that goes out, and tells what should not have."""

    def __init__(self, story: Story, mails: Sequence[Mail]) -> None:
        self.story, self.mails = story, mails
        self.zone = story.zone
        self.holidays = _holidays(story.settings.me.country)
        self.sent: list[tuple[Draft, datetime]] = []

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def here(self, now: datetime, firm: str, role: str) -> list[tuple[datetime, bool, str]]:
        """Return (when, own, sort) of what there is of a process, the chases sent as well."""
        found = [
            (m.at, m.sort == "own", m.sort)
            for m in self.mails
            if m.arrives <= now and (m.firm, m.role) == (firm, role)
        ]
        person = person_of(firm, role)
        return sorted(found + [(at, True, "sent") for d, at in self.sent if d.to[0].key == person])

    def wrong(self, now: datetime) -> Iterator[str]:
        """Yield what is wrong with the drafts at one look."""
        drafts = self.story.store.drafts()
        open_ = [d for d in drafts if d.state.open]
        people = [d.to[0].key for d in open_]
        yield from (f"two letters wait for {p}" for p in people if people.count(p) > 1)
        answers = [(d.answers, d.plan) for d in drafts if not d.plan.chases]
        yield from (f"{one} is answered twice" for one in answers if answers.count(one) > 1)
        for draft in open_:
            if draft.state is DraftState.WAITING and (draft.not_before or now) > now:
                yield f"{draft.plan} is offered before {draft.not_before}"
            if draft.plan is PlanKind.STATUS_CHECK:
                yield from (f"{draft.to[0]}: {one}" for one in self.chase(draft, now))

    def chase(self, draft: Draft, now: datetime) -> Iterator[str]:
        """Yield what is wrong with a chase that is open."""
        person = draft.to[0].key
        mine = next(m for m in self.mails if m.person == person)
        told = self.here(now, mine.firm, mine.role)
        words = [at for at, own, sort in told if sort not in ("away", "elsewhere")]
        since = [at for at, own, sort in told if not own and sort != "away"]
        if since and max(since) > max(words):
            yield "they gave a sign of life"
        if not words:
            return
        waited = working_days(self.day(max(words)), self.day(now), self.holidays)
        last = [sort for _, own, sort in told if not own and sort not in ("away", "elsewhere")]
        floor = 0 if "promise" in last else min(PLAYBOOK.ladders["screening"].floors)
        if waited < floor:
            yield f"chased after {waited} working days"
        theirs = [at for at, own, sort in told if not own and sort != "away"]
        unanswered = [at for at, own, _ in told if own and at > max(theirs, default=at)]
        if len(unanswered) >= PLAYBOOK.caps.unanswered:
            yield f"{len(unanswered)} letters are unanswered, and another waits"
        if last and last[-1] == "no":
            yield "they said no"

    def sending(self, draft: Draft, now: datetime) -> Iterator[str]:
        """Take note of a chase that is sent; yield what is wrong with that."""
        self.sent.append((draft, now))
        domain = draft.to[0].domain
        recent = [
            at
            for d, at in self.sent
            if d.to[0].domain == domain
            and working_days(self.day(at), self.day(now), self.holidays)
            < PLAYBOOK.caps.company_days
        ]
        if len(recent) > PLAYBOOK.caps.chases_per_company:
            yield f"{len(recent)} chases to {domain} in {PLAYBOOK.caps.company_days} working days"


def watched(told: dict[str, Any], mails: Sequence[Mail]) -> Watch:
    """Tell a search to its end, every chase being sent; fail with all that was wrong."""
    zone = ZoneInfo(told["me"]["timezone"])
    story = Story("made up", {**told, "look": looks(mails, zone)})
    watch, wrong = Watch(story, mails), list[str]()
    for _, look in story.looks():
        now = story.instant(look["now"])
        wrong += [f"{look['now']}: {one}" for one in watch.wrong(now)]
        for draft in story.store.drafts((DraftState.WAITING,)):
            if draft.plan.chases and "then" in look:
                look["then"].append({"send": draft.to[0].key})  # type: ignore[attr-defined]
                wrong += [f"{look['now']}: {one}" for one in watch.sending(draft, now)]
    assert not wrong, "\n".join(wrong)
    return watch


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(searches())
def test_no_search_ever_makes_a_pest_of_the_user(
    search: tuple[dict[str, Any], list[Mail]],
) -> None:
    watched(*search)


def test_a_firm_that_owes_many_answers_gets_two_questions_in_two_weeks() -> None:
    zone, mails = ZoneInfo("Europe/London"), list[Mail]()
    for role in ROLES:
        at = datetime(2026, 3, 16, 10, tzinfo=UTC)
        mails.append(letter(FIRMS[0], role, "invite", 0, at, at, zone, lambda strategy: []))
        at += timedelta(days=1)
        mails.append(letter(FIRMS[0], role, "own", 1, at, at, zone, lambda strategy: []))
    me = {"country": "GB", "timezone": "Europe/London"}
    watch = watched({"story": "many", "me": me, "mail": [m.table for m in mails]}, mails)
    assert len(watch.sent) > PLAYBOOK.caps.chases_per_company, "more than the cap were ever due"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(searches(), st.randoms(use_true_random=False))
def test_the_order_and_the_copies_of_the_mail_do_not_matter(
    search: tuple[dict[str, Any], list[Mail]], shuffled: random.Random
) -> None:
    told, mails = search
    zone = ZoneInfo(told["me"]["timezone"])
    end = max(m.arrives for m in mails) + timedelta(days=shuffled.randrange(12))
    tables = [{k: v for k, v in mail.table.items() if k != "arrives"} for mail in mails]
    outcomes = []
    for again in range(2):
        if again:
            tables = [{**t, "copies": ["Archive", "Junk"][: shuffled.randrange(3)]} for t in tables]
            shuffled.shuffle(tables)
        story = Story("made up", {**told, "mail": tables, "look": [{"now": spoken(end, zone)}]})
        for _ in story.looks():
            plans = [
                (p.kind, p.episode, p.addressee, p.template, p.why) for p in story.store.plans()
            ]
            drafts = [(d.plan, d.to, d.subject, d.body) for d in story.store.drafts()]
            found = [
                (a.company, a.role, a.stage, a.state, a.tag, a.outcome, set(a.message_keys))
                for a in story.store.applications()
            ]
        outcomes.append([sorted(map(repr, each)) for each in (plans, drafts, found)])
    assert outcomes[0] == outcomes[1]
