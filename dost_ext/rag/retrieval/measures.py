"""How well a chunk fits a question: by its words and by its meaning, both as SQL.

By words this is BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework" (2009),
with its usual constants; by meaning the cosine of two vectors, whose length is one.
"""

from __future__ import annotations

from dataclasses import dataclass

from dost_ext.rag.embedding.vectors import HalfVector, as_text, dimensions
from dost_ext.rag.retrieval.scope import Scope
from dost_ext.rag.retrieval.terms import Terms

# How soon more of a word counts no more, and how much the length of a chunk counts.
K1 = 1.2
B = 0.75

# What BM25 makes of a chunk's length is computed once a chunk, which `offset 0` sees to.
_BY_WORDS = """
    select {also}{added} as bm25 from (
        select chunk_id, words,
            %(k1)s::float8 * (%(flat)s::float8 + %(steep)s::float8 * length) as l
        from chunk_words where {which} offset 0
    ) as looked_at
"""
# What a term adds, 1 - l / (n + l) being n / (n + l). PostgreSQL does not say how often a term is
# in a chunk, but its rank by that term alone is the sum of 1/1 + 1/4 + 1/9 … as often as it is
# there, as a share of what the sum would be without end; and what is missing of that after n steps
# is nearly 1 / (n + 1/2), so n is known. To unpack the words instead takes twenty times as long.
_ADDED = (
    "%(r{n})s::float8 * (1 - l / (l + round("
    "1 / (1.6449340668 * (1 - ts_rank('{{1,1,1,1}}', words, %(t{n})s::tsquery))) - 0.5)))"
)
_BY_MEANING = """
    select {also}-(embedding <#> %(asked)s::halfvec) as cosine
    from chunk_vectors where embedder_id = %(embedder)s and {which}
"""
_BOTH = "select chunk_id, {bm25} as bm25, {cosine} as cosine from ({found}) as found"
_NONE = "null::float8"
_OF_FOUND = "chunk_id = found.chunk_id"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question as an embedder understands it."""

    embedder: int
    dimensions: int
    # As pgvector reads it.
    vector: str

    @classmethod
    def of(cls, embedder: int, vector: HalfVector) -> Meaning:
        """What an embedder has made of a question."""
        return cls(embedder, dimensions(vector), as_text(vector))


@dataclass(frozen=True, slots=True)
class Measures:
    """Both measures of one question; without terms or without meaning there is not that one."""

    scope: Scope
    terms: Terms
    meaning: Meaning | None

    @property
    def most_bm25(self) -> float:
        """More than that of any chunk: of one that is endless, and about the question alone."""
        return (K1 + 1) * self.terms.rarity

    @property
    def values(self) -> dict[str, object]:
        """What stands behind the names in the SQL."""
        values: dict[str, object] = {}
        if self.terms.found:
            values |= {"k1": K1, "flat": 1 - B, "steep": B / self.scope.mean_length}
        for number, term in enumerate(self.terms.found):
            values[f"t{number}"] = term.quoted
            # What is the same for each chunk is not computed for each.
            values[f"r{number}"] = (K1 + 1) * term.rarity
        if self.meaning is not None:
            values |= {"asked": self.meaning.vector, "embedder": self.meaning.embedder}
        return values

    def by_words(self, which: str, also: str = "chunk_id, ") -> str:
        """A query for the `bm25` of those chunks of `chunk_words` of which a condition holds."""
        added = " + ".join(_ADDED.format(n=number) for number in range(len(self.terms.found)))
        return _BY_WORDS.format(also=also, added=added, which=which)

    def by_meaning(self, which: str, also: str = "chunk_id, ") -> str:
        """A query for the `cosine` of those chunks of `chunk_vectors` of which it holds."""
        return _BY_MEANING.format(also=also, which=which)

    def with_cosine(self, found: str) -> str:
        """A query that adds each chunk's `cosine`, or null."""
        cosine = f"({self.by_meaning(_OF_FOUND, also='')})" if self.meaning else _NONE
        return _BOTH.format(bm25="bm25", cosine=cosine, found=found)

    def with_bm25(self, found: str) -> str:
        """A query that adds each chunk's `bm25`, or null."""
        bm25 = f"({self.by_words(_OF_FOUND, also='')})" if self.terms.found else _NONE
        return _BOTH.format(bm25=bm25, cosine="cosine", found=found)
