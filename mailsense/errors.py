"""The one error type for people: problems told in one line each, with the way out."""

from __future__ import annotations

from collections.abc import Sequence


class UserError(Exception):
    """Something the user can put right.

    Given one problem or several, each a sentence that ends in the way out, carry them to
    the command line, which prints one line each and exits with status 1.  Never holds
    message text or a secret.
    """

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems: tuple[str, ...] = (
            (problems,) if isinstance(problems, str) else tuple(problems)
        )
        super().__init__("; ".join(self.problems))


class ConfigError(UserError):
    """The configuration file is missing, broken or says something impossible."""


class SecretError(UserError):
    """A password or token could not be had from where the configuration says it is."""


class MailboxError(UserError):
    """The server cannot be reached, refuses the login, or does not do as asked."""


class Unreachable(MailboxError):
    """The connection failed or broke: trying again later may help."""


class DeliveryUnknown(MailboxError):
    """A write was begun and its outcome was never told: look it up, never repeat it blindly."""


class StoreError(UserError):
    """The database cannot be opened or written."""


class ModelError(UserError):
    """A model file is missing, damaged, foreign or of another format."""


class TemplateError(UserError):
    """A template or the playbook is broken; the file and line are told."""


class ParseError(Exception):
    """A message cannot be read at all; the caller quarantines it and goes on."""
