"""From an account's settings to a logged-in ``Session``.

Decides how the login goes: TLS first and verified (RFC 8314), STARTTLS or nothing where
STARTTLS is asked for, then AUTHENTICATE PLAIN or LOGIN with a password, XOAUTH2 or
OAUTHBEARER (RFC 7628) with a token.  The secret goes out only when all that held.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Callable
from pathlib import Path
from ssl import SSLContext

from mailsense.adapters import imap_lines as lines
from mailsense.adapters.imap_session import Session
from mailsense.adapters.imap_wire import Client, Trace
from mailsense.adapters.secrets import Secret
from mailsense.adapters.wire import CONNECT_TIMEOUT, Place, explain, server_text, trusted
from mailsense.config import Account, Server
from mailsense.errors import MailboxError, Unreachable

_PORTS = {"tls": 993, "starttls": 143, "plain": 143}
_LATER = frozenset({"UNAVAILABLE", "LIMIT", "INUSE", "SERVERBUG"})
_REPR = re.compile(r"b(['\"])(.*)\1", re.DOTALL)


def open_session(
    account: Account,
    secret: Secret,
    *,
    timeout: float,
    ca_file: Path | None = None,
    trace: Trace | None = None,
) -> Session:
    """Given an account and its secret, return a logged-in session.

    Raise ``Unreachable`` when the server cannot be reached, ``MailboxError`` when it is not
    the one it should be, or refuses the login.
    """
    server = account.imap
    place = Place(server.host, server.port or _PORTS[server.security])
    client = _connected(place, server, timeout, ca_file, trace)
    session = Session(client, place, secret, account.name)
    try:
        if client._imap.state == "NONAUTH":
            _login(session, server.user or account.email, secret)
    except BaseException:
        session.close()
        raise
    return session


def _connected(
    place: Place, server: Server, timeout: float, ca_file: Path | None, trace: Trace | None
) -> Client:
    context = None if server.security == "plain" else trusted(server.ca_file, place, ca_file)
    implicit = context if server.security == "tls" else None
    try:
        client = Client(
            place,
            context=implicit,
            connect=min(timeout, CONNECT_TIMEOUT),
            read=timeout,
            trace=trace,
        )
    except imaplib.IMAP4.error as error:
        raise _no_greeting(error, place) from None
    except (OSError, UnicodeError) as error:
        raise explain(error, place) from None
    if server.security == "starttls" and context is not None:
        _start_tls(client, place, context)
    return client


def _no_greeting(error: BaseException, place: Place) -> MailboxError:
    said = error.args[0] if error.args else b""
    text = server_text(said) if isinstance(said, bytes) else ""
    if text.upper().startswith("* BYE"):
        return Unreachable(
            f"{place} turns new connections away ({text[6:]}): close other mail programs, "
            "or try again later"
        )
    if "EOF" in str(error):
        return Unreachable(
            f"{place} closed the connection without a word: try again later, or check port and "
            "security"
        )
    return MailboxError(f"{place} is no IMAP server: check host and port")


def _start_tls(client: Client, place: Place, context: SSLContext) -> None:
    problem: MailboxError | None = None
    try:
        # Case PREAUTH: logged in before TLS, by whoever sits in between
        if client._imap.state != "NONAUTH" or not client.has_capability("STARTTLS"):
            problem = MailboxError(
                f"{place} does not offer STARTTLS, so the login was not sent: "
                'set security = "tls" (usually port 993), or ask your provider'
            )
        else:
            client.starttls(context)
    except OSError as error:
        problem = explain(error, place)
    except (imaplib.IMAP4.error, UnicodeError):
        problem = MailboxError(
            f"{place} refuses STARTTLS, so the login was not sent: "
            'set security = "tls" (usually port 993), or ask your provider'
        )
    if problem is not None:
        with contextlib.suppress(OSError):
            client.shutdown()
        raise problem


def _login(session: Session, user: str, secret: Secret) -> None:
    capabilities = session.capabilities()
    if secret.is_token:
        mechanism, answer = token_mechanism(user, secret, capabilities, session.place)
    elif "AUTH=PLAIN" in capabilities:
        mechanism, answer = "PLAIN", lambda _: f"\0{user}\0{secret.value}"
    else:
        mechanism, answer = "", lambda _: ""
        _check_login(user, secret, capabilities, session.place)
    imap = session.imap
    with session.speaking("the login"):
        try:
            if mechanism:
                imap.authenticate(mechanism, answer)
            else:
                quoted = [lines.quoted(x.encode()).decode() for x in (user, secret.value)]
                typ, data = imap._simple_command("LOGIN", *quoted)
                if typ != "OK":
                    raise imaplib.IMAP4.error(data[-1])
                imap.state = "AUTH"
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise _login_refused(error, session.place, secret) from None
    session.capabilities()  # told along with the OK, or asked for now: it may have changed


def _check_login(user: str, secret: Secret, capabilities: frozenset[str], place: Place) -> None:
    if "LOGINDISABLED" in capabilities:
        raise MailboxError(
            f"{place} takes no password over this connection: "
            'set security = "tls" or "starttls", or use an OAuth2 token (token_command)'
        )
    if not (user + secret.value).isascii() or not (user + secret.value).isprintable():
        raise MailboxError(
            f"{place} takes only ASCII user names and passwords: choose a password without "
            "accents, or an app password"
        )


def token_mechanism(
    user: str, secret: Secret, capabilities: frozenset[str], place: Place
) -> tuple[str, Callable[[bytes], str]]:
    """Return the SASL mechanism for a token, and what answers each challenge.

    The first challenge is empty; a second one carries the server's complaint and is
    answered by a dummy, as both mechanisms ask, after which the server says NO.
    """
    if "AUTH=XOAUTH2" in capabilities:
        first, dummy = f"user={user}\1auth=Bearer {secret.value}\1\1", ""
        mechanism = "XOAUTH2"
    elif "AUTH=OAUTHBEARER" in capabilities:
        escaped = user.replace("=", "=3D").replace(",", "=2C")
        first = (
            f"n,a={escaped},\1host={place.host}\1port={place.port}\1auth=Bearer {secret.value}\1\1"
        )
        mechanism, dummy = "OAUTHBEARER", "\1"
    else:
        raise MailboxError(
            f"{place} takes no OAuth2 tokens: use an app password (password_command)"
        )
    answers = iter((first,))
    return mechanism, lambda challenge: next(answers, dummy)


def _login_refused(error: BaseException, place: Place, secret: Secret) -> MailboxError:
    said = str(error.args[0]) if error.args else ""
    bare = _REPR.search(said)
    text = server_text(bare[2] if bare else said, secret.value)
    if lines.code(text)[0] in _LATER:
        return Unreachable(f"{place} cannot log anybody in just now ({text}): try again later")
    if secret.is_token:
        return MailboxError(
            f"{place} refuses the OAuth2 token ({text}): it may have expired: get a new one, "
            "and check user and token_command"
        )
    return MailboxError(
        f"{place} refuses user name or password ({text}): check both; many providers want an "
        "app password, made in the security settings of your account, and IMAP switched on"
    )
