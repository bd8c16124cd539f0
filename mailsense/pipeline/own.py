"""Recognising our own letters when the user sent them from a mail client.

A client that recalls a draft keeps its Message-ID but changes Date, charset and perhaps
the words; some providers give a new Message-ID.  So: by Message-ID first, else by
In-Reply-To and addressee of a draft that was placed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailsense.domain import (
    Action,
    Decision,
    Draft,
    DraftState,
    Message,
    letter_digest,
)
from mailsense.ports import Store

_PLACED = (DraftState.DELIVERED, DraftState.UNKNOWN)


def recognise(store: Store, message: Message, now: datetime) -> list[str]:
    """Given an outgoing message, record the draft of ours that it is as sent.

    Return the draft's id in a list, empty when the message is no draft of ours.  Sending
    from one's own client is a Decision: its text is kept with it.
    """
    draft = _draft_of(store, message)
    if draft is None or draft.state is DraftState.SENT:
        return []
    recipients = (*message.to, *message.cc)
    digest = letter_digest(
        message.from_,
        message.to,
        message.cc,
        (),
        message.subject,
        message.in_reply_to[0] if message.in_reply_to else "",
        f"{message.text}\n{message.quoted}",
    )
    changed = "" if message.text.split() == draft.body.split() else message.text
    with store.transaction():
        store.save_draft(
            replace(draft, state=DraftState.SENT, edited=draft.edited or bool(changed))
        )
        store.add_decision(
            Decision(
                Action.SENT_ELSEWHERE,
                message.date or now,
                draft=draft.id,
                message_key=message.message_id,
                digest=digest,
                detail=changed or f"to {', '.join(a.email for a in recipients)}",
            )
        )
    return [draft.id]


def _draft_of(store: Store, message: Message) -> Draft | None:
    if message.message_id:
        found = store.drafts_by_message_id([message.message_id]).get(message.message_id)
        if found is not None:
            return found
    recipients = {a.key for a in (*message.to, *message.cc)}
    for draft in store.drafts(_PLACED):
        if (
            draft.in_reply_to
            and draft.in_reply_to in message.in_reply_to
            and recipients & {a.key for a in draft.to}
        ):
            return draft
    return None
