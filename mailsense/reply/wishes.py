"""What the user wishes, held against every plan: nobody written to, a pause, the search over.

Given the entries of the journal that are in force, says what holds today: who and which firms
are never written to, until when nothing is written into a silence, since when and where the
user has landed; and of any letter why it is held back.  What a wish holds back is only
planned anew: it comes again as it was when the wish is taken back (rule 8 of the design).
Refuses to know how firms are compared (their keys are handed in, as the tracker makes them)
and which letters a landing brings (``landed``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mailsense.domain import Address, Plan, PlanKind
from mailsense.journal import Entry, What
from mailsense.reply.timing import spoken

NEWS = "landed-"
"""An episode that begins so is of a letter that only a landing brings."""

_SEEKS = frozenset(
    {
        PlanKind.ANSWER_REQUEST,
        PlanKind.ANSWER_OFFER,
        PlanKind.REDIRECT,
        PlanKind.INTRODUCE,
        PlanKind.THANK_REFERRAL,
        PlanKind.THANK_INTERVIEWER,
    }
)
"""Letters that carry the search on: they accept, ask for a name, or say that one would come."""

_THANKS = frozenset({PlanKind.ANSWER_REJECTION, PlanKind.ANSWER_OUTREACH, PlanKind.THANK_FEEDBACK})
"""Letters that a person need not get beside the news of a landing."""


@dataclass(frozen=True, slots=True)
class Landed:
    """The new job, as far as it was told. ``firms`` are the keys of its firm."""

    number: int
    at: datetime
    on: date
    company: str = ""
    role: str = ""
    firms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that the user wishes, as it holds today."""

    people: frozenset[str] = frozenset()
    """Addresses that are never written to, in lower case."""
    firms: Mapping[str, str] = field(default_factory=dict)
    """Key of a firm that is never written to → its name as the user said it."""
    paused: bool = False
    until: date | None = None
    """The day on which the pause ends by itself; None: when the user says so."""
    landed: Landed | None = None

    def spares(self, firms: Collection[str], *, offered: bool) -> bool:
        """True when a landing leaves an application alone.

        It is at the firm where the user landed; or an offer stands in it, and where the user
        landed was not told: it may be the very one.
        """
        if self.landed is None:
            return True
        told = bool(self.landed.company)
        return (offered and not told) or bool(self.landed.firms & set(firms))

    def why_not(
        self, kind: PlanKind, person: Address, firms: Collection[str], *, spared: bool
    ) -> str:
        """Return why a letter of this kind is held back, "" where nothing is against it.

        ``firms`` are the keys of the firms that it concerns; ``spared`` says that a landing
        leaves its application alone.
        """
        if person.key in self.people:
            return f"you asked never to write to {person.name or person.email}"
        for key in sorted(firms):
            if key in self.firms:
                return f"you asked never to write to {self.firms[key]}"
        if self.landed is not None and kind.chases:
            return "you have landed: nothing is written into a silence"
        if self.landed is not None and kind in _SEEKS and not spared:
            return "you have landed: this letter would carry the search on"
        if self.paused and kind.chases:
            until = f" until {spoken(self.until)}" if self.until else ""
            return f"you paused{until}: nothing is written into a silence"
        return ""


def wishes(
    entries: Sequence[Entry], today: date, firm_keys: Callable[[str], Collection[str]]
) -> Wishes:
    """Given the entries in force, in the order they were said, return what holds today.

    ``firm_keys`` returns the keys of a firm by its name.  Of pauses and landings the last one
    said counts; a pause whose day has come is over.
    """
    people: set[str] = set()
    firms: dict[str, str] = {}
    pause: Entry | None = None
    landed: Landed | None = None
    for one in entries:
        if one.what is What.NEVER and one.person is not None:
            people.add(one.person.key)
        elif one.what is What.NEVER:
            firms |= dict.fromkeys(firm_keys(one.company), one.company)
        elif one.what is What.PAUSE:
            pause = one
        elif one.what is What.LANDED:
            keys = frozenset(firm_keys(one.company)) if one.company else frozenset()
            on = one.on or one.at.date()
            landed = Landed(one.number, one.at, on, one.company, one.facts.get("role", ""), keys)
    until = pause.until if pause is not None else None
    paused = pause is not None and (until is None or today < until)
    return Wishes(frozenset(people), firms, paused, until if paused else None, landed)


def held(plan: Plan, why: str) -> Plan:
    """Return the plan as one to do nothing, which says why."""
    return replace(plan, kind=PlanKind.NONE, addressee=None, template="", why=why)


def heed(
    plans: Sequence[Plan],
    wished: Wishes,
    *,
    firms: Callable[[str, Address], Collection[str]],
    spared: Callable[[str], bool],
    not_now: Callable[[Plan], Plan],
    told: Collection[str] = (),
) -> list[Plan]:
    """Given all that is planned, those letters that a landing brings among it, return what is
    left of it, in its order.

    ``firms`` and ``spared`` are of an application by its id; ``not_now`` turns the answer to an
    approach into a kind refusal.  Who gets the news of a landing gets no second letter beside it;
    nor do those who were ``told`` before, in lower case, but for an approach.
    """
    news: set[str] = set()
    kept: dict[int, Plan] = {}
    news_first = sorted(enumerate(plans), key=lambda pair: not is_news(pair[1]))
    for place, plan in news_first:
        person = plan.addressee
        if plan.kind is PlanKind.NONE or person is None:
            kept[place] = plan
            continue
        at_firm = spared(plan.about)
        why = wished.why_not(plan.kind, person, firms(plan.about, person), spared=at_firm)
        if not why and plan.kind in _THANKS and not at_firm:
            approach = plan.kind is PlanKind.ANSWER_OUTREACH
            if person.key in news:
                why = "your news goes to them in a letter that thanks them as well"
            elif wished.landed is not None and person.key in told and not approach:
                why = "they have had your news"
        if why:
            kept[place] = held(plan, why)
            continue
        if is_news(plan):
            news.add(person.key)
        elif wished.landed is not None and plan.kind is PlanKind.ANSWER_OUTREACH:
            plan = not_now(plan)
        kept[place] = plan
    return [kept[place] for place in range(len(plans))]


def is_news(plan: Plan) -> bool:
    """True when only a landing brings this letter: a withdrawal, or thanks to a helper."""
    thanks = plan.kind is PlanKind.STAY_IN_TOUCH and plan.episode.startswith(NEWS)
    return plan.kind is PlanKind.WITHDRAW or thanks
