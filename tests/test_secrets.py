"""Secrets: had from exactly one place, from nobody else's file, and never shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from keyring.errors import KeyringLocked, NoKeyringError

from mailsense.adapters import secrets
from mailsense.adapters.secrets import Secret, secret
from mailsense.config import Server
from mailsense.errors import SecretError

PASSWORD = "correct horse"


def server(**source: Any) -> Server:
    return Server("imap.example.org", user="you", **source)


def problem(of: Server, env: dict[str, str] | None = None) -> str:
    """Return the one line that fetching this secret ends in."""
    with pytest.raises(SecretError) as caught:
        secret(of, env=env or {})
    [line] = caught.value.problems
    assert "\n" not in line
    assert PASSWORD not in line
    return line


def python(code: str) -> tuple[str, ...]:
    """A command that runs these lines."""
    return (sys.executable, "-c", code)


def test_a_secret_is_never_shown() -> None:
    held = Secret(PASSWORD)
    for shown in (repr(held), str(held), f"{held}", f"{held!r}", repr({"a": [held]})):
        assert PASSWORD not in shown
    assert held == Secret(PASSWORD)
    assert held != Secret(PASSWORD, is_token=True)


def test_a_password_comes_from_the_first_line_of_a_command() -> None:
    command = python(f"print({PASSWORD!r}); print('user: you')")
    assert secret(server(password_command=command), env={}) == Secret(PASSWORD)


def test_a_token_is_known_as_one(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("t0ken\n")
    file.chmod(0o600)
    for source in (
        {"token_command": python("print('t0ken')")},
        {"token_env": "TOKEN"},
        {"token_file": str(file)},
    ):
        assert secret(server(**source), env={"TOKEN": "t0ken"}) == Secret("t0ken", is_token=True)


def test_a_command_runs_without_a_shell() -> None:
    assert secret(server(password_command=("echo", "$HOME; ls")), env={}).value == "$HOME; ls"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("no-such-command-anywhere",), "there is no command no-such-command-anywhere"),
        (python("import sys; print('correct horse'); sys.exit(3)"), "failed with status 3"),
        (python("pass"), "gives no usable secret"),
        (python("print()"), "gives no usable secret"),
        (python(r"import sys; sys.stdout.buffer.write(b'\xff\xfe\n')"), "not UTF-8"),
    ],
)
def test_a_command_that_gives_no_secret_is_told_without_its_output(
    command: tuple[str, ...], expected: str
) -> None:
    assert expected in problem(server(password_command=command))


def test_the_arguments_of_a_command_are_not_repeated() -> None:
    assert "vault/job" not in problem(server(password_command=("false", "vault/job")))


def test_a_command_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    file = tmp_path / "script"
    file.write_text("not executable")
    assert "cannot be run" in problem(server(password_command=(str(file),)))


def test_a_command_that_waits_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT", 0.2)
    assert "run it by hand" in problem(server(password_command=("sleep", "60")))


def test_what_a_command_says_beside_the_secret_stays_visible(
    capfd: pytest.CaptureFixture[str],
) -> None:
    command = python("import sys; print('unlock your store', file=sys.stderr); print('x')")
    assert secret(server(password_command=command), env={}).value == "x"
    captured = capfd.readouterr()
    assert "unlock your store" in captured.err
    assert captured.out == ""


def test_a_password_comes_from_the_environment_given() -> None:
    source = server(password_env="MAIL_PASSWORD")
    assert secret(source, env={"MAIL_PASSWORD": PASSWORD}).value == PASSWORD
    assert "MAIL_PASSWORD is not set: export it" in problem(source)
    assert "is not set" in problem(source, {"MAIL_PASSWORD": ""})


def test_a_password_comes_from_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\r\nsecond line\n")
    for mode in (0o600, 0o400):
        file.chmod(mode)
        assert secret(server(password_file=str(file)), env={}).value == PASSWORD


def test_a_file_below_the_home_folder_is_found(tmp_path: Path) -> None:
    file = tmp_path / ".mail-password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    source = server(password_file="~/.mail-password")
    assert secret(source, env={"HOME": str(tmp_path)}).value == PASSWORD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610, 0o601])
def test_a_file_that_others_can_read_is_refused_with_the_command_to_run(
    tmp_path: Path, mode: int
) -> None:
    file = tmp_path / "my password"
    file.write_text(PASSWORD)
    file.chmod(mode)
    line = problem(server(password_file=str(file)))
    assert f"run chmod 600 '{file}'" in line


def test_a_file_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert "belongs to another user: run chown" in problem(server(password_file=str(file)))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    assert "cannot be read" in problem(server(password_file=str(tmp_path / "none")))
    assert "cannot be read" in problem(server(password_file=str(tmp_path)))
    assert "is not a file" in problem(server(password_file="/dev/null"))


def test_without_a_source_every_key_is_named() -> None:
    line = problem(server())
    assert line.startswith("imap.example.org: no password: set password_command")
    assert "password_keyring" in line
    assert "token_command" in line


@pytest.mark.parametrize(
    "two",
    [
        {"password_env": "A", "password_file": "b"},
        {"password_command": ("a",), "token_command": ("b",)},
        {"password_keyring": "a", "token_env": "B"},
    ],
)
def test_two_sources_are_told_by_their_keys(two: dict[str, Any]) -> None:
    line = problem(server(**two), {"A": PASSWORD, "B": PASSWORD})
    assert all(key in line for key in two)
    assert "keep one" in line


@pytest.mark.parametrize("bad", ["\0", "a\0b", "a\nb", "a\rb"])
def test_a_secret_with_a_line_break_or_nul_is_not_used(bad: str) -> None:
    assert "no usable secret" in problem(server(password_env="P"), {"P": bad})


# --- the keyring --------------------------------------------------------------------------


def test_a_password_comes_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def get_password(service: str, user: str) -> str:
        asked.append((service, user))
        return PASSWORD

    monkeypatch.setattr("keyring.get_password", get_password)
    assert secret(server(password_keyring="mail"), env={}).value == PASSWORD
    bare = Server("imap.example.org", password_keyring="mail")
    assert secret(bare, env={}, user="you@example.org").value == PASSWORD
    assert asked == [("mail", "you"), ("mail", "you@example.org")]
    assert "set user" in problem(bare)


def test_a_keyring_without_that_password_is_told_with_the_command_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    assert "run keyring set mail you" in problem(server(password_keyring="mail"))


@pytest.mark.parametrize("error", [NoKeyringError(PASSWORD), KeyringLocked(PASSWORD)])
def test_a_keyring_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def get_password(*_: str) -> None:
        raise error

    monkeypatch.setattr("keyring.get_password", get_password)
    assert "set password_command or password_file instead" in problem(
        server(password_keyring="mail")
    )


def test_the_keyring_is_imported_only_when_it_is_asked() -> None:
    code = (
        "import sys; from mailsense.adapters.secrets import secret; "
        "from mailsense.config import Server; "
        "secret(Server('h', password_env='A'), env={'A': 'x'}); "
        "sys.exit('keyring' in sys.modules)"
    )
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
