"""Finds chunks by their meaning: those whose vectors lie nearest to the question's."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.rag.embedding.vectors import HalfVector, as_text, dimensions
from dost_ext.rag.retrieval.scope import Scope

# Up to here every vector is compared, which is exact: 1.5 ms for a thousand. Beyond, the graph is
# walked, and goes on until it has found enough of what may be read.
FEW_CHUNKS = 12_000
# What the graph keeps in view on its walk; more finds more of the nearest.
LEAST_IN_VIEW = 300
MOST_IN_VIEW = 1000
MOST_STEPS = 40_000

_EXACT = """
    select chunk_id, -(embedding <#> cast(:asked as halfvec)) as score
    from chunk_vectors
    where embedder_id = :embedder and collection_id = any(:collections) {documents}
    order by (embedding <#> cast(:asked as halfvec)) + 0, chunk_id
    limit :limit
"""
_WALKED = """
    select chunk_id, -(embedding <#> cast(:asked as halfvec)) as score
    from chunk_vectors
    where embedder_id = :embedder and collection_id = any(:collections) {documents}
      and vector_dims(embedding) = {dimensions}
    order by (embedding::halfvec({dimensions})) <#> cast(:asked as halfvec({dimensions}))
    limit :limit
"""
_SCORES = text(
    """
    select chunk_id, -(embedding <#> cast(:asked as halfvec)) as score
    from chunk_vectors
    where embedder_id = :embedder and chunk_id = any(:chunks)
    """
)
# Which plan is best depends on how many chunks there are where it is looked.
_SETTINGS = text(
    """
    select set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('hnsw.iterative_scan', 'relaxed_order', true),
        set_config('hnsw.max_scan_tuples', :steps, true),
        set_config('hnsw.ef_search', :in_view, true)
    """
)


async def nearest(
    connection: AsyncConnection, scope: Scope, embedder: int, asked: HalfVector, limit: int
) -> dict[UUID, float]:
    """The chunks that are nearest, with the cosine of each; the transaction is for nothing else."""
    values: dict[str, object] = {
        "asked": as_text(asked),
        "embedder": embedder,
        "collections": scope.collections,
        "limit": limit,
    }
    documents = ""
    if scope.documents is not None:
        values["documents"] = scope.documents
        documents = "and document_id = any(:documents)"
    if scope.chunks <= FEW_CHUNKS:
        statement = _EXACT.format(documents=documents)
    else:
        statement = _WALKED.format(documents=documents, dimensions=dimensions(asked))
    in_view = min(MOST_IN_VIEW, max(LEAST_IN_VIEW, limit))
    await connection.execute(_SETTINGS, {"steps": str(MOST_STEPS), "in_view": str(in_view)})
    rows = await connection.execute(text(statement), values)
    return {row.chunk_id: float(row.score) for row in rows}


async def scores(
    connection: AsyncConnection, embedder: int, asked: HalfVector, chunks: Sequence[UUID]
) -> dict[UUID, float]:
    """The cosine of some chunks."""
    if not chunks:
        return {}
    values = {"asked": as_text(asked), "embedder": embedder, "chunks": list(chunks)}
    rows = await connection.execute(_SCORES, values)
    return {row.chunk_id: float(row.score) for row in rows}
