"""The figures about verdicts, on cases that can be counted by hand."""

from __future__ import annotations

import json

import pytest

from mailsense.classify.evaluate import (
    ReasonFigures,
    apart,
    by_language,
    evaluate,
    languages_as_text,
)
from mailsense.domain import Kind, Reason, Source, Verdict


def said(kind: Kind, confidence: float = 0.9) -> Verdict:
    return Verdict(kind, Source.MODEL, confidence)


PAIRS = [
    ("rejection", said(Kind.REJECTION)),
    ("rejection", said(Kind.REJECTION)),
    ("rejection", said(Kind.UNSURE, 0.4)),
    ("rejection", said(Kind.OTHER)),
    ("other", said(Kind.REJECTION)),
    ("interview", said(Kind.TASK)),
]


def test_precision_recall_and_f1_are_those_of_each_kind() -> None:
    figures = evaluate(PAIRS).kinds["rejection"]
    assert (figures.support, figures.given, figures.right) == (4, 3, 2)
    assert figures.precision == pytest.approx(2 / 3)
    assert figures.recall == pytest.approx(1 / 2)
    assert figures.f1 == pytest.approx(4 / 7)


def test_unsure_lowers_coverage_and_is_no_kind_of_its_own() -> None:
    report = evaluate(PAIRS)
    assert report.coverage == pytest.approx(5 / 6)
    assert "unsure" not in report.kinds
    assert report.confusion["rejection", "unsure"] == 1


def test_a_task_for_an_interview_is_the_right_tag_of_the_wrong_kind() -> None:
    report = evaluate(PAIRS)
    assert report.accuracy == pytest.approx(2 / 6)
    assert report.tag_accuracy == pytest.approx(3 / 6)


def test_calibration_is_the_gap_between_surety_and_truth() -> None:
    wrong = [("other", said(Kind.REJECTION, 0.8))] * 5
    right = [("rejection", said(Kind.REJECTION, 0.8))] * 5
    assert evaluate(wrong + right).ece == pytest.approx(0.3)
    assert evaluate([("rejection", said(Kind.REJECTION, 1.0))]).ece == pytest.approx(0.0)


def test_the_figures_are_json() -> None:
    plain = json.loads(json.dumps(evaluate(PAIRS).as_dict()))
    assert plain["messages"] == 6
    assert plain["confusion"]["rejection"] == {"rejection": 2, "other": 1, "unsure": 1}
    assert plain["kinds"]["task"]["precision"] == 0


def test_the_text_is_aligned_and_complete() -> None:
    lines = evaluate(PAIRS).as_text().splitlines()
    table = lines[: lines.index("")]
    assert table[0].split() == ["kind", "messages", "precision", "recall", "F1"]
    assert len({len(line) for line in table}) == 1
    assert any(line.split() == ["rejection", "4", "0.667", "0.500", "0.571"] for line in table)
    assert "83.3% answered" in lines[-1]


def test_no_pairs_make_an_empty_report() -> None:
    report = evaluate([])
    assert (report.messages, report.coverage, report.ece) == (0, 0.0, 0.0)
    assert report.as_text()


def test_an_unknown_true_kind_is_an_error() -> None:
    with pytest.raises(ValueError, match="spam"):
        evaluate([("spam", said(Kind.OTHER))])


# --- why a rejection was one


def no(reason: Reason | None = None, kind: Kind = Kind.REJECTION) -> Verdict:
    return Verdict(kind, Source.MODEL, 0.9, reason=reason)


REASONED = [
    ("rejection", no(Reason.FILLED), "filled"),
    ("rejection", no(Reason.BUSY), "filled"),
    ("rejection", no(), "busy"),
    ("rejection", said(Kind.UNSURE), "busy"),
    ("rejection", no(Reason.FILLED, Kind.OTHER), "filled"),
    ("rejection", no(Reason.FILLED), ""),
    ("rejection", no(Reason.FILLED), "luck"),
    ("other", no(Reason.FILLED), "filled"),
    ("other", said(Kind.OTHER), ""),
]
"""Five rejections with a known reason; three were called rejections, one of them rightly."""


def reasoned(*cases: tuple[str, Verdict, str]) -> ReasonFigures:
    return evaluate([(gold, found) for gold, found, _ in cases], [why for *_, why in cases]).reasons


def test_reasons_are_counted_of_rejections_whose_reason_is_known() -> None:
    assert reasoned(*REASONED) == ReasonFigures(support=5, given=3, right=1)


@pytest.mark.parametrize(
    ("case", "counted"),
    list(zip(REASONED, [(1, 1, 1), *[(1, 1, 0)] * 2, *[(1, 0, 0)] * 2, *[(0, 0, 0)] * 4],
             strict=True)),
)  # fmt: skip
def test_a_message_counts_so_much(
    case: tuple[str, Verdict, str], counted: tuple[int, int, int]
) -> None:
    found = reasoned(case)
    assert (found.support, found.given, found.right) == counted


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_known(reason: Reason) -> None:
    assert reasoned(("rejection", no(reason), reason.value)) == ReasonFigures(1, 1, 1)


def test_reasons_change_no_other_figure() -> None:
    pairs = [(gold, found) for gold, found, _ in REASONED]
    plain = evaluate(pairs)
    told = evaluate(pairs, [why for *_, why in REASONED])
    assert plain.reasons == ReasonFigures(0, 0, 0)
    assert (told.kinds, told.confusion, told.accuracy) == (
        plain.kinds, plain.confusion, plain.accuracy,
    )  # fmt: skip


def test_reasons_are_told_only_when_one_is_known() -> None:
    pairs = [(gold, found) for gold, found, _ in REASONED]
    told = evaluate(pairs, [why for *_, why in REASONED])
    assert told.as_text().splitlines()[-1] == (
        "5 rejections with a known reason: 3 called rejections, 1 of them with the right reason"
    )
    assert told.as_dict()["reasons"] == {"support": 5, "given": 3, "right": 1}
    for silent in (evaluate(pairs), evaluate(pairs, ["luck"] * len(pairs))):
        assert "reason" not in silent.as_text()
        assert "reasons" not in silent.as_dict()


@pytest.mark.parametrize("many", [1, len(PAIRS) - 1, len(PAIRS) + 1])
def test_another_number_of_reasons_than_of_messages_is_an_error(many: int) -> None:
    with pytest.raises(ValueError, match=r"longer|shorter"):
        evaluate(PAIRS, ["filled"] * many)


# --- apart


LANGUAGES = ["en", "de", "en", "en", "de", "de"]
"""Of PAIRS: of the English ones one is right and one unsure; of the German, one, and one tag."""


def test_the_figures_of_a_group_are_those_of_its_pairs_alone() -> None:
    found = apart(PAIRS, LANGUAGES)
    assert list(found) == ["de", "en"]
    assert found["de"] == evaluate([PAIRS[at] for at in (1, 4, 5)])
    assert found["en"] == evaluate([PAIRS[at] for at in (0, 2, 3)])
    assert apart([], []) == {}


def test_reasons_go_with_their_pairs() -> None:
    pairs = [(gold, found) for gold, found, _ in REASONED]
    groups = ["a", "b", *["c"] * (len(pairs) - 2)]
    found = apart(pairs, groups, [why for *_, why in REASONED])
    assert (found["a"].reasons, found["b"].reasons) == (
        ReasonFigures(1, 1, 1), ReasonFigures(1, 1, 0),
    )  # fmt: skip


def test_each_language_has_its_figures_in_short() -> None:
    assert by_language(PAIRS, LANGUAGES) == {
        "de": {"messages": 3, "accuracy": 0.3333, "tag_accuracy": 0.6667, "unsure": 0.0},
        "en": {"messages": 3, "accuracy": 0.3333, "tag_accuracy": 0.3333, "unsure": 0.3333},
    }
    lines = languages_as_text(by_language(PAIRS, LANGUAGES)).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["de", "3", "33.3%", "66.7%", "0.0%"], ["en", "3", "33.3%", "33.3%", "33.3%"],
    ]  # fmt: skip


@pytest.mark.parametrize("many", [0, len(PAIRS) - 1, len(PAIRS) + 1])
def test_each_pair_needs_a_group(many: int) -> None:
    with pytest.raises(ValueError, match="argument"):
        apart(PAIRS, ["en"] * many)
