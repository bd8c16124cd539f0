"""`mailsense templates`: the letters as they are written, and how to make them one's own.

What is said on the phone (`mailsense prepare`) is among them, as ``scripts/NAME``.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, say, wrapped
from mailsense.errors import TemplateError
from mailsense.reply.phrasings import FILE, Paragraph
from mailsense.reply.templates import Templates

_SCRIPTS = "scripts/"


@click.group("templates")
def templates_command() -> None:
    """The templates of the letters. A file of the same name in your folder replaces one."""


@templates_command.command("list")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_templates(as_json_: bool) -> None:
    """List the templates, and which of them are yours."""
    app = current()
    names = [*app.templates.names(), *(f"{_SCRIPTS}{name}" for name in app.scripts.names())]
    folder = app.paths.templates
    own = {p.relative_to(folder).with_suffix("").as_posix() for p in folder.rglob("*.j2")}
    if as_json_:
        emit({"name": n, "own": n in own} for n in names)
        return
    for name in names:
        say(f"{name}{'  (yours)' if name in own else ''}")
    say(f"\nyour own go into {folder}", err=True)


@templates_command.command("show")
@click.argument("name")
def show_template(name: str) -> None:
    """Print the source of a template, to copy and change."""
    templates, name = _found(current(), name)
    click.echo(templates.source(name), nl=False)


@templates_command.command("preview")
@click.argument("name")
def preview_template(name: str) -> None:
    """Print a letter as the template makes it of sample facts."""
    templates, name = _found(current(), name)
    click.echo(templates.preview(name))


def _found(app: App, name: str) -> tuple[Templates, str]:
    """Return where a template is, and what it is called there."""
    if name.startswith(_SCRIPTS):
        return app.scripts, name.removeprefix(_SCRIPTS)
    return app.templates, name


@templates_command.command("phrasings")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--own", "only_own", is_flag=True, help="Only those that you have words for.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_phrasings(names: tuple[str, ...], only_own: bool, as_json_: bool) -> None:
    """List the paragraphs that you can say in your own words: where, our words, yours.

    NAME is that of a paragraph or of a template. Your words go into the file phrasings.toml
    in your folder of templates, as NAME = "…" or NAME = ["…", "…"], and come before ours.
    """
    from mailsense.reply.phrasings import paragraphs

    app = current()
    known = paragraphs(app.templates)
    for name in names:
        if not any(_is_of(one, name) for one in known):
            raise TemplateError(f"no paragraph or template is called {clean(name)!r}")
    found = [
        one
        for one in known
        if (not names or any(_is_of(one, name) for name in names)) and (one.own or not only_own)
    ]
    if as_json_:
        emit(
            {"name": p.name, "used": list(p.used), "ours": list(p.ours), "yours": list(p.own)}
            for p in found
        )
        return
    for one in found:
        _tell(one)
    if not found:
        say("you have no phrasings of your own")
    say(f"your own go into {app.paths.templates / FILE}", err=True)


def _is_of(one: Paragraph, name: str) -> bool:
    return name == one.name or name in one.used


def _tell(one: Paragraph) -> None:
    say(click.style(one.name, bold=True))
    for line in wrapped(f"in {', '.join(one.used)}", "  "):
        say(click.style(line, dim=True))
    _listed("yours", one.own)
    _listed("ours", one.ours)
    say()


def _listed(whose: str, texts: Sequence[str]) -> None:
    for text in texts:
        first, *rest = wrapped(text, " " * 9)
        say(f"  {whose:5}  {first.strip()}")
        for line in rest:
            say(line)


@templates_command.command("check")
def check_templates() -> None:
    """Write every template with sample facts, and tell every problem.

    Your own phrasings are written too, and all of it is held against the playbook: the words
    that are never said, and how long a letter may be.
    """
    from mailsense.reply.checks import spoken

    app = current()
    problems: list[str] = []
    try:
        playbook = app.playbook
    except TemplateError as error:
        playbook, problems = None, list(error.problems)
    problems += app.templates.check(playbook)
    problems += spoken(app.scripts, playbook, _SCRIPTS)
    if problems:
        raise TemplateError(problems)
    own = sum(len(texts) for texts in app.templates.own.sayings.values())
    checked = count(len(app.templates.names()) + len(app.scripts.names()), "template")
    checked += f" and {count(own, 'phrasing')} of yours" if own else ""
    say(f"{checked} checked, nothing to mend")
