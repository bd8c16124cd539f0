"""Where a password or token comes from: a command, the environment, a file or the keyring.

Decides that a server has exactly one source, that a file with a secret is nobody else's to
read, and that a secret is never shown: ``Secret`` prints as ``Secret(…)``.  Refuses to know
what the secret is for, to ask for it, and to store it.  A command runs without a shell;
its standard output's first line is the secret and its standard error stays on the screen.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailsense.config.schema import SECRET_KEYS, Server
from mailsense.errors import SecretError

COMMAND_TIMEOUT = 60.0
"""Seconds a command may take: time for a person to unlock a password store."""

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A password, or an OAuth2 access token; it prints as ``Secret(…)``."""

    value: str
    is_token: bool = False

    def __repr__(self) -> str:
        return "Secret(…)"


def secret(server: Server, *, env: Mapping[str, str], user: str = "") -> Secret:
    """Given a server's settings, fetch its secret from the one source they name.

    ``user`` is the login name for the keyring where the settings name none.  Raise
    ``SecretError`` when none or several are named, or when the source does not give one.
    """
    named = [key for key in SECRET_KEYS if getattr(server, key)]
    where = server.host or "the server"
    if not named:
        raise SecretError(
            f"{where}: no password: set password_command, password_env, password_file or "
            "password_keyring (or token_command, token_env, token_file for OAuth2)"
        )
    if len(named) > 1:
        raise SecretError(f"{where}: {' and '.join(named)} are both set: keep one of them")
    key = named[0]
    kind = key.partition("_")[2]
    if kind == "command":
        value = _from_command(getattr(server, key), key)
    elif kind == "env":
        value = _from_env(getattr(server, key), key, env)
    elif kind == "file":
        value = _from_file(Path(getattr(server, key)), key, env)
    else:
        value = _from_keyring(server.password_keyring, server.user or user)
    if not value or any(c in value for c in "\r\n\0"):
        raise SecretError(f"{where}: {key} gives no usable secret: its first line must be it")
    return Secret(value, is_token=key.startswith("token_"))


def _first_line(data: bytes, key: str) -> str:
    try:
        text = data[:_MOST_BYTES].decode("utf-8")
    except UnicodeDecodeError:
        raise SecretError(f"{key} gives something that is not UTF-8 text") from None
    return text.split("\n", 1)[0].rstrip("\r")


def _from_command(command: tuple[str, ...], key: str) -> str:
    shown = shlex.join(command[:1])
    try:
        done = subprocess.run(
            list(command),
            stdin=None,
            stdout=subprocess.PIPE,
            timeout=COMMAND_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        raise SecretError(f"{key}: there is no command {shown}: check its name") from None
    except subprocess.TimeoutExpired:
        raise SecretError(
            f"{key}: {shown} took longer than {COMMAND_TIMEOUT:.0f} seconds: run it by hand "
            "to see what it waits for"
        ) from None
    except OSError as error:
        raise SecretError(f"{key}: {shown} cannot be run: {error.strerror}") from None
    if done.returncode != 0:
        raise SecretError(
            f"{key}: {shown} failed with status {done.returncode}: run it by hand to see why"
        )
    return _first_line(done.stdout, key)


def _from_env(name: str, key: str, env: Mapping[str, str]) -> str:
    if not env.get(name):
        raise SecretError(f"{key}: the environment variable {name} is not set: export it")
    return env[name]


def _from_file(path: Path, key: str, env: Mapping[str, str]) -> str:
    if path.parts[:1] == ("~",) and env.get("HOME"):
        path = Path(env["HOME"], *path.parts[1:])
    try:
        with path.open("rb") as file:
            # of the open file, so that what is checked is what is read
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SecretError(f"{key}: {path} is not a file")
            if status.st_uid != os.geteuid():
                raise SecretError(
                    f"{key}: {path} belongs to another user: run chown $(id -un) {_shown(path)}"
                )
            if status.st_mode & 0o077:
                raise SecretError(f"{key}: others can read {path}: run chmod 600 {_shown(path)}")
            return _first_line(file.read(_MOST_BYTES), key)
    except OSError as error:
        raise SecretError(f"{key}: {path} cannot be read: {error.strerror}") from None


def _shown(path: Path) -> str:
    return shlex.quote(str(path))


def _from_keyring(service: str, user: str) -> str:
    if not user:
        raise SecretError("password_keyring: whose password it is must be told: set user")
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(service, user)
    except (KeyringError, RuntimeError) as error:
        # NoKeyringError is both; the text of others may quote what the backend holds
        raise SecretError(
            f"password_keyring: no keyring can be used here ({type(error).__name__}): "
            "unlock it, or set password_command or password_file instead"
        ) from None
    if not value:
        raise SecretError(
            f"password_keyring: nothing is kept for {service}: run "
            f"keyring set {shlex.quote(service)} {shlex.quote(user)}"
        )
    return value
