"""Whom a letter points to, in the many ways in which people say it, and who is nobody's lead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Kind
from mailsense.reply import naming, pointing, reading
from tests.support.items import MINE, day, incoming, verdict

GIVER = Address("Claire Hathersage", "claire@hathersage.example")


def pointed(text: str, giver: Address = GIVER, **more: object) -> list[tuple[str, str]]:
    message = incoming("m1", day(11, 2), verdict(Kind.REFERRAL), text=text, sender=giver, **more)
    return [(lead.name, lead.email) for lead in reading.pointed_to(message.message, MINE)]


ONE = [
    # the address after the name, some words between
    ("The person you want is Markus Vogel, he runs the data platform group at Isarwerk and has "
     "just come back: markus.vogel@isarwerk.example. Feel free to use my name.",
     "Markus Vogel", "markus.vogel@isarwerk.example"),
    ("The person you want is Farah Qureshi. She set up the command centre at Severnside and knows "
     "everybody between Gloucester and Cardiff. You can reach her at "
     "farah.qureshi@severnside-health.example.",
     "Farah Qureshi", "farah.qureshi@severnside-health.example"),
    ("My old colleague Ingrid Sørensen runs the lab at Fjordlys, her address is "
     "ingrid.sorensen@fjordlys.example.", "Ingrid Sørensen", "ingrid.sorensen@fjordlys.example"),
    ("Petra Holm at Acme (petra@acme.example) would be the person.",
     "Petra Holm", "petra@acme.example"),
    ("Drop a line to Bronwen ap Rhys: b.aprhys@llanfair.example.",
     "Bronwen ap Rhys", "b.aprhys@llanfair.example"),
    ("I'd get in touch with Jürgen Müller, who looks after our suppliers; j.mueller@holz.example.",
     "Jürgen Müller", "j.mueller@holz.example"),
    ("Your best bet is Wang Xiaoming, xiaoming.wang@papermill.example.",
     "Wang Xiaoming", "xiaoming.wang@papermill.example"),
    ("You want Li Wei. li.wei@papermill.example", "Li Wei", "li.wei@papermill.example"),
    ("Do write to S. Ramanathan, sramanathan@dosa.example, he hires for the kitchens.",
     "S. Ramanathan", "sramanathan@dosa.example"),
    ("Mohammed bin Khalid has the rota there. mkhalid@dates.example",
     "Mohammed bin Khalid", "mkhalid@dates.example"),
    ("Speak to Dr Nomvula Dlamini, nomvula.dlamini@kraal.example.",
     "Dr Nomvula Dlamini", "nomvula.dlamini@kraal.example"),
    ("Prof. Anneke van der Berg might take you on: a.vanderberg@uni.example.",
     "Prof. Anneke van der Berg", "a.vanderberg@uni.example"),
    ("Harriet O'Neill is looking for somebody like you. Her email: harriet.oneill@quay.example",
     "Harriet O'Neill", "harriet.oneill@quay.example"),
    ("my mate markus vogel runs it, markus.vogel@isarwerk.example, say hi",
     "Markus Vogel", "markus.vogel@isarwerk.example"),
    ("You want Farah (farah.qureshi@severnside.example), she is lovely.",
     "Farah", "farah.qureshi@severnside.example"),
    ("Pip Dunne does the rota, philippa.dunne@rosebank.example",
     "Pip Dunne", "philippa.dunne@rosebank.example"),
    ("Zofia Łukaszewicz has taken over the archive (z.lukaszewicz@archive.example).",
     "Zofia Łukaszewicz", "z.lukaszewicz@archive.example"),
    ("Ask Jean-Luc Petit, jlpetit@boulangerie.example.",
     "Jean-Luc Petit", "jlpetit@boulangerie.example"),
    ("Sales Manager Rhys Bevan (rhys@bevan.example) is the man.",
     "Rhys Bevan", "rhys@bevan.example"),
    # the address before the name
    ("tom.okafor@rail.example is the one you need: Tom Okafor, who schedules the crews.",
     "Tom Okafor", "tom.okafor@rail.example"),
    ("Try writing to k.lind@glass.example. That is Kerstin Lind, my former boss.",
     "Kerstin Lind", "k.lind@glass.example"),
    # a name that a full line breaks in two
    ("Good to hear from you, and the person I would turn to in your place is Markus\nVogel, "
     "markus.vogel@isarwerk.example.", "Markus Vogel", "markus.vogel@isarwerk.example"),
    # no address
    ("You could do worse than ring Gwen Prys at the harbour office.", "Gwen Prys", ""),
    ("You can't do better than Gwen Prys.", "Gwen Prys", ""),
    ("Have you tried Lakshmi Narayanan? She used to run the depot.", "Lakshmi Narayanan", ""),
    ("Have you tried Jonas Berg?", "Jonas Berg", ""),
    ("Ask for Siân Llewellyn when you ring the switchboard.", "Siân Llewellyn", ""),
    ("Ask at the desk for Joan.", "Joan", ""),
    ("My neighbour Ulla Brandt is looking for somebody like you.", "Ulla Brandt", ""),
    ("A friend of mine, Deepika Rao, heads the night team at Orme Valley.", "Deepika Rao", ""),
    ("My cousin Zed runs a bakery.", "Zed", ""),
    ("Chen Meiling would be worth a call.", "Chen Meiling", ""),
    ("How about Obinna Eze? He knows everyone in shipping.", "Obinna Eze", ""),
    ("I would start with Katrin Vogt, she is kind.", "Katrin Vogt", ""),
    ("There's a chap called Idris Pugh who buys for them.", "Idris Pugh", ""),
    ("Talk to somebody at Isarwerk, Markus Vogel if you can.", "Markus Vogel", ""),
    ("Give Beata Nowak a ring, she will know.", "Beata Nowak", ""),
    ("Do you know Ravi Shah? He may have something.", "Ravi Shah", ""),
    ("Her name is Yusuf al-Farsi's sister, Amina al-Farsi.", "Yusuf al-Farsi", ""),
    ("I was thinking of June Okafor, who left us in May.", "June Okafor", ""),
    ("Will Harris knows everybody there.", "Will Harris", ""),
    ("No openings here, but Petra Holm over at Acme is hiring.", "Petra Holm", ""),
    ("Contact: Olu Adeyemi", "Olu Adeyemi", ""),
    ("Why don't you ring Tessa Quill?", "Tessa Quill", ""),
    ("Do not hesitate to contact Tessa Quill.", "Tessa Quill", ""),
    ("I've copied in Siobhan Byrne, who runs the wards at Greenlow.", "Siobhan Byrne", ""),
    ("I have copied my colleague Aled Morris into this mail.", "Aled Morris", ""),
    ("I told Harriet Vane about you and she would like a chat.", "Harriet Vane", ""),
    ("I mentioned you to Harriet Vane and she would love to hear.", "Harriet Vane", ""),
    ("Your CV is now with Harriet Vane in Finance.", "Harriet Vane", ""),
    ("I forwarded your CV to our Head of Talent, Harriet Vane.", "Harriet Vane", ""),
    ("I have passed this on to Abena Mensah, who will call you.", "Abena Mensah", ""),
    ("Abena Mensah from our Leeds office will be in touch.", "Abena Mensah", ""),
    ("Abena Mensah is who you want.", "Abena Mensah", ""),
    ("Who you need is Abena Mensah.", "Abena Mensah", ""),
    ("Abena Mensah's the one to talk to.", "Abena Mensah", ""),
    ("They have a new head of data there, Abena Mensah.", "Abena Mensah", ""),
    ("My friend Abena works at Kente, she might know.", "Abena", ""),
    ("Please contact ewa at ewa.kowalska@hafen.example", "Ewa", "ewa.kowalska@hafen.example"),
    ("You might look up Nguyen Thi Lan, who does the same at Mekong Foods.",
     "Nguyen Thi Lan", ""),
    ("Give my name to Frau Schneider at the front desk: schneider@klinik.example",
     "Frau Schneider", "schneider@klinik.example"),
    # of the giver's or the user's name in part
    ("My husband Tom Hathersage does the hiring, tom@hathersage.example.",
     "Tom Hathersage", "tom@hathersage.example"),
    ("You should speak to Claire Bennett, no relation.", "Claire Bennett", ""),
    # a firm beside the person
    ("Try Old Granary Arts. Jonas Berg runs it, jonas@oldgranaryarts.example.",
     "Jonas Berg", "jonas@oldgranaryarts.example"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "email"), ONE)
def test_somebody_is_pointed_to(text: str, name: str, email: str) -> None:
    assert pointed(f"Dear Sam,\n\n{text}\n\nBest wishes,\nClaire")[0] == (name, email)


SEVERAL = [
    ("Ring Maria Lopez or Jonas Berg.", ["Maria Lopez", "Jonas Berg"]),
    ("Try Maria Lopez at Globex, or Jonas Berg.", ["Maria Lopez", "Jonas Berg"]),
    ("Talk to Dr Vera Stein and Prof Hugo Lenz.", ["Dr Vera Stein", "Prof Hugo Lenz"]),
    ("Maria Lopez (maria@globex.example) and Jonas Berg (j.berg@acme.example) both hire.",
     ["Maria Lopez", "Jonas Berg"]),
    ("Speak to Maria Lopez. Failing that, ring Jonas Berg.", ["Maria Lopez", "Jonas Berg"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), SEVERAL)
def test_two_people_are_two(text: str, names: list[str]) -> None:
    assert [name for name, _ in pointed(text)] == names


NOBODY = [
    "Have you tried LinkedIn?",
    "Have you tried Stack Overflow? It has a job board.",
    "You could learn Power BI, or try Excel.",
    "Try the website of the Northmere Health Board.",
    "Copperfin Analytics is hiring, I hear.",
    "Brindavan Infosystems is looking for people like you.",
    "A company called Bright Harbour is looking for people.",
    "Bright Harbour is a start-up that is looking for people.",
    "Bright Harbour would be a good place: jobs@brightharbour.example.",
    "Speak to somebody at Isarwerk.",
    "You should talk to the team at Northwind.",
    "I would look in Milton Keynes or New York.",
    "Feel free to use my name.",
    "Thank you, Sam Rivers. Give my love to everybody.",
    "Do not contact Markus Vogel, he has left.",
    "I wouldn't bother with the big agencies.",
    "Ask me again in March.",
    "Call me on Monday.",
    "Happy New Year!",
    "Try again after Easter.",
    "My private address is claire.hathersage@post.example.",
    "The Data Engineer post is still open, I think.",
    "I know Munich well.",
    "Tell her I still owe her a curry.",
    "Meet us at the Harbour Festival.",
    "Please ask HR.",
    "Try Reed or Totaljobs.",
    "Have you tried Hays?",
    "The best one is Coursera.",
    "I can recommend The Lean Startup.",
    "What about the Royal Infirmary?",
    "Call Human Resources at Orme Valley.",
    "I hear Wharfside Terminal is recruiting, ask for the Personnel Office.",
    "Sam Rivers is the best analyst I know, and I told them so.",
    "Our Chief Nurse is the one to ask.",
    "The Head of Operations would be the person.",
    "Great Western is looking for people.",
]  # fmt: skip


@pytest.mark.parametrize("text", NOBODY)
def test_no_firm_product_place_or_word_is_taken_for_a_person(text: str) -> None:
    assert [name for name, _ in pointed(f"Dear Sam,\n\n{text}\n\nClaire Hathersage")] == [""]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "You could contact Brightstave Recruitment, they are an agency.",
            "Brightstave Recruitment",
        ),
        ("Apply to Penhallow Hospital.", "Penhallow Hospital"),
    ],
)
def test_a_firm_one_is_sent_to_is_told_in_full_and_greeted_by_no_name(
    text: str, place: str
) -> None:
    assert pointed(text) == [(place, "")]
    assert naming.reads_as_firm(place)


def test_who_is_advised_against_is_passed_over_for_who_is_meant() -> None:
    text = "Don't ring Markus Vogel, he has left. Ring Petra Holm instead."
    assert pointed(text) == [("Petra Holm", "")]


def test_an_address_that_no_name_agrees_with_is_the_nearest_ones_only_where_one_is_named() -> None:
    assert pointed("Speak to Dave, who runs the yard: mv77@yard.example") == [
        ("Dave", "mv77@yard.example")
    ]
    assert pointed("Write to tom.okafor@rail.example and see.") == [("", "tom.okafor@rail.example")]


def test_somebody_in_copy_without_a_display_name_is_named_by_the_text() -> None:
    found = pointed(
        "Sam, meet Jonas Berg, who I've copied in.", cc=(Address("", "j.berg@acme.example"),)
    )
    assert found == [("Jonas Berg", "j.berg@acme.example")]


@pytest.mark.parametrize(
    ("name", "local", "agree"),
    [
        ("Markus Vogel", "markus.vogel", True),
        ("Markus Vogel", "mvogel", True),
        ("Markus Vogel", "vogelm", True),
        ("Markus Vogel", "markusv", True),
        ("Markus Vogel", "markus", True),
        ("Markus Vogel", "vogel.markus2", True),
        ("Markus Vogel", "m.k.vogel", False),
        ("Markus", "markus.vogel", True),
        ("Jürgen Müller", "juergen.mueller", True),
        ("Jürgen Müller", "j.muller", True),
        ("Åse Bjørk", "ase.bjork", True),
        ("Hannah van der Weiss", "h.vanderweiss", True),
        ("Hannah van der Weiss", "hvdweiss", True),
        ("Philippa Dunne", "pip.dunne", True),
        ("Li Wei", "wei.li", True),
        ("Farah Qureshi", "farah.n.qureshi", True),
        ("Dr Farah Qureshi", "fqureshi", True),
        ("Markus Vogel", "bernd.vogel", False),
        ("Markus Vogel", "mv", False),
        ("Markus Vogel", "info", False),
        ("Markus", "mark", False),
        ("Maria", "mario.lopez", False),
        ("Isarwerk", "markus.vogel", False),
        ("", "markus", False),
    ],
)
def test_a_local_part_agrees_with_a_name_that_it_spells(name: str, local: str, agree: bool) -> None:
    assert naming.agrees(name, f"{local}@x.example") is agree


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I met Hannah van der Weiss, Dr J. P. Okafor and Yusuf al-Farsi.",
         ["Hannah van der Weiss", "Dr J. P. Okafor", "Yusuf al-Farsi"]),
        ("Maria Lopez's boss", ["Maria Lopez"]),
        ("On Monday I went by e-mail.", []),
        ("Markus\n\nVogel", ["Markus", "Vogel"]),
        ("HR and EMEA", []),
    ],
)  # fmt: skip
def test_names_are_rows_of_capitals(text: str, names: list[str]) -> None:
    assert [run.name for run in naming.runs(text)] == names


@pytest.mark.parametrize(
    ("name", "firm"),
    [
        ("Blackthorn Media", True),
        ("Northmere Health Board", True),
        ("Brindavan Infosystems", True),
        ("Pike & Lowes", True),
        ("New York", True),
        ("Markus Vogel", False),
        ("Dr Farah Qureshi", False),
        ("Hannah van der Weiss", False),
    ],
)
def test_a_firm_is_told_from_a_person(name: str, firm: bool) -> None:
    assert naming.reads_as_firm(name) is firm


@given(st.text(alphabet="Aa Bo.@,'\n-éM(", max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    for run in naming.runs(text):
        assert text[run.start : run.end].split() == run.name.split() or "’s" in text or "'s" in text
    assert 1 <= len(pointed(text)) <= 4


@pytest.mark.parametrize(
    "text",
    ["Maria Lopez and " * 1500, "ask for " * 3000, "a.b@c.example, Ann Bo " * 900, "Aa\n" * 7000],
)
def test_long_letters_are_read_in_moments(text: str) -> None:
    assert len(pointed(text)) <= 4


def test_the_patterns_are_held_to_their_examples() -> None:
    for text in (
        "ring ",
        "the person you want is ",
        "do worse than ring ",
        "ask for ",
        "contact: ",
    ):
        assert pointing.STRONG.search(text), text
    for text in ("spring ", "the person you", "asking "):
        assert not pointing.STRONG.search(text), text
    for text in ("have you tried ", "how about ", "there's "):
        assert pointing.WEAK.search(text), text
    assert not pointing.WEAK.search("country ")
