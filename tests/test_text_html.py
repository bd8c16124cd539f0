"""HTML letters: the words a reader sees, and older letters told by the structure."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.html import has_history, render, to_text
from mailsense.mail.markup import is_hostile, strip_tags

CLIENTS = {
    "gmail": '<div dir="ltr">Hello Anna</div><br><div class="gmail_quote gmail_quote_container">'
    '<div dir="ltr" class="gmail_attr">Lør. 4. mai, Anna sa følgende<br></div>'
    '<blockquote class="gmail_quote" style="border-left:1px solid">Dear Robin</blockquote></div>',
    "gmail before 2018": '<div>Hello Anna</div><div class="gmail_extra"><div class="gmail_quote">'
    "On Mon, 4 May 2026 at 10:00, Anna wrote:<br><blockquote>Dear Robin</blockquote></div></div>",
    "outlook on the web": '<div>Hello Anna</div><div id="appendonsend"></div><hr>'
    '<div id="divRplyFwdMsg"><b>Lähettäjä:</b> Anna</div><div>Dear Robin</div>',
    "outlook passed on": '<div>Hello Anna</div><hr><div id="x_divRplyFwdMsg">Anna</div>'
    "<div>Dear Robin</div>",
    "outlook": '<p class="MsoNormal">Hello Anna</p><div style="border:none;border-top:solid '
    '#E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Od:</b> Anna</p></div>'
    '<p class="MsoNormal">Dear Robin</p>',
    "outlook for mac": '<div>Hello Anna</div><span id="OLK_SRC_BODY_SECTION"><div>Dear Robin'
    "</div></span>",
    "apple mail": "<div>Hello Anna</div><div><br><blockquote type=\"cite\"><div>On 4 May 2026, "
    "at 10:00, Anna wrote:</div><div>Dear Robin</div></blockquote></div>",
    "thunderbird": '<p>Hello Anna</p><div class="moz-cite-prefix">Dne 4. 5., Anna:<br></div>'
    '<blockquote type="cite" cite="mid:1@x.example">Dear Robin</blockquote>',
    "yahoo": '<div>Hello Anna</div><div class="yahoo_quoted"><div>Anna &lt;a@x.example&gt;</div>'
    "<div>Dear Robin</div></div>",
    "proton": '<div>Hello Anna</div><div class="protonmail_quote">On Monday, Anna wrote:<br>'
    '<blockquote class="protonmail_quote">Dear Robin</blockquote></div>',
    "unmarked": "Hello Anna<p>On Mon, 4 May 2026 at 10:00, Anna wrote:</p>"
    "<blockquote>Dear Robin</blockquote>",
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
def test_each_clients_history_is_told_from_the_answer(client: str) -> None:
    newest, history = to_text(CLIENTS[client])
    assert newest == "Hello Anna"
    assert "Dear Robin" in history
    assert has_history(CLIENTS[client])


def test_answers_between_quotes_are_kept() -> None:
    newest, history = to_text(
        "<div>See below.</div><blockquote type=cite>When can you start?</blockquote>"
        "<div>In June.</div><blockquote type=cite>Where?</blockquote><div>In Leeds.</div>"
    )
    assert newest.split() == "See below. In June. In Leeds.".split()
    assert "When can you start?" in history


def test_gmails_answers_inside_its_own_quote_are_kept() -> None:
    newest, _ = to_text(
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, 4 May 2026, Anna wrote:</div>'
        '<blockquote class="gmail_quote">When?</blockquote><div>In June.</div>'
        '<blockquote class="gmail_quote">Where?</blockquote></div>'
    )
    assert newest == "In June."


def test_a_bare_forward_shows_the_letter() -> None:
    newest, history = to_text(
        '<div dir="ltr"><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded '
        "message ---------<br>From: <b>Anna</b> &lt;anna@field.example&gt;<br>Date: Mon, 4 May "
        "2026<br>Subject: Planner<br>To: Sam &lt;sam@me.example&gt;<br></div><br>"
        "<div>We look for a planner.</div></div></div>"
    )
    assert newest == "We look for a planner."
    assert "Subject: Planner" in history


def test_an_indented_paragraph_is_no_history() -> None:
    newest, _ = to_text(
        '<p>The hours:</p><blockquote style="margin:0 0 0 40px;border:none">9 to 5</blockquote>'
        "<p>Anna</p>"
    )
    assert newest.split() == "The hours: 9 to 5 Anna".split()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ('<p class="MsoNormal">One</p><p class="MsoNormal">Two</p>', "One\nTwo"),
        ("Bring<ul><li>a pen</li><li>my <b>I</b>D</li></ul>", "Bring\n\n- a pen\n- my ID"),
        ("<table><tr><td>Date</td><td>4 May</td></tr><tr><td>Time</td><td>10:00</td></tr></table>",
         "Date 4 May\nTime 10:00"),
        ('Read <a href="https://x.example/t?id=1">the offer</a>.', "Read the offer."),
        ("Caf&eacute;&nbsp;&amp; bar\n  next", "Café & bar next"),
        ("<pre>one\n  two</pre>", "one\n  two"),
        ("<style>p{}</style><script>alert(1)</script><title>no</title>Yes<!-- no -->", "Yes"),
        ('<div style="display:none">preheader &zwnj;&nbsp;</div>Yes', "Yes"),
        ('<span style="max-height:0px;overflow:hidden">preheader</span>Yes', "Yes"),
        ("<div hidden>no</div>Yes", "Yes"),
        ('<td style="font-size:0px"><div style="font-size:13px">Yes</div></td>', "Yes"),
        ("Ca\u00adfé\u200b", "Café"),
        ("<p>unclosed <b>bold <i>both", "unclosed bold both"),
        ("plain words", "plain words"),
        ("cut off in a <a href=", "cut off in a"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_reader_sees(html: str, text: str) -> None:
    assert to_text(html)[0] == text


HOSTILE = {
    "deep div": "<div>" * 40_000 + "words",
    "deep quote": "<blockquote>" * 20_000 + "words",
    "attributes": "<div " + " ".join(f"a{n}" for n in range(30_000)) + ">words</div>",
    "values with angle": "<div " + ' a=">"' * 20_000 + ">words</div>",
    "open comments": "<!--" * 50_000 + "words",
    "open tags": "<" * 200_000 + "words",
    "open styles": "<style>" * 30_000 + "words",
    "tables": "<table>" * 30_000 + "words",
    "formatting": "<p><font>" * 20_000 + "words",
    "quote marks": '<a b="' * 40_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_markup_costs_little(name: str) -> None:
    begin = time.process_time()
    render(HOSTILE[name])
    assert time.process_time() - begin < 1


def test_hostile_markup_still_gives_its_words() -> None:
    assert "words" in to_text(HOSTILE["deep div"])[0]
    assert "words" in to_text(HOSTILE["attributes"])[0]


@pytest.mark.parametrize(
    ("html", "verdict"),
    [
        ("<div>" * 401, True),
        ("<div></div>" * 999, False),
        ("<p>" * 9_999, False),
        ("<b " + "x " * 301 + ">", True),
        ('<b x="' + "y " * 999 + '">', False),
    ],
)
def test_what_counts_as_hostile(html: str, verdict: bool) -> None:
    assert is_hostile(html) is verdict


def test_crude_stripping_drops_comments_styles_and_scripts() -> None:
    html = "<style>p{}</style>One<br>Two<!-- <b> -->&amp;<SCRIPT>x</SCRIPT> three<b"
    assert strip_tags(html).split() == ["One", "Two&", "three"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(
    ["<div>", "</div>", "<blockquote>", "</blockquote>", "<p", ">", "<br>", "word", "<!--", "-->",
     '<div class="gmail_quote">', "&#0;", "&lt;", "<td>", "<table>", "<pre>", "\0", "<hr>", "On 4"]
), max_size=30))  # fmt: skip
def test_no_markup_breaks_the_reader(pieces: list[str]) -> None:
    newest, history = to_text("".join(pieces))
    assert "\0" not in newest + history
