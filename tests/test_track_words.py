"""The words and addresses the tracker goes by: what matches, and what must not."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.domain import Address, Attachment, Facts, Message, Relation
from mailsense.track import people, said
from mailsense.track.application import relevant
from tests.support.stories import ME, MINE, address, mail

# --- phrases -----------------------------------------------------------------------------

YES = [(name, text) for name, (_, good, _) in said.EXAMPLES.items() for text in good]
NO = [(name, text) for name, (_, _, bad) in said.EXAMPLES.items() for text in bad]


@pytest.mark.parametrize(("name", "text"), YES)
def test_a_phrase_is_known(name, text):
    assert said.EXAMPLES[name][0].search(text)


@pytest.mark.parametrize(("name", "text"), NO)
def test_a_likeness_is_not_taken_for_the_phrase(name, text):
    assert not said.EXAMPLES[name][0].search(text)


# --- the user's own letters ----------------------------------------------------------------


def own(subject: str, text: str, to: str = "someone@there.example", file: str = "") -> Message:
    return Message(
        key="k",
        message_id="k",
        subject=subject,
        from_=Address("Robin Day", ME),
        to=(Address("", to),),
        text=text,
        attachments=(Attachment(file, "application/pdf", 9),) if file else (),
    )


SEARCH = [
    ("Application for Data Analyst position", "Dear Ms Lee, please find attached my CV."),
    ("Hello", "I am applying for the post of head gardener."),
    ("Following up", "Following up on our interview last Tuesday: I remain keen on the role."),
    ("Thank you", "Thank you for the interview yesterday."),
    ("Quick question", "Would you have 20 minutes for a chat about your work at Acme?"),
    ("Looking around", "Hi Tom, as you may know I'm looking for a new role in logistics."),
    ("Re: offer", "I am delighted to accept your offer of employment."),
    ("Withdrawing", "I would like to withdraw my application for the role."),
    ("Nursery nurse", "I would like to apply for the nursery nurse position you advertised."),
    ("Application for the insurance broker position", "My letter is below."),
    ("Kitchen porter vacancy", "I would like to apply for the kitchen porter vacancy."),
    ("Status", "May I ask for the status of my application?"),
    ("Hi", "I saw the Data Analyst role you posted on LinkedIn and would like to apply."),
    ("Advice", "I would value your advice on moving into product work."),
    ("Hello from a friend of Priya", "Priya suggested I write to you about your field."),
    ("Are you hiring?", "Do you have any openings in your team this spring?"),
    ("Intro", "I am open to new opportunities and would be glad of a call about the industry."),
    ("My job search", "A short update on my job search, as promised."),
    ("Cover letter", "Attached is the cover letter you asked for."),
]
LIFE = [
    ("Application for the flat", "Here is our application for the flat in Mill Road."),
    ("Application for the flat", "My CV and payslips are attached, dear landlord."),
    ("School application", "The application for a place at your school for Mia is attached."),
    ("Mia", "My daughter's application for the Saturday job is attached."),
    ("Job at home", "Could you come on Monday for the job in the kitchen? The boiler leaks."),
    ("Visa application", "My CV and bank statements for the visa application are attached."),
    ("Interview", "For my podcast I would love to do an interview with you."),
    ("Re: dinner", "Good job yesterday! See you Friday."),
    ("Mortgage application", "The documents for my mortgage application are attached."),
    ("Holiday", "Let us resume our talks after the holiday."),
    ("Re: your application", "Thank you for your application; we'd like to interview you."),
    ("Tom's interview", "My son has an interview at the school on Tuesday; can I come?"),
    ("Re: Positions", "What position do you play on Sunday?"),
    ("Membership", "I would like to apply for membership of the tennis club."),
    ("cron job", "The cron job failed again; the application logs are attached."),
    ("Loan", "Has my loan application been approved?"),
    ("Planning application", "We object to the planning application for 12 High Street."),
    ("Nick's CV", "Could you have a look at my daughter's CV?"),
    ("Boots", "I am looking for work boots size 43."),
    ("Thanks", "Thank you for the call, the garden looks great."),
    ("PhD", "My application to your PhD programme is attached, with my CV."),
    ("App", "The new application works well on my phone."),
    ("Coffee", "Coffee on Friday? I want to hear about your work trip."),
    ("Insurance", "I am following up on my application for the travel insurance."),
    ("Match", "Let's talk about your team's match on Sunday."),
    ("Re: viewing", "We are available for a viewing of the apartment on Tuesday."),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "text"), SEARCH)
def test_a_letter_of_the_search_is_known_by_its_words(subject, text):
    assert relevant(own(subject, text))


@pytest.mark.parametrize(("subject", "text"), LIFE)
def test_a_letter_of_the_rest_of_life_is_left_alone(subject, text):
    assert not relevant(own(subject, text))


@pytest.mark.parametrize(("subject", "text"), SEARCH + LIFE)
def test_capitals_make_no_difference(subject, text):
    shouted = own(subject.upper(), text.upper())
    assert relevant(shouted) is relevant(own(subject, text))


@pytest.mark.parametrize("file", ["Robin_Day_CV.pdf", "resume.docx", "cover-letter-acme.odt",
                                  "Résumé 2026.pdf", "CV2026.pdf"])  # fmt: skip
def test_a_cv_on_it_makes_a_letter_part_of_the_search(file):
    assert relevant(own("As promised", "Here it is.", file=file))


@pytest.mark.parametrize("file", ["resume-talks.ics", "cvs-export.csv", "invoice.pdf", "mcv.pdf"])
def test_another_file_does_not(file):
    assert not relevant(own("As promised", "Here it is.", file=file))


def test_a_word_of_work_to_a_careers_office_is_enough():
    text = "Could you tell me more about the vacancy?"
    assert relevant(own("A question", text, to="careers@acme.example"))
    assert not relevant(own("A question", "When do you open?", to="careers@acme.example"))


def test_an_automatic_answer_of_the_users_is_never_part_of_it():
    away = own("Out of office", "I am applying for the post of cook.")
    assert not relevant(replace(away, facts=Facts(auto_reply=True)))


# --- people --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "more", "name"),
    [
        ("Anna Lee <anna.lee@acme.example>", {}, "Anna Lee"),
        ('"Lee, Anna" <anna.lee@acme.example>', {}, "Anna Lee"),
        ("Anna Lee (Acme) <anna.lee@acme.example>", {}, "Anna Lee"),
        ("Anna Lee via Greenhouse <anna.lee@mail.greenhouse.example>", {"ats": "G"}, "Anna Lee"),
        ("anna.lee@acme.example", {"text": "Best,\nAnna Lee"}, ""),
        ("Anna <anna@acme.example>", {}, ""),
        ("Rosa Bean <info@bakery.example>", {}, "Rosa Bean"),
        ("info@bakery.example", {"subject": "Re: Hello"}, ""),
    ],
)
def test_a_person_can_be_written_to(sender, more, name):
    subject = more.pop("subject", "Hello")
    text = more.pop("text", "Words.")
    found = people.writer(mail(0, sender, subject, text, **more).message, MINE)
    assert found is not None
    assert found == Address(name, address(sender).email)


@pytest.mark.parametrize(
    ("sender", "facts"),
    [
        ("Acme Careers <no-reply@acme.example>", {}),
        ("jobs-noreply@acme.example", {}),
        ("Acme <notifications@acme.example>", {}),
        ("Acme Careers <careers@acme.example>", {}),
        ("Anna Lee <anna@acme.example>", {"auto_reply": True}),
        ("Anna Lee <anna@acme.example>", {"bounce": True}),
        ("Anna Lee <anna@acme.example>", {"list_id": "news.acme.example"}),
        ("Anna Lee <anna@acme.example>", {"auto_submitted": "auto-generated"}),
        ("Acme Talent <acme@myworkday.example>", {"ats": "Workday"}),
        ("Red Fern <redfern+email@talent.icims.example>", {"ats": "iCIMS"}),
        ("Spring Foods <post@springfoods.example>", {}),
        (f"Robin Day <{ME}>", {}),
        ("MAILER-DAEMON <mailer-daemon@acme.example>", {}),
    ],
)
def test_no_answer_goes_to_a_machine_a_list_or_oneself(sender, facts):
    letter = mail(0, "x@y.example", "Hello", "Words.", **facts).message
    letter = replace(letter, from_=address(sender))
    assert people.writer(letter, MINE) is None


def test_a_machine_may_name_the_person_it_writes_for():
    letter = mail(0, "Anna Lee <no-reply@greenhouse.example>", "Hello", ats="Greenhouse").message
    letter = replace(letter, reply_to=(Address("Anna Lee", "anna.lee@acme.example"),))
    assert people.writer(letter, MINE) == Address("Anna Lee", "anna.lee@acme.example")


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("Anna Lee\nTalent Partner", Relation.RECRUITER),
        ("Anna Lee\nSenior Recruiter, Acme", Relation.RECRUITER),
        ("Anna Lee\nHR Business Partner", Relation.RECRUITER),
        ("Anna Lee\nHead of Analytics", Relation.HIRING_MANAGER),
        ("Anna Lee\nEngineering Manager", Relation.HIRING_MANAGER),
        ("Anna Lee\nFounder & CEO", Relation.HIRING_MANAGER),
        ("Anna Lee\nSoftware Engineer", Relation.UNKNOWN),
        ("Anna", Relation.UNKNOWN),
        ("", Relation.UNKNOWN),
    ],
)
def test_the_relation_is_read_from_the_title(signature, expected):
    letter = mail(0, "Anna Lee <anna@acme.example>", "Hello", "Words.", signature=signature)
    assert people.relation(letter.message, agency=False) is expected
    assert people.relation(letter.message, agency=True) is Relation.AGENCY


def test_a_sentence_about_a_manager_is_no_title():
    letter = mail(0, "Anna Lee <a@acme.example>", "Hi", "You will meet the hiring manager soon.")
    assert people.relation(letter.message, agency=False) is Relation.UNKNOWN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You will meet Bob Stone and Cleo.", True),
        ("Your interview is with Bob on Monday.", True),
        ("Bob is copied for the room key.", False),
        ("You will meet Bobby.", False),
    ],
)
def test_an_interviewer_is_named_in_the_words(text, expected):
    assert people.named_as_interviewer(text, "Bob Stone") is expected


def test_recipients_are_people_and_each_once():
    letter = mail(0, "me", "Hi", to="Anna Lee <a@acme.example>;no-reply@acme.example",
                  cc=f"A@acme.example;{ME}").message  # fmt: skip
    assert people.recipients(letter, MINE) == (Address("Anna Lee", "a@acme.example"),)


# --- hostile -------------------------------------------------------------------------------

BOMBS = ["apply for the " * 3000, "thank you " * 3000, "my cv attached " * 3000, "a " * 20000,
         "my son " * 4000, "\n" * 30000, "interview " * 4000, "enjoyed the " * 3000]  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda b: b[:12].strip() or "lines")
def test_no_letter_takes_long(bomb):
    started = time.process_time()
    relevant(own(bomb, bomb))
    for pattern, _, _ in said.EXAMPLES.values():
        said.says(pattern, bomb)
    letter = mail(0, "Anna Lee <a@acme.example>", "Hi", bomb, signature=bomb).message
    people.writer(letter, MINE)
    people.relation(letter, agency=people.from_agency(letter))
    people.named_as_interviewer(bomb, "Bob Stone")
    assert time.process_time() - started < 1.0


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40), st.text(max_size=30))
def test_no_name_or_address_breaks_the_reading(name, email):
    strange = Address(name, email)
    people.looks_like_a_person(strange)
    people.clean_name(name)
    people.is_robot_address(email)
    people.is_office_address(email)
