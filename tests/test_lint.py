"""What stands against a draft, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailsense.domain import Address, Draft, Facts, PlanKind
from mailsense.reply.findings import Own, Surroundings
from mailsense.reply.lint import GREETING, PLACEHOLDER, Finding, asking, lint
from mailsense.reply.questions import Question
from mailsense.reply.words import REFERRAL_ASK
from tests.support.items import ANNA, BEN, PLAYBOOK, day, draft, incoming

FACTS = {"to_name": "Anna", "company": "Northwind", "role": "Planner"}
COMPANIES = ["Northwind", "Globex Ltd", "Next", "Monday", "Northwind Logistics", "Blue Heron"]


def findings(letter: Draft, facts: dict[str, Any] | None = None) -> list[Finding]:
    known = FACTS if facts is None else facts
    return lint(letter, facts=known, playbook=PLAYBOOK, companies=COMPANIES)


def rules(text: str, facts: dict[str, Any] | None = None, **more: Any) -> set[tuple[str, str]]:
    letter = draft(body=f"Hello Anna,\n\n{text}\n\nBest wishes,\nSam Rivers\n", **more)
    return {(f.level, f.rule) for f in findings(letter, facts)}


def test_a_good_letter_has_no_findings() -> None:
    assert rules("Thank you for letting me know about the Planner role at Northwind.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "{{ role }}", "{% if x %}", "[Name]", "[Your Name]", "[Company Name]", "[insert role]",
        "[hiring manager]", "XXX", "XXXX", "TODO", "TBD", "____", "<name>", "<your phone>",
        "Lorem ipsum", "${role}", "%(role)s", "[COMPANY]", "[the role title here]",
    ],
)  # fmt: skip
def test_a_placeholder_stands_against_a_letter(text: str) -> None:
    assert PLACEHOLDER.search(text)
    assert ("error", "placeholder") in rules(f"About {text} we spoke.")
    assert ("error", "placeholder") in rules(f"About {text} we spoke.", edited=True)


@pytest.mark.parametrize(
    "text",
    [
        "[1]", "[sic]", "a [small] thing", "<https://example.org>", "5 < 6 > 3", "todos los dias",
        "to do", "XX", "snake_case", "{curly}", "100% sure", "<sam@example.org>", "[see below]",
    ],
)  # fmt: skip
def test_these_are_no_placeholders(text: str) -> None:
    assert PLACEHOLDER.search(text) is None


def test_a_placeholder_in_the_subject_counts() -> None:
    assert ("error", "placeholder") in rules("Fine.", subject="About [Role]")


@pytest.mark.parametrize(
    ("first", "facts", "found"),
    [
        ("Hello Anna,", FACTS, None),
        ("Dear Anna Smith,", FACTS, None),
        ("Dear Ms Smith,", FACTS, None),
        ("Hi Ben,", FACTS, "error"),
        ("Hello,", FACTS, "warning"),
        ("Hello,", {}, "warning"),
        ("Dear Hiring Team,", FACTS, "warning"),
        ("Hi there,", FACTS, "warning"),
        ("Thank you.", FACTS, "warning"),
        ("Hello Nia,", {**FACTS, "to_name": "Nia"}, None),
        ("Good morning Anna,", FACTS, None),
        ("Dear Dr Smith,", {**FACTS, "to_name": "Dr Smith"}, None),
    ],
)
def test_the_name_must_be_the_addressees(
    first: str, facts: dict[str, Any], found: str | None
) -> None:
    letter = draft(body=f"{first}\n\nThank you for letting me know.\n\nSam\n")
    levels = [f.level for f in findings(letter, facts) if f.rule == "name"]
    assert levels == ([found] if found else [])


def test_a_person_without_a_name_is_greeted_without_one() -> None:
    nameless = Address("", "x17@northwind.example")
    letter = draft(body="Hello,\n\nThank you.\n\nSam\n", to=(nameless,))
    assert findings(letter, {}) == []
    named = draft(body="Hello Eve,\n\nThank you.\n\nSam\n", to=(nameless,))
    assert [(f.level, f.rule) for f in findings(named, {})] == [("error", "name")]


def test_a_name_the_user_wrote_is_only_doubted() -> None:
    letter = draft(body="Hi Bea,\n\nThank you.\n\nSam\n", edited=True)
    assert [(f.level, f.rule) for f in findings(letter)] == [("warning", "name")]


@pytest.mark.parametrize(
    ("greeting", "name"),
    [("Hello Anna,", "Anna"), ("Dear Dr Smith:", "Dr Smith"), ("Hi, Anna!", "Anna"), ("Hello", "")],
)
def test_a_greeting_is_read(greeting: str, name: str) -> None:
    match = GREETING.match(greeting)
    assert match is not None
    assert match["name"].strip() == name


def test_other_words_are_no_greeting() -> None:
    for text in ("Thank you, Anna", "Dearest of all", "History", "Heya"):
        assert GREETING.match(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I enjoyed the Globex office.", True),
        ("I like Globex Ltd.", True),
        ("I like Blue Heron.", True),
        ("Working at Next appeals to me.", True),
        ("Next week suits me.", False),
        ("I am free on Monday.", False),
        ("I like Northwind Logistics.", False),
        ("I like Northwind.", False),
        ("A blue heron flew by.", False),
        ("The globexes are out.", False),
    ],
)
def test_another_companys_name_stands_against_a_letter(text: str, found: bool) -> None:
    assert (("error", "company") in rules(text)) is found


def test_a_company_somebody_was_pointed_to_may_be_named() -> None:
    assert (
        rules("Thank you for the word about Globex.", {**FACTS, "referred_name": "Globex"}) == set()
    )


@pytest.mark.parametrize(
    "text",
    [
        "I am just checking in.", "Any update on this?", "I'm disappointed.", "Please reconsider.",
        "I still haven’t heard from you.", "It was my dream job.", "Reply ASAP.", "At my age.",
        "Thanks in advance.",
    ],
)  # fmt: skip
def test_what_reads_badly_is_told(text: str) -> None:
    assert ("error", "banned") in rules(text)
    assert ("warning", "banned") in rules(text, edited=True)


@pytest.mark.parametrize(
    "text",
    ["I manage a team.", "The families of products.", "A healthy pace.", "We were checking it."],
)
def test_words_that_only_look_like_it_are_not(text: str) -> None:
    assert rules(text) == set()


def test_a_role_or_company_may_hold_a_banned_word() -> None:
    facts = {**FACTS, "role": "Health Economist", "company": "Family Action"}
    text = "Thank you for letting me know about the Health Economist role at Family Action."
    assert rules(text, facts) == set()
    assert ("error", "banned") in rules(text)


def test_thanks_in_advance_is_fine_where_nobody_said_no() -> None:
    assert rules("Thanks in advance.", template="task") == set()


def test_a_letter_that_is_too_long_is_told() -> None:
    assert ("warning", "length") in rules("word " * 61)
    assert ("warning", "length") not in rules("word " * 50)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, set()),
        ({"to": ()}, {("error", "addressee")}),
        ({"to": (ANNA, BEN)}, {("error", "addressee")}),
        ({"cc": (BEN,)}, {("error", "addressee")}),
        ({"bcc": (BEN,), "edited": True}, {("error", "addressee")}),
        ({"to": (Address("Anna", "no-reply@northwind.example"),)}, {("error", "robot")}),
        ({"to": (Address("Anna", "anna@hire.lever.co"),), "edited": True}, {("error", "robot")}),
    ],
)
def test_a_letter_goes_to_one_person(more: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert {f for f in rules("Thank you.", **more) if f[1] in ("addressee", "robot")} == found


def test_doubled_blanks_are_told() -> None:
    assert ("warning", "blanks") in rules("Thank  you.")
    assert ("warning", "blanks") in rules("Thank you.\n\n\nGood.")
    assert rules("Thank you.\n\nGood.") == set()


@pytest.mark.parametrize(
    ("plan", "questions", "found"),
    [
        (PlanKind.ANSWER_REJECTION, 1, False),
        (PlanKind.ANSWER_REJECTION, 2, True),
        (PlanKind.STATUS_CHECK, 2, True),
        (PlanKind.ANSWER_REQUEST, 3, False),
        (PlanKind.ANSWER_REQUEST, 4, True),
        (PlanKind.ANSWER_OUTREACH, 3, False),
        (PlanKind.CLOSE_LOOP, 0, False),
        (PlanKind.CLOSE_LOOP, 1, True),
        (PlanKind.THANK_INTERVIEWER, 1, True),
        (PlanKind.THANK_FEEDBACK, 1, True),
    ],
)
def test_a_letter_asks_no_more_than_it_is_for(plan: PlanKind, questions: int, found: bool) -> None:
    told = rules("Which day is good? " * questions, plan=plan)
    assert (("warning", "asks") in told) is found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("What could I do better?\n\nWho else is hiring?", 2),
        ("What could I do better? One line is plenty.", 1),
        ("Really??", 1),
        ("See https://example.org/?a=b\n\nand this.", 0),
        ("", 0),
    ],
)
def test_questions_are_counted(text: str, number: int) -> None:
    assert asking(text) == number


APPLIED = {**FACTS, "stage": "applied", "talked": False, "ask_referral": False}
QUESTION = PLAYBOOK.questions[0]


@pytest.mark.parametrize(
    "text",
    [
        QUESTION.ask, QUESTION.light, "Who else there is hiring?", "Could you point me to a team?",
        "Is there anyone I should talk to?", "Please pass my CV on to a colleague.",
        "Which other companies should I look at?", "Whom else could I speak to?",
    ],
)  # fmt: skip
def test_a_referral_is_not_asked_of_people_who_never_met_the_user(text: str) -> None:
    assert REFERRAL_ASK.search(text) or text in (QUESTION.ask, QUESTION.light)
    assert ("warning", "asks") in rules(text, APPLIED)
    assert ("warning", "asks") in rules(
        text, {**APPLIED, "stage": "interview", "reason": "on-hold"}
    )
    assert ("warning", "asks") in rules(text.replace("?", "."), APPLIED, plan=PlanKind.CLOSE_LOOP)
    assert rules(text, {**APPLIED, "stage": "interview", "talked": True}) == set()
    assert rules(text, {**APPLIED, "ask_referral": True}) == set()
    assert rules(text, APPLIED, plan=PlanKind.REDIRECT) == set()


def test_a_parting_question_in_the_users_own_words_is_known_as_one() -> None:
    mine = Question("mine", "Where would you go next?", "A hint where to go next is welcome.")
    body = f"Hello Anna,\n\n{mine.light}\n\nSam\n"
    for questions, found in (((mine,), True), (PLAYBOOK.questions, False)):
        book = replace(PLAYBOOK, questions=questions)
        assert bool(lint(draft(body=body), facts=APPLIED, playbook=book)) is found


@pytest.mark.parametrize(
    "text",
    [
        "Should another role come up, I would be glad to hear from you.",
        "I wish the whole company well.",
        "Thank you for pointing out what was missing.",
        "I talked to someone I should have met earlier.",
        "Your other team has moved.",
        "I sent my CV to the office in March.",
    ],
)
def test_these_ask_for_no_referral(text: str) -> None:
    assert REFERRAL_ASK.search(text) is None
    assert rules(text, APPLIED) == set()


@pytest.mark.parametrize(
    "text",
    [
        "I hope this email finds you well.", "Please do not hesitate to call.",
        "Reply at your earliest convenience.", "I just wanted to say that it was good.",
        "Thank you for this. Thanks for that. And thank you for the rest.",
        "I wish you all the best. I wish you all the best.",
    ],
)  # fmt: skip
def test_padding_is_told(text: str) -> None:
    assert ("warning", "padding") in rules(text)
    assert ("warning", "padding") in rules(text, edited=True)


@pytest.mark.parametrize(
    "text",
    [
        "I hope that you are well.", "Call me when it suits you.", "I hesitated, and then came.",
        "Thank you for this. Thanks for that.", "Thank you. Thank you.",
        "I wish you well. I wish the team well.",
    ],
)  # fmt: skip
def test_a_plain_word_is_no_padding(text: str) -> None:
    assert rules(text) == set()


def test_an_empty_letter_is_an_error() -> None:
    assert ("error", "empty") in {(f.level, f.rule) for f in findings(draft(body=" \n"))}


def test_the_quoted_original_is_not_the_letter() -> None:
    assert rules("Thank you.", quoted="> Any update from Globex? [Name]") == set()


@pytest.mark.parametrize(("name", "warned"), [("Your Name", True), ("", True), ("Sam", False)])
def test_a_letter_signed_with_the_samples_name_is_told(name: str, warned: bool) -> None:
    letter = draft(from_=Address(name, "sam@rivers.example"))
    found = lint(letter, facts={}, playbook=PLAYBOOK)
    told = [f for f in found if f.rule == "signature"]
    assert bool(told) is warned
    assert all(f.level == "warning" and "me.name" in f.text for f in told)


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (Facts(), False),
        (Facts(precedence="bulk"), False),
        (Facts(auto_submitted="no"), False),
        (Facts(auto_submitted="auto-replied"), True),
        (Facts(auto_reply=True), True),
        (Facts(bounce=True), True),
        (Facts(no_reply=True), True),
        (Facts(list_id="jobs.example"), True),
        (Facts(return_path=""), True),
    ],
)
def test_what_a_machine_wrote_gets_no_answer_whatever_its_address(
    facts: Facts, found: bool
) -> None:
    original = incoming("m1", day(11, 2), None, facts=facts)
    letter = draft(body="Hello Anna,\n\nThank you.\n\nSam\n", edited=True)
    for to, told in ((ANNA, found), (BEN, False)):
        addressed = replace(letter, to=(to,))
        got = lint(addressed, facts={}, playbook=PLAYBOOK, around=Surroundings(original))
        assert ("error" in {f.level for f in got if f.rule == "robot"}) is told


def test_a_thank_you_wants_one_true_detail() -> None:
    assert ("warning", "detail") in rules("Thank you.", plan=PlanKind.THANK_INTERVIEWER)
    assert rules("Thank you.", plan=PlanKind.THANK_INTERVIEWER, detail="the rota") == set()
    assert rules("Thank you.", plan=PlanKind.THANK_INTERVIEWER, edited=True) == set()


def test_another_company_in_the_subject_of_new_mail_counts() -> None:
    assert ("error", "company") in rules("Fine.", subject="The role at Globex")
    assert rules("Fine.", subject="Re: Globex wrote, too") == set()


def test_the_users_own_field_and_detail_may_hold_a_banned_word() -> None:
    text = "I am looking for people to talk with about public health. We spoke about family law."
    letter = draft(body=f"Hello Anna,\n\n{text}\n\nSam\n", detail="we spoke about family law")
    own = Own(("Sam Rivers", "public health"), "any update")
    around = Surroundings(own=own)
    assert lint(letter, facts=FACTS, playbook=PLAYBOOK, around=around) == []
    rude = replace(letter, body="Hello Anna,\n\nAny update on health?\n\nSam\n")
    told = lint(rude, facts=FACTS, playbook=PLAYBOOK, around=around)
    assert [f.rule for f in told] == ["banned", "banned"], "a template excuses no phrase"


def test_findings_are_one_line_each_the_most_serious_first() -> None:
    body = "Hi Ben,\n\nAny update on [Role\nTitle]?  Or\n\n\nXXX from Globex Ltd? A?"
    letter = draft(
        body=f"{body} {'word ' * 100}", to=(Address("", "no-reply@northwind.example"), ANNA)
    )
    found = findings(letter)
    assert [f.rule for f in found] == [
        "robot", "addressee", "placeholder", "company", "name", "banned", "asks", "length",
        "blanks",
    ]  # fmt: skip
    assert [f.level for f in found] == ["error"] * 6 + ["warning"] * 3
    assert all("\n" not in f.text for f in found)
    assert all(":" in f.text or ";" in f.text for f in found), "each says what to do"


def test_a_time_that_a_letter_accepts_is_told_until_the_user_has_changed_the_letter() -> None:
    offered = {**FACTS, "interview_times": ("Tuesday at 10", "Friday at 9")}
    plan = PlanKind.ANSWER_REQUEST

    def told(body: str, **more: Any) -> list[str]:
        letter = draft(body=f"Hello Anna,\n\n{body}\n\nSam\n", plan=plan, **more)
        return [f.text for f in lint(letter, facts=offered, playbook=PLAYBOOK)]

    assert told("Friday at 9 is fine.") == ["it accepts Friday at 9: check that you are free"]
    assert told("Friday at 9 is fine.", edited=True) == []
    assert told("Which day is it to be?") == []
