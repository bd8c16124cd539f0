"""The settings file: what it accepts, and that every problem is told at once with its key."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.config import Paths, load, parse
from mailsense.config.sample import sample
from mailsense.config.schema import span
from mailsense.errors import ConfigError

SMALLEST = """
[me]
name = "Your Name"
timezone = "Europe/London"
country = "GB"

[accounts.main]
email = "you@example.org"
imap = { host = "imap.example.org", user = "you", password_command = ["pass", "show", "mail"] }

[drafts]
place = "approved"

[tags]
server = false
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text, "config.toml")
    return [p.removeprefix("config.toml: ") for p in caught.value.problems]


def test_the_smallest_file_gives_an_account_over_tls_and_the_defaults() -> None:
    read = parse(SMALLEST)
    account = read.accounts[0]
    assert (account.name, account.email, account.imap.security) == (
        "main",
        "you@example.org",
        "tls",
    )
    assert account.imap.password_command == ("pass", "show", "mail")
    assert read.sync.span == timedelta(days=90)
    assert account.smtp is None


def test_several_accounts_keep_their_order_and_names() -> None:
    second = SMALLEST + (
        '\n[accounts.old]\nemail = "me@example.com"\naliases = ["Jobs@Example.com"]\n'
        'imap = { host = "mx", password_env = "X" }\n'
    )
    read = parse(second)
    assert [a.name for a in read.accounts] == ["main", "old"]
    assert read.addresses == {"you@example.org", "me@example.com", "jobs@example.com"}


def test_every_problem_is_told_at_once_with_its_key() -> None:
    told = problems(
        """
        sink = 1
        [me]
        nmae = "x"
        timezone = "Mars/Olympus"
        country = "Britain"
        [accounts.a]
        email = "no address"
        imap = { port = 70000, security = "ssl", user = 5, password_env = "A", token_env = "B" }
        [sync]
        since = "a while"
        [drafts]
        ask = "money"
        """
    )
    keys = [line.split(":")[0] for line in told]
    assert sorted(keys) == sorted(
        [
            "sink",
            "me.nmae",
            "me.timezone",
            "me.country",
            "accounts.a.email",
            "accounts.a.imap.host",
            "accounts.a.imap.port",
            "accounts.a.imap.security",
            "accounts.a.imap.user",
            "accounts.a.imap",
            "sync.since",
            "drafts.ask",
        ]
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("name =", "nme ="), "me.nme: no such setting; did you mean name?"),
        (('["pass", "show", "mail"]', "3"), "write a list of words"),
        (('["pass", "show", "mail"]', '"pass show mail"'), "write a list of words"),
        (("password_command", "passwort_command"), "did you mean password_command?"),
        (
            ('password_command = ["pass", "show", "mail"]', 'password = "x"'),
            "a secret has no place",
        ),
        ((', password_command = ["pass", "show", "mail"]', ""), "say where the password is"),
        (("server = false", "server = true"), "tags.server: this version does not"),
        (("server = false", 'server = "no"'), "tags.server: should be true or false"),
        (("[accounts.main]", "[accounts.'a b']"), "letters, digits, - and _"),
        (("[drafts]", "[accounts]\nx = 1\n[drafts]"), "give each account its own table"),
    ],
)
def test_a_wrong_line_is_told_with_the_way_out(change: tuple[str, str], says: str) -> None:
    text = SMALLEST.replace(*change)
    assert text != SMALLEST
    told = problems(text)
    assert len(told) == 1
    assert says in told[0]


def test_a_problem_never_repeats_a_secret_written_into_the_file() -> None:
    told = problems(
        SMALLEST.replace('password_command = ["pass", "show", "mail"]', 'password = "hunter2"')
    )
    assert "hunter2" not in " ".join(told)


def test_broken_toml_names_the_line() -> None:
    told = problems(SMALLEST + "\n[me\n")
    assert re.search(r"line \d+", told[0])


def test_no_accounts_is_a_problem() -> None:
    assert problems('[me]\nname = "x"\n') == [
        "accounts: name at least one mailbox, as [accounts.main]"
    ]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mailsense config init"):
        load(tmp_path / "config.toml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        load(file)


def test_the_sample_file_in_the_repository_is_the_generated_one() -> None:
    shipped = Path(__file__).parent.parent / "config.example.toml"
    assert shipped.read_text(encoding="utf-8") == sample()


def test_the_sample_file_works_as_it_is() -> None:
    assert parse(sample()).accounts[0].email == "you@example.org"


def test_every_commented_line_of_the_sample_is_a_valid_setting() -> None:
    lines = sample().splitlines()
    secrets = ("password_", "token_")
    live = [
        line.removeprefix("# ")
        if re.match(r"# (\[|\w+ = )", line) and not line.removeprefix("# ").startswith(secrets)
        else line
        for line in lines
    ]
    text = "\n".join(live).replace('host = "smtp', 'password_env = "X"\nhost = "smtp')
    assert tomllib.loads(text)["accounts"]["main"]["smtp"]["port"] == 465
    assert parse(text).accounts[0].aliases == ("jobs@example.org",)


@pytest.mark.parametrize(
    ("text", "days"), [("90 days", 90), ("1 day", 1), ("6 weeks", 42), ("3 Months", 90)]
)
def test_a_span_of_time_is_read(text: str, days: int) -> None:
    assert span(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "90", "days", "-3 days", "1.5 weeks", "90 days ago"])
def test_what_is_no_span_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="90 days"):
        span(text)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(), st.text(max_size=8), st.floats(allow_nan=False)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["me", "accounts", "imap", "email", "main", "host", "drafts"]),
                inner,
            ),
        ),
        max_leaves=12,
    )
)
def test_whatever_the_file_says_it_is_settings_or_problems(value: object) -> None:
    from mailsense.config.load import _Reader

    reader = _Reader()
    tables = value if isinstance(value, dict) else {"me": value}
    reader.settings(tables)
    assert all(":" in problem for problem in reader.problems)


def test_mailsense_home_moves_everything_under_one_folder(tmp_path: Path) -> None:
    paths = Paths.of({"MAILSENSE_HOME": str(tmp_path)})
    for path in (paths.config_file, paths.database, paths.model, paths.key, paths.templates):
        assert tmp_path in path.parents


def test_without_it_the_usual_folders_are_taken() -> None:
    paths = Paths.of({})
    assert paths.config_file.name == "config.toml"
    assert "mailsense" in str(paths.config)
