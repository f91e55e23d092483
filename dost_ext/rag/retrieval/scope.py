"""Where a question looks: what its asker may read, and how many words there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Float, Uuid, bindparam, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.rag.collection_store import readable_by
from dost_ext.rag.tables import collections, documents

# Made once, for to make a statement takes longer than to answer it.
_READABLE = select(
    *(collections.c[name] for name in ("id", "chunks", "words", "languages")),
    literal_column(
        "(select reltuples from pg_class where oid = to_regclass('chunk_words'))", Float
    ).label("chunks_of_all"),
).where(readable_by(bindparam("user", type_=Uuid)))
_NAMED = _READABLE.where(collections.c.id.in_(bindparam("ids", expanding=True)))
_DOCUMENTS = (
    select(documents.c.id, documents.c.collection_id, documents.c.chunks)
    .join(collections, collections.c.id == documents.c.collection_id)
    .where(
        readable_by(bindparam("user", type_=Uuid)),
        documents.c.id.in_(bindparam("ids", expanding=True)),
    )
)


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
    counted: dict[UUID, Record] = {}
    if collection_ids is not None or document_ids is None:
        counted = await _collections(connection, user_id, collection_ids)
    found_in: dict[UUID, tuple[UUID, int]] = {}
    if document_ids is not None:
        found_in = await _documents(connection, user_id, document_ids)
    if collection_ids is not None and document_ids is not None:
        # Both name what is to be searched: documents beside whole collections.
        found_in |= await _all_documents(connection, list(counted))
    if document_ids is not None:
        places = {place for place, _ in found_in.values()}
        counted |= await _collections(connection, user_id, sorted(places - counted.keys()))
    chunks = sum(row.chunks for row in counted.values())
    words = sum(row.words for row in counted.values())
    return Scope(
        collections=list(counted),
        documents=list(found_in) if document_ids is not None else None,
        chunks_of_all=max([chunks, *(row.chunks_of_all for row in counted.values())]),
        chunks=chunks if document_ids is None else sum(n for _, n in found_in.values()),
        chunks_counted=chunks,
        mean_length=max(1.0, words / max(1, chunks)),
        languages=sorted({language for row in counted.values() for language in row.languages}),
    )


async def _collections(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID] | None
) -> dict[UUID, Record]:
    """How many chunks and words there are in each, and in which languages."""
    if ids is None:
        rows = await connection.execute(_READABLE, {"user": user_id})
    else:
        rows = await connection.execute(_NAMED, {"user": user_id, "ids": ids})
    found: dict[UUID, Record] = {row.id: row for row in rows}
    if ids is not None and not found.keys() >= set(ids):
        raise NotFound("There is no such collection.")
    return found


async def _documents(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, int]]:
    """The collection of each, and how many chunks it has."""
    rows = await connection.execute(_DOCUMENTS, {"user": user_id, "ids": ids})
    found = {row.id: (row.collection_id, row.chunks) for row in rows}
    if not found.keys() >= set(ids):
        raise NotFound("There is no such document.")
    return found


async def _all_documents(
    connection: AsyncConnection, ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, int]]:
    query = select(documents.c.id, documents.c.collection_id, documents.c.chunks)
    rows = await connection.execute(query.where(documents.c.collection_id.in_(ids)))
    return {row.id: (row.collection_id, row.chunks) for row in rows}
