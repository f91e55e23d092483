"""Reads pages of the web: fetches them, and has a process of its own make text of them."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from yarl import URL

from dost_ext.core.outbound import SECONDS, Fetched, Outbound, PageFailed
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.chunking.cutting import Cut, cut
from dost_ext.rag.reading.apart import Closed, Reader
from dost_ext.rag.reading.limits import Limits
from dost_ext.rag.reading.parts import Contents, Part, Unreadable

# Somebody waits for it: what takes longer is better added to one's documents.
LIMITS = Limits(silence=20, total=30)
# Of a page that is a book, this much is read: some three hundred pages of print.
MOST_CHARACTERS = 600_000
UNREADABLE = "{} cannot be read: {}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read."""

    url: str
    title: str
    media_type: str
    text: str
    # The same, in passages.
    chunks: list[Chunk]
    # Whether there is more of it.
    has_more: bool


class Pages:
    """Fetches pages and reads them. What reads starts with the first page."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._reader: Reader[Cut] | None = None

    async def close(self) -> None:
        """End what is being read."""
        if self._reader is not None:
            await self._reader.close()

    async def read(self, url: str, *, seconds: float = SECONDS) -> Page:
        """The main text of the page at an address: HTML, PDF, or any other kind of document.

        Raises what `Outbound.get` does; `PageFailed` for a page without text.
        """
        fetched = await self._outbound.get(url, seconds=seconds)
        return await self.read_fetched(fetched)

    async def read_fetched(self, fetched: Fetched) -> Page:
        """The main text of what was fetched. Raises `PageFailed`."""
        if self._reader is None:
            self._reader = Reader(cut, limits=LIMITS)
        contents, texts, chunks = Contents(fetched.media_type), list[str](), list[Chunk]()
        length, has_more = 0, False
        reading = self._reader.read(fetched.name, fetched.in_utf8, main_text=True)
        try:
            async with aclosing(reading) as items:
                async for item in items:
                    if isinstance(item, Contents):
                        contents = item
                    elif isinstance(item, Part):
                        texts.append(item.text)
                    elif isinstance(item, Chunk):
                        chunks.append(item)
                        length += len(item.text)
                    if length > MOST_CHARACTERS:
                        has_more = True
                        break
        except Unreadable as error:
            host = URL(fetched.url).host
            raise PageFailed(UNREADABLE.format(host, error.sentence)) from error
        except Closed as error:
            raise PageFailed("dost is stopping.") from error
        return Page(
            fetched.url,
            title=contents.title or fetched.name,
            media_type=contents.media_type or fetched.media_type,
            text="\n\n".join(texts),
            chunks=chunks,
            has_more=has_more,
        )
