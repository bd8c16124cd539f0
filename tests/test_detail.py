"""The one true detail: the user's own words, as one sentence of the letter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailsense.config import Me
from mailsense.domain import Draft, DraftState, Plan, PlanKind
from mailsense.errors import UserError
from mailsense.reply.detail import facts_of, rewritten, wanted
from mailsense.reply.lint import lint
from tests.support.items import ANNA, PLAYBOOK, TEMPLATES, draft

FACTS = {
    "to_name": "Anna", "company": "Northwind", "role": "Planner", "talked_on": "Thursday",
    "relation": "hiring-manager", "variant": 0, "talk_over": datetime(2026, 3, 5, tzinfo=UTC),
}  # fmt: skip
THANKS = draft(
    plan=PlanKind.THANK_INTERVIEWER, episode="talk", template="thank-interviewer",
    body="Hello Anna,\n\nThank you for talking with me.\n\nBest wishes,\nSam Rivers\n",
    subject="Re: Interview",
)  # fmt: skip
PLAN = Plan(PlanKind.THANK_INTERVIEWER, "a1", "talk", "thank-interviewer", "", facts=FACTS)


def written(text: str, letter: Draft = THANKS) -> Draft:
    return rewritten(letter, PLAN, text, templates=TEMPLATES, me=Me(name="Sam Rivers"))


@pytest.mark.parametrize(
    ("said", "sentence", "thing"),
    [
        ("we spoke about the night shift rota", "", "the night shift rota"),
        ("detail: We also talked about Your old press.", "", "your old press"),
        ("we discussed how cooks are trained", "", "how cooks are trained"),
        ("we spoke about SAP and Excel", "", "SAP and Excel"),
        ("the night shift rota", "", "the night shift rota"),
        ("How you train your cooks.", "", "how you train your cooks"),
        ("about the move to Leith", "", "the move to Leith"),
        ("the way you handled the flood", "", "the way you handled the flood"),
        ("you showed me the cheese cellar", "You showed me the cheese cellar.", ""),
        ("the team showed me the cellar", "The team showed me the cellar.", ""),
        ("  i liked\n the cellar!! ", "I liked the cellar.", ""),
        ("“it was good, and i’m keen”", "It was good, and I’m keen.", ""),
        ("Sven and i like blue cheese", "Sven and I like blue cheese.", ""),
    ],
)  # fmt: skip
def test_the_words_are_a_sentence_or_name_a_thing(said: str, sentence: str, thing: str) -> None:
    assert facts_of(said) == {"detail": sentence, "detail_about": thing}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", "one true thing that you talked about is needed"),
        ("detail: ...", "one true thing that you talked about is needed"),
        ("we laughed, did we not?", "a thank-you asks nothing"),
        ("word " * 21, "the detail has 21 words: 20 at most"),
    ],
)
def test_words_that_do_not_fit_are_told(said: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        facts_of(said)
    assert facts_of("word " * 20)


def test_the_letter_is_written_anew_around_them_and_stays_the_same_letter() -> None:
    after = written("we spoke about the night shift rota")
    assert "what we said about the night shift rota." in after.body
    assert "Thank you for taking the time to talk with me on Thursday" in after.body
    assert (after.id, after.message_id, after.subject) == (
        "d1",
        "x@rivers.example",
        "Re: Interview",
    )
    assert after.digest != THANKS.digest
    again = written("you showed me the cellar", after)
    assert "You showed me the cellar." in again.body
    assert "rota" not in again.body


def test_control_characters_and_template_marks_are_only_text() -> None:
    after = written("you showed me {{ me.name }}\u202e\x1b[2J the cellar")
    assert "\u202e" not in after.body
    assert "\x1b" not in after.body
    assert "Sam Rivers" not in after.body.split("\n\n")[1]


def test_a_letter_that_has_no_place_for_a_detail_is_told() -> None:
    with pytest.raises(UserError, match="only a thank-you"):
        written("the cellar", draft())
    with pytest.raises(UserError, match="written it yourself"):
        written("the cellar", draft(plan=PlanKind.THANK_INTERVIEWER, edited=True))


def test_a_thank_you_warns_until_it_has_a_detail_or_the_users_own_words() -> None:
    def warned(letter: Draft) -> list[str]:
        found = lint(letter, facts=FACTS, playbook=PLAYBOOK)
        return [f.level for f in found if f.rule == "detail"]

    assert warned(THANKS) == ["warning"]
    assert warned(written("the cellar")) == []
    assert warned(draft(plan=PlanKind.THANK_INTERVIEWER, edited=True)) == []
    assert warned(draft()) == []
    assert wanted(THANKS)
    assert THANKS.state is DraftState.WAITING
    assert THANKS.to == (ANNA,)
