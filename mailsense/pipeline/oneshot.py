"""One message from anywhere, without a mailbox: draft the answer.

The same functions as the pipeline's, on an application of one message, so that what a
mail client pipes in gets the answer that a sync would have given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailsense.config import Account, Settings
from mailsense.domain import Draft, Located, Message, Plan, PlanKind, Verdict
from mailsense.pipeline.decide import Writing
from mailsense.pipeline.writing import write
from mailsense.ports import Item
from mailsense.reply.plan import plan as plan_for
from mailsense.track.application import track


def drafted(
    message: Message, verdict: Verdict, writing: Writing
) -> tuple[Plan | None, Draft | None]:
    """Given one message and its verdict, return the plan and the draft that follow.

    The message is taken as fresh, whatever its date: whoever asks for a draft now wants
    one.  Raise TemplateError when a template is broken.
    """
    settings = writing.settings
    if message.date is not None:
        writing = replace(writing, now=message.date)
    if not settings.accounts:
        settings = _addressed(settings, message)
        writing = replace(writing, settings=settings)
    item = Item(Located(message, settings.accounts[0].name, "", 0, False), verdict)
    applications = track([item], me=settings.addresses, known={})
    for application in applications:
        plans = plan_for(
            application,
            [item],
            (),
            writing.playbook,
            me=settings.addresses,
            ask=settings.drafts.ask,
            now=writing.now,
            zone=writing.zone,
        )
        for plan in sorted(plans, key=lambda p: p.kind is PlanKind.NONE):
            if plan.kind is PlanKind.NONE or plan.addressee is None:
                return plan, None
            return plan, write(plan, item, writing)
    return None, None


def _addressed(settings: Settings, message: Message) -> Settings:
    """Without a configuration the user is whoever the message was written to."""
    me = message.to[0] if message.to else None
    account = Account(name="main", email=me.email if me else "you@example.org")
    named = replace(settings.me, name=settings.me.name or (me.name if me else ""))
    return replace(settings, accounts=(account,), me=named)


def answer(plan: Plan | None, draft: Draft | None) -> Mapping[str, Any]:
    """Return the object of the design's ``draft`` contract (without ``path``)."""
    follow_ups = (PlanKind.STATUS_CHECK, PlanKind.CLOSE_LOOP, PlanKind.REVISIT)
    action = "none" if draft is None else "follow-up" if draft.plan in follow_ups else "reply"
    return {
        "action": action,
        "to": [str(a) for a in draft.to] if draft else [],
        "cc": [str(a) for a in draft.cc] if draft else [],
        "subject": draft.subject if draft else None,
        "body": draft.body if draft else None,
        "template": draft.template if draft else None,
        "plan": plan.kind.value if plan else PlanKind.NONE.value,
        "why": plan.why if plan else "nothing in it asks for an answer",
        "warnings": list(draft.warnings) if draft else [],
    }
