"""Further processes for a large first reading: the same results, and nothing left behind."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify.classifier import ModelClassifier
from mailsense.cli.workers import RARELY, WORTH, Workers
from mailsense.domain import Kind, Message
from mailsense.pipeline.parsing import Inline, judge_all, parse_all
from mailsense.ports import Fetched
from tests.support.mailboxes import letter


def batch(*raws: bytes) -> list[Fetched]:
    return [Fetched(n, raw, None, frozenset(), len(raw)) for n, raw in enumerate(raws, 1)]


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    made = Workers({**os.environ, "MAILSENSE_HOME": str(tmp_path)}, count=2)
    yield made
    made.close()


def test_a_few_messages_are_parsed_here(workers: Workers) -> None:
    assert isinstance(workers.parser(WORTH - 1), Inline)
    assert not workers.started


def test_on_one_core_everything_is_done_here() -> None:
    assert isinstance(Workers({}, count=1).parser(100_000), Inline)


def test_many_are_parsed_elsewhere_with_the_same_results_in_order(workers: Workers) -> None:
    parser = workers.parser(WORTH)
    batches = [batch(letter(f"Hello {n}", id=f"m{n}"), b"", letter(id=f"n{n}")) for n in range(6)]
    waiting = []
    results = []
    for one in batches:
        waiting.append(parser.submit(one, None))
        if len(waiting) > parser.depth:
            results.append(waiting.pop(0)())
    results += [wait() for wait in waiting]
    assert results == [parse_all(one, None) for one in batches]
    assert isinstance(results[0][1][0], str), "what cannot be read is told, not raised"


def test_verdicts_are_the_same_as_here_and_other_mail_comes_without_its_text(
    workers: Workers,
) -> None:
    workers.parser(WORTH)
    lunch = letter(
        "Shall we have lunch on Sunday? Mum brings the cake.", id="lunch", subject="Lunch"
    )
    mine = letter("Lunch is fine, see you.", id="mine", sender="robin@me.example", subject="Lunch")
    raws = batch(*(letter(id=f"c{n}") for n in range(3)), lunch, mine, b"")
    parsed = [m for m, _ in parse_all(raws, None)]
    received = [m for m in parsed[:4] if isinstance(m, Message)]
    here = ModelClassifier(load_base).classify(received)
    assert [verdict.kind for verdict in here] == [Kind.REJECTION] * 3 + [Kind.OTHER]
    results = workers.submit(raws, {"robin@me.example"})()
    assert [verdict for _, verdict in results] == [*here, None, None]
    bare = replace(received[3], text="", quoted="", signature="", attachments=(), events=())
    assert [message for message, _ in results] == [*parsed[:3], bare, *parsed[4:]]


def test_what_may_have_its_text_further_on_is_not_judged_by_its_beginning() -> None:
    headers = b"From: jo@pals.example\r\nMessage-ID: <cut@pals.example>\r\nSubject: Photos\r\n\r\n"
    cut = Fetched(1, headers, None, frozenset(), 90_000)
    assert cut.truncated
    ((message, verdict),) = judge_all([cut], frozenset(), ModelClassifier(load_base).classify)
    assert isinstance(message, Message)
    assert verdict is None


def test_each_process_is_handed_its_next_task_before_it_has_answered_the_last(
    workers: Workers,
) -> None:
    parser = workers.parser(WORTH)
    batches = [batch(*(letter(id=f"m{n}-{m}") for m in range(20))) for n in range(9)]
    waiting = [parser.submit(one, None) for one in batches]
    assert parser.depth == 6
    assert sum(worker.busy for worker in workers._all) > len(workers._all)
    found = [wait() for wait in reversed(waiting)]
    assert found == [parse_all(one, None) for one in reversed(batches)], "in whatever order"


def test_a_process_that_dies_at_work_loses_nothing_of_what_waits_for_it(workers: Workers) -> None:
    parser = workers.parser(WORTH)
    batches = [batch(letter(id=f"x{n}")) for n in range(4)]
    for worker in workers._all:
        worker._process.send_signal(signal.SIGSTOP)
    waiting = [parser.submit(one, None) for one in batches]
    for worker in workers._all:
        worker._process.send_signal(signal.SIGKILL)
    assert [wait() for wait in waiting] == [parse_all(one, None) for one in batches]


def test_a_task_that_cannot_be_handed_over_leaves_nobody_waiting(workers: Workers) -> None:
    workers.parser(WORTH)
    worker = workers._all[0]
    with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        worker.begin(lambda: None)
    assert worker.busy == 0
    raws = batch(letter(id="after"))
    assert worker.begin((raws, None))() == parse_all(raws, None)


def test_an_answer_that_cannot_be_taken_is_found_here(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_large(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("mailsense.cli.workers.receive", too_large)
    parser = workers.parser(WORTH)
    raws = batch(letter(id="large"))
    assert parser.submit(raws, None)() == parse_all(raws, None)
    assert all(worker.ended or worker.busy == 0 for worker in workers._all)


def test_closing_waits_for_no_answer_that_nobody_wants(workers: Workers) -> None:
    parser = workers.parser(WORTH)
    made = list(workers._all)
    for worker in made:
        worker._process.send_signal(signal.SIGSTOP)
    large = letter("x" * 1_000_000, id="large")
    for _ in range(4):
        parser.submit(batch(large), None)
    workers.close()
    assert [worker._process.returncode for worker in made] == [-signal.SIGKILL] * 2


def test_dead_objects_are_looked_for_rarely_while_much_is_read(workers: Workers) -> None:
    often = gc.get_threshold()
    workers.parser(WORTH)
    assert gc.get_threshold()[0] == RARELY
    workers.close()
    assert gc.get_threshold() == often


def test_a_process_that_dies_loses_nothing(workers: Workers) -> None:
    parser = workers.parser(WORTH)
    for worker in workers._all:
        worker._process.send_signal(signal.SIGKILL)
        worker._process.wait()
    one = batch(letter(id="x"))
    assert parser.submit(one, frozenset())() == parse_all(one, None)


def test_they_end_with_the_process_that_started_them_however_it_ends() -> None:
    code = (
        "import os, signal\n"
        "from mailsense.cli.workers import Workers, WORTH\n"
        "workers = Workers(os.environ, count=2)\n"
        "workers.parser(WORTH)\n"
        "print(*(w._process.pid for w in workers._all), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    for pid in pids:
        waited = subprocess.run(
            ["tail", f"--pid={pid}", "-f", "/dev/null"], timeout=30, check=False
        )
        assert waited.returncode == 0, "a worker outlived the process that started it"
