"""The letter to a partner: a summary of the week, asked for, one for each week of the calendar.

What the week brought was counted when it was asked for (``report.week``) and kept in the
journal, so the letter says what was true then; what was asked for last counts.  Decides whom
it goes to, until when it is of use, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailsense.domain import Plan, PlanKind
from mailsense.journal import Entry
from mailsense.reply.facts import seed
from mailsense.reply.names import display_name
from mailsense.reply.playbook import Playbook
from mailsense.reply.templates import VARIANTS

ABOUT = "week"
"""What such a letter is about, where others name an application."""


def episode(week: str) -> str:
    """Given "2026-W47", return the episode of its letter: there is one."""
    return f"week:{week}"


def facts_of(
    week: str, done: Sequence[str], steps: Sequence[str], named: Sequence[str]
) -> dict[str, str]:
    """Return what an entry of the journal keeps of a week, all in texts."""
    parts = {"done": done, "next": steps, "named": named}
    return {"week": week, **{key: "\n".join(lines) for key, lines in parts.items()}}


def summaries(
    entries: Sequence[Entry], playbook: Playbook, *, account: str, now: datetime
) -> list[Plan]:
    """Given what was asked for and is in force, return the letter of the week asked for last.

    None when it is of no use any more.  What was asked for before is overtaken by it.
    """
    window = timedelta(days=playbook.windows.get(PlanKind.WEEKLY_SUMMARY, 7))
    last = next((one for one in reversed(entries) if one.person is not None), None)
    if last is None or not last.facts.get("week") or last.at + window < now:
        return []
    return [_letter(last.facts["week"], last, playbook, account, last.at + window)]


def _letter(week: str, entry: Entry, playbook: Playbook, account: str, expires: datetime) -> Plan:
    assert entry.person is not None
    done, steps, named = (_lines(entry, key) for key in ("done", "next", "named"))
    partner = entry.person
    return Plan(
        PlanKind.WEEKLY_SUMMARY,
        ABOUT,
        episode(week),
        playbook.template(PlanKind.WEEKLY_SUMMARY),
        f"you asked for a summary of your week for {partner.name or partner.email}",
        account=account,
        addressee=partner,
        expires=expires,
        facts={
            "to_name": display_name(partner),
            "week_done": done,
            "week_next": tuple(
                step if step.endswith((".", "!", "?")) else f"{step}." for step in steps
            ),
            "named": named,
            "variant": seed(episode(week)) % VARIANTS,
        },
    )


def _lines(entry: Entry, key: str) -> tuple[str, ...]:
    return tuple(filter(None, entry.facts.get(key, "").split("\n")))
