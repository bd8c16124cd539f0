"""The playbook: the advice as data, read from TOML.

Holds every number and phrase that decides when to write, which template answers what, and
what is never said.  ``load`` tells every problem of a file at once, each with its key.
What the templates say, and whether they exist, is not known here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from mailsense.domain import Kind, Ladder, PlanKind, Reason, Relation, Stage
from mailsense.errors import TemplateError
from mailsense.reply import advice, questions
from mailsense.reply.questions import Question

FORMAT = 1
"""1: the first."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One rule of ``choose``: an empty condition holds always."""

    plan: PlanKind
    template: str
    kinds: frozenset[Kind] = frozenset()
    reasons: frozenset[Reason] = frozenset()
    stages: frozenset[Stage] = frozenset()
    relations: frozenset[Relation] = frozenset()
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most words of a letter."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Caps:
    """Persistent, not a pest: see the comments in ``playbook.toml``."""

    chases_per_company: int
    company_days: int
    days_after_no: int
    unanswered: int
    rest_days: int
    days_after_touch: int
    offer_after_no: int


@dataclass(frozen=True, slots=True)
class Playbook:
    """All of it. ``windows`` are days, ``rest`` hours, ladders working days."""

    windows: Mapping[PlanKind, int]
    rest: Mapping[Stage, int]
    hours: tuple[time, time]
    promise_grace: int
    leads_wait: int
    """Working days that an introduction waits for the giver's leave to be named."""
    revisit: Mapping[Reason, int]
    caps: Caps
    ladders: Mapping[str, Ladder]
    choices: tuple[Choice, ...]
    questions: tuple[Question, ...]
    lengths: Mapping[str, Bounds]
    length_of: Mapping[str, str]
    banned: tuple[str, ...]
    banned_after_no: tuple[str, ...]
    padding: tuple[str, ...] = ()
    variants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Templates that a human chooses between, by the name of the set."""
    in_short: Mapping[str, str] = field(default_factory=dict)
    """What a letter of a template says, in a few words."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """Why a rule is there, by its key (``rest.offer``, ``choose[1]``), where it is said."""

    def template(
        self,
        plan: PlanKind,
        *,
        kind: Kind | None = None,
        reason: Reason | None = None,
        stage: Stage | None = None,
        relation: Relation | None = None,
        known: Collection[str] = (),
    ) -> str:
        """Return the template of the first rule that holds, "" when none does."""
        for choice in self.choices:
            if (
                choice.plan is plan
                and (not choice.kinds or kind in choice.kinds)
                and (not choice.reasons or reason in choice.reasons)
                and (not choice.stages or stage in choice.stages)
                and (not choice.relations or relation in choice.relations)
                and choice.needs <= set(known)
            ):
                return choice.template
        return ""

    def variants_of(self, *templates: str) -> tuple[str, ...]:
        """Return the set of variants that holds the first of these templates that is in one."""
        sets = self.variants.values()
        return next((one for template in templates for one in sets if template in one), ())

    def bounds(self, template: str, body: str) -> Bounds:
        """Return how long a letter of this template may be, given what it asks."""
        kind = self.length_of.get(template, "letter")
        if kind == "thanks" and "?" in body:
            kind = "question"
        return self.lengths.get(kind) or self.lengths["letter"]

    def banned_in(self, template: str) -> tuple[str, ...]:
        """Return the phrases that a letter of this template must not hold."""
        after_no = template.startswith(("rejection", "redirect"))
        return (*self.banned, *self.banned_after_no) if after_no else self.banned


def load(path: Path, override: Path | None = None) -> Playbook:
    """Given the shipped file and perhaps the user's, return the playbook.

    The user's tables are laid over the shipped ones key by key; lists are replaced, but for
    the questions: the user's come first, and ours follow.
    Raise TemplateError with every problem of both files, each with its key.
    """
    problems: list[str] = []
    added: Any = []
    data = _read(path, problems)
    if override is not None and override.is_file():
        own = _read(override, problems)
        problems += _strange(own, data, override.name)
        joined = questions.joined(own.get("questions"), data.get("questions"))
        data = {**_over(data, own), "questions": joined}
        path, added = override, own.get("questions", [])
    reader = _Reader(data, path.name, problems, len(added) if isinstance(added, list) else 0)
    playbook = reader.playbook() if data else None
    if problems or playbook is None:
        raise TemplateError(problems)
    return playbook


def _read(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: cannot be read ({type(error).__name__}): check the file")
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: not valid TOML: {error}")
    return {}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        merged[key] = (
            _over(under, value) if isinstance(under, dict) and isinstance(value, dict) else value
        )
    return merged


_CHOICE = frozenset({"plan", "template", "kind", "reason", "stage", "relation", "needs", "advice"})
_OPEN = frozenset({"length_of", "ladders", "variants", "in_short"})
"""Tables in which a user may add keys of their own."""


def _strange(own: Mapping[str, Any], known: Mapping[str, Any], name: str) -> list[str]:
    """Tell keys that nothing reads: mostly typing errors."""
    problems = [f"{name}: {key}: unknown key: remove it or check its spelling"
                for key in own if key not in known]  # fmt: skip
    for key, table in own.items():
        under = known.get(key)
        if isinstance(table, dict) and isinstance(under, dict) and key not in _OPEN:
            problems += [
                f"{name}: {key}.{inner}: unknown key: remove it or check its spelling"
                for inner in table
                if inner not in under and not (key == "windows" and inner in set(PlanKind))
            ]
    return problems


class _Reader:
    """Turns the merged tables into values, noting each problem with its key."""

    def __init__(
        self, data: Mapping[str, Any], name: str, problems: list[str], own: int = 0
    ) -> None:
        self._data, self._name, self._problems = data, name, problems
        self._own = own
        """So many of the questions are the user's."""

    def problem(self, key: str, text: str) -> None:
        self._problems.append(f"{self._name}: {key}: {text}")

    def playbook(self) -> Playbook:
        """Read everything, however much of it is wrong."""
        if self._data.get("format") != FORMAT:
            self.problem("format", f"must be {FORMAT}, the one this version reads")
        banned = self.table("banned")
        told, wrong = advice.read(self._data)
        for key, text in wrong:
            self.problem(key, text)
        return Playbook(
            windows={k: self.whole(f"windows.{k}") for k in self.members("windows", PlanKind)},
            rest={k: self.whole(f"rest.{k}") for k in self.members("rest", Stage, all_=True)},
            hours=(self.clock("hours.start"), self.clock("hours.end")),
            promise_grace=self.whole("promise.grace"),
            leads_wait=self.whole("leads.wait"),
            revisit={k: self.whole(f"revisit.{k}") for k in self.members("revisit", Reason)},
            caps=Caps(*(self.whole(f"caps.{key}") for key in Caps.__slots__)),
            ladders={case: self.ladder(case) for case in self.table("ladders")},
            choices=tuple(self.choice(n, row) for n, row in self.rows("choose")),
            questions=tuple(
                questions.read(key, row, self.problem, own=number <= self._own)
                for number, (key, row) in enumerate(self.rows("questions"), 1)
                if not questions.unused(row)
            ),
            lengths={k: self.bounds(f"lengths.{k}") for k in self.lengths()},
            length_of={k: self.length_name(k) for k in self.table("length_of")},
            banned=self.texts("banned.always", banned.get("always", [])),
            banned_after_no=self.texts("banned.after_no", banned.get("after_no", [])),
            padding=self.texts("banned.padding", banned.get("padding", [])),
            variants={k: self.texts(f"variants.{k}", v) for k, v in self.table("variants").items()},
            in_short={k: self.text(f"in_short.{k}", v) for k, v in self.table("in_short").items()},
            advice=told,
        )

    def table(self, key: str) -> Mapping[str, Any]:
        value = self._data.get(key)
        if isinstance(value, dict):
            return value
        self.problem(key, "must be a table")
        return {}

    def rows(self, key: str) -> list[tuple[str, Mapping[str, Any]]]:
        value = self._data.get(key)
        if isinstance(value, list) and all(isinstance(row, dict) for row in value):
            return [(f"{key}[{n}]", row) for n, row in enumerate(value, 1)]
        self.problem(key, f"must be a list of tables ([[{key}]])")
        return []

    def members(self, key: str, kind: Any, *, all_: bool = False) -> list[Any]:
        table = self.table(key)
        for name in table:
            if name not in set(kind):
                self.problem(f"{key}.{name}", f"is none of {', '.join(kind)}")
        if all_:
            for name in kind:
                if name not in table:
                    self.problem(f"{key}.{name}", "is missing")
        return [member for member in kind if member in table]

    def get(self, key: str) -> Any:
        table, _, name = key.rpartition(".")
        value: Any = self._data
        for part in (*table.split("."), name):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def whole(self, key: str) -> int:
        value = self.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 3650:
            return value
        self.problem(key, f"must be a whole number from 0 to 3650, not {value!r}")
        return 0

    def clock(self, key: str) -> time:
        value = self.get(key)
        try:
            return time.fromisoformat(value)
        except (TypeError, ValueError):
            self.problem(key, f'must be a time such as "09:00", not {value!r}')
            return time(9)

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(v, str) and v.strip() for v in value):
            return tuple(value)
        self.problem(key, "must be a list of texts")
        return ()

    def text(self, key: str, value: Any) -> str:
        if isinstance(value, str) and value.strip() and "\n" not in value:
            return value.strip()
        self.problem(key, "must be a text of one line")
        return ""

    def ladder(self, case: str) -> Ladder:
        key = f"ladders.{case}"
        row = self.get(key)
        floors = row.get("floors", []) if isinstance(row, dict) else None
        if not isinstance(floors, list) or not all(type(f) is int and f > 0 for f in floors):
            self.problem(f"{key}.floors", "must be a list of working days, each above 0")
            floors = []
        maybe = {
            name: self.whole(f"{key}.{name}") if self.get(f"{key}.{name}") is not None else None
            for name in ("closing", "quiet")
        }
        most = self.whole(f"{key}.most")
        if most > len(floors):
            self.problem(f"{key}.most", f"is {most}, but floors names {len(floors)} waits")
        for name in row if isinstance(row, dict) else ():
            if name not in ("tag_after", "floors", "closing", "quiet", "most", "advice"):
                self.problem(f"{key}.{name}", "unknown key: remove it or check its spelling")
        tag_after = self.whole(f"{key}.tag_after")
        return Ladder(case, tag_after, tuple(floors), maybe["closing"], maybe["quiet"], most)

    def choice(self, key: str, row: Mapping[str, Any]) -> Choice:
        for name in row:
            if name not in _CHOICE:
                self.problem(f"{key}.{name}", "unknown key: remove it or check its spelling")
        plan = row.get("plan")
        if plan not in set(PlanKind):
            self.problem(f"{key}.plan", f"is none of {', '.join(PlanKind)}")
            plan = PlanKind.NONE
        template = row.get("template")
        if not isinstance(template, str) or not template:
            self.problem(f"{key}.template", "must name a template")
        return Choice(
            PlanKind(plan),
            str(template),
            kinds=self.some(f"{key}.kind", row.get("kind", []), Kind),
            reasons=self.some(f"{key}.reason", row.get("reason", []), Reason),
            stages=self.some(f"{key}.stage", row.get("stage", []), Stage),
            relations=self.some(f"{key}.relation", row.get("relation", []), Relation),
            needs=frozenset(self.texts(f"{key}.needs", row.get("needs", []))),
        )

    def some(self, key: str, value: Any, kind: Any) -> frozenset[Any]:
        if not isinstance(value, list) or any(v not in set(kind) for v in value):
            self.problem(key, f"must be a list of some of {', '.join(kind)}")
            return frozenset()
        return frozenset(kind(v) for v in value)

    def lengths(self) -> list[str]:
        table = self.table("lengths")
        for name in ("thanks", "question", "chase", "letter"):
            if name not in table:
                self.problem(f"lengths.{name}", "is missing")
        return list(table)

    def bounds(self, key: str) -> Bounds:
        value = self.get(key)
        if (
            isinstance(value, list)
            and len(value) == 2
            and all(type(v) is int for v in value)
            and 0 < value[0] <= value[1]
        ):
            return Bounds(*value)
        self.problem(key, "must be two numbers of words, least and most")
        return Bounds(1, 1000)

    def length_name(self, template: str) -> str:
        value = self.get(f"length_of.{template}")
        if value in self._data.get("lengths", {}):
            return str(value)
        self.problem(f"length_of.{template}", "must name one of the lengths")
        return "letter"
