"""Writing: a plan and the message it answers become a draft that waits, looked over by the lint.

Gathers what the letter is made of (who writes, the thread it goes into, what is quoted) and
hands it to the template.  Decides nothing about whether or when to write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from mailsense.config import Settings
from mailsense.domain import Address, Draft, Message, Plan, PlanKind
from mailsense.mail import compose
from mailsense.pipeline.decide import Writing
from mailsense.ports import Item
from mailsense.reply import draft as drafting
from mailsense.reply import lint as linting
from mailsense.reply.invented import own_words


def write(
    plan: Plan,
    item: Item | None,
    writing: Writing,
    companies: Collection[str] = (),
    history: Sequence[Item] = (),
) -> Draft:
    """Given a plan with an addressee and the message it answers, return the linted draft.

    ``companies`` are all that are known, ``history`` the other mail of the same process.
    """
    original, settings = item.message if item else None, writing.settings
    if settings.account(plan.account) is None:  # no mail tells: it was told by hand
        plan = replace(plan, account=settings.accounts[0].name)
    sender = sender_of(plan, item, settings)
    identity = hashlib.sha256(f"{plan.about}\0{plan.kind}\0{plan.episode}".encode()).hexdigest()
    draft = drafting.draft(
        plan,
        original,
        templates=writing.templates,
        sender=sender,
        me=writing.settings.me,
        id=f"d{identity[:10]}",
        message_id=compose.new_message_id(sender.domain, writing.token()),
        reply_subject=compose.reply_subject(original.subject) if original else "",
        in_reply_to=original.message_id if original else "",
        references=compose.reply_references(original) if original else (),
        quoted="" if plan.kind is PlanKind.STAY_IN_TOUCH else _quoted(original, writing.zone),
        now=writing.now,
    )
    own = own_words(writing.settings.me, writing.templates, plan.template)
    findings = linting.lint(
        draft,
        facts=plan.facts,
        playbook=writing.playbook,
        companies=companies,
        around=linting.Surroundings(item, tuple(history), own),
    )
    return replace(draft, warnings=tuple(f"{f.level}: {f.text}" for f in findings))


def _quoted(original: Message | None, zone: ZoneInfo) -> str:
    return compose.quote(original, zone=zone) if original is not None and original.text else ""


def sender_of(plan: Plan, item: Item | None, settings: Settings) -> Address:
    """Return the address to write from: the one that was written to, else the account's own."""
    account = settings.account(plan.account) or settings.accounts[0]
    if item is not None:
        mine = (item.message.from_,) if item.located.outgoing else item.message.to
        for address in (*mine, *item.message.cc):
            if address.key in account.addresses:
                return Address(settings.me.name, address.email)
    return Address(settings.me.name, account.email)
