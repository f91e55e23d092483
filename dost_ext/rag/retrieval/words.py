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
# Chunks that are looked at for a question. The rarest terms choose them, for one that is in very
# many hardly tells one chunk from another: on SciFact half as many, and eight times as many, found
# as much.
MOST_MATCHES = 1000
MOST_TOGETHER = 3
# Where there are fewer chunks than this, to look at each is faster than to look terms up.
FEW_CHUNKS = 2000

_TERMS = text(
    """
    with terms as (
        select distinct lexeme as term
        from unnest(cast(:languages as text[])) as language,
            unnest(to_tsvector(cast(language as regconfig), :query))
    )
    select terms.term, coalesce(sum(counted.chunks), 0) as chunks
    from terms left join term_counts as counted
        on counted.term = terms.term and counted.collection_id = any(:collections)
    group by terms.term
    """
)
# What BM25 makes of a chunk's length is computed once a chunk, which `offset 0` sees to.
_WEIGHED = """
    select chunk_id, {bm25} as score from (
        select chunk_id, words,
            cast(:k1 as float8) * (cast(:flat as float8) + cast(:steep as float8) * length) as l
        from chunk_words where {which} offset 0
    ) as looked_at
"""
_BEST = " order by score desc, chunk_id limit :limit"
# What a term adds, 1 - l / (n + l) being n / (n + l). PostgreSQL does not say how often a term is
# in a chunk, but its rank by that term alone is the sum of 1/1 + 1/4 + 1/9 … as often as it is
# there, as a share of what the sum would be without end; and what is missing of that after n steps
# is nearly 1 / (n + 1/2), so n is known. To unpack the words instead takes twenty times as long.
_ADDED = (
    "cast(:r{n} as float8) * (1 - l / (l + round("
    "1 / (1.6449340668 * (1 - ts_rank('{{1,1,1,1}}', words, cast(:t{n} as tsquery)))) - 0.5)))"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, as its language's rules have it."""

    term: str
    chunks: int
    rarity: float


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a question."""

    # Those that are anywhere in what is searched, the rarest first.
    found: list[Term]
    # More than the BM25 of any chunk: of one that is about nothing but the question, and endless.
    most: float


async def terms_of(connection: AsyncConnection, scope: Scope, query: str) -> Terms:
    """The terms of a question, as the languages of what is searched have them."""
    values = {"query": query, "languages": scope.languages, "collections": scope.collections}
    total = scope.chunks_counted
    asked = [
        Term(row.term, int(row.chunks), _rarity(int(row.chunks), total))
        for row in await connection.execute(_TERMS, values)
    ]
    # Each language has its own form of a word, and at most one of them is in a text.
    most = (K1 + 1) * sum(term.rarity for term in asked) / max(1, len(scope.languages))
    found = sorted((t for t in asked if t.chunks > 0), key=lambda term: (term.chunks, term.term))
    return Terms(found[:MOST_TERMS], most)


def _rarity(chunks: int, total: int) -> float:
    return math.log(1 + (max(total, chunks) - chunks + 0.5) / (chunks + 0.5))


async def candidates(
    connection: AsyncConnection, scope: Scope, terms: Sequence[Term], limit: int
) -> dict[UUID, float]:
    """The best of the chunks that hold any of the terms that choose, with the BM25 of each."""
    if not terms:
        return {}
    values = {**_values(scope, terms), "collections": scope.collections, "limit": limit}
    which = "collection_id = any(:collections) and (words @@ cast(:asked as tsquery))"
    if scope.chunks <= FEW_CHUNKS:
        # The index of words knows nothing of collections: of a small one it finds mostly others'.
        which += " is true"
    if scope.documents is not None:
        values["documents"] = scope.documents
        which += " and document_id = any(:documents)"
    if terms[0].chunks > MOST_MATCHES:
        # Even the rarest is in too many: they have to come together, if they do anywhere.
        values["asked"] = " & ".join(quoted(term.term) for term in terms[:MOST_TOGETHER])
        if found := await _weighed(connection, which, terms, values, _BEST):
            return found
    values["asked"] = " | ".join(quoted(term.term) for term in _choosing(terms))
    return await _weighed(connection, which, terms, values, _BEST)


async def scores(
    connection: AsyncConnection, scope: Scope, terms: Sequence[Term], chunks: Sequence[UUID]
) -> dict[UUID, float]:
    """The BM25 of some chunks."""
    if not terms or not chunks:
        return {}
    values = {**_values(scope, terms), "chunks": list(chunks)}
    return await _weighed(connection, "chunk_id = any(:chunks)", terms, values)


async def _weighed(
    connection: AsyncConnection,
    which: str,
    terms: Sequence[Term],
    values: dict[str, object],
    end: str = "",
) -> dict[UUID, float]:
    added = " + ".join(_ADDED.format(n=number) for number in range(len(terms)))
    statement = _WEIGHED.format(bm25=f"{K1 + 1} * ({added})", which=which)
    rows = await connection.execute(text(statement + end), values)
    return {row.chunk_id: float(row.score) for row in rows}


def _values(scope: Scope, terms: Sequence[Term]) -> dict[str, object]:
    values: dict[str, object] = {"k1": K1, "flat": 1 - B, "steep": B / scope.mean_length}
    for number, term in enumerate(terms):
        values[f"t{number}"], values[f"r{number}"] = quoted(term.term), term.rarity
    return values


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


def quoted(term: str) -> str:
    """A term as `tsquery` takes it literally."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
