"""One model on disk: a card that is read first, and weights that only the card vouches for.

Decides whether a file may be trusted: the card (``*.json``) tells format, libraries, checksum
and, for a model of the user's own, an HMAC-SHA256 (RFC 2104) by this installation's key over
the whole card; only then are the weights (``*.npz``) opened, with ``allow_pickle=False``, so
that loading never runs code from a file.  Writing is a temporary file, fsync, rename.  Refuses
to know what the arrays mean, and which of several models is in use (``versions``).

Format history: 1 = card with checksum and signature, weights as one npz of plain arrays.
2 = with the number of rows that were fitted, and a stack that sees what a letter answers.
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

FORMAT = 2
KEY_BYTES = 32
MAX_WEIGHTS = 200_000_000
"""A weights file larger than this is not one of ours,"""
MAX_CARD = 50_000_000
"""nor is a card."""
AGAIN = "`mailsense train` makes a new one"
REINSTALL = "install mailsense again"


def card() -> ModelCard:
    """Return the card of the shipped model, without its weights. Raise ModelError."""
    try:
        folder = shipped("models")
    except FileNotFoundError as error:
        raise ModelError(str(error)) from error
    return _read_card(folder / "base.json", REINSTALL)[0]


def load_base() -> tuple[ModelCard, Arrays]:
    """Return the shipped model. Raise ModelError when it is missing or damaged."""
    known = card()
    return known, read_arrays(shipped("models") / "base.npz", known, REINSTALL)


def own_card(path: Path, key: bytes) -> ModelCard:
    """Given where a card of the user's own model lies and the key, return it once it is trusted.

    Raise ModelError when it is missing, damaged, changed, signed by another installation or
    of another format.
    """
    found, record = _read_card(path, AGAIN)
    told = str(record.get("signature")).encode("utf-8", "replace")
    try:
        ours = hmac.compare_digest(told, _signature(found, key).encode())
    except RecursionError:  # nested as deep as the reader of JSON allows
        ours = False
    if not ours:
        raise ModelError(
            f"the model {path.stem} was changed, or was not made by this installation: {AGAIN}"
        )
    return found


def read_arrays(path: Path, card: ModelCard, way_out: str = AGAIN) -> Arrays:
    """Return the weights that a trusted card vouches for. Raise ModelError."""
    import numpy as np

    weights = check_weights(path, card, way_out)
    try:
        with np.load(io.BytesIO(weights), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"the model file {path} is damaged: {way_out}") from error


def check_weights(path: Path, card: ModelCard, way_out: str = AGAIN) -> bytes:
    """Return the weights file unopened, if it is the one the card names. Raise ModelError."""
    damaged = f"the model file {path} is damaged: {way_out}"
    try:
        if path.stat().st_size > MAX_WEIGHTS:
            raise ModelError(damaged)
        weights = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"there is no model file {path}: {way_out}") from error
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}") from error
    checksum = card.checksum.encode("utf-8", "replace")
    if not hmac.compare_digest(hashlib.sha256(weights).hexdigest().encode(), checksum):
        raise ModelError(damaged)
    return weights


def packed(
    arrays: Mapping[str, np.ndarray[Any, Any]], card: ModelCard, key: bytes
) -> tuple[ModelCard, bytes, bytes]:
    """Given a model and the key, return its card with the checksum, the signed card, the weights.

    Raise ValueError when an array is not of plain numbers.
    """
    import numpy as np

    held = io.BytesIO()
    # Not compressed: every start would pay for that, and half floats hardly shrink.
    np.savez(held, allow_pickle=False, **arrays)
    weights = held.getvalue()
    card = replace(card, checksum=hashlib.sha256(weights).hexdigest())
    record = {**asdict(card), "signature": _signature(card, key)}
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=True)
    return card, f"{text}\n".encode(), weights


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
        raise ModelError(f"the key {path} is damaged: delete it, then `mailsense train`")
    return key


def _signature(card: ModelCard, key: bytes) -> str:
    """Return the HMAC over the card, whose checksum stands for the weights."""
    text = json.dumps(asdict(card), sort_keys=True, ensure_ascii=True)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def read_json(path: Path, what: str, way_out: str) -> Mapping[str, Any]:
    """Return the JSON object in a file, which is data and may be anything. Raise ModelError."""
    damaged = f"the {what} {path} is damaged: {way_out}"
    try:
        if path.stat().st_size > MAX_CARD:
            raise ModelError(damaged)
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"there is no {what} {path}: {way_out}") from error
    except OSError as error:
        raise ModelError(f"the {what} {path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(damaged) from error
    if not isinstance(record, dict):
        raise ModelError(damaged)
    return record


def _read_card(path: Path, way_out: str) -> tuple[ModelCard, Mapping[str, Any]]:
    """Return the card and the record it was read from. Raise ModelError."""
    record = read_json(path, "model card", way_out)
    if not isinstance(record.get("format"), int):
        raise ModelError(f"the model card {path} is damaged: {way_out}")
    if record["format"] != FORMAT:
        raise ModelError(
            f"the model {path.stem} has format {record['format']!r:.9}, and this version of "
            f"mailsense reads {FORMAT}: {way_out}"
        )
    try:
        return _card(record), record
    except (KeyError, TypeError, ValueError, OverflowError) as error:
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


def _create(path: Path, content: bytes) -> None:
    """Write a new file, 0600, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step (write, fsync, rename, fsync folder).

    Raise OSError; then what was there before is there still.
    """
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
