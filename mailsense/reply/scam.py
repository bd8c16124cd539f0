"""Letters that look like a scam so plainly that nothing is drafted for them.

Decides by what a letter asks for and by where its answers go, as points: what no employer asks
for (gift cards, a cheque to pay in, a fee before the first day, the login of a bank) counts two,
what honest firms do as well (a messenger, bank details, a private mailbox) counts one and is
never enough by itself.  Good news must not be lost, so where it is in doubt there is the warning
under the draft (``suspicion``) instead.  The user's own label overrules it; people who have
written before are trusted with more.  Refuses to know the model.  Follows what the FTC, Action
Fraud and JobsAware tell of fraudulent job offers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailsense.domain import Kind, Message, Source
from mailsense.freemail import is_freemail
from mailsense.ports import Item
from mailsense.reply.addressee import house, relay_domain
from mailsense.reply.suspicion import (
    CHEQUE,
    CRYPTO,
    GIFTS,
    MESSENGER,
    NO_SKILL,
    PAPERS,
    UNSEEN,
    rich,
    without_warnings,
)

LOOKS_LIKE = "it looks like a scam"
"""What every reason begins with, by which others know it."""
_LIMIT = 20_000
_ENOUGH, _PLENTY = 3, 5

_SUM = r"(?:(?:usd|eur|gbp|inr|rs\.?|[$£€₹]) ?\d[\d.,]{0,9}|\d[\d.,]{0,9} ?(?:usd|eur|gbp|dollars))"
_FEE = (
    r"(?:clearance|registration|processing|release|activation|enrol?ment|training|onboarding"
    r"|equipment|laptop|software(?: licen[cs]e)?|starter[ -]kit|kit|uniform|insurance|visa"
    r"|documentation|document|agency|agent|recruitment|administrat\w{1,6}|joining|booking|file"
    r"|security|refundable|legali[sz]ation|courier|shipping|travel|verification|certificat\w{1,6}"
    r"|work permit|attestation|reservation|embassy|immigration)"
)
_DUE = r"(?:fees?|deposits?|charges?|payments?)"
_WAYS = (
    r"(?:western union|money ?gram|zelle|cash ?app|venmo|upi|paytm|phonepe|google pay|gpay"
    r"|gift cards?|bitcoins?|btc|usdt|crypto ?(?:currency|wallet))"
)
FEE = re.compile(
    rf"\b(?:pay|pays|paid|paying|payable|send|transfer|remit|wire|deposit|cover|settle)\b"
    rf"[^.!?\n]{{0,60}}\b{_FEE}(?: \w{{1,12}})? {_DUE}\b"
    rf"|\b{_FEE}(?: \w{{1,12}})? {_DUE}\b(?: of| is|:)?(?: {_SUM}| \d{{2,6}})?[^.!?\n]{{0,60}}"
    r"\b(?:must|should|has to|have to|need(?:s)? to|is to|are to|to) be (?:paid|sent|made"
    r"|transferred)\b"
    rf"|\b(?:refundable|one[- ]time|upfront|advance|small|token"
    rf"|nominal)(?: \w{{1,12}}){{0,2}} {_DUE}"
    rf"\b(?: of| is|:)? {_SUM}"
    rf"|\b{_FEE} {_DUE}(?: of| is|:)? {_SUM}"
    rf"|\b(?:send|pay|transfer|remit|wire)\b (?:us |me |him |her )?(?:an? |the |only )?{_SUM}"
    r"[^.!?\n]{0,60}\b(?:to (?:secure|confirm|reserve|process|release|receive|start|begin|activate)"
    r"|for (?:your|the) (?:laptop|kit|equipment|training|registration|visa|file|background"
    r"|uniform))"
    rf"|\b(?:pay|deposit|remit|wire)\b (?:an? |the |only )?{_SUM}"
    rf"|\bcosts? (?:of|for) (?:your|the) [^.!?\n]{{0,40}}\b(?:must|has to|is to|should) be paid\b"
    rf"|\b{_DUE}\b[^.!?\n]{{0,40}}\b(?:borne|paid|payable) (?:by (?:the candidate|you\b)"
    rf"|in advance)"
    rf"|\bpay(?:able|ment)? (?:it )?(?:in|by|via|through|with) {_WAYS}"
    r"|\brefund(?:ed|able)?\b[^.!?\n]{0,40}\b(?:with|in|after|on) (?:your )?(?:first|1st)"
    r" (?:salary|pay|wages?|month)",
    re.IGNORECASE,
)
"""Money that the user is to pay.  Is: "pay the refundable deposit", "a refundable fee of $200",
"the clearance fee of GBP 285".  Is not: "the fee of our agency", "a small deposit"."""
PAID_BY_THEM = re.compile(
    r"\b(?:we|us|company|employer|firm|client|trust|clinic|school)(?:['’]ll)?\b[^.!?\n]{0,25}"
    r"\b(?:pays?|covers?|paid|covered|reimburses?|reimbursed|bears?|meets?|sponsors?)\b"
    r"|\b(?:paid|covered|reimbursed|met|borne) (?:for )?(?:by|through)"
    r" (?:us|our|your employer|the (?:firm|company|employer|client|agency|trust|school))"
    r"|\b(?:no|without(?: any)?|waived?|free of|never|not|don['’]t|nor) (?:\w{1,12} ){0,3}"
    r"(?:fees?|deposits?|charges?|pay)\b|\bexpenses?\b|\breimburs\w{1,6}"
    r"|\b(?:landlord|rent|flat|apartment|tenancy|letting|housing|hotel|nursery|conference"
    r"|council|dbs|nmc|gmc|hcpc|home office|uscis|uk visas)\b",
    re.IGNORECASE,
)
"""A sentence about costs that others bear, or that go to an authority or a landlord.

Is: "we cover the visa fee", "there is no registration fee", "the DBS fee".  Is not: "the fee is
refunded with your first salary", "pay the agent"."""
LOGIN = re.compile(
    r"\b(?:online|internet|mobile) banking (?:user ?name|log ?in|password|details|credentials|id)\b"
    r"|\b(?:bank|banking|account|card) (?:log ?in|password|credentials|pin\b)"
    r"|\b(?:cvv|one[- ]time (?:code|password|pin)|otp)\b"
    r"|\b(?:front and back|photos?|pictures?) of your (?:credit|debit|bank|atm) card",
    re.IGNORECASE,
)
"""The key to an account.  Is: "your online banking username", "the OTP".  Is not: "log in"."""
MULE = re.compile(
    r"\b(?:receive|accept|collect|process)\b[^.!?\n]{0,30}\b(?:funds|payments?|transfers?|money)\b"
    r"[^.!?\n]{0,60}\b(?:your|own|personal) (?:\w{1,12} )?account\b"
    r"|\bkeep (?:an? )?\d{1,2} ?(?:%|per ?cent)[^.!?\n]{0,60}\b(?:forward|transfer|send|rest"
    r"|commission)\b"
    r"|\b(?:parcels?|packages?) (?:are|is|will be) (?:delivered|sent|shipped) to your (?:home"
    r"|address"
    r"|house)[^.!?\n]{0,80}\b(?:forward|re-?ship|ship|send|relabel)"
    r"|\b(?:receive|accept)\b[^.!?\n]{0,30}\b(?:parcels?|packages?)\b[^.!?\n]{0,40}\b(?:at|to|from)"
    r" (?:your )?(?:own )?home\b[^.!?\n]{0,80}\b(?:forward|re-?ship|re-?pack|ship|send)",
    re.IGNORECASE,
)
"""Other people's money or goods through one's own hands.  Is: "receive payments in your account
and forward them", "keep 10% and send the rest".  Is not: "process payments for customers"."""
EQUIP = re.compile(
    r"\b(?:send|mail|issue) (?:you )?(?:an?|the|your) (?:\w{1,12} )?(?:check|cheque) (?:for|to"
    r" (?:buy|purchase|cover))\b[^.!?\n]{0,40}\b(?:equipment|laptop|office|software|supplies)",
    re.IGNORECASE,
)
"""Is: "send the check for your home office equipment".  Is not: "send the check list for it"."""
BANK = re.compile(
    r"\b(?:bank(?:ing)?(?: account)? (?:details?|information|info|number)|account (?:number"
    r"|details)"
    r"|iban|sort code|routing number|ifsc)\b",
    re.IGNORECASE,
)
"""Bank details.  Is: "bank details", "your IBAN".  Is not: "the bank holiday", "river bank"."""
WAIVED = re.compile(
    r"\binterviews? (?:is|are|was|will be|has been) (?:not (?:\w{1,12} )?(?:required|needed"
    r"|necessary"
    r"|held)|waived|unnecessary|conducted (?:by|via|on|over) (?:text|chat|telegram|signal"
    r"|hangouts))"
    r"|\b(?:with ?out|no)(?: any| an?| the)?(?: prior| formal)? interviews?\b"
    r"(?! (?:stage|process|date|slot|has|have|is (?:planned|scheduled)|yet|feedback))"
    r"|\binterviews? not (?:required|needed|necessary)"
    r"|\b(?:do|does) not (?:hold|conduct|require|need) (?:an |any )?interviews?"
    r"|\b(?:text|chat|telegram|hangouts)[- ](?:based )?interview\b"
    r"|\b(?:direct|instant|immediate|spot) (?:selection|appointment|hiring|hire|joining)\b"
    r"|\bhired (?:on the spot|immediately|instantly|at once)\b"
    r"|\b(?:approved?|hired) (?:for|as) [^.!?\n]{0,60}\b(?:based on|because of|from) your"
    r" (?:good |excellent |impressive )?(?:cv|resume|résumé|profile)\b",
    re.IGNORECASE,
)
"""Hired unseen.  Is: "without interview", "Interview is not required", "hired on the spot".
Is not: "no interview yet", "without an interview date we cannot go on"."""
EASY = re.compile(
    r"\b(?:1|2|3|one|two|three)(?: ?(?:-|–|to) ?\d)? hours? (?:a|per|each|every) day\b"
    r"|\b(?:like|rate|review|subscrib)\w{0,3} (?:\w{1,12} ){0,3}(?:videos?|channels?|hotels?"
    r"|products?|apps?)\b|\bwork from (?:your )?(?:phone|anywhere)\b|\bno (?:prior "
    r"|previous )?experience\b",
    re.IGNORECASE,
)
"""Work that anybody could do in an hour.  Is: "1-2 hours a day", "like YouTube videos"."""
ODD_WAY = re.compile(rf"\b{_WAYS}\b", re.IGNORECASE)
"""Ways in which no firm takes money.  Is: "by Western Union", "USDT".  Is not: "by invoice"."""
OFFICE = re.compile(
    r"(?:\b|_)(?:h\.?r|human[ .]?resources?|recruit\w{0,6}|hiring|dept|department|desk|onboarding"
    r"|payroll|careers?|jobs?|team|office|admin|global\w{0,10}|company|corp|ltd|inc|llc|group"
    r"|management|offers?|processing|agency|consulate|embassy|visa|hospital|hotels?)(?:\b|_|\d)",
    re.IGNORECASE,
)
"""A house's name on a private mailbox.  Is: "HR Department", "acme.hr".  Is not: "Priya Nair"."""
_STEMS = (
    "fee", "deposit", "charge", "payment", "gift", "card", "check", "cheque", "banking", "otp",
    "cvv", "interview", "selection", "appointment", "hired", "joining", "experience", "crypto",
    "bitcoin", "usdt", "package", "parcel", "funds", "account", "telegram", "whatsapp", "money",
    "pin", "approve", "$", "£", "€", "₹", "rs",
)  # fmt: skip
"""Without one of these there is no mark; a search for a piece is cheap."""


def reason(message: Message, *, known: bool = False) -> str:
    """Given a letter, return why it looks like a scam, or "" where it does not, or not enough.

    ``known`` is true where its sender had written before without a mark: papers and bank
    details are ordinary then.
    """
    low = f"{message.subject}\n{message.text}"[:_LIMIT]
    if not any(stem in low.lower() for stem in _STEMS):
        return ""
    read = without_warnings(low)
    grave, light = _asked(read)
    ordinary = [] if known else _ordinary(read)
    hidden = _hidden(message)
    unseen = _unseen(read)
    if known and not grave:
        return ""
    if not hidden:
        ordinary = []  # a firm's own house asks so every day
    if CRYPTO.search(read) and "asks for money" not in grave:
        light.append("pays in crypto money")
    if MESSENGER.search(read) or (grave and re.search(r"(?i)\b(?:whats ?app|telegram)\b", read)):
        light.append("moves the talk to a messenger")
    core = bool(grave) or (bool(hidden) and bool(unseen))
    points = 2 * len(grave) + len(light) + len(ordinary) + len(hidden) + len(unseen)
    if not (core and points >= _ENOUGH) and not (hidden and points >= _PLENTY):
        return ""
    told = (*grave, *unseen, *ordinary, *light, *hidden)
    named = ", ".join(told[:2]) + (f" and {told[2]}" if len(told) > 2 else "")
    return f"{LOOKS_LIKE}: it {named}"


def _asked(read: str) -> tuple[list[str], list[str]]:
    """Return what no honest employer asks for, and what few do."""
    grave, light = [], []
    if _pays(read):
        grave.append("asks for money")
        if ODD_WAY.search(read):
            light.append("wants it in an odd way")
    for what, pattern in (
        ("wants gift cards bought", GIFTS),
        ("sends a cheque to pay in", CHEQUE),
        ("sends a cheque for your equipment", EQUIP),
        ("asks for the login of a bank or card", LOGIN),
        ("has money or parcels go through your hands", MULE),
    ):
        if pattern.search(read):
            grave.append(what)
    return grave, light


def _pays(read: str) -> bool:
    """True when a sentence has the user pay, and does not say that somebody else bears it."""
    said = re.split(r"(?<=[.!?])\s+", read)
    return any(FEE.search(one) and not PAID_BY_THEM.search(one) for one in said)


def _ordinary(read: str) -> list[str]:
    """Return what is asked for once people have talked."""
    found = ["asks for bank details"] if BANK.search(read) else []
    return found + (["asks for identity papers"] if PAPERS.search(read) else [])


def _unseen(read: str) -> list[str]:
    found = ["hires without an interview"] if WAIVED.search(read) or _hires(read) else []
    easy = NO_SKILL.search(read) or EASY.search(read)
    if easy and rich(read):
        found.append("offers much pay for no experience")
    return found


def _hires(read: str) -> bool:
    """True of a hire at once, where nobody asks only how soon the user could begin."""
    match = UNSEEN.search(read)
    return match is not None and not re.match(r"(?i)start", match[0])


def _hidden(message: Message) -> list[str]:
    """Return how the sender hides: a firm on a private mailbox, answers wanted elsewhere."""
    sender, found = message.from_, []
    private = is_freemail(sender.domain)
    local = sender.email.partition("@")[0]
    if private and (OFFICE.search(sender.name) or OFFICE.search(local)):
        found.append("comes from a private mailbox in a firm's name")
    if message.facts.ats or relay_domain(sender.domain):
        return found
    for wanted in message.reply_to[:5]:
        if wanted.key == sender.key or not is_freemail(wanted.domain):
            continue
        if private or house(wanted.domain) != house(sender.domain):
            found.append("wants answers at another mailbox")
            break
    return found


def doubted(items: Sequence[Item]) -> dict[str, str]:
    """Given the messages of an application by date, return the key of each doubted letter → why.

    Whoever sent one is doubted in the others as well.  A letter that the user labelled by hand
    is not, nor is its sender: the human wins.
    """
    theirs = [item for item in items if not item.located.outgoing]
    by_hand = {i.message.from_.key for i in theirs if _labelled(i)}
    found: dict[str, str] = {}
    sound: set[str] = set()
    caught: dict[str, str] = {}
    for item in theirs:
        sender = item.message.from_.key
        if sender in by_hand or _no(item):
            continue
        if why := caught.get(sender) or reason(item.message, known=sender in sound):
            found[item.key] = why
            caught |= {sender: why} | {a.key: why for a in item.message.reply_to if a.key != sender}
        else:
            sound.add(sender)
    return found


def _labelled(item: Item) -> bool:
    verdict = item.verdict
    return verdict is not None and verdict.source is Source.USER


def _no(item: Item) -> bool:
    """True of a no and of machines' notices, which want nothing."""
    verdict = item.verdict
    return verdict is not None and verdict.kind in (Kind.REJECTION, Kind.ALERT)


def without(items: Sequence[Item], doubt: dict[str, str]) -> tuple[Item, ...]:
    """Return the messages without doubted letters, and without the user's answers to these."""
    if not doubt:
        return tuple(items)
    theirs = [i.message for i in items if not i.located.outgoing]
    bad = {a.key for m in theirs if m.key in doubt for a in (m.from_, *m.reply_to)}
    bad -= {m.from_.key for m in theirs if m.key not in doubt}
    return tuple(i for i in items if i.key not in doubt and not _only_to(i, bad))


def _only_to(item: Item, bad: set[str]) -> bool:
    reached = {a.key for a in (*item.message.to, *item.message.cc)}
    return item.located.outgoing and bool(reached) and reached <= bad
