"""The one-shot contracts: parse, classify, draft and evaluate, from files and standard input."""

from __future__ import annotations

import json
import mailbox
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.mailboxes import letter
from tests.support.world import World

PARSED = {
    "path", "message_id", "subject", "from", "reply_to", "to", "date", "text", "quoted",
    "signature", "attachments", "language", "facts",
}  # fmt: skip
CLASSIFIED = {
    "path", "message_id", "tag", "kind", "also", "reason", "stage", "confidence", "runner_up",
    "source", "evidence", "reply_ok",
}  # fmt: skip
DRAFTED = {"path", "action", "to", "cc", "subject", "body", "template", "plan", "why"}
ROBOT = {"Auto-Submitted": "auto-generated"}


@pytest.fixture
def robin(tmp_path: Path) -> World:
    """A user without any configuration."""
    return World(tmp_path / "home", datetime(2026, 3, 4, 11, 0, tzinfo=UTC))


@pytest.fixture
def no(tmp_path: Path) -> Path:
    file = tmp_path / "no.eml"
    file.write_bytes(letter(id="no"))
    return file


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_parse_prints_one_object_a_message_with_every_field(robin: World, no: Path) -> None:
    (told,) = lines(robin.ok("parse", "--json", str(no)).out)
    assert told.keys() >= PARSED
    assert told["path"] == str(no)
    assert told["message_id"] == "no@harbourfreight.example"
    assert told["from"] == "Anna Field <anna.field@harbourfreight.example>"
    assert told["text"].startswith("Dear Robin,")


def test_classify_tells_tag_evidence_and_whether_an_answer_would_reach_a_person(
    robin: World, no: Path
) -> None:
    (told,) = lines(robin.ok("classify", "--json", str(no)).out)
    assert told.keys() >= CLASSIFIED
    assert (told["tag"], told["kind"], told["reply_ok"]) == ("rejection", "rejection", True)
    assert 0 < told["confidence"] <= 1
    assert any("another candidate" in e["text"] for e in told["evidence"])


def test_a_robots_mail_is_told_as_such(robin: World, tmp_path: Path) -> None:
    file = tmp_path / "robot.eml"
    file.write_bytes(letter(sender="Jobs <no-reply@harbourfreight.example>", headers=ROBOT))
    (told,) = lines(robin.ok("classify", "--json", str(file)).out)
    assert told["reply_ok"] is False
    (answer,) = lines(robin.ok("draft", "--json", str(file)).out)
    assert (answer["action"], answer["body"]) == ("none", None)
    assert "robot" in answer["why"]


def test_draft_answers_the_message_whatever_its_age(robin: World, no: Path) -> None:
    no.write_bytes(letter(days=700))
    (told,) = lines(robin.ok("draft", "--json", str(no)).out)
    assert told.keys() >= DRAFTED
    assert (told["action"], told["plan"]) == ("reply", "answer-rejection")
    assert told["to"] == ["Anna Field <anna.field@harbourfreight.example>"]
    assert told["subject"] == "Re: Your application for Planning Analyst"
    assert "Robin Avery" in told["body"], "without a configuration the user is the one addressed"


def test_nothing_is_stored_by_a_one_shot_command(robin: World, no: Path) -> None:
    for command in ("parse", "classify", "draft"):
        robin.ok(command, str(no))
    assert not robin.home.exists()


def test_standard_input_and_several_paths_keep_their_order(robin: World, no: Path) -> None:
    told = lines(robin.ok("classify", "--json", "-", str(no), input=letter(id="in")).out)
    assert [t["path"] for t in told] == ["-", str(no)]
    assert told[0]["message_id"] == "in@harbourfreight.example"


def test_a_maildir_streams_all_its_messages(robin: World, tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "md")
    for n in range(450):
        box.add(letter(f"Hello {n}", id=f"m{n}"))
    told = lines(robin.ok("parse", "--json", str(tmp_path / "md")).out)
    assert len({t["message_id"] for t in told}) == 450


def test_jsonl_reads_objects_and_returns_their_ids_in_order(robin: World) -> None:
    objects = [
        {"id": 7, "from": "Anna <anna@x.example>", "subject": "Your application",
         "body": "We have decided to go with another candidate for the role. Sorry, Robin."},
        {"id": "b", "from": "Jo <jo@y.example>", "subject": "Dinner", "body": "Dinner on Friday?"},
        {"id": "c", "from": "bo@z.example", "subject": "Hi", "html": "<p>Lunch <b>today</b>?</p>"},
    ]  # fmt: skip
    text = "\n".join(json.dumps(o) for o in objects)
    told = lines(robin.ok("classify", "--jsonl", input=text).out)
    assert [t["id"] for t in told] == [7, "b", "c"]
    assert told[0]["tag"] == "rejection"
    parsed = lines(robin.ok("parse", "--jsonl", input=text).out)
    assert parsed[2]["text"].strip() == "Lunch today?"


def test_what_cannot_be_read_is_told_and_the_rest_still_comes(robin: World, no: Path) -> None:
    result = robin.run("parse", "--json", str(no), str(no.parent / "missing.eml"))
    assert result.code == 1
    assert len(lines(result.out)) == 1
    assert "there is no such file" in result.err
    result = robin.run("classify", "--jsonl", input='not json\n{"id": 1, "body": "hello"}\n')
    assert result.code == 1
    assert [t.get("id") for t in lines(result.out)] == ["line 1", 1]
    assert "line 1: not a JSON object" in result.err


def test_neither_paths_nor_jsonl_is_a_usage_error(robin: World) -> None:
    assert robin.run("classify").code == 2
    assert robin.run("classify", "--jsonl", "x.eml").code == 2


def test_the_human_output_is_short(robin: World, no: Path) -> None:
    assert robin.ok("classify", str(no)).out.startswith("rejection (rejection")
    assert "Subject: Re: Your application" in robin.ok("draft", str(no)).out
    assert "Dear Robin," in robin.ok("parse", str(no)).out


LABELLED = [
    ("rejection", "We have decided to go with another candidate for this role."),
    ("rejection", "Unfortunately your application was not successful on this occasion."),
    ("other", "The plumber comes on Monday at nine. Please be at home to let him in."),
    ("interview", "We would like to invite you to an interview on Tuesday at ten."),
]


def test_evaluate_prints_the_figures(robin: World, tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(
        "\n".join(
            json.dumps(
                {"id": n, "kind": kind, "from": "a@b.example", "subject": "Hello", "body": body}
            )
            for n, (kind, body) in enumerate(LABELLED)
        )
    )
    told = robin.ok("evaluate", "--json", str(file)).json
    assert told["kinds"]["rejection"]["support"] == 2
    assert 0 <= told["tag_accuracy"] <= 1
    text = robin.ok("evaluate", str(file)).out
    assert "rejection" in text
    assert "precision" in text


def test_evaluate_by_a_field_and_by_language_tells_each_apart(robin: World, tmp_path: Path) -> None:
    file = tmp_path / "mail.jsonl"
    french = "Bonjour, nous vous remercions pour votre candidature et pour votre patience. " * 4
    rows = [
        {"subject": "Your application", "body": "You have not been selected.", "kind": "rejection"},
        {"subject": "Lunch", "body": "Shall we have soup?", "kind": "other", "source": "home"},
        {"subject": "Candidature", "body": french, "kind": "rejection", "source": "home"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    told = robin.ok("evaluate", "--json", "--by", "source", str(file)).json["by"]
    assert {name: one["messages"] for name, one in told.items()} == {"": 1, "home": 2}
    told = robin.ok("evaluate", "--json", "--by", "language", str(file)).json["by"]
    assert told["fr"]["coverage"] == 0
    assert "language fr" in robin.ok("evaluate", "--by", "language", str(file)).out


def test_evaluate_tells_each_language_where_there_is_more_than_one(
    robin: World, tmp_path: Path
) -> None:
    file = tmp_path / "mail.jsonl"
    german = "Guten Tag, wir danken Ihnen für Ihre Bewerbung und melden uns in Kürze wieder. " * 4
    english = "Thank you for your application. We have chosen another candidate this time. " * 4
    rows = [
        {"subject": "Your application", "body": english, "kind": "rejection"},
        {"subject": "Your application", "body": english, "kind": "rejection", "language": "en"},
        {"subject": "Bewerbung", "body": german, "kind": "acknowledgement"},
        {"subject": "Non", "body": "Non, merci.", "kind": "rejection", "language": " f\nr "},
        {"subject": "", "body": "Ok.", "kind": "other"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    told = robin.ok("evaluate", "--json", str(file)).json["by_language"]
    assert {name: one["messages"] for name, one in told.items()} == {
        "de": 1, "en": 2, "f r": 1, "unknown": 1,
    }  # fmt: skip
    assert (told["de"]["unsure"], told["en"]["accuracy"]) == (1.0, 1.0)
    assert set(told["en"]) == {"messages", "accuracy", "tag_accuracy", "unsure"}
    by = robin.ok("evaluate", "--json", "--by", "language", str(file)).json["by"]
    assert set(by) == set(told)
    lines = robin.ok("evaluate", str(file)).out.splitlines()
    assert ["en", "2", "100.0%", "100.0%", "0.0%"] in [line.split() for line in lines]
    file.write_text("\n".join(json.dumps(row) for row in rows[:2]))
    assert robin.ok("evaluate", "--json", str(file)).json["by_language"]["en"]["messages"] == 2
    assert "language" not in robin.ok("evaluate", str(file)).out


FILLED = "Dear Robin, thank you for your application. The position has been filled."
CHOSEN = "Dear Robin, thank you for your application. We have chosen another candidate."


def test_evaluate_tells_how_often_the_reason_was_right_in_all_and_in_each_group(
    robin: World, tmp_path: Path
) -> None:
    file = tmp_path / "gold.jsonl"
    rows = [
        {"body": FILLED, "kind": "rejection", "reason": "filled", "source": "a"},
        {"body": CHOSEN, "kind": "rejection", "reason": "filled", "source": "b"},
        {"body": LABELLED[0][1], "kind": "rejection", "reason": "luck", "source": "b"},
        {"body": LABELLED[1][1], "kind": "rejection", "reason": None, "source": "c"},
        {"body": LABELLED[2][1], "kind": "other", "reason": "filled", "source": "c"},
    ]
    file.write_text(
        "\n".join(json.dumps({"from": "a@b.example", "subject": "Hello", **row}) for row in rows)
    )
    told = robin.ok("evaluate", "--json", "--by", "source", str(file)).json
    assert told["reasons"] == {"support": 2, "given": 2, "right": 1}
    apart = {name: one.get("reasons") for name, one in told["by"].items()}
    assert apart == {
        "a": {"support": 1, "given": 1, "right": 1},
        "b": {"support": 1, "given": 1, "right": 0},
        "c": None,
    }
    text = robin.ok("evaluate", str(file)).out
    assert "2 rejections with a known reason: 2 called rejections, 1 of them" in text


@pytest.mark.parametrize(
    ("text", "says"), [('{"kind": "nope"}', "nope"), ("not json", "JSON"), (None, "cannot be read")]
)
def test_evaluate_on_something_else_says_so(
    robin: World, tmp_path: Path, text: str | None, says: str
) -> None:
    file = tmp_path / "gold.jsonl"
    if text is not None:
        file.write_text(text)
    result = robin.run("evaluate", str(file))
    assert result.code == 1
    assert says in result.err
