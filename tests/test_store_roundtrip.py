"""Whatever the domain can say, the store gives back: with any values, and with new fields."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters.sqlite.codec import as_instant, dump, instant, load
from mailsense.adapters.sqlite.rows import TEXTS
from mailsense.adapters.store import SqliteStore
from mailsense.domain import (
    Address,
    Application,
    Correction,
    Decision,
    Draft,
    Example,
    Kind,
    Located,
    Message,
    Plan,
    Receipt,
    Verdict,
)
from mailsense.errors import StoreError
from mailsense.journal import Entry
from tests.support.stored import NOW, anything, incoming, letter

modest = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def store() -> SqliteStore:
    """One store for all examples: each takes a name of its own."""
    return SqliteStore.memory()


class Names:
    """Keys that were never used before."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return f"name-{self._count}"


names = Names()


@modest
@given(anything(Located))
def test_any_message_comes_back(store: SqliteStore, located: Located) -> None:
    message = replace(located.message, key=f"{located.message.key}{names.next()}")
    located = replace(located, message=message)
    store.add_messages([located])
    found = store.message(message.key)
    assert found is not None
    assert found.located == located


@modest
@given(anything(Verdict))
def test_any_verdict_comes_back(store: SqliteStore, verdict: Verdict) -> None:
    key = names.next()
    store.add_messages([incoming(key)])
    store.add_verdicts({key: verdict}, NOW)
    assert store.verdicts(key) == [verdict]
    assert store.message(key).verdict == verdict  # type: ignore[union-attr]


@modest
@given(st.lists(anything(Application), max_size=3, unique_by=lambda a: a.id))
def test_any_applications_come_back(store: SqliteStore, applications: list[Application]) -> None:
    store.save_applications(applications)
    assert store.applications() == applications


@modest
@given(anything(Correction))
def test_any_correction_comes_back(store: SqliteStore, correction: Correction) -> None:
    kept = store.add_correction(correction)
    assert kept == replace(correction, number=kept.number)
    assert store.corrections()[-1] == kept


@modest
@given(anything(Entry))
def test_any_entry_comes_back(store: SqliteStore, entry: Entry) -> None:
    kept = store.add_entry(entry)
    assert kept == replace(entry, number=kept.number)
    assert store.entries()[-1] == kept


@modest
@given(st.lists(anything(Plan), max_size=3))
def test_any_plans_come_back(store: SqliteStore, plans: list[Plan]) -> None:
    store.save_plans(plans)
    assert store.plans() == plans


@modest
@given(anything(Draft))
def test_any_draft_comes_back(store: SqliteStore, draft: Draft) -> None:
    draft = replace(draft, id=names.next(), episode=names.next())
    assert store.add_draft(draft)
    assert store.draft(draft.id) == draft


@modest
@given(anything(Decision))
def test_any_decision_comes_back(store: SqliteStore, decision: Decision) -> None:
    store.add_decision(decision)
    assert store.decisions()[-1] == decision


@modest
@given(anything(Receipt))
def test_any_receipt_comes_back(store: SqliteStore, receipt: Receipt) -> None:
    row = store.add_receipt(receipt)
    assert store.receipts()[-1] == (row, receipt)


@modest
@given(anything(Example))
def test_any_example_comes_back(store: SqliteStore, example: Example) -> None:
    example = replace(example, message_key=names.next())
    store.add_example(example)
    assert example in store.examples()


def test_what_is_kept_of_mail_that_is_not_about_the_search_is_chosen_on_purpose() -> None:
    """A new field of Message stays when text is dropped: add it here, or to ``TEXTS``."""
    kept = {f.name for f in fields(Message)} - set(TEXTS)
    assert kept == {
        *("key", "message_id", "subject", "from_", "to", "cc", "bcc", "reply_to", "date"),
        *("in_reply_to", "references", "language", "facts", "fingerprint", "size"),
    }


class TestInstants:
    def test_they_are_utc_text(self) -> None:
        there = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
        assert instant(there) == "2026-02-28T23:30:00+00:00"
        assert as_instant(instant(there)) == there
        assert instant(None) is None
        assert as_instant(None) is None

    def test_one_without_a_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            instant(datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point

    @modest
    @given(*(2 * [st.datetimes(timezones=st.just(UTC))]))
    def test_their_text_sorts_as_they_do(self, one: datetime, other: datetime) -> None:
        assert (str(instant(one)) < str(instant(other))) == (one < other)


@dataclass(frozen=True)
class Then:
    """A class as it was when a document was written."""

    name: str
    old: str = ""


@dataclass(frozen=True)
class Now:
    """The same class later: a field more and a field less."""

    name: str
    new: tuple[int, ...] = ()
    kind: Kind = Kind.OTHER


class TestDocuments:
    def test_a_field_added_later_takes_its_default_and_a_removed_one_is_ignored(self) -> None:
        assert load(Now, dump(Then("a", "b"))) == Now("a")

    def test_what_is_empty_takes_no_room(self) -> None:
        assert dump(Address("", "a@x")) == '["","a@x"]'
        assert dump(Then("")) == '{"name":""}'
        assert dump(Now("a")) == '{"name":"a","kind":"other"}'

    @pytest.mark.parametrize(
        "damaged", ["", "{", "[]", "7", "null", "{}", '{"name":1,"kind":"none of these"}']
    )
    def test_a_damaged_document_is_told(self, damaged: str) -> None:
        with pytest.raises(StoreError, match="damaged Now"):
            load(Now, damaged)

    def test_a_damaged_row_does_not_come_out_as_something_else(self) -> None:
        store = SqliteStore.memory()
        store.add_messages([Located(letter(), "main", "INBOX", 1, False)])
        store._db.write("UPDATE messages SET head = '[]'")
        with pytest.raises(StoreError, match="damaged Message"):
            store.messages()

    def test_only_values_are_stored(self) -> None:
        thing: Any = {1, 2}
        with pytest.raises(TypeError, match="set cannot be stored"):
            dump(thing)
