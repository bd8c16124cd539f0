"""What is odd about the letter that is answered: told as a fact, and rarely told in vain."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mailsense.domain import Address, Facts, Kind
from mailsense.freemail import is_freemail
from mailsense.ports import Item
from mailsense.reply import suspicion
from mailsense.reply.findings import Finding, Surroundings
from mailsense.reply.lint import lint
from mailsense.reply.suspicion import marks, mixed, one_off, shown, skeleton
from tests.support.items import ANNA, BEN, ME, PLAYBOOK, day, draft, incoming, outgoing, verdict

FACTS = {"to_name": "Anna", "company": "Northwind"}


def found(
    original: Item,
    *history: Item,
    to: Address | None = None,
    facts: dict[str, Any] | None = None,
    edited: bool = False,
) -> list[Finding]:
    letter = draft(
        body="Hello Anna,\n\nThank you for writing.\n\nSam\n",
        to=(to or original.message.from_,),
        edited=edited,
    )
    known = FACTS if facts is None else facts
    around = Surroundings(original, history)
    rules = ("look-alike", "reply-to", "scam")
    told = lint(letter, facts=known, playbook=PLAYBOOK, around=around)
    return [f for f in told if f.rule in rules]


def letter(email: str, text: str = "We would like to talk.\n\nAnna", **more: Any) -> Item:
    sender = Address("Anna Smith", email)
    return incoming("m2", day(11, 3), verdict(Kind.INTERVIEW), sender=sender, text=text, **more)


BEFORE = incoming("m1", day(11, 1), verdict(Kind.ACKNOWLEDGEMENT), sender=ANNA)
COMPANY = {"to_name": "Anna", "company": ""}

# --- domains -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "level", "said"),
    [
        ("anna@n0rthwind.example", "error", "only looks like northwind.example"),
        ("anna@northvvind.test", "error", "only looks like northwind.example"),
        ("anna@northwlnd.example", "error", "only looks like northwind.example"),
        ("anna@n\u043erthwind.example", "error", "mixes letters of two alphabets"),
        ("anna@xn--nrthwind-66g.example", "error", "mixes letters of two alphabets"),
        ("anna@northwind.example.mail-hr.test", "error", "but is at mail-hr.test"),
        ("anna@northwinds.example", "warning", "one letter away from northwind.example"),
        ("anna@nortwhind.test", "warning", "one letter away from northwind.example"),
        ("anna@xn--mller-kva.example", "warning", "is read as müller.example"),
        ("anna@müller.example", "warning", "is read as müller.example"),
    ],
)
def test_a_domain_that_only_looks_right_is_told(email: str, level: str, said: str) -> None:
    for edited in (False, True):
        ((told),) = found(letter(email), BEFORE, facts=COMPANY, edited=edited)
        assert (told.level, told.rule) == (level, "look-alike")
        assert said in told.text
        assert "look up the right address" in told.text


@pytest.mark.parametrize(
    "email",
    [
        "anna@northwind.example",
        "anna@mail.northwind.example",
        "anna@northwind.test",
        "anna@northwind-careers.example",
        "anna@southwind.example",
        "anna@globex.example",
        "anna@gmail.com",
        "anna@group2.example",
    ],
)
def test_another_domain_is_just_another_domain(email: str) -> None:
    second = incoming("g", day(11, 1), None, sender=Address("", "ben@group1.example"))
    private_ = incoming("p", day(11, 1), None, sender=Address("", "ben@ymail.com"))
    assert found(letter(email), BEFORE, second, private_, facts=COMPANY) == []


def test_who_wrote_first_is_not_the_one_in_doubt() -> None:
    first = incoming("m0", day(10, 1), None, sender=Address("", "x@northwinds.example"))
    assert found(letter("anna@northwinds.example"), first, BEFORE, facts=COMPANY) == []
    assert found(letter("anna@northwinds.example"), BEFORE, first, facts=COMPANY) != []


@pytest.mark.parametrize("email", ["anna@northwinds.example", "anna@xn--mller-kva.example"])
def test_who_was_written_to_before_is_not_doubted_again(email: str) -> None:
    own = outgoing("m0", day(10, 1), to=(Address("", email),))
    assert found(letter(email), BEFORE, own, facts=COMPANY) == []
    chase = outgoing("m3", day(11, 5), to=(Address("", email),))
    assert found(chase, BEFORE, to=Address("", email), facts=COMPANY) == []


@pytest.mark.parametrize("place", ["signature", "quoted"])
def test_a_letter_may_name_the_house_it_is_not_from(place: str) -> None:
    names = {place: "Anna Smith\nwww.northwind.example\n"}
    assert found(letter("anna@northwinds.example", **names), facts=COMPANY)
    assert found(letter("anna@northwind.example", **names), facts=COMPANY) == []


def test_a_domain_is_held_against_the_companys_name() -> None:
    ((told),) = found(letter("anna@n0rthwind.example"))
    assert (told.level, "almost like Northwind" in told.text) == ("warning", True)
    assert found(letter("anna@northwind-group.example")) == []
    assert found(letter("anna@nw.example")) == []


def test_names_are_compared_as_the_eye_does() -> None:
    assert skeleton("paypal") == skeleton("paypa1") == skeleton("рауpal")
    assert skeleton("modern") == skeleton("rnodem")
    assert skeleton("müller") == skeleton("muller")
    assert skeleton("northwind") != skeleton("southwind")
    assert mixed("аpple") and mixed("αpple") and not mixed("apple") and not mixed("яблоко")
    assert not mixed("七hills")
    assert shown("xn--mnchen-3ya.example") == "münchen.example"
    assert shown("xn--\u00e9.example") == "xn--\u00e9.example"
    assert shown("xn--a-99999999999999.example").startswith("xn--")


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("globex", "globexx", True), ("globex", "lobex", True), ("globex", "glabex", True),
        ("globex", "golbex", True), ("globex", "globex", False), ("globex", "gelbox", False),
        ("globex", "globexes", False), ("mail1", "mail2", False), ("mail", "mail2", False),
        ("", "a", True), ("", "", False),
    ],
)  # fmt: skip
def test_one_letter_off(one: str, other: str, off: bool) -> None:
    assert one_off(one, other) is one_off(other, one) is off


# --- where answers are asked to go -------------------------------------------------------


def asked(wanted: str, sender: str = "anna@northwind.example", **more: Any) -> Item:
    return letter(sender, reply_to=(Address("Anna Smith", wanted),), **more)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("anna.smith@gmail.com", "a private mailbox, anna.smith@gmail.com"),
        ("anna@northwind-hr.test", "another domain, anna@northwind-hr.test"),
        ("anna@web.de", "a private mailbox"),
    ],
)
def test_answers_wanted_elsewhere_are_told(wanted: str, said: str) -> None:
    ((told),) = found(asked(wanted))
    assert (told.level, told.rule) == ("warning", "reply-to")
    assert said in told.text
    assert "this goes to anna@northwind.example" in told.text
    ((told),) = found(asked(wanted), to=Address("", wanted))
    assert "this goes there" in told.text


@pytest.mark.parametrize(
    "original",
    [
        asked("anna@northwind.example"),
        asked("jobs@mail.northwind.example"),
        asked("anna@northwind.co.uk"),
        asked("no-reply@elsewhere.example"),
        asked("x81@reply.greenhouse.io"),
        asked(ME.email),
        asked("anna@northwind.example", "x@hire.lever.co"),
        asked("anna@elsewhere.example", "x@mailer.example", facts=Facts(ats="greenhouse")),
        asked(BEN.email, "anna@group.example"),
        letter("anna@northwind.example"),
    ],
)
def test_these_answers_are_wanted_where_one_expects(original: Item) -> None:
    known = incoming("b", day(11, 1), None, sender=BEN)
    assert found(original, known, facts=COMPANY) == []


def test_a_relay_that_wants_answers_in_a_private_mailbox_is_told_when_they_go_there() -> None:
    relayed = asked("anna.smith@gmail.com", "x@hire.lever.co")
    assert found(relayed, to=Address("", "anna.smith@gmail.com"))
    assert found(relayed, to=ANNA) == []


def test_one_provider_is_no_house() -> None:
    assert is_freemail("gmail.com") and is_freemail("mail.yahoo.co.uk") and is_freemail("web.de")
    assert not is_freemail("northwind.example") and not is_freemail("web.example")
    ((told),) = found(asked("anna@outlook.com", "anna@outlook.fr"), facts=COMPANY)
    assert told.rule == "reply-to"


# --- what a letter asks for --------------------------------------------------------------

SCAMS = [
    "You are hired as Remote Clerk without any interview. Pay a small fee for the laptop.",
    "Add our hiring manager on Telegram. You earn $45 per hour, no experience required.",
    "We will mail you a check to deposit. Buy gift cards for the office, and send photos.",
    "Send a copy of your passport and your bank account number today.",
    "Your salary is paid in USDT to your crypto wallet. Message me on WhatsApp.",
    "Please pay the refundable deposit and provide a photo of your driver's license.",
    "The training fee is 90. Reply to us on Telegram only.",
    "We do not play. Start today: €250 daily, without experience. This is not a scam!",
]


@pytest.mark.parametrize("text", SCAMS)
def test_several_marks_of_a_scam_are_told_kindly_and_as_facts(text: str) -> None:
    ((told),) = found(letter("anna@northwind.example", f"Dear Sam,\n\n{text}\n\nAnna"))
    assert (told.level, told.rule) == ("warning", "scam")
    assert told.text.startswith("their letter ")
    assert "find the firm's own number" in told.text
    assert not re.search(r"scam|fraud|fake|criminal", told.text)


@pytest.mark.parametrize(
    "text",
    [
        "You will receive a £50 Amazon gift card for taking part. We can talk on WhatsApp.",
        "We are a crypto exchange and hire a payments engineer. Could we talk on Tuesday?",
        "No experience needed, £12 per hour. Text me on WhatsApp to arrange a trial shift.",
        "Please bring your passport, so that we can check your right to work.",
        "Are you on WhatsApp? I can call you there tomorrow.",
        "Once you have signed, please send us your bank details for payroll.",
        "We will check the references, and send you the check list for your first day.",
        "The salary is $200,000 a year, with a sign-on payment. You are selected for a talk.",
        "Beware of fraud: we never ask for a fee or your bank details, nor write on Telegram.",
        "Northwind will never ask you to pay a deposit, buy gift cards or send a passport scan.",
        "We will never:\n\n- ask for a training fee or a deposit\n\n- ask you to buy gift cards",
        "Read our page about recruitment scams. We do not ask for your card number or a fee.",
        "We wire houses. Send us your account of the work, and the signal box you built.",
        "The fee for the conference is paid by us; you pay nothing.",
        "",
    ],
)
def test_an_honest_letter_is_not_doubted(text: str) -> None:
    assert found(letter("anna@northwind.example", f"Dear Sam,\n\n{text}\n\nAnna")) == []


def test_once_people_have_talked_papers_and_bank_details_are_ordinary() -> None:
    text = "Please send a copy of your passport and your bank details, so that you can start."
    original = letter(ANNA.email, text)
    assert found(original)
    assert found(original, facts={**FACTS, "talked": True}) == []
    two = [incoming(f"e{n}", day(11, n), None, sender=ANNA) for n in (1, 2)]
    assert found(original, *two) == []
    assert found(original, two[0]) != []
    assert found(letter(ANNA.email, f"{text} The visa fee is 90. Buy gift cards."), *two) != []


def test_a_private_mailbox_in_a_firms_name_is_a_mark_but_none_alone() -> None:
    paid = "The training fee is 90."
    assert found(letter("northwind.hr@gmail.com", paid))
    assert found(letter("northwind.hr@gmail.com", paid), facts=COMPANY) == []
    assert found(letter(ANNA.email, paid)) == []
    assert found(letter("northwind.hr@gmail.com", "Could we talk on WhatsApp?")) == []


def test_a_letter_of_the_users_own_is_not_doubted() -> None:
    own = outgoing("m3", day(11, 5), text=SCAMS[0])
    assert found(own, to=ANNA) == []


PATTERNS = {
    "MONEY": (["a registration fee", "send us $50", "a one-time payment", "pay the deposit"],
              ["free of charge", "a coffee", "pay attention", "the fee-paying school"]),
    "BANK": (["send your bank details", "we need your IBAN", "provide the sort code"],
             ["a bank in Leeds", "on your own account", "Deutsche Bank details the plan"]),
    "GIFTS": (["buy some gift cards", "scratch the Steam card"], ["a gift card awaits you"]),
    "CRYPTO": (["paid in bitcoin", "send USDT"], ["cryptography", "a bitcoin exchange"]),
    "CHEQUE": (["deposit the first and a check", "we mail you a cheque"],
               ["check in", "send you a check list", "a background check", "check it"]),
    "PAPERS": (["scan of your passport", "front and back of your ID card"],
               ["a passport office", "drive a lorry", "copy of your CV"]),
    "MESSENGER": (["add me on WhatsApp", "continue on Telegram", "text me on Signal."],
                  ["a signal", "WhatsApp's engineers", "reach a strong signal on site"]),
    "UNSEEN": (["without any interview", "no interview needed", "hired immediately"],
               ["before the interview", "selected for interview", "hired in March"]),
    "NO_SKILL": (["no experience required", "without experience", "no prior skills are needed"],
                 ["no small experience", "some experience needed", "with no doubt"]),
    "PAY": (["$45 per hour", "€1,500 weekly", "£300 a day"], ["$90,000 a year", "45 per hour"]),
    "WARNS": (["never ask", "beware of", "will not ask", "Fraudsters", "we never:"],
              ["you will never regret", "not a scam", "ask us"]),
    "DOMAIN": (["@a.example", "www.a.example", "https://a.example/x"], ["a.example", "@a"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_finds_its_examples_and_no_other(name: str) -> None:
    pattern = getattr(suspicion, name)
    yes, no = PATTERNS[name]
    assert [text for text in yes if not pattern.search(text)] == []
    assert [text for text in no if pattern.search(text)] == []


def test_a_messenger_alone_is_no_mark() -> None:
    assert marks("Add me on Telegram.") == []
    assert marks("Add me on Telegram and pay the training fee.") == [
        "asks for money", "moves the talk to a messenger",
    ]  # fmt: skip
