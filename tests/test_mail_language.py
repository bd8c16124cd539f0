"""The language of a letter: told when it is clear, left open when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.language import MIN_WORDS, UNKNOWN, language

LETTERS = {
    "en": "Thank you for the time you took to talk with us. We have read your application with "
    "great interest, but we have decided to go on with another candidate for this role.",
    "de": "vielen Dank für Ihre Bewerbung und das Interesse an unserem Haus. Leider müssen wir "
    "Ihnen mitteilen, dass wir uns für eine andere Person entschieden haben, und "
    "wünschen Ihnen alles Gute.",
    "fr": "Nous vous remercions pour le temps que vous avez pris. Après un examen attentif de "
    "votre dossier, nous ne sommes pas en mesure de donner une suite favorable à votre "
    "candidature.",
    "es": "Muchas gracias por el interés que ha mostrado en nuestra empresa. Hemos leído su "
    "solicitud con atención, pero en este momento no podemos seguir con el proceso para "
    "este puesto.",
    "it": "La ringraziamo per il tempo che ci ha dedicato. Abbiamo letto la sua candidatura "
    "con interesse, ma per questo ruolo abbiamo scelto una persona con più esperienza "
    "nel settore.",
    "pt": "Agradecemos o seu interesse na nossa empresa. Lemos a sua candidatura com atenção, "
    "mas para esta vaga não podemos seguir com o processo; desejamos que você tenha "
    "muito sucesso.",
    "nl": "Hartelijk dank voor de tijd die je hebt genomen om met ons te praten. We hebben je "
    "brief met veel plezier gelezen, maar voor deze functie gaan we verder met een "
    "andere kandidaat.",
    "sv": "Tack för att du har sökt tjänsten och för den tid som du lade på samtalet. Vi har "
    "läst din ansökan med stort intresse, men vi har valt att gå vidare med en annan "
    "person.",
    "fi": "Kiitos ajasta, jonka käytit haastatteluun, ja että olet hakenut tätä paikkaa. "
    "Olemme lukeneet hakemuksesi, mutta valitsimme toisen hakijan, joka on tehnyt tätä "
    "työtä ja on myös asunut täällä.",
    "pl": "Dziękujemy za udział w rozmowie i za czas, który nam pan poświęcił. Po namyśle nie "
    "możemy zaprosić pana do dalszego etapu, ale jest to dla nas ważne, aby być w "
    "kontakcie.",
    "ru": "Спасибо за то, что вы нашли время для разговора с нами. Мы внимательно прочитали "
    "вашу заявку, но были вынуждены выбрать другого кандидата. Это решение далось нам "
    "нелегко.",
    "uk": "Дякуємо, що ви знайшли час для розмови з нами. Ми уважно прочитали вашу заявку, і, "
    "на жаль, обрали іншого кандидата. Бажаємо вам успіхів у пошуку її в іншій компанії.",
    "ja": "この度は弊社の求人にご応募いただき、誠にありがとうございました。慎重に検討いたしまし"
    "た。",
    "zh": "感谢您抽出时间与我们交谈。我们认真阅读了您的申请，但是决定选择另一位候选人。",
    "ko": "저희 회사에 지원해 주셔서 감사합니다. 신중하게 검토한 결과 다른 지원자를 선택하게 "
    "되었습니다.",
    "el": "Σας ευχαριστούμε για τον χρόνο σας και για το ενδιαφέρον σας για τη θέση. Δυστυχώς "
    "επιλέξαμε έναν άλλο υποψήφιο για αυτόν τον ρόλο.",
}


@pytest.mark.parametrize("code", LETTERS)
def test_a_letter_of_some_length_tells_its_language(code: str) -> None:
    assert language(LETTERS[code]) == code


@pytest.mark.parametrize("code", [code for code in LETTERS if code not in ("ja", "zh", "ko")])
def test_a_letter_twice_is_in_the_same_language(code: str) -> None:
    assert language(f"{LETTERS[code]}\n\n{LETTERS[code].upper()}") == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, talk Friday?",
        "Bonjour, merci pour votre candidature.",
        "OK",
        "12 345 67 89 " * 20,
        "https://example.org/the/and/to/of/a/in/is/for/you " * 20,
        "anna@the.example bo@and.example " * 20,
        "Northwind Wexley Depot Planner Supply Logistics Trucks Pallet Harbour Crane " * 4,
        "здравствуйте",
        "你好",
    ],
)
def test_what_is_short_or_no_prose_has_none(text: str) -> None:
    assert language(text) == ""


def test_a_letter_in_two_languages_has_none() -> None:
    assert language(f"{LETTERS['en'][:150]} {LETTERS['de'][:150]}") == ""


def test_names_and_links_do_not_change_it() -> None:
    letter = f"{LETTERS['en']}\nhttps://example.org/{'der-die-das/' * 30}\nMüller, Garçon, Peña"
    assert language(letter) == "en"


@pytest.mark.parametrize("length", [MIN_WORDS - 1, MIN_WORDS])
def test_there_is_a_least_number_of_words(length: int) -> None:
    text = " ".join((LETTERS["en"].split() * 2)[:length])
    assert language(text) == ("en" if length >= MIN_WORDS else "")


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_any_text_has_a_code_or_none(text: str) -> None:
    assert len(language(text)) in (0, 2) or language(text) == UNKNOWN
