"""A run that is killed at any step is finished by the next, with the same end.

The same mailbox, the same commands; in each round the process kills itself one step later
(before a commit, after it, or after an APPEND whose answer it never saw), and the commands
are run again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mailboxes import ME, NOW, Mailbox, letter, mailbox, world
from tests.support.world import World

pytestmark = pytest.mark.dovecot

COMMANDS = ("sync --quiet", "drafts approve {draft}", "sync --quiet")
OFFER = (
    "Dear Robin,\n\nI am delighted to offer you the position of Buyer at Lund Trade, starting on "
    "the first of May. The contract is on its way to you.\n\nBest wishes,\nBo Lund\nLund Trade"
)


def filled(dovecot: Dovecot) -> Mailbox:
    """Return a mailbox with a no, an offer, a conversation, ordinary mail and a sent letter."""
    box = mailbox(dovecot)
    box.put(
        letter(id="no"),
        letter(OFFER, id="offer", sender="Bo Lund <bo@lundtrade.example>", subject="Your new role"),
        letter("Hi, dinner on Friday at eight?\n\nJo", id="jo", sender="Jo <jo@pals.example>",
               subject="Dinner"),
    )  # fmt: skip
    box.put(
        letter("Dear Anna, I would like to apply for the position of Planning Analyst. My CV is "
               "attached.\n\nRobin", id="app", sender=ME, days=30,
               subject="Application: Planning Analyst", to="anna.field@harbourfreight.example"),
        folder="Sent",
    )  # fmt: skip
    return box


class Killer:
    """Runs the commands in processes that die at a chosen step."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def __call__(self, robin: World, step: int, draft: str) -> tuple[int, int]:
        """Return the exit status (-9: killed) and the number of steps taken."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        commands = [command.format(draft=draft) for command in COMMANDS]
        request = {"home": str(robin.home), "instant": NOW.isoformat(), "fatal": step}
        self._process.stdin.write(json.dumps({**request, "commands": commands}) + "\n")
        self._process.stdin.flush()
        status, taken = json.loads(self._process.stdout.readline())
        return status, taken

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def killed() -> Iterator[Killer]:
    killer = Killer()
    yield killer
    killer.close()


def end_state(robin: World, box: Mailbox) -> dict[str, Any]:
    """Return all that is stored and placed, without what differs from run to run by design."""
    drafts = robin.json("drafts")
    for draft in drafts:
        draft.pop("message_id")
    placed = [message_from_bytes(raw)["Subject"] for raw in box.drafts()]
    return {
        "messages": robin.json("list"),
        "drafts": drafts,
        "applications": robin.json("applications", "list"),
        "outcomes": robin.json("status")["accounts"]["main"]["outcomes"],
        "placed": placed,
    }


def test_killed_at_any_step_and_run_again_the_end_is_the_same(
    dovecot: Dovecot, tmp_path: Path, killed: Killer
) -> None:
    box = filled(dovecot)
    whole = world(tmp_path / "whole", main=box)
    whole.ok("sync")
    draft = next(d["id"] for d in whole.json("drafts") if d["plan"] == "answer-rejection")
    assert killed(whole, 0, draft)[0] == 0
    expected = end_state(whole, box)
    assert expected["placed"] == ["Re: Your application for Planning Analyst"]
    assert len(expected["drafts"]) == 2

    box = filled(dovecot)
    _, steps = killed(world(tmp_path / "counted", main=box), 0, draft)
    assert steps > 20
    assert end_state(world(tmp_path / "counted", main=box), box) == expected

    for step in range(1, steps + 1):
        box = filled(dovecot)
        robin = world(tmp_path / str(step), main=box)
        assert killed(robin, step, draft)[0] == -signal.SIGKILL
        robin.ok("sync")
        states = {d["id"]: d["state"] for d in robin.json("drafts")}
        if states[draft] == "waiting":  # killed before the user had decided
            robin.ok("drafts", "approve", draft)
        assert end_state(robin, box) == expected, f"killed at step {step} of {steps}"
