"""The queries of conversations and messages; every one is told whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    any_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.chat.tables import CONVERSATION, MESSAGE, conversations, messages, runs
from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.files import store as file_store

Place = tuple[bool, datetime, UUID]

SUMMARY = [
    conversations.c[name]
    for name in ("id", "title", "pinned", "archived", "folder_id", "tags", "model", "updated_at")
]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which conversations; None is: any."""

    archived: bool | None = False
    pinned: bool | None = None
    # Of each, all of them.
    tags: Sequence[str] = ()
    # In one of these folders; one that is None is: in no folder.
    folders: Sequence[UUID | None] | None = None
    # A part of the model's name, without regard to case.
    model: str | None = None

    def conditions(self, owner_id: UUID) -> list[ColumnElement[bool]]:
        """What a row of conversations has to be."""
        c = conversations.c
        wanted = [c.owner_id == owner_id]
        wanted += [c.archived == self.archived] if self.archived is not None else []
        wanted += [c.pinned == self.pinned] if self.pinned is not None else []
        wanted += [literal(tag, Text) == any_(c.tags) for tag in self.tags]
        if self.folders is not None:
            named = [folder for folder in self.folders if folder is not None]
            unfiled = [c.folder_id.is_(None)] if None in self.folders else []
            wanted.append(or_(c.folder_id.in_(named), *unfiled))
        if self.model is not None:
            wanted.append(c.model.icontains(self.model, autoescape=True))
        return wanted


async def list_conversations(
    connection: AsyncConnection,
    owner_id: UUID,
    filters: Filters,
    *,
    after: Place | None,
    limit: int,
) -> Sequence[Record]:
    """Summaries, pinned first, then newest, beginning after a place in that order."""
    c = conversations.c
    query = (
        select(*SUMMARY)
        .where(*filters.conditions(owner_id))
        .order_by(c.pinned.desc(), c.updated_at.desc(), c.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(c.pinned, c.updated_at, c.id) < tuple_(*after))
    return (await connection.execute(query)).all()


async def add_conversation(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a conversation."""
    statement = insert(conversations).values(**values).returning(*CONVERSATION)
    row: Record = (await connection.execute(statement)).one()
    return row


async def get_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID, *, lock: bool = False
) -> Record:
    """A conversation. Raises `NotFound` when it is absent or another's."""
    c = conversations.c
    query = select(*CONVERSATION).where(c.id == conversation_id, c.owner_id == owner_id)
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
        .returning(*CONVERSATION)
    )
    row: Record | None = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound
    return row


async def update_conversations(
    connection: AsyncConnection, owner_id: UUID, ids: Sequence[UUID], **values: Any
) -> Sequence[Record]:
    """Change those of some conversations that are the owner's."""
    c = conversations.c
    statement = (
        update(conversations)
        .where(c.id.in_(ids), c.owner_id == owner_id)
        .values(**values)
        .returning(*SUMMARY, c.owner_id)
    )
    return (await connection.execute(statement)).all()


async def delete_conversations(
    connection: AsyncConnection, owner_id: UUID, ids: Sequence[UUID] | None = None
) -> tuple[list[UUID], list[UUID]]:
    """Delete all of somebody's conversations, or those of `ids` that are theirs.

    Returns their ids, and the runs that were still writing to them.
    """
    c = conversations.c
    # Locked in one order, so that two deletions cannot wait for each other.
    mine = select(c.id).where(c.owner_id == owner_id).order_by(c.id)
    if ids is not None:
        mine = mine.where(c.id.in_(ids))
    found = list((await connection.execute(mine.with_for_update())).scalars())
    writing = select(runs.c.id).where(
        runs.c.conversation_id.in_(found), runs.c.status == "streaming"
    )
    stopped = list((await connection.execute(writing)).scalars())
    attached = await _files_in(connection, found)
    await connection.execute(delete(conversations).where(c.id.in_(found)))
    await file_store.drop(connection, attached)
    return found, stopped


async def count_tags(connection: AsyncConnection, owner_id: UUID) -> Sequence[Record]:
    """The owner's tags with the number of conversations that bear each."""
    tag = func.unnest(conversations.c.tags).label("name")
    tags = select(tag).where(conversations.c.owner_id == owner_id).subquery()
    query = select(tags.c.name, func.count().label("conversations")).group_by(tags.c.name)
    return (await connection.execute(query.order_by(tags.c.name))).all()


async def delete_conversation(
    connection: AsyncConnection, owner_id: UUID, conversation_id: UUID
) -> list[UUID]:
    """Delete a conversation with all in it; the runs that were still writing to it."""
    writing = await streaming_runs(connection, conversation_id)
    attached = await _files_in(connection, [conversation_id])
    c = conversations.c
    statement = delete(conversations).where(c.id == conversation_id, c.owner_id == owner_id)
    if not (await connection.execute(statement)).rowcount:
        raise NotFound
    await file_store.drop(connection, attached)
    return writing


async def _files_in(connection: AsyncConnection, ids: Sequence[UUID]) -> list[UUID]:
    """The files attached to messages of some conversations."""
    within = select(messages.c.id).where(messages.c.conversation_id.in_(ids))
    return await file_store.attached_to(connection, within)


async def list_messages(connection: AsyncConnection, conversation_id: UUID) -> Sequence[Record]:
    """Every message of a conversation."""
    query = select(*MESSAGE).where(messages.c.conversation_id == conversation_id)
    return (await connection.execute(query)).all()


async def count_messages(connection: AsyncConnection, conversation_id: UUID) -> int:
    """How many messages a conversation holds."""
    query = select(func.count()).where(messages.c.conversation_id == conversation_id)
    return (await connection.execute(query.select_from(messages))).scalar_one()


async def parents_of(connection: AsyncConnection, conversation_id: UUID) -> dict[UUID, UUID | None]:
    """The shape of a conversation's tree: each message's parent."""
    query = select(messages.c.id, messages.c.parent_id).where(
        messages.c.conversation_id == conversation_id
    )
    return {row.id: row.parent_id for row in await connection.execute(query)}


async def path_to(
    connection: AsyncConnection, conversation_id: UUID, leaf: UUID, *, last: int | None = None
) -> Sequence[Record]:
    """The messages from the top of the tree down to `leaf`, or the `last` of them."""
    m = messages.c
    # The walk carries no texts: a long conversation's would go through the disk.
    path = (
        select(m.id, m.parent_id, literal(0).label("height"))
        .where(m.conversation_id == conversation_id, m.id == leaf)
        .cte("path", recursive=True)
    )
    parents = select(m.id, m.parent_id, path.c.height + 1).join(
        path, (m.id == path.c.parent_id) & (m.conversation_id == conversation_id)
    )
    if last is not None:
        parents = parents.where(path.c.height + 1 < last)
    path = path.union_all(parents)
    query = select(*MESSAGE).join(path, path.c.id == m.id).order_by(path.c.height.desc())
    return (await connection.execute(query)).all()


async def end_of_branch(
    connection: AsyncConnection, conversation_id: UUID, leaf: UUID | None, last: int
) -> Sequence[Record]:
    """The `last` messages down to `leaf`, and its versions."""
    if leaf is None:
        return []
    path = await path_to(connection, conversation_id, leaf, last=last)
    parent_id = path[-1].parent_id if path else None
    if parent_id is None:
        return path
    m = messages.c
    beside = select(*MESSAGE).where(
        m.conversation_id == conversation_id, m.parent_id == parent_id, m.id != leaf
    )
    return [*path, *(await connection.execute(beside)).all()]


async def add_message(connection: AsyncConnection, **values: Any) -> Record:
    """Insert a message."""
    row: Record = (
        await connection.execute(insert(messages).values(**values).returning(*MESSAGE))
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
        select(*MESSAGE)
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
        update(messages).where(messages.c.id == message_id).values(**values).returning(*MESSAGE)
    )
    row: Record = (await connection.execute(statement)).one()
    return row


async def close_choice(connection: AsyncConnection, conversation_id: UUID, choice_id: UUID) -> None:
    """Let answers that stood side by side be versions of each other."""
    m = messages.c
    chosen_from = (m.conversation_id == conversation_id, m.choice_id == choice_id)
    await connection.execute(update(messages).where(*chosen_from).values(choice_id=None))


async def delete_messages(connection: AsyncConnection, ids: set[UUID]) -> list[UUID]:
    """Delete messages in one statement; the runs that were still writing to them."""
    query = select(runs.c.id).where(runs.c.message_id.in_(ids), runs.c.status == "streaming")
    writing = list((await connection.execute(query)).scalars())
    attached = await file_store.attached_to(connection, ids)
    await connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    await file_store.drop(connection, attached)
    return writing


async def streaming_runs(connection: AsyncConnection, conversation_id: UUID) -> list[UUID]:
    """The runs that are writing to a conversation now."""
    query = select(runs.c.id).where(
        runs.c.conversation_id == conversation_id, runs.c.status == "streaming"
    )
    return list((await connection.execute(query)).scalars())
