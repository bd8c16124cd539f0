"""Inboxes of people whom a model has never heard, made of the training corpus.

Decides who is heard: the writers are dealt into as many groups as there are inboxes
(``classifier_parts``), and the model of an inbox learns from the other groups alone.  Within a
group some writers are kept out of the inbox too: they tell what its labels do to letters of
people who never wrote there.  The shares of kinds are those of a mailbox (``held.MAILBOX``), as
far as the group has so many letters.  Refuses to know models; nothing is drawn without a seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from benchmarks.classifier_parts import split
from mailsense.classify.corpus import Corpus, Letter
from mailsense.classify.held import MAILBOX
from mailsense.classify.variation import varied
from mailsense.domain import Example, Facts, Kind, Message

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When labels were given: nothing is learned from that."""
APART = 4
"""One part in so many of a group's writers never write to the inbox."""
SIBLINGS = (1, 3)
"""So many further letters come like each one, where a mailbox repeats itself."""
TRIES = 20
SORTS = ("each letter once", "with siblings")


@dataclass(frozen=True)
class Mail:
    """One message of an inbox with its true label; ``like`` names it and its siblings alike."""

    message: Message
    letter: Letter
    like: str

    @property
    def kind(self) -> Kind:
        return self.letter.kind

    def example(self) -> Example:
        """Return it as the user labels it."""
        one = self.message
        return Example(
            one.key, one.subject, one.from_, one.text, Facts(), self.kind, NOW,
            self.letter.reason, self.letter.stage, one.quoted,
        )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Who is heard, who writes to the inbox, and who was never heard and never writes there."""

    heard: Corpus
    inbox: tuple[Letter, ...]
    others: tuple[Letter, ...]


def groups(corpus: Corpus, many: int, seed: int) -> list[Group]:
    """Given the corpus, return so many groups: no writer is in two of a group's three parts.

    Raise ValueError when there are too few writers.
    """
    found = []
    for heard, letters in split(corpus, many, seed):
        inbox, others = split(Corpus((), letters), APART, seed)[0]
        found.append(Group(heard, inbox.letters, others))
    return found


def as_mail(letter: Letter) -> Mail:
    """Given a letter of the corpus, return it as it lies in a mailbox."""
    return Mail(letter.message, letter, letter.id)


def drawn(letters: Sequence[Letter], size: int, seed: int) -> list[Letter]:
    """Given letters, return about ``size`` of them in the shares of a mailbox.

    Of a kind with fewer letters all are taken; none is taken twice.
    """
    rng = random.Random(seed)
    found: list[Letter] = []
    for kind, share in MAILBOX.items():
        mine = [letter for letter in letters if letter.kind is kind]
        found += rng.sample(mine, min(len(mine), max(1, round(size * share))))
    rng.shuffle(found)
    return found


def inbox(letters: Sequence[Letter], size: int, sort: str, seed: int) -> tuple[Mail, ...]:
    """Given the letters of an inbox's writers and which of SORTS, return about ``size`` messages.

    With siblings there are fewer letters, and each comes again in one to three variants by the
    same sender, above the same history, shuffled among the others.
    """
    if sort == SORTS[0]:
        return tuple(as_mail(letter) for letter in drawn(letters, size, seed))
    rng = random.Random(seed)
    each = 1 + sum(SIBLINGS) / 2
    found: list[Mail] = []
    for letter in drawn(letters, round(size / each), seed):
        found.append(as_mail(letter))
        found += siblings(letter, rng.randint(*SIBLINGS), seed)
    rng.shuffle(found)
    return tuple(found)


def siblings(letter: Letter, many: int, seed: int) -> list[Mail]:
    """Given a letter, return so many variants by the same sender, no text twice.

    Fewer where the accidents of mail leave the text as it is time after time.
    """
    found: list[Mail] = []
    told = {" ".join(letter.body.split())}
    for turn in range(TRIES):
        new = varied(letter, random.Random(f"{seed} {letter.id} {turn}"))
        text = "\n\n".join(new.sentences[1:])
        if len(found) < many and " ".join(text.split()) not in told:
            told.add(" ".join(text.split()))
            mark = "Re: " if new.reply else "Fwd: " if new.forwarded else ""
            key = f"{letter.id}/{turn}"
            message = replace(
                letter.message,
                key=key,
                message_id=key,
                subject=mark + new.sentences[0],
                text=text,
                quoted=letter.quoted if new.history else "",  # else the text holds it, or is enough
            )
            found.append(Mail(message, letter, letter.id))
    return found
