"""What a text consists of: headings, paragraphs, tables and code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt

from dost_ext.rag.reading.parts import Part

Kind = Literal["heading", "text", "table", "code"]

# Where blocks begin and end is all that is asked for: what is within a line is not looked at.
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable("inline")
_EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# Within a line; a link or an image stands for its words. Neither has another within it here: so no
# line takes longer than it is long.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_MARKS = re.compile(r"[*_`]+(?=\S)|(?<=\S)[*_`]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a text that is not torn apart without need.

    A heading has a `level` from 1, and its title as text.
    """

    kind: Kind
    text: str
    page: int | None = None
    level: int = 0


def blocks_of(part: Part) -> Iterator[Block]:
    """The blocks of a part, in their order."""
    if part.form == "markdown":
        yield from _of_markdown(part)
        return
    kind: Kind = "code" if part.form == "code" else "text"
    for text in _EMPTY_LINES.split(part.text):
        if text.strip():
            yield Block(kind, text.strip("\n").rstrip(), part.page)


def _of_markdown(part: Part) -> Iterator[Block]:
    lines = part.text.split("\n")
    kinds: dict[str, Kind] = {"table_open": "table", "fence": "code", "code_block": "code"}
    tokens = _MARKDOWN.parse(part.text)
    for at, token in enumerate(tokens):
        if token.level or token.map is None or token.nesting < 0:
            continue
        first, end = token.map
        text = "\n".join(lines[first:end]).strip("\n").rstrip()
        if token.type == "heading_open":
            title = plain(tokens[at + 1].content)
            if title:
                yield Block("heading", title, part.page, int(token.tag[1:]))
        elif text.strip():
            kind = kinds.get(token.type, "text")
            yield Block(kind, text, part.page)


def plain(text: str) -> str:
    """A line of Markdown without its marks."""
    # What is linked may be an image.
    for _ in range(2):
        text = _LINK.sub(r"\1", text)
    return " ".join(_MARKS.sub("", text).split())
