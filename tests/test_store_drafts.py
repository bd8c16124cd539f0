"""Drafts, decisions and receipts: at most one letter per episode, and a trace of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailsense.adapters.store import SqliteStore
from mailsense.domain import Action, Decision, DraftState, PlanKind, Receipt, ReceiptState
from mailsense.errors import StoreError
from tests.support.stored import NOW, at, draft


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store, in memory or in a file."""
    if request.param == "memory":
        opened = SqliteStore.memory()
    else:
        opened = SqliteStore.open(tmp_path / "mail.db", now=NOW)
    yield opened
    opened.close()


RECEIPT = Receipt("d1f00d", "smtp", "m@example.org", "0" * 64, ReceiptState.PENDING, NOW)


class TestDrafts:
    def test_one_draft_per_subject_plan_and_episode(self, store: SqliteStore) -> None:
        assert store.add_draft(draft("first1"))
        assert not store.add_draft(draft("second", body="another text"))
        assert store.add_draft(draft("third1", episode="two@acme.example"))
        assert store.add_draft(draft("fourth", plan=PlanKind.STATUS_CHECK))
        assert store.add_draft(draft("fifth1", about="app-2"))
        assert [d.id for d in store.drafts()] == ["first1", "third1", "fourth", "fifth1"]
        assert store.drafts()[0].body == draft().body

    def test_an_id_is_given_once(self, store: SqliteStore) -> None:
        store.add_draft(draft("first1"))
        with pytest.raises(StoreError):
            store.add_draft(draft("first1", episode="another"))

    def test_a_draft_is_saved_as_it_is_now(self, store: SqliteStore) -> None:
        store.add_draft(draft())
        edited = draft(body="Thanks!", state=DraftState.APPROVED, edited=True)
        store.save_draft(edited)
        assert store.draft("d1f00d") == edited
        assert store.draft("d1f00d").digest == edited.digest  # type: ignore[union-attr]

    def test_a_draft_that_was_never_added_is_not_saved(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="no draft d1f00d"):
            store.save_draft(draft())

    def test_a_draft_does_not_take_the_place_of_another(self, store: SqliteStore) -> None:
        store.add_draft(draft("first1"))
        store.add_draft(draft("second", episode="two"))
        with pytest.raises(StoreError):
            store.save_draft(draft("second"))
        assert [d.episode for d in store.drafts()] == ["one@acme.example", "two"]

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("abcdef0123", "abcdef0123"),
            ("abcdef", "abcdef0123"),
            (" abcdef01 ", "abcdef0123"),
            ("abcde", None),
            ("x1", "x1"),
            ("123456a", "123456abcd"),
            ("fedcba", None),
            ("", None),
        ],
    )
    def test_a_draft_answers_to(self, store: SqliteStore, name: str, found: str | None) -> None:
        for number, id in enumerate(("abcdef0123", "x1", "123456abcd", "123456efgh")):
            store.add_draft(draft(id, episode=str(number)))
        draft_ = store.draft(name)
        assert (draft_.id if draft_ else None) == found

    def test_a_name_of_several_drafts_is_refused(self, store: SqliteStore) -> None:
        for number in range(6):
            store.add_draft(draft(f"123456-{number}", episode=str(number)))
        with pytest.raises(StoreError, match=r"say which, 123456-0 or .* or 123456-3 or another"):
            store.draft("123456")

    def test_drafts_are_listed_by_creation_and_state(self, store: SqliteStore) -> None:
        store.add_draft(draft("later1", created=at(9), episode="1"))
        store.add_draft(draft("sooner", created=at(2), episode="2", state=DraftState.SENT))
        store.add_draft(draft("middle", created=at(5), episode="3", state=DraftState.RESTING))
        assert [d.id for d in store.drafts()] == ["sooner", "middle", "later1"]
        states = (DraftState.WAITING, DraftState.RESTING)
        assert [d.id for d in store.drafts(states)] == ["middle", "later1"]
        assert store.drafts([DraftState.STALE]) == []

    def test_our_letters_are_known_by_message_id(self, store: SqliteStore) -> None:
        mine = draft(message_id="m@example.org")
        store.add_draft(mine)
        store.add_draft(draft("second", episode="2", message_id=""))
        found = store.drafts_by_message_id(["m@example.org", "else@example.org", ""])
        assert found == {"m@example.org": mine}

    def test_drafts_of_a_merged_thread_move_along_and_stay_one(self, store: SqliteStore) -> None:
        moving = draft("first1", about="t2")
        store.add_draft(moving)
        store.add_draft(draft("second", about="t1", episode="e"))
        store.add_draft(draft("third1", about="t2", episode="e"))
        store.merge("t1", ["t2"])
        assert store.draft("first1") == replace(moving, about="t1")
        assert [d.about for d in store.drafts()] == ["t1", "t1", "t2"]
        assert not store.add_draft(draft("fourth", about="t1"))


class TestDecisions:
    def test_decisions_are_kept_in_order(self, store: SqliteStore) -> None:
        approve = Decision(Action.APPROVE, NOW, draft="d1", digest="0")
        edit = Decision(Action.EDIT, at(1), draft="d1", detail="shorter")
        relabel = Decision(Action.RELABEL, NOW, message_key="a@x")
        both = Decision(Action.SENT_ELSEWHERE, NOW, draft="d2", message_key="a@x")
        for decision in (approve, edit, relabel, both):
            store.add_decision(decision)
        assert store.decisions(draft="d1") == [approve, edit]
        assert store.decisions(message_key="a@x") == [relabel, both]
        assert store.decisions(draft="d2", message_key="a@x") == [both]
        assert store.decisions() == [approve, edit, relabel, both]
        assert store.decisions(draft="d9") == []


class TestReceipts:
    def test_what_became_of_an_attempt_is_written_into_its_row(self, store: SqliteStore) -> None:
        first = store.add_receipt(RECEIPT)
        second = store.add_receipt(replace(RECEIPT, draft="d2", via="append", folder="Drafts"))
        done = replace(RECEIPT, state=ReceiptState.DONE, uid=7)
        store.save_receipt(first, done)
        assert store.receipts("d1f00d") == [(first, done)]
        assert [row for row, _ in store.receipts()] == [first, second]
        assert store.receipts("d3") == []

    def test_a_row_that_does_not_exist_is_not_saved(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="no receipt 7"):
            store.save_receipt(7, RECEIPT)

    def test_a_receipt_is_committed_before_the_caller_goes_on(self, tmp_path: Path) -> None:
        writer = SqliteStore.open(tmp_path / "mail.db", now=NOW)
        reader = SqliteStore.open(tmp_path / "mail.db", now=NOW)
        row = writer.add_receipt(RECEIPT)
        assert reader.receipts() == [(row, RECEIPT)]
        writer.close()
        reader.close()
