"""Model files: what is trusted, what is refused, and that the old one stays until the new is in."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import numpy as np
import pytest

from mailsense.adapters import modelfile
from mailsense.classify import model
from mailsense.domain import ModelCard
from mailsense.errors import ModelError

KEY = b"k" * modelfile.KEY_BYTES
ARRAYS = {"weights": np.arange(6, dtype=np.float32), "bias": np.zeros(2, dtype=np.float16)}
CARD = ModelCard(
    name="own-1",
    format=modelfile.FORMAT,
    created="2026-03-01T10:00:00+00:00",
    labels=("offer", "other"),
    examples=3,
    digest="d" * 64,
    checksum="",
    metrics={"held_out_accuracy": 0.5},
    libraries={"numpy": "2"},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one saved model."""
    place = tmp_path / "model"
    modelfile.save(place, ARRAYS, CARD, KEY)
    return place


def test_a_saved_model_comes_back_as_it_was(folder: Path) -> None:
    card, arrays = modelfile.load(folder, KEY)
    assert card.name == "own-1"
    assert card.labels == CARD.labels
    assert card.metrics == CARD.metrics
    assert card.checksum
    assert set(arrays) == set(ARRAYS)
    for name, value in ARRAYS.items():
        assert arrays[name].dtype == value.dtype
        assert (arrays[name] == value).all()


def test_only_the_owner_can_read_it_and_nothing_else_is_left(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.npz"]
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_saving_again_replaces_the_model(folder: Path) -> None:
    modelfile.save(folder, {"weights": np.ones(3)}, CARD, KEY)
    _, arrays = modelfile.load(folder, KEY)
    assert arrays["weights"].tolist() == [1.0, 1.0, 1.0]
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "model.npz"]


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x01
    path.write_bytes(bytes(content))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _set(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


DAMAGE = [
    ("no card", lambda f: (f / "model.json").unlink(), "no model"),
    ("no weights", lambda f: (f / "model.npz").unlink(), "no model"),
    ("garbage for a card", lambda f: (f / "model.json").write_text("<html>"), "damaged"),
    ("bytes for a card", lambda f: (f / "model.json").write_bytes(b"\xff\xfe\x00"), "damaged"),
    ("a list for a card", lambda f: (f / "model.json").write_text("[]"), "damaged"),
    ("a card without fields", lambda f: (f / "model.json").write_text('{"format": 1}'), "damaged"),
    ("a cut card", lambda f: _cut(f / "model.json"), "damaged"),
    ("cut weights", lambda f: _cut(f / "model.npz"), "damaged"),
    ("a flipped bit in the weights", lambda f: _flip(f / "model.npz"), "damaged"),
    ("a changed card", lambda f: _set(f / "model.json", name="better"), "this installation"),
    ("a changed threshold", lambda f: _set(f / "model.json", metrics={}), "this installation"),
    ("another checksum", lambda f: _set(f / "model.json", checksum="0" * 64), "this installation"),
    ("no signature", lambda f: _set(f / "model.json", signature=None), "this installation"),
    ("a newer format", lambda f: _set(f / "model.json", format=99), "format 99"),
]


@pytest.mark.parametrize(("case", "damage", "said"), DAMAGE, ids=[case for case, _, _ in DAMAGE])
def test_a_damaged_or_foreign_model_is_refused_in_one_line(
    folder: Path, case: str, damage: object, said: str
) -> None:
    damage(folder)  # type: ignore[operator]
    with pytest.raises(ModelError, match=said) as caught:
        modelfile.load(folder, KEY)
    (problem,) = caught.value.problems
    assert "\n" not in problem
    assert "base model is used" in problem or "read" in problem


def test_another_installations_key_does_not_open_it(folder: Path) -> None:
    with pytest.raises(ModelError, match="this installation"):
        modelfile.load(folder, b"x" * modelfile.KEY_BYTES)


def test_a_pickle_among_the_weights_is_never_run(tmp_path: Path) -> None:
    trap = {"weights": np.array([{"a": 1}], dtype=object)}
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        modelfile.save(tmp_path / "model", trap, CARD, KEY)
    assert not (tmp_path / "model" / "model.json").exists()


@pytest.mark.parametrize("failing", ["model.npz", "model.json"])
def test_the_previous_model_serves_when_the_new_one_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    original = modelfile._create

    def full(path: Path, content: bytes) -> None:
        if failing in path.name:
            raise OSError(28, "No space left on device")
        original(path, content)

    monkeypatch.setattr(modelfile, "_create", full)
    with pytest.raises(ModelError, match="No space left"):
        modelfile.save(folder, {"weights": np.ones(1)}, CARD, KEY)
    _, arrays = modelfile.load(folder, KEY)
    assert arrays["weights"].tolist() == ARRAYS["weights"].tolist()


def test_a_crash_between_weights_and_card_leaves_the_previous_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = modelfile._write

    def crash(path: Path, content: bytes) -> None:
        if path.name == "model.json":
            raise KeyboardInterrupt
        original(path, content)

    monkeypatch.setattr(modelfile, "_write", crash)
    with pytest.raises(KeyboardInterrupt):
        modelfile.save(folder, {"weights": np.ones(1)}, CARD, KEY)
    monkeypatch.undo()
    _, arrays = modelfile.load(folder, KEY)
    assert arrays["weights"].tolist() == ARRAYS["weights"].tolist()


def test_the_key_is_made_once_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "state" / "key"
    key = modelfile.installation_key(path)
    assert len(key) == modelfile.KEY_BYTES
    assert modelfile.installation_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert modelfile.installation_key(tmp_path / "a") != modelfile.installation_key(tmp_path / "b")


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    with pytest.raises(ModelError, match="damaged"):
        modelfile.installation_key(tmp_path / "key")


def test_the_shipped_model_is_whole() -> None:
    card, arrays = modelfile.load_base()
    assert card.format == modelfile.FORMAT == model.FORMAT
    assert "buckets" in arrays
    model.Model(arrays)


def test_a_missing_or_damaged_shipped_model_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modelfile, "shipped", lambda kind: tmp_path)
    with pytest.raises(ModelError, match="install mailsense again"):
        modelfile.load_base()
