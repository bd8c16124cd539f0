"""What the commands share: the settings, the store, the model, the clock, the connections.

This is where adapters are made; everything below is handed what it needs.
"""

from __future__ import annotations

import os
import secrets as random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailsense.config import Account, Paths, Settings, load
from mailsense.domain import ModelCard
from mailsense.errors import ModelError, UserError
from mailsense.resources import shipped

if TYPE_CHECKING:
    from mailsense.adapters.append import ImapDraftFolder
    from mailsense.adapters.imap import ImapMailbox
    from mailsense.adapters.smtp import SmtpTransport
    from mailsense.adapters.store import SqliteStore
    from mailsense.classify.classifier import ModelClassifier
    from mailsense.mail.folders import Roles
    from mailsense.pipeline.decide import Deciding, Writing
    from mailsense.reply.playbook import Playbook
    from mailsense.reply.templates import Templates
    from mailsense.track.prior import Prior


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """One run of the program. Tests make their own, with a clock that stands still."""

    env: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Callable[[], datetime] = _utc_now
    token: Callable[[], str] = lambda: random.token_hex(16)
    trace: Callable[[str], None] | None = None
    """Receives every IMAP verb, for the tests that assert them."""
    _holidays: dict[str, frozenset[date]] = field(default_factory=dict, init=False)
    """Country → its public holidays around today."""

    @cached_property
    def now(self) -> datetime:
        """The instant of this run: "today" is computed once (rule 12 of the design)."""
        return self.clock()

    @cached_property
    def paths(self) -> Paths:
        return Paths.of(self.env)

    @cached_property
    def settings(self) -> Settings:
        return load(self.paths.config_file)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.me.timezone)

    def accounts(self, names: tuple[str, ...] = ()) -> list[Account]:
        """Return the named accounts, or all. Raise UserError for a name there is not."""
        known = [a.name for a in self.settings.accounts]
        for name in names:
            if name not in known:
                raise UserError(f"no account is called {name}; there is {', '.join(known)}")
        return [a for a in self.settings.accounts if not names or a.name in names]

    @contextmanager
    def store(self, *, write: bool = False) -> Iterator[SqliteStore]:
        """Open the database; with ``write`` hold the lock that keeps other writers out."""
        from mailsense.adapters.store import SqliteStore

        store = SqliteStore.open(self.paths.database, now=self.now)
        try:
            if write:
                with store.lock():
                    yield store
            else:
                yield store
        finally:
            store.close()

    @cached_property
    def classifier(self) -> ModelClassifier:
        from mailsense.classify.classifier import ModelClassifier

        return ModelClassifier(self._load_model)  # the arrays need not stay beside its own

    def _load_model(self) -> tuple[ModelCard, dict[str, Any]]:
        """Return the model in use; one that cannot be used is told, and the shipped one serves."""
        from mailsense.adapters import modelfile, versions

        try:
            name = versions.live(self.paths.model).name
            if name != versions.BASE:
                return self.own_model(name)
        except ModelError as error:
            import click

            for problem in error.problems:
                click.echo(f"mailsense: {problem}; until then the shipped model serves", err=True)
        return modelfile.load_base()

    def own_model(self, name: str) -> tuple[ModelCard, dict[str, Any]]:
        """Return one of the user's own models. Raise ModelError when it cannot be used."""
        from mailsense.adapters import modelfile, versions
        from mailsense.classify.model import check

        own = versions.load(self.paths.model, name, modelfile.installation_key(self.paths.key))
        check(own[1])
        return own

    @cached_property
    def model(self) -> tuple[ModelCard, dict[str, Any]]:
        """The model in use when it was first asked for."""
        return self._load_model()

    @property
    def model_name(self) -> str:
        """The model in use (see ``model_in_use``)."""
        return self.model_in_use()[0]

    def model_in_use(self) -> tuple[str, str]:
        """Return the name of the model in use, and why the chosen one is not, if it is not.

        From signature, checksum and card alone: its weights stay unread.
        """
        from mailsense.adapters import modelfile, versions

        folder, problem = self.paths.model, ""
        try:
            name = versions.live(folder).name
            if name != versions.BASE:
                from mailsense.classify.model import LAYOUT

                key = modelfile.installation_key(self.paths.key)
                return versions.trusted(folder, name, key, LAYOUT).name, ""
        except ModelError as error:
            problem = error.problems[0]
        return modelfile.card().name, problem

    @cached_property
    def playbook(self) -> Playbook:
        from mailsense.reply import playbook

        return playbook.load(*self._playbook_files())

    @cached_property
    def prior(self) -> Prior:
        """What the playbook assumes of waiting times."""
        from mailsense.track import prior

        return prior.load(*self._playbook_files())

    def _playbook_files(self) -> tuple[Path, Path | None]:
        own = self.paths.templates / "playbook.toml"
        return shipped("templates") / "playbook.toml", own if own.exists() else None

    @cached_property
    def templates(self) -> Templates:
        from mailsense.reply.templates import Templates

        own = self.paths.templates
        return Templates(shipped("templates") / "replies", own if own.is_dir() else None)

    @cached_property
    def scripts(self) -> Templates:
        """What is said on the phone, the user's own over ours."""
        from mailsense.reply.templates import Templates

        own = self.paths.templates / "scripts"
        return Templates(shipped("templates") / "scripts", own if own.is_dir() else None)

    def writing(self) -> Writing:
        from mailsense.pipeline.decide import Writing

        return Writing(
            self.settings, self.playbook, self.templates, self.now, self.token, self.prior
        )

    def prepare(self, store: SqliteStore) -> None:
        """Load what planning and drafting will need: while something else is waited for."""
        import jinja2.sandbox  # noqa: F401 - so that it is there

        from mailsense.pipeline import planning  # noqa: F401 - likewise, with all that tracks
        from mailsense.track import patterns

        patterns.compile_all()
        self.holidays(store)
        _ = self.playbook, self.templates, self.prior

    def deciding(self, store: SqliteStore) -> Deciding:
        """Return what deciding depends on; playbook and templates are read when needed."""
        from mailsense.pipeline.decide import Deciding

        files = [*(shipped("templates").rglob("*")), *self.paths.templates.glob("*")]
        letters = " ".join(f"{f.name}:{f.stat().st_mtime_ns}" for f in sorted(files))
        return Deciding(
            self.settings, self.now, letters, self.writing, partial(self.holidays, store)
        )

    def holidays(self, store: SqliteStore, country: str = "") -> frozenset[date]:
        """Return a country's public holidays around today, kept: looking them up is slow.

        Without a country, or for one that is not known, the user's own; these serve for the
        user's country as well, of which the settings may name a part.
        """
        from mailsense.working_days import iso_country

        mine = self.settings.me.country
        code = country if iso_country(country)[0] != iso_country(mine)[0] else mine
        code = "-".join(iso_country(code or mine)).rstrip("-")
        if code not in self._holidays:
            self._holidays[code] = self._free_days(store, code)
        return self._holidays[code] or (self.holidays(store) if country else frozenset())

    def _free_days(self, store: SqliteStore, country: str) -> frozenset[date]:
        year = self.now.year
        name = f"holidays:{country}:{year}"
        known = store.get(name)
        if known is not None:
            return frozenset(date.fromisoformat(day) for day in known.split())
        from mailsense.working_days import public_holidays

        days = public_holidays(country, range(year - 1, year + 2))
        store.put(name, " ".join(sorted(day.isoformat() for day in days)))
        return days

    # connections

    def mailbox(self, account: Account) -> ImapMailbox:
        """Log in for reading. Raise SecretError, Unreachable, MailboxError."""
        from mailsense.adapters.imap import connect
        from mailsense.adapters.secrets import secret

        return connect(
            account,
            secret(account.imap, env=self.env, user=account.email),
            ca_file=_path(account.imap.ca_file),
            trace=self.trace,
        )

    def writer(self, account: Account) -> ImapDraftFolder:
        """Log in for writing drafts, on a connection of its own."""
        from mailsense.adapters.append import connect_writer
        from mailsense.adapters.secrets import secret

        return connect_writer(
            account,
            secret(account.imap, env=self.env, user=account.email),
            ca_file=_path(account.imap.ca_file),
            trace=self.trace,
        )

    def transport(self, account: Account) -> SmtpTransport:
        """Prepare sending. Raise UserError when the account has no smtp settings."""
        from mailsense.adapters.secrets import secret
        from mailsense.adapters.smtp import SmtpTransport

        if account.smtp is None:
            raise UserError(
                f"accounts.{account.name}.smtp: is not configured, and sending needs it; approved "
                f"drafts lie in your Drafts folder, from where your mail client sends them"
            )
        return SmtpTransport(
            account.smtp,
            account.smtp.user or account.email,
            secret(account.smtp, env=self.env, user=account.email),
            ca_file=_path(account.smtp.ca_file),
        )

    def roles(self, account: Account, mailbox: ImapMailbox) -> Roles:
        """Say which folders are read and which serve as Drafts and Sent."""
        from mailsense.mail.folders import roles

        return roles(
            mailbox.folders(),
            sent=account.sent,
            drafts=account.drafts,
            only=account.folders,
            at=f"accounts.{account.name}.",
        )


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def current() -> App:
    """Return the run's App: the one given to click as ``obj``, else a new one."""
    import click

    ctx = click.get_current_context()
    return ctx.ensure_object(App)
