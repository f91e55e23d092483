"""Answers a question with the passages that fit it best."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeAlias
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

# Chunks that each way of searching puts forward, or twice as many as are asked for; then both
# measures judge all of them.
CANDIDATES = 100
# By which embedder, and what it made of the question.
_Asked: TypeAlias = tuple[int, HalfVector]
# Which plan is best depends on how many chunks there are where it is looked.
_PLAN_ANEW = text("set local plan_cache_mode = force_custom_plan")


class RetrievalService:
    """Finds passages in what the asker may read."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._embedder_id: int | None = None

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
        # Nobody may come to wait for it, and then it is nobody's failure.
        embedding.add_done_callback(lambda done: done.cancelled() or done.exception())
        try:
            async with self._database.autocommit() as connection:
                scope = await scope_of(
                    connection, principal.user_id, asked.collection_ids, asked.document_ids
                )
            if scope.empty:
                return schemas.Passages(items=[])
            limit = max(CANDIDATES, 2 * asked.k)
            # Each on a connection of its own, and none is held while another is waited for.
            words_found, meaning_found = await asyncio.gather(
                self._by_words(scope, asked, limit), self._by_meaning(scope, embedding, limit)
            )
        finally:
            embedding.cancel()
        scores = await self._judged(scope, words_found, meaning_found)
        best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[: asked.k]
        async with self._database.autocommit() as connection:
            return schemas.Passages(items=await _passages(connection, best, scores))

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

    async def _by_words(
        self, scope: Scope, asked: schemas.Retrieve, limit: int
    ) -> tuple[list[words.Term], dict[UUID, float]]:
        if asked.mode == "vector":
            return [], {}
        async with self._database.begin() as connection:
            await connection.execute(_PLAN_ANEW)
            terms = await words.terms_of(connection, scope, asked.query)
            return terms, await words.candidates(connection, scope, terms, limit)

    async def _by_meaning(
        self, scope: Scope, embedding: Awaitable[HalfVector | None], limit: int
    ) -> tuple[_Asked, dict[UUID, float]] | None:
        embedded = await embedding
        if embedded is None:
            return None
        async with self._database.begin() as connection:
            if self._embedder_id is None:
                self._embedder_id = await chunk_store.embedder_id(
                    connection, self._embedder.name, self._embedder.dimensions
                )
            found = await vectors.nearest(connection, scope, self._embedder_id, embedded, limit)
            return (self._embedder_id, embedded), found

    async def _judged(
        self,
        scope: Scope,
        words_found: tuple[list[words.Term], dict[UUID, float]],
        meaning_found: tuple[_Asked, dict[UUID, float]] | None,
    ) -> dict[UUID, float]:
        """The score of each chunk that either way found, judged by both."""
        terms, by_words = words_found
        if meaning_found is None:
            return fused(by_words, {})
        (embedder, embedded), by_meaning = meaning_found

        async def judge_words() -> dict[UUID, float]:
            rest = [chunk for chunk in by_meaning if chunk not in by_words]
            async with self._database.autocommit() as connection:
                return await words.scores(connection, scope, terms, rest)

        async def judge_meaning() -> dict[UUID, float]:
            rest = [chunk for chunk in by_words if chunk not in by_meaning]
            async with self._database.autocommit() as connection:
                return await vectors.scores(connection, embedder, embedded, rest)

        more_words, more_meaning = await asyncio.gather(judge_words(), judge_meaning())
        return fused(by_words | more_words, by_meaning | more_meaning)


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
