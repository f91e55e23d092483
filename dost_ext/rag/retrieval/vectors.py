"""Finds chunks by their meaning: those whose vectors lie nearest to the question's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.rag.retrieval.measures import Measures

# Up to here every vector is compared, which is exact: 1.5 ms for a thousand. Beyond, the graph is
# walked, and goes on until it has found enough of what may be read.
FEW_CHUNKS = 12_000
# What the graph keeps in view on its walk; more finds more of the nearest.
LEAST_IN_VIEW = 300
MOST_IN_VIEW = 1000
MOST_STEPS = 40_000

_EXACT = "order by (embedding <#> cast(:asked as halfvec)) + 0, chunk_id limit :limit"
_WALKED = (
    "and vector_dims(embedding) = {n}"
    " order by (embedding::halfvec({n})) <#> cast(:asked as halfvec({n})) limit :limit"
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


async def nearest(connection: AsyncConnection, asked: Measures, limit: int) -> Sequence[Record]:
    """The chunks whose meaning is nearest, each with both measures.

    The transaction is for nothing else.
    """
    scope = asked.scope
    if asked.meaning is None:
        return []
    which = "collection_id = any(:collections)"
    if scope.documents is not None:
        which += " and document_id = any(:documents)"
    order = _EXACT if scope.chunks <= FEW_CHUNKS else _WALKED.format(n=asked.meaning.dimensions)
    in_view = min(MOST_IN_VIEW, max(LEAST_IN_VIEW, limit))
    await connection.execute(_SETTINGS, {"steps": str(MOST_STEPS), "in_view": str(in_view)})
    statement = asked.with_bm25(f"{asked.by_meaning(which)} {order}")
    values = {**asked.values, **scope.values, "limit": limit}
    return (await connection.execute(text(statement), values)).all()
