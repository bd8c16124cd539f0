"""Reading a real server: nothing changes there, and what fails is told in one line."""

from __future__ import annotations

import dataclasses
import logging
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailsense.adapters import imap
from mailsense.adapters.imap import connect
from mailsense.adapters.secrets import Secret
from mailsense.errors import MailboxError, Unreachable
from tests.support.dovecot import Dovecot
from tests.support.tls import Authority
from tests.support.verbs import Verbs

pytestmark = pytest.mark.dovecot

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def letter(number: int, size: int = 0) -> bytes:
    return (
        f"From: Ada <ada@example.org>\r\nMessage-ID: <{number}@example.org>\r\n"
        f"Subject: Number {number}\r\n\r\nHello.\r\n{'x' * size}\r\n"
    ).encode()


def one_line(error: MailboxError) -> str:
    """Return the one problem of an error, which is one line that ends in the way out."""
    [problem] = error.problems
    assert "\n" not in problem
    assert ": " in problem
    return problem


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_reading_changes_nothing_on_the_server(dovecot: Dovecot, security: str) -> None:
    user = f"still-{security}"
    dovecot.deliver_all(user, [letter(n) for n in range(5)])
    dovecot.deliver(user, letter(9), "Entwürfe & mehr", ("\\Answered", "$Job"))
    before, files = dovecot.stored(user), dovecot.on_disk(user)
    verbs = Verbs()
    mailbox = connect(dovecot.user(user, security), dovecot.secret, trace=verbs)
    for folder in mailbox.folders():
        mailbox.examine(folder.name)
        uids = mailbox.uids(folder.name, since=date(2020, 1, 1))
        list(mailbox.fetch(folder.name, uids, limit=65_536))
        mailbox.flags(folder.name, uids)
        mailbox.find(folder.name, "1@example.org")
    mailbox.close()
    verbs.assert_only_reads()
    assert {"EXAMINE", "UID FETCH", "UID SEARCH", "LIST"} <= set(verbs.verbs)
    assert verbs.verbs[-1] == "LOGOUT"
    assert ("STARTTLS" in verbs.verbs) == (security == "starttls")
    assert dovecot.stored(user) == before
    assert dovecot.on_disk(user) == files


def test_every_command_is_on_record_and_no_secret_is(dovecot: Dovecot) -> None:
    dovecot.deliver("record", letter(1))
    verbs = Verbs()
    with dovecot.mailbox("record", trace=verbs) as mailbox:
        mailbox.examine("INBOX")
        list(mailbox.fetch("INBOX", mailbox.uids("INBOX"), limit=100))
    assert verbs.commands == [
        "CAPABILITY",
        "AUTHENTICATE PLAIN",
        'EXAMINE "INBOX"',
        "UID SEARCH UID 1:*",
        "UID FETCH 1 (UID RFC822.SIZE INTERNALDATE FLAGS BODY.PEEK[]<0.100>)",
        "LOGOUT",
    ]


def test_a_starttls_connection_is_encrypted_before_the_login(dovecot: Dovecot) -> None:
    verbs = Verbs()
    connect(dovecot.user("enc", "starttls"), dovecot.secret, trace=verbs).close()
    order = [v for v in verbs.verbs if v in ("STARTTLS", "AUTHENTICATE", "LOGIN")]
    assert order == ["STARTTLS", "AUTHENTICATE"]
    assert "user=<enc>" in dovecot.log()
    [login] = [line for line in dovecot.log().splitlines() if "Login: user=<enc>" in line]
    assert ", TLS," in login


def test_nothing_secret_and_no_mail_is_logged(
    dovecot: Dovecot, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    dovecot.deliver("quiet", b"Subject: hush\r\n\r\nvery private words\r\n")
    caplog.set_level(logging.DEBUG)
    with dovecot.mailbox("quiet") as mailbox:
        list(mailbox.fetch("INBOX", mailbox.uids("INBOX"), limit=10_000))
    said = caplog.text + "".join(capfd.readouterr())
    assert "private words" not in said
    assert dovecot.secret.value not in said


def test_folders_carry_their_use_and_their_names_as_people_read_them(dovecot: Dovecot) -> None:
    dovecot.deliver("names", letter(1), "Bewerbungen/Größe & Maß")
    with dovecot.mailbox("names") as mailbox:
        folders = {folder.name: folder for folder in mailbox.folders()}
        assert "\\sent" in folders["Sent"].attributes
        assert "\\drafts" in folders["Drafts"].attributes
        assert not folders["Bewerbungen"].selectable
        assert mailbox.examine("Bewerbungen/Größe & Maß").exists == 1
    with dovecot.mailbox("names") as mailbox:  # its name known from an earlier run only
        assert mailbox.examine("Bewerbungen/Größe & Maß").exists == 1


def test_a_name_that_no_encoding_allows_spoils_nothing_but_itself(dovecot: Dovecot) -> None:
    dovecot.deliver("odd", letter(1))
    folder = dovecot.maildir("odd") / ".Jobs &quot"
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    dovecot.give(folder)
    with dovecot.mailbox("odd") as mailbox:
        assert {"INBOX", "Jobs &quot"} <= {f.name for f in mailbox.folders()}
        with pytest.raises(MailboxError) as caught:  # Dovecot lists it and cannot open it
            mailbox.examine("Jobs &quot")
        assert "Jobs &quot" in one_line(caught.value)
        assert mailbox.examine("INBOX").exists == 1


def test_many_messages_come_in_batches_and_in_order(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver_all("batches", [letter(n) for n in range(7)])
    monkeypatch.setattr(imap, "_MOST_UIDS", 3)
    verbs = Verbs()
    with dovecot.mailbox("batches", trace=verbs) as mailbox:
        uids = mailbox.uids("INBOX")
        got = list(mailbox.fetch("INBOX", uids, limit=10_000))
    assert [one.uid for one in got] == list(uids)
    assert [one.raw for one in got] == [letter(n) for n in range(7)]
    assert len(verbs.of("UID FETCH")) == 3


def test_a_large_limit_asks_for_few_messages_at_a_time(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver_all("large", [letter(n, 3000) for n in range(4)])
    monkeypatch.setattr(imap, "_MOST_BYTES", 10_000)
    verbs = Verbs()
    with dovecot.mailbox("large", trace=verbs) as mailbox:
        got = list(mailbox.fetch("INBOX", mailbox.uids("INBOX"), limit=5_000))
    assert not any(one.truncated for one in got)
    assert len(verbs.of("UID FETCH")) == 2


def test_more_uids_than_fit_in_one_command_are_asked_for_in_several(dovecot: Dovecot) -> None:
    dovecot.deliver("chunks", letter(1))
    verbs = Verbs()
    with dovecot.mailbox("chunks", trace=verbs) as mailbox:
        found = mailbox.flags("INBOX", range(1, 60_000, 2))
    assert set(found) == {1}
    assert len(verbs.of("UID FETCH")) > 10
    assert max(map(len, verbs.commands)) < 8_192


def test_uids_of_a_very_full_folder_are_asked_for_in_steps(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver_all("steps", [letter(n) for n in range(7)])
    monkeypatch.setattr(imap, "_SEARCH_STEP", 3)
    verbs = Verbs()
    with dovecot.mailbox("steps", trace=verbs) as mailbox:
        assert list(mailbox.uids("INBOX")) == [1, 2, 3, 4, 5, 6, 7]
        assert list(mailbox.uids("INBOX", after=2)) == [3, 4, 5, 6, 7]
    assert verbs.of("UID SEARCH")[:3] == [
        "UID SEARCH UID 1:3",
        "UID SEARCH UID 4:6",
        "UID SEARCH UID 7:*",
    ]


def test_a_message_expunged_while_the_folder_is_open_is_left_out(dovecot: Dovecot) -> None:
    dovecot.deliver_all("expunged", [letter(n) for n in range(3)])
    with dovecot.mailbox("expunged") as mailbox:
        uids = mailbox.uids("INBOX")
        with dovecot.client("expunged") as other:
            other.select_folder("INBOX")
            other.delete_messages([2])
            other.expunge([2])
        got = list(mailbox.fetch("INBOX", uids, limit=10_000))
    assert [one.uid for one in got] == [1, 3]


def test_a_rebuilt_folder_has_another_uidvalidity(dovecot: Dovecot) -> None:
    dovecot.deliver("rebuilt", letter(1), "Jobs")
    with dovecot.mailbox("rebuilt") as mailbox:
        before = mailbox.examine("Jobs").uidvalidity
        mailbox.examine("INBOX")
        with dovecot.client("rebuilt") as other:
            other.delete_folder("Jobs")
            other.create_folder("Jobs")
        assert mailbox.examine("Jobs").uidvalidity != before


def test_a_folder_rebuilt_during_a_fetch_is_told_and_no_wrong_mail_comes(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.deliver_all("meanwhile", [letter(n) for n in range(2)], "Jobs")
    monkeypatch.setattr(imap, "_MOST_UIDS", 1)
    with dovecot.mailbox("meanwhile") as mailbox:
        coming = mailbox.fetch("Jobs", mailbox.uids("Jobs"), limit=100)
        next(coming)
        mailbox.examine("INBOX")
        with dovecot.client("meanwhile") as other:
            other.delete_folder("Jobs")
        dovecot.deliver_all("meanwhile", [letter(n) for n in (7, 8)], "Jobs")
        with pytest.raises(MailboxError, match="rebuilt"):
            next(coming)


def test_uids_told_before_a_folder_was_rebuilt_fetch_no_wrong_mail(dovecot: Dovecot) -> None:
    dovecot.deliver("since", letter(1), "Jobs")
    with dovecot.mailbox("since") as mailbox:
        mailbox.examine("Jobs")
        uids = mailbox.uids("Jobs")
        mailbox.examine("INBOX")
        with dovecot.client("since") as other:
            other.delete_folder("Jobs")
        dovecot.deliver("since", letter(7), "Jobs")
        with pytest.raises(MailboxError, match="rebuilt"):
            list(mailbox.fetch("Jobs", uids, limit=100))


def test_a_connection_that_breaks_is_told_and_a_new_one_goes_on(
    another_dovecot: type[Dovecot], authority: Authority
) -> None:
    server = another_dovecot(authority)
    server.start()
    server.deliver("u", letter(1))
    mailbox = connect(server.user("u"), server.secret)
    before = mailbox.examine("INBOX")
    server.restart()
    for _ in range(2):
        with pytest.raises(Unreachable) as caught:
            list(mailbox.uids("INBOX"))
        assert "try again later" in one_line(caught.value)
    mailbox.close()
    with server.mailbox("u") as again:
        assert again.examine("INBOX").uidvalidity == before.uidvalidity
        assert list(again.uids("INBOX")) == [1]


# --- what can go wrong before the first folder is open --------------------------------


def test_a_wrong_password_is_told_with_the_usual_cause_and_without_the_password(
    dovecot: Dovecot,
) -> None:
    with pytest.raises(MailboxError) as caught:
        connect(dovecot.user("wrong"), Secret("n0t-the-one"))
    assert not isinstance(caught.value, Unreachable)
    problem = one_line(caught.value)
    assert problem.startswith(f"127.0.0.1:{dovecot.port} refuses user name or password")
    assert "app password" in problem
    assert "n0t-the-one" not in problem


@pytest.mark.parametrize(
    ("hosts", "options", "expected"),
    [
        (("127.0.0.1",), {"expired": True}, "certificate has expired"),
        (("127.0.0.1",), {"future": True}, "not valid yet"),
        (("127.0.0.1",), {"self_signed": True}, "certificate is self-signed"),
        (("mail.example.org",), {}, "is for another host name"),
    ],
)
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_does_not_hold_stops_the_login(
    another_dovecot: type[Dovecot],
    authority: Authority,
    security: str,
    hosts: tuple[str, ...],
    options: dict[str, bool],
    expected: str,
) -> None:
    server = another_dovecot(authority, authority.issue(*hosts, **options))
    server.start()
    verbs = Verbs()
    with pytest.raises(MailboxError, match=expected) as caught:
        connect(server.user("u", security), server.secret, trace=verbs)
    assert not isinstance(caught.value, Unreachable)
    one_line(caught.value)
    assert not {"LOGIN", "AUTHENTICATE"} & set(verbs.verbs)


def test_an_unknown_authority_is_told_with_the_way_to_trust_it(dovecot: Dovecot) -> None:
    account = dovecot.user("u", "tls")
    stranger = dataclasses.replace(account, imap=dataclasses.replace(account.imap, ca_file=""))
    with pytest.raises(MailboxError, match="from an unknown authority") as caught:
        connect(stranger, dovecot.secret)
    assert "ca_file" in one_line(caught.value)
    connect(stranger, dovecot.secret, ca_file=dovecot.ca_file).close()


def test_an_unusable_ca_file_is_told(dovecot: Dovecot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    for file in (broken, tmp_path / "missing.pem"):
        with pytest.raises(MailboxError, match="check ca_file"):
            connect(dovecot.user("u", "tls"), dovecot.secret, ca_file=file)


def test_tls_on_a_port_that_speaks_in_clear_is_told(dovecot: Dovecot) -> None:
    account = dovecot.user("u", "tls")
    clear = dataclasses.replace(account, imap=dataclasses.replace(account.imap, port=dovecot.port))
    with pytest.raises(MailboxError, match="does not speak TLS") as caught:
        connect(clear, dovecot.secret)
    assert '"starttls"' in one_line(caught.value)


def test_a_password_beyond_ascii_logs_in(
    another_dovecot: type[Dovecot], authority: Authority
) -> None:
    server = another_dovecot(authority, password="pässwörd-密码")
    server.start()
    with server.mailbox("u") as mailbox:
        assert mailbox.examine("INBOX").exists == 0


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_logs_in(
    another_dovecot: type[Dovecot], authority: Authority, mechanism: str
) -> None:
    server = another_dovecot(authority, extra=f"auth_mechanisms = plain {mechanism}")
    server.start()
    verbs = Verbs()
    connect(server.user("u"), server.token("u"), trace=verbs).close()
    assert f"AUTHENTICATE {mechanism.upper()}" in verbs.commands


@pytest.mark.parametrize("mechanism", ["xoauth2", "oauthbearer"])
def test_a_token_that_expired_is_told_and_not_sent_twice(
    another_dovecot: type[Dovecot], authority: Authority, mechanism: str
) -> None:
    server = another_dovecot(authority, extra=f"auth_mechanisms = plain {mechanism}")
    server.start()
    token = server.token("u", expired=True)
    with pytest.raises(MailboxError, match="refuses the OAuth2 token") as caught:
        connect(server.user("u"), token)
    problem = one_line(caught.value)
    assert "expired" in problem
    assert token.value not in problem
    assert not re.search(r"\b2 attempts", server.log())


def test_a_server_that_takes_no_tokens_is_told(
    another_dovecot: type[Dovecot], authority: Authority
) -> None:
    server = another_dovecot(authority, extra="auth_mechanisms = plain")
    server.start()
    with pytest.raises(MailboxError, match="takes no OAuth2 tokens"):
        connect(server.user("u"), server.token("u"))
