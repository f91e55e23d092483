"""The queries of groups."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from dost_ext.auth.tables import users
from dost_ext.core.database import Record
from dost_ext.core.errors import Conflict, NotFound
from dost_ext.core.scopes import Principal, can
from dost_ext.groups.tables import group_members, groups

_MEMBERS = (
    select(func.array_agg(users.c.username))
    .join(group_members, group_members.c.user_id == users.c.id)
    .where(group_members.c.group_id == groups.c.id)
    .scalar_subquery()
    .label("members")
)
_WHOLE = select(groups, _MEMBERS)


async def list_groups(connection: AsyncConnection) -> Sequence[Record]:
    """Every group with its members, by name."""
    query = _WHOLE.order_by(func.lower(groups.c.name))
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def groups_to_share_with(
    connection: AsyncConnection, principal: Principal
) -> Sequence[Record]:
    """The groups with which somebody may share: those they are in; all, for admins; by name."""
    query = select(groups).order_by(func.lower(groups.c.name))
    if not can(principal, "admin:users"):
        query = query.where(
            exists().where(
                group_members.c.group_id == groups.c.id,
                group_members.c.user_id == principal.user_id,
            )
        )
    rows: Sequence[Record] = (await connection.execute(query)).all()
    return rows


async def get_group(connection: AsyncConnection, group_id: UUID) -> Record:
    """A group with its members. Raises `NotFound`."""
    row: Record | None = (
        await connection.execute(_WHOLE.where(groups.c.id == group_id))
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such group.")
    return row


async def count_groups(connection: AsyncConnection) -> int:
    """How many there are; nobody else adds to them until the transaction ends."""
    await connection.execute(text("select pg_advisory_xact_lock(hashtextextended('groups', 0))"))
    return int((await connection.execute(select(func.count()).select_from(groups))).scalar_one())


async def add_group(connection: AsyncConnection, **values: Any) -> None:
    """Insert a group. Raises `Conflict` where another has its name."""
    try:
        await connection.execute(insert(groups).values(**values))
    except IntegrityError as error:
        raise _taken(values["name"]) from error


async def update_group(connection: AsyncConnection, group_id: UUID, **values: Any) -> None:
    """Change a group. Raises `Conflict` where another has its name."""
    try:
        await connection.execute(update(groups).where(groups.c.id == group_id).values(**values))
    except IntegrityError as error:
        raise _taken(values["name"]) from error


async def set_members(
    connection: AsyncConnection, group_id: UUID, user_ids: Collection[UUID]
) -> None:
    """Have just these users in a group."""
    await connection.execute(delete(group_members).where(group_members.c.group_id == group_id))
    if user_ids:
        rows = [{"group_id": group_id, "user_id": user_id} for user_id in user_ids]
        await connection.execute(insert(group_members), rows)


async def delete_group(connection: AsyncConnection, group_id: UUID) -> bool:
    """Delete a group; its members stay. Whether there was one."""
    found = await connection.execute(delete(groups).where(groups.c.id == group_id))
    return bool(found.rowcount)


def _taken(name: str) -> Conflict:
    return Conflict(f"There is a group named {name!r} already.", code="group_name_taken")
