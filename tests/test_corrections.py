"""What the user says of applications: it holds, whatever the mail says and in whatever order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import (
    Address,
    Application,
    Change,
    Correction,
    Outcome,
    Relation,
    Stage,
    State,
    Tag,
)
from mailsense.pipeline import correct
from mailsense.ports import Item
from mailsense.track.application import track
from mailsense.track.corrections import followers, holds, strands
from tests.support.stories import MINE, day, mail
from tests.test_track import ANNA, invite, mine, no, receipt
from tests.test_track_ids import STORIES, ids_of

Said = Sequence[Correction]


def tracked(
    items: Sequence[Item], *said: Correction, known: Mapping[str, str] | None = None
) -> tuple[Application, ...]:
    numbered = [replace(one, number=n) for n, one in enumerate(said, 1)]
    return track(items, me=MINE, known=known or {}, corrections=numbered)


def one(items: Sequence[Item], *said: Correction) -> Application:
    found = tracked(items, *said)
    assert len(found) == 1, [(a.company, a.role, a.message_keys) for a in found]
    return found[0]


def about(application: Application, change: Change, at: float, **more: Any) -> Correction:
    return correct.about(Correction(change, day(at), "", **more), application)


def closed(application: Application, at: float, outcome: Outcome = Outcome.NONE) -> Correction:
    return about(application, Change.CLOSE, at, outcome=outcome)


def merged(*applications: Application, at: float = 30) -> Correction:
    first, *others = applications
    keys = tuple(key for a in applications for key in a.message_keys)
    gone = tuple(a.id for a in others)
    return Correction(
        Change.MERGE, day(at), first.id, messages=keys, held={first.id: keys}, merged=gone
    )


def parted(
    application: Application, items: Sequence[Item], *keys: str, at: float = 30
) -> Correction:
    own = [i for i in items if i.key in application.message_keys]
    moved = followers(own, keys)
    rest = tuple(key for key in application.message_keys if key not in moved)
    held = {"anew": moved, application.id: rest}
    return Correction(Change.SPLIT, day(at), "anew", messages=moved, held=held)


def added(at: float, role: str = "Data Analyst", contact: str = "", **more: Any) -> Correction:
    who = Address("", contact) if contact else None
    more = {"company": "Acme", "stage": Stage.APPLIED, **more}
    return Correction(Change.ADD, day(at), "added1", on=day(at), role=role, contact=who, **more)


def noted(application: Application, at: float, *, spoke: bool = True) -> Correction:
    return about(application, Change.NOTE, at, text="they called", spoke=spoke)


# --- closing ---------------------------------------------------------------------------------

RE = "Re: Interview for Data Analyst"
ASKED = [receipt(0), invite(3), mine(4)]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_is_closed_by_hand_is_closed_for_the_reason_given_or_none(outcome: Outcome) -> None:
    (before,) = tracked(ASKED)
    after = one(ASKED, closed(before, 5, outcome))
    assert (after.id, after.state, after.outcome) == (before.id, State.CLOSED, outcome)
    assert after.tag is (Tag.REJECTION if outcome is Outcome.REJECTION else Tag.NONE)
    assert after.closed_by_user
    assert after.corrected == ("state",)
    assert after.case == ""
    assert [w.until for w in after.waits] == [day(3), day(5)], "it is waited for no more"
    assert not after.waits[-1].answered


MORE_TO_COME: list[tuple[str, Outcome, Item, State, Outcome]] = [
    ("an invitation", Outcome.SILENCE, invite(9), State.OPEN, Outcome.NONE),
    ("an invitation", Outcome.WITHDRAWN, invite(9), State.OPEN, Outcome.NONE),
    ("an invitation", Outcome.NONE, invite(9), State.OPEN, Outcome.NONE),
    (
        "an offer",
        Outcome.REJECTION,
        mail(9, ANNA, RE, "Here is an offer.", kind="offer"),
        State.OPEN,
        Outcome.NONE,
    ),
    ("a receipt", Outcome.REJECTION, receipt(9), State.CLOSED, Outcome.REJECTION),
    ("a receipt", Outcome.NONE, receipt(9), State.CLOSED, Outcome.NONE),
    (
        "a word of hers",
        Outcome.SILENCE,
        mail(9, ANNA, RE, "Still thinking.", kind="other"),
        State.CLOSED,
        Outcome.SILENCE,
    ),
    (
        "an unsure word",
        Outcome.NONE,
        mail(9, ANNA, RE, "Well.", kind="unsure"),
        State.CLOSED,
        Outcome.NONE,
    ),
    (
        "feedback",
        Outcome.NONE,
        mail(9, ANNA, RE, "More tests.", kind="feedback"),
        State.CLOSED,
        Outcome.NONE,
    ),
    ("a no", Outcome.SILENCE, no(9, ANNA), State.CLOSED, Outcome.REJECTION),
    ("a no", Outcome.NONE, no(9, ANNA), State.CLOSED, Outcome.REJECTION),
    ("a no", Outcome.WITHDRAWN, no(9, ANNA), State.CLOSED, Outcome.WITHDRAWN),
    ("a no", Outcome.ACCEPTED, no(9, ANNA), State.CLOSED, Outcome.ACCEPTED),
    ("an invitation of before", Outcome.WITHDRAWN, invite(4.5), State.CLOSED, Outcome.WITHDRAWN),
    ("a letter of mine", Outcome.NONE, mine(9), State.CLOSED, Outcome.NONE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "outcome", "letter", "state", "then"),
    MORE_TO_COME,
    ids=[f"{what} after {outcome.value}" for what, outcome, *_ in MORE_TO_COME],
)
def test_only_a_request_or_an_offer_opens_what_was_closed_by_hand(
    what: str, outcome: Outcome, letter: Item, state: State, then: Outcome
) -> None:
    (before,) = tracked(ASKED)
    after = one([*ASKED, letter], closed(before, 5, outcome))
    assert (after.state, after.outcome) == (state, then)
    assert after.closed_by_user is (state is State.CLOSED and then is outcome)


# --- together and apart ----------------------------------------------------------------------

COOK = receipt(0, "Cook", thread="cook")
PORTER = receipt(1, "Porter", thread="porter")


def test_merged_applications_are_one_under_the_first_id_and_stay_so() -> None:
    cook, porter = tracked([COOK, PORTER])
    both = merged(porter, cook)
    found = one([COOK, PORTER, no(40, role="Cook", thread="cook")], both)
    assert found.id == porter.id
    assert found.corrected == ("messages",)
    assert found.outcome is Outcome.REJECTION


def test_what_was_merged_into_one_that_is_merged_in_turn_goes_along() -> None:
    baker = receipt(2, "Baker", thread="baker")
    first, second, third = tracked([COOK, PORTER, baker])
    found = one([COOK, PORTER, baker], merged(second, first), merged(third, second))
    assert found.id == third.id


TALK = [
    invite(3, key="ask", thread="t"),
    mine(4, key="yes", thread="t"),
    mail(8, ANNA, RE, "Another thing.", kind="task", thread="t", key="task"),
]
AFTER = [
    mail(9, ANNA, RE, "See you.", kind="acknowledgement", thread="t", key="see"),
    mine(10, key="sent", thread="t", text="Here it is."),
]


def test_what_is_split_off_stays_apart_from_the_same_person_and_firm() -> None:
    (before,) = tracked(TALK)
    old, new = tracked(TALK, parted(before, TALK, "task"))
    assert (old.id, old.message_keys) == (before.id, ("ask", "yes"))
    assert (new.id, new.message_keys) == ("anew", ("task",))
    assert old.corrected == new.corrected == ("messages",)


def test_what_follows_in_the_thread_goes_with_the_letter_that_it_answers() -> None:
    def answering(item: Item, key: str) -> Item:
        message = replace(item.message, in_reply_to=(key,), references=(key,))
        return replace(item, located=replace(item.located, message=message))

    (before,) = tracked(TALK)
    part = parted(before, TALK, "task")
    later = [answering(AFTER[0], "yes"), answering(AFTER[1], "task")]
    old, new = tracked([*TALK, *later], part)
    assert old.message_keys == ("ask", "yes", "see")
    assert new.message_keys == ("task", "sent")
    _, new = tracked([*TALK, *AFTER], part)
    assert new.message_keys == ("task", "see", "sent"), "where nothing tells, what came before"


def test_a_letter_of_before_all_that_was_placed_stays_with_its_thread() -> None:
    (before,) = tracked(TALK)
    early = invite(1, key="early", thread="t")
    part = parted(before, TALK, "task")
    old, _ = tracked([early, *TALK], part)
    assert old.message_keys == ("early", "ask", "yes")
    found = strands([*TALK, early], holds([part]).keys)
    assert [id for id, _ in found] == [before.id, "anew"], "without asking anybody"


def test_a_letter_that_was_assigned_is_where_the_user_put_it() -> None:
    strange = mail(9, "Kim <kim@elsewhere.example>", "Hello", "A word.", kind="other", key="k")
    (before,) = tracked([*ASKED, strange])
    held = {before.id: (*before.message_keys, "k")}
    told = Correction(Change.ASSIGN, day(10), before.id, messages=("k",), held=held)
    after = one([*ASKED, strange], told)
    assert after.message_keys[-1] == "k"
    assert after.last_in == day(9), "and it is a word of theirs"


def test_the_later_word_wins() -> None:
    (before,) = tracked(TALK)
    part = parted(before, TALK, "task")
    old, new = tracked(TALK, part)
    found = one(TALK, part, merged(old, new))
    assert found.message_keys == ("ask", "yes", "task")
    assert found.id == before.id


def test_an_application_keeps_the_id_that_the_user_gave_it_when_earlier_mail_joins() -> None:
    (before,) = tracked(TALK)
    old, new = tracked([receipt(0, thread="r"), *TALK], parted(before, TALK, "task"))
    assert (old.id, len(old.message_keys)) == (before.id, 3)
    assert new.id == "anew"


def test_what_the_user_split_off_is_an_application_whatever_was_judged_of_it() -> None:
    word = mail(9, ANNA, RE, "A word.", kind="other", thread="t", key="word")
    (before,) = tracked([*TALK, word])
    _, new = tracked([*TALK, word], parted(before, [*TALK, word], "word"))
    assert new.message_keys == ("word",)


def test_what_was_added_goes_along_when_it_is_merged() -> None:
    told = added(2, "Cook", contact="ida@moor.example", company="Fenland")
    first, second = tracked(ASKED, told)
    both = merged(first, second)
    found = one(ASKED, told, noted(second, 5, spoke=False), both)
    assert found.id == first.id
    assert "ida@moor.example" in [c.email for c in found.contacts]
    assert (len(found.notes), found.corrected) == (1, ("added", "messages"))


def test_strands_and_followers_of_a_thread_that_nobody_touched() -> None:
    assert strands(TALK, {}) == [("", TALK)]
    assert followers(TALK, ["yes"]) == ("yes", "task")
    assert followers(TALK, []) == ()
    assert holds([]).home("a1") == "a1"


# --- added -----------------------------------------------------------------------------------


def test_an_application_without_mail_waits_since_the_day_it_was_made() -> None:
    found = one([], added(2, contact="ida@acme.example"))
    assert (found.id, found.company, found.role) == ("added1", "Acme", "Data Analyst")
    assert (found.state, found.last_out, found.last_in) == (State.WAITING, day(2), None)
    assert (found.case, found.chases, found.message_keys) == ("applied", 0, ())
    assert [(w.since, w.until) for w in found.waits] == [(day(2), None)]
    assert [c.email for c in found.contacts] == ["ida@acme.example"]
    assert found.corrected == ("added",)


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        (Stage.SCREENING, State.WAITING),
        (Stage.INTERVIEW, State.WAITING),
        (Stage.OFFER, State.OPEN),
        (Stage.NETWORKING, State.WAITING),
    ],
)
def test_it_is_at_the_stage_that_was_told(stage: Stage, state: State) -> None:
    found = one([], added(2, stage=stage, contact="ida@acme.example"))
    assert (found.stage, found.state) == (stage, state)
    networking = stage is Stage.NETWORKING
    assert (found.contacts[0].relation is Relation.NETWORKING) is networking


PAPERS = mail(5, "Ida Moor <ida@moor.example>", "Your papers", "We talked.", kind="acknowledgement")


@pytest.mark.parametrize(
    ("letter", "contact", "joins"),
    [
        (receipt(5), "", True),
        (receipt(5, "Cook"), "", False),
        (PAPERS, "ida@moor.example", True),
        (PAPERS, "", False),
    ],
    ids=["company and role", "another role", "the contact", "a stranger"],
)
def test_later_mail_joins_it_by_the_usual_gates(letter: Item, contact: str, joins: bool) -> None:
    found = tracked([letter], added(2, contact=contact))
    assert len(found) == (1 if joins else 2)
    held = next(a for a in found if a.id == "added1")
    assert bool(held.message_keys) is joins
    assert (held.company, held.role) == ("Acme", "Data Analyst")


# --- set -------------------------------------------------------------------------------------


def test_company_and_role_are_as_the_user_writes_them_and_later_mail_finds_them() -> None:
    (before,) = tracked(ASKED)
    said = about(before, Change.SET, 5, company="Acme & Sons", role="Head of Data")
    letter = mail(
        9,
        "Acme and Sons <no-reply@ats.example>",
        "Your application for Head of Data at Acme and Sons",
        "Thank you for applying for the Head of Data position at Acme and Sons.",
        kind="acknowledgement",
    )
    found = one([*ASKED, letter], said)
    assert (found.id, found.company, found.role) == (before.id, "Acme & Sons", "Head of Data")
    assert found.corrected == ("company", "role")
    again = one(ASKED, said, about(before, Change.SET, 6, company="Acme"))
    assert (again.company, again.role) == ("Acme", "Head of Data"), "the later word wins"


@pytest.mark.parametrize(
    ("letter", "stage"),
    [
        (None, Stage.SCREENING),
        (no(9, ANNA, text="Thank you for coming in for the interview. No."), Stage.SCREENING),
        (mine(9, text="Thank you for the interview yesterday."), Stage.SCREENING),
        (invite(9), Stage.INTERVIEW),
        (invite(4.5), Stage.SCREENING),
    ],
    ids=["nothing", "a no that looks back", "my own words", "a new invitation", "one of before"],
)  # fmt: skip
def test_a_stage_set_by_hand_rises_only_by_what_they_ask_later(
    letter: Item | None, stage: Stage
) -> None:
    (before,) = tracked(ASKED)
    assert before.stage is Stage.INTERVIEW
    items = [*ASKED, letter] if letter else ASKED
    found = one(items, about(before, Change.SET, 5, stage=Stage.SCREENING))
    assert found.stage is stage
    assert found.corrected == ("stage",)
    assert letter is not None or found.waits[-1].stage is stage


def test_an_offer_told_by_hand_is_the_users_move_until_they_write() -> None:
    (before,) = tracked(ASKED)
    said = about(before, Change.SET, 5, stage=Stage.OFFER)
    assert one(ASKED, said).state is State.OPEN
    assert one([*ASKED, mine(6)], said).state is State.WAITING


def test_networking_or_not_is_the_users_word() -> None:
    (before,) = tracked(ASKED)
    talk = one(ASKED, about(before, Change.SET, 5, stage=Stage.NETWORKING))
    assert (talk.stage, talk.case) == (Stage.NETWORKING, "networking")


# --- notes -----------------------------------------------------------------------------------


def test_a_note_changes_nothing_but_itself() -> None:
    (before,) = tracked(ASKED)
    after = one(ASKED, noted(before, 9, spoke=False))
    assert [(n.at, n.text, n.spoke) for n in after.notes] == [(day(9), "they called", False)]
    assert replace(after, notes=()) == before


def test_a_talk_answers_what_was_asked_and_begins_the_wait_anew() -> None:
    asked = [receipt(0), invite(3)]
    (before,) = tracked(asked)
    assert before.state is State.OPEN
    after = one(asked, noted(before, 9))
    assert (after.state, after.last_in, after.spoke) == (State.WAITING, day(9), day(9))
    assert (after.waits[-1].since, after.waits[-1].until) == (day(9), None)


def test_a_talk_ends_the_count_of_chases_and_their_promise() -> None:
    chased = [*ASKED, mine(12, text="May I ask where things stand?", thread="new")]
    (before,) = tracked(chased)
    assert before.chases == 1
    after = one(chased, noted(before, 13))
    assert after.chases == 0
    assert [w.answered for w in after.waits] == [True, True, False]
    third = mine(30, text="May I ask where things stand?", thread="third")
    assert one([*chased, third], noted(before, 13)).chases == 1


def test_a_talk_opens_nothing_that_is_closed() -> None:
    (before,) = tracked([*ASKED, no(8)])
    after = one([*ASKED, no(8)], noted(before, 9))
    assert (after.state, after.last_in) == (State.CLOSED, day(8))


def test_a_note_goes_with_the_application_that_its_own_became_part_of() -> None:
    cook, porter = tracked([COOK, PORTER])
    found = one([COOK, PORTER], noted(cook, 3), merged(porter, cook))
    assert [n.text for n in found.notes] == ["they called"]
    told = replace(noted(cook, 3), application="a-long-gone")
    first, second = tracked([COOK, PORTER], told)
    assert (len(first.notes), len(second.notes)) == (1, 0), "by the letters it was said of"


# --- whatever the order ----------------------------------------------------------------------

QUICK = settings(max_examples=40, deadline=None)
_SAYING: dict[str, Callable[[Sequence[Application], Sequence[Item], int], Correction | None]] = {
    "close": lambda a, i, n: closed(a[n % len(a)], 30, Outcome.SILENCE),
    "merge": lambda a, i, n: merged(a[n % len(a)], a[n % len(a) - 1]) if len(a) > 1 else None,
    "split": lambda a, i, n: _split(a[n % len(a)], i, n),
    "set": lambda a, i, n: about(a[n % len(a)], Change.SET, 30, company="Wren", role="Miller"),
    "note": lambda a, i, n: noted(a[n % len(a)], 30),
    "add": lambda a, i, n: replace(added(n % 40), application=f"added{n}"),
}


def _split(application: Application, items: Sequence[Item], n: int) -> Correction | None:
    keys = application.message_keys
    if len(keys) < 2:
        return None
    part = parted(application, items, keys[1 + n % (len(keys) - 1)])
    new = f"anew{n}-{application.id}"
    held = {new if id == "anew" else id: own for id, own in part.held.items()}
    return replace(part, application=new, held=held) if all(held.values()) else None


@st.composite
def searches(draw: st.DrawFn) -> tuple[list[Item], list[Correction]]:
    """A mailbox, and some corrections, each said of what the ones before had made of it."""
    told = draw(st.lists(st.sampled_from(STORIES), min_size=1, max_size=3, unique_by=id))
    items = [item for letters in told for item in letters]
    said: list[Correction] = []
    known: dict[str, str] = {}
    for n, change in enumerate(draw(st.lists(st.sampled_from(sorted(_SAYING)), max_size=4)), 1):
        found = tracked(items, *said, known=known)
        known = ids_of(found)
        if found and (more := _SAYING[change](found, items, draw(st.integers(0, 99)) * 5 + n)):
            said.append(more)
    return items, said


@QUICK
@given(searches(), st.randoms(use_true_random=False))
def test_the_order_of_the_mail_does_not_matter(search, random):
    items, said = search
    shuffled = list(items)
    random.shuffle(shuffled)
    found = tracked(items, *said)
    assert tracked(shuffled, *said) == found
    assert tracked(shuffled, *said, known=ids_of(found)) == found


@QUICK
@given(searches())
def test_every_letter_is_in_one_place_and_no_id_is_given_twice(search):
    items, said = search
    found = tracked(items, *said)
    keys = [key for a in found for key in a.message_keys]
    ids = [a.id for a in found]
    assert len(keys) == len(set(keys))
    assert len(ids) == len(set(ids))


@QUICK
@given(searches())
def test_without_its_last_word_and_with_the_ids_of_before_all_is_as_before(search):
    items, said = search
    known: dict[str, str] = {}
    for n in range(len(said)):
        before = tracked(items, *said[:n], known=known)
        tracked(items, *said[: n + 1], known=ids_of(before))
        assert tracked(items, *said[:n], known=ids_of(before)) == before
        known = ids_of(before)
