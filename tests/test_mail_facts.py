"""Robot or person, list or letter, employer's system or not: told by the headers alone."""

from __future__ import annotations

import pytest

from mailsense.domain import Facts, Message
from mailsense.mail.facts import NO_REPLY, ats, reply_address
from mailsense.mail.parse import parse


def read(*fields: str, body: str = "Hello Robin, can we talk on Friday?") -> Message:
    given = "\n".join(fields)
    sender = "" if "From:" in given else "From: Anna Field <anna@northwind.example>\n"
    subject = "" if "Subject:" in given else "Subject: Hello\n"
    return parse(f"{sender}{subject}{given}".strip("\n").encode() + b"\n\n" + body.encode())


def told(*fields: str, body: str = "Hello Robin, can we talk on Friday?") -> Facts:
    return read(*fields, body=body).facts


def test_a_persons_letter_is_no_robots() -> None:
    facts = told("Return-Path: <anna@northwind.example>")
    assert not facts.robot
    assert facts == Facts(return_path="anna@northwind.example")


# --- RFC 3834 -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "keyword", "robot"),
    [
        ("Auto-Submitted: no", "no", False),
        ("Auto-Submitted: (by hand) No", "no", False),
        ("Auto-Submitted: auto-generated", "auto-generated", True),
        ("Auto-Submitted: Auto-Generated; owner=x", "auto-generated", True),
        ("Auto-Submitted: auto-replied (vacation)", "auto-replied", True),
        ("Auto-Submitted: auto-notified", "auto-notified", True),
        ("Auto-Submitted:", "", False),
        ("X-Other: auto-generated", "", False),
        # neither of these makes a robot: people's and employers' real mail carries them
        ("X-Auto-Response-Suppress: All", "", False),
        ("X-Auto-Response-Suppress: OOF, AutoReply", "", False),
        ("Precedence: bulk", "", False),
        ("Precedence: list", "", False),
        ("List-Unsubscribe: <https://northwind.example/u>", "", False),
    ],
)
def test_what_makes_a_robot_and_what_does_not(field: str, keyword: str, robot: bool) -> None:
    facts = told(field)
    assert facts.auto_submitted == keyword
    assert facts.robot is robot


@pytest.mark.parametrize(
    ("fields", "auto_reply"),
    [
        (["Subject: Automatic reply: Your application"], True),
        (["Subject: Automatische Antwort: Termin"], True),
        (["Subject: Réponse automatique : Entretien"], True),
        (["Subject: Respuesta automática: Entrevista"], True),
        (["Subject: Out of Office: Your application"], True),
        (["Subject: Out of the office"], True),
        (["Subject: Auto reply: Your application"], True),
        (["Subject: Abwesenheitsnotiz: Termin"], True),
        # in people's own words
        (["Subject: Out of office lunch on Friday?"], False),
        (["Subject: Re: Automatic reply: Your application"], False),
        (["Subject: Automatic reply systems, a talk"], False),
        (["Subject: On leave from Monday"], False),
        (["Subject: On leave from Monday", "X-Auto-Response-Suppress: All"], False),
        (["Subject: Automatic reply: x", "Auto-Submitted: no"], False),
        # where a machine says that it wrote it, the weaker words are enough
        (["Subject: On leave from Monday", "Auto-Submitted: auto-generated"], True),
        (["Subject: Autoreply", "Auto-Submitted: auto-generated"], True),
        (["Subject: Re: Out of office", "Auto-Submitted: auto-generated"], True),
        (["Subject: On leaving the firm", "Auto-Submitted: auto-generated"], False),
        (["Subject: Your application", "Auto-Submitted: auto-generated"], False),
        # other headers of answering machines
        (["Auto-Submitted: auto-replied"], True),
        (["Precedence: auto_reply"], True),
        (["X-Autoreply: yes"], True),
        (["X-Autoreply: no"], False),
        (["X-Autorespond: Your application"], True),
    ],
)
def test_absence_notes(fields: list[str], auto_reply: bool) -> None:
    facts = told(*fields)
    assert facts.auto_reply is auto_reply
    assert facts.robot or not auto_reply


# --- bounces --------------------------------------------------------------------------

REPORT = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
DSN = "--b\n\nIt failed.\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n--b--"
ARF = "--b\n\nAbuse.\n--b\nContent-Type: message/feedback-report\n\nVersion: 1\n--b--"


@pytest.mark.parametrize(
    ("fields", "body", "bounce"),
    [
        ([REPORT], DSN, True),
        ([REPORT], ARF, True),
        (["From: MAILER-DAEMON@mx.example"], "x", True),
        (["From: Mail Delivery System <Mailer-Daemon@mx.example>"], "x", True),
        (["From: MAILER-DAEMON"], "x", True),
        (["From: postmaster@mx.example"], "x", True),
        (["From: Mail Delivery System <mail.delivery.system@mx.example>"], "x", True),
        (["From: <>"], "x", True),
        (["Return-Path: <>", REPORT], "--b\n\nIt failed.\n--b--", True),
        (["Return-Path: < >", "From:"], "x", True),
        ([REPORT, "Auto-Submitted: auto-replied"], DSN, True),
        (["From: mailer-daemon@mx.example", "Auto-Submitted: auto-replied"], "x", True),
        # an absence note, a colleague of the daemon
        (["Return-Path: <>"], "x", False),
        (["Return-Path: <>", "Auto-Submitted: auto-replied"], "x", False),
        (["From: mailer-daemons-fan@example.org"], "x", False),
        (["Return-Path: <anna@northwind.example>"], "x", False),
    ],
)
def test_bounces(fields: list[str], body: str, bounce: bool) -> None:
    facts = told(*fields, body=body)
    assert facts.bounce is bounce
    assert facts.robot or not bounce


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ([], None),
        (["Return-Path: <>"], ""),
        (["Return-Path: <a@example.org>"], "a@example.org"),
        (["Return-Path: <a@example.org>", "Return-Path: <b@example.org>"], "a@example.org"),
    ],
)
def test_the_return_path_may_be_absent_or_empty(fields: list[str], path: str | None) -> None:
    assert told(*fields).return_path == path


# --- lists ----------------------------------------------------------------------------


def test_lists_say_who_they_are() -> None:
    facts = told(
        "List-Id: Planners of Wexley <planners.lists.example>",
        "List-Unsubscribe: <mailto:leave@lists.example>",
        "Precedence: List",
    )
    assert facts.list_id == "Planners of Wexley <planners.lists.example>"
    assert facts.list_unsubscribe
    assert facts.precedence == "list"
    assert not facts.robot


@pytest.mark.parametrize(
    ("fields", "list_id"),
    [
        (["List-Post: <mailto:planners@lists.example>"], "<mailto:planners@lists.example>"),
        (["List-Post: NO"], "NO"),
        (["Mailing-List: list planners@lists.example"], "list planners@lists.example"),
        (["Mailing-List: list a@x.example", "List-Id: <a.x.example>"], "<a.x.example>"),
        (["List-Unsubscribe: <mailto:leave@lists.example>"], ""),  # an employer's system too
        ([], ""),
    ],
)
def test_a_list_without_an_id_is_known_by_what_only_lists_write(
    fields: list[str], list_id: str
) -> None:
    assert told(*fields).list_id == list_id


# --- no-reply -------------------------------------------------------------------------

NOBODY_READS = """no-reply noreply no_reply no.reply NoReply NO-REPLY donotreply do-not-reply
do_not_reply dont-reply jobs-noreply noreply-jobs jobsnoreply noreplyjobs noreply+12 noreply2
careers.no-reply no-reply-hr bounce+12 bounces-1 mailer-daemon mailerdaemon postmaster notification
notifications notify notify-me automated auto-confirm autoresponder autoreply auto-reply
unattended no-response donotrespond jobs.notifications""".split()
SOMEBODY_READS = """anna anna.field noreen noah.reply reply replyto piano.reply auto auto-parts
autumn bouncer.joe notifyme notary norman nora jobs careers hr talent recruiting hello info team
nora.dono respondent unattendedly automat otto notifier""".split()


@pytest.mark.parametrize("local", NOBODY_READS)
def test_addresses_that_nobody_reads(local: str) -> None:
    assert NO_REPLY.search(f"{local}@")
    assert told(f"From: Northwind <{local}@northwind.example>").no_reply


@pytest.mark.parametrize("local", SOMEBODY_READS)
def test_addresses_that_somebody_may_read(local: str) -> None:
    assert not NO_REPLY.search(f"{local}@")
    assert not told(f"From: Northwind <{local}@northwind.example>").no_reply


@pytest.mark.parametrize(
    ("reply_to", "no_reply"),
    [
        ("Bo Lund <bo@northwind.example>", False),  # a person stands in
        ("careers@northwind.example", False),
        ("anna@message-labs.example", False),
        ("noreply@northwind.example", True),  # the same
        ("do-not-reply@northwind.example", True),
        ("reply+4fa0b8d1@mail.northwind.example", True),  # relays that only look alive
        ("0f8fad5b-d9cb-469f-a165-70867728950e@northwind.example", True),
        ("x.4fa0b8d14fa0b8d1@northwind.example", True),
        ("relay-77@northwind.example", True),
        ("anna@us.greenhouse.io", True),
    ],
)
def test_a_persons_reply_to_stands_in_for_a_no_reply_sender(reply_to: str, no_reply: bool) -> None:
    facts = told("From: Northwind <noreply@northwind.example>", f"Reply-To: {reply_to}")
    assert facts.no_reply is no_reply
    assert facts.robot is no_reply


def test_a_persons_own_address_counts_beside_a_relay() -> None:
    assert not told("Reply-To: reply+4fa0b8d1@mail.northwind.example").no_reply


NOTE = "Thank you.\n\nPlease do not reply to this message, the mailbox is unmonitored."


@pytest.mark.parametrize(
    ("fields", "body", "no_reply"),
    [
        (["From: careers@northwind.example"], NOTE, True),
        (["From: Northwind <x@us.greenhouse.io>"], NOTE, True),
        (["Auto-Submitted: auto-generated"], NOTE, True),
        (["From: careers@northwind.example"], "Just reply to this mail.", False),
        (["From: careers@northwind.example"], f"{NOTE}\n\n{'More words. ' * 300}", False),
        ([], NOTE, False),  # a person says it of something else
    ],
)
def test_a_machines_words_may_say_that_nobody_reads(
    fields: list[str], body: str, no_reply: bool
) -> None:
    assert told(*fields, body=body).no_reply is no_reply


def test_answers_go_to_reply_to_unless_nobody_reads_there() -> None:
    assert reply_address(read("Reply-To: bo@northwind.example")).email == "bo@northwind.example"
    assert reply_address(read("Reply-To: noreply@northwind.example")).name == "Anna Field"
    assert reply_address(read("Reply-To: nonsense")).name == "Anna Field"
    assert reply_address(read()).email == "anna@northwind.example"


# --- applicant-tracking systems -------------------------------------------------------


@pytest.mark.parametrize(
    ("domain", "vendor"),
    [
        ("greenhouse.io", "Greenhouse"),
        ("us.greenhouse.io", "Greenhouse"),
        ("a.b.c.greenhouse.io", "Greenhouse"),
        ("GREENHOUSE.IO", "Greenhouse"),
        ("hire.lever.co.", "Lever"),
        ("notgreenhouse.io", ""),
        ("notgreenhouse.io.example", ""),
        ("greenhouse.io.example", ""),
        ("greenhouse.example", ""),
        ("io", ""),
        ("", ""),
    ],
)
def test_systems_are_known_by_their_domain(domain: str, vendor: str) -> None:
    assert ats(domain) == vendor


def test_a_system_shows_in_from_or_reply_to() -> None:
    assert told("From: no-reply@us.greenhouse.io").ats == "Greenhouse"
    assert told("Reply-To: x+1@hire.lever.co").ats == "Lever"
    assert told("To: x@hire.lever.co").ats == ""


# --- authentication -------------------------------------------------------------------


def test_only_the_topmost_authentication_results_count() -> None:
    facts = told(
        "Authentication-Results: mx.home.example;\n dkim=pass header.d=northwind.example;\n"
        " spf=SoftFail smtp.mailfrom=x; dmarc = fail (p=none)",
        "Authentication-Results: mx.evil.example; spf=pass; dkim=pass; dmarc=pass; arc=pass",
    )
    assert facts.auth == {"dkim": "pass", "spf": "softfail", "dmarc": "fail"}


def test_without_the_field_nothing_is_known() -> None:
    assert told("X-Authentication-Results: spf=pass").auth == {}


# --- calendar -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "body", "method"),
    [
        ("Content-Type: text/calendar; method=request", "BEGIN:VEVENT\nEND:VEVENT", "REQUEST"),
        ("Content-Type: text/calendar", "METHOD:Cancel\nBEGIN:VEVENT\nEND:VEVENT", "CANCEL"),
        ("Content-Type: text/calendar", "BEGIN:VEVENT\nEND:VEVENT", "PUBLISH"),
        ("Content-Type: text/plain", "METHOD:REQUEST", ""),
    ],
)
def test_the_method_of_an_invitation(field: str, body: str, method: str) -> None:
    assert told(field, body=body).calendar == method
