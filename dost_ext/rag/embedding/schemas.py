"""What crosses the wire about embedders."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from dost_ext.core.wire import Request, Response
from dost_ext.rag.embedding.embedder import Kind

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class ChooseEmbedder(Request):
    """An embedder, and what it needs."""

    kind: Kind
    model: Name = Field(
        default="", description="Its name; of sentence-transformers also the folder where it is"
    )
    base_url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = Field(
        default="", description="Of `openai` and `ollama`; the latter's usual one may be left out"
    )
    api_key: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] | None = (
        Field(default=None, description="Left out, the one known for the address; empty, none")
    )

    @model_validator(mode="after")
    def _whole(self) -> ChooseEmbedder:
        if self.kind != "builtin" and not self.model:
            raise ValueError("model: which one?")
        if self.kind == "openai" and not self.base_url:
            raise ValueError("base_url: where is it?")
        if self.base_url and not self.base_url.startswith(("http://", "https://")):
            raise ValueError("base_url: an address begins with http:// or https://")
        return self


class EmbedderInUse(Response):
    """The embedder that is searched by."""

    kind: Kind
    model: str
    base_url: str
    has_key: bool
    dimensions: int = Field(description="How many numbers a vector has")


class NextEmbedder(EmbedderInUse):
    """The embedder that all passages are embedded anew with."""

    done: int = Field(description="Passages that have its vectors")
    total: int
    error: str | None = Field(description="Why it goes no further at present")


class Embedding(Response):
    """What turns passages into vectors."""

    current: EmbedderInUse
    next: NextEmbedder | None
    chunks: int = Field(description="How many passages there are")


class TestedEmbedder(Response):
    """An embedder that was tried."""

    dimensions: int
    milliseconds: float = Field(description="A passage, several sent together")
    chunks: int = Field(description="Passages that would be embedded anew")
