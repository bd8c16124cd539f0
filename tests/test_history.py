"""History: what a letter answers tells what a short answer is about, and is not the letter."""

from __future__ import annotations

import random

import numpy as np
import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify import variation
from mailsense.classify.corpus import KINDS
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.letters import HISTORY, SHORT, Letter, letter, of_example, of_message
from mailsense.classify.model import (
    CLIP,
    FACTS,
    OWN_SIGNALS,
    SIGNALS,
    Model,
    Reading,
    rows,
    signals,
)
from mailsense.classify.variation import Histories, varied
from mailsense.domain import NOBODY, Address, Example, Facts, Kind, Message, Tag
from mailsense.mail.parse import parse
from tests.support.wordmodel import NOW

JO = Address("Jo", "jo@elm.example")
OLD = "I would like to apply. My letter is attached."
APPLIED = ("I would like to apply.", "My letter is attached.")


def words(count: int) -> str:
    return " ".join(["soup"] * count)


# when it is read


READ = [
    ("a short answer", "Re: Hi", "Thursday is fine with me.", APPLIED),
    ("a short letter that is no answer", "Hi", "Thursday is fine with me.", APPLIED),
    ("an answer of a word", "Re: Hi", "Yes", APPLIED),
    ("an answer without a word", "Re: Hi", "", APPLIED),
    ("as many words as leave it open", "Re: Hi", words(SHORT), APPLIED),
    ("a word more", "Re: Hi", words(SHORT + 1), ()),
    ("a long letter", "Hi", words(900), ()),
    ("a letter forwarded with words of one's own", "Fwd: Hi", "Look at this one.", APPLIED),
]


@pytest.mark.parametrize(("case", "subject", "text", "history"), READ, ids=[c for c, *_ in READ])
def test_history_is_asked_where_the_text_leaves_open_what_it_is_about(
    case: str, subject: str, text: str, history: tuple[str, ...]
) -> None:
    found = letter(subject, JO, text, quoted=OLD)
    assert found.history == history
    assert found.sentences == letter(subject, JO, text).sentences, "it is another letter"


@pytest.mark.parametrize("subject", ["Fwd: Hi", "Hi"])
@pytest.mark.parametrize("text", ["", "See below"])
def test_what_is_forwarded_without_words_of_ones_own_is_the_letter(subject: str, text: str) -> None:
    found = letter(subject, JO, text, quoted=OLD)
    assert found.sentences[-2:] == APPLIED
    assert found.history == ()


MARKED = [
    "> I would like to apply.\n> My letter is attached.",
    "On Sun, 22 Nov 2026, Ada wrote:\n\n> I would like to apply.\n>\n> My letter is attached.",
    ">> I would like to apply.\n > > My letter is attached.",
    "| I would like to apply.\n| My letter is attached.",
    "Ada schrieb:\n>I would like to apply.\n>My letter is attached.",
]


@pytest.mark.parametrize("quoted", MARKED)
def test_the_marks_of_quoted_lines_and_who_wrote_them_are_no_part_of_it(quoted: str) -> None:
    assert letter("Re: Hi", JO, "Thursday is fine with me.", quoted=quoted).history == APPLIED
    assert letter("Fwd: Hi", JO, "", quoted=quoted).sentences[-2:] == APPLIED


def test_history_as_mail_brings_it_is_read() -> None:
    body = (
        "Thursday is fine with me.\n\nOn Sun, 22 Nov 2026 at 10:00, Ada Byron wrote:\n"
        "> I would like to apply.\n> My letter is attached.\n"
    )
    raw = f"From: jo@elm.example\nTo: ada@elm.example\nSubject: Re: Hi\n\n{body}"
    message = parse(raw.encode())
    assert message.text == "Thursday is fine with me."
    assert of_message(message).history == APPLIED


def test_only_the_beginning_of_a_long_history_is_read() -> None:
    found = letter("Re: Hi", JO, "Fine.", quoted="We met in the garden behind the house. " * 100)
    assert 0 < sum(len(sentence) + 1 for sentence in found.history) <= HISTORY + 1
    hostile = letter("Re: Hi", JO, "Fine.", quoted="\x00 soup\n> " * 500_000)
    assert sum(map(len, hostile.history)) <= HISTORY


@pytest.mark.parametrize("quoted", ["", "   \n"])
def test_without_a_history_there_is_none(quoted: str) -> None:
    assert letter("Re: Hi", JO, "Fine.", quoted=quoted).history == ()


def test_a_message_and_a_label_are_read_with_their_history() -> None:
    message = Message("k", "i", "Re: Hi", JO, text="Fine.", quoted=OLD)
    label = Example("k", "Re: Hi", JO, "Fine.", Facts(), Kind.OTHER, NOW, quoted=OLD)
    assert of_message(message).history == of_example(label).history == APPLIED


# the two signals


MIXED = [
    letter("Re: Hi", JO, "Thursday is fine with me.", quoted=OLD),
    letter("Hi", JO, "Soup is ready."),
    letter("Re: Soup", JO, "Yes, please do.", quoted="Shall I cook soup for mum?"),
]
ABOUT = slice(len(KINDS) * OWN_SIGNALS + 2, len(KINDS) * OWN_SIGNALS + 4)


def test_histories_are_rows_behind_the_letters_and_no_sentences_of_theirs() -> None:
    found = rows(MIXED)
    assert found.answers.tolist() == [0, 2]
    assert len(found.letters) == 5
    assert [len(shown) for shown in found.sentences] == [2, 2, 2]
    assert len(found.bag) == found.start[-1] == 9, "subject, sentence and sender of each"
    bare = rows([letter("Re: Hi", JO, "Thursday is fine with me.")])
    mine, alone = (part.letters.first(1).matrix() for part in (found, bare))
    assert (mine != alone).nnz == 0
    assert np.array_equal(found.facts[0], bare.facts[0]), (
        "its words about work are not the letter's"
    )


def seen(letters: list[Letter], logits: np.ndarray) -> np.ndarray:
    """What the stack sees, where nothing is known of the sentences."""
    found = rows(letters)
    sentence = np.full((len(found.bag), len(KINDS) + 1), 1 / (len(KINDS) + 1))
    return signals(found, sentence, logits)


def test_the_stack_sees_whether_there_is_a_history_and_how_far_it_is_from_ordinary_life() -> None:
    logits = np.zeros((5, len(KINDS)))
    logits[3, KINDS.index(Kind.TASK)] = 3.0
    logits[4, KINDS.index(Kind.OTHER)] = 40.0
    found = seen(MIXED, logits)
    assert found.shape == (3, SIGNALS)
    rest = np.log(np.exp(3) + len(KINDS) - 2)
    assert found[:, ABOUT] == pytest.approx(np.asarray([[1, rest], [0, 0], [1, -CLIP]]))
    assert len(KINDS) * OWN_SIGNALS + 2 + 2 + FACTS == SIGNALS


def test_nothing_but_these_two_depends_on_history() -> None:
    chance = np.random.default_rng(0).normal(size=(5, len(KINDS)))
    bare = [letter("Re: Hi", JO, "Thursday is fine with me."), MIXED[1],
            letter("Re: Soup", JO, "Yes, please do.")]  # fmt: skip
    with_it, without = seen(MIXED, chance), seen(bare, chance[:3])
    with_it[:, ABOUT] = without[:, ABOUT]
    assert np.array_equal(with_it, without)


# the shipped model


LIFE = [
    "Are we still on for the barbecue on Saturday? I can bring the salad and the folding chairs."
    "\n\nDo you want me to pick up the kids from football before that?",
    "The patch breaks the build on the old kernel. I get a segfault in the parser when I run make "
    "test. Can you have a look at the log?",
]
WORK = [
    "Dear Ms Field,\n\nThank you for inviting me to interview for the position of analyst. I would "
    "be glad to meet your team. My CV is attached.\n\nKind regards\nRobin Whitlock",
    "Dear Sir or Madam,\n\nI would like to apply for the position of head gardener. I enclose my "
    "CV and references and look forward to hearing from you.",
]
ANSWERS = [
    "Thursday at ten is fine. See you then.",
    "Could you do Thursday at 2pm instead? Let me know.",
    "Sounds good, shall we say Tuesday at 10:00?",
    "Can you call me tomorrow morning at nine?",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(load_base()[1])


def request(reading: Reading) -> float:
    """Return how likely it is that somebody asks something of the seeker."""
    return float(sum(reading.kinds[n] for n, kind in enumerate(KINDS) if kind.tag is Tag.REQUEST))


@pytest.mark.parametrize("text", ANSWERS)
def test_a_short_answer_is_about_what_it_answers(model: Model, text: str) -> None:
    bare, *answers = model.read(
        [letter("Re: hello", JO, text, quoted=quoted) for quoted in ("", *LIFE, *WORK)]
    )
    found = [request(reading) for reading in answers]
    assert max(found[: len(LIFE)]) < request(bare)
    assert max(found[: len(LIFE)]) < min(found[len(LIFE) :])


def test_a_history_is_never_shown_as_what_the_letter_said(model: Model) -> None:
    (reading,) = model.read([letter("Re: hello", JO, ANSWERS[0], quoted=WORK[0])])
    assert reading.sentences == ("hello", "Thursday at ten is fine.", "See you then.")
    assert len(reading.scores) == 3
    assert {word for word, _ in reading.words} <= set(
        "hello thursday at ten is fine see you then".split()
    )


def test_alone_and_among_others_a_letter_is_read_alike(model: Model) -> None:
    together = model.read([*MIXED, letter("Re: Hi", JO, "Fine.", quoted=WORK[0])])
    for one, among in zip(MIXED, together, strict=False):
        (alone,) = model.read([one])
        assert alone.kinds == pytest.approx(among.kinds, abs=1e-5)


# histories in training


def written(kind: Kind, body: str, quoted: str = "") -> Written:
    return Written("a", "a", kind, (), None, None, "Jo <jo@x.example>", "Re: Hi", body, (),
                   quoted=quoted)  # fmt: skip


@pytest.fixture
def histories() -> Histories:
    found = Histories()
    found.add(written(Kind.OTHER, "Soup?", "Are you hungry?"))
    found.add(written(Kind.OTHER, "Bread?"))
    found.add(written(Kind.REJECTION, "We chose another.", "I apply."))
    found.add(written(Kind.INTERVIEW, "Come by."))
    found.add(written(Kind.ALERT, "40 new jobs"))
    return found


def test_what_letters_may_answer_is_of_their_own_world(histories: Histories) -> None:
    assert histories.life == ["Soup?", "Are you hungry?", "Bread?"]
    assert histories.work == ["We chose another.", "Come by."]
    assert histories.asked == ["I apply."]


def below(histories: Histories, kind: Kind, times: int = 600) -> list[str]:
    rng = random.Random(0)
    return [histories.below(kind, rng) for _ in range(times)]


def test_ordinary_mail_mostly_answers_ordinary_mail(histories: Histories) -> None:
    found = below(histories, Kind.OTHER)
    assert 0.4 < found.count("") / len(found) < 0.6
    assert set(found) == {"", *histories.life, *histories.work}
    strange = sum(text in histories.work for text in found)
    assert 0 < strange < 0.1 * len(found)


def test_mail_about_a_job_mostly_answers_the_seeker_or_such_mail(histories: Histories) -> None:
    found = below(histories, Kind.TASK)
    assert found.count("") > len(found) / 2
    strange = sum(text in histories.life for text in found)
    assert 0 < strange < 0.1 * len(found)
    assert found.count("I apply.") > strange
    assert found.count("We chose another.") > strange


def test_an_advertisement_answers_nothing(histories: Histories) -> None:
    assert set(below(histories, Kind.ALERT)) == {""}
    assert set(below(Histories(), Kind.OTHER)) == {""}, "nor does a letter where there is none"


def test_a_variant_bears_the_history_it_is_given_but_for_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(variation, "FOOTERS", ("Sent from my phone",))
    body = "Thursday at ten suits me very well."
    given = [varied(written(Kind.OTHER, body), random.Random(n), "Soup?") for n in range(30)]
    assert {one.history for one in given} == {("Soup?",)}
    own = [
        varied(written(Kind.OTHER, body, "Bread?"), random.Random(n), "Soup?") for n in range(30)
    ]
    assert {one.history for one in own} == {("Bread?",)}
    none = [varied(written(Kind.OTHER, body), random.Random(n)) for n in range(30)]
    assert {one.history for one in none} == {()}
    assert any(one.sender == NOBODY for one in none)
