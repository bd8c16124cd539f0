"""Conversations: by reference, hardly ever by subject, and whatever the order of arrival."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Message
from mailsense.mail.thread import (
    MAX_IDS,
    base_subject,
    is_reply_subject,
    linked_ids,
    new_thread,
    pair,
    place,
)

ANNA = Address("Anna", "anna@field.example")
ROBIN = Address("Robin", "Robin@me.example")
PAIR = frozenset({"anna@field.example", "robin@me.example"})


def mail(id: str, *references: str, subject: str = "Your application", **more: object) -> Message:
    made = {"from_": ANNA, "to": (ROBIN,), "date": datetime(2026, 3, 1, tzinfo=UTC), **more}
    parents = references[-1:]
    return Message(id, id, subject, in_reply_to=parents, references=references, **made)  # type: ignore[arg-type]


def conversations(messages: list[Message]) -> set[frozenset[str]]:
    """Place the messages in this order, and return which ended up together."""
    known: dict[str, str] = {}
    of: dict[str, str] = {}
    for message in messages:
        placed = place(message, {i: known[i] for i in linked_ids(message) if i in known}, None)
        for id in placed.ids:
            known[id] = placed.thread
        of[message.key] = placed.thread
        for old in placed.merge:
            known = {i: placed.thread if t == old else t for i, t in known.items()}
            of = {k: placed.thread if t == old else t for k, t in of.items()}
    return {frozenset(k for k in of if of[k] == t) for t in of.values()}


def test_three_employers_with_one_subject_are_three_conversations() -> None:
    letters = [mail(f"{n}@x.example", from_=Address("", f"jobs@{n}.example")) for n in range(3)]
    assert len(conversations(letters)) == 3


def test_a_reply_joins_by_reference_even_to_a_message_never_seen() -> None:
    assert len(conversations([mail("b", "lost"), mail("c", "lost")])) == 1


def test_a_late_message_makes_two_conversations_one() -> None:
    first, second = mail("a"), mail("c", "b")
    assert len(conversations([first, second])) == 2
    assert len(conversations([first, second, mail("b", "a")])) == 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(0, 11), max_size=3), min_size=2, max_size=10), st.randoms())
def test_whatever_the_order_the_conversations_are_the_same(
    chains: list[list[int]], order: random.Random
) -> None:
    letters = [mail(f"m{n}", *(f"m{r}" for r in chain)) for n, chain in enumerate(chains)]
    shuffled = letters[:]
    order.shuffle(shuffled)
    assert conversations(letters) == conversations(shuffled)


def test_a_reply_without_references_joins_the_same_pair_only() -> None:
    reply = mail("x", subject="Re: Your application")
    assert place(reply, {}, "t:before").thread == "t:before"
    assert place(mail("x"), {}, "t:before").thread == new_thread("x")
    assert (
        place(mail("x", "p", subject="Re: Your application"), {"p": "t:p"}, "t:q").thread == "t:p"
    )


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Your application", "your application"),
        ("RE: re: AW:  Your   application", "your application"),
        ("Re[2]: Your application", "your application"),
        ("Fwd: [jobs] Your application (fwd)", "your application"),
        ("[jobs] Re: Your application", "your application"),
        ("SV: Ansökan", "ansökan"),
        ("Reference: your flat", "reference: your flat"),
        ("Retail: your application", "retail: your application"),
        ("I am late", "i am late"),
        ("[only a tag]", "[only a tag]"),
        ("Re:", "re:"),
        ("", ""),
    ],
)
def test_the_base_subject(subject: str, base: str) -> None:
    assert base_subject(subject) == base


@pytest.mark.parametrize("subject", ["Re: x", "AW: x", "re[3]: x", "[list] Re: x", " RE : x"])
def test_subjects_of_replies(subject: str) -> None:
    assert is_reply_subject(subject)


@pytest.mark.parametrize(
    "subject", ["x", "Fwd: x", "Retail: x", "Reply: x", "", "[Re: x]", "Reg: x"]
)
def test_subjects_of_anything_else(subject: str) -> None:
    assert not is_reply_subject(subject)


def test_a_pair_is_two_people_and_no_more() -> None:
    assert pair(mail("a")) == PAIR
    assert pair(mail("a", to=(ROBIN, Address("", "x@y.example")))) == frozenset()
    assert pair(mail("a", cc=(Address("", "x@y.example"),))) == frozenset()
    assert pair(mail("a", to=(ANNA,))) == frozenset()
    assert pair(mail("a", to=())) == frozenset()


def test_a_very_long_chain_is_capped_and_keeps_both_ends() -> None:
    ids = linked_ids(mail("own", *(f"r{n}" for n in range(5000))))
    assert len(ids) <= MAX_IDS
    assert {"own", "r0", "r4999"} <= set(ids)


def test_another_letter_under_an_id_that_is_taken_is_a_conversation_of_its_own() -> None:
    first = mail("same")
    second = replace(mail("same"), key="same#0123456789abcdef")
    assert linked_ids(second) == ("same#0123456789abcdef",)
    assert conversations([first, second]) == {frozenset({"same"}), frozenset({second.key})}
    answer, later = mail("reply", "same"), replace(second, key="same#ff", references=("a", "b"))
    assert frozenset({"same", "reply"}) in conversations([first, second, answer])
    assert linked_ids(later) == ("same#ff", "a", "b"), "its ancestors link it all the same"


def test_a_message_without_an_id_is_linked_by_no_id_of_its_own() -> None:
    assert linked_ids(replace(mail(""), key="sha256:12#4")) == ()
