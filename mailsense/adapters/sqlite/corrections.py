"""What the user said of applications, one row a correction: never deleted, only taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailsense.adapters.sqlite.codec import as_instant, dump, instant, load
from mailsense.adapters.sqlite.database import Database
from mailsense.domain import Correction
from mailsense.errors import StoreError


class Corrections:
    """The user's word on applications."""

    _db: Database

    def add_correction(self, correction: Correction) -> Correction:
        """Keep it; return it with its number."""
        number = self._db.insert(
            "INSERT INTO corrections (change, at, undone, document) VALUES (?, ?, ?, ?)",
            _row(correction),
        )
        return replace(correction, number=number)

    def save_correction(self, correction: Correction) -> None:
        """Replace the correction of that number. Raise StoreError when there is none."""
        sql = "UPDATE corrections SET change = ?, at = ?, undone = ?, document = ? WHERE id = ?"
        if not self._db.write(sql, (*_row(correction), correction.number)):
            raise StoreError(
                f"there is no correction {correction.number}: see mailsense applications show"
            )

    def corrections(self) -> Sequence[Correction]:
        """Return all in the order in which they were said, those taken back as well."""
        rows = self._db.rows("SELECT id, undone, document FROM corrections ORDER BY id")
        return [
            replace(load(Correction, text), number=number, undone=as_instant(undone))
            for number, undone, text in rows
        ]


def _row(correction: Correction) -> tuple[object, ...]:
    bare = replace(correction, number=0, undone=None)
    return correction.change.value, instant(correction.at), instant(correction.undone), dump(bare)
