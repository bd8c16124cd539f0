"""The whole program on a real Dovecot: read, tag, draft, approve; and what must never happen."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from mailsense.demo.mailbox import samples
from tests.support.dovecot import Dovecot
from tests.support.mailboxes import ME, NOW, Mailbox, letter, mailbox, world
from tests.support.verbs import READING, verb
from tests.support.world import World

pytestmark = pytest.mark.dovecot


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    return mailbox(dovecot)


@pytest.fixture
def robin(box: Mailbox, tmp_path: Path) -> World:
    """A user with one mailbox, still empty."""
    return world(tmp_path, main=box)


def by_subject(robin: World) -> dict[str, dict[str, object]]:
    return {m["subject"]: m for m in robin.json("list") if not m["outgoing"]}


def test_a_no_comes_in_and_a_gracious_draft_waits(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    (message,) = robin.json("list")
    assert (message["tag"], message["kind"]) == ("rejection", "rejection")
    (draft,) = robin.json("drafts")
    assert draft["state"] == "waiting"
    assert draft["to"] == ["Anna Field <anna.field@harbourfreight.example>"]
    assert draft["subject"] == "Re: Your application for Planning Analyst"
    assert "Anna" in draft["body"]
    assert "Planning Analyst" in draft["body"]
    assert "thank" in draft["body"].lower()
    assert box.drafts() == [], "nothing is placed before a human decided"

    robin.ok("drafts", "approve", draft["id"])
    (placed,) = box.server.stored(box.user, "Drafts").values()
    assert {"\\draft", "\\seen"} == set(placed.flags)
    written = message_from_bytes(placed.raw, policy=default)
    assert written["In-Reply-To"] in written["References"]
    assert written["To"].addresses[0].addr_spec == "anna.field@harbourfreight.example"
    assert written["From"].addresses[0].addr_spec == "robin@me.example"
    assert "> Thank you again for coming in" in written.get_content()
    assert b"mailsense" not in placed.raw.lower()


@pytest.fixture
def full(dovecot: Dovecot, tmp_path: Path) -> tuple[World, Mailbox, Mailbox]:
    """Two accounts: the sample mailbox of 60 and more messages, and a small one."""
    big, small = mailbox(dovecot), mailbox(dovecot)
    big.address = "robin.avery@mailbox.example"
    for sample in samples(NOW):
        dovecot.deliver(big.user, sample.raw, sample.folder, sample.flags, sample.at)
    small.put(letter(), letter("Lunch on Friday?", subject="Lunch", sender="Jo <jo@pals.example>"))
    small.put(
        letter("Hi Jo, yes.", subject="Re: Lunch", sender=ME, to="jo@pals.example"), folder="Sent"
    )
    return world(tmp_path, big=big, small=small), big, small


def test_two_accounts_are_synced_tagged_and_drafted_and_nothing_else_changes(
    full: tuple[World, Mailbox, Mailbox],
) -> None:
    robin, big, small = full
    server = big.server
    before = [server.on_disk(box.user) for box in (big, small)]
    robin.ok("sync")
    listed = robin.json("list")
    assert len(listed) > 60
    assert {m["account"] for m in listed} == {"big", "small"}
    assert {m["tag"] for m in listed} == {"rejection", "request", "silence-timeout", "none"}
    assert len(robin.json("drafts")) > 10
    status = robin.json("status")["accounts"]
    assert sum(status["big"]["outcomes"].values()) == len(list(samples(NOW)))
    assert status["big"]["quarantined"] == []
    assert [server.on_disk(box.user) for box in (big, small)] == before, "flags and files as before"
    assert {verb(line) for line in robin.verbs} <= READING

    robin.verbs.clear()
    drafts, state = robin.json("drafts"), robin.json("list")
    robin.verbs.clear()
    again = robin.ok("sync")
    assert "big: nothing new" in again.out
    assert "small: nothing new" in again.out
    asked = {line for line in robin.verbs if verb(line) in ("UID FETCH", "UID SEARCH")}
    assert all(line.endswith("(UID FLAGS)") for line in asked), "only whether it was answered"
    assert (robin.json("drafts"), robin.json("list")) == (drafts, state)


def test_the_only_thing_ever_written_is_an_approved_draft(
    full: tuple[World, Mailbox, Mailbox],
) -> None:
    robin, big, small = full
    robin.ok("sync")
    waiting = [d["id"] for d in robin.json("drafts") if d["state"] == "waiting"]
    before = [big.server.on_disk(box.user) for box in (big, small)]
    robin.verbs.clear()
    robin.ok("drafts", "approve", waiting[0], waiting[1])
    after = [big.server.on_disk(box.user) for box in (big, small)]
    added = [
        path for old, new in zip(before, after, strict=True) for path in new.keys() - old.keys()
    ]
    assert len(added) == 2
    assert all("Drafts" in path for path in added)
    assert all(old.items() <= new.items() for old, new in zip(before, after, strict=True))
    assert {verb(line) for line in robin.verbs} - READING == {"APPEND"}


ROBOT = {"Auto-Submitted": "auto-generated", "Precedence": "bulk"}
FORM = (
    "Dear Robin,\n\nThank you for applying for Planning Analyst at Harbour Freight. After careful "
    "review we have decided not to move forward with your application.\n\nHarbour Freight Careers\n"
    "This is an automated message, please do not reply.\n"
)


def test_a_robot_gets_no_reply_and_the_list_says_why(robin: World, box: Mailbox) -> None:
    box.put(letter(FORM, sender="Harbour Freight <no-reply@harbourfreight.example>", headers=ROBOT))
    robin.ok("sync")
    (message,) = robin.json("list")
    assert (message["tag"], message["draft"]) == ("rejection", None)
    assert "no person is known" in message["note"]
    assert message["note"] in robin.ok("list").out
    assert robin.json("drafts") == []


def test_with_a_human_earlier_in_the_process_the_draft_goes_to_the_human(
    robin: World, box: Mailbox
) -> None:
    invitation = (
        "Hi Robin,\n\nWe would like to invite you to an interview for the Planning Analyst role on "
        "Tuesday at 10:00 in our Hull office. Does that suit you?\n\nBest,\nAnna Field"
    )
    box.put(letter(invitation, days=20, id="invite", subject="Interview: Planning Analyst"))
    box.put(
        letter(
            "Hello Anna, yes, thank you, I will be there.\n\nRobin",
            sender=ME,
            to="anna.field@harbourfreight.example",
            days=19,
            subject="Re: Interview: Planning Analyst",
            answers=["invite@harbourfreight.example"],
        ),
        folder="Sent",
    )
    box.put(letter(FORM, sender="Harbour Freight <no-reply@harbourfreight.example>", headers=ROBOT))
    robin.ok("sync")
    (draft,) = [d for d in robin.json("drafts") if d["plan"] == "answer-rejection"]
    assert draft["to"] == ["Anna Field <anna.field@harbourfreight.example>"]


def test_what_was_answered_from_another_client_gets_no_draft(robin: World, box: Mailbox) -> None:
    box.put(letter(id="no"))
    box.put(
        letter(
            "Dear Anna, thank you for telling me.\n\nRobin", sender=ME, days=2,
            to="anna.field@harbourfreight.example",
            subject="Re: Your application for Planning Analyst",
            answers=["no@harbourfreight.example"],
        ),
        folder="Sent",
    )  # fmt: skip
    robin.ok("sync")
    assert robin.json("drafts") == []


def test_a_draft_is_withdrawn_when_the_user_answers_by_hand_before_deciding(
    robin: World, box: Mailbox
) -> None:
    box.put(letter(id="no2"))
    robin.ok("sync")
    assert [d["state"] for d in robin.json("drafts")] == ["waiting"]
    with box.server.client(box.user) as phone:
        phone.select_folder("INBOX")
        phone.add_flags(phone.search("ALL"), ["\\Answered"])
    robin.ok("sync")
    assert [d["state"] for d in robin.json("drafts")] == ["stale"]


def test_own_drafts_and_sent_mail_are_never_taken_for_incoming(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    robin.ok("drafts", "approve", robin.json("drafts")[0]["id"])
    (placed,) = box.drafts()
    box.put(placed, folder="Sent")
    box.put(placed, folder="Copies")
    for _ in range(2):
        robin.ok("sync")
    incoming = [m for m in robin.json("list") if not m["outgoing"]]
    assert len(incoming) == 1
    assert [d["state"] for d in robin.json("drafts")] == ["sent"]


def test_a_changed_uidvalidity_reads_again_and_drafts_nothing_twice(
    robin: World, box: Mailbox
) -> None:
    box.put(letter(), letter(FORM, sender="HR <no-reply@harbourfreight.example>", headers=ROBOT))
    robin.ok("sync")
    drafts, listed = robin.json("drafts"), robin.json("list")
    for index in box.server.maildir(box.user).glob("dovecot*"):
        index.unlink()
    uids = box.server.maildir(box.user) / "dovecot-uidlist"
    uids.write_text("3 V4242 N1\n")
    box.server.give(uids)
    robin.ok("sync")
    assert robin.json("status")["accounts"]["main"]["outcomes"]["duplicate"] == 2
    assert (robin.json("drafts"), robin.json("list")) == (drafts, listed)


def test_the_first_run_is_bounded_and_a_longer_time_reads_the_rest(
    robin: World, box: Mailbox
) -> None:
    box.server.deliver(box.user, letter(days=200, id="old"), internaldate=NOW.replace(year=2025))
    box.put(letter(id="new"))
    first = robin.ok("sync")
    assert "1 older left unread" in first.out
    assert len(robin.json("list")) == 1
    robin.ok("sync", "--since", "2 years")
    assert len(robin.json("list")) == 2
    assert [d["answers"] for d in robin.json("drafts")] == ["new@harbourfreight.example"], (
        "what can no longer be answered decently gets no draft"
    )


def test_an_unreadable_message_is_counted_and_the_rest_is_read(
    robin: World, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailsense.mail import parse as parser

    real = parser.tree

    def hostile(raw: bytes) -> object:
        if b"HOSTILE" in raw:
            raise RecursionError
        return real(raw)

    monkeypatch.setattr(parser, "tree", hostile)
    box.put(letter("HOSTILE"), letter())
    robin.ok("sync")
    status = robin.json("status")["accounts"]["main"]
    assert status["outcomes"] == {"quarantined": 1, "stored": 1}
    assert status["quarantined"][0]["detail"].startswith("RecursionError")
    assert len(robin.json("drafts")) == 1


def test_a_dry_run_says_what_would_be_drafted_and_stores_nothing(
    robin: World, box: Mailbox
) -> None:
    box.put(letter())
    said = robin.ok("sync", "--dry-run").out
    assert "would draft answer-rejection to Anna Field" in said
    assert robin.json("list") == []
    assert robin.json("drafts") == []


def test_ordinary_mail_keeps_only_its_headers(robin: World, box: Mailbox) -> None:
    secret = "the boiler code is 7319-ALPHA"
    box.put(
        letter(
            f"Hi Robin,\n\nthe plumber comes on Monday at nine, {secret}. Rent is due on the "
            "1st as usual.\n\nYour landlord",
            subject="Plumber on Monday", sender="Flat 4 <landlord@houses.example>",
        )
    )  # fmt: skip
    robin.ok("sync")
    (message,) = robin.json("list")
    assert message["kind"] == "other"
    assert "7319-ALPHA" not in robin.ok("show", message["id"], "--json").out
    database = robin.app().paths.database
    for file in database.parent.iterdir():
        if file.is_file():
            assert b"7319-ALPHA" not in file.read_bytes(), file.name
    robin.ok("label", message["id"], "interview")
    store = robin.store()
    try:
        assert secret in store.examples()[0].text, "a label fetches the text to learn from"
    finally:
        store.close()


def test_the_review_goes_through_the_drafts_and_places_what_was_approved(
    robin: World, box: Mailbox
) -> None:
    other = letter(subject="Your application for Buyer", sender="Bo Lund <bo@lundtrade.example>")
    box.put(letter(), other)
    robin.ok("sync")
    result = robin.ok("review", input="a\nb\ns\na\n")
    assert "1 of 2" in result.out
    assert len(box.drafts()) == 1
    assert sorted(d["state"] for d in robin.json("drafts")) == ["delivered", "waiting"]


def test_a_review_that_breaks_off_keeps_what_was_decided(robin: World, box: Mailbox) -> None:
    box.put(letter(), letter(subject="Your application for Buyer", sender="Bo <bo@lund.example>"))
    robin.ok("sync")
    robin.run("review", input="a\n")
    assert sorted(d["state"] for d in robin.json("drafts")) == ["delivered", "waiting"]


def test_an_edit_in_the_users_editor_is_what_is_placed(
    robin: World, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "PS: my own words." >> "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    box.put(letter())
    robin.ok("sync")
    shown = robin.ok("review", input="e\na\n").out
    assert "(edited)" in shown
    (placed,) = box.drafts()
    assert b"PS: my own words." in placed
    assert b"Subject: Re: Your application for Planning Analyst" in placed


def invitation() -> bytes:
    """An invitation, four days old, to a talk that took place the day before yesterday at 14:00."""
    message = message_from_bytes(
        letter(
            "Dear Robin,\n\nWe would like to invite you to an interview for the Planning Analyst "
            "role. Please find the appointment attached.\n\nKind regards,\nAnna Field\n"
            "Head of Planning, Harbour Freight",
            subject="Interview for Planning Analyst", days=4, id="invite",
        ),
        policy=default,
    )  # fmt: skip
    assert isinstance(message, EmailMessage)
    start = (NOW - timedelta(days=2)).replace(hour=14)
    event = (
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:Interview\n"
        f"DTSTART:{start:%Y%m%dT%H%M%SZ}\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    message.add_attachment(event, "calendar", params={"method": "REQUEST"})
    return message.as_bytes()


def test_one_true_detail_goes_into_the_thank_you_that_is_placed(robin: World, box: Mailbox) -> None:
    box.put(invitation())
    robin.ok("sync")
    (draft,) = robin.json("drafts")
    assert (draft["plan"], draft["state"]) == ("thank-interviewer", "waiting")
    assert draft["warnings"] == ["warning: add one true detail of the talk (detail: …)"]
    said = robin.ok(
        "review", input="t\n\ndetail:\n\nt why?\ndetail: We spoke about tides.\na\n"
    ).out
    assert "warning  add one true detail of the talk (detail: …)" in said
    assert said.count("left as it was") == 2
    assert "asks nothing" in said
    assert said.count("add one true detail") == 1, "the card is shown anew without the warning"
    (placed,) = box.drafts()
    assert "about tides" in message_from_bytes(placed, policy=default).get_content()
    (after,) = robin.json("drafts")
    assert (after["id"], after["message_id"]) == (draft["id"], draft["message_id"])
    assert after["state"] == "delivered"


def test_a_detail_given_without_a_screen_outlives_the_next_look(robin: World, box: Mailbox) -> None:
    box.put(invitation())
    robin.ok("sync")
    (draft,) = robin.json("drafts")
    said = robin.ok("drafts", "detail", draft["id"], "you", "showed me the tide tables").out
    assert "You showed me the tide tables." in " ".join(said.split())
    robin.now += timedelta(days=1)
    robin.ok("sync")
    (after,) = robin.json("drafts")
    assert "You showed me the tide tables." in after["body"]
    assert (after["state"], after["warnings"]) == ("waiting", [])
    refused = robin.run("drafts", "detail", draft["id"], " ".join(["word"] * 30))
    assert refused.code == 1
    assert "30 words: 20 at most" in refused.err


def test_a_letter_without_a_talk_takes_no_detail(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    refused = robin.run("drafts", "detail", robin.json("drafts")[0]["id"], "the tides")
    assert refused.code == 1
    assert "only a thank-you after a talk takes a detail" in refused.err


def test_a_sync_goes_on_while_the_review_waits_for_its_human(
    robin: World, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    box.put(letter())
    robin.ok("sync")
    codes = []

    def think(*_: object, **__: object) -> str:
        codes.append(robin.run("sync").code)
        return "q"

    monkeypatch.setattr(click, "prompt", think)
    robin.ok("review")
    assert codes == [0]


def test_relabelling_in_the_review_is_learned_from(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    result = robin.ok("review", input="r other\n")
    assert "noted: other" in result.out
    (message,) = robin.json("list")
    assert (message["kind"], message["source"]) == ("other", "user")
    assert [d["state"] for d in robin.json("drafts")] == ["stale"]
    robin.ok("label", message["id"], "rejection")
    assert [d["state"] for d in robin.json("drafts")] == ["waiting"], (
        "a label taken back revives it"
    )


def test_back_after_a_relabel_restores_an_earlier_label(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    (message,) = robin.json("list")
    robin.ok("label", message["id"], "task")
    robin.ok("review", input="r outreach\nb\nq\n")
    (message,) = robin.json("list")
    assert (message["kind"], message["source"]) == ("task", "user")
    assert robin.json("status")["labels"] == 1


def test_a_label_takes_back_the_draft_that_was_placed_in_error(robin: World, box: Mailbox) -> None:
    box.put(letter())
    robin.ok("sync")
    robin.ok("drafts", "approve", robin.json("drafts")[0]["id"])
    assert len(box.drafts()) == 1
    robin.now += timedelta(hours=1)
    robin.ok("label", robin.json("list")[0]["id"], "other")
    robin.ok("sync")
    assert box.drafts() == []
    assert [d["state"] for d in robin.json("drafts")] == ["stale"]


def test_what_a_message_says_reaches_the_screen_cleaned(robin: World, box: Mailbox) -> None:
    box.put(letter(sender='"Ann \u202eDoe" <anna.field@harbourfreight.example>'))
    for command in (("sync",), ("list",), ("drafts",), ("applications", "list")):
        said = robin.ok(*command).out
        assert "\u202e" not in said, command


def test_with_json_nothing_but_json_is_printed(robin: World, box: Mailbox) -> None:
    for command in (("train",), ("send",), ("list",), ("drafts",), ("status",), ("sync",)):
        robin.json(*command)


def asked_and_heard_nothing(box: Mailbox) -> None:
    """A talk with Anna, Robin's letter after it 29 days ago, and no answer."""
    invitation = (
        "Hi Robin,\n\nWe would like to invite you to an interview for the Planning Analyst role on "
        "Tuesday at 10:00. Does that suit you?\n\nBest,\nAnna Field"
    )
    box.put(letter(invitation, days=40, id="invite", subject="Interview: Planning Analyst"))
    box.put(
        letter(
            "Hello Anna, yes, I will be there. When may I expect to hear from you?\n\nRobin",
            sender=ME, to="anna.field@harbourfreight.example", days=29, id="yes",
            subject="Re: Interview: Planning Analyst", answers=["invite@harbourfreight.example"],
        ),
        folder="Sent",
    )  # fmt: skip


def test_lists_end_where_the_terminal_does(robin: World, box: Mailbox) -> None:
    subject = "Your application: " + "Planning Analyst and " * 12
    box.put(letter(subject=subject, sender="Jo Pike <jo.pike@kitewell.example>"))
    asked_and_heard_nothing(box)
    robin.ok("sync")
    for command in (("list",), ("drafts",), ("applications", "list")):
        lines = robin.ok(*command).out.splitlines()
        assert lines, command
        assert all(len(line) < 120 for line in lines), command


def chases(robin: World) -> list[str]:
    robin.ok("sync")
    return [d["plan"] for d in robin.json("drafts") if d["state"] in ("waiting", "resting")]


def test_a_silence_is_tagged_and_a_light_question_drafted(robin: World, box: Mailbox) -> None:
    asked_and_heard_nothing(box)
    assert chases(robin) == ["status-check"]
    (sent,) = [m for m in robin.json("list") if m["outgoing"]]
    assert (sent["tag"], sent["source"]) == ("silence-timeout", "clock")
    assert sent["note"].startswith("no answer for 29 days")
    (application,) = robin.json("applications", "list")
    assert application["tag"] == "silence-timeout"


def test_closing_an_application_takes_the_placed_chase_back(robin: World, box: Mailbox) -> None:
    asked_and_heard_nothing(box)
    robin.ok("sync")
    (chase,) = robin.json("drafts")
    robin.ok("drafts", "approve", chase["id"])
    assert len(box.drafts()) == 1
    (application,) = robin.json("applications", "list")
    out = robin.ok("applications", "close", application["id"][:7], "--as", "silence").out
    assert "its copy in your Drafts folder is removed by the next `mailsense sync`" in out
    robin.ok("sync")
    assert box.drafts() == []
    assert chases(robin) == []


AWAY = {"Auto-Submitted": "auto-replied"}
FIRM = "harbourfreight.example"


@pytest.mark.parametrize(
    ("body", "sender", "headers", "expected"),
    [
        ("Hi Robin, I am ill, more on Monday.\n\nAnna", f"Anna Field <anna.field@{FIRM}>", {}, []),
        ("Your application is under review.\n\nPia", f"Pia Lee <pia@{FIRM}>", {}, []),
        ("I am away until Monday.", f"Anna Field <anna.field@{FIRM}>", AWAY, ["status-check"]),
        ("User unknown: anna.field", f"Mail Delivery <mailer-daemon@{FIRM}>", AWAY, []),
        ("Our spring catalogue is out.", "Freight News <news@other.example>", {}, ["status-check"]),
    ],
    ids=["she wrote of something else", "her colleague wrote", "away", "bounced", "unrelated"],
)  # fmt: skip
def test_any_sign_of_life_ends_the_chase_and_a_machine_is_none(
    robin: World, box: Mailbox, body: str, sender: str, headers: dict[str, str], expected: list[str]
) -> None:
    asked_and_heard_nothing(box)
    answers = ["yes@me.example"] if headers else []
    box.put(letter(body, sender=sender, subject="News", days=3, headers=headers, answers=answers))
    assert chases(robin) == expected
