"""Reading a mailbox over IMAP (RFC 3501, 9051): EXAMINE and BODY.PEEK, so nothing changes.

Decides how much is asked for in one command, and what is done when a server refuses one
message among many: the others come through.  Refuses to know what the messages are for,
and to try again by itself on a broken connection: that is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailsense.adapters import imap_lines as lines
from mailsense.adapters.imap_session import Refused, Session
from mailsense.adapters.secrets import Secret
from mailsense.adapters.wire import READ_TIMEOUT, server_text
from mailsense.config import Account
from mailsense.errors import MailboxError
from mailsense.ports import Fetched, Folder, FolderState

if TYPE_CHECKING:
    from mailsense.adapters.imap_wire import Trace

_MOST_UIDS = 500
_MOST_BYTES = 32 * 1024 * 1024
"""A FETCH asks for at most so much, so that a batch fits in memory."""
_MOST_FLAGS = 2000
_MOST_REFUSED = 8
"""Single messages refused in one ``fetch`` before it is the server that is ill."""
_SEARCH_STEP = 50_000
"""Above so many messages UIDs are asked for in steps: imaplib takes no line over 1 MB."""


def connect(
    account: Account,
    secret: Secret,
    *,
    timeout: float = READ_TIMEOUT,
    ca_file: Path | None = None,
    trace: Trace | None = None,
) -> ImapMailbox:
    """Given an account and its secret, log in and return the mailbox, for reading only.

    ``trace`` is told every command, without logins and literals.  Raise ``Unreachable`` or
    ``MailboxError``, in one line with the way out.
    """
    from mailsense.adapters.imap_login import open_session

    return ImapMailbox(open_session(account, secret, timeout=timeout, ca_file=ca_file, trace=trace))


class ImapMailbox:
    """``ports.Mailbox`` over one logged-in session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._valid: dict[str, int | None] = {}
        """Folder → UIDVALIDITY as the caller was told it: the UIDs asked for are from then."""

    def capabilities(self) -> frozenset[str]:
        """Return the server's capabilities, upper-case."""
        return self._session.capabilities()

    def folders(self) -> Sequence[Folder]:
        """Return every folder, an undecodable name raw rather than fatal."""
        return self._session.folders()

    def examine(self, folder: str) -> FolderState:
        """Open ``folder`` read-only and return its state."""
        state = self._session.examine(folder)
        self._valid[folder] = state.uidvalidity
        return state

    def uids(self, folder: str, *, after: int = 0, since: date | None = None) -> Sequence[int]:
        """Return the UIDs above ``after``, ascending, received on or after ``since``."""
        self._session.open(folder)
        received = f" SINCE {lines.search_date(since)}" if since is not None else ""
        found: list[int] = []
        for first, last in self._ranges(after + 1):
            hits = self._session.search(folder, f"UID {first}:{last}{received}")
            # n:* names the last message even when its UID is below n
            found.extend(uid for uid in hits if uid > after)
        return sorted(set(found))

    def _ranges(self, first: int) -> Iterator[tuple[int, str]]:
        end = self._session.state.uidnext or 0
        if self._session.state.exists > _SEARCH_STEP:
            while first + _SEARCH_STEP < end:
                yield first, str(first + _SEARCH_STEP - 1)
                first += _SEARCH_STEP
        yield first, "*"

    def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
        """Yield the first ``limit`` bytes of each; a vanished message is left out.

        A message that the server holds and cannot give is yielded empty (``truncated``),
        for the caller to quarantine.
        """
        items = f"(UID RFC822.SIZE INTERNALDATE FLAGS BODY.PEEK[]<0.{limit}>)"
        most = max(1, min(_MOST_UIDS, _MOST_BYTES // max(limit, 1)))
        self._session.open(folder)
        uidvalidity = self._valid.get(folder, self._session.state.uidvalidity)
        refused = 0
        waiting = [batch for _, batch in lines.uid_sets(uids, most=most)]
        waiting.reverse()
        while waiting:
            batch = waiting.pop()
            self._reopen(folder, uidvalidity)
            try:
                answers = self._session.uid(_reading(folder), "FETCH", _set(batch), items)
            except Refused as refusal:
                # Case: a NO for the sake of one message would lose the good ones with it
                if refusal.temporary:
                    raise
                self._session.noop()
                if len(batch) > 1:
                    half = len(batch) // 2
                    waiting += [batch[half:], batch[:half]]
                    continue
                refused += 1
                if refused > _MOST_REFUSED:
                    raise
                yield from self._unreadable(folder, batch[0])
                continue
            parts = lines.fetched(answers)
            del answers
            for uid in batch:
                one = parts.pop(uid, None)
                if one is not None and one.body:
                    yield _fetched(uid, one, limit)
                elif one is not None:
                    # Case: expunged while this folder was open (Dovecot says OK and NIL)
                    self._reopen(folder, uidvalidity)
                    self._session.noop()
                    yield from self._unreadable(folder, uid)

    def _reopen(self, folder: str, uidvalidity: int | None) -> None:
        """Open ``folder`` again if the caller used another meanwhile; its UIDs must still hold."""
        self._session.open(folder)
        if self._session.state.uidvalidity != uidvalidity:
            raise MailboxError(
                f"{self._session.place}: {server_text(folder)} was rebuilt on the server "
                "meanwhile: sync again"
            )

    def _unreadable(self, folder: str, uid: int) -> Iterator[Fetched]:
        """Given a message whose text is refused, yield it empty if it still exists."""
        try:
            answers = self._session.uid(_reading(folder), "FETCH", str(uid), "(UID RFC822.SIZE)")
        except Refused:
            return
        parts = lines.fetched(answers).get(uid)
        if parts is not None:
            yield Fetched(uid, b"", None, frozenset(), max(parts.size or 0, 1))

    def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return the flags of those that still exist, lower-case."""
        self._session.open(folder)
        found: dict[int, frozenset[str]] = {}
        for chosen, batch in lines.uid_sets(uids, most=_MOST_FLAGS):
            answers = self._session.uid(_reading(folder), "FETCH", chosen, "(UID FLAGS)")
            parts = lines.fetched(answers)
            for uid in batch:
                if uid in parts and (flags := parts[uid].flags) is not None:
                    found[uid] = flags
        return found

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """Return the UIDs of messages with exactly that Message-ID."""
        return self._session.find(folder, message_id)

    def close(self) -> None:
        """Log out; never raises."""
        self._session.close()


def _reading(folder: str) -> str:
    return f"to read {server_text(folder)}"


def _set(uids: Sequence[int]) -> str:
    return ",".join(chosen for chosen, _ in lines.uid_sets(uids, most=len(uids), room=60_000))


def _fetched(uid: int, parts: lines.FetchParts, limit: int) -> Fetched:
    whole = parts.body or b""
    raw = whole[:limit]
    # fewer bytes than asked for are all there are, whatever RFC822.SIZE estimates (Exchange)
    size = len(whole) if len(whole) < limit else max(parts.size or 0, len(whole))
    return Fetched(uid, raw, parts.internaldate, parts.flags or frozenset(), size)
