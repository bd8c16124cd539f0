"""What the user's own waits change in the table "when to write", and what they never change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters.store import SqliteStore
from mailsense.config import Me, Settings
from mailsense.domain import Application, Ladder, PlanKind, Stage, State, Wait
from mailsense.pipeline.decide import Writing
from mailsense.pipeline.patience import Patience
from mailsense.track import hazard, patience
from mailsense.track.hazard import Hazards, Waited
from tests.support.items import PLAYBOOK, PRIOR, TEMPLATES, draft
from tests.support.stories import day
from tests.support.world import World

LADDERS = PLAYBOOK.ladders
STAGE = Stage.APPLIED


def waits(*answered: int, silent: tuple[int, ...] = (), employer: str = "") -> list[Waited]:
    """Return waits at one stage: answered after so many working days, or silent for so many."""
    return [
        *(Waited(STAGE, days, True, employer) for days in answered),
        *(Waited(STAGE, days, False, employer, "a0") for days in silent),
    ]


def as_assumed(least: int = 20) -> list[Waited]:
    """Return waits that are just as the table assumes, with at least so many answers."""
    row, found = PRIOR.stages[STAGE], []
    scale = 100 * (1 + least // (100 * sum(row.answered)))
    for share, end in zip(row.answered, PRIOR.days, strict=True):
        found += waits(*[end] * round(scale * share))
    silent = round(scale * (1 - sum(row.answered)))
    return [*found, *waits(silent=(60,) * silent)]


def row(*known: Waited, case: str = "applied", company: str = "", **more) -> Ladder:
    application = Application("a1", company, stage=STAGE, case=case)
    more.setdefault("written", False)
    return patience.ladder(application, LADDERS[case], Hazards(PRIOR, known), **more)


# --- the table ----------------------------------------------------------------------------


@pytest.mark.parametrize("known", [[], waits(*[14] * 19), waits(silent=(60,) * 90)], ids=len)
@pytest.mark.parametrize("case", list(LADDERS))
def test_without_twenty_answers_of_ones_own_the_table_holds(case, known):
    assert row(*known, case=case) is LADDERS[case]


def test_answers_at_another_stage_move_nothing():
    known = [replace(one, stage=Stage.OFFER) for one in waits(*[14] * 90)]
    assert row(*known) is LADDERS["applied"]


def test_waits_as_they_are_assumed_move_nothing():
    assert len([w for w in as_assumed() if w.answered]) >= 20
    for case in LADDERS:
        assert row(*as_assumed(), case=case) == LADDERS[case]


@pytest.mark.parametrize("stage", list(Stage))
def test_what_is_assumed_lets_go_on_the_tables_day_by_itself(stage):
    before = Hazards(PRIOR, []).before(stage)
    at = {"horizon": PRIOR.horizon, "bound": PRIOR.small_chance}
    assert hazard.small_from(before, PRIOR.days, **at) == 30
    assert {r.quiet for r in LADDERS.values()} == {None, 30}
    assert {r.let_go for r in LADDERS.values()} == {30}


# --- what moves ---------------------------------------------------------------------------


def test_where_answers_take_longer_the_first_word_waits_longer():
    found = row(*waits(*[14] * 30))  # half of the answers by day 11.7, not by day 10
    assert (found.tag_after, found.floors) == (12, (12,))
    assert row(*waits(*[14] * 30), case="applied-unknown").tag_after == 18


def test_where_answers_come_soon_the_first_word_is_no_earlier():
    found = row(*waits(*[2] * 60))
    assert (found.tag_after, found.floors) == (10, (10,))


def test_the_first_word_waits_twice_as_long_at_most():
    found = row(*waits(*[40] * 200))
    assert (found.tag_after, found.floors, found.quiet) == (20, (20,), 45)


def test_gaps_do_not_shrink_when_the_first_floor_grows():
    assert row(*waits(*[25] * 90), case="interview-recruiter").floors == (12, 12)
    assert row(*waits(*[25] * 90), case="interview-recruiter").closing >= 12


def test_where_answers_come_soon_or_never_it_is_let_go_earlier():
    known = waits(*[2] * 30, silent=(60,) * 60)
    assert row(*known).quiet == 15
    assert row(*known, case="networking").let_go == 15
    assert row(*known, case="applied-unknown").quiet == 20, "a week to write after the tag"
    assert row(*known, case="interview-recruiter").closing == 8, "no smaller gap than the last"


def test_where_answers_come_late_it_is_let_go_later():
    found = row(*waits(*[40] * 30))
    assert 30 < found.quiet <= 60
    assert found.let_go == found.quiet


def test_one_employer_may_be_slower_than_the_rest():
    rest = waits(*[8] * 40)
    theirs = waits(*[19] * 10, employer="acme")
    assert row(*rest, *theirs, company="Elm").floors == (10,)
    assert row(*rest, *theirs, company="Acme Ltd").floors == (16,)


def test_an_employers_silence_alone_moves_nothing_for_lack_of_answers():
    assert row(*waits(silent=(60,) * 9, employer="acme"), company="Acme") is LADDERS["applied"]


def test_the_longer_one_waits_oneself_the_floor_does_not_recede():
    rest = waits(*[8] * 40)
    own = [Waited(STAGE, days, False, "acme", "a1") for days in (3, 9, 14)]
    assert {row(*rest, one, company="Acme").floors for one in own} == {(10,)}


def test_a_word_that_was_written_is_not_taken_back():
    known = waits(*[14] * 30, silent=(60,) * 60)
    found = row(*known, written=True)
    assert (found.tag_after, found.floors) == (10, (10,))
    assert found.quiet == row(*known).quiet


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(1, 80), min_size=20, max_size=60),
    st.lists(st.integers(0, 80), max_size=40),
    st.lists(st.tuples(st.integers(1, 80), st.booleans()), max_size=10),
    st.sampled_from(sorted(LADDERS)),
)
def test_nothing_moves_out_of_its_bounds(answered, silent, theirs, case):
    known = waits(*answered, silent=tuple(silent))
    known += [Waited(STAGE, days, came, "acme") for days, came in theirs]
    table, found = LADDERS[case], row(*known, case=case, company="Acme")
    assert table.tag_after <= found.tag_after <= 2 * table.tag_after
    if table.floors:
        assert table.floors[0] <= found.floors[0] <= 2 * table.floors[0]
        assert list(found.floors) == sorted(found.floors)
        assert found.tag_after == found.floors[0]
    for was, now in ((table.quiet, found.quiet), (table.let_go, found.let_go)):
        if was is not None:
            assert was / 2 <= now <= 2 * was
            assert now >= max(found.tag_after, *found.floors, 0) + 5
    if table.closing is not None:
        assert max(table.closing / 2, *found.floors) <= found.closing <= 2 * table.closing
    assert found.most == table.most


# --- what is told -------------------------------------------------------------------------

RUNNING = Wait(STAGE, day(0))
WAITING = Application("a1", "Acme", "Keeper", state=State.WAITING, waits=(RUNNING,))
ZONE = ZoneInfo("UTC")


def told(*known: Waited, n: int = 14, of: Application = WAITING) -> Application:
    hazards = Hazards(PRIOR, known)
    return patience.told(of, hazards, today=day(n).date(), zone=ZONE, holidays=())


def test_no_chance_before_twenty_answers_and_one_from_then_on():
    few = waits(*[8] * 19, silent=(60,) * 30)
    assert told(*few) is WAITING
    found = told(*few, *waits(9))
    own = Hazards(PRIOR, [*few, *waits(9)]).hazard(STAGE)
    chance = hazard.chance_of_answer(own, PRIOR.days, 10, 15)
    assert found.answer_chance == round(chance, 2)
    assert 0 < found.answer_chance < 1


def test_what_the_waits_tell_are_facts():
    known = waits(*[8] * 21, 12, 14, 99, silent=(9, 10, 60, 60))
    assert told(*known).answer_note == (
        "of your 27 waits like this one, 21 were answered within 10 working days, 3 later, "
        "3 not so far"
    )
    assert told(*waits(1, *[8] * 20), n=1).answer_note == (
        "of your 21 waits like this one, 1 was answered within 1 working day, 20 later, "
        "none not so far"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(WAITING, state=State.OPEN),
        replace(WAITING, state=State.CLOSED),
        replace(WAITING, waits=()),
        replace(WAITING, waits=(replace(RUNNING, until=day(3)),)),
        replace(WAITING, waits=(replace(RUNNING, stage=Stage.OFFER),)),
        replace(WAITING, waits=(replace(RUNNING, since=day(20)),)),
        replace(WAITING, agreed=day(20).date()),
    ],
    ids=["open", "closed", "no wait", "over", "other stage", "before the meeting", "agreed"],
)
def test_nothing_is_told_of_what_is_not_waited_for(other):
    assert told(*waits(*[8] * 30), of=other) is other


def test_on_the_first_day_there_is_a_chance_but_nothing_to_compare_with():
    found = told(*waits(*[8] * 30), n=0)
    assert found.answer_chance is not None
    assert found.answer_note == ""


# --- one round of planning ----------------------------------------------------------------

SLOW = [
    Application(f"b{n}", f"Firm {n}", waits=(Wait(STAGE, day(-28), day(-10), answered=True),))
    for n in range(30)
]


@pytest.mark.parametrize(
    ("drafts", "chases", "floors"),
    [
        ([], 0, (12,)),
        ([draft(about="a1", plan=PlanKind.STATUS_CHECK)], 0, (10,)),
        ([draft(about="a1", plan=PlanKind.ANSWER_REJECTION)], 0, (12,)),
        ([draft(about="b1", plan=PlanKind.STATUS_CHECK)], 0, (12,)),
        ([], 1, (10,)),
    ],
)
def test_the_playbook_of_an_application_keeps_what_was_written(drafts, chases, floors):
    mine = replace(WAITING, case="applied", chases=chases)
    writing = Writing(Settings(Me("Robin"), ()), PLAYBOOK, TEMPLATES, day(14), str, PRIOR)
    found = Patience([*SLOW, mine], drafts, writing, lambda country: ())
    assert found.playbook(mine).ladders["applied"].floors == floors
    assert found.playbook(mine).ladders["screening"] == LADDERS["screening"]
    assert found.playbook(replace(mine, case="")) is PLAYBOOK
    assert found.told(mine).answer_note.startswith("of your 31 waits like this one, none were")


# --- the commands -------------------------------------------------------------------------


@pytest.fixture
def robin(tmp_path: Path) -> World:
    now = day(14)
    world = World(tmp_path / "home", now)
    world.configure({"main": 'email = "robin@home.example"\nimap = { host = "imap.example.org" }'})
    known = told(*waits(*[8] * 30, silent=(20,) * 30))
    with world.app().store(write=True) as store:
        assert isinstance(store, SqliteStore)
        store.save_applications(
            [
                replace(known, last_in=now - timedelta(days=14)),
                replace(WAITING, id="a2", last_in=now - timedelta(days=15)),
            ]
        )
    return world


def test_applications_tell_the_chance_to_programs_and_the_facts_to_people(robin):
    listed = robin.json("applications", "list")
    assert [one["answer_chance"] for one in listed] == [
        0.09,
        None,
    ]  # 1 - 44.4/45.8 * 43.4/44.4 * (12.4/13.4)^½
    said = robin.ok("applications", "list").out
    assert " ".join(said.split()).count("of your 60 waits like this one, 30 were answered") == 1
    assert "%" not in said
    assert "0.09" not in said
