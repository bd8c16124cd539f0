"""`mailsense train`: fit the model to the shipped mail and the user's labels."""

from __future__ import annotations

from typing import Any

import click

from mailsense.cli.app import current
from mailsense.cli.output import Progress, clean, count, emit, say
from mailsense.domain import short_id
from mailsense.resources import shipped


@click.command("train")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def train_command(as_json_: bool) -> None:
    """Fit the classifier to the shipped mail and every label you gave, and say what changed.

    Only your own decisions are learned from, never the model's guesses.
    """
    from mailsense.adapters import modelfile
    from mailsense.classify import corpus, training
    from mailsense.classify.classifier import ModelClassifier
    from mailsense.pipeline.learn import rejudge

    app = current()
    with app.store(write=True) as store:
        examples = store.examples()
        if not examples:
            _nothing(as_json_, "no labels yet: `mailsense label`, or `relabel` in the review")
            return
        digest = training.digest(examples)
        if store.get("trained_on") == digest and (app.paths.model / "model.json").exists():
            _nothing(as_json_, "nothing new to learn: the model knows all your labels")
            return
        bar = Progress()
        try:
            base = corpus.load(shipped("models") / "corpus")
            arrays, card = training.train(
                base,
                examples,
                created=app.now.date().isoformat(),
                progress=lambda done, total: bar("train", done, total),
            )
        finally:
            bar.close()
        modelfile.save(app.paths.model, arrays, card, modelfile.installation_key(app.paths.key))
        store.put("trained_on", digest)
        changes = rejudge(store, ModelClassifier(lambda: (card, arrays)), now=app.now)
        from mailsense.pipeline.decide import decide

        decided = decide(store, app.deciding(store))
    told: dict[str, Any] = {
        "examples": len(examples),
        "model": card.name,
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
    if as_json_:
        emit([told], lines=True)
        return
    say(f"trained on the shipped mail and {count(len(examples), 'label')} of yours")
    for change in told["changed"][:20]:
        say(f"  {change['id']}  {change['before']} → {change['after']}  {clean(change['subject'])}")
    say(
        f"{count(len(changes), 'message')} judged differently now"
        if changes
        else "no verdict changed"
    )
    if decided.drafted:
        say(f"{count(len(decided.drafted), 'new draft')}: `mailsense review`")


def _nothing(as_json: bool, why: str) -> None:
    """Say that nothing was trained, and why."""
    if as_json:
        emit([{"model": None, "changed": [], "note": why}], lines=True)
    else:
        say(why)
