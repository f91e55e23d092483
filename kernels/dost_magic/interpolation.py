"""Puts notebook variables into a prompt.

`{name}` becomes the variable's text; `{{name}}` stands for `{name}` itself. Only a plain name
directly in braces counts: JSON, sets, format strings and TeX (`{"a": 1}`, `{}`, `{x: 2}`,
`${HOME}`, `\\frac{a}{b}`) stay as they are. A name that the notebook does not have is an error,
never silently sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dost_magic.errors import UnknownVariable

_NAME = r"[^\W\d]\w*"
_PATTERN = re.compile(
    rf"(?P<kept>\\[A-Za-z]+(?:\{{[^{{}}]*\}})+|\$\{{{_NAME}\}})"
    rf"|\{{\{{(?P<literal>{_NAME})\}}\}}"
    rf"|\{{(?P<name>{_NAME})\}}"
)


def interpolate(prompt: str, variables: Mapping[str, Any]) -> str:
    """Return `prompt` with its variables filled in; raises UnknownVariable with the name."""

    def fill(match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match["kept"]
        if match["literal"] is not None:
            return f"{{{match['literal']}}}"
        name = match["name"]
        if name not in variables:
            raise UnknownVariable(
                f"There is no variable named {name}. "
                f"Define it first, or write {{{{{name}}}}} to send the braces themselves."
            )
        return str(variables[name])

    return _PATTERN.sub(fill, prompt)
