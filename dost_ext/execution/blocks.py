"""The fenced code blocks of a message, by CommonMark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt

_BLOCKS = MarkdownIt("commonmark")
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])
_FENCES = re.compile(r"```|~~~")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced code block; those in lists and quotations count as well."""

    language: str
    code: str
    # The lines of the text that it takes, from the first to before the last.
    lines: tuple[int, int]
    # Whether it is part of a list or a quotation.
    nested: bool


def lines_ended_alike(text: str) -> str:
    """The text with a line feed at the end of each line."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a text whose lines end alike, as they follow each other.

    A block's number, by which Run names it, is its place among them, from 0.
    """
    if not _FENCES.search(text):
        return
    for token in _BLOCKS.parse(text):
        if token.type == "fence" and token.map is not None:
            language = (token.info.split() or [""])[0]
            code = token.content.removesuffix("\n")
            yield Block(language, code, (token.map[0], token.map[1]), token.level > 0)
