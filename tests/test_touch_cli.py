"""`mailsense touch` on the command line: asked, shown, taken back, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.cli import touch as command
from mailsense.domain import Address, DraftState, Facts, Located, Message
from mailsense.pipeline.decide import decide
from tests.support.wordmodel import judged, worded
from tests.support.world import World

NOW = datetime(2026, 12, 14, 11, tzinfo=UTC)
ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
BERG = Address("Anna Berg", "berg@fenlandboats.example")
HUGO = Address("Hugo Lamb", "hugo@ridgewaymaps.example")
MONA = Address("Mona Vest", "mona.vest@lindenschool.example")
ROBOT = Address("Acmeworks", "no-reply@acmeworks.example")
ROBIN = Address("Robin Avery", "robin@me.example")
URL = "https://maps.example/new-grid"

LETTERS: tuple[tuple[str, Address, Address, int, str], ...] = (
    ("anna", ANNA, ROBIN, 40, "We received your application for the Data Analyst role."),
    ("berg", BERG, ROBIN, 40, "We received your application for the Boat Builder role."),
    ("ask", ROBIN, HUGO, 80, "I would value your perspective on the field. Could we have a talk?"),
    ("hugo", HUGO, ROBIN, 78, "I received your letter and shall think about it."),
    ("mona", MONA, ROBIN, 3, "We regret that we chose somebody else for the Librarian role."),
    ("robot", ROBOT, ROBIN, 41, "We received your application for the Data Analyst role."),
)


def message(key: str, from_: Address, to: Address, days: int, text: str) -> Message:
    id = f"{key}@letters.example"
    body = f"Hello {to.name.split()[0]},\n\n{text}\n\nBest regards\n{from_.name}"
    facts = Facts(no_reply="no-reply" in from_.email)
    subject = {"anna": "Your application for Data Analyst", "hugo": "Re: A talk about maps"}
    return Message(
        id, id, subject.get(key, "A talk about maps" if key == "ask" else "Your application"),
        from_, (to,), date=NOW - timedelta(days=days), text=body, facts=facts,
        in_reply_to=("ask@letters.example",) if key == "hugo" else (),
    )  # fmt: skip


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two Annas, a contact who wrote back, a no whose answer waits, a robot; in December."""
    made = worded(tmp_path, monkeypatch)
    made.now = NOW
    store = made.store()
    for uid, row in enumerate(LETTERS, 1):
        one, own = message(*row), row[1] is ROBIN
        thread = "maps" if row[0] in ("ask", "hugo") else row[0]
        folder = "Sent" if own else "INBOX"
        located = Located(one, "main", folder, uid, own, row[0] != "mona", thread, one.date)
        store.add_messages([located], {} if own else {one.key: judged(one)})
        if own:
            store.set_relevant({one.key: True})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def touches(robin: World) -> list[dict[str, Any]]:
    return [d for d in robin.json("drafts") if d["plan"] == "stay-in-touch"]


def entries(robin: World) -> int:
    store = robin.store()
    try:
        return len(store.entries())
    finally:
        store.close()


def test_the_world_is_as_the_tests_think(robin: World) -> None:
    waiting = [d for d in robin.json("drafts") if d["state"] in ("waiting", "resting")]
    assert [d["to"] for d in waiting] == [[str(MONA)]]
    assert touches(robin) == []


def test_an_article_is_drafted_shown_and_waits(robin: World) -> None:
    said = robin.ok("touch", "Hugo", "Lamb", "--article", URL, "--about", "how grids are drawn")
    (made,) = touches(robin)
    assert made["to"] == [str(HUGO)]
    assert made["state"] == "waiting"
    assert made["subject"] == "Re: A talk about maps"
    assert made["answers"] == "hugo@letters.example"
    assert made["warnings"] == []
    assert f"To:      {HUGO}" in said.out
    assert URL in said.out
    assert "It is about how grids are drawn." in said.out
    assert f"it waits as {made['id']}: `mailsense review`" in said.out
    assert "`mailsense touch --undo` takes it back" in said.out


def test_json_tells_the_draft_that_was_made(robin: World) -> None:
    told = robin.json("touch", HUGO.email, "--news", "their new atlas is out")
    (made,) = touches(robin)
    assert told["draft"] == made
    assert told["kept"] is True
    assert told["why"] is None
    assert (told["sort"], told["person"]) == ("news", str(HUGO))
    assert told["undo"] == "mailsense touch --undo"
    assert "your new atlas is out" in made["body"]


def test_what_was_asked_for_is_taken_back(robin: World) -> None:
    robin.ok("touch", "hugo lamb", "--news", "your promotion")
    assert robin.ok("touch", "--undo").out == f"taken back: news for {HUGO}\n"
    assert [d["state"] for d in touches(robin)] == ["stale"]
    back = robin.run("touch", "--undo")
    assert back.code == 1
    assert "no letter that keeps in touch to take back" in back.err
    robin.ok("touch", "hugo lamb", "--news", "your promotion")
    assert [d["state"] for d in touches(robin)] == ["stale", "waiting"]


def test_what_has_gone_out_is_not_taken_back(robin: World) -> None:
    told = robin.json("touch", "Hugo", "--news", "your promotion")
    store = robin.store()
    made = store.draft(told["draft"]["id"])
    assert made is not None
    store.save_draft(replace(made, state=DraftState.SENT))
    store.close()
    back = robin.run("touch", "--undo")
    assert back.code == 1
    assert "has gone out" in back.err


def test_a_dry_run_shows_and_keeps_nothing(robin: World) -> None:
    said = robin.ok("touch", "Hugo", "--article", URL, "--dry-run")
    assert URL in said.out
    assert "nothing was kept" in said.out
    told = robin.json("touch", "Hugo", "--article", URL, "--dry-run")
    assert (told["kept"], told["undo"]) == (False, None)
    assert URL in told["draft"]["body"]
    assert touches(robin) == []
    assert entries(robin) == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("Anna", "--news", "x y"), f"Anna can be {BERG}, {ANNA}: give the address"),
        (("Nobody", "--news", "x y"), "mailsense applications add --contact"),
        (("x@y.example", "--news", "x y"), "nobody known from your search is called x@y.example"),
        ((ROBOT.email, "--news", "x y"), "nobody known from your search"),
        (("Hugo", "--article", "ftp://x.example"), "no link to an article"),
        (("Hugo", "--article", f"{URL}\x1b[31m"), "control characters"),
        (("Hugo", "--news", ""), "the news is needed in a few words"),
        (("Hugo", "--news", "she runs it now"), "as you would tell it to them"),
        (("Hugo", "--offer", "a plan"), "people who met you in an interview and said no"),
        (("Anna Lee", "--year-end"), "has not written back to you within a year"),
        (("Mona", "--news", "your promotion"), "a draft to Mona Vest comes first: d"),
    ],
)
def test_what_cannot_be_drafted_is_told_and_not_kept(
    robin: World, args: tuple[str, ...], told: str
) -> None:
    result = robin.run("touch", *args)
    assert result.code == 1
    assert told in result.err
    assert "\x1b" not in result.err
    assert len(result.err.splitlines()) == 1
    assert entries(robin) == 0
    assert touches(robin) == []


@pytest.mark.parametrize(
    "args",
    [
        (), ("Hugo",), ("--news", "x"), ("Hugo", "--news", "x", "--offer", "y"),
        ("Hugo", "--about", "x", "--news", "y"), ("Hugo", "--undo"), ("--undo", "--year-end"),
        ("Hugo", "--year-end", "--article", URL),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_usage_error(robin: World, args: tuple[str, ...]) -> None:
    assert robin.run("touch", *args).code == 2


def test_an_open_letter_that_keeps_in_touch_comes_before_the_next(robin: World) -> None:
    first = robin.json("touch", "Hugo", "--news", "your promotion")["draft"]["id"]
    second = robin.run("touch", "Hugo", "--article", URL)
    assert f"a draft to Hugo Lamb comes first: {first} (stay-in-touch, waiting)" in second.err
    assert entries(robin) == 1
    robin.ok("drafts", "discard", first)
    robin.ok("touch", "Hugo", "--article", URL)
    assert [d["state"] for d in touches(robin)] == ["discarded", "waiting"]


def test_who_is_never_written_to_is_refused(robin: World) -> None:
    robin.ok("never", "Hugo Lamb")
    refused = robin.run("touch", "Hugo", "--news", "your promotion")
    assert "you asked never to write to Hugo Lamb" in refused.err
    assert touches(robin) == []


def test_a_contact_without_mail_is_written_to_anew(robin: World) -> None:
    robin.ok(
        "applications", "add", "--company", "Saltmarsh", "--role", "Diver", "--contact",
        "Ida Moor <ida@saltmarsh.example>",
    )  # fmt: skip
    told = robin.json("touch", "Ida", "--article", URL)
    assert told["draft"]["subject"] == "An article you may like"
    assert told["draft"]["answers"] is None
    assert told["draft"]["account"] == "main"


def test_an_offer_tells_from_which_day_it_is_possible(robin: World) -> None:
    store = robin.store()
    invite = message("m1", MONA, ROBIN, 20, "You are invited to an interview for the Librarian.")
    located = Located(invite, "main", "INBOX", 20, False, True, "mona", invite.date)
    store.add_messages([located], {invite.key: judged(invite)})
    store.close()
    result = robin.run("touch", "Mona", "--offer", "a plan for the first 90 days")
    assert "their no is too fresh: from Monday 28 December 2026 on" not in result.err  # a holiday
    assert "their no is too fresh: from Tuesday 29 December 2026 on" in result.err


# --- the end of the year -----------------------------------------------------------------------


def test_a_dry_run_lists_who_would_get_a_note(robin: World) -> None:
    said = robin.ok("touch", "--year-end", "--dry-run").out
    assert said == f"1 note to people who wrote back:\n  {HUGO}\n"
    (told,) = robin.json("touch", "--year-end", "--dry-run")
    assert (told["person"], told["kept"]) == (str(HUGO), False)
    assert touches(robin) == []


def test_the_notes_are_drafted_when_the_user_says_yes(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(text: str, default: bool) -> bool:
        asked.append(text)
        return len(asked) > 1

    monkeypatch.setattr(command, "interactive", lambda: True)
    monkeypatch.setattr(command.click, "confirm", answer)
    robin.ok("touch", "--year-end")
    assert touches(robin) == []
    said = robin.ok("touch", "--year-end").out
    assert asked == ["draft 1 note?"] * 2
    assert "1 note waits: `mailsense review`" in said
    assert [d["to"] for d in touches(robin)] == [[str(HUGO)]]


def test_without_a_terminal_nothing_is_drafted_unless_yes_is_said(robin: World) -> None:
    for args in ((), ("--json",)):
        result = robin.run("touch", "--year-end", *args)
        assert result.code == 1
        assert "`mailsense touch --year-end --yes` drafts 1 note" in result.err
    assert touches(robin) == []
    (told,) = robin.json("touch", "--year-end", "--yes")
    assert told["kept"] is True
    (made,) = touches(robin)
    assert told["draft"] == made
    assert "writing back to me" in made["body"]
    assert robin.ok("touch", "--year-end", "--yes").out == (
        "nobody has written back to you this year who had no note yet\n"
    )


def test_notes_that_were_asked_for_at_once_are_taken_back_at_once(
    robin: World, more: Callable[[], None]
) -> None:
    more()
    told = robin.json("touch", "--year-end", "--yes")
    assert [t["person"] for t in told] == [str(HUGO), str(IDA)]
    assert len({t["draft"]["body"].split("\n\n")[1] for t in told}) == 2
    robin.now += timedelta(hours=1)
    assert len(robin.ok("touch", "--undo").out.splitlines()) == 2
    assert [d["state"] for d in touches(robin)] == ["stale", "stale"]


IDA = Address("Ida Moor", "ida@saltmarsh.example")


@pytest.fixture
def more(robin: World) -> Callable[[], None]:
    """Another contact wrote back."""

    def add() -> None:
        store = robin.store()
        ask = message("ask2", ROBIN, IDA, 60, "I would value your perspective on the field.")
        word = message("ida", IDA, ROBIN, 58, "I received your letter and shall think about it.")
        for uid, one in ((30, ask), (31, word)):
            own = one is ask
            located = Located(one, "main", "INBOX", uid, own, not own, "ida", one.date)
            store.add_messages([located], {} if own else {one.key: judged(one)})
        store.set_relevant({ask.key: True})
        decide(store, robin.app().deciding(store))
        store.close()

    return add


def test_who_is_left_out_is_told_with_the_reason(robin: World, more: Callable[[], None]) -> None:
    more()
    robin.ok("touch", "Ida", "--article", URL)
    robin.ok("never", "Hugo Lamb")
    said = " ".join(robin.ok("touch", "--year-end", "--dry-run").out.split())
    assert f"not to {IDA}: a draft to Ida Moor comes first" in said
    assert f"not to {HUGO}: you asked never to write to Hugo Lamb" in said


def test_in_november_it_says_when_it_is_written(robin: World) -> None:
    robin.now = NOW - timedelta(days=20)
    assert "is written in December" in robin.run("touch", "Hugo", "--year-end").err
    for args in (("--yes",), ("--dry-run",), ("--json",)):
        result = robin.run("touch", "--year-end", *args)
        assert (result.code, result.out) == (1, "")
        assert "is written in December" in result.err
    assert touches(robin) == []
