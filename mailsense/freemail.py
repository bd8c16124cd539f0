"""Mail domains: whose name they bear, and where anybody can have a mailbox.

The one list of providers of private mailboxes, for all who ask.  A provider's domain is never
an employer's, and says nothing of the country its user lives or works in.  The list is small
and our own; a provider's national siblings (``yahoo.co.uk``) are told by their label.
"""

from __future__ import annotations

_PROVIDERS = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com
    rocketmail.com icloud.com me.com mac.com aol.com gmx.com gmx.net gmx.de gmx.at gmx.ch web.de
    t-online.de freenet.de posteo.de posteo.net mailbox.org protonmail.com proton.me pm.me
    fastmail.com fastmail.fm hey.com tutanota.com tuta.io zoho.com zohomail.com mail.com mail.ru
    yandex.ru yandex.com bk.ru inbox.ru qq.com 163.com 126.com sina.com naver.com hanmail.net
    daum.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tin.it
    btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk comcast.net
    verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net shaw.ca rogers.com
    sympatico.ca bigpond.com optusnet.com.au xtra.co.nz rediffmail.com uol.com.br bol.com.br
    terra.com.br seznam.cz wp.pl onet.pl o2.pl interia.pl ziggo.nl kpnmail.nl planet.nl
    telenet.be skynet.be bluewin.ch""".split()
)
_LABELS = frozenset(
    "gmail googlemail outlook hotmail live yahoo ymail gmx aol icloud proton protonmail yandex "
    "zoho fastmail tutanota tuta".split()
)
_SECOND_LEVEL = frozenset(
    "ac co com edu gob gov gv ltd me ne net nhs nom or org plc police".split()
)


def domain_label(domain: str) -> str:
    """Given a mail domain, return the label that names its owner ("jobs.acme.co.uk": "acme")."""
    return next(iter(_owned(domain)), "")


def is_freemail(domain: str) -> bool:
    """True when the domain is a provider of private mailboxes, which is never a company."""
    owned = _owned(domain)
    return bool(owned) and (owned[0] in _LABELS or ".".join(owned) in _PROVIDERS)


def _owned(domain: str) -> list[str]:
    """Return the labels of the part of a domain that its owner registered, none for no domain."""
    labels = [x for x in domain.lower().strip(".").split(".") if x]
    if len(labels) < 2:
        return []
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3:]
    return labels[-2:]
