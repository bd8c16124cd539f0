"""What every connection has in common: verified TLS, and failures told in one line.

Decides how a failure of the network or of TLS is told to a person, with the place and the
way out, and whether trying again may help (``Unreachable``) or not (``MailboxError``).
Refuses to know protocols, and to repeat a secret or the text of a message: of what a
server says only status lines are passed on, cut short and cleaned.
"""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from mailsense.errors import MailboxError, Unreachable

CONNECT_TIMEOUT = 20.0
"""Seconds until a host that does not answer counts as unreachable."""

READ_TIMEOUT = 60.0
"""Seconds until a server that falls silent in mid-answer counts as unreachable."""

_MOST_TEXT = 160

# OpenSSL's X509_V_ERR_… codes (x509_vfy.h)
_NOT_YET_VALID, _EXPIRED = 9, 10
_SELF_SIGNED = (18, 19)
_UNKNOWN_ISSUER = (2, 20, 21)
_OTHER_NAME = (62, 64)


@dataclass(frozen=True, slots=True)
class Place:
    """A server as messages name it: ``imap.example.org:993``."""

    host: str
    port: int
    protocol: str = "IMAP"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def trusted(setting: str, place: Place, ca_file: Path | None = None) -> ssl.SSLContext:
    """Return a TLS context that verifies chain and host name.

    ``ca_file``, or else the setting of that name, adds authorities to the system's.  Raise
    ``MailboxError`` when the file cannot be used.
    """
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file = ca_file or (Path(setting).expanduser() if setting else None)
    if file is not None:
        try:
            context.load_verify_locations(cafile=file)
        except OSError:  # ssl.SSLError is one
            raise MailboxError(f"{place}: {file} holds no certificate: check ca_file") from None
    return context


def server_text(said: bytes | str | None, *secrets: str) -> str:
    """Given a server's status text, return it on one line, short, without ``secrets``."""
    if said is None:
        return ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    for value in secrets:
        if value:
            text = text.replace(value, "…")
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"


def explain(error: BaseException, place: Place) -> MailboxError:
    """Given what a socket or TLS raised, return the error to raise instead, in one line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxError(_certificate(error, place))
    if isinstance(error, ssl.SSLEOFError):
        return Unreachable(f"{place} broke the connection off: try again later")
    if isinstance(error, ssl.SSLError):
        return MailboxError(
            f"{place} does not speak TLS as expected: check port and security "
            '(security = "tls" for an encrypted port, "starttls" for one that starts in clear)'
        )
    if isinstance(error, UnicodeError):  # a name that cannot even be asked for
        return MailboxError(f"{place}: this is no host name: check it in the configuration")
    if isinstance(error, socket.gaierror):
        return Unreachable(
            f"{place}: no such host: check the host name in the configuration, and your "
            "network connection"
        )
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(
            f"{place} refuses the connection: check host and port, or try again later"
        )
    if isinstance(error, TimeoutError):
        return Unreachable(
            f"{place} does not answer in time: check host, port and your network, "
            "or try again later"
        )
    if isinstance(error, OSError):
        what = error.strerror or type(error).__name__
        return Unreachable(f"{place} cannot be reached ({what}): check your network, or try later")
    return Unreachable(f"{place} broke the connection off: try again later")


def _certificate(error: ssl.SSLCertVerificationError, place: Place) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return (
            f"{place}: the server's certificate has expired, so the login was not sent: "
            "check your computer's date, or tell your provider"
        )
    if code == _NOT_YET_VALID:
        return f"{place}: the server's certificate is not valid yet: check your computer's date"
    if code in _OTHER_NAME:
        return (
            f"{place}: the server's certificate is for another host name, so the login was "
            "not sent: use the host name your provider gives for this server"
        )
    if code in _SELF_SIGNED or code in _UNKNOWN_ISSUER:
        kind = "self-signed" if code in _SELF_SIGNED else "from an unknown authority"
        return (
            f"{place}: the server's certificate is {kind}, so the login was not sent: "
            "if the server is yours, name its certificate file as ca_file"
        )
    return (
        f"{place}: the server's certificate was not accepted "
        f"({server_text(error.verify_message)}), so the login was not sent: ask your provider"
    )
