"""The user's word: given to many at once, taken back, and confirmed by approving an answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from mailsense.adapters import modelfile, versions
from mailsense.adapters.store import SqliteStore
from mailsense.classify import classifier, corpus, learning
from mailsense.classify.letters import Letter, letter
from mailsense.classify.similar import similar, vectors
from mailsense.cli import label as command
from mailsense.cli.app import App
from mailsense.domain import (
    Action,
    Address,
    Decision,
    Draft,
    DraftState,
    Kind,
    Located,
    Message,
    PlanKind,
    Source,
    Verdict,
    short_id,
)
from mailsense.pipeline import learn
from mailsense.pipeline.own import recognise
from mailsense.ports import Item
from mailsense.resources import shipped
from mailsense.review import Review, approve, card, discard, edit, snooze
from tests.support.wordmodel import NOW, WordClassifier, put, worded
from tests.support.world import World
from tests.test_review import BODY, BOOK

FORM = (
    "Dear Robin,\n\nThank you for applying for the position of {role} with Elm and Sons. We have "
    "had a large number of letters, and the tide has turned the lantern down for your boat this "
    "season. We keep your letter for a year.\n\nKind regards\n{name}\n"
)
RECEIPT = (
    "Dear Robin,\n\nThank you for applying for the position of Keeper with Elm and Sons. Your "
    "letter lies with our team, who read each one and will write again within three weeks.\n\n"
    "Kind regards\nPia Brandt\n"
)
PEOPLE = (("Keeper", "Pia Brandt"), ("Head Gardener", "Olu Adeyemi"), ("Buyer", "Ana Souza"))


def mail(key: str, text: str, sender: Address | None = None, **more: object) -> Message:
    known: dict[str, object] = {"subject": "Your letter", "date": NOW - timedelta(days=1)}
    from_ = sender or Address("Elm and Sons", "people@elm.example")
    return Message(
        f"{key}@elm.example", f"{key}@elm.example", from_=from_, text=text, **{**known, **more}
    )  # type: ignore[arg-type]


def forms() -> list[Message]:
    return [mail(f"form{n}", FORM.format(role=r, name=w)) for n, (r, w) in enumerate(PEOPLE)]


# similar


def written(text: str, sender: str = "a@elm.example") -> Letter:
    return letter("Your letter", Address("", sender), text)


def test_one_form_with_other_names_is_similar_and_another_letter_of_the_firm_is_not() -> None:
    one, two, three = (written(form.text) for form in forms())
    found = similar(one, "elm.example", [(two, ""), (written(RECEIPT), "elm.example"), (three, "")])
    assert sorted(place for place, _ in found) == [0, 2]
    assert similar(one, "elm.example", []) == []


def test_a_common_sender_counts_extra_and_is_never_enough() -> None:
    words = "the tide has turned the lantern down for your boat this season and for all of us here"
    head = " ".join(words.split()[:12])
    other = written(f"{head} while apples ripen slowly")
    assert similar(written(words), "elm.example", [(other, "")]) == []
    assert similar(written(words), "elm.example", [(other, "elm.example")])
    assert not similar(written(words), "elm.example", [(written("Lunch?"), "elm.example")])
    assert similar(written(words), "", [(other, "")]) == [], "no circle is no common circle"


def test_letters_that_only_say_the_same_are_not_similar() -> None:
    base = corpus.load(shipped("models") / "corpus")
    some = [w for w in base.letters if w.kind is Kind.REJECTION][:60]
    space = vectors([letter(w.subject, w.address, w.body) for w in some])
    for row in range(0, len(some), 7):
        cosines = np.delete(space.cosines(row), row)
        assert cosines.max() < 0.5
        assert space.cosines(row)[row] == pytest.approx(1)


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = worded(tmp_path, monkeypatch)
    put(made, *forms(), mail("receipt", RECEIPT), mail("cake", "The cake, the cake."))
    return made


def said(robin: World) -> dict[str, str]:
    """Return what the user labelled: the first part of the id, and the kind."""
    messages = robin.json("list")
    return {m["message_id"].partition("@")[0]: m["kind"] for m in messages if m["source"] == "user"}


FORMS = {"form0": "rejection", "form1": "rejection", "form2": "rejection"}
SIMILAR = ("label", "--similar", "form0@elm.example", "rejection")


def test_without_a_terminal_the_set_is_shown_and_nothing_labelled(robin: World) -> None:
    result = robin.run(*SIMILAR)
    assert result.code == 1
    assert "3 messages to label rejection" in result.out
    assert "--yes" in result.err
    assert said(robin) == {}
    as_json = robin.run(*SIMILAR, "--json")
    assert (as_json.code, as_json.json["count"], as_json.json["labelled"]) == (1, 3, [])


def test_with_yes_all_are_labelled_and_each_can_be_taken_back(robin: World) -> None:
    told = robin.json(*SIMILAR, "--yes")
    assert told["count"] == len(told["labelled"]) == 3
    assert said(robin) == FORMS
    robin.ok("label", "--undo", "form1@elm.example")
    assert said(robin) == {"form0": "rejection", "form2": "rejection"}


def test_those_labelled_at_one_look_teach_less_than_the_one_that_was_looked_at(
    robin: World,
) -> None:
    robin.ok(*SIMILAR, "--yes")
    store = robin.store()
    weights = {e.message_key.partition("@")[0]: e.weight for e in store.examples()}
    store.close()
    assert weights["form0"] == 1.0
    assert weights["form1"] == weights["form2"] == learn.ALIKE < 1.0


@pytest.mark.parametrize(("answer", "expected"), [("y\n", FORMS), ("n\n", {}), ("", {})])
def test_on_a_terminal_it_asks(
    robin: World, monkeypatch: pytest.MonkeyPatch, answer: str, expected: dict[str, str]
) -> None:
    monkeypatch.setattr(command, "interactive", lambda: True)
    result = robin.run(*SIMILAR, input=answer)
    assert "label 3 messages rejection?" in result.out
    assert said(robin) == expected


def kept(robin: World) -> tuple[list[object], list[object], list[object]]:
    """Return all that a label would have changed: examples, decisions, verdicts."""
    store = robin.store()
    items = [store.message(one.key) for one in forms()]
    found = list(store.examples()), list(store.decisions()), [one and one.verdict for one in items]
    store.close()
    return found


@pytest.mark.parametrize("agreed", [False, True], ids=["declined", "agreed"])
def test_every_message_of_the_set_is_shown_before_any_is_labelled(
    robin: World, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    subjects = ["Your letter, Pia", "Your letter, Olu", "Your letter, Ana"]
    put(robin, *(replace(one, key=f"x{one.key}", message_id=f"x{one.key}", subject=subject)
                 for one, subject in zip(forms(), subjects, strict=True)))  # fmt: skip
    ids = {short_id(one["message_id"]) for one in robin.json("list") if "form" in one["message_id"]}
    assert len(ids) == 6
    before = kept(robin)
    asked: list[str] = []

    def confirm(question: str, **more: object) -> bool:
        shown = sys.stdout.getvalue()  # type: ignore[attr-defined]
        assert {line.split()[0] for line in shown.splitlines()[1:]} == ids
        assert all(subject in shown for subject in subjects)
        assert shown.startswith("6 messages to label rejection:\n")
        assert kept(robin) == before
        asked.append(question)
        return agreed

    monkeypatch.setattr(command, "interactive", lambda: True)
    monkeypatch.setattr(command.click, "confirm", confirm)
    robin.run(*SIMILAR)
    assert asked == ["label 6 messages rejection?"]
    assert (kept(robin) == before) is not agreed
    assert len(said(robin)) == (6 if agreed else 0)


@pytest.mark.parametrize("answer", ["n\n", "\n", ""], ids=["no", "nothing", "the end"])
def test_a_set_that_is_declined_leaves_no_trace(
    robin: World, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(command, "interactive", lambda: True)
    before = kept(robin)
    result = robin.run(*SIMILAR, input=answer)
    assert "label 3 messages rejection?" in result.out
    assert kept(robin) == before
    assert "now" not in result.out


def test_a_label_that_was_given_is_never_overwritten(robin: World) -> None:
    robin.ok("label", "form1@elm.example", "feedback")
    robin.ok(*SIMILAR, "--yes")
    assert said(robin) == {**FORMS, "form1": "feedback"}
    result = robin.run("label", "--similar", "form1@elm.example", "rejection", "--yes")
    assert result.code == 1
    assert "you said that it is feedback" in result.err


def test_many_are_labelled_in_one_transaction(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = learn.label
    calls: list[str] = []

    def breaks(store: object, item: Item, *args: object, **more: object) -> object:
        calls.append(item.key)
        if len(calls) == 3:
            raise OSError("the disk is full")
        return whole(store, item, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(learn, "label", breaks)
    with pytest.raises(OSError, match="disk"):
        robin.run(*SIMILAR, "--yes")
    assert len(calls) == 3
    assert said(robin) == {}


# taking back


def test_after_undo_rule_and_model_speak_again_and_the_example_is_gone(robin: World) -> None:
    before = robin.json("list")
    robin.ok("label", "receipt@elm.example", "interview")
    shown = robin.ok("label", "--undo", "receipt@elm.example").out
    assert "your label interview is forgotten" in shown
    assert "train" in shown
    after = robin.json("list")
    assert [(m["kind"], m["source"]) for m in after] == [(m["kind"], m["source"]) for m in before]
    store = robin.store()
    assert store.examples() == []
    assert store.decisions(message_key="receipt@elm.example")[-1].action is Action.UNDO
    store.close()


@pytest.mark.parametrize("name", ["receipt@elm.example", "nothing-of-the-kind"])
def test_only_what_was_said_can_be_taken_back(robin: World, name: str) -> None:
    assert robin.run("label", "--undo", name).code == 1


def test_a_text_that_was_fetched_for_a_label_goes_when_the_label_goes(robin: World) -> None:
    store = robin.store()
    item = store.message("cake@elm.example")
    assert item is not None
    assert not item.message.text
    whole = mail("cake", "The cake, the cake.")
    learn.label(store, item, Kind.FEEDBACK, now=NOW, body=lambda one: whole)
    assert store.message("cake@elm.example").message.text  # type: ignore[union-attr]
    store.close()
    robin.ok("label", "--undo", "cake@elm.example")
    store = robin.store()
    again = store.message("cake@elm.example")
    assert again is not None
    assert (again.message.text, again.verdict and again.verdict.kind) == ("", Kind.OTHER)
    store.close()


def test_a_model_without_a_label_is_as_if_it_had_never_been(robin: World) -> None:
    robin.ok("label", "form0@elm.example", "rejection")
    store = robin.store()
    never = store.examples()
    robin.ok("label", "receipt@elm.example", "interview")
    with_it = store.examples()
    robin.ok("label", "--undo", "receipt@elm.example")
    without = store.examples()
    store.close()
    digests = [learning.digest(examples) for examples in (never, with_it, without)]
    assert digests[0] == digests[2] != digests[1]
    base = modelfile.load_base()
    cards, made = zip(
        *(learning.learn(base, examples) for examples in (never, with_it, without)), strict=True
    )
    assert [learn.knows(one, {"receipt@elm.example"}) for one in cards] == [False, True, False]
    first, taught, again = made
    assert first.keys() == again.keys()
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["letter"], taught["letter"])


# approval


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    store = SqliteStore.memory()
    yield store
    store.close()


def answer(
    store: SqliteStore,
    kind: Kind = Kind.REJECTION,
    plan: PlanKind = PlanKind.ANSWER_REJECTION,
    source: Source = Source.MODEL,
    id: str = "d1",
) -> Draft:
    """Store a message judged so, and a draft that answers it."""
    message = mail("no", FORM.format(role="Keeper", name="Pia"))
    store.add_messages([Located(message, "main", "INBOX", 1, False)])
    store.add_verdicts({message.key: Verdict(kind, source, 0.9)}, NOW)
    made = Draft(
        id=id, account="main", plan=plan, about=f"a-{id}", episode=f"e-{id}", template="t",
        message_id=f"{id}@me.example", from_=Address("Robin", "robin@me.example"),
        to=(Address("Anna Field", "anna@field.example"),), subject="Re: Your letter", body=BODY,
        in_reply_to=message.message_id, answers=message.key, created=NOW,
    )  # fmt: skip
    assert store.add_draft(made)
    return made


def approved(store: SqliteStore, draft: Draft) -> Draft:
    after = approve(store, card(store, BOOK, draft), now=NOW)
    learn.settle(store, after, now=NOW)
    return after


def taught(store: SqliteStore) -> list[tuple[str, float]]:
    return [(example.kind.value, example.weight) for example in store.examples()]


CONFIRMED = [("rejection", learn.CONFIRMED)]


def test_an_approved_answer_confirms_the_verdict_as_a_lighter_example(store: SqliteStore) -> None:
    draft = answer(store)
    assert taught(store) == []
    approved(store, draft)
    assert taught(store) == CONFIRMED
    assert learn.CONFIRMED < 1
    (example,) = store.examples()
    assert "lantern" in example.text
    item = store.message(draft.answers)
    assert item is not None
    assert item.verdict is not None
    assert item.verdict.source is Source.MODEL, "it is no label"


@pytest.mark.parametrize(
    ("kind", "plan", "source"),
    [
        (Kind.REJECTION, PlanKind.ANSWER_REJECTION, Source.USER),
        (Kind.INTERVIEW, PlanKind.ANSWER_REQUEST, Source.RULE),
        (Kind.INTERVIEW, PlanKind.ANSWER_REJECTION, Source.MODEL),
        (Kind.UNSURE, PlanKind.ANSWER_REJECTION, Source.MODEL),
        (Kind.REJECTION, PlanKind.STATUS_CHECK, Source.MODEL),
        (Kind.REJECTION, PlanKind.CLOSE_LOOP, Source.MODEL),
        (Kind.ACKNOWLEDGEMENT, PlanKind.REVISIT, Source.MODEL),
    ],
)
def test_nothing_is_confirmed_but_what_the_model_said_and_the_answer_is_about(
    store: SqliteStore, kind: Kind, plan: PlanKind, source: Source
) -> None:
    approved(store, answer(store, kind, plan, source))
    assert taught(store) == []


def test_a_label_outranks_a_confirmation_and_discarding_leaves_the_label(
    store: SqliteStore,
) -> None:
    after = approved(store, answer(store))
    item = store.message(after.answers)
    assert item is not None
    learn.label(store, item, Kind.FEEDBACK, now=NOW)
    learn.settle(store, discard(store, after, now=NOW), now=NOW)
    assert taught(store) == [("feedback", 1.0)]


@pytest.mark.parametrize(
    "take_back",
    [
        lambda store, draft: discard(store, draft, now=NOW),
        lambda store, draft: snooze(store, draft, 2, now=NOW),
        lambda store, draft: edit(store, draft, "Re: x", BODY, now=NOW),
    ],
    ids=["discard", "snooze", "edit"],
)
def test_what_takes_the_approval_back_takes_the_confirmation_back(
    store: SqliteStore, take_back: object
) -> None:
    after = approved(store, answer(store))
    learn.settle(store, take_back(store, after), now=NOW)  # type: ignore[operator]
    assert taught(store) == []


def test_discarding_what_was_never_approved_says_nothing(store: SqliteStore) -> None:
    draft = answer(store)
    learn.settle(store, discard(store, draft, now=NOW), now=NOW)
    assert taught(store) == []


def test_an_approved_answer_that_new_mail_overtakes_stays_confirmed(store: SqliteStore) -> None:
    after = approved(store, answer(store))
    stale = replace(after, state=DraftState.STALE)
    store.save_draft(stale)
    learn.settle(store, stale, now=NOW)
    assert taught(store) == CONFIRMED


def test_another_approved_answer_to_the_same_message_keeps_it_confirmed(
    store: SqliteStore,
) -> None:
    first, second = answer(store), answer(store, id="d2")
    after = approved(store, first)
    approved(store, second)
    learn.settle(store, discard(store, after, now=NOW), now=NOW)
    assert taught(store) == CONFIRMED


def test_in_the_review_back_takes_the_confirmation_back(store: SqliteStore) -> None:
    answer(store)

    def settle(draft: Draft) -> None:
        learn.settle(store, draft, now=NOW)

    session = Review(store, BOOK, now=NOW, learn=settle)
    session.approve()
    assert taught(store) == CONFIRMED
    session.back()
    assert taught(store) == []
    session.current()
    session.edit("Re: Your letter", BODY + "\nMy own words.\n")
    session.approve()
    assert taught(store) == CONFIRMED


def sent(draft: Draft, **more: object) -> Message:
    known: dict[str, object] = {
        "key": draft.message_id, "message_id": draft.message_id, "subject": draft.subject,
        "from_": draft.from_, "to": draft.to, "text": draft.body, "date": NOW,
        "in_reply_to": (draft.in_reply_to,),
    }  # fmt: skip
    return Message(**{**known, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "confirms"),
    [
        ({}, True),
        ({"text": "My own words in your draft."}, True),
        ({"key": "x", "message_id": "x@me.example"}, True),
        ({"key": "x", "message_id": "x@me.example", "text": "A letter of my own."}, False),
    ],
    ids=["as it was", "reworded", "renamed by the client", "another letter"],
)
def test_sending_the_draft_from_another_client_confirms_too(
    store: SqliteStore, more: dict[str, object], confirms: bool
) -> None:
    draft = replace(answer(store), state=DraftState.DELIVERED)
    store.save_draft(draft)
    assert recognise(store, [sent(draft, **more)], NOW) == ["d1"]
    assert taught(store) == (CONFIRMED if confirms else [])


@pytest.mark.parametrize(
    ("counted", "own", "known"),
    [
        (0, None, False),
        (2, {"a": "offer", "b": "other"}, True),
        (2, {"b": "offer", "c": "other"}, False),
        (2, {"b": "offer"}, True),
        (2, None, True),
        (2, ["b", "c"], True),
    ],
    ids=["shipped", "learned", "never learned", "too few named", "none named", "malformed"],
)
def test_a_model_knows_of_the_messages_that_its_card_names_or_does_not_account_for(
    counted: int, own: object, known: bool
) -> None:
    told = replace(modelfile.card(), examples=counted, metrics={} if own is None else {"own": own})
    assert learn.knows(told, {"a", "z"}) is known
    assert not learn.knows(told, ()), "nothing was taken back"


def test_what_was_taken_back_is_noted_until_it_is_said_again(store: SqliteStore) -> None:
    first, second = answer(store), put_letter(store, "second@elm.example")
    draft = approved(store, first)
    learn.label(store, second, Kind.OFFER, now=NOW)
    assert learn.taken_back(store) == frozenset()
    learn.settle(store, discard(store, draft, now=NOW), now=NOW)
    learn.unlabel(store, replace(second, verdict=None), now=NOW)
    assert learn.taken_back(store) == {draft.answers, second.key}
    approved(store, answer(store, id="d2"))
    assert learn.taken_back(store) == {second.key}
    learn.label(store, second, Kind.TASK, now=NOW)
    assert learn.taken_back(store) == frozenset()


def test_what_was_never_learned_from_is_not_noted(store: SqliteStore) -> None:
    draft, other = answer(store), put_letter(store, "second@elm.example")
    learn.settle(store, discard(store, draft, now=NOW), now=NOW)
    learn.unlabel(store, other, now=NOW)
    assert learn.taken_back(store) == frozenset()


def put_letter(store: SqliteStore, key: str) -> Item:
    store.add_messages([Located(mail(key.partition("@")[0], RECEIPT), "main", "INBOX", 2, False)])
    item = store.message(key)
    assert item is not None
    return item


def test_a_confirmation_can_be_forgotten_by_name(
    robin: World,
) -> None:
    store = robin.store()
    store.add_verdicts({"form0@elm.example": Verdict(Kind.REJECTION, Source.MODEL, 0.9)}, NOW)
    draft = replace(answer(store), answers="form0@elm.example")
    store.save_draft(draft)
    store.add_decision(Decision(Action.APPROVE, NOW, draft=draft.id, digest=draft.digest))
    learn.settle(store, draft, now=NOW)
    assert taught(store) == CONFIRMED
    store.close()
    assert "what your approval confirmed" in robin.ok("label", "--undo", "form0@elm.example").out
    store = robin.store()
    assert taught(store) == []
    store.close()


def test_the_commands_on_drafts_learn_and_forget(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailsense.cli import drafts

    monkeypatch.setattr(drafts, "deliver", lambda *args: [])
    store = robin.store()
    answer(store)
    robin.ok("drafts", "approve", "d1")
    assert taught(store) == CONFIRMED
    robin.ok("drafts", "snooze", "d1")
    assert taught(store) == []
    robin.ok("drafts", "approve", "d1")
    robin.ok("drafts", "edit", "d1", "--body", BODY)
    assert taught(store) == []
    robin.ok("drafts", "approve", "d1")
    robin.ok("drafts", "discard", "d1")
    assert taught(store) == []
    store.close()


def test_train_leaves_a_model_that_knows_what_was_taken_back(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "ModelClassifier", lambda load: WordClassifier())
    app = robin.app()
    card_, arrays = modelfile.load_base()
    own = replace(card_, name="own-1", examples=1, digest="of one label")
    versions.save(app.paths.model, arrays, own, modelfile.installation_key(app.paths.key))
    versions.put_live(app.paths.model, "own-1")
    robin.ok("label", "receipt@elm.example", "interview")
    robin.ok("label", "--undo", "receipt@elm.example")
    told = robin.json("train")
    assert (told["examples"], told["model"]) == (0, card_.name)
    assert versions.live(app.paths.model).name == versions.BASE
    assert "no labels yet" in robin.ok("train").out


def test_train_goes_back_to_the_version_that_never_knew_what_was_taken_back(
    robin: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unchecked(app: App, name: str) -> object:
        return versions.load(app.paths.model, name, modelfile.installation_key(app.paths.key))

    monkeypatch.setattr(App, "own_model", unchecked)
    monkeypatch.setattr(classifier, "ModelClassifier", lambda load: WordClassifier())
    paths = robin.app().paths
    card_, arrays = modelfile.load_base()
    base = {"base_checksum": modelfile.card().checksum}
    for name, label in (("own-1", "receipt"), ("own-2", "form0")):
        robin.ok("label", f"{label}@elm.example", "interview")
        store = robin.store()
        told = learning.digest(store.examples())
        learned = [example.message_key for example in store.examples()]
        store.close()
        own = {**base, "own": dict.fromkeys(learned, "interview")}
        made = replace(card_, name=name, digest=told, metrics=own, examples=len(learned))
        versions.save(paths.model, arrays, made, modelfile.installation_key(paths.key))
    versions.put_live(paths.model, "own-2")
    assert "nothing new" in robin.ok("train").out
    robin.ok("label", "--undo", "form0@elm.example")
    told = robin.json("train")
    assert (told["model"], told["examples"]) == ("own-1", 1)
    assert versions.live(paths.model).name == "own-1"
    assert "nothing new" in robin.ok("train").out
