"""The review session: what each decision does, and that none is ever lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailsense.adapters.store import SqliteStore
from mailsense.domain import (
    Action,
    Address,
    Draft,
    DraftState,
    Kind,
    Located,
    Message,
    Plan,
    PlanKind,
    Reason,
)
from mailsense.errors import UserError
from mailsense.ports import Item
from mailsense.reply import playbook
from mailsense.resources import shipped
from mailsense.review import Review

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
ANNA = Address("Anna Field", "anna@field.example")
BOOK = playbook.load(shipped("templates") / "playbook.toml")
BODY = (
    "Hello Anna,\n\nThank you for letting me know, and for the time you took to tell me yourself. "
    "I enjoyed learning about the work your team does.\n\nKind regards,\nRobin\n"
)


def draft(id: str, plan: PlanKind = PlanKind.ANSWER_REJECTION, **changes: object) -> Draft:
    made = Draft(
        id=id,
        account="main",
        plan=plan,
        about=f"a-{id}",
        episode=f"e-{id}",
        template="rejection-applied",
        message_id=f"{id}@me.example",
        from_=Address("Robin", "robin@me.example"),
        to=(ANNA,),
        subject="Re: Your application",
        body=BODY,
        answers=f"m-{id}",
        created=NOW,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore.memory()
    yield store
    store.close()


def filled(store: SqliteStore, *drafts: Draft) -> Review:
    for one in drafts:
        message = Message(one.answers, one.answers, "Your application", ANNA, date=NOW)
        store.add_messages([Located(message, "main", "INBOX", 1, False)])
        assert store.add_draft(one)
    return Review(store, BOOK, now=NOW)


def states(store: SqliteStore) -> dict[str, str]:
    return {d.id: d.state.value for d in store.drafts()}


def test_good_news_comes_before_the_noes(store: SqliteStore) -> None:
    session = filled(
        store,
        draft("no"),
        draft("yes", PlanKind.ANSWER_OFFER),
        draft("task", PlanKind.ANSWER_REQUEST),
    )
    seen = []
    while (card := session.current()) is not None:
        seen.append(card.draft.id)
        session.skip()
    assert seen == ["yes", "task", "no"]


def test_approval_is_bound_to_the_very_text(store: SqliteStore) -> None:
    session = filled(store, draft("d1"))
    approved = session.approve()
    decision = store.decisions(draft="d1")[-1]
    assert (approved.state, decision.action) == (DraftState.APPROVED, Action.APPROVE)
    assert decision.digest == approved.digest
    assert replace(approved, body=BODY + "PS").digest != decision.digest


def test_an_edit_keeps_the_users_words_and_shows_the_card_again(store: SqliteStore) -> None:
    session = filled(store, draft("d1"))
    card = session.edit("Re: Your  application", "Hello Anna,\n\nMy own words.\n\nRobin")
    assert card.draft.edited
    assert "My own words." in card.draft.body
    current = session.current()
    assert current is not None
    assert current.draft.id == "d1"
    session.approve()
    stored = store.draft("d1")
    assert stored is not None
    assert "My own words." in stored.body


def test_a_placeholder_stands_against_approval(store: SqliteStore) -> None:
    session = filled(store, draft("d1", body="Hello Anna,\n\nThank you, [Your Name].\n"))
    card = session.current()
    assert card is not None
    assert card.blocked
    with pytest.raises(UserError, match="placeholder"):
        session.approve()
    assert states(store) == {"d1": "waiting"}


def test_snooze_discard_and_skip(store: SqliteStore) -> None:
    session = filled(store, draft("a"), draft("b"), draft("c"))
    snoozed = session.snooze(3)
    assert (snoozed.state, snoozed.not_before) == (DraftState.RESTING, NOW + timedelta(days=3))
    session.discard()
    session.skip()
    assert session.current() is None
    assert sorted(states(store).values()) == ["discarded", "resting", "waiting"]


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_snooze_must_be_of_a_sensible_length(store: SqliteStore, days: int) -> None:
    session = filled(store, draft("a"))
    with pytest.raises(UserError, match="1 to 365"):
        session.snooze(days)
    assert states(store) == {"a": "waiting"}


@pytest.mark.parametrize("verb", ["approve", "discard", "skip"])
def test_back_takes_the_last_decision_back(store: SqliteStore, verb: str) -> None:
    session = filled(store, draft("a"), draft("b"))
    first = session.current()
    assert first is not None
    getattr(session, verb)()
    assert session.back()
    again = session.current()
    assert again is not None
    assert again.draft == first.draft
    assert set(states(store).values()) == {"waiting"}


def test_back_at_the_beginning_does_nothing(store: SqliteStore) -> None:
    assert not filled(store, draft("a")).back()


def test_what_a_sync_has_placed_meanwhile_is_not_taken_back(store: SqliteStore) -> None:
    session = filled(store, draft("a"))
    approved = session.approve()
    store.save_draft(replace(approved, state=DraftState.DELIVERED))
    with pytest.raises(UserError, match="Drafts folder"):
        session.back()
    assert states(store) == {"a": "delivered"}


def test_an_edit_is_taken_back_to_the_words_before(store: SqliteStore) -> None:
    session = filled(store, draft("a"))
    session.edit("x", "Hello Anna,\n\nother words\n")
    session.back()
    stored = store.draft("a")
    assert stored is not None
    assert (stored.body, stored.edited) == (BODY, False)


def test_a_session_that_breaks_off_loses_nothing(store: SqliteStore) -> None:
    session = filled(store, draft("a"), draft("b"), draft("c"))
    session.approve()
    del session
    again = Review(store, BOOK, now=NOW)
    assert again.total == 2
    assert sorted(states(store).values()) == ["approved", "waiting", "waiting"]


def test_resting_drafts_are_offered_only_when_asked_for(store: SqliteStore) -> None:
    filled(store, draft("a", state=DraftState.RESTING), draft("b"))
    assert Review(store, BOOK, now=NOW).total == 1
    assert Review(store, BOOK, now=NOW, rested=False).total == 2
    assert Review(store, BOOK, now=NOW, only=["a"], rested=False).total == 1


def test_a_draft_decided_elsewhere_meanwhile_is_passed_over(store: SqliteStore) -> None:
    session = filled(store, draft("a"), draft("b"))
    store.save_draft(draft("a", state=DraftState.STALE))
    card = session.current()
    assert card is not None
    assert card.draft.id == "b"


class Labels:
    """A relabelling that withdraws one draft and makes another."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.said: list[tuple[str, Kind, Reason | None]] = []

    def apply(self, item: Item, kind: Kind, reason: Reason | None) -> Sequence[str]:
        self.said.append((item.key, kind, reason))
        self.store.save_draft(draft("a", state=DraftState.STALE))
        self.store.add_draft(draft("new", PlanKind.ANSWER_REQUEST))
        return ["new"]

    def undo(self, item: Item) -> None:
        self.said.pop()
        self.store.save_draft(draft("new", PlanKind.ANSWER_REQUEST, state=DraftState.STALE))


def test_a_relabel_withdraws_the_draft_and_brings_what_follows(store: SqliteStore) -> None:
    filled(store, draft("a"))
    labels = Labels(store)
    session = Review(store, BOOK, now=NOW, relabel=labels)
    assert session.relabel(Kind.INTERVIEW) == ["new"]
    assert labels.said == [("m-a", Kind.INTERVIEW, None)]
    card = session.current()
    assert card is not None
    assert card.draft.id == "new"
    session.back()
    again = session.current()
    assert again is not None
    assert (again.draft.id, again.draft.state) == ("a", DraftState.WAITING)
    assert labels.said == []
    assert session.total == 1


def test_deciding_with_nothing_left_is_told(store: SqliteStore) -> None:
    session = Review(store, BOOK, now=NOW)
    for verb in (session.approve, session.discard):
        with pytest.raises(UserError, match="no draft"):
            verb()


def test_what_was_not_shown_is_never_decided_about(store: SqliteStore) -> None:
    session = filled(store, draft("ann"), draft("bob"))
    card = session.current()
    assert card is not None
    store.save_draft(draft("ann", state=DraftState.STALE))  # a sync withdraws it meanwhile
    for decide in (session.approve, session.discard, lambda: session.edit("x", "y")):
        with pytest.raises(UserError, match="meanwhile"):
            decide()
        session._shown = card
    assert states(store) == {"ann": "stale", "bob": "waiting"}


def test_words_changed_elsewhere_meanwhile_are_not_approved_unseen(store: SqliteStore) -> None:
    session = filled(store, draft("ann"))
    session.current()
    store.save_draft(draft("ann", body="Hello Anna,\n\nother words\n"))
    with pytest.raises(UserError, match="meanwhile"):
        session.approve()
    again = session.current()
    assert again is not None
    assert "other words" in again.draft.body
    assert session.approve().state is DraftState.APPROVED


# --- one true detail -------------------------------------------------------------------------


THANKS = "Hello Anna,\n\nThank you for talking with me on Thursday.\n\nBest wishes,\nRobin\n"


def thanking(store: SqliteStore, **changes: object) -> Review:
    """A session over one thank-you, whose letter is written anew by putting the words in."""
    one = draft("t1", PlanKind.THANK_INTERVIEWER, template="thank-interviewer", body=THANKS)
    one = replace(one, **changes)  # type: ignore[arg-type]
    filled(store, one)
    store.save_plans([Plan(one.plan, one.about, one.episode, one.template, "a talk")])

    def rewrite(before: Draft, plan: Plan, text: str) -> Draft:
        if not text:
            raise UserError("one true thing is needed")
        assert plan.why == "a talk"
        body = before.body.replace("Thursday.", f"Thursday. {text}.")
        return replace(before, body=body, detail=text)

    return Review(store, BOOK, now=NOW, rested=False, rewrite=rewrite)


def detail_warnings(session: Review) -> list[str]:
    card = session.current()
    assert card is not None
    return [f.text for f in card.findings if f.rule == "detail"]


def test_a_thank_you_asks_for_one_true_detail_until_it_has_one(store: SqliteStore) -> None:
    session = thanking(store)
    assert detail_warnings(session) == ["add one true detail of the talk (detail: …)"]
    card = session.detail("The cellar")
    assert not card.wants_detail
    assert "Thursday. The cellar." in card.draft.body
    assert detail_warnings(session) == []
    stored = store.draft("t1")
    assert stored is not None
    assert (stored.detail, stored.edited) == ("The cellar", False)
    assert not any("true detail" in warning for warning in stored.warnings)


def test_a_detail_voids_an_approval_as_an_edit_does(store: SqliteStore) -> None:
    session = thanking(store)
    session.approve()
    session.back()
    session.detail("The cellar")
    newest = store.decisions(draft="t1")[-1]
    stored = store.draft("t1")
    assert stored is not None
    assert (newest.action, newest.digest) == (Action.EDIT, stored.digest)
    assert session.approve().state is DraftState.APPROVED


def test_a_detail_is_taken_back(store: SqliteStore) -> None:
    session = thanking(store)
    session.current()
    session.detail("The cellar")
    assert session.back()
    stored = store.draft("t1")
    assert stored is not None
    assert (stored.body, stored.detail) == (THANKS, "")


def test_a_detail_that_does_not_fit_changes_nothing(store: SqliteStore) -> None:
    session = thanking(store)
    with pytest.raises(UserError, match="one true thing"):
        session.detail("")
    assert store.decisions(draft="t1") == []
    assert not session.back()


def test_a_resting_thank_you_takes_its_detail_and_rests_on(store: SqliteStore) -> None:
    session = thanking(store, state=DraftState.RESTING, not_before=NOW + timedelta(hours=9))
    assert session.detail("The cellar").draft.state is DraftState.RESTING


def test_a_letter_that_nothing_plans_any_more_takes_no_detail(store: SqliteStore) -> None:
    session = thanking(store)
    store.save_plans([])
    with pytest.raises(UserError, match="not planned any more"):
        session.detail("The cellar")
