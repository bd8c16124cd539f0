"""Address lists as people and programs write them (RFC 5322 §3.4), to mailboxes.

Decides where one mailbox ends and the next begins, in groups, comments, quotes and the
broken forms of the wild; never raises and works in linear time under a cap.  What it
returns holds no line break.  Refuses to know whether anybody reads there: that is ``facts``.
"""

from __future__ import annotations

import re

from mailsense.domain import Address
from mailsense.mail.charset import clean
from mailsense.mail.headers import MAX_FIELD, MAX_TEXT, decode_words, one_line, unquote

MAX_ADDRESSES = 500

# Possessive and capped, so that quotes that never close cost linear time.
_TOKEN = re.compile(
    r'(?P<word>=\?[^?\s]{1,60}\?[bBqQ]\?[^?\s]*\?=)|(?P<quoted>"(?:\\.|[^"\\]){0,400}+")'
    r'|(?P<angle><[^<>]*>?)|(?P<run>[^"(),;:<>=]+|=)|(?P<mark>.)',
    re.DOTALL,
)


# One mailbox as nearly all are written: Anna Field <a@example.org>, "Field, Anna"
# <a@example.org>, a@example.org; nothing escaped, encoded or commented.
_SPEC = r"[a-zA-Z0-9.+_-]{1,100}@[a-zA-Z0-9.-]{1,200}"
_USUAL = re.compile(
    r'(?:"(?P<quoted>[^"\\=\'@]{1,200})" ?|'
    r'(?P<phrase>[^"(),:;<>=@\\\'\s][^"(),:;<>=@\\]{0,200}))?'
    rf"<(?P<email>{_SPEC})>|(?P<bare>{_SPEC})"
)
_PLAIN = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


def addresses(text: str) -> tuple[Address, ...]:
    """Given an address list (RFC 5322 §3.4, groups and all), return its mailboxes.

    Examples: ``Anna <a@example.org>, "Doe, J." <j@example.org>`` is two; ``Team:
    a@example.org, b@example.org;`` is two; ``undisclosed-recipients:;`` is none.
    """
    text = text[:MAX_FIELD]
    usual = _USUAL.fullmatch(text)
    if usual and text.isprintable():
        email = usual["email"] or usual["bare"]
        name = one_line(usual["quoted"] or usual["phrase"] or "")
        return (Address("" if name.lower() == email.lower() else name, email),)
    found: list[Address] = []
    entry = _Entry()
    position = 0
    while position < len(text) and len(found) < MAX_ADDRESSES:
        if text[position] == "(":
            end = _comment_end(text, position)
            entry.comment = entry.comment or text[position + 1 : end - 1]
            position = end
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        if match.lastgroup != "mark":
            entry.add(match.lastgroup or "run", match[0])
            continue
        if match[0] in ",;":
            found.extend(entry.mailbox())
            entry = _Entry()
        elif match[0] == ":":
            # a group's name ends here; a colon inside an address ("mailto:") is skipped
            entry = _Entry()
    if len(found) < MAX_ADDRESSES:
        found.extend(entry.mailbox())
    return tuple(found)


def _comment_end(text: str, start: int) -> int:
    depth = 0
    for index in range(start, min(len(text), start + 2_000)):
        char = text[index]
        if char == "(" and text[index - 1] != "\\":
            depth += 1
        elif char == ")" and text[index - 1] != "\\":
            depth -= 1
            if depth == 0:
                return index + 1
    return min(len(text), start + 2_000)


class _Entry:
    """One mailbox while it is being read."""

    __slots__ = ("angle", "comment", "phrase")

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: str | None = None
        self.comment = ""

    def add(self, group: str, token: str) -> None:
        if group == "angle":
            if self.angle is None or "@" not in self.angle:
                if self.angle:
                    self.phrase.append(self.angle)
                self.angle = token.strip("<>")
        elif self.angle is None:
            self.phrase.append(token)

    def mailbox(self) -> tuple[Address, ...]:
        if self.angle is None:
            words, email = self._bare()
        else:
            words, email = "".join(map(unquote, self.phrase)), self.angle
        email = clean_email(email)
        name = display_name(words) or display_name(self.comment)
        if not email:
            return ()
        return (Address("" if name.lower() == email.lower() else name, email),)

    def _bare(self) -> tuple[str, str]:
        text = "".join(self.phrase)
        if "@" not in text:
            only = text.strip()
            return ("", only) if only and " " not in only and not self.comment else ("", "")
        if '"' in text and text.lstrip().startswith('"'):  # "john doe"@example.org
            return "", text.strip()
        words = text.split()
        at = next((i for i, word in enumerate(words) if "@" in word), None)
        if at is None:
            return "", ""
        if words[at] == "@":  # john @ example.org
            return "", "".join(words[max(0, at - 1) : at + 2])
        return " ".join(words[:at]), words[at]


def display_name(text: str) -> str:
    """Given a phrase as written, return the name a reader sees."""
    name = one_line(decode_words(text[:MAX_TEXT]))
    while len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name


def clean_email(text: str) -> str:
    """Given what stood between angle brackets, return the addr-spec, "" when there is none."""
    email = text.strip()
    if email.startswith("@") and ":" in email:  # the obsolete source route
        email = email.rpartition(":")[2]
    if email[:7].lower() == "mailto:":
        email = email[7:]
    if email.startswith("=?") and email.endswith("?="):
        # Not allowed here (RFC 2047 §5), but written: taken when it hides one plain address.
        decoded = decode_words(email).strip()
        email = decoded if _PLAIN.fullmatch(decoded) else email
    email = one_line(email) if email.startswith('"') else "".join(clean(email).split())
    return email.strip("<>")[:320]
