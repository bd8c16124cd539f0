"""Why each rule of the playbook is there: one sentence of advice beside the number.

Reads them off ``playbook.toml``: as the key ``advice`` of a rule that is a table of its own
(a ladder, a row of ``choose``, a question), else as the table ``[advice.NAME]`` that follows
``[NAME]``.  Decides nothing: no rule depends on its advice, and a user's rule needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

OWN = ("ladders", "choose", "questions")
"""Whose rules are tables, and carry their advice themselves."""

_Problem = tuple[str, str]


def read(data: Mapping[str, Any]) -> tuple[Mapping[str, str], list[_Problem]]:
    """Given a whole playbook as read, return the advice by the key of its rule, and problems.

    Keys are those that problems name: ``rest.offer``, ``ladders.task``, ``choose[1]``.
    """
    found: dict[str, str] = {}
    problems: list[_Problem] = []
    for key, text in (*_beside(data), *_apart(data, problems)):
        if isinstance(text, str) and text.strip() and "\n" not in text:
            found[key] = text.strip()
        else:
            problems.append((key, "advice must be a text of one line"))
    return found, problems


def _beside(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the advice that stands in the rules themselves."""
    for name in OWN:
        rules = data.get(name)
        named = (
            [(f"{name}.{key}", row) for key, row in rules.items()]
            if isinstance(rules, dict)
            else [(f"{name}[{n}]", row) for n, row in enumerate(rules, 1)]
            if isinstance(rules, list)
            else []
        )
        yield from (
            (key, row["advice"]) for key, row in named if isinstance(row, dict) and "advice" in row
        )


def _apart(data: Mapping[str, Any], problems: list[_Problem]) -> Iterator[tuple[str, Any]]:
    """Yield the advice that stands in ``[advice.NAME]``, a line for a line of ``[NAME]``."""
    tables = data.get("advice", {})
    if not isinstance(tables, dict):
        problems.append(("advice", "must be a table"))
        return
    for name, lines in tables.items():
        rules = data.get(name)
        if name in OWN or not isinstance(rules, dict):
            problems.append((f"advice.{name}", f"there is no table [{name}] that it could be for"))
        elif not isinstance(lines, dict):
            problems.append((f"advice.{name}", f"must be a table, a line for a line of [{name}]"))
        else:
            for key, text in lines.items():
                if key in rules:
                    yield f"{name}.{key}", text
                else:
                    problems.append((f"advice.{name}.{key}", f"[{name}] has no such line"))
