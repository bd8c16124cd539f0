"""Messages to verdicts: rules first, then the model, and *unsure* where neither knows.

Decides how probabilities become one verdict with its evidence: which kind comes first, which
others the letter also does, when the answer is *unsure*.  Refuses to know where the model's
arrays lie: ``load`` is handed in and called when the first message needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailsense.classify import rules
from mailsense.classify.corpus import KINDS
from mailsense.classify.facts import HAD_INTERVIEW, stage_said
from mailsense.classify.letters import Letter, of_message
from mailsense.classify.thresholds import Thresholds, from_card
from mailsense.domain import Evidence, Kind, Message, ModelCard, Reason, Source, Stage, Verdict

if TYPE_CHECKING:
    import numpy as np

    from mailsense.classify.model import Model, Reading

Load = Callable[[], "tuple[ModelCard, Mapping[str, np.ndarray[Any, Any]]]"]

BATCH = 100
"""Messages judged at once: enough to share the work on words, little enough for memory."""
STRONG = 0.9
"""A second kind needs a sentence of its own this sure,"""
SUPPORT = 0.04
"""and this much of the whole letter's probability;"""
SUPPORT_LIGHTLY = 0.2
"""or this much beside a mere receipt, which often speaks of what may come, and for a task beside a
no, whose survey is none."""
TELLS_WHY = 0.2
"""Beside a sure no, feedback needs no strong sentence where it has this much of the letter."""
SHOWN = 0.2
"""A sentence is shown as evidence when it speaks this much for the kind."""
ALSO: tuple[Kind, ...] = (
    Kind.OFFER,
    Kind.INTERVIEW,
    Kind.TASK,
    Kind.REJECTION,
    Kind.REFERRAL,
    Kind.FEEDBACK,
    Kind.OUTREACH,
)
"""The kinds that are acted on, and so are told beside another."""
BESIDE: Mapping[Kind, tuple[Kind, ...]] = {
    **dict.fromkeys((*ALSO, Kind.ACKNOWLEDGEMENT), ALSO),
    Kind.ALERT: (Kind.ACKNOWLEDGEMENT,),
    Kind.OTHER: (),
}
"""What may stand beside each kind: a receipt hides among advertisements, ordinary mail is
ordinary throughout."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Model
    name: str
    thresholds: Thresholds


class ModelClassifier:
    """Given a loader of a model, judge messages. Implements ``ports.Classifier``.

    The loader is called once, when the first message needs the model or its name is asked.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self._loaded: _Loaded | None = None

    @property
    def name(self) -> str:
        """The model in use, as ``status`` shows it."""
        return self._ready().name

    def parts(self) -> tuple[Model, Thresholds, str]:
        """Return the model, its thresholds and its name, for whoever explains what it says."""
        ready = self._ready()
        return ready.model, ready.thresholds, ready.name

    def _ready(self) -> _Loaded:
        if self._loaded is None:
            from mailsense.classify.model import Model

            card, arrays = self._load()
            self._loaded = _Loaded(Model(arrays), card.name, from_card(card.metrics))
        return self._loaded

    def classify(self, messages: Sequence[Message]) -> list[Verdict]:
        """Given messages, return a verdict for each, in order."""
        verdicts: list[Verdict | None] = [
            rules.judge(message) or rules.unreadable(message, self._ready().thresholds.languages)
            for message in messages
        ]
        unread = [number for number, verdict in enumerate(verdicts) if verdict is None]
        for start in range(0, len(unread), BATCH):
            part = unread[start : start + BATCH]
            for number, verdict in zip(
                part, self._judge([messages[number] for number in part]), strict=True
            ):
                verdicts[number] = verdict
        return [verdict for verdict in verdicts if verdict is not None]

    def _judge(self, messages: Sequence[Message]) -> list[Verdict]:
        """Return the model's verdicts on messages that no rule settled."""
        import numpy as np

        loaded = self._ready()
        letters = [of_message(message) for message in messages]
        held = [rules.leans(message) for message in messages]
        shift = np.asarray([rules.shift(names) for names in held])
        readings = loaded.model.read(letters, shift)
        return [
            decide(reading, letter, names, loaded.thresholds, loaded.name)
            for reading, letter, names in zip(readings, letters, held, strict=True)
        ]


def _second(reading: Reading, first: Kind) -> tuple[Kind, ...]:
    """Return the kinds that have a strong sentence of their own beside the first.

    Who thanks for an interview that lies behind invites to none.
    """
    decisive = int(reading.scores[:, KINDS.index(first)].argmax())
    found = []
    for kind in BESIDE[first]:
        number = KINDS.index(kind)
        survey = first is Kind.REJECTION and kind is Kind.TASK
        lightly = survey or first is Kind.ACKNOWLEDGEMENT
        support = SUPPORT_LIGHTLY if lightly else SUPPORT
        if kind is first or reading.kinds[number] < support:
            continue
        own = reading.scores[:, number]
        best = int(own.argmax())
        past = kind is Kind.INTERVIEW and HAD_INTERVIEW(reading.sentences[best])
        if (
            kind is Kind.FEEDBACK and first is Kind.REJECTION and _tells_why(reading, decisive)
        ) or (best != decisive and own[best] >= STRONG and not past):
            found.append(kind)
    return tuple(found)


def _tells_why(reading: Reading, decisive: int) -> bool:
    """True when a sure no stands beside much that reads as feedback, in no sentence alone.

    Who says no and tells why spreads the why over the letter: "the code was tidy", "the tests
    only covered the happy path".
    """
    sure = reading.scores[decisive, KINDS.index(Kind.REJECTION)] >= STRONG
    return bool(sure and reading.kinds[KINDS.index(Kind.FEEDBACK)] >= TELLS_WHY)


def decide(
    reading: Reading, letter: Letter, held: Sequence[str], limit: Thresholds, model: str
) -> Verdict:
    """Given what the model made of a letter, return the verdict."""
    from mailsense.classify.model import REASONS

    order = reading.kinds.argsort(kind="stable")[::-1]
    first = KINDS[int(order[0])]
    kinds = tuple(sorted((first, *_second(reading, first)), key=KINDS.index))
    evidence = _evidence(reading, kinds, held)
    confidence = float(min(1.0, sum(reading.kinds[KINDS.index(kind)] for kind in kinds)))
    likely = dict(zip(KINDS, reading.kinds.tolist(), strict=True))
    if limit.doubt(likely, kinds, first):
        return Verdict(
            Kind.UNSURE,
            Source.MODEL,
            confidence,
            runner_up=first,
            evidence=evidence,
            model=model,
        )
    reason = REASONS[int(reading.reasons.argmax())] if Kind.REJECTION in kinds else None
    stage, words = stage_said("\n".join(letter.sentences), kinds[0], reason)
    others = [KINDS[int(number)] for number in order if KINDS[int(number)] not in kinds]
    return Verdict(
        kinds[0],
        Source.MODEL,
        confidence,
        also=kinds[1:],
        reason=reason,
        stage=stage,
        runner_up=others[0] if others else None,
        evidence=(*evidence, *_details(reading, kinds[0], reason, stage, words)),
        model=model,
    )


def _evidence(reading: Reading, kinds: Sequence[Kind], held: Sequence[str]) -> tuple[Evidence, ...]:
    """Return the sentences that speak loudest for the kinds, then words, then header facts."""
    found: list[Evidence] = []
    for kind in kinds:
        speak = reading.scores[:, KINDS.index(kind)]
        for number in speak.argsort(kind="stable")[::-1][:2]:
            said = reading.sentences[int(number)]
            weight = float(speak[number])
            if said and weight >= SHOWN and all(said != known.text for known in found):
                found.append(Evidence("sentence", said, round(weight, 3)))
    if reading.words:
        named = ", ".join(word for word, _ in reading.words)
        found.append(Evidence("words", named, round(reading.words[0][1], 3)))
    found.extend(
        Evidence("fact", name, max(rules.LEANS[name].get(kind, 0.0) for kind in kinds))
        for name in held
    )
    return tuple(found)


def _details(
    reading: Reading, kind: Kind, reason: Reason | None, stage: Stage | None, words: str
) -> Iterator[Evidence]:
    """Yield what tells the reason and the stage.

    A stage for which there are no words follows from a reason of networking or from the kind: then
    what tells these tells it.
    """
    why, share = reading.said_of(reason) if reason else ("", 0.0)
    if why:
        yield Evidence("reason", why, round(share, 3))
    if stage is None:
        return
    if words:
        yield Evidence("stage", words, 1.0)
        return
    weight = share
    if reason is None or not reason.networking:
        speak = reading.scores[:, KINDS.index(kind)]
        loudest = int(speak.argmax())
        why, weight = reading.sentences[loudest], float(speak[loudest])
    if why:
        yield Evidence("stage", why, round(weight, 3))
