"""Submitting one letter (RFC 6409): sent, surely not sent, or unknown; never guessed.

smtplib raises the same error when the connection breaks before DATA, where nothing was
sent, and after the final dot, where the letter may well be on its way.  So the dialogue is
led here, command by command, and knows on which side of DATA it stands.  All recipients or
none: one refused address stops the letter before DATA, because half a delivery could be
neither repeated nor called done.  Refuses to know whether a human decided to send it.
"""

from __future__ import annotations

import base64
import contextlib
import re
import smtplib
from collections.abc import Sequence
from pathlib import Path
from ssl import SSLContext

from mailsense.adapters.secrets import Secret
from mailsense.adapters.wire import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    Place,
    explain,
    server_text,
    trusted,
)
from mailsense.config import Server
from mailsense.errors import DeliveryUnknown, MailboxError, Unreachable

DATA_TIMEOUT = 600.0
"""Seconds to wait for the answer to the text (RFC 5321, 4.5.3.2.6): impatience makes doubt."""

_PORTS = {"tls": 465, "starttls": 587, "plain": 587}
# an address literal, so that recipients do not see this machine's name in a Received header
_HELLO = "[127.0.0.1]"
_BCC = re.compile(rb"^(?:Resent-)?Bcc[ \t]*:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.I | re.M)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ADDRESS = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_NOTHING_SENT = "try again later; nothing was sent"

_Reply = tuple[int, bytes]


class SmtpTransport:
    """``ports.Transport``: connects when the first letter is sent, and stays until ``close``."""

    def __init__(
        self,
        server: Server,
        user: str,
        secret: Secret,
        *,
        ca_file: Path | None = None,
        timeout: float = READ_TIMEOUT,
        data_timeout: float = DATA_TIMEOUT,
    ) -> None:
        self.place = Place(server.host, server.port or _PORTS[server.security], "SMTP")
        self._server = server
        self._user = user
        self._secret = secret
        self._ca_file = ca_file
        self._timeout = timeout
        self._data_timeout = data_timeout
        self._smtp: smtplib.SMTP | None = None

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Submit one message, without its Bcc header, to all of ``recipients`` or to none.

        Raise ``Unreachable`` or ``MailboxError`` when surely nothing was sent,
        ``DeliveryUnknown`` when the connection broke after the text began to go out.
        """
        if not recipients:
            raise MailboxError("a letter without a recipient cannot be sent: add one")
        ways = [_envelope(address) for address in (sender, *recipients)]
        data = prepared(raw)
        try:
            smtp = self._smtp or self._connect()
            self._mail_from(smtp, ways[0], ways, data)
            self._rcpt_to(smtp, ways[1:])
            reply = self._say(smtp, "DATA")
            if reply[0] != 354:
                raise self._refused("the letter", reply)
            self._data(smtp, data)
        except BaseException:
            # half a dialogue is no place to begin the next letter
            self._smtp, old = None, self._smtp
            if old is not None:
                old.close()
            raise

    def check(self) -> None:
        """Log in and out again. Raise ``Unreachable`` or ``MailboxError`` when that fails."""
        self._connect()
        self.close()

    def close(self) -> None:
        """QUIT; never raises."""
        self._smtp, smtp = None, self._smtp
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    # --- connecting -----------------------------------------------------------------

    def _connect(self) -> smtplib.SMTP:
        security, wait = self._server.security, min(self._timeout, CONNECT_TIMEOUT)
        context = None
        if security != "plain":
            context = trusted(self._server.ca_file, self.place, self._ca_file)
        host, port = self.place.host, self.place.port
        try:
            if security == "tls":
                smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                    host, port, _HELLO, timeout=wait, context=context
                )
            else:
                smtp = smtplib.SMTP(host, port, _HELLO, timeout=wait)
        except smtplib.SMTPConnectError as error:
            raise self._refused("connections", (error.smtp_code, _bytes(error))) from None
        except (OSError, UnicodeError) as error:  # smtplib's own errors are OSErrors too
            raise self._lost(error) from None
        self._smtp = smtp
        self._wait(smtp, self._timeout)
        self._hello(smtp)
        if security == "starttls" and context is not None:
            self._start_tls(smtp, context)
        self._log_in(smtp)
        return smtp

    def _hello(self, smtp: smtplib.SMTP) -> None:
        try:
            reply = smtp.ehlo()
        except OSError as error:
            raise self._lost(error) from None
        if reply[0] != 250:
            raise self._refused("EHLO", reply)

    def _start_tls(self, smtp: smtplib.SMTP, context: SSLContext) -> None:
        way_out = 'set security = "tls" (usually port 465), or ask your provider'
        if not smtp.has_extn("starttls"):
            raise MailboxError(
                f"{self.place} does not offer STARTTLS, so the login was not sent: {way_out}"
            )
        try:
            smtp.starttls(context=context)
        except smtplib.SMTPResponseException:
            raise MailboxError(
                f"{self.place} refuses STARTTLS, so the login was not sent: {way_out}"
            ) from None
        except OSError as error:
            raise self._lost(error) from None
        self._hello(smtp)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        """AUTH by what the server offers: XOAUTH2 with a token, else PLAIN or LOGIN."""
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        user, value = self._user, self._secret.value
        if self._secret.is_token:
            # a refusal comes as a challenge, which wants an empty answer before the no
            mechanism, answers = "XOAUTH2", [f"user={user}\1auth=Bearer {value}\1\1", ""]
        elif "PLAIN" in offered:
            mechanism, answers = "PLAIN", [f"\0{user}\0{value}"]
        else:
            mechanism, answers = "LOGIN", [user, value]
        if mechanism not in offered:
            raise MailboxError(
                f"{self.place} offers no login that fits (AUTH {mechanism}): check port and "
                "security, and whether it wants a password or an OAuth2 token"
            )
        reply = self._say(smtp, "AUTH", f"{mechanism} {_base64(answers[0])}")
        for answer in answers[1:]:
            if reply[0] == 334:
                reply = self._say(smtp, _base64(answer))
        if reply[0] != 235:
            raise self._login_refused(reply)

    def _login_refused(self, reply: _Reply) -> MailboxError:
        text = self._text(reply)
        if 400 <= reply[0] < 500:
            return Unreachable(f"{self.place} cannot log anybody in now ({text}): {_NOTHING_SENT}")
        if self._secret.is_token:
            return MailboxError(
                f"{self.place} refuses the OAuth2 token ({text}): it may have expired: get a "
                "new one, and check user and token_command"
            )
        return MailboxError(
            f"{self.place} refuses user name or password ({text}): check both; many providers "
            "want an app password, made in the security settings of your account"
        )

    # --- the letter -----------------------------------------------------------------

    def _mail_from(self, smtp: smtplib.SMTP, sender: str, ways: Sequence[str], data: bytes) -> None:
        options = f" SIZE={len(data)}" if smtp.has_extn("size") else ""
        if smtp.has_extn("8bitmime") and not data.isascii():
            options += " BODY=8BITMIME"
        smtp.command_encoding = "ascii"
        if not "".join(ways).isascii() or not _head(data).isascii():
            if not smtp.has_extn("smtputf8"):
                raise MailboxError(
                    f"{self.place} cannot send to addresses beyond ASCII: use another address "
                    "of this person; nothing was sent"
                )
            options += " SMTPUTF8"
            smtp.command_encoding = "utf-8"
        reply = self._say(smtp, "MAIL", f"FROM:<{sender}>{options}")
        if reply[0] != 250:
            raise self._refused(
                f"{sender} as sender", reply, "check this account's email; nothing was sent"
            )

    def _rcpt_to(self, smtp: smtplib.SMTP, ways: Sequence[str]) -> None:
        refused: dict[str, _Reply] = {}
        for way in ways:
            reply = self._say(smtp, "RCPT", f"TO:<{way}>")
            if reply[0] not in (250, 251):
                refused[way] = reply
        if not refused:
            return
        who = ", ".join(f"{way} ({self._text(reply)})" for way, reply in refused.items())
        if all(400 <= reply[0] < 500 for reply in refused.values()):  # greylisting, for one
            raise Unreachable(f"{self.place} refuses {who} for now: {_NOTHING_SENT} to anybody")
        raise MailboxError(
            f"{self.place} refuses {who}: correct the address; nothing was sent to anybody"
        )

    def _data(self, smtp: smtplib.SMTP, data: bytes) -> None:
        """Send the text. From here on silence means that nobody knows."""
        self._wait(smtp, self._data_timeout)
        try:
            smtp.send(re.sub(rb"(?m)^\.", b"..", data) + b".\r\n")
            reply = smtp.getreply()
        except OSError:
            reply = (-1, b"")
        if 400 <= reply[0] < 600:
            raise self._refused("the letter", reply, "it was not sent")
        if not 200 <= reply[0] < 300:
            raise DeliveryUnknown(
                f"{self.place}: the connection broke while the letter was being sent: it may "
                "have gone out: look into Sent before it is sent again"
            )
        self._wait(smtp, self._timeout)

    # --- one command, and what went wrong -------------------------------------------

    def _say(self, smtp: smtplib.SMTP, command: str, arguments: str = "") -> _Reply:
        try:
            smtp.putcmd(command, arguments)
            reply = smtp.getreply()
        except OSError as error:
            raise self._lost(error) from None
        if reply[0] == 421:
            raise self._refused("to go on", reply)
        return reply

    def _wait(self, smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _text(self, reply: _Reply) -> str:
        return server_text(f"{reply[0]} {reply[1].decode('utf-8', 'replace')}", self._secret.value)

    def _refused(self, what: str, reply: _Reply, way_out: str = _NOTHING_SENT) -> MailboxError:
        later = 400 <= reply[0] < 500
        kind = Unreachable if later else MailboxError
        return kind(f"{self.place} refuses {what} ({self._text(reply)}): {way_out}")

    def _lost(self, error: Exception) -> MailboxError:
        if isinstance(error, smtplib.SMTPException):
            return Unreachable(
                f"{self.place} broke the connection off or fell silent: {_NOTHING_SENT}"
            )
        return explain(error, self.place)


def prepared(raw: bytes) -> bytes:
    """Given a message, return it as it goes out: CRLF line ends, no Bcc header (RFC 5322)."""
    lines = _LINE_END.sub(b"\r\n", raw)
    head, blank, body = lines.partition(b"\r\n\r\n")
    head = _BCC.sub(b"", head.removesuffix(b"\r\n") + b"\r\n")
    whole = head + (b"\r\n" + body if blank else b"")
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"


def _envelope(address: str) -> str:
    """Return an address for the envelope, its domain in ASCII (RFC 5890)."""
    if not _ADDRESS.fullmatch(address):
        raise MailboxError(f"{server_text(address)} is no mail address: correct it in the draft")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        with contextlib.suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"


def _head(data: bytes) -> bytes:
    return data.partition(b"\r\n\r\n")[0]


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _bytes(error: smtplib.SMTPResponseException) -> bytes:
    said = error.smtp_error
    return said if isinstance(said, bytes) else str(said).encode()
