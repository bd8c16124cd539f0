"""Whose public holidays count while somebody is waited for: the employer's, where a domain tells.

That plans follow them is told in the stories ``holidays-*.toml``.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from mailsense.adapters.store import SqliteStore
from mailsense.cli.app import App
from mailsense.config import Me, Settings
from mailsense.domain import Application, Contact, Stage, Wait
from mailsense.track import hazard
from mailsense.track.application import track
from mailsense.track.country import country, of_application
from mailsense.working_days import iso_country, public_holidays, working_days
from tests.support.items import PRIOR
from tests.support.stories import MINE, day, mail
from tests.support.wordmodel import NOW
from tests.support.world import World
from tests.test_hazard import UTC_ZONE

ASCENSION, MAY_DAY, EASTER_MONDAY = date(2026, 5, 14), date(2026, 5, 4), date(2026, 4, 6)


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("holmstein.example.de", "DE"),
        ("careers.holmstein.example.co.uk", "GB"),
        ("example.fr", "FR"),
        ("EXAMPLE.DE", "DE"),
        ("example.de.", "DE"),
        ("example.com", ""),
        ("holmstein.example", ""),
        ("example.eu", ""),
        *((f"example.{code}", "") for code in "io co ai me tv cc ly fm to gg".split()),
        ("example.app", ""),
        ("web.de", ""),
        ("mail.web.de", ""),
        ("gmx.at", ""),
        ("orange.fr", ""),
        ("yahoo.co.uk", ""),
        ("softgarden.de", ""),
        ("de", ""),
        ("", ""),
        ("example.d3", ""),
        ("example.бг", ""),
    ],
)
def test_a_country_code_domain_tells_a_country_unless_anybody_has_it(domain, found):
    assert country(domain) == found


def people(*emails: str) -> list[Contact]:
    return [Contact("", email) for email in emails]


def test_who_wrote_last_tells_first_and_whoever_tells_nothing_is_passed_over():
    assert of_application(people("a@x.example.fr", "b@x.example.de"), ()) == "FR"
    assert of_application(people("a@gmail.com", "b@x.example.com", "c@x.example.de"), ()) == "DE"
    assert of_application(people("a@gmail.com"), ()) == ""


def test_where_nobody_is_known_the_firms_own_robot_tells_and_a_vendors_does_not():
    def robot(sender: str, **facts: object) -> Application:
        told = "Thank you for applying for the Cook position at Holmstein."
        subject = "Your application for Cook at Holmstein"
        letter = mail(0, sender, subject, told, kind="acknowledgement", **facts)
        (found,) = track([letter], me=MINE, known={})
        assert not found.contacts
        return found

    assert robot("Holmstein <no-reply@holmstein.de>").country == "DE"
    assert robot("Holmstein <no-reply@holmstein.de>", ats="somebody").country == ""
    assert robot("Holmstein <no-reply@softgarden.de>").country == ""
    assert robot("Holmstein <no-reply@holmstein.example>").country == ""


# --- the days of a country ---------------------------------------------------------------------


def test_the_united_kingdom_without_a_part_is_england():
    whole, england = public_holidays("GB", [2026]), public_holidays("GB-ENG", [2026])
    scotland = public_holidays("GB-SCT", [2026])
    assert whole == england == public_holidays("uk", [2026]) == public_holidays("GB-XX", [2026])
    assert EASTER_MONDAY in whole and EASTER_MONDAY not in scotland
    assert date(2026, 8, 31) in whole and date(2026, 1, 2) in scotland - whole


@pytest.mark.parametrize(
    ("code", "everywhere", "in_a_part_only"),
    [
        ("DE", date(2026, 10, 3), date(2026, 1, 6)),
        ("US", date(2026, 11, 26), date(2026, 4, 20)),
        ("CA", date(2026, 7, 1), date(2026, 6, 24)),
        ("AU", date(2026, 1, 26), date(2026, 11, 3)),
        ("CH", date(2026, 8, 1), date(2026, 1, 2)),
        ("ES", date(2026, 10, 12), date(2026, 9, 11)),
    ],
)
def test_of_other_countries_only_what_is_free_in_all_parts_counts(code, everywhere, in_a_part_only):
    found = public_holidays(code, [2026])
    assert everywhere in found
    assert in_a_part_only not in found


@pytest.mark.parametrize(
    ("written", "read"),
    [("GB", ("GB", "")), (" uk ", ("GB", "")), ("gb-sct", ("GB", "SCT")), ("", ("", ""))],
)
def test_a_country_is_read_however_it_is_written(written, read):
    assert iso_country(written) == read


# --- the days that the program counts ----------------------------------------------------------


def app_in(home: str) -> App:
    app = App({"MAILSENSE_HOME": "/nowhere"}, clock=lambda: NOW)
    vars(app)["settings"] = Settings(Me("Robin", country=home), ())
    return app


def free(home: str, country: str = "") -> frozenset[date]:
    store = SqliteStore.memory()
    found = app_in(home).holidays(store, country)
    again = app_in(home).holidays(store, country)
    store.close()
    assert found == again, "what was kept is what was looked up"
    return found


YEARS = range(NOW.year - 1, NOW.year + 2)


def test_an_employer_has_its_own_days_and_without_one_the_user_has_theirs():
    assert free("GB", "DE") == public_holidays("DE", YEARS)
    assert free("GB") == public_holidays("GB", YEARS)
    assert free("", "DE") == public_holidays("DE", YEARS)
    assert free("") == frozenset()


def test_for_an_unknown_country_the_users_days_serve():
    assert free("GB", "ZZ") == free("GB")
    assert free("", "ZZ") == frozenset()


@pytest.mark.parametrize("home", ["GB-SCT", "uk-sct", "UK-SCT"])
def test_at_home_the_part_in_the_settings_serves_for_the_employer_too(home):
    assert free(home, "GB") == public_holidays("GB-SCT", YEARS)


def test_days_once_looked_up_are_never_looked_up_again(monkeypatch):
    store = SqliteStore.memory()
    app_in("GB").holidays(store, "DE")
    app_in("GB").holidays(store)
    monkeypatch.setitem(sys.modules, "holidays", None)  # importing it fails from here on
    assert app_in("GB").holidays(store, "DE") == free_of(store, "DE")
    assert app_in("GB").holidays(store)
    store.close()


def free_of(store: SqliteStore, code: str) -> frozenset[date]:
    kept = store.get(f"holidays:{code}:{NOW.year}")
    assert kept is not None
    return frozenset(date.fromisoformat(one) for one in kept.split())


def test_the_waits_that_others_are_compared_with_are_counted_likewise():
    wait = Wait(Stage.SCREENING, day(65), day(77), answered=True)  # 6 to 18 May
    at_home = Application("a1", "Holmstein", waits=(wait,))
    abroad = Application("a2", "Holmstein", waits=(wait,), country="DE")
    days = {"": frozenset({MAY_DAY}), "DE": frozenset({ASCENSION})}
    found = hazard.of(
        [at_home, abroad],
        PRIOR,
        today=day(90).date(),
        zone=UTC_ZONE,
        holidays=lambda code: days[code],
    )
    assert [one.days for one in found.at(Stage.SCREENING)] == [8, 7]


def test_without_holidays_only_week_ends_are_free():
    assert working_days(date(2026, 5, 8), date(2026, 5, 18)) == 6


# --- settings and screens ------------------------------------------------------------------------

ACCOUNT = {
    "main": 'email = "robin@me.example"\nimap = { host = "imap.example.org", user = "robin" }'
}


@pytest.mark.parametrize(
    ("written", "code"), [("GB-SCT", 0), ("de-by", 0), ("Britain", 1), ("GB-", 1), ("GB-SCOT", 1)]
)
def test_the_settings_take_a_country_or_a_part_of_it(tmp_path: Path, written: str, code: int):
    world = World(tmp_path, NOW)
    world.configure(ACCOUNT, me=f'name = "Robin"\ncountry = "{written}"')
    done = world.run("config", "check")
    assert ("me.country" in done.err) == bool(code)


def test_an_application_tells_whose_holidays_were_counted(tmp_path: Path):
    world = World(tmp_path, NOW)
    world.configure(ACCOUNT)
    store = SqliteStore.open(world.app().paths.database, now=NOW)
    since = NOW - timedelta(days=11)
    store.save_applications(
        [
            Application(
                "a1b2c3d4e5", "Holmstein", "Cook", last_out=since, waiting_days=11,
                waiting_working_days=6, country="DE",
            )
        ]
    )  # fmt: skip
    store.close()
    shown = world.run("applications", "show", "a1b2c3d4e5").out
    assert "11 days (6 working days, with the public holidays of DE)" in shown
    assert world.json("applications", "show", "a1b2c3d4e5")["country"] == "DE"
