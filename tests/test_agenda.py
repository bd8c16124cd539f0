"""The agenda: which steps there are, which are one, in what order, and which few are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import (
    Action,
    Address,
    Application,
    Contact,
    Decision,
    Draft,
    DraftState,
    Event,
    Facts,
    Kind,
    Message,
    Note,
    Outcome,
    Plan,
    PlanKind,
    Reason,
    Relation,
    Stage,
    State,
    Tag,
)
from mailsense.journal import Entry, Lead, LeadState, What
from mailsense.ports import Item
from mailsense.report import debrief, questions
from mailsense.report.agenda import Search, agenda
from mailsense.report.look import plain
from mailsense.report.steps import (
    Horizon,
    Sort,
    Step,
    decided,
    in_words,
    missed,
    ordered,
    week,
)
from mailsense.report.steps import day as of_the_day
from tests.support.items import ANNA, BEN, ROBOT, ZONE, application, day, draft, incoming, outgoing
from tests.support.items import verdict as said

NOW = day(11, 18, 9)  # a Wednesday
TODAY = NOW.date()
JONAS = Address("Jonas Berg", "jonas@granary.example")
CONTACT = Contact("Anna Smith", ANNA.email, Relation.RECRUITER)


def steps(search: Search, now: datetime = NOW) -> tuple[Step, ...]:
    return agenda(search, now=now, zone=ZONE)


def told(search: Search, now: datetime = NOW) -> list[tuple[str, str]]:
    """The steps without the weekly advice, which always stands there."""
    return [(s.sort.value, s.title) for s in steps(search, now) if s.sort is not Sort.TALKS]


def only(search: Search, now: datetime = NOW) -> Step:
    (step,) = [s for s in steps(search, now) if s.sort is not Sort.TALKS]
    return step


def asked(kind: Kind = Kind.INTERVIEW, days: float = 2, key: str = "m1", **more: Any) -> Item:
    return incoming(key, NOW - timedelta(days=days), said(kind), **more)


def of(*items: Item, **more: Any) -> Application:
    return application(message_keys=tuple(i.key for i in items), **more)


def plan(kind: PlanKind = PlanKind.NONE, answers: str = "m1", **more: Any) -> Plan:
    return Plan(kind, "a1", answers, "", "too late", answers=answers, **more)


def unanswered(item: Item, *more: Item, **fields: Any) -> Search:
    """A search with one application, whose letter has no draft."""
    people = {} if item.message.facts.no_reply else {item.key: item.message.from_}
    return Search((of(item, *more, **fields),), (plan(),), items=(item, *more), people=people)


def drafted(kind: PlanKind, item: Item | None = None, **more: Any) -> Search:
    """A search with one application and one draft, perhaps to a letter of theirs."""
    items = (item,) if item else ()
    known = {"answers": item.key if item else "", "episode": "e1", **more}
    return Search((of(*items),), (), (draft(plan=kind, **known),), items)


# --- each sort ------------------------------------------------------------------------------

DRAFTED: list[tuple[PlanKind, Kind, Sort, str]] = [
    (PlanKind.ANSWER_OFFER, Kind.OFFER, Sort.OFFER, "Answer Anna Smith's offer"),
    (PlanKind.ANSWER_REQUEST, Kind.INTERVIEW, Sort.REQUEST, "Answer Anna Smith's invitation"),
    (PlanKind.ANSWER_REQUEST, Kind.TASK, Sort.REQUEST, "Answer Anna Smith's request"),
    (PlanKind.ANSWER_OUTREACH, Kind.OUTREACH, Sort.REQUEST, "whether you are interested"),
    (PlanKind.ANSWER_REJECTION, Kind.REJECTION, Sort.NO, "leave the door open"),
    (PlanKind.REDIRECT, Kind.REJECTION, Sort.NO, "whom else to speak to"),
    (PlanKind.THANK_REFERRAL, Kind.REFERRAL, Sort.THANK, "for the pointer"),
    (PlanKind.THANK_FEEDBACK, Kind.FEEDBACK, Sort.THANK, "for the honest words"),
    (PlanKind.THANK_INTERVIEWER, Kind.INTERVIEW, Sort.THANK, "for the talk"),
    (PlanKind.STATUS_CHECK, Kind.ACKNOWLEDGEMENT, Sort.SILENCE, "where things stand"),
    (PlanKind.CLOSE_LOOP, Kind.ACKNOWLEDGEMENT, Sort.SILENCE, "a last, kind word"),
    (PlanKind.REVISIT, Kind.REJECTION, Sort.REVISIT, "\u201cnot now\u201d"),
    (PlanKind.INTRODUCE, Kind.REFERRAL, Sort.LEAD, "whom you were pointed to"),
    (PlanKind.STAY_IN_TOUCH, Kind.OTHER, Sort.THANK, "Keep in touch with Anna Smith"),
    (PlanKind.WITHDRAW, Kind.INTERVIEW, Sort.WITHDRAW, "Withdraw, with thanks to Anna Smith"),
    (PlanKind.WEEKLY_SUMMARY, Kind.OTHER, Sort.LETTER, "about your week"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "theirs", "sort", "words"), DRAFTED, ids=[f"{k}-{m}" for k, m, *_ in DRAFTED]
)
def test_a_draft_that_waits_is_a_step_to_review_it(
    kind: PlanKind, theirs: Kind, sort: Sort, words: str
) -> None:
    step = only(drafted(kind, asked(theirs)))
    assert (step.sort, step.do, step.draft) == (sort, "mailsense review d1", "d1")
    assert words in step.title
    assert step.who == ANNA
    assert step.horizon is Horizon.NOW


def test_every_plan_kind_that_makes_a_letter_is_known_here() -> None:
    assert {kind for kind, *_ in DRAFTED} == set(PlanKind) - {PlanKind.NONE}


@pytest.mark.parametrize("state", [DraftState.SENT, DraftState.STALE, DraftState.DISCARDED])
def test_a_draft_that_is_done_with_is_no_step(state: DraftState) -> None:
    item = asked()
    done = drafted(PlanKind.ANSWER_REQUEST, item, state=state)
    search = replace(unanswered(item), drafts=done.drafts)
    left = [step for step in steps(search) if step.sort is Sort.REQUEST]
    assert all(not step.draft for step in left)
    assert bool(left) is (state is DraftState.STALE), "a stale one answered nothing"


def test_a_draft_that_comes_too_late_is_no_step() -> None:
    late = drafted(PlanKind.THANK_INTERVIEWER, expires=NOW - timedelta(hours=1))
    assert told(late) == []
    assert told(drafted(PlanKind.THANK_INTERVIEWER, expires=NOW + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("state", "words", "do"),
    [
        (DraftState.APPROVED, "the letter is approved", "mailsense sync"),
        (DraftState.DELIVERED, "lies in your Drafts", "mailsense drafts show d1"),
        (DraftState.UNKNOWN, "see whether the letter went out", "mailsense drafts show d1"),
    ],
)
def test_a_letter_that_was_not_sent_yet_stays_a_step(
    state: DraftState, words: str, do: str
) -> None:
    step = only(drafted(PlanKind.ANSWER_REQUEST, asked(), state=state, created=NOW))
    assert step.do == do
    assert words in step.title


def test_a_resting_draft_is_of_this_week_when_it_wakes_in_it() -> None:
    search = drafted(
        PlanKind.ANSWER_REJECTION, asked(Kind.REJECTION), state=DraftState.RESTING,
        not_before=NOW + timedelta(days=2),
    )  # fmt: skip
    step = only(search)
    assert (step.horizon, step.due) == (Horizon.WEEK, TODAY + timedelta(days=2))
    assert only(search, NOW + timedelta(days=3)).horizon is Horizon.NOW
    assert only(search, NOW - timedelta(days=9)).horizon is Horizon.LATER


def test_an_unanswered_request_too_old_for_a_draft_is_a_step_all_the_same() -> None:
    step = only(unanswered(asked(days=40)))
    assert step.sort is Sort.REQUEST
    assert step.title == "Answer Anna Smith's invitation: Planner at Northwind"
    assert step.do.startswith("mailsense show ")
    assert (step.since, step.draft, step.horizon) == (date(2026, 10, 9), "", Horizon.WEEK)
    assert only(unanswered(asked(days=61))).horizon is Horizon.LATER


ANSWERED = {
    "by a letter": lambda i: unanswered(i, outgoing("o1", NOW - timedelta(days=1))),
    "by a flag": lambda i: unanswered(replace(i, located=replace(i.located, answered=True))),
    "by a talk": lambda i: unanswered(i, spoke=NOW - timedelta(days=1)),
    "elsewhere, as noted": lambda i: unanswered(i, notes=(Note(NOW, "sent it on their page"),)),
    "by a draft that was sent": lambda i: replace(
        unanswered(i), drafts=(draft(answers="m1", state=DraftState.SENT),)
    ),
    "by putting the draft away": lambda i: replace(
        unanswered(i), drafts=(draft(answers="m1", state=DraftState.DISCARDED),)
    ),
}


@pytest.mark.parametrize("how", ANSWERED)
@pytest.mark.parametrize("kind", [Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH])
def test_what_was_answered_is_no_step(how: str, kind: Kind) -> None:
    assert told(unanswered(asked(kind)))
    assert told(ANSWERED[how](asked(kind))) == []


def test_a_no_too_old_to_answer_is_no_step() -> None:
    assert told(unanswered(asked(Kind.REJECTION, days=40))) == []
    assert told(unanswered(asked(Kind.FEEDBACK, days=40, text="More figures."))) == []


def test_a_machine_that_asks_for_something_is_told_as_such() -> None:
    robot = asked(Kind.TASK, sender=ROBOT)
    step = only(unanswered(robot))
    assert step.title.startswith("See to what Northwind Careers asks (a machine wrote it)")
    assert step.who is None


def test_a_letter_that_names_somebody_and_got_no_thanks_is_a_step() -> None:
    assert told(unanswered(asked(Kind.REFERRAL, days=40))) == [
        ("thank", "Thank Anna Smith for the pointer: Planner at Northwind")
    ]


QUESTION = "Dear Sam,\n\nThank you. Could you tell me when you would be free to start?\n\nAnna"


def test_a_persons_question_that_stands_is_a_step() -> None:
    item = asked(Kind.ACKNOWLEDGEMENT, text=QUESTION)
    search = Search((of(item),), items=(item,), people={"m1": ANNA})
    assert told(search) == [("answer", "Answer Anna Smith's question: Planner at Northwind")]


NO_QUESTION: dict[str, Any] = {
    "it asks nothing": {"text": "Thank you, we have your papers."},
    "only in form": {"text": "Do you have any questions?"},
    "a machine wrote it": {"text": QUESTION, "sender": ROBOT},
    "it has been answered": {"text": QUESTION, "answered": True},
    "a list sent it": {"text": QUESTION, "facts": Facts(list_id="jobs.example")},
}


@pytest.mark.parametrize("more", NO_QUESTION.values(), ids=NO_QUESTION)
def test_what_is_no_question_of_a_person_is_no_step(more: dict[str, Any]) -> None:
    item = asked(Kind.ACKNOWLEDGEMENT, **more)
    people = {} if item.message.facts.no_reply else {"m1": item.message.from_}
    assert told(Search((of(item),), items=(item,), people=people)) == []


def test_a_question_is_no_step_once_the_user_wrote_noted_or_spoke() -> None:
    item, mine = asked(Kind.ACKNOWLEDGEMENT, text=QUESTION), outgoing("o1", NOW)
    for one in (
        of(item, mine),
        of(item, notes=(Note(NOW, "called her"),)),
        of(item, spoke=NOW),
        of(item, corrected=("state",), state=State.CLOSED),
    ):
        assert told(Search((one,), items=(item, mine), people={"m1": ANNA})) == [], one


@pytest.mark.parametrize("name", questions.EXAMPLES)
def test_the_patterns_of_questions_hold_to_their_examples(name: str) -> None:
    pattern, yes, no = questions.EXAMPLES[name]
    assert [text for text in yes if not pattern.search(text)] == []
    assert [text for text in no if pattern.search(text)] == []


def test_a_long_letter_is_looked_through_quickly_and_only_so_far() -> None:
    assert not questions.asks("could you " * 200_000)
    assert not questions.asks("x" * 9_000 + ". Could you start in May?")
    assert questions.asks("x" * 7_000 + ". Could you start in May?")


def test_an_unsure_message_that_holds_up_a_process_awaits_its_label() -> None:
    item = asked(Kind.UNSURE, subject="Quick word")
    step = only(Search((of(item),), items=(item,)))
    assert step.sort is Sort.LABEL
    assert step.title == "Say what Anna Smith's mail is: \u201cQuick word\u201d"
    assert re.fullmatch(r"mailsense label [0-9a-f]{8} KIND", step.do)
    closed = of(item, state=State.CLOSED, outcome=Outcome.REJECTION)
    assert told(Search((closed,), items=(item,))) == []
    held = replace(plan(), why="not sure what this mail says: it awaits your label")
    assert told(Search((closed,), (held,), items=(item,)))


def test_of_mail_that_could_belong_to_two_applications_it_is_asked_which() -> None:
    item = asked()
    search = unanswered(item, could_be=("a2",))
    assert told(search) == [
        ("label", "Say which application Anna Smith's mail belongs to: Planner at Northwind")
    ]


# --- talks ----------------------------------------------------------------------------------


def meeting(days: float, method: str = "REQUEST", key: str = "m1", **more: Any) -> Item:
    start = NOW + timedelta(days=days)
    event = Event(method, "Interview", start, start + timedelta(hours=1), ANNA.email, "")
    return asked(days=5, key=key, events=(event,), **more)


def talked(*items: Item, **more: Any) -> Search:
    return Search((of(*items, **more),), items=items, people={i.key: ANNA for i in items})


def test_an_agreed_talk_is_prepared_for() -> None:
    step = only(talked(meeting(5)))
    assert step.title == (
        "Prepare for the talk with Anna Smith on Monday 23 November at 09:00: Planner at Northwind"
    )
    assert step.do == "mailsense prepare anna.smith@northwind.example"
    assert (step.due, step.horizon) == (date(2026, 11, 23), Horizon.WEEK)
    assert only(talked(meeting(1))).horizon is Horizon.NOW
    assert only(talked(meeting(9))).horizon is Horizon.LATER
    in_words = only(talked(asked(days=5), agreed=date(2026, 11, 20)))
    assert (in_words.due, in_words.start) == (date(2026, 11, 20), None)


def moved(days: float, **more: Any) -> Item:
    item = meeting(days, key="m2")
    later = replace(item.message, date=NOW - timedelta(days=3), **more)
    return replace(item, located=replace(item.located, message=later))


def test_a_talk_that_is_over_called_off_or_moved_is_not_prepared_for() -> None:
    assert told(talked(meeting(-1))) == []
    assert told(talked(meeting(5), meeting(5, "CANCEL", "m2"))) == []
    assert only(talked(meeting(5), moved(6))).due == date(2026, 11, 24)
    words = incoming("m2", NOW - timedelta(days=1), said(Kind.ACKNOWLEDGEMENT), text="")
    assert told(replace(talked(meeting(5), words), moved=("m2",))) == []
    refused = Event("REPLY", "Interview", NOW + timedelta(days=5), None, ANNA.email, "")
    no = outgoing("o1", NOW - timedelta(days=1), events=(refused,))
    no = replace(no, located=replace(no.located, message=replace(
        no.message, subject="Declined: Interview")))  # fmt: skip
    assert told(talked(meeting(5), no)) == []


def test_an_invitation_that_is_not_answered_is_no_talk_yet() -> None:
    item = meeting(2)
    assert [sort for sort, _ in told(unanswered(item))] == ["request"]


def test_an_address_is_never_an_option_or_more_than_one_word_of_a_command() -> None:
    strange = Address("Anna", "a;rm -rf@northwind.example")
    search = replace(talked(meeting(5)), people={"m1": strange})
    assert only(search).do == "mailsense prepare 'a;rm -rf@northwind.example'"
    search = replace(search, people={"m1": Address("Anna", "--undo@northwind.example")})
    assert only(search).do == "mailsense prepare a1"


def networking(id: str, **more: Any) -> Application:
    return replace(application(stage=Stage.NETWORKING, state=State.WAITING, **more), id=id)


def advised(search: Search) -> list[str]:
    return [s.title for s in steps(search) if s.sort is Sort.TALKS]


def test_two_informational_talks_a_week_are_asked_for_until_they_stand() -> None:
    one = networking("a1", agreed=date(2026, 11, 20))
    two = networking("a2", spoke=day(11, 16))
    last_week = networking("a3", spoke=day(11, 13))
    assert advised(Search((networking("a1"), last_week))) == [
        "Ask for two informational talks this week"
    ]
    assert advised(Search((one, last_week))) == ["Ask for a second informational talk this week"]
    assert advised(Search((one, two))) == []
    assert advised(Search((application(agreed=date(2026, 11, 20)), two)))[0].startswith(
        "Ask for a second"
    ), "an interview is no informational talk"
    assert advised(Search()) == []


# --- leads ----------------------------------------------------------------------------------

LEAD = Lead("l1", "Jonas Berg", TODAY - timedelta(days=3), JONAS.email, giver=ANNA, message="m1")
LEADS: list[tuple[str, dict[str, Any], str]] = [
    ("with an address", {}, "Write to Jonas Berg, whom Anna Smith named"),
    ("without one", {"email": ""}, "Find an address for Jonas Berg, whom Anna Smith named"),
    (
        "offered",
        {"state": LeadState.OFFERED},
        "Take up Anna Smith's offer to introduce you to Jonas Berg",
    ),
    (
        "silent",
        {"state": LeadState.INTRODUCED, "introduced": TODAY - timedelta(days=8)},
        "Call Jonas Berg, whom Anna Smith named: no answer since 10 November",
    ),
    ("just written to", {"state": LeadState.INTRODUCED, "introduced": TODAY}, ""),
    ("answered", {"state": LeadState.ANSWERED}, ""),
    ("led somewhere", {"state": LeadState.LED}, ""),
    ("dropped", {"state": LeadState.DROPPED}, ""),
]


@pytest.mark.parametrize(("more", "title"), [x[1:] for x in LEADS], ids=[x[0] for x in LEADS])
def test_a_name_that_was_given_is_called_within_the_week(more: dict[str, Any], title: str) -> None:
    found = told(Search(leads=(replace(LEAD, **more),)))
    assert found == ([("lead", title)] if title else [])


def test_a_lead_of_this_week_is_due_in_a_week_and_then_a_decision() -> None:
    step = only(Search(leads=(LEAD,)))
    assert (step.due, step.horizon) == (TODAY + timedelta(days=4), Horizon.WEEK)
    older = replace(LEAD, given=TODAY - timedelta(days=7))
    assert only(Search(leads=(older,))).horizon is Horizon.NOW
    old = replace(LEAD, given=TODAY - timedelta(days=31))
    assert only(Search(leads=(old,))).horizon is Horizon.LATER


def test_a_lead_and_the_draft_that_introduces_the_user_are_one_step() -> None:
    letter = draft(plan=PlanKind.INTRODUCE, to=(JONAS,), episode="m1")
    step = only(Search((application(),), (), (letter,), leads=(LEAD,)))
    assert step.do == "mailsense review d1"
    assert step.title == "Write to Jonas Berg, whom Anna Smith named"
    assert step.due == TODAY + timedelta(days=4)
    away = replace(letter, state=DraftState.DISCARDED)
    assert told(Search((application(),), (), (away,), leads=(LEAD,))) == [], "put away for good"


# --- silences, promises, revisits -------------------------------------------------------------


def silent(**more: Any) -> Application:
    base = {"state": State.WAITING, "tag": Tag.SILENCE, "waiting_working_days": 16}
    return application(**{**base, "last_out": day(10, 27), **more})


def test_where_nobody_is_known_the_step_is_to_find_somebody() -> None:
    assert told(Search((silent(),))) == [
        ("silence", "Find a person to ask at Northwind: Planner (no answer for 16 working days)")
    ]
    assert told(Search((silent(contacts=(CONTACT,)),))) == [], "a draft comes when it is time"
    assert told(Search((silent(tag=Tag.NONE),))) == []
    assert told(Search((silent(state=State.CLOSED),))) == []
    assert told(Search((silent(notes=(Note(NOW, "asked at the desk"),)),))) == []


def test_a_letter_that_came_back_wants_another_address() -> None:
    back = incoming("b1", day(10, 28), None, facts=Facts(bounce=True))
    mine = outgoing("o1", day(10, 27))
    known = silent(contacts=(CONTACT,), message_keys=("o1",), threads=("t1",))
    assert told(Search((known,), items=(mine, back))) == [
        (
            "silence",
            "Find another address for Anna Smith: your letter about Planner at Northwind came back",
        )
    ]
    again = outgoing("o2", day(10, 30))
    known = replace(known, message_keys=("o1", "o2"))
    assert told(Search((known,), items=(mine, back, again))) == []


def test_a_promised_day_that_has_come_is_a_step_and_the_chase_takes_its_place() -> None:
    waiting = application(state=State.WAITING, promised=date(2026, 11, 17))
    step = only(Search((waiting,)))
    assert step.title == (
        "See whether Northwind answered, as promised by 17 November: Planner at Northwind"
    )
    assert step.due == date(2026, 11, 17)
    assert told(Search((replace(waiting, promised=date(2026, 11, 19)),))) == []
    assert told(Search((replace(waiting, promised=date(2026, 11, 3)),))) == []
    assert told(Search((replace(waiting, state=State.OPEN),))) == []
    chase = draft(plan=PlanKind.STATUS_CHECK)
    assert only(Search((waiting,), (), (chase,))).sort is Sort.SILENCE


def refused(days: int, **more: Any) -> Search:
    no = incoming("m1", NOW - timedelta(days=days), said(Kind.REJECTION, reason=Reason.ON_HOLD))
    known = of(no, state=State.CLOSED, outcome=Outcome.REJECTION, **more)
    return Search((known,), items=(no,), revisit={Reason.ON_HOLD: 60})


def test_a_not_now_is_looked_at_again_on_its_day() -> None:
    step = only(refused(61))
    assert step.sort is Sort.REVISIT
    assert step.title == (
        "Look again at Planner at Northwind: the no of 18 September was a \u201cnot now\u201d"
    )
    assert (step.due, step.horizon) == (date(2026, 11, 17), Horizon.WEEK)
    assert only(refused(30)).horizon is Horizon.LATER
    assert told(refused(125)) == [], "too long ago by now"
    assert told(replace(refused(61), revisit={})) == []
    assert told(refused(61, notes=(Note(NOW, "nothing there"),))) == []


@pytest.mark.parametrize("state", [DraftState.SENT, DraftState.DISCARDED, DraftState.WAITING])
def test_a_not_now_that_was_asked_about_is_one_step_at_most(state: DraftState) -> None:
    letter = draft(plan=PlanKind.REVISIT, state=state)
    found = told(replace(refused(61), drafts=(letter,)))
    assert [sort for sort, _ in found] == (["revisit"] if state is DraftState.WAITING else [])


# --- looking back, keeping in touch -----------------------------------------------------------


def behind(sort: debrief.Sort = debrief.Sort.INTERVIEW, days: int = 1, **more: Any) -> Search:
    known = application(stage=Stage.INTERVIEW, **more)
    return Search((known,), occasions=(debrief.Occasion(known, sort, TODAY - timedelta(days)),))


def test_a_talk_or_a_no_of_late_is_looked_back_upon() -> None:
    step = only(behind())
    assert (step.title, step.do) == (
        "Look back on the talk of 17 November: Planner at Northwind",
        "mailsense debrief a1",
    )
    assert only(behind(days=9)).horizon is Horizon.LATER
    assert told(behind(debrief.Sort.NO, days=1)) == [], "first let it go"
    assert told(behind(debrief.Sort.NO, days=2))
    early = replace(behind(debrief.Sort.NO, days=2).applications[0], stage=Stage.APPLIED)
    occasion = debrief.Occasion(early, debrief.Sort.NO, TODAY - timedelta(2))
    assert told(Search((early,), occasions=(occasion,))) == []


def test_an_appointment_that_was_never_accepted_is_not_looked_back_upon() -> None:
    item = meeting(-1)
    known = of(item, stage=Stage.INTERVIEW)
    occasion = debrief.Occasion(known, debrief.Sort.INTERVIEW, TODAY - timedelta(1))
    assert told(Search((known,), items=(item,), occasions=(occasion,))) == []
    mine = outgoing("o1", NOW - timedelta(days=2))
    known = of(item, mine, stage=Stage.INTERVIEW)
    occasion = replace(occasion, application=known)
    assert told(Search((known,), items=(item, mine), occasions=(occasion,)))


def met(relation: Relation = Relation.NETWORKING, days: int = 30, **more: Any) -> Search:
    wrote = incoming("m1", NOW - timedelta(days=days + 2), said(Kind.ACKNOWLEDGEMENT))
    contact = Contact("Anna Smith", ANNA.email, relation)
    known = of(wrote, stage=Stage.NETWORKING, state=State.WAITING, contacts=(contact,), **more)
    return Search((known,), items=(wrote,), talks={"a1": TODAY - timedelta(days=days)})


def test_who_gave_the_user_a_talk_a_month_ago_may_get_an_article() -> None:
    step = only(met())
    assert step.title == "Send Anna Smith an article: you spoke a month ago, on 19 October"
    assert step.do == "mailsense touch anna.smith@northwind.example --article URL"
    assert told(met(days=20)) == told(met(days=50)) == []
    assert told(met(Relation.RECRUITER)) == [], "a recruiter is no friend to read with"
    running = replace(met(Relation.INTERVIEWER).applications[0], stage=Stage.INTERVIEW)
    assert told(replace(met(), applications=(running,))) == [], "there is other news to write"
    closed = replace(running, state=State.CLOSED, outcome=Outcome.REJECTION)
    search = replace(met(), applications=(replace(
        closed, contacts=(Contact("Anna Smith", ANNA.email, Relation.INTERVIEWER),)),))  # fmt: skip
    assert [sort for sort, _ in told(search)] == ["article"]


def test_an_article_goes_to_whoever_wrote_back_and_was_not_written_to_of_late() -> None:
    search = met()
    touch = Entry(What.TOUCH, NOW - timedelta(days=3), person=ANNA)
    assert told(replace(search, entries=(touch,))) == []
    silent_one = replace(search.applications[0], contacts=(Contact("Ben", BEN.email),))
    assert told(replace(search, applications=(silent_one,))) == []
    mine = outgoing("o1", NOW - timedelta(days=4))
    wrote = replace(search.applications[0], message_keys=("m1", "o1"))
    assert told(replace(search, applications=(wrote,), items=(*search.items, mine))) == []


# --- wishes ---------------------------------------------------------------------------------


def everything() -> Search:
    """A search with a step of nearly every sort, each about something else."""
    item = asked(key="m1")
    drafts = [
        replace(draft(plan=kind, about=f"b{n}", episode=str(n)), id=f"d{n}")
        for n, (kind, *_) in enumerate(DRAFTED)
    ]
    apps = [replace(application(), id=f"b{n}") for n in range(len(DRAFTED))]
    known = of(item)
    more = [
        replace(silent(), id="s1"),
        replace(application(state=State.WAITING, promised=TODAY), id="p1"),
    ]
    past = replace(application(stage=Stage.INTERVIEW), id="t1")
    return replace(
        unanswered(item),
        applications=(known, *apps, *more, past),
        drafts=drafts,
        leads=(LEAD,),
        occasions=(debrief.Occasion(past, debrief.Sort.INTERVIEW, TODAY),),
    )


def sorts(search: Search) -> set[Sort]:
    return {step.sort for step in steps(search)}


def test_a_pause_leaves_what_somebody_waits_for() -> None:
    search = everything()
    gone = {Sort.SILENCE, Sort.PROMISE, Sort.REVISIT, Sort.TALKS, Sort.DEBRIEF}
    assert sorts(search) - sorts(replace(search, paused=True)) == gone


def test_after_landing_thanks_and_withdrawals_are_left() -> None:
    search = replace(everything(), landed=True)
    assert sorts(search) == {Sort.THANK, Sort.WITHDRAW, Sort.OFFER}
    assert all(s.draft for s in steps(search) if s.sort is Sort.OFFER)


def test_whom_the_user_never_wants_to_write_to_is_no_step() -> None:
    never = [*told(unanswered(asked())), *told(Search(leads=(LEAD,)))]
    assert len(never) == 2
    for search in (unanswered(asked()), Search(leads=(LEAD,))):
        assert told(replace(search, spared=lambda person, company: True)) == []
    assert told(replace(talked(meeting(1)), spared=lambda person, company: True))


# --- order, and no doubles --------------------------------------------------------------------


def step(sort: Sort, n: int = 0, due: int | None = None, **more: Any) -> Step:
    on = TODAY + timedelta(days=due) if due is not None else None
    return Step(sort, f"{sort.value}:{n}", f"{sort.value} {n}", "do it", due=on, **more)


def test_what_somebody_waits_for_by_a_day_of_this_week_comes_first() -> None:
    given_ = [
        step(Sort.OFFER), step(Sort.REQUEST, 1, due=30), step(Sort.REQUEST, 2, due=3),
        step(Sort.LEAD, due=1), step(Sort.THANK, 1, due=1), step(Sort.THANK, 2),
        step(Sort.TALK, due=1), step(Sort.ANSWER), step(Sort.SILENCE), step(Sort.PROMISE, due=-2),
        step(Sort.REVISIT), step(Sort.NO, due=0), step(Sort.TALKS),
        step(Sort.REQUEST, 3, due=1, horizon=Horizon.LATER),
    ]  # fmt: skip
    assert [s.key for s in ordered(given_, TODAY)] == [
        "talk:0", "thank:1", "request:2", "request:1", "offer:0", "answer:0", "lead:0",
        "silence:0", "promise:0", "thank:2", "no:0", "revisit:0", "talks:0", "request:3",
    ]  # fmt: skip


def test_a_draft_and_what_it_is_about_are_one_step() -> None:
    item = asked(days=40)
    search = replace(unanswered(item), drafts=(draft(plan=PlanKind.ANSWER_REQUEST, answers="m1"),))
    assert [s.draft for s in steps(search) if s.sort is Sort.REQUEST] == ["d1"]
    waiting = silent(promised=TODAY)
    assert len(told(Search((waiting,)))) == 1, "silence and promise of one process"


KINDS = st.sampled_from(
    [Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.REFERRAL, Kind.ACKNOWLEDGEMENT, Kind.UNSURE]
)


@settings(max_examples=80, deadline=None)
@given(
    kinds=st.lists(KINDS, max_size=6),
    planned=st.lists(st.sampled_from(list(PlanKind)), max_size=6),
    states=st.lists(st.sampled_from(list(DraftState)), min_size=6, max_size=6),
    promised=st.booleans(),
    shift=st.integers(-80, 80),
)
def test_an_application_is_one_matter_and_every_step_has_a_key_and_a_command(
    kinds: list[Kind],
    planned: list[PlanKind],
    states: list[DraftState],
    promised: bool,
    shift: int,
) -> None:
    items = [asked(kind, n, f"m{n}", text=QUESTION) for n, kind in enumerate(kinds)]
    drafts: list[Draft] = [
        replace(draft(plan=kind, answers=f"m{n}", episode=str(n), state=state), id=f"d{n}")
        for n, (kind, state) in enumerate(zip(planned, states, strict=False))
        if kind is not PlanKind.NONE
    ]
    known = of(*items, state=State.WAITING, tag=Tag.SILENCE, promised=TODAY if promised else None)
    search = Search(
        (known,), [plan(answers=i.key) for i in items], drafts, items,
        people={i.key: ANNA for i in items},
    )  # fmt: skip
    found = steps(search, NOW + timedelta(days=shift))
    assert len({s.key for s in found}) == len(found)
    assert all(s.do.startswith("mailsense ") and s.title for s in found)
    free = {Sort.TALKS, Sort.THANK, Sort.LEAD, Sort.LETTER}
    assert len([s for s in found if s.sort not in free]) <= 1
    assert found == steps(search, NOW + timedelta(days=shift)), "the same for the same search"


# --- the few of a week, and of a day ----------------------------------------------------------


def test_a_week_holds_ten_steps_of_several_sorts_and_what_presses() -> None:
    many = [step(Sort.REQUEST, n, due=2) for n in range(3)]
    many += [step(Sort.SILENCE, n) for n in range(20)]
    many += [step(Sort.LEAD), step(Sort.THANK), step(Sort.TALKS)]
    many.append(step(Sort.NO, horizon=Horizon.LATER))
    few = week(ordered(many, TODAY), TODAY)
    assert len(few) == 10
    assert {s.sort for s in few} == {
        Sort.REQUEST, Sort.SILENCE, Sort.LEAD, Sort.THANK, Sort.TALKS
    }  # fmt: skip
    assert list(few) == [s for s in ordered(many, TODAY) if s in few], "in order of worth"
    assert sum(s.sort is Sort.REQUEST for s in few) == 3


def now(sort: Sort, n: int = 0, due: int | None = None) -> Step:
    return step(sort, n, due, horizon=Horizon.NOW)


def test_a_day_holds_five_decisions_and_then_it_is_done() -> None:
    many = [now(Sort.NO, n) for n in range(9)] + [step(Sort.SILENCE)]
    assert len(of_the_day(many, 0, TODAY)) == 5
    assert len(of_the_day(many, 3, TODAY)) == 2
    assert of_the_day(many, 5, TODAY) == of_the_day(many, 12, TODAY) == ()
    assert all(s.sort is Sort.NO for s in of_the_day(many, 0, TODAY)), "what needs a decision now"


def test_what_somebody_waits_for_by_tomorrow_is_told_however_much_was_decided() -> None:
    urgent, later = now(Sort.REQUEST, 1, due=1), now(Sort.REQUEST, 2, due=2)
    assert of_the_day([urgent, later, now(Sort.NO)], 9, TODAY) == (urgent,)


def test_what_was_decided_today_is_counted_by_letter() -> None:
    def at(action: Action, id: str, hours: float = 1) -> Decision:
        return Decision(action, NOW - timedelta(hours=hours), draft=id)

    taken: Sequence[Decision] = [
        at(Action.APPROVE, "yesterday", 20),
        at(Action.EDIT, "d1"), at(Action.APPROVE, "d1"), at(Action.SEND, "d1"),
        at(Action.SNOOZE, "d2"), at(Action.DISCARD, "d3"), at(Action.UNDO, "d3"),
        at(Action.APPROVE, "d4"), at(Action.EDIT, "d5"),
        Decision(Action.RELABEL, NOW, message_key="m1"),
    ]  # fmt: skip
    assert decided(taken, TODAY, ZONE) == 3


# --- what was missed --------------------------------------------------------------------------


def test_what_stood_unanswered_for_more_than_a_week_was_missed() -> None:
    def old(sort: Sort, n: int, days: int = 8, key: str = "") -> Step:
        since = TODAY - timedelta(days=days)
        made = step(sort, n, since=since, message=f"m{sort}{n}")
        return replace(made, key=key or made.key)

    found = missed(
        [
            old(Sort.REQUEST, 1), old(Sort.REQUEST, 2), old(Sort.REQUEST, 3, days=7),
            old(Sort.THANK, 1, key="named:m1"), old(Sort.THANK, 2), old(Sort.SILENCE, 1),
            replace(old(Sort.LEAD, 2), message="mthank1"),
        ],
        TODAY,
    )  # fmt: skip
    assert found == {Sort.REQUEST: 2, Sort.LEAD: 1}
    assert in_words(found) == "two requests and an introduction"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({}, ""),
        ({Sort.REQUEST: 1}, "a request"),
        (
            {Sort.OFFER: 1, Sort.REQUEST: 13, Sort.ANSWER: 2},
            "an offer, 13 requests and two questions",
        ),
        ({Sort.LEAD: 12}, "twelve introductions"),
    ],
)  # fmt: skip
def test_what_was_missed_is_said_in_words(counts: dict[Sort, int], words: str) -> None:
    assert in_words(counts) == words


# --- hostile mail -----------------------------------------------------------------------------


def test_no_title_holds_control_characters_or_runs_on_for_ever() -> None:
    bad = Address("Anna\x1b[31m\u202e\nSmith" * 50, ANNA.email)
    item = asked(sender=bad)
    search = unanswered(item, role="Pl\x07anner\r\n" * 100, company="North\u2066wind" * 40)
    title = only(search).title
    assert title.isprintable()
    assert len(title) < 250
    assert plain("a\u200b b\n") == "a b"


def test_a_letter_without_any_date_is_no_trouble() -> None:
    item = incoming("m1", NOW, said(Kind.INTERVIEW))
    undated: Message = replace(item.message, date=None)
    step = only(unanswered(replace(item, located=replace(item.located, message=undated))))
    assert (step.since, step.horizon) == (date(1970, 1, 1), Horizon.LATER)
