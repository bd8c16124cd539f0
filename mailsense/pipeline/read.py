"""Reading: from folders to stored messages, each seen exactly once.

One batch of UIDs is fetched, parsed, threaded and stored in one transaction together with
its ledger rows and the cursor, so that a crash repeats at most one batch and never skips
one.  A message that cannot be read is quarantined, counted, and never stops the rest.
Given servers that lie (RFC 3501 leaves them room), identity is the Message-ID with the
letter's fingerprint, not the UID: the same letter in two folders is one message.
The parser is imported when there is something to parse: most runs find nothing new.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mailsense.domain import LedgerOutcome, Located, Message, Verdict
from mailsense.errors import MailboxError, Unreachable
from mailsense.pipeline.own import recognise
from mailsense.pipeline.parsing import Inline, Parsed, Parser, Result, parse_all
from mailsense.ports import Cursor, Fetched, FolderState, LedgerRow, Mailbox, Store

BATCH = 200
"""UIDs a FETCH: with ``HEAD`` bytes each at most some 13 MB in memory."""
HEAD = 65_536
"""Bytes fetched of each message: nine in ten are smaller than 37 KB."""
WHOLE = 4_194_304
"""Bytes fetched of the few whose text does not lie within the first ``HEAD``."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


@dataclass
class Reading:
    """What one run over one account saw."""

    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    """Kinds of the messages that were judged while they were read."""
    too_old: int = 0
    problems: list[str] = field(default_factory=list)
    sent_keys: list[str] = field(default_factory=list)
    """Keys of drafts found sent."""

    @property
    def new(self) -> int:
        return self.outcomes[LedgerOutcome.STORED]


@dataclass(frozen=True)
class _Batch:
    """Messages on their way: what was asked for, what came, and how to wait for the rest."""

    uids: Sequence[int]
    fetched: Sequence[Fetched]
    results: Callable[[], Sequence[Result]]


@dataclass(frozen=True)
class Reader:
    """One account being read: the ports, who the user is, and when it is."""

    mailbox: Mailbox
    store: Store
    account: str
    me: frozenset[str]
    sent: str | None
    since: date
    now: datetime
    progress: Progress = lambda what, done, total: None
    parser: Callable[[int], Parser] = lambda count: Inline()
    """Returns the parser for a folder with so many new messages."""
    junk: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """The other accounts there are: what lies in one of them as well keeps its place there."""

    def read(self, folders: Sequence[str]) -> Reading:
        """Given the folders in order (Sent first), read what is new in each.

        A folder that the server refuses is told among the problems and the rest is read.
        Raise Unreachable when the connection is lost; what was stored stays.
        """
        reading = Reading()
        for folder in folders:
            try:
                self._folder(folder, reading)
            except Unreachable:
                raise
            except MailboxError as error:
                reading.problems.extend(error.problems)
        return reading

    def _folder(self, folder: str, reading: Reading) -> None:
        state = self.mailbox.examine(folder)
        cursor, uids = self._wanted(folder, state)
        if uids:
            self.progress(folder, 0, len(uids))
        parser = self.parser(len(uids))
        pending: deque[_Batch] = deque()
        for start in range(0, len(uids), BATCH):
            batch = uids[start : start + BATCH]
            fetched = list(self.mailbox.fetch(folder, batch, limit=HEAD))
            pending.append(_Batch(batch, fetched, parser.submit(fetched, folder != self.sent)))
            while len(pending) > parser.depth:
                cursor = self._finish(folder, state, cursor, pending.popleft(), reading)
                self.progress(folder, start + BATCH - sum(len(b.uids) for b in pending), len(uids))
        while pending:
            cursor = self._finish(folder, state, cursor, pending.popleft(), reading)
            self.progress(folder, len(uids) - sum(len(b.uids) for b in pending), len(uids))
        done = replace(
            cursor,
            last_uid=max(cursor.last_uid, (state.uidnext or 1) - 1),
            since=min(cursor.since or self.since, self.since),
            synced_at=self.now,
        )
        self.store.save_cursor(done)
        reading.too_old += done.too_old

    def _wanted(self, folder: str, state: FolderState) -> tuple[Cursor, Sequence[int]]:
        """Return the cursor to go on from and the UIDs to read.

        Case: never read, or UIDVALIDITY changed (all UIDs are new names for old letters):
        everything since the floor.  Case: nothing new by UIDNEXT: not even a SEARCH.
        Case: the user now wants older mail too: the part not in the ledger.
        """
        cursor = self.store.cursor(self.account, folder)
        fresh = cursor is None or cursor.uidvalidity != state.uidvalidity
        if cursor is None or fresh or state.uidvalidity is None:
            uids = self.mailbox.uids(folder, since=self.since)
            cursor = Cursor(self.account, folder, state.uidvalidity, since=self.since)
            return replace(cursor, too_old=max(state.exists - len(uids), 0)), uids
        if cursor.since is not None and self.since < cursor.since:
            uids = self.mailbox.uids(folder, since=self.since)
            seen = self.store.ledger_uids(self.account, folder, state.uidvalidity)
            older = replace(cursor, too_old=max(state.exists - len(uids), 0))
            return older, [uid for uid in uids if uid not in seen]
        if state.uidnext is not None and state.uidnext <= cursor.last_uid + 1:
            return cursor, ()
        return cursor, self.mailbox.uids(folder, after=cursor.last_uid, since=cursor.since)

    def _finish(
        self, folder: str, state: FolderState, cursor: Cursor, batch: _Batch, reading: Reading
    ) -> Cursor:
        """Store one batch with its ledger rows and the cursor behind it, which is returned."""
        results = [
            self._more(folder, one, result)
            for one, result in zip(batch.fetched, batch.results(), strict=True)
        ]
        cursor = replace(cursor, last_uid=max(cursor.last_uid, batch.uids[-1]))
        with self.store.transaction():
            self._take(folder, state, batch, results, reading)
            self.store.save_cursor(cursor)
        return cursor

    def _more(self, folder: str, fetched: Fetched, result: Result) -> Result:
        """Read more of a message whose text does not lie within the first bytes."""
        message: Parsed = result[0]
        if not fetched.truncated or (
            isinstance(message, Message) and (message.text or message.quoted)
        ):
            return result
        more = list(self.mailbox.fetch(folder, [fetched.uid], limit=WHOLE))
        return (parse_all(more)[0], None) if more else result

    def _take(
        self,
        folder: str,
        state: FolderState,
        batch: _Batch,
        results: Sequence[Result],
        reading: Reading,
    ) -> None:
        """Store one batch. Every UID asked for gets exactly one ledger row."""
        rows: dict[int, LedgerRow] = {
            uid: self._row(folder, state, uid, LedgerOutcome.VANISHED) for uid in batch.uids
        }
        parsed: list[tuple[Fetched, Message, Verdict | None]] = []
        for one, (result, verdict) in zip(batch.fetched, results, strict=True):
            outcome, detail = LedgerOutcome.QUARANTINED, str(result)
            if "\\draft" in one.flags:
                outcome, detail = LedgerOutcome.OWN, "a draft"
            elif isinstance(result, Message):
                parsed.append((one, result, verdict))
                continue
            rows[one.uid] = self._row(folder, state, one.uid, outcome, detail=detail)
        known = _Known(self.store, [m.message_id for _, m, _ in parsed if m.message_id])
        verdicts: dict[str, Verdict] = {}
        for one, message, verdict in parsed:
            key, repeated = known.key(message)
            outcome = LedgerOutcome.DUPLICATE if repeated else LedgerOutcome.STORED
            rows[one.uid] = self._row(folder, state, one.uid, outcome, key)
            message = replace(message, key=key)
            answered = "\\answered" in one.flags
            outgoing = message.from_.key in self.me or folder == self.sent
            if outgoing:
                reading.sent_keys += recognise(self.store, message, self.now)
            if repeated:
                if answered:
                    self.store.set_answered([key])
                self._move(key, folder, one.uid, state)
                continue
            located = Located(
                message,
                self.account,
                folder,
                one.uid,
                outgoing,
                answered,
                seen_at=self.now,
                uidvalidity=state.uidvalidity,
            )
            self.store.add_messages([replace(located, thread=self._thread(message))])
            if verdict is not None and not outgoing:
                verdicts[key] = verdict
        self.store.add_verdicts(verdicts, self.now)
        reading.kinds.update(verdict.kind.value for verdict in verdicts.values())
        self.store.add_ledger(rows.values())
        reading.outcomes.update(row.outcome for row in rows.values())

    def _move(self, key: str, folder: str, uid: int, state: FolderState) -> None:
        """Remember the newest place of a letter seen before.

        A copy in Sent or Junk does not stand in for incoming mail in INBOX.
        """
        item = self.store.message(key)
        if item is None or item.located.account in self.others:
            return
        old = item.located
        aside = folder == self.sent or folder in self.junk
        if not (aside and old.folder.upper() == "INBOX" and not old.outgoing):
            self.store.set_place(key, self.account, folder, uid, state.uidvalidity)

    def _row(
        self,
        folder: str,
        state: FolderState,
        uid: int,
        outcome: LedgerOutcome,
        key: str = "",
        detail: str = "",
    ) -> LedgerRow:
        return LedgerRow(self.account, folder, state.uidvalidity, uid, outcome, key, detail)

    def _thread(self, message: Message) -> str:
        """Place the message in its conversation, recording the ids it links."""
        from mailsense.mail import thread as threading

        known = self.store.threads(threading.linked_ids(message))
        same_pair = None
        if not known and threading.is_reply_subject(message.subject):
            people = threading.pair(message)
            if people:
                same_pair = self.store.thread_of_reply(
                    threading.base_subject(message.subject), people
                )
        placed = threading.place(message, known, same_pair)
        self.store.link(placed.thread, placed.ids, placed.merge)
        return placed.thread


class _Known:
    """Which letters of a batch are stored already, by Message-ID and fingerprint."""

    def __init__(self, store: Store, message_ids: Sequence[str]) -> None:
        self._store = store
        stored: Mapping[str, Mapping[str, str]] = store.fingerprints(message_ids)
        self._taken: dict[str, dict[str, str]] = {id: dict(of) for id, of in stored.items()}

    def key(self, message: Message) -> tuple[str, bool]:
        """Return the message's identity and whether a letter with it was seen before."""
        from mailsense.mail.parse import identity

        if not message.message_id:
            seen = self._taken.setdefault(message.key, {})
            repeated = bool(seen) or self._store.message(message.key) is not None
            seen[message.fingerprint] = message.key
            return message.key, repeated
        taken = self._taken.setdefault(message.message_id, {})
        key = identity(message.message_id, message.fingerprint, taken)
        repeated = message.fingerprint in taken
        taken[message.fingerprint] = key
        return key, repeated
