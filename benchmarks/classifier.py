"""How well the classifier reads strangers, and why: ``python -m benchmarks.classifier``.

Whole writers of the training corpus are held out in turn.  What learned from the others is
asked about their letters: each way to look at a letter with each estimator; the shipped variant
with fewer writers; and with less ordinary mail.  Everything that is chosen is chosen among the
writers in training.  ``--write docs/classifier.md`` puts the tables into the document.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.classifier_figures import Figures, Found, Point, figures
from benchmarks.classifier_fits import AS_SHIPPED, PARTS, Grid
from benchmarks.classifier_models import SHIPPED, Learned, learn
from benchmarks.classifier_parts import sampled, some_writers, split, with_life
from benchmarks.classifier_tables import MARKS, tables
from benchmarks.document import written
from mailsense.classify.corpus import Corpus, Letter, Sentence, load
from mailsense.domain import Kind, Verdict
from mailsense.resources import shipped

Say = Callable[[str], None]
Split = Sequence[tuple[Corpus, tuple[Letter, ...]]]


@dataclass(frozen=True)
class Plan:
    """What is run: parts of the writers, what is tried, how much is left out."""

    folds: int = 4
    seed: int = 0
    grid: Grid = field(
        default_factory=lambda: Grid(
            {
                "linear": {"sentence": (30.0,), "letter": (30.0, 300.0)},
                "bayes": dict.fromkeys(PARTS, (0.1, 0.3, 1.0)),
                "both": {"sentence": (30.0,), "letter": (30.0, 300.0)},
                "hinge": {"sentence": (0.1, 0.3), "letter": (1.0, 3.0, 10.0)},
                "shipped": AS_SHIPPED,
            }
        )
    )
    shares: Sequence[float] = (1 / 8, 1 / 4, 1 / 2)
    life: Sequence[int] = (0, 50, 300, 600)
    sample: tuple[int, int] | None = None
    """With --quick: so many letters and sentences only."""


_FEW = Grid.of(linear=(30.0,), bayes=(0.3,), both=(30.0,), hinge=(0.3, 3.0)).settings
QUICK = Plan(
    folds=3,
    grid=Grid({**_FEW, "shipped": AS_SHIPPED}, passes=3),
    shares=(1 / 2,),
    life=(0, 50),
    sample=(450, 1800),
)


Thin = Callable[[Corpus], Corpus]


def investigate(corpus: Corpus, plan: Plan, say: Say) -> Found:
    """Given the corpus, return everything that the tables tell.

    Raise ValueError when it has fewer writers than parts.
    """
    used = sampled(corpus, *plan.sample, plan.seed) if plan.sample else corpus
    parts = split(used, plan.folds, plan.seed)
    learned: list[Learned] = []
    comparison: dict[tuple[str, str], list[tuple[Letter, Verdict]]] = {}
    for number, (rest, asked) in enumerate(parts, start=1):
        say(f"comparing the variants, part {number} of {plan.folds}")
        learned.append(learn(rest, plan.grid, plan.folds - 1, plan.seed))
        for key, verdicts in learned[-1].judge(asked).items():
            comparison.setdefault(key, []).extend(zip(asked, verdicts, strict=True))
    grids = [_as_chosen(one, plan) for one in learned]
    whole = _pointed("all", [rest for rest, _ in parts], figures(comparison[SHIPPED]))
    return Found(
        made=_made(corpus, used, plan),
        comparison=comparison,
        choices={
            name: {part: [one.choices[name][part] for one in learned] for part in PARTS}
            for name in plan.grid.settings
        },
        curve=[*_thinned(_fewer_writers(plan), parts, grids, plan, say), whole],
        life=[*_thinned(_less_life(parts, plan), parts, grids, plan, say), whole],
    )


def _fewer_writers(plan: Plan) -> dict[str, Thin]:
    """Return how the training corpus is thinned for each point of the learning curve."""
    return {
        f"1/{round(1 / share)}": partial(some_writers, share=share, seed=plan.seed)
        for share in plan.shares
    }


def _less_life(parts: Split, plan: Plan) -> dict[str, Thin]:
    """Return how ordinary mail is thinned, as far as every part has more than that."""
    fewest = min(_count(rest)["ordinary letters"] for rest, _ in parts)
    return {
        str(most): partial(with_life, letters=most, seed=plan.seed)
        for most in plan.life
        if most < fewest
    }


def _thinned(
    ways: Mapping[str, Thin], parts: Split, grids: Sequence[Grid], plan: Plan, say: Say
) -> list[Point]:
    """Return a point for each way to thin the training corpus: the shipped variant, fitted anew.

    Its strength stays what was chosen with all writers in training.
    """
    points = []
    for label, thin in ways.items():
        told: list[tuple[Letter, Verdict]] = []
        learned_from = []
        for number, ((rest, asked), grid) in enumerate(zip(parts, grids, strict=True), start=1):
            name = thin.func.__name__.replace("_", " ") if isinstance(thin, partial) else ""
            say(f"{name}, {label}: part {number} of {plan.folds}")
            learned_from.append(thin(rest))
            found = learn(learned_from[-1], grid, plan.folds - 1, plan.seed, SHIPPED[:1])
            told.extend(zip(asked, found.judge(asked)[SHIPPED], strict=True))
        points.append(_pointed(label, learned_from, figures(told)))
    return points


def _as_chosen(learned: Learned, plan: Plan) -> Grid:
    """Return the grid with nothing but the shipped estimator as it was chosen."""
    name = SHIPPED[1]
    chosen = {part: (learned.choices[name][part][0],) for part in PARTS}
    return Grid({name: chosen}, plan.grid.passes)


def _count(corpus: Corpus) -> dict[str, int]:
    records: tuple[Sentence | Letter, ...] = (*corpus.sentences, *corpus.letters)
    return {
        "voices": len({one.voice for one in records if one.voice}),
        "letters": len(corpus.letters),
        "sentences": len(corpus.sentences),
        "ordinary letters": sum(one.kind is Kind.OTHER for one in corpus.letters),
        "ordinary sentences": sum(one.kind is Kind.OTHER for one in corpus.sentences),
    }


def _pointed(label: str, learned_from: Sequence[Corpus], found: Figures) -> Point:
    """Return a point with the mean of what was learned from."""
    counts = [_count(one) for one in learned_from]
    return Point(
        label, {name: sum(of[name] for of in counts) / len(counts) for name in counts[0]}, found
    )


def _made(corpus: Corpus, used: Corpus, plan: Plan) -> str:
    """Return the line that tells from what the tables were made."""
    import scipy
    import sklearn

    count = _count(used)
    told = (
        f"Made by `python -m benchmarks.classifier{' --quick' if plan.sample else ''}` from "
        f"{count['letters']:,} letters and {count['sentences']:,} sentences; writers in "
        f"{plan.folds} parts, seed {plan.seed}; digest of the corpus `{corpus.digest[:16]}`; "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"scikit-learn {sklearn.__version__}."
    )
    if plan.sample:
        told += (
            "\n\n**A quick look at a small sample: these figures only show that the command "
            "works. They say nothing about the shipped model.**"
        )
    return told


def main(argv: Sequence[str] | None = None) -> int:
    """Run the comparison and return the exit status."""
    args = _arguments(argv)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", file=sys.stderr, flush=True)

    plan = QUICK if args.quick else Plan()
    plan = replace(plan, folds=args.folds or plan.folds, seed=args.seed)
    try:
        if args.write:  # before the long work: a document without its marks is told at once
            written(args.write.read_text(encoding="utf-8"), dict.fromkeys(MARKS, ""))
        found = investigate(load(args.corpus), plan, say)
        texts = tables(found)
        if args.write:
            document = written(args.write.read_text(encoding="utf-8"), texts)
            args.write.write_text(document, encoding="utf-8")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        print(json.dumps(found.as_dict(), indent=2))
    elif not args.write:
        print("\n\n".join(f"## {name}\n\n{text}" for name, text in texts.items()))
    say("done")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.classifier", description=(__doc__ or "").split("\n\n")[0]
    )
    add = parser.add_argument
    add("--folds", type=int, metavar="N", help="parts of the writers (4; 3 with --quick)")
    add("--quick", action="store_true", help="a small sample, for a look: a minute")
    add("--seed", type=int, default=0, metavar="N", help="how writers are dealt (0)")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--write", type=Path, metavar="FILE", help="put the tables between the marks of FILE")
    add("--corpus", type=Path, default=shipped("models") / "corpus", metavar="FOLDER",
        help="another corpus than the shipped one")  # fmt: skip
    args = parser.parse_args(argv)
    if args.folds is not None and args.folds < 3:
        parser.error("--folds must be at least 3: two of the parts are split again")
    return args


if __name__ == "__main__":
    sys.exit(main())
