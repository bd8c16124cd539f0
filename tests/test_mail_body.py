"""Which part of a MIME tree is the letter, what is attached, and what breaks on the way."""

from __future__ import annotations

import base64
import quopri

import pytest

from mailsense.domain import Message
from mailsense.mail.body import MAX_ATTACHMENTS
from mailsense.mail.flowed import unflow
from mailsense.mail.mime import decode_transfer
from mailsense.mail.parse import parse

HEAD = "From: Anna <anna@example.org>\nSubject: Hello\n"
LONG = "we were glad to meet you on Monday and would like to talk again about the role soon"


def part(kind: str, text: str, *fields: str) -> str:
    return "\n".join((f"Content-Type: {kind}", *fields, "", text))


def multi(kind: str, *parts: str, boundary: str = "b1") -> str:
    inner = "\n".join(f"--{boundary}\n{one}" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inner}\n--{boundary}--\n'


def read(source: str) -> Message:
    return parse((HEAD + source).encode())


# --- one part -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("8bit", "Grüße".encode()),
        ("quoted-printable", quopri.encodestring("Grüße".encode())),
        ("Quoted-Printable", b"Gr=C3=BC=\n=C3=9Fe"),
        ("base64", base64.b64encode("Grüße".encode())),
        ("BASE64", b"R3LD\n vMOf\r\nZQ"),
        ("base64", b"R3L!!DvMO*fZQ=="),
        ("x-uuencode", b"begin 644 a\n'1W+#O,.?90  \n`\nend\n"),
        ("x-unknown", "Grüße".encode()),
        ("(why) 8bit", "Grüße".encode()),
    ],
)
def test_a_text_is_read_through_its_transfer_encoding(encoding: str, body: bytes) -> None:
    head = f"{HEAD}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}"
    assert parse(head.encode() + b"\n\n" + body).text == "Grüße"


def test_broken_base64_gives_what_can_be_read() -> None:
    assert decode_transfer(b"SGVsbG8", "base64") == b"Hello"
    assert decode_transfer(b"SGVsbG8=====SGk=", "base64").startswith(b"Hello")
    assert decode_transfer(b"A", "base64") == b""


@pytest.mark.parametrize(
    "kind", ["text", "plain", "", "text/plain; charset", "text/plain charset=x"]
)
def test_a_broken_content_type_is_plain_text(kind: str) -> None:
    assert read(part(kind, "Hello")).text == "Hello"


@pytest.mark.parametrize(
    ("flowed", "read_as"),
    [
        ("one \ntwo", "one two"),
        ("one\ntwo", "one\ntwo"),
        ("> a \n> b\n>> c", "> a b\n>> c"),
        ("> a \nb", "> a \nb"),
        ("text \n-- \nAnna", "text \n-- \nAnna"),
        (" >stuffed", ">stuffed"),
    ],
)
def test_flowed_text_is_joined(flowed: str, read_as: str) -> None:
    assert unflow(flowed) == read_as


def test_delsp_drops_the_blank_that_flows() -> None:
    assert unflow("日 \n本", delsp=True) == "日本"


# --- many parts -----------------------------------------------------------------------


def test_texts_one_after_the_other_are_one_letter() -> None:
    message = read(multi("mixed", part("text/plain", "One."), part("text/plain", "Two.")))
    assert message.text == "One.\n\nTwo."


def test_the_same_text_twice_is_read_once() -> None:
    twice = multi("mixed", part("text/plain", "One."), part("text/html", "<p>One.</p>"))
    assert read(twice).text == "One."


def test_attachments_are_listed_and_not_read() -> None:
    message = read(
        multi(
            "mixed",
            part("text/plain", "See the attached form."),
            part(
                "application/pdf",
                base64.b64encode(b"%PDF" * 10).decode(),
                "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf",
                "Content-Transfer-Encoding: base64",
            ),
            part("text/plain", "notes", 'Content-Disposition: attachment; filename="../../n.txt"'),
        )
    )
    assert message.text == "See the attached form."
    assert [(a.filename, a.content_type, a.size) for a in message.attachments] == [
        ("résumé.pdf", "application/pdf", 40),
        ("n.txt", "text/plain", 5),
    ]


def test_attachments_are_capped() -> None:
    one = part("image/png", "x", "Content-Disposition: attachment; filename=a.png")
    assert len(read(multi("mixed", *[one] * 200)).attachments) == MAX_ATTACHMENTS


def test_a_forwarded_message_without_a_word_is_read() -> None:
    inner = "From: Bo <bo@example.org>\nSubject: A role\n\nWould you be interested?"
    message = read(multi("mixed", part("message/rfc822", inner)))
    assert message.text == "Would you be interested?"
    assert message.subject == "Hello"


def test_a_forwarded_message_under_a_text_is_not_the_text() -> None:
    inner = "From: Bo <bo@example.org>\n\nThe old letter."
    message = read(multi("mixed", part("text/plain", "See below."), part("message/rfc822", inner)))
    assert message.text == "See below."


def test_a_text_that_is_shown_under_a_file_name_counts_where_there_is_no_other() -> None:
    named = part("text/plain", "The letter.", "Content-Disposition: inline; filename=letter.txt")
    assert read(multi("mixed", named)).text == "The letter."
    assert read(multi("mixed", part("text/plain", "Mine."), named)).text == "Mine."


# --- alternatives ---------------------------------------------------------------------


def test_of_alternatives_the_plain_text_counts() -> None:
    message = read(
        multi(
            "alternative", part("text/plain", f"Plain: {LONG}."), part("text/html", "<p>Rich</p>")
        )
    )
    assert message.text == f"Plain: {LONG}."


@pytest.mark.parametrize(
    "stub",
    ["", "Please view this mail in HTML.", "This message needs an HTML reader.", "\n \n"],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_stub_gives_way_to_the_html(stub: str, wrapped: bool) -> None:
    rich = part("text/html", f"<p>Dear Robin, {LONG} – and perhaps {LONG}.</p>")
    if wrapped:
        image = part("image/png", "x", "Content-ID: <1>")
        rich = multi("related", rich, image, boundary="b2")
    assert LONG in read(multi("alternative", part("text/plain", stub), rich)).text


def test_a_short_letter_is_no_stub() -> None:
    plain, rich = part("text/plain", "Yes, Friday."), part("text/html", "<p>Yes, Friday.</p>")
    assert read(multi("alternative", plain, rich)).text == "Yes, Friday."


def test_html_shows_where_history_begins_when_the_plain_text_does_not() -> None:
    plain = f"Yes, gladly. {LONG}\nHello Anna, can we talk?"
    rich = f"<p>Yes, gladly. {LONG}</p><blockquote type=cite>Hello Anna, can we talk?</blockquote>"
    message = read(multi("alternative", part("text/plain", plain), part("text/html", rich)))
    assert message.text == f"Yes, gladly. {LONG}"
    assert "can we talk" in message.quoted


def test_an_alternative_inside_an_alternative_is_read_once() -> None:
    inner = multi(
        "alternative", part("text/plain", "Plain"), part("text/html", "<p>One</p>"), boundary="b2"
    )
    assert read(multi("alternative", inner, part("text/html", "<p>Two</p>"))).text == "Plain"


def test_html_alone_is_read() -> None:
    assert read(multi("alternative", part("text/html", "<p>Rich</p>"))).text == "Rich"


# --- boundaries -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "kind", "body"),
    [
        ("never closed", "mixed; boundary=b", "--b\n\nOne.\n--b\n\nTwo."),
        ("not named", "mixed", "--b\nX: y\n\nOne.\n--b\n\nTwo.\n--b--"),
        ("trailing blanks", "mixed; boundary=b", "--b  \n\nOne.\n--b\t\n\nTwo.\n--b--"),
        ("an unknown sort", "*; boundary=b", "--b\n\nOne.\n--b\n\nTwo.\n--b--"),
        ("no headers", "mixed; boundary=b", "--b\nOne.\n--b\nTwo.\n--b--"),
        ("prose around", "mixed; boundary=b", "Old reader!\n--b\n\nOne.\n--b\n\nTwo.\n--b--\nEnd."),
        ("a longer one", "mixed; boundary=b", "--b\n\nOne.\n--bb\n--b\n\nTwo.\n--b--"),
    ],
)
def test_boundaries_as_they_are_in_the_wild(case: str, kind: str, body: str) -> None:
    text = read(f"Content-Type: multipart/{kind}\n\n{body}").text
    assert text.startswith("One."), case
    assert text.endswith("Two."), case
    assert "Old reader" not in text
    assert "End." not in text


def test_a_multipart_without_any_part_is_text() -> None:
    assert read("Content-Type: multipart/mixed; boundary=b\n\nJust a text.").text == "Just a text."


def test_the_parts_of_a_signed_letter_are_letter_and_attachment() -> None:
    signed = multi(
        "signed", part("text/plain", "Signed."), part("application/pgp-signature", "-----BEGIN")
    )
    message = read(signed)
    assert message.text == "Signed."
    assert [a.content_type for a in message.attachments] == ["application/pgp-signature"]
