# ruff: noqa: E501
"""Letters that look like a scam get no draft; the honest ones beside them do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from mailsense.domain import Address, Facts, Kind, PlanKind, Source, Verdict
from mailsense.ports import Item
from mailsense.reply import scam
from mailsense.reply.plan import plan
from mailsense.report.agenda import Search, agenda
from tests.support.items import ANNA, MINE, PLAYBOOK, ZONE, application, day, incoming, outgoing
from tests.support.items import verdict as said

HR = Address("HR Department", "hr.globalcareers@gmail.com")
FIRM = Address("Anna Smith", "anna@northwind.example")
PRIVATE = Address("Priya Nair", "priya.nair84@gmail.com")
CAFE = Address("Harbour Cafe", "harbourcafe.team@gmail.com")
ELSEWHERE = (Address("", "payroll.desk771@outlook.com"),)

SCAMS: list[tuple[str, Address, tuple[Address, ...], str]] = [
    ("a fee by voucher", HR, ELSEWHERE, "Your CV was approved and interview is not required. Send "
     "a refundable clearance fee of GBP 310 by gift card and a scan of your passport."),
    ("a cheque", HR, (), "You are hired as Office Helper at $42 per hour. We will mail you a check "
     "to deposit; keep $300 and buy gift cards with the rest."),
    ("a laptop to pay for", HR, (), "Congratulations, you have the job without any interview. "
     "Kindly pay the equipment fee of $180 before the laptop is shipped."),
    ("registration in India", Address("TCS Hiring Desk", "tcs.hiring.desk@gmail.com"), (),
     "Dear candidate, you are shortlisted for work from home. Pay the registration fee of Rs. 1,999 "
     "by UPI and contact our HR on WhatsApp."),
    ("a ship", Address("Capt. Lewis", "ocean.cruise.jobs@outlook.com"), (),
     "You are selected for the position of Deck Steward. The visa processing fee of USD 250 must "
     "be paid to our agent. Send a copy of your passport."),
    ("oil", Address("Petro Gulf Recruitment", "petrogulf.recruit@yahoo.com"), (),
     "Your appointment letter is ready. You are to pay the embassy charge of $420 by Western Union, "
     "which will be refunded with your first salary."),
    ("data entry by Telegram", HR, (), "No experience needed, $45 per hour. Add our manager on "
     "Telegram for a chat interview and send your online banking login."),
    ("parcels", Address("Swift Team", "swift.logistics.team@gmail.com"), (),
     "You receive packages at home and re-ship them to our customers. Message me on WhatsApp."),
    ("other people's money", Address("Finance Office", "finance.office22@gmail.com"), (),
     "You accept payments from clients into your personal account, keep 8% as your commission and "
     "transfer the rest the same day."),
    ("videos", Address("Mia", "mia.recruit@gmail.com"), (),
     "You like YouTube videos 1-2 hours a day and earn $250 daily, no experience. Contact us on "
     "Telegram to join."),
    ("a whole package", HR, ELSEWHERE, "We want you for the team. Send your bank details, and a "
     "copy of your ID card, and write to our manager on WhatsApp."),
    ("a house that is none", Address("Anna Smith", "anna@northwind-careers.example"), (),
     "You are hired. Pay the refundable deposit of $150 for the starter kit and message us on "
     "Telegram."),
    ("gift cards from the boss", Address("The Director", "ceo.office.mail@outlook.com"), (),
     "You start now. As a first task get some gift cards, scratch them and send photos to me."),
    ("bitcoin", HR, (), "You have been hired immediately. Your salary is paid in bitcoin. Add our "
     "manager on WhatsApp."),
    ("training", Address("Care Agency Jobs", "care.uk.jobs@gmail.com"), (),
     "No interview is needed. You are to pay the training fee of 95 GBP to reserve your place."),
    ("a farm abroad", Address("Farm Recruitment Canada", "canadafarm.recruit@gmail.com"), (),
     "Fruit picking, free housing. The work permit fee is $300, send it by MoneyGram to the agent, "
     "with a photo of your passport."),
    ("a mystery shopper", Address("Shop Audit Team", "shopaudit.team@yahoo.com"), (),
     "You will receive a cashier's check. Deposit it, buy gift cards in three shops and send them."),
    ("a background check first", HR, (), "You were selected without an interview. Send us $60 for "
     "the background check. We will email you a link."),
    ("a card", HR, ELSEWHERE, "For the direct deposit send front and back of your debit card and "
     "the OTP that you receive."),
    ("a nanny's cheque", Address("Dr. Lee", "drlee.family.office@gmail.com"), (),
     "You are hired as our nanny. I will send you a check to deposit, for the toys and wheelchair."),
    ("the software", Address("Onboarding Desk", "techglobal.onboarding@gmail.com"), (),
     "Approved for Remote Coder, no interview required! A small software licence fee of $90 must be "
     "paid before your start. Join us on Telegram."),
    ("a refundable security", Address("Packing HR Dept", "packing.hrdept@gmail.com"), (),
     "You are shortlisted. To confirm your joining you have to deposit Rs 2,150 as refundable "
     "security. Call or WhatsApp."),
    ("a home office", Address("Recruitment Team", "recruit.team@gmail.com"), (), "You are hired at "
     "$35/hr. Text the manager on Telegram. We send the check for your home office equipment."),
    ("charges to be borne", Address("Air HR", "air.group.hr@gmail.com"), (), "No interview is "
     "necessary. Visa and medical charges of 1200 are payable in advance to our agent."),
    ("no interviews here", HR, (), "We do not hold interviews. You start tomorrow. Reply with your "
     "bank account number and sort code. All further talk is on Telegram."),
    ("parcels again", Address("Fast Dept", "fastship.dept@gmail.com"), (), "As inspector, packages "
     "are delivered to your address, you check them and ship them on. No interview."),
    ("a laptop from a house", Address("Sarah", "sarah@northwind-hiring.example"), (), "The cost of "
     "your laptop, $350, must be paid via Zelle to our vendor."),
    ("the visa of a hospital", Address("Dr. Hart", "royal.hospital.hr@gmail.com"), ELSEWHERE,
     "You have been appointed as Nurse. Send your bank details and the visa fee of EUR 200."),
]  # fmt: skip

HONEST: list[tuple[str, Address, tuple[Address, ...], str]] = [
    ("payroll after signing", FIRM, (), "Welcome! Now that you have signed, please send your bank "
     "details for payroll and a copy of your passport for the right to work check."),
    ("a cafe", CAFE, (), "Great to meet you on Sunday. We would love to have you. Text me on "
     "WhatsApp, and send me your bank details and a photo of your passport for payroll."),
    ("a recruiter in India", PRIVATE, (), "I recruit for a bank in Pune. Share your CV on WhatsApp; "
     "salary 18 LPA. Could we speak tomorrow?"),
    ("a recruiter's own gmail", Address("Tom Reid Recruitment", "tomreid.recruitment@gmail.com"),
     (), "I have a warehouse manager role, £42k. Are you free for a call, or on WhatsApp?"),
    ("relocation", FIRM, (), "We pay the visa fee and cover the deposit for your first flat. Please "
     "send a copy of your passport to our lawyers."),
    ("relocation that is paid back", FIRM, (), "You pay the visa fee yourself and we reimburse it. "
     "Please send a copy of your passport."),
    ("a landlord's deposit", FIRM, (), "The landlord wants a refundable deposit of £900 for the "
     "flat. Could you send a copy of your passport?"),
    ("dbs", FIRM, (), "Please pay the DBS fee of £49.50 online and bring a copy of your passport "
     "and driving licence. Text me on WhatsApp if in doubt."),
    ("temps", Address("Ops Team", "ops@temps.example"), (), "No interview needed, start on Monday. "
     "Send your passport photo, bank details and a WhatsApp number to get your shifts."),
    ("how soon", FIRM, (), "We would like to offer you the job. Could you start immediately? Send "
     "your bank details and a copy of your ID card."),
    ("a thank-you", FIRM, (), "You will receive a £25 gift card for taking part in the test."),
    ("crypto", FIRM, (), "We are a crypto exchange; part of the salary can be paid in bitcoin. Add "
     "me on Telegram to find a time."),
    ("a warning", FIRM, (), "We would like to meet. We never ask for a fee, gift cards or your bank "
     "details, nor do we write on WhatsApp."),
    ("no fee", PRIVATE, (), "There is no registration fee, and our recruitment fee is paid by the "
     "client. Shall we talk on WhatsApp?"),
    ("a reply-to", PRIVATE, (Address("Priya", "priya@talentbridge.example"),),
     "I have a role for you. Could we talk on Thursday?"),
    ("two mailboxes", PRIVATE, (Address("Priya", "priya.work@gmail.com"),),
     "I have a role for you. Send me your CV, and add me on WhatsApp."),
    ("a payments engineer", FIRM, (), "You would build how we receive payments and process "
     "transfers for 900 shops. The take-home is due on Friday."),
    ("a parcel firm", FIRM, (), "You deliver parcels to homes across Leeds. Interview on Tuesday?"),
    ("a check", FIRM, (), "We will send you a check list and run a background check. Please pay "
     "attention to the form."),
    ("a licence", FIRM, (), "A copy of your driving licence, please, and your sort code and account "
     "number, so that we can set you up."),
    ("expenses", FIRM, (), "Keep the receipts: travel fees are paid back after the interview."),
    ("an offer", FIRM, (), "We are delighted to offer you the role at £42,000. Please sign by "
     "Friday and tell us when you could start."),
    ("a bonus", FIRM, (), "You will be paid a joining bonus, and a signing payment of $5,000 is "
     "paid with your first salary."),
    ("no interview yet", CAFE, (), "We have no interview date yet, but will write next week."),
    ("a nursery", PRIVATE, (), "I need a nanny, £15 per hour. Could you come for a trial on "
     "Saturday? References, please, and a copy of your passport for the check."),
    ("an agency's bank shifts", FIRM, (), "Please confirm your bank account details and send a copy "
     "of your passport and NMC pin. The NMC fee is yours to pay."),
    ("a key card", FIRM, (), "Please send your IBAN and a copy of your ID card. There is a security "
     "deposit of 50 EUR for the key card."),
    ("a bakery", CAFE, (), "Lovely to meet you. The job is yours, no further interview needed! Your "
     "bank details and a photo of your passport, please, on WhatsApp."),
    ("a drive in India", Address("Ravi Recruiter", "ravi.hr.talent@gmail.com"), (), "Share your "
     "resume, PAN number and WhatsApp me. Immediate joiners preferred. No charges at any stage."),
    ("an easy job", FIRM, (), "No experience needed, £12 per hour. Text me on WhatsApp."),
    ("a private teacher", Address("Mrs Khan", "a.khan.home@gmail.com"), (),
     "Three hours a day with my two children. Ring or WhatsApp me."),
]  # fmt: skip


def letter(sender: Address, text: str, wanted: tuple[Address, ...] = (), **more: Any) -> Item:
    verdict = more.pop("verdict", said(Kind.OFFER))
    key, at = more.pop("key", "m1"), more.pop("at", day(11, 2))
    body = f"Dear Sam,\n\n{text}\n\nRegards"
    return incoming(key, at, verdict, sender=sender, text=body, reply_to=wanted, **more)


def plans(*items: Item) -> list[Any]:
    return plan(
        application(), list(items), (), PLAYBOOK, me=MINE, ask="both", now=day(11, 4), zone=ZONE
    )


@pytest.mark.parametrize(
    ("sender", "wanted", "text"), [row[1:] for row in SCAMS], ids=[row[0] for row in SCAMS]
)
def test_nothing_is_drafted_for_a_scam(
    sender: Address, wanted: tuple[Address, ...], text: str
) -> None:
    for kind in (Kind.OFFER, Kind.TASK, Kind.OUTREACH, Kind.REFERRAL, Kind.INTERVIEW):
        (told,) = plans(letter(sender, text, wanted, verdict=said(kind)))
        assert told.kind is PlanKind.NONE
        assert told.why.startswith(scam.LOOKS_LIKE)
        assert "nothing is drafted" in told.why and "if it is real" in told.why


@pytest.mark.parametrize(
    ("sender", "wanted", "text"), [row[1:] for row in HONEST], ids=[row[0] for row in HONEST]
)
def test_an_honest_letter_is_answered(
    sender: Address, wanted: tuple[Address, ...], text: str
) -> None:
    item = letter(sender, text, wanted)
    assert scam.reason(item.message) == ""
    assert any(one.kind is PlanKind.ANSWER_OFFER for one in plans(item))


def by_hand(kind: Kind) -> Verdict:
    return Verdict(kind, Source.USER, 1.0)


def test_the_users_own_label_overrules_it() -> None:
    _, sender, wanted, text = SCAMS[9]
    (told,) = plans(letter(sender, text, wanted, verdict=by_hand(Kind.OFFER)))
    assert told.kind is PlanKind.ANSWER_OFFER
    first = letter(sender, text, wanted, verdict=by_hand(Kind.OFFER))
    again = letter(sender, text, wanted, key="m2", at=day(11, 3))
    assert [p.kind for p in plans(first, again)] == [PlanKind.ANSWER_OFFER]


def test_a_second_letter_of_theirs_is_doubted_as_well_and_no_silence_is_broken() -> None:
    _, sender, wanted, text = SCAMS[0]
    second = letter(sender, "Are you there? We await you.", key="m2", at=day(11, 3))
    found = plans(letter(sender, text, wanted), second)
    assert [(p.kind, p.answers) for p in found] == [(PlanKind.NONE, "m1"), (PlanKind.NONE, "m2")]
    own = outgoing("o1", day(10, 1), to=(sender,))
    assert {p.kind for p in plans(letter(sender, text, at=day(9, 30)), own)} == {PlanKind.NONE}


def test_an_honest_letter_in_the_same_process_keeps_its_answer() -> None:
    real = letter(ANNA, "We are delighted to offer you the role.", key="r1", at=day(11, 1))
    _, sender, wanted, text = SCAMS[0]
    false = letter(sender, text, wanted)
    warned, answer = plans(real, false)
    assert (warned.kind, warned.answers) == (PlanKind.NONE, "m1")
    assert (answer.kind, answer.answers, answer.addressee) == (PlanKind.ANSWER_OFFER, "r1", ANNA)


def test_who_wrote_before_may_ask_for_papers() -> None:
    text = "You can start without an interview. Bank details, please, and a copy of your passport."
    before = letter(CAFE, "Could we talk on Sunday?", key="m0", at=day(11, 1))
    assert scam.doubted((letter(CAFE, text),))
    assert scam.doubted((before, letter(CAFE, text))) == {}


def test_a_no_and_a_machines_relay_are_left_alone() -> None:
    _, sender, wanted, text = SCAMS[0]
    assert scam.doubted((letter(sender, text, wanted, verdict=said(Kind.REJECTION)),)) == {}
    relayed = letter(
        Address("Anna", "x@hire.lever.co"), "Send your bank details and a copy of your passport. "
        "WhatsApp me.", ELSEWHERE, facts=Facts(ats="Lever"),
    )  # fmt: skip
    assert scam.doubted((relayed,)) == {}


PATTERNS = {
    "FEE": (["pay the refundable deposit", "a refundable fee of $200", "clearance fee of GBP 285",
             "The laptop fee must be paid", "refunded with your first salary"],
            ["the fee of our agency", "a small deposit", "pay attention", "the visa section"]),
    "PAID_BY_THEM": (["we cover the visa fee", "there is no registration fee", "the DBS fee"],
                     ["pay the agent", "the fee is refunded with your first salary"]),
    "LOGIN": (["your online banking username", "the OTP", "front and back of your debit card"],
              ["log in", "our online bank", "the login page"]),
    "MULE": (["receive payments in your personal account", "keep 10% and send the rest",
              "receive parcels at home and re-ship them"],
             ["process payments for customers", "receive parcels at the depot"]),
    "EQUIP": (["send the check for your home office equipment"], ["send the check list for it"]),
    "BANK": (["bank details", "your IBAN"], ["the bank holiday", "river bank"]),
    "WAIVED": (["without interview", "Interview is not required", "hired on the spot",
                "interview was waived", "a chat interview"],
               ["no interview yet", "without an interview date we cannot go on", "the interview"]),
    "EASY": (["1-2 hours a day", "like YouTube videos"], ["six hours a day", "I like your CV"]),
    "ODD_WAY": (["by Western Union", "USDT"], ["by invoice", "Western Australia"]),
    "OFFICE": (["HR Department", "acme.hr", "visa.unit4"], ["Priya Nair", "chris.thrale"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_finds_its_examples_and_no_other(name: str) -> None:
    pattern = getattr(scam, name)
    assert isinstance(pattern, re.Pattern)
    yes, no = PATTERNS[name]
    assert [text for text in yes if not pattern.search(text)] == []
    assert [text for text in no if pattern.search(text)] == []


def test_the_agenda_asks_for_a_second_look_and_for_no_answer() -> None:
    _, sender, wanted, text = SCAMS[0]
    item = letter(sender, text, wanted)
    (told,) = plans(item)
    own = application(message_keys=(item.key,))
    for doubted, titles in (((item.key,), ["Look twice"]), ((), ["Answer the"])):
        search = Search((own,), (told,), (), (item,), (), (), doubted=doubted)
        steps = agenda(search, now=day(11, 4), zone=ZONE)
        assert [" ".join(step.title.split()[:2]) for step in steps][:1] == titles
