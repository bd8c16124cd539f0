"""What the user of a story says of applications, after a look (``story``, ``then``).

``{ close = "no", as = "withdrawn" }``, ``{ reopen = "no" }``, ``{ merge = ["one", "other"] }``,
``{ split = ["mail"] }``, ``{ assign = "mail", into = "other" }``, ``{ keep = "mail" }``,
``{ set = "mail", role = "Cook" }``, ``{ note = "mail", text = "They called.", spoke = true }``,
``{ undo = true }``, and
``{ add = "Acme", role = "Cook", contact = "A <a@b.example>" }``.  An application is named by a
mail in it, or by its company.  ``on`` is a time of the story.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from mailsense.cli.app import App
from mailsense.domain import Address, Application, Change, Correction, Outcome, Stage
from mailsense.pipeline import correct
from mailsense.ports import Item

if TYPE_CHECKING:
    from tests.support.story import Story

VERBS = ("add", "close", "reopen", "merge", "split", "assign", "keep", "set", "note", "undo")


def application(story: Story, name: str) -> Application:
    """Return the application that a mail is in, else the one of that company."""
    for one in story.store.applications():
        if name in story.mails_of(one) or name == one.company:
            return one
    raise story.wrong(f"there is no application {name} yet")


def _mail(story: Story, name: str) -> Item:
    item = story.store.message(f"{name}@story.example")
    if item is None:
        raise story.wrong(f"there is no mail {name} yet")
    return item


def act(story: Story, step: Mapping[str, Any], app: App) -> None:
    """Do what a step says."""
    (verb,) = step.keys() & set(VERBS)
    store, named, deciding = story.store, step[verb], app.deciding(story.store)
    if verb == "undo":
        correct.take_back(store, None, deciding)
        return
    said = Correction(
        Change(verb),
        app.now,
        "",
        on=story.instant(step["on"]) if "on" in step else None,
        company=step.get("company", named if verb == "add" else ""),
        role=step.get("role", ""),
        stage=Stage(step["stage"]) if "stage" in step else None,
        outcome=Outcome(step.get("as", "none")) if verb == "close" else None,
        contact=Address(*parseaddr(step["contact"])) if "contact" in step else None,
        text=step.get("text", ""),
        spoke=step.get("spoke", False),
    )
    if verb == "add":
        correct.add(store, said, deciding)
    elif verb == "merge":
        correct.merge(store, said, [application(story, one) for one in named], deciding)
    elif verb == "split":
        items = [_mail(story, one) for one in named]
        correct.split(store, said, application(story, named[0]), items, deciding)
    elif verb == "assign":
        into = application(story, step["into"])
        correct.assign(store, said, _mail(story, named), into, deciding)
    elif verb == "keep":
        correct.keep(store, said, application(story, named), deciding)
    elif verb == "reopen":
        correct.reopen(store, said, application(story, named), deciding)
    elif verb == "close":
        correct.close(store, said, application(story, named), deciding)
    else:
        correct.correct(store, correct.about(said, application(story, named)), deciding)
