"""The user's own phrasings: named paragraphs of the templates in the user's own words.

A template says ``phrase("advice-way-out", a, b, c)`` where a paragraph has a name.  The file
``phrasings.toml`` in the user's folder of templates gives a name words of the user's own, a text
or a list of texts, and those come before ours.  People of one firm are told apart by their turn:
each takes the next phrasing, and ours follow when the user's are used up.  A phrasing may use
the facts of a letter; one that names a fact that this letter lacks is passed over.  Whether
the words are good ones is not decided here (``checks``).
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailsense.domain import Address, Application, Draft, Plan, PlanKind
from mailsense.errors import TemplateError
from mailsense.freemail import is_freemail

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

    from mailsense.reply.templates import Templates

FILE = "phrasings.toml"
_LONGEST = 600
"""Characters of one phrasing: more is a letter, and that is a template."""
_MOST = 50
"""Phrasings of one name."""

Sayings = Mapping[str, tuple[str, ...]]
"""The user's own words by the name of the paragraph."""


class Fitting(str):
    """A piece that fits whether or not its fact is known: empty, it leaves no gap."""

    __slots__ = ()


class _Unknown(Exception):  # a signal, never shown
    """A phrasing names a fact that this letter lacks."""


def load(file: Path) -> dict[str, tuple[str, ...]]:
    """Given the user's file, return the phrasings by name, each in one line.

    Raise TemplateError with every problem, each with its key.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        told = f"cannot be read ({type(error).__name__}): check the file"
        raise TemplateError(f"{file.name}: {told}") from None
    except tomllib.TOMLDecodeError as error:
        raise TemplateError(f"{file.name}: not valid TOML: {error}") from None
    found: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for name, value in data.items():
        texts = value if isinstance(value, list) else [value]
        if not texts or not all(isinstance(t, str) and t.strip() for t in texts):
            problems.append(f"{file.name}: {name}: must be a text or a list of texts")
        elif len(texts) > _MOST:
            problems.append(f"{file.name}: {name}: {_MOST} phrasings at most")
        elif any(len(text) > _LONGEST for text in texts):
            problems.append(f"{file.name}: {name}: {_LONGEST} characters at most: say it shorter")
        else:
            found[name] = tuple(" ".join(text.split()) for text in texts)
    if problems:
        raise TemplateError(problems)
    return found


class Own:
    """The user's own phrasings, ready to be written with the facts of a letter."""

    def __init__(self, sayings: Sayings, environment: SandboxedEnvironment) -> None:
        """Given the phrasings and the sandbox of the templates, write them in the same sandbox."""
        self.sayings = sayings
        self._environment = environment
        self._sandbox: Any = None

    @property
    def text(self) -> str:
        """All that the user wrote, for those who ask what the user said."""
        return "\n".join(text for texts in self.sayings.values() for text in texts)

    def phrase(self, seen: Mapping[str, Any]) -> Callable[..., str]:
        """Given all that a template sees, return what its ``phrase`` does.

        The user's phrasings first, as the letter's turn says, then ours; with none of the
        user's, ours by the letter's variant.
        """

        def phrase(name: str, *ours: str) -> str:
            mine = self._written(name, seen) if name in self.sayings else []
            if not mine:
                return ours[int(seen["variant"]) % len(ours)]
            start, turn = seen["turn"] or (int(seen["variant"]), 0)
            place = turn % (len(mine) + len(ours))
            if place < len(mine):
                return mine[(start + place) % len(mine)]
            return ours[(start + place - len(mine)) % len(ours)]

        return phrase

    def write(self, name: str, number: int, seen: Mapping[str, Any]) -> str:
        """Return the phrasing of that number (from 1), "" when it names a fact that is lacking.

        Raise TemplateError, one line with file and key, when it is broken.
        """
        from jinja2 import TemplateError as JinjaError

        told: str | None
        source = self.sayings[name][number - 1]
        facts = {key: value for key, value in seen.items() if key != "phrase"}
        try:
            text: str = self._strict().from_string(source).render(facts)
        except _Unknown:
            return ""
        except JinjaError as error:
            told = error.message
        except (TypeError, ValueError, ArithmeticError, RecursionError, AttributeError) as error:
            told = str(error)
        except TemplateError as error:  # it would take in a file
            told = error.problems[0]
        else:
            return " ".join(text.split())
        raise TemplateError(f"{FILE}: {name}[{number}]: {told}")

    def _written(self, name: str, seen: Mapping[str, Any]) -> list[str]:
        """Return those of a name that this letter has the facts for."""
        numbers = range(1, len(self.sayings[name]) + 1)
        return [text for number in numbers if (text := self.write(name, number, seen))]

    def _strict(self) -> Any:
        if self._sandbox is None:
            self._sandbox = self._environment.overlay(finalize=_known)
        return self._sandbox


def _known(value: object) -> object:
    """Let a value into a phrasing, unless it stands for a fact that is not known."""
    if value in ("", (), None) and not isinstance(value, Fitting):
        raise _Unknown
    return value


# --- whose turn it is ---------------------------------------------------------------------


def turns(
    plans: Sequence[Plan], applications: Sequence[Application], drafts: Sequence[Draft]
) -> list[Plan]:
    """Given all plans, applications and drafts by creation, return the plans with their turn.

    The fact ``turn`` is where to begin among the phrasings, which differs from firm to firm,
    and how many people of the firm had a letter before this person.  It stays for a person
    once a letter was drafted to them.
    """
    about = {one.id: one.company for one in applications}
    written = [(d.plan, d.about, person) for d in drafts for person in d.to[:1]]
    coming = [(p.kind, p.about, p.addressee) for p in plans if p.addressee is not None]
    people: dict[str, dict[str, int]] = {}
    for kind, id, person in (*written, *coming):
        known = people.setdefault(_firm(kind, id, person, about), {})
        known.setdefault(person.key, len(known))
    given = []
    for plan in plans:
        if plan.addressee is not None and plan.kind is not PlanKind.NONE:
            firm = _firm(plan.kind, plan.about, plan.addressee, about)
            turn = (zlib.crc32(firm.encode()), people[firm][plan.addressee.key])
            plan = replace(plan, facts={**plan.facts, "turn": turn})
        given.append(plan)
    return given


def _with_turn(plan: Plan, turn: tuple[int, int]) -> Plan:
    from dataclasses import replace

    return replace(plan, facts={**plan.facts, "turn": turn})


def _firm(kind: PlanKind, about: str, person: Address, companies: Mapping[str, str]) -> str:
    """Return what stands for the firm of an addressee: its name, else its mail domain.

    Who is introduced need not work where the application went.
    """
    name = companies.get(about, "") if kind is not PlanKind.INTRODUCE else ""
    firm = "".join(c for c in name.casefold() if c.isalnum())
    domain = "" if is_freemail(person.domain) else person.domain
    return firm or domain or about


# --- what there is ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph that has a name: the templates that say it, our words and the user's."""

    name: str
    used: tuple[str, ...]
    ours: tuple[str, ...]
    own: tuple[str, ...] = ()


def paragraphs(templates: Templates) -> tuple[Paragraph, ...]:
    """Return all named paragraphs by name.

    Raise TemplateError when the user's file is broken; a template that cannot be read or
    parsed has none (``checks`` tells it).
    """
    from jinja2 import TemplateSyntaxError, nodes

    used: dict[str, list[str]] = {}
    ours: dict[str, list[str]] = {}
    for template in templates.names():
        try:
            calls = _calls(templates, template)
        except (TemplateSyntaxError, TemplateError):
            continue
        for call in calls:
            first = call.args[0] if call.args else None
            if isinstance(first, nodes.Const) and isinstance(first.value, str):
                used.setdefault(first.value, []).append(template)
                ours.setdefault(first.value, []).extend(_shown(n) for n in call.args[1:])
    sayings = templates.own.sayings
    return tuple(
        Paragraph(
            name,
            tuple(dict.fromkeys(used[name])),
            tuple(dict.fromkeys(ours[name])),
            sayings.get(name, ()),
        )
        for name in sorted(used)
    )


def _calls(templates: Templates, template: str) -> list[nodes.Call]:
    """Return the calls of ``phrase`` in a template, and in the macros that it calls."""
    from jinja2 import nodes

    tree = templates.tree(template)
    found = _phrases(tree)
    for import_ in tree.find_all(nodes.Import):
        if not isinstance(import_.template, nodes.Const):
            continue
        part = templates.tree(str(import_.template.value).removesuffix(".j2"))
        macros = {macro.name: macro for macro in part.find_all(nodes.Macro)}
        for call in tree.find_all(nodes.Call):
            callee = call.node
            if isinstance(callee, nodes.Getattr) and callee.attr in macros:
                found += _phrases(macros[callee.attr])
    return found


def _phrases(tree: nodes.Node) -> list[nodes.Call]:
    from jinja2 import nodes

    return [
        call
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "phrase"
    ]


def _shown(node: nodes.Node) -> str:
    """Return one of our phrasings as it could stand in the user's file."""
    from jinja2 import nodes

    if isinstance(node, nodes.Const):
        return str(node.value)
    if isinstance(node, nodes.Concat):
        return "".join(map(_shown, node.nodes))
    told = _source(node)
    return f"{{{{ {told} }}}}" if told else "…"


def _source(node: nodes.Node | None) -> str:
    """Return an expression as it is written: a fact, a text, or one of two; "" for any other."""
    from jinja2 import nodes

    if isinstance(node, nodes.CondExpr):
        parts = [_source(part) for part in (node.expr1, node.test, node.expr2)]
        return f"{parts[0]} if {parts[1]} else {parts[2]}" if all(parts) else ""
    if isinstance(node, nodes.Const):
        return f"'{node.value}'"
    return node.name if isinstance(node, nodes.Name) else ""
