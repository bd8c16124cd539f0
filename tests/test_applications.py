"""`mailsense applications`: what the user says of them, on the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Address, Located, Message, short_id
from mailsense.pipeline.decide import decide
from tests.support.wordmodel import NOW, judged, worded
from tests.support.world import World

ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
MONA = Address("Mona Vest", "mona.vest@lindenschool.example")
ROBIN = Address("Robin Avery", "robin@me.example")


def letter(key: str, sender: Address, subject: str, text: str, days: float, **more: Any) -> Message:
    id = f"{key}@letters.example"
    date = NOW - timedelta(days=days)
    return Message(id, id, subject, sender, (ROBIN,), date=date, text=text, **more)


INVITE = letter(
    "invite", ANNA, "Interview for Data Analyst",
    "Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks.\n\n"
    "Best regards\nAnna Lee", 2,
)  # fmt: skip
AGAIN = letter(
    "again", ANNA, "Re: Interview for Data Analyst",
    "Dear Robin,\n\nThe interview for the Data Analyst role is on Monday.\n\nBest regards\n"
    "Anna Lee", 1, in_reply_to=(INVITE.key,), references=(INVITE.key,),
)  # fmt: skip
NO = letter(
    "no", MONA, "Your application for School Librarian",
    "Dear Robin,\n\nWe regret that we chose somebody else for the School Librarian role. Thank you "
    "for coming in for the interview; your regret is ours, unfortunately.\n\nBest regards\n"
    "Mona Vest", 3,
)  # fmt: skip
CAKE = letter("cake", Address("Jo", "jo@pals.example"), "Cake", "The cake, the cake.", 1)
THREADS = {INVITE.key: "t1", AGAIN.key: "t1", NO.key: "t2", CAKE.key: "t3"}


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two processes, each with a draft: one of two letters in a thread, one with a no."""
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    for uid, one in enumerate((INVITE, AGAIN, NO, CAKE), 1):
        located = Located(one, "main", "INBOX", uid, False, False, THREADS[one.key], one.date)
        store.add_messages([located], {one.key: judged(one)})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def of(robin: World, company: str) -> str:
    (found,) = [a["id"] for a in robin.json("applications", "list") if a["company"] == company]
    return str(found)


def open_drafts(robin: World) -> list[tuple[str, str, str]]:
    states = ("waiting", "resting")
    drafts = [d for d in robin.json("drafts") if d["state"] in states]
    return sorted((d["to"][0], d["plan"], d["application"]) for d in drafts)


def world_of(robin: World) -> Any:
    """All that a correction may change, as it is told."""
    drafts = sorted(robin.json("drafts"), key=lambda d: d["id"])
    return robin.json("applications", "list"), drafts


def test_the_world_is_as_the_tests_think(robin: World) -> None:
    assert sorted(a["company"] for a in robin.json("applications", "list")) == [
        "Acmeworks",
        "Lindenschool",
    ]
    assert [plan for _, plan, _ in open_drafts(robin)] == ["answer-request", "answer-rejection"]


SAYING = {
    "add": "add --company Fenland --role Cook --contact Ida<ida@fenland.example>",
    "close": "close ACME --as withdrawn",
    "reopen": "reopen LINDEN",
    "merge": "merge LINDEN ACME",
    "split": "split ACME again@letters.example",
    "assign": "assign again@letters.example LINDEN",
    "assign ordinary mail": "assign cake@letters.example ACME",
    "set": "set LINDEN --company Linden --role Archivist --stage screening",
    "note": "note ACME --spoke they called",
}


@pytest.mark.parametrize("said", SAYING.values(), ids=SAYING)
def test_what_was_said_and_taken_back_leaves_all_as_it_was(robin: World, said: str) -> None:
    ids = {"ACME": of(robin, "Acmeworks"), "LINDEN": of(robin, "Lindenschool")}
    before = world_of(robin)
    told = robin.json("applications", *(ids.get(word, word) for word in said.split()))
    assert told["change"] == said.split()[0]
    assert told["undo"] == "mailsense applications undo 1"
    assert world_of(robin) != before
    assert robin.ok("applications", "undo").out.startswith(f"taken back: {told['said']}")
    assert world_of(robin) == before


def test_closing_withdraws_the_draft_and_says_how_to_take_it_back(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    out = robin.ok("applications", "close", acme, "--as", "declined").out
    assert out.splitlines() == [
        f"{acme} closed (declined)",
        f"{acme}  Data Analyst at Acmeworks: interview, closed (declined)",
        "1 draft withdrawn: no longer needed",
        "`mailsense applications undo 1` takes it back",
    ]
    assert [plan for _, plan, _ in open_drafts(robin)] == ["answer-rejection"]
    again = robin.run("applications", "close", acme, "--as", "declined")
    assert (again.code, again.err.count("\n")) == (1, 1)
    robin.ok("applications", "close", acme)
    assert [plan for _, plan, _ in open_drafts(robin)] == ["answer-rejection"], "for no reason too"
    (closed,) = [a for a in robin.json("applications", "list") if a["id"] == acme]
    assert (closed["state"], closed["outcome"]) == ("closed", "none")


def test_opening_again_withdraws_the_answer_to_the_no_and_an_open_one_is_told(
    robin: World,
) -> None:
    linden = of(robin, "Lindenschool")
    out = robin.ok("applications", "reopen", linden).out
    assert out.splitlines() == [
        f"{linden} opened again",
        f"{linden}  School Librarian at Lindenschool: interview, waiting",
        "1 draft withdrawn: no longer needed",
        "`mailsense applications undo 1` takes it back",
    ]
    assert [plan for _, plan, _ in open_drafts(robin)] == ["answer-request"]
    again = robin.run("applications", "reopen", linden)
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert "is not closed" in again.err
    robin.ok("applications", "close", linden)
    (closed,) = [a for a in robin.json("applications", "list") if a["id"] == linden]
    assert closed["state"] == "closed", "and closed again"


def test_a_draft_goes_along_with_the_letter_that_it_answers(robin: World) -> None:
    acme, linden = of(robin, "Acmeworks"), of(robin, "Lindenschool")
    told = robin.json("applications", "merge", acme, linden)
    (followed,) = told["followed"]
    (draft,) = [d for d in robin.json("drafts") if d["id"] == followed]
    assert draft["application"] == acme
    gone = robin.run("applications", "show", linden)
    assert gone.code == 1
    assert gone.err == f"mailsense: {linden} was merged into {acme}: name that one\n"


def test_a_draft_whose_place_was_left_by_another_gets_an_id_of_its_own(robin: World) -> None:
    store = robin.store()
    (mine,) = [d for d in store.drafts() if d.to[0] == ANNA]
    store.save_draft(replace(mine, about="a-elsewhere", answers=""))
    store.close()
    robin.ok("applications", "note", of(robin, "Lindenschool"), "a look")
    store = robin.store()
    old, new = [d for d in store.drafts() if d.to[0] == ANNA]
    store.close()
    assert (old.id, new.about) == (mine.id, mine.about)
    assert new.id != old.id


def test_splitting_gives_a_new_application_with_its_own_draft(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    told = robin.json("applications", "split", acme, short_id(AGAIN.key))
    new = told["application"]["id"]
    assert new != acme
    assert told["application"]["message_ids"] == [AGAIN.key]
    assert ("Anna Lee <anna.lee@acmeworks.example>", "answer-request", new) in open_drafts(robin)


def test_a_draft_that_the_user_edited_keeps_its_words(robin: World) -> None:
    linden = of(robin, "Lindenschool")
    (mine,) = [d for d in robin.json("drafts") if d["plan"] == "answer-rejection"]
    robin.ok("drafts", "edit", mine["id"], "--body", "Hello Mona,\n\nthank you.\n\nRobin")
    told = robin.json("applications", "set", linden, "--role", "Archivist")
    assert told["rewritten"] == []
    (after,) = [d for d in robin.json("drafts") if d["id"] == mine["id"]]
    assert after["body"] == "Hello Mona,\n\nthank you.\n\nRobin\n"


def test_a_draft_with_only_our_words_is_written_anew(robin: World) -> None:
    linden = of(robin, "Lindenschool")
    (before,) = [d for d in robin.json("drafts") if d["plan"] == "answer-rejection"]
    told = robin.json("applications", "set", linden, "--role", "Archivist")
    assert told["rewritten"] == [before["id"]]
    (after,) = [d for d in robin.json("drafts") if d["id"] == before["id"]]
    assert "Archivist" in after["body"]
    assert (after["state"], after["message_id"]) == (before["state"], before["message_id"])


def test_an_application_without_mail_is_kept_listed_and_shown(robin: World) -> None:
    who = "Ida Moor <ida@fenland.example>"
    told = robin.json(
        "applications", "add", "--company", "Fenland", "--role", "Cook", "--contact", who,
        "--on", "2026-03-02", "--stage", "screening",
    )  # fmt: skip
    id = told["application"]["id"]
    assert told["application"]["last_out"] == "2026-03-02T12:00:00Z"
    assert told["application"]["corrected"] == ["added"]
    out = robin.ok("applications", "list").out
    assert "as you said: added" in out
    shown = robin.ok("applications", "show", id).out
    assert "Cook at Fenland" in shown
    assert who in shown
    again = robin.run("applications", "add", "--company", "FENLAND Ltd", "--role", "cook")
    assert again.code == 1
    assert again.err.startswith(f"mailsense: {id} is that application already: ")


def test_what_mail_tells_of_already_is_not_added_again(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    again = robin.run("applications", "add", "--company", "Acmeworks", "--role", "Data Analyst")
    assert again.code == 1
    assert again.err.startswith(f"mailsense: {acme} is that application already")
    hers = ("add", "--company", "Acmeworks", "--contact", str(ANNA))
    assert f"{acme} is that" in robin.run("applications", *hers).err, "the same by its person"
    robin.ok("applications", "close", acme, "--as", "rejection")
    told = robin.json("applications", "add", "--company", "Acmeworks", "--role", "Data Analyst")
    assert told["application"]["message_ids"] == [], "applied once more after a no"
    assert told["application"]["state"] == "waiting"


def test_notes_are_shown_by_day(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    assert robin.ok("applications", "note", acme).out.startswith("no notes yet")
    robin.ok("applications", "note", acme, "--spoke", "she", "called")
    robin.ok("applications", "note", acme, "the portal says \x1b[31mred", "--on", "2026-03-01")
    assert robin.ok("applications", "note", acme).out.splitlines() == [
        "2026-03-01  the portal says [31mred",
        "2026-03-04  (spoke)  she called",
    ]
    notes = robin.json("applications", "note", acme)
    assert [n["spoke"] for n in notes] == [False, True]
    shown = robin.ok("applications", "show", acme).out
    assert "note: 2026-03-04  (spoke)  she called" in shown
    assert f"2: 2026-03-04 {acme} noted: the portal says" in shown
    assert [p for _, p, _ in open_drafts(robin)] == ["answer-rejection"], "the talk was the answer"


def test_show_tells_letters_drafts_reasons_and_what_was_taken_back(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    robin.ok("applications", "set", acme, "--role", "Analyst")
    robin.ok("applications", "undo")
    shown = robin.ok("applications", "show", acme).out
    assert "Interview for Data Analyst" in shown
    assert "draft waiting: answer-request" in shown
    assert f"{acme} set: role Analyst, taken back" in shown
    told = robin.json("applications", "show", acme)
    assert [c["number"] for c in told["corrections"]] == [1]
    assert told["corrections"][0]["undone"]
    assert told["drafts"][0]["plan"] == "answer-request"


def test_any_one_of_several_can_be_taken_back(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    robin.ok("applications", "close", acme)
    robin.ok("applications", "note", acme, "a thought")
    robin.ok("applications", "undo", "1")
    (now,) = [a for a in robin.json("applications", "list") if a["id"] == acme]
    assert (now["state"], len(now["notes"])) == ("open", 1)
    assert robin.run("applications", "undo", "1").err == (
        "mailsense: correction 1 was taken back already\n"
    )
    robin.ok("applications", "undo")
    assert robin.run("applications", "undo").code == 1


WRONG: list[tuple[str, int, str]] = [
    ("show a000000", 1, "no application is called a000000: `mailsense applications list`"),
    ("close a0", 1, "no application is called a0"),
    ("note a000000 hello", 1, "no application is called"),
    ("merge ACME", 2, "name two applications or more"),
    ("merge ACME ACME", 1, "name two applications or more"),
    ("split ACME nothing@letters.example", 1, "no message is called"),
    ("split ACME no@letters.example", 1, "is not in ACME: it is in LINDEN"),
    ("split ACME cake@letters.example", 1, "it is in no application"),
    ("split ACME invite@letters.example", 1, "nothing of ACME would be left"),
    ("assign no@letters.example LINDEN", 1, "is in LINDEN already"),
    ("set ACME", 2, "say what is right: --company, --role or --stage"),
    ("set ACME --role ...", 2, "is no name"),
    ("set ACME --stage dream", 2, "'dream' is not one of"),
    ("close ACME --as ghosted", 2, "'ghosted' is not one of"),
    ("note ACME --spoke", 2, "say in a few words"),
    ("note ACME later --on 2026-03-05", 2, "2026-03-05 lies ahead"),
    ("note ACME later --on tomorrow", 2, "tomorrow"),
    ("add --role Cook", 2, "say where: --company"),
    ("add --company Acme --contact Ida", 2, "write it as"),
    ("undo", 1, "you have corrected nothing"),
    ("undo 7", 1, "there is no correction 7"),
]


@pytest.mark.parametrize(("said", "code", "told"), WRONG, ids=[said for said, *_ in WRONG])
def test_what_cannot_be_done_is_told_with_the_way_out(
    robin: World, said: str, code: int, told: str
) -> None:
    ids = {"ACME": of(robin, "Acmeworks"), "LINDEN": of(robin, "Lindenschool")}
    for name, id in ids.items():
        told = told.replace(name, id)
    result = robin.run("applications", *(ids.get(word, word) for word in said.split()))
    assert result.code == code
    assert told in result.err
    assert ": is not in" not in result.err, "a whole sentence"
    assert code == 2 or result.err.count("\n") == 1
    store = robin.store()
    assert store.corrections() == []
    store.close()


def test_a_letter_that_answers_an_assigned_one_follows_it(robin: World) -> None:
    acme = of(robin, "Acmeworks")
    robin.ok("applications", "assign", CAKE.key, acme)
    store = robin.store()
    more = replace(CAKE, key="more@letters.example", message_id="more@letters.example")
    store.add_messages(
        [Located(more, "main", "INBOX", 9, False, False, "t3", NOW)], {more.key: judged(more)}
    )
    store.close()
    robin.ok("applications", "note", acme, "a look")
    (now,) = [a for a in robin.json("applications", "list") if a["id"] == acme]
    assert {CAKE.key, more.key} <= set(now["message_ids"])
