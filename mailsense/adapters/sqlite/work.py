"""Applications and plans: recomputed as a whole, stored only where they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailsense.adapters.sqlite.codec import dump, load
from mailsense.adapters.sqlite.database import Database
from mailsense.adapters.sqlite.messages import document_called
from mailsense.domain import Application, Plan
from mailsense.errors import StoreError

_INSERT = "INSERT OR REPLACE INTO applications (id, position, document) VALUES (?, ?, ?)"


class Work:
    """What is going on, and what to do next."""

    _db: Database

    def save_applications(self, applications: Sequence[Application]) -> None:
        """Replace the whole set (the tracker recomputes it).

        Nothing is written where nothing changed.  Raise StoreError when two have one id.
        """
        wanted = {a.id: (place, dump(a)) for place, a in enumerate(applications)}
        if len(wanted) < len(applications):
            raise StoreError("two applications have one id: nothing was saved")
        sql = "SELECT id, position, document FROM applications"
        stored = {name: (place, text) for name, place, text in self._db.rows(sql)}
        changed = [(name, *row) for name, row in wanted.items() if stored.get(name) != row]
        gone = [(name,) for name in stored if name not in wanted]
        if changed or gone:
            with self._db.transaction():
                self._db.many("DELETE FROM applications WHERE id = ?", gone)
                self._db.many(_INSERT, changed)

    def applications(self) -> Sequence[Application]:
        """Return them in the order in which they were saved."""
        rows = self._db.rows("SELECT document FROM applications ORDER BY position")
        return [load(Application, text) for (text,) in rows]

    def application(self, id_prefix: str) -> Application | None:
        """Return the application of that id, or the only one whose id begins with it.

        Six characters at least.  Raise StoreError, listing a few, when several begin so.
        """
        text = document_called(self._db, "applications", id_prefix)
        return load(Application, text) if text is not None else None

    def application_ids(self) -> Mapping[str, str]:
        """Return message key → application id as last saved, so that ids stay."""
        return {key: a.id for a in self.applications() for key in a.message_keys}

    def save_tracked(self, digest: str, applications: Sequence[Application]) -> None:
        """Keep what the tracker made, before the clock, of the mail that ``digest`` stands for."""
        text = "\n".join([digest, *map(dump, applications)])
        self._db.write("INSERT OR REPLACE INTO notes (name, value) VALUES ('tracked', ?)", (text,))

    def tracked(self, digest: str) -> Sequence[Application] | None:
        """Return what was kept for that very mail, or None."""
        row = self._db.row("SELECT value FROM notes WHERE name = 'tracked'")
        lines = row[0].split("\n") if row else [""]
        return [load(Application, line) for line in lines[1:]] if lines[0] == digest else None

    def save_plans(self, plans: Sequence[Plan]) -> None:
        """Replace the whole set (the playbook decides anew each time), if it changed."""
        wanted = list(enumerate(map(dump, plans)))
        if wanted != self._db.rows("SELECT position, document FROM plans ORDER BY position"):
            with self._db.transaction():
                self._db.write("DELETE FROM plans")
                self._db.many("INSERT INTO plans (position, document) VALUES (?, ?)", wanted)

    def plans(self) -> Sequence[Plan]:
        """Return them in the order in which they were saved."""
        rows = self._db.rows("SELECT document FROM plans ORDER BY position")
        return [load(Plan, text) for (text,) in rows]
