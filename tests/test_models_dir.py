"""What is shipped in models/: a corpus that is sound, and a base model built from it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify import build, corpus
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.evaluate import evaluate
from mailsense.classify.learning import digest
from mailsense.classify.letters import history_of
from mailsense.domain import Kind, Message, Reason, Tag, Verdict
from mailsense.resources import shipped

MODELS = shipped("models")


@pytest.fixture(scope="module")
def base() -> corpus.Corpus:
    return corpus.load(MODELS / "corpus")


def test_the_base_model_was_built_from_the_corpus_as_it_is(base: corpus.Corpus) -> None:
    card, _ = load_base()
    assert card.metrics["corpus"] == base.digest, (
        "the corpus changed: run python -m mailsense.classify.build"
    )
    assert card.digest == digest([])
    assert card.metrics["sentences"] == len(base.sentences)
    assert card.metrics["letters"] == len(base.letters)


def test_nothing_else_is_shipped_beside_the_model_and_its_corpus() -> None:
    weights = {path.name for path in MODELS.iterdir() if path.suffix == ".npz"}
    assert weights == {"base.npz"}


def test_some_letters_are_taught_with_what_they_answer(base: corpus.Corpus) -> None:
    answering = Counter(letter.kind for letter in base.letters if letter.quoted)
    assert answering[Kind.OTHER] >= 40
    assert sum(answering[kind] for kind in corpus.KINDS if kind is not Kind.OTHER) >= 40


def test_what_letters_answer_is_read_without_the_marks_of_quoting(base: corpus.Corpus) -> None:
    answers = [one.quoted for one in base.letters if one.quoted]
    assert not [text for text in answers if re.search(r"^\s*>", text, re.M)]
    assert sum(bool(history_of(text)) for text in answers) > 0.98 * len(answers)


def test_the_base_model_is_small() -> None:
    assert (MODELS / "base.npz").stat().st_size < 20_000_000


def test_every_kind_and_reason_is_taught(base: corpus.Corpus) -> None:
    sentences = Counter(sentence.kind for sentence in base.sentences)
    assert all(sentences[kind] >= 300 for kind in corpus.KINDS)
    assert sentences[None] >= 1000
    reasons = Counter(sentence.reason for sentence in base.sentences)
    assert all(reasons[reason] >= 150 for reason in Reason)
    letters = Counter(letter.kind for letter in base.letters)
    assert all(letters[kind] >= 100 for kind in corpus.KINDS)
    assert letters[Kind.REJECTION] >= 300
    assert letters[Kind.OTHER] >= 500
    told = Counter(letter.reason for letter in base.letters)
    assert all(told[reason] >= 40 for reason in Reason)


def _twins(
    texts: list[str], share: float, of: Callable[[int, int], int] = min
) -> list[tuple[int, int]]:
    """Return pairs of texts that have in common that share of the shorter's (or, with ``of``,
    the longer's) runs of four words."""
    runs = []
    where: dict[tuple[str, ...], list[int]] = {}
    found = []
    for number, text in enumerate(texts):
        words = re.findall(r"[a-z0-9']+", text.lower())
        mine = {tuple(words[n : n + 4]) for n in range(max(1, len(words) - 3))}
        met = Counter(other for run in mine for other in where.get(run, ()))
        found += [
            (other, number)
            for other, count in met.items()
            if min(len(mine), len(runs[other])) > 4
            and count >= share * of(len(mine), len(runs[other]))
        ]
        runs.append(mine)
        for run in mine:
            where.setdefault(run, []).append(number)
    return found


def test_no_letter_is_nearly_another_but_within_its_family(base: corpus.Corpus) -> None:
    letters = [*base.letters, *corpus.holdout(MODELS)]
    twins = _twins([letter.body for letter in letters], 0.5)
    assert [
        (letters[one].id, letters[two].id)
        for one, two in twins
        if letters[one].family != letters[two].family
    ] == []


def test_no_sentence_is_nearly_another(base: corpus.Corpus) -> None:
    said = [sentence.text for sentence in base.sentences]
    twins = _twins(said, 0.7, max)
    assert [(said[one], said[two]) for one, two in twins] == []


def test_the_letters_kept_for_judging_are_of_every_kind_and_never_taught(
    base: corpus.Corpus,
) -> None:
    kept = corpus.holdout(MODELS)
    kinds = Counter(letter.kind for letter in kept)
    assert all(kinds[kind] >= 15 for kind in corpus.KINDS)
    taught = {letter.body for letter in base.letters}
    assert not any(letter.body in taught for letter in kept)


def test_addresses_in_the_corpus_are_invented(base: corpus.Corpus) -> None:
    for letter in base.letters:
        domain = letter.address.domain
        assert (
            not domain
            or domain.rpartition(".")[2] in ("example", "test", "invalid")
            or (domain.endswith(("example.org", "example.com", "example.net")))
        ), letter.id


def test_the_readme_tells_how_to_rebuild() -> None:
    assert "python -m mailsense.classify.build" in (MODELS / "README.md").read_text()


def test_the_readme_shows_the_figures_that_the_command_prints() -> None:
    assert build.figures(MODELS) in (MODELS / "README.md").read_text(encoding="utf-8"), (
        "run python -m mailsense.classify.build --figures and put its table into models/README.md"
    )


def test_the_card_is_plain_json() -> None:
    card = json.loads((MODELS / "base.json").read_text(encoding="utf-8"))
    assert card["name"].startswith("base-")


def test_the_base_model_knows_its_own_letters(base: corpus.Corpus) -> None:
    messages = [letter.message for letter in base.letters]
    verdicts = ModelClassifier(load_base).classify(messages)
    pairs = [(written.kind.value, verdict)
             for written, verdict in zip(base.letters, verdicts, strict=True)]  # fmt: skip
    report = evaluate(pairs)
    assert report.accuracy > 0.7
    assert report.kinds["rejection"].precision > 0.9
    wrong = sum(verdict.tag is Tag.REQUEST and Kind(gold).tag is Tag.NONE
                for gold, verdict in pairs)  # fmt: skip
    assert wrong <= len(pairs) * 0.05


def _as_other(verdict: Verdict, gold: str) -> Verdict:
    """Count an alert as right where the human said other: the real mail knows no alerts."""
    import dataclasses

    alike = gold == "other" and verdict.kind is Kind.ALERT
    return dataclasses.replace(verdict, kind=Kind.OTHER) if alike else verdict


def _real_mail() -> Path | None:
    import os

    shared = os.environ.get("MAILSENSE_SHARED", "")
    path = Path(shared) / "eval" / "real-mail.jsonl.gz"
    return path if shared and path.is_file() else None


@pytest.mark.skipif(_real_mail() is None, reason="MAILSENSE_SHARED does not name the real mail")
def test_real_mail_is_judged_decently() -> None:
    import gzip

    from mailsense.classify.letters import address

    path = _real_mail()
    assert path is not None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    verdicts = ModelClassifier(load_base).classify(
        [
            Message(record["id"], record["id"], record["subject"], address(record["from"]),
                    text=record["body"])
            for record in records
        ]
    )  # fmt: skip
    pairs = [
        (record["kind"],
         _as_other(verdict, record["kind"]))
        for record, verdict in zip(records, verdicts, strict=True)
    ]  # fmt: skip
    report = evaluate(pairs)
    ordinary = [verdict for gold, verdict in pairs if gold == "other"]
    false = sum(verdict.tag is Tag.REQUEST for verdict in ordinary) / len(ordinary)
    assert report.kinds["rejection"].precision > 0.85
    assert report.kinds["rejection"].f1 > 0.7
    assert report.kinds["acknowledgement"].f1 > 0.65
    assert false < 0.08
