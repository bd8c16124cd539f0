"""`mailsense debrief`: looking back on a talk or a no, one question at a time.

It begins with what went well and ends without a score.  Every answer is kept as it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.applications import found, named
from mailsense.cli.output import clean, count, emit, interactive, say, stamp, wrapped
from mailsense.domain import Application
from mailsense.report.debrief import Debrief, Occasion, Question, Sort, asked_of, load
from mailsense.resources import shipped

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.debrief import Past

_OFFERED = 5
"""So many are offered at once: it is a look back, not a backlog."""
_MOST = 4_000
"""Characters kept of one answer."""
_NAMES = {Sort.INTERVIEW: "the talk", Sort.NO: "the no"}
_KINDLY = {
    Sort.INTERVIEW: "That took honesty, and you know more than before. Enough for today.",
    Sort.NO: "That took courage. A no is about one day and one place, not your worth.",
}


@click.command("debrief")
@click.argument("application", required=False)
@click.option("--list", "list_", is_flag=True, help="List what you looked back on.")
@click.option("--show", metavar="ID", help="Show your answers about an application.")
@click.option("--answer", "answers", multiple=True, metavar="ID=TEXT", help="Give one answer.")
@click.option(
    "--after",
    type=click.Choice([s.value for s in Sort]),
    help="Which questions: of a talk or a no.",
)
@click.option("--undo", is_flag=True, help="Take your last answer back.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON; nothing is asked.")
def debrief_command(
    application: str | None,
    list_: bool,
    show: str | None,
    answers: tuple[str, ...],
    after: str | None,
    undo: bool,
    as_json: bool,
) -> None:
    """Look back on a talk or a no: a few questions, the first about what went well.

    Without APPLICATION it offers the talks and noes of the last 14 days. Enter skips a question,
    q or Ctrl-D stops; what you answered is kept, and can be continued and changed later.
    """
    app = current()
    sort = Sort(after) if after else None
    if sum((list_, show is not None, bool(answers), undo)) > 1:
        raise click.UsageError("--list, --show, --answer and --undo stand alone")
    if undo:
        _undo(app, as_json=as_json)
    elif list_:
        _list(app, as_json=as_json)
    elif answers:
        _answer(app, application, answers, sort, as_json=as_json)
    elif show is not None:
        _show(app, show, sort, as_json=as_json)
    elif application is not None:
        _look_back(app, application, sort, as_json=as_json)
    else:
        _offer(app, as_json=as_json)


def questions(app: App) -> tuple[Question, ...]:
    """Return the questions, the user's own laid over ours. Raise TemplateError."""
    own = app.paths.templates / "debrief.toml"
    return load(shipped("templates") / "debrief.toml", own if own.exists() else None)


def _past(app: App, store: SqliteStore) -> Past:
    from mailsense.pipeline.debrief import past

    return past(store, app.playbook, me=app.settings.addresses, now=app.now, zone=app.zone)


# --- asking --------------------------------------------------------------------------------------


def _offer(app: App, *, as_json: bool) -> None:
    """Offer what is due: on a terminal to be chosen from, elsewhere as a list."""
    with app.store() as store:
        due = _past(app, store).due
    if as_json:
        emit(_due_json(one) for one in due)
        return
    if not due:
        say("no talk and no no of the last 14 days waits to be looked back on")
        say("`mailsense debrief APPLICATION` looks back on any, `--list` shows what you kept")
        return
    for number, one in enumerate(due[:_OFFERED], 1):
        head = f"{number}  " if interactive() else f"{one.application.id}  "
        for line in _row(head, _title(one)):
            say(line)
    if more := due[_OFFERED:]:
        say(f"and {len(more)} more: `mailsense debrief --list`")
    if not interactive():
        say("`mailsense debrief APPLICATION` asks about one of them")
        return
    chosen = _choose(due[:_OFFERED])
    if chosen is not None:
        _ask(app, chosen.application, chosen.sort)


def _row(head: str, text: str) -> list[str]:
    """Return a line of a list; what does not fit goes on under its beginning, not its head."""
    first, *rest = wrapped(text, " " * len(head))
    return [head + first.lstrip(), *rest]


def _title(one: Occasion) -> str:
    return f"{_NAMES[one.sort]} of {one.on}: {named(one.application)}"


def _choose(due: Sequence[Occasion]) -> Occasion | None:
    """Return the one that the user names by its number, Enter for the first; None for none."""
    while True:
        line = _read(f"which one (1-{len(due)}, Enter for 1, q for none)")
        if line is None or line in ("q", "quit"):
            return None
        if not line:
            return due[0]
        if line.isdecimal() and 1 <= int(line) <= len(due):
            return due[int(line) - 1]
        say(f"  a number from 1 to {len(due)}, or q")


def _look_back(app: App, id: str, sort: Sort | None, *, as_json: bool) -> None:
    if as_json or not interactive():
        _show(app, id, sort, as_json=as_json)
        return
    with app.store() as store:
        one = found(store, id)
        sort = sort or _past(app, store).sort(one)
    _ask(app, one, sort)


def _ask(app: App, application: Application, sort: Sort) -> None:
    with app.store() as store:
        before = _past(app, store).of(application)
        screen = Screen(app, store, application, sort, dict(before.answers) if before else {})
        try:
            screen.run()
        finally:
            screen.close()


@dataclass
class Screen:
    """The questions about one application. The lock is held for each answer, not in between."""

    app: App
    store: SqliteStore
    application: Application
    sort: Sort
    answers: dict[str, str]
    """What was answered so far, by the question's id."""
    given: list[str] = field(default_factory=list)
    """Ids of the questions answered now."""

    def run(self) -> None:
        """Ask until all is asked, the user stops, or the input ends."""
        asked = asked_of(questions(self.app), self.sort)
        for line in wrapped(f"Looking back on {named(self.application)}. Enter skips, q stops."):
            say(line)
        for number, question in enumerate(asked, 1):
            say()
            for line in wrapped(f"{number} of {len(asked)}  {question.ask}"):
                say(click.style(line, bold=True))
            kept = self.answers.get(question.id, "")
            if kept:
                for line in wrapped(f"so far: “{kept}” (Enter keeps it, - takes it away)", "  "):
                    say(line)
            said = _read("")
            if said is None or said.lower() in ("q", "quit"):
                return
            if said and not (said == "-" and not kept):
                self._keep(question, "" if said == "-" else said)

    def _keep(self, question: Question, text: str) -> None:
        from mailsense.pipeline.debrief import keep

        with self.store.lock("debrief"):
            keep(self.store, self.application, {question.id: text[:_MOST]}, self.app.now)
        self.answers[question.id] = text
        self.given.append(question.id)

    def close(self) -> None:
        """Say kindly that it is done, and what was kept."""
        say()
        if not self.given:
            say("nothing was written down; it can wait")
            return
        from mailsense.pipeline.debrief import close

        with self.store.lock("debrief"):
            close(self.store, self.app.deciding(self.store))
        say(f"{count(len(set(self.given)), 'answer')} kept")
        for line in wrapped(_KINDLY[self.sort]):
            say(line)
        say(f"`mailsense debrief --show {self.application.id}` reads them back")


def _read(prompt: str) -> str | None:
    """Return the next line without control characters, None when the input has ended."""
    try:
        suffix = " > " if prompt else "> "
        return clean(click.prompt(prompt, prompt_suffix=suffix, default="", show_default=False))
    except click.Abort:  # Ctrl-D or Ctrl-C: what was answered stays answered
        say()
        return None


# --- without a terminal --------------------------------------------------------------------------


def _answer(
    app: App, id: str | None, answers: Sequence[str], sort: Sort | None, *, as_json: bool
) -> None:
    from mailsense.pipeline.debrief import close, keep, known

    if id is None:
        raise click.UsageError("name the application that the answer is about")
    told: dict[str, str] = {}
    for one in answers:
        key, sign, text = one.partition("=")
        if not sign:
            raise click.BadParameter("write it as ID=TEXT", param_hint="--answer")
        told[key.strip()] = clean(text)[:_MOST]
    with app.store(write=True) as store:
        application = found(store, id)
        known(questions(app), told)
        with store.transaction():
            keep(store, application, told, app.now)
            close(store, app.deciding(store))
    if as_json:
        _show(app, application.id, sort, as_json=True)
        return
    them = "it" if len(told) == 1 else "them"
    say(f"{count(len(told), 'answer')} kept; `mailsense debrief --undo` takes {them} back")


def _undo(app: App, *, as_json: bool) -> None:
    from mailsense.pipeline.debrief import take_back

    with app.store(write=True) as store:
        entry = take_back(store, app.deciding(store)).entry
    if as_json:
        emit([{"number": entry.number, "application": entry.about, "undone": True}], lines=True)
        return
    for key, text in entry.facts.items():
        for line in wrapped(f"taken back: {key}: “{text}”"):
            say(line)


# --- showing -------------------------------------------------------------------------------------


def _show(app: App, id: str, sort: Sort | None, *, as_json: bool) -> None:
    """Show questions and answers of one application."""
    with app.store() as store:
        one = found(store, id)
        past = _past(app, store)
    said = past.of(one)
    answers = said.answers if said else {}
    rows = _rows(questions(app), answers, sort or past.sort(one))
    if as_json:
        emit([_debrief_json(one, sort or past.sort(one), rows, said)], lines=True)
        return
    for line in wrapped(f"{one.id}  {named(one)}"):
        say(click.style(line, bold=True))
    for question, text in rows:
        for line in wrapped(question.ask):
            say(click.style(line, dim=True))
        for line in wrapped(text or "-", "  "):
            say(line)
    if not answers:
        say(f"nothing written down yet: `mailsense debrief {one.id}` on a terminal asks")


def _rows(known: Sequence[Question], answers: Any, sort: Sort) -> list[tuple[Question, str]]:
    """Return the questions that belong here, and those that were answered, with the answers."""
    rows = [(q, answers.get(q.id, "")) for q in known if sort in q.sorts or q.id in answers]
    strange = [id for id in answers if all(q.id != id for q in known)]
    # A question that is asked no more still has its answer.
    return [*rows, *((Question(id, id, ()), answers[id]) for id in strange)]


def _list(app: App, *, as_json: bool) -> None:
    with app.store() as store:
        past = _past(app, store)
        known = {one.id: one for one in store.applications()}
    if as_json:
        emit(_said_json(one, known.get(one.application)) for one in past.debriefs)
        return
    for one in past.debriefs:
        application = known.get(one.application)
        title = named(application) if application else "an application that is gone"
        day = one.said.astimezone(app.zone).date()
        answers = count(len(one.answers), "answer")
        for line in _row(f"{one.application}  ", f"{day}  {title}: {answers}"):
            say(line)
    for occasion in past.due:
        for line in _row(f"{occasion.application.id}  ", f"not yet: {_title(occasion)}"):
            say(click.style(line, dim=True))
    if not past.debriefs and not past.due:
        say("nothing yet: after a talk or a no, `mailsense debrief` asks a few questions")


def _due_json(one: Occasion) -> dict[str, Any]:
    return {
        "application": one.application.id,
        "company": one.application.company,
        "role": one.application.role,
        "after": one.sort.value,
        "on": one.on.isoformat(),
    }


def _debrief_json(
    one: Application,
    sort: Sort,
    rows: Sequence[tuple[Question, str]],
    said: Debrief | None,
) -> dict[str, Any]:
    return {
        "application": one.id,
        "company": one.company,
        "role": one.role,
        "after": sort.value,
        "said": stamp(said.said) if said else None,
        "questions": [{"id": q.id, "ask": q.ask, "answer": text} for q, text in rows],
    }


def _said_json(one: Debrief, application: Application | None) -> dict[str, Any]:
    return {
        "application": one.application,
        "company": application.company if application else "",
        "role": application.role if application else "",
        "said": stamp(one.said),
        "answers": dict(one.answers),
    }
