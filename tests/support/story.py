"""Stories of a job search as plain files: mails in; applications, plans and drafts out.

A story (``tests/stories/<name>.toml``) says who the user is (``[me]``), which mails come and
go (``[[mail]]``), when mailsense looks and what it must see then (``[[look]]``, under each an
``[[look.application]]`` for every application there is).  ``[[past]]`` stands for many like waits
at once (see ``past``).  This module tells the story; what is seen is compared in
``tests/test_stories.py``.  The mails become RFC 5322 letters in an account in memory, and
``mailsense sync`` runs over it with its own stages.  Only the classifier is replaced: by the
verdict that the story gives each mail (``kind``, ``also``, ``reason``, ``stage``), or the
product's header rules where it gives none.  So a story tests what is
made of a verdict, never the verdict.

Times are in the user's zone: "Mon 2 March, 10:00" (the year, 2026, may be added) or after a mail
of the story: "invite + 6 working days, 09:00", "invite + 3 days", "invite + 2 hours".
``re`` names the mail that is answered, or "letter to x@y.example" for a draft sent before.
``then`` is what the user does after a look: ``{ send = "x@y.example" }`` (or ``approve``,
``discard``) with the open draft to that person,
``{ variant = "x@y.example", named = "not-now" }``, ``{ label = "mail", kind = "rejection" }``,
``{ answered = "mail" }`` when another mail client sets the flag, or what is said of an application
(``corrected``), or of anything else (``said``).

The applications of a look must be all there are; ``of`` names a mail of the one that is meant,
else company and role tell; ``could_be`` holds the first mail of each application that it could
belong to.  ``plan`` is the letter to write ("none" for nothing, whose ``why``
must hold the words given); ``also`` lists further letters.  At every look each open draft must
go to one person, pass the lint, and be the only one to that person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from mailsense import domain, review
from mailsense.adapters.memory import MemoryDraftFolder, MemoryMailbox
from mailsense.adapters.store import SqliteStore
from mailsense.classify.rules import judge
from mailsense.cli import sync
from mailsense.cli.app import App
from mailsense.cli.drafts import vary
from mailsense.config import Account, Drafts, Me, Settings
from mailsense.domain import Kind, Message, Reason, Source, Stage, Verdict
from mailsense.pipeline import learn
from mailsense.working_days import add_working_days, public_holidays
from tests.support import corrected, said
from tests.support.items import PLAYBOOK, PRIOR, TEMPLATES
from tests.support.past import mails

Table = Mapping[str, Any]
KEYS = {
    "story": "story me past mail look",
    "me": "name address aliases country timezone phone field links availability ask",
    "past": "times stage begun answered firm",
    "mail": "id from to re subject date arrives body kind also reason stage sent answered meeting "
    "cancels attached copies cc reply_to auto_submitted list_id list_unsubscribe precedence "
    "return_path",
    "look": "now application applications drafts no_draft_to placed then",
    "application": "of company role stage state outcome tag case contacts relations promised note "
    "waiting_days waiting_working_days answer_chance answer_note mails notes corrected also "
    "could_be country",
    "letter": "plan why to template not_before draft subject says never",
    "then": "approve send discard label kind reason answered add close as merge split assign into "
    "set note text spoke undo keep company role stage contact on say unsay about person until "
    "facts variant named reopen",
}
HEADERS = KEYS["mail"].split()[-7:]
MONTHS = "January February March April May June July August September October November December"
_DAY = re.compile(
    r"(?P<weekday>[A-Z][a-z]{2}) (?P<day>\d\d?) (?P<month>[A-Z][a-z]+)(?: (?P<year>\d{4}))?"
    r"(?:, (?P<clock>\d\d:\d\d))?"
)
_AFTER = re.compile(
    r"(?P<mail>[\w-]+) \+ (?P<n>\d+) (?P<unit>working day|day|hour)s?(?:, (?P<clock>\d\d:\d\d))?"
)


class StoryError(Exception):
    """The story itself is wrong: an unknown key, a mail without a kind, a Monday that is none."""


def name_of(message: Message) -> str:
    """Return what the story calls a message."""
    return message.message_id.removesuffix("@story.example")


def checked(table: Table, what: str, where: str) -> Table:
    """Return the table. Raise StoryError when it has a key that is not known."""
    known = KEYS[what] + (f" {KEYS['letter']}" if what == "application" else "")
    if strange := sorted(table.keys() - set(known.split())):
        raise StoryError(f"{where}: unknown key {', '.join(strange)}; a {what} has {known}")
    return table


@cache
def _holidays(country: str) -> frozenset[date]:
    return public_holidays(country, range(2025, 2029))


class Story:
    """One story as it is run: what has arrived, what is remembered, what went otherwise."""

    def __init__(self, name: str, told: Table) -> None:
        """Given the parsed file. Raise StoryError when it is no story."""
        self.name, self.told = name, checked(told, "story", name)
        if not told.get("story") or not told.get("look"):
            raise StoryError(f"{name}: a story begins with a sentence, and somebody looks")
        me = {"name": "Robin Day", "country": "GB", "timezone": "Europe/London"}
        me |= checked(told.get("me", {}), "me", f"{name}, me")
        self.address, ask = me.pop("address", "robin@home.example"), me.pop("ask", "both")
        account = Account("main", self.address, tuple(me.pop("aliases", ())))
        self.settings = Settings(Me(**me), (account,), drafts=Drafts(ask=ask))
        self.zone = ZoneInfo(self.settings.me.timezone)
        self.box, self.tokens = MemoryMailbox(), count(1)
        self.mails: dict[str, Table] = {}
        self.at: dict[str, datetime] = {}
        past = [checked(one, "past", f"{name}, past") for one in told.get("past", ())]
        for number, mail in enumerate((*told.get("mail", ()), *mails(past)), 1):
            id = mail.get("id", f"mail-{number}")
            if id in self.mails:
                raise StoryError(f"{name}: two mails are called {id}")
            self.mails[id] = checked(mail, "mail", f"{name}, mail {id}")
            self.at[id] = self.instant(mail["date"])
        self.came: set[str] = set()
        self.letters: dict[str, tuple[str, str, str]] = {}
        """Mail, as it came → its subject, its References and own id, whom an answer goes to."""

    def instant(self, text: str) -> datetime:
        """Return the instant, in UTC, that a time of the story stands for."""
        if found := _DAY.fullmatch(text):
            month = MONTHS.split().index(found["month"]) + 1
            day, clock = date(int(found["year"] or 2026), month, int(found["day"])), time()
            if found["weekday"] != f"{day:%a}":
                raise StoryError(f"{self.name}: {text} is a {day:%A}")
        elif (found := _AFTER.fullmatch(text)) and found["mail"] in self.at:
            base, n = self.at[found["mail"]].astimezone(self.zone), int(found["n"])
            if found["unit"] == "hour":
                return self.at[found["mail"]] + timedelta(hours=n)
            day, clock = base.date() + timedelta(days=n), base.time()
            if found["unit"] == "working day":
                day = add_working_days(base.date(), n, _holidays(self.settings.me.country))
        else:
            raise StoryError(f'{self.name}: "{text}" is no time such as "Mon 2 March, 10:00"')
        clock = time.fromisoformat(found["clock"]) if found["clock"] else clock
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def looks(self) -> Iterator[tuple[str, Table]]:
        """Tell the story; yield each look by name when mailsense has just looked.

        What the user does then is done when the next one is asked for.
        """
        with closing(SqliteStore.memory()) as self.store:
            for number, look in enumerate(self.told["look"], 1):
                where = f"{self.name}, look {number} ({look['now']})"
                now = self.instant(checked(look, "look", where)["now"])
                self._deliver(now)
                app = self._app(now)
                if problems := sync.run(app, self.store, list(self.settings.accounts)).problems:
                    raise StoryError(f"{where}: {problems}")
                yield where, look
                for step in look.get("then", ()):
                    self._act(checked(step, "then", where), app)
        if missed := self.mails.keys() - self.came:
            raise StoryError(f"{self.name}: nobody looks after {', '.join(missed)} came")

    def day(self, text: str) -> str:
        """Return the user's day that a time of the story is on, as ISO 8601 writes it."""
        return f"{self.instant(text).astimezone(self.zone):%Y-%m-%d}"

    def spoken(self, at: datetime | None) -> str:
        """Return an instant as a story writes it; none is "at once"."""
        local = at and at.astimezone(self.zone)
        return f"{local:%a} {local.day} {local:%B, %H:%M}" if local else "at once"

    def mails_of(self, application: domain.Application) -> list[str]:
        """Return the names of an application's mails, in the story's order."""
        keys = set(application.message_keys)
        held = {name_of(i.message) for i in self.store.messages() if i.key in keys}
        return [id for id in self.mails if id in held]

    def _app(self, now: datetime) -> App:
        """Return the program at one look: its mailbox is in memory, its classifier this story."""
        app = App({"MAILSENSE_HOME": "/nowhere"}, lambda: now, lambda: f"{next(self.tokens):032x}")
        vars(app).update(
            settings=self.settings,
            classifier=self,
            playbook=PLAYBOOK,
            prior=PRIOR,
            templates=TEMPLATES,
            holidays=self._free,
            mailbox=lambda account: self.box,
            writer=lambda account: MemoryDraftFolder(self.box),
        )
        return app

    def _free(self, store: SqliteStore, country: str = "") -> frozenset[date]:
        """Return a country's public holidays as the program does, without keeping them."""
        return _holidays(country or self.settings.me.country)

    # --- mails in ---------------------------------------------------------------------

    def _deliver(self, now: datetime) -> None:
        """Let all arrive that was sent by now."""
        for id, mail in self.mails.items():
            at = self.instant(mail["arrives"]) if "arrives" in mail else self.at[id]
            if id in self.came or at > now:
                continue
            self.came.add(id)
            raw, flags = self._raw(id, mail), ("\\Answered",) if mail.get("answered") else ()
            for folder in ("Sent" if mail.get("sent") else "INBOX", *mail.get("copies", ())):
                self.box.add(folder, raw, flags, at)

    def _raw(self, id: str, mail: Table) -> bytes:
        mine = f"{self.settings.me.name} <{self.address}>"
        answered = mail.get("re", "")
        if answered in self.mails and answered not in self.letters:
            self._raw(answered, self.mails[answered])
        subject, chain, other = self.letters.get(answered, ("", "", ""))
        if answered and not chain:
            raise StoryError(f"{self.name}: {id} answers {answered}, which is not there")
        letter = EmailMessage(policy=SMTP)
        letter["From"] = mail.get("from", mine) if mail.get("sent") else mail["from"]
        letter["To"] = mail.get("to") or (other if mail.get("sent") else mine)
        letter["Subject"] = mail.get("subject") or f"Re: {subject.removeprefix('Re: ')}"
        letter["Date"] = format_datetime(self.at[id].astimezone(self.zone))
        letter["Message-ID"] = f"<{id}@story.example>"
        if chain:
            letter["In-Reply-To"], letter["References"] = chain.split()[-1], chain
        for key in HEADERS:
            if key in mail:
                letter[key.replace("_", "-").title()] = mail[key]
        letter.set_content(mail.get("body", ""))
        if when := mail.get("meeting") or mail.get("cancels"):
            method = "CANCEL" if "cancels" in mail else "REQUEST"
            event = _calendar(method, self.instant(when))
            letter.add_attachment(event, "calendar", params={"method": method})
        if name := mail.get("attached"):
            letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=name)
        own = f"{chain} {letter['Message-ID']}".strip()
        self.letters[id] = (str(letter["Subject"]), own, str(letter["From"]))
        return letter.as_bytes()

    def classify(self, messages: Sequence[Message]) -> Sequence[Verdict]:
        """Return what the story says of each message: a ``ports.Classifier``."""
        return [self._verdict(message) for message in messages]

    def _verdict(self, message: Message) -> Verdict:
        mail = self.mails[name_of(message)]
        if "kind" not in mail:
            if (found := judge(message)) is None:
                raise StoryError(f"{self.name}: {name_of(message)} needs a kind")
            return found
        also = tuple(Kind(kind) for kind in mail.get("also", ()))
        reason = Reason(mail["reason"]) if "reason" in mail else None
        stage = Stage(mail["stage"]) if "stage" in mail else None
        return Verdict(Kind(mail["kind"]), Source.MODEL, 0.9, also, reason, stage)

    # --- what the user does ---------------------------------------------------------------

    def wrong(self, what: str) -> StoryError:
        """Return the error that the story is wrong."""
        return StoryError(f"{self.name}: {what}")

    def _act(self, step: Table, app: App) -> None:
        if step.keys() & set(said.VERBS):
            said.act(self, step, app)
            return
        if step.keys() & set(corrected.VERBS):
            corrected.act(self, step, app)
            return
        if id := step.get("label") or step.get("answered"):
            item = self.store.message(f"{id}@story.example")
            if item is None:
                raise StoryError(f"{self.name}: there is no mail {id} yet")
            if "answered" in step:
                self.box.set_flags(item.located.folder, item.located.uid, ["\\Answered"])
                return
            reason = Reason(step["reason"]) if "reason" in step else None
            learn.label(self.store, item, Kind(step["kind"]), now=app.now, reason=reason)
            return
        if "variant" in step:
            self._choose(step["variant"], step["named"], app)
            return
        ((verb, person),) = step.items()
        mine = [d for d in self.store.drafts() if d.to[0].key == person and d.state.open]
        if len(mine) != 1:
            raise StoryError(f"{self.name}: {verb} {person}: there is no open draft to them")
        if verb == "discard":
            review.discard(self.store, mine[0], now=app.now)
            return
        review.approve(self.store, review.card(self.store, PLAYBOOK, mine[0]), now=app.now)
        sync.place_approved(app, self.store, self.settings.accounts[0], sync.Ran())
        if verb == "send":
            (uid,) = self.box.find("Drafts", mine[0].message_id)
            self.box.add("Sent", self.box.stored("Drafts")[uid][0], (), app.now)
            self.box.remove("Drafts", uid)
            chain = " ".join(f"<{one}>" for one in (*mine[0].references, mine[0].message_id))
            self.letters[f"letter to {person}"] = (mine[0].subject, chain, person)

    def _choose(self, person: str, named: str, app: App) -> None:
        """Write the open draft to a person anew as another variant."""
        (draft,) = [d for d in self.store.drafts() if d.to[0].key == person and d.state.open]
        after = review.variant(self.store, draft, named, vary(app), PLAYBOOK, now=app.now)
        review.looked_over(self.store, PLAYBOOK, after)


def _calendar(method: str, start: datetime) -> str:
    """Return a calendar part (RFC 5545) with one meeting of an hour."""
    first, last = (f"{at:%Y%m%dT%H%M%SZ}" for at in (start, start + timedelta(hours=1)))
    event = f"SUMMARY:Interview\nDTSTART:{first}\nDTEND:{last}\nUID:1"
    inside = f"METHOD:{method}\nBEGIN:VEVENT\n{event}\nEND:VEVENT"
    return f"BEGIN:VCALENDAR\n{inside}\nEND:VCALENDAR\n"
