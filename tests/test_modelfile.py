"""Model files: what is trusted, what is refused, and that one whole model is always there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mailsense.adapters import modelfile, versions
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
    """A folder with one saved model, in use."""
    place = tmp_path / "model"
    keep(place)
    versions.put_live(place, "own-1")
    return place


def keep(place: Path, card: ModelCard = CARD, value: float = 0.0) -> str:
    """Save one more version and return its name."""
    arrays = {"weights": np.full(3, value)} if value else ARRAYS
    return versions.save(place, arrays, card, KEY).name


def names(place: Path) -> list[str]:
    return [version.name for version in versions.listed(place, KEY)]


# --- one file ---------------------------------------------------------------------------


def test_a_saved_model_comes_back_as_it_was(folder: Path) -> None:
    card, arrays = versions.load(folder, "own-1", KEY)
    assert card.name == "own-1"
    assert card.labels == CARD.labels
    assert card.metrics["held_out_accuracy"] == 0.5
    assert card.checksum
    assert card == versions.trusted(folder, "own-1", KEY)
    assert set(arrays) == set(ARRAYS)
    for name, value in ARRAYS.items():
        assert arrays[name].dtype == value.dtype
        assert (arrays[name] == value).all()


def test_only_the_owner_can_read_it_and_nothing_else_is_left(folder: Path) -> None:
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*")) == [
        "live.json", "versions/own-1.json", "versions/own-1.npz",
    ]  # fmt: skip
    for path in folder.rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_made_a_model_is_told_and_a_later_library_reads_it(folder: Path) -> None:
    old = keep(folder, replace(CARD, libraries={"numpy": "1.26.0", "scikit-learn": "0.1"}))
    card, _ = versions.load(folder, old, KEY)
    assert card.libraries["scikit-learn"] == "0.1"


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x01
    path.write_bytes(bytes(content))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _set(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def _json(folder: Path) -> Path:
    return folder / "versions" / "own-1.json"


def _npz(folder: Path) -> Path:
    return folder / "versions" / "own-1.npz"


def _another(folder: Path) -> None:
    other = keep(folder, replace(CARD, name="own-2"))
    _json(folder).write_bytes((folder / "versions" / f"{other}.json").read_bytes())


NO_FIELDS = json.dumps({"format": modelfile.FORMAT})
DEEP = '{"format": 1, "metrics": {"a": ' + "[" * 50_000
NESTED = json.dumps({"a": 0})
for _ in range(400):
    NESTED = f'{{"a": {NESTED}}}'
DAMAGE: list[tuple[str, Callable[[Path], object], str]] = [
    ("no card", lambda f: _json(f).unlink(), "no model card"),
    ("no weights", lambda f: _npz(f).unlink(), "no model file"),
    ("an empty card", lambda f: _json(f).write_text(""), "damaged"),
    ("empty weights", lambda f: _npz(f).write_bytes(b""), "damaged"),
    ("garbage for a card", lambda f: _json(f).write_text("<html>"), "damaged"),
    ("bytes for a card", lambda f: _json(f).write_bytes(b"\xff\xfe\x00"), "damaged"),
    ("a list for a card", lambda f: _json(f).write_text("[]"), "damaged"),
    ("brackets without end", lambda f: _json(f).write_text(DEEP), "damaged"),
    ("a card without fields", lambda f: _json(f).write_text(NO_FIELDS), "damaged"),
    ("a card of absurd numbers", lambda f: _set(_json(f), examples=float("inf")), "damaged"),
    ("a cut card", lambda f: _cut(_json(f)), "damaged"),
    ("cut weights", lambda f: _cut(_npz(f)), "damaged"),
    ("a flipped bit in the weights", lambda f: _flip(_npz(f)), "damaged"),
    ("a changed card", lambda f: _set(_json(f), created="2030"), "this installation"),
    ("a changed threshold", lambda f: _set(_json(f), metrics={}), "this installation"),
    ("a deep card", lambda f: _set(_json(f), metrics=json.loads(NESTED)), "this installation"),
    ("another checksum", lambda f: _set(_json(f), checksum="0" * 64), "this installation"),
    ("no signature", lambda f: _set(_json(f), signature=None), "this installation"),
    ("an odd signature", lambda f: _set(_json(f), signature="é\ud800"), "this installation"),
    ("another version's card", _another, "card of another"),
    ("an older format", lambda f: _set(_json(f), format=1), "format 1, .*`mailsense train`"),
    ("a newer format", lambda f: _set(_json(f), format=99), "format 99"),
    ("an older format", lambda f: _set(_json(f), format=0), "format 0"),
]


@pytest.mark.parametrize(("case", "damage", "said"), DAMAGE, ids=[case for case, _, _ in DAMAGE])
def test_a_damaged_or_foreign_model_is_refused_in_one_line_with_the_way_out(
    folder: Path, case: str, damage: Callable[[Path], object], said: str
) -> None:
    damage(folder)
    for read in (versions.load, versions.trusted):
        with pytest.raises(ModelError, match=said) as caught:
            read(folder, "own-1", KEY)
        (problem,) = caught.value.problems
        assert "\n" not in problem
        assert "`mailsense train`" in problem
    told = {version.name: version.problem for version in versions.listed(folder, KEY)}
    assert case == "no card" or told["own-1"] == problem, "the list says the same"


def test_another_installations_key_does_not_open_it(folder: Path) -> None:
    with pytest.raises(ModelError, match="this installation"):
        versions.load(folder, "own-1", b"x" * modelfile.KEY_BYTES)


def test_a_huge_file_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modelfile, "MAX_WEIGHTS", 10)
    with pytest.raises(ModelError, match="damaged"):
        versions.load(folder, "own-1", KEY)
    monkeypatch.setattr(modelfile, "MAX_CARD", 10)
    with pytest.raises(ModelError, match="damaged"):
        versions.load(folder, "own-1", KEY)


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return os.mkdir, (self.place,)


def test_a_pickle_among_the_weights_is_never_run(tmp_path: Path, folder: Path) -> None:
    arrays = {"weights": np.array([Trap(tmp_path / "sprung")], dtype=object)}
    with pytest.raises(ValueError, match=r"[Oo]bject"):
        versions.save(folder, arrays, CARD, KEY)
    assert names(folder) == ["own-1"]
    np.savez(_npz(folder), **arrays)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="damaged"):
        versions.load(folder, "own-1", KEY)
    card = versions.trusted(folder, keep(folder), KEY)
    signed = replace(card, checksum=modelfile.hashlib.sha256(_npz(folder).read_bytes()).hexdigest())
    with pytest.raises(ModelError, match="damaged"):
        modelfile.read_arrays(_npz(folder), signed)  # even if it were vouched for
    assert not (tmp_path / "sprung").exists()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens to a model, in order: a comparison of secrets, or its weights are opened."""
    seen: list[str] = []
    compare, load = modelfile.hmac.compare_digest, np.load

    def compared(one: bytes, two: bytes) -> bool:
        same = compare(one, two)
        seen.append("verified" if same else "refused")
        return bool(same)

    def loaded(*args: Any, **more: Any) -> Any:
        seen.append("opened")
        return load(*args, **more)

    monkeypatch.setattr(modelfile.hmac, "compare_digest", compared)
    monkeypatch.setattr(np, "load", loaded)
    return seen


def test_weights_are_opened_once_signature_and_checksum_are_verified(
    folder: Path, opened: list[str]
) -> None:
    versions.load(folder, "own-1", KEY)
    assert opened == ["verified", "verified", "opened"]
    opened.clear()
    versions.trusted(folder, "own-1", KEY)
    assert opened == ["verified", "verified"], "to trust a model nothing is opened"
    opened.clear()
    modelfile.load_base()
    assert opened == ["verified", "opened"], "the shipped model bears no signature"


@pytest.mark.parametrize(("case", "damage", "said"), DAMAGE, ids=[case for case, _, _ in DAMAGE])
def test_what_is_damaged_or_foreign_is_never_opened(
    folder: Path, opened: list[str], case: str, damage: Callable[[Path], object], said: str
) -> None:
    damage(folder)
    opened.clear()
    with pytest.raises(ModelError, match=said):
        versions.load(folder, "own-1", KEY)
    assert "opened" not in opened


def test_a_damaged_shipped_model_is_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    weights = (modelfile.shipped("models") / "base.npz").read_bytes()
    card = (modelfile.shipped("models") / "base.json").read_bytes()
    (tmp_path / "base.json").write_bytes(card)
    (tmp_path / "base.npz").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    monkeypatch.setattr(modelfile, "shipped", lambda kind: tmp_path)
    with pytest.raises(ModelError, match=r"damaged.*install mailsense again"):
        modelfile.load_base()
    assert opened == ["refused"]


# --- several ----------------------------------------------------------------------------


def test_without_a_model_of_ones_own_the_base_is_in_use(tmp_path: Path) -> None:
    assert versions.live(tmp_path / "model") == versions.Live("base", ())
    assert versions.listed(tmp_path / "model", KEY) == []


def test_a_new_version_changes_neither_the_old_one_nor_what_is_in_use(folder: Path) -> None:
    before = {p.name: p.read_bytes() for p in folder.rglob("*.*")}
    second = keep(folder, value=1.0)
    assert second == "own-1-2", "the name was taken"
    assert versions.live(folder).name == "own-1"
    assert {p.name: p.read_bytes() for p in folder.rglob("*.*")}.items() >= before.items()
    _, arrays = versions.load(folder, second, KEY)
    assert arrays["weights"].tolist() == [1.0, 1.0, 1.0]
    assert names(folder) == ["own-1-2", "own-1"], "the newest first"


def test_going_back_goes_one_further_each_time(folder: Path) -> None:
    for name in ("own-2", "own-3"):
        keep(folder, replace(CARD, name=name))
        versions.put_live(folder, name)
    versions.put_live(folder, "own-3")  # in use already
    for expected in ("own-2", "own-1", "base"):
        assert versions.back(folder, KEY) == expected
        versions.put_back(folder, expected)
        assert versions.live(folder).name == expected
    with pytest.raises(ModelError, match="before this one"):
        versions.back(folder, KEY)


def test_going_back_passes_over_what_cannot_be_used(folder: Path) -> None:
    keep(folder, replace(CARD, name="own-2"))
    versions.put_live(folder, "own-2")
    _flip(_npz(folder))
    assert versions.back(folder, KEY) == "base"


def test_the_newest_eight_the_one_in_use_and_the_one_before_it_stay(folder: Path) -> None:
    keep(folder, replace(CARD, name="own-old"))
    keep(folder, replace(CARD, name="own-gone"))
    versions.put_live(folder, "own-old")
    made = [keep(folder, replace(CARD, name=f"own-a{n}")) for n in range(versions.KEPT)]
    (folder / "versions" / ".own-9.npz.0a1b2c3d").write_bytes(b"left by a killed run")
    (folder / "versions" / "own-9.npz").write_bytes(b"weights whose card was never written")
    (folder / "versions" / "note.txt").write_text("mine")
    assert versions.prune(folder, KEY) == ["own-gone"]
    assert names(folder) == [*reversed(made), "own-old", "own-1"]
    left = {p.name for p in (folder / "versions").iterdir()} - {"note.txt"}
    assert left == {f"{name}.{end}" for name in names(folder) for end in ("json", "npz")}
    assert (folder / "versions" / "note.txt").exists()


def test_versions_are_removed_by_name_but_never_the_one_in_use(folder: Path) -> None:
    one, two, three = (keep(folder, replace(CARD, name=f"own-{n}")) for n in "abc")
    versions.put_live(folder, two)
    assert versions.remove(folder, [one, two, "own-z", "../live"]) == [one]
    assert names(folder) == [three, two, "own-1"]
    assert not (folder / "versions" / f"{one}.npz").exists()
    assert versions.live(folder).name == two
    assert versions.remove(folder, []) == []


def test_what_cannot_be_removed_is_not_told_as_gone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = keep(folder, CARD)

    def refuses(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "unlink", refuses)
    assert versions.remove(folder, [name]) == []
    assert versions.prune(folder, KEY) == []
    assert names(folder) == [name, "own-1"]


def test_a_version_for_other_features_is_listed_as_unusable(folder: Path) -> None:
    old = keep(folder, replace(CARD, metrics={"layout": [1, 2]}))
    new = keep(folder, replace(CARD, metrics={"layout": [2, 2]}))
    told = {v.name: v.problem for v in versions.listed(folder, KEY, (2, 2))}
    assert "another version of mailsense" in told[old]
    assert told[new] == ""


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"live": 3, "before": []}', '{"live": "../../x", "before": []}',
     '{"live": "base", "before": ["/etc"]}', '{"live": "base", "before": {}}', "\x00"],
)  # fmt: skip
def test_a_damaged_choice_is_told_and_the_next_choice_mends_it(folder: Path, content: str) -> None:
    (folder / "live.json").write_text(content)
    with pytest.raises(ModelError, match="damaged") as caught:
        versions.live(folder)
    assert "mailsense model use" in caught.value.problems[0]
    versions.put_live(folder, "own-1")
    assert versions.live(folder) == versions.Live("own-1", ("base",))


@pytest.mark.parametrize("name", ["..", "a/b", "../live", "Own", "", "own_1", "-", "own--1", "é"])
def test_a_name_leads_nowhere_else(folder: Path, name: str) -> None:
    with pytest.raises(ModelError, match="no such name"):
        versions.load(folder, name, KEY)


NAMES = [("own-1a2b3c4d", True), ("own-1a2b3c4d-2", True), ("base", True),
         ("..", False), ("a/b", False), ("Own", False), ("", False)]  # fmt: skip
TORN = [(".own-1a.npz.0a1b2c3d", True), ("own-1a.npz", False), (".note", False)]


@pytest.mark.parametrize(
    ("pattern", "text", "is_one"),
    [(versions._NAME, *case) for case in NAMES] + [(versions._TORN, *case) for case in TORN],
)
def test_the_patterns_match_what_they_say(
    pattern: re.Pattern[str], text: str, is_one: bool
) -> None:
    assert bool(pattern.fullmatch(text)) is is_one


# --- disks that fill, runs that are killed ------------------------------------------------


def _state(folder: Path) -> tuple[str, list[float]]:
    """Return what is in use and its weights: this must always be one whole model."""
    name = versions.live(folder).name
    _, arrays = versions.load(folder, name, KEY)
    return name, arrays["weights"].tolist()


def _replace_the_model(folder: Path) -> None:
    versions.put_live(folder, keep(folder, value=1.0))


@pytest.mark.parametrize("failing", ["own-1-2.npz", "own-1-2.json", "live.json"])
def test_the_model_in_use_stays_so_when_the_new_one_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = _state(folder)
    original = modelfile._create

    def full(path: Path, content: bytes) -> None:
        if failing in path.name:
            original(path, content[:5])
            raise OSError(28, "No space left on device")
        original(path, content)

    monkeypatch.setattr(modelfile, "_create", full)
    with pytest.raises(ModelError, match="No space left"):
        _replace_the_model(folder)
    assert _state(folder) == before
    assert not list(folder.rglob(".*")), "no half of a file is left"


class Killing:
    """Calls of ``os`` that end the run at the given one."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int) -> None:
        self.left = at
        for name in ("open", "fsync", "replace", "close"):
            patch.setattr(os, name, self._step(getattr(os, name)))

    def _step(self, original: Callable[..., object]) -> Callable[..., object]:
        def step(*args: object, **more: object) -> object:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
            return original(*args, **more)

        return step


def test_a_run_that_is_killed_at_any_step_leaves_one_whole_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = ("own-1", ARRAYS["weights"].tolist()), ("own-1-2", [1.0] * 3)
    seen = set()
    for at in range(1, 100):
        folder = tmp_path / str(at)
        keep(folder)
        versions.put_live(folder, "own-1")
        with monkeypatch.context() as patch:
            killing = Killing(patch, at)
            with contextlib.suppress(KeyboardInterrupt):
                _replace_the_model(folder)
        seen.add(_state(folder)[0])
        assert _state(folder) in (old, new)
        if killing.left > 0:  # it came to its end
            assert at > 10
            assert _state(folder) == new
            break
        _replace_the_model(folder)
        versions.prune(folder, KEY)
        assert _state(folder)[1] == [1.0] * 3, "the next run goes on from there"
    assert seen == {"own-1", "own-1-2"}


@pytest.mark.parametrize("before", [None, b"the model before"], ids=["nothing", "a model"])
def test_a_file_is_written_beside_comes_down_to_the_disk_and_only_then_takes_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes | None
) -> None:
    path, content = tmp_path / "own-1.npz", b"the new model"
    if before is not None:
        path.write_bytes(before)
    steps: list[tuple[str, bool, bytes | None]] = []
    fsync, put_in_place = os.fsync, os.replace

    def there() -> bytes | None:
        return path.read_bytes() if path.exists() else None

    def synced(handle: int) -> None:
        status = os.fstat(handle)
        folder = stat.S_ISDIR(status.st_mode)
        whole = folder or status.st_size == len(content)
        steps.append(("fsync folder" if folder else "fsync", whole, there()))
        fsync(handle)

    def replaced(source: Path, target: Path) -> None:
        same = Path(source).parent == path.parent and Path(target) == path
        steps.append(("rename", same and Path(source).read_bytes() == content, there()))
        put_in_place(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    modelfile.write(path, content)
    assert steps == [("fsync", True, before), ("rename", True, before),
                     ("fsync folder", True, content)]  # fmt: skip
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_version_is_written_so_and_its_weights_before_its_card(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    original = modelfile.write

    def write(path: Path, content: bytes) -> None:
        written.append(path.name)
        original(path, content)

    monkeypatch.setattr(modelfile, "write", write)
    _replace_the_model(folder)
    assert written == ["own-1-2.npz", "own-1-2.json", "live.json"]


# --- the key and the shipped model --------------------------------------------------------


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
    with pytest.raises(ModelError, match="install mailsense again"):
        modelfile.card()
