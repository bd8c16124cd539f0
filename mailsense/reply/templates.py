"""The templates: whole letters in sandboxed Jinja, the shipped ones and the user's over them.

A template is header lines (``Subject:``), an empty line, and the body.  It sees the facts
of ``FACTS`` and the phrases derived from them, nothing else: a sandbox without access to
Python, StrictUndefined for a misspelt name, plain text without escaping.  A fact that is
not known is empty, and the template drops its sentence.  Which template is used is the
playbook's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailsense.domain import Stage
from mailsense.errors import TemplateError
from mailsense.reply import phrasings, words

if TYPE_CHECKING:
    from jinja2 import TemplateError as JinjaError
    from jinja2.nodes import Template as Node
    from jinja2.sandbox import SandboxedEnvironment

    from mailsense.reply.playbook import Playbook

FACTS: Mapping[str, Any] = {
    "me": {"name": "", "phone": "", "field": "", "links": (), "availability": ""},
    "to_name": "",  # as they sign it
    "company": "",
    "role": "",
    "stage": "",
    "reason": "",
    "relation": "",
    "thanks_for": "",  # one concrete thing, known to be true
    "personal": True,  # the addressee wrote what is answered
    "talked": False,  # a talk surely took place
    "runner_up": False,
    "keep_on_file": False,
    "also_no": False,  # beside what is answered, it says no to something
    "also_task": False,  # beside a talk, it asks for documents or a test
    "feedback_given": False,
    "deadline": "",
    "interview_times": (),
    "referred_name": "",
    "forwarded": False,  # they passed the details on themselves
    "may_use_name": False,
    "keep_out": False,  # the giver does not want to be named
    "introduced": False,  # the giver put the two in touch in one letter
    "offered": False,  # the giver offers to make the introduction
    "led": False,  # the letter tells what a lead led to
    "led_to": "",  # what it led to: "an interview"
    "led_said": "",  # the same as the user's own sentence
    "giver": "",  # who referred us, named only when allowed
    "ask_advice": False,
    "ask_referral": False,
    "question": "",
    "question_light": "",
    "wrote_on": "",  # the day of the user's last letter, or of their no
    "second": False,
    "talked_on": "",  # the weekday of a talk that took place in these days
    "arranged": "",  # what they only arranged, and may not have taken part in
    "detail": "",  # one true thing of the talk, as the user's own sentence
    "detail_about": "",  # the same where it is no sentence: "the night shifts"
    "article_url": "",  # an article that the user gives
    "article_says": "",  # what it says, in the user's words
    "article_form": "",  # "thing": what it is about; else words that stand by themselves
    "news_said": "",  # good news of theirs, in the user's words
    "news_form": "",  # "clause", "thing", or "words" that stand by themselves
    "offer_of": "",  # what the user offers, in their own words
    "year_end": False,
    "met_on": "",  # the day of a talk that the addressee was surely in
    "week_done": (),  # what a week brought, a line each
    "week_next": (),  # and the next few steps
    "reply_subject": "",
    "variant": 0,
    "turn": (),  # which of the user's own phrasings it takes: see ``phrasings.turns``
}
"""Every fact a template may use, with what stands for "not known"."""

DERIVED = words.words_of(
    "hello sign_off sign_off_phone the_role about_role for_role at_company field phone pick "
    "phrase titled"
)
"""Phrases made of the facts; ``pick(a, b, c)`` chooses one phrasing, stably.

``phrase(name, a, b, c)`` does so too, but the user's own phrasings of that name come first.
"""

VARIANTS = 3
_LONG = 8
_SUBJECT_WORDS = 6
_ROLE_NOUNS = words.words_of("role position post job vacancy opening")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_HEADER = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]{1,30}):[ \t]*(?P<value>.*)")
_HEADERS = frozenset({"subject"})
_SECOND_STOP = re.compile(r"(?<=[^.][.!?])\.(?!\.)")
"""A stop after a stop. Is: the last of "Acme Inc..", "Wow!.".  Is none: any of "Well...", "a.b"."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter: header fields by lower-case name, and the body ending in one newline."""

    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def subject(self) -> str:
        return self.headers.get("subject", "")


class Templates:
    """The templates of the installation, and the user's own in their place."""

    def __init__(self, shipped: Path, override: Path | None = None) -> None:
        """Given the shipped folder and perhaps the user's, look there and nowhere else.

        Either may be the folder of templates or one that has it as ``replies``.
        """
        self._folders = [_replies(f) for f in (override, shipped) if f is not None]
        self._environment: SandboxedEnvironment | None = None
        self._own_file = override / phrasings.FILE if override is not None else None
        self._own: phrasings.Own | None = None

    def names(self) -> tuple[str, ...]:
        """Return the names of all templates, sorted; parts (with an underscore) are none."""
        found = {p.stem for f in self._folders if f.is_dir() for p in f.glob("*.j2")}
        return tuple(sorted(name for name in found if not name.startswith("_")))

    def path(self, name: str) -> Path:
        """Return the file in force. Raise TemplateError when there is none of that name."""
        if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
            for folder in self._folders:
                if (file := folder / f"{name}.j2").is_file():
                    return file
        raise TemplateError(
            f"no template is called {name!r}: `mailsense templates list` shows those there are"
        )

    def source(self, name: str) -> str:
        """Return a template's text. Raise TemplateError when it is not there or unreadable."""
        path = self.path(name)
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(f"{path.name}: cannot be read: {type(error).__name__}") from None

    def render(self, name: str, facts: Mapping[str, object]) -> Rendered:
        """Given a template's name and the facts known, return the letter.

        Raise TemplateError, one line with template and line, when it does not compile or
        uses what is not a fact.
        """
        from jinja2 import TemplateError as JinjaError

        seen = context(facts)
        seen["phrase"] = self.own.phrase(seen)
        try:
            text = self.sandbox.get_template(name).render(seen)
        except JinjaError as error:
            raise TemplateError(self._told(name, error)) from None
        except (TypeError, ValueError, ArithmeticError, RecursionError, AttributeError) as error:
            line = _line(error, name)
            raise TemplateError(f"{name}.j2:{line}: {error}: check the expression") from None
        headers, body = _split(text)
        return Rendered(headers, tidy(body))

    @property
    def own(self) -> phrasings.Own:
        """The user's own phrasings. Raise TemplateError with every problem of their file."""
        if self._own is None:
            file = self._own_file
            known = phrasings.load(file) if file is not None and file.is_file() else {}
            self._own = phrasings.Own(known, self.sandbox)
        return self._own

    def saying(self, own: Mapping[str, tuple[str, ...]]) -> Templates:
        """Return the same templates with these phrasings as the user's own, to try them."""
        other = Templates(self._folders[-1])
        other._folders, other._environment = self._folders, self.sandbox
        other._own = phrasings.Own(own, self.sandbox)
        return other

    def tree(self, name: str) -> Node:
        """Return a template as parsed. Raise TemplateError, and what jinja2 raises on syntax."""
        return self.sandbox.parse(self.source(name))

    def preview(self, name: str, facts: Mapping[str, object] | None = None) -> str:
        """Return a template as a letter with invented facts, or those given over them."""
        from mailsense.reply.samples import samples

        rendered = self.render(name, {**samples(name)["full"], **(facts or {})})
        head = "".join(f"{key.title()}: {value}\n" for key, value in rendered.headers.items())
        return f"{head}\n{rendered.body}"

    def check(self, playbook: Playbook | None = None) -> list[str]:
        """Return every problem of every template, each with file and line.

        Each is compiled and written with sample facts, all known and none known, in every
        phrasing; with a playbook, also held against its lengths and its banned phrases,
        and every template the playbook names must exist.
        """
        from mailsense.reply.checks import problems

        return problems(self, playbook)

    def undeclared(self, name: str) -> Iterator[tuple[int, str]]:
        """Yield (line, name) for what a template uses and no fact provides."""
        from jinja2 import nodes

        tree = self.tree(name)
        bound = {n.name for n in tree.find_all(nodes.Name) if n.ctx in ("store", "param")}
        bound |= {n.name for n in tree.find_all(nodes.Macro)}
        bound |= {n.target for n in tree.find_all(nodes.Import)}
        for from_ in tree.find_all(nodes.FromImport):
            bound |= {n[1] if isinstance(n, tuple) else n for n in from_.names}
        allowed = {*FACTS, *DERIVED, *bound, "caller", "loop", "range"}
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name not in allowed:
                yield node.lineno, node.name

    @property
    def sandbox(self) -> SandboxedEnvironment:
        """Where templates are parsed and written: without access to Python or to files."""
        if self._environment is None:
            from jinja2 import FunctionLoader, StrictUndefined
            from jinja2.sandbox import ImmutableSandboxedEnvironment

            self._environment = ImmutableSandboxedEnvironment(
                loader=FunctionLoader(lambda name: self.source(name.removesuffix(".j2"))),
                undefined=StrictUndefined,
                autoescape=False,  # plain text: nothing of this is ever HTML
                keep_trailing_newline=True,
            )
        return self._environment

    def _told(self, name: str, error: JinjaError) -> str:
        from jinja2 import TemplateSyntaxError

        if isinstance(error, TemplateSyntaxError):
            return f"{(error.name or name).removesuffix('.j2')}.j2:{error.lineno}: {error.message}"
        return f"{name}.j2:{_line(error, name)}: {error.message}: see the list of facts"


def context(facts: Mapping[str, object]) -> dict[str, Any]:
    """Given the facts known, return all that a template sees, cleaned of control characters."""
    known: dict[str, Any] = {key: _clean(facts.get(key, empty)) for key, empty in FACTS.items()}
    me = {**FACTS["me"], **(known["me"] if isinstance(known["me"], dict) else {})}
    role, company, variant = known["role"], known["company"], int(known["variant"])
    the_role = _the_role(role, company)
    firm = "" if known["stage"] == Stage.NETWORKING else company  # a talk is no role there
    pick = _picker(variant)
    sign_off = "\n".join(
        filter(None, (pick("Best wishes,", "Kind regards,", "With best wishes,"), me["name"]))
    )
    return {
        **known,
        "me": me,
        "hello": _hello(known["to_name"], variant),
        "sign_off": sign_off,
        "sign_off_phone": "\n".join(filter(None, (sign_off, me["phone"]))),
        "the_role": the_role,
        "about_role": phrasings.Fitting(f" about {the_role}" if role or company else ""),
        "for_role": phrasings.Fitting(f" for {the_role}" if role or company else ""),
        "at_company": phrasings.Fitting(f" at {company}" if company else ""),
        "field": me["field"],
        "phone": me["phone"],
        "pick": pick,
        "phrase": lambda name, *ours: pick(*ours),
        "titled": lambda purpose: _titled(role, firm, purpose),
    }


def tidy(body: str) -> str:
    """Return the body without doubled spaces, trailing blanks or doubled empty lines.

    A name that ends in a stop ends the sentence as well: "at Acme Inc." takes no second one.
    """
    lines = [re.sub(r"[ \t]{2,}", " ", line).strip() for line in body.strip().splitlines()]
    lines = [_SECOND_STOP.sub("", line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _replies(folder: Path) -> Path:
    return folder / "replies" if (folder / "replies").is_dir() else folder


def _picker(variant: int) -> Callable[..., str]:
    def pick(*phrasings: str) -> str:
        return phrasings[variant % len(phrasings)]

    return pick


def _clean(value: object) -> Any:
    """Return a fact in one line: what came by mail cannot start a header or hide text."""
    if isinstance(value, str):
        return " ".join(_CONTROL.sub(" ", value).split())
    if isinstance(value, list | tuple):
        return tuple(_clean(v) for v in value)
    if isinstance(value, Mapping):
        return {str(k): _clean(v) for k, v in value.items()}
    return value if isinstance(value, bool | int) else ("" if value is None else str(value))


def _hello(name: str, variant: int) -> str:
    if name.partition(" ")[0] in words.TITLES.values() and " " in name:
        return f"Dear {name},"
    greeting = ("Hello", "Dear", "Hello")[variant % 3] if name else "Hello"
    return f"{greeting} {name},".replace(" ,", ",")


def _the_role(role: str, company: str) -> str:
    """Return "the Planner role at Northwind", as much of it as is known."""
    last = role.rpartition(" ")[2].lower()
    noun = "" if last in _ROLE_NOUNS else " role"
    bare = role[4:] if role.lower().startswith("the ") else role
    named = f"the {bare}{noun}" if role else "the role"
    long = words.count(role) + words.count(company) > _LONG  # both would swallow the letter
    return f"{named} at {company}" if company and not (role and long) else named


def _titled(role: str, company: str, purpose: str) -> str:
    """Return role and purpose as the subject of new mail, in six words at most.

    "Data Analyst role: a short question"; where the role is long, the company stands for it.
    """
    last = role.rpartition(" ")[2].lower()
    about = [role] if last in _ROLE_NOUNS else [f"{role} role", role]
    about = [*(about if role else ()), *([f"Role at {company}", company] if company else ())]
    fitting = (a for a in about if words.count(a) + words.count(purpose) <= _SUBJECT_WORDS)
    subject = next(fitting, "")
    return f"{subject}: {purpose}" if subject else f"{purpose[:1].upper()}{purpose[1:]}"


def _split(text: str) -> tuple[dict[str, str], str]:
    """Split a written template into its header fields and its body."""
    head, gap, body = text.lstrip("\n").partition("\n\n")
    lines = [line for line in head.splitlines() if line.strip()]
    matches = [_HEADER.fullmatch(line.strip()) for line in lines]
    if not gap or not all(m and m["name"].lower() in _HEADERS for m in matches):
        return {}, text
    return {m["name"].lower(): " ".join(m["value"].split()) for m in matches if m}, body


def _line(error: BaseException, name: str) -> int:
    """Return the template line an error came from: jinja rewrites the traceback to say so."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
