"""Whole searches on a real server, read by the shipped classifier from their words alone.

A file of ``tests/searches/`` has ``looks`` (when mailsense syncs) and ``[[conversation]]``s, each
with its ``company`` and ``role`` ("" where nothing says), its ``[[conversation.mail]]``s in the
form of the stories (``re`` counts the mails of the conversation; ``kind`` is what it should be
read as, a list where readers may differ) and an ``[[conversation.see]]`` for each look, the last
one holding for those that follow: ``tag``, ``stage``, ``state``, ``outcome`` of its application,
``draft`` ("none", or what the one open draft of its application is), ``nobody`` for people to
whom no draft may ever go.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mailboxes import Mailbox, mailbox, world
from tests.support.story import Story
from tests.support.world import World

FOLDER = Path(__file__).resolve().parent / "searches"
WRONG_KINDS = 2
"""How many mails may be read as something else in a search, as long as all follows as it should."""
_OPEN = ("resting", "waiting", "approved")


class Search:
    """One search as it is run: its letters, and what stands in them."""

    def __init__(self, path: Path) -> None:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        self.looks: list[str] = told["looks"]
        self.conversations: list[dict[str, Any]] = told["conversation"]
        self.mails: dict[str, dict[str, Any]] = {}
        for number, conversation in enumerate(self.conversations, 1):
            conversation["ids"] = []
            for place, mail in enumerate(conversation["mail"], 1):
                id = f"c{number}-{place}"
                after = {"re": f"c{number}-{mail['re']}"} if "re" in mail else {}
                self.mails[id] = {**mail, **after, "id": id}
                conversation["ids"].append(id)
        me = {"name": "Robin Avery", "address": "robin@me.example"}
        looks = [{"now": now} for now in self.looks]
        mails = list(self.mails.values())
        self.story = Story(path.stem, {"story": path.stem, "me": me, "mail": mails, "look": looks})

    def kinds(self, id: str) -> list[str]:
        """Return what a mail may be read as; nothing for the user's own."""
        kind = self.mails[id].get("kind", [])
        return [kind] if isinstance(kind, str) else kind


def deliver(search: Search, box: Mailbox, before: str, came: set[str]) -> None:
    """Put all into the mailbox that was sent by then."""
    for id, mail in search.mails.items():
        at = search.story.instant(mail["date"])
        if id not in came and at <= search.story.instant(before):
            came.add(id)
            raw = search.story._raw(id, mail)
            box.server.deliver(box.user, raw, "Sent" if mail.get("sent") else "INBOX", (), at)


@pytest.mark.dovecot
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_search_goes_as_it_is_told(path: Path, dovecot: Dovecot, tmp_path: Path) -> None:
    search, came = Search(path), set[str]()
    box = mailbox(dovecot)
    robin = world(tmp_path, main=box)
    wrong: list[str] = []
    for number, now in enumerate(search.looks):
        deliver(search, box, now, came)
        robin.now = search.story.instant(now)
        robin.ok("sync")
        wrong += [f"{now}: {one}" for one in seen(search, robin, number)]
    assert came == search.mails.keys(), "somebody looks after every mail"
    otherwise = list(misread(search, robin))
    assert not wrong, "\n".join([*wrong, *otherwise])
    assert len(otherwise) <= WRONG_KINDS, "\n".join(otherwise)


def misread(search: Search, robin: World) -> Iterator[str]:
    """Yield which mails were read as something else."""
    for one in robin.json("list"):
        id = one["message_id"].removesuffix("@story.example")
        wanted = search.kinds(id)
        if wanted and one["kind"] not in wanted:
            yield f"{id} {one['subject']!r}: expected {' or '.join(wanted)}, got {one['kind']}"


def seen(search: Search, robin: World, look: int) -> Iterator[str]:
    """Yield how what mailsense sees differs from what is told."""
    applications = robin.json("applications", "list")
    drafts = [d for d in robin.json("drafts") if d["state"] in _OPEN]
    expected: set[str] = set()
    for conversation in search.conversations:
        see = conversation["see"][min(look, len(conversation["see"]) - 1)]
        name = conversation["name"]
        nobody = see.get("nobody", [])
        for person in [nobody] if isinstance(nobody, str) else nobody:
            if any(person in to for d in robin.json("drafts") for to in d["to"]):
                yield f"{name}: there is a draft to {person}"
        keys = {f"{id}@story.example" for id in conversation["ids"]}
        mine = [a for a in applications if keys & set(a["message_ids"])]
        if "nobody" in see:
            continue
        if len(mine) != 1:
            yield f"{name}: expected one application, got {mine}"
            continue
        yield from (f"{name}: {one}" for one in application(conversation, see, mine[0]))
        own = [d for d in drafts if d["application"] == mine[0]["id"]]
        expected |= {d["id"] for d in own}
        yield from (f"{name}: {one}" for one in letter(see, own))
    for draft in drafts:
        if draft["id"] not in expected:
            yield f"an unexpected draft: {draft['plan']} to {draft['to']}: {draft['why']}"
    to = [d["to"][0] for d in drafts]
    yield from (f"two letters wait for {one}" for one in set(to) if to.count(one) > 1)


def application(told: dict[str, Any], see: dict[str, Any], got: dict[str, Any]) -> Iterator[str]:
    """Yield how an application differs from what is told of it."""
    for key in ("company", "role"):
        if told[key] and got[key] != told[key]:
            yield f"{key}: expected {told[key]!r}, got {got[key]!r}"
    for key in ("tag", "stage", "state", "outcome"):
        if key in see and got[key] != see[key]:
            yield f"{key}: expected {see[key]!r}, got {got[key]!r} ({got['note']})"


def letter(see: dict[str, Any], drafts: list[dict[str, Any]]) -> Iterator[str]:
    """Yield how the letters of an application differ from what is told of them."""
    wanted = see.get("draft")
    if wanted is None:
        return
    told = [f"{d['plan']} ({d['template']}) to {d['to']}" for d in drafts]
    if wanted == "none":
        if drafts:
            yield f"expected no draft, got {told}"
        return
    mine = [d for d in drafts if d["plan"] == wanted["plan"]]
    if len(mine) != 1:
        yield f"expected {wanted['plan']}, got {told or 'no draft'}"
        return
    (draft,) = mine
    body = " ".join(draft["body"].split())
    if not draft["to"][0].endswith(f"<{wanted['to']}>"):
        yield f"expected a draft to {wanted['to']}, got {draft['to']}"
    for key in ("template", "state"):
        if key in wanted and draft[key] != wanted[key]:
            yield f"{key}: expected {wanted[key]}, got {draft[key]}"
    yield from (f"expected {w!r} in {body!r}" for w in wanted.get("says", ()) if w not in body)
    yield from (f"expected no {w!r} in {body!r}" for w in wanted.get("never", ()) if w in body)
