"""The queries of whole conversations; every one is told whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import folder_store, store
from dost_ext.chat.tables import conversations
from dost_ext.chat.titles import title_of
from dost_ext.core.clock import utc_now
from dost_ext.core.database import Record
from dost_ext.core.ids import new_id
from dost_ext.execution import store as execution_store
from dost_ext.files import store as file_store
from dost_ext.notebooks.portable import PortableConversation, PortableExecution, PortableMessage


async def conversation_ids(connection: AsyncConnection, owner_id: UUID) -> list[UUID]:
    """Every conversation of somebody, oldest first."""
    c = conversations.c
    query = select(c.id).where(c.owner_id == owner_id).order_by(c.id)
    return list((await connection.execute(query)).scalars())


async def add_whole(
    connection: AsyncConnection, owner_id: UUID, found: PortableConversation
) -> Record:
    """Insert a conversation with its messages, all under new ids."""
    conversation_id = new_id()
    # Ids sort by their making, and siblings by their ids: these are made in the tree's order.
    ids = {message.key: new_id() for message in found.messages}
    folder_id = await folder_store.find_or_make(connection, owner_id, found.folder)
    row = await store.add_conversation(
        connection,
        id=conversation_id,
        owner_id=owner_id,
        folder_id=folder_id,
        current_leaf_id=ids[found.current] if found.current is not None else None,
        title=found.title or _title(found),
        **{name: getattr(found, name) for name in _OF_CONVERSATION},
    )
    rows = [_row(message, conversation_id, ids) for message in found.messages]
    await store.add_messages(connection, rows)
    await execution_store.add(connection, [*_executions(found, ids)])
    await _add_files(connection, owner_id, found, ids)
    await _note_kernel(connection, found, conversation_id)
    return row


async def _note_kernel(
    connection: AsyncConnection, found: PortableConversation, conversation_id: UUID
) -> None:
    """Note which kernel it had, as one that is gone: its code starts such a one again."""
    if found.kernel is not None:
        await execution_store.put_kernel(
            connection,
            conversation_id=conversation_id,
            id=new_id(),
            server_key=execution_store.NOBODY,
            **asdict(found.kernel),
        )


def _executions(found: PortableConversation, ids: dict[str, UUID]) -> Iterator[dict[str, Any]]:
    for message in found.messages:
        for one in message.executions:
            yield {
                "id": new_id(),
                "message_id": ids[message.key],
                **{name: getattr(one, name) for name in _OF_EXECUTION},
            }


async def _add_files(
    connection: AsyncConnection,
    owner_id: UUID,
    found: PortableConversation,
    messages: dict[str, UUID],
) -> None:
    attached = {key for message in found.messages for key in message.attachments}
    files = {key: new_id() for key in found.files if key in attached}
    at = found.created_at or utc_now()
    for key, file_id in files.items():
        await file_store.add(connection, owner_id, file_id, found.files[key], at)
    links = [
        {"message_id": messages[message.key], "position": position, "file_id": files[key]}
        for message in found.messages
        for position, key in enumerate(message.attachments)
    ]
    await file_store.attach(connection, links)


def _title(found: PortableConversation) -> str | None:
    """What dost would call it, by its first prompt."""
    prompts = (m.content for m in found.messages if m.role == "user" and m.content)
    prompt = next(prompts, None)
    return None if prompt is None else title_of(prompt)


_OF_CONVERSATION = (
    "model",
    "params",
    "system_prompt",
    "tags",
    "pinned",
    "archived",
    "created_at",
    "updated_at",
)
_OF_EXECUTION = tuple(one.name for one in fields(PortableExecution))
_OF_MESSAGE = (
    "role",
    "content",
    "reasoning",
    "status",
    "model",
    "params",
    "usage",
    "tool_calls",
    "sources",
    "citations",
    "error",
    "rating",
    "created_at",
)


def _row(message: PortableMessage, conversation_id: UUID, ids: dict[str, UUID]) -> dict[str, Any]:
    return {
        "id": ids[message.key],
        "conversation_id": conversation_id,
        "parent_id": ids[message.parent] if message.parent is not None else None,
        "has_files": bool(message.attachments),
        "has_executions": bool(message.executions),
        **{name: getattr(message, name) for name in _OF_MESSAGE},
    }
