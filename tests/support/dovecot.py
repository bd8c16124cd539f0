"""A private Dovecot on loopback: the real server that tests run against.

Any user name exists as soon as it logs in, with the password ``secret``; its folders
carry special-use attributes.  All state lies in one temporary folder that ``stop`` removes.
Works as root (mail belongs to the user ``mail``) and as an ordinary user.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import grp
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import imapclient

from mailsense.adapters.imap import ImapMailbox, connect
from mailsense.adapters.secrets import Secret
from mailsense.config import Account, Server
from tests.support.tls import Authority, Certificate

PASSWORD = "secret"
BINARY = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/run
instance_name = {instance}
log_path = {base}/dovecot.log
{identity}
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
{folders}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{extra}
"""
_SPECIAL = ("Drafts", "Sent", "Trash", "Junk", "Archive")
_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={base}/keys/
username_attribute = sub
"""


@dataclass(frozen=True)
class Stored:
    """One message as the server stores it."""

    flags: frozenset[str]
    internaldate: datetime
    raw: bytes


class Dovecot:
    """One server. ``start`` it, and ``stop`` it to remove all its state."""

    def __init__(
        self,
        authority: Authority,
        certificate: Certificate | None = None,
        *,
        special_use: bool = True,
        password: str = PASSWORD,
        extra: str = "",
    ) -> None:
        self.ca_file = authority.ca_file
        self.host = "127.0.0.1"
        self.port = _free_port()
        self.tls_port = _free_port()
        self._certificate = certificate or authority.issue("127.0.0.1", "localhost")
        self._special_use = special_use
        self._password = password
        self._key = os.urandom(32)
        self._extra = extra
        # short, because of the length of socket names, and open to the user that owns the mail
        self._base = Path(tempfile.mkdtemp(prefix="mst-"))
        self._base.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it listens. Raise RuntimeError with its log if it does not."""
        assert BINARY is not None
        config = self._write_config()
        with (self._base / "start.log").open("a") as said:
            self._process = subprocess.Popen(
                [BINARY, "-F", "-c", str(config)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=_end_with_the_tests,
            )
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError(f"dovecot did not come up:\n{self.log()}")

    def stop(self) -> None:
        """Stop it and remove everything."""
        self._end()
        shutil.rmtree(self._base, ignore_errors=True)

    def restart(self) -> None:
        """Stop and start again: connections break, mail stays."""
        self._end()
        self.start()

    def log(self) -> str:
        """Return what it logged so far."""
        paths = (self._base / "start.log", self._base / "dovecot.log")
        return "".join(p.read_text(errors="replace") for p in paths if p.exists())

    def _end(self) -> None:
        """Kill it with all its processes: a connection would outlive its master."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _write_config(self) -> Path:
        root = os.geteuid() == 0
        user = "mail" if root else pwd.getpwuid(os.geteuid()).pw_name
        group = "mail" if root else grp.getgrgid(os.getegid()).gr_name
        home = self._base / "home"
        home.mkdir(exist_ok=True)
        if root:
            shutil.chown(home, user, group)
        identity = (
            ""
            if root
            else f"default_internal_user = {user}\ndefault_login_user = {user}\n"
            f"default_internal_group = {group}\n"
        )
        use = "    special_use = \\{0}\n" if self._special_use else ""
        block = "  mailbox {0} {{\n    auto = subscribe\n" + use + "  }}"
        config = self._base / "dovecot.conf"
        key = self._base / "keys" / "default" / "HS256" / "default"
        key.parent.mkdir(parents=True, exist_ok=True)
        key.write_bytes(base64.b64encode(self._key))
        (self._base / "oauth2.conf").write_text(_OAUTH2.format(base=self._base))
        config.write_text(
            _CONFIG.format(
                base=self._base,
                instance=self._base.name,
                identity=identity,
                cert=self._certificate.cert,
                key=self._certificate.key,
                user=user,
                group=group,
                password=self._password,
                folders="\n".join(block.format(name) for name in _SPECIAL),
                extra=self._extra,
                port=self.port,
                tls_port=self.tls_port,
            )
        )
        return config

    # what a test asks of it

    @property
    def secret(self) -> Secret:
        return Secret(self._password)

    def user(self, name: str, security: str = "plain") -> Account:
        """Return the account of a user, its password had from a command."""
        server = Server(
            host=self.host,
            port=self.tls_port if security == "tls" else self.port,
            security=security,
            user=name,
            password_command=("printf", "%s", self._password),
            ca_file="" if security == "plain" else str(self.ca_file),
        )
        return Account(name="main", email=f"{name}@example.org", imap=server)

    def token(self, name: str, *, expired: bool = False) -> Secret:
        """Return an OAuth2 access token (a JWT) that this server takes from that user."""
        parts = [
            {"alg": "HS256", "typ": "JWT"},
            {"sub": name, "iat": 1_500_000_000, "exp": 1_600_000_000 if expired else 4_000_000_000},
        ]
        signed = b".".join(_base64(json.dumps(part).encode()) for part in parts)
        signature = hmac.new(self._key, signed, hashlib.sha256).digest()
        return Secret(f"{signed.decode()}.{_base64(signature).decode()}", is_token=True)

    @contextlib.contextmanager
    def mailbox(self, name: str, **options: object) -> Iterator[ImapMailbox]:
        """Log in as the product does, and log out in the end."""
        box = connect(self.user(name), self.secret, **options)  # type: ignore[arg-type]
        try:
            yield box
        finally:
            box.close()

    @contextlib.contextmanager
    def client(self, name: str) -> Iterator[imapclient.IMAPClient]:
        """Log in as another mail client would, and log out in the end."""
        client = imapclient.IMAPClient(self.host, self.port, ssl=False, timeout=20)
        client._imap.debug = 0
        client.normalise_times = False
        client.plain_login(name, self._password)
        try:
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def deliver(
        self,
        name: str,
        raw: bytes,
        folder: str = "INBOX",
        flags: Sequence[str] = (),
        internaldate: datetime | None = None,
    ) -> None:
        """Let one message arrive."""
        self.deliver_all(name, [raw], folder, flags, internaldate)

    def deliver_all(
        self,
        name: str,
        raws: Sequence[bytes],
        folder: str = "INBOX",
        flags: Sequence[str] = (),
        internaldate: datetime | None = None,
    ) -> None:
        """Let messages arrive on one connection; a folder that is missing is made."""
        with self.client(name) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for raw in raws:
                client.append(folder, raw, flags, internaldate)

    def stored(self, name: str, folder: str = "INBOX") -> dict[int, Stored]:
        """Return what lies in a folder, read by another client: UID → message."""
        with self.client(name) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search("ALL"), ["FLAGS", "INTERNALDATE", "BODY.PEEK[]"])
        return {
            uid: Stored(
                frozenset(f.decode().lower() for f in item[b"FLAGS"]) - {"\\recent"},
                item[b"INTERNALDATE"],
                item[b"BODY[]"],
            )
            for uid, item in found.items()
        }

    def maildir(self, name: str) -> Path:
        """Return where a user's mail lies on disk."""
        return self._base / "home" / name / "Maildir"

    def give(self, path: Path) -> None:
        """Hand a file or folder that a test made over to the server."""
        for one in (path, *path.rglob("*")):
            if os.geteuid() == 0:
                shutil.chown(one, "mail", "mail")

    def on_disk(self, name: str) -> Mapping[str, str]:
        """Return every message file of a user with its digest: its name holds the flags."""
        root = self.maildir(name)
        return {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob("*"))
            if path.is_file() and path.parent.name in ("cur", "new", "tmp")
        }


def _end_with_the_tests() -> None:
    """Ask Linux to kill this process when the tests are killed, which then tidy nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
