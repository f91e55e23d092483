"""Tells questions about a document as a whole from those about something in it."""

from __future__ import annotations

import asyncio
import re
from heapq import nlargest

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import HalfVector, cosine
from dost_ext.rag.grounding.examples import PART, WHOLE

# How many of the nearest examples of either kind a question is compared with, and how much more it
# is like those of a whole. Each example judged by all the others, 88 of 94 about a whole are over
# this, and four of 100 about a part; `benchmarks/bench_grounding.py` asks what is in neither list.
NEAREST = 2
NEARER = 0.05
# What is longer asks for something of its own.
LONGEST = 200
# The embedder knows English alone; these say the same in other languages, if little else is said.
WORDS = re.compile(
    r"özet|ne hakkında|neyi anlat|ne anlat|konusu ne|zusammenfass|worum geht|wovon handel"
    r"|résum|de quoi|resum|de qu[eé] trata|riassu|di cosa parla|samenvat|waar gaat|sammanfatt"
    r"|vad handlar|кратк|о чём|о чем",
    re.IGNORECASE,
)
MOST_WORDS = 8


class Overviews:
    """Knows questions about a whole by their meaning."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._examples: list[HalfVector] = []
        self._once = asyncio.Lock()

    async def asked(self, question: str) -> bool:
        """Whether a question is about the whole; a prompt without words is."""
        if not question.strip():
            return True
        if len(question) > LONGEST:
            return False
        if WORDS.search(question) and len(question.split()) <= MOST_WORDS:
            return True
        return await self.leaning(question) >= NEARER

    async def leaning(self, question: str) -> float:
        """How much more a question is like one about a whole than like one about a part.

        From -2 to 2; -2 where there is no embedder.
        """
        try:
            async with self._once:
                if not self._examples:
                    self._examples = await self._embedder.embed_questions((*WHOLE, *PART))
            (embedded,) = await self._embedder.embed_questions([question])
        except NotReady:
            return -2.0
        likeness = [cosine(embedded, example) for example in self._examples]
        return _of_nearest(likeness[: len(WHOLE)]) - _of_nearest(likeness[len(WHOLE) :])


def _of_nearest(likeness: list[float]) -> float:
    return sum(nlargest(NEAREST, likeness)) / NEAREST
