"""People: who on the other side is a person that can be written to, and who they are to us.

Decides whether an address belongs to a person (never a robot, a list, an office mailbox
that only sends, or the user), and guesses the relation from signature, title and domain.
A guess that nothing supports stays ``unknown``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailsense.domain import Address, Message, Relation
from mailsense.freemail import domain_label
from mailsense.track.company import (
    firm_key,
    is_agency_domain,
    is_agency_name,
    is_vendor,
    speaks_for_client,
)
from mailsense.track.patterns import lazy

_MOST_RECIPIENTS = 8
_ROBOT_LOCAL = lazy(
    r"^(?:.*[._+-])?(?:no|do[._-]?not|dont|never)[._-]?(?:reply|respond|answer)(?:[._+-].*|\d*)$|"
    r"^(?:mailer-daemon|postmaster|bounces?|notifications?|notify|alerts?|system|automated|auto|"
    r"mailer|newsletter|unsubscribe|daemon|root|calendar-notification|invitations?)(?:[._+-].*)?$",
    re.IGNORECASE,
)
"""Must match "no-reply", "jobs-noreply", "do_not_reply", "notification"; not "norepp", "anna"."""
_OFFICE_LOCAL = lazy(
    r"^(?:careers?|jobs?|hr|recruit(?:ing|ment|er|ers)?|talent(?:acquisition)?|hiring|people|"
    r"applications?|apply|bewerbung(?:en)?|info|office|contact|hello|hi|team|admin|support|help|"
    r"enquiries|inquiries|mail|email|sales|service|humanresources|personnel|work|join|staff)"
    r"(?:[._+-]?(?:team|dept|department|uk|us|eu|de|emea|global|office|\d+))?$",
    re.IGNORECASE,
)

_TEAM_WORD = lazy(
    r"\b(?:team|careers?|jobs?|recruit(?:ing|ment)|talent|hr|human|resources|hiring|department|"
    r"support|notifications?|noreply|reply|office|group|inc|ltd|llc|gmbh|university|college|"
    r"people|services?|workday|service|admin|info|newsletter|alerts?)\b",
    re.IGNORECASE,
)
_RECRUITER = lazy(
    r"\b(?:recruit(?:er|ing|ment)|talent|sourc(?:er|ing)|head\s+of\s+people|people\s+(?:partner|ops|"
    r"operations|team|manager)|human\s+resources|hr(?:bp)?|staffing|candidate\s+experience|"
    r"hiring\s+coordinator|personnel)\b",
    re.IGNORECASE,
)
_MANAGER = lazy(
    r"\b(?:hiring\s+manager|manager|head\s+(?:of|chef|teacher|nurse|gardener|librarian|waiter)|"
    r"headteacher|director|(?:team|tech|group|engineering)\s+lead|lead\s+\w+|vp|vice\s+president|"
    r"c[teofp]o|chief|founder|owner|partner|principal|professor|matron|supervisor|president|"
    r"superintendent|dean)\b",
    re.IGNORECASE,
)
_PANEL = lazy(
    r"\b(?:interview(?:ing|er|ers|ed)?|meet(?:ing)?|speak(?:ing)?|talk(?:ing)?|panel|chat(?:ting)?)"
    r"\b[^.!?\n]{0,80}",
    re.IGNORECASE,
)


@lru_cache(4096)
def is_robot_address(email: str) -> bool:
    """True when an answer to this address reaches nobody ("no-reply@…")."""
    return bool(_ROBOT_LOCAL.match(email.rpartition("@")[0]))


@lru_cache(4096)
def is_office_address(email: str) -> bool:
    """True for a mailbox of an office ("careers@…") that one or many may read."""
    return bool(_OFFICE_LOCAL.match(email.rpartition("@")[0]))


def clean_name(name: str) -> str:
    """Given a display name, return the person's: "Lee, Anna (Acme)" as "Anna Lee"."""
    plain = re.sub(r"\s*[(|].*$|\s+(?:via|at|from|@)\s+.*$|\s+[-–—]\s+.*$", "", name.strip(" \"'"))
    if hit := re.fullmatch(r"([^,@]+),\s*([^,@]+)", plain):
        plain = f"{hit[2]} {hit[1]}" if " " not in hit[1].strip() else hit[1]
    return " ".join(plain.split()) if "@" not in plain else ""


def looks_like_a_person(address: Address) -> bool:
    """True when the display name can be a person's: two to four words, no team, not the firm."""
    name = clean_name(address.name).replace("_", " ")
    words = name.split()
    if not 2 <= len(words) <= 4 or _TEAM_WORD.search(name) or re.search(r"\d", name):
        return False
    label = firm_key(domain_label(address.domain))
    if (label and firm_key(name).startswith(label)) or is_vendor(name):
        return False
    return all(w[:1].isalpha() for w in words)


def writer(message: Message, me: frozenset[str]) -> Address | None:
    """Given an incoming message, return the person who wrote it, or None for a machine.

    A system that writes for a person and names her in Reply-To counts as that person.
    """
    facts = message.facts
    if facts.auto_reply or facts.bounce or message.from_.key in me or facts.list_id:
        return None
    for address in (message.from_, *message.reply_to[:2]):
        robot = is_robot_address(address.email) or (
            address is message.from_ and (facts.no_reply or facts.robot)
        )
        if robot or not address.domain or address.key in me:
            continue
        named = address if address.name else Address(message.from_.name, address.email)
        if address is not message.from_ and facts.robot and not looks_like_a_person(named):
            continue
        if _answerable(named, message):
            return Address(
                clean_name(named.name) if looks_like_a_person(named) else "", named.email
            )
    return None


def _answerable(address: Address, message: Message) -> bool:
    """True where a person shows: by name, by an answer in a thread, or by how the text is signed.

    An office's mailbox, or a system's, needs more than any other.
    """
    bulk = message.facts.precedence in ("bulk", "list", "junk") or message.facts.list_unsubscribe
    named = looks_like_a_person(address)
    if message.in_reply_to and not bulk:
        return True
    if message.facts.ats or is_vendor(domain_label(address.domain)):
        return named and "+" not in address.email and _in_local_part(address.name, address.email)
    if is_office_address(address.email):
        return named
    return (
        named
        or _in_local_part(
            address.name if not _TEAM_WORD.search(address.name.replace("_", " ")) else "",
            address.email,
        )
        or _signs(message, address.email)
    )


def _in_local_part(name: str, email: str) -> bool:
    """True when the address is made from the name ("Anna Lee" anna.lee@, "Bob" bob@)."""
    local = firm_key(email.rpartition("@")[0])
    return any(len(w) > 2 and firm_key(w) in local for w in clean_name(name).split())


def _signs(message: Message, email: str) -> bool:
    """True when the end of the letter bears the name in the address ("… Nora" nora.brown@)."""
    ends = (message.text[-200:] + "\n" + message.signature[:300]).casefold()
    local, _, domain = email.lower().rpartition("@")
    parts = [p for p in re.split(r"[._+-]", local) if not _TEAM_WORD.search(p)]
    if firm_key(local).startswith(firm_key(domain_label(domain)) or "\0"):
        return False
    return any(len(p) > 2 and re.search(rf"\b{re.escape(p)}\b", ends) for p in parts)


def recipients(message: Message, me: frozenset[str]) -> tuple[Address, ...]:
    """Given an outgoing message, return the people it went to, in order."""
    seen: dict[str, Address] = {}
    for address in (*message.to, *message.cc, *message.bcc)[:_MOST_RECIPIENTS]:
        if address.domain and address.key not in me and not is_robot_address(address.email):
            name = clean_name(address.name) if looks_like_a_person(address) else ""
            seen.setdefault(address.key, Address(name, address.email))
    return tuple(seen.values())


def copied(message: Message, me: frozenset[str]) -> tuple[Address, ...]:
    """Given an incoming message by a person, return the people who got a copy."""
    others = (*message.to, *message.cc)[:_MOST_RECIPIENTS]
    return tuple(
        Address(clean_name(a.name), a.email)
        for a in others
        if a.domain
        and a.key not in me
        and not is_robot_address(a.email)
        and not is_office_address(a.email)
        and looks_like_a_person(a)
    )


def from_agency(message: Message) -> bool:
    """True when the sender finds staff for others: by domain, by name, or by their words."""
    signed = f"{message.from_.name}\n{message.signature[:800]}\n{message.text[-300:]}"
    return (
        is_agency_domain(message.from_.domain)
        or is_agency_name(message.from_.name)
        or any(is_agency_name(line) for line in signed.splitlines())
        or speaks_for_client(message.text)
    )


def relation(message: Message, *, agency: bool) -> Relation:
    """Given a message a person wrote, return what its signature says they are."""
    signed = message.signature[:800] + "\n" + "\n".join(message.text[-400:].splitlines()[-4:])
    shown = f"{message.from_.name}\n{signed}"
    titles = "\n".join(line for line in shown.splitlines() if len(line) < 90)
    if agency:
        return Relation.AGENCY
    if _RECRUITER.search(titles) or _RECRUITER.search(message.from_.email.replace(".", " ")):
        return Relation.RECRUITER
    if _MANAGER.search(_without_sentences(titles)):
        return Relation.HIRING_MANAGER
    return Relation.UNKNOWN


def named_as_interviewer(text: str, name: str) -> bool:
    """True when the text says that this person will be, or was, met in an interview."""
    first = name.split(" ", 1)[0] if name else ""
    if len(first) < 3:
        return False
    return any(
        re.search(rf"\b{re.escape(first)}\b", hit[0]) for hit in _PANEL.finditer(text[:5000])
    )


def _without_sentences(lines: str) -> str:
    """Keep the lines that can be a title: no full stop at the end, no "you" or "I"."""
    return "\n".join(
        line
        for line in lines.splitlines()
        if not re.search(r"[.!?]\s*$|\b(?:you|your|i|we|our|my)\b", line, re.IGNORECASE)
    )
