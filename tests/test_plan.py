"""What to do next about one application."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import (
    Address,
    Application,
    Contact,
    DraftState,
    Event,
    Facts,
    Kind,
    Outcome,
    Plan,
    PlanKind,
    Reason,
    Relation,
    Source,
    Stage,
    State,
    Verdict,
)
from mailsense.ports import Item
from mailsense.reply import reading, words
from mailsense.reply.caps import hold_back
from mailsense.reply.plan import plan
from mailsense.reply.single import plan_single
from mailsense.reply.timing import into_hours
from mailsense.working_days import working_days
from tests.support.items import (
    ANNA,
    BEN,
    MINE,
    PLAYBOOK,
    ROBOT,
    ZONE,
    application,
    day,
    draft,
    incoming,
    outgoing,
    verdict,
)

NO = verdict(Kind.REJECTION, reason=Reason.NOT_SELECTED)
TALK = "Dear Sam,\n\nThank you for speaking with us. It is a no.\n\nBest regards,\nAnna"


def plans(items: list[Item], now: datetime, drafts: Any = (), **more: Any) -> list[Plan]:
    ask = more.pop("ask", "both")
    holidays = more.pop("holidays", ())
    return plan(
        application(**more), items, drafts, PLAYBOOK,
        me=MINE, ask=ask, now=now, zone=ZONE, holidays=holidays,
    )  # fmt: skip


def one(items: list[Item], now: datetime, drafts: Any = (), **more: Any) -> Plan:
    found = plans(items, now, drafts, **more)
    assert len(found) == 1, found
    return found[0]


# --- which letter ---------------------------------------------------------------------

LETTERS = [
    (verdict(Kind.OFFER), Stage.OFFER, PlanKind.ANSWER_OFFER, "offer"),
    (verdict(Kind.INTERVIEW), Stage.SCREENING, PlanKind.ANSWER_REQUEST, "interview"),
    (verdict(Kind.TASK), Stage.INTERVIEW, PlanKind.ANSWER_REQUEST, "task"),
    (verdict(Kind.INTERVIEW, Kind.TASK), Stage.APPLIED, PlanKind.ANSWER_REQUEST, "interview"),
    (verdict(Kind.OUTREACH), Stage.APPLIED, PlanKind.ANSWER_OUTREACH, "outreach-interested"),
    (verdict(Kind.REFERRAL), Stage.NETWORKING, PlanKind.THANK_REFERRAL, "referral"),
    (verdict(Kind.FEEDBACK), Stage.INTERVIEW, PlanKind.THANK_FEEDBACK, "feedback"),
    (NO, Stage.APPLIED, PlanKind.ANSWER_REJECTION, "rejection-applied"),
    (NO, Stage.SCREENING, PlanKind.ANSWER_REJECTION, "rejection-screening"),
    (NO, Stage.INTERVIEW, PlanKind.ANSWER_REJECTION, "rejection-interview"),
    (NO, Stage.OFFER, PlanKind.ANSWER_REJECTION, "rejection-final"),
    (verdict(Kind.REJECTION, reason=Reason.REQUIREMENTS), Stage.INTERVIEW,
     PlanKind.ANSWER_REJECTION, "rejection-requirements"),
    (verdict(Kind.REJECTION, reason=Reason.REQUIREMENTS), Stage.APPLIED,
     PlanKind.ANSWER_REJECTION, "rejection-applied"),
    (verdict(Kind.REJECTION, reason=Reason.FILLED), Stage.SCREENING,
     PlanKind.ANSWER_REJECTION, "rejection-filled"),
    (verdict(Kind.REJECTION, reason=Reason.ON_HOLD), Stage.APPLIED,
     PlanKind.ANSWER_REJECTION, "rejection-on-hold"),
    (verdict(Kind.REJECTION, reason=Reason.NOT_YET), Stage.INTERVIEW,
     PlanKind.ANSWER_REJECTION, "rejection-not-yet"),
    (verdict(Kind.REJECTION, reason=Reason.BUSY), Stage.NETWORKING,
     PlanKind.REDIRECT, "redirect-busy"),
    (verdict(Kind.REJECTION, reason=Reason.NO_OPENINGS), Stage.APPLIED,
     PlanKind.REDIRECT, "redirect-no-openings"),
    (verdict(Kind.REJECTION, reason=Reason.NOT_HIRING), Stage.NETWORKING,
     PlanKind.REDIRECT, "redirect-not-hiring"),
    (verdict(Kind.REJECTION), Stage.NETWORKING, PlanKind.REDIRECT, "redirect-no-openings"),
    (verdict(Kind.INTERVIEW, Kind.REJECTION), Stage.APPLIED, PlanKind.ANSWER_REQUEST, "interview"),
    (verdict(Kind.REJECTION, Kind.REFERRAL), Stage.INTERVIEW, PlanKind.THANK_REFERRAL, "referral"),
    (verdict(Kind.REJECTION, Kind.OUTREACH), Stage.INTERVIEW,
     PlanKind.ANSWER_OUTREACH, "outreach-interested"),
    (verdict(Kind.REJECTION, Kind.FEEDBACK), Stage.INTERVIEW,
     PlanKind.ANSWER_REJECTION, "rejection-interview"),
]  # fmt: skip


@pytest.mark.parametrize(("judged", "stage", "kind", "template"), LETTERS)
def test_each_message_gets_the_letter_of_its_kind(
    judged: Verdict, stage: Stage, kind: PlanKind, template: str
) -> None:
    found = one([incoming("m1", day(11, 2), judged)], day(11, 2, 12), stage=stage)
    assert (found.kind, found.template) == (kind, template)
    assert found.addressee == ANNA
    assert found.answers == "m1"
    assert found.episode == "m1"
    assert found.account == "main"
    assert found.why


def test_outreach_without_a_role_asks_for_more() -> None:
    found = one([incoming("m1", day(11, 2), verdict(Kind.OUTREACH))], day(11, 2, 12), role="")
    assert found.template == "outreach-tell-me-more"


@pytest.mark.parametrize("kind", [Kind.ACKNOWLEDGEMENT, Kind.ALERT, Kind.OTHER])
def test_mail_that_asks_and_tells_nothing_gets_no_letter(kind: Kind) -> None:
    assert plans([incoming("m1", day(11, 2), verdict(kind))], day(11, 3)) == []


def test_unsure_mail_awaits_a_label() -> None:
    items = [
        incoming("m1", day(11, 2), NO),
        incoming("m2", day(11, 3), verdict(Kind.UNSURE)),
    ]
    found = one(items, day(11, 5))
    assert found.kind is PlanKind.NONE
    assert found.answers == "m2"
    assert "label" in found.why


def test_only_the_newest_message_counts_when_a_no_was_revived() -> None:
    items = [
        incoming("m1", day(11, 2), NO, text=TALK),
        incoming("m2", day(11, 9), verdict(Kind.INTERVIEW)),
    ]
    found = one(items, day(11, 10))
    assert found.kind is PlanKind.ANSWER_REQUEST
    assert found.answers == "m2"


def test_an_acknowledgement_does_not_hide_the_no_before_it() -> None:
    items = [
        incoming("m1", day(11, 2), NO),
        incoming("m2", day(11, 3), verdict(Kind.ACKNOWLEDGEMENT), sender=ROBOT),
    ]
    assert one(items, day(11, 4)).answers == "m1"


def test_a_process_the_user_has_settled_is_left_alone() -> None:
    item = incoming("m1", day(11, 2), NO)
    for outcome in (Outcome.ACCEPTED, Outcome.DECLINED, Outcome.WITHDRAWN):
        assert plans([item], day(11, 3), outcome=outcome, state=State.CLOSED) == []


# --- robots ---------------------------------------------------------------------------


def test_a_robots_no_without_any_person_says_why_there_is_no_reply() -> None:
    found = one([incoming("m1", day(11, 2), NO, sender=ROBOT)], day(11, 3))
    assert found.kind is PlanKind.NONE
    assert found.addressee is None
    assert "robot" in found.why


def test_a_robots_no_is_answered_to_the_person_met_before() -> None:
    items = [
        incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), sender=BEN, text="Hi.\n\nBest,\nBen"),
        outgoing("m2", day(11, 3), to=(BEN,)),
        incoming("m3", day(11, 9), NO, sender=ROBOT, text="We thank you. Northwind Careers"),
    ]
    found = one(items, day(11, 10), stage=Stage.SCREENING)
    assert found.addressee == BEN
    assert found.facts["to_name"] == "Ben"
    assert found.facts["personal"] is False
    assert found.facts["thanks_for"] == "your help along the way"


# --- answered already, too late -------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        outgoing("m2", day(11, 3)),
        outgoing("m2", day(11, 3), to=(BEN,), thread="t1"),
        outgoing("m2", day(11, 3), to=(ANNA,), thread="t2"),
        outgoing("m2", day(11, 3), to=(BEN,), thread="", in_reply_to=("m1@northwind.example",)),
    ],
    ids=["both", "thread", "person", "reply"],
)
def test_a_message_the_user_answered_gets_nothing(answer: Item) -> None:
    assert plans([incoming("m1", day(11, 2), NO), answer], day(11, 4)) == []


def test_a_letter_to_somebody_else_is_no_answer() -> None:
    items = [incoming("m1", day(11, 2), NO), outgoing("m2", day(11, 3), to=(BEN,), thread="t2")]
    assert one(items, day(11, 4)).answers == "m1"


def test_an_earlier_letter_is_no_answer() -> None:
    items = [outgoing("m0", day(11, 1)), incoming("m1", day(11, 2), NO)]
    assert one(items, day(11, 4)).answers == "m1"


def test_a_reply_is_an_answer_though_their_clock_is_ahead() -> None:
    reply = outgoing("m2", day(11, 2, 9), in_reply_to=("m1@northwind.example",))
    assert plans([incoming("m1", day(11, 2, 10), NO), reply], day(11, 4)) == []


def test_the_servers_answered_flag_counts() -> None:
    assert plans([incoming("m1", day(11, 2), NO, answered=True)], day(11, 4)) == []


def test_a_draft_sent_a_moment_ago_counts_though_sent_mail_was_not_read_yet() -> None:
    sent = draft(answers="m1", state=DraftState.SENT)
    assert plans([incoming("m1", day(11, 2), NO)], day(11, 4), [sent]) == []


@pytest.mark.parametrize(
    ("judged", "days"),
    [(NO, 7), (verdict(Kind.INTERVIEW), 21), (verdict(Kind.REFERRAL), 30)],
)
def test_an_answer_is_planned_only_while_it_is_decent(judged: Verdict, days: int) -> None:
    items = [incoming("m1", day(9, 1), judged)]
    in_time = one(items, day(9, 1) + timedelta(days=days))
    assert in_time.kind is not PlanKind.NONE
    assert in_time.expires == day(9, 1) + timedelta(days=days)
    late = one(items, day(9, 1) + timedelta(days=days, hours=1))
    assert late.kind is PlanKind.NONE
    assert "late" in late.why


# --- when -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "at", "wakes"),
    [
        (Stage.APPLIED, day(11, 2, 10), day(11, 3, 10)),
        (Stage.SCREENING, day(11, 2, 20), day(11, 4, 9)),  # evening: next morning
        (Stage.INTERVIEW, day(11, 2, 10), day(11, 4, 10)),
        (Stage.INTERVIEW, day(11, 5, 10), day(11, 9, 9)),  # Saturday: Monday
        (Stage.APPLIED, day(11, 2, 4), day(11, 3, 9)),
    ],
)
def test_a_no_rests_and_wakes_in_working_hours(stage: Stage, at: datetime, wakes: datetime) -> None:
    assert one([incoming("m1", at, NO)], at, stage=stage).not_before == wakes


def test_a_no_does_not_wake_on_a_public_holiday() -> None:
    found = one([incoming("m1", day(11, 2), NO)], day(11, 2), holidays={date(2026, 11, 3)})
    assert found.not_before == day(11, 4, 9)


@pytest.mark.parametrize(
    "judged",
    [
        verdict(Kind.REJECTION, reason=Reason.BUSY),
        verdict(Kind.INTERVIEW, Kind.REJECTION),
        verdict(Kind.REJECTION, Kind.OUTREACH),
        verdict(Kind.REFERRAL),
        verdict(Kind.OFFER),
    ],
)
def test_what_brings_something_does_not_rest(judged: Verdict) -> None:
    assert one([incoming("m1", day(11, 7), judged)], day(11, 7)).not_before is None


# --- what it says ---------------------------------------------------------------------


def test_the_facts_are_the_mails_own() -> None:
    text = "Dear Sam,\n\nThank you for coming in to Northwind. It was very close.\n\nBest,\nNia"
    found = one([incoming("m1", day(11, 2), NO, text=text)], day(11, 3), stage=Stage.INTERVIEW)
    facts = found.facts
    assert facts["to_name"] == "Nia"
    assert (facts["company"], facts["role"]) == ("Northwind", "Planner")
    assert facts["talked"] is True
    assert facts["runner_up"] is True
    assert facts["thanks_for"] == "taking the time to speak with me"


def test_a_firm_that_only_an_address_names_is_not_named() -> None:
    found = one([incoming("m1", day(11, 2), NO, text="It is a no.\n\nNia")], day(11, 3))
    assert found.facts["company"] == ""


def test_no_talk_is_invented_from_an_invitation() -> None:
    items = [
        incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), text="We look forward to meeting you."),
        outgoing("m2", day(11, 2, 12)),
        incoming("m3", day(11, 9), NO, text="We are cancelling the interview. It is filled."),
    ]
    found = one(items, day(11, 10), stage=Stage.INTERVIEW)
    assert found.facts["talked"] is False
    assert found.facts["thanks_for"] == "letting me know"


def test_a_meeting_in_the_calendar_that_is_over_was_a_talk() -> None:
    event = Event("REQUEST", "Interview", day(11, 4, 10), day(11, 4, 11), "", "")
    invited = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), events=(event,))
    items = [invited, outgoing("m2", day(11, 2, 12)), incoming("m3", day(11, 9), NO)]
    assert one(items, day(11, 10)).facts["talked"] is True
    early = [invited, outgoing("m2", day(11, 2, 12)), incoming("m3", day(11, 3), NO)]
    assert one(early, day(11, 10)).facts["talked"] is False


@pytest.mark.parametrize(
    ("stage", "ask", "reason", "advice", "referral"),
    [
        (Stage.APPLIED, "both", Reason.NOT_SELECTED, False, False),
        (Stage.SCREENING, "both", Reason.NOT_SELECTED, True, True),
        (Stage.INTERVIEW, "advice", Reason.NOT_SELECTED, True, False),
        (Stage.INTERVIEW, "referral", Reason.NOT_SELECTED, False, True),
        (Stage.INTERVIEW, "both", Reason.FILLED, False, True),
        (Stage.INTERVIEW, "both", Reason.ON_HOLD, False, False),
        (Stage.OFFER, "both", None, True, True),
    ],
)
def test_questions_are_asked_only_where_a_person_took_part(
    stage: Stage, ask: str, reason: Reason | None, advice: bool, referral: bool
) -> None:
    judged = verdict(Kind.REJECTION, reason=reason)
    facts = one([incoming("m1", day(11, 2), judged)], day(11, 3), stage=stage, ask=ask).facts
    assert (facts["ask_advice"], facts["ask_referral"]) == (advice, referral)
    assert bool(facts["question"]) is referral


def test_advice_that_was_given_is_not_asked_for() -> None:
    judged = verdict(Kind.REJECTION, Kind.FEEDBACK)
    facts = one([incoming("m1", day(11, 2), judged)], day(11, 3), stage=Stage.INTERVIEW).facts
    assert facts["ask_advice"] is False
    assert facts["feedback_given"] is True


def test_the_same_person_never_gets_the_same_question_twice() -> None:
    items = [incoming("m9", day(11, 2), NO)]
    asked: list[str] = []
    earlier: list[Any] = []
    for n, _ in enumerate(PLAYBOOK.questions):
        question = str(one(items, day(11, 3), earlier, stage=Stage.INTERVIEW).facts["question"])
        assert question
        assert question not in asked
        asked.append(question)
        body = f"Hello Anna,\n\n{question}\n"
        earlier.append(draft(id=f"d{n}", episode=f"e{n}", state=DraftState.SENT, body=body))
    last = one(items, day(11, 3), earlier, stage=Stage.INTERVIEW).facts
    assert last["ask_referral"] is False
    assert last["question"] == ""


def test_the_question_stays_the_same_while_its_own_draft_waits() -> None:
    items = [incoming("m1", day(11, 2), NO)]
    first = one(items, day(11, 3), stage=Stage.INTERVIEW)
    waiting = draft(episode="m1", body=f"Hello Anna,\n\n{first.facts['question']}\n")
    assert one(items, day(11, 3), [waiting], stage=Stage.INTERVIEW) == first


def test_whoever_names_somebody_is_thanked_for_the_name() -> None:
    text = (
        "Dear Sam,\n\nWe have nothing, but talk to Maria Lopez (maria@globex.example). "
        "Feel free to mention my name.\n\nBest,\nAnna"
    )
    thanks = one([incoming("m1", day(11, 2), verdict(Kind.REFERRAL), text=text)], day(11, 3))
    assert thanks.kind is PlanKind.THANK_REFERRAL
    assert thanks.facts["referred_name"] == "Maria Lopez"
    assert thanks.facts["may_use_name"] is True


def test_an_interview_letter_knows_the_times_and_a_task_its_deadline() -> None:
    text = "Could you do Tuesday 10 November at 2pm or Thursday at 15:30?\n\nBest,\nAnna"
    found = one([incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), text=text)], day(11, 2, 12))
    assert found.facts["interview_times"] == ("Tuesday 10 November at 2pm", "Thursday at 15:30")
    task = incoming("m1", day(11, 2), verdict(Kind.TASK), text="Please send it by Friday.")
    assert one([task], day(11, 2, 12)).facts["deadline"] == "Friday 6 November"


# --- reading ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for speaking with us last week.",
        "Thanks for taking the time to meet with the team.",
        "Thank you for coming in on Monday.",
        "I really enjoyed our conversation.",
        "It was great to meet you.",
        "Following your successful telephone interview, it is a no.",
        "After our call we compared notes.",
        "It was a pleasure meeting you.",
        "Since we last spoke, things have changed.",
    ],
)
def test_these_words_show_that_a_talk_took_place(text: str) -> None:
    assert reading.says_talked(text)


@pytest.mark.parametrize(
    "text",
    [
        "We look forward to meeting you.",
        "It would be great to meet you.",
        "I would like to thank you for your interest.",
        "Thank you for your application and the time you put into it.",
        "We would love to speak with you.",
        "We have to cancel your interview.",
        "Nice to hear from you.",
        "Before your interview, please read this.",
        "Thank you for applying.",
        "Thank you for inviting me to talk about the role.",
        "Thank you for your invitation to meet the team.",
    ],
)
def test_these_words_do_not(text: str) -> None:
    assert not reading.says_talked(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Please return it by Friday.", "Friday 6 November"),
        ("Please return it by Monday 9am.", "Monday 9 November"),
        ("Send it no later than 5 December 2026.", "Saturday 5 December"),
        ("The deadline is December 5th.", "Saturday 5 December"),
        ("The deadline is 2026-11-20, at noon.", "Friday 20 November"),
        ("We need it before Wednesday, 11 November.", "Wednesday 11 November"),
        ("It is due on the 12th of November.", "Thursday 12 November"),
        ("Please reply by 3 Jan.", "Sunday 3 January"),
        ("Please send it by tomorrow night.", ""),
        ("Standing by the sea on Friday.", ""),
        ("Please return it by 31 June.", ""),
        ("Please return it.", ""),
        ("It was due by 1 October.", ""),
        ("The interview is on 5 December.", ""),
    ],
)
def test_a_deadline_is_repeated_only_when_it_is_known(text: str, told: str) -> None:
    message = incoming("m1", day(11, 2), verdict(Kind.TASK), text=text).message
    assert reading.deadline(message, day(11, 2, 12), ZONE) == told


def test_a_deadline_that_has_passed_is_not_repeated() -> None:
    message = incoming("m1", day(11, 2), verdict(Kind.TASK), text="Send it by Friday.").message
    assert reading.deadline(message, day(11, 7), ZONE) == ""


def test_times_in_a_calendar_part_outrank_the_text_and_must_lie_ahead() -> None:
    event = Event("REQUEST", "Talk", day(12, 8, 14), day(12, 8, 15), "", "")
    past = Event("REQUEST", "Talk", day(10, 8, 14), day(10, 8, 15), "", "")
    text = "Tuesday at 3pm?"
    message = incoming("m1", day(11, 2), None, text=text, events=(event, past)).message
    assert reading.interview_times(message, day(11, 2), ZONE) == ("Tuesday 8 December at 14:00",)
    gone = incoming("m1", day(11, 2), None, text=text, events=(past,)).message
    assert reading.interview_times(gone, day(11, 2), ZONE) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("You should talk to Maria Lopez.", "Maria Lopez"),
        ("Have a word with Maria, she runs the depot.", "Maria"),
        ("Please contact our HR partner for EMEA, Joao Pires.", "Joao Pires"),
        ("I'd be happy to introduce you to Jakub.", "Jakub"),
        ("Let me loop in Chidi.", "Chidi"),
        ("You can reach the foreman, Dave, after four.", "Dave"),
        ("I passed your details to Hannah van der Weiss.", "Hannah van der Weiss"),
        ("Speak to Blackthorn Media, third floor.", "Blackthorn Media"),
        ("Reach out to my colleague Siobhán O'Neill.", "Siobhán O'Neill"),
        ("Please contact us at any time.", ""),
        ("I talked to my boss about it.", ""),
        ("Talk to you on Monday.", ""),
        ("Please write to HR.", ""),
        ("Speak to Anna.", ""),
        ("Please find attached a copy of your Contract.", ""),
        ("Nice to meet you and the team at Northwind.", ""),
    ],
)
def test_a_name_is_taken_only_where_somebody_is_pointed_to(text: str, name: str) -> None:
    message = incoming("m1", day(11, 2), verdict(Kind.REFERRAL), text=text).message
    assert reading.lead(message, MINE).name == name


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (words.MAY_USE_NAME,
         ["Feel free to mention my name.", "Tell her I sent you.", "You can use my name.",
          "Say I suggested it.", "I've told him to expect you."],
         ["What is your name?", "I know her name.", "Please mention the salary you want."]),
        (words.FORWARDED,
         ["I passed on your CV to her.", "I've forwarded your details.", "I sent them your résumé.",
          "Your CV was passed to the lead."],
         ["Please send your CV.", "Send me your details.", "We received your application."]),
        (words.RUNNER_UP,
         ["It was very close.", "You were the runner-up.", "It came down to two people."],
         ["We work closely together.", "The role is now closed.", "It was a difficult decision."]),
        (words.NEVER_MET,
         ["Before we could meet, the team decided.", "We must cancel.", "I have to cancel Friday.",
          "All further interviews have been cancelled.", "We cancelled your interview."],
         ["Thank you for meeting us.", "Before you go, read this.", "You may cancel at any time.",
          "The meeting was long."]),
        (words.KEEP_ON_FILE,
         ["We will keep your CV on file.", "I'll keep you in mind."],
         ["Please keep this in a safe place.", "Your file is incomplete."]),
        (words.RESCHEDULED,
         ["We need to reschedule.", "The talk has been postponed.", "Could we find a new time?",
          "Can we move you from the 21st?", "I must call it off.", "Please don't travel.",
          "The interview cannot go ahead."],
         ["The time of your life", "It starts on time.", "You made me move."]),
    ],
)  # fmt: skip
def test_a_turn_of_phrase_matches_what_it_should_and_no_more(
    pattern: Any, yes: list[str], no: list[str]
) -> None:
    assert [t for t in yes if not pattern.search(t)] == []
    assert [t for t in no if pattern.search(t)] == []


# --- silence --------------------------------------------------------------------------

WAITING = {"state": State.WAITING, "tag": "silence-timeout"}
APPLIED = [outgoing("o1", day(10, 1))]


def waiting(case: str, days: int, chases: int = 0, **more: Any) -> dict[str, Any]:
    return {**WAITING, "case": case, "waiting_working_days": days, "chases": chases, **more}


TABLE = [
    ("applied", 0, 10, PlanKind.STATUS_CHECK), ("applied", 1, 10, None),
    ("screening", 0, 6, PlanKind.STATUS_CHECK), ("screening", 1, 8, PlanKind.STATUS_CHECK),
    ("screening", 2, 10, None),
    ("interview-recruiter", 0, 6, PlanKind.STATUS_CHECK),
    ("interview-recruiter", 1, 8, PlanKind.STATUS_CHECK),
    ("interview-recruiter", 2, 10, PlanKind.CLOSE_LOOP),
    ("interview-recruiter", 3, 10, None),
    ("interview-manager", 0, 7, PlanKind.STATUS_CHECK),
    ("interview-manager", 1, 10, PlanKind.STATUS_CHECK), ("interview-manager", 2, 10, None),
    ("final", 0, 5, PlanKind.STATUS_CHECK), ("final", 1, 7, PlanKind.STATUS_CHECK),
    ("final", 2, 10, PlanKind.CLOSE_LOOP),
    ("task", 0, 6, PlanKind.STATUS_CHECK), ("task", 1, 8, PlanKind.STATUS_CHECK),
    ("offer", 0, 2, PlanKind.STATUS_CHECK), ("offer", 1, 3, PlanKind.STATUS_CHECK),
    ("agency", 0, 5, PlanKind.STATUS_CHECK), ("agency", 1, 10, PlanKind.STATUS_CHECK),
    ("networking", 0, 7, PlanKind.STATUS_CHECK), ("networking", 1, 10, PlanKind.STATUS_CHECK),
    ("networking", 2, 10, None),
    ("referred", 0, 7, PlanKind.STATUS_CHECK), ("referred", 1, 7, None),
]  # fmt: skip


def letters_out(chases: int) -> list[Item]:
    return [outgoing(f"o{n}", day(10, 1) + timedelta(minutes=n)) for n in range(chases + 1)]


@pytest.mark.parametrize(("case", "chases", "days", "kind"), TABLE)
def test_the_ladder_of_each_case_is_kept(
    case: str, chases: int, days: int, kind: PlanKind | None
) -> None:
    items = letters_out(chases)
    due = plans(items, day(11, 2), **waiting(case, days, chases))
    assert [p.kind for p in due] == ([kind] if kind else [])
    early = plans(items, day(11, 2), **waiting(case, days - 1, chases))
    assert early == []


def test_a_chase_answers_the_users_own_last_letter_to_the_person_it_went_to() -> None:
    items = [incoming("m1", day(10, 1), verdict(Kind.INTERVIEW)), *letters_out(1)]
    found = one(items, day(11, 2), **waiting("screening", 8, 1))
    assert found.answers == "o1"
    assert found.addressee == ANNA
    assert found.template == "status-check-second"
    assert found.facts["wrote_on"] == "1 October"
    assert "8 working days" in found.why


def test_the_episode_of_a_chase_is_the_same_at_every_look_and_new_at_every_step() -> None:
    first = one(letters_out(0), day(11, 2), **waiting("screening", 6))
    later = one(letters_out(0), day(11, 4), **waiting("screening", 8))
    second = one(letters_out(1), day(11, 20), **waiting("screening", 8, 1))
    assert first.episode == later.episode == "chase-1:o0"
    assert second.episode == "chase-2:o0"


@pytest.mark.parametrize(
    ("relation", "case", "template"),
    [
        (Relation.RECRUITER, "screening", "status-check-recruiter"),
        (Relation.HIRING_MANAGER, "interview-manager", "status-check-manager"),
        (Relation.INTERVIEWER, "interview-manager", "status-check-interviewer"),
        (Relation.AGENCY, "agency", "status-check-agency"),
        (Relation.NETWORKING, "networking", "status-check-networking"),
        (Relation.REFERRED, "referred", "status-check-networking"),
        (Relation.UNKNOWN, "interview-manager", "status-check-manager"),
        (Relation.UNKNOWN, "applied", "status-check-recruiter"),
    ],
)
def test_a_chase_speaks_to_the_person_it_goes_to(
    relation: Relation, case: str, template: str
) -> None:
    contact = Contact("Anna Smith", ANNA.email, relation)
    found = one(letters_out(0), day(11, 2), contacts=(contact,), **waiting(case, 10))
    assert found.template == template


def test_a_chase_on_a_sunday_waits_for_monday_morning() -> None:
    found = one(letters_out(0), day(11, 1), **waiting("screening", 6))
    assert found.not_before == day(11, 2, 9)
    assert one(letters_out(0), day(11, 2), **waiting("screening", 6)).not_before == day(11, 2)


def test_no_chase_while_a_message_awaits_its_label() -> None:
    for judged in (verdict(Kind.UNSURE), None):
        items = [
            incoming("m1", day(10, 1), verdict(Kind.INTERVIEW)),
            incoming("m2", day(10, 2), judged, sender=BEN),
            outgoing("o1", day(10, 3), to=(ANNA, BEN)),
        ]
        found = plans(items, day(11, 2), **waiting("screening", 8))
        assert [p.kind for p in found if p.kind is not PlanKind.NONE] == []


def test_a_letter_that_came_back_is_not_sent_after() -> None:
    daemon = Address("Mail Delivery", "mailer-daemon@northwind.example")
    back = incoming(
        "b1", day(10, 1, 11), verdict(Kind.OTHER), sender=daemon, facts=Facts(bounce=True)
    )
    found = one([*letters_out(0), back], day(11, 2), **waiting("networking", 8))
    assert found.kind is PlanKind.NONE
    assert "came back" in found.why
    again = outgoing("o9", day(10, 2), to=(BEN,))
    known = [*letters_out(0), back, again]
    assert one(known, day(11, 2), **waiting("networking", 8)).kind is PlanKind.STATUS_CHECK


def test_a_label_by_the_user_lets_the_chase_go_on() -> None:
    sure = verdict(Kind.OTHER, source=Source.USER)
    items = [incoming("m2", day(9, 30), sure, sender=BEN), *letters_out(0)]
    assert one(items, day(11, 2), **waiting("screening", 8)).kind is PlanKind.STATUS_CHECK


def test_without_a_person_there_is_no_chase_but_a_reason() -> None:
    receipt = incoming("m1", day(10, 1), verdict(Kind.ACKNOWLEDGEMENT), sender=ROBOT)
    assert plans([receipt], day(11, 2), **waiting("applied-unknown", 14)) == []
    found = one([receipt], day(11, 2), **waiting("applied-unknown", 15))
    assert found.kind is PlanKind.NONE
    assert "no person is known" in found.why


def test_when_the_user_never_wrote_the_newest_human_letter_is_answered() -> None:
    receipt = incoming("m1", day(10, 1), verdict(Kind.ACKNOWLEDGEMENT))
    found = one([receipt], day(11, 2), **waiting("applied", 10))
    assert (found.kind, found.answers) == (PlanKind.STATUS_CHECK, "m1")
    assert found.facts["wrote_on"] == ""


def test_after_a_long_silence_nothing_is_written() -> None:
    found = one(letters_out(0), day(11, 2), **waiting("screening", 22))
    assert found.kind is PlanKind.NONE
    assert plans(letters_out(0), day(11, 2), **waiting("applied", 30)) == []


def test_the_closing_note_is_written_though_the_process_counts_as_closed_by_silence() -> None:
    silent = waiting("final", 10, 2) | {"state": State.CLOSED, "outcome": Outcome.SILENCE}
    assert one(letters_out(2), day(11, 2), **silent).template == "closing-note"
    again = waiting("screening", 30, 1) | {"state": State.CLOSED, "outcome": Outcome.SILENCE}
    assert plans(letters_out(1), day(11, 2), **again) == []


def test_an_open_process_is_never_chased() -> None:
    assert (
        plans(
            letters_out(0),
            day(11, 2),
            **waiting("screening", 8),
        )
        != []
    )
    open_ = waiting("screening", 8) | {"state": State.OPEN}
    assert plans(letters_out(0), day(11, 2), **open_) == []


def test_a_promised_day_and_two_more_override_the_floor() -> None:
    promised = date(2026, 11, 12)  # a Thursday
    for now, due in ((day(11, 12), 0), (day(11, 13), 0), (day(11, 16), 1)):
        found = plans(letters_out(0), now, promised=promised, **waiting("screening", 20))
        assert len(found) == due, now
    soon = plans(letters_out(0), day(10, 9), promised=date(2026, 10, 6), **waiting("screening", 2))
    assert len(soon) == 1


def test_nobody_is_silent_before_the_meeting_is_over() -> None:
    event = Event("REQUEST", "Talk", day(11, 10, 10), day(11, 10, 11), "", "")
    items = [incoming("m1", day(10, 1), verdict(Kind.INTERVIEW), events=(event,)), *letters_out(0)]
    assert plans(items, day(11, 2), **waiting("screening", 20)) == []
    assert one(items, day(11, 12), **waiting("screening", 26)).kind is PlanKind.THANK_INTERVIEWER
    assert plans(items, day(11, 17), **waiting("screening", 31)) == []
    assert one(items, day(11, 18), **waiting("screening", 32)).kind is PlanKind.STATUS_CHECK


def test_a_second_chase_counts_from_the_first_whatever_the_whole_wait() -> None:
    items = [outgoing("o0", day(10, 1)), outgoing("o1", day(10, 30))]
    assert plans(items, day(11, 3), **waiting("screening", 22, 1)) == []
    assert len(plans(items, day(11, 11), **waiting("screening", 28, 1))) == 1


def test_a_not_now_is_asked_about_again_once() -> None:
    judged = verdict(Kind.REJECTION, reason=Reason.ON_HOLD)
    items = [incoming("m1", day(6, 1), judged), outgoing("m2", day(6, 3))]
    closed = {"state": State.CLOSED, "outcome": Outcome.REJECTION}
    assert plans(items, day(7, 1), **closed) == []
    found = one(items, day(8, 3), **closed)
    assert (found.kind, found.template) == (PlanKind.REVISIT, "revisit")
    assert found.facts["wrote_on"] == "1 June"
    assert found.episode == "revisit:m1"
    asked = [*items, outgoing("m3", day(8, 3))]
    assert plans(asked, day(8, 20), **closed) == []
    assert plans(items, day(11, 2), **closed) == []
    flat = [incoming("m1", day(6, 1), NO), outgoing("m2", day(6, 3))]
    assert plans(flat, day(8, 3), **closed) == []


# --- across applications --------------------------------------------------------------


def held(
    found: list[Plan], apps: list[Application], drafts: Any = (), items: Any = ()
) -> list[str]:
    kept = hold_back(found, apps, drafts, items, PLAYBOOK, now=day(11, 2), zone=ZONE)
    assert len(kept) == len(found)
    return [p.kind.value for p in kept]


def chase(about: str, person: Address = ANNA) -> Plan:
    return Plan(PlanKind.STATUS_CHECK, about, f"chase-1:{about}", "t", "due", addressee=person)


def test_a_company_gets_at_most_two_chases_in_ten_working_days() -> None:
    apps = [application(id=f"a{n}") for n in range(3)]
    people = [Address("", f"p{n}@northwind.example") for n in range(3)]
    found = [chase(f"a{n}", people[n]) for n in range(3)]
    assert held(found, apps) == ["status-check", "status-check", "none"]
    sent = [
        draft(id=f"d{n}", about="a9", plan=PlanKind.STATUS_CHECK, state=DraftState.SENT,
              created=day(10, 26))
        for n in range(2)
    ]  # fmt: skip
    nine = application(id="a9", company="northwind ")
    assert held(found[:1], [apps[0], nine], sent) == ["none"]
    old = [draft(about="a9", plan=PlanKind.STATUS_CHECK, state=DraftState.SENT, created=day(10, 1))]
    assert held(found[:1], [apps[0], nine], old * 2) == ["status-check"]


def test_a_company_that_said_no_is_not_chased_for_a_month() -> None:
    no = application(id="a2", outcome=Outcome.REJECTION, last_in=day(10, 20))
    assert held([chase("a1")], [application(), no]) == ["none"]
    old = application(id="a2", outcome=Outcome.REJECTION, last_in=day(9, 20))
    assert held([chase("a1")], [application(), old]) == ["status-check"]
    other = application(id="a2", company="Globex", outcome=Outcome.REJECTION, last_in=day(10, 20))
    assert held([chase("a1")], [application(), other]) == ["status-check"]


def test_one_person_gets_one_letter_at_a_time_and_answers_come_first() -> None:
    apps = [application(), application(id="a2", company="Globex")]
    answer = Plan(PlanKind.ANSWER_REQUEST, "a2", "m1", "interview", "", addressee=ANNA)
    assert held([chase("a1"), answer], apps) == ["none", "answer-request"]
    open_ = draft(about="a1", plan=PlanKind.STATUS_CHECK, episode="chase-1:a1")
    assert held([chase("a1"), answer], apps, [open_]) == ["none", "answer-request"]
    thanks = Plan(PlanKind.ANSWER_REJECTION, "a1", "m2", "rejection", "", addressee=ANNA)
    waits = draft(about="a1", plan=PlanKind.ANSWER_REJECTION, episode="m2")
    assert held([thanks, answer], apps, [waits]) == ["none", "answer-request"], "a request first"
    lead = Plan(PlanKind.THANK_REFERRAL, "a2", "m3", "referral", "", addressee=ANNA)
    assert held([lead, thanks], apps, [waits]) == ["none", "answer-rejection"], "the open one stays"


def test_a_person_who_left_three_letters_unanswered_is_left_in_peace() -> None:
    out = [outgoing(f"o{n}", day(10, n)) for n in (1, 8, 15)]
    assert held([chase("a1")], [application()], items=out[:2]) == ["status-check"]
    assert held([chase("a1")], [application()], items=out) == ["none"]
    back = [*out, incoming("m1", day(10, 20), verdict(Kind.ACKNOWLEDGEMENT))]
    assert held([chase("a1")], [application()], items=back) == ["status-check"]


# --- one message by itself ------------------------------------------------------------


LONG_AFTER = day(11, 20)


def single(item: Item, judged: Verdict, now: datetime = LONG_AFTER) -> Plan:
    return plan_single(item.message, judged, PLAYBOOK, me=MINE, ask="both", now=now, zone=ZONE)


def test_a_single_message_is_answered_however_old_it_is() -> None:
    judged = verdict(Kind.REJECTION, stage=Stage.INTERVIEW)
    found = single(incoming("m1", day(1, 2), judged, text=TALK), judged)
    assert (found.kind, found.template) == (PlanKind.ANSWER_REJECTION, "rejection-interview")
    assert found.not_before is None
    assert found.expires is None
    assert found.facts["ask_advice"] is True


def test_a_single_message_by_a_robot_or_without_a_question_gets_nothing() -> None:
    assert single(incoming("m1", day(11, 2), NO, sender=ROBOT), NO).kind is PlanKind.NONE
    for kind in (Kind.ACKNOWLEDGEMENT, Kind.ALERT, Kind.OTHER, Kind.UNSURE):
        found = single(incoming("m1", day(11, 2), verdict(kind)), verdict(kind))
        assert found.kind is PlanKind.NONE
        assert found.why


def test_a_single_letter_of_ones_own_is_followed_up_in_due_time() -> None:
    item, other = outgoing("m1", day(11, 2)), verdict(Kind.OTHER)
    early = single(item, other, day(11, 9))
    assert early.kind is PlanKind.NONE
    assert "2026-11-16" in early.why
    due = single(item, other, day(11, 16))
    assert (due.kind, due.addressee) == (PlanKind.STATUS_CHECK, ANNA)
    assert due.template == "status-check-recruiter"


# --- invariants -----------------------------------------------------------------------

KINDS = st.sampled_from(list(Kind))
VERDICTS = st.builds(
    lambda kind, also, reason: Verdict(kind, Source.MODEL, 0.8, also=also, reason=reason),
    KINDS,
    st.lists(KINDS, max_size=2).map(tuple),
    st.none() | st.sampled_from(list(Reason)),
)
LETTER = st.tuples(
    st.integers(0, 40), st.booleans(), VERDICTS, st.sampled_from([ANNA, BEN, ROBOT]),
    st.sampled_from(["", TALK, "Talk to Maria Lopez, maria@globex.example", "by Friday\nBest,\nA"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(LETTER, max_size=6),
    st.sampled_from(list(Stage)),
    st.sampled_from(list(State)),
    st.sampled_from(["", *PLAYBOOK.ladders]),
    st.integers(0, 40),
    st.integers(0, 3),
)
def test_whatever_was_written_no_plan_goes_to_a_robot_and_each_is_the_same_again(
    letters: list[Any], stage: Stage, state: State, case: str, waited: int, chases: int
) -> None:
    items = [
        outgoing(f"m{n}", day(9, 1) + timedelta(days=d), to=(who,), text=text)
        if own
        else incoming(f"m{n}", day(9, 1) + timedelta(days=d), judged, sender=who, text=text)
        for n, (d, own, judged, who, text) in enumerate(letters)
    ]
    more = {
        "stage": stage, "state": state, "case": case, "waiting_working_days": waited,
        "chases": chases,
    }  # fmt: skip
    found = plans(items, day(10, 5), **more)
    assert found == plans(items, day(10, 5), **more)
    assert len({(p.kind, p.episode) for p in found}) == len(found)
    people = [p.addressee.key for p in found if p.addressee]
    assert len(set(people)) == len(people)
    for p in found:
        assert p.why
        if p.kind is PlanKind.NONE:
            assert p.addressee is None
            continue
        assert p.addressee is not None
        assert p.addressee not in (ROBOT,)
        assert p.addressee.key not in MINE
        assert p.template
        assert p.not_before is None or p.not_before.astimezone(ZONE).weekday() < 5


@settings(max_examples=100, deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001
def test_working_hours_are_reached_by_waiting_never_by_going_back(at: datetime) -> None:
    at = at.replace(tzinfo=UTC)
    moved = into_hours(at, ZONE, PLAYBOOK.hours)
    local = moved.astimezone(ZONE)
    assert moved >= at
    assert moved - at <= timedelta(days=3)
    assert local.weekday() < 5
    assert PLAYBOOK.hours[0] <= local.time() <= PLAYBOOK.hours[1]


def test_working_days_leave_out_weekends_and_holidays() -> None:
    monday = date(2026, 11, 2)
    assert working_days(monday, date(2026, 11, 9)) == 5
    assert working_days(monday, monday) == 0
    assert working_days(monday, date(2026, 11, 9), {date(2026, 11, 4)}) == 4
    assert working_days(date(2026, 11, 6), date(2026, 11, 8)) == 0
