"""Text whose lines are broken softly (RFC 3676), put together again.

Apart from ``body``, because who writes letters needs no more of what reads them.
"""

from __future__ import annotations


def unflow(text: str, delsp: bool = False) -> str:
    """Given format=flowed text (RFC 3676), return it with its soft line breaks joined."""
    out: list[str] = []
    soft = False
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if not (soft and depth == depth_before and content != "-- "):
            out.append("\n" + ">" * depth + (" " if depth else ""))
        soft = content.endswith(" ") and content != "-- "
        out.append(content[:-1] if soft and delsp else content)
        depth_before = depth
    return "".join(out)[1:]
