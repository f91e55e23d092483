"""The queries about embedders, and about passages that lack the vectors of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.rag.embedding.apart import BuiltinEmbedder
from dost_ext.rag.embedding.vectors import HalfVector, as_text, indexed
from dost_ext.rag.tables import collections, embedders

# Nobody has chosen one yet: it is the one that comes with dost.
_FIRST = text(
    """
    insert into embedders (id, kind, name, dimensions, near, state)
    select coalesce(max(id), 0) + 1, 'builtin', :name, :dimensions, :near, 'current'
    from embedders
    on conflict (kind, name, base_url) do update set state = 'current'
    """
)
_LACKING = text(
    """
    select chunks.id, chunks.headings, chunks.content
    from chunks
    where chunks.id > :after and not exists (
        select from chunk_vectors as known
        where known.chunk_id = chunks.id and known.embedder_id = :embedder
    )
    order by chunks.id limit :limit
    """
)
# A document that is deleted at this moment takes its passages along: then nothing is added.
_ADD = text(
    """
    with held as (
        select chunk_words.chunk_id, chunk_words.collection_id, chunk_words.document_id
        from chunk_words join documents on documents.id = chunk_words.document_id
        where chunk_words.chunk_id = any(:chunks)
        for key share of documents
    )
    insert into chunk_vectors (chunk_id, embedder_id, collection_id, document_id, embedding)
    select held.chunk_id, :embedder, held.collection_id, held.document_id,
        cast(found.vector as halfvec)
    from held join unnest(cast(:chunks as uuid[]), cast(:vectors as text[]))
        as found(chunk_id, vector) using (chunk_id)
    on conflict do nothing
    """
)
_COUNT = text("select count(*) from chunk_vectors where embedder_id = :embedder")
_DROP = text(
    """
    delete from chunk_vectors where (chunk_id, embedder_id) in (
        select chunk_id, embedder_id from chunk_vectors join embedders on embedders.id = embedder_id
        where embedders.state = 'unused' limit :limit
    )
    """
)
_IS_VALID = text("select indisvalid from pg_index where indexrelid = to_regclass(:name)")


async def in_state(connection: AsyncConnection, state: str, *, lock: bool = False) -> Record | None:
    """The current or the next embedder; None where there is none."""
    query = select(embedders).where(embedders.c.state == state)
    found = await connection.execute(query.with_for_update() if lock else query)
    return found.one_or_none()


async def current(connection: AsyncConnection) -> Record:
    """The embedder that is searched by."""
    while (found := await in_state(connection, "current")) is None:
        one = BuiltinEmbedder
        values = {"name": one.name, "dimensions": one.dimensions, "near": one.near}
        await connection.execute(_FIRST, values)
    return found


async def hold(connection: AsyncConnection, embedder_id: int) -> bool:
    """Keep an embedder the current one until the transaction ends; whether it is."""
    query = select(embedders.c.state).where(embedders.c.id == embedder_id)
    return await connection.scalar(query.with_for_update(read=True)) == "current"


async def known(connection: AsyncConnection, kind: str, name: str, base_url: str) -> Record | None:
    """An embedder that was chosen before."""
    query = select(embedders).where(
        embedders.c.kind == kind, embedders.c.name == name, embedders.c.base_url == base_url
    )
    return (await connection.execute(query)).one_or_none()


async def key_for(connection: AsyncConnection, kind: str, base_url: str) -> bytes | None:
    """The key that was given last for an address."""
    query = (
        select(embedders.c.api_key)
        .where(embedders.c.kind == kind, embedders.c.base_url == base_url)
        .where(embedders.c.api_key.is_not(None))
        .order_by(embedders.c.id.desc())
        .limit(1)
    )
    found: bytes | None = await connection.scalar(query)
    return found


async def add(connection: AsyncConnection, **values: Any) -> None:
    """Keep an embedder under the next number."""
    number = select(func.coalesce(func.max(embedders.c.id), 0) + 1).scalar_subquery()
    await connection.execute(insert(embedders).values(id=number, **values))


async def change(connection: AsyncConnection, embedder_id: int, **values: Any) -> None:
    """Change what is known of an embedder."""
    await connection.execute(
        update(embedders).where(embedders.c.id == embedder_id).values(**values)
    )


async def chunks_in_all(connection: AsyncConnection) -> int:
    """How many passages there are."""
    return int(await connection.scalar(select(func.sum(collections.c.chunks))) or 0)


async def count(connection: AsyncConnection, embedder_id: int) -> int:
    """How many passages have the vectors of an embedder."""
    return int(await connection.scalar(_COUNT, {"embedder": embedder_id}) or 0)


async def lacking(
    connection: AsyncConnection, embedder_id: int, after: UUID, limit: int
) -> Sequence[Record]:
    """The next passages without a vector of an embedder, in the order of their ids."""
    values = {"embedder": embedder_id, "after": after, "limit": limit}
    return (await connection.execute(_LACKING, values)).all()


async def add_vectors(
    connection: AsyncConnection,
    embedder_id: int,
    chunks: Sequence[UUID],
    vectors: Sequence[HalfVector],
) -> None:
    """Give passages vectors, those that are still there."""
    values = {
        "embedder": embedder_id,
        "chunks": list(chunks),
        "vectors": [as_text(vector) for vector in vectors],
    }
    await connection.execute(_ADD, values)


async def drop_unused(connection: AsyncConnection, limit: int) -> int:
    """Delete some vectors that nobody searches by any more; how many."""
    return (await connection.execute(_DROP, {"limit": limit})).rowcount


async def index(connection: AsyncConnection, dimensions: int) -> None:
    """Have an index for vectors of so many numbers, without keeping anybody waiting.

    Args:
        connection: One whose every statement is a transaction.
    """
    name = f"ix_chunk_vectors_embedding_{dimensions}"
    valid = await connection.scalar(_IS_VALID, {"name": name})
    if valid:
        return
    # One that was begun and not finished is of no use.
    await connection.execute(text(f"drop index concurrently if exists {name}"))
    await connection.execute(
        text(
            f"create index concurrently if not exists {name} on chunk_vectors using hnsw"
            f" ({indexed('embedding', dimensions)} halfvec_ip_ops) with (ef_construction = 128)"
            f" where vector_dims(embedding) = {dimensions}"
        )
    )


async def advance(connection: AsyncConnection, embedder_id: int, state: str, more: int) -> bool:
    """Count passages as done; False where the embedder is not in that state any more."""
    statement = (
        update(embedders)
        .where(embedders.c.id == embedder_id, embedders.c.state == state)
        .values(done=embedders.c.done + more, error=None)
    )
    return (await connection.execute(statement)).rowcount == 1


async def forget(connection: AsyncConnection, embedder_id: int) -> None:
    """Delete all vectors of an embedder."""
    await connection.execute(
        text("delete from chunk_vectors where embedder_id = :embedder"), {"embedder": embedder_id}
    )


async def drop_notes(connection: AsyncConnection, beginning: str) -> None:
    """Take back what documents say of themselves that begins so."""
    await connection.execute(
        text(
            """
            update documents
            set notes = array(select note from unnest(notes) as note
                where not starts_with(note, :beginning))
            where exists (select from unnest(notes) as note where starts_with(note, :beginning))
            """
        ),
        {"beginning": beginning},
    )
