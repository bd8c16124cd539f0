"""Steps that are letters of theirs for which no draft exists, and which ask for something.

What nobody planned an answer for (too late, a machine wrote it, another letter comes first) is
told all the same: what was missed can often still be answered, and a machine's task be done.  So
are questions in letters of no particular kind, and letters that only the user can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from mailsense.domain import Application, DraftState, Kind, Plan, State, short_id
from mailsense.ports import Item
from mailsense.report.drafted import request
from mailsense.report.look import Look, about, named, of, plain, under_way
from mailsense.report.meetings import written
from mailsense.report.questions import asks
from mailsense.report.steps import Horizon, Sort, Step

_REQUESTS = frozenset({Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH})
_OLD, _GONE = timedelta(days=60), timedelta(days=30)


def unanswered(look: Look) -> Iterator[Step]:
    """Yield a step for each letter that asks for something and for which no draft exists."""
    for plan in look.search.plans:
        item = look.items.get(plan.answers)
        application = look.applications.get(plan.about)
        if item is None or application is None or not _stands(item, plan, application, look):
            continue
        kinds = set(item.verdict.kinds) if item.verdict is not None else set()
        if Kind.OFFER in kinds:
            yield _asked(item, application, Sort.OFFER, look)
        elif kinds & _REQUESTS:
            yield _asked(item, application, Sort.REQUEST, look)
        elif Kind.REFERRAL in kinds:
            yield _asked(item, application, Sort.THANK, look)


def _stands(item: Item, plan: Plan, application: Application, look: Look) -> bool:
    """True when nobody has answered a letter, nor decided not to.

    A note of the user's since then ("sent it through their portal") counts as done.
    """
    at = written(item)
    if item.key in look.search.doubted:
        return False
    if item.located.outgoing or item.located.answered or plan.kind.chases:
        return False
    if application.spoke is not None and at <= application.spoke:
        return False
    if any(i.located.outgoing and written(i) >= at for i in look.letters(application)):
        return False
    if any(look.day(note.at) >= look.day(at) for note in application.notes):
        return False
    return not any(
        d.answers == item.key
        and (under_way(d) or d.state in (DraftState.SENT, DraftState.DISCARDED))
        for d in look.drafts[application.id]
    )


def _asked(item: Item, application: Application, sort: Sort, look: Look) -> Step:
    person = look.search.people.get(item.key)
    message, matter = item.message, about(application)
    day, due = look.day(written(item)), look.search.days.get(item.key)
    sender = plain(message.from_.name or message.from_.email)
    if sort is Sort.OFFER:
        title = f"Answer the offer from {named(person) or sender}{matter}"
    elif sort is Sort.THANK:
        title = f"Thank {named(person) or sender} for the pointer{matter}"
    elif person is None:
        title = f"See to what {sender} asks (a machine wrote it){matter}"
    elif item.verdict is not None and item.verdict.kind is Kind.OUTREACH:
        title = f"Tell {named(person)} whether you are interested{matter}"
    else:
        title = request(item, of(person), matter)
    age = look.today - day
    passed = due is not None and due < look.today
    return Step(
        sort,
        f"{'named' if sort is Sort.THANK else 'asked'}:{item.key}",
        title,
        f"mailsense show {short_id(item.key)}",
        who=person,
        company=application.company,
        due=due,
        since=day,
        about=application.id,
        message=item.key,
        horizon=Horizon.LATER if age > _OLD or (passed and age > _GONE) else Horizon.WEEK,
    )


def questions(look: Look) -> Iterator[Step]:
    """Yield a step for each question of a person that stands as the last word of a process."""
    for application in look.search.applications:
        letters = look.letters(application)
        last = letters[-1] if letters else None
        if last is None or not _asks(last, application, look):
            continue
        person = look.search.people[last.key]
        day = look.day(written(last))
        yield Step(
            Sort.ANSWER,
            f"asked:{last.key}",
            f"Answer {of(person)} question{about(application)}",
            f"mailsense show {short_id(last.key)}",
            who=person,
            company=application.company,
            since=day,
            about=application.id,
            message=last.key,
            horizon=Horizon.WEEK if look.today - day <= _GONE else Horizon.LATER,
        )


_QUIET = frozenset({Kind.ACKNOWLEDGEMENT, Kind.FEEDBACK, Kind.OTHER})
"""Kinds that are answered by no letter of ours, or only by thanks."""


def _asks(item: Item, application: Application, look: Look) -> bool:
    verdict, facts = item.verdict, item.message.facts
    if item.located.outgoing or item.located.answered or verdict is None:
        return False
    if verdict.kind not in _QUIET or item.key not in look.search.people:
        return False
    if item.key in look.search.doubted:
        return False
    if facts.robot or facts.list_id or application.closed_by_user:
        return False
    spoke = application.spoke is not None and written(item) <= application.spoke
    done = any(
        d.answers == item.key and d.state in (DraftState.SENT, DraftState.DISCARDED)
        for d in look.drafts[application.id]
    )
    if spoke or done or look.noted_since(application, look.day(written(item))):
        return False
    text = item.message.text.strip()
    return asks(text) if text else item.message.subject.rstrip().endswith("?")


# --- letters that only the user can tell --------------------------------------------------------


def ties(look: Look) -> Iterator[Step]:
    """Yield a step for each conversation that could belong to several applications."""
    for application in look.search.applications:
        if not application.could_be or application.state is State.CLOSED:
            continue
        theirs = [i for i in look.letters(application) if not i.located.outgoing]
        newest = theirs[-1] if theirs else None
        whose = f" {of(newest.message.from_)}" if newest is not None else ""
        yield Step(
            Sort.LABEL,
            f"tie:{application.id}",
            f"Say which application{whose or ' this'} mail belongs to{about(application)}",
            f"mailsense applications show {application.id}",
            who=newest.message.from_ if newest is not None else None,
            company=application.company,
            since=look.day(written(newest)) if newest is not None else None,
            about=application.id,
            message=newest.key if newest is not None else "",
            horizon=Horizon.NOW,
        )


def doubted(look: Look) -> Iterator[Step]:
    """Yield a step for the newest letter of a process that looks like a scam, while it is new.

    It asks for no answer, only for a second look: what is real must not be lost.
    """
    for application in look.search.applications:
        found = [i for i in look.letters(application) if i.key in look.search.doubted]
        if not found or look.today - look.day(written(found[-1])) > _GONE:
            continue
        item = found[-1]
        yield Step(
            Sort.LABEL,
            f"doubt:{item.key}",
            f"Look twice at {of(item.message.from_)} mail: it looks like a scam",
            f"mailsense show {short_id(item.key)}",
            who=item.message.from_,
            company=application.company,
            since=look.day(written(item)),
            about=application.id,
            message=item.key,
        )


def unsure(look: Look) -> Iterator[Step]:
    """Yield a step for each message that awaits a label while a process waits for it."""
    for application in look.search.applications:
        held = any("label" in plan.why for plan in look.plans[application.id])
        for item in reversed(look.letters(application)):
            verdict = item.verdict
            if item.located.outgoing or verdict is None or verdict.kind is not Kind.UNSURE:
                continue
            if application.state is State.CLOSED and not held:
                continue
            if item.key in look.search.doubted:
                break
            sender = item.message.from_
            subject = plain(item.message.subject, 60)
            day = look.day(written(item))
            yield Step(
                Sort.LABEL,
                f"label:{item.key}",
                f"Say what {of(sender)} mail is" + (f": \u201c{subject}\u201d" if subject else ""),
                f"mailsense label {short_id(item.key)} KIND",
                who=sender,
                company=application.company,
                since=day,
                about=application.id,
                message=item.key,
                horizon=Horizon.NOW if look.today - day <= _OLD else Horizon.LATER,
            )
            break
