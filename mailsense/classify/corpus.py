"""The training corpus: sentences and whole letters of our own writing, read and checked.

Decides what a well-formed record is.  Refuses to know how anything is learned from it.  Layout:
``<folder>/<language>/sentences.jsonl`` with ``{text, kind, reason?}`` (kind may be
``neutral``: said in any letter, decides nothing) and ``<language>/messages/*.jsonl`` with
``{id, family, kind, also, reason, stage, from, subject, body, decisive, beside?, quoted?}``, where
every decisive sentence stands verbatim in the body or the subject, and so do those ``beside`` it,
by the other kind that they decide; ``quoted`` is the history below it, without its marks.
``voice`` names who wrote the record, where that is known: a reader is to be tested on people it
has not heard.  ``often`` says how many times as much a stock formula counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mailsense.domain import Address, Kind, Message, Reason, Stage

NEUTRAL = "neutral"
OFTEN = 10
"""The most that a record may count for."""
KINDS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.UNSURE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with its kind; None is neutral.

    ``often`` is how many times as often as others it stands in mail: more than once for the
    formulas that everybody uses, which a corpus without repetitions holds once.
    """

    text: str
    kind: Kind | None
    reason: Reason | None = None
    voice: str = ""
    language: str = ""
    often: int = 1


@dataclass(frozen=True, slots=True)
class Letter:
    """One whole letter with its labels; letters of one ``family`` are variants of another."""

    id: str
    family: str
    kind: Kind
    also: tuple[Kind, ...]
    reason: Reason | None
    stage: Stage | None
    sender: str
    subject: str
    body: str
    decisive: tuple[str, ...]
    beside: tuple[tuple[Kind, str], ...] = ()
    voice: str = ""
    language: str = ""
    quoted: str = ""

    @property
    def address(self) -> Address:
        from mailsense.classify.letters import address

        return address(self.sender)

    @property
    def message(self) -> Message:
        """The letter as it would come: parsed, and without any header but these."""
        return Message(
            self.id, self.id, self.subject, self.address, text=self.body, quoted=self.quoted
        )


@dataclass(frozen=True)
class Corpus:
    """All there is to learn from, in the order of the files."""

    sentences: tuple[Sentence, ...] = ()
    letters: tuple[Letter, ...] = ()

    @cached_property
    def languages(self) -> Mapping[str, Mapping[str, int]]:
        """Return language → how many sentences and letters are in it."""
        found: dict[str, dict[str, int]] = {}
        for name, records in (("sentences", self.sentences), ("letters", self.letters)):
            for record in records:
                counts = found.setdefault(record.language, {"sentences": 0, "letters": 0})
                counts[name] += 1
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 over every record, whatever the order of files and lines."""
        lines = sorted(repr(record) for record in (*self.sentences, *self.letters))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _records(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (place, record) for each line that is not blank. Raise ValueError if not JSON."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{place}: not JSON: {error}") from error
        if not isinstance(record, dict):
            raise ValueError(f"{place}: not an object")
        yield place, record


def _text(record: Mapping[str, Any], key: str, place: str, *, empty: bool = False) -> str:
    value = record.get(key, "")
    if not isinstance(value, str) or not (empty or value.strip()):
        raise ValueError(f"{place}: {key} must be a text")
    return value


def _kind(value: object, place: str) -> Kind:
    if value not in [kind.value for kind in KINDS]:
        raise ValueError(f"{place}: unknown kind {value!r}")
    return Kind(str(value))


def _reason(record: Mapping[str, Any], place: str) -> Reason | None:
    value = record.get("reason")
    if value is None:
        return None
    if value not in [reason.value for reason in Reason]:
        raise ValueError(f"{place}: unknown reason {value!r}")
    return Reason(value)


def _often(record: Mapping[str, Any], place: str) -> int:
    value = record.get("often", 1)
    if type(value) is not int or not 1 <= value <= OFTEN:
        raise ValueError(f"{place}: often must be a number from 1 to {OFTEN}")
    return value


def _sentence(record: Mapping[str, Any], place: str, language: str) -> Sentence:
    kind = None if record.get("kind") == NEUTRAL else _kind(record.get("kind"), place)
    reason = _reason(record, place)
    if reason and kind is not Kind.REJECTION:
        raise ValueError(f"{place}: a reason belongs to a rejection")
    voice = _text(record, "voice", place, empty=True)
    text, often = _text(record, "text", place), _often(record, place)
    return Sentence(text, kind, reason, voice, language, often)


def _letter(record: Mapping[str, Any], place: str, language: str = "") -> Letter:
    body = _text(record, "body", place)
    decisive = record.get("decisive", [])
    also = record.get("also") or []
    stage = record.get("stage")
    if not isinstance(decisive, list) or not isinstance(also, list):
        raise ValueError(f"{place}: decisive and also must be lists")
    beside = tuple(
        (_kind(kind, place), sentence)
        for kind, said in (record.get("beside") or {}).items()
        for sentence in said
    )
    squeezed = " ".join(f"{record.get('subject', '')} {body}".split())
    for sentence in (*decisive, *(sentence for _, sentence in beside)):
        if not isinstance(sentence, str) or " ".join(sentence.split()) not in squeezed:
            raise ValueError(f"{place}: neither in body nor subject: {sentence!r}")
    if stage is not None and stage not in [known.value for known in Stage]:
        raise ValueError(f"{place}: unknown stage {stage!r}")
    name = _text(record, "id", place)
    return Letter(
        id=name,
        family=_text(record, "family", place, empty=True) or name,
        kind=_kind(record.get("kind"), place),
        also=tuple(_kind(kind, place) for kind in also),
        reason=_reason(record, place),
        stage=None if stage is None else Stage(stage),
        sender=_text(record, "from", place, empty=True),
        subject=_text(record, "subject", place, empty=True),
        body=body,
        decisive=tuple(decisive),
        beside=beside,
        voice=_text(record, "voice", place, empty=True),
        language=language,
        quoted=_text(record, "quoted", place, empty=True),
    )


def load(folder: Path) -> Corpus:
    """Given the corpus folder, return all its languages' records.

    Raise ValueError, naming file and line, when a record is malformed, an id is there twice
    or one sentence bears two kinds.
    """
    sentences: list[Sentence] = []
    letters: list[Letter] = []
    kinds: dict[str, Kind | None] = {}
    ids: set[str] = set()
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        known = language / "sentences.jsonl"
        for place, record in _records(known) if known.is_file() else ():
            sentence = _sentence(record, place, language.name)
            if sentence.text in kinds:
                raise ValueError(f"{place}: this sentence is there already")
            kinds[sentence.text] = sentence.kind
            sentences.append(sentence)
        for path in sorted((language / "messages").glob("*.jsonl")):
            for place, record in _records(path):
                found = _letter(record, place, language.name)
                if found.id in ids:
                    raise ValueError(f"{place}: the id {found.id!r} is there already")
                ids.add(found.id)
                letters.append(found)
    return Corpus(tuple(sentences), tuple(letters))


def holdout(folder: Path) -> tuple[Letter, ...]:
    """Given ``models/``, return the letters that no model is ever trained on, if there are any.

    A letter in another language than English names it: ``"language": "de"``.
    Raise ValueError, naming file and line, as ``load`` does.
    """
    path = folder / "holdout.jsonl"
    letters: dict[str, Letter] = {}
    for place, record in _records(path) if path.is_file() else ():
        found = _letter(record, place, _text(record, "language", place, empty=True) or "en")
        if found.id in letters:
            raise ValueError(f"{place}: the id {found.id!r} is there already")
        letters[found.id] = found
    return tuple(letters.values())
