"""`mailsense review`: the session of ``mailsense.review`` on a plain terminal.

Line-based, so that it works over ssh, in a pipe and in a test: a card is printed, one
line is read, and every decision is stored as it is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from mailsense.cli.app import App, current
from mailsense.cli.drafts import chosen, deliver, head, menu, overruled, rewrite, vary
from mailsense.cli.label import KINDS, REASONS, Labels
from mailsense.cli.output import clean, columns, count, say, tagged, when, wrapped
from mailsense.cli.ties import tell_ties
from mailsense.domain import Draft, DraftState, Kind, Reason, Source
from mailsense.errors import UserError
from mailsense.review import Card, Review

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore

HELP = """\
  a  approve     it is laid into your Drafts folder when the review ends
                 (`a --anyway` against an error, when you have looked)
  e  edit        in $EDITOR; you see it again before anything else
  t  true detail one thing you really talked about:  t we spoke about the rota
  v  variant     another letter of its kind (yes, no with thanks):  v 3
  r  relabel     say what their message really is:  r interview
  s  skip        leave it for another time
  z  snooze      let it rest some days:  z 3
  d  discard     put it away for good
  o  original    show their whole message again
  b  back        take the last decision back
  h  help        this list
  q  quit        the rest waits for you"""

_SUBJECT = "Subject: "
_VERBS = "[a]pprove [e]dit [r]elabel [s]kip [z]snooze [d]iscard [b]ack [h]elp [q]uit"
_VERBS_FOR_A_CHOICE = (
    "[a]pprove [v]ariant [e]dit [r]elabel [s]kip [z]snooze [d]iscard [h]elp [q]uit"
)
_VERBS_FOR_A_TALK = "[t]rue detail [a]pprove [e]dit [s]kip [z]snooze [d]iscard [h]elp [q]uit"


@click.command("review")
@click.argument("ids", nargs=-1, metavar="[DRAFT]...")
@click.option(
    "--all", "everything", is_flag=True, help="Resting drafts too: you overrule the rest."
)
def review_command(ids: tuple[str, ...], everything: bool) -> None:
    """Decide about the drafts that wait (or those named), one at a time.

    Nothing is sent: what you approve is laid into the Drafts folder of your mailbox when
    the review ends. Until then `back` takes every decision back.
    """
    app = current()
    with app.store() as store:
        labels = Labels(app, store)
        only = [d.id for d in (store.draft(id) for id in ids) if d is not None]
        if ids and not only:
            raise UserError("no such draft: `mailsense drafts` shows their ids")
        session = Review(
            store,
            app.playbook,
            now=app.now,
            only=only,
            rested=not (everything or ids),
            relabel=labels,
            rewrite=rewrite(app),
            vary=vary(app),
            own=chosen(app),
            learn=labels.settle,
        )
        if session.total == 0:
            say("no drafts wait for you")
        screen = Screen(app, session, store)
        try:
            screen.run()
            if not ids:
                tell_ties(app, store, ask=not screen.left)
        finally:
            problems = screen.deliver()
    if problems:
        raise UserError(problems)


@dataclass
class Screen:
    """A terminal around a session: prints cards, reads lines, calls the session.

    The lock that keeps other writers out is held for each decision, not while the human
    thinks: a sync in the background goes on meanwhile.
    """

    app: App
    session: Review
    store: SqliteStore
    approved: list[Draft] = field(default_factory=list)
    left: bool = False
    """The user has had enough for now."""

    def run(self) -> None:
        """Go through the cards until none is left, the user quits, or the input ends."""
        shown = ""
        while (card := self.session.current()) is not None:
            if shown != card.draft.id + card.draft.digest:
                self.show(card)
            shown = card.draft.id + card.draft.digest
            try:
                line = _ask(_verbs(card))
                verb, _, rest = _spelt(line).partition(" ")
                if verb in ("q", "quit"):
                    self.left = True
                    break
                if self.act(verb.lower(), rest.strip(), card):
                    shown = ""
            except click.Abort:  # the input ended: what was decided stays decided
                say()
                self.left = True
                break
            except UserError as error:
                for problem in error.problems:
                    say(f"  {problem}")
        self.close()

    def act(self, verb: str, rest: str, card: Card) -> bool:
        """Carry one line out; return True when the card is to be shown anew."""
        verbs: dict[str, Callable[[str, Card], bool]] = {
            "a": self._approve,
            "approve": self._approve,
            "r": self._relabel,
            "relabel": self._relabel,
            "s": self._skip,
            "skip": self._skip,
            "z": self._snooze,
            "snooze": self._snooze,
            "d": self._discard,
            "discard": self._discard,
            "b": self._back,
            "back": self._back,
            "u": self._back,
            "undo": self._back,
            "o": self._original,
            "original": self._original,
        }
        if verb in ("e", "edit"):
            return self._edit(rest, card)
        if verb in ("t", "detail"):
            return self._detail(rest, card)
        if verb in ("v", "variant"):
            return self._variant(rest, card)
        if verb in verbs:
            with self.store.lock("review"):
                return verbs[verb](rest, card)
        if verb:
            say(HELP)
        return False

    def deliver(self) -> list[str]:
        """Lay what was approved into Drafts, and return the problems; nothing is lost."""
        if not self.approved:
            return []
        with self.store.lock("review"):
            now = [self.store.draft(draft.id) for draft in self.approved]
            waiting = [d for d in now if d is not None and d.state is DraftState.APPROVED]
            return deliver(self.app, self.store, waiting)

    def _approve(self, rest: str, card: Card) -> bool:
        anyway = rest.lstrip("-") == "anyway"
        if rest and not anyway:
            raise UserError("approve it with `a`, or against an error with `a --anyway`")
        self.approved.append(self.session.approve(anyway=anyway))
        overruled(card)
        say("  approved")
        return True

    def _edit(self, rest: str, card: Card) -> bool:
        changed = edited_in_editor(card.draft)
        if changed is None:
            say("  left as it was")
            return False
        with self.store.lock("review"):
            self.session.edit(*changed)
        return True

    def _detail(self, rest: str, card: Card) -> bool:
        words = rest or _ask("  one true thing that you talked about")
        if not words.strip():
            say("  left as it was")
            return False
        with self.store.lock("review"):
            self.session.detail(words)
        return True

    def _variant(self, rest: str, card: Card) -> bool:
        if not rest and card.variants:
            for line in menu(card.variants):
                say(f"  {line}")
            rest = _ask("  number or name").strip()
        if card.variants and not rest:
            say("  left as it was")
            return False
        edited = card.draft.edited
        if edited and not click.confirm("  you have changed it yourself: write over your words?"):
            say("  left as it was")
            return False
        with self.store.lock("review"):
            self.session.variant(rest, force=edited)
        return True

    def _relabel(self, rest: str, card: Card) -> bool:
        words = rest.split()
        if not words or words[0] not in KINDS.choices:
            say(f"  relabel to one of: {', '.join(KINDS.choices)}")
            return False
        reason = words[1] if len(words) > 1 else None
        if reason is not None and (reason not in REASONS.choices or words[0] != "rejection"):
            say(f"  a rejection's reason is one of: {', '.join(REASONS.choices)}")
            return False
        new = self.session.relabel(Kind(words[0]), Reason(reason) if reason else None)
        say(
            f"  noted: {words[0]}" + (f"; {count(len(new), 'new draft')} at the end" if new else "")
        )
        return True

    def _skip(self, rest: str, card: Card) -> bool:
        self.session.skip()
        return True

    def _snooze(self, rest: str, card: Card) -> bool:
        if rest and not rest.isdigit():
            raise UserError("snooze takes a number of days, such as z 3")
        after = self.session.snooze(int(rest or 1))
        say(f"  rests until {when(after.not_before, self.app.zone)}")
        return True

    def _discard(self, rest: str, card: Card) -> bool:
        self.session.discard()
        say("  discarded")
        return True

    def _back(self, rest: str, card: Card) -> bool:
        if not self.session.back():
            say("  there is nothing to take back")
            return False
        now = self.session.current()
        if now is not None:
            self.approved = [d for d in self.approved if d.id != now.draft.id]
        return True

    def _original(self, rest: str, card: Card) -> bool:
        if card.original is not None:
            say(clean(card.original.message.text, lines=True).strip())
        return False

    def close(self) -> None:
        left = self.session.total - self.session.place
        if left > 0:
            say(f"{count(left, 'draft waits', 'drafts wait')} for another time")

    def show(self, card: Card) -> None:
        """Print one card: what came in, what we make of it, and the letter that waits."""
        rule = "─" * min(columns(), 80)
        place = f"{self.session.place + 1} of {self.session.total}"
        say(click.style(f"\n{rule}\n{place}  {_headline(card)}", bold=True))
        if card.original is not None:
            for line in self._quoted(card):
                say(line)
        say(click.style("why      ", dim=True) + clean(card.draft.why))
        say(
            click.style("template ", dim=True)
            + card.draft.template
            + (" (edited)" if card.draft.edited else "")
        )
        for finding in card.findings:
            say(click.style(f"{finding.level:8} ", fg="yellow") + clean(finding.text))
        say()
        for line in letter_above_quote(card.draft):
            say(line)

    def _quoted(self, card: Card) -> list[str]:
        item = card.original
        assert item is not None
        message, verdict = item.message, item.verdict
        who = "you wrote" if item.located.outgoing else clean(str(message.from_))
        lines = [f"{when(message.date, self.app.zone)}  {who}", f"{clean(message.subject)}", ""]
        text = wrapped(message.text.strip(), "  │ ")
        lines += text[:16]
        if len(text) > 16:
            lines.append(f"  │ … {count(len(text) - 16, 'more line')} ([o]riginal shows all)")
        lines.append("")
        if verdict is not None and not item.located.outgoing:
            sure = (
                f" {verdict.confidence:.0%}"
                if verdict.source is Source.MODEL
                else f" by {verdict.source.value}"
            )
            reason = f", {verdict.reason.value}" if verdict.reason else ""
            what = f"{verdict.kind.value}{reason}{sure}"
            label = click.style("tag", dim=True)
            lines.append(f"{label}      {tagged(verdict.tag.value)} ({what})")
            for evidence in verdict.because[:2]:
                first, *rest = wrapped(clean(evidence.text)[:300], " " * 9)
                lines += [click.style("because", dim=True) + first[7:], *rest]
        return lines


def _ask(verbs: str) -> str:
    """Return one line of the user's. Raise Abort when the input has ended."""
    line = click.prompt(verbs, prompt_suffix=" > ", default="", show_default=False)
    return str(line)


def _verbs(card: Card) -> str:
    if card.wants_detail:
        return _VERBS_FOR_A_TALK
    return _VERBS_FOR_A_CHOICE if card.variants else _VERBS


def _spelt(line: str) -> str:
    """Return a line with its verb set apart: "detail:the rota" is "detail the rota"."""
    verb, colon, rest = line.strip().partition(":")
    return f"{verb} {rest.strip()}" if colon and verb.lower() in ("t", "detail") else line.strip()


def _headline(card: Card) -> str:
    application = card.application
    about = (
        " at ".join(w for w in (application.role, application.company) if w) if application else ""
    )
    return f"{card.draft.plan.value}" + (f": {clean(about)}" if about else "")


def letter_above_quote(draft: Draft) -> list[str]:
    """Return the letter as lines that fit the screen, the quoted history told in one."""
    lines = [*head(draft), "", *wrapped(draft.body.strip()), ""]
    if draft.quoted:
        quoted = count(len(draft.quoted.splitlines()), "line")
        lines.append(click.style(f"(their message is quoted below: {quoted})\n", dim=True))
    return lines


def edited_in_editor(draft: Draft) -> tuple[str, str] | None:
    """Open subject and text in $EDITOR; return both, or None when nothing was changed."""
    text = f"{_SUBJECT}{draft.subject}\n\n{draft.body}"
    changed = click.edit(text, extension=".eml", require_save=True)
    if changed is None or changed.strip() == text.strip():
        return None
    first, _, rest = changed.lstrip("\n").partition("\n")
    if first.startswith(_SUBJECT.strip()):
        return first[len(_SUBJECT.strip()) :].strip(), rest.strip() + "\n"
    return draft.subject, changed.strip() + "\n"
