"""What code has shown, in a model's words."""

from __future__ import annotations

import re
from typing import Any

import orjson

from dost_ext.execution.schemas import Execution

# A model reads this much of one execution: some thousands of tokens.
MOST_CHARACTERS = 16_000
NOTHING = "The code ran and showed nothing."
STOPPED = "The code was interrupted."
LEFT_OUT = "\n[… {:,} characters are left out here …]\n"
# Of the forms that an output has, the one that says most in the fewest words.
IN_WORDS = ("text/plain", "text/markdown", "text/latex", "application/json")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


def told(execution: Execution) -> str:
    """The outputs of an execution as text: beginning and end, where there is too much."""
    parts = [_told(output) for output in execution.outputs]
    if execution.status == "interrupted":
        parts.append(STOPPED)
    text = "\n".join(part.rstrip("\n") for part in parts if part).strip()
    return shortened(text, MOST_CHARACTERS) or NOTHING


def shortened(text: str, most: int) -> str:
    """A text of `most` characters and a line that says what is left out of its middle."""
    if len(text) <= most:
        return text
    half = most // 2
    return text[:half] + LEFT_OUT.format(len(text) - 2 * half) + text[-half:]


def _told(output: dict[str, Any]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return _plain(output["text"])
    if kind == "error":
        trace = _plain("\n".join(output["traceback"]))
        return trace or f"{output['ename']}: {output['evalue']}"
    data: dict[str, Any] = output["data"]
    seen = [f"[{one}, which the user sees]" for one in data if _is_seen(one)]
    words = next((data[one] for one in IN_WORDS if one in data), None)
    if words is None:
        return "\n".join(seen or [f"[{one}]" for one in data])
    said = words if isinstance(words, str) else orjson.dumps(words).decode()
    return "\n".join([_plain(said), *seen])


def _is_seen(media_type: str) -> bool:
    """Whether an output in this form is a picture, a widget or the like."""
    return media_type.startswith(("image/", "video/", "audio/")) or "widget-view" in media_type


def _plain(text: str) -> str:
    """Text as a terminal leaves it: without colours, each line as it was last written over."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
