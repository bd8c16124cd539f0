"""A mailing list's letter that says nothing of work is only skimmed: the verdict stays the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.classify.rules import judge, judge_skimmed, may_speak_of_work
from mailsense.domain import Kind
from mailsense.mail import body, html, mime
from mailsense.mail.parse import parse, parse_tree, skim, tree
from mailsense.pipeline.again import _same
from mailsense.pipeline.parsing import FIRST, parse_all
from mailsense.ports import Fetched

MANY = settings(max_examples=100, deadline=None)
HEAD = "From: Garden News <news@garden.example>\nMessage-ID: <n1@garden.example>\nSubject: May\n"
LIST = f"{HEAD}List-Id: Garden <news.garden.example>\n"


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


# --- what could be said holds what is said --------------------------------------------

PIECES = st.sampled_from(
    "<p>|</p>|<td>|<tr>|<table>|</table>|<b>|</b>|<br>|<div style='display:none'>|</div>|<div>"
    "|<span style='Max-Height : 0px'>|</span>|<span hidden>|<title>|</title>|<style>|</style>"
    "|<script>|</script>|<select><option>|</select>|<textarea>|</textarea>|<svg>|</svg>|<!-- |-->"
    "|<blockquote>|</blockquote>|<pre>|</pre>|<li>|<html hidden>|<body>|<noscript>|<template>"
    "|</template>|<iframe>|<p style='displa&#121;:none'>|<math>|<head>|</head>|<plaintext>"
    "|j|ob|role|\u200b|&shy;|&nbsp;| |\n|trial|shift|c|v|On 4 May 2026 Anna wrote:".split("|")
)


@given(st.lists(PIECES, max_size=30).map("".join))
@MANY
def test_every_word_that_a_page_shows_stands_in_its_crude_text(page: str) -> None:
    said = html.crude(page)
    assert said is not None
    position = 0
    for word in words(html.render(page)):
        position = said.find(word, position)
        assert position >= 0, word


def test_hostile_markup_is_left_to_the_careful_way() -> None:
    assert html.crude("<div>" * 10_000) is None


TREES = [
    "Content-Type: text/plain; format=flowed; delsp=yes\n\nThe int \nerview garden\n\n> old words\n"
    "\n-- \nAnna\n",
    "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nsee the page\n--b\n"
    "Content-Type: text/html\n\n<p>Roses and <b>tu</b>lips in all their many colours, and how to"
    " plant them, today and tomorrow and after</p>\n--b--\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    "Subject: inner\n\nforwarded words\n--b--\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; name=a.txt\n"
    "Content-Disposition: inline; filename=a.txt\n\nwords in a file\n--b--\n",
    "Content-Type: text/enriched\n\nsome <bold>rich</bold> words\n",
    "Content-Type: text/html; charset=iso-8859-1\n"
    "Content-Transfer-Encoding: quoted-printable\n\n<p>caf=E9 au=20lait</p>\n",
    "Content-Type: multipart/mixed\n\n--guessed\nContent-Type: text/plain\n\nlost words\n",
]


@pytest.mark.parametrize("source", TREES)
def test_every_word_of_a_letter_stands_in_what_it_could_say(source: str) -> None:
    root = mime.read(source.encode())
    letter = body.body(root).letter
    said = body.crude(root)
    assert said is not None
    shown = words(f"{letter.text}\n{letter.quoted}\n{letter.signature}")
    assert shown
    assert all(word in said for word in shown)


@pytest.mark.parametrize(
    "source",
    [
        "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n"
        "Content-Type: application/ics\n\nBEGIN:VCALENDAR\n--b--\n",
        "Content-Type: text/plain\n\n" + "words " * 100_000,
    ],
)
def test_appointments_and_endless_texts_are_read_with_care(source: str) -> None:
    assert body.crude(mime.read(source.encode())) is None


# --- the same verdict -----------------------------------------------------------------

SAYINGS = st.sampled_from(
    "Roses are red. |job|JOB|j<b>ob</b>|<td>trial</td><td>shift</td>|free trial |trial&nbsp;shift"
    "|inter\u200bview|<i style='display:none'>x</i>|car<!-- x -->eer|cv|enjoy the|role|resume"
    "|<p>Gute Gartenfreunde, hier ist unser Brief mit vielen neuen Rosen, die Sie jetzt im Mai"
    " pflanzen sollten, wenn das Wetter es zulässt und der Boden warm ist.</p>"
    "|pos\u0131tion|\u0130nternship|applıed|<p>|</p>|<br>|<blockquote>|</blockquote>|On 4 May 2026"
    " at 10:00, Anna wrote:<br>|-- <br>|hir\n|ing|salary|<title>career</title>".split("|")
)


@given(st.lists(SAYINGS, max_size=12).map("".join), st.sampled_from(["plain", "html"]))
@MANY
def test_a_verdict_without_reading_is_the_verdict_after_reading(text: str, kind: str) -> None:
    raw = f"{LIST}Content-Type: text/{kind}; charset=utf-8\n\n{text}\n".encode()
    skimmed = skim(tree(raw), None, len(raw))
    assert skimmed is not None
    verdict = judge_skimmed(*skimmed)
    assert verdict is None or verdict == judge(parse(raw))


def test_a_list_without_a_word_about_work_is_settled_and_comes_without_its_text() -> None:
    raw = f"{LIST}Content-Type: text/html\n\n<p>Roses need water.</p>\n".encode()
    (((message, verdict),)) = parse_all([fetched(raw)], frozenset())
    whole = parse(raw)
    assert not isinstance(message, str | None)
    assert verdict is not None
    assert verdict == judge(whole)
    assert verdict.kind is Kind.OTHER
    assert message.text == ""
    assert (message.key, message.facts, message.from_) == (whole.key, whole.facts, whole.from_)


def fetched(raw: bytes, size: int = 0) -> Fetched:
    return Fetched(1, raw, None, frozenset(), size or len(raw))


GARTEN = (
    "Liebe Gartenfreunde, hier ist unser Brief mit vielen neuen Rosen, die Sie jetzt im Mai "
    "pflanzen sollten, wenn das Wetter es zulässt und der Boden schon warm genug ist."
)


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize(
    "text", [GARTEN, "玫瑰需要很多水和阳光，请您在五月种下它们，并且每天早上给它们浇水。"]
)
def test_a_list_in_another_language_is_read_with_care(text: str, kind: str) -> None:
    raw = f"{LIST}Content-Type: text/{kind}; charset=utf-8\n\n{text}\n".encode()
    skimmed = skim(tree(raw), None, len(raw))
    assert skimmed is not None
    assert judge_skimmed(*skimmed) is None
    assert parse_all([fetched(raw)], frozenset()) == [(parse(raw), None)]
    assert parse(raw).language in ("de", "zh")


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEAD}\nRoses need water.\n",
        f"{LIST}\nA job in the garden.\n",
        f"{LIST.replace('May', 'Your career')}\nRoses need water.\n",
        f"{LIST.replace('news@garden', 'me@garden')}\nRoses need water.\n",
        f"{LIST.replace('garden.example>', 'greenhouse.io>')}\nRoses need water.\n",
        f"{LIST}Auto-Submitted: auto-replied\n\nRoses need water.\n",
        f"{LIST}Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n",
        f"{LIST}Content-Type: multipart/report; boundary=b\nReturn-Path: <>\n\n--b\n\nRoses",
    ],
    ids=["person", "work", "subject", "own", "ats", "answer", "appointment", "bounce"],
)
def test_all_other_mail_is_read_with_care(raw: str) -> None:
    results = parse_all([fetched(raw.encode())], {"me@garden.example"})
    assert results == [(parse(raw.encode()), None)]


def test_a_page_is_not_looked_at_when_the_plain_text_beside_it_speaks_of_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def look(page: str) -> str:
        looked.append(page)
        return ""

    monkeypatch.setattr(html, "crude", look)

    def letter(plain: str) -> bytes:
        return (
            f"{LIST}Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\n"
            "Content-Type: text/html\n\n<p>Roses</p>\n--b--\n"
        ).encode()

    for plain, looks in (("A new role for you.", 0), ("Roses need water.", 1)):
        looked.clear()
        raw = letter(plain)
        found = skim(tree(raw), None, len(raw), unless=may_speak_of_work)
        assert (found is not None, len(looked)) == (bool(looks), looks)


@pytest.mark.parametrize("text", ["Roses", "A JOB", "pos\u0131t\u0131on", "re\u017fume", "tr ial"])
def test_a_look_at_the_letters_spares_no_verdict(text: str) -> None:
    assert may_speak_of_work(text) == (text not in ("Roses", "tr ial"))


def test_a_letter_among_those_sent_is_read_with_care() -> None:
    raw = f"{LIST}\nRoses need water.\n".encode()
    assert parse_all([fetched(raw)], None) == [(parse(raw), None)]


# --- one letter, wherever it was cut off ----------------------------------------------


def test_what_was_cut_off_before_it_says_much_is_not_skimmed() -> None:
    raw = f"{LIST}\nRoses need water.\n".encode()
    assert skim(tree(raw), None, 90_000, cut=True) is None


def test_a_skimmed_letter_is_the_same_wherever_it_was_cut_off() -> None:
    long = f"{LIST}\n{'Roses need water, and sun. ' * 2_000}".encode()
    prints = set()
    for raw in (long, b"Received: by another way\n" * 40 + long):
        ((message, verdict),) = parse_all([fetched(raw[:FIRST], len(raw))], frozenset())
        assert verdict is not None
        prints.add(getattr(message, "fingerprint", None))
        assert _same(fetched(raw), message, by_id=False), "and it is found again"  # type: ignore[arg-type]
    assert len(prints) == 1


def test_a_long_letter_is_the_same_wherever_it_was_cut_off() -> None:
    text = "".join(f"Line {n} of what we did on the long way home.\n" for n in range(400))
    raw = f"{HEAD}\n{text}".encode()
    prints = {parse_tree(tree(raw[:end]), None, len(raw)).fingerprint for end in (9_000, 16_000)}
    assert prints == {parse(raw).fingerprint}
    assert parse(raw.replace(b"Line 3 ", b"Line three ")).fingerprint not in prints
