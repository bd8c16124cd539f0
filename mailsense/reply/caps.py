"""Persistent, not a pest: what holds across applications (rule 8 of the design).

Given what was planned for each application by itself, holds back what would be too much
for one person or one company.  A plan is held back for now, not for ever: it comes again
at the next look.  Answers are never held back by the caps on chases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailsense.domain import Application, Draft, DraftState, Outcome, Plan, PlanKind
from mailsense.ports import Item
from mailsense.reply.playbook import Playbook
from mailsense.reply.timing import when, working_days

_ASKED = frozenset({PlanKind.ANSWER_OFFER, PlanKind.ANSWER_REQUEST})
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
    silent = _silent(items, playbook, now)
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
        elif plan.kind is PlanKind.INTRODUCE and person in reached:
            why = "you have written to them yourself"
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
) -> tuple[bool, bool, bool, int]:
    """What somebody asked for comes first, then answers, then chases; open drafts stay."""
    place, plan = pair
    waiting = (plan.about, plan.kind, plan.episode) not in open_
    return plan.kind.chases, plan.kind not in _ASKED, waiting, place


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


def _silent(items: Sequence[Item], playbook: Playbook, now: datetime) -> dict[str, int]:
    """Return how many letters in a row people have left unanswered of late."""
    unanswered: dict[str, list[datetime]] = {}
    for item in sorted(items, key=lambda i: when(i, now)):
        if not item.located.outgoing:
            unanswered.pop(item.message.from_.key, None)
            continue
        for address in item.message.to:
            unanswered.setdefault(address.key, []).append(when(item, now))
    rest = timedelta(days=playbook.caps.rest_days)
    return {person: len(times) for person, times in unanswered.items() if now - times[-1] < rest}
