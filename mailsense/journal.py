"""What the user says that no mail tells: wishes, leads, advice received, talks looked back upon.

Values only, beside ``domain``.  The journal is one row an entry, in the order in which they
were said; nothing is ever deleted, only taken back, and all that follows from it is computed
anew from the rows in force.  What the user says of applications is a ``domain.Correction``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from mailsense.domain import Address


class What(StrEnum):
    """What an entry is about."""

    NEVER = "never"
    """No letter is ever drafted to that person (``person``) or firm (``company``)."""
    PAUSE = "pause"
    """Nothing is written into a silence until the day ``until``; None: until it is taken back."""
    LANDED = "landed"
    """The search is over: ``company`` and ``role`` (in ``facts``) of the new job, where told."""
    TOUCH = "touch"
    """A letter that keeps in touch with ``person``, asked for; its sort is ``facts["sort"]``."""
    LEAD = "lead"
    """A name that the user was given, or what became of one (``facts["step"]``)."""
    FEEDBACK = "feedback"
    """Words (``text``) that ``person`` said to the user, on the phone or elsewhere."""
    DEBRIEF = "debrief"
    """Answers to the review questions: ``facts`` by the question's id."""
    WEEK = "week"
    """A summary of the week for the partner ``person``, asked for; ``facts`` hold its counts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the user said. What a field holds for each sort is told in ``What``."""

    what: What
    at: datetime
    number: int = 0
    """Given by the store: the user names an entry by it."""
    about: str = ""
    """The application or lead that it is about, by id; "" for none."""
    person: Address | None = None
    company: str = ""
    on: date | None = None
    """The day on which it happened, where the user told of one."""
    until: date | None = None
    text: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    undone: datetime | None = None


class LeadState(StrEnum):
    """How far a lead has come. In this order; ``LED`` and ``DROPPED`` end it."""

    NEW = "new"
    """A name was given, and nobody has written to it."""
    OFFERED = "offered"
    """The giver offered to introduce the user: the move is theirs, or a text is wanted."""
    INTRODUCED = "introduced"
    """The user wrote to the person, or the giver put the two together."""
    ANSWERED = "answered"
    LED = "led"
    """It led to something, as the mail shows (a talk, an application) or as the user told."""
    DROPPED = "dropped"
    """The user let it go."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A person or place that somebody pointed the user to, with its source, and its course.

    ``giver`` is who gave it; ``message`` the key of the letter that did, "" when it was told
    by mouth.  ``may_use_name`` is None while nobody has said whether the giver may be named.
    Days are those of the user's zone.
    """

    id: str
    name: str
    given: date
    email: str = ""
    company: str = ""
    giver: Address | None = None
    message: str = ""
    about: str = ""
    """The application in whose course it was given, by id."""
    may_use_name: bool | None = None
    state: LeadState = LeadState.NEW
    introduced: date | None = None
    answered: date | None = None
    became: str = ""
    """The application that it led to, by id."""
    outcome: str = ""
    """What it led to, in words."""
    led: date | None = None
    """The day on which it led to that."""
    asked: date | None = None
    """The day on which the giver was asked whether they may be named."""
    wrote: date | None = None
    """The day on which the user wrote to the person first."""
    since: date | None = None
    """The day of the newest word about it, of the giver's or the user's."""
    known_as: tuple[str, ...] = ()
    """Further ids of it, from before more was heard."""
