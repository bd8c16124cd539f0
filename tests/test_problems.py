"""What goes wrong is told in one clear line with the way out, exit status 1, nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.dovecot import Dovecot
from tests.support.mailboxes import NOW, Mailbox, letter, mailbox, world
from tests.support.tls import Authority
from tests.support.world import Result, World

pytestmark = pytest.mark.dovecot


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    made = mailbox(dovecot)
    made.put(letter())
    return made


@pytest.fixture
def robin(box: Mailbox, tmp_path: Path) -> World:
    return world(tmp_path, main=box)


def one_line(result: Result, *words: str) -> None:
    """Assert exit status 1 and one line on stderr that holds all the words."""
    assert result.code == 1
    lines = result.err.strip().splitlines()
    assert len(lines) == 1, result.err
    for word in words:
        assert word in lines[0]
    assert lines[0].startswith("mailsense: ")


def test_a_wrong_password(robin: World, box: Mailbox) -> None:
    robin.configure({"main": box.lines().replace('"secret"', '"wrong"')})
    result = robin.run("sync")
    one_line(result, "main", "127.0.0.1", "password")
    assert "wrong" not in result.err.replace("wrong password", "")


def test_an_unknown_host(robin: World, box: Mailbox) -> None:
    robin.configure({"main": box.lines().replace('"127.0.0.1"', '"no-such-host.invalid"')})
    one_line(robin.run("sync"), "no-such-host.invalid")


def test_a_server_that_is_not_there(robin: World, box: Mailbox) -> None:
    robin.configure({"main": box.lines().replace(str(box.server.port), "1")})
    one_line(robin.run("sync"), "127.0.0.1", "1")


def test_an_expired_certificate(
    robin: World, authority: Authority, another_dovecot: type[Dovecot]
) -> None:
    server = another_dovecot(authority, authority.issue("127.0.0.1", "localhost", expired=True))
    server.start()
    account = server.user("late", "tls").imap
    robin.configure(
        {
            "main": f'email = "robin@me.example"\nimap = {{ host = "127.0.0.1", '
            f'port = {account.port}, user = "late", password_env = "P", '
            f'ca_file = "{account.ca_file}" }}'
        }
    )
    robin.env["P"] = "secret"
    one_line(robin.run("sync"), "certificate", "expired")


def test_a_missing_drafts_folder_is_told_and_the_mail_is_read_all_the_same(
    tmp_path: Path, authority: Authority, another_dovecot: type[Dovecot]
) -> None:
    server = another_dovecot(authority, special_use=False)
    server.start()
    box = mailbox(server)
    box.put(letter())
    robin = world(tmp_path, main=box)
    robin.configure({"main": box.lines('sent = "Sent"')})
    one_line(robin.run("sync"), "Drafts", "accounts.main.drafts")
    (draft,) = robin.json("drafts")
    result = robin.run("drafts", "approve", draft["id"])
    assert result.code == 1
    assert "accounts.main.drafts" in result.err
    assert robin.json("drafts")[0]["state"] == "approved", "the decision is kept"
    robin.configure({"main": box.lines('sent = "Sent"\ndrafts = "Drafts"')})
    robin.ok("sync")
    assert robin.json("drafts")[0]["state"] == "delivered"
    assert len(box.drafts()) == 1


def test_a_missing_sent_folder_stops_before_anything_is_planned(
    tmp_path: Path, authority: Authority, another_dovecot: type[Dovecot]
) -> None:
    server = another_dovecot(authority, special_use=False)
    server.start()
    box = mailbox(server)
    box.put(letter())
    robin = world(tmp_path, main=box)
    robin.configure({"main": box.lines('drafts = "Drafts"')})
    one_line(robin.run("sync"), "Sent", "accounts.main.sent")
    assert robin.json("drafts") == []


def test_broken_settings_tell_every_problem_at_once(robin: World) -> None:
    file = robin.app().paths.config_file
    file.write_text("[me]\nnmae = 1\n[accounts.main]\nemail = 3\n")
    result = robin.run("sync")
    assert result.code == 1
    assert [line.split(": ")[2] for line in result.err.splitlines()] == [
        "me.nmae", "accounts.main.email", "accounts.main.imap.host", "accounts.main.imap",
    ]  # fmt: skip
    file.write_text("[me\n")
    one_line(robin.run("sync"), "not valid TOML", "line 1")


def test_no_settings_at_all(robin: World) -> None:
    robin.app().paths.config_file.unlink()
    one_line(robin.run("sync"), "mailsense config init")


def test_an_account_there_is_not(robin: World) -> None:
    one_line(robin.run("sync", "work"), "work", "main")


def test_one_accounts_trouble_does_not_stop_the_other(
    robin: World, box: Mailbox, dovecot: Dovecot
) -> None:
    other = mailbox(dovecot)
    broken = other.lines().replace('"secret"', '"wrong"')
    robin.configure({"broken": broken, "main": box.lines()})
    one_line(robin.run("sync"), "broken")
    assert len(robin.json("drafts")) == 1


def test_a_damaged_model_is_told_and_the_shipped_one_serves(robin: World) -> None:
    robin.ok("sync")
    model = robin.app().paths.model
    model.mkdir(parents=True)
    (model / "live.json").write_text('{"format": 1}')
    box_result = robin.run("sync")
    assert box_result.code == 0
    letter_file = robin.home / "letter.eml"
    letter_file.write_bytes(letter())
    result = robin.run("classify", "--json", str(letter_file))
    assert result.code == 0
    assert result.json["kind"] == "rejection"
    assert len(result.err.strip().splitlines()) == 1
    assert "model" in result.err


def test_a_damaged_database_is_told_and_left_alone(robin: World) -> None:
    database = robin.app().paths.database
    database.parent.mkdir(parents=True, exist_ok=True)
    database.write_bytes(b"this is no database" * 100)
    one_line(robin.run("sync"), "mailsense.db")
    assert database.read_bytes() == b"this is no database" * 100


def test_two_runs_at_once_the_second_is_told(robin: World) -> None:
    store = robin.store()
    try:
        with store.lock():
            one_line(robin.run("sync"), "at work", "wait")
    finally:
        store.close()


def run_with_little_room(robin: World, limit: int) -> subprocess.CompletedProcess[str]:
    """Run a sync in a process whose files may grow to ``limit`` bytes: as on a full disk."""
    return subprocess.run(
        [sys.executable, "-m", "tests.support.sync_at", robin.home, NOW.isoformat()],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )


def test_a_full_disk_is_told_and_the_next_run_goes_on(robin: World, box: Mailbox) -> None:
    robin.ok("status")
    box.put(*(letter(f"{'word ' * 8000} {n}", subject=f"Letter {n}") for n in range(12)))
    database = robin.app().paths.database
    done = run_with_little_room(robin, database.stat().st_size + 100_000)
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "full" in done.stderr or "space" in done.stderr or "room" in done.stderr
    robin.ok("sync")
    assert len(robin.json("list")) == 13
    assert len(robin.json("drafts")) == 1
