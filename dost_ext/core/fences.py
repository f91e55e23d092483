"""Text between fences, so that Markdown takes it as it is."""

from __future__ import annotations

import re

_BACKTICKS = re.compile("`{3,}")


def fenced(text: str, info: str = "") -> str:
    """A text between fences longer than any in it, so that none of it stands outside.

    What it is, `info`, follows the first fence: the language of code.
    """
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=2)
    fence = "`" * (longest + 1)
    end = "" if text.endswith("\n") else "\n"
    return f"{fence}{info}\n{text}{end}{fence}"
