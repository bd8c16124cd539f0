"""A folder is fetched by and by: each letter as far as it must be, all of them, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest

from mailsense.adapters.memory import MemoryMailbox
from mailsense.adapters.store import SqliteStore
from mailsense.domain import Kind, Message, Source, Verdict
from mailsense.errors import MailboxError
from mailsense.mail.parse import parse
from mailsense.pipeline import batches as module
from mailsense.pipeline.batches import HEAD, WHOLE, Batch, Fetching
from mailsense.pipeline.parsing import FIRST, Inline, Result, Wait, judge_all
from mailsense.pipeline.read import Reader
from mailsense.ports import Fetched

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME = frozenset({"robin@me.example"})


def classify(messages: Sequence[Message]) -> list[Verdict]:
    """Judge by one word, as a model would by many."""
    kinds = [Kind.REJECTION if "unfortunately" in m.text else Kind.OTHER for m in messages]
    return [Verdict(kind, Source.MODEL, 0.9) for kind in kinds]


@dataclass
class Judging:
    """Judges what it is handed, as the further processes do."""

    depth: int = 2

    def submit(self, batch: Sequence[Fetched], own: object) -> Wait:
        return lambda: judge_all(batch, ME, classify)


@dataclass
class Watched(MemoryMailbox):
    """Remembers what was fetched."""

    asked: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
        self.asked.append((limit, tuple(uids)))
        return super().fetch(folder, uids, limit=limit)


@pytest.fixture
def box() -> Watched:
    return Watched()


def letter(text: str, n: int = 0, more: str = "") -> bytes:
    head = f"From: Jo <jo@pals.example>\nMessage-ID: <m{n}@pals.example>\nSubject: Hello {n}\n"
    return f"{head}{more}\n{text}".encode()


def attached(text: str, size: int) -> bytes:
    """Return a letter with two files, the second behind ``size`` bytes of the first."""
    kind = "Content-Type: multipart/mixed; boundary=b\n"
    file = "\n--b\nContent-Type: application/pdf; name={}\nContent-Transfer-Encoding: base64\n\n{}"
    return letter(
        f"--b\n\n{text}{file.format('a.pdf', 'QUJD' * (size // 4))}{file.format('b.pdf', 'QUJD')}"
        "\n--b--\n",
        more=kind,
    )


def styled(rules: int) -> bytes:
    """Return a page whose text stands behind so many rules of style."""
    page = f"<style>{'p {}' * rules}</style><p>unfortunately not</p>"
    return letter(page, more="Content-Type: text/html\n")


WAY = "We walked all day long, and in the evening we sat by the fire. "


def read(box: Watched, depth: int = 2, own: frozenset[str] | None = ME) -> list[Batch]:
    uids = box.uids("INBOX")
    return list(Fetching(box, "INBOX", own, Judging(depth), uids).batches())


def only(box: Watched, raw: bytes) -> Result:
    box.add("INBOX", raw)
    ((one,),) = [batch.letters for batch in read(box)]
    return one.result


def test_a_small_letter_is_fetched_once(box: Watched) -> None:
    raw = letter("unfortunately not")
    message, verdict = only(box, raw)
    assert message == parse(raw)
    assert verdict is not None
    assert box.asked == [(FIRST, (1,))]


def test_a_long_ordinary_letter_is_settled_at_the_first_look(box: Watched) -> None:
    _, verdict = only(box, letter(WAY * 1_000))
    assert verdict is not None
    assert verdict.kind is Kind.OTHER
    assert box.asked == [(FIRST, (1,))]


def test_a_long_letter_about_the_search_is_read_on(box: Watched) -> None:
    raw = letter(f"unfortunately not. {WAY * 2_000}")
    message, verdict = only(box, raw)
    assert message == parse(raw[:HEAD], size=len(raw))
    assert verdict is not None
    assert verdict.kind is Kind.REJECTION
    assert box.asked == [(FIRST, (1,)), (HEAD, (1,))]


@pytest.mark.parametrize(
    "raw",
    [
        letter("Hi.\n\n" + "> quoted\n" * 3_000 + "\nBelow it all: unfortunately not.\n"),
        letter(
            f"--b\n\n{WAY * 300}\n--b\nContent-Type: text/html\n\n<p>{WAY * 300}</p>\n--b--\n",
            more="Content-Type: multipart/alternative; boundary=b\n",
        ),
        styled(8_000),
    ],
    ids=["little text", "alternatives", "no text yet"],
)  # fmt: skip
def test_what_shows_too_little_is_not_judged_by_its_beginning(box: Watched, raw: bytes) -> None:
    _, verdict = only(box, raw)
    assert verdict == classify([parse(raw[:HEAD])])[0]
    assert (HEAD, (1,)) in box.asked


def test_a_file_is_not_fetched_for_an_ordinary_letter(box: Watched) -> None:
    only(box, attached("See the photo.", 50_000))
    assert box.asked == [(FIRST, (1,))]


def test_the_files_of_a_letter_about_the_search_are_all_told(box: Watched) -> None:
    raw = attached("unfortunately not", 40_000)
    message, _ = only(box, raw)
    assert isinstance(message, Message)
    assert message == parse(raw)
    assert [one.filename for one in message.attachments] == ["a.pdf", "b.pdf"]


def test_a_text_behind_a_long_beginning_is_found(box: Watched) -> None:
    raw = styled(20_000)
    message, verdict = only(box, raw)
    assert message == parse(raw)
    assert verdict is not None
    assert verdict.kind is Kind.REJECTION
    assert [limit for limit, _ in box.asked] == [FIRST, HEAD, WHOLE]


def test_without_a_judge_all_that_was_cut_off_is_read_on(box: Watched) -> None:
    raws = [letter(WAY * 1_000, 1), letter("Hello", 2), attached("See the photo.", 50_000)]
    for raw in raws:
        box.add("INBOX", raw)
    for own in (ME, None):
        (batch,) = Fetching(box, "INBOX", own, Inline(), [1, 2, 3]).batches()
        assert [one.result for one in batch.letters] == [
            (parse(raw[:HEAD], size=len(raw)), None) for raw in raws
        ]


def test_a_server_that_tells_too_large_a_size_is_believed_by_what_it_gives(box: Watched) -> None:
    raw = letter("unfortunately " + "x" * FIRST)[:FIRST]

    class Liar(Watched):
        def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
            yield Fetched(1, raw, None, frozenset(), 90_000)

    ((one,),) = [b.letters for b in Fetching(Liar(), "INBOX", ME, Judging(), [1]).batches()]
    assert isinstance(one.result[0], Message)


def test_a_letter_that_vanishes_between_two_fetches_is_gone(box: Watched) -> None:
    box.add("INBOX", letter("unfortunately " + WAY * 1_000))
    box.add("INBOX", letter("unfortunately", 2))

    class Moving(Judging):
        def submit(self, batch: Sequence[Fetched], own: object) -> Wait:
            if 1 in box.stored("INBOX"):
                box.remove("INBOX", 1)
            return super().submit(batch, own)

    (batch,) = Fetching(box, "INBOX", ME, Moving(), [1, 2]).batches()
    assert [one.gone for one in batch.letters] == [True, False]
    assert batch.uids == [1, 2]


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_batches_come_in_order_and_their_remainders_together(
    box: Watched, depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 10)
    long = {3, 4, 18, 41, 49}
    raws = {n: letter("unfortunately " + (WAY * 400 if n in long else ""), n) for n in range(1, 50)}
    for raw in raws.values():
        box.add("INBOX", raw)
    done = read(box, depth)
    assert [uid for batch in done for uid in batch.uids] == list(raws)
    assert [one.result[0] for batch in done for one in batch.letters] == [
        parse(raw) for raw in raws.values()
    ]
    assert [uids for limit, uids in box.asked if limit == HEAD] == [(3, 4), (18,), (41, 49)]


def test_a_folder_with_nothing_in_it_asks_for_nothing(box: Watched) -> None:
    assert read(box) == []
    assert box.asked == []


@dataclass
class Counting(Judging):
    """Knows the most batches that were with it at once."""

    now: int = 0
    most: int = 0

    def submit(self, batch: Sequence[Fetched], own: object) -> Wait:
        self.now += 1
        self.most = max(self.most, self.now)
        waited = super().submit(batch, own)

        def wait() -> Sequence[Result]:
            self.now -= 1
            return waited()

        return wait


def test_what_the_parser_has_room_for_is_begun_of_the_next_folder(
    box: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for n in range(12):
        box.add("INBOX", letter("we walked", n))
        box.add("Archive", letter(f"unfortunately {WAY * 400 if n < 2 else ''}", 50 + n))
    parser = Counting(depth=3)
    inbox, archive = (
        Fetching(box, name, ME, parser, box.uids(name)) for name in ("INBOX", "Archive")
    )
    first = list(inbox.batches(archive.begin_one))
    assert parser.now == 3, "all of the first are done, and three of the second have begun"
    then = list(archive.batches())
    assert parser.most == 3
    for found, name in ((first, "INBOX"), (then, "Archive")):
        assert [uid for batch in found for uid in batch.uids] == box.uids(name)
        assert all(batch.done for batch in found)


def test_a_folder_refused_ahead_of_its_turn_is_told_and_the_others_are_read() -> None:
    class Refusing(Watched):
        def fetch(self, folder: str, uids: Sequence[int], *, limit: int) -> Iterator[Fetched]:
            if folder == "Archive":
                raise MailboxError("the server refuses to read Archive")
            return super().fetch(folder, uids, limit=limit)

    box = Refusing()
    for n, name in enumerate(("INBOX", "Archive", "Junk")):
        box.add(name, letter("we walked", n))
    with closing(SqliteStore.memory()) as store:
        reader = Reader(
            box, store, "main", ME, None, date(2026, 1, 1), NOW, parser=lambda count: Judging()
        )
        reading = reader.read(["INBOX", "Archive", "Junk"])
        assert {item.key for item in store.messages()} == {"m0@pals.example", "m2@pals.example"}
    assert reading.problems == ["the server refuses to read Archive"]


@pytest.mark.parametrize(("depth", "told"), [(0, 0), (2, 1)])
def test_while_the_last_letters_are_parsed_elsewhere_something_else_may_be_done(
    depth: int, told: int, box: Watched
) -> None:
    parser = Counting(depth=depth)
    waiting: list[int] = []
    for n, name in enumerate(("INBOX", "Archive")):
        box.add(name, letter("we walked", n))
    with closing(SqliteStore.memory()) as store:
        Reader(
            box,
            store,
            "main",
            ME,
            None,
            date(2026, 1, 1),
            NOW,
            parser=lambda count: parser,
            meanwhile=lambda: waiting.append(len(store.messages())),
        ).read(["INBOX", "Archive"])
        assert len(store.messages()) == 2
    assert waiting == [1] * told, "of the last folder's letters none is stored yet"
