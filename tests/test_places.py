"""Where a message lies: moved, copied, renumbered; and still nothing is taken for another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mailboxes import ME, Mailbox, letter, mailbox, world
from tests.support.world import World

pytestmark = pytest.mark.dovecot

FENCE = "Hello neighbour, the fence is broken again. Could you help me to mend it on Sunday?\n\nPat"
CHOIR = "Hello all, the choir meets on Thursday at eight in the church. Bring your sheets.\n\nQuin"


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    return mailbox(dovecot)


@pytest.fixture
def robin(box: Mailbox, tmp_path: Path) -> World:
    return world(tmp_path, main=box)


def invitation(name: str, firm: str, **more: Any) -> bytes:
    body = (
        f"Hi Robin,\n\nWe would like to invite you to an interview for the Planner role at {firm}. "
        f"When are you available?\n\nBest,\n{name} Doe"
    )
    sender = f"{name} Doe <{name.lower()}@{firm.lower()}.example>"
    subject = f"Interview for Planner at {firm}"
    return letter(body, sender=sender, subject=subject, **{"days": 1, **more})


def nameless(raw: bytes) -> bytes:
    """Return a message without its Message-ID."""
    return b"".join(
        line for line in raw.splitlines(keepends=True) if not line.startswith(b"Message-ID")
    )


def ordinary(body: str, subject: str, sender: str, **more: Any) -> bytes:
    return letter(body, subject=subject, sender=sender, **more)


FENCE_MAIL = nameless(ordinary(FENCE, "Garden fence", "Pat <pat@shop.example>"))
CHOIR_MAIL = nameless(ordinary(CHOIR, "Choir rehearsal", "Quin <quin@choir.example>"))


def rebuild(box: Mailbox, folder: str, raws: list[bytes]) -> None:
    """Let a folder be rebuilt: other UIDs under another UIDVALIDITY, told by the server."""
    before = validity(box, folder)
    with box.server.client(box.user) as client:
        client.delete_folder(folder)
    box.put(*raws, folder=folder)
    uids = box.server.maildir(box.user) / f".{folder}" / "dovecot-uidlist"
    head, _, rest = uids.read_text().partition("\n")
    fields = [f"V{before + 1}" if field[0] == "V" else field for field in head.split(" ")]
    uids.write_text(" ".join(fields) + "\n" + rest)
    for index in uids.parent.glob("dovecot.index*"):
        index.unlink()
    box.server.give(uids)
    assert validity(box, folder) != before


def validity(box: Mailbox, folder: str) -> int:
    with box.server.client(box.user) as client:
        return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])


def move(box: Mailbox, source: str, target: str) -> None:
    """Let another client move everything in one folder to another."""
    with box.server.client(box.user) as client:
        if not client.folder_exists(target):
            client.create_folder(target)
        client.select_folder(source)
        uids = client.search("ALL")
        client.copy(uids, target)
        client.delete_messages(uids)
        client.expunge()


def flag(box: Mailbox, folder: str, uids: list[int] | str = "ALL") -> None:
    with box.server.client(box.user) as client:
        client.select_folder(folder)
        client.add_flags(client.search("ALL") if uids == "ALL" else uids, ["\\Answered"])


def states(robin: World) -> dict[str, str]:
    return {d["to"][0].partition(" ")[0]: d["state"] for d in robin.json("drafts")}


def ids(robin: World) -> dict[str, str]:
    return {m["subject"]: m["id"] for m in robin.json("list")}


# --- answered elsewhere ---------------------------------------------------------------


def test_a_flag_is_read_of_the_letter_itself_when_the_folder_was_rebuilt(
    robin: World, box: Mailbox
) -> None:
    ann, bob = invitation("Ann", "Alfa"), invitation("Bob", "Beta")
    box.put(ann, bob, folder="Jobs")
    robin.ok("sync")
    rebuild(box, "Jobs", [bob, ann])
    flag(box, "Jobs", [1])
    robin.ok("sync")
    assert states(robin) == {"Ann": "waiting", "Bob": "stale"}


def test_a_number_of_an_earlier_uidvalidity_is_never_looked_at(robin: World, box: Mailbox) -> None:
    """What is there now may be too old to be read again: its number is another letter's."""
    box.put(invitation("Ann", "Alfa"), folder="Jobs")
    robin.ok("sync")
    with box.server.client(box.user) as client:
        before = validity(box, "Jobs")
        client.delete_folder("Jobs")
    old = robin.now - timedelta(days=900)
    box.server.deliver(box.user, letter(days=900), "Jobs", ["\\Answered"], old)
    assert list(box.server.stored(box.user, "Jobs")) == [1]
    uids = box.server.maildir(box.user) / ".Jobs" / "dovecot-uidlist"
    uids.write_text(uids.read_text().replace(f"V{validity(box, 'Jobs')}", f"V{before + 7}"))
    for index in uids.parent.glob("dovecot.index*"):
        index.unlink()
    box.server.give(uids)
    robin.ok("sync")
    assert states(robin) == {"Ann": "waiting"}


def test_an_answer_is_seen_where_the_letter_lies_now(robin: World, box: Mailbox) -> None:
    box.put(invitation("Ann", "Alfa"))
    robin.ok("sync")
    move(box, "INBOX", "Archive")
    robin.ok("sync")
    assert [m["folder"] for m in robin.json("list")] == ["Archive"]
    flag(box, "Archive")
    robin.ok("sync")
    assert states(robin) == {"Ann": "stale"}


def test_an_answer_is_seen_at_either_of_two_copies(robin: World, box: Mailbox) -> None:
    ann = invitation("Ann", "Alfa")
    box.put(ann)
    box.put(ann, folder="Backup")
    robin.ok("sync")
    flag(box, "INBOX")
    robin.ok("sync")
    assert states(robin) == {"Ann": "stale"}


@pytest.mark.parametrize("folder", ["Junk", "Sent"])
def test_a_copy_in_junk_or_sent_does_not_stand_in_for_the_inbox(
    robin: World, box: Mailbox, folder: str
) -> None:
    ann = invitation("Ann", "Alfa")
    box.put(ann)
    robin.ok("sync")
    box.put(ann, folder=folder)
    robin.ok("sync")
    assert [m["folder"] for m in robin.json("list")] == ["INBOX"]


def test_mail_that_came_to_two_accounts_stays_with_the_first(
    dovecot: Dovecot, box: Mailbox, tmp_path: Path
) -> None:
    work = mailbox(dovecot)
    work.address = "robin.work@example.com"
    both = world(tmp_path, main=box, work=work)
    ann = invitation("Ann", "Alfa", to=f"{ME}, {work.address}")
    box.put(ann)
    work.put(ann)
    both.ok("sync")
    assert [m["account"] for m in both.json("list")] == ["main"]
    both.configure({"renamed": box.lines()})
    both.ok("sync")
    assert [m["account"] for m in both.json("list")] == ["renamed"], "there is no main any more"
    flag(box, "INBOX")
    both.ok("sync")
    assert states(both) == {"Ann": "stale"}


def test_a_folder_that_vanished_fails_no_sync(robin: World, box: Mailbox) -> None:
    box.put(invitation("Ann", "Alfa"), folder="Jobs")
    box.put(invitation("Bob", "Beta"))
    robin.ok("sync")
    with box.server.client(box.user) as client:
        client.delete_folder("Jobs")
    flag(box, "INBOX")
    robin.now += timedelta(days=1)
    robin.ok("sync")
    assert states(robin) == {"Ann": "waiting", "Bob": "stale"}, "the other folder is looked at"
    success = robin.json("status")["accounts"]["main"]["last_success"]
    assert success == robin.now.isoformat()


# --- the text of a label --------------------------------------------------------------


def texts(robin: World) -> list[str]:
    store = robin.store()
    try:
        return [example.text for example in store.examples()]
    finally:
        store.close()


def test_a_label_learns_from_the_letter_itself_when_the_folder_was_rebuilt(
    robin: World, box: Mailbox
) -> None:
    box.put(FENCE_MAIL, CHOIR_MAIL, folder="Misc")
    robin.ok("sync")
    rebuild(box, "Misc", [CHOIR_MAIL, FENCE_MAIL])
    id = ids(robin)["Garden fence"]
    result = robin.run("label", id, "feedback")  # before a sync has seen the new numbers
    assert result.code == 1
    assert "no longer where it was" in result.err
    assert texts(robin) == []
    robin.ok("sync")
    robin.ok("label", id, "feedback")
    assert "the fence is broken" in texts(robin)[0]
    assert "the fence is broken" in robin.json("show", id)["text"]


@pytest.mark.parametrize("raw", [FENCE_MAIL, ordinary(FENCE, "Garden fence", "Pat <p@s.example>")])
def test_a_label_finds_the_text_of_a_letter_that_was_moved(
    robin: World, box: Mailbox, raw: bytes
) -> None:
    box.put(raw, folder="Misc")
    robin.ok("sync")
    move(box, "Misc", "Elsewhere")
    robin.ok("sync")
    with box.server.client(box.user) as client:
        client.delete_folder("Misc")
    robin.ok("label", ids(robin)["Garden fence"], "feedback")
    assert "the fence is broken" in texts(robin)[0]


def test_a_label_without_its_letter_is_refused_and_nothing_is_learned(
    robin: World, box: Mailbox
) -> None:
    box.put(ordinary(FENCE, "Garden fence", "Pat <pat@shop.example>"), folder="Misc")
    robin.ok("sync")
    with box.server.client(box.user) as client:
        client.delete_folder("Misc")
    id = ids(robin)["Garden fence"]
    result = robin.run("label", id, "feedback")
    assert result.code == 1
    assert len(result.err.strip().splitlines()) == 1
    assert "its text is not kept" in result.err
    assert texts(robin) == []
    assert robin.json("show", id)["kind"] == "other"


def test_a_letter_that_really_is_empty_may_be_labelled(robin: World, box: Mailbox) -> None:
    box.put(ordinary("", "Sunday", "Pat <pat@shop.example>"))
    robin.ok("sync")
    robin.ok("label", ids(robin)["Sunday"], "feedback")
    assert texts(robin) == [""]


def test_of_two_letters_under_one_id_the_right_one_is_learned_from(
    robin: World, box: Mailbox
) -> None:
    fence = ordinary(FENCE, "Garden fence", "Pat <pat@shop.example>", id="same")
    choir = ordinary(CHOIR, "Choir rehearsal", "Quin <quin@shop.example>", id="same")
    box.put(fence, choir, folder="Misc")
    robin.ok("sync")
    named = ids(robin)
    robin.ok("label", named["Choir rehearsal"], "feedback")
    assert "the choir meets" in texts(robin)[0]
    with box.server.client(box.user) as client:
        client.select_folder("Misc")
        client.delete_messages([1])
        client.expunge()
    assert "no longer" in robin.run("label", named["Garden fence"], "feedback").err


# --- two letters under one Message-ID -------------------------------------------------


def test_two_letters_under_one_id_are_two_conversations_whose_keys_join(
    robin: World, box: Mailbox
) -> None:
    eve = invitation("Eve", "Echo", id="same").replace(b"<same@echo.", b"<same@delta.")
    box.put(invitation("Dan", "Delta", id="same", days=2), eve)
    robin.ok("sync")
    listed = {m["from"].partition(" ")[0]: m["message_id"] for m in robin.json("list")}
    assert len(set(listed.values())) == 2
    assert {d["answers"] for d in robin.json("drafts")} == set(listed.values())
    applications = {a["company"]: a["message_ids"] for a in robin.json("applications", "list")}
    assert applications == {"Delta": [listed["Dan"]], "Echo": [listed["Eve"]]}
    for name, key in listed.items():
        assert robin.json("show", key)["from"].startswith(name)
