"""Our letters as bytes: read back as written, threaded, and without a trace of the tool."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Draft, Message, PlanKind
from mailsense.mail.compose import (
    MAX_REFERENCES,
    compose,
    new_message_id,
    quote,
    read_digest,
    reply_references,
    reply_subject,
)

LONDON = ZoneInfo("Europe/London")
AT = datetime(2026, 11, 20, 14, 5, tzinfo=LONDON)
DRAFT = Draft(
    id="d1",
    account="main",
    plan=PlanKind.ANSWER_REJECTION,
    about="a1",
    episode="e1",
    template="rejection-interview",
    message_id="0123abcd-0123@me.example",
    from_=Address("Robin Avery", "robin@me.example"),
    to=(Address("Anna Fïeld", "anna@field.example"),),
    subject="Re: Café manager – your application",
    body="Hello Anna,\n\nThank you – it was good to talk.\n\nRobin\n",
    quoted="On Fri, 20 Nov 2026 at 14:05, Anna wrote:\n> Sorry.\n>\n> From here on: no.",
    in_reply_to="parent@field.example",
    references=("root@field.example", "parent@field.example"),
)


def read(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_letter_reads_as_it_was_written() -> None:
    message = read(compose(DRAFT, at=AT))
    assert message["Subject"] == DRAFT.subject
    assert message["To"].addresses[0].display_name == "Anna Fïeld"
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == "<0123abcd-0123@me.example>"
    assert message.get_content().split("\r\n") == DRAFT.full_text.split("\n")
    assert message.get_content_type() == "text/plain"


def test_every_line_ends_in_crlf_and_stays_short() -> None:
    raw = compose(replace(DRAFT, body="word " * 400), at=AT)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert all(byte < 128 for byte in raw)


def test_threading_headers_are_never_encoded_however_long() -> None:
    long = tuple(f"{'x' * 200}.{n}@very-long-host-name.example" for n in range(20))
    raw = compose(replace(DRAFT, in_reply_to=long[-1], references=long), at=AT)
    head = raw.split(b"\r\n\r\n")[0]
    unfolded = re.sub(rb"\r\n[ \t]+", b" ", head).decode()
    (references,) = re.findall(r"^References: (.*)\r?$", unfolded, re.M)
    assert references.strip() == " ".join(f"<{id}>" for id in long)
    assert f"In-Reply-To: <{long[-1]}>" in unfolded


def test_no_header_names_the_tool() -> None:
    head = compose(DRAFT, at=AT).split(b"\r\n\r\n")[0].decode().lower()
    assert "mailsense" not in head
    names = {line.split(":")[0] for line in head.split("\r\n") if not line.startswith(" ")}
    assert names == {
        "from", "to", "subject", "date", "message-id", "in-reply-to", "references",
        "mime-version", "content-type", "content-transfer-encoding",
    }  # fmt: skip


HOSTILE = st.text(alphabet=st.sampled_from('ab:\r\n\x00\x0b\x1b\x85\u2028 <>é,;"@'), max_size=40)


@settings(max_examples=100, deadline=None)
@given(HOSTILE, HOSTILE)
def test_no_field_can_smuggle_in_another(subject: str, name: str) -> None:
    draft = replace(
        DRAFT, subject=f"x{subject}Bcc: eve@evil.example", to=(Address(name, "a@b.example"),)
    )
    message = read(compose(draft, at=AT))
    assert message["Bcc"] is None
    assert [a.addr_spec for a in message["To"].addresses] == ["a@b.example"]
    assert len(message.keys()) == 10


@pytest.mark.parametrize(
    "email",
    [
        "a@b.example\r\nBcc: e@x.example",
        "a b@c.example",
        "nobody",
        "",
        "ä@b.example",
        "a@b.example,eve@evil.example",
        "a@b.example>",
        "a,b@c.example",
        "@b.example",
    ],
)
def test_an_impossible_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="address"):
        compose(replace(DRAFT, to=(Address("x", email),)), at=AT)


@pytest.mark.parametrize(
    "id", ["a\r\nBcc: x@y.example", "a b@c.example", "<a@b.example>", "é@x.example"]
)
def test_an_impossible_message_id_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        compose(replace(DRAFT, in_reply_to=id), at=AT)


def reencoded(raw: bytes, encoding: str) -> bytes:
    """Return the letter as another client would keep it: other charset, encoding, Date."""
    message = read(raw)
    text = message.get_content()
    head = [
        f"{k}: {v}" for k, v in message.items() if not k.startswith(("Content", "Date", "MIME"))
    ]
    other = EmailMessage(policy=SMTP)
    for line in head:
        name, _, value = line.partition(": ")
        other[name] = value
    other["Date"] = "Sat, 21 Nov 2026 09:00:00 +0100"
    if encoding == "base64":
        other.set_content(text, charset="utf-8", cte="base64")
    else:
        other.set_content(text, charset="utf-8", cte="8bit")
    return other.as_bytes()


def test_our_own_copy_has_the_digest_that_was_approved() -> None:
    assert read_digest(compose(DRAFT, at=AT)) == DRAFT.digest


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_another_encoding_of_the_same_letter_keeps_the_digest(encoding: str) -> None:
    assert read_digest(reencoded(compose(DRAFT, at=AT), encoding)) == DRAFT.digest


def test_unix_line_ends_keep_the_digest() -> None:
    assert read_digest(compose(DRAFT, at=AT).replace(b"\r\n", b"\n")) == DRAFT.digest


def test_flowed_lines_keep_the_digest() -> None:
    draft = replace(DRAFT, body="One long paragraph of words that is broken.\n\nRobin\n")
    raw = compose(draft, at=AT).replace(b'charset="us-ascii"', b'charset="utf-8"; format=flowed')
    wrapped = raw.replace(b"of words that", b"of words \r\nthat")
    assert wrapped != raw
    assert read_digest(wrapped) == draft.digest


def rebuilt(subtype: str, *parts: tuple[str, bytes]) -> bytes:
    """Return our letter as the first part of a multipart, with further parts behind it."""
    head, _, body = compose(DRAFT, at=AT).partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n(?=[ \t])", b"", head).split(b"\r\n")
    own = [line for line in lines if line.lower().startswith(b"content-")]
    top = [line for line in lines if line not in own]
    top.append(b"Content-Type: multipart/" + subtype.encode() + b'; boundary="b"')
    pieces = [b"\r\n".join(own) + b"\r\n\r\n" + body]
    pieces += [b"Content-Type: " + kind.encode() + b"\r\n\r\n" + data for kind, data in parts]
    return b"\r\n".join([*top, b"", *(b"--b\r\n" + piece for piece in pieces), b"--b--", b""])


@pytest.mark.parametrize(
    ("subtype", "kind"),
    [("alternative", "text/html"), ("signed", "application/pgp-signature")],
)
def test_what_a_client_adds_by_itself_keeps_the_digest(subtype: str, kind: str) -> None:
    assert read_digest(rebuilt(subtype, (kind, b"<p>Hello</p>"))) == DRAFT.digest


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "text/html", "image/png"])
def test_an_attachment_changes_the_digest(kind: str) -> None:
    assert read_digest(rebuilt("mixed")) == DRAFT.digest
    attached = read_digest(rebuilt("mixed", (kind, b"one")))
    assert attached != DRAFT.digest
    assert attached != read_digest(rebuilt("mixed", (kind, b"two")))


def test_blind_copies_stay_in_drafts_and_are_never_sent() -> None:
    blind = replace(DRAFT, bcc=(Address("", "mentor@me.example"),))
    assert read_digest(compose(blind, at=AT)) == blind.digest
    assert b"mentor" not in compose(blind, at=AT, keep_bcc=False)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_a_copy_that_cannot_be_read_is_not_ours(raw: bytes) -> None:
    assert read_digest(raw) != DRAFT.digest


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300))
def test_whatever_the_words_the_copy_reads_back_the_same(body: str) -> None:
    draft = replace(DRAFT, body=f"Hello,\n\n{body}\n\nRobin\n")
    assert read_digest(compose(draft, at=AT)) == draft.digest


@pytest.mark.parametrize(
    "change",
    [
        {"body": DRAFT.body + "PS: one more thing\n"},
        {"subject": "Re: something else"},
        {"to": (Address("Anna", "eve@evil.example"),)},
        {"cc": (Address("", "cc@x.example"),)},
        {"quoted": ""},
        {"in_reply_to": "other@field.example"},
        {"from_": Address("Robin Avery", "other@me.example")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_edit_changes_the_digest(change: dict[str, object]) -> None:
    edited = replace(DRAFT, **change)  # type: ignore[arg-type]
    assert read_digest(compose(edited, at=AT)) == edited.digest != DRAFT.digest


def test_the_original_is_quoted_under_one_line_that_says_who_and_when() -> None:
    original = Message(
        "k", "k@x.example", "s", Address("Anna Field", "anna@field.example"),
        date=datetime(2026, 7, 3, 13, 5, tzinfo=UTC), text="Dear Robin,\n\nSorry.\n",
    )  # fmt: skip
    assert quote(original, zone=LONDON).splitlines() == [
        "On Fri, 3 Jul 2026 at 14:05, Anna Field wrote:", "> Dear Robin,", ">", "> Sorry.",
    ]  # fmt: skip


def test_a_long_paragraph_is_broken_and_a_long_mail_is_cut() -> None:
    original = Message("k", "k", "s", Address("", "anna@field.example"), text="word " * 100)
    lines = quote(original, zone=LONDON).splitlines()
    assert lines[0] == "anna@field.example wrote:"
    assert max(map(len, lines)) <= 80
    long = replace(original, text="line\n" * 5000)
    assert quote(long, zone=LONDON).splitlines()[-1] == "> […]"


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("Hi", "Re: Hi"), ("Re: Hi", "Re: Hi"), ("AW: Hi", "AW: Hi"), ("RE[2]: Hi", "RE[2]: Hi"),
     ("Reference check", "Re: Reference check"), ("a\r\nb", "Re: a b"), ("", "Re:")],
)  # fmt: skip
def test_replies_keep_the_subject(subject: str, answer: str) -> None:
    assert reply_subject(subject) == answer


def test_references_grow_by_the_message_that_is_answered() -> None:
    anna = Address("", "a@x.example")
    parent = Message(
        "k", "p@x.example", "s", anna, references=("r@x.example",), in_reply_to=("q@x",)
    )
    assert reply_references(parent) == ("r@x.example", "p@x.example")
    only = Message("k", "p@x.example", "s", anna, in_reply_to=("q@x.example",))
    assert reply_references(only) == ("q@x.example", "p@x.example")
    two = Message("k", "p@x.example", "s", anna, in_reply_to=("q@x.example", "o@x.example"))
    assert reply_references(two) == ("p@x.example",)
    hostile = Message(
        "k", "p@x.example", "s", anna, references=("a b", "p@x.example", "é@x", "c@x")
    )
    assert reply_references(hostile) == ("c@x", "p@x.example")
    long = Message("k", "p@x.example", "s", anna, references=tuple(f"{n}@x" for n in range(500)))
    assert len(reply_references(long)) == MAX_REFERENCES
    assert reply_references(long)[-1] == "p@x.example"


def test_a_message_id_is_plain_and_of_the_senders_domain() -> None:
    assert new_message_id("Me.Example", "0123456789abcdef" * 2).endswith("@me.example")
    assert "@" in new_message_id("bad domain\r\n", "0" * 16)
    with pytest.raises(ValueError, match="token"):
        new_message_id("me.example", "not hex")


def test_a_letter_that_needs_no_encoding_is_left_readable() -> None:
    plain = replace(
        DRAFT, subject="Re: Hi", body="Hello\n", quoted="", to=(Address("A", "a@b.example"),)
    )
    raw = compose(plain, at=AT)
    assert b"7bit" in raw
    assert base64.b64encode(b"Hello") not in raw
