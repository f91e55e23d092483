"""Files as the passages that they are cut into, in the process that reads them."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from dost_ext.rag.chunking.chunker import Chunk, OutlineEntry
from dost_ext.rag.chunking.cutting import Cut, Outline, cut
from dost_ext.rag.reading.apart import TOO_LONG, Reader
from dost_ext.rag.reading.limits import Limits
from dost_ext.rag.reading.parts import Contents, Part, Unreadable
from tests.support.documents import pdf

# Letters of a line: what takes time by its square would take minutes of it.
LONG = 300_000


def cut_apart(filename: str, content: bytes, limits: Limits | None = None) -> list[Cut]:
    """All that comes of a file."""

    async def run() -> list[Cut]:
        reader = Reader(cut, limits=limits)
        try:
            async with aclosing(reader.read(filename, content)) as items:
                return [item async for item in items]
        finally:
            await reader.close()

    return asyncio.run(run())


def test_parts_come_with_their_passages_and_the_outline_at_last() -> None:
    found = cut_apart("a.md", b"# One\n\nwords\n\n## Two\n\nmore words")
    assert [type(item) for item in found] == [Contents, Part, Chunk, Outline]
    assert found[-2] == Chunk("words\n\nTwo\n\nmore words", None, ("One",))
    assert found[-1] == Outline([OutlineEntry(1, "One", None, 0), OutlineEntry(2, "Two", None, 0)])


def test_passages_of_a_pdf_know_their_pages() -> None:
    found = cut_apart("a.pdf", pdf("word " * 100, "other " * 100))
    assert [item.page for item in found if isinstance(item, Chunk)] == [1, 2]


@pytest.mark.parametrize("marks", ["[", "![", "[a](", "*", "* ", "*a", "_ ", "`", "`a", "[[a]"])
def test_a_heading_of_marks_alone_is_no_more_than_a_long_line(marks: str) -> None:
    line = (marks * LONG)[:LONG]
    found = cut_apart("a.md", f"# {line}\n\nwords".encode(), Limits(total=60))
    assert "words" in [item for item in found if isinstance(item, Chunk)][-1].text


def test_what_takes_too_long_to_cut_is_ended_as_what_takes_too_long_to_read_is() -> None:
    items = b"- a\n" * 1_000_000
    with pytest.raises(Unreadable) as caught:
        cut_apart("a.md", items, Limits(silence=1))
    assert caught.value.sentence == TOO_LONG
