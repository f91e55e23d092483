"""Finds chunks by their meaning: those whose vectors lie nearest to the question's."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.direct import rows
from dost_ext.rag.embedding.vectors import indexed
from dost_ext.rag.retrieval.measures import Measures

# Up to here every vector is compared, which is exact: 1.5 ms for a thousand.
FEW_CHUNKS = 12_000
# Beyond, the graph is walked, and goes on until it has found enough of what may be read; to compare
# all of that is faster where it is little. A step of the walk takes as long as ten comparisons.
COMPARISONS_A_STEP = 10
# What the graph keeps in view on its walk: one in a thousand of all that there are, for the more
# there are, the more of the nearest are missed (`benchmarks/bench_retrieval.py`). pgvector keeps
# no more than the most.
IN_VIEW = 0.001
LEAST_IN_VIEW = 200
MOST_IN_VIEW = 1000
# Where less than this share may be read, so many times as many steps are taken, in so many rounds.
SMALL_SHARE = 0.5
FURTHER = 1.8
ROUNDS = 3
MOST_STEPS = 40_000

_EXACT = "{query} order by (embedding <#> %(asked)s::halfvec) + 0, chunk_id limit %(limit)s"
_WALKED = """
    select chunk_id, cosine from (
        {query} and vector_dims(embedding) = {n}
        order by {indexed} <#> {asked} limit %(walked)s
    ) as seen order by cosine desc, chunk_id limit %(limit)s
"""


async def nearest(connection: AsyncConnection, asked: Measures, limit: int) -> list[Any]:
    """The chunks whose meaning is nearest, each with both measures."""
    scope = asked.scope
    if asked.meaning is None:
        return []
    which = "collection_id = any(%(collections)s)"
    if scope.documents is not None:
        which += " and document_id = any(%(documents)s)"
    share = scope.chunks / scope.chunks_of_all
    steps = limit / share
    is_little = scope.chunks <= max(FEW_CHUNKS, COMPARISONS_A_STEP * steps)
    in_view = min(MOST_IN_VIEW, max(LEAST_IN_VIEW, limit, IN_VIEW * scope.chunks_of_all))
    walked = limit
    if share < SMALL_SHARE:
        steps = max(steps, FURTHER * in_view)
        walked = max(limit, int(share * steps))
        in_view = min(MOST_IN_VIEW, max(LEAST_IN_VIEW, steps / ROUNDS))
    template = _EXACT if is_little else _WALKED
    found = template.format(
        query=asked.by_meaning(which),
        n=asked.meaning.dimensions,
        indexed=indexed("embedding", asked.meaning.dimensions),
        asked=indexed("%(asked)s", asked.meaning.dimensions),
    )
    values = {**asked.values, **scope.values, "limit": limit, "walked": walked}
    settings = {
        "hnsw.iterative_scan": "relaxed_order",
        "hnsw.max_scan_tuples": str(MOST_STEPS),
        "hnsw.ef_search": str(int(in_view)),
    }
    return await rows(connection, asked.with_bm25(found), values, settings)
