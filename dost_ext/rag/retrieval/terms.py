"""What a question asks for by its words: its terms, and how rare each is in what is searched."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.direct import rows
from dost_ext.rag.retrieval.scope import Scope

# Of a question that is a page long, its rarest terms say what it is about.
MOST_TERMS = 48

_TERMS = """
    with terms as (
        select distinct lexeme as term
        from unnest(cast(%(languages)s as text[])) as language,
            unnest(to_tsvector(cast(language as regconfig), %(query)s))
    )
    select terms.term, coalesce(sum(counted.chunks), 0) as chunks
    from terms left join term_counts as counted
        on counted.term = terms.term and counted.collection_id = any(%(collections)s)
    group by terms.term
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, as its language's rules have it."""

    term: str
    chunks: int
    rarity: float

    @property
    def quoted(self) -> str:
        """The term as `tsquery` takes it literally."""
        escaped = self.term.replace("\\", "\\\\").replace("'", "''")
        return f"'{escaped}'"


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a question."""

    # Those that are anywhere in what is searched, the rarest first.
    found: list[Term]
    # Of all of them together, also of those that are nowhere.
    rarity: float


NO_TERMS = Terms([], 0.0)


async def terms_of(connection: AsyncConnection, scope: Scope, query: str) -> Terms:
    """The terms of a question, as the languages of what is searched have them."""
    values = {"query": query, "languages": scope.languages, "collections": scope.collections}
    total = scope.chunks_counted
    asked = [
        Term(row.term, int(row.chunks), _rarity(int(row.chunks), total))
        for row in await rows(connection, _TERMS, values)
    ]
    # Each language has its own form of a word, and at most one of them is in a text.
    rarity = sum(term.rarity for term in asked) / max(1, len(scope.languages))
    found = sorted((t for t in asked if t.chunks > 0), key=lambda term: (term.chunks, term.term))
    return Terms(found[:MOST_TERMS], rarity)


def _rarity(chunks: int, total: int) -> float:
    """How rare a term is, after Lucene, where this is never negative."""
    return math.log(1 + (max(total, chunks) - chunks + 0.5) / (chunks + 0.5))
