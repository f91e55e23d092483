"""A file as the passages that it is cut into: done where it is read, within the same limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dost_ext.rag.chunking.chunker import Chunk, Chunker, OutlineEntry
from dost_ext.rag.reading.parts import Part, Read
from dost_ext.rag.reading.reader import read


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a whole file."""

    entries: list[OutlineEntry]


Cut = Read | Chunk | Outline


def cut(filename: str, content: bytes, *, main_text: bool = False) -> Iterator[Cut]:
    """What `reader.read` gives, after each part the chunks that it fills, and at last the outline.

    Raises as `reader.read` does.
    """
    chunker = Chunker()
    for item in read(filename, content, main_text=main_text):
        yield item
        if isinstance(item, Part):
            yield from chunker.take(item)
    yield from chunker.rest()
    yield Outline(chunker.outline)
