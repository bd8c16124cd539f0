"""Persistent, not a pest: what holds across applications (rule 8 of the design).

Given what was planned for each application by itself, holds back what would be too much
for one person or one company.  A plan is held back for now, not for ever: it comes again
at the next look.  Answers are never held back by the caps on chases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Draft, DraftState, Outcome, Plan, PlanKind
from mailsense.ports import Item
from mailsense.reply.playbook import Playbook
from mailsense.reply.timing import when
from mailsense.working_days import working_days

_ASKED = frozenset({PlanKind.ANSWER_OFFER, PlanKind.ANSWER_REQUEST, PlanKind.WITHDRAW})
_Age = Callable[[datetime], int]
_Sent = Mapping[str, int]
_GONE = frozenset({DraftState.SENT, DraftState.UNKNOWN, DraftState.DELIVERED})


def hold_back(
    plans: Sequence[Plan],
    applications: Sequence[Application],
    drafts: Sequence[Draft],
    items: Sequence[Item],
    playbook: Playbook,
    *,
    now: datetime,
    zone: ZoneInfo,
    holidays: Collection[date] = (),
) -> list[Plan]:
    """Given all plans, applications, drafts and job mail, return the plans in their order.

    One that is held back becomes a plan of kind NONE that says why.  A plan whose draft
    is open already keeps its place before a new one to the same person.
    """
    by_id = {a.id: a for a in applications}
    open_ = {(d.about, d.plan, d.episode) for d in drafts if d.state.open}
    today = now.astimezone(zone).date()

    def age(at: datetime) -> int:
        return working_days(at.astimezone(zone).date(), today, holidays)

    sent = _chases_sent(drafts, by_id, items, playbook, age, now)
    noes = _noes(applications, playbook, age)
    silent = _silent(items, applications, playbook, now, zone)
    reached = _reached(items, playbook, now)
    written: set[str] = set()
    kept: dict[int, Plan] = {}
    for place, plan in sorted(enumerate(plans), key=lambda pair: _order(pair, open_)):
        person = plan.addressee.key if plan.addressee is not None else ""
        company = _company(by_id.get(plan.about))
        why = ""
        if plan.kind is PlanKind.NONE or not person:
            pass
        elif person in written:
            why = "another letter to the same person comes first"
        elif plan.kind.chases:
            episode = (plan.about, plan.kind, plan.episode)
            peace = silent.get(person, 0) >= _enough(plan.kind, playbook)
            why = _too_much(company, sent, noes, playbook, own=episode in open_, peace=peace)
        elif plan.facts.get("led") and silent.get(person, 0) >= playbook.caps.unanswered:
            why = f"left {playbook.caps.unanswered} letters unanswered: not told what came of it"
        elif plan.kind is PlanKind.INTRODUCE and person in reached:
            why = "you have written to them yourself"
        elif plan.kind is PlanKind.THANK_INTERVIEWER and _written_since(plan, items, now):
            why = "you have written to them since the talk, about something else"
        if why:
            kept[place] = replace(plan, kind=PlanKind.NONE, addressee=None, template="", why=why)
            continue
        kept[place] = plan
        if plan.kind is not PlanKind.NONE and person:
            written.add(person)
            if plan.kind.chases and company:
                sent[company] = sent.get(company, 0) + 1
    return [kept[place] for place in range(len(plans))]


def _order(
    pair: tuple[int, Plan], open_: Collection[tuple[str, PlanKind, str]]
) -> tuple[bool, bool, bool, bool, int]:
    """What somebody asked for comes first, then answers, then what keeps in touch, then chases.

    Open drafts stay.
    """
    place, plan = pair
    waiting = (plan.about, plan.kind, plan.episode) not in open_
    keeps_in_touch = plan.kind is PlanKind.STAY_IN_TOUCH
    return plan.kind.chases, keeps_in_touch, plan.kind not in _ASKED, waiting, place


def _enough(kind: PlanKind, playbook: Playbook) -> int:
    """Return after how many letters without an answer nothing of this kind follows.

    The closing note asks for nothing: it may be the last word after as many as are enough.
    """
    return playbook.caps.unanswered + (kind is PlanKind.CLOSE_LOOP)


def _too_much(
    company: str,
    sent: _Sent,
    noes: Collection[str],
    playbook: Playbook,
    *,
    own: bool,
    peace: bool,
) -> str:
    caps = playbook.caps
    if company and company in noes:
        return f"the company said no within {caps.days_after_no} working days: no chase now"
    if company and sent.get(company, 0) >= caps.chases_per_company and not own:
        return (
            f"{sent[company]} chases to this company within {caps.company_days} working days "
            "are enough"
        )
    if peace:
        return f"left {caps.unanswered} letters unanswered: in peace for {caps.rest_days} days"
    return ""


def _company(application: Application | None) -> str:
    """Return a company's name as it is compared: "Mossland Nursery" is "Mosslandnursery"."""
    name = application.company.casefold() if application else ""
    return "".join(c for c in name if c.isalnum())


def _chases_sent(
    drafts: Sequence[Draft],
    by_id: Mapping[str, Application],
    items: Sequence[Item],
    playbook: Playbook,
    age: _Age,
    now: datetime,
) -> dict[str, int]:
    """Count the chases that went out to each company of late, those written by hand as well."""
    ours: Counter[str] = Counter(
        draft.about
        for draft in drafts
        if draft.plan.chases
        and draft.state in _GONE
        and draft.created is not None
        and age(draft.created) <= playbook.caps.company_days
    )
    times = {item.key: when(item, now) for item in items if item.located.outgoing}
    counts: dict[str, int] = {}
    for id, application in by_id.items():
        company = _company(application)
        own = sorted(times[key] for key in application.message_keys if key in times)
        chases = own[len(own) - application.chases :]
        seen = sum(age(at) <= playbook.caps.company_days for at in chases)
        if company and (sent := max(ours[id], seen)):
            counts[company] = counts.get(company, 0) + sent
    return counts


def _noes(applications: Sequence[Application], playbook: Playbook, age: _Age) -> set[str]:
    """Return the companies whose last no is still fresh."""
    return {
        _company(a)
        for a in applications
        if a.outcome is Outcome.REJECTION
        and a.last_in is not None
        and age(a.last_in) < playbook.caps.days_after_no
    } - {""}


def _reached(items: Sequence[Item], playbook: Playbook, now: datetime) -> set[str]:
    """Return the people to whom the user has written in the time of an introduction."""
    window = timedelta(days=playbook.windows.get(PlanKind.INTRODUCE, 30))
    return {
        address.key
        for item in items
        if item.located.outgoing and now - when(item, now) <= window
        for address in (*item.message.to, *item.message.cc)
    }


def _written_since(plan: Plan, items: Sequence[Item], now: datetime) -> bool:
    """True when the user has written to the person since a talk, in whatever process."""
    over, person = plan.facts.get("talk_over"), plan.addressee
    return isinstance(over, datetime) and any(
        item.located.outgoing
        and person is not None
        and person.key in {a.key for a in (*item.message.to, *item.message.cc)}
        and when(item, now) >= over
        for item in items
    )


def _silent(
    items: Sequence[Item],
    applications: Sequence[Application],
    playbook: Playbook,
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, int]:
    """Return how many letters in a row people have left unanswered of late."""
    unanswered = left_unanswered(items, applications, now, zone)
    rest = timedelta(days=playbook.caps.rest_days)
    return {person: len(times) for person, times in unanswered.items() if now - times[-1] < rest}


def left_unanswered(
    items: Sequence[Item], applications: Sequence[Application], now: datetime, zone: ZoneInfo
) -> Mapping[str, Sequence[datetime]]:
    """Return when each person was last written to, in a row, without an answer.

    Whoever talked with the user has answered what came before.
    """
    unanswered: dict[str, list[datetime]] = {}
    told: list[tuple[datetime, frozenset[str], bool]] = [
        (end, people, False) for end, people in _talks(items, applications, now, zone)
    ]
    for item in items:
        message, own = item.message, item.located.outgoing
        others = [a.key for a in message.to] if own else [message.from_.key]
        told.append((when(item, now), frozenset(others), own))
    for at, people, own in sorted(told, key=lambda one: one[0]):
        for person in people:
            if own:
                unanswered.setdefault(person, []).append(at)
            else:
                unanswered.pop(person, None)
    return unanswered


def _talks(
    items: Sequence[Item], applications: Sequence[Application], now: datetime, zone: ZoneInfo
) -> Iterator[tuple[datetime, frozenset[str]]]:
    """Yield when a talk was over, and its people: by calendar, as agreed, or as the user noted."""
    events = [(item.message, event) for item in items for event in item.message.events]
    off = {e.start for _, e in events if e.method == "CANCEL"}
    for message, event in events:
        end = event.end or event.start
        if end is not None and end <= now and event.start not in off:
            people = (message.from_, *message.to, *message.cc)
            yield end, frozenset({event.organizer.lower(), *(a.key for a in people)})
    for application in applications:
        contacts = frozenset(c.email.lower() for c in application.contacts)
        if application.agreed is not None:
            end = datetime.combine(application.agreed, time.max, zone)
            if end <= now:
                yield end, contacts
        if application.spoke is not None:
            yield application.spoke, contacts
