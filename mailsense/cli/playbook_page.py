"""The tables of docs/playbook.md, written from ``templates/playbook.toml``.

Decides how each rule is said in words.  The prose between the tables is the page's own, and
whatever stands between two marks (``<!-- begin:ladders -->``) is written here and never by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from mailsense.domain import Kind, Ladder, PlanKind, Reason, Relation, Stage
from mailsense.reply import playbook
from mailsense.reply.playbook import Bounds, Choice, Playbook
from mailsense.track import prior

PLANS: Mapping[PlanKind, str] = {
    PlanKind.ANSWER_REJECTION: "answer a no",
    PlanKind.ANSWER_REQUEST: "answer an invitation, or a request for documents or a test",
    PlanKind.ANSWER_OUTREACH: "answer a recruiter who wrote first",
    PlanKind.ANSWER_OFFER: "answer an offer",
    PlanKind.REDIRECT: "turn an objection into a pointer",
    PlanKind.THANK_REFERRAL: "thank for a lead",
    PlanKind.INTRODUCE: "write to the person whom the lead names",
    PlanKind.THANK_FEEDBACK: "thank for honest words",
    PlanKind.STATUS_CHECK: "ask where things stand",
    PlanKind.CLOSE_LOOP: "write a last word into a silence",
    PlanKind.REVISIT: "come back after a “not now”",
    PlanKind.THANK_INTERVIEWER: "thank for a talk",
    PlanKind.STAY_IN_TOUCH: "stay in touch",
    PlanKind.WITHDRAW: "withdraw, when you have landed",
    PlanKind.WEEKLY_SUMMARY: "tell your partner of your week",
}
CASES: Mapping[str, str] = {
    "applied-unknown": "applied, nobody known",
    "applied": "applied, somebody known",
    "screening": "first call, with a recruiter",
    "interview-recruiter": "interview, with a recruiter",
    "interview-manager": "interview, with a manager or interviewer only",
    "final": "final round",
    "task": "task handed in",
    "offer": "offer announced, details to come",
    "agency": "through an agency",
    "networking": "somebody asked for a talk",
    "referred": "somebody you were referred to",
}
_STAGES = {
    Stage.NETWORKING: "an objection of a contact",
    Stage.APPLIED: "a no to an application",
    Stage.SCREENING: "a no after a first call",
    Stage.INTERVIEW: "a no after an interview",
    Stage.OFFER: "a no at the very end",
}
_CAPS = {
    "chases_per_company": "letters into a silence, to one company",
    "company_days": "… within so many working days",
    "days_after_no": "working days without such a letter after the company's no",
    "unanswered": "letters that one person has left unanswered, at most",
    "rest_days": "… and then in peace for so many days",
    "days_after_touch": "working days without such a letter after one that keeps in touch",
    "offer_after_no": "working days after a no until an offer of work to them",
}
_NEEDS = {
    "role": "they named the role",
    "second": "you have asked once",
    "led": "the lead became something",
    "offered": "they offer to introduce you",
    "landed": "you have landed",
    "article_url": "you gave an article",
    "news_said": "you told good news of theirs",
    "offer_of": "you told what you offer",
    "year_end": "you asked for it in December",
}
_LENGTHS = {
    "thanks": "a thank-you",
    "question": "a thank-you that asks something",
    "chase": "a letter into a silence",
    "letter": "any other letter",
    "summary": "a summary of the week",
}
_WORDS = {
    "always": "never",
    "after_no": "never after a no",
    "padding": "better left out",
}
_WAITS = {
    "days": "waits are counted in bins that end on these working days",
    "horizon": "working days looked ahead",
    "small_chance": "chance of an answer below which it is let go",
    "least_answers": "answers of yours at a stage before a chance is shown",
    "employer_weight": "waits elsewhere count for one employer as much as so many of theirs",
}


def page(document: str, file: Path) -> str:
    """Given docs/playbook.md and a playbook's file, return the page with the file's tables.

    Raise TemplateError when the file is wrong, ValueError when the page lacks a mark.
    """
    book = playbook.load(file)
    texts = {name: table(book) for name, table in _TABLES.items()}
    texts["waits"] = _waits(book, prior.load(file))
    for name, text in texts.items():
        begin, end = f"<!-- begin:{name} -->", f"<!-- end:{name} -->"
        if document.count(begin) != 1 or document.count(end) != 1:
            raise ValueError(f"the page needs the marks {begin} and {end}, once each")
        before, _, rest = document.partition(begin)
        document = f"{before}{begin}\n{text}{end}{rest.partition(end)[2]}"
    return document


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(str(cell).replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def _ladders(book: Playbook) -> str:
    rows = (_rungs(ladder, book) for ladder in book.ladders.values())
    head = ("case", "tag from", "1st letter", "2nd", "last word", "let go", "the advice")
    return _table(head, rows)


def _rungs(ladder: Ladder, book: Playbook) -> Sequence[str]:
    first, second, *_ = (*ladder.floors, None, None)
    return (
        f"{CASES.get(ladder.case, ladder.case)} (`{ladder.case}`)",
        str(ladder.tag_after),
        f"{first}" if first else "none",
        f"+{second}" if second else "–",
        f"+{ladder.closing}" if ladder.closing else "–",
        f"{ladder.quiet}" if ladder.quiet else "–",
        book.advice.get(f"ladders.{ladder.case}", ""),
    )


def _days(book: Playbook) -> str:
    start, end = (f"{at:%H:%M}" for at in book.hours)
    rows: list[tuple[str, str, str]] = [
        ("drafts wake from (`hours.start`)", start, "hours.start"),
        ("… until (`hours.end`)", end, "hours.end"),
        *((f"{_STAGES[stage]} rests (`rest.{stage}`)", f"{hours} hours", f"rest.{stage}")
          for stage, hours in book.rest.items()),
        ("a promised day, and then (`promise.grace`)", f"+{book.promise_grace} working days",
         "promise.grace"),
        ("an introduction waits for leave to name the giver (`leads.wait`)",
         f"{book.leads_wait} working days", "leads.wait"),
        *((f"a no that said {reason} is asked about again (`revisit.{reason}`)",
           f"after {days} days", f"revisit.{reason}") for reason, days in book.revisit.items()),
    ]  # fmt: skip
    return _told(("what", "when"), rows, book)


def _windows(book: Playbook) -> str:
    rows = (
        (f"{PLANS.get(plan, plan)} (`{plan}`)", _window(plan, days), f"windows.{plan}")
        for plan, days in book.windows.items()
    )
    return _told(("plan", "still decent within"), rows, book)


def _window(plan: PlanKind, days: int) -> str:
    if plan is PlanKind.THANK_INTERVIEWER:
        return f"{days} working days after the talk"
    if plan in (PlanKind.STAY_IN_TOUCH, PlanKind.WEEKLY_SUMMARY):
        return f"{days} days after you asked for it"
    if plan is PlanKind.WITHDRAW:
        return f"{days} days after the last word either way"
    return f"{days} days after {'it was due' if plan.chases else 'the message'}"


def _caps(book: Playbook) -> str:
    rows = (
        (f"{_CAPS[key]} (`{key}`)", str(getattr(book.caps, key)), f"caps.{key}") for key in _CAPS
    )
    return _told(("cap", "number"), rows, book)


def _choose(book: Playbook) -> str:
    rows = (
        (
            f"{PLANS.get(choice.plan, choice.plan)} (`{choice.plan}`)",
            _when(choice),
            f"`{choice.template}`",
            _words(book, choice.template),
            book.advice.get(f"choose[{number}]", ""),
        )
        for number, choice in enumerate(book.choices, 1)
    )
    return _table(("plan", "if", "template", "words", "the advice"), rows)


def _when(choice: Choice) -> str:
    conditions: Sequence[tuple[str, type[StrEnum], Collection[StrEnum]]] = (
        ("kind", Kind, choice.kinds),
        ("reason", Reason, choice.reasons),
        ("stage", Stage, choice.stages),
        ("relation", Relation, choice.relations),
    )
    said = [
        f"{name} {' or '.join(one for one in all_ if one in wanted)}"
        for name, all_, wanted in conditions
        if wanted
    ]
    said += [_NEEDS.get(fact, f"{fact} is known") for fact in sorted(choice.needs)]
    return ", ".join(said) or "else"


def _words(book: Playbook, template: str) -> str:
    plain, asking = (_span(book.bounds(template, body)) for body in ("", "?"))
    return plain if plain == asking else f"{plain}, asking {asking}"


def _span(bounds: Bounds) -> str:
    return f"{bounds.least}–{bounds.most}"


def _variants(book: Playbook) -> str:
    rows = (
        (
            f"`{name}`",
            ", ".join(f"`{one}` ({book.in_short.get(one, '')})" for one in templates),
            ", ".join(dict.fromkeys(_words(book, one) for one in templates)),
            f"variants.{name}",
        )
        for name, templates in book.variants.items()
    )
    head = ("letter", "variants", "words", "the advice")
    return _table(head, ((*row[:-1], book.advice.get(row[-1], "")) for row in rows))


def _questions(book: Playbook) -> str:
    rows = (
        (f"`{q.id}`", q.ask, q.light, book.advice.get(f"questions[{number}]", ""))
        for number, q in enumerate(book.questions, 1)
    )
    return _table(("question", "by itself", "in passing", "the advice"), rows)


def _lengths(book: Playbook) -> str:
    rows = (
        (f"{_LENGTHS.get(name, name)} (`{name}`)", _span(b), f"lengths.{name}")
        for name, b in book.lengths.items()
    )
    return _told(("letter", "words"), rows, book)


def _banned(book: Playbook) -> str:
    lists = {"always": book.banned, "after_no": book.banned_after_no, "padding": book.padding}
    rows = (
        (f"{_WORDS[name]} (`{name}`)", ", ".join(phrases), f"banned.{name}")
        for name, phrases in lists.items()
    )
    return _told(("when", "words"), rows, book)


def _waits(book: Playbook, assumed: prior.Prior) -> str:
    rows = [
        (f"{said} (`{key}`)", _number(getattr(assumed, key)), f"waits.{key}")
        for key, said in _WAITS.items()
    ]
    rows += [
        (
            f"answered in each bin, of waits at this stage (`{stage}`), "
            f"counting as {_number(row.weight)} of yours",
            ", ".join(f"{share * 100:g} %" for share in row.answered),
            f"waits.{stage}",
        )
        for stage, row in assumed.stages.items()
    ]
    return _told(("what", "assumed"), rows, book)


def _number(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_number, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _told(head: Sequence[str], rows: Iterable[tuple[str, str, str]], book: Playbook) -> str:
    """Return a table of rules whose advice stands under the key that each row ends with."""
    return _table(
        (*head, "the advice"), ((*row[:-1], book.advice.get(row[-1], "")) for row in rows)
    )


_TABLES: Mapping[str, Callable[[Playbook], str]] = {
    "ladders": _ladders,
    "days": _days,
    "windows": _windows,
    "caps": _caps,
    "choose": _choose,
    "variants": _variants,
    "questions": _questions,
    "lengths": _lengths,
    "words": _banned,
}
