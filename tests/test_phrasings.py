"""The user's own phrasings: they come first, and no two people of one firm read the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Message, Plan, PlanKind
from mailsense.errors import TemplateError
from mailsense.pipeline.decide import decide
from mailsense.reply import phrasings, playbook
from mailsense.reply.checks import of_phrasings, spoken
from mailsense.reply.facts import unasked
from mailsense.reply.invented import own_words
from mailsense.reply.phrasings import paragraphs, turns
from mailsense.reply.samples import samples
from mailsense.reply.templates import Templates
from tests.support.items import PLAYBOOK, SHIPPED, TEMPLATES, application, draft
from tests.support.wordmodel import NOW, put, worded
from tests.support.world import World

WISHES = "good-wishes"
OURS = ("I wish you and the team well.", "All the best to you and the team.")


def own(tmp_path: Path, text: str) -> Templates:
    """The shipped templates, with a file of phrasings over them."""
    file = tmp_path / phrasings.FILE
    file.write_text(text, encoding="utf-8")
    return TEMPLATES.saying(phrasings.load(file))


def body(templates: Templates, name: str, **facts: Any) -> str:
    return templates.render(name, {**samples(name)["full"], **facts}).body


def note(templates: Templates, **facts: Any) -> str:
    """Return the closing note, whose last sentence is one that has a name."""
    return body(templates, "closing-note", **facts)


# --- what there is ---------------------------------------------------------------------------


def test_every_named_paragraph_has_three_phrasings_of_ours_and_a_place() -> None:
    known = {one.name: one for one in paragraphs(TEMPLATES)}
    assert {"advice-question-interview", "advice-way-out", WISHES, "offer-joy"} <= set(known)
    for one in known.values():
        assert re.fullmatch(r"[a-z]+(?:-[a-z]+)*", one.name)
        assert one.used
        assert len(one.ours) >= 3, one
        assert one.own == ()
        assert "…" not in " ".join(one.ours), one


def test_a_shared_paragraph_is_known_in_each_letter_that_says_it() -> None:
    known = {one.name: one for one in paragraphs(TEMPLATES)}
    assert known["advice-lead"].used == (
        "rejection-final", "rejection-interview", "rejection-not-yet", "rejection-requirements",
        "rejection-screening",
    )  # fmt: skip
    assert known["offer-joy"].used == ("offer",)
    assert "closing-note" in known[WISHES].used


def test_a_fact_in_our_words_is_shown_as_it_could_stand_in_the_users_file() -> None:
    known = {one.name: one for one in paragraphs(TEMPLATES)}
    assert known["outreach-again-field"].ours[0] == (
        "If something else comes your way in {{ field }}, I would be glad to hear from you again."
    )


# --- whose words are taken -------------------------------------------------------------------


def test_without_a_file_the_letters_are_ours(tmp_path: Path) -> None:
    plain = Templates(SHIPPED / "replies", tmp_path)
    for name in TEMPLATES.names():
        for variant in range(3):
            facts = {**samples(name)["full"], "variant": variant, "turn": (5, 7)}
            assert plain.render(name, facts) == TEMPLATES.render(name, facts)


def test_the_users_words_take_the_place_of_ours_and_of_nothing_else(tmp_path: Path) -> None:
    mine = own(tmp_path, f'{WISHES} = "Good luck to all of you."')
    letter = note(mine)
    assert letter.count("Good luck to all of you.") == 1
    assert letter.replace("Good luck to all of you.", OURS[0]) == note(TEMPLATES)
    assert "Good luck" not in body(mine, "offer")


def test_the_users_words_hold_in_every_letter_that_shares_the_paragraph(tmp_path: Path) -> None:
    mine = own(tmp_path, 'advice-way-out = "No answer is fine too."')
    for name in ("rejection-screening", "rejection-final", "rejection-requirements"):
        assert "No answer is fine too." in body(mine, name)


def test_a_phrasing_may_use_the_facts_of_the_letter(tmp_path: Path) -> None:
    text = f'{WISHES} = "All good things to you{{{{ at_company }}}}, {{{{ to_name }}}}."'
    mine = own(tmp_path, text)
    assert "All good things to you at Northwind Logistics, Anna." in note(mine)
    assert "All good things to you, Anna." in note(mine, company="")


@pytest.mark.parametrize(
    "text",
    [
        "All the best to everybody at {{ company }}.",
        "{{ company }} will do well.",
        "{{ me.field }} at {{ company }} is fine work.",
        "{{ company ~ '' }} will do well.",
    ],
)
def test_a_phrasing_with_a_fact_that_is_lacking_is_passed_over(tmp_path: Path, text: str) -> None:
    mine = own(tmp_path, f'{WISHES} = ["{text}", "Good luck to all of you."]')
    lacking = note(mine, company="", turn=(0, 0))
    assert "Good luck to all of you." in lacking
    assert "Northwind" in note(mine, turn=(0, 0))
    alone = own(tmp_path, f'{WISHES} = "{text}"')
    assert any(ours in note(alone, company="") for ours in OURS), "then ours"


def test_a_phrasing_may_say_what_to_do_where_a_fact_is_lacking(tmp_path: Path) -> None:
    text = (
        "All good things{% if company %} to you at {{ company }}{% endif %}"
        " in {{ field or 'your work' }}."
    )
    mine = own(tmp_path, f'{WISHES} = "{text}"')
    assert "All good things in your work." in note(mine, company="", me={"name": "Sam"})


def test_people_of_one_firm_read_the_users_words_and_then_ours_and_never_the_same_twice(
    tmp_path: Path,
) -> None:
    mine = own(tmp_path, f'{WISHES} = ["One.", "Two."]')
    for start in range(6):
        said = [note(mine, turn=(start, turn)) for turn in range(5)]
        assert len(set(said)) == 5
        assert all(re.search(r"\b(?:One|Two)\.\n", letter) for letter in said[:2])
        assert not any(re.search(r"\b(?:One|Two)\.\n", letter) for letter in said[2:])
        assert note(mine, turn=(start, 5)) == said[0], "when all are used up, from the start"


@given(start=st.integers(0, 2**32), turn=st.integers(0, 20), count=st.integers(1, 5))
@settings(max_examples=60, deadline=None)
def test_the_choice_is_stable_and_the_users_words_come_first(
    start: int, turn: int, count: int
) -> None:
    texts = tuple(f"Wish {number}." for number in range(count))
    mine = TEMPLATES.saying({WISHES: texts})
    letter = note(mine, turn=(start, turn))
    assert letter == note(mine, turn=(start, turn))
    assert any(text in letter for text in texts) == (turn % (count + 3) < count)


def test_words_of_the_users_are_never_called_invented(tmp_path: Path) -> None:
    mine = own(tmp_path, f'{WISHES} = "See you on 24 June."')
    assert "24 June" in own_words(_me(), mine, "closing-note").template
    assert "24 June" not in own_words(_me(), TEMPLATES, "closing-note").template


def _me() -> Any:
    from mailsense.config import Me

    return Me(name="Sam Rivers")


@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("offered-accept", "referral-offered"),
        ("led-thanks", "lead-led-to"),
        ("article-hope", "touch-article"),
        ("news-congratulations", "touch-news"),
        ("touch-offer-size", "touch-offer"),
        ("year-end-wishes", "touch-year-end"),
        ("landed-in-turn", "landed-thanks"),
        ("withdraw-at-once", "withdraw"),
        ("other-time-days", "interview-other-time"),
        ("week-quiet", "weekly-summary"),
        ("referral-keep-out", "referral"),
    ],
)
def test_the_users_words_reach_the_letters_that_follow_a_lead_or_a_landing(
    name: str, template: str
) -> None:
    (one,) = [p for p in paragraphs(TEMPLATES) if p.name == name]
    assert template in one.used


# --- whose turn it is ------------------------------------------------------------------------


def plan(about: str, email: str, kind: PlanKind = PlanKind.ANSWER_REJECTION) -> Plan:
    return Plan(kind, about, f"{about}-{email}", "t", "why", addressee=Address("", email))


def given_turns(*plans: Plan, drafts: tuple[Any, ...] = (), **companies: str) -> list[Any]:
    applications = [application(id=id, company=name) for id, name in companies.items()]
    return [p.facts.get("turn") for p in turns(plans, applications, drafts)]


def test_each_person_of_a_firm_has_a_turn_of_their_own() -> None:
    a, b, c = given_turns(
        plan("a1", "anna@x.example"), plan("a2", "ben@x.example"), plan("a3", "cy@y.example"),
        a1="Acme Ltd", a2="ACME, Ltd", a3="Other",
    )  # fmt: skip
    assert (a[1], b[1], c[1]) == (0, 1, 0)
    assert a[0] == b[0]
    assert a[0] != c[0]


def test_a_person_keeps_the_turn_in_every_letter_and_once_a_letter_was_drafted() -> None:
    twice = given_turns(plan("a1", "anna@x.example"), plan("a1", "ANNA@x.example"), a1="Acme")
    assert twice[0] == twice[1]
    earlier = draft(about="a1", to=(Address("Ben", "ben@x.example"),))
    anna, ben = given_turns(
        plan("a1", "anna@x.example"), plan("a1", "ben@x.example"), drafts=(earlier,), a1="Acme"
    )
    assert (ben[1], anna[1]) == (0, 1)


def test_without_a_company_the_mail_domain_stands_for_the_firm_unless_anybody_can_have_it() -> None:
    known = {"a1": "", "a2": "", "a3": "", "a4": ""}
    one, two, three, four = given_turns(
        plan("a1", "anna@x.example"), plan("a2", "ben@x.example"),
        plan("a3", "cy@gmail.com"), plan("a4", "dee@gmail.com"), **known,
    )  # fmt: skip
    assert (one[1], two[1]) == (0, 1)
    assert (three[1], four[1]) == (0, 0)


def test_who_is_introduced_need_not_work_where_the_application_went() -> None:
    giver, new = given_turns(
        plan("a1", "anna@x.example"), plan("a1", "maria@y.example", PlanKind.INTRODUCE), a1="Acme"
    )
    assert new[1] == 0
    assert giver[0] != new[0]


def test_a_plan_that_writes_nothing_has_no_turn() -> None:
    nothing = replace(plan("a1", "anna@x.example"), kind=PlanKind.NONE)
    nobody = replace(plan("a1", ""), addressee=None)
    assert given_turns(nothing, nobody, a1="Acme") == [None, None]


# --- what is wrong with a file ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("good-wishes = ", "phrasings.toml: not valid TOML"),
        ("good-wishes = 3", "phrasings.toml: good-wishes: must be a text or a list of texts"),
        ("good-wishes = []", "phrasings.toml: good-wishes: must be a text or a list"),
        ('good-wishes = ["Fine.", " "]', "phrasings.toml: good-wishes: must be a text or a list"),
        ('[good-wishes]\nx = "y"', "phrasings.toml: good-wishes: must be a text or a list"),
        (f'good-wishes = "{"very " * 200}"', "phrasings.toml: good-wishes: 600 characters at most"),
        (f"good-wishes = {['x'] * 51}", "phrasings.toml: good-wishes: 50 phrasings at most"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told_with_its_key(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        own(tmp_path, text)
    assert caught.value.problems[0].startswith(told)


def test_a_broken_file_stops_every_letter_and_the_check_tells_it(tmp_path: Path) -> None:
    (tmp_path / phrasings.FILE).write_text("good-wishes = 3\noffer-joy = 4", encoding="utf-8")
    mine = Templates(SHIPPED / "replies", tmp_path)
    with pytest.raises(TemplateError) as caught:
        body(mine, "task")
    assert len(caught.value.problems) == 2
    assert set(caught.value.problems) <= set(mine.check(PLAYBOOK))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / phrasings.FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(TemplateError, match=r"phrasings\.toml: cannot be read"):
        note(Templates(SHIPPED / "replies", tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        "{{ compny }} is fine.",
        "{{ me.nickname }} is fine.",
        "{% if %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{{ phrase('good-wishes', 'x') }}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_a_broken_phrasing_is_told_in_one_line_with_its_key(tmp_path: Path, text: str) -> None:
    mine_text = f'{WISHES} = ["Fine.", "{text}"]'
    mine = own(tmp_path, mine_text)
    with pytest.raises(TemplateError) as caught:
        note(mine)
    (problem,) = caught.value.problems
    assert problem.startswith("phrasings.toml: good-wishes[2]: ")
    assert "\n" not in problem
    assert any(p.startswith("good-wishes[2]: ") for p in checked(tmp_path, mine_text))


CHECKED = [
    ('good-wishs = "Fine."', "good-wishs: no paragraph has this name"),
    ('good-wishes = "Hello {{ compny }}."', "good-wishes[1]: 'compny' is not a fact"),
    (
        'good-wishes = ["Fine.", "Sorry to bother you."]',
        "good-wishes[2]: says 'sorry to bother', which is banned",
    ),
    (
        'redirect-mention = "Thanks in advance for it."',
        "redirect-mention[1]: says 'thanks in advance', which is banned",
    ),
    (
        'good-wishes = "Needless to say, good luck."',
        "good-wishes[1]: says 'needless to say', which says nothing",
    ),
    (
        'good-wishes = "All the best to [COMPANY]."',
        "good-wishes[1]: holds a placeholder that nothing fills in",
    ),
    ('good-wishes = "All the best"', "good-wishes[1]: must end as a sentence does"),
    (
        'good-wishes = "Shall we meet again?"',
        "good-wishes[1]: asks a question where ours ask none",
    ),
    (
        f'good-wishes = "{"All the very best to you. " * 10}"',
        "good-wishes[1]: makes closing-note 130 words long, at most 80",
    ),
    ('good-wishes = "{{ phrase(name) }}"', "good-wishes[1]: a phrasing cannot take another"),
    (
        "good-wishes = \"{{ '' if company else '' }}\"",
        "good-wishes[1]: is empty, whatever is known",
    ),
]


def checked(tmp_path: Path, text: str) -> list[str]:
    """Return what the check tells of the user's phrasings alone."""
    found = of_phrasings(TEMPLATES, own(tmp_path, text).own, PLAYBOOK)
    return [problem.removeprefix("phrasings.toml: ") for problem in found]


@pytest.mark.parametrize(("text", "told"), CHECKED)
def test_the_check_tells_what_reads_badly_with_file_and_key(
    tmp_path: Path, text: str, told: str
) -> None:
    assert any(line.startswith(told) for line in checked(tmp_path, text))


def test_good_words_pass_the_check(tmp_path: Path) -> None:
    text = """
        good-wishes = "All good things to you and the team."
        paths-cross = ["I hope we meet again.", "I would like to work with you{{ at_company }}."]
        advice-question-interview = "what should I do better next time?"
        open-door = "I would be glad to hear from you again"
        outreach-interest = "I like the sound of {{ the_role }}."
    """
    assert checked(tmp_path, text) == []


def test_our_own_words_would_pass_as_the_users(tmp_path: Path) -> None:
    """No rule of the check is stricter with the user than we are with ourselves."""
    lines = [f"{one.name} = {json.dumps(one.ours[:1])}" for one in paragraphs(TEMPLATES)]
    assert checked(tmp_path, "\n".join(lines)) == []


def test_the_scripts_pass_their_check_and_a_bad_one_is_told(tmp_path: Path) -> None:
    ours = Templates(SHIPPED / "scripts")
    assert spoken(ours, PLAYBOOK, "scripts/") == []
    (tmp_path / "busy.j2").write_text("Any update, {{ nme }}?", encoding="utf-8")
    (tmp_path / "phone.j2").write_text("Any update?", encoding="utf-8")
    assert spoken(Templates(SHIPPED / "scripts", tmp_path), PLAYBOOK, "scripts/") == [
        "scripts/busy.j2:1: 'nme' is not a fact: check its spelling",
        "scripts/phone.j2:1: says 'any update', which is banned",
    ]


# --- the parting questions -------------------------------------------------------------------

MINE = (
    'format = 1\n[[questions]]\nid = "mine"\nask = "Who else would be worth a call?"\n'
    'light = "A name worth a call would be welcome."\n'
)


def book(tmp_path: Path, text: str) -> playbook.Playbook:
    (tmp_path / "playbook.toml").write_text(text, encoding="utf-8")
    return playbook.load(SHIPPED / "playbook.toml", tmp_path / "playbook.toml")


def test_a_question_of_the_users_comes_before_ours(tmp_path: Path) -> None:
    mine = book(tmp_path, MINE)
    assert [(q.id, q.own) for q in mine.questions] == [
        ("mine", True), *((q.id, False) for q in PLAYBOOK.questions),
    ]  # fmt: skip
    assert unasked(mine, ())[0].id == "mine"
    asked = ["Hello,\n\nWho else would be worth\na call?\n\nSam\n"]
    assert unasked(mine, asked) == list(PLAYBOOK.questions), "never twice, and then ours"


def test_a_question_of_the_users_with_our_id_takes_its_place(tmp_path: Path) -> None:
    mine = book(tmp_path, MINE.replace('"mine"', '"niche"'))
    assert [q.id for q in mine.questions] == ["niche", "same-company", "sister-company", "person"]
    assert mine.questions[0].ask == "Who else would be worth a call?"


def test_a_question_of_ours_can_be_left_out(tmp_path: Path) -> None:
    text = f'{MINE}[[questions]]\nid = "person"\nuse = false\n'
    assert "person" not in [q.id for q in book(tmp_path, text).questions]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("mood = 1", "playbook.toml: questions[1].mood: unknown key"),
        ('use = "no"', "playbook.toml: questions[1].use: must be true or false"),
    ],
)
def test_a_question_that_is_wrong_is_told_with_its_key(
    tmp_path: Path, line: str, told: str
) -> None:
    with pytest.raises(TemplateError, match=re.escape(told)):
        book(tmp_path, f"{MINE}{line}\n")


# --- from the mail to the letters ------------------------------------------------------------

PEOPLE = ("Anna Lee", "Ben Okafor", "Cleo Ray", "Dan Vest")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Four people of one firm say no about four roles, after four talks."""
    made = worded(tmp_path, monkeypatch)
    for number, name in enumerate(PEOPLE):
        first = name.split()[0]
        role = ("Data Analyst", "Cook", "Planner", "Librarian")[number]
        put(made, _no(number, Address(name, f"{first.lower()}@acmeworks.example"), role))
    return made


def _no(number: int, person: Address, role: str) -> Message:
    from datetime import timedelta

    id = f"no{number}@acmeworks.example"
    text = (
        f"Dear Robin,\n\nWe regret that we chose somebody else for the {role} role at Acmeworks. "
        "Thank you for coming in for the interview; your regret is ours, unfortunately.\n\n"
        f"Best regards\n{person.name}"
    )
    at = NOW - timedelta(days=2, hours=number)
    robin = Address("Robin Avery", "robin@me.example")
    return Message(id, id, f"Your application for {role}", person, (robin,), date=at, text=text)


def letters(world: World) -> list[str]:
    store = world.store()
    decide(store, world.app().deciding(store))
    bodies = [d.body for d in sorted(store.drafts(), key=lambda d: d.to[0].email)]
    store.close()
    return bodies


def words_in(world: World, text: str, name: str = phrasings.FILE) -> None:
    folder = world.app().paths.templates
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_four_people_of_one_firm_get_the_users_words_and_then_ours(world: World) -> None:
    words_in(world, 'advice-way-out = ["No answer is fine too.", "A word would be a gift."]')
    found = letters(world)
    assert len(found) == 4
    mine = [
        text
        for letter in found
        for text in ("No answer is fine too.", "A word would be a gift.")
        if text in letter
    ]
    assert sorted(mine) == ["A word would be a gift.", "No answer is fine too."]
    ours = {re.search(r"\?[^?]*?(?:policy)[^.]*\.", letter) for letter in found}
    assert len({match[0] for match in ours if match}) == 2


def test_the_users_question_is_the_one_that_is_asked(world: World) -> None:
    words_in(world, MINE, "playbook.toml")
    assert all("A name worth a call would be welcome." in letter for letter in letters(world))


# --- on the command line ---------------------------------------------------------------------


def test_phrasings_are_listed_with_ours_and_yours(world: World) -> None:
    words_in(world, f'{WISHES} = ["Good luck to all of you."]')
    (told,) = world.json("templates", "phrasings", WISHES)
    assert told["name"] == WISHES
    assert told["yours"] == ["Good luck to all of you."]
    assert OURS[0] in told["ours"]
    assert "closing-note" in told["used"]
    out = world.ok("templates", "phrasings", "--own").out
    assert "yours  Good luck to all of you." in out
    assert f"ours   {OURS[0]}" in out
    assert "offer-joy" not in out
    assert {p["name"] for p in world.json("templates", "phrasings", "offer")} == {
        "offer-joy", "offer-in-writing", "offer-questions", "offer-by-when",
    }  # fmt: skip


def test_an_unknown_paragraph_is_told(world: World) -> None:
    result = world.run("templates", "phrasings", "nothing")
    assert result.code == 1
    assert "no paragraph or template is called 'nothing'" in result.err
    assert "you have no phrasings" in world.ok("templates", "phrasings", "--own").out


def test_the_check_of_the_command_line_holds_words_against_the_playbook(world: World) -> None:
    assert "nothing to mend" in world.ok("templates", "check").out
    words_in(world, f'{WISHES} = "Good luck to all of you."')
    assert "and 1 phrasing of yours checked" in world.ok("templates", "check").out
    words_in(world, f'{WISHES} = "Any update, by the way."')
    words_in(
        world,
        "Subject: x\n\n{{ hello }}\n\nJust checking in, as I said I would, on the offer that you "
        "made to me, and on the day by which you would like to hear from me about it.\n\n"
        "{{ sign_off }}\n",
        "offer.j2",
    )
    result = world.run("templates", "check")
    assert result.code == 1
    assert "phrasings.toml: good-wishes[1]: says 'any update', which is banned" in result.err
    assert "offer.j2:5: says 'just checking in', which is banned" in result.err


def test_a_broken_playbook_is_told_beside_the_rest(world: World) -> None:
    words_in(world, "format = 1\nfruit = 1\n", "playbook.toml")
    words_in(world, 'fruit = "Pear."')
    err = world.run("templates", "check").err
    assert "playbook.toml: fruit: unknown key" in err
    assert "phrasings.toml: fruit: no paragraph has this name" in err


def test_the_scripts_are_listed_shown_and_can_be_ones_own(world: World) -> None:
    folder = world.app().paths.templates / "scripts"
    folder.mkdir(parents=True)
    (folder / "busy.j2").write_text("One name, and I am gone.\n", encoding="utf-8")
    listed = {row["name"]: row["own"] for row in world.json("templates", "list")}
    assert listed["scripts/busy"]
    assert not listed["scripts/introduction"]
    assert world.ok("templates", "show", "scripts/busy").out == "One name, and I am gone.\n"
    assert "My name is Sam Rivers." in world.ok("templates", "preview", "scripts/introduction").out
