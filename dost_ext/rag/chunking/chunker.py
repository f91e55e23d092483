"""Puts blocks together to chunks, of which each knows its page and what it lies under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dost_ext.rag.chunking.blocks import Block, blocks_of
from dost_ext.rag.chunking.splitting import pieces
from dost_ext.rag.reading.parts import Part

# Characters. A chunk is filled up to the aim, and what belongs together stays so up to the most: a
# section of a page, or an abstract, is about that long. The embedder reads some 1,100 characters of
# English and the words are all counted, so longer chunks would be found by their beginnings.
AIM = 1200
MOST = 2000
# What is shorter says too little alone, and is put together with what follows.
LEAST = 300
# Of an outline; a table of ten thousand headings helps nobody.
MOST_HEADINGS = 2000
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage."""

    text: str
    page: int | None
    headings: tuple[str, ...]

    @property
    def in_context(self) -> str:
        """The passage after what it lies under: so it is read by whoever knows nothing else."""
        return f"{' › '.join(self.headings)}\n{self.text}" if self.headings else self.text


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading of a document."""

    level: int
    title: str
    page: int | None


@dataclass(slots=True)
class _Open:
    """The chunk that is being filled."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    page: int | None = None
    headings: tuple[str, ...] = ()


class Chunker:
    """Takes parts as they are read, and gives chunks as they are full."""

    def __init__(self) -> None:
        self.outline: list[OutlineEntry] = []
        self._open = _Open()
        # The headings of Markdown that hold, by their level.
        self._under: list[tuple[int, str]] = []
        self._of_part: tuple[str, ...] = ()
        # A heading that nothing has followed yet.
        self._waiting: list[Block] = []

    def take(self, part: Part) -> Iterator[Chunk]:
        """The chunks that are full once the part is added."""
        if part.headings != self._of_part:
            self._note_outline(part)
            self._of_part, self._under = part.headings, []
        for block in blocks_of(part):
            # What is longer names nothing: it is a paragraph that somebody made large.
            if block.kind == "heading" and len(block.text) <= LONGEST_HEADING:
                self._enter(block)
            else:
                yield from self._add(block)

    def rest(self) -> Iterator[Chunk]:
        """The last chunk, once everything was taken."""
        # A document may end with a heading, or consist of nothing else.
        for heading in self._waiting:
            yield from self._put(heading.text, heading.page, self._path())
        self._waiting = []
        yield from self._flush()

    def _note_outline(self, part: Part) -> None:
        common = _common(part.headings, self._of_part)
        for level, title in enumerate(part.headings[len(common) :], len(common) + 1):
            self._remember(OutlineEntry(level, title[:LONGEST_HEADING], part.page))

    def _remember(self, entry: OutlineEntry) -> None:
        if len(self.outline) < MOST_HEADINGS:
            self.outline.append(entry)

    def _enter(self, heading: Block) -> None:
        while self._under and self._under[-1][0] >= heading.level:
            self._under.pop()
        self._under.append((heading.level, heading.text))
        depth = len(self._of_part) + heading.level
        self._remember(OutlineEntry(depth, heading.text, heading.page))
        self._waiting.append(heading)

    def _path(self) -> tuple[str, ...]:
        return (*self._of_part, *(title for _, title in self._under))

    def _add(self, block: Block) -> Iterator[Chunk]:
        path = self._path()
        moved = path != self._open.headings or block.page != self._open.page
        if self._open.texts and moved and self._open.length >= LEAST:
            yield from self._flush()
        if self._open.texts and self._waiting:
            # The chunk holds more than one section: what is not above all of it is within it.
            for heading in self._waiting:
                yield from self._put(heading.text, block.page, path, joins=True)
        self._waiting = []
        for text in pieces(block, MOST):
            yield from self._put(text, block.page, path)

    def _put(
        self, text: str, page: int | None, path: tuple[str, ...], *, joins: bool = False
    ) -> Iterator[Chunk]:
        full = self._open.length + len(text) > (AIM if self._open.length >= LEAST else MOST)
        if self._open.texts and full and not joins:
            yield from self._flush()
        opened = self._open
        if not opened.texts:
            opened.page, opened.headings = page, path
        opened.headings = _common(opened.headings, path)
        opened.texts.append(text)
        opened.length += len(text)

    def _flush(self) -> Iterator[Chunk]:
        opened, self._open = self._open, _Open()
        if opened.texts:
            yield Chunk("\n\n".join(opened.texts), opened.page, opened.headings)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What two paths begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return one[:count]
