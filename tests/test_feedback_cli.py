"""`mailsense feedback`: the ledger on the command line, put right and taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Address, Kind, Located, Message, Reason, Source, Verdict, short_id
from mailsense.pipeline.decide import decide
from tests.support.wordmodel import NOW, worded
from tests.support.world import World

ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
MONA = Address("Mona Vest", "mona.vest@lindenschool.example")
ROBIN = Address("Robin Avery", "robin@me.example")
SAYS = Verdict(Kind.FEEDBACK, Source.USER, 1.0)
NOT_YOU = Verdict(Kind.REJECTION, Source.USER, 1.0, reason=Reason.NOT_SELECTED)


def letter(key: str, sender: Address, subject: str, text: str, days: float) -> Message:
    id = f"{key}@letters.example"
    return Message(id, id, subject, sender, (ROBIN,), date=NOW - timedelta(days=days), text=text)


ADVICE = letter(
    "advice", ANNA, "Your interview for Data Analyst at Acmeworks",
    "Dear Robin,\n\nThank you for the interview for the Data Analyst role at Acmeworks. Your "
    "answers were a little long. Your SQL was excellent.\n\nBest regards\nAnna Lee", 2,
)  # fmt: skip
NO = letter(
    "no", MONA, "Your application for School Librarian at Lindenschool",
    "Dear Robin,\n\nWe regret that we chose somebody else for the School Librarian role at "
    "Lindenschool. Your answers were rather long, I'm afraid.\n\nBest regards\nMona Vest", 9,
)  # fmt: skip
ONE, TWO = (f"f{short_id(one.key)}" for one in (ADVICE, NO))


def world(home: Path, monkeypatch: pytest.MonkeyPatch, *letters: tuple[Message, Verdict]) -> World:
    made = worded(home, monkeypatch)
    store = made.store()
    for uid, (one, verdict) in enumerate(letters, 1):
        place = Located(one, "main", "INBOX", uid, False, thread=one.key, seen_at=one.date)
        store.add_messages([place], {one.key: verdict})
    decide(store, made.app().deciding(store))
    store.close()
    return made


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One letter of advice."""
    return world(tmp_path, monkeypatch, (ADVICE, SAYS))


@pytest.fixture
def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two people of two companies who say the same."""
    return world(tmp_path, monkeypatch, (ADVICE, SAYS), (NO, NOT_YOU))


def ledger(world: World, *options: str) -> Any:
    return world.json("feedback", "list", *options)


def themes(one: Any) -> set[tuple[str, bool]]:
    return {(h["theme"], h["praise"]) for h in one["themes"]}


def test_without_advice_it_says_how_advice_comes(tmp_path, monkeypatch) -> None:
    empty = world(tmp_path, monkeypatch)
    assert "no advice yet" in empty.ok("feedback").out
    assert "no advice yet" in empty.ok("feedback", "patterns").out
    assert empty.json("feedback") == []
    assert empty.json("feedback", "patterns") == []


def test_the_ledger_tells_who_said_what_when_and_of_what(robin: World) -> None:
    (one,) = ledger(robin)
    assert one == {
        "id": ONE,
        "on": "2026-03-02",
        "who": str(ANNA),
        "company": "Acmeworks",
        "role": "Data Analyst",
        "application": one["application"],
        "message": ADVICE.key,
        "text": "Your answers were a little long. Your SQL was excellent.",
        "themes": [
            {
                "theme": "communication",
                "praise": False,
                "words": "Your answers were a little",
                "sentence": "Your answers were a little long.",
            },
            {
                "theme": "skills",
                "praise": True,
                "words": "SQL was excellent",
                "sentence": "Your SQL was excellent.",
            },
        ],
        "source": "mail",
        "corrected": False,
    }
    assert one["application"] == robin.json("applications", "list")[0]["id"]
    assert robin.ok("feedback").out.splitlines() == [
        f"{ONE}  2026-03-02  Anna Lee, Acmeworks (Data Analyst)",
        "           “Your answers were a little long. Your SQL was excellent.”",
        "           liked: skills (SQL was excellent); about: communication (Your answers were a"
        " little)",
        "It takes people at two companies to make a pattern; so far, each view is one view.",
    ]


def test_a_list_may_be_of_one_theme(robin: World) -> None:
    assert len(ledger(robin, "--theme", "skills")) == 1
    assert ledger(robin, "--theme", "pay") == []
    assert robin.json("feedback", "--theme", "pay") == []
    assert robin.ok("feedback", "--theme", "pay").out == "no advice about pay\n"
    assert robin.run("feedback", "--theme", "weather").code == 2
    assert robin.run("feedback", "--theme", "pay", "list").code == 2


def test_a_pattern_stands_above_the_list(both: World) -> None:
    (found,) = both.json("feedback", "patterns")
    assert (found["theme"], found["praise"]) == ("communication", False)
    assert (found["people"], found["companies"]) == (2, 2)
    assert [quote["id"] for quote in found["quotes"]] == [ONE, TWO]
    lines = both.ok("feedback").out.splitlines()
    assert lines[:5] == [
        "communication: spoken of by 2 people at 2 companies",
        "  how you came across: answers, examples, presenting, your papers",
        "  2026-03-02  Anna Lee, Acmeworks: “Your answers were a little long.”",
        "  2026-02-23  Mona Vest, Lindenschool: “Your answers were rather long, I'm afraid.”",
        "",
    ]
    assert lines[5].startswith(ONE)
    assert not any("takes people" in line for line in lines)
    assert not any(
        "communication: spoken" in o for o in [both.ok("feedback", "--theme", "pay").out]
    )


def test_what_you_noticed_yourself_stands_beside_a_pattern(both: World) -> None:
    (acme,) = [a["id"] for a in both.json("applications", "list") if a["company"] == "Acmeworks"]
    both.ok("debrief", acme, "--answer", "otherwise=Shorter answers: I was rambling.")
    both.ok("debrief", acme, "--answer", "went-well=My examples were good.")
    (found,) = both.json("feedback", "patterns")
    assert found["noticed_too"] == [
        {
            "application": acme,
            "question": "otherwise",
            "text": "Shorter answers: I was rambling.",
        }
    ]
    out = both.ok("feedback", "patterns").out
    assert "you noticed it too:\n  2026-03-04  “Shorter answers: I was rambling.”" in out
    assert "examples were good" not in out, "what went well is not what they missed"


def test_words_from_the_phone_make_a_pattern_with_a_letter(robin: World) -> None:
    told = robin.json(
        "feedback", "add", "You were", "too quiet.", "--from", "Kim Roe", "--company", "Contoso",
        "--on", "2026-03-01",
    )  # fmt: skip
    assert (told["id"], told["who"], told["company"]) == ("f1", "Kim Roe", "Contoso")
    assert (told["on"], told["text"], told["source"]) == (
        "2026-03-01",
        "You were too quiet.",
        "user",
    )
    assert themes(told) == {("communication", False)}
    assert told["undo"] == "mailsense feedback undo 1"
    assert len(robin.json("feedback", "patterns")) == 1
    out = robin.ok("feedback", "undo").out
    assert out == "taken back: “You were too quiet.”\n"
    assert robin.json("feedback", "patterns") == []
    assert [one["id"] for one in ledger(robin)] == [ONE]


def test_the_theme_may_be_told_and_the_company_follow_from_the_person(robin: World) -> None:
    told = robin.json(
        "feedback", "add", "Hm.", "--from", str(ANNA), "--theme", "pay", "--liked", "fit"
    )
    assert themes(told) == {("pay", False), ("fit", True)}
    assert (told["company"], told["corrected"]) == ("Acmeworks", True)
    out = robin.ok("feedback", "add", "You are too quiet.", "--from", "Jo").out
    assert "no company is known for it" in out
    out = robin.ok("feedback", "add", "Hm, well.", "--from", "Jo", "--company", "Fen").out
    assert "feedback theme f3" in out


WRONG = [
    ("add", "Words."),
    ("add", "--from", "Kim"),
    ("add", "Words.", "--from", "@"),
    ("add", "Words.", "--from", "kim@"),
    ("add", "Words.", "--from", "Kim", "--on", "2026-04-01"),
    ("add", "Words.", "--from", "Kim", "--theme", "weather"),
    ("theme", ONE),
    ("theme", ONE, "none", "pay"),
    ("theme", ONE, "weather"),
]


@pytest.mark.parametrize("said", WRONG, ids=[" ".join(w) for w in WRONG])
def test_what_cannot_be_meant_is_a_matter_of_usage(robin: World, said: tuple[str, ...]) -> None:
    assert robin.run("feedback", *said).code == 2
    assert len(ledger(robin)) == 1


def test_what_is_not_there_is_told_in_one_line_with_the_way_out(robin: World) -> None:
    for said in (["theme", "f999", "pay"], ["drop", "f999"], ["undo"], ["undo", "7"]):
        result = robin.run("feedback", *said)
        assert (result.code, result.err.count("\n")) == (1, 1), said
    assert "shows their ids" in robin.run("feedback", "drop", "f999").err
    assert robin.run("feedback", "add", "  ", "--from", "Kim").code == 1


def test_a_theme_is_put_right_and_taken_back(robin: World) -> None:
    told = robin.json("feedback", "theme", ONE[:4], "level", "--liked", "skills")
    assert themes(told) == {("level", False), ("skills", True)}
    assert told["corrected"]
    assert "liked: skills; about: level; as you said" in robin.ok("feedback").out
    assert themes(robin.json("feedback", "theme", ONE, "none")) == set()
    robin.ok("feedback", "undo")
    assert themes(ledger(robin)[0]) == {("level", False), ("skills", True)}
    assert "the themes of" in robin.ok("feedback", "undo", "1").out
    assert themes(ledger(robin)[0]) == {("communication", False), ("skills", True)}


def test_a_theme_put_right_may_end_a_pattern(both: World) -> None:
    both.ok("feedback", "theme", TWO, "experience")
    assert both.json("feedback", "patterns") == []


def test_what_is_dropped_counts_no_more_until_it_is_taken_back(both: World) -> None:
    told = both.json("feedback", "drop", TWO)
    assert (told["id"], told["dropped"], told["undo"]) == (TWO, True, "mailsense feedback undo 1")
    assert [one["id"] for one in ledger(both)] == [ONE]
    assert both.json("feedback", "patterns") == []
    assert both.ok("feedback", "undo").out == f"taken back: {TWO} counts again\n"
    assert len(both.json("feedback", "patterns")) == 1
    assert both.ok("feedback", "drop", TWO).out.startswith(f"{TWO} dropped; ")
    assert both.json("feedback", "undo") == {"number": 2, "undone": True}


def test_several_of_one_beginning_are_named(both: World) -> None:
    result = both.run("feedback", "drop", "f")
    assert result.code == 1
    assert ONE in result.err
    assert TWO in result.err


def test_words_from_outside_reach_the_screen_without_control_characters(robin: World) -> None:
    robin.ok(
        "feedback", "add", "You were\x1b[31m too quiet.", "--from", "K\x07im", "--company", "Fen"
    )
    out = robin.ok("feedback").out
    assert "\x1b" not in out
    assert "\x07" not in out


def test_nothing_that_was_said_changes_a_draft(both: World) -> None:
    before = both.json("drafts")
    both.ok("feedback", "add", "You were too quiet.", "--from", "Kim", "--company", "Fen")
    assert both.json("drafts") == before


def test_help_is_there_without_a_configuration(tmp_path: Path) -> None:
    bare = World(tmp_path, NOW)
    for args in (("feedback",), ("feedback", "add"), ("feedback", "theme"), ("debrief",)):
        assert "Usage" in bare.ok(*args, "--help").out
