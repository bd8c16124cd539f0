"""Facts in many combinations, for trying every template with all that may and may not be known."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from mailsense.reply.samples import BARE, FULL

ROLES = (
    {"role": "", "company": ""},
    {"role": "Senior Supply Planner", "company": "Northwind Logistics"},
    {
        "role": "Head of Regional Operations and Planning",
        "company": "University Hospital of North Wexley",
    },
)
ASKS = (
    {"ask_advice": False, "ask_referral": False},
    {"ask_advice": True, "ask_referral": False},
    {"ask_advice": False, "ask_referral": True},
    {"ask_advice": True, "ask_referral": True},
)
QUESTIONS = {"question": FULL["question"], "question_light": FULL["question_light"]}
FLAGS: dict[str, tuple[Any, ...]] = {
    "runner_up": (False, True),
    "feedback_given": (False, True),
    "keep_on_file": (False, True),
    "personal": (True, False),
    "talked": (False, True),
    "also_no": (False, True),
    "also_task": (False, True),
    "may_use_name": (False, True),
    "forwarded": (False, True),
    "deadline": ("", "Wednesday 17 September"),
    "interview_times": (
        (),
        ("Tuesday 9 December at 14:00",),
        ("Tuesday 9 December at 14:00", "Thursday at 3pm"),
    ),
    "referred_name": ("", "Maria Lopez"),
    "giver": ("", "Anna Smith"),
    "wrote_on": ("", "3 November"),
    "reason": ("", "on-hold", "not-yet"),
    "talked_on": ("", "Wednesday"),
    "arranged": ("", "the interview"),
    "detail": ("", "We laughed about the broken scales."),
    "detail_about": ("", "the night shift rota"),
    "relation": ("", "networking"),
}
NEVER: dict[str, tuple[str, ...]] = {
    "rejection-filled": ("ask_advice",),
    "rejection-on-hold": ("ask_advice", "ask_referral"),
    "rejection-applied": ("ask_advice", "ask_referral"),
}
"""What the planner never asks for with these templates."""


def combinations(name: str, source: str) -> Iterator[dict[str, Any]]:
    """Yield the facts a template depends on, in every combination of known and not known."""
    varied = {flag: values for flag, values in FLAGS.items() if flag in source}
    asks = ASKS if "ask_" in source else ASKS[:1]
    people = (("", ""), ("+44 20 7946 0000", "Anna"))
    for role, ask, (phone, to_name), variant in product(ROLES, asks, people, range(3)):
        if any(ask[f] for f in NEVER.get(name, ())):
            continue
        thanks = ("letting me know", "taking the time to speak with me")
        for flags in product(*varied.values()):
            yield {
                **BARE,
                **role,
                **ask,
                **QUESTIONS,
                **dict(zip(varied, flags, strict=True)),
                "me": {**(FULL if phone else BARE)["me"], "phone": phone},
                "to_name": to_name,
                "variant": variant,
                "thanks_for": thanks[bool(phone)],
            }
