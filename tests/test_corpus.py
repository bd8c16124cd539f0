"""Hard messages of well-known parsers' own tests: read all the same, and read alike.

Needs the corpora that are not part of the project (``MAILSENSE_SHARED``).  The floors are
what was reached once the disagreements had been read: most of what is left is ours that is
right (a charset guessed, a NUL dropped), or a choice (an alternative's other half).
"""

from __future__ import annotations

import gzip
import json
import re
import tarfile
import time
from collections import Counter
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Message
from mailsense.errors import ParseError
from mailsense.mail.html import to_text
from mailsense.mail.parse import parse
from mailsense.mail.signature import cut
from mailsense.mail.text import split

FLOORS = {"subject": 0.985, "from": 0.998, "date": 0.998, "message_id": 0.998, "text": 0.98}
REPLIES = 146  # of 156: the rest want the headers of a bare forward, or no closing
_corpus: dict[Path, dict[str, bytes]] = {}


@pytest.fixture
def letters(shared: Path) -> dict[str, bytes]:
    """The hard messages by name, read once."""
    path = shared / "corpus" / "mime.tar.gz"
    if path not in _corpus:
        with tarfile.open(path) as archive:
            members = {m.name.removeprefix("mime/"): archive.extractfile(m) for m in archive}
            _corpus[path] = {name: file.read() for name, file in members.items() if file}
    return _corpus[path]


def loaded(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))


def agrees(field: str, message: Message, expected: str) -> bool:
    if field == "subject":
        return " ".join(expected.split()) == message.subject
    if field == "from":
        return expected.lower() == message.from_.key
    if field == "date":
        return message.date is not None and f"{message.date:%Y-%m-%dT%H:%M:%S.000Z}" == expected
    if field == "message_id":
        return message.message_id == expected
    read = words(f"{message.text} {message.quoted} {message.signature}")
    return not words(expected) - read


def test_every_hard_message_is_read_in_no_time(letters: dict[str, bytes]) -> None:
    refused = []
    for name, raw in letters.items():
        begin = time.process_time()
        try:
            parse(raw)
        except ParseError:
            refused.append(name)
        assert time.process_time() - begin < 1, name
    assert len(letters) > 1_800
    assert len(refused) <= 1  # what is refused is no message but a Word-like binary file


def test_most_parsers_and_this_one_agree(letters: dict[str, bytes], shared: Path) -> None:
    agreed: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for name, fields in loaded(shared / "corpus" / "mime-expected.json.gz").items():
        message = parse(letters[name])
        for field, expected in fields.items():
            told[field] += 1
            agreed[field] += agrees(field, message, expected)
    shares = {field: agreed[field] / told[field] for field in told}
    assert {f: s for f, s in shares.items() if s < FLOORS[f]} == {}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_message_may_be_cut_off_anywhere(letters: dict[str, bytes], part: float) -> None:
    for raw in list(letters.values())[::4]:
        head = raw[: int(len(raw) * part)]
        try:
            message = parse(head, size=len(raw))
        except ParseError:
            assert not head.strip() or b"\n\n" not in head.replace(b"\r", b"")
        else:
            assert message.key


def test_the_newest_words_are_found_as_often_as_the_best_of_the_peers_does(shared: Path) -> None:
    found = 0
    for pair in loaded(shared / "corpus" / "replies.json.gz"):
        if pair["kind"] == "html":
            text, signature = cut(to_text(pair["input"])[0])
            expected = unescape(re.sub(r"<[^>]*>", "", pair["expected"]))
        else:
            parts = split(pair["input"])
            text, signature = parts.text, parts.signature
            expected = pair["expected"]
        wanted = "".join(expected.split())  # some suites keep the signature, some drop it
        found += wanted in ("".join(text.split()), "".join((text + signature).split()))
    assert found >= REPLIES
