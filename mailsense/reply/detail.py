"""The one true detail of a talk: the user's own words, fitted for one sentence of the letter.

Decides whether the words are a sentence already or the name of a thing that was talked about,
and sets the first letter and the full stop.  Adds nothing: what was said is the user's to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from mailsense.config import Me
from mailsense.domain import Draft, Plan, PlanKind
from mailsense.errors import UserError
from mailsense.reply import words
from mailsense.reply.draft import anew
from mailsense.reply.templates import Templates

MOST_WORDS = 20
EXAMPLE = "detail: we spoke about the night shift rota"

SPOKE = re.compile(
    r"(?:we|i|you)(?: (?:also|both|even|really|then))? (?:(?:spoke|talked|chatted)"
    r"(?: (?:a lot|at length|with you|to you|together))? (?:about|of|on)|discussed)\s+(?=\w)",
    re.IGNORECASE,
)
"""A sentence that only says that something was talked about: the thing itself follows."""
CLAUSE = re.compile(
    r"(?:about\s+)?(?:how|what|why|where|when|which|whether|the way)\b", re.IGNORECASE
)
"""Words that begin with this name a thing, whatever verbs follow."""
NOUN = re.compile(r"(?:about\s+)?(?:the|an?|your|our|my|this|these|those)\b", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:am|is|are|was|were|has|had|have|did|does|told|said|gave|made|went|came|took|got|let|spoke"
    r"|showed|will|would|could|can|[a-z]{3,}ed)\b",
    re.IGNORECASE,
)
"""A sign that words which begin like the name of a thing are a sentence after all."""


def facts_of(text: str) -> Mapping[str, str]:
    """Given the user's words, return the facts ``detail`` and ``detail_about``, one of them empty.

    Raise UserError when there are none, too many, or a question among them.
    """
    said = " ".join(text.split()).strip(" \"'“”‘’")
    said = re.sub(r"^detail\s*:\s*", "", said, flags=re.IGNORECASE).rstrip(" .,;:!")
    if not words.count(said):
        raise UserError(f"one true thing that you talked about is needed, such as `{EXAMPLE}`")
    if "?" in said:
        raise UserError("a thank-you asks nothing: leave the question out of the detail")
    if (total := words.count(said)) > MOST_WORDS:
        raise UserError(
            f"the detail has {total} words: {MOST_WORDS} at most make one good sentence"
        )
    said = re.sub(r"\bi\b(?=['’ ]|$)", "I", said)
    thing = SPOKE.match(said)
    if thing or CLAUSE.match(said) or (NOUN.match(said) and not VERB.search(said)):
        named = (
            said[thing.end() :] if thing else re.sub(r"^about\s+", "", said, flags=re.IGNORECASE)
        )
        begins = NOUN.match(named) or CLAUSE.match(named)
        return {"detail": "", "detail_about": named[0].lower() + named[1:] if begins else named}
    return {"detail": f"{said[0].upper()}{said[1:]}.", "detail_about": ""}


def wanted(draft: Draft) -> bool:
    """True when a letter still lacks the true detail that makes it the user's own."""
    return draft.plan is PlanKind.THANK_INTERVIEWER and not draft.detail and not draft.edited


Rewrite = Callable[[Draft, Plan, str], Draft]
"""Given a draft, its plan and the user's words, return the draft with them in it."""


def rewritten(draft: Draft, plan: Plan, text: str, *, templates: Templates, me: Me) -> Draft:
    """Given a draft and the plan it was written from, return it written anew with the detail.

    All but its text stays.  Raise UserError where a detail has no place, TemplateError.
    """
    if draft.plan is not PlanKind.THANK_INTERVIEWER:
        raise UserError(f"{draft.id}: only a thank-you after a talk takes a detail")
    if draft.edited:
        raise UserError(f"{draft.id}: you have written it yourself: add the detail by editing it")
    facts = {**plan.facts, **facts_of(text)}
    written = anew(draft, facts, template=draft.template, templates=templates, me=me)
    return replace(written, detail=str(facts["detail"] or facts["detail_about"]))
