"""Rebuilds the shipped base model from the shipped corpus: ``python -m mailsense.classify.build``.

Decides nothing: the same corpus and libraries give the same files.  The card keeps the
corpus's digest, so that a changed corpus without a rebuilt model is noticed by a test.  With
``--figures`` nothing is built: what the corpus holds and how good the model was is printed.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from mailsense.classify.corpus import KINDS, NEUTRAL, load
from mailsense.classify.training import train
from mailsense.resources import shipped


def build(folder: Path, seed: int = 0) -> None:
    """Given ``models/``, train on its corpus and write base.npz and base.json."""
    import numpy as np

    found = train(load(folder / "corpus"), seed=seed, progress=_progress)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **found.arrays)
    weights = file.getvalue()
    card = replace(found.card, checksum=hashlib.sha256(weights).hexdigest())
    (folder / "base.npz").write_bytes(weights)
    text = json.dumps(asdict(card), indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "base.json").write_text(f"{text}\n", encoding="utf-8")


def figures(folder: Path) -> str:
    """Given ``models/``, return the counts of its corpus and the held-out figures of its card.

    Raise KeyError, OSError or ValueError when corpus or card are missing or damaged.
    """
    corpus = load(folder / "corpus")
    card = json.loads((folder / "base.json").read_text(encoding="utf-8"))
    held = card["metrics"]["held_out"]
    sentences = Counter(s.kind.value if s.kind else NEUTRAL for s in corpus.sentences)
    letters = Counter(letter.kind.value for letter in corpus.letters)
    lines = [
        "| kind | sentences | letters | precision | recall | F1 |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        told = held["kinds"][kind.value]
        shares = " | ".join(f"{told[name]:.2f}" for name in ("precision", "recall", "f1"))
        lines.append(f"| {kind.value} | {sentences[kind]} | {letters[kind]} | {shares} |")
    lines.append(f"| {NEUTRAL} | {sentences[NEUTRAL]} | | | | |")
    lines.append(f"| all | {len(corpus.sentences)} | {len(corpus.letters)} | | | |")
    lines.append(
        f"\n{held['messages']} letters held out: {held['coverage']:.0%} answered, "
        f"{held['accuracy']:.0%} answered rightly, {held['tag_accuracy']:.0%} with the right tag, "
        f"{held['guesses']:.0%} guessed rightly, calibration error {held['ece']:.2f}"
    )
    return "\n".join([*lines, *_by_language(held.get("by_language", {}))])


def _by_language(told: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Yield the figures of each language as a table, where there is more than one."""
    if len(told) < 2:
        return
    yield "\n| language | letters | kind right | tag right | unsure |"
    yield "|---|--:|--:|--:|--:|"
    for name, short in told.items():
        shares = (f"{short[share]:.0%}" for share in ("accuracy", "tag_accuracy", "unsure"))
        yield f"| {name} | {short['messages']} | {' | '.join(shares)} |"


def _progress(done: int, steps: int) -> None:
    sys.stderr.write(f"\rtraining the base model: {done}/{steps}")
    if done == steps:
        sys.stderr.write("\n")


if __name__ == "__main__":
    if "--figures" not in sys.argv[1:]:
        build(shipped("models"))
    sys.stdout.write(f"{figures(shipped('models'))}\n")
