"""The accidents of mail that training letters are varied by, each from a seeded source."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from mailsense.classify import variation
from mailsense.classify.corpus import Letter as Written
from mailsense.classify.letters import address
from mailsense.classify.sentences import split
from mailsense.classify.variation import FOOTERS, FRAMES, HEADS, varied
from mailsense.domain import NOBODY, Address, Kind, Reason
from mailsense.mail.parse import parse

DRAWS = 300
FIRST = "The post has gone to somebody with more years at sea."
LAST = "We are sorry that it is not you this time."
AFTER = "Your pencil is still on the sill."
NO = Written(
    "a", "a", Kind.REJECTION, (), Reason.NOT_SELECTED, None,
    "Joan Orme <joan@ormecharts.example>", "the chart room",
    f"Hi Sam,\n\nThank you for coming in. {FIRST} {LAST} {AFTER}\n\nJoan", (FIRST, LAST),
)  # fmt: skip
BRACED = replace(
    NO,
    sender="{joan} <joan@ormecharts.example>",
    subject="{role} {0} {sender} {{}} }{",
    body=f"Dear {{name}},\n\n{FIRST} {{}} {LAST} {AFTER}",
)
OLD = "May I come by and see the charts?"


@dataclass(frozen=True)
class Variant:
    """What a variant is made of, before it is split into sentences."""

    subject: str
    sender: Address
    body: str
    quoted: str

    @property
    def bare(self) -> str:
        """The subject without the marks of forwarding."""
        return re.sub(r"^(?:Fwd|FW): ", "", self.subject)


@pytest.fixture
def unsplit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave variants as they were put together."""
    monkeypatch.setattr(variation, "letter", Variant)


def drawn(written: Written = NO, quoted: str = "") -> list[Variant]:
    """Return a variant from each of the seeds."""
    return [varied(written, random.Random(n), quoted) for n in range(DRAWS)]  # type: ignore[misc]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _head(of: Written, variant: Variant) -> str:
    """Return what a letter passed on bears on top, where a variant begins with it, or ""."""
    heads = [head.format(sender=of.sender, subject=of.subject) for head in HEADS if head]
    return next((head for head in heads if variant.body.startswith(head)), "")


AROUND = [part for frame in FRAMES for part in frame if part]
KNOWN = set().union(*map(_words, (NO.body, NO.sender, NO.subject, *FOOTERS, *HEADS, *AROUND)))
OTHER_SUBJECTS = {"Hello", "Re: your message", "Message"}

ACCIDENTS: dict[str, Callable[[Variant], bool]] = {
    "a footer": lambda v: any(footer.lower() in v.body.lower() for footer in FOOTERS),
    "slips of the finger": lambda v: not _words(v.body) <= KNOWN,
    "all in lower case": lambda v: v.body.islower(),
    "no subject": lambda v: v.bare == "",
    "another subject": lambda v: v.bare in OTHER_SUBJECTS,
    "no sender": lambda v: v.sender == NOBODY and not v.subject.startswith(("Fwd: ", "FW: ")),
    "cut off after the last decisive sentence": lambda v: v.body.endswith((LAST, LAST.lower())),
    "passed on": lambda v: v.subject.startswith(("Fwd: ", "FW: ")),
    "made of HTML by a system": lambda v: any(part.lower() in v.body.lower() for part in AROUND),
}


@pytest.mark.usefixtures("unsplit")
@pytest.mark.parametrize("happened", ACCIDENTS.values(), ids=ACCIDENTS)
def test_each_accident_happens_to_some_letters_and_not_to_most(
    happened: Callable[[Variant], bool],
) -> None:
    assert 5 < sum(map(happened, drawn())) < 0.6 * DRAWS


@pytest.mark.usefixtures("unsplit")
def test_some_letters_stay_as_they_were_written() -> None:
    assert Variant(NO.subject, address(NO.sender), NO.body, "") in drawn()


@pytest.mark.usefixtures("unsplit")
def test_a_slip_swaps_letters_and_loses_none() -> None:
    slipped = [
        variant.body
        for variant in drawn()
        if len(variant.body) == len(NO.body) and not variant.body.islower()
    ]
    assert any(body != NO.body for body in slipped)
    assert all(sorted(body) == sorted(NO.body) for body in slipped)


@pytest.mark.usefixtures("unsplit")
@pytest.mark.parametrize("written", [NO, BRACED], ids=["plain", "with braces"])
def test_what_decides_stays_where_no_finger_slipped(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variation, "_slip", lambda text, rng: text)
    bodies = [variant.body.removeprefix(_head(written, variant)) for variant in drawn(written)]
    told = [body for body in bodies if not body.islower()]
    assert len(told) > DRAWS / 2
    assert all(FIRST in body and LAST in body for body in told)
    assert any(AFTER not in body for body in told), "though some end there"


@pytest.mark.usefixtures("unsplit")
def test_a_letter_that_marks_nothing_is_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variation, "_slip", lambda text, rng: text)
    unmarked = drawn(replace(NO, decisive=()))
    assert all(AFTER.lower() in variant.body.lower() for variant in unmarked)


@pytest.mark.usefixtures("unsplit")
def test_a_forwarded_letter_has_the_head_the_mark_and_no_sender_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(variation, "FORWARDED", 1.0)
    found = drawn()
    assert all(variant.subject.startswith(("Fwd: ", "FW: ")) for variant in found)
    assert all(variant.sender == NOBODY for variant in found)
    heads = {_head(NO, variant) for variant in found}
    assert heads == {head.format(sender=NO.sender, subject=NO.subject) for head in HEADS}
    assert {variant.subject.partition(":")[0] for variant in found} == {"Fwd", "FW"}


@pytest.mark.usefixtures("unsplit")
def test_braces_in_a_subject_a_sender_or_a_text_do_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(variation, "FORWARDED", 1.0)
    monkeypatch.setattr(variation, "_slip", lambda text, rng: text)
    for variant in drawn(BRACED):
        assert BRACED.subject in variant.subject or variant.bare in {"", *OTHER_SUBJECTS}
        assert "{name}" in variant.body
    assert any(BRACED.sender in variant.body for variant in drawn(BRACED))


ABOVE = (
    "---------------------- Forwarded by Sam Reed/LON/Example on 03/03/2026 09:14 AM ---------\n\n"
    "{sender}\n03/03/2026 08:50 AM\nTo: Sam Reed\ncc:\nSubject: {subject}\n\n",
    "---------- Forwarded message ---------\nFrom: {sender}\nSubject: {subject}\n\n",
    "Begin forwarded message:\n\nFrom: {sender}\nSubject: {subject}\n\n",
)
"""As mail programs write them."""


def _sent(body: str, kind: str = "plain") -> str:
    """Return what the parser and the splitter leave of a text that came by mail."""
    head = f"From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/{kind}\n\n"
    return "\n".join(split(parse((head + body).encode()).text))


def test_a_head_is_what_is_left_of_one_and_teaches_something() -> None:
    left = {_sent(head.format(sender=NO.sender, subject=NO.subject) + NO.body) for head in ABOVE}
    taught = {"\n".join(split(head.format(sender=NO.sender, subject=NO.subject) + NO.body))
              for head in HEADS}  # fmt: skip
    assert left & taught == left
    assert all(split(head.format(sender=NO.sender, subject="")) for head in HEADS if head)


@pytest.mark.parametrize("above", [above for above, _ in FRAMES if above])
def test_what_stands_above_an_html_letter_is_what_the_parser_leaves(above: str) -> None:
    letter = f'<p><a href="https://x.example">{above}</a></p><p>{FIRST}</p><p>{LAST}</p>'
    assert _sent(letter, "html") == "\n".join(split(f"{above}\n\n{FIRST}\n\n{LAST}"))


@pytest.mark.usefixtures("unsplit")
def test_the_history_below_is_the_given_one_or_the_letters_own() -> None:
    assert {variant.quoted for variant in drawn()} == {""}
    assert {variant.quoted for variant in drawn(quoted=OLD)} == {OLD}
    assert {variant.quoted for variant in drawn(replace(NO, quoted="Hello?"), OLD)} == {"Hello?"}


@pytest.mark.parametrize("written", [NO, BRACED], ids=["plain", "with braces"])
def test_the_same_seed_gives_the_same_variant_and_others_give_others(written: Written) -> None:
    found = [varied(written, random.Random(n), OLD) for n in range(DRAWS)]
    assert found == [varied(written, random.Random(n), OLD) for n in range(DRAWS)]
    assert len({repr(variant) for variant in found}) > DRAWS / 3


@pytest.mark.parametrize("body", ["", "x", "{}", "\n", "é" * 2])
def test_a_letter_of_next_to_nothing_is_varied_too(body: str) -> None:
    little = replace(NO, body=body, subject="", sender="", decisive=())
    for seed in range(DRAWS):
        varied(little, random.Random(seed))
