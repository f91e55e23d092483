"""The queries of the pictures behind people's pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.tables import backgrounds
from dost_ext.core.database import Record


async def version(connection: AsyncConnection, user_id: UUID) -> str | None:
    """The version of the user's picture, if there is one."""
    query = select(backgrounds.c.version).where(backgrounds.c.user_id == user_id)
    found: str | None = await connection.scalar(query)
    return found


async def save(connection: AsyncConnection, user_id: UUID, **values: Any) -> None:
    """Put a picture in the place of the one before."""
    statement = insert(backgrounds).values(user_id=user_id, **values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["user_id"], set_=values)
    )


async def read(connection: AsyncConnection, user_id: UUID, version: str) -> Record | None:
    """The user's picture, if it is still that one."""
    query = select(backgrounds.c.media_type, backgrounds.c.content).where(
        backgrounds.c.user_id == user_id, backgrounds.c.version == version
    )
    row: Record | None = (await connection.execute(query)).one_or_none()
    return row


async def remove(connection: AsyncConnection, user_id: UUID) -> None:
    """Delete the user's picture, if there is one."""
    await connection.execute(delete(backgrounds).where(backgrounds.c.user_id == user_id))
