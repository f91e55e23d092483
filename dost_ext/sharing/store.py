"""The queries of shared conversations; all but the public one are told whose they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.core.database import Record
from dost_ext.sharing.tables import shares


async def renew(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a link, or renew what the conversation's link shows."""
    statement = insert(shares).values(**values)
    renewed = {name: statement.excluded[name] for name in ("title", "messages", "updated_at")}
    row: Record = (
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["conversation_id"], set_=renewed
            ).returning(shares)
        )
    ).one()
    return row


async def of_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID
) -> Record | None:
    """A conversation's link."""
    s = shares.c
    query = select(s.token, s.created_at, s.updated_at).where(
        s.conversation_id == conversation_id, s.owner_id == owner_id
    )
    return (await connection.execute(query)).one_or_none()


async def revoke(connection: AsyncConnection, owner_id: UUID, conversation_id: UUID) -> bool:
    """Delete a conversation's link; whether there was one."""
    s = shares.c
    statement = delete(shares).where(s.conversation_id == conversation_id, s.owner_id == owner_id)
    return bool((await connection.execute(statement)).rowcount)


async def by_token(connection: AsyncConnection, token: str) -> Record | None:
    """What a link shows, whoever asks."""
    s = shares.c
    query = select(s.title, s.messages, s.updated_at).where(s.token == token)
    return (await connection.execute(query)).one_or_none()
