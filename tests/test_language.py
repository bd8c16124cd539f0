"""The language of a letter: told when there is enough of it, and never guessed."""

from __future__ import annotations

import pytest

from mailsense.mail.language import MIN_WORDS, UNKNOWN, language

LETTERS = {
    "en": "Thank you for your application for the role of planner. We read it with interest "
    "and would like to invite you to talk with us about the work and the team next week.",
    "de": "Vielen Dank für Ihre Bewerbung als Planerin. Wir haben sie mit Interesse gelesen und "
    "möchten Sie gern zu einem Gespräch einladen, um Ihnen die Stelle und das Team vorzustellen.",
    "fr": "Nous vous remercions pour votre candidature au poste de planificatrice. Nous avons lu "
    "votre dossier avec intérêt et nous souhaitons vous rencontrer dans nos bureaux la semaine "
    "prochaine.",
    "es": "Gracias por su solicitud para el puesto de planificadora. Hemos leído su currículum con "
    "mucho interés y nos gustaría invitarle a una entrevista con el equipo la próxima semana.",
    "it": "Grazie per la sua candidatura per il posto di pianificatrice. Abbiamo letto il suo "
    "curriculum con interesse e vorremmo invitarla a un colloquio con noi la prossima settimana.",
    "pt": "Obrigado pela sua candidatura para a vaga de planejadora. Lemos o seu currículo com "
    "muito interesse e gostaríamos de convidar você para uma entrevista com a nossa equipe.",
    "nl": "Hartelijk dank voor je sollicitatie op de functie van planner. We hebben je brief met "
    "veel plezier gelezen en nodigen je graag uit voor een gesprek bij ons op kantoor.",
    "sv": "Tack för din ansökan till tjänsten som planerare. Vi har läst den med stort intresse "
    "och vill gärna träffa dig för att prata om arbetet och vad du kan bidra med hos oss.",
    "da": "Tak for din ansøgning til stillingen som planlægger. Vi har læst den med stor "
    "interesse og vil gerne invitere dig til en samtale hos os, efter at du også har mødt nogle "
    "af vores kolleger.",
    "nb": "Takk for din søknad på stillingen som planlegger. Vi har lest den med stor interesse og "
    "vil gjerne invitere deg til en samtale hos oss etter at du også har møtt noen av kollegene.",
    "fi": "Kiitos hakemuksestasi suunnittelijan tehtävään. Olemme lukeneet sen kiinnostuksella ja "
    "haluamme kutsua sinut haastatteluun, jos se sopii sinulle. Voit myös ehdottaa aikaa, joka on "
    "sinun kannaltasi hyvä, niin että me voimme sopia tapaamisesta kanssasi.",
    "pl": "Dziękujemy za przesłanie aplikacji na stanowisko planisty. Zapoznaliśmy się z nią z "
    "zainteresowaniem i chcielibyśmy zaprosić Panią na rozmowę, która odbędzie się w naszym "
    "biurze, jeśli to jest możliwe.",
    "ru": "Спасибо за ваш отклик на вакансию планировщика. Мы с интересом прочитали резюме и "
    "хотели бы пригласить вас на встречу, чтобы рассказать о работе и познакомить с командой.",
    "ja": "このたびはご応募いただき、ありがとうございます。面接の日程についてご連絡いたします。",
    "el": "Σας ευχαριστούμε για την αίτησή σας για τη θέση. Θα θέλαμε να σας καλέσουμε σε μια "
    "συνάντηση την επόμενη εβδομάδα για να μιλήσουμε για τη δουλειά.",
}


@pytest.mark.parametrize("code", LETTERS)
def test_a_whole_paragraph_tells_its_language(code: str) -> None:
    assert language(LETTERS[code]) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, talk Friday?",
        "Bonjour, merci pour votre candidature.",
        "Vielen Dank!",
        "Спасибо!",
        " ".join(["the"] * (MIN_WORDS - 1)),
        # names and numbers, no sentence
        "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November "
        "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor",
        "https://x.example/the/and/of https://x.example/for/you/with anna@the.example " * 10,
    ],
)
def test_a_short_or_unclear_text_tells_none(text: str) -> None:
    assert language(text) == ""


def test_two_languages_in_equal_parts_tell_none() -> None:
    assert language(LETTERS["de"] + LETTERS["fr"]) == UNKNOWN, "but it is not in English"
    half = "the and to of you we your with this that " * 2
    other = "und der die nicht mit sie wir für ist ein " * 2
    assert language(half + other) == ""


def test_quoted_names_of_another_script_do_not_decide() -> None:
    assert language(f"{LETTERS['en']} Привет") == "en"
