"""`mailsense templates`: the letters as they are written, and how to make them one's own."""

from __future__ import annotations

import click

from mailsense.cli.app import current
from mailsense.cli.output import count, emit, say
from mailsense.errors import TemplateError


@click.group("templates")
def templates_command() -> None:
    """The templates of the letters. A file of the same name in your folder replaces one."""


@templates_command.command("list")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_templates(as_json_: bool) -> None:
    """List the templates, and which of them are yours."""
    app = current()
    names = app.templates.names()
    own = (
        {p.stem for p in app.paths.templates.glob("*.j2")}
        if app.paths.templates.is_dir()
        else set()
    )
    if as_json_:
        emit({"name": n, "own": n in own} for n in names)
        return
    for name in names:
        say(f"{name}{'  (yours)' if name in own else ''}")
    say(f"\nyour own go into {app.paths.templates}", err=True)


@templates_command.command("show")
@click.argument("name")
def show_template(name: str) -> None:
    """Print the source of a template, to copy and change."""
    click.echo(current().templates.source(name), nl=False)


@templates_command.command("preview")
@click.argument("name")
def preview_template(name: str) -> None:
    """Print a letter as the template makes it of sample facts."""
    click.echo(current().templates.preview(name))


@templates_command.command("check")
def check_templates() -> None:
    """Render every template with sample facts and tell every problem."""
    app = current()
    problems = app.templates.check()
    if problems:
        raise TemplateError(problems)
    say(f"{count(len(app.templates.names()), 'template')} checked, nothing to mend")
