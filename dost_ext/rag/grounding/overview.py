"""Tells questions about a document as a whole from those about something in it."""

from __future__ import annotations

import asyncio
import re

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import HalfVector, cosine

# A question that means what one of these means asks about the whole: no passage of a document
# says what the document says.
EXAMPLES = (
    "Summarise this document.",
    "Can you summarize the text for me?",
    "Summarise the attached PDF in five bullet points.",
    "What is this document about?",
    "What's this about?",
    "What topics are covered?",
    "What are the main points of this paper?",
    "What are the key findings and takeaways?",
    "Give me an overview of these files.",
    "Give me the gist of the report.",
    "Explain this document to me.",
    "What does the book say in general?",
    "What is the content of this file?",
    "The key points, please.",
    "What do I need to know from this?",
    "Explain it in simple words.",
    "tl;dr",
)
# `benchmarks/bench_grounding.py`: of twenty questions of either kind, in other words than these,
# fifteen about the whole are over this, and one about something in it: who its author is.
ALIKE = 0.5
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
        return await self.likeness(question) >= ALIKE

    async def likeness(self, question: str) -> float:
        """How much a question is like the example that is most like it, up to 1."""
        try:
            async with self._once:
                if not self._examples:
                    self._examples = await self._embedder.embed_questions(EXAMPLES)
            (embedded,) = await self._embedder.embed_questions([question])
        except NotReady:
            return 0.0
        return max(cosine(embedded, example) for example in self._examples)
