"""Rebuilds the shipped base model from the shipped corpus: ``python -m mailsense.classify.build``.

Decides nothing: the same corpus and libraries give the same files.  The card keeps the
corpus's digest, so that a changed corpus without a rebuilt model is noticed by a test.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

from mailsense.classify.corpus import load
from mailsense.classify.training import train
from mailsense.resources import shipped


def build(folder: Path, seed: int = 0) -> None:
    """Given ``models/``, train on its corpus and write base.npz and base.json."""
    import numpy as np

    arrays, card = train(load(folder / "corpus"), [], seed=seed, progress=_progress)
    held = io.BytesIO()
    np.savez_compressed(held, allow_pickle=False, **arrays)
    weights = held.getvalue()
    card = replace(card, checksum=hashlib.sha256(weights).hexdigest())
    (folder / "base.npz").write_bytes(weights)
    text = json.dumps(asdict(card), indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "base.json").write_text(f"{text}\n", encoding="utf-8")


def _progress(done: int, steps: int) -> None:
    sys.stderr.write(f"\rtraining the base model: {done}/{steps}")
    if done == steps:
        sys.stderr.write("\n")


if __name__ == "__main__":
    build(shipped("models"))
