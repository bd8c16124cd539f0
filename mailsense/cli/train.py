"""`mailsense train`: move the shipped model by your labels; use it when it is not likely worse.

Where a label or an approval was taken back, the models that learned it must go, the one in use
too, whatever the trial says: none goes on knowing what the user withdrew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from mailsense.classify.accept import KEPT
from mailsense.cli.app import App, current
from mailsense.cli.output import Progress, clean, count, emit, say, wrapped
from mailsense.domain import Example, ModelCard, short_id
from mailsense.errors import ModelError
from mailsense.resources import shipped

if TYPE_CHECKING:
    from mailsense.adapters.store import SqliteStore
    from mailsense.adapters.versions import Version

    Loaded = tuple[ModelCard, dict[str, Any]]

_SHOWN = 20
_WITHDRAWN = "a label or approval was taken back"


@click.command("train")
@click.option("--force", is_flag=True, help="Use the new model even if it may be worse.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def train_command(force: bool, as_json_: bool) -> None:
    """Move the shipped classifier by every label you gave, and say what changed.

    Only your own decisions are learned from, never the model's guesses. The new model is
    compared with the one in use, on your decisions and on letters that neither has seen, and
    takes its place when nothing is likely worse. The newest versions are kept: `mailsense model`.

    Models that learned a label or approval that you took back are deleted. If one of them is in
    use, it is replaced whatever the comparison says.
    """
    app = current()
    with app.store(write=True) as store:
        told = _train(app, store, force)
    if as_json_:
        emit([told], lines=True)
        return
    if told["candidate"] is None:
        say(told["note"])
        _say_deleted(told)
        return
    if told["trained"]:
        say(f"the shipped model was moved by {count(told['examples'], 'label')} of yours")
    say("\n".join(wrapped(told["why"])))
    if told["model"] == told["candidate"]:
        say(f"{told['model']} is in use now")
        say_changes(told)
    else:
        say(f"`mailsense model use {told['candidate']}` overrules this")
    _say_deleted(told)


def _say_deleted(told: dict[str, Any]) -> None:
    if many := len(told["deleted"]):
        one = f"{count(many, 'older model')} had learned what you took back, and "
        say(f"{one}{'is' if many == 1 else 'are'} deleted")


def _train(app: App, store: SqliteStore, force: bool) -> dict[str, Any]:
    """Train where there is something new to learn, and return what came of it.

    The note of what was taken back is wiped once no model is left that knows of it.
    """
    from mailsense.adapters import versions
    from mailsense.pipeline.learn import UNLEARN, taken_back

    taken, examples = taken_back(store), store.examples()
    stale = _knowing(app, taken, examples)
    because = "you said so" if force else _WITHDRAWN if _chosen(app) in stale else ""
    if examples:
        told = _learned(app, store, examples, because)
    elif _chosen(app) in stale:
        told = _without_labels(app, store)
    else:
        told = _nothing("no labels yet: `mailsense label`, or `relabel` in the review")
    told["deleted"] = versions.remove(app.paths.model, stale)
    if taken and set(told["deleted"]) == set(stale):
        store.put(UNLEARN, "")
    return told


def _knowing(app: App, taken: Collection[str], examples: Sequence[Example]) -> list[str]:
    """Return the versions that know, or may know, what was taken back.

    One that was made of exactly what the user says now knows nothing else.
    """
    from mailsense.adapters import modelfile, versions
    from mailsense.classify import learning
    from mailsense.pipeline.learn import knows

    if not taken:
        return []
    digest = learning.digest(examples)
    return [
        version.name
        for version in versions.listed(app.paths.model, modelfile.installation_key(app.paths.key))
        if version.card and version.card.digest != digest and knows(version.card, taken)
    ]


def _learned(
    app: App, store: SqliteStore, examples: Sequence[Example], because: str
) -> dict[str, Any]:
    """Train where these hold something new, and return what came of it.

    With ``because``, the reason why, the new model is put into use whatever the trial says.
    """
    in_use = app.model[0].name
    known = _knows_all(app, examples)
    if known is not None and (not because or known.name == in_use):
        return _nothing(_nothing_new(known, in_use))
    if known is not None:
        made, accepted = app.own_model(known.name), False
        why = overruled(f"nothing new to learn: {known.name} knows all your labels", because)
    else:
        made, accepted, why = _made(app, examples, because)
    told: dict[str, Any] = {
        "examples": len(examples),
        "trained": known is None,
        "candidate": made[0].name,
        "accepted": accepted,
        "forced": bool(because) and not accepted,
        "why": why,
    }
    if accepted or because:
        told |= _put_live(app, store, made)
    else:
        told |= {"model": in_use, "changed": [], "drafted": [], "withdrawn": []}
    _prune(app)
    return told


def _put_live(app: App, store: SqliteStore, made: Loaded) -> dict[str, Any]:
    """Put one of the user's own models into use; return its name and what changed."""
    from mailsense.adapters import versions

    versions.put_live(app.paths.model, made[0].name)
    return {"model": made[0].name, **judged_anew(app, store, made)}


def _chosen(app: App) -> str | None:
    """Return the name of the version that was put into use, whether or not it can be used."""
    from mailsense.adapters import versions

    try:
        return versions.live(app.paths.model).name
    except ModelError:
        return None


def _without_labels(app: App, store: SqliteStore) -> dict[str, Any]:
    """Put the shipped model back into use: all that there was to learn was taken back."""
    from mailsense.adapters import modelfile, versions

    made = modelfile.load_base()
    versions.put_live(app.paths.model, versions.BASE)
    return {
        "examples": 0,
        "trained": False,
        "candidate": made[0].name,
        "accepted": True,
        "forced": False,
        "why": "you took every label and approval back: there is nothing to learn",
        "model": made[0].name,
        **judged_anew(app, store, made),
    }


def overruled(why: str, because: str = "") -> str:
    """Given why a model should not go live, say that, and that it did all the same, and why."""
    reason = f", because {because}" if because else ""
    return f"{why.removeprefix(KEPT)}; put into use all the same{reason}"


def _made(app: App, examples: Sequence[Example], because: str) -> tuple[Loaded, bool, str]:
    """Make a candidate, try it against the model in use, keep it; return it and the decision.

    Its card tells the story of the trial: with ``because`` also why the candidate will go live
    although it did not stand the trial.
    """
    from mailsense.adapters import modelfile, versions
    from mailsense.classify import corpus, learning, trial
    from mailsense.classify.model import LAYOUT, check

    check(app.model[1])  # before the long work: without it there is nothing to compare with
    bar = Progress()
    try:
        card, arrays = learning.learn(
            modelfile.load_base(),
            examples,
            created=app.now.date().isoformat(),
            progress=lambda done, total: bar("train", done, total),
        )
    finally:
        bar.close()
    holdout = corpus.holdout(shipped("models"))
    found = trial.compare(app.model, (card, arrays), examples, holdout)
    why = overruled(found.why, because) if because and not found.accepted else found.why
    story = {"accepted": found.accepted, "why": why, "against": app.model[0].name}
    base = modelfile.card().checksum
    more = {"layout": list(LAYOUT), "base_checksum": base, "trial": story}
    card = replace(card, metrics={**card.metrics, **more})
    key = modelfile.installation_key(app.paths.key)
    card = versions.save(app.paths.model, arrays, card, key)
    return (card, arrays), found.accepted, why


def _knows_all(app: App, examples: Sequence[Example]) -> Version | None:
    """Return the newest usable version made of exactly these labels and the shipped model."""
    from mailsense.adapters import modelfile, versions
    from mailsense.classify import learning
    from mailsense.classify.model import LAYOUT

    digest = learning.digest(examples)
    base = modelfile.card().checksum
    key = modelfile.installation_key(app.paths.key)
    for version in versions.listed(app.paths.model, key, LAYOUT):
        card = version.card
        if card is None or version.problem or card.digest != digest:
            continue
        if card.metrics.get("base_checksum") == base:
            return version
    return None


def _nothing_new(known: Version, in_use: str) -> str:
    if known.name == in_use:
        return "nothing new to learn: the model knows all your labels"
    return (
        f"nothing new to learn: {known.name} knows all your labels, but is not in use: "
        f"`mailsense model use {known.name}`"
    )


def _prune(app: App) -> None:
    from mailsense.adapters import modelfile, versions

    versions.prune(app.paths.model, modelfile.installation_key(app.paths.key))


def judged_anew(app: App, store: SqliteStore, made: Loaded) -> dict[str, Any]:
    """Judge stored mail with a model that has just come into use; return what changed."""
    from mailsense.classify.classifier import ModelClassifier
    from mailsense.pipeline.decide import decide
    from mailsense.pipeline.learn import rejudge

    changes = rejudge(store, ModelClassifier(lambda: made), now=app.now)
    decided = decide(store, app.deciding(store))
    return {
        "changed": [
            {
                "id": short_id(c.item.key),
                "subject": c.item.message.subject,
                "before": c.before.value,
                "after": c.after.kind.value,
            }
            for c in changes
        ],
        "drafted": decided.drafted,
        "withdrawn": decided.withdrawn,
    }


def say_changes(told: dict[str, Any]) -> None:
    """Say which messages are judged differently now, and what followed."""
    changed = told["changed"]
    for change in changed[:_SHOWN]:
        say(f"  {change['id']}  {change['before']} → {change['after']}  {clean(change['subject'])}")
    say(
        f"{count(len(changed), 'message')} judged differently now"
        if changed
        else "no verdict changed"
    )
    if told["drafted"]:
        say(f"{count(len(told['drafted']), 'new draft')}: `mailsense review`")


def _nothing(why: str) -> dict[str, Any]:
    """Return that nothing was trained, and why."""
    return {"model": None, "candidate": None, "changed": [], "note": why}
