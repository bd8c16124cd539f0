"""The user's own letters are judged by their words as they are read, and by whom they went to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mailsense.adapters.memory import MemoryMailbox
from mailsense.adapters.store import SqliteStore
from mailsense.domain import Address, Kind, Located, Message
from mailsense.pipeline import own
from mailsense.pipeline.own import by_words, judge_own
from mailsense.pipeline.read import Reader, Reading
from mailsense.track import relevance
from tests.support.stored import ME, NOW, incoming, outgoing, said

APPLIES = "I am applying for the post of cook."
MOTHER = Address("Mother", "mother@family.example")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore.memory()
    yield opened
    opened.close()


def written(key: str, text: str = APPLIES) -> Located:
    return outgoing(key, subject="Hello", text=text, to=(MOTHER,))


def job_keys(store: SqliteStore) -> set[str]:
    return {item.key for item in store.job_items()}


def mail(key: str, sender: str, text: str) -> bytes:
    head = f"From: {sender}\nTo: mother@family.example\nMessage-ID: <{key}>\nSubject: Hello\n"
    return f"{head}\n{text}\n".encode()


def read(store: SqliteStore, box: MemoryMailbox) -> Reading:
    reader = Reader(box, store, "main", frozenset({ME.key}), "Sent", date(2026, 8, 1), NOW)
    return reader.read(["Sent", "INBOX"])


def test_each_new_letter_of_the_users_own_is_judged_by_its_words_as_it_is_read(
    store: SqliteStore,
) -> None:
    box = MemoryMailbox()
    box.add("Sent", mail("sent@x", ME.email, APPLIES))
    box.add("Sent", mail("private@x", ME.email, "See you on Sunday."))
    box.add("INBOX", mail("copied@x", ME.email, APPLIES))
    box.add("INBOX", mail("sent@x", ME.email, APPLIES))
    box.add("INBOX", mail("theirs@x", "anna@acme.example", APPLIES))
    reading = read(store, box)
    assert reading.own == {"sent@x": True, "private@x": False, "copied@x": True}
    assert read(store, box).own == {}


def test_what_was_told_of_a_letter_is_not_looked_for_again(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(letter: Message) -> bool:
        raise AssertionError(letter.key)

    monkeypatch.setattr(relevance, "relevant", look)
    store.add_messages([written("yes@x", "Until Sunday!"), written("no@x")])
    judge_own(store, {"yes@x": True, "no@x": False})
    assert job_keys(store) == {"yes@x"}


def test_letters_left_by_a_run_that_was_killed_are_judged_by_the_next(store: SqliteStore) -> None:
    store.add_messages([written("yes@x"), written("no@x", "Until Sunday!")])
    judge_own(store, {})
    assert job_keys(store) == {"yes@x"}
    assert store.outgoing_unjudged(9) == []


def test_a_letter_to_somebody_who_wrote_about_the_search_belongs_to_it_whatever_it_says(
    store: SqliteStore,
) -> None:
    store.add_messages([incoming("no@x"), outgoing("mine@x", text="Thanks, Anna!")])
    store.add_verdicts({"no@x": said(Kind.REJECTION)}, NOW)
    judge_own(store, by_words([outgoing("mine@x", text="Thanks, Anna!").message]))
    assert job_keys(store) == {"no@x", "mine@x"}


def test_more_letters_than_are_taken_at_once_are_all_judged(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "CHUNK", 2)
    store.add_messages([written(f"{n}@x") for n in range(5)])
    judge_own(store, {"3@x": False})
    assert job_keys(store) == {"0@x", "1@x", "2@x", "4@x"}
