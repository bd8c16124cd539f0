"""The sample mailbox of the demo: what it shows, and that it is mail as servers hold it."""

from __future__ import annotations

import email
import re
from collections import Counter
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailsense.demo.mailbox import ME, Conversation, Sample, conversations, samples
from mailsense.domain import Kind, PlanKind, Reason

ZONE = ZoneInfo("Europe/London")
WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=ZONE)
WEEK = [
    datetime(2026, 11, day, hour, minute, tzinfo=ZONE)
    for day, hour, minute in (
        (23, 0, 3), (24, 9, 0), (25, 23, 50), (26, 9, 0), (27, 16, 0), (28, 0, 3), (28, 9, 0),
        (29, 23, 50), (30, 7, 0),
    )
]  # fmt: skip
"""Every day of a week, weekends, just after midnight, in the morning and late at night."""
OVER_THE_CLOCK_CHANGE = datetime(2026, 4, 7, 9, 0, tzinfo=ZONE)
MY_ADDRESS = "robin.avery@mailbox.example"


@cache
def built(now: datetime) -> list[Conversation]:
    return list(conversations(now))


@pytest.fixture(scope="module")
def mailbox() -> list[Conversation]:
    return built(WEDNESDAY)


@pytest.fixture(scope="module")
def mail(mailbox: list[Conversation]) -> list[tuple[Sample, EmailMessage]]:
    return [(sample, read(sample)) for one in mailbox for sample in one.samples]


def read(sample: Sample) -> EmailMessage:
    message = email.message_from_bytes(sample.raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def own(sample: Sample) -> bool:
    return sample.folder == "Sent"


def test_every_conversation_builds_into_sound_mail(mail: list[tuple[Sample, EmailMessage]]) -> None:
    for sample, message in mail:
        defects = [d for part in message.walk() for d in part.defects]
        assert not defects, message["Subject"]
        for name in ("From", "To", "Subject", "Message-ID"):
            assert message[name], (name, sample.raw[:200])
        assert message["Date"].datetime == sample.at


def test_there_are_some_fifty_conversations_over_eighty_days(
    mailbox: list[Conversation], mail: list[tuple[Sample, EmailMessage]]
) -> None:
    assert 40 <= len(mailbox) <= 60
    assert 60 <= len(mail) <= 100
    oldest = min(sample.at for sample, _ in mail)
    assert timedelta(days=79) < WEDNESDAY - oldest < timedelta(days=83)
    assert WEDNESDAY - max(sample.at for sample, _ in mail) < timedelta(days=1)


def test_message_ids_are_unique(mail: list[tuple[Sample, EmailMessage]]) -> None:
    ids = Counter(message["Message-ID"] for _, message in mail)
    assert set(ids.values()) == {1}


@pytest.mark.parametrize("now", [*WEEK, OVER_THE_CLOCK_CHANGE], ids=lambda now: f"{now:%a %H:%M}")
def test_no_mail_is_from_the_future_or_before_the_mail_it_answers(now: datetime) -> None:
    for conversation in built(now):
        times = [sample.at for sample in conversation.samples]
        assert max(times) < now, conversation.about
        assert times == sorted(set(times)), conversation.about


def test_mail_falls_on_working_days() -> None:
    for now in WEEK:
        if now.hour:  # just after midnight the mail of today is that of last night
            assert all(sample.at.weekday() < 5 for c in built(now) for sample in c.samples)


def test_samples_come_oldest_first() -> None:
    times = [sample.at for sample in samples(WEDNESDAY)]
    assert times == sorted(times)


def test_all_kinds_are_shown_and_named(mailbox: list[Conversation]) -> None:
    shown = {kind for kind in Kind if any(c.about.startswith(kind.value) for c in mailbox)}
    assert shown == set(Kind) - {Kind.UNSURE}
    assert sum(c.about.startswith("silence") for c in mailbox) >= 6
    assert len({c.about for c in mailbox}) == len(mailbox)


def test_what_a_conversation_is_about_is_the_kind_of_its_newest_incoming_mail(
    mailbox: list[Conversation],
) -> None:
    for conversation in mailbox:
        name = re.split(r"[:, ]", conversation.about)[0]
        incoming = [sample.kind for sample in conversation.samples if not own(sample)]
        if name != "silence":
            assert incoming[-1] == name, conversation.about


def test_every_incoming_mail_claims_a_kind_and_every_no_a_reason(
    mail: list[tuple[Sample, EmailMessage]],
) -> None:
    reasons = set()
    for sample, message in mail:
        if own(sample):
            assert not sample.kind
            continue
        kind = Kind(sample.kind)
        if kind is Kind.REJECTION:
            reasons.add(Reason(sample.reason))
        else:
            assert not sample.reason or "another thought" in message["Subject"]
    assert reasons == set(Reason)


def test_what_should_be_drafted_is_a_plan_to_a_person_of_the_conversation(
    mailbox: list[Conversation],
) -> None:
    plans = set()
    for conversation in mailbox:
        seen = b"".join(sample.raw for sample in conversation.samples).decode()
        for draft in conversation.drafts:
            plan, _, person = draft.partition(" to ")
            plans.add(PlanKind(plan))
            assert person in seen, conversation.about
            assert not re.search(r"no-?_?reply|donotreply|daemon", person)
    assert plans >= {
        PlanKind.ANSWER_REJECTION,
        PlanKind.ANSWER_REQUEST,
        PlanKind.ANSWER_OUTREACH,
        PlanKind.ANSWER_OFFER,
        PlanKind.REDIRECT,
        PlanKind.THANK_REFERRAL,
        PlanKind.THANK_FEEDBACK,
        PlanKind.STATUS_CHECK,
    }


def test_ordinary_life_and_robots_are_to_get_no_letter(mailbox: list[Conversation]) -> None:
    for conversation in mailbox:
        if conversation.about.startswith(("other", "alert", "acknowledgement")):
            assert not conversation.drafts, conversation.about


@pytest.mark.parametrize("now", WEEK, ids=lambda now: f"{now:%a %H:%M}")
def test_noes_to_answer_are_old_enough_to_be_ready_or_rest_on_purpose(now: datetime) -> None:
    ready, resting = 0, 0
    for conversation in built(now):
        if "answer-rejection" not in " ".join(conversation.drafts):
            continue
        age = now - conversation.samples[-1].at
        if "resting" in conversation.about:
            assert age < timedelta(days=4), conversation.about
            resting += 1
        else:
            assert timedelta(days=3) < age < timedelta(days=12), conversation.about
            ready += 1
    assert ready >= 8
    assert resting >= 2


@pytest.mark.parametrize(
    ("about", "directions"),
    [
        ("rejection: warm", "out in out in"),
        ("rejection: by an in-house recruiter", "in out in"),
        ("rejection: Robin has answered", "in out"),
        ("rejection: a form letter", "in in"),
        ("feedback", "in out in"),
        ("interview: an agreed interview must move", "in out in"),
        ("silence: a networking letter", "out"),
        ("silence: of a recruiter", "in out out"),
        ("other: a bounce", "out in"),
        ("other: an out-of-office", "out in"),
    ],
)
def test_sent_mail_lies_before_and_after_as_told(
    mailbox: list[Conversation], about: str, directions: str
) -> None:
    (found,) = [c for c in mailbox if c.about.startswith(about)]
    assert " ".join("out" if own(s) else "in" for s in found.samples) == directions
    for sample in found.samples:
        assert own(sample) == (read(sample)["From"] == ME)


def test_the_user_is_on_every_letter_but_those_of_a_list(
    mail: list[tuple[Sample, EmailMessage]],
) -> None:
    for _, message in mail:
        people = f"{message['From']} {message['To']}"
        assert MY_ADDRESS in people or message["List-Post"]


def test_answers_refer_to_what_they_answer_and_first_letters_to_nothing(
    mailbox: list[Conversation],
) -> None:
    for conversation in mailbox:
        ids: list[str] = []
        for sample in conversation.samples:
            message = read(sample)
            chain = str(message["References"] or "").split()
            assert chain == ids[: len(chain)], conversation.about
            assert (chain[-1:] or [None])[0] == message["In-Reply-To"]
            if message["Subject"].lower().startswith("re:"):
                assert chain or sample.folder == "Archive", conversation.about
            ids.append(message["Message-ID"])


def test_three_employers_write_under_one_subject_without_references(
    mail: list[tuple[Sample, EmailMessage]],
) -> None:
    same = [m for _, m in mail if m["Subject"] == "Your application"]
    assert len({m["From"].addresses[0].domain for m in same}) == 3
    assert not any(m["References"] for m in same)


def test_the_awkward_forms_of_mail_are_there(mail: list[tuple[Sample, EmailMessage]]) -> None:
    forms = {
        "a bounce": lambda m: m.get_content_type() == "multipart/report",
        "a calendar part": lambda m: b"method=REQUEST" in bytes(m).replace(b'"', b""),
        "HTML alone": lambda m: m.get_content_type() == "text/html",
        "a list": lambda m: m["List-Id"] and m["Precedence"] == "list",
        "bulk mail": lambda m: m["Precedence"] == "bulk",
        "an automatic answer": lambda m: m["Auto-Submitted"] == "auto-replied",
        "a robot without Auto-Submitted": lambda m: (
            "donotreply" in m["From"] and not m["Auto-Submitted"]
        ),
        "an encoded subject": lambda m: not m["Subject"].isascii(),
        "quoted history": lambda m: "\n> " in str(m.get_body().get_content()),
        "a telephone": lambda m: "Sent from my" in str(m.get_body().get_content()),
    }
    for name, shows in forms.items():
        assert any(shows(message) for _, message in mail), name
    encoded = [sample.raw for sample, m in mail if not m["Subject"].isascii()]
    assert all(b"=?utf-8?" in raw.split(b"\r\n\r\n")[0] for raw in encoded)
    assert {sample.folder for sample, _ in mail} == {"INBOX", "Sent", "Archive", "Junk"}
    assert sum("\\Answered" in sample.flags for sample, _ in mail) == 1


def test_only_invented_addresses_are_used(mail: list[tuple[Sample, EmailMessage]]) -> None:
    for sample, _ in mail:
        for domain in re.findall(rb"(?:@|https?://)([\w.-]*\w)", sample.raw.replace(b"=\r\n", b"")):
            assert domain.endswith(b".example"), domain


@pytest.mark.parametrize("now", WEEK[::3], ids=lambda now: f"{now:%a}")
def test_days_in_the_text_are_real_working_days_at_the_right_distance(now: datetime) -> None:
    dated = re.compile(
        r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day (\d{1,2}) (November|December|October)\b"
    )
    seen = 0
    for sample in (s for c in built(now) for s in c.samples):
        text = sample.raw.decode("utf-8", "replace").replace("=\r\n", "")
        assert not re.search(r"\{[^}\n]*\}", text), text
        for found in dated.finditer(text):
            day = datetime.strptime(f"{found[2]} {found[3]} {now.year}", "%d %B %Y").replace(
                tzinfo=ZONE
            )
            assert f"{day:%A}" == f"{found[1]}day"
            assert day.weekday() < 5
            seen += 1
    assert seen > 10


def test_the_proposed_times_lie_ahead() -> None:
    for now in WEEK:
        (found,) = [c for c in built(now) if c.about.startswith("interview: times")]
        proposed = re.findall(r"day (\d{1,2}) (\w+) at", read(found.samples[0]).get_content())
        assert len(proposed) == 3
        for day, month in proposed:
            at = datetime.strptime(f"{day} {month} {now.year}", "%d %B %Y").replace(tzinfo=ZONE)
            assert at.date() > now.date()


def test_the_calendar_event_lies_ahead() -> None:
    for now in WEEK:
        (found,) = [c for c in built(now) if c.about.endswith("calendar invitation")]
        start = re.search(rb"DTSTART;TZID=Europe/London:(\d{8})T140000", found.samples[0].raw)
        assert start is not None
        assert start[1].decode() > f"{now:%Y%m%d}"


def test_a_conversation_that_is_not_well_formed_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('[[conversation]]\nabout = "the one"\n[[conversation.mail]]\ndays = 1\n')
    with pytest.raises(ValueError, match=r"the one.*subject"):
        list(samples(WEDNESDAY, broken))


def test_parsing_each_message_yields_its_own_words(
    mail: list[tuple[Sample, EmailMessage]],
) -> None:
    from mailsense.mail.parse import parse

    for sample, message in mail:
        parsed = parse(sample.raw, internaldate=sample.at, size=len(sample.raw))
        subject = message["Subject"]
        assert parsed.message_id == message["Message-ID"].strip("<>")
        assert parsed.subject == subject
        assert parsed.date == sample.at
        body = message.get_body(("plain", "html"))
        assert body is not None
        own_words = first_words(body.get_content(), html=body.get_content_subtype() == "html")
        assert own_words in " ".join(parsed.text.split()), subject
        assert "\n> " not in f"\n{parsed.text}", subject
        assert "<" not in parsed.text.replace("<leo.farrant", ""), subject


def first_words(content: str, *, html: bool) -> str:
    """Return five words of the first sentence that the writer wrote himself."""
    if html:
        content = re.sub(r"<[^>]+>", " ", content)
    lines = [line for line in content.splitlines() if line.strip() and not line.startswith(">")]
    lines = [line for line in lines if not re.match(r"On .* (?:wrote:|$)", line)]
    return " ".join(" ".join(lines).split()[:5])
