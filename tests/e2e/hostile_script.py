"""A script that tries what code of others might try."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import FrameLocator, expect

_SCRIPT = Path(__file__).with_name("hostile.js").read_text()
ATTEMPTS = re.findall(r"^  (\w+): \(\) =>", _SCRIPT, re.MULTILINE)


def hostile_script(port: int) -> str:
    """Defines `tried()`, against the server at a port."""
    return _SCRIPT.replace("ORIGIN", f"http://127.0.0.1:{port}")


def outcomes_in(frame: FrameLocator) -> dict[str, str]:
    """What came of each attempt, once all were made and a frame shows it."""
    said = frame.get_by_text("tried {")
    expect(said).to_be_visible()
    found: dict[str, str] = json.loads(str(said.text_content()).removeprefix("tried "))
    return found
