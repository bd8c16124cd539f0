"""Failures of network and TLS, each told in one line with the place and the way out."""

from __future__ import annotations

import errno
import socket
import ssl

import pytest

from mailsense.adapters.wire import Place, explain, server_text
from mailsense.errors import MailboxError, Unreachable

PLACE = Place("imap.example.org", 993)


def certificate(code: int, message: str = "odd") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("error", "expected", "later"),
    [
        (socket.gaierror(-2, "Name or service not known"), "no such host", True),
        (ConnectionRefusedError(111, "refused"), "refuses the connection", True),
        (TimeoutError("timed out"), "does not answer in time", True),
        (ssl.SSLEOFError(8, "EOF"), "broke the connection off", True),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer", True),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "No route to host", True),
        (OSError("odd"), "cannot be reached", True),
        (EOFError(), "broke the connection off", True),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), '"starttls"', False),
        (UnicodeError("label empty"), "no host name", False),
        (certificate(10), "has expired", False),
        (certificate(9), "not valid yet", False),
        (certificate(18), "is self-signed", False),
        (certificate(19), "is self-signed", False),
        (certificate(20), "from an unknown authority", False),
        (certificate(62), "another host name", False),
        (certificate(64), "another host name", False),
        (certificate(23, "certificate revoked"), "certificate revoked", False),
    ],
)
def test_a_failure_is_one_line_and_says_whether_trying_again_helps(
    error: BaseException, expected: str, later: bool
) -> None:
    told = explain(error, PLACE)
    [problem] = told.problems
    assert expected in problem
    assert problem.startswith("imap.example.org:993")
    assert ": " in problem
    assert "\n" not in problem
    assert isinstance(told, MailboxError)
    assert isinstance(told, Unreachable) is later


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (None, ""),
        (b"NO  way\r\n", "NO way"),
        ("a\x1b[31mred\u202eknil\x07", "a [31mred knil"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ("the key is s3cret!", "the key is …!"),
    ],
)
def test_a_servers_words_come_clean_and_without_secrets(
    said: bytes | str | None, text: str
) -> None:
    assert server_text(said, "s3cret", "") == text


def test_a_servers_words_are_cut_short() -> None:
    assert len(server_text("x" * 5000)) == 160
