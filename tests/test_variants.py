"""The variants of a letter: a human chooses, the letter is written anew, and the choice stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mailsense import review
from mailsense.adapters.store import SqliteStore
from mailsense.config import Me
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
    Stage,
)
from mailsense.errors import TemplateError, UserError
from mailsense.pipeline.decide import decide
from mailsense.pipeline.deliver import require_approval
from mailsense.pipeline.following import rewrite
from mailsense.reply import playbook
from mailsense.reply.lint import lint
from mailsense.reply.samples import samples
from mailsense.reply.variants import kept, named, rewritten, variants
from mailsense.track import said
from mailsense.track.progress import course
from mailsense.track.talks import REFUSES
from tests.support.items import (
    MINE,
    PLAYBOOK,
    SHIPPED,
    TEMPLATES,
    day,
    draft,
    incoming,
    outgoing,
    verdict,
)
from tests.support.wordmodel import NOW, judged, worded
from tests.support.world import World

FACTS = {
    "to_name": "Anna", "company": "Northwind", "role": "Planner", "relation": "recruiter",
    "stage": "interview", "thanks_for": "inviting me to talk",
    "interview_times": ("Tuesday 9 December at 14:00",), "variant": 0,
}  # fmt: skip
PLAN = Plan(PlanKind.ANSWER_REQUEST, "a1", "m1", "interview", "", answers="m1", facts=FACTS)
LETTER = draft(
    plan=PlanKind.ANSWER_REQUEST, template="interview", subject="Re: Interview",
    in_reply_to="m1@northwind.example", references=("m1@northwind.example",),
    body="Hello Anna,\n\nTuesday 9 December at 14:00 works for me.\n\nBest wishes,\nSam Rivers\n",
)  # fmt: skip
CHANGE = partial(rewritten, templates=TEMPLATES, me=Me(name="Sam Rivers"))
SETS = [(key, name) for key, names in PLAYBOOK.variants.items() for name in names]


# --- what there is to choose from ----------------------------------------------------------


def test_approach_invitation_task_and_offer_have_variants_and_each_is_told_in_a_few_words() -> None:
    assert set(PLAYBOOK.variants) == {"outreach", "interview", "task", "offer"}
    assert len(PLAYBOOK.variants["outreach"]) == 3
    for _, name in SETS:
        assert TEMPLATES.source(name)
        assert 1 <= len(PLAYBOOK.in_short[name].split()) <= 4
    assert set(PLAYBOOK.in_short) == {name for _, name in SETS}


@pytest.mark.parametrize(
    ("template", "planned", "names"),
    [
        ("outreach-interested", "outreach-interested", ["interested", "tell-me-more", "not-now"]),
        ("outreach-not-now", "outreach-tell-me-more", ["interested", "tell-me-more", "not-now"]),
        ("interview", "interview", ["interview", "other-time", "decline"]),
        ("request-decline", "interview", ["interview", "other-time", "decline"]),
        ("request-decline", "task", ["task", "decline"]),
        ("offer-accept", "offer", ["offer", "accept", "decline"]),
        ("offer-accept", "my-own-offer", ["offer", "accept", "decline"]),
        ("rejection-final", "rejection-final", []),
    ],
)
def test_the_variants_are_those_of_what_is_planned(
    template: str, planned: str, names: list[str]
) -> None:
    found = variants(replace(LETTER, template=template), replace(PLAN, template=planned), PLAYBOOK)
    assert [v.name for v in found] == names
    assert [v.template for v in found if v.current] == [template] * bool(names)
    assert [v.number for v in found] == list(range(1, len(names) + 1))


def test_without_a_plan_the_draft_itself_tells() -> None:
    assert variants(LETTER, None, PLAYBOOK)[0].name == "interview"


def test_short_names_that_would_be_the_same_stay_whole() -> None:
    book = replace(PLAYBOOK, variants={"x": ("interview", "a-decline", "b-decline")})
    assert [v.name for v in variants(LETTER, None, book)] == ["interview", "a-decline", "b-decline"]


@pytest.mark.parametrize("text", ["3", "decline", "request-decline", " Decline "])
def test_a_variant_is_named_by_number_name_or_template(text: str) -> None:
    assert named(variants(LETTER, PLAN, PLAYBOOK), text, LETTER).template == "request-decline"


@pytest.mark.parametrize(
    ("text", "letter", "told"),
    [
        ("4", LETTER, "has no variant '4': take one of interview, other-time, decline"),
        ("not-now", LETTER, "has no variant 'not-now'"),
        ("", LETTER, "has no variant ''"),
        ("1", LETTER, r"is written so already \(interview\)"),
        ("1", draft(template="rejection-final"), "one way only to write this letter"),
    ],
)
def test_a_name_that_fits_nothing_is_told(text: str, letter: Draft, told: str) -> None:
    with pytest.raises(UserError, match=told):
        named(variants(letter, None, PLAYBOOK), text, letter)


def test_the_users_playbook_may_have_sets_of_its_own_and_mistakes_in_it_are_told(
    tmp_path: Path,
) -> None:
    own = tmp_path / "playbook.toml"
    own.write_text('[variants]\noffer = ["offer", "mine"]\nno = ["rejection-final", "soft"]\n')
    book = playbook.load(SHIPPED / "playbook.toml", own)
    assert book.variants["offer"] == ("offer", "mine")
    assert book.variants_of("rejection-final") == ("rejection-final", "soft")
    assert "playbook.toml: variants.offer: no template is called 'mine'" in TEMPLATES.check(book)
    own.write_text('[variants]\noffer = "offer"\n[in_short]\noffer = ["in writing"]\n')
    with pytest.raises(TemplateError) as caught:
        playbook.load(SHIPPED / "playbook.toml", own)
    assert [p.split(": ")[1] for p in caught.value.problems] == ["variants.offer", "in_short.offer"]


# --- the letter written anew ------------------------------------------------------------------


def test_the_letter_is_another_one_and_its_place_the_same() -> None:
    after = CHANGE(LETTER, PLAN, "request-decline")
    assert (after.template, after.chosen, after.edited) == ("request-decline", True, False)
    assert "withdraw" in after.body
    assert "Tuesday" not in after.body
    assert after.digest != LETTER.digest
    same = ("id", "message_id", "in_reply_to", "references", "subject", "episode", "to", "about")
    assert [getattr(after, f) for f in same] == [getattr(LETTER, f) for f in same]


def test_a_detail_that_the_user_gave_goes_along() -> None:
    plan = Plan(PlanKind.THANK_INTERVIEWER, "a1", "talk", "thank-interviewer", "", facts=FACTS)
    letter = draft(plan=plan.kind, template="thank-interviewer", detail="You showed me the press.")
    assert "You showed me the press." in CHANGE(letter, plan, "thank-interviewer").body


def test_what_is_chosen_stays_as_long_as_it_is_one_of_the_variants() -> None:
    after = CHANGE(LETTER, PLAN, "request-decline")
    assert kept(PLAN, after, PLAYBOOK).template == "request-decline"
    assert kept(PLAN, LETTER, PLAYBOOK) is PLAN
    assert kept(PLAN, replace(after, chosen=False), PLAYBOOK) is PLAN
    offer = replace(PLAN, template="offer")
    assert kept(offer, after, PLAYBOOK) is offer


@pytest.mark.parametrize("variant", range(3))
@pytest.mark.parametrize(("key", "name"), SETS)
def test_every_variant_passes_the_lint_with_the_facts_of_every_other(
    key: str, name: str, variant: int
) -> None:
    kinds = {"outreach": PlanKind.ANSWER_OUTREACH, "offer": PlanKind.ANSWER_OFFER}
    kind = kinds.get(key, PlanKind.ANSWER_REQUEST)
    facts = {**FACTS, "thanks_for": samples(key)["full"]["thanks_for"], "variant": variant}
    after = CHANGE(draft(plan=kind), replace(PLAN, kind=kind, facts=facts), name)
    found = lint(after, facts=facts, playbook=PLAYBOOK, companies=["Northwind", "Kestrel"])
    assert [f for f in found if f.rule != "time"] == []


# --- what it says is understood --------------------------------------------------------------


COMES_TO = {
    "outreach-interested": "waiting", "outreach-tell-me-more": "waiting",
    "outreach-not-now": "closed declined", "interview": "waiting",
    "interview-other-time": "waiting", "request-decline": "closed withdrawn", "task": "waiting",
    "offer": "waiting", "offer-accept": "closed accepted", "offer-decline": "closed declined",
}  # fmt: skip


@pytest.mark.parametrize("variant", range(3))
@pytest.mark.parametrize(("key", "name"), SETS)
@pytest.mark.parametrize("relation", ["recruiter", "networking"])
def test_the_process_goes_on_as_the_letter_says(
    key: str, name: str, variant: int, relation: str
) -> None:
    kind, networking = Kind(key), relation == "networking"
    if networking and key != "interview":
        return
    stage = Stage.NETWORKING if networking else None
    asked = incoming("m1", day(11, 2), verdict(kind, stage=stage), text="Shall we?\n\nAnna")
    facts = {**FACTS, "relation": relation, "variant": variant}
    body = CHANGE(LETTER, replace(PLAN, facts=facts), name).body
    answer = outgoing("o1", day(11, 3), text=body)
    found = course([asked, answer], MINE, networking=networking)
    state = f"{found.state.value} {found.outcome.value}".removesuffix(" none")
    assert state == COMES_TO[name], body
    assert said.says(REFUSES, body) is (name == "interview-other-time") or key == "offer"


# --- in the review -----------------------------------------------------------------------------


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore.memory()
    message = Message("m1", "m1", "Interview", LETTER.to[0], date=day(11, 2))
    store.add_messages([Located(message, "main", "INBOX", 1, False)])
    store.add_draft(LETTER)
    store.save_plans([PLAN])
    yield store
    store.close()


def session(store: SqliteStore, *, rested: bool = True) -> review.Review:
    return review.Review(store, PLAYBOOK, now=day(11, 3), rested=rested, vary=CHANGE)


def test_the_card_offers_the_variants_and_shows_the_one_that_is_chosen(store: SqliteStore) -> None:
    found = session(store)
    card = found.current()
    assert card is not None
    assert [v.name for v in card.variants] == ["interview", "other-time", "decline"]
    assert any("accepts Tuesday" in f.text for f in card.findings)
    after = found.variant("other-time")
    assert after.draft.template == "interview-other-time"
    assert [v.name for v in after.variants if v.current] == ["other-time"]
    assert not any("accepts" in f.text for f in after.findings), "looked over anew"
    kept_as = store.draft("d1")
    assert kept_as is not None
    assert (kept_as.body, kept_as.warnings) == (after.draft.body, ())
    assert found.place == 0, "it stays the current one"


def test_back_takes_the_choice_back(store: SqliteStore) -> None:
    found = session(store)
    found.variant("decline")
    found.variant("other-time")
    assert found.back()
    assert found.current().draft.template == "request-decline"  # type: ignore[union-attr]
    assert found.back()
    assert found.current().draft == LETTER  # type: ignore[union-attr]
    assert not found.back()


def test_words_of_the_users_own_are_not_written_over_unasked(store: SqliteStore) -> None:
    found = session(store)
    found.edit("Re: Interview", "Hello Anna,\n\nMy own words.\n")
    with pytest.raises(UserError, match="changed it yourself: --force"):
        found.variant("decline")
    assert "My own words" in found.current().draft.body  # type: ignore[union-attr]
    after = found.variant("interview", force=True).draft
    assert "My own words" not in after.body
    assert not after.edited


def test_a_session_that_cannot_write_says_so(store: SqliteStore) -> None:
    with pytest.raises(UserError, match="cannot be written anew here"):
        review.Review(store, PLAYBOOK, now=day(11, 3)).variant("decline")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DraftState.RESTING, DraftState.RESTING),
        (DraftState.APPROVED, DraftState.WAITING),
        (DraftState.WAITING, DraftState.WAITING),
    ],
)
def test_an_approval_is_void_and_a_rest_goes_on(
    store: SqliteStore, before: DraftState, after: DraftState
) -> None:
    card = review.card(store, PLAYBOOK, LETTER)
    review.approve(store, card, now=day(11, 3))
    was = replace(LETTER, state=before)
    store.save_draft(was)
    done = review.variant(store, was, "2", CHANGE, PLAYBOOK, now=day(11, 3))
    assert done.state is after
    assert store.decisions(draft="d1")[-1].action is Action.EDIT
    with pytest.raises(UserError, match="was changed after it was approved"):
        require_approval(store, done)


def test_what_is_planned_no_more_cannot_be_varied(store: SqliteStore) -> None:
    store.save_plans([])
    with pytest.raises(UserError, match="not planned any more"):
        session(store).variant("decline")


def test_a_fresh_letter_keeps_the_choice_only_of_its_own_template(store: SqliteStore) -> None:
    chosen = CHANGE(LETTER, PLAN, "request-decline")
    store.save_draft(chosen)
    fresh = replace(chosen, body="Hello Anna,\n\nAnew.\n", chosen=False)
    assert rewrite(store, chosen, fresh)
    assert store.draft("d1").chosen  # type: ignore[union-attr]
    assert rewrite(store, chosen, replace(fresh, template="interview", body="Hello Anna,\n"))
    assert not store.draft("d1").chosen  # type: ignore[union-attr]


# --- on the command line -----------------------------------------------------------------------

ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
INVITE = Message(
    "invite@x", "invite@x", "Interview for Data Analyst", ANNA,
    (Address("Robin", "robin@me.example"),), date=NOW,
    text="Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks."
    "\n\nBest regards\nAnna Lee",
)  # fmt: skip


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One invitation, with the draft that answers it."""
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    located = Located(INVITE, "main", "INBOX", 1, False, False, "t1", NOW)
    store.add_messages([located], {INVITE.key: judged(INVITE)})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def only(robin: World) -> dict[str, str]:
    (found,) = robin.json("drafts")
    return dict(found)


def test_without_a_name_the_variants_are_listed(robin: World) -> None:
    id = only(robin)["id"]
    out = robin.ok("drafts", "variant", id).out
    assert out.splitlines() == [
        "* 1  interview   yes, glad to",
        "  2  other-time  yes, another time",
        "  3  decline     no, with thanks",
    ]
    listed = robin.json("drafts", "variant", id)
    assert [one["template"] for one in listed] == list(PLAYBOOK.variants["interview"])
    assert [one["current"] for one in listed] == [True, False, False]


def test_with_a_name_the_letter_is_written_anew_and_shown(robin: World) -> None:
    before = only(robin)
    out = robin.ok("drafts", "variant", before["id"], "decline").out
    assert "withdraw" in out or "not to go further" in out
    assert out.splitlines()[-1] == f"approve it with `mailsense drafts approve {before['id']}`"
    after = only(robin)
    assert (after["template"], after["state"]) == ("request-decline", "waiting")
    assert [after[k] for k in ("id", "message_id")] == [before[k] for k in ("id", "message_id")]
    store = robin.store()
    decide(store, robin.app().deciding(store))
    store.close()
    assert only(robin) == after, "and stays so"
    back = robin.json("drafts", "variant", before["id"], "interview")
    assert (back["template"], back["body"]) == ("interview", before["body"])


def test_an_edited_draft_wants_force(robin: World) -> None:
    id = only(robin)["id"]
    robin.ok("drafts", "edit", id, "--body", "Hello Anna,\n\nMine alone.\n\nRobin")
    refused = robin.run("drafts", "variant", id, "decline")
    assert refused.code == 1
    assert refused.err == (
        f"mailsense: {id}: you have changed it yourself: --force writes over your words\n"
    )
    assert "Mine alone." in only(robin)["body"]
    robin.ok("drafts", "variant", id, "decline", "--force")
    assert "Mine alone." not in only(robin)["body"]


@pytest.mark.parametrize(("args", "told"), [(("nosuch1", "2"), "no draft"), (("ID", "9"), "take")])
def test_a_wrong_name_is_one_line_with_the_way_out(
    robin: World, args: tuple[str, str], told: str
) -> None:
    id = only(robin)["id"]
    done = robin.run("drafts", "variant", *(id if a == "ID" else a for a in args))
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert told in done.err


def test_a_letter_that_was_put_away_is_not_varied(robin: World) -> None:
    id = only(robin)["id"]
    robin.ok("drafts", "discard", id)
    assert "discarded" in robin.run("drafts", "variant", id, "2").err


def test_the_review_shows_the_choice_and_takes_number_or_name(robin: World) -> None:
    out = robin.ok("review", input="v\n2\nb\nv decline\nq\n").out
    assert "[v]ariant" in out
    assert "  * 1  interview   yes, glad to" in out
    assert "another time" in out
    assert only(robin)["template"] == "request-decline"


def test_the_review_asks_before_it_writes_over_the_users_words(robin: World) -> None:
    id = only(robin)["id"]
    robin.ok("drafts", "edit", id, "--body", "Hello Anna,\n\nMine alone.\n\nRobin")
    out = robin.ok("review", input="v 3\nn\nv 3\ny\nq\n").out
    assert out.count("write over your words?") == 2
    assert "left as it was" in out
    assert only(robin)["template"] == "request-decline"


def test_nothing_chosen_leaves_it_as_it_was(robin: World) -> None:
    before = only(robin)
    assert "left as it was" in robin.ok("review", input="v\n\nv 8\nq\n").out
    assert only(robin) == before
