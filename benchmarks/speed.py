"""How fast letters are judged and learned, beside what others take: ``python -m benchmarks.speed``.

One message in a fresh process beside a bare ``import numpy``; one message and two thousand of
them, the model loaded, beside the same weights inside scikit-learn's pipeline; and 200 corrections
learned by the shipped weights, beside a plain TF-IDF and logistic regression fitted anew to the
corpus and the corrections.  The two sides take turns, so that a busy minute of the machine hits
both, and medians count.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import speed_sides as sides
from benchmarks.classifier_parts import sampled
from benchmarks.measure import Failed
from benchmarks.speed_sides import Loaded, Side
from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus
from mailsense.classify.classifier import BATCH, ModelClassifier
from mailsense.classify.corpus import Corpus
from mailsense.resources import shipped

Say = Callable[[str], None]

BYTES = 1000
"""The single message has about so many."""
REFITS = 3
"""A refit is timed at most so often, whatever ``--repeat`` says: what is beside it is slow."""


@dataclass(frozen=True)
class Task:
    """What is timed, beside what, and what ``--check`` holds."""

    name: str
    unit: str
    limit: float
    beside: str
    rate: bool = False
    """More is better: the limit is the least, not the most."""


PROCESS = Task("one message, fresh process", "s", 0.5, 'python -c "import numpy"')
SINGLE = Task("one message of 1 kB, loaded", "ms", 5.0, "the same weights in scikit-learn")
BULK = Task("in bulk, one thread", "/CPU s", 500.0, "the same weights in scikit-learn", rate=True)
REFIT = Task("refit with corrections", "s", 30.0, "TfidfVectorizer + LogisticRegression")
TASKS = (PROCESS, SINGLE, BULK, REFIT)


@dataclass(frozen=True)
class Figure:
    """One task's medians: of mailsense and of what was run beside it."""

    task: Task
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def broken(self) -> bool:
        """True when mailsense does not hold the limit."""
        if self.task.rate:
            return self.ours < self.task.limit
        return self.ours > self.task.limit


@dataclass(frozen=True)
class Plan:
    """How much is run."""

    repeat: int = 5
    calls: int = 100
    """Single messages in each timed run."""
    letters: int = 2000
    corrections: int = 200
    sample: tuple[int, int] | None = None
    """With --quick: what is beside the refit learns of so many letters and sentences only."""


QUICK = Plan(repeat=1, calls=20, letters=200, corrections=20, sample=(450, 1800))


@dataclass(frozen=True)
class Found:
    """Everything that was measured."""

    figures: tuple[Figure, ...]
    sklearn: bool
    """Whether the fresh process imported scikit-learn, which alone takes seconds."""


def turns(ours: Side, theirs: Side, repeat: int, say: Say) -> list[float]:
    """Given two sides, let them take turns and return the median of each."""
    took: tuple[list[float], list[float]] = ([], [])
    for turn in range(repeat):
        say(f"{turn + 1} of {repeat}")
        for side in (0, 1) if turn % 2 == 0 else (1, 0):
            took[side].append((ours, theirs)[side]())
    return [median(side) for side in took]


def measure(whole: Corpus, loaded: Loaded, program: Sequence[str], plan: Plan, say: Say) -> Found:
    """Given the corpus, a model and how mailsense is started, return all figures.

    Raise Failed when a process fails.
    """
    from benchmarks.pipeline import judge

    def race(task: Task, both: Sequence[Side], repeat: int = plan.repeat) -> list[float]:
        return turns(both[0], both[1], repeat, lambda turn: say(f"{task.name}, {turn}"))

    messages = [one.message for one in sampled(whole, plan.letters, 0, 0).letters]
    one = min(messages, key=lambda m: abs(len(f"{m.subject}{m.text}".encode()) - BYTES))
    figures = []
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        classify = [*program, "classify", "--json", "-"]
        ours = sides.process(classify, sides.raw(one), Path(folder))
        theirs = sides.process([sys.executable, "-c", "import numpy"], "", Path(folder))
        sklearn = sides.imports_sklearn(ours)  # and the bytecode is warm
        timed: list[Side] = [partial(sides.wall, partial(each, {})) for each in (ours, theirs)]
        figures.append(Figure(PROCESS, *race(PROCESS, timed)))
    walk, usual = ModelClassifier(lambda: loaded).classify, judge(loaded[1])
    for each in (walk, usual):
        each(messages[:BATCH])  # what is loaded once is loaded
    timed = [sides.calls(each, one, plan.calls) for each in (walk, usual)]
    figures.append(Figure(SINGLE, *(1000 * took for took in race(SINGLE, timed))))
    timed = [sides.bulk(each, messages) for each in (walk, usual)]
    figures.append(Figure(BULK, *(len(messages) / took for took in race(BULK, timed))))
    base = sampled(whole, *plan.sample, 0) if plan.sample else whole
    told = corpus.holdout(shipped("models"))[: plan.corrections]
    timed = [sides.refit(told, loaded), sides.plain(base, told)]
    figures.append(Figure(REFIT, *race(REFIT, timed, min(plan.repeat, REFITS))))
    return Found(tuple(figures), sklearn)


def table(found: Found) -> str:
    """Given what was measured, return it as an aligned table with the ratios."""
    lines = [f"{'':<28}{'mailsense':>17}{'beside it':>17}{'ratio':>9}{'limit':>16}   beside it"]
    for one in found.figures:
        task = one.task
        numbers = "".join(f"{f'{n:,.2f} {task.unit}':>17}" for n in (one.ours, one.theirs))
        limit = f"{'>=' if task.rate else '<='} {task.limit:g} {task.unit}"
        lines.append(f"{task.name:<28}{numbers}{one.ratio:>8.2f}x{limit:>16}   {task.beside}")
    lines.append(f"scikit-learn in the fresh process: {'IMPORTED' if found.sklearn else 'no'}")
    return "\n".join(lines)


def problems(found: Found) -> list[str]:
    """Given what was measured, return what ``--check`` objects to, a line each."""
    told = [
        f"{one.task.name}: {one.ours:,.2f} {one.task.unit} "
        f"({'at least' if one.task.rate else 'at most'} {one.task.limit:g} wanted)"
        for one in found.figures
        if one.broken
    ]
    if found.sklearn:
        told.append("`mailsense classify` imports scikit-learn")
    return told


def _report(found: Found, plan: Plan, as_json: bool) -> str:
    told = {"python": platform.python_version(), "cores": os.cpu_count(), **asdict(plan)}
    if as_json:
        figures = [{**asdict(one), "ratio": one.ratio} for one in found.figures]
        return json.dumps({**told, "figures": figures, "sklearn": found.sklearn}, indent=2)
    small = ", of a small sample" if plan.sample else ""
    return (
        f"{plan.letters:,} letters, {plan.corrections} corrections; medians of {plan.repeat} runs "
        f"(refits: {min(plan.repeat, REFITS)}{small}); Python {told['python']}, "
        f"{told['cores']} cores\n\n{table(found)}"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    args = _arguments(argv)
    plan = QUICK if args.quick else Plan()
    if args.repeat:
        plan = replace(plan, repeat=args.repeat)

    def say(text: str) -> None:
        if sys.stderr.isatty():
            print(f"{text} ...", file=sys.stderr)

    program = [args.mailsense or str(Path(sys.executable).with_name("mailsense"))]
    try:
        found = measure(corpus.load(shipped("models") / "corpus"), load_base(), program, plan, say)
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(_report(found, plan, args.json))
    wrong = problems(found) if args.check else []
    for problem in wrong:
        print(problem, file=sys.stderr)
    return 1 if wrong else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n\n")[0]
    )
    add = parser.add_argument
    add("--repeat", type=int, metavar="N", help="timed runs of each side (5; 1 with --quick)")
    add("--quick", action="store_true", help="a small sample, for a look")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--check", action="store_true", help="exit 1 when a figure is worse than allowed")
    add("--mailsense", metavar="PROGRAM", help="the program to measure (that beside python)")
    args = parser.parse_args(argv)
    if args.repeat is not None and args.repeat < 1:
        parser.error("--repeat must be at least 1")
    return args


if __name__ == "__main__":
    sys.exit(main())
