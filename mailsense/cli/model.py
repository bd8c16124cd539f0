"""`mailsense model`: the versions that are kept, which one is in use, and how good it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import (
    clean,
    columns,
    count,
    emit,
    ending,
    fit,
    flowing,
    say,
    stamp,
    wrapped,
)
from mailsense.domain import Kind, ModelCard, short_id
from mailsense.errors import ModelError, UserError

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.adapters.versions import Version

_LATELY = 50
"""So many of the newest answers of a kind count as lately."""
_NEXT = 5


@click.group("model")
def model_command() -> None:
    """Show the models that are kept, choose the one in use, and see how good it is."""


def _versions(app: App) -> list[Version]:
    from mailsense.adapters import modelfile, versions
    from mailsense.classify.model import LAYOUT

    return versions.listed(app.paths.model, modelfile.installation_key(app.paths.key), LAYOUT)


def _in_use(app: App, known: list[Version]) -> str:
    """Return the name of what serves: the chosen version if it can be used, else BASE."""
    from mailsense.adapters import versions

    try:
        chosen = versions.live(app.paths.model).name
    except ModelError as error:
        say(f"mailsense: {error.problems[0]}; until then the shipped model serves", err=True)
        return versions.BASE
    usable = any(v.name == chosen and not v.problem for v in known)
    return chosen if usable else versions.BASE


# --- list and card --------------------------------------------------------------------


@model_command.command("list")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def list_models(as_json_: bool) -> None:
    """List the versions, newest first: which is in use, and what the trial said of each."""
    from mailsense.adapters import modelfile, versions

    app = current()
    known = _versions(app)
    in_use = _in_use(app, known)
    told = [_row(v.name, v.card, v.problem, in_use) for v in known]
    told.append(_row(versions.BASE, modelfile.card(), "", in_use))
    if as_json_:
        emit(told)
        return
    for line in _table(told):
        say(line)
    other = "; `mailsense model use NAME` chooses another" if len(told) > 1 else ""
    say(f"* in use{other}", err=True)


def _table(told: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the versions as lines that fit the terminal; a long why goes on under its column."""
    labels = [count(row["examples"] or 0, "label") for row in told]
    names = max(len(row["name"]) for row in told)
    numbers = max(len(many) for many in labels)
    margin = 2 + names + 2 + 10 + 2 + numbers + 2
    for row, many in zip(told, labels, strict=True):
        mark = "*" if row["live"] else " "
        about = f"{row['created'] or '-':<10}  {many:<{numbers}}"
        room = max(columns() - 1 - margin, 24)
        said = flowing([clean(row["problem"] or row["why"])], room) or [""]
        yield f"{mark} {row['name']:<{names}}  {about}  {said[0]}".rstrip()
        yield from (f"{' ' * margin}{line}" for line in said[1:])


def _row(name: str, card: ModelCard | None, problem: str, in_use: str) -> dict[str, Any]:
    trial = _trial(card, name == in_use)
    return {
        "name": name,
        "created": card.created if card else None,
        "examples": card.examples if card else None,
        "live": name == in_use,
        "accepted": trial.get("accepted"),
        "why": str(trial.get("why", "shipped with mailsense" if name == "base" else "")),
        "problem": problem,
    }


def _trial(card: ModelCard | None, live: bool) -> Mapping[str, Any]:
    """Return the story of a model's trial.

    A card is never changed: where the model lost its trial and was put into use later, its
    story still says that another one was kept.
    """
    from mailsense.classify.accept import KEPT
    from mailsense.cli.train import overruled

    found = card.metrics.get("trial") if card else None
    if not isinstance(found, Mapping):
        return {}
    why = str(found.get("why", ""))
    return {**found, "why": overruled(why)} if live and why.startswith(KEPT) else found


@model_command.command("card")
@click.argument("name", required=False)
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show_card(name: str | None, as_json_: bool) -> None:
    """Show what is known of the model NAME, or of the one in use."""
    app = current()
    known = _versions(app)
    in_use = _in_use(app, known)
    name, card = _find(name or in_use, known)
    told = _told(name, card, name == in_use)
    if as_json_:
        emit([told], lines=True)
        return
    for line in _lines(told):
        say(line)


def _find(name: str, known: list[Version]) -> tuple[str, ModelCard]:
    """Return name and card of a usable version or the base. Raise UserError."""
    from mailsense.adapters import modelfile, versions

    base = modelfile.card()
    if name in (versions.BASE, base.name):
        return versions.BASE, base
    found = next((v for v in known if v.name == name), None)
    if found is None:
        raise UserError(f"no model is called {clean(name)}: `mailsense model list` shows them")
    if found.card is None or found.problem:
        raise UserError(f"{name} cannot be used: {found.problem}")
    return name, found.card


def _told(name: str, card: ModelCard, live: bool) -> dict[str, Any]:
    """Return a card for the eye: what was said of single decisions is only counted."""
    told = asdict(card)
    own = card.metrics.get("own")
    told["metrics"] = {**card.metrics, "own": len(own) if isinstance(own, Mapping) else 0}
    if trial := _trial(card, live):
        told["metrics"]["trial"] = trial
    return {**told, "version": name, "live": live}


def _lines(told: dict[str, Any]) -> list[str]:
    """Return a card as lines for a human."""
    metrics = told["metrics"]
    base = metrics.get("base", "the shipped mail")
    lines = [
        f"{told['name']}{', in use' if told['live'] else ''}",
        f"made:      {told['created'] or 'with mailsense'}, from {base} and "
        f"{count(told['examples'], 'label')} of yours",
    ]
    trial = metrics.get("trial")
    if isinstance(trial, Mapping):
        word = "accepted" if trial.get("accepted") else "not accepted"
        said = wrapped(f"{word} against {trial.get('against')}: {trial.get('why')}", " " * 11)
        lines += [f"trial:{said[0][6:]}", *said[1:]]
    held = metrics.get("held_out")
    if isinstance(held, Mapping):
        lines.append(
            f"unseen:    of {held['messages']:,} letters it had not seen, {held['coverage']:.0%} "
            f"answered, {held['accuracy']:.0%} rightly"
        )
        for kind, figures in held["kinds"].items():
            lines.append(
                f"           {fit(kind, 16)} precision {figures['precision']:.2f}, "
                f"recall {figures['recall']:.2f} ({figures['support']:,})"
            )
    made_with = ", ".join(f"{name} {number}" for name, number in told["libraries"].items())
    lines.append(f"made with: {made_with} (any later version reads it)")
    lines.append(f"format:    {told['format']}, digest of the labels {told['digest'][:16]}")
    return lines


# --- choosing -------------------------------------------------------------------------


@model_command.command("use")
@click.argument("name", metavar="NAME|base")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def use_model(name: str, as_json_: bool) -> None:
    """Put the model NAME into use, or the shipped one, and judge stored mail anew."""
    from mailsense.adapters import versions

    app = current()
    with app.store(write=True) as store:
        name, _ = _find(name, _versions(app))
        _switch(app, store, name, versions.put_live, as_json_)


@model_command.command("rollback")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def rollback_model(as_json_: bool) -> None:
    """Put the model that was in use before this one back, and judge stored mail anew."""
    from mailsense.adapters import modelfile, versions
    from mailsense.classify.model import LAYOUT

    app = current()
    with app.store(write=True) as store:
        key = modelfile.installation_key(app.paths.key)
        name = versions.back(app.paths.model, key, LAYOUT)
        _switch(app, store, name, versions.put_back, as_json_)


def _switch(app: App, store: SqliteStore, name: str, point: Any, as_json: bool) -> None:
    """Load a model, put it into use, judge anew; what cannot be loaded changes nothing."""
    from mailsense.adapters import modelfile, versions
    from mailsense.classify.model import check
    from mailsense.cli.train import judged_anew, say_changes

    loaded = modelfile.load_base() if name == versions.BASE else app.own_model(name)
    check(loaded[1])
    point(app.paths.model, name)
    told = {"model": loaded[0].name, **judged_anew(app, store, loaded)}
    if as_json:
        emit([told], lines=True)
        return
    say(f"{loaded[0].name} is in use now")
    say_changes(told)


# --- progress -------------------------------------------------------------------------


@model_command.command("progress")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def show_progress(as_json_: bool) -> None:
    """Show how many labels each kind has, how often it was right, and what to label next."""
    app = current()
    with app.store() as store:
        told = progress(app, store)
    if as_json_:
        emit([told], lines=True)
        return
    say(f"{fit('kind', 16)}  labels  approved  right lately")
    for row in told["kinds"]:
        given = f"{row['labels']:>6}  {row['confirmed']:>8}"
        say(f"{fit(row['kind'], 16)}  {given}  {_share(row)}")
    say()
    say("This counts the mail you labelled, or whose answer you approved. Mail is mostly labelled")
    say("because it was wrong, so over all your mail it is likely right more often.")
    if told["next"]:
        say("\nLabel these next, they teach most (`mailsense label ID KIND`):")
    for row in told["next"]:
        sure = f"{row['confidence']:.0%} sure"
        if row["kind"] == Kind.UNSURE.value:
            sure = f"perhaps {row['guess']}"
        say(
            f"  {row['id']}  {row['date'][:10] if row['date'] else '-' * 10}  "
            f"{fit(row['kind'], 15)}  {fit(sure, 23)}  {ending(row['subject'], 66)}"
        )


def _share(row: Mapping[str, Any]) -> str:
    if not row["answers"]:
        return "not known yet"
    return (
        f"{row['right']} of {row['answers']} "
        f"({row['low']:.0%} to {row['high']:.0%} with 95 % certainty)"
    )


def progress(app: App, store: SqliteStore) -> dict[str, Any]:
    """Return labels and agreement by kind, and the messages to label next."""
    from mailsense.classify.accept import wilson
    from mailsense.pipeline.agreement import heard, labelled
    from mailsense.pipeline.lessons import questions

    by_hand = labelled(store)
    examples = store.examples()
    labels = Counter(e.kind for e in examples if e.message_key in by_hand)
    confirmed = Counter(e.kind for e in examples if e.message_key not in by_hand)
    said = heard(store)
    kinds = []
    for kind in Kind:
        if kind is Kind.UNSURE:
            continue
        lately = [one.right for one in said if one.kind is kind][-_LATELY:]
        low, high = wilson(sum(lately), len(lately))
        kinds.append(
            {
                "kind": kind.value,
                "labels": labels[kind],
                "confirmed": confirmed[kind],
                "answers": len(lately),
                "right": sum(lately),
                "low": round(low, 4) if lately else None,
                "high": round(high, 4) if lately else None,
            }
        )
    return {
        "model": app.model_name,
        "labels": sum(labels.values()),
        "kinds": kinds,
        "next": [
            {
                "id": short_id(asked.item.key),
                "date": stamp(asked.item.message.date),
                "from": str(asked.item.message.from_),
                "subject": asked.item.message.subject,
                "kind": asked.item.verdict.kind.value,
                "guess": asked.guess.value,
                "confidence": round(asked.item.verdict.confidence, 4),
            }
            for asked in questions(store, lambda: app.classifier.parts()[0], _NEXT)
            if asked.item.verdict is not None
        ],
    }
