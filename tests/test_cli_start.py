"""The command line starts at once, explains itself, and its documents are complete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from mailsense.cli.main import COMMANDS, cli, run

ROOT = Path(__file__).parent.parent
HEAVY = ("numpy", "scipy", "sklearn", "imapclient", "jinja2", "textual", "selectolax", "holidays",
         "icalendar")  # fmt: skip


def imported_by(*args: str) -> set[str]:
    """Return the top-level modules that a fresh run of the program with ``args`` imports."""
    code = (
        "import sys\n"
        "from mailsense.cli.main import run\n"
        f"code = run({list(args)!r})\n"
        "print('\\n' + ' '.join(sorted({m.split('.')[0] for m in sys.modules})))\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_imports_nothing_heavy() -> None:
    assert not imported_by("--help") & set(HEAVY)


def test_the_check_of_imports_sees_what_a_command_needs(tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_text("From: a@b.example\nTo: c@d.example\nSubject: x\n\n<p>hello</p>\n")
    assert "email" in imported_by("parse", str(letter))


@pytest.mark.parametrize("args", [("status",), ("drafts",), ("list",)])
def test_looking_imports_neither_scikit_learn_nor_numpy(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILSENSE_HOME", str(tmp_path))
    config = tmp_path / "config"
    config.mkdir()
    (config / "config.toml").write_text((ROOT / "config.example.toml").read_text())
    assert not imported_by(*args) & {"numpy", "scipy", "sklearn", "imapclient"}


def every_command() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, sub) for sub in command.commands]
    return found


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_explains_itself(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--help"]) == 0
    help = capsys.readouterr().out
    assert help.startswith("Usage: ")
    assert len(help.split("\n\n")[1].strip()) > 20


def test_the_short_help_of_each_command_is_there() -> None:
    assert all(help.endswith(".") and len(help) < 80 for _, help in COMMANDS.values())


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_is_documented(command: tuple[str, ...]) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    assert f"mailsense {' '.join(command)}" in text


def test_the_reference_of_commands_is_the_generated_one() -> None:
    from mailsense.cli.reference import reference

    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == reference()


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["snyc"]) == 2
    assert "snyc" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert "mailsense" in capsys.readouterr().out
