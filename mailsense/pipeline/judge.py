"""Judging: every new incoming message gets a verdict, and what is not ours is forgotten.

The text of mail that is not about the search does not stay: only headers and the verdict
are kept (rule 11 of the design).
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from mailsense.pipeline.read import Progress
from mailsense.ports import Classifier, Store
from mailsense.track.application import relevant

CHUNK = 200


def judge(
    store: Store,
    classifier: Classifier,
    *,
    now: datetime,
    progress: Progress = lambda what, done, total: None,
) -> Counter[str]:
    """Classify what has no verdict yet, and return how many got which kind.

    Raise ModelError when no model can be loaded; what was judged stays judged.
    """
    kinds: Counter[str] = Counter()
    while located := store.unclassified(CHUNK):
        verdicts = classifier.classify([one.message for one in located])
        found = {one.message.key: verdict for one, verdict in zip(located, verdicts, strict=True)}
        store.add_verdicts(found, now)
        kinds.update(verdict.kind.value for verdict in verdicts)
        progress("classify", sum(kinds.values()), 0)
    while sent := store.outgoing_unjudged(CHUNK):
        store.set_relevant({one.message.key: relevant(one.message) for one in sent})
    store.drop_text()
    return kinds
