"""TOML to Settings: every problem of the file at once, each with its key."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
import types
import typing
import zoneinfo
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from mailsense.config.schema import SECRET_KEYS, Account, Server, Settings, Tags
from mailsense.errors import ConfigError

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
_ACCOUNT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SECRETS_IN_THE_FILE = ("password", "token", "secret", "client_secret")


def load(path: Path) -> Settings:
    """Given the path of the file, return the settings. Raise ConfigError with all problems."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"no configuration at {path}: write one with `mailsense config init`"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: this is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    return parse(text, str(path))


def parse(text: str, name: str = "config.toml") -> Settings:
    """Given TOML text, return the settings. Raise ConfigError with all problems."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: not valid TOML: {error}") from None
    reader = _Reader()
    settings = reader.settings(data)
    problems = [*reader.problems, *_impossible(settings, reader.complained)]
    if problems:
        raise ConfigError([f"{name}: {problem}" for problem in problems])
    return settings


class _Reader:
    """Builds dataclasses from tables, collecting problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.complained: set[str] = set()

    def complain(self, key: str, problem: str) -> None:
        self.problems.append(f"{key}: {problem}")
        self.complained.add(key)

    def settings(self, data: Mapping[str, Any]) -> Settings:
        tables = {k: v for k, v in data.items() if k != "accounts"}
        settings: Settings = self.table(Settings, tables, "", skip=("accounts",))
        accounts = data.get("accounts", {})
        if not isinstance(accounts, dict) or not all(
            isinstance(v, dict) for v in accounts.values()
        ):
            self.complain("accounts", "give each account its own table, such as [accounts.main]")
            accounts = {}
        read = []
        for name, table in accounts.items():
            key = f"accounts.{name}"
            if not _ACCOUNT_NAME.fullmatch(name):
                self.complain(key, "an account's name is letters, digits, - and _")
            read.append(
                dataclasses.replace(self.table(Account, table, key, skip=("name",)), name=name)
            )
        return dataclasses.replace(settings, accounts=tuple(read))

    def table(self, cls: Any, data: Any, key: str, skip: tuple[str, ...] = ()) -> Any:
        if not isinstance(data, dict):
            self.complain(key, "this is a table of settings, not a single value")
            return cls()
        hints = typing.get_type_hints(cls)
        fields = {f.name: f for f in dataclasses.fields(cls) if f.name not in skip}
        values = {}
        for name, value in data.items():
            at = f"{key}.{name}" if key else name
            if name in fields:
                values[name] = self.value(hints[name], value, at, fields[name])
            else:
                self.complain(at, _unknown(name, fields))
        return cls(**{k: v for k, v in values.items() if v is not None})

    def value(self, hint: Any, value: Any, key: str, field: dataclasses.Field[Any]) -> Any:
        if isinstance(hint, types.UnionType):
            hint = next(a for a in typing.get_args(hint) if a is not types.NoneType)
        if dataclasses.is_dataclass(hint):
            return self.table(hint, value, key)
        if hint is bool and isinstance(value, bool):
            return value
        if hint is int and isinstance(value, int) and not isinstance(value, bool):
            return value
        if hint is str and isinstance(value, str):
            choices = field.metadata.get("choices")
            if choices and value not in choices:
                self.complain(key, f'"{value}" is not one of {", ".join(choices)}')
                return None
            return value
        if hint == tuple[str, ...]:
            if isinstance(value, list) and all(isinstance(v, str) for v in value):
                return tuple(value)
            self.complain(key, 'write a list of words, such as ["pass", "show", "mail"]')
            return None
        names = {str: "text in quotes", int: "a whole number", bool: "true or false"}
        self.complain(key, f"should be {names[hint]}")
        return None


def _unknown(name: str, fields: Mapping[str, Any]) -> str:
    if name in _SECRETS_IN_THE_FILE:
        return "a secret has no place in this file; name where it is with one of " + ", ".join(
            k for k in SECRET_KEYS if name in k or name not in ("password", "token")
        )
    close = difflib.get_close_matches(name, list(fields), n=1)
    return f"no such setting; did you mean {close[0]}?" if close else "no such setting"


def _impossible(settings: Settings, complained: set[str]) -> Iterator[str]:
    """Yield what is well-formed and still cannot be: one sentence each, with its key."""
    if not settings.accounts and "accounts" not in complained:
        yield "accounts: name at least one mailbox, as [accounts.main]"
    try:
        zoneinfo.ZoneInfo(settings.me.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield f'me.timezone: "{settings.me.timezone}" is no time zone; write one as Europe/London'
    country = settings.me.country
    if country and not re.fullmatch(r"[A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?", country):
        yield f'me.country: "{country}" is not a country code such as GB, or GB-SCT for a part'
    if settings.me.partner and not _ADDRESS.fullmatch(parseaddr(settings.me.partner)[1]):
        yield f'me.partner: "{settings.me.partner}" is no mail address'
    try:
        _ = settings.sync.span
    except ValueError as error:
        yield f"sync.since: {error}"
    if settings.tags != Tags():
        yield "tags.server: this version does not write tags to the server; set it to false"
    for account in settings.accounts:
        yield from _impossible_account(account, complained)


def _impossible_account(account: Account, complained: set[str]) -> Iterator[str]:
    key = f"accounts.{account.name}"
    for name, value in (("email", account.email), *(("aliases", a) for a in account.aliases)):
        at = f"{key}.{name}"
        if at not in complained and not _ADDRESS.fullmatch(value):
            yield f'{at}: "{value}" is no mail address' if value else f"{at}: is missing"
    yield from _impossible_server(account.imap, f"{key}.imap", complained)
    if account.smtp is not None:
        yield from _impossible_server(account.smtp, f"{key}.smtp", complained)


def _impossible_server(server: Server, key: str, complained: set[str]) -> Iterator[str]:
    if key in complained:
        return
    if not server.host and f"{key}.host" not in complained:
        yield f"{key}.host: is missing"
    if not 0 <= server.port <= 65535:
        yield f"{key}.port: {server.port} is no port"
    given = [name for name in SECRET_KEYS if getattr(server, name)]
    wrong = any(c.startswith((f"{key}.pass", f"{key}.tok", f"{key}.secret")) for c in complained)
    if len(given) > 1:
        yield f"{key}: only one of {' and '.join(given)} can be used; remove the others"
    elif not given and not wrong:
        yield f"{key}: say where the password is, for instance password_command"
    if server.saves_sent and key.endswith(".imap"):
        yield f"{key}.saves_sent: belongs to smtp"
