"""The letters themselves: every template, with all that may and may not be known."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from mailsense.errors import TemplateError
from mailsense.reply import words
from mailsense.reply.lint import PLACEHOLDER, banned_phrases
from mailsense.reply.samples import samples
from mailsense.reply.templates import FACTS, Templates, context, tidy
from tests.support.items import PLAYBOOK, SHIPPED, TEMPLATES
from tests.support.letters import NEVER, combinations
from tests.support.snapshots import matches_snapshot

NAMES = TEMPLATES.names()
PARTS = TEMPLATES.source("_parts")


def whole_source(name: str) -> str:
    source = TEMPLATES.source(name)
    return source + PARTS if "_parts.j2" in source else source


def test_the_shipped_templates_are_complete() -> None:
    assert set(PLAYBOOK.length_of) == set(NAMES)
    variants = {name for names in PLAYBOOK.variants.values() for name in names}
    assert {c.template for c in PLAYBOOK.choices} | variants == set(NAMES)


def test_the_shipped_templates_pass_their_own_check() -> None:
    assert TEMPLATES.check(PLAYBOOK) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_reads_well_whatever_is_known(name: str) -> None:
    """Lengths, blanks, dangling words, questions and banned phrases, in every combination."""
    seen: set[str] = set()
    for facts in combinations(name, whole_source(name)):
        rendered = TEMPLATES.render(name, facts)
        body, told = rendered.body, f"\n{rendered.body}\n{facts}"
        if body in seen:
            continue
        seen.add(body)
        bounds = PLAYBOOK.bounds(name, body)
        assert words.count(body) <= bounds.most, told
        assert words.count(words.prose(body)) >= bounds.least, told
        assert not re.search(r"  | [,.;:!?]|[,.;:]{2}|\n\n\n|\n ", body), told
        assert not re.search(r"\b(?:about|at|of|the|my|and)[,.;:!]", body), told
        assert body.count("?") <= 1, told
        assert "Sam Rivers" in body.splitlines()[-3:], told
        assert banned_phrases(body, PLAYBOOK.banned_in(name), facts) == (), told
        assert PLACEHOLDER.search(body) is None, told
        assert rendered.subject, told
    assert len(seen) >= 3


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_kept_as_it_was_read(name: str) -> None:
    sample = samples(name)
    never = dict.fromkeys(NEVER.get(name, ()), False)
    thanks = {"thanks_for": sample["bare"]["thanks_for"]}
    cases: dict[str, dict[str, Any]] = {
        "everything known, Anna": {**sample["full"]},
        "nothing known, no name": {**sample["bare"], "variant": 1},
        "nothing known, a question": {**sample["bare"], "ask_advice": True, "variant": 2},
        "a referral asked, Dr Smith": {
            **sample["full"], **thanks, "to_name": "Dr Smith", "variant": 1, "ask_advice": False,
            "runner_up": False, "talked": False, "may_use_name": True,
        },
        "no company, Jean-Luc": {
            **sample["full"], **thanks, "to_name": "Jean-Luc", "variant": 2, "company": "",
            "ask_referral": False, "personal": False, "keep_on_file": False, "deadline": "",
            "interview_times": (), "forwarded": True, "also_no": True, "also_task": True,
            "feedback_given": True, "wrote_on": "", "reason": "on-hold",
            **({"thanks_for": "your help along the way"} if name.startswith("rejection") else {}),
        },
    }  # fmt: skip
    if name == "thank-interviewer":
        cases["a thing and no sentence"] = {
            **sample["full"], "detail": "", "detail_about": "the night shift rota", "variant": 1,
        }  # fmt: skip
        cases["only arranged, no detail"] = {
            **sample["full"], "arranged": "the interview", "detail": "",
        }  # fmt: skip
        cases["a contact, Dr Smith"] = {
            **sample["full"], "to_name": "Dr Smith", "relation": "networking", "detail": "",
            "variant": 2,
        }  # fmt: skip
    if name == "touch-article":
        says = {"article_says": "Rotas of four work best", "article_form": "words"}
        cases["words and no talk"] = {**sample["full"], **says, "talked": False}
    if name == "touch-news":
        for form, said in (("thing", "your promotion"), ("words", "the prize that you won")):
            news = {"news_said": said, "news_form": form, "talked": False}
            cases[f"a {form}, no talk"] = {**sample["full"], **news}
    text = ""
    for case, facts in cases.items():
        rendered = TEMPLATES.render(name, {**facts, **never})
        text += f"=== {case}\nSubject: {rendered.subject}\n\n{rendered.body}\n"
    matches_snapshot(text, f"templates/{name}.txt")


# --- the promises of the design -------------------------------------------------------


def body(name: str, **facts: Any) -> str:
    return TEMPLATES.render(name, {**samples(name)["full"], **facts}).body


def test_a_no_to_an_application_gets_two_sentences_and_asks_nothing() -> None:
    for variant in range(3):
        letter = words.prose(body("rejection-applied", variant=variant))
        assert letter.count(".") == 2
        assert "?" not in letter


def test_advice_is_asked_as_advice_for_next_time_with_an_easy_way_out() -> None:
    for name in ("screening", "interview", "final", "requirements"):
        letter = body(f"rejection-{name}")
        assert "advice for next time" in letter
        assert "line is plenty" in letter
        assert "policy" in letter


def test_the_referral_is_a_light_line_beside_advice_and_the_question_without() -> None:
    full = samples("rejection-interview")["full"]
    light = body("rejection-interview")
    assert full["question_light"] in light
    assert full["question"] not in light
    alone = body("rejection-interview", ask_advice=False)
    assert full["question"] in alone
    assert "comes to mind" in alone


def test_an_objection_is_redirected() -> None:
    for name in ("redirect-busy", "redirect-no-openings", "redirect-not-hiring"):
        letter = body(name)
        assert re.search(r"if you were|in my place|were me", letter, re.IGNORECASE)
        assert "legwork" in letter or "I will do the rest" in letter
        assert "mention" in letter


def test_a_referral_is_thanked_for_and_permission_asked_only_when_it_was_not_given() -> None:
    assert "May I mention your name" in body("referral")
    allowed = body("referral", may_use_name=True)
    assert "?" not in allowed
    assert "mention your name" in allowed
    assert "?" not in body("referral", forwarded=True)


def test_the_giver_is_named_to_the_new_person_only_when_allowed() -> None:
    assert "Anna Smith" not in body("introduction", may_use_name=False)
    assert "Anna Smith" in body("introduction", may_use_name=True)


def test_a_deadline_is_repeated_when_known() -> None:
    assert "by Friday 5 December" in body("task")
    assert " by " not in words.prose(body("task", deadline=""))


def test_no_talk_is_mentioned_where_none_took_place() -> None:
    for name in NAMES:
        if name.startswith(("status-check", "closing", "revisit")):
            letter = body(name, talked=False, thanks_for="")
            assert not re.search(r"the conversation|talking with me|spoke|speak with me", letter)


def test_a_thank_you_asks_nothing_and_says_the_users_own_words_once() -> None:
    for variant in range(3):
        for known in ({"detail": ""}, {}, {"detail": "", "detail_about": "the rota"}):
            assert "?" not in body("thank-interviewer", variant=variant, **known)
        letter = body("thank-interviewer", variant=variant, detail="Your dog found my keys.")
        assert " Your dog found my keys.\n" in letter
        letter = body("thank-interviewer", variant=variant, detail="", detail_about="the dog")
        assert letter.count("the dog") == 1


def test_who_only_arranged_a_talk_is_not_thanked_for_talking() -> None:
    for variant in range(3):
        letter = body("thank-interviewer", variant=variant, arranged="the interview", detail="")
        assert "the interview on Thursday for the Senior Supply Planner role" in letter
        assert "with me" not in letter
        known = {"arranged": "the interview", "detail": "", "detail_about": "the dog"}
        assert "we said" not in body("thank-interviewer", variant=variant, **known)


def test_who_did_not_send_the_no_is_told_what_came_of_it() -> None:
    outcomes = {"filled": "has been filled", "on-hold": "is on hold", "final": "the decision on"}
    for (name, outcome), variant in product(outcomes.items(), range(3)):
        letter = body(f"rejection-{name}", personal=False, variant=variant)
        assert "I have heard" in letter
        assert outcome in letter
        assert "I have heard" not in body(f"rejection-{name}", variant=variant)


def test_no_letter_to_a_task_confuses_it_with_the_other_role() -> None:
    for variant, deadline in product(range(3), ("", "Friday 5 December")):
        letter = body("task", also_no=True, deadline=deadline, variant=variant)
        assert re.search(r"about the other role\. [^.]*what you asked for", letter, re.IGNORECASE)


def test_a_contact_is_not_told_of_a_role() -> None:
    assert "role" not in body("thank-interviewer", relation="networking")


def test_the_closing_note_asks_for_nothing() -> None:
    for variant in range(3):
        assert "?" not in body("closing-note", variant=variant)


def test_replies_keep_the_subject_and_new_mail_says_what_it_is_about() -> None:
    for name in NAMES:
        subject = TEMPLATES.render(name, samples(name)["full"]).subject
        if name == "introduction":
            assert subject == "A short question about logistics planning"
            assert 3 <= words.count(subject) <= 6
        else:
            assert subject == "Re: Your application"


@pytest.mark.parametrize(
    ("role", "company", "subject"),
    [
        ("Data Analyst", "Northwind", "Data Analyst role: a short question"),
        ("Cook", "", "Cook role: a short question"),
        ("Summer job", "Northwind", "Summer job: a short question"),
        ("Senior Supply Planner", "Northwind", "Senior Supply Planner: a short question"),
        ("Head of Operations and Planning", "Wexley", "Role at Wexley: a short question"),
        ("Head of Operations and Planning", "North Wexley", "North Wexley: a short question"),
        ("", "Northwind", "Role at Northwind: a short question"),
        ("Head of Operations and Planning", "", "A short question"),
        ("", "", "A short question"),
    ],
)  # fmt: skip
def test_a_first_letter_has_role_and_purpose_in_three_to_six_words(
    role: str, company: str, subject: str
) -> None:
    facts = {"role": role, "company": company, "reply_subject": ""}
    for name in ("status-check-recruiter", "status-check-second", "status-check-manager"):
        found = TEMPLATES.render(name, {**samples(name)["full"], **facts}).subject
        assert found == subject
        assert 3 <= words.count(found) <= 6
    if role == "Data Analyst":
        last = TEMPLATES.render("closing-note", {**samples("closing-note")["full"], **facts})
        assert last.subject == "Data Analyst role: thank you"


def test_a_talk_about_work_is_no_role() -> None:
    facts = {"role": "", "company": "Northwind", "stage": "networking", "reply_subject": ""}
    found = TEMPLATES.render("status-check-networking", {**samples("revisit")["full"], **facts})
    assert found.subject == "A short question"


def test_the_phrasing_is_one_of_several_and_stays_the_same() -> None:
    for name in NAMES:
        letters = {body(name, variant=v) for v in range(3)}
        assert len(letters) == 3
        assert body(name, variant=4) == body(name, variant=1)


def test_the_role_is_said_exactly_and_once() -> None:
    cases = {
        ("Planner", "Acme"): "the Planner role at Acme",
        ("Planner position", ""): "the Planner position",
        ("The Planner Job", "Acme"): "the Planner Job at Acme",
        ("", "Acme"): "the role at Acme",
        ("", ""): "the role",
    }
    for (role, company), said in cases.items():
        assert context({"role": role, "company": company})["the_role"] == said


def test_a_greeting_without_a_name_is_natural() -> None:
    assert context({})["hello"] == "Hello,"
    assert context({"to_name": "Anna"})["hello"] == "Hello Anna,"
    assert context({"to_name": "Dr Smith"})["hello"] == "Dear Dr Smith,"


def test_what_came_by_mail_cannot_start_a_header_or_run_code() -> None:
    facts = {
        "role": "Planner\nBcc: eve@evil.example\n\nX",
        "to_name": "Anna\u202e{{ 7*7 }}",
        "reply_subject": "Re: x\r\nBcc: eve@evil.example",
    }
    rendered = TEMPLATES.render("rejection-applied", {**samples("x")["full"], **facts})
    assert set(rendered.headers) == {"subject"}
    assert rendered.subject == "Re: x Bcc: eve@evil.example"
    assert "\nBcc" not in rendered.body
    assert "49" not in rendered.body
    assert "\u202e" not in rendered.body


# --- the user's own templates ---------------------------------------------------------


def own(tmp_path: Path, **files: str) -> Templates:
    folder = tmp_path / "replies"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name.replace('__', '-')}.j2").write_text(text, encoding="utf-8")
    return Templates(SHIPPED, tmp_path)


def test_a_file_of_the_same_name_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    mine = own(
        tmp_path,
        offer="Subject: Yes\n\nHi {{ to_name }},\n\nYes!\n\n{{ me.name }}\n",
        my__own="Subject: Hello\n\nHello\n",
    )
    assert mine.render("offer", {"to_name": "Anna", "me": {"name": "Sam"}}).body == (
        "Hi Anna,\n\nYes!\n\nSam\n"
    )
    assert mine.render("task", samples("task")["full"]) == TEMPLATES.render(
        "task", samples("task")["full"]
    )
    assert set(mine.names()) == {*NAMES, "my-own"}
    assert "Yes!" in mine.source("offer")


def test_the_folder_of_templates_itself_may_be_named() -> None:
    assert Templates(SHIPPED / "replies").names() == NAMES


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Subject: x\n\nHello {{ to_nam }},\n", "offer.j2:3: 'to_nam' is undefined"),
        ("Subject: x\n\n{% if role %}\n", "offer.j2:3: "),
        ("Subject: x\n\n\n{{ me.nickname }}\n", "offer.j2:4: "),
        ("Subject: x\n\n{{ 1 / 0 }}\n", "offer.j2:3: "),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}\n", "offer.j2:3: "),
        ('Subject: x\n\n{% include "/etc/passwd" %}\n', "no template is called"),
        ('Subject: x\n\n{% include "../playbook" %}\n', "no template is called"),
    ],
)
def test_a_broken_template_is_told_in_one_line_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        own(tmp_path, offer=text).render("offer", {})
    (problem,) = caught.value.problems
    assert problem.startswith(told)
    assert "\n" not in problem


def test_an_unknown_or_unreadable_template_is_told(tmp_path: Path) -> None:
    for name in ("nothing", "../playbook", "", "a/b"):
        with pytest.raises(TemplateError, match="no template is called"):
            TEMPLATES.source(name)
    mine = own(tmp_path)
    (tmp_path / "replies" / "offer.j2").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match=r"offer\.j2: cannot be read"):
        mine.source("offer")


def test_the_check_tells_every_problem_with_its_place(tmp_path: Path) -> None:
    mine = own(
        tmp_path,
        offer="Subject: x\n\nHello {{ to_nam }} {{ compny }},\n",
        task="Subject: x\n\nHello,\n\nSorry to bother you, any update?\n\n{{ me.name }}\n",
        referral="Subject: x\n\n{% if %}\n",
        interview="Hello,\n\n" + "word " * 120,
        feedback="Subject: x\n\nHello,\n\n{{ me.title }}\n",
    )
    found = mine.check(PLAYBOOK)
    for told in (
        "offer.j2:3: 'to_nam' is not a fact", "offer.j2:3: 'compny' is not a fact",
        "task.j2:5: says 'any update', which is banned", "task.j2:1: 8 words with",
        "task.j2:5: says 'sorry to bother'", "referral.j2:3: ",
        "interview.j2:1: the first line must be", "interview.j2:1: 121 words with",
        "feedback.j2:5: ",
    ):  # fmt: skip
        assert any(problem.startswith(told) for problem in found), (told, found)
    assert {p.partition(".")[0] for p in found} == {
        "offer", "task", "referral", "interview", "feedback",
    }  # fmt: skip


def test_the_check_tells_a_template_that_the_playbook_names_and_nobody_wrote(
    tmp_path: Path,
) -> None:
    (tmp_path / "offer.j2").write_text(TEMPLATES.source("offer"))
    assert "playbook.toml: choose: no template is called 'task'" in Templates(tmp_path).check(
        PLAYBOOK
    )


def test_a_preview_is_a_whole_letter() -> None:
    text = TEMPLATES.preview("offer", {"role": "Baker"})
    assert text.startswith("Subject: Re: Your application\n\nHello Anna,\n")
    assert "Baker" in text
    assert "getting in touch" in TEMPLATES.preview("outreach-interested")


def test_every_fact_is_empty_when_it_is_not_known() -> None:
    seen = context({})
    assert set(FACTS) <= set(seen)
    assert seen["me"]["name"] == ""
    assert context({"me": None, "role": None})["role"] == ""


def test_tidying_drops_doubled_blanks_only() -> None:
    assert tidy("\n\na  b \n\n\n\nc\nd\n\n") == "a b\n\nc\nd\n"


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("the role at Acme Inc.. I", "the role at Acme Inc. I"),
        ("at Crème Rey S.A..", "at Crème Rey S.A."),
        ("the role at Wow!. I", "the role at Wow! I"),
        ("at Why?.", "at Why?"),
        ("Well... yes", "Well... yes"),
        ("at Acme Inc., and", "at Acme Inc., and"),
        ("example.org and 3.5", "example.org and 3.5"),
    ],
)
def test_a_name_that_ends_in_a_stop_takes_no_second_one(text: str, tidied: str) -> None:
    assert tidy(text) == f"{tidied}\n"
