"""Whom to write to, and by which name."""

from __future__ import annotations

import pytest

from mailsense.domain import Address, Facts, Kind, Message
from mailsense.reply.addressee import addressee, reply_ok, robot_address
from mailsense.reply.names import FORMAL, author_name, display_name
from mailsense.reply.plan import greeting_name
from tests.support.items import ANNA, BEN, ME, MINE, ROBOT, day, incoming, outgoing, verdict

NO = verdict(Kind.REJECTION)


@pytest.mark.parametrize(
    "email",
    [
        "no-reply@acme.example", "noreply@acme.example", "no.reply+7@acme.example",
        "donotreply@acme.example", "do-not-reply@acme.example", "mailer-daemon@acme.example",
        "notifications@acme.example", "jobalerts@acme.example", "jobs-noreply@acme.example",
        "bounces+12@acme.example", "newsletter@acme.example", "anna@us.greenhouse-mail.io",
        "acme@hire.lever.co", "c-1@jobs.workablemail.com", "nobody", "", "a b@acme.example",
        "anna@localhost",
    ],
)  # fmt: skip
def test_an_address_that_nobody_reads_is_a_robots(email: str) -> None:
    assert robot_address(Address("", email))


@pytest.mark.parametrize(
    "email",
    [
        "anna@acme.example", "anna.smith@acme.example", "careers@acme.example",
        "n.oreply@x.example",
        "norah@acme.example", "noah.reply@acme.example", "alerta@acme.example",
        "anna@evergreenhouse.example", "replyto.anna@acme.example", "rob.ot@acme.example",
        "anna@notgreenhouse.io",
    ],
)  # fmt: skip
def test_an_address_of_a_person_is_not(email: str) -> None:
    assert not robot_address(Address("", email))


def message(**more: object) -> Message:
    base = incoming("m", day(11, 2), NO).message
    from dataclasses import replace

    return replace(base, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "ok"),
    [
        ({}, True),
        ({"facts": Facts(auto_submitted="auto-generated")}, False),
        ({"facts": Facts(auto_submitted="no")}, True),
        ({"facts": Facts(auto_reply=True)}, False),
        ({"facts": Facts(bounce=True)}, False),
        ({"facts": Facts(return_path="")}, False),  # "<>"
        ({"facts": Facts(return_path="bounces@acme.example")}, True),
        ({"facts": Facts(list_id="jobs.acme.example")}, False),
        ({"facts": Facts(precedence="bulk", list_unsubscribe=True)}, True),
        ({"from_": ROBOT, "facts": Facts(no_reply=True)}, False),
        ({"from_": Address("Acme", "news@acme.example"), "facts": Facts(precedence="bulk")}, False),
        ({"from_": Address("Acme Careers", "careers@acme.example"), "text": "No."}, False),
        ({"from_": Address("Acme Careers", "careers@acme.example")}, True),
    ],
)
def test_a_reply_is_right_when_it_would_reach_a_person(more: dict[str, object], ok: bool) -> None:
    assert reply_ok(message(**more)) is ok


def test_the_author_is_written_to() -> None:
    no = incoming("m1", day(11, 2), NO)
    assert addressee([no], no, MINE) == (ANNA, "Anna Smith wrote it")


def test_when_a_robot_wrote_the_person_seen_earlier_is_written_to() -> None:
    invited = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), sender=BEN)
    asked = incoming("m2", day(11, 4), verdict(Kind.ACKNOWLEDGEMENT), sender=ANNA)
    no = incoming("m3", day(11, 9), NO, sender=ROBOT)
    person, why = addressee([invited, asked, no], no, MINE)
    assert person == ANNA
    assert "a robot wrote it" in why
    assert "Anna Smith" in why


def test_a_person_who_wrote_later_is_better_than_none() -> None:
    no = incoming("m1", day(11, 2), NO, sender=ROBOT)
    later = incoming("m2", day(11, 3), verdict(Kind.OTHER), sender=BEN)
    assert addressee([no, later], no, MINE)[0] == BEN


def test_when_only_robots_wrote_there_is_nobody() -> None:
    no = incoming("m1", day(11, 2), NO, sender=ROBOT)
    assert addressee([no], no, MINE) == (
        None,
        "a robot wrote it and no person is known in this process",
    )


def test_the_user_is_never_the_addressee() -> None:
    own = incoming("m1", day(11, 2), NO, sender=ME)
    assert addressee([own], own, MINE)[0] is None


@pytest.mark.parametrize(
    ("sender", "reply_to", "goes_to"),
    [
        (ANNA, Address("", "a.smith@mail.northwind.example"), "a.smith@mail.northwind.example"),
        (ANNA, Address("", "anna@elsewhere.example"), ANNA.email),
        (ANNA, Address("", "no-reply@northwind.example"), ANNA.email),
        (ANNA, Address("", "c-1@hire.lever.co"), ANNA.email),
        (ANNA, ME, ANNA.email),
        (ROBOT, ANNA, ANNA.email),
        (ROBOT, Address("Careers", "careers@northwind.example"), None),
        (ROBOT, Address("Anna Smith", "anna@elsewhere.example"), None),
        (Address("Northwind", "no-reply@greenhouse-mail.io"), ANNA, ANNA.email),
    ],
)  # fmt: skip
def test_a_reply_to_counts_when_it_is_a_persons_of_the_same_house(
    sender: Address, reply_to: Address, goes_to: str | None
) -> None:
    item = incoming(
        "m1", day(11, 2), NO, sender=sender, reply_to=(reply_to,),
        facts=Facts(no_reply=sender is not ANNA),
    )  # fmt: skip
    person, why = addressee([item], item, MINE)
    assert (person.email if person else None) == goes_to
    assert why


def test_a_reply_to_elsewhere_is_told() -> None:
    item = incoming("m1", day(11, 2), NO, reply_to=(Address("", "x@evil.example"),))
    assert "another domain" in addressee([item], item, MINE)[1]


def test_a_chase_goes_to_the_person_who_was_written_to() -> None:
    asked = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), sender=BEN)
    own = outgoing("m2", day(11, 3), to=(Address("Jobs", "jobs@northwind.example"), ANNA))
    assert addressee([asked, own], own, MINE)[0] == ANNA


def test_a_chase_prefers_the_recipient_who_has_written_before() -> None:
    asked = incoming("m1", day(11, 2), verdict(Kind.INTERVIEW), sender=BEN)
    own = outgoing("m2", day(11, 3), to=(ANNA, BEN))
    assert addressee([asked, own], own, MINE)[0] == BEN


def test_a_letter_to_a_shared_mailbox_has_no_person_behind_it() -> None:
    own = outgoing("m1", day(11, 3), to=(Address("", "jobs@northwind.example"),))
    assert addressee([own], own, MINE)[0] is None


def test_without_a_message_the_newest_person_counts() -> None:
    items = [incoming("m1", day(11, 2), NO, sender=BEN), incoming("m2", day(11, 3), NO)]
    assert addressee(items, None, MINE)[0] == ANNA
    assert addressee([], None, MINE)[0] is None


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Anna Smith", "Anna"), ("Smith, Anna", "Anna"), ("Anna", "Anna"), ("ANNA SMITH", "Anna"),
        ("Dr. Anna Smith", "Dr Smith"), ("Dr. Smith", "Dr Smith"), ("Anna Smith, PhD", "Anna"),
        ("Mrs Joyce Appleby", "Mrs Appleby"), ("Mr J. B. Smith", "Mr Smith"),
        ("Prof. Anna van der Berg", "Prof van der Berg"), ("Frau Dr. Smith", "Frau Smith"),
        ("Professor van der Berg", "Professor van der Berg"), ("Dr Al Green", "Dr Green"),
        ("Sir Ian Holm", "Sir Ian"), ("Dr SMITH Anna", "Dr Smith"), ("Smith, Dr Anna", "Dr Smith"),
        ("Dr Smith Dental Practice", ""),
        ("Anna Smith (she/her)", "Anna"), ("Anna Smith via Greenhouse", "Anna"),
        ("Anna from Northwind", "Anna"), ("Anna Smith | Northwind", "Anna"),
        ("Jean-Luc Moreau", "Jean-Luc"), ("SMITH Anna", "Anna"), ("Siobhán O'Neill", "Siobhán"),
        ("Anna van der Berg", "Anna"), ("\"Smith, Anna\"", "Anna"), ("Smith, Anna (HR)", "Anna"),
        ("Anna Smith, Northwind", "Anna"), ("Zoë Ng", "Zoë"),
        ("Talent Team", ""), ("Northwind Careers", ""), ("HR", ""), ("The Hiring Team", ""),
        ("anna.smith@northwind.example", ""), ("", ""), ("Northwind", ""), ("J. Smith", ""),
        ("recruiting", ""), ("Northwind Logistics", ""), ("Jobs & Careers", ""), ("A" * 200, ""),
    ],
)  # fmt: skip
def test_a_display_name_gives_a_first_name_when_it_is_a_persons(display: str, name: str) -> None:
    assert display_name(Address(display, "a.smith@northwind.example")) == name


def test_a_persons_own_domain_does_not_make_a_company_of_them() -> None:
    assert display_name(Address("Anna Smith", "anna@annasmith.example")) == "Anna"


@pytest.mark.parametrize(
    ("text", "signature", "name"),
    [
        ("No.\n\nBest,\nAnna", "", "Anna"),
        ("No.\n\nBest regards\nAnna Smith\nTalent Lead", "", "Anna"),
        ("No.\n\nKind regards,\nDr Smith", "", "Dr Smith"),
        ("No.\n\nKind regards,\nDr Anna Smith", "", "Dr Smith"),
        ("No.\n\nYours sincerely\nMrs J. Appleby\nHead", "", "Mrs Appleby"),
        ("No.\n\nThanks, Nia", "", "Nia"),
        ("All the best, Anna", "", "Anna"),
        ("It is a no, sorry. Cheers, Anna", "", "Anna"),
        ("No.\n- anna", "", "Anna"),
        ("No.\n\nWarm regards", "Anna Smith\nNorthwind", "Anna"),
        ("No.", "Anna Smith\nNorthwind", "Anna"),
        ("No.\n\nAnna", "", "Anna"),
        ("No.\n\nBest,\nThe Talent Team", "", ""),
        ("No.\n\nKind regards,\nNorthwind HR", "", ""),
        ("Thanks for coming in.", "", ""),
        ("Best, worst, whatever: a no", "", ""),
        ("No.\n\nRegards,\nA", "", ""),
        ("Many thanks,\nYours sincerely,\nAnna Smith", "", "Anna"),
        ("", "", ""),
        ("Let us talk. Sam", "", ""),
    ],
)
def test_the_sign_off_says_how_they_want_to_be_called(text: str, signature: str, name: str) -> None:
    sender = Address("", "anna.smith@northwind.example")
    item = incoming("m1", day(11, 2), NO, sender=sender, text=text, signature=signature)
    assert greeting_name(item) == name


@pytest.mark.parametrize(
    ("display", "text", "name"),
    [
        ("Mrs Joyce Appleby", "Dear Mr Day,\n\nYes.\n\nYours,\nJoyce Appleby", "Mrs Appleby"),
        ("Mrs Joyce Appleby", "Dear Mr Day,\n\nYes.\n\nYours,\nMrs Appleby", "Mrs Appleby"),
        ("Mrs Joyce Appleby", "Dear Mr Day,\n\nYes.", "Mrs Appleby"),
        ("Mrs Joyce Appleby", "Dear Mr Day,\n\nYes.\n\nYours,\nJoyce", "Joyce"),
        ("Mrs Joyce Appleby", "Dear Robin,\n\nYes.\n\nYours,\nJoyce Appleby", "Joyce"),
        ("Mrs Joyce Appleby", "Dear Mr Day,\n\nYes.\n\nYours,\nNia Field", "Nia"),
        ("Joyce Appleby", "Dear Mr Day,\n\nYes.\n\nYours,\nJoyce Appleby", "Joyce"),
        ("", "Dear Mr Day,\n\nYes.\n\nYours,\nDr Joyce Appleby", "Dr Appleby"),
    ],
)
def test_who_uses_titles_is_greeted_by_theirs_unless_they_sign_otherwise(
    display: str, text: str, name: str
) -> None:
    sender = Address(display, "joyce.appleby@school.example")
    assert greeting_name(incoming("m1", day(11, 2), NO, sender=sender, text=text)) == name


@pytest.mark.parametrize("text", ["Dear Mr Day,", "Good morning, Dr Day", "Sehr geehrte Frau Day,"])
def test_a_salutation_with_a_title_is_formal(text: str) -> None:
    assert FORMAL.match(text)


@pytest.mark.parametrize("text", ["Dear Robin,", "Dear Drew,", "Thank you, Mr Day", "Dear Missy"])
def test_a_salutation_without_one_is_not(text: str) -> None:
    assert not FORMAL.match(text)


def test_the_sign_off_outranks_the_display_name_and_a_team_does_not() -> None:
    signed = incoming("m1", day(11, 2), NO, text="No.\n\nBest,\nNia")
    assert author_name(signed.message) == "Nia"
    team = incoming("m1", day(11, 2), NO, text="No.\n\nBest,\nThe Talent Team")
    assert author_name(team.message) == "Anna"
