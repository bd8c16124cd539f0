"""The two sides of each race of ``speed``: what is run, and what is timed of it.

Decides what counts: wall time of a process, of a call and of a refit; CPU time in bulk, on one
thread.  Everything that is read or built once is done before the clock starts.  Refuses to know
how often a side runs and what is allowed.
"""

from __future__ import annotations

import os
import subprocess
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.measure import Failed
from mailsense.classify import learning
from mailsense.classify.classifier import BATCH
from mailsense.classify.corpus import NEUTRAL, Corpus, Letter
from mailsense.domain import Example, Facts, Message, ModelCard

Loaded = tuple[ModelCard, Mapping[str, Any]]
Side = Callable[[], float]
"""One timed run of one side: its seconds."""
Judge = Callable[[Sequence[Message]], object]
Start = Callable[[Mapping[str, str]], "subprocess.CompletedProcess[str]"]
"""Given what to add to the environment, runs a process to its end."""


def wall(work: Callable[[], object]) -> float:
    """Do the work and return the seconds it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def process(command: Sequence[str], given: str, folder: Path) -> Start:
    """Given a command, its standard input and a folder of its own, return what runs it.

    That raises Failed when the command fails.
    """

    def run(env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        own = {**os.environ, "MAILSENSE_HOME": str(folder), **env}
        done = subprocess.run(
            command, input=given, env=own, cwd=folder, capture_output=True, encoding="utf-8"
        )
        if done.returncode:
            said = done.stderr[-2000:].strip()
            raise Failed(f"{' '.join(command)} ended with status {done.returncode}\n{said}")
        return done

    return run


def imports_sklearn(start: Start) -> bool:
    """Return whether a process that classifies imports scikit-learn.

    Raise Failed when it fails or gives no verdict.
    """
    done = start({"PYTHONPROFILEIMPORTTIME": "1"})
    if '"kind"' not in done.stdout or "mailsense" not in done.stderr:
        raise Failed(f"no verdict, or no list of imports: {done.stdout[:500]!r}")
    return "sklearn" in done.stderr


def raw(one: Message) -> str:
    """Given a message, return it as it comes from a mailbox."""
    return (
        f"From: {one.from_.email}\nSubject: {' '.join(one.subject.split())}\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{one.text}\n"
    )


def calls(judge: Judge, one: Message, calls: int) -> Side:
    """Return a side that judges one message again and again: the median of a call."""
    return lambda: median(wall(lambda: judge([one])) for _ in range(calls))


def bulk(judge: Judge, messages: Sequence[Message]) -> Side:
    """Return a side that judges all messages on one thread: its CPU seconds."""

    def side() -> float:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1):
            began = time.process_time()
            for start in range(0, len(messages), BATCH):
                judge(messages[start : start + BATCH])
            return time.process_time() - began

    return side


def refit(told: Sequence[Letter], loaded: Loaded) -> Side:
    """Return a side that learns the corrections as ``mailsense train`` does, from the weights."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    examples = [
        Example(
            one.id, one.subject, one.address, one.body, Facts(), one.kind, when, one.reason,
            quoted=one.quoted,
        )
        for one in told
    ]  # fmt: skip
    return lambda: wall(lambda: learning.learn(loaded, examples))


def plain(base: Corpus, told: Sequence[Letter]) -> Side:
    """Return a side that fits what is usual in scikit-learn to the same texts."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    letters = [*base.letters, *told]
    texts = [s.text for s in base.sentences] + [f"{one.subject}\n{one.body}" for one in letters]
    kinds = [s.kind.value if s.kind else NEUTRAL for s in base.sentences]
    kinds += [one.kind.value for one in letters]

    def fit() -> object:
        usual = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
        with warnings.catch_warnings():  # it stops after its usual passes, and says so at length
            warnings.simplefilter("ignore", ConvergenceWarning)
            return usual.fit(texts, kinds)

    return lambda: wall(fit)
