"""One letter of a process as the fold reads it, and how two letters belong together.

Decides which letter of the user's answers which of theirs.  Refuses to know what a letter
changes (``progress``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailsense.domain import Kind, Message, Source
from mailsense.ports import Item


@dataclass(frozen=True, slots=True)
class Letter:
    """One message with what the fold needs to know of it, worked out once."""

    item: Item
    at: datetime
    machine: bool
    """Nobody wrote it."""

    @property
    def message(self) -> Message:
        return self.item.message

    @property
    def outgoing(self) -> bool:
        return self.item.located.outgoing

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return self.item.verdict.kinds if self.item.verdict else ()

    @property
    def by_user(self) -> bool:
        """True when the user said what it is: no words overrule that."""
        return self.item.verdict is not None and self.item.verdict.source is Source.USER


def answers(own: Letter, asked: Letter) -> bool:
    """True when the user's letter answers: same thread, or to the one who asked, or to anybody
    where a robot asked."""
    if asked.machine or same_thread(own, asked):
        return True
    to = {a.key for a in (*own.message.to, *own.message.cc)}
    return any(
        a.key in to for a in (asked.message.from_, *asked.message.reply_to, *asked.message.cc)
    )


def same_thread(one: Letter, other: Letter) -> bool:
    """True when both are known to be of one conversation."""
    thread = one.item.located.thread
    return bool(thread) and thread == other.item.located.thread


def writes(letter: Letter, sender: str) -> bool:
    """True when it is from that address, in lower case."""
    return letter.message.from_.key == sender
