"""A letter that proposes a time where a talk was spoken of is a request, whatever its words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mailsense.domain import Address, Kind, Located, Message, Source, Verdict
from mailsense.pipeline.judge import _as_invited
from mailsense.ports import Item
from mailsense.track.proposing import EXAMPLES, proposes

SENT = date(2026, 3, 2)
ANNA = Address("Anna Lee", "anna@acme.example")
ROBIN = Address("Robin Day", "robin@home.example")
PROPOSED = (
    "Could we try for Tuesday 10 March at 13:30, or Wednesday at 10:00? Let me know.",
    "Can we move you from the 5th to Friday 13 March at 10:00? Same place.",
    "New try: can you make it on Tuesday 10 March at 11:00 Berlin time?",
    "Our van broke down. How about Monday, same time?",
    "Would Thursday 2pm work instead?",
    "Is Friday any good for you?",
    "It is now on Friday 13 March at 9:30. Please confirm.",
    "We propose Wednesday 11 March at 10:00. Kindly confirm your availability.",
    "Slight change of plan, is 3pm ok instead of 2?",
    "Sorry, double booked. Which days next week are you free?",
    "When would suit you instead?",
    "The manager is back on Monday 9 March. Does 14:00 then suit you?",
    "We could do Tuesday morning or Wednesday afternoon. Which do you prefer?",
    "Please let me know if Tuesday at ten is possible for you.",
    "May we suggest the 12th of March at 15:00 o'clock? Please give me a short feedback.",
    "Kindly let us know if you are available tomorrow at 11 am for the second round.",
    "Would you be ok to push this to Thursday?",
    "Can we do a week later, same time?",
    "Could you come in on Saturday at 8 for a trial shift instead?",
    "Chef is off sick, can you do thurs 4pm?",
    "Are you free Thursday? The boss would rather meet you in the shop.",
)
NOT_PROPOSED = (
    "I have to cancel tomorrow's talk. Please don't come. I'll be in touch with a new date.",
    "Thank you for confirming, you are down for 10:30 on the 28th. Parking is at the back.",
    "Lovely, see you on Thursday at 10. Let me know if you need directions.",
    "Could you send me your certificates by Friday?",
    "Please bring your passport on Thursday.",
    "I will come back to you next week with a new date.",
    "We will let you know by the end of next week.",
    "Thank you for your visit on Monday. Did you get home well?",
    "I am on holiday until 12 March.",
    "Great to meet you yesterday! How was the journey?",
    "We have two more people to see on Monday and Tuesday.",
    "Please confirm receipt of this email.",
    "Our office moved to Park Street on Monday.",
    "Could you tell me your salary expectations?",
    "The panel meets on Thursday. What was your notice period again?",
    "Thanks, got it. Will pass it on tomorrow.",
    "You will hear from us on Friday.",
    "I was free on Friday but heard nothing, all well?",
    "Happy Friday! Thanks for the note.",
    "My colleague will ring you on Tuesday at 10.",
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_words(name: str) -> None:
    pattern, matching, others = EXAMPLES[name]
    assert [text for text in matching if not pattern.search(text)] == []
    assert [text for text in others if pattern.search(text)] == []


@pytest.mark.parametrize("text", PROPOSED)
def test_a_time_is_proposed(text: str) -> None:
    assert proposes(text, SENT)


@pytest.mark.parametrize("text", NOT_PROPOSED)
def test_nothing_is_proposed(text: str) -> None:
    assert not proposes(text, SENT)


class _Store:
    """Knows the mail about the search, and nothing else."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items

    def job_items(self) -> list[Item]:
        return self._items


def _item(day: int, kind: Kind, text: str, thread: str, source: Source = Source.MODEL) -> Item:
    at = datetime(2026, 3, 2, 10, tzinfo=UTC) + timedelta(days=day)
    message = Message(f"m{day}", f"m{day}", "Talk", ANNA, (ROBIN,), date=at, text=text)
    located = Located(message, "main", "INBOX", day, outgoing=False, thread=thread)
    return Item(located, Verdict(kind, source, 0.9))


ASKS = "Could we try for Tuesday 10 March at 13:30?"


@pytest.mark.parametrize(
    ("was", "text", "source", "kind"),
    [
        (Kind.OTHER, ASKS, Source.MODEL, Kind.INTERVIEW),
        (Kind.ACKNOWLEDGEMENT, ASKS, Source.MODEL, Kind.INTERVIEW),
        (Kind.UNSURE, ASKS, Source.MODEL, Kind.INTERVIEW),
        (Kind.REJECTION, f"I must cancel. {ASKS}", Source.MODEL, Kind.INTERVIEW),
        (Kind.REJECTION, f"We chose somebody else. {ASKS}", Source.MODEL, Kind.REJECTION),
        (Kind.OTHER, ASKS, Source.USER, Kind.OTHER),
        (Kind.OTHER, "I must cancel tomorrow. More soon.", Source.MODEL, Kind.OTHER),
    ],
)
def test_after_an_invitation_it_is_a_request(
    was: Kind, text: str, source: Source, kind: Kind
) -> None:
    invited = _item(0, Kind.INTERVIEW, "Would Thursday suit you?", "t1")
    (verdict,) = _as_invited(_Store([invited]), [_item(3, was, text, "t1", source)])  # type: ignore[arg-type]
    assert verdict.kind is kind


def test_without_an_invitation_it_stays_what_it_is() -> None:
    (verdict,) = _as_invited(_Store([]), [_item(3, Kind.OTHER, ASKS, "t1")])  # type: ignore[arg-type]
    assert verdict.kind is Kind.OTHER
