"""`mailsense never`, `pause`, `resume` and `landed` on the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest

from mailsense.cli import wishes as told
from mailsense.domain import Address, Located
from mailsense.pipeline.decide import decide
from tests.support.wordmodel import NOW, judged, worded
from tests.support.world import World
from tests.test_applications import ANNA, INVITE, MONA, NO, letter

KIT = Address("Kit Moss", "kit.moss@gmail.com")
BAKER = letter(
    "baker", KIT, "Interview for Baker",
    "Dear Robin,\n\nYou are invited to an interview for the Baker role at Moss Bakery.\n\n"
    "Best regards\nKit Moss\nMoss Bakery", 1,
)  # fmt: skip
LEE = letter(
    "lee", Address("Ann Lee", "ann.lee@fernpress.example"), "Interview for Editor",
    "Dear Robin,\n\nYou are invited to an interview for the Editor role at Fern Press.\n\n"
    "Best regards\nAnn Lee", 1,
)  # fmt: skip
MINE = replace(letter(
    "mine", Address("Robin Avery", "robin@me.example"), "Re: Interview for Data Analyst",
    "Dear Anna,\n\nAny day suits me. When may I hear from you?\n\nRobin", 0.5,
    in_reply_to=(INVITE.key,), references=(INVITE.key,),
), to=(ANNA,))  # fmt: skip
HERS = "you asked never to write to Anna Lee"


def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *letters: Any) -> World:
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    for uid, one in enumerate(letters, 1):
        out = one.from_.email == "robin@me.example"
        thread = "invite" if one is MINE else one.key.partition("@")[0]
        located = Located(
            one, "main", "Sent" if out else "INBOX", uid, out, False, thread, one.date
        )
        store.add_messages([located], {} if out else {one.key: judged(one)})
        store.set_relevant({one.key: True} if out else {})
    decide(store, made.app().deciding(store))
    store.close()
    return made


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Three invitations and a no, each with a draft."""
    return world(tmp_path, monkeypatch, INVITE, NO, BAKER, LEE)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One process whose first question into the silence is due."""
    made = world(tmp_path, monkeypatch, replace(INVITE, date=NOW - timedelta(days=20)),
                 replace(MINE, date=NOW - timedelta(days=12)))  # fmt: skip
    assert plans(made) == {ANNA.email: "status-check"}
    return made


def plans(robin: World) -> dict[str, str]:
    """Person → plan of the draft that is open."""
    drafts = [d for d in robin.json("drafts") if d["state"] in ("waiting", "resting")]
    return {parseaddr(d["to"][0])[1]: d["plan"] for d in drafts}


def why(robin: World, company: str) -> list[str]:
    """What `applications show` says of what is planned."""
    (one,) = [a for a in robin.json("applications", "list") if a["company"] == company]
    return list(robin.json("applications", "show", one["id"])["why"])


# --- never -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anna Lee", "anna", ANNA.email, "ANNA.LEE@acmeworks.example"])
def test_a_person_is_never_written_to_and_it_says_why(robin: World, name: str) -> None:
    before = plans(robin)
    said = robin.ok("never", *name.split()).out
    assert "nothing is drafted to Anna Lee <anna.lee@acmeworks.example> any more" in said
    assert "1 draft withdrawn" in said
    assert "`mailsense never --undo` takes it back" in said
    assert plans(robin) == {k: v for k, v in before.items() if k != ANNA.email}
    assert HERS in why(robin, "Acmeworks")
    assert any(HERS in m["note"] for m in robin.json("list"))
    assert HERS in robin.ok("list").out
    assert "taken back" in robin.ok("never", "--undo").out
    assert plans(robin) == before


@pytest.mark.parametrize("name", ["Acmeworks", "ACMEWORKS Ltd.", "acmeworks.example"])
def test_a_firm_is_never_written_to_by_name_or_domain(robin: World, name: str) -> None:
    said = robin.ok("never", name).out
    assert f"nothing is drafted to anybody at {'Acmeworks' if '.e' not in name else name}" in said
    assert ANNA.email not in plans(robin)
    assert len(plans(robin)) == 3


def test_a_firm_holds_for_its_peoples_private_mail(robin: World) -> None:
    robin.ok("never", "Moss Bakery")
    assert KIT.email not in plans(robin)


def test_whom_no_mail_knows_is_named_by_address_or_domain(robin: World) -> None:
    found = robin.json("never", "Bo <bo@elsewhere.example>")
    assert found["person"] == {"name": "Bo", "email": "bo@elsewhere.example"}
    assert (found["number"], found["withdrawn"], found["drafted"]) == (1, [], [])
    assert found["undo"] == "mailsense never --undo"
    assert robin.json("never", "nowhere.example")["company"] == "nowhere.example"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Lee", "Lee can be Ann Lee <ann.lee@fernpress.example>, or Anna Lee <anna.lee@acme"),
        ("Nobody Known", "nobody called Nobody Known is known: give an address, a domain"),
        ("gmail.com", "at gmail.com anybody can have a mailbox: name the person's address"),
        ("a b@c", "a b@c is no address"),
        ("anna@", "anna@ is no address"),
    ],
)
def test_what_names_nobody_or_several_is_told(robin: World, name: str, told: str) -> None:
    result = robin.run("never", name)
    assert result.code == 1
    assert told in result.err
    assert robin.json("never") == []


def test_the_list_tells_who_and_since_when(robin: World) -> None:
    assert "nobody: `mailsense never PERSON`" in robin.ok("never").out
    robin.ok("never", "Anna Lee")
    robin.ok("never", "Moss Bakery")
    lines = robin.ok("never", "--list").out.splitlines()
    assert lines == [f"2026-03-04  {ANNA}", "2026-03-04  Moss Bakery"]
    assert [one["company"] for one in robin.json("never")] == ["", "Moss Bakery"]
    again = robin.run("never", "moss bakery ltd")
    assert (again.code, "Moss Bakery is on the list already" in again.err) == (1, True)
    again = robin.run("never", ANNA.email)
    assert again.code == 1
    assert "on the list already" in again.err


def test_the_one_that_is_named_is_taken_back(robin: World) -> None:
    for name in ("Anna Lee", "Moss Bakery", "Mona Vest"):
        robin.ok("never", name)
    assert "letters to Moss Bakery are drafted again" in robin.ok(
        "never", "--undo", "moss bakery"
    ).out  # fmt: skip
    assert robin.json("never", "--undo", ANNA.email)["undone"]
    assert [one["person"]["email"] for one in robin.json("never")] == [MONA.email]
    for text in ("Kit Moss", "Acmeworks"):
        result = robin.run("never", "--undo", text)
        assert result.code == 1
        assert f"{text} is not on the list" in result.err
    robin.ok("never", "--undo")
    nothing = robin.run("never", "--undo")
    assert (nothing.code, nothing.err) == (
        1,
        "mailsense: there is nothing to take back: you may write to everybody\n",
    )
    assert "Kit Moss is not on the list" in robin.run("never", "--undo", "Kit Moss").err


def test_list_and_undo_do_not_go_together(robin: World) -> None:
    assert robin.run("never", "--list", "--undo").code == 2
    assert robin.run("never", "--list", "Anna").code == 2


# --- pause and resume --------------------------------------------------------------------------


def test_a_pause_stops_the_question_until_it_is_ended(waiting: World) -> None:
    said = waiting.ok("pause").out
    assert "paused: nothing is written into a silence; answers and thanks go on" in said
    assert "1 draft withdrawn" in said
    assert "`mailsense resume` takes it back" in said
    assert plans(waiting) == {}
    assert "paused: nothing is written into a silence" in waiting.ok("status").out
    assert waiting.json("status")["paused"] == {"until": None}
    assert "resumed" in waiting.ok("resume").out
    assert plans(waiting) == {ANNA.email: "status-check"}
    assert waiting.json("status")["paused"] is None
    assert "nothing is paused" in waiting.run("resume").err


@pytest.mark.parametrize(
    ("options", "until"),
    [(("--until", "2026-03-11"), "2026-03-11"), (("--weeks", "2"), "2026-03-18"), ((), None)],
)
def test_a_pause_may_have_an_end(
    waiting: World, options: tuple[str, ...], until: str | None
) -> None:
    assert waiting.json("pause", *options)["until"] == until
    waiting.now = datetime(2026, 3, 18, 12, tzinfo=UTC)
    assert waiting.json("status")["paused"] == (None if until else {"until": None})
    assert waiting.run("resume").code == (1 if until else 0)


def test_a_later_pause_takes_the_place_of_the_one_before(waiting: World) -> None:
    waiting.ok("pause")
    waiting.ok("pause", "--weeks", "1")
    assert waiting.json("status")["paused"] == {"until": "2026-03-11"}
    waiting.ok("resume")
    assert waiting.json("status")["paused"] is None


@pytest.mark.parametrize(
    "options",
    [("--until", "2026-03-04"), ("--until", "soon"), ("--weeks", "0"),
     ("--weeks", "2", "--until", "2026-05-01")],
)  # fmt: skip
def test_a_pause_that_cannot_be_is_refused(waiting: World, options: tuple[str, ...]) -> None:
    assert waiting.run("pause", *options).code == 2
    assert waiting.json("status")["paused"] is None


# --- landed ----------------------------------------------------------------------------------


def test_landing_says_first_and_does_nothing_unasked(robin: World) -> None:
    before = plans(robin)
    for options in ((), ("--json",)):
        result = robin.run("landed", "--company", "Moss Bakery", *options)
        assert result.code == 1
        assert "nothing was done: `mailsense landed --yes` does it" in result.err
    dry = robin.ok("landed", "--company", "Moss Bakery", "--dry-run").out
    assert "2 withdrawals to review: Anna Lee, Ann Lee" in dry
    assert "0 thank-yous to review" in dry
    assert "2 open drafts withdrawn" in dry
    assert "nothing is written into a silence any more" in dry
    told = robin.json("landed", "--dry-run")
    assert told["done"] is False
    assert [d["plan"] for d in told["withdrawals"]] == ["withdraw"] * 3
    assert plans(robin) == before
    assert robin.json("status")["landed"] is None


def test_landing_leaves_withdrawals_to_review_and_is_taken_back(robin: World) -> None:
    before = plans(robin)
    said = robin.ok("landed", "--company", "Moss Bakery", "--role", "Baker", "--yes").out
    assert "done: congratulations" in said
    assert "the letters wait for you: `mailsense review`" in said
    assert "`mailsense landed --undo` takes it back" in said
    assert plans(robin) == {
        ANNA.email: "withdraw",
        "ann.lee@fernpress.example": "withdraw",
        KIT.email: "answer-request",
        MONA.email: "answer-rejection",
    }
    assert "landed on 2026-03-04 as Baker at Moss Bakery" in robin.ok("status").out
    assert robin.json("status")["landed"] == {
        "on": "2026-03-04",
        "company": "Moss Bakery",
        "role": "Baker",
    }
    for draft in robin.json("drafts"):
        if draft["plan"] == "withdraw":
            assert "Baker" not in draft["body"]
            assert draft["warnings"] == []
    assert "taken back" in robin.ok("landed", "--undo").out
    assert plans(robin) == before
    assert "there is nothing to take back" in robin.run("landed", "--undo").err


def test_on_a_terminal_it_asks(robin: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "interactive", lambda: True)
    said = robin.ok("landed", input="n\n")
    assert "go on? [y/N]" in said.out
    assert robin.json("status")["landed"] is None
    assert "done: congratulations" in robin.ok("landed", input="y\n").out
    assert robin.json("status")["landed"] == {"on": "2026-03-04", "company": "", "role": ""}


def test_saying_it_again_with_the_firm_takes_the_place_of_the_first(robin: World) -> None:
    first = robin.json("landed", "--yes")
    assert first["done"]
    assert len(first["withdrawals"]) == 3
    again = robin.json("landed", "--yes", "--company", "Moss Bakery", "--on", "2026-03-02")
    assert (again["company"], again["on"]) == ("Moss Bakery", "2026-03-02")
    assert len(again["withdrawals"]) == 2
    assert plans(robin)[KIT.email] == "answer-request"
    robin.ok("landed", "--undo")
    assert robin.json("status")["landed"] is None


@pytest.mark.parametrize(
    "options", [("--on", "2026-03-05"), ("--undo", "--company", "Acme"), ("--undo", "--dry-run")]
)
def test_a_landing_that_cannot_be_is_refused(robin: World, options: tuple[str, ...]) -> None:
    assert robin.run("landed", *options).code == 2


def test_what_is_added_by_hand_is_withdrawn_from_in_new_mail(robin: World) -> None:
    robin.ok("applications", "add", "--company", "Quarry Mill", "--role", "Miller",
             "--contact", "Ed Stone <ed.stone@quarrymill.example>")  # fmt: skip
    robin.ok("landed", "--yes")
    (found,) = [d for d in robin.json("drafts") if "ed.stone" in str(d["to"])]
    assert (found["plan"], found["account"]) == ("withdraw", "main")
    assert found["subject"] == "I am withdrawing my application"
    assert "the Miller role at Quarry Mill" in found["body"]


def test_who_gave_a_name_by_word_of_mouth_is_thanked_as_well(robin: World) -> None:
    robin.ok("leads", "add", "Maria Lopez", "--from", "Ben Dale <ben@pals.example>")
    found = robin.json("landed", "--yes", "--company", "Fern Press", "--role", "Editor")
    assert [d["to"] for d in found["thanks"]] == ["Ben Dale <ben@pals.example>"]
    (thanks,) = [d for d in robin.json("drafts") if d["plan"] == "stay-in-touch"]
    assert (thanks["account"], thanks["subject"]) == ("main", "Good news, and thank you")
    assert "I have found a new job, the Editor role at Fern Press." in thanks["body"]
    assert "Thank you for pointing me to Maria Lopez." in thanks["body"]
    assert thanks["warnings"] == []
    assert plans(robin)["ann.lee@fernpress.example"] == "answer-request", "where the new job is"
