"""The queries of conversations and messages; every one is told whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, delete, insert, literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.tables import conversations, messages, runs
from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound

Place = tuple[bool, datetime, UUID]

_SUMMARY = [
    conversations.c[name]
    for name in ("id", "title", "pinned", "archived", "tags", "model", "updated_at")
]


async def list_conversations(
    connection: AsyncConnection,
    owner_id: UUID,
    *,
    archived: bool,
    pinned: bool | None,
    tag: str | None,
    after: Place | None,
    limit: int,
) -> Sequence[Record]:
    """Summaries, pinned first, then newest, beginning after a place in that order."""
    c = conversations.c
    query = (
        select(*_SUMMARY)
        .where(c.owner_id == owner_id, c.archived == archived)
        .order_by(c.pinned.desc(), c.updated_at.desc(), c.id.desc())
        .limit(limit)
    )
    if pinned is not None:
        query = query.where(c.pinned == pinned)
    if tag is not None:
        query = query.where(literal(tag, Text) == any_(c.tags))
    if after is not None:
        query = query.where(tuple_(c.pinned, c.updated_at, c.id) < tuple_(*after))
    return (await connection.execute(query)).all()


async def add_conversation(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a conversation."""
    statement = insert(conversations).values(**values).returning(conversations)
    row: Record = (await connection.execute(statement)).one()
    return row


async def get_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID, *, lock: bool = False
) -> Record:
    """A conversation. Raises `NotFound` when it is absent or another's."""
    c = conversations.c
    query = select(conversations).where(c.id == conversation_id, c.owner_id == owner_id)
    row: Record | None = (
        await connection.execute(query.with_for_update() if lock else query)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


async def update_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID, **values: Any
) -> Record:
    """Change a conversation. Raises `NotFound` when it is absent or another's."""
    c = conversations.c
    statement = (
        update(conversations)
        .where(c.id == conversation_id, c.owner_id == owner_id)
        .values(**values)
        .returning(conversations)
    )
    row: Record | None = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def delete_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID
) -> list[UUID]:
    """Delete a conversation with all in it; the runs that were still writing to it."""
    writing = await streaming_runs(connection, conversation_id)
    c = conversations.c
    statement = delete(conversations).where(c.id == conversation_id, c.owner_id == owner_id)
    if not (await connection.execute(statement)).rowcount:
        raise NotFound
    return writing


async def delete_all_conversations(
    connection: AsyncConnection, owner_id: UUID
) -> tuple[list[UUID], list[UUID]]:
    """Delete all of somebody's conversations; which, and the runs still writing to them."""
    query = select(runs.c.id).where(runs.c.owner_id == owner_id, runs.c.status == "streaming")
    writing = list((await connection.execute(query)).scalars())
    c = conversations.c
    statement = delete(conversations).where(c.owner_id == owner_id).returning(c.id)
    return list((await connection.execute(statement)).scalars()), writing


async def list_messages(connection: AsyncConnection, conversation_id: UUID) -> Sequence[Record]:
    """Every message of a conversation."""
    query = select(messages).where(messages.c.conversation_id == conversation_id)
    return (await connection.execute(query)).all()


async def parents_of(connection: AsyncConnection, conversation_id: UUID) -> dict[UUID, UUID | None]:
    """The shape of a conversation's tree: each message's parent."""
    query = select(messages.c.id, messages.c.parent_id).where(
        messages.c.conversation_id == conversation_id
    )
    return {row.id: row.parent_id for row in await connection.execute(query)}


async def path_to(
    connection: AsyncConnection, conversation_id: UUID, leaf: UUID
) -> Sequence[Record]:
    """The messages from the top of the tree down to `leaf`."""
    m = messages.c
    anchor = select(messages, literal(0).label("height")).where(
        m.conversation_id == conversation_id, m.id == leaf
    )
    path = anchor.cte("path", recursive=True)
    path = path.union_all(
        select(messages, path.c.height + 1).join(
            path, (m.id == path.c.parent_id) & (m.conversation_id == conversation_id)
        )
    )
    return (await connection.execute(select(path).order_by(path.c.height.desc()))).all()


async def add_message(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a message."""
    row: Record = (
        await connection.execute(insert(messages).values(**values).returning(messages))
    ).one()
    return row


async def add_messages(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Insert many messages, parents before children or not."""
    if rows:
        await connection.execute(insert(messages), rows)


async def get_message(
    connection: AsyncConnection, owner_id: UUID, message_id: UUID, *, lock: bool = False
) -> Record:
    """A message. Raises `NotFound` when it is absent or in another's conversation."""
    query = (
        select(messages)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(messages.c.id == message_id, conversations.c.owner_id == owner_id)
    )
    if lock:
        query = query.with_for_update(of=messages)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def update_message(connection: AsyncConnection, message_id: UUID, **values: Any) -> Record:
    """Change a message."""
    statement = (
        update(messages).where(messages.c.id == message_id).values(**values).returning(messages)
    )
    row: Record = (await connection.execute(statement)).one()
    return row


async def delete_messages(connection: AsyncConnection, ids: set[UUID]) -> list[UUID]:
    """Delete messages in one statement; the runs that were still writing to them."""
    query = select(runs.c.id).where(runs.c.message_id.in_(ids), runs.c.status == "streaming")
    writing = list((await connection.execute(query)).scalars())
    await connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    return writing


async def streaming_runs(connection: AsyncConnection, conversation_id: UUID) -> list[UUID]:
    """The runs that are writing to a conversation now."""
    query = select(runs.c.id).where(
        runs.c.conversation_id == conversation_id, runs.c.status == "streaming"
    )
    return list((await connection.execute(query)).scalars())
