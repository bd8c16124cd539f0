"""The user's own models: the newest versions kept, one of them in use, or the shipped base.

Layout: ``versions/<name>.json|npz`` hold a signed model each and are never changed, only
deleted: by ``prune`` the old ones, by ``remove`` those that must not come back;
``live.json`` names the one in use and those that were before it.  Changing the model in use is
the rename of that one small file, so a crash leaves the one model or the other, never half of
each.  The name decides nothing about trust: whatever it points to must be signed by this
installation and be whole (``modelfile``), else the caller takes the shipped base.  Refuses to
know which model deserves to be in use, and what one has learned.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailsense.adapters import modelfile
from mailsense.domain import ModelCard
from mailsense.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

BASE = "base"
"""The name by which the shipped model is called among the user's own."""
KEPT = 8
"""So many of the newest versions stay, besides the one in use and the one before it."""
LIVE, FOLDER = "live.json", "versions"
_BEFORE = 16
_NAME = re.compile(r"[a-z][a-z0-9]{0,15}(?:-[a-z0-9]{1,16}){0,4}")
"""A version's name.  Is: "own-1a2b3c4d", "own-1a2b3c4d-2".  Is not: "..", "a/b", "Own", ""."""
_TORN = re.compile(r"\.[a-z0-9-]{1,80}\.(?:npz|json)\.[0-9a-f]{8}")
"""What a killed run leaves.  Is: ".own-1a.npz.0a1b2c3d".  Is not: "own-1a.npz", ".note"."""


@dataclass(frozen=True, slots=True)
class Live:
    """What is in use, and what was before it, the newest first."""

    name: str = BASE
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One stored model. ``problem`` says why it cannot be used; then there may be no card."""

    name: str
    card: ModelCard | None
    problem: str = ""


def live(folder: Path) -> Live:
    """Given the models' folder, return what is in use. Raise ModelError when nobody can tell."""
    path = folder / LIVE
    way_out = "`mailsense model use NAME` chooses anew"
    try:
        if not path.exists():
            return Live()
    except OSError as error:
        raise ModelError(f"the folder {folder} cannot be read: {error.strerror}") from error
    record = modelfile.read_json(path, "file", way_out)
    names = [record.get("live"), *_listed(record.get("before"))]
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names):
        raise ModelError(f"the file {path} is damaged: {way_out}")
    return Live(names[0], tuple(names[1:]))


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else [None]


def trusted(folder: Path, name: str, key: bytes, layout: Sequence[int] = ()) -> ModelCard:
    """Return the card of a version that is ours and whole, without opening its weights.

    ``layout`` is that of the features this program has; without one any will do.
    Raise ModelError when it is missing, damaged, foreign, of another format or layout.
    """
    card = _card(folder, name, key)
    modelfile.check_weights(folder / FOLDER / f"{name}.npz", card)
    if problem := _misfit(card, layout):
        raise ModelError(problem)
    return card


def _misfit(card: ModelCard, layout: Sequence[int]) -> str:
    """Return why the features of this program do not fit a version, "" when they do."""
    made_for = card.metrics.get("layout")
    if not layout or made_for is None or made_for == list(layout):
        return ""
    return f"it was made for another version of mailsense: {modelfile.AGAIN}"


def load(folder: Path, name: str, key: bytes) -> tuple[ModelCard, modelfile.Arrays]:
    """Given a version's name and the key, return the model. Raise ModelError as ``trusted``."""
    card = _card(folder, name, key)
    return card, modelfile.read_arrays(folder / FOLDER / f"{name}.npz", card)


def _card(folder: Path, name: str, key: bytes) -> ModelCard:
    if not _NAME.fullmatch(name):
        raise ModelError("a model has no such name: `mailsense model list` shows them")
    card = modelfile.own_card(folder / FOLDER / f"{name}.json", key)
    if card.name != name:
        raise ModelError(f"the model {name} bears the card of another: {modelfile.AGAIN}")
    return card


def listed(folder: Path, key: bytes, layout: Sequence[int] = ()) -> list[Version]:
    """Return every version, the newest first, and why those that are unusable are so.

    ``layout`` is that of the features this program has; a version that was made for another
    one is unusable.
    """
    found = []
    for name in _names(folder):
        try:
            card = trusted(folder, name, key)
        except ModelError as error:
            found.append(Version(name, None, error.problems[0]))
            continue
        found.append(Version(name, card, _misfit(card, layout)))
    return sorted(found, key=lambda v: (_number(v.card), v.name), reverse=True)


def save(
    folder: Path, arrays: Mapping[str, np.ndarray[Any, Any]], card: ModelCard, key: bytes
) -> ModelCard:
    """Given a model and the key, keep it as a new version, not yet in use; return its card.

    The weights are written first, so a version that has a card is whole.  The card gets the
    checksum, a number that rises from version to version, and another name where the name is
    taken.  Raise ModelError when the disk refuses; then every version is as it was.
    """
    place = folder / FOLDER
    known = listed(folder, key)
    number = 1 + max((_number(version.card) for version in known), default=0)
    card = replace(card, name=_free(place, card.name), metrics={**card.metrics, "version": number})
    card, signed, weights = modelfile.packed(arrays, card, key)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        modelfile.write(place / f"{card.name}.npz", weights)
        modelfile.write(place / f"{card.name}.json", signed)
    except OSError as error:
        raise ModelError(f"the model cannot be written to {place}: {error.strerror}") from error
    return card


def put_live(folder: Path, name: str) -> None:
    """Put a version, or BASE, into use. The caller has made sure that it can be.

    Raise ModelError when the disk refuses; then what was in use is so still.
    """
    now = _known_live(folder)
    if name != now.name:
        _point(folder, Live(name, (now.name, *now.before)[:_BEFORE]))


def back(folder: Path, key: bytes, layout: Sequence[int] = ()) -> str:
    """Return the newest of the models in use before this one that can still be used.

    Raise ModelError when there is none.
    """
    usable = {BASE, *(v.name for v in listed(folder, key, layout) if not v.problem)}
    now = _known_live(folder)
    for name in now.before:
        if name in usable and name != now.name:
            return name
    raise ModelError("no model was in use before this one: `mailsense model list` shows all")


def put_back(folder: Path, name: str) -> None:
    """Put what ``back`` named into use again, so that the next ``back`` goes further.

    Raise ModelError when the disk refuses.
    """
    before = _known_live(folder).before
    after = before[before.index(name) + 1 :] if name in before else ()
    _point(folder, Live(name, after))


def prune(folder: Path, key: bytes) -> list[str]:
    """Delete all but the newest versions, those in use now and before, and what a crash left.

    Return the names of what is gone.  What cannot be deleted stays.
    """
    now = _known_live(folder)
    kept = {v.name for v in listed(folder, key)[:KEPT]} | {now.name, *now.before[:1]}
    return _delete(folder, [name for name in _names(folder) if name not in kept])


def remove(folder: Path, names: Sequence[str]) -> list[str]:
    """Delete these versions, but never the one in use. Return the names of what is gone.

    What cannot be deleted stays.
    """
    there = set(_names(folder)) - {_known_live(folder).name}
    return _delete(folder, [name for name in names if name in there])


def _delete(folder: Path, names: Sequence[str]) -> list[str]:
    """Delete versions and what a crash left; return the names of what is gone."""
    place = folder / FOLDER
    with suppress(OSError):
        for name in names:
            (place / f"{name}.json").unlink(missing_ok=True)  # first: no card, no version
        for path in place.iterdir():
            torn = path.suffix == ".npz" and not path.with_suffix(".json").exists()
            if torn or _TORN.fullmatch(path.name):
                path.unlink(missing_ok=True)
    left = set(_names(folder))
    return [name for name in names if name not in left]


def _known_live(folder: Path) -> Live:
    """Return what is in use; where the file is damaged that is the base."""
    try:
        return live(folder)
    except ModelError:
        return Live()


def _point(folder: Path, to: Live) -> None:
    text = json.dumps({"live": to.name, "before": list(to.before)}, indent=2)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        modelfile.write(folder / LIVE, f"{text}\n".encode())
    except OSError as error:
        raise ModelError(f"{folder / LIVE} cannot be written: {error.strerror}") from error


def _names(folder: Path) -> list[str]:
    """Return the names of all versions that have a card, in order."""
    try:
        found = [path.stem for path in (folder / FOLDER).glob("*.json")]
    except OSError:
        return []
    return sorted(name for name in found if _NAME.fullmatch(name))


def _number(card: ModelCard | None) -> int:
    number = card.metrics.get("version") if card else None
    return number if isinstance(number, int) else 0


def _free(place: Path, name: str) -> str:
    """Return the name, or with the first number after it that is free."""
    taken = {path.stem for path in place.glob("*")} | {BASE} if place.is_dir() else {BASE}
    candidates = (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3)))
    return next(found for found in candidates if found not in taken)
