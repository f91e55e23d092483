"""The queries of folders; every one is told whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.tables import conversations, folders
from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.core.ids import new_id

# The nearest prompt on the way up; the depth bounds the walk, whatever the tree holds.
_PROMPT = text(
    """
    with recursive up as (
        select id, parent_id, system_prompt, 0 as height from folders
        where owner_id = :owner and id = :folder
        union all
        select f.id, f.parent_id, f.system_prompt, up.height + 1
        from folders f join up on f.id = up.parent_id
        where f.owner_id = :owner and up.height < 100
    )
    select system_prompt from up where system_prompt is not null order by height limit 1
    """
)


async def lock_folders(connection: AsyncConnection, owner_id: UUID) -> None:
    """Let one transaction at a time change the shape of a user's folders."""
    await connection.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(str(owner_id), 0)))
    )


async def list_folders(connection: AsyncConnection, owner_id: UUID) -> Sequence[Record]:
    """All of a user's folders, by name."""
    query = select(folders).where(folders.c.owner_id == owner_id)
    return (await connection.execute(query.order_by(folders.c.name, folders.c.id))).all()


async def get_folder(
    connection: AsyncConnection,
    owner_id: UUID,
    folder_id: UUID,
    *,
    lock: Literal["to keep", "to remove"] | None = None,
) -> Record:
    """A folder. Raises `NotFound` when it is absent or another's.

    One that is locked to keep cannot be removed meanwhile, so that something may be put in it.
    """
    query = select(folders).where(folders.c.id == folder_id, folders.c.owner_id == owner_id)
    if lock is not None:
        keep = lock == "to keep"
        query = query.with_for_update(read=keep, key_share=keep)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such folder.")
    return row


async def add_folder(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a folder."""
    row: Record = (
        await connection.execute(insert(folders).values(**values).returning(folders))
    ).one()
    return row


async def update_folder(
    connection: AsyncConnection, owner_id: UUID, folder_id: UUID, **values: Any
) -> Record:
    """Change a folder."""
    statement = (
        update(folders)
        .where(folders.c.id == folder_id, folders.c.owner_id == owner_id)
        .values(**values)
        .returning(folders)
    )
    row: Record = (await connection.execute(statement)).one()
    return row


async def dissolve_folder(connection: AsyncConnection, row: Record) -> None:
    """Delete a folder; what is in it moves to where the folder was."""
    for table, column in (
        (folders, folders.c.parent_id),
        (conversations, conversations.c.folder_id),
    ):
        await connection.execute(
            update(table)
            .where(table.c.owner_id == row.owner_id, column == row.id)
            .values({column: row.parent_id})
        )
    await connection.execute(
        delete(folders).where(folders.c.id == row.id, folders.c.owner_id == row.owner_id)
    )


async def find_or_make(
    connection: AsyncConnection, owner_id: UUID, names: Sequence[str]
) -> UUID | None:
    """The folder at the end of a way of names from the top; what is not there is made."""
    if not names:
        return None
    await lock_folders(connection, owner_id)
    known = {(r.parent_id, r.name): r.id for r in await list_folders(connection, owner_id)}
    at: UUID | None = None
    for name in names:
        found = known.get((at, name))
        if found is None:
            found = new_id()
            values = {"id": found, "owner_id": owner_id, "parent_id": at, "name": name}
            await add_folder(connection, **values)
        at = found
    return at


async def count_conversations(connection: AsyncConnection, owner_id: UUID) -> dict[UUID, int]:
    """How many conversations that are not archived lie in each folder itself."""
    c = conversations.c
    query = (
        select(c.folder_id, func.count(literal(1)))
        .where(c.owner_id == owner_id, c.folder_id.is_not(None), c.archived.is_(False))
        .group_by(c.folder_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def prompt_of(connection: AsyncConnection, owner_id: UUID, folder_id: UUID) -> str | None:
    """The system prompt that holds in a folder: its own, or the nearest above it."""
    found = await connection.execute(_PROMPT, {"owner": owner_id, "folder": folder_id})
    prompt: str | None = found.scalar_one_or_none()
    return prompt
