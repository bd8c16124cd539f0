"""What every mailbox promises, whoever keeps it: memory, the embedded server, Dovecot."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from mailsense.adapters.append import connect_writer
from mailsense.adapters.imap import connect
from mailsense.adapters.memory import MemoryDraftFolder, MemoryMailbox
from mailsense.demo.servers import Letter, deliver
from mailsense.errors import MailboxError
from mailsense.ports import DraftFolder, Mailbox
from tests.support import embedded
from tests.support.dovecot import Dovecot

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_numbers = itertools.count(1)


def letter(message_id: str = "a1@example.org", text: str = "Hello.") -> bytes:
    return (
        f"From: Ada <ada@example.org>\r\nMessage-ID: <{message_id}>\r\n"
        f"Subject: Your application\r\n\r\n{text}\r\n"
    ).encode()


@dataclass
class World:
    """A mailbox with a folder of its own, and what another mail client does to it."""

    mailbox: Mailbox
    writer: DraftFolder
    folder: str
    put: Callable[..., None]
    take: Callable[[int], None]

    def uids(self) -> list[int]:
        self.mailbox.examine(self.folder)
        return list(self.mailbox.uids(self.folder))


def _memory() -> Iterator[World]:
    box = MemoryMailbox()
    box.add_folder("Jobs")

    def put(raw: bytes, flags: Sequence[str] = (), at: datetime = MONDAY) -> None:
        box.add("Jobs", raw, flags, at)

    yield World(box, MemoryDraftFolder(box), "Jobs", put, lambda uid: box.remove("Jobs", uid))


def _embedded(port: int) -> Iterator[World]:
    folder = f"Jobs{next(_numbers)}"
    deliver(port, (), create=(folder,))
    account = embedded.account(port)
    box = connect(account, embedded.SECRET)
    writer = connect_writer(account, embedded.SECRET)

    def put(raw: bytes, flags: Sequence[str] = (), at: datetime = MONDAY) -> None:
        deliver(port, [Letter(raw, at, folder, flags)])

    yield World(box, writer, folder, put, lambda uid: writer.remove(folder, uid))
    box.close()
    writer.close()


def _dovecot(server: Dovecot) -> Iterator[World]:
    name = f"contract{next(_numbers)}"

    def put(raw: bytes, flags: Sequence[str] = (), at: datetime = MONDAY) -> None:
        server.deliver(name, raw, "Jobs", flags, at)

    def take(uid: int) -> None:
        with server.client(name) as client:
            client.select_folder("Jobs")
            client.delete_messages([uid])
            client.expunge([uid])

    with server.client(name) as client:
        client.create_folder("Jobs")
    box = connect(server.user(name), server.secret)
    writer = connect_writer(server.user(name), server.secret)
    yield World(box, writer, "Jobs", put, take)
    box.close()
    writer.close()


@pytest.fixture(params=["memory", "embedded", pytest.param("dovecot", marks=pytest.mark.dovecot)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """A mailbox of each sort with one empty folder."""
    if request.param == "memory":
        yield from _memory()
    elif request.param == "embedded":
        yield from _embedded(request.getfixturevalue("embedded_port"))
    else:
        yield from _dovecot(request.getfixturevalue("dovecot"))


def test_a_mailbox_lists_its_folders_and_tells_which_can_be_opened(world: World) -> None:
    folders = {folder.name: folder for folder in world.mailbox.folders()}
    assert {"INBOX", world.folder, "Sent", "Drafts"} <= set(folders)
    assert all(folder.selectable for folder in folders.values())


def test_an_empty_folder_has_a_state_and_no_uids(world: World) -> None:
    state = world.mailbox.examine(world.folder)
    assert state.exists == 0
    assert state.uidvalidity
    assert list(world.mailbox.uids(world.folder)) == []
    assert list(world.mailbox.fetch(world.folder, [], limit=100)) == []
    assert world.mailbox.flags(world.folder, []) == {}


def test_a_message_comes_back_whole_with_flags_size_and_instant(world: World) -> None:
    world.put(letter(), ("\\Answered", "\\Seen"))
    [uid] = world.uids()
    [one] = world.mailbox.fetch(world.folder, [uid], limit=10_000)
    assert one.uid == uid
    assert one.raw == letter()
    assert one.flags == {"\\answered", "\\seen"}
    assert one.size == len(letter())
    assert not one.truncated
    assert one.internaldate == MONDAY


def test_the_instant_of_arrival_is_utc_whatever_zone_it_was_told_in(world: World) -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    world.put(letter(), at=MONDAY.astimezone(east))
    [one] = world.mailbox.fetch(world.folder, world.uids(), limit=100)
    assert one.internaldate == MONDAY
    assert one.internaldate.utcoffset() == timedelta(0)


def test_only_the_first_bytes_are_fetched_and_the_cut_is_told(world: World) -> None:
    world.put(letter(text="long " * 200))
    [one] = world.mailbox.fetch(world.folder, world.uids(), limit=40)
    assert one.raw == letter()[:40]
    assert one.truncated
    assert one.size == len(letter(text="long " * 200))


def test_reading_never_marks_a_message_read(world: World) -> None:
    world.put(letter())
    [uid] = world.uids()
    list(world.mailbox.fetch(world.folder, [uid], limit=10_000))
    world.mailbox.find(world.folder, "a1@example.org")
    assert world.mailbox.flags(world.folder, [uid]) == {uid: frozenset()}


def test_uids_are_those_above_the_cursor_and_never_the_last_one_again(world: World) -> None:
    for number in range(3):
        world.put(letter(f"m{number}@example.org"))
    first, second, third = world.uids()
    assert first < second < third
    assert list(world.mailbox.uids(world.folder, after=first)) == [second, third]
    assert list(world.mailbox.uids(world.folder, after=third)) == []
    assert list(world.mailbox.uids(world.folder, after=third + 50)) == []


def test_uids_can_be_those_received_since_a_day(world: World) -> None:
    world.put(letter("old@example.org"), at=MONDAY - timedelta(days=30))
    world.put(letter("new@example.org"), at=MONDAY)
    old, new = world.uids()
    assert list(world.mailbox.uids(world.folder, since=date(2026, 3, 2))) == [new]
    assert list(world.mailbox.uids(world.folder, since=date(2026, 1, 1))) == [old, new]
    assert list(world.mailbox.uids(world.folder, after=old, since=date(2026, 1, 1))) == [new]


def test_new_mail_is_seen_after_the_folder_was_opened_again(world: World) -> None:
    world.put(letter("m1@example.org"))
    before = world.mailbox.examine(world.folder)
    world.put(letter("m2@example.org"))
    after = world.mailbox.examine(world.folder)
    assert (before.exists, after.exists) == (1, 2)
    assert before.uidvalidity == after.uidvalidity
    assert len(world.mailbox.uids(world.folder)) == 2


def test_a_message_that_vanished_is_left_out_and_the_others_come(world: World) -> None:
    for number in range(3):
        world.put(letter(f"m{number}@example.org"))
    first, second, third = world.uids()
    world.take(second)
    world.mailbox.examine(world.folder)
    got = list(world.mailbox.fetch(world.folder, [first, second, third, 9999], limit=10_000))
    assert [one.uid for one in got] == [first, third]
    assert set(world.mailbox.flags(world.folder, [first, second, third])) == {first, third}


def test_a_message_is_found_by_its_whole_message_id(world: World) -> None:
    world.put(letter("one@example.org"))
    world.put(letter("one@example.org.uk"))
    first, second = world.uids()
    assert list(world.mailbox.find(world.folder, "one@example.org")) == [first]
    assert list(world.mailbox.find(world.folder, "<one@example.org.uk>")) == [second]
    assert list(world.mailbox.find(world.folder, "two@example.org")) == []
    assert list(world.mailbox.find(world.folder, "<>")) == []


def test_mail_that_came_after_the_folder_was_opened_is_found_too(world: World) -> None:
    world.mailbox.examine(world.folder)
    world.put(letter("late@example.org"))
    assert len(world.mailbox.find(world.folder, "late@example.org")) == 1


def test_a_message_id_that_is_no_printable_ascii_is_never_sent(world: World) -> None:
    for hostile in ("a\r\nA9 DELETE Jobs", "a\nb", "caf\u00e9@example.org", "a\0b"):
        with pytest.raises(ValueError, match="ASCII"):
            world.mailbox.find(world.folder, hostile)
    assert world.folder in {folder.name for folder in world.mailbox.folders()}


def test_a_folder_that_is_missing_is_an_error_with_its_name(world: World) -> None:
    with pytest.raises(MailboxError, match="Nowhere"):
        world.mailbox.examine("Nowhere")
    assert world.mailbox.examine(world.folder).exists == 0


def test_two_folders_can_be_read_in_turns(world: World) -> None:
    for number in range(3):
        world.put(letter(f"m{number}@example.org"))
    uids = world.uids()
    seen = []
    for one in world.mailbox.fetch(world.folder, uids, limit=10_000):
        world.mailbox.examine("INBOX")
        seen.append(one.uid)
    assert seen == uids


def test_what_is_appended_has_its_flags_and_instant_and_is_found_again(world: World) -> None:
    uid = world.writer.append(
        world.folder, letter("draft@example.org"), flags=("\\Draft", "\\Seen"), at=MONDAY
    )
    assert list(world.writer.find(world.folder, "draft@example.org")) == [uid]
    world.mailbox.examine(world.folder)
    [one] = world.mailbox.fetch(world.folder, [uid or 0], limit=10_000)
    assert one.raw == letter("draft@example.org")
    assert one.flags == {"\\draft", "\\seen"}
    assert one.internaldate == MONDAY


def test_appending_to_a_folder_that_is_missing_writes_nothing(world: World) -> None:
    with pytest.raises(MailboxError, match="Nowhere"):
        world.writer.append("Nowhere", letter(), flags=(), at=MONDAY)
    assert "Nowhere" not in {folder.name for folder in world.mailbox.folders()}


def test_removing_takes_one_message_and_leaves_the_others_as_they_are(world: World) -> None:
    world.put(letter("keep@example.org"), ("\\Deleted",))
    uid = world.writer.append(world.folder, letter("mine@example.org"), flags=(), at=MONDAY)
    assert uid is not None
    world.writer.remove(world.folder, uid)
    [kept] = world.uids()
    assert kept != uid
    assert world.mailbox.flags(world.folder, [kept]) == {kept: {"\\deleted"}}


def test_removing_what_is_gone_already_is_no_error(world: World) -> None:
    world.writer.remove(world.folder, 4711)


def test_capabilities_are_upper_case(world: World) -> None:
    capabilities = world.mailbox.capabilities()
    assert "UIDPLUS" in capabilities
    assert all(c == c.upper() for c in capabilities)


def test_closing_twice_is_no_error(world: World) -> None:
    world.mailbox.close()
    world.mailbox.close()
    world.writer.close()
