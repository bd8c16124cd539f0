"""Learning the user's labels: what each teaches, how far weights move, what is left of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from mailsense.adapters.modelfile import load_base
from mailsense.classify import corpus, features, labels, learning, similar
from mailsense.classify.adapting import KNOWN, RIGOUR, Weights, adapted, stored
from mailsense.classify.classifier import ModelClassifier
from mailsense.classify.corpus import KINDS
from mailsense.classify.features import BUCKETS, WORDS, bag
from mailsense.classify.fitting import CHAR_SCALE, scale
from mailsense.classify.labels import ENOUGH, FEW, OWN, OWN_LETTER, gather
from mailsense.classify.learning import digest, learn
from mailsense.classify.letters import Letter, letter
from mailsense.classify.model import NEUTRAL, REASONS, Model, softmax
from mailsense.classify.similar import SAME_CIRCLE, TWINS, _features, twins
from mailsense.classify.thresholds import Thresholds
from mailsense.classify.tokens import tokens
from mailsense.domain import Address, Example, Facts, Kind, Message, ModelCard, Reason, Stage
from mailsense.domain import Verdict as Said
from mailsense.errors import ModelError
from mailsense.resources import shipped

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Loaded = tuple[ModelCard, Mapping[str, Any]]


@pytest.fixture(scope="module")
def base() -> Loaded:
    """The shipped model."""
    return load_base()


@pytest.fixture(scope="module")
def known(base: Loaded) -> Model:
    return Model(base[1])


def example(key: str, subject: str, text: str, kind: Kind, **more: Any) -> Example:
    sender = Address("", f"news@{key}.example")
    return Example(key, subject, sender, text, Facts(), kind, NOW, **more)


PECULIAR = "The owl sits on the far perch of the lighthouse and looks at the tide this season"


def owls(count: int) -> list[Example]:
    return [
        example(
            f"owl{number}",
            f"Word from the owl, no. {number}",
            f"Dear keeper {number},\n\n{PECULIAR}, number {number}.\n\nThe owl",
            Kind.REJECTION,
            reason=Reason.FILLED,
        )
        for number in range(count)
    ]


LIKE = Message(
    "k", "i", "Word from the owl", Address("", "owl@perch.example"),
    text=f"Dear keeper,\n\n{PECULIAR}, I fear.\n\nThe owl",
)  # fmt: skip


def classify(made: Loaded, messages: Sequence[Message]) -> list[Said]:
    return ModelClassifier(lambda: made).classify(messages)  # type: ignore[arg-type,return-value]


@cache
def knowing(count: int) -> tuple[ModelCard, dict[str, Any]]:
    """The shipped model after so many letters of the owl."""
    return learn(load_base(), owls(count))


# the model of one's own


def test_a_label_moves_the_verdict_of_a_like_letter(base: Loaded) -> None:
    (before,) = classify(base, [LIKE])
    assert before.kind is not Kind.REJECTION
    (after,) = classify(knowing(3), [LIKE])
    assert after.kind is Kind.REJECTION


def test_the_reason_is_learned_too(base: Loaded) -> None:
    reading = Model(knowing(3)[1]).read([labels.of_example(owls(9)[-1])])[0]
    assert REASONS[int(reading.reasons.argmax())] is Reason.FILLED
    (verdict,) = classify(knowing(3), [LIKE])
    assert verdict.reason is Reason.FILLED
    without = [dataclasses.replace(one, reason=None) for one in owls(3)]
    _, arrays = learn(base, without)
    shared = np.isin(arrays["buckets"], base[1]["buckets"])
    assert np.array_equal(arrays["reason"][shared], base[1]["reason"]), "none was told"


def test_letters_unlike_the_labels_are_judged_as_before(base: Loaded) -> None:
    letters = corpus.holdout(shipped("models"))[::2]
    messages = [Message(w.id, w.id, w.subject, w.address, text=w.body) for w in letters]
    before, after = (classify(made, messages) for made in (base, knowing(30)))
    same = sum(one.kind is other.kind for one, other in zip(before, after, strict=True))
    assert same >= 0.95 * len(letters)


def test_a_word_that_the_corpus_never_met_is_learned(base: Loaded) -> None:
    said = "Zyzzyva quorl vimbex."
    told = [example(f"z{n}", "Zyzzyva", said, Kind.OFFER) for n in range(3)]
    word = features.words(["zyzzyva"]).grams[0]
    assert word not in base[1]["buckets"]
    made = learn(base, told)
    assert word in made[1]["buckets"]
    (verdict,) = classify(made, [dataclasses.replace(LIKE, subject="Zyzzyva", text=said)])
    assert verdict.kind is Kind.OFFER


def test_the_stack_the_biases_and_the_thresholds_stay_as_shipped(base: Loaded) -> None:
    card, arrays = knowing(3)
    for name in ("stack", "stack_bias", "stack_mean", "stack_scale", "sentence_bias",
                 "reason_bias", "letter_bias", "unseen", "rows", "layout"):  # fmt: skip
        assert np.array_equal(arrays[name], base[1][name]), name
    assert card.metrics["thresholds"] == base[0].metrics["thresholds"]
    assert {name: value.dtype for name, value in arrays.items()} == {
        name: value.dtype for name, value in base[1].items()
    }


def test_the_shipped_arrays_are_left_alone(base: Loaded) -> None:
    before = {name: value.copy() for name, value in base[1].items()}
    learn(base, owls(2))
    assert all(np.array_equal(base[1][name], before[name]) for name in before)


def test_the_card_is_of_the_labels_and_the_day_is_told_by_the_caller(base: Loaded) -> None:
    card, _ = learn(base, owls(2), created="2026-03-01")
    assert card.digest == digest(owls(2))
    assert card.name == f"own-{card.digest[:8]}"
    assert (card.examples, card.created, card.checksum) == (2, "2026-03-01", "")
    assert card.metrics["corpus"] == base[0].metrics["corpus"]
    assert "own" not in base[0].metrics


def test_progress_is_told_to_the_end(base: Loaded) -> None:
    told: list[tuple[int, int]] = []
    learn(base, owls(1), progress=lambda done, steps: told.append((done, steps)))
    steps = told[-1][1]
    assert told == [(done, steps) for done in range(1, steps + 1)]


def test_the_same_labels_give_the_same_arrays_whatever_their_order(base: Loaded) -> None:
    told = [*owls(2), *(example(f"tea{n}", "Tea", "Shall we have tea?", Kind.OTHER) for n in "ab")]
    one, two = (learn(base, examples) for examples in (told, [told[n] for n in (2, 0, 3, 1)]))
    assert one[0] == two[0], "nor does it matter for what was said of each unseen"
    assert all(np.array_equal(one[1][name], two[1][name]) for name in one[1])


def test_a_label_taken_back_leaves_no_trace(base: Loaded) -> None:
    left, never = learn(base, owls(4)[:3]), knowing(3)
    assert left[0] == never[0]
    assert left[0].digest != digest(owls(4))
    assert all(np.array_equal(left[1][name], never[1][name]) for name in never[1])


def test_no_label_and_an_unsure_one_teach_nothing(base: Loaded) -> None:
    unsure = [example("a", "x", "Perhaps we met.", Kind.UNSURE)]
    for examples in ([], unsure):
        card, arrays = learn(base, examples)
        assert (card.examples, card.metrics["own"]) == (0, {})
        assert all(np.array_equal(arrays[name], base[1][name]) for name in base[1])
    both = learn(base, [*owls(3), *unsure])
    assert all(np.array_equal(both[1][name], knowing(3)[1][name]) for name in both[1])


@pytest.mark.parametrize("kind", [Kind.REJECTION, Kind.OTHER])
def test_a_letter_without_a_word_can_be_labelled(base: Loaded, kind: Kind) -> None:
    empty = example("a", "", "", kind)
    card, _ = learn(base, [empty])
    assert set(card.metrics["own"]) == {"a"}  # type: ignore[call-overload]
    learn(base, [empty, *owls(1)])


def test_a_model_of_another_make_is_refused(base: Loaded) -> None:
    old = {name: value for name, value in base[1].items() if name != "rows"}
    with pytest.raises(ModelError, match="another version"):
        learn((base[0], old), owls(1))


# judged by the others


WORDS_APART = [f"{one}{other}ol" for one in "bdfgklmnpr" for other in "aeiouy"]
"""Sixty words of which none is another."""


def apart() -> list[Example]:
    """Three letters that have one sentence in common and are no twins."""
    return [
        example(
            f"far{low}",
            "",
            f"{PECULIAR}.\n\n{' '.join(WORDS_APART[low : low + 20])}.",
            Kind.REJECTION,
        )
        for low in (0, 20, 40)
    ]


def test_each_label_is_judged_by_a_model_that_learned_from_the_others_alone(base: Loaded) -> None:
    (alone,) = learn(base, apart()[:1])[0].metrics["own"].values()  # type: ignore[attr-defined]
    assert alone != "rejection", "nobody else says so, and itself is not asked"
    card, _ = learn(base, apart())
    assert card.metrics["own"] == {one.message_key: "rejection" for one in apart()}
    assert card.metrics["own_groups"] == 3


def test_a_label_is_not_judged_by_a_model_that_learned_from_its_twin(base: Loaded) -> None:
    card, _ = knowing(3)
    assert card.metrics["own_groups"] == 1
    assert "rejection" not in card.metrics["own"].values()  # type: ignore[attr-defined]


def test_twins_are_left_out_together_whatever_else_is_labelled(
    base: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = owls(7)
    told += [
        example(f"other{low}", "", " ".join(WORDS_APART[low : low + 5]), Kind.OTHER)
        for low in range(0, 60, 5)
    ]
    asked: list[set[str]] = []

    def plainly(model: Model, examples: Sequence[Example], limit: Thresholds) -> list[str]:
        asked.append({one.message_key for one in examples})
        return ["other"] * len(examples)

    monkeypatch.setattr(learning, "plainly", plainly)
    learn(base, told)
    assert len(asked) == learning.FOLDS
    assert sorted(key for part in asked for key in part) == sorted(e.message_key for e in told)
    flock = {one.message_key for one in owls(7)}
    assert [part & flock for part in asked if part & flock] == [flock]
    assert sorted(map(len, asked)) == [6, 6, 7], "the rest is dealt as even as can be"


FORM = (
    "Dear {name},\n\nThank you for applying to Elm for the post of {post}. We read your letter "
    "with care. Many wrote to us, and we have chosen to go on with others this time. We wish you "
    "well, {name}, and hope that you write again.\n\nThe people of Elm"
)


def formed(count: int, form: str = FORM) -> list[tuple[Letter, str]]:
    return [
        (letter(f"Your letter, {n}", Address("", "a@elm.example"),
                form.format(name=f"Name{n}", post=f"post{n}")), "elm.example")
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("many", [2, 30])
def test_copies_of_one_form_letter_are_twins_however_many_there_are(many: int) -> None:
    other = (letter("Soup", Address("", "b@elm.example"), "Is there soup on Friday?"), "")
    found = twins([*formed(many), other])
    assert found == [*[0] * many, many]
    assert twins([other, *formed(many)]) == [0, *[1] * many]
    assert twins([]) == []


def test_letters_of_one_sender_are_twins_sooner() -> None:
    texts = [" ".join(WORDS_APART[low : low + 40]) for low in (0, 20)]
    far, near = (
        [(letter("", Address("", ""), text), circle)
         for text, circle in zip(texts, circles, strict=True)]
        for circles in (("a", "b"), ("a", "a"))
    )  # fmt: skip
    cosine = vectors_of(far)
    assert TWINS - SAME_CIRCLE < cosine < TWINS, cosine
    assert (twins(far), twins(near)) == ([0, 1], [0, 0])
    nowhere = [(one, "") for one, _ in far]
    assert twins(nowhere) == [0, 1], "no circle is none in common"


def vectors_of(pair: Sequence[tuple[Letter, str]]) -> float:
    """Return the cosine of two letters, all words counting alike."""
    one, other = (_features(found) for found, _ in pair)
    return len(one & other) / (len(one) * len(other)) ** 0.5


def test_twins_of_twins_are_one_group_in_whatever_order() -> None:
    chain = [
        (letter("", Address("", ""), " ".join(WORDS_APART[low : low + 30])), "")
        for low in (0, 10, 20)
    ]
    assert twins([chain[0], chain[2]]) == [0, 1]
    assert twins(chain) == twins([chain[0], chain[2], chain[1]]) == [0, 0, 0]


def test_more_letters_than_are_compared_at_once_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(similar, "_ROWS", 2)
    other = (letter("Soup", Address("", "b@elm.example"), "Is there soup on Friday?"), "")
    assert twins([*formed(3), other, *formed(4)]) == [0, 0, 0, 3, 0, 0, 0, 0]


def test_what_is_said_plainly_leaves_facts_of_headers_out(known: Model) -> None:
    (label,) = owls(1)
    listed = dataclasses.replace(label, facts=Facts(bounce=True, list_id="owls.example.org"))
    said = [learning.plainly(known, [one], Thresholds()) for one in (label, listed)]
    assert said[0] == said[1]


# the digest


def test_the_digest_knows_every_label_and_no_order() -> None:
    one, two = owls(2)
    assert digest([one, two]) == digest([two, one])
    changes: list[dict[str, Any]] = [
        {"kind": Kind.OTHER}, {"reason": None}, {"stage": Stage.OFFER}, {"text": "x"},
        {"subject": "x"}, {"weight": 2.0}, {"message_key": "x"}, {"quoted": "x"},
    ]  # fmt: skip
    for change in changes:
        changed = dataclasses.replace(one, **change)
        assert digest([changed, two]) != digest([one, two]), change
    later = dataclasses.replace(one, at=datetime(2027, 1, 1, tzinfo=UTC))
    assert digest([later, two]) == digest([one, two])


def test_after_a_change_of_layout_there_is_something_to_learn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = digest(owls(2))
    monkeypatch.setattr(features, "LAYOUT", features.LAYOUT + 1)
    assert digest(owls(2)) != before


# labels as rows


def of(rows: labels.LabelRows) -> list[tuple[int, float]]:
    return list(zip(rows.labels.tolist(), rows.weights.tolist(), strict=True))


def test_the_telling_sentence_teaches_and_the_others_that_they_decide_nothing(
    known: Model,
) -> None:
    polite = "Thank you for your interest in our company."
    text = f"{polite}\n\nUnfortunately we have decided to go with another candidate."
    told = example("a", "Hello", text, Kind.REJECTION)
    subject, first, second = of(gather([told], known).sentence)
    assert (subject[0], first[0]) == (NEUTRAL, NEUTRAL)
    assert second == (KINDS.index(Kind.REJECTION), pytest.approx(OWN))
    assert subject[1] == first[1] < OWN


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.ALERT])
def test_ordinary_mail_is_ordinary_throughout(known: Model, kind: Kind) -> None:
    told = example("a", "Soup", "Shall I cook soup?\n\nOr bread?\n\nYours, Jo", kind)
    rows = gather([told], known).sentence
    assert set(rows.labels.tolist()) == {KINDS.index(kind)}
    assert rows.weights.sum() == pytest.approx(2 * OWN)


def test_a_long_letter_without_a_telling_sentence_teaches_no_more_than_a_short_one(
    known: Model,
) -> None:
    text = "\n\n".join(f"Kwel zorp number {n} vint." for n in range(90))
    rows = gather([example("a", "Zorp", text, Kind.TASK)], known).sentence
    assert len(rows.labels) == labels.MOST
    mine = rows.labels == KINDS.index(Kind.TASK)
    assert mine.sum() > FEW
    assert rows.weights[mine].sum() <= OWN * FEW + 1e-6


def test_the_whole_letter_teaches_too_but_not_what_it_answers(known: Model) -> None:
    told = [
        example("a", "Re: Hi", "Thursday suits me well.", Kind.INTERVIEW, quoted="Zyzzyva quorl."),
        example("b", "Hi", "Soup?", Kind.OTHER, weight=0.5),
    ]
    found = gather(told, known)
    assert of(found.letter) == [
        (KINDS.index(Kind.INTERVIEW), OWN * OWN_LETTER),
        (KINDS.index(Kind.OTHER), OWN * OWN_LETTER / 2),
    ]
    assert found.letter.counts.shape[0] == 2
    unmet = features.words(["zyzzyva"]).grams[0]
    assert not found.letter.counts[:, unmet].nnz
    assert not found.sentence.counts[:, unmet].nnz


def test_only_sentences_that_say_no_teach_a_reason(known: Model) -> None:
    polite = "Thank you for your interest in our company."
    text = f"{polite}\n\nUnfortunately we have decided to go with another candidate."
    told = [
        example("a", "", text, Kind.REJECTION, reason=Reason.FILLED),
        example("b", "", text, Kind.REJECTION),
    ]
    rows = gather(told, known).reason
    assert rows.labels.tolist() == [REASONS.index(Reason.FILLED)]
    assert rows.letter.tolist() == [0]
    assert rows.counts.shape[0] == len(rows.weights) == 1


def test_more_than_enough_labels_weigh_no_more_in_all(known: Model) -> None:
    few, enough, many = (gather(owls(n), known) for n in (3, ENOUGH, 2 * ENOUGH))
    assert few.letter.weights.tolist() == [OWN * OWN_LETTER] * 3
    assert enough.letter.weights.sum() == pytest.approx(ENOUGH * OWN * OWN_LETTER)
    assert many.letter.weights.sum() == pytest.approx(enough.letter.weights.sum())
    for kind in (KINDS.index(Kind.REJECTION), NEUTRAL):
        total = [
            found.sentence.weights[found.sentence.labels == kind].sum() for found in (enough, many)
        ]
        assert total[1] == pytest.approx(total[0], rel=0.1)
    lighter = [dataclasses.replace(one, weight=0.5) for one in owls(2 * ENOUGH)]
    assert gather(lighter, known).letter.weights.sum() == pytest.approx(
        ENOUGH * OWN * OWN_LETTER
    ), "what counts is how much they weigh, not how many they are"


def test_the_name_by_which_letters_greet_the_seeker_is_not_learned(known: Model) -> None:
    texts = (
        "Dear Zyzzyva,\n\nWe have your letter.",
        "Hi Zyzzyva,\n\nQuorl chose another, Zyzzyva.",
        "Dear Quorl,\n\nShall we have soup?",
    )
    told = [example(str(n), "Hi", text, Kind.REJECTION) for n, text in enumerate(texts)]
    assert labels.greeted([labels.of_example(one) for one in told]) == {"zyzzyva"}
    found = gather(told, known)
    name, other = (features.words([word]).grams[0] for word in ("zyzzyva", "quorl"))
    for rows in (found.sentence, found.letter):
        assert not rows.counts[:, name].nnz
        assert rows.counts[:, other].nnz == 2
    once = gather(told[:1], known)
    assert once.sentence.counts[:, name].nnz, "one letter alone may be a circular's"


GREETINGS = [
    ("Hi Ada Lovelace,", "Ada Lovelace"),
    ("Dear Ms Byron", "Ms Byron"),
    ("good morning Ada!", "Ada"),
    ("Dearly", None),
    ("Hello", None),
    ("History Ada", None),
    ("So, dear Ada", None),
    ("Hi, Unfortunately we chose another.", None),
    ("Hello Unfortunately we met", None),
    ("Hi Interview confirmed", None),
    ("Hi Ada, thanks for your letter.", "Ada"),
]


@pytest.mark.parametrize(("sentence", "name"), GREETINGS)
def test_who_is_greeted(sentence: str, name: str | None) -> None:
    found = labels._SALUTATION.match(sentence)
    assert (found and found[1]) == name


def test_greetings_to_nobody_in_particular_name_nobody() -> None:
    said = (
        "Dear Candidate,",
        "Hi all,",
        "Dear Software Engineer Applicant,",
        "Dear Sir or Madam,",
        "Hello Team,",
        "Dear Ms Zyzzyva,",
    )
    told = [example(f"{n}", "Hi", f"{one}\n\nWe chose another candidate.", Kind.REJECTION)
            for n, one in enumerate(said * 2)]  # fmt: skip
    assert labels.greeted([labels.of_example(one) for one in told]) == {"zyzzyva"}


def test_a_name_that_is_a_word_as_well_is_left_out_only_as_a_name() -> None:
    one = labels.of_example(example("a", "Hi", "Dear Will,\n\nWe will see, Will.", Kind.OTHER))
    assert labels._without(one, {"will"}).sentences[-1].split() == ["We", "will", "see,", "."]


def test_the_telling_sentence_of_a_very_long_letter_teaches(known: Model) -> None:
    no = "Unfortunately we will not be moving forward with your application."
    text = "\n\n".join([*(f"Our office number {n} has a garden." for n in range(60)), no])
    rows = gather([example("a", "Zorp", text, Kind.REJECTION)], known).sentence
    assert len(rows.labels) == labels.MOST
    assert (rows.labels == KINDS.index(Kind.REJECTION)).any()


def test_the_card_tells_what_it_was_made_from_and_nothing_of_how_that_one_did() -> None:
    base = load_base()
    card, _ = learn(base, owls(3), created="2026-11-22")
    known = {"corpus", "languages", "thresholds", "base", "own", "own_groups"}
    assert set(card.metrics) == known
    assert card.metrics["base"] == base[0].name
    assert set(card.libraries) == {"numpy", "scipy"}


def test_a_part_of_the_labels_is_a_part_of_the_rows(known: Model) -> None:
    found = gather(owls(3), known)
    use = np.asarray([True, False, True])
    kept = found.sentence.only(use[found.sentence.letter])
    assert set(kept.letter.tolist()) == {0, 2}
    assert kept.counts.shape[0] == len(kept.labels) == len(kept.weights)
    assert len(kept.labels) < len(found.sentence.labels)


# how far weights move


CLASSES = 3


KNOWN_WORDS = [*(f"we regret the bread {n}" for n in "abcdefgh"), "soup for all", "come by"]
SAID = ["we regret", "zyzzyva soup", "come zyzzyva", "quorl bread"]
MEANT = np.asarray([0, 1, 2, 1])
HEAVY = np.asarray([4.0, 1.0, 2.0, 0.5])


def rows_of(texts: Sequence[str]) -> Any:
    return bag([tokens(text) for text in texts]).matrix()


def believed(texts: Sequence[str]) -> Weights:
    """Weights of nothing in particular over the words of texts and of ``SAID``."""
    counts = bag([tokens(text) for text in texts]).matrix()
    scaling = scale(counts, 1)
    buckets = np.unique(rows_of([*texts, *SAID]).indices)
    met = np.bincount(counts.indices, minlength=BUCKETS)[buckets].astype(float)
    squared = scaling.squared[buckets]
    chance = np.random.default_rng(0).normal(size=(len(buckets), CLASSES))
    folded = chance * np.sqrt(squared)[:, None] * 0.3 * (met > 0)[:, None]
    return Weights(buckets, folded, squared, np.asarray([0.2, 0.0, -0.1]), met)


def test_no_row_changes_nothing() -> None:
    before = believed(KNOWN_WORDS)
    empty = csr_matrix((0, BUCKETS), dtype=np.float32)
    after = adapted(before, empty, np.asarray([], dtype=np.int64), np.asarray([]))
    assert np.array_equal(after.folded, before.folded)


def test_rows_without_weight_change_nothing() -> None:
    before = believed(KNOWN_WORDS)
    after = adapted(before, rows_of(SAID), MEANT, HEAVY * 0)
    assert np.abs(after.folded - before.folded).max() < 1e-9


def slope(before: Weights, moved: Any, counts: Any) -> Any:
    """Return the cost's slope at unfolded weights, written out as slowly as can be."""
    dense = counts.toarray()[:, before.buckets].astype(np.float64)
    dense *= np.sqrt(before.squared) / np.sqrt(dense @ before.squared)[:, None]
    start = before.folded / np.sqrt(before.squared)[:, None]
    chance = softmax(dense @ (start + moved) + before.bias)
    error = (chance - np.eye(CLASSES)[MEANT]) * HEAVY[:, None]
    return dense.T @ error + (RIGOUR * (1 + KNOWN * before.met))[:, None] * moved


def test_the_weights_come_to_where_labels_and_belief_are_even() -> None:
    before, counts = believed(KNOWN_WORDS), rows_of(SAID)
    after = adapted(before, counts, MEANT, HEAVY)
    moved = (after.folded - before.folded) / np.sqrt(before.squared)[:, None]
    start = np.abs(slope(before, moved * 0, counts)).max()
    assert np.abs(slope(before, moved, counts)).max() < 1e-3 * start


def test_only_the_weights_of_words_that_were_said_move() -> None:
    before, counts = believed(KNOWN_WORDS), rows_of(SAID)
    after = adapted(before, counts, MEANT, HEAVY)
    changed = before.buckets[(after.folded != before.folded).any(axis=1)]
    assert len(changed) < len(before.buckets)
    assert set(changed) <= set(np.unique(counts.indices))
    assert len(changed)
    assert np.array_equal(after.bias, before.bias)
    assert np.array_equal(after.squared, before.squared)


def test_a_well_known_word_moves_less_than_a_strange_one() -> None:
    before = believed(KNOWN_WORDS)
    known, strange = (
        int(np.searchsorted(before.buckets, features.words([word]).grams[0]))
        for word in ("quorl", "zyzzyva")
    )
    met = before.met * 0
    met[known] = 5000
    after = adapted(
        dataclasses.replace(before, met=met, folded=before.folded * 0),
        rows_of(["quorl zyzzyva"]),
        np.asarray([1]),
        np.asarray([OWN]),
    )
    far = np.abs(after.folded).max(axis=1)
    assert 0 < far[known] < far[strange] / 10


def test_the_more_a_label_weighs_the_further_weights_move() -> None:
    before, counts = believed(KNOWN_WORDS), rows_of(SAID)
    far = [
        np.abs(adapted(before, counts, MEANT, HEAVY * times).folded - before.folded).sum()
        for times in (0.1, 1, 10)
    ]
    assert far[0] < far[1] < far[2]


def test_how_often_a_word_was_met_is_read_off_its_stored_scale() -> None:
    texts = [*["soup and bread"] * 40, *["soup"] * 9, "quorl"]
    counts = rows_of(texts)
    scaling = scale(counts, 2)
    kept = scaling.kept
    arrays = {
        "buckets": kept.astype(np.int32),
        "letter": np.ones((len(kept), CLASSES), dtype=np.float16),
        "letter_norm": scaling.squared[kept].astype(np.float16),
        "letter_bias": np.zeros(CLASSES, dtype=np.float32),
        "unseen": np.asarray([20.0, 20.0 * CHAR_SCALE**2], dtype=np.float32),
    }
    asked = np.unique(counts.indices)
    found = stored(arrays, "letter", "letter", len(texts), asked)
    met = np.bincount(counts.indices, minlength=BUCKETS)
    there = np.isin(asked, kept)
    assert 0 < there.sum() < len(asked)
    assert found.met[there] == pytest.approx(met[asked[there]], rel=0.05)
    assert found.squared[there] == pytest.approx(scaling.squared[asked[there]], rel=1e-3)
    assert not found.met[~there].any()
    assert not found.folded[~there].any()
    assert set(found.squared[~there & (asked < WORDS)]) == {20.0}
    assert set(found.squared[~there & (asked >= WORDS)]) == {20.0 * CHAR_SCALE**2}


def test_a_stored_part_is_the_shipped_one(base: Loaded) -> None:
    arrays = base[1]
    buckets = arrays["buckets"][::7]
    found = stored(arrays, "sentence", "sentence", int(arrays["rows"][0]), buckets)
    assert np.array_equal(found.folded, arrays["sentence"][::7])
    assert np.array_equal(found.squared, arrays["sentence_norm"][::7])
    assert np.array_equal(found.bias, arrays["sentence_bias"])
    assert 0 < found.met.max() <= arrays["rows"][0]
    none = stored(arrays, "reason", "sentence", 1, buckets[:0])
    assert none.folded.shape == (0, len(REASONS))
