"""Facts in many combinations, for trying every template with all that may and may not be known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from mailsense.domain import PlanKind
from mailsense.reply.samples import BARE, FULL
from tests.support.items import ME, TEMPLATES

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
    "keep_out": (False, True),
    "introduced": (False, True),
    "led_to": ("", "an interview"),
    "led_said": ("", "They took me on for the night shift."),
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
    "week_done": ((), ("Talks held: 1 (Northwind Logistics).", "Letters sent: 2.")),
    "week_next": ((), ("Call Maria Lopez.",)),
    "article_url": ("https://example.org/articles/sharing-night-shifts",),
    "article_says": ("", "how night shifts can be shared", "Rotas of four work best"),
    "article_form": ("thing", "words"),
    "news_said": ("your new depot has opened", "your promotion", "the prize that you were given"),
    "news_form": ("clause", "thing", "words"),
    "offer_of": ("a plan for the first 90 days in the depot", "to write down how it could work"),
    "met_on": ("", "5 November"),
}
_FORMS = {
    "how night shifts can be shared": "thing",
    "Rotas of four work best": "words",
    "your new depot has opened": "clause",
    "your promotion": "thing",
    "the prize that you were given": "words",
}
"""The user's own words, with the form that they have."""
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


# --- letters as the planner may ask for them ---------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to write to, with names that are hard to fit into a sentence."""

    to_name: str
    company: str
    role: str
    field: str
    other: str
    """Somebody else: whom they name, or who named them."""


PEOPLE = (
    Person("Anna", "Northwind Logistics", "Senior Supply Planner", "logistics", "Maria Lopez"),
    Person("", "", "", "", ""),
    Person("Seán", "O’Malley & Sons", "Site Foreman (nights)", "construction", "Siobhán Ó Sé"),
    Person("Dr Müller-Lüdenscheidt", "Kahl GmbH & Co. KG", "Laborleitung (m/w/d)", "R&D", "Uwe"),
    Person("Jean-Luc", "Crème Rey S.A.", "Chef de projet", "", "Anne-Sophie de la Tour"),
    Person("Ng", "Wow!", "VP, Sales", "B2B sales", "J. R. Ng"),
    Person(
        "Professor van der Berg",
        "University Hospital of North Wexley",
        "Head of Regional Operations and Planning",
        "hospital operations",
        "Sir Ian",
    ),
    Person("Łukasz", "7 Hills", "C++ Developer", "C++ and C#", "Zoë"),
    Person("Mary Ann", "Acme Inc.", "", "early-years teaching", ""),
    Person("Ægir", "Next Step", "The Night Manager", "hotels", "Bob from the front desk"),
    Person("Xi", "", "Team Lead - Payments / Remote", "", "Wei"),
    Person("D'Shawn", "éclair", "summer job", "baking", "Ms Okafor"),
)

PLANS = {
    "rejection": PlanKind.ANSWER_REJECTION,
    "redirect": PlanKind.REDIRECT,
    "interview": PlanKind.ANSWER_REQUEST,
    "task": PlanKind.ANSWER_REQUEST,
    "outreach": PlanKind.ANSWER_OUTREACH,
    "offer": PlanKind.ANSWER_OFFER,
    "referral": PlanKind.THANK_REFERRAL,
    "lead": PlanKind.THANK_REFERRAL,
    "introduction": PlanKind.INTRODUCE,
    "feedback": PlanKind.THANK_FEEDBACK,
    "status": PlanKind.STATUS_CHECK,
    "closing": PlanKind.CLOSE_LOOP,
    "revisit": PlanKind.REVISIT,
    "thank": PlanKind.THANK_INTERVIEWER,
    "request": PlanKind.ANSWER_REQUEST,
    "weekly": PlanKind.WEEKLY_SUMMARY,
    "withdraw": PlanKind.WITHDRAW,
    "landed": PlanKind.STAY_IN_TOUCH,
    "touch": PlanKind.STAY_IN_TOUCH,
}
_EACH = 5
"""Letters to one person from one template, spread over what may be known."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it would be drafted."""

    template: str
    to_name: str
    plan: PlanKind
    facts: Mapping[str, Any]
    subject: str
    body: str


def letters(name: str, source: str) -> Iterator[Letter]:
    """Yield letters of a template to each of ``PEOPLE``, with facts that may occur together."""
    plan = PLANS[name.partition("-")[0]]
    parts = TEMPLATES.source("_parts") if "_parts.j2" in source else ""
    told = source + parts
    varied = {f: values for f, values in FLAGS.items() if re.search(rf"\b{f}\b", told)}
    asks = [a for a in ASKS if not any(a[f] for f in NEVER.get(name, ()))]
    asks = asks if "ask_" in source else list(ASKS[:1])
    known = [
        {**ask, **dict(zip(varied, flags, strict=True))}
        for flags in product(*varied.values())
        for ask in asks
    ]
    known = [facts for facts in known if _occurs(name, facts)]
    for number, person in enumerate(PEOPLE):
        for turn in range(_EACH):
            place = (number + turn * len(PEOPLE)) * 7919 % len(known)
            facts = _facts(name, plan, person, known[place], variant=number + turn)
            rendered = TEMPLATES.render(name, facts)
            yield Letter(name, person.to_name, plan, facts, rendered.subject, rendered.body)


def _occurs(name: str, facts: Mapping[str, Any]) -> bool:
    """True when the planner could come upon these facts together."""
    held = {key for key, value in facts.items() if value}
    stage = name.removeprefix("rejection-")
    return not any(
        (
            {"detail", "detail_about"} <= held,
            {"led_to", "led_said"} <= held,
            name == "lead-led-to" and not {"led_to", "led_said"} & held,
            {"keep_out", "may_use_name"} <= held,
            {"introduced", "forwarded"} <= held,
            {"feedback_given", "ask_advice"} <= held,
            stage == "applied" and "talked" in held,
            name == "introduction" and ("giver" in held) != ("may_use_name" in held),
            name == "thank-interviewer" and {"arranged", "relation"} <= held,
            name == "revisit" and not {"wrote_on", "reason"} <= held,
            name.startswith("touch") and {"met_on"} <= held and "talked" not in held,
            name == "touch-article"
            and facts["article_form"] != _FORMS.get(facts["article_says"], "thing"),
            name == "touch-news" and facts["news_form"] != _FORMS[facts["news_said"]],
        )
    )


def _facts(
    name: str, plan: PlanKind, person: Person, known: Mapping[str, Any], *, variant: int
) -> dict[str, Any]:
    """Return the facts of one letter, with thanks as the planner words them."""
    phone = variant % 2
    me = {
        **(FULL if phone else BARE)["me"],
        "field": person.field,
        "name": ME.name,
        "availability": FULL["me"]["availability"] if variant % 3 else "",
    }
    facts = {
        **BARE, **QUESTIONS, **known, "me": me, "variant": variant, "to_name": person.to_name,
        "company": person.company, "role": person.role,
    }  # fmt: skip
    if known.get("referred_name"):
        facts["referred_name"] = person.other
    if name == "introduction":
        facts |= {"company": "", "role": "", "reply_subject": ""}
        facts["giver"] = person.other if known["giver"] else ""
    facts["thanks_for"] = _thanks(name, plan, facts)
    return facts


def _thanks(name: str, plan: PlanKind, facts: Mapping[str, Any]) -> str:
    talked = facts.get("talked", name in ("rejection-interview", "rejection-final"))
    if plan is PlanKind.ANSWER_REJECTION:
        if talked:
            return "taking the time to speak with me"
        if not facts.get("personal", True):
            return "your help along the way"
        return "being so open with me" if facts.get("feedback_given") else "letting me know"
    if name.startswith("touch"):
        met = "taking the time to speak with me" if talked else "writing back to me"
        return "" if facts["variant"] % 3 == 1 else met
    if plan in (PlanKind.STATUS_CHECK, PlanKind.CLOSE_LOOP, PlanKind.REVISIT):
        return "taking the time to speak with me" if talked else ""
    if plan is PlanKind.WITHDRAW:
        return ("", "inviting me to talk", "taking the time to speak with me")[facts["variant"] % 3]
    if name == "landed-thanks":
        return ("offering to talk with me", "pointing me to Jo Ng", "")[facts["variant"] // 3 % 3]
    if name == "request-decline":
        return "inviting me to talk" if facts["variant"] % 2 else "telling me what is needed"
    return {
        "interview": "inviting me to talk",
        "task": "telling me what is needed",
        "outreach": "getting in touch",
        "offer": "the offer",
        "feedback": "being so open with me",
        "redirect": "writing back",
    }.get(name.partition("-")[0], "")
