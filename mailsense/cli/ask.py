"""`mailsense label --next`: the questions from whose answers the model would learn most.

Line-based as the review is: a message is shown, one line is read, and every answer is stored as
it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App
from mailsense.cli.label import KINDS, REASONS, Labels
from mailsense.cli.output import clean, count, emit, interactive, say, when, wrapped
from mailsense.domain import Kind, Reason, short_id
from mailsense.errors import UserError
from mailsense.ports import Item

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.pipeline.lessons import Question

_KEYS = dict(zip("1234567890", KINDS.choices, strict=True))
_NAMED = [f"{key} {name}" for key, name in _KEYS.items()]
HELP = f"""\
  {"  ".join(_NAMED[:6])}
  {"  ".join(_NAMED[6:])}
  y  yes, the guess is right
  s  skip        leave it as it is
  o  original    show the whole message
  b  back        take the last answer back
  q  quit        what you answered is kept
  (the reason of a rejection may follow:  4 filled)"""


def ask(app: App, most: int, *, as_json: bool) -> None:
    """Ask about so many messages on a terminal; elsewhere, or as JSON, list them."""
    from mailsense.pipeline.lessons import faint, questions

    with app.store() as store:
        asked = questions(store, lambda: app.classifier.parts()[0], most)
        rest = faint(store, most)
        if as_json:
            emit([*(_as_json(one) for one in asked), *(_as_json(one) for one in rest)])
            return
        if not interactive():
            for one in asked:
                say(_line(one))
        elif asked:
            screen = Screen(app, store, Labels(app, store), asked)
            try:
                screen.run()
            finally:
                screen.close()
        if not asked:
            sure = "the model is sure of all that it keeps, or has your word on it"
            unread = "nothing about your search has been read yet (`mailsense sync`)"
            say(f"no questions: {sure if store.job_items() else unread}")
        if rest:
            say("judged ordinary mail, but not surely; the text is not kept (`label` fetches it):")
            for one in rest:
                say(_line(one))


def _as_json(one: Question) -> dict[str, Any]:
    verdict = one.item.verdict
    return {
        "id": short_id(one.item.key),
        "message_id": one.item.key,
        "from": str(one.item.message.from_),
        "subject": one.item.message.subject,
        "kind": verdict.kind.value if verdict else None,
        "guess": one.guess.value,
        "confidence": round(one.confidence, 4),
        "worth": round(one.worth, 4),
        "sentence": one.sentence,
        "text_kept": bool(one.item.message.text or one.item.message.quoted),
    }


def _line(one: Question) -> str:
    guess = f"{one.guess.value} {one.confidence:.0%}"
    return f"  {short_id(one.item.key)}  {guess:20}  {clean(one.item.message.subject)}"


@dataclass
class Screen:
    """The questions, one after another. The lock is held for each answer, not while one thinks."""

    app: App
    store: SqliteStore
    labels: Labels
    asked: Sequence[Question]
    answered: list[tuple[int, Item]] = field(default_factory=list)
    """The place of each answered question, and its message as it was before."""
    place: int = 0

    def run(self) -> None:
        """Ask until all is answered, the user quits, or the input ends."""
        shown = -1
        while self.place < len(self.asked):
            if shown != self.place:
                self._show(self.asked[self.place])
                shown = self.place
            try:
                prompt = "1-9, 0 or a kind, [y]es [s]kip [o]riginal [b]ack [h]elp [q]uit"
                line = click.prompt(prompt, prompt_suffix=" > ", default="", show_default=False)
            except click.Abort:  # the input ended: what was answered stays answered
                say()
                return
            verb, _, rest = line.strip().lower().partition(" ")
            if verb in ("q", "quit"):
                return
            try:
                if self.act(verb, rest.strip()):
                    shown = -1
            except UserError as error:
                for problem in error.problems:
                    say(f"  {problem}")

    def act(self, verb: str, rest: str) -> bool:
        """Carry one line out; return True when a question is to be shown anew."""
        question = self.asked[self.place]
        if verb in ("s", "skip"):
            self.place += 1
        elif verb in ("b", "back", "u", "undo"):
            self._back()
        elif verb in ("o", "original"):
            say(clean(question.item.message.text, lines=True).strip())
            return False
        else:
            said = question.guess.value if verb in ("y", "yes") else _KEYS.get(verb, verb)
            if said not in KINDS.choices:
                say(HELP)
                return False
            if rest and (said != Kind.REJECTION.value or rest not in REASONS.choices):
                raise UserError(f"a rejection's reason is one of: {', '.join(REASONS.choices)}")
            self._answer(question, Kind(said), Reason(rest) if rest else None)
        return True

    def _answer(self, question: Question, kind: Kind, reason: Reason | None) -> None:
        with self.store.lock("label"):
            before = self.store.message(question.item.key)
            if before is None:
                raise UserError("that message is gone: s leaves it")
            self.labels.keep(before, kind, reason)
        self.answered.append((self.place, before))
        self.place += 1
        say(f"  noted: {kind.value}")

    def _back(self) -> None:
        if not self.answered:
            raise UserError("there is nothing to take back")
        place, before = self.answered.pop()
        with self.store.lock("label"):
            self.labels.undo(before)
        self.place = place

    def close(self) -> None:
        """Decide what follows from the answers, and say how many there are."""
        if not self.answered:
            return
        with self.store.lock("label"):
            new = self.labels.decide()
        say(f"{count(len(self.answered), 'answer')} kept; `mailsense train` learns from them")
        if new:
            say(f"{count(len(new), 'draft')} followed: `mailsense review`")

    def _show(self, one: Question) -> None:
        message = one.item.message
        place = f"{self.place + 1} of {len(self.asked)}"
        guess = f"perhaps {one.guess.value} ({one.confidence:.0%})"
        say(click.style(f"\n{place}  {short_id(one.item.key)}  {guess}", bold=True))
        say(f"{when(message.date, self.app.zone)}  {clean(str(message.from_))}")
        say(clean(message.subject))
        for line in wrapped(one.sentence or message.text.strip()[:300], "  │ "):
            say(line)
