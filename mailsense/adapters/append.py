"""Writing into a mailbox: laying a message down, and taking one of ours away again.

Decides what is known after an APPEND whose answer never came: nothing was written as long
as no byte of the message went out, and from then on it is ``DeliveryUnknown``.  Works on a
connection of its own, so that reading stays EXAMINE.  Refuses to know whose draft it is
and whether a human approved it; removes by UID EXPUNGE only (RFC 4315), never EXPUNGE or
CLOSE, which would take along what the user marked deleted.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailsense.adapters import imap_lines as lines
from mailsense.adapters.imap_session import Refused, Session
from mailsense.adapters.secrets import Secret
from mailsense.adapters.wire import READ_TIMEOUT, server_text
from mailsense.config import Account
from mailsense.errors import DeliveryUnknown, MailboxError

if TYPE_CHECKING:
    from mailsense.adapters.imap_wire import Trace

_FLAG = re.compile(r"\\?[A-Za-z0-9$_.-]+")
_APPENDUID = re.compile(rb"\[APPENDUID \d+ (\d{1,10})\]", re.IGNORECASE)
_OWN_ID = re.compile(rb"^Message-ID[ \t]*:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_NO_FOLDER = frozenset({"TRYCREATE", "NONEXISTENT", "CANNOT"})
_FULL = frozenset({"OVERQUOTA", "LIMIT", "TOOBIG"})


def connect_writer(
    account: Account,
    secret: Secret,
    *,
    timeout: float = READ_TIMEOUT,
    ca_file: Path | None = None,
    trace: Trace | None = None,
) -> ImapDraftFolder:
    """Given an account and its secret, log in on a connection for writing.

    As ``imap.connect`` otherwise.
    """
    from mailsense.adapters.imap_login import open_session

    return ImapDraftFolder(
        open_session(account, secret, timeout=timeout, ca_file=ca_file, trace=trace)
    )


class ImapDraftFolder:
    """``ports.DraftFolder`` over one logged-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, folder: str, raw: bytes, *, flags: Sequence[str], at: datetime) -> int | None:
        """APPEND and return the UID, told by the server or found by Message-ID, or None.

        Raise ``MailboxError`` on a clear NO, ``DeliveryUnknown`` when the answer never
        came, ``Unreachable`` when nothing can have been written.
        """
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            raise ValueError("a flag is an atom, perhaps after a backslash (RFC 3501)")
        when = lines.internaldate(at)
        name = self._session.wire_name(folder)
        imap = self._session.imap
        imap.data_sent = False
        doing = f"to store a message in {server_text(folder)}"
        try:
            with self._session.speaking(doing):
                typ, data = imap.append(name, f"({' '.join(flags)})", when, raw)
            self._session.granted(typ, data, doing)
        except Refused as refusal:
            raise self._explained(refusal, folder) from None
        except MailboxError as error:
            raise self._unsure(error, folder) from None
        told = _APPENDUID.search(data[-1]) if data and isinstance(data[-1], bytes) else None
        return int(told[1]) if told else self._found(folder, raw)

    def _unsure(self, error: MailboxError, folder: str) -> MailboxError:
        """Given why the answer never came, return what is known of the message."""
        place, shown = self._session.place, server_text(folder)
        if self._session.imap.data_sent:
            return DeliveryUnknown(
                f"{place}: the connection broke while a message was being stored in {shown}: "
                "it may be there or not, and is looked up before anything is stored again"
            )
        # Case: a BAD without a tag, and then silence: refused, nothing was written
        if "BAD" in self._session.imap.untagged_responses:
            return MailboxError(f"{place} refuses to store a message in {shown}: try again later")
        return error

    def _explained(self, refusal: Refused, folder: str) -> MailboxError:
        shown, place = server_text(folder), self._session.place
        if refusal.code in _NO_FOLDER:
            account = self._session.account
            return MailboxError(
                f"{place}: there is no folder {shown} ({refusal.said}): set drafts (or sent) "
                f"under [accounts.{account}] to a folder that exists, or create it"
            )
        if refusal.code in _FULL or "quota" in refusal.said.lower():
            return MailboxError(
                f"{place}: no room for a message in {shown} ({refusal.said}): make room there"
            )
        return refusal

    def _found(self, folder: str, raw: bytes) -> int | None:
        """Look up what was just written. A failure here is none of the writing."""
        head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
        own = _OWN_ID.search(head)
        if own is None:
            return None
        with contextlib.suppress(MailboxError, ValueError):
            found = self._session.find(folder, own[1].decode("ascii", "replace"))
            return found[-1] if found else None
        return None

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """Return the UIDs of messages with exactly that Message-ID."""
        return self._session.find(folder, message_id)

    def remove(self, folder: str, uid: int) -> None:
        """Remove one message of ours, touching no other; one that is gone already is fine.

        Gmail keeps what is expunged from a folder in All Mail, so there it goes to the
        Trash.  Raise ``MailboxError`` when the server cannot do this to a single message.
        """
        session, shown = self._session, server_text(folder)
        doing, capabilities = f"to remove a message from {shown}", session.capabilities()
        trash = self._trash() if "X-GM-EXT-1" in capabilities else None
        if trash is None and "UIDPLUS" not in capabilities:
            raise MailboxError(
                f"{session.place} cannot remove a single message: delete the draft in "
                f"{shown} with your mail client"
            )
        name = session.wire_name(folder)
        session.opened_otherwise()
        with session.speaking(doing):
            typ, data = session.imap.select(name, readonly=False)
        session.granted(typ, data, doing)
        if trash is not None:
            session.uid(doing, "MOVE", str(uid), trash)
        else:
            session.uid(doing, "STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
            session.uid(doing, "EXPUNGE", str(uid))
        if uid in lines.fetched(session.uid(doing, "FETCH", str(uid), "(UID)")):
            raise MailboxError(
                f"{session.place} kept a message that was to be removed from {shown}: "
                "delete the draft with your mail client"
            )

    def _trash(self) -> str | None:
        """Return the Trash as an argument, where the server names one and can MOVE."""
        if "MOVE" not in self._session.capabilities():
            return None
        for folder in self._session.folders():
            if "\\trash" in folder.attributes and folder.selectable:
                return self._session.wire_name(folder.name).decode("ascii")
        return None

    def close(self) -> None:
        """Log out; never raises."""
        self._session.close()
