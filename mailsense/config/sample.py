"""config.example.toml, written from the settings' own metadata."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator
from typing import Any

from mailsense.config.schema import Account, Drafts, Me, Server, Sync, Tags

_HEAD = """\
# mailsense: every setting there is. Lines that begin with "#" and a key show the default or
# a sample; take the "#" away to use them. `mailsense config check` tries what you wrote.
# Secrets never stand in this file: it says where they are.
"""

_LIVE = {
    "me": ("name", "timezone", "country"),
    "accounts.main": ("email",),
    "accounts.main.imap": ("host", "user", "password_command"),
}
"""What the smallest working file needs: these lines are written without the '#'."""


def sample() -> str:
    """Return the text of config.example.toml."""
    lines = [_HEAD]
    smtp = "Sending, only if you want `mailsense send`. Without it, approved drafts lie in Drafts."
    lines += _table("me", Me, _doc(Me))
    lines += _table("accounts.main", Account, _doc(Account))
    lines += _table("accounts.main.imap", Server, _doc(Server), skip=("saves_sent",))
    lines += _table("accounts.main.smtp", Server, smtp, commented=True)
    lines += _table("sync", Sync, _doc(Sync))
    lines += _table("drafts", Drafts, _doc(Drafts))
    lines += _table("tags", Tags, _doc(Tags))
    return "\n".join(lines).rstrip() + "\n"


def _doc(cls: type) -> str:
    return " ".join((cls.__doc__ or "").split())


def _table(
    key: str, cls: Any, doc: str, *, skip: tuple[str, ...] = (), commented: bool = False
) -> Iterator[str]:
    yield from _comment(doc)
    yield f"# [{key}]" if commented else f"[{key}]"
    for field in dataclasses.fields(cls):
        if "help" not in field.metadata or field.name in skip:
            continue
        yield from _comment(_help(field))
        sample = field.metadata["sample"]
        value = field.default if sample is None else sample
        if key.endswith("smtp") and field.name in ("host", "port"):
            value = {"host": "smtp.example.org", "port": 465}[field.name]
        live = field.name in _LIVE.get(key, ()) and not commented
        yield f"{'' if live else '# '}{field.name} = {_toml(value)}"
    yield ""


def _help(field: dataclasses.Field[Any]) -> str:
    default = field.default
    told = "" if default in ("", (), 0) else f" Default: {_toml(default)}."
    return f"{field.metadata['help']}{told}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="## ", subsequent_indent="## ")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
