"""What one does with a temporary chat besides talking: read, change, delete, and keep it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from dost_ext.chat import schemas, store, tree
from dost_ext.chat.shown import conversation_of, summary_of
from dost_ext.chat.temporary import MOST_CHARACTERS, TemporaryChat, TemporaryChats
from dost_ext.chat.titles import UNTITLED, title_of
from dost_ext.core.clock import Clock
from dost_ext.core.database import Database
from dost_ext.core.errors import Conflict, InvalidRequest, NotFound
from dost_ext.core.feed import tell
from dost_ext.core.scopes import Principal
from dost_ext.execution import store as execution_store

CHANGEABLE = {"model", "params", "system_prompt", "current_leaf_id"}
WRITING = "The model is still writing this message. Stop it first."


class TemporaryConversations:
    """Temporary chats as the API shows conversations."""

    def __init__(self, chats: TemporaryChats, database: Database, clock: Clock) -> None:
        self._chats = chats
        self._database = database
        self._clock = clock

    def has(self, principal: Principal, any_id: UUID) -> bool:
        """Whether an id is that of a temporary chat of the caller's, or of a message in one."""
        return self._chats.has(principal, any_id)

    async def get(self, principal: Principal, conversation_id: UUID) -> schemas.Conversation:
        """One chat."""
        return _shown(self._chats.get(principal, conversation_id))

    async def update(
        self, principal: Principal, conversation_id: UUID, changes: schemas.UpdateConversation
    ) -> schemas.Conversation:
        """Change a chat. Raises `Conflict` for what only a saved one has."""
        chat = self._chats.get(principal, conversation_id)
        if changes.model_fields_set - CHANGEABLE:
            raise Conflict("A temporary chat has no title, folder, tags or pin. Keep it first.")
        values = changes.model_dump(exclude_unset=True, exclude={"params"})
        if values.get("current_leaf_id") is not None:
            self._demand(chat, values["current_leaf_id"])
        if "params" in changes.model_fields_set:
            given = changes.params
            values["params"] = given.model_dump(exclude_none=True) if given is not None else {}
        for name, value in values.items():
            setattr(chat, name, value)
        return _shown(chat)

    async def delete(self, principal: Principal, conversation_id: UUID) -> None:
        """Forget a chat; what is being written to it stops."""
        self._chats.drop(self._chats.get(principal, conversation_id))

    async def messages(
        self, principal: Principal, conversation_id: UUID, *, last: int | None = None
    ) -> schemas.Messages:
        """The whole tree, with what is being written now as far as it has come.

        It is in memory, and bounded: a reader who wants to begin with its end is given all of it.
        """
        chat = self._chats.get(principal, conversation_id)
        items = [self._as_written(chat, m) for m in tree.parents_first(chat.messages.values())]
        return schemas.Messages(items=items, current_leaf_id=chat.current_leaf_id, temporary=True)

    def _as_written(self, chat: TemporaryChat, message: schemas.Message) -> schemas.Message:
        live = chat.runs.get(message.run_id) if message.run_id is not None else None
        return message if live is None else live.onto(message)

    async def update_message(
        self, principal: Principal, message_id: UUID, changes: schemas.UpdateMessage
    ) -> schemas.Message:
        """Edit a message in place. Raises `Conflict` while a model is writing it."""
        chat = self._chats.holding(principal, message_id)
        message = chat.messages[message_id]
        values = changes.model_dump(exclude_unset=True)
        if values.get("content", "") is None:
            raise InvalidRequest("content: a message always has content")
        if message.status == "streaming" and "content" in values:
            raise Conflict(WRITING)
        if chat.characters - len(message.content) + len(changes.content or "") > MOST_CHARACTERS:
            self._chats.refuse_full()
        chat.messages[message_id] = message.model_copy(update=values)
        return chat.messages[message_id]

    async def pick(self, principal: Principal, message_id: UUID) -> schemas.Message:
        """Go on with one of several answers: its branch is shown, the others become versions."""
        chat = self._chats.holding(principal, message_id)
        choice = chat.messages[message_id].choice_id
        for message in list(chat.messages.values()):
            if choice is not None and message.choice_id == choice:
                chat.messages[message.id] = message.model_copy(update={"choice_id": None})
        chat.current_leaf_id = message_id
        return chat.messages[message_id]

    async def delete_message(self, principal: Principal, message_id: UUID) -> None:
        """Delete a message and all below it; another branch is shown where it was."""
        chat = self._chats.holding(principal, message_id)
        parents = {m.id: m.parent_id for m in chat.messages.values()}
        leaf = tree.leaf_after_deletion(chat.current_leaf_id, message_id, parents)
        gone = tree.subtree(message_id, parents)
        for run in chat.runs.values():
            if run.message.id in gone and not run.ended:
                run.stop()
        for deleted in gone:
            del chat.messages[deleted]
        chat.current_leaf_id = leaf

    async def keep(self, principal: Principal, conversation_id: UUID) -> schemas.Conversation:
        """Save a chat with all its messages; from here on it is a conversation like any other."""
        chat = self._chats.get(principal, conversation_id)
        if chat.writing:
            raise Conflict("The model is still answering here. Stop it or wait for its end.")
        self._chats.take(chat)
        try:
            return await self._save(chat)
        except BaseException:
            self._chats.put_back(chat)
            raise

    async def _save(self, chat: TemporaryChat) -> schemas.Conversation:
        first = next((m for m in chat.messages.values() if m.role == "user"), None)
        async with self._database.begin() as connection:
            row = await store.add_conversation(
                connection,
                id=chat.id,
                owner_id=chat.owner_id,
                title=title_of(first.content) if first is not None else None,
                model=chat.model,
                params=chat.params,
                system_prompt=chat.system_prompt,
                current_leaf_id=chat.current_leaf_id,
                created_at=chat.created_at,
                updated_at=self._clock(),
            )
            saved = tree.parents_first(chat.messages.values())
            await store.add_messages(connection, [_row(message) for message in saved])
            ran = [(message.id, one) for message in saved for one in message.executions or ()]
            await execution_store.add(
                connection, [{"message_id": id_, **one.model_dump()} for id_, one in ran]
            )
            news = summary_of(row).model_dump(mode="json", include={"id", "title", "updated_at"})
            await tell(connection, chat.owner_id, "conversation", news)
        return conversation_of(row)

    def _demand(self, chat: TemporaryChat, message_id: UUID) -> None:
        if message_id not in chat.messages:
            raise NotFound("The conversation has no such message.")


def _shown(chat: TemporaryChat) -> schemas.Conversation:
    return schemas.Conversation(
        id=chat.id,
        title=UNTITLED,
        pinned=False,
        archived=False,
        tags=[],
        model=chat.model,
        updated_at=chat.updated_at,
        params=chat.params,
        system_prompt=chat.system_prompt,
        current_leaf_id=chat.current_leaf_id,
        created_at=chat.created_at,
        temporary=True,
    )


def _row(message: schemas.Message) -> dict[str, Any]:
    row = message.model_dump(exclude={"usage", "run_id", "seq", "attachments", "executions"})
    row["has_executions"] = bool(message.executions)
    row["usage"] = message.usage and message.usage.model_dump(exclude_none=True)
    return row
