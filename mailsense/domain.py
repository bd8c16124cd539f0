"""The vocabulary: one name per thing, in columns, fields, flags and prose alike.

Everything here is a value: enumerations and frozen dataclasses without behaviour beyond
deriving one fact from another.  Nothing here knows about servers, files, clocks or models.
Names follow RFC 5322 (messages), RFC 3501/9051 and RFC 6154 (mailboxes), RFC 3834
(automatic answers).  Message-IDs are kept without their angle brackets.  Instants are
timezone-aware UTC datetimes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Tag(StrEnum):
    """What the user sees on a message or an application."""

    REJECTION = "rejection"
    REQUEST = "request"
    SILENCE = "silence-timeout"
    NONE = "none"


class Kind(StrEnum):
    """What the classifier says of one message, in order of precedence.

    A message that does two things has as kind the first that is true of it, and the
    others in ``also``.  ``UNSURE`` is an answer, not a failure: the model does not know.
    """

    OFFER = "offer"
    INTERVIEW = "interview"
    TASK = "task"
    REJECTION = "rejection"
    REFERRAL = "referral"
    FEEDBACK = "feedback"
    OUTREACH = "outreach"
    ACKNOWLEDGEMENT = "acknowledgement"
    ALERT = "alert"
    OTHER = "other"
    UNSURE = "unsure"

    @property
    def tag(self) -> Tag:
        """The tag that follows from this kind."""
        if self is Kind.REJECTION:
            return Tag.REJECTION
        if self in (Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH):
            return Tag.REQUEST
        return Tag.NONE


class Reason(StrEnum):
    """Why it is a no."""

    NOT_SELECTED = "not-selected"
    REQUIREMENTS = "requirements"
    FILLED = "filled"
    ON_HOLD = "on-hold"
    NOT_YET = "not-yet"
    BUSY = "busy"
    NO_OPENINGS = "no-openings"
    NOT_HIRING = "not-hiring"

    @property
    def networking(self) -> bool:
        """True for the three noes of a networking contact, which are redirected."""
        return self in (Reason.BUSY, Reason.NO_OPENINGS, Reason.NOT_HIRING)


class Stage(StrEnum):
    """The furthest stage an application has reached; networking stands beside the ladder."""

    NETWORKING = "networking"
    APPLIED = "applied"
    SCREENING = "screening"
    INTERVIEW = "interview"
    OFFER = "offer"


class State(StrEnum):
    """Whose move it is in an application: the user's (open), theirs (waiting), nobody's."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"


class Outcome(StrEnum):
    """Why an application is closed."""

    NONE = "none"
    REJECTION = "rejection"
    SILENCE = "silence"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class PlanKind(StrEnum):
    """What to do next about an application or a conversation."""

    ANSWER_REJECTION = "answer-rejection"
    ANSWER_REQUEST = "answer-request"
    ANSWER_OUTREACH = "answer-outreach"
    ANSWER_OFFER = "answer-offer"
    REDIRECT = "redirect"
    THANK_REFERRAL = "thank-referral"
    INTRODUCE = "introduce"
    THANK_FEEDBACK = "thank-feedback"
    STATUS_CHECK = "status-check"
    CLOSE_LOOP = "close-loop"
    REVISIT = "revisit"
    THANK_INTERVIEWER = "thank-interviewer"
    STAY_IN_TOUCH = "stay-in-touch"
    WITHDRAW = "withdraw"
    WEEKLY_SUMMARY = "weekly-summary"
    NONE = "none"

    @property
    def chases(self) -> bool:
        """True when it writes into a silence, so that any sign of life cancels it."""
        return self in (PlanKind.STATUS_CHECK, PlanKind.CLOSE_LOOP, PlanKind.REVISIT)


class Source(StrEnum):
    """Who said it. A user outranks a rule, a rule the model; the clock makes silence."""

    USER = "user"
    RULE = "rule"
    MODEL = "model"
    CLOCK = "clock"


class Relation(StrEnum):
    """What a contact is to the user."""

    RECRUITER = "recruiter"
    AGENCY = "agency"
    HIRING_MANAGER = "hiring-manager"
    INTERVIEWER = "interviewer"
    NETWORKING = "networking"
    REFERRED = "referred"
    UNKNOWN = "unknown"


class DraftState(StrEnum):
    """Where a draft stands. Snoozing is resting with a later ``not_before``."""

    RESTING = "resting"
    WAITING = "waiting"
    APPROVED = "approved"
    DELIVERED = "delivered"
    SENT = "sent"
    UNKNOWN = "unknown"
    STALE = "stale"
    DISCARDED = "discarded"

    @property
    def open(self) -> bool:
        """True while the user may still decide about it."""
        return self in (DraftState.RESTING, DraftState.WAITING, DraftState.APPROVED)


class Action(StrEnum):
    """A human's decision."""

    APPROVE = "approve"
    EDIT = "edit"
    RELABEL = "relabel"
    SNOOZE = "snooze"
    DISCARD = "discard"
    SEND = "send"
    SENT_ELSEWHERE = "sent-elsewhere"
    UNDO = "undo"


class LedgerOutcome(StrEnum):
    """What became of one UID of one folder. Every UID ever seen has exactly one."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    OWN = "own"
    TOO_OLD = "too-old"
    QUARANTINED = "quarantined"
    VANISHED = "vanished"


# --- mail ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: display name (decoded, may be empty) and addr-spec."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """The part after the last @, lower-case; empty when there is none."""
        return self.email.rpartition("@")[2].lower() if "@" in self.email else ""

    @property
    def key(self) -> str:
        """The address for comparisons: case does not count."""
        return self.email.lower()

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


NOBODY = Address("", "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the message's own text. ``size`` is in bytes, decoded."""

    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT of a calendar part (RFC 5545): METHOD upper-case, instants in UTC."""

    method: str
    summary: str
    start: datetime | None
    end: datetime | None
    organizer: str
    location: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the headers alone say, before anybody reads the text.

    ``auto_submitted`` is the lower-case keyword of RFC 3834 ("" when absent, "no" when
    said to be human); ``auto_reply`` an out-of-office; ``bounce`` a DSN or ARF report
    (an empty Return-Path alone is none: absence notes have one too); ``ats`` the name of
    the applicant-tracking system or job board that sent it; ``auth`` the results by method
    (``{"spf": "pass", …}``) of the topmost Authentication-Results.
    """

    auto_submitted: str = ""
    auto_reply: bool = False
    bounce: bool = False
    precedence: str = ""
    list_id: str = ""
    list_unsubscribe: bool = False
    return_path: str | None = None
    no_reply: bool = False
    calendar: str = ""
    ats: str = ""
    failed: tuple[str, ...] = ()
    """Of a bounce: who could not be reached, in lower case."""
    auth: Mapping[str, str] = field(default_factory=dict)

    @property
    def robot(self) -> bool:
        """True when an answer would reach a machine (RFC 3834, rule 9 of the design)."""
        return (
            self.auto_submitted not in ("", "no") or self.auto_reply or self.bounce or self.no_reply
        )


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its parts say it, whatever folder it lies in.

    ``key`` is its identity (see ``mail.parse.identity``); ``text`` is the newest part
    only, without ``quoted`` history and ``signature``.  ``date`` is the Date header, else
    the server's INTERNALDATE, else None.  ``language`` is an ISO 639-1 code, "und" for one that
    is not known, or "" where it cannot be told.
    """

    key: str
    message_id: str
    subject: str
    from_: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    date: datetime | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    attachments: tuple[Attachment, ...] = ()
    events: tuple[Event, ...] = ()
    language: str = ""
    facts: Facts = Facts()
    fingerprint: str = ""
    size: int = 0


def short_id(key: str) -> str:
    """Given a message's key, return the eight hex digits by which a person can name it."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Located:
    """A message with where it lies and which way it went: what the store hands out.

    ``outgoing`` is true when the user wrote it.  ``answered`` is IMAP's ``\\Answered``.
    ``thread`` names its conversation.  The text of a message judged ``other`` is empty.
    """

    message: Message
    account: str
    folder: str
    uid: int
    outgoing: bool
    answered: bool = False
    thread: str = ""
    seen_at: datetime | None = None
    """When mailsense stored it: order of arrival, whatever the Date header claims."""
    uidvalidity: int | None = None
    """Without it ``uid`` names nothing (RFC 3501, 2.3.1.1); None: the server keeps no UIDs."""


# --- verdicts -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a verdict: ``what`` is sentence, words, fact or rule, or one of DETAILS."""

    what: str
    text: str
    weight: float = 0.0


DETAILS = ("reason", "stage")
"""Evidence of a verdict's reason and stage; its text may stand among that of the kind as well."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one message is, by whom it was said, how surely, and why.

    ``confidence`` is a probability in [0, 1]; a rule or a user says 1.0.  For ``unsure``
    the guess is the runner-up.
    """

    kind: Kind
    source: Source
    confidence: float
    also: tuple[Kind, ...] = ()
    reason: Reason | None = None
    stage: Stage | None = None
    runner_up: Kind | None = None
    evidence: tuple[Evidence, ...] = ()
    model: str = ""

    @property
    def tag(self) -> Tag:
        return self.kind.tag

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All the message does: its kind first, then the rest."""
        return (self.kind, *self.also)

    @property
    def because(self) -> tuple[Evidence, ...]:
        """The evidence of its kinds, without that of reason and stage."""
        return tuple(one for one in self.evidence if one.what not in DETAILS)


# --- applications -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contact:
    """A person (never a robot) met in an application or a networking conversation."""

    name: str
    email: str
    relation: Relation = Relation.UNKNOWN
    phone: str = ""

    @property
    def address(self) -> Address:
        return Address(self.name, self.email)


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in which the next word was theirs: the user's waiting times are made of these.

    ``until`` is None while it lasts.  What ended without an answer (the user withdrew) is not
    ``answered``: it tells only that it lasted so long.
    """

    stage: Stage
    since: datetime
    until: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What the user wrote down about an application: a call, a portal, a word elsewhere."""

    at: datetime
    text: str
    spoke: bool = False
    """They spoke with the user: that counts as their answer."""


@dataclass(frozen=True, slots=True)
class Application:
    """Company + role + its threads and people; also a networking conversation.

    What is not stated anywhere is the empty string, never a guess.  ``last_in`` and
    ``last_out`` are UTC instants of the newest human-relevant message each way, or of a
    talk or an application that the user told of.  ``promised`` is the day by which they
    said they would answer.
    """

    id: str
    company: str = ""
    role: str = ""
    stage: Stage = Stage.APPLIED
    state: State = State.OPEN
    outcome: Outcome = Outcome.NONE
    tag: Tag = Tag.NONE
    contacts: tuple[Contact, ...] = ()
    threads: tuple[str, ...] = ()
    message_keys: tuple[str, ...] = ()
    account: str = ""
    via_agency: bool = False
    task_handed_in: bool = False
    last_in: datetime | None = None
    last_out: datetime | None = None
    promised: date | None = None
    waiting_days: int | None = None
    waiting_working_days: int | None = None
    case: str = ""
    """The row of the playbook's silence table that holds (``Ladder.case``), "" when none."""
    chases: int = 0
    """Messages of the user's own since their last word, beyond the first."""
    note: str = ""
    agreed: date | None = None
    """The day of a talk that the letters agree on in words; a calendar part tells its own."""
    confirmed: tuple[str, ...] = ()
    """The keys of messages that only confirm what was agreed on: nothing is left to answer."""
    waits: tuple[Wait, ...] = ()
    """In order; only the last may still last."""
    answer_chance: float | None = None
    """Of an answer in the time that the playbook looks ahead; None: too few answers to say."""
    answer_note: str = ""
    """What the user's own waiting times tell, in plain words; "" while too few were answered."""
    notes: tuple[Note, ...] = ()
    """What the user wrote down, by day."""
    spoke: datetime | None = None
    """When they last spoke with the user, as the user noted; it answers what came before."""
    reopened: datetime | None = None
    """When the user opened it again: no no from before counts any more."""
    corrected: tuple[str, ...] = ()
    """What stands as the user said: added, company, role, stage, state, messages."""
    could_be: tuple[str, ...] = ()
    """Ids of applications that it could be part of equally well: to be asked, not guessed."""
    country: str = ""
    """Where its people work, as their mail domain tells (ISO 3166); "" where it tells nothing."""

    @property
    def closed_by_user(self) -> bool:
        """True while the user's own word keeps it closed."""
        closed = self.state is State.CLOSED and "state" in self.corrected
        return closed and self.reopened is None


class Change(StrEnum):
    """What a user's correction does to applications."""

    ADD = "add"
    CLOSE = "close"
    MERGE = "merge"
    SPLIT = "split"
    ASSIGN = "assign"
    KEEP = "keep"
    REOPEN = "reopen"
    SET = "set"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Correction:
    """What the user said of applications: kept for ever, applied anew whenever mail is tracked.

    ``application`` is the id it is about, ``messages`` the keys by which that is found again
    when the id is gone; of a split or an assignment those that move.  ``held`` says, by id,
    which messages belong together from then on.  ``before`` is how the messages lay before
    it, for taking it back.
    """

    change: Change
    at: datetime
    application: str
    number: int = 0
    """Given by the store: the user names a correction by it."""
    on: datetime | None = None
    """When it happened, where the user told of a day."""
    messages: tuple[str, ...] = ()
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    """The ids that became part of the application."""
    company: str = ""
    role: str = ""
    stage: Stage | None = None
    outcome: Outcome | None = None
    contact: Address | None = None
    text: str = ""
    spoke: bool = False
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    undone: datetime | None = None

    @property
    def happened(self) -> datetime:
        """When it happened: the day told, else when it was said."""
        return self.on or self.at


@dataclass(frozen=True, slots=True)
class Ladder:
    """One row of the table "when to write", in working days.

    ``floors`` are the waits before each chase, the first counted from the last message
    either way, each next from the chase before; ``closing`` the wait before the closing
    note, ``quiet`` the wait after which the application is let go without one; ``most``
    caps the chases (closing note not counted).  ``let_go`` is the wait after the last
    letter where neither ``quiet`` nor ``closing`` says it.
    """

    case: str
    tag_after: int
    floors: tuple[int, ...] = ()
    closing: int | None = None
    quiet: int | None = None
    most: int = 2
    let_go: int = 30


def letter_digest(
    from_: Address,
    to: Sequence[Address],
    cc: Sequence[Address],
    bcc: Sequence[Address],
    subject: str,
    in_reply_to: str,
    text: str,
    attachments: Sequence[str] = (),
) -> str:
    """Given what makes a letter, return the SHA-256 of its canonical form.

    Two copies of one letter have one digest whatever their charset, transfer encoding,
    line ends, trailing blanks and display names; ``attachments`` are digests of parts.
    """
    canonical = [
        from_.key,
        sorted(a.key for a in to),
        sorted(a.key for a in cc),
        sorted(a.key for a in bcc),
        " ".join(subject.split()),
        in_reply_to,
        "\n".join(line.rstrip() for line in text.strip().splitlines()),
        list(attachments),
    ]
    return hashlib.sha256(json.dumps(canonical, ensure_ascii=True).encode()).hexdigest()


# --- plans and drafts ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, as data: decided by a pure function, carried out by others.

    ``answers`` is the key of the message that is answered (for a chase: the user's own
    last one).  ``episode`` makes one draft of many looks: the pair (subject of the plan,
    episode) is unique.  ``addressee`` is None when nobody can be written to; then ``why``
    says so and no draft follows.  ``not_before`` is when it may be offered for review;
    after ``expires`` it would come too late.  ``facts`` are handed to the template.
    """

    kind: PlanKind
    about: str
    """The application's id, or the thread's where there is no application."""
    episode: str
    template: str
    why: str
    answers: str = ""
    account: str = ""
    addressee: Address | None = None
    not_before: datetime | None = None
    expires: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter that waits for a human. ``message_id`` is fixed before anything is written."""

    id: str
    account: str
    plan: PlanKind
    about: str
    episode: str
    template: str
    message_id: str
    from_: Address
    to: tuple[Address, ...]
    subject: str
    body: str
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    quoted: str = ""
    """The attribution line and the quoted original, as it follows the body when sent."""
    answers: str = ""
    state: DraftState = DraftState.WAITING
    not_before: datetime | None = None
    expires: datetime | None = None
    created: datetime | None = None
    why: str = ""
    warnings: tuple[str, ...] = ()
    edited: bool = False
    detail: str = ""
    """One true thing of a talk, as the user told it; the template makes a sentence of it."""
    chosen: bool = False
    """The user chose its template among the variants: it stays."""

    @property
    def full_text(self) -> str:
        """The body and, under it, the quoted original: what the recipient reads."""
        return f"{self.body.strip()}\n\n{self.quoted.strip()}\n" if self.quoted else self.body

    @property
    def digest(self) -> str:
        """The hash that a Decision is bound to; an edit voids the Decision."""
        return letter_digest(
            self.from_, self.to, self.cc, self.bcc, self.subject, self.in_reply_to, self.full_text
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What a human decided about a draft or a message, and the text it was about."""

    action: Action
    at: datetime
    draft: str = ""
    message_key: str = ""
    digest: str = ""
    detail: str = ""


class ReceiptState(StrEnum):
    """What is known of one attempt to write to a server: the row precedes the attempt."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One write to a server: ``via`` is append or smtp. ``uid`` where the server told it."""

    draft: str
    via: str
    message_id: str
    digest: str
    state: ReceiptState
    at: datetime
    folder: str = ""
    uid: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A message with the label a human gave it: the only thing the model learns from."""

    message_key: str
    subject: str
    from_: Address
    text: str
    facts: Facts
    kind: Kind
    at: datetime
    reason: Reason | None = None
    stage: Stage | None = None
    quoted: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known of a model before it is opened."""

    name: str
    format: int
    created: str
    labels: tuple[str, ...]
    examples: int
    """User examples it was fitted on, beside the base."""
    digest: str
    """SHA-256 of the (example, label) pairs: equal digests, equal training data."""
    checksum: str
    """SHA-256 of the weights file."""
    metrics: Mapping[str, object] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
