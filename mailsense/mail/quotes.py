"""Where the newest part of a plain text ends and history begins.

Decides line by line, in linear time: quoted lines (``>``), attribution lines ("On …
wrote:") in many languages, pasted headers ("From: … Sent: …"), separators.  Answers that
stand between or below quotes belong to the newest part.  A bare forward has the forwarded
letter as its newest part: it is what the sender wants read.  Refuses to know about
signatures (``signature``) and HTML (``html`` renders quotes as ``>`` lines first).
"""

from __future__ import annotations

import re
from functools import lru_cache

from mailsense.mail import phrases

HISTORY = "\0"
"""A line by which ``html`` says that all that follows is history, whatever it looks like."""

MAX_CHARS = 400_000
MAX_LINES = 6_000
_WINDOW = 6
_WINDOW_CHARS = 500

_QUOTED = re.compile(r"[ \t]{0,4}>")
_SHOUTED = re.compile(r"[> \t]*>>")  # with "<<" after it: ">>> apply now <<<" is decoration
_RULE = re.compile(r"[\s_=*~#+–—-]{3,}")
_EMAIL = re.compile(r"[^\s<>()@\"]+@[^\s<>()@\"]+")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d[./-]\d{1,2}[./-]\d|\d[:.h]\d\d|\d{1,2} ?[ap]\.?m\b|\d日")
_VERB = re.compile(
    r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, phrases.WROTE)) + r")(?![^\W\d_])", re.IGNORECASE
)
_ENDS_WITH_VERB = re.compile(
    r"(?<![^\W\d_])(?:"
    + "|".join(map(re.escape, (*phrases.WROTE, "sent")))
    + r")\s*[:：]?[\s-]*(?:\[?mailto:\S*\]?)?$",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r"[\s*_-]*+(?:(?:" + "|".join(map(re.escape, phrases.INTRO)) + r")(?![^\W\d_])|[\"“]?\d)", re.I
)
_WEEKDAY = re.compile(rf"[\s*_-]*+{phrases.WEEKDAY_OR_MONTH}", re.I)
_FIRST_WORD = re.compile(r"[\s*_-]*+([\"“]?\d|[^\W\d_]{0,40})")
_DIGIT = re.compile(r"\d")
_SHORT_WORD = re.compile(r"[\s*_-]*[^\W\d]{1,3}\b\s+\D")  # "to the", which begins no date
_SAME_LINE = re.compile(
    r"(?:^|[\s-]+)On (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? |\d|(?:Jan|Feb|Mar|Apr|May|Jun"
    r"|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} \d)[^\n]{3,200}\bwrote:\s*$"
)
_KEY = re.compile(r"[\s>*|]*([^\W\d_][^:：*]{0,24}?)\s*\*{0,2}\s*[:：]\s*\*{0,2}\s*(.*)")
_SEPARATOR = re.compile(r"[\s>]*[-_=*—–+]{2,}\s*(\S.{0,120}?)\s*:?[-_=*—–+]{2,}[\s:]*$")
_FORWARDED_BY = re.compile(r"(?:forwarded|weitergeleitet|transféré) (?:by|von|par) ", re.IGNORECASE)
_HIDDEN = (
    "[quoted text hidden]",
    "[zitierter text ausgeblendet]",
    "[texte des messages précédents masqué]",
)


def divide(text: str) -> tuple[str, str]:
    """Given the plain text of a letter, return (newest part, history).

    Nothing but blank lines and attribution marks is lost: each line is in one of the two.
    """
    lines = text[:MAX_CHARS].split("\n")[:MAX_LINES]
    newest, history, forward = _Divider(lines).run()
    if not any(map(_says, newest)) and any(map(_says, history)):
        newest, history = _unwrap(history, forward)
    return _join(newest), _join(history)


def _says(line: str) -> bool:
    return bool(line.strip()) and line != HISTORY


def _join(lines: list[str]) -> str:
    """Join without trailing blanks, but for the one that makes "-- " a delimiter (RFC 3676)."""
    kept = [line if line == "-- " else line.rstrip() for line in lines if line != HISTORY]
    return "\n".join(kept).strip("\n")


class _Divider:
    """One walk over the lines; each lands in ``newest`` or ``history``."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.newest: list[str] = []
        self.history: list[str] = []
        self.forward = False

    def run(self) -> tuple[list[str], list[str], bool]:
        done = 0
        for index in [i for i, line in enumerate(self.lines) if not _is_plain(line)]:
            if index >= done:
                self.newest += self.lines[done:index]
                done = self._step(index)
        self.newest += self.lines[done:]
        return self.newest, self.history, self.forward

    def _step(self, index: int) -> int:
        line = self.lines[index]
        stripped = line.strip()
        if line == HISTORY or (stripped[0] == "[" and stripped.lower() in _HIDDEN):
            return self._rest(index)
        if self._is_quoted(index):
            return self._quote(index)
        same_line = _SAME_LINE.search(line) if stripped.endswith("wrote:") else None
        if same_line and same_line.start() and _next_quoted(self.lines, index + 1):
            self.newest.append(line[: same_line.start()])
            self.history.append(line[same_line.start() :].strip(" -"))
            return index + 1
        end = attribution(self.lines, index)
        if end:
            return self._attributed(index, end)
        kind = separator(line)
        if kind:
            self.forward = self.forward or kind == "forward"
            return self._attributed(index, header_block(self.lines, index + 1) or index + 1)
        end = header_block(self.lines, index)
        if end:
            self.forward = self.forward or not any(item.strip() for item in self.newest)
            self._absorb_rule()
            return self._attributed(index, end)
        if len(line) < 120 and phrases.MOBILE.match(stripped) and any(self.newest):
            self.newest.append(line)
            return self._rest(index + 1)
        self.newest.append(line)
        return index + 1

    def _rest(self, index: int) -> int:
        self.history.extend(self.lines[index:])
        return len(self.lines)

    def _attributed(self, index: int, end: int) -> int:
        """History was announced: only its ``>`` lines if it has such, else all the rest."""
        if not _next_quoted(self.lines, end):
            return self._rest(index)
        self._absorb_rule()
        self.history.extend(self.lines[index:end])
        return end

    def _is_quoted(self, index: int) -> bool:
        line = self.lines[index]
        if ">" not in line or not _QUOTED.match(line) or ("<<" in line and _SHOUTED.match(line)):
            return False
        if line.startswith(">From "):  # mbox quoting of a line that begins with "From "
            around = self.lines[max(0, index - 1) : index + 2]
            return any(_QUOTED.match(item) and item is not line for item in around)
        return True

    def _quote(self, index: int) -> int:
        """Take a run of quoted lines, with the tail of a quoted line that was wrapped."""
        while index < len(self.lines):
            line = self.lines[index]
            if not (self._is_quoted(index) or self._is_wrapped_tail(index)):
                break
            self.history.append(line)
            index += 1
        return index

    def _is_wrapped_tail(self, index: int) -> bool:
        before, line = self.lines[index - 1], self.lines[index].strip()
        after = self.lines[index + 1] if index + 1 < len(self.lines) else ""
        if not line or not _QUOTED.match(after) or not _QUOTED.match(before):
            return False
        unclosed = before.count("(") > before.count(")") and ")" in line
        return unclosed or line.startswith(("http://", "https://", "(http", "<http"))

    def _absorb_rule(self) -> None:
        """Move the rule above pasted headers ("____") over to the history."""
        while self.newest and (
            not self.newest[-1].strip() or _RULE.fullmatch(self.newest[-1].strip())
        ):
            self.newest.pop()
        self.newest.append("")


def _is_plain(line: str) -> bool:
    """True for a line that no further look can take for a mark of history: most lines.

    It is blank, or it begins with a letter, has no colon, and its first word begins neither an
    attribution nor what a phone adds.
    """
    if not line or line.isspace():
        return True
    if ":" in line or "：" in line:
        return False
    word = line.partition(" ")[0]
    # A word such as "Hello," tells by its letters; of a short one the next would count as well.
    if (word.isalpha() or word[:3].isalpha()) and len(word) <= 40 and not _is_telling(word):
        return True
    stripped = line.strip()
    phone = stripped[:3].lower()[:3] in phrases.MOBILE_STARTS
    return stripped[0].isalpha() and not (phone or _begins_date(line))


def attribution(lines: list[str], index: int) -> int:
    """Given lines, return the index after the attribution that begins at ``index``, else 0.

    Examples: ``On 4 May 2026 at 10:00, Anna wrote:``, ``Am 04.05.2026 um 10:00 schrieb
    Anna <a@example.org>:``, ``2026-05-04 10:00 GMT+02:00 Anna <a@example.org>:``; not
    ``On 4 May we will send you:``.
    """
    first = lines[index]
    if not _begins_date(first):
        return index + 1 if _undated(lines, index) else 0
    window = ""
    for offset, line in enumerate(lines[index : index + _WINDOW]):
        stripped = line.strip()
        if _QUOTED.match(line) and window.count("<") <= window.count(">"):
            return 0
        if not stripped and window.count("<") == window.count(">") and offset > 1:
            return 0
        window = f"{window} {stripped}".strip()
        if len(window) > _WINDOW_CHARS or (offset and _begins_sentence(stripped)):
            return 0
        end = index + offset + 1
        if _is_attribution(window, lines, end):
            return end
        if stripped.endswith((".", "!", "?")) and not stripped.endswith((" a.m.", " p.m.")):
            return 0
    return index + 1 if _undated(lines, index) else 0


def _begins_date(line: str) -> bool:
    word = _FIRST_WORD.match(line)
    if word is None or not _introduces(word[1].lower()):
        return False
    return bool(_INTRO.match(line) or _WEEKDAY.match(line))


@lru_cache(maxsize=2_000)
def _introduces(word: str) -> bool:
    """True for a first word with which an attribution may begin: the few words are remembered."""
    return word[-1:].isdecimal() or word in _FIRST_WORDS or bool(_WEEKDAY.match(word))


@lru_cache(maxsize=4_000)
def _is_telling(word: str) -> bool:
    """True for a first word with which an attribution, or what a phone adds, may begin."""
    letters = _FIRST_WORD.match(word)
    low = word.lower()
    return low[:3] in phrases.MOBILE_STARTS or bool(letters and _introduces(letters[1].lower()))


_FIRST_WORDS = frozenset(re.split(r"[^\w]", phrase)[0] for phrase in phrases.INTRO)


def _begins_sentence(line: str) -> bool:
    return len(line) > 60 and "@" not in line and not _VERB.search(line)


def _is_attribution(window: str, lines: list[str], end: int) -> bool:
    if not _DIGIT.search(window) or not _DATED.search(window):
        return False
    tail = window.rstrip(" -*_")
    colon = tail.endswith((":", "："))
    email = _EMAIL.search(window)
    ends_with_verb = _ENDS_WITH_VERB.search(window)
    if ends_with_verb:
        return "sent" not in ends_with_verb[0].lower() or bool(email)
    if colon and _VERB.search(window):
        return bool(email) or _next_quoted(lines, end) or len(window) < 120
    begins_with_date = _WEEKDAY.match(window) or not _SHORT_WORD.match(window)
    if colon and email and window.rstrip(" :：").endswith((">", ")", email[0])):
        return bool(begins_with_date) or _next_quoted(lines, end)
    if email and window.endswith(">") and re.match(r"\d{2,4}[/.-]\d", window):
        return _next_quoted(lines, end)
    return False


def _next_quoted(lines: list[str], index: int) -> bool:
    for line in lines[index : index + 4]:
        if line.strip():
            return bool(_QUOTED.match(line))
    return False


def _undated(lines: list[str], index: int) -> bool:
    """True for "Anna wrote:" and "Anna <a@example.org> wrote:" right above quoted lines."""
    line = lines[index].strip()
    if len(line) > 200 or not line.endswith((":", "：")) or not _ENDS_WITH_VERB.search(line):
        return False
    return _next_quoted(lines, index + 1) and (bool(_EMAIL.search(line)) or len(line.split()) <= 6)


def separator(line: str) -> str:
    """Given a line, return ``reply`` or ``forward`` when it separates history, else "".

    Examples: ``-----Original Message-----`` (reply), ``Begin forwarded message:``
    (forward), ``---- On Mon, 4 May 2026 Anna wrote ----`` (reply); not ``---- Agenda ----``.
    """
    stripped = line.strip(" \t>*")
    if not stripped or len(stripped) > 200:
        return ""
    if stripped[0] in "-_=—–+" or line.lstrip()[0] == "*":
        match = _SEPARATOR.match(line)
        inner = match[1].lower().strip(" :-") if match else ""
        if inner in phrases.REPLY_SEPARATORS:
            return "reply"
        if inner in phrases.FORWARD_SEPARATORS or _FORWARDED_BY.match(inner):
            return "forward"
        if _FORWARDED_BY.match(stripped.lstrip("-_= ")):
            return "forward"
        return "reply" if inner and _ENDS_WITH_VERB.search(inner) else ""
    if stripped[-1] == ":" and stripped.lower().rstrip(" :") in phrases.FORWARD_SEPARATORS:
        return "forward"
    return ""


def header_block(lines: list[str], index: int) -> int:
    """Given lines, return the index after the pasted headers that begin at ``index``, else 0.

    Two fields are needed, and an address or a subject, so that ``Date: Monday`` and
    ``Time: 10:00`` of an invitation are none, nor are ``From: 10:00`` and ``To: 11:00``.
    """
    if index >= len(lines) or _field(lines[index][:300])[0] in ("", "cc", "other"):
        return 0
    found: dict[str, str] = {}
    strays = 0
    end = index
    for position, line in enumerate(lines[index : index + 24], index):
        if not line.strip():
            if len(found) > 1 or position > index + 1:
                break
            continue
        kind, value = _field(line[:300])
        if kind:
            found[kind] = found.get(kind, "") + value
            strays, end = 0, position + 1
        elif found and strays < 3:
            strays += 1
            last = next(reversed(found))
            found[last] += line[:200]
        else:
            break
    return end if _is_header_block(found) else 0


def _field(line: str) -> tuple[str, str]:
    """Return (which header field it is, its value) of a pasted line, ("", "") for none."""
    return _keyed(line) if ":" in line or "：" in line else ("", "")


@lru_cache(maxsize=128)
def _keyed(line: str) -> tuple[str, str]:
    """Do ``_field``'s work; remembered, because neighbouring lines are looked at repeatedly."""
    match = _KEY.match(line)
    kind = phrases.HEADER_KEYS.get(match[1].lower().strip()) if match else None
    return (kind, match[2]) if match and kind else ("", "")


def _is_header_block(found: dict[str, str]) -> bool:
    kinds = found.keys() & {"from", "date", "to", "subject"}
    addressed = any("@" in found.get(kind, "") for kind in ("from", "to", "cc"))
    if len(kinds) >= 2 and addressed:
        return True
    if {"from", "subject"} <= kinds and len(kinds) >= 3:
        return True
    if kinds == {"from"} and addressed:  # the whole block on one line
        return bool(re.search(r"\b(?:Date|Sent|To|Subject):\s", found["from"]))
    return False


def _unwrap(history: list[str], forward: bool) -> tuple[list[str], list[str]]:
    """Given history under an empty newest part, return what the sender wants read and the rest.

    A forward: the forwarded letter.  Nothing but quoted lines without any attribution (an
    odd mail program): those.  A reply without a word of its own stays empty.
    """
    first = next(i for i, line in enumerate(history) if _says(line))
    quoted = bool(_QUOTED.match(history[first])) or history[0] == HISTORY
    if not quoted and not forward:
        return [], history
    lines = [line for line in history if line != HISTORY]
    top = [line for line in lines if line.strip()][:2]  # a separator may stand above quoted lines
    if any(map(_QUOTED.match, top)):
        lines = [re.sub(r"^[ \t]{0,4}> ?", "", line) for line in lines]
    head = _heading(lines)
    if quoted and not head and attribution(lines, first if first < len(lines) else 0):
        return [], history
    if not forward and head and separator(lines[0]) == "reply":
        return [], history
    inner, older, _ = _Divider(lines[head:]).run()
    return inner, [*lines[:head], *older]


def _heading(lines: list[str]) -> int:
    """Return how many lines separators and pasted headers take at the top."""
    end = 0
    for index, line in enumerate(lines[:40]):
        if index < end or not line.strip() or _RULE.fullmatch(line.strip()):
            continue
        if separator(line):
            end = index + 1
            continue
        block = header_block(lines, index)
        if not block:
            break
        end = block
    return end
