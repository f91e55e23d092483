"""Finds chunks by their words, ranked by BM25 with the counts of the collections searched.

BM25 is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009), with its
usual constants; the rarity of a term is Lucene's, which is never negative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.rag.retrieval.scope import Scope

# How soon more of a word counts no more, and how much the length of a chunk counts.
K1 = 1.2
B = 0.75
# Of a question that is a page long, its rarest terms say what it is about.
MOST_TERMS = 48
# Chunks that are looked at for a question. The rarest terms choose them, and those that are in so
# many hardly tell one chunk from another.
MOST_MATCHES = 8000
MOST_TOGETHER = 3
# Where there are fewer chunks than this, to look at each is faster than to look terms up.
FEW_CHUNKS = 20_000

_TERMS = text(
    """
    with terms as (
        select distinct lexeme as term
        from unnest(cast(:languages as text[])) as language,
            unnest(to_tsvector(cast(language as regconfig), :query))
    )
    select term, sum(counted.chunks) as chunks
    from terms join term_counts as counted using (term)
    where counted.collection_id = any(:collections) and counted.chunks > 0
    group by term
    """
)
# Each term that is in a chunk counts as if it were in it once.
_CANDIDATES = """
    select chunk_id
    from chunk_words
    where collection_id = any(:collections) {documents} and {matches}
    order by ({rough}) / (1 - {b} + {b} * length / :mean_length + 1 / {k1}) desc, chunk_id
    limit :limit
"""
SCORES = """
    select w.chunk_id, sum(
        asked.rarity * cardinality(found.positions) * ({k1} + 1)
        / (cardinality(found.positions) + {k1} * (1 - {b} + {b} * w.length / :mean_length))
    ) as score
    from chunk_words as w, unnest(w.words) as found
    join unnest(cast(:terms as text[]), cast(:rarities as float8[])) as asked(term, rarity)
        on asked.term = found.lexeme
    where w.chunk_id = any(:chunks)
    group by w.chunk_id
"""
_SCORES = text(SCORES.format(k1=K1, b=B))


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, as its language's rules have it."""

    term: str
    chunks: int
    rarity: float


async def terms_of(connection: AsyncConnection, scope: Scope, query: str) -> list[Term]:
    """The terms of a question that are anywhere in what is searched, the rarest first."""
    values = {"query": query, "languages": scope.languages, "collections": scope.collections}
    total = scope.chunks_counted
    found = [
        Term(row.term, int(row.chunks), _rarity(int(row.chunks), total))
        for row in await connection.execute(_TERMS, values)
    ]
    return sorted(found, key=lambda term: (term.chunks, term.term))[:MOST_TERMS]


def _rarity(chunks: int, total: int) -> float:
    return math.log(1 + (max(total, chunks) - chunks + 0.5) / (chunks + 0.5))


async def candidates(
    connection: AsyncConnection, scope: Scope, terms: Sequence[Term], limit: int
) -> list[UUID]:
    """The chunks that hold most of the terms' weight, roughly ranked."""
    if not terms:
        return []
    values = {
        "collections": scope.collections,
        "mean_length": scope.mean_length,
        "limit": limit,
        "asked": _choosing(terms),
    }
    rough = []
    for number, term in enumerate(terms):
        values[f"t{number}"] = quoted(term.term)
        rough.append(
            f"case when words @@ cast(:t{number} as tsquery) then {term.rarity:.6f} else 0 end"
        )
    few = scope.chunks <= FEW_CHUNKS
    matches = "words @@ cast(:asked as tsquery)"
    statement = _CANDIDATES.format(
        documents=_documents(scope, values),
        # The index of words knows nothing of collections: of a small one it finds mostly others'.
        matches=f"({matches}) is true" if few else matches,
        rough=" + ".join(rough),
        b=B,
        k1=K1,
    )
    return list((await connection.execute(text(statement), values)).scalars())


def _documents(scope: Scope, values: dict[str, object]) -> str:
    if scope.documents is None:
        return ""
    values["documents"] = scope.documents
    return "and document_id = any(:documents)"


def _choosing(terms: Sequence[Term]) -> str:
    """The query that chooses chunks: any of the rarest terms, as many as are not in too many.

    Where even the rarest is in too many, they have to come together.
    """
    if terms[0].chunks > MOST_MATCHES:
        return " & ".join(quoted(term.term) for term in terms[:MOST_TOGETHER])
    chosen: list[Term] = []
    total = 0
    for term in terms:
        total += term.chunks
        if chosen and total > MOST_MATCHES:
            break
        chosen.append(term)
    return " | ".join(quoted(term.term) for term in chosen)


def quoted(term: str) -> str:
    """A term as `tsquery` takes it literally."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


async def scores(
    connection: AsyncConnection, scope: Scope, terms: Sequence[Term], chunks: Sequence[UUID]
) -> dict[UUID, float]:
    """The BM25 of chunks; those without any of the terms are absent."""
    if not terms or not chunks:
        return {}
    values = {
        "chunks": list(chunks),
        "terms": [term.term for term in terms],
        "rarities": [term.rarity for term in terms],
        "mean_length": scope.mean_length,
    }
    rows = await connection.execute(_SCORES, values)
    return {row.chunk_id: float(row.score) for row in rows}
