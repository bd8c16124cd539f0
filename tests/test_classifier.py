"""The classifier with the shipped model: what it answers, why, when it does not, and how fast."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense import resources
from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus, features
from mailsense.classify import tokens as words
from mailsense.classify.classifier import ModelClassifier, decide
from mailsense.classify.corpus import KINDS
from mailsense.classify.facts import stage_said
from mailsense.classify.letters import letter, of_message
from mailsense.classify.model import COLUMNS, REASONS, Model, Reading
from mailsense.classify.thresholds import COST, GAP, REQUEST, Thresholds, from_card, group
from mailsense.classify.vocabulary import Vocabulary
from mailsense.domain import (
    DETAILS,
    NOBODY,
    Address,
    Facts,
    Kind,
    Message,
    Reason,
    Source,
    Stage,
    Tag,
    Verdict,
)

RECRUITER = Address("Talent Team", "careers@brackenfield.example")


def message(subject: str, text: str, **more: object) -> Message:
    sender = more.pop("sender", RECRUITER)
    return Message("k", "1@example.org", subject, sender, text=text, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shipped() -> ModelClassifier:
    """The classifier over the shipped base model."""
    return ModelClassifier(load_base)


NO = message(
    "Your application for Data Analyst",
    "Dear Ms Whitlock,\n\nThank you for your interest in the Data Analyst position. After careful "
    "consideration we regret to inform you that we have decided to move forward with other "
    "candidates.\n\nWe wish you every success.\n\nThe Talent Team",
)
INVITATION = message(
    "Interview: Data Analyst",
    "Hi Jordan,\n\nThank you for your application. We would like to invite you to an interview "
    "next week. Could you let me know whether Tuesday at 10:00 or Thursday at 14:00 suits you?"
    "\n\nBest wishes,\nPaula",
    sender=Address("Paula Reyes", "paula@brackenfield.example"),
)
RECEIPT = message(
    "We have received your application",
    "Thank you for applying to Brackenfield. We have received your application and our team will "
    "review it. If your skills are a match we will be in touch.",
)
LIFE = message(
    "Saturday",
    "Mum is bringing the cake, so don't buy one. Can you pick up the children at four? The "
    "plumber is coming in the morning and the dog needs a walk.",
    sender=Address("Ana", "ana@home.example"),
)
CLEAR = [(NO, Kind.REJECTION), (INVITATION, Kind.INTERVIEW), (RECEIPT, Kind.ACKNOWLEDGEMENT),
         (LIFE, Kind.OTHER)]  # fmt: skip


@pytest.mark.parametrize(("sent", "kind"), CLEAR, ids=[kind.value for _, kind in CLEAR])
def test_a_clear_letter_gets_its_kind(shipped: ModelClassifier, sent: Message, kind: Kind) -> None:
    (verdict,) = shipped.classify([sent])
    assert verdict.kind is kind
    assert verdict.source is Source.MODEL
    assert 0 < verdict.confidence <= 1
    assert verdict.model == shipped.name


def test_the_decisive_sentence_is_shown_verbatim(shipped: ModelClassifier) -> None:
    (verdict,) = shipped.classify([NO])
    said = [item.text for item in verdict.evidence if item.what == "sentence"]
    assert any("decided to move forward with other candidates" in text for text in said)
    plain = " ".join(f"{NO.subject} {NO.text}".split())
    assert all(text in plain for text in said)
    assert any(item.what == "words" for item in verdict.evidence)


def test_a_rejection_has_a_reason_and_a_stage(shipped: ModelClassifier) -> None:
    (verdict,) = shipped.classify([NO])
    assert verdict.reason is Reason.NOT_SELECTED
    assert verdict.stage is Stage.APPLIED
    assert shipped.classify([RECEIPT])[0].reason is None


def test_one_message_and_many_get_the_same_verdicts(shipped: ModelClassifier) -> None:
    many = [sent for sent, _ in CLEAR]
    together = shipped.classify(many)
    assert shipped.classify(many) == together
    for sent, verdict in zip(many, together, strict=True):
        (alone,) = shipped.classify([sent])
        assert (alone.kind, alone.also, alone.reason) == (
            verdict.kind, verdict.also, verdict.reason,
        )  # fmt: skip
        assert alone.confidence == pytest.approx(verdict.confidence, abs=1e-4)


def test_answers_come_in_order_rules_and_model_mixed(shipped: ModelClassifier) -> None:
    bounce = message("Undelivered", "No such user.", facts=Facts(bounce=True))
    verdicts = shipped.classify([NO, bounce, RECEIPT])
    assert [verdict.source for verdict in verdicts] == [Source.MODEL, Source.RULE, Source.MODEL]
    assert shipped.classify([]) == []


def test_the_model_is_not_loaded_while_rules_suffice() -> None:
    def refuse() -> object:
        raise AssertionError("loaded")

    bounce = message("Undelivered", "No such user.", facts=Facts(bounce=True))
    (verdict,) = ModelClassifier(refuse).classify([bounce])  # type: ignore[arg-type]
    assert verdict.kind is Kind.OTHER


def test_the_model_is_loaded_once() -> None:
    calls = []

    def load() -> object:
        calls.append(1)
        return load_base()

    classifier = ModelClassifier(load)  # type: ignore[arg-type]
    classifier.classify([NO])
    classifier.classify([LIFE])
    assert classifier.name
    assert len(calls) == 1


def test_another_language_is_unsure(shipped: ModelClassifier) -> None:
    text = "Nous vous remercions de votre candidature et regrettons de ne pas la retenir. " * 3
    (verdict,) = shipped.classify([message("Votre candidature", text, language="fr")])
    assert verdict.kind is Kind.UNSURE


def test_an_empty_message_is_no_crash(shipped: ModelClassifier) -> None:
    (verdict,) = shipped.classify([message("", "", sender=NOBODY)])
    assert verdict.kind is Kind.UNSURE


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=1500))
def test_any_text_gets_a_verdict(subject: str, text: str) -> None:
    (verdict,) = _ANY.classify([message(subject, text)])
    assert 0 <= verdict.confidence <= 1
    assert verdict.kind is not Kind.UNSURE or verdict.runner_up is not None


_ANY = ModelClassifier(load_base)


@pytest.mark.parametrize("text", ["x" * 500_000, "a b " * 100_000, "\x00" * 10_000, "🙂" * 9_000])
def test_hostile_text_is_judged_all_the_same(shipped: ModelClassifier, text: str) -> None:
    assert len(shipped.classify([message(text[:5000], text)])) == 1


def reading(scores: dict[int, dict[Kind, float]], **likely: float) -> Reading:
    """A reading with these probabilities, by sentence and for the whole letter."""
    table = np.full((len(scores), COLUMNS), 0.001)
    for row, kinds in scores.items():
        for kind, value in kinds.items():
            table[row, KINDS.index(kind)] = value
    whole = np.zeros(len(KINDS))
    for name, value in likely.items():
        whole[KINDS.index(Kind(name))] = value
    return Reading(
        tuple(f"Sentence {row}." for row in scores), table, whole,
        np.eye(len(REASONS))[0],
    )  # fmt: skip


ONE = letter("", NOBODY, "Sentence 0. Sentence 1.")
LIMIT = Thresholds(dict.fromkeys(KINDS, 0.6), gap=0.1, request=0.35)


def test_a_low_score_is_unsure_with_the_guess_as_runner_up() -> None:
    verdict = decide(reading({0: {}}, rejection=0.5, other=0.3), ONE, (), LIMIT, "m")
    assert verdict.kind is Kind.UNSURE
    assert verdict.runner_up is Kind.REJECTION
    assert verdict.tag is Tag.NONE


def test_a_close_runner_up_of_another_tag_is_unsure() -> None:
    even = dataclasses.replace(LIMIT, kinds=dict.fromkeys(KINDS, 0.3))
    verdict = decide(reading({0: {}}, rejection=0.42, other=0.38), ONE, (), even, "m")
    assert verdict.kind is Kind.UNSURE


def test_doubt_between_two_requests_is_still_a_request() -> None:
    verdict = decide(reading({0: {}}, interview=0.4, task=0.38), ONE, (), LIMIT, "m")
    assert verdict.kind is Kind.INTERVIEW
    assert verdict.tag is Tag.REQUEST


def test_a_likely_request_is_never_filed_as_ordinary_mail() -> None:
    verdict = decide(reading({0: {}}, other=0.62, interview=0.36), ONE, (), LIMIT, "m")
    assert verdict.kind is Kind.UNSURE


def test_a_no_with_an_invitation_is_both_the_invitation_first() -> None:
    both = reading(
        {0: {Kind.REJECTION: 0.95}, 1: {Kind.INTERVIEW: 0.9}}, rejection=0.6, interview=0.3
    )
    verdict = decide(both, ONE, (), LIMIT, "m")
    assert verdict.kinds == (Kind.INTERVIEW, Kind.REJECTION)
    assert verdict.reason is not None
    said = [item.text for item in verdict.evidence if item.what == "sentence"]
    assert said == ["Sentence 1.", "Sentence 0."]


def test_a_sure_no_that_tells_why_all_over_is_both_and_sure() -> None:
    told = reading(
        {0: {Kind.REJECTION: 0.97}, 1: {Kind.FEEDBACK: 0.4}, 2: {Kind.FEEDBACK: 0.3}},
        rejection=0.45, feedback=0.36, other=0.1,
    )  # fmt: skip
    verdict = decide(told, ONE, (), LIMIT, "m")
    assert verdict.kinds == (Kind.REJECTION, Kind.FEEDBACK)
    doubted = reading(
        {0: {Kind.REJECTION: 0.7}, 1: {Kind.FEEDBACK: 0.4}}, rejection=0.45, feedback=0.36
    )
    assert decide(doubted, ONE, (), LIMIT, "m").kind is Kind.UNSURE
    little = reading(
        {0: {Kind.REJECTION: 0.97}, 1: {Kind.FEEDBACK: 0.4}}, rejection=0.75, feedback=0.1
    )
    assert decide(little, ONE, (), LIMIT, "m").kinds == (Kind.REJECTION,)


def test_one_sentence_is_not_counted_for_two_kinds() -> None:
    one = reading({0: {Kind.REJECTION: 0.95, Kind.INTERVIEW: 0.9}}, rejection=0.7, interview=0.2)
    assert decide(one, ONE, (), LIMIT, "m").kinds == (Kind.REJECTION,)


def test_a_receipt_among_advertisements_is_a_receipt() -> None:
    mixed = reading(
        {0: {Kind.ACKNOWLEDGEMENT: 0.9}, 1: {Kind.ALERT: 0.9}}, alert=0.7, acknowledgement=0.2
    )
    assert decide(mixed, ONE, (), LIMIT, "m").kinds == (Kind.ACKNOWLEDGEMENT, Kind.ALERT)


def test_a_header_that_leaned_the_letter_is_evidence() -> None:
    verdict = decide(reading({0: {}}, alert=0.9), ONE, ("a mailing list",), LIMIT, "m")
    assert verdict.evidence[-1].what == "fact"
    assert verdict.evidence[-1].text == "a mailing list"


def test_a_list_header_moves_a_doubtful_letter_away_from_requests(
    shipped: ModelClassifier,
) -> None:
    plain = message("Are you free on Thursday?", "Join us for a talk about the vacancy.")
    listed = dataclasses.replace(plain, facts=Facts(list_id="talks.example.org"))
    alone, leaned = shipped.classify([plain, listed])
    assert leaned.kind.tag is not Tag.REQUEST or leaned.confidence < alone.confidence


def test_thresholds_are_read_from_the_card_and_have_defaults() -> None:
    card, _ = load_base()
    found = from_card(card.metrics)
    assert set(found.kinds) == set(KINDS)
    assert from_card({}).least(Kind.REJECTION) == 1 - 1 / COST[Kind.REJECTION]
    assert tuple(found.languages) == ("en",)
    assert from_card({"thresholds": {"kinds": {"offer": 0.7}}}).least(Kind.OFFER) == 0.7


DEFAULTS = {kind: 1 - 1 / COST[kind] for kind in KINDS}
ODD_NUMBERS = ["x", None, True, [0.5], {}, "0.5", -0.1, 1.5, float("nan"), float("inf"), 10**400]


@pytest.mark.parametrize("odd", ODD_NUMBERS)
def test_a_number_that_is_none_takes_the_default(odd: object) -> None:
    kinds = {"offer": odd, "task": 0.7, "nonsense": 0.1, 7: 0.1}
    found = from_card({"thresholds": {"kinds": kinds, "gap": odd, "request": odd}})
    assert (found.gap, found.request) == (GAP, REQUEST)
    assert {kind: found.least(kind) for kind in KINDS} == DEFAULTS | {Kind.TASK: 0.7}


ODD_CARDS: list[dict[str, object]] = [
    *({"thresholds": odd} for odd in ("x", None, 3, [], ["kinds"], [["kinds", {}]])),
    *({"thresholds": {"kinds": odd}} for odd in ("offer", None, 0.5, [0.5], ["offer"], {})),
    *({"languages": odd} for odd in ("en", None, 7, ["de"], {})),
]


@pytest.mark.parametrize("metrics", ODD_CARDS)
def test_whatever_a_card_says_it_is_read(metrics: dict[str, object]) -> None:
    found = from_card(metrics)
    assert (found.gap, found.request, tuple(found.languages)) == (GAP, REQUEST, ("en",))
    assert {kind: found.least(kind) for kind in KINDS} == DEFAULTS


def test_a_model_with_an_odd_card_judges_as_one_without_thresholds() -> None:
    card, arrays = load_base()
    plain = {"languages": card.metrics["languages"]}
    odd = {**plain, "thresholds": {"kinds": ["offer"], "gap": "x", "request": None}}
    made = [
        ModelClassifier(lambda told=told: (dataclasses.replace(card, metrics=told), arrays))  # type: ignore[misc]
        for told in (plain, odd)
    ]
    one, other = (classifier.classify([NO, LIFE, INVITATION]) for classifier in made)
    assert one == other


# what tells the reason and the stage


def reasoned(*added: dict[Reason, float], **likely: float) -> Reading:
    """A reading of as many sentences, each adding so much to the reasons named."""
    table = np.zeros((len(added), len(REASONS)))
    for row, shares in enumerate(added):
        for reason, share in shares.items():
            table[row, REASONS.index(reason)] = share
    scores: dict[int, dict[Kind, float]] = {row: {} for row in range(len(added))}
    found = reading(scores, **likely)
    return dataclasses.replace(found, reasons=table.sum(axis=0), of_reasons=table)


def details(verdict: Verdict) -> list[tuple[str, str, float]]:
    return [(e.what, e.text, e.weight) for e in verdict.evidence if e.what in DETAILS]


def test_the_reason_is_told_by_the_sentence_that_adds_most_to_it() -> None:
    found = reasoned({Reason.BUSY: 0.5}, {Reason.FILLED: 0.2}, {Reason.FILLED: 0.6}, rejection=0.9)
    verdict = decide(found, letter("", NOBODY, "x"), (), LIMIT, "m")
    assert verdict.reason is Reason.FILLED
    assert details(verdict) == [("reason", "Sentence 2.", 0.75)]


def test_a_sentence_that_tells_kind_and_reason_is_evidence_of_both_the_kind_first() -> None:
    found = reasoned({Reason.FILLED: 0.6}, rejection=0.9)
    found.scores[0, KINDS.index(Kind.REJECTION)] = 0.9
    verdict = decide(found, letter("", NOBODY, "Your application"), ("sent in bulk",), LIMIT, "m")
    assert [(e.what, e.text) for e in verdict.evidence] == [
        ("sentence", "Sentence 0."), ("fact", "sent in bulk"),
        ("reason", "Sentence 0."), ("stage", "Your application"),
    ]  # fmt: skip


def test_no_other_kind_and_no_doubt_has_a_reason_to_tell() -> None:
    for likely in ({"other": 0.9}, {"rejection": 0.4}):
        found = reasoned({Reason.FILLED: 0.6}, **likely)
        verdict = decide(found, letter("", NOBODY, "Your application"), (), LIMIT, "m")
        assert (verdict.reason, verdict.stage, details(verdict)) == (None, None, [])


def test_a_stage_that_follows_from_kind_or_reason_is_told_by_what_told_these() -> None:
    for likely in ({"offer": 0.9}, {"task": 0.9}, {"acknowledgement": 0.9}, {"referral": 0.9}):
        found = reasoned({}, {}, **likely)
        (kind,) = [Kind(name) for name in likely]
        found.scores[1, KINDS.index(kind)] = 0.8
        verdict = decide(found, letter("", NOBODY, "x"), (), LIMIT, "m")
        assert verdict.stage is not None
        assert details(verdict) == [("stage", "Sentence 1.", 0.8)]
    busy = decide(
        reasoned({}, {Reason.BUSY: 0.5}, rejection=0.9), letter("", NOBODY, "x"), (), LIMIT, "m"
    )
    assert busy.stage is Stage.NETWORKING
    assert details(busy) == [("reason", "Sentence 1.", 1.0), ("stage", "Sentence 1.", 1.0)]


STAGE_WORDS = [
    ("Thanks for applying to Acme.", Kind.REJECTION, Stage.APPLIED, "applying to"),
    ("Your test was fine. It’s a no.", Kind.REJECTION, Stage.SCREENING, "Your test"),
    ("Thank you, Jo’s team, for coming in.", Kind.REJECTION, Stage.INTERVIEW,
     "Thank you, Jo’s team, for coming in"),
    ("Could we have a quick call?", Kind.INTERVIEW, Stage.SCREENING, "quick call"),
    ("After our initial call, a short call?", Kind.INTERVIEW, Stage.INTERVIEW,
     "After our initial call"),
    ("Please come on Monday.", Kind.INTERVIEW, Stage.INTERVIEW, ""),
    ("You applied to us. Ask Kim.", Kind.REFERRAL, Stage.APPLIED, "You applied to"),
    ("Ask Kim.", Kind.REFERRAL, Stage.NETWORKING, ""),
    ("We got it.", Kind.ACKNOWLEDGEMENT, Stage.APPLIED, ""),
    ("Your interview is the offer.", Kind.OFFER, Stage.OFFER, ""),
    ("Your interview was good.", Kind.OTHER, None, ""),
    ("It's a no.", Kind.REJECTION, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "stage", "said"), STAGE_WORDS)
def test_the_words_for_a_stage_are_given_as_they_stand(
    text: str, kind: Kind, stage: Stage | None, said: str
) -> None:
    assert stage_said(text, kind) == (stage, said)


def test_what_sentences_add_to_the_reasons_is_what_the_reasons_are_made_of() -> None:
    classifier_model = Model(load_base()[1])
    for found in classifier_model.read([of_message(one) for one in (NO, INVITATION, LIFE)]):
        assert found.of_reasons is not None
        assert len(found.of_reasons) == len(found.sentences)
        total = found.of_reasons.sum(axis=0)
        assert total / total.sum() == pytest.approx(found.reasons / found.reasons.sum())


def test_every_reason_and_stage_that_is_told_has_words_of_the_letter(
    shipped: ModelClassifier,
) -> None:
    letters = [NO, INVITATION, RECEIPT, LIFE]
    letters += [one.message for one in corpus.holdout(resources.shipped("models"))[:150]]
    told = 0
    for sent, verdict in zip(letters, shipped.classify(letters), strict=True):
        said = dict(tell[:2] for tell in details(verdict))
        stated = {"reason": verdict.reason, "stage": verdict.stage}
        assert set(said) == {what for what, value in stated.items() if value is not None}
        plain = " ".join(f"{sent.subject} {sent.text}".split())
        assert all(" ".join(text.split()) in plain for text in said.values())
        told += len(said)
    assert told > 60


@pytest.mark.parametrize(
    ("task", "kinds"),
    [(0.1, (Kind.REJECTION,)), (0.25, (Kind.TASK, Kind.REJECTION))],
    ids=["a survey", "a task"],
)
def test_a_survey_beside_a_no_is_no_task(task: float, kinds: tuple[Kind, ...]) -> None:
    scores = np.full((2, COLUMNS), 0.001)
    scores[0, KINDS.index(Kind.REJECTION)] = scores[1, KINDS.index(Kind.TASK)] = 0.97
    likely = np.zeros(len(KINDS))
    likely[[KINDS.index(Kind.REJECTION), KINDS.index(Kind.TASK)]] = 0.99 - task, task
    said = ("We chose another candidate.", "Please fill in this form by Friday.")
    reading = Reading(said, scores, likely, np.ones(len(REASONS)))
    sent = letter("", NOBODY, "\n".join(said))
    assert decide(reading, sent, (), Thresholds(), "m").kinds == kinds


def test_requests_are_one_group_and_a_rejection_stands_alone() -> None:
    assert Kind.TASK in group(Kind.OFFER)
    assert group(Kind.REJECTION) == {Kind.REJECTION}
    assert group(Kind.ALERT) == group(Kind.OTHER)


TOKENS = [
    ("We'll meet at 10:30!", ["we'll", "meet", "at", "0:0", "!"]),
    ("We’ll say: 'no'.", ["we'll", "say", "no"]),
    ("See https://a.example/b?c=1 or jo@b.example", ["see", "xlink", "or", "xmail"]),
    ("€41,000.50 – 5%", ["$", "0", "0", "%"]),
    ("on 12/05/2026 at 4pm, the 2nd", ["on", "0", "at", "0pm", "the", "0nd"]),
    ("Résumé, café, Ærø, Łódź", ["resume", "cafe", "aro", "odz"]),
    ("a | b", ["a", "b"]),
    ("привет", ["∅"]),
    ("...", ["∅"]),
]


@pytest.mark.parametrize(("sentence", "found"), TOKENS)
def test_a_sentence_becomes_tokens(sentence: str, found: list[str]) -> None:
    assert words.tokens(sentence) == found


def test_addresses_and_links_are_found_as_their_comments_say() -> None:
    assert words._LINK.search("https://a.example/b") and words._LINK.search("www.a.example")
    assert not words._LINK.search("a.b") and not words._LINK.search("http")
    assert words._MAIL.search("jo@a.example")
    assert not words._MAIL.search("@jo") and not words._MAIL.search("a @ b")


def test_a_words_buckets_do_not_depend_on_its_company() -> None:
    alone = features.words(["offer"])
    among = features.words(["rejection", "é", "offer"])
    assert alone.hashes[0] == among.hashes[2]
    assert alone.grams.tolist() == among.grams[among.start[2] : among.start[3]].tolist()


LINES = st.lists(
    st.text(alphabet="aßéЖの İſΣσ19²٣.,:/-'’?!€£%@_–“…\n\twhtps") | st.sampled_from(
        [sentence for sentence, _ in TOKENS]
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_a_letter_read_in_one_pass_has_the_features_of_its_sentences(lines: list[str]) -> None:
    slow = features.bag([words.tokens(line) for line in lines])
    quick, _ = Vocabulary().bag(words.raw_tokens(lines))
    spelled = [[found.words.spelled[number] for number in found.word] for found in (slow, quick)]
    assert spelled[0] == spelled[1]
    assert slow.word_start.tolist() == quick.word_start.tolist()
    assert slow.pair.tolist() == quick.pair.tolist()


def test_many_features_are_summed_as_few_are() -> None:
    rows = [[f"{word}x{row}" for word in range(900)] for row in range(12)] + [["one"]]
    table = np.random.default_rng(0).normal(size=(features.BUCKETS, 2))
    alone = [features.bag([row]).sums(table)[0] for row in rows]
    assert np.allclose(features.bag(rows).sums(table), alone)


def test_sums_are_those_of_the_matrix() -> None:
    rows = [words.tokens(text) for text in ("We regret it.", "no", "We we we met.")]
    found = features.bag(rows)
    table = np.random.default_rng(0).normal(size=(features.BUCKETS, 3)).astype(np.float32)
    assert np.allclose(found.sums(table), found.matrix() @ table, atol=1e-4)
    merged = features.merge(found, [0, 0, 1], 2)
    assert np.allclose(merged.sums(table), merged.matrix() @ table, atol=1e-4)


@pytest.mark.parametrize("kept", [0, 1, 2, 3])
def test_the_first_rows_alone_are_what_they_were_among_all(kept: int) -> None:
    rows = [words.tokens(text) for text in ("We regret it.", "no", "We we we met.")]
    found = features.bag(rows)
    first = found.first(kept)
    assert len(first) == kept
    assert (first.matrix() != found.matrix()[:kept]).nnz == 0
    if kept:
        table = np.random.default_rng(0).normal(size=(features.BUCKETS, 2))
        assert np.allclose(first.sums(table), found.sums(table)[:kept])


def test_nothing_has_no_features_and_breaks_nothing() -> None:
    assert features.bag([]).matrix().shape == (0, features.BUCKETS)
    assert len(Vocabulary().bag([])[0]) == 0


def test_a_letter_counts_each_word_once() -> None:
    once = features.merge(features.bag([["we", "met"]]), [0], 1)
    often = features.merge(features.bag([["we", "met"], ["we", "met"]]), [0, 0], 1)
    assert sorted(once.word) == sorted(often.word)
    assert sorted(once.pair) == sorted(often.pair)


HEAVY = ("numpy", "sklearn", "scipy", "joblib")


@pytest.mark.parametrize("module", ["mailsense.classify", "mailsense.classify.classifier",
                                    "mailsense.classify.training", "mailsense.classify.evaluate",
                                    "mailsense.classify.learning", "mailsense.classify.trial",
                                    "mailsense.adapters.modelfile"])  # fmt: skip
def test_importing_costs_no_numpy(module: str) -> None:
    code = f"import {module}, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_judging_needs_no_scikit_learn() -> None:
    code = (
        "import sys\n"
        "from mailsense.adapters.modelfile import load_base\n"
        "from mailsense.classify.classifier import ModelClassifier\n"
        "from mailsense.domain import Message, NOBODY\n"
        "c = ModelClassifier(load_base)\n"
        "c.classify([Message('k', 'i', 'Hello', NOBODY, text='We regret to say no.')])\n"
        "print([m for m in ('sklearn', 'scipy', 'joblib') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
