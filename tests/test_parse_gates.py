"""The quick looks that spare a slow one must never hide what the slow one would find."""

from __future__ import annotations

import pytest

from mailsense.domain import Address
from mailsense.mail import html, phrases
from mailsense.mail.identity import fingerprint
from mailsense.mail.parse import parse_fields
from mailsense.mail.quotes import attribution
from mailsense.track.relevance import relevant

ANNA = Address("Anna", "anna@example.org")


@pytest.mark.parametrize(
    "line",
    "Sent from my iPhone|Get Outlook for iOS|Von meinem iPhone gesendet|Gesendet von Outlook"
    "|Diese Nachricht wurde von meinem Android gesendet|Envoyé de mon iPhone|Télécharger Outlook"
    "|Obtenez Outlook|Enviado desde mi iPhone|Inviato da iPhone|Scarica Outlook|Ottieni Outlook"
    "|Verzonden vanaf mijn iPhone|Outlook voor iOS|Sendt fra min iPhone|Hent Outlook"
    "|Skickat från min iPhone|Hämta Outlook|Lähetetty iPhonesta|Hanki Outlook"
    "|Wysłane z iPhone'a|Pobierz Outlook|Odesláno z iPhonu|Отправлено с iPhone"
    "|Надіслано з iPhone|iPhone'umdan gönderildi|İPHONE'UMDAN GÖNDERİLDİ|iPhoneから送信".split("|"),
)
def test_the_first_letters_of_phone_lines_are_known(line: str) -> None:
    assert phrases.MOBILE.match(line)
    assert line[:3].lower()[:3] in phrases.MOBILE_STARTS


@pytest.mark.parametrize(
    "line",
    "Confidentiality notice|This is strictly privileged|intended solely for|intended recipients"
    "|You received this email in error|Registered office: Leeds|Company number 1"
    "|Please consider the environment|before printing|virus free|scanned for viruses"
    "|streng vertraulich|nicht der richtige Adressat|Amtsgericht|Handelsregister"
    "|Geschäftsführung|Sitz der Gesellschaft|Ce message est|confidentiel"
    "|Este correo es confidencial|Questo messaggio è riservato|Dit bericht is bestemd"
    "|equal opportunity employer|you are not the named addressee and intended for".split("|"),
)
def test_every_legal_notice_holds_a_known_stem(line: str) -> None:
    found = phrases.NOTICE.search(line)
    assert not found or any(stem in line.lower() for stem in phrases.NOTICE_STEMS)
    assert found or line == "intended recipients"


@pytest.mark.parametrize("word", phrases.INTRO)
def test_every_word_that_begins_an_attribution_is_looked_at(word: str) -> None:
    lines = [f"{word} 4/5/2026 10:00, Anna <anna@example.org> wrote:", "> x"]
    assert attribution(lines, 0) == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("We met at ten.\nBring it", "We met\nat ten. Bring\nit", True),
        ("we don’t — say “no”", "we don't - say \"no\"", True),
        ("> quoted\n> words", "quoted words", True),
        ("我们十点见面，好吗", "我们十点\n见面，好吗", True),
        ("".join(map(chr, range(0x2190, 0x2290))) + "é", "é", True),
        ("We met at ten", "We met at two", False),
        ("café", "cafe", False),
    ],
)  # fmt: skip
def test_a_fingerprint_is_of_letters_alone(one: str, other: str, same: bool) -> None:
    assert (fingerprint(ANNA, "Hello", one) == fingerprint(ANNA, "Hello", other)) is same


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<BlockQuote>x</BlockQuote>", True),
        ('<div class="Gmail_Quote">', True),
        ('<div style="BORDER-TOP:  solid #e1e1e1 1pt">', True),
        ("<p>border-top: 1px solid</p>", False),
    ],
)
def test_marks_of_history_in_a_page(page: str, expected: bool) -> None:
    assert html.has_history(page) is expected


@pytest.mark.parametrize(
    "text",
    [
        "I am looking\nfor work in the area.",
        "Could we have a coffee for thirty minutes about working in museums? I would value advice.",
        "Tom gave me\nyour name: he says that you know the profession.",
        "I enjoyed the interview on Monday.",
        "I wish to withdraw my application.",
        "I write about the\nnurse post listed on your site.",
        "I would be a good\nfit for this role.",
        "A word on the late opening you are advertising.",
        "It is for the traineeship of next year.",
        "My cover letter is attached.",
        "Please consider\nme for any job.",
        "I write regarding the role posted on LinkedIn.",
        "My application: the post of cook.",
        "As a candidate for the job, I am glad.",
    ],
)
def test_letters_of_the_search_are_not_passed_over(text: str) -> None:
    assert relevant(parse_fields({"from": "me@example.org", "subject": "Hello", "body": text}))
