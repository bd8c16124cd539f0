"""Waiting times: what counts as a wait, and how waits become the chance of an answer."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Application, Event, Stage, Wait
from mailsense.errors import TemplateError
from mailsense.track import hazard, prior
from mailsense.track.hazard import Hazards, Waited, chance_of_answer
from tests.support.items import PRIOR, SHIPPED
from tests.support.stories import Story, day, mail, story
from tests.test_track import ANNA, ROBOT, invite, mine, no, receipt

ENDS = (2, 5, 10)
FILE = SHIPPED / "playbook.toml"
UTC_ZONE = ZoneInfo("UTC")


def w(days: int, answered: bool = True, **more) -> Waited:
    return Waited(Stage.APPLIED, days, answered, **more)


def posterior(*waits: Waited) -> tuple[hazard.Beta, ...]:
    return hazard.updated(hazard.assumed((0.1, 0.2, 0.1), 10), ENDS, waits)


# --- the arithmetic, by hand --------------------------------------------------------------


def test_what_is_assumed_counts_as_waits_that_were_seen():
    assert posterior() == tuple(pytest.approx(pair) for pair in [(1, 9), (2, 7), (1, 6)])


@pytest.mark.parametrize(
    ("waits", "found"),
    [
        ([w(1)], [(2, 9), (2, 7), (1, 6)]),
        ([w(2)], [(2, 9), (2, 7), (1, 6)]),
        ([w(3)], [(1, 10), (3, 7), (1, 6)]),
        ([w(10)], [(1, 10), (2, 8), (2, 6)]),
        ([w(11)], [(1, 10), (2, 8), (1, 7)]),  # after the last bin: it was unanswered in all
        ([w(0, False)], [(1, 9), (2, 7), (1, 6)]),  # of today: nothing is known yet
        ([w(1, False)], [(1, 9.5), (2, 7), (1, 6)]),  # half of the first bin's two days
        ([w(2, False)], [(1, 10), (2, 7), (1, 6)]),
        ([w(7, False)], [(1, 10), (2, 8), (1, 6.4)]),  # two of the last bin's five days
        ([w(99, False)], [(1, 10), (2, 8), (1, 7)]),
        ([w(1), w(4), w(7, False), w(2, False)], [(2, 12), (3, 8), (1, 6.4)]),
    ],
)
def test_the_posterior_adds_the_users_own_waits(waits, found):
    assert posterior(*waits) == tuple(pytest.approx(pair) for pair in found)


def test_hazards_are_the_posteriors_means():
    found = hazard.hazards(posterior(w(1), w(4), w(7, False), w(2, False)))
    assert found == pytest.approx((2 / 14, 3 / 11, 1 / 7.4))
    assert hazard.hazards([(0, 0)]) == (0,)


@pytest.mark.parametrize(
    ("waited", "horizon", "chance"),
    [
        (0, 10, 1 - 12 / 14 * 8 / 11 * 6.4 / 7.4),
        (2, 3, 3 / 11),
        (3, 2, 1 - (8 / 11) ** (2 / 3)),
        (4, 3, 1 - (8 / 11) ** (1 / 3) * (6.4 / 7.4) ** (2 / 5)),
        (9, 50, 1 - (6.4 / 7.4) ** (1 / 5)),
        (10, 50, 0),
        (500, 15, 0),
        (3, 0, 0),
    ],
)
def test_the_chance_is_one_minus_the_product(waited, horizon, chance):
    found = hazard.hazards(posterior(w(1), w(4), w(7, False), w(2, False)))
    assert chance_of_answer(found, ENDS, waited, horizon) == pytest.approx(chance)


def test_with_one_bin_a_day_and_nothing_assumed_it_is_kaplan_meier():
    waits = [w(1), w(3), w(2, False), w(3, False)]
    found = hazard.hazards(hazard.updated([(0, 0)] * 3, (1, 2, 3), waits))
    assert found == pytest.approx((1 / 4, 0, 1 / 2))
    assert 1 - chance_of_answer(found, (1, 2, 3), 0, 3) == pytest.approx(3 / 4 * 1 / 2)


@pytest.mark.parametrize(
    ("hazards", "day"),
    [
        ((0.5, 0.0, 0.0), 0.8301),  # 3/4 are left where half of the answers are in
        ((0.0, 0.0, 0.5), 7.0752),
        ((0.2, 0.0, 0.25), 2.0),  # .2 in the first bin, .2 in the last
        ((0.0, 0.0, 0.0), 0.0),
    ],
)
def test_the_median_is_the_day_by_which_half_of_all_answers_came(hazards, day):
    assert hazard.median(hazards, ENDS) == pytest.approx(day, abs=1e-4)


@pytest.mark.parametrize(
    ("hazards", "day"),
    [
        ((0.9, 0.5, 0.01), 5),  # one day of the second bin on the way is enough until then
        ((0.9, 0.0, 0.0), 2),
        ((0.01, 0.01, 0.6), 10),  # small at first, not yet for good
        ((0.01, 0.01, 0.01), 0),
    ],
)
def test_the_chance_is_small_once_it_stays_small(hazards, day):
    assert hazard.small_from(hazards, ENDS, horizon=3, bound=0.1) == day


def test_an_employers_waits_are_drawn_to_the_users_own():
    stages = {Stage.APPLIED: prior.Assumed(8, (0.25, 0.25))}
    small = replace(PRIOR, days=(2, 4), employer_weight=4, stages=stages)
    known = Hazards(small, [w(1), w(1), w(4, False), w(3, employer="acme")])
    # all four: 2 + 2 of 8 + 4 in the first bin, 2 + 1 of 6 + 2 in the second
    assert known.hazard(Stage.APPLIED) == pytest.approx((4 / 12, 3 / 8))
    assert known.hazard(Stage.APPLIED, "unheard of") == known.hazard(Stage.APPLIED)
    # as if 4 such waits had been Acme's: 4/3 and 2.667, then 1 and 1.667; and the one answered
    first, second = (4 / 3) / 5, (1 + 1) / (8 / 3 + 1)
    assert known.hazard(Stage.APPLIED, "acme") == pytest.approx((first, second))


def test_a_wait_that_lasts_does_not_make_its_own_employer_look_slow():
    elsewhere = [w(1)] * 5
    running = w(30, False, employer="acme", of="a1")
    known = Hazards(PRIOR, [*elsewhere, running])
    own = known.hazard(Stage.APPLIED)
    assert known.hazard(Stage.APPLIED, "acme", "a1") == own
    assert known.hazard(Stage.APPLIED, "acme", "a2")[0] < own[0]


def test_answers_are_counted_by_stage():
    known = Hazards(PRIOR, [w(1), w(2), w(9, False), Waited(Stage.OFFER, 1, True)])
    assert [known.answers(stage) for stage in (Stage.APPLIED, Stage.OFFER, Stage.INTERVIEW)] == [
        2,
        1,
        0,
    ]
    assert len(known.at(Stage.APPLIED)) == 3


# --- what always holds --------------------------------------------------------------------

DAYS = st.integers(0, 80)
WAITS = st.lists(st.builds(w, DAYS, st.booleans()), max_size=30)
HAZARDS = st.lists(st.floats(0, 1), min_size=8, max_size=8).map(tuple)
BINS = PRIOR.days
MANY = settings(max_examples=100, deadline=None)


def chance(waits, waited, horizon):
    row = PRIOR.stages[Stage.APPLIED]
    betas = hazard.updated(hazard.assumed(row.answered, row.weight), BINS, waits)
    return chance_of_answer(hazard.hazards(betas), BINS, waited, horizon)


@MANY
@given(HAZARDS, DAYS, DAYS, DAYS)
def test_a_chance_is_a_chance_and_grows_with_the_days_ahead(hazards, waited, horizon, more):
    first = chance_of_answer(hazards, BINS, waited, horizon)
    assert 0 <= first <= chance_of_answer(hazards, BINS, waited, horizon + more) <= 1


@MANY
@given(HAZARDS, st.lists(st.floats(0, 1), min_size=8, max_size=8), DAYS, DAYS)
def test_a_chance_falls_as_hazards_fall(hazards, factors, waited, horizon):
    lower = tuple(h * f for h, f in zip(hazards, factors, strict=True))
    found = chance_of_answer(lower, BINS, waited, horizon)
    assert found <= chance_of_answer(hazards, BINS, waited, horizon) + 1e-12


@MANY
@given(WAITS, st.integers(1, 60), DAYS, DAYS)
def test_an_answer_instead_of_silence_never_lowers_a_chance(waits, days, waited, horizon):
    silent = chance([*waits, w(days, False)], waited, horizon)
    assert chance([*waits, w(days)], waited, horizon) >= silent - 1e-12


@MANY
@given(WAITS, st.integers(1, 60), st.integers(0, 59), st.sampled_from(BINS))
def test_one_more_answer_never_lowers_the_chance_of_the_days_it_came_in(waits, days, waited, end):
    if waited < days <= end:
        before = chance(waits, waited, end - waited)
        assert chance([*waits, w(days)], waited, end - waited) >= before - 1e-12


@MANY
@given(WAITS, st.integers(0, 60))
def test_one_more_silence_never_raises_a_hazard_and_says_nothing_of_later_days(waits, days):
    row = PRIOR.stages[Stage.APPLIED]
    base = hazard.assumed(row.answered, row.weight)
    before = hazard.hazards(hazard.updated(base, BINS, waits))
    after = hazard.hazards(hazard.updated(base, BINS, [*waits, w(days, False)]))
    for was, now, begins in zip(before, after, (0, *BINS), strict=False):
        assert now == was if begins >= days else now < was


@MANY
@given(WAITS, st.randoms(use_true_random=False))
def test_the_order_of_the_waits_does_not_matter(waits, chaos: random.Random):
    mixed = list(waits)
    chaos.shuffle(mixed)
    assert Hazards(PRIOR, mixed).hazard(Stage.APPLIED) == Hazards(PRIOR, waits).hazard(
        Stage.APPLIED
    )


# --- what a wait is -----------------------------------------------------------------------


def waits_of(told: Story) -> list[tuple[str, float, float | None, bool]]:
    """Return stage, first and last day, and whether it was answered."""

    def n(at: datetime | None) -> float | None:
        return None if at is None else (at - day(0)).total_seconds() / 86400

    return [(x.stage.value, n(x.since), n(x.until), x.answered) for x in told.one().waits]


def meeting(n: float, method: str = "REQUEST") -> Event:
    return Event(method, "Interview", day(n), day(n), ANNA, "")


OFFICE = mail(5, ANNA, "Automatic reply: Interview for Data Analyst", "I am away.", auto_reply=True)
CHASE = mine(14, text="May I ask how things stand?")
STORIES = [
    ("a receipt begins it", [receipt(0)], [("applied", 0, None, False)]),
    ("a no is an answer", [receipt(0), no(9)], [("applied", 0, 9, True)]),
    ("while the user owes the answer there is none", [invite(3)], []),
    (
        "an invitation is an answer, and the user's yes begins the next",
        [receipt(0), invite(3), mine(4)],
        [("applied", 0, 3, True), ("interview", 4, None, False)],
    ),
    (
        "a chase does not begin it anew",
        [invite(3), mine(4), CHASE, no(20, ANNA)],
        [("interview", 4, 20, True)],
    ),
    (
        "an absence note answers nothing",
        [invite(3), mine(4), OFFICE],
        [("interview", 4, None, False)],
    ),
    (
        "a robot's receipt answers nothing",
        [
            mail(0, "me", "Application for Data Analyst", "I apply for the role.",
                 to="Acme Careers <careers@acme.example>", attached="cv.pdf", thread="t"),
            receipt(1, thread="t"),
        ],
        [("applied", 0, None, False)],
    ),
    (
        "who withdraws will never know",
        [invite(0), mine(1), mine(6, text="I withdraw my application.")],
        [("interview", 1, 6, False)],
    ),
    (
        "nobody is late before a talk",
        [invite(3, events=(meeting(16),)), mine(4), no(30, ANNA)],
        [("interview", 16, 30, True)],
    ),
    (
        "a word before the talk answers the letter, and the next wait begins with the talk",
        [
            invite(3, events=(meeting(16),)),
            mine(4),
            mail(5, ANNA, "Re: Interview for Data Analyst", "See you then.", kind="other"),
        ],
        [("interview", 4, 5, True), ("interview", 16, None, False)],
    ),
    (
        "a talk that is called off counts for nothing",
        [invite(3, events=(meeting(16), meeting(16, "CANCEL"))), mine(4)],
        [("interview", 4, None, False)],
    ),
    (
        "a stage that the user's own letter tells of begins another",
        [
            receipt(0),
            mine(20, text="Thank you for the interview on Tuesday. When may I hear from you?",
                 subject="Re: Your application for Data Analyst at Acme", to=ROBOT),
        ],
        [("applied", 0, 20, False), ("interview", 20, None, False)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "items", "found"), STORIES, ids=[one[0] for one in STORIES])
def test_a_wait_is_a_stretch_in_which_the_next_word_is_theirs(name, items, found):
    told = story(name, items)
    assert waits_of(told) == found
    assert waits_of(story(name, list(reversed(items)))) == found


def counted(wait: Wait, today: int = 60, **more) -> Waited:
    application = Application("a1", "Acme Ltd", waits=(wait,), **more)
    at = day(today).date()
    free = [date(2026, 3, 17)]
    found = hazard.of([application], PRIOR, today=at, zone=UTC_ZONE, holidays=lambda _: free)
    (one,) = found.at(wait.stage)
    return one


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (0, 4, 4),
        (0, 7, 5),  # a week-end lies between
        (14, 16, 1),  # St Patrick's day as well
        (0, 0.2, 1),  # the same day
        (5, 6, 1),  # from Saturday to Sunday
    ],
)
def test_an_answered_wait_is_counted_in_working_days_at_least_one(since, until, days):
    one = counted(Wait(Stage.APPLIED, day(since), day(until), answered=True))
    assert (one.days, one.answered, one.employer, one.of) == (days, True, "acme", "")


def test_a_wait_that_lasts_is_counted_until_today():
    running = Wait(Stage.APPLIED, day(0))
    assert counted(running, 11).days == 9
    assert counted(running, 11).of == "a1"
    assert counted(running, 0).days == 0
    assert counted(Wait(Stage.APPLIED, day(5)), 3).days == 0, "it has not begun"


def test_a_talk_agreed_on_in_words_begins_the_wait_it_lies_in():
    running = Wait(Stage.INTERVIEW, day(0))
    assert counted(running, 11, agreed=day(7).date()).days == 4
    assert counted(running, 4, agreed=day(7).date()).days == 0
    over = Wait(Stage.INTERVIEW, day(0), day(4), answered=True)
    assert counted(over, 11, agreed=day(7).date()).days == 4


def test_days_are_the_users_own():
    late = Wait(Stage.APPLIED, datetime(2026, 3, 2, 23, 30, tzinfo=UTC), day(4), answered=True)
    at = {"today": date(2026, 4, 1), "holidays": ()}
    one = Application("a1", waits=(late,))
    days = [
        hazard.waited(late, one, zone=ZoneInfo(zone), **at).days
        for zone in ("Europe/London", "Europe/Berlin")
    ]
    assert days == [4, 3]


# --- what is assumed ----------------------------------------------------------------------


def test_the_shipped_table_assumes_something_of_every_stage():
    assert PRIOR.days == (2, 5, 10, 15, 20, 30, 45, 60)
    assert (PRIOR.horizon, PRIOR.small_chance, PRIOR.least_answers) == (15, 0.05, 20)
    assert set(PRIOR.stages) == set(Stage)
    for stage, row in PRIOR.stages.items():
        found = Hazards(PRIOR, []).before(stage)
        assert hazard.shares(found) == pytest.approx(row.answered)


def override(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "playbook.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_own_numbers_are_laid_over_the_shipped_ones(tmp_path):
    own = override(tmp_path, "[waits]\nleast_answers = 40\n[waits.offer]\nweight = 3\n")
    found = prior.load(FILE, own)
    assert (found.least_answers, found.horizon) == (40, 15)
    assert found.stages[Stage.OFFER].weight == 3
    assert found.stages[Stage.OFFER].answered == PRIOR.stages[Stage.OFFER].answered
    assert found.stages[Stage.APPLIED] == PRIOR.stages[Stage.APPLIED]
    assert prior.load(FILE, tmp_path / "none.toml") == PRIOR
    assert prior.load(FILE, override(tmp_path, "[rest]\ninterview = 72\n")) == PRIOR


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("days = [5, 2]", ["days", "applied.answered"]),
        ("days = []", ["days"]),
        ("days = [0, 5]", ["days"]),
        ("horizon = 0", ["horizon"]),
        ("least_answers = 1.5", ["least_answers"]),
        ("small_chance = 1", ["small_chance"]),
        ("small_chance = nan", ["small_chance"]),
        ("employer_weight = 0", ["employer_weight"]),
        ("horizont = 3", ["horizont"]),
        ("applied = 3", ["applied.weight", "applied.answered"]),
        ("[waits.applied]\nweight = -1", ["applied.weight"]),
        ("[waits.applied]\nshare = 1", ["applied.share"]),
        ("[waits.applied]\nanswered = [0.5]", ["applied.answered"]),
        ("[waits.applied]\nanswered = [1, 0, 0, 0, 0, 0, 0, 0]", ["applied.answered"]),
        ('[waits.applied]\nanswered = ["a", 0, 0, 0, 0, 0, 0, 0]', ["applied.answered"]),
        ('horizon = "long"\nsmall_chance = -1', ["horizon", "small_chance"]),
    ],
)
def test_every_problem_is_told_at_once_with_its_key(tmp_path, text, keys):
    with pytest.raises(TemplateError) as caught:
        prior.load(FILE, override(tmp_path, f"[waits]\n{text}\n"))
    for key in keys:
        assert any(p.startswith(f"playbook.toml: waits.{key}:") for p in caught.value.problems)


@pytest.mark.parametrize("text", ["waits = 3", "[waits", "\udcff"])
def test_a_broken_file_is_told_not_thrown(tmp_path, text):
    path = tmp_path / "playbook.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(TemplateError, match=r"playbook\.toml"):
        prior.load(FILE, path)
