"""A delivery report is tied to the letter that came back, whatever it tells of it."""

from __future__ import annotations

import pytest

from mailsense.mail.parse import parse

HEAD = (
    "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\r\n"
    "To: robin@home.example\r\n"
    "Subject: Undelivered Mail Returned to Sender\r\n"
    "Message-ID: <report@mx.example.org>\r\n"
)
REPORT = (
    HEAD + 'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="b";'
    " report-type=delivery-status\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    "Reporting-MTA: dns; mx.example.org\r\n\r\n"
    "Final-Recipient: rfc822; Marion.Keel@keel.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "--b\r\nContent-Type: {enclosed}\r\n\r\n"
    "From: robin@home.example\r\nTo: marion.keel@keel.example\r\n"
    "Message-ID:\r\n <letter@home.example>\r\nSubject: A question\r\n\r\n{body}--b--\r\n"
)


@pytest.mark.parametrize(
    ("enclosed", "body"), [("message/rfc822", "Dear Ms Keel\r\n"), ("text/rfc822-headers", "")]
)
def test_the_fields_of_a_report_tell_who_and_which_letter(enclosed: str, body: str) -> None:
    message = parse(REPORT.format(enclosed=enclosed, body=body).encode())
    assert message.facts.bounce
    assert message.facts.failed == ("marion.keel@keel.example",)
    assert message.references == ("letter@home.example",)


def test_a_report_in_plain_words_names_the_address() -> None:
    text = (
        "I am sorry.\r\n\r\n<marion.keel@keel.example>: host mx.keel.example said: 550 unknown\r\n"
    )
    message = parse((HEAD + "\r\n" + text).encode())
    assert message.facts.failed == ("marion.keel@keel.example",)
    assert message.references == ()


def test_a_header_may_name_the_address() -> None:
    head = HEAD + "X-Failed-Recipients: marion.keel@keel.example\r\n"
    message = parse((head + "\r\nThe server said no.\r\n").encode())
    assert message.facts.failed == ("marion.keel@keel.example",)


def test_only_a_report_is_read_so() -> None:
    head = HEAD.replace("MAILER-DAEMON@mx", "anna@mx")
    message = parse((head + "\r\n<marion.keel@keel.example> is her address.\r\n").encode())
    assert not message.facts.bounce
    assert message.facts.failed == ()
