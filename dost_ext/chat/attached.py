"""What is attached to the messages of a conversation, for its code to find."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.shown import named_in
from dost_ext.chat.tables import conversations, messages
from dost_ext.chat.temporary import TemporaryChats
from dost_ext.core.database import Database
from dost_ext.execution.workspace.files import Attached
from dost_ext.files.tables import files, message_files
from dost_ext.rag import document_store
from dost_ext.rag.grounding.sources import name_of

# What a file may have that is attached as it is: a longer document is for reading.
MOST_BYTES = 20 * 1024 * 1024
# So much of it is in memory at a time.
BATCH_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file or a document that is attached, without its content."""

    id: UUID
    name: str
    size: int
    since: datetime
    is_document: bool


class AttachedFiles:
    """Knows the files of a conversation's messages, and those of the documents that they name."""

    def __init__(self, database: Database, chats: TemporaryChats) -> None:
        self._database = database
        self._chats = chats

    async def attached(self, conversation_id: UUID, known: set[UUID]) -> list[Attached]:
        """The next of what is attached but for what is known, oldest first; empty at the end.

        A document counts from the message that names it first, and only as long as whoever has
        the conversation may read it.
        """
        async with self._database.begin() as connection:
            waiting = [
                *await _files(connection, conversation_id, known),
                *await self._documents(connection, conversation_id, known),
            ]
            return [
                Attached(one.id, one.name, content, one.since)
                for one in _batch(sorted(waiting, key=lambda one: (one.since, one.id)))
                if (content := await _content(connection, one)) is not None
            ]

    async def _documents(
        self, connection: AsyncConnection, conversation_id: UUID, known: set[UUID]
    ) -> list[_Waiting]:
        owner_id, rows = await self._naming(connection, conversation_id)
        since: dict[UUID, datetime] = {}
        for row in rows:
            for source in named_in(row):
                if source.kind == "document" and source.id not in known:
                    since.setdefault(source.id, row.created_at)
        if owner_id is None or not since:
            return []
        found = await document_store.files_named(connection, owner_id, list(since))
        return [
            _Waiting(row.id, name_of(row), row.size, since[row.id], is_document=True)
            for row in found
            if row.size <= MOST_BYTES
        ]

    async def _naming(
        self, connection: AsyncConnection, conversation_id: UUID
    ) -> tuple[UUID | None, Iterable[Any]]:
        """Whose conversation it is, and the messages that name something, oldest first."""
        if (chat := self._chats.known(conversation_id)) is not None:
            return chat.owner_id, list(chat.messages.values())
        m, c = messages.c, conversations.c
        query = (
            select(c.owner_id, m.sources, m.created_at)
            .join(conversations, c.id == m.conversation_id)
            .where(m.conversation_id == conversation_id, m.sources.is_not(None))
            .order_by(m.created_at, m.id)
        )
        rows = (await connection.execute(query)).all()
        return (rows[0].owner_id if rows else None), rows


async def _files(
    connection: AsyncConnection, conversation_id: UUID, known: set[UUID]
) -> list[_Waiting]:
    f, m = files.c, messages.c
    query = (
        select(f.id, f.name, f.size, f.created_at)
        .join(message_files, message_files.c.file_id == f.id)
        .join(messages, m.id == message_files.c.message_id)
        .where(m.conversation_id == conversation_id, m.has_files, f.id.not_in(known))
        .distinct(f.id)
        .order_by(f.id)
    )
    return [
        _Waiting(row.id, row.name, row.size, row.created_at, is_document=False)
        for row in await connection.execute(query)
    ]


def _batch(waiting: Iterable[_Waiting]) -> list[_Waiting]:
    """The first of them, as many as may be in memory."""
    batch: list[_Waiting] = []
    room = BATCH_BYTES
    for one in waiting:
        room -= one.size
        if room < 0 and batch:
            break
        batch.append(one)
    return batch


async def _content(connection: AsyncConnection, one: _Waiting) -> bytes | None:
    if one.is_document:
        return await document_store.content_of(connection, one.id)
    query = select(files.c.content).where(files.c.id == one.id)
    content: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return content
