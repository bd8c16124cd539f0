"""Header fields as people, programs and attackers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.addresses import MAX_ADDRESSES, addresses
from mailsense.mail.charset import clean, codec, decode
from mailsense.mail.headers import (
    MAX_IDS,
    Headers,
    date,
    decode_words,
    from_base64,
    message_id,
    message_ids,
    one_line,
    parameters,
    strip_comments,
)

# --- the block ------------------------------------------------------------------------


def test_fields_are_unfolded_and_found_whatever_their_case() -> None:
    headers = Headers.parse(b"SUBJECT: one\n two\nto: a@example.org\nTo: b@example.org\n")
    assert headers.text("subject") == "one two"
    assert headers.all("to") == ["a@example.org", "b@example.org"]
    assert list(headers) == ["subject", "to"]


def test_lines_that_are_no_field_are_skipped_and_the_rest_is_read() -> None:
    headers = Headers.parse(b"  stray\nnot a field\nb\xe4d: x\nSubject : kept\n: empty\nTo:x\n")
    assert list(headers) == ["subject", "to"]
    assert headers.text("subject") == "kept"


def test_a_missing_field_is_empty() -> None:
    headers = Headers.parse(b"")
    assert not headers
    assert headers.raw("subject") == headers.text("subject") == headers.token("precedence") == ""


@pytest.mark.parametrize(
    ("field", "token"),
    [
        ("auto-replied", "auto-replied"),
        ("Auto-Generated; x=1", "auto-generated"),
        ("(a comment) no", "no"),
        ('"bulk"', "bulk"),
        ("", ""),
    ],
)
def test_the_token_of_a_field_has_no_comment_parameter_or_case(field: str, token: str) -> None:
    assert Headers([("auto-submitted", field.encode())]).token("auto-submitted") == token


# --- encoded words --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?iso-8859-1?q?caf=E9?=", "café"),
        ("=?utf-8*en?q?hi?=", "hi"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("a =?utf-8?q?b?= c", "a b c"),
        # two words stand together; their white space is not part of the text
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\n =?iso-8859-1?q?=E9?=", "aé"),
        # a character, and a base64 group, split over two words
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
        ("=?utf-8?b?Y2Fmw?= =?utf-8?b?6k=?=", "café"),
        # broken or unknown
        ("=?x-nope?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?a b?=", "a b"),
        ("=?utf-8?Q?why? ok?=", "why? ok"),
        ("=?utf-8?b?Y2E?=", "ca"),
        ("=?utf-8?b?%%%?=", ""),
        ("=??q?a?=", "=??q?a?="),
        ("=?utf-8?q??=", ""),
        ("x=?utf-8?q?y?=", "xy"),
    ],
)
def test_encoded_words(written: str, read: str) -> None:
    assert decode_words(written) == read


def test_an_encoded_line_break_makes_no_second_line() -> None:
    headers = Headers([("subject", b"=?utf-8?q?Hello=0D=0ABcc:_x=40evil.example?=")])
    assert headers.text("subject") == "Hello Bcc: x@evil.example"


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_field_raises(data: bytes) -> None:
    headers = Headers.parse(data)
    for name in ("subject", *headers):
        headers.text(name)
        headers.token(name)
    text = data.decode("latin-1")
    for reader in (decode_words, strip_comments, addresses, date, message_ids, parameters):
        reader(text)
    from_base64(data)


# --- charsets -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("é".encode(), "utf-8", "é"),
        ("é".encode(), "", "é"),
        ("é".encode(), "us-ascii", "é"),  # the label lies, the bytes are plainly UTF-8
        ("é".encode(), "iso-8859-1", "é"),
        (b"\xe9 x", "utf-8", "\ufffd x"),
        (b"\xe9", "", "é"),
        (b"\x93quoted\x94", "iso-8859-1", "“quoted”"),  # Windows calls itself Latin-1
        (b"\x93quoted\x94", "ISO-8859-1", "“quoted”"),
        (b"\xe9", "no-such-charset", "é"),
        (b"\xe9", "utf-8\x00", "é"),
        ("caf\u00e9".encode()[:-1], "utf-8", "caf"),  # cut off in the middle
        (b"\xef\xbb\xbfhi", "utf-8", "hi"),
        ("你好".encode("gb18030"), "GB2312", "你好"),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        (b"+AOk-", "utf-7", "é"),
        (b"plain", "utf-16", "plain"),
        ("é".encode("utf-16"), "utf-16", "é"),
    ],
)
def test_bytes_are_read_whatever_the_label_says(data: bytes, label: str, text: str) -> None:
    assert decode(data, label) == text


@pytest.mark.parametrize(
    "label",
    ["zlib", "base64", "rot13", "hex", "bz2", "unicode_escape", "idna", "punycode", "undefined"],
)
def test_a_codec_that_is_no_charset_is_refused(label: str) -> None:
    assert codec(label) == ""
    assert decode(b"abc", label) == "abc"


@given(
    st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-7", "hz", "big5", "utf-16", "x"])
)
@settings(max_examples=100, deadline=None)
def test_any_bytes_become_text_that_can_be_stored(data: bytes, label: str) -> None:
    text = clean(decode(data, label))
    text.encode("utf-8")
    assert "\r" not in text
    assert "\0" not in text


# --- addresses ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a@example.org", [("", "a@example.org")]),
        ("Anna <a@example.org>", [("Anna", "a@example.org")]),
        ('"Doe, J." <j@example.org>, b@example.org',
         [("Doe, J.", "j@example.org"), ("", "b@example.org")]),
        ("a@example.org (Anna Smith)", [("Anna Smith", "a@example.org")]),
        ("Anna (HR) Smith <a@example.org>", [("Anna Smith", "a@example.org")]),
        ('"A \\"B\\" C" <a@example.org>', [('A "B" C', "a@example.org")]),
        ("'Anna' <a@example.org>", [("Anna", "a@example.org")]),
        ("=?utf-8?q?M=C3=BCller=2C_Anna?= <a@example.org>", [("Müller, Anna", "a@example.org")]),
        ('"=?utf-8?q?M=C3=BCller?=" <a@example.org>', [("Müller", "a@example.org")]),
        ("a@example.org <a@example.org>", [("", "a@example.org")]),
        # groups
        ("Team: a@example.org, b@example.org;", [("", "a@example.org"), ("", "b@example.org")]),
        ("undisclosed-recipients:;", []),
        ("A:a@example.org;,B:b@example.org;", [("", "a@example.org"), ("", "b@example.org")]),
        # obsolete, sloppy and broken
        ("<@relay.example:a@example.org>", [("", "a@example.org")]),
        ("<mailto:a@example.org>", [("", "a@example.org")]),
        ("Anna <a@example.org>; Bo <b@example.org>",
         [("Anna", "a@example.org"), ("Bo", "b@example.org")]),
        ("a@example.org,,b@example.org,", [("", "a@example.org"), ("", "b@example.org")]),
        ("Anna a@example.org", [("Anna", "a@example.org")]),
        ("john @ example.org", [("", "john@example.org")]),
        ('"john doe"@example.org', [("", '"john doe"@example.org')]),
        ("Anna <a@example.org", [("Anna", "a@example.org")]),
        ('"Anna <a@example.org>', [("Anna", "a@example.org")]),
        ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),
        ("<>", []),
        ("", []),
        (",;:()<>", []),
        # a display name that poses as an address is only a name
        ('"ceo@bank.example" <x@evil.example>', [("ceo@bank.example", "x@evil.example")]),
    ],
)  # fmt: skip
def test_address_lists(written: str, read: list[tuple[str, str]]) -> None:
    assert [(a.name, a.email) for a in addresses(written)] == read


def test_an_encoded_address_is_decoded_when_it_hides_one_plain_address() -> None:
    assert addresses("=?utf-8?q?a=40example.org?=")[0].email == "a@example.org"


@pytest.mark.parametrize(
    "written",
    [
        "=?utf-8?q?=40evil.example?=@bank.example",
        "=?utf-8?q?a=40x.example=2C_b=40evil.example?=",
        "<=?utf-8?q?a=40x.example=3E=2C_=3Cb=40evil.example?=>",
        "=?utf-8?q?a=40x.example=0D=0ABcc:_b=40evil.example?=",
    ],
)
def test_an_encoded_address_smuggles_in_no_other(written: str) -> None:
    for one in addresses(written):
        assert one.email.count("@") <= 1
        assert "evil.example" not in one.domain


@given(st.text(alphabet='ab@.<>"(),;: \\=?q\r\n\tü\x00\u2028', max_size=80))
@settings(max_examples=100, deadline=None)
def test_no_address_holds_a_line_break_or_control(text: str) -> None:
    for address in addresses(text):
        assert address.email
        assert not any(ord(c) < 32 or c in "\x7f\u2028\u2029" for c in str(address))


def test_a_crowd_is_capped() -> None:
    crowd = ", ".join(f"P {n} <p{n}@example.org>" for n in range(2_000))
    assert len(addresses(crowd)) == MAX_ADDRESSES


# --- dates ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 4 May 2026 10:00:00 +0200", "2026-05-04T08:00"),
        ("4 May 2026 10:00 GMT", "2026-05-04T10:00"),
        ("Mon, 4 May 2026 10:00:00 -0000", "2026-05-04T10:00"),
        ("Mon, 4 May 2026 10:00:00 EST", "2026-05-04T15:00"),
        ("Mon, 4 May 2026 10:00:00 +0200 (CEST)", "2026-05-04T08:00"),
        ("Mon, 4 May 26 10:00:00 +0000", "2026-05-04T10:00"),
        ("Mon May  4 10:00:00 2026", "2026-05-04T10:00"),
        ("2026-05-04T10:00:00+02:00", "2026-05-04T08:00"),
        ("2026-05-04T10:00:00Z", "2026-05-04T10:00"),
        ("2026-05-04 10:00", "2026-05-04T10:00"),
        ("2026-05-04", "2026-05-04T00:00"),
        ("", None),
        ("garbage", None),
        ("Mon, 32 May 2026 10:00:00 +0000", None),
        ("Mon, 4 May 2026 25:00:00 +0000", None),
        ("Mon, 4 May 2026 10:00:00 +9900", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Mon, 4 May 99999 10:00:00", None),
        ("9" * 300, None),
    ],
)
def test_dates(written: str, read: str | None) -> None:
    moment = date(written)
    assert (moment and moment.strftime("%Y-%m-%dT%H:%M")) == read
    assert moment is None or moment.tzinfo is UTC


def test_a_leap_second_is_read() -> None:
    assert date("Sat, 31 Dec 2016 23:59:60 +0000") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(
    st.datetimes(min_value=datetime(1972, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
@settings(max_examples=100, deadline=None)
def test_a_date_that_was_written_is_read_back(moment: datetime, minutes: int) -> None:
    known = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert date(format_datetime(known)) == known


# --- identifiers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<a@x>", ("a@x",)),
        ("<a@x> <b@x>\n <c@x>", ("a@x", "b@x", "c@x")),
        ("<a@x><b@x>", ("a@x", "b@x")),
        ("<a@x> <a@x>", ("a@x",)),
        ("Message of Monday from <anna@x> <a@x>", ("anna@x", "a@x")),
        ("a@x, b@x", ("a@x", "b@x")),
        ("<a\n b@x>", ("ab@x",)),
        ("no id here", ()),
        ("", ()),
    ],
)
def test_identifiers(written: str, read: tuple[str, ...]) -> None:
    assert message_ids(written) == read


def test_an_id_without_brackets_or_at_is_kept_as_it_stands() -> None:
    assert message_id("<123>") == "123"
    assert message_id("strange id") == "strangeid"
    assert message_id("") == ""


def test_a_long_chain_keeps_its_beginning_and_end() -> None:
    ids = message_ids(" ".join(f"<{n}@x>" for n in range(1_000)))
    assert len(ids) == MAX_IDS
    assert (ids[0], ids[-1]) == ("0@x", "999@x")


# --- parameters -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value", "read"),
    [
        ('TEXT/HTML; Charset="utf-8"', "text/html", {"charset": "utf-8"}),
        ("text/plain (c); charset=(x)utf-8", "text/plain", {"charset": "utf-8"}),
        ('multipart/mixed; boundary="a;b"', "multipart/mixed", {"boundary": "a;b"}),
        ('multipart/mixed; boundary="a\\"b"', "multipart/mixed", {"boundary": 'a"b'}),
        ("text/plain;;a=1; a=2;b", "text/plain", {"a": "1"}),
        ("text/plain;", "text/plain", {}),
        ("; charset=x", "", {"charset": "x"}),
        # RFC 2231: charset, continuations in any order, and both forms at once
        ("x/y; name*=utf-8''r%C3%A9sum%C3%A9.pdf", "x/y", {"name": "résumé.pdf"}),
        ("x/y; name*1*=%A9.pdf; name*0*=utf-8''r%C3", "x/y", {"name": "ré.pdf"}),
        ('x/y; name*0="re"; name*1="sume.pdf"', "x/y", {"name": "resume.pdf"}),
        ("x/y; name*=iso-8859-1'de'%E4.pdf; name=a.pdf", "x/y", {"name": "ä.pdf"}),
        ("x/y; name*=nope''%E4", "x/y", {"name": "ä"}),
        ("x/y; name*99999*=a", "x/y", {"name": "a"}),
        # not allowed, and common
        ('x/y; name="=?utf-8?q?r=C3=A9?="', "x/y", {"name": "ré"}),
    ],
)
def test_parameters(written: str, value: str, read: dict[str, str]) -> None:
    assert parameters(written) == (value, read)


def test_a_text_on_one_line_has_no_controls_or_doubled_blanks() -> None:
    assert one_line(" a\r\n\tb\x1b[31m \u2028c ") == "a b[31m c"
