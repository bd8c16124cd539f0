"""`mailsense feedback`: what people said of you, in their words, and what several of them say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import clean, count, emit, joined, say, wrapped
from mailsense.domain import Address
from mailsense.journal import Entry, What
from mailsense.report.themes import ABOUT, Heard, Theme

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.report.debrief import Own
    from mailsense.report.feedback import Feedback, Pattern

MARGIN = " " * 11
_THEMES = [theme.value for theme in Theme]
_THEME = click.Choice(_THEMES)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
_ONLY = click.option("--theme", type=_THEME, help="Only advice about this.")
_LIKED = click.option(
    "--liked", multiple=True, type=_THEME, help="What they liked; may be given several times."
)
_ALONE = "It takes people at two companies to make a pattern; so far, each view is one view."


@click.group("feedback", invoke_without_command=True)
@_ONLY
@_JSON
@click.pass_context
def feedback_command(ctx: click.Context, theme: str | None, as_json: bool) -> None:
    """What people said of you, in their own words; and what several of them say.

    Without a command it lists all, the newest first. Stock phrases do not count.
    """
    if ctx.invoked_subcommand is None:
        _list(current(), theme, as_json=as_json)
    elif theme or as_json:
        raise click.UsageError(f"put the options after the command: {ctx.invoked_subcommand} …")


@feedback_command.command("list")
@_ONLY
@_JSON
def list_feedback(theme: str | None, as_json: bool) -> None:
    """List all advice, the newest first, with what it is about."""
    _list(current(), theme, as_json=as_json)


@feedback_command.command("patterns")
@_JSON
def show_patterns(as_json: bool) -> None:
    """Show what people at two companies or more say, beside what you noticed yourself."""
    app = current()
    with app.store() as store:
        given = _advice(store, app)
        found = _patterns(given)
        own = _own(app, store)
    if as_json:
        emit(_pattern_json(one, own) for one in found)
        return
    for one in found:
        _show_pattern(app, one, own)
    if not found:
        say(_ALONE if given else _NOTHING)


@feedback_command.command("add")
@click.argument("words", nargs=-1, required=True)
@click.option("--from", "who", required=True, help='Who said it: a name, or "Name <address>".')
@click.option("--company", default="", help="Where they work, where the mail does not tell.")
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day they said it, as 2026-03-31; today without it.",
)
@click.option(
    "--theme", "missed", multiple=True, type=_THEME, help="What it is about; may be repeated."
)
@_LIKED
@_JSON
def add_feedback(
    words: tuple[str, ...],
    who: str,
    company: str,
    on: datetime | None,
    missed: tuple[str, ...],
    liked: tuple[str, ...],
    as_json: bool,
) -> None:
    """Write down what somebody told you on the phone or in person, in their own WORDS.

    What it is about is read from the words, unless you say it.
    """
    from mailsense.pipeline import feedback

    app = current()
    facts = feedback.named(_named(missed), _named(liked)) if missed or liked else {}
    entry = Entry(
        What.FEEDBACK,
        app.now,
        person=_person(who),
        company=clean(company),
        on=_day(app, on),
        text=clean(" ".join(words)),
        facts={"step": "add", **facts},
    )
    with app.store(write=True) as store:
        number = feedback.add(store, entry, app.deciding(store)).entry.number
        one = feedback.one_of(_advice(store, app), f"f{number}")
    _done(one, number, as_json=as_json)
    if not as_json and not one.company:
        say("no company is known for it: with --company it can count towards a pattern")


@feedback_command.command("theme")
@click.argument("id")
@click.argument("themes", nargs=-1, type=click.Choice([*_THEMES, "none"]), metavar="[THEME]...")
@_LIKED
@_JSON
def set_themes(id: str, themes: tuple[str, ...], liked: tuple[str, ...], as_json: bool) -> None:
    """Say what the advice of that ID is about; `none` where it is about nothing here.

    THEME is skills, experience, communication, fit, level, pay, logistics or competition.
    """
    from mailsense.pipeline import feedback

    if not themes and not liked:
        raise click.UsageError("name a theme, or none")
    if "none" in themes and (len(themes) > 1 or liked):
        raise click.UsageError("none stands alone")
    app = current()
    entry = Entry(What.FEEDBACK, app.now, about=id)
    missed = _named(t for t in themes if t != "none")
    with app.store(write=True) as store:
        done = feedback.theme(store, entry, app.deciding(store), missed=missed, liked=_named(liked))
        one = feedback.one_of(_advice(store, app), done.entry.about)
    _done(one, done.entry.number, as_json=as_json)


@feedback_command.command("drop")
@click.argument("id")
@_JSON
def drop_feedback(id: str, as_json: bool) -> None:
    """Say that something is no advice: it is listed no more, and counts no more."""
    from mailsense.pipeline import feedback

    app = current()
    with app.store(write=True) as store:
        entry = Entry(What.FEEDBACK, app.now, about=id)
        done = feedback.drop(store, entry, app.deciding(store))
    number = done.entry.number
    if as_json:
        emit([{"id": done.entry.about, "dropped": True, "undo": _undo(number)}], lines=True)
        return
    say(f"{done.entry.about} dropped; `{_undo(number)}` takes it back")


@feedback_command.command("undo")
@click.argument("number", type=int, required=False)
@_JSON
def undo_feedback(number: int | None, as_json: bool) -> None:
    """Take back what you last said about advice, or what has that NUMBER."""
    from mailsense.pipeline import feedback

    app = current()
    with app.store(write=True) as store:
        entry = feedback.take_back(store, number, app.deciding(store)).entry
    if as_json:
        emit([{"number": entry.number, "undone": True}], lines=True)
        return
    what = {"drop": f"{entry.about} counts again", "theme": f"the themes of {entry.about}"}
    step = entry.facts.get("step", "add")
    for line in wrapped(f"taken back: {what.get(step, f'“{entry.text}”')}"):
        say(line)


# --- showing -------------------------------------------------------------------------------------

_NOTHING = (
    "no advice yet. When somebody tells you why, `mailsense feedback add` keeps it; a letter that"
    " says why is found by `mailsense sync`"
)


def _list(app: App, theme: str | None, *, as_json: bool) -> None:
    with app.store() as store:
        given = _advice(store, app)
        found = _patterns(given)
        own = _own(app, store) if found and not as_json else ()
    shown = [one for one in given if theme is None or theme in [h.theme for h in one.themes]]
    if as_json:
        emit(_feedback_json(one) for one in shown)
        return
    for pattern in found:
        if theme in (None, pattern.theme.value):
            _show_pattern(app, pattern, own)
    for one in shown:
        _show(one)
    if not given:
        say(_NOTHING)
    elif not shown:
        say(f"no advice about {theme}")
    elif not found:
        say(_ALONE)


def _show(one: Feedback) -> None:
    role = f" ({clean(one.role)})" if one.role else ""
    say(f"{one.id:9}  {one.on}  {_whose(one)}{role}")
    for line in wrapped(f"“{one.text}”", MARGIN):
        say(line)
    if told := _told(one):
        for line in wrapped(told, MARGIN):
            say(click.style(line, dim=True))


def _show_pattern(app: App, one: Pattern, own: Sequence[Own]) -> None:
    from mailsense.report.debrief import noticed_too

    verb = "liked" if one.praise else "spoken of"
    people, firms = (
        count(one.people, "person", "people"),
        count(one.companies, "company", "companies"),
    )
    say(click.style(f"{one.theme.value}: {verb} by {people} at {firms}", bold=True))
    say(click.style(f"  {ABOUT[one.theme]}", dim=True))
    for quote in one.quotes:
        for line in wrapped(f"{quote.on}  {_whose(quote)}: “{one.said(quote)}”", "  "):
            say(line)
    if noticed := noticed_too(one, own):
        say("  you noticed it too:")
        for mine in noticed:
            day = mine.said.astimezone(app.zone).date()
            for line in wrapped(f"{day}  “{mine.text}”", "  "):
                say(line)
    say()


def _whose(one: Feedback) -> str:
    who = clean(one.who.name or one.who.email) if one.who else "no name"
    return f"{who}, {clean(one.company)}" if one.company else who


def _told(one: Feedback) -> str:
    """Return what advice is about, with the words that show it."""

    def listed(themes: Sequence[Heard]) -> str:
        return joined([f"{h.theme}{f' ({clean(h.words)})' if h.words else ''}" for h in themes])

    about = [h for h in one.themes if not h.praise]
    liked = [h for h in one.themes if h.praise]
    parts = [f"liked: {listed(liked)}"] * bool(liked) + [f"about: {listed(about)}"] * bool(about)
    yours = "; as you said" if one.corrected and parts else ""
    return "; ".join(parts) + yours


def _done(one: Feedback, number: int, *, as_json: bool) -> None:
    if as_json:
        emit([{**_feedback_json(one), "undo": _undo(number)}], lines=True)
        return
    _show(one)
    if not one.themes:
        say(f"about none of {joined(_THEMES)}; `mailsense feedback theme {one.id} …` says it")
    say(f"`{_undo(number)}` takes it back")


def _undo(number: int) -> str:
    return f"mailsense feedback undo {number}"


def _feedback_json(one: Feedback) -> dict[str, Any]:
    return {
        "id": one.id,
        "on": one.on.isoformat(),
        "who": (str(one.who) if one.who.email else one.who.name) if one.who else None,
        "company": one.company,
        "role": one.role,
        "application": one.application,
        "message": one.message,
        "text": one.text,
        "themes": [
            {
                "theme": h.theme.value,
                "praise": h.praise,
                "words": h.words,
                "sentence": h.sentence,
            }
            for h in one.themes
        ],
        "source": one.source.value,
        "corrected": one.corrected,
    }


def _pattern_json(one: Pattern, own: Sequence[Own]) -> dict[str, Any]:
    from mailsense.report.debrief import noticed_too

    return {
        "theme": one.theme.value,
        "praise": one.praise,
        "people": one.people,
        "companies": one.companies,
        "quotes": [_feedback_json(quote) for quote in one.quotes],
        "noticed_too": [
            {"application": mine.application, "question": mine.question, "text": mine.text}
            for mine in noticed_too(one, own)
        ],
    }


# --- what they share -----------------------------------------------------------------------------


def _advice(store: SqliteStore, app: App) -> tuple[Feedback, ...]:
    from mailsense.pipeline.feedback import advice

    return advice(store, app.zone)


def _patterns(given: tuple[Feedback, ...]) -> tuple[Pattern, ...]:
    from mailsense.pipeline.feedback import recurring

    return recurring(given)


def _own(app: App, store: SqliteStore) -> tuple[Own, ...]:
    """Return the user's own answers of debriefs, with their themes."""
    from mailsense.cli.debrief import questions
    from mailsense.pipeline.journal import in_force
    from mailsense.report.debrief import debriefs, own_words

    return own_words(debriefs(in_force(store, What.DEBRIEF)), questions(app))


def _named(words: Any) -> list[Theme]:
    return [Theme(word) for word in dict.fromkeys(words)]


def _person(text: str) -> Address:
    """Return whom a name, an address, or both name. Raise BadParameter for neither."""
    name, email = parseaddr(text) if "@" in text else (text, "")
    person = Address(clean(name), clean(email))
    if not any(c.isalnum() for c in person.name + person.email) or (
        "@" in text and (not person.domain or any(c.isspace() for c in person.email))
    ):
        raise click.BadParameter('write a name, or "Name <name@example.org>"', param_hint="--from")
    return person


def _day(app: App, on: datetime | None) -> date:
    """Return the day that was told, else today. Raise BadParameter for a later one."""
    today = app.now.astimezone(app.zone).date()
    if on is not None and on.date() > today:
        raise click.BadParameter(f"{on:%Y-%m-%d} lies ahead", param_hint="--on")
    return on.date() if on else today
