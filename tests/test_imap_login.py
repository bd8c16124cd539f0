"""From settings to a logged-in connection: each way to fail is one line, and no secret leaks."""

from __future__ import annotations

import socket

import pytest

from mailsense.adapters.imap import connect
from mailsense.adapters.secrets import Secret
from mailsense.config import Account, Server
from mailsense.errors import MailboxError, Unreachable
from tests.support.scripted import HANGUP, MUTE, Answer, scripted_imap

SECRET = Secret("hush-hush")


def account(port: int, security: str = "plain") -> Account:
    return Account("main", "you@example.org", imap=Server("127.0.0.1", port, security, user="you"))


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
    with pytest.raises(Unreachable, match=r"imap\.example\.test:993: no such host: check"):
        connect(Account("main", imap=Server("imap.example.test")), SECRET)


@pytest.mark.parametrize("host", ["a..example", "x" * 300, "."])
def test_a_host_that_is_no_name_at_all_is_told(host: str) -> None:
    with pytest.raises(MailboxError, match="check"):
        connect(Account("main", imap=Server(host)), SECRET)


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
