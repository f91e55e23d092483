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
_LOOKED_AT = """(
    select chunk_id, words,
        cast(:k1 as float8) * (cast(:flat as float8) + cast(:steep as float8) * length) as l
    from chunk_words where {which} offset 0
) as looked_at"""
# What a term adds, 1 - l / (n + l) being n / (n + l). PostgreSQL does not say how often a term is
# in a chunk, but its rank by that term alone is the sum of 1/1 + 1/4 + 1/9 … as often as it is
# there, as a share of what the sum would be without end; and what is missing of that after n steps
# is nearly 1 / (n + 1/2), so n is known. To unpack the words instead takes twenty times as long.
_ADDED = (
    "cast(:r{n} as float8) * (1 - l / (l + round("
    "1 / (1.6449340668 * (1 - ts_rank('{{1,1,1,1}}', words, cast(:t{n} as tsquery)))) - 0.5)))"
)
# Of a chunk that was found by the other.
_SAME = "chunk_id = found.chunk_id"
_COSINE = "-(embedding <#> cast(:asked as halfvec))"


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
    """Both measures of one question; without terms, or without meaning, a chunk has not that one."""

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
            values[f"t{number}"], values[f"r{number}"] = term.quoted, term.rarity
        if self.meaning is not None:
            values |= {"asked": self.meaning.vector, "embedder": self.meaning.embedder}
        return values

    def by_words(self, which: str) -> str:
        """A query for `chunk_id` and `bm25` of the chunks of `chunk_words` of which this holds."""
        added = " + ".join(_ADDED.format(n=number) for number in range(len(self.terms.found)))
        looked_at = _LOOKED_AT.format(which=which)
        return f"select chunk_id, {K1 + 1} * ({added}) as bm25 from {looked_at}"

    def by_meaning(self, which: str) -> str:
        """A query for `chunk_id` and `cosine` of such chunks of `chunk_vectors`."""
        return (
            f"select chunk_id, {_COSINE} as cosine from chunk_vectors"
            f" where embedder_id = :embedder and {which}"
        )

    def with_cosine(self, found: str) -> str:
        """A query that adds each chunk's `cosine`, or null."""
        cosine = "cast(null as float8)"
        if self.meaning is not None:
            cosine = f"(select cosine from ({self.by_meaning(_SAME)}) as meant)"
        return f"select chunk_id, bm25, {cosine} as cosine from ({found}) as found"

    def with_bm25(self, found: str) -> str:
        """A query that adds each chunk's `bm25`, or null."""
        bm25 = "cast(null as float8)"
        if self.terms.found:
            bm25 = f"(select bm25 from ({self.by_words(_SAME)}) as said)"
        return f"select chunk_id, {bm25} as bm25, cosine from ({found}) as found"
