"""Judging: every new incoming message gets a verdict, and what is not ours is forgotten.

The text of mail that is not about the search does not stay: only headers and the verdict
are kept (rule 11 of the design).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from mailsense.domain import Evidence, Kind, Message, Source, Verdict
from mailsense.pipeline.own import CHUNK, judge_own
from mailsense.pipeline.parsing import proposes_time
from mailsense.pipeline.read import Progress
from mailsense.ports import Classifier, Item, Store

_NOT_ABOUT_IT = {Kind.ALERT.value, Kind.OTHER.value}
_UNTOLD = frozenset({Kind.ALERT, Kind.OTHER, Kind.UNSURE})
_SAME_TALK = timedelta(days=60)
_MOST_IDS = 3
"""Letters before a message that may hold the question it answers."""


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
        verdicts = [
            _as_answered(store, one.message, verdict)
            for one, verdict in zip(located, verdicts, strict=True)
        ]
        verdicts = _as_invited(store, [*map(Item, located, verdicts)])
        found = {one.message.key: verdict for one, verdict in zip(located, verdicts, strict=True)}
        store.add_verdicts(found, now)
        kinds.update(verdict.kind.value for verdict in verdicts)
        judged += len(verdicts)
        progress("classify", judged, 0)
    judge_own(store, own, people_may_be_new=bool(kinds.keys() - _NOT_ABOUT_IT))
    store.drop_text()
    return kinds


def _as_answered(store: Store, message: Message, verdict: Verdict) -> Verdict:
    """Return the verdict, or that of a rule where a few words answer a question of the user's.

    "Of course, go ahead" says nothing by itself; after "may I mention your name?" it belongs to
    the referral, and its text must not be dropped.
    """
    ids = (*message.in_reply_to, *reversed(message.references))[:_MOST_IDS]
    if verdict.kind not in _UNTOLD or verdict.source is not Source.MODEL or not ids:
        return verdict
    from mailsense.reply import pointers

    if pointers.answer_to(message.text, True) is None:
        return verdict
    questions = (item for id in ids if (item := store.message(id)) is not None)
    if any(q.located.outgoing and pointers.asks_leave(q.message.text) for q in questions):
        what = "the giver of a name says whether you may mention them, as you asked"
        return Verdict(Kind.REFERRAL, Source.RULE, 1.0, evidence=(Evidence("rule", what, 1.0),))
    return verdict


def _as_invited(store: Store, judged: Sequence[Item]) -> list[Verdict]:
    """Return the verdicts; that of a rule where a time is proposed for a talk spoken of before.

    "Could we try for Tuesday at 13:30?" says little by itself; after an invitation, in the same
    conversation or from the same person, it wants an answer, and its text must not be dropped.
    """
    verdicts = [item.verdict for item in judged if item.verdict is not None]
    asking = {
        number
        for number, (item, verdict) in enumerate(zip(judged, verdicts, strict=True))
        if proposes_time(item.message, verdict)
    }
    if not asking:
        return verdicts
    invited = [item for item in (*store.job_items(), *judged) if _invites(item)]
    what = "they propose a time for a talk that you were invited to"
    evidence = (Evidence("rule", what, 1.0),)
    for number in asking:
        if any(_goes_on(judged[number], before) for before in invited):
            verdicts[number] = Verdict(Kind.INTERVIEW, Source.RULE, 1.0, evidence=evidence)
    return verdicts


def _invites(item: Item) -> bool:
    if item.located.outgoing or item.verdict is None:
        return False
    return Kind.INTERVIEW in item.verdict.kinds or bool(item.message.events)


def _goes_on(item: Item, before: Item) -> bool:
    """True when a letter follows an invitation in its conversation, or from the same person."""
    same = before.message.from_.key == item.message.from_.key
    if before.located.thread:
        same = same or before.located.thread == item.located.thread
    at, since = item.message.date, before.message.date
    return same and at is not None and since is not None and timedelta() < at - since < _SAME_TALK
