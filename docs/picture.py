"""Make docs/review.svg: the review of one draft of the demo, as a terminal shows it.

``python docs/picture.py`` runs `mailsense demo` on a pseudo-terminal, skips to a rejection,
and draws what stands on the screen (`make picture`).
"""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from rich.console import Console
from rich.text import Text

COLUMNS, LINES = 104, 60
PROMPT = b"[q]uit > "


def screens() -> list[str]:
    """Run the demo and skip through the review; return the text of each card."""
    outer, inner = pty.openpty()
    ioctl(inner, TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    with tempfile.TemporaryDirectory() as folder:
        demo = [sys.executable, "-m", "mailsense", "demo", "--dir", f"{folder}/demo"]
        process = subprocess.Popen(demo, stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        seen = b""
        cards: list[str] = []
        while True:
            try:
                seen += os.read(outer, 65536)
            except OSError:  # the program has ended
                break
            if seen.endswith(PROMPT):
                cards.append(seen.decode().replace("\r\n", "\n").rpartition("\n\x1b[1m\n─")[2])
                seen = b""
                os.write(outer, b"s\n")
        process.wait()
    return ["─" + card for card in cards]


def main() -> None:
    """Draw the first rejection after an interview."""
    card = next(c for c in screens() if "answer-rejection" in c and "rejection-interview" in c)
    console = Console(record=True, width=COLUMNS, file=Path(os.devnull).open("w"))  # noqa: SIM115
    console.print(Text.from_ansi(card.rstrip()))
    svg = console.export_svg(title="mailsense review")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.S)  # no fonts from anybody's server
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    (Path(__file__).parent / "review.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
