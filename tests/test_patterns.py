"""Patterns that wait: compiled at their first use, or all at once while there is time."""

from __future__ import annotations

import re

import pytest

from mailsense.track.patterns import compile_all, lazily, lazy


def test_a_pattern_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    real = re.compile

    def watched(pattern: str, flags: int = 0) -> re.Pattern[str]:
        made.append(pattern)
        return real(pattern, flags)

    monkeypatch.setattr(re, "compile", watched)
    first, second = lazy("a+b"), lazily("c+d")
    assert made == []
    assert first.search("xaab")
    assert first.search("no") is None
    assert made == ["a+b"]
    compile_all()
    assert made[1:].count("c+d") == 1
    assert second.search("CCD"), "case does not count"
    before = len(made)
    compile_all()
    assert len(made) == before
