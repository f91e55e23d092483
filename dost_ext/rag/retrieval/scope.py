"""Where a question looks: what its asker may read, and how many words there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Float, Uuid, any_, bindparam, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.direct import compiled, rows
from dost_ext.core.errors import NotFound
from dost_ext.rag.collection_store import readable_by
from dost_ext.rag.tables import collections, documents

_USER = bindparam("user", type_=Uuid)
_IDS = any_(bindparam("ids", type_=ARRAY(Uuid)))
_COLUMNS = (
    *(collections.c[name] for name in ("id", "chunks", "words", "languages")),
    literal_column(
        "(select reltuples from pg_class where oid = to_regclass('chunk_words'))", Float
    ).label("chunks_of_all"),
)
_DOCUMENT = (documents.c.id.label("document_id"), documents.c.chunks.label("document_chunks"))
_COLLECTIONS = select(*_COLUMNS).where(readable_by(_USER))
_READABLE = compiled(_COLLECTIONS)
_NAMED = compiled(_COLLECTIONS.where(collections.c.id == _IDS))
_DOCUMENTS = compiled(
    select(*_COLUMNS, *_DOCUMENT)
    .join(documents, documents.c.collection_id == collections.c.id)
    .where(readable_by(_USER), documents.c.id == _IDS)
)
_DOCUMENTS_IN = compiled(select(*_DOCUMENT).where(documents.c.collection_id == _IDS))


@dataclass(frozen=True, slots=True)
class Scope:
    """What is searched."""

    collections: list[UUID]
    # Some documents of these, or None for all.
    documents: list[UUID] | None
    # How many chunks are searched.
    chunks: int
    # How many there are in all, as PostgreSQL last counted them, which it does now and then; not
    # fewer than in the collections searched.
    chunks_of_all: float
    # Of the whole collections, for what is common and what is rare in them.
    chunks_counted: int
    mean_length: float
    # Text search configurations.
    languages: list[str]

    @property
    def values(self) -> dict[str, object]:
        """What stands behind `%(collections)s` and `%(documents)s` in SQL."""
        named: dict[str, object] = {"collections": self.collections}
        return named if self.documents is None else named | {"documents": self.documents}

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be found."""
        return self.chunks == 0


async def scope_of(
    connection: AsyncConnection,
    user_id: UUID,
    collection_ids: Sequence[UUID] | None,
    document_ids: Sequence[UUID] | None,
) -> Scope:
    """What a user's question to some collections and documents searches; without any, all.

    Raises `NotFound` when one of them is not there or not the user's to read.
    """
    counted: dict[UUID, Any] = {}
    found: dict[UUID, int] | None = None
    if collection_ids is not None or document_ids is None:
        counted = await _collections(connection, user_id, collection_ids)
    if document_ids is not None:
        named = await _documents(connection, user_id, document_ids)
        # Both name what is to be searched: documents beside whole collections.
        inside = await rows(connection, _DOCUMENTS_IN, {"ids": list(counted)}) if counted else []
        found = {row.document_id: row.document_chunks for row in [*inside, *named]}
        counted |= {row.id: row for row in named}
    chunks = sum(row.chunks for row in counted.values())
    words = sum(row.words for row in counted.values())
    return Scope(
        collections=list(counted),
        documents=None if found is None else list(found),
        chunks=chunks if found is None else sum(found.values()),
        chunks_of_all=max([chunks, *(row.chunks_of_all for row in counted.values())]),
        chunks_counted=chunks,
        mean_length=max(1.0, words / max(1, chunks)),
        languages=sorted({language for row in counted.values() for language in row.languages}),
    )


async def _collections(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID] | None
) -> dict[UUID, Any]:
    """How many chunks and words there are in each, and in which languages."""
    values: dict[str, object] = {"user": user_id}
    if ids is None:
        found = await rows(connection, _READABLE, values)
    else:
        found = await rows(connection, _NAMED, {**values, "ids": list(ids)})
    if ids is not None and not {row.id for row in found} >= set(ids):
        raise NotFound("There is no such collection.")
    return {row.id: row for row in found}


async def _documents(connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]) -> list[Any]:
    """How many chunks each has, and what `_collections` tells of its collection."""
    found = await rows(connection, _DOCUMENTS, {"user": user_id, "ids": list(ids)})
    if not {row.document_id for row in found} >= set(ids):
        raise NotFound("There is no such document.")
    return found
