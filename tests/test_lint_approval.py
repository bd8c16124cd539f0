"""What the lint's word is worth: errors stand against approval, a human may insist, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense import review
from mailsense.adapters.store import SqliteStore
from mailsense.config import Account, Me, Settings
from mailsense.domain import Action, Address, Application, Draft, Plan, PlanKind
from mailsense.errors import UserError
from mailsense.pipeline import writing as letters
from mailsense.pipeline.decide import Writing
from mailsense.reply.findings import FIRM, ORDER, Own
from mailsense.reply.templates import Templates
from tests.support.items import (
    ANNA,
    BEN,
    MINE,
    PLAYBOOK,
    PRIOR,
    SHIPPED,
    day,
    draft,
    incoming,
)
from tests.support.world import World

NOW = day(11, 4)
GOOD = "Hello Anna,\n\nThank you for letting me know.\n\nBest wishes,\nSam Rivers\n"
RUDE = GOOD.replace("letting", "the dream job, and for letting")
ROBOT = Address("Anna", "no-reply@northwind.example")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with_letters = SqliteStore.memory()
    fill(with_letters)
    yield with_letters
    with_letters.close()


def fill(store: SqliteStore) -> None:
    """Put in a process of two letters, and the plan to answer the second."""
    earlier = incoming("m0", day(11, 1), None)
    original = incoming("m1", day(11, 3), None)
    store.add_messages([earlier.located, original.located])
    process = Application("a1", "Northwind", "Planner", message_keys=("m0", "m1"), account="main")
    other = Application("a2", "Globex", "Buyer", account="main")
    store.save_applications([process, other])
    store.save_plans([plan()])


def plan() -> Plan:
    facts = {"to_name": "Anna", "company": "Northwind", "role": "Planner"}
    kind = PlanKind.ANSWER_REJECTION
    return Plan(kind, "a1", "m1", "rejection-applied", "why", answers="m1", facts=facts)


def waiting(body: str = GOOD, **more: Any) -> Draft:
    changed: dict[str, Any] = {
        "about": "a1",
        "answers": "m1",
        "body": body,
        "template": "rejection-applied",
    }
    return draft(**{**changed, **more})


def own(template: str) -> Own:
    return Own(("Sam Rivers",), "")


def seen(store: SqliteStore, letter: Draft) -> review.Card:
    """Return the card of a draft that waits."""
    store.add_draft(letter)
    return review.card(store, PLAYBOOK, letter, own)


ERRORS: dict[str, dict[str, Any]] = {
    "placeholder": {"body": GOOD.replace("letting", "[Name] letting")},
    "empty": {"body": "\n"},
    "robot": {"to": (ROBOT,)},
    "addressee": {"cc": (BEN,)},
    "company": {"body": GOOD.replace("know", "know about Globex")},
    "name": {"body": GOOD.replace("Anna", "Bea")},
    "banned": {"body": RUDE},
    "invented": {"body": GOOD.replace("know", "know on 7 May")},
    "look-alike": {"to": (replace(ANNA, email="anna.smith@n0rthwind.example"),)},
}


@pytest.mark.parametrize("rule", ERRORS)
def test_an_error_stands_against_approval_in_one_line_with_the_way_out(
    store: SqliteStore, rule: str
) -> None:
    card = seen(store, waiting(**ERRORS[rule]))
    assert rule in {f.rule for f in card.findings if f.level == "error"}
    assert card.blocked
    with pytest.raises(UserError) as refused:
        review.approve(store, card, now=NOW)
    (line,) = refused.value.problems
    assert line.startswith("d1: not approved: ")
    assert "edit it" in line
    assert ("--anyway" in line) is (rule not in FIRM)
    assert store.decisions(draft="d1") == []


@pytest.mark.parametrize("rule", ERRORS)
def test_a_human_may_insist_but_not_on_what_harms(store: SqliteStore, rule: str) -> None:
    card = seen(store, waiting(**ERRORS[rule]))
    if rule in FIRM:
        with pytest.raises(UserError, match=r"edit it$"):
            review.approve(store, card, now=NOW, anyway=True)
        return
    after = review.approve(store, card, now=NOW, anyway=True)
    assert after.state == "approved"
    (decision,) = store.decisions(draft="d1")
    assert decision.action is Action.APPROVE
    assert decision.detail.startswith("anyway: "), "the reasons are kept"


def test_insisting_where_nothing_is_wrong_is_an_approval_like_any(store: SqliteStore) -> None:
    assert seen(store, waiting()).findings == ()
    review.approve(store, seen(store, waiting()), now=NOW, anyway=True)
    (decision,) = store.decisions(draft="d1")
    assert decision.detail == ""


def test_every_rule_has_its_place_and_those_that_stand_come_first() -> None:
    assert set(ORDER[: len(FIRM)]) == FIRM
    assert set(ERRORS) <= set(ORDER)
    assert len(set(ORDER)) == len(ORDER)


def test_an_edit_is_looked_over_again_in_both_directions(store: SqliteStore) -> None:
    store.add_draft(waiting(RUDE))
    session = review.Review(store, PLAYBOOK, now=NOW, own=own)
    card = session.current()
    assert card is not None and card.blocked
    worse = session.edit("Re: Your application", GOOD.replace("know", "know by 7 May, [Name]"))
    assert [f.rule for f in worse.findings] == ["placeholder"]
    with pytest.raises(UserError, match="placeholder"):
        session.approve()
    doubted = session.edit("Re: Your application", RUDE)
    assert [(f.level, f.rule) for f in doubted.findings] == [("warning", "banned")]
    kept = store.draft("d1")
    assert kept is not None
    assert kept.warnings == (f"warning: {doubted.findings[0].text}",)
    better = session.edit("Re: Your application", GOOD)
    assert better.findings == ()
    assert session.approve().warnings == ()


def test_a_session_approves_anyway_when_told_to(store: SqliteStore) -> None:
    store.add_draft(waiting(RUDE))
    session = review.Review(store, PLAYBOOK, now=NOW)
    session.current()
    assert session.approve(anyway=True).state == "approved"


def test_a_new_draft_is_looked_over_with_all_that_lies_around_it(tmp_path: Path) -> None:
    """Their letter, the process's earlier mail, and the user's own template."""
    text = "{{ hello }}\n\nThank you. I have 12 years behind me, and come on 7 May.\n\nSam Rivers\n"
    (tmp_path / "rejection-applied.j2").write_text(f"Subject: {{{{ reply_subject }}}}\n\n{text}")
    templates = Templates(SHIPPED / "replies", tmp_path)
    account = Account(name="main", email="sam@rivers.example")
    settings = Settings(Me("Sam Rivers"), (account,))
    writing = Writing(settings, PLAYBOOK, templates, NOW, lambda: "f" * 32, PRIOR)
    strange = replace(ANNA, email="anna.smith@nortwhind.example")
    scam = "Pay the training fee and send a scan of your passport."
    original = incoming(
        "m1", day(11, 3), None, sender=strange, text=scam, reply_to=(Address("", "x@gmail.com"),)
    )
    meant = replace(plan(), addressee=strange)
    alone = letters.write(meant, original, writing).warnings
    assert [w.split(":")[0] for w in alone] == ["warning"] * 2
    assert "their letter asks for money" in alone[0]
    assert "wants answers at a private mailbox" in alone[1]
    earlier = incoming("m0", day(11, 1), None)
    beside = letters.write(meant, original, writing, history=[earlier]).warnings
    assert "one letter away from northwind.example" in beside[0]
    assert beside[1:] == alone


# --- at the command line -----------------------------------------------------------------


@pytest.fixture
def sam(tmp_path: Path) -> World:
    """A user whose server is not there; what is decided is kept all the same."""
    world = World(tmp_path, NOW + timedelta(hours=1))
    imap = 'imap = { host = "127.0.0.1", port = 1, user = "sam", security = "plain",'
    (mine,) = MINE
    account = f'email = "{mine}"\n{imap} password_command = ["echo", "x"] }}'
    world.configure({"main": account}, me='name = "Sam Rivers"')
    store = world.store()
    fill(store)
    store.add_draft(waiting(RUDE))
    store.close()
    return world


def state(world: World) -> str:
    (only,) = world.json("drafts")
    return str(only["state"])


def test_drafts_approve_refuses_and_names_both_ways(sam: World) -> None:
    refused = sam.run("drafts", "approve", "d1")
    assert refused.code == 1
    assert len(refused.err.strip().splitlines()) == 1
    assert 'says "dream job", which reads badly: leave it out; edit it' in refused.err
    assert "--anyway" in refused.err
    assert state(sam) == "waiting"


def test_drafts_approve_anyway_says_against_what(sam: World) -> None:
    done = sam.run("drafts", "approve", "d1", "--anyway")
    assert 'd1 approved although says "dream job"' in done.out
    assert state(sam) == "approved"


def test_drafts_approve_anyway_does_not_reach_a_placeholder(sam: World) -> None:
    sam.ok("drafts", "edit", "d1", "--body", "Hello Anna,\n\nI thank [Name].\n\nSam")
    refused = sam.run("drafts", "approve", "d1", "--anyway")
    assert refused.code == 1
    assert "a placeholder is left: [Name]" in refused.err
    assert "--anyway" not in refused.err
    assert state(sam) == "waiting"


def test_the_warnings_of_an_edit_are_shown_and_kept(sam: World) -> None:
    body = "Hello Anna,\n\nI am free on 7 May.\n\nAny update?\n\nSam"
    edited = sam.ok("drafts", "edit", "d1", "--body", body)
    assert 'warning: says "any update"' in edited.out
    (only,) = sam.json("drafts")
    assert only["warnings"] == ['warning: says "any update", which reads badly: leave it out']


def test_the_review_shows_what_is_wrong_and_approves_anyway(sam: World) -> None:
    said = sam.run("review", input="a\na now\na --anyway\n").out
    assert 'error    says "dream job", which reads badly: leave it out' in said
    assert "not approved: " in said
    assert "`a --anyway`" in said
    assert "approved although" in said
    assert state(sam) == "approved"
