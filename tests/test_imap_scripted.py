"""Reading servers that lie, refuse, fall silent or hang up: what no real one does on demand."""

from __future__ import annotations

import socket
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


def refused(answers: dict[str, Answer], *, security: str = "plain", timeout: float = 1) -> str:
    """Return the one-line problem that connecting to such a server ends in."""
    with scripted_imap(answers) as server:
        with pytest.raises(MailboxError) as caught:
            connect(account(server.port, security), SECRET, timeout=timeout)
        refused.heard = server.heard  # type: ignore[attr-defined]
    [problem] = caught.value.problems
    assert "\n" not in problem
    assert SECRET.value not in problem
    refused.later = isinstance(caught.value, Unreachable)  # type: ignore[attr-defined]
    return problem


# --- before the login ---------------------------------------------------------------


def test_an_unknown_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(Unreachable, match=r"imap\.example\.test: no such host: check"):
        connect(Account("main", imap=Server("imap.example.test")), SECRET)


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_a_refused_connection_is_told_with_its_port(security: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens on it
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable, match=f"127.0.0.1:{port} refuses the connection"):
            connect(account(port, security), SECRET)


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    assert "does not answer in time" in refused({"": MUTE}, timeout=0.3)
    assert refused.later


def test_a_server_that_turns_us_away_is_told_in_its_words() -> None:
    problem = refused({"": b"* BYE Too many connections from your address\r\n" + HANGUP})
    assert "turns new connections away (Too many connections" in problem
    assert refused.later


def test_a_server_that_hangs_up_at_once_is_told() -> None:
    assert "closed the connection without a word" in refused({"": HANGUP})
    assert refused.later


@pytest.mark.parametrize(
    "greeting", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"220 ESMTP\r\n"]
)
def test_another_kind_of_server_is_told(greeting: bytes) -> None:
    assert "is no IMAP server: check host and port" in refused({"": greeting})
    assert not refused.later


def test_without_starttls_the_login_is_never_sent() -> None:
    problem = refused({}, security="starttls")
    assert "does not offer STARTTLS, so the login was not sent" in problem
    assert not any("AUTHENTICATE" in line or "LOGIN" in line for line in refused.heard)


def test_a_refused_starttls_is_told_and_the_login_never_sent() -> None:
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\nTAG OK done\r\n",
        "STARTTLS": b"TAG NO not today\r\n",
    }
    assert "refuses STARTTLS, so the login was not sent" in refused(answers, security="starttls")
    assert not any("AUTHENTICATE" in line for line in refused.heard)


def test_a_login_that_somebody_in_between_made_before_tls_is_not_trusted() -> None:
    answers: dict[str, Answer] = {
        "": b"* PREAUTH welcome\r\n",
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n",
    }
    assert "the login was not sent" in refused(answers, security="starttls")


# --- the login ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected", "later"),
    [
        (b"TAG NO [AUTHENTICATIONFAILED] Invalid credentials\r\n", "app password", False),
        (b"TAG NO [ALERT] Please log in via your web browser\r\n", "web browser", False),
        (b"TAG NO [UNAVAILABLE] Temporary failure\r\n", "cannot log anybody in just now", True),
        (b"TAG BAD what is this\r\n", "refuses user name or password", False),
        (b"* BYE shutting down\r\n" + HANGUP, "closed the connection (shutting down)", True),
        (HANGUP, "broke the connection off", True),
        (MUTE, "does not answer in time", True),
    ],
)
def test_a_failed_login_is_told_with_the_way_out(answer: bytes, expected: str, later: bool) -> None:
    assert expected in refused({"AUTHENTICATE DATA": answer}, timeout=0.5)
    assert refused.later is later


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_message() -> None:
    answer = b"TAG NO wrong password hush-hush for you\r\n"
    assert "wrong password … for you" in refused({"AUTHENTICATE DATA": answer})


def test_a_server_that_forbids_clear_passwords_never_gets_one() -> None:
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK done\r\n"
    }
    assert 'set security = "tls" or "starttls"' in refused(answers)
    assert not any("hush" in line for line in refused.heard)


NO_PLAIN = b"* CAPABILITY IMAP4rev1 UIDPLUS\r\nTAG OK done\r\n"


def test_without_plain_the_login_is_quoted() -> None:
    with scripted_imap({"CAPABILITY": NO_PLAIN}) as server:
        connect(account(server.port), Secret('a "b\\c" d')).close()
    [login] = [line for line in server.heard if "LOGIN" in line]
    assert login.endswith('LOGIN "you" "a \\"b\\\\c\\" d"')


def test_without_plain_a_password_beyond_ascii_is_told_and_not_sent() -> None:
    answers: dict[str, Answer] = {"CAPABILITY": NO_PLAIN}
    with scripted_imap(answers) as server, pytest.raises(MailboxError, match="app password"):
        connect(account(server.port), Secret("pässwörd"))
    assert "LOGIN" not in server.heard_verbs()


def test_the_servers_complaint_about_a_token_is_answered_by_nothing_but_a_dummy() -> None:
    answers: dict[str, Answer] = {
        "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\nTAG OK done\r\n",
        "AUTHENTICATE DATA": [b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n", b"TAG NO no\r\n"],
    }
    with scripted_imap(answers) as server, pytest.raises(MailboxError, match="OAuth2 token"):
        connect(account(server.port), Secret("t0ken", is_token=True))
    at = server.heard.index(next(line for line in server.heard if "XOAUTH2" in line))
    assert server.heard[at + 1].startswith("dXNlcj15b3")  # user=yo…
    assert server.heard[at + 2] == ""


# --- reading --------------------------------------------------------------------------


def test_a_folder_without_uidvalidity_has_none() -> None:
    with mailbox({"EXAMINE": b"* 3 EXISTS\r\nTAG OK done\r\n"}) as (box, _):
        state = box.examine("INBOX")
    assert (state.exists, state.uidvalidity, state.uidnext) == (3, None, None)


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
