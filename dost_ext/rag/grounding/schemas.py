"""What crosses the wire about sources and citations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError

from dost_ext.core.wire import Response

# How much of a document a model reads: all of it where it is short, all of it wherever that fits,
# or the passages that fit the question.
Use = Literal["auto", "whole", "passages"]


class Source(Response):
    """A document or a collection that a prompt names: its answers, and those after, rest on it."""

    kind: Literal["document", "collection"]
    id: UUID
    name: str = Field(description="What it was called when it was named")
    use: Use = "auto"


class Citation(Response):
    """A passage that a model was given; `[index]` in its answer points at it."""

    index: int = Field(description="From 1")
    kind: Literal["document", "web"] = "document"
    document_id: UUID | None = None
    chunk_id: UUID | None = None
    url: str | None = None
    title: str
    page: int | None = None
    headings: list[str] = []
    text: str = Field(description="Of a document that was given whole, how the passage begins")
    score: float = Field(description="From 0 to 1")
    whole: bool = Field(
        default=False, description="Of a document that was given whole: kept if it is pointed at"
    )


def citations_of(found: Iterable[Any] | None) -> list[Citation] | None:
    """The citations that were kept of an answer; None where it rests on nothing."""
    return None if found is None else [*_valid(Citation, found)]


def sources_of(found: Iterable[Any] | None) -> list[Source]:
    """The sources that were kept of a prompt."""
    return [*_valid(Source, found or ())]


def _valid(kind: type[Any], found: Iterable[Any]) -> Iterable[Any]:
    """Those that are as they should be: an imported file may hold anything."""
    for one in found:
        try:
            yield one if isinstance(one, kind) else kind.model_validate(one)
        except ValidationError:
            continue
