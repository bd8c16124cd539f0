"""Judging: every new incoming message gets a verdict, and what is not ours is forgotten.

The text of mail that is not about the search does not stay: only headers and the verdict
are kept (rule 11 of the design).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from mailsense.domain import Kind
from mailsense.pipeline.own import CHUNK, judge_own
from mailsense.pipeline.read import Progress
from mailsense.ports import Classifier, Store

_NOT_ABOUT_IT = {Kind.ALERT.value, Kind.OTHER.value}


def judge(
    store: Store,
    classifier: Callable[[], Classifier],
    *,
    now: datetime,
    progress: Progress = lambda what, done, total: None,
    own: Mapping[str, bool] = MappingProxyType({}),
    read: Mapping[str, int] = MappingProxyType({}),
) -> Counter[str]:
    """Classify what has no verdict yet, and return how many got which kind.

    ``classifier`` is asked for when there is something to classify.  ``own`` is what the words
    of the user's own letters said when they were read (``Reading.own``), ``read`` how many
    messages of which kind were judged then: they are counted as well.

    Raise ModelError when no model can be loaded; what was judged stays judged.
    """
    kinds: Counter[str] = Counter(read)
    judged = 0
    while located := store.unclassified(CHUNK):
        verdicts = classifier().classify([one.message for one in located])
        found = {one.message.key: verdict for one, verdict in zip(located, verdicts, strict=True)}
        store.add_verdicts(found, now)
        kinds.update(verdict.kind.value for verdict in verdicts)
        judged += len(verdicts)
        progress("classify", judged, 0)
    judge_own(store, own, people_may_be_new=bool(kinds.keys() - _NOT_ABOUT_IT))
    store.drop_text()
    return kinds
