"""Reading: from folders to stored messages, each seen exactly once.

One batch of UIDs is fetched, parsed, threaded and stored in one transaction together with
its ledger rows and the cursor, so that a crash repeats at most one batch and never skips
one.  A message that cannot be read is quarantined, counted, and never stops the rest.
The parser is imported when there is something to parse: most runs find nothing new.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mailsense.domain import LedgerOutcome, Located, Message, Verdict
from mailsense.errors import MailboxError, Unreachable
from mailsense.pipeline.batches import Batch, Fetching, Letter
from mailsense.pipeline.own import by_words, recognise
from mailsense.pipeline.parsing import Inline, Parser
from mailsense.ports import Cursor, FolderState, LedgerRow, Mailbox, Store

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
    own: dict[str, bool] = field(default_factory=dict)
    """Key of each new letter of the user's own → whether its words are about the search."""

    @property
    def new(self) -> int:
        return self.outcomes[LedgerOutcome.STORED]


@dataclass(frozen=True)
class _Waiting:
    """A folder with what is new in it."""

    folder: str
    state: FolderState
    cursor: Cursor
    uids: Sequence[int]


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
    """Returns the parser for so many new messages."""
    junk: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """The other accounts there are: what lies in one of them as well keeps its place there."""
    meanwhile: Callable[[], None] = lambda: None
    """Called while the last letters are parsed elsewhere, perhaps more than once."""

    def read(self, folders: Sequence[str]) -> Reading:
        """Given the folders in order (Sent first), read what is new in each.

        All folders are looked at first: how much there is decides how it is parsed.
        A folder that the server refuses is told among the problems and the rest is read.
        Raise Unreachable when the connection is lost; what was stored stays.
        """
        reading = Reading()
        waiting: list[_Waiting] = []
        for folder in folders:
            with _told(reading):
                found = self._look(folder)
                if found.uids:
                    waiting.append(found)
                else:
                    self._done(found.state, found.cursor, reading)
        parser = self.parser(sum(len(one.uids) for one in waiting))
        coming = deque(_Coming(self, one, parser) for one in waiting)
        at_last = self.meanwhile if parser.depth else _nothing
        while coming:
            one = coming.popleft()
            with _told(reading):
                self._folder(one, coming[0].begin_one if coming else at_last, reading)
        return reading

    def _look(self, folder: str) -> _Waiting:
        state = self.mailbox.examine(folder)
        return _Waiting(folder, state, *self._wanted(folder, state))

    def _folder(self, coming: _Coming, ahead: Callable[[], None], reading: Reading) -> None:
        """Read one folder, batch by batch; ``ahead`` as in ``Fetching.batches``."""
        found, fetching = coming.opened()
        folder, cursor, uids = found.folder, found.cursor, found.uids
        self.progress(folder, 0, len(uids))
        read = 0
        for batch in fetching.batches(ahead):
            cursor = self._store(found, cursor, batch, reading)
            read += len(batch.uids)
            self.progress(folder, read, len(uids))
        self._done(found.state, cursor, reading)

    def open(self, found: _Waiting, parser: Parser) -> tuple[_Waiting, Fetching]:
        """Open a folder that was looked at; look again if it was rebuilt meanwhile."""
        if self.mailbox.examine(found.folder).uidvalidity != found.state.uidvalidity:
            found = self._look(found.folder)
        own = self._own(found.folder)
        return found, Fetching(self.mailbox, found.folder, own, parser, found.uids)

    def _own(self, folder: str) -> frozenset[str] | None:
        """Return whose mail in this folder is no mail received; None: nobody's is."""
        return None if folder == self.sent else self.me

    def _done(self, state: FolderState, cursor: Cursor, reading: Reading) -> None:
        """Remember that the folder has been read to its end."""
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

    def _store(self, found: _Waiting, cursor: Cursor, batch: Batch, reading: Reading) -> Cursor:
        """Store one batch with its ledger rows and the cursor behind it, which is returned."""
        cursor = replace(cursor, last_uid=max(cursor.last_uid, batch.uids[-1]))
        with self.store.transaction():
            self._take(found.folder, found.state, batch, reading)
            self.store.save_cursor(cursor)
        return cursor

    def _take(
        self,
        folder: str,
        state: FolderState,
        batch: Batch,
        reading: Reading,
    ) -> None:
        """Store one batch. Every UID asked for gets exactly one ledger row."""
        from mailsense.pipeline.intake import Intake, Known

        parsed, rows = self._opened(folder, state, batch)
        known = Known(self.store, [m.message_id for _, m, _ in parsed if m.message_id])
        new: list[tuple[Letter, Message, Verdict | None]] = []
        again: list[tuple[str, int]] = []
        outgoing: list[Message] = []
        mine: list[Message] = []
        answered: list[str] = []
        for one, found, verdict in parsed:
            key, repeated = known.key(found)
            message = found if key == found.key else replace(found, key=key)
            outcome = LedgerOutcome.DUPLICATE if repeated else LedgerOutcome.STORED
            rows[one.uid] = self._row(folder, state, one.uid, outcome, key)
            own = self._outgoing(folder, message)
            if own:
                outgoing.append(message)
            if not repeated:
                new.append((one, message, None if own else verdict))
                if own:
                    mine.append(message)
                continue
            again.append((key, one.uid))
            if "\\answered" in one.flags:
                answered.append(key)
        reading.sent_keys += recognise(self.store, outgoing, self.now)
        reading.own |= by_words(mine)
        intake = Intake(self.store, [message for _, message, _ in new])
        for one, message, verdict in new:
            thread = intake.thread(message)
            intake.add(self._located(folder, state, one, message, thread), verdict)
        intake.flush()
        self.store.set_answered(answered)
        for key, uid in again:
            self._move(key, folder, uid, state)
        for uid in batch.uids:
            if uid not in rows:
                rows[uid] = self._row(folder, state, uid, LedgerOutcome.VANISHED)
        self.store.add_ledger(rows.values())
        reading.kinds.update(verdict.kind.value for *_, verdict in new if verdict is not None)
        reading.outcomes.update(row.outcome for row in rows.values())

    def _opened(
        self, folder: str, state: FolderState, batch: Batch
    ) -> tuple[list[tuple[Letter, Message, Verdict | None]], dict[int, LedgerRow]]:
        """Return the messages of a batch that could be read, and a row for each other letter."""
        parsed: list[tuple[Letter, Message, Verdict | None]] = []
        rows: dict[int, LedgerRow] = {}
        for one in batch.letters:
            result, verdict = one.result
            if "\\draft" in one.flags:
                outcome, detail = LedgerOutcome.OWN, "a draft"
            elif isinstance(result, Message):
                parsed.append((one, result, verdict))
                continue
            elif one.gone:
                continue
            else:
                outcome, detail = LedgerOutcome.QUARANTINED, str(result)
            rows[one.uid] = self._row(folder, state, one.uid, outcome, detail=detail)
        return parsed, rows

    def _outgoing(self, folder: str, message: Message) -> bool:
        return message.from_.key in self.me or folder == self.sent

    def _located(
        self, folder: str, state: FolderState, one: Letter, message: Message, thread: str
    ) -> Located:
        """Return the message with where it lies and which way it went."""
        return Located(
            message,
            self.account,
            folder,
            one.uid,
            self._outgoing(folder, message),
            "\\answered" in one.flags,
            thread,
            self.now,
            state.uidvalidity,
        )

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


@dataclass
class _Coming:
    """A folder whose turn has not come yet: perhaps some of it is being parsed already."""

    reader: Reader
    found: _Waiting
    parser: Parser
    _open: tuple[_Waiting, Fetching] | None = None
    _refused: MailboxError | None = None

    def begin_one(self) -> None:
        """Begin with a batch, where others parse; a refusal is told when its turn has come."""
        if not self.parser.depth or self._refused is not None:
            return
        try:
            self.opened()[1].begin_one()
        except MailboxError as error:
            self._refused = error

    def opened(self) -> tuple[_Waiting, Fetching]:
        """Return the folder as it is now, opened once. Raise MailboxError if it was refused."""
        if self._refused is not None:
            raise self._refused
        if self._open is None:
            self._open = self.reader.open(self.found, self.parser)
        return self._open


def _nothing() -> None:
    """Do nothing: there is no other folder, and nobody works meanwhile."""


@contextmanager
def _told(reading: Reading) -> Iterator[None]:
    """Keep what the server refused among the problems. Raise Unreachable when it is gone."""
    try:
        yield
    except Unreachable:
        raise
    except MailboxError as error:
        reading.problems.extend(error.problems)
