"""From a plan to a draft: the letter that waits for a human.

Decides only its words (by the template) and whether it rests still.  Ids, threading
headers and the quoted original come from the caller; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mailsense.config import Me
from mailsense.domain import Address, Draft, DraftState, Message, Plan
from mailsense.errors import TemplateError
from mailsense.reply.templates import Templates


def draft(
    plan: Plan,
    original: Message | None,
    *,
    templates: Templates,
    sender: Address,
    me: Me,
    id: str,
    message_id: str,
    reply_subject: str,
    in_reply_to: str,
    references: tuple[str, ...],
    quoted: str,
    now: datetime,
) -> Draft:
    """Given a plan with an addressee and the message it answers, return the draft.

    ``original`` None makes it new mail: the template gives the subject.  The draft rests
    until ``plan.not_before``.  Raise TemplateError when the template is missing or broken,
    ValueError when the plan has no addressee or says to do nothing.
    """
    if plan.addressee is None or not plan.template:
        raise ValueError(f"nothing is to be written: {plan.why}")
    subject = reply_subject if original is not None else ""
    rendered = templates.render(
        plan.template, {**plan.facts, "me": own_facts(me), "reply_subject": subject}
    )
    if not rendered.subject:
        raise TemplateError(f"{plan.template}.j2:1: the first line must be `Subject: …`")
    rests = plan.not_before is not None and plan.not_before > now
    return Draft(
        id=id,
        account=plan.account,
        plan=plan.kind,
        about=plan.about,
        episode=plan.episode,
        template=plan.template,
        message_id=message_id,
        from_=sender,
        to=(plan.addressee,),
        subject=rendered.subject,
        body=rendered.body,
        in_reply_to=in_reply_to,
        references=references,
        quoted=quoted,
        answers=plan.answers,
        state=DraftState.RESTING if rests else DraftState.WAITING,
        not_before=plan.not_before,
        expires=plan.expires,
        created=now,
        why=plan.why,
    )


def anew(
    draft: Draft, facts: Mapping[str, object], *, template: str, templates: Templates, me: Me
) -> Draft:
    """Given a draft and the facts of its letter, return it as a template writes it.

    All but text and template stays.  Raise TemplateError.
    """
    written = templates.render(
        template, {**facts, "me": own_facts(me), "reply_subject": draft.subject}
    )
    return replace(draft, template=template, body=written.body)


def own_facts(me: Me) -> dict[str, object]:
    """Return what a template knows of the user."""
    return {
        "name": me.name,
        "phone": me.phone,
        "field": me.field,
        "links": tuple(me.links),
        "availability": me.availability,
    }
