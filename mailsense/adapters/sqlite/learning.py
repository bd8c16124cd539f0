"""Examples: messages with the label a human gave them, each with its own copy of the text."""

from __future__ import annotations

from collections.abc import Sequence

from mailsense.adapters.sqlite.codec import dump, instant, load
from mailsense.adapters.sqlite.database import Database
from mailsense.domain import Example


class Learning:
    """What the model may learn from."""

    _db: Database

    def add_example(self, example: Example) -> None:
        """Insert or replace the example of that message."""
        self._db.write(
            "INSERT OR REPLACE INTO examples (message_key, at, document) VALUES (?, ?, ?)",
            (example.message_key, instant(example.at), dump(example)),
        )

    def remove_example(self, key: str) -> None:
        """Forget the example of that message, if there is one, text and all."""
        with self._db.transaction():
            if self._db.write("DELETE FROM examples WHERE message_key = ?", (key,)):
                self._db.erased()

    def examples(self) -> Sequence[Example]:
        """Return them in the order in which they were labelled."""
        rows = self._db.rows("SELECT document FROM examples ORDER BY at, message_key")
        return [load(Example, text) for (text,) in rows]
