"""Waits: the stretches of a process in which the next word was theirs.

Decides where a wait begins (the letter after which it is their move: the user's own, or a
receipt), what ends it (their answer; a withdrawal, after which nobody knows what would have
come) and which meeting moves its beginning: before a talk is over nobody is late.  A chase
does not begin it anew, and a robot's receipt does not answer it.  Refuses to know days,
holidays and what today is: instants only (``hazard`` counts).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailsense.domain import Event, Stage, State, Wait


class Waits:
    """The waits of one process, made while its letters are read in order."""

    def __init__(self) -> None:
        self._over: list[Wait] = []
        self._running: Wait | None = None
        self._events: list[Event] = []

    def meetings(self, events: Sequence[Event]) -> None:
        """Take in the calendar parts of a letter, whether or not the letter itself counts."""
        self._events += events

    def after(self, at: datetime, *, answers: bool, stage: Stage, state: State) -> None:
        """Take in a letter that counted, given where the process stands after it.

        ``answers`` is true of their word, but not of a robot's receipt.
        """
        if self._running is not None:
            risen = stage is not self._running.stage
            if answers or risen or state is not State.WAITING:
                self._over.append(replace(self._running, until=at, answered=answers))
                self._running = None
        if self._running is None and state is State.WAITING:
            self._running = Wait(stage, at)

    def at_stage(self, stage: Stage) -> None:
        """The user says at which stage the wait that runs is."""
        if self._running is not None:
            self._running = replace(self._running, stage=stage)

    def all(self) -> tuple[Wait, ...]:
        """Return the waits in order, those with a meeting in them from that meeting on."""
        met = ends(self._events)
        waits = [*self._over, *([self._running] if self._running else [])]
        return tuple(replace(wait, since=_begun(wait, met)) for wait in waits)


def ends(events: Sequence[Event]) -> list[datetime]:
    """Return when the appointments that were not called off are over."""
    cancelled = {(e.summary, e.start) for e in events if e.method == "CANCEL"}
    return [
        moment
        for event in events
        if (moment := event.end or event.start) is not None
        and (event.summary, event.start) not in cancelled
    ]


def _begun(wait: Wait, met: Sequence[datetime]) -> datetime:
    """Return when they could answer: at the letter, or at the end of the last meeting since."""
    return max(
        (m for m in met if m > wait.since and (wait.until is None or m < wait.until)),
        default=wait.since,
    )
