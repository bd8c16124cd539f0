"""Judging: every new incoming message gets a verdict, and what is not ours is forgotten.

The text of mail that is not about the search does not stay: only headers and the verdict
are kept (rule 11 of the design).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from mailsense.pipeline.read import Progress
from mailsense.ports import Classifier, Store

CHUNK = 400


def judge(
    store: Store,
    classifier: Callable[[], Classifier],
    *,
    now: datetime,
    progress: Progress = lambda what, done, total: None,
) -> Counter[str]:
    """Classify what has no verdict yet, and return how many got which kind.

    ``classifier`` is asked for when there is something to classify.

    Raise ModelError when no model can be loaded; what was judged stays judged.
    """
    kinds: Counter[str] = Counter()
    while located := store.unclassified(CHUNK):
        verdicts = classifier().classify([one.message for one in located])
        found = {one.message.key: verdict for one, verdict in zip(located, verdicts, strict=True)}
        store.add_verdicts(found, now)
        kinds.update(verdict.kind.value for verdict in verdicts)
        progress("classify", sum(kinds.values()), 0)
    _judge_own(store)
    store.drop_text()
    return kinds


def _judge_own(store: Store) -> None:
    """Say of the user's own letters whether they belong to the search.

    By their words, or because they go to somebody who wrote about it.
    """
    people: set[str] | None = None
    while sent := store.outgoing_unjudged(CHUNK):
        from mailsense.track.application import relevant

        if people is None:
            people = {
                item.message.from_.key
                for item in store.job_items()
                if not item.located.outgoing and not item.message.facts.robot
            }
        about = {}
        for one in sent:
            recipients = {a.key for a in (*one.message.to, *one.message.cc)}
            about[one.message.key] = bool(recipients & people) or relevant(one.message)
        store.set_relevant(about)
