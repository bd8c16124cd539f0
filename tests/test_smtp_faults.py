"""Servers that refuse, break off or fall silent: nothing sent, or unknown, and never guessed."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from mailsense.adapters.secrets import Secret
from mailsense.adapters.smtp import SmtpTransport
from mailsense.config import Server
from mailsense.demo.servers import free_port
from mailsense.errors import DeliveryUnknown, MailboxError, Unreachable
from tests.support.scripted import HANGUP, MUTE, Answer, Scripted, scripted_smtp

ME, ADA, BOB = "you@example.org", "ada@example.com", "bob@example.com"
LETTER = (
    b"From: you@example.org\r\nTo: ada@example.com\r\nMessage-ID: <s1@example.org>\r\n"
    b"Subject: Thank you\r\n\r\nDear Ada,\r\n.a line that begins with a dot\r\n..two\r\n"
)
SECRET = Secret("hush-hush")


def transport(
    port: int, security: str = "plain", secret: Secret = SECRET, **more: Any
) -> SmtpTransport:
    server = Server("127.0.0.1", port, security)
    return SmtpTransport(server, "you", secret, timeout=more.pop("timeout", 2), **more)


def attempt(
    answers: dict[str, Answer], *, to: list[str] | None = None, **more: Any
) -> MailboxError:
    """Send to such a server and return the error, which is one line without the password."""
    with scripted_smtp(answers) as scripted, pytest.raises(MailboxError) as caught:
        transport(scripted.port, **more).send(LETTER, ME, to or [ADA])
    attempt.server = scripted  # type: ignore[attr-defined]
    [problem] = caught.value.problems
    assert "\n" not in problem
    assert SECRET.value not in problem
    return caught.value


def _server() -> Scripted:
    return attempt.server  # type: ignore[attr-defined,no-any-return]


BEFORE = ("", "EHLO", "AUTH", "MAIL", "RCPT", "DATA")


@pytest.mark.parametrize("verb", BEFORE)
@pytest.mark.parametrize("answer", [HANGUP, MUTE, b"421 going down\r\n" + HANGUP])
def test_whatever_breaks_before_the_text_goes_out_nothing_was_sent(
    verb: str, answer: bytes
) -> None:
    error = attempt({verb: answer}, timeout=0.2)
    assert type(error) is Unreachable
    assert not any("Dear Ada" in line for line in _server().heard)


@pytest.mark.parametrize("verb", ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_refusal_for_good_before_the_text_is_no_doubt(verb: str) -> None:
    error = attempt({verb: b"554 no thanks\r\n"})
    assert type(error) is MailboxError
    assert "554 no thanks" in str(error)
    assert not any("Dear Ada" in line for line in _server().heard)


@pytest.mark.parametrize("verb", ["", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_refusal_for_now_before_the_text_may_be_tried_again(verb: str) -> None:
    assert type(attempt({verb: b"451 later please\r\n"})) is Unreachable


@pytest.mark.parametrize("answer", [HANGUP, MUTE, b"2\r\n" + HANGUP])
def test_whatever_breaks_after_the_text_went_out_is_unknown(answer: bytes) -> None:
    error = attempt({"DATA DATA": answer}, data_timeout=0.2)
    assert type(error) is DeliveryUnknown
    assert "look into Sent" in str(error)
    assert "Dear Ada" not in str(error)


@pytest.mark.parametrize(
    ("answer", "expected"), [(b"554 spam\r\n", MailboxError), (b"451 busy\r\n", Unreachable)]
)
def test_a_clear_no_after_the_text_is_no_doubt(answer: bytes, expected: type) -> None:
    error = attempt({"DATA DATA": answer})
    assert type(error) is expected
    assert "it was not sent" in str(error)


def test_one_refused_address_stops_the_letter_for_all() -> None:
    def rcpt(line: str) -> bytes:
        return b"550 no such user\r\n" if "bob" in line else b"250 ok\r\n"

    error = attempt({"RCPT": rcpt}, to=[ADA, BOB])
    assert f"refuses {BOB} (550 no such user)" in str(error)
    assert "nothing was sent to anybody" in str(error)
    assert "DATA" not in _server().heard_verbs()


def test_an_address_refused_for_now_may_be_tried_again() -> None:
    error = attempt({"RCPT": b"450 greylisted\r\n"})
    assert type(error) is Unreachable
    assert "nothing was sent to anybody" in str(error)


def test_after_a_failure_the_next_letter_begins_with_a_new_connection() -> None:
    answers: dict[str, Answer] = {"RCPT": [b"550 no\r\n", b"250 ok\r\n"]}
    with scripted_smtp(answers) as scripted:
        sending = transport(scripted.port)
        with pytest.raises(MailboxError):
            sending.send(LETTER, ME, [ADA])
        sending.send(LETTER, ME, [BOB])
        sending.close()
    assert scripted.heard_verbs().count("EHLO") == 2


def test_without_starttls_the_login_is_never_sent() -> None:
    error = attempt({}, security="starttls")
    assert "does not offer STARTTLS, so the login was not sent" in str(error)
    assert "AUTH" not in _server().heard_verbs()


def test_a_refused_starttls_is_told_and_the_login_never_sent() -> None:
    answers: dict[str, Answer] = {
        "EHLO": b"250-hi\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n",
        "STARTTLS": b"454 not now\r\n",
    }
    assert "refuses STARTTLS" in str(attempt(answers, security="starttls"))
    assert "AUTH" not in _server().heard_verbs()


def test_a_server_without_login_is_told() -> None:
    error = attempt({"EHLO": b"250 hi\r\n"})
    assert "offers no login that fits" in str(error)
    assert "MAIL" not in _server().heard_verbs()


def test_login_is_spoken_where_plain_is_not() -> None:
    answers: dict[str, Answer] = {
        "EHLO": b"250-hi\r\n250 AUTH LOGIN\r\n",
        "AUTH": b"334 UGFzc3dvcmQ6\r\n",
        "AUTH DATA": b"235 in\r\n",
    }
    with scripted_smtp(answers) as scripted:
        sending = transport(scripted.port, secret=Secret("pässwörd"))
        sending.send(LETTER, ME, [ADA])
        sending.close()
    at = scripted.heard.index("AUTH LOGIN eW91")
    assert scripted.heard[at + 1] == "cMOkc3N3w7ZyZA=="


def test_a_token_is_sent_as_xoauth2() -> None:
    with scripted_smtp({"EHLO": b"250-hi\r\n250 AUTH PLAIN XOAUTH2\r\n"}) as scripted:
        sending = transport(scripted.port, secret=Secret("t0ken", is_token=True))
        sending.send(LETTER, ME, [ADA])
        sending.close()
    [auth] = [line for line in scripted.heard if line.startswith("AUTH")]
    assert auth == "AUTH XOAUTH2 dXNlcj15b3UBYXV0aD1CZWFyZXIgdDBrZW4BAQ=="


def test_the_complaint_about_a_token_is_answered_by_nothing_but_an_empty_line() -> None:
    answers: dict[str, Answer] = {
        "EHLO": b"250-hi\r\n250 AUTH XOAUTH2\r\n",
        "AUTH": b"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n",
        "AUTH DATA": b"535 5.7.8 bad token\r\n",
    }
    error = attempt(answers, secret=Secret("t0ken", is_token=True))
    assert "refuses the OAuth2 token (535 5.7.8 bad token)" in str(error)
    at = next(i for i, line in enumerate(_server().heard) if line.startswith("AUTH"))
    assert _server().heard[at + 1] == ""


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_message() -> None:
    assert "…" in str(attempt({"AUTH": b"535 hush-hush is wrong\r\n"}))


def test_a_person_beyond_ascii_cannot_be_written_to_through_an_old_server() -> None:
    error = attempt({}, to=["dörte@example.com"])
    assert "nothing was sent" in str(error)
    assert "MAIL" not in _server().heard_verbs()


@pytest.mark.parametrize(
    "address", ["", "ada", "a b@example.com", "a@b>\r\nRCPT TO:<c@d", "<a@b.c>", "a@b\n.c"]
)
def test_what_is_no_address_never_reaches_the_server(address: str) -> None:
    attempt({}, to=[address])
    assert _server().heard == []


def test_a_letter_without_recipients_is_no_letter() -> None:
    with pytest.raises(MailboxError, match="without a recipient"):
        transport(1).send(LETTER, ME, [])


@pytest.mark.parametrize(("security", "port"), [("tls", 465), ("starttls", 587), ("plain", 587)])
def test_the_usual_port_follows_from_the_security(security: str, port: int) -> None:
    assert SmtpTransport(Server("h", 0, security), "you", SECRET).place.port == port


def test_an_unknown_host_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    sending = SmtpTransport(Server("smtp.example.test"), "you", SECRET)
    with pytest.raises(Unreachable, match=r"smtp\.example\.test:465: no such host"):
        sending.send(LETTER, ME, [ADA])


def test_a_host_that_is_no_name_at_all_is_told() -> None:
    with pytest.raises(MailboxError, match="no host name"):
        SmtpTransport(Server("a..example"), "you", SECRET).send(LETTER, ME, [ADA])


def test_a_refused_connection_is_told_with_its_port() -> None:
    port = free_port()
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port} refuses the connection"):
        transport(port).send(LETTER, ME, [ADA])
