"""The queries of what a turn rests on; each finds nothing that the user may not read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.rag.collection_store import readable_by
from dost_ext.rag.tables import chunks, collections, documents

# Of each n-th of a document the chunk that is nearest to the mean of its vectors: the passage that
# says most of what is said there.
_TYPICAL = text(
    """
    with parted as (
        select chunk_id, number, embedding,
            ntile(:parts) over (order by number) as part
        from chunk_vectors join chunks on chunks.id = chunk_id
        where chunk_vectors.document_id = :document_id and embedder_id = (
            select id from embedders where state = 'current'
        )
    ), means as (
        select part, avg(embedding) as mean from parted group by part
    ), nearest as (
        select distinct on (part) chunk_id
        from parted join means using (part)
        order by part, embedding <=> mean, number
    )
    select id, number, page, headings, content from chunks
    where document_id = :document_id and (number = 0 or id in (select chunk_id from nearest))
    order by number
    """
)
_FIRST = text(
    """
    select id, number, page, headings, content from chunks
    where document_id = :document_id order by number limit :parts
    """
)


async def documents_named(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]
) -> list[Record]:
    """Those of some documents that a user may read, with how many bytes of text they hold."""
    return list(
        (await connection.execute(_documents(user_id).where(documents.c.id.in_(ids)))).all()
    )


async def documents_in(
    connection: AsyncConnection, user_id: UUID, collection_ids: Sequence[UUID], limit: int
) -> list[Record]:
    """The newest documents of some collections that can be searched."""
    query = _documents(user_id).where(
        documents.c.collection_id.in_(collection_ids), documents.c.status == "ready"
    )
    query = query.order_by(documents.c.created_at.desc(), documents.c.id).limit(limit)
    return list((await connection.execute(query)).all())


async def collections_named(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]
) -> list[Record]:
    """Those of some collections that a user may read."""
    names = ("id", "name", "description", "chunks")
    query = select(*(collections.c[name] for name in names))
    query = query.where(collections.c.id.in_(ids), readable_by(user_id))
    return list((await connection.execute(query)).all())


async def chunks_of(connection: AsyncConnection, document_id: UUID) -> list[Record]:
    """All of a document, in its order."""
    query = _chunks().where(chunks.c.document_id == document_id)
    return list((await connection.execute(query.order_by(chunks.c.number))).all())


async def chunks_named(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]
) -> dict[UUID, str]:
    """The text of those of some chunks that a user may read."""
    query = (
        select(chunks.c.id, chunks.c.content)
        .join(documents, documents.c.id == chunks.c.document_id)
        .join(collections, collections.c.id == documents.c.collection_id)
        .where(chunks.c.id.in_(ids), readable_by(user_id))
    )
    return {row.id: row.content for row in await connection.execute(query)}


async def typical_of(connection: AsyncConnection, document_id: UUID, parts: int) -> list[Record]:
    """The beginning of a document, and of each of so many parts what says most of it."""
    values = {"document_id": document_id, "parts": parts}
    found = list((await connection.execute(_TYPICAL, values)).all())
    if len(found) > 1:
        return found
    # It was read while there was no embedder.
    return list((await connection.execute(_FIRST, values)).all())


async def outline_of(connection: AsyncConnection, document_id: UUID) -> list[dict[str, Any]]:
    """A document's headings."""
    query = select(documents.c.outline).where(documents.c.id == document_id)
    return list((await connection.execute(query)).scalar_one_or_none() or [])


def _chunks() -> Select[Any]:
    names = ("id", "number", "page", "headings", "content")
    return select(*(chunks.c[name] for name in names))


def _documents(user_id: UUID) -> Select[Any]:
    held = (
        select(func.coalesce(func.sum(func.octet_length(chunks.c.content)), 0))
        .where(chunks.c.document_id == documents.c.id)
        .scalar_subquery()
    )
    names = ("id", "collection_id", "filename", "title", "status", "pages", "chunks", "error")
    return (
        select(*(documents.c[name] for name in names), held.label("bytes"))
        .join(collections, collections.c.id == documents.c.collection_id)
        .where(readable_by(user_id))
    )
