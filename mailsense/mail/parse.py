"""Temporary reader while the real one is being written; it is replaced as a whole."""
from __future__ import annotations
import hashlib, email, re
from email import policy
from email.utils import getaddresses, parsedate_to_datetime
from datetime import datetime, UTC
from mailsense.domain import Address, Facts, Message, NOBODY
from mailsense.errors import ParseError
from mailsense.mail.headers import message_ids, decode_words

def parse(raw, *, internaldate=None, size=None):
    if not raw.strip():
        raise ParseError("empty")
    m = email.message_from_bytes(raw, policy=policy.default)
    def addrs(n): return tuple(Address(a, b) for a, b in getaddresses([str(v) for v in m.get_all(n, [])]) if b)
    try: d = parsedate_to_datetime(str(m["Date"])).astimezone(UTC)
    except Exception: d = internaldate
    part = m.get_body(("plain", "html"))
    text = part.get_content() if part is not None else ""
    if part is not None and part.get_content_type() == "text/html": text = re.sub(r"<[^>]+>", " ", text)
    q = re.search(r"^On .* wrote:$", text, re.M)
    quoted = text[q.start():] if q else ""; text = text[:q.start()] if q else text
    f = addrs("From")[:1]; f = f[0] if f else NOBODY
    rp = m["Return-Path"]
    facts = Facts(auto_submitted=str(m["Auto-Submitted"] or "").lower(), auto_reply=str(m["Auto-Submitted"] or "").lower()=="auto-replied", bounce=f.email.lower().startswith("mailer-daemon") or str(rp)=="<>", precedence=str(m["Precedence"] or ""), list_id=str(m["List-Id"] or ""), list_unsubscribe="List-Unsubscribe" in m, no_reply=bool(re.search(r"no-?reply|do-?not-?reply|notifications?@", f.email, re.I)))
    mid = (message_ids(str(m["Message-ID"] or "")) or ("",))[0]
    fp = hashlib.sha256(repr((f.key, re.sub(r"\s+", " ", str(m["Subject"] or "")), (text+quoted).split())).encode()).hexdigest()
    return Message(mid or "sha256:"+fp, mid, str(m["Subject"] or ""), f, addrs("To"), addrs("Cc"), addrs("Bcc"), addrs("Reply-To"), d, message_ids(str(m["In-Reply-To"] or "")), message_ids(str(m["References"] or "")), text.strip(), quoted, "", (), (), "", facts, fp, size or len(raw))

def identity(message_id, fingerprint, taken):
    if fingerprint in taken: return taken[fingerprint]
    return message_id if not taken else f"{message_id}#{fingerprint[:16]}"

def parse_fields(obj):
    a = getaddresses([str(obj.get("from") or "")])
    f = Address(*a[0]) if a and a[0][1] else NOBODY
    t = tuple(Address(x, y) for x, y in getaddresses([str(obj.get("to") or "")]) if y)
    return Message(str(obj.get("id")), str(obj.get("id")), str(obj.get("subject") or ""), f, t, text=str(obj.get("body") or ""))
