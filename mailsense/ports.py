"""The ports: what the pipeline asks of the world, as Protocols.

Terminology: a *mailbox* is one account on one server (RFC 3501 calls a folder a mailbox;
users call it a folder, and so does this code).  A *cursor* says how far one folder has
been read; the *ledger* holds one row for every UID ever seen, with its outcome.
Adapters implement these; only ``cli`` (and the daemon) construct adapters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

from mailsense.domain import (
    Application,
    Correction,
    Decision,
    Draft,
    DraftState,
    Example,
    LedgerOutcome,
    Located,
    Message,
    Plan,
    Receipt,
    Source,
    Verdict,
)
from mailsense.journal import Entry


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder as LIST tells it: decoded name, attributes (RFC 6154, lower-case)."""

    name: str
    attributes: frozenset[str] = frozenset()

    @property
    def selectable(self) -> bool:
        return not self.attributes & {"\\noselect", "\\nonexistent"}


@dataclass(frozen=True, slots=True)
class FolderState:
    """What EXAMINE answered. ``uidvalidity`` None: the server keeps no UIDs (no cursor)."""

    exists: int
    uidvalidity: int | None
    uidnext: int | None
    highestmodseq: int | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as fetched: its first bytes (all of them when ``size`` is len(raw))."""

    uid: int
    raw: bytes
    internaldate: datetime | None
    flags: frozenset[str]
    """IMAP flags, lower-case (``\\answered``)."""
    size: int

    @property
    def truncated(self) -> bool:
        return self.size > len(self.raw)


class Mailbox(Protocol):
    """Reading one account: EXAMINE and BODY.PEEK only, so that reading changes nothing.

    Every method raises ``Unreachable`` when the connection fails and ``MailboxError``
    when the server refuses.
    """

    def capabilities(self) -> frozenset[str]:
        """Return the server's capabilities, upper-case."""

    def folders(self) -> Sequence[Folder]:
        """Return every folder, an undecodable name raw rather than fatal."""

    def examine(self, folder: str) -> FolderState:
        """Open ``folder`` read-only and return its state."""

    def uids(self, folder: str, *, after: int = 0, since: date | None = None) -> Sequence[int]:
        """Return the UIDs above ``after``, ascending, received on or after ``since``."""

    def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
        """Yield the first ``limit`` bytes of each; a vanished message is left out."""

    def flags(self, folder: str, uids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return the flags of those that still exist, lower-case."""

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """Return the UIDs of messages with that Message-ID (SEARCH HEADER, exact match)."""

    def close(self) -> None:
        """Log out; never raises."""


class DraftFolder(Protocol):
    """Writing to one account, on a connection of its own."""

    def append(self, folder: str, raw: bytes, *, flags: Sequence[str], at: datetime) -> int | None:
        """APPEND and return the UID (UIDPLUS) or None.

        Raise ``MailboxError`` on a clear NO, ``DeliveryUnknown`` when the answer never
        came, ``Unreachable`` when nothing can have been written.
        """

    def find(self, folder: str, message_id: str) -> Sequence[int]:
        """As ``Mailbox.find``, read back after writing."""

    def remove(self, folder: str, uid: int) -> None:
        """Remove one message of ours for good (UID EXPUNGE), touching no other.

        Raise ``MailboxError`` when the server cannot expunge a single message.
        """

    def close(self) -> None:
        """Log out; never raises."""


class Transport(Protocol):
    """Message submission (RFC 6409)."""

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Submit one message.

        Raise ``Unreachable`` or ``MailboxError`` when surely nothing was sent (before
        DATA, or a clear refusal), ``DeliveryUnknown`` when the connection broke after
        DATA began.
        """

    def close(self) -> None:
        """QUIT; never raises."""


class Classifier(Protocol):
    """Messages to verdicts."""

    @property
    def name(self) -> str:
        """The model in use, as ``status`` shows it."""

    def classify(self, messages: Sequence[Message]) -> Sequence[Verdict]:
        """Return one verdict a message, in order. Pure: the same message, the same verdict."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one folder has been read, and from when on."""

    account: str
    folder: str
    uidvalidity: int | None
    last_uid: int = 0
    since: date | None = None
    too_old: int = 0
    """How many messages older than ``since`` were left unread."""
    synced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """The outcome of one UID. ``key`` is the message's identity, where one was read."""

    account: str
    folder: str
    uidvalidity: int | None
    uid: int
    outcome: LedgerOutcome
    key: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A stored message with the verdict that holds (user > rule > model), if any."""

    located: Located
    verdict: Verdict | None

    @property
    def message(self) -> Message:
        return self.located.message

    @property
    def key(self) -> str:
        return self.located.message.key


NONE_YET: Mapping[str, Verdict] = MappingProxyType({})
"""No verdicts."""


class Store(Protocol):
    """Everything that is remembered. Every write is in a transaction of its own or the caller's.

    Raises ``StoreError`` when the database cannot be opened, read or written.
    """

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing; nested uses join the outer one."""

    def close(self) -> None: ...

    # reading progress
    def cursor(self, account: str, folder: str) -> Cursor | None: ...
    def cursors(self, account: str) -> Sequence[Cursor]: ...
    def save_cursor(self, cursor: Cursor) -> None: ...
    def add_ledger(self, rows: Iterable[LedgerRow]) -> None:
        """Insert; a row for the same (account, folder, uidvalidity, uid) is replaced."""

    def ledger_uids(self, account: str, folder: str, uidvalidity: int | None) -> set[int]: ...
    def ledger_counts(self, account: str) -> Mapping[str, int]:
        """Return outcome → number of UIDs."""

    def quarantined(self, account: str | None = None) -> Sequence[LedgerRow]: ...
    def places(self, keys: Iterable[str], account: str | None = None) -> Sequence[LedgerRow]:
        """Return every place where these messages were seen, whether or not it still holds."""

    # messages
    def fingerprints(self, message_ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return Message-ID → {fingerprint: key} for those that are stored."""

    def add_messages(
        self, located: Iterable[Located], verdicts: Mapping[str, Verdict] = NONE_YET
    ) -> None:
        """Insert, with the verdict where there is one; a key that is stored is left as it is.

        Of what is judged ``other`` on arrival no text is ever written.
        """

    def set_answered(self, keys: Iterable[str]) -> None: ...
    def set_place(
        self, key: str, account: str, folder: str, uid: int, uidvalidity: int | None
    ) -> None:
        """Remember where a stored message lies now; an unknown key is ignored."""

    def text_erased(self, key: str) -> bool:
        """True when ``drop_text`` erased the text of this message."""

    def threads(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Return Message-ID → thread for the ids (own or only referred to) that are known."""

    def thread_of_reply(self, base_subject: str, people: frozenset[str]) -> str | None:
        """Return the newest thread with that base subject between exactly these two people."""

    def thread_written_to(self, addresses: Sequence[str]) -> str | None:
        """Return the thread of the user's newest letter to one of these lower-case addresses."""

    def link(self, threads: Mapping[str, str]) -> None:
        """Given Message-ID → thread, record which conversation each id belongs to."""

    def merge(self, thread: str, gone: Iterable[str]) -> None:
        """Make the threads ``gone`` part of ``thread``."""

    def message(self, key_or_id: str) -> Item | None:
        """Return by key or Message-ID (angle brackets allowed), or by an unambiguous prefix."""

    def messages(self, *, account: str | None = None, limit: int | None = None) -> Sequence[Item]:
        """Return all, newest first."""

    def unclassified(self, limit: int) -> Sequence[Located]:
        """Return incoming messages without any verdict, oldest first."""

    def job_items(self) -> Sequence[Item]:
        """Return what the tracker reads, by date.

        Incoming messages whose verdict is neither ``alert`` nor ``other``; all messages,
        either way, of the threads they are in; and outgoing messages marked relevant.
        """

    def heard_from(self, address: str, domain: str, since: datetime) -> bool:
        """True when that person, or any person at ``domain`` ("" for none), wrote after ``since``.

        Whatever the verdict; absence notes, bounces, lists and robots are no sign of life.
        """

    def outgoing_unjudged(self, limit: int) -> Sequence[Located]:
        """Return outgoing messages for which ``set_relevant`` was not called yet."""

    def outgoing_set_aside(self, to: Collection[str]) -> Sequence[str]:
        """Return the keys of outgoing messages to one of these addresses (in lower case) that were
        found to have nothing to do with the job search.
        """

    def set_relevant(self, relevant: Mapping[str, bool]) -> None:
        """Say of outgoing messages whether they belong to the job search."""

    def drop_text(self) -> int:
        """Erase text, quote and signature of what is not about the job search; return how many.

        That is: incoming mail whose verdict is ``other``, and outgoing mail that is neither
        relevant nor in a thread with job mail.
        """

    def restore_text(self, message: Message) -> None:
        """Put back the text of a stored message that was erased, as it was read again."""

    # verdicts
    def add_verdicts(self, verdicts: Mapping[str, Verdict], at: datetime) -> None:
        """Record; one verdict a message and source, the newest holds."""

    def clear_verdicts(self, keys: Iterable[str], source: Source) -> None: ...
    def verdicts(self, key: str) -> Sequence[Verdict]: ...

    # applications
    def save_applications(self, applications: Sequence[Application]) -> None:
        """Replace the whole set (the tracker recomputes it)."""

    def applications(self) -> Sequence[Application]: ...
    def application(self, id_prefix: str) -> Application | None:
        """Return by id, or by an unambiguous prefix of it."""

    def application_ids(self) -> Mapping[str, str]:
        """Return message key → application id as last saved, so that ids stay."""

    def save_tracked(self, digest: str, applications: Sequence[Application]) -> None:
        """Keep what the tracker made, before the clock, of the mail that ``digest`` stands for."""

    def tracked(self, digest: str) -> Sequence[Application] | None:
        """Return what was kept for that very mail, or None."""

    # what the user said of applications
    def add_correction(self, correction: Correction) -> Correction:
        """Keep it; return it with its number."""

    def save_correction(self, correction: Correction) -> None:
        """Replace the correction of that number (it was taken back, or its effect is known)."""

    def corrections(self) -> Sequence[Correction]:
        """Return all in the order in which they were said, those taken back as well."""

    # what the user said of everything else
    def add_entry(self, entry: Entry) -> Entry:
        """Keep it; return it with its number."""

    def save_entry(self, entry: Entry) -> None:
        """Replace the entry of that number (it was taken back, or more is known)."""

    def entries(self) -> Sequence[Entry]:
        """Return all in the order in which they were said, those taken back as well."""

    # plans
    def save_plans(self, plans: Sequence[Plan]) -> None:
        """Replace the whole set (the playbook decides anew each time)."""

    def plans(self) -> Sequence[Plan]: ...

    # drafts, decisions, receipts
    def add_draft(self, draft: Draft) -> bool:
        """Insert; return False when its (about, plan, episode) exists already."""

    def save_draft(self, draft: Draft) -> None: ...
    def draft(self, id_prefix: str) -> Draft | None: ...
    def drafts(self, states: Sequence[DraftState] = ()) -> Sequence[Draft]:
        """Return by creation; all states when none is named."""

    def drafts_by_message_id(self, message_ids: Sequence[str]) -> Mapping[str, Draft]: ...
    def add_decision(self, decision: Decision) -> None: ...
    def decisions(self, *, draft: str = "", message_key: str = "") -> Sequence[Decision]: ...
    def add_receipt(self, receipt: Receipt) -> int: ...
    def save_receipt(self, row: int, receipt: Receipt) -> None: ...
    def receipts(self, draft: str = "") -> Sequence[tuple[int, Receipt]]: ...

    # learning
    def add_example(self, example: Example) -> None:
        """Insert or replace the example of that message."""

    def remove_example(self, key: str) -> None: ...
    def examples(self) -> Sequence[Example]: ...

    # notes
    def get(self, name: str) -> str | None:
        """Return a small remembered value (last success, model in use), or None."""

    def put(self, name: str, value: str) -> None: ...
