"""HTML letters to plain text, with quoted history recognised by its structure.

Decides which elements are history (``blockquote``, Gmail's, Outlook's, Yahoo's, Apple's
and Thunderbird's containers), which are invisible (preheaders, scripts), and where lines
break.  History is rendered as ``>`` lines and then divided like any plain text
(``quotes``), so that answers between quotes are kept.  Refuses to load, run or follow
anything.  selectolax (lexbor) parses as browsers do.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mailsense.mail import markup, quotes
from mailsense.mail.charset import clean
from mailsense.mail.text import tidy

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_CHARS = 250_000
MAX_NODES = 60_000

_DROPPED = frozenset(
    "script style head title noscript template svg math object embed iframe select option textarea"
    " meta link base audio video canvas map frameset img input -comment !doctype".split()
)
_BLOCK = frozenset(
    "address article aside body center dd div dl dt fieldset figcaption figure footer form h1 h2"
    " h3 h4 h5 h6 header hr html legend li main nav ol p pre section table tbody tfoot thead tr ul"
    " blockquote".split()
)
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 ul ol blockquote pre".split())
_INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?<!-)opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_STRIPPED = sorted(tag for tag in _DROPPED if tag[0].isalpha())
_HIDING = {
    "hidden": "[hidden]",
    **{w: f'[style*="{w}" i]' for w in ("display", "visibility", "opacity", "max-height")},
}
"""Finds every element whose style ``_INVISIBLE`` may match, in the parser's own speed: by each
word that stands in the source."""
_NO_MARGIN = re.compile(r"margin(?:-bottom)?\s*:\s*0", re.IGNORECASE)
_FILLERS = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u2007\u180e"
_BLANKS = " \t\n\f\xa0"
_SPACES = re.compile(rf"[{_BLANKS}]{{2,}}|[\t\n\f\xa0]")

# From here on everything is history.  OWA puts "x_" before ids and classes it passes on.
_CUT_ID = re.compile(
    r"(?:x_)*(?:divrplyfwdmsg|appendonsend|stopspelling)$"
    r"|(?:x_)*(?:mail-editor-reference-message|ms-outlook-mobile-reference)",
    re.IGNORECASE,
)
_CUT_CLASS = re.compile(r"(?:^|\s)(?:x_)*(?:outlookmessageheader|ms-outlook-mobile-ref)", re.I)
_CUT_STYLE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+(?:#?(?:b5c4df|e1e1e1)|windowtext)\s+1\.0pt"
    r"|border-top-color:\s*(?:rgb\(229,\s*229,\s*229\)|#e5e5e5)",
    re.IGNORECASE,
)
# The element is history; what follows it need not be.
_QUOTE_ID = re.compile(r"(?:x_)*(?:olk_src_body_section|isforwardcontent|isreplycontent)$", re.I)
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:x_|ecx)*(?:yahoo_quoted|zmail_extra|protonmail_quote|moz-cite-prefix"
    r"|tutanota_quote|quoted-?text)(?:\s|$)",
    re.IGNORECASE,
)
_CITE_CLASS = re.compile(r"quote|cite", re.IGNORECASE)
_CITE_STYLE = re.compile(r"border-left(?!\s*:\s*(?:none|0))", re.IGNORECASE)
_FORWARD = re.compile(r"\s*-{5,}")
_MARKERS = (
    b"<blockquote gmail_quote divrplyfwdmsg appendonsend outlookmessageheader yahoo_quoted"
    b" moz-cite-prefix olk_src_body protonmail_quote outlook-mobile-ref".split()
)
_TOP_BORDER = re.compile(rb"border-top:\s*solid")

_LEAVE_BLOCK, _LEAVE_QUOTE, _LEAVE_PRE, _LEAVE_SPACED = 1, 2, 4, 8


def has_history(html: str) -> bool:
    """True when the structure may mark a quoted letter: then it is worth the rendering."""
    low = _low(html[:MAX_CHARS])  # and plain searches: a tenth of one regex's time
    return any(marker in low for marker in _MARKERS) or bool(_TOP_BORDER.search(low))


def _low(html: str) -> bytes:
    """Return the source in lower case, as far as it is ASCII: what markup is written in.

    Bytes, because text that holds a single other letter is lowered sign by sign.
    """
    return html.encode("utf-8", "replace").lower()


def to_text(html: str) -> tuple[str, str]:
    """Given an HTML letter, return (newest text, quoted text). Linear; never raises."""
    newest, history = quotes.divide(render(clean(html[:MAX_CHARS])))
    return tidy(newest), tidy(history)


def crude(html: str) -> str | None:
    """Given a cleaned HTML letter, return all its visible text in one row, None when it is hostile.

    What ``render`` shows word by word stands in it, letter by letter: the same elements are
    left out, only breaks and history are not looked for.  It takes a third of the time.
    """
    html = html[:MAX_CHARS]
    if markup.is_hostile(html):
        return None
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    tree.strip_tags(_STRIPPED)
    root = tree.root
    if root is None:
        return ""
    low = _low(html)
    # A letter written by its number ("&#112;") stands in the source as that number alone.
    by_number = b"&#" in low
    hiding = [how for word, how in _HIDING.items() if by_number or word.encode() in low]
    found = root.css(",".join(hiding)) if hiding else []
    for node in reversed(found):  # those inside another before it
        attributes = node.attributes
        if "hidden" in attributes or _look(attributes.get("style") or "").invisible:
            if node.mem_id == root.mem_id:
                return ""
            node.decompose()
    return _without_fillers(root.text_lexbor())


def render(html: str) -> str:
    """Given a cleaned HTML letter, return plain text; history has ``>`` or a cut mark."""
    html = html[:MAX_CHARS]
    if markup.is_hostile(html):
        return markup.strip_tags(html)
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(html).root
    return _Renderer(root).run() if root is not None else ""


class _Renderer:
    """One walk over the tree without recursion; collects lines."""

    def __init__(self, root: LexborNode) -> None:
        self.root = root
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.preformatted = 0
        self.blank_due = False
        quotes_ = root.css("blockquote")
        self.last_quote = _outermost(quotes_[-1]).mem_id if quotes_ else None

    def run(self) -> str:
        """Walk in document order, entering and leaving each element."""
        node: LexborNode = self.root
        open_elements: list[tuple[LexborNode, int]] = []
        for _ in range(MAX_NODES):
            undo = self._enter(node)
            child = node.child if undo >= 0 else None
            if child is not None:
                open_elements.append((node, undo))
                node = child
                continue
            if undo > 0:
                self._leave(undo)
            following = node.next
            while following is None and open_elements:
                node, undo = open_elements.pop()
                self._leave(undo)
                following = node.next
            if following is None:
                break
            node = following
        self._end_line()
        return _without_fillers("\n".join(self.lines))

    def _enter(self, node: LexborNode) -> int:
        """Take up one node; return what to undo when leaving it, -1 not to look inside."""
        tag = node.tag
        if tag == "-text":
            self._write(node.text_content or "")
            return -1
        if tag == "br":
            self._end_line(always=True)
            return -1
        if tag in _DROPPED or tag is None:
            return -1
        attributes = node.attributes
        style = attributes.get("style") or "" if attributes else ""
        if attributes and ("hidden" in attributes or (style and _look(style).invisible)):
            return -1
        undo = 0
        if tag in _BLOCK:
            undo = self._enter_block(tag, attributes, style)
        elif tag in ("td", "th") and self.line:
            self.line.append(" ")
        if attributes:
            undo |= self._enter_history(node, tag, attributes, style)
        elif tag == "blockquote" and self._is_history(node, style):
            undo |= self._quote()
        return undo

    def _enter_block(self, tag: str, attributes: dict[str, str | None], style: str) -> int:
        self._end_line()
        undo = _LEAVE_BLOCK
        if tag == "li":
            self.line.append("- ")
        elif tag == "pre":
            self.preformatted += 1
            undo |= _LEAVE_PRE
        if tag in _SPACED:
            word = "mso" in (attributes.get("class") or "").lower()
            if not word and not (style and _look(style).no_margin):
                self.blank_due = True
                undo |= _LEAVE_SPACED
        return undo

    def _enter_history(
        self, node: LexborNode, tag: str, attributes: dict[str, str | None], style: str
    ) -> int:
        name = attributes.get("id") or ""
        class_ = attributes.get("class") or ""
        cut = (
            (name and _CUT_ID.match(name))
            or (class_ and _CUT_CLASS.search(class_))
            or (style and _look(style).cut)
        )
        if cut and not self.depth:
            self._end_line()
            self.lines.append(quotes.HISTORY)
            return 0
        if tag == "blockquote":
            cited = attributes.get("type") == "cite" or "cite" in attributes
            cited = cited or bool(_CITE_CLASS.search(class_) or _CITE_STYLE.search(style))
            return self._quote() if cited or self._is_history(node, style) else 0
        if (name and _QUOTE_ID.match(name)) or (class_ and _QUOTE_CLASS.search(class_)):
            return self._quote()
        if "gmail_" in class_:
            classes = class_.split()
            attribution = any("gmail_attr" in item for item in classes)
            quote = any(item.endswith("gmail_quote") for item in classes)
            if attribution or (quote and node.css_first("blockquote") is None):
                return 0 if _FORWARD.match(_first_words(node)) else self._quote()
        return 0

    def _is_history(self, node: LexborNode, style: str) -> bool:
        """True for an unmarked blockquote under an attribution, or the last one under a text."""
        if self.depth:
            return True
        begun = _SPACES.sub(" ", "".join(self.line))
        tail = [line for line in (*self.lines[-6:], begun) if line.strip()]
        if any(quotes.attribution([*tail, ">"], index) == len(tail) for index in range(len(tail))):
            return True
        return not style and node.mem_id == self.last_quote and any(map(str.strip, self.lines))

    def _quote(self) -> int:
        self._end_line()
        self.depth += 1
        return _LEAVE_QUOTE | _LEAVE_BLOCK

    def _leave(self, undo: int) -> None:
        if not undo:
            return
        self._end_line()
        if undo & _LEAVE_QUOTE:
            self.depth -= 1
        if undo & _LEAVE_PRE:
            self.preformatted -= 1
        if undo & _LEAVE_SPACED:
            self.blank_due = True

    def _write(self, text: str) -> None:
        if self.preformatted:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self._end_line(always=True)
                self.line.append(line)
            return
        if self.line or text.strip(_BLANKS):
            self.line.append(text)

    def _end_line(self, *, always: bool = False) -> None:
        if not self.line and not always:
            return
        text = "".join(self.line)
        self.line.clear()
        if not self.preformatted:
            if "  " in text or not text.isprintable():  # of blanks, only " " counts as printable
                text = _SPACES.sub(" ", text)
            text = text.strip()
        if not always and (not text or text.isspace()):
            return
        prefix = ">" * self.depth
        if self.blank_due and self.lines and text:
            self.lines.append(prefix)
        self.blank_due = False
        self.lines.append(f"{prefix} {text}" if prefix else text)


class _Look(NamedTuple):
    """What a style says of its element."""

    invisible: bool
    no_margin: bool
    cut: bool


def _look(style: str) -> _Look:
    return _remembered_look(style) if len(style) < 500 else _look_at(style)


def _look_at(style: str) -> _Look:
    return _Look(
        bool(_INVISIBLE.search(style)),
        bool(_NO_MARGIN.search(style)),
        bool(_CUT_STYLE.search(style)),
    )


_remembered_look = lru_cache(maxsize=256)(_look_at)
"""A page writes the same few styles again and again."""


def _without_fillers(text: str) -> str:
    if not text.isascii():
        for filler in _FILLERS:
            text = text.replace(filler, "")
    return text


def _outermost(quote: LexborNode) -> LexborNode:
    """Return the outermost blockquote that holds this one, itself when none does."""
    parent = quote.parent
    while parent is not None:
        if parent.tag == "blockquote":
            quote = parent
        parent = parent.parent
    return quote


def _first_words(node: LexborNode) -> str:
    """Return the first text inside an element, near its beginning."""
    inner = node.child
    for _ in range(20):
        if inner is None:
            break
        if inner.tag != "-text":
            inner = inner.child or inner.next
            continue
        text = (inner.text_content or "").strip()
        if text:
            return text
        inner = inner.next
    return ""
