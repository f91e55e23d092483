"""What reading a file gave, for tests to compare."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass

import pytest

from dost_ext.rag.reading.parts import Contents, Note, Part, Read, Unreadable
from dost_ext.rag.reading.reader import read


@dataclass(frozen=True)
class Outcome:
    """All that came out of a file, in order."""

    contents: Contents
    parts: list[Part]
    notes: list[str]

    @property
    def text(self) -> str:
        """The words of all parts."""
        return "\n\n".join(part.text for part in self.parts)


def outcome_of(filename: str, content: bytes) -> Outcome:
    """Read a file in this process."""
    return collected(read(filename, content))


def collected(items: Iterable[Read]) -> Outcome:
    """Sort what came out, and check what always holds."""
    contents, *rest = items
    assert isinstance(contents, Contents)
    parts = [item for item in rest if isinstance(item, Part)]
    notes = [item.text for item in rest if isinstance(item, Note)]
    assert len(parts) + len(notes) == len(rest)
    assert all(part.text and part.text == part.text.strip() for part in parts)
    assert all("\0" not in part.text and part.text.encode() for part in parts)
    return Outcome(contents, parts, notes)


async def collected_later(items: AsyncIterable[Read]) -> Outcome:
    """The same for what comes out of another process."""
    return collected([item async for item in items])


def sentence_of(filename: str, content: bytes) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(Unreadable) as caught:
        list(read(filename, content))
    return caught.value.sentence
