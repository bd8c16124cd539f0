"""The user's own waiting times, counted once in a round of planning.

Hands what they tell (``track.patience``) to both who need it: the clock that tags silence and
lets go, and the playbook that plans the words into it see the same row of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from mailsense.domain import Application, Draft
from mailsense.pipeline.decide import Writing
from mailsense.reply.playbook import Playbook
from mailsense.track import hazard, patience


class Patience:
    """What all applications, as tracked, tell of waiting as of today."""

    def __init__(
        self,
        applications: Sequence[Application],
        drafts: Sequence[Draft],
        writing: Writing,
        holidays: Callable[[str], Collection[date]],
    ) -> None:
        self._table = writing.playbook
        self._today = writing.now.astimezone(writing.zone).date()
        self._zone, self._holidays = writing.zone, holidays
        self._written = {draft.about for draft in drafts if draft.plan.chases}
        self._hazards = hazard.of(
            applications, writing.prior, today=self._today, zone=self._zone, holidays=holidays
        )

    def playbook(self, application: Application) -> Playbook:
        """Return the playbook with the row of the table that holds for this application."""
        table = self._table.ladders.get(application.case)
        if table is None:
            return self._table
        written = application.chases > 0 or application.id in self._written
        row = patience.ladder(application, table, self._hazards, written=written)
        if row is table:
            return self._table
        return replace(self._table, ladders={**self._table.ladders, row.case: row})

    def told(self, application: Application) -> Application:
        """Return the application with the chance of an answer and the facts behind it, if any."""
        return patience.told(
            application,
            self._hazards,
            today=self._today,
            zone=self._zone,
            holidays=self._holidays(application.country),
        )
