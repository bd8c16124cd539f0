"""What reaches the screen: cleaned of terminal control, coloured on terminals only.

Mail is data: a message must not move the cursor, change the title, or turn the reading
direction of what stands beside it (rule 10 of the design).
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from mailsense.domain import Tag

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_COLOURS = {
    Tag.REQUEST.value: "green",
    Tag.REJECTION.value: "cyan",
    Tag.SILENCE.value: "yellow",
}


def clean(text: str, *, lines: bool = False) -> str:
    """Return the text without control and bidirectional formatting characters.

    Line breaks stay when ``lines``; otherwise every run of white space is one blank.
    """
    kept = "".join(
        c
        for c in text.replace("\r\n", "\n")
        if c in "\n\t" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in _BIDI)
    )
    return kept if lines else " ".join(kept.split())


def tagged(tag: str, text: str | None = None) -> str:
    """Return the text in the tag's colour. Nothing is red: a no is not an error."""
    return click.style(text or tag, fg=_COLOURS.get(tag))


def width(text: str) -> int:
    """Return how many columns the text takes, wide characters counted double."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fit(text: str, columns: int) -> str:
    """Cut or pad the text to exactly so many columns."""
    if width(text) > columns:
        while text and width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def ending(text: str, before: int) -> str:
    """Return mail's text as the end of a line, cut to what so many columns before it leave."""
    return fit(clean(text), max(columns() - 1 - before, 12)).rstrip()


def wrapped(text: str, margin: str = "") -> list[str]:
    """Return the text as lines that fit the terminal, broken between words."""
    room = min(columns(), 96) - len(margin)
    lines = flowing(clean(text, lines=True).splitlines(), room)
    return [f"{margin}{line}".rstrip() for line in lines]


_MAIL_WIDTH = 100
"""Mail that breaks its own lines breaks them before this; longer ones are whole paragraphs."""


_BEGINS = re.compile(r"\s|[-*+•>|#=_]|\d{1,2}[.)]\s")
"""A line of its own.  Is: "- bread", "> said", "2. eggs".  Is not: "£20", "2 eggs"."""


def flowing(lines: Sequence[str], room: int) -> list[str]:
    """Return the lines broken at so many columns.

    What is left of one that breaks within a sentence begins the next one, where that goes on:
    else a letter that is a little wider than the terminal falls into long and short lines.
    """
    found: list[str] = []
    left = ""
    for line in lines:
        goes_on = bool(left) and bool(line.strip()) and not _BEGINS.match(line)
        if left and not goes_on:
            found.append(left)
        whole = f"{left} {line}" if goes_on else line
        parts = textwrap.wrap(whole, room, break_long_words=False) or [""]
        within = len(line) <= _MAIL_WIDTH and not line.rstrip().endswith((".", "!", "?", ":", ";"))
        left = parts.pop() if len(parts) > 1 and within else ""
        found.extend(parts)
    return [*found, left] if left else found


def columns() -> int:
    return shutil.get_terminal_size((120, 24)).columns


def when(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return the day and time in the user's zone, or dashes."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M") if instant else "-" * 16


def stamp(instant: datetime | None) -> str | None:
    """Return the instant as RFC 3339 text for scripts."""
    return instant.isoformat().replace("+00:00", "Z") if instant else None


def emit(objects: Iterable[Any], *, lines: bool = False) -> None:
    """Print JSON: one array, or one object a line as they come."""
    if lines:
        for one in objects:
            click.echo(_json(one))
        return
    click.echo(_json(list(objects), indent=2))


def _json(value: Any, indent: int | None = None) -> str:
    """Return JSON as UTF-8 can hold it: what no encoding can is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, from JSON or from a broken header
        return json.dumps(value, indent=indent)
    return text


def say(text: str = "", *, err: bool = False) -> None:
    click.echo(text, err=err)


def interactive() -> bool:
    """True when a human sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def count(n: int, one: str, many: str | None = None) -> str:
    """Return "1 draft", "2 drafts"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def joined(words: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


class Progress:
    """A bar on a terminal for long work, nothing elsewhere."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self._shown:
            return
        room = max(10, min(30, columns() - 50))
        if total:
            full = room * done // total
            line = f"{fit(clean(what), 24)} [{'#' * full}{'-' * (room - full)}] {done:,}/{total:,}"
        else:
            line = f"{fit(clean(what), 24)} {done:,}"
        click.echo(f"\r{line}\x1b[K", nl=False, err=True)
        self._what = what

    def close(self) -> None:
        if self._what:
            click.echo("\r\x1b[K", nl=False, err=True)
        self._what = ""
