"""Which messages the user is asked about: doubtful ones that matter, and not five alike."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.classify.asking import Candidate, candidates, doubt, informative
from mailsense.classify.corpus import KINDS
from mailsense.classify.letters import Letter, letter
from mailsense.cli import ask
from mailsense.domain import Address, Facts, Kind, Message
from tests.support.wordmodel import NOW, WordModel, put, worded
from tests.support.world import World

SENDER = Address("Pia Brandt", "pia@elm.example")


def candidate(text: str, **likely: float) -> Candidate:
    shares = {Kind(kind): share for kind, share in likely.items()}
    rest = (1 - sum(shares.values())) / (len(KINDS) - len(shares))
    whole = {kind: shares.get(kind, rest) for kind in KINDS}
    return Candidate(letter("", SENDER, text), whole)


EVEN = {"rejection": 0.5, "acknowledgement": 0.5}
TOPICS = ("the tide turned the lantern", "a meeting about grain", "your tools were returned")


def places(asked: list[Candidate], count: int, known: tuple[Letter, ...] = ()) -> list[int]:
    return [pick.place for pick in informative(asked, count, known=known)]


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"rejection": 0.5, "other": 0.5}, {"rejection": 0.8, "other": 0.2}),
        ({"interview": 0.5, "other": 0.5}, {"alert": 0.5, "other": 0.5}),
        ({"rejection": 0.5, "referral": 0.5}, {"feedback": 0.5, "referral": 0.5}),
        ({"offer": 0.4, "task": 0.4, "other": 0.2}, {"offer": 0.6, "task": 0.3, "other": 0.1}),
    ],
)
def test_an_answer_teaches_more_where_doubt_is_greater_and_more_is_at_stake(
    more: dict[str, float], less: dict[str, float]
) -> None:
    assert doubt(candidate("x", **more).likely) > doubt(candidate("x", **less).likely)


def test_what_the_model_knows_is_not_asked() -> None:
    assert places([candidate("all clear", rejection=0.999)], 5) == []
    assert places([], 5) == []


def test_the_most_doubtful_comes_first() -> None:
    asked = [
        candidate(TOPICS[0], rejection=0.8),
        candidate(TOPICS[1], **EVEN),
        candidate(TOPICS[2], rejection=0.6, acknowledgement=0.4),
    ]
    assert places(asked, 3) == [1, 2, 0]
    assert places(asked, 1) == [1]


def test_five_alike_are_asked_once_and_the_different_one_comes_before_their_twins() -> None:
    alike = [candidate(f"{TOPICS[0]} for your boat", **EVEN) for _ in range(5)]
    other = candidate(TOPICS[1], rejection=0.7, acknowledgement=0.3)
    assert places([*alike, other], 3) == [0, 5]


def test_what_is_like_a_label_already_given_is_not_asked_again() -> None:
    asked = [candidate(TOPICS[0], **EVEN), candidate(TOPICS[1], **EVEN)]
    assert places(asked, 2, (letter("", SENDER, TOPICS[0]),)) == [1]


SHARES = st.lists(st.floats(0.001, 1), min_size=len(KINDS), max_size=len(KINDS))
TEXTS = st.sampled_from([*TOPICS, "", " ".join(TOPICS)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, SHARES), max_size=8), st.integers(1, 10))
def test_the_same_letters_give_the_same_different_picks(
    given_: list[tuple[str, list[float]]], count: int
) -> None:
    asked = [
        Candidate(
            letter("", SENDER, text),
            {k: share / sum(shares) for k, share in zip(KINDS, shares, strict=True)},
        )
        for text, shares in given_
    ]
    picks = informative(asked, count)
    assert picks == informative(asked, count)
    assert len({pick.place for pick in picks}) == len(picks) <= min(count, len(asked))
    assert [pick.worth for pick in picks] == sorted((p.worth for p in picks), reverse=True)
    assert all(0 <= pick.worth <= 2 for pick in picks)


def test_headers_lean_on_what_is_asked_as_on_what_is_judged() -> None:
    plain = Message("a", "a@x.example", "", SENDER, text="The job.")
    listed = Message(
        "b", "b@x.example", "", SENDER, text="The job.", facts=Facts(list_id="l.x.example")
    )
    one, two = candidates([plain, listed], WordModel())
    assert two.likely[Kind.ALERT] > one.likely[Kind.ALERT]


# the command

DOUBTFUL = "Maybe the tide turned the lantern."


def mail(key: str, text: str, subject: str = "Your letter", **more: object) -> Message:
    known = {"date": NOW - timedelta(days=1), "message_id": f"{key}@elm.example"}
    return Message(
        f"{key}@elm.example", subject=subject, from_=SENDER, text=text, **{**known, **more}
    )  # type: ignore[arg-type]


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = worded(tmp_path, monkeypatch)
    put(
        made,
        mail("clear", "We regret and regret to tell you."),
        mail("doubt", DOUBTFUL),
        mail("twin", DOUBTFUL),
        mail("foreign", "leider haben wir uns anders entschieden heute " * 5, language="de"),
        mail("life", "The cake, the cake, is here."),
        mail("faint", "Perhaps the cake or we received.", subject="A parcel"),
    )
    return made


def test_scripts_get_a_list_and_nothing_is_asked(robin: World) -> None:
    told = robin.json("label", "--next", "5")
    asked = [one for one in told if one["text_kept"]]
    (message_id,) = {one["message_id"] for one in asked} - {"clear@elm.example"}
    assert message_id in ("doubt@elm.example", "twin@elm.example"), "one of the twins is enough"
    assert asked[0]["guess"] == "rejection"
    assert 0 < asked[0]["confidence"] < 0.8


def test_ordinary_mail_judged_with_little_confidence_is_listed_without_its_text(
    robin: World,
) -> None:
    told = robin.json("label", "--next")
    assert [one["subject"] for one in told if not one["text_kept"]] == ["A parcel"]
    shown = robin.ok("label", "--next").out
    assert "A parcel" in shown
    assert "the text is not kept" in shown
    assert "cake" not in shown


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "interactive", lambda: True)


def labels(robin: World) -> dict[str, str]:
    store = robin.store()
    found = {example.message_key: example.kind.value for example in store.examples()}
    store.close()
    return found


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.parametrize(
    ("line", "kind"),
    [("4", "rejection"), ("y", "rejection"), ("8", "acknowledgement"), ("0", "other"),
     ("interview", "interview"), ("4 filled", "rejection"), ("s", None), ("q", None),
     ("nonsense", None), ("interview filled", None), ("b", None)],
)  # fmt: skip
def test_on_a_terminal_each_answer_is_kept_as_it_is_given(
    robin: World, line: str, kind: str | None
) -> None:
    shown = robin.ok("label", "--next", "1", input=f"{line}\n").out
    assert "perhaps rejection" in shown
    assert "tide turned the lantern" in shown
    assert list(labels(robin).values()) == ([kind] if kind else [])


@pytest.mark.usefixtures("at_a_terminal")
def test_the_last_answer_can_be_taken_back(robin: World) -> None:
    put(robin, mail("second", "Maybe a meeting about grain, perhaps."))
    shown = robin.ok("label", "--next", "3", input="6\nb\n1\nq\n").out
    assert "noted: feedback" in shown
    assert list(labels(robin).values()) == ["offer"]


@pytest.mark.usefixtures("at_a_terminal")
def test_a_reason_is_kept_with_the_no(robin: World) -> None:
    robin.ok("label", "--next", "1", input="4 filled\n")
    (one,) = (m for m in robin.json("list") if m["source"] == "user")
    assert (one["kind"], one["reason"]) == ("rejection", "filled")


def test_when_all_is_known_there_is_no_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = worded(tmp_path, monkeypatch)
    put(made, mail("clear", "We regret and regret to tell you."))
    assert "no questions: the model is sure" in made.ok("label", "--next").out
    assert made.json("label", "--next") == []


def test_where_nothing_was_read_the_way_to_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = worded(tmp_path, monkeypatch)
    assert "`mailsense sync`" in empty.ok("label", "--next").out


@pytest.mark.parametrize(
    "args", [("--next", "0"), ("--next", "5", "abc"), ("--next", "--undo"), ("--yes", "a", "task")]
)
def test_what_makes_no_sense_is_wrong_usage(robin: World, args: tuple[str, ...]) -> None:
    assert robin.run("label", *args).code == 2
