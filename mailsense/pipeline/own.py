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
    edited = not _same(message, draft)
    decision = Decision(
        Action.SENT_ELSEWHERE,
        message.date or now,
        draft=draft.id,
        message_key=message.message_id,
        digest="" if edited else draft.digest,
        detail=_as_sent(message) if edited else "",
    )
    with store.transaction():
        sent = replace(draft, state=DraftState.SENT, edited=draft.edited or edited)
        store.save_draft(sent)
        store.add_decision(decision)
    return [draft.id]


def _same(message: Message, draft: Draft) -> bool:
    """True when the letter went to the same people with the same subject and words.

    What a reader takes for a signature (a phone number under the name) is part of the
    body to us; how the quoted history is kept is the client's affair.
    """
    words = f"{message.text}\n{message.signature}".split()
    return (
        words == draft.body.split()
        and message.subject.split() == draft.subject.split()
        and {a.key for a in message.to} == {a.key for a in draft.to}
    )


def _as_sent(message: Message) -> str:
    """Return the user's own version, to be kept."""
    to = ", ".join(a.email for a in message.to)
    text = f"{message.text}\n\n{message.signature}".strip()
    return f"To: {to}\nSubject: {message.subject}\n\n{text}\n"


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
