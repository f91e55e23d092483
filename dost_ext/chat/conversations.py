"""The rules of conversations and of messages that no model is writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat import folder_store, schemas, store, tree
from dost_ext.chat.search import Search
from dost_ext.chat.shown import conversation_of, message_of, summary_of
from dost_ext.core.clock import Clock
from dost_ext.core.cursors import cursor_of, moment, place_of
from dost_ext.core.database import Database, Record
from dost_ext.core.errors import Conflict, InvalidRequest, NotFound
from dost_ext.core.feed import tell, tell_all
from dost_ext.core.ids import new_id
from dost_ext.core.notifications import IDS_A_NOTIFICATION, publish
from dost_ext.core.scopes import Principal
from dost_ext.execution import store as execution_store
from dost_ext.files import store as file_store


class Writers(Protocol):
    """The runs that are writing in this process."""

    def overlay(self, message: schemas.Message) -> schemas.Message:
        """The message with all that has been written so far, saved or not."""


class ConversationService:
    """Lists, makes, changes, forks and deletes conversations and their messages."""

    def __init__(self, database: Database, clock: Clock, writers: Writers) -> None:
        self._database = database
        self._clock = clock
        self._writers = writers

    async def list(
        self, principal: Principal, query: schemas.ListConversations
    ) -> schemas.ConversationPage:
        """One page of the caller's conversations: all, some, or what a search finds."""
        filters, search = _filters_of(query), Search.of(query.q or "")
        owner = principal.user_id
        async with self._database.begin() as connection:
            filters = await search.narrow(connection, owner, filters)
            if search.has_words:
                items, more = await search.run(
                    connection, owner, filters, cursor=query.cursor, limit=query.limit
                )
                return schemas.ConversationPage(items=items, next_cursor=more)
            rows = await store.list_conversations(
                connection, owner, filters, after=_place_of(query.cursor), limit=query.limit + 1
            )
        shown = rows[: query.limit]
        return schemas.ConversationPage(
            items=[summary_of(row) for row in shown],
            next_cursor=_cursor_of(shown[-1]) if len(rows) > query.limit else None,
        )

    async def create(
        self, principal: Principal, wanted: schemas.CreateConversation
    ) -> schemas.Conversation:
        """Make an empty conversation."""
        now = self._clock()
        async with self._database.begin() as connection:
            await _demand_folder(connection, principal, wanted.folder_id)
            row = await store.add_conversation(
                connection,
                id=new_id(),
                owner_id=principal.user_id,
                created_at=now,
                updated_at=now,
                params=wanted.params.model_dump(exclude_none=True) if wanted.params else {},
                tags=wanted.tags or [],
                **wanted.model_dump(include={"title", "model", "system_prompt", "folder_id"}),
            )
            await self._tell_changed(connection, row)
        return conversation_of(row)

    async def get(self, principal: Principal, conversation_id: UUID) -> schemas.Conversation:
        """One conversation."""
        async with self._database.begin() as connection:
            row = await store.get_conversation(connection, principal.user_id, conversation_id)
        return conversation_of(row)

    async def update(
        self, principal: Principal, conversation_id: UUID, changes: schemas.UpdateConversation
    ) -> schemas.Conversation:
        """Change a conversation. Only what happens in it moves it up the list."""
        values = changes.model_dump(exclude_unset=True)
        if changes.params is not None:
            values["params"] = changes.params.model_dump(exclude_none=True)
        for name, empty in (("params", {}), ("tags", [])):
            if name in values and values[name] is None:
                values[name] = empty
        async with self._database.begin() as connection:
            await _demand_folder(connection, principal, changes.folder_id)
            if changes.current_leaf_id is not None:
                # Locked, as a deletion does: else the leaf may go between the look and the change.
                await store.get_conversation(
                    connection, principal.user_id, conversation_id, lock=True
                )
                leaf = await store.get_message(
                    connection, principal.user_id, changes.current_leaf_id
                )
                if leaf.conversation_id != conversation_id:
                    raise NotFound("The conversation has no such message.")
            row = (
                await store.update_conversation(
                    connection, principal.user_id, conversation_id, **values
                )
                if values
                else await store.get_conversation(connection, principal.user_id, conversation_id)
            )
            await self._tell_changed(connection, row)
        return conversation_of(row)

    async def delete(self, principal: Principal, conversation_id: UUID) -> None:
        """Delete a conversation with all its messages; what is being written to it stops."""
        async with self._database.begin() as connection:
            writing = await store.delete_conversation(
                connection, principal.user_id, conversation_id
            )
            await _stop(connection, writing)
            gone = {"id": str(conversation_id), "deleted": True}
            await tell(connection, principal.user_id, "conversation", gone)

    async def change_many(
        self, principal: Principal, wanted: schemas.ChangeMany
    ) -> schemas.ChangedMany:
        """Change or delete many conversations; ids that are not the caller's are passed over.

        Raises `NotFound` for a folder that is absent or another's; then nothing is changed.
        """
        owner = principal.user_id
        async with self._database.begin() as connection:
            if wanted.delete:
                gone, writing = await store.delete_conversations(connection, owner, wanted.ids)
                await _stop(connection, writing)
                news: list[Any] = [{"id": str(id_), "deleted": True} for id_ in gone]
            else:
                values = wanted.model_dump(include=wanted.model_fields_set - {"ids", "delete"})
                await _demand_folder(connection, principal, wanted.folder_id)
                rows = await store.update_conversations(connection, owner, wanted.ids, **values)
                news = [_news_of(row) for row in rows]
            await tell_all(connection, [(owner, "conversation", item) for item in news])
        return schemas.ChangedMany(changed=len(news))

    async def delete_all(self, principal: Principal) -> None:
        """Delete all that the caller has, archived or not; what is being written stops."""
        async with self._database.begin() as connection:
            deleted, writing = await store.delete_conversations(connection, principal.user_id)
            await _stop(connection, writing)
            gone = [{"id": str(conversation_id), "deleted": True} for conversation_id in deleted]
            await tell_all(connection, [(principal.user_id, "conversation", it) for it in gone])

    async def messages(
        self, principal: Principal, conversation_id: UUID, *, last: int | None = None
    ) -> schemas.Messages:
        """The whole tree, with what is being written now as far as it has come.

        Or only the `last` messages of the branch shown, with the versions of the very last: enough
        to begin to read in a long conversation.
        """
        async with self._database.begin() as connection:
            row = await store.get_conversation(connection, principal.user_id, conversation_id)
            leaf, partial = row.current_leaf_id, False
            found: Sequence[Record]
            if last is None:
                found = tree.parents_first(await store.list_messages(connection, conversation_id))
            else:
                many = await store.count_messages(connection, conversation_id)
                found = await store.end_of_branch(connection, conversation_id, leaf, last)
                partial = many > len(found)
        items = [self._writers.overlay(message_of(m)) for m in found]
        return schemas.Messages(items=items, current_leaf_id=leaf, partial=partial)

    async def add_message(
        self, principal: Principal, conversation_id: UUID, wanted: schemas.AddMessage
    ) -> schemas.Message:
        """Add a message without calling a model; the branch that ends with it is shown."""
        async with self._database.begin() as connection:
            await store.get_conversation(connection, principal.user_id, conversation_id, lock=True)
            if wanted.parent_id is not None:
                parent = await store.get_message(connection, principal.user_id, wanted.parent_id)
                if parent.conversation_id != conversation_id:
                    raise NotFound("The conversation has no such message.")
            row = await store.add_message(
                connection,
                id=new_id(),
                conversation_id=conversation_id,
                parent_id=wanted.parent_id,
                role=wanted.role,
                content=wanted.content,
                created_at=self._clock(),
            )
            changed = await store.update_conversation(
                connection,
                principal.user_id,
                conversation_id,
                current_leaf_id=row.id,
                updated_at=self._clock(),
            )
            await self._tell_changed(connection, changed)
        return message_of(row)

    async def update_message(
        self, principal: Principal, message_id: UUID, changes: schemas.UpdateMessage
    ) -> schemas.Message:
        """Edit a message in place. Raises `Conflict` while a model is writing it."""
        values = changes.model_dump(exclude_unset=True)
        if values.get("content", "") is None:
            raise InvalidRequest("content: a message always has content")
        async with self._database.begin() as connection:
            row = await store.get_message(connection, principal.user_id, message_id, lock=True)
            if row.status == "streaming" and "content" in values:
                raise Conflict("The model is still writing this message. Stop it first.")
            if values:
                row = await store.update_message(connection, message_id, **values)
            owner = principal.user_id
            changed = await store.get_conversation(connection, owner, row.conversation_id)
            await self._tell_changed(connection, changed)
        return message_of(row)

    async def pick(self, principal: Principal, message_id: UUID) -> schemas.Message:
        """Go on with one of several answers: its branch is shown, the others become versions."""
        owner = principal.user_id
        async with self._database.begin() as connection:
            row = await store.get_message(connection, owner, message_id)
            # Locked, as a deletion does: else the message may go between the look and the change.
            await store.get_conversation(connection, owner, row.conversation_id, lock=True)
            row = await store.get_message(connection, owner, message_id)
            if row.choice_id is not None:
                await store.close_choice(connection, row.conversation_id, row.choice_id)
            changed = await store.update_conversation(
                connection, owner, row.conversation_id, current_leaf_id=message_id
            )
            await self._tell_changed(connection, changed)
        return message_of(row).model_copy(update={"choice_id": None})

    async def delete_message(self, principal: Principal, message_id: UUID) -> None:
        """Delete a message and all below it; another branch is shown where it was."""
        owner = principal.user_id
        async with self._database.begin() as connection:
            row = await store.get_message(connection, owner, message_id)
            conversation = await store.get_conversation(
                connection, owner, row.conversation_id, lock=True
            )
            parents = await store.parents_of(connection, conversation.id)
            leaf = tree.leaf_after_deletion(conversation.current_leaf_id, message_id, parents)
            writing = await store.delete_messages(connection, tree.subtree(message_id, parents))
            await _stop(connection, writing)
            changed = await store.update_conversation(
                connection, owner, conversation.id, current_leaf_id=leaf
            )
            await self._tell_changed(connection, changed)

    async def fork(
        self, principal: Principal, conversation_id: UUID, message_id: UUID
    ) -> schemas.Conversation:
        """A new conversation that holds a copy of the path to one message."""
        async with self._database.begin() as connection:
            # Locked, as a deletion does: what is attached to the path stays while it is copied.
            source = await store.get_conversation(
                connection, principal.user_id, conversation_id, lock=True
            )
            path = await store.path_to(connection, conversation_id, message_id)
            if not path:
                raise NotFound("The conversation has no such message.")
            if any(row.status == "streaming" for row in path):
                raise Conflict("The model is still writing this message. Stop it first.")
            await _demand_folder(connection, principal, source.folder_id)
            now, copy_id = self._clock(), new_id()
            rows = _copies(path, copy_id)
            row = await store.add_conversation(
                connection,
                id=copy_id,
                owner_id=principal.user_id,
                title=source.title,
                folder_id=source.folder_id,
                model=source.model,
                params=source.params,
                system_prompt=source.system_prompt,
                tags=source.tags,
                current_leaf_id=rows[-1]["id"],
                created_at=now,
                updated_at=now,
            )
            await store.add_messages(connection, rows)
            copies = {message.id: copy["id"] for message, copy in zip(path, rows, strict=True)}
            await file_store.copy_attached(connection, copies)
            await execution_store.copy(connection, copies)
            await self._tell_changed(connection, row)
        return conversation_of(row)

    async def _tell_changed(self, connection: AsyncConnection, row: Record) -> None:
        await tell(connection, row.owner_id, "conversation", _news_of(row))


def _news_of(row: Record) -> dict[str, Any]:
    """What other tabs hear of a conversation; tags may be longer than a notification."""
    return summary_of(row).model_dump(mode="json", exclude=_NOT_TOLD)


async def _demand_folder(
    connection: AsyncConnection, principal: Principal, folder_id: UUID | None
) -> None:
    if folder_id is not None:
        await folder_store.get_folder(connection, principal.user_id, folder_id, lock="to keep")


def _filters_of(query: schemas.ListConversations) -> store.Filters:
    return store.Filters(
        archived=query.archived,
        pinned=query.pinned,
        tags=[query.tag] if query.tag is not None else [],
        folders=None
        if query.folder_id is None
        else [None if query.folder_id == "none" else query.folder_id],
    )


_NOT_TOLD = {"tags", "snippet", "matches", "message_id"}
_COPIED = (
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
    "has_files",
    "has_executions",
)


def _copies(path: Any, conversation_id: UUID) -> list[dict[str, Any]]:
    """The messages of a path as rows of another conversation."""
    rows: list[dict[str, Any]] = []
    parent: UUID | None = None
    for message in path:
        copy = {name: getattr(message, name) for name in (*_COPIED, "error", "created_at")}
        copy |= {"id": new_id(), "parent_id": parent, "conversation_id": conversation_id}
        parent = copy["id"]
        rows.append(copy)
    return rows


async def _stop(connection: AsyncConnection, writing: list[UUID]) -> None:
    ids = [str(run_id) for run_id in writing]
    for start in range(0, len(ids), IDS_A_NOTIFICATION):
        await publish(connection, "stop", ids[start : start + IDS_A_NOTIFICATION])


def _cursor_of(row: Record) -> str:
    return cursor_of(row.pinned, row.updated_at, row.id)


def _place_of(cursor: str | None) -> store.Place | None:
    if cursor is None:
        return None
    pinned, updated_at, conversation_id = place_of(cursor, bool, moment, UUID)
    return pinned, updated_at, conversation_id
