"""Sending one letter: sent, surely not sent, or unknown; encrypted, and to all or to nobody."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from mailsense.adapters.secrets import Secret
from mailsense.adapters.smtp import SmtpTransport, prepared
from mailsense.config import Server
from mailsense.demo.servers import free_port, smtp_sink
from mailsense.errors import MailboxError
from tests.support.tls import Authority, Certificate

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


# --- real dialogues ---------------------------------------------------------------------


class Kept:
    """What an SMTP server was given."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes, list[str]]] = []
        self.logins: list[tuple[bytes, bytes, bool]] = []
        self.hello = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.hello = session.host_name
        self.letters.append(
            (envelope.rcpt_tos, envelope.original_content, [*envelope.mail_options])
        )
        return "250 OK"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.logins.append((data.login, data.password, encrypted))
        return AuthResult(success=data.password == SECRET.value.encode(), handled=False)


@contextmanager
def server(security: str, certificate: Certificate | None = None) -> Iterator[tuple[int, Kept]]:
    """An SMTP server that wants the password ``SECRET`` and keeps what it is given."""
    kept, options = Kept(), {}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.cert, certificate.key)
        options = {"ssl_context" if security == "tls" else "tls_context": context}
    controller = _Controller(
        kept,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=kept.authenticate,
        auth_require_tls=security == "starttls",
        enable_SMTPUTF8=True,
        **options,
    )
    controller.start()
    try:
        yield controller.port, kept
    finally:
        controller.stop()


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """aiosmtpd tries the connection out, verified by the system's authorities: not here."""
        with socket.create_connection((self.hostname, self.port), 2):
            pass


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_a_letter_arrives_byte_for_byte_after_a_login(security: str, authority: Authority) -> None:
    certificate = None if security == "plain" else authority.issue("127.0.0.1")
    with server(security, certificate) as (port, kept):
        sending = transport(port, security, ca_file=authority.ca_file)
        sending.send(LETTER, ME, [ADA])
        sending.close()
    [(recipients, content, _)] = kept.letters
    assert recipients == [ADA]
    assert content == LETTER
    [(login, password, encrypted)] = kept.logins
    assert (login, password) == (b"you", SECRET.value.encode())
    assert encrypted == (security != "plain")


def test_several_letters_go_over_one_connection() -> None:
    with server("plain") as (port, kept):
        sending = transport(port)
        sending.send(LETTER, ME, [ADA])
        sending.send(LETTER, ME, [BOB])
        sending.close()
        sending.close()
    assert [recipients for recipients, _, _ in kept.letters] == [[ADA], [BOB]]
    assert len(kept.logins) == 1


def test_the_name_of_this_machine_is_told_to_nobody() -> None:
    with server("plain") as (port, kept):
        sending = transport(port)
        sending.send(LETTER, ME, [ADA])
        sending.close()
    assert kept.hello == "[127.0.0.1]"


def test_a_blind_copy_is_delivered_and_named_nowhere() -> None:
    raw = LETTER.replace(b"Subject:", b"Bcc: Bob\r\n <bob@example.com>\r\nSubject:")
    with server("plain") as (port, kept):
        sending = transport(port)
        sending.send(raw, ME, [ADA, BOB])
        sending.close()
    [(recipients, content, _)] = kept.letters
    assert recipients == [ADA, BOB]
    assert content == LETTER


def test_smtputf8_is_asked_for_only_when_needed() -> None:
    with server("plain") as (port, kept):
        sending = transport(port)
        sending.send(LETTER, ME, [ADA])
        sending.send(LETTER, ME, ["ada@bücher.example"])
        sending.send(LETTER, ME, ["dörte@example.com"])
        sending.send(LETTER.replace(b"Thank", "Grüße".encode()), ME, [ADA])
        sending.close()
    assert ["SMTPUTF8" in options for _, _, options in kept.letters] == [False, False, True, True]
    assert kept.letters[1][0] == ["ada@xn--bcher-kva.example"]
    assert kept.letters[2][0] == ["dörte@example.com"]


def test_a_wrong_password_is_told_without_it() -> None:
    wrong = Secret("n0t-the-one")
    with server("plain") as (port, kept), pytest.raises(MailboxError) as caught:
        transport(port, secret=wrong).send(LETTER, ME, [ADA])
    assert "refuses user name or password" in str(caught.value)
    assert "app password" in str(caught.value)
    assert "n0t-the-one" not in str(caught.value)
    assert kept.letters == []


@pytest.mark.parametrize(
    ("hosts", "options", "expected"),
    [
        (("127.0.0.1",), {"expired": True}, "certificate has expired"),
        (("127.0.0.1",), {"self_signed": True}, "self-signed"),
        (("mail.example.org",), {}, "another host name"),
    ],
)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_does_not_hold_stops_the_login(
    authority: Authority,
    security: str,
    hosts: tuple[str, ...],
    options: dict[str, bool],
    expected: str,
) -> None:
    broken = server(security, authority.issue(*hosts, **options))
    with broken as (port, kept), pytest.raises(MailboxError, match=expected):
        transport(port, security, ca_file=authority.ca_file).send(LETTER, ME, [ADA])
    assert kept.logins == []


def test_the_demo_sink_keeps_letters_as_files(tmp_path: Path) -> None:
    with smtp_sink(tmp_path) as port:
        sending = transport(port)
        sending.send(LETTER, ME, [ADA, BOB])
        sending.send(LETTER, ME, [ADA])
        sending.close()
    assert (tmp_path / "0001.eml").read_bytes() == LETTER
    assert (tmp_path / "0001.to").read_text() == f"{ADA}\n{BOB}\n"
    assert message_from_bytes((tmp_path / "0002.eml").read_bytes())["Subject"] == "Thank you"


# --- the text as it goes out --------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "out"),
    [
        (b"A: 1\n\nx", b"A: 1\r\n\r\nx\r\n"),
        (b"A: 1\rB: 2\r\r", b"A: 1\r\nB: 2\r\n\r\n"),
        (b"Bcc: x@y\r\nA: 1\r\n\r\nx\r\n", b"A: 1\r\n\r\nx\r\n"),
        (b"A: 1\r\nBCC : x@y,\r\n\tz@y\r\n\r\nx\r\n", b"A: 1\r\n\r\nx\r\n"),
        (b"A: 1\r\nResent-Bcc: x@y\r\nC: 2\r\n\r\nx\r\n", b"A: 1\r\nC: 2\r\n\r\nx\r\n"),
        (b"A: 1\r\n\r\nBcc: in the text\r\n", b"A: 1\r\n\r\nBcc: in the text\r\n"),
        (b"A: 1\r\nX-Bcc: 2\r\n\r\nx\r\n", b"A: 1\r\nX-Bcc: 2\r\n\r\nx\r\n"),
        (b"A: 1\r\n", b"A: 1\r\n"),
    ],
)
def test_line_ends_are_those_of_mail_and_no_blind_copy_is_named(raw: bytes, out: bytes) -> None:
    assert prepared(raw) == out
