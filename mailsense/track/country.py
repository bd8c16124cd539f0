"""Which country's public holidays count while somebody is waited for: what a mail domain tells.

A country-code domain (ISO 3166, ``.uk`` for GB) tells the country of whoever works there.
Not where it is sold to all the world (``.io``, ``.ai``), not where anybody can have a mailbox
(``web.de``), and not where a system writes in an employer's name.  Nothing is guessed: "" says
that the domains tell nothing, and then the user's own country serves.  Refuses to know any
holiday (``working_days``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mailsense.domain import Contact
from mailsense.freemail import domain_label, is_freemail
from mailsense.ports import Item
from mailsense.track.company import domain_keys, is_vendor
from mailsense.track.evidence import vocabulary

_EVERYBODYS = vocabulary(
    """ac ag ai am as bz cc cd cf co cx dj eu fm ga gd gg gl gq gs im io la ly me ml ms mu nu pw
    sc sh so st su sx tk to tv vc vg vu ws"""
)
"""Country codes that are sold, or given away, as if they were none; and .eu, which is many."""

_OTHERWISE = {"uk": "GB"}


def country(domain: str) -> str:
    """Given a mail domain, return the ISO 3166 code of its country; "" where it tells none."""
    code = domain.lower().rstrip(".").rpartition(".")[2]
    if len(code) != 2 or not (code.isascii() and code.isalpha()) or code in _EVERYBODYS:
        return ""
    if not domain_label(domain) or is_freemail(domain) or is_vendor(domain_label(domain)):
        return ""
    return _OTHERWISE.get(code, code.upper())


def of_application(contacts: Iterable[Contact], items: Sequence[Item]) -> str:
    """Given the people of a process, who wrote last first, return the country they work in.

    The first whose domain tells one.  Where none does, that of the employer's own robots.
    """
    people = (contact.address.domain for contact in contacts)
    robots = (
        item.message.from_.domain
        for item in reversed(items)
        if not item.located.outgoing and not item.message.facts.ats
    )
    told = (*people, *(domain for domain in robots if domain_keys(domain)))
    return next(filter(None, map(country, told)), "")
