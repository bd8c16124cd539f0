"""The model at work: plain arrays walked with numpy, no scikit-learn, nothing unpickled.

Two looks at a letter, stacked (Wolpert, 1992).  The *sentence* model gives each sentence a
probability over the kinds and ``neutral``; the *letter* model judges all words at once, which
is best for form letters.  A small logistic regression over the strongest sentence of each kind,
the letter's scores and a few facts of the headers decides.  Refuses to know thresholds and
files: ``classifier`` turns probabilities into verdicts, ``training`` makes the arrays.

Arrays (format 2): ``layout`` of the features they were made for; ``rows`` how many sentences and
letters they were fitted to; ``buckets`` the rows that are stored; ``sentence`` (kinds + neutral),
``reason`` and ``letter`` their weights; ``*_norm`` the squared scale of each bucket, whose sum
gives a row's length, and ``unseen`` that of a bucket not stored (words, letters); ``*_bias``;
``stack``, ``stack_bias``, ``stack_mean``, ``stack_scale``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mailsense.classify import features
from mailsense.classify.corpus import KINDS
from mailsense.classify.features import BUCKETS, WORDS, Array, Bag, Table, merge
from mailsense.classify.letters import Letter
from mailsense.classify.tokens import BREAK, raw_tokens
from mailsense.classify.vocabulary import Vocabulary
from mailsense.domain import Kind, Reason
from mailsense.errors import ModelError

FORMAT = 2
"""1: hashed words, pairs and letters; sentence, reason, letter, stack.  2: rows, history."""

REASONS: tuple[Reason, ...] = tuple(Reason)
COLUMNS = len(KINDS) + 1
"""The sentence model's columns: the kinds in the order of ``Kind``, then neutral."""
NEUTRAL = len(KINDS)
LAYOUT = (features.LAYOUT, BUCKETS)
"""What the stored weights must have been made for."""

_JOBS = re.compile(
    r"(?:^|[._@+-])(?:jobs?|careers?|karriere|recruit\w{0,6}|talent|hiring|hr|people|apply|"
    r"applications?|candidates?|vacancies|personnel|staffing)(?:[._@+-]|$)",
    re.I,
)
"""An address of a hiring desk.  Is: "careers@a", "a@talent.b".  Is not: "jobson@a", "shr@a"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model makes of one letter.

    ``sentences`` and ``scores`` (sentences x columns) go together; the subject is the first
    when there is one.  ``kinds`` are the probabilities in the order of KINDS, ``reasons`` in
    that of REASONS.  ``words`` are (word, pull towards the likeliest kind), strongest first.
    ``of_reasons`` (sentences x REASONS) is what each sentence adds to each reason.
    """

    sentences: tuple[str, ...]
    scores: Array
    kinds: Array
    reasons: Array
    words: tuple[tuple[str, float], ...] = ()
    of_reasons: Array | None = None

    def said_of(self, reason: Reason) -> tuple[str, float]:
        """Return the sentence that adds most to a reason, and its share of all that was added."""
        if self.of_reasons is None:
            return "", 0.0
        added = self.of_reasons[:, REASONS.index(reason)]
        most = int(added.argmax())
        return self.sentences[most], float(added[most] / max(float(added.sum()), 1e-9))


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch of letters as features: sentence rows, letter rows, and who owns which."""

    sentences: tuple[tuple[str, ...], ...]
    bag: Bag
    letters: Bag
    """Letter by letter, then the histories of those that have one."""
    start: Array
    """Where each letter's sentences begin among the rows (its sender's row is the last)."""
    facts: Array
    answers: Array
    """Which letters have a history, in the order of the rows of ``letters`` behind them."""
    weights: Sequence[Array]
    """What each distinct word weighs by each table of the vocabulary."""


def _sender(letter: Letter) -> list[str]:
    """Return the sender as tokens that no sentence holds."""
    local, _, domain = letter.sender.email.lower().partition("@")
    parts = [part for part in re.split(r"[._+-]", local)[:4] if len(part) > 1]
    return ["@", *(f"{part[:20]}@" for part in parts), f"@{domain[-40:]}"]


_WORK = frozenset(
    "interview interviews interviewing application applications apply applied applying applicant "
    "applicants candidate candidates candidacy cv cvs resume resumes vacancy vacancies recruiter "
    "recruiters recruiting recruitment recruit hire hiring hired role roles job jobs position "
    "positions career careers shortlist shortlisted employer employers employment opening openings "
    "post talent salary offer panel manager references onboarding placement internship trial "
    "audition shift client contract opportunity opportunities experience background team".split()
)
"""Words that letters about work hold. None is proof; their number is a signal."""
FACTS = 4
"""How many facts of the headers the stack weighs."""


def _facts(letter: Letter, words: Sequence[str]) -> tuple[float, ...]:
    """Return the facts that the stack weighs beside the scores."""
    return (
        float(np.log1p(len(_WORK.intersection(words)))),
        float(letter.reply),
        float(letter.no_reply),
        float(bool(_JOBS.search(letter.sender.email))),
    )


def rows(letters: Sequence[Letter], vocabulary: Vocabulary | None = None) -> Rows:
    """Given letters and the words that are known, return features.

    An empty letter has one empty sentence.
    """
    shown: list[tuple[str, ...]] = []
    raw: list[str] = []
    owner: list[int] = []
    start = [0]
    facts = []
    for number, letter in enumerate(letters):
        kept = tuple(sentence for sentence in letter.sentences if sentence) or ("",)
        shown.append(kept)
        found = raw_tokens(kept)
        facts.append(_facts(letter, found))
        raw.extend(found)
        raw.append(BREAK)
        raw.extend(_sender(letter))
        owner.extend([number] * (len(kept) + 1))
        start.append(len(owner))
    answers = [number for number, letter in enumerate(letters) if letter.history]
    for row, number in enumerate(answers, start=len(letters)):
        raw.extend(raw_tokens(letters[number].history))
        owner.extend([row] * len(letters[number].history))
    every, weights = (Vocabulary() if vocabulary is None else vocabulary).bag(raw)
    return Rows(
        tuple(shown),
        every.first(start[-1]),
        merge(every, owner, len(letters) + len(answers)),
        np.asarray(start, dtype=np.int64),
        np.asarray(facts, dtype=np.float32).reshape(len(letters), FACTS),
        np.asarray(answers, dtype=np.int64),
        weights,
    )


def softmax(scores: Array) -> Array:
    """Given logits by row, return probabilities by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _logit(probability: Array) -> Array:
    clipped = np.clip(probability, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)))


def linear(rows: Bag, table: Array | Table, bias: Array, of_words: Array | None = None) -> Array:
    """Given a table whose last column is the squared scale, return the logits of each row."""
    sums = rows.sums(table, of_words)
    length = np.sqrt(np.maximum(sums[:, -1:], 1e-9))
    return np.asarray(sums[:, :-1] / length + bias)


CLIP = 5.0
"""A signal stranger than any in training counts no more than this many deviations."""
FRAGMENT = 4
"""A shorter sentence counts less: a lone "not" on a line decides nothing."""
OWN_SIGNALS = 4
"""Signals of each kind's own; all others are shared by all kinds."""


def _about(rows: Rows, histories: Array) -> Array:
    """Given the letter model's logits of the histories, return what each letter answers.

    Whether it has a history, and how far that is from ordinary life, as log odds.
    """
    found = np.zeros((len(rows.facts), 2))
    other = KINDS.index(Kind.OTHER)
    rest = np.delete(histories, other, axis=1)
    work = np.logaddexp.reduce(rest, axis=1) - histories[:, other]
    found[rows.answers, 0] = 1.0
    found[rows.answers, 1] = np.clip(work, -CLIP, CLIP)
    return found


def signals(rows: Rows, sentence: Array, scores: Array) -> Array:
    """Given sentence probabilities and the logits of ``rows.letters``, return the stack's input.

    Kind by kind: the strongest sentence (as log odds and as probability), the mean over
    sentences, the letter model's logit.  Then, shared: how much is neutral and of
    ordinary life, what history says, and facts.
    """
    many = len(KINDS)
    letter, histories = scores[: len(rows.facts)], scores[len(rows.facts) :]
    length = np.diff(rows.bag.word_start).reshape(-1, 1)
    body = sentence * np.minimum(1.0, length / FRAGMENT)
    body[rows.start[1:] - 1] = 0.0
    first = rows.start[:-1]
    strongest = np.maximum.reduceat(body, first, axis=0)[:, :many]
    total = np.add.reduceat(body, first, axis=0)
    mean = total / (np.diff(rows.start) - 1).reshape(-1, 1)
    own = np.stack(
        [
            _logit(strongest),
            strongest,
            np.log(mean[:, :many] + 0.02),
            letter - letter.mean(axis=1, keepdims=True),
        ],
        axis=2,
    ).reshape(len(letter), many * OWN_SIGNALS)
    shared = mean[:, [KINDS.index(Kind.OTHER), NEUTRAL]]
    about = _about(rows, histories)
    return np.concatenate([own, shared, about, rows.facts], axis=1).astype(np.float64)


SIGNALS = len(KINDS) * OWN_SIGNALS + 2 + 2 + FACTS
"""The stack's input: own signals, neutral and ordinary life, history, facts."""


def check(arrays: Mapping[str, Array]) -> None:
    """Given a model's arrays, raise ModelError unless this version of the code can use them."""
    other = ModelError(
        "the model was made by another version of mailsense: "
        "`mailsense train` makes it anew; if it is the shipped one, install mailsense again"
    )
    if tuple(np.ravel(arrays.get("layout", ()))) != LAYOUT:
        raise other
    many, stored = len(KINDS), np.shape(arrays.get("buckets", ()))
    shapes: dict[str, tuple[int, ...]] = {
        "rows": (2,),
        "unseen": (2,),
        "sentence": (*stored, COLUMNS),
        "sentence_norm": stored,
        "sentence_bias": (COLUMNS,),
        "reason": (*stored, len(REASONS)),
        "reason_bias": (len(REASONS),),
        "letter": (*stored, many),
        "letter_norm": stored,
        "letter_bias": (many,),
        "stack": (SIGNALS, many),
        "stack_bias": (many,),
        "stack_mean": (SIGNALS,),
        "stack_scale": (SIGNALS,),
    }
    if any(name not in arrays or arrays[name].shape != size for name, size in shapes.items()):
        raise other
    buckets = arrays["buckets"]
    if buckets.ndim != 1 or buckets.dtype.kind != "i" or not buckets.size:
        raise other
    if buckets.min() < 0 or buckets.max() >= BUCKETS:
        raise other


class Model:
    """A fitted model: given letters, their readings.

    Holds arrays, and the words it met with their weights (``vocabulary``), which change no answer.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Take the arrays. Raise ModelError when they are not of this version's making."""
        check(arrays)
        buckets = arrays["buckets"]

        row_of = np.zeros(BUCKETS, dtype=np.int32)
        row_of[WORDS:] = 1
        row_of[buckets] = np.arange(2, len(buckets) + 2, dtype=np.int32)

        def table(*names: str) -> Table:
            """Return the columns side by side; the first two rows stand for all not stored."""
            parts = [arrays[name].reshape(len(buckets), -1) for name in names]
            rows = np.zeros((len(buckets) + 2, sum(p.shape[1] for p in parts)), dtype=np.float16)
            rows[:2, -1] = arrays["unseen"]
            at = 0
            for part in parts:
                rows[2:, at : at + part.shape[1]] = part
                at += part.shape[1]
            return Table(row_of, rows)

        self._sentence = table("sentence", "reason", "sentence_norm")
        self._letter = table("letter", "letter_norm")
        self._vocabulary = Vocabulary((self._sentence, self._letter))
        self._bias = np.concatenate([arrays["sentence_bias"], arrays["reason_bias"]])
        self._letter_bias = arrays["letter_bias"]
        self._stack = arrays["stack"]
        self._stack_bias = arrays["stack_bias"]
        self._mean = arrays["stack_mean"]
        self._scale = arrays["stack_scale"]

    def sentence_scores(self, rows: Rows, of_words: Array | None = None) -> tuple[Array, Array]:
        """Return for each sentence row the kinds' probabilities and the reasons' logits.

        ``of_words`` is what ``Bag.of_words`` gives for the table, where that is known already.
        """
        logits = linear(rows.bag, self._sentence, self._bias, of_words)
        return softmax(logits[:, :COLUMNS]), logits[:, COLUMNS:]

    def letter_scores(self, rows: Rows, of_words: Array | None = None) -> Array:
        """Return for each letter the letter model's logits; ``of_words`` as there."""
        return linear(rows.letters, self._letter, self._letter_bias, of_words)

    def stacked(self, inputs: Array) -> Array:
        """Given the stack's input, return the kinds' logits."""
        scaled = np.clip((inputs - self._mean) / self._scale, -CLIP, CLIP)
        return np.asarray(scaled @ self._stack + self._stack_bias)

    def read(self, letters: Sequence[Letter], shift: Array | None = None) -> list[Reading]:
        """Given letters and what their headers add to each kind's logit, return readings."""
        if not letters:
            return []
        found = rows(letters, self._vocabulary)
        in_sentences, in_letters = found.weights
        sentence, reason = self.sentence_scores(found, in_sentences)
        logits = self.stacked(signals(found, sentence, self.letter_scores(found, in_letters)))
        kinds = softmax(logits if shift is None else logits + shift)
        no = KINDS.index(Kind.REJECTION)
        of_kinds = in_letters[:, : len(KINDS)]
        pulls = of_kinds - of_kinds.mean(axis=1, keepdims=True)
        reasons = softmax(reason)
        readings = []
        for number in range(len(letters)):
            low, high = int(found.start[number]), int(found.start[number + 1]) - 1
            weight = sentence[low:high, no : no + 1] ** 2
            added = reasons[low:high] * weight
            blend = added.sum(axis=0) / (weight.sum() + 1e-9)
            readings.append(
                Reading(
                    found.sentences[number],
                    sentence[low:high],
                    kinds[number],
                    blend,
                    self._words(found, number, pulls[:, int(kinds[number].argmax())]),
                    added,
                )
            )
        return readings

    @staticmethod
    def _words(found: Rows, number: int, pull: Array) -> tuple[tuple[str, float], ...]:
        """Return the three words of a letter that pull hardest towards its likeliest kind."""
        low, high = found.letters.word_start[number : number + 2]
        mine = found.letters.word[low:high]
        best = mine[np.argsort(-pull[mine], kind="stable")[:8]]
        named = [(found.bag.words.spelled[word], float(pull[word])) for word in best]
        return tuple(item for item in named if item[1] > 0 and len(item[0]) > 2
                     and "@" not in item[0])[:3]  # fmt: skip
