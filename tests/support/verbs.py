"""A record of every IMAP command that went out, to prove that reading changes nothing."""

from __future__ import annotations

import re

READING = frozenset(
    {
        "AUTHENTICATE",
        "CAPABILITY",
        "EXAMINE",
        "LIST",
        "LOGIN",
        "LOGOUT",
        "NOOP",
        "STARTTLS",
        "UID FETCH",
        "UID SEARCH",
    }
)
"""All that a mailbox opened for reading may ever say (design, rule 3)."""

_BODY_WITHOUT_PEEK = re.compile(r"\bBODY\[|\bRFC822(?!\.SIZE)\b|\bBINARY\[", re.IGNORECASE)


class Verbs:
    """Pass it as ``trace``; ``commands`` are as sent, without tag, login and literals."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def __call__(self, command: str) -> None:
        self.commands.append(command)

    @property
    def verbs(self) -> list[str]:
        """Return the verb of each command, in order; ``UID FETCH`` is one verb."""
        return [verb(command) for command in self.commands]

    def of(self, wanted: str) -> list[str]:
        """Return the commands with that verb."""
        return [command for command in self.commands if verb(command) == wanted]

    def clear(self) -> None:
        self.commands.clear()

    def assert_only_reads(self) -> None:
        """Fail unless nothing that was said can have changed anything on the server."""
        assert set(self.verbs) <= READING, sorted(set(self.verbs) - READING)
        for command in self.of("UID FETCH"):
            assert not _BODY_WITHOUT_PEEK.search(command), command


def verb(command: str) -> str:
    """Given a command, return its verb, upper-case."""
    words = command.upper().split()
    return " ".join(words[:2]) if words[0] == "UID" else words[0]
