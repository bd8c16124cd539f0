"""The comparison of classifiers holds out whole writers, and its document holds its tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from benchmarks import classifier, classifier_fits, classifier_models
from benchmarks.classifier import Plan, investigate, main
from benchmarks.classifier_figures import Found, beside, figures
from benchmarks.classifier_fits import ESTIMATORS, PARTS, Grid, fit
from benchmarks.classifier_models import LOOKS, LOUDNESS, SHIPPED, learn
from benchmarks.classifier_parts import sampled, some_writers, split, united, with_life
from benchmarks.classifier_tables import MARKS, tables
from benchmarks.document import written
from benchmarks.inboxes import MARK
from mailsense.classify import fitting, model, samples, training, variation
from mailsense.classify.corpus import KINDS, Corpus, Letter, Sentence, load
from mailsense.classify.model import signals
from mailsense.domain import Kind, Source, Tag, Verdict
from mailsense.resources import shipped

DOCUMENT = Path(__file__).parents[1] / "docs" / "classifier.md"
TINY = Plan(
    folds=3,
    grid=Grid.of(1, **dict.fromkeys(ESTIMATORS, (1.0,))),
    shares=(1 / 2,),
    life=(0, 1_000_000),
    sample=(120, 450),
)

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module", autouse=True)
def in_this_process() -> Iterator[None]:
    """One fit after the other, where the tests can look on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier_models, "JOBS", 1)
        yield


@pytest.fixture(scope="module")
def whole() -> Corpus:
    """The shipped corpus."""
    return load(shipped("models") / "corpus")


@pytest.fixture(scope="module")
def few_composed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variation, "LETTERS_OF_A_KIND", 2)
        patch.setattr(variation, "LETTERS_OF_LIFE", 6)
        yield


@pytest.fixture(scope="module")
def told() -> list[str]:
    """The progress that was told while ``found`` was found."""
    return []


@pytest.fixture(scope="module")
def heard() -> list[Corpus]:
    """The corpora that were learned from while ``found`` was found, in order."""
    return []


@pytest.fixture(scope="module")
def found(whole: Corpus, few_composed: None, told: list[str], heard: list[Corpus]) -> Found:
    def spied(corpus: Corpus, *rest: Any) -> classifier_models.Learned:
        heard.append(corpus)
        return learn(corpus, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier, "learn", spied)
        return investigate(whole, TINY, told.append)


def a_letter(number: int, kind: Kind = Kind.OTHER, **given: str) -> Letter:
    given = {"family": f"f{number}", "voice": ""} | given
    return Letter(
        id=str(number), kind=kind, also=(), reason=None, stage=None, sender="", subject="",
        body=f"Letter {number}.", decisive=(), **given,
    )  # fmt: skip


# --- who is heard, who is asked


@st.composite
def corpora(draw: st.DrawFn) -> Corpus:
    """Writers that share families, families that name no writer, sentences of all of them."""
    names = st.sampled_from(["", "ann", "bob", "cid", "dee", "eve"])
    letters = [
        a_letter(number, family=f"f{family}", voice=voice)
        for number, (family, voice) in enumerate(
            draw(st.lists(st.tuples(st.integers(0, 12), names), min_size=4, max_size=20))
        )
    ]
    voices = draw(st.lists(names, max_size=20))
    sentences = [Sentence(f"Sentence {n}.", None, None, voice) for n, voice in enumerate(voices)]
    return Corpus(tuple(sentences), tuple(letters))


def parted(corpus: Corpus, parts: int) -> list[tuple[set[str], set[str], set[str], set[str]]]:
    """Return for each part voices and families in training, then those that are asked.

    As they stand in the corpus, whatever the split calls them.
    """
    by_id = {letter.id: letter for letter in corpus.letters}
    by_text = {sentence.text: sentence for sentence in corpus.sentences}
    told = []
    for rest, asked in split(corpus, parts, seed=0):
        learned = [by_id[one.id] for one in rest.letters]
        tested = [by_id[one.id] for one in asked]
        said = {by_text[one.text].voice for one in rest.sentences}
        told.append(
            (
                ({one.voice for one in learned} | said) - {""},
                {one.family for one in learned},
                {one.voice for one in tested} - {""},
                {one.family for one in tested},
            )
        )
    return told


@settings(max_examples=100, deadline=None)
@given(corpora())
def test_no_voice_and_no_family_is_ever_on_both_sides(corpus: Corpus) -> None:
    try:
        parts = parted(corpus, 2)
    except ValueError:
        return  # all of them are one writer
    for voices, families, asked_voices, asked_families in parts:
        assert not voices & asked_voices
        assert not families & asked_families


def test_the_shipped_corpus_is_parted_by_whole_writers_and_evenly(whole: Corpus) -> None:
    for voices, families, asked_voices, asked_families in parted(whole, 4):
        assert voices and asked_voices
        assert not voices & asked_voices
        assert not families & asked_families
    sizes = [len(asked) for _, asked in split(whole, 4, seed=0)]
    assert max(sizes) < 1.5 * min(sizes)


def test_every_letter_is_asked_once_and_as_it_was_written(whole: Corpus) -> None:
    asked = [one for _, part in split(whole, 4, seed=0) for one in part]
    assert sorted(one.id for one in asked) == sorted(one.id for one in whole.letters)
    bodies = {one.id: one.body for one in whole.letters}
    assert all(one.body == bodies[one.id] for one in asked)


def test_voices_that_share_a_family_are_one_writer() -> None:
    corpus = Corpus(
        (Sentence("Hello there.", None, None, "bob"),),
        (
            a_letter(1, family="f", voice="bob"),
            a_letter(2, family="f", voice="ann"),
            a_letter(3, family="g", voice="ann"),
            a_letter(4, family="g"),
            a_letter(5, family="h"),
            a_letter(6, family="i"),
            a_letter(7, family="i"),
        ),
    )
    found = united(corpus)
    assert [one.voice for one in found.letters[:5]] == ["ann", "ann", "ann", "ann", ""]
    assert found.letters[5].voice == found.letters[6].voice != ""
    assert found.sentences[0].voice == "ann"


def test_more_parts_than_writers_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be dealt"):
        split(Corpus((), (a_letter(1, voice="ann"), a_letter(2, voice="ann"))), 2, seed=0)


def test_fewer_writers_means_whole_voices(whole: Corpus) -> None:
    corpus = united(whole)
    some = some_writers(corpus, 0.25, seed=0)
    kept = {one.voice for one in (*some.letters, *some.sentences)} - {""}
    every = {one.voice for one in (*corpus.letters, *corpus.sentences)} - {""}
    assert len(kept) == round(len(every) / 4)
    assert [one for one in some.letters if one.voice] == [
        one for one in corpus.letters if one.voice in kept
    ]
    alone = sum(not one.voice for one in corpus.letters)
    assert sum(not one.voice for one in some.letters) == round(alone / 4)


@pytest.mark.parametrize("most", [0, 7])
def test_less_ordinary_mail_leaves_everything_else(whole: Corpus, most: int) -> None:
    corpus = sampled(whole, 300, 900, seed=0)
    less = with_life(corpus, most, seed=0)
    assert sum(one.kind is Kind.OTHER for one in less.letters) == most
    for records, kept in ((corpus.letters, less.letters), (corpus.sentences, less.sentences)):
        others = [one for one in records if one.kind is not Kind.OTHER]
        assert [one for one in kept if one.kind is not Kind.OTHER] == others
    if not most:
        assert all(one.kind is not Kind.OTHER for one in less.sentences)


# --- what is chosen, is chosen among the writers in training


def test_learning_is_given_nothing_of_the_writers_that_are_asked(
    whole: Corpus, found: Found, heard: list[Corpus]
) -> None:
    parts = split(sampled(whole, *TINY.sample, TINY.seed), TINY.folds, TINY.seed)  # type: ignore[misc]
    ways = 3  # all of it; half the writers; no ordinary mail
    assert len(heard) == ways * TINY.folds
    for number, corpus in enumerate(heard):
        # The comparison, and each way to thin, goes through the parts in their order.
        rest, asked = parts[number % TINY.folds]
        assert set(corpus.letters) <= set(rest.letters)
        assert set(corpus.sentences) <= set(rest.sentences)
        assert not {one.family for one in corpus.letters} & {one.family for one in asked}
        voices = {one.voice for one in (*corpus.letters, *corpus.sentences)}
        assert not (voices - {""}) & {one.voice for one in asked}


def test_choices_do_not_know_the_kinds_of_the_letters_asked(
    whole: Corpus, few_composed: None
) -> None:
    corpus = sampled(whole, 120, 450, seed=0)
    asked = {one.id for one in split(corpus, 3, seed=0)[0][1]}
    lied = tuple(
        replace(one, kind=Kind.REJECTION) if one.id in asked else one for one in corpus.letters
    )
    grid = Grid.of(1, hinge=(0.1, 3.0))
    one, two = (
        learn(split(each, 3, seed=0)[0][0], grid, 2, 0, SHIPPED[:1])
        for each in (corpus, Corpus(corpus.sentences, lied))
    )
    assert one.choices == two.choices
    stacks = [each.stacks["stacked", "hinge"]["stack"] for each in (one, two)]
    np.testing.assert_array_equal(*stacks)


def test_inside_the_training_corpus_whole_voices_are_held_out_too(
    whole: Corpus, few_composed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest = split(sampled(whole, 120, 450, seed=0), 3, seed=0)[0][0]
    used = []

    def spied(of: Any, part: str, use: Any, *args: Any) -> Any:
        used.append((part, use))
        return fit(of, part, use, *args)

    monkeypatch.setattr(classifier_models, "fit", spied)
    learn(rest, Grid.of(1, bayes=(0.1,)), 2, 0, SHIPPED[:1])
    gathered = samples.gather(rest, folds=2 * classifier_models.CELLS, seed=0)
    letters = np.flatnonzero(gathered.letter.real)
    inner = 0
    for part, use in used:
        records: Any = rest.letters if part == "letter" else rest.sentences
        of_records = use[letters] if part == "letter" else use[: len(rest.sentences)]
        in_use = {one.voice for one, kept in zip(records, of_records, strict=True) if kept}
        left = {one.voice for one, kept in zip(records, of_records, strict=True) if not kept}
        assert not (in_use - {""}) & left
        inner += bool(left)
    assert inner == 4  # two inner parts, of sentences and of letters
    assert len(used) == 6


@pytest.fixture
def taught(whole: Corpus, few_composed: None) -> samples.Samples:
    return samples.gather(sampled(whole, 60, 300, seed=0), folds=2, seed=0)


@pytest.mark.parametrize("part", PARTS)
def test_the_svm_is_the_shipped_fit_as_loud_as_shipped(taught: samples.Samples, part: str) -> None:
    rows: Any = taught.sentence if part == "sentence" else taught.letter
    classes = len(KINDS) + (part == "sentence")
    every = np.ones(len(rows.labels), dtype=bool)
    found = fit(rows, part, every, "hinge", 0.3, 1)
    made = found["shipped"]
    assert found["hinge"] is made
    rare = fitting.RARE if part == "sentence" else fitting.RARE_IN_LETTERS
    scale = fitting.scale(rows.counts, rare)
    shipped = fitting.fit(rows.counts, rows.labels, rows.weights, classes, 0.3, scale)
    np.testing.assert_allclose(fitting.LOUDNESS * made.table, shipped.weights, atol=1e-5)
    np.testing.assert_allclose(fitting.LOUDNESS * made.bias, shipped.bias, atol=1e-5)


def test_the_sum_is_the_regression_and_naive_bayes(taught: samples.Samples) -> None:
    rows = taught.sentence
    every = np.ones(len(rows.labels), dtype=bool)
    summed = fit(rows, "sentence", every, "both", 10.0, 2)
    alone = fit(rows, "sentence", every, "bayes", classifier_fits.SMOOTHING, 2)["bayes"]
    added = summed["both"].table - summed["linear"].table
    np.testing.assert_allclose(added, classifier_fits.ADDED * alone.table, atol=1e-4)
    assert np.abs(added).max() > 0.1
    scaled = summed["linear"].scale(rows.counts).astype(np.float32)
    theirs = LogisticRegression(C=10.0, solver="saga", max_iter=2, tol=1e-2, random_state=0)
    theirs.fit(scaled, rows.labels, sample_weight=rows.weights)
    table = summed["linear"].table[:, theirs.classes_]
    assert np.corrcoef(table.ravel(), theirs.coef_.T.ravel())[0, 1] > 0.99


def test_every_loudness_is_chosen_but_that_of_what_is_shipped(found: Found) -> None:
    for name, of in found.choices.items():
        loud = {loudness for told in of.values() for _, loudness in told}
        assert loud == {fitting.LOUDNESS} if name == SHIPPED[1] else loud <= set(LOUDNESS)


@pytest.mark.parametrize("plan", [Plan(), classifier.QUICK], ids=["whole", "quick"])
def test_what_is_shipped_is_tried_with_its_own_strengths_and_no_others(plan: Plan) -> None:
    settings = plan.grid.settings[SHIPPED[1]]
    assert settings == {"sentence": (training.SENTENCE_C,), "letter": (training.LETTER_C,)}


# --- what a letter answers


def test_the_history_below_a_letter_is_read_in_training_and_when_it_is_asked(
    whole: Corpus, few_composed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = sampled(whole, 120, 450, seed=0)
    answer = replace(
        corpus.letters[0],
        subject="Re: hello",
        body="Yes, that suits me well.",
        quoted="Could you come to an interview on Monday? We liked your application.",
    )
    learned = learn(corpus, Grid.of(1, hinge=(1.0,)), 2, 0, SHIPPED[:1])
    seen: list[Any] = []

    def spied(found: Any, sentences: Any, scores: Any) -> Any:
        seen.append(signals(found, sentences, scores))
        return seen[-1]

    monkeypatch.setattr(classifier_models, "signals", spied)
    learned.judge([answer, replace(answer, quoted="")])
    told = model.SIGNALS - model.FACTS - 2
    [[with_history, without]] = seen
    assert with_history[told] == 1.0 and with_history[told + 1] != 0.0
    assert list(without[told : told + 2]) == [0.0, 0.0]
    learn(corpus, Grid.of(1, hinge=(1.0,)), 2, 0, SHIPPED[:1])
    trained = samples.gather(corpus, folds=2 * classifier_models.CELLS, seed=0)
    answers = np.flatnonzero(seen[1][:, told])
    assert len(answers) and list(answers) == list(trained.features.answers)
    assert (seen[1][answers, told + 1] != 0.0).all()


# --- figures


def said(kind: Kind, sure: float = 0.9) -> Verdict:
    return Verdict(kind, Source.MODEL, sure)


def test_unsure_is_a_miss_and_requests_count_together() -> None:
    judged = [
        (a_letter(1, Kind.INTERVIEW), said(Kind.TASK)),
        (a_letter(2, Kind.TASK), said(Kind.UNSURE)),
        (a_letter(3, Kind.REJECTION), said(Kind.REJECTION)),
        (a_letter(4, Kind.OTHER), said(Kind.REJECTION)),
        (a_letter(5, Kind.OTHER), said(Kind.OFFER)),
        (a_letter(6, Kind.OTHER), said(Kind.OTHER)),
        (a_letter(7, Kind.OTHER), said(Kind.UNSURE)),
        (a_letter(8, Kind.ACKNOWLEDGEMENT), said(Kind.ACKNOWLEDGEMENT)),
    ]
    told = figures(judged)
    assert (told.letters, told.ordinary) == (8, 4)
    assert told.right == 3 / 8
    assert (told.request.precision, told.request.recall) == (1 / 2, 1 / 2)
    assert (told.rejection.precision, told.rejection.recall) == (1 / 2, 1)
    assert told.acknowledgement.f1 == 1
    assert (told.false_rejections, told.false_requests) == (1 / 4, 1 / 4)
    assert (told.unsure, told.ordinary_unsure) == (2 / 8, 1 / 4)
    assert {kind for kind in Kind if kind.tag is Tag.REQUEST} == {
        Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH, Kind.OFFER,
    }  # fmt: skip


def test_a_difference_is_surer_the_more_writers_it_comes_from() -> None:
    def compared(voice: Callable[[int], str]) -> tuple[float, float]:
        letters = [a_letter(n, voice=voice(n)) for n in range(40)]
        one = [(letter, said(Kind.OTHER)) for letter in letters]
        two = [(letter, said(Kind.OTHER if n % 4 else Kind.TASK)) for n, (letter, _) in
               enumerate(one)]  # fmt: skip
        assert beside(one, one) == (0.0, 0.0)
        assert beside(two, one)[0] == -beside(one, two)[0]
        return beside(one, two)

    alone, few = compared(lambda n: ""), compared(lambda n: f"v{n % 4}")
    assert alone[0] == few[0] == 0.25
    assert 0 < alone[1] < few[1]


# --- the command


def test_every_table_is_made_with_a_line_for_every_variant(found: Found) -> None:
    texts = tables(found)
    assert tuple(texts) == MARKS
    assert all(texts.values())
    assert set(found.comparison) == {(look, name) for look in LOOKS for name in ESTIMATORS}
    assert texts["comparison"].count("\n") == 1 + len(LOOKS) * len(ESTIMATORS)
    assert texts["comparison"].count("**shipped**") == 1
    assert [point.label for point in found.curve] == ["1/2", "all"]
    assert [point.label for point in found.life] == ["0", "all"]
    assert found.life[0].count["ordinary sentences"] == 0
    assert found.curve[0].count["voices"] < found.curve[1].count["voices"]


def test_all_variants_are_asked_about_the_same_letters(found: Found) -> None:
    asked = {tuple(letter.id for letter, _ in judged) for judged in found.comparison.values()}
    assert len(asked) == 1
    assert len(set(asked.pop())) == 120
    assert figures(found.comparison[SHIPPED]) == found.curve[-1].found == found.life[-1].found


def test_every_table_has_as_many_cells_in_each_line_as_in_its_head(found: Found) -> None:
    for name, text in tables(found).items():
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1, name


def test_a_quick_look_says_that_it_is_one_and_what_it_was_made_with(
    found: Found, whole: Corpus, told: list[str]
) -> None:
    assert "--quick" in found.made
    assert "say nothing about the shipped model" in found.made
    assert whole.digest[:16] in found.made
    assert all(f"{name} " in found.made for name in ("Python", "numpy", "scipy", "scikit-learn"))
    assert any("part 3 of 3" in line for line in told)


def test_the_figures_can_be_had_as_json(found: Found) -> None:
    told = json.loads(json.dumps(found.as_dict()))
    assert len(told["comparison"]) == len(LOOKS) * len(ESTIMATORS)
    assert set(told["choices"]) == set(ESTIMATORS)
    assert all(set(of) == set(PARTS) for of in told["choices"].values())


def test_the_same_seed_gives_the_same_verdicts(
    whole: Corpus, few_composed: None, found: Found
) -> None:
    used = sampled(whole, *TINY.sample, TINY.seed)  # type: ignore[misc]
    rest, asked = split(used, TINY.folds, TINY.seed)[0]
    again = learn(rest, TINY.grid, TINY.folds - 1, TINY.seed).judge(asked)
    for key, verdicts in again.items():
        assert list(verdicts) == [verdict for _, verdict in found.comparison[key][: len(asked)]]


def test_the_command_writes_its_tables_between_the_marks(
    tmp_path: Path, found: Found, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked = []

    def quickly(corpus: Corpus, plan: Plan, say: Callable[[str], None]) -> Found:
        asked.append(plan)
        say("working")
        return found

    monkeypatch.setattr(classifier, "investigate", quickly)
    document = tmp_path / "classifier.md"
    document.write_text(DOCUMENT.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["--quick", "--folds", "5", "--write", str(document), "--json"]) == 0
    text = document.read_text(encoding="utf-8")
    assert all(table in text for table in tables(found).values())
    out, err = capsys.readouterr()
    assert json.loads(out)["made"] == found.made
    assert "working" in err
    assert [(plan.folds, plan.sample) for plan in asked] == [(5, classifier.QUICK.sample)]
    assert main(["--quick", "--write", str(document)]) == 0
    assert document.read_text(encoding="utf-8") == text


def test_a_document_without_the_marks_is_told_before_the_work_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(classifier, "investigate", lambda *_: pytest.fail("began to work"))
    document = tmp_path / "classifier.md"
    document.write_text("nothing here\n", encoding="utf-8")
    assert main(["--write", str(document)]) == 1
    assert "marks" in capsys.readouterr().err
    assert document.read_text(encoding="utf-8") == "nothing here\n"


def test_two_parts_are_too_few(capsys: Any) -> None:
    with pytest.raises(SystemExit):
        main(["--folds", "2"])
    assert "at least 3" in capsys.readouterr().err


@pytest.mark.parametrize(
    "document",
    [
        "<!-- begin:one -->\n<!-- end:one -->",
        "<!-- begin:one -->\n<!-- begin:two -->\n<!-- end:one -->\n<!-- end:two -->",
        "<!-- begin:one -->\n<!-- end:one -->\n<!-- begin:two -->",
        "<!-- begin:one --><!-- end:one --><!-- begin:two --><!-- end:two -->"
        "<!-- begin:two --><!-- end:two -->",
    ],
    ids=["missing", "crossed", "open", "twice"],
)
def test_a_document_whose_marks_are_wrong_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match="mark"):
        written(document, {"one": "1", "two": "2"})


def test_what_stands_between_marks_is_replaced_and_nothing_else() -> None:
    theirs = "<!-- begin:six -->\nold\n<!-- end:six -->\n".replace("old", "kept")
    document = f"a\n<!-- begin:one -->\nold\n<!-- end:one -->\nb <!-- begin: --> \\1\n{theirs}"
    assert written(document, {"one": "new \\1"}) == document.replace("old", "new \\1")


# --- the document


def typed() -> str:
    """Return what of the document was written by hand."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.sub(r"<!-- begin:(\w+) -->.*?<!-- end:\1 -->", "", text, flags=re.S)


def test_the_marks_of_the_document_are_those_that_the_command_knows() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert sorted(re.findall(r"<!-- begin:(\w+) -->", text)) == sorted((*MARKS, MARK))
    assert written(text, dict.fromkeys(MARKS, "x")) != text
    assert "<!--" not in typed()


def test_no_table_and_no_figure_of_the_document_was_typed_by_hand() -> None:
    lines = typed().splitlines()
    assert not [line for line in lines if line.lstrip().startswith("|")]
    assert not re.findall(r"\d[.,]\d|\d ?%", typed())


def test_the_document_is_filled_and_says_with_what() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in MARKS:
        between = re.search(f"begin:{name} -->(.*?)<!-- end:{name}", text, re.S)
        assert between and between[1].strip(), name
    assert re.search(r"digest of the corpus `[0-9a-f]{16}`", text)


def test_what_the_document_names_is_there() -> None:
    root = DOCUMENT.parents[1]
    named = re.findall(r"`((?:benchmarks|mailsense|models)/[\w./]+)`", DOCUMENT.read_text())
    assert named
    assert all((root / path).is_file() for path in named)
    assert classifier_fits.__file__.endswith("benchmarks/classifier_fits.py")
