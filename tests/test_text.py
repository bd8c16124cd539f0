"""The newest words of a letter, under the marks of many clients in many languages."""

from __future__ import annotations

import pytest

from mailsense.mail.text import split

NEWEST = "Thank you for your time.\n\nWould Tuesday suit you?"


@pytest.mark.parametrize(
    "history",
    [
        "On Mon, 4 May 2026 at 10:00, Anna Field <anna@field.example> wrote:\n\n> Dear R,\n> Hello",
        "On Mon, May 4, 2026 at 10:00 AM Anna Field <anna@field.example>\nwrote:\n\n> Hello",
        "On 04/05/2026 10:00, Anna Field wrote:\n> Hello",
        'On Monday, 4 May 2026, 10:00:12 BST, "Anna Field" <anna@field.example> wrote:\n\nHello',
        "Am 04.05.2026 um 10:00 schrieb Anna Field:\n> Hallo",
        "Am Mo., 4. Mai 2026 um 10:00 Uhr schrieb Anna Field <\nanna@field.example>:\n\n> Hallo",
        "Le lun. 4 mai 2026 à 10:00, Anna Field <anna@field.example> a écrit :\n\n> Bonjour",
        "El lun, 4 may 2026 a las 10:00, Anna Field (<anna@field.example>)\nescribió:\n\n> Hola",
        "Il giorno lun 4 mag 2026 alle ore 10:00 Anna <a@field.example>\nha scritto:\n\n> Ciao",
        "Em seg., 4 de mai. de 2026 às 10:00, Anna <anna@field.example>\nescreveu:\n\n> Olá",
        "Op ma 4 mei 2026 om 10:00 schreef Anna Field <anna@field.example>:\n\n> Hallo",
        "Den mån 4 maj 2026 kl 10:00 skrev Anna Field <anna@field.example>:\n\n> Hej",
        "man. 4. maj 2026 kl. 10.00 skrev Anna Field <anna@field.example>:\n\n> Hej",
        "pon., 4 maj 2026 o 10:00 Anna Field <anna@field.example> napisał(a):\n\n> Hej",
        "po 4. 5. 2026 v 10:00 odesílatel Anna Field <anna@field.example> napsal:\n\n> Ahoj",
        "ma 4. toukok. 2026 klo 10.00 Anna Field (anna@field.example) kirjoitti:\n\n> Hei",
        "пн, 4 мая 2026 г. в 10:00, Anna Field <anna@field.example>:\n\n> Привет",
        "4 May 2026 Pzt, 10:00 tarihinde Anna Field <anna@field.example> şunu yazdı:\n\n> Merhaba",
        "2026年5月4日(月) 10:00 Anna Field <anna@field.example>:\n\n> こんにちは",
        "2026-05-04 10:00 GMT+02:00 Anna Field <anna@field.example>:\n\n> Hello",
        "-----Original Message-----\nFrom: Anna Field\nSent: Monday\n\nHello",
        "-----Ursprüngliche Nachricht-----\nVon: Anna Field\n\nHallo",
        "________________________________\nFrom: Anna Field <anna@field.example>\n"
        "Sent: Monday, 4 May 2026 10:00\nTo: Robin <robin@me.example>\nSubject: Hello\n\nHello",
        "Von: Anna Field <anna@field.example>\nGesendet: Montag, 4. Mai 2026 10:00\n"
        "An: Robin Avery <robin@me.example>\nBetreff: Hallo\n\nHallo",
        "De : Anna Field <anna@field.example>\nEnvoyé : lundi 4 mai 2026 10:00\n"
        "À : Robin Avery <robin@me.example>\nObjet : Bonjour\n\nBonjour",
        "*From:* Anna <anna@field.example>\n*Date:* Monday, 4 May 2026\n*To:* Robin\n\nHello",
        "---- On Mon, 04 May 2026 10:00:00 +0100 Anna <anna@field.example> wrote ----\n\nHello",
        "---------- Forwarded message ---------\nFrom: Anna Field <anna@field.example>\n\nHello",
        "Begin forwarded message:\n\nFrom: Anna <anna@field.example>\nSubject: Hello\n\nHello",
        "Anna Field <anna@field.example> wrote:\n> Hello",
        "> Hello\n> Robin",
    ],
    ids=lambda text: text.split("\n")[0][:40],
)
def test_history_is_told_from_the_newest_words(history: str) -> None:
    parts = split(f"{NEWEST}\n\n{history}\n")
    assert parts.text == NEWEST
    last = history.split("\n")[-1].strip("> ")
    assert last in parts.quoted


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we will send you:\n\n- a contract\n- a form",
        "On 4 May 2026 at 10:00 we meet at the office:\n\n12 High Street\nLeeds",
        "Your interview:\n\nDate: Monday 4 May 2026\nTime: 10:00\nAddress: 12 High Street",
        "The slot is\n\nFrom: 10:00\nTo: 11:00\nDate: 4 May 2026",
        "As I wrote:\n\nthe role is filled.",
        "---- Agenda ----\n\n1. Welcome\n2. Talk",
        "Look here:\n>>> apply now <<<\nbefore Friday",
        "We sent the form back to you:\n\nplease sign it.",
        ">From here on it is easy, she said.",
    ],
)
def test_ordinary_words_are_not_taken_for_history(text: str) -> None:
    assert split(text).text == text


@pytest.mark.parametrize(
    ("under", "kept"),
    [
        ("Best regards,\nAnna\nTalent Partner\nField Ltd\n+44 20 7946 0000", "Best regards,\nAnna"),
        ("Kind regards\n\nAnna Field\nRecruiter | Field Ltd\nanna@field.example", "Anna Field"),
        ("Viele Grüße\nAnna Field\n\nField GmbH\nHandelsregister HRB 1", "Viele Grüße\nAnna Field"),
        ("Cordialement,\nAnna Field\nChargée de recrutement\n01 23 45 67 89", "Anna Field"),
        ("Thanks, Anna\n\nSent from my iPhone", "Thanks, Anna"),
        ("Anna\n-- \nAnna Field\nField Ltd", "Anna"),
        ("Best,\nAnna\n\nThis e-mail is confidential and intended solely for the addressee. "
         "If you are not the intended recipient, please delete it.", "Best,\nAnna"),
        ("Anna\n\nGet Outlook for iOS<https://example.org/o>", "Anna"),
        ("Best regards,\nAnna\n--\nField Ltd\nWe bring planners and firms together.", "Anna"),
        ("Anna\n_______________________________________________\nPlanners mailing list\n"
         "planners@lists.example", "Anna"),
        ("Anna\n\nUnsubscribe | Privacy policy", "Anna"),
    ],
)  # fmt: skip
def test_the_closing_and_the_name_stay_and_the_block_below_goes(under: str, kept: str) -> None:
    parts = split(f"{NEWEST}\n\n{under}")
    assert parts.text.startswith(NEWEST)
    assert parts.text.endswith(kept)
    below = under[under.index(kept) + len(kept) :].split()
    assert parts.signature.split() == below


def test_a_sign_off_inside_the_stored_block_stays_in_sight() -> None:
    parts = split(f"{NEWEST}\n\n-- \nBest regards,\nAnna Field\nField Ltd\n+44 20 7946 0000")
    assert parts.text.endswith("Best regards,\nAnna Field")
    assert parts.signature == "Field Ltd\n+44 20 7946 0000"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks,\n\nI look forward to it. Could you send the address?\nAnna",
        "Best regards,\nAnna\n\nPS: please bring your certificates.",
        "Hello,\n\nthe code is\n\n--\nfirst part of a long explanation that nobody would sign, "
        "going on and on.\nAnd a second sentence of the same kind, as long as the first one was.\n",
        "Sent from my desk, which is easier than the phone.",
        "Thanks for the invitation to talk on Friday.",
        "Hello\n\nAnna",
        "Best, as ever, is the enemy of good.\nLet us talk.",
    ],
)
def test_no_sentence_is_lost_to_the_signature(text: str) -> None:
    assert split(text).text == text.strip()


def test_controls_and_odd_line_ends_do_not_reach_the_reader() -> None:
    assert split("one\r\ntwo\rthree\x00\x1b[31m\u2028four").text == "one\ntwo\nthree[31m\nfour"
