"""The thank-you after a talk: when one is due, to whom, and when none is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from mailsense.domain import (
    Address,
    Contact,
    DraftState,
    Event,
    Facts,
    Kind,
    Outcome,
    Plan,
    PlanKind,
    Relation,
    Stage,
    State,
    Verdict,
)
from mailsense.ports import Item
from mailsense.reply.caps import hold_back
from mailsense.reply.plan import plan
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

INVITES = verdict(Kind.INTERVIEW)
TELLS = verdict(Kind.ACKNOWLEDGEMENT)
YES = outgoing("yes", day(11, 2, 12), text="Hello Anna, I will be there.")
"""The talk is on Thursday 5 November 2026."""
KEPT = Contact(ANNA.name, ANNA.email, Relation.HIRING_MANAGER)


def meeting(number: int = 5, method: str = "REQUEST", **more: Any) -> Event:
    hours = (day(11, number, 10), day(11, number, 11))
    return Event(method, more.get("summary", "Talk"), *hours, more.get("organizer", ""), "")


def invite(*events: Event, key: str = "m1", **more: Any) -> Item:
    return incoming(key, more.pop("at", day(11, 2)), INVITES, events=events, **more)


def planned(items: list[Item], now: datetime, drafts: Any = (), **more: Any) -> list[Plan]:
    more = {"stage": Stage.INTERVIEW, "state": State.WAITING, "contacts": (KEPT,), **more}
    found = plan(
        application(**more), items, drafts, PLAYBOOK,
        me=MINE, ask="both", now=now, zone=ZONE, holidays=more.pop("holidays", ()),
    )  # fmt: skip
    return [p for p in found if p.kind is PlanKind.THANK_INTERVIEWER]


def thanked(items: list[Item], now: datetime, **more: Any) -> list[str]:
    return [p.addressee.email for p in planned(items, now, **more) if p.addressee]


def test_the_day_after_a_talk_its_interviewer_is_thanked() -> None:
    (found,) = planned([invite(meeting()), YES], day(11, 6))
    assert found.addressee == ANNA
    assert found.template == "thank-interviewer"
    assert found.episode == "talk:2026-11-05:anna.smith@northwind.example"
    assert found.answers == "m1"
    assert found.not_before == day(11, 6, 9)
    assert found.expires == day(11, 11, 0)
    assert found.facts["talked_on"] == "Thursday"
    assert found.why == "you talked on Thursday 5 November, by the calendar; Anna Smith invited you"


@pytest.mark.parametrize(
    ("number", "hour", "due"),
    [(5, 23, False), (6, 7, True), (7, 12, True), (10, 20, True), (11, 8, False)],
)
def test_it_is_due_from_the_next_working_day_for_three(number: int, hour: int, due: bool) -> None:
    assert bool(planned([invite(meeting()), YES], day(11, number, hour))) is due


def test_a_public_holiday_is_no_day_to_thank() -> None:
    found = plan(
        application(stage=Stage.INTERVIEW, state=State.WAITING), [invite(meeting()), YES], (),
        PLAYBOOK, me=MINE, ask="both", now=day(11, 6), zone=ZONE, holidays={date(2026, 11, 6)},
    )  # fmt: skip
    assert found == []


def test_an_invitation_answered_by_telephone_only_is_thanked_for_not_answered() -> None:
    items = [invite(meeting())]
    (before,) = plan(
        application(), items, (), PLAYBOOK,
        me=MINE, ask="both", now=day(11, 4), zone=ZONE,
    )  # fmt: skip
    assert before.kind is PlanKind.ANSWER_REQUEST
    assert thanked(items, day(11, 6), state=State.OPEN) == [ANNA.email]


CALLED_OFF: list[tuple[str, list[Item]]] = [
    ("cancelled", [incoming("m2", day(11, 4), TELLS, events=(meeting(method="CANCEL"),))]),
    ("moved", [incoming("m2", day(11, 4), TELLS, events=(meeting(6),))]),
    ("called off in words",
     [incoming("m2", day(11, 4), TELLS, text="We have to cancel the meeting.")]),
    ("put off by the user", [outgoing("o2", day(11, 4), text="Could we reschedule?")]),
    ("refused by the calendar",
     [outgoing("o2", day(11, 4), text="", events=(meeting(method="REPLY"),))]),
]  # fmt: skip


@pytest.mark.parametrize("more", [c[1] for c in CALLED_OFF], ids=[c[0] for c in CALLED_OFF])
def test_a_talk_that_did_not_take_place_is_not_thanked_for(more: list[Item]) -> None:
    from dataclasses import replace

    more = [
        replace(i, located=replace(i.located, message=replace(i.message, subject="Declined: Talk")))
        if i.message.events and i.located.outgoing
        else i
        for i in more
    ]
    assert thanked([invite(meeting()), YES, *more], day(11, 6)) == []


def test_a_second_talk_announced_afterwards_takes_nothing_from_the_first() -> None:
    items = [invite(meeting()), YES, invite(meeting(12), key="m2", at=day(11, 5, 15))]
    items.append(outgoing("o2", day(11, 5, 15, 30), to=(ANNA,)))
    assert thanked(items, day(11, 6)) == [], "the user has written since"
    assert thanked(items, day(11, 13)) == [ANNA.email]


@pytest.mark.parametrize(
    ("at", "text", "due"),
    [
        (day(11, 5, 9), "I am on my way.", True),
        (day(11, 5, 12), "Good to see you.", False),
        (day(11, 6, 9), "Good to see you.", False),
    ],
)
def test_whom_the_user_has_written_to_since_needs_no_thanks(
    at: datetime, text: str, due: bool
) -> None:
    items = [invite(meeting()), YES, outgoing("o2", at, text=text)]
    assert bool(planned(items, day(11, 6, 10))) is due


def test_a_letter_on_the_day_counts_where_only_the_day_is_known_if_it_speaks_of_the_talk() -> None:
    items, agreed = [incoming("m1", day(11, 2), INVITES), YES], date(2026, 11, 5)
    late = outgoing("o2", day(11, 5, 19), text="Thank you for the interview today.")
    early = outgoing("o2", day(11, 5, 8), text="I am on my way.")
    assert thanked([*items, early], day(11, 6), agreed=agreed) == [ANNA.email]
    assert thanked([*items, late], day(11, 6), agreed=agreed) == []


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.OFFER])
def test_a_no_or_an_offer_since_the_talk_is_all_that_counts(kind: Kind) -> None:
    since = incoming("m2", day(11, 5, 16), verdict(kind), answered=True)
    assert thanked([invite(meeting()), YES, since], day(11, 6)) == []


def test_a_closed_process_is_not_thanked() -> None:
    items = [invite(meeting()), YES]
    for outcome in (Outcome.REJECTION, Outcome.SILENCE):
        assert thanked(items, day(11, 6), state=State.CLOSED, outcome=outcome) == []


def test_a_receipt_after_the_talk_is_answered_with_the_thanks() -> None:
    items = [invite(meeting()), YES, incoming("m2", day(11, 5, 16), TELLS)]
    (found,) = planned(items, day(11, 6))
    assert found.answers == "m2"


@pytest.mark.parametrize(
    ("verdict_", "text", "due"),
    [
        (TELLS, "Dear Sam,\n\nThank you for speaking with me.\n\nBest regards,\nAnna", True),
        (TELLS, "Dear Sam,\n\nThank you for your papers.\n\nBest regards,\nAnna", False),
    ],
)
def test_their_own_words_show_that_a_talk_took_place(
    verdict_: Verdict, text: str, due: bool
) -> None:
    items = [YES, incoming("m2", day(11, 5, 16), verdict_, text=text)]
    found = planned(items, day(11, 6))
    assert bool(found) is due
    assert all(p.facts["talked_on"] == "" for p in found)
    thanks = outgoing("o2", day(11, 4), text="Thank you for the interview yesterday.")
    assert planned([YES, thanks, items[1]], day(11, 6)) == []


# --- whom -------------------------------------------------------------------------------


def test_nobody_is_thanked_where_only_a_machine_is_known() -> None:
    facts = Facts(no_reply=True, auto_submitted="auto-generated")
    items = [invite(meeting(organizer=ROBOT.email), sender=ROBOT, facts=facts)]
    assert thanked(items, day(11, 6), contacts=()) == []


def test_who_called_the_meeting_is_thanked_though_a_machine_wrote_the_invitation() -> None:
    facts = Facts(no_reply=True, auto_submitted="auto-generated")
    items = [invite(meeting(organizer=BEN.email.upper()), sender=ROBOT, facts=facts)]
    ben = Contact(BEN.name, BEN.email, Relation.HIRING_MANAGER)
    (found,) = planned(items, day(11, 6), contacts=(ben,))
    assert found.addressee == BEN
    assert found.answers == ""
    assert "Ben Okafor called the meeting" in found.why


def test_those_named_as_interviewers_are_thanked_and_who_only_arranged_it_is_not() -> None:
    eva = Address("Eva Lund", "eva@northwind.example")
    contacts = (
        Contact(ANNA.name, ANNA.email, Relation.RECRUITER),
        Contact(BEN.name, BEN.email, Relation.INTERVIEWER),
        Contact(eva.name, eva.email, Relation.INTERVIEWER),
        Contact("Old", "old@northwind.example", Relation.INTERVIEWER),
    )
    items = [invite(meeting(), cc=(BEN, eva)), YES]
    found = planned(items, day(11, 6), contacts=contacts)
    assert [p.addressee for p in found] == [BEN, eva]
    assert len({p.episode for p in found}) == 2
    assert len({p.facts["variant"] for p in found}) == 2, "colleagues compare their letters"
    sent = outgoing("o2", day(11, 6, 11), to=(BEN,))
    assert thanked([*items, sent], day(11, 6, 12), contacts=contacts) == [eva.email]
    elsewhere = outgoing("o2", day(11, 6, 11), to=(ANNA,))
    assert thanked([*items, elsewhere], day(11, 6, 12), contacts=contacts) == []


@pytest.mark.parametrize(
    ("relation", "stage", "arranged"),
    [
        (Relation.HIRING_MANAGER, Stage.INTERVIEW, ""),
        (Relation.RECRUITER, Stage.SCREENING, ""),
        (Relation.RECRUITER, Stage.INTERVIEW, "the interview"),
        (Relation.AGENCY, Stage.SCREENING, "the conversation"),
    ],
)
def test_who_may_not_have_taken_part_is_thanked_for_arranging(
    relation: Relation, stage: Stage, arranged: str
) -> None:
    contacts = (Contact(ANNA.name, ANNA.email, relation),)
    (found,) = planned([invite(meeting()), YES], day(11, 6), contacts=contacts, stage=stage)
    assert found.facts["arranged"] == arranged


@pytest.mark.parametrize(
    ("state", "due"),
    [(DraftState.SENT, False), (DraftState.DISCARDED, False), (DraftState.WAITING, True)],
)
def test_one_talk_is_one_letter_to_a_person(state: DraftState, due: bool) -> None:
    (found,) = planned([invite(meeting()), YES], day(11, 6))
    earlier = draft(plan=found.kind, episode=found.episode, state=state)
    assert bool(planned([invite(meeting()), YES], day(11, 6), [earlier])) is due


# --- across processes --------------------------------------------------------------------


def held(plans: list[Plan], items: list[Item], now: datetime, **more: Any) -> list[PlanKind]:
    found = hold_back(plans, [application(**more)], (), items, PLAYBOOK, now=now, zone=ZONE)
    return [p.kind for p in found]


def test_a_letter_to_the_person_in_another_process_makes_thanks_needless() -> None:
    plans = planned([invite(meeting()), YES], day(11, 6))
    assert held(plans, [YES], day(11, 6)) == [PlanKind.THANK_INTERVIEWER]
    other = outgoing("o9", day(11, 5, 15), thread="t9")
    assert held(plans, [YES, other], day(11, 6)) == [PlanKind.NONE]


def test_a_talk_answers_the_letters_before_it() -> None:
    """Yes, a question, thanks and a first chase are not three letters left unanswered."""
    letters = [outgoing(f"o{n}", day(11, n)) for n in (2, 3)]
    since = [outgoing(f"o{n}", day(11, n)) for n in (6, 16)]
    chase = [Plan(PlanKind.STATUS_CHECK, "a1", "chase-2", "t", "due", addressee=ANNA)]
    kept = [PlanKind.STATUS_CHECK]
    items = [invite(meeting()), *letters, *since]
    assert held(chase, items, day(11, 27)) == kept
    called_off = incoming("m2", day(11, 4), TELLS, sender=BEN, events=(meeting(method="CANCEL"),))
    assert held(chase, [*items, called_off], day(11, 27)) == [PlanKind.NONE]
    words = [incoming("m1", day(11, 2, 8), INVITES), *letters, *since]
    assert held(chase, words, day(11, 27)) == [PlanKind.NONE]
    agreed = {"agreed": date(2026, 11, 5), "contacts": (KEPT,)}
    assert held(chase, words, day(11, 27), **agreed) == kept
