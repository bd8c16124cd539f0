"""Staying in touch: an article, a congratulation, a year-end note, an offer. Only when asked for.

Given what the user asked for and what the mail shows of the person, decides whether such a
letter can be written, into which conversation it goes and what it may say.  One entry of the
journal is one letter, whatever becomes of it.  It asks for nothing, so nobody's silence
after it counts: the tracker does not see these letters (``apart``).  Refuses to know what an
article says, and whether news is true.  What one person may get at all is for ``caps``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from mailsense.domain import (
    Address,
    Application,
    Draft,
    DraftState,
    Kind,
    Plan,
    PlanKind,
    Relation,
)
from mailsense.errors import UserError
from mailsense.journal import Entry
from mailsense.ports import Item
from mailsense.reply import facts as fact
from mailsense.reply import fitted, past_talks
from mailsense.reply.acquaintance import YEAR, Known, people, wrote_back
from mailsense.reply.addressee import robot_address
from mailsense.reply.caps import left_unanswered
from mailsense.reply.templates import VARIANTS
from mailsense.reply.timing import spoken, when
from mailsense.working_days import add_working_days, working_days

ARTICLE, NEWS, YEAR_END, OFFER = "article", "news", "year-end", "offer"
SORTS = (ARTICLE, NEWS, YEAR_END, OFFER)

_ASKED = "touch:"
"""An episode that begins so is of a letter that the user asked for."""
_DECEMBER = 12
_TWICE = "they have had this article from you: find another one"
_SAID = frozenset({DraftState.SENT, DraftState.UNKNOWN, DraftState.DISCARDED})


def episode(entry: Entry) -> str:
    """Return the episode of the one letter that an entry of the journal asks for."""
    return f"{_ASKED}{entry.number}"


def touches(entries: Sequence[Entry], known: Known) -> list[Plan]:
    """Given the touches in force, return the plan of each that is not done with.

    One that cannot be written is a plan of kind NONE which says why.
    """
    done = {d.episode: d.state for d in _ours(known.drafts) if d.state in _SAID}
    sent = [one for one in entries if done.get(episode(one)) is DraftState.SENT]
    had = {_article(one) for one in sent} - {None}
    plans = []
    for entry in entries:
        if entry.person is None or episode(entry) in done:
            continue
        expires = _expires(entry, known)
        if expires > known.now:
            plan = _plan(entry, entry.person, expires, known)
            if _article(entry) in had:
                plan = replace(plan, kind=PlanKind.NONE, addressee=None, template="", why=_TWICE)
            plans.append(plan)
    return plans


def _article(entry: Entry) -> tuple[str, str] | None:
    """Return who gets which article, None where it is another sort of letter."""
    url = entry.facts.get("url", "")
    return (entry.person.key, url) if entry.person is not None and url else None


def refused(entry: Entry, known: Known) -> str:
    """Given a touch, return in plain words why it cannot be written, "" when it can."""
    person, sort = entry.person, entry.facts.get("sort", "")
    if person is None or robot_address(person):
        return f"nobody reads what goes to {person.email if person else 'nobody'}: name a person"
    if person.key in known.me:
        return "that is an address of your own: name somebody else"
    if sort not in SORTS:
        return f"there is no letter of the sort {sort!r}"
    try:
        _words(entry)
    except UserError as error:
        return error.problems[0]
    if why := _in_peace(person, known):
        return why
    if sort == YEAR_END:
        return _no_year_end(person, known)
    return _no_offer(person, known)[0] if sort == OFFER else ""


def for_year_end(entries: Sequence[Entry], known: Known) -> list[Address]:
    """Return who wrote back within a year and was not given a note since it began, by firm."""
    had = {
        entry.person.key
        for entry in entries
        if entry.person is not None
        and entry.facts.get("sort") == YEAR_END
        and entry.at.astimezone(known.zone).year == known.today.year
    }
    found = [a for a in people(known) if a.key not in had and wrote_back(a, known)]
    return sorted(found, key=lambda a: (a.domain, a.key))


def asked_for(draft: Draft, entries: Sequence[Entry]) -> bool:
    """True unless a draft keeps in touch and the user took back what asked for it."""
    asked = draft.plan is PlanKind.STAY_IN_TOUCH and draft.episode.startswith(_ASKED)
    return not asked or draft.episode in map(episode, entries)


# --- what the rest of planning has to know ---------------------------------------------------


def apart(items: Sequence[Item], own: Collection[str]) -> list[Item]:
    """Return the mail without the letters that keep in touch, given their Message-IDs.

    They wait for no answer, so they begin no silence, and are no chase.
    """
    return [item for item in items if item.message.message_id not in own]


def left_alone(
    plans: Sequence[Plan], items: Sequence[Item], own: Collection[str], known: Known
) -> list[Plan]:
    """Hold back what would write into a silence some days after a letter that asked for nothing."""
    touched: dict[str, datetime] = {}
    for item in items:
        if item.located.outgoing and item.message.message_id in own:
            for address in item.message.to:
                at = when(item, known.now)
                touched[address.key] = max(at, touched.get(address.key, at))
    return [_alone(plan, touched, known) for plan in plans]


def _alone(plan: Plan, touched: Mapping[str, datetime], known: Known) -> Plan:
    at = touched.get(plan.addressee.key) if plan.addressee is not None else None
    if at is None or not plan.kind.chases:
        return plan
    day, wait = at.astimezone(known.zone).date(), known.playbook.caps.days_after_touch
    if working_days(day, known.today, known.holidays) >= wait:
        return plan
    why = f"you wrote to them on {spoken(day)} to keep in touch: a question can wait"
    return replace(plan, kind=PlanKind.NONE, addressee=None, template="", why=why)


# --- the plan ----------------------------------------------------------------------------------


def _plan(entry: Entry, person: Address, expires: datetime, known: Known) -> Plan:
    earlier = next((d for d in _ours(known.drafts) if d.episode == episode(entry)), None)
    process = _process(entry, person, known)
    answered = _conversation(entry, person, process, known)
    about = process.id if process else answered.located.thread if answered else episode(entry)
    account = process.account if process else answered.located.account if answered else ""
    plan = Plan(
        PlanKind.STAY_IN_TOUCH,
        earlier.about if earlier else about,
        episode(entry),
        "",
        _why(entry, known),
        answers=earlier.answers if earlier else answered.key if answered else "",
        account=earlier.account if earlier else account or known.account,
        addressee=person,
        expires=expires,
    )
    if why := refused(entry, known):
        return replace(plan, kind=PlanKind.NONE, addressee=None, why=why)
    facts = _facts(entry, person, process, known)
    template = known.playbook.template(PlanKind.STAY_IN_TOUCH, known=fact.known(facts))
    return replace(plan, template=template, facts=facts)


def _why(entry: Entry, known: Known) -> str:
    day = spoken(entry.at.astimezone(known.zone).date())
    return {
        ARTICLE: f"you gave an article for them on {day}",
        NEWS: f"you told of news of theirs on {day}",
        YEAR_END: f"you asked for a note at the end of the year on {day}",
        OFFER: f"you asked on {day} to make them an offer",
    }.get(entry.facts.get("sort", ""), f"you asked for it on {day}")


def _expires(entry: Entry, known: Known) -> datetime:
    """Return when a letter would come too late; a year-end note does when the year is over."""
    days = known.playbook.windows.get(PlanKind.STAY_IN_TOUCH, 30)
    if entry.facts.get("sort") != YEAR_END:
        return entry.at + timedelta(days=days)
    year = entry.at.astimezone(known.zone).year + 1
    return datetime.combine(date(year, 1, 1), time(), known.zone).astimezone(UTC)


def _process(entry: Entry, person: Address, known: Known) -> Application | None:
    """Return the application that a letter belongs to: for an offer, the one that ended in a no."""
    found = known.processes(person)
    if entry.facts.get("sort") == OFFER and (refusing := _no_offer(person, known)[1]) is not None:
        return refusing
    letters = known.letters(person)
    newest = letters[-1].key if letters else ""
    return next((one for one in found if newest in one.message_keys), next(iter(found), None))


def _conversation(
    entry: Entry, person: Address, process: Application | None, known: Known
) -> Item | None:
    """Return the letter to answer: of the last conversation, theirs first; None for new mail.

    An offer never answers the no itself.
    """
    letters = [i for i in known.letters(person) if known.now - when(i, known.now) < YEAR]
    if entry.facts.get("sort") == OFFER and process is not None:
        no = past_talks.refusal(process, known.items)
        own = set(process.message_keys)
        since = when(no, known.now) if no is not None else known.now
        letters = [i for i in letters if i.key in own and when(i, known.now) > since]
    if not letters:
        return None
    last = [i for i in letters if i.located.thread == letters[-1].located.thread]
    theirs = [i for i in last if not i.located.outgoing]
    return (theirs or last)[-1]


# --- what speaks against it --------------------------------------------------------------------


def _in_peace(person: Address, known: Known) -> str:
    """Return until when a person rests who left letters unanswered, "" when they do not."""
    caps = known.playbook.caps
    unanswered = left_unanswered(known.items, known.applications, known.now, known.zone)
    times = unanswered.get(person.key, ())
    if len(times) < caps.unanswered:
        return ""
    until = (times[-1] + timedelta(days=caps.rest_days)).astimezone(known.zone).date()
    if until <= known.today:
        return ""
    left = f"{person.name or person.email} left {len(times)} letters unanswered"
    return f"{left}: in peace until {spoken(until)} {until.year}"


def _no_year_end(person: Address, known: Known) -> str:
    who = person.name or person.email
    if known.today.month != _DECEMBER:
        return "a note at the end of the year is written in December"
    if not wrote_back(person, known):
        return f"{who} has not written back to you within a year: the note is for those who did"
    return ""


def _no_offer(person: Address, known: Known) -> tuple[str, Application | None]:
    """Return why no offer can be made to a person, "" when it can, and after which no."""
    wait, found = known.playbook.caps.offer_after_no, []
    for process in known.processes(person):
        said_no = past_talks.no_after_interview(process, known.items, known.zone, known.now)
        if said_no is not None:
            found.append((add_working_days(said_no, wait, known.holidays), process))
    soonest = min(found, key=lambda one: one[0], default=None)
    who = person.name or person.email
    if soonest is None:
        return (
            f"an offer is for people who met you in an interview and said no; {who} did not",
            None,
        )
    if soonest[0] > known.today:
        day = f"{spoken(soonest[0], weekday=True)} {soonest[0].year}"
        return f"their no is too fresh: from {day} on such an offer reads well", soonest[1]
    return "", soonest[1]


def _ours(drafts: Sequence[Draft]) -> Iterator[Draft]:
    return (draft for draft in drafts if draft.plan is PlanKind.STAY_IN_TOUCH)


# --- what it may say ---------------------------------------------------------------------------


def _words(entry: Entry) -> dict[str, object]:
    """Return the user's own words as facts. Raise UserError when they cannot stand in a letter."""
    sort = entry.facts.get("sort")
    if sort == ARTICLE:
        facts: dict[str, object] = {"article_url": fitted.link(entry.facts.get("url", ""))}
        if entry.text:
            says = fitted.article(entry.text)
            facts |= {"article_says": says.words, "article_form": says.form}
        return facts
    if sort == NEWS:
        news = fitted.news(entry.text)
        return {"news_said": news.words, "news_form": news.form}
    return {"offer_of": fitted.offer(entry.text).words} if sort == OFFER else {"year_end": True}


def _facts(
    entry: Entry, person: Address, process: Application | None, known: Known
) -> dict[str, object]:
    """Return what the letter may say: the user's words, and what the mail shows of the person."""
    letters = known.letters(person)
    of = process or Application("")
    keys = set(of.message_keys)
    items = sorted((i for i in known.items if i.key in keys), key=lambda i: when(i, known.now))
    facts = fact.common(of, items, person, at=known.now, now=known.now)
    day = past_talks.day_of_talk(person, known.situation(of, items))
    talked = day is not None or past_talks.speaks(letters)
    recent = day is not None and known.today - day < timedelta(days=300)
    relation = Relation(str(facts["relation"])) if process else Relation.UNKNOWN
    return {
        **facts,
        **_words(entry),
        "to_name": fact.name_of(letters, person),
        "relation": relation.value,
        "talked": talked,
        "met_on": spoken(day) if day is not None and recent else "",
        "thanks_for": _thanks_for(person, talked, letters, known),
        "variant": entry.number % VARIANTS,
    }


def _thanks_for(person: Address, talked: bool, letters: Sequence[Item], known: Known) -> str:
    """Return one concrete thing that the mail shows to be true, "" when it shows none."""
    kinds = {
        kind
        for item in letters
        if not item.located.outgoing and item.verdict is not None
        for kind in item.verdict.kinds
    }
    if Kind.FEEDBACK in kinds:
        return "being so open with me"
    if Kind.REFERRAL in kinds:
        return "the pointer you gave me"
    if talked:
        return "taking the time to speak with me"
    return "writing back to me" if wrote_back(person, known) else ""
