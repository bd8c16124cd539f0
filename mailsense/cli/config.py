"""`mailsense config`: write, check and show the settings."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, joined, say
from mailsense.config import Account
from mailsense.errors import ConfigError, UserError

if TYPE_CHECKING:
    from mailsense.mail.folders import Roles


@click.group("config")
def config_command() -> None:
    """The configuration file: where it is, what it says, whether it works."""


@config_command.command("path")
def path() -> None:
    """Print where the configuration file is."""
    click.echo(current().paths.config_file)


@config_command.command("init")
@click.option("--force", is_flag=True, help="Write over the one that is there (a copy is kept).")
def init(force: bool) -> None:
    """Write a configuration file with every setting explained, to be filled in."""
    from mailsense.config.sample import sample

    file = current().paths.config_file
    if file.exists():
        if not force:
            raise ConfigError(f"{file} is there already: change it, or use --force")
        file.replace(file.with_suffix(".toml.old"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file.touch(mode=0o600)
        file.write_text(sample(), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror})") from None
    say(f"wrote {file}\nfill in your name, address and server, then: mailsense config check")


@config_command.command("show")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show(as_json_: bool) -> None:
    """Print the settings as they are understood, defaults included."""
    settings = dataclasses.asdict(current().settings)
    if as_json_:
        click.echo(json.dumps(settings, ensure_ascii=False, indent=2))
        return
    for key, value in _flat("", settings):
        say(f"{key} = {json.dumps(value, ensure_ascii=False)}")


def _flat(prefix: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if key == "accounts":
            for account in value:
                flat += _flat(
                    f"accounts.{account['name']}", {k: v for k, v in account.items() if k != "name"}
                )
        elif isinstance(value, dict):
            flat += _flat(key, value)
        elif value is not None:
            flat.append((key, value))
    return flat


@config_command.command("check")
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def check(accounts: tuple[str, ...], as_json_: bool) -> None:
    """Check the file, log in to every account, and say what its server can do."""
    app = current()
    problems: list[str] = []
    told = []
    for account in app.accounts(accounts):
        try:
            told.append(_try(app, account))
            problems += [f"{account.name}: {p}" for p in told[-1]["problems"]]
        except UserError as error:
            problems += [f"{account.name}: {p}" for p in error.problems]
    if as_json_:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in told:
            _tell(one)
    if problems:
        raise UserError(problems)
    if not as_json_:
        say("all is well: `mailsense sync` reads your mail")


_ABILITIES = {
    "IDLE": "new mail is announced at once",
    "CONDSTORE": "changes are told cheaply",
    "UIDPLUS": "drafts can be replaced exactly",
    "SPECIAL-USE": "folders say what they are for",
}


def _try(app: App, account: Account) -> dict[str, Any]:
    mailbox = app.mailbox(account)
    try:
        capabilities = mailbox.capabilities()
        roles: Roles = app.roles(account, mailbox)
    finally:
        mailbox.close()
    if account.smtp is not None:
        app.transport(account).check()
    return {
        "account": account.name,
        "host": account.imap.host,
        "capabilities": sorted(capabilities),
        "drafts": roles.drafts,
        "sent": roles.sent,
        "reads": list(roles.read),
        "sends": account.smtp is not None,
        "problems": list(roles.problems),
    }


def _tell(one: dict[str, Any]) -> None:
    say(f"{one['account']}: logged in to {one['host']}")
    can = [f"{name} ({why})" for name, why in _ABILITIES.items() if name in one["capabilities"]]
    say(f"  the server has {joined(can) or 'only the basics'}")
    drafts, sent = (clean(one[role] or "not known") for role in ("drafts", "sent"))
    say(f"  Drafts is {drafts}, Sent is {sent}")
    say(f"  reads {clean(joined(one['reads']))}")
    say(f"  sending: {'smtp answers' if one['sends'] else 'from your own mail client'}")
