"""Gives passages the vectors that they lack: work of `dost worker`.

They lack those of an embedder that was chosen, and those of the current one where it was not
installed when they were read. Any step may be the last: what is there is not embedded again.
"""

from __future__ import annotations

import logging
from uuid import UUID

from dost_ext.core.database import Database, Record
from dost_ext.core.errors import NotReady
from dost_ext.core.notifications import publish
from dost_ext.rag.chunking.chunker import Chunk
from dost_ext.rag.embedding import store
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.embedders import TOPIC, Embedders

log = logging.getLogger("dost")

FILL = "embed"
QUEUE = "embedding"
BATCH = 32
# What a document says that was read while there was no embedder.
WORDS_ALONE = "It is found by its words alone."
FIRST = UUID(int=0)


class Filling:
    """Embeds what lacks vectors, and has the next embedder take its place when nothing does."""

    def __init__(self, database: Database, embedders: Embedders) -> None:
        self._database = database
        self._embedders = embedders

    async def is_needed(self) -> bool:
        """Whether any passage lacks a vector."""
        async with self._database.begin() as connection:
            row = await store.in_state(connection, "next") or await store.current(connection)
            return row.state == "next" or bool(await store.lacking(connection, row.id, FIRST, 1))

    async def fill(self) -> None:
        """Embed until nothing is lacking. Raises `NotReady` where the embedder is out of reach."""
        while True:
            async with self._database.begin() as connection:
                row = await store.in_state(connection, "next") or await store.current(connection)
            try:
                embedder = self._embedders.numbered(row).embedder
                if (lacking := embedder.missing()) is not None:
                    if row.state == "current":
                        # The next worker looks whether it has been installed.
                        return
                    raise NotReady(lacking, code="embedder")
                whole = await self._pass(row, embedder)
            except NotReady as error:
                async with self._database.begin() as connection:
                    await store.change(connection, row.id, error=error.detail)
                raise
            if whole and (row.state == "current" or await self._switch(row)):
                break
        async with self._database.begin() as connection:
            await store.drop_notes(connection, WORDS_ALONE)

    async def _pass(self, row: Record, embedder: Embedder) -> bool:
        """Go through all passages once; whether that was to the end, and not given up."""
        async with self._database.autocommit() as connection:
            await store.index(connection, row.dimensions)
        after = FIRST
        while True:
            async with self._database.begin() as connection:
                chunks = await store.lacking(connection, row.id, after, BATCH)
            if not chunks:
                return True
            after = chunks[-1].id
            vectors = await embedder.embed(
                [Chunk(one.content, None, tuple(one.headings)).in_context for one in chunks]
            )
            async with self._database.begin() as connection:
                if not await store.advance(connection, row.id, row.state, len(chunks)):
                    return False
                await store.add_vectors(connection, row.id, [one.id for one in chunks], vectors)

    async def _switch(self, row: Record) -> bool:
        """Have the next embedder be the current one, if nothing has come in meanwhile."""
        async with self._database.begin() as connection:
            following = await store.in_state(connection, "next", lock=True)
            if following is None or following.id != row.id:
                return False
            # Waits for documents that are being saved with the vectors of the one until now.
            current = await store.in_state(connection, "current", lock=True)
            if await store.lacking(connection, row.id, FIRST, 1):
                return False
            if current is not None:
                await store.change(connection, current.id, state="unused")
            await store.change(connection, row.id, state="current", error=None)
            await publish(connection, TOPIC, None)
        log.info("documents are searched by %s now", row.name)
        return True
