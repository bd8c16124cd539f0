"""A goodbye after the user's own last word opens nothing; what truly asks anew does."""

from __future__ import annotations

from datetime import date

import pytest

from mailsense.track.partings import EXAMPLES, asks_anew
from tests.support.stories import mail, story

ANNA = "Anna Lee <anna@acme.example>"
JOB = "Data Analyst at Acme"
OFFER = mail(0, ANNA, JOB, "We are delighted to offer you the post of Data Analyst.", kind="offer")
INVITED = mail(0, ANNA, JOB, "Would Thursday at ten suit you for an interview?", kind="interview")
NO = mail(0, ANNA, JOB, "We chose somebody else.", kind="rejection", reason="not-selected")
LEFT = {
    "declined": (OFFER, "Thank you for the offer. I have decided to decline it."),
    "withdrawn": (INVITED, "Thank you. I would like to withdraw my application."),
    "rejection": (NO, "Thank you for letting me know. I enjoyed meeting the team."),
}
ANEW = (
    "I appreciate your honesty. Would you reconsider if we could match the other salary?",
    "We are sorry to hear it. We can go up to 46,000 if that makes a difference.",
    "Thanks for telling us. There is a second role in the same team, part-time; "
    "would that interest you?",
    "I understand. Are you still available? The person we chose has dropped out.",
    "The board met again and we would love to have you after all.",
    "Please send back the laptop bag and sign the attached form.",
    "Could we have a quick call tomorrow before you decide?",
    "Thank you, but please hear me out: what if you worked from home three days?",
    "We have changed our minds and would like to invite you for Thursday at 10:00.",
    "Good news! The budget came through, and the post is yours if you want it.",
    "Would Tuesday at 3pm suit you for a chat about another position?",
    "A new vacancy has just come up in our Leeds office. Interested?",
    "Kindly revert with your decision on the revised offer.",
    "We'd be happy to improve the package.",
    "You may have heard that our first choice fell through. Might you be free to "
    "come in next week?",
    "May I ring you this afternoon?",
    "We are now in a position to offer you the night shift instead.",
    "How about starting in May instead?",
    "Let us know by Friday whether you would accept 31k.",
    "We would like you to meet our director.",
)
GOODBYES = (
    "A pity that we shall not work together, but thank you for telling us. Do visit us one day.",
    "Fair enough, thanks for saying so early. If we ever open a second shop I'll ring you.",
    "Thanks for your kind note, all the best.",
    "What a shame! We would have loved to have you. Good luck in the new job.",
    "Thank you for letting me know. I have closed your application. Best of luck.",
    "I understand completely. Should you ever look again, please get in touch.",
    "Pity, but I see why. Stay in touch!",
    "No hard feelings at all. The door is always open.",
    "Thanks for being so gracious, it made my day. Wishing you every success.",
    "That is very kind of you. It was a pleasure to interview you and I hope you "
    "find something soon.",
    "Understood, and noted. We will withdraw the offer on our side. Kind regards",
    "Many thanks for the information. We regret your decision and wish you for your "
    "further way all the best.",
    "Well noted with thanks. Wish you all the best for your future endeavours.",
    "Ok no worries. If anything changes give me a call.",
    "I'm gutted but I get it. Congratulations on the other job!",
    "Thank you for taking the time to tell us. Please do keep an eye on our careers page.",
    "Thanks for the lovely message. You interviewed really well and I'd be happy to "
    "see you apply again one day.",
    "Sorry to hear that. May I ask why you decided against us?",
    "Cheers Robin, appreciate you letting me know. Will update the client. Speak soon.",
    "All understood; I will inform the panel. Please accept our best wishes.",
    "Thanks Robin. It was a hard decision for us, too. Keep well.",
    "Your feedback on our process was useful, thank you. Good luck out there!",
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_words(name: str) -> None:
    pattern, matching, others = EXAMPLES[name]
    assert [text for text in matching if not pattern.search(text)] == []
    assert [text for text in others if pattern.search(text)] == []


@pytest.mark.parametrize("text", ANEW)
def test_what_asks_or_offers_is_no_goodbye(text: str) -> None:
    assert asks_anew(text, date(2026, 3, 3))


@pytest.mark.parametrize("text", GOODBYES)
def test_a_goodbye_asks_for_nothing(text: str) -> None:
    assert not asks_anew(text, date(2026, 3, 3))


@pytest.mark.parametrize("outcome", LEFT)
@pytest.mark.parametrize("kind", ["offer", "interview", "acknowledgement", "rejection", "unsure"])
def test_a_goodbye_opens_nothing_whatever_it_is_taken_for(outcome: str, kind: str) -> None:
    first, mine = LEFT[outcome]
    after = mail(5, ANNA, f"Re: {JOB}", "Thanks for your kind note, all the best.", kind=kind)
    told = story("left", [first, mail(1, "me", f"Re: {JOB}", mine, to=ANNA), after]).one()
    assert (told.state, told.outcome) == ("closed", outcome)
    assert told.confirmed == (after.key,)


@pytest.mark.parametrize("outcome", LEFT)
def test_a_new_offer_opens_it_again(outcome: str) -> None:
    first, mine = LEFT[outcome]
    text = "Would you reconsider? We can now offer you four days a week."
    after = mail(5, ANNA, f"Re: {JOB}", text, kind="offer")
    told = story("left", [first, mail(1, "me", f"Re: {JOB}", mine, to=ANNA), after]).one()
    assert (told.state, told.outcome, told.confirmed) == ("open", "none", ())


def test_a_goodbye_before_the_user_wrote_is_read_as_ever() -> None:
    after = mail(5, ANNA, f"Re: {JOB}", "All the best.", kind="offer")
    assert story("not left", [NO, after]).one().state == "open"
