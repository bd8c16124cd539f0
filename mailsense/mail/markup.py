"""Hostile markup, told before a parser meets it.

Decides whether an HTML text would keep a standards-following parser busy for ever, and
strips such a text crudely instead.  Measured on lexbor: 100,000 nested ``div`` take 41 s,
50,000 attributes on one element 11 s; both are quadratic, and no letter looks like that.
"""

from __future__ import annotations

import re
from html import unescape

MAX_DEPTH = 400
_MAX_ATTRIBUTES = 300

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_SELF_CLOSING = frozenset(
    "p li td th tr dd dt option br img hr input meta link area base col wbr tbody thead tfoot"
    " html body head !doctype".split()
)
# One attribute as the HTML standard reads it; atomic, so that failing costs linear time.
_ATTRIBUTE = r"(?>[\s/]*+=?+[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?+)"
_CROWD = re.compile(rf"<[a-zA-Z][^\s/>]*+{_ATTRIBUTE}{{{_MAX_ATTRIBUTES}}}")
_LINE = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?blockquote)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>?")


def is_hostile(html: str) -> bool:
    """True for markup that is nested or crowded with attributes beyond reason."""
    if html.count("<") - html.count("</") <= MAX_DEPTH:  # fewer elements than may be nested
        return bool(_CROWD.search(html))
    depth: dict[str, int] = {}
    total = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _SELF_CLOSING:
            continue
        if not match[1]:
            depth[name] = depth.get(name, 0) + 1
            total += 1
            if total > MAX_DEPTH:
                return True
        elif depth.get(name):
            depth[name] -= 1
            total -= 1
    return bool(_CROWD.search(html))


def strip_tags(html: str) -> str:
    """Given markup of any sort, return its text without parsing it: linear, and crude."""
    for opening, closing in (("<!--", "-->"), ("<style", "</style>"), ("<script", "</script>")):
        html = _without(html, opening, closing)
    text = unescape(_ANY_TAG.sub(" ", _LINE.sub("\n<", html)))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))


def _without(html: str, opening: str, closing: str) -> str:
    low = html.lower()
    if len(low) != len(html):  # a letter whose lower case is longer: positions would differ
        low = html
    out: list[str] = []
    position = 0
    while True:
        start = low.find(opening, position)
        if start < 0:
            return "".join((*out, html[position:]))
        out.append(html[position:start])
        end = low.find(closing, start)
        if end < 0:
            return "".join(out)
        position = end + len(closing)
