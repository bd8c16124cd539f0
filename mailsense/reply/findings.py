"""What the lint tells of a draft, and what it may look at beside the draft itself.

Decides how serious a finding is beside others, and which errors no human's word overrules:
those that would harm whoever reads the letter, or make no letter at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailsense.domain import Message
from mailsense.ports import Item

ORDER = (
    "robot", "addressee", "empty", "placeholder", "look-alike", "scam", "company", "name",
    "reply-to", "invented", "date", "banned", "asks", "signature", "time", "field", "detail",
    "length", "padding", "blanks",
)  # fmt: skip
"""The rules, the most serious first."""

FIRM = frozenset({"robot", "addressee", "empty", "placeholder"})
"""Errors that stand even against a human who insists: the letter must change first."""

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: ``level`` is error or warning, ``rule`` names what was broken.

    ``text`` is one line in plain words: what is so, and what to do about it.
    """

    level: str
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """What the user wrote or chose themselves: their settings, and the template's source."""

    settings: tuple[str, ...]
    template: str
    field: str | None = None
    """The setting me.field; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a draft.

    ``original`` is the message it answers, ``history`` the other mail of the same process by
    date.  ``own`` is None when it is not known, and then nothing is called invented.
    """

    original: Item | None = None
    history: tuple[Item, ...] = ()
    own: Own | None = None

    @property
    def theirs(self) -> Message | None:
        """The message that is answered, when it is not the user's own."""
        if self.original is None or self.original.located.outgoing:
            return None
        return self.original.message


UNKNOWN = Surroundings()
"""Nothing is known of what lies around."""


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings in one line each: errors first, then by how serious the rule is."""
    told = [replace(f, text=" ".join(f.text.split())[:_LONGEST]) for f in findings]
    return sorted(told, key=lambda f: (f.level != "error", ORDER.index(f.rule)))
