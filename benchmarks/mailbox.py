"""A mailbox made from a seed: the mail of somebody who is looking for work.

Decides who writes, what about, how large, and in which folder it lies; the same number,
seed, day and training corpus give the same bytes.  Sizes follow real mail: half under
5 KB, 90 % under 37 KB, 1 % over 1.3 MB.  Three in a hundred are about the job search, their
sentences and letters read from the project's own training corpus, so that a classifier
has real work.  Refuses to know servers and files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from benchmarks import mime, words
from benchmarks.mime import Letter
from benchmarks.prose import Corpus, Prose, address, host
from mailsense.resources import shipped

FOLDERS = ("INBOX", "Sent", "Archive", "Junk", "Lists")
SPAN = timedelta(days=80)
"""How far back the mail goes: a first sync reads 90 days."""
JOB = 0.03
"""The share of incoming and outgoing mail that is about the job search."""
SIZES = ((0.0, 1_000), (0.5, 4_900), (0.9, 36_000), (0.97, 150_000), (0.99, 1_350_000), (1.0, 2e6))
"""Share of messages, and the size in bytes below which they are."""

_OWN, _NOTICE, _PERSON = 0.12, 0.2, 0.3
_COPIED = 0.01
_NO_ID = 0.005
_KINDS = {
    "acknowledgement": 35,
    "rejection": 30,
    "interview": 15,
    "outreach": 10,
    "task": 5,
    "feedback": 2,
    "referral": 2,
    "offer": 1,
}
Mail = tuple[str, bytes, datetime]


def messages(n: int, seed: int = 0, now: datetime | None = None) -> Iterator[Mail]:
    """Given how many, a seed and the present, yield (folder, bytes, received), oldest first.

    Without ``now`` the present is the clock's. Raise ValueError when n is negative.
    """
    if n < 0:
        raise ValueError("a mailbox cannot hold fewer than no messages")
    rng = random.Random(seed)
    now = (now or datetime.now(UTC)).replace(microsecond=0)
    writer = _Writer(rng, Corpus(shipped("models") / "corpus" / "en"))
    jobs = set(rng.sample(range(n), round(n * JOB)))
    for i, size in enumerate(sizes(n, rng)):
        at = now - SPAN + (i + rng.random()) / n * SPAN
        at = at.replace(microsecond=0).astimezone(timezone(timedelta(hours=rng.randrange(-5, 9))))
        yield writer.write(size, at, job=i in jobs)


def sizes(n: int, rng: random.Random) -> list[int]:
    """Given how many, return that many sizes in bytes, spread over ``SIZES`` and shuffled."""
    found = [_size((i + 0.5) / n) for i in range(n)]
    rng.shuffle(found)
    return found


def _size(share: float) -> int:
    for (low, small), (high, large) in pairwise(SIZES):
        if share <= high:
            return int(small * (large / small) ** ((share - low) / (high - low)))
    return int(SIZES[-1][1])


@dataclass
class _Thread:
    """One conversation: what the next message of it quotes and refers to."""

    subject: str
    other: tuple[str, str]
    references: list[str]
    last: str
    at: datetime
    own_turn: bool = True


@dataclass(frozen=True)
class _Application:
    company: str
    role: str
    recruiter: tuple[str, str]
    thread: _Thread


class _Writer:
    """Writes one message after the other; remembers the conversations."""

    def __init__(self, rng: random.Random, corpus: Corpus) -> None:
        self._rng = rng
        self._prose = Prose(rng, corpus)
        self._people = [
            address(name, words.HOUSES[i % len(words.HOUSES)])
            for i, name in enumerate(words.PEOPLE)
        ]
        self._threads: list[_Thread] = []
        self._applications: list[_Application] = []
        self._recent: list[bytes] = []

    def write(self, size: int, at: datetime, *, job: bool) -> Mail:
        """Return the next message of about ``size`` bytes, and remember it."""
        choose = self._rng.random()
        if job:
            folder, raw = self._job(size, at)
        elif choose < _COPIED and self._recent and size < 40_000:
            return "Archive", self._rng.choice(self._recent), at
        elif choose < _OWN:
            folder, raw = "Sent", self._own(size, at)
        elif choose < _OWN + _PERSON or size > 150_000:
            folder, raw = self._rng.choices(("INBOX", "Archive"), (5, 1))[0], self._person(size, at)
        elif choose < _OWN + _PERSON + _NOTICE and size < 12_000:
            folder, raw = "INBOX", self._notice(size, at)
        else:
            folder = self._rng.choices(("INBOX", "Lists", "Junk"), (6, 3, 1))[0]
            raw = self._newsletter(size, at)
        if folder == "INBOX" and len(raw) < 40_000:
            self._recent = [*self._recent[-50:], raw]
        return folder, raw, at

    # headers

    def _id(self, domain: str) -> str:
        return f"{self._rng.getrandbits(64):016x}.{self._rng.getrandbits(32):x}@{domain}"

    def _bulk(self, name: str, domain: str) -> list[str]:
        token = f"{self._rng.getrandbits(160):040x}"
        return [
            f"List-Id: {name.replace(',', '')} <news.{domain}>",
            f"List-Unsubscribe: <https://{domain}/u/{token}>,\r\n\t<mailto:leave-{token}@{domain}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Precedence: bulk",
            f"Feedback-ID: {token[:12]}:news:{domain}",
        ]

    # kinds of mail

    def _own(self, size: int, at: datetime) -> bytes:
        """Something the user wrote: an answer to somebody, or a new letter."""
        thread = self._thread(at, own=True)
        return self._reply(thread, size, at, own=True, trace=False)

    def _person(self, size: int, at: datetime) -> bytes:
        thread = self._thread(at, own=False)
        return self._reply(thread, size, at, own=False, trace=size > 2_600)

    def _thread(self, at: datetime, *, own: bool) -> _Thread:
        waiting = [t for t in self._threads[-40:] if t.own_turn is own]
        if waiting and self._rng.random() < 0.65:
            return self._rng.choice(waiting)
        subject, other = self._rng.choice(words.SUBJECTS), self._rng.choice(self._people)
        thread = _Thread(subject, other, [], "", at, own_turn=own)
        self._threads = [*self._threads[-200:], thread]
        return thread

    def _reply(
        self,
        thread: _Thread,
        size: int,
        at: datetime,
        *,
        own: bool,
        trace: bool,
        text: str = "",
        extra: Sequence[str] = (),
    ) -> bytes:
        """Write the thread's next message: in ``text``'s words, or in any of about ``size``."""
        sender, to = (words.ME, thread.other) if own else (thread.other, words.ME)
        twice = 3_000 < size < 120_000 and self._rng.random() < 0.5
        file = size > 100_000 or (size > 12_000 and self._rng.random() < 0.4)
        room = min((size - (1_900 if trace else 600)) // (2 if twice and not file else 1), 60_000)
        quoted = _quote(thread, int(room * 0.7))
        if not text:
            wanted = self._rng.randrange(300, 3_000) if file else room - len(quoted.encode())
            text = self._prose.letter(wanted, sender[0].split()[0])
        subject = f"Re: {thread.subject}" if thread.references else thread.subject
        message_id = self._id(sender[1].rpartition("@")[2])
        references = tuple(thread.references)
        letter = Letter(sender, to, subject, message_id, at, text, references, quoted, list(extra))
        thread.references.append(message_id)
        thread.last, thread.at = f"{text}\n{quoted}"[:40_000], at
        thread.own_turn = not own
        if file:
            return mime.with_attachment(letter, self._rng, size, trace=trace)
        return (mime.alternative if twice else mime.plain)(letter, self._rng, trace=trace)

    def _notice(self, size: int, at: datetime) -> bytes:
        """What a machine sends to one person."""
        name, subject = self._rng.choice(words.NOTICES)
        domain = host(name)
        text = self._prose.paragraphs(max(size - 2_000, 80) // 2, self._prose.sentence)
        message_id = "" if self._rng.random() < _NO_ID / _NOTICE else self._id(domain)
        letter = Letter(
            (name, f"no-reply@{domain}"),
            words.ME,
            f"{subject} ({self._rng.randrange(10_000, 99_999)})",
            message_id,
            at,
            text,
            extra=["Auto-Submitted: auto-generated"],
        )
        return mime.alternative(letter, self._rng, trace=True)

    def _newsletter(self, size: int, at: datetime) -> bytes:
        job_site = self._rng.random() < 0.08
        name = self._rng.choice(words.JOB_SITES if job_site else words.SENDERS)
        domain = host(name)
        say = self._prose.alert if job_site else self._prose.sentence
        letter = Letter(
            (name, f"news@{domain}"),
            words.ME,
            say()[:70],
            self._id(domain),
            at,
            self._prose.paragraphs(max(size - 2_300, 100), say) if size < 5_000 else "",
            extra=self._bulk(name, domain),
        )
        if size < 5_000:
            return mime.plain(letter, self._rng, trace=True)
        html = self._page(name, domain, size - 2_300, say)
        return mime.html_only(letter, self._rng, html, trace=True)

    def _page(self, name: str, domain: str, size: int, say: Callable[[], str]) -> str:
        """Return a newsletter as it is sent: much style, many links, a little text."""
        style = words.STYLE if size > 9_000 else ""
        done = [f"<html><head><title>{name}</title><style>{style}</style></head><body><table>\n"]
        length = len(done[0])
        while length < size * 0.93:
            token = f"{self._rng.getrandbits(320):080x}"
            row = (
                '<tr><td class="c3" style="padding:12px 24px;font-family:Arial,sans-serif;'
                f'color:#333333">{say()} {say()}<br>\n'
                f'<a href="https://{domain}/click/{token}?utm_source=news&amp;utm_medium=email"'
                f' style="color:#1155cc">Read on</a>\n<img src="https://{domain}/i/{token[:30]}.png"'
                ' width="560" height="1" alt=""></td></tr>\n'
            )
            done.append(row)
            length += len(row.encode())
        return "".join(done) + f"</table><p>You get this as a reader of {name}.</p></body></html>\n"

    # the job search

    def _job(self, size: int, at: datetime) -> tuple[str, bytes]:
        """An application sent, or something that an employer writes."""
        size = min(size, 60_000)
        if self._rng.random() < 0.2 or not self._applications:
            return "Sent", self._apply(size, at)
        kind = self._rng.choices(list(_KINDS), list(_KINDS.values()))[0]
        if kind == "outreach":
            application = self._application(at)
            self._applications.append(application)
        else:
            application = self._rng.choice(self._applications[-60:])
        own_words = self._rng.random() < 0.35
        thread = application.thread
        if own_words and not thread.references:
            thread.subject, text = self._rng.choice(self._prose.corpus.letters[kind])
        else:
            text = self._prose.employer(
                kind, application.role, application.company, application.recruiter[0]
            )
        robot = kind == "acknowledgement" and self._rng.random() < 0.7
        if robot:
            letter = Letter(
                (f"{application.company} Careers", f"no-reply@{host(application.company)}"),
                words.ME,
                f"Your application: {application.role} at {application.company}",
                self._id(host(application.company)),
                at,
                text,
                extra=["Auto-Submitted: auto-generated"],
            )
            return "INBOX", mime.alternative(letter, self._rng, trace=True)
        return "INBOX", self._reply(thread, size, at, own=False, trace=True, text=text)

    def _application(self, at: datetime) -> _Application:
        company, role = self._rng.choice(words.COMPANIES), self._rng.choice(words.ROLES)
        recruiter = address(self._rng.choice(words.PEOPLE), host(company))
        thread = _Thread(f"{role} at {company}", recruiter, [], "", at)
        return _Application(company, role, recruiter, thread)

    def _apply(self, size: int, at: datetime) -> bytes:
        application = self._application(at)
        self._applications.append(application)
        thread = application.thread
        thread.subject = f"Application: {application.role}"
        text = self._prose.applying(application.role, application.company, application.recruiter[0])
        return self._reply(thread, max(size, 13_000), at, own=True, trace=False, text=text)


def _quote(thread: _Thread, room: int) -> str:
    """Return the last message of a conversation as a reply quotes it, in at most ``room``."""
    if not thread.last or room < 200:
        return ""
    name, email = thread.other if thread.own_turn else words.ME
    day = f"{thread.at:%a, %d %b %Y at %H:%M}"
    lines = [f"On {day}, {name} <{email}> wrote:"]
    left = room - len(lines[0])
    for line in thread.last.splitlines():
        left -= len(line.encode()) + 3
        if left < 0:
            break
        lines.append(f"> {line}")
    return "\n".join(lines)
