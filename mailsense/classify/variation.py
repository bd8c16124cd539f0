"""The same letter as it also arrives: variants for training, from a seeded source.

Decides which accidents of mail are worth learning to see through: footers, phone signatures,
slips of the finger, a missing subject or sender, a text cut off after its decisive sentence, the
links and buttons around a text that was HTML, what a letter passed on bears on top, another letter
quoted below.
Letters put together from single sentences teach how far one strong sentence among many counts.
Refuses to know labels' meaning, features and estimators.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mailsense.classify.corpus import KINDS
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.letters import Letter, letter
from mailsense.domain import NOBODY, Kind

FOOTERS = (
    "This e-mail and its attachments are meant for the addressee alone. If it reached you by "
    "mistake, please tell the sender and delete it.",
    "Sent from my phone",
    "We process personal data as described in our privacy notice.",
    "Please think of the trees before you print this.",
    "Registered in England, number 0000000. Registered office: 1 Example Street.",
    "You get this message because of your account with us. Change what we send you in your "
    "settings.",
    "Follow us on social media.",
    "Please do not answer this message: the mailbox is not read.",
)
HEADS = (
    "{sender}\n03/03/2026 08:50 AM\ncc:\n\n",
    "{sender} on 3 March 2026 at 09:14:50\nPlease respond to the sender\n\n",
    "Begin forwarded message\n\n",
    "",
    "",
)
"""What the parser leaves of the lines above a letter that somebody passed on, often nothing."""
FRAMES = (
    ("View in browser", ""),
    ("View this email in your browser", "Visit our careers page\n\nOpen your profile"),
    ("Having trouble reading this? Open it online.", "See all our vacancies"),
    ("Example Careers", "Powered by Example Recruiting"),
    ("", "Log in to your account\n\nFacebook  LinkedIn  Instagram"),
    ("Example Group", "Privacy | Terms | Help\n\nDo not reply to this email."),
)
"""What stands above and below the text of a letter that a system made of HTML."""
OPENINGS = ("Hi,", "Hello,", "Dear Ms Example,", "Dear applicant,", "Hi there!", "", "", "Morning")
SUBJECTS = ("", "", "", "Hello", "Re: your message", "Update", "Your application", "Re: Tuesday",
            "Quick note", "FYI", "Re: next steps", "News", "Information", "Re: hello")  # fmt: skip
THREADS = ("Re: Saturday", "Re: the plan", "RE: question", "Re: your note", "Re: minutes",
           "Fwd: this", "Re: [users] broken again", "FW: article", "Re: photos",
           "RE: contract")  # fmt: skip
"""Most mail of a life answers other mail."""

ABOVE_RECEIPT = (Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.REJECTION)
"""Kinds that come before an acknowledgement, and often in one letter with it."""
ABOVE_BOARD = (Kind.TASK, Kind.REJECTION, Kind.ACKNOWLEDGEMENT)
"""Kinds whose letters often end in advertisements of a job board."""
LETTERS_OF_A_KIND = 25
"""Composed letters of each kind in each fold."""
LETTERS_OF_LIFE = 100
"""Composed letters of ordinary life in each fold: most of a mailbox."""

FORWARDED = 0.05
"""How often a letter comes by way of somebody who passed it on."""
FRAMED = 0.1
"""How often it was HTML, made by a system."""
STRANGE = 0.04
"""How often a letter answers, or forwards, mail of the other world."""


def _slip(text: str, rng: random.Random) -> str:
    """Return the text with two neighbouring letters swapped somewhere."""
    at = rng.randrange(max(1, len(text) - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


@dataclass
class Histories:
    """What letters may answer: mail about a job, with the seeker's own, and mail of a life."""

    work: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    life: list[str] = field(default_factory=list)

    def add(self, written: Written) -> None:
        """Take what a letter of the corpus says and answers."""
        if written.kind is Kind.OTHER:
            self.life += [text for text in (written.body, written.quoted) if text]
        elif written.kind is not Kind.ALERT:
            self.work.append(written.body)
            self.asked += [written.quoted] if written.quoted else []

    def below(self, kind: Kind, rng: random.Random) -> str:
        """Return what a letter of this kind may answer, often nothing."""
        if kind is Kind.ALERT or rng.random() > (0.5 if kind is Kind.OTHER else 0.35):
            return ""
        same, strange = (self.life, self.work) if kind is Kind.OTHER else (self.work, self.life)
        if kind is not Kind.OTHER and self.asked and rng.random() < 0.5:
            same = self.asked
        pool = strange if rng.random() < STRANGE else same
        return rng.choice(pool) if pool else ""


def varied(written: Written, rng: random.Random, quoted: str = "") -> Letter:
    """Given a letter of the corpus and what it answers, return a variant that says the same."""
    subject, body, sender = written.subject, written.body, written.address
    if rng.random() < 0.3:
        subject = rng.choice(("", "Hello", "Re: your message", "Message"))
    if rng.random() < 0.4:
        sender = NOBODY
    if rng.random() < 0.2 and written.decisive:
        end = max(body.find(sentence) + len(sentence) for sentence in written.decisive)
        body = body[:end] if end > 40 else body
    elif rng.random() < 0.5:
        body = f"{body}\n\n{rng.choice(FOOTERS)}"
    if rng.random() < FRAMED:
        above, below = rng.choice(FRAMES)
        body = f"{above}\n\n{body}\n\n{below}".strip()
    if rng.random() < 0.3:
        for _ in range(1 + len(body) // 300):
            body = _slip(body, rng)
    if rng.random() < 0.15:
        body = body.lower()
    if rng.random() < FORWARDED:
        body = rng.choice(HEADS).format(sender=written.sender, subject=written.subject) + body
        subject, sender = f"{rng.choice(('Fwd', 'FW'))}: {subject}", NOBODY
    return letter(subject, sender, body, quoted=written.quoted or quoted)


def _mixed(
    decisive: Sequence[str],
    padding: Sequence[str],
    rng: random.Random,
    subjects: Sequence[str] = SUBJECTS,
) -> Letter:
    """Return a letter of these sentences in a random order, under some greeting."""
    sentences = [*decisive, *padding]
    rng.shuffle(sentences)
    body = " ".join(sentences)
    if rng.random() < 0.4:
        body = f"{body}\n\n{rng.choice(FOOTERS)}"
    return letter(rng.choice(subjects), NOBODY, f"{rng.choice(OPENINGS)}\n\n{body}")


def _some(pool: Sequence[str], most: int, rng: random.Random, least: int = 0) -> list[str]:
    return rng.sample(pool, min(len(pool), rng.randint(least, most)))


def composed(
    pool: Mapping[int, Sequence[str]], rng: random.Random
) -> Iterator[tuple[Letter, Kind]]:
    """Given sentences by column (kinds, then neutral), yield letters made of them."""
    neutral = pool.get(len(KINDS), ())
    life = pool.get(KINDS.index(Kind.OTHER), ())
    received = pool.get(KINDS.index(Kind.ACKNOWLEDGEMENT), ())
    board = pool.get(KINDS.index(Kind.ALERT), ())
    for number, kind in enumerate(KINDS):
        mine = pool.get(number, ())
        if not mine or kind is Kind.OTHER:
            continue
        for _ in range(LETTERS_OF_A_KIND):
            padding = _some(neutral, 9, rng)
            if kind in ABOVE_RECEIPT and rng.random() < 0.35:
                padding += _some(received, 2, rng)
            if kind in ABOVE_BOARD and rng.random() < 0.35:
                padding = padding[: rng.randint(0, 4)] + _some(board, 8, rng)
            yield _mixed(_some(mine, 2, rng, 1), padding, rng), kind
    if life:
        for _ in range(LETTERS_OF_LIFE):
            most = rng.choice((3, 8, 25))
            padding = _some(neutral, 2, rng)
            subjects = (*SUBJECTS, *THREADS)
            yield _mixed(_some(life, most, rng, 1), padding, rng, subjects), Kind.OTHER
