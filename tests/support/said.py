"""What the user of a story says that no mail tells, after a look (``story``, ``then``).

``{ say = "pause", until = "Mon 9 March" }`` keeps an entry of the journal, ``{ unsay = "pause" }``
takes the last of its sort back.  ``person`` is "A <a@b.example>", ``company``, ``text`` and
``facts`` are the entry's own, ``on`` and ``until`` times of the story, ``about`` a mail in the
application that is meant, or its company; of a ``lead`` that is there, its name or address.
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
from mailsense.pipeline.leads import leads, named
from mailsense.reply.mentions import address_of, lead_id
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
        about=_about(story, step, app),
        person=Address(*parseaddr(step["person"])) if "person" in step else None,
        company=step.get("company", ""),
        on=day("on"),
        until=day("until"),
        text=step.get("text", ""),
        facts=step.get("facts", {}),
    )
    say(story.store, entry, deciding)


def _about(story: Story, step: Mapping[str, Any], app: App) -> str:
    """Return the id of what an entry is about: a lead by what it is called, else an application."""
    if step["say"] == What.LEAD and "about" in step:
        return named(leads(story.store, story.settings, app.now), step["about"]).id
    if step["say"] == What.LEAD:
        name, email = parseaddr(step["person"])
        return lead_id(address_of(step.get("facts", {}).get("giver", "")), name, email)
    return application(story, step["about"]).id if "about" in step else ""
