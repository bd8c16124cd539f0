"""The benchmark's mailbox is the one it claims to be, and its figures are what was measured."""

from __future__ import annotations

import email
import importlib
import json
import os
import re
import shutil
import socket
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from benchmarks import first_sync, words
from benchmarks.first_sync import Measured, problems, table
from benchmarks.mailbox import FOLDERS, JOB, SPAN, Mail, messages
from benchmarks.measure import Cost, Failed, Traffic, middle, proxy, run
from benchmarks.prose import host
from tests.conftest import need_dovecot

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def mailbox() -> list[Mail]:
    """Enough messages to hold a few of the largest."""
    return list(messages(600, seed=0, now=NOW))


@pytest.fixture(scope="module")
def parsed(mailbox: list[Mail]) -> list[tuple[str, EmailMessage]]:
    return [
        (folder, email.message_from_bytes(raw[:60_000], policy=default))
        for folder, raw, _ in mailbox
    ]


# --- the mailbox


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others() -> None:
    assert list(messages(60, seed=3, now=NOW)) == list(messages(60, seed=3, now=NOW))
    assert list(messages(60, seed=3, now=NOW)) != list(messages(60, seed=4, now=NOW))


@pytest.mark.parametrize(
    ("limit", "share"), [(5_000, 0.50), (37_000, 0.90), (1_300_000, 0.99)], ids=str
)
def test_sizes_are_those_of_real_mail(mailbox: list[Mail], limit: int, share: float) -> None:
    below = sum(len(raw) < limit for _, raw, _ in mailbox) / len(mailbox)
    assert below == pytest.approx(share, abs=0.025)


def test_mail_is_of_the_last_eighty_days_and_oldest_first(mailbox: list[Mail]) -> None:
    received = [at for _, _, at in mailbox]
    assert received == sorted(received)
    assert NOW - SPAN <= received[0] < NOW - SPAN + timedelta(days=1)
    assert NOW - timedelta(days=1) < received[-1] <= NOW


def test_three_in_a_hundred_are_about_the_job_search(
    parsed: list[tuple[str, EmailMessage]],
) -> None:
    employers = re.compile("|".join(rf"@{re.escape(host(c))}\b" for c in words.COMPANIES))
    found = sum(bool(employers.search(f"{m['From']} {m['To']}")) for _, m in parsed)
    assert found == pytest.approx(JOB * len(parsed), abs=2)  # employers write other mail too


def test_all_that_a_mailbox_holds_is_there(parsed: list[tuple[str, EmailMessage]]) -> None:
    assert {folder for folder, _ in parsed} == set(FOLDERS)
    kinds = Counter(m.get_content_type() for _, m in parsed)
    assert set(kinds) == {"text/plain", "text/html", "multipart/alternative", "multipart/mixed"}
    assert min(kinds.values()) > 25
    assert max(len((m["References"] or "").split()) for _, m in parsed) >= 4
    assert any(not (m["Subject"] or "").isascii() for _, m in parsed)
    assert any("\n> > " in _text(m) for _, m in parsed), "no history within history"
    sent = [m for folder, m in parsed if folder == "Sent"]
    assert all(words.ME[1] in m["From"] for m in sent)
    assert len({m["Message-ID"] for _, m in parsed}) < len(parsed), "no letter lies in two folders"


def test_mail_is_well_formed(mailbox: list[Mail]) -> None:
    for _, raw, _ in mailbox[:200]:
        message = email.message_from_bytes(raw, policy=default)
        assert not any(part.defects for part in message.walk())
        assert b"\n" not in raw.replace(b"\r\n", b"")


def _text(message: EmailMessage) -> str:
    if message.get_content_type() != "text/plain":
        return ""
    return str(message.get_content()).replace("\r\n", "\n")


# --- the measuring


def test_a_process_is_charged_for_its_own_memory_and_time_only(tmp_path: Path) -> None:
    ballast = bytearray(120_000_000)  # this process is large, the measured one is not
    small = run([sys.executable, "-S", "-c", "print('said')"], os.environ, tmp_path)
    large = run([sys.executable, "-S", "-c", "bytearray(150_000_000)"], os.environ, tmp_path)
    assert len(ballast) > 0
    assert small.output == "said\n"
    assert 3 < small.rss < 60
    assert 150 < large.rss < 220
    assert 0 < small.cpu < 5


def test_a_process_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"(?s)status 3.*no such folder"):
        run(["sh", "-c", "echo no such folder >&2; exit 3"], os.environ, tmp_path)


def test_the_median_is_taken_of_each_figure() -> None:
    costs = [Cost(1, 9, 5), Cost(2, 7, 6), Cost(9, 8, 4)]
    assert middle(costs) == Cost(2, 8, 5)


def test_traffic_is_counted_in_bytes_and_tagged_commands() -> None:
    said = b"A1 LOGIN x y\r\n1.2 uid fetch 1:9 (FLAGS)\r\n+ no command\r\nA2 LOGOUT\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard = bytearray()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                while not heard.endswith(b"LOGOUT\r\n"):
                    heard.extend(peer.recv(4_096))
                peer.sendall(b"* BYE\r\n" * 1_000)

        server = threading.Thread(target=serve)
        server.start()
        with (
            proxy(listener.getsockname()[1]) as (port, traffic),
            socket.create_connection(("127.0.0.1", port), timeout=10) as client,
        ):
            for start in range(0, len(said), 5):
                client.sendall(said[start : start + 5])
            answer = bytearray()
            while data := client.recv(4_096):  # ends only when the server's end is passed on
                answer += data
        server.join(10)
    assert heard == said
    assert traffic.verbs == {"LOGIN": 1, "UID FETCH": 1, "LOGOUT": 1}
    assert (traffic.commands, traffic.sent, traffic.received) == (3, len(said), 7_000)
    assert len(answer) == 7_000


# --- the verdict


def _results(
    wall: float = 3, rss: float = 100, idle: float = 0.2
) -> dict[str, dict[str, Measured]]:
    wire = Traffic(received=2_000_000, verbs=Counter({"UID FETCH": 4}))
    peer = Measured(Cost(1, 0.5, 10), wire)
    return {
        "first sync": {"mailsense": Measured(Cost(wall, 2, rss), wire), "mbsync": peer},
        "nothing new": {"mailsense": Measured(Cost(0.3, idle, 50), wire), "mbsync": peer},
    }


@pytest.mark.parametrize(
    ("figures", "objection"),
    [
        ({}, None),
        ({"wall": 4.5}, "4.5 times mbsync's"),
        ({"rss": 260}, "260 MB"),
        ({"idle": 0.5}, "0.50 s of CPU"),
    ],
    ids=str,
)
def test_check_objects_to_what_is_too_slow_or_too_large(
    figures: dict[str, float], objection: str | None
) -> None:
    found = problems(_results(**figures))
    assert len(found) == (objection is not None)
    assert not objection or objection in found[0]


def test_check_objects_when_there_is_nothing_to_compare_with() -> None:
    results = _results()
    for tools in results.values():
        del tools["mbsync"]
    assert ["mbsync is not installed" in problem for problem in problems(results)] == [True]


def test_the_table_is_aligned_and_ends_each_task_with_the_ratios() -> None:
    lines = table(_results()).splitlines()
    assert len({len(line) for line in lines if line not in ("first sync", "nothing new")}) == 1
    ratios = next(line for line in lines if line.startswith("  mailsense/mbsync"))
    assert ratios.split()[1:] == ["3.00x", "4.00x", "10.00x", "1.00x", "1.00x"]


@pytest.mark.dovecot
def test_a_small_mailbox_is_read_by_both(capsys: pytest.CaptureFixture[str]) -> None:
    need_dovecot()
    assert first_sync.main(["--messages", "30", "--repeat", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["messages"] == 30
    for task in first_sync.TASKS:
        tools = told["tasks"][task]
        assert set(tools) == {"mailsense"} | ({"mbsync"} if shutil.which("mbsync") else set())
        for figures in tools.values():
            assert figures["wall"] > 0 < figures["cpu"]
            assert figures["rss"] > 5
            assert figures["verbs"].get("LOGIN") or figures["verbs"].get("AUTHENTICATE")
    first, again = (told["tasks"][task]["mailsense"] for task in first_sync.TASKS)
    assert first["verbs"]["UID FETCH"] >= 1
    assert again["received"] < first["received"] / 10


# --- make bench


def test_make_bench_measures_the_first_sync_and_then_the_classifier() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^bench:.*\n((?:\t.*\n)+)", makefile, re.M)
    assert recipe is not None
    measured = re.findall(r"^\t\$\(BIN\)/python -m (\S+)$", recipe[1], re.M)
    assert measured == ["benchmarks.first_sync", "benchmarks.speed"]
    for name in measured:
        assert callable(importlib.import_module(name).main)
    assert re.search(r"^\.PHONY:.*\bbench\b", makefile, re.M)
