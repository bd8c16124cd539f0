"""Letters that keep in touch: when one can be written, where it goes, and what it may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters.store import SqliteStore
from mailsense.domain import (
    NOBODY,
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
    Outcome,
    Plan,
    PlanKind,
    Reason,
    Relation,
    Stage,
    State,
    Wait,
)
from mailsense.errors import UserError
from mailsense.journal import Entry, What
from mailsense.pipeline.touching import own_letters
from mailsense.ports import Item
from mailsense.reply import fitted, touch
from mailsense.reply.acquaintance import Known, named, people, wrote_back
from mailsense.reply.caps import hold_back
from mailsense.reply.lint import lint
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

MET = Event("REQUEST", "Talk", day(11, 5, 10), day(11, 5, 11), "", "")
INVITE = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), events=(MET,))
YES = outgoing("yes", day(11, 2, 12), text="Hello Anna, I will be there.")
NO = incoming(
    "no",
    day(11, 10),
    verdict(Kind.REJECTION, reason=Reason.NOT_SELECTED, stage=Stage.INTERVIEW),
    text="Dear Sam,\n\nThank you for coming in. We chose somebody else.\n\nBest regards,\nAnna",
)
THANKS = outgoing("thanks", day(11, 12), text="Hello Anna,\n\nI understand.\n\nSam")
NOW = day(12, 10)
MANAGER = Contact(ANNA.name, ANNA.email, Relation.HIRING_MANAGER)
URL = "https://example.org/articles/sharing"


def ended(**more: Any) -> Application:
    base = {
        "stage": Stage.INTERVIEW,
        "state": State.CLOSED,
        "outcome": Outcome.REJECTION,
        "contacts": (MANAGER,),
        "message_keys": ("m1", "yes", "no", "thanks"),
        "last_in": day(11, 10),
    }
    return application(**{**base, **more})


def known(
    items: Sequence[Item] = (INVITE, YES, NO, THANKS),
    applications: Sequence[Application] | None = None,
    now: datetime = NOW,
    drafts: Sequence[Draft] = (),
) -> Known:
    found = (ended(),) if applications is None else applications
    return Known(found, items, drafts, PLAYBOOK, MINE, "first", now, ZONE)


def said(sort: str, text: str = "", *, at: datetime = NOW, number: int = 3, **more: Any) -> Entry:
    facts = {"sort": sort, **({"url": more.pop("url", URL)} if sort == "article" else {})}
    entry = Entry(What.TOUCH, at, number, person=ANNA, text=text, facts=facts)
    return replace(entry, **more)


def one(entry: Entry, world: Known | None = None) -> Plan:
    (plan,) = touch.touches([entry], world or known())
    return plan


# --- the letter and where it goes --------------------------------------------------------------


def test_an_article_goes_to_the_person_into_the_last_conversation_at_once() -> None:
    plan = one(said("article", "how night shifts can be shared"))
    assert plan.kind is PlanKind.STAY_IN_TOUCH
    assert (plan.about, plan.episode, plan.answers) == ("a1", "touch:3", "no")
    assert (plan.addressee, plan.account, plan.template) == (ANNA, "main", "touch-article")
    assert plan.not_before is None
    assert plan.expires == NOW + timedelta(days=30)
    assert "article for them on 10 December" in plan.why


@pytest.mark.parametrize(
    ("sort", "text", "template"),
    [
        ("article", "", "touch-article"),
        ("news", "their new depot is open", "touch-news"),
        ("offer", "a plan for the first 90 days", "touch-offer"),
    ],
)
def test_each_sort_has_its_template(sort: str, text: str, template: str) -> None:
    assert one(said(sort, text)).template == template


def test_a_note_at_the_end_of_the_year_has_its_template_and_ends_with_the_year() -> None:
    later = incoming("kind", day(11, 13), verdict(Kind.OTHER), text="All the best!\n\nAnna")
    plan = one(said("year-end"), known((INVITE, YES, NO, THANKS, later)))
    assert plan.template == "touch-year-end"
    assert plan.expires == day(1, 1, 0).replace(year=2027)


def test_a_conversation_over_a_year_old_is_left_and_new_mail_written() -> None:
    long_after = (NOW + timedelta(days=330)).replace(hour=12)
    plan = one(said("news", "your promotion", at=long_after), known(now=long_after))
    assert plan.answers == "no"
    longer = NOW + timedelta(days=340)
    plan = one(said("news", "your promotion", at=longer), known(now=longer))
    assert (plan.answers, plan.about) == ("", "a1")


def test_a_person_no_letter_shows_gets_new_mail_from_the_first_account() -> None:
    world = known((), (application(contacts=(MANAGER,), account=""),))
    plan = one(said("article"), world)
    assert (plan.answers, plan.about, plan.account) == ("", "a1", "first")
    plan = one(said("article"), known((), ()))
    assert (plan.about, plan.facts["relation"]) == ("touch:3", "unknown")


def test_the_newest_conversation_counts_and_their_letter_in_it() -> None:
    newer = outgoing("own", day(12, 1), thread="t2", text="Hello Anna, a question.")
    assert one(said("article"), known((INVITE, YES, NO, newer))).answers == "own"
    reply = incoming("hers", day(12, 2), verdict(Kind.OTHER), thread="t2")
    again = outgoing("own2", day(12, 3), thread="t2")
    world = known((INVITE, YES, NO, newer, reply, again))
    assert one(said("article"), world).answers == "hers"


def test_a_bounce_and_an_absence_note_are_no_conversation() -> None:
    away = incoming("away", day(12, 1), None, thread="t2", facts=Facts(auto_reply=True))
    back = incoming("back", day(12, 2), None, thread="t3", facts=Facts(bounce=True))
    assert one(said("article"), known((INVITE, NO, away, back))).answers == "no"


def test_an_offer_never_answers_the_no() -> None:
    assert one(said("offer", "a plan"), known((INVITE, YES, NO))).answers == ""
    assert one(said("offer", "a plan")).answers == "thanks"


# --- one entry, one letter ---------------------------------------------------------------------


def drafted(state: DraftState, **more: Any) -> Draft:
    kept = {"about": "old", "answers": "m1", "account": "other", "episode": "touch:3", **more}
    return draft(plan=PlanKind.STAY_IN_TOUCH, state=state, **kept)


@pytest.mark.parametrize("state", [DraftState.SENT, DraftState.UNKNOWN, DraftState.DISCARDED])
def test_what_was_sent_or_discarded_is_done_with(state: DraftState) -> None:
    assert touch.touches([said("article")], known(drafts=(drafted(state),))) == []


@pytest.mark.parametrize(
    "state", [DraftState.WAITING, DraftState.APPROVED, DraftState.DELIVERED, DraftState.STALE]
)
def test_a_letter_once_drafted_stays_the_same_whatever_its_application(state: DraftState) -> None:
    plan = one(said("article"), known(drafts=(drafted(state),)))
    assert (plan.about, plan.answers, plan.account) == ("old", "m1", "other")


def test_an_entry_too_old_is_not_planned_any_more() -> None:
    entry = said("article", at=NOW - timedelta(days=30))
    assert touch.touches([entry], known()) == []
    assert touch.touches([replace(entry, at=NOW - timedelta(days=29))], known())


def test_nobody_gets_the_same_article_twice() -> None:
    world = known(drafts=(drafted(DraftState.SENT),))
    again = said("article", number=4)
    (plan,) = touch.touches([said("article"), again], world)
    assert (plan.kind, plan.why) == (PlanKind.NONE, touch._TWICE)
    (plan,) = touch.touches([said("article"), replace(again, person=BEN)], world)
    assert plan.kind is PlanKind.STAY_IN_TOUCH
    (plan,) = touch.touches([said("article"), said("article", number=4, url=f"{URL}/2")], world)
    assert plan.kind is PlanKind.STAY_IN_TOUCH


def test_a_draft_is_asked_for_until_what_asked_for_it_is_taken_back() -> None:
    ours = drafted(DraftState.WAITING)
    assert touch.asked_for(ours, [said("article")])
    assert not touch.asked_for(ours, [said("article", number=4)])
    assert touch.asked_for(draft(), [])
    landed = drafted(DraftState.WAITING, episode="landed-1")
    assert touch.asked_for(landed, [])


# --- what speaks against it --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (said("article", person=ROBOT), "nobody reads what goes to no-reply@northwind.example"),
        (said("article", person=None), "nobody reads"),
        (said("article", person=NOBODY), "nobody reads"),
        (said("article", person=ME), "an address of your own"),
        (said("poem"), "no letter of the sort 'poem'"),
        (said("article", url="ftp://x.example"), "no link to an article"),
        (said("news", ""), "the news is needed"),
        (said("news", "is it true?"), "holds a question"),
        (said("offer", "word " * 21), "has 21 words"),
    ],
)
def test_what_cannot_be_written_says_why(entry: Entry, told: str) -> None:
    assert told in touch.refused(entry, known())
    if entry.person is not None:
        plan = one(entry)
        assert (plan.kind, plan.addressee) == (PlanKind.NONE, None)
        assert told in plan.why


def test_who_left_three_letters_unanswered_rests_and_the_day_is_told() -> None:
    own = [outgoing(f"o{n}", day(11, n), thread="t9") for n in (12, 16, 20)]
    why = touch.refused(said("article"), known((INVITE, NO, *own)))
    assert why == "Anna Smith left 3 letters unanswered: in peace until 18 February 2027"
    spring = day(2, 18).replace(year=2027)
    assert touch.refused(said("article"), known((INVITE, NO, *own), now=spring)) == ""
    assert touch.refused(said("article"), known((INVITE, NO, *own[:2]))) == ""


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (day(11, 11), "their no is too fresh: from Tuesday 24 November 2026 on"),
        (day(11, 23, 22), "from Tuesday 24 November 2026 on"),
        (day(11, 24, 1), ""),
        (day(12, 30), ""),
    ],
)
def test_an_offer_waits_ten_working_days_after_the_no(now: datetime, why: str) -> None:
    refused = touch.refused(said("offer", "a plan", at=now), known(now=now))
    assert why in refused
    assert bool(why) == bool(refused)


def test_a_holiday_is_no_working_day_for_an_offer() -> None:
    world = replace(known(now=day(11, 24)), holidays=(day(11, 11).date(),))
    assert "from Wednesday 25 November 2026" in touch.refused(said("offer", "a plan"), world)


@pytest.mark.parametrize(
    "process",
    [
        ended(outcome=Outcome.NONE, state=State.WAITING),
        ended(outcome=Outcome.SILENCE),
        ended(contacts=(), message_keys=()),
    ],
    ids=["open", "silent", "another person's"],
)
def test_an_offer_is_for_who_met_the_user_and_said_no(process: Application) -> None:
    why = touch.refused(said("offer", "a plan"), known(applications=(process,)))
    assert why.startswith("an offer is for people who met you in an interview and said no")


def test_an_offer_is_not_for_a_no_to_an_application_or_before_the_talk() -> None:
    early = incoming("no", day(11, 10), verdict(Kind.REJECTION))
    process = ended(stage=Stage.APPLIED, message_keys=("no",))
    assert touch.refused(said("offer", "a plan"), known((early,), (process,)))
    off = incoming(
        "no",
        day(11, 10),
        verdict(Kind.REJECTION),
        text="Dear Sam,\n\nWe have to cancel your interview. We chose somebody else.\n\nAnna",
    )
    bare = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW))
    process = ended(message_keys=("m1", "no"))
    assert touch.refused(said("offer", "a plan"), known((bare, off), (process,)))
    assert not touch.refused(said("offer", "a plan"), known((bare, NO), (process,)))


def test_a_no_that_the_user_told_of_counts_from_its_day() -> None:
    wait = Wait(Stage.INTERVIEW, day(11, 5), day(11, 16))
    process = ended(message_keys=("m1", "yes"), waits=(wait,))
    world = known((INVITE, YES), (process,), now=day(11, 24))
    assert "from Monday 30 November 2026" in touch.refused(said("offer", "a plan"), world)


def test_of_two_noes_the_older_one_allows_an_offer() -> None:
    fresh = incoming("no2", day(12, 9), verdict(Kind.REJECTION, stage=Stage.INTERVIEW), thread="t2")
    other = ended(id="a2", message_keys=("no2",), last_in=day(12, 9))
    plan = one(said("offer", "a plan"), known((INVITE, YES, NO, THANKS, fresh), (other, ended())))
    assert (plan.about, plan.answers) == ("a1", "thanks")


# --- the end of the year -----------------------------------------------------------------------

ASK = outgoing("ask", day(9, 1), text="Dear Anna, may I ask you something?", thread="t5")
WORD = incoming("word", day(9, 3), verdict(Kind.FEEDBACK), thread="t5")


def test_a_note_at_the_end_of_the_year_is_written_in_december_by_the_users_clock() -> None:
    world = known((ASK, WORD), ())
    assert touch.refused(said("year-end"), world) == ""
    for now in (day(11, 30, 23), day(1, 1, 1).replace(year=2027)):
        assert "December" in touch.refused(said("year-end"), replace(world, now=now))


BACK: list[tuple[str, list[Item], bool]] = [
    ("an answer", [ASK, WORD], True),
    ("nothing was asked", [WORD], False),
    ("she wrote before only", [incoming("w", day(8, 1), verdict(Kind.FEEDBACK)), ASK], False),
    ("noes only", [ASK, replace(WORD, verdict=verdict(Kind.REJECTION))], False),
    ("a no, and a kind word", [ASK, NO, WORD], True),
    ("a no that names somebody", [ASK, replace(WORD, verdict=verdict(Kind.REFERRAL))], True),
    ("an absence", [ASK, incoming("w", day(9, 3), None, facts=Facts(auto_reply=True))], False),
    (
        "a machine",
        [ASK, incoming("w", day(9, 3), verdict(Kind.OTHER), facts=Facts(auto_submitted="yes"))],
        False,
    ),
    (
        "long ago",
        [
            outgoing("ask", day(9, 1).replace(year=2025)),
            incoming("w", day(9, 3).replace(year=2025), verdict(Kind.FEEDBACK)),
        ],
        False,
    ),
]


@pytest.mark.parametrize(("items", "back"), [b[1:] for b in BACK], ids=[b[0] for b in BACK])
def test_who_wrote_back(items: list[Item], back: bool) -> None:
    world = known(sorted(items, key=lambda i: str(i.message.date)), ())
    assert wrote_back(ANNA, world) is back
    assert touch.for_year_end([], world) == ([ANNA] if back else [])
    assert bool(touch.refused(said("year-end"), world)) is not back


def test_who_had_a_note_this_year_gets_no_second_one() -> None:
    world = known((ASK, WORD), ())
    assert touch.for_year_end([said("year-end")], world) == []
    assert touch.for_year_end([said("article")], world) == [ANNA]
    last = said("year-end", at=day(12, 20).replace(year=2025))
    assert touch.for_year_end([last], world) == [ANNA]


# --- what it may say ---------------------------------------------------------------------------


def facts(entry: Entry, world: Known | None = None) -> Mapping[str, object]:
    return one(entry, world).facts


def test_the_talk_is_mentioned_where_the_mail_shows_it() -> None:
    told = facts(said("article"))
    assert (told["talked"], told["met_on"]) == (True, "5 November")
    assert told["thanks_for"] == "taking the time to speak with me"
    assert (told["to_name"], told["role"]) == ("Anna", "Planner")


def test_who_only_arranged_the_talk_was_not_in_it() -> None:
    arranges = replace(MANAGER, relation=Relation.RECRUITER)
    plain = replace(NO, located=replace(NO.located, message=replace(NO.message, text="No.")))
    world = known((INVITE, YES, plain), (ended(contacts=(arranges,)),))
    told = facts(said("article"), world)
    assert (told["talked"], told["met_on"]) == (False, "")


def test_without_a_talk_none_is_mentioned() -> None:
    receipt = incoming("m1", day(11, 2), verdict(Kind.ACKNOWLEDGEMENT))
    process = application(message_keys=("m1",))
    told = facts(said("article"), known((receipt,), (process,)))
    assert (told["talked"], told["met_on"], told["thanks_for"]) == (False, "", "")


def test_the_day_of_a_talk_is_left_out_when_it_is_nearly_a_year_ago() -> None:
    late = NOW + timedelta(days=280)
    told = facts(said("news", "your promotion", at=late), known(now=late))
    assert (told["talked"], told["met_on"]) == (True, "")


@pytest.mark.parametrize(
    ("items", "thanks"),
    [
        ([ASK, WORD], "being so open with me"),
        ([ASK, replace(WORD, verdict=verdict(Kind.REFERRAL))], "the pointer you gave me"),
        ([ASK, replace(WORD, verdict=verdict(Kind.OTHER))], "writing back to me"),
        ([ASK], ""),
    ],
)
def test_the_thanks_are_for_one_thing_that_the_mail_shows(items: list[Item], thanks: str) -> None:
    assert facts(said("article"), known(items, ()))["thanks_for"] == thanks


def test_people_who_are_written_to_together_get_different_letters() -> None:
    batch = [said("news", "your prize", number=n) for n in (1, 2, 3)]
    assert len({p.facts["variant"] for p in touch.touches(batch, known())}) == 3


@pytest.mark.parametrize(
    ("text", "words", "form"),
    [
        ("their new product is out", "your new product is out", "clause"),
        ("They won the award!", "you won the award", "clause"),
        ("Northwind opened a new depot.", "Northwind opened a new depot", "clause"),
        ("she was promoted", "you were promoted", "clause"),
        ("they're hiring again", "you are hiring again", "clause"),
        ("Your team of nine won the city prize", "your team of nine won the city prize", "clause"),
        ("their promotion", "your promotion", "thing"),
        ("congratulations on the new depot", "the new depot", "thing"),
        ("his 50th anniversary", "your 50th anniversary", "thing"),
        ("the award they were given", "the award you were given", "words"),
        ("the prize for the best managed depot", "the prize for the best managed depot", "words"),
        ("best in show for the cheddar", "best in show for the cheddar", "words"),
    ],
)
def test_news_is_told_as_to_them(text: str, words: str, form: str) -> None:
    assert fitted.news(text) == fitted.Fitted(words, form)


@pytest.mark.parametrize("text", ["she runs the depot now", "her new book", "he got married"])
def test_news_that_cannot_be_turned_is_asked_for_in_other_words(text: str) -> None:
    with pytest.raises(UserError, match="as you would tell it to them"):
        fitted.news(text)


@pytest.mark.parametrize(
    ("text", "words", "form"),
    [
        ("How night shifts can be shared", "how night shifts can be shared", "thing"),
        ("it is about shift work", "shift work", "thing"),
        ("the price of pallets", "the price of pallets", "thing"),
        ("rotas of four work best", "Rotas of four work best", "words"),
        ("it argues that rails beat roads", "It argues that rails beat roads", "words"),
    ],
)
def test_what_an_article_says_is_fitted(text: str, words: str, form: str) -> None:
    assert fitted.article(text) == fitted.Fitted(words, form)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c&d=%20#e", "http://www.example.org", "HTTPS://example.org/ä",
        "https://example.org:8080/a_b",
    ],
)  # fmt: skip
def test_a_link_is_a_link(url: str) -> None:
    assert fitted.link(url) == url.replace("HTTPS", "https")


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org/a", "javascript:alert(1)", "file:///etc/passwd",
        "https://localhost/a", "https://example.org/a b", "https://example.org/\r\nBcc: x@y.z",
        "https://example.org/\u202egnp", "https://me:secret@example.org/", "https://[::1",
        "https://example.org:99999/", "https://example.org/" + "a" * 500, "https://a.b/<script>",
        "https://", "https://./",
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused(url: str) -> None:
    with pytest.raises(UserError) as caught:
        fitted.link(url)
    assert all(problem.isprintable() for problem in caught.value.problems)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_typed_is_fitted_into_one_line_or_refused(text: str) -> None:
    for fit in (fitted.news, fitted.article, fitted.offer):
        try:
            words = fit(text).words
        except UserError:
            continue
        assert words.isprintable()
        assert words == " ".join(words.split())
        assert "?" not in words
        assert words[-1] not in " .,;:!"
    with suppress(UserError):
        assert fitted.link(text).lower() == text.lower()


@pytest.mark.parametrize(
    ("sort", "text"),
    [("article", "rebates that banks ASAP reconsider"), ("news", "your family won over Zephyr Ltd"),
     ("offer", "what Zephyr Ltd did for health care")],
)  # fmt: skip
def test_the_users_own_words_are_not_held_against_them(sort: str, text: str) -> None:
    plan = one(said(sort, text))
    rendered = TEMPLATES.render(plan.template, {**plan.facts, "me": {"name": ME.name}})
    made = draft(plan=plan.kind, template=plan.template, body=rendered.body)
    found = lint(made, facts=plan.facts, playbook=PLAYBOOK, companies=["Zephyr Ltd"])
    assert [f for f in found if f.rule in ("banned", "company")] == []
    found = lint(made, facts={}, playbook=PLAYBOOK, companies=["Zephyr Ltd"])
    assert [f for f in found if f.rule in ("banned", "company")]


def test_a_question_in_such_a_letter_is_told() -> None:
    plan = one(said("article"))
    body = f"Hello Anna,\n\nHere it is:\n{URL}?page=2\nIs there any news?\n\nBest,\nSam"
    made = draft(plan=plan.kind, template=plan.template, body=body)
    (found,) = lint(made, facts=plan.facts, playbook=PLAYBOOK)
    assert found.text == "asks a question; this letter is to ask for nothing: take it out"


# --- beside other letters ----------------------------------------------------------------------


def held(plans: Sequence[Plan], drafts: Sequence[Draft] = ()) -> list[str]:
    found = hold_back(plans, [ended()], drafts, [], PLAYBOOK, now=NOW, zone=ZONE)
    return [f"{p.kind.value}: {p.why}" for p in found]


def test_an_answer_goes_before_good_wishes_even_where_these_wait_already() -> None:
    wishes = one(said("news", "your promotion"))
    answer = replace(wishes, kind=PlanKind.ANSWER_REJECTION, episode="no")
    waiting = drafted(DraftState.WAITING, about="a1")
    first, second = held([wishes, answer], [waiting])
    assert first == "none: another letter to the same person comes first"
    assert second.startswith("answer-rejection")


def test_good_wishes_go_before_a_chase() -> None:
    wishes = one(said("news", "your promotion"))
    chase = replace(wishes, kind=PlanKind.STATUS_CHECK, episode="chase-1", about="a2")
    first, second = held([chase, wishes])
    assert first.startswith("none: another letter")
    assert second.startswith("stay-in-touch")


@pytest.mark.parametrize(
    ("kind", "sent", "waits"),
    [
        (PlanKind.STATUS_CHECK, day(12, 9), True),
        (PlanKind.STATUS_CHECK, day(12, 4), True),
        (PlanKind.STATUS_CHECK, day(12, 3), False),
        (PlanKind.ANSWER_REQUEST, day(12, 9), False),
    ],
)
def test_a_chase_waits_some_days_after_good_wishes(
    kind: PlanKind, sent: datetime, waits: bool
) -> None:
    plan = replace(one(said("news", "your promotion")), kind=kind)
    letter = outgoing("wishes", sent)
    own = {letter.message.message_id}
    (found,) = touch.left_alone([plan], [letter], own, known())
    assert (found.kind is PlanKind.NONE) is waits
    (found,) = touch.left_alone([plan], [letter], (), known())
    assert found == plan
    assert touch.apart([letter, NO], own) == [NO]


# --- whom the user knows -----------------------------------------------------------------------

OTHER = Address("Anna Berg", "anna@berg.example")
TURNED = Address("Okafor, Ben", "ben@northwind.example")


def test_people_are_those_of_the_mail_and_of_applications_and_no_robots() -> None:
    items = [
        incoming("a", day(11, 1), None),
        incoming("b", day(11, 2), None, sender=replace(ANNA, name="")),
        incoming("c", day(11, 3), None, sender=ROBOT),
        outgoing("d", day(11, 4), to=(OTHER, ME)),
    ]
    known_people = people(known(items, (application(contacts=(Contact("Jo", "jo@x.example"),)),)))
    assert known_people == [OTHER, ANNA, Address("Jo", "jo@x.example")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Smith", [ANNA]),
        ("anna smith", [ANNA]),
        ("Smith, Anna", [ANNA]),
        ("smith", [ANNA]),
        ("Anna", [ANNA, OTHER]),
        ("anna@berg.example", [OTHER]),
        ("ANNA@BERG.EXAMPLE", [OTHER]),
        ("Somebody <anna@berg.example>", [OTHER]),
        ("Ben Okafor", [TURNED]),
        ("Ann", []),
        ("x@berg.example", []),
        ("", []),
    ],
)
def test_a_person_is_meant_by_name_or_address(text: str, found: list[Address]) -> None:
    assert named(text, [ANNA, OTHER, TURNED]) == found


# --- as it was sent ----------------------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", ["", "another@rivers.example"])
def test_a_letter_is_known_under_whatever_id_it_was_sent(elsewhere: str) -> None:
    ours = drafted(DraftState.SENT, message_id="ours@rivers.example")
    thanks = draft(id="d2", state=DraftState.SENT, message_id="thanks@rivers.example")
    with closing(SqliteStore.memory()) as store:
        for one in (ours, thanks):
            store.add_draft(one)
        if elsewhere:
            told = Decision(Action.SENT_ELSEWHERE, NOW, draft=ours.id, message_key=elsewhere)
            store.add_decision(told)
        assert own_letters(store) == {"ours@rivers.example", elsewhere} - {""}
