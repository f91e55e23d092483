"""Answers a question with the passages that fit it best."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Database
from dost_ext.core.errors import NotReady
from dost_ext.core.scopes import Principal
from dost_ext.rag import schemas
from dost_ext.rag.embedding.embedders import Embedders, Numbered
from dost_ext.rag.embedding.vectors import HalfVector
from dost_ext.rag.retrieval import vectors, words
from dost_ext.rag.retrieval.fusion import fused
from dost_ext.rag.retrieval.scope import Scope, scope_of
from dost_ext.rag.tables import chunks, documents

# Chunks that each way of searching puts forward, or twice as many as are asked for; then both
# measures judge all of them.
CANDIDATES = 100
# Which plan is best depends on how many chunks there are where it is looked.
_PLAN_ANEW = text("set local plan_cache_mode = force_custom_plan")


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


@dataclass(frozen=True, slots=True)
class _ByWords:
    terms: words.Terms
    scores: dict[UUID, float]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an embedder has made of a question."""

    by: Numbered
    embedded: HalfVector


@dataclass(frozen=True, slots=True)
class _ByMeaning:
    """What was asked, if it could be embedded, and what is near to that."""

    asked: _Asked | None
    scores: dict[UUID, float]


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
            limit = max(CANDIDATES, 2 * asked.k)
            # Each on a connection of its own, and none is held while another is waited for.
            by_words, by_meaning = await asyncio.gather(
                self._by_words(scope, asked, limit), self._by_meaning(scope, embedding, limit)
            )
        finally:
            embedding.cancel()
        await self._judge(scope, by_words, by_meaning)
        scores = fused(by_words.scores, by_meaning.scores)
        best = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))[: asked.k]
        async with self._database.autocommit() as connection:
            passages = await _passages(connection, best, scores)
        return [
            Match(
                passage,
                cosine=by_meaning.scores.get(passage.chunk_id),
                near=by_meaning.asked.by.near if by_meaning.asked is not None else 1.0,
                matched=by_words.scores.get(passage.chunk_id, 0.0) / (by_words.terms.most or 1.0),
            )
            for passage in passages
        ]

    async def _embed(self, asked: schemas.Retrieve) -> _Asked | None:
        if asked.mode == "text":
            return None
        try:
            current = await self._embedders.current()
            return _Asked(current, (await current.embedder.embed([asked.query]))[0])
        except NotReady:
            if asked.mode == "vector":
                raise
            # Words alone find less, but they find.
            return None

    async def _by_words(self, scope: Scope, asked: schemas.Retrieve, limit: int) -> _ByWords:
        if asked.mode == "vector":
            return _ByWords(words.Terms([], 0.0), {})
        async with self._database.begin() as connection:
            await connection.execute(_PLAN_ANEW)
            terms = await words.terms_of(connection, scope, asked.query)
            found = await words.candidates(connection, scope, terms.found, limit)
            return _ByWords(terms, found)

    async def _by_meaning(
        self, scope: Scope, embedding: Awaitable[_Asked | None], limit: int
    ) -> _ByMeaning:
        asked = await embedding
        if asked is None:
            return _ByMeaning(None, {})
        async with self._database.begin() as connection:
            found = await vectors.nearest(connection, scope, asked.by.id, asked.embedded, limit)
            return _ByMeaning(asked, found)

    async def _judge(self, scope: Scope, by_words: _ByWords, by_meaning: _ByMeaning) -> None:
        """Have each chunk that either way found judged by the other measure as well."""
        only_meant = [chunk for chunk in by_meaning.scores if chunk not in by_words.scores]
        only_said = [chunk for chunk in by_words.scores if chunk not in by_meaning.scores]

        async def judge_words() -> None:
            async with self._database.autocommit() as connection:
                more = await words.scores(connection, scope, by_words.terms.found, only_meant)
            by_words.scores.update(more)

        async def judge_meaning(asked: _Asked) -> None:
            async with self._database.autocommit() as connection:
                more = await vectors.scores(connection, asked.by.id, asked.embedded, only_said)
            by_meaning.scores.update(more)

        if by_meaning.asked is not None:
            await asyncio.gather(judge_words(), judge_meaning(by_meaning.asked))


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
