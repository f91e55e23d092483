"""Puts blocks together to chunks, of which each knows its page and what it lies under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from dost_ext.rag.chunking.blocks import Block, blocks_of
from dost_ext.rag.chunking.layout import BETWEEN, Piece, piece_of
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
    # How it is shown: what its text consists of, and what stands above it.
    layout: tuple[Piece, ...] = field(default=(), compare=False)

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
    # The number of the first passage that stands below it.
    passage: int | None = None


@dataclass(slots=True)
class _Open:
    """The chunk that is being filled."""

    texts: list[str] = field(default_factory=list)
    length: int = 0
    page: int | None = None
    headings: tuple[str, ...] = ()
    layout: list[Piece] = field(default_factory=list)


class Chunker:
    """Takes parts as they are read, and gives chunks as they are full."""

    def __init__(self) -> None:
        self.outline: list[OutlineEntry] = []
        self._open = _Open()
        # The headings of Markdown that hold, by their level.
        self._under: list[tuple[int, str]] = []
        self._part = Part("", "plain")
        # A heading that nothing has followed yet.
        self._waiting: list[Block] = []
        # What is shown so far: a part's headings and a page are told where they change.
        self._shown = Part("", "plain")
        self._last: Block | None = None
        # How many chunks were given, and of how many entries of the outline their chunk is known.
        self._given = 0
        self._placed = 0

    def take(self, part: Part) -> Iterator[Chunk]:
        """The chunks that are full once the part is added."""
        if part.headings[: part.files] != self._part.headings[: self._part.files]:
            # No passage is of two files: it could name neither.
            yield from self.rest()
        if part.headings != self._part.headings:
            self._note_outline(part)
            self._under = []
        self._part = part
        for block in blocks_of(part):
            # What is longer names nothing: it is a paragraph that somebody made large.
            if block.kind == "heading" and len(block.text) <= LONGEST_HEADING:
                self._enter(block)
            else:
                yield from self._add(replace(block, kind="text") if block.level else block)

    def rest(self) -> Iterator[Chunk]:
        """The last chunk, once everything was taken."""
        # A document may end with a heading, or consist of nothing else.
        waiting, self._waiting = self._waiting, []
        for heading in waiting:
            yield from self._put(heading, heading.text, self._path())
        yield from self._flush()

    def _note_outline(self, part: Part) -> None:
        common = _common(part.headings, self._part.headings)
        for level, title in enumerate(part.headings[len(common) :], len(common) + 1):
            self._remember(OutlineEntry(level, title[:LONGEST_HEADING], part.page))

    def _remember(self, entry: OutlineEntry) -> None:
        if len(self.outline) < MOST_HEADINGS:
            self.outline.append(entry)

    def _enter(self, heading: Block) -> None:
        while self._under and self._under[-1][0] >= heading.level:
            self._under.pop()
        self._under.append((heading.level, heading.text))
        depth = len(self._part.headings) + heading.level
        self._remember(OutlineEntry(depth, heading.text, heading.page))
        self._waiting.append(heading)

    def _path(self) -> tuple[str, ...]:
        return (*self._part.headings, *(title for _, title in self._under))

    def _add(self, block: Block) -> Iterator[Chunk]:
        path = self._path()
        moved = path != self._open.headings or block.page != self._open.page
        if self._open.texts and moved and self._open.length >= LEAST:
            yield from self._flush()
        if self._open.texts and self._waiting:
            # The chunk holds more than one section: what is not above all of it is within it.
            waiting, self._waiting = self._waiting, []
            for heading in waiting:
                yield from self._put(
                    replace(heading, page=block.page), heading.text, path, joins=True
                )
        goes_on = self._goes_on(block)
        for text in pieces(block, MOST):
            yield from self._put(block, text, path, goes_on=goes_on)
            goes_on = True

    def _goes_on(self, block: Block) -> bool:
        """Whether a table is the rest of the one before: readers give long ones in parts."""
        last = self._last
        if last is None or self._waiting or block.kind != "table" or last.kind != "table":
            return False
        if self._shown.headings != self._part.headings or last.page != block.page:
            return False
        return block.text.split("\n", 2)[:2] == last.text.split("\n", 2)[:2]

    def _put(
        self,
        block: Block,
        text: str,
        path: tuple[str, ...],
        *,
        joins: bool = False,
        goes_on: bool = False,
    ) -> Iterator[Chunk]:
        full = self._open.length + len(text) > (AIM if self._open.length >= LEAST else MOST)
        if self._open.texts and full and not joins:
            yield from self._flush()
        opened = self._open
        if not opened.texts:
            opened.page, opened.headings = block.page, path
        opened.headings = _common(opened.headings, path)
        opened.texts.append(text)
        opened.length += len(text)
        opened.layout += [*self._above(block), piece_of(block, text, self._part, goes_on=goes_on)]
        self._last = block
        self._place_outline()

    def _above(self, block: Block) -> Iterator[Piece]:
        """What is new above a block, and not in the text: a page, a part, headings."""
        common = len(_common(self._part.headings, self._shown.headings))
        if block.page is not None and block.page != self._shown.page:
            yield Piece("page", page=block.page)
        for level, title in enumerate(self._part.headings[common:], common + 1):
            is_file = level <= self._part.files
            yield Piece("file" if is_file else "part", level=level, title=title)
        self._shown = replace(self._part, page=block.page)
        waiting, self._waiting = self._waiting, []
        for heading in waiting:
            yield replace(piece_of(heading, "", self._part), length=0)

    def _place_outline(self) -> None:
        for at in range(self._placed, len(self.outline)):
            self.outline[at] = replace(self.outline[at], passage=self._given)
        self._placed = len(self.outline)

    def _flush(self) -> Iterator[Chunk]:
        opened, self._open = self._open, _Open()
        if opened.texts:
            self._given += 1
            layout = tuple(opened.layout)
            yield Chunk(BETWEEN.join(opened.texts), opened.page, opened.headings, layout)


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What two paths begin with alike."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return one[:count]
