"""The tracker on real job mail, where the folder with it is at hand (MAILSENSE_SHARED)."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

import pytest

from mailsense.domain import Address, Facts, Kind, Located, Message, Source, Verdict
from mailsense.ports import Item
from mailsense.track.application import track
from mailsense.track.company import is_agency_name, is_vendor

MAIL = Path(os.environ.get("MAILSENSE_SHARED", "/nowhere")) / "eval" / "real-mail.jsonl.gz"
pytestmark = pytest.mark.skipif(not MAIL.is_file(), reason="MAILSENSE_SHARED is not set")


@pytest.fixture(scope="module")
def items() -> list[Item]:
    """Receipts and noes, an hour apart, each in a thread of its own."""
    found = []
    lines = gzip.decompress(MAIL.read_bytes()).decode().split("\n")
    for line in filter(None, lines):
        row = json.loads(line)
        if row["kind"] not in ("rejection", "acknowledgement"):
            continue
        sender = Address(*parseaddr(row["from"]))
        message = Message(
            key=row["id"],
            message_id=row["id"],
            subject=row["subject"],
            from_=sender,
            date=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=len(found)),
            text=row["body"],
            facts=Facts(no_reply="reply" in sender.email),
        )
        located = Located(message, "main", "INBOX", 1, outgoing=False, thread=row["id"])
        found.append(Item(located, Verdict(Kind(row["kind"]), Source.USER, 1.0)))
    return found


def test_most_letters_name_their_employer_and_never_a_vendor(items):
    found = track(items, me=frozenset({"robin@home.example"}), known={})
    named = [a for a in found if a.company]
    assert len(named) / len(found) > 0.9
    assert not [a.company for a in named if is_vendor(a.company) or is_agency_name(a.company)]


def test_no_application_swallows_many_employers(items):
    found = track(items, me=frozenset({"robin@home.example"}), known={})
    assert max(len(a.message_keys) for a in found) <= 4
    assert sum(len(a.message_keys) for a in found) == len(items)
