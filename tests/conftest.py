"""Fixtures that more than one test file needs; their worlds are built in ``tests.support``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailsense.demo.servers import embedded_imap
from tests.support.dovecot import BINARY, Dovecot
from tests.support.tls import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of our own."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    """A real Dovecot with TLS, one a test run. Use a user name of your own in each test."""
    need_dovecot()
    server = Dovecot(authority)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def another_dovecot(authority: Authority) -> Iterator[type[Dovecot]]:
    """Make further servers, ``another_dovecot(authority, certificate)``; stopped at the end."""
    need_dovecot()
    made: list[Dovecot] = []

    class Further(Dovecot):
        def start(self) -> None:
            made.append(self)
            super().start()

    yield Further
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def embedded_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an embedded IMAP server, one a test run. Use folders of your own."""
    with embedded_imap(tmp_path_factory.mktemp("embedded")) as port:
        yield port


def need_dovecot() -> None:
    """Skip without Dovecot, or fail where the run is meant to have one."""
    if BINARY is None:
        message = "dovecot is not installed"
        if os.environ.get("MAILSENSE_REQUIRE_DOVECOT") == "1":
            pytest.fail(message)
        pytest.skip(message)


@pytest.fixture
def shared() -> Path:
    """The folder of corpora that are not part of the project; skipped when there is none."""
    folder = os.environ.get("MAILSENSE_SHARED")
    if not folder:
        pytest.skip("MAILSENSE_SHARED is not set")
    return Path(folder)
