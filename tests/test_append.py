"""Writing into a mailbox: once, told exactly, and without touching anything else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mailsense.adapters.append import ImapDraftFolder, connect_writer
from mailsense.adapters.memory import MemoryDraftFolder, MemoryMailbox
from mailsense.adapters.secrets import Secret
from mailsense.config import Account, Server
from mailsense.errors import DeliveryUnknown, MailboxError, Unreachable
from tests.support.dovecot import Dovecot
from tests.support.scripted import HANGUP, MUTE, Answer, Scripted, scripted_imap
from tests.support.tls import Authority
from tests.support.verbs import Verbs

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LETTER = (
    b"From: you@example.org\r\nTo: ada@example.com\r\nMessage-ID: <d1@example.org>\r\n"
    b"Subject: Thank you\r\n\r\nMessage-ID: <not-this@example.org>\r\n"
)
DRAFT = ("\\Draft", "\\Seen")


@contextmanager
def writer(
    answers: dict[str, Answer], timeout: float = 1
) -> Iterator[tuple[ImapDraftFolder, Scripted]]:
    """A connection for writing to a server that says what the test wants."""
    with scripted_imap(answers) as server:
        account = Account(
            "main", "you@example.org", imap=Server("127.0.0.1", server.port, "plain", user="you")
        )
        folder = connect_writer(account, Secret("hush"), timeout=timeout)
        try:
            yield folder, server
        finally:
            folder.close()


# --- a real server --------------------------------------------------------------------


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_a_draft_is_stored_as_given_with_one_command(dovecot: Dovecot, security: str) -> None:
    verbs = Verbs()
    user = f"append-{security}"
    folder = connect_writer(dovecot.user(user, security), dovecot.secret, trace=verbs)
    uid = folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
    folder.close()
    assert uid == 1
    [stored] = dovecot.stored(user, "Drafts").values()
    assert stored.raw == LETTER
    assert stored.flags == {"\\draft", "\\seen"}
    assert stored.internaldate == AT
    said = [c for c in verbs.commands if not c.startswith(("CAPABILITY", "AUTH", "STARTTLS"))]
    assert said == [
        f'APPEND "Drafts" (\\Draft \\Seen) " 2-Mar-2026 09:30:00 +0000" {{{len(LETTER)}}}',
        "LOGOUT",
    ]


@pytest.mark.dovecot
def test_line_ends_become_those_of_mail(dovecot: Dovecot) -> None:
    folder = connect_writer(dovecot.user("lf"), dovecot.secret)
    folder.append("Drafts", LETTER.replace(b"\r\n", b"\n"), flags=DRAFT, at=AT)
    folder.close()
    assert dovecot.stored("lf", "Drafts")[1].raw == LETTER


@pytest.mark.dovecot
def test_a_folder_with_any_name_can_be_written(dovecot: Dovecot) -> None:
    dovecot.deliver("umlaut", LETTER, "Entwürfe & Co")
    folder = connect_writer(dovecot.user("umlaut"), dovecot.secret)
    assert folder.append("Entwürfe & Co", LETTER, flags=DRAFT, at=AT) == 2
    assert list(folder.find("Entwürfe & Co", "d1@example.org")) == [1, 2]
    folder.close()


@pytest.mark.dovecot
def test_a_missing_folder_is_told_with_the_setting_and_is_not_created(dovecot: Dovecot) -> None:
    folder = connect_writer(dovecot.user("missing"), dovecot.secret)
    with pytest.raises(MailboxError) as caught:
        folder.append("Entwurf", LETTER, flags=DRAFT, at=AT)
    assert not isinstance(caught.value, Unreachable | DeliveryUnknown)
    [problem] = caught.value.problems
    assert "there is no folder Entwurf" in problem
    assert "set drafts (or sent) under [accounts.main]" in problem
    assert folder.append("Drafts", LETTER, flags=DRAFT, at=AT) == 1  # the connection still holds
    folder.close()
    with dovecot.mailbox("missing") as mailbox:
        assert "Entwurf" not in {f.name for f in mailbox.folders()}


@pytest.mark.dovecot
def test_a_full_mailbox_is_told(another_dovecot: type[Dovecot], authority: Authority) -> None:
    server = another_dovecot(
        authority,
        extra="mail_plugins = quota\n"
        "protocol imap {\n  mail_plugins = quota imap_quota\n}\n"
        "plugin {\n  quota = count:User\n  quota_vsizes = yes\n  quota_rule = *:storage=1K\n"
        "  quota_grace = 0\n}\n",
    )
    server.start()
    folder = connect_writer(server.user("full"), server.secret)
    with pytest.raises(MailboxError, match="make room") as caught:
        folder.append("Drafts", LETTER + b"x" * 5000, flags=DRAFT, at=AT)
    assert not isinstance(caught.value, Unreachable | DeliveryUnknown)
    folder.close()
    assert server.stored("full", "Drafts") == {}


@pytest.mark.dovecot
def test_removing_one_message_touches_no_other(dovecot: Dovecot) -> None:
    dovecot.deliver("rm", LETTER, "Drafts", ("\\Deleted", "\\Flagged"))
    dovecot.deliver("rm", LETTER, "Drafts")
    before = dovecot.stored("rm", "Drafts")
    verbs = Verbs()
    folder = connect_writer(dovecot.user("rm"), dovecot.secret, trace=verbs)
    uid = folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
    assert uid is not None
    verbs.clear()
    folder.remove("Drafts", uid)
    assert verbs.commands == [
        'SELECT "Drafts"',
        "UID STORE 3 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 3",
        "UID FETCH 3 (UID)",
    ]
    assert list(folder.find("Drafts", "d1@example.org")) == [1, 2]
    assert 'EXAMINE "Drafts"' in verbs.commands  # looking is reading again
    folder.close()
    assert dovecot.stored("rm", "Drafts") == before


# --- what no real server does on demand -------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"APPEND": HANGUP}, Unreachable),
        ({"APPEND": MUTE}, Unreachable),
        ({"APPEND": b"* BYE going down\r\n" + HANGUP}, Unreachable),
        ({"APPEND DATA": HANGUP}, DeliveryUnknown),
        ({"APPEND DATA": MUTE}, DeliveryUnknown),
        ({"APPEND DATA": b"* BYE going down\r\n" + HANGUP}, DeliveryUnknown),
        ({"APPEND DATA": b"garbled\r\n"}, DeliveryUnknown),
    ],
)
def test_a_lost_answer_is_unknown_only_once_data_went_out(
    answers: dict[str, Answer], expected: type[MailboxError]
) -> None:
    with writer(answers, timeout=0.3) as (folder, _):
        with pytest.raises(MailboxError) as caught:
            folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
        assert type(caught.value) is expected
        with pytest.raises(Unreachable):  # a late answer must not pass for another's
            folder.find("Drafts", "d1@example.org")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"APPEND": b"TAG NO [TRYCREATE] no such mailbox\r\n"}, r"set drafts \(or sent\)"),
        ({"APPEND": b"TAG NO [OVERQUOTA] full\r\n"}, "make room"),
        ({"APPEND DATA": b"TAG NO [OVERQUOTA] full\r\n"}, "make room"),
        ({"APPEND DATA": b"TAG NO Quota exceeded\r\n"}, "make room"),
        ({"APPEND DATA": b"TAG NO I do not like it\r\n"}, "I do not like it"),
        ({"APPEND": b"TAG BAD unknown flag\r\n"}, "unknown flag"),
        ({"APPEND DATA": b"TAG BAD no NUL allowed\r\n"}, "no NUL allowed"),
    ],
)
def test_a_clear_no_is_no_doubt(answers: dict[str, Answer], expected: str) -> None:
    with writer(answers) as (folder, _), pytest.raises(MailboxError, match=expected) as caught:
        folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
    assert not isinstance(caught.value, Unreachable | DeliveryUnknown)


def test_a_bad_without_a_tag_followed_by_silence_is_a_refusal() -> None:
    mute = writer({"APPEND": b"* BAD what?\r\n"}, timeout=0.3)
    with mute as (folder, _), pytest.raises(MailboxError, match="refuses to store") as caught:
        folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
    assert not isinstance(caught.value, Unreachable | DeliveryUnknown)


def test_a_server_that_tells_no_uid_is_asked_for_the_message_id() -> None:
    head = b"Message-ID: <d1@example.org>\r\n\r\n"
    answers: dict[str, Answer] = {
        "APPEND DATA": b"TAG OK done\r\n",
        "UID SEARCH": b"* SEARCH 8\r\nTAG OK done\r\n",
        "UID FETCH": b"* 1 FETCH (UID 8 BODY[HEADER.FIELDS (MESSAGE-ID)] {%d}\r\n" % len(head)
        + head
        + b")\r\nTAG OK done\r\n",
    }
    with writer(answers) as (folder, server):
        assert folder.append("Drafts", LETTER, flags=DRAFT, at=AT) == 8
    assert "SELECT" not in server.heard_verbs()
    [search] = [line for line in server.heard if "SEARCH" in line]
    assert "not-this" not in search


@pytest.mark.parametrize(
    "answers",
    [
        {"EXAMINE": b"TAG NO not now\r\n"},
        {"UID SEARCH": HANGUP},
        {"UID SEARCH": b"* SEARCH\r\nTAG OK done\r\n"},
    ],
)
def test_a_stored_message_that_cannot_be_found_is_stored_all_the_same(
    answers: dict[str, Answer],
) -> None:
    with writer({"APPEND DATA": b"TAG OK done\r\n", **answers}) as (folder, _):
        assert folder.append("Drafts", LETTER, flags=DRAFT, at=AT) is None


@pytest.mark.parametrize("flag", ["\\Draft) {1}", "a b", "", "\\", "x\r\ny"])
def test_a_flag_out_of_grammar_is_never_sent(flag: str) -> None:
    with writer({}) as (folder, server), pytest.raises(ValueError, match="flag"):
        folder.append("Drafts", LETTER, flags=[flag], at=AT)
    assert "APPEND" not in server.heard_verbs()


def test_an_instant_without_a_zone_is_never_sent() -> None:
    with writer({}) as (folder, _), pytest.raises(ValueError, match="zone"):
        folder.append("Drafts", LETTER, flags=DRAFT, at=AT.replace(tzinfo=None))


def test_without_uidplus_nothing_is_marked_deleted() -> None:
    answers: dict[str, Answer] = {
        "AUTHENTICATE DATA": b"TAG OK [CAPABILITY IMAP4rev1] in\r\n",
    }
    with writer(answers) as (folder, server), pytest.raises(MailboxError, match="delete the draft"):
        folder.remove("Drafts", 4)
    assert set(server.heard_verbs()) <= {"CAPABILITY", "AUTHENTICATE", "LOGOUT"}


def test_on_gmail_a_removed_draft_goes_to_the_trash_and_not_to_all_mail() -> None:
    answers: dict[str, Answer] = {
        "AUTHENTICATE DATA": b"TAG OK [CAPABILITY IMAP4rev1 UIDPLUS MOVE X-GM-EXT-1] in\r\n",
        "LIST": b'* LIST (\\Trash) "/" "[Gmail]/Papierk&APY-rbe"\r\nTAG OK done\r\n',
        "UID MOVE": b"TAG OK done\r\n",
    }
    with writer(answers) as (folder, server):
        folder.remove("[Gmail]/Entwürfe", 4)
    [move] = [line for line in server.heard if "UID MOVE" in line]
    assert move.endswith('UID MOVE 4 "[Gmail]/Papierk&APY-rbe"')
    assert not any("STORE" in line or "EXPUNGE" in line for line in server.heard)


def test_a_folder_that_can_only_be_read_is_told() -> None:
    answers: dict[str, Answer] = {
        "SELECT": b"* 1 EXISTS\r\n* OK [READ-ONLY] no\r\nTAG OK [READ-ONLY] done\r\n"
    }
    with writer(answers) as (folder, server), pytest.raises(MailboxError, match="only be read"):
        folder.remove("Drafts", 4)
    assert "UID STORE" not in server.heard_verbs()


def test_a_message_that_stays_after_its_removal_is_told() -> None:
    answers: dict[str, Answer] = {
        "UID STORE": b"TAG OK done\r\n",
        "UID EXPUNGE": b"TAG OK done\r\n",
        "UID FETCH": b"* 1 FETCH (UID 4)\r\nTAG OK done\r\n",
    }
    with writer(answers) as (folder, _), pytest.raises(MailboxError, match="kept a message"):
        folder.remove("Drafts", 4)


# --- the account in memory meets the same faults ----------------------------------------


def test_the_account_in_memory_refuses_breaks_and_loses_answers_as_told() -> None:
    box = MemoryMailbox()
    folder = MemoryDraftFolder(box, faults=("refuse", "break", "lose-answer"))
    for expected, stored in ((MailboxError, 0), (Unreachable, 0), (DeliveryUnknown, 1)):
        with pytest.raises(MailboxError) as caught:
            folder.append("Drafts", LETTER, flags=DRAFT, at=AT)
        assert type(caught.value) is expected
        assert len(box.stored("Drafts")) == stored
    assert folder.append("Drafts", LETTER, flags=DRAFT, at=AT) == 2


def test_the_account_in_memory_can_be_changed_behind_the_readers_back() -> None:
    box = MemoryMailbox()
    box.add("INBOX", LETTER)
    second = box.add("INBOX", LETTER, ("\\Seen",))
    before = box.examine("INBOX")
    box.remove("INBOX", 1)
    box.change_uidvalidity("INBOX")
    after = box.examine("INBOX")
    assert before.uidvalidity != after.uidvalidity
    assert (after.exists, after.uidnext) == (1, 2)
    box.set_flags("INBOX", 1, ("\\Answered",))
    assert box.flags("INBOX", [1, second]) == {1: {"\\answered"}}
    assert box.move("INBOX", 1, "Archive") == 1
    box.lose_uidvalidity("Archive")
    assert box.examine("Archive").uidvalidity is None
    box.unreachable = True
    with pytest.raises(Unreachable):
        box.folders()
