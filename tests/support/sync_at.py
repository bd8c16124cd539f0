"""Run ``mailsense sync`` in a process of its own at a given instant: HOME INSTANT [ARG]...

SIGXFSZ is ignored, so that a limit on file sizes looks to SQLite like a full disk.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

from mailsense.cli.app import App
from mailsense.cli.main import run

if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    home, instant, *args = sys.argv[1:]
    now = datetime.fromisoformat(instant)
    app = App({**os.environ, "MAILSENSE_HOME": home}, clock=lambda: now)
    sys.exit(run(args or ["sync"], app))
