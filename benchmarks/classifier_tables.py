"""The tables of ``docs/classifier.md``, and in words what they say.

Decides how figures are shown, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.classifier_figures import Figures, Found, Point, Score, beside, figures
from benchmarks.classifier_fits import ESTIMATORS
from benchmarks.classifier_models import LOOKS, SHIPPED

LOOK_NAMES = {"letter": "letter only", "sentences": "sentences only", "stacked": "stacked"}
ESTIMATOR_NAMES = {
    "linear": "logistic regression",
    "bayes": "complement naive Bayes",
    "both": "both added up",
    "hinge": "linear SVM, chosen",
    "shipped": "linear SVM, as shipped",
}
SETTING_NAMES = dict.fromkeys(ESTIMATORS, "C") | {"bayes": "smoothing"}


def tables(found: Found) -> dict[str, str]:
    """Given what was found, return the text of each mark of the document, by name."""
    return {
        "made": found.made,
        "summary": _summary(found),
        "comparison": _comparison(found),
        "choices": _choices(found),
        "curve": _curve(found.curve),
        "life": _life(found.life),
    }


MARKS = ("made", "summary", "comparison", "choices", "curve", "life")
"""The names that ``tables`` knows."""


def _table(head: Sequence[str], lines: Sequence[Sequence[str]], left: int = 1) -> str:
    """Return a table in Markdown, the first columns aligned left, the others right."""
    rule = "|".join(["---"] * left + ["--:"] * (len(head) - left))
    rows = [f"| {' | '.join(row)} |" for row in (head, *lines)]
    return "\n".join([rows[0], f"|{rule}|", *rows[1:]])


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _three(score: Score) -> list[str]:
    return [f"{value:.2f}" for value in (score.precision, score.recall, score.f1)]


def _comparison(found: Found) -> str:
    head = ["what is read", "estimator", "kind right %", "beside shipped", "rejection P", "R",
            "F1", "request P", "R", "F1", "ackn. F1", "ordinary mail tagged %", "unsure %",
            "calibration error"]  # fmt: skip
    lines = []
    for look in LOOKS:
        for name in ESTIMATORS:
            judged = found.comparison[look, name]
            told = figures(judged)
            shipped = (look, name) == SHIPPED
            less, give = beside(judged, found.comparison[SHIPPED])
            cells = [
                LOOK_NAMES[look],
                ESTIMATOR_NAMES[name],
                _percent(told.right),
                "shipped" if shipped else f"{100 * less:+.1f} ± {100 * give:.1f}",
                *_three(told.rejection),
                *_three(told.request),
                f"{told.acknowledgement.f1:.2f}",
                _percent(_tagged(told)),
                _percent(told.unsure),
                f"{told.ece:.3f}",
            ]
            lines.append([f"**{cell}**" for cell in cells] if shipped else cells)
    return _table(head, lines, left=2)


def _choices(found: Found) -> str:
    lines = []
    for name in ESTIMATORS:
        of = found.choices[name]
        for part, told in of.items():
            settings = ", ".join(f"{setting:g}" for setting, _ in told)
            loud = ", ".join(f"{loud:g}" for _, loud in told)
            lines.append([ESTIMATOR_NAMES[name], part, f"{SETTING_NAMES[name]}: {settings}", loud])
    return _table(["estimator", "model", "setting", "loudness"], lines, left=2)


def _curve(points: Sequence[Point]) -> str:
    head = ["part of the writers", "voices", "letters", "sentences", "kind right %", "rejection P",
            "R", "F1", "request P", "R", "F1", "unsure %"]  # fmt: skip
    lines = [
        [
            point.label,
            *(f"{point.count[name]:,.0f}" for name in ("voices", "letters", "sentences")),
            _percent(point.found.right),
            *_three(point.found.rejection),
            *_three(point.found.request),
            _percent(point.found.unsure),
        ]
        for point in points
    ]
    return _table(head, lines)


def _life(points: Sequence[Point]) -> str:
    head = ["ordinary letters in training", "ordinary sentences", "false rejections %",
            "false requests %", "ordinary mail unsure %", "rejection recall",
            "request recall"]  # fmt: skip
    lines = [
        [
            f"{point.count['ordinary letters']:,.0f}" + (", all" if point.label == "all" else ""),
            f"{point.count['ordinary sentences']:,.0f}",
            _percent(point.found.false_rejections),
            _percent(point.found.false_requests),
            _percent(point.found.ordinary_unsure),
            f"{point.found.rejection.recall:.2f}",
            f"{point.found.request.recall:.2f}",
        ]
        for point in points
    ]
    return _table(head, lines)


def _summary(found: Found) -> str:
    """Return in words what the tables say, so that no figure is copied by hand."""
    told = {key: figures(judged).right for key, judged in found.comparison.items()}
    best = max(told, key=lambda key: told[key])
    says = [f"The shipped variant names the kind of {_percent(told[SHIPPED])} % of the letters."]
    if best == SHIPPED:
        says[0] += " None of the others does better."
    else:
        says[0] += f" Best is {_named(best)}: {_gain(found, best, SHIPPED)}."
    says.append(
        "Both looks stacked, beside the letter alone: "
        f"{_gain(found, SHIPPED, ('letter', SHIPPED[1]))}; beside the sentences alone: "
        f"{_gain(found, SHIPPED, ('sentences', SHIPPED[1]))}."
    )
    look, shipped = SHIPPED
    others = "; ".join(
        f"beside {ESTIMATOR_NAMES[name]}: {_gain(found, SHIPPED, (look, name))}"
        for name in ESTIMATORS
        if name != shipped
    )
    says.append(f"The {ESTIMATOR_NAMES[shipped]}, {others}.")
    if len(found.curve) > 1:
        part, every = found.curve[-2:]
        says.append(
            f"From {part.label} of the writers to all of them: "
            f"{_points(every.found.right - part.found.right)} right, F1 of rejections from "
            f"{part.found.rejection.f1:.2f} to {every.found.rejection.f1:.2f}, of requests from "
            f"{part.found.request.f1:.2f} to {every.found.request.f1:.2f}."
        )
    if len(found.life) > 1:
        none, every = found.life[0], found.life[-1]
        says.append(
            f"With {none.count['ordinary letters']:,.0f} letters of ordinary life in training, "
            f"{_percent(_tagged(none.found))} % of it is tagged as a rejection or a request; "
            f"with all of them {_percent(_tagged(every.found))} %."
        )
    return "\n".join(f"- {said}" for said in says)


def _named(key: tuple[str, str]) -> str:
    return f"{LOOK_NAMES[key[0]]}, {ESTIMATOR_NAMES[key[1]]}"


def _tagged(told: Figures) -> float:
    return told.false_rejections + told.false_requests


def _points(share: float) -> str:
    return f"{100 * share:+.1f} points"


def _gain(found: Found, one: tuple[str, str], two: tuple[str, str]) -> str:
    """Return what the first gets right more than the second, and whether that may be chance."""
    more, give = beside(found.comparison[one], found.comparison[two])
    said = f"{_points(more)} ± {100 * give:.1f}"
    return said if abs(more) > give else f"{said} (may be chance)"
