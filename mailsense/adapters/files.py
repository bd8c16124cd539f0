"""Messages from files: .eml, mbox, Maildir, folders of these, and standard input.

For those who give no mailbox access, for mail clients that pipe a message in, and for
tests.  Order is that of the arguments, then by name.
"""

from __future__ import annotations

import mailbox
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from mailsense.errors import UserError

_HEADER = re.compile(rb"\A[\x21-\x39\x3b-\x7e]{1,76}:[ \t\r\n]|\A[\x21-\x39\x3b-\x7e]{1,76}:\S")
"""The first line of a message (RFC 5322 §2.2), as opposed to any other file."""
_MBOX = b"From "
_LIMIT = 64 * 1024 * 1024


def messages(paths: Sequence[str], stdin: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Given paths (``-`` is ``stdin``), yield (path, raw message) pairs.

    A message of an mbox is named ``path#1``, ``path#2``, …  Raise UserError, one problem a
    path, for what is missing or holds no message; the others were yielded before.
    """
    problems: list[str] = []
    for path in paths:
        try:
            if path == "-":
                yield from _stream(stdin)
            else:
                found = False
                for one in _path(Path(path)):
                    found = True
                    yield one
                if not found:
                    problems.append(f"{path}: holds no message (.eml, mbox or Maildir)")
        except FileNotFoundError:
            problems.append(f"{path}: there is no such file or folder")
        except OSError as error:
            problems.append(f"{path}: cannot be read ({error.strerror})")
    if problems:
        raise UserError(problems)


def _stream(stdin: BinaryIO) -> Iterator[tuple[str, bytes]]:
    raw = stdin.read(_LIMIT)
    if not raw.startswith(_MBOX):
        yield "-", raw
        return
    with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
        file.write(raw)
        file.flush()
        for n, (_, one) in enumerate(_mbox(Path(file.name)), 1):
            yield f"-#{n}", one


def _path(path: Path) -> Iterator[tuple[str, bytes]]:
    if not path.is_dir():
        yield from _file(path, sniff=False)
    elif (path / "cur").is_dir() and (path / "new").is_dir():
        for file in sorted([*(path / "new").iterdir(), *(path / "cur").iterdir()]):
            if file.is_file():
                yield str(file), _read(file)
    else:
        for entry in sorted(path.iterdir()):
            if entry.name.startswith("."):
                continue
            yield from _path(entry) if entry.is_dir() else _file(entry, sniff=True)


def _file(file: Path, *, sniff: bool) -> Iterator[tuple[str, bytes]]:
    with file.open("rb") as opened:
        head = opened.read(256)
    if head.startswith(_MBOX):
        yield from _mbox(file)
    elif not sniff or file.suffix.lower() == ".eml" or _HEADER.match(head):
        yield str(file), _read(file)


def _read(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_LIMIT)


def _mbox(file: Path) -> Iterator[tuple[str, bytes]]:
    box = mailbox.mbox(file, create=False)
    try:
        for n, key in enumerate(box.keys(), 1):
            yield f"{file}#{n}", box.get_bytes(key)
    finally:
        box.close()
