"""Taking a batch in: which letters are new, and which conversation each belongs to.

A batch is looked up and stored with a few statements, however many letters it holds.
Given servers that lie (RFC 3501 leaves them room), identity is the Message-ID with the
letter's fingerprint, not the UID: the same letter in two folders is one message.  Imported
when there is something to take in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailsense.domain import Located, Message, Verdict
from mailsense.mail.identity import identity
from mailsense.mail.thread import base_subject, is_reply_subject, linked_ids, pair, place
from mailsense.ports import Store


class Known:
    """Which letters of a batch are stored already, by Message-ID and fingerprint."""

    def __init__(self, store: Store, message_ids: Sequence[str]) -> None:
        self._store = store
        stored: Mapping[str, Mapping[str, str]] = store.fingerprints(message_ids)
        self._taken: dict[str, dict[str, str]] = {id: dict(of) for id, of in stored.items()}

    def key(self, message: Message) -> tuple[str, bool]:
        """Return the message's identity and whether a letter with it was seen before."""
        if not message.message_id:
            seen = self._taken.setdefault(message.key, {})
            repeated = bool(seen) or self._store.message(message.key) is not None
            seen[message.fingerprint] = message.key
            return message.key, repeated
        taken = self._taken.setdefault(message.message_id, {})
        key = identity(message.message_id, message.fingerprint, taken)
        repeated = message.fingerprint in taken
        taken[message.fingerprint] = key
        return key, repeated


class Intake:
    """New messages of one batch on their way into the store, each in its conversation.

    Given all of them (their keys final), ask for the ``thread`` of each in order and ``add`` it
    there, then ``flush``.
    """

    def __init__(self, store: Store, messages: Sequence[Message]) -> None:
        self._store = store
        wanted = dict.fromkeys(id for message in messages for id in linked_ids(message))
        self._threads: dict[str, str] = dict(store.threads(list(wanted)))
        self._links: dict[str, str] = {}
        self._located: list[Located] = []
        self._verdicts: dict[str, Verdict] = {}
        self._pairs: set[frozenset[str]] = set()
        """Who wrote to whom among the letters that are not stored yet."""

    def add(self, located: Located, verdict: Verdict | None = None) -> None:
        """Take a new message, with its verdict if there is one already."""
        self._located.append(located)
        self._pairs.add(pair(located.message))
        if verdict is not None:
            self._verdicts[located.message.key] = verdict

    def flush(self) -> None:
        """Store what was taken so far."""
        self._store.link(self._links)
        self._store.add_messages(self._located, self._verdicts)
        self._links, self._located, self._verdicts, self._pairs = {}, [], {}, set()

    def thread(self, message: Message) -> str:
        """Place the message in its conversation, recording the ids it links."""
        ids = linked_ids(message)
        known = {id: self._threads[id] for id in ids if id in self._threads}
        same_pair = None
        if not known and is_reply_subject(message.subject):
            people = pair(message)
            if people in self._pairs:
                self.flush()
            if people:
                same_pair = self._store.thread_of_reply(base_subject(message.subject), people)
        returned = None
        if not known and message.facts.failed:
            self.flush()
            returned = self._store.thread_written_to(message.facts.failed)
        placed = place(message, known, same_pair, returned)
        links = dict.fromkeys((id for id in placed.ids if id), placed.thread)
        self._links |= links
        self._threads |= links
        if placed.merge:
            self._merge(placed.thread, placed.merge)
        return placed.thread

    def _merge(self, thread: str, gone: Sequence[str]) -> None:
        """Make one conversation of several that a letter ties together."""
        self.flush()
        self._store.merge(thread, gone)
        self._threads = {id: thread if name in gone else name for id, name in self._threads.items()}
