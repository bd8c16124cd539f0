"""What the classifier sees of a message: one shape for mail, examples and training letters.

Decides which parts count: subject, newest text, sender and header facts.  Quoted history is
another letter: it only tells what a short answer is about, and is read as the letter itself
where a message is forwarded without a word of one's own.  Refuses to know weights and kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

from mailsense.classify.sentences import split
from mailsense.domain import Address, Event, Example, Facts, Message

_PREFIX = re.compile(r"^\s*(?:(?:re|aw|sv|antw|fwd?|wg|tr)\s*(?:\[\d{1,3}\])?\s*:\s*)+", re.I)
"""Marks of reply and forward.  Is: "Re: a", "FWD: Re: a".  Is not: "Regarding: a", "ref: 7"."""

_REPLY = re.compile(r"^\s*(?:re|aw|sv|antw)\b\s*(?:\[\d{1,3}\])?\s*:", re.I)
"""A reply.  Is: "RE: a", "Re[2]: a".  Is not: "Fwd: a", "Real: a"."""

_NO_REPLY = re.compile(r"(?:no|not|donot|do-not|do_not)[-_.]?reply|^auto(?:reply|mailer)?\b", re.I)
"""A sender that reads nothing.  Is: "no-reply", "donotreply".  Is not: "noreen", "reply"."""


_MARKS = re.compile(r"^[ \t]*(?:[>|][ \t]?)+", re.M)
"""Marks of quoted lines.  Is: "> a", "  >> b", "| c".  Is not: "a > b"."""

NO_FACTS = Facts()

SHORT = 80
"""Words of a text that leave open what it is about: history is asked."""
HISTORY = 1_200
"""Characters of history that tell what it is about."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as the model reads it. ``sentences[0]`` is the subject, which may be ""."""

    sentences: tuple[str, ...]
    sender: Address
    facts: Facts = NO_FACTS
    reply: bool = False
    forwarded: bool = False
    events: tuple[Event, ...] = ()
    history: tuple[str, ...] = ()
    """The first sentences of what is answered."""

    @property
    def no_reply(self) -> bool:
        """True when the sender's address or a header says that nobody reads answers."""
        local = self.sender.email.partition("@")[0]
        return self.facts.no_reply or bool(_NO_REPLY.search(local))


def history_of(quoted: str) -> tuple[str, ...]:
    """Given quoted history as it stands below a letter, return its first sentences.

    Without the marks of its lines, and without the line that introduces it.
    """
    found = split(_MARKS.sub("", quoted[:HISTORY]))
    return tuple(found[1:] if found and found[0].endswith(":") else found)


def letter(
    subject: str,
    sender: Address,
    text: str,
    facts: Facts = NO_FACTS,
    *,
    quoted: str = "",
    events: tuple[Event, ...] = (),
) -> Letter:
    """Given the parts of a message, return it as the model reads it."""
    bare = " ".join(_PREFIX.sub("", subject[:500]).split())
    reply = bool(_REPLY.match(subject))
    forwarded = not reply and bool(_PREFIX.match(subject[:500]))
    history: tuple[str, ...] = ()
    if quoted and len(text.split(None, 3)) < 3 and not reply:
        text = f"{text}\n\n{_MARKS.sub('', quoted)}"
    elif quoted and len(text.split(None, SHORT + 1)) <= SHORT:
        history = history_of(quoted)
    return Letter((bare, *split(text)), sender, facts, reply, forwarded, events, history)


def of_message(message: Message) -> Letter:
    """Given a parsed message, return it as the model reads it."""
    return letter(
        message.subject,
        message.from_,
        message.text,
        message.facts,
        quoted=message.quoted,
        events=message.events,
    )


def of_example(example: Example) -> Letter:
    """Given a labelled example, return it as the model reads it."""
    return letter(
        example.subject, example.from_, example.text, example.facts, quoted=example.quoted
    )


def address(header: str) -> Address:
    """Given a From line, return its address (both parts may be empty)."""
    name, mark, rest = header.rpartition("<")
    if mark and rest.rstrip().endswith(">"):
        return Address(name.strip().strip('"'), rest.rstrip().removesuffix(">").strip())
    found, email = parseaddr(header)
    return Address(found, email)
