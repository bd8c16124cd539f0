"""`mailsense today` and `agenda`, and what the first sync says was missed: on a real store."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from mailsense.adapters.memory import MemoryDraftFolder, MemoryMailbox
from mailsense.cli.app import App
from mailsense.domain import Kind, Message, Source, Verdict
from tests.support.terminal import Terminal
from tests.support.wordmodel import NOW, worded
from tests.support.world import World

ROOT = Path(__file__).parent.parent
ME = "Robin Avery <robin@me.example>"
ANNA = "Anna Lee <anna.lee@acmeworks.example>"
MONA = "Mona Vest <mona.vest@lindenschool.example>"
KOFI = "Kofi Hart <kofi.hart@harttalent.example>"
TESS = "Tess Moor <tess.moor@oldmill.example>"
OLA = "Ola Berg <ola.berg@seagate.example>"


class BySubject:
    """A classifier that reads the kind of a letter off its first word."""

    name = "by-subject"

    def classify(self, messages: Sequence[Message]) -> list[Verdict]:
        return [_verdict(one.subject.removeprefix("Re: ").split()[0]) for one in messages]


def _verdict(word: str) -> Verdict:
    known = word.lower() in set(Kind)
    return Verdict(Kind(word.lower()) if known else Kind.OTHER, Source.MODEL, 0.9)


def mail(
    days: float, sender: str, subject: str, body: str, *, to: str = ME, id: str = "",
    answers: str = "", talk: datetime | None = None,
) -> tuple[bytes, datetime]:  # fmt: skip
    """One letter, so many days old; a ``talk`` comes as an invitation of the calendar."""
    at = NOW - timedelta(days=days)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"], made["Message-ID"] = (
        format_datetime(at),
        f"<{id or subject.split()[0]}@x.example>",
    )
    if answers:
        made["In-Reply-To"] = made["References"] = f"<{answers}@x.example>"
    made.set_content(body)
    if talk is not None:
        first, last = (f"{t:%Y%m%dT%H%M%SZ}" for t in (talk, talk + timedelta(hours=1)))
        event = (
            "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Talk\nUID:1\n"
            f"DTSTART:{first}\nDTEND:{last}\nEND:VEVENT\nEND:VCALENDAR\n"
        )
        made.add_attachment(event, "calendar", params={"method": "REQUEST"})
    return made.as_bytes(), at


INVITE = mail(
    2, ANNA, "Interview for Data Analyst",
    "Dear Robin,\n\nYou are invited to an interview for the Data Analyst role at Acmeworks. Please "
    "let me know by Friday 6 March.\n\nBest regards\nAnna Lee",
)  # fmt: skip
ASKED = mail(
    40, MONA, "Task for School Librarian",
    "Dear Robin,\n\nPlease send us two references for the School Librarian role.\n\nBest regards\n"
    "Mona Vest",
)  # fmt: skip
APPROACH = mail(
    30, KOFI, "Outreach about a Planner role",
    "Dear Robin,\n\nI look for a Planner for a client in Leeds. Is it something for you?\n\n"
    "Kind regards\nKofi Hart",
)  # fmt: skip
WROTE = mail(
    37, ME, "Your advice on archives", "Dear Tess,\n\nMay I ask you for advice?\n\nRobin", to=TESS,
    id="ask",
)  # fmt: skip
POINTER = mail(
    36, TESS, "Referral for you",
    "Hi Robin,\n\nYou should talk to Jonas Berg (jonas.berg@granary.example), he knows "
    "everybody in archives.\n\nBest\nTess", answers="ask",
)  # fmt: skip
TALK = datetime(2026, 3, 9, 14, 30, tzinfo=NOW.tzinfo)
MEET = mail(
    3, OLA, "Interview for Stock Planner",
    "Dear Robin,\n\nPlease find the invitation to our talk about the Stock Planner role.\n\nOla "
    "Berg", id="meet", talk=TALK,
)  # fmt: skip
YES = mail(
    2, ME, "Re: Interview for Stock Planner", "Dear Ola,\n\nI will be there.\n\nRobin", to=OLA,
    id="yes", answers="meet",
)  # fmt: skip
UNSURE = mail(1, OLA, "Unsure", "Dear Robin,\n\nWell.\n\nOla", answers="yes")


@pytest.fixture
def box() -> MemoryMailbox:
    return MemoryMailbox()


def put(box: MemoryMailbox, *letters: tuple[bytes, datetime]) -> None:
    for raw, at in letters:
        box.add("Sent" if raw.startswith(b"From: Robin") else "INBOX", raw, (), at)


@pytest.fixture
def robin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, box: MemoryMailbox) -> World:
    """A user whose mailbox is in memory, still empty and never read."""
    made = worded(tmp_path, monkeypatch)
    monkeypatch.setattr(App, "classifier", BySubject())
    monkeypatch.setattr(App, "mailbox", lambda self, account: box)
    monkeypatch.setattr(App, "writer", lambda self, account: MemoryDraftFolder(box))
    return made


@pytest.fixture
def synced(robin: World, box: MemoryMailbox) -> World:
    """A search with a request by Friday, a talk on Monday, and what was missed in January."""
    put(box, INVITE, ASKED, APPROACH, WROTE, POINTER, MEET, YES)
    robin.ok("sync")
    return robin


def titles(told: list[dict[str, Any]]) -> list[str]:
    return [step["title"] for step in told]


# --- today ------------------------------------------------------------------------------------


def test_today_shows_what_needs_a_decision_with_its_command(synced: World) -> None:
    out = synced.ok("today").out
    (draft,) = [d for d in synced.json("drafts") if "anna" in d["to"][0]]
    assert out.splitlines() == [
        "  1  Fri 6 Mar   Answer Anna Lee's invitation: Data Analyst at Acmeworks",
        f"                 mailsense review {draft['id']}",
        *out.splitlines()[2:],
    ]
    assert out.splitlines()[-1] == "this, and you are done for today"
    told = synced.json("today")
    assert told[0] == {
        "sort": "request",
        "title": "Answer Anna Lee's invitation: Data Analyst at Acmeworks",
        "do": f"mailsense review {draft['id']}",
        "now": True,
        "due": "2026-03-06",
        "since": "2026-03-02",
        "start": None,
        "end": None,
        "who": ANNA,
        "company": "Acmeworks",
        "application": draft["application"],
        "message_id": "Interview@x.example",
        "draft": draft["id"],
    }


def test_today_is_at_most_five_and_then_done(robin: World, box: MemoryMailbox) -> None:
    firms = ("Acme", "Birch", "Cove", "Dale", "Elm", "Fern", "Glade")
    for n, firm in enumerate(firms):
        put(box, mail(
            1 + n / 10, f"P{firm} Day <p.day@{firm.lower()}works.example>",
            f"Rejection of your application at {firm}works",
            f"Dear Robin,\n\nThank you for the interview for the Cook role at {firm}works. We "
            f"chose somebody else.\n\nBest regards\nP{firm} Day", id=f"no{n}",
        ))  # fmt: skip
    robin.ok("sync")
    robin.now += timedelta(days=3)  # the rest after a no is over
    robin.ok("sync")
    assert len(robin.json("today")) == 5
    out = robin.ok("today").out
    assert out.endswith("these, and you are done for today; 2 more can wait: `mailsense agenda`\n")
    first = [step["draft"] for step in robin.json("today")]
    robin.ok("drafts", "discard", *first[:3])
    assert len(robin.json("today")) == 2
    robin.ok("drafts", "snooze", *first[3:], "--days", "2")
    assert robin.json("today") == []
    assert robin.ok("today").out == (
        "done for today: you decided about 5 letters; 2 more can wait: `mailsense agenda`\n"
    )
    assert len(robin.json("today", "--more")) == 2
    robin.now += timedelta(days=1)
    assert len(robin.json("today")) == 2, "tomorrow is another day"


def test_nothing_to_decide_is_said_kindly(robin: World, box: MemoryMailbox) -> None:
    out = robin.ok("today").out
    assert out == (
        "nothing needs a decision today: have a good day\nno mail was read yet: `mailsense sync`\n"
    )
    assert robin.json("today") == []
    put(box, MEET, YES)
    robin.ok("sync")
    assert (
        robin.ok("today").out == "nothing needs a decision today; this week: `mailsense agenda`\n"
    )
    robin.now += timedelta(days=30)
    assert "mail was last read 30 days ago: `mailsense sync`" in robin.ok("today").out


@pytest.fixture
def terminal(synced: World) -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []

    def start(*args: str) -> Terminal:
        command = [sys.executable, "-m", "tests.support.sync_at", str(synced.home), NOW.isoformat()]
        env = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": str(synced.home), "TZ": "UTC"}
        made.append(Terminal([*command, *args], env=env, cwd=ROOT))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_on_a_terminal_enter_reviews_just_these_drafts(synced: World, terminal: Any) -> None:
    waiting = [step["draft"] for step in synced.json("today") if step["draft"]]
    screen = terminal("today")
    screen.wait("Answer Anna Lee's invitation", "Enter reviews", "q leaves it")
    screen.press("\n")
    screen.wait("Subject: Re: Interview for Data Analyst", "[a]pprove")
    for _ in waiting:
        screen.press("d\n")
    screen.wait("discarded", "done for today: you decided about")
    assert screen.wait_end() == 0
    assert {d["state"] for d in synced.json("drafts") if d["id"] in waiting} == {"discarded"}


@pytest.mark.parametrize("key", ["q\n", "\x04"])
def test_on_a_terminal_nothing_happens_unless_asked_for(
    synced: World, terminal: Any, key: str
) -> None:
    before = synced.json("drafts")
    screen = terminal("today")
    screen.wait("q leaves it")
    screen.press(key)
    assert screen.wait_end() == 0
    assert synced.json("drafts") == before


# --- agenda -----------------------------------------------------------------------------------


def test_the_agenda_shows_the_week_in_order_of_worth(synced: World) -> None:
    out = synced.ok("agenda").out
    shown = [line for line in out.splitlines() if line[:3].strip().isdigit()]
    assert shown[0].endswith("Answer Anna Lee's invitation: Data Analyst at Acmeworks")
    assert shown[1].startswith("  2  Mon 9 Mar   Prepare for the talk with Ola Berg on Monday 9 ")
    told = synced.json("agenda")
    assert [step["sort"] for step in told][:2] == ["request", "talk"]
    assert {step["sort"] for step in told} >= {"request", "talk", "thank", "talks"}
    assert "Tell Kofi Hart whether you are interested" in "".join(titles(told))
    assert titles(synced.json("agenda", "--week")) == titles(told)
    assert len(synced.json("agenda", "--all")) >= len(told)


def test_an_agenda_without_a_search_says_so(robin: World) -> None:
    out = robin.ok("agenda").out
    assert out == "nothing to do: have a good week\nno mail was read yet: `mailsense sync`\n"
    assert robin.json("agenda") == []


def test_the_steps_are_the_same_after_a_second_sync(synced: World) -> None:
    before = synced.json("agenda", "--all")
    synced.ok("sync")
    assert synced.json("agenda", "--all") == before


def test_looking_at_the_agenda_changes_nothing(synced: World) -> None:
    def state() -> Any:
        return [synced.json(*args) for args in (("list",), ("drafts",), ("applications", "list"))]

    before = state()
    for args in (("today",), ("agenda",), ("agenda", "--all", "--ical", "-")):
        synced.ok(*args)
    assert state() == before


def test_an_unsure_message_is_asked_about_and_the_command_answers_it(
    robin: World, box: MemoryMailbox
) -> None:
    put(box, MEET, YES, UNSURE)
    robin.ok("sync")
    (step,) = [s for s in robin.json("today") if s["sort"] == "label"]
    assert step["title"] == "Say what Ola Berg's mail is: \u201cUnsure\u201d"
    robin.ok(*step["do"].replace("KIND", "other").split()[1:])
    assert [s for s in robin.json("agenda", "--all") if s["sort"] == "label"] == []


def test_an_invitation_is_due_by_the_first_time_that_it_offers(
    robin: World, box: MemoryMailbox
) -> None:
    words = "Could you come on Tuesday 10 March at 14:00 or Thursday 12 March at 10:00?"
    put(box, mail(2, ANNA, "Interview for Cook", f"Dear Robin,\n\n{words}\n\nAnna Lee"))
    robin.ok("sync")
    assert [s["due"] for s in robin.json("today")] == ["2026-03-10"]
    robin.now += timedelta(days=7)
    assert [s["due"] for s in robin.json("today")] == ["2026-03-12"], "the next that is left"


def test_a_day_that_has_passed_is_still_told(robin: World, box: MemoryMailbox) -> None:
    put(box, INVITE)
    robin.ok("sync")
    robin.now += timedelta(days=4)
    assert [s["due"] for s in robin.json("agenda") if s["draft"]] == ["2026-03-06"]


def test_a_note_takes_off_what_was_done_elsewhere(synced: World) -> None:
    (step,) = [s for s in synced.json("agenda") if "Mona Vest" in s["title"]]
    synced.ok("applications", "note", step["application"], "sent it on their page")
    assert not any("Mona Vest" in title for title in titles(synced.json("agenda", "--all")))


def test_a_pause_a_landing_and_a_never_are_heeded(synced: World) -> None:
    def sorts() -> set[str]:
        return {step["sort"] for step in synced.json("agenda", "--all")}

    assert {"talks", "request", "lead"} <= sorts()
    synced.ok("pause", "--weeks", "2")
    assert "talks" not in sorts()
    assert {"request", "lead"} <= sorts()
    synced.ok("resume")
    synced.ok("never", "Acmeworks")
    assert not any("Anna Lee" in title for title in titles(synced.json("agenda", "--all")))
    synced.ok("never", "--undo")
    assert any("Anna Lee" in title for title in titles(synced.json("agenda", "--all")))
    synced.ok("landed", "--yes", "--company", "Harbour Trust")
    assert sorts() <= {"withdraw", "thank"}
    synced.ok("landed", "--undo")
    assert {"talks", "request", "lead"} <= sorts()


# --- as a calendar ------------------------------------------------------------------------------


def entries(data: str | bytes) -> dict[str, Any]:
    """The entries of a calendar file, as the package reads them, by title."""
    calendar = icalendar.Calendar.from_ical(data)
    assert str(calendar["version"]) == "2.0"
    return {str(one["summary"]): one for one in calendar.subcomponents}


def test_the_calendar_holds_talks_as_appointments_and_the_rest_as_tasks(synced: World) -> None:
    out = synced.ok("agenda", "--all", "--ical", "-").out
    found = entries(out)
    told = synced.json("agenda", "--all")
    assert set(found) == set(titles(told))
    for step in told:
        one = found[step["title"]]
        assert one["dtstamp"].dt == NOW
        assert str(one["description"]) == step["do"]
        assert one.name == ("VEVENT" if step["sort"] == "talk" else "VTODO")
        if one.name == "VTODO":
            assert (one["due"].dt.isoformat() if "due" in one else None) == step["due"]
            assert str(one["status"]) == "NEEDS-ACTION"
            assert 1 <= int(one["priority"]) <= 9
    (talk,) = [one for one in found.values() if one.name == "VEVENT"]
    assert (talk["dtstart"].dt, talk["dtend"].dt) == (TALK, TALK + timedelta(hours=1))
    assert "DTSTART:20260309T143000Z" in out
    assert "DUE;VALUE=DATE:20260306" in out
    for line in out.split("\r\n"):
        assert len(line.encode()) <= 75


def test_no_words_of_a_letter_are_in_the_calendar(synced: World) -> None:
    out = synced.ok("agenda", "--all", "--ical", "-").out.replace("\r\n ", "")
    for words in ("two references", "knows everybody", "invited to", "Kind regards"):
        assert words not in out


def test_an_entry_keeps_its_uid_from_day_to_day(synced: World) -> None:
    def uids() -> dict[str, str]:
        found = entries(synced.ok("agenda", "--all", "--ical", "-").out)
        return {title: str(one["uid"]) for title, one in found.items()}

    before = uids()
    assert len(set(before.values())) == len(before)
    synced.now += timedelta(days=1)
    after = uids()
    same = before.keys() & after.keys()
    assert len(same) >= 4
    assert all(before[title] == after[title] for title in same)
    (draft,) = [s["draft"] for s in synced.json("today") if "Anna" in s["title"]]
    title = next(title for title in before if "Anna" in title)
    synced.ok("drafts", "approve", draft, "--anyway")
    (approved,) = [uid for one, uid in uids().items() if "Anna" in one]
    assert approved == before[title], "the same matter, whatever became of its draft"


def test_the_file_is_for_the_user_alone_and_is_written_anew(synced: World, tmp_path: Path) -> None:
    file = tmp_path / "steps.ics"
    out = synced.ok("agenda", "--ical", str(file)).out
    n = len(synced.json("agenda"))
    assert out == f"{n} steps written to {file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(entries(file.read_bytes())) == n
    file.chmod(0o644)
    synced.ok("agenda", "--all", "--ical", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(entries(file.read_bytes())) == len(synced.json("agenda", "--all"))
    assert [one.name for one in tmp_path.iterdir() if ".part" in one.name] == []


def test_what_is_no_calendar_is_never_overwritten(synced: World, tmp_path: Path) -> None:
    mine = tmp_path / "letter.txt"
    mine.write_text("Dear Anna")
    result = synced.run("agenda", "--ical", str(mine))
    assert (result.code, mine.read_text()) == (1, "Dear Anna")
    assert "is no calendar" in result.err
    nowhere = synced.run("agenda", "--ical", str(tmp_path / "no" / "where.ics"))
    assert (nowhere.code, nowhere.err.count("\n")) == (1, 1)
    assert synced.run("agenda", "--ical", str(tmp_path)).code == 1
    assert synced.run("agenda", "--ical", "-", "--json").code == 2


def test_a_talk_agreed_in_words_is_a_whole_day(robin: World, box: MemoryMailbox) -> None:
    put(
        box,
        mail(4, OLA, "Interview for Stock Planner", "Dear Robin,\n\nCan you come to an interview "
             "for the Stock Planner role on Tuesday 10 March at 14:00?\n\nOla Berg", id="meet"),
        YES,
    )  # fmt: skip
    robin.ok("sync")
    (talk,) = [
        one
        for one in entries(robin.ok("agenda", "--ical", "-").out).values()
        if one.name == "VEVENT"
    ]
    assert (talk["dtstart"].dt, talk["dtend"].dt) == (date(2026, 3, 10), date(2026, 3, 11))


# --- the first sync -----------------------------------------------------------------------------


def test_the_first_sync_says_what_was_missed_and_the_second_does_not(
    robin: World, box: MemoryMailbox
) -> None:
    put(box, INVITE, ASKED, APPROACH, WROTE, POINTER)
    out = robin.ok("sync").out
    assert out.splitlines()[-1] == (
        "two requests and an introduction you never answered: `mailsense agenda --all`"
    )
    named = "".join(titles(robin.json("agenda", "--all")))
    for who in ("Mona Vest", "Kofi Hart", "Jonas Berg"):
        assert who in named
    assert "never answered" not in robin.ok("sync").out


def test_the_first_sync_tells_scripts_as_well(robin: World, box: MemoryMailbox) -> None:
    put(box, ASKED)
    assert robin.json("sync")["missed"] == {"request": 1}
    assert robin.json("sync")["missed"] == {}


def test_a_first_sync_that_missed_nothing_says_nothing(robin: World, box: MemoryMailbox) -> None:
    put(box, INVITE, MEET, YES)
    assert "never answered" not in robin.ok("sync").out
    put(box, ASKED)
    assert "never answered" not in robin.ok("sync").out, "only the first sync looks back"


def test_a_dry_run_promises_no_agenda(robin: World, box: MemoryMailbox) -> None:
    put(box, ASKED)
    assert "never answered" not in robin.ok("sync", "--dry-run").out
    assert "a request you never answered" in robin.ok("sync").out


# --- the start ----------------------------------------------------------------------------------


def test_the_help_of_the_program_needs_no_calendar() -> None:
    import subprocess

    code = (
        "import sys\nfrom mailsense.cli.main import run\nrun(sys.argv[1:])\n"
        "print([m for m in ('icalendar', 'sklearn', 'numpy', 'imapclient') if m in sys.modules])"
    )
    for args in (["--help"], ["today", "--help"], ["agenda", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *args], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]", args
