"""Figures into documents: what a command measured stands between marks, and is never typed."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MARK = re.compile(r"<!-- (begin|end):([a-z]+) -->")
"""A mark of a document.  Is: "<!-- begin:curve -->".  Is not: "<!-- begin -->"."""


def written(document: str, texts: Mapping[str, str]) -> str:
    """Given a document and the text for each mark that is ours, return it with these texts.

    Other marks are other commands'.  Raise ValueError when a mark is missing, there twice or not
    closed.
    """
    marks = _MARK.findall(document)
    names = [name for which, name in marks if which == "begin"]
    if marks != [(which, name) for name in names for which in ("begin", "end")]:
        raise ValueError("a mark in the document is not closed where it should be")
    if len(set(names)) != len(names) or not set(texts) <= set(names):
        raise ValueError(f"the document has the marks {names}, wanted are {list(texts)}, once each")
    for name, text in texts.items():
        begin, end = f"<!-- begin:{name} -->", f"<!-- end:{name} -->"
        before, _, rest = document.partition(begin)
        document = f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
    return document
