"""The demo's embedded servers as test worlds: an IMAP server with little, and an SMTP sink."""

from __future__ import annotations

from mailsense.adapters.secrets import Secret
from mailsense.config import Account, Server
from mailsense.demo.servers import HOST, PASSWORD, USER


def account(imap_port: int, smtp_port: int = 0) -> Account:
    """Return the account of the embedded server's one user.

    The server does not tell which folder is Sent or Drafts, so the settings do.
    """
    smtp = None
    if smtp_port:
        smtp = Server(HOST, smtp_port, "plain", user=USER, password_command=("printf", PASSWORD))
    return Account(
        name="main",
        email="you@example.org",
        sent="Sent",
        drafts="Drafts",
        imap=Server(HOST, imap_port, "plain", user=USER, password_command=("printf", PASSWORD)),
        smtp=smtp,
    )


SECRET = Secret(PASSWORD)
