"""Finds chunks by their meaning: those whose vectors lie nearest to the question's."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.direct import rows
from dost_ext.rag.retrieval.measures import Measures

# Up to here every vector is compared, which is exact: 1.5 ms for a thousand. Beyond, the graph is
# walked, and goes on until it has found enough of what may be read.
FEW_CHUNKS = 12_000
# What the graph keeps in view on its walk; more finds more of the nearest.
LEAST_IN_VIEW = 200
MOST_IN_VIEW = 1000
MOST_STEPS = 40_000

_EXACT = "order by (embedding <#> %(asked)s::halfvec) + 0, chunk_id limit %(limit)s"
_WALKED = (
    "and vector_dims(embedding) = {n}"
    " order by (embedding::halfvec({n})) <#> %(asked)s::halfvec({n}) limit %(limit)s"
)


async def nearest(connection: AsyncConnection, asked: Measures, limit: int) -> list[Any]:
    """The chunks whose meaning is nearest, each with both measures."""
    scope = asked.scope
    if asked.meaning is None:
        return []
    which = "collection_id = any(%(collections)s)"
    if scope.documents is not None:
        which += " and document_id = any(%(documents)s)"
    order = _EXACT if scope.chunks <= FEW_CHUNKS else _WALKED.format(n=asked.meaning.dimensions)
    query = asked.with_bm25(f"{asked.by_meaning(which)} {order}")
    values = {**asked.values, **scope.values, "limit": limit}
    settings = {
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.max_scan_tuples": str(MOST_STEPS),
        "hnsw.ef_search": str(min(MOST_IN_VIEW, max(LEAST_IN_VIEW, limit))),
    }
    return await rows(connection, query, values, settings)
