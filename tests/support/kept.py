"""The program as tests run it: what never changes in a run is read and compiled once.

A test runs dozens of commands, each with an App of its own, as a user does in a year.  The shipped
playbook, the compiled templates and the public holidays are the same every time; what the user
has written over ours is read anew, and so is a file of ours that was changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from unittest import mock

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from mailsense import working_days
from mailsense.adapters.store import SqliteStore
from mailsense.cli.app import App
from mailsense.reply import playbook
from mailsense.reply.playbook import Playbook
from mailsense.reply.templates import Templates
from mailsense.track import prior
from mailsense.track.prior import Prior

_days = cache(working_days.public_holidays)


class _Compiled(BytecodeCache):
    """Templates by name, file and text, each compiled once."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class KeptApp(App):
    """The App, which remembers across runs what is the same in each."""

    @cached_property
    def playbook(self) -> Playbook:
        shipped, own = self._playbook_files()
        return super().playbook if own else _playbook(*_stamp(shipped))

    @cached_property
    def prior(self) -> Prior:
        shipped, own = self._playbook_files()
        return super().prior if own else _prior(*_stamp(shipped))

    @cached_property
    def templates(self) -> Templates:
        return _compiled(super().templates)

    @cached_property
    def scripts(self) -> Templates:
        return _compiled(super().scripts)

    @contextmanager
    def store(self, *, write: bool = False) -> Iterator[SqliteStore]:
        with super().store(write=write) as store:
            yield unsynced(store)

    def _free_days(self, store: SqliteStore, country: str) -> frozenset[date]:
        with mock.patch.object(working_days, "public_holidays", _days):
            return super()._free_days(store, country)


def unsynced(store: SqliteStore) -> SqliteStore:
    """Return the store, which no longer waits for the disk: a test's machine loses no power."""
    store._db.rows("PRAGMA synchronous = OFF")
    return store


def _stamp(path: Path) -> tuple[Path, int, int]:
    """Return a file as it is now: another one as soon as somebody has written to it."""
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size


@cache
def _playbook(path: Path, *written: int) -> Playbook:
    return playbook.load(path)


@cache
def _prior(path: Path, *written: int) -> Prior:
    return prior.load(path)


def _compiled(templates: Templates) -> Templates:
    templates.sandbox.bytecode_cache = _COMPILED
    return templates
