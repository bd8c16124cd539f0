"""Stories of a job search, told in files: mails in; applications, plans and drafts out.

How a story is written stands in ``tests/support/story.py``.  Here what mailsense made of it is
compared with what the story expects, and every difference is told in a line of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from mailsense.domain import Application, Plan, PlanKind
from mailsense.reply.detail import wanted
from tests.support.story import Story, StoryError, Table, checked

FOLDER = Path(__file__).resolve().parent / "stories"
STORIES = sorted(FOLDER.glob("*.toml"))


def run(name: str, text: str) -> list[str]:
    """Given a story as written, return all differences."""
    story = Story(name, tomllib.loads(text))
    return [f"{at}: {one}" for at, look in story.looks() for one in seen(story, look, at)]


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_story_goes_as_it_is_told(path: Path) -> None:
    wrong = run(path.stem, path.read_text(encoding="utf-8"))
    assert not wrong, "\n".join(wrong)


# --- what is compared --------------------------------------------------------------------


def seen(story: Story, look: Table, at: str) -> Iterator[str]:
    """Yield how what mailsense sees now differs from what the look expects."""
    drafts = story.store.drafts()
    open_ = [d for d in drafts if d.state.open]
    for draft in open_:
        asked = "true detail" if wanted(draft) else "check that you are free"
        warned = [w for w in draft.warnings if asked not in w]
        if warned or [d.to for d in open_].count(draft.to) > 1:
            yield f"draft to {draft.to[0]}: {warned or 'not the only one to them'}"
    written = {a.key for d in drafts for a in d.to}
    yield from (
        f"there is a draft to {one}" for one in look.get("no_draft_to", ()) if one in written
    )
    found, told = list(story.store.applications()), look.get("application", ())
    got = {
        "drafts": len(open_),
        "placed": len(story.box.stored("Drafts")),
        "applications": len(found),
    }
    yield from differences(({"applications": len(told)} if told else {}) | dict(look), got)
    for one in told:
        application = meant(story, checked(one, "application", at), found)
        if application is None:
            names = [(a.company, a.role, story.mails_of(a)) for a in found]
            yield f"expected an application {dict(one)}, got {names}"
            continue
        found.remove(application)
        who = f"{application.company or '?'} / {application.role or '?'}: "
        for wrong in (*facts(story, one, application), *letters(story, one, application, at)):
            yield who + wrong


def meant(story: Story, told: Table, found: Sequence[Application]) -> Application | None:
    """Return the application that is told of: by a mail of it, else by company and role."""
    for one in found:
        same = all(
            told.get(key, getattr(one, key)) == getattr(one, key) for key in ("company", "role")
        )
        if told["of"] in story.mails_of(one) if "of" in told else same or len(found) == 1:
            return one
    return None


def facts(story: Story, told: Table, one: Application) -> Iterator[str]:
    """Yield how an application differs from what is told of it."""
    got = {key: getattr(one, key) for key in told if hasattr(one, key)}
    got |= {
        "contacts": sorted(c.email for c in one.contacts),
        "relations": {c.email: c.relation.value for c in one.contacts},
        "mails": story.mails_of(one),
        "could_be": [story.mails_of(_known(story, id))[0] for id in one.could_be],
        "notes": [note.text for note in one.notes],
        "corrected": list(one.corrected),
        "promised": str(one.promised or ""),
    }
    promised = {"promised": story.day(told["promised"])} if told.get("promised") else {}
    yield from differences({**told, **promised}, got)


def _known(story: Story, id: str) -> Application:
    (found,) = (one for one in story.store.applications() if one.id == id)
    return found


def letters(story: Story, told: Table, one: Application, at: str) -> Iterator[str]:
    """Yield how the letters that are planned differ from those told of."""
    plans = [plan for plan in story.store.plans() if plan.about == one.id]
    wanted = [told, *(checked(more, "letter", at) for more in told.get("also", ()))]
    for letter in (wanted := [each for each in wanted if "plan" in each]):
        yield from planned(story, letter, plans)
    if wanted and {p.kind for p in plans} - {PlanKind.NONE, *(each["plan"] for each in wanted)}:
        yield f"expected no further letter, got {reasons(plans)}"


def planned(story: Story, told: Table, plans: Sequence[Plan]) -> Iterator[str]:
    """Yield how one letter differs from what is told of it."""
    kind, why = told["plan"], told.get("why", "")
    plan = next((p for p in plans if p.kind == kind and why in p.why), None)
    if plan is None and (kind != "none" or why):
        wanted = f"{kind} ({why})" if why else kind
        yield f"expected {wanted}, got {reasons(plans) or 'no plan at all'}"
    if plan is None or kind == "none":
        return
    episode = (plan.about, plan.kind, plan.episode)
    drafts = [d for d in story.store.drafts() if (d.about, d.plan, d.episode) == episode]
    body = " ".join(drafts[0].body.split()) if drafts else ""
    got = {
        "to": plan.addressee.key if plan.addressee else "nobody",
        "template": drafts[0].template if drafts else plan.template,
        "not_before": story.spoken(plan.not_before),
        "draft": drafts[0].state if drafts else "none",
        "subject": drafts[0].subject if drafts else "",
    }
    yield from (f"{kind}: {one}" for one in differences(told, got))
    for words in told.get("says", ()):
        if words not in body:
            yield f'{kind}: expected the draft to say "{words}", got: {body}'
    for words in told.get("never", ()):
        if words.lower() in body.lower():
            yield f'{kind}: expected the draft never to say "{words}", got: {body}'


def reasons(plans: Sequence[Plan]) -> str:
    return "; ".join(f"{p.kind.value} ({p.why})" for p in plans)


def differences(told: Table, got: Mapping[str, Any]) -> Iterator[str]:
    """Yield each difference in what both have."""
    for key in sorted(told.keys() & got.keys()):
        value = got[key].value if isinstance(got[key], Enum) else got[key]
        if told[key] != value:
            yield f"{key}: expected {told[key]!r}, got {value!r}"


# --- the runner itself -------------------------------------------------------------------

NO = """
story = "A no by a person."

[[mail]]
id = "no"
from = "Mona Vest <mona.vest@lindenschool.example>"
subject = "Your application for School Librarian"
date = "Tue 3 March, 10:00"
kind = "rejection"
body = "Dear Robin,\\n\\nWe have chosen somebody else for that role.\\n\\nBest,\\nMona"

[[look]]
now = "Wed 4 March, 12:00"
"""
SEEN = "[[look.application]]\n"


def test_there_are_stories_enough_and_each_says_what_it_is_about() -> None:
    assert len(STORIES) >= 40
    sentences = [tomllib.loads(path.read_text(encoding="utf-8"))["story"] for path in STORIES]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize(
    "right",
    [
        "drafts = 1\nplaced = 0\napplications = 1",
        SEEN
        + 'tag = "rejection"\noutcome = "rejection"\ncontacts = ["mona.vest@lindenschool.example"]',
        SEEN
        + 'of = "no"\nplan = "answer-rejection"\ndraft = "waiting"\nwhy = "Mona Vest wrote it"',
        SEEN
        + 'plan = "answer-rejection"\nnot_before = "Wed 4 March, 10:00"\nsays = ["Hello Mona"]',
    ],
)
def test_a_right_expectation_holds(right: str) -> None:
    assert run("mini", NO + right) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("drafts = 0", "drafts: expected 0, got 1"),
        ("placed = 1", "placed: expected 1, got 0"),
        ("applications = 0", "applications: expected 0, got 1"),
        ('no_draft_to = ["mona.vest@lindenschool.example"]', "there is a draft to mona.vest@"),
        (SEEN + SEEN, "applications: expected 2, got 1"),
        (SEEN + 'of = "nothing"', "expected an application {'of': 'nothing'}, got [("),
        (SEEN + 'tag = "request"', "tag: expected 'request', got 'rejection'"),
        (SEEN + 'stage = "offer"', "stage: expected 'offer', got 'applied'"),
        (SEEN + "contacts = []", "contacts: expected [], got ['mona.vest@lindenschool.example']"),
        (SEEN + "mails = []", "mails: expected [], got ['no']"),
        (SEEN + 'promised = "Fri 6 March"', "promised: expected '2026-03-06', got ''"),
        (SEEN + "waiting_days = 3", "waiting_days: expected 3, got None"),
        (SEEN + 'plan = "none"', "expected no further letter, got answer-rejection (it is a"),
        (SEEN + 'plan = "none"\nwhy = "robot"', "expected none (robot), got answer-rejection"),
        (SEEN + 'plan = "redirect"', "expected redirect, got answer-rejection (it is a message"),
        (SEEN + 'plan = "answer-rejection"\nto = "x@y.example"', "to: expected 'x@y.example', got"),
        (
            SEEN + 'plan = "answer-rejection"\ndraft = "resting"',
            "expected 'resting', got 'waiting'",
        ),
        (SEEN + 'plan = "answer-rejection"\nnot_before = "at once"', "got 'Wed 4 March, 10:00'"),
        (SEEN + 'plan = "answer-rejection"\nsays = ["moon"]', 'to say "moon", got: Hello Mona'),
        (SEEN + 'plan = "answer-rejection"\nnever = ["mona"]', 'never to say "mona", got: Hello'),
        (SEEN + 'plan = "answer-rejection"\nalso = [{ plan = "introduce" }]', "expected introduce"),
    ],
)
def test_a_wrong_expectation_fails_and_says_where_and_how(wrong: str, told: str) -> None:
    found = run("mini", NO + wrong)
    assert any(told in one for one in found), found
    assert all(one.startswith("mini, look 1 (Wed 4 March, 12:00): ") for one in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'colour = "red"\n{NO}', "unknown key colour"),
        (f"{NO}[me]\nage = 50", "unknown key age"),
        (NO.replace("kind =", "kinds ="), "mini, mail no: unknown key kinds"),
        (f"{NO}draft = 1", "unknown key draft; a look has"),
        (f'{NO}{SEEN}tags = "none"', "unknown key tags; a application has"),
        (f'{NO}{SEEN}also = [{{ plan = "none", tag = "none" }}]', "unknown key tag; a letter has"),
        (f'{NO}then = [{{ forget = "no" }}]', "unknown key forget; a then has"),
        (f'{NO}then = [{{ send = "x@y.example" }}]', "there is no open draft to them"),
        (f'{NO}then = [{{ label = "yes", kind = "other" }}]', "there is no mail yes yet"),
        (NO.replace("Tue 3 March", "Mon 3 March"), "Mon 3 March, 10:00 is a Tuesday"),
        (NO.replace("Tue 3 March, 10:00", "soon"), '"soon" is no time'),
        (NO.replace("Wed 4 March, 12:00", "yes + 1 day"), '"yes + 1 day" is no time'),
        (NO.replace('kind = "rejection"', ""), "no needs a kind"),
        (NO.replace("Wed 4 March", "Mon 2 March"), "nobody looks after no came"),
        (NO.replace("id =", 're = "yes"\nid ='), "no answers yes, which is not there"),
        ('story = "Nobody looks."', "somebody looks"),
    ],
)
def test_a_story_that_is_none_is_an_error(text: str, said: str) -> None:
    with pytest.raises(StoryError) as caught:
        run("mini", text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mon 2 March, 10:00", "2026-03-02 10:00"),
        ("Mon 4 January 2027, 09:30", "2027-01-04 09:30"),
        ("no + 1 day", "2026-03-04 10:00"),
        ("no + 3 hours", "2026-03-03 13:00"),
        ("no + 4 working days, 09:00", "2026-03-09 09:00"),
        ("Mon 30 March, 10:00", "2026-03-30 09:00"),
    ],
)
def test_times_are_the_users(written: str, meant: str) -> None:
    assert f"{Story('mini', tomllib.loads(NO)).instant(written):%Y-%m-%d %H:%M}" == meant
