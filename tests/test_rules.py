"""What headers alone settle, what the language settles, and the facts beside a reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.classify import facts as told
from mailsense.classify import letters, rules, sentences
from mailsense.classify.corpus import KINDS
from mailsense.classify.thresholds import from_card
from mailsense.domain import (
    Address,
    Event,
    Evidence,
    Facts,
    Kind,
    Message,
    Reason,
    Source,
    Stage,
)

JO = Address("Jo Marsh", "jo@example.org")


def message(subject: str = "", text: str = "", **more: object) -> Message:
    """A message from Jo, with what the case adds."""
    return Message("k", "id@example.org", subject, JO, text=text, **more)  # type: ignore[arg-type]


def invitation(summary: str) -> Event:
    return Event("REQUEST", summary, None, None, "jo@example.org", "")


SETTLED = [
    ("a bounce", message("Undelivered", "Mail could not be delivered.", facts=Facts(bounce=True)),
     Kind.OTHER),
    ("an out-of-office", message("Automatic reply: Hello", "I am on annual leave until Monday.",
     facts=Facts(auto_reply=True)), Kind.OTHER),
    ("an automatic reply that says nothing", message("Re: x", "Thanks, your message is here.",
     facts=Facts(auto_reply=True)), Kind.OTHER),
    ("an interview in the calendar", message("Interview: Data Analyst",
     facts=Facts(calendar="REQUEST"), events=(invitation("Interview: Data Analyst"),)),
     Kind.INTERVIEW),
    ("a phone screen in the calendar", message("Invitation", events=(invitation("Phone screen"),)),
     Kind.INTERVIEW),
    ("a mailing list about cycling", message("Sunday's ride", "We start at nine by the bridge.",
     facts=Facts(list_id="ride.example.org")), Kind.OTHER),
]  # fmt: skip

LEFT = [
    ("an ATS that bounces nothing", message("Update", "We received your application.",
     facts=Facts(bounce=True, ats="Acme Hire"))),
    ("a receipt sent by an answering machine", message("Thank you for applying",
     "We have received your application.", facts=Facts(auto_reply=True))),
    ("a standup in the calendar", message("Standup", facts=Facts(calendar="REQUEST"),
     events=(invitation("Standup"),))),
    ("a course about interviewing", message("Interviewing skills training",
     events=(invitation("Interviewing skills training"),))),
    ("a cancelled interview", message("Cancelled: Interview", events=(
     Event("CANCEL", "Interview", None, None, "", ""),), facts=Facts(calendar="CANCEL"))),
    ("a list about jobs", message("12 new jobs", "See every vacancy.",
     facts=Facts(list_id="jobs.example.org"))),
    ("a letter through an ATS with a list header", message("News", "Hello there.",
     facts=Facts(list_id="x.example.org", ats="Acme Hire"))),
    ("a plain letter", message("Hello", "How are you?")),
]  # fmt: skip


@pytest.mark.parametrize(("case", "sent", "kind"), SETTLED, ids=[c for c, _, _ in SETTLED])
def test_a_rule_settles(case: str, sent: Message, kind: Kind) -> None:
    verdict = rules.judge(sent)
    assert verdict is not None
    assert (verdict.kind, verdict.source, verdict.confidence) == (kind, Source.RULE, 1.0)
    assert verdict.evidence[0].what == "rule"


@pytest.mark.parametrize(("case", "sent"), LEFT, ids=[c for c, _ in LEFT])
def test_a_rule_leaves_to_the_model(case: str, sent: Message) -> None:
    assert rules.judge(sent) is None


FRENCH = "Bonjour, merci pour votre candidature. " * 5


@pytest.mark.parametrize(
    ("title", "stage"),
    [("Phone screen", Stage.SCREENING), ("Interview: Data Analyst", Stage.INTERVIEW)],
)
def test_an_invitation_in_the_calendar_tells_its_stage_and_by_which_words(
    title: str, stage: Stage
) -> None:
    verdict = rules.judge(message("Invitation", events=(invitation(title),)))
    assert verdict is not None
    assert verdict.stage is stage
    assert verdict.evidence[1:] == (Evidence("stage", title.partition(":")[0], 1.0),)


def test_a_long_letter_in_another_language_is_unsure_and_says_so() -> None:
    verdict = rules.unreadable(message("Bonjour", FRENCH, language="fr"))
    assert verdict is not None
    assert verdict.kind is Kind.UNSURE
    assert verdict.evidence == (Evidence("fact", "written in another language (fr)", 1.0),)


def test_a_model_that_learned_french_reads_french() -> None:
    letter = message("Bonjour", FRENCH, language="fr")
    card = {"languages": {"en": {"letters": 9}, "fr": {"letters": 9}}}
    assert rules.unreadable(letter, from_card(card).languages) is None
    assert rules.unreadable(letter, from_card({}).languages) is not None


GERMAN = (
    "Vielen Dank für Ihre Bewerbung als Planerin. Wir haben sie mit Interesse gelesen und möchten "
    "Sie gern zu einem Gespräch"
).split()


def test_from_twenty_words_on_another_language_is_unsure_and_fewer_are_judged() -> None:
    assert rules.LEAST_WORDS == len(GERMAN) == 20
    whole = message("Ihre Bewerbung", " ".join(GERMAN), language="de")
    verdict = rules.unreadable(whole)
    assert verdict is not None
    assert verdict.kind is Kind.UNSURE
    assert verdict.evidence == (Evidence("fact", "written in another language (de)", 1.0),)
    fewer = message("Ihre Bewerbung", " ".join(GERMAN[:-1]), language="de")
    assert rules.unreadable(fewer) is None
    assert rules.unreadable(whole, ("en", "de")) is None


def test_a_message_without_a_word_is_unsure_and_says_so() -> None:
    verdict = rules.unreadable(message("", " \n"))
    assert verdict is not None
    assert (verdict.kind, verdict.evidence[0].text) == (Kind.UNSURE, "there is no text to read")
    assert rules.unreadable(message("Hello", "")) is None


@pytest.mark.parametrize(
    ("language", "text"), [("en", FRENCH), ("", FRENCH), ("fr", "Bonjour, merci!")]
)
def test_english_unknown_and_short_letters_are_read(language: str, text: str) -> None:
    assert rules.unreadable(message("x", text, language=language)) is None


CHINESE = "感谢您抽出时间与我们交谈。我们认真阅读了您的申请，但是决定选择另一位候选人。"
THAI = "ขอบคุณที่สมัครงานกับเรา เราเสียใจที่ต้องแจ้งว่าเราเลือกผู้สมัครท่านอื่น"


@pytest.mark.parametrize(("language", "text"), [("zh", CHINESE), ("ja", CHINESE), ("th", THAI)])
def test_a_script_without_blanks_needs_no_twenty_words(language: str, text: str) -> None:
    assert len(text.split()) < rules.LEAST_WORDS
    verdict = rules.unreadable(message("x", text, language=language))
    assert verdict is not None
    assert verdict.evidence[0].text == f"written in another language ({language})"


def test_a_language_without_a_name_is_unsure_and_says_so() -> None:
    verdict = rules.unreadable(message("x", "Diolch yn fawr " * 20, language="und"))
    assert verdict is not None
    assert verdict.kind is Kind.UNSURE
    assert verdict.evidence[0].text == "written in a language I do not know"


MACHINE_SENT = [Facts(list_id="jobs.example.org"), Facts(auto_reply=True, auto_submitted="x")]


@pytest.mark.parametrize("language", ["de", "zh", "und"])
@pytest.mark.parametrize("facts", MACHINE_SENT, ids=["list", "answer"])
def test_rules_about_words_say_nothing_of_words_they_do_not_know(
    facts: Facts, language: str
) -> None:
    text = " ".join(GERMAN)
    assert rules.judge(message("Ihre Bewerbung", text, language=language, facts=facts)) is None
    for known in rules.WORDED:
        assert rules.judge(message("Ihre Bewerbung", text, language=known, facts=facts)) is not None


def test_rules_about_headers_hold_in_any_language() -> None:
    text = " ".join(GERMAN)
    bounce = rules.judge(message("Fehler", text, language="de", facts=Facts(bounce=True)))
    assert bounce is not None and bounce.kind is Kind.OTHER
    events = (invitation("Interview: Planerin"),)
    invited = rules.judge(message("Termin", text, language="de", events=events))
    assert invited is not None and invited.kind is Kind.INTERVIEW


PROSE = "Roses need water, and a place in the sun. The best time to plant them is in May. " * 4
FOREIGN = [
    " ".join(GERMAN),
    CHINESE,
    THAI,
    "Diolch yn fawr i chi am ddod i weld ein gardd, ac am roi o'ch amser i siarad am y rhosod.",
    f"{' '.join(GERMAN)}\n\nOn 4 May Anna wrote:\n\n{PROSE}",
    f"{' '.join(GERMAN)}\n" + "".join(f"> {line}.\n" for line in PROSE.split(".")),
    f"See the page.\n{' '.join(GERMAN)} {' '.join(GERMAN)}",
]


@pytest.mark.parametrize("said", FOREIGN)
def test_letters_that_may_be_foreign_are_read_with_care(said: str) -> None:
    assert rules.may_be_foreign(said)
    skimmed = message("x", facts=Facts(list_id="ride.example.org"))
    assert rules.judge_skimmed(skimmed, said) is None


@pytest.mark.parametrize("said", ["", "Ahoj!", PROSE, PROSE.upper(), f"> {PROSE}\n{PROSE}"])
def test_letters_in_english_and_a_few_words_are_not(said: str) -> None:
    assert not rules.may_be_foreign(said)
    skimmed = message("x", facts=Facts(list_id="ride.example.org"))
    assert rules.judge_skimmed(skimmed, said) == rules.judge(skimmed)


def test_leans_are_added_up() -> None:
    names = ("a mailing list", "sent by a machine")
    assert rules.shift(()) == [0.0] * len(KINDS)
    told_ = dict(zip(KINDS, rules.shift(names), strict=True))
    assert told_[Kind.OUTREACH] == sum(rules.LEANS[name][Kind.OUTREACH] for name in names)
    assert told_[Kind.REFERRAL] == sum(rules.LEANS[name][Kind.REFERRAL] for name in names)
    assert told_[Kind.ACKNOWLEDGEMENT] == 0.0


LEANING = [
    (Facts(list_id="x"), "a mailing list"),
    (Facts(list_unsubscribe=True), "sent in bulk"),
    (Facts(precedence="bulk"), "sent in bulk"),
    (
        Facts(ats="Acme Hire", list_id="x", precedence="bulk"),
        "sent by an applicant-tracking system",
    ),
    (Facts(auto_submitted="auto-generated"), "sent by a machine"),
]


@pytest.mark.parametrize(("facts", "name"), LEANING)
def test_headers_lean_a_letter(facts: Facts, name: str) -> None:
    held = rules.leans(message("Your application", "We have a job.", facts=facts))
    assert held == (name,)
    assert rules.LEANS[name]


def test_a_calendar_leans_only_with_words_about_work() -> None:
    facts = Facts(calendar="REQUEST")
    assert rules.leans(message("Talk about the vacancy", facts=facts)) == ("a calendar invitation",)
    assert rules.leans(message("Lunch", facts=facts)) == ()


def test_an_ordinary_letter_leans_nowhere() -> None:
    assert rules.leans(message("Hello", "How are you?", facts=Facts(auto_submitted="no"))) == ()


PHRASES = {name: value for name, value in vars(told).items() if isinstance(value, told.Phrase)}


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_finds_its_examples_and_leaves_the_others(name: str) -> None:
    phrase = PHRASES[name]
    assert phrase.finds and phrase.leaves
    for text in phrase.finds:
        assert phrase(text), text
    for text in phrase.leaves:
        assert not phrase(text), text


PATTERNS = [
    (rules._AWAY, ["I am out of the office", "Automatic reply: x", "on annual leave"],
     ["Thank you for your application", "we will get back to you"]),
    (rules._RECEIVED, ["We received your application"], ["I am away until Monday", "your message"]),
    (rules._INTERVIEW, ["Interview: Data Analyst", "Phone screen with Jo"],
     ["Weekly standup", "Interviewing skills training", "Lunch"]),
    (rules._OTHER_SCRIPT, ["д", "中", "ש"], ["é", "ạ", "’", "€"]),
    (letters._PREFIX, ["Re: a", "FWD: Re: a"], ["Regarding: a", "ref: 7"]),
    (letters._REPLY, ["RE: a", "Re[2]: a"], ["Fwd: a", "Real: a"]),
    (letters._NO_REPLY, ["no-reply", "donotreply"], ["noreen", "reply"]),
    (sentences._LAST_WORD, ["Dear Mr", "for e.g"], ["2"]),
    (sentences._NOT_PROSE, ["> yes", "To: Jo", "----"], ["To be clear: no", "Dates: May"]),
    (sentences._BULLET, ["- tea", "2) milk", "• one"], ["2024 was", "a cat"]),
    (sentences._END, ["We regret it. We", "no! but", "really?) Yes", "no..! So"],
     ["a cat", "(that)", "v2.1", "so.", "a, b"]),
    (sentences._END_OF_ANY, ["We regret it. We", "well… no", "“no.” So"], ["a…b", "v2.1"]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "finds", "leaves"), PATTERNS)
def test_a_pattern_finds_what_its_comment_says(
    pattern: re.Pattern[str], finds: list[str], leaves: list[str]
) -> None:
    start = (
        pattern.match if pattern in (sentences._BULLET, sentences._NOT_PROSE) else pattern.search
    )
    assert [text for text in finds if not start(text)] == []
    assert [text for text in leaves if start(text)] == []


REASONS = [
    ("It was very close, and you were our runner-up.", "runner_up"),
    ("The post was filled internally.", "internal"),
    ("We will keep your CV on file for six months.", "keep_on_file"),
    ("I enjoyed our talk, and I'm sorry it isn't better news.", "personal"),
]


@pytest.mark.parametrize(("text", "fact"), REASONS)
def test_a_stated_fact_is_told_and_no_other(text: str, fact: str) -> None:
    found = told.reason_facts(text)
    assert [name for name in ("runner_up", "internal", "keep_on_file", "personal")
            if getattr(found, name)] == [fact]  # fmt: skip


def test_a_bare_no_states_no_fact() -> None:
    assert told.reason_facts("We regret to inform you of our decision.") == told.ReasonFacts()


def test_a_form_letter_is_not_personal_though_it_says_i() -> None:
    text = "Dear Applicant, I regret to say no. Please do not reply to this message."
    assert not told.reason_facts(text).personal


STAGES = [
    ("Thank you for applying to Acme.", Kind.REJECTION, None, Stage.APPLIED),
    ("Thanks for coming in last week, it's a no.", Kind.REJECTION, None, Stage.INTERVIEW),
    ("After our initial call we went another way.", Kind.REJECTION, None, Stage.SCREENING),
    ("It's a no.", Kind.REJECTION, None, None),
    ("I'm too busy to talk.", Kind.REJECTION, Reason.BUSY, Stage.NETWORKING),
    ("We got it.", Kind.ACKNOWLEDGEMENT, None, Stage.APPLIED),
    ("Could we have a quick call?", Kind.INTERVIEW, None, Stage.SCREENING),
    ("Could we set up a phone screen on Monday?", Kind.INTERVIEW, None, Stage.SCREENING),
    ("I look forward to our call on Monday.", Kind.INTERVIEW, None, Stage.INTERVIEW),
    (
        "Thank you for the phone screen. Jo would like a short call.",
        Kind.INTERVIEW,
        None,
        Stage.INTERVIEW,
    ),
    ("Please come to our office on Monday.", Kind.INTERVIEW, None, Stage.INTERVIEW),
    ("The job is yours.", Kind.OFFER, None, Stage.OFFER),
    ("Do the test by Friday.", Kind.TASK, None, Stage.SCREENING),
    ("Are you open to a new role?", Kind.OUTREACH, None, None),
    ("Your interview is on Monday.", Kind.OTHER, None, None),
]


@pytest.mark.parametrize(("text", "kind", "reason", "stage"), STAGES)
def test_the_stage_is_told_where_it_is_stated(
    text: str, kind: Kind, reason: Reason | None, stage: Stage | None
) -> None:
    assert told.stage_said(text, kind, reason)[0] is stage


WORDS_OF_WORK = (*told.WORK.finds, "INTERVIEW", "Posıtıon", "İnterview", "ſalary", "RÉSUMÉ", "CVs",
                 "a Trial Shift", "the unemployed", "parole", "Vacancies", "placement")  # fmt: skip


@pytest.mark.parametrize("text", WORDS_OF_WORK)
def test_looking_for_pieces_first_misses_no_word_of_work(text: str) -> None:
    assert told.speaks_of_work(text) == told.WORK(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*told.STEMS, *WORDS_OF_WORK, "s", " ", "ſ", "İ", "x"])))
def test_pieces_and_pattern_agree_on_any_text(parts: list[str]) -> None:
    for text in ("".join(parts), " ".join(parts).upper()):
        assert told.speaks_of_work(text) == told.WORK(text)


SPLITS = [
    ("We met on Monday. It was a no.", ["We met on Monday.", "It was a no."]),
    ("Dear Mr. Okoro, thank you.", ["Dear Mr. Okoro, thank you."]),
    ("Really? Yes! fine", ["Really?", "Yes!", "fine"]),
    ("no luck. sorry mate", ["no luck.", "sorry mate"]),
    ("Well... maybe (or not.) Then again… no", ["Well... maybe (or not.)", "Then again…", "no"]),
    ("In version 2. Next", ["In version 2.", "Next"]),
    ("From: Jo\nTo be clear: no", ["To be clear: no"]),
    ("a@b.example, c@d.example\nyes", ["yes"]),
    ("Use v2.1 or e.g. the older one.", ["Use v2.1 or e.g. the older one."]),
    ("Hello,\n\nWe wrote a rather long line that was wrapped by a program\nand ends here.",
     ["Hello,", "We wrote a rather long line that was wrapped by a program and ends here."]),
    ("- tea\n- milk", ["- tea", "- milk"]),
    ("> quoted\nmine", ["mine"]),
    ("", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), SPLITS)
def test_text_is_split_into_sentences(text: str, found: list[str]) -> None:
    assert sentences.split(text) == found


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=2000))
def test_splitting_loses_and_invents_no_word_of_prose(text: str) -> None:
    found = sentences.split(text)
    assert all(sentence and len(sentence) <= sentences.MAX_LENGTH + 1 for sentence in found)
    kept = "".join("".join(found).split())
    prose = [
        line
        for line in text.splitlines()
        if not sentences._NOT_PROSE.match(line) and line.count("@") < 2
    ]
    assert kept == "".join("".join(prose).split())


@pytest.mark.parametrize("hostile", ["a" * 200_000, "a. " * 80_000, "..." * 60_000, "\n" * 200_000,
                                     "(" * 100_000, "- " * 100_000])  # fmt: skip
def test_hostile_text_is_capped(hostile: str) -> None:
    assert len(sentences.split(hostile)) <= sentences.MAX_SENTENCES
    told.reason_facts(hostile)
    rules.judge(message(hostile, hostile))
