"""The reader on mail that broke others, where the corpora are at hand (MAILSENSE_SHARED).

What ``test_corpus`` leaves open: the cost of all together, the very words, robots and people.
The floors lie a little under what is reached, so that a change that reads less shows.
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from mailsense.domain import Message
from mailsense.errors import ParseError
from mailsense.mail.parse import parse, parse_fields

_WORD = re.compile(r"\w+")


@cache
def raw(shared: Path) -> dict[str, bytes]:
    """Return every message of the corpus by its path, in memory."""
    found = {}
    with tarfile.open(shared / "corpus" / "mime.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None:
                found[member.name.removeprefix("mime/")] = file.read()
    return found


@cache
def read(shared: Path) -> dict[str, Message]:
    """Return every message of the corpus that can be read."""
    found = {}
    for name, data in raw(shared).items():
        try:
            found[name] = parse(data)
        except ParseError:
            continue
    return found


def unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def test_all_is_read_in_reasonable_time(shared: Path) -> None:
    raw(shared)
    began = time.process_time()
    messages = read(shared)
    spent = time.process_time() - began
    assert len(raw(shared)) > 1_800
    assert len(raw(shared)) - len(messages) <= 5
    assert spent < 30, "a message costs 1.5 ms here"


def whole_second(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(microsecond=0)


def words(text: str) -> list[str]:
    return sorted(_WORD.findall(text.casefold()))


AGREES: dict[str, tuple[Callable[[Message, str], bool], int, int]] = {
    "subject": (lambda m, v: m.subject == " ".join(v.split()), 1_035, 1_050),
    "from": (lambda m, v: m.from_.key == v.lower(), 946, 947),
    "date": (lambda m, v: m.date == whole_second(v), 876, 879),
    "message_id": (lambda m, v: m.message_id == v.strip("<>"), 769, 770),
    "text": (lambda m, v: words(f"{m.text}\n{m.quoted}\n{m.signature}") == words(v), 1_145, 1_179),
}  # fmt: skip


@pytest.mark.parametrize("field", AGREES)
def test_fields_are_what_most_parsers_read(shared: Path, field: str) -> None:
    agrees, floor, all_ = AGREES[field]
    expected = json.loads(unpacked(shared / "corpus" / "mime-expected.json.gz"))
    messages = read(shared)
    told = {name: one[field] for name, one in expected.items() if one.get(field) is not None}
    assert len(told) == all_
    right = sum(name in messages and agrees(messages[name], v) for name, v in told.items())
    assert right >= floor


def test_nothing_that_is_stored_holds_a_control_character(shared: Path) -> None:
    control = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
    for name, message in read(shared).items():
        for text in (message.subject, message.text, message.quoted, message.signature, message.key):
            assert not control.search(text), name
        for one in (message.from_, *message.to, *message.cc, *message.bcc, *message.reply_to):
            assert "\n" not in str(one), name
            assert not control.search(str(one)), name


# --- robots ---------------------------------------------------------------------------


def test_bounces_are_told_from_letters(shared: Path) -> None:
    bounces = [m for name, m in read(shared).items() if name.startswith("sisimai/")]
    letters = [m for name, m in read(shared).items() if name.startswith(("talon/", "zbateson/"))]
    assert sum(m.facts.robot for m in bounces) >= 0.97 * len(bounces)
    assert not [m.subject for m in letters if m.facts.robot]


def test_people_are_no_robots(shared: Path) -> None:
    seen: Counter[str] = Counter()
    for line in unpacked(shared / "eval" / "real-mail.jsonl.gz").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        message = parse_fields({key: row[key] for key in ("from", "subject", "body")})
        seen[row["kind"]] += 1
        if row["kind"] == "other" and message.facts.robot:
            seen["robot"] += 1
    assert seen["other"] > 900
    assert seen["robot"] <= 4
