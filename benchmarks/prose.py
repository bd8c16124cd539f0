"""The words of the sample mailbox: sentences, paragraphs and letters, from a random source.

Ordinary life comes from word lists, mail of the job search from the project's own training
corpus.  Refuses to know headers, encodings and folders.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks import words


@dataclass(frozen=True)
class Corpus:
    """The training corpus of one language, read as text."""

    folder: Path

    @cached_property
    def sentences(self) -> dict[str, list[str]]:
        """Kind → sentences; ``neutral`` is said in any letter."""
        found: dict[str, list[str]] = {}
        for line in (self.folder / "sentences.jsonl").read_text("utf-8").splitlines():
            record = json.loads(line)
            found.setdefault(record["kind"], []).append(record["text"])
        return found

    @cached_property
    def letters(self) -> dict[str, list[tuple[str, str]]]:
        """Kind → (subject, body) of whole letters."""
        found: dict[str, list[tuple[str, str]]] = {}
        for path in sorted((self.folder / "messages").glob("*.jsonl")):
            for line in path.read_text("utf-8").splitlines():
                record = json.loads(line)
                found.setdefault(record["kind"], []).append((record["subject"], record["body"]))
        return found


def address(name: str, host: str) -> tuple[str, str]:
    """Given a display name and a host, return the mailbox."""
    plain = name.encode("ascii", "ignore").decode().lower().split()
    return name, f"{'.'.join(plain) or 'writer'}@{host}"


def host(company: str) -> str:
    """Given a company's name, return its invented domain."""
    return "".join(c for c in company.lower() if c.isalnum()) + ".example"


class Prose:
    """Writes text of a wanted length."""

    def __init__(self, rng: random.Random, corpus: Corpus) -> None:
        self._rng = rng
        self.corpus = corpus

    def sentence(self) -> str:
        """Return one sentence of ordinary life."""
        pick = self._rng.choice
        how = self._rng.random()
        if how < 0.06:
            return pick(words.FOREIGN)
        if how < 0.30:
            return pick(self.corpus.sentences["other"])
        return f"{pick(words.WHO)} {pick(words.DID)} {pick(words.WHAT)} {pick(words.WHEN)}."

    def alert(self) -> str:
        """Return one sentence of a job site's mailing."""
        return self._rng.choice(self.corpus.sentences["alert"])

    def paragraphs(self, size: int, sentence: Callable[[], str]) -> str:
        """Return about ``size`` bytes of paragraphs of one to five sentences."""
        done: list[str] = []
        length = 0
        while length < size:
            one = " ".join(sentence() for _ in range(self._rng.randrange(1, 6)))
            done.append(one[: max(size - length, 40)])
            length += len(done[-1].encode()) + 2
        return "\n\n".join(done)

    def letter(self, size: int, name: str) -> str:
        """Return about ``size`` bytes from one person to the user."""
        greeting, closing = self._rng.choice(words.GREETINGS), self._rng.choice(words.CLOSINGS)
        body = self.paragraphs(max(size - 60, 60), self.sentence)
        return f"{greeting}\n\n{body}\n\n{closing}\n{name}\n"

    def employer(self, kind: str, role: str, company: str, name: str) -> str:
        """Return what an employer writes: one or two sentences of that kind among neutral ones."""
        pick, said = self._rng.choice, self.corpus.sentences
        told = [pick(said["neutral"]), pick(said[kind])]
        if self._rng.random() < 0.5:
            told.append(pick(said[kind]))
        told.append(pick(said["neutral"]))
        opening = f"This is about the {role} role at {company}."
        closing = f"{pick(words.CLOSINGS)}\n{name}\n{company}\n"
        return f"{pick(words.GREETINGS)}\n\n{opening} {' '.join(told)}\n\n{closing}"

    def applying(self, role: str, company: str, name: str) -> str:
        """Return the letter with which the user applies."""
        return (
            f"Dear {name.split()[0]},\n\nI would like to apply for the position of {role} at "
            f"{company}. My CV is attached. For six years I have planned transport for a "
            f"wholesaler, most recently with a team of four.\n\nI would be glad to talk.\n\n"
            f"Kind regards\n{words.ME[0]}\n"
        )
