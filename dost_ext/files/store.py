"""The queries of files; those that name an owner find nothing of anybody else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.files.contents import FileContent
from dost_ext.files.tables import files, message_files

# Everything but the content, under the names of the API.
ABOUT = [
    files.c.id,
    files.c.kind,
    files.c.name.label("filename"),
    *(files.c[name] for name in ("media_type", "size", "width", "height")),
]
_ATTACHED = exists().where(message_files.c.file_id == files.c.id)
_COPY_LINKS = text(
    """
    insert into message_files (message_id, position, file_id)
    select c.copy, position, file_id
    from unnest(cast(:originals as uuid[]), cast(:copies as uuid[])) as c(original, copy)
    join message_files on message_id = c.original
    """
)


async def add(
    connection: AsyncConnection, owner_id: UUID, file_id: UUID, file: FileContent, now: datetime
) -> Record:
    """Insert a file."""
    values = {
        "id": file_id,
        "owner_id": owner_id,
        "size": len(file.content),
        "sha256": hashlib.sha256(file.content).digest(),
        "created_at": now,
        **{n: getattr(file, n) for n in ("kind", "name", "media_type", "content")},
        **{n: getattr(file, n) for n in ("width", "height")},
    }
    row: Record = (await connection.execute(insert(files).values(values).returning(*ABOUT))).one()
    return row


async def get(connection: AsyncConnection, owner_id: UUID, file_id: UUID) -> Record:
    """A file with its content. Raises `NotFound` when it is absent or another's."""
    query = select(files).where(files.c.id == file_id, files.c.owner_id == owner_id)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def about(
    connection: AsyncConnection, owner_id: UUID, ids: Iterable[UUID]
) -> Sequence[Record]:
    """Those of some files that are the owner's, without their contents."""
    query = select(*ABOUT).where(files.c.id.in_(ids), files.c.owner_id == owner_id)
    return (await connection.execute(query)).all()


async def contents(
    connection: AsyncConnection, owner_id: UUID, ids: Iterable[UUID]
) -> dict[UUID, bytes]:
    """The contents of those of some files that are the owner's."""
    query = select(files.c.id, files.c.content)
    query = query.where(files.c.id.in_(ids), files.c.owner_id == owner_id).order_by(files.c.id)
    return {row.id: row.content for row in await connection.execute(query)}


async def attach(connection: AsyncConnection, links: list[dict[str, Any]]) -> None:
    """Attach files to messages: `message_id`, `position` and `file_id` of each."""
    if links:
        await connection.execute(insert(message_files), links)


async def copy_attached(connection: AsyncConnection, copies: dict[UUID, UUID]) -> None:
    """Attach to the copies of messages what is attached to the originals."""
    values = {"originals": list(copies), "copies": list(copies.values())}
    await connection.execute(_COPY_LINKS, values)


async def attached_to(connection: AsyncConnection, message_ids: Any) -> list[UUID]:
    """The files attached to any of some messages, which may be a query."""
    query = select(message_files.c.file_id).where(message_files.c.message_id.in_(message_ids))
    return list((await connection.execute(query.distinct())).scalars())


async def drop(
    connection: AsyncConnection,
    ids: list[UUID] | None = None,
    *,
    owner_id: UUID | None = None,
    before: datetime | None = None,
) -> int:
    """Delete files that no message has: of some ids, of an owner, or made before a time.

    They are locked first: nobody can attach one any more when it is looked whether it is attached.
    One that is being attached at this moment stays.
    """
    wanted = [files.c.id.in_(ids)] if ids is not None else [~_ATTACHED]
    wanted += [files.c.owner_id == owner_id] if owner_id is not None else []
    wanted += [files.c.created_at < before] if before is not None else []
    query = select(files.c.id).where(*wanted).with_for_update(skip_locked=True)
    locked = list((await connection.execute(query)).scalars()) if ids != [] else []
    if not locked:
        return 0
    statement = delete(files).where(files.c.id.in_(locked), ~_ATTACHED)
    return (await connection.execute(statement)).rowcount
