# ruff: noqa: E501
"""Applications for a flat, a loan or a dog are none for work; those for work are."""

from __future__ import annotations

import re

import pytest

from mailsense.classify import elsewhere, rules
from mailsense.domain import Address, Facts, Kind, Message, Source

OFFICE = Address("Office", "office@elmroad.example")
NO = "Unfortunately we are unable to take it further on this occasion. Kind regards"

ELSE = """\
Your application for the flat, 14b Mill Row|Thank you for your application for the flat and for coming to the viewing. The landlord considered all the applicants and it has gone to somebody else.
Your application|We have looked at your application for the two-bedroom apartment on Canal Street.
Tenancy application - 12 Elm Road|We regret that the landlord has chosen other tenants. Your employer's reference was fine.
Update|Thank you for your application to rent the house at 9 Hill Lane.
Rental application status|Your rental application has been received.
12 Oak Court|Your tenancy application was not successful this time.
Re: viewing|We received a lot of interest, and your application for the room has not been shortlisted.
Housing|Your application for council housing has been placed in band C.
Your mortgage application|We are unable to lend. Your salary slips and proof of employment were checked.
Decision|We have reviewed your application for a mortgage and cannot proceed.
Loan|Thank you for your application for a personal loan of £5,000. We are sorry to say no.
Your loan application|Your loan application has been declined.
Your credit card application|Thank you for applying. We cannot offer you a card.
A decision|We have considered your application for a credit card, and regret we can't accept it.
Overdraft|Your application for an overdraft has been approved.
Account|We have received your application for a current account. We will be in touch.
Car finance|Your car finance application was unsuccessful.
Policy|Your application for life insurance has been declined by our underwriters.
Insurance|We have received your application for pet insurance.
Your insurance claim|Unfortunately we cannot pay your insurance claim.
School places|Your application for a place at Elm Road Primary School has been unsuccessful.
Admissions|We are sorry that we cannot offer a school place. Your school place application is on the waiting list.
Nursery|Thank you for your application for a nursery place for Mia.
Reception 2026|Your application for a reception place was received.
University|Your application to study has been considered, and we regret to inform you that we cannot make an offer.
MSc|Thank you for your application for the MSc in Data Science. The panel cannot offer you a place.
UCAS|Your application for a place on the Nursing degree has been unsuccessful.
Course|Your application for a postgraduate course is under review.
Scholarship|We regret that your application for a scholarship was not successful.
Bursary|Your application for the bursary has been received.
Student finance|Your application for student finance is incomplete.
Your visa application|Your visa application has been refused.
Visa|Thank you for your application for a visitor visa; a decision takes 15 working days.
Passport|We have received your passport application.
Your passport|Your application for a passport is being processed.
Residence|Your application for a residence permit has been approved.
Citizenship|Your application for citizenship was received on 4 May.
Planning 24/0231|Your application for planning permission has been refused.
Planning application 24/0231|The council regrets that it cannot approve the extension.
Parking|Your application for a parking permit has been declined, as there is no space in zone C.
Resident permit|Thank you for applying for a residents parking permit.
Allotment|Your application for an allotment has been received; you are number 43 on the list.
Plot 12|Thank you for your application for an allotment plot.
Blue badge|Your application for a blue badge was not successful.
Licence|We received your application for a provisional driving licence.
Bus pass|Your application for a bus pass has been approved.
Benefits|Your application for housing benefit has been refused.
Universal Credit|Your application for universal credit is incomplete.
Carer's allowance|We have turned down your application for carer's allowance.
Council tax|Your application for council tax reduction was received.
Membership|Thank you for your application for membership. The committee did not approve it.
Golf|Your membership application has been received.
The club|Your application to join our running club has been received.
Gym|We have reviewed your request for a refund of your fee. Unfortunately we are unable to approve it.
Re: refund request|Your refund request has been declined.
Train|Your claim for compensation was rejected.
Grant|We regret that your application for a grant was unsuccessful. There were many strong applications.
Your grant application|The trustees have considered your grant application and cannot support it.
Adoption|Thank you for your application to adopt Bella. She has gone to another home.
Rescue|Your application to adopt a dog has been received, we will call for a home visit.
Biscuit|We are sorry, your application for adoption was unsuccessful. Biscuit has found a family.
Market|Your application for a stall has been accepted.
Mooring|Your application for a mooring is on the list.
Marathon|Your application for a place in the half marathon was unsuccessful.
Boiler|Your application for a rebate has been approved.
Refinance|Your remortgage application is with our underwriters.
Wedding|Your application for a marriage licence has been received.
Trees|We have received your application for a dropped kerb.
Move|We have an update on your application for shared ownership.
Your warranty claim|Unfortunately your warranty claim cannot be accepted.
"""

WORK = """\
Your application for Accommodation Manager|Thank you. We will not be taking it further.
Accommodation Manager application|We regret that you were not successful.
Mortgage Adviser|Thank you for your application for the mortgage adviser role.
Your application for Loan Officer|We have decided on other applicants.
Loan Officer application|Your loan officer application has been received.
Your application|Your application for Membership Coordinator was not successful.
Membership|Your application for the membership coordinator position has been received.
Thank you|Thank you for applying to Visa Inc. We have received your application.
Visa|Thank you for your application to Visa.
Your application to Visa|We will not be moving forward with your application for Visa.
Grant Writer|Thank you for your application for the grant writer post.
Your application for Grant Writer|We had many applications.
Teacher|Your application for the school teacher post has been received.
School|Thank you for your application for the post of teacher at Elm Road School.
Your application for Lettings Negotiator|Sorry, not this time.
Lettings|Thank you for your interest in the flat letting team. Your application for the role was read.
Credit Card Analyst|We have reviewed your application for Credit Card Analyst.
Insurance|Your application for Insurance Claims Handler was unsuccessful.
Insurance|We received your application for the insurance broker vacancy.
Your application for Passport Officer|We are sorry.
Planning|Your application for Planning Officer was not shortlisted.
Planning Officer application|Thank you for applying.
Benefits|Thank you for your application for Compensation and Benefits Analyst.
Benefits|Your application for the Benefits Adviser job has been received.
Your application for Admissions Officer|We have decided to go with others.
Admissions|Thank you for your application for University Admissions Manager.
Nursery|Your application for Nursery Nurse was received.
Nursery|Thank you for your application. We would like to meet you at the nursery for an interview.
Nursery|Thank you for your application for the infant room. Could you come on Tuesday for a trial day?
Dog|Your application for Dog Walker was received.
Dog|Thank you for your application to be a kennel hand with our dogs.
Gym|Your application for gym instructor has been unsuccessful.
Gym|Thank you for your application to join our gym team.
Club|We liked your application to join our tennis club as a coach.
Parking|Your application for Parking Enforcement Officer has been received.
Allotment|Your application for Allotment Warden was not successful.
Housing|Your application for Housing Officer was declined.
Housing|Your application for the housing association vacancy was received.
Tenancy|We regret that your application for Tenancy Sustainment Officer was not successful.
Property|Thank you for your application for Property Manager.
House|Thank you for your application for House Manager at the hostel.
Relocation|We are glad you are joining us. We have begun your visa application, and a flat is found.
Your offer|Your salary is £40,000. We support your visa application.
Work permit|Your work permit application is on its way; your role begins in May.
Flat|I hired a flat for the first weeks. Your application for the flat is with the landlord; see you on your first day in the office, and welcome to the job.
Graduate scheme|Thank you for your application for a place on our graduate scheme at the university.
Course|Your application for Course Leader was not successful.
Course|Your application for a place on the apprenticeship at Elm College was received.
PhD|Your application for a PhD studentship in the degree school was received.
University|Thank you for your application for Lecturer in the MSc in Data Science.
Scholarship|Your application for Scholarships Administrator has been received.
Refunds|Your application for Refund Specialist was received.
Claims|Your application for Claims Handler has been declined.
Loans|Thank you for your interest in our loans team, and for sharing your CV.
Mortgage|Your application for Mortgage Underwriter was unsuccessful.
Finance|Your application for Car Finance Executive was unsuccessful.
Account|Your application for Business Account Manager has been received.
Bank|Your application for Current Account Specialist was received.
Passport|Please bring your passport to the interview. Your application was shortlisted.
Recruitment|Your application for the apartment host opening: we had many candidates.
Adoption|Your application for Adoption Social Worker was received.
Change|Thank you for your application for Product Adoption Lead.
Membership|Your application for Head of Membership was received.
Legal|Your application for Legal Aid Caseworker role is under review.
Grants|Thank you for your application for Grants and Partnerships Manager.
Your application|We have received your application and will be in touch.
Update|Unfortunately we will not be moving forward with your application.
Hello|How is the new flat? And the application?
Grant Thornton|Thank you for your application to Grant Thornton.
Mobile|Your application crashed on the phone. Please send the logs.
"""


def rows(table: str) -> list[tuple[str, str]]:
    return [tuple(line.split("|", 1)) for line in table.splitlines()]  # type: ignore[misc]


def letter(subject: str, text: str, sender: Address = OFFICE, **more: object) -> Message:
    body = f"Dear Sam,\n\n{text}\n\n{NO}"
    return Message("k", "k@x.example", subject, sender, text=body, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("subject", "text"), rows(ELSE))
def test_an_application_for_something_else_is_ordinary_mail(subject: str, text: str) -> None:
    verdict = rules.judge(letter(subject, text))
    assert verdict is not None
    assert (verdict.kind, verdict.source) == (Kind.OTHER, Source.RULE)
    assert verdict.evidence[0].text.startswith("about something else than work: ")


@pytest.mark.parametrize(("subject", "text"), rows(WORK))
def test_an_application_for_work_is_left_to_the_model(subject: str, text: str) -> None:
    assert rules.judge(letter(subject, text)) is None


def test_lines_broken_anywhere_are_read_on() -> None:
    assert rules.judge(
        letter("Update", "We looked at your application for\nthe flat at 9 Hill Lane.")
    )


@pytest.mark.parametrize(
    "sent",
    [
        letter("Your loan application", "It is declined.", Address("", "careers@bank.example")),
        letter(
            "Your loan application", "It is declined.", Address("Bank Hiring", "x@bank.example")
        ),
        letter("Your loan application", "It is declined.", facts=Facts(ats="Acme Hire")),
        letter("Your loan application", "It is declined.", quoted="> for the role of Loan Officer"),
        letter("Your loan application", "It is declined.", language="de"),
    ],
)
def test_who_sent_it_and_what_it_answers_may_speak_of_a_job(sent: Message) -> None:
    assert rules.judge(sent) is None


PATTERNS = {
    "FOR": (["your application for the flat", "applied for a parking permit",
             "application to rent the house"],
            ["your application for Loan Officer", "apply for a grant writer role"]),
    "OWN": (["your credit card application"], ["your Loan Officer application"]),
    "HEAD": (["Passport application 2231"], ["Mortgage Adviser application"]),
    "PLACE": (["your application for a place at Elm Road Primary School"],
              ["application for a place on our team"]),
    "REFUND": (["your request for a refund"], ["we refund your travel"]),
    "HARMLESS": (["proof of employment"], ["a job", "the role"]),
    "JOB": (["join our team", "your experience in sales"], ["our team will call", "a flat"]),
    "TITLE": (["Mortgage Adviser", "Head of Grants"], ["a flat", "the grant"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_finds_its_examples_and_no_other(name: str) -> None:
    pattern = getattr(elsewhere, name)
    assert isinstance(pattern, re.Pattern)
    yes, no = PATTERNS[name]
    assert [text for text in yes if not pattern.search(text)] == []
    assert [text for text in no if pattern.search(text)] == []
