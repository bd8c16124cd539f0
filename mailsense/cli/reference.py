"""docs/commands.md, docs/playbook.md and config.example.toml, written from what they tell of.

``python -m mailsense.cli.reference FOLDER`` writes them into a checkout (`make docs`): the
commands from the program's own help, the playbook's tables from ``templates/playbook.toml``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from mailsense.cli import playbook_page
from mailsense.cli.main import cli
from mailsense.config.sample import sample

_HEAD = """\
# Every command

Written by `make docs` from the program's own help. Every command that reads takes `--json`;
with it nothing asks. `list`, `drafts` and `applications list` print one array; `parse`,
`classify` and `draft` print one object a line as they come.

Exit status: 0 done, 1 a problem that the message explains, 2 wrong usage, 130 stopped by you.

Shell completion: `eval "$(_MAILSENSE_COMPLETE=bash_source mailsense)"` in `.bashrc`, and likewise
`zsh_source` and `fish_source`.
"""


def reference() -> str:
    """Return the text of docs/commands.md."""
    context = click.Context(cli, info_name="mailsense", help_option_names=["-h", "--help"])
    return _HEAD + "".join(_sections(cli, context, ()))


def _sections(group: click.Group, context: click.Context, path: tuple[str, ...]) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        here = (*path, name)
        inner = click.Context(
            command, info_name=name, parent=context, terminal_width=90, max_content_width=90
        )
        yield f"\n## `mailsense {' '.join(here)}`\n\n```\n{command.get_help(inner)}\n```\n"
        if isinstance(command, click.Group):
            yield from _sections(command, inner, here)


if __name__ == "__main__":
    root = Path(sys.argv[1])
    (root / "docs" / "commands.md").write_text(reference(), encoding="utf-8")
    (root / "config.example.toml").write_text(sample(), encoding="utf-8")
    book = root / "docs" / "playbook.md"
    renewed = playbook_page.page(
        book.read_text(encoding="utf-8"), root / "templates" / "playbook.toml"
    )
    book.write_text(renewed, encoding="utf-8")
