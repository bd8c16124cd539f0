"""The demo from beginning to end, on servers of its own: what a new user sees first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demo's folder, and what it printed where nobody can answer."""
    home = tmp_path_factory.mktemp("nobody")
    folder = home / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "mailsense", "demo", "--dir", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "HOME": str(home), "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder, done.stdout


def test_it_syncs_lists_and_shows_one_whole_draft(shown: tuple[Path, str]) -> None:
    _, text = shown
    sync, listed, draft, again = text.split("$ mailsense")[1:5]
    assert "new messages" in sync
    assert "drafts wait for you" in sync
    for word in ("rejection", "request", "silence-timeout", "no person is known"):
        assert word in listed
    for part in ("From:    Robin Avery", "Subject: ", "Hello ", "Thank you", "wrote:", "> "):
        assert part in draft
    assert "nothing new" in again


def test_it_names_the_folder_it_leaves_and_leaves_nothing_else(shown: tuple[Path, str]) -> None:
    folder, text = shown
    assert f"all of it is in {folder}" in text
    assert sorted(p.name for p in folder.parent.iterdir()) == ["demo"]


def test_the_servers_are_gone_afterwards(shown: tuple[Path, str]) -> None:
    folder, _ = shown
    processes = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(folder) not in processes.stdout


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    done = subprocess.run(
        [sys.executable, "-m", "mailsense", "demo", "--dir", str(tmp_path)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
