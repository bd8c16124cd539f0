"""A folder's letters on their way: fetched in batches, parsed, and read on where they must be.

Decides how much of each letter is fetched.  A first look settles most: seven in ten are
smaller, and of the rest many are newsletters that show by then what they are.  What it does
not settle is read on, so that nothing about the search is judged or shown by half; the few
whose text does not lie within that either are read whole.  While the parser works on some
batches the next is fetched; what is left of one is handed over together with a later one.
When all are begun, the parser need not wait for the last: the next folder's first may begin.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from mailsense.pipeline.parsing import FIRST, Parser, Result, Wait, complete
from mailsense.ports import Fetched, Mailbox

BATCH = 128
"""UIDs a FETCH: with ``FIRST`` bytes each at most 1.5 MB in memory, several times over while the
parser works on some.  Judged and stored at half as many at once, a tenth more time was taken."""
HEAD = 65_536
"""Bytes fetched of what the first look does not settle: nine in ten are smaller than 37 KB."""
WHOLE = 4_194_304
"""Bytes fetched of the few whose text does not lie within the first ``HEAD``."""


@dataclass(slots=True)
class Letter:
    """One message on its way. Its bytes are not kept."""

    uid: int
    flags: frozenset[str]
    result: Result = (None, None)
    gone: bool = False
    """It vanished between two fetches."""


@dataclass(frozen=True)
class Batch:
    """What was asked for, and what came."""

    uids: Sequence[int]
    letters: Sequence[Letter]

    @property
    def done(self) -> bool:
        return all(letter.result[0] is not None or letter.gone for letter in self.letters)


@dataclass(frozen=True)
class _Task:
    """What was handed to the parser at once."""

    letters: Sequence[Letter]
    fetched: Sequence[Fetched]
    results: Wait


@dataclass
class Fetching:
    """The ``uids`` of one folder being fetched. ``own`` is as ``Parser.submit`` takes it."""

    mailbox: Mailbox
    folder: str
    own: Collection[str] | None
    parser: Parser
    uids: Sequence[int]
    _next: int = 0
    _order: deque[Batch] = field(default_factory=deque)
    _at_work: deque[_Task] = field(default_factory=deque)

    def begin_one(self) -> None:
        """Fetch the next batch and hand it to the parser, if one is left.

        Raise what the mailbox raises.
        """
        self._hand_over(*self._fetched())

    def batches(self, ahead: Callable[[], None] = lambda: None) -> Iterator[Batch]:
        """Yield all of them, in order, each when its letters have been read as far as need be.

        ``ahead`` is called as often as the parser gets room for a batch and all are begun: it
        may begin one of another folder.  Raise what the mailbox raises.
        """
        while self._next < len(self.uids) or self._at_work:
            new = self._next < len(self.uids)
            letters, fetched = self._fetched()
            if self._at_work and (not new or len(self._at_work) >= max(self.parser.depth, 1)):
                for letter, more in self._read_on(self._finished(self._at_work.popleft())):
                    letters.append(letter)
                    fetched.append(more)
            self._hand_over(letters, fetched)
            if not letters:
                ahead()
            while self._order and self._order[0].done:
                yield self._order.popleft()

    def _fetched(self) -> tuple[list[Letter], list[Fetched]]:
        """Fetch the next batch, nothing when all were."""
        wanted = self.uids[self._next : self._next + BATCH]
        if not wanted:
            return [], []
        fetched = list(self.mailbox.fetch(self.folder, wanted, limit=FIRST))
        letters = [Letter(one.uid, one.flags) for one in fetched]
        self._next += len(wanted)
        self._order.append(Batch(wanted, tuple(letters)))
        return letters, fetched

    def _hand_over(self, letters: Sequence[Letter], fetched: Sequence[Fetched]) -> None:
        if letters:
            self._at_work.append(_Task(letters, fetched, self.parser.submit(fetched, self.own)))

    def _finished(self, task: _Task) -> list[Letter]:
        """Wait for a task; return the letters of which more must be read."""
        for letter, fetched, result in zip(task.letters, task.fetched, task.results(), strict=True):
            letter.result = self._whole(fetched, result)
        return [letter for letter in task.letters if letter.result[0] is None]

    def _read_on(self, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Fetched]]:
        """Fetch more of these, all at once."""
        uids = [letter.uid for letter in letters]
        more = self.mailbox.fetch(self.folder, uids, limit=HEAD) if uids else ()
        found = {one.uid: one for one in more}
        for letter in letters:
            one = found.get(letter.uid)
            if one is None:
                letter.gone = True
            elif len(one.raw) == FIRST:  # the server told too large a size: this is all there is
                yield letter, replace(one, size=FIRST)
            else:
                yield letter, one

    def _whole(self, fetched: Fetched, result: Result) -> Result:
        """Read all of a message whose text does not lie within what was fetched."""
        parsed, verdict = result
        if parsed is None or verdict is not None or complete(fetched, parsed):
            return result
        more = list(self.mailbox.fetch(self.folder, [fetched.uid], limit=WHOLE))
        return self.parser.submit(more, self.own)()[0] if more else result
