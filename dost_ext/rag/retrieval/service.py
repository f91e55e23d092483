"""Answers a question with the passages that fit it best."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Database
from dost_ext.core.errors import NotReady
from dost_ext.core.scopes import Principal
from dost_ext.rag import chunk_store, schemas
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import HalfVector
from dost_ext.rag.retrieval import vectors, words
from dost_ext.rag.retrieval.fusion import fused
from dost_ext.rag.retrieval.scope import Scope, scope_of
from dost_ext.rag.tables import chunks, documents

# Chunks that each way of searching puts forward; then both measures judge all of them.
CANDIDATES = 200
# What is best depends on how many chunks there are where it is looked.
_PLAN_ANEW = text("set local plan_cache_mode = force_custom_plan")


class RetrievalService:
    """Finds passages in what the asker may read."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder

    async def close(self) -> None:
        """Let the embedder go."""
        await self._embedder.close()

    async def retrieve(self, principal: Principal, asked: schemas.Retrieve) -> schemas.Passages:
        """The passages that fit a question best.

        Raises:
            NotFound: A collection or a document is not there, or not the asker's to read.
            NotReady: Only meaning is asked for, and there is no embedder.
        """
        embedding = asyncio.ensure_future(self._embed(asked))
        try:
            async with self._database.begin() as connection:
                await connection.execute(_PLAN_ANEW)
                scope = await scope_of(
                    connection, principal.user_id, asked.collection_ids, asked.document_ids
                )
                if scope.empty:
                    return schemas.Passages(items=[])
                scores = await self._judge(connection, scope, asked, await embedding)
                best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[: asked.k]
                return schemas.Passages(items=await _passages(connection, best, scores))
        finally:
            embedding.cancel()

    async def _embed(self, asked: schemas.Retrieve) -> HalfVector | None:
        if asked.mode == "text":
            return None
        try:
            return (await self._embedder.embed([asked.query]))[0]
        except NotReady:
            if asked.mode == "vector":
                raise
            # Words alone find less, but they find.
            return None

    async def _judge(
        self,
        connection: AsyncConnection,
        scope: Scope,
        asked: schemas.Retrieve,
        embedded: HalfVector | None,
    ) -> dict[UUID, float]:
        """The score of each chunk that comes into question."""
        limit = max(CANDIDATES, asked.k)
        terms: list[words.Term] = []
        if asked.mode != "vector":
            terms = await words.terms_of(connection, scope, asked.query)
        by_words = await words.candidates(connection, scope, terms, limit)
        by_meaning: dict[UUID, float] = {}
        if embedded is not None:
            embedder = await chunk_store.embedder_id(
                connection, self._embedder.name, self._embedder.dimensions
            )
            by_meaning = await vectors.nearest(connection, scope, embedder, embedded, limit)
            for_words = [chunk for chunk in by_meaning if chunk not in by_words]
            for_meaning = [chunk for chunk in by_words if chunk not in by_meaning]
            by_words |= await words.scores(connection, scope, terms, for_words)
            by_meaning |= await vectors.scores(connection, embedder, embedded, for_meaning)
        return fused(by_words, by_meaning)


async def _passages(
    connection: AsyncConnection, ids: Sequence[UUID], scores: dict[UUID, float]
) -> list[schemas.Passage]:
    query = (
        select(
            chunks.c.id.label("chunk_id"),
            chunks.c.content.label("text"),
            chunks.c.page,
            chunks.c.headings,
            documents.c.id.label("document_id"),
            documents.c.filename,
            documents.c.title,
        )
        .join(documents, documents.c.id == chunks.c.document_id)
        .where(chunks.c.id.in_(ids))
    )
    rows = {row.chunk_id: row for row in await connection.execute(query)}
    return [
        schemas.Passage(**rows[chunk]._mapping, score=scores[chunk])
        for chunk in ids
        if chunk in rows
    ]
