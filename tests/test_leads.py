"""Leads: who was named by whom, may the giver be named, how far it came, and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import (
    Address,
    Application,
    Contact,
    Draft,
    DraftState,
    Kind,
    Outcome,
    Plan,
    PlanKind,
    Stage,
    State,
)
from mailsense.journal import Entry, Lead, LeadState, What
from mailsense.ports import Item
from mailsense.reply import introducing, pointers, reading
from mailsense.reply.findings import Own, Surroundings
from mailsense.reply.introducing import Giving, for_leads, outcome_facts
from mailsense.reply.leads import leads
from mailsense.reply.lint import lint
from mailsense.reply.mentions import lead_id
from tests.support.items import (
    ANNA,
    MINE,
    PLAYBOOK,
    ZONE,
    application,
    day,
    draft,
    incoming,
    outgoing,
    verdict,
)

MARIA = Address("Maria Lopez", "maria@globex.example")
TALK = application(id="a1", stage=Stage.NETWORKING, message_keys=("m1", "m2", "m3"))
POINTER = "Dear Sam,\n\nTry Maria Lopez, maria@globex.example.\n\nBest,\nAnna"
FREELY = "Dear Sam,\n\nTalk to Maria Lopez (maria@globex.example). You may use my name.\n\nAnna"


def named(text: str = POINTER, key: str = "m1", n: int = 2, **more: Any) -> Item:
    return incoming(key, day(11, n), verdict(Kind.REFERRAL), text=text, **more)


def found(
    items: Sequence[Item],
    *entries: Entry,
    applications: Sequence[Application] = (TALK,),
    drafts: Sequence[Draft] = (),
    now: int = 20,
) -> tuple[Lead, ...]:
    return leads(items, applications, entries, drafts, me=MINE, now=day(11, now), zone=ZONE)


def one(items: Sequence[Item], *entries: Entry, **more: Any) -> Lead:
    (lead,) = found(items, *entries, **more)
    return lead


def said(step: str, about: str, n: int = 5, **more: Any) -> Entry:
    facts = {"step": step, **more.pop("facts", {})}
    return Entry(What.LEAD, day(11, n), number=n, about=about, facts=facts, **more)


def planned(
    items: Sequence[Item],
    *entries: Entry,
    applications: Sequence[Application] = (TALK,),
    drafts: Sequence[Draft] = (),
    now: int = 3,
) -> list[Plan]:
    known = found(items, *entries, applications=applications, drafts=drafts, now=now)
    giving = Giving(applications, items, drafts, PLAYBOOK, MINE, "main", day(11, now), ZONE)
    return for_leads(known, giving)


# --- the words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Feel free to mention my name.", True),
        ("Happy for you to use my name.", True),
        ("Tell him I sent you.", True),
        ("You can say that it came from me.", True),
        ("If you don't mind, use my name.", True),
        ("Do not hesitate to use my name.", True),
        ("I see no reason not to mention me.", True),
        ("Please don't mention me to him.", False),
        ("Please do not use my name.", False),
        ("I would rather you did not mention me.", False),
        ("Could you keep my name out of it?", False),
        ("Keep me out of this, please.", False),
        ("I'd prefer to stay out of it.", False),
        ("I would rather not be named.", False),
        ("Write to her without mentioning my name.", False),
        ("Feel free to write, but leave my name out.", False),
        ("Feel free to mention my name. On second thoughts, don't mention me.", False),
        ("Keep me posted!", None),
        ("Do not forget me.", None),
        ("I will mention you to her.", None),
        ("You could try Jonas Berg.", None),
        ("Leave me a message.", None),
    ],
)
def test_leave_and_refusal_are_told_apart(text: str, may: bool | None) -> None:
    assert pointers.leave(text) is may


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("May I mention your name when I get in touch?", True),
        ("Would it be all right to mention your name when I write?", True),
        ("May I say that the idea came from you?", True),
        ("Would you mind if I used your name?", True),
        ("I will mention your name, as you kindly offered.", False),
        ("May I ask you something else?", False),
        ("Could I call you on Friday?", False),
    ],
)
def test_a_letter_that_asks_for_leave_is_known(text: str, asks: bool) -> None:
    assert pointers.asks_leave(text) is asks


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Of course!", True),
        ("Hi Sam,\n\nSure, go ahead.\n\nAnna", True),
        ("Hello Sam, yes please do.", True),
        ("That is perfectly fine.", True),
        ("No problem at all.", True),
        ("Not at all, go ahead.", True),
        ("Happy for you to.", True),
        ("No, please.", False),
        ("Hi Sam,\n\nRather not, if that is all right.", False),
        ("I'd prefer not.", False),
        ("Sorry, I'd rather you didn't.", False),
        ("I am away until Monday.", None),
        ("Nobody is in the office.", None),
        ("You may not.", None),
        ("Yes. " + "And more of it. " * 40, None),
    ],
)
def test_a_bare_answer_is_a_yes_a_no_or_neither(text: str, may: bool | None) -> None:
    assert pointers.bare_answer(text) is may


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Shall I introduce you to Jonas?", True),
        ("I can pass your CV on, send me a few lines.", True),
        ("Happy to connect you with my friend Petra.", True),
        ("I'd be glad to put you in touch with her.", True),
        ("Let me make the introduction.", True),
        ("I'll put in a good word.", True),
        ("Send me a short paragraph that I can forward.", True),
        ("Would you like me to forward your CV to the depot?", True),
        ("I cannot introduce you to anybody.", False),
        ("I can't introduce you to her.", False),
        ("I'm afraid I could not put you in touch with them.", False),
        ("I passed your CV on to Hannah.", False),
        ("Could you introduce yourself?", False),
        ("Send me your CV by Friday.", False),
        ("You could try Jonas Berg.", False),
    ],
)
def test_an_offer_to_introduce_is_known(text: str, offered: bool) -> None:
    assert pointers.offered(text) is offered


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("Talk to Jonas Berg at Old Granary Arts, he knows.", "Jonas Berg", "Old Granary Arts"),
        ("Try Petra, who runs the Holm Gallery.", "Petra", "Holm Gallery"),
        ("Talk to Jonas Berg of the Museum of London.", "Jonas Berg", "Museum of London"),
        ("Talk to Jonas Berg at noon.", "Jonas Berg", ""),
        ("Talk to Jonas Berg. At Acme nobody answers.", "Jonas Berg", ""),
        ("Talk to him.", "", ""),
    ],
)
def test_where_somebody_is_stands_right_after_the_name(text: str, name: str, place: str) -> None:
    assert pointers.place_of(text, name) == place


@pytest.mark.parametrize("text", ["not " * 5000, "shall " * 5000, "a@b.c " * 4000, "A " * 9000])
def test_long_letters_cost_little(text: str) -> None:
    message = named(text).message
    assert pointers.leave(text) is None
    assert pointers.bare_answer(text) is None
    assert len(reading.pointed_to(message, MINE)) <= 4


def test_two_people_with_their_addresses_are_both_pointed_to() -> None:
    text = "Try Maria Lopez, maria@globex.example, or my friend Petra Holm (petra@holm.example)."
    pairs = [(lead.name, lead.email) for lead in reading.pointed_to(named(text).message, MINE)]
    assert pairs == [("Maria Lopez", "maria@globex.example"), ("Petra Holm", "petra@holm.example")]


def test_an_address_with_another_name_before_it_is_not_the_first_ones() -> None:
    text = "You should talk to Maria. Our caretaker Petra Holm (petra@holm.example) has the keys."
    pairs = [(lead.name, lead.email) for lead in reading.pointed_to(named(text).message, MINE)]
    assert pairs == [("Maria", ""), ("Petra Holm", "petra@holm.example")]


# --- which leads there are ------------------------------------------------------------


def test_a_name_in_a_letter_is_a_lead_with_its_source() -> None:
    lead = one([named("Talk to Maria Lopez at Globex.\n\nAnna")])
    assert (lead.name, lead.company, lead.email) == ("Maria Lopez", "Globex", "")
    assert (lead.giver, lead.message, lead.about) == (ANNA, "m1", "a1")
    assert (lead.given, lead.state, lead.may_use_name) == (date(2026, 11, 2), LeadState.NEW, None)


def test_mail_that_points_to_nobody_makes_no_lead() -> None:
    assert found([named("Thank you for your mail.")]) == ()
    other = incoming("m1", day(11, 2), verdict(Kind.FEEDBACK), text=POINTER)
    assert found([other]) == ()


def test_the_address_may_come_in_a_later_letter() -> None:
    lead = one([named("Talk to Maria."), named(POINTER, "m2", 4)])
    assert (lead.name, lead.email) == ("Maria Lopez", "maria@globex.example")
    assert lead.given == date(2026, 11, 2)


def test_an_offer_without_a_name_is_a_lead_that_gets_its_name_later() -> None:
    offer = named("Shall I introduce you to a friend of mine?")
    assert one([offer]).state is LeadState.OFFERED
    lead = one([offer, named("It is Jonas Berg. Write to Jonas Berg.", "m2", 4)])
    assert lead.name == "Jonas Berg"


def test_two_givers_of_one_name_are_two_leads() -> None:
    ben = Address("Ben Okafor", "ben@northwind.example")
    both = found([named(), named(POINTER, "m2", 4, sender=ben, thread="t2")])
    assert [lead.giver for lead in both] == [ANNA, ben]
    assert len({lead.id for lead in both}) == 2


def test_two_people_of_one_name_stay_two() -> None:
    second = "Dear Sam,\n\nTry Maria Lopez, maria@other.example.\n\nBest,\nAnna"
    both = found([named(), named(second, "m2", 4)])
    assert len({lead.id for lead in both}) == 2


def test_an_id_that_was_known_before_still_names_the_lead() -> None:
    late = one([named(POINTER, "m2", 4)])
    both = one([named("Talk to Maria."), named(POINTER, "m2", 4)])
    assert late.id in (both.id, *both.known_as)
    dropped = one([named("Talk to Maria."), named(POINTER, "m2", 4)], said("drop", late.id))
    assert dropped.state is LeadState.DROPPED


LETTERS = [
    named(),
    named("Talk to Maria.", "m2", 4),
    named("Shall I introduce you to Jonas Berg?", "m3", 5),
    outgoing("m4", day(11, 6), to=(MARIA,), thread="t9"),
    incoming("m5", day(11, 7), verdict(Kind.OTHER), sender=MARIA, thread="t9"),
    incoming("m6", day(11, 8), verdict(Kind.OTHER), text="Do use my name.\n\nAnna"),
]


@settings(max_examples=50, deadline=None)
@given(st.permutations(LETTERS))
def test_the_order_of_the_mail_does_not_matter(items: list[Item]) -> None:
    assert found(items) == found(LETTERS)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(LETTERS), min_size=1, unique_by=lambda item: item.key))
def test_a_lead_keeps_its_id_whatever_else_is_there(items: list[Item]) -> None:
    final = {id for lead in found(LETTERS) for id in (lead.id, *lead.known_as)}
    assert {lead.id for lead in found(items)} <= final


# --- how far it came ------------------------------------------------------------------


def test_who_was_written_to_is_introduced_and_who_wrote_back_has_answered() -> None:
    wrote = outgoing("m4", day(11, 6), to=(MARIA,), thread="t9")
    lead = one([named(), wrote])
    assert (lead.state, lead.wrote) == (LeadState.INTRODUCED, date(2026, 11, 6))
    reply = incoming("m5", day(11, 7), verdict(Kind.OTHER), sender=MARIA, thread="t9")
    lead = one([named(), wrote, reply])
    assert (lead.state, lead.answered) == (LeadState.ANSWERED, date(2026, 11, 7))


def test_a_note_of_absence_is_no_answer() -> None:
    away = incoming("m5", day(11, 7), verdict(Kind.OTHER), sender=MARIA)
    facts = replace(away.message.facts, auto_reply=True)
    message = replace(away.message, facts=facts)
    away = replace(away, located=replace(away.located, message=message))
    wrote = outgoing("m4", day(11, 6), to=(MARIA,), thread="t9")
    assert one([named(), wrote, away]).state is LeadState.INTRODUCED


def test_a_letter_of_ours_that_was_sent_counts_before_its_copy_is_read() -> None:
    sent = draft(plan=PlanKind.INTRODUCE, to=(MARIA,), state=DraftState.SENT, created=day(11, 6))
    assert one([named()], drafts=[sent]).state is LeadState.INTRODUCED
    waits = replace(sent, state=DraftState.WAITING)
    assert one([named()], drafts=[waits]).state is LeadState.NEW


def test_the_address_of_a_name_is_learned_when_the_user_writes_there() -> None:
    items = [named("Talk to Maria Lopez."), outgoing("m4", day(11, 6), to=(MARIA,), thread="t9")]
    lead = one(items)
    assert (lead.email, lead.state) == (MARIA.email, LeadState.INTRODUCED)
    assert one([named("Talk to Maria."), items[1]]).email == "", "a first name alone is not enough"


def test_who_puts_two_people_together_has_introduced_them_and_may_be_named() -> None:
    lead = one([named("Maria, meet Sam.", cc=(MARIA,))])
    assert (lead.state, lead.may_use_name) == (LeadState.INTRODUCED, True)
    assert lead.wrote is None
    copied = one([named("Talk to Maria Lopez, she knows.", cc=(MARIA,))])
    assert (copied.state, copied.email) == (LeadState.NEW, MARIA.email)


ASKED = outgoing("m2", day(11, 3), text="Thank you! May I mention your name?\n\nSam")
YES = incoming("m3", day(11, 4), verdict(Kind.OTHER), text="Of course.\n\nAnna")


def test_a_bare_yes_is_leave_only_where_the_user_asked() -> None:
    assert one([named(), ASKED, YES]).may_use_name is True
    assert one([named(), YES]).may_use_name is None
    assert one([named(), ASKED]).asked == date(2026, 11, 3)


def test_the_givers_newest_word_counts_and_the_users_more() -> None:
    no = incoming("m3", day(11, 5), verdict(Kind.OTHER), text="Please don't mention me.\n\nAnna")
    assert one([named(FREELY), no]).may_use_name is False
    id = one([named()]).id
    told = said("set", id, facts={"may_use_name": "yes"})
    assert one([named(FREELY), no], told).may_use_name is True


def interviewed(*keys: str, stage: Stage = Stage.INTERVIEW) -> Application:
    contact = Contact("Maria Lopez", MARIA.email)
    return Application("a2", "Globex", "Planner", stage, contacts=(contact,), message_keys=keys)


INVITE = incoming("m7", day(11, 9), verdict(Kind.INTERVIEW), sender=MARIA, thread="t9")


def test_an_interview_with_the_person_named_is_what_it_led_to() -> None:
    lead = one([named(), INVITE], applications=(TALK, interviewed("m7")))
    assert (lead.state, lead.became, lead.outcome) == (LeadState.LED, "a2", "an interview")
    assert lead.led == date(2026, 11, 9)


def test_what_went_on_before_the_name_was_given_is_no_fruit_of_it() -> None:
    early = incoming("m7", day(11, 1), verdict(Kind.INTERVIEW), sender=MARIA, thread="t9")
    lead = one([named(), early], applications=(TALK, interviewed("m7")))
    assert lead.state is LeadState.NEW


def test_the_process_in_which_a_name_was_given_goes_on_and_proves_nothing() -> None:
    process = replace(interviewed("m1", "m7"), id="a1")
    assert one([named(), INVITE], applications=(process,)).state is LeadState.ANSWERED


def test_a_talk_that_took_place_is_fruit_and_one_that_is_agreed_is_none_yet() -> None:
    talk = interviewed("m7", "m8", stage=Stage.NETWORKING)
    invite = replace(INVITE, verdict=verdict(Kind.INTERVIEW, stage=Stage.NETWORKING))
    assert one([named(), invite], applications=(TALK, talk)).state is LeadState.ANSWERED
    after = incoming(
        "m8", day(11, 12), verdict(Kind.OTHER), sender=MARIA, thread="t9",
        text="Dear Sam,\n\nIt was good talking to you on Friday.\n\nMaria",
    )  # fmt: skip
    lead = one([named(), invite, after], applications=(TALK, talk))
    assert (lead.state, lead.outcome) == (LeadState.LED, "a conversation")
    agreed = replace(talk, agreed=date(2026, 11, 13))
    assert one([named(), invite], applications=(TALK, agreed)).led == date(2026, 11, 13)


def test_the_users_word_ends_a_lead_whatever_the_mail_shows() -> None:
    id = one([named()]).id
    many = (TALK, interviewed("m7"))
    dropped = one([named(), INVITE], said("drop", id), applications=many)
    assert dropped.state is LeadState.DROPPED
    told = one([named()], said("led", id, text="a trial shift"))
    assert (told.state, told.outcome, told.led) == (
        LeadState.LED, "a trial shift", date(2026, 11, 5),
    )  # fmt: skip


def test_a_name_given_by_mouth_is_a_lead_and_joins_the_one_in_the_mail() -> None:
    giver = str(ANNA)
    id = lead_id(ANNA, "Maria Lopez")
    entry = said("add", id, person=Address("Maria Lopez", ""), facts={"giver": giver})
    lead = one([], entry)
    assert (lead.id, lead.name, lead.giver, lead.message) == (id, "Maria Lopez", ANNA, "")
    both = one([named(n=7)], entry)
    assert (both.email, both.message) == (MARIA.email, "m1")


# --- what is written ------------------------------------------------------------------


def test_the_introduction_goes_at_once_where_the_giver_may_be_named() -> None:
    (intro,) = planned([named(FREELY)])
    assert (intro.kind, intro.addressee, intro.answers) == (PlanKind.INTRODUCE, MARIA, "")
    assert (intro.facts["giver"], intro.about) == ("Anna Smith", "a1")


@pytest.mark.parametrize(("now", "kind"), [(3, PlanKind.NONE), (4, PlanKind.NONE),
                                           (5, PlanKind.INTRODUCE)])  # fmt: skip
def test_the_introduction_waits_for_leave_and_then_goes_without_the_name(
    now: int, kind: PlanKind
) -> None:
    (plan,) = planned([named()], now=now)
    assert plan.kind is kind
    assert not plan.facts.get("giver")


def test_the_wait_begins_when_the_giver_is_asked() -> None:
    asked = outgoing("m2", day(11, 5), text="Thank you! May I mention your name?\n\nSam")
    (plan,) = planned([named(), asked], now=9)
    assert plan.kind is PlanKind.NONE
    assert "Tuesday 10 November" in plan.why
    (plan,) = planned([named(), asked], now=10)
    assert plan.kind is PlanKind.INTRODUCE


THANKED = outgoing("m2", day(11, 2, 12), text="Thank you for the name.\n\nSam")
GONE = draft(plan=PlanKind.THANK_REFERRAL, answers="m1", episode="m1", state=DraftState.DISCARDED)


@pytest.mark.parametrize(
    ("items", "drafts"),
    [
        ([named(), THANKED], []),
        ([named()], [GONE]),
        ([named("I passed your CV on to Maria Lopez, maria@globex.example.")], []),
        ([named("Please don't mention me, but try Maria Lopez, maria@globex.example.")], []),
    ],
)
def test_where_nothing_is_asked_nothing_is_waited_for(
    items: list[Item], drafts: list[Draft]
) -> None:
    (plan,) = planned(items, drafts=drafts)
    assert plan.kind is PlanKind.INTRODUCE
    assert plan.facts["giver"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "Talk to Maria Lopez. You may use my name.",
        "Try Maria Lopez, no-reply@globex.example. You may use my name.",
        "Shall I introduce you to Maria Lopez? You may use my name.",
    ],
)
def test_no_introduction_without_an_address_to_a_robot_or_where_the_move_is_theirs(
    text: str,
) -> None:
    assert planned([named(text)]) == []


def test_the_user_who_gives_the_address_makes_the_move() -> None:
    offer = named("Shall I introduce you to Maria Lopez? You may use my name.")
    entry = said("set", one([offer]).id, 3, person=Address("", MARIA.email))
    (plan,) = planned([offer], entry)
    assert plan.addressee == MARIA


def test_nobody_is_introduced_to_twice_or_after_a_letter_by_hand() -> None:
    wrote = outgoing("m4", day(11, 2, 12), to=(MARIA,), thread="t9")
    assert planned([named(FREELY), wrote]) == []
    (plan,) = planned([named(FREELY)])
    for state in (DraftState.SENT, DraftState.UNKNOWN, DraftState.DISCARDED):
        ended = draft(plan=PlanKind.INTRODUCE, episode=plan.episode, to=(MARIA,), state=state)
        assert planned([named(FREELY)], drafts=[ended]) == []
    waits = draft(plan=PlanKind.INTRODUCE, episode=plan.episode, to=(MARIA,), about="elsewhere")
    assert planned([named(FREELY)], drafts=[waits])[0].about == "elsewhere"


def test_a_closed_process_and_an_old_lead_bring_no_letter() -> None:
    closed = replace(TALK, state=State.CLOSED, corrected=("state",))
    assert planned([named(FREELY)], applications=(closed,)) == []
    landed = replace(TALK, state=State.CLOSED, outcome=Outcome.ACCEPTED)
    assert planned([named(FREELY)], applications=(landed,)) == []
    old = named(FREELY)
    giving = Giving((TALK,), [old], (), PLAYBOOK, MINE, "main", day(12, 4), ZONE)
    assert for_leads(found([old]), giving) == []


def test_a_named_letter_is_replaced_by_another_when_the_giver_refuses() -> None:
    (plan,) = planned([named(FREELY)])
    body = "Hello Maria,\n\nAnna Smith suggested that I write.\n\nBest wishes,\nSam Rivers\n"
    waits = draft(plan=PlanKind.INTRODUCE, episode=plan.episode, to=(MARIA,), body=body)
    no = incoming("m3", day(11, 3), verdict(Kind.OTHER), text="Please don't mention me.\n\nAnna")
    (other,) = planned([named(FREELY), no], drafts=[waits])
    assert other.episode != plan.episode
    assert other.facts["giver"] == ""


LED = said("led", one([named()]).id, 5, text="a trial shift")


def test_the_giver_hears_what_came_of_it() -> None:
    sent = outgoing("m4", day(11, 3), to=(MARIA,), thread="t9")
    (plan,) = planned([named(FREELY), sent], LED, now=6)
    assert (plan.kind, plan.template) == (PlanKind.THANK_REFERRAL, "lead-led-to")
    assert (plan.addressee, plan.answers) == (ANNA, "m1")
    assert (plan.facts["led_to"], plan.facts["company"]) == ("a trial shift", "")


def test_the_company_is_named_where_the_mail_shows_it() -> None:
    items = [named(FREELY), outgoing("m4", day(11, 3), to=(MARIA,), thread="t9"), INVITE]
    (plan,) = planned(items, applications=(TALK, interviewed("m7")), now=10)
    assert (plan.facts["led_to"], plan.facts["company"]) == ("an interview", "Globex")


def test_the_giver_hears_it_once_and_not_what_the_user_told_by_hand() -> None:
    sent = outgoing("m4", day(11, 3), to=(MARIA,), thread="t9")
    (plan,) = planned([named(FREELY), sent], LED, now=6)
    done = draft(plan=plan.kind, episode=plan.episode, state=DraftState.SENT)
    assert planned([named(FREELY), sent], LED, drafts=[done], now=6) == []
    told = outgoing("m5", day(11, 5), text="Maria gave me a trial shift. Thank you!\n\nSam")
    assert planned([named(FREELY), sent, told], LED, now=6) == []
    other = outgoing("m5", day(11, 5), text="Shall we have lunch on Monday?\n\nSam")
    assert len(planned([named(FREELY), sent, other], LED, now=6)) == 1


def test_nobody_is_written_to_whose_address_is_not_known() -> None:
    entry = said("add", "l1", 2, person=Address("Maria", ""), facts={"giver": "Uncle Jo"})
    led = said("led", "l1", 5, text="a trial shift")
    assert one([], entry, led).state is LeadState.LED
    assert planned([], entry, led, now=6) == []


@pytest.mark.parametrize(
    ("text", "thing", "sentence"),
    [
        ("A trial shift.", "a trial shift", ""),
        ("an interview on Monday", "an interview on Monday", ""),
        ("they took me on", "", "They took me on."),
        ("i start in May", "", "I start in May."),
        ("the manager gave me a tour", "", "The manager gave me a tour."),
        ("", "", ""),
    ],
)
def test_an_outcome_is_a_thing_or_a_sentence(text: str, thing: str, sentence: str) -> None:
    assert outcome_facts(text) == {"led_to": thing, "led_said": sentence}


# --- the letters as they are looked over ----------------------------------------------


@pytest.mark.parametrize(
    ("field", "edited", "told"),
    [("", False, True), ("logistics", False, False), ("", True, False), (None, False, False)],
)
def test_a_letter_that_cannot_say_what_the_user_looks_for_is_told(
    field: str | None, edited: bool, told: bool
) -> None:
    letter = draft(
        plan=PlanKind.INTRODUCE, template="introduction", to=(MARIA,), edited=edited,
        body="Hello Maria,\n\nI was given your name.\n\nBest wishes,\nSam Rivers\n",
    )  # fmt: skip
    around = Surroundings(own=Own(("Sam Rivers",), "", field))
    rules = {f.rule for f in lint(letter, facts={}, playbook=PLAYBOOK, around=around)}
    assert ("field" in rules) is told


def test_a_giver_is_spoken_of_by_the_full_name() -> None:
    for shown, name in (("Smith, Anna", "Anna Smith"), ("Anna Smith", "Anna Smith"), ("", "")):
        item = named(FREELY, sender=Address(shown, ANNA.email))
        (plan,) = planned([item])
        assert plan.facts["giver"] == name
    assert introducing.THING.match("Another talk")
