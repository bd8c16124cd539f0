"""Bytes to text, whatever the charset label says.

Decides which codec a label stands for and what to do when it lies; never raises.  Refuses
to know where the bytes came from.  Labels follow the WHATWG Encoding Standard where mail
in the wild does (``us-ascii`` and ``iso-8859-1`` mean windows-1252, ``gb2312`` means
gb18030).  Only text codecs are ever used: ``zlib`` or ``unicode_escape`` as a charset is
an attack or a mistake, and ``punycode`` takes quadratic time.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_MEANS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "ascii-7bit": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "euc-cn": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "tis-620": "cp874",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-7": "utf-7",
    "x-user-defined": "cp1252",
    "ansi": "cp1252",
    "iso-8859-16": "iso8859_16",
}
# Charsets that hide other letters in ASCII bytes. UTF-16 is not among them: pure ASCII
# bytes labelled UTF-16 are mislabelled ASCII.
_STATEFUL = ("iso2022", "iso-2022", "hz", "utf-7", "utf7", "utf_7")
# What no reader should see: controls other than tab and line feed.  The Unicode line and
# paragraph separators, form feed and friends become line feeds.
_CONTROLS: dict[int, int | None] = {
    **{code: None for code in (*range(32), *range(0x7F, 0xA0)) if code not in (9, 10)},
    **dict.fromkeys((0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029), 10),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
# The same as bytes of UTF-8: the controls of ASCII, and what lies beyond.
_C0 = bytes((*range(9), *range(11, 32), 0x7F))
_PLAIN = bytes(code for code in range(128) if code not in _C0)
_BEYOND_C0 = re.compile(
    rb"\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]|\xed[\xa0-\xbf]"  # lone surrogates come from utf-7
)


@lru_cache(maxsize=256)
def codec(label: str) -> str:
    """Given a charset label of a message, return the Python codec for it, "" when unknown."""
    name = label.strip().strip("\"'").lower()
    name = _MEANS.get(name, name)
    if name.startswith("cp-"):
        name = "cp" + name[3:]
    if not _LABEL.fullmatch(name):
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    python_name = info.name.replace("-", "_")
    # A private flag of CPython's, there since 3.4: it tells "utf-8" from "base64".
    if python_name in _REFUSED or not getattr(info, "_is_text_encoding", True):
        return ""
    return name


def decode(data: bytes, label: str = "") -> str:
    """Given bytes and the charset they claim, return text. Never raises.

    Without a usable label, and where a Western label is contradicted by bytes that are
    plainly UTF-8, UTF-8 is tried first.  An incomplete last character (a message cut off
    in the middle) is dropped, everything else unreadable becomes U+FFFD.
    """
    name = codec(label)
    if data.isascii() and not name.startswith(_STATEFUL):
        return data.decode("ascii")
    if name in ("", "cp1252", "utf-8", "utf8"):
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            head = data[: error.start]
            cut_off = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
            if cut_off and (name.startswith("utf") or not head.isascii()):
                return head.decode("utf-8-sig")
            if name in ("utf-8", "utf8"):
                return data.decode("utf-8-sig", "replace")
            name = "cp1252"
    try:
        return data.decode(name, "replace")
    except (UnicodeError, LookupError, ValueError):
        return data.decode("latin-1")


def clean(text: str) -> str:
    """Given decoded text, return it with plain line feeds and without control characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # A look at bytes, a tenth of the regex's time: of most texts next to nothing is left.
    odd = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if not odd or (len(odd.translate(None, _C0)) == len(odd) and not _BEYOND_C0.search(odd)):
        return text
    return text.translate(_CONTROLS)
