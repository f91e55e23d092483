"""Finds chunks by their words: those that hold the rarest terms of a question, ranked by BM25."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.direct import rows
from dost_ext.rag.retrieval.measures import Measures
from dost_ext.rag.retrieval.terms import Term

# Chunks that are looked at for a question. The rarest terms choose them, for one that is in very
# many hardly tells one chunk from another: on SciFact half as many, and eight times as many, found
# as much.
MOST_MATCHES = 1000
MOST_TOGETHER = 3
# Where there are fewer chunks than this, to look at each is faster than to look terms up.
FEW_CHUNKS = 2000
# To gather what may be read takes 0.11 µs a chunk. Not to do so is to look in vain at chunks that
# have the terms and may not be read, 3 µs each. PostgreSQL, which takes each collection for a
# matter of chance, does not see when the one is more than the other.
VAIN_LOOKS = 0.11 / 3


async def best(connection: AsyncConnection, asked: Measures, limit: int) -> list[Any]:
    """The best of the chunks that hold any of the terms that choose, each with both measures."""
    terms, scope = asked.terms.found, asked.scope
    if not terms:
        return []
    readable = "(collection_id = any(%(collections)s))"
    chosen = "(words @@ %(choosing)s::tsquery)"
    # An index is not used where the condition is not alone.
    if scope.chunks <= FEW_CHUNKS:
        # The index of words knows nothing of collections: of a small one it finds mostly others'.
        chosen += " is true"
    elif scope.chunks * VAIN_LOOKS > MOST_MATCHES * (scope.chunks_of_all / scope.chunks - 1):
        readable += " is true"
    which = f"{readable} and {chosen}"
    if scope.documents is not None:
        which += " and document_id = any(%(documents)s)"
    ranked = f"{asked.by_words(which)} order by bm25 desc, chunk_id limit %(limit)s"
    query = asked.with_cosine(ranked)
    values = {**asked.values, **scope.values, "limit": limit}
    if terms[0].chunks > MOST_MATCHES:
        # Even the rarest is in too many: they have to come together, if they do anywhere.
        together = " & ".join(term.quoted for term in terms[:MOST_TOGETHER])
        if found := await rows(connection, query, {**values, "choosing": together}):
            return found
    choosing = " | ".join(term.quoted for term in _choosing(terms))
    return await rows(connection, query, {**values, "choosing": choosing})


def _choosing(terms: Sequence[Term]) -> list[Term]:
    """The rarest terms, as many as are not in too many chunks together; at least one."""
    chosen: list[Term] = []
    total = 0
    for term in terms:
        total += term.chunks
        if chosen and total > MOST_MATCHES:
            break
        chosen.append(term)
    return chosen
