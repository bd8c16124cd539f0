"""What the user wishes: nobody is written to who must not be, a pause ends, a landing is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
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
from mailsense.pipeline.wishes import DOMAIN, firm_keys, houses
from mailsense.ports import Item
from mailsense.reply import landed as landing
from mailsense.reply.landed import Helper
from mailsense.reply.situation import Situation
from mailsense.reply.wishes import NEWS, Landed, Wishes, heed, is_news, wishes
from mailsense.track import said
from tests.support.items import (
    ANNA,
    BEN,
    ME,
    MINE,
    PLAYBOOK,
    ROBOT,
    TEMPLATES,
    ZONE,
    application,
    day,
    draft,
    incoming,
    outgoing,
    verdict,
)
from tests.support.letters import letters

NOW = day(11, 10, 12)
TODAY = NOW.date()
LANDED = Landed(7, NOW, TODAY, "Fern Press", "Archivist", frozenset({"fernpress"}))
JOB = Wishes(landed=LANDED)


def entry(what: What, **more: Any) -> Entry:
    return Entry(what, NOW, **more)


def today(*entries: Entry) -> Wishes:
    return wishes(entries, TODAY, firm_keys)


# --- what holds today ------------------------------------------------------------------------


def test_nobody_wished_for_anything() -> None:
    assert today() == Wishes()
    assert today(entry(What.LEAD, company="Acme"), entry(What.TOUCH, person=ANNA)) == Wishes()


def test_people_and_firms_are_kept_apart_and_add_up() -> None:
    held = today(
        entry(What.NEVER, person=Address("Anna", "Anna.Smith@Northwind.example")),
        entry(What.NEVER, company="The Acme Works Ltd"),
        entry(What.NEVER, person=BEN),
    )
    assert held.people == {ANNA.key, BEN.key}
    assert held.firms == {"acmeworks": "The Acme Works Ltd"}


@pytest.mark.parametrize(
    ("until", "paused"),
    [(None, True), (TODAY + timedelta(days=1), True), (TODAY, False), (date(2026, 1, 1), False)],
)
def test_a_pause_is_over_on_the_day_that_was_named(until: date | None, paused: bool) -> None:
    held = today(entry(What.PAUSE, until=until))
    assert (held.paused, held.until) == (paused, until if paused else None)


def test_of_pauses_and_landings_the_last_word_counts() -> None:
    first, last = entry(What.PAUSE), entry(What.PAUSE, until=date(2026, 1, 1))
    assert today(last, first).paused
    assert not today(first, last).paused
    job = entry(What.LANDED, number=3, company="Fern Press", facts={"role": "Archivist"})
    held = today(entry(What.LANDED, number=2, company="Acme"), job).landed
    assert held == Landed(3, NOW, TODAY, "Fern Press", "Archivist", frozenset({"fernpress"}))


# --- what a wish does to a letter --------------------------------------------------------------

WRITES = [kind for kind in PlanKind if kind is not PlanKind.NONE]
SEEKING = {
    "answer-request", "answer-offer", "redirect", "introduce", "thank-referral",
    "thank-interviewer",
}  # fmt: skip
CHASES = {"status-check", "close-loop", "revisit"}


@pytest.mark.parametrize("kind", WRITES)
def test_never_holds_for_letters_of_every_kind(kind: PlanKind) -> None:
    person = Wishes(people=frozenset({ANNA.key}))
    firm = Wishes(firms={"northwind": "Northwind Ltd"})
    assert person.why_not(kind, ANNA, (), spared=True) == "you asked never to write to Anna Smith"
    assert "Northwind Ltd" in firm.why_not(kind, BEN, {"northwind"}, spared=True)
    assert person.why_not(kind, BEN, {"northwind"}, spared=True) == ""
    assert firm.why_not(kind, ANNA, {"acme"}, spared=True) == ""


@pytest.mark.parametrize("kind", WRITES)
def test_a_pause_stops_chases_and_a_landing_the_search(kind: PlanKind) -> None:
    pause, until = Wishes(paused=True), Wishes(paused=True, until=date(2026, 12, 24))
    assert bool(pause.why_not(kind, ANNA, (), spared=False)) is (kind in CHASES)
    if kind in CHASES:
        assert "until 24 December" in until.why_not(kind, ANNA, (), spared=False)
    held = bool(JOB.why_not(kind, ANNA, (), spared=False))
    assert held is (kind in CHASES | SEEKING)
    assert bool(JOB.why_not(kind, ANNA, (), spared=True)) is (kind in CHASES)


@pytest.mark.parametrize(
    ("firms", "offered", "company", "spared"),
    [
        ({"fernpress"}, False, "Fern Press", True),
        ({"acme"}, False, "Fern Press", False),
        ({"acme"}, True, "Fern Press", False),
        ({"acme"}, True, "", True),
        ({"acme"}, False, "", False),
        ((), False, "", False),
    ],
)
def test_a_landing_spares_its_own_firm_and_an_offer_that_may_be_the_one(
    firms: Collection[str], offered: bool, company: str, spared: bool
) -> None:
    keys = frozenset(firm_keys(company)) if company else frozenset[str]()
    job = Wishes(landed=replace(LANDED, company=company, firms=keys))
    assert job.spares(firms, offered=offered) is spared


def test_without_a_landing_everything_is_spared() -> None:
    assert Wishes().spares((), offered=False)


# --- all plans at once -----------------------------------------------------------------------


def plan(kind: PlanKind, person: Address | None = ANNA, about: str = "a1", **more: Any) -> Plan:
    return replace(Plan(kind, about, "e", "template", "because", addressee=person), **more)


def news(person: Address = ANNA, about: str = "a1") -> Plan:
    return plan(PlanKind.STAY_IN_TOUCH, person, about, episode=f"{NEWS}7:{person.key}")


def heeded(*plans: Plan, wished: Wishes = JOB, spared: str = "", told: str = "") -> list[str]:
    found = heed(
        plans,
        wished,
        firms=lambda about, person: houses(person.domain),
        spared=lambda about: about == spared,
        not_now=lambda one: replace(one, template="not-now"),
        told={told},
    )
    assert [p.about for p in found] == [p.about for p in plans], "in their order"
    assert all(bool(p.addressee) is (p.kind is not PlanKind.NONE) for p in found)
    assert all(p.why for p in found)
    return [p.template if p.kind is PlanKind.ANSWER_OUTREACH else p.kind.value for p in found]


def test_an_acceptance_gives_way_to_the_withdrawal() -> None:
    assert heeded(plan(PlanKind.ANSWER_REQUEST), plan(PlanKind.WITHDRAW)) == ["none", "withdraw"]


def test_at_the_firm_of_the_new_job_the_acceptance_stays() -> None:
    assert heeded(plan(PlanKind.ANSWER_REQUEST), spared="a1") == ["answer-request"]
    assert heeded(plan(PlanKind.STATUS_CHECK), spared="a1") == ["none"]


def test_who_gets_the_news_gets_no_second_letter() -> None:
    no = plan(PlanKind.ANSWER_REJECTION)
    assert heeded(no, news()) == ["none", "stay-in-touch"]
    assert heeded(no, news(BEN)) == ["answer-rejection", "stay-in-touch"]
    assert heeded(no, news(), spared="a1") == ["answer-rejection", "stay-in-touch"]
    assert heeded(no, plan(PlanKind.STAY_IN_TOUCH)) == ["answer-rejection", "stay-in-touch"]


def test_who_has_had_the_news_hears_not_now_when_they_ask_again() -> None:
    assert heeded(plan(PlanKind.THANK_FEEDBACK), told=ANNA.key) == ["none"]
    assert heeded(plan(PlanKind.ANSWER_OUTREACH), told=ANNA.key) == ["not-now"]
    assert heeded(plan(PlanKind.ANSWER_REJECTION, BEN), told=ANNA.key) == ["answer-rejection"]


def test_no_news_to_whom_nothing_is_ever_written() -> None:
    wished = replace(JOB, people=frozenset({ANNA.key}))
    assert heeded(plan(PlanKind.THANK_FEEDBACK), news(), wished=wished) == ["none", "none"]


def test_what_is_no_letter_stays_as_it_is() -> None:
    nothing = plan(PlanKind.NONE, None, why="a robot wrote it")
    assert heed(
        [nothing],
        replace(JOB, paused=True),
        firms=lambda about, person: (),
        spared=lambda about: False,
        not_now=lambda one: one,
    ) == [nothing]


PEOPLE = [ANNA, BEN, Address("", "kit@fernpress.example"), Address("Lia", "lia@gmail.com")]
PLANS = st.lists(
    st.builds(
        plan,
        st.sampled_from(list(PlanKind)),
        st.sampled_from(PEOPLE),
        st.sampled_from(["a1", "a2"]),
        episode=st.sampled_from(["e", f"{NEWS}7"]),
    ),
    max_size=6,
)
WISHED = st.builds(
    Wishes,
    st.frozensets(st.sampled_from([p.key for p in PEOPLE]), max_size=2),
    st.dictionaries(st.sampled_from(["northwind", "fernpress"]), st.just("Firm"), max_size=1),
    st.booleans(),
    st.none(),
    st.sampled_from([None, LANDED]),
)


@settings(max_examples=100, deadline=None)
@given(PLANS, WISHED, st.booleans())
def test_whatever_is_planned_and_wished_no_letter_goes_against_a_wish(
    plans: list[Plan], wished: Wishes, spared: bool
) -> None:
    def firms(about: str, person: Address) -> frozenset[str]:
        return houses(person.domain)

    found = heed(plans, wished, firms=firms, spared=lambda about: spared, not_now=lambda one: one)
    assert len(found) == len(plans)
    for before, after in zip(plans, found, strict=True):
        if after.kind is PlanKind.NONE or after.addressee is None:
            continue
        assert after == before
        assert after.addressee.key not in wished.people
        assert not firms("", after.addressee) & set(wished.firms)
        assert not (after.kind.chases and (wished.paused or wished.landed))
    if wished == Wishes():
        assert found == plans


# --- firms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "keys"),
    [
        ("northwind.example", {"northwind"}),
        ("mail.north-wind.co.uk", {"northwind"}),
        ("hays.com", {"hays"}),
        ("acmecareers.com", {"acme", "acmecareers"}),
        ("gmail.com", set()),
        ("yahoo.co.uk", set()),
        ("", set()),
    ],
)
def test_a_house_is_known_by_its_domain_and_private_mail_is_none(
    domain: str, keys: set[str]
) -> None:
    assert houses(domain) == keys


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("acme.example", True),
        ("mail.acme.co.uk", True),
        ("Acme Inc.", False),
        ("Acme", False),
        ("anna@acme.example", False),
        ("acme..example", False),
    ],
)
def test_a_domain_is_told_from_a_name(typed: str, is_one: bool) -> None:
    assert bool(DOMAIN.fullmatch(typed)) is is_one


def test_a_firm_is_found_at_the_house_that_bears_its_name() -> None:
    people = (
        Contact("Anna", "anna@acme.example"),
        Contact("Kit", "kit@hays.com"),
        Contact("Lia", "lia@gmail.com"),
    )
    robotics = application(company="Acme Robotics", contacts=people)
    other = application(company="Fern", contacts=(Contact("Jo", "jo@acme.example"),))
    assert firm_keys("ACME robotics Ltd", [robotics, other]) == {"acmerobotics", "acme"}
    assert firm_keys("Fern", [robotics, other]) == {"fern"}
    assert firm_keys("acme.example") == {"acme"}
    assert firm_keys("!?") == frozenset()


# --- withdrawals -----------------------------------------------------------------------------

ASKED = incoming(
    "ask", day(11, 6), verdict(Kind.INTERVIEW), text="May we invite you to talk?\n\nBest,\nAnna"
)
YES = outgoing("yes", day(11, 7), text="I look forward to it.\n\nSam")
MAY = application(
    stage=Stage.INTERVIEW, last_in=day(11, 6), contacts=(Contact("Anna", ANNA.email),)
)


def situation(
    items: Collection[Item] = (ASKED,), of: Application = MAY, *drafts: Draft
) -> Situation:
    return Situation(of, tuple(items), drafts, PLAYBOOK, MINE, "", NOW, ZONE)


def withdrawn(state: DraftState, at: int = 8, **more: Any) -> Draft:
    return draft(plan=PlanKind.WITHDRAW, state=state, created=day(11, at), **more)


def test_an_invitation_is_answered_by_the_withdrawal_in_its_thread() -> None:
    (found,) = landing.withdrawal(situation())
    assert (found.kind, found.template, found.episode) == (
        PlanKind.WITHDRAW, "withdraw", "withdraw-1",
    )  # fmt: skip
    assert (found.addressee, found.answers, found.not_before) == (ANNA, "ask", None)
    assert found.facts["thanks_for"] == "inviting me to talk"
    assert found.expires == day(11, 6) + timedelta(days=60)
    assert is_news(found)


def test_a_withdrawal_into_a_silence_follows_the_users_own_letter() -> None:
    (found,) = landing.withdrawal(situation((ASKED, YES), replace(MAY, state=State.WAITING)))
    assert (found.addressee, found.answers) == (ANNA, "yes")


OUTREACH = incoming("hello", day(11, 5), verdict(Kind.OUTREACH))
UNSURE = incoming("unsure", day(11, 7), verdict(Kind.UNSURE))
BOUNCE = incoming(
    "back", day(11, 8), None, sender=Address("", "mailer-daemon@northwind.example"),
    facts=replace(ASKED.message.facts, bounce=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("items", "of", "drafts"),
    [
        ((ASKED,), replace(MAY, state=State.CLOSED, outcome=Outcome.REJECTION), ()),
        ((ASKED,), replace(MAY, state=State.CLOSED, outcome=Outcome.SILENCE), ()),
        ((ASKED,), replace(MAY, stage=Stage.NETWORKING), ()),
        ((ASKED,), replace(MAY, last_in=NOW - timedelta(days=61)), ()),
        ((ASKED,), replace(MAY, last_in=None), ()),
        ((OUTREACH,), MAY, ()),
        ((ASKED, UNSURE), MAY, ()),
        ((ASKED, YES, BOUNCE), MAY, ()),
        ((ASKED,), MAY, (withdrawn(DraftState.DISCARDED),)),
        ((ASKED,), MAY, (withdrawn(DraftState.SENT),)),
        ((ASKED,), MAY, (withdrawn(DraftState.UNKNOWN),)),
    ],
    ids=[
        "a no", "let go", "a contact", "long ago", "never a word", "only approached", "not sure",
        "came back", "discarded", "sent", "perhaps sent",
    ],
)  # fmt: skip
def test_nobody_awaits_a_withdrawal(
    items: tuple[Item, ...], of: Application, drafts: tuple[Draft, ...]
) -> None:
    assert landing.withdrawal(situation(items, of, *drafts)) == []


@pytest.mark.parametrize(
    ("items", "drafts", "episode"),
    [
        ((OUTREACH, ASKED), (), "withdraw-1"),
        ((OUTREACH, outgoing("tell", day(11, 6))), (), "withdraw-1"),
        ((ASKED,), (withdrawn(DraftState.WAITING),), "withdraw-1"),
        ((ASKED,), (withdrawn(DraftState.SENT, 4),), "withdraw-2"),
        ((ASKED,), (withdrawn(DraftState.SENT, about="a2"),), "withdraw-1"),
    ],
    ids=["invited", "taken up", "open still", "asked again since", "elsewhere"],
)
def test_somebody_awaits_one(
    items: tuple[Item, ...], drafts: tuple[Draft, ...], episode: str
) -> None:
    (found,) = landing.withdrawal(situation(items, MAY, *drafts))
    assert found.episode == episode


def test_where_only_a_robot_wrote_it_says_so() -> None:
    robot = incoming("r", day(11, 6), verdict(Kind.ACKNOWLEDGEMENT), sender=ROBOT)
    (found,) = landing.withdrawal(situation((robot,), replace(MAY, contacts=())))
    assert (found.kind, found.addressee) == (PlanKind.NONE, None)
    assert "withdraw on their portal" in found.why


def test_without_any_mail_it_goes_to_whom_the_user_named() -> None:
    (found,) = landing.withdrawal(situation((), replace(MAY, last_in=None, last_out=NOW)))
    assert (found.addressee, found.answers) == (Address("Anna", ANNA.email), "")


def test_the_letters_close_what_they_withdraw_from_and_thanks_close_nothing() -> None:
    for letter in letters("withdraw", TEMPLATES.source("withdraw")):
        assert said.says(said.WITHDRAW, letter.body), letter.body
    for letter in letters("landed-thanks", TEMPLATES.source("landed-thanks")):
        assert not said.says(said.WITHDRAW, letter.body), letter.body
        assert not said.says(said.ACCEPT, letter.body), letter.body


@pytest.mark.parametrize("variant", range(3))
def test_an_offer_is_declined_and_not_withdrawn_from(variant: int) -> None:
    facts = {"me": {"name": "Sam"}, "stage": "offer", "role": "Cook", "variant": variant}
    body = TEMPLATES.render("withdraw", facts).body
    assert "Thank you for offering me the Cook role." in body
    assert "withdraw" not in body
    assert said.says(said.WITHDRAW, body)


# --- helpers ---------------------------------------------------------------------------------

CONTACT = replace(MAY, stage=Stage.NETWORKING)


@pytest.mark.parametrize(
    ("item", "of", "did"),
    [
        (
            incoming("m", day(11, 3), verdict(Kind.REFERRAL), text="Do speak to Maria Lopez."),
            CONTACT,
            ["pointing me to Maria Lopez"],
        ),
        (
            incoming("m", day(11, 3), verdict(Kind.REFERRAL), text="I passed your CV on."),
            CONTACT,
            ["passing my details on"],
        ),
        (
            incoming("m", day(11, 3), verdict(Kind.REFERRAL), text="Try the docks."),
            CONTACT,
            ["the pointer you gave me"],
        ),
        (
            incoming("m", day(11, 3), verdict(Kind.REJECTION, Kind.FEEDBACK)),
            MAY,
            ["being so open with me"],
        ),
        (ASKED, CONTACT, ["offering to talk with me"]),
        (ASKED, replace(CONTACT, spoke=day(11, 9)), ["taking the time to talk with me"]),
        (ASKED, MAY, []),
        (incoming("m", day(11, 3), verdict(Kind.REJECTION)), MAY, []),
        (incoming("m", day(11, 3), verdict(Kind.FEEDBACK), sender=ROBOT), MAY, []),
        (YES, CONTACT, []),
    ],
)
def test_a_helper_is_who_the_mail_shows_to_have_helped(
    item: Item, of: Application, did: list[str]
) -> None:
    found = landing.helpers(situation((item,), of))
    assert [one.did for one in found] == did
    assert all(one.person.key == ANNA.key for one in found)


def test_who_was_talked_with_without_any_mail_helped_as_well() -> None:
    (found,) = landing.helpers(situation((), replace(CONTACT, spoke=day(11, 9))))
    assert (found.person.email, found.rank) == (ANNA.email, 1)


def lead(**more: Any) -> Lead:
    return replace(Lead("l1", "Maria Lopez", date(2026, 10, 1), giver=BEN), **more)


@pytest.mark.parametrize(
    ("one", "did"),
    [
        (lead(), ["pointing me to Maria Lopez"]),
        (lead(name="", company="Acme"), ["pointing me to Acme"]),
        (lead(name=""), ["the pointer you gave me"]),
        (lead(giver=None), []),
        (lead(giver=Address("Ben", "")), []),
        (lead(state=LeadState.DROPPED), []),
    ],
)
def test_who_gave_a_lead_helped(one: Lead, did: list[str]) -> None:
    assert [h.did for h in landing.givers([one], ZONE)] == did


# --- thanks ----------------------------------------------------------------------------------


def helped(person: Address = ANNA, did: str = "talking with me", **more: Any) -> Helper:
    return replace(Helper(person, did, day(10, 1), "a1"), **more)


def thanked(
    *helpers: Helper,
    drafts: Collection[Draft] = (),
    items: Collection[Item] = (),
    withdrawn: Collection[str] = (),
    landed: Landed = LANDED,
) -> list[Plan]:
    return landing.thanks(
        landed, helpers, withdrawn, list(drafts), list(items), PLAYBOOK, now=NOW, zone=ZONE
    )


def test_each_helper_gets_one_letter_for_the_most_they_did() -> None:
    found = thanked(
        helped(did="offering to talk with me", rank=3),
        helped(did="an old pointer", at=day(9, 1)),
        helped(did="a pointer", at=day(10, 2)),
        helped(BEN),
        items=[ASKED],
    )
    assert [(p.addressee, p.facts["thanks_for"]) for p in found] == [
        (ANNA, "a pointer"),
        (BEN, "talking with me"),
    ]
    anna, ben = found
    assert (anna.template, anna.answers, ben.answers) == ("landed-thanks", "ask", "")
    assert anna.facts["company"] == "Fern Press"
    assert anna.facts["role"] == "Archivist"
    assert anna.facts["to_name"] == "Anna"
    assert all(map(is_news, found))


SENT = {"plan": PlanKind.STAY_IN_TOUCH, "episode": f"{NEWS}1:x", "state": DraftState.SENT}
OWN = f"{NEWS}7:{ANNA.key}"


@pytest.mark.parametrize(
    "around",
    [
        {"withdrawn": {ANNA.key}},
        {"drafts": [withdrawn(DraftState.SENT)]},
        {"drafts": [draft(**SENT)]},
        {"drafts": [draft(**{**SENT, "episode": OWN, "state": DraftState.DISCARDED})]},
        {"items": [outgoing("told", NOW)]},
        {"items": [outgoing("told", day(11, 9))], "landed": replace(LANDED, on=date(2026, 11, 8))},
        {"landed": replace(LANDED, on=date(2026, 10, 10))},
    ],
    ids=[
        "withdrawn from", "withdrew", "thanked", "discarded", "told by hand", "told that week",
        "stale news",
    ],
)  # fmt: skip
def test_nobody_is_told_twice_or_late(around: dict[str, Any]) -> None:
    assert thanked(helped(), **around) == []


@pytest.mark.parametrize(
    "around",
    [
        {"drafts": [draft(**{**SENT, "episode": OWN, "state": DraftState.WAITING})]},
        {"drafts": [draft(**{**SENT, "state": DraftState.DISCARDED})]},
        {"drafts": [draft(**{**SENT, "to": (BEN,)})]},
        {"drafts": [draft(state=DraftState.SENT)]},
        {"items": [outgoing("before", NOW - timedelta(hours=1))]},
        {"items": [outgoing("other", NOW, to=(BEN,))]},
    ],
    ids=["open", "of another landing", "to another", "another letter", "before", "to Ben"],
)
def test_everybody_else_is_told(around: dict[str, Any]) -> None:
    assert len(thanked(helped(), **around)) == 1


def test_help_of_another_search_and_of_machines_is_not_thanked_for() -> None:
    assert thanked(helped(at=NOW - timedelta(days=366))) == []
    assert thanked(helped(ROBOT)) == []


# --- approaches ------------------------------------------------------------------------------


def test_an_approach_is_answered_kindly_and_apart_from_what_was_drafted_before() -> None:
    before = plan(PlanKind.ANSWER_OUTREACH, episode="m", facts={"role": "Cook"})
    found = landing.not_now(before, PLAYBOOK, [])
    assert (found.template, found.episode) == ("outreach-not-now", f"{NEWS}m")
    assert not is_news(found)
    gone = draft(plan=PlanKind.ANSWER_OUTREACH, episode="m", state=DraftState.DISCARDED)
    assert landing.not_now(before, PLAYBOOK, [gone]) == before


def test_the_names_of_the_tests_are_those_of_the_playbook() -> None:
    assert ME.key in MINE
    assert {kind.value for kind in PlanKind if kind.chases} == CHASES
