"""The Chromium that tests and benchmarks drive: the one that the system has."""

from __future__ import annotations

import shutil
from pathlib import Path

WHOLE = ("chromium", "chromium-browser", "google-chrome")
# Where macOS has it, which puts nothing into the path.
APP = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]


def chromium(*, windows: bool = True, app: Path = APP) -> str:
    """The program to start.

    One that can open no `windows` makes a test a third shorter; not every system has it so.
    """
    names = WHOLE if windows else ("chromium-headless-shell", *WHOLE)
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or (str(app) if app.exists() else WHOLE[0])
