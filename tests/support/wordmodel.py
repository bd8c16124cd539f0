"""A model of a few words, for tests of what is made of a model: every number can be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from mailsense.classify.classifier import ModelClassifier, _Loaded
from mailsense.classify.corpus import KINDS
from mailsense.classify.explain import explain
from mailsense.classify.letters import Letter
from mailsense.classify.model import REASONS, Model, Reading, softmax
from mailsense.classify.thresholds import Thresholds
from mailsense.classify.tokens import tokens
from mailsense.cli.app import App
from mailsense.domain import Kind, Located, Message, Verdict
from tests.support.world import World

LIMIT = Thresholds(dict.fromkeys(KINDS, 0.5), gap=0.1, request=0.35)
WORDS: Mapping[str, Mapping[Kind, float]] = {
    "regret": {Kind.REJECTION: 4.0},
    "unfortunately": {Kind.REJECTION: 2.0},
    "received": {Kind.ACKNOWLEDGEMENT: 4.0},
    "interview": {Kind.INTERVIEW: 4.0, Kind.REJECTION: -1.0},
    "cake": {Kind.OTHER: 4.0},
    "maybe": {Kind.REJECTION: 1.0, Kind.ACKNOWLEDGEMENT: 0.9},
    "perhaps": {Kind.ALERT: 1.0, Kind.OTHER: 0.9},
}


class WordModel(Model):
    """Log odds are the sum of the words' own, in a sentence and in the whole letter."""

    def __init__(self, words: Mapping[str, Mapping[Kind, float]] = WORDS) -> None:
        self._known = words
        self._of: dict[str, np.ndarray] = {}
        self.letters = 0
        """How many letters were read."""

    def _logits(self, sentence: str) -> np.ndarray:
        if sentence in self._of:
            return self._of[sentence]
        found = self._of[sentence] = np.zeros(len(KINDS))
        for word in tokens(sentence):
            for kind, weight in self._known.get(word, {}).items():
                found[KINDS.index(kind)] += weight
        return found

    def read(self, letters: Sequence[Letter], shift: np.ndarray | None = None) -> list[Reading]:
        self.letters += len(letters)
        readings = []
        for place, letter in enumerate(letters):
            kept = tuple(text for text in letter.sentences if text) or ("",)
            rows = np.asarray([self._logits(text) for text in kept])
            whole = rows.sum(axis=0, keepdims=True)
            if shift is not None:
                whole = whole + shift[place]
            neutral = np.full((len(rows), 1), 1.0)
            scores = softmax(np.concatenate([rows, neutral], axis=1))
            reasons = np.full(len(REASONS), 1 / len(REASONS))
            added = scores[:, [KINDS.index(Kind.REJECTION)]] ** 2 * reasons
            readings.append(Reading(kept, scores, softmax(whole)[0], reasons, of_reasons=added))
        return readings


class WordClassifier(ModelClassifier):
    """The real classifier over the model of a few words."""

    def __init__(self) -> None:
        super().__init__(lambda: (_ for _ in ()).throw(AssertionError("loaded a file")))
        self.model = WordModel()

    def _ready(self) -> _Loaded:
        return _Loaded(self.model, "words-1", LIMIT)


NOW = datetime(2026, 3, 4, 11, tzinfo=UTC)
_JUDGE = WordClassifier()


def judged(message: Message) -> Verdict:
    """Return what the model of a few words says of a message."""
    return explain(message, _JUDGE.parts).verdict


def worded(home: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world without a server, where the model of a few words is in use."""
    monkeypatch.setattr(App, "classifier", WordClassifier())
    made = World(home, NOW)
    secret = 'password_command = ["true"]'
    imap = f'imap = {{ host = "127.0.0.1", {secret} }}'
    made.configure({"main": f'email = "robin@me.example"\n{imap}'})
    return made


def put(world: World, *messages: Message, outgoing: bool = False) -> None:
    """Store messages as a sync would have: judged, and the text of ordinary mail dropped."""
    store = world.store()
    for uid, one in enumerate(messages, 1):
        store.add_messages([Located(one, "main", "INBOX", uid, outgoing)])
        if not outgoing:
            store.add_verdicts({one.key: judged(one)}, NOW)
    store.drop_text()
    store.close()
