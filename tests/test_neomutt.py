"""A second mail client: drafts that NeoMutt recalls, edits, postpones and sends by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from mailsense.demo.servers import smtp_sink
from mailsense.domain import Action, Decision, Draft, DraftState
from tests.support import neomutt as client
from tests.support.dovecot import Dovecot
from tests.support.mailboxes import NO_AFTER_INTERVIEW, Mailbox, letter, mailbox
from tests.support.mailboxes import world as world_of
from tests.support.neomutt import Neomutt, need_neomutt, neomutt
from tests.support.terminal import Screen
from tests.support.verbs import READING, verb
from tests.support.world import Result, World

pytestmark = [pytest.mark.dovecot, pytest.mark.neomutt]

ANNA = "Anna Field <anna.field@harbourfreight.example>"
SUBJECT = "Re: Your application for Planning Analyst"
EARLIER = ("talk@harbourfreight.example", "thanks@me.example")
NO = "no@harbourfreight.example"
NO_FROM_GOTHENBURG = NO_AFTER_INTERVIEW.replace("need this year", "need in Göteborg this year")
"""Its quoted text needs a charset, and NeoMutt prefers another one than we do."""
WORDS = "It was good to meet your team; please give them my greetings."

SECOND_TALK = """\
Dear Robin,

Good news: the other candidate has withdrawn. Could you come to our office for a second interview
on Monday at 10:00?

Kind regards,
Anna Field
"""


@dataclass
class Desk:
    """Robin's mailbox with a no in it, mailsense beside it, and where sent mail ends up."""

    box: Mailbox
    robin: World
    sink: Path
    port: int
    folder: Path

    @property
    def draft(self) -> Draft:
        """The draft that answers the no."""
        with contextlib.closing(self.robin.store()) as store:
            (draft,) = (d for d in store.drafts() if d.answers == NO)
        return draft

    @property
    def decisions(self) -> list[Decision]:
        with contextlib.closing(self.robin.store()) as store:
            return list(store.decisions(draft=self.draft.id))

    @property
    def out(self) -> list[EmailMessage]:
        """What was submitted by SMTP, by whomever."""
        return [parsed(file.read_bytes()) for file in sorted(self.sink.glob("*.eml"))]

    def lying(self, folder: str) -> list[EmailMessage]:
        return [parsed(one.raw) for one in self.box.server.stored(self.box.user, folder).values()]

    def beside(self, *folders: str) -> dict[str, str]:
        """Return every file of the mailbox with its digest, but for those folders."""
        files = self.box.server.on_disk(self.box.user)
        return {
            path: digest
            for path, digest in files.items()
            if not path.startswith(tuple(f".{folder}/" for folder in folders))
        }

    def approve(self) -> None:
        self.robin.ok("drafts", "approve", self.draft.id)

    def client(self) -> contextlib.AbstractContextManager[Neomutt]:
        return neomutt(self.box, self.folder, self.port)

    def sync(self) -> Any:
        """Sync once more, and let nothing in the mailbox change by it."""
        before = self.beside()
        self.robin.verbs.clear()
        told = self.robin.ok("sync", "--json").json
        assert self.beside() == before, "files and flags as before"
        assert {verb(line) for line in self.robin.verbs} <= READING
        return told

    def send(self) -> Result:
        return self.robin.run("send")

    def incoming(self) -> list[str]:
        return [m["message_id"] for m in self.robin.json("list") if not m["outgoing"]]


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def lines(message: EmailMessage) -> list[str]:
    return [line.rstrip() for line in message.get_content().strip().splitlines()]


@pytest.fixture
def desk(dovecot: Dovecot, tmp_path: Path) -> Iterator[Desk]:
    """A no after an interview has come in, at the end of a thread; its draft waits."""
    need_neomutt()
    box = mailbox(dovecot)
    robin = world_of(tmp_path / "home", main=box)
    sink = tmp_path / "sink"
    sink.mkdir()
    jo = "Jo <jo@pals.example>"
    box.put(letter("Hi Robin,\n\nlunch on Friday?\n\nJo", sender=jo, subject="Lunch", days=9))
    kept = letter("See you there!\n\nJo", sender=jo, subject="Re: Lunch", days=8)
    box.put(kept, folder="Archive", flags=["\\Seen", "\\Flagged"])
    box.put(letter(NO_FROM_GOTHENBURG, id="no", answers=EARLIER))
    with smtp_sink(sink) as port:
        smtp = (
            f'smtp = {{ host = "127.0.0.1", port = {port}, security = "plain", user = "robin", '
            f'password_command = ["printf", "x"] }}'
        )
        robin.configure({"main": box.lines() + smtp})
        robin.ok("sync")
        yield Desk(box, robin, sink, port, tmp_path / "neomutt")


@pytest.fixture
def placed(desk: Desk) -> Desk:
    """The draft has been approved and lies in Drafts."""
    desk.approve()
    return desk


def test_a_draft_recalled_and_sent_from_neomutt_is_one_letter_and_it_is_ours(desk: Desk) -> None:
    before = desk.beside("Drafts")
    desk.approve()
    assert desk.beside("Drafts") == before
    ours, (written,) = desk.draft, desk.lying("Drafts")
    with desk.client() as mutt:
        screen = mutt.recall()
        assert f"To: {ANNA}" in screen
        assert f"Subject: {SUBJECT}" in screen
        assert "Fcc: +Sent" in screen
        assert mutt.shown.partition("\n\n")[2].split() == ours.full_text.split()
        assert "need in Göteborg this year." in mutt.shown
        mutt.send()

    assert desk.lying("Drafts") == []
    (out,), (kept,) = desk.out, desk.lying("Sent")
    assert (desk.sink / "0001.to").read_text() == "anna.field@harbourfreight.example\n"
    for copy in (out, kept):
        assert copy["Message-ID"] == written["Message-ID"] == f"<{ours.message_id}>"
        assert (str(copy["To"]), copy["Subject"]) == (ANNA, SUBJECT)
        assert lines(copy) == lines(written)
        assert copy["Date"] != written["Date"], "the day it is sent"
        charsets = (written.get_content_charset(), copy.get_content_charset())
        assert charsets == ("utf-8", "iso-8859-1")

    told = desk.sync()
    assert told["accounts"]["main"]["outcomes"] == {"stored": 1}, "the copy in Sent, as outgoing"
    assert (told["drafted"], told["placed"], told["problems"]) == ([], [], [])
    assert desk.draft.state is DraftState.SENT
    assert not desk.draft.edited, "another date and charset are no edit"
    approved, sent = desk.decisions
    assert (approved.action, sent.action) == (Action.APPROVE, Action.SENT_ELSEWHERE)
    assert sent.message_key == ours.message_id
    assert len(desk.incoming()) == 3
    assert desk.sync()["accounts"]["main"]["outcomes"] == {}
    assert "only approved drafts are sent" in desk.robin.run("send", ours.id).err
    assert len(desk.out) == 1


def test_what_the_user_adds_in_neomutt_is_sent_and_kept_with_the_decision(placed: Desk) -> None:
    with placed.client() as mutt:
        mutt.will_change("Kind regards,", f"{WORDS}\n\nKind regards,")
        mutt.recall()
        mutt.send()
    (out,) = placed.out
    assert WORDS in out.get_content()
    placed.sync()
    after = placed.draft
    assert (after.state, after.edited) == (DraftState.SENT, True)
    assert WORDS not in after.body, "what was approved stays on record"
    assert WORDS in placed.decisions[-1].detail


def test_the_letter_stands_in_its_thread(placed: Desk) -> None:
    with placed.client() as mutt:
        mutt.recall()
        mutt.send()
        mutt.open("Sent")
        mutt.copy_to("INBOX")
        listed = mutt.open("INBOX")
    (sent,) = placed.lying("Sent")
    assert sent["In-Reply-To"] == f"<{NO}>"
    assert sent["References"].split() == [f"<{id}>" for id in (*EARLIER, NO)]
    no = next(n for n, line in enumerate(listed) if line.startswith("Anna Field"))
    assert "`->" in listed[no + 1], listed
    told = placed.sync()
    assert told["accounts"]["main"]["outcomes"] == {"stored": 1, "duplicate": 1}
    assert placed.draft.state is DraftState.SENT
    assert len(placed.incoming()) == 3


def test_an_answer_of_the_users_own_withdraws_the_draft_that_waits(desk: Desk) -> None:
    with desk.client() as mutt:
        mutt.will_change("\n\n", f"\n\n{WORDS}\n\n")
        assert f"To: {ANNA}" in mutt.reply("anna.field")
        mutt.send()
    no = desk.box.server.stored(desk.box.user)[2]
    assert "\\answered" in no.flags
    told = desk.sync()
    assert told["withdrawn"] == [desk.draft.id]
    assert told["drafted"] == []
    assert desk.draft.state is DraftState.STALE
    assert len(desk.incoming()) == 3
    assert desk.send().out == "nothing is approved: `mailsense review` shows what waits\n"
    assert desk.lying("Drafts") == []
    assert len(desk.out) == 1


def test_an_answer_of_the_users_own_beside_a_placed_draft_is_the_only_one(placed: Desk) -> None:
    with placed.client() as mutt:
        mutt.will_change("\n\n", f"\n\n{WORDS}\n\n")
        mutt.reply("anna.field")
        mutt.send()
    before = placed.beside("Drafts")
    placed.robin.ok("sync")
    assert len(placed.incoming()) == 3
    placed.send()
    placed.robin.run("send", placed.draft.id)
    assert len(placed.out) == 1
    assert placed.beside("Drafts") == before
    assert placed.lying("Drafts") == [], "our copy would be a second answer"


def test_while_the_user_has_a_draft_open_it_is_neither_sent_nor_laid_down_again(
    placed: Desk,
) -> None:
    with placed.client() as mutt:
        mutt.recall()
        assert placed.lying("Drafts") == [], "NeoMutt takes it out before anything is sent"
        told = placed.sync()
        assert (told["placed"], told["drafted"]) == ([], [])
        refused = placed.send()
        assert (refused.code, "its copy in Drafts is gone" in refused.err) == (1, True)
        assert (placed.out, placed.lying("Drafts")) == ([], [])
        mutt.send()
    placed.send()
    assert placed.draft.state is DraftState.SENT
    assert len(placed.out) == 1


def test_a_draft_postponed_anew_is_still_the_draft_and_is_sent_once(placed: Desk) -> None:
    (written,) = placed.lying("Drafts")
    with placed.client() as mutt:
        mutt.recall()
        mutt.postpone()
    (anew,) = placed.box.server.stored(placed.box.user, "Drafts").values()
    again = parsed(anew.raw)
    assert anew.flags == {"\\draft"}
    assert again["Message-ID"] == written["Message-ID"]
    assert again["Date"] != written["Date"]
    assert again["X-Mutt-Fcc"] == "+Sent"
    assert placed.sync()["accounts"]["main"]["outcomes"] == {}
    assert placed.draft.state is DraftState.DELIVERED
    assert len(placed.incoming()) == 3

    before = placed.beside("Drafts", "Sent")
    assert "sent to anna.field@" in placed.send().out
    assert placed.beside("Drafts", "Sent") == before
    (out,) = placed.out
    assert (lines(out), out["X-Mutt-Fcc"]) == (lines(written), None)
    assert placed.lying("Drafts") == []
    assert [m["Message-ID"] for m in placed.lying("Sent")] == [written["Message-ID"]]
    placed.send()
    placed.sync()
    assert len(placed.out) == 1


def test_a_draft_edited_and_postponed_is_left_to_the_user(placed: Desk) -> None:
    with placed.client() as mutt:
        mutt.will_change("Kind regards,", f"{WORDS}\n\nKind regards,")
        mutt.recall()
        mutt.postpone()
        assert placed.sync()["accounts"]["main"]["outcomes"] == {}
        before = placed.beside()
        refused = placed.send()
        assert (refused.code, "was edited there" in refused.err) == (1, True)
        assert placed.beside() == before
        assert placed.out == []
        mutt.recall()
        assert WORDS in mutt.shown
        mutt.send()
    placed.sync()
    assert (placed.draft.state, placed.draft.edited) == (DraftState.SENT, True)
    assert WORDS in placed.decisions[-1].detail
    assert len(placed.out) == len(placed.lying("Sent")) == 1


def test_a_draft_put_aside_in_a_folder_that_is_read_is_no_new_mail(placed: Desk) -> None:
    with placed.box.server.client(placed.box.user) as other:
        other.create_folder("Later")
    with placed.client() as mutt:
        mutt.recall()
        mutt.postpone(to="Later")
    assert len(placed.lying("Later")) == 1
    assert placed.sync()["accounts"]["main"]["outcomes"] == {"own": 1}
    assert (len(placed.incoming()), placed.draft.state) == (3, DraftState.DELIVERED)
    assert "its copy in Drafts is gone" in placed.send().err
    assert placed.out == placed.lying("Drafts") == []


@pytest.mark.parametrize("words", ["", WORDS])
def test_an_overtaken_draft_is_taken_back_unless_the_user_has_worked_on_it(
    placed: Desk, words: str
) -> None:
    with placed.client() as mutt:
        mutt.will_change("Kind regards,", f"{words}\n\nKind regards," if words else "Kind regards,")
        mutt.recall()
        mutt.postpone()
    placed.robin.now += timedelta(hours=1)
    placed.box.put(letter(SECOND_TALK, subject=SUBJECT, days=0, answers=(*EARLIER, NO)))
    before = placed.beside("Drafts")
    told = placed.robin.ok("sync", "--json").json
    assert told["withdrawn"] == [placed.draft.id]
    assert [words in m.get_content() for m in placed.lying("Drafts")] == [True] * bool(words)
    placed.send()
    assert placed.out == []
    assert placed.beside("Drafts") == before


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ([b"one\r\ntwo"], ["one", "two"]),
        ([b"\x1bY\x21\x22below\x1bHtop"], ["top", "  below"]),
        ([b"\x1b", b"Y", b"! one\x1bY!", b"$x"], ["", "one x"]),
        ([b"G\xc3", b"\xb6teborg"], ["Göteborg"]),
        ([b"wrong\r\x1bKright"], ["right"]),
        ([b"a\r\nb\x1bA\x1bJ"], ["a"]),
        ([b"\x1b=\x1bGabc\b\bX\x1bC\x1bDY\x1b>"], ["aXY"]),
        ([b"one\x1bH\x1bIzero"], ["zero", "one"]),
        ([b"\x1bY7 last\r\n"], [""] * 22 + ["last"]),
        ([b"\x1bY omany"], [" " * 79 + "y"]),
    ],
)
def test_the_screen_shows_what_a_vt52_would(written: list[bytes], shown: list[str]) -> None:
    screen = Screen()
    for part in written:
        screen.feed(part)
    assert screen.text.rstrip("\n").split("\n") == shown


@pytest.mark.parametrize(
    ("required", "outcome"), [("0", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_without_neomutt_the_tests_are_skipped_unless_the_run_must_have_it(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setattr(client, "BINARY", None)
    monkeypatch.setenv("MAILSENSE_REQUIRE_DOVECOT", required)
    with pytest.raises(outcome, match="neomutt is not installed"):
        need_neomutt()
