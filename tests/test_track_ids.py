"""The tracker's invariants: no order, no memory but the ids, every letter in one place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Application
from mailsense.ports import Item
from mailsense.track.application import track
from tests.support.stories import MINE, mail, story
from tests.test_track import MANY, ONE


def _renamed(item: Item, key: str) -> Item:
    """Return the letter under a key that no other story uses."""
    return replace(
        item, located=replace(item.located, message=replace(item.located.message, key=key))
    )


STORIES = [
    [_renamed(item, f"{number}/{item.key}") for item in told.items]
    for number, (told, _) in enumerate([*ONE, *MANY])
]
QUICK = settings(max_examples=25, deadline=None)


def tracked(items: Sequence[Item], known: dict[str, str] | None = None) -> tuple[Application, ...]:
    return track(items, me=MINE, known=known or {})


def ids_of(applications: Sequence[Application]) -> dict[str, str]:
    return {key: a.id for a in applications for key in a.message_keys}


@st.composite
def mailboxes(draw: st.DrawFn) -> list[Item]:
    """Several stories in one mailbox, in any order, with copies of some letters."""
    told = draw(st.lists(st.sampled_from(STORIES), min_size=1, max_size=4))
    items = [item for letters in told for item in letters]
    return draw(st.permutations(items))


@QUICK
@given(mailboxes(), st.randoms(use_true_random=False))
def test_order_does_not_matter(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert tracked(shuffled) == tracked(items)


@QUICK
@given(mailboxes())
def test_tracking_again_with_the_ids_it_gave_changes_nothing(items):
    first = tracked(items)
    assert tracked(items, ids_of(first)) == first


@QUICK
@given(mailboxes())
def test_every_letter_is_in_at_most_one_application(items):
    keys = [key for a in tracked(items) for key in a.message_keys]
    assert len(keys) == len(set(keys))


@QUICK
@given(mailboxes(), st.data())
def test_no_id_is_given_twice_whatever_was_saved(items, data):
    keys = [i.key for i in items]
    saved = data.draw(
        st.dictionaries(st.sampled_from(keys), st.sampled_from(["a1", "a2", "a3"]), max_size=8)
    )
    ids = [a.id for a in tracked(items, saved)]
    assert len(ids) == len(set(ids))


@QUICK
@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=300), st.text(max_size=120))
def test_hostile_letters_are_read_without_a_fall(subject, name, text, signature):
    sender = "someone@there.example"
    item = mail(0, sender, subject, text, kind="interview", signature=signature, key="k")
    (found,) = tracked([item])
    assert found.message_keys == ("k",)
    reply = mail(1, "me", subject, name, to=sender, key="r")
    assert {"k"} <= {key for a in tracked([item, reply]) for key in a.message_keys}


def test_a_new_application_is_named_after_its_earliest_letter():
    letters = next(s.items for s, _ in ONE if "human of the same process" in s.name)
    (found,) = tracked(letters)
    assert found.id == "a" + hashlib.sha256(letters[0].key.encode()).hexdigest()[:10]


def test_an_application_keeps_its_id_when_earlier_mail_turns_up():
    letters = next(s.items for s, _ in ONE if "human of the same process" in s.name)
    (before,) = tracked(letters[1:])
    (after,) = tracked(letters, ids_of([before]))
    assert after.id == before.id
    assert len(after.message_keys) == len(before.message_keys) + 1


def test_where_two_become_one_the_id_of_most_letters_stays():
    letters = next(s.items for s, _ in ONE if "human of the same process" in s.name)
    saved = {letters[0].key: "aone", letters[1].key: "atwo", letters[2].key: "atwo"}
    (found,) = tracked(letters, saved)
    assert found.id == "atwo"


def test_where_one_falls_apart_the_stronger_part_keeps_the_id():
    told = next(s for s, _ in MANY if s.name.startswith("two roles at one company"))
    saved = {item.key: "aold" for item in told.items}
    saved[told.items[0].key] = "agone"
    analyst, manager = told.track(saved)
    assert manager.id == "aold"
    assert analyst.id == "agone"


def test_a_letter_in_two_folders_counts_once():
    letters = next(s.items for s, _ in ONE if s.name.startswith("chases are counted"))
    assert tracked([*letters, *letters]) == tracked(letters)


def test_nothing_makes_nothing():
    assert tracked([]) == ()
    assert story("", []).track() == ()
