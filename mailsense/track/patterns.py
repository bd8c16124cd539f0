"""Regular expressions that are compiled when first used.

The tracker holds some eighty of them; compiling all costs a quarter of a command's half
CPU second, and most commands read no letter.
"""

from __future__ import annotations

import re
from typing import Any, cast

_WAITING: set[_Lazy] = set()
"""Those that were not used yet."""


class _Lazy:
    """Stands for a pattern; the first use of any of its methods compiles it."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)
        _WAITING.add(self)

    def __getattr__(self, name: str) -> Any:
        _WAITING.discard(self)
        compiled = re.compile(*self._source)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "pattern"):
            self.__dict__[method] = getattr(compiled, method)
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Given what ``re.compile`` takes, return a pattern that is compiled when first used."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))


def lazily(pattern: str) -> re.Pattern[str]:
    """As ``lazy``, case not counting."""
    return lazy(pattern, re.IGNORECASE)


def compile_all() -> None:
    """Compile whatever was not used yet: for a moment in which something else is waited for."""
    for pattern in tuple(_WAITING):
        _ = pattern.search  # looking it up compiles it
