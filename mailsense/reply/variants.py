"""The variants of a letter: yes, another time, no with thanks; a human chooses between them.

Which templates are variants of each other is said in ``playbook.toml`` (``[variants]``), and
what each says in a few words (``[in_short]``).  Decides how a variant is named and which of
them a draft may become, and writes the draft anew.  Refuses to know which one is right: that
is the user's to say, and what they chose stays chosen (``kept``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailsense.config import Me
from mailsense.domain import Draft, Plan
from mailsense.errors import UserError
from mailsense.reply.detail import facts_of
from mailsense.reply.draft import anew
from mailsense.reply.playbook import Playbook
from mailsense.reply.templates import Templates


@dataclass(frozen=True, slots=True)
class Variant:
    """One letter that a draft may become. ``number`` counts from one, in the playbook's order."""

    number: int
    template: str
    name: str
    """The part of the template's name that the others have not: "not-now"."""
    says: str
    """What it says in a few words; "" where the playbook does not tell."""
    current: bool
    """True of the one that the draft is written from."""


def variants(draft: Draft, plan: Plan | None, playbook: Playbook) -> tuple[Variant, ...]:
    """Given a draft and what it is planned from now, return its variants.

    They are those of the letter that is planned, so that a decline of an invitation knows the
    way back to the acceptance; empty where the playbook has none.
    """
    names = playbook.variants_of(*((plan.template,) if plan else ()), draft.template)
    return tuple(
        Variant(number, name, short, playbook.in_short.get(name, ""), name == draft.template)
        for number, (name, short) in enumerate(zip(names, _short(names), strict=True), 1)
    )


def _short(names: tuple[str, ...]) -> list[str]:
    """Return the names without their first word, where that leaves each a name of its own."""
    short = [name.partition("-")[2] or name for name in names]
    return short if len(set(short)) == len(names) else list(names)


def named(found: tuple[Variant, ...], text: str, draft: Draft) -> Variant:
    """Return the variant of that number, name or template.

    Raise UserError when there is none, or the draft is written so already.
    """
    said = text.strip().casefold()
    one = next((v for v in found if said in (str(v.number), v.name, v.template)), None)
    if not found:
        raise UserError(f"{draft.id}: there is one way only to write this letter: edit it instead")
    if one is None:
        known = ", ".join(v.name for v in found)
        raise UserError(f"{draft.id}: has no variant {text.strip()!r}: take one of {known}")
    if one.current and not draft.edited:
        raise UserError(f"{draft.id}: is written so already ({one.name})")
    return one


def rewritten(draft: Draft, plan: Plan, template: str, *, templates: Templates, me: Me) -> Draft:
    """Given a draft and the plan it was written from, return it as that template writes it.

    What the user wrote into it is gone, but for a true detail, which goes along.  Raise
    TemplateError.
    """
    facts = {**plan.facts, **(facts_of(draft.detail) if draft.detail else {})}
    written = anew(draft, facts, template=template, templates=templates, me=me)
    return replace(written, edited=False, chosen=True)


def kept(plan: Plan, draft: Draft, playbook: Playbook) -> Plan:
    """Return a plan with the template that the user chose for its draft.

    A choice that is no variant of what is planned by now (the user said that their letter is
    something else) holds no longer.
    """
    stands = draft.chosen and draft.template in playbook.variants_of(plan.template)
    return replace(plan, template=draft.template) if stands else plan
