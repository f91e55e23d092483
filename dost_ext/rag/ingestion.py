"""A document from its file to what can be searched: the work of `dost worker`.

Any step may be the last: what is half done is in no table, so the work begins anew.
"""

from __future__ import annotations

import logging
import time
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.clock import Clock
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotReady
from dost_ext.core.jobs import defer
from dost_ext.core.storable import storable
from dost_ext.rag import chunk_store, collection_store, news
from dost_ext.rag import document_store as store
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.chunking.cutting import Cut, Outline
from dost_ext.rag.documents import remove
from dost_ext.rag.embedding import store as embedder_store
from dost_ext.rag.embedding.embedders import Embedders
from dost_ext.rag.embedding.filling import FILL, WORDS_ALONE
from dost_ext.rag.embedding.filling import QUEUE as FILL_QUEUE
from dost_ext.rag.embedding.vectors import HalfVector
from dost_ext.rag.reading.apart import Closed, Reader
from dost_ext.rag.reading.parts import Contents, Note, Part, Unreadable

log = logging.getLogger("dost")

# How often people are told how far it is.
NEWS_SECONDS = 0.5
# Reading is this share of the progress that is shown; the rest is embedding.
READING_SHARE = 0.3
# Letters that tell the language.
SAMPLE = 4000
# Chunks that are embedded between two looks at whether they are still wanted.
BATCH = 32


class Unwanted(Exception):
    """Nobody wants this document any more."""


@dataclass(slots=True)
class _Found:
    """What reading a document gave."""

    contents: Contents | None = None
    chunks: list[Chunk] = field(default_factory=list)
    outline: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Made:
    """The vectors of all chunks, by which embedder, and why there are none."""

    embedder_id: int
    vectors: list[HalfVector]
    lacking: str | None = None


class Ingestion:
    """Reads documents, cuts them into chunks, embeds these and saves all of it at once."""

    def __init__(
        self, database: Database, reader: Reader[Cut], embedders: Embedders, clock: Clock
    ) -> None:
        self._database = database
        self._reader = reader
        self._embedders = embedders
        self._clock = clock

    async def ingest(self, document_id: UUID) -> None:
        """Make a document searchable, or have it say why it cannot be.

        Raises:
            NotReady: The database or the embedder is out of reach; to be tried again.
            Closed: The worker ends; to be done by the next one.
        """
        row = await self._begin(document_id)
        if row is None:
            return
        work = _Work(self._database, row, self._clock)
        try:
            found = await self._read(work)
            made = await self._embed(work, found.chunks)
            await self._save(row, found, made)
        except Unwanted:
            log.debug("the work on document %s is not wanted any more", document_id)
        except Unreadable as error:
            await self._fail(document_id, error.sentence)
        except (NotReady, Closed):
            raise
        except Exception:
            log.exception("document %s could not be read", document_id)
            await self._fail(document_id, "Something failed that dost did not foresee.")

    async def _begin(self, document_id: UUID) -> Record | None:
        """The document, unless somebody has done the work or nobody wants it."""
        async with self._database.begin() as connection:
            if await store.claim(connection, document_id) not in ("queued", "processing"):
                return None
            row = await store.update_document(
                connection,
                document_id,
                status="processing",
                stage="reading",
                progress=0.0,
                pages_read=0,
                updated_at=self._clock(),
            )
            if row is not None:
                await news.tell_of(connection, row)
            return row

    async def _read(self, work: _Work) -> _Found:
        async with self._database.begin() as connection:
            content = await store.content_of(connection, work.document_id)
        if content is None:
            raise Unwanted
        found = _Found()
        reading = self._reader.read(work.filename, content, main_text=work.is_page)
        async with aclosing(reading) as items:
            async for item in items:
                if isinstance(item, Contents):
                    found.contents = item
                elif isinstance(item, Note):
                    found.notes.append(item.text)
                elif isinstance(item, Chunk):
                    found.chunks.append(item)
                elif isinstance(item, Outline):
                    found.outline = [asdict(entry) for entry in item.entries]
                else:
                    await self._tell_reading(work, found, item)
        if not found.chunks:
            raise Unreadable("There are no words in this file.")
        return found

    async def _tell_reading(self, work: _Work, found: _Found, part: Part) -> None:
        pages = found.contents.pages if found.contents is not None else None
        done = min(1.0, (part.page or 0) / pages) if pages else 0.0
        await work.tell(
            stage="reading",
            progress=READING_SHARE * done,
            pages=pages,
            pages_read=part.page or 0,
        )

    async def _embed(self, work: _Work, chunks: list[Chunk]) -> _Made:
        current = await self._embedders.current()
        lacking = current.embedder.missing()
        if lacking is not None:
            return _Made(current.id, [], lacking)
        vectors: list[HalfVector] = []
        for start in range(0, len(chunks), BATCH):
            batch = chunks[start : start + BATCH]
            vectors += await current.embedder.embed([chunk.in_context for chunk in batch])
            done = len(vectors) / len(chunks)
            await work.tell(stage="embedding", progress=READING_SHARE + (1 - READING_SHARE) * done)
        return _Made(current.id, vectors)

    async def _save(self, row: Record, found: _Found, made: _Made) -> None:
        """All of it in one transaction: a document is whole or is not found."""
        contents = found.contents or Contents("application/octet-stream")
        notes = list(found.notes)
        if made.lacking is not None:
            notes.append(f"{WORDS_ALONE} {made.lacking}")
        async with self._database.begin() as connection:
            await collection_store.lock(connection, row.collection_id)
            if await store.claim(connection, row.id) != "processing":
                raise Unwanted
            if not await self._take_place(connection, row):
                return
            sample = " ".join(chunk.text for chunk in found.chunks[:20])[:SAMPLE]
            language = await chunk_store.language_of(connection, sample)
            # It may have been changed meanwhile: then the vectors are made anew.
            held = bool(made.vectors) and await embedder_store.hold(connection, made.embedder_id)
            if made.vectors and not held:
                await defer(connection, FILL, queue=FILL_QUEUE, lock=FILL)
            await chunk_store.add(
                connection,
                row.id,
                row.collection_id,
                found.chunks,
                language=language,
                vectors=made.vectors,
                embedder_id=made.embedder_id if held else None,
            )
            ready = await store.update_document(
                connection,
                row.id,
                status="ready",
                stage="",
                progress=1.0,
                title=storable(contents.title),
                media_type=contents.media_type,
                pages=contents.pages,
                pages_read=contents.pages or 0,
                chunks=len(found.chunks),
                outline=found.outline,
                notes=notes,
                error=None,
                updated_at=self._clock(),
            )
            assert ready is not None
            await news.tell_of(connection, ready)

    async def _take_place(self, connection: AsyncConnection, row: Record) -> bool:
        """Delete the older documents of a name, or this one where a newer one was faster."""
        others = await store.namesakes(connection, row.id)
        if any(other.id > row.id and other.status == "ready" for other in others):
            await remove(connection, row.id, row.collection_id)
            return False
        for other in others:
            if other.id < row.id:
                await remove(connection, other.id, row.collection_id)
        return True

    async def _fail(self, document_id: UUID, sentence: str) -> None:
        async with self._database.begin() as connection:
            if await store.claim(connection, document_id) != "processing":
                return
            row = await store.update_document(
                connection,
                document_id,
                status="failed",
                stage="",
                error=sentence,
                updated_at=self._clock(),
            )
            assert row is not None
            await news.tell_of(connection, row)


class _Work:
    """One document that is being worked on: says how far it is, and sees whether it is wanted."""

    def __init__(self, database: Database, row: Record, clock: Clock) -> None:
        self.document_id: UUID = row.id
        self.filename: str = row.filename.rpartition("/")[2]
        self.is_page: bool = row.url is not None
        self._collection_id: UUID = row.collection_id
        self._database = database
        self._clock = clock
        self._told_at = time.monotonic()

    async def tell(self, **values: Any) -> None:
        """Say how far it is, at most every half second. Raises `Unwanted`."""
        if time.monotonic() - self._told_at < NEWS_SECONDS:
            return
        self._told_at = time.monotonic()
        async with self._database.begin() as connection:
            row = await store.progress(
                connection, self.document_id, updated_at=self._clock(), **values
            )
            if row is None:
                raise Unwanted
            names = ("status", "stage", "progress", "pages_read", "pages")
            told = {name: getattr(row, name) for name in names}
            await news.tell(connection, self.document_id, self._collection_id, **told)
