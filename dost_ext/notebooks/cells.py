"""Messages as the cells of a notebook, and cells as messages again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dost_ext.execution.blocks import blocks_of, lines_ended_alike
from dost_ext.notebooks.portable import PortableMessage


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell without what is only a notebook's."""

    kind: Literal["markdown", "code"]
    source: str
    # Of a code cell, the number of the block of its message.
    block: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Language:
    """A language that Jupyter runs: how code blocks name it, and its usual kernel."""

    name: str
    aliases: frozenset[str]
    kernel: str
    kernel_title: str


PYTHON = Language(
    "python", frozenset({"python", "py", "python3", "ipython"}), "python3", "Python 3 (ipykernel)"
)
LANGUAGES = (
    PYTHON,
    Language("R", frozenset({"r"}), "ir", "R"),
    Language("julia", frozenset({"julia", "jl"}), "julia", "Julia"),
)
_RUN_OF_TICKS = re.compile(r"`{3,}")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text as it is written; of a code block also its language and its code."""

    text: str
    info: str | None = None
    code: str = ""
    number: int | None = None


def _known(piece: _Piece) -> Language | None:
    named = (piece.info or "").lower()
    return next((language for language in LANGUAGES if named in language.aliases), None)


class Cut:
    """Messages cut into cells, and the language of the notebook that they make.

    That is the one in which most of the answers' code is written; Python where none is.
    """

    def __init__(self, messages: Iterable[PortableMessage]) -> None:
        self._pieces = {m.key: list(_pieces(m.content)) for m in messages if m.role != "user"}
        count: Counter[str] = Counter()
        for pieces in self._pieces.values():
            known = (_known(piece) for piece in pieces)
            count.update(language.name for language in known if language is not None)
        # Of several alike the first, which is Python.
        self.language = max(LANGUAGES, key=lambda language: count[language.name])

    def cells_of(self, message: PortableMessage) -> list[Cell]:
        """What a reader sees of a message: a prompt quoted, an answer with its code in code cells.

        Code in other languages stays in the text, where no kernel would run it.
        """
        if message.role == "user":
            content = lines_ended_alike(message.content)
            return [Cell("markdown", _quote(content))] if content else []
        cells: list[Cell] = []
        prose = ""
        for piece in self._pieces[message.key]:
            if _known(piece) is self.language:
                cells += [*_prose(prose), Cell("code", piece.code, piece.number)]
                prose = ""
            else:
                prose += piece.text
        return [*cells, *_prose(prose)]


def content_of(cells: Sequence[Cell], role: str, language: Language) -> str:
    """The message that these cells show."""
    if role == "user":
        return "\n\n".join(_QUOTED.sub("", cell.source) for cell in cells)
    return "\n\n".join(
        cell.source if cell.kind == "markdown" else _fenced(cell.source, language.name.lower())
        for cell in cells
    )


def _prose(text: str) -> list[Cell]:
    kept = text.strip("\n")
    return [Cell("markdown", kept)] if kept.strip() else []


def _quote(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def _fenced(code: str, info: str) -> str:
    longest = max((len(run) for run in _RUN_OF_TICKS.findall(code)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{info}\n{code}\n{fence}"


def _pieces(text: str) -> Iterator[_Piece]:
    """The text's code blocks, and what is between them.

    Only fences of the outermost level: what is in a list or a quotation is part of it.
    """
    text = lines_ended_alike(text)
    lines = [f"{line}\n" for line in text.split("\n")]
    done = 0
    for number, block in enumerate(blocks_of(text)):
        if not block.nested:
            begin, end = block.lines
            yield _Piece("".join(lines[done:begin]))
            written = "".join(lines[begin:end])
            yield _Piece(written, block.language, block.code, number)
            done = end
    yield _Piece("".join(lines[done:]))
