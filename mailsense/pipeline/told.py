"""What is told of one message: the objects of the ``parse`` and ``classify`` contracts.

Apart from ``oneshot``, because a mail client that pipes a message in to have it tagged should
not wait for what writes answers.
"""

from __future__ import annotations

from typing import Any

from mailsense.domain import Message, Verdict
from mailsense.reply.addressee import reply_ok


def parsed(message: Message) -> dict[str, Any]:
    """Return the object of the design's ``parse`` contract (without ``path``)."""
    facts = message.facts
    return {
        "message_id": message.message_id,
        "subject": message.subject,
        "from": str(message.from_),
        "reply_to": [str(a) for a in message.reply_to],
        "to": [str(a) for a in message.to],
        "cc": [str(a) for a in message.cc],
        "date": message.date.isoformat().replace("+00:00", "Z") if message.date else None,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text,
        "quoted": message.quoted,
        "signature": message.signature,
        "attachments": [
            {"filename": a.filename, "content_type": a.content_type, "size": a.size}
            for a in message.attachments
        ],
        "language": message.language,
        "facts": {
            "auto_submitted": facts.auto_submitted,
            "auto_reply": facts.auto_reply,
            "bounce": facts.bounce,
            "precedence": facts.precedence,
            "list_id": facts.list_id,
            "list_unsubscribe": facts.list_unsubscribe,
            "return_path": facts.return_path,
            "no_reply": facts.no_reply,
            "calendar": facts.calendar,
            "ats": facts.ats,
            "auth": dict(facts.auth),
            "robot": facts.robot,
        },
    }


def classified(message: Message, verdict: Verdict) -> dict[str, Any]:
    """Return the object of the design's ``classify`` contract (without ``path``)."""
    return {
        "message_id": message.message_id,
        "tag": verdict.tag.value,
        "kind": verdict.kind.value,
        "also": [k.value for k in verdict.also],
        "reason": verdict.reason.value if verdict.reason else None,
        "stage": verdict.stage.value if verdict.stage else None,
        "confidence": round(verdict.confidence, 4),
        "runner_up": verdict.runner_up.value if verdict.runner_up else None,
        "source": verdict.source.value,
        "evidence": [
            {"what": e.what, "text": e.text, "weight": round(e.weight, 3)} for e in verdict.evidence
        ],
        "reply_ok": reply_ok(message),
    }
