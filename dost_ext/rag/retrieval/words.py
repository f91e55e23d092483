"""Finds chunks by their words: those that hold the rarest terms of a question, ranked by BM25."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.rag.retrieval.measures import Measures
from dost_ext.rag.retrieval.terms import Term

# Chunks that are looked at for a question. The rarest terms choose them, for one that is in very
# many hardly tells one chunk from another: on SciFact half as many, and eight times as many, found
# as much.
MOST_MATCHES = 1000
MOST_TOGETHER = 3
# Where there are fewer chunks than this, to look at each is faster than to look terms up.
FEW_CHUNKS = 2000

# Which plan is best depends on how many chunks there are where it is looked.
_PLAN_ANEW = text("set local plan_cache_mode = force_custom_plan")


async def best(connection: AsyncConnection, asked: Measures, limit: int) -> Sequence[Record]:
    """The best of the chunks that hold any of the terms that choose, each with both measures.

    The transaction is for nothing else.
    """
    terms, scope = asked.terms.found, asked.scope
    if not terms:
        return []
    which = "collection_id = any(:collections) and (words @@ cast(:choosing as tsquery))"
    if scope.chunks <= FEW_CHUNKS:
        # The index of words knows nothing of collections: of a small one it finds mostly others'.
        which += " is true"
    if scope.documents is not None:
        which += " and document_id = any(:documents)"
    ranked = f"{asked.by_words(which)} order by bm25 desc, chunk_id limit :limit"
    statement = text(asked.with_cosine(ranked))
    values = {**asked.values, **scope.values, "limit": limit}
    await connection.execute(_PLAN_ANEW)
    if terms[0].chunks > MOST_MATCHES:
        # Even the rarest is in too many: they have to come together, if they do anywhere.
        together = " & ".join(term.quoted for term in terms[:MOST_TOGETHER])
        found = await connection.execute(statement, {**values, "choosing": together})
        if rows := found.all():
            return rows
    choosing = " | ".join(term.quoted for term in _choosing(terms))
    return (await connection.execute(statement, {**values, "choosing": choosing})).all()


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
