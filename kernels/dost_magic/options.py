"""Reads what follows `%dost` and `%%dost` on their line."""

from __future__ import annotations

from dataclasses import dataclass

from dost_magic.errors import BadOption


@dataclass(frozen=True)
class Options:
    """The options of one magic, and the words after them."""

    model: str | None = None
    new: bool = False
    rest: str = ""


def parse(line: str) -> Options:
    """Read options up to the first other word, so that a prompt needs no quotes."""
    model: str | None = None
    new = False
    rest = line.strip()
    while rest.startswith("--"):
        option, _, rest = rest.partition(" ")
        rest = rest.lstrip()
        name, equals, value = option.partition("=")
        if name == "--new" and not equals:
            new = True
        elif name == "--model":
            if not equals:
                value, _, rest = rest.partition(" ")
                rest = rest.lstrip()
            if not value or value.startswith("--"):
                raise BadOption("Name a model after --model, for example --model ollama/llama3.2.")
            model = value
        else:
            raise BadOption(f"There is no option {name}. There are --model NAME and --new.")
    return Options(model, new, rest)
