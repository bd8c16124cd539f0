"""Why a letter was judged so: what speaks for its kind, what against, and what would change it.

Decides how much each sentence, word and header counts by leaving it out and judging the rest
again: the change of a kind's log odds is what it counted (occlusion; Robnik-Šikonja and
Kononenko, 2008).  So an explanation is true of whatever the model is made of, and what would
change a verdict is not argued but tried: the fewest sentences without which it would be another
(Martens and Provost, 2014).  Refuses to know files, mailboxes and how it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailsense.classify import rules
from mailsense.classify.classifier import decide
from mailsense.classify.corpus import KINDS
from mailsense.classify.letters import Letter, of_message
from mailsense.classify.thresholds import Surety, Thresholds
from mailsense.domain import NOBODY, Kind, Message, Verdict

if TYPE_CHECKING:
    from mailsense.classify.features import Array
    from mailsense.classify.model import Model, Reading

SENTENCES = 40
"""Sentences that are left out in turn: those that speak loudest."""
WORDS = 200
"""Words that are left out in turn, taken from these sentences."""
SHOWN = 6
"""Words shown on either side, and at most half as many sentences."""
COUNTS = 0.1
"""What moves the log odds by less than this is not shown."""
SPEAKS = 0.1
"""A sentence with less probability for a kind does not speak for it."""
TRIED = 3
"""The most sentences that are taken away together to see what would change the verdict."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
"""A word as a person reads it.  Is: "don't", "re-open", "Zoë".  Is not: "2026", "_", "?"."""

Parts = Callable[[], "tuple[Model, Thresholds, str]"]
"""Opens the model: its weights, its thresholds, its name."""


@dataclass(frozen=True, slots=True)
class Pull:
    """Something that speaks for a kind or, below zero, against it, in log odds."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: how probable the kind is by it alone, and what it counts in the whole."""

    text: str
    probability: float
    weight: float


@dataclass(frozen=True, slots=True)
class Side:
    """The case of one kind."""

    kind: Kind
    probability: float
    sentences: tuple[Said, ...]
    words: tuple[Pull, ...]
    """Those that pull for it, the strongest first, then those against it."""
    facts: tuple[Pull, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What the verdict would be without something: a few sentences, sender, headers, history."""

    without: tuple[str, ...]
    what: str
    """``sentences``, ``sender``, ``headers`` or ``history``."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and, where the model gave it, the case of the two likeliest kinds."""

    verdict: Verdict
    rule: str = ""
    sides: tuple[Side, ...] = ()
    surety: Surety | None = None
    changes: tuple[Change, ...] = ()
    likely: Mapping[Kind, float] | None = None


def explain(message: Message, parts: Parts) -> Explanation:
    """Given a message and how to open the model, explain the verdict on it.

    ``parts`` is called only when no rule settles it.  The letter is judged a few hundred
    times, which takes a part of a second.
    """
    settled = rules.judge(message)
    if settled is None:
        model, limit, name = parts()
        settled = rules.unreadable(message, limit.languages)
    if settled is not None:
        return Explanation(settled, settled.evidence[0].text)
    return _Trial(model, limit, name, of_message(message), rules.leans(message)).explanation()


def _log_odds(kinds: Array) -> Array:
    """Given probabilities by row, return the log odds of each kind against all others."""
    import numpy as np

    others = np.maximum(kinds.sum(axis=1, keepdims=True) - kinds, 1e-12)
    return np.asarray(np.log(np.maximum(kinds, 1e-12)) - np.log(others))


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a letter and what is left without it. ``what``: sentence, word or header."""

    what: str
    text: str
    left: Letter


@dataclass
class _Trial:
    """One letter, judged whole and with parts left out."""

    model: Model
    limit: Thresholds
    name: str
    letter: Letter
    held: Sequence[str]

    def _read(self, letters: Sequence[Letter], held: Sequence[str]) -> list[Reading]:
        import numpy as np

        return self.model.read(letters, np.asarray([rules.shift(held)] * len(letters)))

    def _verdict(self, reading: Reading, letter: Letter, held: Sequence[str]) -> Verdict:
        return decide(reading, letter, held, self.limit, self.name)

    def explanation(self) -> Explanation:
        """Return the verdict, the two sides and what would change it."""
        import numpy as np

        whole = self._read([self.letter], self.held)[0]
        verdict = self._verdict(whole, self.letter, self.held)
        likely = dict(zip(KINDS, whole.kinds.tolist(), strict=True))
        order = sorted(KINDS, key=lambda kind: -likely[kind])
        unsure = verdict.kind is Kind.UNSURE
        first = (verdict.runner_up or order[0]) if unsure else verdict.kind
        kinds = (first,) if unsure else verdict.kinds
        second = next(kind for kind in order if kind not in kinds)
        parts = self._parts(whole, (first, second))
        read = self._read([part.left for part in parts], self.held)
        odds = _log_odds(np.asarray([whole.kinds, *(one.kinds for one in read)]))
        pulls = odds[:1] - odds[1:]
        sides = [self._side(kind, whole, parts, pulls[:, KINDS.index(kind)])
                 for kind in (first, second)]  # fmt: skip
        said = [number for number, part in enumerate(parts) if part.what == "sentence"]
        said.sort(key=lambda number: -pulls[number, KINDS.index(first)])
        return Explanation(
            verdict,
            sides=tuple(sides),
            surety=self.limit.surety(likely, kinds, first),
            changes=tuple(self._changes(verdict, [parts[number].text for number in said])),
            likely=likely,
        )

    def _parts(self, whole: Reading, kinds: tuple[Kind, Kind]) -> list[_Part]:
        """Return what is left out in turn: sentences that speak loudest, words, headers."""
        loud = whole.scores[:, [KINDS.index(kind) for kind in kinds]].max(axis=1)
        best = sorted(loud.argsort(kind="stable")[::-1][:SENTENCES].tolist())
        told = list(dict.fromkeys(whole.sentences[number] for number in best))
        parts = [_Part("sentence", text, self._without([text])) for text in told if text]
        parts += [_Part("word", word, self._without_word(word)) for word in _words(told)]
        parts.append(_Part("header", "the sender's address", replace(self.letter, sender=NOBODY)))
        if self.letter.reply:
            first_letter = replace(self.letter, reply=False)
            parts.append(_Part("header", "it answers a message", first_letter))
        if self.letter.history:
            alone = replace(self.letter, history=())
            parts.append(_Part("header", "what it answers", alone))
        return parts

    def _side(self, kind: Kind, whole: Reading, parts: Sequence[_Part], pulls: Array) -> Side:
        """Return the case of one kind, given what each part counts for it."""
        at = KINDS.index(kind)
        counted = list(zip(parts, pulls.tolist(), strict=True))
        alone = dict(zip(whole.sentences, whole.scores[:, at].tolist(), strict=True))
        said = [
            Said(part.text, alone[part.text], pull)
            for part, pull in counted
            if part.what == "sentence"
        ]
        facts = [Pull(name, rules.LEANS[name].get(kind, 0.0)) for name in self.held]
        facts += [Pull(part.text, pull) for part, pull in counted if part.what == "header"]
        return Side(
            kind,
            float(whole.kinds[at]),
            _loudest(said),
            _strongest([Pull(part.text, pull) for part, pull in counted if part.what == "word"]),
            tuple(fact for fact in facts if abs(fact.weight) >= COUNTS),
        )

    def _without(self, gone: Sequence[str]) -> Letter:
        """Return the letter without these sentences; one that is the subject leaves it empty."""
        kept = ["" if text in gone else text for text in self.letter.sentences]
        return replace(self.letter, sentences=tuple(kept))

    def _without_word(self, word: str) -> Letter:
        """Return the letter without a word, wherever it stands."""
        kept = [
            _WORD.sub(lambda found: "" if found[0].casefold() == word else found[0], sentence)
            if word in sentence.casefold()
            else sentence
            for sentence in self.letter.sentences
        ]
        return replace(self.letter, sentences=tuple(kept))

    def _changes(self, verdict: Verdict, ranked: Sequence[str]) -> list[Change]:
        """Return what was tried: without its strongest sentences, sender, headers, history.

        Sentences go one after another until the verdict is another; that they do not change
        it is told as well.  The others are told only where they do.
        """
        changes = []
        most = min(TRIED, len(ranked))
        for many in range(1, most + 1):
            gone = tuple(ranked[:many])
            other = self._judged(self._without(gone), self.held)
            changed = other.kind is not verdict.kind
            if changed or many == most:
                changes.append(Change(gone, "sentences", other))
            if changed:
                break
        sender, unsigned = str(self.letter.sender), replace(self.letter, sender=NOBODY)
        tried = [Change((sender,), "sender", self._judged(unsigned, self.held))]
        if self.held:
            tried.append(Change(tuple(self.held), "headers", self._judged(self.letter, ())))
        if history := self.letter.history:
            alone = replace(self.letter, history=())
            tried.append(Change(history[:1], "history", self._judged(alone, self.held)))
        return changes + [one for one in tried if one.verdict.kind is not verdict.kind]

    def _judged(self, letter: Letter, held: Sequence[str]) -> Verdict:
        return self._verdict(self._read([letter], held)[0], letter, held)


def _words(sentences: Iterable[str]) -> list[str]:
    """Return the distinct words of sentences in order of appearance, at most WORDS."""
    found: dict[str, None] = {}
    for sentence in sentences:
        for match in _WORD.finditer(sentence):
            if len(match[0]) > 1:
                found.setdefault(match[0].casefold())
    return list(found)[:WORDS]


def _loudest(said: Sequence[Said]) -> tuple[Said, ...]:
    """Return the few sentences that speak for the kind, those that count most first."""
    speak = [one for one in said if one.probability >= SPEAKS]
    speak.sort(key=lambda one: (-one.weight, -one.probability))
    return tuple(speak[: SHOWN // 2])


def _strongest(pulls: Sequence[Pull]) -> tuple[Pull, ...]:
    """Return the words that pull most for a kind, then those that pull most against it."""
    ranked = sorted(pulls, key=lambda pull: -pull.weight)
    for_it = [pull for pull in ranked if pull.weight >= COUNTS][:SHOWN]
    against = [pull for pull in reversed(ranked) if pull.weight <= -COUNTS][:SHOWN]
    return (*for_it, *against)
