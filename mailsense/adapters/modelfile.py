"""Models on disk: the shipped base, and the user's own, signed and replaced as one.

Decides whether a file may be trusted: the card (``*.json``) is read first and tells format,
checksum and, for the user's own model, an HMAC-SHA256 (RFC 2104) by this installation's key
over the whole card; only then are the weights (``*.npz``) opened, with ``allow_pickle=False``,
so that loading never runs code from a file.  Refuses to know what the arrays mean.

Format history: 1 = card with checksum and signature, weights as one npz of plain arrays.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailsense.domain import ModelCard
from mailsense.errors import ModelError
from mailsense.resources import shipped

if TYPE_CHECKING:
    import numpy as np

    Arrays = dict[str, np.ndarray[Any, Any]]

FORMAT = 1
CARD, WEIGHTS, PREVIOUS = "model.json", "model.npz", "model.npz.previous"
KEY_BYTES = 32
MAX_WEIGHTS = 200_000_000
"""A weights file larger than this is not one of ours."""


def card(folder: Path | None = None) -> ModelCard:
    """Return the card of the model in a folder, or of the shipped one, without its weights.

    Enough to show, not to trust: only ``load`` checks the signature.  Raise ModelError.
    """
    path = folder / "model.json" if folder else shipped("models") / "base.json"
    return _read_card(path, "train again" if folder else "install mailsense again")[0]


def load_base() -> tuple[ModelCard, Arrays]:
    """Return the shipped model. Raise ModelError when it is missing or damaged."""
    try:
        folder = shipped("models")
    except FileNotFoundError as error:
        raise ModelError(str(error)) from error
    way_out = "install mailsense again"
    card, _ = _read_card(folder / "base.json", way_out)
    return card, _read_arrays(folder / "base.npz", card, way_out)


def load(folder: Path, key: bytes) -> tuple[ModelCard, Arrays]:
    """Given the folder of the user's own model and the key, return it.

    Raise ModelError when it is missing, truncated, changed, signed by another installation
    or written by a newer version; then the base model still serves.
    """
    way_out = "train again; until then the base model is used"
    card, record = _read_card(folder / CARD, way_out)
    told = record.get("signature")
    if not isinstance(told, str) or not hmac.compare_digest(told, _signature(card, key)):
        raise ModelError(f"the model was not made by this installation: {way_out}")
    current, previous = folder / WEIGHTS, folder / PREVIOUS
    if previous.exists() and not _vouched(current, card):
        current = previous  # a save broke off before the new card was in place
    return card, _read_arrays(current, card, way_out)


def save(folder: Path, arrays: Mapping[str, np.ndarray[Any, Any]], card: ModelCard,
         key: bytes) -> None:  # fmt: skip
    """Given a model and the key, write and sign it in place of the previous one.

    The card is written last and is what counts: until then the previous weights stay beside
    the new ones, so a crash leaves the previous model whole.  Raise ModelError when the disk
    refuses.
    """
    import numpy as np

    held = io.BytesIO()
    np.savez_compressed(held, allow_pickle=False, **arrays)
    weights = held.getvalue()
    card = replace(card, checksum=hashlib.sha256(weights).hexdigest())
    record = {**asdict(card), "signature": _signature(card, key)}
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _keep_previous(folder)
        _write(folder / WEIGHTS, weights)
        _write(folder / CARD, f"{text}\n".encode())
        (folder / PREVIOUS).unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(f"the model cannot be written to {folder}: {error.strerror}") from error


def installation_key(path: Path) -> bytes:
    """Given where the key lies, return it, made once, at random, readable by its owner only.

    Raise ModelError when it cannot be read or made, or is not a key.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            _create(fresh, secrets.token_bytes(KEY_BYTES))
            try:
                os.link(fresh, path)  # fails, and leaves it alone, if another was faster
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        key = path.read_bytes()
    except OSError as error:
        raise ModelError(f"the key {path} cannot be used: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise ModelError(f"the key {path} is damaged: delete it and train again")
    return key


def _signature(card: ModelCard, key: bytes) -> str:
    """Return the HMAC over the card, whose checksum stands for the weights."""
    text = json.dumps(asdict(card), sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _read_card(path: Path, way_out: str) -> tuple[ModelCard, Mapping[str, Any]]:
    """Return the card and the record it was read from. Raise ModelError."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"there is no model at {path}: {way_out}") from error
    except OSError as error:
        raise ModelError(f"the model card {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ModelError(f"the model card {path} is damaged: {way_out}") from error
    if not isinstance(record, dict) or not isinstance(record.get("format"), int):
        raise ModelError(f"the model card {path} is damaged: {way_out}")
    if record["format"] != FORMAT:
        raise ModelError(
            f"the model at {path} has format {record['format']}, this version reads {FORMAT}: "
            f"{way_out}"
        )
    try:
        return _card(record), record
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"the model card {path} is damaged: {way_out}") from error


def _card(record: Mapping[str, Any]) -> ModelCard:
    """Given a record, return the card. Raise KeyError, TypeError or ValueError if malformed."""
    return ModelCard(
        name=str(record["name"]),
        format=int(record["format"]),
        created=str(record["created"]),
        labels=tuple(str(label) for label in record["labels"]),
        examples=int(record["examples"]),
        digest=str(record["digest"]),
        checksum=str(record["checksum"]),
        metrics=dict(record["metrics"]),
        libraries=dict(record["libraries"]),
    )


def _read_arrays(path: Path, card: ModelCard, way_out: str) -> Arrays:
    """Return the weights that the card vouches for. Raise ModelError."""
    import numpy as np

    damaged = f"the model file {path} is damaged: {way_out}"
    try:
        if path.stat().st_size > MAX_WEIGHTS:
            raise ModelError(damaged)
        weights = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"there is no model at {path}: {way_out}") from error
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}") from error
    if not hmac.compare_digest(hashlib.sha256(weights).hexdigest(), card.checksum):
        raise ModelError(damaged)
    try:
        with np.load(io.BytesIO(weights), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(damaged) from error


def _vouched(path: Path, card: ModelCard) -> bool:
    """Tell whether the file at ``path`` is the one whose checksum the card names."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == card.checksum
    except OSError:
        return False


def _keep_previous(folder: Path) -> None:
    """Give the weights that the present card names a second name, if there is such a card."""
    try:
        card, _ = _read_card(folder / CARD, "")
    except ModelError:
        return
    if _vouched(folder / WEIGHTS, card):
        (folder / PREVIOUS).unlink(missing_ok=True)
        os.link(folder / WEIGHTS, folder / PREVIOUS)


def _create(path: Path, content: bytes) -> None:
    """Write a new file, 0600, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step (write, fsync, rename, fsync folder)."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _create(fresh, content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
