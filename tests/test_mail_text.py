"""A letter divided into what was just written, older letters, and the signature."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail import phrases
from mailsense.mail.quotes import attribution, header_block, separator
from mailsense.mail.signature import is_name
from mailsense.mail.text import Parts, split, tidy

REPLY = "Thank you, Friday works for me."
OLD = "> Dear Robin,\n>\n> could we talk on Friday?"


# --- history --------------------------------------------------------------------------

ATTRIBUTIONS = [
    "On Mon, 4 May 2026 at 10:00, Anna Field <anna@northwind.example> wrote:",
    "On Mon, 4 May 2026 at 10:00, Anna Field\n<anna@northwind.example> wrote:",
    "On May 4, 2026, at 10:00 AM, Anna Field <anna@northwind.example>\nwrote:",
    "On 04/05/2026 10:00, Anna wrote:",
    "Am 04.05.2026 um 10:00 schrieb Anna Field <anna@northwind.example>:",
    "Am Mo., 4. Mai 2026 um 10:00 Uhr schrieb Anna <anna@northwind.example>:",
    "Le lun. 4 mai 2026 à 10:00, Anna Field <anna@northwind.example> a écrit :",
    "El lun, 4 may 2026 a las 10:00, Anna (<anna@northwind.example>) escribió:",
    "Il giorno lun 4 mag 2026 alle ore 10:00 Anna <anna@northwind.example> ha scritto:",
    "Op ma 4 mei 2026 om 10:00 schreef Anna <anna@northwind.example>:",
    "Den mån 4 maj 2026 kl 10:00 skrev Anna <anna@northwind.example>:",
    "pon., 4 maj 2026 o 10:00 Anna <anna@northwind.example> napisał(a):",
    "4 мая 2026 г., 10:00, Anna <anna@northwind.example> написал:",
    "2026年5月4日(月) 10:00 Anna <anna@northwind.example>:",
    "2026-05-04 10:00 GMT+02:00 Anna Field <anna@northwind.example>:",
    "Anna Field <anna@northwind.example> wrote:",
    "Anna wrote:",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_an_attribution_and_its_quotes_are_history(line: str) -> None:
    found = split(f"{REPLY}\n\n{line}\n\n{OLD}\n")
    assert found.text == REPLY
    assert found.quoted.startswith(line.split("\n")[0])
    assert found.quoted.endswith("could we talk on Friday?")


@pytest.mark.parametrize("line", [a for a in ATTRIBUTIONS[:12] if "@" in a])
def test_history_needs_no_quote_marks_under_a_full_attribution(line: str) -> None:
    assert split(f"{REPLY}\n\n{line}\n\nDear Robin,\n\ncould we talk?").text == REPLY


@pytest.mark.parametrize(
    "line",
    [
        "On 4 May we will send you:",
        "On Monday, 4 May 2026 at 10:00 you will meet Anna Field.",
        "On the form you wrote: ten years.",
        "Am Montag, 4. Mai 2026, 10:00 Uhr:",
        "As Anna wrote in her mail of 4 May 2026, the role is filled.",
        "In 2019 she wrote:",
    ],
)
def test_a_sentence_is_no_attribution(line: str) -> None:
    assert attribution([line, "", "The next line."], 0) == 0
    assert split(f"Dear Robin,\n\n{line}\n\nThe next line.").text.endswith("The next line.")


SEPARATORS = [
    ("-----Original Message-----", "reply"),
    ("----- Original Message -----", "reply"),
    ("-----Ursprüngliche Nachricht-----", "reply"),
    ("---- On Mon, 4 May 2026 10:00:00 +0200 Anna wrote ----", "reply"),
    ("---------- Forwarded message ----------", "forward"),
    ("---------- Forwarded message ---------", "forward"),
    ("Begin forwarded message:", "forward"),
    ("Anfang der weitergeleiteten Nachricht:", "forward"),
    ("----- Forwarded by Anna Field/NW on 04/05/2026 -----", "forward"),
    ("---- Agenda ----", ""),
    ("----------", ""),
    ("Original message", ""),
    ("The original message: see below", ""),
    ("", ""),
]


@pytest.mark.parametrize(("line", "kind"), SEPARATORS)
def test_separators(line: str, kind: str) -> None:
    assert separator(line) == kind


@pytest.mark.parametrize("line", [line for line, kind in SEPARATORS if kind])
def test_what_follows_a_separator_is_history(line: str) -> None:
    assert split(f"{REPLY}\n\n{line}\nDear Robin,\ncould we talk?").text == REPLY


HEADERS = [
    "From: Anna <anna@northwind.example>\nSent: Monday, 4 May 2026 10:00\nTo: Robin\nSubject: Role",
    "From: Anna <anna@northwind.example>\nDate: Mon, 4 May 2026\nTo: r@home.example\nSubject: Role",
    "*From:* Anna <anna@northwind.example>\n*Sent:* Monday\n*To:* Robin\n*Subject:* Role",
    "Von: Anna <anna@northwind.example>\nGesendet: Montag, 4. Mai 2026\nAn: Robin\nBetreff: Rolle",
    "De : Anna <anna@northwind.example>\nEnvoyé : lundi 4 mai 2026\nÀ : Robin\nObjet : Poste",
    "De: Anna <anna@northwind.example>\nEnviado el: lunes\nPara: Robin\nAsunto: Puesto",
    "发件人: Anna <anna@northwind.example>\n发送时间: 2026年5月4日\n收件人: Robin\n主题: Role",
    "From: Anna\nSent: Monday, 4 May 2026 10:00\nTo: Robin\nSubject: A role at\nNorthwind",
]


@pytest.mark.parametrize("block", HEADERS)
@pytest.mark.parametrize("rule", ["", "________________________________\n", " ---------\n"])
def test_pasted_headers_begin_history(block: str, rule: str) -> None:
    found = split(f"{REPLY}\n\n{rule}{block}\n\nDear Robin,\n\ncould we talk?")
    assert found.text == REPLY
    assert "could we talk?" in found.quoted


@pytest.mark.parametrize(
    "block",
    [
        "Date: Monday, 4 May\nTime: 10:00\nPlace: Wexley",
        "From: 10:00\nTo: 11:00",
        "To: the point\nSubject: to change",
        "Subject: your application",
        "Note: bring the form\nFrom: the desk",
    ],
)
def test_lines_of_an_invitation_are_no_pasted_headers(block: str) -> None:
    assert header_block([*block.split("\n"), ""], 0) == 0
    assert split(f"Dear Robin,\n\n{block}\n\nSee you there.").text.endswith("See you there.")


def test_answers_between_quotes_belong_to_the_newest_part() -> None:
    found = split(
        "On Mon, 4 May 2026 at 10:00, Anna <anna@northwind.example> wrote:\n"
        "> Does Friday work?\n\nYes, it does.\n\n> And the form?\n\nAttached.\n"
    )
    assert found.text == "Yes, it does.\n\nAttached."
    assert found.quoted.count("\n> ") == 2


def test_an_answer_under_the_quote_is_the_newest_part() -> None:
    assert split(f"Anna wrote:\n{OLD}\n\n{REPLY}").text == REPLY


def test_a_reply_without_a_word_of_its_own_is_empty() -> None:
    found = split(f"On Mon, 4 May 2026 at 10:00, Anna <a@northwind.example> wrote:\n{OLD}")
    assert found.text == ""
    assert "could we talk" in found.quoted


FORWARDED = (
    "From: Bo <bo@northwind.example>\nDate: Mon, 4 May 2026\nSubject: A role\nTo: a@x.example"
)


@pytest.mark.parametrize(
    "mark", ["---------- Forwarded message ----------", "Begin forwarded message:"]
)
def test_of_a_bare_forward_the_forwarded_letter_is_read(mark: str) -> None:
    found = split(f"{mark}\n{FORWARDED}\n\nWe would like to meet you.\n\nBo")
    assert found.text == "We would like to meet you.\n\nBo"
    assert "Subject: A role" in found.quoted


def test_of_a_forward_with_a_word_the_word_is_read() -> None:
    found = split(
        f"For you?\n\n---------- Forwarded message ----------\n{FORWARDED}\n\nCome and see."
    )
    assert found.text == "For you?"
    assert "Come and see." in found.quoted


def test_of_a_forwarded_exchange_the_newest_letter_is_read() -> None:
    found = split(f"Begin forwarded message:\n\n{FORWARDED}\n\nYes, gladly.\n\nAnna wrote:\n{OLD}")
    assert found.text == "Yes, gladly."
    assert "could we talk" in found.quoted


@pytest.mark.parametrize(
    ("text", "newest"),
    [
        (">From here on it is a no.", ">From here on it is a no."),
        (">>> apply now <<<", ">>> apply now <<<"),
        ("Hello\n[Quoted text hidden]", "Hello"),
        ("Yes. On Mon, 4 May 2026 at 10:00 Anna wrote:\n> old", "Yes."),
        ("Yes\n> a long line (that was\nbroken)\n> goes on", "Yes"),
    ],
)
def test_odd_marks(text: str, newest: str) -> None:
    assert split(text).text == newest


# --- signatures -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept", "signature"),
    [
        (f"{REPLY}\n\n-- \nAnna Field\nNorthwind", REPLY, "-- \nAnna Field\nNorthwind"),
        (f"{REPLY}\n--\nAnna", REPLY, "--\nAnna"),
        (f"{REPLY}\n\nSent from my iPhone", REPLY, "Sent from my iPhone"),
        (f"{REPLY}\n\nGet Outlook for iOS", REPLY, "Get Outlook for iOS"),
        (f"{REPLY}\n\nVon meinem iPhone gesendet", REPLY, "Von meinem iPhone gesendet"),
        (
            f"{REPLY}\n\nThis e-mail is confidential and intended only for the addressee.",
            REPLY,
            "This e-mail is confidential and intended only for the addressee.",
        ),
        (
            f"{REPLY}\n\nKind regards,\nAnna Field\nTalent Partner\nTel: +44 20 7946 0000",
            f"{REPLY}\n\nKind regards,\nAnna Field",
            "Talent Partner\nTel: +44 20 7946 0000",
        ),
        (
            f"{REPLY}\n\nViele Grüße\nAnna Field\n\nNorthwind GmbH | www.northwind.example",
            f"{REPLY}\n\nViele Grüße\nAnna Field",
            "Northwind GmbH | www.northwind.example",
        ),
        (
            f"{REPLY}\n\nAnna Field\nRecruiter, Northwind Ltd\n+44 20 7946 0000",
            f"{REPLY}\n\nAnna Field",
            "Recruiter, Northwind Ltd\n+44 20 7946 0000",
        ),
        (
            f"{REPLY}\n\n_______________________________\nPlanners mailing list\nhttps://x.example",
            REPLY,
            "_______________________________\nPlanners mailing list\nhttps://x.example",
        ),
        # the name under the closing is part of the letter
        (f"{REPLY}\n\nBest,\nAnna", f"{REPLY}\n\nBest,\nAnna", ""),
        (f"{REPLY}\n\nThanks, Anna", f"{REPLY}\n\nThanks, Anna", ""),
        (f"{REPLY}\n\nAnna", f"{REPLY}\n\nAnna", ""),
        # a postscript is no signature, nor is a second thought
        (f"{REPLY}\n\nBest,\nAnna\n\nP.S. Bring the form.",
         f"{REPLY}\n\nBest,\nAnna\n\nP.S. Bring the form.", ""),
        (f"Thanks,\n\n{REPLY} I shall bring the form and the two letters that you asked for.",
         f"Thanks,\n\n{REPLY} I shall bring the form and the two letters that you asked for.", ""),
        ("--\nAnna", "--\nAnna", ""),
        ("Sent from my desk, this is much easier to write than from the train.",
         "Sent from my desk, this is much easier to write than from the train.", ""),
    ],
)  # fmt: skip
def test_signatures(text: str, kept: str, signature: str) -> None:
    found = split(text)
    assert found.text == kept
    assert [line.rstrip() for line in signature.split("\n")] == found.signature.split("\n")


def test_a_phones_line_above_history_is_its_signature() -> None:
    found = split(f"{REPLY}\n\nSent from my iPhone\n\n> Dear Robin,\n> could we talk?")
    assert found == Parts(REPLY, "> Dear Robin,\n> could we talk?", "Sent from my iPhone")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Anna", True),
        ("-Anna", True),
        ("Anna Field", True),
        ("Dr. Jan van den Berg", True),
        ("The Hiring Team", True),
        ("Anna O’Neil (she/her)", True),
        ("Looking forward to it.", False),
        ("Is it you?", False),
        ("+44 20 7946 0000", False),
        ("see you on friday then", False),
        ("", False),
    ],
)
def test_names(line: str, name: bool) -> None:
    assert is_name(line) is name


@pytest.mark.parametrize(
    ("pattern", "line", "matches"),
    [
        (phrases.MOBILE, "Sent from my Galaxy", True),
        (phrases.MOBILE, "Envoyé de mon iPhone", True),
        (phrases.MOBILE, "Enviado desde mi iPhone", True),
        (phrases.MOBILE, "Verzonden vanaf mijn telefoon", True),
        (phrases.MOBILE, "Sent from my desk, is much easier", False),
        (phrases.MOBILE, "Sent the form back to you", False),
        (phrases.NOTICE, "If you are not the intended recipient, delete it.", True),
        (phrases.NOTICE, "Amtsgericht Wexley HRB 1", True),
        (phrases.NOTICE, "We keep your details in confidence.", False),
        (phrases.FOOTER, "Unsubscribe", True),
        (phrases.FOOTER, "© 2026 Northwind", True),
        (phrases.FOOTER, "You received your results", False),
        (phrases.CLOSING, "Kind regards,", True),
        (phrases.CLOSING, "Mit freundlichen Grüßen", True),
        (phrases.CLOSING, "Cordialement,", True),
        (phrases.CLOSING, "Kindly send the form", False),
    ],
)
def test_phrases(pattern: re.Pattern[str], line: str, matches: bool) -> None:
    assert bool(pattern.search(line)) is matches


# --- nothing is lost ------------------------------------------------------------------

LINES = st.sampled_from(
    [
        *(
            "",
            "  ",
            "Hello Anna,",
            REPLY,
            "P.S. See you",
            "* one",
            "a\tb",
            "\u2028x",
            "\x00",
            "(see",
        ),
        *("> quoted line", ">> deeper", ">", "> On Sun, 3 May 2026 Bo wrote:", "> -- ", "> (see"),
        *(">From here on", ">>> apply now <<<", "> Sent from my iPhone", "http://example.org/x"),
        *(
            "-- ",
            "--",
            "__",
            "________________________",
            "-----Original Message-----",
            "Anna Field",
        ),
        *("Best regards,", "Thanks, Anna", "Recruiter, Northwind Ltd", "Tel: +44 20 7946 0000"),
        *("From: Bo <bo@example.org>", "Sent: Monday, 4 May 2026 10:00", "To: a@example.org"),
        *(
            "Subject: Your application",
            "Von: Anna <a@example.org>",
            "Date: 4 May 2026",
            "On 4 May,",
        ),
        *("Begin forwarded message:", "---------- Forwarded message ----------", "Anna wrote:"),
        *("Sent from my iPhone", "[Quoted text hidden]", "Unsubscribe", "From 10:00 to 11:00"),
        "This e-mail is confidential and intended only for the addressee.",
        "yes On Mon, 4 May 2026 at 10:00 Anna wrote:",
        *ATTRIBUTIONS[:6],
    ]
)


@given(st.lists(LINES, max_size=14))
@settings(max_examples=100, deadline=None)
def test_every_line_is_in_the_text_the_quote_or_the_signature(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = split(text)
    words = re.compile(r"[^\W_]+")
    kept = f"{found.text}\n{found.quoted}\n{found.signature}"
    assert sorted(words.findall(kept)) == sorted(words.findall(text))


@given(st.text(alphabet="ab >-_:\n@.O\r\u2028", max_size=200))
@settings(max_examples=100, deadline=None)
def test_no_letter_of_any_text_is_lost(text: str) -> None:
    found = split(text)
    kept = f"{found.text}{found.quoted}{found.signature}"
    assert sorted(re.sub(r"[^ab@O]", "", kept)) == sorted(re.sub(r"[^ab@O]", "", text))


@given(st.lists(st.sampled_from(["Hello Anna,", REPLY, "", "See you on Friday then."]), max_size=9))
@settings(max_examples=100, deadline=None)
def test_a_letter_without_history_is_all_text(lines: list[str]) -> None:
    found = split("\n".join(lines))
    assert found.quoted == ""
    assert found.text.split() == " ".join(lines).split()


def test_blank_space_is_tidied() -> None:
    assert tidy("\n\n a \xa0\n\n\n\nb\n \n") == " a\n\nb"
