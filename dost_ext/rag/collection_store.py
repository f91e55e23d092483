"""The queries of collections; every one is told who asks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.tables import users
from dost_ext.core.database import Record
from dost_ext.core.errors import NotFound
from dost_ext.core.ids import new_id
from dost_ext.groups.tables import group_members, groups
from dost_ext.rag.tables import collection_groups, collection_readers, collections, documents

_DOCUMENTS = (
    select(func.count())
    .where(documents.c.collection_id == collections.c.id)
    .scalar_subquery()
    .label("documents")
)
_READERS = (
    select(func.array_agg(users.c.username).filter(users.c.username.is_not(None)))
    .join(collection_readers, collection_readers.c.user_id == users.c.id)
    .where(collection_readers.c.collection_id == collections.c.id)
    .scalar_subquery()
    .label("readers")
)
_GROUPS = (
    select(func.array_agg(groups.c.name))
    .join(collection_groups, collection_groups.c.group_id == groups.c.id)
    .where(collection_groups.c.collection_id == collections.c.id)
    .scalar_subquery()
    .label("groups")
)
# Two that finish in one collection at a time would count over each other.
_LOCK = text("select 1 from collections where id = :id for update")


def readable_by(user_id: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Whether a user may read a collection of the query: their own, or one shared with them.

    It is shared by their name, with a group that they are in now, or with everyone.
    """
    reads = exists().where(
        collection_readers.c.collection_id == collections.c.id,
        collection_readers.c.user_id == user_id,
    )
    belongs = exists().where(
        collection_groups.c.collection_id == collections.c.id,
        collection_groups.c.group_id == group_members.c.group_id,
        group_members.c.user_id == user_id,
    )
    return or_(collections.c.owner_id == user_id, collections.c.everyone, reads, belongs)


def _visible(user_id: UUID) -> Select[Any]:
    return (
        select(collections, users.c.display_name.label("owner"), _DOCUMENTS, _READERS, _GROUPS)
        .join(users, users.c.id == collections.c.owner_id)
        .where(readable_by(user_id), ~collections.c.personal)
    )


async def list_collections(connection: AsyncConnection, user_id: UUID) -> Sequence[Record]:
    """The named collections that a user may read, their own first, by name."""
    theirs = collections.c.owner_id != user_id
    query = _visible(user_id).order_by(theirs, func.lower(collections.c.name), collections.c.id)
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def get_collection(connection: AsyncConnection, user_id: UUID, collection_id: UUID) -> Record:
    """A named collection that a user may read. Raises `NotFound` for any other."""
    query = _visible(user_id).where(collections.c.id == collection_id)
    row: Record | None = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such collection.")
    return row


async def count_collections(connection: AsyncConnection, owner_id: UUID) -> int:
    """How many somebody has; nobody else adds to them until the transaction ends."""
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended('collections ' || :owner, 0))"),
        {"owner": str(owner_id)},
    )
    query = select(func.count()).where(collections.c.owner_id == owner_id)
    return int((await connection.execute(query)).scalar_one())


async def add_collection(connection: AsyncConnection, **values: Any) -> None:
    """Insert a collection."""
    await connection.execute(insert(collections).values(**values))


async def personal_collection(connection: AsyncConnection, owner_id: UUID, now: datetime) -> UUID:
    """The collection of a user's documents that are in no named one; it is made where missing."""
    query = select(collections.c.id).where(
        collections.c.owner_id == owner_id, collections.c.personal
    )
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        values = {"id": new_id(), "owner_id": owner_id, "personal": True, "name": ""}
        statement = upsert(collections).values(**values, created_at=now, updated_at=now)
        await connection.execute(statement.on_conflict_do_nothing())
        found = (await connection.execute(query)).scalar_one()
    return UUID(str(found))


async def update_collection(
    connection: AsyncConnection, collection_id: UUID, **values: Any
) -> None:
    """Change a collection."""
    await connection.execute(
        update(collections).where(collections.c.id == collection_id).values(**values)
    )


async def set_readers(
    connection: AsyncConnection, collection_id: UUID, user_ids: Collection[UUID]
) -> None:
    """Have just these users read a collection by their names."""
    await connection.execute(
        delete(collection_readers).where(collection_readers.c.collection_id == collection_id)
    )
    if user_ids:
        rows = [{"collection_id": collection_id, "user_id": user_id} for user_id in user_ids]
        await connection.execute(insert(collection_readers), rows)


async def set_groups(
    connection: AsyncConnection, collection_id: UUID, group_ids: Collection[UUID]
) -> None:
    """Have just these groups read a collection."""
    await connection.execute(
        delete(collection_groups).where(collection_groups.c.collection_id == collection_id)
    )
    if group_ids:
        rows = [{"collection_id": collection_id, "group_id": group_id} for group_id in group_ids]
        await connection.execute(insert(collection_groups), rows)


async def groups_of(connection: AsyncConnection, collection_id: UUID) -> Sequence[Record]:
    """The groups that read a collection."""
    query = (
        select(groups)
        .join(collection_groups, collection_groups.c.group_id == groups.c.id)
        .where(collection_groups.c.collection_id == collection_id)
    )
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def delete_collection(connection: AsyncConnection, collection_id: UUID) -> None:
    """Delete a collection and all that is in it."""
    await connection.execute(delete(collections).where(collections.c.id == collection_id))


async def lock(connection: AsyncConnection, collection_id: UUID) -> None:
    """Keep others from counting in a collection until the transaction ends."""
    await connection.execute(_LOCK, {"id": collection_id})


async def readers_of(connection: AsyncConnection, collection_id: UUID) -> list[UUID]:
    """The owner of a collection and those it is shared with by name or in a group."""
    query = select(collections.c.owner_id).where(collections.c.id == collection_id)
    others = select(collection_readers.c.user_id).where(
        collection_readers.c.collection_id == collection_id
    )
    members = (
        select(group_members.c.user_id)
        .join(collection_groups, collection_groups.c.group_id == group_members.c.group_id)
        .where(collection_groups.c.collection_id == collection_id)
    )
    return list((await connection.execute(query.union(others, members))).scalars())
