"""How good verdicts are, counted against what a human says: figures, not impressions.

Decides nothing; counts.  ``unsure`` is an answer of its own: it lowers recall and coverage,
never precision.  Calibration is the expected calibration error (Guo et al., 2017) over the
answers given.  Refuses to know how verdicts were made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from mailsense.domain import Kind, Reason, Verdict

BINS = 10


@dataclass(frozen=True, slots=True)
class KindFigures:
    """What became of one kind: ``support`` messages are of it, ``given`` were called it."""

    support: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.support if self.support else 0.0

    @property
    def f1(self) -> float:
        both = self.given + self.support
        return 2 * self.right / both if both else 0.0


@dataclass(frozen=True, slots=True)
class ReasonFigures:
    """How often a rejection's reason was told: ``support`` rejections bear one that is known.

    ``given`` of them were called rejections, ``right`` of these with their reason.
    """

    support: int
    given: int
    right: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures over a set of messages.

    ``confusion`` counts (true kind, given kind).  ``coverage`` is the share that was answered,
    ``accuracy`` and ``tag_accuracy`` the share of all that was answered rightly.
    """

    messages: int
    kinds: Mapping[str, KindFigures]
    confusion: Mapping[tuple[str, str], int]
    coverage: float
    accuracy: float
    tag_accuracy: float
    ece: float
    reasons: ReasonFigures
    order: Sequence[str] = field(default=tuple(kind.value for kind in Kind))

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain values, for JSON."""
        return {
            "messages": self.messages,
            "coverage": round(self.coverage, 4),
            "accuracy": round(self.accuracy, 4),
            "tag_accuracy": round(self.tag_accuracy, 4),
            "ece": round(self.ece, 4),
            **({"reasons": asdict(self.reasons)} if self.reasons.support else {}),
            "kinds": {
                name: {
                    "support": figures.support,
                    "given": figures.given,
                    "precision": round(figures.precision, 4),
                    "recall": round(figures.recall, 4),
                    "f1": round(figures.f1, 4),
                }
                for name, figures in self.kinds.items()
            },
            "confusion": {
                gold: {
                    given: count
                    for given in self.order
                    if (count := self.confusion.get((gold, given), 0))
                }
                for gold in self.kinds
            },
        }

    def in_short(self) -> dict[str, int | float]:
        """Return the few figures by which sets of messages are compared, for JSON.

        ``unsure`` is the share that was not answered.
        """
        return {
            "messages": self.messages,
            "accuracy": round(self.accuracy, 4),
            "tag_accuracy": round(self.tag_accuracy, 4),
            "unsure": round(1 - self.coverage, 4),
        }

    def as_text(self) -> str:
        """Return the figures as aligned tables."""
        names = [name for name in self.order if name in self.kinds]
        given = [name for name in self.order if any((gold, name) in self.confusion
                                                    for gold in names)]  # fmt: skip
        head = ["kind", "messages", "precision", "recall", "F1"]
        table = [head]
        for name in names:
            figures = self.kinds[name]
            shares = (figures.precision, figures.recall, figures.f1)
            table.append([name, str(figures.support), *(f"{share:.3f}" for share in shares)])
        matrix = [["true / given", *given]]
        matrix += [
            [gold, *(str(self.confusion.get((gold, name), "") or "·") for name in given)]
            for gold in names
        ]
        summary = (
            f"{self.messages} messages, {self.coverage:.1%} answered, "
            f"{self.accuracy:.1%} right, {self.tag_accuracy:.1%} with the right tag, "
            f"calibration error {self.ece:.3f}"
        )
        told = self.reasons
        if told.support:
            summary += (
                f"\n{told.support} rejections with a known reason: {told.given} called rejections, "
                f"{told.right} of them with the right reason"
            )
        return f"{_aligned(table)}\n\n{_aligned(matrix)}\n\n{summary}\n"


def apart(
    pairs: Sequence[tuple[str, Verdict]], groups: Sequence[str], reasons: Sequence[str] = ()
) -> dict[str, Report]:
    """Given what ``evaluate`` is given and a group for each pair, return the figures of each.

    Raise ValueError as ``evaluate`` does, or when there are not as many groups.
    """
    found: dict[str, list[int]] = {}
    for place, (group, _) in enumerate(zip(groups, pairs, strict=True)):
        found.setdefault(group, []).append(place)
    return {
        group: evaluate([pairs[at] for at in places], [reasons[at] for at in places if reasons])
        for group, places in sorted(found.items())
    }


def by_language(
    pairs: Sequence[tuple[str, Verdict]], languages: Sequence[str]
) -> dict[str, dict[str, int | float]]:
    """Given (true kind, verdict) pairs and their languages, return the figures of each, in short.

    Raise ValueError as ``apart`` does.
    """
    return {name: report.in_short() for name, report in apart(pairs, languages).items()}


def languages_as_text(found: Mapping[str, Mapping[str, int | float]]) -> str:
    """Given what ``by_language`` returns, return it as an aligned table."""
    table = [["language", "messages", "kind right", "tag right", "unsure"]]
    for name, figures in found.items():
        shares = [f"{figures[share]:.1%}" for share in ("accuracy", "tag_accuracy", "unsure")]
        table.append([name, f"{figures['messages']}", *shares])
    return f"{_aligned(table)}\n"


def _aligned(table: Sequence[Sequence[str]]) -> str:
    """Given rows of cells, return lines: the first column to the left, the rest to the right."""
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = []
    for row in table:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _calibration(answers: Sequence[tuple[float, bool]]) -> float:
    """Given (confidence, right) pairs, return the expected calibration error."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in answers:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    error = 0.0
    for found in bins:
        if found:
            sure = sum(confidence for confidence, _ in found) / len(found)
            hit = sum(right for _, right in found) / len(found)
            error += abs(sure - hit) * len(found) / len(answers)
    return error


def _reasons(pairs: Sequence[tuple[str, Verdict]], reasons: Sequence[str]) -> ReasonFigures:
    asked = [
        (reason, verdict)
        for (gold, verdict), reason in zip(pairs, reasons, strict=True)
        if gold == Kind.REJECTION.value and reason in {known.value for known in Reason}
    ]
    called = [(true, found) for true, found in asked if found.kind is Kind.REJECTION]
    right = sum(found.reason is Reason(true) for true, found in called)
    return ReasonFigures(len(asked), len(called), right)


def evaluate(pairs: Sequence[tuple[str, Verdict]], reasons: Sequence[str] = ()) -> Report:
    """Given (true kind, verdict) pairs, return the figures.

    ``reasons`` says of each pair, in order, why a rejection was one, as far as that is known;
    what is none of ``Reason`` is not counted.
    Raise ValueError when a true kind is none of ``Kind``, or there are not as many reasons.
    """
    confusion: Counter[tuple[str, str]] = Counter()
    answers: list[tuple[float, bool]] = []
    right = tags = 0
    for gold, verdict in pairs:
        true = Kind(gold)
        confusion[true.value, verdict.kind.value] += 1
        if verdict.kind is Kind.UNSURE:
            continue
        answers.append((verdict.confidence, verdict.kind is true))
        right += verdict.kind is true
        tags += verdict.tag is true.tag
    golds = Counter(gold for gold, _ in pairs)
    given = Counter(verdict.kind.value for _, verdict in pairs)
    names = [kind.value for kind in Kind if golds[kind.value] or given[kind.value]]
    kinds = {
        name: KindFigures(golds[name], given[name], confusion[name, name])
        for name in names
        if name != Kind.UNSURE.value
    }
    total = max(1, len(pairs))
    return Report(
        messages=len(pairs),
        kinds=kinds,
        confusion=dict(confusion),
        coverage=len(answers) / total,
        accuracy=right / total,
        tag_accuracy=tags / total,
        ece=_calibration(answers),
        reasons=_reasons(pairs, reasons or [""] * len(pairs)),
    )
