"""`mailsense parse`, `classify`, `draft` and `evaluate`: messages from files, no mailbox.

With ``--json`` one object a message, one a line, as they come, so that bulk runs stream.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from mailsense.cli.app import App, current
from mailsense.cli.output import Progress, clean, emit, say, tagged
from mailsense.config import Settings
from mailsense.domain import DETAILS, Kind, Message
from mailsense.errors import ParseError, UserError

_CHUNK = 200
_UNKNOWN = "unknown"
"""The language of a message that tells none and is too short to be detected."""
_Named = tuple[dict[str, Any], Message | None]
"""What names a message in the output (path or id, or an error), and the message."""

_PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...")
_JSON = click.option(
    "--json", "as_json_", is_flag=True, help="One JSON object a message, a line each."
)
_JSONL = click.option(
    "--jsonl",
    is_flag=True,
    help="Read JSON objects from standard input, one a line; answer likewise.",
)


@click.command("parse")
@_PATHS
@_JSON
@_JSONL
def parse_command(paths: tuple[str, ...], as_json_: bool, jsonl: bool) -> None:
    """Read messages from PATHs (.eml, mbox, Maildir, folders, - for standard input)."""
    from mailsense.pipeline.told import parsed

    def each(message: Message, _: Any) -> dict[str, Any]:
        return parsed(message)

    def human(message: Message, told: dict[str, Any]) -> None:
        for key in ("from", "to", "date", "subject", "language"):
            value = told[key]
            say(f"{key:9} {clean(', '.join(value) if isinstance(value, list) else value or '-')}")
        say(f"\n{clean(message.text, lines=True).strip()}\n")

    _run(paths, as_json_, jsonl, lambda messages: [None] * len(messages), each, human)


@click.command("classify")
@_PATHS
@_JSON
@_JSONL
def classify_command(paths: tuple[str, ...], as_json_: bool, jsonl: bool) -> None:
    """Tag messages from PATHs, with the evidence."""
    from mailsense.pipeline.told import classified

    app = current()

    def human(message: Message, told: dict[str, Any]) -> None:
        guess = (
            f", perhaps {told['runner_up']}"
            if told["kind"] == "unsure" and told["runner_up"]
            else ""
        )
        reason = f", {told['reason']}" if told["reason"] else ""
        say(
            f"{tagged(told['tag'])} ({told['kind']}{reason} {told['confidence']:.0%}{guess})  "
            f"{clean(message.subject)}"
        )
        because = [one for one in told["evidence"] if one["what"] not in DETAILS]
        for one in because[:3]:
            say(f"    {one['what']}: {clean(one['text'])[:160]}")

    _run(paths, as_json_, jsonl, app.classifier.classify, classified, human)


@click.command("draft")
@_PATHS
@_JSON
@_JSONL
def draft_command(paths: tuple[str, ...], as_json_: bool, jsonl: bool) -> None:
    """Draft the answer to the message in PATH. Nothing is stored or sent."""
    from mailsense.pipeline.decide import Writing
    from mailsense.pipeline.oneshot import answer, drafted

    app = current()
    writing = Writing(_settings(app), app.playbook, app.templates, app.now, app.token, app.prior)

    def each(message: Message, verdict: Any) -> dict[str, Any]:
        return dict(answer(*drafted(message, verdict, writing)))

    def human(message: Message, told: dict[str, Any]) -> None:
        if told["action"] == "none":
            say(f"no draft: {clean(told['why'])}")
            return
        say(f"To:      {clean(', '.join(told['to']))}\nSubject: {clean(told['subject'])}\n")
        say(clean(told["body"], lines=True))

    _run(paths, as_json_, jsonl, app.classifier.classify, each, human)


def _settings(app: App) -> Settings:
    """Return the settings, or the defaults where no configuration was written yet."""
    return app.settings if app.paths.config_file.exists() else Settings()


def _run(
    paths: tuple[str, ...],
    as_json_: bool,
    jsonl: bool,
    judge: Callable[[list[Message]], Any],
    each: Callable[[Message, Any], dict[str, Any]],
    human: Callable[[Message, dict[str, Any]], None],
) -> None:
    """Read, judge and print chunk by chunk. Raise UserError at the end for what was unreadable."""
    if bool(paths) == jsonl:
        raise click.UsageError("name files or folders (- is standard input), or use --jsonl")
    named = _objects() if jsonl else _files(paths)
    problems: list[str] = []
    bar = Progress()
    done = 0
    for chunk in _chunks(named, problems):
        readable = [message for _, message in chunk if message is not None]
        verdicts = iter(judge(readable) if readable else [])
        for name, message in chunk:
            if message is None:
                problems.append(f"{next(iter(name.values()))}: {name['error']}")
                told = name
            else:
                told = {**name, **each(message, next(verdicts))}
            if as_json_ or jsonl:
                emit([told], lines=True)
            elif message is not None:
                human(message, told)
        done += len(chunk)
        if done > _CHUNK:
            bar("messages", done, 0)
    bar.close()
    if problems:
        raise UserError(problems)


def _chunks(named: Iterator[_Named], problems: list[str]) -> Iterator[list[_Named]]:
    """Yield what comes in lists; what ``named`` raises at its end joins the problems."""
    chunk: list[_Named] = []
    try:
        for one in named:
            chunk.append(one)
            if len(chunk) == _CHUNK:
                yield chunk
                chunk = []
    except UserError as error:
        problems += error.problems
    if chunk:
        yield chunk


def _files(paths: tuple[str, ...]) -> Iterator[_Named]:
    from mailsense.adapters.files import messages
    from mailsense.mail.parse import parse

    for path, raw in messages(paths, sys.stdin.buffer):
        try:
            yield {"path": path}, parse(raw)
        except ParseError as error:
            yield {"path": path, "error": f"cannot be read as a message ({error})"}, None


def _objects() -> Iterator[_Named]:
    from mailsense.mail.parse import parse_fields

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError:
            yield {"id": f"line {number}", "error": "not a JSON object"}, None
            continue
        if not isinstance(given, dict):
            yield {"id": f"line {number}", "error": "not a JSON object"}, None
            continue
        name = {"id": given.get("id")}
        try:
            yield name, parse_fields(given)
        except (ParseError, TypeError, ValueError) as error:
            yield {**name, "error": f"cannot be read as a message ({error})"}, None


@click.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", metavar="FIELD", help="Also apart, by language or a field of the objects.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
def evaluate_command(file: Path, by: str | None, as_json_: bool) -> None:
    """Measure the classifier on FILE: JSON lines with from, subject, body and kind.

    A rejection may bear its reason as well, and a line its language, which is detected else;
    where there is more than one language, the figures of each are told.
    """
    from mailsense.classify.evaluate import apart, by_language, evaluate, languages_as_text
    from mailsense.mail.parse import parse_fields

    app = current()
    gold: list[str] = []
    read: list[Message] = []
    groups: list[str] = []
    languages: list[str] = []
    reasons: list[str] = []
    for number, given in _labelled(file):
        kind = given.get("kind")
        if kind not in {k.value for k in Kind}:
            raise UserError(f"{file}:{number}: the kind {kind!r} is none of {', '.join(Kind)}")
        gold.append(str(kind))
        reasons.append(str(given.get("reason") or ""))
        try:
            read.append(parse_fields(given))
        except ParseError as error:
            raise UserError(f"{file}:{number}: {error}") from None
        told = clean(str(given.get("language") or ""))
        languages.append(told or read[-1].language or _UNKNOWN)
        groups.append(_group(given, by, languages[-1]) if by else "")
    bar = Progress()
    verdicts = []
    for start in range(0, len(read), _CHUNK):
        verdicts += app.classifier.classify(read[start : start + _CHUNK])
        bar("classify", len(verdicts), len(read))
    bar.close()
    pairs = list(zip(gold, verdicts, strict=True))
    report = evaluate(pairs, reasons)
    spoken = by_language(pairs, languages)
    parts = apart(pairs, groups, reasons) if by else {}
    if as_json_:
        each = {"by": {name: one.as_dict() for name, one in parts.items()}} if by else {}
        emit([{**report.as_dict(), "by_language": spoken, **each}], lines=True)
        return
    say(report.as_text())
    if len(spoken) > 1:
        say(languages_as_text(spoken))
    for name, one in parts.items():
        say(f"{by} {clean(name) or 'not told'}\n\n{one.as_text()}")


def _group(given: Mapping[str, Any], by: str, language: str) -> str:
    """Return what an object says of the field; of the language what is known of it."""
    value = given.get(by)
    return language if by == "language" else str(value) if value is not None else ""


def _labelled(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    import gzip

    try:
        with (
            gzip.open(file, "rt") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines
        ):
            for number, line in enumerate(lines, 1):
                if line.strip():
                    given = json.loads(line)
                    if not isinstance(given, dict):
                        raise UserError(f"{file}:{number}: is not a JSON object")
                    yield number, given
    except ValueError:
        raise UserError(f"{file}: a line is not a JSON object") from None
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error})") from None
