"""Whom to write to: a person, or nobody and why.

No letter goes to a machine (RFC 3834; rule 9 of the design): neither to the author of an
automatic message, nor to a no-reply address, a list, or the relay of an applicant-tracking
system.  When a machine wrote, the person seen earlier in the same process is the
addressee.  Whether anything should be written at all is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailsense.domain import NOBODY, Address, Message
from mailsense.ports import Item
from mailsense.reply import names, words

_BULK = frozenset({"bulk", "list", "junk"})


def addressee(
    items: Sequence[Item], answering: Item | None, me: frozenset[str]
) -> tuple[Address | None, str]:
    """Given an application's messages by date and the one answered, return whom to write to.

    ``answering`` may be the user's own message (then those it went to count), or None
    (then the newest person counts).  ``me`` are the user's addresses, lower-case.  Return
    the address and why it is the one, or None and the reason in a plain sentence.
    """
    if answering is not None and answering.located.outgoing:
        return _of_own(items, answering, me)
    why = "nobody has written yet"
    if answering is not None:
        address, why = author(answering.message, me)
        if address is not None:
            return address, why
    person = _newest_person(items, me, before=answering)
    if person is None:
        return None, f"{why} and no person is known in this process"
    return person, f"{why}; {person.name or person.email} is the person known in this process"


def reply_ok(message: Message) -> bool:
    """True when an answer to this message would reach a person."""
    return author(message, frozenset())[0] is not None


def robot_address(address: Address) -> bool:
    """True when nobody reads what is sent there: no-reply, daemon, list, relay, or no address."""
    local, at, domain = address.email.strip().lower().rpartition("@")
    if not at or not local or "." not in domain or any(c.isspace() for c in local):
        return True
    return bool(words.ROBOT_LOCAL.search(local)) or relay_domain(domain)


def relay_domain(domain: str) -> bool:
    """True when the domain, or one above it, belongs to an applicant-tracking system."""
    labels = domain.lower().split(".")
    return any(".".join(labels[i:]) in words.RELAYS for i in range(len(labels) - 1))


def author(message: Message, me: frozenset[str]) -> tuple[Address | None, str]:
    """Given one message, return the person to answer, or None, and why."""
    facts = message.facts
    automatic = facts.auto_submitted not in ("", "no") or facts.auto_reply or facts.bounce
    if automatic or facts.return_path == "":  # "<>" wants no answer (RFC 3834, section 2)
        return None, "a robot wrote it"
    if facts.list_id or facts.precedence == "list":
        return None, "it came over a mailing list"
    sender = message.from_
    if sender.key in me:
        return None, "you wrote it yourself"
    wanted = next((a for a in message.reply_to if a.key not in me), NOBODY)
    if facts.no_reply or robot_address(sender):
        if _stands_in(wanted, message):
            return wanted, f"it asks for answers to {wanted.name or wanted.email}"
        return None, "a robot wrote it"
    if words.ROLE_LOCAL.match(sender.email) and not names.signed_name(message):
        return None, "it came from a shared mailbox, unsigned"
    if (facts.precedence in _BULK or facts.list_unsubscribe) and not names.is_person(sender):
        return None, "it was sent in bulk"
    return _reply_to(sender, wanted)


def _reply_to(sender: Address, wanted: Address) -> tuple[Address, str]:
    """Honour a Reply-To that is a person's of the same house; else write to the sender."""
    who = sender.name or sender.email
    if wanted is NOBODY or wanted.key == sender.key:
        return sender, f"{who} wrote it"
    if robot_address(wanted):
        return sender, f"{who} wrote it (its Reply-To is a machine's)"
    if house(wanted.domain) != house(sender.domain):
        return sender, f"{who} wrote it (its Reply-To is at another domain, so it is not used)"
    return Address(wanted.name or sender.name, wanted.email), f"{who} asks for answers there"


def _stands_in(wanted: Address, message: Message) -> bool:
    """True when a machine's Reply-To names a person: then a person awaits the answer."""
    if wanted is NOBODY or robot_address(wanted) or words.ROLE_LOCAL.match(wanted.email):
        return False
    same = house(wanted.domain) == house(message.from_.domain)
    relayed = bool(message.facts.ats) or relay_domain(message.from_.domain)
    return names.is_person(wanted) and (same or relayed)


def house(domain: str) -> str:
    """Return the part of a domain that its owner registered, near enough to compare two."""
    labels = domain.lower().split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])


def _newest_person(
    items: Sequence[Item], me: frozenset[str], before: Item | None
) -> Address | None:
    """Return the person who wrote last before a message, else last of all."""
    keys = [item.key for item in items]
    place = keys.index(before.key) if before is not None and before.key in keys else len(items)
    for item in (*reversed(items[:place]), *reversed(items[place:])):
        if not item.located.outgoing:
            address, _ = author(item.message, me)
            if address is not None:
                return address
    return None


def _of_own(items: Sequence[Item], own: Item, me: frozenset[str]) -> tuple[Address | None, str]:
    people = list(_people((*own.message.to, *own.message.cc), me))
    writers = {i.message.from_.key: i for i in items if not i.located.outgoing}
    for person in people:
        if person.key in writers and author(writers[person.key].message, me)[0] is not None:
            return person, f"you wrote to {person.name or person.email}, who has written before"
    unknown = [p for p in people if p.key not in writers]
    if unknown:
        return unknown[0], f"you wrote to {unknown[0].name or unknown[0].email}"
    newest = _newest_person(items, me, None)
    if newest is not None:
        return newest, f"{newest.name or newest.email} is the person known in this process"
    return None, "no person is known in this process"


def _people(addresses: Iterable[Address], me: frozenset[str]) -> Iterable[Address]:
    for address in addresses:
        if address.key not in me and not robot_address(address):
            if words.ROLE_LOCAL.match(address.email) and not names.is_person(address):
                continue
            yield address
