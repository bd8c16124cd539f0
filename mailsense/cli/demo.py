"""`mailsense demo`: the main job on a sample mailbox, with nothing to configure.

Starts an IMAP server and an SMTP sink on this machine's loopback, fills a mailbox, and
runs the commands that a real account runs.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from mailsense.cli.app import App, current
from mailsense.cli.drafts import letter
from mailsense.cli.messages import list_command
from mailsense.cli.output import interactive, say
from mailsense.cli.review import review_command
from mailsense.cli.sync import sync_command
from mailsense.domain import DraftState
from mailsense.errors import UserError
from mailsense.review import order

_CONFIG = """\
# The demo's configuration: loopback servers with made-up mail.
[me]
name = "Robin Avery"
phone = "+44 20 7946 0000"
field = "operations and data analysis"
availability = "weekdays after 2 pm"
timezone = "{zone}"
country = "GB"

[accounts.demo]
email = "robin.avery@mailbox.example"
sent = "Sent"
drafts = "Drafts"

[accounts.demo.imap]
host = "127.0.0.1"
port = {imap}
security = "plain"
user = "{user}"
password_file = "{secret}"

[accounts.demo.smtp]
host = "127.0.0.1"
port = {smtp}
security = "plain"
user = "{user}"
password_file = "{secret}"
"""


@click.command("demo")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="Use this (new) folder.")
def demo_command(folder: Path | None) -> None:
    """Try mailsense on a sample mailbox: servers and mail are made on this machine.

    Nothing to configure, and nothing is left behind but the folder that is named at the end.
    """
    try:
        from mailsense.demo.servers import PASSWORD, USER, embedded_imap, smtp_sink
    except ImportError:
        raise UserError(
            "the demo needs its servers: pip install 'mailsense[demo]', or `make demo`"
        ) from None
    outer = current()
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise UserError(f"{folder} is not empty: name a new folder")
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="mailsense-demo-"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = folder.resolve()
    secret = folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD + "\n")
    app = App({**os.environ, "MAILSENSE_HOME": str(folder / "home")}, outer.clock, outer.token)
    servers = folder / "servers"
    servers.mkdir()
    with embedded_imap(servers) as imap, smtp_sink(servers) as smtp:
        text = _CONFIG.format(zone="Europe/London", imap=imap, smtp=smtp, user=USER, secret=secret)
        app.paths.config.mkdir(parents=True, mode=0o700)
        app.paths.config_file.write_text(text)
        n = _fill(app, imap)
        say(f"a sample mailbox with {n} messages lies on a mail server of its own\n")
        _show(app)
    say(f"\nall of it is in {folder}; delete that folder and nothing is left")


def _fill(app: App, port: int) -> int:
    """Deliver the sample mail, and return how much it is."""
    from mailsense.demo.mailbox import samples
    from mailsense.demo.servers import Letter, deliver

    made = [
        Letter(sample.raw, sample.at, sample.folder, sample.flags)
        for sample in samples(app.now.astimezone(ZoneInfo("Europe/London")))
    ]
    deliver(port, made)
    return len(made)


def _show(app: App) -> None:
    say(click.style("$ mailsense sync", bold=True))
    sync_command.main([], standalone_mode=False, obj=app)
    say(click.style("\n$ mailsense list", bold=True))
    list_command.main(["--limit", "40"], standalone_mode=False, obj=app)
    if interactive():
        say(click.style("\n$ mailsense review", bold=True))
        review_command.main([], standalone_mode=False, obj=app)
    else:
        _one_draft(app)
    say(click.style("\n$ mailsense sync", bold=True) + "      (once more: nothing is done twice)")
    again = App(app.env, lambda: datetime.now(UTC), app.token)
    sync_command.main([], standalone_mode=False, obj=again)


def _one_draft(app: App) -> None:
    """Where nobody can answer: show one whole draft instead of the review."""
    with app.store() as store:
        waiting = sorted(store.drafts((DraftState.WAITING,)), key=lambda d: order(d)[0])
        noes = [d for d in waiting if d.plan.value == "answer-rejection"]
    if not waiting:
        raise UserError("the demo made no draft, and should have: please report this")
    draft = (noes or waiting)[0]
    say(click.style(f"\n$ mailsense drafts show {draft.id}", bold=True))
    for line in letter(draft):
        say(line)
    say(f"({len(waiting)} drafts wait; on a terminal the review of them would begin here)")
