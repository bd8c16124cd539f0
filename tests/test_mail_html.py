"""HTML letters as text: what a reader sees, and where older letters begin."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail import markup
from mailsense.mail.html import has_history, render, to_text
from mailsense.mail.parse import parse

ATTRIBUTION = "On Mon, 4 May 2026 at 10:00, Anna &lt;anna@northwind.example&gt; wrote:"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("a<br>b<br/><br>c", "a\nb\n\nc"),
        ("a\n  b\n", "a b"),
        ("<b>bo</b>ld <i>words</i>", "bold words"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"),
        ("<p style='margin:0'>a</p><p style='margin:0'>b</p>", "a\nb"),
        ("<h1>Head</h1>text", "Head\n\ntext"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        # tables and lists
        ("<table><tr><td>Mon</td><td>10:00</td></tr><tr><td>Tue</td><td>11:00</td></tr></table>",
         "Mon 10:00\nTue 11:00"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<ol><li>one<li>two</ol>", "- one\n- two"),
        # entities and odd characters
        ("a&amp;b &lt;c&gt;&nbsp;&eacute; &#8211; &#x2013;", "a&b <c> é – –"),
        ("&copy &bogus;", "© &bogus;"),
        ("un&shy;break&#8203;able", "unbreakable"),
        ("a\0b\u2028c", "ab c"),
        # links keep their words, pictures have none
        ("<a href='https://x.example/y'>Click here</a> now", "Click here now"),
        ("<img alt=Logo src=x>text", "text"),
        ("<button>Apply</button>", "Apply"),
        # never shown
        ("<script>bad()</script><style>p{}</style><p>ok</p><!-- c --><noscript>n</noscript>", "ok"),
        ("<html><head><title>T</title><meta charset=x></head><body>ok</body></html>", "ok"),
        # broken
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("</div></p>text<", "text<"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_reads_as_a_reader_sees_it(html: str, text: str) -> None:
    assert to_text(html) == (text, "")


@pytest.mark.parametrize(
    ("style", "seen"),
    [
        ("display:none", False),
        ("DISPLAY : NONE !important", False),
        ("color:red;visibility:hidden", False),
        ("opacity:0", False),
        ("opacity:0.0;", False),
        ("max-height:0px;overflow:hidden", False),
        ("max-height:0", False),
        ("display:block", True),
        ("opacity:0.9", True),
        ("fill-opacity:0", True),
        ("max-height:0.5em", True),
        ("max-height:100px", True),
    ],
)
def test_a_hidden_preheader_is_not_read(style: str, seen: bool) -> None:
    assert ("Look inside" in render(f"<div style='{style}'>Look inside</div><p>Hello")) is seen
    assert "Look inside" not in render("<div hidden>Look inside</div><p>Hello")


HISTORIES = {
    "Gmail": f"<div class=gmail_quote><div class=gmail_attr>{ATTRIBUTION}</div>"
    "<blockquote class=gmail_quote>Old words.</blockquote></div>",
    "Gmail without blockquote": f"<div class='gmail_quote'>{ATTRIBUTION}<br>Old words.</div>",
    "Gmail seen by Outlook": f"<div class=x_gmail_quote><div class=x_gmail_attr>{ATTRIBUTION}</div>"
    "<blockquote class=x_gmail_quote>Old words.</blockquote></div>",
    "Apple Mail": f"<div><blockquote type=cite><div>{ATTRIBUTION}</div></blockquote>"
    "<blockquote type=cite>Old words.</blockquote></div>",
    "Thunderbird": "<div class=moz-cite-prefix>Anna schrieb am 04.05.26:<br></div>"
    "<blockquote type=cite cite='mid:x'>Old words.</blockquote>",
    "Outlook": "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    "<p class=MsoNormal><b>From:</b> Anna</p></div><p class=MsoNormal>Old words.</p>",
    "Outlook on the web": "<div id=appendonsend></div><hr><div id=divRplyFwdMsg><b>From:</b> Anna"
    "</div><div>Old words.</div>",
    "Outlook on the web, passed on": "<div id=x_divRplyFwdMsg>Anna</div><div>Old words.</div>",
    "Outlook 2000": "<div class=OutlookMessageHeader>From: Anna</div><div>Old words.</div>",
    "Outlook for Mac": "<span id=OLK_SRC_BODY_SECTION><div>From: Anna</div>Old words.</span>",
    "Outlook on a phone": "<div id=ms-outlook-mobile-reference-message>Old words.</div>",
    "Yahoo": "<div class=yahoo_quoted><div>On Monday Anna wrote:</div>Old words.</div>",
    "Proton": "<div class=protonmail_quote>On Monday<blockquote>Old words.</blockquote></div>",
    "pasted headers": "<hr><b>From:</b> anna@northwind.example<br><b>Sent:</b> Monday<br>"
    "<b>To:</b> r@home.example<br><b>Subject:</b> Role<br><br>Old words.",
    "an attribution in words": f"<div>{ATTRIBUTION}</div><div>Old words.</div>",
    "a last blockquote": "<blockquote>Old words.</blockquote>",
}


@pytest.mark.parametrize("client", HISTORIES)
def test_each_clients_history_is_told_by_its_structure(client: str) -> None:
    newest, quoted = to_text(f"<p>Yes, gladly.</p><br>{HISTORIES[client]}")
    assert newest == "Yes, gladly."
    assert "Old words." in quoted


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>A poem:</p><blockquote style='margin-left:2em'>Roses</blockquote><p>Nice.</p>",
         "A poem:\n\nRoses\n\nNice."),
        ("<p>Offer</p><div style='border-top:solid #E1E1E1 3.0pt'>Pay</div>", "Offer\n\nPay"),
        ("<p>Hello</p><div class=gmail_default>Words.</div>", "Hello\n\nWords."),
        ("<p>Hello</p><div class=quotation>Words.</div>", "Hello\n\nWords."),
    ],
)  # fmt: skip
def test_what_only_looks_like_history_is_text(html: str, text: str) -> None:
    assert to_text(html) == (text, "")


def test_answers_between_quotes_are_kept() -> None:
    newest, quoted = to_text(
        "<p>Hello</p><blockquote type=cite>Friday?</blockquote><p>Yes.</p>"
        "<blockquote type=cite>The form?</blockquote><p>Attached.</p>"
    )
    assert newest == "Hello\n\nYes.\n\nAttached."
    assert "Friday?" in quoted
    assert "The form?" in quoted


FORWARD = (
    "<div class=gmail_quote>---------- Forwarded message ---------<br>From: Bo &lt;bo@x.example&gt;"
    "<br>Date: Monday<br>Subject: A role<br>To: a@x.example<br><br>Come and see.</div>"
)


def test_of_a_bare_forward_the_forwarded_letter_is_read() -> None:
    assert to_text(FORWARD)[0] == "Come and see."


def test_of_a_forward_with_a_word_the_word_is_read() -> None:
    newest, quoted = to_text(f"<p>For you?</p>{FORWARD}")
    assert newest == "For you?"
    assert "Come and see." in quoted


def test_an_html_letter_is_divided_like_any_other() -> None:
    raw = (
        "Subject: x\nContent-Type: text/html; charset=utf-8\n\n<p>Yes, gladly.</p><p>Best regards,"
        "<br>Anna Field<br>Talent Partner<br>Tel: +44 20 7946 0000</p>" + HISTORIES["Gmail"]
    )
    message = parse(raw.encode())
    assert message.text == "Yes, gladly.\n\nBest regards,\nAnna Field"
    assert message.signature == "Talent Partner\nTel: +44 20 7946 0000"
    assert message.quoted.endswith("Old words.")


@pytest.mark.parametrize("client", ["Gmail", "Apple Mail", "Thunderbird", "Outlook", "Yahoo"])
def test_history_shows_before_rendering(client: str) -> None:
    assert has_history(HISTORIES[client])


def test_plain_markup_has_no_history() -> None:
    assert not has_history("<p>Hello</p><div style='border:none'>x</div>")


@pytest.mark.parametrize("html", ["<div id=appendonsend></div>", "<blockquote type=cite>", "<hr>"])
def test_a_letter_of_nothing_but_containers_is_empty(html: str) -> None:
    assert to_text(html)[0] == ""
    assert parse(b"Subject: x\nContent-Type: text/html\n\n" + html.encode()).text == ""


# --- hostile markup -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "hostile"),
    [
        ("<div>" * 1_000, True),
        ("<b><i>" * 500, True),
        ("<p " + "a " * 1_000 + ">", True),
        ("<p " + "a='x' " * 1_000, True),
        ("<div></div>" * 1_000, False),
        ("<p>" * 1_000, False),
        ("<br>" * 1_000, False),
        ("<table><tr><td>x</td></tr></table>" * 300, False),
        ("<p class='a' id=b style=\"c\">" * 500, False),
        ("a < b " * 1_000, False),
    ],
)
def test_markup_that_would_keep_a_parser_busy_is_told(html: str, hostile: bool) -> None:
    assert markup.is_hostile(html) is hostile


def test_hostile_markup_is_still_read() -> None:
    text = render("<style>p{}</style><!-- c -->" + "<div>" * 1_000 + "deep &amp; dark<br>end")
    assert [line.strip() for line in text.split("\n") if line.strip()] == ["deep & dark", "end"]


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class=gmail_quote>",
            "</div>",
            "<blockquote>",
            "</blockquote>",
            "<br>",
        ),
        *(
            "<blockquote type=cite>",
            "<pre>",
            "<table><tr><td>",
            "<li>",
            "<svg>",
            "<template>",
            "<!--",
        ),
        *(
            "<div id=appendonsend>",
            "<script>",
            "<p style='display:none'>",
            "&amp;",
            "&#0;",
            "<",
            ">",
        ),
        *(
            "one",
            "two\n",
            " ",
            "\0",
            "é",
            "On 4 May 2026 Anna wrote:",
            "-- ",
            "<a href=x>",
            "\u200b",
        ),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_any_markup_becomes_text_without_marks(html: str) -> None:
    for text in to_text(html):
        text.encode("utf-8")
        assert "\0" not in text


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_word_is_lost_and_none_is_joined(words: list[str]) -> None:
    tags = ("<p>{}</p>", "<div>{}</div>", "<li>{}</li>", "{}<br>", " {} ", "<h2>{}</h2>")
    html = "".join(tags[n % len(tags)].format(word) for n, word in enumerate(words))
    newest, quoted = to_text(html)
    assert newest.replace("- ", " ").split() == words
    assert quoted == ""
