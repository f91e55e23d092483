"""Answers a question with the passages that fit it best."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Database
from dost_ext.core.direct import compiled, rows
from dost_ext.core.errors import NotReady
from dost_ext.core.scopes import Principal
from dost_ext.rag import schemas
from dost_ext.rag.embedding.embedders import Embedders, Numbered
from dost_ext.rag.retrieval import vectors, words
from dost_ext.rag.retrieval.fusion import fused
from dost_ext.rag.retrieval.measures import Meaning, Measures
from dost_ext.rag.retrieval.scope import scope_of
from dost_ext.rag.retrieval.terms import NO_TERMS, terms_of
from dost_ext.rag.tables import chunks, documents

# Chunks that each way of searching puts forward, or twice as many as are asked for; then both
# measures judge all of them.
CANDIDATES = 100
_PASSAGES = compiled(
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
    .where(chunks.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)
_Find = Callable[[AsyncConnection, Measures, int], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that was found."""

    passage: schemas.Passage
    # Of the question's meaning and the passage's; None where either has no vector.
    cosine: float | None
    # The cosine from which on a passage fits, for this embedder.
    near: float
    # How much of the question's words is in it, rare ones counting more: from 0 to 1.
    matched: float


class RetrievalService:
    """Finds passages in what the asker may read."""

    def __init__(self, database: Database, embedders: Embedders) -> None:
        self._database = database
        self._embedders = embedders

    async def retrieve(self, principal: Principal, asked: schemas.Retrieve) -> schemas.Passages:
        """The passages that fit a question best. Raises as `search` does."""
        found = await self.search(principal, asked)
        return schemas.Passages(items=[match.passage for match in found])

    async def search(self, principal: Principal, asked: schemas.Retrieve) -> list[Match]:
        """The passages that fit a question best, and how well each fits by either measure.

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
                    return []
                terms = NO_TERMS
                if asked.mode != "vector":
                    terms = await terms_of(connection, scope, asked.query)
            embedder, meaning = await embedding or (None, None)
        finally:
            embedding.cancel()
        measures = Measures(scope, terms, meaning)
        bm25, cosines = await self._candidates(measures, max(CANDIDATES, 2 * asked.k))
        scores = fused(bm25, cosines)
        best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[: asked.k]
        async with self._database.autocommit() as connection:
            passages = await _passages(connection, best, scores)
        return [
            Match(
                passage,
                cosine=cosines.get(passage.chunk_id),
                near=embedder.near if embedder is not None else 1.0,
                matched=bm25.get(passage.chunk_id, 0.0) / (measures.most_bm25 or 1.0),
            )
            for passage in passages
        ]

    async def _embed(self, asked: schemas.Retrieve) -> tuple[Numbered, Meaning] | None:
        if asked.mode == "text":
            return None
        try:
            current = await self._embedders.current()
            vector = (await current.embedder.embed_questions([asked.query]))[0]
        except NotReady:
            if asked.mode == "vector":
                raise
            # Words alone find less, but they find.
            return None
        return current, Meaning.of(current.id, vector)

    async def _candidates(
        self, measures: Measures, limit: int
    ) -> tuple[dict[UUID, float], dict[UUID, float]]:
        """What either way finds: the BM25 of each chunk that has one, and the cosine."""
        both = await asyncio.gather(
            self._found(words.best, measures, limit), self._found(vectors.nearest, measures, limit)
        )
        judged = [row for found in both for row in found]
        return (
            {row.chunk_id: row.bm25 for row in judged if row.bm25 is not None},
            {row.chunk_id: row.cosine for row in judged if row.cosine is not None},
        )

    async def _found(self, find: _Find, measures: Measures, limit: int) -> list[Any]:
        """What one way finds, on a connection of its own."""
        async with self._database.autocommit() as connection:
            return await find(connection, measures, limit)


async def _passages(
    connection: AsyncConnection, ids: Sequence[UUID], scores: dict[UUID, float]
) -> list[schemas.Passage]:
    found = {row.chunk_id: row for row in await rows(connection, _PASSAGES, {"ids": list(ids)})}
    return [
        schemas.Passage(**found[chunk]._asdict(), score=scores[chunk])
        for chunk in ids
        if chunk in found
    ]
