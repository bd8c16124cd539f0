"""The user's own letters: which are drafts of ours, and which are about the search.

A client that recalls a draft keeps its Message-ID but changes Date, charset and perhaps
the words; some providers give a new Message-ID.  So: by Message-ID first, else by
In-Reply-To and addressee of a draft that was placed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailsense.domain import (
    Action,
    Decision,
    Draft,
    DraftState,
    Message,
    PlanKind,
)
from mailsense.pipeline.learn import settle
from mailsense.ports import Store

CHUNK = 400
"""Letters judged at a time: so many are held in memory."""
_PLACED = (DraftState.DELIVERED, DraftState.UNKNOWN)


def recognise(store: Store, messages: Sequence[Message], now: datetime) -> list[str]:
    """Given outgoing messages, record the drafts of ours that they are as sent.

    Return these drafts' ids.  Sending from one's own client is a Decision: its text is
    kept with it, and it confirms what the answered message was judged to be.
    """
    if not messages:
        return []
    by_id = dict(store.drafts_by_message_id([m.message_id for m in messages if m.message_id]))
    placed = {draft.id: draft for draft in store.drafts(_PLACED)}
    found = []
    for message in messages:
        ours = by_id.get(message.message_id)
        draft = ours or _answer(placed.values(), message)
        if draft is None or draft.state is DraftState.SENT:
            continue
        edited = not _same(message, draft)
        decision = Decision(
            Action.SENT_ELSEWHERE,
            message.date or now,
            draft=draft.id,
            message_key=message.message_id,
            digest="" if edited else draft.digest,
            detail=_as_sent(message) if edited else "",
        )
        sent = replace(draft, state=DraftState.SENT, edited=draft.edited or edited)
        with store.transaction():
            store.save_draft(sent)
            store.add_decision(decision)
            if ours or not edited:  # another letter of theirs says nothing of how we judged
                settle(store, sent, now=now)
        by_id[draft.message_id] = sent
        placed.pop(draft.id, None)
        found.append(draft.id)
    return found


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


def _answer(placed: Iterable[Draft], message: Message) -> Draft | None:
    """Return the placed draft that answers the same letter to one of the same people."""
    recipients = {a.key for a in (*message.to, *message.cc)}
    for draft in placed:
        if (
            draft.in_reply_to
            and draft.in_reply_to in message.in_reply_to
            and recipients & {a.key for a in draft.to}
        ):
            return draft
    return None


def by_words(messages: Sequence[Message]) -> Mapping[str, bool]:
    """Given outgoing messages, return of each key whether its words are about the search."""
    if not messages:  # most batches hold none: its patterns stay unread
        return {}
    from mailsense.track.relevance import relevant

    return {message.key: relevant(message) for message in messages}


class Summaries:
    """The letters that tell a partner of the week: about the search, and no part of it."""

    def __init__(self, store: Store) -> None:
        drafts = [d for d in store.drafts() if d.plan is PlanKind.WEEKLY_SUMMARY]
        self._told = {(a.key, d.subject.casefold()) for d in drafts for a in d.to}
        self._ids = {d.message_id for d in drafts}

    def hold(self, message: Message) -> bool:
        """True of a letter of ours, by its Message-ID, else by whom it goes to and its subject."""
        named = {(a.key, message.subject.casefold()) for a in message.to}
        return message.message_id in self._ids or bool(named & self._told)

    def without(self, store: Store, keys: Collection[str]) -> list[str]:
        """Return the keys of stored letters without those of ours."""
        if not self._ids:
            return list(keys)
        found = {key: store.message(key) for key in keys}
        return [key for key, item in found.items() if item is None or not self.hold(item.message)]


def judge_own(store: Store, told: Mapping[str, bool], *, people_may_be_new: bool = True) -> None:
    """Say of the user's own letters whether they belong to the search.

    By their words, or because they go to somebody who wrote about it: an answer may have been
    read before its question came.  What tells a partner of the week is no part of it.  ``told``
    is what ``by_words`` found of those that were read just now.
    """
    people: frozenset[str] | None = None
    summaries = Summaries(store)
    while sent := [one.message for one in store.outgoing_unjudged(CHUNK)]:
        people = _people(store) if people is None else people
        words = {**told, **by_words([one for one in sent if one.key not in told])}
        about = {}
        for message in sent:
            recipients = {a.key for a in (*message.to, *message.cc)}
            found = bool(recipients & people) or words[message.key]
            about[message.key] = found and not summaries.hold(message)
        store.set_relevant(about)
    if people_may_be_new:
        people = _people(store) if people is None else people
        aside = summaries.without(store, store.outgoing_set_aside(people))
        store.set_relevant(dict.fromkeys(aside, True))


def _people(store: Store) -> frozenset[str]:
    """Return the addresses of those who wrote about the search."""
    return frozenset(
        item.message.from_.key
        for item in store.job_items()
        if not item.located.outgoing and not item.message.facts.robot
    )
