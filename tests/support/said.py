"""What the user of a story says that no mail tells, after a look (``story``, ``then``).

``{ say = "pause", until = "Mon 9 March" }`` keeps an entry of the journal, ``{ unsay = "pause" }``
takes the last of its sort back.  ``person`` is "A <a@b.example>", ``company``, ``text`` and
``facts`` are the entry's own, ``on`` and ``until`` times of the story, ``about`` a mail in the
application that is meant, or its company.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from mailsense.cli.app import App
from mailsense.domain import Address
from mailsense.journal import Entry, What
from mailsense.pipeline.journal import say, unsay
from tests.support.corrected import application

if TYPE_CHECKING:
    from tests.support.story import Story

VERBS = ("say", "unsay")


def act(story: Story, step: Mapping[str, Any], app: App) -> None:
    """Do what a step says."""

    def day(key: str) -> date | None:
        return date.fromisoformat(story.day(step[key])) if key in step else None

    deciding = app.deciding(story.store)
    if "unsay" in step:
        unsay(story.store, (What(step["unsay"]),), deciding)
        return
    entry = Entry(
        What(step["say"]),
        app.now,
        about=application(story, step["about"]).id if "about" in step else "",
        person=Address(*parseaddr(step["person"])) if "person" in step else None,
        company=step.get("company", ""),
        on=day("on"),
        until=day("until"),
        text=step.get("text", ""),
        facts=step.get("facts", {}),
    )
    say(story.store, entry, deciding)
