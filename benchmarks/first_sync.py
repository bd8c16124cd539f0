"""The first sync of a large mailbox, beside mbsync: ``python -m benchmarks.first_sync``.

Fills one mailbox of a private Dovecot, then lets `mailsense sync` and `mbsync` each read it
into an empty place of its own, and look again when nothing is new.  The two do different
things with what they read: mbsync copies every byte to a Maildir; mailsense fetches the
first part of each message, parses, threads, classifies, stores, and drafts answers.  mbsync
tells what reading that mailbox costs at all.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import server
from benchmarks.measure import Cost, Failed, Traffic, middle, proxy
from benchmarks.server import Filled
from benchmarks.tools import Tool, mailsense, mbsync

TASKS = ("first sync", "nothing new")
MOST_RATIO, MOST_RSS, MOST_IDLE_CPU = 4.0, 250.0, 0.5
"""What ``--check`` holds: wall time beside mbsync's; MB; CPU seconds when nothing is new."""


@dataclass(frozen=True)
class Measured:
    """One tool at one task: the cost, and the traffic from a run of its own."""

    cost: Cost
    traffic: Traffic


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="first-sync-") as folder:
        yield Path(folder)


def traffic(tool: Tool, port: int) -> tuple[Traffic, Traffic]:
    """Return what went over the wire in a first sync and in one with nothing new."""
    with _home() as home:
        with proxy(port) as (through, first):
            tool.sync(home, through)
        with proxy(port) as (through, again):
            tool.sync(home, through)
    return first, again


def time_both(tool: Tool, mailbox: Filled) -> tuple[Cost, Cost]:
    """Return the cost of a first sync and of one with nothing new.

    Raise Failed when not every message was taken in.
    """
    with _home() as home:
        first = tool.sync(home, mailbox.port)
        if (seen := tool.seen(home, first.output)) != mailbox.count:
            raise Failed(f"{tool.name} took in {seen:,} of {mailbox.count:,} messages")
        return first, tool.sync(home, mailbox.port)


def compare(
    tools: Sequence[Tool], filled: Filled, repeat: int, say: Callable[[str], None]
) -> dict[str, dict[str, Measured]]:
    """Given the tools and the mailbox, return task → tool → what was measured.

    The runs alternate, so that a busy minute of the machine hits each of them; those that
    count the traffic come first and warm the server's indexes and the bytecode for all.
    Raise Failed when a tool fails or has not taken in every message.
    """
    wires = {}
    for tool in tools:
        say(f"counting the traffic of {tool.name}")
        wires[tool.name] = traffic(tool, filled.port)
    runs: dict[str, list[tuple[Cost, Cost]]] = {tool.name: [] for tool in tools}
    for turn in range(repeat):
        for tool in tools if turn % 2 == 0 else tools[::-1]:
            say(f"timing {tool.name}, {turn + 1} of {repeat}")
            runs[tool.name].append(time_both(tool, filled))
    return {
        task: {
            name: Measured(middle([one[which] for one in of]), wires[name][which])
            for name, of in runs.items()
        }
        for which, task in enumerate(TASKS)
    }


def table(results: Mapping[str, Mapping[str, Measured]]) -> str:
    """Given the results, return them as an aligned table with the ratios."""
    heads = ("wall s", "CPU s", "peak MB", "received MB", "commands")
    lines = [" " * 22 + "".join(f"{head:>13}" for head in heads)]
    for task, tools in results.items():
        lines.append(task)
        for name, one in tools.items():
            lines.append(f"  {name:<20}" + "".join(f"{n:>13,.2f}" for n in _row(one)[:4]))
            lines[-1] += f"{one.traffic.commands:>13,}"
        if len(tools) == 2:
            pairs = zip(*map(_row, tools.values()), strict=True)
            ratios = (
                f"{ours / theirs:>12.2f}x" if theirs else f"{'-':>13}" for ours, theirs in pairs
            )
            lines.append(f"  {'/'.join(tools):<20}" + "".join(ratios))
    return "\n".join(lines)


def _row(one: Measured) -> tuple[float, float, float, float, float]:
    cost, wire = one.cost, one.traffic
    return cost.wall, cost.cpu, cost.rss, wire.received / 1e6, float(wire.commands)


def problems(results: Mapping[str, Mapping[str, Measured]]) -> list[str]:
    """Given the results, return what ``--check`` objects to, a line each."""
    first, again = (results[task] for task in TASKS)
    ours = first["mailsense"].cost
    found = []
    if "mbsync" not in first:
        found.append("mbsync is not installed: nothing to compare with (Debian's isync has it)")
    elif ours.wall > MOST_RATIO * first["mbsync"].cost.wall:
        ratio = ours.wall / first["mbsync"].cost.wall
        found.append(f"the first sync takes {ratio:.1f} times mbsync's ({MOST_RATIO} allowed)")
    if ours.rss > MOST_RSS:
        found.append(f"the first sync needs {ours.rss:.0f} MB ({MOST_RSS:.0f} allowed)")
    if (idle := again["mailsense"].cost.cpu) >= MOST_IDLE_CPU:
        found.append(f"with nothing new, {idle:.2f} s of CPU (below {MOST_IDLE_CPU} wanted)")
    return found


def profile(program: Sequence[str], port: int, lines: int = 25) -> str:
    """Run one first sync under cProfile and return the functions that took longest."""
    with _home() as home:
        stats = home / "stats"
        under = [sys.executable, "-m", "cProfile", "-o", str(stats), *program]
        mailsense(under).sync(home, port)
        show = (
            "import pstats, sys; s = pstats.Stats(sys.argv[1]); s.strip_dirs();"
            "s.sort_stats('tottime').print_stats(int(sys.argv[2]))"
        )
        return subprocess.run(
            [sys.executable, "-c", show, str(stats), str(lines)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout


def _report(
    args: argparse.Namespace, filled: Filled, results: Mapping[str, Mapping[str, Measured]]
) -> str:
    if args.json:
        told = {
            "messages": filled.count,
            "bytes": filled.size,
            "repeat": args.repeat,
            "tasks": {
                task: {n: _told(one) for n, one in of.items()} for task, of in results.items()
            },
        }
        return json.dumps(told, indent=2)
    where = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    return (
        f"{filled.count:,} messages, {filled.size / 1e6:,.0f} MB; {where}; "
        f"median of {args.repeat}\n\n{table(results)}"
    )


def _told(one: Measured) -> dict[str, object]:
    cost, wire = one.cost, one.traffic
    return {
        "wall": cost.wall,
        "cpu": cost.cpu,
        "rss": cost.rss,
        "received": wire.received,
        "sent": wire.sent,
        "connections": wire.connections,
        "commands": wire.commands,
        "verbs": dict(wire.verbs),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit status."""
    args = _arguments(argv)

    def say(text: str) -> None:
        if sys.stderr.isatty():
            print(f"{text} ...", file=sys.stderr)

    program = [args.mailsense or str(Path(sys.executable).with_name("mailsense"))]
    say(f"filling a mailbox with {args.messages:,} messages")
    try:
        with server.filled(args.messages, args.seed, datetime.now(UTC)) as mailbox:
            if args.profile:
                print(profile(program, mailbox.port))
                return 0
            tools = [mailsense(program)] + ([mbsync()] if shutil.which("mbsync") else [])
            results = compare(tools, mailbox, args.repeat, say)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    print(_report(args, mailbox, results))
    found = problems(results) if args.check else []
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.first_sync", description=(__doc__ or "").split("\n\n")[0]
    )
    add = parser.add_argument
    add("--messages", type=int, default=10_000, metavar="N", help="how many (10000)")
    add("--repeat", type=int, metavar="N", help="timed runs of each (3, above 2000 messages 1)")
    add("--seed", type=int, default=0, metavar="N", help="which mailbox (0)")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--check", action="store_true", help="exit 1 when a figure is worse than allowed")
    add("--profile", action="store_true", help="show where the first sync spends its time")
    add("--mailsense", metavar="PROGRAM", help="the program to measure (that beside python)")
    args = parser.parse_args(argv)
    if args.messages < 1 or (args.repeat is not None and args.repeat < 1):
        parser.error("--messages and --repeat must be at least 1")
    args.repeat = args.repeat or (3 if args.messages <= 2_000 else 1)
    return args


if __name__ == "__main__":
    sys.exit(main())
