"""What the headers alone say: robot or person, list or letter, employer's system or not.

RFC 3834 (automatic answers), RFC 3464 (delivery reports), RFC 5965 (abuse reports), RFC
2919 and 2369 (lists), RFC 8601 (authentication results).  ``X-Auto-Response-Suppress`` does
not count: people's mail from big installations carries it too; nor does ``Precedence: bulk``
by itself: an employer's system sends real decisions with it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Set
from functools import cache

from mailsense.domain import Address, Facts, Message
from mailsense.mail.headers import Headers
from mailsense.resources import shipped

NO_REPLY = re.compile(
    r"noreply|donotreply|(?:^|[._+-])(?:no[._-]reply|do[._-]?not[._-]?repl(?:y|ies)"
    r"|dont[._-]?reply|no[._-]?response|notifications?|notify|mailer[._-]?daemon|postmaster|bounces?"
    r"|auto(?:mated|mailer|[._-]?(?:repl(?:y|ies)|respond(?:er)?|response|confirm|notif[a-z]*))"
    r"|unattended|do[._-]?not[._-]?respond)(?:$|[._+=@0-9-])",
    re.IGNORECASE,
)
"""Local parts that nobody reads: "no-reply", "jobs-noreply", "bounce+12"; not "noreen",
"piano.reply" or "auto-parts"."""

_AUTOMATIC = re.compile(
    r"(?:auto(?:matic)?[ -]?reply|automatische antwort|réponse automatique|respuesta automática"
    r"|risposta automatica|resposta automática|automatisch antwoord|automatiskt? svar"
    r"|automaattinen vastaus|odpowiedź automatyczna|автоответ) ?:|out of (?:the )?office(?: ?:|$)"
    r"|abwesenheits(?:notiz|nachricht)",
    re.IGNORECASE,
)
"""How a subject begins that only a machine writes: "Automatic reply: …"; not "Automatic reply
systems, a talk", nor "Out of office lunch?"."""
_ABSENT = re.compile(
    r"(?:(?:re|aw): *)?(?:out of (?:the )?office|auto(?:matic)?[ -]?(?:reply|response)"
    r"|abwesen|on (?:annual |maternity |parental )?leave\b|away from (?:the |my )?office)",
    re.IGNORECASE,
)
"""Subjects of absence notes, when a machine says that it sent them; not "On leaving the firm"."""
_BOUNCE_SENDER = re.compile(
    r"(?:mailer-daemon|mail-daemon|post[._-]?master|mail[._-]delivery[._-](?:sub)?system)(?:@|$)",
    re.IGNORECASE,
)
_DO_NOT_ANSWER = re.compile(
    r"\b(?:do not|don't|please do not|unable to|cannot) (?:reply|respond) (?:directly )?(?:to|by)\b"
    r"|\b(?:unmonitored|unattended) (?:mailbox|address|inbox)\b|\bmailbox is not monitored\b",
    re.IGNORECASE,
)
_RELAY = re.compile(
    r"(?:^|[._+-])(?:reply|replies|relay|inbound|messages?|apps?)[._+@-]"
    r"|[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-"
)
_LIST = ("list-id", "list-post", "mailing-list")
"""What only a list writes: RFC 2919, RFC 2369, and lists older than both. The first told counts."""
_AUTH = re.compile(r"\b(spf|dkim|dmarc|arc)\s*=\s*([a-z]+)")
_MACHINE = re.compile(
    r"^(?:jobs?|careers?|recruit(?:ing|ment|er)?|talent|hr|people|hiring|applications?|info|team"
    r"|hello|support|service|admin|office|candidate[a-z]*|apply)$",
    re.IGNORECASE,
)


def facts(
    headers: Headers,
    from_: Address,
    reply_to: tuple[Address, ...],
    *,
    subject: str,
    text: str = "",
    types: Set[str] = frozenset(),
    method: str = "",
) -> Facts:
    """Given the headers of a message and what its parts are, return what they say."""
    auto = headers.token("auto-submitted")
    precedence = headers.token("precedence")
    return_path = headers.raw("return-path").strip() if "return-path" in headers else None
    nameless = headers.raw("from").replace(" ", "").endswith("<>")  # "From: MAILER-DAEMON <>"
    bounce = _bounce(from_, return_path, types, nameless=nameless)
    # a delivery report says auto-replied too (RFC 3834 §5): it is no absence note for that
    reply = not bounce and _auto_reply(headers, auto, precedence, subject)
    vendor = ats(from_.domain) or next((v for v in map(ats, _domains(reply_to)) if v), "")
    return Facts(
        auto_submitted=auto,
        auto_reply=reply,
        bounce=bounce,
        precedence=precedence,
        list_id=next(filter(None, map(headers.text, _LIST)), ""),
        list_unsubscribe="list-unsubscribe" in headers,
        return_path=return_path.strip("<>") if return_path is not None else None,
        no_reply=_no_reply(from_, reply_to, text, machine=bool(vendor) or auto not in ("", "no")),
        calendar=method,
        ats=vendor,
        auth=_authentication(headers),
    )


def is_list(headers: Headers) -> bool:
    """True for what only a mailing list writes."""
    return any(name in headers for name in _LIST)


def _domains(addresses: tuple[Address, ...]) -> list[str]:
    return [a.domain for a in addresses]


def _auto_reply(headers: Headers, auto: str, precedence: str, subject: str) -> bool:
    if auto.startswith("auto-replied") or precedence in ("auto_reply", "auto-reply"):
        return True
    if any(n in headers for n in ("x-autoreply", "x-autorespond", "x-autoresponder")):
        return headers.token("x-autoreply") not in ("no", "false")
    if auto in ("", "no"):
        return auto == "" and bool(_AUTOMATIC.match(subject))
    return bool(_AUTOMATIC.match(subject) or _ABSENT.match(subject))


def _bounce(from_: Address, return_path: str | None, types: Set[str], *, nameless: bool) -> bool:
    if types & {"message/delivery-status", "message/feedback-report"}:
        return True
    if _BOUNCE_SENDER.match(from_.email) or (nameless and not from_.email):
        return True
    return (
        return_path is not None
        and return_path.replace(" ", "") == "<>"
        and ("multipart/report" in types or not from_.email)
    )


def _no_reply(from_: Address, reply_to: tuple[Address, ...], text: str, *, machine: bool) -> bool:
    """True when an answer would reach nobody: told by the address, or by a machine's words.

    A person's Reply-To stands in for a no-reply sender; an opaque relay does not.
    """
    local = from_.email.rpartition("@")[0]
    wanted = next((a for a in reply_to if a.key != from_.key), None)
    if wanted is not None and not NO_REPLY.search(f"{wanted.email.rpartition('@')[0]}@"):
        relay = bool(ats(wanted.domain)) or bool(_RELAY.search(wanted.email.lower()))
        if not relay:
            return False
    if NO_REPLY.search(f"{local}@"):
        return True
    addressed = machine or bool(_MACHINE.match(local))
    return addressed and bool(_DO_NOT_ANSWER.search(text[-1500:]))


def _authentication(headers: Headers) -> Mapping[str, str]:
    """Return the results of the topmost Authentication-Results: the user's own provider's."""
    told = headers.raw("authentication-results")[:4000].lower()
    found: dict[str, str] = {}
    for method, result in _AUTH.findall(told):
        found.setdefault(method, result)
    return found


def ats(domain: str) -> str:
    """Given a domain, return the applicant-tracking system or board it belongs to, or ""."""
    labels = domain.lower().strip(".").split(".")
    known = _services()
    for start in range(len(labels) - 1):
        name = known.get(".".join(labels[start:]))
        if name:
            return name
    return ""


@cache
def _services() -> Mapping[str, str]:
    path = shipped("models") / "ats-domains.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {**data["board"], **data["ats"]}


def reply_address(message: Message) -> Address:
    """Given a message, return where its author wants answers: Reply-To, else From."""
    for address in message.reply_to:
        if "@" in address.email and not NO_REPLY.search(f"{address.email.rpartition('@')[0]}@"):
            return address
    return message.from_
