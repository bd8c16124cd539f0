"""`mailsense send`: approved letters only, each at most once, and never one that was overtaken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from mailsense.adapters.smtp import SmtpTransport
from mailsense.demo.servers import smtp_sink
from mailsense.domain import Action, Address, Decision, DraftState
from mailsense.errors import DeliveryUnknown, MailboxError
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.mailboxes import ME, Mailbox, letter, mailbox, world
from tests.support.verbs import READING, verb
from tests.support.world import World

pytestmark = pytest.mark.dovecot


@dataclass
class Post:
    """A mailbox and a sink that keeps what is submitted."""

    box: Mailbox
    sink: Path

    def sent(self) -> list[EmailMessage]:
        read = [message_from_bytes(f.read_bytes(), policy=default) for f in self.sink.glob("*.eml")]
        return [m for m in read if isinstance(m, EmailMessage)]

    def folder(self, name: str) -> list[bytes]:
        return [one.raw for one in self.box.server.stored(self.box.user, name).values()]


@pytest.fixture
def post(dovecot: Dovecot, tmp_path: Path) -> Iterator[Post]:
    sink = tmp_path / "sink"
    sink.mkdir()
    box = mailbox(dovecot)
    with smtp_sink(sink) as port:
        box.smtp = (
            f'smtp = {{ host = "127.0.0.1", port = {port}, security = "plain", user = "u", '
            f'password_command = ["printf", "%s", "{PASSWORD}"] }}'
        )
        yield Post(box, sink)


@pytest.fixture
def robin(post: Post, tmp_path: Path) -> World:
    made = world(tmp_path / "home", main=post.box)
    made.configure({"main": f"{post.box.lines()}\n{post.box.smtp}"})
    post.box.put(letter(id="no"))
    made.ok("sync")
    return made


def approved(robin: World) -> str:
    (draft,) = robin.json("drafts")
    robin.ok("drafts", "approve", draft["id"])
    return str(draft["id"])


def state(robin: World) -> str:
    return str(robin.json("drafts")[0]["state"])


def test_an_approved_letter_goes_out_once_with_a_copy_in_sent(robin: World, post: Post) -> None:
    id = approved(robin)
    result = robin.ok("send")
    assert f"{id}  sent to anna.field@harbourfreight.example" in result.out
    (message,) = post.sent()
    assert message["In-Reply-To"] == "<no@harbourfreight.example>"
    assert message["To"].addresses[0].addr_spec == "anna.field@harbourfreight.example"
    assert b"mailsense" not in message.as_bytes().lower()
    assert len(post.folder("Sent")) == 1
    assert post.folder("Drafts") == [], "its copy in Drafts is gone"
    assert state(robin) == "sent"
    robin.ok("send")
    robin.ok("sync")
    assert len(post.sent()) == 1
    assert len([m for m in robin.json("list") if not m["outgoing"]]) == 1


def test_nothing_that_was_not_approved_is_sent(robin: World, post: Post) -> None:
    (draft,) = robin.json("drafts")
    result = robin.run("send", draft["id"])
    assert result.code == 1
    assert "only approved drafts are sent" in result.err
    assert "nothing is approved" in robin.ok("send").out
    assert post.sent() == []


def test_an_edit_after_the_approval_voids_it(robin: World, post: Post) -> None:
    id = approved(robin)
    store = robin.store()
    try:
        draft = store.draft(id)
        assert draft is not None
        store.save_draft(replace(draft, body=draft.body + "PS: one more thing"))
    finally:
        store.close()
    result = robin.run("send")
    assert result.code == 1
    assert "changed after it was approved" in result.err
    assert post.sent() == []


def test_a_copy_edited_in_drafts_is_not_sent_from_here(robin: World, post: Post) -> None:
    approved(robin)
    (copy,) = post.folder("Drafts")
    with post.box.server.client(post.box.user) as phone:
        phone.select_folder("Drafts")
        phone.delete_messages(phone.search("ALL"))
        phone.expunge()
        phone.append("Drafts", copy.replace(b"Robin Avery", b"Robin A."), ["\\Draft"])
    result = robin.run("send")
    assert result.code == 1
    assert "edited there" in result.err
    assert post.sent() == []


def test_a_copy_that_is_gone_from_drafts_is_not_sent_again(robin: World, post: Post) -> None:
    approved(robin)
    with post.box.server.client(post.box.user) as phone:
        phone.select_folder("Drafts")
        phone.delete_messages(phone.search("ALL"))
        phone.expunge()
    result = robin.run("send")
    assert result.code == 1
    assert "is gone" in result.err
    assert post.sent() == []


def test_the_conversation_is_read_again_just_before(robin: World, post: Post) -> None:
    id = approved(robin)
    post.box.put(
        letter("Thank you, Anna.\n\nRobin", sender=ME, days=0.1, subject="Re: Your application",
               to="anna.field@harbourfreight.example", answers=["no@harbourfreight.example"]),
        folder="Sent",
    )  # fmt: skip
    result = robin.run("send", id)
    assert result.code == 1
    assert post.sent() == [], "the user answered by hand meanwhile"


def test_a_letter_that_new_mail_has_overtaken_is_withdrawn_from_drafts(
    robin: World, post: Post
) -> None:
    id = approved(robin)
    news = (
        "Dear Robin,\n\nI have good news: our first choice has withdrawn. We would like to "
        "invite you to a second interview on Monday at 10:00. Can you come?\n\nAnna"
    )
    post.box.put(letter(news, days=0.1, answers=["no@harbourfreight.example"], id="news"))
    robin.now += timedelta(hours=1)
    result = robin.run("send", id)
    assert result.code == 1
    assert "stale" in result.err
    assert post.sent() == []
    robin.verbs.clear()
    robin.ok("sync")
    assert post.folder("Drafts") == [], "our own unchanged copy is removed"
    assert {verb(line) for line in robin.verbs} - READING == {"SELECT", "UID STORE", "UID EXPUNGE"}
    plans = {d["plan"]: d["state"] for d in robin.json("drafts")}
    assert plans == {"answer-rejection": "stale", "answer-request": "waiting"}


def test_an_overtaken_copy_that_was_edited_there_is_left_alone(robin: World, post: Post) -> None:
    approved(robin)
    (copy,) = post.folder("Drafts")
    with post.box.server.client(post.box.user) as phone:
        phone.select_folder("Drafts")
        phone.delete_messages(phone.search("ALL"))
        phone.expunge()
        phone.append("Drafts", copy.replace(b"Robin Avery", b"Robin A."), ["\\Draft"])
    invitation = "Dear Robin,\n\nWe would like to invite you to an interview on Monday.\n\nAnna"
    post.box.put(letter(invitation, days=0.1, answers=["no@harbourfreight.example"]))
    robin.now += timedelta(hours=1)
    robin.ok("sync")
    assert state(robin) == "stale"
    assert len(post.folder("Drafts")) == 1


def test_a_dry_run_sends_nothing(robin: World, post: Post) -> None:
    approved(robin)
    assert "would be sent" in robin.ok("send", "--dry-run").out
    assert post.sent() == []
    assert state(robin) == "delivered"


def test_an_outcome_that_was_never_told_is_shown_and_not_repeated(
    robin: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = approved(robin)

    def broken(*_: object) -> None:
        raise DeliveryUnknown("the connection broke while the letter was going out")

    with monkeypatch.context() as patch:
        patch.setattr(SmtpTransport, "send", broken)
        assert robin.run("send").code == 1
    assert state(robin) == "unknown"
    assert "nothing is approved" in robin.ok("send").out, "it is not taken up by itself"
    result = robin.run("send", id)
    assert result.code == 1
    assert "--again" in result.err
    assert post.sent() == []
    robin.ok("send", "--again", id)
    assert len(post.sent()) == 1
    assert state(robin) == "sent"


@pytest.fixture
def broken_off(robin: World, post: Post) -> str:
    """A letter whose sending broke off, its copy still in Drafts; return its id."""
    id = approved(robin)

    def broken(*_: object) -> None:
        raise DeliveryUnknown("the connection broke while the letter was going out")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SmtpTransport, "send", broken)
        robin.run("send")
    assert state(robin) == "unknown"
    return id


def receipts(robin: World, id: str) -> list[tuple[str, str]]:
    store = robin.store()
    try:
        return [(r.via, r.state.value) for _, r in store.receipts(id)]
    finally:
        store.close()


def test_trying_again_dry_stores_nothing(robin: World, post: Post, broken_off: str) -> None:
    before = receipts(robin, broken_off)
    assert "would be sent" in robin.ok("send", "--again", "--dry-run", broken_off).out
    assert state(robin) == "unknown"
    assert receipts(robin, broken_off) == before
    assert robin.run("send", broken_off).code == 1
    assert post.sent() == []


def test_trying_again_never_sends_the_old_text_of_a_copy_edited_since(
    robin: World, post: Post, broken_off: str
) -> None:
    (copy,) = post.folder("Drafts")
    with post.box.server.client(post.box.user) as phone:
        phone.select_folder("Drafts")
        phone.delete_messages(phone.search("ALL"))
        phone.expunge()
        phone.append("Drafts", copy.replace(b"Robin Avery", b"Robin A."), ["\\Draft"])
    before = receipts(robin, broken_off)
    result = robin.run("send", "--again", broken_off)
    assert result.code == 1
    assert "edited there" in result.err
    assert post.sent() == []
    assert (state(robin), receipts(robin, broken_off)) == ("unknown", before)
    robin.ok("sync")
    assert len(post.folder("Drafts")) == 1, "the user's version stays, and ours is not laid beside"


def test_a_letter_sent_again_leaves_no_copy_in_drafts(
    robin: World, post: Post, broken_off: str
) -> None:
    robin.ok("send", "--again", broken_off)
    assert len(post.sent()) == 1
    assert post.folder("Drafts") == []
    assert len(post.folder("Sent")) == 1


def test_who_gets_a_blind_copy_is_not_told_to_the_others(
    robin: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[tuple[bytes, list[str]]] = []
    monkeypatch.setattr(
        SmtpTransport, "send", lambda _, raw, sender, to: submitted.append((raw, to))
    )
    store = robin.store()
    try:
        (draft,) = store.drafts()
        copied = replace(draft, bcc=(Address("", "self@me.example"),), state=DraftState.APPROVED)
        store.save_draft(copied)
        store.add_decision(
            Decision(Action.APPROVE, robin.now, draft=draft.id, digest=copied.digest)
        )
    finally:
        store.close()
    robin.ok("send")
    ((raw, recipients),) = submitted
    assert b"self@me.example" not in raw
    assert "self@me.example" in recipients
    (kept,) = post.folder("Sent")
    assert b"Bcc: self@me.example" in kept, "the user's own copy says who got it"


@dataclass
class Two:
    """A user with two accounts whose letter to both of them is answered from the first."""

    robin: World
    work: Mailbox
    id: str


@pytest.fixture
def two(post: Post, tmp_path: Path) -> Two:
    work = mailbox(post.box.server)
    work.address = "robin.work@example.com"
    robin = world(tmp_path / "two", main=post.box)
    robin.configure({"main": f"{post.box.lines()}\n{post.box.smtp}", "work": work.lines()})
    raw = letter(id="no", to=f"{ME}, {work.address}")
    post.box.put(raw)
    work.put(raw)
    robin.ok("sync")
    assert robin.json("drafts")[0]["account"] == "main"
    return Two(robin, work, approved(robin))


def test_an_answer_from_the_other_account_stops_the_letter(two: Two, post: Post) -> None:
    two.work.put(
        letter("Thank you, Anna.\n\nRobin", sender=f"Robin <{two.work.address}>", days=0.1,
               subject="Re: Your application", to="anna.field@harbourfreight.example",
               answers=["no@harbourfreight.example"]),
        folder="Sent",
    )  # fmt: skip
    two.robin.run("send", two.id)
    two.robin.run("send")
    assert post.sent() == [], "the user answered from the other account meanwhile"


def test_nothing_is_sent_while_an_account_cannot_be_read(two: Two, post: Post) -> None:
    lines = two.work.lines().replace(f'"{PASSWORD}"', '"wrong"')
    two.robin.configure({"main": f"{post.box.lines()}\n{post.box.smtp}", "work": lines})
    for args in ((), (two.id,), ("--dry-run",)):
        result = two.robin.run("send", *args)
        assert result.code == 1
        assert "nothing was sent: work could not be read" in result.err
        assert result.out == ""
    assert post.sent() == []
    assert two.robin.json("drafts")[0]["state"] == "delivered"
    two.robin.configure({"main": f"{post.box.lines()}\n{post.box.smtp}", "work": two.work.lines()})
    two.robin.ok("send")
    assert len(post.sent()) == 1


def test_an_unknown_outcome_is_resolved_when_the_letter_is_found_in_sent(
    robin: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(robin)
    (copy,) = post.folder("Drafts")

    def broken(*_: object) -> None:
        raise DeliveryUnknown("the connection broke while the letter was going out")

    with monkeypatch.context() as patch:
        patch.setattr(SmtpTransport, "send", broken)
        robin.run("send")
    post.box.put(copy, folder="Sent")
    robin.ok("sync")
    assert state(robin) == "sent"
    assert post.sent() == []


def test_a_clear_refusal_leaves_the_letter_approved(
    robin: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(robin)

    def refused(*_: object) -> None:
        raise MailboxError("the server refuses the recipient")

    with monkeypatch.context() as patch:
        patch.setattr(SmtpTransport, "send", refused)
        result = robin.run("send")
    assert result.code == 1
    assert "refuses" in result.err
    assert state(robin) == "delivered"
    robin.ok("send")
    assert len(post.sent()) == 1


def test_a_provider_that_keeps_the_copy_itself_gets_none_from_here(
    robin: World, post: Post
) -> None:
    smtp = post.box.smtp.replace(" }", ", saves_sent = true }")
    robin.configure({"main": f"{post.box.lines()}\n{smtp}"})
    approved(robin)
    robin.ok("send")
    assert len(post.sent()) == 1
    assert post.folder("Sent") == []


def test_without_smtp_settings_it_says_what_to_do(robin: World, post: Post) -> None:
    approved(robin)
    robin.configure({"main": post.box.lines()})
    result = robin.run("send")
    assert result.code == 1
    assert "accounts.main.smtp" in result.err


def test_the_check_of_the_settings_logs_in_everywhere(robin: World, post: Post) -> None:
    said = robin.ok("config", "check").out
    assert "Drafts is Drafts, Sent is Sent" in said
    assert "smtp answers" in said
    told = robin.json("config", "check")
    assert told[0]["drafts"] == "Drafts"
    assert told[0]["sends"] is True
