"""Bytes → Message: identity, fingerprints, cut-off and hostile mail, and the --jsonl contract."""

from __future__ import annotations

import base64
import quopri
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Message
from mailsense.errors import ParseError
from mailsense.mail.identity import identity
from mailsense.mail.parse import MAX_SUBJECT, parse, parse_fields

LETTER = (
    b"Return-Path: <anna@northwind.example>\r\n"
    b"From: =?utf-8?q?Anna_F=C3=AFeld?= <anna@northwind.example>\r\n"
    b"To: Robin <robin@home.example>, cc@home.example\r\n"
    b"Reply-To: talent@northwind.example\r\n"
    b"Subject: Your application =?utf-8?q?=E2=80=93?= planner\r\n"
    b"Date: Mon, 4 May 2026 10:00:00 +0200\r\n"
    b"Message-ID: <m1@northwind.example>\r\n"
    b"In-Reply-To: <r1@home.example>\r\n"
    b"References: <r0@home.example>\r\n <r1@home.example>\r\n"
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    b"Dear Robin,\r\n\r\nThank you for the time you took \xe2\x80\x93 we would like to meet you "
    b"again and talk about the role with the team.\r\n\r\nBest regards,\r\nAnna\r\n"
    b"-- \r\nAnna F\xc3\xafeld\r\nTel: +44 20 7946 0000\r\n\r\n"
    b"On Sun, 3 May 2026 at 09:00, Robin <robin@home.example> wrote:\r\n> Hello Anna\r\n"
    b"--b\r\nContent-Type: application/pdf; name=form.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--b--\r\n"
)


def test_everything_a_letter_says_is_read() -> None:
    message = parse(LETTER)
    assert message.key == message.message_id == "m1@northwind.example"
    assert str(message.from_) == "Anna Fïeld <anna@northwind.example>"
    assert [a.email for a in message.to] == ["robin@home.example", "cc@home.example"]
    assert [a.email for a in message.reply_to] == ["talent@northwind.example"]
    assert message.subject == "Your application – planner"
    assert message.date == datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert message.in_reply_to == ("r1@home.example",)
    assert message.references == ("r0@home.example", "r1@home.example")
    assert message.text.startswith("Dear Robin,\n\nThank you")
    assert message.text.endswith("Best regards,\nAnna")
    assert "Tel:" in message.signature
    assert message.quoted.startswith("On Sun, 3 May 2026")
    assert [(a.filename, a.size) for a in message.attachments] == [("form.pdf", 4)]
    assert message.language == "en"
    assert message.facts.return_path == "anna@northwind.example"
    assert message.size == len(LETTER)


def test_line_ends_make_no_difference() -> None:
    for ends in (b"\n", b"\r"):
        other = parse(LETTER.replace(b"\r\n", ends))
        assert (other.text, other.quoted, other.fingerprint) == (
            parse(LETTER).text,
            parse(LETTER).quoted,
            parse(LETTER).fingerprint,
        )


def test_the_servers_date_and_size_stand_in() -> None:
    at = datetime(2026, 5, 5, tzinfo=UTC)
    undated = parse(b"Subject: x\n\ny", internaldate=at, size=99)
    assert (undated.date, undated.size) == (at, 99)
    assert parse(LETTER, internaldate=at).date == datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "subject"),
    [
        (b"From anna@example.org Mon May  4 10:00:00 2026\nSubject: x", "x"),
        (b">From anna@example.org Mon May  4 10:00:00 2026\nSubject: x", "x"),
        (b"\xef\xbb\xbfSubject: x", "x"),
        (b"\n\r\nSubject: x", "x"),
        (b"Subject: " + b"x" * 5_000, "x" * MAX_SUBJECT),
        (b"Subject: Gr\xc3\xbc\xc3\x9fe", "Grüße"),
        (b"Subject: Gr\xfc\xdfe", "Grüße"),
        (b"Subject: one\nSubject: two", "one"),
    ],
)
def test_a_message_may_begin_in_many_ways(start: bytes, subject: str) -> None:
    message = parse(start + b"\n\nThe text.")
    assert message.subject == subject
    assert message.text == "The text."


def test_sender_stands_in_for_a_missing_from() -> None:
    assert parse(b"Sender: a@example.org\n\nx").from_.email == "a@example.org"
    assert parse(b"From:\nSender: a@example.org\n\nx").from_.email == "a@example.org"
    assert parse(b"Subject: x\n\nx").from_.email == ""


@pytest.mark.parametrize("raw", [b"", b"\r\n \n", b"\0" * 100, b"\x89PNG\r\n\x1a\n\0\0 binary"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(ParseError):
        parse(raw)


def test_a_text_without_any_header_is_a_message_without_a_sender() -> None:
    message = parse(b"We are sorry to tell you.\n\nAnna")
    assert message.text == "We are sorry to tell you.\n\nAnna"
    assert message.from_.email == message.message_id == ""
    assert message.key == f"sha256:{message.fingerprint}"


# --- never a crash --------------------------------------------------------------------


def readable(raw: bytes) -> Message | None:
    try:
        message = parse(raw)
    except ParseError:
        return None
    assert message.key
    assert "\n" not in message.subject + message.from_.name + message.from_.email
    for text in (message.subject, message.text, message.quoted, message.signature):
        text.encode("utf-8")
    return message


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_message_or_a_parse_error(raw: bytes) -> None:
    readable(raw)


PIECES = st.sampled_from(
    [
        *(b"Subject: x\n", b"Content-Type: ", b"multipart/mixed; boundary=b\n", b"text/html\n"),
        *(b"multipart/alternative;", b"text/plain; format=flowed\n", b"text/calendar\n", b"\n\n"),
        *(b"message/rfc822\n", b"--b\n", b"--b--\n", b"--\n", b"<p>x", b"<blockquote>", b"> q\n"),
        *(b"Content-Transfer-Encoding: base64\n", b"=?utf-8?b?", b"?=", b"BEGIN:VEVENT\n", b"\n"),
        *(b"On Mon, 4 May 2026 at 10:00, A <a@x> wrote:\n", b"-- \n", b"From: ", b"a@x,", b"\xff"),
        *(b"Content-Disposition: inline; filename*0*=utf-8''%C3\n", b"\r", b"\0", b"(", b"<", b'"'),
        b"DTSTART:2026",
    ]
)


@given(st.lists(PIECES, max_size=25))
@settings(max_examples=100, deadline=None)
def test_any_heap_of_pieces_is_a_message_or_a_parse_error(pieces: list[bytes]) -> None:
    readable(b"".join(pieces))


def test_a_message_may_be_cut_off_at_any_byte() -> None:
    whole = parse(LETTER)
    for end in range(1, len(LETTER)):
        message = readable(LETTER[:end])
        if message is not None and end > LETTER.index(b"Dear"):
            assert message.key == whole.key
            assert message.subject == whole.subject
            assert whole.text.startswith(message.text[:60])


@given(st.integers(0, len(LETTER) - 1), st.binary(max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_damaged_message_is_still_one(at: int, damage: bytes) -> None:
    assert readable(LETTER[:at] + damage + LETTER[at + len(damage) :]) is not None


# --- identity and fingerprint ---------------------------------------------------------

BODY = (
    "Dear Robin,\n\nthank you for the time you took – the team found your questions about the new "
    "depot in Wexley café good, and we would like to talk again.\n\n* Monday\n* Friday at 10:00\n\n"
    "Best regards,\nAnna\n"
)


def letter(body: bytes, *fields: str, ends: str = "\n", subject: str = "Your application") -> bytes:
    head = ("From: Anna <anna@example.org>", f"Subject: {subject}", *fields, "")
    return ends.join((*head, "")).encode() + body


def flowed(text: str) -> bytes:
    """The text as format=flowed, lines of about forty characters (RFC 3676)."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        words = paragraph.split(" ")
        line = words[0]
        for word in words[1:]:
            if len(line) + len(word) > 40:
                lines.append(line + " ")
                line = word
            else:
                line += f" {word}"
        lines.append(line)
    return "\n".join(lines).encode()


UTF8 = "Content-Type: text/plain; charset=utf-8"
COPIES: dict[str, Callable[[str], bytes]] = {
    "quoted-printable": lambda t: letter(
        quopri.encodestring(t.encode()), UTF8, "Content-Transfer-Encoding: quoted-printable"
    ),
    "base64": lambda t: letter(
        base64.encodebytes(t.encode()), UTF8, "Content-Transfer-Encoding: base64"
    ),
    "another charset": lambda t: letter(
        t.encode("cp1252"), "Content-Type: text/plain; charset=windows-1252"
    ),
    "crlf": lambda t: letter(t.replace("\n", "\r\n").encode(), UTF8, ends="\r\n"),
    "another date and id": lambda t: letter(
        t.encode(), UTF8, "Date: Tue, 5 May 2026 11:00:00 +0000", "Message-ID: <other@example.org>"
    ),
    "flowed": lambda t: letter(flowed(t), f"{UTF8}; format=flowed"),
    "trailing blanks": lambda t: letter(t.replace("\n", "  \n\n").encode(), UTF8),
    "a reply prefix": lambda t: letter(t.encode(), UTF8, subject="Re: Your application"),
    "an encoded subject": lambda t: letter(
        t.encode(), UTF8, subject="=?utf-8?b?WW91ciBhcHBsaWNhdGlvbg==?="
    ),
    "multipart": lambda t: letter(
        b"--b\n" + UTF8.encode() + b"\n\n" + t.encode() + b"\n--b--",
        "Content-Type: multipart/mixed; boundary=b",
    ),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_of_a_letter_has_its_fingerprint(how: str) -> None:
    original = parse(letter(BODY.encode(), UTF8))
    assert parse(COPIES[how](BODY)).fingerprint == original.fingerprint


@given(
    st.lists(
        st.text(alphabet="abc déü.,!", min_size=1, max_size=60).map(str.strip).filter(bool),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_every_copy_of_any_letter_has_its_fingerprint(lines: list[str]) -> None:
    text = "\n".join(lines)
    known = parse(letter(text.encode(), UTF8)).fingerprint
    for how, copy in COPIES.items():
        if how != "trailing blanks":
            assert parse(copy(text)).fingerprint == known, how


@pytest.mark.parametrize(
    "other",
    [
        letter(BODY.replace("Friday", "Thursday").encode(), UTF8),
        letter(BODY.encode(), UTF8, subject="Your invoice"),
        letter(BODY.encode(), UTF8).replace(b"anna@example.org", b"bo@example.org"),
        letter((BODY + "\nP.S. Bring the form.\n").encode(), UTF8),
    ],
)
def test_another_letter_has_another_fingerprint(other: bytes) -> None:
    assert parse(other).fingerprint != parse(letter(BODY.encode(), UTF8)).fingerprint


def test_the_key_is_the_message_id_or_else_the_fingerprint() -> None:
    named = parse(letter(b"x", "Message-ID: <a@x>"))
    nameless = parse(letter(b"x"))
    assert named.key == "a@x"
    assert nameless.key == f"sha256:{nameless.fingerprint}"
    assert parse(letter(b"x", "Date: Tue, 5 May 2026 11:00:00 +0000")).key == nameless.key


def test_one_id_that_bears_different_letters_gives_different_keys() -> None:
    first = identity("a@x", "f1" * 32, {})
    again = identity("a@x", "f1" * 32, {"f1" * 32: first})
    other = identity("a@x", "f2" * 32, {"f1" * 32: first})
    assert first == again == "a@x"
    assert other == "a@x#" + "f2" * 8
    assert identity("a@x", "f2" * 32, {"f1" * 32: first, "f2" * 32: other}) == other


# --- the --jsonl contract -------------------------------------------------------------

SHAPES: list[Any] = [
    {"Auto-Submitted": "auto-generated", "X-Seen": "1"},
    {"auto-submitted": ["auto-generated"], "X-Seen": ["1", "2"]},
    [["Auto-Submitted", "auto-generated"], ["X-Seen", "1"]],
    [("AUTO-SUBMITTED ", "auto-generated")],
    "Auto-Submitted: auto-generated\nX-Seen: 1\n",
    "Auto-Submitted:\r\n auto-generated\r\nX-Seen: 1\r\n\r\n",
]


@pytest.mark.parametrize("headers", SHAPES)
def test_headers_come_in_many_shapes(headers: Any) -> None:
    message = parse_fields({"from": "a@example.org", "headers": headers, "body": "x"})
    assert message.facts.auto_submitted == "auto-generated"
    assert message.from_.email == "a@example.org"


def test_a_field_goes_before_the_same_header() -> None:
    message = parse_fields(
        {
            "id": 7,
            "from": "Anna <a@example.org>",
            "to": ["r@example.org", "s@example.org"],
            "reply_to": "b@example.org",
            "subject": "The field",
            "headers": {
                "From": "x@example.org",
                "Subject": "The header",
                "Date": "Mon, 4 May 2026 10:00:00 +0000",
                "Message-ID": "<m@example.org>",
                "References": "<a@x> <b@x>",
            },
            "body": "Hello\n\n> old",
        }
    )
    assert str(message.from_) == "Anna <a@example.org>"
    assert [a.email for a in message.to] == ["r@example.org", "s@example.org"]
    assert [a.email for a in message.reply_to] == ["b@example.org"]
    assert message.subject == "The field"
    assert message.date == datetime(2026, 5, 4, 10, tzinfo=UTC)
    assert message.key == "m@example.org"
    assert message.references == ("a@x", "b@x")
    assert (message.text, message.quoted) == ("Hello", "> old")


def test_the_header_counts_where_the_field_is_empty() -> None:
    message = parse_fields({"subject": "", "headers": {"Subject": "=?utf-8?q?caf=C3=A9?="}})
    assert message.subject == "café"


@pytest.mark.parametrize("body", [None, "", " \n"])
def test_html_counts_where_the_body_is_empty(body: str | None) -> None:
    assert parse_fields({"body": body, "html": "<p>Rich</p>"}).text == "Rich"
    assert parse_fields({"body": "Plain", "html": "<p>Rich</p>"}).text == "Plain"


@pytest.mark.parametrize(
    "fields",
    [
        {"body": 5},
        {"html": ["x"]},
        {"headers": 5},
        {"headers": ["From: a"]},
        {"headers": [["only"]]},
        {"headers": [["a", "b", "c"]]},
    ],
)
def test_a_field_of_another_type_is_a_parse_error(fields: dict[str, Any]) -> None:
    with pytest.raises(ParseError):
        parse_fields(fields)


def test_a_line_break_in_a_field_makes_no_other_field() -> None:
    message = parse_fields(
        {
            "subject": "Hello\r\nReply-To: x@evil.example",
            "from": "Anna\nReply-To: x@evil.example <a@example.org>",
            "headers": {"X-A\nReply-To": "x@evil.example", "X-B": "1\nReply-To: x@evil.example"},
        }
    )
    assert message.subject == "Hello Reply-To: x@evil.example"
    assert message.reply_to == ()
    assert message.from_.email == "a@example.org"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "reply_to", "subject", "headers", "body", "html", "date"]),
        JSON,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_object_is_a_message_or_a_parse_error(fields: dict[str, Any]) -> None:
    with suppress(ParseError):
        assert parse_fields(fields).key


# --- mail that is made to hurt --------------------------------------------------------

X = b"From: a@example.org\r\nSubject: x\r\n"
HTML = X + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
MIXED = X + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
TEXT = X + b"\r\n"
CROWD = b",\r\n ".join(b'"P %d" <p%d@example.org>' % (n, n) for n in range(16_000))
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
                  for n in range(3_000))  # fmt: skip
ON = b"On Mon, 4 May 2026 at 10:00, Anna <a@example.org> wrote:\n"
HOSTILE = {
    "a Content-Type of 189 KB": X + b"Content-Type: text/plain;" + b" a=b;" * 37_800 + b"\r\n\r\nx",
    "a Content-Type of quotes": X + b'Content-Type: x/y; a="' + b'\\"' * 90_000 + b"\r\n\r\nx",
    "a Content-Type of stars": X + b"Content-Type: x/y;" + b" a*1=b;" * 27_000 + b"\r\n\r\nx",
    "16,000 recipients": b"To: " + CROWD + b"\r\n" + TEXT + b"x",
    "nested comments in To": b"To: " + b"(" * 200_000 + b"\r\n" + TEXT + b"x",
    "quotes that never close": b"To: " + b'"\\' * 100_000 + b"\r\n" + TEXT + b"x",
    "words that never end": b"Subject: " + b"=?utf-8?q?" * 20_000 + b"\r\n\r\nx",
    "100,000 header fields": b"".join(b"X-%d: y\n" % n for n in range(100_000)) + TEXT + b"x",
    "a header without end": b"Subject: x\r\n" * 200_000,
    "300,000 folded lines": b"Subject: x\r\n" + b" y\r\n" * 300_000 + TEXT + b"x",
    "100,000 parts": MIXED + b"--b\r\n\r\nx\r\n" * 100_000,
    "400 texts": MIXED + (b"--b\r\n\r\n" + ON * 300) * 400,
    "near boundaries": MIXED + b"--bx\r\n" * 400_000,
    "nesting 3,000 deep": X + NESTED + b"\r\nx",
    "30,000 messages in messages": X + b"Content-Type: message/rfc822\r\n\r\n" * 30_000 + b"x",
    "one line of >": TEXT + b">" * 2_000_000,
    "lines of >": TEXT + b"> > >\n" * 300_000,
    "parentheses": TEXT + b"(" * 2_000_000,
    "lines of parentheses": TEXT + b"> (\n" * 400_000,
    "dashes": TEXT + b"-" * 2_000_000,
    "lines of dashes": TEXT + b"-----\n" * 300_000,
    "separators": TEXT + b"-----x-----\n" * 150_000,
    "underscores": TEXT + b"_" * 2_000_000,
    "blanks": TEXT + b"On " + b" " * 2_000_000 + b"x",
    "attributions": TEXT + ON * 30_000,
    "attributions and quotes": TEXT + (ON + b"> x\n\n") * 30_000,
    "half attributions": TEXT + b"On 4 May\n" * 200_000,
    "pasted headers": TEXT + b"From: a@example.org\n" * 100_000,
    "closings": TEXT + b"Best regards,\n" * 100_000,
    "signatures": TEXT + b"-- \n" * 400_000,
    "numbers": TEXT + b"Anna\n" + b"+1 " * 600_000,
    "addresses": TEXT + b"a@" * 1_000_000,
    "flowed lines": X + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \n" * 600_000,
    "broken base64": X + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"Y Q=" * 500_000,
    "punycode": X + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-b" * 600_000,
    "elements 50,000 deep": HTML + b"<div>" * 50_000 + b"x",
    "bold and italic 50,000 deep": HTML + b"<b><i>" * 25_000 + b"x",
    "tables 50,000 deep": HTML + b"<table><tr><td>" * 17_000 + b"x",
    "quotes 50,000 deep": HTML + b"<blockquote>" * 50_000 + b"x",
    "quotes at depth 300": HTML + b"<div>" * 300 + b"<blockquote>x</blockquote>" * 9_000,
    "Gmail quotes at depth": HTML + b"<div class=gmail_quote>" * 390 + b"x " * 120_000,
    "100,000 attributes": HTML + b"<p " + b"a " * 100_000 + b">x",
    "an attribute without end": HTML + b'<p a="' + b"x" * 2_000_000,
    "attributes without end": HTML + b"<p " + b'a="x' * 300_000,
    "a tag of slashes": HTML + b"<a" + b"/" * 2_000_000,
    "open brackets": HTML + b"<" * 2_000_000,
    "comments without end": HTML + b"<!--" * 500_000,
    "entities": HTML + b"&#1" * 600_000,
    "styles": HTML + b'<p style="display' + b" " * 200_000 + b'">x',
    "paragraphs": HTML + b"<p>" * 300_000,
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_no_message_costs_more_than_a_moment(case: str) -> None:
    """A guard against costs that grow with the square: each takes well under a second here."""
    began = time.process_time()
    readable(HOSTILE[case])
    assert time.process_time() - began < 5
