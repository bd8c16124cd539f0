"""`mailsense leads` on the command line: names from the mail and from the user, to their end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Address, Kind, Located, Message, Source, Verdict
from mailsense.pipeline.decide import decide
from mailsense.pipeline.judge import judge
from tests.support.wordmodel import NOW, WordClassifier, worded
from tests.support.world import World

NORA = Address("Nora Pike", "nora.pike@tidehouse.example")
JONAS = Address("Jonas Berg", "jonas.berg@granary.example")
ROBIN = Address("Robin Avery", "robin@me.example")
REFERRED = Verdict(Kind.REFERRAL, Source.MODEL, 0.9)


def letter(
    key: str, sender: Address, to: Address, text: str, hours: float, re: str = ""
) -> Message:
    id = f"{key}@letters.example"
    answers = (f"{re}@letters.example",) if re else ()
    date = NOW - timedelta(hours=hours)
    return Message(id, id, "Museum work", sender, (to,), date=date, text=text, in_reply_to=answers)


def put(world: World, message: Message, verdict: Verdict | None = None) -> None:
    store = world.store()
    outgoing = message.from_ == ROBIN
    located = Located(message, "main", "INBOX", 1, outgoing, False, "t1", message.date)
    store.add_messages([located], {message.key: verdict} if verdict else {})
    if outgoing:
        store.set_relevant({message.key: True})
    decide(store, world.app().deciding(store))
    store.close()


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A contact has named somebody, without an address and without a word of her own name."""
    made = worded(tmp_path, monkeypatch)
    text = "Dear Robin,\n\nYou should talk to Jonas Berg at Old Granary Arts.\n\nBest,\nNora"
    put(made, letter("name", NORA, ROBIN, text, 3), REFERRED)
    return made


def the_lead(robin: World) -> dict[str, Any]:
    (lead,) = robin.json("leads")
    return dict(lead)


def drafts(robin: World) -> list[tuple[str, str]]:
    return sorted(
        (d["plan"], d["to"][0])
        for d in robin.json("drafts")
        if d["state"] in ("waiting", "resting")
    )


def test_a_name_in_the_mail_is_listed_with_its_source_and_the_next_step(robin: World) -> None:
    lead = the_lead(robin)
    assert (lead["name"], lead["company"]) == ("Jonas Berg", "Old Granary Arts")
    assert (lead["giver"], lead["given"], lead["state"]) == (str(NORA), "2026-03-04", "new")
    assert lead["next"] == f"find an address: `mailsense leads set {lead['id']} --email ADDRESS`"
    out = robin.ok("leads").out
    assert "Jonas Berg" in out
    assert "from Nora Pike, 2026-03-04" in out
    assert "find an address" in out
    assert robin.ok("leads", "list").out == out
    assert all(len(line) <= 120 for line in out.splitlines())


def test_only_one_state_is_shown_when_asked(robin: World) -> None:
    assert len(robin.json("leads", "list", "--state", "new")) == 1
    assert robin.json("leads", "list", "--state", "led") == []
    assert "no leads are led" in robin.ok("leads", "--state", "led").out


def test_nothing_yet_tells_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = worded(tmp_path, monkeypatch)
    assert made.json("leads") == []
    assert "mailsense leads add NAME --from GIVER" in made.ok("leads").out


def test_an_address_makes_the_introduction_possible(robin: World) -> None:
    id = the_lead(robin)["id"]
    assert drafts(robin) == [("thank-referral", str(NORA))]
    out = robin.ok("leads", "set", id, "--email", JONAS.email, "--may-use-name").out
    assert f"{id} set: {JONAS.email}, may be named" in out
    assert "an introduction waits" in out
    assert "1 draft followed from it" in out
    assert drafts(robin) == [("introduce", str(JONAS)), ("thank-referral", str(NORA))]
    shown = next(d for d in robin.json("drafts") if d["plan"] == "introduce")
    assert "Nora Pike suggested that I write to you." in shown["body"]
    assert shown["warnings"] == ["warning: it does not say what you are looking for: set me.field"]


def test_a_name_that_must_not_be_named_leaves_the_letter_at_once(robin: World) -> None:
    id = the_lead(robin)["id"]
    robin.ok("leads", "set", id, "--email", JONAS.email, "--may-use-name")
    told = robin.json("leads", "set", id, "--do-not-name")
    assert (len(told["withdrawn"]), len(told["drafted"])) == (1, 1)
    (body,) = [
        d["body"]
        for d in robin.json("drafts")
        if d["plan"] == "introduce" and d["state"] == "waiting"
    ]
    assert "Nora" not in body


def test_a_lead_is_shown_whole_with_what_was_said_of_it(robin: World) -> None:
    robin.ok("leads", "set", "Jonas Berg", "--company", "Granary Trust")
    out = robin.ok("leads", "show", JONAS.name).out
    for text in ("Jonas Berg", "Granary Trust", "2026-03-04 by Nora Pike", "not said", "set:"):
        assert text in out, out
    told = robin.json("leads", "show", the_lead(robin)["id"][:5])
    assert [s["step"] for s in told["said"]] == ["set"]
    assert told["company"] == "Granary Trust"


def test_a_name_given_by_mouth_is_kept_and_written_to(robin: World) -> None:
    told = robin.json(
        "leads", "add", "Petra", "Holm", "--email", "petra@holm.example", "--company",
        "Holm Gallery", "--from", "nora pike", "--on", "2026-03-02", "--may-use-name",
    )  # fmt: skip
    lead = told["lead"]
    assert (lead["name"], lead["giver"], lead["given"]) == ("Petra Holm", str(NORA), "2026-03-02")
    assert told["drafted"]
    assert ("introduce", "Petra Holm <petra@holm.example>") in drafts(robin)
    again = robin.run("leads", "add", "Petra Holm", "--from", "Nora Pike")
    assert (again.code, "there already" in again.err) == (1, True)


def test_a_giver_whom_no_mail_knows_is_kept_by_name(robin: World) -> None:
    told = robin.json("leads", "add", "Petra", "--from", "Uncle Jo")
    assert told["lead"]["giver"] == "Uncle Jo"
    assert told["said"].endswith(" added: Petra, from Uncle Jo")
    assert told["drafted"] == []


def test_what_it_led_to_is_told_to_the_giver_once(robin: World) -> None:
    text = "Dear Nora,\n\nThank you for the name.\n\nRobin"
    put(robin, letter("thanks", ROBIN, NORA, text, 2, "name"))
    assert drafts(robin) == []
    out = robin.ok("leads", "led-to", "Jonas Berg", "a trial day").out
    assert "led to: a trial day" in out
    assert drafts(robin) == [("thank-referral", str(NORA))]
    (body,) = [d["body"] for d in robin.json("drafts") if d["state"] == "waiting"]
    assert "You pointed me to Jonas Berg" in body
    assert "it led to a trial day." in body
    assert "led to: a trial day" in robin.ok("leads").out
    robin.ok("leads", "led-to", "Jonas Berg", "they took me on")
    (body,) = [d["body"] for d in robin.json("drafts") if d["state"] == "waiting"]
    assert "They took me on." in body
    robin.ok("leads", "undo")
    robin.ok("leads", "undo")
    assert drafts(robin) == []


def test_a_lead_is_let_go_and_taken_up_again(robin: World) -> None:
    robin.ok("leads", "set", "Jonas Berg", "--email", JONAS.email, "--may-use-name")
    told = robin.json("leads", "drop", "Jonas Berg")
    assert told["lead"]["state"] == "dropped"
    assert len(told["withdrawn"]) == 1
    out = robin.ok("leads", "undo").out
    assert "taken back" in out
    assert the_lead(robin)["state"] == "new"
    assert ("introduce", str(JONAS)) in drafts(robin)


def test_each_entry_can_be_taken_back_by_its_number(robin: World) -> None:
    first = robin.json("leads", "set", "Jonas Berg", "--company", "Granary")["number"]
    robin.ok("leads", "set", "Jonas Berg", "--email", JONAS.email)
    robin.ok("leads", "undo", str(first))
    lead = the_lead(robin)
    assert (lead["company"], lead["email"]) == ("Old Granary Arts", JONAS.email)
    again = robin.run("leads", "undo", str(first))
    assert (again.code, "taken back already" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("show", "nobody"), 1, "there is no lead nobody: `mailsense leads list`"),
        (("set", "Jonas Berg"), 2, "say what is right"),
        (("set", "Jonas Berg", "--email", "nowhere"), 2, "name@example.org"),
        (("set", "Jonas Berg", "--email", "a@b.example,c@d.example"), 2, "name@example.org"),
        (("add", "--from", "Nora Pike"), 2, "NAME"),
        (("add", "Petra"), 2, "--from"),
        (("add", "---", "--from", "Nora Pike"), 2, "no such option"),
        (("add", "...", "--from", "Nora Pike"), 2, "is no name"),
        (("add", "Petra", "--from", "nora@"), 1, "is no address"),
        (("add", "Petra", "--from", "Nora Pike", "--on", "2026-03-09"), 2, "lies ahead"),
        (("led-to", "Jonas Berg", "..."), 2, "says nothing"),
        (("led-to", "Jonas Berg", "a job?"), 1, "leave the question out"),
        (("led-to", "Jonas Berg", "word " * 21), 1, "20 words at most"),
        (("undo",), 1, "nothing of this sort to take back"),
        (("undo", "7"), 1, "nothing numbered 7"),
        (("--json", "list"), 2, "put the options after the command"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_way_out(
    robin: World, args: tuple[str, ...], code: int, told: str
) -> None:
    result = robin.run("leads", *args)
    assert (result.code, told.lower() in result.err.lower()) == (code, True), result.err


def test_two_leads_of_one_name_are_told_apart_by_id(robin: World) -> None:
    robin.ok("leads", "add", "Jonas Berg", "--from", "Uncle Jo")
    result = robin.run("leads", "drop", "Jonas Berg")
    assert result.code == 1
    assert "give the id" in result.err


def test_names_from_mail_do_not_move_the_cursor(robin: World) -> None:
    text = "Dear Robin,\n\nYou should talk to Eve\x1b[2J Evil\u202e.\n\nBest,\nNora"
    put(robin, letter("evil", NORA, ROBIN, text, 1), REFERRED)
    out = robin.ok("leads").out + robin.ok("leads", "show", robin.json("leads")[0]["id"]).out
    assert "\x1b" not in out
    assert "\u202e" not in out


# --- a few words that answer a question ----------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answer", "kind"),
    [
        ("May I mention your name?", "The cake? Of course, go ahead.", "other"),
        ("May I mention your name?", "Of course, go ahead. The cake is mine.", "referral"),
        ("May I mention your name?", "Please don't mention me. The cake is good.", "referral"),
        ("May I bring the cake?", "Of course, go ahead with the cake.", "other"),
    ],
)
def test_the_answer_to_a_question_for_leave_belongs_to_the_search(
    robin: World, asked: str, answer: str, kind: str
) -> None:
    put(
        robin,
        letter("thanks", ROBIN, NORA, f"Dear Nora,\n\nThank you! {asked}\n\nRobin", 2, "name"),
    )
    store = robin.store()
    reply = letter("reply", NORA, ROBIN, f"{answer}\n\nNora", 1, "thanks")
    store.add_messages([Located(reply, "main", "INBOX", 2, False, False, "t1", reply.date)])
    judge(store, WordClassifier, now=NOW)
    item = store.message(reply.key)
    assert item is not None
    assert item.verdict is not None
    assert item.verdict.kind.value == kind
    assert bool(item.message.text) is (kind == "referral")
    decide(store, robin.app().deciding(store))
    store.close()
    may = {
        "Of course, go ahead. The cake is mine.": True,
        "Please don't mention me. The cake is good.": False,
    }
    assert the_lead(robin)["may_use_name"] is may.get(answer)
