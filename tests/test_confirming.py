"""A letter that only confirms a talk is not answered; one that asks for anything is."""

from __future__ import annotations

import pytest

from mailsense.track.confirming import EXAMPLES, confirmations
from tests.support.stories import mail, story

ANNA = "Anna Lee <anna@acme.example>"
TALK = "Interview for Data Analyst at Acme"
INVITED = mail(0, ANNA, TALK, "Would Thursday at ten suit you?", kind="interview")
AGREED = mail(1, "me", TALK, "Thursday at ten suits me.", to=ANNA)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_words(name: str) -> None:
    pattern, matching, others = EXAMPLES[name]
    assert [text for text in matching if not pattern.search(text)] == []
    assert [text for text in others if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Lovely, that is booked. I will send the link on Wednesday.", True),
        ("Great, see you on Thursday. Please ask for me at the front desk.", True),
        ("Great. Could you bring your certificates?", False),
        ("Perfect. Please send me your telephone number.", False),
        ("I am afraid that I have to postpone it. Looking forward to meeting you.", False),
        ("Our director would like to meet you, too.", False),
    ],
)
def test_what_asks_for_nothing_confirms(text: str, only: bool) -> None:
    told = story("booked", [INVITED, AGREED, mail(2, ANNA, TALK, text, kind="interview")])
    assert bool(confirmations(told.items)) is only
    application = told.one()
    assert application.state == ("waiting" if only else "open")
    assert bool(application.confirmed) is only


def test_nothing_is_confirmed_before_the_user_answered() -> None:
    again = mail(2, ANNA, TALK, "See you on Thursday.", kind="interview")
    assert confirmations(story("unanswered", [INVITED, again]).items) == frozenset()


@pytest.mark.parametrize(("mine", "only"), [("Could we do Friday instead?", True), ("Yes.", False)])
def test_a_move_is_only_confirmed_when_the_user_asked_for_it(mine: str, only: bool) -> None:
    own = mail(1, "me", TALK, mine, to=ANNA)
    moved = mail(2, ANNA, TALK, "I have moved our call to Friday. See you then.", kind="interview")
    assert bool(confirmations(story("moved", [INVITED, own, moved]).items)) is only


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Sorry that you had to wait. We will have a decision for you by Friday 13 March.", True),
        ("You will hear from us by the end of next week.", True),
        ("We would like to see you again on Friday 13 March at 10:00.", False),
        ("We will let you know by Friday. Could you send us your references?", False),
        ("The director would like to meet you.", False),
    ],
)
def test_a_letter_that_tells_only_by_when_they_decide_asks_for_nothing(
    text: str, only: bool
) -> None:
    thanks = mail(5, "me", TALK, "Thank you for the walk round the yard.", to=ANNA)
    receipt = mail(6, ANNA, TALK, "Good to meet you too.", kind="acknowledgement")
    late = mail(8, ANNA, TALK, text, kind="interview")
    told = story("late", [INVITED, AGREED, thanks, receipt, late])
    assert (late.key in confirmations(told.items)) is only
