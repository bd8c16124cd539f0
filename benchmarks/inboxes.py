"""Does asking pay? Labels for mail of people never heard: ``python -m benchmarks.inboxes``.

Each inbox is written by a group of the corpus's writers, and its model has learned from all the
others alone.  Thirty letters are labelled and learned as ``mailsense label --next 30`` and
``mailsense train`` do it, and beside that thirty drawn from the whole inbox by lot; then the rest
of the inbox is judged again, and so are letters of further people whom no model has heard and who
never wrote to that inbox.  The labels are the corpus's own.  ``mailsense train`` would still try
the new model before it takes the old one's place; here it always does.  ``--write
docs/classifier.md`` puts the table into the document.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.classifier_parts import sampled
from benchmarks.document import written
from benchmarks.inbox_figures import (
    ASKED,
    BEFORE,
    BY_LOT,
    FAULTS,
    WAYS,
    Faults,
    Tried,
    faulty,
    lines,
    table,
)
from benchmarks.inbox_letters import SORTS, Group, Mail, as_mail, groups, inbox
from mailsense.classify import asking, learning, rules, training
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.corpus import Corpus, load
from mailsense.classify.features import Array
from mailsense.classify.model import Model
from mailsense.domain import Kind, ModelCard, Source, Verdict
from mailsense.resources import shipped

Say = Callable[[str], None]
MARK = "inboxes"
"""Of the document, between which the table stands."""
Loaded = tuple[ModelCard, Mapping[str, Array]]


@dataclass(frozen=True)
class Plan:
    """What is run."""

    inboxes: int = 3
    labels: int = 30
    size: int = 300
    """Messages of an inbox, as far as its writers wrote so many."""
    seed: int = 0
    sample: tuple[int, int] | None = None
    """With --quick: so many letters and sentences of the corpus only."""


QUICK = Plan(inboxes=2, labels=10, size=90, sample=(450, 1800))


def investigate(corpus: Corpus, plan: Plan, say: Say) -> list[Tried]:
    """Given the corpus, return what labels did to each inbox.

    Raise ValueError when the corpus has too few writers.
    """
    used = sampled(corpus, *plan.sample, plan.seed) if plan.sample else corpus
    found = []
    for number, group in enumerate(groups(used, plan.inboxes, plan.seed)):
        say(f"inbox {number + 1} of {plan.inboxes}: a model without its writers")
        base = training.train(group.heard)
        for sort in SORTS:
            say(f"inbox {number + 1} of {plan.inboxes}, {sort}")
            found.append(_tried(number, sort, group, base, plan))
    return found


def _tried(number: int, sort: str, group: Group, base: Loaded, plan: Plan) -> Tried:
    """Return what labelling did to one inbox, each way beginning at the base model."""
    seed = plan.seed + number
    mail = inbox(group.inbox, plan.size, sort, seed)
    others = [as_mail(letter) for letter in group.others]
    chosen = {ASKED: asked_for(base, mail, plan.labels)}
    many = len(chosen[ASKED])
    chosen[BY_LOT] = random.Random(f"{seed} by lot").sample(range(len(mail)), many)
    models: dict[str, Loaded] = {BEFORE: base}
    for way, places in chosen.items():
        examples = [mail[place].example() for place in places]
        learned = bool(examples)  # nothing may be asked, where the model is sure of all it keeps
        models[way] = learning.learn(base, examples) if learned else base
    return Tried(number, sort, _faults(models, mail, chosen), _faults(models, others, {}))


def asked_for(base: Loaded, mail: Sequence[Mail], count: int) -> list[int]:
    """Return the places of the letters that ``mailsense label --next`` would ask about.

    As in ``pipeline.lessons.questions``: those that the model judged, and whose text is kept,
    which that of ordinary mail is not.
    """
    verdicts = _judged(base, mail)
    places = [
        place
        for place, (one, verdict) in enumerate(zip(mail, verdicts, strict=True))
        if verdict.source is Source.MODEL
        and verdict.kind is not Kind.OTHER
        and rules.unreadable(one.message) is None
    ]
    found = asking.candidates([mail[place].message for place in places], Model(base[1]))
    return [places[pick.place] for pick in asking.informative(found, count)]


def _judged(model: Loaded, mail: Sequence[Mail]) -> list[Verdict]:
    classifier = ModelClassifier(lambda: model)
    return classifier.classify([one.message for one in mail])


def _faults(
    models: Mapping[str, Loaded],
    mail: Sequence[Mail],
    chosen: Mapping[str, Sequence[int]],
) -> Faults:
    """Return what each model gets wrong of these letters."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(m.like for m in mail))}
    wrong = {
        name: np.array(
            [faulty(one.kind, verdict) for one, verdict in zip(mail, told, strict=True)], dtype=bool
        ).reshape(-1, len(FAULTS))
        for name, model in models.items()
        for told in [_judged(model, mail)]
    }
    places = np.arange(len(mail))
    learned = {way: np.isin(places, list(chosen.get(way, ()))) for way in WAYS}
    return Faults(np.array([numbers[one.like] for one in mail], dtype=int), wrong, learned)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    args = _arguments(argv)
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text}", file=sys.stderr, flush=True)

    plan = QUICK if args.quick else Plan()
    given = {"inboxes": args.inboxes, "labels": args.labels}
    plan = replace(plan, seed=args.seed, **{k: v for k, v in given.items() if v is not None})
    try:
        if args.write:  # before the long work: a document without its mark is told at once
            written(args.write.read_text(encoding="utf-8"), {MARK: ""})
        corpus = load(args.corpus)
        found = lines(investigate(corpus, plan, say), plan.seed)
        if args.write:
            document = args.write.read_text(encoding="utf-8")
            told = f"{_made(corpus, plan)}\n\n```\n{table(found)}\n```"
            args.write.write_text(written(document, {MARK: told}), encoding="utf-8")
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if args.json:
        told = {"corpus": corpus.digest, **asdict(plan), "lines": [asdict(one) for one in found]}
        print(json.dumps(told, indent=2, allow_nan=False))
    elif not args.write:
        print(f"{_made(corpus, plan)}\n\n{table(found)}")
    say("done")
    return 0


def _made(corpus: Corpus, plan: Plan) -> str:
    """Return the line that tells from what the table was made."""
    told = f"{plan.inboxes} inboxes, seed {plan.seed}; digest of the corpus `{corpus.digest[:16]}`."
    quick = "  A quick look at a small sample: it says nothing about the shipped model."
    return told + (quick if plan.sample else "")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.inboxes", description=(__doc__ or "").split("\n\n")[0]
    )
    add = parser.add_argument
    add("--inboxes", type=int, metavar="N", help="groups of writers (3; 2 with --quick)")
    add("--labels", type=int, metavar="N", help="letters labelled (30; 10 with --quick)")
    add("--quick", action="store_true", help="a small sample, for a look")
    add("--seed", type=int, default=0, metavar="N", help="how writers and letters are drawn (0)")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--write", type=Path, metavar="FILE", help="put the table between the marks of FILE")
    add("--corpus", type=Path, default=shipped("models") / "corpus", metavar="FOLDER",
        help="another corpus than the shipped one")  # fmt: skip
    args = parser.parse_args(argv)
    if args.inboxes is not None and args.inboxes < 2:
        parser.error("--inboxes must be at least 2: a model learns from the other groups")
    if args.labels is not None and args.labels < 1:
        parser.error("--labels must be at least 1")
    return args


if __name__ == "__main__":
    sys.exit(main())
