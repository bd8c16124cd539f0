"""Advice: which sentences are it, what each is about, and when several people say the same."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.classify.facts import FORM
from mailsense.classify.sentences import split
from mailsense.domain import Address, Application, Contact, Evidence, Facts, Kind, Message, Reason
from mailsense.journal import Entry, What
from mailsense.pipeline.feedback import firm_names, written_by_a_person
from mailsense.ports import Item
from mailsense.report import stock_words, theme_words
from mailsense.report.feedback import Feedback, Way, ledger, patterns, plain_names
from mailsense.report.themes import ABOUT, Heard, Theme, advises, courtesy, heard, stock
from tests.support.items import ANNA, BEN, ME, ROBOT, ZONE, day, incoming, verdict

QUICK = settings(max_examples=60, deadline=None)

# --- the patterns --------------------------------------------------------------------------------

EXAMPLES = {**stock_words.EXAMPLES, **theme_words.EXAMPLES}
FOUND = [(name, text) for name, (found, _) in EXAMPLES.items() for text in found]
LEFT = [(name, text) for name, (_, left) in EXAMPLES.items() for text in left]


@pytest.mark.parametrize(("name", "text"), FOUND, ids=[f"{n}-{t}" for n, t in FOUND])
def test_a_pattern_finds_what_it_is_for(name: str, text: str) -> None:
    pattern = theme_words.pattern(name)
    assert pattern is not None
    assert pattern.search(text)


@pytest.mark.parametrize(("name", "text"), LEFT, ids=[f"{n}-{t}" for n, t in LEFT])
def test_a_pattern_leaves_what_only_looks_like_it(name: str, text: str) -> None:
    pattern = theme_words.pattern(name)
    assert pattern is not None
    assert not pattern.search(text)


def test_every_pattern_has_examples_and_every_theme_a_pattern_and_a_meaning() -> None:
    assert set(EXAMPLES) == set(stock_words.SOURCES) | set(theme_words.SOURCES)
    for theme in Theme:
        assert theme_words.pattern(f"{theme}:subject") or theme_words.pattern(f"{theme}:says")
        assert ABOUT[theme]


# --- themes, on both sides -----------------------------------------------------------------------

SAID: list[tuple[str, str]] = [
    ("Your answers were a little long and lost the thread.", "-communication"),
    ("Your answers were clear and well structured.", "+communication"),
    ("We would have welcomed more concrete examples.", "-communication"),
    ("The examples you gave were excellent.", "+communication"),
    ("You came across as nervous at first.", "-communication"),
    ("Your presentation was polished, although it ran ten minutes over.", "+-communication"),
    ("There were several typos in your cover letter.", "-communication"),
    ("You didn't ask us any questions.", "-communication"),
    ("Your SQL was fine; the statistics questions were where points were lost.", "+-skills"),
    ("The code you sent us was very neat.", "+skills"),
    ("We need somebody with a forklift licence, and you don't have one yet.", "-skills"),
    ("Your German is very good in conversation.", "+skills"),
    ("In the case study you missed the second half.", "-skills"),
    ("There was nothing wrong with your coding test.", "+skills"),
    ("Your budget experience was limited.", "-experience"),
    ("We were looking for more years of agency work.", "-experience"),
    ("Your track record in retail is outstanding.", "+experience"),
    ("We asked for three years of retail, which I could not find in your CV.", "-experience"),
    ("You asked very good questions.", "+communication"),
    ("Your CV is hard to follow.", "-communication"),
    ("Your motivation for the move was not clear to us.", "-fit"),
    ("We loved your enthusiasm for the museum.", "+fit"),
    ("You seemed to know little about our customers.", "-fit"),
    ("You were a touch too junior for a team of twelve.", "-level"),
    ("It was felt you're overqualified for the desk.", "-level"),
    ("The step up to head of department is too big for now.", "-level"),
    ("Your salary expectations are above our band.", "-pay"),
    ("You're asking for more than the client can pay.", "-pay"),
    ("We had doubts about the commute.", "-logistics"),
    ("This role can't sponsor visas, sorry.", "-logistics"),
    ("The other candidate had worked with our system before.", "-competition -experience"),
    ("Long story short, you came second.", "-competition"),
    ("Her years in museums tipped the scales.", "-competition -experience"),
    ("Your answers on safeguarding were strong, but another candidate scored higher.",
     "+communication -competition +skills"),
    ("While your portfolio is lovely, we need more experience with print.",
     "+skills -experience"),
]  # fmt: skip


def sides(sentence: str) -> set[str]:
    return {f"{'+' if one.praise else '-'}{one.theme}" for one in heard(sentence)}


def wanted(told: str) -> set[str]:
    found = set()
    for word in told.split():
        theme = word.lstrip("+-")
        found |= {f"{sign}{theme}" for sign in word.removesuffix(theme)}
    return found


@pytest.mark.parametrize(("sentence", "told"), SAID, ids=[s for s, _ in SAID])
def test_a_sentence_has_the_themes_it_speaks_of_each_on_its_side(sentence: str, told: str) -> None:
    assert sides(sentence) == wanted(told)


@pytest.mark.parametrize("sentence", [s for s, _ in SAID])
def test_the_words_that_show_a_theme_stand_in_the_sentence(sentence: str) -> None:
    for one in heard(sentence):
        assert one.words
        assert one.words.removesuffix(" …") in sentence


STOCK = [
    "We have decided to proceed with other candidates whose experience more closely matches our "
    "needs.",
    "We received many strong applications for this role.",
    "You are not the right fit at this time.",
    "Due to the high volume of applications we cannot give individual feedback.",
    "We were impressed with your background and experience.",
    "Your skills and experience are impressive.",
    "The standard this year was exceptionally high.",
    "It was a very competitive process and a difficult decision.",
    "After careful consideration we will not be moving forward.",
    "Please don't take this as a reflection of your abilities.",
    "We were looking for a candidate who is a better match for the role.",
    "We will keep your CV on file for other openings.",
    "There were candidates whose qualifications more closely meet the needs of the District.",
    "Unfortunately you do not meet the minimum qualifications.",
    "We’re moving ahead with candidates whose background more closely mirrors what we had in mind.",
]


@pytest.mark.parametrize("sentence", STOCK)
def test_what_everybody_is_told_counts_for_nothing(sentence: str) -> None:
    assert stock(sentence)
    assert heard(sentence) == ()
    assert not advises(sentence)


@pytest.mark.parametrize("sentence", [s for s, _ in SAID])
def test_what_is_said_of_one_person_is_no_stock(sentence: str) -> None:
    assert not stock(sentence)


NOTHING = [
    "We won't be progressing your CV.",
    "The job's gone to another applicant.",
    "The successful candidate has accepted.",
    "Kind regards, Nadia",
    "Our office is closed from Monday.",
    "I know this isn't the email you were hoping for.",
    "That isn't a comment on your skills, the field was simply full.",
    "Your name is not on the list.",
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_a_decision_or_a_greeting_has_no_theme(sentence: str) -> None:
    assert heard(sentence) == ()


@QUICK
@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for one in heard(text):
        assert one.words
    assert isinstance(stock(text) or advises(text) or courtesy(text), bool)


@pytest.mark.parametrize("piece", ["your ", "you ", "a ", "not be able to ", "more ", "while "])
def test_a_hostile_sentence_costs_no_more_than_a_long_one(piece: str) -> None:
    start = time.process_time()
    heard(piece * 20_000)
    advises(piece * 20_000)
    assert time.process_time() - start < 1.0


# --- the ledger ----------------------------------------------------------------------------------

ADVICE = (
    "Dear Sam,\n\nThank you for coming in on Tuesday. Your answers were a little long. The room is "
    "free again from Friday. Your SQL was excellent. We wish you well.\n\nAnna"
)
NO = (
    "Dear Sam,\n\nThank you for your time. We received many strong applications. I'm afraid we "
    "chose somebody else. Your budget experience was limited. We wish you well.\n\nAnna"
)
NO_TO_ALL = verdict(Kind.REJECTION, reason=Reason.NOT_SELECTED)
HOME = Application("a1", "Northwind", "Data Analyst", message_keys=("m1",))


def read(*items: Item, said: tuple[Entry, ...] = (), homes: Any = (HOME,)) -> tuple[Feedback, ...]:
    return ledger(items, homes, said, zone=ZONE, sentences=split, personal=written_by_a_person)


def advice(key: str = "m1", text: str = ADVICE, kind: Kind = Kind.FEEDBACK, **more: Any) -> Item:
    reason = Reason.NOT_SELECTED if kind is Kind.REJECTION else None
    return incoming(key, day(11, 3), verdict(kind, reason=reason), text=text, **more)


def test_a_letter_of_feedback_is_kept_verbatim_dated_and_with_who_said_it() -> None:
    (one,) = read(advice())
    assert one.text == "Your answers were a little long. […] Your SQL was excellent."
    assert (one.on, one.who, one.source) == (date(2026, 11, 3), ANNA, Way.MAIL)
    assert (one.company, one.role, one.application) == ("Northwind", "Data Analyst", "a1")
    assert (one.message, one.id[0], len(one.id)) == ("m1", "f", 9)
    assert {(h.theme, h.praise) for h in one.themes} == {
        (Theme.COMMUNICATION, False),
        (Theme.SKILLS, True),
    }


def test_of_a_rejection_only_the_reason_of_its_own_is_kept() -> None:
    (one,) = read(advice(text=NO, kind=Kind.REJECTION))
    assert one.text == "Your budget experience was limited."


LEFT_OUT: list[tuple[str, Item]] = [
    ("a form", advice(text=NO.replace("Dear Sam", "Dear Applicant"), kind=Kind.REJECTION)),
    ("a machine", advice(text=NO, kind=Kind.REJECTION, sender=ROBOT)),
    ("stock alone", advice(text=" ".join(STOCK), kind=Kind.REJECTION)),
    ("an invitation", advice(kind=Kind.INTERVIEW)),
    ("no text", advice(text="")),
    ("thanks alone", advice(text="Thank you for your time.\n\nWe wish you well.")),
    ("another language", advice(text=NO, kind=Kind.REJECTION, language="de")),
]


@pytest.mark.parametrize("item", [i for _, i in LEFT_OUT], ids=[name for name, _ in LEFT_OUT])
def test_what_says_nothing_of_the_user_is_left_out(item: Item) -> None:
    assert read(item) == ()


def test_a_no_because_the_job_is_gone_says_nothing_of_the_user() -> None:
    item = advice(text=NO, kind=Kind.REJECTION)
    filled = replace(item, verdict=verdict(Kind.REJECTION, reason=Reason.FILLED))
    assert read(item)
    assert read(filled) == ()


def test_the_users_own_letters_and_unjudged_ones_are_no_advice() -> None:
    item = advice()
    assert read(replace(item, verdict=None)) == ()
    assert read(replace(item, located=replace(item.located, outgoing=True))) == ()


def test_a_rejection_that_gives_feedback_too_counts_whoever_sent_it() -> None:
    both = verdict(Kind.REJECTION, Kind.FEEDBACK, reason=Reason.FILLED)
    (one,) = read(replace(advice(text=NO, sender=ROBOT), verdict=both))
    assert one.text.endswith("Your budget experience was limited.")
    assert one.who is None, "a machine is nobody"


def test_another_language_is_kept_verbatim_and_without_a_theme() -> None:
    text = "Ihre Antworten waren etwas lang. Ihr SQL war ausgezeichnet."
    (one,) = read(advice(text=text, language="de"))
    assert (one.text, one.themes) == (text, ())


def test_words_that_no_pattern_knows_are_kept_by_what_the_letter_was_judged_by() -> None:
    text = "Hello Sam. The puff was baked to soot. The bus runs every hour."
    judged = replace(
        verdict(Kind.FEEDBACK), evidence=(Evidence("sentence", "The puff was baked to soot."),)
    )
    (one,) = read(replace(advice(text=text), verdict=judged))
    assert one.text == "The puff was baked to soot."
    assert one.themes == ()
    (whole,) = read(advice(text="The puff was baked to soot.\nWe wish you well."))
    assert whole.text == "The puff was baked to soot."


def test_a_long_letter_is_cut() -> None:
    (one,) = read(advice(text="Your answers were a little long and so on. " * 400))
    assert len(one.text) <= 1_200


# --- the user's word -----------------------------------------------------------------------------


def entry(number: int, about: str = "", **facts: str) -> Entry:
    return Entry(What.FEEDBACK, day(11, 5), number, about, facts=facts)


def spoken(number: int = 7, **more: Any) -> Entry:
    return Entry(
        What.FEEDBACK,
        day(11, 5),
        number,
        **{"person": BEN, "text": "You were too quiet.", "facts": {"step": "add"}, **more},
    )


def test_words_said_on_the_phone_are_advice() -> None:
    (one,) = read(said=(spoken(company="Contoso", on=date(2026, 11, 2)),))
    assert (one.id, one.on, one.who, one.company) == ("f7", date(2026, 11, 2), BEN, "Contoso")
    assert (one.text, one.source, one.corrected) == ("You were too quiet.", Way.USER, False)
    assert [(h.theme, h.praise) for h in one.themes] == [(Theme.COMMUNICATION, False)]
    (today,) = read(said=(spoken(),))
    assert today.on == date(2026, 11, 5)


def test_they_belong_to_the_application_of_that_person_or_else_of_that_firm() -> None:
    bens = replace(HOME, id="a2", role="Cook", contacts=(Contact("Ben", BEN.email),))
    (one,) = read(said=(spoken(),), homes=(HOME, bens))
    assert (one.company, one.role, one.application) == ("Northwind", "Cook", "a2")
    named = spoken(person=Address("Ben", ""), company="northwind")
    (one,) = read(said=(named,))
    assert one.application == "a1"
    (one,) = read(said=(named,), homes=(HOME, bens))
    assert one.application == "", "two at that firm: which one is not known"


def test_a_theme_is_put_right_a_sentence_dropped_and_the_last_word_holds() -> None:
    (mailed,) = read(advice())
    theme = entry(8, mailed.id, step="theme", themes="level pay nonsense", liked="fit")
    (one,) = read(advice(), said=(theme,))
    assert one.corrected
    assert one.themes == (
        Heard(Theme.LEVEL, False),
        Heard(Theme.PAY, False),
        Heard(Theme.FIT, True),
    )
    none = entry(9, mailed.id, step="theme", themes="", liked="")
    (one,) = read(advice(), said=(theme, none))
    assert one.themes == ()
    assert read(advice(), said=(theme, entry(9, mailed.id, step="drop"))) == ()
    assert read(said=(spoken(7), entry(8, "f7", step="drop"))) == ()
    assert read(said=(entry(8, "f99", step="drop"),)) == ()


def test_the_newest_comes_first() -> None:
    older = advice("m2")
    older = replace(
        older,
        located=replace(
            older.located, message=replace(older.message, date=day(11, 3) - timedelta(days=9))
        ),
    )
    assert [one.message for one in read(older, advice(), said=(spoken(),))] == ["", "m1", "m2"]


# --- patterns ------------------------------------------------------------------------------------

QUIET = (Heard(Theme.COMMUNICATION, False, "too quiet"),)
CLEAR = (Heard(Theme.COMMUNICATION, True, "clear"),)


def one_said(id: str, who: Address | None, company: str, **more: Any) -> Feedback:
    told = {"themes": QUIET, "text": "You were too quiet.", **more}
    return Feedback(id, date(2026, 11, 3), who=who, company=company, **told)


KIM = Address("Kim Roe", "kim@contoso.example")
JO, AL = Address("Jo Po", "jo@northwind.example"), Address("Al Bo", "al@northwind.example")
KIMS = Address("kim  roe", "kr@agency.example")
Two = tuple[Feedback, Feedback]


def two(one: Address | None, firm: str, other: Address | None, firms: str, **more: Any) -> Two:
    return one_said("1", one, firm, **more), one_said("2", other, firms, **more)


def bare(name: str) -> Address:
    return Address(name, "")


PATTERN: list[tuple[str, Two, int]] = [
    ("two people at two firms", two(ANNA, "Northwind", KIM, "Contoso"), 1),
    ("two people at one firm", two(ANNA, "Northwind", BEN, "Northwind"), 0),
    ("one person for two firms", two(KIM, "Northwind", KIM, "Contoso"), 0),
    ("one person with two addresses", two(KIM, "Northwind", KIMS, "Contoso"), 0),
    ("two who share a first name", two(bare("Kim"), "Northwind", bare("Kim"), "Contoso"), 1),
    ("one firm by two names", two(JO, "Northwind Logistics", AL, "Northwind"), 0),
    ("one firm in two spellings", two(bare("A B"), "The Contoso Ltd", KIM, "contoso"), 0),
    ("one application", two(bare("Jo"), "North", bare("Al"), "Wind", application="a1"), 0),
    ("a machine beside a person", two(None, "Northwind", KIM, "Contoso"), 0),
    ("a firm that nobody knows", two(bare("Jo"), "", KIM, "Contoso"), 0),
    (
        "praise and the contrary",
        (one_said("1", ANNA, "Northwind", themes=CLEAR), one_said("2", KIM, "Contoso")),
        0,
    ),
    (
        "another theme",
        (
            one_said("1", ANNA, "Northwind", themes=(Heard(Theme.PAY, False),)),
            one_said("2", KIM, "Contoso"),
        ),
        0,
    ),
]


@pytest.mark.parametrize(
    ("told", "found"), [(t, f) for _, t, f in PATTERN], ids=[name for name, _, _ in PATTERN]
)
def test_a_pattern_takes_two_people_at_two_companies(told: Two, found: int) -> None:
    assert len(patterns(told, firm_names)) == found


def test_a_pattern_tells_who_said_it_and_praise_is_one_of_its_own() -> None:
    told = [
        one_said("1", ANNA, "Northwind", themes=(*QUIET, Heard(Theme.SKILLS, True))),
        one_said("2", KIM, "Contoso", themes=(*QUIET, Heard(Theme.SKILLS, True))),
        one_said("3", Address("Lu", ""), "Fenland"),
    ]
    quiet, skills = patterns(told)
    assert (quiet.theme, quiet.praise, quiet.people, quiet.companies) == (
        Theme.COMMUNICATION,
        False,
        3,
        3,
    )
    assert [q.id for q in quiet.quotes] == ["1", "2", "3"]
    assert (skills.theme, skills.praise, skills.companies) == (Theme.SKILLS, True, 2)


def test_a_pattern_quotes_the_sentence_of_its_theme_alone() -> None:
    (mailed,) = read(advice())
    other = one_said("2", KIM, "Contoso")
    (found,) = patterns([mailed, other])
    assert found.said(mailed) == "Your answers were a little long."
    assert found.said(other) == "You were too quiet.", "all of it, where the user told the theme"


def test_without_other_knowledge_a_firm_is_its_letters() -> None:
    assert plain_names(one_said("1", ANNA, "Al-Fa & Co")) == {"alfaco"}
    assert plain_names(one_said("1", ANNA, "")) == frozenset()


_ONE = st.builds(
    one_said,
    st.integers(0, 999).map(str),
    st.sampled_from([ANNA, BEN, KIM, None, Address("Lu Fen", "")]),
    st.sampled_from(["Northwind", "Contoso", "Fenland", ""]),
    themes=st.sampled_from([QUIET, CLEAR, (*QUIET, *CLEAR), ()]),
)


@QUICK
@given(st.lists(_ONE, max_size=8, unique_by=lambda one: one.id), st.randoms())
def test_no_pattern_ever_rests_on_one_firm_and_the_order_does_not_matter(
    told: list[Feedback], random: Any
) -> None:
    found = patterns(told, firm_names)
    for one in found:
        assert len({firm_names(q) for q in one.quotes}) >= 2
        assert len({q.who for q in one.quotes}) >= 2
    random.shuffle(told)
    again = patterns(told, firm_names)
    assert {(p.theme, p.praise, p.people, p.companies) for p in again} == {
        (p.theme, p.praise, p.people, p.companies) for p in found
    }


def test_a_letter_is_a_persons_unless_it_is_a_form_or_a_machines() -> None:
    letter = Message("k", "k", "No", ANNA, (ME,), text="Your Rust is thin.")
    assert written_by_a_person(letter)
    assert not written_by_a_person(replace(letter, facts=Facts(no_reply=True)))
    assert FORM("Dear Applicant, no.")
    assert not written_by_a_person(replace(letter, text="Dear Applicant, your Rust is thin."))


def test_real_form_letters_give_no_reason(shared: Path) -> None:
    with gzip.open(shared / "eval" / "real-mail.jsonl.gz", "rt", encoding="utf-8") as lines:
        letters = [row["body"] for row in map(json.loads, lines) if row["kind"] == "rejection"]
    forms = [
        Item(replace(advice().located, message=replace(advice().message, text=body)), NO_TO_ALL)
        for body in letters
    ]
    assert len(forms) > 100
    assert sum(bool(read(form)) for form in forms) <= len(forms) // 100
