"""Snapshots: a text held against the file that was looked over by a person.

``UPDATE_SNAPSHOTS=1`` writes the files anew; read the difference before keeping it.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "snapshots"


def matches_snapshot(text: str, name: str) -> None:
    """Assert that the text is the one kept under ``name``, or keep it when asked to."""
    path = FOLDER / name
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no snapshot {name}: run with UPDATE_SNAPSHOTS=1 and read it"
    assert text == path.read_text(encoding="utf-8"), f"differs from tests/snapshots/{name}"
