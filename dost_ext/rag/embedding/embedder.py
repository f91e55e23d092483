"""What turns texts into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from dost_ext.rag.embedding.vectors import HalfVector

Kind = Literal["builtin", "openai", "ollama", "sentence-transformers"]


class Embedder(Protocol):
    """Turns texts into vectors."""

    def missing(self) -> str | None:
        """Why it cannot run, and what to do; None where it can, as far as that is known."""

    async def embed(self, texts: Sequence[str]) -> list[HalfVector]:
        """The vector of each text, of length one. Raises `NotReady`."""

    async def embed_questions(self, texts: Sequence[str]) -> list[HalfVector]:
        """The same of questions, which some models take differently. Raises `NotReady`."""

    async def close(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which embedder somebody chose, and what it needs."""

    kind: Kind
    model: str
    base_url: str = ""
    api_key: str | None = None
