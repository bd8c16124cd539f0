"""An account in memory: the same ports as a server's, for tests and trials.

Keeps folders with their attributes and UIDVALIDITY, and can be changed behind the reader's
back as other mail clients change a server: mail arrives, is removed, a folder is rebuilt.
``MemoryDraftFolder`` writes into the same account, and can be told to refuse, to break
off before anything was written, or to write and then never answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from mailsense.errors import DeliveryUnknown, MailboxError, Unreachable
from mailsense.ports import Fetched, Folder, FolderState

USUAL_FOLDERS: Mapping[str, frozenset[str]] = {
    "INBOX": frozenset(),
    "Sent": frozenset({"\\sent"}),
    "Drafts": frozenset({"\\drafts"}),
    "Archive": frozenset({"\\archive"}),
    "Junk": frozenset({"\\junk"}),
    "Trash": frozenset({"\\trash"}),
}

Fault = Literal["refuse", "break", "lose-answer"]

_ID = re.compile(rb"^Message-ID[ \t]*:\s*<?([^\r\n>]*)", re.IGNORECASE | re.MULTILINE)


@dataclass
class _Stored:
    raw: bytes
    flags: frozenset[str]
    internaldate: datetime | None


@dataclass
class _Folder:
    attributes: frozenset[str]
    uidvalidity: int | None
    uidnext: int = 1
    messages: dict[int, _Stored] = field(default_factory=dict)


class MemoryMailbox:
    """``ports.Mailbox`` over dictionaries."""

    def __init__(self, folders: Mapping[str, frozenset[str]] = USUAL_FOLDERS) -> None:
        self._folders: dict[str, _Folder] = {}
        self._validity = 1000
        self.unreachable = False
        """True: every call raises ``Unreachable``, as when the connection is gone."""
        self.closed = 0
        """How often ``close`` was called."""
        for name, attributes in folders.items():
            self.add_folder(name, *attributes)

    # what a test does behind the reader's back

    def add_folder(self, name: str, *attributes: str) -> None:
        """Create a folder with special-use attributes such as ``\\Sent``."""
        self._validity += 1
        known = frozenset(a.lower() for a in attributes)
        self._folders[name] = _Folder(known, self._validity)

    def add(
        self,
        folder: str,
        raw: bytes,
        flags: Sequence[str] = (),
        internaldate: datetime | None = None,
    ) -> int:
        """Let a message arrive; return its UID."""
        box = self._box(folder)
        uid = box.uidnext
        box.uidnext += 1
        at = internaldate.astimezone(UTC) if internaldate is not None else None
        box.messages[uid] = _Stored(raw, frozenset(f.lower() for f in flags), at)
        return uid

    def remove(self, folder: str, uid: int) -> None:
        """Let a message vanish."""
        del self._box(folder).messages[uid]

    def set_flags(self, folder: str, uid: int, flags: Sequence[str]) -> None:
        """Let another client set the flags of a message."""
        self._box(folder).messages[uid].flags = frozenset(f.lower() for f in flags)

    def move(self, folder: str, uid: int, to: str) -> int:
        """Let another client move a message; return its UID there."""
        stored = self._box(folder).messages.pop(uid)
        return self.add(to, stored.raw, tuple(stored.flags), stored.internaldate)

    def change_uidvalidity(self, folder: str) -> None:
        """Let the server rebuild a folder: every message gets a new UID."""
        box = self._box(folder)
        self._validity += 1
        box.uidvalidity = self._validity
        box.messages = dict(enumerate(box.messages.values(), start=1))
        box.uidnext = len(box.messages) + 1

    def lose_uidvalidity(self, folder: str) -> None:
        """Let the server keep no UIDs for this folder from now on."""
        self._box(folder).uidvalidity = None

    def stored(self, folder: str) -> dict[int, tuple[bytes, frozenset[str]]]:
        """Return what lies in a folder: UID → (message, flags)."""
        return {uid: (s.raw, s.flags) for uid, s in self._box(folder).messages.items()}

    # ports.Mailbox

    def capabilities(self) -> frozenset[str]:
        self._reach()
        return frozenset({"IMAP4REV1", "UIDPLUS", "SPECIAL-USE"})

    def folders(self) -> Sequence[Folder]:
        self._reach()
        return [Folder(name, box.attributes) for name, box in self._folders.items()]

    def examine(self, folder: str) -> FolderState:
        self._reach()
        box = self._box(folder)
        return FolderState(len(box.messages), box.uidvalidity, box.uidnext)

    def uids(self, folder: str, *, after: int = 0, since: date | None = None) -> Sequence[int]:
        self._reach()
        return [
            uid
            for uid, s in sorted(self._box(folder).messages.items())
            if uid > after
            and (since is None or s.internaldate is None or s.internaldate.date() >= since)
        ]

    def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
        self._reach()
        for uid in sorted(set(uids)):
            self._reach()
            s = self._box(folder).messages.get(uid)
            if s is not None:
                yield Fetched(uid, s.raw[:limit], s.internaldate, s.flags, len(s.raw))

    def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        self._reach()
        messages = self._box(folder).messages
        return {uid: messages[uid].flags for uid in uids if uid in messages}

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        self._reach()
        if not message_id.isascii() or not message_id.isprintable():
            raise ValueError("only printable ASCII can be searched for")
        wanted = message_id.strip().removeprefix("<").removesuffix(">").encode("ascii")
        return [
            uid
            for uid, s in sorted(self._box(folder).messages.items())
            if wanted and (match := _ID.search(_header(s.raw))) and match[1].strip() == wanted
        ]

    def close(self) -> None:
        self.closed += 1

    def _reach(self) -> None:
        if self.unreachable:
            raise Unreachable("memory: the connection is gone: try again later")

    def _box(self, folder: str) -> _Folder:
        try:
            return self._folders[folder]
        except KeyError:
            raise MailboxError(f"memory: there is no folder {folder}: check its name") from None


class MemoryDraftFolder:
    """``ports.DraftFolder`` over the same account; ``faults`` are met one an APPEND, in order."""

    def __init__(self, mailbox: MemoryMailbox, faults: Sequence[Fault] = ()) -> None:
        self._mailbox = mailbox
        self.faults: list[Fault] = list(faults)
        self.tells_uid = True
        """False: as a server without UIDPLUS whose SEARCH is late."""

    def append(self, folder: str, raw: bytes, *, flags: Sequence[str], at: datetime) -> int | None:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "refuse":
            raise MailboxError("memory: over quota: make room on the server")
        if fault == "break":
            raise Unreachable("memory: the connection broke: try again later")
        self._mailbox.examine(folder)
        uid = self._mailbox.add(folder, raw, flags, at)
        if fault == "lose-answer":
            raise DeliveryUnknown("memory: the answer never came: look into the folder")
        return uid if self.tells_uid else None

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        return self._mailbox.find(folder, message_id)

    def remove(self, folder: str, uid: int) -> None:
        if uid in self._mailbox.stored(folder):
            self._mailbox.remove(folder, uid)

    def close(self) -> None:
        self._mailbox.close()


def _header(raw: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0] + b"\n"
