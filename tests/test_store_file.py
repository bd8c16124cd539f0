"""The file: who may read it, what survives a crash, what people are told when it fails."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailsense.adapters.sqlite import database
from mailsense.adapters.sqlite.problems import explain
from mailsense.adapters.store import SqliteStore
from mailsense.domain import DraftState, Kind, Source
from mailsense.errors import StoreError
from tests.support.stored import NOW, draft, incoming, outgoing, said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database will be: nothing of it exists yet."""
    return tmp_path / "home" / "state" / "mail.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """An empty store in a file."""
    opened = SqliteStore.open(path, now=NOW)
    yield opened
    opened.close()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class TestPrivacy:
    def test_nobody_else_may_read_it(self, path: Path) -> None:
        before = os.umask(0)
        try:
            store = SqliteStore.open(path, now=NOW)
            with store.lock():
                store.put("a", "b")
                found = {p.name: mode(p) for p in path.parent.iterdir()}
            store.close()
        finally:
            os.umask(before)
        assert found == {
            "mail.db": 0o600,
            "mail.db-wal": 0o600,
            "mail.db-shm": 0o600,
            "mail.db.lock": 0o600,
        }
        assert mode(path.parent) == mode(path.parent.parent) == 0o700

    def test_an_existing_file_that_others_may_read_is_closed_to_them(self, path: Path) -> None:
        SqliteStore.open(path, now=NOW).close()
        path.chmod(0o644)
        SqliteStore.open(path, now=NOW).close()
        assert mode(path) == 0o600

    def test_erased_text_is_on_no_page_and_in_no_log(self, store: SqliteStore, path: Path) -> None:
        secret, sentence = "violet-giraffe-", "quoted-walrus"
        store.add_messages(incoming(f"{n}@x", text=secret * 700) for n in range(20))
        store.add_verdicts({f"{n}@x": said(Kind.OTHER) for n in range(20)}, NOW)
        store._db.write(
            "UPDATE verdicts SET document = replace(document, 'some words', ?)", [sentence]
        )
        assert _found(path, secret) and _found(path, sentence)
        assert store.drop_text() == 20
        assert not _found(path, secret)
        assert not _found(path, sentence)

    def test_text_erased_within_a_transaction_is_gone_after_it(
        self, store: SqliteStore, path: Path
    ) -> None:
        with store.transaction():
            store.add_messages([incoming("a@x", text="violet-giraffe")])
        with store.transaction():
            store.add_verdicts({"a@x": said(Kind.OTHER)}, NOW)
            store.drop_text()
        assert not _found(path, "violet-giraffe")

    def test_a_reader_elsewhere_delays_the_erasing_of_the_log_until_the_next_time(
        self, store: SqliteStore, path: Path
    ) -> None:
        store.add_messages([incoming(f"{n}@x", text="violet-giraffe") for n in range(2)])
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchall()
        store.add_verdicts({"0@x": said(Kind.OTHER)}, NOW)
        assert store.drop_text() == 1
        reader.close()
        store.add_verdicts({"1@x": said(Kind.OTHER)}, NOW)
        assert store.drop_text() == 1
        assert not _found(path, "violet-giraffe")


def _found(path: Path, text: str) -> bool:
    return any(text.encode() in p.read_bytes() for p in path.parent.iterdir())


class TestTransactions:
    def test_all_or_nothing(self, store: SqliteStore) -> None:
        with pytest.raises(ZeroDivisionError), store.transaction():
            store.put("a", "1")
            store.add_messages([incoming("a@x")])
            _ = 1 // 0
        assert store.get("a") is None
        assert store.messages() == []

    def test_an_inner_one_joins_the_outer(self, store: SqliteStore) -> None:
        with pytest.raises(ZeroDivisionError), store.transaction():
            with store.transaction():
                store.put("a", "1")
            _ = 1 // 0
        assert store.get("a") is None

    def test_a_failure_that_is_caught_undoes_only_the_inner_one(self, store: SqliteStore) -> None:
        with store.transaction():
            store.put("a", "1")
            with pytest.raises(ZeroDivisionError), store.transaction():
                store.put("b", "1")
                store.put("a", "2")
                _ = 1 // 0
            store.put("c", "1")
        assert (store.get("a"), store.get("b"), store.get("c")) == ("1", None, "1")

    def test_others_see_it_only_when_it_is_whole(self, store: SqliteStore, path: Path) -> None:
        reader = SqliteStore.open(path, now=NOW)
        with store.transaction():
            store.put("a", "1")
            assert reader.get("a") is None
        assert reader.get("a") == "1"
        reader.close()

    def test_commits_are_told_by_number(self, store: SqliteStore) -> None:
        told: list[tuple[str, int]] = []
        store.on_begin = lambda number: told.append(("begin", number))
        store.on_commit = lambda number: told.append(("commit", number))
        store.put("a", "1")
        first = told[0][1]
        with pytest.raises(ZeroDivisionError), store.transaction():
            _ = 1 // 0
        with store.transaction():
            store.put("a", "2")
            store.put("b", "2")
        assert told == [
            ("begin", first),
            ("commit", first),
            ("begin", first + 1),
            ("begin", first + 1),
            ("commit", first + 1),
        ]
        store.on_begin = store.on_commit = None

    def test_reading_commits_nothing(self, store: SqliteStore) -> None:
        told: list[int] = []
        store.on_begin = told.append
        store.messages(), store.job_items(), store.drafts(), store.drop_text()
        assert told == []


_CRASH = """
import os, signal, sys
from pathlib import Path
from mailsense.adapters.store import SqliteStore
from tests.support.stored import NOW, draft, incoming
store = SqliteStore.open(Path(sys.argv[1]), now=NOW)
die = lambda number=0: os.kill(os.getpid(), signal.SIGKILL)
with store.transaction():
    store.add_draft(draft("before"))
if sys.argv[2] == "inside":
    with store.transaction():
        store.add_messages(incoming(f"{n}@x", text="t" * 9000) for n in range(500))
        store.add_draft(draft("inside", episode="2"))
        die()
store.on_commit = die
with store.transaction():
    store.add_messages([incoming("a@x")])
    store.add_draft(draft("inside", episode="2"))
"""


class TestCrashes:
    @pytest.mark.parametrize(
        ("when", "drafts", "messages"),
        [("inside", ["before"], []), ("after", ["before", "inside"], ["a@x"])],
    )
    def test_a_killed_process_leaves_the_last_commit(
        self, path: Path, when: str, drafts: list[str], messages: list[str]
    ) -> None:
        run = subprocess.run([sys.executable, "-c", _CRASH, str(path), when], check=False)
        assert run.returncode == -signal.SIGKILL
        store = SqliteStore.open(path, now=NOW)
        assert [d.id for d in store.drafts()] == drafts
        assert [i.key for i in store.messages()] == messages
        assert store._db.rows("PRAGMA integrity_check") == [("ok",)]
        store.close()

    def test_a_full_disk_loses_nothing_that_was_there(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")])
        ((pages,),) = store._db.rows("PRAGMA page_count")
        store._db.rows(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match="is full: free some space"):
            store.add_messages(incoming(f"{n}@x", text="t" * 9000) for n in range(50))
        assert [i.key for i in store.messages()] == ["a@x"]
        store._db.rows(f"PRAGMA max_page_count = {pages + 5_000}")
        store.add_messages(incoming(f"{n}@x", text="t" * 9000) for n in range(50))
        assert len(store.messages()) == 51

    def test_who_catches_a_full_disk_cannot_commit_half(self, store: SqliteStore) -> None:
        ((pages,),) = store._db.rows("PRAGMA page_count")
        store._db.rows(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError), store.transaction():
            store.put("first half", "1")
            try:
                store.add_messages(incoming(f"{n}@x", text="t" * 9000) for n in range(50))
            except StoreError:
                store.put("second half", "2")
        both = {store.get("first half"), store.get("second half")}
        assert both in ({None}, {"1", "2"})
        store.put("a", "1")
        assert store.get("a") == "1"


class TestProblems:
    def test_a_file_that_is_no_database_is_told_and_left_alone(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        path.write_text("Dear Sir or Madam, " * 500)
        with pytest.raises(StoreError, match="is not a database: move that file away"):
            SqliteStore.open(path, now=NOW)
        assert path.read_text() == "Dear Sir or Madam, " * 500

    def test_a_database_of_another_program_is_told_and_left_alone(self, path: Path) -> None:
        path.parent.mkdir(parents=True)
        foreign = sqlite3.connect(path)
        foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.close()
        before = path.read_bytes()
        with pytest.raises(StoreError, match="belongs to another program"):
            SqliteStore.open(path, now=NOW)
        assert path.read_bytes() == before

    def test_a_damaged_file_is_told(self, path: Path) -> None:
        store = SqliteStore.open(path, now=NOW)
        store.add_messages(incoming(f"{n}@x", text="t" * 900) for n in range(200))
        store.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:8192] + b"\x7f" * (len(whole) - 8192))
        with pytest.raises(StoreError, match="is damaged: move it away"):
            SqliteStore.open(path, now=NOW).messages()

    def test_a_locked_database_is_told(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(database, "BUSY_MS", 1)
        store = SqliteStore.open(path, now=NOW)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another program: wait"):
            store.put("a", "1")
        assert store.get("a") is None
        other.execute("ROLLBACK")
        store.put("a", "1")
        other.close()
        store.close()

    def test_a_folder_in_its_place_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="is a folder"):
            SqliteStore.open(tmp_path, now=NOW)

    def test_a_file_in_place_of_its_folder_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("")
        with pytest.raises(StoreError, match="MAILSENSE_HOME"):
            SqliteStore.open(tmp_path / "home" / "state" / "mail.db", now=NOW)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_read_only_folder_is_told(self, store: SqliteStore, path: Path) -> None:
        store.close()
        path.parent.chmod(0o500)
        try:
            with pytest.raises(StoreError, match="MAILSENSE_HOME"):
                SqliteStore.open(path, now=NOW).put("a", "1")
            with pytest.raises(StoreError, match="MAILSENSE_HOME"):
                SqliteStore.open(path.with_name("new.db"), now=NOW)
        finally:
            path.parent.chmod(0o700)

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("SQLITE_BUSY_SNAPSHOT", "in use by another program"),
            ("SQLITE_LOCKED", "in use by another program"),
            ("SQLITE_FULL", "is full"),
            ("SQLITE_READONLY_DBMOVED", "cannot be written"),
            ("SQLITE_CANTOPEN_ISDIR", "cannot be opened"),
            ("SQLITE_NOTADB", "is not a database"),
            ("SQLITE_CORRUPT_INDEX", "is damaged"),
            ("SQLITE_IOERR_WRITE", "failed to read or write"),
            ("SQLITE_CONSTRAINT_UNIQUE", "the database refused"),
            (None, "the database refused"),
        ],
    )
    def test_every_error_says_which_file_and_what_to_do(self, name: str | None, told: str) -> None:
        error = sqlite3.OperationalError("words of SQLite")
        if name:
            error.sqlite_errorname = name
        problem = str(explain(error, "/home/me/mail.db"))
        assert told in problem
        assert "/home/me/mail.db" in problem
        assert "\n" not in problem

    def test_a_closed_store_says_so_instead_of_crashing(self, store: SqliteStore) -> None:
        store.close()
        store.close()
        with pytest.raises(StoreError):
            store.messages()


class TestLock:
    def test_a_second_writer_is_told_who_is_at_work(self, store: SqliteStore, path: Path) -> None:
        other = SqliteStore.open(path, now=NOW)
        with store.lock("watch"):
            with pytest.raises(StoreError) as told, other.lock("sync"):
                raise AssertionError
            assert f"mailsense watch (process {os.getpid()}) is at work" in str(told.value)
            assert other.messages() == []  # reading needs no lock
        with other.lock("sync"), pytest.raises(StoreError, match="mailsense sync"), store.lock():
            raise AssertionError
        other.close()

    def test_the_holder_may_ask_again(self, store: SqliteStore, path: Path) -> None:
        other = SqliteStore.open(path, now=NOW)
        with store.lock("watch"):
            with store.lock("sync"):
                pass
            with pytest.raises(StoreError, match="watch"), other.lock():
                raise AssertionError
        with other.lock():
            pass
        other.close()

    def test_it_is_free_after_a_failure(self, store: SqliteStore, path: Path) -> None:
        with pytest.raises(ZeroDivisionError), store.lock():
            _ = 1 // 0
        other = SqliteStore.open(path, now=NOW)
        with other.lock():
            pass
        other.close()

    def test_a_killed_holder_leaves_no_lock_behind(self, store: SqliteStore, path: Path) -> None:
        crash = (
            "import os, signal, sys; from pathlib import Path;"
            "from mailsense.adapters.sqlite.lock import held;"
            "held(Path(sys.argv[1]), 'sync').__enter__(); os.kill(os.getpid(), signal.SIGKILL)"
        )
        lock = path.with_name("mail.db.lock")
        run = subprocess.run([sys.executable, "-c", crash, str(lock)], check=False)
        assert run.returncode == -signal.SIGKILL
        assert lock.read_text().startswith("sync ")
        with store.lock():
            pass

    def test_a_lock_without_a_note_names_nobody(self, store: SqliteStore, path: Path) -> None:
        other = SqliteStore.open(path, now=NOW)
        with store.lock():
            path.with_name("mail.db.lock").write_text("")
            with pytest.raises(StoreError, match=r"^another mailsense is at work"), other.lock():
                raise AssertionError
        other.close()

    def test_a_store_in_memory_needs_none(self) -> None:
        store = SqliteStore.memory()
        with store.lock(), store.lock():
            store.add_draft(draft())
        store.close()


class TestSpeed:
    """Not a stopwatch: what must stay fast with 50,000 messages is answered from an index."""

    @pytest.mark.parametrize(
        "ask",
        [
            lambda s: s.fingerprints(["a@x"]),
            lambda s: s.threads(["a@x"]),
            lambda s: s.thread_of_reply("talk", frozenset({"a@x", "b@x"})),
            lambda s: s.link({"a@x": "t1"}),
            lambda s: s.merge("t1", ["t2"]),
            lambda s: s.message("unknown@x"),
            lambda s: s.messages(limit=20),
            lambda s: s.unclassified(200),
            lambda s: s.outgoing_unjudged(200),
            lambda s: s.set_answered(["a@x"]),
            lambda s: s.set_relevant({"a@x": True}),
            lambda s: s.verdicts("a@x"),
            lambda s: s.clear_verdicts(["a@x"], Source.MODEL),
            lambda s: s.job_items(),
            lambda s: s.drop_text(),
            lambda s: s.ledger_uids("main", "INBOX", 1),
            lambda s: s.quarantined("main"),
            lambda s: s.draft("unknown"),
            lambda s: s.drafts([DraftState.WAITING]),
            lambda s: s.drafts_by_message_id(["a@x"]),
            lambda s: s.decisions(draft="d1"),
            lambda s: s.receipts("d1"),
        ],
    )
    def test_nothing_reads_a_whole_table(
        self, store: SqliteStore, path: Path, ask: Callable[[SqliteStore], object]
    ) -> None:
        store.add_messages([incoming("a@x", "t1"), outgoing("b@x", "t2")])
        asked: list[str] = []
        store._db._connection.set_trace_callback(asked.append)
        ask(store)
        store._db._connection.set_trace_callback(None)
        statements = [sql for sql in asked if sql.startswith(("SELECT", "UPDATE", "DELETE"))]
        assert statements
        for sql in statements:
            plan = [step[3] for step in store._db.rows(f"EXPLAIN QUERY PLAN {sql}")]
            tables = ("m", "messages", "verdicts", "drafts", "ledger", "thread_ids", "receipts")
            assert not [p for p in plan if p in {f"SCAN {table}" for table in tables}], plan
            assert not [p for p in plan if "AUTOMATIC" in p], plan
