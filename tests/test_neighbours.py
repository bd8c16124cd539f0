"""Hard neighbours: letters that look like another kind, read by the shipped model.

Each pair of worlds shares its words.  What must never happen is worse than what need not succeed:
an invitation, a task or an offer is never tagged a rejection, ordinary mail never a request or a
rejection.  None of these letters is in the corpus.
"""

from __future__ import annotations

import pytest

from mailsense.adapters.modelfile import load_base
from mailsense.classify.classifier import ModelClassifier
from mailsense.domain import Address, Kind, Message, Tag, Verdict

RIGHT = {
    "a receipt that says what happens if not": (
        Kind.ACKNOWLEDGEMENT, "Your application: Pharmacy Dispenser",
        "Dear Imogen,\n\nThank you for applying. Your form reached us this morning and the panel "
        "will read it next week. If you are not selected for interview we will not be able to "
        "write to everyone, so please assume that you were unsuccessful if you have heard nothing "
        "by the 30th.\n\nHuman Resources",
    ),
    "a no without a negative word": (
        Kind.REJECTION, "Groundskeeper",
        "Hi Tom,\n\nLovely to meet you last week. The committee has given the job to Ray, who "
        "did the relief work in spring. All the best with your search.\n\nPat",
    ),
    "parking that cannot be offered": (
        Kind.INTERVIEW, "Tuesday",
        "Dear Mr Osei,\n\nWe look forward to your interview on Tuesday at 10.30. Unfortunately we "
        "are unable to offer you parking on site; the multi-storey in Mill Lane is two minutes' "
        "walk. Ask for me at the desk.\n\nHilary Benn, Office Manager",
    ),
    "an interview that moves": (
        Kind.INTERVIEW, "Your interview on Thursday",
        "Hi Noor,\n\nUnfortunately we must move your interview: our head of department is ill. "
        "Would Friday at two, or Monday morning, suit you?\n\nKind regards,\nBea",
    ),
    "thanks for interviewing, and a no": (
        Kind.REJECTION, "Thank you",
        "Dear Leo,\n\nThank you for interviewing with us last Wednesday; the team enjoyed the talk "
        "about cold stores. After a long discussion we have chosen another candidate for the "
        "position.\n\nWith best wishes,\nMaren Vogt",
    ),
    "thanks for interviewing, and nothing yet": (
        Kind.ACKNOWLEDGEMENT, "Thank you",
        "Dear Leo,\n\nThank you for interviewing with us last Wednesday. We still have two people "
        "to see and expect to decide by the end of the month. We will be in touch with you then."
        "\n\nMaren Vogt",
    ),
    "a rejected invoice": (
        Kind.OTHER, "Invoice 4471 rejected",
        "Hello,\n\nYour invoice 4471 was rejected by our accounts system because the purchase "
        "order number is missing. Please send a corrected copy.\n\nAccounts Payable",
    ),
    "a rejected pull request": (
        Kind.OTHER, "Re: [parser] Faster tokens (#812)",
        "Closing this one. Thanks for the work, but we decided not to go forward with it: the "
        "benchmark shows no gain and the code is harder to read. Feel free to open another.",
    ),
    "a journalist's interview": (
        Kind.OTHER, "Piece on the harbour",
        "Hello,\n\nI am writing a piece on the harbour for the Evening Post and would like to "
        "interview you about your years on the pilot boats. Could you spare half an hour on "
        "Wednesday? I would bring a photographer.\n\nJess Wray",
    ),
    "a survey about the process": (
        Kind.OTHER, "How did we do?",
        "You recently took part in our recruitment process. Please tell us about your experience "
        "as a candidate in this two-minute survey. Your answers are anonymous and have no bearing "
        "on any application.",
    ),
    "a job alert that sounds like an approach": (
        Kind.ALERT, "Baker jobs near Leeds: 9 new",
        "We found 9 new jobs for you!\n\nBaker, Harvest & Rye, Leeds\nNight Baker, Kirkgate "
        "Loaves\nPastry Chef, The Old Dairy\n\nApply now with one click. You receive this alert "
        "because you saved the search \"baker\". Unsubscribe",
    ),
    "an offer after a hard decision": (
        Kind.OFFER, "Site engineer",
        "Dear Farah,\n\nIt was a hard decision between two very good people, and we are delighted "
        "that we can offer you the post of site engineer at £41,000, starting on 2 June. The "
        "contract follows by post.\n\nDonal Keane",
    ),
    "a task whose file would not open": (
        Kind.TASK, "Your portfolio",
        "Hi Wren,\n\nUnfortunately we were not able to open the file you sent. Please could you "
        "send your portfolio again as a PDF by Friday, so that the panel can see it?\n\nIsla",
    ),
    "a loan that was declined": (
        Kind.OTHER, "Your application for a loan",
        "Dear Mr Price,\n\nThank you for your application. After careful consideration we regret "
        "that we are unable to offer you a personal loan at this time. You can ask us for the "
        "credit reference agency that we used.\n\nYour bank",
    ),
    "a flat that went to others": (
        Kind.OTHER, "14 Orchard Road",
        "Hi, thanks for coming to view the flat. The landlord has decided to go with another "
        "couple, sorry. We will let you know when something similar comes up.\n\nLettings team",
    ),
    "a paper that was not accepted": (
        Kind.OTHER, "Decision on manuscript 2209",
        "Dear Dr Haas,\n\nI regret to inform you that your manuscript has not been accepted for "
        "publication. The reviewers' comments are below.\n\nThe editors",
    ),
}  # fmt: skip

CURT = {
    "thank you for the final round interview on Monday. We went with somebody else.":
        Tag.REJECTION,
    "Thanks for coming in, Jo. We went for someone who could start tomorrow.": Tag.REJECTION,
    "Sorry, have to cancel Thursday. Can you do the interview Friday at 9 instead?": Tag.REQUEST,
    "How did the interview go??": Tag.NONE,
    "We regret that the 14.10 to Crewe has been cancelled.": Tag.NONE,
}  # fmt: skip


def _judge(subject: str, text: str) -> Verdict:
    message = Message("k", "k", subject, Address("", ""), text=text)
    (verdict,) = ModelClassifier(load_base).classify([message])
    return verdict


@pytest.mark.parametrize(("kind", "subject", "text"), RIGHT.values(), ids=RIGHT)
def test_a_hard_neighbour_is_told_from_what_it_looks_like(
    kind: Kind, subject: str, text: str
) -> None:
    assert _judge(subject, text).kind is kind


@pytest.mark.parametrize(("text", "tag"), CURT.items())
def test_a_single_line_is_enough(text: str, tag: Tag) -> None:
    verdict = _judge("", text)
    assert verdict.kind is not Kind.UNSURE
    assert verdict.tag is tag
