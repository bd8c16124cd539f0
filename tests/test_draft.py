"""From a plan to a draft that waits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailsense.config import Me
from mailsense.domain import Draft, DraftState, Plan, PlanKind
from mailsense.errors import TemplateError
from mailsense.reply.draft import draft
from mailsense.reply.lint import lint
from mailsense.reply.templates import Templates
from tests.support.items import ANNA, ME, PLAYBOOK, TEMPLATES, day, incoming

SAM = Me(name="Sam Rivers", phone="+44 20 7946 0000", field="logistics planning")
PLAN = Plan(
    PlanKind.ANSWER_REJECTION, "a1", "m1", "rejection-interview", "because",
    answers="m1", account="main", addressee=ANNA, not_before=day(11, 4, 10),
    expires=day(11, 16), facts={
        "to_name": "Anna", "role": "Planner", "company": "Northwind", "ask_advice": True,
        "thanks_for": "taking the time to speak with me", "talked": True,
    },
)  # fmt: skip
ORIGINAL = incoming("m1", day(11, 2), None).message


def made(plan: Plan = PLAN, original: Any = ORIGINAL, **more: Any) -> Draft:
    given = {
        "templates": TEMPLATES, "sender": ME, "me": SAM, "id": "d1",
        "message_id": "x@rivers.example", "reply_subject": "Re: Your application",
        "in_reply_to": "m1@northwind.example", "references": ("m0@n.example",),
        "quoted": "On Monday, Anna wrote:\n> no", "now": day(11, 3), **more,
    }  # fmt: skip
    return draft(plan, original, **given)


def test_a_draft_carries_what_plan_and_caller_say() -> None:
    letter = made()
    assert (letter.id, letter.about, letter.episode, letter.plan) == (
        "d1", "a1", "m1", PlanKind.ANSWER_REJECTION,
    )  # fmt: skip
    assert letter.to == (ANNA,)
    assert letter.from_ == ME
    assert letter.subject == "Re: Your application"
    assert letter.in_reply_to == "m1@northwind.example"
    assert letter.references == ("m0@n.example",)
    assert letter.answers == "m1"
    assert letter.quoted.startswith("On Monday")
    assert (letter.why, letter.template) == ("because", "rejection-interview")
    assert (letter.created, letter.expires) == (day(11, 3), day(11, 16))
    assert letter.body.startswith(("Hello Anna,", "Dear Anna,"))
    assert "the Planner role at Northwind" in letter.body
    assert "Sam Rivers\n+44 20 7946 0000\n" in letter.body


def test_a_draft_rests_until_its_time_has_come() -> None:
    assert made().state is DraftState.RESTING
    assert made(now=day(11, 4, 10)).state is DraftState.WAITING
    assert made(replace(PLAN, not_before=None)).state is DraftState.WAITING


def test_new_mail_takes_its_subject_from_the_template() -> None:
    plan = replace(PLAN, kind=PlanKind.INTRODUCE, template="introduction", answers="")
    letter = made(plan, None, reply_subject="Re: leaked", in_reply_to="", references=(), quoted="")
    assert letter.subject == "A short question about logistics planning"


def test_what_nobody_can_be_written_about_is_refused() -> None:
    with pytest.raises(ValueError, match="because"):
        made(replace(PLAN, addressee=None))


def test_a_missing_template_or_subject_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no template is called"):
        made(replace(PLAN, template="nothing"))
    (tmp_path / "rejection-interview.j2").write_text("Hello,\n\nno header\n")
    with pytest.raises(TemplateError, match="first line must be"):
        made(templates=Templates(tmp_path))


def test_every_drafted_letter_passes_the_lint() -> None:
    for name in TEMPLATES.names():
        letter = made(replace(PLAN, template=name))
        assert lint(letter, facts=PLAN.facts, playbook=PLAYBOOK, companies=["Globex"]) == [], name
