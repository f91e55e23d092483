"""Reads what follows `%dost` and `%%dost` on their line."""

from __future__ import annotations

from dataclasses import dataclass

from dost_magic.errors import BadOption

WANTED = {
    "--model": "Name a model after --model, for example --model ollama/llama3.2.",
    "--docs": "Name a collection or a document after --docs, for example --docs report.pdf.",
}


@dataclass(frozen=True)
class Options:
    """The options of one magic, and the words after them."""

    model: str | None = None
    new: bool = False
    docs: tuple[str, ...] = ()
    rest: str = ""


def parse(line: str) -> Options:
    """Read options up to the first other word, so that a prompt needs no quotes."""
    model: str | None = None
    new = False
    docs: list[str] = []
    rest = line.strip()
    while rest.startswith("--"):
        name, value, rest = _option(rest)
        if name == "--new" and value is None:
            new = True
            continue
        if name not in WANTED:
            raise BadOption(f"There is no option {name}. There are --model, --docs and --new.")
        if value is None:
            value, rest = _word(rest)
        if not value or value.startswith("--"):
            raise BadOption(WANTED[name])
        if name == "--model":
            model = value
        else:
            docs.append(value)
    return Options(model, new, tuple(docs), rest)


def _option(line: str) -> tuple[str, str | None, str]:
    """The option that a line begins with, what it has after `=`, and the rest of the line."""
    head, _, rest = line.partition(" ")
    name, equals, value = head.partition("=")
    if equals and value[:1] in ("'", '"'):
        value, rest = _word(line[len(name) + 1 :])
    return name, value if equals else None, rest.lstrip()


def _word(line: str) -> tuple[str, str]:
    """The first word of a line, which quotes may hold together, and the rest."""
    quote = line[:1]
    if quote in ("'", '"') and quote in line[1:]:
        word, _, rest = line[1:].partition(quote)
    else:
        word, _, rest = line.partition(" ")
    return word, rest.lstrip()
