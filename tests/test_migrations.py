"""Formats: a new database has the newest, an older one is copied and then brought up to it."""

from __future__ import annotations

import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from mailsense.adapters.sqlite import schema
from mailsense.adapters.sqlite.lock import held, lock_of
from mailsense.adapters.sqlite.schema import MIGRATIONS, Migration
from mailsense.adapters.store import SqliteStore
from mailsense.domain import Change, Correction, Kind
from mailsense.errors import StoreError
from mailsense.journal import Entry, What
from tests.support.stored import NOW, draft, incoming, said

NEXT = Migration(
    "colours",
    (
        "CREATE TABLE colours (name TEXT PRIMARY KEY) STRICT",
        "ALTER TABLE notes ADD COLUMN colour TEXT NOT NULL DEFAULT 'none'",
    ),
)
BROKEN = Migration("broken", (*NEXT.statements, "CREATE TABLE notes (again TEXT) STRICT"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the present format with something in it, closed."""
    path = tmp_path / "mail.db"
    store = SqliteStore.open(path, now=NOW)
    store.add_messages([incoming("a@x")])
    store.add_draft(draft())
    store.close()
    return path


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> int:
    """A mailsense that knows one format more; the number of that format."""
    monkeypatch.setattr(schema, "MIGRATIONS", (*MIGRATIONS, NEXT))
    return len(MIGRATIONS) + 1


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def copies(path: Path) -> list[str]:
    return sorted(p.name for p in path.parent.iterdir() if ".bak" in p.name)


def test_a_new_database_has_the_newest_format_and_no_copy(path: Path) -> None:
    assert version(path) == len(MIGRATIONS)
    assert copies(path) == []


def test_every_table_is_strict(path: Path) -> None:
    connection = sqlite3.connect(path)
    tables = connection.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
        " AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    connection.close()
    assert len(tables) > 10
    assert [name for name, strict in tables if not strict] == []


def test_opening_the_present_format_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    SqliteStore.open(path, now=NOW + timedelta(days=9)).close()
    assert path.read_bytes() == before
    assert copies(path) == []


def test_an_older_format_is_copied_and_brought_up_to_date(path: Path, later: int) -> None:
    store = SqliteStore.open(path, now=NOW + timedelta(days=9))
    assert [i.key for i in store.messages()] == ["a@x"]
    store.put("model", "base")
    assert store._db.rows("SELECT version, why, at FROM migrations")[-1] == (
        later,
        "colours",
        "2026-11-11T09:30:00+00:00",
    )
    store.close()
    assert version(path) == later
    copy = path.with_name(f"mail.db.v{later - 1}.bak")
    assert copies(path) == [copy.name]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert version(copy) == later - 1


def test_the_copy_is_a_whole_database(
    path: Path, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteStore.open(path, now=NOW).close()
    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATIONS)
    old = SqliteStore.open(path.with_name(f"mail.db.v{later - 1}.bak"), now=NOW)
    assert [i.key for i in old.messages()] == ["a@x"]
    assert old.drafts() == [draft()]
    old.close()


def test_a_migration_that_fails_leaves_the_old_format_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*MIGRATIONS, BROKEN))
        with pytest.raises(StoreError):
            SqliteStore.open(path, now=NOW)
    assert version(path) == len(MIGRATIONS)
    store = SqliteStore.open(path, now=NOW)
    assert store._db.rows("SELECT name FROM sqlite_schema WHERE name = 'colours'") == []
    assert [i.key for i in store.messages()] == ["a@x"]
    store.close()


def test_an_older_copy_of_the_same_format_is_replaced(path: Path, later: int) -> None:
    stale = path.with_name(f"mail.db.v{later - 1}.bak")
    stale.write_text("left from before")
    stale.with_name(f"{stale.name}.part").write_text("left from a crash")
    SqliteStore.open(path, now=NOW).close()
    assert copies(path) == [stale.name]
    assert version(stale) == later - 1


def test_a_newer_format_is_refused_and_left_alone(
    path: Path, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    SqliteStore.open(path, now=NOW).close()
    before = path.read_bytes()
    monkeypatch.setattr(schema, "MIGRATIONS", MIGRATIONS)
    with pytest.raises(StoreError, match=r"newer mailsense .* upgrade mailsense"):
        SqliteStore.open(path, now=NOW)
    assert path.read_bytes() == before


def test_an_older_format_is_not_changed_under_a_run_at_work(path: Path, later: int) -> None:
    with held(lock_of(path), "watch"), pytest.raises(StoreError, match="mailsense watch"):
        SqliteStore.open(path, now=NOW)
    assert version(path) == later - 1
    assert copies(path) == []
    SqliteStore.open(path, now=NOW).close()
    assert version(path) == later


def test_some_that_open_a_new_file_at_once_make_it_once(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            start.wait()
            SqliteStore.open(path, now=NOW).close()
        except BaseException as error:  # told in the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM migrations").fetchone() == (len(MIGRATIONS),)
    connection.close()


def test_a_crash_before_the_first_migration_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "mail.db").touch()
    store = SqliteStore.open(tmp_path / "mail.db", now=NOW)
    assert store.messages() == []
    store.close()


def test_the_first_format_learns_to_keep_corrections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mail.db"
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", MIGRATIONS[:1])
        old = SqliteStore.open(path, now=NOW)
        old.add_messages([incoming("a@x", "t1")])
        old.add_verdicts({"a@x": said(Kind.INTERVIEW)}, NOW)
        assert [i.key for i in old.job_items()] == ["a@x"]
        old.close()
    store = SqliteStore.open(path, now=NOW)
    assert [i.key for i in store.job_items()] == ["a@x"]
    noted = store.add_entry(Entry(What.PAUSE, NOW))
    assert store.entries() == [noted]
    kept = store.add_correction(Correction(Change.NOTE, NOW, "a1", text="called them"))
    assert store.corrections() == [kept]
    store.close()
    assert copies(path) == ["mail.db.v1.bak"]
