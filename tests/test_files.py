"""Messages from files: .eml, mbox, Maildir, folders and standard input, in order."""

from __future__ import annotations

import io
import mailbox
from pathlib import Path

import pytest

from mailsense.adapters.files import messages
from mailsense.errors import UserError

LETTER = b"From: a@b.example\r\nSubject: %s\r\n\r\nhello\r\n"


def read(*paths: object, stdin: bytes = b"") -> list[tuple[str, bytes]]:
    return list(messages([str(p) for p in paths], io.BytesIO(stdin)))


def test_a_single_message_is_read_whatever_its_name(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(LETTER % b"x")
    assert read(file) == [(str(file), LETTER % b"x")]


def test_an_mbox_gives_its_messages_numbered_in_order(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for subject in (b"one", b"two", b"three"):
        box.add(LETTER % subject)
    box.close()
    found = read(tmp_path / "box")
    assert [name for name, _ in found] == [f"{tmp_path}/box#{n}" for n in (1, 2, 3)]
    assert [b"one" in raw for _, raw in found] == [True, False, False]


def test_a_maildir_gives_new_and_read_messages(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "md")
    box.add(LETTER % b"new")
    (tmp_path / "md" / "cur" / "1:2,S").write_bytes(LETTER % b"seen")
    assert sorted(b"seen" in raw for _, raw in read(tmp_path / "md")) == [False, True]


def test_a_folder_is_walked_by_name_and_what_is_no_mail_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(LETTER % b"b")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "msg_01").write_bytes(LETTER % b"a")
    (tmp_path / "notes.md").write_text("# not a message\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / ".hidden.eml").write_bytes(LETTER % b"hidden")
    assert [Path(name).name for name, _ in read(tmp_path)] == ["msg_01", "b.eml"]


def test_a_dash_is_standard_input_one_message_or_an_mbox(tmp_path: Path) -> None:
    assert read("-", stdin=LETTER % b"x") == [("-", LETTER % b"x")]
    box = b"From a Mon Jan  1 00:00:00 2024\n" + LETTER % b"1" + b"\n"
    found = read("-", stdin=box + box.replace(b"1\r\n\r\nhello", b"2\r\n\r\nhello"))
    assert [name for name, _ in found] == ["-#1", "-#2"]


def test_what_is_missing_is_told_after_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "x.eml"
    file.write_bytes(LETTER % b"x")
    empty = tmp_path / "empty"
    empty.mkdir()
    found: list[str] = []
    with pytest.raises(UserError) as caught:
        for name, _ in messages([str(tmp_path / "no"), str(file), str(empty)], io.BytesIO()):
            found.append(name)
    assert found == [str(file)]
    assert [p.split(": ")[1] for p in caught.value.problems] == [
        "there is no such file or folder",
        "holds no message (.eml, mbox or Maildir)",
    ]
