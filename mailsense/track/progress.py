"""What happened in a process: its messages, read in order, become stage, state and outcome.

Decides whose move it is.  A stage only ever rises; a rejection closes until a newer
request opens again; what needs no answer leaves the other side to move.  Refuses to know
the time: silence is the clock's business (``silence``).  Robots' repeated receipts,
out-of-office notes, bounces and list mail are no sign of life.  What the user said
by hand (``corrections``) happens at its place among the letters: a stage set so is raised only
by what they ask for later, and what was closed so opens again only for a request or an offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from mailsense.domain import Correction, Kind, Message, Outcome, Reason, Stage, State, Tag
from mailsense.ports import Item
from mailsense.track import people, said
from mailsense.track.confirming import confirmations
from mailsense.track.corrections import tell
from mailsense.track.extract import promised
from mailsense.track.instants import when
from mailsense.track.letter import Letter, answers, same_thread, writes
from mailsense.track.partings import asks_anew
from mailsense.track.waits import Waits

_REQUESTS = frozenset({Kind.OFFER, Kind.INTERVIEW, Kind.TASK, Kind.OUTREACH})
_RANK = {Stage.APPLIED: 0, Stage.SCREENING: 1, Stage.INTERVIEW: 2, Stage.OFFER: 3}
_AFRESH = timedelta(days=2)
"""A receipt this long after a no belongs to a new application for the same role."""
_SAME_LETTER = timedelta(days=2)
"""A second letter this soon ("I forgot the attachment", a thank-you) is no chase."""
_NOTES = {
    Reason.ON_HOLD: "the position is on hold",
    Reason.NOT_YET: "they keep your details for later",
    Reason.FILLED: "the position is filled",
    Reason.BUSY: "no time to talk at present",
    Reason.NO_OPENINGS: "knows of no openings",
    Reason.NOT_HIRING: "does not do the hiring",
}


@dataclass
class Progress:
    """The state of a process after the letters read so far."""

    me: frozenset[str]
    networking: bool = False
    stage: Stage = Stage.APPLIED
    outcome: Outcome = Outcome.NONE
    tag: Tag = Tag.NONE
    note: str = ""
    reason: Reason | None = None
    final: bool = False
    task_given: bool = False
    task_handed_in: bool = False
    promised: date | None = None
    last_in: datetime | None = None
    last_out: datetime | None = None
    closed_at: datetime | None = None
    meetings: set[datetime] = field(default_factory=set)
    """When the appointments that a calendar part told of are over."""
    pending: list[Letter] = field(default_factory=list)
    """What awaits the user's answer, oldest first."""
    own: list[datetime] = field(default_factory=list)
    """The user's letters since their last word that could be chases."""
    owed: bool = True
    """Their last word called for an answer, so the first letter after it is that answer."""
    receipts: set[tuple[Stage, bool]] = field(default_factory=set)
    waits: Waits = field(default_factory=Waits)
    to_answer: bool = False
    """The user told of an offer that no letter holds: it is the user's move."""
    spoke: datetime | None = None
    confirming: frozenset[str] = frozenset()
    """The keys of letters that only confirm a talk, and ask for nothing."""
    stage_by_hand: bool = False
    closed_by_hand: bool = False
    reopened: datetime | None = None
    """When the user opened it again, until it is closed once more."""
    answered_no: Letter | None = None
    """The user's last letter since they said no."""
    set_aside: list[Letter] = field(default_factory=list)
    """What awaited an answer when the user closed it."""

    @property
    def state_by_hand(self) -> bool:
        """True while a closing or an opening by hand holds."""
        return self.closed_by_hand or self.reopened is not None

    @property
    def state(self) -> State:
        if self.closed_by_hand or self.outcome is not Outcome.NONE:
            return State.CLOSED
        return State.OPEN if self.pending or self.to_answer else State.WAITING

    @property
    def chases(self) -> int:
        return max(0, len(self.own) - (1 if self.owed else 0))

    def read(self, letter: Letter) -> None:
        """Take in the next letter."""
        self.waits.meetings(letter.message.events)
        facts = letter.message.facts
        if facts.auto_reply or facts.bounce:
            return
        for event in letter.message.events:
            if end := event.end or event.start:
                (self.meetings.discard if event.method == "CANCEL" else self.meetings.add)(end)
        before = self.last_in
        if letter.outgoing:
            self._outgoing(letter)
        elif Kind.ALERT not in letter.kinds[:1]:
            self._incoming(letter)
        heard = self.last_in is not before
        if heard or letter.outgoing:
            receipt = letter.machine and letter.kinds[:1] == (Kind.ACKNOWLEDGEMENT,)
            answers = heard and not receipt
            self.waits.after(letter.at, answers=answers, stage=self.stage, state=self.state)

    def spoken_with(self, at: datetime) -> None:
        """They spoke with the user: what was pending is answered, and the wait begins anew."""
        self.spoke, self.pending, self.to_answer = at, [], False
        self.heard_of(at)
        self.waits.after(at, answers=True, stage=self.stage, state=self.state)

    def heard_of(self, at: datetime) -> None:
        """The user knows that it goes on: the wait begins anew."""
        self._heard(at, owed=False)
        if self.promised is not None and self.promised <= at.date():
            self.promised = None

    def lift(self, stage: Stage) -> None:
        """Raise the stage; it never falls."""
        self.stage = _higher(self.stage, stage)

    # --- theirs -------------------------------------------------------------------

    def _incoming(self, letter: Letter) -> None:
        kinds = letter.kinds
        if self._parts(letter):
            self.confirming |= {letter.item.key}
            self._their_word(letter, owed=False)
            return
        if not kinds or kinds[0] in (Kind.OTHER, Kind.UNSURE):
            if not letter.machine:
                self._their_word(letter, owed=True)
            if kinds[:1] == (Kind.UNSURE,):
                self._await_answer(letter)
            return
        if kinds[0] is Kind.ACKNOWLEDGEMENT:
            if not (letter.machine or self.stage_by_hand):
                self.lift(_looking_back(letter.message))
            self._receipt(letter)
            return
        self._lift(letter)
        if letter.item.key in self.confirming:
            self._their_word(letter, owed=False)
            return
        asks = [k for k in kinds if k in _REQUESTS]
        if Kind.REJECTION in kinds and not asks:
            self._close(letter)
            self._their_word(letter, owed=self._only_a_talk_refused(), supersedes=True)
            return
        self._their_word(letter, owed=True, supersedes=bool(asks))
        if asks and self.outcome is not Outcome.ACCEPTED:
            self._request(letter)
        elif self.state is not State.CLOSED or self._only_a_talk_refused():
            self._reopen()
            self._await_answer(letter)
        verdict = letter.item.verdict
        if verdict and verdict.tag is not Tag.NONE and self.outcome is not Outcome.ACCEPTED:
            self.tag = verdict.tag

    def _parts(self, letter: Letter) -> bool:
        """True of a goodbye: to the user's decline or withdrawal, or thanks for their answer.

        Whatever it was taken for, it opens nothing and is not answered.  News of a person, or
        the advice that the user asked for, is no goodbye.
        """
        kinds = letter.kinds
        if letter.by_user or not kinds or {Kind.REFERRAL, Kind.FEEDBACK} & set(kinds):
            return False
        left, no = self.outcome in (Outcome.WITHDRAWN, Outcome.DECLINED), self.answered_no
        if no is not None and self.outcome is Outcome.REJECTION and not letter.machine:
            left = same_thread(letter, no)
        return left and not asks_anew(letter.message.text, letter.at.date())

    def _receipt(self, letter: Letter) -> None:
        """An acknowledgement settles what a robot asked, and starts the wait only once a stage."""
        refused = self.outcome is Outcome.REJECTION and not self._only_a_talk_refused()
        refused = refused and not self.closed_by_hand
        if refused and self.closed_at and letter.at - self.closed_at >= _AFRESH:
            self._reopen()
            self.tag, self.receipts = Tag.NONE, set()
        self.pending = [p for p in self.pending if not (p.machine or same_thread(p, letter))]
        step = (self.stage, self.task_given)
        repeated = step in self.receipts or self.stage in (Stage.INTERVIEW, Stage.OFFER)
        self.receipts.add(step)
        if self.task_given and not repeated:
            self.task_handed_in = True
        if not (letter.machine and (repeated or self._beyond_receipts())):
            self._their_word(letter, owed=False)

    def _beyond_receipts(self) -> bool:
        return _RANK.get(self.stage, 0) > 0 and not self.task_given

    def _request(self, letter: Letter) -> None:
        self._reopen()
        if Kind.TASK in letter.kinds:
            self.task_given, self.task_handed_in = True, False
        elif Kind.INTERVIEW in letter.kinds or Kind.OFFER in letter.kinds:
            self.task_given = self.task_handed_in = False
        texts = (letter.message.subject, letter.message.text)
        if Kind.INTERVIEW in letter.kinds:
            self.final = said.says(said.FINAL, *texts)
        sender = letter.message.from_.key
        self.pending = [p for p in self.pending if not (p.machine or writes(p, sender))]
        self._await_answer(letter)

    def _close(self, letter: Letter) -> None:
        kept = self.closed_by_hand and self.outcome is Outcome.ACCEPTED
        if kept or self.outcome in (Outcome.WITHDRAWN, Outcome.DECLINED):
            return  # the user left first: theirs only confirms it
        self.closed_by_hand, self.reopened = False, None
        verdict = letter.item.verdict
        self.reason = verdict.reason if verdict else None
        self.outcome, self.closed_at, self.tag = Outcome.REJECTION, letter.at, Tag.REJECTION
        self.answered_no = None
        self.note = _NOTES.get(self.reason, "") if self.reason else ""
        self.pending, self.task_handed_in = [], False

    def _reopen(self) -> None:
        if self.outcome is not Outcome.ACCEPTED:
            self.outcome, self.closed_at, self.note, self.reason = Outcome.NONE, None, "", None
            self.closed_by_hand = False

    def _only_a_talk_refused(self) -> bool:
        return bool(self.reason and self.reason.networking) and (self.outcome is Outcome.REJECTION)

    def _await_answer(self, letter: Letter) -> None:
        if not letter.item.located.answered and self.state is not State.CLOSED:
            self.pending.append(letter)

    def _their_word(self, letter: Letter, *, owed: bool, supersedes: bool = False) -> None:
        self._heard(letter.at, owed=owed)
        told = promised(letter.message.text, letter.at.date())
        over = self.promised is not None and self.promised <= letter.at.date()
        if told or supersedes or over:
            self.promised = told.value if told else None

    def _heard(self, at: datetime, *, owed: bool) -> None:
        self.last_in = at
        self.own, self.owed = [], owed

    def _lift(self, letter: Letter) -> None:
        """Raise the stage by what the letter says, one set by hand by what it asks for."""
        if self.stage_by_hand and not _REQUESTS & set(letter.kinds):
            return
        verdict, reached = letter.item.verdict, Stage.APPLIED
        texts = _said(letter.message)
        if verdict and verdict.stage in _RANK:
            reached = verdict.stage
        for kind in letter.kinds:
            step = Stage.APPLIED
            if kind is Kind.OFFER:
                step = Stage.OFFER
            elif kind is Kind.INTERVIEW:
                step = Stage.SCREENING if said.says(said.SCREEN, *texts) else Stage.INTERVIEW
                if verdict and verdict.stage in _RANK:
                    step = verdict.stage
            elif kind is Kind.TASK:
                step = Stage.SCREENING
            elif kind in (Kind.REJECTION, Kind.FEEDBACK):
                step = _looking_back(letter.message)
            reached = _higher(reached, step)
        self.lift(reached)

    # --- the user's ---------------------------------------------------------------

    def _outgoing(self, letter: Letter) -> None:
        message, text = letter.message, letter.message.text
        earlier = self.last_out
        self.last_out = letter.at
        offered = self.stage is Stage.OFFER
        answered = [p for p in self.pending if answers(letter, p)]
        self.pending = [p for p in self.pending if p not in answered]
        self.to_answer = False
        self.answered_no = letter if self.outcome is Outcome.REJECTION else None
        if self.task_given and (message.attachments or said.says(said.HANDED_IN, text)):
            self.task_handed_in = True
        if self.last_in and not self.stage_by_hand:
            self.lift(_looking_back(message))
        if self._only_a_talk_refused():
            note = self.note
            self._reopen()
            self.note = note
        self._count(letter, earlier)
        if self.outcome in (Outcome.REJECTION, Outcome.ACCEPTED):
            return
        approached = any(Kind.OUTREACH in p.kinds for p in answered)
        passed = (approached and said.says(said.PASS, text)) or (
            offered and said.says(said.DECLINE, text)
        )
        if passed:
            self._end(Outcome.DECLINED, letter)
        elif said.says(said.WITHDRAW, text):
            self._end(Outcome.DECLINED if offered else Outcome.WITHDRAWN, letter)
        elif offered and said.says(said.ACCEPT, text) and not said.says(said.INVITATION, text):
            self._end(Outcome.ACCEPTED, letter)

    def _end(self, outcome: Outcome, letter: Letter) -> None:
        self.reopened = None
        self.outcome, self.closed_at, self.pending = outcome, letter.at, []
        self.promised = None
        if outcome is not Outcome.ACCEPTED:
            self.tag = Tag.NONE

    def _count(self, letter: Letter, earlier: datetime | None) -> None:
        """Count the letter unless it only thanks for a talk, or follows the one before at once.

        After a chase every letter counts, the closing note that asks for nothing too.  The first
        after theirs counts though it only thanks, where they wait for an answer.  While a meeting
        lies ahead nothing is a chase: nobody is silent yet ("Where may I park?").
        """
        text = letter.message.text
        after_talk = said.says(said.THANKS_FOR_TALK, text)  # "… and remain very interested"
        softly = said.says(said.SOFT_CHASE, text) and not after_talk
        asks = "?" in text or said.says(said.CHASE, text) or softly
        thanks = said.says(said.THANKS, text) and not asks and self.chases == 0
        close = earlier is not None and letter.at - earlier < _SAME_LETTER
        meeting_ahead = any(letter.at < end for end in self.meetings)
        counts = not (thanks or close or meeting_ahead) if self.own else self.owed or not thanks
        if counts:
            self.own.append(letter.at)


def course(
    items: Sequence[Item],
    me: frozenset[str],
    *,
    networking: bool = False,
    told: Sequence[Correction] = (),
) -> Progress:
    """Given the messages of one process, and what the user ``told`` of it, return where it stands.

    A correction comes after a letter of the same instant.
    """
    progress = Progress(me, networking, Stage.NETWORKING if networking else Stage.APPLIED)
    progress.confirming = confirmations(items)
    waiting = sorted(told, key=lambda c: (c.happened, c.number), reverse=True)
    for item in items:
        while waiting and waiting[-1].happened < when(item):
            tell(progress, waiting.pop())
        machine = not item.located.outgoing and people.writer(item.message, me) is None
        progress.read(Letter(item, when(item).astimezone(UTC), machine))
    for one in reversed(waiting):
        tell(progress, one)
    return progress


def _said(message: Message) -> tuple[str, ...]:
    """Return what a message says of itself: the subject of an answer is that of what it answers."""
    answers = bool(message.in_reply_to) and message.subject.casefold().startswith("re:")
    return (message.text,) if answers else (message.subject, message.text)


def _looking_back(message: Message) -> Stage:
    """Return the stage that a letter speaks of as past."""
    if said.says(said.TOOK_PLACE, message.subject, message.text):
        return Stage.INTERVIEW
    return Stage.SCREENING if said.says(said.SPOKE, message.text) else Stage.APPLIED


def _higher(one: Stage, other: Stage) -> Stage:
    """Return the further of two stages; networking stands beside the ladder and stays."""
    if one not in _RANK or other not in _RANK:
        return one
    return one if _RANK[one] >= _RANK[other] else other
