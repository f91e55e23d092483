"""Messages as the execution of code sees them: in the database, or in this process's memory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from dost_ext.chat import store
from dost_ext.chat.tables import conversations, messages
from dost_ext.chat.temporary import TemporaryChats
from dost_ext.core.database import Database
from dost_ext.core.errors import NotFound
from dost_ext.core.feed import tell
from dost_ext.core.scopes import Principal
from dost_ext.execution import store as execution_store
from dost_ext.execution.schemas import Execution
from dost_ext.execution.service import Holder, Source
from dost_ext.execution.tables import executions


class SavedMessages:
    """Messages in the database."""

    def __init__(self, database: Database, server_key: int) -> None:
        self._database = database
        self._server_key = server_key

    async def source(self, principal: Principal, message_id: UUID) -> Source:
        """The message."""
        async with self._database.begin() as connection:
            row = await store.get_message(connection, principal.user_id, message_id)
        return Source(row.id, row.conversation_id, row.content)

    async def begin(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Put an execution to the message."""
        m = messages.c
        marked = update(messages).where(m.id == source.message_id).values(has_executions=True)
        async with self._database.begin() as connection:
            if not (await connection.execute(marked)).rowcount:
                raise NotFound
            await execution_store.begin(connection, source.message_id, execution, self._server_key)
            await tell(connection, owner_id, "execution", _news(source, execution))

    async def save(self, source: Source, execution: Execution) -> None:
        """Write down how an execution stands."""
        async with self._database.begin() as connection:
            await execution_store.save(connection, execution)

    async def end(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Write down how an execution ended."""
        async with self._database.begin() as connection:
            await execution_store.save(connection, execution)
            await tell(connection, owner_id, "execution", _news(source, execution))

    async def change(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Write down what an execution shows since its end."""
        async with self._database.begin() as connection:
            if await execution_store.save(connection, execution):
                await tell(connection, owner_id, "execution", _late_news(source, execution))


class TemporaryMessages:
    """Messages of temporary chats."""

    def __init__(self, chats: TemporaryChats, database: Database) -> None:
        self._chats = chats
        self._database = database

    async def source(self, principal: Principal, message_id: UUID) -> Source:
        """The message."""
        chat = self._chats.holding(principal, message_id)
        return Source(message_id, chat.id, chat.messages[message_id].content)

    async def begin(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Put an execution to the message."""
        await self.save(source, execution)

    async def save(self, source: Source, execution: Execution) -> None:
        """Put it in the place of what its block showed before."""
        message = self._chats.message(source.conversation_id, source.message_id)
        if message is None:
            return
        block = execution.block
        others = [
            one
            for one in message.executions or ()
            if one.id != execution.id and (block is None or one.block != block)
        ]
        self._chats.put(message.model_copy(update={"executions": [*others, execution]}))

    async def end(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Put its end there."""
        await self.save(source, execution)

    async def change(self, owner_id: UUID, source: Source, execution: Execution) -> None:
        """Put what it shows since its end there, unless its block was run anew.

        Nobody follows it any more, so this is told: which execution it is, and no more.
        """
        message = self._chats.message(source.conversation_id, source.message_id)
        if message and any(one.id == execution.id for one in message.executions or ()):
            await self.save(source, execution)
            async with self._database.begin() as connection:
                await tell(connection, owner_id, "execution", _late_news(source, execution))


class MessageHolders:
    """Who has which message, and whose conversation it is."""

    def __init__(self, saved: SavedMessages, chats: TemporaryChats, database: Database) -> None:
        self._saved = saved
        self._temporary = TemporaryMessages(chats, database)
        self._chats = chats
        self._database = database

    def of(self, principal: Principal, message_id: UUID) -> Holder:
        """Who has a message."""
        return self._temporary if self._chats.has(principal, message_id) else self._saved

    async def widgets(self, principal: Principal, execution_id: UUID) -> dict[str, Any] | None:
        """What was kept of the widgets of an execution. Raises `NotFound`."""
        e, m, c = executions.c, messages.c, conversations.c
        query = (
            select(e.widgets)
            .join(messages, m.id == e.message_id)
            .join(conversations, c.id == m.conversation_id)
            .where(e.id == execution_id, c.owner_id == principal.user_id)
        )
        async with self._database.begin() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound
        found: dict[str, Any] | None = row.widgets
        return found

    async def demand(self, principal: Principal, conversation_id: UUID) -> bool:
        """Whether a conversation of the caller's is saved. Raises `NotFound`."""
        if self._chats.has(principal, conversation_id):
            return False
        async with self._database.begin() as connection:
            await store.get_conversation(connection, principal.user_id, conversation_id)
        return True


def _news(source: Source, execution: Execution) -> dict[str, object]:
    return {
        "id": str(execution.id),
        "conversation_id": str(source.conversation_id),
        "message_id": str(source.message_id),
        "block": execution.block,
        "status": execution.status,
    }


def _late_news(source: Source, execution: Execution) -> dict[str, object]:
    late = {"tool_call_id": execution.tool_call_id, "late": True}
    return _news(source, execution) | late
