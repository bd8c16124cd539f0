"""Invented facts to try templates with: everything known, and nothing known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FULL: Mapping[str, Any] = {
    "me": {
        "name": "Sam Rivers",
        "phone": "+44 20 7946 0000",
        "field": "logistics planning",
        "links": ("https://example.org/sam",),
        "availability": "weekdays after 2 pm",
    },
    "to_name": "Anna",
    "company": "Northwind Logistics",
    "role": "Senior Supply Planner",
    "stage": "interview",
    "reason": "not-selected",
    "relation": "recruiter",
    "thanks_for": "taking the time to speak with me",
    "personal": True,
    "talked": True,
    "runner_up": True,
    "keep_on_file": True,
    "also_no": False,
    "also_task": False,
    "feedback_given": False,
    "deadline": "Friday 5 December",
    "interview_times": ("Tuesday 9 December at 14:00",),
    "referred_name": "Maria Lopez",
    "forwarded": False,
    "may_use_name": False,
    "keep_out": False,
    "introduced": False,
    "offered": False,
    "led": True,
    "led_to": "an interview",
    "led_said": "",
    "giver": "Anna Smith",
    "ask_advice": True,
    "ask_referral": True,
    "question": "Which other companies in this line of work do you think I should look at?",
    "question_light": "If another company in this line of work comes to mind, a name would help.",
    "wrote_on": "3 November",
    "second": False,
    "talked_on": "Thursday",
    "arranged": "",
    "detail": "I liked hearing how the night shifts are shared.",
    "detail_about": "",
    "article_url": "https://example.org/articles/sharing-night-shifts",
    "article_says": "how night shifts can be shared",
    "article_form": "thing",
    "news_said": "your new depot has opened",
    "news_form": "clause",
    "offer_of": "a plan for the first 90 days in the new depot",
    "met_on": "5 November",
    "week_done": (
        "Applications sent: 2 (Senior Supply Planner at Northwind Logistics, Cook at Kestrel).",
        "Talks held: 1 (Northwind Logistics).",
    ),
    "week_next": ("Answer the invitation of Northwind Logistics.", "Call Maria Lopez."),
    "reply_subject": "Re: Your application",
    "variant": 0,
}
"""Everything known, at lengths that occur."""

BARE: Mapping[str, Any] = {
    "me": {"name": "Sam Rivers", "phone": "", "field": "", "links": (), "availability": ""},
    "reply_subject": "Re: Your application",
    "thanks_for": "letting me know",
    "ask_advice": False,
    "ask_referral": False,
    "variant": 0,
}
"""Only what is always known: who writes, and that they wrote."""

_THANKS = {
    "request": "inviting me to talk",
    "interview": "inviting me to talk",
    "task": "telling me what is needed",
    "outreach": "getting in touch",
    "offer": "the offer",
    "feedback": "being so open with me",
    "redirect": "writing back",
    "landed": "pointing me to Maria Lopez",
}

_GIVEN = {
    "touch-article": ("article_url",),
    "touch-news": ("news_said", "news_form"),
    "touch-offer": ("offer_of",),
}
"""What the user gives whenever a letter is asked for."""


def samples(template: str) -> Mapping[str, Mapping[str, Any]]:
    """Given a template's name, return what to try it with: everything known, nothing known."""
    thanks = _THANKS.get(template.partition("-")[0])
    own = {"thanks_for": thanks} if thanks else {}
    chase = template.startswith(("status-check", "closing", "revisit", "withdraw", "touch"))
    given = {key: FULL[key] for key in _GIVEN.get(template, ())}
    bare = {**BARE, **own, **({"thanks_for": ""} if chase else {}), **given}
    return {"full": {**FULL, **own}, "bare": bare}
