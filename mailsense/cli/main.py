"""The command line: a module per noun, loaded only when its command is called.

`mailsense --help` and shell completion must be instant, so nothing but click is imported
here; the tests hold that true.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from mailsense import __version__
from mailsense.errors import UserError

COMMANDS = {
    "sync": ("mailsense.cli.sync", "Read new mail, tag it, draft the answers."),
    "today": ("mailsense.cli.agenda", "Show what needs a decision today: five things at most."),
    "agenda": ("mailsense.cli.agenda", "Show the next few steps of this week, or export them."),
    "week": ("mailsense.cli.week", "Show what the week brought; draft a summary for a partner."),
    "review": ("mailsense.cli.review", "Decide about the drafts that wait, one at a time."),
    "list": ("mailsense.cli.messages", "List messages with their tags."),
    "show": ("mailsense.cli.messages", "Show one message and why it was tagged so."),
    "explain": ("mailsense.cli.explain", "Explain a verdict: what spoke for it, what against."),
    "label": ("mailsense.cli.label", "Say what a message really is."),
    "drafts": ("mailsense.cli.drafts", "List drafts; approve, edit, snooze, discard or show them."),
    "applications": (
        "mailsense.cli.corrections",
        "List applications and where they stand; put right what mail does not tell.",
    ),
    "never": ("mailsense.cli.wishes", "Never write to a person or a company."),
    "pause": ("mailsense.cli.wishes", "Write nothing into a silence for a while."),
    "resume": ("mailsense.cli.wishes", "End a pause: letters into a silence come again."),
    "landed": ("mailsense.cli.wishes", "You found a job: withdraw elsewhere, thank who helped."),
    "prepare": ("mailsense.cli.prepare", "Print a call card: whom you talk to, and what to say."),
    "feedback": ("mailsense.cli.feedback", "List what people said of you, and what several say."),
    "debrief": ("mailsense.cli.debrief", "Look back on a talk or a no, in a few questions."),
    "touch": ("mailsense.cli.touch", "Stay in touch: an article, good news, a year-end note."),
    "leads": ("mailsense.cli.leads", "Follow the names you were given to their end."),
    "status": ("mailsense.cli.status", "Show what was read, when, and what waits."),
    "send": ("mailsense.cli.send", "Send approved drafts (needs smtp in the configuration)."),
    "train": ("mailsense.cli.train", "Learn from the labels you gave."),
    "model": ("mailsense.cli.model", "Show the models, choose one, and see how good it is."),
    "templates": ("mailsense.cli.templates", "List, show, preview and check the templates."),
    "config": ("mailsense.cli.config", "Write, check and show the configuration."),
    "parse": ("mailsense.cli.oneshot", "Read messages from files and print their parts."),
    "classify": ("mailsense.cli.oneshot", "Tag messages from files."),
    "draft": ("mailsense.cli.oneshot", "Draft the answer to one message from a file."),
    "evaluate": ("mailsense.cli.oneshot", "Measure the classifier on labelled messages."),
    "demo": ("mailsense.cli.demo", "Try it all on a sample mailbox on this machine."),
}
"""Command → (module that holds it under the same name, its line in the help)."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, not when they are listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with `mailsense config init`. Nothing is ever sent without your decision.",
)
@click.version_option(__version__, prog_name="mailsense")
def cli() -> None:
    """Turn every "no" into an open door.

    mailsense reads the recruiter mail in your own mailbox, drafts gracious answers, and
    waits for you to review each one. Everything stays on this machine.
    """


def run(args: Sequence[str] | None = None, app: object = None) -> int:
    """Given the arguments (default: the process's own), run one command; return the exit status.

    Problems become one line each on stderr.  ``app`` is the run's App where a test or the
    demo brings its own.
    """
    try:
        color = False if os.environ.get("NO_COLOR") else None
        code = cli.main(args=args, standalone_mode=False, obj=app, color=color)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except UserError as error:
        for problem in error.problems:
            click.echo(f"mailsense: {problem}", err=True)
        code = 1
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nstopped; nothing is lost, the next run goes on from here", err=True)
        code = 130
    return code if isinstance(code, int) else 0


def main() -> None:
    """The entry point of the ``mailsense`` command."""
    try:
        sys.exit(run())
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
