"""`mailsense debrief`: what is offered, what is asked, what is kept, and that it ends kindly."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Address, Application, Event, Kind, Outcome, Reason, Stage
from mailsense.errors import TemplateError
from mailsense.journal import Entry, What
from mailsense.report.debrief import (
    Occasion,
    Question,
    Sort,
    asked_of,
    debriefs,
    due,
    load,
    noticed_too,
    own_words,
    sort_of,
)
from mailsense.report.feedback import Pattern
from mailsense.report.themes import Heard, Theme
from mailsense.resources import shipped
from tests.support.items import ZONE, day, verdict
from tests.support.terminal import Terminal
from tests.support.wordmodel import NOW
from tests.support.world import World
from tests.test_feedback_cli import ANNA, MONA, NOT_YOU, letter, world

SHIPPED = shipped("templates") / "debrief.toml"
QUESTIONS = load(SHIPPED)
ROOT = Path(__file__).resolve().parent.parent


# --- the questions -------------------------------------------------------------------------------


def test_what_went_well_is_asked_first_and_the_rest_is_short() -> None:
    talk, no = asked_of(QUESTIONS, Sort.INTERVIEW), asked_of(QUESTIONS, Sort.NO)
    assert talk[0].id == no[0].id == "went-well"
    assert (len(talk), len(no)) == (8, 5)
    assert all(one.ask.endswith((".", "?")) for one in QUESTIONS)
    assert len({one.id for one in QUESTIONS}) == len(QUESTIONS)


def test_no_question_blames_or_rates() -> None:
    for one in QUESTIONS:
        words = one.ask.casefold()
        assert not any(bad in words for bad in ("wrong", "fail", "mistake", "score", "bad", "rate"))


OWN = """
[[questions]]
id = "examples"
ask = "Which  story did you tell?"
when = "no"
theme = "skills"
praise = true

[[questions]]
id = "learned"
ask = ""

[[questions]]
id = "mine"
ask = "How was the bus?"
"""


def test_questions_of_ones_own_are_laid_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "debrief.toml"
    own.write_text(OWN, encoding="utf-8")
    known = {one.id: one for one in load(SHIPPED, own)}
    assert known["examples"] == Question(
        "examples", "Which story did you tell?", (Sort.NO,), Theme.SKILLS, True
    )
    assert "learned" not in known
    assert list(known)[-1] == "mine"
    assert known["mine"].sorts == tuple(Sort)


BROKEN = {
    "no toml": "questions = [",
    "no tables": "questions = 3",
    "no id": '[[questions]]\nask = "Why?"',
    "no words": '[[questions]]\nid = "a"\nask = 3',
    "a strange occasion": '[[questions]]\nid = "a"\nask = "Why?"\nwhen = "birth"',
    "a strange theme": '[[questions]]\nid = "a"\nask = "Why?"\ntheme = "weather"',
    "a strange side": '[[questions]]\nid = "a"\nask = "Why?"\npraise = "yes"',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_by_its_name(tmp_path: Path, text: str) -> None:
    own = tmp_path / "debrief.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError, match=r"debrief\.toml"):
        load(SHIPPED, own)


def test_a_file_that_asks_nothing_is_told(tmp_path: Path) -> None:
    rows = "\n".join(f'[[questions]]\nid = "{one.id}"\nask = ""' for one in QUESTIONS)
    own = tmp_path / "debrief.toml"
    own.write_text(rows, encoding="utf-8")
    with pytest.raises(TemplateError, match="asks nothing"):
        load(SHIPPED, own)


# --- what is due ---------------------------------------------------------------------------------

TODAY = date(2026, 11, 16)
HOME = Application("a1", "Northwind", "Planner", stage=Stage.INTERVIEW)


def said(days_ago: int, about: str = "a1", **answers: str) -> Entry:
    facts = {key.replace("_", "-"): text for key, text in answers.items()}
    return Entry(What.DEBRIEF, day(11, 16) - timedelta(days=days_ago), about=about, facts=facts)


def ago(days: int) -> dict[str, date]:
    return {"a1": TODAY - timedelta(days=days)}


def offered(talks: Any, noes: Any, *entries: Entry) -> list[tuple[Sort, int]]:
    found = due([HOME], talks, noes, entries, today=TODAY, zone=ZONE)
    return [(one.sort, (TODAY - one.on).days) for one in found]


DUE: list[tuple[str, Any, Any, tuple[Entry, ...], list[tuple[Sort, int]]]] = [
    ("nothing", {}, {}, (), []),
    ("a talk", ago(3), {}, (), [(Sort.INTERVIEW, 3)]),
    ("a no", {}, ago(3), (), [(Sort.NO, 3)]),
    ("the last day", ago(14), {}, (), [(Sort.INTERVIEW, 14)]),
    ("too long ago", ago(15), {}, (), []),
    ("a talk to come", ago(-1), {}, (), []),
    ("a talk and its no", ago(8), ago(1), (), [(Sort.INTERVIEW, 8)]),
    ("a no after an old talk", ago(30), ago(1), (), [(Sort.NO, 1)]),
    ("looked back on", ago(3), {}, (said(2, went_well="Much."),), []),
    ("on the same day", ago(3), {}, (said(3, went_well="Much."),), []),
    ("before another talk", ago(3), {}, (said(5, went_well="Much."),), [(Sort.INTERVIEW, 3)]),
    ("a no since", ago(8), ago(1), (said(7, went_well="Much."),), [(Sort.NO, 1)]),
    ("of another one", ago(3), {}, (said(2, "a2", went_well="Much."),), [(Sort.INTERVIEW, 3)]),
    ("taken away again", ago(3), {}, (said(2, keep="x"), said(2, keep="")), [(Sort.INTERVIEW, 3)]),
]


@pytest.mark.parametrize(
    ("talks", "noes", "entries", "wanted"), [d[1:] for d in DUE], ids=[d[0] for d in DUE]
)
def test_what_took_place_lately_is_offered_until_it_was_looked_back_on(
    talks: Any, noes: Any, entries: tuple[Entry, ...], wanted: list[tuple[Sort, int]]
) -> None:
    assert offered(talks, noes, *entries) == wanted


def test_the_newest_is_offered_first() -> None:
    other = replace(HOME, id="a2")
    days = {"a1": TODAY - timedelta(days=5), "a2": TODAY - timedelta(days=1)}
    found = due([HOME, other], days, {}, (), today=TODAY, zone=ZONE)
    assert found == (
        Occasion(other, Sort.INTERVIEW, days["a2"]),
        Occasion(HOME, Sort.INTERVIEW, days["a1"]),
    )


def test_where_people_met_comes_before_a_newer_no_on_paper() -> None:
    paper = replace(HOME, id="a2", stage=Stage.APPLIED)
    talks, noes = ago(5), {"a2": TODAY - timedelta(days=1)}
    found = due([paper, HOME], talks, noes, (), today=TODAY, zone=ZONE)
    assert [one.application.id for one in found] == ["a1", "a2"]


def test_a_no_without_a_talk_has_the_questions_of_a_no() -> None:
    closed = replace(HOME, outcome=Outcome.REJECTION)
    assert sort_of(closed, talked=False) is Sort.INTERVIEW
    assert sort_of(replace(closed, stage=Stage.APPLIED), talked=False) is Sort.NO
    assert sort_of(replace(closed, stage=Stage.APPLIED), talked=True) is Sort.INTERVIEW
    assert sort_of(replace(HOME, stage=Stage.APPLIED), talked=False) is Sort.INTERVIEW


# --- what was said -------------------------------------------------------------------------------


def test_the_last_answer_holds_and_an_empty_one_takes_it_away() -> None:
    (one,) = debriefs([said(3, keep="A", learned="B"), said(2, keep="C"), said(1, learned="")])
    assert (one.application, one.answers) == ("a1", {"keep": "C"})
    assert one.said == day(11, 15)
    assert debriefs([said(3, keep="A"), said(2, keep="")]) == ()
    assert debriefs([Entry(What.NEVER, day(11, 1), facts={"keep": "A"})]) == ()
    newest = debriefs([said(3, keep="A"), said(1, "a2", keep="B"), said(2, "a3", keep="C")])
    assert [d.application for d in newest] == ["a2", "a3", "a1"]


def own(**answers: str) -> list[tuple[str, set[tuple[Theme, bool]]]]:
    found = own_words(debriefs([said(1, **answers)]), QUESTIONS)
    return [(one.question, {(h.theme, h.praise) for h in one.themes}) for one in found]


def test_the_themes_of_an_answer_are_those_of_its_words_on_the_side_of_its_question() -> None:
    assert own(went_well="My examples were not bad") == [
        ("went-well", {(Theme.COMMUNICATION, True)})
    ]
    assert own(otherwise="Better examples, good ones") == [
        ("otherwise", {(Theme.COMMUNICATION, False)})
    ]
    assert own(communication="I was too quiet") == [
        ("communication", {(Theme.COMMUNICATION, False)})
    ]
    assert own(communication="All right, I think") == []
    assert own(gone="My SQL was too slow") == [("gone", {(Theme.SKILLS, False)})]


def test_a_question_with_a_theme_and_a_side_gives_both_to_its_answer() -> None:
    asked = (Question("q", "Was the pay named?", (Sort.NO,), Theme.PAY, praise=False),)
    (one,) = own_words(debriefs([said(1, q="Not at all")]), asked)
    assert one.themes == (Heard(Theme.PAY, False),)


def test_only_the_same_theme_on_the_same_side_was_noticed_too() -> None:
    words = own_words(
        debriefs([said(1, went_well="My examples", otherwise="My SQL was too slow")]), QUESTIONS
    )

    def found(theme: Theme, *, praise: bool) -> list[str]:
        return [one.question for one in noticed_too(Pattern(theme, praise, (), 2, 2), words)]

    assert found(Theme.SKILLS, praise=False) == ["otherwise"]
    assert found(Theme.SKILLS, praise=True) == []
    assert found(Theme.COMMUNICATION, praise=False) == []


# --- on the command line -------------------------------------------------------------------------

INVITED = letter(
    "invite", ANNA, "Interview for Data Analyst at Acmeworks",
    "Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks.\n\n"
    "Best regards\nAnna Lee", 9,
)  # fmt: skip
TALK = NOW - timedelta(days=2)
MEETING = replace(
    INVITED,
    events=(Event("REQUEST", "Interview", TALK, TALK + timedelta(hours=1), ANNA.email, ""),),
)
NO = letter(
    "no", MONA, "Your application for School Librarian at Lindenschool",
    "Dear Robin,\n\nWe regret that we chose somebody else for the School Librarian role at "
    "Lindenschool.\n\nBest regards\nMona Vest", 5,
)  # fmt: skip


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A talk two days ago by the calendar, and a no of five days ago."""
    return world(tmp_path, monkeypatch, (MEETING, verdict(Kind.INTERVIEW)), (NO, NOT_YOU))


def of(robin: World, company: str) -> str:
    (found,) = [a["id"] for a in robin.json("applications", "list") if a["company"] == company]
    return str(found)


def test_talks_and_noes_of_the_last_days_are_offered(robin: World) -> None:
    assert robin.json("debrief") == [
        {
            "application": of(robin, "Acmeworks"),
            "company": "Acmeworks",
            "role": "Data Analyst",
            "after": "interview",
            "on": "2026-03-02",
        },
        {
            "application": of(robin, "Lindenschool"),
            "company": "Lindenschool",
            "role": "School Librarian",
            "after": "no",
            "on": "2026-02-27",
        },
    ]
    assert robin.ok("debrief").out.splitlines() == [
        f"{of(robin, 'Acmeworks')}  the talk of 2026-03-02: Data Analyst at Acmeworks",
        f"{of(robin, 'Lindenschool')}  the no of 2026-02-27: School Librarian at Lindenschool",
        "`mailsense debrief APPLICATION` asks about one of them",
    ]


def test_what_is_weeks_ago_is_offered_no_more(robin: World) -> None:
    robin.now = NOW + timedelta(days=20)
    assert robin.json("debrief") == []
    out = robin.ok("debrief").out
    assert "no talk and no no of the last 14 days" in out


def test_a_no_by_the_users_own_word_counts_from_the_day_it_was_said(robin: World) -> None:
    robin.now = NOW + timedelta(days=20)
    robin.ok("applications", "close", of(robin, "Acmeworks"), "--as", "rejection")
    (found,) = robin.json("debrief")
    assert (found["after"], found["on"]) == ("no", "2026-03-24")


REASONS = [
    (Reason.NOT_SELECTED, 1),
    (Reason.REQUIREMENTS, 1),
    (Reason.FILLED, 0),
    (Reason.ON_HOLD, 0),
    (Reason.BUSY, 0),
    (Reason.NO_OPENINGS, 0),
]


@pytest.mark.parametrize(("reason", "offered"), REASONS)
def test_a_no_that_says_nothing_of_the_user_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: Reason, offered: int
) -> None:
    robin = world(tmp_path, monkeypatch, (NO, verdict(Kind.REJECTION, reason=reason)))
    assert len(robin.json("debrief")) == offered


def test_few_are_offered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noes = [
        letter(f"no{n}", Address("Mona Vest", f"mona@{firm}.example"),
               f"Your application for Librarian at {firm.title()}", f"We regret to say no. {n}", n)
        for n, firm in enumerate(("alder", "birch", "cedar", "dogwood", "elmtree", "firwood"), 1)
    ]  # fmt: skip
    robin = world(tmp_path, monkeypatch, *((one, NOT_YOU) for one in noes))
    lines = robin.ok("debrief").out.splitlines()
    assert lines[-2] == "and 1 more: `mailsense debrief --list`"
    assert len([line for line in lines if "the no of" in line]) == 5
    assert len(robin.json("debrief")) == 6


def answers(robin: World, id: str, *options: str) -> dict[str, str]:
    told = robin.json("debrief", id, *options)
    return {row["id"]: row["answer"] for row in told["questions"]}


def test_a_script_answers_changes_and_takes_back(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    assert list(answers(robin, acme)) == [q.id for q in asked_of(QUESTIONS, Sort.INTERVIEW)]
    out = robin.ok("debrief", acme, "--answer", "otherwise=A=B")
    assert out.out == "1 answer kept; `mailsense debrief --undo` takes it back\n"
    robin.ok("debrief", "--undo")
    out = robin.ok("debrief", acme, "--answer", "went-well=The start.", "--answer", "otherwise=A=B")
    assert out.out == "2 answers kept; `mailsense debrief --undo` takes them back\n"
    assert answers(robin, acme)["otherwise"] == "A=B"
    assert [d["application"] for d in robin.json("debrief")] == [of(robin, "Lindenschool")]
    told = robin.json("debrief", acme, "--answer", "otherwise=")
    assert {r["id"]: r["answer"] for r in told["questions"]}["otherwise"] == ""
    robin.ok("debrief", "--undo")
    assert answers(robin, acme)["otherwise"] == "A=B"
    assert robin.json("debrief", "--undo")["application"] == acme
    assert not any(answers(robin, acme).values())
    result = robin.run("debrief", "--undo")
    assert (result.code, result.err.count("\n")) == (1, 1)


def test_a_long_title_goes_on_under_its_beginning(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailsense.cli.output.columns", lambda: 48)
    linden = of(robin, "Lindenschool")
    for command in (("debrief",), ("debrief", "--list")):
        lines = robin.ok(*command).out.splitlines()
        (at,) = [n for n, line in enumerate(lines) if line.startswith(linden)]
        assert re.fullmatch(r" {13}\S.*Lindenschool", lines[at + 1]), command
        assert len(lines[at]) <= 48


def test_answers_are_shown_and_listed(robin: World) -> None:
    acme, linden = of(robin, "Acmeworks"), of(robin, "Lindenschool")
    assert "nothing written down yet" in robin.ok("debrief", "--show", acme).out
    robin.ok("debrief", acme, "--answer", "went-well=The start.\x07", "--answer", "keep=Smiling.")
    lines = robin.ok("debrief", "--show", acme).out.splitlines()
    assert lines[:3] == [
        f"{acme}  Data Analyst at Acmeworks",
        "What went well? Begin with that, even if it is a small thing.",
        "  The start.",
    ]
    assert "  Smiling." in lines, "an answer to a question of another sort is shown as well"
    assert robin.ok("debrief", "--list").out.splitlines() == [
        f"{acme}  2026-03-04  Data Analyst at Acmeworks: 2 answers",
        f"{linden}  not yet: the no of 2026-02-27: School Librarian at Lindenschool",
    ]
    (kept,) = robin.json("debrief", "--list")
    assert kept["answers"] == {"went-well": "The start.", "keep": "Smiling."}
    told = robin.json("debrief", "--show", acme, "--after", "no")
    assert told["after"] == "no"
    assert "in-your-hands" in [row["id"] for row in told["questions"]]


def test_a_question_that_is_asked_no_more_keeps_its_answer(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    robin.ok("debrief", acme, "--answer", "learned=They are kind.")
    own_file = robin.app().paths.templates / "debrief.toml"
    own_file.parent.mkdir(parents=True, exist_ok=True)
    own_file.write_text(OWN, encoding="utf-8")
    told = answers(robin, acme)
    assert told["learned"] == "They are kind."
    assert "mine" in told


WRONG = {
    "a strange question": (1, ["debrief", "ACME", "--answer", "weather=Fine"]),
    "a strange application": (1, ["debrief", "a-none"]),
    "no application": (2, ["debrief", "--answer", "keep=It"]),
    "no sign": (2, ["debrief", "ACME", "--answer", "keep"]),
    "two at once": (2, ["debrief", "--list", "--undo"]),
    "a strange sort": (2, ["debrief", "ACME", "--after", "tea"]),
}


@pytest.mark.parametrize(("code", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_is_told_and_nothing_kept(
    robin: World, code: int, said: list[str]
) -> None:
    acme = of(robin, "Acmeworks")
    assert robin.run(*[acme if word == "ACME" else word for word in said]).code == code
    assert robin.json("debrief", "--list") == []


def test_nothing_to_list_says_what_there_will_be(tmp_path, monkeypatch) -> None:
    empty = world(tmp_path, monkeypatch)
    assert "nothing yet" in empty.ok("debrief", "--list").out


# --- at a terminal -------------------------------------------------------------------------------


@pytest.fixture
def terminal(robin: World) -> Iterator[Callable[..., Terminal]]:
    """Start the command on a terminal of its own."""
    made: list[Terminal] = []

    def start(*args: str) -> Terminal:
        command = [sys.executable, "-m", "tests.support.sync_at", str(robin.home), NOW.isoformat()]
        env = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": str(robin.home), "TZ": "UTC"}
        made.append(Terminal([*command, "debrief", *args], env=env, cwd=ROOT))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_it_asks_one_at_a_time_and_ends_kindly(robin: World, terminal: Any) -> None:
    screen = terminal()
    screen.wait("1  the talk of", "2  the no of", "which one (1-2")
    screen.press("9\n")
    screen.wait("a number from 1 to 2")
    screen.press("2\n")
    screen.wait("1 of 5", "What went well?")
    screen.press("The letter was warm.\n")
    screen.wait("2 of 5", "Did they say why?")
    screen.press("\n")
    screen.wait("3 of 5")
    screen.press("\n")
    screen.wait("4 of 5")
    screen.press("Writing to people.\n")
    screen.wait("5 of 5")
    screen.press("\n")
    shown = screen.wait("2 answers kept", "not your worth", "--show")
    assert screen.wait_end() == 0
    assert not any(word in shown.casefold() for word in ("score", "out of", "%"))
    linden = of(robin, "Lindenschool")
    assert {k: v for k, v in answers(robin, linden).items() if v} == {
        "went-well": "The letter was warm.",
        "keep": "Writing to people.",
    }
    assert [d["company"] for d in robin.json("debrief")] == ["Acmeworks"]


def test_it_stops_when_asked_keeps_what_was_said_and_goes_on_later(
    robin: World, terminal: Any
) -> None:
    acme = of(robin, "Acmeworks")
    screen = terminal(acme)
    screen.wait("1 of 8")
    screen.press("My SQL.\n")
    screen.wait("2 of 8")
    screen.press("\x04")  # Ctrl-D
    screen.wait("1 answer kept", "you know more than before")
    assert screen.wait_end() == 0
    assert answers(robin, acme)["went-well"] == "My SQL."

    screen = terminal(acme)
    screen.wait("1 of 8", "so far: “My SQL.”")
    screen.press("\n")
    screen.wait("2 of 8")
    screen.press("Too quiet.\n")
    screen.wait("3 of 8")
    screen.press("q\n")
    screen.wait("1 answer kept")
    assert screen.wait_end() == 0
    assert answers(robin, acme)["went-well"] == "My SQL."

    screen = terminal(acme)
    screen.wait("1 of 8")
    screen.press("-\n")
    screen.wait("2 of 8")
    screen.press("Clear enough.\n")
    screen.wait("3 of 8")
    screen.press("\x03")  # Ctrl-C
    assert screen.wait_end() == 0
    told = answers(robin, acme)
    assert (told["went-well"], told["communication"]) == ("", "Clear enough.")


def test_saying_nothing_is_all_right(robin: World, terminal: Any) -> None:
    screen = terminal()
    screen.wait("which one")
    screen.press("\n")
    screen.wait("1 of 8")
    screen.press("q\n")
    screen.wait("nothing was written down; it can wait")
    assert screen.wait_end() == 0
    assert robin.json("debrief", "--list") == []
    screen = terminal()
    screen.wait("which one")
    screen.press("q\n")
    assert screen.wait_end() == 0
