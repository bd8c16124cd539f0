"""The quick ways of reading give what the thorough ways give."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail import charset, language, phrases, quotes, signature
from mailsense.mail.addresses import addresses
from mailsense.mail.headers import date, one_line
from mailsense.mail.identity import ENOUGH, ENOUGH_OF_LIST, _beginning, _letters_of, enough
from mailsense.mail.text import tidy

MANY = settings(max_examples=100, deadline=None)
ODD = "aZé’ß \u00a0\u2028\u3000\x00\x07\x85\r\n\tİＡ日_-1²٣"


# --- text -----------------------------------------------------------------------------


@given(st.text(alphabet=ODD) | st.text())
@MANY
def test_cleaning_leaves_no_control_character_and_nothing_else_out(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    assert charset.clean(text) == lines.translate(charset._CONTROLS)


def test_a_lone_surrogate_is_cleaned_away() -> None:
    assert charset.clean("a\ud800b") == "a\ufffdb"


@given(st.text(alphabet=ODD) | st.text())
@MANY
def test_one_line_has_single_blanks(text: str) -> None:
    assert one_line(text) == re.sub(r"\s+", " ", charset.clean(text)).strip()


@given(st.text(alphabet="a \n\t\u00a0\u3000"))
@MANY
def test_tidied_text_keeps_its_lines_and_one_blank_between(text: str) -> None:
    kept: list[str] = []
    for line in (line.rstrip() for line in text.replace("\u00a0", " ").split("\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    assert tidy(text) == "\n".join(kept).strip("\n")


@given(st.text(alphabet=ODD) | st.text())
@MANY
def test_a_fingerprint_holds_the_letters_of_a_text_in_lower_case(text: str) -> None:
    folded = text.casefold().encode("utf-8", "replace").decode()
    assert _letters_of(text).decode() == "".join(c for c in folded if c.isalnum() or c == "_")


@given(st.text(alphabet=ODD) | st.text(), st.integers(0, 9), st.booleans())
@MANY
def test_a_fingerprint_looks_no_further_than_it_must(text: str, times: int, a_list: bool) -> None:
    long = f"{text} -- x" * 4**times
    most = ENOUGH_OF_LIST if a_list else ENOUGH
    assert _beginning(long, a_list) == _letters_of(long)[:most]
    assert enough(long, a_list=a_list) is (len(_letters_of(long)) >= most)


@given(st.text(alphabet="aZéßøł’—“…'.,-_ \n\t09дЯη日"))
@MANY
def test_words_are_rows_of_letters(text: str) -> None:
    words = re.findall(r"[^\W\d_]+", text.lower())
    assert language._words(text, language._beyond_ascii(text)) == words


def test_links_and_addresses_are_no_words_of_a_language() -> None:
    prose = "the offer is for you and we will be in touch with all of the people that have asked us"
    link = "https://example.org/der/die/das/und/nicht/von "
    assert language.language(f"{prose} {link * 9}und@von.example nicht@das.example") == "en"


# --- headers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "usual",
    [
        "a@example.org",
        "<a@example.org>",
        "Anna Field <a@example.org>",
        "Anna  Field<a.b+c_d-e@mail.example.org>",
        '"Field, Anna" <a@example.org>',
        '"Field (Leeds); Anna"<a@example.org>',
        "Zoë Ångström <zoe@example.org>",
        "A@Example.org <a@example.org>",
        '"a@example.org" <A@example.org>',
        "O'Neil <o@example.org>",
        "'Anna' <a@example.org>",
        "\"'Anna'\" <a@example.org>",
        "Dr. A. Field [HR] <a@example.org>",
        "=?utf-8?q?Zo=C3=AB?= <zoe@example.org>",
        "Anna\u00a0Field <a@example.org>",
        "Anna\tField <a@example.org>",
    ],
)
def test_the_usual_mailbox_is_read_as_in_a_list(usual: str) -> None:
    assert addresses(usual) == addresses(f"{usual},") != ()


@given(st.text(alphabet="Aa é.'\"<>@,\\", max_size=30), st.sampled_from(["", " ", "<", ">"]))
@MANY
def test_any_mailbox_is_read_as_in_a_list(name: str, end: str) -> None:
    text = f"{name}<a@example.org>{end}"
    assert addresses(text) == addresses(f"{text},")


@pytest.mark.parametrize(
    "usual",
    [
        "Mon, 4 May 2026 10:00:00 +0200",
        "4 May 2026 10:00:00 -0930",
        "Wed, 31 Dec 2025 23:59:60 +0000 (UTC)",
        "Thu, 29 Feb 2024 00:00:00 -0000",
        "Thu, 30 Feb 2024 00:00:00 +0000",
        "Mon, 4 May 2026 25:00:00 +0000",
        "Mon, 4 May 2026 10:00:00 +9900",
        "Mon, 4 Xyz 2026 10:00:00 +0000",
        "Mon, 4 May 1066 10:00:00 +0000",
    ],
)
def test_the_usual_date_is_read_as_any_other(usual: str) -> None:
    assert date(usual) == date(usual.replace(" ", "  "))


def test_a_usual_date_is_the_instant_in_utc() -> None:
    found = date("Mon, 4 May 2026 10:00:00 -0930")
    assert found is not None
    assert found.isoformat() == "2026-05-04T19:30:00+00:00"


@given(st.integers(-23, 23), st.integers(0, 59))
@MANY
def test_a_zone_is_as_far_away_as_it_says(hours: int, minutes: int) -> None:
    found = date(f"Mon, 4 May 2026 10:00:00 {hours:+03d}{minutes:02d}")
    away = timedelta(hours=hours, minutes=-minutes if hours < 0 else minutes)
    assert found == datetime(2026, 5, 4, 10, tzinfo=UTC) - away


# --- history and signature ------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("Hello, Anna", True),
        ("It's on Monday", True),
        ("On, 4 May Anna wrote", False),
        ("Mon, 4 May", False),
        ("Sent-from my phone", False),
        ("I'm away", True),
        ("don't", False),
        ("", True),
        (" \t\u3000", True),
        (quotes.HISTORY, False),
        ("> quoted", False),
        ("- a point", False),
    ],
)
def test_a_line_is_passed_over_by_the_letters_of_its_first_word(line: str, plain: bool) -> None:
    assert quotes._is_plain(line) == plain


LINES = st.sampled_from(
    (
        "Hello Anna,|See you on Monday|On 4 May 2026 Anna wrote:|> When?|>> Where?||  |[quoted text"
        " hidden]|-----Original Message-----|From: a@example.org|Sent: Monday|To: b@example.org"
        "|Subject: Role|Sent from my iPhone|Somebody knows|Am 4.5.2026 schrieb Anna:|On|on, 4"
        "|Anna wrote:|____|---- Agenda ----|* one|2026-05-04 10:00 Anna <a@example.org>:|\0|İPHONE'"
        "UMDAN gönderildi|Das ist gut|wrote:|Hello, Anna|Am, 4|It's Anna"
        "|写道|Begin forwarded message:|And 10:00"
    ).split("|")
)


@given(st.lists(LINES, max_size=14))
@MANY
def test_no_line_that_is_passed_over_would_have_been_history(lines: list[str]) -> None:
    def step_by_step(divider: quotes._Divider) -> tuple[list[str], list[str], bool]:
        index = 0
        while index < len(divider.lines):
            if divider.lines[index].strip():
                index = divider._step(index)
            else:
                divider.newest.append(divider.lines[index])
                index += 1
        return divider.newest, divider.history, divider.forward

    assert quotes._Divider(lines).run() == step_by_step(quotes._Divider(lines))


@given(st.from_regex(phrases.CLOSING, fullmatch=True))
@MANY
def test_the_first_letters_of_closings_are_known(line: str) -> None:
    found = phrases.CLOSING.fullmatch(line.strip())
    start = signature._FIRST_LETTERS.match(line.strip())
    if found and not found["rest"][:1].isalnum():
        assert start is not None
        assert start[1].lower() in phrases.CLOSING_STARTS


@pytest.mark.parametrize(
    "line",
    "Kind regards,|*Best*|, regards|KR|Thx and regards? no|t.|Viele Grüße|Lieben Gruß|À bientôt? no"
    "|A presto|Très cordialement|Com os melhores cumprimentos|De bedste hilsner|S pozdravem"
    "|Z poważaniem|С уважением|З повагою|Спасибо|Với trân trọng|Trân trọng|Cu stimă|Díky"
    "|Teşekkürler|Med vänlig hälsning|Ystävällisin terveisin|Üdvözlettel|Obrigada".split("|"),
)
def test_closings_in_many_languages_pass_the_first_look(line: str) -> None:
    closes = signature._closing([line, "Anna"], 0, 2) is not None
    assert closes is not line.endswith("? no")
