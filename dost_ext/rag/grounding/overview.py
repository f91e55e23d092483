"""Tells questions about a document as a whole from those about something in it."""

from __future__ import annotations

import asyncio

from dost_ext.core.errors import NotReady
from dost_ext.rag.embedding.embedder import Embedder
from dost_ext.rag.embedding.vectors import HalfVector, cosine

# A question that means what one of these means asks about the whole: no passage of a document
# says what the document says.
EXAMPLES = (
    "Summarise this document.",
    "Give me a summary of the text.",
    "What is this document about?",
    "What are the main points of this paper?",
    "What are the key takeaways?",
    "Give me an overview of these files.",
    "Explain this document briefly.",
    "What does the book say in general?",
    "tl;dr",
    "Bu belgeyi özetle.",
    "Bu belge ne hakkında?",
    "Metnin ana fikri nedir?",
    "Fasse dieses Dokument zusammen.",
    "Worum geht es in diesem Dokument?",
    "Résume ce document.",
    "De quoi parle ce document ?",
    "Resume este documento.",
    "¿De qué trata este documento?",
)
ALIKE = 0.68
# What is longer asks for something of its own.
LONGEST = 200


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
        return await self.likeness(question) >= ALIKE

    async def likeness(self, question: str) -> float:
        """How much a question is like the example that is most like it, up to 1."""
        try:
            async with self._once:
                if not self._examples:
                    self._examples = await self._embedder.embed(EXAMPLES)
            (embedded,) = await self._embedder.embed([question])
        except NotReady:
            return 0.0
        return max(cosine(embedded, example) for example in self._examples)
