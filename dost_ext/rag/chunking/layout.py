"""How a passage is shown: what its text consists of, and what stands above it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

from dost_ext.rag.chunking.blocks import Block
from dost_ext.rag.reading.parts import Part

# What a passage puts between the blocks that it consists of.
BETWEEN = "\n\n"
_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*([^\s`]*)[^\n]*\n?")

# A mark: a page, a file within the document, a part that has a title. Or a block: a heading,
# Markdown, a table in Markdown, code, and text whose lines are as they are.
Kind: TypeAlias = Literal["page", "file", "part", "heading", "text", "table", "code", "plain"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of a passage or a mark above it."""

    kind: Kind
    # In characters of the passage's text; 0 of what is not in it.
    length: int = 0
    level: int = 0
    title: str = ""
    page: int | None = None
    # Whether a table or code is the rest of what stands before it.
    goes_on: bool = False
    # Whether it is Markdown, so that code has its fence.
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece with its words."""

    kind: Kind
    text: str = ""
    level: int = 0
    page: int | None = None
    language: str = ""
    goes_on: bool = False


def piece_of(block: Block, text: str, part: Part, *, goes_on: bool = False) -> Piece:
    """How a block, or as much of it as `text`, is shown."""
    if block.kind == "heading":
        level = len(part.headings) + block.level
        return Piece("heading", len(text), level, block.text)
    kind: Kind = "plain" if block.kind == "text" and part.form == "plain" else block.kind
    return Piece(kind, len(text), goes_on=goes_on, markdown=part.form == "markdown")


def stored(layout: Sequence[Piece]) -> list[dict[str, Any]]:
    """A layout as it is kept: without what is as usual."""
    return [{name: value for name, value in asdict(piece).items() if value} for piece in layout]


def shown(text: str, layout: Sequence[Mapping[str, Any]]) -> Iterator[Shown]:
    """The pieces of a passage, in their order."""
    at = 0
    for kept in layout:
        piece = Piece(**kept)
        words = text[at : at + piece.length]
        if piece.length:
            at += piece.length + len(BETWEEN)
        one = Shown(piece.kind, piece.title or words, piece.level, piece.page)
        one = replace(one, goes_on=piece.goes_on)
        yield _unfenced(one) if piece.kind == "code" and piece.markdown else one


def _unfenced(code: Shown) -> Shown:
    """The lines of code, and the language that its fence names."""
    fence = _FENCE.match(code.text)
    if fence is None:
        return replace(code, text=textwrap.dedent(code.text))
    lines = code.text[fence.end() :]
    inner, _, end = lines.rpartition("\n")
    is_closed = end.strip().startswith(fence[1])
    return replace(code, text=inner if is_closed else lines, language=fence[2])
