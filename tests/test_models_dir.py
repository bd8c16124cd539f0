"""What is shipped in models/: a corpus that is sound, and a base model built from it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify import build, corpus
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.evaluate import evaluate
from mailsense.classify.learning import digest
from mailsense.classify.letters import history_of
from mailsense.classify.thresholds import QUIET
from mailsense.domain import Evidence, Kind, Reason, Tag, Verdict
from mailsense.mail.parse import parse_fields
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


AREAS = {
    "bank": "bank banking credit loans finance insurance",
    "shop": "shop retail deals promotion consumer receipt",
    "school": "school education parents nursery",
    "landlord": "landlord housing property house neighbours",
    "travel": "travel airline hotel holiday rail",
    "family": "family wedding grief reunion",
    "code review": "code-review opensource ci kernel programming saas",
    "newsletters": "newsletter blog news podcast",
    "invoices": "accounting invoice receipt tax procurement",
    "mailing lists": "lists mailing-list linux plants discussion sysadmin",
    "medical": "medical medicine health healthcare hospital illness",
    "dating": "dating",
    "politics": "politics election petition government council",
    "spam": "spam scam phishing business-proposal crypto",
    "office": "office",
}
"""Areas of life → the trades of letters that belong to them."""


@pytest.mark.parametrize("trades", AREAS.values(), ids=AREAS)
def test_ordinary_mail_comes_from_all_of_life(trades: str) -> None:
    told = [
        record
        for _, record in _records()
        if record["kind"] == "other" and record["trade"] in trades.split()
    ]
    assert len(told) >= 15


def _words(text: str) -> str:
    """Return the words of a text alone: two texts with the same words say the same."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def test_thousands_of_sentences_that_decide_and_that_do_not_are_taught(
    base: corpus.Corpus,
) -> None:
    kinds = {_words(sentence.text): sentence.kind for sentence in base.sentences}
    deciding = sum(kind not in (None, Kind.OTHER) for kind in kinds.values())
    assert deciding >= 6_000
    assert len(kinds) - deciding >= 6_000


def _records() -> list[tuple[str, Mapping[str, Any]]]:
    """Return each letter as it stands in its file, those kept for judging as well."""
    files = [*(MODELS / "corpus").glob("*/messages/*.jsonl"), MODELS / "holdout.jsonl"]
    return [
        (f"{path.name}:{number}", json.loads(line))
        for path in sorted(files)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip()
    ]


def test_every_letter_tells_its_trade_and_country() -> None:
    records = _records()
    assert len(records) > 8_000
    silent = [
        (place, key)
        for place, record in records
        for key in ("trade", "country")
        if not isinstance(record.get(key), str) or not record[key].strip()
    ]
    assert silent == []


def test_every_letter_that_may_be_answered_marks_what_decides_word_for_word(
    base: corpus.Corpus,
) -> None:
    marking = [one for one in (*base.letters, *corpus.holdout(MODELS)) if one.kind not in QUIET]
    assert len(marking) > 4_000
    assert [one.id for one in marking if not any(said.strip() for said in one.decisive)] == []

    def stands(said: str, *texts: str) -> bool:
        return any(" ".join(said.split()) in " ".join(text.split()) for text in texts)

    assert [
        (one.id, said)
        for one in marking
        for said in one.decisive
        if not stands(said, one.subject, one.body)
    ] == []


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


def test_no_sentence_that_decides_a_letter_kept_for_judging_is_taught(
    base: corpus.Corpus,
) -> None:
    kept = [_words(said) for one in corpus.holdout(MODELS) for said in one.decisive]
    assert len(kept) > 300
    taught = {_words(sentence.text) for sentence in base.sentences}
    assert [said for said in kept if said in taught] == []
    texts = (text for one in base.letters for text in (one.subject, one.body, one.quoted))
    everything = "\n".join(f" {_words(text)} " for text in texts)
    assert [said for said in kept if f" {said} " in everything] == []


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


def test_the_readme_tells_how_many_labels_were_given_twice_and_how_often_they_differed(
    base: corpus.Corpus,
) -> None:
    readme = " ".join((MODELS / "README.md").read_text(encoding="utf-8").split())
    told = re.search(
        r"([\d,]+) letters and ([\d,]+) sentences, which is all but what the (\w+) voices wrote "
        r"that tell of ordinary life alone .*? differed on (\d+) letters and (\d+) sentences in "
        r"the kind",
        readme,
    )
    assert told is not None
    assert told[3] == "eighteen"
    kinds: dict[str, set[Kind | None]] = {}
    for record in (*base.letters, *base.sentences):
        kinds.setdefault(record.voice, set()).add(record.kind)
    life = {voice for voice, said in kinds.items() if said == {Kind.OTHER}}
    assert len(life) == 18
    letters = sum(record.voice not in life for record in base.letters)
    sentences = sum(record.voice not in life for record in base.sentences)
    assert (told[1], told[2]) == (f"{letters:,}", f"{sentences:,}")
    assert 0 < int(told[4]) < 0.05 * letters
    assert 0 < int(told[5]) < 0.05 * sentences
    assert "By seventy-seven voices" in readme
    assert len(kinds.keys() - {""}) == 77


def test_the_readme_shows_the_figures_that_the_command_prints() -> None:
    assert build.figures(MODELS) in (MODELS / "README.md").read_text(encoding="utf-8"), (
        "run python -m mailsense.classify.build --figures and put its table into models/README.md"
    )


def test_the_card_is_plain_json() -> None:
    card = json.loads((MODELS / "base.json").read_text(encoding="utf-8"))
    assert card["name"].startswith("base-")


def test_the_card_bears_the_languages_of_the_corpus(base: corpus.Corpus) -> None:
    card, _ = load_base()
    folders = {path.name for path in (MODELS / "corpus").iterdir() if path.is_dir()}
    assert set(card.metrics["languages"]) == folders
    assert card.metrics["languages"] == base.languages


GERMAN = (
    "Vielen Dank für Ihre Bewerbung als Planerin. Wir haben sie mit Interesse gelesen und möchten "
    "Sie gern zu einem Gespräch einladen, um Ihnen die Stelle und das Team vorzustellen."
)
ENGLISH = (
    "Thank you for your application for the role of planner. We read it with interest and would "
    "like to invite you to talk with us about the work and the team next week."
)


@pytest.mark.parametrize(("knows", "foreign"), [(None, "de"), ("de", "en"), ("de en", "")])
def test_a_letter_in_a_language_that_the_card_does_not_bear_is_unsure_and_says_so(
    knows: str | None, foreign: str
) -> None:
    card, arrays = load_base()
    if knows is not None:
        told = {name: {"letters": 9, "sentences": 9} for name in knows.split()}
        card = replace(card, metrics={**card.metrics, "languages": told})
    letters = [parse_fields({"from": "jo@x.example", "subject": "", "body": text})
               for text in (GERMAN, ENGLISH)]  # fmt: skip
    assert [one.language for one in letters] == ["de", "en"]
    verdicts = ModelClassifier(lambda: (card, arrays)).classify(letters)
    for one, verdict in zip(letters, verdicts, strict=True):
        why = Evidence("fact", f"written in another language ({one.language})", 1.0)
        assert (why in verdict.evidence) is (one.language == foreign)
        if one.language == foreign:
            assert (verdict.kind, verdict.confidence) == (Kind.UNSURE, 0.0)
        elif one.language == "en":
            assert verdict.tag is Tag.REQUEST


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

    path = _real_mail()
    assert path is not None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    letters = [
        parse_fields({key: record.get(key) or "" for key in ("from", "subject", "body")})
        for record in records
    ]
    verdicts = ModelClassifier(load_base).classify(letters)
    pairs = [
        (record["kind"], _as_other(verdict, record["kind"]))
        for record, verdict in zip(records, verdicts, strict=True)
    ]
    report = evaluate(pairs)
    ordinary = [verdict for gold, verdict in pairs if gold == "other"]
    answered = [verdict for verdict in ordinary if verdict.kind is not Kind.UNSURE]
    tagged = sum(verdict.tag is not Tag.NONE for verdict in answered)
    assert report.kinds["rejection"].f1 > 0.95
    assert report.kinds["rejection"].recall > 0.97
    assert report.kinds["acknowledgement"].f1 > 0.96
    assert report.tag_accuracy > 0.96
    assert report.coverage > 0.97
    assert tagged < 0.02 * len(ordinary)


def test_the_comparison_in_the_docs_was_made_from_the_corpus_as_it_is(
    base: corpus.Corpus,
) -> None:
    told = (MODELS.parent / "docs" / "classifier.md").read_text(encoding="utf-8")
    assert told.count(f"digest of the corpus `{base.digest[:16]}`") == 2, (
        "run python -m benchmarks.classifier and benchmarks.inboxes --write docs/classifier.md"
    )
