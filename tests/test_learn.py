"""Learning: a label is kept, outranks the model for ever, and `train` learns from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mailboxes import Mailbox, letter, mailbox, world
from tests.support.world import World

pytestmark = pytest.mark.dovecot

ODD = (
    "Dear Robin,\n\nThank you for applying for the position of keeper. We have received your "
    "application and our team has reviewed it. The tide has turned the lantern down for your boat "
    "this season.\n\nKind regards\n{name}\n"
)
"""A no in words that no model has seen: it looks like a receipt."""


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    box = mailbox(dovecot)
    for n, name in enumerate(("Pia Brandt", "Olu Adeyemi", "Kim Tran", "Ana Souza")):
        box.put(
            letter(
                ODD.format(name=name),
                sender=f"{name} <p{n}@firm{n}.example>",
                subject=f"Your application, lantern {n}",
            )
        )
    return box


@pytest.fixture
def robin(box: Mailbox, tmp_path: Path) -> World:
    made = world(tmp_path, main=box)
    made.ok("sync")
    return made


def kinds(robin: World) -> list[tuple[str, str]]:
    return sorted((m["kind"], m["source"]) for m in robin.json("list"))


def test_a_label_outranks_the_model_and_survives_the_next_sync(robin: World) -> None:
    message = robin.json("list")[0]
    robin.ok("label", message["id"], "rejection", "--reason", "not-selected")
    robin.ok("sync")
    labelled = next(m for m in robin.json("list") if m["id"] == message["id"])
    assert (labelled["kind"], labelled["reason"]) == ("rejection", "not-selected")
    assert (labelled["source"], labelled["tag"]) == ("user", "rejection")
    assert labelled["draft"] is not None, "what follows from the label is drafted at once"


def test_training_learns_from_labels_says_what_changed_and_learns_nothing_twice(
    robin: World,
) -> None:
    messages = robin.json("list")
    assert {m["kind"] for m in messages} <= {"acknowledgement", "unsure"}
    assert "no labels yet" in robin.ok("train").out
    for message in messages[:3]:
        robin.ok("label", message["id"], "rejection", "--reason", "not-selected")
    told = robin.json("train")
    assert told["examples"] == 3
    last = messages[3]
    assert told["changed"] == [
        {
            "id": last["id"],
            "subject": last["subject"],
            "before": last["kind"],
            "after": "rejection",
        }
    ], "a fourth letter in the same words is understood now, and no label is overruled"
    after = next(m for m in robin.json("list") if m["id"] == last["id"])
    assert (after["kind"], after["source"]) == ("rejection", "model")
    assert robin.json("status")["labels"] == 3
    assert robin.json("status")["model"] == told["model"]
    assert told["accepted"]
    assert robin.json("model", "card")["created"] == robin.now.date().isoformat()
    assert "nothing new to learn" in robin.ok("train").out
    robin.ok("label", last["id"], "rejection", "--reason", "filled")
    assert robin.json("train")["examples"] == 4, "a new label is something new"


def test_only_mail_that_came_in_can_be_labelled(robin: World, box: Mailbox) -> None:
    from tests.support.mailboxes import ME

    box.put(letter("Application for the job of Buyer.", sender=ME, to="x@y.example"), folder="Sent")
    robin.ok("sync")
    own = next(m for m in robin.json("list") if m["outgoing"])
    result = robin.run("label", own["id"], "rejection")
    assert result.code == 1
    assert "your own" in result.err


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("00000000", "rejection"), 1, "mailsense list"),
        (("{id}", "nonsense"), 2, "nonsense"),
        (("{id}", "unsure"), 2, "unsure"),
        (("{id}", "interview", "--reason", "filled"), 2, "only a rejection"),
    ],
)
def test_an_impossible_label_is_told(
    robin: World, args: tuple[str, ...], code: int, says: str
) -> None:
    id = robin.json("list")[0]["id"]
    result = robin.run("label", *(a.format(id=id) for a in args))
    assert result.code == code
    assert says in result.err
