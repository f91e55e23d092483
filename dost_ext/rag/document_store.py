"""The queries of documents; those that name a user find nothing that the user may not read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, insert, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.rag.collection_store import readable_by
from dost_ext.rag.tables import collections, document_files, documents

# One that is being worked on; whoever changes it meanwhile is waited for.
_CLAIM = text("select status from documents where id = :id for update")
_ONE_FILE = text("select pg_advisory_xact_lock(hashtextextended(:file, 0))")
_SHOWN = [
    *(column for column in documents.c if column.name not in ("outline", "words")),
    collections.c.owner_id,
    collections.c.personal,
]


def _visible(user_id: UUID) -> Select[Any]:
    return (
        select(*_SHOWN)
        .join(collections, collections.c.id == documents.c.collection_id)
        .where(readable_by(user_id))
    )


async def list_documents(
    connection: AsyncConnection,
    user_id: UUID,
    *,
    collection_id: UUID | None,
    status: str | None,
    search: str,
    before: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Record]:
    """Documents that a user may read, the newest first.

    Args:
        collection_id: Only those of one collection; without, all.
        search: A part of the name or the title, in any case.
        before: When the last one that is known was made, and its id.
    """
    query = _visible(user_id)
    if collection_id is not None:
        query = query.where(documents.c.collection_id == collection_id)
    if status is not None:
        query = query.where(documents.c.status == status)
    if search:
        names = (documents.c.filename, documents.c.title)
        query = query.where(or_(*(name.icontains(search, autoescape=True) for name in names)))
    if before is not None:
        query = query.where(tuple_(documents.c.created_at, documents.c.id) < before)
    query = query.order_by(documents.c.created_at.desc(), documents.c.id.desc()).limit(limit)
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def get_document(
    connection: AsyncConnection, user_id: UUID, document_id: UUID, *, whole: bool = False
) -> Record:
    """A document that a user may read, with its outline if `whole`. Raises `NotFound`."""
    query = _visible(user_id).where(documents.c.id == document_id)
    if whole:
        query = query.add_columns(documents.c.outline)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such document.")
    return row


async def content_of(connection: AsyncConnection, document_id: UUID) -> bytes | None:
    """A document's file."""
    query = select(document_files.c.content).where(document_files.c.document_id == document_id)
    found = (await connection.execute(query)).scalar_one_or_none()
    return None if found is None else bytes(found)


async def files_named(
    connection: AsyncConnection, user_id: UUID, ids: Sequence[UUID]
) -> list[Record]:
    """Name and size of the files of those of some documents that a user may read."""
    names = ("id", "filename", "size")
    query = (
        select(*(documents.c[name] for name in names))
        .join(collections, collections.c.id == documents.c.collection_id)
        .where(documents.c.id.in_(ids), readable_by(user_id))
    )
    return list((await connection.execute(query)).all())


async def same_file(connection: AsyncConnection, collection_id: UUID, digest: bytes) -> UUID | None:
    """A document of a collection that holds this very file and has not failed.

    Nobody else adds the same file there until the transaction ends.
    """
    await connection.execute(_ONE_FILE, {"file": f"{collection_id} {digest.hex()}"})
    query = select(documents.c.id).where(
        documents.c.collection_id == collection_id,
        documents.c.sha256 == digest,
        documents.c.status.in_(("queued", "processing", "ready")),
    )
    found = (await connection.execute(query.order_by(documents.c.created_at))).scalars().first()
    return None if found is None else UUID(str(found))


async def add_document(connection: AsyncConnection, content: bytes, **values: Any) -> None:
    """Insert a document and its file."""
    await connection.execute(insert(documents).values(**values))
    await connection.execute(
        insert(document_files).values(document_id=values["id"], content=content)
    )


async def namesakes(connection: AsyncConnection, document_id: UUID) -> list[Record]:
    """Id and status of the others of a document's name in its collection, the oldest first.

    Among documents that are in no named collection a name means nothing.
    """
    this = documents.alias()
    query = (
        select(documents.c.id, documents.c.status)
        .join(
            this,
            (this.c.collection_id == documents.c.collection_id)
            & (this.c.filename == documents.c.filename),
        )
        .join(collections, collections.c.id == documents.c.collection_id)
        .where(this.c.id == document_id, documents.c.id != document_id, ~collections.c.personal)
    )
    return list((await connection.execute(query.order_by(documents.c.id))).all())


async def claim(connection: AsyncConnection, document_id: UUID) -> str | None:
    """A document's status, which stays until the transaction ends; None once it is gone."""
    found = (await connection.execute(_CLAIM, {"id": document_id})).scalar_one_or_none()
    return None if found is None else str(found)


async def update_document(
    connection: AsyncConnection, document_id: UUID, **values: Any
) -> Record | None:
    """Change a document; what it has become, or None once it is gone."""
    statement = update(documents).where(documents.c.id == document_id).values(**values)
    columns = [column for column in documents.c if column.name not in ("outline",)]
    row: Record | None = (await connection.execute(statement.returning(*columns))).one_or_none()
    return row


async def progress(connection: AsyncConnection, document_id: UUID, **values: Any) -> Record | None:
    """How far the work on a document has come; None when nobody wants it any more."""
    statement = update(documents).where(
        documents.c.id == document_id, documents.c.status == "processing"
    )
    names = ("collection_id", "status", "stage", "progress", "pages_read", "pages")
    returned = statement.values(**values).returning(*(documents.c[name] for name in names))
    row: Record | None = (await connection.execute(returned)).one_or_none()
    return row


async def delete_document(connection: AsyncConnection, document_id: UUID) -> None:
    """Delete a document, its file and its chunks."""
    await connection.execute(delete(documents).where(documents.c.id == document_id))
