"""What every store remembers, in memory and in a file alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailsense.adapters.sqlite import verdicts
from mailsense.adapters.sqlite.rows import base_subject
from mailsense.adapters.store import SqliteStore, short_id
from mailsense.domain import (
    Address,
    Application,
    Attachment,
    Change,
    Contact,
    Correction,
    Event,
    Example,
    Facts,
    Kind,
    LedgerOutcome,
    Outcome,
    Plan,
    PlanKind,
    Source,
    Tag,
)
from mailsense.errors import StoreError
from mailsense.journal import Entry, What
from mailsense.ports import Cursor, LedgerRow, Store
from tests.support.stored import ANNA, ME, NOW, at, incoming, letter, outgoing, said


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store, in memory or in a file."""
    if request.param == "memory":
        opened = SqliteStore.memory()
    else:
        opened = SqliteStore.open(tmp_path / "state" / "mail.db", now=NOW)
    yield opened
    opened.close()


def keys(items: object) -> list[str]:
    return [getattr(one, "key", None) or one.message.key for one in items]  # type: ignore[attr-defined]


def test_the_store_is_the_port_that_the_pipeline_asks_for(store: SqliteStore) -> None:
    port: Store = store
    asked = {name for name in vars(Store) if not name.startswith("_")}
    assert all(callable(getattr(port, name)) for name in asked)


class TestProgress:
    def test_a_folder_never_read_has_no_cursor(self, store: SqliteStore) -> None:
        assert store.cursor("main", "INBOX") is None
        assert store.cursors("main") == []

    def test_a_cursor_comes_back_as_it_was_saved_last(self, store: SqliteStore) -> None:
        first = Cursor("main", "INBOX", 7, 12, date(2026, 8, 1), 3, NOW)
        store.save_cursor(replace(first, last_uid=1))
        store.save_cursor(first)
        nameless = Cursor("main", "Archive", None)
        store.save_cursor(nameless)
        store.save_cursor(Cursor("other", "INBOX", 9))
        assert store.cursor("main", "INBOX") == first
        assert store.cursors("main") == [nameless, first]

    def test_every_uid_has_one_ledger_row_the_newest(self, store: SqliteStore) -> None:
        row = LedgerRow("main", "INBOX", 7, 1, LedgerOutcome.QUARANTINED, "", "KeyError, 9 bytes")
        store.add_ledger([row, replace(row, uid=2, outcome=LedgerOutcome.STORED, key="k")])
        assert store.quarantined() == [row]
        store.add_ledger([replace(row, outcome=LedgerOutcome.STORED)])
        assert store.ledger_uids("main", "INBOX", 7) == {1, 2}
        assert store.ledger_counts("main") == {"stored": 2}
        assert store.quarantined("main") == []

    def test_a_folder_without_uidvalidity_has_a_ledger_too(self, store: SqliteStore) -> None:
        row = LedgerRow("main", "INBOX", None, 1, LedgerOutcome.QUARANTINED)
        store.add_ledger([row, row])
        assert store.ledger_uids("main", "INBOX", None) == {1}
        assert store.ledger_uids("main", "INBOX", 7) == set()
        assert store.quarantined("main") == [row]
        assert store.quarantined("other") == []

    def test_uids_under_a_former_uidvalidity_are_no_longer_counted(
        self, store: SqliteStore
    ) -> None:
        old = LedgerRow("main", "INBOX", 7, 1, LedgerOutcome.QUARANTINED)
        store.add_ledger([old, replace(old, uidvalidity=8), replace(old, folder="Junk")])
        store.save_cursor(Cursor("main", "INBOX", 8))
        assert store.ledger_counts("main") == {"quarantined": 2}
        assert [row.uidvalidity for row in store.quarantined()] == [8, 7]
        assert store.ledger_uids("main", "INBOX", 7) == {1}

    def test_small_values_are_remembered_by_name(self, store: SqliteStore) -> None:
        assert store.get("model") is None
        store.put("model", "base")
        store.put("model", "yours")
        assert store.get("model") == "yours"


class TestMessages:
    def test_a_message_comes_back_whole(self, store: SqliteStore) -> None:
        message = letter(
            cc=(Address("", "hr@acme.example"),),
            reply_to=(Address("HR", "hr@acme.example"),),
            in_reply_to=("zero@example.org",),
            references=("zero@example.org", "x@example.org"),
            quoted="> hello",
            signature="Anna",
            attachments=(Attachment("cv.pdf", "application/pdf", 9),),
            events=(Event("REQUEST", "Talk", at(9), None, "anna@acme.example", ""),),
            language="en",
            facts=Facts(return_path="", ats="Recruitly", auth={"spf": "pass"}),
            size=900,
        )
        located = replace(incoming(), message=message, answered=True, thread="t")
        store.add_messages([located])
        (item,) = store.messages()
        assert item.located == located
        assert item.verdict is None

    def test_a_key_that_is_stored_is_left_as_it_is(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x", text="first")])
        store.add_messages([incoming("a@x", text="second"), incoming("b@x")])
        store.add_messages([incoming("b@x", text="third"), incoming("b@x")])
        assert {i.key: i.message.text for i in store.messages()} == {
            "a@x": "first",
            "b@x": "text of b@x",
        }

    def test_fingerprints_tell_letters_under_one_message_id_apart(self, store: SqliteStore) -> None:
        store.add_messages(
            [
                incoming("a@x", fingerprint="1"),
                incoming("a@x/2", message_id="a@x", fingerprint="2"),
                incoming("b@x", fingerprint="3"),
            ]
        )
        assert store.fingerprints(["a@x", "b@x", "c@x"]) == {
            "a@x": {"1": "a@x", "2": "a@x/2"},
            "b@x": {"3": "b@x"},
        }

    def test_more_ids_than_one_statement_takes_are_looked_up(self, store: SqliteStore) -> None:
        store.add_messages(incoming(f"{n}@x") for n in range(1_203))
        assert len(store.fingerprints([f"{n}@x" for n in range(1_300)])) == 1_203

    def test_answered_is_set_and_stays(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x"), incoming("b@x")])
        store.set_answered(["a@x", "unknown@x"])
        assert {i.key: i.located.answered for i in store.messages()} == {"a@x": True, "b@x": False}

    def test_a_message_lies_where_it_was_put_last(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x"), replace(incoming("b@x"), uidvalidity=7)])
        store.set_place("a@x", "other", "Archive", 4_294_967_295, 4_294_967_294)
        store.set_place("unknown@x", "main", "Archive", 1, 2)
        places = {
            i.key: (i.located.account, i.located.folder, i.located.uid, i.located.uidvalidity)
            for i in store.messages()
        }
        assert places == {
            "a@x": ("other", "Archive", 4_294_967_295, 4_294_967_294),
            "b@x": ("main", "INBOX", 1, 7),
        }
        store.set_place("a@x", "main", "INBOX", 1, None)
        assert store.message("a@x").located.uidvalidity is None  # type: ignore[union-attr]

    def test_every_place_where_a_message_was_seen_is_known(self, store: SqliteStore) -> None:
        seen = [
            LedgerRow("main", "INBOX", 1, 5, LedgerOutcome.STORED, "a@x"),
            LedgerRow("main", "INBOX", 2, 1, LedgerOutcome.DUPLICATE, "a@x"),
            LedgerRow("other", "INBOX", None, 1, LedgerOutcome.DUPLICATE, "a@x"),
        ]
        others = [
            LedgerRow("main", "INBOX", 2, 2, LedgerOutcome.STORED, "b@x"),
            LedgerRow("main", "INBOX", 2, 3, LedgerOutcome.QUARANTINED, "", "TypeError"),
        ]
        store.add_ledger([*seen, *others])
        assert store.places(["a@x", "", "unknown@x"]) == seen
        assert store.places(["a@x", "b@x"], "main") == [*seen[:2], others[0]]
        assert store.places([]) == []

    def test_it_is_known_whether_a_text_was_erased(self, store: SqliteStore) -> None:
        store.add_messages([incoming("job@x"), incoming("other@x"), incoming("empty@x", text="")])
        store.add_verdicts({"other@x": said(Kind.OTHER)}, NOW)
        store.drop_text()
        erased = {key: store.text_erased(key) for key in ("job@x", "other@x", "empty@x", "no@x")}
        assert erased == {"job@x": False, "other@x": True, "empty@x": False, "no@x": False}
        store.restore_text(incoming("other@x").message)
        assert not store.text_erased("other@x")

    def test_messages_are_listed_newest_first(self, store: SqliteStore) -> None:
        store.add_messages(
            [
                incoming("old@x", date=at(1)),
                incoming("new@x", date=at(3)),
                incoming("mid@x", date=at(2)),
                replace(incoming("else@x", date=at(4)), account="other"),
            ]
        )
        assert keys(store.messages()) == ["else@x", "new@x", "mid@x", "old@x"]
        assert keys(store.messages(limit=2)) == ["else@x", "new@x"]
        assert keys(store.messages(account="main", limit=2)) == ["new@x", "mid@x"]

    def test_a_date_in_the_future_does_not_stay_on_top(self, store: SqliteStore) -> None:
        later = NOW + timedelta(days=1)
        store.add_messages(
            [
                incoming("spam@x", date=NOW + timedelta(days=9_000)),
                replace(incoming("next@x", date=None), seen_at=later),
            ]
        )
        assert keys(store.messages()) == ["next@x", "spam@x"]

    def test_letters_that_utf8_cannot_hold_lose_only_the_unholdable(
        self, store: SqliteStore
    ) -> None:
        bad = "bad \udce9@x"
        store.add_messages([incoming("good@x"), incoming(bad, text="caf\udce9")])
        assert store.message(bad) is not None
        assert sorted(i.message.text for i in store.messages()) == ["caf?", "text of good@x"]


class TestNames:
    KEYS = ("anna-1@acme.example", "anna-2@acme.example", "otto@bolt.example", "o@x")

    @pytest.fixture
    def named(self, store: SqliteStore) -> SqliteStore:
        store.add_messages(incoming(key) for key in self.KEYS)
        store.add_messages([incoming("hash-of-letter", message_id="twice@x", fingerprint="1")])
        store.add_messages([incoming("twice@x", fingerprint="2")])
        store.add_messages([incoming("0123456789abcdef", message_id="")])
        return store

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("anna-1@acme.example", "anna-1@acme.example"),
            ("<anna-1@acme.example>", "anna-1@acme.example"),
            ("  <otto@bolt.example> ", "otto@bolt.example"),
            ("anna-2", "anna-2@acme.example"),
            ("o@x", "o@x"),
            ("otto@b", "otto@bolt.example"),
            ("otto@", None),
            ("hash-of-letter", "hash-of-letter"),
            ("twice@x", "twice@x"),
            ("012345", "0123456789abcdef"),
            (short_id("otto@bolt.example"), "otto@bolt.example"),
            (short_id("otto@bolt.example").upper(), "otto@bolt.example"),
            (short_id("otto@bolt.example")[:6], "otto@bolt.example"),
            (short_id("otto@bolt.example")[:5], None),
            ("nobody@acme.example", None),
            ("", None),
            ("<>", None),
        ],
    )
    def test_a_message_answers_to(self, named: SqliteStore, name: str, key: str | None) -> None:
        found = named.message(name)
        assert (found.key if found else None) == key

    def test_a_name_of_several_is_refused_with_what_to_say_instead(
        self, named: SqliteStore
    ) -> None:
        named.add_messages(incoming(f"newsletter-{n}@bolt.example") for n in range(9))
        with pytest.raises(StoreError, match="several messages answer to “newsletter”") as told:
            named.message("newsletter")
        assert f"{short_id('newsletter-0@bolt.example')} (newsletter-0@bolt.example)" in str(
            told.value
        )
        assert "newsletter-4" not in str(told.value)
        assert str(told.value).endswith(" or another")

    def test_a_message_id_of_two_letters_is_no_name(self, store: SqliteStore) -> None:
        store.add_messages(
            [incoming("key-1", message_id="m@x"), incoming("key-2", message_id="m@x")]
        )
        with pytest.raises(StoreError, match=r"key-1\) or .* \(key-2\)$"):
            store.message("m@x")

    def test_a_message_is_named_by_eight_digits(self) -> None:
        assert short_id("otto@bolt.example") == short_id("otto@bolt.example")
        assert len(short_id("")) == 8


class TestJudgedOnArrival:
    def test_a_verdict_is_stored_with_its_message(self, store: SqliteStore) -> None:
        no = said(Kind.REJECTION)
        store.add_messages([incoming("a@x"), incoming("b@x")], {"a@x": no})
        found = store.message("a@x")
        assert found is not None
        assert (found.verdict, found.message.text) == (no, "text of a@x")
        assert keys(store.unclassified(9)) == ["b@x"]
        assert keys(store.job_items()) == ["a@x"]

    def test_of_other_mail_no_text_is_ever_written(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")], {"a@x": said(Kind.OTHER)})
        store.add_messages([incoming("b@x")])
        store.add_verdicts({"b@x": said(Kind.OTHER)}, NOW)
        assert store.drop_text() == 1, "nothing is left to erase of the first"
        arrived, erased = (store.message(key) for key in ("a@x", "b@x"))
        assert arrived is not None and erased is not None
        assert arrived.message == replace(
            erased.message, key="a@x", message_id="a@x", fingerprint="print of a@x"
        )
        assert arrived.verdict == erased.verdict
        assert store.text_erased("a@x")

    def test_what_is_stored_already_keeps_its_text_and_its_verdicts(
        self, store: SqliteStore
    ) -> None:
        store.add_messages([incoming("a@x")], {"a@x": said(Kind.REJECTION)})
        store.add_messages([incoming("a@x", text="new")], {"a@x": said(Kind.OTHER)})
        found = store.message("a@x")
        assert found is not None
        assert (found.verdict, found.message.text) == (said(Kind.REJECTION), "text of a@x")
        assert store.verdicts("a@x") == [said(Kind.REJECTION)]


class TestThreads:
    def test_ids_own_or_only_referred_to_are_known(self, store: SqliteStore) -> None:
        store.link(dict.fromkeys(["a@x", "root@x", ""], "t1"))
        store.add_messages([incoming("b@x", "t2")])
        assert store.threads(["a@x", "root@x", "b@x", "c@x", ""]) == {
            "a@x": "t1",
            "root@x": "t1",
            "b@x": "t2",
        }

    def test_a_thread_that_is_merged_takes_all_along(self, store: SqliteStore) -> None:
        store.link({"a@x": "t1"})
        store.link({"b@x": "t2"})
        store.add_messages([incoming("a@x", "t1"), incoming("b@x", "t2")])
        store.link({"c@x": "t1"})
        store.merge("t1", ["t2", "t1"])
        assert store.threads(["a@x", "b@x", "c@x"]) == {"a@x": "t1", "b@x": "t1", "c@x": "t1"}
        assert {i.located.thread for i in store.messages()} == {"t1"}

    def test_a_message_stored_without_a_thread_is_linked_later(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")])
        store.link({"a@x": "t1"})
        assert store.messages()[0].located.thread == "t1"

    def test_a_reply_without_references_is_found_by_subject_and_pair(
        self, store: SqliteStore
    ) -> None:
        store.add_messages(
            [
                incoming("a@x", "old", subject="Talk on Friday", date=at(1)),
                outgoing("b@x", "new", subject="Re: Talk  on friday", date=at(2)),
                incoming("c@x", "three", subject="Talk on Friday", cc=(Address("", "c@x"),)),
                incoming("d@x", "else", subject="Talk on Monday", date=at(3)),
            ]
        )
        pair = frozenset({ANNA.key, ME.key})
        assert store.thread_of_reply("talk on friday", pair) == "new"
        assert store.thread_of_reply("Talk on Monday", pair) == "else"
        assert store.thread_of_reply("Talk", pair) is None
        assert store.thread_of_reply("Talk on Friday", frozenset({ME.key})) is None
        assert store.thread_of_reply("Talk on Friday", frozenset({ME.key, "z@x"})) is None

    @pytest.mark.parametrize(
        ("subject", "base"),
        [
            ("Re: Your application", "your application"),
            ("RE: AW:  WG: Your  application", "your application"),
            ("Re[2]: Fwd: [Acme] Your application", "your application"),
            ("回复：您的申请", "您的申请"),
            ("Report: numbers", "report: numbers"),
            ("Interview: Friday", "interview: friday"),
            ("Re", "re"),
            ("Re:", ""),
            ("", ""),
        ],
    )
    def test_reply_marks_are_not_part_of_a_subject(self, subject: str, base: str) -> None:
        assert base_subject(subject) == base


class TestVerdicts:
    def test_the_human_wins_over_the_rule_and_the_rule_over_the_model(
        self, store: SqliteStore
    ) -> None:
        store.add_messages([incoming("a@x")])
        order = (
            said(Kind.UNSURE, Source.MODEL),
            said(Kind.ALERT, Source.RULE),
            said(Kind.INTERVIEW, Source.USER),
        )
        for verdict in order:
            store.add_verdicts({"a@x": verdict}, NOW)
            assert store.messages()[0].verdict == verdict
        store.add_verdicts({"a@x": said(Kind.OTHER, Source.MODEL)}, NOW)
        assert store.messages()[0].verdict == said(Kind.INTERVIEW, Source.USER)
        assert [v.source for v in store.verdicts("a@x")] == [
            Source.USER,
            Source.RULE,
            Source.MODEL,
        ]

    def test_a_label_taken_back_lets_rule_and_model_speak_again(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")])
        store.add_verdicts({"a@x": said(Kind.TASK)}, NOW)
        store.add_verdicts({"a@x": said(Kind.OTHER, Source.USER)}, NOW)
        store.clear_verdicts(["a@x", "unknown@x"], Source.USER)
        assert store.messages()[0].verdict == said(Kind.TASK)
        store.clear_verdicts(["a@x"], Source.MODEL)
        assert store.messages()[0].verdict is None
        assert keys(store.unclassified(9)) == ["a@x"]

    def test_the_newest_verdict_of_a_source_replaces_the_one_before(
        self, store: SqliteStore
    ) -> None:
        store.add_messages([incoming("a@x")])
        store.add_verdicts({"a@x": said(Kind.TASK)}, NOW)
        store.add_verdicts({"a@x": said(Kind.OFFER)}, NOW)
        assert store.verdicts("a@x") == [said(Kind.OFFER)]
        assert store.verdicts("unknown@x") == []

    def test_a_verdict_on_a_message_that_is_not_stored_is_refused(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")])
        with pytest.raises(StoreError, match="no message b@x"):
            store.add_verdicts({"a@x": said(Kind.TASK), "b@x": said(Kind.TASK)}, NOW)
        assert store.verdicts("a@x") == []

    def test_what_has_no_verdict_is_given_oldest_first(self, store: SqliteStore) -> None:
        store.add_messages(
            [
                incoming("c@x", date=at(3)),
                incoming("a@x", date=at(1)),
                incoming("b@x", date=at(2)),
                outgoing("mine@x"),
            ]
        )
        store.add_verdicts({"a@x": said(Kind.UNSURE)}, NOW)
        assert keys(store.unclassified(9)) == ["b@x", "c@x"]
        assert keys(store.unclassified(1)) == ["b@x"]

    def test_outgoing_mail_is_judged_once(self, store: SqliteStore) -> None:
        store.add_messages([outgoing("b@x", date=at(2)), outgoing("a@x"), incoming("in@x")])
        assert keys(store.outgoing_unjudged(9)) == ["a@x", "b@x"]
        store.set_relevant({"a@x": True, "b@x": False, "in@x": True})
        assert store.outgoing_unjudged(9) == []

    def test_letters_set_aside_are_found_by_whom_they_went_to(self, store: SqliteStore) -> None:
        to, cc = Address("Jo Ek", "Jo@Ek.example"), Address("", "kim@ek.example")
        store.add_messages(
            [
                outgoing("to@x", to=(to,)),
                outgoing("copy@x", to=(cc,), cc=(to,)),
                outgoing("other@x", to=(cc,)),
                outgoing("known@x", to=(to,)),
                incoming("in@x"),
            ]
        )
        assert store.outgoing_set_aside({"jo@ek.example"}) == [], "not judged yet"
        store.set_relevant({"to@x": False, "copy@x": False, "other@x": False, "known@x": True})
        assert sorted(store.outgoing_set_aside({"jo@ek.example"})) == ["copy@x", "to@x"]
        assert store.outgoing_set_aside(set()) == []


class TestJobItems:
    def test_the_tracker_reads_job_mail_its_threads_and_what_the_user_wrote(
        self, store: SqliteStore
    ) -> None:
        store.add_messages(
            [
                incoming("no@x", "t1", date=at(5)),
                outgoing("mine-in-t1@x", "t1", date=at(4)),
                incoming("digest-in-t1@x", "t1", date=at(6)),
                incoming("new-in-t1@x", "t1", date=at(7)),
                incoming("unsure@x", "", date=at(3)),
                incoming("alert@x", "t2"),
                incoming("other@x", ""),
                incoming("unread@x", ""),
                outgoing("applied@x", "t3", date=at(1)),
                incoming("other-in-t3@x", "t3", date=at(2)),
                outgoing("to-mother@x", "t4"),
                outgoing("unjudged@x", ""),
            ]
        )
        store.add_verdicts(
            {
                "no@x": said(Kind.REJECTION),
                "digest-in-t1@x": said(Kind.ALERT),
                "unsure@x": said(Kind.UNSURE),
                "alert@x": said(Kind.ALERT),
                "other@x": said(Kind.OTHER),
                "other-in-t3@x": said(Kind.OTHER),
            },
            NOW,
        )
        store.set_relevant({"applied@x": True, "to-mother@x": False, "mine-in-t1@x": False})
        items = store.job_items()
        assert keys(items) == [
            "applied@x",
            "other-in-t3@x",
            "unsure@x",
            "mine-in-t1@x",
            "no@x",
            "digest-in-t1@x",
            "new-in-t1@x",
        ]
        assert items[4].verdict == said(Kind.REJECTION)
        assert items[6].verdict is None

    def test_a_label_moves_a_message_in_and_out(self, store: SqliteStore) -> None:
        store.add_messages([incoming("a@x")])
        store.add_verdicts({"a@x": said(Kind.OTHER)}, NOW)
        assert store.job_items() == []
        store.add_verdicts({"a@x": said(Kind.OFFER, Source.USER)}, NOW)
        assert keys(store.job_items()) == ["a@x"]


class TestDroppingText:
    WHOLE = {  # noqa: RUF012 - read only
        "quoted": "> a quote",
        "signature": "Anna",
        "attachments": (Attachment("secret.pdf", "application/pdf", 9),),
        "events": (Event("REQUEST", "secret", None, None, "", ""),),
    }

    @pytest.fixture
    def filled(self, store: SqliteStore) -> SqliteStore:
        makers = [
            *(incoming(f"{name}@x", **self.WHOLE) for name in ("other", "alert", "task", "unread")),
            *(incoming(f"{name}@x", **self.WHOLE) for name in ("labelled", "example")),
            incoming("in-job-thread@x", "t1", **self.WHOLE),
            incoming("job@x", "t1", **self.WHOLE),
            outgoing("mine-in-job-thread@x", "t1", **self.WHOLE),
            outgoing("relevant@x", "t2", **self.WHOLE),
            outgoing("beside-relevant@x", "t2", **self.WHOLE),
            outgoing("private@x", "t3", **self.WHOLE),
            outgoing("private-alone@x", "", **self.WHOLE),
            outgoing("unjudged@x", "", **self.WHOLE),
        ]
        store.add_messages(makers)
        others = ("other", "labelled", "example", "in-job-thread")
        store.add_verdicts({f"{name}@x": said(Kind.OTHER) for name in others}, NOW)
        store.add_verdicts({"alert@x": said(Kind.ALERT)}, NOW)
        store.add_verdicts({"task@x": said(Kind.TASK), "job@x": said(Kind.OFFER)}, NOW)
        store.add_verdicts({"labelled@x": said(Kind.FEEDBACK, Source.USER)}, NOW)
        store.add_example(
            Example("example@x", "s", ANNA, "text of example@x", Facts(), Kind.OTHER, NOW)
        )
        store.set_relevant({"relevant@x": True})
        private = ("mine-in-job-thread", "beside-relevant", "private", "private-alone")
        store.set_relevant({f"{name}@x": False for name in private})
        return store

    def test_only_what_is_not_about_the_search_is_erased(self, filled: SqliteStore) -> None:
        before = {i.key: i.message for i in filled.messages()}
        assert filled.drop_text() == 4
        after = {i.key: i.message for i in filled.messages()}
        gone = {key for key in before if after[key] != before[key]}
        assert gone == {"other@x", "in-job-thread@x", "private@x", "private-alone@x"}
        for key in gone:
            bare = replace(before[key], text="", quoted="", signature="", attachments=(), events=())
            assert after[key] == bare

    def test_evidence_that_quotes_the_letter_goes_with_it(self, filled: SqliteStore) -> None:
        filled.drop_text()
        (verdict,) = filled.verdicts("other@x")
        assert [e.what for e in verdict.evidence] == ["fact", "rule"]
        assert replace(verdict, evidence=()) == replace(said(Kind.OTHER), evidence=())
        assert filled.verdicts("task@x") == [said(Kind.TASK)]
        assert filled.verdicts("labelled@x")[1] == said(Kind.OTHER)

    def test_a_second_time_there_is_nothing_to_erase(self, filled: SqliteStore) -> None:
        filled.drop_text()
        commits: list[int] = []
        filled.on_commit = commits.append
        assert filled.drop_text() == 0
        assert commits == []

    def test_what_is_judged_later_is_erased_later(self, filled: SqliteStore) -> None:
        filled.drop_text()
        filled.add_verdicts({"unread@x": said(Kind.OTHER)}, NOW)
        filled.set_relevant({"unjudged@x": False})
        filled.remove_example("example@x")
        assert filled.drop_text() == 3

    def test_text_fetched_again_is_put_back(self, filled: SqliteStore) -> None:
        whole = {i.key: i.message for i in filled.messages()}["other@x"]
        filled.drop_text()
        filled.add_verdicts({"other@x": said(Kind.TASK, Source.USER)}, NOW)
        whole = replace(whole, language="fr", facts=replace(whole.facts, no_reply=True))
        filled.restore_text(whole)
        found = filled.message("other@x")
        assert found is not None
        assert found.message == whole, "with what follows from the text"
        assert filled.drop_text() == 0

    def test_more_than_one_transaction_takes_is_erased_in_one_call(
        self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(verdicts, "_DROPPED_AT_ONCE", 10)
        names = [f"{n}@x" for n in range(25)]
        store.add_messages(incoming(name) for name in names)
        store.add_verdicts({name: said(Kind.OTHER) for name in names}, NOW)
        assert store.drop_text() == 25
        assert not any(i.message.text for i in store.messages())


class TestWork:
    ACME = Application(
        "app-1",
        "Acme",
        "Planner",
        tag=Tag.REJECTION,
        contacts=(Contact("Anna Berg", "anna@acme.example"),),
        message_keys=("a@x", "b@x"),
        promised=date(2026, 11, 9),
        waiting_days=0,
        last_in=NOW,
    )
    BOLT = Application("app-2", "Bolt", message_keys=("c@x",))

    def test_the_whole_set_is_replaced_and_keeps_its_order(self, store: SqliteStore) -> None:
        store.save_applications([self.ACME, self.BOLT])
        assert store.applications() == [self.ACME, self.BOLT]
        third = Application("app-0", "Cask")
        changed = replace(self.BOLT, note="call them")
        store.save_applications([changed, third])
        assert store.applications() == [changed, third]
        store.save_applications([])
        assert store.applications() == []

    def test_messages_keep_the_id_of_their_application(self, store: SqliteStore) -> None:
        store.save_applications([self.ACME, self.BOLT])
        assert store.application_ids() == {"a@x": "app-1", "b@x": "app-1", "c@x": "app-2"}

    def test_an_application_is_found_by_its_id_or_by_the_beginning_of_one(
        self, store: SqliteStore
    ) -> None:
        long = replace(self.BOLT, id="app-10")
        store.save_applications([self.ACME, self.BOLT, long])
        assert store.application(" app-2 ") == self.BOLT
        assert store.application("app-1") == self.ACME, "an exact id is never ambiguous"
        assert store.application("app-") is None, "too short"
        assert store.application("app-9999") is None
        store.save_applications(
            [replace(self.ACME, id="appone1"), replace(self.BOLT, id="appone2")]
        )
        with pytest.raises(StoreError, match="several applications begin with “appone”"):
            store.application("appone")

    def test_what_did_not_change_is_not_written(self, store: SqliteStore) -> None:
        plan = Plan(PlanKind.REDIRECT, "app-1", "e", "redirect", "too busy to talk")
        store.save_applications([self.ACME, self.BOLT])
        store.save_plans([plan])
        commits: list[int] = []
        store.on_commit = commits.append
        store.save_applications([self.ACME, self.BOLT])
        store.save_plans([plan])
        assert commits == []
        store.save_applications([self.BOLT, self.ACME])
        assert len(commits) == 1

    def test_two_applications_of_one_id_are_refused(self, store: SqliteStore) -> None:
        store.save_applications([self.ACME])
        with pytest.raises(StoreError, match="one id"):
            store.save_applications([self.BOLT, replace(self.ACME, id="app-2")])
        assert store.applications() == [self.ACME]

    def test_plans_come_back_with_their_facts(self, store: SqliteStore) -> None:
        facts = {
            "promised": date(2026, 11, 9),
            "since": NOW,
            "who": ANNA,
            "contact": Contact("Otto", "otto@x"),
            "days": 3,
            "names": ("Anna", "Otto"),
            "none": None,
            "nested": {"day": date(2026, 1, 2)},
        }
        plan = Plan(
            PlanKind.STATUS_CHECK, "app-1", "e", "check", "due", addressee=ANNA, facts=facts
        )
        store.save_plans([plan, replace(plan, episode="f", facts={})])
        assert store.plans() == [plan, replace(plan, episode="f", facts={})]
        store.save_plans([])
        assert store.plans() == []

    def test_a_fact_that_is_no_value_is_refused(self, store: SqliteStore) -> None:
        plan = Plan(PlanKind.REDIRECT, "app-1", "e", "redirect", "", facts={"it": object()})
        with pytest.raises(TypeError, match="cannot be stored"):
            store.save_plans([plan])


class TestJournal:
    PAUSED = Entry(What.PAUSE, NOW, until=date(2026, 3, 9))

    def test_each_gets_a_number_and_they_come_back_in_order(self, store: SqliteStore) -> None:
        first = store.add_entry(self.PAUSED)
        second = store.add_entry(replace(self.PAUSED, what=What.LANDED))
        assert first.number < second.number
        assert store.entries() == [first, second]

    def test_one_taken_back_is_kept_and_says_since_when(self, store: SqliteStore) -> None:
        kept = replace(store.add_entry(self.PAUSED), undone=at(9))
        store.save_entry(kept)
        assert store.entries() == [kept]

    def test_one_that_is_not_there_cannot_be_replaced(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="no entry 9"):
            store.save_entry(replace(self.PAUSED, number=9))


class TestCorrections:
    CLOSED = Correction(Change.CLOSE, NOW, "app-1", messages=("a@x",), outcome=Outcome.WITHDRAWN)

    def test_each_gets_a_number_and_they_come_back_in_order(self, store: SqliteStore) -> None:
        first = store.add_correction(self.CLOSED)
        second = store.add_correction(replace(self.CLOSED, application="app-2"))
        assert first.number < second.number
        assert store.corrections() == [first, second]

    def test_one_taken_back_is_kept_and_says_since_when(self, store: SqliteStore) -> None:
        kept = replace(store.add_correction(self.CLOSED), undone=at(9), before={"app-1": ("a@x",)})
        store.save_correction(kept)
        assert store.corrections() == [kept]

    def test_one_that_is_not_there_cannot_be_replaced(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="no correction 9"):
            store.save_correction(replace(self.CLOSED, number=9))

    def test_an_assigned_message_is_about_the_search_until_that_is_taken_back(
        self, store: SqliteStore
    ) -> None:
        store.add_messages([incoming("a@x", "t1"), incoming("b@x", "t1"), incoming("c@x", "t2")])
        store.add_verdicts(dict.fromkeys(["a@x", "b@x", "c@x"], said(Kind.OTHER)), NOW)
        told = store.add_correction(replace(self.CLOSED, change=Change.ASSIGN))
        assert keys(store.job_items()) == ["a@x", "b@x"], "with its thread"
        store.save_correction(replace(told, undone=NOW))
        assert keys(store.job_items()) == []


class TestLearning:
    def test_examples_come_back_in_the_order_they_were_labelled(self, store: SqliteStore) -> None:
        first = Example("b@x", "s", ANNA, "text", Facts(ats="R"), Kind.TASK, at(1), weight=2.0)
        second = replace(first, message_key="a@x", at=at(2))
        store.add_example(second)
        store.add_example(first)
        assert store.examples() == [first, second]
        again = replace(first, kind=Kind.OFFER, at=at(3))
        store.add_example(again)
        assert store.examples() == [second, again]
        store.remove_example("a@x")
        store.remove_example("unknown@x")
        assert store.examples() == [again]
