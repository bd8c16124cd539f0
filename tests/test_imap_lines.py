"""Lines of IMAP to values and back: what servers write, and what they should not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.adapters import imap_lines as lines


@pytest.mark.parametrize(
    ("line", "name", "attributes"),
    [
        (rb'(\HasNoChildren \Sent) "/" "Sent Items"', b"Sent Items", {"\\hasnochildren", "\\sent"}),
        (rb'() "." INBOX.Jobs', b"INBOX.Jobs", set()),
        (rb"(\Noselect) NIL INBOX", b"INBOX", {"\\noselect"}),
        (rb'(\All) "/" "[Gmail]/All Mail"', b"[Gmail]/All Mail", {"\\all"}),
        (rb'() "\\" "quo\"ted\\name"', b'quo"ted\\name', set()),
        (rb'() "/" 2024', b"2024", set()),
        (rb'() "/" "Entw&APw-rfe"', b"Entw&APw-rfe", set()),
        (rb'() "/" "x" ("CHILDINFO" ("SUBSCRIBED"))', b"x", set()),
        ((rb'() "/" {6}', b'a"b\\c('), b'a"b\\c(', set()),
    ],
)
def test_a_folder_is_read_from_its_line(
    line: lines.Line, name: bytes, attributes: set[str]
) -> None:
    assert lines.listed([line]) == [(name, frozenset(attributes))]


@pytest.mark.parametrize("line", [None, b"", b"nonsense", b"(\\Sent", b'(\\Sent) "/" ""'])
def test_a_line_that_names_no_folder_is_passed_over(line: lines.Line) -> None:
    assert lines.listed([line, rb'() "/" INBOX']) == [(b"INBOX", frozenset())]


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"INBOX", "INBOX"),
        (b"Entw&APw-rfe &- mehr", "Entwürfe & mehr"),
        (b"&ZeVnLIqe-", "日本語"),
        (b"A&B", "A&B"),
        (b"A & B", "A & B"),
        (b"Entw\xc3\xbcrfe", "Entwürfe"),
        (b"Entw\xfcrfe", "Entwürfe"),
        (b"&AGE-", "&AGE-"),
    ],
)
def test_a_folder_name_is_decoded_or_left_as_it_is(raw: bytes, name: str) -> None:
    assert lines.decoded_name(raw) == name


@given(st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_name_survives_the_way_to_the_server_and_back(name: str) -> None:
    if name.isascii() and not name.isprintable():
        return
    try:
        raw = lines.encoded_name(name)
    except UnicodeError:
        return  # half a surrogate pair is no name
    assert lines.decoded_name(raw) == name


@given(st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_name_that_a_server_sends_is_fatal(raw: bytes) -> None:
    assert isinstance(lines.decoded_name(raw), str)


DATE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_fetch_answer_is_read_whatever_the_order_of_its_items() -> None:
    answers = [
        (b'1 (UID 5 FLAGS (\\Seen $Job) INTERNALDATE " 2-Mar-2026 10:30:00 +0100" '
         b"RFC822.SIZE 900 BODY[]<0> {5}", b"Hello"),
        b")",
        (b"2 (BODY[]<0> {3}", b"Hi!"),
        b" RFC822.SIZE 3 UID 6 FLAGS ())",
    ]  # fmt: skip
    found = lines.fetched(answers)
    assert found[5] == lines.FetchParts(b"Hello", 900, DATE, frozenset({"\\seen", "$job"}))
    assert found[6] == lines.FetchParts(b"Hi!", 3, None, frozenset())


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b'1 (UID 5 BODY[]<0> "short")', b"short"),
        (b'1 (UID 5 BODY[]<0> "a \\"quoted\\" \\\\ one")', b'a "quoted" \\ one'),
        (b"1 (UID 5 BODY[]<0> NIL)", b""),
        (b'1 (UID 5 BODY[] "whole")', b"whole"),
        (b"1 (UID 5 FLAGS (\\Seen))", None),
    ],
)
def test_a_body_comes_as_literal_quoted_string_or_nil(answer: bytes, body: bytes | None) -> None:
    assert lines.fetched([answer])[5].body == body


def test_what_a_message_holds_is_never_read_as_an_answer() -> None:
    hostile = b"2 (UID 9 FLAGS (\\Deleted) RFC822.SIZE 7)\r\n UID 8 FLAGS (\\Answered) "
    answers = [
        (b"1 (UID 5 BODY[]<0> {%d}" % len(hostile), hostile),
        b" FLAGS (\\Seen))",
    ]
    found = lines.fetched(answers)
    assert set(found) == {5}
    assert found[5].flags == {"\\seen"}


@pytest.mark.parametrize("flags", [b"[odd", b'a"b', b"{3", b"%x \xff", b"\\*"])
def test_a_flag_out_of_grammar_costs_nothing_but_itself(flags: bytes) -> None:
    answers = [(b"1 (UID 5 FLAGS (" + flags + b") BODY[]<0> {2}", b"Hi"), b")"]
    assert lines.fetched(answers)[5].body == b"Hi"


def test_answers_that_nobody_asked_for_are_passed_over() -> None:
    answers = [b"3 (FLAGS (\\Seen))", (b"1 (UID 5 BODY[]<0> {2}", b"Hi"), b")", None]
    assert set(lines.fetched(answers)) == {5}


def test_what_a_server_says_in_two_answers_is_one_message() -> None:
    answers = [(b"1 (UID 5 BODY[]<0> {2}", b"Hi"), b")", b"1 (UID 5 FLAGS (\\Recent \\Seen))"]
    assert lines.fetched(answers) == {5: lines.FetchParts(b"Hi", None, None, frozenset({"\\seen"}))}


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        (b"02-Mar-2026 09:30:00 +0000", DATE),
        (b" 2-Mar-2026 15:00:00 +0530", DATE),
        (b"2-mar-2026 00:30:00 -0900", DATE),
        (b"31-Dec-2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"30-Feb-2026 09:30:00 +0000", None),
        (b"02-Foo-2026 09:30:00 +0000", None),
        (b"02-Mar-0001 00:00:00 +2300", None),
        (b"31-Dec-9999 23:00:00 -2300", None),
        (b"02-Mar-2026 09:30:00 +9999", None),
        (b"yesterday", None),
    ],
)
def test_an_internaldate_is_utc_or_nothing(said: bytes, instant: datetime | None) -> None:
    assert lines.instant(said) == instant


def test_an_instant_for_append_keeps_its_zone_and_must_have_one() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    assert lines.internaldate(DATE.astimezone(east)) == '" 2-Mar-2026 15:00:00 +0530"'
    with pytest.raises(ValueError, match="zone"):
        lines.internaldate(DATE.replace(tzinfo=None))


def test_a_search_date_is_english_whatever_the_locale() -> None:
    assert lines.search_date(date(2026, 5, 1)) == "1-May-2026"


@pytest.mark.parametrize(
    ("answers", "numbers"),
    [
        ([None], []),
        ([b""], []),
        ([b"3 1 2"], [1, 2, 3]),
        ([b"3 1", b"2 3"], [1, 2, 3]),
        ([b"3 1 (MODSEQ 917162500)"], [1, 3]),
    ],
)
def test_search_answers_are_numbers_once_each(
    answers: list[lines.Line], numbers: list[int]
) -> None:
    assert lines.searched(answers) == numbers


@pytest.mark.parametrize("text", ["a\rb", "a\nb", "a\0b", "é", "\x7f"])
def test_a_search_argument_is_printable_ascii_or_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        lines.printable(text)


def test_a_search_argument_is_quoted() -> None:
    assert lines.printable('a "b" \\c') == b'"a \\"b\\" \\\\c"'


@given(st.lists(st.integers(1, 2**32 - 1), max_size=300), st.integers(1, 50), st.integers(64, 300))
@settings(max_examples=100, deadline=None)
def test_sequence_sets_name_every_uid_once_and_no_other(
    uids: list[int], most: int, room: int
) -> None:
    named: list[int] = []
    for text, batch in lines.uid_sets(uids, most=most, room=room):
        assert len(batch) <= most
        assert len(text) <= room
        spelled = []
        for word in text.split(","):
            first, _, last = word.partition(":")
            spelled += range(int(first), int(last or first) + 1)
        assert spelled == batch
        named += batch
    assert named == sorted(set(uids))


def test_neighbours_become_one_range() -> None:
    assert list(lines.uid_sets([3, 1, 2, 7, 2], most=10)) == [("1:3,7", [1, 2, 3, 7])]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("[TRYCREATE] no such folder", ("TRYCREATE", "")),
        ("[APPENDUID 7 42] done", ("APPENDUID", "7 42")),
        ("no code here", ("", "")),
        ("[not a code] x", ("", "")),
    ],
)
def test_the_response_code_of_a_status_text(said: str, code: tuple[str, str]) -> None:
    assert lines.code(said) == code
