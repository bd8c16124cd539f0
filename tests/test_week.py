"""The week: what it brought, in counts and names, and the letter that tells a partner of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import (
    Address,
    Application,
    Contact,
    DraftState,
    Kind,
    Located,
    Message,
    Note,
    PlanKind,
    Stage,
    Wait,
)
from mailsense.journal import Entry, Lead, LeadState, What
from mailsense.pipeline.decide import decide
from mailsense.pipeline.own import judge_own
from mailsense.ports import Item
from mailsense.reply.lint import lint
from mailsense.reply.summary import facts_of, summaries
from mailsense.report.week import Week, week
from tests.support.items import (
    BEN,
    PLAYBOOK,
    TEMPLATES,
    ZONE,
    day,
    draft,
    incoming,
    outgoing,
    verdict,
)
from tests.support.wordmodel import NOW as THEN
from tests.support.wordmodel import judged, worded
from tests.support.world import World

NOW = day(11, 20, 17)
"""A Friday: the week is Saturday 14 to Friday 20 November."""
KIM = Address("Kim Lee", "kim@pals.example")


def app(id: str, *items: Item, **more: Any) -> Application:
    known = {"company": f"Firm {id}", "role": "Cook", "message_keys": tuple(i.key for i in items)}
    return Application(id, **{**known, **more})


def told(*applications: Application, items: list[Item] | None = None, **more: Any) -> Week:
    known: dict[str, Any] = {"talks": {}, "noes": {}, "steps": ()}
    known |= more
    leads = known.pop("leads", ())
    return week(applications, items or [], leads, **known, now=NOW, zone=ZONE)


# --- what a week holds -----------------------------------------------------------------------


def test_an_application_counts_in_the_week_in_which_it_went_out() -> None:
    sent, before = outgoing("o1", day(11, 16)), outgoing("o2", day(11, 13))
    found = told(app("a", sent), app("b", before), items=[sent, before])
    assert found.applied == ("Cook at Firm a",)
    assert found.letters == (), "and is no other letter beside it"


def test_a_receipt_tells_of_an_application_as_well_and_an_approach_does_not() -> None:
    receipt = incoming("m1", day(11, 16), verdict(Kind.ACKNOWLEDGEMENT))
    approach = incoming("m2", day(11, 16), verdict(Kind.OUTREACH))
    talk = outgoing("o1", day(11, 16))
    found = told(
        app("a", receipt),
        app("b", approach),
        app("c", talk, stage=Stage.NETWORKING),
        items=[receipt, approach, talk],
    )
    assert found.applied == ("Cook at Firm a",)
    assert found.answers == ("Cook at Firm b",)
    assert found.letters == ("Firm c",)


def test_an_application_that_no_mail_tells_of_counts_by_its_day() -> None:
    made = Wait(Stage.APPLIED, day(11, 15))
    old = Wait(Stage.APPLIED, day(11, 1))
    new = app("a", corrected=("added",), waits=(made,))
    assert told(new, app("b", corrected=("added",), waits=(old,))).applied == ("Cook at Firm a",)


@pytest.mark.parametrize(
    ("kind", "counts"),
    [
        (Kind.INTERVIEW, True), (Kind.REJECTION, True), (Kind.FEEDBACK, True), (Kind.OFFER, True),
        (Kind.ACKNOWLEDGEMENT, False), (Kind.OTHER, False), (Kind.UNSURE, False),
    ],
)  # fmt: skip
def test_an_answer_is_a_word_that_moves_things_on(kind: Kind, counts: bool) -> None:
    first, word = outgoing("o1", day(11, 2)), incoming("m1", day(11, 16), verdict(kind))
    found = told(app("a", first, word), items=[first, word])
    assert bool(found.answers) is counts


def test_a_process_with_two_words_counts_once() -> None:
    words = [incoming(f"m{n}", day(11, 15 + n), verdict(Kind.INTERVIEW)) for n in range(3)]
    assert told(app("a", *words), items=words).answers == ("Cook at Firm a",)


def test_talks_are_those_that_took_place_and_those_that_were_noted() -> None:
    spoke = Note(day(11, 18), "they called", spoke=True)
    found = told(
        app("a"), app("b"), app("c", notes=(spoke,)),
        app("d", notes=(replace(spoke, spoke=False),)),
        talks={"a": date(2026, 11, 17), "b": date(2026, 11, 25)},
    )  # fmt: skip
    assert found.talks == ("Cook at Firm a", "Cook at Firm c")


def test_noes_and_leads_count_by_their_day() -> None:
    lead = Lead("l1", "Maria Lopez", date(2026, 11, 1), introduced=date(2026, 11, 16))
    asleep = Lead("l2", "Uwe", date(2026, 11, 16), state=LeadState.NEW)
    found = told(
        app("a"), app("b"), noes={"a": date(2026, 11, 20), "b": date(2026, 11, 13)},
        leads=[lead, asleep],
    )  # fmt: skip
    assert found.noes == ("Cook at Firm a",)
    assert found.leads == ("Maria Lopez",)


def test_the_week_is_seven_days_of_the_users_zone() -> None:
    found = told()
    assert (found.since, found.until, found.name) == (
        date(2026, 11, 14),
        date(2026, 11, 20),
        "2026-W47",
    )
    assert week(
        [], [], [], talks={}, noes={}, steps=(), now=day(1, 1) - timedelta(hours=1), zone=ZONE
    ).name == "2026-W01"  # fmt: skip
    late, early = outgoing("o1", day(11, 13, 23)), outgoing("o2", day(11, 14, 0, 30))
    assert told(app("a", late), app("b", early), items=[late, early]).applied == ("Cook at Firm b",)


def test_a_line_has_its_number_and_names_each_once_and_few() -> None:
    names = ("A", "B", "A", "", "C", "D", "E", "E")
    quiet = Week(date(2026, 11, 14), date(2026, 11, 20))
    assert quiet.lines() == ()
    assert replace(quiet, letters=names).lines() == (
        "Other letters sent: 8 (A, 2 times; B; C; D; 3 more).",
    )
    assert replace(quiet, talks=("A",), noes=("", "")).lines() == (
        "Talks held: 1 (A).",
        "Noes taken: 2.",
    )
    assert replace(quiet, talks=("A", "")).lines() == ("Talks held: 2 (A; one more).",)


def test_without_company_and_role_the_person_is_named_and_control_characters_are_not() -> None:
    contact = Contact("Nell\x1b[2J Gray\u202e", "nell@barn.example")
    talk = app("a", company="", role="", contacts=(contact,), stage=Stage.NETWORKING)
    found = told(talk, app("b", company="", role=""), talks={"a": NOW.date(), "b": NOW.date()})
    assert len(found.talks) == 2
    assert found.talks[0].startswith("Nell")
    assert not {"\x1b", "\u202e"} & set("".join(found.lines()))
    assert found.named() == (found.talks[0],)


# --- the letter --------------------------------------------------------------------------------


def entry(done: tuple[str, ...] = (), **more: Any) -> Entry:
    facts = facts_of("2026-W47", done, ("Call Maria Lopez",), ("Firm a", "Wexley Health"))
    return replace(Entry(What.WEEK, NOW, person=KIM, facts=facts), **more)


def test_the_letter_says_what_was_asked_for_last_and_overtakes_the_one_of_last_week() -> None:
    other = entry(facts=facts_of("2026-W46", (), (), ()), at=NOW - timedelta(days=6))
    (plan,) = summaries(
        [other, entry(), entry(("Talks held: 1.",), person=BEN)], PLAYBOOK, account="main", now=NOW
    )
    assert (plan.episode, plan.kind) == ("week:2026-W47", PlanKind.WEEKLY_SUMMARY)
    assert plan.template == "weekly-summary"
    assert (plan.addressee, plan.facts["to_name"], plan.account) == (BEN, "Ben", "main")
    assert plan.facts["week_done"] == ("Talks held: 1.",)
    assert plan.facts["week_next"] == ("Call Maria Lopez.",)


def test_after_a_week_it_is_of_no_use() -> None:
    def plans(days: int) -> list[Any]:
        return summaries([entry()], PLAYBOOK, account="main", now=NOW + timedelta(days=days))

    assert len(plans(7)) == 1
    assert plans(8) == []
    assert summaries([entry(person=None)], PLAYBOOK, account="main", now=NOW) == []


def test_the_lint_accepts_the_names_of_firms_and_banned_words_in_them() -> None:
    (plan,) = summaries(
        [entry(("Talks held: 2 (Firm a; Wexley Health).",))], PLAYBOOK, account="main", now=NOW
    )
    written = TEMPLATES.render("weekly-summary", {**plan.facts, "me": {"name": "Sam Rivers"}})
    letter = draft(
        plan=plan.kind, template=plan.template, to=(KIM,), subject=written.subject,
        body=written.body,
    )  # fmt: skip
    found = lint(letter, facts=plan.facts, playbook=PLAYBOOK, companies=["Firm a", "Wexley Health"])
    assert found == []
    spoilt = replace(letter, body=letter.body.replace("Kim,", "Kim,\n\nMy health is poor.", 1))
    assert [f.rule for f in lint(spoilt, facts=plan.facts, playbook=PLAYBOOK)] == ["banned"]


# --- on the command line ----------------------------------------------------------------------

ANNA = Address("Anna Lee", "anna.lee@acmeworks.example")
ROBIN = Address("Robin Avery", "robin@me.example")
INVITE = Message(
    "invite@x", "invite@x", "Interview for Data Analyst", ANNA, (ROBIN,),
    date=THEN - timedelta(days=1),
    text="Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks. "
    "The password of the gate is sesame.\n\nBest regards\nAnna Lee",
)  # fmt: skip


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = worded(tmp_path, monkeypatch)
    store = made.store()
    located = Located(INVITE, "main", "INBOX", 1, False, False, "t1", INVITE.date)
    store.add_messages([located], {INVITE.key: judged(INVITE)})
    decide(store, made.app().deciding(store))
    store.close()
    return made


def summary(robin: World) -> dict[str, Any] | None:
    found = [d for d in robin.json("drafts") if d["plan"] == "weekly-summary"]
    assert len(found) <= 1
    return found[0] if found else None


def test_it_is_told_and_nothing_is_drafted_without_a_partner(robin: World) -> None:
    out = robin.ok("week").out
    assert "Answers and approaches: 1 (Data Analyst at Acmeworks)." in out
    assert "next:\n- Answer Anna Lee's invitation" in out
    assert "sesame" not in out
    assert summary(robin) is None


def test_as_json_it_has_counts_and_names(robin: World) -> None:
    found = robin.json("week")
    assert (found["week"], found["until"], found["draft"]) == ("2026-W10", "2026-03-04", None)
    assert found["answers"] == {"count": 1, "names": ["Data Analyst at Acmeworks"]}
    assert found["applied"] == {"count": 0, "names": []}
    assert found["kept"] is False


def test_a_quiet_week_is_told_kindly(robin: World) -> None:
    robin.now += timedelta(days=20)
    assert "nothing went out and nothing came in" in robin.ok("week").out


def test_with_a_partner_a_letter_waits_for_review_and_can_be_approved(robin: World) -> None:
    out = robin.ok("week", "--to", "Kim Lee <kim@pals.example>").out
    letter = summary(robin)
    assert letter is not None
    assert out.splitlines()[-1] == f"it waits as {letter['id']}: `mailsense review {letter['id']}`"
    assert (letter["to"], letter["state"]) == (["Kim Lee <kim@pals.example>"], "waiting")
    assert (letter["subject"], letter["answers"]) == ("My job search this week", None)
    assert letter["body"].startswith("Hello Kim,\n") or letter["body"].startswith("Dear Kim,\n")
    assert "Data Analyst at Acmeworks" in letter["body"]
    assert "sesame" not in letter["body"]
    assert "about your week" not in letter["body"]
    assert letter["warnings"] == []
    assert "  approved" in robin.run("review", letter["id"], input="a\n").out
    approved = summary(robin)
    assert approved is not None
    assert approved["state"] == "approved"
    again = robin.ok("week", "--to", "kim@pals.example").out
    assert "is approved already" in again


def test_asked_for_again_it_is_written_anew_until_it_is_the_users(robin: World) -> None:
    robin.ok("week", "--to", "kim@pals.example")
    first = summary(robin)
    assert first is not None
    robin.ok("applications", "add", "--company", "Fenland", "--role", "Cook")
    assert "Fenland" in robin.ok("week", "--to", "Kim Lee <kim@pals.example>").out
    second = summary(robin)
    assert second is not None
    assert [second[k] for k in ("id", "message_id")] == [first[k] for k in ("id", "message_id")]
    assert "Applications sent: 1 (Cook at Fenland)." in second["body"]
    assert second["body"].split("\n")[0].endswith("Kim,")
    assert "Tell" not in second["body"], "the summary is no step of its own"
    robin.ok("drafts", "edit", second["id"], "--body", "Hello Kim,\n\nMine.\n\nRobin")
    again = robin.ok("week", "--to", "kim@pals.example").out
    assert again.splitlines()[-1] == (
        f"this week's summary waits as you have edited it: {second['id']}"
    )
    robin.ok("drafts", "discard", second["id"])
    assert "was discarded by you" in robin.ok("week", "--to", "kim@pals.example").out
    robin.now += timedelta(days=7)
    robin.ok("week", "--to", "kim@pals.example")
    assert len([d for d in robin.json("drafts") if d["plan"] == "weekly-summary"]) == 2


def test_a_dry_run_keeps_nothing(robin: World) -> None:
    before = robin.json("drafts")
    out = robin.ok("week", "--to", "kim@pals.example", "--dry-run").out
    assert "To:      kim@pals.example" in out
    assert out.splitlines()[-1].startswith("nothing was kept")
    assert robin.json("drafts") == before
    store = robin.store()
    assert store.entries() == []
    store.close()
    assert robin.json("week", "--to", "kim@pals.example", "--dry-run")["kept"] is False


def test_the_partner_may_stand_in_the_configuration(robin: World) -> None:
    imap = 'imap = { host = "127.0.0.1", password_command = ["true"] }'
    me = 'name = "Robin Avery"\npartner = "Kim Lee <kim@pals.example>"'
    robin.configure({"main": f'email = "robin@me.example"\n{imap}'}, me=me)
    robin.ok("week")
    letter = summary(robin)
    assert letter is not None
    assert letter["to"] == ["Kim Lee <kim@pals.example>"]
    robin.configure({"main": f'email = "robin@me.example"\n{imap}'}, me='partner = "Kim"')
    assert 'me.partner: "Kim" is no mail address' in robin.run("config", "check").err


@pytest.mark.parametrize("text", ["Kim", "Kim <kim>", "kim@", "@pals.example"])
def test_who_is_no_address_is_told(robin: World, text: str) -> None:
    done = robin.run("week", "--to", text)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "--to: write it as" in done.err
    assert summary(robin) is None


def test_after_a_week_unsent_it_is_withdrawn(robin: World) -> None:
    robin.ok("week", "--to", "kim@pals.example")
    robin.now += timedelta(days=8)
    store = robin.store()
    decide(store, robin.app().deciding(store))
    store.close()
    letter = summary(robin)
    assert letter is not None
    assert letter["state"] == "stale"


def test_the_letter_that_went_out_is_no_part_of_the_search(robin: World) -> None:
    """Neither a conversation of its own nor a silence that would be chased."""
    robin.ok("week", "--to", "kim@pals.example")
    letter = summary(robin)
    assert letter is not None
    store = robin.store()
    for number, id in enumerate((letter["message_id"], "other@me.example")):
        sent = Message(
            id, id, letter["subject"], ROBIN, (KIM,), date=THEN, text=letter["body"]
        )  # fmt: skip
        store.add_messages([Located(sent, "main", "Sent", number, True, False, f"s{number}", THEN)])
    judge_own(store, {})
    judge_own(store, {})
    decide(store, robin.app().deciding(store))
    assert [a.company for a in store.applications()] == ["Acmeworks"]
    assert not any(i.located.outgoing for i in store.job_items())
    store.close()


def test_a_draft_that_waits_stays_while_nothing_is_asked(robin: World) -> None:
    robin.ok("week", "--to", "kim@pals.example")
    before = summary(robin)
    robin.ok("applications", "add", "--company", "Fenland", "--role", "Cook")
    assert summary(robin) == before
    assert before is not None
    assert DraftState(before["state"]) is DraftState.WAITING
