"""Reading servers that lie, refuse, fall silent or hang up: what no real one does on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mailsense.adapters import imap
from mailsense.adapters.imap import ImapMailbox, connect
from mailsense.adapters.secrets import Secret
from mailsense.config import Account, Server
from mailsense.errors import MailboxError, Unreachable
from tests.support.scripted import HANGUP, MUTE, Answer, Scripted, fetch_line, scripted_imap

SECRET = Secret("hush-hush")


def account(port: int, security: str = "plain") -> Account:
    return Account("main", "you@example.org", imap=Server("127.0.0.1", port, security, user="you"))


@contextmanager
def mailbox(answers: dict[str, Answer]) -> Iterator[tuple[ImapMailbox, Scripted]]:
    """A mailbox at a server that says what the test wants."""
    with scripted_imap(answers) as server:
        box = connect(account(server.port), SECRET, timeout=1)
        try:
            yield box, server
        finally:
            box.close()


def test_a_folder_without_uidvalidity_has_none() -> None:
    with mailbox({"EXAMINE": b"* 3 EXISTS\r\nTAG OK done\r\n"}) as (box, _):
        state = box.examine("INBOX")
    assert (state.exists, state.uidvalidity, state.uidnext) == (3, None, None)


def test_uids_that_do_not_last_are_as_good_as_none() -> None:
    answer = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* NO [UIDNOTSTICKY] no\r\nTAG OK done\r\n"
    with mailbox({"EXAMINE": answer}) as (box, _):
        assert box.examine("INBOX").uidvalidity is None


@pytest.mark.parametrize("odd", [b"0", b"x", b"-3", b"9" * 40])
def test_a_uidvalidity_that_is_no_number_is_none(odd: bytes) -> None:
    answer = b"* 3 EXISTS\r\n* OK [UIDVALIDITY " + odd + b"]\r\nTAG OK done\r\n"
    with mailbox({"EXAMINE": answer}) as (box, _):
        assert box.examine("INBOX").uidvalidity is None


def test_the_last_uid_that_every_range_with_a_star_names_is_filtered() -> None:
    with mailbox({"UID SEARCH": b"* SEARCH 9\r\nTAG OK done\r\n"}) as (box, _):
        assert list(box.uids("INBOX", after=9)) == []
        assert list(box.uids("INBOX", after=8)) == [9]


def _fetch_all_but(*bad: int) -> Answer:
    """A server that says NO when one of these is asked for, after having given the others."""

    def answer(line: str) -> bytes:
        wanted = []
        for word in line.split()[3].split(","):
            first, _, last = word.partition(":")
            wanted += range(int(first), int(last or first) + 1)
        if "BODY" not in line:
            return (
                b"".join(b"* 1 FETCH (UID %d RFC822.SIZE 77)\r\n" % u for u in wanted)
                + b"TAG OK done\r\n"
            )
        good = b"".join(fetch_line(u, b"mail %d" % u) for u in wanted if u not in bad)
        said = (
            b"TAG NO [SERVERBUG-NOT] one is broken\r\n"
            if set(bad) & set(wanted)
            else b"TAG OK done\r\n"
        )
        return good + said

    return answer


def test_a_no_for_one_message_costs_only_that_one() -> None:
    with mailbox({"UID FETCH": _fetch_all_but(4)}) as (box, server):
        got = {one.uid: one for one in box.fetch("INBOX", range(1, 9), limit=100)}
    assert sorted(got) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert got[7].raw == b"mail 7"
    assert (got[4].raw, got[4].size, got[4].truncated) == (b"", 77, True)
    assert "NOOP" in server.heard_verbs()


def test_a_server_that_refuses_message_after_message_is_ill_and_told() -> None:
    ill = mailbox({"UID FETCH": _fetch_all_but(*range(1, 99))})
    with ill as (box, server), pytest.raises(MailboxError, match="refuses to read INBOX"):
        list(box.fetch("INBOX", range(1, 99), limit=100))
    assert len(server.heard) < 99


@pytest.mark.parametrize("code", ["UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED", "OVERQUOTA"])
def test_a_no_that_is_not_about_a_message_is_told_at_once(code: str) -> None:
    busy = mailbox({"UID FETCH": f"TAG NO [{code}] come back later\r\n".encode()})
    with busy as (box, server), pytest.raises(MailboxError, match="come back later"):
        list(box.fetch("INBOX", [1, 2], limit=100))
    assert len([v for v in server.heard_verbs() if v == "UID FETCH"]) == 1


def test_a_message_that_the_server_holds_and_cannot_give_comes_empty() -> None:
    answers = [
        b"* 1 FETCH (UID 1 RFC822.SIZE 50 FLAGS () BODY[]<0> NIL)\r\nTAG OK done\r\n",
        b"* 1 FETCH (UID 1 RFC822.SIZE 50)\r\nTAG OK done\r\n",
    ]
    with mailbox({"UID FETCH": answers}) as (box, _):
        [one] = box.fetch("INBOX", [1], limit=100)
    assert (one.raw, one.size, one.truncated) == (b"", 50, True)


def test_a_message_that_is_gone_when_asked_again_is_left_out() -> None:
    answers = [b"* 1 FETCH (UID 1 FLAGS () BODY[]<0> NIL)\r\nTAG OK done\r\n", b"TAG OK done\r\n"]
    with mailbox({"UID FETCH": answers}) as (box, _):
        assert list(box.fetch("INBOX", [1], limit=100)) == []


def test_a_wrong_size_does_not_make_a_whole_message_look_cut() -> None:
    answer = fetch_line(1, b"all of it", size=4000) + b"TAG OK done\r\n"
    with mailbox({"UID FETCH": answer}) as (box, _):
        [one] = box.fetch("INBOX", [1], limit=100)
    assert not one.truncated


def test_a_server_that_sends_more_than_was_asked_for_is_cut() -> None:
    with mailbox({"UID FETCH": fetch_line(1, b"x" * 500) + b"TAG OK done\r\n"}) as (box, _):
        [one] = box.fetch("INBOX", [1], limit=100)
    assert (len(one.raw), one.size) == (100, 500)


def test_messages_nobody_asked_for_are_left_out() -> None:
    with mailbox(
        {"UID FETCH": fetch_line(5, b"five") + fetch_line(1, b"one") + b"TAG OK done\r\n"}
    ) as (
        box,
        _,
    ):
        assert [one.uid for one in box.fetch("INBOX", [1], limit=100)] == [1]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (fetch_line(1, b"private words")[:60] + HANGUP, "broke the connection off"),
        (b"* BYE idle for too long\r\n" + HANGUP, "closed the connection (idle for too long)"),
        (b"private words out of grammar\r\n", "broke the connection off"),
        (b"* 1 FETCH (UID 1\r\n", "does not answer in time"),
    ],
)
def test_a_connection_that_breaks_while_reading_is_told_without_mail(
    answer: bytes, expected: str
) -> None:
    with scripted_imap({"UID FETCH": answer}) as server:
        box = connect(account(server.port), SECRET, timeout=0.3)
        with pytest.raises(Unreachable) as caught:
            list(box.fetch("INBOX", [1], limit=100))
        with pytest.raises(Unreachable):  # and it stays broken
            box.examine("INBOX")
        box.close()
    assert expected in str(caught.value)
    assert "private" not in str(caught.value)


def test_an_answer_out_of_all_bounds_is_told_and_ends_the_connection() -> None:
    with mailbox({"UID SEARCH": b"* SEARCH " + b"1" * 1_100_000 + b"\r\nTAG OK x\r\n"}) as (box, _):
        with pytest.raises(MailboxError, match="answers out of grammar"):
            box.uids("INBOX")
        with pytest.raises(Unreachable):
            box.examine("INBOX")


def test_a_bad_is_told_in_the_servers_words() -> None:
    strict = mailbox({"UID SEARCH": b"TAG BAD [CLIENTBUG] Unknown criteria\r\n"})
    with strict as (box, _), pytest.raises(MailboxError, match="Unknown criteria") as caught:
        box.uids("INBOX")
    assert not isinstance(caught.value, Unreachable)


def test_status_texts_are_cleaned_and_cut() -> None:
    answer = b"TAG NO \x1b[2J\x07" + b"long " * 100 + b"\r\n"
    with mailbox({"EXAMINE": answer}) as (box, _), pytest.raises(MailboxError) as caught:
        box.examine("INBOX")
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_folder_names_out_of_grammar_are_listed_and_opened_byte_for_byte() -> None:
    listing = (
        b'* LIST () "/" INBOX\r\n* LIST () "/" "A&B"\r\n* LIST () "/" {8}\r\nEntw\xfcrfe\r\n'
        b'* LIST (\\Sent) "/" "Gesendet"\r\n* LIST broken\r\nTAG OK done\r\n'
    )
    with mailbox({"LIST": listing}) as (box, server):
        assert [f.name for f in box.folders()] == ["INBOX", "A&B", "Entwürfe", "Gesendet"]
        box.examine("A&B")
        box.examine("Entwürfe")
    assert [line.partition(" ")[2] for line in server.heard if "EXAMINE" in line] == [
        'EXAMINE "A&B"',
        'EXAMINE "Entw\xfcrfe"',
    ]


def test_two_names_that_read_alike_stay_two_folders() -> None:
    listing = b'* LIST () "/" "&APw-"\r\n* LIST () "/" {2}\r\n\xc3\xbc\r\nTAG OK done\r\n'
    with mailbox({"LIST": listing}) as (box, _):
        names = [f.name for f in box.folders()]
    assert len(set(names)) == 2


def test_a_folder_name_with_a_line_break_never_becomes_a_second_command() -> None:
    listing = b'* LIST () "/" {14}\r\nA\r\nx9 DELETE B\r\nTAG OK done\r\n'
    with mailbox({"LIST": listing}) as (box, server):
        [hostile] = box.folders()
        with pytest.raises(MailboxError, match="line break"):
            box.examine(hostile.name)
        box.examine("A\nx9 DELETE B")  # in modified UTF-7 it is no line break any more
    assert not any(line.startswith("x9") for line in server.heard)


def test_what_reaches_the_wire_with_a_line_break_is_stopped_there() -> None:
    with mailbox({}) as (box, server):
        box.examine("INBOX")
        for hostile in ("1:*\r\nx9 DELETE INBOX", "1:*\nx9 DELETE INBOX", "1\0"):
            with pytest.raises(ValueError, match="line break"):
                box._session.uid("to search", "SEARCH", hostile)
    assert not any("DELETE" in line for line in server.heard)


def test_a_server_that_wants_to_know_the_client_is_told_no_more_than_that_it_is_one() -> None:
    answers: dict[str, Answer] = {
        "AUTHENTICATE DATA": b"TAG OK [CAPABILITY IMAP4rev1 ID] in\r\n",
        "EXAMINE": [
            b"TAG NO EXAMINE Unsafe Login. Please contact us\r\n",
            b"* 1 EXISTS\r\nTAG OK done\r\n",
        ],
        "ID": b"* ID NIL\r\nTAG OK done\r\n",
    }
    with mailbox(answers) as (box, server):
        assert box.examine("INBOX").exists == 1
    [said] = [line for line in server.heard if " ID " in line]
    assert "mailsense" not in said


def test_sent_mail_that_the_server_renamed_is_found_by_its_first_message_id() -> None:
    def search(line: str) -> bytes:
        return (
            b"* SEARCH 4\r\n" if "X-Microsoft" in line else b"* SEARCH\r\n"
        ) + b"TAG OK done\r\n"

    head = (
        b"Message-ID: <new@server.example>\r\n"
        b"X-Microsoft-Original-Message-ID:\r\n <mine@example.org>\r\n\r\n"
    )
    fetch = b"* 1 FETCH (UID 4 BODY[HEADER.FIELDS (MESSAGE-ID X)] {%d}\r\n" % len(head) + head
    with mailbox({"UID SEARCH": search, "UID FETCH": fetch + b")\r\nTAG OK done\r\n"}) as (box, _):
        assert list(box.find("Sent", "mine@example.org")) == [4]


def test_closing_a_dead_connection_never_raises() -> None:
    with scripted_imap({"LOGOUT": MUTE, "EXAMINE": HANGUP}) as server:
        box = connect(account(server.port), SECRET, timeout=0.3)
        with pytest.raises(Unreachable):
            box.examine("INBOX")
        box.close()
        box.close()


def test_batches_fit_in_memory() -> None:
    most = imap._MOST_BYTES // (4 * 1024 * 1024)
    assert 1 <= most <= 16
