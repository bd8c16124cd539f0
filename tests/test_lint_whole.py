"""The lint as a whole: silent on every good letter, at ease with any text."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.config import Me
from mailsense.domain import Address, Kind
from mailsense.reply.findings import ORDER, Own, Surroundings
from mailsense.reply.invented import own_words
from mailsense.reply.lint import lint
from mailsense.reply.samples import samples
from tests.support.items import PLAYBOOK, TEMPLATES, day, draft, incoming, verdict
from tests.support.letters import PEOPLE, PLANS, letters
from tests.support.snapshots import FOLDER

ME = Me(name="Sam Rivers", phone="+44 20 7946 0000", field="logistics planning")
COMPANIES = [person.company for person in PEOPLE if person.company] + ["Globex", "Next", "Target"]
SNAPSHOTS = sorted((FOLDER / "templates").glob("*.txt"))
SILENT = incoming("m1", day(11, 2), verdict(Kind.REJECTION), text="Dear Sam,\n\nSee below.\n\nA.")
THEN = datetime(2025, 11, 3, tzinfo=UTC)
"""The weekdays of the samples are those of that year."""


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: path.stem)
def test_no_letter_of_the_snapshots_is_found_fault_with(path: Path) -> None:
    around = Surroundings(SILENT, (), own_words(ME, TEMPLATES, path.stem))
    cases = re.split(r"^=== .*\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(cases) >= 5
    for case in cases:
        head, _, body = case.partition("\n\n")
        name = re.match(r"(?:Hello|Dear|Hi)(?: ([^,]+))?,", body)
        assert name is not None
        letter = draft(
            created=THEN,
            plan=PLANS[path.stem.partition("-")[0]],
            template=path.stem,
            subject=head.partition("Subject: ")[2],
            body=body,
            to=(Address(name[1] or "", "somebody@northwind.example"),),
        )
        facts = {**samples(path.stem)["full"], "to_name": name[1] or ""}
        found = lint(letter, facts=facts, playbook=PLAYBOOK, companies=COMPANIES, around=around)
        assert [f for f in found if f.rule not in ("detail", "time")] == [], body


NAMING = ("interview", "introduction", "offer", "redirect-busy", "revisit", "task")
"""Templates that name days, times, people or numbers."""


@pytest.mark.parametrize("name", NAMING)
def test_nothing_in_our_letters_is_taken_for_invented(name: str) -> None:
    own = own_words(ME, TEMPLATES, name)
    for one in letters(name, TEMPLATES.source(name)):
        letter = draft(plan=one.plan, template=name, subject=one.subject, body=one.body)
        letter = replace(letter, created=THEN, to=(Address(one.to_name, "somebody@firm.example"),))
        found = lint(
            letter, facts=one.facts, playbook=PLAYBOOK, around=Surroundings(SILENT, (), own)
        )
        assert [f for f in found if f.rule not in ("detail", "time")] == [], one.body


PIECES = st.sampled_from(
    ["Hello", "Anna,", "\n\n", "?", "[", "]", "{{", "xn--", "@", ".", "1", "12", "May", "9:",
     " ", "Monday", "pay", "fee", "Telegram", "thank", "Globex", "the role at", "İ",
     "ß", "\u202e", "\x00"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join))


@settings(max_examples=100, deadline=None)
@given(TEXT, TEXT, TEXT, TEXT, st.booleans())
def test_no_text_upsets_it(body: str, subject: str, email: str, theirs: str, edited: bool) -> None:
    sender = Address(theirs[:40], email)
    original = incoming(
        "m1", day(11, 2), None, sender=sender, text=theirs, subject=subject, quoted=body,
        signature=subject, reply_to=(Address(subject, theirs), Address("", body)),
    )  # fmt: skip
    letter = draft(body=body, subject=subject, to=(sender,), edited=edited, detail=theirs)
    around = Surroundings(original, (original,), Own((subject,), theirs))
    facts = {"to_name": theirs, "company": subject, "role": body, "stage": email}
    found = lint(letter, facts=facts, playbook=PLAYBOOK, companies=[body, theirs], around=around)
    assert all(f.rule in ORDER and f.level in ("error", "warning") and f.text for f in found)
    assert all("\n" not in f.text for f in found)
    if edited:
        own_words_are_theirs = {"name", "company", "banned", "invented"}
        assert not {f.rule for f in found if f.level == "error"} & own_words_are_theirs
    again = lint(letter, facts=facts, playbook=PLAYBOOK, companies=[body, theirs], around=around)
    assert again == found


REPEATED = (
    *("A ", " ", "\n", "\n ", "[your ", "{", "_", "9.", "1/", "$9", "1 May ", "the a ", "? ", "\t"),
    *(
        "the role at ",
        "speak with Aa ",
        "send ",
        "a@a.",
        "never: \n\n",
        "- ",
        "Next. ",
        "who else ",
    ),
)


def test_time_grows_with_the_length_and_not_with_its_square() -> None:
    for piece in REPEATED:
        text = piece * (20_000 // len(piece))
        original = incoming("m1", day(11, 2), None, text=text, quoted=text, signature=text)
        letter = draft(body=f"Hello Anna,\n\n{text}", subject=text)
        around = Surroundings(original, (), Own(("Sam Rivers",), ""))
        began = time.process_time()
        lint(letter, facts={"to_name": "A"}, playbook=PLAYBOOK, companies=["Next"], around=around)
        assert time.process_time() - began < 1, repr(piece)
