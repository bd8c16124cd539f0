"""Ties: what could belong to several applications is asked, not guessed.

What a tie does to plans and drafts is told in the stories ``tie-*.toml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.cli import ties
from mailsense.domain import (
    Address,
    Application,
    Change,
    Correction,
    Located,
    Outcome,
    PlanKind,
    short_id,
)
from mailsense.pipeline.decide import decide
from mailsense.ports import Item
from mailsense.reply import plan as planning
from mailsense.track.application import track
from tests.support.items import PLAYBOOK
from tests.support.stories import MINE, day, mail
from tests.support.wordmodel import judged, worded
from tests.support.world import World
from tests.test_applications import INVITE, MONA, letter
from tests.test_hazard import UTC_ZONE
from tests.test_track import ANNA, BOB

AGENT = "Nina Park <nina@northgate-recruitment.example>"


def invite(at: float, role: str, who: str = ANNA, firm: str = "Acme", **more: Any) -> Item:
    text = f"We would like to invite you to an interview for the {role} role at {firm}."
    more.setdefault("thread", f"t-{role}-{firm}-{at}")
    subject = f"Interview for {role} at {firm}"
    return mail(at, who, subject, text, kind="interview", key=f"{role}-{firm}-{at}", **more)


def word(at: float, who: str = ANNA, **more: Any) -> Item:
    text = "We will not be moving forward with your application."
    more = {"kind": "rejection", "key": "word", "thread": "t-word", **more}
    return mail(at, who, "Your application", text, **more)


def tracked(items: Sequence[Item], *said: Correction) -> tuple[Application, ...]:
    numbered = [replace(one, number=n) for n, one in enumerate(said, 1)]
    return track(items, me=MINE, known={}, corrections=numbered)


def could_be(applications: Sequence[Application]) -> dict[str, list[str]]:
    """Return the first letter of each tie → the first letters of those that it could be."""
    first = {a.id: a.message_keys[0] for a in applications}
    return {first[a.id]: [first[id] for id in a.could_be] for a in applications if a.could_be}


COOK, PORTER = invite(0, "Cook"), invite(1, "Porter")
APART = {"word": ["Cook-Acme-0", "Porter-Acme-1"]}


# --- what is a tie, and what is none -------------------------------------------------------------

TIES: list[tuple[str, list[Item], dict[str, list[str]]]] = [
    ("one recruiter, two roles, a word that names none", [COOK, PORTER, word(7)], APART),
    ("a word before both", [word(-7), COOK, PORTER], APART),
    ("a colleague of two roles", [COOK, PORTER, word(7, BOB)], APART),
    (
        "the user's own letter out of the blue",
        [
            COOK, PORTER,
            mail(8, "me", "My application", "Is there any news of my application?", to=ANNA,
                 attached="cv.pdf", key="word", thread="t"),
        ],
        APART,
    ),
    (
        "the same role with two clients of one agent",
        [
            invite(0, "Planner", AGENT, "Aldermoor"), invite(1, "Planner", AGENT, "Brightwell"),
            mail(7, AGENT, "The Planner role", "They would like to meet you for the Planner role.",
                 kind="interview", key="word", thread="t"),
        ],
        {"word": ["Planner-Aldermoor-0", "Planner-Brightwell-1"]},
    ),
    (
        "three roles",
        [COOK, PORTER, invite(2, "Driver"), word(7)],
        {"word": [*APART["word"], "Driver-Acme-2"]},
    ),
    ("one role", [COOK, word(7)], {}),
    ("two letters about one role", [COOK, invite(1, "Cook"), word(7)], {}),
    ("in the thread of one", [COOK, PORTER, word(7, thread=COOK.located.thread)], {}),
    ("another firm", [COOK, PORTER, word(7, "Jo Marsh <jo@brightwell.example>")], {}),
    ("one of the two lies long ago", [invite(-200, "Cook"), PORTER, word(7)], {}),
    ("both lie long ago", [invite(-300, "Cook"), invite(-290, "Porter"), word(7)], {}),
    ("one of the two lies long ago, another person", [
        invite(-200, "Cook"), PORTER, word(7, BOB)], {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "items", "found"), TIES, ids=[name for name, *_ in TIES])
def test_a_tie_is_what_several_would_do_equally_well_for(name, items, found):
    assert could_be(tracked(items)) == found
    assert could_be(tracked(items[::-1])) == found


@settings(max_examples=60, deadline=None)
@given(st.permutations([COOK, PORTER, invite(2, "Driver"), word(7), word(9, BOB, key="w2")]))
def test_whatever_the_order_the_question_is_the_same_and_never_about_itself(items):
    found = tracked(items)
    assert found == tracked(sorted(items, key=lambda i: i.key))
    ids = {a.id for a in found}
    assert all(set(a.could_be) <= ids - {a.id} and len(a.could_be) != 1 for a in found)


# --- what the user said --------------------------------------------------------------------------


def kept(applications: Sequence[Application], at: float = 10) -> Correction:
    (one,) = (a for a in applications if a.could_be)
    own = {a.id: a.message_keys for a in applications}
    held = {id: own[id] for id in (one.id, *one.could_be)}
    return Correction(Change.KEEP, day(at), one.id, messages=one.message_keys, held=held)


def together(applications: Sequence[Application]) -> dict[str, list[str]]:
    return {a.message_keys[0]: list(a.message_keys) for a in applications}


TWO_AND_A_WORD = [COOK, PORTER, word(7)]


def test_what_is_kept_apart_stays_so_whatever_comes_later():
    said = kept(tracked(TWO_AND_A_WORD))
    later = [
        invite(20, "Driver"),
        mail(21, ANNA, "Hello", "We received your letter.", kind="acknowledgement", key="hello",
             thread="t-hello"),
        word(22, key="word2"),
    ]  # fmt: skip
    found = tracked([*TWO_AND_A_WORD, *later], said)
    assert together(found)["word"] == ["word", "word2"], "only its own thread goes with it"
    assert could_be(found).keys() == {"hello"}
    assert "word" not in could_be(found)["hello"]


def test_what_is_kept_apart_is_joined_by_what_names_the_role_that_it_names_itself():
    said = kept(tracked(TWO_AND_A_WORD))
    named = mail(
        12, ANNA, "Re: Your application", "This was about the Driver role at Acme.",
        kind="rejection", key="word2", thread="t-word",
    )  # fmt: skip
    found = tracked([*TWO_AND_A_WORD, named, invite(20, "Driver")], said)
    assert together(found)["word"] == ["word", "word2", "Driver-Acme-20"]


def test_what_was_kept_apart_and_then_merged_is_kept_apart_no_more():
    first = tracked(TWO_AND_A_WORD)
    said = kept(first)
    cook = next(a for a in first if a.role == "Cook")
    keys = (*cook.message_keys, "word")
    into = {"application": cook.id, "messages": keys, "held": {cook.id: keys}}
    one = Correction(Change.MERGE, day(11), merged=(said.application,), **into)
    found = tracked([*TWO_AND_A_WORD, invite(20, "Cook", BOB)], said, one)
    assert together(found)["Cook-Acme-0"] == ["Cook-Acme-0", "word", "Cook-Acme-20"]
    assert could_be(found) == {}


def test_what_the_user_closed_is_asked_no_more():
    (tied,) = (a for a in tracked(TWO_AND_A_WORD) if a.could_be)
    closing = Correction(
        Change.CLOSE, day(10), tied.id, messages=tied.message_keys, outcome=Outcome.NONE
    )
    assert could_be(tracked(TWO_AND_A_WORD, closing)) == {}


# --- the plan ------------------------------------------------------------------------------------


def planned(application: Application, items: Sequence[Item]) -> list[Any]:
    own = [i for i in items if i.key in application.message_keys]
    return planning.plan(
        application, own, (), PLAYBOOK, me=MINE, ask="both", now=day(9), zone=UTC_ZONE
    )


def test_nothing_is_drafted_before_the_user_has_said_and_the_reason_says_how():
    (tied,) = (a for a in tracked(TWO_AND_A_WORD) if a.could_be)
    (plan,) = planned(tied, TWO_AND_A_WORD)
    assert (plan.kind, plan.addressee, plan.answers) == (PlanKind.NONE, None, "word")
    assert plan.why == (
        f"it could belong to {tied.could_be[0]} or {tied.could_be[1]}: say which with "
        f"`mailsense applications assign {short_id('word')} INTO`, or keep it apart with "
        f"`mailsense applications keep {tied.id}`"
    )
    (answer,) = planned(replace(tied, could_be=()), TWO_AND_A_WORD)
    assert answer.kind is PlanKind.ANSWER_REJECTION


def test_of_several_threads_the_way_out_is_to_merge_and_few_of_many_are_named():
    (tied,) = (a for a in tracked(TWO_AND_A_WORD) if a.could_be)
    many = replace(tied, threads=("t1", "t2"), could_be=("a1", "a2", "a3", "a4", "a5"))
    (plan,) = planned(many, TWO_AND_A_WORD)
    assert "it could belong to a1 or a2 or a3 or 2 more: " in plan.why
    assert f"`mailsense applications merge INTO {tied.id}`" in plan.why


# --- on screen -----------------------------------------------------------------------------------

LEE = Address("Anna Lee", "anna.lee@acmeworks.example")


def received(role: str, days: float) -> Any:
    text = (
        f"Dear Robin,\n\nI received your application for the {role} role at Acmeworks.\n\n"
        "Best regards\nAnna Lee"
    )
    return letter(role.lower(), LEE, f"Your application for {role}", text, days)


LETTERS = (
    received("Cook", 9),
    received("Porter", 8),
    replace(INVITE, from_=MONA, subject="Interview for School Librarian", text=(
        "Dear Robin,\n\nYou are invited to an interview for the School Librarian role at "
        "Lindenschool.\n\nBest regards\nMona Vest")),
    letter(
        "word", LEE, "Your application",
        "Dear Robin,\n\nWe regret that we will not be moving forward, unfortunately. Thank you for "
        "the interview.\n\nBest regards\nAnna Lee\n\x1b[31m", 2,
    ),
)  # fmt: skip
WORD = short_id("word@letters.example")


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two roles with one recruiter, her no that names neither, and a draft to somebody else."""
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    for uid, one in enumerate(LETTERS, 1):
        located = Located(one, "main", "INBOX", uid, False, False, f"t{uid}", one.date)
        store.add_messages([located], {one.key: judged(one)})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def ids(robin: World) -> tuple[str, str, str]:
    """Return the ids of the cook's, the porter's and the tied application."""
    known = {a["role"]: a["id"] for a in robin.json("applications", "list")}
    return known["Cook"], known["Porter"], known[""]


def drafts_to(robin: World) -> list[str]:
    states = ("waiting", "resting")
    return [d["plan"] for d in robin.json("drafts") if d["state"] in states]


def test_the_list_marks_a_tie_and_can_show_nothing_else(robin: World) -> None:
    cook, porter, tied = ids(robin)
    listed = robin.run("applications", "list").out
    assert f"could belong to one of 2 others: `mailsense applications show {tied}`" in listed
    assert listed.count("could belong to") == 1
    only = robin.run("applications", "list", "--ties").out
    assert tied in only.split("\n")[0] and "Cook" not in only
    (one,) = robin.json("applications", "list", "--ties")
    assert (one["id"], one["could_be"]) == (tied, [cook, porter])


def test_without_a_tie_the_list_of_ties_says_so(robin: World) -> None:
    _, _, tied = ids(robin)
    robin.run("applications", "keep", tied)
    assert robin.run("applications", "list", "--ties").out == (
        "each conversation has its application: there is nothing to ask\n"
    )


def test_show_tells_the_choices_by_company_and_role_and_what_to_type(robin: World) -> None:
    cook, porter, tied = ids(robin)
    shown = robin.run("applications", "show", tied).out
    assert f"It could belong to:\n  {cook}  Cook at Acmeworks (applied, waiting)" in shown
    assert f"\n  {porter}  Porter at Acmeworks (applied, waiting)" in shown
    assert f"assign {WORD} INTO" in shown.replace("\n", " ")
    assert robin.json("applications", "show", tied)["could_be"] == [cook, porter]
    assert "It could belong to" not in robin.run("applications", "show", cook).out


def test_keeping_apart_drafts_the_answer_and_undo_brings_the_question_back(robin: World) -> None:
    cook, porter, tied = ids(robin)
    before = drafts_to(robin)
    done = robin.run("applications", "keep", tied)
    assert done.out.startswith(f"{tied} kept apart\n")
    assert "1 draft followed from it" in done.out
    assert "answer-rejection" in drafts_to(robin)
    assert robin.json("applications", "show", tied)["could_be"] == []
    robin.run("applications", "undo")
    assert robin.json("applications", "show", tied)["could_be"] == [cook, porter]
    assert drafts_to(robin) == before


def test_what_is_no_tie_cannot_be_kept_apart(robin: World) -> None:
    cook, *_ = ids(robin)
    done = robin.run("applications", "keep", cook)
    assert done.code == 1
    assert f"{cook} is an application of its own already" in done.err


def test_assigning_answers_the_question(robin: World) -> None:
    cook, _, _ = ids(robin)
    assert robin.run("applications", "assign", WORD, cook).code == 0
    assert robin.json("applications", "list", "--ties") == []
    assert robin.json("applications", "show", cook)["outcome"] == "rejection"


# --- at the end of a review ----------------------------------------------------------------------

TOLD = "1 message could belong to two applications: `mailsense applications list --ties`\n"


@pytest.fixture
def at_a_terminal(robin: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same, with a human at both ends, and no drafts to look at."""
    monkeypatch.setattr(ties, "interactive", lambda: True)
    for one in robin.json("drafts"):
        robin.run("drafts", "discard", one["id"])
    return robin


def test_review_tells_at_its_end_and_asks_nobody_who_is_not_there(robin: World) -> None:
    done = robin.run("review", input="s\ns\n")
    assert done.code == 0
    assert done.out.endswith(TOLD)
    assert len(robin.json("applications", "list", "--ties")) == 1


def test_on_a_terminal_it_is_shown_and_asked_at_once(at_a_terminal: World) -> None:
    cook, porter, tied = ids(at_a_terminal)
    done = at_a_terminal.run("review", input="9\nwhat\n2\n")
    assert TOLD in done.out
    assert f"  1  {cook}  Cook at Acmeworks (applied, waiting)" in done.out
    assert f"  2  {porter}  Porter at Acmeworks (applied, waiting)" in done.out
    assert "We regret that we will not be moving forward" in done.out
    assert "\x1b[31m" not in done.out
    assert done.out.count("which? [1-2, k, s, q]") == 3
    assert f"{tied} merged into {porter}" in done.out
    assert "1 draft followed from it" in done.out
    assert at_a_terminal.json("applications", "show", porter)["outcome"] == "rejection"
    assert at_a_terminal.json("applications", "list", "--ties") == []


def test_k_keeps_it_apart_and_tells_how_to_take_it_back(at_a_terminal: World) -> None:
    _, _, tied = ids(at_a_terminal)
    done = at_a_terminal.run("review", input="k\n")
    assert f"  {tied} kept apart\n" in done.out
    assert "`mailsense applications undo 1` takes it back" in done.out
    assert at_a_terminal.json("applications", "list", "--ties") == []


@pytest.mark.parametrize("answer", ["s\n", "\n", "q\n", ""], ids=["s", "return", "q", "the end"])
def test_what_is_skipped_stays_for_another_time(at_a_terminal: World, answer: str) -> None:
    assert at_a_terminal.run("review", input=answer).code == 0
    assert len(at_a_terminal.json("applications", "list", "--ties")) == 1


def test_who_quits_the_review_or_names_drafts_is_not_asked(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ties, "interactive", lambda: True)
    quit_ = robin.run("review", input="q\nk\n")
    assert TOLD in quit_.out and "which?" not in quit_.out
    first = robin.json("drafts")[0]["id"]
    named = robin.run("review", first, input="s\nk\n")
    assert "could belong to" not in named.out
    assert len(robin.json("applications", "list", "--ties")) == 1
